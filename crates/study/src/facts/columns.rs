//! The tables that selections are made from, and what their columns hold.

use crate::claims::CLAIMS;
use hailsham_engine::log::COLUMNS;
use hailsham_engine::table::{ColumnKind, ColumnSpec};
use hailsham_model::replay::series;
use hailsham_model::{PERSONS, PLACES, STORIES, TIES, WORKS};

/// A table of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub(crate) enum Table {
    Events,
    Persons,
    Places,
    Works,
    Ties,
    Stories,
    Series,
    Claims,
}

/// What the values of a column are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    Number,
    /// A number of half the digits: what it is compared with is cut to the same.
    Single,
    Time,
    Truth,
    Word(Vocabulary),
    Person,
    Place,
}

/// Which words a column can hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Vocabulary {
    Any,
    Events,
    Topics,
    /// The phases of a student's life.
    Phases,
    /// Kinds of people.
    Kinds,
    SchoolKinds,
    PlaceKinds,
    Cast,
}

/// A column of a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) role: Role,
}

/// Columns of events that are not in the log: derived from it and from the people.
const DERIVED: &[Column] = &[
    Column {
        name: "third",
        role: Role::Person,
    },
    Column {
        name: "age",
        role: Role::Number,
    },
    Column {
        name: "whom_age",
        role: Role::Number,
    },
    Column {
        name: "phase",
        role: Role::Word(Vocabulary::Phases),
    },
    Column {
        name: "whom_phase",
        role: Role::Word(Vocabulary::Phases),
    },
    Column {
        name: "year",
        role: Role::Number,
    },
    Column {
        name: "kind",
        role: Role::Word(Vocabulary::Kinds),
    },
    Column {
        name: "whom_kind",
        role: Role::Word(Vocabulary::Kinds),
    },
];

impl Table {
    pub(crate) const ALL: [Table; 8] = [
        Table::Events,
        Table::Persons,
        Table::Places,
        Table::Works,
        Table::Ties,
        Table::Stories,
        Table::Series,
        Table::Claims,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Table::Events => "events",
            Table::Persons => "persons",
            Table::Places => "places",
            Table::Works => "works",
            Table::Ties => "ties",
            Table::Stories => "stories",
            Table::Series => "series",
            Table::Claims => "claims",
        }
    }

    pub(crate) fn of(name: &str) -> Option<Table> {
        Table::ALL.into_iter().find(|table| table.name() == name)
    }

    fn specs(self) -> &'static [ColumnSpec] {
        match self {
            Table::Events => COLUMNS,
            Table::Persons => PERSONS,
            Table::Places => PLACES,
            Table::Works => WORKS,
            Table::Ties => TIES,
            Table::Stories => STORIES,
            Table::Series => series::COLUMNS,
            Table::Claims => CLAIMS,
        }
    }

    /// Every column, those of the file first.
    pub(crate) fn columns(self) -> impl Iterator<Item = Column> {
        let derived = if self == Table::Events { DERIVED } else { &[] };
        let stored = self.specs().iter().map(move |spec| Column {
            name: spec.name,
            role: self.role(spec),
        });
        stored.chain(derived.iter().copied())
    }

    pub(crate) fn column(self, name: &str) -> Option<Column> {
        self.columns().find(|column| column.name == name)
    }

    /// When a row was: the column that says so.
    pub(crate) fn time(self) -> Option<&'static str> {
        match self {
            Table::Events | Table::Claims => Some("time"),
            Table::Persons => Some("born"),
            Table::Places => Some("opened"),
            Table::Works => Some("made"),
            Table::Ties => Some("last_contact"),
            Table::Stories => Some("first_told"),
            Table::Series => None,
        }
    }

    /// Whose a row is: the column that says so.
    pub(crate) fn person(self) -> Option<&'static str> {
        match self {
            Table::Events | Table::Ties => Some("who"),
            Table::Persons => Some("id"),
            Table::Works => Some("maker"),
            Table::Stories => Some("by"),
            Table::Claims => Some("teller"),
            Table::Places | Table::Series => None,
        }
    }

    fn role(self, spec: &ColumnSpec) -> Role {
        match (self, spec.name) {
            (Table::Persons, "id" | "carer" | "donor")
            | (Table::Events | Table::Ties, "who" | "whom")
            | (Table::Works, "maker" | "owner")
            | (Table::Stories, "by")
            | (Table::Claims, "teller" | "other" | "told_other") => Role::Person,
            (Table::Places, "id")
            | (Table::Persons | Table::Events | Table::Works, "place")
            | (Table::Persons, "school")
            | (Table::Claims, "place" | "told_place") => Role::Place,
            (Table::Events, "event") | (Table::Claims, "about") => Role::Word(Vocabulary::Events),
            (Table::Events, "topic") => Role::Word(Vocabulary::Topics),
            (Table::Persons, "kind") => Role::Word(Vocabulary::Kinds),
            (Table::Persons, "cast") => Role::Word(Vocabulary::Cast),
            (Table::Places, "kind") => Role::Word(Vocabulary::PlaceKinds),
            (_, "school_kind") => Role::Word(Vocabulary::SchoolKinds),
            _ => match spec.kind {
                ColumnKind::Text => Role::Word(Vocabulary::Any),
                ColumnKind::Timestamp => Role::Time,
                ColumnKind::Bool => Role::Truth,
                ColumnKind::F32 => Role::Single,
                _ => Role::Number,
            },
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_the_columns_that_it_is_read_by() {
        for table in Table::ALL {
            assert_eq!(Table::of(table.name()), Some(table));
            for column in [table.time(), table.person()].into_iter().flatten() {
                assert!(table.column(column).is_some(), "{table:?}: {column}");
            }
            if let Some(time) = table.time() {
                assert_eq!(table.column(time).unwrap().role, Role::Time);
            }
            if let Some(person) = table.person() {
                assert_eq!(table.column(person).unwrap().role, Role::Person);
            }
        }
    }
}
