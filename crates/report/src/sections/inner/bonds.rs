//! Couples, those who come between two others, and what came of it.

use serde::Serialize;
use serde_json::json;

use super::{LAST_AGE, by_year, counted};
use crate::chart::{Chart, Column, Kind};
use crate::input::{AGES, Run};

/// The kinds of interference: names in the table and in the chart, and colours.
const KINDS: [(&str, &str, &str); 3] = [
    ("undermining", "Belittling a friend", "op1"),
    ("lying", "Lying between two", "op3"),
    ("possessing", "Holding on to one", "between"),
];

/// The metrics that say what came of it.
const OUTCOMES: [&str; 9] = [
    "couples",
    "couples_parted",
    "interferences",
    "pairs_kept_apart",
    "years_kept_apart",
    "years_kept_apart_mean",
    "united_after_confession",
    "donor_years_loved",
    "donor_years_unloved",
];

/// Couples in a few numbers.
#[derive(Serialize)]
pub(crate) struct Numbers {
    coupled: f64,
    interfered: f64,
    confessed: f64,
    /// Pairs kept apart, and the years that they lost to it.
    kept_apart: Option<f64>,
    years_apart: Option<f64>,
    /// The names of the metrics that are listed, in their order.
    outcomes: [&'static str; 9],
}

/// Counts them.
pub(super) fn numbers(run: &Run) -> Numbers {
    Numbers {
        coupled: run.counts.total("coupled"),
        interfered: run.counts.total("interfered"),
        confessed: run.counts.total("confessed"),
        kept_apart: run.metric("pairs_kept_apart"),
        years_apart: run.metric("years_kept_apart"),
        outcomes: OUTCOMES,
    }
}

/// Couples by year, interference by kind and age, and what was owned up to.
pub(super) fn charts(run: &Run, lived: &[f64; AGES]) -> [Chart; 3] {
    let couples = vec![
        counted(run, "coupled", "Couples formed", "carer"),
        counted(run, "parted", "Couples parted", "other"),
        counted(run, "love_hidden", "Loves kept back", "school"),
        counted(run, "kept_apart", "Pairs kept apart by a third", "lost"),
    ];
    let mended = vec![
        counted(run, "confessed", "Wrongs owned up to", "gained"),
        counted(run, "forgave", "Forgiven", "carer"),
        counted(run, "resented", "Not forgiven", "lost"),
        counted(run, "reunited", "Friends who met again", "school"),
        counted(run, "supported", "Friends supported", "cottages"),
    ];
    [
        by_year(run, "bonds", "a year", couples, json!({})),
        interference(run, lived),
        by_year(run, "mended", "a year", mended, json!({})),
    ]
}

/// Acts of interference by kind and by the age of who did them, over those who reached the age.
fn interference(run: &Run, lived: &[f64; AGES]) -> Chart {
    let mut columns = vec![Column::new("age", "Age in years", 0)];
    let mut parts = Vec::new();
    for (kind, label, colour) in KINDS {
        columns.push(Column::drawn(kind, label, 1, colour));
        parts.push(run.counts.by_age("interfered", kind));
    }
    let options =
        json!({ "axis": "acts per thousand of the age", "category": "age in whole years" });
    let mut chart = Chart::new("interference", Kind::Bars, columns, options);
    let happened = |age: &usize| parts.iter().any(|part| part[*age] > 0.0);
    let first = (0..=LAST_AGE).find(happened).unwrap_or(0);
    let end = (0..=LAST_AGE)
        .rev()
        .find(happened)
        .map_or(0, |last| last + 1);
    for age in first..end {
        let mut row = vec![age.to_string().into()];
        let rate = |count: f64| (lived[age] > 0.0).then(|| 1000.0 * count / lived[age]);
        row.extend(parts.iter().map(|part| rate(part[age]).into()));
        chart.push(row);
    }
    chart
}
