//! What a person remembers, and how memory errs.
//!
//! What comes in: what somebody lived, saw or was told ([`Experience`]), and who tells, when, and with what on
//! their mind ([`Teller`]). What goes out: an [`Account`], what they would tell then. This room knows nothing
//! of donors, events or files: people, places and things are numbers.
//!
//! ```text
//!   Experience ──► trace ──► rehearsal ──► activation ──► recall ──► order ──► Account
//!                          (telling, cue,  B = ln Σ t^−d  (logistic)    │
//!                             anchor)                                   ├── detail, certainty
//!                                                                       └── errors: who, when, where,
//!                                                                           merged, idealised
//! ```
//!
//! - **Activation** is the base level of ACT-R (Anderson & Schooler 1991; Anderson & Lebiere 1998): each time a
//!   trace is laid down or brought back adds a term that falls as a power of the days since. Salience adds to
//!   it, pain takes from it while it lasts, and little is laid down in the first years of life (Rubin 2000).
//! - **Detail and certainty** are two things: much may come that one is not sure of.
//! - **Errors** are of the kinds that memory research names. All rates are [`Parameters`], with their
//!   literature.
//! - **Named draws**: a number is a function of (seed, teller, what for, trace), and of the time of telling
//!   only for what passes. The same question gets the same answer, and an error once made stays.
//!
//! Somebody tells at 31 of two things, one of which a kept tape has kept alive:
//!
//! ```
//! use hailsham_engine::time::{Epoch, Span, Time};
//! use hailsham_memory::{Anchor, Channel, Experience, Parameters, Teller, recollect};
//!
//! let born = Time::START;
//! let year = |years: f64| born + Span::from_years(years);
//! let lesson = Experience {
//!     name: 17, at: year(12.0), learnt: None, kind: 3, channel: Channel::Lived,
//!     salience: 0.1, pain: 0.0, valence: 0.4,
//!     other: Some(6), third: None, place: Some(2), thing: None, counts: 1,
//! };
//! let tape = Experience {
//!     name: 18, kind: 9, salience: 0.7, other: Some(5), place: Some(1), thing: Some(40), ..lesson
//! };
//! let kept = Anchor {
//!     name: 18, thing: Some(40), other: None, place: None, from: year(12.0), until: Time::NEVER,
//! };
//! let teller = Teller {
//!     key: 7, seed: 2005, epoch: Epoch::new(1955, 1, 1)?, born, at: year(31.0), nearness: 0.2,
//!     losses: &[], moves: &[(year(5.0), 1), (year(16.0), 2)],
//!     tellings: &[], anchors: &[kept], people: &[],
//! };
//!
//! let account = recollect(&Parameters::default(), &teller, &[lesson, tape]);
//! assert_eq!(account.recollections.len(), 1);
//! assert_eq!(account.forgotten, [0]);
//! let told = &account.recollections[0];
//! assert_eq!(told.experience, 1);
//! // Twenty years on, much of it comes; how sure one is of it is another matter.
//! assert!(told.probability > 0.9);
//! assert!(told.certainty < told.probability);
//! assert!(born <= told.told_at_time && told.told_at_time <= teller.at);
//! # Ok::<(), hailsham_engine::time::TimeError>(())
//! ```

mod account;
mod activation;
mod calendar;
mod detail;
mod draws;
mod errors;
mod experience;
mod merging;
mod parameters;
mod recall;
mod rehearsal;
mod trace;

pub use account::{Account, Departure, Gap, Recollection, divergence};
pub use calendar::{Dated, Season};
pub use experience::{Acquaintance, Anchor, Channel, Experience, Teller};
pub use parameters::Parameters;
pub use recall::recollect;

#[cfg(test)]
mod tests;
