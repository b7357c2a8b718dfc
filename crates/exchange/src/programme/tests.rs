//! The programme against closed forms, and against itself with another interval.
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use hailsham_engine::table::TableReader;
use hailsham_scenario::{Source, load};

use super::*;
use crate::solution::Exchange;
use crate::verify::verify;

const DAYS_PER_YEAR: f64 = 365.2425;

/// Everybody has blood group O and one level of sensitisation: all but so many transplants are possible, nothing
/// fails and nobody leaves, unless a test says so.
fn plain(virtual_positive: f64) -> ExchangeProgramme {
    let mut programme = ExchangeProgramme::default();
    programme.patients.blood = [1.0, 0.0, 0.0, 0.0];
    programme.patients.spouse = 0.0;
    programme.patients.sensitisation = [(
        "one".to_owned(),
        Sensitisation {
            share: 1.0,
            virtual_positive,
            laboratory_positive: 0.0,
        },
    )]
    .into_iter()
    .collect();
    programme.arrivals.pairs = 150.0;
    programme.arrivals.altruists = 0.0;
    programme.departures = Departures {
        death: 0.0,
        other_transplant: 0.0,
        withdrawal: 0.0,
        altruist: 0.0,
    };
    programme.agreements = Agreements {
        drop_out: 0.0,
        answer: 0.0,
        transplant: 0.0,
        recourse: false,
    };
    programme.matching.max_cycle = 3;
    programme.matching.max_chain = 0;
    programme.matching.objectives = vec!["transplants".to_owned()];
    programme.time.horizon = 32.0;
    (programme.time.warm_up, programme.time.follow_up) = (1.0, 1.0);
    programme
}

fn found(programme: &ExchangeProgramme, interval: f64, seed: u64) -> HashMap<&'static str, f64> {
    let course = simulate(programme, interval, seed, 1.0, &mut |_, _| true).unwrap();
    let metrics = metrics(programme, &course);
    metrics
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

#[test]
fn the_built_in_scenario_is_the_default_one() {
    let source = Source::Name("exchange".to_owned());
    let loaded = load::<ExchangeProgramme>(&source, built_in(), &[]).unwrap();
    assert_eq!(loaded.value, ExchangeProgramme::default());
}

#[test]
fn contradictions_are_refused() {
    let source = Source::Name("exchange".to_owned());
    for (set, what) in [
        ("time.first_day=2020-13-01", "no date"),
        ("time.warm_up=11", "no pair is counted"),
        ("patients.blood=[0.5, 0.3, 0.1, 0]", "add up to 0.9"),
        ("patients.sensitisation.low.share=0.5", "the levels add up"),
        ("matching.objectives=[\"most\"]", "no objective"),
        ("matching.objectives=[]", "there is no objective"),
        ("matching.objectives=[\"uk\"]", "nobody here has an age"),
        (
            "matching.objectives=[\"uk-order\"]",
            "nobody here has an age",
        ),
        (
            "matching.objectives=[\"expected-recourse\"]",
            "nothing is expected to fail",
        ),
        (
            "matching.objectives=[\"weight\", \"weight\"]",
            "stands there twice",
        ),
        ("agreements.answer=11", "after the transplant"),
        ("time.follow_up=0.19", "is not seen done"),
    ] {
        let error = load::<ExchangeProgramme>(&source, built_in(), &[set.to_owned()]).unwrap_err();
        assert!(
            error.render(false).contains(what),
            "{set}: {}",
            error.render(false)
        );
    }
}

