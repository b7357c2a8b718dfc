//! The errors that memory research names: who, when, where, and how good it was.
//!
//! Each error of who and where is there once its hazard, which grows with age and retelling, passes a latent
//! draw of the trace; so a later telling has the errors of an earlier one and more, though a place that came to
//! be known in between may take the place of the one that was named wrongly. Nobody is named whom the teller had
//! not met by then. The error in time grows with the age of the event along a latent direction.

use hailsham_engine::random::happens;
use hailsham_engine::time::{DAYS_PER_YEAR, Span, Time, age};

use crate::calendar::Dated;
use crate::draws::{Purpose, TraceDraws};
use crate::experience::{Acquaintance, Experience, Teller};
use crate::parameters::Parameters;
use crate::trace::{left, share};

/// The mean size of a normal deviate: the square root of 2/π.
const MEAN_DEVIATE: f64 = 0.797_884_560_802_865_4;

/// Landmarks up to the telling, in the order of time.
pub(crate) fn landmarks(teller: &Teller) -> Vec<(Time, u32)> {
    let mut moves: Vec<(Time, u32)> = teller.moves.to_vec();
    moves.retain(|landmark| landmark.0 <= teller.at);
    moves.sort_unstable();
    moves
}

/// When it is said to have been.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Dating {
    pub(crate) told: Time,
    pub(crate) dated: Dated,
    /// Whether it is wrong as told.
    pub(crate) wrong: bool,
}

/// Standard deviation of the error in time, per year of age of the event.
pub(crate) fn dating_spread(
    parameters: &Parameters,
    experience: &Experience,
    landmark: Option<Time>,
) -> f64 {
    let salience = share(f64::from(experience.salience));
    let near = landmark.map_or(0.0, |landmark| {
        let days = age(landmark, experience.at) * DAYS_PER_YEAR;
        parameters.landmark * share(libm::exp(-days / parameters.landmark_window))
    });
    parameters.dating_error * (1.0 - parameters.dating_salience * salience) * (1.0 - near)
}

/// The time as told, and how finely.
///
/// Without bounds the error is Laplace: normal along a latent direction, times the root of an exponential
/// by which the dates of some memories are known well and those of others badly. The person knows which, and
/// names the time accordingly. Towards a bound it is pressed together, `room · (1 − e^(−error / room))`, so
/// that nothing is told as before birth or after the telling, nor, mostly, in another phase of life.
pub(crate) fn date(
    parameters: &Parameters,
    draws: TraceDraws,
    teller: &Teller,
    landmarks: &[(Time, u32)],
    experience: &Experience,
    time_comes: bool,
) -> Dating {
    let at = experience.at;
    let phase = landmarks.partition_point(|landmark| landmark.0 <= at);
    let start = phase.checked_sub(1).map(|before| landmarks[before].0);
    let start = start.filter(|start| *start >= teller.born);
    let end = landmarks.get(phase).map(|landmark| landmark.0);
    let years = age(at, teller.at);

    let mut draw = draws.latent(Purpose::Dating);
    let (normal, square) = (draw.normal(), draw.exponential(1.0));
    let spread = dating_spread(parameters, experience, start) * libm::sqrt(square);
    let error = years * (spread * normal + parameters.telescoping);

    let kept = draws
        .latent(Purpose::PhaseKept)
        .bernoulli(parameters.phase_kept);
    let (first, last) = if kept {
        (
            start.unwrap_or(teller.born),
            end.unwrap_or(teller.at).min(teller.at),
        )
    } else {
        (teller.born, teller.at)
    };
    let bounded = if error < 0.0 {
        -pressed(-error, age(first, at))
    } else {
        pressed(error, age(at, last))
    };
    let told = (at + Span::from_years(bounded)).clamp(first.min(at), last.max(at));

    let dated = if time_comes {
        let half = age(
            start.unwrap_or(teller.born),
            end.unwrap_or(teller.at).min(teller.at),
        ) / 2.0;
        let expected = pressed(years * spread * MEAN_DEVIATE, half) * DAYS_PER_YEAR;
        let grains = [Dated::Day, Dated::Month, Dated::Season, Dated::Year];
        let fine = grains.into_iter().find(|grain| {
            grain
                .days()
                .is_some_and(|days| expected <= days * parameters.dating_boldness)
        });
        fine.unwrap_or(Dated::Phase)
    } else {
        Dated::None
    };
    let wrong = match dated.is_same(teller.epoch, told, at) {
        Some(is_same) => !is_same,
        None => dated == Dated::Phase && phase != landmarks.partition_point(|of| of.0 <= told),
    };
    Dating { told, dated, wrong }
}

