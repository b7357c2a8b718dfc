//! `docs/formats.md` says what the command says: its tables of events, metrics and columns are made
//! from the program, between markers. Where they differ,
//!
//! ```text
//! UPDATE_DOCS=1 cargo test -p hailsham-cli --test formats
//! ```
//!
//! writes them anew.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::fs;
use std::path::Path;

use common::{Folder, stdout};
use hailsham_engine::log;
use hailsham_engine::table::ColumnSpec;
use hailsham_model::replay::series;
use hailsham_model::{COUNTS, PERSONS, PLACES, STORIES, TIES, WORKS};
use hailsham_study::CLAIMS;

const BOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/formats.md");

/// A table of columns, as the book has it.
fn columns(columns: &[ColumnSpec]) -> String {
    let rows = columns.iter().map(|column| {
        let nullable = if column.required { "" } else { ", nullable" };
        let ColumnSpec {
            name,
            kind,
            unit,
            text,
            ..
        } = column;
        format!("| `{name}` | {kind}{nullable} | {unit} | {text} |\n")
    });
    let head = "| column | type | unit | what |\n|---|---|---|---|\n".to_owned();
    std::iter::once(head).chain(rows).collect()
}

/// Checks, or writes, what stands between two markers.
fn keep_in_step(name: &str, maker: &str, made: &str) {
    let book = fs::read_to_string(BOOK).unwrap();
    let begin = format!("<!-- {name}: begin; made ");
    let end = format!("<!-- {name}: end -->");
    let from = book
        .find(&begin)
        .unwrap_or_else(|| panic!("no marker `{begin}`"));
    let from = from + book[from..].find("-->").unwrap() + "-->".len();
    let to = from
        + book[from..]
            .find(&end)
            .unwrap_or_else(|| panic!("no marker `{end}`"));
    if book[from..to].trim() == made.trim() {
        return;
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let book = format!("{}\n\n{}\n\n{}", &book[..from], made.trim(), &book[to..]);
        fs::write(Path::new(BOOK), book).unwrap();
        return;
    }
    panic!(
        "the table `{name}` of docs/formats.md is not what {maker} gives; to write it anew: \
         UPDATE_DOCS=1 cargo test -p hailsham-cli --test formats"
    );
}

/// One test, not several: they write to one file.
#[test]
fn the_tables_of_the_book_are_those_of_the_program() {
    let folder = Folder::new();
    for command in ["events", "metrics"] {
        let made = stdout(folder.path(), &[command, "--markdown"]);
        keep_in_step(command, &format!("`hailsham {command} --markdown`"), &made);
    }
    for (name, specs) in [
        ("series", series::COLUMNS),
        ("persons", PERSONS),
        ("places", PLACES),
        ("works", WORKS),
        ("claims", CLAIMS),
        ("ties", TIES),
        ("counts", COUNTS),
        ("stories", STORIES),
    ] {
        keep_in_step(name, "the declaration of its columns", &columns(specs));
    }
    // The columns of the log are described in more words; their names and types are these.
    let book = fs::read_to_string(BOOK).unwrap();
    for column in log::COLUMNS {
        let nullable = if column.required { "" } else { ", nullable" };
        let row = format!("| `{}` | {}{nullable} |", column.name, column.kind);
        assert!(book.contains(&row), "docs/formats.md has no row `{row}`");
    }
}
