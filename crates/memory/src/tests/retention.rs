//! How much comes back, by the age of the memory.

use super::{YEAR, assert_binomial, days, plain, teller, told_of, year};
use crate::activation::laid_down;
use crate::experience::{Channel, Experience};
use crate::parameters::Parameters;
use crate::recall::recollect;

/// Ages of the memories, in years.
const AGES: [f64; 6] = [0.25, 1.0, 3.0, 8.0, 15.0, 25.0];

/// Counts recalled of `tellers` times one trace at each of [`AGES`], told at 40.
fn counts(parameters: &Parameters, tellers: u64, salience: f32) -> [usize; 6] {
    let experiences: Vec<Experience> = (0..)
        .zip(AGES)
        .map(|(row, age)| Experience {
            salience,
            ..plain(row, year(40.0 - age))
        })
        .collect();
    let mut counts = [0; 6];
    for key in 0..tellers {
        for told in recollect(parameters, &teller(key, year(40.0)), &experiences).recollections {
            counts[told.experience] += 1;
        }
    }
    counts
}

/// The closed form: logistic in `−d ln(days)` plus salience.
fn closed_form(p: &Parameters, age: f64, salience: f64) -> f64 {
    let activation = -p.decay * (age * YEAR).ln() + p.salience * salience;
    1.0 / (1.0 + ((p.threshold - activation) / p.noise).exp())
}

#[test]
fn retention_follows_the_closed_form_of_the_parameters() {
    let slow = Parameters {
        decay: 0.3,
        noise: 0.6,
        threshold: -1.5,
        ..Parameters::default()
    };
    for p in [Parameters::default(), slow] {
        for salience in [0.0_f32, 0.3, 0.7] {
            let counts = counts(&p, 1000, salience);
            for (count, age) in counts.into_iter().zip(AGES) {
                assert_binomial(count, 1000, closed_form(&p, age, f64::from(salience)));
            }
        }
    }
}

#[test]
fn without_rehearsal_the_odds_of_recall_are_a_power_of_age() {
    // ln odds = const − (d / s) ln t: a straight line on log-log axes, by least squares over the ages.
    let p = Parameters {
        noise: 0.8,
        ..Parameters::default()
    };
    let tellers = 20_000;
    let points: Vec<(f64, f64)> = counts(&p, tellers, 0.2)
        .into_iter()
        .zip(AGES)
        .map(|(count, age)| {
            let odds = count as f64 / (tellers as f64 - count as f64);
            (age.ln(), odds.ln())
        })
        .collect();
    let n = points.len() as f64;
    let (mx, my) = (
        points.iter().map(|p| p.0).sum::<f64>() / n,
        points.iter().map(|p| p.1).sum::<f64>() / n,
    );
    let slope = points.iter().map(|p| (p.0 - mx) * (p.1 - my)).sum::<f64>()
        / points.iter().map(|p| (p.0 - mx).powi(2)).sum::<f64>();
    assert!((slope + p.decay / p.noise).abs() < 0.03, "{slope}");
}

#[test]
fn lives_forget_about_as_fast_as_diarists_do() {
    // A diary study of 3.5 years found 60 % of noted events remembered (Conscious Cogn. 36, 2015); noted events
    // here have saliences from 0.1 to 0.7 and are told of twice a year, five at a time of two hundred. Autobiographical memories that
    // come to a cue fall as age^−0.8 or so (Crovitz & Schiffman 1974; Rubin 1982): from a year to 25, where
    // saliences differ, less steeply than the power of one trace. These are bands, not fits.
    let p = Parameters::default();
    let life: Vec<Experience> = (0..200_u64)
        .map(|row| Experience {
            salience: 0.1 + 0.6 * (row % 7) as f32 / 6.0,
            ..plain(row, year(40.0 - 3.5))
        })
        .collect();
    let tellings: Vec<_> = (0..7)
        .map(|half| year(36.75 + 0.5 * f64::from(half)))
        .collect();
    let mut recalled = 0;
    for key in 0..100 {
        let mut teller = teller(key, year(40.0));
        teller.tellings = &tellings;
        recalled += recollect(&p, &teller, &life).recollections.len();
    }
    let share = recalled as f64 / (100.0 * life.len() as f64);
    assert!((0.45..0.75).contains(&share), "{share}");

    let mean = |age: f64| {
        (0..=60)
            .map(|i| closed_form(&p, age, f64::from(i) / 100.0))
            .sum::<f64>()
            / 61.0
    };
    let slope = (mean(25.0) / mean(1.0)).ln() / 25_f64.ln();
    assert!((-1.1..-0.5).contains(&slope), "{slope}");
}

