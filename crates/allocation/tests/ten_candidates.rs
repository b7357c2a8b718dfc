//! An allocation of ten candidates, worked out by hand.
//!
//! The donor has blood group A and the antigens A1 A2 B8 B44 DR3 DR4. A year on the list gives
//! 2 points, a matched antigen 1 point; urgent candidates come first, then the donor's own blood
//! group; at most four mismatches, so at least two matches. It is the end of year 10.
//!
//! ```text
//! id  ABO  urgent  listed   antigens                  matches           points
//!  1   A     no    year 4   A1 A3 B8 B7 DR1 DR3       A1 B8 DR3     3   6·2 + 3 = 15
//!  2   A     no    year 2   A3 B7 DR1                 none          0   excluded: 6 mismatches
//!  3   A     no    year 7   A1 A2 B8 B44 DR3 DR4      all           6   3·2 + 6 = 12
//!  4   A     no    year 3   A1 A3 B7 B44 DR1          A1 B44        2   7·2 + 2 = 16
//!  5   AB    no    year 1   A1 A2 B8 B44 DR1 DR3      all but DR4   5   9·2 + 5 = 23
//!  6   O     no    year 0   A1 A2 B8 B44 DR3 DR4      all           6   excluded: blood group
//!  7   A     yes   year 9   A2 A3 B7 B44 DR1 DR4      A2 B44 DR4    3   1·2 + 3 =  5
//!  8   AB    yes   year 5   A1 A3 B8 B7 DR1           A1 B8         2   5·2 + 2 = 12
//!  9   A     no    year 4   A2 A3 B44 B7 DR1 DR4      A2 B44 DR4    3   6·2 + 3 = 15
//! 10   A     no    year 5   A1 A2 B8 B44 DR3 DR1      all but DR4   5   5·2 + 5 = 15
//! ```
//!
//! Urgent, own group: 7. Urgent, compatible group: 8, though it has more points. Others, own
//! group: 4 with 16 points; then 1, 9 and 10 with 15 each, of whom 1 and 9 were listed earlier,
//! and 1 has the lower id; then 3 with 12, in spite of its full match. Others, compatible group:
//! 5, though it has the most points of all.

#![allow(clippy::unwrap_used)]

use hailsham_allocation::{
    Abo, AboRule, Candidate, Compatibility, Donor, HlaTable, Policy, WaitingList,
};

const YEAR: i32 = 525_960;
const POLICY: Policy = Policy {
    urgent_first: true,
    abo: AboRule::IdenticalFirst,
    points_per_year_waiting: 2.0,
    points_per_match: 1.0,
    max_mismatches: 4,
};

fn table() -> HlaTable {
    HlaTable::new(["A1", "A2", "A3", "B7", "B8", "B44", "DR1", "DR3", "DR4"]).unwrap()
}

fn donor() -> Donor {
    Donor {
        abo: Abo::A,
        hla: table().read("A1 A2 B8 B44 DR3 DR4").unwrap(),
    }
}

fn candidates() -> Vec<Candidate> {
    let rows = [
        (1, Abo::A, false, 4, "A1 A3 B8 B7 DR1 DR3"),
        (2, Abo::A, false, 2, "A3 B7 DR1"),
        (3, Abo::A, false, 7, "A1 A2 B8 B44 DR3 DR4"),
        (4, Abo::A, false, 3, "A1 A3 B7 B44 DR1"),
        (5, Abo::Ab, false, 1, "A1 A2 B8 B44 DR1 DR3"),
        (6, Abo::O, false, 0, "A1 A2 B8 B44 DR3 DR4"),
        (7, Abo::A, true, 9, "A2 A3 B7 B44 DR1 DR4"),
        (8, Abo::Ab, true, 5, "A1 A3 B8 B7 DR1"),
        (9, Abo::A, false, 4, "A2 A3 B44 B7 DR1 DR4"),
        (10, Abo::A, false, 5, "A1 A2 B8 B44 DR3 DR1"),
    ];
    let table = table();
    rows.into_iter()
        .map(|(id, abo, urgent, year, hla)| Candidate {
            id,
            abo,
            hla: table.read(hla).unwrap(),
            urgent,
            listed: year * YEAR,
        })
        .collect()
}

