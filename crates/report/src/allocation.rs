//! The report of a run of kidney allocation in Eurotransplant: who was transplanted and who waits, how kidneys cross
//! borders, what became of the grafts, and what was assumed.

mod input;
mod time;
mod whom;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::chart::{Chart, Table};
use crate::sections::{Assumptions, ShownMetric, assumptions, shown_metrics};
pub(crate) use input::{Manifest, Run};

/// Everything that the page shows.
#[derive(Serialize)]
pub(crate) struct AllocationReport<'a> {
    pub(crate) manifest: &'a Manifest,
    metrics: Vec<ShownMetric<'a>>,
    /// The values of the metrics, by name; those that have one.
    value: BTreeMap<&'a str, f64>,
    /// Charts by their id, without those that would be empty.
    pub(crate) charts: BTreeMap<&'static str, Chart>,
    groups: Table,
    crossings: Table,
    assumptions: Assumptions<'a>,
}

impl<'a> AllocationReport<'a> {
    /// Computes all sections.
    pub(crate) fn of(run: &'a Run) -> AllocationReport<'a> {
        let mut charts = whom::charts(run);
        charts.extend(time::charts(run));
        let charts = charts.into_iter().filter(|chart| !chart.is_empty());
        let known = run.metrics.iter();
        AllocationReport {
            manifest: &run.manifest,
            metrics: shown_metrics(&run.metrics),
            value: known
                .filter_map(|metric| Some((metric.name.as_str(), metric.value?)))
                .collect(),
            charts: charts.map(|chart| (chart.id, chart)).collect(),
            groups: whom::table(run),
            crossings: time::crossings(run),
            assumptions: assumptions(&run.parameters, &run.manifest.changed),
        }
    }
}
