//! Policies as files: rules about attributes, checked when they are read, and ranked by.
//!
//! ```text
//!   policy file ──► PolicyFile ──► Policy (checked, compiled) ──► Ranking ◄── Population, rows
//!     (TOML)        (extends)                                     (only as much as is asked for is put in order)
//! ```
//!
//! A policy says who may be offered an organ (`eligibility`), in which tier a candidate stands (`tiers`, the first
//! rule that holds), how many points there are (`points`), and what decides among equals (`ties`). Rules are
//! expressions over the attributes of a [`Catalogue`] and over `terms` that the policy defines; numbers have units,
//! and a number without its unit, a name that is not there and a rule that can never hold are errors at their
//! place.

mod attribute;
mod compile;
mod difference;
mod eligible;
mod file;
mod key;
mod outline;
mod plan;
mod policy;
mod ranking;
mod reach;
mod span;
mod syntax;
mod unit;

pub use attribute::{About, Attribute, Catalogue, Parts, Population, Sort};
pub use difference::{Change, Difference, Part, differences};
pub use eligible::Eligible;
pub use file::{
    Definition, Eligibility, Points, PolicyFile, Quirks, Rounding, Scale, Tie, Tier, read_policy,
    read_policy_for,
};
pub use outline::{Outline, Rule};
pub use policy::Policy;
pub use ranking::{Entry, Ranked, Ranking};
pub use span::Span;
pub use syntax::Trouble;
pub use unit::Dimension;