/// An error of 0 or more within the room there is for it: hardly less if small, never more than the room.
fn pressed(error: f64, room: f64) -> f64 {
    if room > 0.0 {
        room * -libm::expm1(-error / room)
    } else {
        0.0
    }
}

/// Who is named in place of the other person, if another is: somebody like that one, whom the teller knew when it
/// happened. Where there is nobody like that, nobody is confused.
pub(crate) fn confused_person(
    parameters: &Parameters,
    draws: TraceDraws,
    teller: &Teller,
    experience: &Experience,
    years: f64,
    retellings: u32,
) -> Option<u32> {
    let hazard =
        parameters.source_confusion * years + parameters.source_retelling * f64::from(retellings);
    if !happens(draws.latent(Purpose::Source).uniform(), hazard) {
        return None;
    }
    let was = experience.other?;
    let right = teller.people.iter().find(|of| of.person == was)?;
    let others = teller.people.iter().filter(|of| {
        let is_in_it = of.person == was || Some(of.person) == experience.third;
        let is_there = of.met < experience.at && experience.at <= of.died;
        is_there && !is_in_it && are_alike(parameters, right, of)
    });
    let draw = |of: &&Acquaintance| {
        let number = (of.key ^ (of.key >> 32)) as u32;
        (draws.numbered(Purpose::SourceWho, number).bits(), of.person)
    };
    others.min_by_key(draw).map(|of| of.person)
}

/// Whether two people could be taken for one another: of one kind, and not far apart in age, as far as that is known.
fn are_alike(parameters: &Parameters, one: &Acquaintance, other: &Acquaintance) -> bool {
    let apart = |(one, other): (Time, Time)| libm::fabs(age(one, other));
    let years = one.born.zip(other.born).map(apart);
    one.kind == other.kind && years.is_none_or(|years| years <= parameters.source_years)
}

/// Which place is named in place of the right one, if another is.
pub(crate) fn confused_place(
    parameters: &Parameters,
    draws: TraceDraws,
    landmarks: &[(Time, u32)],
    was: u32,
    years: f64,
    retellings: u32,
) -> Option<u32> {
    let hazard =
        parameters.place_confusion * years + parameters.place_retelling * f64::from(retellings);
    let wrong = happens(draws.latent(Purpose::Place).uniform(), hazard);
    let places = landmarks.iter().map(|landmark| landmark.1);
    let others = places.filter(|place| wrong && *place != was);
    // Each has a draw of its own and the least wins, so that when others come to be known the choice mostly stays.
    let draw = |place: &u32| (draws.numbered(Purpose::PlaceWhere, *place).bits(), *place);
    others.min_by_key(draw)
}

/// How good it was: as told, and by how much that is better than it was.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Feeling {
    pub(crate) told: f64,
    pub(crate) better: f64,
}

/// Feelings fade, the bad faster than the good; and the past is told as better than it was, the more so the
/// more was lost since and the nearer death is. That a good feeling has faded makes it not worse than it was.
pub(crate) fn feeling(
    parameters: &Parameters,
    experience: &Experience,
    years: f64,
    losses: usize,
    nearness: f64,
) -> Feeling {
    let was = f64::from(experience.valence);
    let was = if was.is_nan() {
        0.0
    } else {
        was.clamp(-1.0, 1.0)
    };
    let half = if was < 0.0 {
        parameters.bad_fading
    } else {
        parameters.good_fading
    };
    let felt = was * left(years, half);
    let told = felt + (1.0 - felt) * idealisation(parameters, years, losses, nearness);
    Feeling {
        told,
        better: told - was.min(felt),
    }
}

/// Part of what is missing to the best that idealisation adds.
pub(crate) fn idealisation(
    parameters: &Parameters,
    years: f64,
    losses: usize,
    nearness: f64,
) -> f64 {
    let strength = parameters.rosy
        + parameters.rosy_loss * losses as f64
        + parameters.rosy_nearness * share(nearness);
    let grown = 1.0 - left(years, parameters.rosy_half);
    share(-libm::expm1(-strength * grown))
}
