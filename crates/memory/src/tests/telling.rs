//! What is told: order, certainty, detail, gaps, feeling, and how witnesses differ.

use hailsham_engine::time::Time;

use super::{
    Experience, Parameters, assert_binomial, first_told, known, perfect, plain, recollect, teller,
    told_of, year,
};
use crate::account::{Departure, Gap, Recollection, divergence};
use crate::detail::{certainty, detail_hazard};
use crate::experience::Channel;

/// Kendall's tau of a list of times against the order in which they stand: 1 if they rise.
fn tau(times: &[Time]) -> f64 {
    let mut sum = 0_i64;
    for (i, a) in times.iter().enumerate() {
        sum += times[i + 1..]
            .iter()
            .map(|b| (b > a) as i64 - (b < a) as i64)
            .sum::<i64>();
    }
    let pairs = (times.len() * (times.len() - 1) / 2) as f64;
    sum as f64 / pairs
}

#[test]
fn hedges_grow_with_the_age_of_the_event_and_detail_can_stay_high() {
    // D-61, C-42.
    let p = Parameters {
        held: 0.0,
        ..perfect()
    };
    let ages = [0.5, 5.0, 15.0, 25.0];
    let life: Vec<Experience> = (0..)
        .zip(ages)
        .map(|(row, age)| Experience {
            salience: 0.8,
            ..plain(row, year(40.0 - age))
        })
        .collect();
    let (mut hedged, mut vivid_unsure, mut details) = ([0; 4], 0, [0.0; 4]);
    for key in 0..1000 {
        for told in recollect(&p, &teller(key, year(40.0)), &life).recollections {
            hedged[told.experience] += usize::from(told.hedged);
            vivid_unsure += usize::from(told.detail > 0.8 && told.certainty < 0.62);
            details[told.experience] += told.detail / 1000.0;
        }
    }
    for (i, age) in ages.into_iter().enumerate() {
        let sure = certainty(&p, &life[i], age);
        let half = p.certainty_half * (1.0 + p.certainty_salience * f64::from(0.8_f32));
        assert!((sure - p.certainty * 0.5_f64.powf(age / half)).abs() < 1e-12);
        assert_binomial(hedged[i], 1000, 1.0 - sure);
        // The mean of e^(−Wh) over exponential W is 1 / (1 + h); its standard deviation is below 0.3.
        let expected = p.detail / (1.0 + detail_hazard(&p, &life[i], 0, age));
        assert!(
            (details[i] - expected).abs() < 4.0 * 0.3 / 1000_f64.sqrt(),
            "{details:?} {expected}"
        );
    }
    assert!(
        hedged.is_sorted() && hedged[0] + 100 < hedged[3],
        "{hedged:?}"
    );
    // Only the oldest are so unsure; of these, those come as vividly that lost less than ln(0.95 / 0.8).
    let hazard = detail_hazard(&p, &life[3], 0, 25.0);
    let vivid = 1.0 - (-(p.detail / 0.8).ln() / hazard).exp();
    assert_binomial(vivid_unsure, 1000, vivid);
}

#[test]
fn what_was_told_is_less_sure_and_less_detailed() {
    let life = [
        plain(0, year(20.0)),
        Experience {
            channel: Channel::Told,
            kind: 1,
            ..plain(0, year(20.0))
        },
    ];
    let account = recollect(&perfect(), &teller(1, year(30.0)), &life);
    let [lived, told] = [0, 1].map(|i| told_of(&account, i).unwrap());
    assert!(told.certainty < lived.certainty);
    // The two have the same name, and so the same draws.
    let ratio = perfect().detail_told / perfect().detail;
    assert!((told.detail / lived.detail - ratio).abs() < 1e-12);
}

#[test]
fn the_painful_comes_late_and_out_of_order() {
    // D-62. Twenty things in a row, every second of which hurts or, in the other life, does not.
    let p = Parameters {
        held: 0.8,
        ..perfect()
    };
    let life = |pain: f32| -> Vec<Experience> {
        (0..20)
            .map(|row| Experience {
                pain: if row % 2 == 1 { pain } else { 0.0 },
                ..plain(row, year(10.0 + row as f64))
            })
            .collect()
    };
    let (painful, painless) = (life(1.0), life(0.0));
    let (mut delay, mut tau_painful, mut tau_painless, mut surfaced) = (0.0, 0.0, 0.0, 0);
    for key in 0..1000 {
        let hurt = recollect(&p, &teller(key, year(31.0)), &painful).recollections;
        let calm = recollect(&p, &teller(key, year(31.0)), &painless).recollections;
        assert!(calm.iter().all(|told| !told.surfaced));
        for (place, told) in hurt.iter().enumerate() {
            if told.experience % 2 == 1 {
                let before = calm
                    .iter()
                    .position(|other| other.experience == told.experience);
                delay += place as f64 - before.unwrap() as f64;
            }
            surfaced += usize::from(told.surfaced);
        }
        let times = |told: &[super::Recollection], painful: bool| -> Vec<Time> {
            let those = told
                .iter()
                .filter(|told| !painful || told.experience % 2 == 1);
            those.map(|told| told.told_at_time).collect()
        };
        tau_painful += tau(&times(&hurt, true)) / 1000.0;
        tau_painless += tau(&times(&calm, true)) / 1000.0;
    }
    // Each of ten is told later, by more than half a place on average, of twenty.
    assert!(delay / 10_000.0 > 0.5, "{delay}");
    assert!(
        tau_painless > 0.8 && tau_painful < tau_painless - 0.2,
        "{tau_painful} {tau_painless}"
    );
    // Held back with what pain is left: at ages 1 to 20 in steps of two.
    let expected: f64 = (0..10)
        .map(|i| 0.8 * 0.5_f64.powf((20.0 - 2.0 * f64::from(i)) / 10.0))
        .sum();
    // The newest is from the year before: ages 20, 18, ... 2.
    assert!(
        (surfaced as f64 / 1000.0 - expected).abs() < 0.25,
        "{surfaced} {expected}"
    );
}

