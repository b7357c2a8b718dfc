//! The parameters of a scenario of this kind: one section for each thing that happens to a pool.

use hailsham_engine::time::{Epoch, Span};
use hailsham_scenario::{Parameters, Problem};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::generate::Saidman;
use crate::objective::{Failure, Objective};
use crate::solve::Options;

/// Shares add up to 1 within this.
const ROUNDING: f64 = 1e-6;
/// Fewer pairs than this share would be incompatible: to find one takes too long.
const FEWEST_INCOMPATIBLE: f64 = 0.001;

/// When the programme runs, and which pairs are counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Period {
    /// First day, as a date; the pool is empty.
    #[schemars(extend("unit" = "date", "source" = "assumed"))]
    #[default("2020-01-01".to_owned())]
    pub first_day: String,
    /// Length of the run.
    #[schemars(range(min = 0.1, max = 100.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 12.0]
    pub horizon: f64,
    /// Pairs that arrive before this are not counted: the pool is still filling.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "years", "source" = "assumed: several mean stays in the pool"))]
    #[default = 2.0]
    pub warm_up: f64,
    /// Pairs that arrive within this time of the end are not counted: what becomes of them is not seen.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "years", "source" = "assumed: several mean stays in the pool"))]
    #[default = 2.0]
    pub follow_up: f64,
}

/// Who joins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Arrivals {
    /// Incompatible pairs that join, a Poisson process.
    #[schemars(range(min = 0.0, max = 1_000_000.0), extend("unit" = "pairs per year", "source" = "assumed, so that about 250 are in the pool at a quarterly run (NHS Blood and Transplant, UK Living Kidney Sharing Scheme: 200 to 300)"))]
    #[default = 260.0]
    pub pairs: f64,
    /// Altruistic donors who join, a Poisson process.
    #[schemars(range(min = 0.0, max = 1_000_000.0), extend("unit" = "donors per year", "source" = "assumed"))]
    #[default = 40.0]
    pub altruists: f64,
}

/// A level of sensitisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Sensitisation {
    /// Share of patients of this level, before the compatible pairs go; the levels add up to 1.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "Saidman et al. 2006"))]
    pub share: f64,
    /// Probability that a donor of a fitting blood group is known beforehand to be impossible (virtual crossmatch); for a woman
    /// whose donor is her husband it is higher by `patients.spouse_factor`.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "Saidman et al. 2006"))]
    pub virtual_positive: f64,
    /// Probability that a transplant that was agreed proves impossible (laboratory crossmatch, or refused).
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "Wang et al. 2022 (doi:10.1016/j.ekir.2022.03.023), table 2, baseline, after Ashlagi et al. 2018: 0.05, 0.2, 0.35 and 0.5 by quarter of the sensitisation"))]
    pub laboratory_positive: f64,
}

/// Who they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Patients {
    /// Shares of the blood groups O, A, B and AB among patients and donors; they add up to 1.
    #[schemars(inner(range(min = 0.0, max = 1.0)), extend("unit" = "share", "source" = "Saidman et al. 2006"))]
    #[default(Saidman::default().blood)]
    pub blood: [f64; 4],
    /// Share of patients who are women.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "Saidman et al. 2006"))]
    #[default(Saidman::default().female)]
    pub female: f64,
    /// Share of a woman's donors who are her husband.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "Saidman et al. 2006"))]
    #[default(Saidman::default().spouse)]
    pub spouse: f64,
    /// By what the chance of a negative crossmatch is multiplied for a woman whose donor is her husband, with every donor:
    /// she has been sensitised by bearing their children.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "", "source" = "Saidman et al. 2006; that it holds for every donor, as J. P. Dickerson's generator of their pools has it"))]
    #[default(Saidman::default().spouse_factor)]
    pub spouse_factor: f64,
    /// The levels of sensitisation.
    #[default(levels())]
    pub sensitisation: IndexMap<String, Sensitisation>,
}

/// The levels of Saidman et al., each with how often an agreed transplant fails.
fn levels() -> IndexMap<String, Sensitisation> {
    let names = ["low", "middle", "high"];
    let laboratory = [0.05, 0.2, 0.5];
    names
        .into_iter()
        .zip(Saidman::default().sensitisation)
        .zip(laboratory)
        .map(|((name, (virtual_positive, share)), laboratory_positive)| {
            let level = Sensitisation {
                share,
                virtual_positive,
                laboratory_positive,
            };
            (name.to_owned(), level)
        })
        .collect()
}

/// Why pairs and altruists leave without an exchange: constant rates, whatever they wait for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Departures {
    /// Patients who die.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed: of the order of the deaths on kidney waiting lists (OPTN/SRTR annual data reports)"))]
    #[default = 0.05]
    pub death: f64,
    /// Patients who are given a kidney of a deceased donor, or by another way.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed"))]
    #[default = 0.15]
    pub other_transplant: f64,
    /// Pairs who withdraw: the donor changes their mind, or either becomes unfit for good.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed"))]
    #[default = 0.1]
    pub withdrawal: f64,
    /// Altruists who give to the waiting list instead.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed"))]
    #[default = 1.0]
    pub altruist: f64,
}

