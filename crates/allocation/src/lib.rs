//! Who is offered an organ.
//!
//! One question is answered here, exactly and fast: of all who wait for an organ of some kind, who
//! is first for this donor under this policy? What comes in: a [`Policy`], [`Candidate`]s who are
//! listed and removed, a [`Donor`] and a time. What goes out: an [`Offer`], or a ranked list of
//! them. The crate knows nothing of simulations; time is a number of minutes on the caller's clock.
//!
//! ```text
//!   Policy ──► WaitingList ◄── add, remove ── Candidate (id, ABO, HLA, urgent, listed)
//!                  │
//!   Donor, now ──► best ──► Offer (id, points, mismatches, ABO)
//! ```
//!
//! Three promises:
//!
//! 1. **One order.** Urgency, blood group, points, listing time, id: a total order without ties,
//!    documented at [`Policy`]. It does not depend on the order of adding.
//! 2. **The same bits everywhere.** [`Points`] are whole numbers; nothing that ranks is a float.
//! 3. **Only as much is read as is needed.** See [`WaitingList`] for the costs.
//!
//! ```
//! use hailsham_allocation::{Abo, AboRule, Candidate, Donor, HlaTable, Policy, WaitingList};
//!
//! let hla = HlaTable::new(["A1", "A2", "B8", "B44", "DR3", "DR4"])?;
//! let mut kidneys = WaitingList::new(Policy {
//!     urgent_first: true,
//!     abo: AboRule::IdenticalFirst,
//!     points_per_year_waiting: 1.0,
//!     points_per_match: 0.5,
//!     max_mismatches: 6,
//! })?;
//! let year = 525_960; // minutes
//! let first = Candidate { id: 1, abo: Abo::A, hla: hla.read("A1 B8 DR3")?, urgent: false, listed: 0 };
//! kidneys.add(first);
//! kidneys.add(Candidate { id: 2, hla: hla.read("A2 B44 DR4")?, listed: year, ..first });
//!
//! let donor = Donor { abo: Abo::A, hla: hla.read("A2 B44 DR4")? };
//! // Three years waited and no match: 3 points. Two years and three matches: 3.5 points.
//! let offer = kidneys.best(&donor, 3 * year).ok_or("nobody")?;
//! assert_eq!((offer.id, offer.mismatches), (2, 0));
//! assert_eq!(offer.points.value(), 3.5);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! That list is the fast, small one, for a model with simple rules. For the rules of real programmes
//! there are, beside it:
//!
//! - [`rules`]: policies as files, with eligibility, tiers, points and ties as expressions;
//! - [`typing`]: broad and split antigens, unacceptable antigens, match probability;
//! - [`kidneys`]: candidates and donors of kidneys for the rules of any country;
//! - [`policies`]: the policies that come with the program;
//! - [`eurotransplant`]: kidneys in Eurotransplant, in time, with offers and acceptance;
//! - [`files`]: tables of other programs, with everything that is wrong with them.

mod abo;
mod block;
pub mod eurotransplant;
pub mod files;
mod group;
mod hla;
pub mod kidneys;
mod list;
pub mod policies;
mod policy;
pub mod rules;
pub mod typing;

pub use abo::{Abo, Compatibility, UnknownAbo};
pub use hla::{Hla, HlaError, HlaTable};
pub use list::{Candidate, Donor, Offer, WaitingList};
pub use policy::{AboRule, Points, Policy, PolicyError};
