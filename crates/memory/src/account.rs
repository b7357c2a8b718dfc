//! What a person tells: recollections, what is left out, and how it departs from what happened.

use hailsham_engine::time::{Span, Time};

use crate::calendar::Dated;

/// What a person tells at one time.
///
/// Every experience from birth to the telling is in exactly one place: told as a recollection, merged into
/// one, forgotten, or withheld.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Account {
    /// What is told, in the order of telling.
    pub recollections: Vec<Recollection>,
    /// Experiences that do not come, in the order of time.
    pub forgotten: Vec<usize>,
    /// Experiences that come and are left out, because they hurt; in the order of time.
    pub withheld: Vec<usize>,
    /// Stretches of which nothing comes.
    pub gaps: Vec<Gap>,
}

/// One thing recalled and told.
#[derive(Clone, PartialEq, Debug)]
pub struct Recollection {
    /// Index of the experience.
    pub experience: usize,
    /// Activation of the trace, with salience and pain. In the units of ACT-R.
    pub activation: f64,
    /// Probability of recall at this activation.
    pub probability: f64,
    /// Part of the particulars that come, 0 to 1.
    pub detail: f64,
    /// How sure the person is, 0 to 1.
    pub certainty: f64,
    /// How finely the time is told.
    pub dated: Dated,
    /// When the person says it was: from birth to the telling.
    pub told_at_time: Time,
    /// By how much that is wrong, however little: above zero if told as later than it was. It only grows with
    /// the time of telling; it is a departure if it is wrong as told, in [`Recollection::dated`].
    pub time_error: Span,
    /// The other person as told; `None` if there was none or none comes.
    pub other: Option<u32>,
    /// The place as told; `None` if there was none or none comes.
    pub place: Option<u32>,
    /// How good it was, as told, -1 to 1.
    pub valence: f64,
    /// How it departs from what happened.
    pub departures: Vec<Departure>,
    /// Experiences that have run into this one, in the order of time.
    pub merged: Vec<usize>,
    /// Whether a mark of doubt is said: with probability one minus the certainty.
    pub hedged: bool,
    /// Whether it was held back because it hurts, and told late.
    pub surfaced: bool,
}

/// How a recollection departs from what happened.
#[derive(Clone, PartialEq, Debug)]
pub enum Departure {
    /// Another person is named.
    Source {
        /// Who it was.
        was: u32,
        /// Who is named.
        told: u32,
    },
    /// Another time is named: it was not in the day, month, season or year that is named
    /// ([`Dated::is_same`]), or not in that phase of life.
    Time {
        /// By how much; above zero if told as later than it was.
        by: Span,
    },
    /// Another place is named.
    Place {
        /// Where it was.
        was: u32,
        /// Where it is said to have been.
        told: u32,
    },
    /// Several events are told as one.
    Merged {
        /// The others.
        with: Vec<usize>,
    },
    /// It is told as better than it was.
    Idealised {
        /// Valence added.
        by: f64,
    },
}

/// A stretch lived through of which nothing comes: an admitted hole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gap {
    /// Time of the first experience that is gone.
    pub from: Time,
    /// Time of the last.
    pub until: Time,
}

/// How much two accounts of one event differ, 0 to 1: the mean over who, when, where, whether it was one event
/// or several, how it felt, and how much of it comes.
///
/// Both recollections must be of the same event, each with its own errors. Two witnesses of one event may
/// name each other, so persons differ if the two depart from the truth in different ways. Times differ by half
/// when they are a year apart.
pub fn divergence(a: &Recollection, b: &Recollection) -> f64 {
    let source = |r: &Recollection| {
        r.departures.iter().find_map(|departure| match departure {
            Departure::Source { told, .. } => Some(*told),
            _ => None,
        })
    };
    let apart = (f64::from(a.told_at_time.minutes()) - f64::from(b.told_at_time.minutes())).abs();
    let years = apart / f64::from(Span::from_years(1.0).minutes());
    let differs = |yes: bool| if yes { 1.0 } else { 0.0 };
    let parts = [
        differs(source(a) != source(b)),
        years / (1.0 + years),
        differs(a.place != b.place),
        differs(a.merged.is_empty() != b.merged.is_empty()),
        (a.valence - b.valence).abs() / 2.0,
        (a.detail - b.detail).abs(),
    ];
    parts.iter().sum::<f64>() / parts.len() as f64
}
