//! The history of the novel: whatever the seed and whichever version of a contested matter is followed, it
//! has a run; what is on record happens, once; each pin is needed by a fact, and each fact that rests on
//! pins falls with them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use hailsham_engine::log::{Record, Workers};
use hailsham_model::event::Event;
use hailsham_model::{Kept, Options, Programme, Queue, built_in};
use hailsham_scenario::{Loaded, Source, load};
use hailsham_study::{CheckOptions, FactOutcome, Facts, How, Status, check_facts};
use hailsham_tests::{Run, small};

const NOVEL: &str = "hailsham";
const SCALE: f64 = 0.02;

fn novel(sets: &[String]) -> Loaded<Programme> {
    match load(&Source::Name(NOVEL.to_owned()), built_in(), sets) {
        Ok(loaded) => loaded,
        Err(error) => panic!("{}", error.render(false)),
    }
}

fn facts(scenario: &Loaded<Programme>) -> Facts {
    let source = Source::Name(NOVEL.to_owned());
    let facts = Facts::load(scenario, &source, None).unwrap();
    facts.expect("the novel has facts")
}

fn run(sets: &[&str], options: Options) -> Run {
    Run::of_scenario(NOVEL, sets, options)
}

/// What becomes of some facts on the seeds from 1.
fn checked(sets: &[String], ids: &[&str], seeds: u32, scale: f64) -> Vec<FactOutcome> {
    let scenario = novel(sets);
    let options = CheckOptions {
        seed: 1,
        replicates: Some(seeds),
        scale: Some(scale),
        threads: 2,
    };
    check_facts(&facts(&scenario), ids, &scenario, &options, &|_, _| true).unwrap()
}

#[test]
fn whatever_the_seed_what_is_on_record_happens() {
    for seed in 1..=20 {
        // Nothing is let go: a conflict would end the run.
        let options = Options {
            kept: Kept::Nothing,
            ..small(SCALE, seed)
        };
        let run = run(&["history.impossible=\"error\""], options);
        let findings = &run.finished.replayed.findings;
        assert_eq!(findings.violations, 0, "seed {seed}: {findings:?}");
        assert!(run.finished.world.let_go().is_empty(), "seed {seed}");
    }
}

#[test]
fn every_version_of_a_contested_matter_has_a_run() {
    let programme = novel(&[]).value;
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for pin in programme.history.pins.values() {
        let of = versions.entry(&pin.subject).or_default();
        of.extend(pin.versions.iter().map(String::as_str));
    }
    let followed = &programme.history.record;
    assert!(followed.len() >= 8, "{}", followed.len());
    for (subject, all) in versions {
        for version in all {
            if followed[subject] == version {
                continue;
            }
            let set = format!("history.record.{subject}={version}");
            let options = Options {
                kept: Kept::Nothing,
                ..small(SCALE, 3)
            };
            let run = run(&[&set, "history.impossible=\"error\""], options);
            let findings = &run.finished.replayed.findings;
            assert_eq!(findings.violations, 0, "{set}: {findings:?}");
        }
    }
}

#[test]
fn the_bits_are_the_same_for_all_writers_and_queues() {
    let of = |workers, queue| {
        let options = Options {
            workers,
            queue,
            ..small(SCALE, 1)
        };
        run(&[], options).files("parquet")
    };
    let expected = of(Workers::Inline, Queue::Heap);
    assert!(of(Workers::Background, Queue::Calendar) == expected);
    assert!(of(Workers::Inline, Queue::Calendar) == expected);
}

