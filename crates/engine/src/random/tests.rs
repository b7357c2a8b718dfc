//! The streams: their layout, their bits, and that no two of them know of each other.

use super::*;

/// The 64-bit numbers that a name gives, computed from the documented layout alone.
fn by_layout(seed: u64, identity: u64, purpose: u16, n: u32, block: u16) -> [u64; 2] {
    let [a, b, c, d] = philox4x32(
        [
            (identity & 0xffff_ffff) as u32,
            (identity >> 32) as u32,
            n,
            u32::from(purpose) * 65_536 + u32::from(block),
        ],
        [(seed & 0xffff_ffff) as u32, (seed >> 32) as u32],
    );
    let join = |low: u32, high: u32| u64::from(low) + (u64::from(high) << 32);
    [join(a, b), join(c, d)]
}

#[test]
fn the_layout_is_as_documented() {
    let (seed, identity, purpose, n) = (0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210, 0xbeef, 77);
    let mut draw = Streams::new(seed).entity(identity).purpose(purpose).draw(n);
    for block in 0..300 {
        for expected in by_layout(seed, identity, purpose, n, block) {
            assert_eq!(draw.bits(), expected, "block {block}");
        }
    }
}

/// The promise: these never change within a major version.
#[test]
fn first_bits_are_kept() {
    let first = |seed, identity, purpose: u16, n| {
        Streams::new(seed)
            .entity(identity)
            .purpose(purpose)
            .draw(n)
            .bits()
    };
    assert_eq!(first(0, 0, 0, 0), 0xe169_c58d_6627_e8d5);
    assert_eq!(first(1, 0, 0, 0), 0xe50a_0ebc_e3e8_0670);
    assert_eq!(first(0, 1, 0, 0), 0x5cb2_00db_f8e4_cca4);
    assert_eq!(first(0, 0, 1, 0), 0x917b_936f_e607_3e71);
    assert_eq!(first(0, 0, 0, 1), 0xf08d_6eaa_8445_15e1);
    assert_eq!(
        first(2005, u64::MAX, u16::MAX, u32::MAX),
        0xfffb_35d8_95f7_68d9
    );
    assert_eq!(name_hash(""), 0xcbf2_9ce4_8422_2325);
    // The reference's own vectors for "a" and "foobar".
    assert_eq!(name_hash("a"), 0xaf63_dc4c_8601_ec8c);
    assert_eq!(name_hash("foobar"), 0x8594_4171_f739_67e8);
    assert_eq!(identity(&[]), 0);
    assert_eq!(identity(&[0]), 0x75c2_e80b_c3e6_9a2c);
    assert_eq!(
        identity(&[name_hash("Hailsham"), 1966, 12]),
        0x1e38_fb07_2989_b3a5
    );
}

#[test]
fn uniform_is_the_top_bits_between_its_neighbours() {
    let stream = Streams::new(9).entity(9).purpose(9_u16);
    for n in 0..10_000 {
        let bits = stream.draw(n).bits();
        let expected = ((bits >> 12) as f64 + 0.5) / (1_u64 << 52) as f64;
        let uniform = stream.draw(n).uniform();
        assert!(uniform > 0.0 && uniform < 1.0);
        assert_eq!(uniform.to_bits(), expected.to_bits());
    }
    // The ends of the range, which no test would ever draw.
    let at = |bits| {
        Draw {
            key: [0; 2],
            counter: [0; 4],
            ready: [0, bits],
            left: 1,
        }
        .uniform()
    };
    assert_eq!(at(0).to_bits(), (0.5 * f64::EPSILON).to_bits());
    assert_eq!(at(u64::MAX).to_bits(), (1.0 - 0.5 * f64::EPSILON).to_bits());
}

