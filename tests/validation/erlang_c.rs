//! Waiting for a bed, against Erlang C.
//!
//! One recovery centre with `c` beds. Whoever is made is due for one operation after a chain of
//! independent delays: an exponential stay at the Cottages and an exponential notice, three years
//! each. Births are Poisson, so that the operations fall due as a Poisson process (displacement of
//! points: Kingman 1993, *Poisson Processes*, 5.1), whose rate the delays keep from following the
//! yearly leaving day: the Fourier coefficient of frequency one a year is at most
//! `1 / (1 + (6π)²)`, so that the rate varies by 0.6 % around its mean. Time in bed is exponential,
//! and beds are given first come, first served: M/M/c. With `a = λ / μ`
//!
//! ```text
//! P(wait) = (a^c / c!) · c / (c − a) / (Σ_{k<c} a^k / k! + (a^c / c!) · c / (c − a))
//! mean wait = P(wait) / (c · μ − λ)
//! P(wait > t | wait) = exp(−(c · μ − λ) · t)
//! ```
//!
//! (Erlang 1917, *Elektroteknikeren* 13:5; in English in Brockmeyer, Halstrøm and Jensen 1948, *The
//! Life and Works of A. K. Erlang*.) The simulation's error is that of the means of half-years,
//! each of which is more than a hundred times as long as the queue remembers (its relaxation time is
//! about `1 / (c μ (1 − √(a/c))²)`).

use std::collections::HashSet;

use hailsham_engine::time::{DAYS_PER_YEAR, Span, Time};
use hailsham_model::event::Event;
use hailsham_tests::statistics::{batch_ratio, standardised};
use hailsham_tests::{BODIES_ALONE, NOBODY_ILL, Run, event_of, small};

/// Standard errors by which a mean may miss its expectation.
const BOUND: f64 = 4.0;
/// Beds, and what they are offered.
const BEDS: u32 = 10;
const OFFERED: f64 = 7.5;
/// Operations that fall due in a year.
const A_YEAR: f64 = 10_000.0;
/// Mean days in bed.
const RECOVERY: f64 = OFFERED / A_YEAR * DAYS_PER_YEAR;

/// Probability that an arrival waits.
fn erlang_c(servers: u32, offered: f64) -> f64 {
    // Term by term, a^k / k!: no factorial overflows.
    let mut term = 1.0;
    let mut sum = 0.0;
    for k in 0..servers {
        sum += term;
        term *= offered / f64::from(k + 1);
    }
    let waiting = term * f64::from(servers) / (f64::from(servers) - offered);
    waiting / (sum + waiting)
}

/// Values that stand in tables of the formula, and the case of one server, where it is the load.
#[test]
fn the_formula_is_erlangs() {
    assert!((erlang_c(1, 0.7) - 0.7).abs() < 1e-12);
    // Two servers: a² / (2 + a), by hand.
    assert!((erlang_c(2, 1.0) - 1.0 / 3.0).abs() < 1e-12);
    assert!((erlang_c(2, 1.5) - 2.25 / 3.5).abs() < 1e-12);
}

/// What is counted of a batch of arrivals.
#[derive(Clone, Default)]
struct Batch {
    count: f64,
    waits: f64,
    /// Waits longer than the mean wait of those who wait.
    long_waits: f64,
    days: f64,
}

struct Arrival {
    due: Time,
    waited: f64,
    had_to_wait: bool,
}

/// The public scenario with one centre, one operation each, and a steady stream of donors.
fn one_centre() -> Run {
    let recovery = format!("donation.recovery_mean={RECOVERY}");
    let recovery_sd = format!("donation.recovery_sd={RECOVERY}");
    let beds = format!("donation.centres.grim.beds={BEDS}");
    let intake = format!("institutions.ordinary.intake={A_YEAR}");
    let mut sets = vec![
        "time.horizon=160",
        "schooling.leaving_age=1",
        "institutions.hailsham.intake=0",
        "institutions.progressive.intake=0",
        "institutions.ordinary.count=1",
        &intake,
        "cottages.stay_mean=3",
        "cottages.stay_sd=3",
        "carers.share=0",
        "donation.notice_mean=36",
        "donation.notice_sd=36",
        "donation.centres.others.count=0",
        &beds,
        &recovery,
        &recovery_sd,
        "donation.plan=[['kidney']]",
        "donation.last_is_fatal=false",
        "donation.intercept=-50",
        "donation.decline=0",
        "donation.by_demand=false",
        "mortality.students.hazard_ratio=0",
    ];
    sets.extend(NOBODY_ILL);
    sets.extend(BODIES_ALONE);
    Run::of(&sets, small(1.0, 1))
}

