//! Tissue types as laboratories write them: alleles, split and broad antigens, mixed.
//!
//! [`Determinants`] knows which broad and which split antigen each name belongs to. From the text of a laboratory
//! it makes a [`Typing`], whose mismatches, homozygosity and unacceptable antigens are then questions about bits.
//! [`Panel`] says which share of a pool of donors somebody cannot accept, [`Frequencies`] how probable a donor
//! with few mismatches is.

mod determinants;
mod panel;
mod probability;
mod tissue;

pub use determinants::{Determinants, Locus};
pub use panel::{Panel, Unacceptable};
pub use probability::{Frequencies, MATCH_PROBABILITY_DONORS};
pub use tissue::{Mismatches, Typing};
