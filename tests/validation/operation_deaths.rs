//! Deaths of donating, against the hazards of 7.14.
//!
//! ```text
//! log-odds(death at operation n) = intercept + slope · n + weakness · (1 − strength) + ln(frailty)
//! ```
//!
//! Frailty is gamma distributed with mean 1 and variance v (Vaupel, Manton and Stallard 1979,
//! *Demography* 16:439). Who reaches the first operation does so whatever the frailty, so that its
//! deaths are binomial with the probability integrated over the gamma density; who reaches the
//! second has survived the first, and the density is weighted by that.
//!
//! Counts of independent trials are held within four standard errors of their expectation. So is
//! the sum of a test's counts, which is large enough to tell the hazards from those that are a tenth
//! higher or lower: single counts are not, and one after another might hide it.

use std::collections::HashMap;

use hailsham_engine::log::Record;
use hailsham_engine::time::{Span, Time};
use hailsham_model::event::Event;
use hailsham_tests::statistics::{simpson, standardised};
use hailsham_tests::{NOBODY_ILL, Run, event_of, small};

/// Standard errors by which a count may miss its expectation.
const BOUND: f64 = 4.0;

/// Settings under which operations alone decide: nobody is a carer, nothing waits for demand or a
/// bed, nobody dies of anything else, strength is never lost.
const OPERATIONS_ALONE: [&str; 9] = [
    NOBODY_ILL[0],
    "carers.share=0",
    "mortality.students.hazard_ratio=0",
    "donation.by_demand=false",
    "donation.last_is_fatal=false",
    "donation.loss_mean=0",
    "donation.decline=0",
    "donation.centres.others.beds=100000",
    "donation.intercept=-2",
];

fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

fn is_death_at_operation(run: &Run, record: &Record) -> bool {
    event_of(record) == Event::Completed && run.topic(record) == "operation"
}

/// Holds the sum of counts, each with its expectation and variance, and shows that it would not be held
/// where all hazards were a tenth other than they are.
fn assert_sum(what: &str, cells: &[(f64, f64, f64)]) {
    let sum = |of: fn(&(f64, f64, f64)) -> f64| cells.iter().map(of).sum::<f64>();
    let (deaths, expected, variance) = (sum(|c| c.0), sum(|c| c.1), sum(|c| c.2));
    let off = |ratio: f64| standardised(deaths, ratio * expected, ratio * variance);
    println!(
        "{what}: {deaths}, expected {expected:.1}, off {:.2}; a tenth more {:.2}, a tenth less {:.2}",
        off(1.0),
        off(1.1),
        off(0.9)
    );
    assert!(off(1.0).abs() < BOUND, "{what}: {deaths}, {expected}");
    assert!(
        off(1.1) < -BOUND && off(0.9) > BOUND,
        "{what}: hazards that are a tenth off would pass"
    );
}

/// Operations and deaths at them, by number from 1.
fn counts(run: &Run) -> Vec<(f64, f64)> {
    let mut counts = vec![(0.0, 0.0); run.programme.donation.plan.len()];
    for record in run.records() {
        if event_of(&record) == Event::Operated {
            counts[record.n as usize - 1].0 += 1.0;
        } else if is_death_at_operation(run, &record) {
            counts[record.n as usize - 1].1 += 1.0;
        }
    }
    counts
}

/// The integral of a function of frailty over the gamma density of mean 1 and this variance.
fn over_frailty(variance: f64, of: impl Fn(f64) -> f64) -> f64 {
    // With shape k = 2 the density k^k / Γ(k) · z^(k−1) · exp(−k z) is 4 z exp(−2 z): the test's
    // variance is 1/2, for which no gamma function is needed.
    assert_eq!(variance.to_bits(), 0.5_f64.to_bits());
    simpson(0.0, 30.0, 30_000, |z| 4.0 * z * (-2.0 * z).exp() * of(z))
}

