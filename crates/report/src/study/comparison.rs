//! The page of two scenarios.

use serde::Deserialize;
use serde_json::json;

use super::{
    Known, Meanings, Parts, heads, interval, interval_told, plain, shown, spoken, told, with_unit,
};
use crate::chart::{Cell, Chart, Column, Kind, Table};
use crate::text::in_unit;

/// `result.json`.
#[derive(Deserialize)]
pub(super) struct Comparison {
    a: String,
    b: String,
    replicates: u32,
    #[serde(default)]
    headlines: Vec<String>,
    metrics: Vec<Difference>,
    groups: Vec<Difference>,
    #[serde(default)]
    lives: Option<Lives>,
}

#[derive(Deserialize)]
struct Difference {
    who: String,
    group: String,
    metric: String,
    unit: String,
    pairs: u32,
    a: Option<f64>,
    b: Option<f64>,
    #[serde(rename = "difference")]
    change: Option<f64>,
    t_low: Option<f64>,
    t_high: Option<f64>,
    bootstrap_low: Option<f64>,
    bootstrap_high: Option<f64>,
    p_adjusted: Option<f64>,
    reduction: Option<f64>,
    same: bool,
}

#[derive(Deserialize)]
struct Lives {
    fates: Vec<Fates>,
}

#[derive(Deserialize)]
struct Fates {
    who: String,
    group: String,
    lives: f64,
    dies: f64,
    net: (f64, Option<(f64, f64)>),
    dies_later: f64,
    dies_sooner: f64,
    same: f64,
    only_in_a: f64,
    only_in_b: f64,
}

pub(super) fn parts(study: &Comparison, known: &Known) -> Parts {
    let headlines: Vec<&Difference> = study
        .metrics
        .iter()
        .filter(|of| study.headlines.contains(&of.metric))
        .collect();
    let mut changes = forest("changes", "donor");
    let mut meanings = Meanings::default();
    for of in &headlines {
        let label = meanings.note(spoken(&of.metric), known.short(&of.metric));
        push(&mut changes, "metric", label, of);
    }
    meanings.leave(&mut changes);
    // What is chosen is one measure, so that its groups stand below each other.
    let mut whom = forest("whom", "gained");
    for of in &study.groups {
        let choice = format!("{}: {}", of.who, spoken(&of.metric));
        push(&mut whom, &choice, plain(&of.group).into(), of);
    }
    whom.options["choose"] = json!("Measure");
    let all: Vec<&Difference> = study.metrics.iter().collect();
    let groups: Vec<&Difference> = study.groups.iter().collect();
    let mut tables = vec![
        (
            "headlines",
            table("Metric", &headlines, study.replicates, known),
        ),
        ("metrics", table("Metric", &all, study.replicates, known)),
        (
            "groups",
            table("Whose, and what", &groups, study.replicates, known),
        ),
    ];
    if let Some(lives) = &study.lives {
        tables.push(("lives", of_lives(lives)));
    }
    let title = if study.a == study.b {
        format!("{}, changed", study.a)
    } else {
        format!("{} against {}", study.b, study.a)
    };
    Parts {
        title,
        replicates: study.replicates,
        charts: vec![changes, whom],
        tables,
    }
}

fn forest(id: &'static str, colour: &'static str) -> Chart {
    let columns = vec![
        Column::new("of", "Of", 0),
        Column::new("what", "What", 0),
        Column::drawn("change", "Change, %", 2, colour),
        Column::new("low", "From, %", 2),
        Column::new("high", "To, %", 2),
    ];
    let options = json!({"axis": "per cent of A"});
    Chart::new(id, Kind::Forest, columns, options)
}

/// A row with the change in per cent of A, where that says something.
fn push(chart: &mut Chart, choice: &str, label: Cell, of: &Difference) {
    let Some(a) = of.a.filter(|a| *a != 0.0 && !of.same) else {
        return;
    };
    let percent = |value: Option<f64>| Cell::from(value.map(|value| 100.0 * value / a.abs()));
    chart.push(vec![
        choice.into(),
        label,
        percent(of.change),
        percent(of.t_low),
        percent(of.t_high),
    ]);
}

/// A table of differences. Where a run lacks a value, in how many pairs both have one.
fn table(what: &str, differences: &[&Difference], replicates: u32, known: &Known) -> Table {
    let row = |of: &&Difference| {
        let unit = of.unit.as_str();
        let mut named = name(of, known);
        if of.pairs < replicates {
            named.add(&format!(", {} of {replicates} pairs", of.pairs));
        }
        let mut row: Vec<Cell> = vec![named, told(of.a, unit), told(of.b, unit)];
        if of.same {
            row.extend(["the same", "", "", "", ""].map(Cell::from));
        } else {
            row.extend([
                told(of.change, unit),
                interval_told(of.t_low, of.t_high, unit),
                interval_told(of.bootstrap_low, of.bootstrap_high, unit),
                of.p_adjusted.map_or(Cell::from("–"), probability),
                of.reduction
                    .map_or(Cell::from("–"), |times| format!("{times:.1}×").into()),
            ]);
        }
        row
    };
    Table {
        columns: heads(&[
            what,
            "A",
            "B",
            "B − A",
            "95 %, t",
            "95 %, bootstrap",
            "p",
            "Runs saved",
        ]),
        rows: differences.iter().map(row).collect(),
    }
}

/// What differs: a metric with what it is, or a measure of a group.
fn name(of: &Difference, known: &Known) -> Cell {
    if of.who == "run" {
        return known.metric(&of.metric, &of.unit);
    }
    let measure = with_unit(&spoken(&of.metric), in_unit(None, &of.unit).1);
    format!("{}, {}: {measure}", of.who, plain(&of.group)).into()
}

fn probability(p: f64) -> Cell {
    if p < 1e-4 {
        "< 0.0001".into()
    } else {
        format!("{p:.4}").into()
    }
}

fn of_lives(lives: &Lives) -> Table {
    let row = |of: &Fates| {
        let (net, ends) = of.net;
        vec![
            format!("{}, {}", of.who, plain(&of.group)).into(),
            shown(Some(of.lives)),
            shown(Some(of.dies)),
            shown(Some(net)),
            interval(ends.map(|ends| ends.0), ends.map(|ends| ends.1)),
            shown(Some(of.dies_later)),
            shown(Some(of.dies_sooner)),
            shown(Some(of.only_in_a)),
            shown(Some(of.only_in_b)),
            shown(Some(of.same)),
        ]
    };
    Table {
        columns: heads(&[
            "Who",
            "Lives, would have died",
            "Dies, would have lived",
            "Net",
            "95 %",
            "Dies later",
            "Dies sooner",
            "Only in A",
            "Only in B",
            "The same",
        ]),
        rows: lives.fates.iter().map(row).collect(),
    }
}
