//! Tables that fit the terminal, and output that survives a closed pipe.

use std::io::Write as _;
use std::path::Path;

use comfy_table::{ColumnConstraint, ContentArrangement, LineStyle, Table, Width, presets};

use crate::error::Failure;
use crate::run::grouped;

/// Writes to stdout.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Writes a value to stdout as JSON.
pub(crate) fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text =
        serde_json::to_string_pretty(value).map_err(|error| Failure::Message(error.to_string()))?;
    print(&format!("{text}\n"))
}

/// A path as it stands in JSON, which is text: what is no text in it is marked as such.
pub(crate) fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// A number of a run as a person reads it, and its unit: counts whole, other numbers with three digits that count, shares
/// in per cent.
pub(crate) fn measured(value: Option<f64>, unit: &'static str) -> (String, &'static str) {
    const SHARE: &str = "share";
    let share = unit == SHARE;
    let (value, unit) = if share {
        (value.map(|share| 100.0 * share), "%")
    } else {
        (value, unit)
    };
    let number = value.map_or_else(
        || "none".to_owned(),
        |value| {
            let digits = match value.abs() {
                // A count; half of all is 50.0 %.
                size if value.fract() == 0.0 && (!share || size == 0.0) => 0,
                size if size >= 100.0 => 0,
                size if size >= 10.0 => 1,
                _ => 2,
            };
            grouped(value, digits)
        },
    );
    (number, unit)
}

/// The columns of the terminal, or as many as read well where there is none.
pub(crate) fn width() -> usize {
    const WITHOUT_TERMINAL: usize = 100;
    terminal_size::terminal_size().map_or(WITHOUT_TERMINAL, |(width, _)| usize::from(width.0))
}

/// Text in lines no longer than the terminal is wide. What a line goes on with stands below its second word where it is
/// indented, as in a list of names and what they mean, and else further in than its beginning.
pub(crate) fn folded(text: &str, width: usize) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        fold(line, width, &mut out);
    }
    out
}

fn fold(line: &str, width: usize, out: &mut String) {
    const FURTHER: usize = 2;
    let letters: Vec<char> = line.trim_end_matches('\n').chars().collect();
    let end = |from: usize, blank: bool| {
        let mut rest = letters[from..].iter();
        let found = rest.position(|letter| (*letter == ' ') != blank);
        found.map_or(letters.len(), |found| from + found)
    };
    let start = end(0, true);
    let under = if start == 0 {
        FURTHER
    } else {
        end(end(start, false), true)
    };
    // Below a long word there would be no room.
    let under = if under > width / 2 {
        start + FURTHER
    } else {
        under
    };
    let mut from = 0;
    let mut indent = 0;
    loop {
        let room = width.saturating_sub(indent).max(1);
        let rest = &letters[from..];
        out.extend(std::iter::repeat_n(' ', indent));
        if rest.len() <= room {
            out.extend(rest);
            break;
        }
        // At the last blank that fits, or through a word that is too long for a line.
        let first = rest.iter().take_while(|letter| **letter == ' ').count();
        let blank = rest[..=room].iter().rposition(|letter| *letter == ' ');
        let at = blank.filter(|at| *at > first).unwrap_or(room);
        let kept: String = rest[..at].iter().collect();
        out.push_str(kept.trim_end());
        out.push('\n');
        from = end(from + at, true);
        indent = under;
    }
    if line.ends_with('\n') {
        out.push('\n');
    }
}

/// The least width of each column that breaks no word, with the blanks beside it.
fn least_widths(head: &[&str], rows: &[Vec<String>]) -> Vec<usize> {
    const BLANKS: usize = 2;
    let longest = |text: &str| {
        let words = text.split_whitespace().map(|word| word.chars().count());
        words.max().unwrap_or(0) + BLANKS
    };
    let mut least: Vec<usize> = head.iter().map(|cell| longest(cell)).collect();
    for row in rows {
        for (least, cell) in least.iter_mut().zip(row) {
            *least = longest(cell).max(*least);
        }
    }
    least
}

/// A table with a head, as wide as the terminal at most. Where the terminal is too narrow for the longest word of each
/// column, the cells of a row stand below each other.
pub(crate) fn table(head: &[&str], rows: Vec<Vec<String>>) -> String {
    table_within(head, rows, width().max(40))
}

