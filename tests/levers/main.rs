//! Every lever works: pulled, it changes what it says, and by common random numbers nothing that it
//! cannot reach.
//!
//! One table (`table.rs`) says of each pull what moves and what must stay. Two runs of a seed, with and
//! without it, are compared: the metric or the count that is named moves, by more than chance moves it;
//! the logs are the same in every bit until the lever can first act; after it the records of what it
//! cannot reach are the same still; and the same people are made and fall ill, with the same traits and the
//! same deaths drawn for them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod case;
mod digest;
mod rooms;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use hailsham_engine::time::{Span, Time};
use hailsham_model::event::Event;
use hailsham_study::levers::levers;

use case::{Case, Moves, Shows, Until};
use digest::{Digest, day};
use table::cases;

/// Changes, scale and seed: runs that have these in common are made once.
type Key = (Vec<&'static str>, u64, u64);

/// Runs of a case with a seed: without the lever pulled, and with it.
fn keys(case: &Case, seed: u64) -> [Key; 2] {
    let scale = case.scale.to_bits();
    let pulled = [&case.given, case.set].concat();
    [(case.given.clone(), scale, seed), (pulled, scale, seed)]
}

fn run_all(cases: &[Case]) -> BTreeMap<Key, Digest> {
    let keys: BTreeSet<Key> = cases
        .iter()
        .flat_map(|case| (1..=case.seeds).flat_map(|seed| keys(case, seed)))
        .collect();
    let keys: Vec<Key> = keys.into_iter().collect();
    println!("{} runs", keys.len());
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(key) = keys.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let digest = Digest::of(&key.0, f64::from_bits(key.1), key.2);
                    done.lock().unwrap().insert(key.clone(), digest);
                }
            });
        }
    });
    done.into_inner().unwrap()
}

fn value(shows: Shows, digest: &Digest) -> f64 {
    match shows {
        Shows::Metric(name) => digest.metric(name).unwrap_or(f64::NAN),
        Shows::Count(event) => f64::from(digest.count(event)),
        Shows::Schoolmates => digest.schoolmates,
    }
}

fn name(shows: Shows) -> &'static str {
    match shows {
        Shows::Metric(name) => name,
        Shows::Count(event) => event.name(),
        Shows::Schoolmates => "schoolmates as carers",
    }
}

/// Whether it moved as far as it should. False where there is nothing to take it of.
fn moved(moves: Moves, before: f64, after: f64) -> bool {
    let change = after - before;
    match moves {
        Moves::Up(share) => change > 0.0 && change >= share * before.abs(),
        Moves::Down(share) => change < 0.0 && -change >= share * before.abs(),
    }
}

/// The first day on which the two runs may differ.
fn acts_from(until: Until, base: &Digest, pulled: &Digest) -> Option<usize> {
    match until {
        Until::Start => Some(0),
        Until::Year(year) => Some(day(base.epoch.start_of_year(year))),
        Until::Age(age) => {
            let born = base.first(Event::Created)?;
            Some(born + day(Time::START + Span::from_years(age)))
        }
        Until::First(event) => {
            let first = [base.first(event), pulled.first(event)];
            first.into_iter().flatten().min()
        }
    }
}

/// What is wrong with a pair of runs.
fn faults(case: &Case, base: &Digest, pulled: &Digest) -> Vec<String> {
    let mut faults = Vec::new();
    for (shows, moves) in &case.shows {
        let (before, after) = (value(*shows, base), value(*shows, pulled));
        println!("    {}: {before:.4} {after:.4}", name(*shows));
        if !moved(*moves, before, after) {
            faults.push(format!("{} goes from {before} to {after}", name(*shows)));
        }
    }
    match (base.parting(pulled), acts_from(case.until, base, pulled)) {
        (None, _) => faults.push("nothing differs".to_owned()),
        (_, None) => faults.push("what it should wait for never happens".to_owned()),
        (Some(parting), Some(from)) if parting < from => faults.push(format!(
            "the logs part on day {parting}, before it can act on day {from}"
        )),
        _ => {}
    }
    for room in &case.keeps {
        if let Some(year) = base.room_parting(pulled, *room) {
            faults.push(format!("{room:?} differs, from year {year} of the run on"));
        }
    }
    let (both, differs) = base.people(pulled);
    if differs != case.gives {
        faults.push(format!("people differ in {differs:?}"));
    }
    if case.everybody && both < base.size() || 2 * both < base.size() {
        faults.push(format!("{both} of {} people are in both", base.size()));
    }
    faults
}

#[test]
fn every_lever_changes_what_it_says_and_nothing_that_it_cannot_reach() {
    let cases = cases();
    let digests = run_all(&cases);
    let mut wrong = Vec::new();
    for case in &cases {
        for seed in 1..=case.seeds {
            let [base, pulled] = keys(case, seed).map(|key| &digests[&key]);
            let pair = format!("{} {} seed {seed}", case.lever, case.set.join(" "));
            println!("{pair}");
            let faults = faults(case, base, pulled).into_iter();
            wrong.extend(faults.map(|fault| format!("{pair}: {fault}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a path of a parameter, in which `<name>` stands for any, is that of a change.
fn is_of(path: &str, change: &str) -> bool {
    let changed = change.split('=').next().unwrap_or_default();
    let (mut path, mut changed) = (path.split('.'), changed.split('.'));
    loop {
        match (path.next(), changed.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if one == other || one == "<name>" => {}
            _ => return false,
        }
    }
}

#[test]
fn the_table_pulls_every_parameter_of_every_lever() {
    let cases = cases();
    let levers = levers().unwrap();
    let known: BTreeSet<&str> = levers.iter().map(|lever| lever.id.as_str()).collect();
    let tested: BTreeSet<&str> = cases.iter().map(|case| case.lever).collect();
    assert_eq!(tested, known);
    let mut missing = Vec::new();
    for lever in &levers {
        assert_eq!(lever.status, "available", "{}", lever.id);
        for parameter in &lever.parameters {
            let mut pulls = cases.iter().filter(|case| case.lever == lever.id);
            let pulled = pulls.any(|case| case.set.iter().any(|set| is_of(&parameter.path, set)));
            if !pulled {
                missing.push(format!("{} by {}", lever.id, parameter.path));
            }
        }
        // And nothing else is changed in the lever's name.
        for case in cases.iter().filter(|case| case.lever == lever.id) {
            assert!(!case.shows.is_empty(), "{} shows nothing", lever.id);
            for set in case.set {
                let own = lever.parameters.iter().any(|own| is_of(&own.path, set));
                assert!(own, "{} is not pulled by {set}", lever.id);
            }
        }
    }
    assert!(missing.is_empty(), "not pulled: {missing:#?}");
}
