//! Rows of a table as numbers: people and places by their own, words by their place in a list of
//! labels, times in minutes, 1 for true. What is absent is not a number.

use hailsham_engine::log::Record;
use hailsham_engine::table::{ColumnKind, TableError, TableReader};
use hailsham_engine::time::Time;
use hailsham_model::KINDS;
use hailsham_model::person::Phase;

use super::columns::{Column, Role, Table};
use super::evaluate::Shown;
use super::run::{RunFiles, file};
use super::scope::Scope;
use super::select::Bounds;

/// A table whose rows can be asked for values.
pub(crate) trait Source {
    /// What stands for a row.
    type Row: Copy;

    fn table(&self) -> Table;

    /// Where the values of a column are found.
    fn slot(&self, column: &str) -> Option<usize>;

    fn value(&self, row: Self::Row, slot: usize) -> f64;

    /// The words that the numbers of a column stand for.
    fn labels(&self, column: &str) -> &[String];

    fn files(&self) -> &RunFiles;

    /// A row as a reader sees it.
    fn show(&self, row: Self::Row, selection: &str) -> Shown;

    /// A value of a column as text.
    fn text(&self, column: Column, value: f64) -> Option<String> {
        let files = self.files();
        match column.role {
            Role::Word(_) => self.labels(column.name).get(value as usize).cloned(),
            Role::Person => {
                let person = value as u32;
                let key = files.people.key(person).map(str::to_owned);
                key.or_else(|| Some(files.people.shown(person)))
            }
            Role::Place => Some(files.places.get(&(value as u32))?.name.clone()),
            Role::Time => files.calendar.day(files.calendar.years(value)),
            Role::Truth => Some((value == 1.0).to_string()),
            Role::Number | Role::Single => Some(shown(value)),
        }
    }
}

/// A number as it is shown: whole, or with four digits behind the point at most.
pub(crate) fn shown(number: f64) -> String {
    let text = format!("{number:.4}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short.trim_start_matches('-') == "0" && number != 0.0 {
        return format!("{number:.2e}");
    }
    short.to_owned()
}

/// The names of a run in its own numbers.
pub(crate) struct Names<'a> {
    pub(crate) files: &'a RunFiles,
    pub(crate) scope: &'a Scope,
    pub(crate) labels: &'a dyn Fn(&str) -> &'a [String],
}

impl Names<'_> {
    /// The values of a column that a text means.
    pub(crate) fn numbers(&self, column: Column, text: &str) -> Vec<f64> {
        match column.role {
            Role::Person => {
                let person = self.files.people.cast.get(text);
                person
                    .map(|person| f64::from(*person))
                    .into_iter()
                    .collect()
            }
            Role::Place => self.places(text),
            _ => {
                let labels = (self.labels)(column.name).iter().enumerate();
                let meant = labels.filter(|(_, label)| *label == text);
                meant.map(|(code, _)| code as f64).collect()
            }
        }
    }

    /// The places of a name; or else of a kind; or else of a key.
    fn places(&self, text: &str) -> Vec<f64> {
        let places = || self.files.places.iter();
        let chosen = |is: &dyn Fn(&super::run::PlaceRow) -> bool| -> Vec<f64> {
            let chosen = places().filter(|(_, place)| is(place));
            chosen.map(|(number, _)| f64::from(*number)).collect()
        };
        let named = chosen(&|place| place.name == text);
        if !named.is_empty() {
            return named;
        }
        let of_kind =
            chosen(&|place| place.kind == text || place.school_kind.as_deref() == Some(text));
        if !of_kind.is_empty() {
            return of_kind;
        }
        let names = self.scope.places.iter();
        let meant: Vec<_> = names
            .filter(|place| place.key == text || place.name == text)
            .collect();
        chosen(&|place| meant.iter().any(|meant| meant.names(&place.name)))
    }

    /// Bounds in the numbers of a column.
    pub(crate) fn bounds(&self, role: Role, bounds: &Bounds) -> Bounds {
        let number = |number: f64| match role {
            Role::Single => f64::from(number as f32),
            Role::Time => self.files.calendar.minutes(number),
            _ => number,
        };
        Bounds {
            low: number(bounds.low),
            high: number(bounds.high),
            closed: bounds.closed,
        }
    }
}

/// A record, and in which phase of their lives its people were when it happened.
#[derive(Clone, Copy)]
pub(crate) struct Happening {
    pub(crate) record: Record,
    /// Its number in the log.
    pub(crate) row: u64,
    pub(crate) phase: u8,
    pub(crate) whom_phase: u8,
}

