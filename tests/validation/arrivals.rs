//! Recipients' arrivals, against incidence.
//!
//! ```text
//! rate(disease, year, age group, sex) = people(year, group, sex) · incidence(disease, group) · ratio(sex)
//! ```
//!
//! with people on straight lines between the censuses, at the middle of the year. Counts by all four
//! are compared by chi-square (Pearson 1900), and those of each disease by their sum, which is large enough
//! to tell the incidence from one that is a tenth higher or lower; times between arrivals, measured in the cases expected
//! between them, are exponential with mean 1 (the time-rescaling theorem: Meyer 1971; Brown et al.
//! 2002, *Neural Computation* 14:325).

use std::collections::HashMap;

use hailsham_engine::time::{DAYS_PER_YEAR, Span, Time, age};
use hailsham_model::Programme;
use hailsham_tests::statistics::{chi_square, kolmogorov_distance, standardised};
use hailsham_tests::{Run, small};

/// Nobody is made, and nobody who falls ill is listed: arrivals alone, from the first day on.
const ARRIVALS_ALONE: [&str; 3] = [
    "creation.intake_factor=0",
    "recipients.demand_factor=0",
    "recipients.lists_open=1955",
];

/// Millions of people of a group and sex in the middle of a year.
fn people(programme: &Programme, year: i16, group: usize, male: bool) -> f64 {
    let middle = f64::from(year) + 0.5;
    let points: Vec<(f64, f64)> = programme
        .population
        .census
        .iter()
        .map(|(year, census)| {
            let side = if male { &census.male } else { &census.female };
            (year.parse().unwrap(), side[group])
        })
        .collect();
    let after = points.iter().position(|(year, _)| *year >= middle).unwrap();
    let ((x0, y0), (x1, y1)) = (points[after - 1], points[after]);
    y0 + (y1 - y0) * (middle - x0) / (x1 - x0)
}

/// Cases a year of a disease in a group and sex.
fn cases(programme: &Programme, disease: &str, year: i16, group: usize, male: bool) -> f64 {
    let disease = &programme.diseases[disease];
    let ratio = if male { disease.male_ratio } else { 1.0 };
    people(programme, year, group, male) * disease.incidence[group] * ratio
}

/// Someone who fell ill.
struct Case {
    identity: u64,
    disease: String,
    at: Time,
    year: i16,
    group: usize,
    male: bool,
}

fn everyone(run: &Run) -> Vec<Case> {
    let persons = run.table("persons.parquet");
    let identities = persons.u64("identity").unwrap();
    let diseases = persons.text("disease").unwrap();
    let fell_ill = persons.timestamp("fell_ill").unwrap();
    let born = persons.timestamp("born").unwrap();
    let sex = persons.coded("sex").unwrap();
    let bounds = &run.programme.population.age_bounds;
    // Staff are persons too, and are not ill.
    (0..persons.rows())
        .filter_map(|row| Some((row, run.time(fell_ill[row]?))))
        .map(|(row, at)| {
            let years = age(run.time(born[row].unwrap()), at);
            let group = bounds.partition_point(|bound| *bound <= years);
            Case {
                identity: identities[row].unwrap(),
                disease: diseases[row].clone().unwrap(),
                at,
                year: run.epoch().year_of(at),
                // A birth on a bound of the groups may be rounded to either side of it.
                group: group.clamp(1, bounds.len() - 1) - 1,
                male: sex.label(row) == Some("male"),
            }
        })
        .collect()
}

/// Chi-square of everyone by disease, year, age group and sex; years as long as they are. All cases of a disease are
/// held within four standard errors.
fn against_incidence(run: &Run) -> f64 {
    let programme = &run.programme;
    let horizon = Time::START + Span::from_years(programme.time.horizon);
    let multiplier = run.options.scale * programme.recipients.incidence_factor;
    let mut counts: HashMap<(String, i16, usize, bool), f64> = HashMap::new();
    for case in everyone(run) {
        *counts
            .entry((case.disease, case.year, case.group, case.male))
            .or_default() += 1.0;
    }
    let mut cells = Vec::new();
    let first = run.epoch().year_of(Time::START);
    let last = run.epoch().year_of(horizon);
    for disease in programme.diseases.keys() {
        let before = cells.len();
        for year in first..=last {
            let from = run.epoch().start_of_year(year);
            let to = run.epoch().start_of_year(year + 1).min(horizon);
            let length = (to - from).days() / DAYS_PER_YEAR;
            for group in 0..programme.population.age_bounds.len() - 1 {
                for male in [false, true] {
                    let rate = cases(programme, disease, year, group, male);
                    let count = counts.remove(&(disease.clone(), year, group, male));
                    cells.push((count.unwrap_or(0.0), rate * length * multiplier));
                }
            }
        }
        let (count, expected) = cells[before..]
            .iter()
            .fold((0.0, 0.0), |sum, cell| (sum.0 + cell.0, sum.1 + cell.1));
        let off = |ratio: f64| standardised(count, ratio * expected, ratio * expected);
        println!(
            "{disease}: {count}, expected {expected:.0}, off {:.2}",
            off(1.0)
        );
        assert!(off(1.0).abs() < 4.0, "{disease}: {count}, {expected}");
        assert!(
            off(1.1) < -4.0 && off(0.9) > 4.0,
            "{disease}: an incidence that is a tenth off would pass"
        );
    }
    assert!(counts.is_empty(), "somebody fell ill outside the table");
    let found = chi_square(&cells, 5.0);
    println!("{found:?}, {:.2} standard errors", found.standardised());
    assert!(found.degrees > 300);
    found.standardised()
}

