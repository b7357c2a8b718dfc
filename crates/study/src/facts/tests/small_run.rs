//! A run of six people and two dozen records, written by hand.

use std::path::Path;

use hailsham_engine::log::{EventLog, Fold, Keep, LogSpec, Record, Workers};
use hailsham_engine::table::{ColumnKind, ColumnSpec, TableWriter};
use hailsham_engine::time::{Epoch, Time};
use hailsham_model::KINDS;
use hailsham_model::event::Event;
use hailsham_model::person::{FIRST_RECIPIENT, FIRST_STAFF};

struct Nobody;

impl Fold for Nobody {
    fn fold(&mut self, _: &[Record]) {}
}

const TOPICS: [&str; 4] = ["operation", "decline", "lying", "donation"];

const fn column(name: &'static str, kind: ColumnKind) -> ColumnSpec {
    ColumnSpec {
        name,
        kind,
        unit: "",
        text: "",
        required: false,
    }
}

/// When someone was born, and the kind, name and key.
type Person = (
    u32,
    Option<(i16, i8, i8)>,
    usize,
    Option<&'static str>,
    Option<&'static str>,
);

const PEOPLE: [Person; 6] = [
    (0, Some((1960, 3, 1)), 0, Some("Kathy H."), Some("kathy")),
    (1, Some((1960, 6, 1)), 0, Some("Ruth C."), Some("ruth")),
    (2, Some((1960, 2, 1)), 0, Some("Tommy D."), Some("tommy")),
    (3, Some((1961, 1, 1)), 0, Some("Ann A."), None),
    (FIRST_RECIPIENT, Some((1950, 1, 1)), 1, None, None),
    (FIRST_STAFF, None, 2, None, None),
];

fn epoch() -> Epoch {
    Epoch::new(1960, 1, 1).unwrap()
}

fn day((year, month, day): (i16, i8, i8)) -> Time {
    epoch().time(year, month, day).unwrap()
}

fn records() -> Vec<Record> {
    let at = |event: Event, date| event.at(day(date));
    let mut records: Vec<Record> = PEOPLE[..4]
        .iter()
        .map(|(id, born, ..)| at(Event::Created, born.unwrap()).who(*id).place(0))
        .collect();
    for person in 0..3 {
        records.push(at(Event::LeftSchool, (1976, 9, 1)).who(person).place(2));
    }
    let visit = |date, whom, value| {
        at(Event::Visited, date)
            .who(0)
            .whom(whom)
            .place(3)
            .value(value)
    };
    records.extend([
        at(Event::Hinted, (1972, 5, 1))
            .who(FIRST_STAFF)
            .place(0)
            .topic(3)
            .n(30),
        at(Event::Interfered, (1977, 5, 5))
            .who(1)
            .whom(2)
            .object(0)
            .topic(2)
            .value(0.5),
        at(Event::BecameCarer, (1978, 1, 1)).who(0),
        at(Event::BecameCarer, (1979, 1, 1)).who(1),
        at(Event::BecameCarer, (1979, 7, 1)).who(2),
        at(Event::CalledUp, (1985, 1, 1)).who(1).place(3).value(6.0),
        at(Event::Operated, (1986, 1, 1)).who(1).place(3).n(1),
        visit((1986, 6, 1), 1, 0.25),
        visit((1986, 7, 1), 1, 0.5),
        at(Event::CalledUp, (1987, 1, 1)).who(2).place(3).value(7.5),
        visit((1988, 1, 1), 2, 0.75),
        at(Event::Operated, (1988, 2, 1)).who(2).place(3).n(1),
        at(Event::Operated, (1990, 3, 1)).who(1).place(3).n(2),
        at(Event::Completed, (1990, 3, 4))
            .who(1)
            .whom(0)
            .place(3)
            .topic(0)
            .n(2)
            .pinned(true),
        at(Event::Transplanted, (1990, 3, 4))
            .who(FIRST_RECIPIENT)
            .whom(1)
            .object(7),
        at(Event::Completed, (1996, 11, 20))
            .who(2)
            .whom(0)
            .place(3)
            .topic(1)
            .n(4),
    ]);
    records.sort_by_key(|record| record.time);
    records
}

