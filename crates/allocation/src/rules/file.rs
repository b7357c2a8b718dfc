//! What a policy file may say.

use hailsham_scenario::{
    BuiltIn, Loaded, Parameters, Pointed, Problem, ScenarioError, Source, load_with,
};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::attribute::Catalogue;
use super::policy::Policy;

/// When points become whole numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Rounding {
    /// Never.
    #[default]
    None,
    /// The sum, half up.
    Sum,
    /// Each component, half up, before they are added.
    Components,
}

/// A term: a name for an expression, that later ones may use.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The expression.
    pub is: String,
    /// Where it is written.
    #[serde(default)]
    pub source: String,
}

/// A function of steps of a quantity, usable as a term.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// The quantity, an expression.
    pub of: String,
    /// Where each step begins, with its unit, rising.
    pub from: Vec<String>,
    /// What it gives from there on; below the first, 0.
    pub gives: Vec<f64>,
    /// Where it is written.
    #[serde(default)]
    pub source: String,
}

/// A condition without which an organ is not offered.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Eligibility {
    /// The condition.
    pub when: String,
    /// Where it is written.
    #[serde(default)]
    pub source: String,
}

/// A rule that puts candidates into a tier; the first that holds decides.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// The condition.
    pub when: String,
    /// The tier, one of `order`.
    pub tier: String,
    /// Where it is written.
    #[serde(default)]
    pub source: String,
}

/// Points for something: the weight times the quantity, where the condition holds.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Points {
    /// The weight: a number, or one per unit, as `33.3 / 1 year`.
    pub weight: String,
    /// The quantity; 1 where there is none, so that the weight stands for itself.
    #[serde(default = "whole")]
    pub of: String,
    /// When there are points at all; always where there is none.
    #[serde(default = "always")]
    pub when: String,
    /// Where it is written.
    #[serde(default)]
    pub source: String,
}

fn whole() -> String {
    "1".to_owned()
}

fn always() -> String {
    "true".to_owned()
}

/// What decides between candidates of one tier, before the points or after them: more comes first.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tie {
    /// The quantity.
    pub more: String,
    /// Where it is written.
    #[serde(default)]
    pub source: String,
}

/// Oddities of a known program, each of which can be turned on to repeat what that program does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools)]
pub struct Quirks {
    /// Whether a candidate may take part in a programme is looked at only every 30 days, and the answer is lost
    /// from a change of the profile or of the acceptable mismatch programme until the next look. For the Senior
    /// Programme's donors after circulatory death only those in Austria, Belgium and the Netherlands are looked at.
    pub eligibility_pauses: bool,
    /// A transplant abroad enters the balance between countries up to a day late.
    pub balances_a_day_late: bool,
    /// The balance between the regions is computed once a day, for the age group of that day's first donor.
    pub regional_balance_of_any_age: bool,
    /// The later registrations of someone who has been transplanted go on.
    pub later_registrations_stay: bool,
    /// In the rescue phase of the general programme neither profiles nor accepted mismatches are looked at, and in the
    /// extended phase of the Senior Programme of the profile nothing but whether it accepts that phase.
    pub rescue_ignores_profiles: bool,
    /// A profile that does not accept donors who abused drugs does not keep them away.
    pub drug_abuse_untested: bool,
    /// A kidney that nobody took goes to somebody whose centre was asked, whether or not that patient can be offered
    /// it.
    pub rescue_forces_anyone: bool,
    /// Whoever has one known split at DR counts as homozygous there, whatever broad antigens there are.
    pub homozygous_by_splits: bool,
    /// A broad antigen at DR of which no split is known stands, in the mismatch probability, for an antigen that no
    /// donor has.
    pub mismatch_probability_by_splits: bool,
    /// What is rounded half up is cut towards zero below zero: −0.7 becomes 0 and −1.7 becomes −1.
    pub rounding_cuts: bool,
    /// Whether and when a recipient is registered again before a graft is lost is taken from the step of the table before
    /// the one that the random number falls into, so that the last of each group is never reached.
    pub relisting_by_the_step_before: bool,
    /// Candidates alike in everything are ordered by a score that is computed every 14 days.
    pub order_of_a_fortnight: bool,
}

