//! Sweeps: how the metrics answer to parameters that are varied together.
//!
//! All points have the same seeds, so that the answer to a parameter is not drowned in chance. Of each
//! point the mean over its replicates counts.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::jobs::{Job, Keep, Origin, key, make};
use super::plan::{Kind, Variant};
use super::record::Columns;
use super::study::Study;
use super::tables;
use super::vary::{Over, Vary, sets};
use crate::check::{INTERVAL_LEVEL, Watch};
use crate::design::{self, Design};
use crate::runner::StudyError;
use crate::sensitivity::{Indices, indices};
use crate::statistics::Sample;

/// More different values than this of a parameter are put together into so many slices.
const SLICES: usize = 10;
/// Slices of each side of a heat map.
const HEAT: usize = 8;
/// Points that a slice has on average at least, where the design does not balance the other parameters
/// within it: the mean of fewer says more of the others than of this one.
const POINTS_IN_A_SLICE: usize = 8;
/// The same for a field of a heat map.
const POINTS_IN_A_FIELD: usize = 4;

/// A parameter that was swept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Swept {
    /// Its path.
    pub path: String,
    /// Its values, where they were listed; their places are their numbers, from 1.
    pub values: Vec<String>,
    /// Least and greatest place.
    pub ends: (f64, f64),
}

/// The answer of a metric to one parameter, the others being what they are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Dependence {
    /// The metric.
    pub metric: String,
    /// The parameter's path.
    pub parameter: String,
    /// The value, or the mean of those of a slice.
    pub at: f64,
    /// Points.
    pub points: u32,
    /// Mean of the metric.
    pub mean: f64,
    /// Its interval (95 %, Student's t) over the points; the mean itself of a single point, or of points that are all the same.
    pub interval: (f64, f64),
}

/// The answer of a metric to two parameters at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Heat {
    /// The metric.
    pub metric: String,
    /// The paths of both.
    pub parameters: (String, String),
    /// Their values, or the means of those of their slices.
    pub at: (f64, f64),
    /// Mean of the metric.
    pub mean: f64,
}

/// The indices of a metric for a parameter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sensitivity {
    /// The metric.
    pub metric: String,
    /// The parameter's path.
    pub parameter: String,
    /// First order and total.
    #[serde(flatten)]
    pub indices: Indices,
}

/// A metric of which something cannot be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The metric.
    pub metric: String,
    /// Why, in words.
    pub why: String,
}

/// What came out of a sweep.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sweep {
    /// The scenario.
    pub scenario: String,
    /// Hash of its resolved values.
    pub scenario_hash: String,
    /// How the points were chosen.
    pub design: Design,
    /// Points.
    pub points: u32,
    /// Runs of each point.
    pub replicates: u32,
    /// What was varied.
    pub parameters: Vec<Swept>,
    /// The metrics that are told of here; all are in the table.
    pub metrics: Vec<String>,
    /// Sensitivity indices, where the design gives them.
    pub indices: Vec<Sensitivity>,
    /// The metrics that have none where the design gives them, or no value at any point.
    #[serde(default)]
    pub left_out: Vec<LeftOut>,
    /// The answer to one parameter at a time.
    pub dependence: Vec<Dependence>,
    /// For each metric the answer to the two parameters that move it most.
    pub heat: Vec<Heat>,
}

/// The places of every point, in the order of the design.
pub(crate) fn places(vary: &[Vary], design: Design, count: u32, seed: u64) -> Vec<Vec<f64>> {
    let shares = match design {
        Design::Grid => design::grid(&vary.iter().map(Vary::steps).collect::<Vec<_>>()),
        other => design::points(other, vary.len(), count, seed),
    };
    let place = |(vary, share): (&Vary, f64)| match design {
        Design::Grid => vary.grid_place(share),
        _ => vary.place(share),
    };
    shares
        .into_iter()
        .map(|point| vary.iter().zip(point).map(place).collect())
        .collect()
}

