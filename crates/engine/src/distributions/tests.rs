//! Every distribution against its closed form, at fixed seeds.
//!
//! Thresholds are those of a test at the 0.1 % level; since the seeds are fixed, a test either
//! always passes or always fails. With 100,000 draws the Kolmogorov–Smirnov test sees a distribution
//! function that is off by 0.006 anywhere, about what 2 % in a rate makes; that each law is told from
//! one that is 3 % off is a test of its own.

use super::GompertzMakeham;
use crate::random::{Draw, PurposeStream, Streams};

const DRAWS: u32 = 100_000;

fn stream(purpose: u16) -> PurposeStream {
    Streams::new(20_050_303).entity(77).purpose(purpose)
}

fn sample<T>(purpose: u16, value: impl Fn(&mut Draw) -> T) -> Vec<T> {
    (0..DRAWS)
        .map(|n| value(&mut stream(purpose).draw(n)))
        .collect()
}

/// The largest distance between the sample's distribution function and `cdf`, times the root of the
/// sample size; above 1.95 in one sample of a thousand (Kolmogorov's limit distribution).
fn kolmogorov_smirnov(mut values: Vec<f64>, cdf: impl Fn(f64) -> f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let n = values.len() as f64;
    let distance = values
        .iter()
        .enumerate()
        .fold(0.0_f64, |largest, (i, &value)| {
            let p = cdf(value);
            largest.max(p - i as f64 / n).max((i + 1) as f64 / n - p)
        });
    distance * n.sqrt()
}

fn assert_follows(name: &str, values: Vec<f64>, cdf: impl Fn(f64) -> f64) {
    let statistic = kolmogorov_smirnov(values, cdf);
    assert!(statistic < 1.95, "{name}: {statistic}");
}

/// Pearson's statistic in standard normal units (Wilson and Hilferty 1931): above 3.09 in one
/// sample of a thousand.
fn chi_square(observed: &[f64], expected: &[f64]) -> f64 {
    let statistic: f64 = observed
        .iter()
        .zip(expected)
        .map(|(o, e)| (o - e).powi(2) / e)
        .sum();
    let degrees = (observed.len() - 1) as f64;
    let spread = 2.0 / (9.0 * degrees);
    ((statistic / degrees).cbrt() - (1.0 - spread)) / spread.sqrt()
}

/// Mean and variance within four standard errors, from the distribution's second and fourth
/// central moments.
fn assert_moments(name: &str, values: &[f64], mean: f64, variance: f64, fourth: f64) {
    let n = values.len() as f64;
    let found_mean = values.iter().sum::<f64>() / n;
    let found_variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
    let off = (found_mean - mean) / (variance / n).sqrt();
    assert!(off.abs() < 4.0, "{name}: mean {found_mean}, not {mean}");
    let off = (found_variance - variance) / ((fourth - variance * variance) / n).sqrt();
    assert!(
        off.abs() < 4.0,
        "{name}: variance {found_variance}, not {variance}"
    );
}

#[test]
fn the_tests_can_fail() {
    let fair = [25_000.0; 4];
    assert!(chi_square(&[25_100.0, 24_900.0, 25_150.0, 24_850.0], &fair) < 3.09);
    assert!(chi_square(&[25_500.0, 24_500.0, 25_300.0, 24_700.0], &fair) > 3.09);
}

