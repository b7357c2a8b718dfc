//! Runs that are made for a question, and not kept: of a life, of testimony.

use std::sync::atomic::Ordering;

use hailsham_model::{Options, Programme};
use hailsham_scenario::Loaded;
use hailsham_study::PassingRun;

use crate::arguments::Made;
use crate::error::Failure;
use crate::progress::Progress;
use crate::run::watch_for_interrupt;

/// Refuses what would change a run that is there.
pub(crate) fn refuse_of_run(made: &Made) -> Result<(), Failure> {
    if made.is_given() {
        return Err(Failure::Message(
            "a run is as it is: --set, --seed and --scale belong to a scenario that is run for it"
                .to_owned(),
        ));
    }
    Ok(())
}

/// Runs a scenario as it was asked for, or at a scale where none was. The bar of progress is left to whoever goes on with
/// the run.
pub(crate) fn make(
    scenario: &Loaded<Programme>,
    made: &Made,
    scale: f64,
    progress: &Progress,
) -> Result<PassingRun, Failure> {
    let options = Options {
        seed: made.seed.unwrap_or(1),
        scale: made.scale.unwrap_or(scale),
        ..Options::default()
    };
    let interrupted = watch_for_interrupt()?;
    let run = PassingRun::make(scenario, &options, &mut |at, horizon| {
        progress.reached(at, horizon);
        !interrupted.load(Ordering::Relaxed)
    });
    run.map_err(|error| {
        progress.done();
        error.into()
    })
}
