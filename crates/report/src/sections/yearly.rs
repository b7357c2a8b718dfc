//! The yearly series as small plots, one question each.

use serde_json::json;

use super::capital;
use super::flow::operation_colour;
use crate::chart::{Chart, Column, Kind};
use crate::input::Run;
use crate::lexicon::{LexiconError, Speaker};

const COMPLETED: [&str; 4] = [
    "completed_operation_1",
    "completed_operation_2",
    "completed_operation_3",
    "completed_operation_4",
];

/// All plots of the series.
pub(crate) fn charts(run: &Run, speaker: &Speaker) -> Result<Vec<Chart>, LexiconError> {
    let mut charts = vec![
        lines(
            run,
            "stocks",
            "people",
            &[
                ("pupils", "At school", "school"),
                (
                    "residents",
                    &format!("In {}", speaker.label("V-17", "one")?),
                    "cottages",
                ),
                ("carers", "Carers", "carer"),
                ("donors", "Donors", "donor"),
                ("retired", "Released", "living"),
            ],
        ),
        lines(
            run,
            "steps",
            "people a year",
            &[
                ("created", "Created", "other"),
                ("left_school", "Left school", "school"),
                ("became_carers", "Became carers", "carer"),
                ("called_up", "Called up", "donor"),
            ],
        ),
        lines(
            run,
            "operations",
            "a year",
            &[
                (
                    "operations",
                    &capital(&speaker.label("V-03", "many")?),
                    "donor",
                ),
                ("organs_removed", "Organs taken", "op4"),
                ("organs_transplanted", "Organs transplanted", "gained"),
                (
                    "organs_unplaced",
                    "Organs that nobody waiting could use",
                    "other",
                ),
            ],
        ),
        lines(
            run,
            "list",
            "people",
            &[
                ("waiting", "Waiting on 31 December", "waiting"),
                ("listed", "Listed in the year", "school"),
                ("transplanted", "Transplanted in the year", "gained"),
                ("deaths_waiting", "Died waiting in the year", "lost"),
                ("deaths_unlisted", "Died without being listed", "other"),
            ],
        ),
        lines(
            run,
            "beds",
            "beds",
            &[
                ("beds", "Beds", "other"),
                ("occupied", "Occupied on average", "donor"),
            ],
        ),
        lines(
            run,
            "care",
            "people on 31 December",
            &[
                ("donors", "Donors", "donor"),
                ("carers", "Carers", "carer"),
                ("donors_without_carer", "Donors without a carer", "lost"),
            ],
        ),
        lines(
            run,
            "schools",
            "schools",
            &[
                ("schools_open", "All schools", "school"),
                ("humane_schools_open", "Humane schools", "carer"),
            ],
        ),
    ];
    charts.push(deaths(run, speaker)?);
    Ok(charts)
}

/// Deaths of students by what they died of.
fn deaths(run: &Run, speaker: &Speaker) -> Result<Chart, LexiconError> {
    let mut columns = Vec::new();
    for (n, name) in (1..).zip(COMPLETED) {
        let label = capital(&speaker.nth("V-06", "past_nth", n)?);
        columns.push(Column::drawn(name, &label, 0, operation_colour(n)));
    }
    for (name, form, colour) in [
        ("completed_later", "past_later", "created"),
        ("died_between", "past_between", "between"),
    ] {
        columns.push(Column::drawn(
            name,
            &capital(&speaker.label("V-06", form)?),
            0,
            colour,
        ));
    }
    columns.push(Column::drawn(
        "died_other",
        "Died of another cause",
        0,
        "other",
    ));
    Ok(chart(run, "deaths", Kind::Bars, "deaths a year", columns))
}

fn lines(run: &Run, id: &'static str, axis: &str, drawn: &[(&str, &str, &'static str)]) -> Chart {
    let column =
        |(name, label, colour): &(&str, &str, &'static str)| Column::drawn(name, label, 0, colour);
    chart(
        run,
        id,
        Kind::Lines,
        axis,
        drawn.iter().map(column).collect(),
    )
}

/// Columns that are left out where they stay at nothing: what they count is rare by the rules.
const RARE: [&str; 3] = ["retired", "completed_later", "deaths_unlisted"];

/// One plot: a row a year, a value a column.
fn chart(run: &Run, id: &'static str, kind: Kind, axis: &str, drawn: Vec<Column>) -> Chart {
    let mut columns = vec![Column::new("year", "Year", 0)];
    let mut parts = Vec::new();
    for column in drawn {
        let part = values(run, &column.key);
        let nothing = !part.iter().flatten().any(|value| *value != 0.0);
        if !(nothing && RARE.contains(&column.key.as_str())) {
            columns.push(column);
            parts.push(part);
        }
    }
    let mut chart = Chart::new(id, kind, columns, json!({ "axis": axis, "time": true }));
    push_years(&mut chart, run, &parts);
    chart
}

/// A row for each year: the year, and what each part has of it.
pub(super) fn push_years(chart: &mut Chart, run: &Run, parts: &[Vec<Option<f64>>]) {
    for (n, year) in run.series.years.iter().enumerate() {
        // A year is text: nobody writes 1,975.
        let mut row = vec![year.to_string().into()];
        row.extend(
            parts
                .iter()
                .map(|part| part.get(n).copied().flatten().into()),
        );
        chart.push(row);
    }
}

/// A column of the series, or the beds in use, which the series has as a share.
fn values(run: &Run, name: &str) -> Vec<Option<f64>> {
    if name != "occupied" {
        return run.series.column(name).to_vec();
    }
    let (beds, shares) = (
        run.series.column("beds"),
        run.series.column("bed_occupancy"),
    );
    beds.iter()
        .zip(shares)
        .map(|(beds, share)| Some((*beds)? * (*share)?))
        .collect()
}