/// The matching runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Matching {
    /// Time between two matching runs: k.
    #[schemars(range(min = 0.01, max = 520.0), extend("unit" = "weeks", "source" = "NHS Blood and Transplant, UK Living Kidney Sharing Scheme: four runs a year"))]
    #[default = 13.0]
    pub interval: f64,
    /// Other intervals that the same arrivals are put through, for the plot of a run; may be empty.
    #[schemars(inner(range(min = 0.01, max = 520.0)), extend("unit" = "weeks", "source" = "assumed"))]
    #[default(vec![1.0, 2.0, 4.0, 8.0, 13.0, 26.0, 52.0])]
    pub compared: Vec<f64>,
    /// Most pairs in a cycle.
    #[schemars(range(min = 0, max = 30), extend("unit" = "pairs", "source" = "NHS Blood and Transplant, UK Living Kidney Sharing Scheme: two-way and three-way exchanges"))]
    #[default = 3]
    pub max_cycle: usize,
    /// Most pairs in a chain; the gift of its last donor to the waiting list is not counted.
    #[schemars(range(min = 0, max = 30), extend("unit" = "pairs", "source" = "NHS Blood and Transplant, UK Living Kidney Sharing Scheme: chains of up to three transplants, the last to the list"))]
    #[default = 2]
    pub max_chain: usize,
    /// What is wanted, in order: names of objectives (`hailsham exchange --help`).
    #[schemars(extend("unit" = "", "source" = "assumed: most transplants, then the highest points"))]
    #[default(vec!["transplants".to_owned(), "weight".to_owned()])]
    pub objectives: Vec<String>,
    /// Points of a transplant for each earlier run that its patient was in: its weight.
    #[schemars(range(min = 0.0, max = 1_000_000.0), extend("unit" = "points", "source" = "Manlove and O'Malley 2015: 50 for each previous matching run"))]
    #[default = 50.0]
    pub points_waited: f64,
    /// Points of a transplant for its patient's sensitisation, multiplied by it.
    #[schemars(range(min = 0.0, max = 1_000_000.0), extend("unit" = "points", "source" = "Manlove and O'Malley 2015: up to 50 by sensitisation"))]
    #[default = 50.0]
    pub points_sensitised: f64,
    /// Probability that a transplant proves impossible, as the objectives `expected` and `expected-recourse` reckon with it.
    /// What does become of a transplant is for `patients.sensitisation` to say.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed: 0, since no objective of the default scenario asks for it"))]
    #[default = 0.0]
    pub arc_failure: f64,
    /// Probability that a pair or altruist drops out, as the objectives `expected` and `expected-recourse` reckon with it.
    /// Who does drop out is for `agreements.drop_out` to say.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed: 0, since no objective of the default scenario asks for it"))]
    #[default = 0.0]
    pub vertex_failure: f64,
    /// Steps of the solver after which a matching run takes the best that is found. Steps are counted, not timed, so
    /// that a run is the same on every machine.
    #[schemars(range(min = 1, max = 1_000_000_000_u64), extend("unit" = "steps", "source" = "assumed: more than any run of the default scenario takes"))]
    #[default = 1_000_000]
    pub effort: u64,
}

impl Matching {
    /// What the expected objectives reckon with.
    fn failure(&self) -> Failure {
        Failure {
            arc: self.arc_failure,
            vertex: self.vertex_failure,
        }
    }

    /// Why the objective at this place cannot be, and what can.
    fn refused(&self, place: usize) -> Option<(String, &'static str)> {
        let (before, from) = self.objectives.split_at(place);
        let name = from.first()?;
        let objective = match Objective::read_list(std::slice::from_ref(name)) {
            Err(unknown) => return Some((unknown.to_string(), "one of these")),
            Ok(list) => list,
        };
        if objective.contains(&Objective::Uk) {
            return Some((
                format!("`{name}` counts the years between donors, and nobody here has an age"),
                "`weight`, the points alone; the order of the United Kingdom before it is effective-two-way, \
                 transplants, fewest-three-ways, back-arcs",
            ));
        }
        if objective.iter().any(|of| of.is_expected()) && self.failure().is_nothing() {
            return Some((
                format!("`{name}` would be `transplants`: nothing is expected to fail"),
                "matching.arc_failure or matching.vertex_failure above 0",
            ));
        }
        if before.contains(name) {
            return Some((
                format!("`{name}` stands there twice"),
                "each objective once",
            ));
        }
        None
    }
}

