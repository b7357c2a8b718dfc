//! Claims set against claims.

use std::collections::BTreeMap;

use hailsham_engine::time::Span;

use super::{Experience, first_told, perfect, plain, teller, year};
use crate::claim::{
    Claim, Field, Tolerances, Value, Values, Verdict, Voice, compare, same, shared,
};

fn words(text: &str) -> Value {
    Value::Words(text.into())
}

#[test]
fn values_agree_within_the_tolerances() {
    let t = Tolerances {
        time: 10.0,
        number: 0.1,
        wording: 0.75,
    };
    let time = |years: f64, days: f64| Value::Time {
        at: year(years),
        within: Span::from_days(days),
    };
    // A tenth of a year is 36.5 days.
    for (a, b, expected) in [
        (Value::Person(1), Value::Person(1), true),
        (Value::Person(1), Value::Person(2), false),
        (Value::Person(1), Value::Place(1), false),
        (
            Value::Name("Miss  Lucy".into()),
            Value::Name("miss lucy".into()),
            true,
        ),
        (
            Value::Name("Miss Lucy".into()),
            Value::Name("Lucy".into()),
            false,
        ),
        (Value::Number(100.0), Value::Number(91.0), true),
        (Value::Number(100.0), Value::Number(89.0), false),
        (Value::Number(0.0), Value::Number(0.0), true),
        (Value::Number(f64::NAN), Value::Number(f64::NAN), false),
        (time(20.0, 0.0), time(20.1, 0.0), false),
        (time(20.0, 0.0), time(20.1, 27.0), true),
        (time(20.0, 13.5), time(20.1, 13.5), true),
        // Three of four words: 6/8.
        (
            words("Told and not told."),
            words("told, and not shown"),
            true,
        ),
        (
            words("told and not told"),
            words("shown and never told"),
            false,
        ),
    ] {
        assert_eq!(same(&a, &b, &t), expected, "{a:?} {b:?}");
        assert_eq!(same(&b, &a, &t), expected, "{b:?} {a:?}");
    }
    assert_eq!(shared("", "..."), 1.0);
    assert_eq!(shared("a a b", "a b b"), 2.0 / 3.0);
}

#[test]
fn only_common_fields_are_compared() {
    let t = Tolerances::default();
    let a: Values = BTreeMap::from([
        (Field::Teller, Value::Person(1)),
        (Field::Number, Value::Number(3.0)),
        (Field::Motive, Value::Name("pity".into())),
    ]);
    let b: Values = BTreeMap::from([
        (Field::Teller, Value::Person(2)),
        (Field::Number, Value::Number(4.0)),
        (Field::Place, Value::Place(4)),
    ]);
    assert_eq!(
        compare(&a, &b, &t),
        Verdict::Differs(vec![Field::Teller, Field::Number])
    );
    assert_eq!(compare(&a, &a, &t), Verdict::Agrees);
    let place: Values = BTreeMap::from([(Field::Place, Value::Place(4))]);
    assert_eq!(compare(&a, &place, &t), Verdict::Unknowable);
    assert_eq!(compare(&b, &place, &t), Verdict::Agrees);
}

#[test]
fn a_recollection_claims_who_when_and_where() {
    let life = [Experience {
        other: Some(5),
        place: Some(2),
        ..plain(0, year(20.0))
    }];
    let told = first_told(&perfect(), &teller(9, year(30.0)), &life);
    let claim = Claim::recollected(9, year(30.0), "the tape", &told, Field::Teller);
    assert_eq!(claim.teller, Voice::Person(9));
    assert_eq!(claim.certainty, Some(told.certainty));
    let truth: Values = BTreeMap::from([
        (Field::Teller, Value::Person(5)),
        (Field::Place, Value::Place(2)),
        (
            Field::Time,
            Value::Time {
                at: year(20.0),
                within: Span::ZERO,
            },
        ),
    ]);
    assert_eq!(claim.values.len(), 3);
    assert_eq!(
        claim.against(&truth, &Tolerances::default()),
        Verdict::Agrees
    );
    let mut vague = told;
    vague.other = Some(6);
    vague.dated = crate::Dated::Phase;
    let claim = Claim::recollected(9, year(30.0), "the tape", &vague, Field::Teller);
    assert_eq!(claim.values.len(), 2);
    assert_eq!(
        claim.against(&truth, &Tolerances::default()),
        Verdict::Differs(vec![Field::Teller])
    );
}
