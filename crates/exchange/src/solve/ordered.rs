//! Objectives in order: each is solved to its best value, which the later ones keep.

use std::time::{Duration, Instant};

use thiserror::Error;

use super::master::Clock;
use super::problem::Problem;
use super::stage::{self, Chosen};
use crate::graph::Graph;
use crate::objective::{Failure, Objective, Valuation};
use crate::pool::Pool;
use crate::solution::{Achieved, Solution, in_order};

/// What to solve for.
#[derive(Clone, PartialEq, Debug)]
pub struct Options {
    /// Most pairs in a cycle, from 0 to [`Options::LONGEST`]; below 2 there are no cycles.
    pub max_cycle: usize,
    /// Most pairs that receive in a chain, from 0 to [`Options::LONGEST`]; 0: no chains.
    pub max_chain: usize,
    /// Objectives, the most important first; at least one.
    pub objectives: Vec<Objective>,
    /// For the expected objectives.
    pub failure: Failure,
    /// When to stop with the best found. `None`: when it is proven, however long that takes and however much is listed.
    pub time_limit: Option<Duration>,
    /// After how many steps of the solver to stop with the best found: a limit that is the same on every machine.
    pub effort: Option<u64>,
}

impl Options {
    /// The longest cycles and chains that can be asked for.
    pub const LONGEST: usize = 30;
}

impl Default for Options {
    /// Most transplants by cycles of up to three pairs and chains of up to three.
    fn default() -> Options {
        Options {
            max_cycle: 3,
            max_chain: 3,
            objectives: vec![Objective::Transplants],
            failure: Failure::default(),
            time_limit: None,
            effort: None,
        }
    }
}

/// Options that cannot be.
#[derive(Clone, PartialEq, Debug, Error)]
pub enum OptionsError {
    /// No objective.
    #[error("no objective; at least one is needed, such as `transplants`")]
    NoObjective,
    /// The same objective twice.
    #[error("the objective `{0}` is given twice")]
    Twice(Objective),
    /// A length out of range.
    #[error("{what} is {found}; allowed: 0 to {}", Options::LONGEST)]
    Length {
        /// Which.
        what: &'static str,
        /// What was asked for.
        found: usize,
    },
    /// A probability out of range.
    #[error("{what} is {found}; allowed: 0 to 1")]
    Probability {
        /// Which.
        what: &'static str,
        /// What was asked for.
        found: f64,
    },
}

/// How far a solve has come.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Progress {
    /// Which objective is being solved for, from 0.
    pub stage: usize,
    /// That objective, its best value so far and its bound.
    pub achieved: Achieved,
    /// Time since the start.
    pub time: Duration,
}

/// The limits of a solve; each question counts as a step.
struct Until {
    end: Option<Instant>,
    steps: Option<u64>,
}

impl Clock for Until {
    fn is_over(&mut self) -> bool {
        if let Some(left) = &mut self.steps {
            *left = left.saturating_sub(1);
        }
        self.steps == Some(0) || self.end.is_some_and(|end| Instant::now() >= end)
    }
}

/// Finds the best exchanges, and proves it unless time runs out.
///
/// The same pool and options give the same exchanges, on any machine; with a time limit that is reached,
/// what was found by then.
pub fn solve(
    pool: &Pool,
    options: &Options,
    tell: &mut dyn FnMut(Progress),
) -> Result<Solution, OptionsError> {
    check(options)?;
    let start = Instant::now();
    let graph = Graph::new(pool);
    let limits = (options.max_cycle, options.max_chain);
    let valuations: Vec<Valuation> = options
        .objectives
        .iter()
        .map(|&o| Valuation::new(o, pool, &graph, limits, options.failure))
        .collect();
    let mut clock = Until {
        end: options
            .time_limit
            .and_then(|limit| start.checked_add(limit)),
        steps: options.effort,
    };
    let mut chosen: Option<Chosen> = None;
    let mut kept: Vec<(&Valuation, i64)> = Vec::new();
    let mut bounds: Vec<Option<f64>> = Vec::new();
    let mut proven = true;
    for (stage, valuation) in valuations.iter().enumerate() {
        if !proven {
            bounds.push(None);
            continue;
        }
        let problem = Problem {
            graph: &graph,
            max_cycle: options.max_cycle,
            max_chain: if graph.altruists.is_empty() {
                0
            } else {
                options.max_chain
            },
            aim: valuation,
            kept: kept.clone(),
        };
        let solved = stage::solve(&problem, chosen.as_ref(), &mut clock, &mut |reached| {
            tell(Progress {
                stage,
                achieved: Achieved {
                    objective: valuation.kind,
                    value: valuation.measure(reached.value),
                    bound: Some(valuation.bound(reached.bound, graph.pairs)),
                    rounded: valuation.is_rounded(),
                },
                time: start.elapsed(),
            });
        });
        // Of weights that are rounded nothing is proven, and what comes after could not keep their best value.
        proven = solved.reached.value >= solved.reached.bound && !valuation.is_rounded();
        bounds.push(Some(
            valuation.bound(solved.reached.bound.max(solved.reached.value), graph.pairs),
        ));
        kept.push((valuation, solved.reached.value));
        chosen = Some(solved.chosen);
    }
    let chosen = chosen.unwrap_or_default();
    let achieved = valuations
        .iter()
        .zip(bounds)
        .map(|(valuation, bound)| {
            let chosen = chosen.iter().map(|(v, chain)| (v.as_slice(), *chain));
            Achieved {
                objective: valuation.kind,
                value: valuation.total(&graph, chosen),
                bound,
                rounded: valuation.is_rounded(),
            }
        })
        .collect();
    Ok(Solution {
        exchanges: in_order(&chosen),
        achieved,
        time: start.elapsed(),
    })
}

fn check(options: &Options) -> Result<(), OptionsError> {
    if options.objectives.is_empty() {
        return Err(OptionsError::NoObjective);
    }
    for (k, &o) in options.objectives.iter().enumerate() {
        if options.objectives[..k].contains(&o) {
            return Err(OptionsError::Twice(o));
        }
    }
    for (what, found) in [
        ("the longest cycle", options.max_cycle),
        ("the longest chain", options.max_chain),
    ] {
        if found > Options::LONGEST {
            return Err(OptionsError::Length { what, found });
        }
    }
    for (what, found) in [
        (
            "the probability that a transplant fails",
            options.failure.arc,
        ),
        (
            "the probability that a pair drops out",
            options.failure.vertex,
        ),
    ] {
        if !(0.0..=1.0).contains(&found) {
            return Err(OptionsError::Probability { what, found });
        }
    }
    Ok(())
}
