//! Whatever comes in: no panics, shares within 0 to 1, times within the life, everything in one place, and the
//! same bits.

use std::collections::BTreeSet;

use hailsham_engine::time::{Epoch, Time};
use proptest::prelude::*;

use super::{Account, Acquaintance, Anchor, Channel, Experience, Parameters, Teller, recollect};

fn times() -> impl Strategy<Value = Time> {
    // Mostly within a life of forty years, several at once, sometimes anything.
    prop_oneof![
        4 => (10..14).prop_map(|million| Time::from_minutes(million * 1_000_000)),
        20 => (-1_000_000..21_000_000).prop_map(Time::from_minutes),
        1 => any::<i32>().prop_map(Time::from_minutes),
        1 => Just(Time::NEVER),
    ]
}

fn shares() -> impl Strategy<Value = f32> {
    prop_oneof![20 => -1.0_f32..1.5, 1 => any::<f32>(), 1 => Just(f32::NAN)]
}

fn small() -> impl Strategy<Value = Option<u32>> {
    prop::option::of(prop_oneof![9 => 0_u32..5, 1 => any::<u32>()])
}

fn experience() -> impl Strategy<Value = Experience> {
    let cues = (small(), small(), small(), small());
    let channel = prop::sample::select(vec![Channel::Lived, Channel::Seen, Channel::Told]);
    let counts = prop_oneof![0_u32..5, any::<u32>()];
    let learnt = prop_oneof![9 => Just(None), 1 => times().prop_map(Some)];
    (
        (times(), learnt),
        0_u16..4,
        channel,
        shares(),
        shares(),
        shares(),
        cues,
        counts,
    )
        .prop_map(
            |(
                (at, learnt),
                kind,
                channel,
                salience,
                pain,
                valence,
                (other, third, place, thing),
                counts,
            )| {
                Experience {
                    name: 0,
                    at,
                    learnt,
                    kind,
                    channel,
                    salience,
                    pain,
                    valence,
                    other,
                    third,
                    place,
                    thing,
                    counts,
                }
            },
        )
}

fn anchor() -> impl Strategy<Value = Anchor> {
    let cues = (small(), small(), small());
    (0_u64..9, cues, times(), times()).prop_map(|(name, (thing, other, place), from, until)| {
        Anchor {
            name,
            thing,
            other,
            place,
            from,
            until,
        }
    })
}

fn acquaintance() -> impl Strategy<Value = Acquaintance> {
    let born = prop::option::of(times());
    (0_u32..9, 0_u16..3, times(), born, times()).prop_map(|(person, kind, met, born, died)| {
        Acquaintance {
            person,
            key: u64::from(person),
            kind,
            met,
            born,
            died,
        }
    })
}

#[derive(Clone, Debug)]
struct Life {
    parameters: Parameters,
    seed: u64,
    key: u64,
    born: Time,
    at: Time,
    nearness: f64,
    losses: Vec<Time>,
    moves: Vec<(Time, u32)>,
    tellings: Vec<Time>,
    anchors: Vec<Anchor>,
    people: Vec<Acquaintance>,
    experiences: Vec<Experience>,
}

impl Life {
    fn account(&self, experiences: &[Experience]) -> Account {
        let teller = Teller {
            key: self.key,
            seed: self.seed,
            epoch: Epoch::new(1955, 1, 1).unwrap(),
            born: self.born,
            at: self.at,
            nearness: self.nearness,
            losses: &self.losses,
            moves: &self.moves,
            tellings: &self.tellings,
            anchors: &self.anchors,
            people: &self.people,
        };
        recollect(&self.parameters, &teller, experiences)
    }
}

/// Mostly what errs often, sometimes the ends of the ranges.
fn parameters() -> impl Strategy<Value = Parameters> {
    let often = Parameters {
        threshold: -4.0,
        merging: 0.3,
        place_confusion: 0.1,
        source_confusion: 0.1,
        ..Parameters::default()
    };
    let least = Parameters {
        decay: 0.01,
        noise: 0.01,
        threshold: -20.0,
        freshness: 0.001,
        constancy: 0.0,
        childhood_from: 8.0,
        childhood_full: 2.0,
        told_of: 0,
        choice: 1,
        cue_person: 0.0,
        anchored: 0.0,
        bad_fading: 0.01,
        wander: 0.0,
        dating_error: 0.0,
        telescoping: -1.0,
        phase_kept: 0.0,
        landmark_window: 0.1,
        gap: 0.0,
        gap_least: 0,
        ..often.clone()
    };
    let most = Parameters {
        decay: 2.0,
        noise: 5.0,
        freshness: 365.0,
        constancy: 1.0,
        childhood_from: 0.0,
        childhood_full: 0.0,
        told_of: 50,
        choice: 20,
        cue_person: 20.0,
        cue_place: 20.0,
        anchored: 50.0,
        chain: 1.0,
        dating_error: 5.0,
        telescoping: 1.0,
        merging: 10.0,
        delay: 10.0,
        rosy: 10.0,
        rosy_nearness: 10.0,
        ..often.clone()
    };
    prop_oneof![6 => Just(often), 2 => Just(least), 2 => Just(most)]
}