/// The records of named people are those of the full log, whoever writes them.
#[test]
fn the_log_of_named_people_is_what_the_full_log_says_of_them() {
    let full = run(&[], small(SCALE, 1));
    let persons = full.table("persons.parquet");
    let cast = persons.text("cast").unwrap();
    let ids = persons.u32("id").unwrap();
    let named: BTreeSet<u32> = cast
        .iter()
        .zip(&ids)
        .filter_map(|(key, id)| key.as_ref().and(*id))
        .collect();
    assert_eq!(named.len(), full.programme.history.cast.len());
    let of_them = |record: &Record| {
        record.who == Record::NONE || named.contains(&record.who) || named.contains(&record.whom)
    };
    let expected = full
        .records()
        .iter()
        .filter(|record| of_them(record))
        .count();
    for workers in [Workers::Inline, Workers::Background] {
        let options = Options {
            kept: Kept::Named,
            workers,
            ..small(SCALE, 1)
        };
        let run = run(&[], options);
        assert_eq!(run.finished.totals.written, expected as u64);
    }
}

/// A rule that is changed goes before what was known under the old one, and the log says so.
#[test]
fn a_changed_rule_goes_first_where_the_scenario_says_so() {
    let sets = ["donation.cap=3"];
    let run = run(&sets, small(SCALE, 1));
    assert_eq!(run.finished.world.let_go(), ["tommy_completes"]);
    assert_eq!(run.finished.replayed.findings.violations, 0);
    assert!(
        !run.records()
            .iter()
            .any(|record| { record.event == Event::Completed as u8 && record.n == 4 })
    );
    let strict = [
        "donation.cap=3".to_owned(),
        "history.impossible=\"error\"".to_owned(),
    ];
    let refused = load::<Programme>(&Source::Name(NOVEL.to_owned()), built_in(), &strict);
    let message = refused.expect_err("it contradicts itself").render(false);
    assert!(message.contains("`donation.cap` is 3"), "{message}");
}

/// Nothing that is on record changes the rules: without it, the novel's scenario is the programme with
/// one school and one town set apart.
#[test]
fn without_its_history_nothing_is_pinned() {
    let run = run(&["history.follow=false"], small(SCALE, 1));
    assert!(run.records().iter().all(|record| !record.pinned));
    let cast = run.table("persons.parquet").text("cast").unwrap();
    assert!(cast.iter().all(Option::is_none));
}

#[test]
fn every_pin_has_a_fact_and_every_fact_its_pins() {
    let programme = novel(&[]).value;
    let all = checked(&[], &["F-001"], 1, SCALE);
    assert_eq!(all.len(), 1);
    let scenario = novel(&[]);
    let facts = facts(&scenario);
    let listed: Vec<_> = facts
        .ids()
        .map(|id| (id, facts.fact(id).unwrap()))
        .collect();
    assert_eq!(listed.len(), 192);
    let pins = &programme.history.pins;
    let mut needed: BTreeSet<&str> = BTreeSet::new();
    for (id, fact) in &listed {
        for pin in &fact.pins {
            assert!(
                pins.contains_key(pin),
                "{id} rests on `{pin}`, which is no pin"
            );
            needed.insert(pin);
        }
        assert_eq!(fact.how == How::Account, !fact.unknown.is_empty(), "{id}");
        assert!(!fact.source.is_empty(), "{id} has no source");
    }
    for (id, pin) in pins {
        assert!(needed.contains(id.as_str()), "no fact rests on `{id}`");
        assert!(!pin.source.is_empty(), "`{id}` has no source");
    }
    let produced = listed.iter().filter(|(_, fact)| fact.how == How::Produced);
    assert!(produced.count() >= 60);
}

/// The pins of the versions that are followed.
fn active_pins(programme: &Programme) -> Vec<&str> {
    let history = &programme.history;
    let active = history.pins.iter().filter(|(_, pin)| {
        pin.subject.is_empty() || pin.versions.contains(&history.record[&pin.subject])
    });
    active.map(|(id, _)| id.as_str()).collect()
}

