//! The parameters of memory: rates, and where each comes from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

/// Memory: what stays of what was lived, and how it changes.
///
/// Activation is in the units of ACT-R: natural logarithms of the odds that a trace is needed, with time
/// in days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Parameters {
    /// Exponent d of the power law by which what was laid down or rehearsed fades: time^(−d).
    #[schemars(range(min = 0.01, max = 2.0), extend("unit" = "1", "source" = "Anderson & Lebiere 1998: 0.5; the power law: Anderson & Schooler 1991, Rubin & Wenzel 1996"))]
    #[default = 0.5]
    pub decay: f64,
    /// Scale s of the logistic noise of activation: the smaller, the sharper the threshold.
    #[schemars(range(min = 0.01, max = 5.0), extend("unit" = "activation", "source" = "Anderson & Lebiere 1998: mostly 0.25 to 0.4"))]
    #[default = 0.4]
    pub noise: f64,
    /// Activation at which half comes back.
    #[schemars(range(min = -20.0, max = 20.0), extend("unit" = "activation", "source" = "assumed: so that of noted events about half comes back after 3.5 years without rehearsal, and six in ten with some (a diary study of that length, Conscious Cogn. 36, 2015; Linton 1978; Wagenaar 1986)"))]
    #[default(_code = "-2.6")]
    pub threshold: f64,
    /// Time for which a trace stays as fresh as it was laid down.
    #[schemars(range(min = 0.001, max = 365.0), extend("unit" = "days", "source" = "assumed: one night"))]
    #[default = 1.0]
    pub freshness: f64,
    /// Part of the noise that stays with the trace from one telling to the next.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share of variance", "source" = "assumed; permanent and passing noise: Anderson & Lebiere 1998"))]
    #[default = 0.7]
    pub constancy: f64,
    /// Activation that full salience adds.
    #[schemars(range(min = 0.0, max = 20.0), extend("unit" = "activation", "source" = "assumed; that the unusual and moving stays: Wagenaar 1986, Brewer 1988"))]
    #[default = 3.0]
    pub salience: f64,
    /// Activation lost by what was seen and not done.
    #[schemars(range(min = 0.0, max = 20.0), extend("unit" = "activation", "source" = "assumed; that the doer remembers better: Cohen 1989"))]
    #[default = 0.2]
    pub seen: f64,
    /// Activation lost by what was only told.
    #[schemars(range(min = 0.0, max = 20.0), extend("unit" = "activation", "source" = "assumed; as for what was seen"))]
    #[default = 0.5]
    pub told: f64,
    /// Activation lost by what hurts wholly, as long as it hurts.
    #[schemars(range(min = 0.0, max = 20.0), extend("unit" = "activation", "source" = "assumed: selective recall as defence (A-180)"))]
    #[default = 0.6]
    pub repression: f64,
    /// Age before which nothing is laid down that an adult could recall.
    #[schemars(range(min = 0.0, max = 20.0), extend("unit" = "years", "source" = "Rubin 2000: hardly a memory in a hundred of those before 11 is from before 3"))]
    #[default = 2.5]
    pub childhood_from: f64,
    /// Age from which traces are laid down as in an adult.
    #[schemars(range(min = 0.0, max = 30.0), extend("unit" = "years", "source" = "Rubin 2000: the rise is over by 7; its shape is assumed"))]
    #[default = 7.0]
    pub childhood_full: f64,

    /// Traces told, and so rehearsed, when a person tells of the past.
    #[schemars(range(min = 0, max = 1000), extend("unit" = "traces per telling", "source" = "assumed"))]
    #[default = 5]
    pub told_of: u32,
    /// Traces that come to mind for each one told: the most salient of them is told.
    #[schemars(range(min = 1, max = 100), extend("unit" = "traces", "source" = "assumed"))]
    #[default = 2]
    pub choice: u32,
    /// Traces with the same person that an experience brings back; all such share them (the fan effect).
    #[schemars(range(min = 0.0, max = 20.0), extend("unit" = "traces per experience", "source" = "assumed; the fan: Anderson 1974; reminding in daily life: Berntsen 1996"))]
    #[default = 0.5]
    pub cue_person: f64,
    /// Traces of the same place that an experience brings back.
    #[schemars(range(min = 0.0, max = 20.0), extend("unit" = "traces per experience", "source" = "assumed; as for the person"))]
    #[default = 0.25]
    pub cue_place: f64,
    /// Traces of the same kind that an experience brings back.
    #[schemars(range(min = 0.0, max = 20.0), extend("unit" = "traces per experience", "source" = "assumed; as for the person"))]
    #[default = 0.25]
    pub cue_kind: f64,
    /// Times that a thing kept, a ritual or a place brings back one of the traces tied to it.
    #[schemars(range(min = 0.0, max = 366.0), extend("unit" = "per year", "source" = "assumed: anchors (A-183)"))]
    #[default = 6.0]
    pub anchored: f64,
    /// Probability that what an anchor brings back brings back another trace of the same person or place.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed: anchored memories chain to others (D-63)"))]
    #[default = 0.3]
    pub chain: f64,

    /// Time in which a bad feeling loses half: pain, and how bad it felt.
    #[schemars(range(min = 0.01, max = 1000.0), extend("unit" = "years", "source" = "assumed; that the bad fades faster: Walker, Skowronski & Thompson 2003"))]
    #[default = 10.0]
    pub bad_fading: f64,
    /// Time in which a good feeling loses half.
    #[schemars(range(min = 0.01, max = 1000.0), extend("unit" = "years", "source" = "assumed; that the good fades more slowly: Walker, Skowronski & Thompson 2003"))]
    #[default = 40.0]
    pub good_fading: f64,
    /// Probability that what hurts wholly is left out of the telling, though it comes.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed: leaving out what hurts (A-180)"))]
    #[default = 0.2]
    pub withheld: f64,
    /// Probability that what hurts wholly and is told is held back at first.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed: truths surface piecemeal, out of sequence (A-181, D-62)"))]
    #[default = 0.8]
    pub held: f64,
    /// Mean delay of what is held back.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "share of the life told", "source" = "assumed (D-62)"))]
    #[default = 0.3]
    pub delay: f64,
    /// How far a telling wanders from the order of time: standard deviation of a recollection's place in it.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "share of the life told", "source" = "assumed; that lives are recalled forward in time: Anderson & Conway 1993"))]
    #[default = 0.03]
    pub wander: f64,

    /// Part of the particulars of what was lived that come at once after it.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: minute, near obsessive recall (C-42)"))]
    #[default = 0.95]
    pub detail: f64,
    /// The same for what was only told.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed; that the told has less of the senses: Johnson, Hashtroudi & Lindsay 1993"))]
    #[default = 0.6]
    pub detail_told: f64,
    /// Rate at which the particulars of what has no salience and was never rehearsed are lost.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "per year", "source" = "assumed; that what still comes has most of its particulars: Gardner, Vogel, Mainetti & Ascoli 2012"))]
    #[default = 0.06]
    pub detail_fading: f64,
    /// How much slower the particulars of what is fully salient are lost: divides the rate by one more than this.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "1", "source" = "assumed"))]
    #[default = 2.0]
    pub detail_salience: f64,
    /// The same for each natural logarithm of one more than the number of rehearsals.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "1", "source" = "assumed"))]
    #[default = 1.0]
    pub detail_rehearsal: f64,
    /// Certainty of what has just been lived.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.97]
    pub certainty: f64,
    /// Certainty of what has just been told.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.8]
    pub certainty_told: f64,
    /// Age of an event without salience at which half of the certainty is left.
    #[schemars(range(min = 0.01, max = 1000.0), extend("unit" = "years", "source" = "assumed: hedges grow with the age of the event (D-61, A-179)"))]
    #[default = 20.0]
    pub certainty_half: f64,
    /// How much later for what is fully salient: multiplies that age by one more than this.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "1", "source" = "assumed; that confidence in the moving stays: Talarico & Rubin 2003"))]
    #[default = 1.0]
    pub certainty_salience: f64,
    /// Probability that the other person does not come with what has lost all particulars.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed; who is kept better than when: Wagenaar 1986"))]
    #[default = 0.3]
    pub lost_person: f64,
    /// The same for the place.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed; as for the person"))]
    #[default = 0.3]
    pub lost_place: f64,
    /// The same for the time.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed; when is the worst kept of all: Wagenaar 1986"))]
    #[default = 0.5]
    pub lost_time: f64,

    /// Error in dating: standard deviation for what has no salience and no landmark near.
    #[schemars(range(min = 0.0, max = 5.0), extend("unit" = "per year of age of the event", "source" = "assumed, at the low end for lives of many years: about a day a week in diaries (Thompson et al. 1996), 0.4 days a day for colloquia (Rubin & Baddeley 1989)"))]
    #[default = 0.12]
    pub dating_error: f64,
    /// Part of that error that full salience takes away.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed; that the better remembered is dated better: Thompson, Skowronski & Lee 1988"))]
    #[default = 0.5]
    pub dating_salience: f64,
    /// Part of that error that a landmark at the same time takes away.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed; landmarks: Shum 1998"))]
    #[default = 0.8]
    pub landmark: f64,
    /// Time after a landmark in which its help falls to a third (1/e).
    #[schemars(range(min = 0.1, max = 10000.0), extend("unit" = "days", "source" = "assumed; as for the landmark"))]
    #[default = 60.0]
    pub landmark_window: f64,
    /// Mean shift towards the telling.
    #[schemars(range(min = -1.0, max = 1.0), extend("unit" = "per year of age of the event", "source" = "assumed small, since most of it comes of bounds: Rubin & Baddeley 1989, Thompson, Skowronski & Lee 1988"))]
    #[default = 0.01]
    pub telescoping: f64,
    /// Probability that the claimed time stays in the right phase of life, however old.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed; boundaries of life periods: Shum 1998, Burt 1992"))]
    #[default = 0.95]
    pub phase_kept: f64,
    /// Expected error, in units of a day, a month, a season or a year, at which the time is still told as finely.
    #[schemars(range(min = 0.01, max = 100.0), extend("unit" = "1", "source" = "assumed"))]
    #[default = 0.5]
    pub dating_boldness: f64,

    /// Rate at which another takes the place of the person of a memory.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "per year", "source" = "assumed; source confusion: Johnson, Hashtroudi & Lindsay 1993; 3 to 9 in 100 within the hour among like words: Brown & Murphy 1989"))]
    #[default = 0.008]
    pub source_confusion: f64,
    /// What each retelling adds to the hazard of source confusion.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "per retelling", "source" = "assumed; that retelling reshapes: Marsh 2007"))]
    #[default = 0.005]
    pub source_retelling: f64,
    /// Most years between the births of two people who are taken for one another, where both are known.
    #[schemars(range(min = 0.0, max = 200.0), extend("unit" = "years", "source" = "assumed: a school year either way; that the like are confused: Johnson, Hashtroudi & Lindsay 1993"))]
    #[default = 1.5]
    pub source_years: f64,
    /// Rate at which another place of one's life takes the place of the right one.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "per year", "source" = "assumed; as for the person"))]
    #[default = 0.003]
    pub place_confusion: f64,
    /// What each retelling adds to the hazard of an error of place.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "per retelling", "source" = "assumed; as for the person"))]
    #[default = 0.001]
    pub place_retelling: f64,
    /// Rate at which an event without salience runs into the like one before it, if that was just before.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "per year", "source" = "assumed; repeated events become one: Neisser 1981, Barsalou 1988"))]
    #[default = 0.1]
    pub merging: f64,
    /// Time between two like events at which they merge half as fast.
    #[schemars(range(min = 0.1, max = 10000.0), extend("unit" = "days", "source" = "assumed; as for merging"))]
    #[default = 90.0]
    pub merging_window: f64,

    /// Strength of idealisation, without losses and far from death: 1 − e^(−strength) of what is missing to the best is added.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "1", "source" = "assumed; the rosy view: Mitchell, Thompson, Peterson & Cronk 1997"))]
    #[default = 0.1]
    pub rosy: f64,
    /// What each friend or partner lost since adds to it.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "per loss", "source" = "assumed: the past grows better through loss (A-182, D-64)"))]
    #[default = 0.05]
    pub rosy_loss: f64,
    /// What being about to die adds to it.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "1", "source" = "assumed (D-64)"))]
    #[default = 0.3]
    pub rosy_nearness: f64,
    /// Age of an event at which half of its idealisation is there.
    #[schemars(range(min = 0.01, max = 1000.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 5.0]
    pub rosy_half: f64,
    /// Change of valence from which on it counts as a departure.
    #[schemars(range(min = 0.0, max = 2.0), extend("unit" = "valence", "source" = "assumed"))]
    #[default = 0.4]
    pub rosy_tolerance: f64,

    /// Shortest time of which nothing comes that is told as a gap.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "years", "source" = "assumed: admitted holes (A-178)"))]
    #[default = 0.5]
    pub gap: f64,
    /// Fewest experiences that must have gone for it.
    #[schemars(range(min = 1, max = 1000), extend("unit" = "experiences", "source" = "assumed"))]
    #[default = 3]
    pub gap_least: u32,
}