/// The columns of events, the cheap ones first.
const FIELDS: [&str; 18] = [
    "event",
    "topic",
    "who",
    "whom",
    "third",
    "pinned",
    "object",
    "n",
    "value",
    "place",
    "time",
    "phase",
    "whom_phase",
    "kind",
    "whom_kind",
    "year",
    "age",
    "whom_age",
];

/// The event log.
pub(crate) struct Events<'a> {
    pub(crate) files: &'a RunFiles,
    pub(crate) names: Vec<String>,
    pub(crate) topics: Vec<String>,
    phases: Vec<String>,
    kinds: Vec<String>,
}

impl<'a> Events<'a> {
    /// The names by code, as the log's file lists them.
    pub(crate) fn new(files: &'a RunFiles, events: &[String], topics: &[String]) -> Events<'a> {
        let owned = |labels: &[&str]| labels.iter().map(|label| (*label).to_owned()).collect();
        Events {
            files,
            names: events.to_vec(),
            topics: topics.to_vec(),
            phases: owned(&Phase::LABELS),
            kinds: owned(&KINDS),
        }
    }
}

fn person(number: u32) -> f64 {
    if number == Record::NONE {
        f64::NAN
    } else {
        f64::from(number)
    }
}

impl Events<'_> {
    /// Whether the values found there say which event it is.
    pub(crate) fn is_event(&self, slot: usize) -> bool {
        self.slot("event") == Some(slot)
    }

    fn cell(&self, row: Happening, name: &str) -> Option<String> {
        let value = self.value(row, self.slot(name)?);
        if value.is_nan() {
            return None;
        }
        let column = Table::Events.column(name)?;
        match column.role {
            Role::Person => Some(self.files.people.shown(value as u32)),
            _ => self.text(column, value),
        }
    }
}

impl Source for Events<'_> {
    type Row = Happening;

    fn table(&self) -> Table {
        Table::Events
    }

    fn slot(&self, column: &str) -> Option<usize> {
        FIELDS.iter().position(|field| *field == column)
    }

    fn show(&self, row: Happening, selection: &str) -> Shown {
        let cell = |name| self.cell(row, name);
        Shown {
            selection: selection.to_owned(),
            row: Some(row.row),
            time: Some(self.files.calendar.epoch.iso(row.record.time)),
            what: cell("event").unwrap_or_default(),
            who: cell("who"),
            whom: cell("whom"),
            place: cell("place"),
            topic: cell("topic"),
            n: cell("n"),
            value: cell("value"),
            pinned: row.record.pinned,
        }
    }

    fn value(&self, row: Happening, slot: usize) -> f64 {
        let Happening {
            record,
            phase,
            whom_phase,
            ..
        } = row;
        let known = |phase: u8| {
            if phase == Phase::Unborn as u8 {
                f64::NAN
            } else {
                f64::from(phase)
            }
        };
        let kind = |who: u32| match who {
            Record::NONE => f64::NAN,
            who => self.files.people.kind(who),
        };
        let minutes = f64::from(record.time.minutes());
        let age = |who: u32| match who {
            Record::NONE => f64::NAN,
            who => self.files.people.age(who, minutes),
        };
        // In the order of the fields.
        match slot {
            0 => f64::from(record.event),
            1 if record.topic == Record::NO_TOPIC => f64::NAN,
            1 => f64::from(record.topic),
            2 => person(record.who),
            3 => person(record.whom),
            4 | 6 => person(record.object),
            5 => f64::from(u8::from(record.pinned)),
            7 if record.n == Record::NO_NUMBER => f64::NAN,
            7 => f64::from(record.n),
            8 => f64::from(record.value),
            9 => person(record.place),
            10 => minutes,
            11 => known(phase),
            12 => known(whom_phase),
            13 => kind(record.who),
            14 => kind(record.whom),
            15 => f64::from(self.files.calendar.epoch.year_of(record.time)),
            16 => age(record.who),
            17 => age(record.whom),
            _ => f64::NAN,
        }
    }

    fn labels(&self, column: &str) -> &[String] {
        match column {
            "event" => &self.names,
            "topic" => &self.topics,
            "phase" | "whom_phase" => &self.phases,
            "kind" | "whom_kind" => &self.kinds,
            _ => &[],
        }
    }

    fn files(&self) -> &RunFiles {
        self.files
    }
}

/// A column as numbers.
struct Loaded {
    name: &'static str,
    values: Vec<f64>,
    labels: Vec<String>,
}

/// A table other than the log, with the columns that were asked for.
pub(crate) struct Columns<'a> {
    files: &'a RunFiles,
    table: Table,
    rows: usize,
    loaded: Vec<Loaded>,
}

