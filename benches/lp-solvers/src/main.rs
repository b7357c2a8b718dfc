//! The linear programmes of the exchange, by solvers of others and by the one in `crates/exchange`.
//!
//! `cargo run --release` in this folder, with the instances where `EXCHANGE_DATA` says or beside the workspace. It
//! fails if a value differs.
//!
//! The programme: choose cycles and chains in parts, of the highest value, each patient and altruist at most once. All
//! cycles of up to three pairs and chains of up to two are listed first. Each solver then does what column generation
//! asks of it: it starts with a few columns, gives prices, gets those columns of the list that the prices make worth
//! most, and so on to the optimum. Counted are the CPU seconds within the solver alone; listing and pricing are free. The
//! solver of the exchange is timed from the pool to its first bound, its own search for columns included.
//!
//! - *clarabel*, an interior-point method: solves anew each time.
//! - *microlp*, a simplex method: gives no prices and takes no new columns, so it solves the dual programme, whose
//!   variables are the prices and where a column is a constraint that is added to the last solution.
//! - *`HiGHS`*, with `cargo run --release --features highs`: a dual simplex method, which begins where the last one ended. It
//!   is built with cmake and a C++ compiler.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::time::Duration;

use clarabel::algebra::CscMatrix;
use clarabel::solver::{
    DefaultSettingsBuilder, DefaultSolver, IPSolver, NonnegativeConeT, SolverStatus,
};
use hailsham_exchange::{Objective, Options, Pool, read, solve};
use microlp::{ComparisonOp, OptimizationDirection, Problem};

/// Most pairs in a cycle and in a chain.
const LIMITS: (usize, usize) = (3, 2);
/// A reduced value above this is worth a new column.
const TOLERANCE: f64 = 1e-6;
/// A solver that takes longer than this is given up, seconds.
const PATIENCE: f64 = 120.0;

/// CPU seconds of this process so far; the machine may be busy with other things.
fn cpu() -> f64 {
    // The fields after the name in brackets; ticks are hundredths on every Linux that is in use.
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(") ").next().unwrap_or_default();
    let ticks = |k: usize| after.split(' ').nth(k).and_then(|f| f.parse::<f64>().ok());
    (ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0)) / 100.0
}

/// A cycle or chain: value and rows.
struct Column {
    value: f64,
    rows: Vec<usize>,
}

/// All columns of a pool. Rows are the pairs, then the donors (of which altruists alone matter).
fn list(pool: &Pool) -> (usize, Vec<Column>) {
    let pairs = pool.pairs().len();
    let donors_of = |pair: u32| {
        (0..pool.donors().len() as u32)
            .filter(move |&d| pool.donors()[d as usize].pair == Some(pair))
    };
    let donors: Vec<Vec<u32>> = (0..pairs as u32).map(|p| donors_of(p).collect()).collect();
    let mut columns = Vec::new();
    for &altruist in pool.altruists() {
        for first in pool.matches_of(altruist) {
            let own = pairs + altruist as usize;
            let value = first.weight;
            let rows = vec![own, first.pair as usize];
            columns.push(Column { value, rows });
            for &donor in &donors[first.pair as usize] {
                for second in pool
                    .matches_of(donor)
                    .iter()
                    .filter(|m| m.pair != first.pair)
                {
                    columns.push(Column {
                        value: value + second.weight,
                        rows: vec![own, first.pair as usize, second.pair as usize],
                    });
                }
            }
        }
    }
    // Cycles from their least pair.
    for home in 0..pairs as u32 {
        for &a in &donors[home as usize] {
            for ab in pool.matches_of(a).iter().filter(|m| m.pair > home) {
                for &b in &donors[ab.pair as usize] {
                    for bc in pool
                        .matches_of(b)
                        .iter()
                        .filter(|m| m.pair >= home && m.pair != ab.pair)
                    {
                        let value = ab.weight + bc.weight;
                        if bc.pair == home {
                            let rows = vec![home as usize, ab.pair as usize];
                            columns.push(Column { value, rows });
                            continue;
                        }
                        for &c in &donors[bc.pair as usize] {
                            if let Some(back) = pool.find(c, home) {
                                columns.push(Column {
                                    value: value + back.weight,
                                    rows: vec![home as usize, ab.pair as usize, bc.pair as usize],
                                });
                            }
                        }
                    }
                }
            }
        }
    }
    (pairs + pool.donors().len(), columns)
}