/// Where nobody can give to anybody, the pool is an M/M/infinity queue: its mean is arrivals over departures.
#[test]
fn a_pool_without_exchanges_is_an_infinite_server_queue() {
    let mut programme = plain(1.0);
    programme.departures.death = 1.0;
    programme.departures.withdrawal = 3.0;
    programme.arrivals.pairs = 1000.0;
    programme.time.horizon = 22.0;
    let found = found(&programme, 4.0, 3);
    // Of mean 250 with a correlation time of a quarter of a year: over 20 years 250 +- 2.5.
    assert!(
        (found["pool_mean"] - 250.0).abs() < 7.5,
        "{}",
        found["pool_mean"]
    );
    assert!((found["days_in_programme_mean"] / DAYS_PER_YEAR - 0.25).abs() < 0.01);
    // Of those who leave, a quarter die.
    let died = found["died"] / (found["died"] + found["withdrew"]);
    assert!((died - 0.25).abs() < 0.015, "{died}");
    assert_eq!(found["transplants_agreed"], 0.0);
}

/// Where nearly everybody can give to everybody, in twos and threes, a pair is transplanted at the first run that it lives to see:
/// arriving uniformly in an interval k and leaving at rate m, with probability (1 - exp(-mk)) / mk, after a mean
/// wait of 1/m - k / (exp(mk) - 1) among those who see it.
#[test]
fn in_a_dense_pool_transplants_and_waiting_have_closed_forms() {
    let mut programme = plain(0.05);
    programme.departures.death = 2.0;
    for weeks in [4.0, 13.0, 26.0] {
        let found = found(&programme, weeks, 5);
        let (m, k) = (2.0, weeks * 7.0 / DAYS_PER_YEAR);
        let share = -f64::exp_m1(-m * k) / (m * k);
        // About 4500 pairs: a standard error below 0.008.
        let error = 3.0 * (share * (1.0 - share) / found["pairs"]).sqrt();
        assert!(
            (found["share_transplanted"] - share).abs() < error,
            "{weeks}: {} {share}",
            found["share_transplanted"]
        );
        // The time left of an interval, given that one lives that long: density proportional to exp(-m w) on 0 to k.
        let wait = (1.0 / m - k / f64::exp_m1(m * k)) * DAYS_PER_YEAR;
        assert!(
            (found["wait_mean"] - wait).abs() < 0.05 * wait,
            "{weeks}: {} {wait}",
            found["wait_mean"]
        );
    }
}

/// With drop-outs of probability d and crossmatches that fail with probability c, a swap is done whole with
/// probability (1 - d)^2 (1 - c)^2.
#[test]
fn swaps_fail_as_often_as_they_must() {
    let mut programme = plain(0.05);
    programme.matching.max_cycle = 2;
    programme.agreements.drop_out = 0.1;
    for level in programme.patients.sensitisation.values_mut() {
        level.laboratory_positive = 0.2;
    }
    let found = found(&programme, 13.0, 7);
    let done = (0.9_f64 * 0.8).powi(2);
    // In a pool of dozens a pair that failed is tried with another, so that the answers are independent.
    let share = 1.0 - found["share_failed"];
    assert!((share - done).abs() < 0.03, "{share} {done}");
}

/// Chains from altruists to anybody, of one pair each: one transplant an altruist, one gift to the list.
#[test]
fn every_altruist_begins_a_chain_where_all_can_receive() {
    let mut programme = plain(0.05);
    programme.matching.max_cycle = 0;
    programme.matching.max_chain = 1;
    programme.arrivals.altruists = 30.0;
    programme.departures.withdrawal = 1.0;
    let found = found(&programme, 8.0, 9);
    assert!(found["altruists"] > 300.0);
    // Those of the last weeks have no run in time; a follow-up of a year leaves none.
    assert_eq!(found["altruists_in_chains"], found["altruists"]);
    assert_eq!(found["transplants_done"], found["chains"]);
    assert_eq!(found["transplants_done"], found["list_gifts"]);
}