/// Each law against one whose rate, hazard or scale is 3 % larger.
#[test]
fn a_law_that_is_3_per_cent_off_is_refused() {
    const MORE: f64 = 1.03;
    /// A name, values, and the distribution function with so many times the rate.
    type Law<'a> = (&'a str, Vec<f64>, &'a dyn Fn(f64, f64) -> f64);
    let table = GompertzMakeham {
        makeham: 4e-3,
        level: 3e-5,
        slope: 0.1,
    };
    let hazard = |t: f64, ratio: f64| {
        1.0 - (-4e-3 * ratio * t).exp() * gompertz_survival(31.0, 3e-5 * ratio, 0.1, t)
    };
    let below = |z: f64| 0.5 * libm::erfc(-z / std::f64::consts::SQRT_2);
    let laws: [Law<'_>; 8] = [
        ("uniform", sample(1, Draw::uniform), &|x, more| x / more),
        (
            "exponential",
            sample(2, |d| d.exponential(0.7)),
            &|x, more| 1.0 - (-0.7 * more * x).exp(),
        ),
        (
            "Weibull",
            sample(3, |d| d.weibull(1.7, 12.0)),
            &|x, more| 1.0 - (-(x / (12.0 * more)).powf(1.7)).exp(),
        ),
        (
            "Gompertz",
            sample(4, |d| d.gompertz_remaining(20.0, 5e-5, 0.09)),
            &|t, more| 1.0 - gompertz_survival(20.0, 5e-5 * more, 0.09, t),
        ),
        (
            "Gompertz–Makeham",
            sample(6, |d| d.gompertz_makeham_remaining(31.0, &table)),
            &hazard,
        ),
        ("normal", sample(7, Draw::normal), &|z, more| {
            below(z / more)
        }),
        (
            "lognormal",
            sample(8, |d| d.lognormal(1.2, 0.4)),
            &|x, more| below(((x / more).ln() - 1.2) / 0.4),
        ),
        // Of shape 2: 1 − (1 + x) exp(−x).
        ("gamma", sample(9, |d| d.gamma(2.0, 3.0)), &|x, more| {
            let x = x / (3.0 * more);
            1.0 - (1.0 + x) * (-x).exp()
        }),
    ];
    for (name, values, law) in laws {
        let right = kolmogorov_smirnov(values.clone(), |x| law(x, 1.0));
        let off = kolmogorov_smirnov(values, |x| law(x, MORE));
        assert!(right < 1.95 && off > 1.95, "{name}: {right} and {off}");
    }
    let counts = sample(11, |d| d.poisson(4.0) as f64);
    assert!(poisson_chi_square(&counts, 4.0 * MORE) > 3.09, "Poisson");
    let observed = categories(&[2.0, 3.0, 8.0]);
    let other = [2.0, 1.0, 5.0 * MORE];
    assert!(chi_square(&observed, &shares(&other)) > 3.09, "categorical");
}

#[test]
fn uniform() {
    assert_follows("uniform", sample(1, Draw::uniform), |x| x);
}

#[test]
fn exponential() {
    let values = sample(2, |d| d.exponential(0.7));
    // Central moments of the exponential: 1, 9 in units of the mean.
    let mean: f64 = 1.0 / 0.7;
    assert_moments(
        "exponential",
        &values,
        mean,
        mean.powi(2),
        9.0 * mean.powi(4),
    );
    assert_follows("exponential", values, |x| 1.0 - (-0.7 * x).exp());
}

#[test]
fn weibull() {
    for (shape, scale) in [(0.6, 3.0), (1.0, 1.0), (1.7, 12.0), (8.0, 80.0)] {
        let values = sample(3, |d| d.weibull(shape, scale));
        assert_follows("Weibull", values, |x| {
            1.0 - (-(x / scale).powf(shape)).exp()
        });
    }
}

/// The survival function of the Gompertz law from `age` on, written out.
fn gompertz_survival(age: f64, level: f64, slope: f64, t: f64) -> f64 {
    (-(level / slope) * ((slope * (age + t)).exp() - (slope * age).exp())).exp()
}

#[test]
fn gompertz_given_age() {
    for (age, level, slope) in [(0.0, 5e-5, 0.09), (20.0, 5e-5, 0.09), (85.0, 2e-5, 0.11)] {
        let values = sample(4, |d| d.gompertz_remaining(age, level, slope));
        assert_follows("Gompertz", values, |t| {
            1.0 - gompertz_survival(age, level, slope, t)
        });
    }
    // The limit of a slope of zero, and no jump on the way to it.
    for slope in [0.0, 1e-12, -1e-12] {
        let values = sample(4, |d| d.gompertz_remaining(30.0, 0.02, slope));
        assert_follows("Gompertz, no slope", values, |t| 1.0 - (-0.02 * t).exp());
    }
}

/// With a falling hazard the integral of the hazard is finite, and what is left never dies.
#[test]
fn gompertz_with_a_falling_hazard() {
    let (level, slope) = (0.05, -0.1);
    let values = sample(5, |d| d.gompertz_remaining(0.0, level, slope));
    let (mortal, immortal): (Vec<f64>, Vec<f64>) = values.into_iter().partition(|t| t.is_finite());
    let spared = (level / slope).exp();
    let deviation = (immortal.len() as f64 - spared * f64::from(DRAWS))
        / (spared * (1.0 - spared) * f64::from(DRAWS)).sqrt();
    assert!(deviation.abs() < 3.3, "{deviation}");
    assert_follows("Gompertz, falling", mortal, |t| {
        (1.0 - gompertz_survival(0.0, level, slope, t)) / (1.0 - spared)
    });
}

