//! One thing that happened, and who wants to know of it.

use crate::random::{identity, name_hash};
use crate::time::Time;
use std::fmt;

/// One thing that happened. 32 bytes.
///
/// What `whom`, `place`, `object`, `n` and `value` mean is for each event to say; each may be
/// absent. Build one with [`Record::at`] and the methods named like the fields.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Record {
    /// When it happened.
    pub time: Time,
    /// Who did it, or to whom it happened; [`Record::NONE`] for nobody.
    pub who: u32,
    /// The other one concerned; [`Record::NONE`] for nobody.
    pub whom: u32,
    /// Where; [`Record::NONE`] for nowhere.
    pub place: u32,
    /// The thing concerned (an organ, a work); [`Record::NONE`] for none.
    pub object: u32,
    /// A count or code; [`Record::NO_NUMBER`] for none.
    pub n: i32,
    /// A measure; NaN for none.
    pub value: f32,
    /// What happened: an index into [`LogSpec::events`](super::LogSpec::events).
    pub event: u8,
    /// What it was about: an index into [`LogSpec::topics`](super::LogSpec::topics);
    /// [`Record::NO_TOPIC`] for none.
    pub topic: u8,
    /// Whether it is known history that the run was made to contain.
    pub pinned: bool,
}

const _: () = assert!(size_of::<Record>() == 32);

impl Record {
    /// No person, place or thing.
    pub const NONE: u32 = u32::MAX;
    /// No count or code.
    pub const NO_NUMBER: i32 = i32::MIN;
    /// No topic.
    pub const NO_TOPIC: u8 = u8::MAX;

    /// An event at a time, with everything else absent.
    #[inline]
    pub const fn at(time: Time, event: u8) -> Self {
        Self {
            time,
            who: Self::NONE,
            whom: Self::NONE,
            place: Self::NONE,
            object: Self::NONE,
            n: Self::NO_NUMBER,
            value: f32::NAN,
            event,
            topic: Self::NO_TOPIC,
            pinned: false,
        }
    }

    /// With this one as the doer.
    #[inline]
    #[must_use]
    pub const fn who(mut self, who: u32) -> Self {
        self.who = who;
        self
    }

    /// With this one as the other one concerned.
    #[inline]
    #[must_use]
    pub const fn whom(mut self, whom: u32) -> Self {
        self.whom = whom;
        self
    }

    /// At this place.
    #[inline]
    #[must_use]
    pub const fn place(mut self, place: u32) -> Self {
        self.place = place;
        self
    }

    /// About this thing.
    #[inline]
    #[must_use]
    pub const fn object(mut self, object: u32) -> Self {
        self.object = object;
        self
    }

    /// With this count or code.
    #[inline]
    #[must_use]
    pub const fn n(mut self, n: i32) -> Self {
        self.n = n;
        self
    }

    /// With this measure.
    #[inline]
    #[must_use]
    pub const fn value(mut self, value: f32) -> Self {
        self.value = value;
        self
    }

    /// On this topic.
    #[inline]
    #[must_use]
    pub const fn topic(mut self, topic: u8) -> Self {
        self.topic = topic;
        self
    }

    /// Known history, or not.
    #[inline]
    #[must_use]
    pub const fn pinned(mut self, pinned: bool) -> Self {
        self.pinned = pinned;
        self
    }
}

/// A pure consumer of the log: an auditor, a yearly series.
///
/// It sees every record once, in the order of the pushes, whatever is kept on disk. Where one
/// batch ends and the next begins means nothing.
pub trait Fold: Send + 'static {
    /// The next records.
    fn fold(&mut self, batch: &[Record]);
}

/// Nobody listens.
impl Fold for () {
    fn fold(&mut self, _batch: &[Record]) {}
}

/// Which records are written to the file. The [`Fold`] sees all of them all the same.
pub enum Keep {
    /// Every record.
    All,
    /// None: the file has its columns and no rows.
    Nothing,
    /// Those for which this says true. It is asked once for each record, in order.
    If(Box<dyn FnMut(&Record) -> bool + Send>),
}

impl Keep {
    /// Whether an entity is in a sample of so large a share of all: by its number alone, so that whoever reads the log can
    /// tell whose records it has.
    pub fn samples(share: f64, entity: u32) -> bool {
        const SALT: u64 = name_hash("people whose records are kept");
        let hash = identity(&[SALT, u64::from(entity)]);
        // The upper 53 bits as a share of one.
        ((hash >> 11) as f64) < share * (1_u64 << 53) as f64
    }
}

impl fmt::Debug for Keep {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::All => "All",
            Self::Nothing => "Nothing",
            Self::If(_) => "If(..)",
        })
    }
}