#[test]
fn arrivals_by_disease_year_age_and_sex_are_the_incidence() {
    let run = Run::of(&ARRIVALS_ALONE, small(0.15, 1));
    let off = against_incidence(&run);
    assert!(off.abs() < 4.0, "{off} standard errors");
}

#[test]
fn times_between_arrivals_are_exponential() {
    let run = Run::of(&ARRIVALS_ALONE, small(0.15, 2));
    let programme = &run.programme;
    let groups = programme.population.age_bounds.len() - 1;
    let cases_of = everyone(&run);
    for disease in programme.diseases.keys() {
        // Expected cases up to a time, at this run's scale.
        let rate = |year: i16| -> f64 {
            let of =
                |male| (0..groups).map(move |group| cases(programme, disease, year, group, male));
            (of(false).sum::<f64>() + of(true).sum::<f64>()) * run.options.scale
        };
        let mut years: HashMap<i16, (Time, f64, f64)> = HashMap::new();
        let mut sum = 0.0;
        for year in 1955..=2000 {
            let start = run.epoch().start_of_year(year);
            years.insert(year, (start, sum, rate(year)));
            let length = (run.epoch().start_of_year(year + 1) - start).days() / DAYS_PER_YEAR;
            sum += rate(year) * length;
        }
        let rescaled: Vec<f64> = cases_of
            .iter()
            .filter(|case| case.disease == *disease)
            .map(|case| {
                let (start, before, rate) = years[&case.year];
                before + rate * (case.at - start).years()
            })
            .collect();
        let gaps: Vec<f64> = rescaled.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let n = gaps.len() as f64;
        // Stephens 1970: the upper 0.1 % point of sqrt(n) times the distance.
        let distance = n.sqrt() * kolmogorov_distance(&gaps, |gap| -(-gap).exp_m1());
        // Neighbours are not correlated: the sample correlation has variance 1 / n, and the products
        // of neighbours over the square of the mean add up to n times (1 + that).
        let products: f64 = gaps.windows(2).map(|pair| pair[0] * pair[1]).sum();
        let mean: f64 = gaps.iter().sum::<f64>() / n;
        let off = standardised(products / (mean * mean), n - 1.0, n);
        println!("{disease}: {n} gaps, distance {distance:.2}, neighbours {off:.2}");
        assert!(n > 3000.0);
        assert!(distance < 1.95, "{disease}: {distance}");
        assert!(off.abs() < 4.0, "{disease}: {off}");
    }
}

#[test]
fn more_incidence_brings_more_people_and_loses_nobody() {
    let run = |factor: &str| {
        let mut sets = ARRIVALS_ALONE.to_vec();
        sets.extend(["time.horizon=6", factor]);
        Run::of(&sets, small(1.0, 3))
    };
    let (few, many) = (
        run("recipients.incidence_factor=1"),
        run("recipients.incidence_factor=2.3"),
    );
    let key = |case: &Case| (case.disease.clone(), case.at, case.group, case.male);
    let of_many = everyone(&many);
    let known: HashMap<u64, _> = of_many
        .iter()
        .map(|case| (case.identity, key(case)))
        .collect();
    assert_eq!(known.len(), of_many.len(), "an identity is one person's");
    let of_few = everyone(&few);
    for case in &of_few {
        assert_eq!(known.get(&case.identity), Some(&key(case)));
    }
    let ratio = of_many.len() as f64 / of_few.len() as f64;
    println!(
        "{} people and {}, ratio {ratio:.3}",
        of_few.len(),
        of_many.len()
    );
    // Two whole copies and three tenths of a third are Poisson, too.
    let off = against_incidence(&many);
    assert!(off.abs() < 4.0, "{off} standard errors");
}
