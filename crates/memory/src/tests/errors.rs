//! Errors: their rates, their bounds, and that they stay.

use super::{
    Acquaintance, Dated, Experience, Parameters, assert_binomial, first_told, known, perfect,
    plain, recollect, teller, told_of, year,
};
use crate::account::Departure;

#[test]
fn persons_and_places_are_confused_at_their_rates() {
    let p = Parameters {
        source_confusion: 0.02,
        source_retelling: 0.03,
        place_confusion: 0.01,
        place_retelling: 0.0,
        cue_person: 0.0,
        cue_place: 0.0,
        ..perfect()
    };
    let life = [Experience {
        other: Some(5),
        place: Some(1),
        ..plain(0, year(10.0))
    }];
    let moves = [(year(5.0), 1), (year(16.0), 2), (year(18.0), 3)];
    let tellings = [year(12.0), year(13.0)];
    let people = [4, 5, 6, 7].map(known);
    let (mut who, mut place, mut of) = (0, 0, [0_usize; 8]);
    for key in 0..2000 {
        let mut teller = teller(key, year(30.0));
        (teller.people, teller.moves, teller.tellings) = (&people, &moves, &tellings);
        let account = recollect(&p, &teller, &life);
        let told = &account.recollections[0];
        let wrong = told.other != Some(5);
        assert_eq!(
            wrong,
            told.departures.iter().any(
                |d| matches!(d, Departure::Source { was: 5, told: who } if Some(*who) == told.other)
            )
        );
        who += usize::from(wrong);
        of[told.other.unwrap() as usize] += 1;
        place += usize::from(told.place != Some(1));
    }
    let p_who = 1.0 - (-(0.02 * 20.0 + 0.03 * 2.0_f64)).exp();
    assert_binomial(who, 2000, p_who);
    assert_binomial(place, 2000, 1.0 - (-0.2_f64).exp());
    // All others alike.
    for other in [4, 6, 7] {
        assert_binomial(of[other], who, 1.0 / 3.0);
    }
    // Nobody else to name: no error.
    let mut alone = teller(1, year(30.0));
    alone.people = &people[1..2];
    let p = Parameters {
        source_confusion: 10.0,
        ..p
    };
    assert_eq!(recollect(&p, &alone, &life).recollections[0].other, Some(5));
}

#[test]
fn only_somebody_like_the_person_who_was_known_then_is_named_instead() {
    let p = Parameters {
        source_confusion: 10.0,
        source_years: 2.0,
        ..perfect()
    };
    let life = [Experience {
        other: Some(5),
        third: Some(9),
        ..plain(0, year(12.0))
    }];
    let right = Acquaintance {
        born: Some(year(0.0)),
        met: year(12.0),
        ..known(5)
    };
    let like = Acquaintance {
        born: Some(year(1.0)),
        met: year(11.0),
        ..known(6)
    };
    let others = [
        // Met on the day and not before it, of another kind, too old, dead, and one of those it was about.
        Acquaintance {
            met: year(12.0),
            ..like
        },
        Acquaintance { kind: 2, ..like },
        Acquaintance {
            born: Some(year(-3.0)),
            ..like
        },
        Acquaintance {
            died: year(11.5),
            ..like
        },
        Acquaintance { person: 9, ..like },
    ];
    for (person, unlike) in (20..).zip(others) {
        let person = if unlike.person == 9 { 9 } else { person };
        let people = [right, Acquaintance { person, ..unlike }];
        let mut teller = teller(1, year(30.0));
        teller.people = &people;
        assert_eq!(first_told(&p, &teller, &life).other, Some(5), "{unlike:?}");
        let people = [right, people[1], like];
        teller.people = &people;
        assert_eq!(first_told(&p, &teller, &life).other, Some(6), "{unlike:?}");
    }
    // Of whom the teller never met nobody takes the place.
    let mut stranger = teller(1, year(30.0));
    let people = [like];
    stranger.people = &people;
    assert_eq!(first_told(&p, &stranger, &life).other, Some(5));
}

