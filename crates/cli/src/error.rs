//! Failures, and how they are told: one clear message on stderr, and an exit code.

use std::ffi::OsStr;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use hailsham_lives::LifeError;
use hailsham_model::{DirectoryError, RunError, StopReason};
use hailsham_report::ReportError;
use hailsham_scenario::ScenarioError;
use hailsham_study::{LoadError, StudyError};

/// The exit code of what was stopped by Ctrl-C.
pub(crate) const INTERRUPTED: i32 = 130;

/// Why the command did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The scenario is wrong.
    Scenario(Box<ScenarioError>),
    /// Something asked for is not possible, or could not be written.
    Message(String),
    /// A check failed: exit code 1.
    Check(String),
    /// The reader of stdout is gone: nothing is wrong.
    Closed,
    /// Ctrl-C; what was said of the directory left behind.
    Interrupted(String),
}

/// Says a line on stderr. Where nobody listens any more, the exit code still tells.
pub(crate) fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Whether a terminal is written to in colours: not where somebody wants none (`NO_COLOR` with any value but an empty
/// one), nor on a terminal that says it has none.
fn may_be_coloured(no_color: Option<&OsStr>, term: Option<&OsStr>) -> bool {
    no_color.is_none_or(OsStr::is_empty) && term.is_none_or(|term| term != "dumb")
}

impl Failure {
    /// Says it on stderr, and gives the exit code.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Failure::Scenario(error) => {
                let set = |name: &str| std::env::var_os(name);
                let colour = std::io::stderr().is_terminal()
                    && may_be_coloured(set("NO_COLOR").as_deref(), set("TERM").as_deref());
                say(error.render(colour).trim_end());
                ExitCode::from(2)
            }
            Failure::Message(message) => {
                say(format_args!("error: {message}"));
                ExitCode::from(2)
            }
            Failure::Check(message) => {
                say(message);
                ExitCode::from(1)
            }
            Failure::Closed => ExitCode::SUCCESS,
            Failure::Interrupted(message) => {
                say(message);
                ExitCode::from(INTERRUPTED as u8)
            }
        }
    }
}

impl From<ScenarioError> for Failure {
    fn from(error: ScenarioError) -> Failure {
        Failure::Scenario(Box::new(error))
    }
}

impl From<DirectoryError> for Failure {
    fn from(error: DirectoryError) -> Failure {
        Failure::Message(error.to_string())
    }
}

impl From<LifeError> for Failure {
    fn from(error: LifeError) -> Failure {
        Failure::Message(error.to_string())
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Failure {
        Failure::Message(error.to_string())
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Failure {
        match error {
            RunError::Stopped(StopReason::Interrupted) => Failure::Interrupted(error.to_string()),
            error => Failure::Message(error.to_string()),
        }
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Failure {
        match error {
            LoadError::Wrong(error) => error.into(),
            error @ LoadError::None { .. } => Failure::Message(error.to_string()),
        }
    }
}

impl From<StudyError> for Failure {
    fn from(error: StudyError) -> Failure {
        match error {
            StudyError::Scenario(error) => error.into(),
            StudyError::Interrupted => Failure::Interrupted(error.to_string()),
            StudyError::Broken { .. } => Failure::Check(error.to_string()),
            error => Failure::Message(error.to_string()),
        }
    }
}

/// What is wrong with stdout: files that are read or written have errors of their own, which name them.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            Failure::Closed
        } else {
            Failure::Message(format!("cannot write to stdout: {error}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_left_out_where_they_are_not_wanted() {
        for (no_color, term, expected) in [
            (None, None, true),
            (None, Some("xterm"), true),
            (Some(""), Some("xterm"), true),
            (Some("1"), Some("xterm"), false),
            (None, Some("dumb"), false),
        ] {
            let found = may_be_coloured(no_color.map(OsStr::new), term.map(OsStr::new));
            assert_eq!(found, expected, "{no_color:?} {term:?}");
        }
    }
}