fn table_within(head: &[&str], rows: Vec<Vec<String>>, width: usize) -> String {
    let least = least_widths(head, &rows);
    // Between two columns there is one more.
    let between = head.len().saturating_sub(1);
    if least.iter().sum::<usize>() + between > width {
        return stacked(head, &rows, width);
    }
    let width = width as u16;
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING.header_separator(LineStyle::none().fill('─').junction('─')))
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width)
        .set_header(head);
    for row in rows {
        table.add_row(row);
    }
    for (column, least) in table.column_iter_mut().zip(least) {
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least as u16)));
    }
    format!("{table}\n")
}

/// Rows as blocks of lines, each cell after the head of its column; what is empty is left out.
fn stacked(head: &[&str], rows: &[Vec<String>], width: usize) -> String {
    let cell = |(head, cell): (&&str, &String)| {
        let name = if head.is_empty() {
            String::new()
        } else {
            format!("{head}: ")
        };
        folded(&format!("{name}{}\n", cell.replace('\n', "\n  ")), width)
    };
    let block = |row: &Vec<String>| {
        let cells = head.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
        cells.map(cell).collect::<String>()
    };
    rows.iter().map(block).collect::<Vec<_>>().join("\n")
}

/// The same as Markdown.
pub(crate) fn markdown(head: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let rule = format!("|{}\n", "---|".repeat(head.len()));
    let rows: String = rows.iter().map(|row| line(row)).collect();
    line(&head) + &rule + &rows
}

#[cfg(test)]
mod tests {
    use super::{folded, measured, table_within};

    #[test]
    fn numbers_have_their_units_and_shares_are_told_in_per_cent() {
        for (value, unit, shown) in [
            (Some(3513.995), "years", ("3,514", "years")),
            (Some(750.0), "transplants", ("750", "transplants")),
            (Some(5.8904), "years", ("5.89", "years")),
            (Some(60.53), "years", ("60.5", "years")),
            (Some(0.553), "share", ("55.3", "%")),
            (Some(0.0013), "share", ("0.13", "%")),
            (Some(0.5), "share", ("50.0", "%")),
            (Some(0.0), "share", ("0", "%")),
            (Some(1.0), "share", ("100", "%")),
            (None, "share", ("none", "%")),
        ] {
            let (number, unit) = measured(value, unit);
            assert_eq!((number.as_str(), unit), shown);
        }
    }

    #[test]
    fn a_narrow_table_breaks_no_word() {
        let head = ["subject", "what is disagreed on", "versions", "unknown"];
        let row = ["kathy_becomes_carer", "Whether Kathy is a carer", "3", ""];
        let rows = vec![row.map(str::to_owned).to_vec(); 2];
        for width in [40, 50, 60, 80] {
            let table = table_within(&head, rows.clone(), width);
            for word in row.iter().flat_map(|cell| cell.split_whitespace()) {
                let is_whole = table.split_whitespace().any(|of| of == word);
                assert!(is_whole, "{word} at {width}:\n{table}");
            }
            let longest = table.lines().map(|line| line.trim_end().chars().count());
            assert!(longest.max() <= Some(width), "{width}:\n{table}");
        }
        assert_eq!(
            table_within(&head, rows, 40),
            "subject: kathy_becomes_carer\n\
             what is disagreed on: Whether Kathy is a\n  carer\n\
             versions: 3\n\n\
             subject: kathy_becomes_carer\n\
             what is disagreed on: Whether Kathy is a\n  carer\n\
             versions: 3\n"
        );
    }

    /// Whole words in columns that just fit, or one below the other: no line is wider than the terminal.
    #[test]
    fn no_table_is_wider_than_the_terminal() {
        for columns in [4, 6, 7] {
            for width in 40..=120 {
                for letters in 1..width / columns {
                    let word = "x".repeat(letters);
                    let head = vec![word.as_str(); columns];
                    let table = table_within(&head, vec![vec![word.clone(); columns]; 2], width);
                    let longest = table.lines().map(|line| line.trim_end().chars().count());
                    assert!(longest.max() <= Some(width), "{width} {columns}:\n{table}");
                }
            }
        }
    }

    #[test]
    fn lines_are_folded_where_they_are_wide() {
        for (text, width, expected) in [
            ("short\n\nand whole", 10, "short\n\nand whole"),
            (
                "who may be offered an organ\n",
                16,
                "who may be\n  offered an\n  organ\n",
            ),
            (
                "  age  18 years or more\n",
                16,
                "  age  18 years\n       or more\n",
            ),
            ("  - is: 400 - 66 * a", 14, "  - is: 400 -\n    66 * a"),
            ("  a_long_name  one two", 16, "  a_long_name\n    one two"),
            ("unbreakable", 6, "unbrea\n  kabl\n  e"),
            ("über öde", 8, "über öde"),
        ] {
            assert_eq!(folded(text, width), expected, "{text}");
        }
    }
}
