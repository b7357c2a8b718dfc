//! One objective to maximise, with the values that earlier ones must keep.

use crate::graph::Graph;
use crate::objective::Valuation;

/// One stage of an ordered solve.
pub(crate) struct Problem<'a> {
    pub graph: &'a Graph,
    /// Most pairs in a cycle.
    pub max_cycle: usize,
    /// Most pairs in a chain.
    pub max_chain: usize,
    /// What is maximised.
    pub aim: &'a Valuation,
    /// What must be kept, and at which value at least.
    pub kept: Vec<(&'a Valuation, i64)>,
}

impl Problem<'_> {
    /// All values of a cycle or chain: the aim first.
    pub(crate) fn values(&self, vertices: &[u32], chain: bool, values: &mut Vec<i64>) {
        values.clear();
        for valuation in std::iter::once(self.aim).chain(self.kept.iter().map(|(v, _)| *v)) {
            values.push(if chain {
                valuation.chain(self.graph, vertices)
            } else {
                valuation.cycle(self.graph, vertices)
            });
        }
    }

    /// Whether the values of cycles are the sums over their arcs, and those of chains.
    pub(crate) fn additive(&self) -> (bool, bool) {
        self.kept.iter().fold(self.aim.additive, |(a, b), (v, _)| {
            (a && v.additive.0, b && v.additive.1)
        })
    }
}

/// Prices in whole numbers: `scale` of them are one unit of the aim.
///
/// Reduced values of columns computed from these are exact, so the bound that follows from them is
/// safe whatever rounding the linear programme suffered (Held, Cook and Sewell 2012).
#[derive(Clone, Debug)]
pub(crate) struct Prices {
    pub scale: i64,
    /// Of each row.
    pub row: Vec<i64>,
    /// What a unit of each kept objective earns.
    pub kept: Vec<i64>,
}

impl Prices {
    /// What prices are multiplied by to be whole numbers: `full`, or less where the largest of them would then
    /// be too large to be added up. Prices that are lower in proportion still give a bound.
    pub(crate) fn factor(full: f64, prices: impl Iterator<Item = f64>) -> f64 {
        const LARGEST: f64 = (1_i64 << 53) as f64;
        let largest = prices.fold(0.0_f64, |most, p| most.max(p.abs()));
        full.min(LARGEST / largest.max(f64::MIN_POSITIVE))
    }

    /// What a column earns above the prices of its rows.
    pub(crate) fn reduced(&self, rows: &[u32], vertices: &[u32], values: &[i64]) -> i64 {
        let mut reduced = self.scale * values[0];
        for (value, price) in values[1..].iter().zip(&self.kept) {
            reduced += value * price;
        }
        for &v in vertices {
            reduced -= self.row[rows[v as usize] as usize];
        }
        reduced
    }
}

/// The values of arcs by given prices: an upper bound on what each adds to the reduced value of a column.
pub(crate) struct PricedArcs {
    pub cycle: Vec<i64>,
    /// By position in a chain; empty: as in a cycle.
    pub chain: Vec<Vec<i64>>,
}

impl PricedArcs {
    pub(crate) fn new(problem: &Problem, prices: &Prices) -> PricedArcs {
        let graph = problem.graph;
        let by_vertex: Vec<i64> = graph.row.iter().map(|&r| prices.row[r as usize]).collect();
        let cycle = (0..graph.head.len())
            .map(|a| {
                let mut v = prices.scale * problem.aim.arc[a] - by_vertex[graph.head[a] as usize];
                for ((valuation, _), price) in problem.kept.iter().zip(&prices.kept) {
                    v += price * valuation.arc[a];
                }
                v
            })
            .collect();
        let differs = problem.aim.by_position.is_some()
            || problem.kept.iter().any(|(v, _)| v.by_position.is_some());
        let chain = if differs {
            (0..problem.max_chain)
                .map(|p| {
                    (0..graph.head.len())
                        .map(|a| {
                            let mut v = prices.scale * problem.aim.in_chain(p, a)
                                - by_vertex[graph.head[a] as usize];
                            for ((valuation, _), price) in problem.kept.iter().zip(&prices.kept) {
                                v += price * valuation.in_chain(p, a);
                            }
                            v
                        })
                        .collect()
                })
                .collect()
        } else {
            Vec::new()
        };
        PricedArcs { cycle, chain }
    }

    pub(crate) fn in_chain(&self, position: usize) -> &[i64] {
        self.chain.get(position).unwrap_or(&self.cycle)
    }
}
