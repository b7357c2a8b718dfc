//! One objective, solved to proof: bound, then all columns within the gap, then the best choice of them.
//!
//! Let z be the value of the linear programme. A solution worth more than z − δ holds no column whose
//! reduced value is below −δ. So the columns above −δ are listed and the best choice among them is found
//! exactly: if it is worth more than z − δ, no other choice is better; if not, nothing is worth more
//! than z − δ, and δ grows (the enumeration by reduced cost of Baldacci, Christofides and Mingozzi 2008).

use std::collections::HashMap;

use super::column::Columns;
use super::master::{Clock, Master, Outcome};
use super::packing::{Effort, LONG, Packing};
use super::pricing::{Pricer, Sink};
use super::problem::{Prices, Problem};

/// Most columns in a list, as long as dives may help instead.
const LONGEST_LIST: usize = 600_000;
/// As many columns are listed first, by the order of their reduced values.
const FIRST_LIST: usize = 4_000;

/// A list longer than this is not tried before a dive.
const SHORT_LIST: usize = 20_000;
/// How often a dive may turn back.
const RETURNS: u32 = 40;
/// Most dives; after them only longer lists are left.
const TURNS: u32 = 40;

/// A solution: cycles and chains by their vertices, and whether each is a chain.
pub(crate) type Chosen = Vec<(Vec<u32>, bool)>;

/// How far a solve has come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reached {
    /// Units of the aim.
    pub value: i64,
    /// No solution is worth more.
    pub bound: i64,
}

pub(crate) struct Solved {
    pub chosen: Chosen,
    pub reached: Reached,
}

/// Columns within a distance of the bound.
struct List {
    columns: Columns,
    reduced: Vec<i64>,
    /// All columns above this reduced value are in the list.
    floor: i64,
}

impl List {
    /// Adds the columns of a solution, which may be below the floor. Gives their places.
    fn add(&mut self, problem: &Problem, solution: &Chosen) -> Vec<u32> {
        let mut values = Vec::new();
        let places = self.columns.len() as u32..;
        for (vertices, chain) in solution {
            problem.values(vertices, *chain, &mut values);
            self.columns.push(vertices, *chain, &values);
            self.reduced.push(self.floor);
        }
        places.take(solution.len()).collect()
    }
}

struct Within<'a> {
    problem: &'a Problem<'a>,
    floor: i64,
    chain: bool,
    columns: Columns,
    reduced: Vec<i64>,
    /// The best of those with the same rows.
    same: HashMap<Vec<u32>, u32>,
    values: Vec<i64>,
    most: usize,
    full: bool,
}

impl Sink for Within<'_> {
    fn floor(&self) -> i64 {
        self.floor
    }

    fn take(&mut self, vertices: &[u32], reduced: i64) -> bool {
        self.problem.values(vertices, self.chain, &mut self.values);
        let mut rows: Vec<u32> = vertices
            .iter()
            .map(|&v| self.problem.graph.row[v as usize])
            .collect();
        rows.sort_unstable();
        // With values to keep, only columns of the same values replace each other.
        rows.extend(
            self.values[1..]
                .iter()
                .flat_map(|&v| [v as u32, (v >> 32) as u32]),
        );
        if let Some(&other) = self.same.get(&rows) {
            if self.columns.value(other as usize) < self.values[0] {
                self.columns.replace(other as usize, vertices, &self.values);
                self.reduced[other as usize] = reduced;
            }
            return true;
        }
        if self.columns.len() == self.most {
            self.full = true;
            return false;
        }
        self.same.insert(rows, self.columns.len() as u32);
        self.columns.push(vertices, self.chain, &self.values);
        self.reduced.push(reduced);
        true
    }
}

