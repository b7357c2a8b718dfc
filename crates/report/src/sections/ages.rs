//! Ages at each step of the life course, and at death.

use serde_json::json;

use super::flow::{capital, operation_colour};
use crate::chart::{Cell, Chart, Column, Kind};
use crate::input::{Cause, Minute, Run, years};
use crate::lexicon::{LexiconError, Speaker};
use crate::statistics::{Bands, Spread};

/// Width of the bands of age at death, in years.
const BAND: u32 = 2;

/// The age of everyone who took a step, by step.
pub(crate) fn steps(run: &Run, speaker: &Speaker) -> Result<Chart, LexiconError> {
    let columns = vec![
        Column::new("step", "Step", 0),
        Column::new("people", "People", 0),
        Column::new("p5", "5 %", 1),
        Column::new("p25", "25 %", 1),
        Column::new("median", "Median", 1),
        Column::new("p75", "75 %", 1),
        Column::new("p95", "95 %", 1),
    ];
    let students = &run.students;
    let mut steps: Vec<(String, &str, &[Option<Minute>])> = vec![
        ("Left school".to_owned(), "school", &students.left_school),
        ("Became a carer".to_owned(), "carer", &students.care_started),
        ("Called up".to_owned(), "donor", &students.called_up),
    ];
    for (n, times) in (1..).zip(&students.operations) {
        steps.push((
            capital(&speaker.nth("V-03", "nth", n)?),
            operation_colour(n),
            times,
        ));
    }
    let options = json!({ "axis": "age in years",
        "colours": steps.iter().map(|(_, colour, _)| *colour).chain(["between"]).collect::<Vec<_>>() });
    let mut chart = Chart::new("ages", Kind::Boxes, columns, options);
    let age = |row: usize, at: Option<Minute>| Some(years(students.born[row]?, at?));
    for (name, _, times) in steps {
        let ages = times
            .iter()
            .enumerate()
            .filter_map(|(row, at)| age(row, *at))
            .collect();
        chart.push(row_of(&name, Spread::of(ages)));
    }
    let completed = (0..students.len())
        .filter(|row| students.completed(*row))
        .filter_map(|row| age(row, students.died[row]))
        .collect();
    chart.push(row_of(
        &capital(&speaker.label("V-06", "past")?),
        Spread::of(completed),
    ));
    Ok(chart)
}

/// One row of a chart of boxes.
pub(crate) fn row_of(name: &str, spread: Option<Spread>) -> Vec<Cell> {
    let quantile = |of: fn(&Spread) -> f64| spread.as_ref().map(of).into();
    vec![
        name.into(),
        spread.map_or(0, |spread| spread.people).into(),
        quantile(|spread| spread.p5),
        quantile(|spread| spread.p25),
        quantile(|spread| spread.median),
        quantile(|spread| spread.p75),
        quantile(|spread| spread.p95),
    ]
}

/// Students who died, by age and cause.
pub(crate) fn at_death(run: &Run, speaker: &Speaker) -> Result<Chart, LexiconError> {
    let students = &run.students;
    let mut columns = vec![Column::new("age", "Age in years", 0)];
    let operations = students.operations.len() as u32;
    for n in 1..=operations {
        let label = capital(&speaker.nth("V-06", "past_nth", n)?);
        columns.push(Column::drawn(
            &format!("operation_{n}"),
            &label,
            0,
            operation_colour(n),
        ));
    }
    let between = capital(&speaker.label("V-06", "past_between")?);
    columns.push(Column::drawn("between", &between, 0, "between"));
    columns.push(Column::drawn("other", "Died of another cause", 0, "other"));

    let mut parts: Vec<Bands> = columns
        .iter()
        .skip(1)
        .map(|_| Bands::new(f64::from(BAND)))
        .collect();
    for row in 0..students.len() {
        let (Some(born), Some(died)) = (students.born[row], students.died[row]) else {
            continue;
        };
        let part = match students.cause[row] {
            Some(Cause::Operation) => students.donations[row].clamp(1, operations) as usize - 1,
            Some(Cause::Decline) => operations as usize,
            _ => operations as usize + 1,
        };
        parts[part].add(years(born, died));
    }
    let options = json!({ "axis": "people", "category": "age at death in years" });
    let mut chart = Chart::new("age-at-death", Kind::Bars, columns, options);
    let filled = parts.iter().filter_map(Bands::filled);
    let range = filled.reduce(|all, part| (all.0.min(part.0), all.1.max(part.1)));
    let (first, end) = range.unwrap_or_default();
    for band in first..end {
        let from = band as u32 * BAND;
        let mut row = vec![format!("{from}–{}", from + BAND - 1).into()];
        row.extend(parts.iter().map(|part| part.count(band).into()));
        chart.push(row);
    }
    Ok(chart)
}