/// A solver that is given columns and gives prices.
trait Solver {
    /// The prices of all rows, and the value, over these columns; the last `new` of them were not there before.
    fn prices(&mut self, rows: usize, columns: &[&Column], new: usize) -> Option<(Vec<f64>, f64)>;
}

struct Clarabel;

impl Solver for Clarabel {
    fn prices(&mut self, rows: usize, columns: &[&Column], _: usize) -> Option<(Vec<f64>, f64)> {
        let count = columns.len();
        let largest = columns.iter().fold(1.0_f64, |m, c| m.max(c.value));
        let (mut starts, mut entries, mut values) = (vec![0], Vec::new(), Vec::new());
        for (k, column) in columns.iter().enumerate() {
            let mut own = column.rows.clone();
            own.sort_unstable();
            values.extend(own.iter().map(|_| 1.0));
            entries.extend(own);
            // Not below zero.
            entries.push(rows + k);
            values.push(-1.0);
            starts.push(entries.len());
        }
        let matrix = CscMatrix::new(rows + count, count, starts, entries, values);
        let cost: Vec<f64> = columns.iter().map(|c| -c.value / largest).collect();
        let mut right = vec![1.0; rows];
        right.resize(rows + count, 0.0);
        let settings = DefaultSettingsBuilder::default()
            .verbose(false)
            .build()
            .ok()?;
        let cones = [NonnegativeConeT(rows + count)];
        let nothing = CscMatrix::zeros((count, count));
        let mut solver =
            DefaultSolver::new(&nothing, &cost, &matrix, &right, &cones, settings).ok()?;
        solver.solve();
        if solver.solution.status != SolverStatus::Solved {
            return None;
        }
        let prices = solver.solution.z[..rows]
            .iter()
            .map(|z| z * largest)
            .collect();
        Some((prices, -solver.solution.obj_val * largest))
    }
}

#[derive(Default)]
struct Microlp {
    last: Option<(microlp::Solution, Vec<microlp::Variable>)>,
}

impl Solver for Microlp {
    fn prices(&mut self, rows: usize, columns: &[&Column], new: usize) -> Option<(Vec<f64>, f64)> {
        let (solution, prices) = if let Some((mut solution, prices)) = self.last.take() {
            for column in &columns[columns.len() - new..] {
                let terms: Vec<_> = column.rows.iter().map(|&r| (prices[r], 1.0)).collect();
                solution = solution
                    .add_constraint(&terms, ComparisonOp::Ge, column.value)
                    .ok()?
                    .into_solution()
                    .ok()?;
            }
            (solution, prices)
        } else {
            let mut problem = Problem::new(OptimizationDirection::Minimize);
            let prices: Vec<_> = (0..rows)
                .map(|_| problem.add_var(1.0, (0.0, f64::INFINITY)))
                .collect();
            for column in columns {
                let terms: Vec<_> = column.rows.iter().map(|&r| (prices[r], 1.0)).collect();
                problem.add_constraint(&terms, ComparisonOp::Ge, column.value);
            }
            (problem.solve().ok()?.into_solution().ok()?, prices)
        };
        let found = prices.iter().map(|&p| solution.var_value(p)).collect();
        let value = solution.objective();
        self.last = Some((solution, prices));
        Some((found, value))
    }
}

/// `HiGHS`: the model grows, and each solution begins from the basis of the last.
#[cfg(feature = "highs")]
#[derive(Default)]
struct Highs {
    last: Option<highs::Model>,
}

#[cfg(feature = "highs")]
impl Solver for Highs {
    fn prices(&mut self, rows: usize, columns: &[&Column], new: usize) -> Option<(Vec<f64>, f64)> {
        // A row is its number, in a type without a public name: so they are made anew each time.
        let mut problem = highs::ColProblem::new();
        let places: Vec<_> = (0..rows).map(|_| problem.add_row(..=1.0)).collect();
        let mut model = self.last.take().unwrap_or_else(|| {
            let mut model = problem.optimise(highs::Sense::Maximise);
            model.make_quiet();
            model.set_option("threads", 1);
            model
        });
        for column in &columns[columns.len() - new..] {
            let entries: Vec<_> = column.rows.iter().map(|&r| (places[r], 1.0)).collect();
            model.add_col(column.value, 0.0.., entries);
        }
        let solved = model.try_solve().ok()?;
        if solved.status() != highs::HighsModelStatus::Optimal {
            return None;
        }
        // Of a programme of `<=` that is maximised, prices are not below zero, whatever sign a solver gives them.
        let prices = solved
            .get_solution()
            .dual_rows()
            .iter()
            .map(|p| p.abs())
            .collect();
        let value = solved.objective_value();
        self.last = Some(solved.into());
        Some((prices, value))
    }
}

