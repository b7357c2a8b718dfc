//! Over time: the waiting list, what comes and goes, the balances between countries, and grafts after the transplant.

use serde_json::{Value, json};

use super::input::{Month, Run};
use crate::chart::{Cell, Chart, Column, Kind, Table};
use crate::sections::shown_until;
use crate::survival::{Ending, KaplanMeier};

/// Colours of countries, in their order.
const COLOURS: [&str; 7] = [
    "school", "cottages", "carer", "donor", "between", "gained", "other",
];
const MONTHS_A_YEAR: u32 = 12;
/// Days of a year, as the model counts them.
const YEAR: f64 = 365.25;
/// Points a year at which survival is shown.
const POINTS_A_YEAR: u32 = 4;

/// All of them.
pub(super) fn charts(run: &Run) -> Vec<Chart> {
    vec![list(run), flows(run), balances(run), survival(run)]
}

fn countries(run: &Run) -> Vec<&str> {
    let first = run.months.iter().filter(|month| month.number == 0);
    first.map(|month| month.country.as_str()).collect()
}

/// `2014-03`: the month of a number, counted from the first day of the run.
fn name(run: &Run, number: u32) -> Cell {
    let mut parts = run.manifest.first_day.split('-');
    let mut part = || parts.next().and_then(|part| part.parse::<u32>().ok());
    let (Some(year), Some(month)) = (part(), part()) else {
        return number.to_string().into();
    };
    let month = month.saturating_sub(1) + number;
    let year = year + month / MONTHS_A_YEAR;
    format!("{year}-{:02}", month % MONTHS_A_YEAR + 1).into()
}

/// One line a country: a value of each month, of which the months before it are told.
fn by_country(
    run: &Run,
    id: &'static str,
    options: Value,
    mut value: impl FnMut(&[&Month]) -> f64,
) -> Chart {
    let mut columns = vec![Column::new("month", "Month", 0)];
    let countries = countries(run);
    for (country, colour) in countries.iter().zip(COLOURS.into_iter().cycle()) {
        columns.push(Column::drawn(country, country, 0, colour));
    }
    let mut chart = Chart::new(id, Kind::Lines, columns, options);
    let of = |country: &str| -> Vec<&Month> {
        let all = run.months.iter();
        all.filter(|month| month.country == country).collect()
    };
    let all: Vec<Vec<&Month>> = countries.iter().map(|country| of(country)).collect();
    for number in 0..all.first().map_or(0, Vec::len) {
        let mut row = vec![name(run, number as u32)];
        row.extend(all.iter().map(|of| Cell::from(value(&of[..=number]))));
        chart.push(row);
    }
    chart
}

fn list(run: &Run) -> Chart {
    // The countries are of very unlike size.
    let options = json!({ "axis": "registrations", "log": true });
    by_country(run, "list", options, |months| {
        months.last().map_or(0.0, |month| f64::from(month.waiting))
    })
}

fn balances(run: &Run) -> Chart {
    let options = json!({ "axis": "received less given" });
    by_country(run, "balances", options, |months| {
        let each = months.iter();
        each.map(|month| f64::from(month.received) - f64::from(month.given))
            .sum()
    })
}

/// What comes and goes in a month, of all countries together.
fn flows(run: &Run) -> Chart {
    let columns = vec![
        Column::new("month", "Month", 0),
        Column::drawn("listed", "New registrations", 0, "school"),
        Column::drawn("transplants", "Transplanted", 0, "gained"),
        Column::drawn("deaths", "Died on the list", 0, "lost"),
        Column::drawn("removals", "Removed for another reason", 0, "other"),
    ];
    let mut chart = Chart::new(
        "flows",
        Kind::Lines,
        columns,
        json!({ "axis": "registrations a month" }),
    );
    let last = run.months.iter().map(|month| month.number).max();
    for number in 0..last.map_or(0, |last| last + 1) {
        let of_month = || run.months.iter().filter(|month| month.number == number);
        let sum = |value: fn(&Month) -> u32| -> u32 { of_month().map(value).sum() };
        chart.push(vec![
            name(run, number),
            sum(|month| month.listed).into(),
            sum(|month| month.transplants).into(),
            sum(|month| month.deaths).into(),
            sum(|month| month.removals).into(),
        ]);
    }
    chart
}

/// Grafts that work, in those who live, after the transplant, by programme. The run knows of each when it is lost, also
/// after its own end, up to the years that it follows.
fn survival(run: &Run) -> Chart {
    let columns = vec![
        Column::new("after", "Programme", 0),
        Column::new("years", "Years", 2),
        Column::new("at_risk", "At risk", 0),
        Column::new("survival", "Working", 4),
        Column::new("lower_95", "95 % limits: lower", 4),
        Column::new("upper_95", "upper", 4),
    ];
    let followed = run.parameter("after_transplant.horizon").unwrap_or(0.0);
    let any = run.transplants.iter().any(|one| one.lost.is_some());
    let years = if any { followed.floor() } else { 0.0 };
    let options = json!({
        "colours": ["gained", "waiting"],
        "years": years,
        "axis": "years since the transplant",
        "share": "working",
    });
    let mut chart = Chart::new("survival", Kind::Survival, columns, options);
    for programme in ["ETKAS", "ESP"] {
        let of = run.transplants.iter();
        let observed = of
            .filter(|one| any && one.programme == programme)
            .map(|one| match one.lost {
                Some(days) => (days / YEAR, Ending::Event),
                None => (followed, Ending::Censored),
            });
        let curve = KaplanMeier::estimate(observed.collect());
        let until = shown_until(&curve, years, POINTS_A_YEAR);
        for point in 0..=(years as u32 * POINTS_A_YEAR) {
            let time = f64::from(point) / f64::from(POINTS_A_YEAR);
            if curve.is_empty() || (point > 0 && time > until) {
                break;
            }
            let step = curve.at(time);
            chart.push(vec![
                programme.into(),
                time.into(),
                curve.at_risk(time).into(),
                step.survival.into(),
                step.lower.into(),
                step.upper.into(),
            ]);
        }
    }
    chart
}

/// Transplants from each country to each.
pub(super) fn crossings(run: &Run) -> Table {
    let countries = countries(run);
    let mut columns = vec![Column::new("from", "Donor’s country", 0)];
    columns.extend(countries.iter().map(|to| Column::new(to, to, 0)));
    let count = |from: &str, to: &str| {
        let all = run.transplants.iter();
        all.filter(|one| one.from == from && one.country == to)
            .count()
    };
    let row = |from: &&str| {
        let mut row = vec![Cell::from(*from)];
        row.extend(countries.iter().map(|to| Cell::from(count(from, to))));
        row
    };
    Table {
        rows: countries.iter().map(row).collect(),
        columns,
    }
}
