//! The report of a kidney exchange programme in time: what the time between matching runs is worth, for whom, and how
//! the pool went.

mod input;
mod whom;

use std::collections::BTreeMap;

use hailsham_engine::time::Span;
use serde::Serialize;
use serde_json::json;

use crate::chart::{Cell, Chart, Column, Kind, Named};
use crate::input::{Manifest, Metric, date};
use crate::sections::{Assumptions, ShownMetric, assumptions, shown_metrics};
use crate::text::in_unit;
pub(crate) use input::Run;

/// Everything that the page shows.
#[derive(Serialize)]
pub(crate) struct ExchangeReport<'a> {
    pub(crate) manifest: &'a Manifest,
    metrics: Vec<ShownMetric<'a>>,
    /// The values of the metrics at the scenario's own interval, by name; those that have one.
    value: BTreeMap<&'a str, f64>,
    /// The scenario's own interval, in weeks, and the years in which pairs are counted.
    interval: f64,
    years: f64,
    /// Every interval that was run, in weeks.
    intervals: Vec<f64>,
    /// Every metric at each of them.
    rows: Vec<Row<'a>>,
    /// Charts by their id, without those that would be empty.
    pub(crate) charts: BTreeMap<&'static str, Chart>,
    assumptions: Assumptions<'a>,
}

/// A metric at every interval.
#[derive(Serialize)]
struct Row<'a> {
    metric: Named<'a>,
    values: Vec<Option<f64>>,
}

/// A chart of metrics against the interval: its id, its axis, what the numbers are multiplied by, and each line's metric,
/// name and colour.
type Against = (
    &'static str,
    &'static str,
    f64,
    &'static [(&'static str, &'static str, &'static str)],
);

const AGAINST: [Against; 3] = [
    (
        "transplanted",
        "pairs transplanted, %",
        100.0,
        &[
            ("share_transplanted", "All pairs", "gained"),
            (
                "share_transplanted_group_o",
                "Patients of group O",
                "waiting",
            ),
            (
                "share_transplanted_sensitised",
                "The most sensitised",
                "between",
            ),
        ],
    ),
    (
        "waited",
        "days from arrival to the transplant",
        1.0,
        &[
            ("wait_mean", "Mean", "gained"),
            ("wait_median", "Median", "graft"),
            (
                "wait_mean_sensitised",
                "Mean of the most sensitised",
                "between",
            ),
        ],
    ),
    (
        "stayed",
        "days until transplanted, left, or the end",
        1.0,
        &[("days_in_programme_mean", "Mean of all pairs", "waiting")],
    ),
];

/// What becomes of a pair: the metric, the name, the colour.
const ENDS: [(&str, &str, &str); 5] = [
    ("pairs_transplanted", "Transplanted by exchange", "gained"),
    ("transplanted_elsewhere", "Transplanted elsewhere", "graft"),
    ("still_there", "Still there", "waiting"),
    ("withdrew", "Withdrew", "other"),
    ("died", "Died", "lost"),
];

impl<'a> ExchangeReport<'a> {
    /// Computes all sections.
    pub(crate) fn of(run: &'a Run) -> ExchangeReport<'a> {
        let mut charts: Vec<Chart> = AGAINST.iter().map(|drawn| against(run, drawn)).collect();
        charts.push(ends(run));
        charts.push(pool(run));
        charts.extend(whom::charts(run));
        let charts = charts.into_iter().filter(|chart| !chart.is_empty());
        let rows = run.metrics.iter().map(|metric| row(run, metric));
        ExchangeReport {
            manifest: &run.manifest,
            metrics: shown_metrics(&run.metrics),
            value: run
                .metrics
                .iter()
                .filter_map(|metric| Some((metric.name.as_str(), metric.value?)))
                .collect(),
            interval: run.result.interval,
            // Years of the calendar are not quite of one length.
            years: (100.0 * run.result.years).round() / 100.0,
            intervals: run.result.intervals.iter().map(|of| of.interval).collect(),
            rows: rows.collect(),
            charts: charts.map(|chart| (chart.id, chart)).collect(),
            assumptions: assumptions(&run.parameters, &run.manifest.changed),
        }
    }
}

fn row<'a>(run: &Run, metric: &'a Metric) -> Row<'a> {
    let unit = metric.unit.as_deref().unwrap_or_default();
    let at = |at| in_unit(run.value(&metric.name, at), unit).0;
    Row {
        metric: Named {
            text: &metric.text,
            name: &metric.name,
            unit: in_unit(None, unit).1,
        },
        values: (0..run.result.intervals.len()).map(at).collect(),
    }
}

/// `4 weeks`, and with a star the scenario's own.
fn weeks(run: &Run, interval: f64) -> Cell {
    let own = interval.total_cmp(&run.result.interval).is_eq();
    format!("{interval}{}", if own { " *" } else { "" }).into()
}

fn against(run: &Run, (id, axis, times, lines): &Against) -> Chart {
    let mut columns = vec![Column::new("interval", "Weeks", 0)];
    columns.extend(
        lines
            .iter()
            .map(|(metric, name, colour)| Column::drawn(metric, name, 1, colour)),
    );
    let options =
        json!({ "axis": axis, "points": true, "category": "weeks between matching runs" });
    let mut chart = Chart::new(id, Kind::Lines, columns, options);
    for (at, of) in run.result.intervals.iter().enumerate() {
        let mut row = vec![weeks(run, of.interval)];
        let values = lines.iter().map(|(metric, ..)| run.value(metric, at));
        row.extend(values.map(|value| Cell::from(value.map(|value| times * value))));
        chart.push(row);
    }
    chart
}

fn ends(run: &Run) -> Chart {
    let mut columns = vec![Column::new("interval", "Weeks", 0)];
    columns.extend(ENDS.map(|(key, name, colour)| Column::drawn(key, name, 0, colour)));
    let options = json!({ "axis": "share of pairs", "horizontal": true, "percent": true });
    let mut chart = Chart::new("ends", Kind::Bars, columns, options);
    for (at, of) in run.result.intervals.iter().enumerate() {
        let mut row = vec![weeks(run, of.interval)];
        row.extend(ENDS.map(|(metric, ..)| Cell::from(run.value(metric, at))));
        chart.push(row);
    }
    chart
}

/// The pool at each matching run of the scenario's own interval, and what was agreed there.
fn pool(run: &Run) -> Chart {
    let columns = vec![
        Column::new("date", "Date", 0),
        Column::drawn("pairs", "Pairs in the pool", 0, "waiting"),
        Column::drawn("altruists", "Altruists in the pool", 0, "carer"),
        Column::drawn("agreed", "Transplants agreed", 0, "graft"),
        Column::drawn("done", "Transplants done of these", 0, "gained"),
    ];
    let options =
        json!({ "axis": "pairs, altruists, transplants", "category": "date of the matching run" });
    let mut chart = Chart::new("pool", Kind::Lines, columns, options);
    for of in &run.match_runs {
        chart.push(vec![
            run.manifest
                .since_first(Span::from_days(of.days))
                .map(date)
                .into(),
            of.pairs.into(),
            of.altruists.into(),
            of.agreed.into(),
            of.done.map(f64::from).into(),
        ]);
    }
    chart
}
