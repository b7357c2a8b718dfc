//! A progress bar on stderr, when it is a terminal.

use std::io::IsTerminal as _;

use hailsham_engine::time::Time;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shows how far a run has come.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// A bar of the years of a run, or nothing where nobody looks.
    pub(crate) fn new(quiet: bool) -> Progress {
        let template =
            "{msg} [{bar:40}] {percent}% of the years, {elapsed_precise} gone, {eta_precise} to go";
        Progress::bar(quiet, template)
    }

    /// A bar of many runs, or nothing where nobody looks.
    pub(crate) fn of_runs(quiet: bool) -> Progress {
        let template = "{msg} [{bar:40}] {pos} of {len} runs, {per_sec}, {elapsed_precise} gone, {eta_precise} to go";
        Progress::bar(quiet, template)
    }

    fn bar(quiet: bool, template: &str) -> Progress {
        if quiet || !std::io::stderr().is_terminal() {
            return Progress(ProgressBar::hidden());
        }
        let bar = ProgressBar::with_draw_target(Some(1), ProgressDrawTarget::stderr_with_hz(10));
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message("simulating");
        Progress(bar)
    }

    /// Shows the time reached.
    pub(crate) fn reached(&self, at: Time, horizon: Time) {
        let minutes = |time: Time| u64::try_from(time.minutes()).unwrap_or(0);
        self.0.set_length(minutes(horizon));
        self.0.set_position(minutes(at));
    }

    /// Shows how many runs are done.
    pub(crate) fn runs(&self, done: usize, of: usize) {
        self.0.set_length(of as u64);
        self.0.set_position(done as u64);
    }

    /// Shows what is done after the simulation.
    pub(crate) fn now(&self, what: &'static str) {
        self.0.set_message(what);
    }

    /// Clears the bar.
    pub(crate) fn done(&self) {
        self.0.finish_and_clear();
    }
}
