//! One pull of a lever: what is changed, what must move, and what must not.

use hailsham_model::event::Event;

use crate::rooms::Room;

/// What is looked at.
#[derive(Clone, Copy)]
pub(crate) enum Shows {
    /// A metric.
    Metric(&'static str),
    /// How often something happens.
    Count(Event),
    /// Share of donors who were given a carer of their own school.
    Schoolmates,
}

/// Which way it must go in each run, and by what share of what it was at the least: about half of what
/// was found.
#[derive(Clone, Copy)]
pub(crate) enum Moves {
    Up(f64),
    Down(f64),
}

/// Until when two runs are the same in everything.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    /// The lever acts from the first day on.
    Start,
    /// Until this calendar year begins.
    Year(i16),
    /// Until the first student is so old.
    Age(f64),
    /// Until the day on which this happens for the first time in either run.
    First(Event),
}

/// One pull of one lever.
pub(crate) struct Case {
    pub(crate) lever: &'static str,
    /// Changes of both runs.
    pub(crate) given: Vec<&'static str>,
    /// Changes of the second.
    pub(crate) set: &'static [&'static str],
    /// What moves, and which way.
    pub(crate) shows: Vec<(Shows, Moves)>,
    pub(crate) scale: f64,
    /// Seeds from 1 on, each a pair of runs.
    pub(crate) seeds: u64,
    pub(crate) until: Until,
    /// Rooms in which every record stays the same.
    pub(crate) keeps: Vec<Room>,
    /// Columns of what people are made with that it changes; all others are the same of everybody.
    pub(crate) gives: &'static [&'static str],
    /// Whether everybody of the first run is in the second too.
    pub(crate) everybody: bool,
}

impl Case {
    pub(super) fn given(mut self, sets: &[&'static str]) -> Case {
        self.given.extend_from_slice(sets);
        self
    }

    pub(super) fn shows(mut self, shows: Shows, moves: Moves) -> Case {
        self.shows.push((shows, moves));
        self
    }

    pub(super) fn up(self, metric: &'static str, share: f64) -> Case {
        self.shows(Shows::Metric(metric), Moves::Up(share))
    }

    pub(super) fn down(self, metric: &'static str, share: f64) -> Case {
        self.shows(Shows::Metric(metric), Moves::Down(share))
    }

    pub(super) fn until(mut self, until: Until) -> Case {
        self.until = until;
        self
    }

    pub(super) fn keeps(mut self, rooms: &[Room]) -> Case {
        self.keeps = rooms.to_vec();
        self
    }

    pub(super) fn keeps_all_but(mut self, rooms: &[Room]) -> Case {
        self.keeps = Room::ALL.to_vec();
        self.keeps.retain(|room| !rooms.contains(room));
        self
    }

    pub(super) fn gives(mut self, traits: &'static [&'static str]) -> Case {
        self.gives = traits;
        self
    }

    pub(super) fn scale(mut self, scale: f64) -> Case {
        self.scale = scale;
        self
    }

    /// Another number of people are made, so that some of the first run are not in the second.
    pub(super) fn other_people(mut self) -> Case {
        self.everybody = false;
        self
    }
}

/// A lever pulled by these changes, of which nothing is said yet but who falls ill: that hangs on nothing
/// that happens to students.
pub(crate) fn pull(lever: &'static str, set: &'static [&'static str]) -> Case {
    Case {
        lever,
        given: Vec::new(),
        set,
        shows: Vec::new(),
        scale: 0.03,
        seeds: 2,
        until: Until::Start,
        keeps: vec![Room::Illness],
        gives: &[],
        everybody: true,
    }
}
