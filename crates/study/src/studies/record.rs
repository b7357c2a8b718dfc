//! What is kept of a replicate: named numbers, as text.
//!
//! A line is a name, a tab and a number, or nothing where there is no number. A number is written with
//! as many digits as it needs to be read back to the last bit. The last line says how many lines there
//! are, so that a file that was cut is told.
//! Names of groups hold keys of a scenario, in which there are neither tabs nor line ends.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use hailsham_allocation::eurotransplant::{self, Told};
use hailsham_model::groups::{MEASURES, groups};
use hailsham_model::{Finished, metrics};

const HEAD: &str = "# hailsham replicate 1";

/// Begins the names of what is kept of groups: `@givers/humane/years_lost`.
pub(crate) const OF_GROUP: char = '@';

/// The named numbers of one replicate.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Record {
    values: Vec<(String, Option<f64>)>,
}

impl Record {
    /// The metrics of a run.
    pub(crate) fn of(metrics: Vec<(&'static str, Option<f64>)>) -> Record {
        let mut record = Record::default();
        for (name, value) in metrics {
            record.push(name, value);
        }
        record
    }

    /// The metrics of a run of the donation programme, and the measures of its groups where these are wanted.
    pub(crate) fn of_finished(finished: &Finished, with_groups: bool) -> Record {
        let mut record = Record::of(metrics(finished));
        if with_groups {
            for group in groups(finished) {
                let measures = MEASURES.iter().filter(|measure| measure.who == group.who);
                let names = measures.map(|measure| measure.name);
                record.push_group(group.who, &group.name, names.zip(group.values));
            }
        }
        record
    }

    /// The same of kidney allocation.
    pub(crate) fn of_told(told: Told, with_groups: bool) -> Record {
        let mut record = Record::of(told.metrics);
        for group in told.groups.into_iter().filter(|_| with_groups) {
            let names = eurotransplant::MEASURES.iter().map(|measure| measure.name);
            record.push_group(group.by, &group.name, names.zip(group.values));
        }
        record
    }

    /// The value of a metric, or of a measure of a group, as `age/65 and more/deaths`.
    pub(crate) fn value(&self, name: &str) -> Option<f64> {
        let is_it = |other: &str| other.strip_prefix(OF_GROUP).unwrap_or(other) == name;
        self.iter().find(|(other, _)| is_it(other))?.1
    }

    /// The measures of a group.
    fn push_group<'a>(
        &mut self,
        who: &str,
        group: &str,
        measures: impl Iterator<Item = (&'a str, Option<f64>)>,
    ) {
        for (measure, value) in measures {
            self.push(format!("{OF_GROUP}{who}/{group}/{measure}"), value);
        }
    }

    pub(crate) fn push(&mut self, name: impl Into<String>, value: Option<f64>) {
        self.values.push((name.into(), value));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Option<f64>)> {
        self.values
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
    }

    /// The file.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("{HEAD}\n");
        for (name, value) in &self.values {
            // Writing to a text cannot fail.
            let _ = match value {
                Some(value) => writeln!(text, "{name}\t{value}"),
                None => writeln!(text, "{name}\t"),
            };
        }
        let _ = writeln!(text, "# end {}", self.values.len());
        text
    }

    /// Reads a file; an error says what is wrong with it.
    pub(crate) fn read(text: &str) -> Result<Record, String> {
        let mut lines = text.lines();
        if lines.next() != Some(HEAD) {
            return Err("it is no replicate of this version".to_owned());
        }
        let mut record = Record::default();
        let mut names = HashSet::new();
        for line in lines {
            if let Some(count) = line.strip_prefix("# end ") {
                return if count == record.values.len().to_string() {
                    Ok(record)
                } else {
                    Err("lines are missing".to_owned())
                };
            }
            let (name, value) = line
                .split_once('\t')
                .ok_or_else(|| format!("`{line}` is no name and number"))?;
            let value = match value {
                "" => None,
                value => Some(
                    value
                        .parse()
                        .map_err(|_| format!("`{value}` is no number"))?,
                ),
            };
            if !names.insert(name) {
                return Err(format!("`{name}` stands twice"));
            }
            record.push(name, value);
        }
        Err("its end is missing".to_owned())
    }
}

/// Many records as columns: each name once, in the order of first appearance.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    names: Vec<String>,
    places: HashMap<String, usize>,
    values: Vec<Vec<Option<f64>>>,
    rows: usize,
}

impl Columns {
    /// Adds a row. What a record does not have is nothing. A record that was read has each name once.
    pub(crate) fn push(&mut self, record: &Record) {
        for (name, value) in record.iter() {
            let place = *self.places.entry(name.to_owned()).or_insert_with(|| {
                self.names.push(name.to_owned());
                self.values.push(vec![None; self.rows]);
                self.names.len() - 1
            });
            self.values[place].resize(self.rows, None);
            self.values[place].push(value);
        }
        self.rows += 1;
        for column in &mut self.values {
            column.resize(self.rows, None);
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    pub(crate) fn column(&self, name: &str) -> Option<&[Option<f64>]> {
        Some(&self.values[*self.places.get(name)?])
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_name_is_read_back_and_every_number_to_the_last_bit(
            // Whatever a key of a scenario may hold: no control characters.
            numbers in prop::collection::btree_map("\\PC{0,12}", prop::option::of(prop::num::f64::NORMAL | prop::num::f64::ZERO | prop::num::f64::SUBNORMAL), 0..20),
        ) {
            let mut record = Record::default();
            for (name, number) in &numbers {
                record.push_group("receivers", name, [("fell_ill", *number)].into_iter());
            }
            let read = Record::read(&record.text()).unwrap();
            let bits = |record: &Record| record.iter().map(|(n, v)| (n.to_owned(), v.map(f64::to_bits))).collect::<Vec<_>>();
            prop_assert_eq!(bits(&read), bits(&record));
        }

        /// No part of a file passes for a whole one.
        #[test]
        fn a_file_that_was_cut_is_told(cut in 0_usize..60) {
            let mut record = Record::default();
            record.push("a", Some(1.0));
            record.push("b", None);
            let text = record.text();
            let end = cut.min(text.len() - 2);
            prop_assert!(Record::read(&text[..end]).is_err());
        }
    }

    /// Of two numbers of one name, one would be lost.
    #[test]
    fn a_name_that_stands_twice_is_refused() {
        let mut record = Record::default();
        record.push("@receivers/all/fell_ill", Some(1.0));
        record.push("@receivers/all/fell_ill", Some(2.0));
        let refused = Record::read(&record.text());
        assert!(refused.is_err_and(|why| why.contains("stands twice")));
    }

    #[test]
    fn columns_keep_places_for_what_is_missing() {
        let record = |values: &[(&str, f64)]| {
            let mut record = Record::default();
            for (name, value) in values {
                record.push(*name, Some(*value));
            }
            record
        };
        let mut columns = Columns::default();
        columns.push(&record(&[("a", 1.0)]));
        columns.push(&record(&[("b", 2.0), ("a", 3.0)]));
        columns.push(&record(&[("b", 4.0)]));
        assert_eq!(columns.names(), ["a", "b"]);
        assert_eq!(columns.column("a").unwrap(), [Some(1.0), Some(3.0), None]);
        assert_eq!(columns.column("b").unwrap(), [None, Some(2.0), Some(4.0)]);
        assert_eq!(columns.column("c"), None);
    }
}
