//! Common random numbers: a change of a late parameter leaves everything before it identical.
//!
//! Two runs of one seed differ in one parameter. Their logs are compared record by record: up to the
//! first thing that the parameter decides they are equal in every field, and there they part. Who is
//! made and who falls ill, with all traits, is the same in both from beginning to end.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use hailsham_engine::log::Record;
use hailsham_model::event::Event;
use hailsham_tests::{Run, event_of, small};

const SCALE: f64 = 0.05;

/// A record with the bits of its measure, so that "no value" equals "no value".
fn bits(record: &Record) -> (Record, u32) {
    (
        Record {
            value: 0.0,
            ..*record
        },
        record.value.to_bits(),
    )
}

/// The number of the first record in which two logs differ.
fn first_difference(one: &[Record], other: &[Record]) -> usize {
    one.iter()
        .zip(other)
        .position(|(a, b)| bits(a) != bits(b))
        .expect("the parameter changes something")
}

fn position(records: &[Record], of: impl Fn(&Record) -> bool) -> usize {
    records.iter().position(of).expect("it happens")
}

/// Traits of everyone, in the order of the table: columns of different kinds as text.
fn traits(run: &Run) -> Vec<(&'static str, Vec<String>)> {
    let persons = run.table("persons.parquet");
    let mut columns = Vec::new();
    for name in [
        "id",
        "identity",
        "born",
        "death_without",
        "empathy",
        "frailty",
    ] {
        let texts: Vec<String> = match name {
            "id" => shown(&persons.u32(name).unwrap()),
            "identity" => shown(&persons.u64(name).unwrap()),
            "born" | "death_without" => shown(&persons.timestamp(name).unwrap()),
            _ => persons
                .f32(name)
                .unwrap()
                .iter()
                .map(|value| format!("{:?}", value.map(f32::to_bits)))
                .collect(),
        };
        columns.push((name, texts));
    }
    for name in ["kind", "sex", "name", "school", "cohort", "disease"] {
        let texts = match name {
            "school" => shown(&persons.u32(name).unwrap()),
            "cohort" => shown(&persons.i32(name).unwrap()),
            _ => shown(&persons.text(name).unwrap()),
        };
        columns.push((name, texts));
    }
    // Blood groups of the students; a recipient's is drawn when there is a list to be put on.
    let kinds = persons.coded("kind").unwrap();
    let groups = persons.text("abo").unwrap();
    let students = (0..persons.rows()).filter(|row| kinds.label(*row) == Some("student"));
    columns.push((
        "abo",
        students.map(|row| format!("{:?}", groups[row])).collect(),
    ));
    columns
}

fn shown<T: std::fmt::Debug>(values: &[T]) -> Vec<String> {
    values.iter().map(|value| format!("{value:?}")).collect()
}

fn assert_same_people(one: &Run, other: &Run) {
    for ((name, one), (_, other)) in traits(one).into_iter().zip(traits(other)) {
        assert_eq!(one.len(), other.len(), "{name}: as many people");
        let differs = one.iter().zip(&other).position(|(a, b)| a != b);
        assert_eq!(differs, None, "{name} differs");
        let first = &one[0];
        assert!(
            one.iter().any(|value| value != first),
            "{name} is the same for all"
        );
    }
}

#[test]
fn a_cap_on_donations_changes_nothing_before_the_first_is_capped() {
    let base = Run::of(&[], small(SCALE, 1));
    let capped = Run::of(&["donation.cap=3"], small(SCALE, 1));
    let (one, other) = (base.records(), capped.records());
    let first = first_difference(&one, &other);
    // The first who has mended from a third operation would be due for a fourth: here, and not a
    // record before, the cap takes effect.
    let third = position(&one, |record| {
        event_of(record) == Event::Discharged && record.n == 3
    });
    println!("{first} of {} records are the same", one.len());
    assert_eq!(first, third + 1);
    assert_eq!(event_of(&other[first]), Event::SeriesEnded);
    assert_eq!(other[first].who, one[third].who);
    assert!(
        one.iter()
            .any(|record| event_of(record) == Event::Operated && record.n == 4)
    );
    assert_same_people(&base, &capped);
}

#[test]
fn the_odds_of_death_change_nothing_before_somebody_survives_who_would_not() {
    let base = Run::of(&[], small(SCALE, 1));
    let deadlier = Run::of(&["donation.intercept=-1"], small(SCALE, 1));
    let (one, other) = (base.records(), deadlier.records());
    let first = first_difference(&one, &other);
    let operation = position(&one, |record| event_of(record) == Event::Operated);
    println!(
        "{first} of {} records are the same; first operation {operation}",
        one.len()
    );
    assert!(
        first > operation,
        "record {first} comes before the first operation"
    );
    // The parting is a death at an operation: there, and not in the other run.
    assert_eq!(event_of(&other[first]), Event::Completed);
    assert_eq!(deadlier.topic(&other[first]), "operation");
    assert_same_people(&base, &deadlier);
}

/// What concerns donors alone cannot reach the ill before an organ does.
#[test]
fn nobody_falls_ill_otherwise_because_of_what_donors_undergo() {
    let base = Run::of(&[], small(SCALE, 2));
    let changed = Run::of(
        &["donation.recovery_mean=200", "carers.case_load=2"],
        small(SCALE, 2),
    );
    let ill = |run: &Run| -> Vec<(Record, u32)> {
        let records = run.records();
        let ill = records
            .iter()
            .filter(|record| event_of(record) == Event::FellIll);
        ill.map(bits).collect()
    };
    let (one, other) = (ill(&base), ill(&changed));
    assert!(one.len() > 10_000);
    assert!(one == other);
    assert_same_people(&base, &changed);
}