impl<'a> Columns<'a> {
    pub(crate) fn read(
        files: &'a RunFiles,
        table: Table,
        wanted: &[Column],
    ) -> Result<Columns<'a>, TableError> {
        let reader = TableReader::open(file(&files.path, table))?;
        let mut columns: Vec<Loaded> = Vec::new();
        for column in wanted {
            if columns.iter().all(|loaded| loaded.name != column.name) {
                columns.push(load(&reader, files, column.name)?);
            }
        }
        Ok(Columns {
            files,
            table,
            rows: reader.rows(),
            loaded: columns,
        })
    }

    pub(crate) fn rows(&self) -> std::ops::Range<usize> {
        0..self.rows
    }
}

fn load(reader: &TableReader, files: &RunFiles, name: &'static str) -> Result<Loaded, TableError> {
    fn numbers<T>(column: Vec<Option<T>>, number: impl Fn(T) -> f64) -> Vec<f64> {
        let values = column.into_iter();
        values
            .map(|value| value.map_or(f64::NAN, &number))
            .collect()
    }
    let mut labels = Vec::new();
    let kind = reader.column(name).and_then(|column| column.kind);
    let values = match kind {
        Some(ColumnKind::U64) => numbers(reader.u64(name)?, |value| value as f64),
        Some(ColumnKind::I32) => numbers(reader.i32(name)?, f64::from),
        Some(ColumnKind::F32) => numbers(reader.f32(name)?, f64::from),
        Some(ColumnKind::F64) => numbers(reader.f64(name)?, |value| value),
        Some(ColumnKind::Bool) => numbers(reader.bool(name)?, |value| f64::from(u8::from(value))),
        Some(ColumnKind::Timestamp) => {
            let epoch = files.calendar.epoch;
            numbers(reader.timestamp(name)?, |value| {
                f64::from(epoch.time_from_milliseconds(value).minutes())
            })
        }
        Some(ColumnKind::Text) => {
            let coded = reader.coded(name)?;
            labels = coded.labels;
            numbers(coded.codes, f64::from)
        }
        // A column that is not there is an error here too.
        _ => numbers(reader.u32(name)?, f64::from),
    };
    Ok(Loaded {
        name,
        values,
        labels,
    })
}

impl Source for Columns<'_> {
    type Row = usize;

    fn table(&self) -> Table {
        self.table
    }

    fn slot(&self, column: &str) -> Option<usize> {
        self.loaded.iter().position(|loaded| loaded.name == column)
    }

    fn show(&self, row: usize, selection: &str) -> Shown {
        let value = |name: &str| {
            let value = self.value(row, self.slot(name)?);
            (!value.is_nan()).then_some(value)
        };
        let time = self.table.time().and_then(value);
        let who = self.table.person().and_then(value);
        let others = self.loaded.iter().filter(|column| {
            Some(column.name) != self.table.time() && Some(column.name) != self.table.person()
        });
        let cells: Vec<String> = others
            .filter_map(|loaded| {
                let column = self.table.column(loaded.name)?;
                let text = self.text(column, value(loaded.name)?)?;
                Some(format!("{} {text}", loaded.name.replace('_', " ")))
            })
            .collect();
        let epoch = self.files.calendar.epoch;
        Shown {
            selection: selection.to_owned(),
            time: time.map(|minutes| epoch.iso(Time::from_minutes(minutes as i32))),
            what: cells.join(", "),
            who: who.map(|person| self.files.people.shown(person as u32)),
            ..Shown::default()
        }
    }

    fn value(&self, row: usize, slot: usize) -> f64 {
        let column = self.loaded.get(slot);
        column
            .and_then(|column| column.values.get(row))
            .copied()
            .unwrap_or(f64::NAN)
    }

    fn labels(&self, column: &str) -> &[String] {
        let column = self.loaded.iter().find(|loaded| loaded.name == column);
        column.map_or(&[], |column| &column.labels)
    }

    fn files(&self) -> &RunFiles {
        self.files
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_events_has_a_field() {
        for column in Table::Events.columns() {
            assert!(FIELDS.contains(&column.name), "{}", column.name);
        }
        assert_eq!(Table::Events.columns().count(), FIELDS.len());
    }

    #[test]
    fn numbers_are_short() {
        for (number, text) in [
            (3.0, "3"),
            (0.25, "0.25"),
            (-1.5, "-1.5"),
            (0.0, "0"),
            (1.0 / 3.0, "0.3333"),
            (0.000_012, "1.20e-5"),
            (120.0, "120"),
        ] {
            assert_eq!(shown(number), text);
        }
    }
}