#[test]
fn errors_in_time_are_laplace_and_grow_with_age() {
    // Small against the room there is. A Laplace deviate of standard deviation 1 has the mean size 1/√2, and a
    // share e^(−√2 k) is larger than k.
    let p = Parameters {
        dating_error: 0.002,
        dating_salience: 0.5,
        ..perfect()
    };
    for age in [5.0, 20.0] {
        let life = [
            Experience {
                salience: 0.0,
                ..plain(0, year(20.0))
            },
            Experience {
                salience: 1.0,
                ..plain(1, year(20.0))
            },
        ];
        let (mut size, mut half, mut mean, mut far) = (0.0, 0.0, 0.0, 0);
        for key in 0..4000 {
            let account = recollect(&p, &teller(key, year(20.0 + age)), &life);
            let error = |i| told_of(&account, i).unwrap().time_error.years();
            let unit = 0.002 * age;
            size += error(0_usize).abs() / unit / 4000.0;
            half += error(1).abs() / unit / 4000.0;
            mean += error(0) / unit / 4000.0;
            far += usize::from(error(0).abs() > 2.0 * unit);
        }
        // Standard errors of a mean of exponentials, 4000 of them: 1.6 per cent.
        assert!((size * 2_f64.sqrt() - 1.0).abs() < 0.07, "{size}");
        assert!((half * 2_f64.sqrt() - 0.5).abs() < 0.035, "{half}");
        assert!(mean.abs() < 0.07, "{mean}");
        assert_binomial(far, 4000, (-2.0 * 2_f64.sqrt()).exp());
    }
}

#[test]
fn the_time_told_mostly_stays_in_the_right_phase_and_landmarks_help() {
    let p = Parameters {
        dating_error: 2.0,
        phase_kept: 0.9,
        landmark: 0.8,
        landmark_window: 60.0,
        ..perfect()
    };
    let moves = [(year(5.0), 1), (year(16.0), 2), (year(18.0), 3)];
    let life = [plain(0, year(17.0))];
    let mut inside = 0;
    for key in 0..1000 {
        let mut teller = teller(key, year(31.0));
        teller.moves = &moves;
        let told = first_told(&p, &teller, &life);
        inside += usize::from(year(16.0) <= told.told_at_time && told.told_at_time <= year(18.0));
    }
    // Of the one in ten that may leave it, errors being this large, most do.
    assert!((880..970).contains(&inside), "{inside}");

    let p = Parameters {
        dating_error: 0.01,
        ..p
    };
    let life = [plain(0, year(16.0)), plain(0, year(17.9))];
    let mut sizes = [0.0; 2];
    for key in 0..1000 {
        let mut teller = teller(key, year(31.0));
        teller.moves = &moves[..2];
        let account = recollect(&p, &teller, &life);
        // The two have the same draws: where both errors are forward, they have room.
        let errors = [0, 1].map(|i| told_of(&account, i).unwrap().time_error.years());
        if errors[0] > 0.0 && errors[1] > 0.0 {
            sizes = [sizes[0] + errors[0] / 15.0, sizes[1] + errors[1] / 13.1];
        }
    }
    assert!((sizes[0] / sizes[1] - 0.2).abs() < 0.01, "{sizes:?}");
}

#[test]
fn telescoping_brings_events_nearer() {
    let p = Parameters {
        telescoping: 0.05,
        ..perfect()
    };
    let life = [plain(0, year(10.0))];
    let told = first_told(&p, &teller(1, year(30.0)), &life);
    // A year, pressed together in a room of twenty.
    let expected = 20.0 * (1.0 - (-1.0 / 20.0_f64).exp());
    assert!((told.time_error.years() - expected).abs() < 1e-5);
    assert!(matches!(told.departures[..], [Departure::Time { by }] if by == told.time_error));
    // Away from the telling there are ten years, to birth.
    let back = Parameters {
        telescoping: -0.05,
        ..p.clone()
    };
    let early = first_told(&back, &teller(1, year(30.0)), &life);
    let expected = -10.0 * (1.0 - (-1.0 / 10.0_f64).exp());
    assert!((early.time_error.years() - expected).abs() < 1e-5);
    // The person does not know, and names the day.
    assert_eq!(told.dated, Dated::Day);
}

