//! A progress bar on stderr, when it is a terminal.

use std::io::IsTerminal as _;

use hailsham_engine::time::Time;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shows how far a run has come.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// A bar, or nothing where nobody looks.
    pub(crate) fn new(quiet: bool) -> Progress {
        if quiet || !std::io::stderr().is_terminal() {
            return Progress(ProgressBar::hidden());
        }
        let bar = ProgressBar::with_draw_target(Some(1), ProgressDrawTarget::stderr_with_hz(10));
        let style = ProgressStyle::with_template(
            "{msg} [{bar:40}] {percent}% of the years, {elapsed_precise} gone, {eta_precise} to go",
        );
        if let Ok(style) = style {
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

    /// Shows what is done after the simulation.
    pub(crate) fn now(&self, what: &'static str) {
        self.0.set_message(what);
    }

    /// Clears the bar.
    pub(crate) fn done(&self) {
        self.0.finish_and_clear();
    }
}