#[test]
fn below_keeps_its_bounds_and_rejects_what_would_be_unfair() {
    let at = |bits, n| {
        Draw {
            key: [0; 2],
            counter: [0; 4],
            ready: [0, bits],
            left: 1,
        }
        .below(n)
    };
    assert_eq!(at(u64::MAX, 7), 6);
    assert_eq!(at(u64::MAX, u32::MAX), u32::MAX - 1);
    assert_eq!(at(0, 0), 0);
    assert_eq!(at(u64::MAX, 1), 0);
    // 2^64 is 2 more than a multiple of 7: the lowest two products are redrawn, no more.
    let mut draw = Draw {
        key: [0; 2],
        counter: [0; 4],
        ready: [0, 0],
        left: 1,
    };
    let redrawn = ((u128::from(by_layout(0, 0, 0, 0, 0)[0]) * 7) >> 64) as u32;
    assert_eq!(draw.below(7), redrawn);
    assert_ne!(
        redrawn, 0,
        "the redrawn number must differ for the test to tell"
    );
    assert_eq!(draw.bits(), by_layout(0, 0, 0, 0, 0)[1]);
}

#[test]
fn below_is_uniform() {
    let stream = Streams::new(4).entity(4).purpose(4_u16);
    for n in [2, 3, 10, 97] {
        let mut counts = vec![0_u32; n as usize];
        for i in 0..100_000 {
            counts[stream.draw(i).below(n) as usize] += 1;
        }
        let expected = 100_000.0 / f64::from(n);
        let chi: f64 = counts
            .iter()
            .map(|&c| (f64::from(c) - expected).powi(2) / expected)
            .sum();
        let degrees = f64::from(n - 1);
        // Mean plus five standard deviations.
        assert!(chi < degrees + 5.0 * (2.0 * degrees).sqrt(), "{n}: {chi}");
    }
}

#[test]
fn bernoulli_is_true_as_often_as_it_says_and_couples() {
    let stream = Streams::new(5).entity(5).purpose(5_u16);
    for p in [0.001, 0.3, 0.5, 0.97] {
        let trues = (0..100_000)
            .filter(|&n| stream.draw(n).bernoulli(p))
            .count() as f64;
        let deviation = |p: f64| (trues - 100_000.0 * p) / (100_000.0 * p * (1.0 - p)).sqrt();
        assert!(deviation(p).abs() < 3.9, "{p}: {}", deviation(p));
        // Of what is rare, a hundred cases do not tell a rate from one that is 3 % off.
        let other = deviation(0.97 * p);
        assert!(p < 0.01 || other > 3.9, "{p}: {other}");
    }
    for n in 0..1000 {
        assert!(stream.draw(n).bernoulli(1.0) && !stream.draw(n).bernoulli(0.0));
        assert!(stream.draw(n).bernoulli(2.0) && !stream.draw(n).bernoulli(-1.0));
        assert!(!stream.draw(n).bernoulli(f64::NAN));
        assert!(!stream.draw(n).bernoulli(0.2) || stream.draw(n).bernoulli(0.3));
    }
}

