//! Whether exchanges are possible: a second opinion that shares nothing with the solver.

use thiserror::Error;

use crate::pool::Pool;
use crate::solution::Exchange;

/// Why exchanges are not possible.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Impossible {
    /// A donor gives, or a pair takes part, twice.
    #[error("pair or altruist of donor {0} takes part twice")]
    Twice(u32),
    /// There is no such match.
    #[error("donor {0} cannot give to pair {1}")]
    NoMatch(u32, u32),
    /// Too long, or too short.
    #[error("an exchange of {0} pairs")]
    Length(usize),
    /// An altruist in a cycle or inside a chain, or a chain that begins with a pair, or no such donor.
    #[error("donor {0} is out of place")]
    OutOfPlace(u32),
}

/// Checks that every transplant is a match of the pool, that nobody takes part twice, and the lengths.
pub fn verify(
    pool: &Pool,
    exchanges: &[Exchange],
    max_cycle: usize,
    max_chain: usize,
) -> Result<(), Impossible> {
    let mut pairs = std::collections::BTreeSet::new();
    let mut altruists = std::collections::BTreeSet::new();
    for exchange in exchanges {
        let (donors, chain) = match exchange {
            Exchange::Cycle { donors } => (donors, false),
            Exchange::Chain { donors } => (donors, true),
        };
        let length = donors.len().saturating_sub(usize::from(chain));
        if (chain && (length < 1 || length > max_chain))
            || (!chain && (length < 2 || length > max_cycle))
        {
            return Err(Impossible::Length(length));
        }
        for (k, &d) in donors.iter().enumerate() {
            let pair = pool.donors().get(d as usize).map(|donor| donor.pair);
            let fresh = match pair {
                Some(Some(pair)) if !(chain && k == 0) => pairs.insert(pair),
                Some(None) if chain && k == 0 => altruists.insert(d),
                _ => return Err(Impossible::OutOfPlace(d)),
            };
            if !fresh {
                return Err(Impossible::Twice(d));
            }
        }
        let next = donors
            .iter()
            .skip(1)
            .chain(if chain { None } else { donors.first() });
        for (&from, &to) in donors.iter().zip(next) {
            let Some(pair) = pool.donors()[to as usize].pair else {
                return Err(Impossible::OutOfPlace(to));
            };
            if !pool
                .matches()
                .iter()
                .any(|m| m.donor == from && m.pair == pair)
            {
                return Err(Impossible::NoMatch(from, pair));
            }
        }
    }
    Ok(())
}
