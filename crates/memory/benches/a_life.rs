//! What it costs to recollect a life, by the number of experiences: `cargo bench -p hailsham-memory`.
//!
//! The life is that of a carer of 31: forty people, five places, two tellings a month for its last eleven
//! years, six belongings. The figure to look at is the median for 300 experiences, which a told life needs.

#![allow(clippy::unwrap_used)]

use divan::{Bencher, black_box};
use hailsham_engine::time::{Epoch, Span, Time};
use hailsham_memory::{Acquaintance, Anchor, Channel, Experience, Parameters, Teller, recollect};

fn main() {
    divan::main();
}

fn year(years: f64) -> Time {
    Time::START + Span::from_years(years)
}

#[divan::bench(args = [300, 3_000, 30_000])]
fn a_life(bencher: Bencher, experiences: u64) {
    let life: Vec<Experience> = (0..experiences)
        .map(|row| {
            let mixed = row.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
            Experience {
                name: row,
                at: year(3.0 + 28.0 * row as f64 / experiences as f64),
                learnt: None,
                kind: (mixed % 30) as u16,
                channel: [Channel::Lived, Channel::Seen, Channel::Told][(mixed >> 5) as usize % 3],
                salience: (mixed >> 7 & 127) as f32 / 127.0,
                pain: (mixed >> 14 & 127) as f32 / 127.0,
                valence: (mixed >> 8 & 127) as f32 / 64.0 - 1.0,
                other: (mixed & 3 != 0).then_some((mixed >> 9) as u32 % 40),
                third: None,
                place: Some((row * 5 / experiences) as u32),
                thing: (mixed % 20 == 0).then_some((mixed >> 6) as u32 % 6),
                counts: 1,
            }
        })
        .collect();
    let tellings: Vec<Time> = (0..264).map(|i| year(20.0 + f64::from(i) / 24.0)).collect();
    let anchors: Vec<Anchor> = (0..6)
        .map(|thing| Anchor {
            name: u64::from(thing),
            thing: Some(thing),
            other: None,
            place: None,
            from: year(8.0 + 2.0 * f64::from(thing)),
            until: Time::NEVER,
        })
        .collect();
    let people: Vec<Acquaintance> = (0..40)
        .map(|person| Acquaintance {
            person,
            key: u64::from(person),
            kind: 0,
            met: Time::START,
            born: Some(Time::START),
            died: Time::NEVER,
        })
        .collect();
    let moves: Vec<(Time, u32)> = (0..5)
        .map(|i| (year(3.0 + 5.6 * f64::from(i)), i))
        .collect();
    let losses = [year(27.0), year(29.0)];
    let teller = Teller {
        key: 1,
        seed: 2005,
        epoch: Epoch::new(1955, 1, 1).unwrap(),
        born: Time::START,
        at: year(31.0),
        nearness: 0.5,
        losses: &losses,
        moves: &moves,
        tellings: &tellings,
        anchors: &anchors,
        people: &people,
    };
    let parameters = Parameters::default();
    let account = recollect(&parameters, &teller, &life);
    println!(
        "{experiences} experiences: {} told, {} merged into them, {} forgotten, {} withheld, {} hedged, \
         {} with errors, {} gaps",
        account.recollections.len(),
        account
            .recollections
            .iter()
            .map(|told| told.merged.len())
            .sum::<usize>(),
        account.forgotten.len(),
        account.withheld.len(),
        account
            .recollections
            .iter()
            .filter(|told| told.hedged)
            .count(),
        account
            .recollections
            .iter()
            .filter(|told| !told.departures.is_empty())
            .count(),
        account.gaps.len(),
    );
    bencher.bench(|| recollect(black_box(&parameters), black_box(&teller), black_box(&life)));
}
