//! What the country felt, beside the humane schools that it opened and closed.

use serde_json::json;

use super::{by_year, concern, measured};
use crate::chart::Chart;
use crate::input::Run;
use crate::lexicon::{LexiconError, Speaker};

/// The measures of the public by year, the humane schools beneath, and the years of news that shook.
pub(super) fn chart(run: &Run, speaker: &Speaker) -> Result<Chart, LexiconError> {
    let concern = concern(speaker)?;
    let schools = run.series.column("humane_schools_open").to_vec();
    let lines = vec![
        measured(run, "concern", &concern, "gained"),
        measured(run, "stake", "Stake of families", "lost"),
        measured(run, "unease", "Unease", "between"),
        measured(run, "recognition", "Recognition of inner life", "carer"),
        measured(run, "attention", "Attention", "school"),
        (
            "humane_schools_open",
            "Humane schools open",
            "cottages",
            schools,
        ),
    ];
    let shocks = run.counts.by_year("public_shock", &run.series.years);
    let marks: Vec<String> = run
        .series
        .years
        .iter()
        .zip(shocks)
        .filter(|(_, shocks)| *shocks > 0.0)
        .map(|(year, _)| year.to_string())
        .collect();
    let options = json!({
        "strip": { "key": "humane_schools_open", "axis": "humane schools" },
        "marks": { "years": marks, "label": "news" },
    });
    let axis = "% of the most possible";
    Ok(by_year(run, "reform", axis, lines, options))
}
