//! For whom: what became of registrations, how long the transplanted had waited, and how they match, by group.

use serde_json::json;

use super::input::{Group, Run, Transplant};
use crate::chart::{Chart, Column, Kind, Table};

/// What registrations are grouped by, in the order of the page: the name in the table, the id of the chart of what became
/// of them, that of the chart of waiting, and the heading.
const GROUPINGS: [(&str, &str, &str, &str); 4] = [
    ("country", "outcome-country", "waited-country", "Country"),
    ("age", "outcome-age", "waited-age", "Age, years"),
    (
        "unacceptable donors",
        "outcome-sensitised",
        "waited-sensitised",
        "Donors that cannot be accepted",
    ),
    (
        "blood group",
        "outcome-blood",
        "waited-blood",
        "Blood group",
    ),
];

/// Colours of the programmes.
const PROGRAMMES: [(&str, &str); 2] = [("ETKAS", "gained"), ("ESP", "waiting")];

/// All of them: two a grouping, and those of the match.
pub(super) fn charts(run: &Run) -> Vec<Chart> {
    let mut charts = Vec::new();
    for (by, outcome, waited, label) in GROUPINGS {
        charts.push(became(run, by, outcome, label));
        charts.extend(waiting(run, by, waited, label));
    }
    charts.push(mismatches(run));
    charts.push(loci(run));
    charts
}

fn of<'a>(run: &'a Run, by: &'a str) -> impl Iterator<Item = &'a Group> {
    run.groups.iter().filter(move |group| group.by == by)
}

fn became(run: &Run, by: &str, id: &'static str, label: &str) -> Chart {
    let columns = vec![
        Column::new("group", label, 0),
        Column::drawn("transplants", "Transplanted", 0, "gained"),
        Column::drawn("waiting", "Waiting at the end", 0, "waiting"),
        Column::drawn("removals", "Removed for another reason", 0, "other"),
        Column::drawn("deaths", "Died on the list", 0, "lost"),
    ];
    let options = json!({ "axis": "share of registrations", "horizontal": true, "percent": true });
    let mut chart = Chart::new(id, Kind::Bars, columns, options);
    for group in of(run, by) {
        chart.push(vec![
            group.name.as_str().into(),
            group.transplants.into(),
            group.waiting.into(),
            group.removals.into(),
            group.deaths.into(),
        ]);
    }
    chart
}

/// The number that the name of a band of numbers begins with: of `65 and more` 65.
fn least(name: &str) -> Option<f64> {
    let end = name.find(|letter: char| !letter.is_ascii_digit());
    name[..end.unwrap_or(name.len())].parse().ok()
}

/// Years on dialysis at the transplant; none where the table of transplants does not say of which group they are.
fn waiting(run: &Run, by: &str, id: &'static str, label: &str) -> Option<Chart> {
    let names: Vec<&str> = of(run, by).map(|group| group.name.as_str()).collect();
    // The last band that begins at the value or below.
    let band = |value: f64| {
        let bands = names.iter().rev();
        let mut bands = bands.filter(|name| least(name).is_some_and(|least| least <= value));
        bands.next().copied()
    };
    let group = |one: &Transplant| match by {
        "country" => names.iter().copied().find(|name| *name == one.country),
        "age" => band(one.age),
        "unacceptable donors" => band(100.0 * one.vpra),
        _ => None,
    };
    let options = json!({ "axis": "years on dialysis at the transplant", "colours": ["gained"] });
    let groups = names.iter().map(|name| {
        let of_group = run.transplants.iter();
        let of_group = of_group.filter(|one| group(one) == Some(name));
        (
            (*name).to_owned(),
            of_group.map(|one| one.dialysis).collect(),
        )
    });
    let of = ("transplants", "Transplants");
    let chart = Chart::boxes(id, label, of, 1, options, groups);
    (!chart.is_empty()).then_some(chart)
}

/// Transplants by the number of mismatches and programme.
fn mismatches(run: &Run) -> Chart {
    let mut columns = vec![Column::new("mismatches", "Mismatches", 0)];
    let programmes = PROGRAMMES.map(|(name, colour)| Column::drawn(name, name, 0, colour));
    columns.extend(programmes);
    let options = json!({ "axis": "transplants", "category": "mismatches at HLA-A, -B and -DR" });
    let mut chart = Chart::new("mismatches", Kind::Bars, columns, options);
    for number in 0..=6_u32 {
        let mut row = vec![number.to_string().into()];
        for (programme, _) in PROGRAMMES {
            let those = run.transplants.iter().filter(|one| {
                one.programme == programme && one.mismatches.iter().sum::<u32>() == number
            });
            row.push(those.count().into());
        }
        chart.push(row);
    }
    chart
}

/// Transplants with none, one and two mismatches at each locus.
fn loci(run: &Run) -> Chart {
    let columns = vec![
        Column::new("locus", "Locus", 0),
        Column::drawn("none", "No mismatch", 0, "gained"),
        Column::drawn("one", "One", 0, "graft"),
        Column::drawn("two", "Two", 0, "lost"),
    ];
    let options = json!({ "axis": "share of transplants", "horizontal": true, "percent": true });
    let mut chart = Chart::new("loci", Kind::Bars, columns, options);
    for (place, locus) in ["HLA-A", "HLA-B", "HLA-DR"].into_iter().enumerate() {
        let mut row = vec![locus.into()];
        for number in 0..=2 {
            let those = run.transplants.iter();
            row.push(
                those
                    .filter(|one| one.mismatches[place] == number)
                    .count()
                    .into(),
            );
        }
        chart.push(row);
    }
    chart
}

/// Every group in numbers.
pub(super) fn table(run: &Run) -> Table {
    let columns = [
        ("group", "Group", 0),
        ("registrations", "Registrations", 0),
        ("transplants", "Transplants", 0),
        ("transplant_rate", "Transplants per 100 years of waiting", 1),
        ("deaths", "Deaths on the list", 0),
        ("death_rate", "Deaths per 100 years of waiting", 1),
        ("removals", "Removals", 0),
        ("waiting", "Waiting at the end", 0),
        ("dialysis", "Mean years on dialysis at the transplant", 1),
    ];
    let columns = columns.map(|(key, label, decimals)| Column::new(key, label, decimals));
    let mut rows = Vec::new();
    for (by, _, _, label) in GROUPINGS {
        for group in of(run, by) {
            let rate =
                |count: u32| (group.years > 0.0).then(|| 100.0 * f64::from(count) / group.years);
            rows.push(vec![
                format!("{label}: {}", group.name).into(),
                group.registrations.into(),
                group.transplants.into(),
                rate(group.transplants).into(),
                group.deaths.into(),
                rate(group.deaths).into(),
                group.removals.into(),
                group.waiting.into(),
                group.dialysis.into(),
            ]);
        }
    }
    Table {
        columns: columns.to_vec(),
        rows,
    }
}

#[cfg(test)]
mod tests {
    use super::least;

    #[test]
    fn bands_begin_with_their_least() {
        assert_eq!(least("65 and more"), Some(65.0));
        assert_eq!(least("0 to 4 %"), Some(0.0));
        assert_eq!(least("98 % and more"), Some(98.0));
        assert_eq!(least("O"), None);
    }
}