impl Quirks {
    /// Each oddity by name, and whether it is turned on.
    pub fn named(self) -> [(&'static str, bool); 12] {
        [
            ("eligibility_pauses", self.eligibility_pauses),
            ("balances_a_day_late", self.balances_a_day_late),
            (
                "regional_balance_of_any_age",
                self.regional_balance_of_any_age,
            ),
            ("later_registrations_stay", self.later_registrations_stay),
            ("rescue_ignores_profiles", self.rescue_ignores_profiles),
            ("drug_abuse_untested", self.drug_abuse_untested),
            ("rescue_forces_anyone", self.rescue_forces_anyone),
            ("homozygous_by_splits", self.homozygous_by_splits),
            (
                "mismatch_probability_by_splits",
                self.mismatch_probability_by_splits,
            ),
            ("rounding_cuts", self.rounding_cuts),
            (
                "relisting_by_the_step_before",
                self.relisting_by_the_step_before,
            ),
            ("order_of_a_fortnight", self.order_of_a_fortnight),
        ]
    }
}

/// A policy as its file says it.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PolicyFile {
    /// Whose attributes the rules speak of.
    pub system: String,
    /// The document that the rules come from.
    pub document: String,
    /// When points become whole numbers.
    pub rounding: Rounding,
    /// The tiers, the best first.
    pub order: Vec<String>,
    /// The last tier that is offered organs in the regular phase; those behind it come in the extended phase alone.
    /// Empty: every tier is offered them from the beginning.
    pub regular_until: String,
    /// Terms, each after those that it uses.
    pub terms: IndexMap<String, Definition>,
    /// Functions of steps.
    pub scales: IndexMap<String, Scale>,
    /// Who may be offered an organ: all of these must hold.
    pub eligibility: IndexMap<String, Eligibility>,
    /// Rules for the tiers; the first that holds decides, and who meets none is not on the list.
    pub tiers: IndexMap<String, Tier>,
    /// What decides within a tier before any points, one at most.
    pub ahead: IndexMap<String, Tie>,
    /// Points.
    pub points: IndexMap<String, Points>,
    /// What decides between equals, in this order, three at most.
    pub ties: IndexMap<String, Tie>,
    /// Oddities to repeat.
    pub quirks: Quirks,
}

impl Parameters for PolicyFile {
    const CALLED: [&'static str; 2] = ["policy", "policies"];
}

/// Reads a policy, with all that it extends, lays `sets` (each `path=value`) on top, and compiles it over the
/// attributes of the catalogue that `system` names.
///
/// # Errors
///
/// Everything that is wrong, each with its place: TOML, unknown keys, unknown attributes, types, missing units,
/// tiers that nobody can be in.
pub fn read_policy(
    source: &Source,
    built_in: &[BuiltIn],
    sets: &[String],
    catalogues: &[(&str, Catalogue)],
) -> Result<(Loaded<PolicyFile>, Policy), ScenarioError> {
    read_with(source, built_in, sets, &|file| {
        let mut all = catalogues.iter();
        let found = all.find(|(name, _)| *name == file.system);
        found.map(|(_, catalogue)| catalogue).ok_or_else(|| {
            let known: Vec<&str> = catalogues.iter().map(|(name, _)| *name).collect();
            Problem {
                path: "system".to_owned(),
                message: format!(
                    "`{}` is not a system whose attributes are known",
                    file.system
                ),
                help: Some(format!("there are {}", known.join(", "))),
            }
        })
    })
}

/// The same over the attributes of those who are to be ranked, whatever system the file names: rules that ask for
/// nothing that they do not have serve them too.
///
/// # Errors
///
/// As [`read_policy`].
pub fn read_policy_for(
    source: &Source,
    built_in: &[BuiltIn],
    sets: &[String],
    catalogue: &Catalogue,
) -> Result<(Loaded<PolicyFile>, Policy), ScenarioError> {
    read_with(source, built_in, sets, &|_| Ok(catalogue))
}

fn read_with<'a>(
    source: &Source,
    built_in: &[BuiltIn],
    sets: &[String],
    catalogue_of: &dyn Fn(&PolicyFile) -> Result<&'a Catalogue, Problem>,
) -> Result<(Loaded<PolicyFile>, Policy), ScenarioError> {
    let compile = |file: &PolicyFile| -> Result<Policy, Vec<Pointed>> {
        let catalogue = catalogue_of(file).map_err(|problem| vec![problem.into()])?;
        Policy::new(file, catalogue)
    };
    let check = |file: &PolicyFile| compile(file).err().unwrap_or_default();
    let loaded = load_with::<PolicyFile, _>(source, built_in, sets, &check)?;
    // What has just been checked compiles; an empty policy stands for what cannot happen.
    let policy = compile(&loaded.value).unwrap_or_default();
    Ok((loaded, policy))
}
