//! What a solve gives: who gives to whom, and how good that is known to be.

use std::time::Duration;

use crate::graph::Graph;
use crate::objective::{Objective, Valuation};
use crate::pool::Pool;

/// Donors who give in a circle, or one after another from an altruist.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Exchange {
    /// Each donor gives to the pair of the next, the last to that of the first.
    Cycle {
        /// Donors, as indices into the pool's.
        donors: Vec<u32>,
    },
    /// The altruist gives to the pair of the next donor, and so on; the last may give to the waiting list.
    Chain {
        /// Donors, as indices into the pool's; the altruist first.
        donors: Vec<u32>,
    },
}

impl Exchange {
    /// The donors, in order.
    pub fn donors(&self) -> &[u32] {
        match self {
            Exchange::Cycle { donors } | Exchange::Chain { donors } => donors,
        }
    }

    /// Who gives to whom: pairs of donors, the second of whom belongs to the patient.
    pub fn transplants(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let donors = self.donors();
        let last = match self {
            Exchange::Cycle { .. } => donors.len(),
            Exchange::Chain { .. } => donors.len().saturating_sub(1),
        };
        (0..last).map(move |i| (donors[i], donors[(i + 1) % donors.len()]))
    }
}

/// How far one objective was solved.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Achieved {
    /// Which one.
    pub objective: Objective,
    /// Its value, in its own measure.
    pub value: f64,
    /// No solution that keeps the earlier objectives has a better value than this; none: not solved for,
    /// since an earlier one is not proven.
    pub bound: Option<f64>,
    /// Whether weights had to be rounded, since they have more places than sums have room for. Nothing is proven then:
    /// the bound is higher than the value by what rounding can matter.
    pub rounded: bool,
}

impl Achieved {
    /// Whether no better value is possible.
    pub fn is_optimal(&self) -> bool {
        self.bound == Some(self.value)
    }

    /// How far the bound is from the value, as a share of the bound; 0 when proven.
    pub fn gap(&self) -> Option<f64> {
        let bound = self.bound?;
        let apart = (bound - self.value).abs();
        Some(if apart == 0.0 {
            0.0
        } else {
            apart / bound.abs().max(self.value.abs())
        })
    }
}

/// The best exchanges found.
#[derive(Clone, PartialEq, Debug)]
pub struct Solution {
    /// Cycles, then chains; each by its first donor.
    pub exchanges: Vec<Exchange>,
    /// One for each objective asked for, in order.
    pub achieved: Vec<Achieved>,
    /// Time that the solve took, on the wall.
    pub time: Duration,
}

impl Solution {
    /// Whether all objectives are proven to be at their best.
    pub fn is_optimal(&self) -> bool {
        self.achieved.iter().all(Achieved::is_optimal)
    }

    /// The objective where the proof ends: the first that is not proven, else the last.
    pub fn last_bounded(&self) -> Option<&Achieved> {
        self.achieved
            .iter()
            .find(|a| !a.is_optimal())
            .or(self.achieved.last())
    }
}

/// Puts cycles and chains in one order: a cycle begins with its lowest donor.
pub(crate) fn in_order(chosen: &[(Vec<u32>, bool)]) -> Vec<Exchange> {
    let mut exchanges: Vec<Exchange> = chosen
        .iter()
        .map(|(vertices, chain)| {
            let mut donors = vertices.clone();
            if *chain {
                Exchange::Chain { donors }
            } else {
                let least = (0..donors.len()).min_by_key(|&i| donors[i]).unwrap_or(0);
                donors.rotate_left(least);
                Exchange::Cycle { donors }
            }
        })
        .collect();
    exchanges.sort();
    exchanges
}

/// The value of some exchanges, in an objective's own measure. It trusts that they are possible.
pub fn value(
    pool: &Pool,
    objective: Objective,
    failure: crate::Failure,
    limits: (usize, usize),
    exchanges: &[Exchange],
) -> f64 {
    let graph = Graph::new(pool);
    let valuation = Valuation::new(objective, pool, &graph, limits, failure);
    let chosen = exchanges
        .iter()
        .map(|e| (e.donors(), matches!(e, Exchange::Chain { .. })));
    valuation.total(&graph, chosen)
}