/// A chain is done up to its first failure, and a cycle not at all: chains of two with crossmatches that fail with
/// probability c give (1 - c) + (1 - c)^2 of two.
#[test]
fn chains_are_done_up_to_their_first_failure() {
    let mut programme = plain(0.05);
    programme.matching.max_cycle = 0;
    programme.matching.max_chain = 2;
    programme.arrivals.altruists = 40.0;
    programme.departures.withdrawal = 2.0;
    for level in programme.patients.sensitisation.values_mut() {
        level.laboratory_positive = 0.3;
    }
    let found = found(&programme, 13.0, 11);
    let done = f64::midpoint(0.7, 0.49);
    let share = 1.0 - found["share_failed"];
    assert!((share - done).abs() < 0.03, "{share} {done}");
}

/// What is expected counts: where half of the transplants fail, a cycle of three is worth 3/8 and one of two 1/2, so
/// that two pairs who could bring in a third go alone.
#[test]
fn failures_that_are_expected_shorten_the_cycles() {
    let mut programme = plain(0.6);
    programme.arrivals.pairs = 30.0;
    programme.time.horizon = 4.0;
    programme.matching.objectives = vec!["expected".to_owned()];
    let longer = |arc: f64| {
        let mut programme = programme.clone();
        programme.matching.arc_failure = arc;
        found(&programme, 13.0, 3)["longer_cycles"]
    };
    let (rare, often) = (longer(0.01), longer(0.5));
    assert!(often < rare / 2.0, "{often} {rare}");
}

/// Recourse can only add: what is done whole is done in either case.
#[test]
fn recourse_saves_some_of_what_fails() {
    let mut programme = ExchangeProgramme::default();
    programme.time.horizon = 5.0;
    programme.agreements.recourse = false;
    let without = found(&programme, 8.0, 1);
    programme.agreements.recourse = true;
    let with = found(&programme, 8.0, 1);
    assert!(
        with["share_failed"] < without["share_failed"],
        "{with:?} {without:?}"
    );
}

/// Two intervals see the same people on the same days, and those who are never chosen leave on the same days.
#[test]
fn intervals_are_compared_on_the_same_arrivals() {
    let mut programme = ExchangeProgramme::default();
    programme.time.horizon = 5.0;
    let course = |weeks| simulate(&programme, weeks, 2, 1.0, &mut |_, _| true).unwrap();
    let (often, seldom) = (course(2.0), course(13.0));
    assert_eq!(often.members.len(), seldom.members.len());
    let mut left = 0;
    for (a, b) in often.members.iter().zip(&seldom.members) {
        assert_eq!(
            (a.arrived, a.donor, a.patient),
            (b.arrived, b.donor, b.patient)
        );
        if let (State::Left(x), State::Left(y)) = (a.state, b.state) {
            assert_eq!((x, a.ended), (y, b.ended));
            left += 1;
        }
    }
    assert!(left > 100);
}

/// What is told of a course adds up, and nobody gives or receives twice, or after they have left.
#[test]
fn a_course_is_consistent() {
    let mut programme = ExchangeProgramme::default();
    programme.time.horizon = 6.0;
    let course = simulate(&programme, 8.0, 4, 1.0, &mut |_, _| true).unwrap();
    let (mut gave, mut received) = (HashMap::new(), HashMap::new());
    for done in &course.transplants {
        assert!(
            gave.insert(done.from, done.time).is_none()
                && received.insert(done.to, done.time).is_none()
        );
        let (from, to) = (
            &course.members[done.from as usize],
            &course.members[done.to as usize],
        );
        let patient = to.patient.unwrap();
        assert!(crate::generate::gives(from.donor, patient.group));
        assert_eq!(
            (from.state, to.state),
            (State::Transplanted, State::Transplanted)
        );
        assert_eq!((from.ended, to.ended), (done.time, done.time));
        assert!(done.time > from.arrived && done.time > to.arrived);
    }
    // Every patient whose donor gave has received, and the donors of the others gave to the list.
    let transplanted = course
        .members
        .iter()
        .filter(|m| m.state == State::Transplanted);
    let pairs = transplanted.filter(|m| m.patient.is_some()).count();
    assert_eq!(pairs, received.len());
    let chains = course
        .members
        .iter()
        .filter(|m| m.patient.is_none() && m.state == State::Transplanted);
    let chains = chains.count();
    assert_eq!(chains, course.list_gifts.len());
    assert_eq!(pairs + chains, gave.len() + course.list_gifts.len());
    let done: u32 = course.runs.iter().map(|run| run.done).sum();
    assert_eq!(done as usize, course.transplants.len());
    assert!(
        course
            .runs
            .iter()
            .all(|run| run.proven && run.pairs + run.altruists > 0)
    );
}