/// Least rows of a design for sensitivity indices.
const LEAST_ROWS: u32 = 16;
/// Most runs of a sweep: the list of them is held in memory.
const MOST_RUNS: u64 = 1_000_000;

/// Runs of a sweep, or as many as can be counted.
fn runs(vary: &[Vary], design: Design, count: u32, replicates: u32) -> u64 {
    let points = match design {
        Design::Grid => vary
            .iter()
            .map(|vary| vary.steps() as u64)
            .fold(1, u64::saturating_mul),
        Design::Saltelli => u64::from(count).saturating_mul(design::row(vary.len()) as u64),
        Design::Latin | Design::Sobol => u64::from(count),
    };
    points.saturating_mul(u64::from(replicates))
}

/// Refuses what no design can do.
pub(crate) fn refuse(
    vary: &[Vary],
    design: Design,
    count: u32,
    replicates: u32,
) -> Result<(), String> {
    if vary.is_empty() {
        return Err("a sweep needs a parameter to vary: --vary PATH=LO..HI".to_owned());
    }
    let mut paths: Vec<&str> = vary.iter().map(|vary| vary.path.as_str()).collect();
    paths.sort_unstable();
    if let Some([twice, ..]) = paths.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(format!("`{twice}` is varied twice"));
    }
    if design != Design::Grid {
        let mut each = vary.iter();
        each.try_for_each(|vary| vary.refuse_steps("--points says how many there are"))?;
    }
    let runs = runs(vary, design, count, replicates);
    if runs > MOST_RUNS {
        return Err(format!(
            "a sweep has at most {MOST_RUNS} runs, and this one would have {runs}: take fewer values, points or \
             replicates"
        ));
    }
    let by_sequence = matches!(design, Design::Sobol | Design::Saltelli);
    let sides = if design == Design::Saltelli {
        2 * vary.len()
    } else {
        vary.len()
    };
    if by_sequence && (count > design::MOST_SOBOL || sides > design::MOST_SIDES) {
        return Err(format!(
            "a Sobol sequence has at most {} points and {} sides; sensitivity indices take two sides a \
             parameter",
            design::MOST_SOBOL,
            design::MOST_SIDES
        ));
    }
    if design == Design::Saltelli && count < LEAST_ROWS {
        return Err(format!(
            "sensitivity indices take {LEAST_ROWS} rows of points or more: of fewer, chance would pass for a share of \
             the variance"
        ));
    }
    if design == Design::Saltelli && !count.is_power_of_two() {
        return Err(format!(
            "the rows of sensitivity indices are a power of two, which a Sobol sequence is balanced at: \
             {} or {}",
            count.next_power_of_two() / 2,
            count.next_power_of_two()
        ));
    }
    Ok(())
}

/// Refuses a sweep with a point that the scenario does not take: values that it takes one by one need not
/// go together.
pub(crate) fn check_points(
    scenario: &Variant,
    vary: &[Vary],
    points: &[Vec<f64>],
) -> Result<(), StudyError> {
    // Points of whole values recur.
    let all: BTreeSet<Vec<String>> = points.iter().map(|point| sets(vary, point)).collect();
    for sets in all {
        scenario.with(&sets).load().map_err(|error| {
            StudyError::Refused(format!(
                "the scenario does not take a point of this sweep, {}:\n{}",
                sets.join(" "),
                error.render(false).trim_end()
            ))
        })?;
    }
    Ok(())
}

