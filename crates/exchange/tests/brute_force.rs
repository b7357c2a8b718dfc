//! Random small pools, every objective order: the solver against trying everything.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::items_after_statements
)]

use hailsham_exchange::{
    Donor, Exchange, Failure, Match, Objective, Options, Pair, Pool, solve, value, verify,
};
use proptest::prelude::*;

/// All cycles and chains of a pool, by plain search.
fn everything(pool: &Pool, max_cycle: usize, max_chain: usize) -> Vec<Exchange> {
    fn extend(
        pool: &Pool,
        path: &mut Vec<u32>,
        chain: bool,
        most: usize,
        found: &mut Vec<Exchange>,
    ) {
        let last = path[path.len() - 1];
        let pairs = path.len() - usize::from(chain);
        if chain && pairs > 0 {
            found.push(Exchange::Chain {
                donors: path.clone(),
            });
        }
        if !chain && pairs > 1 {
            let home = pool.donors()[path[0] as usize].pair.unwrap();
            if pool.find(last, home).is_some() {
                found.push(Exchange::Cycle {
                    donors: path.clone(),
                });
            }
        }
        if pairs == most {
            return;
        }
        for next in 0..pool.donors().len() as u32 {
            let Some(pair) = pool.donors()[next as usize].pair else {
                continue;
            };
            let taken = path
                .iter()
                .any(|&d| pool.donors()[d as usize].pair == Some(pair));
            if taken || pool.find(last, pair).is_none() || (!chain && next < path[0]) {
                continue;
            }
            path.push(next);
            extend(pool, path, chain, most, found);
            path.pop();
        }
    }
    let mut found = Vec::new();
    for d in 0..pool.donors().len() as u32 {
        let chain = pool.donors()[d as usize].pair.is_none();
        extend(
            pool,
            &mut vec![d],
            chain,
            if chain { max_chain } else { max_cycle },
            &mut found,
        );
    }
    found
}

/// What an exchange is worth by the weights of its matches, and under the score of the United Kingdom by the ages.
fn points(pool: &Pool, objective: Objective, exchange: &Exchange) -> f64 {
    let of = |(from, to): (u32, u32)| {
        let [one, other] = [from, to].map(|donor| &pool.donors()[donor as usize]);
        let weight = pool.find(from, other.pair.unwrap()).unwrap().weight;
        match (one.age, other.age) {
            (Some(one), Some(other)) if objective == Objective::Uk => {
                let years = (one - other).abs();
                let alike = if years <= 20.0 { 3.0 } else { 0.0 };
                weight + alike + (70.0 - years).powi(2) / 100_000.0
            }
            _ => weight,
        }
    };
    exchange.transplants().map(of).sum()
}

/// The best values in order, by trying every disjoint choice.
fn best_by_trying(pool: &Pool, options: &Options) -> Vec<f64> {
    let all = everything(pool, options.max_cycle, options.max_chain);
    let limits = (options.max_cycle, options.max_chain);
    // The best sets of what is worth something; better is greater.
    let worth: Vec<Vec<f64>> = all
        .iter()
        .map(|e| {
            options
                .objectives
                .iter()
                .map(|&o| {
                    let one = std::slice::from_ref(e);
                    let v = match o {
                        Objective::Weight | Objective::Uk => points(pool, o, e),
                        _ => value(pool, o, options.failure, limits, one),
                    };
                    if o.is_minimised() { -v } else { v }
                })
                .collect()
        })
        .collect();
    let uses: Vec<u64> = all
        .iter()
        .map(|e| {
            e.donors().iter().fold(0, |bits, &d| {
                bits | match pool.donors()[d as usize].pair {
                    Some(pair) => 1 << pair,
                    None => 1 << (32 + d),
                }
            })
        })
        .collect();
    fn go(
        from: usize,
        used: u64,
        sum: &[f64],
        worth: &[Vec<f64>],
        uses: &[u64],
        best: &mut Vec<f64>,
    ) {
        let better = sum
            .iter()
            .zip(best.iter())
            .map(|(a, b)| {
                if (a - b).abs() < 1e-10 {
                    0
                } else if a > b {
                    1
                } else {
                    -1
                }
            })
            .find(|&s| s != 0);
        if better == Some(1) {
            *best = sum.to_vec();
        }
        for k in from..worth.len() {
            if uses[k] & used == 0 {
                let next: Vec<f64> = sum.iter().zip(&worth[k]).map(|(a, b)| a + b).collect();
                go(k + 1, used | uses[k], &next, worth, uses, best);
            }
        }
    }
    let zero = vec![0.0; options.objectives.len()];
    let mut best = zero.clone();
    go(0, 0, &zero, &worth, &uses, &mut best);
    best.iter()
        .zip(&options.objectives)
        .map(|(&v, o)| if o.is_minimised() { 0.0 - v } else { v })
        .collect()
}