#[test]
fn what_hurts_is_left_out_and_recalled_less_while_it_hurts() {
    let p = Parameters {
        threshold: -1.6,
        ..Parameters::default()
    };
    let share = |pain: f32, age: f64| {
        let life = [Experience {
            pain,
            ..plain(0, year(40.0 - age))
        }];
        let (mut comes, mut left_out) = (0, 0);
        for key in 0..1000 {
            let account = recollect(&p, &teller(key, year(40.0)), &life);
            comes += account.recollections.len();
            left_out += account.withheld.len();
        }
        (comes, left_out)
    };
    let ((calm, none), (hurt, some)) = (share(0.0, 0.5), share(1.0, 0.5));
    assert_eq!(none, 0);
    assert!(hurt + 200 < calm, "{hurt} {calm}");
    let still = 0.5_f64.powf(0.05);
    assert_binomial(some, hurt + some, p.withheld * still);
    // After six half-lives hardly anything is left of it.
    let ((calm, _), (hurt, _)) = (share(0.0, 30.0), share(1.0, 30.0));
    assert!(hurt.abs_diff(calm) <= 60, "{hurt} {calm}");
}

#[test]
fn the_past_grows_better_with_losses_and_as_death_comes_near() {
    // D-64.
    let p = Parameters {
        rosy: 0.1,
        rosy_loss: 0.05,
        rosy_nearness: 0.3,
        ..perfect()
    };
    let losses: Vec<Time> = (0..6).map(|i| year(20.0 + f64::from(i))).collect();
    let life = [
        Experience {
            valence: 0.2,
            ..plain(0, year(10.0))
        },
        Experience {
            valence: -0.6,
            ..plain(1, year(10.0))
        },
    ];
    let valence = |losses: &[Time], nearness: f64, index| {
        let mut teller = teller(1, year(30.0));
        (teller.losses, teller.nearness) = (losses, nearness);
        told_of(&recollect(&p, &teller, &life), index)
            .unwrap()
            .valence
    };
    let expected = |was: f64, half: f64, strength: f64| {
        let felt = was * 0.5_f64.powf(20.0 / half);
        let grown = 1.0 - 0.5_f64.powf(20.0 / p.rosy_half);
        felt + (1.0 - felt) * (1.0 - (-strength * grown).exp())
    };
    for (index, was, half) in [
        (0, f64::from(0.2_f32), p.good_fading),
        (1, f64::from(-0.6_f32), p.bad_fading),
    ] {
        let mut last = -1.0;
        for (lost, nearness) in [(0, 0.0), (1, 0.0), (6, 0.0), (6, 0.5), (6, 1.0)] {
            let told = valence(&losses[..lost], nearness, index);
            let strength = 0.1 + 0.05 * lost as f64 + 0.3 * nearness;
            assert!((told - expected(was, half, strength)).abs() < 1e-6);
            assert!(told > last);
            last = told;
        }
    }
    // Losses before it, and after the telling, do not count.
    let others = [year(9.0), year(30.5)];
    assert_eq!(valence(&others, 0.0, 0), valence(&[], 0.0, 0));
}

