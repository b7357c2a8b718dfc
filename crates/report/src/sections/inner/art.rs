//! Works: made, sold, collected, shown, and what showing them changed.

use serde::Serialize;
use serde_json::json;

use super::{by_year, concern, counted, measured};
use crate::chart::{Chart, Column, Kind};
use crate::input::Run;
use crate::lexicon::{LexiconError, Speaker};
use crate::sections::ages::row_of;
use crate::statistics::Spread;

/// What becomes of a work: its name in the table, and in the chart.
const FATES: [(&str, &str); 4] = [
    ("kept", "kept"),
    ("sold", "sold at a sale"),
    ("collected", "collected, not shown"),
    ("exhibited", "shown to the public"),
];

/// Works in a few numbers.
#[derive(Serialize)]
pub(crate) struct Numbers {
    made: f64,
    collected: f64,
    shown: f64,
    /// Years in which works were shown to the public, and how often what was shown was taken as a
    /// reason to go on.
    showings: f64,
    turned_round: f64,
}

/// Counts them.
pub(super) fn numbers(run: &Run) -> Numbers {
    let total = |event: &str| run.counts.total(event);
    Numbers {
        made: total("made_work"),
        collected: total("collected"),
        shown: total("exhibited"),
        showings: total("evidence_shown"),
        turned_round: total("evidence_turned_round"),
    }
}

/// Works by year, what was chosen among them, and what it changed.
pub(super) fn charts(run: &Run, speaker: &Speaker) -> Result<[Chart; 3], LexiconError> {
    let concern = concern(speaker)?;
    let works = vec![
        counted(run, "made_work", "Made", "school"),
        counted(run, "sold", "Sold", "other"),
        counted(run, "collected", "Collected", "carer"),
        counted(run, "exhibited", "Shown to the public", "gained"),
    ];
    let changed = vec![
        measured(run, "recognition", "Recognition of inner life", "carer"),
        measured(run, "concern", &concern, "gained"),
        counted(run, "exhibited", "Works shown", "cottages"),
    ];
    Ok([
        by_year(
            run,
            "art",
            "works a year, logarithmic",
            works,
            json!({ "log": true }),
        ),
        chosen(run),
        by_year(
            run,
            "evidence",
            "% of the most possible",
            changed,
            json!({ "strip": { "key": "exhibited", "axis": "works" } }),
        ),
    ])
}

/// Merit and revealed inner life of works, by what became of them.
fn chosen(run: &Run) -> Chart {
    let columns = vec![
        Column::new("works", "Works", 0),
        Column::new("number", "Number", 0),
        Column::new("p5", "5 %", 0),
        Column::new("p25", "25 %", 0),
        Column::new("median", "Median", 0),
        Column::new("p75", "75 %", 0),
        Column::new("p95", "95 %", 0),
    ];
    let measures = ["Merit", "Inner life"].iter().enumerate();
    let mut rows = Vec::new();
    let mut colours = Vec::new();
    for (n, measure) in measures {
        for (fate, label) in FATES {
            let (merit, inner_life) = run.works.of_fate(fate);
            let values = if n == 0 { merit } else { inner_life };
            let spread = Spread::of(values.into_iter().map(|value| 100.0 * value).collect());
            if spread.is_some() {
                rows.push(row_of(&format!("{measure}: {label}"), spread));
                colours.push(["school", "cottages"][n]);
            }
        }
    }
    let options = json!({ "axis": "% of the highest", "max": 100, "colours": colours });
    let mut chart = Chart::new("works-chosen", Kind::Boxes, columns, options);
    for row in rows {
        chart.push(row);
    }
    chart
}