fn list(policy: Policy) -> WaitingList {
    let mut list = WaitingList::new(policy).unwrap();
    for candidate in candidates() {
        assert!(list.add(candidate));
        assert!(!list.add(candidate), "nobody is on a list twice");
    }
    list
}

fn order(list: &WaitingList, at_most: usize) -> Vec<u32> {
    list.ranked(&donor(), 10 * YEAR, at_most)
        .iter()
        .map(|offer| offer.id)
        .collect()
}

#[test]
fn the_ranked_list_is_that_of_the_table() {
    let list = list(POLICY);
    assert_eq!(
        (
            list.len(),
            list.count_urgent(),
            list.count_compatible(&donor())
        ),
        (10, 2, 8)
    );
    let ranked: Vec<_> = list
        .ranked(&donor(), 10 * YEAR, usize::MAX)
        .into_iter()
        .map(|offer| (offer.id, offer.points.value(), offer.mismatches))
        .collect();
    let expected = [
        (7, 5.0, 3),
        (8, 12.0, 4),
        (4, 16.0, 4),
        (1, 15.0, 3),
        (9, 15.0, 3),
        (10, 15.0, 1),
        (3, 12.0, 0),
        (5, 23.0, 1),
    ];
    assert_eq!(ranked, expected);
    assert_eq!(order(&list, 4), [7, 8, 4, 1]);
    assert_eq!(order(&list, 0), [0; 0]);
}

#[test]
fn who_accepts_is_removed_and_the_next_is_first() {
    let mut list = list(POLICY);
    let candidates = candidates();
    for expected in [7, 8, 4, 1, 9, 10, 3, 5] {
        let offer = list.best(&donor(), 10 * YEAR).unwrap();
        assert_eq!(offer.id, expected);
        let candidate = candidates[offer.id as usize - 1];
        assert_eq!(
            (offer.recipient_abo, offer.urgent, offer.listed),
            (candidate.abo, candidate.urgent, candidate.listed)
        );
        let own = candidate.abo == Abo::A;
        assert_eq!(offer.abo == Compatibility::Identical, own);
        assert!(list.any_compatible(&donor()));
        assert!(list.remove(&candidate));
        assert!(!list.remove(&candidate));
    }
    // 2 and 6 still wait, and this organ is not for them.
    assert_eq!(list.len(), 2);
    assert_eq!(list.best(&donor(), 10 * YEAR), None);
    assert!(!list.any_compatible(&donor()));
}

/// Each change of the rule, with the reason for the new order.
#[test]
fn other_rules_rank_the_same_people_otherwise() {
    let ranked = |policy| order(&list(policy), 10);
    // Points alone decide: 23, 16, 15 (listed in year 4, twice, then 5), 12 (year 5, then 7), 5.
    let alike = Policy {
        urgent_first: false,
        abo: AboRule::Compatible,
        ..POLICY
    };
    assert_eq!(ranked(alike), [5, 4, 1, 9, 10, 8, 3, 7]);
    // Waiting time alone decides, and nobody is excluded by mismatches: 2 comes in.
    let queue = Policy {
        points_per_match: 0.0,
        max_mismatches: 6,
        ..alike
    };
    assert_eq!(ranked(queue), [5, 2, 4, 1, 9, 8, 10, 3, 7]);
    // Matches alone decide: 6; 5 (year 1), 5 (year 5); 3 (years 4, 4, 9); 2 (years 3, 5).
    let fit = Policy {
        points_per_year_waiting: 0.0,
        ..alike
    };
    assert_eq!(ranked(fit), [3, 5, 10, 1, 9, 7, 4, 8]);
    // Own blood group only: 5 and 8 are out.
    let own = Policy {
        abo: AboRule::IdenticalOnly,
        ..POLICY
    };
    assert_eq!(ranked(own), [7, 4, 1, 9, 10, 3]);
    // At most one mismatch.
    let close = Policy {
        max_mismatches: 1,
        ..POLICY
    };
    assert_eq!(ranked(close), [10, 3, 5]);
}
