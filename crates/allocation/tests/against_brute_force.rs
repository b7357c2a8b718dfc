//! Whatever the list, the donor and the policy: the ranking is that of sorting everybody.

#![allow(clippy::unwrap_used)]

use std::cmp::Reverse;

use hailsham_allocation::{
    Abo, AboRule, Candidate, Compatibility, Donor, Hla, Policy, WaitingList,
};
use proptest::collection::vec;
use proptest::prelude::*;

const YEAR: i128 = 525_960;

fn abo() -> impl Strategy<Value = Abo> {
    (0..4_usize).prop_map(|index| Abo::from_index(index).unwrap())
}

/// Few antigens of few, so that matches are common; now and then any set at all.
fn hla() -> impl Strategy<Value = Hla> {
    prop_oneof![
        9 => vec(0..12_u8, 0..=6).prop_map(|antigens| antigens.into_iter().fold(Hla::EMPTY, Hla::with)),
        1 => any::<u64>().prop_map(Hla::from_bits),
    ]
}

fn time() -> impl Strategy<Value = i32> {
    // Whole years make ties common; single minutes make near ties; the ends are the ends.
    prop_oneof![
        6 => (-3..20).prop_map(|year| year * YEAR as i32),
        3 => 0..5_000_000,
        1 => prop_oneof![Just(i32::MIN), Just(i32::MAX)],
    ]
}

fn candidates(most: usize) -> impl Strategy<Value = Vec<Candidate>> {
    vec((abo(), hla(), any::<bool>(), time()), 0..most).prop_map(|rows| {
        rows.into_iter()
            .zip(0..)
            .map(|((abo, hla, urgent, listed), id)| Candidate {
                id,
                abo,
                hla,
                urgent,
                listed,
            })
            .collect()
    })
}

fn policy() -> impl Strategy<Value = Policy> {
    let abo = prop_oneof![
        Just(AboRule::IdenticalFirst),
        Just(AboRule::Compatible),
        Just(AboRule::IdenticalOnly)
    ];
    let weight = || prop_oneof![Just(0.0), Just(0.5), Just(1.0), Just(1000.0), 0.0..10.0];
    (any::<bool>(), abo, weight(), weight(), 0..8_u32).prop_map(
        |(urgent_first, abo, points_per_year_waiting, points_per_match, max_mismatches)| Policy {
            urgent_first,
            abo,
            points_per_year_waiting,
            points_per_match,
            max_mismatches,
        },
    )
}

/// The ranking as the documentation of `Policy` defines it, in wide integers and by sorting.
fn brute_force(
    policy: &Policy,
    candidates: &[Candidate],
    donor: &Donor,
    now: i32,
) -> Vec<(u32, f64)> {
    let micro = |weight: f64| (weight * 1e6).round() as i128;
    let mut ranked: Vec<_> = candidates
        .iter()
        .filter_map(|candidate| {
            let compatibility = donor.abo.donor_to(candidate.abo);
            let allowed = match policy.abo {
                AboRule::IdenticalOnly => compatibility == Compatibility::Identical,
                AboRule::IdenticalFirst | AboRule::Compatible => {
                    compatibility != Compatibility::Incompatible
                }
            };
            let mismatches = Hla::mismatches(donor.hla, candidate.hla);
            if !allowed || mismatches > policy.max_mismatches {
                return None;
            }
            let waited = (i128::from(now) - i128::from(candidate.listed)).max(0);
            let matches = i128::from(donor.hla.len() - mismatches);
            let points = micro(policy.points_per_year_waiting) * waited
                + micro(policy.points_per_match) * matches * YEAR;
            let behind_urgent = policy.urgent_first && !candidate.urgent;
            let behind_identical =
                policy.abo == AboRule::IdenticalFirst && compatibility != Compatibility::Identical;
            Some((
                behind_urgent,
                behind_identical,
                Reverse(points),
                candidate.listed,
                candidate.id,
            ))
        })
        .collect();
    ranked.sort_unstable();
    ranked
        .into_iter()
        .map(|(_, _, Reverse(points), _, id)| (id, points as f64 / 1e6 / YEAR as f64))
        .collect()
}