/// A run is a function of its scenario and seed.
#[test]
fn the_same_seed_is_the_same_course() {
    let mut programme = ExchangeProgramme::default();
    programme.time.horizon = 5.0;
    let course = |seed| simulate(&programme, 13.0, seed, 0.5, &mut |_, _| true).unwrap();
    assert_eq!(course(1), course(1));
    assert_ne!(course(1), course(2));
    assert_eq!(simulate(&programme, 13.0, 1, 1.0, &mut |_, _| false), None);
}

/// The tables, the numbers and the report of a run.
#[test]
fn a_run_is_written_and_told() {
    let mut programme = ExchangeProgramme::default();
    programme.time.horizon = 5.0;
    programme.matching.compared = vec![26.0, 8.0, 13.0];
    let findings = run(&programme, 1, 0.2, &mut |_, _| true).unwrap();
    let intervals: Vec<f64> = findings.swept.iter().map(|swept| swept.interval).collect();
    assert_eq!(intervals, [8.0, 13.0, 26.0]);
    assert_eq!(findings.swept[1].metrics, findings.metrics);
    let folder = tempfile::tempdir().unwrap();
    write_results(folder.path(), &programme, &findings, &[]).unwrap();
    let mut names: Vec<String> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "intervals.parquet",
            "match_runs.parquet",
            "members.parquet",
            "metrics.json",
            "result.json",
            "summary.json",
            "transplants.parquet",
        ]
    );
}

/// What was agreed last is not told as failed: its transplants are due after the end.
#[test]
fn what_is_due_after_the_end_is_not_told() {
    let mut programme = ExchangeProgramme::default();
    programme.time.horizon = 5.0;
    programme.matching.compared.clear();
    programme.matching.interval = 4.0;
    let findings = run(&programme, 1, 0.2, &mut |_, _| true).unwrap();
    let folder = tempfile::tempdir().unwrap();
    write_results(folder.path(), &programme, &findings, &[]).unwrap();
    let table = TableReader::open(folder.path().join("match_runs.parquet")).unwrap();
    let (time, done) = (table.f64("time").unwrap(), table.u32("done").unwrap());
    let untold = done.iter().filter(|done| done.is_none()).count();
    // Of runs every 4 weeks the last two or three are less than 10 weeks from the end.
    assert!((2..=3).contains(&untold), "{done:?}");
    let end = 5.0 * DAYS_PER_YEAR;
    for (time, done) in time.iter().zip(&done) {
        assert_eq!(done.is_none(), time.unwrap() + 70.0 >= end);
    }
}

/// An effort that is used up leaves a solution that is allowed, the same every time.
#[test]
fn a_limited_effort_is_the_same_everywhere() {
    let pool = crate::generate::saidman(60, 4, 1, &crate::generate::Saidman::default()).unwrap();
    let options = crate::Options {
        effort: Some(3),
        ..crate::Options::default()
    };
    let solve = || crate::solve(&pool, &options, &mut |_| {}).unwrap();
    let (one, other) = (solve(), solve());
    assert_eq!(one.exchanges, other.exchanges);
    assert!(!one.is_optimal());
    verify(&pool, &one.exchanges, 3, 3).unwrap();
    let chosen = one.exchanges.iter().map(Exchange::donors);
    assert!(chosen.flatten().count() <= 64);
}
