//! A pool: patients with willing donors, donors without a patient, and who could give to whom.

use thiserror::Error;

/// The largest size of a weight that a pool takes.
pub const LARGEST_WEIGHT: f64 = 1e9;

/// A patient with one or more willing donors: an incompatible pair.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Pair {
    /// The index or identity that the file gives it.
    pub name: String,
    /// Blood group of the patient, as the file writes it.
    pub blood_group: Option<String>,
    /// Calculated panel-reactive antibodies, from 0 to 1: the share of donors that this patient
    /// cannot take a kidney from.
    pub sensitisation: Option<f64>,
}

/// A willing donor.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Donor {
    /// The index or identity that the file gives the donor; of the pair, where it names no donors.
    pub name: String,
    /// The pair that this donor belongs to, as an index into the pool's pairs; none: an altruist.
    pub pair: Option<u32>,
    /// Age, years.
    pub age: Option<f64>,
    /// Blood group, as the file writes it.
    pub blood_group: Option<String>,
}

/// A possible transplant.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Match {
    /// Index of the donor.
    pub donor: u32,
    /// Index of the pair whose patient could receive.
    pub pair: u32,
    /// What the transplant is worth; its meaning is the file's own.
    pub weight: f64,
}

/// A pool. Pairs, altruists and matches stand in the order of the file.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Pool {
    pairs: Vec<Pair>,
    donors: Vec<Donor>,
    matches: Vec<Match>,
    altruists: Vec<u32>,
}

/// Why a pool cannot be.
#[derive(Clone, PartialEq, Debug, Error)]
pub enum PoolError {
    /// A donor belongs to a pair that does not exist.
    #[error("donor {donor} belongs to pair {pair}, but there are {pairs} pairs (from 0)")]
    NoSuchPair {
        /// Index of the donor.
        donor: usize,
        /// What was found.
        pair: u32,
        /// How many pairs there are.
        pairs: usize,
    },
    /// A match names a donor or pair that does not exist.
    #[error(
        "match {index} names donor {donor} and pair {pair}, but there are {donors} donors and {pairs} pairs (from 0)"
    )]
    OutOfRange {
        /// Index of the match.
        index: usize,
        /// What was found.
        donor: u32,
        /// What was found.
        pair: u32,
        /// How many donors there are.
        donors: usize,
        /// How many pairs there are.
        pairs: usize,
    },
    /// The same donor is matched with the same pair twice.
    #[error("donor {donor} is matched with pair {pair} twice")]
    Duplicate {
        /// Index of the donor.
        donor: u32,
        /// Index of the pair.
        pair: u32,
    },
    /// A weight is not a number, or too large.
    #[error("the weight {weight} of donor {donor} to pair {pair} is not a number from -1e9 to 1e9")]
    Weight {
        /// Index of the donor.
        donor: u32,
        /// Index of the pair.
        pair: u32,
        /// What was found.
        weight: f64,
    },
}

impl Pool {
    /// Puts a pool together.
    ///
    /// A match of a donor with their own pair's patient is allowed and never used: such a pair
    /// needs no exchange.
    pub fn new(
        pairs: Vec<Pair>,
        donors: Vec<Donor>,
        mut matches: Vec<Match>,
    ) -> Result<Pool, PoolError> {
        for (index, donor) in donors.iter().enumerate() {
            if let Some(pair) = donor.pair
                && pair as usize >= pairs.len()
            {
                return Err(PoolError::NoSuchPair {
                    donor: index,
                    pair,
                    pairs: pairs.len(),
                });
            }
        }
        for (index, m) in matches.iter().enumerate() {
            if m.donor as usize >= donors.len() || m.pair as usize >= pairs.len() {
                return Err(PoolError::OutOfRange {
                    index,
                    donor: m.donor,
                    pair: m.pair,
                    donors: donors.len(),
                    pairs: pairs.len(),
                });
            }
            if m.weight.is_nan() || m.weight.abs() > LARGEST_WEIGHT {
                return Err(PoolError::Weight {
                    donor: m.donor,
                    pair: m.pair,
                    weight: m.weight,
                });
            }
        }
        matches.sort_by_key(|m| (m.donor, m.pair));
        if let Some(two) = matches
            .windows(2)
            .find(|w| (w[0].donor, w[0].pair) == (w[1].donor, w[1].pair))
        {
            return Err(PoolError::Duplicate {
                donor: two[0].donor,
                pair: two[0].pair,
            });
        }
        let altruists = (0..donors.len() as u32)
            .filter(|&d| donors[d as usize].pair.is_none())
            .collect();
        Ok(Pool {
            pairs,
            donors,
            matches,
            altruists,
        })
    }

    /// The pairs.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// All donors, those of pairs and altruists.
    pub fn donors(&self) -> &[Donor] {
        &self.donors
    }

    /// Indices of the donors who give without a patient of their own.
    pub fn altruists(&self) -> &[u32] {
        &self.altruists
    }

    /// Who could give to whom, by donor, then by pair.
    pub fn matches(&self) -> &[Match] {
        &self.matches
    }

    /// The match of a donor with a pair, if there is one.
    pub fn find(&self, donor: u32, pair: u32) -> Option<&Match> {
        self.matches
            .binary_search_by_key(&(donor, pair), |m| (m.donor, m.pair))
            .ok()
            .map(|at| &self.matches[at])
    }

    /// The matches of one donor, by pair.
    pub fn matches_of(&self, donor: u32) -> &[Match] {
        let start = self.matches.partition_point(|m| m.donor < donor);
        let end = self.matches.partition_point(|m| m.donor <= donor);
        &self.matches[start..end]
    }
}