/// Everyone whose operation fell due in a window.
fn arrivals(run: &Run, from: Time, to: Time) -> Vec<Arrival> {
    let mut must_wait: HashSet<u32> = HashSet::new();
    let mut arrivals = Vec::new();
    run.each_record(|record| match event_of(record) {
        Event::WaitedForBed => {
            must_wait.insert(record.who);
        }
        Event::Operated => {
            let waited = f64::from(record.value);
            let due = record.time - Span::from_days(waited);
            if due >= from && due < to {
                arrivals.push(Arrival {
                    due,
                    waited,
                    had_to_wait: must_wait.contains(&record.who),
                });
            }
        }
        _ => {}
    });
    arrivals
}

#[test]
fn waiting_for_a_bed_is_erlangs() {
    let run = one_centre();
    // The first leave school in 1957; 40 years later all but 2 in 100,000 of the delays are over.
    let epoch = run.epoch();
    let (from, to) = (epoch.start_of_year(1997), epoch.start_of_year(2114));
    let arrivals = arrivals(&run, from, to);

    // By how much operations that end would outnumber those that fall due, a day.
    let excess = f64::from(BEDS) / RECOVERY - A_YEAR / DAYS_PER_YEAR;
    // Days of a half-year batch, and the batches in the window.
    let length = Span::from_days(DAYS_PER_YEAR / 2.0);
    let batches = ((to - from).minutes() / length.minutes()) as usize;
    let mut of_batch = vec![Batch::default(); batches];
    for arrival in &arrivals {
        let batch = ((arrival.due - from).minutes() / length.minutes()) as usize;
        if let Some(batch) = of_batch.get_mut(batch) {
            batch.count += 1.0;
            batch.waits += f64::from(u8::from(arrival.had_to_wait));
            batch.long_waits += f64::from(u8::from(arrival.waited > 1.0 / excess));
            batch.days += arrival.waited;
        }
    }

    // Arrivals are Poisson at the rate that is meant: mean and dispersion of the batches.
    let expected = A_YEAR / 2.0;
    let dispersion: f64 = of_batch
        .iter()
        .map(|batch| (batch.count - expected).powi(2) / expected)
        .sum();
    let off = standardised(dispersion, batches as f64, 2.0 * batches as f64);
    println!(
        "{} arrivals; dispersion {off:.2} standard errors off",
        arrivals.len()
    );
    assert!(off.abs() < 4.0, "the arrivals are not Poisson: {off}");

    let p_wait = erlang_c(BEDS, OFFERED);
    let of =
        |sums: fn(&Batch) -> (f64, f64)| -> Vec<(f64, f64)> { of_batch.iter().map(sums).collect() };
    for (what, found, expected) in [
        ("share who wait", of(|b| (b.waits, b.count)), p_wait),
        (
            "mean wait in days",
            of(|b| (b.days, b.count)),
            p_wait / excess,
        ),
        (
            "mean wait of those who wait",
            of(|b| (b.days, b.waits)),
            1.0 / excess,
        ),
        // Who comes first is served first: otherwise the mean would be the same, and this not.
        (
            "share of those who wait longer than that",
            of(|b| (b.long_waits, b.waits)),
            (-1.0_f64).exp(),
        ),
    ] {
        let (mean, error) = batch_ratio(&found);
        println!("{what}: {mean:.4} ± {error:.4}, Erlang C {expected:.4}");
        assert!(
            (mean - expected).abs() < BOUND * error,
            "{what}: {mean} ± {error}, not {expected}"
        );
        // The error is small enough to tell the law from one that is a tenth higher or lower.
        for other in [0.9 * expected, 1.1 * expected] {
            assert!(
                (mean - other).abs() > BOUND * error,
                "{what}: {other} would pass"
            );
        }
    }
}
