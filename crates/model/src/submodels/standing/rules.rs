//! Parameters of standing, teasing and rage.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

/// Standing, teasing, rage.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Standing {
    /// How far a graded work moves standing at a humane school.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share of the way", "source" = "assumed: art works as rank (A-043, A-052)"))]
    #[default = 0.2]
    pub esteem_humane: f64,
    /// The same at an ordinary school.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share of the way", "source" = "assumed: no arts focus (A-017)"))]
    #[default = 0.1]
    pub esteem_ordinary: f64,
    /// How sharply others see a better or worse work.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "log-odds per unit of score", "source" = "assumed"))]
    #[default = 6.0]
    pub contrast: f64,
    /// How long it takes standing to go half the way back to the middle without new works.
    #[schemars(range(min = 0.01, max = 100.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 3.0]
    pub fade: f64,
    /// Probability that somebody of the lowest standing is teased at a meeting with one who feels nothing.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed: the one who fails at art is bullied (A-075, D-34)"))]
    #[default = 0.3]
    pub teasing: f64,
    /// How much being excluded invites teasing, beside low standing.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "ratio", "source" = "assumed (A-043)"))]
    #[default = 0.6]
    pub shunned: f64,
    /// Distress that being teased adds.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share of what is left", "source" = "assumed (A-074)"))]
    #[default = 0.2]
    pub tease_distress: f64,
    /// Self-worth that being teased takes.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share of what there is", "source" = "assumed (A-076)"))]
    #[default = 0.1]
    pub tease_worth: f64,
    /// Exclusion that being teased adds.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share of what is left", "source" = "assumed (D-34)"))]
    #[default = 0.06]
    pub tease_exclusion: f64,
    /// Log-odds of rage on provocation, of a newborn without distress or temper.
    #[schemars(range(min = -100.0, max = 100.0), extend("unit" = "log-odds", "source" = "assumed"))]
    #[default(-1.5)]
    pub rage: f64,
    /// What distress adds to them.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "log-odds", "source" = "assumed (A-074)"))]
    #[default = 3.0]
    pub rage_distress: f64,
    /// What irascibility adds to them.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "log-odds", "source" = "assumed (A-074)"))]
    #[default = 3.0]
    pub rage_irascibility: f64,
    /// What a year of age takes from them.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "log-odds per year", "source" = "assumed: tantrums fade with age (A-074, A-169, D-36)"))]
    #[default = 0.15]
    pub rage_age: f64,
    /// What acceptance of the end takes from them.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "log-odds", "source" = "assumed (D-36)"))]
    #[default = 2.0]
    pub rage_acceptance: f64,
    /// Exclusion that a rage adds.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share of what is left", "source" = "assumed: tantrums exclude (D-35)"))]
    #[default = 0.25]
    pub rage_exclusion: f64,
    /// Distress that a year of full exclusion adds.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share of what is left per year", "source" = "assumed (D-35)"))]
    #[default = 0.5]
    pub exclusion_distress: f64,
    /// How often a pupil in the worst distress is provoked by nobody.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed: failure provokes too (A-074)"))]
    #[default = 0.3]
    pub brooding: f64,
    /// How long it takes the others to forget half of an exclusion.
    #[schemars(range(min = 0.01, max = 100.0), extend("unit" = "years", "source" = "assumed: acceptance by the others (C-15, D-35)"))]
    #[default = 0.8]
    pub forgotten: f64,
    /// Exclusion from which somebody counts as excluded.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.5]
    pub excluded_at: f64,
    /// Exclusion down to which somebody counts as accepted again.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.2]
    pub accepted_at: f64,
    /// Share of hurt that a reassurance keeps off.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share of what is left", "source" = "assumed: relief (A-064)"))]
    #[default = 0.7]
    pub reassurance: f64,
    /// How long it takes half of that to wear off.
    #[schemars(range(min = 0.01, max = 100.0), extend("unit" = "years", "source" = "assumed: temporary calm (A-064)"))]
    #[default = 2.0]
    pub reassurance_half_life: f64,
    /// Distress that a reassurance takes at once, and self-worth that it gives.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-064)"))]
    #[default = 0.4]
    pub reassurance_relief: f64,
    /// Probability that a young pupil's work below the school's mean is praised all the same.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "not so: low works are scorned (A-052, 0:76)", "lever" = "E-32"))]
    #[default = 0.0]
    pub early_praise: f64,
    /// Age up to which works count as early.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 10.0]
    pub early_age: f64,
}