#[test]
fn what_is_dated_finely_is_dated_well() {
    let p = Parameters {
        dating_error: 0.12,
        ..perfect()
    };
    let moves = [(year(5.0), 1), (year(16.0), 2)];
    let life: Vec<Experience> = (0..40)
        .map(|row| plain(row, year(6.0 + 0.6 * row as f64)))
        .collect();
    let (mut by, mut wrong) = ([(0.0, 0.0); 6], 0.0);
    for key in 0..200 {
        let mut teller = teller(key, year(31.0));
        teller.moves = &moves;
        for told in recollect(&p, &teller, &life).recollections {
            let departs = told
                .departures
                .iter()
                .any(|d| matches!(d, Departure::Time { .. }));
            // Worked out in another way: by the date as it is written, of which a year is 4 characters.
            let date = |at| teller.epoch.iso(at);
            let (was, said) = (date(life[told.experience].at), date(told.told_at_time));
            match told.dated {
                Dated::Day => assert_eq!(departs, was[..10] != said[..10]),
                Dated::Month => assert_eq!(departs, was[..7] != said[..7]),
                Dated::Season if departs => assert_ne!(was[..7], said[..7]),
                Dated::Season => assert_eq!(was[..4], said[..4]),
                Dated::Year => assert_eq!(departs, was[..4] != said[..4]),
                Dated::Phase | Dated::None => {}
            }
            wrong += f64::from(departs);
            let slot = &mut by[told.dated as usize];
            *slot = (slot.0 + told.time_error.days().abs(), slot.1 + 1.0);
        }
    }
    // These grains occur, and the mean error is within the length of each, since the person knows how well.
    for (grain, days) in [(1, 30.5), (2, 91.4), (3, 365.3)] {
        let (sum, n) = by[grain];
        assert!(n > 50.0 && sum / n < days, "{by:?}");
    }
    // An error of mean size m leaves what is named, of a length L, with a probability of at most m / L; named is what
    // is twice as long as m or longer (`dating_boldness`), up to eight times.
    let all: f64 = by.iter().map(|grain| grain.1).sum();
    assert!((0.05..0.5).contains(&(wrong / all)), "{wrong} {all}");
    // What was yesterday is known to the day.
    let last = [plain(0, year(31.0 - 0.002))];
    let told = first_told(&p, &teller(1, year(31.0)), &last);
    assert_eq!(told.dated, Dated::Day);
    assert!(by[4].1 > 50.0 && by[4].0 / by[4].1 > by[3].0 / by[3].1);
}

#[test]
fn a_time_is_wrong_where_the_calendar_unit_that_is_named_does_not_hold_it() {
    let epoch = teller(1, year(1.0)).epoch;
    let day = |year, month, day| epoch.time(year, month, day).unwrap();
    let late = |at| at + hailsham_engine::time::Span::from_minutes(1439);
    let (october, january) = (day(1989, 10, 4), day(1990, 1, 2));
    // Three months apart, less than a year is long: not in the year that is named.
    assert_eq!(Dated::Year.is_same(epoch, october, january), Some(false));
    assert_eq!(
        Dated::Year.is_same(epoch, october, day(1989, 1, 1)),
        Some(true)
    );
    // A month that is named holds its first and its last minute, and nothing of the next day.
    let (first, last) = (day(1989, 10, 1), late(day(1989, 10, 31)));
    assert_eq!(Dated::Month.is_same(epoch, first, last), Some(true));
    assert_eq!(
        Dated::Month.is_same(epoch, first, day(1989, 11, 1)),
        Some(false)
    );
    assert_eq!(
        Dated::Month.is_same(epoch, october, day(1990, 10, 4)),
        Some(false)
    );
    assert_eq!(
        Dated::Day.is_same(epoch, october, late(october)),
        Some(true)
    );
    assert_eq!(
        Dated::Day.is_same(epoch, october, day(1989, 10, 5)),
        Some(false)
    );
    // Autumn is September to November; the end of a year is no part of the beginning of it.
    assert_eq!(
        Dated::Season.is_same(epoch, october, day(1989, 9, 1)),
        Some(true)
    );
    assert_eq!(
        Dated::Season.is_same(epoch, october, day(1989, 12, 1)),
        Some(false)
    );
    assert_eq!(
        Dated::Season.is_same(epoch, january, day(1990, 12, 31)),
        Some(false)
    );
    assert_eq!(
        Dated::Season.is_same(epoch, january, day(1990, 2, 28)),
        Some(true)
    );
    assert_eq!(
        Dated::Season.is_same(epoch, day(1989, 12, 31), january),
        Some(false)
    );
    for vague in [Dated::Phase, Dated::None] {
        assert_eq!(vague.is_same(epoch, october, january), None);
    }
}

#[test]
fn like_events_merge_at_their_rate_and_nothing_else_does() {
    let p = Parameters {
        merging: 0.1,
        merging_window: 90.0,
        ..perfect()
    };
    let first = Experience {
        salience: 0.2,
        other: Some(5),
        kind: 3,
        ..plain(0, year(10.0))
    };
    let at = |days: f64| first.at + hailsham_engine::time::Span::from_days(days);
    let life = [
        first,
        Experience {
            name: 1,
            at: at(90.0),
            ..first
        },
        Experience {
            name: 2,
            at: at(10.0),
            kind: 4,
            ..first
        },
        Experience {
            name: 3,
            at: at(10.0),
            other: Some(6),
            ..first
        },
        Experience {
            name: 4,
            at: at(10.0),
            other: None,
            kind: 5,
            ..first
        },
        Experience {
            name: 5,
            at: at(11.0),
            other: None,
            kind: 5,
            ..first
        },
    ];
    let mut merged = 0;
    for key in 0..1000 {
        let account = recollect(&p, &teller(key, year(30.0)), &life);
        if account.recollections.len() < 6 {
            let told = told_of(&account, 0).unwrap();
            assert_eq!(told.merged, [1]);
            assert!(
                told.departures
                    .contains(&Departure::Merged { with: vec![1] })
            );
            merged += 1;
        }
    }
    let years = 20.0 - 90.0 / super::YEAR;
    assert_binomial(
        merged,
        1000,
        1.0 - (-0.1 * 0.5 * (1.0 - f64::from(0.2_f32)) * years).exp(),
    );
}