#[test]
fn deaths_at_an_operation_are_binomial_where_all_are_alike() {
    let mut sets = OPERATIONS_ALONE.to_vec();
    sets.push("creation.frailty_variance=0");
    let run = Run::of(&sets, small(0.5, 2));
    let rules = &run.programme.donation;
    let mut cells = Vec::new();
    for (index, (operations, deaths)) in counts(&run).into_iter().enumerate() {
        let p = logistic(rules.intercept + rules.slope * (index + 1) as f64);
        let (expected, variance) = (operations * p, operations * p * (1.0 - p));
        cells.push((deaths, expected, variance));
        let off = standardised(deaths, expected, variance);
        println!(
            "operation {}: {deaths} of {operations}, p {p:.4}, off {off:.2}",
            index + 1
        );
        assert!(operations > 500.0);
        assert!(
            off.abs() < BOUND,
            "operation {}: {deaths} of {operations}",
            index + 1
        );
    }
    assert_sum("all alike", &cells);
}

#[test]
fn deaths_at_the_first_two_operations_are_the_hazard_over_the_frailty() {
    let run = Run::of(&OPERATIONS_ALONE, small(0.5, 3));
    let rules = &run.programme.donation;
    let variance = run.programme.creation.frailty_variance;
    let log_odds = |n: f64| rules.intercept + rules.slope * n;
    let p = |n: f64, z: f64| logistic(log_odds(n) + z.ln());
    assert!(
        (over_frailty(variance, |_| 1.0) - 1.0).abs() < 1e-9,
        "the density"
    );
    // Probability of the death itself, and that of someone of mean frailty, which it is not.
    let first = over_frailty(variance, |z| if z > 0.0 { p(1.0, z) } else { 0.0 });
    let survive = |z: f64| if z > 0.0 { 1.0 - p(1.0, z) } else { 1.0 };
    let both = over_frailty(
        variance,
        |z| {
            if z > 0.0 { survive(z) * p(2.0, z) } else { 0.0 }
        },
    );
    let second = both / over_frailty(variance, survive);
    let mut cells = Vec::new();
    for (n, expected) in [(1, first), (2, second)] {
        let (operations, deaths) = counts(&run)[n - 1];
        let error = operations * expected * (1.0 - expected);
        cells.push((deaths, operations * expected, error));
        let off = standardised(deaths, operations * expected, error);
        let off_alike = standardised(deaths, operations * logistic(log_odds(n as f64)), error);
        println!(
            "operation {n}: {deaths} of {operations}, p {expected:.4}, off {off:.2}, without frailty {off_alike:.2}"
        );
        assert!(off.abs() < BOUND, "operation {n}: {deaths} of {operations}");
        assert!(off_alike.abs() > BOUND, "frailty would make no difference");
    }
    assert_sum("over the frailty", &cells);
}

