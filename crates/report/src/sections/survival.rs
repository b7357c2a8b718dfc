//! Survival after each operation: time from the nth operation to death of any cause, whatever came
//! between, cut off at the end of the run.

use serde::Serialize;
use serde_json::json;

use super::flow::{capital, operation_colour};
use crate::chart::{Chart, Column, Kind};
use crate::input::{Run, years};
use crate::lexicon::{LexiconError, Speaker};
use crate::statistics::share;
use crate::survival::{Ending, KaplanMeier, Observation};

/// A curve is not drawn where fewer are left than this: it would be noise.
const FEWEST_AT_RISK: usize = 10;
/// Points a year at which the curves are shown.
const POINTS_A_YEAR: u32 = 12;
const LONGEST_YEARS: f64 = 12.0;

/// One curve in a few numbers.
#[derive(Serialize)]
pub(crate) struct Summary {
    n: u32,
    operated: usize,
    died_of_it: usize,
    died_of_it_share: Option<f64>,
    one_year: Option<f64>,
    median_years: Option<f64>,
}

/// The curves and their numbers.
pub(crate) fn chart(run: &Run, speaker: &Speaker) -> Result<(Chart, Vec<Summary>), LexiconError> {
    let columns = vec![
        Column::new("after", "After", 0),
        Column::new("years", "Years", 2),
        Column::new("at_risk", "At risk", 0),
        Column::new("survival", "Surviving", 4),
        Column::new("lower_95", "95 % limits: lower", 4),
        Column::new("upper_95", "upper", 4),
    ];
    let curves: Vec<(u32, KaplanMeier)> = (1..)
        .zip(&run.students.operations)
        .map(|(n, _)| (n, estimate(run, n)))
        .collect();
    let last = curves
        .iter()
        .map(|(_, curve)| shown_until(curve, LONGEST_YEARS, POINTS_A_YEAR))
        .fold(0.0, f64::max);
    let whole_years = last.ceil().clamp(1.0, LONGEST_YEARS);

    let mut colours = Vec::new();
    let mut rows = Vec::new();
    let mut summaries = Vec::new();
    for (n, curve) in curves.iter().filter(|(_, curve)| !curve.is_empty()) {
        let name = capital(&speaker.nth("V-03", "nth", *n)?);
        let until = shown_until(curve, LONGEST_YEARS, POINTS_A_YEAR);
        for point in 0..=(whole_years as u32 * POINTS_A_YEAR) {
            let time = f64::from(point) / f64::from(POINTS_A_YEAR);
            if point > 0 && time > until {
                break;
            }
            let step = curve.at(time);
            rows.push(vec![
                name.as_str().into(),
                time.into(),
                curve.at_risk(time).into(),
                step.survival.into(),
                step.lower.into(),
                step.upper.into(),
            ]);
            if step.survival <= 0.0 {
                break;
            }
        }
        colours.push(operation_colour(*n));
        summaries.push(summary(run, *n, curve));
    }
    let options = json!({ "colours": colours, "years": whole_years });
    let mut chart = Chart::new("survival", Kind::Survival, columns, options);
    for row in rows {
        chart.push(row);
    }
    Ok((chart, summaries))
}

/// The curve after the nth operation.
fn estimate(run: &Run, n: u32) -> KaplanMeier {
    let students = &run.students;
    let observe = |(row, operated): (usize, &Option<i32>)| -> Option<Observation> {
        let operated = (*operated)?;
        Some(match students.died[row] {
            Some(died) => (years(operated, died), Ending::Event),
            None => (years(operated, run.end), Ending::Censored),
        })
    };
    let operations = &run.students.operations[n as usize - 1];
    KaplanMeier::estimate(operations.iter().enumerate().filter_map(observe).collect())
}

/// The last time at which enough are left for the curve to mean something, of those at which it is shown: so many a
/// year, up to `longest` years.
pub(crate) fn shown_until(curve: &KaplanMeier, longest: f64, points_a_year: u32) -> f64 {
    let enough = FEWEST_AT_RISK.min(curve.len());
    let mut until = 0.0;
    while until < longest && enough > 0 && curve.at_risk(until) >= enough {
        until += 1.0 / f64::from(points_a_year);
    }
    until
}

fn summary(run: &Run, n: u32, curve: &KaplanMeier) -> Summary {
    let students = &run.students;
    let operated = curve.len();
    let died_of_it = (0..students.len())
        .filter(|row| {
            students.donations[*row] == n
                && students.cause[*row] == Some(crate::input::Cause::Operation)
        })
        .count();
    Summary {
        n,
        operated,
        died_of_it,
        died_of_it_share: share(died_of_it, operated),
        one_year: (operated > 0).then(|| curve.at(1.0).survival),
        median_years: curve.median(),
    }
}
