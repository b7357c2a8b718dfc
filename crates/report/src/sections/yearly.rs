//! The yearly series as small plots, one question each.

use serde_json::{Value, json};

use super::flow::{capital, operation_colour};
use crate::chart::{Chart, Column, Kind};
use crate::input::Run;
use crate::lexicon::{LexiconError, Speaker};

/// All plots of the series.
pub(crate) fn charts(run: &Run, speaker: &Speaker) -> Result<Vec<Chart>, LexiconError> {
    let cottages = capital(&speaker.label("V-17", "one")?);
    let operations = capital(&speaker.label("V-03", "many")?);
    let mut deaths = Vec::new();
    for (n, name) in (1..).zip(COMPLETED) {
        let label = capital(&speaker.nth("V-06", "past_nth", n)?);
        deaths.push(Column::drawn(name, &label, 0, operation_colour(n)));
    }
    let later = capital(&speaker.label("V-06", "past_later")?);
    deaths.push(Column::drawn("completed_later", &later, 0, "created"));
    let between = capital(&speaker.label("V-06", "past_between")?);
    deaths.push(Column::drawn("died_between", &between, 0, "between"));
    deaths.push(Column::drawn("died_other", "Died of another cause", 0, "other"));

    let line = Column::drawn;
    Ok(vec![
        chart(
            run,
            "stocks",
            Kind::Lines,
            "people",
            vec![
                line("pupils", "At school", 0, "school"),
                line("residents", &format!("In {}", lower_article(&cottages)), 0, "cottages"),
                line("carers", "Carers", 0, "carer"),
                line("donors", "Donors", 0, "donor"),
                line("retired", "Released", 0, "living"),
            ],
        ),
        chart(
            run,
            "deaths",
            Kind::Bars,
            "deaths a year",
            deaths,
        ),
        chart(
            run,
            "operations",
            Kind::Lines,
            "a year",
            vec![
                line("operations", &operations, 0, "donor"),
                line("organs_removed", "Organs taken", 0, "op4"),
                line("organs_transplanted", "Organs transplanted", 0, "gained"),
                line("organs_unplaced", "Organs that nobody waiting could use", 0, "other"),
            ],
        ),
        chart(
            run,
            "list",
            Kind::Lines,
            "people",
            vec![
                line("waiting", "Waiting on 31 December", 0, "waiting"),
                line("listed", "Listed in the year", 0, "school"),
                line("transplanted", "Transplanted in the year", 0, "gained"),
                line("deaths_waiting", "Died waiting in the year", 0, "lost"),
                line("deaths_unlisted", "Died without being listed", 0, "other"),
            ],
        ),
        chart(
            run,
            "beds",
            Kind::Lines,
            "beds",
            vec![
                line("beds", "Beds", 0, "other"),
                line("occupied", "Occupied on average", 0, "donor"),
            ],
        ),
        chart(
            run,
            "schools",
            Kind::Lines,
            "schools",
            vec![
                line("schools_open", "All schools", 0, "school"),
                line("humane_schools_open", "Humane schools", 0, "carer"),
            ],
        ),
        chart(
            run,
            "steps",
            Kind::Lines,
            "people a year",
            vec![
                line("created", "Created", 0, "other"),
                line("left_school", "Left school", 0, "school"),
                line("became_carers", "Became carers", 0, "carer"),
                line("called_up", "Called up", 0, "donor"),
            ],
        ),
        chart(
            run,
            "care",
            Kind::Lines,
            "donors on 31 December",
            vec![
                line("donors", "Donors", 0, "donor"),
                line("donors_without_carer", "Donors without a carer", 0, "lost"),
            ],
        ),
    ])
}

const COMPLETED: [&str; 4] = [
    "completed_operation_1",
    "completed_operation_2",
    "completed_operation_3",
    "completed_operation_4",
];

/// One plot: a row a year, a value a column. Columns that stay at nothing are left out.
fn chart(
    run: &Run,
    id: &'static str,
    kind: Kind,
    axis: &str,
    drawn: Vec<Column>,
) -> Chart {
    let values = |key: &str| -> Vec<Option<f64>> {
        if key == "occupied" {
            let (beds, shares) = (run.series.column("beds"), run.series.column("bed_occupancy"));
            return beds.iter().zip(shares).map(|(beds, share)| Some((*beds)? * (*share)?)).collect();
        }
        run.series.column(key).to_vec()
    };
    let mut columns = vec![Column::new("year", "Year", 0)];
    let mut parts = Vec::new();
    for column in drawn {
        let part = values(&column.key);
        if part.iter().flatten().any(|value| *value != 0.0) {
            columns.push(column);
            parts.push(part);
        }
    }
    let mut chart = Chart::new(id, kind, columns, json!({ "axis": axis, "time": true }));
    for (n, year) in run.series.years.iter().enumerate() {
        // A year is text: nobody writes 1,975.
        let mut row = vec![year.to_string().into()];
        row.extend(parts.iter().map(|part| part.get(n).copied().flatten().into()));
        chart.push(row);
    }
    if parts.is_empty() {
        chart.options = Value::Null;
    }
    chart
}

/// "The Cottages" inside a label is "the Cottages".
fn lower_article(text: &str) -> String {
    text.strip_prefix("The ").map_or_else(|| text.to_owned(), |rest| format!("the {rest}"))
}
