//! A table in a file, row by row.

use std::path::{Path, PathBuf};

use hailsham_scenario::nearest;

use super::rows::{Broken, Rows};
use super::{Moment, Problems, Severity};

/// A column of a [`Sheet`], found by its name.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    index: usize,
    name: &'static str,
}

impl Column {
    /// Its name as it was asked for.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

/// Where a table is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// In a file.
    File(PathBuf),
    /// In the program: its name and its text.
    BuiltIn(&'static str, &'static str),
}

impl std::fmt::Display for Origin {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Origin::File(path) => write!(out, "{}", path.display()),
            Origin::BuiltIn(name, _) => out.write_str(name),
        }
    }
}

/// A table in a file: columns have names, capitals or not; further columns are not looked at. A file whose name ends in
/// `.parquet` is Parquet, any other CSV whose first row names the columns. Rows are counted as an editor shows them in
/// CSV, the names being row 1, and from 1 in Parquet.
///
/// Each way of reading a cell gives `None` where the cell is wrong, and writes down what is wrong. A file that
/// cannot be read, or lacks a column, has no rows.
pub struct Sheet<'a> {
    file: String,
    problems: &'a mut Problems,
    rows: Option<Rows>,
    names: Vec<String>,
    record: csv::ByteRecord,
    row: u64,
    whole: bool,
}

impl<'a> Sheet<'a> {
    /// Opens a file and reads the names of its columns.
    pub fn open(path: &Path, problems: &'a mut Problems) -> Self {
        Self::begin(path.display().to_string(), Rows::open(path), problems)
    }

    /// Opens a table that may come with the program.
    pub fn of(origin: &Origin, problems: &'a mut Problems) -> Self {
        match origin {
            Origin::File(path) => Self::open(path, problems),
            Origin::BuiltIn(name, text) => {
                let rows = Rows::of_text(Box::new(text.as_bytes()));
                Self::begin((*name).to_owned(), rows, problems)
            }
        }
    }

    fn begin(
        file: String,
        opened: Result<(Rows, Vec<String>), Broken>,
        problems: &'a mut Problems,
    ) -> Self {
        let mut sheet = Sheet {
            file,
            problems,
            rows: None,
            names: Vec::new(),
            record: csv::ByteRecord::new(),
            row: 1,
            whole: true,
        };
        match opened {
            Ok((rows, names)) => {
                sheet.rows = Some(rows);
                sheet.names = names.iter().map(|name| name.to_lowercase()).collect();
            }
            Err(broken) => sheet.failed(broken),
        }
        sheet
    }

    fn failed(&mut self, broken: Broken) {
        let Broken { row, message } = broken;
        self.problems
            .add(Severity::Error, &self.file, None, row, message);
        self.whole = false;
    }

    /// The column of a name. If there is none, that is written down, and the file has no rows.
    pub fn column(&mut self, name: &'static str) -> Column {
        let index = self.names.iter().position(|other| other == name);
        if index.is_none() && self.rows.is_some() {
            let like = nearest(name, self.names.iter().map(String::as_str));
            let help = like.map_or(String::new(), |like| format!("; there is `{like}`"));
            self.problems.add(
                Severity::Error,
                &self.file,
                Some(name),
                None,
                format!("the column is missing{help}"),
            );
            self.whole = false;
        }
        Column {
            index: index.unwrap_or(usize::MAX),
            name,
        }
    }

    /// Goes to the next row. False at the end, or where nothing more can be read.
    pub fn next_row(&mut self) -> bool {
        let Some(rows) = self.rows.as_mut().filter(|_| self.whole) else {
            return false;
        };
        match rows.read(&mut self.record) {
            Ok(more) => {
                self.row = rows.row(&self.record);
                more
            }
            Err(broken) => {
                self.failed(broken);
                false
            }
        }
    }

    /// Writes down that the cell is wrong.
    pub fn wrong(&mut self, column: Column, message: String) {
        self.problems.add(
            Severity::Error,
            &self.file,
            Some(column.name),
            Some(self.row),
            message,
        );
    }

    /// Writes down something about the row, or the cell, that does not stop the reading.
    pub fn warn(&mut self, column: Option<Column>, message: String) {
        self.problems.add(
            Severity::Warning,
            &self.file,
            column.map(|column| column.name),
            Some(self.row),
            message,
        );
    }

    fn bytes(&self, column: Column) -> &[u8] {
        self.record
            .get(column.index)
            .unwrap_or_default()
            .trim_ascii()
    }

    /// Whether nothing stands in the cell.
    pub fn is_blank(&self, column: Column) -> bool {
        self.bytes(column).is_empty()
    }

    /// The cell as text, which may be empty.
    pub fn text(&mut self, column: Column) -> &str {
        if std::str::from_utf8(self.bytes(column)).is_err() {
            self.wrong(column, "is not UTF-8 text".to_owned());
            return "";
        }
        std::str::from_utf8(self.bytes(column)).unwrap_or_default()
    }

    fn need<T>(
        &mut self,
        column: Column,
        what: impl FnOnce() -> String,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(column);
        if let Some(value) = read(text) {
            return Some(value);
        }
        let message = if text.is_empty() {
            format!("the cell is blank: expected {}", what())
        } else {
            format!("`{text}` is not {}", what())
        };
        self.wrong(column, message);
        None
    }

