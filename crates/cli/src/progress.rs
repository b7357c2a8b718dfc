//! A progress bar on stderr, when it is a terminal.

use std::fmt::Write;
use std::io::IsTerminal as _;

use hailsham_engine::time::{Span, Time};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::check::rounded;

/// Of a run; with the longest words and numbers it leaves a few columns of sixty for the bar.
const OF_YEARS: &str = "{msg} [{wide_bar}] {percent}%, {rate} years/s, {eta} to go";
/// Of many runs.
const OF_RUNS: &str = "{msg} [{wide_bar}] {pos}/{len} runs, {rate}/s, {eta} to go";

/// Shows how far a run has come.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// A bar of the years of a run, or nothing where nobody looks.
    pub(crate) fn new(quiet: bool) -> Progress {
        Progress(bar(
            quiet,
            OF_YEARS,
            minutes(Time::START + Span::from_years(1.0)),
        ))
    }

    /// A bar of many runs, or nothing where nobody looks.
    pub(crate) fn of_runs(quiet: bool) -> Progress {
        Progress(bar(quiet, OF_RUNS, 1))
    }

    /// Shows the time reached.
    pub(crate) fn reached(&self, at: Time, horizon: Time) {
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

fn minutes(time: Time) -> u64 {
    u64::try_from(time.minutes()).unwrap_or(0)
}

fn bar(quiet: bool, template: &str, unit: u64) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(1), ProgressDrawTarget::stderr_with_hz(10));
    styled(bar, template, unit)
}

/// The bar with its words. Its rate counts in units of so many steps.
fn styled(bar: ProgressBar, template: &str, unit: u64) -> ProgressBar {
    let rate = move |state: &ProgressState, out: &mut dyn Write| {
        let rate = state.per_sec() / unit as f64;
        // What cannot be written on the terminal is not shown.
        let _ = out.write_str(&rounded(if rate.is_finite() { rate } else { 0.0 }));
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.with_key("rate", rate).progress_chars("=> "));
    }
    bar.set_message("simulating");
    bar
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use indicatif::TermLike;

    use super::*;

    /// A terminal of sixty columns that keeps what is written.
    #[derive(Clone, Debug, Default)]
    struct Narrow(Arc<Mutex<String>>);

    impl TermLike for Narrow {
        fn width(&self) -> u16 {
            60
        }

        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }

        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }

        fn clear_line(&self) -> io::Result<()> {
            self.0.lock().unwrap().push('\n');
            Ok(())
        }

        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is shown at the end of a run of 45 years or of many runs, with words before it.
    fn shown(template: &str, unit: u64, length: u64, words: &'static str) -> String {
        let terminal = Narrow::default();
        let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
        let bar = styled(
            ProgressBar::with_draw_target(Some(1), target),
            template,
            unit,
        );
        bar.set_length(length);
        bar.set_position(length - 1);
        bar.set_message(words);
        bar.force_draw();
        let written = terminal.0.lock().unwrap();
        let mut lines = written.lines().map(str::trim_end);
        lines.rfind(|line| !line.is_empty()).unwrap().to_owned()
    }

    #[test]
    fn bars_have_a_rate_and_fit_sixty_columns() {
        let year = minutes(Time::START + Span::from_years(1.0));
        for (line, rate) in [
            (
                shown(OF_YEARS, year, 45 * year, "writing the report"),
                " years/s, ",
            ),
            (shown(OF_RUNS, 1, 100_000, "simulating"), "/100000 runs, "),
        ] {
            let width = line.chars().count();
            assert!((40..=60).contains(&width), "{width}: {line}");
            assert!(line.contains(rate), "{line}");
            assert!(line.contains('=') && line.ends_with(" to go"), "{line}");
        }
    }
}
