//! Like events run into one (Neisser 1981, Barsalou 1988).

use hailsham_engine::random::happens;
use hailsham_engine::time::{DAYS_PER_YEAR, age};

use crate::draws::{Draws, Purpose};
use crate::parameters::Parameters;
use crate::trace::{Traces, share};

/// Positions of traces that are remembered as one, each group in the order of time. A trace that has not
/// merged is a group of its own.
///
/// Like are events of one kind with the same person, or, without a person, at the same place. Each runs into
/// the like one before it once its hazard passes a latent draw; the hazard grows with its age, and the slower
/// the further the two are apart and the more either stood out.
pub(crate) fn merged(parameters: &Parameters, draws: Draws, traces: &Traces) -> Vec<Vec<usize>> {
    let likeness = |position: usize| {
        let e = traces.experience(position);
        (
            e.kind,
            e.other,
            if e.other.is_some() { None } else { e.place },
        )
    };
    let mut positions: Vec<usize> = (0..traces.list.len()).collect();
    positions.sort_by_key(|position| likeness(*position));
    let mut groups: Vec<Vec<usize>> = Vec::with_capacity(positions.len());
    for position in positions {
        let like = likeness(position);
        if (like.1.is_some() || like.2.is_some())
            && let Some(group) = groups.last_mut()
            && let Some(&before) = group.last()
            && likeness(before) == like
            && has_merged(parameters, draws, traces, before, position)
        {
            group.push(position);
        } else {
            groups.push(vec![position]);
        }
    }
    groups
}

fn has_merged(
    parameters: &Parameters,
    draws: Draws,
    traces: &Traces,
    before: usize,
    position: usize,
) -> bool {
    let (first, second) = (traces.experience(before), traces.experience(position));
    let days = age(first.at, second.at) * DAYS_PER_YEAR;
    let salience = share(f64::from(first.salience.max(second.salience)));
    let near = parameters.merging_window / (parameters.merging_window + days);
    let hazard = parameters.merging * near * (1.0 - salience) * traces.list[position].years;
    let mut draw = draws.trace(second.name).latent(Purpose::Merging);
    happens(draw.uniform(), hazard)
}