/// Lists all columns above a reduced value. `None`: there are more than `most`, or time was up.
fn list(
    problem: &Problem,
    prices: &Prices,
    floor: i64,
    most: usize,
    clock: &mut dyn Clock,
) -> Option<List> {
    let blocked = vec![false; problem.graph.rows];
    let pricer = Pricer::new(problem, prices, &blocked);
    let mut within = Within {
        problem,
        floor,
        chain: false,
        columns: Columns::new(1 + problem.kept.len()),
        reduced: Vec::new(),
        same: HashMap::new(),
        values: Vec::new(),
        most,
        full: false,
    };
    let mut whole = pricer.cycles(&mut within, clock);
    within.chain = true;
    whole = whole && pricer.chains(&mut within, clock);
    (whole && !within.full).then_some(List {
        columns: within.columns,
        reduced: within.reduced,
        floor,
    })
}

/// Solves one stage. `start` is a solution that keeps what must be kept.
pub(crate) fn solve(
    problem: &Problem,
    start: Option<&Chosen>,
    clock: &mut dyn Clock,
    tell: &mut dyn FnMut(Reached),
) -> Solved {
    let (step, slack) = (problem.aim.step, problem.aim.slack);
    let mut master = Master::new(problem);
    let mut best: Chosen = Vec::new();
    let mut value = 0;
    if let Some(start) = start {
        let columns: Vec<u32> = start
            .iter()
            .map(|(vertices, chain)| {
                master.add(vertices, *chain);
                master.columns.len() as u32 - 1
            })
            .collect();
        value = master.worth(&columns).unwrap_or(0);
        best.clone_from(start);
    }
    if master.converge(f64::INFINITY, clock) == Outcome::Stopped {
        let bound = master.bound.min(crude_bound(problem));
        let found = master.take_as_they_come();
        if let Some(worth) = master.worth(&found)
            && worth > value
        {
            value = worth;
            best = taken(&master.columns, &found);
        }
        return Solved {
            chosen: best,
            reached: Reached { value, bound },
        };
    }
    let mut bound = master.bound;
    let prices = master.prices();
    tell(Reached { value, bound });
    let (sum, _) = master.sum(&prices, master.excess);
    // How far below the bound a whole number of steps lies, and half the width of the first list.
    let scale = i128::from(master.scale);
    let mut first = (master.unit_of_price() / 64).max(1);
    let mut turn = 0;
    // Widen until the list is long enough to hold a good solution.
    let width_for =
        |target: i64| -> i64 { (sum - i128::from(target) * scale).clamp(0, 1 << 60) as i64 };
    // Where an objective counts, and its bound leaves no room, a dive that turns back finds what a list would hold.
    let counts = i128::from(master.unit_of_price()) <= scale * i128::from(step);
    let returns = if counts && width_for(bound) < first {
        RETURNS
    } else {
        0
    };
    // Something to begin with, without new columns.
    let dives = [(i64::MIN, 0), (bound, returns)];
    for (wanted, returns) in &dives[..if returns > 0 { 2 } else { 1 }] {
        if value + slack < bound
            && let Some(found) = master.dive(*wanted, value, 0, *returns, clock)
        {
            value = master.worth(&found).unwrap_or(value);
            best = taken(&master.columns, &found);
            tell(Reached { value, bound });
        }
    }
    let mut longest = LONGEST_LIST;
    let mut width = 0_i64;
    let mut long = false;
    while value + slack < bound && !clock.is_over() {
        // All that a solution better than the one at hand could hold.
        let enough = width_for(value + slack + step);
        let least = width_for(bound).max(1);
        let mut listed = None;
        if width == 0 && turn > 0 && turn < TURNS {
            // A list of that length does not help before the dives have been tried.
        } else if width == 0 {
            width = least.max(first);
            while let Some(l) = list(
                problem,
                &prices,
                -width - 1,
                if turn == 0 { SHORT_LIST } else { longest },
                clock,
            ) {
                let long = l.columns.len() >= FIRST_LIST;
                listed = Some(l);
                if long || (width >= enough) {
                    break;
                }
                first = width;
                width += width / 2 + 1;
            }
        } else {
            let before = width;
            // A long search is not made again for a little more: the next list holds all that can matter or, where that is too
            // much, what lies half way to it. A list that is too wide costs less than one more that proves too little.
            width = if long {
                enough.max(least)
            } else {
                (width + width / 2 + 1).min(enough).max(least)
            };
            listed = list(problem, &prices, -width - 1, longest, clock);
            // After a long search a list that is a little longer does more than dives.
            while long && listed.is_none() && width > before + before / 16 && !clock.is_over() {
                width = before + (width - before) / 2;
                listed = list(problem, &prices, -width - 1, longest, clock);
            }
        }
        let Some(mut listed) = listed else {
            width = 0;
            if turn == TURNS {
                longest *= 2;
                continue;
            }
            if let Some(found) = master.dive(bound, value, turn, returns, clock) {
                value = master.worth(&found).unwrap_or(value);
                best = taken(&master.columns, &found);
                tell(Reached { value, bound });
            }
            if value + slack < bound {
                let mut packing = Packing::new(
                    problem,
                    &master.columns,
                    master.scale,
                    (value, value + slack),
                    &[],
                );
                let packed = packing.search(
                    Effort {
                        nodes: 20 + 10 * turn,
                        rounds: 4,
                        neighbourhoods: false,
                    },
                    clock,
                );
                if let Some(chosen) = &packed.chosen {
                    value = packed.value;
                    best = taken(&master.columns, chosen);
                    tell(Reached { value, bound });
                }
            }
            turn += 1;
            continue;
        };
        width = -listed.floor;
        // No solution with a column outside the list is worth more than this.
        let outside = ((sum - i128::from(width)).div_euclid(scale) as i64).div_euclid(step) * step;
        let beat = outside.max(value + slack);
        let mut by_reduced: Vec<u32> = (0..listed.columns.len() as u32).collect();
        by_reduced.sort_by_key(|&c| (std::cmp::Reverse(listed.reduced[c as usize]), c));
        by_reduced.truncate(2 * problem.graph.rows);
        let known = listed.add(problem, &best);
        let mut packing = Packing::new(
            problem,
            &listed.columns,
            master.scale,
            (value, beat),
            &by_reduced,
        );
        packing.begin_from(known);
        let packed = packing.search(
            Effort {
                nodes: u32::MAX,
                rounds: 60,
                neighbourhoods: true,
            },
            clock,
        );
        if let Some(chosen) = &packed.chosen {
            value = packed.value;
            best = taken(&listed.columns, chosen);
        }
        bound = bound.min(packed.bound.max(beat)).max(value);
        if value + slack < bound
            && width < enough
            && let (Some(chosen), worth) = packing.improve_after(clock)
        {
            value = worth;
            best = taken(&listed.columns, &chosen);
        }
        long = packed.nodes >= LONG;
        tell(Reached { value, bound });
        if width >= enough {
            break;
        }
    }
    if bound <= value + slack {
        bound = value;
    }
    Solved {
        chosen: best,
        reached: Reached { value, bound },
    }
}

fn taken(columns: &Columns, chosen: &[u32]) -> Chosen {
    chosen
        .iter()
        .map(|&c| {
            (
                columns.vertices(c as usize).to_vec(),
                columns.is_chain(c as usize),
            )
        })
        .collect()
}

/// A bound that needs no solve: the best arc into each patient.
fn crude_bound(problem: &Problem) -> i64 {
    let graph = problem.graph;
    let mut best = vec![0_i64; graph.rows];
    for (a, &h) in graph.head.iter().enumerate() {
        let r = graph.row[h as usize] as usize;
        let chain = (0..problem.max_chain)
            .map(|p| problem.aim.in_chain(p, a))
            .max()
            .unwrap_or(0);
        best[r] = best[r].max(problem.aim.arc[a]).max(chain);
    }
    best.iter().sum()
}