#[test]
fn hardly_anything_comes_from_before_three_and_all_is_laid_down_from_seven() {
    let p = Parameters::default();
    assert_eq!(laid_down(&p, 2.0), 0.0);
    assert_eq!(laid_down(&p, 7.0), 1.0);
    // Shares of memories by age of adults' memories from before 11 rise from about a tenth of the later level at
    // 3 to nearly all of it at 6 (Rubin 2000).
    assert!(laid_down(&p, 3.0) < 0.15 && laid_down(&p, 6.0) > 0.7);

    // The odds of recall are in proportion to what is laid down.
    let rare = p;
    let at = year(45.0);
    let of = |age: f64, row: u64| Experience {
        salience: 0.6,
        ..plain(row, year(age))
    };
    let life = [of(2.4, 0), of(4.0, 1), of(7.0, 2)];
    let mut counts = [0; 3];
    for key in 0..1000 {
        let account = recollect(&rare, &teller(key, at), &life);
        for (index, count) in counts.iter_mut().enumerate() {
            *count += usize::from(told_of(&account, index).is_some());
        }
    }
    assert_eq!(counts[0], 0);
    for (index, age) in [(1, 4.0), (2, 7.0)] {
        let odds = laid_down(&rare, age) * {
            let p = closed_form(&rare, 45.0 - age, 0.6);
            p / (1.0 - p)
        };
        assert_binomial(counts[index], 1000, odds / (1.0 + odds));
    }
    assert!(counts[1] < counts[2]);
}

#[test]
fn what_was_learnt_later_is_not_told_before_and_is_as_fresh_as_the_news_of_it() {
    let learnt = Experience {
        learnt: Some(year(25.0)),
        ..plain(0, year(10.0))
    };
    let p = Parameters {
        threshold: -20.0,
        ..Parameters::default()
    };
    let told = |at: f64| recollect(&p, &teller(1, year(at)), &[learnt]);
    let before = told(24.9);
    assert!(before.recollections.is_empty() && before.forgotten.is_empty());
    let fresh = recollect(&p, &teller(1, year(31.0)), &[plain(0, year(25.0))]);
    let (late, fresh) = (&told(31.0).recollections[0], &fresh.recollections[0]);
    assert_eq!(
        (late.activation, late.certainty),
        (fresh.activation, fresh.certainty)
    );
    // When it was is another matter: what happened then is dated, and not the news.
    assert!(late.told_at_time < year(20.0), "{late:?}");
}

#[test]
fn the_way_it_came_pain_and_number_shift_activation_by_the_parameters() {
    let p = Parameters {
        withheld: 0.0,
        threshold: -20.0,
        ..Parameters::default()
    };
    let at = year(20.0);
    let life = [
        plain(0, year(10.0)),
        Experience {
            channel: Channel::Seen,
            ..plain(1, year(10.0))
        },
        Experience {
            channel: Channel::Told,
            ..plain(2, year(10.0))
        },
        Experience {
            pain: 1.0,
            ..plain(3, year(10.0))
        },
        Experience {
            counts: 9,
            ..plain(4, year(10.0))
        },
        Experience {
            pain: 1.0,
            ..plain(5, year(20.0))
        },
    ];
    let account = recollect(&p, &teller(1, at), &life);
    let activation = |index| told_of(&account, index).unwrap().activation;
    let base = -0.5 * days(year(10.0), at).ln() + p.salience * f64::from(0.3_f32);
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} {b}");
    close(activation(0), base);
    close(activation(1), base - p.seen);
    close(activation(2), base - p.told);
    // Ten years: a half-life of the bad feeling.
    close(activation(3), base - p.repression / 2.0);
    close(activation(4), base + 9_f64.ln());
    // Nothing has faded on the first day.
    close(
        activation(5),
        p.salience * f64::from(0.3_f32) - p.repression,
    );
}

#[test]
fn part_of_the_noise_stays_with_the_trace() {
    // Told twice within a month, at even odds: the same comes both times with probability
    // 1/2 + asin(constancy) / π (normal orthants), however much time has passed between.
    let p = Parameters {
        decay: 0.01,
        ..Parameters::default()
    };
    let p = Parameters {
        threshold: -p.decay * (20.0 * YEAR).ln() + p.salience * f64::from(0.3_f32),
        ..p
    };
    let life = [plain(0, year(10.0))];
    let mut same = 0;
    for key in 0..1000 {
        let comes = |at| {
            !recollect(&p, &teller(key, at), &life)
                .recollections
                .is_empty()
        };
        same += usize::from(comes(year(30.0)) == comes(year(30.05)));
    }
    assert_binomial(same, 1000, 0.5 + p.constancy.asin() / std::f64::consts::PI);
}
