//! The final tables of a study, in Parquet.

use hailsham_engine::table::{ColumnKind, ColumnSpec, TableWriter};

use super::comparison::{Difference, group_of};
use super::record::Columns;
use super::study::Study;
use super::summary::Summary;
use crate::runner::StudyError;
use crate::system::System;

/// Every replicate, one row each.
pub(crate) const REPLICATES_FILE: &str = "replicates.parquet";
/// Every measure of every group, one row each.
pub(crate) const GROUPS_FILE: &str = "groups.parquet";
/// The summary of every metric.
pub(crate) const SUMMARY_FILE: &str = "summary.parquet";
/// What B changes of A.
pub(crate) const DIFFERENCES_FILE: &str = "differences.parquet";

/// Every run of a sweep, one row each.
pub(crate) const SWEEP_FILE: &str = "sweep.parquet";
/// The particles of the last generation of a calibration.
pub(crate) const POSTERIOR_FILE: &str = "posterior.parquet";

/// The values of a column.
pub(crate) enum Values {
    Text(Vec<String>),
    U64(Vec<u64>),
    F64(Vec<Option<f64>>),
    Bool(Vec<bool>),
}

/// A column whose name is known only when it is written: a metric, a parameter.
pub(crate) struct Column {
    name: String,
    unit: String,
    text: String,
    values: Values,
}

impl Column {
    pub(crate) fn new(name: &str, unit: &str, text: &str, values: Values) -> Column {
        Column {
            name: name.to_owned(),
            unit: unit.to_owned(),
            text: text.to_owned(),
            values,
        }
    }

    fn rows(&self) -> usize {
        match &self.values {
            Values::Text(values) => values.len(),
            Values::U64(values) => values.len(),
            Values::F64(values) => values.len(),
            Values::Bool(values) => values.len(),
        }
    }
}

/// A text that lives as long as the program. The tables are declared by constants everywhere else, and
/// ask for that; here it is a few names, once, at the end of a study.
fn lasting(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// Writes a table as a whole or not at all.
pub(crate) fn write(study: &Study, name: &str, columns: &[Column]) -> Result<(), StudyError> {
    let specs: Vec<ColumnSpec> = columns
        .iter()
        .map(|column| ColumnSpec {
            name: lasting(&column.name),
            kind: match column.values {
                Values::Text(_) => ColumnKind::Text,
                Values::U64(_) => ColumnKind::U64,
                Values::F64(_) => ColumnKind::F64,
                Values::Bool(_) => ColumnKind::Bool,
            },
            unit: lasting(&column.unit),
            text: lasting(&column.text),
            required: !matches!(column.values, Values::F64(_)),
        })
        .collect();
    let rows = columns.first().map_or(0, Column::rows);
    study.directory.put_file(&study.path().join(name), |part| {
        let mut writer = TableWriter::create(part, &specs, &study.key_values())?;
        let mut group = writer.group(rows)?;
        for column in columns {
            match &column.values {
                Values::Text(values) => group.text(&column.name, |row, out| {
                    out.push_str(&values[row]);
                    true
                })?,
                Values::U64(values) => group.u64(&column.name, |row| Some(values[row]))?,
                Values::F64(values) => group.f64(&column.name, |row| values[row])?,
                Values::Bool(values) => group.bool(&column.name, |row| Some(values[row]))?,
            }
        }
        group.close()?;
        writer.close()?;
        Ok(())
    })
}

/// The replicates of an arm: its name, the seeds, the values.
pub(crate) type ArmColumns<'a> = (&'a str, &'a [u64], &'a Columns);

