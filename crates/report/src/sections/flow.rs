//! The life course as a flow: from where to where every student went, and where each stood at the
//! end or at death.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::json;

use crate::chart::{Chart, Column, Kind};
use crate::input::{Cause, Run, Stage};
use crate::lexicon::{LexiconError, Speaker};

/// A node of the flow. The order is that of the plot, from the top: who went farthest comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Created,
    Humane,
    Ordinary,
    Cottages,
    Carer,
    Donor,
    Operation(u32),
    Between,
    OtherDeath,
    Living(Reverse<Stage>),
}

/// The flow of all students.
pub(crate) fn chart(run: &Run, speaker: &Speaker) -> Result<Chart, LexiconError> {
    let students = &run.students;
    let mut links: BTreeMap<(Node, Node), u32> = BTreeMap::new();
    for row in 0..students.len() {
        let mut at = Node::Created;
        let mut go = |to: Node| {
            *links.entry((at, to)).or_default() += 1;
            at = to;
        };
        go(if students.humane[row] {
            Node::Humane
        } else {
            Node::Ordinary
        });
        if students.left_school[row].is_some() {
            go(Node::Cottages);
        }
        if students.care_started[row].is_some() {
            go(Node::Carer);
        }
        if students.called_up[row].is_some() || students.donations[row] > 0 {
            go(Node::Donor);
        }
        go(match (students.died[row], students.cause[row]) {
            (None, _) => Node::Living(Reverse(students.stage(row))),
            (Some(_), Some(Cause::Operation)) => Node::Operation(students.donations[row].max(1)),
            (Some(_), Some(Cause::Decline)) => Node::Between,
            (Some(_), _) => Node::OtherDeath,
        });
    }

    let columns = vec![
        Column::new("from", "From", 0),
        Column::new("to", "To", 0),
        Column::new("people", "People", 0),
    ];
    let mut nodes: Vec<Node> = links.keys().flat_map(|(from, to)| [*from, *to]).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let mut names = BTreeMap::new();
    let mut drawn = Vec::new();
    for node in nodes {
        let (name, colour) = name(node, speaker)?;
        drawn.push(json!({ "name": name, "colour": colour }));
        names.insert(node, name);
    }
    let mut chart = Chart::new(
        "life-course",
        Kind::Flow,
        columns,
        json!({ "nodes": drawn }),
    );
    for ((from, to), people) in links {
        chart.push(vec![
            names[&from].as_str().into(),
            names[&to].as_str().into(),
            people.into(),
        ]);
    }
    Ok(chart)
}

/// What a node is called and its colour.
fn name(node: Node, speaker: &Speaker) -> Result<(String, &'static str), LexiconError> {
    let named = match node {
        Node::Created => ("Created".to_owned(), "created"),
        Node::Humane => ("Humane school".to_owned(), "school"),
        Node::Ordinary => ("Ordinary school".to_owned(), "school"),
        Node::Cottages => (speaker.label("V-17", "label")?, "cottages"),
        Node::Carer => ("Carer".to_owned(), "carer"),
        Node::Donor => ("Donor".to_owned(), "donor"),
        Node::Operation(n) => (
            capital(&speaker.nth("V-06", "past_nth", n)?),
            operation_colour(n),
        ),
        Node::Between => (capital(&speaker.label("V-06", "past_between")?), "between"),
        Node::OtherDeath => ("Died of another cause".to_owned(), "other"),
        Node::Living(Reverse(stage)) => {
            let how = match stage {
                Stage::School => "Living at school".to_owned(),
                Stage::Cottages => format!("Living in {}", speaker.label("V-17", "one")?),
                Stage::Carer => "Living as a carer".to_owned(),
                Stage::Donor => "Living as a donor".to_owned(),
                Stage::Retired => "Living, released".to_owned(),
                Stage::Away => "Left, not brought back".to_owned(),
            };
            (how, "living")
        }
    };
    Ok(named)
}

/// The palette's name for the nth operation: a ramp that ends at the fourth.
pub(crate) fn operation_colour(n: u32) -> &'static str {
    match n {
        0 | 1 => "op1",
        2 => "op2",
        3 => "op3",
        _ => "op4",
    }
}

/// The text with a capital at its start.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