#[test]
fn gompertz_makeham_given_age() {
    let table = GompertzMakeham {
        makeham: 4e-3,
        level: 3e-5,
        slope: 0.1,
    };
    for age in [0.0, 31.0, 70.0] {
        let values = sample(6, |d| d.gompertz_makeham_remaining(age, &table));
        let expected = table.remaining_expectation(age);
        let mean = values.iter().sum::<f64>() / f64::from(DRAWS);
        let spread = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / f64::from(DRAWS);
        let off = (mean - expected) / (spread / f64::from(DRAWS)).sqrt();
        assert!(off.abs() < 4.0, "age {age}: {mean}, not {expected}");
        assert_follows("Gompertz–Makeham", values, |t| {
            1.0 - (-4e-3 * t).exp() * gompertz_survival(age, 3e-5, 0.1, t)
        });
    }
}

#[test]
fn normal() {
    let values = sample(7, Draw::normal);
    assert_moments("normal", &values, 0.0, 1.0, 3.0);
    assert_follows("normal", values, |z| {
        0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
    });
}

#[test]
fn lognormal() {
    let values = sample(8, |d| d.lognormal(1.2, 0.4));
    assert_follows("lognormal", values, |x| {
        0.5 * libm::erfc(-(x.ln() - 1.2) / 0.4 / std::f64::consts::SQRT_2)
    });
}

/// For half-integer shapes the distribution function is made of `erf` and elementary terms:
/// P(a + 1, x) = P(a, x) - x^a exp(-x) / Γ(a + 1), P(1/2, x) = erf(√x) (DLMF 8.4.1, 8.8.5).
#[test]
fn gamma() {
    for steps in [0, 1, 2, 9] {
        let (shape, scale) = (0.5 + f64::from(steps), 3.0);
        let values = sample(9, |d| d.gamma(shape, scale));
        let (mean, variance) = (shape * scale, shape * scale * scale);
        let fourth = 3.0 * variance * variance * (1.0 + 2.0 / shape);
        assert_moments("gamma", &values, mean, variance, fourth);
        assert_follows("gamma", values, |value| {
            let x = value / scale;
            (0..steps)
                .map(|k| 0.5 + f64::from(k))
                .fold(libm::erf(x.sqrt()), |p, a| {
                    p - (a * x.ln() - x - libm::lgamma(a + 1.0)).exp()
                })
        });
    }
    // A frailty: mean 1 and a large variance.
    let values = sample(10, |d| d.gamma(0.2, 5.0));
    assert_moments("frailty", &values, 1.0, 5.0, 3.0 * 25.0 * 11.0);
}

#[test]
fn poisson() {
    for mean in [0.3, 4.0, 29.9, 30.1, 250.0, 90_000.0] {
        let values = sample(11, |d| d.poisson(mean) as f64);
        assert_moments("Poisson", &values, mean, mean, mean * (1.0 + 3.0 * mean));
        if mean > 1000.0 {
            continue;
        }
        let z = poisson_chi_square(&values, mean);
        assert!(z < 3.09, "mean {mean}: {z}");
    }
}

/// Each count a cell of its own, the tails joined where fewer than ten are expected.
fn poisson_chi_square(values: &[f64], mean: f64) -> f64 {
    let probability =
        |k: f64| f64::from(DRAWS) * (k * mean.ln() - mean - libm::lgamma(k + 1.0)).exp();
    let counts: Vec<f64> = (0..2000)
        .map(f64::from)
        .skip_while(|&k| probability(k) < 10.0)
        .take_while(|&k| probability(k) >= 10.0)
        .collect();
    let (first, last) = (counts[0], counts[counts.len() - 1]);
    let observed: Vec<f64> = counts
        .iter()
        .map(|&k| values.iter().filter(|v| v.clamp(first, last) == k).count() as f64)
        .collect();
    let mut expected: Vec<f64> = counts.iter().map(|&k| probability(k)).collect();
    expected[0] = (0..=first as u32).map(|k| probability(f64::from(k))).sum();
    let cells = expected.len();
    let rest: f64 = expected[..cells - 1].iter().sum();
    expected[cells - 1] = f64::from(DRAWS) - rest;
    chi_square(&observed, &expected)
}