fn arm_and_seed(arms: &[ArmColumns<'_>]) -> [Column; 2] {
    let names = arms
        .iter()
        .flat_map(|(name, seeds, _)| seeds.iter().map(|_| (*name).to_owned()));
    let seeds = arms.iter().flat_map(|(_, seeds, _)| seeds.iter().copied());
    [
        Column::new("arm", "", "Which scenario.", Values::Text(names.collect())),
        Column::new("seed", "", "The seed.", Values::U64(seeds.collect())),
    ]
}

/// The metrics of some arms, one column each.
pub(crate) fn metric_columns(system: System, arms: &[ArmColumns<'_>]) -> Vec<Column> {
    system
        .metrics()
        .iter()
        .map(|metric| {
            let values = arms.iter().flat_map(|(_, seeds, columns)| {
                let column = columns.column(metric.name);
                (0..seeds.len()).map(move |row| column.and_then(|column| column[row]))
            });
            Column::new(
                metric.name,
                metric.unit,
                metric.text,
                Values::F64(values.collect()),
            )
        })
        .collect()
}

/// `replicates.parquet`: one row for each run.
pub(crate) fn write_replicates(study: &Study, arms: &[ArmColumns<'_>]) -> Result<(), StudyError> {
    let mut columns: Vec<Column> = arm_and_seed(arms).into();
    columns.extend(metric_columns(study.system(), arms));
    write(study, REPLICATES_FILE, &columns)
}

/// `groups.parquet`: one row for each measure of each group of each run.
pub(crate) fn write_groups(study: &Study, arms: &[ArmColumns<'_>]) -> Result<(), StudyError> {
    let mut texts: [Vec<String>; 4] = Default::default();
    let (mut seed_of, mut values) = (Vec::new(), Vec::new());
    for (arm, seeds, columns) in arms {
        for name in columns.names() {
            let (Some((who, group, measure)), Some(column)) =
                (group_of(name), columns.column(name))
            else {
                continue;
            };
            for (seed, value) in seeds.iter().zip(column) {
                for (list, text) in texts.iter_mut().zip([*arm, who, group, measure]) {
                    list.push(text.to_owned());
                }
                seed_of.push(*seed);
                values.push(*value);
            }
        }
    }
    let [arm, who, group, measure] = texts;
    write(
        study,
        GROUPS_FILE,
        &[
            Column::new("arm", "", "Which scenario.", Values::Text(arm)),
            Column::new("seed", "", "The seed.", Values::U64(seed_of)),
            Column::new(
                "who",
                "",
                "givers, carers or receivers, or what is grouped by, such as country.",
                Values::Text(who),
            ),
            Column::new(
                "group",
                "",
                "Which of them: all, the kind of school, the disease, the country.",
                Values::Text(group),
            ),
            Column::new("measure", "", "What is measured.", Values::Text(measure)),
            Column::new(
                "value",
                "",
                "Its value, in the unit of the measure.",
                Values::F64(values),
            ),
        ],
    )
}

/// A column of numbers of a list.
fn numbers<T>(name: &str, text: &str, rows: &[T], of: impl Fn(&T) -> Option<f64>) -> Column {
    Column::new(name, "", text, Values::F64(rows.iter().map(of).collect()))
}

/// A column of texts of a list.
fn texts<T>(name: &str, text: &str, rows: &[T], of: impl Fn(&T) -> &str) -> Column {
    let values = rows.iter().map(|row| of(row).to_owned()).collect();
    Column::new(name, "", text, Values::Text(values))
}

/// `summary.parquet`: one row for each metric, in its unit.
pub(crate) fn write_summary(study: &Study, rows: &[Summary]) -> Result<(), StudyError> {
    let quantile = |place: usize| move |row: &Summary| row.quantiles.map(|all| all[place]);
    write(
        study,
        SUMMARY_FILE,
        &[
            texts("metric", "The metric.", rows, |row| &row.metric),
            texts("unit", "Its unit.", rows, |row| &row.unit),
            numbers("count", "Runs that have a value.", rows, |row| {
                Some(f64::from(row.count))
            }),
            numbers("mean", "Mean.", rows, |row| row.mean),
            numbers("sd", "Standard deviation between runs.", rows, |row| row.sd),
            numbers(
                "ci_low",
                "Lower end of the interval of the mean (95 %, Student's t); none where all values are the same.",
                rows,
                |row| row.ci_low,
            ),
            numbers("ci_high", "Upper end.", rows, |row| row.ci_high),
            numbers("min", "Least value.", rows, |row| row.min),
            numbers("q05", "Quantile at 5 %.", rows, quantile(0)),
            numbers("q25", "Quantile at 25 %.", rows, quantile(1)),
            numbers("median", "Median.", rows, quantile(2)),
            numbers("q75", "Quantile at 75 %.", rows, quantile(3)),
            numbers("q95", "Quantile at 95 %.", rows, quantile(4)),
            numbers("max", "Greatest value.", rows, |row| row.max),
        ],
    )
}

/// `differences.parquet`: one row for each metric, and for each measure of each group.
pub(crate) fn write_differences(study: &Study, rows: &[Difference]) -> Result<(), StudyError> {
    write(
        study,
        DIFFERENCES_FILE,
        &[
            texts(
                "who",
                "run; givers, carers or receivers, or what is grouped by, such as country.",
                rows,
                |row| &row.who,
            ),
            texts(
                "group",
                "Which of them: all, the kind of school, the disease, the country.",
                rows,
                |row| &row.group,
            ),
            texts(
                "metric",
                "The metric, or the measure of the group.",
                rows,
                |row| &row.metric,
            ),
            texts("unit", "Its unit.", rows, |row| &row.unit),
            numbers(
                "pairs",
                "Pairs of runs that both have a value.",
                rows,
                |row| Some(f64::from(row.pairs)),
            ),
            numbers("a", "Mean in A.", rows, |row| row.a),
            numbers("b", "Mean in B.", rows, |row| row.b),
            numbers(
                "difference",
                "Mean of B minus A, pair by pair.",
                rows,
                |row| row.difference,
            ),
            numbers(
                "sd",
                "Standard deviation of the difference between pairs.",
                rows,
                |row| row.sd,
            ),
            numbers(
                "t_low",
                "Lower end of its interval (95 %, Student's t); none where all pairs differ by the same.",
                rows,
                |row| row.t_low,
            ),
            numbers("t_high", "Upper end.", rows, |row| row.t_high),
            numbers(
                "bootstrap_low",
                "Lower end of the bootstrap interval (95 %; Efron 1987, Hesterberg 2015).",
                rows,
                |row| row.bootstrap_low,
            ),
            numbers("bootstrap_high", "Upper end.", rows, |row| {
                row.bootstrap_high
            }),
            numbers(
                "p",
                "Probability of such a difference by chance (two-sided).",
                rows,
                |row| row.p,
            ),
            numbers(
                "p_adjusted",
                "The same, corrected for all metrics, or for all groups (Holm 1979).",
                rows,
                |row| row.p_adjusted,
            ),
            numbers(
                "correlation",
                "Correlation between the arms.",
                rows,
                |row| row.correlation,
            ),
            numbers(
                "reduction",
                "Variance of the difference between unpaired runs over that between paired ones.",
                rows,
                |row| row.reduction,
            ),
            Column::new(
                "same",
                "",
                "Whether every pair has the same value to the last bit, or none in both.",
                Values::Bool(rows.iter().map(|row| row.same).collect()),
            ),
        ],
    )
}
