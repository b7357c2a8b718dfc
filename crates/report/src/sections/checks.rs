//! Facts that were checked against the run: what is said of each, and how many hold.

use serde::Serialize;

use crate::input::{Check, Run};

/// What came out of the facts.
#[derive(Serialize)]
pub(crate) struct Checks<'a> {
    holds: usize,
    fails: usize,
    unknown: usize,
    /// The scale for which they were written, where the run is of a smaller one.
    written_for: Option<f64>,
    /// Those that fail first, then those that hold; in the order of the file otherwise.
    facts: Vec<&'a Check>,
}

pub(crate) fn of(run: &Run) -> Checks<'_> {
    let count = |status: &str| {
        let checks = run.checks.iter();
        checks.filter(|check| check.status == status).count()
    };
    let mut facts: Vec<&Check> = run.checks.iter().collect();
    facts.sort_by_key(|check| match check.status.as_str() {
        "fails" => 0,
        "holds" => 1,
        _ => 2,
    });
    Checks {
        holds: count("holds"),
        fails: count("fails"),
        unknown: count("unknown"),
        written_for: run.facts_scale.filter(|scale| run.manifest.scale < *scale),
        facts,
    }
}
