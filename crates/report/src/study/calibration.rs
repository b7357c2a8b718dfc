//! The page of a calibration: what became of the ranges, and how the targets are met.

use serde::Deserialize;
use serde_json::json;

use super::{Known, Meanings, Parts, heads, interval, interval_told, shown, told};
use crate::chart::{Cell, Chart, Column, Kind, Table};

/// `result.json`.
#[derive(Deserialize)]
pub(super) struct Calibration {
    scenario: String,
    replicates: u32,
    steps: Vec<Step>,
    posterior: Vec<Marginal>,
    targets: Vec<Fit>,
}

#[derive(Deserialize)]
struct Step {
    within: Option<f64>,
    proposals: u32,
    median: Option<f64>,
}

#[derive(Deserialize)]
struct Marginal {
    parameter: String,
    prior: (f64, f64),
    mean: f64,
    sd: f64,
    quantiles: [f64; 3],
    taken: String,
}

#[derive(Deserialize)]
struct Fit {
    metric: String,
    value: f64,
    tolerance: f64,
    mean: Option<f64>,
    ends: Option<(f64, f64)>,
    #[serde(default)]
    text: String,
    #[serde(default)]
    source: String,
}

impl Fit {
    /// What is known, and how.
    fn known(&self) -> String {
        match (self.text.as_str(), self.source.as_str()) {
            (text, "") => text.to_owned(),
            ("", source) => source.to_owned(),
            (text, source) => format!("{text} ({source})"),
        }
    }
}

pub(super) fn parts(study: &Calibration, known: &Known) -> Parts {
    let proposals: u32 = study.steps.iter().map(|step| step.proposals).sum();
    let columns = vec![
        Column::new("of", "Of", 0),
        Column::new("parameter", "Parameter", 0),
        Column::drawn("median", "Median, %", 2, "gained"),
        Column::new("q05", "5 %, %", 2),
        Column::new("q95", "95 %, %", 2),
    ];
    let options = json!({
        "axis": "per cent of the way through the range",
        "ends": {"min": 0, "max": 100},
    });
    let mut posterior = Chart::new("posterior", Kind::Forest, columns, options);
    let mut meanings = Meanings::default();
    for of in &study.posterior {
        let (low, high) = of.prior;
        let percent = |at: f64| Cell::from(100.0 * (at - low) / (high - low));
        let [q05, median, q95] = of.quantiles;
        posterior.push(vec![
            "posterior".into(),
            meanings.note(of.parameter.clone(), known.short(&of.parameter)),
            percent(median),
            percent(q05),
            percent(q95),
        ]);
    }
    meanings.leave(&mut posterior);
    let marginal = |of: &Marginal| -> Vec<Cell> {
        let [q05, median, q95] = of.quantiles;
        vec![
            known.parameter(&of.parameter),
            interval(Some(of.prior.0), Some(of.prior.1)),
            shown(Some(of.mean)),
            shown(Some(of.sd)),
            shown(Some(q05)),
            shown(Some(median)),
            shown(Some(q95)),
            // What is kept has all its digits; a reader wants those that say something.
            of.taken
                .parse()
                .map_or_else(|_| of.taken.clone().into(), |taken| shown(Some(taken))),
        ]
    };
    // Targets of the command line say no more than their numbers.
    let explained = study.targets.iter().any(|of| !of.known().is_empty());
    let fit = |of: &Fit| -> Vec<Cell> {
        let how: Option<Cell> = explained.then(|| of.known().into());
        let unit = known.unit(&of.metric);
        let (low, high) = of.ends.unzip();
        let numbers: [Cell; 5] = [
            known.metric(&of.metric, unit),
            told(Some(of.value), unit),
            told(Some(of.tolerance), unit),
            told(of.mean, unit),
            interval_told(low, high, unit),
        ];
        numbers.into_iter().chain(how).collect()
    };
    let mut of_targets = vec!["Metric", "Should be", "Tolerance", "Is, mean", "From, to"];
    of_targets.extend(explained.then_some("How it is known"));
    let step = |(number, of): (usize, &Step)| -> Vec<Cell> {
        vec![
            (number + 1).to_string().into(),
            of.within.map_or("any".into(), |within| shown(Some(within))),
            of.proposals.to_string().into(),
            shown(of.median),
        ]
    };
    Parts {
        title: format!("{}, calibrated", study.scenario),
        replicates: proposals * study.replicates,
        charts: vec![posterior],
        tables: [
            (
                "posterior",
                Table {
                    columns: heads(&[
                        "Parameter",
                        "Before",
                        "Mean",
                        "Standard deviation",
                        "5 %",
                        "Median",
                        "95 %",
                        "Taken",
                    ]),
                    rows: study.posterior.iter().map(marginal).collect(),
                },
            ),
            (
                "targets",
                Table {
                    columns: heads(&of_targets),
                    rows: study.targets.iter().map(fit).collect(),
                },
            ),
            (
                "steps",
                Table {
                    columns: heads(&[
                        "Generation",
                        "Within, tolerances",
                        "Simulations",
                        "Median distance",
                    ]),
                    rows: study.steps.iter().enumerate().map(step).collect(),
                },
            ),
        ]
        .into(),
    }
}