pub(crate) fn carry_out(
    study: &Study,
    threads: usize,
    watch: Watch<'_>,
) -> Result<Sweep, StudyError> {
    let (
        Kind::Sweep {
            scenario,
            vary,
            design,
            count,
            metrics,
        },
        Some(arm),
    ) = (&study.plan.kind, study.arms.first())
    else {
        return Err(StudyError::Refused("it is no sweep".to_owned()));
    };
    let points = places(vary, *design, *count, study.plan.seed);
    let seeds: Vec<u64> = study.plan.seeds().collect();
    let mut jobs = Vec::new();
    for (number, point) in points.iter().enumerate() {
        let sets = sets(vary, point);
        for seed in &seeds {
            jobs.push(Job {
                key: key(&name_of(number), *seed),
                origin: Origin::Variant(scenario.with(&sets)),
                sets: sets.clone(),
                seed: *seed,
                scale: study.plan.scale,
                keep: Keep::default(),
            });
        }
    }
    make(&study.directory, &jobs, jobs.len(), threads, watch)?;

    let mut columns = Columns::default();
    for job in &jobs {
        columns.push(&study.directory.get(&job.key)?);
    }
    let number = |row: usize| row / seeds.len();
    let mut table = vec![
        tables::Column::new(
            "point",
            "",
            "Number of the point, from 0.",
            tables::Values::U64((0..jobs.len()).map(|row| number(row) as u64).collect()),
        ),
        tables::Column::new(
            "seed",
            "",
            "The seed.",
            tables::Values::U64(jobs.iter().map(|job| job.seed).collect()),
        ),
    ];
    for (side, vary) in vary.iter().enumerate() {
        let at = |row: usize| points[number(row)][side];
        let rows = 0..jobs.len();
        let values = match &vary.over {
            Over::Range { .. } => tables::Values::F64(rows.map(|row| Some(at(row))).collect()),
            Over::Values(list) => {
                tables::Values::Text(rows.map(|row| list[at(row) as usize - 1].clone()).collect())
            }
        };
        table.push(tables::Column::new(
            &vary.path,
            "",
            "The parameter.",
            values,
        ));
    }
    let all: Vec<u64> = jobs.iter().map(|job| job.seed).collect();
    table.extend(tables::metric_columns(
        study.system(),
        &[(arm.name, &all, &columns)],
    ));
    tables::write(study, tables::SWEEP_FILE, &table)?;

    let system = study.system();
    let told: Vec<&str> = system
        .metrics()
        .iter()
        .map(|metric| metric.name)
        .filter(|name| {
            if metrics.is_empty() {
                system.headlines().contains(name)
            } else {
                metrics.iter().any(|m| m == name)
            }
        })
        .collect();
    let mut sweep = Sweep {
        scenario: arm.loaded.name().to_owned(),
        scenario_hash: arm.loaded.hash().to_owned(),
        design: *design,
        points: points.len() as u32,
        replicates: seeds.len() as u32,
        parameters: vary.iter().map(swept).collect(),
        metrics: told.iter().map(|name| (*name).to_owned()).collect(),
        indices: Vec::new(),
        left_out: Vec::new(),
        dependence: Vec::new(),
        heat: Vec::new(),
    };
    for metric in told {
        let of_points = match columns.column(metric) {
            Some(values) => means(values, seeds.len()),
            None => vec![None; points.len()],
        };
        tell(&mut sweep, metric, vary, &points, &of_points);
    }
    Ok(sweep)
}

fn name_of(point: usize) -> String {
    format!("p{point:06}")
}

fn swept(vary: &Vary) -> Swept {
    Swept {
        path: vary.path.clone(),
        values: match &vary.over {
            Over::Range { .. } => Vec::new(),
            Over::Values(values) => values.clone(),
        },
        ends: vary.ends(),
    }
}

