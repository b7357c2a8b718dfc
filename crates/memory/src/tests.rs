//! Tests of recollection against closed forms, over a thousand tellers and more.

mod errors;
mod parameters;
mod properties;
mod rehearsals;
mod retention;
mod telling;

use hailsham_engine::time::{Epoch, MINUTES_PER_DAY, Span, Time};

use crate::account::{Account, Recollection};
use crate::calendar::Dated;
use crate::experience::{Acquaintance, Anchor, Channel, Experience, Teller};
use crate::parameters::Parameters;
use crate::recall::recollect;

/// Days in a year.
const YEAR: f64 = hailsham_engine::time::DAYS_PER_YEAR;

/// The point so many years after birth, which is the scenario's first minute.
fn year(years: f64) -> Time {
    Time::START + Span::from_years(years)
}

/// Days from one point to another, to the minute.
fn days(from: Time, to: Time) -> f64 {
    f64::from(to.minutes() - from.minutes()) / f64::from(MINUTES_PER_DAY)
}

/// Something that shares nothing with anything else, so that nothing brings it back.
fn plain(row: u64, at: Time) -> Experience {
    Experience {
        name: row,
        at,
        learnt: None,
        kind: row as u16,
        channel: Channel::Lived,
        salience: 0.3,
        pain: 0.0,
        valence: 0.0,
        other: None,
        third: None,
        place: None,
        thing: None,
        counts: 1,
    }
}

/// Somebody of kind 1 whom the teller has always known, and of whose age nothing is known.
fn known(person: u32) -> Acquaintance {
    Acquaintance {
        person,
        key: u64::from(person),
        kind: 1,
        met: Time::from_minutes(-1),
        born: None,
        died: Time::NEVER,
    }
}

/// A teller with nothing on their mind.
fn teller(key: u64, at: Time) -> Teller<'static> {
    Teller {
        key,
        seed: 2005,
        epoch: Epoch::new(1955, 1, 1).unwrap(),
        born: Time::START,
        at,
        nearness: 0.0,
        losses: &[],
        moves: &[],
        tellings: &[],
        anchors: &[],
        people: &[],
    }
}

/// Parameters by which all is recalled and nothing departs: a test turns on what it is about.
fn perfect() -> Parameters {
    Parameters {
        threshold: -20.0,
        noise: 0.01,
        withheld: 0.0,
        held: 0.0,
        dating_error: 0.0,
        telescoping: 0.0,
        source_confusion: 0.0,
        source_retelling: 0.0,
        place_confusion: 0.0,
        place_retelling: 0.0,
        merging: 0.0,
        lost_person: 0.0,
        lost_place: 0.0,
        lost_time: 0.0,
        rosy: 0.0,
        rosy_loss: 0.0,
        rosy_nearness: 0.0,
        ..Parameters::default()
    }
}

/// The recollection of the experience at `index`, if it comes.
fn told_of(account: &Account, index: usize) -> Option<&Recollection> {
    account
        .recollections
        .iter()
        .find(|told| told.experience == index)
}

/// The first thing that is told.
fn first_told(parameters: &Parameters, teller: &Teller, life: &[Experience]) -> Recollection {
    recollect(parameters, teller, life).recollections.remove(0)
}

/// Fails unless `count` of `n` is within four standard deviations of the binomial with `p`: by chance about
/// once in 16,000.
#[track_caller]
fn assert_binomial(count: usize, n: usize, p: f64) {
    let (n, count) = (n as f64, count as f64);
    let bound = 4.0 * (n * p * (1.0 - p)).sqrt() + 1.0;
    assert!(
        (count - n * p).abs() <= bound,
        "{count} of {n}, expected {:.1} within {bound:.1}",
        n * p
    );
}
