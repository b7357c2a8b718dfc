//! The parameters of the stories.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use super::variants::{Beneficiary, Claim, Stage, Terms};
use crate::mind::Story;

/// What proves love in the story of the deferral as it arises.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// Art shows the soul.
    #[default]
    Art,
    /// Saying so.
    Words,
    /// A long history together.
    History,
}

/// Stories.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Stories {
    /// Probability that the story of the Gallery arises where a work is taken away unexplained, if its maker does not know the story.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed: unexplained removal breeds it (D-09)"))]
    #[default = 0.02]
    pub gallery_arises: f64,
    /// Hazard that the story of the deferral arises around one student who has heard of completion and understands nothing of deferrals.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "per year", "source" = "assumed: wish and silence breed it (A-125)"))]
    #[default = 0.004]
    pub deferral_arises: f64,
    /// The same for the story of who is copied, around one who has heard of being a clone and not from whom.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "per year", "source" = "assumed (A-072)"))]
    #[default = 0.003]
    pub originals_arises: f64,
    /// Probability that the story of the lost corner arises where something is lost.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed (A-022)"))]
    #[default = 0.02]
    pub lost_corner_arises: f64,
    /// Whether the story of the deferral is told at all.
    #[schemars(extend("unit" = "", "source" = "A-125", "lever" = "E-28"))]
    #[default = true]
    pub deferral_told: bool,
    /// What proves love in the deferral as it arises.
    #[schemars(extend("unit" = "", "source" = "A-126: art, in some versions", "lever" = "E-54"))]
    pub criterion: Criterion,
    /// Years of deferral in the story as it arises.
    #[schemars(range(min = 1, max = 100), extend("unit" = "years", "source" = "a few years (0:292)"))]
    #[default = 3]
    pub believed_years: u8,
    /// Probability that someone who tells a story tells it at a meeting.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed"))]
    #[default = 0.4]
    pub telling: f64,
    /// Probability that a telling to somebody who knows the story is the teller's last.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed; 1 in Maki and Thompson 1973"))]
    #[default = 0.6]
    pub tiring: f64,
    /// Hazard that somebody who fully believes a story and tells it no more takes it up again.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed"))]
    #[default = 0.3]
    pub revival: f64,
    /// What being in a couple, or the end, adds to that hazard for the story of the deferral.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "ratio", "source" = "assumed: a need brings it back (D-10, D-11)"))]
    #[default = 4.0]
    pub revival_need: f64,
    /// Probability that a term of a story changes in one telling.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed: terms change in passing (D-08)"))]
    #[default = 0.03]
    pub mutation: f64,
    /// Share of what is left to full belief that a telling taken for true adds, of its plausibility.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.5]
    pub weight: f64,
    /// Rate at which belief comes to what is plausible to the person, among those who know the story.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed"))]
    #[default = 0.5]
    pub dwelling: f64,
    /// Plausibility of the Gallery to somebody who understands nothing of it.
    #[schemars(range(min = -20.0, max = 20.0), extend("unit" = "log-odds", "source" = "assumed"))]
    #[default = 0.5]
    pub gallery_plausible: f64,
    /// Plausibility of the deferral without need and without the Gallery.
    #[schemars(range(min = -20.0, max = 20.0), extend("unit" = "log-odds", "source" = "assumed"))]
    #[default(-1.0)]
    pub deferral_plausible: f64,
    /// Plausibility of the stories of originals.
    #[schemars(range(min = -20.0, max = 20.0), extend("unit" = "log-odds", "source" = "assumed"))]
    #[default = 0.0]
    pub originals_plausible: f64,
    /// Plausibility of the lost corner.
    #[schemars(range(min = -20.0, max = 20.0), extend("unit" = "log-odds", "source" = "assumed: half a joke (A-022)"))]
    #[default(-0.5)]
    pub lost_corner_plausible: f64,
    /// What full belief in the Gallery adds to the plausibility of the deferral.
    #[schemars(range(min = -20.0, max = 20.0), extend("unit" = "log-odds", "source" = "D-09 infers the effect; its size assumed"))]
    #[default = 1.5]
    pub gallery_lifts: f64,
    /// What being in a couple adds.
    #[schemars(range(min = -20.0, max = 20.0), extend("unit" = "log-odds", "source" = "D-10 infers the effect; its size assumed"))]
    #[default = 1.0]
    pub couple: f64,
    /// What the end adds, from nothing at school to all of it at the last operation.
    #[schemars(range(min = -20.0, max = 20.0), extend("unit" = "log-odds", "source" = "D-11 infers the effect; its size assumed"))]
    #[default = 2.0]
    pub near: f64,
    /// What a case that came true adds, where the version told comes from it.
    #[schemars(range(min = -20.0, max = 20.0), extend("unit" = "log-odds", "source" = "assumed: an exception feeds belief", "lever" = "E-53"))]
    #[default = 2.0]
    pub proof: f64,
    /// What full understanding of the matter takes from the plausibility of a story about it.
    #[schemars(range(min = 0.0, max = 50.0), extend("unit" = "log-odds", "source" = "assumed: open facts leave no room for stories (D-06)"))]
    #[default = 8.0]
    pub known: f64,
    /// How far the models that are really chosen show through: what a claim of outcasts gains if all are outcasts, and loses if none is.
    #[schemars(range(min = 0.0, max = 20.0), extend("unit" = "log-odds", "source" = "assumed: shame drops when the respected are copied", "lever" = "E-37"))]
    #[default = 1.0]
    pub scraps: f64,
    /// Rate at which full belief in the deferral feeds hope: share of what is left.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "per year", "source" = "D-12 states the effect; its size assumed"))]
    #[default = 0.8]
    pub hope: f64,
    /// Rate at which full belief in the deferral calms: share of the distress.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "per year", "source" = "D-14 states the effect; its size assumed (A-132)"))]
    #[default = 0.6]
    pub calm: f64,
    /// Share of hope that the refutation of a full belief takes.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "D-12: below its baseline; its size assumed"))]
    #[default = 0.85]
    pub crushed: f64,
    /// Share of what is left to full distress that it adds.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-131)"))]
    #[default = 0.5]
    pub anguish: f64,
    /// Share of self-worth that the claim of outcasts takes, of its plausibility, when it is first taken for true.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-100)"))]
    #[default = 0.2]
    pub shame: f64,
    /// Probability that the disabused say at a meeting that a story is not true.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed: the story circulates on (D-07)"))]
    #[default = 0.05]
    pub denial: f64,
    /// Probability that they are believed.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed"))]
    #[default = 0.5]
    pub denial_believed: f64,
    /// Calendar year from which everybody is told that there is no deferral; 0: never.
    #[schemars(range(min = 0, max = 3000), extend("unit" = "year", "source" = "0: only those who ask are told (A-130)", "lever" = "E-29"))]
    #[default = 0]
    pub refuted_in: i16,
    /// Age at which everybody is told so; 0: never.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "years", "source" = "0: only those who ask are told (A-130)", "lever" = "E-29"))]
    #[default = 0.0]
    pub refuted_at_age: f64,
}

impl Stories {
    pub(super) fn arises(&self, story: Story) -> f64 {
        match story {
            Story::Gallery => self.gallery_arises,
            Story::Deferral if !self.deferral_told => 0.0,
            Story::Deferral => self.deferral_arises,
            Story::Originals => self.originals_arises,
            Story::LostCorner => self.lost_corner_arises,
        }
    }

    /// A story as it arises.
    pub(super) fn first_terms(&self, story: Story) -> Terms {
        let claim = match (story, self.criterion) {
            (Story::Deferral, Criterion::Art) => Claim::Art,
            (Story::Deferral, Criterion::Words) => Claim::Words,
            (Story::Deferral, Criterion::History) => Claim::History,
            _ => Claim::of(story)[0],
        };
        Terms {
            claim,
            beneficiary: Beneficiary::Couples,
            stage: Stage::Any,
            years: self.believed_years,
        }
    }
}
