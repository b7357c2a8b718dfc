//! The exchange solver against the figures of others.
//!
//! `cargo bench -p hailsham-benches --bench exchange` solves every instance of the folder `exchange`, prints
//! CPU seconds beside those of the fastest peer, and says which keep the aim: a tenth of the peer's time where
//! that is above a second, and no more than it elsewhere. `-- PART` solves those with PART in their names;
//! `-- generated` made-up pools of up to 10,000 pairs; `-- programme` the built-in scenario in time, one interval after
//! another.

use std::path::{Path, PathBuf};
use std::time::Duration;

use hailsham_exchange::generate::{Saidman, Sparse, saidman, sparse};
use hailsham_exchange::programme::{ExchangeProgramme, metrics, simulate};
use hailsham_exchange::{Objective, Options, Pool, read, solve, verify};

/// Where instances are looked for, from the root of the workspace, unless `EXCHANGE_DATA` says otherwise.
const DATA: &str = "../shared/data/exchange";
/// Longest time for one instance, seconds.
const LIMIT: f64 = 120.0;
/// CPU seconds of `kep_solver` 4.0.2 (PICEF, CBC) where these were taken: instance, K, L, seconds.
const KEP_SOLVER: [(&str, &str, &str, f64); 3] = [
    ("MD-00001-00000127", "3", "3", 1.5),
    ("heterogeneous_128_19_1", "3", "3", 2.0),
    ("saidman_128_6_s1_u", "3", "3", 2.1),
];

/// CPU seconds of this process so far.
fn cpu() -> f64 {
    // The fields after the name in brackets; ticks are hundredths on every Linux that is in use.
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(") ").next().unwrap_or_default();
    let ticks = |k: usize| {
        after
            .split(' ')
            .nth(k)
            .and_then(|f| f.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    (ticks(11) + ticks(12)) / 100.0
}

fn run(
    name: &str,
    pool: &Pool,
    cycle: usize,
    chain: usize,
    objective: Objective,
) -> Option<(f64, Option<f64>, f64)> {
    let options = Options {
        max_cycle: cycle,
        max_chain: chain,
        objectives: vec![objective],
        time_limit: Some(Duration::from_secs_f64(LIMIT)),
        ..Options::default()
    };
    let before = cpu();
    let solution = match solve(pool, &options, &mut |_| {}) {
        Ok(solution) => solution,
        Err(error) => {
            println!("{name}: {error}");
            return None;
        }
    };
    let spent = cpu() - before;
    if let Err(error) = verify(pool, &solution.exchanges, cycle, chain) {
        println!("{name}: {error}");
        return None;
    }
    Some((
        solution.achieved[0].value,
        solution.achieved[0].bound,
        spent,
    ))
}

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with("--"))
        .collect();
    if std::env::args().any(|a| a == "--list" || a == "--test") {
        return;
    }
    let part = arguments.first().map_or("", String::as_str);
    if part == "generated" {
        generated();
        return;
    }
    if part == "programme" {
        in_time(arguments.get(1).and_then(|effort| effort.parse().ok()));
        return;
    }
    let folder = std::env::var_os("EXCHANGE_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(DATA),
        PathBuf::from,
    );
    let Ok(table) = std::fs::read_to_string(folder.join("reference.csv")) else {
        println!("skipped: no reference.csv in {}", folder.display());
        return;
    };
    println!(
        "{:<26} {:>2} {:>2} {:>8} {:>8} {:>9} {:>9} {:>7}  aim",
        "instance", "K", "L", "value", "bound", "CPU s", "peer s", "ratio"
    );
    let (mut kept, mut missed) = (0, 0);
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [instance, k, l, known, status, _, seconds] = fields[..] else {
            continue;
        };
        if !instance.contains(part) {
            continue;
        }
        let file = ["saidman", "published"]
            .iter()
            .flat_map(|f| ["input", "wmd"].map(|e| folder.join(f).join(format!("{instance}.{e}"))))
            .find(|f| f.is_file());
        let Some(pool) = file.and_then(|f| read(&f).ok()) else {
            continue;
        };
        let (Ok(cycle), Ok(chain), Ok(seconds)) = (k.parse(), l.parse(), seconds.parse::<f64>())
        else {
            continue;
        };
        let objective = if instance.ends_with("_w") {
            Objective::Weight
        } else {
            Objective::Transplants
        };
        let Some((value, bound, spent)) = run(instance, &pool, cycle, chain, objective) else {
            continue;
        };
        let peer = KEP_SOLVER
            .iter()
            .filter(|(i, a, b, _)| (*i, *a, *b) == (instance, k, l))
            .map(|p| p.3)
            .fold(seconds, f64::min);
        let proven = bound == Some(value);
        // The clock of either side counts in hundredths.
        let aim = match status {
            "optimal" if peer > 1.0 => peer / 10.0,
            "optimal" => peer.max(0.01),
            _ => 60.0,
        };
        let right = status != "optimal" || known.parse() == Ok(value);
        let holds = proven && right && spent <= aim + 0.005;
        if holds {
            kept += 1;
        } else {
            missed += 1;
        }
        println!(
            "{instance:<26} {k:>2} {l:>2} {value:>8} {:>8} {spent:>9.2} {peer:>9.2} {:>7.1}  {}",
            bound.map_or("-".to_owned(), |b| b.to_string()),
            peer / spent.max(0.01),
            if !right {
                "WRONG"
            } else if !proven {
                "not proven"
            } else if holds {
                "kept"
            } else {
                "missed"
            }
        );
    }
    println!("aims kept {kept}, missed {missed}");
}

