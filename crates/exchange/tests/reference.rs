//! The optimal values of instances that others solved. The long ones are in `benches/exchange`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::items_after_statements
)]

use std::path::Path;

use hailsham_exchange::{Objective, Options, read, solve, verify};

/// What needs longer than this by the reference solver is left to the benchmark, CPU seconds.
const SHORT: f64 = 3.0;

#[test]
fn every_short_optimum_agrees() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/exchange");
    let Ok(table) = std::fs::read_to_string(folder.join("reference.csv")) else {
        println!("skipped: no reference values in {}", folder.display());
        return;
    };
    let mut count = 0;
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [instance, cycle, chain, objective, status, _, seconds] = fields[..] else {
            panic!("{line}")
        };
        if seconds.parse::<f64>().unwrap() > SHORT || status != "optimal" {
            continue;
        }
        let file = ["saidman", "published"]
            .iter()
            .flat_map(|f| ["input", "wmd"].map(|e| folder.join(f).join(format!("{instance}.{e}"))))
            .find(|f| f.is_file())
            .unwrap();
        let pool = read(&file).unwrap();
        let options = Options {
            max_cycle: cycle.parse().unwrap(),
            max_chain: chain.parse().unwrap(),
            objectives: vec![if instance.ends_with("_w") {
                Objective::Weight
            } else {
                Objective::Transplants
            }],
            ..Options::default()
        };
        let solution = solve(&pool, &options, &mut |_| {}).unwrap();
        verify(
            &pool,
            &solution.exchanges,
            options.max_cycle,
            options.max_chain,
        )
        .unwrap();
        assert!(solution.is_optimal(), "{line}");
        assert_eq!(
            solution.achieved[0].value,
            objective.parse::<f64>().unwrap(),
            "{line}"
        );
        count += 1;
    }
    assert!(count > 60, "{count} instances");
}