    /// `None` is a wrong cell, `Some(None)` an empty one.
    #[allow(clippy::option_option)]
    fn maybe<T>(
        &mut self,
        column: Column,
        what: impl FnOnce() -> String,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<Option<T>> {
        if self.is_blank(column) {
            Some(None)
        } else {
            self.need(column, what, read).map(Some)
        }
    }

    /// A whole number from `least` to `most`.
    pub fn whole(&mut self, column: Column, least: i64, most: i64) -> Option<i64> {
        self.need(
            column,
            || format!("a whole number from {least} to {most}"),
            |text| whole(text).filter(|number| (least..=most).contains(number)),
        )
    }

    /// A number from `least` to `most`.
    pub fn number(&mut self, column: Column, least: f64, most: f64) -> Option<f64> {
        self.need(
            column,
            || format!("a number from {least} to {most}"),
            |text| number(text).filter(|number| (least..=most).contains(number)),
        )
    }

    /// A number from `least` to `most`, or nothing.
    #[allow(clippy::option_option)]
    pub fn number_or_blank(
        &mut self,
        column: Column,
        least: f64,
        most: f64,
    ) -> Option<Option<f64>> {
        self.maybe(
            column,
            || format!("a number from {least} to {most}"),
            |text| number(text).filter(|number| (least..=most).contains(number)),
        )
    }

    /// 0 or 1.
    pub fn flag(&mut self, column: Column) -> Option<bool> {
        self.need(column, || "0 or 1".to_owned(), flag)
    }

    /// 0, 1 or nothing.
    #[allow(clippy::option_option)]
    pub fn flag_or_blank(&mut self, column: Column) -> Option<Option<bool>> {
        self.maybe(column, || "0 or 1".to_owned(), flag)
    }

    /// A date, with or without a time of day.
    pub fn moment(&mut self, column: Column) -> Option<Moment> {
        self.need(column, date, Moment::read)
    }

    /// A date, with or without a time of day, or nothing.
    #[allow(clippy::option_option)]
    pub fn moment_or_blank(&mut self, column: Column) -> Option<Option<Moment>> {
        self.maybe(column, date, Moment::read)
    }

    /// One of the `known` words, by its number.
    pub fn one_of<N: AsRef<str>>(&mut self, column: Column, known: &[N]) -> Option<usize> {
        let text = self.text(column);
        if let Some(found) = known.iter().position(|name| name.as_ref() == text) {
            return Some(found);
        }
        let message = if text.is_empty() {
            "the cell is blank".to_owned()
        } else {
            let like = nearest(text, known.iter().map(AsRef::as_ref));
            let help = match like {
                Some(like) => format!("did you mean `{like}`?"),
                None if known.len() <= 12 => {
                    let known: Vec<_> = known.iter().map(AsRef::as_ref).collect();
                    format!("known are {}", known.join(", "))
                }
                None => format!("{} others are known", known.len()),
            };
            format!("`{text}` is not known; {help}")
        };
        self.wrong(column, message);
        None
    }
}

fn date() -> String {
    "a date such as 2014-01-31 or 2014-01-31 17:05:09".to_owned()
}

/// A whole number, also when written with a fraction of zeros, as `62.0`.
fn whole(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| {
        let number: f64 = text.parse().ok()?;
        (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
    })
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

fn flag(text: &str) -> Option<bool> {
    match text {
        "0" | "0.0" => Some(false),
        "1" | "1.0" => Some(true),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn written(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("donors.csv");
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[test]
    fn every_wrong_cell_is_named_once_with_its_first_row() {
        let (_folder, path) = written("AGE,Country,x\n61,Germany,\n,Germny,\n17,Germny,\n-3,,\n");
        let mut problems = Problems::default();
        let mut sheet = Sheet::open(&path, &mut problems);
        let (age, country) = (sheet.column("age"), sheet.column("country"));
        let mut ages = Vec::new();
        while sheet.next_row() {
            ages.push(sheet.whole(age, 0, 120));
            sheet.one_of(country, &["Austria", "Germany"]);
        }
        assert_eq!(ages, [Some(61), None, Some(17), None]);
        let file = path.display();
        let lines: Vec<_> = problems.all().iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                format!(
                    "{file}, row 3, column `age`: the cell is blank: expected a whole number from 0 to 120"
                ),
                format!(
                    "{file}, row 3, column `country`: `Germny` is not known; did you mean `Germany`? (and 1 more rows)"
                ),
                format!("{file}, row 5, column `age`: `-3` is not a whole number from 0 to 120"),
                format!("{file}, row 5, column `country`: the cell is blank"),
            ]
        );
    }

    #[test]
    fn a_missing_column_and_a_cut_file_are_errors() {
        let (_folder, path) = written("agee,country\n61,Germany\n17");
        let mut problems = Problems::default();
        let mut sheet = Sheet::open(&path, &mut problems);
        sheet.column("age");
        assert!(!sheet.next_row());
        let message = problems.all()[0].to_string();
        assert!(message.ends_with("column `age`: the column is missing; there is `agee`"));

        let mut problems = Problems::default();
        let mut sheet = Sheet::open(&path, &mut problems);
        sheet.column("country");
        assert!(sheet.next_row() && !sheet.next_row());
        let message = problems.all()[0].to_string();
        assert!(
            message.ends_with("row 3: 1 cells where 2 are expected: is the file cut off?"),
            "{message}"
        );
        assert!(problems.settle(()).is_err());
    }
}