/// Of several places: quarters, and whatever the sixth, seventh or ninth place can say.
fn fractions() -> impl Strategy<Value = f64> {
    (
        0_u32..4,
        proptest::sample::select(vec![0_i32, 1, 6, 7, 9]),
        0_u32..10,
    )
        .prop_map(|(quarters, places, last)| {
            f64::from(quarters) / 4.0 + f64::from(last) / 10_f64.powi(places)
        })
}

/// The number of nine places that is nearest, as a file would have it.
fn to_nine(number: f64) -> f64 {
    format!("{number:.9}").parse().unwrap()
}

fn pools() -> impl Strategy<Value = Pool> {
    (2_usize..8, 0_usize..3, 0_usize..2).prop_flat_map(|(pairs, altruists, second)| {
        let donors = pairs + second + altruists;
        let arcs = proptest::collection::vec(
            (proptest::bool::weighted(0.35), -2_i32..12, fractions()),
            donors * pairs,
        );
        let ages = proptest::collection::vec(proptest::option::of(20_u8..80), donors);
        (Just((pairs, second, donors)), arcs, ages).prop_map(
            |((pairs, second, donors), arcs, ages)| {
                // The first pair may have a second donor; altruists come last.
                let of = |d: usize| {
                    if d < pairs {
                        Some(d as u32)
                    } else if d < pairs + second {
                        Some(0)
                    } else {
                        None
                    }
                };
                let list = (0..donors)
                    .map(|d| Donor {
                        name: d.to_string(),
                        pair: of(d),
                        age: ages[d].map(f64::from),
                        blood_group: None,
                    })
                    .collect();
                let matches = arcs
                    .iter()
                    .enumerate()
                    .filter(|(k, (present, ..))| {
                        *present && of(k / pairs) != Some((k % pairs) as u32)
                    })
                    .map(|(k, (_, weight, fraction))| Match {
                        donor: (k / pairs) as u32,
                        pair: (k % pairs) as u32,
                        weight: to_nine(f64::from(*weight) + fraction),
                    })
                    .collect();
                Pool::new(
                    (0..pairs)
                        .map(|p| Pair {
                            name: p.to_string(),
                            ..Pair::default()
                        })
                        .collect(),
                    list,
                    matches,
                )
                .unwrap()
            },
        )
    })
}

/// Any order of any of the objectives.
fn orders() -> impl Strategy<Value = Vec<Objective>> {
    (Just(Objective::ALL.to_vec()).prop_shuffle(), 1_usize..=4).prop_map(|(mut all, n)| {
        all.truncate(n);
        all
    })
}

/// As many cases as `PROPTEST_CASES` says, else these.
fn cases(otherwise: u32) -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(otherwise)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(1000), ..ProptestConfig::default() })]

    #[test]
    fn small_pools_agree_with_trying_everything(
        pool in pools(),
        objectives in orders(),
        max_cycle in 2_usize..=4,
        max_chain in 0_usize..=4,
        arc in 0_u8..4,
        vertex in 0_u8..4,
    ) {
        let failure = Failure { arc: f64::from(arc) / 4.0, vertex: f64::from(vertex) / 4.0 };
        let options = Options { max_cycle, max_chain, objectives, failure, time_limit: Some(std::time::Duration::from_secs(20)), ..Options::default() };
        let solution = solve(&pool, &options, &mut |_| {}).unwrap();
        verify(&pool, &solution.exchanges, max_cycle, max_chain).unwrap();
        prop_assert!(solution.is_optimal());
        let best = best_by_trying(&pool, &options);
        for (found, best) in solution.achieved.iter().zip(&best) {
            prop_assert!((found.value - best).abs() < 1e-10, "{}: {} but {best}", found.objective, found.value);
        }
        // The value is that of the exchanges.
        for found in &solution.achieved {
            let again = value(&pool, found.objective, failure, (max_cycle, max_chain), &solution.exchanges);
            prop_assert_eq!(found.value, again);
        }
    }
}
