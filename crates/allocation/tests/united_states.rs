//! The kidney rules of the United States: examples that were published, or worked out by hand from the formulae.
#![allow(clippy::unwrap_used)]

use hailsham_allocation::Abo;
use hailsham_allocation::kidneys::{Candidate, Candidates, Donor, Match, Place};
use hailsham_allocation::policies;
use hailsham_allocation::rules::{Policy, Ranking};
use hailsham_allocation::typing::{Determinants, Typing};
use hailsham_scenario::Source;

fn policy() -> Policy {
    match policies::read(&Source::Name("optn-kidney-2025".into()), &[]) {
        Ok((_, policy)) => policy,
        Err(error) => panic!("{}", error.render(false)),
    }
}

fn antigens() -> Determinants {
    Determinants::new(
        [
            ["hla_a", "", "A1", "A1"],
            ["hla_a", "", "A2", "A2"],
            ["hla_b", "", "B7", "B7"],
            ["hla_b", "", "B8", "B8"],
            ["hla_dr", "", "DR1", "DR1"],
            ["hla_dr", "", "DR4", "DR4"],
        ],
        &[],
    )
}

fn all(candidates: impl IntoIterator<Item = Candidate>) -> Candidates {
    let mut all = Candidates::default();
    for candidate in candidates {
        all.push(candidate);
    }
    all
}

/// A term for each candidate.
fn term(name: &str, donor: &Donor, candidates: &Candidates) -> Vec<f64> {
    let rows: Vec<u32> = (0..candidates.len() as u32).collect();
    let of = Match {
        candidates,
        donor,
        determinants: &antigens(),
    };
    let mut ranking = Ranking::new();
    ranking.term(&policy(), name, &of, &rows).unwrap()
}

/// The example of the "Guide to Calculating and Interpreting the KDPI" (OPTN): 52 years, 183 cm, 81 kg, high blood
/// pressure, no diabetes, stroke, creatinine 1.7 mg/dl, donation after circulatory death. Its KDPI was 79 % by the
/// scaling factor of 2023, 1.30900852563932; by the table of 2024 it is 72 %, from 1.71236 / 1.40437 = 1.21931.
#[test]
fn the_donor_index_is_that_of_the_guide() {
    let guide = Donor {
        age: 52.0,
        height: 183.0,
        weight: 81.0,
        hypertension: true,
        death_cause: 1,
        creatinine: 1.7,
        circulatory: true,
        ..Donor::default()
    };
    let one = all([Candidate::default()]);
    // 0.0092·12 + 0.0067·2 − 0.0557·1.3 + 0.1106 + 0.0743 + 0.2128·0.7 − 0.2199·0.2 + 0.1966
    let by_hand =
        libm::exp(0.1104 + 0.0134 - 0.07241 + 0.1106 + 0.0743 + 0.14896 - 0.04398 + 0.1966);
    assert!((by_hand - 1.7124).abs() < 1e-4);
    assert!((term("kdri_rao", &guide, &one)[0] - by_hand).abs() < 1e-12);
    assert_eq!(term("kdpi", &guide, &one), [72.0]);
    // The reference donor of the formula has a KDRI of 1 before scaling: 1 / 1.40437 = 0.71206.
    let reference = Donor::default();
    assert_eq!(term("kdri_rao", &reference, &one), [1.0]);
    assert_eq!(term("kdpi", &reference, &one), [16.0]);
    // A child: 8 years, 130 cm, 28 kg, 0.5 mg/dl:
    // 0.0092·(−32) + 0.0113·(−10) − 0.0557·(−4) − 0.0333·(−10.4) + 0.2128·(−0.5) = 0.05432
    let child = Donor {
        age: 8.0,
        height: 130.0,
        weight: 28.0,
        creatinine: 0.5,
        ..Donor::default()
    };
    let by_hand = libm::exp(-0.2944 - 0.113 + 0.2228 + 0.34632 - 0.1064);
    assert!((term("kdri_rao", &child, &one)[0] - by_hand).abs() < 1e-12);
    // Creatinine counts up to 8 mg/dl.
    let capped = |creatinine| Donor {
        creatinine,
        ..Donor::default()
    };
    assert_eq!(
        term("kdri", &capped(8.0), &one),
        term("kdri", &capped(15.0), &one)
    );
}

