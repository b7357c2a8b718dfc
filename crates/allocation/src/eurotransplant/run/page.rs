//! The report of a run: one page that opens offline.

use hailsham_scenario::Loaded;
use indexmap::IndexMap;
use minijinja::{Environment, context};

use super::Options;
use super::record::{Group, Record};
use crate::eurotransplant::scenario::Scenario;

const TEMPLATE: &str = include_str!("page.html");

/// A row of a table of groups, as text.
fn row(name: &str, group: &Group) -> Vec<String> {
    let rate = |count: u32| {
        if group.years > 0.0 {
            format!("{:.1}", 100.0 * f64::from(count) / group.years)
        } else {
            String::new()
        }
    };
    vec![
        name.to_owned(),
        group.registrations.to_string(),
        group.transplants.to_string(),
        rate(group.transplants),
        group.deaths.to_string(),
        rate(group.deaths),
        group.removals.to_string(),
        group.waiting.to_string(),
    ]
}

/// A group of transplants: its name, how many, mean years of dialysis, and the width of its bar in per cent.
type Bar = (String, u32, String, f64);

/// The page.
pub(super) fn page(
    loaded: &Loaded<Scenario>,
    options: &Options,
    record: &Record,
    summary: &IndexMap<String, f64>,
    policies: &[&String; 2],
    warnings: &[String],
) -> Result<String, minijinja::Error> {
    let of_registrations = ["country", "age", "unacceptable donors", "registration"];
    let groups: Vec<(&str, Vec<Vec<String>>)> = of_registrations
        .into_iter()
        .filter_map(|by| Some((by, record.groups.get(by)?)))
        .map(|(by, groups)| {
            let rows = groups.iter().map(|(name, group)| row(name, group));
            (by, rows.collect())
        })
        .collect();
    let most = |groups: &IndexMap<String, Group>| {
        let most = groups.values().map(|group| group.transplants).max();
        f64::from(most.unwrap_or(1).max(1))
    };
    let of_transplants = ["mismatches", "programme", "offer"];
    let matches: Vec<(&str, Vec<Bar>)> = of_transplants
        .into_iter()
        .filter_map(|by| Some((by, record.groups.get(by)?)))
        .map(|(by, groups)| {
            let rows = groups.iter().map(|(name, group)| {
                let count = f64::from(group.transplants);
                let years = format!("{:.1}", group.dialysis / count.max(1.0));
                let width = 100.0 * count / most(groups);
                (name.clone(), group.transplants, years, width)
            });
            (by, rows.collect())
        })
        .collect();
    let balances: Vec<(String, u32, u32, i64)> = record
        .balances
        .iter()
        .map(|(country, [received, given])| {
            let balance = i64::from(*received) - i64::from(*given);
            (country.clone(), *received, *given, balance)
        })
        .collect();
    let numbers: Vec<(String, String)> = summary
        .iter()
        .map(|(name, value)| {
            let text = if value.fract() == 0.0 {
                format!("{value:.0}")
            } else {
                format!("{value:.3}")
            };
            (name.replace('_', " "), text)
        })
        .collect();
    let mut environment = Environment::new();
    environment.add_template("page.html", TEMPLATE)?;
    environment.get_template("page.html")?.render(context! {
        title => loaded.summary.clone(),
        command => options.command.clone(),
        hash => loaded.hash.clone(),
        drawn => options.data.is_none(),
        policies => policies.map(Clone::clone).to_vec(),
        numbers,
        groups,
        matches,
        balances,
        warnings => warnings.to_vec(),
    })
}
