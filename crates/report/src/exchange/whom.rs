//! For whom: what became of the pairs, and how long the transplanted had waited, by group.

use serde_json::json;

use super::input::{Pair, Run};
use crate::chart::{Chart, Column, Kind};

/// What pairs are grouped by: the ids of the chart of what became of them and of that of waiting, the heading, and a
/// pair's group.
type Grouping = (
    &'static str,
    &'static str,
    &'static str,
    fn(&Pair) -> String,
);

const GROUPINGS: [Grouping; 3] = [
    (
        "became-patient",
        "waited-patient",
        "Patient’s blood group",
        |pair| pair.groups[0].clone(),
    ),
    (
        "became-donor",
        "waited-donor",
        "Donor’s blood group",
        |pair| pair.groups[1].clone(),
    ),
    (
        "became-sensitised",
        "waited-sensitised",
        "Sensitisation",
        |pair| pair.sensitisation.clone(),
    ),
];

/// What became of a pair: its outcomes in the table of members, the key, the name, the colour.
const ENDS: [(&[&str], &str, &str, &str); 5] = [
    (
        &["transplanted"],
        "transplanted",
        "Transplanted by exchange",
        "gained",
    ),
    (
        &["transplanted elsewhere"],
        "elsewhere",
        "Transplanted elsewhere",
        "graft",
    ),
    (&["waiting", "agreed"], "there", "Still there", "waiting"),
    (&["withdrew"], "withdrew", "Withdrew", "other"),
    (&["died"], "died", "Died", "lost"),
];

/// Two a grouping.
pub(super) fn charts(run: &Run) -> Vec<Chart> {
    let mut charts = Vec::new();
    for (became_id, waited_id, label, group) in GROUPINGS {
        let mut names: Vec<String> = Vec::new();
        for name in run.pairs.iter().map(group) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let order = order(run, &names);
        let groups: Vec<(&str, Vec<&Pair>)> = order
            .into_iter()
            .map(|name| {
                let all = run.pairs.iter();
                (name, all.filter(|pair| group(pair) == name).collect())
            })
            .collect();
        charts.push(became(became_id, label, &groups));
        charts.push(waited(waited_id, label, &groups));
    }
    charts
}

/// Groups as the scenario lists them (levels of sensitisation), or by name.
fn order<'a>(run: &Run, names: &'a [String]) -> Vec<&'a str> {
    let mut order: Vec<&str> = names.iter().map(String::as_str).collect();
    let place = |name: &str| {
        let path = format!("patients.sensitisation.{name}.");
        let parameters = run.parameters.iter();
        parameters.clone().position(|of| of.path.starts_with(&path))
    };
    order.sort_by_key(|name| (place(name), *name));
    order
}

fn became(id: &'static str, label: &str, groups: &[(&str, Vec<&Pair>)]) -> Chart {
    let mut columns = vec![Column::new("group", label, 0)];
    columns.extend(ENDS.map(|(_, key, name, colour)| Column::drawn(key, name, 0, colour)));
    let options = json!({ "axis": "share of pairs", "horizontal": true, "percent": true });
    let mut chart = Chart::new(id, Kind::Bars, columns, options);
    for (name, pairs) in groups {
        let mut row = vec![(*name).into()];
        row.extend(ENDS.map(|(outcomes, ..)| {
            let those = pairs.iter();
            those
                .filter(|pair| outcomes.contains(&pair.outcome.as_str()))
                .count()
                .into()
        }));
        chart.push(row);
    }
    chart
}

fn waited(id: &'static str, label: &str, groups: &[(&str, Vec<&Pair>)]) -> Chart {
    let options = json!({ "axis": "days from arrival to the transplant", "colours": ["gained"] });
    let groups = groups.iter().map(|(name, pairs)| {
        let days = pairs.iter().filter_map(|pair| pair.waited);
        ((*name).to_owned(), days.collect())
    });
    let of = ("transplants", "Transplants");
    Chart::boxes(id, label, of, 0, options, groups)
}
