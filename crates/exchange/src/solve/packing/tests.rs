//! Nodes as branch and bound meets them, in no order: bounds are bounds, and what nothing fits into ends.

use proptest::prelude::*;

use super::super::column::Columns;
use super::super::lp::Basis;
use super::super::master::Clock;
use super::super::pricing::{Pricer, Sink};
use super::super::problem::{Prices, Problem};
use super::{Branch, Node, Packing, frame};
use crate::generate::{Saidman, saidman};
use crate::graph::Graph;
use crate::objective::{Failure, Objective, Valuation};

struct Endless;

impl Clock for Endless {
    fn is_over(&mut self) -> bool {
        false
    }
}

struct All<'a> {
    problem: &'a Problem<'a>,
    columns: Columns,
    chain: bool,
}

impl Sink for All<'_> {
    fn floor(&self) -> i64 {
        i64::MIN / 2
    }

    fn take(&mut self, vertices: &[u32], _: i64) -> bool {
        let mut values = Vec::new();
        self.problem.values(vertices, self.chain, &mut values);
        self.columns.push(vertices, self.chain, &values);
        true
    }
}

/// All cycles and chains.
fn everything(problem: &Problem, scale: i64) -> Columns {
    let prices = Prices {
        scale,
        row: vec![0; problem.graph.rows],
        kept: Vec::new(),
    };
    let blocked = vec![false; problem.graph.rows];
    let pricer = Pricer::new(problem, &prices, &blocked);
    let mut all = All {
        problem,
        columns: Columns::new(1),
        chain: false,
    };
    pricer.cycles(&mut all, &mut Endless);
    all.chain = true;
    pricer.chains(&mut all, &mut Endless);
    all.columns
}

/// Whether a point satisfies the rows and cuts of a node: as much of what must be covered as possible is, by the primal
/// method from nothing.
fn has_a_point(packing: &Packing, columns: &[u32]) -> bool {
    let mut lp = frame(packing.problem, &[], &packing.cuts);
    let rows = packing.problem.graph.rows as u32;
    for &c in columns {
        let own = packing.rows_of(c);
        let cost = own.iter().filter(|&&r| packing.covered[r as usize]).count();
        let cuts = packing.cuts_of[c as usize].iter();
        let cuts = cuts.map(|&(k, a)| (rows + k, f64::from(a)));
        lp.add_column(cost as f64, own.iter().map(|&r| (r, 1.0)).chain(cuts));
    }
    assert!(lp.solve(&mut || false, u32::MAX));
    let must = packing.covered.iter().filter(|&&c| c).count();
    lp.objective() > must as f64 - 1e-3
}

/// The best whole choice of a node, if there is one.
fn best(packing: &Packing, columns: &[u32], used: &mut [bool]) -> Option<i64> {
    let Some((&c, others)) = columns.split_first() else {
        let covered = packing.covered.iter().zip(used.iter());
        return covered
            .clone()
            .all(|(must, used)| !must || *used)
            .then_some(0);
    };
    let without = best(packing, others, used);
    let own = packing.rows_of(c);
    if own.iter().any(|&r| used[r as usize]) {
        return without;
    }
    for &r in own {
        used[r as usize] = true;
    }
    let with = best(packing, others, used).map(|v| v + packing.list.value(c as usize));
    for &r in own {
        used[r as usize] = false;
    }
    without.max(with)
}

/// So many columns of a node are tried in every way.
const TRIED: usize = 14;

proptest! {
    /// The nodes come with bases of others and after columns that others brought in.
    #[test]
    fn a_node_without_a_point_ends(seed: u64, pairs in 4_u32..14, altruists in 0_u32..3, rounds in 0_usize..3) {
        let kind = Saidman { largest_weight: 100, ..Saidman::default() };
        let pool = saidman(pairs, altruists, seed, &kind).unwrap();
        let graph = Graph::new(&pool);
        let limits = (3, if altruists > 0 { 3 } else { 0 });
        let aim = Valuation::new(Objective::Weight, &pool, &graph, limits, Failure::default());
        let problem = Problem { graph: &graph, max_cycle: limits.0, max_chain: limits.1, aim: &aim, kept: Vec::new() };
        let scale = 1 << 30;
        let list = everything(&problem, scale);
        let all: Vec<u32> = (0..list.len() as u32).collect();
        let mut count = 0_u64;
        let mut draw = |below: usize| {
            count += 1;
            (super::super::lp::scatter(seed.wrapping_add(count << 20)) * below as f64) as usize
        };
        if list.len() < 4 {
            return Ok(());
        }
        // What is to be beaten: a value that is not too easy.
        let mut packing = Packing::new(&problem, &list, scale, (0, 0), &[]);
        let top = packing.converge(&all, &mut Endless).unwrap().bound;
        let beat = top * draw(12) as i64 / 10;
        packing = Packing::new(&problem, &list, scale, (beat, beat), &all[..1]);
        packing.converge(&all, &mut Endless).unwrap();
        packing.keep(&all);
        for _ in 0..rounds {
            packing.cut();
            packing.converge(&all, &mut Endless).unwrap();
        }
        let mut bases: Vec<Basis> = vec![packing.lp.basis()];
        for _ in 0..40 {
            let (mut columns, mut covered) = (all.clone(), Vec::new());
            for _ in 0..=draw(8) {
                let c = columns[draw(columns.len())];
                let own = packing.rows_of(c);
                let (i, j) = (own[draw(own.len())], own[draw(own.len())]);
                let branch = match draw(3) {
                    0 => Branch::Row(i),
                    1 if i != j => Branch::Together(i.min(j), i.max(j)),
                    _ => Branch::Column(c),
                };
                let yes = draw(2) == 0;
                let rows = branch.rows().into_iter().flatten();
                let rows: Vec<u32> = if let Branch::Column(c) = branch { packing.rows_of(c).to_vec() } else { rows.collect() };
                columns.retain(|&c| packing.fits(c, branch, yes));
                if yes {
                    covered.extend(rows);
                }
                if columns.is_empty() {
                    break;
                }
            }
            let basis = bases[draw(bases.len())].clone();
            packing.enter_node(&Node { bound: top, columns: columns.clone(), covered, basis, depth: 1 });
            let bound = packing.converge(&columns, &mut Endless).unwrap().bound;
            if !has_a_point(&packing, &columns) {
                prop_assert!(bound < beat + 1, "nothing fits, but the bound is {}, and {} to beat", bound, beat);
            } else if columns.len() <= TRIED
                && let Some(value) = best(&packing, &columns, &mut vec![false; graph.rows])
            {
                prop_assert!(bound.max(beat) >= value, "bound {}, best {}", bound, value);
            }
            bases.push(packing.lp.basis());
        }
    }
}