#[test]
fn a_later_telling_has_the_errors_of_an_earlier_one_and_more() {
    let p = Parameters {
        threshold: -20.0,
        lost_person: 0.0,
        lost_place: 0.0,
        lost_time: 0.0,
        withheld: 0.0,
        ..Parameters::default()
    };
    let people: Vec<_> = (0..30).map(known).collect();
    let moves = [
        (year(5.0), 1),
        (year(16.0), 2),
        (year(18.0), 3),
        (year(24.0), 4),
    ];
    let tellings: Vec<_> = (0..40).map(|i| year(15.0 + 0.5 * f64::from(i))).collect();
    let losses = [year(22.0), year(26.0)];
    let life: Vec<Experience> = (0..60)
        .map(|row| Experience {
            kind: row as u16 % 4,
            other: Some(row as u32 % 5),
            place: Some(1 + row as u32 % 3),
            valence: -0.5,
            ..plain(row, year(7.0 + 0.2 * row as f64))
        })
        .collect();
    let (mut errors, mut kept) = (0, 0);
    for key in 0..100 {
        let account = |at| {
            let mut teller = teller(key, year(at));
            (teller.people, teller.moves, teller.tellings, teller.losses) =
                (&people, &moves, &tellings, &losses);
            recollect(&p, &teller, &life)
        };
        let (early, late) = (account(20.0), account(31.0));
        for told in &early.recollections {
            let holds = |one: &super::Recollection| {
                one.experience == told.experience || one.merged.contains(&told.experience)
            };
            let later = late.recollections.iter().find(|one| holds(one)).unwrap();
            assert!(
                told.merged
                    .iter()
                    .all(|i| later.merged.contains(i) || later.experience == *i)
            );
            if later.experience != told.experience {
                continue;
            }
            assert!(later.time_error.minutes().abs() >= told.time_error.minutes().abs());
            assert!(later.time_error.minutes().signum() * told.time_error.minutes().signum() >= 0);
            assert!(later.valence >= told.valence);
            for departure in &told.departures {
                let same = |other: &Departure| match (departure, other) {
                    (Departure::Source { .. }, other) => departure == other,
                    // Of the places lived in since, one may be named instead.
                    (Departure::Place { was, .. }, Departure::Place { was: same, .. }) => {
                        was == same
                    }
                    // What is told more vaguely is less often wrong as told.
                    (Departure::Time { .. }, _)
                    | (Departure::Merged { .. }, Departure::Merged { .. })
                    | (Departure::Idealised { .. }, Departure::Idealised { .. }) => true,
                    _ => false,
                };
                assert!(later.departures.iter().any(same), "{told:?} {later:?}");
                errors += 1;
            }
            kept += later.departures.len();
        }
    }
    assert!(
        errors > 500 && kept > errors + errors / 4,
        "{errors} {kept}"
    );
}

#[test]
fn departures_are_what_they_say() {
    // The one that stands out gives the merged memory its face.
    let p = Parameters {
        merging: 10.0,
        merging_window: 1e4,
        ..perfect()
    };
    let first = Experience {
        other: Some(5),
        kind: 3,
        ..plain(0, year(10.0))
    };
    let life = [
        first,
        Experience {
            name: 1,
            salience: 0.6,
            at: year(10.1),
            ..first
        },
        Experience {
            name: 2,
            at: year(10.2),
            ..first
        },
    ];
    let account = recollect(&p, &teller(1, year(40.0)), &life);
    assert_eq!(account.recollections.len(), 1);
    assert_eq!(
        (
            account.recollections[0].experience,
            &account.recollections[0].merged[..]
        ),
        (1, &[0, 2][..])
    );
    // Their traces are one: the base levels add up.
    let sum: f64 = [10.0, 10.1, 10.2]
        .map(|at| super::days(year(at), year(40.0)).powf(-0.5))
        .iter()
        .sum();
    let cued = account.recollections[0].activation - p.salience * f64::from(0.6_f32);
    assert!(cued >= sum.ln() - 1e-9 && cued < sum.ln() + 1.5);
}
