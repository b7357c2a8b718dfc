//! The inner life: what was known and understood by age, stories, works, couples and those who come
//! between, the ties around a few students, resistance, and what the country felt.

mod art;
mod bonds;
mod circles;
mod resistance;
mod society;
mod stories;

use serde::Serialize;
use serde_json::{Value, json};

use crate::chart::{Chart, Column, Kind, Table};
use crate::input::{AGES, Minute, Run, years};
use crate::lexicon::{LexiconError, Speaker};

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
    stories: stories::Numbers,
    art: art::Numbers,
    bonds: bonds::Numbers,
    resistance: Table,
}

/// The charts of the section.
pub(crate) fn charts(run: &Run, speaker: &Speaker) -> Result<(Vec<Chart>, Numbers), LexiconError> {
    let lived = lived(run);
    let share = |event: &str, topic: &str| cumulative(&run.counts.by_age(event, topic), &lived);
    let heard = share("heard", "donation");
    let understood = share("understood", "donation");
    let numbers = Numbers {
        heard_by_10: heard[9],
        understood_by_10: understood[9],
        heard_by_18: heard[17],
        understood_by_18: understood[17],
        stories: stories::numbers(run),
        art: art::numbers(run),
        bonds: bonds::numbers(run),
        resistance: resistance::table(run),
    };
    let knowledge = knowledge(&[
        (
            "heard_donation",
            "Heard that they will give organs",
            "school",
            &heard,
        ),
        ("understood_donation", "Understood it", "carer", &understood),
        (
            "heard_completion",
            "Heard that they will die of it",
            "donor",
            &share("heard", "completion"),
        ),
        (
            "understood_completion",
            "Understood that",
            "op3",
            &share("understood", "completion"),
        ),
    ]);
    let mut charts = vec![knowledge];
    charts.extend(stories::charts(run, speaker)?);
    charts.extend(art::charts(run, speaker)?);
    charts.extend(bonds::charts(run, &lived));
    charts.push(circles::chart(run, speaker)?);
    charts.push(resistance::chart(run));
    charts.push(society::chart(run, speaker)?);
    Ok((charts, numbers))
}

/// A line of a chart by year: its key, its label, its colour, and a value a year.
type Line<'a> = (&'a str, &'a str, &'static str, Vec<Option<f64>>);

/// Lines by year; a line that stays at nothing is left out. `extra` goes into the chart's options.
fn by_year(run: &Run, id: &'static str, axis: &str, lines: Vec<Line<'_>>, extra: Value) -> Chart {
    let mut columns = vec![Column::new("year", "Year", 0)];
    let mut parts = Vec::new();
    // Shares have a decimal, counts have none.
    let decimals = u8::from(axis.starts_with('%'));
    let strip = extra["strip"]["key"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    for (key, label, colour, values) in lines {
        if values.iter().flatten().any(|value| *value != 0.0) {
            let decimals = if key == strip { 0 } else { decimals };
            columns.push(Column::drawn(key, label, decimals, colour));
            parts.push(values);
        }
    }
    let mut options = json!({ "axis": axis, "time": true });
    if let (Some(options), Value::Object(extra)) = (options.as_object_mut(), extra) {
        options.extend(extra);
    }
    let mut chart = Chart::new(id, Kind::Lines, columns, options);
    if parts.is_empty() {
        return chart;
    }
    super::yearly::push_years(&mut chart, run, &parts);
    chart
}

/// A line of counts of an event.
fn counted<'a>(run: &Run, event: &'a str, label: &'a str, colour: &'static str) -> Line<'a> {
    let counts = run.counts.by_year(event, &run.series.years);
    (event, label, colour, counts.into_iter().map(Some).collect())
}

/// A line of a measure of the series, in per cent of the most possible.
fn measured<'a>(run: &Run, name: &'a str, label: &'a str, colour: &'static str) -> Line<'a> {
    let per_cent = |share: &Option<f64>| share.map(|share| 100.0 * share);
    let values = run.series.column(name).iter().map(per_cent).collect();
    (name, label, colour, values)
}

/// What the public's concern is called.
fn concern(speaker: &Speaker) -> Result<String, LexiconError> {
    Ok(format!("Concern for {}", speaker.label("V-01", "many")?))
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

fn knowledge(lines: &[(&str, &str, &'static str, &[f64; AGES])]) -> Chart {
    let mut columns = vec![Column::new("age", "Age", 0)];
    for (key, label, colour, _) in lines {
        columns.push(Column::drawn(key, label, 1, colour));
    }
    let options = json!({ "axis": "% of those of the age", "category": "age, years" });
    let mut chart = Chart::new("knowledge", Kind::Lines, columns, options);
    for age in 0..=LAST_AGE {
        let mut row = vec![age.to_string().into()];
        row.extend(
            lines
                .iter()
                .map(|(.., shares)| (100.0 * shares[age]).into()),
        );
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
