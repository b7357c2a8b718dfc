//! The report of a run: transplants and waiting against the interval, drawn, and every number as a table.

use std::path::{Path, PathBuf};

use minijinja::value::Serde;
use minijinja::{Environment, context};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::run::{RESULT_FILE, Told};

/// Size of a drawing, and the room for its axes.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 14.0;
const BELOW: f64 = 46.0;
/// About so many lines across a drawing.
const LINES: f64 = 5.0;

/// Why there is no report of a run.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not as a run writes it.
    #[error("{} is not as a run writes it: {source}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A defect of the template.
    #[error("the page could not be made: {0}")]
    Page(#[from] minijinja::Error),
}

/// Writes `report.html` into the directory of a run, from its `manifest.json` and `result.json`.
///
/// # Errors
///
/// A file that is missing, damaged or cannot be written.
pub fn write_report(run: &Path) -> Result<PathBuf, ReportError> {
    let manifest: Value = read(&run.join("manifest.json"))?;
    let told: Told = read(&run.join(RESULT_FILE))?;
    let page = render(&manifest, &told)?;
    let path = run.join("report.html");
    let unfinished = run.join("report.html.part");
    std::fs::write(&unfinished, page)
        .and_then(|()| std::fs::rename(&unfinished, &path))
        .map_err(|source| ReportError::File {
            path: path.clone(),
            source,
        })?;
    Ok(path)
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T, ReportError> {
    let text = std::fs::read_to_string(path).map_err(|source| ReportError::File {
        path: path.to_owned(),
        source,
    })?;
    serde_json::from_str(&text).map_err(|source| ReportError::Json {
        path: path.to_owned(),
        source,
    })
}

/// A place on an axis and what stands there.
#[derive(Serialize)]
struct Tick {
    at: f64,
    label: String,
}

#[derive(Serialize)]
struct Point {
    x: f64,
    y: f64,
    title: String,
}

#[derive(Serialize)]
struct Line {
    name: &'static str,
    points: Vec<Point>,
}

/// A drawing of some metrics against the interval.
#[derive(Serialize)]
struct Plot {
    title: &'static str,
    /// What the numbers are in.
    axis: &'static str,
    lines: Vec<Line>,
    across: Vec<Tick>,
    up: Vec<Tick>,
    /// Where the scenario's own interval is.
    own: f64,
}

/// What is drawn: title, axis, what the numbers are multiplied by, metrics with their names.
type Drawn = (
    &'static str,
    &'static str,
    f64,
    &'static [(&'static str, &'static str)],
);

const PLOTS: [Drawn; 3] = [
    (
        "Transplants",
        "pairs transplanted, %",
        100.0,
        &[
            ("share_transplanted", "all pairs"),
            ("share_transplanted_group_o", "patients of group O"),
            ("share_transplanted_sensitised", "the most sensitised"),
        ],
    ),
    (
        "Waiting",
        "days from arrival to the transplant",
        1.0,
        &[
            ("wait_mean", "mean"),
            ("wait_median", "median"),
            ("wait_mean_sensitised", "mean of the most sensitised"),
        ],
    ),
    (
        "Time in the programme",
        "days until transplanted, left, or the end",
        1.0,
        &[("days_in_programme_mean", "mean of all pairs")],
    ),
];

fn render(manifest: &Value, told: &Told) -> Result<String, ReportError> {
    let plots: Vec<Plot> = PLOTS.iter().map(|drawn| plot(drawn, told)).collect();
    let rows: Vec<Value> = told
        .metrics
        .iter()
        .enumerate()
        .map(|(place, metric)| {
            let values = told.intervals.iter().map(|of| shown(of.values.get(place)));
            serde_json::json!({
                "metric": metric,
                "values": values.collect::<Vec<_>>(),
            })
        })
        .collect();
    let mut environment = Environment::new();
    environment.add_template(
        "programme.html",
        include_str!("../../templates/programme.html"),
    )?;
    let page = environment.get_template("programme.html")?.render(context! {
        manifest => Serde(manifest),
        plots => Serde(plots),
        rows => Serde(rows),
        intervals => told.intervals.iter().map(|of| of.interval).collect::<Vec<_>>(),
        own => told.interval,
        years => rounded(told.years),
        width => WIDTH, height => HEIGHT, left => LEFT, right => WIDTH - RIGHT, top => TOP, bottom => HEIGHT - BELOW,
    })?;
    Ok(page)
}

/// A number with as many places as it has use for.
fn rounded(value: f64) -> String {
    let places = if value.abs() >= 100.0 || value.fract() == 0.0 {
        0
    } else if value.abs() >= 10.0 {
        1
    } else {
        3
    };
    format!("{value:.places$}")
}

fn shown(value: Option<&Option<f64>>) -> String {
    value
        .copied()
        .flatten()
        .map_or_else(|| "–".to_owned(), rounded)
}

fn plot((title, axis, times, metrics): &Drawn, told: &Told) -> Plot {
    let value = |name: &str, at: usize| -> Option<f64> {
        let place = told.metrics.iter().position(|metric| metric.name == name)?;
        Some(times * (*told.intervals.get(at)?.values.get(place)?)?)
    };
    let all = metrics
        .iter()
        .flat_map(|(name, _)| (0..told.intervals.len()).filter_map(|at| value(name, at)));
    let top = step_up(all.fold(0.0, f64::max));
    let x = |weeks: f64| LEFT + (WIDTH - LEFT - RIGHT) * across(weeks, told);
    let y = |value: f64| {
        let share = if top.0 > 0.0 { value / top.0 } else { 0.0 };
        tenth(HEIGHT - BELOW - (HEIGHT - BELOW - TOP) * share)
    };
    let lines = metrics
        .iter()
        .map(|(name, label)| Line {
            name: label,
            points: told
                .intervals
                .iter()
                .enumerate()
                .filter_map(|(at, of)| {
                    let value = value(name, at)?;
                    Some(Point {
                        x: tenth(x(of.interval)),
                        y: y(value),
                        title: format!("{label}, every {} weeks: {}", of.interval, rounded(value)),
                    })
                })
                .collect(),
        })
        .collect();
    let steps = (top.0 / top.1).round() as u32;
    Plot {
        title,
        axis,
        lines,
        across: told
            .intervals
            .iter()
            .map(|of| Tick {
                at: tenth(x(of.interval)),
                label: of.interval.to_string(),
            })
            .collect(),
        up: (0..=steps)
            .map(|step| {
                let value = f64::from(step) * top.1;
                Tick {
                    at: y(value),
                    label: rounded(value),
                }
            })
            .collect(),
        own: tenth(x(told.interval)),
    }
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// Where an interval stands on its axis, from 0 to 1: by its logarithm, since intervals are multiples.
fn across(weeks: f64, told: &Told) -> f64 {
    let ends = told.intervals.first().zip(told.intervals.last());
    let (low, high) = ends.map_or((1.0, 1.0), |(a, b)| (a.interval, b.interval));
    if high > low {
        (weeks / low).ln() / (high / low).ln()
    } else {
        0.5
    }
}

/// The end of an axis that holds a value, and its step: 1, 2 or 5 times a power of ten.
fn step_up(greatest: f64) -> (f64, f64) {
    if greatest <= 0.0 {
        return (1.0, 1.0);
    }
    let rough = greatest / LINES;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|times| times * power)
        .find(|step| *step >= rough)
        .unwrap_or(rough);
    ((greatest / step).ceil() * step, step)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::run::{ToldInterval, ToldMetric};
    use super::*;

    #[test]
    fn axes_end_above_the_greatest_value_at_a_round_number() {
        assert_eq!(step_up(83.0), (100.0, 20.0));
        assert_eq!(step_up(100.0), (100.0, 20.0));
        assert_eq!(step_up(410.0), (500.0, 100.0));
        assert_eq!(step_up(0.0), (1.0, 1.0));
    }

    #[test]
    fn the_page_draws_every_interval_and_leaves_out_what_is_not_known() {
        let metric = |name: &str| ToldMetric {
            name: name.to_owned(),
            unit: "share".to_owned(),
            text: "What <it> is.".to_owned(),
            headline: true,
        };
        let interval = |interval: f64, value: Option<f64>| ToldInterval {
            interval,
            values: vec![value],
        };
        let told = Told {
            interval: 4.0,
            years: 8.0,
            intervals: vec![
                interval(1.0, Some(0.5)),
                interval(4.0, Some(0.75)),
                interval(16.0, None),
            ],
            metrics: vec![metric("share_transplanted")],
        };
        let manifest = serde_json::json!({"scenario": "x <y>", "seed": 1, "scale": 1.0});
        let page = render(&manifest, &told).unwrap();
        assert_eq!(page.matches("<circle").count(), 2);
        assert!(page.contains("all pairs, every 4 weeks: 75"));
        assert!(page.contains("x &lt;y&gt;") && !page.contains("What <it>"));
        assert!(page.contains("<td>0.500</td>") && page.contains("<td>–</td>"));
        // 4 weeks lie half way between 1 and 16.
        assert!((across(4.0, &told) - 0.5).abs() < 1e-12);
    }
}
