//! The scenario's section `staff`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

/// What kind of people guardians are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mix {
    /// All kinds, around the middles of duty and candour.
    #[default]
    Mixed,
    /// Candid and hardly dutiful: they speak.
    Outspoken,
    /// Dutiful and hardly candid: they find reasons.
    Rationalising,
    /// Troubled from the start, and silent.
    Uneasy,
}

/// Staff.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Staff {
    /// What kind of people guardians are: mixed, outspoken, rationalising or uneasy.
    #[schemars(extend("unit" = "", "source" = "three kinds are told of (A-145)", "lever" = "E-06"))]
    pub mix: Mix,
    /// Guardians of a humane school, beside its head.
    #[schemars(range(min = 0, max = 1000), extend("unit" = "guardians", "source" = "assumed (gap 18)"))]
    #[default = 8]
    pub guardians_humane: u32,
    /// The same of an ordinary school.
    #[schemars(range(min = 0, max = 1000), extend("unit" = "guardians", "source" = "assumed"))]
    #[default = 5]
    pub guardians_ordinary: u32,
    /// Collectors, who share the humane schools.
    #[schemars(range(min = 0, max = 1000), extend("unit" = "collectors", "source" = "one is told of (A-034), in another passage several (A-035)"))]
    #[default = 1]
    pub collectors: u32,
    /// Share of women among the staff.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: all who are named are women"))]
    #[default = 0.8]
    pub share_female: f64,
    /// Duty at the middle of its distribution, where the staff are mixed.
    #[schemars(range(min = 0.0001, max = 0.99), extend("unit" = "share", "source" = "assumed (A-031)"))]
    #[default = 0.6]
    pub duty: f64,
    /// Candour at the middle of its distribution, where the staff are mixed.
    #[schemars(range(min = 0.0001, max = 0.99), extend("unit" = "share", "source" = "assumed (A-033)"))]
    #[default = 0.35]
    pub candour: f64,
    /// Standard deviation of the log-odds of duty and of candour.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "log-odds", "source" = "assumed"))]
    #[default = 1.0]
    pub spread: f64,
    /// Conscience of somebody just taken on.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.1]
    pub conscience: f64,
    /// Conscience that a term with pupils brings, of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share per term", "source" = "it grows with contact (D-39); size assumed"))]
    #[default = 0.03]
    pub conscience_growth: f64,
    /// Weight of duty without conscience in being loyal.
    #[schemars(range(min = -50.0, max = 50.0), extend("unit" = "logit", "source" = "assumed"))]
    #[default = 3.0]
    pub loyalty: f64,
    /// Weight of conscience, with the traits that lead there, in the other conducts.
    #[schemars(range(min = -50.0, max = 50.0), extend("unit" = "logit", "source" = "assumed (A-145)"))]
    #[default = 6.0]
    pub pull: f64,
    /// Logit of rationalising beside being loyal, without conscience.
    #[schemars(range(min = -50.0, max = 50.0), extend("unit" = "logit", "source" = "assumed"))]
    #[default(-1.0)]
    pub rationalising: f64,
    /// Logit of hinting.
    #[schemars(range(min = -50.0, max = 50.0), extend("unit" = "logit", "source" = "occasional (A-060); size assumed"))]
    #[default(-3.5)]
    pub hinting: f64,
    /// Logit of speaking out.
    #[schemars(range(min = -50.0, max = 50.0), extend("unit" = "logit", "source" = "rare (A-191); size assumed"))]
    #[default(-6.5)]
    pub outburst: f64,
    /// Logit of leaving the post.
    #[schemars(range(min = -50.0, max = 50.0), extend("unit" = "logit", "source" = "assumed"))]
    #[default(-5.5)]
    pub leaving: f64,
    /// Probability that a guardian who spoke out is dismissed; 0: dissent is tolerated.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "dismissal follows (A-063); size assumed", "lever" = "E-05"))]
    #[default = 0.95]
    pub dismissal: f64,
    /// Mean time until the dismissal.
    #[schemars(range(min = 0.1, max = 10_000.0), extend("unit" = "days", "source" = "assumed: the delay is not said (A-063)", "lever" = "E-05"))]
    #[default = 40.0]
    pub dismissal_delay: f64,
    /// Mean length of a working life at a school.
    #[schemars(range(min = 0.1, max = 1000.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 20.0]
    pub tenure: f64,
    /// Youngest age, in whole years, of a class that is hinted or spoken to.
    #[schemars(range(min = 0, max = 60), extend("unit" = "years", "source" = "assumed"))]
    #[default = 9]
    pub class_from: u32,
    /// Oldest such age.
    #[schemars(range(min = 0, max = 60), extend("unit" = "years", "source" = "assumed"))]
    #[default = 16]
    pub class_to: u32,
    /// Part of what was not heard yet that a hint says, of one fact.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "partial truths (A-060); size assumed"))]
    #[default = 0.12]
    pub hint_part: f64,
    /// The same of an outburst, of donation, the end and childlessness.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "plain (A-061), and still not all; size assumed"))]
    #[default = 0.7]
    pub outburst_part: f64,
    /// Pupils whom a guardian has an eye on in a term.
    #[schemars(range(min = 0, max = 10_000), extend("unit" = "pupils", "source" = "assumed"))]
    #[default = 6]
    pub noticed: u32,
    /// Distress from which a pupil is seen to be in distress.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.25]
    pub distressed_at: f64,
    /// Probability that a guardian of full conscience has a private word with such a pupil.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed (A-064)"))]
    #[default = 0.6]
    pub kindness: f64,
    /// Visits of the collector to each humane school.
    #[schemars(range(min = 0.0, max = 3.0), extend("unit" = "per year", "source" = "repeated (A-034), how often is not said: assumed"))]
    #[default = 2.0]
    pub visits: f64,
    /// Unease that a visit leaves in the collector, of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "uneasy near pupils (A-034); size assumed"))]
    #[default = 0.01]
    pub unease: f64,
    /// Probability that at a visit the collector sees a private act of a pupil.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "once told of (A-080, A-195); size assumed"))]
    #[default = 0.06]
    pub witness: f64,
    /// Unease that seeing it leaves, of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "tears (A-080); size assumed"))]
    #[default = 0.3]
    pub witness_unease: f64,
}

impl Staff {
    /// Middles of duty and candour, and the conscience of somebody just taken on.
    pub(super) fn traits(&self) -> (f64, f64, f64) {
        // The three kinds are names for corners of the same space.
        match self.mix {
            Mix::Mixed => (self.duty, self.candour, self.conscience),
            Mix::Outspoken => (0.2, 0.9, self.conscience),
            Mix::Rationalising => (0.9, 0.1, self.conscience),
            Mix::Uneasy => (0.5, 0.1, 0.5),
        }
    }
}