/// The mean of each point over its replicates, as far as they have a value.
fn means(values: &[Option<f64>], replicates: usize) -> Vec<Option<f64>> {
    values
        .chunks(replicates)
        .map(|of| {
            let known: Vec<f64> = of.iter().copied().flatten().collect();
            (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
        })
        .collect()
}

/// The indices of a metric for each of so many parameters, or why there are none.
fn of_all(values: &[Option<f64>], parameters: usize) -> Result<Vec<Indices>, String> {
    let rows = values.chunks(design::row(parameters));
    let rows: Option<Vec<Vec<f64>>> = rows.map(|row| row.iter().copied().collect()).collect();
    let Some(rows) = rows else {
        let missing = values.iter().filter(|value| value.is_none()).count();
        return Err(format!("no value at {missing} of {} points", values.len()));
    };
    indices(&rows).ok_or_else(|| {
        if values.iter().all(|value| *value == values[0]) {
            "the same at every point".to_owned()
        } else {
            "it varies in too few rows of points".to_owned()
        }
    })
}

/// What is told of one metric.
fn tell(
    sweep: &mut Sweep,
    metric: &str,
    vary: &[Vary],
    points: &[Vec<f64>],
    values: &[Option<f64>],
) {
    let mut leave_out = |why: String| {
        sweep.left_out.push(LeftOut {
            metric: metric.to_owned(),
            why,
        });
    };
    if values.iter().all(Option::is_none) {
        leave_out("no value at any point".to_owned());
        return;
    }
    if sweep.design == Design::Saltelli {
        match of_all(values, vary.len()) {
            Err(why) => leave_out(why),
            Ok(found) => {
                let each = vary.iter().zip(found);
                sweep
                    .indices
                    .extend(each.map(|(vary, indices)| Sensitivity {
                        metric: metric.to_owned(),
                        parameter: vary.path.clone(),
                        indices,
                    }));
            }
        }
    }
    // Every value of a grid meets every value of the others, so that few points will do.
    let (least_in_slice, least_in_field) = match sweep.design {
        Design::Grid => (1, 1),
        _ => (POINTS_IN_A_SLICE, POINTS_IN_A_FIELD),
    };
    let most = (points.len() / least_in_slice).clamp(2, SLICES);
    let a_side = (points.len() / least_in_field).isqrt().clamp(2, HEAT);
    let mut ranges = Vec::new();
    for (side, of) in vary.iter().enumerate() {
        let slices = slices(of, points.iter().map(|point| point[side]), SLICES, most);
        let mut means: Vec<f64> = Vec::new();
        for (at, rows) in slices {
            let known: Vec<f64> = rows.iter().filter_map(|row| values[*row]).collect();
            let Some(first) = known.first() else { continue };
            let sample = Sample::of(&known);
            let mean = sample.map_or(*first, |sample| sample.mean);
            let interval = sample.and_then(|sample| sample.interval(INTERVAL_LEVEL));
            means.push(mean);
            sweep.dependence.push(Dependence {
                metric: metric.to_owned(),
                parameter: of.path.clone(),
                at,
                points: known.len() as u32,
                mean,
                interval: interval.unwrap_or((mean, mean)),
            });
        }
        let least = means.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = means.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        ranges.push((side, greatest - least));
    }
    // The two that move it most; of equals the first.
    ranges.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    if let [(x, _), (y, _), ..] = ranges[..] {
        let sides = |side: usize| slices(&vary[side], points.iter().map(|p| p[side]), HEAT, a_side);
        for (at_x, of_x) in sides(x) {
            for (at_y, of_y) in sides(y) {
                let both = of_x.iter().filter(|row| of_y.contains(row));
                let known: Vec<f64> = both.filter_map(|row| values[*row]).collect();
                if !known.is_empty() {
                    sweep.heat.push(Heat {
                        metric: metric.to_owned(),
                        parameters: (vary[x].path.clone(), vary[y].path.clone()),
                        at: (at_x, at_y),
                        mean: known.iter().sum::<f64>() / known.len() as f64,
                    });
                }
            }
        }
    }
}

/// The points of each value of a parameter, if those are a few that recur, and else of each of `most` slices of
/// its range, with the mean of their values. Values of a list are never put together, since nothing lies between two
/// of them.
fn slices(
    vary: &Vary,
    at: impl Iterator<Item = f64>,
    few: usize,
    most: usize,
) -> Vec<(f64, Vec<usize>)> {
    let at: Vec<f64> = at.collect();
    let mut different = at.clone();
    different.sort_by(f64::total_cmp);
    different.dedup();
    let is_list = matches!(vary.over, Over::Values(_));
    let are_few = different.len() <= few && (different.len() <= most || different.len() < at.len());
    let apart = is_list || are_few;
    let count = if apart { different.len() } else { most };
    let mut slices: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (row, value) in at.iter().enumerate() {
        let slice = if apart {
            different.partition_point(|other| other < value)
        } else {
            slice_of(vary, *value, count)
        };
        slices[slice].push(row);
    }
    let mean = |rows: &[usize]| rows.iter().map(|row| at[*row]).sum::<f64>() / rows.len() as f64;
    let there = slices.into_iter().filter(|rows| !rows.is_empty());
    there
        .map(|rows| {
            let middle = if apart { at[rows[0]] } else { mean(&rows) };
            (middle, rows)
        })
        .collect()
}

/// In which of so many slices of a parameter's range a value lies. Of whole values each slice has as many as the others,
/// but for the last, and there may be fewer slices.
fn slice_of(vary: &Vary, value: f64, count: usize) -> usize {
    let (low, high) = vary.ends();
    let wide = match vary.over {
        Over::Range { whole: true, .. } => libm::ceil((high - low + 1.0) / count as f64),
        _ => (high - low) / count as f64,
    };
    (((value - low) / wide) as usize).min(count - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(path: &str, low: f64, high: f64, steps: u32) -> Vary {
        Vary {
            path: path.to_owned(),
            over: Over::Range {
                low,
                high,
                steps: Some(steps),
                whole: false,
            },
        }
    }

    /// A response that is known: 10 x + y over a grid.
    #[test]
    fn the_answer_to_a_parameter_is_its_mean_over_the_others() {
        let vary = [range("x", 0.0, 2.0, 3), range("y", 0.0, 1.0, 2)];
        let points = places(&vary, Design::Grid, 0, 1);
        assert_eq!(points.len(), 6);
        assert_eq!(points[1], [0.0, 1.0]);
        let values: Vec<Option<f64>> = points.iter().map(|p| Some(10.0 * p[0] + p[1])).collect();
        let mut sweep = Sweep {
            scenario: String::new(),
            scenario_hash: String::new(),
            design: Design::Grid,
            points: 6,
            replicates: 1,
            parameters: Vec::new(),
            metrics: Vec::new(),
            indices: Vec::new(),
            left_out: Vec::new(),
            dependence: Vec::new(),
            heat: Vec::new(),
        };
        tell(&mut sweep, "m", &vary, &points, &values);
        let of = |path: &str| -> Vec<(f64, f64)> {
            let chosen = sweep.dependence.iter().filter(|d| d.parameter == path);
            chosen.map(|d| (d.at, d.mean)).collect()
        };
        assert_eq!(of("x"), [(0.0, 0.5), (1.0, 10.5), (2.0, 20.5)]);
        assert_eq!(of("y"), [(0.0, 10.0), (1.0, 11.0)]);
        assert_eq!(sweep.heat.len(), 6);
        assert_eq!(sweep.heat[1].at, (0.0, 1.0));
        assert_eq!(sweep.heat[1].mean, 1.0);
    }

    #[test]
    fn many_values_are_put_together() {
        let vary = range("x", 0.0, 1.0, 2);
        let slices = slices(&vary, (0..100).map(|n| f64::from(n) / 99.0), 10, 10);
        assert_eq!(slices.len(), 10);
        assert!((slices[0].0 - 4.5 / 99.0).abs() < 1e-12);
        assert!(slices.iter().all(|(_, rows)| rows.len() == 10));
    }

    /// Thirteen whole values in ten slices of the range would be two, one, one, ... of them, at 0.6, 1.8, ...
    #[test]
    fn whole_values_are_cut_between_two_of_them() {
        let whole = |low: f64, high: f64| Vary {
            path: "x".to_owned(),
            over: Over::Range {
                low,
                high,
                steps: None,
                whole: true,
            },
        };
        let twenty = slices(&whole(1.0, 20.0), (1..=20).map(f64::from), SLICES, SLICES);
        assert!(twenty.iter().all(|(_, rows)| rows.len() == 2));
        let at: Vec<f64> = twenty.iter().map(|(at, _)| *at).collect();
        assert_eq!(at, [1.5, 3.5, 5.5, 7.5, 9.5, 11.5, 13.5, 15.5, 17.5, 19.5]);
        let thirteen = slices(&whole(0.0, 12.0), (0..=12).map(f64::from), SLICES, SLICES);
        let at: Vec<f64> = thirteen.iter().map(|(at, _)| *at).collect();
        assert_eq!(at, [0.5, 2.5, 4.5, 6.5, 8.5, 10.5, 12.0]);
    }

    #[test]
    fn values_of_a_list_are_not_put_together() {
        let vary = Vary {
            path: "x".to_owned(),
            over: Over::Values((0..15).map(|value| value.to_string()).collect()),
        };
        let slices = slices(&vary, (1..=15).map(f64::from), SLICES, 3);
        let at: Vec<f64> = slices.iter().map(|(at, _)| *at).collect();
        assert_eq!(at, (1..=15).map(f64::from).collect::<Vec<_>>());
    }

    #[test]
    fn a_metric_without_indices_is_named_with_the_reason() {
        let varies: Vec<Option<f64>> = (0..48).map(|n| Some(f64::from(n % 7))).collect();
        assert_eq!(of_all(&varies, 1).map(|found| found.len()), Ok(1));
        let mut missing = varies.clone();
        (missing[3], missing[40]) = (None, None);
        let why = |values: &[Option<f64>]| of_all(values, 1).err();
        assert_eq!(why(&missing).as_deref(), Some("no value at 2 of 48 points"));
        // The sum of many tenths is no whole number of them: rounding is no variance.
        let same = why(&[Some(0.1); 48]);
        assert_eq!(same.as_deref(), Some("the same at every point"));
        let mut hardly = vec![Some(4.0); 48];
        hardly[16] = Some(5.0);
        let too_few = why(&hardly);
        assert_eq!(
            too_few.as_deref(),
            Some("it varies in too few rows of points")
        );
    }

    /// A hypercube of 24 points, and an answer to `x` alone: with two or three points a slice, chance alone would move
    /// the mean over `y` by half of its range.
    #[test]
    fn a_slice_has_points_enough_to_average_over_the_others() {
        let vary = [range("x", 0.0, 1.0, 2), range("y", 0.0, 1.0, 2)];
        let points = places(&vary, Design::Latin, 24, 1);
        let of = |side: usize| slices(&vary[side], points.iter().map(|p| p[side]), SLICES, 24 / 8);
        assert!(of(0).iter().all(|(_, rows)| rows.len() == 8));
        // Values that recur are kept apart all the same.
        let whole = slices(&vary[0], (0..24).map(|n| f64::from(n % 4)), SLICES, 3);
        assert_eq!(whole.len(), 4);
    }

    #[test]
    fn what_no_design_can_do_is_refused() {
        let x = range("x", 0.0, 1.0, 2);
        let mut free = x.clone();
        if let Over::Range { steps, .. } = &mut free.over {
            *steps = None;
        }
        assert!(refuse(&[], Design::Grid, 1, 1).is_err());
        assert!(refuse(&[x.clone(), x.clone()], Design::Grid, 1, 1).is_err());
        assert!(
            refuse(std::slice::from_ref(&free), Design::Saltelli, 100, 1)
                .is_err_and(|e| e.contains("64 or 128"))
        );
        assert!(refuse(std::slice::from_ref(&free), Design::Saltelli, 16, 1).is_ok());
        assert!(
            refuse(std::slice::from_ref(&x), Design::Latin, 8, 1)
                .is_err_and(|e| e.contains("`x`: `:2`") && e.contains("--design grid"))
        );
        assert!(
            refuse(std::slice::from_ref(&free), Design::Saltelli, 2, 1)
                .is_err_and(|e| e.contains("16 rows"))
        );
        // More combinations than can be counted, let alone run.
        let many: Vec<Vary> = (0..8)
            .map(|number| range(&format!("x{number}"), 0.0, 1.0, u32::MAX))
            .collect();
        assert!(
            refuse(&many, Design::Grid, 0, 1).is_err_and(|e| e.contains("at most 1000000 runs"))
        );
    }
}
