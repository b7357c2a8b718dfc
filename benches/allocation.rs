//! Kidney allocation in Eurotransplant at its real size: where the time goes.
//!
//! `cargo bench -p hailsham-benches --bench allocation` draws the built-in population, or reads the folder
//! `ALLOCATION_DATA` if that is set, runs two years under each way of answering offers, and prints CPU seconds of each
//! step, candidates ranked, and the most memory that was used. The `ETKidney` simulator took 801 CPU seconds for 4,000
//! donors and 26,817 registrations, 79 microseconds for each ranked candidate.

use std::path::PathBuf;

use hailsham_allocation::eurotransplant::{
    Acceptance, Drawn, Geography, Models, Programmes, Setting, generate, load_scenario, read_folder,
};
use hailsham_allocation::policies;
use hailsham_scenario::Source;

/// CPU seconds of this process so far.
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let first = text.split_whitespace().next();
    first
        .and_then(|nanoseconds| nanoseconds.parse::<f64>().ok())
        .map_or(0.0, |nanoseconds| nanoseconds / 1e9)
}

/// The most memory used so far, as the system says it.
fn memory() -> String {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("VmHWM"));
    line.and_then(|line| line.split_once(':'))
        .map_or_else(|| "unknown".to_owned(), |(_, size)| size.trim().to_owned())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let source = |name: &str| Source::Name(name.to_owned());
    let scenario = load_scenario(&source("eurotransplant"), &[])?.value;
    let period = scenario.period().ok_or("no period")?;
    let setting = Setting::eurotransplant()?;
    let geography = Geography::new(&setting);
    let determinants = setting.antigens()?;
    let frequencies = setting.frequencies(&determinants);
    let models = Models::built_in(&geography)?.with_effects(scenario.allocation.effects);
    let before = cpu();
    let input = match std::env::var_os("ALLOCATION_DATA").map(PathBuf::from) {
        Some(folder) => read_folder(&folder, period, &geography, &determinants)?.0,
        None => generate(
            &scenario,
            &setting,
            &geography,
            &determinants,
            period,
            1,
            1.0,
        ),
    };
    println!(
        "{} donors, {} registrations, {} changes: {:.3} CPU s, {}",
        input.donors.len(),
        input.registrations.len(),
        input.updates.len(),
        cpu() - before,
        memory()
    );
    let [general, senior] = scenario.policies();
    let general = policies::read(&source(&general), &[])?.1;
    let senior = policies::read(&source(&senior), &[])?.1;
    for (name, acceptance) in [
        ("the first accept", Acceptance::First),
        ("the models", Acceptance::Models(&models)),
    ] {
        let programmes = Programmes {
            input: &input,
            geography: &geography,
            determinants: &determinants,
            frequencies: &frequencies,
            period,
            policies: [&general, &senior],
            practice: &scenario.practice,
            acceptance,
            survival: None,
        };
        let before = cpu();
        let counts = programmes.run(&mut Drawn::new(1), |_| true);
        let seconds = cpu() - before;
        println!(
            "{name}: {seconds:.3} CPU s, {} lists, {} ranked, {:.0} ns each, {} kidneys; {}",
            counts.lists,
            counts.ranked,
            1e9 * seconds / counts.ranked as f64,
            counts.kidneys,
            memory()
        );
    }
    Ok(())
}
