//! What was lived, and who tells of it.

use hailsham_engine::time::{Epoch, Time};

/// How something came to a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Channel {
    /// The person did it, or it was done to the person.
    Lived,
    /// The person was there.
    Seen,
    /// Somebody told the person.
    Told,
}

/// One thing that a person lived, saw or was told: what a trace is laid down of.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Experience {
    /// Names the trace in all draws, and so must be its own. Made of the event itself, and not of its place in
    /// a log, it is the same whatever happens to others.
    pub name: u64,
    /// When.
    pub at: Time,
    /// When the person learnt of it, if that was later: the trace is laid down then.
    pub learnt: Option<Time>,
    /// What kind of thing: a cue, and what can merge.
    pub kind: u16,
    /// How it came to the person.
    pub channel: Channel,
    /// How much it stood out, 0 to 1.
    pub salience: f32,
    /// How much it hurt, 0 to 1.
    pub pain: f32,
    /// How good it felt, -1 to 1.
    pub valence: f32,
    /// The other person: a cue, and what source confusion confuses.
    pub other: Option<u32>,
    /// A third person in it, who is never named in place of the other.
    pub third: Option<u32>,
    /// The place: a cue, and what errors of place mistake.
    pub place: Option<u32>,
    /// The belonging or work that it is tied to.
    pub thing: Option<u32>,
    /// How many like events it stands for: 1 for one (0 is taken as 1).
    pub counts: u32,
}

/// A thing kept, a ritual or a place lived in, that keeps traces alive while it lasts.
///
/// It brings back the traces of its thing; if there are none, those of its person; if there are none,
/// those of its place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Anchor {
    /// Names it in all draws, as the name of an experience does.
    pub name: u64,
    /// The thing.
    pub thing: Option<u32>,
    /// The person it reminds of.
    pub other: Option<u32>,
    /// The place it reminds of.
    pub place: Option<u32>,
    /// Since when.
    pub from: Time,
    /// Until when; [`Time::NEVER`] if it lasts.
    pub until: Time,
}

/// Who tells, and when.
///
/// Lists may go beyond the time of telling: what comes later is not looked at. Their order does not matter.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Teller<'a> {
    /// Identity: with `seed` the key of all draws. A person's identity in the run will do; the draws are
    /// kept apart from those of the run.
    pub key: u64,
    /// Seed of the run.
    pub seed: u64,
    /// The calendar in which times are named.
    pub epoch: Epoch,
    /// Birth.
    pub born: Time,
    /// Time of telling.
    pub at: Time,
    /// Nearness of death as the person knows it, 0 to 1.
    pub nearness: f64,
    /// When friends and partners were lost.
    pub losses: &'a [Time],
    /// Landmarks: the start of each phase of life, and the place lived in.
    pub moves: &'a [(Time, u32)],
    /// When the person told of the past. Who listened is a cue like any company, and is in the experience of it.
    pub tellings: &'a [Time],
    /// What keeps traces alive.
    pub anchors: &'a [Anchor],
    /// People met, with whom another can be confused. Those who are not among them are not confused with anybody.
    pub people: &'a [Acquaintance],
}

/// Somebody whom the teller has met.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Acquaintance {
    /// Who it is.
    pub person: u32,
    /// Names the person in draws.
    pub key: u64,
    /// What kind of person: only people of one kind are taken for one another.
    pub kind: u16,
    /// When the teller first met the person.
    pub met: Time,
    /// Birth, if it is known.
    pub born: Option<Time>,
    /// Death; [`Time::NEVER`] for whoever lives.
    pub died: Time,
}
