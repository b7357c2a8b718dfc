//! The page of a sweep: which parameter moves what, and how.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Known, Meanings, Parts, heads, interval, spoken, with_unit};
use crate::chart::{Cell, Chart, Column, Kind, Table};
use crate::text::in_unit;

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

pub(super) fn parts(study: &Sweep, known: &Known) -> Parts {
    let charts = vec![
        tornado(study, known),
        shares(study, known),
        dependence(study, known),
        heat(study, known),
    ];
    let mut tables = vec![("parameters", parameters(study, known))];
    if !study.indices.is_empty() {
        tables.push(("indices", indices(study)));
    }
    tables.extend(metrics(study, known).map(|table| ("words", table)));
    Parts {
        title: format!("{}, {} points", study.scenario, study.points),
        replicates: study.points * study.replicates,
        charts,
        tables,
    }
}

/// What the metrics are that are told of; none where nothing is known of any.
fn metrics(study: &Sweep, known: &Known) -> Option<Table> {
    let names: BTreeSet<&String> = study.metrics.iter().collect();
    let told = names
        .into_iter()
        .filter(|name| !known.text(name).is_empty());
    let row = |name: &String| -> Vec<Cell> {
        let unit = in_unit(None, known.unit(name)).1;
        vec![spoken(name).into(), unit.into(), known.text(name).into()]
    };
    let rows: Vec<Vec<Cell>> = told.map(row).collect();
    let columns = heads(&["Metric", "Unit", "What it is"]);
    (!rows.is_empty()).then_some(Table { columns, rows })
}

fn parameters(study: &Sweep, known: &Known) -> Table {
    let row = |swept: &Swept| -> Vec<Cell> {
        let over = if swept.values.is_empty() {
            interval(Some(swept.ends.0), Some(swept.ends.1))
        } else {
            let numbered = swept.values.iter().enumerate();
            let values: Vec<String> = numbered.map(|(n, v)| format!("{}: {v}", n + 1)).collect();
            values.join(", ").into()
        };
        vec![known.parameter(&swept.path), over]
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
            spoken(&of.metric).into(),
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
fn tornado(study: &Sweep, known: &Known) -> Chart {
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
    let mut meanings = Meanings::default();
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
            chart.push(vec![
                meanings.note(spoken(metric), known.short(metric)),
                meanings.note(swept.path.clone(), known.short(&swept.path)),
                end.into(),
                least.into(),
                greatest.into(),
            ]);
        }
    }
    meanings.leave(&mut chart);
    chart
}

/// The sensitivity indices, each with its interval.
fn shares(study: &Sweep, known: &Known) -> Chart {
    let columns = vec![
        Column::new("metric", "Metric", 0),
        Column::new("parameter", "Parameter", 0),
        Column::drawn("share", "Share of the variance", 3, "gained"),
        Column::new("low", "From", 3),
        Column::new("high", "To", 3),
    ];
    let mut chart = chart("shares", Kind::Forest, columns, "share of the variance");
    let mut meanings = Meanings::default();
    for of in &study.indices {
        for (what, estimate) in [("by itself", &of.first), ("with interactions", &of.total)] {
            chart.push(vec![
                meanings.note(spoken(&of.metric), known.short(&of.metric)),
                meanings.note(
                    format!("{}, {what}", of.parameter),
                    format!("{}, {what}", known.short(&of.parameter)),
                ),
                estimate.value.into(),
                estimate.low.into(),
                estimate.high.into(),
            ]);
        }
    }
    meanings.leave(&mut chart);
    chart
}

fn dependence(study: &Sweep, known: &Known) -> Chart {
    let columns = vec![
        Column::new("of", "Of", 0),
        Column::new("at", "Value of the parameter", 4),
        Column::drawn("mean", "Mean", 4, "gained"),
        Column::new("low", "From", 4),
        Column::new("high", "To", 4),
    ];
    let mut chart = chart("dependence", Kind::Dependence, columns, "");
    let mut axes = Axes::default();
    let mut meanings = Meanings::default();
    for of in &study.dependence {
        let tell = |number: f64| in_unit(Some(number), known.unit(&of.metric)).0;
        let (choice, meaning) = axes.note(study, known, &of.metric, &[&of.parameter]);
        chart.push(vec![
            meanings.note(choice, meaning),
            of.at.into(),
            tell(of.mean).into(),
            tell(of.interval.0).into(),
            tell(of.interval.1).into(),
        ]);
    }
    axes.leave(&mut chart);
    meanings.leave(&mut chart);
    chart
}

fn heat(study: &Sweep, known: &Known) -> Chart {
    let columns = vec![
        Column::new("of", "Of", 0),
        Column::new("x", "Across", 4),
        Column::new("y", "Up", 4),
        Column::drawn("mean", "Mean", 4, "donor"),
    ];
    let mut chart = chart("heat", Kind::Heat, columns, "");
    let mut axes = Axes::default();
    let mut meanings = Meanings::default();
    for of in &study.heat {
        let (x, y) = &of.parameters;
        let (choice, meaning) = axes.note(study, known, &of.metric, &[x, y]);
        chart.push(vec![
            meanings.note(choice, meaning),
            of.at.0.into(),
            of.at.1.into(),
            in_unit(Some(of.mean), known.unit(&of.metric)).0.into(),
        ]);
    }
    axes.leave(&mut chart);
    meanings.leave(&mut chart);
    chart
}

/// An axis of a chart.
#[derive(Serialize)]
struct Axis {
    /// What is on it, with its unit.
    name: String,
    /// What its numbers stand for, from 1, where they number the values of a list.
    values: Vec<String>,
}

/// Of each choice of a chart its axes: first that of the answer, then those of the parameters.
#[derive(Default)]
struct Axes(BTreeMap<String, Vec<Axis>>);

impl Axes {
    /// Notes the axes of a metric over some parameters; gives what is chosen, and what it means.
    fn note(
        &mut self,
        study: &Sweep,
        known: &Known,
        metric: &str,
        parameters: &[&str],
    ) -> (String, String) {
        let answer = with_unit(&spoken(metric), in_unit(None, known.unit(metric)).1);
        let by = match parameters {
            [x, y] => format!(" by {x} (across) and {y} (up)"),
            of => format!(" by {}", of.join(" and ")),
        };
        let choice = answer.clone() + &by;
        let values = |path: &str| {
            let swept = study.parameters.iter().find(|swept| swept.path == path);
            swept.map(|swept| swept.values.clone()).unwrap_or_default()
        };
        let of_answer = Axis {
            name: answer,
            values: Vec::new(),
        };
        let across = parameters.iter().map(|path| Axis {
            name: with_unit(path, known.unit(path)),
            values: values(path),
        });
        let axes = std::iter::once(of_answer).chain(across).collect();
        self.0.insert(choice.clone(), axes);
        (choice, known.short(metric) + &by)
    }

    /// Leaves what was noted with the chart.
    fn leave(self, chart: &mut Chart) {
        chart.options["axes"] = json!(self.0);
    }
}