/// By hand from the formula of the "Guide to Calculating and Interpreting the EPTS Score" (OPTN).
#[test]
fn the_recipient_index_is_that_of_the_formula() {
    let candidates = all([
        // 0.047·25 + 0.315·ln 6 = 1.175 + 0.564404 = 1.739404: 27 %.
        Candidate {
            dialysis_time: 5.0,
            ..Candidate::default()
        },
        // 0.047·15 + 0.130 = 0.835: 7 %.
        Candidate {
            age: 40.0,
            ..Candidate::default()
        },
        // With diabetes and a transplant before: 0.032·35 + 0.161 + 0.216·ln 4 + 1.262 = 2.842440: 88 %.
        Candidate {
            age: 60.0,
            diabetes: true,
            previous_transplants: 2,
            dialysis_time: 3.0,
            ..Candidate::default()
        },
        Candidate {
            age: 12.0,
            ..Candidate::default()
        },
    ]);
    let donor = Donor::default();
    let raw = term("raw_epts", &donor, &candidates);
    for (found, expected) in raw.iter().zip([1.739_404, 0.835, 2.842_440]) {
        assert!((found - expected).abs() < 1e-5, "{found} {expected}");
    }
    assert_eq!(term("epts", &donor, &candidates)[..3], [27.0, 7.0, 88.0]);
    assert_eq!(term("top_20", &donor, &candidates), [0.0, 1.0, 0.0, 0.0]);
}

/// A hospital so many nautical miles north of the donor's, on a sphere of 3,440.07 nautical miles.
fn north(miles: f64) -> Place {
    Place {
        latitude: (miles / (6_371.008_8 / 1.852)).to_degrees(),
        longitude: 0.0,
    }
}

fn points(candidate: Candidate) -> Vec<(String, f64)> {
    let table = antigens();
    let donor = Donor {
        typing: Typing::read("A1 A2 B7 B8 DR1 DR4", &table),
        ..Donor::default()
    };
    let candidates = all([candidate]);
    let of = Match {
        candidates: &candidates,
        donor: &donor,
        determinants: &table,
    };
    let policy = policy();
    let details = Ranking::new().details(&policy, &of, &[0]).remove(0);
    let names = policy.components().iter().cloned();
    names.zip(details[1..].iter().copied()).collect()
}

fn component(candidate: Candidate, name: &str) -> f64 {
    let all = points(candidate);
    all.into_iter().find(|(other, _)| other == name).unwrap().1
}

#[test]
fn points_are_those_of_the_tables() {
    // Two years of 365 days are two points.
    let waited = Candidate {
        waiting_time: 730.0 / 365.25,
        ..Candidate::default()
    };
    assert!((component(waited, "wait") - 2.0).abs() < 1e-12);
    // The sliding scale, with the bounds of its steps.
    for (cpra, expected) in [
        (19.4, 0.0),
        (20.0, 0.08),
        (79.0, 1.58),
        (80.0, 2.46),
        (94.0, 6.71),
        (95.0, 10.82),
        (97.0, 17.30),
        (98.0, 24.40),
        (99.0, 50.09),
        (99.6, 202.10),
    ] {
        let candidate = Candidate {
            cpra,
            ..Candidate::default()
        };
        assert_eq!(component(candidate, "sensitised"), expected, "{cpra}");
    }
    // 2 points at the donor's hospital to 0 at 250 nautical miles; then 4 to 0 at 2,500.
    for (miles, expected) in [
        (0.0, 2.0),
        (100.0, 1.2),
        (249.999_999, 0.0),
        (250.000_001, 4.0),
        (1375.0, 2.0),
        (2500.0, 0.0),
        (4000.0, 0.0),
    ] {
        let candidate = Candidate {
            place: north(miles),
            ..Candidate::default()
        };
        let found = component(candidate, "proximity");
        assert!((found - expected).abs() < 1e-6, "{miles}: {found}");
    }
    let table = antigens();
    for (hla, expected) in [("A1 B7 DR1 DR4", 2.0), ("A1 B7 DR1", 1.0), ("A1 B7", 0.0)] {
        let candidate = Candidate {
            typing: Typing::read(hla, &table),
            ..Candidate::default()
        };
        assert_eq!(component(candidate, "dr"), expected, "{hla}");
    }
    // A child of nine with no mismatch: 4 points, and one more for a kidney with a KDPI below 35 %.
    let young = Candidate {
        age: 9.0,
        typing: Typing::read("A1 A2 B7 B8 DR1 DR4", &table),
        ..Candidate::default()
    };
    let found = points(young.clone());
    let sum: f64 = found
        .iter()
        .filter(|(name, _)| name.ends_with("mismatch") || name == "young_good_kidney")
        .map(|(_, points)| points)
        .sum();
    assert_eq!(sum, 5.0);
    let older = Candidate { age: 11.0, ..young };
    assert_eq!(component(older.clone(), "child_zero_mismatch"), 3.0);
    assert_eq!(component(older, "young_zero_mismatch"), 0.0);
}

fn tiers(donor: &Donor, candidates: &Candidates) -> Vec<(u32, String)> {
    let rows: Vec<u32> = (0..candidates.len() as u32).collect();
    let table = antigens();
    let of = Match {
        candidates,
        donor,
        determinants: &table,
    };
    let policy = policy();
    let mut ranking = Ranking::new();
    let mut ranked = ranking.rank(&policy, &of, &rows);
    (0..ranked.len())
        .filter_map(|place| ranked.get(place))
        .map(|entry| (entry.row, policy.tiers()[usize::from(entry.tier)].clone()))
        .collect()
}

