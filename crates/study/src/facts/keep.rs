//! Facts and what came out of them, as files of the run's directory.

use std::path::Path;

use super::evaluate::{FactOutcome, evaluate};
use super::{FACTS_FILE, Facts};
use crate::runner::StudyError;

/// What came out of the facts of a run, in its directory.
pub const CHECKS_FILE: &str = "checks.json";

/// Checks all facts against the run in a directory, and writes there what came out, and the facts
/// themselves, so that they can be checked again.
pub fn write_checks(facts: &Facts, run: &Path) -> Result<Vec<FactOutcome>, StudyError> {
    let ids: Vec<&str> = facts.ids().collect();
    let outcomes = evaluate(facts, &ids, run)?;
    let write = |name: &str, text: &str| {
        let path = run.join(name);
        std::fs::write(&path, text).map_err(|error| StudyError::File {
            path,
            problem: error.to_string(),
        })
    };
    write(FACTS_FILE, &facts.text)?;
    // Pretty printing of what is in memory cannot fail.
    let checks = serde_json::to_value(&outcomes).unwrap_or_default();
    write(CHECKS_FILE, &format!("{checks:#}\n"))?;
    Ok(outcomes)
}