/// What becomes of what was agreed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Agreements {
    /// Probability that a pair or altruist cannot go on when the transplants are prepared; they stay in the programme.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed"))]
    #[default = 0.05]
    pub drop_out: f64,
    /// Time from a matching run until crossmatches and drop-outs are known.
    #[schemars(range(min = 0.0, max = 520.0), extend("unit" = "weeks", "source" = "assumed"))]
    #[default = 2.0]
    pub answer: f64,
    /// Time from a matching run to the transplants.
    #[schemars(range(min = 0.0, max = 520.0), extend("unit" = "weeks", "source" = "NHS Blood and Transplant, UK Living Kidney Sharing Scheme: within 10 weeks"))]
    #[default = 10.0]
    pub transplant: f64,
    /// Whether those of a failed exchange still do what they can among themselves. Otherwise a cycle is done whole or
    /// not at all, a chain up to its first failure.
    #[schemars(extend("unit" = "", "source" = "assumed, after the use of back-arcs (Manlove and O'Malley 2015)"))]
    #[default = true]
    pub recourse: bool,
}

/// A kidney exchange programme in time: everything that a run depends on beside its seed and scale.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ExchangeProgramme {
    /// When it runs.
    pub time: Period,
    /// Who joins.
    pub arrivals: Arrivals,
    /// Who they are.
    pub patients: Patients,
    /// Who leaves.
    pub departures: Departures,
    /// The matching runs.
    pub matching: Matching,
    /// What becomes of what was agreed.
    pub agreements: Agreements,
}

impl ExchangeProgramme {
    /// The constants of who joins, as the generator takes them.
    pub(crate) fn saidman(&self) -> Saidman {
        let of = &self.patients;
        let levels = of.sensitisation.values();
        Saidman {
            blood: of.blood,
            female: of.female,
            spouse: of.spouse,
            sensitisation: levels.map(|l| (l.virtual_positive, l.share)).collect(),
            spouse_factor: of.spouse_factor,
            largest_weight: 1,
        }
    }

    /// What the solver is asked for.
    pub(crate) fn options(&self) -> Options {
        let of = &self.matching;
        Options {
            max_cycle: of.max_cycle,
            max_chain: of.max_chain,
            objectives: of
                .objectives
                .iter()
                .filter_map(|o| o.parse().ok())
                .collect(),
            failure: of.failure(),
            effort: Some(of.effort),
            ..Options::default()
        }
    }
}

impl Parameters for ExchangeProgramme {
    // Compiled here once: see the trait.
    fn from_json(values: serde_json::Value) -> serde_json::Result<Self> {
        serde_json::from_value(values)
    }

    fn to_json(&self) -> serde_json::Result<serde_json::Value> {
        serde_json::to_value(self)
    }

    fn cross_check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut say = |path: &str, message: String, help: &str| {
            problems.push(Problem {
                path: path.to_owned(),
                message,
                help: Some(help.to_owned()),
            });
        };
        let mut date = self.time.first_day.splitn(3, '-');
        let mut part = || date.next().and_then(|text| text.parse::<i16>().ok());
        let known = match (part(), part(), part()) {
            (Some(year), Some(month), Some(day)) => {
                Epoch::new(year, month as i8, day as i8).is_ok()
            }
            _ => false,
        };
        if !known {
            say(
                "time.first_day",
                format!("\"{}\" is no date", self.time.first_day),
                "dates are written as in \"2020-01-01\"",
            );
        }
        if self.time.warm_up + self.time.follow_up >= self.time.horizon {
            say(
                "time.horizon",
                format!(
                    "no pair is counted: {} years less a warm-up of {} and {} at the end",
                    self.time.horizon, self.time.warm_up, self.time.follow_up
                ),
                "a longer horizon, or a shorter warm_up or follow_up",
            );
        }
        let one = |sum: f64| (sum - 1.0).abs() <= ROUNDING;
        let blood: f64 = self.patients.blood.iter().sum();
        if !one(blood) {
            say(
                "patients.blood",
                format!("the shares of the blood groups add up to {blood}"),
                "they add up to 1",
            );
        }
        let levels = self.patients.sensitisation.values();
        let shares: f64 = levels.map(|level| level.share).sum();
        if !one(shares) {
            say(
                "patients.sensitisation",
                format!("the shares of the levels add up to {shares}"),
                "they add up to 1",
            );
        }
        if self.saidman().incompatible() < FEWEST_INCOMPATIBLE {
            say(
                "patients",
                "hardly any pair is incompatible, so that nobody joins".to_owned(),
                "more blood groups, or a greater virtual_positive",
            );
        }
        for place in 0..self.matching.objectives.len() {
            if let Some((message, help)) = self.matching.refused(place) {
                say("matching.objectives", message, help);
            }
        }
        if self.matching.objectives.is_empty() {
            say(
                "matching.objectives",
                "there is no objective".to_owned(),
                "at least one, such as \"transplants\"",
            );
        }
        let followed = Span::from_years(self.time.follow_up);
        if followed < Span::from_days(7.0 * self.agreements.transplant) {
            say(
                "time.follow_up",
                format!(
                    "{} years are less than agreements.transplant, {} weeks: what was agreed last is not seen done",
                    self.time.follow_up, self.agreements.transplant
                ),
                "at least the time until the transplants",
            );
        }
        if self.agreements.answer > self.agreements.transplant {
            say(
                "agreements.answer",
                "the answer comes after the transplant".to_owned(),
                "at most agreements.transplant",
            );
        }
        problems
    }
}
