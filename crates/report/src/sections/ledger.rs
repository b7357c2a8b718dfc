//! The ledger by group: givers, recipients, carers, and what the operations were. Groups stand side
//! by side and are never added or subtracted.

use serde::Serialize;
use serde_json::json;

use super::capital;
use super::recipients::disease_name;
use crate::chart::{Cell, Chart, Column, Kind, Table};
use crate::input::{Run, years};
use crate::lexicon::{LexiconError, Speaker};
use crate::statistics::{share, total};

/// The parts of the ledger.
#[derive(Serialize)]
pub(crate) struct Ledger {
    givers: Table,
    receivers: Table,
    carers: Table,
    operations: u64,
    could_be_refused: Consent,
    understood: Consent,
    consented: Consent,
}

/// How many operations were so, and their share; `None` where the run does not record it.
#[derive(Serialize)]
struct Consent {
    operations: Option<f64>,
    share: Option<f64>,
}

/// A table, and for each of its rows a bar: whose it is, and how many years.
type Account = (Table, Vec<(String, f64)>);

const SCHOOLS: [(&str, bool); 2] = [("Humane school", true), ("Ordinary school", false)];

/// The ledger and its chart.
pub(crate) fn of(run: &Run, speaker: &Speaker) -> Result<(Chart, Ledger), LexiconError> {
    let (givers, lost) = givers(run, speaker)?;
    let (receivers, gained) = receivers(run);
    let (carers, served) = carers(run);
    let columns = vec![
        Column::new("group", "Group", 0),
        Column::drawn("years_lost", "Years of life lost by givers", 0, "lost"),
        Column::drawn(
            "years_gained",
            "Years of life gained by recipients",
            0,
            "gained",
        ),
        Column::drawn("years_of_service", "Years of service by carers", 0, "carer"),
    ];
    let options = json!({ "axis": "years", "horizontal": true, "apart": true });
    let mut chart = Chart::new("ledger", Kind::Bars, columns, options);
    for (column, (side, bars)) in [("Givers", lost), ("Recipients", gained), ("Carers", served)]
        .into_iter()
        .enumerate()
    {
        for (group, years) in bars {
            let mut row = vec![Cell::Missing; 4];
            row[0] = format!("{side}: {}", group.to_lowercase()).into();
            row[column + 1] = years.into();
            chart.push(row);
        }
    }

    let operations = run.students.donations.iter().map(|n| u64::from(*n)).sum();
    let consent = |metric| {
        let counted = run.metric(metric);
        let of_all = counted.and_then(|counted| share(counted as usize, operations as usize));
        Consent {
            operations: counted,
            share: of_all,
        }
    };
    let ledger = Ledger {
        givers,
        receivers,
        carers,
        operations,
        could_be_refused: consent("donations_refusable"),
        understood: consent("donations_understood"),
        consented: consent("donations_consented"),
    };
    Ok((chart, ledger))
}

/// The rows of the students of a kind of school.
fn of_school(run: &Run, humane: bool) -> Vec<usize> {
    (0..run.students.len())
        .filter(|row| run.students.humane[*row] == humane)
        .collect()
}

fn givers(run: &Run, speaker: &Speaker) -> Result<Account, LexiconError> {
    let students = &run.students;
    let mut table = table(&[
        ("group", "Brought up in", 0),
        ("people", "Operated on", 0),
        ("operations", &capital(&speaker.label("V-03", "many")?), 0),
        ("completed", &capital(&speaker.label("V-06", "many")?), 0),
        ("years_lost", "Years of life lost", 0),
        ("years_lost_each", "Years lost for each who died", 1),
    ]);
    let mut bars = Vec::new();
    for (name, humane) in SCHOOLS {
        let rows = of_school(run, humane);
        let operated = rows
            .iter()
            .filter(|row| students.donations[**row] > 0)
            .count();
        let operations: f64 = rows
            .iter()
            .map(|row| f64::from(students.donations[*row]))
            .sum();
        let completed = rows.iter().filter(|row| students.completed(**row));
        let (lost, losers) = total(completed.clone().map(|row| students.years_lost[*row]));
        table.rows.push(vec![
            name.into(),
            operated.into(),
            operations.into(),
            completed.count().into(),
            lost.into(),
            each(lost, losers),
        ]);
        bars.push((name.to_owned(), lost));
    }
    Ok((table, bars))
}

fn receivers(run: &Run) -> Account {
    let recipients = &run.recipients;
    let mut table = table(&[
        ("group", "Disease", 0),
        ("people", "Transplanted", 0),
        ("years_gained", "Years of life gained", 0),
        ("years_gained_each", "Years gained for each", 1),
    ]);
    let mut bars = Vec::new();
    for (name, rows) in &recipients.by_disease {
        let name = disease_name(name);
        let people = rows
            .iter()
            .filter(|row| recipients.transplanted[**row as usize].is_some())
            .count();
        let (gained, gainers) = total(
            rows.iter()
                .map(|row| recipients.years_gained[*row as usize]),
        );
        table.rows.push(vec![
            name.as_str().into(),
            people.into(),
            gained.into(),
            each(gained, gainers),
        ]);
        bars.push((name, gained));
    }
    (table, bars)
}

fn carers(run: &Run) -> Account {
    let students = &run.students;
    let mut table = table(&[
        ("group", "Brought up in", 0),
        ("people", "Served", 0),
        ("years", "Years of service", 0),
        ("years_each", "Years for each", 1),
        ("visits", "Visits made", 0),
        ("deaths", "Deaths attended", 0),
        ("deaths_each", "Deaths attended for each", 1),
    ]);
    let mut bars = Vec::new();
    for (name, humane) in SCHOOLS {
        let rows = of_school(run, humane);
        let terms: Vec<f64> = rows.iter().filter_map(|row| term(run, *row)).collect();
        let served: f64 = terms.iter().sum();
        let sum = |column: &[Option<u32>]| -> f64 {
            rows.iter()
                .filter_map(|row| column[*row])
                .map(f64::from)
                .sum()
        };
        let deaths = sum(&students.deaths_attended);
        table.rows.push(vec![
            name.into(),
            terms.len().into(),
            served.into(),
            each(served, terms.len()),
            sum(&students.visits_made).into(),
            deaths.into(),
            each(deaths, terms.len()),
        ]);
        bars.push((name.to_owned(), served));
    }
    (table, bars)
}

/// Years a student served as a carer, up to the end of the run.
fn term(run: &Run, row: usize) -> Option<f64> {
    let students = &run.students;
    let end = students.care_ended[row]
        .or(students.died[row])
        .unwrap_or(run.end);
    Some(years(students.care_started[row]?, end))
}

fn each(sum: f64, people: usize) -> Cell {
    (people > 0).then(|| sum / people as f64).into()
}

fn table(columns: &[(&str, &str, u8)]) -> Table {
    let column = |(key, label, decimals): &(&str, &str, u8)| Column::new(key, label, *decimals);
    Table {
        columns: columns.iter().map(column).collect(),
        rows: Vec::new(),
    }
}
