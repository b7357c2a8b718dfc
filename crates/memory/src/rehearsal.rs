//! Rehearsal: what telling, cues and anchors bring back, each time one more term of the base level.
//!
//! Whatever brings back memories brings back a given number of them, drawn from those that were there at the
//! time: the more traces share a cue, the less each gets of it, which is the fan effect (Anderson 1974). The
//! work is that of the cues, tellings and reminders, not of the pairs.

use hailsham_engine::random::{Draw, identity};
use hailsham_engine::time::{MINUTES_PER_DAY, Span, Time};

use crate::draws::{Draws, Purpose};
use crate::experience::{Anchor, Teller};
use crate::parameters::Parameters;
use crate::trace::{Trace, Traces, share};

/// The term of the base level of what was laid down or brought back then: `days^(-decay)`.
fn term(parameters: &Parameters, teller: &Teller, then: Time) -> f64 {
    let minutes = f64::from(teller.at.minutes()) - f64::from(then.minutes());
    let days = (minutes / f64::from(MINUTES_PER_DAY)).max(parameters.freshness);
    libm::pow(days, -parameters.decay)
}

/// Lays down all traces and rehearses them by all that has happened since.
pub(crate) fn rehearse(
    parameters: &Parameters,
    teller: &Teller,
    draws: Draws,
    traces: &mut Traces,
) {
    let experiences = traces.experiences;
    for trace in &mut traces.list {
        let counts = f64::from(experiences[trace.index].counts.max(1));
        trace.sum = counts * term(parameters, teller, trace.at);
    }
    let Traces {
        list,
        by_person,
        by_place,
        by_kind,
        ..
    } = traces;
    let laid: Vec<(Time, u64)> = list
        .iter()
        .map(|trace| (trace.at, experiences[trace.index].name))
        .collect();
    let cues = [
        (&*by_person, parameters.cue_person, Purpose::CuePerson),
        (&*by_place, parameters.cue_place, Purpose::CuePlace),
        (&*by_kind, parameters.cue_kind, Purpose::CueKind),
    ];
    for (groups, mean, purpose) in cues {
        for group in groups.each() {
            for (earlier, &(_, position)) in group.iter().enumerate().skip(1) {
                let (at, name) = laid[position as usize];
                let mut draw = draws.trace(name).latent(purpose);
                let often = number(mean, &mut draw);
                if often > 0 {
                    let term = term(parameters, teller, at);
                    for _ in 0..often {
                        let (_, brought) = group[draw.below(earlier as u32) as usize];
                        bring(list, brought as usize, term);
                    }
                }
            }
        }
    }
    tell(parameters, teller, draws, traces);
    anchor(parameters, teller, draws, traces);
}

/// A whole number with this mean: the one below it or the one above it.
fn number(mean: f64, draw: &mut Draw) -> u32 {
    let whole = libm::floor(mean);
    whole as u32 + u32::from(draw.bernoulli(mean - whole))
}

fn bring(list: &mut [Trace], position: usize, term: f64) {
    let trace = &mut list[position];
    trace.sum += term;
    trace.rehearsals = trace.rehearsals.saturating_add(1);
}

/// Tellings before this one: of whatever comes to mind, the most salient.
fn tell(parameters: &Parameters, teller: &Teller, draws: Draws, traces: &mut Traces) {
    let mut tellings: Vec<Time> = teller.tellings.to_vec();
    tellings.retain(|at| teller.born <= *at && *at < teller.at);
    tellings.sort_unstable();
    let mut same = 0;
    for (i, &at) in tellings.iter().enumerate() {
        // Two tellings in one minute are two.
        same = if i > 0 && tellings[i - 1] == at {
            same + 1
        } else {
            0
        };
        let count = traces.before(at);
        if count == 0 {
            continue;
        }
        let name = identity(&[at.minutes() as u64, same]);
        let mut told = Vec::with_capacity(parameters.told_of as usize);
        for n in 0..parameters.told_of {
            let mut draw = draws.occasion(Purpose::Telling, name, n);
            let mut best: Option<(f64, usize)> = None;
            for _ in 0..parameters.choice {
                let position = draw.below(count as u32) as usize;
                let salience = share(f64::from(traces.experience(position).salience));
                if best.is_none_or(|(most, _)| salience > most) {
                    best = Some((salience, position));
                }
            }
            told.extend(best.map(|(_, position)| position));
        }
        // A thing is told once in a telling, however often it comes to mind.
        told.sort_unstable();
        told.dedup();
        let term = term(parameters, teller, at);
        for position in told {
            bring(&mut traces.list, position, term);
            traces.list[position].retellings += 1;
        }
    }
}

