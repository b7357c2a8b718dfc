//! Named draws: every random number of a recollection is a function of the seed, the teller, the trace and
//! what it is for.
//!
//! Latent draws do not depend on the time of telling, so that what has changed in a memory stays changed;
//! passing ones do.

use hailsham_engine::random::{Draw, EntityStream, Streams, identity, name_hash};
use hailsham_engine::time::Time;

/// Keeps these draws apart from those of the run, which has the same seed and the same people.
const DOMAIN: u64 = name_hash("memory");

/// What a draw is for. The numbers are never changed and never used again.
#[derive(Clone, Copy, Debug)]
#[repr(u16)]
pub(crate) enum Purpose {
    Recall = 1,
    RecallNow = 2,
    CuePerson = 3,
    CuePlace = 4,
    CueKind = 5,
    Telling = 6,
    Anchor = 7,
    AnchorPhase = 8,
    Withheld = 9,
    Held = 10,
    WanderNow = 11,
    Detail = 12,
    HedgeNow = 13,
    Dating = 14,
    PhaseKept = 15,
    LostPerson = 16,
    LostPlace = 17,
    LostTime = 18,
    Source = 19,
    SourceWho = 20,
    Place = 21,
    PlaceWhere = 22,
    Merging = 23,
}

/// All draws of one teller.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draws {
    seed: u64,
    key: u64,
    now: u32,
}

impl Draws {
    pub(crate) fn new(seed: u64, key: u64, at: Time) -> Draws {
        Draws {
            seed,
            key,
            now: at.minutes() as u32,
        }
    }

    /// The draws of one trace.
    pub(crate) fn trace(self, name: u64) -> TraceDraws {
        TraceDraws {
            stream: Streams::new(self.seed).entity(identity(&[DOMAIN, self.key, name])),
            now: self.now,
        }
    }

    /// Draw `n` of something that has no trace: a telling or an anchor.
    pub(crate) fn occasion(self, purpose: Purpose, name: u64, n: u32) -> Draw {
        Streams::new(self.seed)
            .entity(identity(&[DOMAIN, self.key, name]))
            .purpose(purpose as u16)
            .draw(n)
    }
}

/// The draws of one trace.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TraceDraws {
    stream: EntityStream,
    now: u32,
}

impl TraceDraws {
    /// The same at every telling.
    pub(crate) fn latent(self, purpose: Purpose) -> Draw {
        self.numbered(purpose, 0)
    }

    /// The same at every telling; one of many.
    pub(crate) fn numbered(self, purpose: Purpose, n: u32) -> Draw {
        self.stream.purpose(purpose as u16).draw(n)
    }

    /// Another at every time of telling.
    pub(crate) fn passing(self, purpose: Purpose) -> Draw {
        self.numbered(purpose, self.now)
    }
}
