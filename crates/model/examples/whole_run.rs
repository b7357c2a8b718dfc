//! One run of a built-in scenario with its log and tables and without a report: for a profiler, and for counting
//! instructions.
//!
//! ```sh
//! cargo build --profile profiling -p hailsham-model --example whole_run
//! valgrind --tool=callgrind target/profiling/examples/whole_run DIRECTORY 0.1 contacts.inner_life=false
//! ```
//!
//! Arguments: the directory to write, the scale, and changes of parameters, each as `path=value`. `log=none` leaves
//! the log out. The directory must not exist.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use hailsham_model::{Directory, Kept, Options, Programme, built_in, simulate};
use hailsham_scenario::{Source, load};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let target = arguments.next().ok_or("which directory?")?;
    let scale = arguments.next().ok_or("which scale?")?.parse()?;
    let (logs, sets): (Vec<String>, Vec<String>) =
        arguments.partition(|argument| argument.starts_with("log="));
    let kept = if logs.iter().any(|log| log == "log=none") {
        Kept::Nothing
    } else {
        Kept::Full
    };
    let scenario = Source::Name("programme".to_owned());
    let scenario =
        load::<Programme>(&scenario, built_in(), &sets).map_err(|error| error.render(false))?;
    let options = Options {
        scale,
        kept,
        ..Options::default()
    };
    let mut directory = Directory::create(Path::new(&target), &scenario, &[], &options, "")?;
    let finished = simulate(
        &Arc::new(scenario.value),
        &options,
        Some(&directory.log_file()),
        directory.key_values(),
        &mut |_, _| true,
    )?;
    directory.write_results(&finished)?;
    directory.commit()?;
    println!(
        "{} events, {} records, {} of them in {} bytes",
        finished.world.events_handled(),
        finished.totals.pushed,
        finished.totals.written,
        finished.totals.bytes
    );
    Ok(())
}