/// In the reference scenario strength is lost and partly regained; what is left at leaving the bed
/// is in the log, and frailty is in the table of persons. So every single operation has its
/// probability, and the deaths are a sum of independent trials, by number and by frailty.
#[test]
fn every_operation_of_the_reference_scenario_has_its_own_hazard() {
    let run = Run::of(&[], small(0.3, 4));
    let rules = &run.programme.donation;
    let persons = run.table("persons.parquet");
    let ids = persons.u32("id").unwrap();
    let frailties = persons.f32("frailty").unwrap();
    let frailty: HashMap<u32, f64> = ids
        .iter()
        .zip(&frailties)
        .filter_map(|(id, frailty)| Some(((*id)?, f64::from((*frailty)?))))
        .collect();
    let mut strength: HashMap<u32, f64> = HashMap::new();
    // By number of the operation (the last kills everybody) and by frailty: deaths, sum of p, and
    // sum of p (1 − p).
    let mut cells = [[(0.0, 0.0, 0.0); 2]; 3];
    for record in run.records() {
        match event_of(&record) {
            Event::Discharged => {
                strength.insert(record.who, f64::from(record.value));
            }
            Event::Operated if record.n <= 3 => {
                let z = frailty[&record.who];
                let weakness = 1.0 - strength.get(&record.who).copied().unwrap_or(1.0);
                let log_odds = rules.intercept
                    + rules.slope * f64::from(record.n)
                    + rules.weakness * weakness
                    + z.ln();
                let p = logistic(log_odds);
                let cell = &mut cells[record.n as usize - 1][usize::from(z > 1.0)];
                cell.1 += p;
                cell.2 += p * (1.0 - p);
            }
            Event::Completed if record.n <= 3 && run.topic(&record) == "operation" => {
                let frail = usize::from(frailty[&record.who] > 1.0);
                cells[record.n as usize - 1][frail].0 += 1.0;
            }
            _ => {}
        }
    }
    for (index, row) in cells.iter().enumerate() {
        for (frail, (deaths, expected, variance)) in row.iter().enumerate() {
            let off = standardised(*deaths, *expected, *variance);
            println!(
                "operation {}, frail {frail}: {deaths}, expected {expected:.1}, off {off:.2}",
                index + 1
            );
            assert!(*expected > 20.0);
            assert!(
                off.abs() < BOUND,
                "operation {}: {deaths}, {expected}",
                index + 1
            );
        }
    }
    assert_sum("every operation", cells.as_flattened());
}

/// Between operations the body gives out with hazard `decline · exp(decline_weakness · (1 −
/// strength))`. Each operation here takes the same share of strength and none is regained, so that
/// strength is known at every moment; deaths are then Poisson around the hazard added up over the
/// time that donors were exposed to it (the compensator of a counting process, Aalen 1978, *Annals
/// of Statistics* 6:701).
#[test]
fn deaths_between_operations_are_the_hazard_over_the_exposure() {
    let mut sets = OPERATIONS_ALONE.to_vec();
    sets.extend([
        "donation.loss_mean=0.3",
        "donation.loss_sd=0",
        "donation.regained=0",
        "donation.decline=0.05",
    ]);
    let run = Run::of(&sets, small(0.5, 5));
    let rules = &run.programme.donation;
    let horizon = Time::START + Span::from_years(run.programme.time.horizon);
    let mut exposed: HashMap<u32, (Time, i32)> = HashMap::new();
    let mut exposure = vec![0.0; rules.plan.len()];
    let mut deaths = vec![0.0; rules.plan.len()];
    for record in run.records() {
        let event = event_of(&record);
        if !matches!(event, Event::Operated | Event::Completed) {
            continue;
        }
        if let Some((since, n)) = exposed.remove(&record.who) {
            exposure[n as usize - 1] += (record.time - since).years();
        }
        if event == Event::Operated {
            exposed.insert(record.who, (record.time, record.n));
        } else if run.topic(&record) == "decline" {
            deaths[record.n as usize - 1] += 1.0;
        }
    }
    for (since, n) in exposed.into_values() {
        exposure[n as usize - 1] += (horizon - since).years();
    }
    let mut cells = Vec::new();
    for (index, (deaths, exposure)) in deaths.iter().zip(&exposure).enumerate() {
        let strength = (1.0 - rules.loss_mean).powi(index as i32 + 1);
        let hazard = rules.decline * (rules.decline_weakness * (1.0 - strength)).exp();
        let expected = hazard * exposure;
        cells.push((*deaths, expected, expected));
        let off = standardised(*deaths, expected, expected);
        println!(
            "after {}: {deaths} in {exposure:.0} years at {hazard:.4}, off {off:.2}",
            index + 1
        );
        assert!(*deaths > 100.0);
        assert!(
            off.abs() < BOUND,
            "after {}: {deaths} in {exposure} years",
            index + 1
        );
    }
    assert_sum("between operations", &cells);
}
