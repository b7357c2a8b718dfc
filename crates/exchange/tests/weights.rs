//! Weights of any number of places: what is called the best is the best by the weights themselves.
#![allow(clippy::unwrap_used)]

use hailsham_exchange::{
    Donor, Exchange, Failure, Match, Objective, Options, Pair, Pool, Reason, Solution, solve,
    unmatched, verify,
};

/// Pairs with these arcs, each with one donor.
fn pool(pairs: usize, arcs: &[(u32, u32, f64)]) -> Pool {
    let donors = (0..pairs as u32).map(|pair| Donor {
        pair: Some(pair),
        ..Donor::default()
    });
    let matches = arcs.iter().map(|&(donor, pair, weight)| Match {
        donor,
        pair,
        weight,
    });
    Pool::new(
        vec![Pair::default(); pairs],
        donors.collect(),
        matches.collect(),
    )
    .unwrap()
}

/// Two donors who give to each other, with these weights.
fn both(one: u32, other: u32, weights: [f64; 2]) -> [(u32, u32, f64); 2] {
    [(one, other, weights[0]), (other, one, weights[1])]
}

fn by_weight(pool: &Pool, more: &[Objective]) -> Solution {
    let options = Options {
        objectives: [&[Objective::Weight], more].concat(),
        ..Options::default()
    };
    solve(pool, &options, &mut |_| {}).unwrap()
}

fn cycles(of: &[[u32; 2]]) -> Vec<Exchange> {
    let cycles = of.iter().map(|two| Exchange::Cycle {
        donors: two.to_vec(),
    });
    cycles.collect()
}

#[test]
fn weights_are_held_to_the_last_place() {
    // The seventh and the ninth place decide.
    let seven = [both(0, 1, [0.333_333_1; 2]), both(0, 2, [0.333_333_4; 2])].concat();
    let solution = by_weight(&pool(3, &seven), &[]);
    assert!(solution.is_optimal());
    assert_eq!(solution.exchanges, cycles(&[[0, 2]]));
    assert_eq!(solution.achieved[0].value, 0.666_666_8);
    let nine = [both(0, 1, [1e-9; 2]), both(2, 3, [0.5, -0.499_999_999])].concat();
    let solution = by_weight(&pool(4, &nine), &[]);
    assert!(solution.is_optimal());
    assert_eq!(solution.exchanges, cycles(&[[0, 1], [2, 3]]));
    assert_eq!(solution.achieved[0].value, 3e-9);
    // Large ones beside them, and many pairs who have none.
    let large = [
        both(0, 1, [0.6, 0.1]),
        both(0, 2, [0.49; 2]),
        both(3, 4, [1e9; 2]),
    ]
    .concat();
    let solution = by_weight(&pool(40_000, &large), &[]);
    assert!(solution.is_optimal());
    assert_eq!(solution.exchanges, cycles(&[[0, 2], [3, 4]]));
    assert_eq!(solution.achieved[0].value, 2_000_000_000.98);
}

#[test]
fn nothing_is_proven_of_weights_that_are_rounded() {
    let third = 1.0 / 3.0;
    let arcs = [both(0, 1, [third; 2]), both(0, 2, [0.1 + 0.2, 0.3])].concat();
    let solution = by_weight(&pool(3, &arcs), &[Objective::Transplants]);
    let [weight, transplants] = solution.achieved[..] else {
        panic!("{:?}", solution.achieved)
    };
    assert_eq!(solution.exchanges, cycles(&[[0, 1]]));
    assert_eq!(weight.value, third + third);
    assert!(weight.rounded && !weight.is_optimal());
    let gap = weight.gap().unwrap();
    assert!(gap > 0.0 && gap < 1e-9, "{gap}");
    assert!(weight.bound.unwrap() > weight.value);
    assert_eq!((transplants.value, transplants.bound), (2.0, None));
    // Where nothing but whole numbers count, nothing is rounded.
    let options = Options::default();
    let solution = solve(&pool(3, &arcs), &options, &mut |_| {}).unwrap();
    assert!(solution.is_optimal());
}

/// A pool in which long cycles and chains cannot be searched through.
fn dense() -> (Pool, Options) {
    let mut state = 60_u64;
    let mut below = |most: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % most
    };
    let donors = (0..65).map(|donor| Donor {
        pair: (donor < 60).then_some(donor),
        ..Donor::default()
    });
    let mut matches = Vec::new();
    for (donor, pair) in (0..65).flat_map(|donor| (0..60).map(move |pair| (donor, pair))) {
        if donor != pair && below(5) == 0 {
            let weight = 1.0 + below(100) as f64;
            matches.push(Match {
                donor,
                pair,
                weight,
            });
        }
    }
    let pool = Pool::new(vec![Pair::default(); 60], donors.collect(), matches).unwrap();
    let options = Options {
        max_cycle: 30,
        max_chain: 30,
        objectives: vec![Objective::Weight],
        ..Options::default()
    };
    (pool, options)
}

#[test]
fn a_search_that_does_not_end_is_ended_by_the_limits() {
    let (pool, mut options) = dense();
    options.effort = Some(200);
    let one = solve(&pool, &options, &mut |_| {}).unwrap();
    let other = solve(&pool, &options, &mut |_| {}).unwrap();
    assert_eq!(one.exchanges, other.exchanges);
    verify(&pool, &one.exchanges, 30, 30).unwrap();
    let achieved = one.achieved[0];
    assert!(!one.is_optimal() && achieved.bound > Some(achieved.value));
    assert!(achieved.value > 0.0);
    // Of those who are left nobody says that no choice with them is better.
    let reasons = unmatched(&pool, &one, &options);
    assert!(
        reasons
            .iter()
            .all(|(_, why)| *why != Reason::OthersCountMore)
    );

    options.effort = None;
    options.time_limit = Some(std::time::Duration::from_millis(500));
    let limited = solve(&pool, &options, &mut |_| {}).unwrap();
    verify(&pool, &limited.exchanges, 30, 30).unwrap();
    assert!(limited.time.as_secs() < 10, "{:?}", limited.time);
}

/// A kept objective of many places makes the bounds of those after it wide: what is chosen is proven all the same.
#[test]
fn what_follows_weights_of_many_places_is_proven() {
    let arcs = both(0, 1, [-1.499_999_999, -1.25]);
    let options = Options {
        max_cycle: 2,
        max_chain: 0,
        objectives: vec![
            Objective::EffectiveTwoWay,
            Objective::Uk,
            Objective::FewestThreeWays,
            Objective::ExpectedRecourse,
        ],
        failure: Failure {
            arc: 0.25,
            vertex: 0.0,
        },
        ..Options::default()
    };
    let solution = solve(&pool(2, &arcs), &options, &mut |_| {}).unwrap();
    assert!(solution.is_optimal(), "{:?}", solution.achieved);
    let values: Vec<f64> = solution.achieved.iter().map(|of| of.value).collect();
    assert_eq!(values, [1.0, -2.749_999_999, 0.0, 1.125]);
}