/// How often each category came, by their cumulative weights.
fn categories(cumulative: &[f64]) -> Vec<f64> {
    let mut observed = vec![0.0; cumulative.len()];
    for value in sample(12, |d| d.categorical(cumulative)) {
        observed[value] += 1.0;
    }
    observed
}

/// How often each category is expected, by their weights.
fn shares(weights: &[f64]) -> Vec<f64> {
    let all: f64 = weights.iter().sum();
    let share = |weight: &f64| f64::from(DRAWS) * weight / all;
    weights.iter().map(share).collect()
}

#[test]
fn categorical() {
    // Weights 2, 0, 1, 0, 5 of 8, not scaled to 1; the empty ones never come.
    let observed = categories(&[2.0, 2.0, 3.0, 3.0, 8.0]);
    assert_eq!((observed[1], observed[3]), (0.0, 0.0));
    let expected = shares(&[2.0, 1.0, 5.0]);
    let z = chi_square(&[observed[0], observed[2], observed[4]], &expected);
    assert!(z < 3.09, "{z}");
    // Empty categories at both ends.
    for value in sample(12, |d| d.categorical(&[0.0, 1.0, 1.0])) {
        assert_eq!(value, 1);
    }
}

#[test]
fn the_same_number_under_a_larger_rate_comes_sooner() {
    type Value = fn(&mut Draw) -> f64;
    const TABLE: GompertzMakeham = GompertzMakeham {
        makeham: 4e-3,
        level: 5e-5,
        slope: 0.09,
    };
    const HIGHER: GompertzMakeham = GompertzMakeham {
        makeham: 5e-3,
        ..TABLE
    };
    let pairs: [(&str, Value, Value); 10] = [
        (
            "exponential",
            |d| d.exponential(1.1),
            |d| d.exponential(1.0),
        ),
        ("Weibull", |d| d.weibull(1.5, 9.0), |d| d.weibull(1.5, 10.0)),
        (
            "age",
            |d| d.gompertz_remaining(41.0, 5e-5, 0.09),
            |d| d.gompertz_remaining(40.0, 5e-5, 0.09),
        ),
        (
            "level",
            |d| d.gompertz_remaining(40.0, 6e-5, 0.09),
            |d| d.gompertz_remaining(40.0, 5e-5, 0.09),
        ),
        (
            "lognormal",
            |d| d.lognormal(0.9, 0.5),
            |d| d.lognormal(1.0, 0.5),
        ),
        (
            "Gompertz–Makeham",
            |d| d.gompertz_makeham_remaining(40.0, &HIGHER),
            |d| d.gompertz_makeham_remaining(40.0, &TABLE),
        ),
        ("gamma", |d| d.gamma(2.0, 1.0), |d| d.gamma(2.01, 1.0)),
        ("scale", |d| d.gamma(2.0, 1.0), |d| d.gamma(2.0, 1.01)),
        (
            "Poisson",
            |d| d.poisson(29.9) as f64,
            |d| d.poisson(30.1) as f64,
        ),
        (
            "category",
            |d| d.categorical(&[0.5, 1.0]) as f64,
            |d| d.categorical(&[0.4, 1.0]) as f64,
        ),
    ];
    for (name, sooner, later) in pairs {
        let mut strictly = 0;
        for n in 0..10_000 {
            let (a, b) = (
                sooner(&mut stream(13).draw(n)),
                later(&mut stream(13).draw(n)),
            );
            assert!(a <= b, "{name}: {a} {b}");
            strictly += u32::from(a < b);
        }
        assert!(strictly > 0, "{name}: the two never differ");
    }
}

