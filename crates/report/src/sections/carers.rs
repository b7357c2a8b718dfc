//! Carers' tenure: how long each served, and what the service was.

use serde::Serialize;
use serde_json::json;

use crate::chart::{Chart, Column, Kind};
use crate::input::{Run, Stage, years};
use crate::statistics::{Bands, share};
use crate::survival::{Ending, KaplanMeier};

/// Carers in a few numbers.
#[derive(Serialize)]
pub(crate) struct Tenure {
    served: usize,
    serving: usize,
    /// Median years of service, counting those who still serve as censored (Kaplan–Meier).
    median_years: Option<f64>,
    longest_years: Option<f64>,
    reviews: u64,
    postponements: u64,
    postponed_share: Option<f64>,
    visits: u64,
    deaths_attended: u64,
    /// Deaths attended for each carer.
    deaths_each: Option<f64>,
    /// The mean of the comfort that donors received, each donor once, 0 to 1.
    comfort: Option<f64>,
}

/// The distribution of tenure, by whether the service had ended, and the numbers.
pub(crate) fn chart(run: &Run) -> (Chart, Tenure) {
    let students = &run.students;
    let (mut ended, mut serving) = (Bands::new(1.0), Bands::new(1.0));
    let mut terms = Vec::new();
    let mut still = 0;
    for row in 0..students.len() {
        let Some(start) = students.care_started[row] else {
            continue;
        };
        let serves = students.care_ended[row].is_none()
            && students.died[row].is_none()
            && students.stage(row) == Stage::Carer;
        let end = students.care_ended[row]
            .or(students.died[row])
            .unwrap_or(run.end);
        let term = years(start, end);
        if serves {
            still += 1;
            serving.add(term);
            terms.push((term, Ending::Censored));
        } else {
            ended.add(term);
            terms.push((term, Ending::Event));
        }
    }
    let columns = vec![
        Column::new("years", "Years of service", 0),
        Column::drawn("ended", "Service had ended", 0, "carer"),
        Column::drawn("serving", "Still serving at the end", 0, "living"),
    ];
    let options = json!({ "axis": "carers", "category": "whole years of service" });
    let mut chart = Chart::new("tenure", Kind::Bars, columns, options);
    let end = [&ended, &serving]
        .into_iter()
        .filter_map(Bands::filled)
        .map(|range| range.1);
    for band in 0..end.max().unwrap_or(0) {
        chart.push(vec![
            band.to_string().into(),
            ended.count(band).into(),
            serving.count(band).into(),
        ]);
    }

    let sum = |column: &[Option<u32>]| column.iter().flatten().map(|n| u64::from(*n)).sum::<u64>();
    let (reviews, postponements) = (sum(&students.reviews), sum(&students.postponements));
    let deaths_attended = sum(&students.deaths_attended);
    let comfort: Vec<f64> = (0..students.len())
        .filter(|row| students.donations[*row] > 0)
        .filter_map(|row| students.comfort[row].map(f64::from))
        .collect();
    let served = terms.len();
    let longest_years = terms.iter().map(|(term, _)| *term).reduce(f64::max);
    let tenure = Tenure {
        served,
        serving: still,
        median_years: KaplanMeier::estimate(terms).median(),
        longest_years,
        reviews,
        postponements,
        postponed_share: share(postponements as usize, reviews as usize),
        visits: sum(&students.visits_made),
        deaths_attended,
        deaths_each: (served > 0).then(|| deaths_attended as f64 / served as f64),
        comfort: (!comfort.is_empty()).then(|| comfort.iter().sum::<f64>() / comfort.len() as f64),
    };
    (chart, tenure)
}
