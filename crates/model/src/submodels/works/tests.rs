use hailsham_engine::log::{EventLog, Keep, Workers};

use super::*;
use crate::replay::{Replay, Rules};
use crate::run::Finished;
use crate::statistics::correlation;
use crate::trial::{self, HUMANE};
use crate::world::{Clock, Layout, Queue};

/// Humane schools alone, for twenty years, with changes.
fn humane<'a>(sets: &[&'a str]) -> Vec<&'a str> {
    [&HUMANE[..], &["time.horizon=20"], sets].concat()
}

fn run(sets: &[&str]) -> Finished {
    trial::run(0.2, &humane(sets))
}

/// A world that has run to a day of its fifteenth year, to do things in by hand.
fn world(sets: &[&str]) -> World {
    let programme = trial::programme(&humane(sets));
    let clock = Clock::new(&programme, 1, 0.2);
    let layout = Layout::new(&programme, &clock, &crate::history::Plan::default());
    let replay = Replay::new(Rules::new(
        &programme,
        &clock,
        &layout.places,
        &crate::history::Plan::default(),
    ));
    let log = EventLog::start(replay, None, Keep::Nothing, Workers::Inline).unwrap();
    let mut world = World::new(
        programme,
        clock,
        layout,
        Queue::Calendar,
        log,
        crate::history::Plan::default(),
    );
    let until = Time::START + Span::from_years(15.2);
    // Stopping is how a test gets at a world: the watch looks every few thousand events.
    let _ = world.run(&mut |at| at < until);
    world
}

fn tokens(world: &World) -> u64 {
    let state = &world.inner.works;
    let purses: u64 = state.makers.iter().map(|of| u64::from(of.tokens)).sum();
    purses + state.stores.iter().map(|store| store.purse).sum::<u64>()
}

#[test]
fn a_sale_neither_makes_nor_loses_a_token() {
    let run = run(&[]);
    let world = &run.world.0;
    assert!(world.inner.works.issued > 10_000);
    assert_eq!(tokens(world), world.inner.works.issued);
    let sold = |work: &&Work| work.fate == Fate::Sold;
    assert!(world.inner.works.works.iter().filter(sold).count() > 100);
    assert!(world.inner.works.stores.iter().any(|store| store.purse > 0));
    assert_eq!(run.replayed.findings.violations, 0);
}

#[test]
fn the_collector_takes_the_best_of_what_is_there_and_nothing_twice() {
    let sets = ["works.collection.share=0.25", "staff.visits=0"];
    let mut world = world(&sets);
    let at = Time::START + Span::from_years(15.5);
    let school = 0;
    let place = world.institutions.schools[school as usize].place;
    let from = at - Span::from_years(1.0);
    let state = &world.inner.works;
    let mut scores: Vec<f32> = state.stores[place.row()]
        .unseen
        .iter()
        .map(|number| state.works[*number as usize])
        .filter(|work| {
            let row = work.maker as usize;
            work.fate == Fate::Kept
                && work.made >= from
                && world.students.phase[row] == Phase::Pupil
                && world.students.place[row] == place
        })
        .map(|work| work.score)
        .collect();
    scores.sort_by(|one, other| other.total_cmp(one));
    let expected = (scores.len() as f64 * 0.25).round() as usize;
    assert!(expected > 3, "{expected}");
    let before: Vec<Fate> = state.works.iter().map(|work| work.fate).collect();
    let taken = collect(&mut world, at, school, 200_000_000);
    assert_eq!(taken as usize, expected);
    let state = &world.inner.works;
    let mut chosen: Vec<f32> = (state.works.iter().zip(&before))
        .filter(|(work, before)| work.fate != **before)
        .map(|(work, _)| work.score)
        .collect();
    chosen.sort_by(|one, other| other.total_cmp(one));
    assert_eq!(chosen, scores[..expected]);
    assert_eq!(collect(&mut world, at, school, 200_000_000), 0);
    // Some are shown, and the others the next time.
    let all = world.inner.works.unshown.len() as u32;
    let (first, mean) = exhibit(&mut world, at, 3);
    assert_eq!(first, 3);
    assert!((0.0..=1.0).contains(&mean) && mean > 0.0);
    assert_eq!(exhibit(&mut world, at, u32::MAX).0, all - 3);
    assert_eq!(exhibit(&mut world, at, 5), (0, 0.0));
}

#[test]
fn where_collection_has_stopped_nobody_comes_and_nothing_is_set_aside() {
    let stopped = "works.collection.rule=stopped";
    let run = run(&[stopped]);
    for event in [Event::CollectorVisited, Event::Collected] {
        assert_eq!(trial::count(&run, event), 0, "{event:?}");
    }
    // As many are sold as if none were ever set aside.
    let sold = trial::count(&run, Event::Sold);
    let none_aside = self::run(&[stopped, "works.sales.set_aside=0"]);
    assert!(sold > 100);
    assert_eq!(sold, trial::count(&none_aside, Event::Sold));
}

#[test]
fn merit_and_inner_life_are_nearly_independent_and_who_judges_by_depth_sees_the_other() {
    let by = |sets: &[&str]| {
        let run = run(sets);
        let works = &run.world.0.inner.works.works;
        let of = |what: fn(&Work) -> f32| {
            let pairs: Vec<(f64, f64)> = works
                .iter()
                .map(|work| (f64::from(what(work)), f64::from(work.score)))
                .collect();
            correlation(&pairs)
        };
        let pairs: Vec<(f64, f64)> = works
            .iter()
            .map(|work| (f64::from(work.merit), f64::from(work.inner_life)))
            .collect();
        let both = correlation(&pairs);
        (of(|work| work.merit), of(|work| work.inner_life), both)
    };
    let (merit, depth, both) = by(&[]);
    assert!((merit - 1.0).abs() < 1e-6);
    assert!(both.abs() < 0.15 && depth.abs() < 0.15, "{both} {depth}");
    let (merit, depth, _) = by(&["works.depth_in_grade=1"]);
    assert!((depth - 1.0).abs() < 1e-6);
    assert!(merit.abs() < 0.15, "{merit}");
}

#[test]
fn nobody_makes_anything_where_nothing_encourages() {
    let rates = ["works.humane=0", "works.late=0", "works.proof=0"];
    let run = run(&rates);
    assert!(run.world.0.inner.works.works.is_empty());
}

#[test]
fn works_come_at_the_rate_of_encouragement() {
    // Nobody differs in talent and nobody believes in a judge: a Poisson count with a known mean.
    let run = run(&["works.effort=0", "works.judge=0", "works.humane=4"]);
    let effort = &run.world.0.inner.works.upbringing;
    let expected = 4.0 * effort.years[1];
    let made = f64::from(effort.works[1]);
    assert!(expected > 2_000.0);
    assert!(
        (made - expected).abs() < 4.0 * expected.sqrt(),
        "{made} {expected}"
    );
}
