//! Kidneys of deceased donors, for any country: candidates and donors with the attributes that rules commonly ask for.
//!
//! What comes in: [`Candidates`], a [`Donor`] and a policy whose `system` is [`SYSTEM`]. What goes out: their ranking.
//! Nothing here knows a country. Indices such as the KDPI or the EPTS, which a country computes from such attributes,
//! are terms of its policy; the rules of the United States are `optn-kidney-2025`.
//!
//! ```
//! use hailsham_allocation::kidneys::{Candidate, Candidates, Donor, Match};
//! use hailsham_allocation::policies;
//! use hailsham_allocation::rules::Ranking;
//! use hailsham_scenario::Source;
//!
//! let (_, policy) = policies::read(&Source::Name("optn-kidney-2025".into()), &[])?;
//! let mut waiting = Candidates::default();
//! for years in [2.0, 5.0] {
//!     waiting.push(Candidate { waiting_time: years, ..Candidate::default() });
//! }
//! let donor = Donor::default();
//! let of = Match { candidates: &waiting, donor: &donor, determinants: &Default::default() };
//! let mut ranking = Ranking::new();
//! let mut ranked = ranking.rank(&policy, &of, &[0, 1]);
//! assert_eq!(ranked.get(0).map(|entry| entry.row), Some(1));
//! # Ok::<(), hailsham_scenario::ScenarioError>(())
//! ```

mod attributes;
mod people;

pub use attributes::{Match, catalogue};
pub use people::{Candidate, Candidates, DEATH_CAUSES, Donor, Place};

use hailsham_scenario::BuiltIn;

/// The name under which policies ask for the attributes of this module.
pub const SYSTEM: &str = "kidneys";

/// The policies that come with the program.
pub const BUILT_IN_POLICIES: [BuiltIn; 1] = [BuiltIn {
    name: "optn-kidney-2025",
    text: include_str!("../../../../scenarios/allocation/optn-kidney-2025.toml"),
    summary: "The United States' kidneys: OPTN Policy 8, with KDPI and EPTS",
}];