/// Ten of the pins: without one, each fact that rests on it fails for one of twenty seeds at least.
#[test]
fn without_a_pin_what_rests_on_it_fails() {
    const SAMPLED: usize = 10;
    let scenario = novel(&[]);
    let facts = facts(&scenario);
    let mut resting: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for id in facts.ids() {
        for pin in &facts.fact(id).unwrap().pins {
            resting.entry(pin).or_default().push(id);
        }
    }
    let active = active_pins(&scenario.value);
    let step = active.len() / SAMPLED;
    let sampled: Vec<&str> = active
        .into_iter()
        .skip(step / 2)
        .step_by(step)
        .take(SAMPLED)
        .collect();
    let stands_without = |pin: &str| -> Vec<&str> {
        let without = [format!("history.pins.{pin}.followed=false")];
        let mut left = resting[pin].clone();
        // Most fall at once, however small the country.
        for (seeds, scale) in [(1, 0.05), (20, 0.05), (20, facts.scale)] {
            let outcomes = checked(&without, &left, seeds, scale);
            let stands = |id: &&str| {
                let of = outcomes.iter().find(|outcome| outcome.id == **id);
                of.is_none_or(|outcome| outcome.status != Status::Fails)
            };
            left.retain(stands);
            if left.is_empty() {
                break;
            }
        }
        left
    };
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(pin) = sampled.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let left = stands_without(pin);
                    assert!(
                        left.is_empty(),
                        "without `{pin}`, {left:?} stand all the same"
                    );
                }
            });
        }
    });
}

/// The facts hold where their history is followed: a few seeds at a small scale here, five in
/// `hailsham check`.
#[test]
fn the_facts_hold() {
    let scenario = novel(&[]);
    let facts = facts(&scenario);
    let ids: Vec<&str> = facts.ids().collect();
    let outcomes = checked(&[], &ids, 2, facts.scale);
    let failing: Vec<&str> = outcomes
        .iter()
        .filter(|outcome| outcome.status == Status::Fails)
        .map(|outcome| outcome.id.as_str())
        .collect();
    assert!(failing.is_empty(), "{failing:?}");
    // The figures of the README.
    let count = |is: &dyn Fn(&FactOutcome) -> bool| outcomes.iter().filter(|one| is(one)).count();
    let by = |how: How| count(&|one| one.status == Status::Holds && one.how == how);
    let told = [
        format!(
            "**{} hold on each of five seeds, none fails, and {} are unknown**",
            count(&|one| one.status == Status::Holds),
            count(&|one| one.status == Status::Unknown)
        ),
        format!(
            "{} of those that hold rest on pins, {} ",
            by(How::Pinned),
            by(How::Given)
        ),
        format!("and {} come out of the model", by(How::Produced)),
        format!("{} pinned events", active_pins(&scenario.value).len()),
    ];
    let readme = include_str!("../README.md").replace('\n', " ");
    for figure in told {
        assert!(
            readme.contains(&figure),
            "the README does not say: {figure}"
        );
    }
}

/// The numbers of the cast, by key.
fn cast(run: &Run) -> BTreeMap<String, u32> {
    let persons = run.table("persons.parquet");
    let keys = persons.text("cast").unwrap();
    let ids = persons.u32("id").unwrap();
    let both = keys.into_iter().zip(ids);
    both.filter_map(|(key, id)| Some((key?, id?))).collect()
}

