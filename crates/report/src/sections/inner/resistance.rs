//! Resistance by kind: by year, and by upbringing.

use serde_json::json;

use super::{by_year, counted};
use crate::chart::{Cell, Chart, Column, Table};
use crate::input::{Run, years};
use crate::text::fixed;

/// The kinds: name of the event, label, colour, and what the act aims at where the log does not say.
const KINDS: [(&str, &str, &str, Option<&str>); 7] = [
    ("small_joy", "Small joys", "gained", None),
    ("told_of_the_past", "Tellings of the past", "carer", None),
    ("schemed", "Schemes", "cottages", None),
    ("raged", "Rages", "lost", Some("expression")),
    (
        "petition_heard",
        "Petitions (each of two)",
        "school",
        Some("a deferral"),
    ),
    ("attempted_to_leave", "Attempts to leave", "op4", None),
    (
        "agreed_to_leave",
        "Agreements to leave together",
        "between",
        None,
    ),
];

/// Acts by year.
pub(super) fn chart(run: &Run) -> Chart {
    let lines = KINDS.map(|(event, label, colour, _)| counted(run, event, label, colour));
    let options = json!({ "log": true });
    by_year(
        run,
        "resistance",
        "acts a year, logarithmic",
        lines.into(),
        options,
    )
}

/// Acts in all, and for every thousand years that students of each upbringing lived.
pub(super) fn table(run: &Run) -> Table {
    let students = &run.students;
    let mut lived = [0.0; 2];
    for row in 0..students.len() {
        if let Some(born) = students.born[row] {
            let end = students.died[row].unwrap_or(run.end);
            lived[usize::from(!students.humane[row])] += years(born, end);
        }
    }
    let rate = |event: &str, kind: usize| -> Cell {
        let acts = run.counts.by_upbringing(event, kind == 0);
        (lived[kind] > 0.0)
            .then(|| 1000.0 * acts / lived[kind])
            .into()
    };
    let aim = |event: &str, stated: Option<&str>| -> Cell {
        let all = run.counts.total(event);
        let escape = run.counts.total_of(event, "escape");
        match stated {
            Some(aim) => aim.into(),
            None if escape <= 0.0 => "expression".into(),
            None if escape >= all => "escape".into(),
            None => format!("expression; escape in {}", fixed(escape, 0)).into(),
        }
    };
    Table {
        columns: vec![
            Column::new("kind", "Kind", 0),
            Column::new("acts", "Acts", 0),
            Column::new("humane", "Humane schools, per thousand years lived", 2),
            Column::new("ordinary", "Ordinary schools, per thousand years lived", 2),
            Column::new("aim", "Aim", 0),
        ],
        rows: KINDS
            .iter()
            .filter(|(event, ..)| run.counts.total(event) > 0.0)
            .map(|(event, label, _, stated)| {
                vec![
                    (*label).into(),
                    run.counts.total(event).into(),
                    rate(event, 0),
                    rate(event, 1),
                    aim(event, *stated),
                ]
            })
            .collect(),
    }
}
