//! Tables that fit the terminal, and output that survives a closed pipe.

use std::io::Write as _;

use comfy_table::{ColumnConstraint, ContentArrangement, LineStyle, Table, Width, presets};

use crate::error::Failure;

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

/// The columns of the terminal, or as many as read well where there is none.
pub(crate) fn width() -> usize {
    const WITHOUT_TERMINAL: usize = 100;
    terminal_size::terminal_size().map_or(WITHOUT_TERMINAL, |(width, _)| usize::from(width.0))
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

/// A table with a head, as wide as the terminal at most. Words are broken only where the terminal is too narrow for
/// the longest of each column.
pub(crate) fn table(head: &[&str], rows: Vec<Vec<String>>) -> String {
    let width = (width() as u16).max(40);
    let least = least_widths(head, &rows);
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING.header_separator(LineStyle::none().fill('─').junction('─')))
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width)
        .set_header(head);
    for row in rows {
        table.add_row(row);
    }
    if least.iter().sum::<usize>() <= usize::from(width) {
        for (column, least) in table.column_iter_mut().zip(least) {
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least as u16)));
        }
    }
    format!("{table}\n")
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
