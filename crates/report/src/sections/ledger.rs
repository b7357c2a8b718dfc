//! The ledger by group: givers, recipients, carers, and what the operations were. Groups stand side
//! by side and are never added or subtracted.

use serde::Serialize;
use serde_json::json;

use super::recipients::by_disease;
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
    /// How many operations could be refused, were understood, were consented to; `None` where the
    /// run does not record it.
    could_be_refused: Consent,
    understood: Consent,
    consented: Consent,
}

#[derive(Serialize)]
struct Consent {
    operations: Option<f64>,
    share: Option<f64>,
}

/// The ledger and its chart.
pub(crate) fn of(run: &Run, speaker: &Speaker) -> Result<(Chart, Ledger), LexiconError> {
    let students = &run.students;
    let schools = [("Humane school", true), ("Ordinary school", false)];
    let mut chart = Chart::new(
        "ledger",
        Kind::Bars,
        vec![
            Column::new("group", "Group", 0),
            Column::drawn("years_lost", "Years of life lost by givers", 0, "lost"),
            Column::drawn("years_gained", "Years of life gained by recipients", 0, "gained"),
            Column::drawn("years_of_service", "Years of service by carers", 0, "carer"),
        ],
        json!({ "axis": "years", "horizontal": true, "apart": true }),
    );

    let mut givers = table(&[
        ("group", "Brought up in", 0),
        ("people", "Operated on", 0),
        ("operations", &capitalised(speaker, "V-03")?, 0),
        ("completed", &capitalised(speaker, "V-06")?, 0),
        ("years_lost", "Years of life lost", 0),
        ("years_lost_each", "Years lost for each who died", 1),
    ]);
    let mut carers = table(&[
        ("group", "Brought up in", 0),
        ("people", "Served", 0),
        ("years", "Years of service", 0),
        ("years_each", "Years for each", 1),
        ("visits", "Visits made", 0),
        ("deaths", "Deaths attended", 0),
        ("deaths_each", "Deaths attended for each", 1),
    ]);
    let mut service = Vec::new();
    for (name, humane) in schools {
        let rows: Vec<usize> =
            (0..students.len()).filter(|row| students.humane[*row] == humane).collect();
        let operated = rows.iter().filter(|row| students.donations[**row] > 0).count();
        let operations: u64 = rows.iter().map(|row| u64::from(students.donations[*row])).sum();
        let completed: Vec<usize> =
            rows.iter().copied().filter(|row| students.completed(*row)).collect();
        let (lost, losers) = total(completed.iter().map(|row| students.years_lost[*row]));
        givers.rows.push(vec![
            name.into(),
            operated.into(),
            (operations as f64).into(),
            completed.len().into(),
            lost.into(),
            each(lost, losers),
        ]);
        chart.push(vec![format!("Givers: {}", name.to_lowercase()).into(), lost.into(), Cell::Missing, Cell::Missing]);

        let terms: Vec<f64> = rows.iter().filter_map(|row| term(run, *row)).collect();
        let served: f64 = terms.iter().sum();
        let sum = |column: &[Option<u32>]| -> f64 {
            rows.iter().filter_map(|row| column[*row]).map(f64::from).sum()
        };
        let deaths = sum(&students.deaths_attended);
        carers.rows.push(vec![
            name.into(),
            terms.len().into(),
            served.into(),
            each(served, terms.len()),
            sum(&students.visits_made).into(),
            deaths.into(),
            each(deaths, terms.len()),
        ]);
        service.push((format!("Carers: {}", name.to_lowercase()), served));
    }

    let mut receivers = table(&[
        ("group", "Disease", 0),
        ("people", "Transplanted", 0),
        ("years_gained", "Years of life gained", 0),
        ("years_gained_each", "Years gained for each", 1),
    ]);
    for (name, rows) in by_disease(&run.recipients) {
        let people = rows.iter().filter(|row| run.recipients.transplanted[**row].is_some());
        let (gained, gainers) = total(rows.iter().map(|row| run.recipients.years_gained[*row]));
        receivers.rows.push(vec![
            name.as_str().into(),
            people.count().into(),
            gained.into(),
            each(gained, gainers),
        ]);
        let group = format!("Recipients: {}", name.to_lowercase());
        chart.push(vec![group.into(), Cell::Missing, gained.into(), Cell::Missing]);
    }
    for (group, served) in service {
        chart.push(vec![group.into(), Cell::Missing, Cell::Missing, served.into()]);
    }

    let operations = students.donations.iter().map(|n| u64::from(*n)).sum();
    let consent = |name| {
        let counted = run.metric(name);
        let of_all = counted.and_then(|counted| share(counted as usize, operations as usize));
        Consent { operations: counted, share: of_all }
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

/// Years a student served as a carer, up to the end of the run.
fn term(run: &Run, row: usize) -> Option<f64> {
    let students = &run.students;
    let end = students.care_ended[row].or(students.died[row]).unwrap_or(run.end);
    Some(years(students.care_started[row]?, end))
}

fn each(sum: f64, people: usize) -> Cell {
    (people > 0).then(|| sum / people as f64).into()
}

fn table(columns: &[(&str, &str, u8)]) -> Table {
    let column = |(key, label, decimals): &(&str, &str, u8)| Column::new(key, label, *decimals);
    Table { columns: columns.iter().map(column).collect(), rows: Vec::new() }
}

/// The plural of a word as a heading.
fn capitalised(speaker: &Speaker, id: &str) -> Result<String, LexiconError> {
    Ok(super::flow::capital(&speaker.label(id, "many")?))
}