/// One candidate of each kind, for donors of the four sequences. Expected is the published summary of the sequences:
/// very highly sensitised; prior living donors; children (A and B); medically urgent; CPRA 99 and 98 %; no mismatch;
/// the top 20 % of expected survival (A); all near; the nation.
#[test]
fn the_sequences_are_in_the_order_of_the_policy() {
    let table = antigens();
    let mismatched = Candidate {
        age: 60.0,
        age_at_listing: 59.0,
        typing: Typing::read("A1 B7 DR1", &table),
        waiting_time: 1.0,
        ..Candidate::default()
    };
    let matched = Typing::read("A1 A2 B7 B8 DR1 DR4", &table);
    let far = north(600.0);
    let candidates = all([
        // 0: near, nothing else; old enough not to be in the top 20 %.
        Candidate {
            accepts_high_risk: true,
            ..mismatched.clone()
        },
        // 1: in the top 20 % by EPTS.
        Candidate {
            age: 30.0,
            accepts_high_risk: true,
            ..mismatched.clone()
        },
        // 2: far, with ten years of waiting.
        Candidate {
            place: far,
            waiting_time: 10.0,
            accepts_high_risk: true,
            ..mismatched.clone()
        },
        // 3: no mismatch, near.
        Candidate {
            typing: matched.clone(),
            accepts_high_risk: true,
            ..mismatched.clone()
        },
        // 4: CPRA 98 %.
        Candidate {
            cpra: 98.0,
            accepts_high_risk: true,
            ..mismatched.clone()
        },
        // 5: medically urgent.
        Candidate {
            medically_urgent: true,
            accepts_high_risk: true,
            ..mismatched.clone()
        },
        // 6: a child.
        Candidate {
            age: 12.0,
            age_at_listing: 11.0,
            accepts_high_risk: true,
            ..mismatched.clone()
        },
        // 7: a prior living donor.
        Candidate {
            prior_living_donor: true,
            accepts_high_risk: true,
            ..mismatched.clone()
        },
        // 8: CPRA 100 %, far.
        Candidate {
            cpra: 100.0,
            place: far,
            accepts_high_risk: true,
            ..mismatched.clone()
        },
        // 9: of another blood group; with no mismatch it may cross, of a donor of group O.
        Candidate {
            abo: Abo::B,
            typing: matched.clone(),
            accepts_high_risk: true,
            ..mismatched.clone()
        },
        // 10: of another blood group, with mismatches.
        Candidate {
            abo: Abo::A,
            accepts_high_risk: true,
            ..mismatched.clone()
        },
        // 11: has not agreed to kidneys of high risk.
        mismatched.clone(),
        // 12: not active.
        Candidate {
            active: false,
            accepts_high_risk: true,
            ..mismatched
        },
    ]);
    let donor = |age: f64| Donor {
        age,
        typing: matched.clone(),
        ..Donor::default()
    };
    let rows = |age| -> Vec<u32> {
        let ranked = tiers(&donor(age), &candidates);
        ranked.iter().map(|(row, _)| *row).collect()
    };
    let best = all([Candidate::default()]);
    let kdpi = |age| term("kdpi", &donor(age), &best)[0];
    // A donor of 40 years has a KDPI of 16 %. Of the same class, 0 and 11 are equal and stand as they were given.
    assert_eq!(kdpi(40.0), 16.0);
    assert_eq!(rows(40.0), [8, 7, 6, 5, 4, 1, 3, 9, 0, 11, 2]);
    // At 50, 0.092 more: exp(0.092) / 1.40437 = 0.78068, 25 %. There is no longevity matching.
    assert_eq!(kdpi(50.0), 25.0);
    assert_eq!(rows(50.0), [8, 7, 6, 5, 4, 3, 9, 0, 1, 11, 2]);
    // At 62, exp(0.0092·22 + 0.0067·12) / 1.40437 = 0.94482, 45 %. Children have no class of their own.
    assert_eq!(kdpi(62.0), 45.0);
    assert_eq!(rows(62.0), [8, 7, 5, 4, 3, 9, 0, 1, 6, 11, 2]);
    // With diabetes and a stroke at 75: exp(0.322 + 0.1675 + 0.2577 + 0.0743) / 1.40437 = 1.61989, 94 %. Prior living
    // donors have no class, but their four points; who has not agreed is not on the list.
    let worst = Donor {
        diabetes: true,
        death_cause: 1,
        ..donor(75.0)
    };
    assert_eq!(term("kdpi", &worst, &best), [94.0]);
    let ranked = tiers(&worst, &candidates);
    let order: Vec<u32> = ranked.iter().map(|(row, _)| *row).collect();
    assert_eq!(order, [8, 5, 4, 3, 9, 7, 0, 1, 6, 2]);
    assert!(ranked.iter().all(|(_, tier)| tier.starts_with('D')));
}
