//! Traces: what was laid down, in the order of time, and what shares a person, a place, a kind or a thing.

use hailsham_engine::time::{Time, age};

use crate::experience::{Experience, Teller};

/// One trace, as far as it depends on the time of telling.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trace {
    /// Index among the caller's experiences.
    pub(crate) index: usize,
    /// When it was laid down.
    pub(crate) at: Time,
    /// Years since.
    pub(crate) years: f64,
    /// The sum of the powers of the times since it was laid down and rehearsed.
    pub(crate) sum: f64,
    /// Times it was brought back, by whatever.
    pub(crate) rehearsals: u32,
    /// Times it was told.
    pub(crate) retellings: u32,
}

/// The traces of a teller, in the order of time, and who shares what with whom.
pub(crate) struct Traces<'a> {
    pub(crate) experiences: &'a [Experience],
    pub(crate) list: Vec<Trace>,
    pub(crate) by_person: Groups,
    pub(crate) by_place: Groups,
    pub(crate) by_kind: Groups,
    pub(crate) by_thing: Groups,
}

impl<'a> Traces<'a> {
    /// The traces of what was lived and learnt from birth to the telling. They stand in the order of time and, within a
    /// minute, of their names, whatever the order of the experiences: what was added later never moves what was
    /// there before.
    pub(crate) fn new(teller: &Teller, experiences: &'a [Experience]) -> Traces<'a> {
        let mut list: Vec<Trace> = experiences
            .iter()
            .enumerate()
            .map(|(index, e)| (index, e, e.learnt.map_or(e.at, |learnt| learnt.max(e.at))))
            .filter(|(_, e, laid)| teller.born <= e.at && *laid <= teller.at)
            .map(|(index, _, laid)| Trace {
                index,
                at: laid,
                years: age(laid, teller.at),
                sum: 0.0,
                rehearsals: 0,
                retellings: 0,
            })
            .collect();
        list.sort_unstable_by_key(|trace| (trace.at, experiences[trace.index].name, trace.index));
        let groups = |key: fn(&Experience) -> Option<u32>| {
            let keys = list.iter().map(|trace| key(&experiences[trace.index]));
            Groups::new(keys)
        };
        Traces {
            experiences,
            by_person: groups(|e| e.other),
            by_place: groups(|e| e.place),
            by_kind: groups(|e| Some(u32::from(e.kind))),
            by_thing: groups(|e| e.thing),
            list,
        }
    }

    /// The experience of the trace at `position`.
    pub(crate) fn experience(&self, position: usize) -> &'a Experience {
        &self.experiences[self.list[position].index]
    }

    /// How many traces there were before `time`.
    pub(crate) fn before(&self, time: Time) -> usize {
        self.list.partition_point(|trace| trace.at < time)
    }
}

/// Positions of traces by something that they share.
pub(crate) struct Groups {
    /// Key and position, in this order.
    entries: Vec<(u32, u32)>,
}

impl Groups {
    fn new(keys: impl Iterator<Item = Option<u32>>) -> Groups {
        let mut entries: Vec<(u32, u32)> = (0..)
            .zip(keys)
            .filter_map(|(position, key)| key.map(|key| (key, position)))
            .collect();
        entries.sort_unstable();
        Groups { entries }
    }

    /// Those with this key among the first `count` traces.
    pub(crate) fn of(&self, key: u32, count: usize) -> &[(u32, u32)] {
        let first = self.entries.partition_point(|entry| entry.0 < key);
        let rest = &self.entries[first..];
        &rest[..rest.partition_point(|entry| *entry < (key, count as u32))]
    }

    /// One group after the other.
    pub(crate) fn each(&self) -> impl Iterator<Item = &[(u32, u32)]> {
        self.entries.chunk_by(|a, b| a.0 == b.0)
    }
}

/// A share from 0 to 1; what is not a number is 0.
pub(crate) fn share(value: f64) -> f64 {
    if value.is_nan() {
        0.0
    } else {
        value.clamp(0.0, 1.0)
    }
}

/// What is left of 1 after `years` if half goes in every `half`.
pub(crate) fn left(years: f64, half: f64) -> f64 {
    share(libm::exp2(-years / half))
}