#[test]
fn witnesses_of_one_event_differ_more_the_later_they_tell() {
    // D-65: a thousand pairs, each witness with a life of like events around the one they share.
    let p = Parameters {
        threshold: -20.0,
        ..Parameters::default()
    };
    let people: Vec<_> = (0..30).map(known).collect();
    let moves = [(year(5.0), 1), (year(16.0), 2), (year(18.0), 3)];
    let life: Vec<Experience> = (0..6)
        .map(|i| Experience {
            other: Some(7),
            kind: 3,
            place: Some(1),
            ..plain(i, year(12.0 + 0.5 * i as f64))
        })
        .collect();
    let mut means = Vec::new();
    for after in [1.0, 8.0, 25.0] {
        let (mut sum, mut pairs) = (0.0, 0.0);
        for key in 0..1000_u64 {
            let account = |key| {
                let mut teller = teller(key, year(14.0 + after));
                (teller.people, teller.moves) = (&people, &moves);
                recollect(&p, &teller, &life)
            };
            let (one, other) = (account(2 * key), account(2 * key + 1));
            if let (Some(a), Some(b)) = (told_of(&one, 3), told_of(&other, 3)) {
                let difference = divergence(a, b);
                assert!((0.0..=1.0).contains(&difference));
                assert_eq!(difference, divergence(b, a));
                assert_eq!(divergence(a, a), 0.0);
                sum += difference;
                pairs += 1.0;
            }
        }
        assert!(pairs > 250.0, "{pairs}");
        means.push(sum / pairs);
    }
    assert!(
        means[0] + 0.03 < means[1] && means[1] + 0.03 < means[2],
        "{means:?}"
    );
}

#[test]
fn a_long_time_of_which_nothing_comes_is_a_gap() {
    let p = perfect();
    let flat = |row, at| Experience {
        salience: 0.0,
        ..plain(row, year(at))
    };
    let vivid = |row, at| Experience {
        salience: 1.0,
        ..plain(row, year(at))
    };
    let p = Parameters {
        threshold: -2.5,
        salience: 6.0,
        ..p
    };
    // At ages above a year what is flat is gone, for sure; what is vivid stays.
    let life = [
        vivid(0, 10.0),
        flat(1, 11.0),
        flat(2, 11.2),
        flat(3, 11.6),
        vivid(4, 12.0),
        // Too few, and too short.
        flat(5, 13.0),
        flat(6, 14.0),
        vivid(7, 15.0),
        flat(8, 16.0),
        flat(9, 16.1),
        flat(10, 16.2),
        flat(11, 16.3),
        vivid(12, 17.0),
    ];
    let account = recollect(&p, &teller(1, year(30.0)), &life);
    let told: Vec<usize> = account
        .recollections
        .iter()
        .map(|told| told.experience)
        .collect();
    assert_eq!(told.len(), 4, "{told:?}");
    assert_eq!(
        account.gaps,
        [Gap {
            from: year(11.0),
            until: year(11.6)
        }]
    );
    assert_eq!(account.forgotten, [1, 2, 3, 5, 6, 8, 9, 10, 11]);
}

#[test]
fn particulars_are_lost_with_the_detail_and_rehearsal_holds_them() {
    let p = Parameters {
        detail: 0.5,
        detail_fading: 0.0,
        lost_person: 0.6,
        lost_place: 0.4,
        lost_time: 0.2,
        ..perfect()
    };
    let life = [Experience {
        other: Some(5),
        place: Some(1),
        ..plain(0, year(10.0))
    }];
    let (mut who, mut place, mut time) = (0, 0, 0);
    for key in 0..1000 {
        let account = recollect(&p, &teller(key, year(30.0)), &life);
        let told = &account.recollections[0];
        who += usize::from(told.other.is_none());
        place += usize::from(told.place.is_none());
        time += usize::from(told.dated == super::Dated::None);
        assert!(told.departures.is_empty());
    }
    for (lost, probability) in [(who, 0.6), (place, 0.4), (time, 0.2)] {
        assert_binomial(lost, 1000, probability / 2.0);
    }

    // A salience of a half makes the loss 1 + 2 · 1/2 times slower; six rehearsals add ln 7.
    let p = Parameters::default();
    let half = Experience {
        salience: 0.5,
        ..life[0]
    };
    assert!((detail_hazard(&p, &half, 0, 10.0) - p.detail_fading * 10.0 / 2.0).abs() < 1e-12);
    let six = detail_hazard(&p, &half, 6, 10.0);
    assert!((six - p.detail_fading * 10.0 / (2.0 + 7_f64.ln())).abs() < 1e-12);
}

#[test]
fn divergence_is_the_mean_of_its_parts() {
    let life = [Experience {
        other: Some(5),
        place: Some(1),
        ..plain(0, year(10.0))
    }];
    let one = first_told(&perfect(), &teller(1, year(30.0)), &life);
    let with = |change: fn(&mut Recollection)| {
        let mut other = one.clone();
        change(&mut other);
        divergence(&one, &other) * 6.0
    };
    let parts = [
        // Another person of the event is no difference: witnesses name each other.
        (with(|r| r.other = Some(6)), 0.0),
        (
            with(|r| r.departures = vec![Departure::Source { was: 5, told: 6 }]),
            1.0,
        ),
        (with(|r| r.place = Some(2)), 1.0),
        (with(|r| r.merged = vec![3]), 1.0),
        (with(|r| r.told_at_time = year(13.0)), 0.75),
        (with(|r| r.valence += 0.5), 0.25),
        (with(|r| r.detail -= 0.125), 0.125),
    ];
    for (i, (part, expected)) in parts.into_iter().enumerate() {
        assert!((part - expected).abs() < 1e-5, "{i}: {part}");
    }
}