/// The solvers of others, with their names.
fn others() -> Vec<(&'static str, Box<dyn Solver>)> {
    vec![
        ("clarabel", Box::new(Clarabel)),
        ("microlp", Box::<Microlp>::default()),
        #[cfg(feature = "highs")]
        ("highs", Box::<Highs>::default()),
    ]
}

/// Column generation over the list: value, rounds, and seconds within the solver.
fn generate(solver: &mut dyn Solver, rows: usize, list: &[Column]) -> Option<(f64, u32, f64)> {
    let mut order: Vec<usize> = (0..list.len()).collect();
    order.sort_by(|&a, &b| list[b].value.total_cmp(&list[a].value).then(a.cmp(&b)));
    let mut present = vec![false; list.len()];
    let mut columns: Vec<&Column> = Vec::new();
    for &c in order.iter().take(rows) {
        present[c] = true;
        columns.push(&list[c]);
    }
    let (mut new, mut rounds, mut spent) = (columns.len(), 0, 0.0);
    loop {
        let start = cpu();
        let (prices, value) = solver.prices(rows, &columns, new)?;
        spent += cpu() - start;
        rounds += 1;
        if spent > PATIENCE {
            return None;
        }
        let reduced = |c: &Column| c.value - c.rows.iter().map(|&r| prices[r]).sum::<f64>();
        let limit = TOLERANCE * value.max(1.0);
        let mut better: Vec<(f64, usize)> = (0..list.len())
            .filter(|&c| !present[c])
            .map(|c| (reduced(&list[c]), c))
            .filter(|&(d, _)| d > limit / rows as f64)
            .collect();
        if better.is_empty() {
            return Some((value, rounds, spent));
        }
        better.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        better.truncate(rows);
        new = better.len();
        for (_, c) in better {
            present[c] = true;
            columns.push(&list[c]);
        }
    }
}

/// The first bound of the exchange's own solver, and the seconds until then.
fn own(pool: &Pool) -> Option<(f64, f64)> {
    let options = Options {
        max_cycle: LIMITS.0,
        max_chain: LIMITS.1,
        objectives: vec![Objective::Weight],
        time_limit: Some(Duration::from_mins(10)),
        ..Options::default()
    };
    let mut first = None;
    let start = cpu();
    solve(pool, &options, &mut |progress| {
        if first.is_none() {
            first = progress.achieved.bound.map(|b| (b, cpu() - start));
        }
    })
    .ok()?;
    first
}

fn main() {
    let folder = std::env::var_os("EXCHANGE_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/exchange"),
        PathBuf::from,
    );
    let names: Vec<String> = others()
        .iter()
        .map(|(name, _)| format!("{name:>13} s"))
        .collect();
    println!(
        "{:<22} {:>6} {:>8} {:>12} {:>9} {}",
        "instance",
        "rows",
        "columns",
        "value",
        "own s",
        names.join("  ")
    );
    let mut differ = 0;
    for instance in [
        "saidman_64_6_s1_w",
        "saidman_128_13_s1_w",
        "saidman_256_13_s1_w",
    ] {
        let file = folder.join("saidman").join(format!("{instance}.input"));
        let Ok(pool) = read(&file) else {
            println!("skipped: no {}", file.display());
            continue;
        };
        let (rows, columns) = list(&pool);
        let Some((bound, seconds)) = own(&pool) else {
            continue;
        };
        let mut shown = Vec::new();
        let mut value = f64::NAN;
        for (_, mut solver) in others() {
            let answer = generate(solver.as_mut(), rows, &columns);
            if let Some((found, ..)) = answer {
                value = found;
                // Weights are whole numbers here, so a bound is one, and no less than the value rounded down.
                differ += u32::from((found + 1e-3).floor() as i64 != bound as i64);
            }
            let answer = answer.map_or_else(
                || "gave up".to_owned(),
                |(_, rounds, seconds)| format!("{seconds:.2} ({rounds})"),
            );
            shown.push(format!("{answer:>15}"));
        }
        println!(
            "{instance:<22} {rows:>6} {:>8} {value:>12.3} {seconds:>9.3} {}",
            columns.len(),
            shown.join("  ")
        );
    }
    if differ > 0 {
        println!("{differ} values differ from the bound of the exchange");
        std::process::exit(1);
    }
}
