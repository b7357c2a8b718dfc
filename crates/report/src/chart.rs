//! A chart as data: what is drawn, what can be downloaded and what stands in its table are one.

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::statistics::Spread;

/// How the page draws the rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Rows: from, to, people.
    Flow,
    /// Rows: curve, time, at risk, survival, lower, upper.
    Survival,
    /// Rows: x, then one value a line.
    Lines,
    /// Rows: category, then one value a stacked part.
    Bars,
    /// Rows: label, people, five quantiles.
    Boxes,
    /// Rows: family, version, the version it came from, what changed, what it says, date, adopters, holders.
    Tree,
    /// Rows: what is chosen, label, estimate, lower, upper.
    Forest,
    /// Rows: what is chosen, x, mean, lower, upper.
    Dependence,
    /// Rows: what is chosen, x, y, value.
    Heat,
    /// Rows: around whom, person, other, tie, friendship, what stands between them.
    Network,
    /// Rows: part (remembered, forgotten, beside), from, until, how much it stood out, certainty, what.
    Life,
}

/// What a column of a chart's data is.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct Column {
    /// Name in the downloaded file.
    pub(crate) key: String,
    /// Heading in the table, name in the legend.
    pub(crate) label: String,
    /// Decimal places that are kept and shown.
    pub(crate) decimals: u8,
    /// A name of the page's palette, for what is drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) colour: Option<&'static str>,
}

/// What a number is: in a sentence, where that is known, with its name and its unit.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct Named<'a> {
    pub(crate) text: &'a str,
    pub(crate) name: &'a str,
    pub(crate) unit: &'a str,
}

/// One value.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Cell {
    Missing,
    Number(f64),
    Text(String),
    /// Text, name and unit of a number, of tables alone.
    Named([String; 3]),
}

impl Cell {
    /// Adds a remark to what a cell says in words.
    pub(crate) fn add(&mut self, remark: &str) {
        match self {
            Cell::Text(text) | Cell::Named([.., text]) => text.push_str(remark),
            Cell::Missing | Cell::Number(_) => {}
        }
    }
}

/// One chart.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Chart {
    pub(crate) id: &'static str,
    pub(crate) kind: Kind,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
    pub(crate) options: Value,
}

impl Chart {
    /// A chart with no rows yet.
    pub(crate) fn new(id: &'static str, kind: Kind, columns: Vec<Column>, options: Value) -> Chart {
        Chart {
            id,
            kind,
            columns,
            rows: Vec::new(),
            options,
        }
    }

    /// Box plots of the groups that have a number. `of` says what is counted, with its key.
    pub(crate) fn boxes(
        id: &'static str,
        label: &str,
        of: (&str, &str),
        decimals: u8,
        options: Value,
        groups: impl Iterator<Item = (String, Vec<f64>)>,
    ) -> Chart {
        let quantile = |(key, label)| Column::new(key, label, decimals);
        let mut columns = vec![Column::new("group", label, 0), Column::new(of.0, of.1, 0)];
        columns.extend(
            [
                ("p5", "5 %"),
                ("p25", "25 %"),
                ("median", "Median"),
                ("p75", "75 %"),
                ("p95", "95 %"),
            ]
            .map(quantile),
        );
        let mut chart = Chart::new(id, Kind::Boxes, columns, options);
        for (name, numbers) in groups {
            if let Some(spread) = Spread::of(numbers) {
                chart.push(vec![
                    name.into(),
                    spread.people.into(),
                    spread.p5.into(),
                    spread.p25.into(),
                    spread.median.into(),
                    spread.p75.into(),
                    spread.p95.into(),
                ]);
            }
        }
        chart
    }

    /// Adds a row; numbers are rounded to the decimals of their columns.
    pub(crate) fn push(&mut self, row: Vec<Cell>) {
        debug_assert_eq!(row.len(), self.columns.len(), "a row of chart {}", self.id);
        let round = |(cell, column): (Cell, &Column)| match cell {
            Cell::Number(number) => {
                let unit = 10_f64.powi(i32::from(column.decimals));
                Cell::Number((number * unit).round() / unit)
            }
            other => other,
        };
        self.rows
            .push(row.into_iter().zip(&self.columns).map(round).collect());
    }

    /// Whether there is nothing to draw.
    pub(crate) fn is_empty(&self) -> bool {
        let drawn = |cell: &Cell| matches!(cell, Cell::Number(number) if *number != 0.0);
        !self.rows.iter().any(|row| row.iter().skip(1).any(drawn))
    }
}

impl Column {
    /// A column that stands in the table and is not drawn by itself.
    pub(crate) fn new(key: &str, label: &str, decimals: u8) -> Column {
        Column {
            key: key.to_owned(),
            label: label.to_owned(),
            decimals,
            colour: None,
        }
    }

    /// A column that is drawn in a colour of the page's palette.
    pub(crate) fn drawn(key: &str, label: &str, decimals: u8, colour: &'static str) -> Column {
        Column {
            colour: Some(colour),
            ..Column::new(key, label, decimals)
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

impl From<Named<'_>> for Cell {
    fn from(of: Named<'_>) -> Cell {
        Cell::Named([of.text, of.name, of.unit].map(str::to_owned))
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Cell {
        if number.is_finite() {
            Cell::Number(number)
        } else {
            Cell::Missing
        }
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Cell {
        Cell::Number(number as f64)
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Cell {
        Cell::Number(f64::from(number))
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(number: Option<T>) -> Cell {
        number.map_or(Cell::Missing, Into::into)
    }
}

impl Serialize for Cell {
    /// Whole numbers without a point: the page is smaller and the download reads better.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Cell::Missing => serializer.serialize_none(),
            Cell::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
                serializer.serialize_i64(*number as i64)
            }
            Cell::Number(number) => serializer.serialize_f64(*number),
            Cell::Text(text) => serializer.serialize_str(text),
            Cell::Named([text, name, unit]) => Named { text, name, unit }.serialize(serializer),
        }
    }
}

/// A table of a section: the same parts as a chart's data, and not drawn.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// JSON that may stand inside a `<script>` element: no `<`, and no line ends that older
/// JavaScript does not take in strings.
pub(crate) fn embedded_json(value: &impl Serialize) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string(value)?
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn embedded_json_cannot_end_its_script() {
        let nasty = "</script><script>alert(1)</script>\u{2028}";
        let embedded = embedded_json(&nasty).unwrap();
        assert!(!embedded.contains('<') && !embedded.contains('\u{2028}'));
        assert_eq!(serde_json::from_str::<String>(&embedded).unwrap(), nasty);
    }

    #[test]
    fn rows_are_rounded_to_their_columns() {
        let columns = vec![Column::new("a", "a", 0), Column::new("b", "b", 2)];
        let mut chart = Chart::new("test", Kind::Lines, columns, Value::Null);
        assert!(chart.is_empty());
        chart.push(vec![3_usize.into(), 2.0_f64.sqrt().into()]);
        chart.push(vec![4_usize.into(), f64::NAN.into()]);
        assert_eq!(
            serde_json::to_string(&chart.rows).unwrap(),
            "[[3,1.41],[4,null]]"
        );
        assert!(!chart.is_empty());
    }
}