fn check(
    list: &WaitingList,
    policy: &Policy,
    waiting: &[Candidate],
    donor: &Donor,
    now: i32,
    most: usize,
) {
    let expected = brute_force(policy, waiting, donor, now);
    let ids: Vec<u32> = expected.iter().map(|(id, _)| *id).collect();
    let ranked = |most| {
        list.ranked(donor, now, most)
            .iter()
            .map(|offer| offer.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(list.len(), waiting.len());
    assert_eq!(
        list.best(donor, now).map(|offer| offer.id),
        ids.first().copied()
    );
    assert_eq!(ranked(most), ids[..most.min(ids.len())]);
    assert_eq!(ranked(usize::MAX), ids);
    assert_eq!(list.count_compatible(donor), ids.len());
    assert_eq!(list.any_compatible(donor), !ids.is_empty());
    for (offer, (id, points)) in list.ranked(donor, now, usize::MAX).iter().zip(expected) {
        let candidate = waiting.iter().find(|candidate| candidate.id == id).unwrap();
        assert!((offer.points.value() - points).abs() <= 1e-12 * points.abs());
        assert_eq!(offer.mismatches, Hla::mismatches(donor.hla, candidate.hla));
        assert_eq!(offer.abo, donor.abo.donor_to(candidate.abo));
        assert_eq!(
            (offer.recipient_abo, offer.urgent, offer.listed),
            (candidate.abo, candidate.urgent, candidate.listed)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_ranking_is_that_of_sorting_everybody(
        policy in policy(),
        candidates in candidates(600),
        removed in vec(any::<prop::sample::Index>(), 0..80),
        donors in vec((abo(), hla(), time(), 0..12_usize), 1..5),
    ) {
        let mut list = WaitingList::new(policy).unwrap();
        let mut waiting = candidates.clone();
        for candidate in candidates {
            prop_assert!(list.add(candidate));
        }
        for index in removed {
            if !waiting.is_empty() {
                let gone = waiting.swap_remove(index.index(waiting.len()));
                prop_assert!(list.remove(&gone));
            }
        }
        for (abo, hla, now, most) in donors {
            check(&list, &policy, &waiting, &Donor { abo, hla }, now, most);
        }
    }

    /// Organs are given away one by one until nobody is left who could take one, while others
    /// become urgent and keep their date of listing.
    #[test]
    fn a_list_is_served_in_order_to_its_end(
        policy in policy(),
        candidates in candidates(150),
        upgrades in vec(any::<prop::sample::Index>(), 0..20),
        donor in (abo(), hla()),
        now in time(),
    ) {
        let donor = Donor { abo: donor.0, hla: donor.1 };
        let mut list = WaitingList::new(policy).unwrap();
        let mut waiting = candidates;
        for candidate in waiting.iter().rev() {
            list.add(*candidate);
        }
        let mut upgrades = upgrades.into_iter();
        while let Some(offer) = list.best(&donor, now) {
            let expected = brute_force(&policy, &waiting, &donor, now);
            prop_assert_eq!(Some(offer.id), expected.first().map(|(id, _)| *id));
            let index = waiting.iter().position(|candidate| candidate.id == offer.id).unwrap();
            prop_assert!(list.remove(&waiting.swap_remove(index)));
            if let (Some(index), false) = (upgrades.next(), waiting.is_empty()) {
                let index = index.index(waiting.len());
                let patient = &mut waiting[index];
                prop_assert!(list.remove(patient));
                patient.urgent = true;
                prop_assert!(list.add(*patient));
            }
        }
        prop_assert_eq!(brute_force(&policy, &waiting, &donor, now), []);
        prop_assert_eq!(list.len(), waiting.len());
    }
}