/// The two come, Tommy shows his drawings, they are told all there is, and it is over: the road lies behind
/// that, and is gone once.
#[test]
fn the_petition_is_answered_after_the_scenes_at_the_house() {
    for seed in 1..=3 {
        let run = run(&[], small(SCALE, seed));
        let (cast, records) = (cast(&run), run.records());
        let tommy = cast["tommy"];
        let of_tommy: Vec<&Record> = records
            .iter()
            .filter(|record| record.who == tommy)
            .collect();
        let all = |event: Event, topic: &str| -> Vec<&Record> {
            let fits = |record: &&&Record| {
                record.event == event as u8 && (topic.is_empty() || run.topic(record) == topic)
            };
            of_tommy.iter().filter(fits).copied().collect()
        };
        let asked = all(Event::PetitionJourney, "")[0];
        let shown = all(Event::Act, "showed_drawings")[0];
        let refused = all(Event::PetitionRefused, "")[0];
        assert!(
            asked.time < shown.time && shown.time < refused.time,
            "seed {seed}"
        );
        // What one is told to one's face is understood there, and heard where one is.
        let heard = all(Event::Heard, "no_deferral");
        assert!(
            heard.iter().all(|heard| heard.time <= refused.time),
            "seed {seed}"
        );
        let elsewhere = |record: &&&Record| {
            let placed = record.place != Record::NONE;
            record.time == refused.time && placed && record.place != refused.place
        };
        assert_eq!(of_tommy.iter().filter(elsewhere).count(), 0, "seed {seed}");
        let understood = all(Event::Understood, "no_deferral");
        assert!(
            understood.iter().all(|one| one.time <= refused.time),
            "seed {seed}"
        );
        assert_eq!(understood.len(), 1, "seed {seed}");
        // One rage, and that by the road.
        let mut after = all(Event::Raged, "");
        after.retain(|raged| {
            let later = (raged.time - refused.time).days();
            (0.0..2.0).contains(&later)
        });
        let passed = all(Event::PassedBy, "");
        assert_eq!(after.len(), 1, "seed {seed}");
        assert_eq!(after[0].place, passed.last().unwrap().place, "seed {seed}");
    }
}

#[test]
fn who_accepts_has_heard_and_who_meets_again_was_away() {
    for seed in 1..=3 {
        let run = run(&[], small(SCALE, seed));
        let (cast, records) = (cast(&run), run.records());
        let mut heard = BTreeSet::new();
        let mut accepted = 0;
        for record in &records {
            if record.event == Event::Heard as u8
                && ["donation", "completion"].contains(&run.topic(record))
            {
                heard.insert(record.who);
            }
            if record.event == Event::Accepted as u8 {
                accepted += 1;
                assert!(heard.contains(&record.who), "seed {seed}: {record:?}");
            }
            if record.event == Event::Reunited as u8 && record.pinned {
                assert!(record.value >= 1.0, "seed {seed}: {record:?}");
            }
            if record.event == Event::Imitated as u8 {
                assert!(record.value >= 0.0, "seed {seed}: {record:?}");
            }
        }
        assert!(accepted > 0);
        let lucy = records
            .iter()
            .find(|record| record.event == Event::TakenOn as u8 && record.who == cast["lucy"]);
        let begins = run.epoch().iso(lucy.unwrap().time);
        assert!(begins.starts_with("1974-08-31"), "seed {seed}: {begins}");
        let trip = records
            .iter()
            .find(|record| record.event == Event::WentOut as u8 && record.pinned)
            .unwrap();
        let there = records.iter().filter(|record| {
            record.event == trip.event && record.time == trip.time && record.place == trip.place
        });
        let there: BTreeSet<u32> = there.map(|record| record.who).collect();
        let three = ["kathy", "tommy", "ruth"].map(|key| cast[key]);
        assert_eq!(there, BTreeSet::from(three), "seed {seed}");
    }
}

/// Where it is not on record when a couple is heard, they are after the time that the rules say.
#[test]
fn an_answer_comes_when_the_rules_say() {
    let sets = [
        "history.follow=false",
        "deferral.address=5",
        "deferral.petitions=50",
        "deferral.hearing=3",
    ];
    let run = run(&sets, small(SCALE, 1));
    let mut came: BTreeMap<u32, hailsham_engine::time::Time> = BTreeMap::new();
    let mut answered = 0;
    for record in run.records() {
        if record.event == Event::PetitionJourney as u8 {
            came.insert(record.who, record.time);
        } else if record.event == Event::PetitionHeard as u8 {
            let waited = record.time - came[&record.who];
            assert_eq!(waited.minutes(), 180);
            answered += 1;
        }
    }
    assert!(answered > 0);
}