/// Writes it; `log` is what the manifest says of the log, `violations` what the auditor found.
pub(crate) fn write(directory: &Path, log: &str, violations: u32) {
    let spec = LogSpec {
        events: Event::ALL.iter().map(|event| event.name()).collect(),
        topics: TOPICS.map(str::to_owned).to_vec(),
        epoch: epoch(),
        key_values: Vec::new(),
        keys: None,
    };
    let path = directory.join("events.parquet");
    let target = Some((path.as_path(), spec));
    let mut file = EventLog::start(Nobody, target, Keep::All, Workers::Inline).unwrap();
    for record in records() {
        file.push(record);
    }
    file.finish().unwrap();
    persons(directory);
    places(directory);
    works(directory);
    let metrics = "{\"completed\": 2.0, \"tenure_mean\": null}";
    std::fs::write(directory.join("summary.json"), metrics).unwrap();
    let manifest = format!(
        "{{\"seed\": 7, \"log\": \"{log}\", \"first_day\": \"1960-01-01\", \"horizon_years\": 40.0, \
         \"audit\": {{\"rules\": [{{\"rule\": \"order\", \"violations\": {violations}}}]}}}}"
    );
    std::fs::write(directory.join("manifest.json"), manifest).unwrap();
}

fn persons(directory: &Path) {
    let columns = &[
        column("id", ColumnKind::U32),
        column("name", ColumnKind::Text),
        column("kind", ColumnKind::Text),
        column("born", ColumnKind::Timestamp),
        column("cast", ColumnKind::Text),
        column("empathy", ColumnKind::F32),
        column("phase", ColumnKind::Text),
    ];
    let mut writer = TableWriter::create(directory.join("persons.parquet"), columns, &[]).unwrap();
    let mut group = writer.group(PEOPLE.len()).unwrap();
    let text = |text: Option<&str>, out: &mut String| {
        out.push_str(text.unwrap_or_default());
        text.is_some()
    };
    group.u32("id", |row| Some(PEOPLE[row].0)).unwrap();
    group
        .text("name", |row, out| text(PEOPLE[row].3, out))
        .unwrap();
    group
        .coded("kind", &KINDS, |row| Some(PEOPLE[row].2))
        .unwrap();
    let born = |row: usize| PEOPLE[row].1.map(|born| epoch().milliseconds(day(born)));
    group.timestamp("born", born).unwrap();
    group
        .text("cast", |row, out| text(PEOPLE[row].4, out))
        .unwrap();
    group
        .f32("empathy", |row| {
            [Some(0.9), Some(0.3), None].get(row % 3).copied().flatten()
        })
        .unwrap();
    group
        .coded("phase", &["carer", "completed"], |row| {
            Some(usize::from(row == 1 || row == 2))
        })
        .unwrap();
    group.close().unwrap();
    writer.close().unwrap();
}

fn places(directory: &Path) {
    let columns = &[
        column("id", ColumnKind::U32),
        column("name", ColumnKind::Text),
        column("kind", ColumnKind::Text),
        column("school_kind", ColumnKind::Text),
        column("opened", ColumnKind::Timestamp),
    ];
    let names = [
        "Hailsham",
        "Ordinary school 2",
        "The Cottages",
        "Recovery centre 1",
    ];
    let kinds = ["school", "cottages", "recovery_centre"];
    let mut writer = TableWriter::create(directory.join("places.parquet"), columns, &[]).unwrap();
    let mut group = writer.group(names.len()).unwrap();
    group.u32("id", |row| Some(row as u32)).unwrap();
    group.coded("name", &names, Some).unwrap();
    group
        .coded("kind", &kinds, |row| Some(row.saturating_sub(1)))
        .unwrap();
    group
        .coded("school_kind", &["humane", "ordinary"], |row| {
            (row < 2).then_some(row)
        })
        .unwrap();
    group
        .timestamp("opened", |row| (row > 0).then_some(0))
        .unwrap();
    group.close().unwrap();
    writer.close().unwrap();
}

fn works(directory: &Path) {
    let columns = &[
        column("id", ColumnKind::U32),
        column("maker", ColumnKind::U32),
        column("form", ColumnKind::Text),
        column("made", ColumnKind::Timestamp),
        column("merit", ColumnKind::F32),
    ];
    let mut writer = TableWriter::create(directory.join("works.parquet"), columns, &[]).unwrap();
    let mut group = writer.group(3).unwrap();
    group.u32("id", |row| Some(row as u32)).unwrap();
    group.u32("maker", |row| Some([2, 0, 2][row])).unwrap();
    group
        .coded("form", &["drawing", "poem"], |row| Some(row % 2))
        .unwrap();
    let made = [(1970, 6, 1), (1971, 1, 1), (1972, 1, 1)];
    let made = |row: usize| Some(epoch().milliseconds(day(made[row])));
    group.timestamp("made", made).unwrap();
    group
        .f32("merit", |row| Some([0.1, 0.7, 0.4][row]))
        .unwrap();
    group.close().unwrap();
    writer.close().unwrap();
}
