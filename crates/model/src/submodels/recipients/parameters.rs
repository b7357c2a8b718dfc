//! The public, the diseases, the organs, and how the ill are listed: the scenario's parameters.

use hailsham_allocation::{AboRule, Policy};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

/// The public from which the ill come.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Population {
    /// Lower bounds of the age groups, and the upper bound of the last.
    #[schemars(extend("unit" = "years", "source" = "of the table's own making"))]
    #[default(vec![0.0, 15.0, 45.0, 65.0, 75.0, 95.0])]
    pub age_bounds: Vec<f64>,
    /// People by census year.
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub census: IndexMap<String, Census>,
}

/// One census.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Census {
    /// Women and girls in each age group.
    #[schemars(inner(range(min = 0.0, max = 10_000.0)), extend("unit" = "millions", "source" = "census of England and Wales, rounded"))]
    pub female: Vec<f64>,
    /// Men and boys in each age group.
    #[schemars(inner(range(min = 0.0, max = 10_000.0)), extend("unit" = "millions", "source" = "census of England and Wales, rounded"))]
    pub male: Vec<f64>,
}

/// How the ill are listed, and what can be done for them.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Recipients {
    /// What the incidence of every disease is multiplied by.
    #[schemars(range(min = 0.0, max = 1000.0), extend("unit" = "ratio", "source" = "assumed (gap 14)", "lever" = "E-18"))]
    #[default = 1.0]
    pub incidence_factor: f64,
    /// Share of the ill who need a donor's organ; the others are cured by an alternative.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "no alternative is told of (0:234)", "lever" = "E-17"))]
    #[default = 1.0]
    pub demand_factor: f64,
    /// Year from which there are waiting lists, and the ill are followed one by one.
    #[schemars(range(min = 1000, max = 3000), extend("unit" = "year", "source" = "assumed: a little before the first donors"))]
    #[default = 1973]
    pub lists_open: i16,
    /// Oldest age at which someone is listed.
    #[schemars(range(min = 0.0, max = 150.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 75.0]
    pub oldest: f64,
    /// Mean time from falling ill to the list.
    #[schemars(range(min = 0.0, max = 10_000.0), extend("unit" = "days", "source" = "assumed"))]
    #[default = 60.0]
    pub assessment: f64,
    /// Time before the death without an organ from which someone waiting is urgent; 0: nobody is.
    #[schemars(range(min = 0.0, max = 10_000.0), extend("unit" = "days", "source" = "assumed"))]
    #[default = 60.0]
    pub urgent_before: f64,
    /// The policy by which all organs are given: one that comes with the program, or a file; empty: by the parameters
    /// of each organ.
    #[schemars(extend("unit" = "", "source" = "assumed: who gets which organ is not said (A-027)"))]
    pub policy: String,
}

/// A disease that an organ treats.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Disease {
    /// Its name in words.
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub name: String,
    /// The organ that treats it.
    #[schemars(extend("unit" = "", "source" = "assumed"))]
    pub organ: String,
    /// New cases that an organ could treat, per million people and year, by age group.
    #[schemars(inner(range(min = 0.0, max = 1_000_000.0)), extend("unit" = "per million per year", "source" = "stated where it stands in the scenario"))]
    pub incidence: Vec<f64>,
    /// Incidence among men as a ratio to women.
    #[serde(default = "unity")]
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "ratio", "source" = "assumed"))]
    pub male_ratio: f64,
    /// Scale of the Weibull time to death without an organ.
    #[schemars(range(min = 0.001, max = 200.0), extend("unit" = "years", "source" = "assumed"))]
    pub survival_scale: f64,
    /// Shape of the Weibull time to death without an organ.
    #[serde(default = "unity")]
    #[schemars(range(min = 0.1, max = 20.0), extend("unit" = "", "source" = "assumed"))]
    pub survival_shape: f64,
    /// Scale of the Weibull survival of a graft without mismatch.
    #[schemars(range(min = 0.001, max = 200.0), extend("unit" = "years", "source" = "assumed"))]
    pub graft_scale: f64,
    /// Shape of the Weibull survival of a graft.
    #[serde(default = "unity")]
    #[schemars(range(min = 0.1, max = 20.0), extend("unit" = "", "source" = "assumed"))]
    pub graft_shape: f64,
    /// How much each HLA mismatch shortens a graft.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 5.0), extend("unit" = "log time ratio per mismatch", "source" = "assumed"))]
    pub mismatch: f64,
    /// Share of those whose graft failed who are listed again; the others die of the failure.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    pub relisted: f64,
}

fn unity() -> f64 {
    1.0
}

/// An organ, and by which rule it is given.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Organ {
    /// Its name in words.
    #[schemars(extend("unit" = "", "source" = "assumed"))]
    pub name: String,
    /// How many of them, or parts that can be given by themselves, a body has.
    #[schemars(range(min = 1, max = 16), extend("unit" = "organs", "source" = "anatomy"))]
    pub count: u32,
    /// Whether the urgent go before the others.
    #[serde(default = "yes")]
    #[schemars(extend("unit" = "", "source" = "assumed: who gets which organ is not said (A-027)"))]
    pub urgent_first: bool,
    /// Which blood groups a donor's organ goes to.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "assumed: who gets which organ is not said (A-027)"))]
    pub blood_group: BloodGroupRule,
    /// Points for a year on the list.
    #[serde(default = "unity")]
    #[schemars(range(min = 0.0, max = 1000.0), extend("unit" = "points per year", "source" = "assumed"))]
    pub points_per_year: f64,
    /// Points for each HLA antigen of the donor that the recipient shares.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1000.0), extend("unit" = "points per antigen", "source" = "assumed"))]
    pub points_per_match: f64,
    /// Most HLA mismatches with which the organ is offered.
    #[serde(default = "six")]
    #[schemars(range(min = 0, max = 6), extend("unit" = "antigens", "source" = "assumed"))]
    pub most_mismatches: u32,
    /// The policy by which this organ is given, instead of all that stands above and of `recipients.policy`: one that
    /// comes with the program, or a file; empty: as all organs.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "assumed: who gets which organ is not said (A-027)"))]
    pub policy: String,
}

fn yes() -> bool {
    true
}

fn six() -> u32 {
    6
}

/// Which blood groups a donor's organ goes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BloodGroupRule {
    /// To the same group first, then to compatible ones.
    #[default]
    IdenticalFirst,
    /// To all compatible groups alike.
    Compatible,
    /// To the same group only.
    IdenticalOnly,
}

impl Organ {
    /// The rule that the parameters are, as the allocation crate takes it.
    pub fn rule(&self) -> Policy {
        Policy {
            urgent_first: self.urgent_first,
            abo: match self.blood_group {
                BloodGroupRule::IdenticalFirst => AboRule::IdenticalFirst,
                BloodGroupRule::Compatible => AboRule::Compatible,
                BloodGroupRule::IdenticalOnly => AboRule::IdenticalOnly,
            },
            points_per_year_waiting: self.points_per_year,
            points_per_match: self.points_per_match,
            max_mismatches: self.most_mismatches,
        }
    }
}
