//! All policies that come with the program, whatever their system, and reading one of them or a file.

use hailsham_scenario::{BuiltIn, Loaded, ScenarioError, Source};

use crate::eurotransplant::{self, Geography, Setting};
use crate::kidneys;
use crate::rules::{Catalogue, Policy, PolicyFile, read_policy};

/// The policies that come with the program.
pub fn built_in() -> Vec<BuiltIn> {
    let all = eurotransplant::BUILT_IN_POLICIES.iter();
    all.chain(&kidneys::BUILT_IN_POLICIES).copied().collect()
}

/// The systems whose attributes policies may ask about, by name.
///
/// # Errors
///
/// What is wrong with the built-in setting of Eurotransplant.
pub fn catalogues() -> Result<Vec<(&'static str, Catalogue)>, ScenarioError> {
    let geography = Geography::new(&Setting::eurotransplant()?);
    Ok(vec![
        (
            eurotransplant::SYSTEM,
            eurotransplant::catalogue(&geography),
        ),
        (kidneys::SYSTEM, kidneys::catalogue()),
    ])
}

/// Reads a policy, of the program or of a file, with `sets` (each `path=value`) laid on top.
///
/// # Errors
///
/// Everything that is wrong with it, each with its place; see [`read_policy`].
pub fn read(
    source: &Source,
    sets: &[String],
) -> Result<(Loaded<PolicyFile>, Policy), ScenarioError> {
    read_policy(source, &built_in(), sets, &catalogues()?)
}
