//! What the report says, one file a section: each turns the run into numbers, tables and charts.
//! No section formats text beyond numbers; the sentences stand in the templates.

mod ages;
mod assumptions;
mod carers;
mod checks;
mod flow;
mod headline;
mod inner;
mod ledger;
mod lives;
mod recipients;
mod survival;
mod yearly;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::chart::{Chart, Table};
use crate::input::{Manifest, Metric, Rival, Run};
use crate::lexicon::{LexiconError, Speaker};
use crate::text::in_unit;

pub(crate) use assumptions::{Assumptions, of as assumptions};
pub(crate) use flow::capital;
pub(crate) use lives::{ShownLife, choose, show};
pub(crate) use survival::shown_until;

/// Everything that the templates show.
#[derive(Serialize)]
pub(crate) struct Report<'a> {
    manifest: &'a Manifest,
    /// First and last calendar year of the series.
    years: Option<(i32, i32)>,
    metrics: Vec<ShownMetric<'a>>,
    /// Charts by their id, without those that would be empty.
    pub(crate) charts: BTreeMap<&'static str, Chart>,
    headline: headline::Headline,
    carers: carers::Tenure,
    recipients: recipients::Numbers,
    recipients_table: Table,
    ledger: ledger::Ledger,
    inner: inner::Numbers,
    survival: Vec<survival::Summary>,
    assumptions: assumptions::Assumptions<'a>,
    checks: checks::Checks<'a>,
    lives: Vec<ShownLife>,
    rivals: &'a [Rival],
}

/// A metric with its value, which the run's own file keeps apart.
#[derive(Serialize)]
pub(crate) struct ShownMetric<'a> {
    name: &'a str,
    text: &'a str,
    unit: &'a str,
    value: Option<f64>,
}

/// Metrics with their values.
pub(crate) fn shown_metrics(metrics: &[Metric]) -> Vec<ShownMetric<'_>> {
    let each = metrics.iter();
    each.map(|metric| {
        let unit = metric.unit.as_deref().unwrap_or_default();
        let (value, unit) = in_unit(metric.value, unit);
        ShownMetric {
            name: &metric.name,
            text: &metric.text,
            unit,
            value,
        }
    })
    .collect()
}

impl<'a> Report<'a> {
    /// The name of the scenario that was run.
    pub(crate) fn scenario(&self) -> &str {
        &self.manifest.scenario
    }

    /// Computes all sections.
    pub(crate) fn of(
        run: &'a Run,
        speaker: &Speaker,
        lives: Vec<(ShownLife, Chart)>,
    ) -> Result<Report<'a>, LexiconError> {
        let (curves, survival) = survival::chart(run, speaker)?;
        let (tenure_chart, carers) = carers::chart(run);
        let (recipients_table, recipients) = recipients::table(run);
        let (ledger_chart, ledger) = ledger::of(run, speaker)?;
        let mut charts = vec![
            flow::chart(run, speaker)?,
            curves,
            ages::steps(run, speaker)?,
            ages::at_death(run, speaker)?,
            tenure_chart,
            recipients::outcomes(run),
            recipients::waiting(run),
            ledger_chart,
        ];
        charts.extend(yearly::charts(run, speaker)?);
        let (inner_charts, inner) = inner::charts(run, speaker)?;
        charts.extend(inner_charts);
        let (lives, life_charts): (Vec<_>, Vec<_>) = lives.into_iter().unzip();
        charts.extend(life_charts);
        Ok(Report {
            manifest: &run.manifest,
            years: run
                .series
                .years
                .first()
                .copied()
                .zip(run.series.years.last().copied()),
            metrics: shown_metrics(&run.metrics),
            charts: charts
                .into_iter()
                .filter(|chart| !chart.is_empty())
                .map(|chart| (chart.id, chart))
                .collect(),
            headline: headline::of(run),
            carers,
            recipients,
            recipients_table,
            ledger,
            inner,
            survival,
            assumptions: assumptions(&run.parameters, &run.manifest.changed),
            checks: checks::of(run),
            lives,
            rivals: &run.rivals,
        })
    }
}
