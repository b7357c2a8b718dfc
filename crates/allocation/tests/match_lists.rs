//! `match_lists.parquet` of a run on the simulator's files, against the reference lists of the simulator.
#![allow(clippy::unwrap_used)]

mod reference;

use hailsham_allocation::eurotransplant::{Prepared, load_scenario, run};
use hailsham_engine::table::TableReader;
use hailsham_scenario::Source;
use serde_json::Value;

const COMPONENTS: [&str; 9] = [
    "pts_hla",
    "pts_hla_ped",
    "pts_wait",
    "pts_dist",
    "pts_bal_nat",
    "pts_bal_reg",
    "pts_ped",
    "pts_mmp",
    "pts_hu",
];

fn compare(file: &str, acceptance: &str) {
    let Some(data) = reference::data() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let sets = [
        "allocation.profile=etkidney".to_owned(),
        format!("allocation.acceptance={acceptance}"),
    ];
    let loaded = load_scenario(&Source::Name("eurotransplant".to_owned()), &sets).unwrap();
    let prepared = Prepared::read(&loaded.value, Some(&data)).unwrap();
    let cohort = prepared.cohort(1, 1.0).unwrap();
    let outcome = run(&prepared, &cohort, 1, true, folder.path(), &mut |_, _| true).unwrap();
    // The whole two years: 500 donors.
    assert_eq!(outcome.summary["donors"], 500.0);
    let table = TableReader::open(folder.path().join("match_lists.parquet")).unwrap();
    let (list, registration) = (
        table.u32("list").unwrap(),
        table.u32("registration").unwrap(),
    );
    let (donor, program) = (table.u32("donor").unwrap(), table.text("program").unwrap());
    let (tier, points) = (table.text("tier").unwrap(), table.f64("points").unwrap());
    let accepted = table.bool("accepted").unwrap();
    let components = COMPONENTS.map(|name| table.f64(name).unwrap());
    let mut row = 0;
    let mut lists = 0;
    for (number, expected) in reference::lists(&data, file).enumerate() {
        let columns = expected["cols"].as_array().unwrap();
        let place = |name: &str| columns.iter().position(|column| column == name);
        let mut taken = Vec::new();
        for candidate in expected["cands"].as_array().unwrap() {
            let of = |name: &str| place(name).map(|place| &candidate[place]);
            assert_eq!(list[row], Some(number as u32));
            assert_eq!(donor[row].map(u64::from), expected["donor"].as_u64());
            assert_eq!(program[row].as_deref(), expected["list"].as_str());
            let reg = registration[row].map(u64::from);
            assert_eq!(reg, of("reg").unwrap().as_u64(), "list {number}");
            assert_eq!(tier[row].as_deref(), of("tier").unwrap().as_str());
            assert_eq!(points[row], of("points").unwrap().as_f64());
            for (name, values) in COMPONENTS.iter().zip(&components) {
                let wanted = of(name).and_then(Value::as_f64);
                assert!(
                    wanted.is_none() || values[row] == wanted,
                    "list {number}, {reg:?}, {name}: {:?}, expected {wanted:?}",
                    values[row]
                );
            }
            if accepted[row] == Some(true) {
                taken.extend(reg);
            }
            row += 1;
        }
        let mut wanted: Vec<u64> = expected["accepted"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_u64)
            .collect();
        taken.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(taken, wanted, "list {number}");
        lists += 1;
    }
    assert_eq!(lists, 250);
}

#[test]
fn the_lists_of_first_offers_are_written_as_they_are() {
    compare("first-offer-accepts.jsonl.gz", "first");
}

#[test]
fn the_lists_of_the_models_at_one_half_are_written_as_they_are() {
    compare("models-at-one-half.jsonl.gz", "half");
}
