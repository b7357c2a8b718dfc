//! Expectations come out for the reason that they name: without the mechanism, the effect vanishes.
//! And where there is nothing to be found, nothing is.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use hailsham_scenario::Source;
use hailsham_study::{CheckOptions, Expected, Status, ablate, check};

/// What is left of an effect that has vanished is less than this share of it.
const LEFT: f64 = 0.2;

const SMALL: CheckOptions = CheckOptions {
    seed: 1,
    replicates: Some(6),
    scale: Some(0.05),
    threads: 2,
};

fn expected(sets: &[&str]) -> Expected {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    Expected::load(&Source::Name("hailsham".to_owned()), &sets).unwrap()
}

/// One of each of ten submodels, with effects that a few small runs show.
const ABLATED: [&str; 10] = [
    "D-01a", "D-05a", "D-09a", "D-11a", "D-16a", "D-20", "D-25", "D-45a", "D-50a", "D-69",
];

#[test]
fn without_its_mechanism_an_effect_vanishes() {
    let expected = expected(&[]);
    let few = CheckOptions {
        replicates: Some(5),
        ..SMALL
    };
    let ablations = ablate(&expected, &ABLATED, LEFT, &few, &|_, _| true).unwrap();
    for ablation in &ablations {
        println!(
            "{}: {:?} becomes {:?} {:?}",
            ablation.id, ablation.effect, ablation.without, ablation.interval
        );
    }
    assert_eq!(ablations.len(), ABLATED.len());
    let left: Vec<&str> = ablations
        .iter()
        .filter(|ablation| !ablation.vanished)
        .map(|ablation| ablation.id.as_str())
        .collect();
    assert!(left.is_empty(), "these survive: {left:?}");
}

/// The mechanism taken away in the scenario itself: what rests on it is not told to hold.
#[test]
fn what_is_not_there_is_not_found() {
    let expected = expected(&[
        "carers.excellence=0",
        "donation.loss_sd=0",
        "donation.cap=3",
    ]);
    let ids = expected
        .select(&["D-20".to_owned(), "D-25".to_owned(), "D-24e".to_owned()])
        .unwrap();
    let outcomes = check(&expected, &ids, &SMALL, &|_, _| true).unwrap();
    for outcome in outcomes {
        assert_eq!(outcome.status, Status::Fails, "{outcome:?}");
    }
}

/// A change that changes nothing: the same to the last bit, and so told.
#[test]
fn arms_that_are_the_same_differ_by_nothing() {
    let mut expected = expected(&[]);
    let mut same = expected.expectations["D-26a"].clone();
    same.arms = vec![Vec::new(), vec!["carers.choice_breadth=63".to_owned()]];
    let mut equal = same.clone();
    equal.direction = hailsham_study::Direction::Zero;
    equal.margin = 1e-9;
    expected.expectations.insert("higher".to_owned(), same);
    expected.expectations.insert("equal".to_owned(), equal);
    let outcomes = check(&expected, &["higher", "equal"], &SMALL, &|_, _| true).unwrap();
    assert_eq!(outcomes[0].status, Status::Fails);
    assert_eq!(outcomes[1].status, Status::Holds);
    for outcome in outcomes {
        assert_eq!(outcome.effect, Some(0.0));
    }
}

#[test]
fn a_study_can_be_stopped() {
    let expected = expected(&[]);
    let stopped = check(&expected, &["D-25"], &SMALL, &|done, _| done < 2);
    assert!(matches!(
        stopped,
        Err(hailsham_study::StudyError::Interrupted)
    ));
}
