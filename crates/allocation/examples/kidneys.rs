//! Runs Eurotransplant's kidney programmes on a folder of files, and says how long it took.
//!
//! ```sh
//! cargo run --release --example kidneys -- INPUT TABLES [first|half] [PROFILE]
//! ```

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use hailsham_allocation::eurotransplant::{
    Acceptance, BUILT_IN_POLICIES, Geography, Half, Models, PROFILES, Period, Practice, Programmes,
    SYSTEM, Setting, catalogue, read_folder,
};
use hailsham_allocation::files::Moment;
use hailsham_allocation::rules::read_policy;
use hailsham_allocation::typing::Determinants;
use hailsham_scenario::Source;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, tables, rest @ ..] = arguments.as_slice() else {
        return Err("usage: kidneys INPUT TABLES [first|half] [PROFILE]".into());
    };
    let models = rest.first().is_some_and(|mode| mode == "half");
    let profile = rest.get(1).map_or("etkidney", String::as_str);
    let (_, names) = PROFILES
        .into_iter()
        .find(|(name, _)| *name == profile)
        .ok_or("no such profile")?;
    let moment = |text| Moment::read(text).ok_or("a date");

    let begun = Instant::now();
    let setting = Setting::eurotransplant()?;
    let geography = Geography::new(&setting);
    let tables = Path::new(tables);
    let match_table = tables.join("et_match_table_all.csv");
    let determinants = Determinants::read(&match_table, &["DR3"])?;
    let frequencies = setting.frequencies(&determinants);
    let period = Period {
        start: moment("2014-01-01")?,
        end: moment("2016-01-01")?,
        balances_from: moment("2013-01-01")?,
        relisting: false,
    };
    let read_models = Models::read(tables, &geography)?;
    println!("tables read: {:.3} s", begun.elapsed().as_secs_f64());

    let begun = Instant::now();
    let (input, problems) = read_folder(Path::new(input), period, &geography, &determinants)?;
    for warning in problems.warnings() {
        println!("{warning}");
    }
    println!("input read: {:.3} s", begun.elapsed().as_secs_f64());

    let catalogues = [(SYSTEM, catalogue(&geography))];
    let policy = |name: &str| {
        let source = Source::Name(name.to_owned());
        read_policy(&source, &BUILT_IN_POLICIES, &[], &catalogues)
            .map(|(_, policy)| policy)
            .map_err(|error| error.render(false))
    };
    let policies = [policy(names[0])?, policy(names[1])?];
    let programmes = Programmes {
        input: &input,
        geography: &geography,
        determinants: &determinants,
        frequencies: &frequencies,
        period,
        policies: [&policies[0], &policies[1]],
        practice: &Practice::default(),
        survival: None,
        acceptance: if models {
            Acceptance::Models(&read_models)
        } else {
            Acceptance::First
        },
    };
    let before = on_processor();
    let begun = Instant::now();
    let counts = programmes.run(&mut Half, |_| true);
    let seconds = begun.elapsed().as_secs_f64();
    println!("{counts:?}");
    println!(
        "simulated: {seconds:.4} s, {:.0} ns a record",
        seconds * 1e9 / counts.ranked as f64
    );
    if let (Some(before), Some(after)) = (before, on_processor()) {
        println!("processor time of the simulation: {:.3} s", after - before);
    }
    Ok(())
}

/// Seconds that this process has been on a processor, where the system says so.
fn on_processor() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}