fn life() -> impl Strategy<Value = Life> {
    let lists = (
        prop::collection::vec(times(), 0..5),
        prop::collection::vec((times(), 0_u32..4), 0..5),
        prop::collection::vec(times(), 0..6),
        prop::collection::vec(anchor(), 0..4),
        prop::collection::vec(acquaintance(), 0..9),
        prop::collection::vec(experience(), 0..30),
    );
    let born = prop_oneof![9 => Just(Time::START), 1 => times()];
    let at = prop_oneof![9 => Just(Time::from_minutes(16_000_000)), 1 => times()];
    let nearness = prop_oneof![9 => 0.0..1.0, 1 => any::<f64>()];
    (
        (any::<u64>(), any::<u64>(), parameters()),
        born,
        at,
        nearness,
        lists,
    )
        .prop_map(
            |(
                (seed, key, parameters),
                born,
                at,
                nearness,
                (losses, moves, tellings, anchors, people, mut experiences),
            )| {
                for (row, experience) in (0..).zip(&mut experiences) {
                    experience.name = row;
                }
                Life {
                    parameters,
                    seed,
                    key,
                    born,
                    at,
                    nearness,
                    losses,
                    moves,
                    tellings,
                    anchors,
                    people,
                    experiences,
                }
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_life_can_be_told(life in life()) {
        let account = life.account(&life.experiences);
        let mut places = BTreeSet::new();
        for told in &account.recollections {
            prop_assert!(places.insert(told.experience));
            for merged in &told.merged {
                prop_assert!(places.insert(*merged));
            }
            for share in [told.probability, told.detail, told.certainty] {
                prop_assert!((0.0..=1.0).contains(&share), "{told:?}");
            }
            prop_assert!((-1.0..=1.0).contains(&told.valence), "{told:?}");
            prop_assert!(!told.activation.is_nan());
            prop_assert!(life.born <= told.told_at_time && told.told_at_time <= life.at, "{told:?}");
            let experience = &life.experiences[told.experience];
            prop_assert_eq!(told.told_at_time - experience.at, told.time_error);
            prop_assert!(told.other.is_none() || experience.other.is_some());
            let is_right = told.other.is_none() || told.other == experience.other;
            let met = |of: &Acquaintance| Some(of.person) == told.other && of.met < experience.at;
            prop_assert!(is_right || life.people.iter().any(met));
            prop_assert!(told.place.is_none() || experience.place.is_some());
        }
        for index in account.forgotten.iter().chain(&account.withheld) {
            prop_assert!(places.insert(*index));
        }
        let lived = (0..life.experiences.len())
            .filter(|i| life.born <= life.experiences[*i].at && life.experiences[*i].at <= life.at)
            .filter(|i| life.experiences[*i].learnt.is_none_or(|learnt| learnt <= life.at));
        prop_assert_eq!(places, lived.collect::<BTreeSet<usize>>());
        for gap in &account.gaps {
            prop_assert!(life.born <= gap.from && gap.from <= gap.until && gap.until <= life.at);
        }
    }

    #[test]
    fn the_same_question_gets_the_same_answer(life in life()) {
        // To the bit: floats are printed so that they can be read back exactly.
        let bits = |account: &Account| format!("{account:?}");
        let account = life.account(&life.experiences);
        prop_assert_eq!(bits(&account), bits(&life.account(&life.experiences)));
        // Nor does it matter in which order the experiences come.
        let last = life.experiences.len();
        let reversed: Vec<Experience> = life.experiences.iter().rev().copied().collect();
        let mut other = life.account(&reversed);
        for told in &mut other.recollections {
            told.experience = last - 1 - told.experience;
            for merged in &mut told.merged {
                *merged = last - 1 - *merged;
            }
            for departure in &mut told.departures {
                if let crate::Departure::Merged { with } = departure {
                    with.clone_from(&told.merged);
                }
            }
        }
        for index in other.forgotten.iter_mut().chain(&mut other.withheld) {
            *index = last - 1 - *index;
        }
        prop_assert_eq!(bits(&account), bits(&other));
    }
}

#[test]
fn the_bits_are_those_of_every_machine() {
    // Activation is made of `libm` alone: this is its value to the last bit.
    let told = recollect(
        &Parameters {
            threshold: -20.0,
            ..Parameters::default()
        },
        &super::teller(1, super::year(31.0)),
        &[super::plain(7, super::year(12.0))],
    );
    let told = &told.recollections[0];
    let bits = [told.activation, told.detail, told.certainty, told.valence].map(f64::to_bits);
    assert_eq!(bits, EXPECTED, "{bits:#x?}");
    assert_eq!(told.told_at_time.minutes(), EXPECTED_TIME);
}

const EXPECTED: [u64; 4] = [
    0xc00c_2e14_98b0_7910,
    0x3fec_6b8a_b6a0_b012,
    0x3fe2_b443_f371_111c,
    0x3fb6_b14f_964b_f782,
];
const EXPECTED_TIME: i32 = 8_156_019;
