//! The page of a sweep: which parameter moves what, and how.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use super::{Metrics, Parts, heads, interval};
use crate::chart::{Cell, Chart, Column, Kind, Table};

/// `result.json`.
#[derive(Deserialize)]
pub(super) struct Sweep {
    scenario: String,
    points: u32,
    replicates: u32,
    parameters: Vec<Swept>,
    metrics: Vec<String>,
    indices: Vec<Sensitivity>,
    dependence: Vec<Dependence>,
    heat: Vec<Heat>,
}

#[derive(Deserialize)]
struct Swept {
    path: String,
    values: Vec<String>,
    ends: (f64, f64),
}

#[derive(Deserialize)]
struct Sensitivity {
    metric: String,
    parameter: String,
    first: Estimate,
    total: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    value: f64,
    low: f64,
    high: f64,
}

#[derive(Deserialize)]
struct Dependence {
    metric: String,
    parameter: String,
    at: f64,
    mean: f64,
    interval: (f64, f64),
}

#[derive(Deserialize)]
struct Heat {
    metric: String,
    parameters: (String, String),
    at: (f64, f64),
    mean: f64,
}

pub(super) fn parts(study: &Sweep, known: &Metrics) -> Parts {
    let charts = vec![
        tornado(study),
        shares(study),
        dependence(study, known),
        heat(study),
    ];
    let mut tables = vec![("parameters", parameters(study))];
    if !study.indices.is_empty() {
        tables.push(("indices", indices(study)));
    }
    let metrics = known.table(&study.metrics);
    tables.extend(metrics.map(|table| ("words", table)));
    Parts {
        title: format!("{}, {} points", study.scenario, study.points),
        replicates: study.points * study.replicates,
        charts,
        tables,
    }
}

fn parameters(study: &Sweep) -> Table {
    let row = |swept: &Swept| -> Vec<Cell> {
        let over = if swept.values.is_empty() {
            interval(Some(swept.ends.0), Some(swept.ends.1))
        } else {
            let numbered = swept.values.iter().enumerate();
            let values: Vec<String> = numbered.map(|(n, v)| format!("{}: {v}", n + 1)).collect();
            values.join(", ").into()
        };
        vec![swept.path.clone().into(), over]
    };
    Table {
        columns: heads(&["Parameter", "Varied over"]),
        rows: study.parameters.iter().map(row).collect(),
    }
}

fn indices(study: &Sweep) -> Table {
    let row = |of: &Sensitivity| -> Vec<Cell> {
        let two = |number: f64| format!("{number:.2}");
        let ends = |of: &Estimate| format!("{} to {}", two(of.low), two(of.high));
        vec![
            of.metric.replace('_', " ").into(),
            of.parameter.clone().into(),
            two(of.first.value).into(),
            ends(&of.first).into(),
            two(of.total.value).into(),
            ends(&of.total).into(),
        ]
    };
    Table {
        columns: heads(&[
            "Metric",
            "Parameter",
            "By itself",
            "95 %",
            "With interactions",
            "95 %",
        ]),
        rows: study.indices.iter().map(row).collect(),
    }
}

fn chart(id: &'static str, kind: Kind, columns: Vec<Column>, axis: &str) -> Chart {
    Chart::new(id, kind, columns, json!({"axis": axis, "choose": "Metric"}))
}

/// For each parameter how far its means lie from the mean of all, in per cent: the widest first.
fn tornado(study: &Sweep) -> Chart {
    let columns = vec![
        Column::new("metric", "Metric", 0),
        Column::new("parameter", "Parameter", 0),
        Column::drawn("upper_end", "At the parameter’s upper end, %", 2, "donor"),
        Column::new("least", "Least mean, %", 2),
        Column::new("greatest", "Greatest mean, %", 2),
    ];
    let mut chart = chart(
        "tornado",
        Kind::Forest,
        columns,
        "per cent from the mean of all points",
    );
    for metric in &study.metrics {
        let mut rows = Vec::new();
        for swept in &study.parameters {
            let of = study.dependence.iter();
            let means: Vec<f64> = of
                .filter(|d| d.metric == *metric && d.parameter == swept.path)
                .map(|d| d.mean)
                .collect();
            let Some(last) = means.last() else { continue };
            let centre = means.iter().sum::<f64>() / means.len() as f64;
            if centre == 0.0 {
                continue;
            }
            let percent = |mean: f64| 100.0 * (mean - centre) / centre.abs();
            let least = means.iter().copied().fold(f64::INFINITY, f64::min);
            let greatest = means.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            rows.push((swept, percent(*last), percent(least), percent(greatest)));
        }
        rows.sort_by(|a, b| (b.3 - b.2).total_cmp(&(a.3 - a.2)));
        for (swept, end, least, greatest) in rows {
            let name = metric.replace('_', " ");
            chart.push(vec![
                name.into(),
                swept.path.clone().into(),
                end.into(),
                least.into(),
                greatest.into(),
            ]);
        }
    }
    chart
}

/// The sensitivity indices, each with its interval.
fn shares(study: &Sweep) -> Chart {
    let columns = vec![
        Column::new("metric", "Metric", 0),
        Column::new("parameter", "Parameter", 0),
        Column::drawn("share", "Share of the variance", 3, "gained"),
        Column::new("low", "From", 3),
        Column::new("high", "To", 3),
    ];
    let mut chart = chart("shares", Kind::Forest, columns, "share of the variance");
    for of in &study.indices {
        for (what, estimate) in [("by itself", &of.first), ("with interactions", &of.total)] {
            chart.push(vec![
                of.metric.replace('_', " ").into(),
                format!("{}, {what}", of.parameter).into(),
                estimate.value.into(),
                estimate.low.into(),
                estimate.high.into(),
            ]);
        }
    }
    chart
}

fn dependence(study: &Sweep, known: &Metrics) -> Chart {
    let columns = vec![
        Column::new("of", "Of", 0),
        Column::new("at", "Value of the parameter", 4),
        Column::drawn("mean", "Mean", 4, "gained"),
        Column::new("low", "From", 4),
        Column::new("high", "To", 4),
    ];
    let mut chart = chart("dependence", Kind::Dependence, columns, "");
    // The axis of the answer has the metric's name and unit.
    let answers: BTreeMap<String, String> = study
        .metrics
        .iter()
        .map(|metric| (metric.replace('_', " "), known.named(metric)))
        .collect();
    chart.options["answers"] = json!(answers);
    for of in &study.dependence {
        chart.push(vec![
            format!("{} by {}", of.metric.replace('_', " "), of.parameter).into(),
            of.at.into(),
            of.mean.into(),
            of.interval.0.into(),
            of.interval.1.into(),
        ]);
    }
    chart
}

fn heat(study: &Sweep) -> Chart {
    let columns = vec![
        Column::new("of", "Of", 0),
        Column::new("x", "Across", 4),
        Column::new("y", "Up", 4),
        Column::drawn("mean", "Mean", 4, "donor"),
    ];
    let mut chart = chart("heat", Kind::Heat, columns, "");
    for of in &study.heat {
        let (x, y) = &of.parameters;
        chart.push(vec![
            format!(
                "{} by {x} (across) and {y} (up)",
                of.metric.replace('_', " ")
            )
            .into(),
            of.at.0.into(),
            of.at.1.into(),
            of.mean.into(),
        ]);
    }
    chart
}
