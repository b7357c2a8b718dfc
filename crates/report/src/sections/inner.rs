//! The inner life: what was known and understood by age, works, ties, reform, resistance.

use serde::Serialize;
use serde_json::json;

use crate::chart::{Chart, Column, Kind};
use crate::input::{AGES, Minute, Run, years};

/// The age up to which knowledge is drawn.
const LAST_AGE: usize = 35;

/// Numbers for the sentences of the section.
#[derive(Serialize)]
pub(crate) struct Numbers {
    /// Share that had heard of donation, and share that had understood it, by age 10 and by 18.
    heard_by_10: f64,
    understood_by_10: f64,
    heard_by_18: f64,
    understood_by_18: f64,
    works: f64,
    collected: f64,
    interfered: f64,
    confessed: f64,
    petitions: f64,
    attempts: f64,
    rages: f64,
    joys: f64,
}

/// The charts of the section.
pub(crate) fn charts(run: &Run) -> (Vec<Chart>, Numbers) {
    let lived = lived(run);
    let share = |event: &str, topic: &str| cumulative(&run.counts.by_age(event, topic), &lived);
    let heard = share("heard", "donation");
    let understood = share("understood", "donation");
    let numbers = Numbers {
        heard_by_10: heard[9],
        understood_by_10: understood[9],
        heard_by_18: heard[17],
        understood_by_18: understood[17],
        works: run.counts.total("made_work"),
        collected: run.counts.total("collected"),
        interfered: run.counts.total("interfered"),
        confessed: run.counts.total("confessed"),
        petitions: run.counts.total("petitioned"),
        attempts: run.counts.total("attempted_to_leave"),
        rages: run.counts.total("raged"),
        joys: run.counts.total("small_joy"),
    };
    let knowledge = knowledge(&[
        ("Heard that they will give organs", "school", &heard),
        ("Understood it", "carer", &understood),
        (
            "Heard that they will die of it",
            "donor",
            &share("heard", "completion"),
        ),
        (
            "Understood that",
            "lost",
            &share("understood", "completion"),
        ),
    ]);
    let charts = vec![
        knowledge,
        by_year(
            run,
            "art",
            "works a year",
            &[
                ("made_work", "Made", "school"),
                ("sold", "Sold", "other"),
                ("collected", "Collected", "carer"),
                ("exhibited", "Shown to the public", "gained"),
            ],
        ),
        by_year(
            run,
            "bonds",
            "a year",
            &[
                ("coupled", "Couples formed", "carer"),
                ("parted", "Couples parted", "other"),
                ("interfered", "Acts of interference", "lost"),
                ("confessed", "Confessions", "gained"),
                ("reunited", "Reunions", "school"),
            ],
        ),
        by_year(
            run,
            "resistance",
            "acts a year",
            &[
                ("raged", "Rage", "lost"),
                ("small_joy", "Small joys", "gained"),
                ("schemed", "Schemes", "donor"),
                ("told_of_the_past", "Tellings", "carer"),
                ("petitioned", "Petitions", "school"),
                ("attempted_to_leave", "Attempts to leave", "op4"),
            ],
        ),
        reform(run),
    ];
    (charts, numbers)
}

/// How many students were observed at each whole year of age.
fn lived(run: &Run) -> [f64; AGES] {
    let mut at = [0.0; AGES];
    let end: Minute = run.end;
    for (born, died) in run.students.born.iter().zip(&run.students.died) {
        let Some(born) = born else { continue };
        let reached = years(*born, died.unwrap_or(end)) as usize;
        for students in &mut at[..=reached.min(AGES - 1)] {
            *students += 1.0;
        }
    }
    at
}

/// What a student had met with by the end of each year of age: the sum of first meetings over those
/// observed at that age, so that the young of the last years count as far as they were followed.
fn cumulative(events: &[f64; AGES], lived: &[f64; AGES]) -> [f64; AGES] {
    let mut sum = 0.0_f64;
    let mut shares = [0.0; AGES];
    for ((share, events), lived) in shares.iter_mut().zip(events).zip(lived) {
        if *lived > 0.0 {
            sum += events / lived;
        }
        *share = sum.min(1.0);
    }
    shares
}

fn knowledge(lines: &[(&str, &'static str, &[f64; AGES])]) -> Chart {
    let mut columns = vec![Column::new("age", "Age", 0)];
    for (n, (label, colour, _)) in lines.iter().enumerate() {
        columns.push(Column::drawn(&format!("share_{n}"), label, 1, colour));
    }
    let options = json!({ "axis": "% of those of the age" });
    let mut chart = Chart::new("knowledge", Kind::Lines, columns, options);
    for age in 0..=LAST_AGE {
        let mut row = vec![age.to_string().into()];
        row.extend(
            lines
                .iter()
                .map(|(_, _, shares)| (100.0 * shares[age]).into()),
        );
        chart.push(row);
    }
    chart
}

/// Counts of events, a row a year.
fn by_year(run: &Run, id: &'static str, axis: &str, drawn: &[(&str, &str, &'static str)]) -> Chart {
    let years = &run.series.years;
    let mut columns = vec![Column::new("year", "Year", 0)];
    let mut parts = Vec::new();
    for (event, label, colour) in drawn {
        let counts = run.counts.by_year(event, years);
        if counts.iter().any(|count| *count > 0.0) {
            columns.push(Column::drawn(event, label, 0, colour));
            parts.push(counts);
        }
    }
    let mut chart = Chart::new(
        id,
        Kind::Lines,
        columns,
        json!({ "axis": axis, "time": true }),
    );
    for (n, year) in years.iter().enumerate() {
        let mut row = vec![year.to_string().into()];
        row.extend(parts.iter().map(|part| part[n].into()));
        chart.push(row);
    }
    chart
}

/// The society's state beside the humane schools.
fn reform(run: &Run) -> Chart {
    let drawn = [
        ("concern", "Concern for students", "gained"),
        ("stake", "Stake of families", "lost"),
        ("recognition", "Recognition of inner life", "carer"),
        ("attention", "Attention", "school"),
    ];
    let mut columns = vec![Column::new("year", "Year", 0)];
    for (name, label, colour) in drawn {
        columns.push(Column::drawn(name, label, 1, colour));
    }
    let options = json!({ "axis": "% of the most possible", "time": true });
    let mut chart = Chart::new("reform", Kind::Lines, columns, options);
    for (n, year) in run.series.years.iter().enumerate() {
        let mut row = vec![year.to_string().into()];
        for (name, ..) in drawn {
            let value = run.series.column(name).get(n).copied().flatten();
            row.push(value.map(|share| 100.0 * share).into());
        }
        chart.push(row);
    }
    chart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_meetings_add_up_over_those_observed() {
        let mut events = [0.0; AGES];
        let mut lived = [0.0; AGES];
        (lived[0], lived[1], lived[2]) = (10.0, 10.0, 5.0);
        (events[1], events[2]) = (2.0, 1.0);
        let shares = cumulative(&events, &lived);
        assert_eq!(shares[..4], [0.0, 0.2, 0.4, 0.4]);
    }
}