/// Pools that nobody published: how far it goes.
fn generated() {
    println!(
        "{:<34} {:>2} {:>2} {:>8} {:>8} {:>9}",
        "pool", "K", "L", "value", "bound", "CPU s"
    );
    for pairs in [512_u32, 1024, 2048] {
        let pool = saidman(pairs, pairs / 20, 1, &Saidman::default());
        show(&format!("saidman {pairs} + {}", pairs / 20), pool.ok());
    }
    for pairs in [2048_u32, 10_000] {
        let pool = sparse(pairs, pairs / 20, 1, &Sparse::default());
        show(&format!("sparse {pairs} + {}", pairs / 20), pool.ok());
    }
}

/// The built-in scenario in time: CPU seconds of each interval, and matching runs that were not proven. `effort`
/// takes the place of the scenario's own.
fn in_time(effort: Option<u64>) {
    let mut scenario = ExchangeProgramme::default();
    scenario.matching.effort = effort.unwrap_or(scenario.matching.effort);
    println!(
        "{:>6} {:>6} {:>8} {:>9} {:>9} {:>9}",
        "weeks", "runs", "unproven", "pool", "share", "CPU s"
    );
    for weeks in scenario.matching.compared.clone() {
        let before = cpu();
        let Some(course) = simulate(&scenario, weeks, 1, 1.0, &mut |_, _| true) else {
            continue;
        };
        let found = metrics(&scenario, &course);
        let value = |name| {
            found
                .iter()
                .find(|(n, _)| *n == name)
                .and_then(|f| f.1)
                .unwrap_or(0.0)
        };
        println!(
            "{weeks:>6} {:>6} {:>8} {:>9.1} {:>9.4} {:>9.2}",
            course.runs.len(),
            course.runs.iter().filter(|run| !run.proven).count(),
            value("pool_mean"),
            value("share_transplanted"),
            cpu() - before
        );
    }
}

fn show(name: &str, pool: Option<Pool>) {
    let Some(pool) = pool else { return };
    if let Some((value, bound, spent)) = run(name, &pool, 3, 4, Objective::Transplants) {
        println!(
            "{name:<34} {:>2} {:>2} {value:>8} {:>8} {spent:>9.2}",
            3,
            4,
            bound.map_or("-".to_owned(), |b| b.to_string())
        );
    }
}