/// Each value takes one number (Gompertz–Makeham two), so that what follows in a draw stays put.
#[test]
fn each_value_takes_one_number() {
    let table = GompertzMakeham {
        makeham: 1e-3,
        level: 1e-5,
        slope: 0.1,
    };
    for n in 0..100 {
        let mut expected = stream(14).draw(n);
        let _ = expected.bits();
        let second = expected.bits();
        let third = expected.bits();
        let after = |value: fn(&mut Draw) -> f64| {
            let mut draw = stream(14).draw(n);
            value(&mut draw);
            draw.bits()
        };
        assert_eq!(after(Draw::uniform), second);
        assert_eq!(after(|d| f64::from(u8::from(d.bernoulli(0.3)))), second);
        assert_eq!(after(|d| f64::from(u8::from(d.bernoulli(2.0)))), second);
        assert_eq!(after(|d| d.exponential(1.0)), second);
        assert_eq!(after(|d| d.exponential(0.0)), second);
        assert_eq!(after(|d| d.weibull(2.0, 1.0)), second);
        assert_eq!(after(|d| d.gompertz_remaining(30.0, 1e-5, 0.1)), second);
        assert_eq!(after(Draw::normal), second);
        assert_eq!(after(|d| d.lognormal(0.0, 1.0)), second);
        assert_eq!(after(|d| d.gamma(0.7, 1.0)), second);
        assert_eq!(after(|d| d.gamma(-1.0, 1.0)), second);
        assert_eq!(after(|d| d.poisson(3.0) as f64), second);
        assert_eq!(after(|d| d.poisson(300.0) as f64), second);
        assert_eq!(after(|d| d.categorical(&[0.1, 1.0]) as f64), second);
        assert_eq!(after(|d| d.categorical(&[]) as f64), second);
        let mut draw = stream(14).draw(n);
        draw.gompertz_makeham_remaining(30.0, &table);
        assert_eq!(draw.bits(), third);
    }
}

#[test]
fn parameters_that_no_distribution_has() {
    let d = || stream(15).draw(0);
    for wrong in [0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
        assert_eq!(d().exponential(wrong), f64::INFINITY);
        assert_eq!(d().weibull(wrong, 1.0), f64::INFINITY);
        assert_eq!(d().weibull(1.0, wrong), f64::INFINITY);
        assert_eq!(d().gompertz_remaining(30.0, wrong, 0.1), f64::INFINITY);
        assert_eq!(d().gamma(wrong, 1.0), f64::INFINITY);
        assert_eq!(d().gamma(1.0, wrong), f64::INFINITY);
        assert_eq!(d().poisson(wrong), 0);
        assert_eq!(d().categorical(&[wrong]), 0);
        assert_eq!(d().categorical(&[0.1, 0.2, wrong]), 0);
    }
    assert_eq!(d().gompertz_remaining(f64::NAN, 1e-5, 0.1), f64::INFINITY);
    assert_eq!(d().gompertz_remaining(30.0, 1e-5, f64::NAN), f64::INFINITY);
    assert_eq!(d().lognormal(0.0, -1.0), f64::INFINITY);
    assert_eq!(d().lognormal(0.0, f64::NAN), f64::INFINITY);
    assert_eq!(d().lognormal(f64::NAN, 1.0), f64::INFINITY);
    assert_eq!(d().gamma(f64::INFINITY, 1.0), f64::INFINITY);
    assert_eq!(d().poisson(f64::INFINITY), u64::MAX);
    assert_eq!(d().categorical(&[]), 0);
    assert_eq!(d().categorical(&[1.0, f64::INFINITY]), 0);
    let nobody = GompertzMakeham {
        makeham: 0.0,
        level: 0.0,
        slope: 0.1,
    };
    assert_eq!(d().gompertz_makeham_remaining(30.0, &nobody), f64::INFINITY);
    // Limits that are distributions: an infinite rate happens at once, no spread is no spread.
    assert_eq!(d().exponential(f64::INFINITY), 0.0);
    assert_eq!(d().lognormal(0.0, 0.0), 1.0);
}

/// The promise: these bits are the same on every platform and in every version.
#[test]
fn values_are_kept() {
    let table = GompertzMakeham {
        makeham: 5e-4,
        level: 5e-5,
        slope: 0.09,
    };
    let d = || stream(16).draw(3);
    let found = [
        d().uniform(),
        d().exponential(0.25),
        d().weibull(1.5, 10.0),
        d().gompertz_remaining(40.0, 5e-5, 0.09),
        d().gompertz_makeham_remaining(40.0, &table),
        d().normal(),
        d().lognormal(1.0, 0.5),
        d().gamma(0.7, 2.0),
        d().gamma(70.0, 2.0),
    ]
    .map(f64::to_bits);
    assert_eq!(
        found,
        [
            0x3fe5_3b95_1349_5a19,
            0x4011_6d78_6d26_b621,
            0x4025_2c33_4abd_7617,
            0x4046_382f_065e_9300,
            0x404a_e289_792d_a80b,
            0x3fdb_03a7_1099_cf4e,
            0x400a_db25_044b_c13c,
            0x3ff6_ed63_f8e4_fe9e,
            0x4062_4fe3_b3ad_0068,
        ]
    );
    assert_eq!((d().poisson(4.0), d().poisson(400.0)), (5, 408));
}