/// Anchors: at even times while they last, each brings back one of its traces, and that perhaps another.
fn anchor(parameters: &Parameters, teller: &Teller, draws: Draws, traces: &mut Traces) {
    let mut anchors: Vec<&Anchor> = teller.anchors.iter().collect();
    anchors.sort_unstable();
    anchors.dedup();
    let interval = f64::from(Span::from_years(1.0).minutes()) / parameters.anchored;
    if !(interval >= 1.0 && interval.is_finite()) {
        return;
    }
    for anchor in anchors {
        let until = anchor.until.min(teller.at);
        let groups = [
            (&traces.by_thing, anchor.thing),
            (&traces.by_person, anchor.other),
            (&traces.by_place, anchor.place),
        ];
        // Nothing can be brought back before something is there.
        let whole = traces.list.len();
        let Some(first) = groups
            .iter()
            .filter_map(|&(groups, key)| groups.of(key?, whole).first())
            .map(|&(_, position)| traces.list[position as usize].at)
            .min()
        else {
            continue;
        };
        let from = f64::from(anchor.from.minutes());
        let phase = draws
            .occasion(Purpose::AnchorPhase, anchor.name, 0)
            .uniform();
        let skipped = (f64::from(first.minutes()) - from) / interval - phase;
        let mut n = libm::ceil(skipped).max(0.0) as u32;
        let mut brought: Vec<(usize, Time)> = Vec::new();
        loop {
            let minute = from + (f64::from(n) + phase) * interval;
            if minute >= f64::from(until.minutes()) {
                break;
            }
            let at = Time::from_minutes(minute as i32);
            let count = traces.before(at);
            let direct = groups
                .iter()
                .filter_map(|&(groups, key)| Some(groups.of(key?, count)))
                .find(|group| !group.is_empty());
            if let Some(direct) = direct {
                let mut draw = draws.occasion(Purpose::Anchor, anchor.name, n);
                let position = direct[draw.below(direct.len() as u32) as usize].1 as usize;
                brought.push((position, at));
                if draw.bernoulli(parameters.chain) {
                    let experience = traces.experience(position);
                    let by_person = draw.bernoulli(0.5);
                    let person = experience.other.or(anchor.other);
                    let place = experience.place.or(anchor.place);
                    let chained = match (person, place) {
                        (Some(person), None) => traces.by_person.of(person, count),
                        (Some(person), Some(_)) if by_person => traces.by_person.of(person, count),
                        (_, Some(place)) => traces.by_place.of(place, count),
                        (None, None) => &[],
                    };
                    if let Some(position) = another(chained, position, &mut draw) {
                        brought.push((position, at));
                    }
                }
            }
            n += 1;
        }
        for (position, at) in brought {
            let term = term(parameters, teller, at);
            bring(&mut traces.list, position, term);
        }
    }
}

/// One of a group that is not the one at `position`.
fn another(group: &[(u32, u32)], position: usize, draw: &mut Draw) -> Option<usize> {
    let own = group.iter().position(|entry| entry.1 as usize == position);
    let others = group.len() - usize::from(own.is_some());
    if others == 0 {
        return None;
    }
    let drawn = draw.below(others as u32) as usize;
    let skip = own.is_some_and(|own| drawn >= own);
    Some(group[drawn + usize::from(skip)].1 as usize)
}
