//! What is told of a solution: who gives, what can still be done, why others are left.
#![allow(clippy::unwrap_used)]

use hailsham_exchange::{
    Donor, Exchange, Failure, Match, Objective, Options, Pair, Pool, back_ups, line, solve, to_json,
};

/// Pairs a, b and c in a cycle; a has a second donor, 11, who can give to c, and c can give to a.
fn two_donors() -> Pool {
    let pairs = ["a", "b", "c"].map(|name| Pair {
        name: name.to_owned(),
        ..Pair::default()
    });
    let donors = [("1", 0), ("11", 0), ("2", 1), ("3", 2)].map(|(name, pair)| Donor {
        name: name.to_owned(),
        pair: Some(pair),
        ..Donor::default()
    });
    let matches = [(0, 1), (1, 2), (2, 2), (3, 0)].map(|(donor, pair)| Match {
        donor,
        pair,
        weight: 1.0,
    });
    Pool::new(pairs.to_vec(), donors.to_vec(), matches.to_vec()).unwrap()
}

fn options(objective: Objective) -> Options {
    Options {
        objectives: vec![objective],
        failure: Failure {
            arc: 0.0,
            vertex: 0.2,
        },
        ..Options::default()
    }
}

/// When b drops out, a and c go on with the donor of a who was not chosen.
#[test]
fn a_pair_goes_on_with_any_of_its_donors() {
    let pool = two_donors();
    let whole = Exchange::Cycle {
        donors: vec![0, 2, 3],
    };
    let spare = back_ups(&pool, &whole);
    assert_eq!(spare, [Exchange::Cycle { donors: vec![1, 3] }]);
    let best = |objective| {
        solve(&pool, &options(objective), &mut |_| {})
            .unwrap()
            .achieved[0]
            .value
    };
    // All three hold: 3 of 0.8 ^ 3; a and c alone: 2 of 0.8 ^ 2 x 0.2.
    assert_eq!(best(Objective::ExpectedRecourse), 1.536 + 0.256);
    assert_eq!(best(Objective::BackArcs), 1.0);
    assert_eq!(best(Objective::EffectiveTwoWay), 1.0);
}

/// Two donors of a pair who could give to the same patient are one back-up, of the chosen one.
#[test]
fn the_same_pairs_are_told_once() {
    let pairs = vec![Pair::default(); 3];
    let donors = [0, 0, 1, 2].map(|pair| Donor {
        pair: Some(pair),
        ..Donor::default()
    });
    let arcs = [(0, 1), (1, 1), (2, 0), (2, 2), (3, 0)];
    let matches = arcs.map(|(donor, pair)| Match {
        donor,
        pair,
        weight: 1.0,
    });
    let pool = Pool::new(pairs, donors.to_vec(), matches.to_vec()).unwrap();
    let whole = Exchange::Cycle {
        donors: vec![1, 2, 3],
    };
    assert_eq!(
        back_ups(&pool, &whole),
        [Exchange::Cycle { donors: vec![1, 2] }]
    );
}

#[test]
fn it_is_told_which_donor_of_a_pair_gives() {
    let pool = two_donors();
    let options = options(Objective::Transplants);
    let solution = solve(&pool, &options, &mut |_| {}).unwrap();
    let [whole] = &solution.exchanges[..] else {
        panic!("{:?}", solution.exchanges)
    };
    assert_eq!(
        line(&pool, whole),
        "pair a (donor 1) → pair b → pair c → pair a (donor 1)"
    );
    assert_eq!(
        line(&pool, &back_ups(&pool, whole)[0]),
        "pair a (donor 11) → pair c → pair a (donor 11)"
    );
    let told = to_json(&pool, &options, &solution);
    assert_eq!(
        told["exchanges"],
        serde_json::json!([{"kind": "cycle", "transplants": [
            {"donor": 1, "recipient": "b", "weight": 1},
            {"donor": 2, "recipient": "c", "weight": 1},
            {"donor": 3, "recipient": "a", "weight": 1},
        ]}])
    );
}
