//! The page of many runs of one scenario.

use serde::Deserialize;
use serde_json::json;

use super::{Known, Meanings, Parts, Summary, heads, interval_told, spoken, told};
use crate::chart::{Chart, Column, Kind, Table};

/// `result.json`.
#[derive(Deserialize)]
pub(super) struct Replicates {
    scenario: String,
    #[serde(rename = "replicates")]
    runs: u32,
    #[serde(default)]
    headlines: Vec<String>,
    metrics: Vec<Summary>,
}

pub(super) fn parts(study: &Replicates, known: &Known) -> Parts {
    let headlines: Vec<&Summary> = study
        .metrics
        .iter()
        .filter(|summary| study.headlines.contains(&summary.metric))
        .collect();
    let columns = vec![
        Column::new("metric", "Metric", 0),
        Column::new("replicates", "Runs", 0),
        Column::drawn("q05", "5 %", 2, "carer"),
        Column::new("q25", "25 %", 2),
        Column::new("median", "Median", 2),
        Column::new("q75", "75 %", 2),
        Column::new("q95", "95 %", 2),
    ];
    let options = json!({"axis": "per cent from the mean", "colours": ["carer"]});
    let mut spread = Chart::new("spread", Kind::Boxes, columns, options);
    let mut meanings = Meanings::default();
    for summary in &headlines {
        let (Some(mean), Some(quantiles)) = (summary.mean, summary.quantiles) else {
            continue;
        };
        if mean != 0.0 {
            let mut row = vec![
                meanings.note(spoken(&summary.metric), known.short(&summary.metric)),
                study.runs.into(),
            ];
            row.extend(quantiles.map(|q| (100.0 * (q - mean) / mean.abs()).into()));
            spread.push(row);
        }
    }
    meanings.leave(&mut spread);
    let all: Vec<&Summary> = study.metrics.iter().collect();
    Parts {
        title: format!("{}, {} runs", study.scenario, study.runs),
        replicates: study.runs,
        charts: vec![spread],
        tables: vec![
            ("headlines", table(&headlines, known)),
            ("metrics", table(&all, known)),
        ],
    }
}

/// A table of some metrics.
fn table(metrics: &[&Summary], known: &Known) -> Table {
    let row = |summary: &&Summary| {
        let unit = summary.unit.as_str();
        let quantile = |place: usize| told(summary.quantiles.map(|all| all[place]), unit);
        vec![
            known.metric(&summary.metric, unit),
            told(summary.mean, unit),
            interval_told(summary.ci_low, summary.ci_high, unit),
            told(summary.sd, unit),
            quantile(0),
            quantile(2),
            quantile(4),
        ]
    };
    Table {
        columns: heads(&[
            "Metric",
            "Mean",
            "95 % interval",
            "Standard deviation",
            "5 %",
            "Median",
            "95 %",
        ]),
        rows: metrics.iter().map(row).collect(),
    }
}