/// Neighbours in every part of a name, side by side: numbers of two streams that differ in one part
/// by one must be uncorrelated, and differ in half of their bits, in each bit equally often.
#[test]
fn neighbouring_streams_are_independent() {
    const PAIRS: u32 = 100_000;
    /// What differs, and the two numbers for an index.
    type Kind<'a> = (&'a str, &'a dyn Fn(u64) -> (u64, u64));
    let bits = |seed, identity, purpose: u16, n| {
        Streams::new(seed)
            .entity(identity)
            .purpose(purpose)
            .draw(n)
            .bits()
    };
    let second = |i| {
        let mut draw = Streams::new(7).entity(i).purpose(3_u16).draw(0);
        (draw.bits(), draw.bits(), draw.bits())
    };
    let kinds: [Kind; 9] = [
        ("next identity", &|i| {
            (bits(7, i, 3, 0), bits(7, i + 1, 3, 0))
        }),
        ("identity, high half", &|i| {
            (bits(7, i, 3, 0), bits(7, i + (1 << 32), 3, 0))
        }),
        ("next purpose", &|i| (bits(7, i, 3, 0), bits(7, i, 4, 0))),
        ("next draw", &|i| {
            (bits(7, 5, 3, i as u32), bits(7, 5, 3, i as u32 + 1))
        }),
        ("next draw of others", &|i| {
            (bits(7, i, 3, 0), bits(7, i, 3, 1))
        }),
        ("next seed", &|i| (bits(i, 5, 3, 0), bits(i + 1, 5, 3, 0))),
        ("seed for identity", &|i| {
            (bits(i, 5, 3, 0), bits(5, i, 3, 0))
        }),
        ("second number", &|i| (second(i).0, second(i).1)),
        ("second block", &|i| (second(i).0, second(i).2)),
    ];
    let unit = |bits: u64| (bits >> 11) as f64 / (1_u64 << 53) as f64 - 0.5;
    for (kind, pair) in kinds {
        let mut products = 0.0;
        let mut flips = [0_u32; 64];
        for i in 0..u64::from(PAIRS) {
            // Off the origin, where an index would meet the constants of other kinds.
            let (a, b) = pair(i + 1000);
            products += unit(a) * unit(b);
            for (bit, count) in flips.iter_mut().enumerate() {
                *count += ((a ^ b) >> bit & 1) as u32;
            }
        }
        let root = f64::from(PAIRS).sqrt();
        // Uniform numbers have the variance 1/12; 4.4 deviations: one in 10^5.
        let correlation = products * 12.0 / root;
        assert!(correlation.abs() < 4.4, "{kind}: {correlation}");
        for (bit, count) in flips.into_iter().enumerate() {
            let deviation = (2.0 * f64::from(count) - f64::from(PAIRS)) / root;
            assert!(deviation.abs() < 4.4, "{kind}, bit {bit}: {deviation}");
        }
    }
}

/// One more draw, person or purpose moves nobody else's numbers: a draw holds no state but its own.
#[test]
fn draws_do_not_touch_each_other() {
    let streams = Streams::new(11);
    let alone = streams.entity(1).purpose(1_u16).draw(1).bits();
    let mut other = streams.entity(1).purpose(1_u16).draw(0);
    for _ in 0..1000 {
        other.bits();
    }
    assert_eq!(streams.entity(1).purpose(1_u16).draw(1).bits(), alone);
}

#[test]
fn identities_are_their_own() {
    let mut seen = std::collections::HashSet::new();
    for school in ["Hailsham", "Glenmorgan", "Saunders Trust"] {
        for year in 1950..2000 {
            for number in 0..1000 {
                assert!(seen.insert(identity(&[name_hash(school), year, number])));
            }
        }
    }
    // Order and length count.
    for parts in [&[][..], &[0], &[0, 0], &[1, 2], &[2, 1], &[1, 2, 0]] {
        assert!(seen.insert(identity(parts)), "{parts:?}");
    }
}

#[test]
fn what_happens_has_the_probability_of_its_hazard() {
    for hazard in [0.001_f64, 0.3, 1.0, 5.0] {
        let within = 1.0 - (-hazard).exp();
        assert!(happens(within - 1e-9, hazard) && !happens(within + 1e-9, hazard));
    }
    assert!(!happens(0.0, 0.0) && happens(0.999, f64::INFINITY));
}

#[test]
fn draws_from_blocks_are_the_same_draws() {
    let streams = Streams::new(2005);
    let identities: Vec<u64> = (0..21).map(|index| identity(&[index])).collect();
    let numbers: Vec<u32> = (0..21).map(|index| index * 7).collect();
    let mut blocks = Vec::new();
    streams.blocks(33_u16, &identities, &numbers, &mut blocks);
    for ((entity, n), block) in identities.iter().zip(&numbers).zip(blocks) {
        let stream = streams.entity(*entity).purpose(33_u16);
        let (mut one, mut other) = (stream.draw(*n), stream.draw_from(*n, block));
        for _ in 0..5 {
            assert_eq!(one.bits(), other.bits());
        }
    }
}
