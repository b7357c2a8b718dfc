//! The `hailsham` command: reads its arguments, calls the rooms, prints what they answer.
//!
//! Exit codes: 0 for success, 1 for a check that failed, 2 for bad input or a run that could not be
//! written, 130 for a run that was stopped by Ctrl-C.

mod arguments;
mod calibrate;
mod check;
mod compare;
mod error;
mod eurotransplant;
mod exchange;
mod exchange_run;
mod life;
mod lists;
mod passing;
mod policy;
mod progress;
mod run;
mod study;
mod sweep;
mod table;
mod testimony;
mod unfinished;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use error::Failure;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // Help and version go to stdout with code 0, mistakes to stderr with code 2.
        Err(error) => {
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            return match error.print() {
                Ok(()) => ExitCode::from(code),
                Err(_) if error.use_stderr() => ExitCode::from(code),
                Err(of_stdout) => Failure::from(of_stdout).report(),
            };
        }
    };
    match act(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn act(arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        Command::Run(options) => run::run(&options),
        Command::Compare(options) => compare::compare(&options),
        Command::Sweep(options) => sweep::sweep(&options),
        Command::Calibrate(options) => calibrate::calibrate(&options),
        Command::Check(options) => check::check(&options),
        Command::Life(options) => life::life(&options),
        Command::Testimony(options) => testimony::testimony(&options),
        Command::Exchange(options) => exchange::exchange(&options),
        Command::Policy(options) => policy::policy(&options),
        Command::Report(options) => run::report(&options),
        Command::Scenarios(options) => lists::scenarios(&options),
        Command::Params(options) => lists::params(&options),
        Command::Levers(options) => lists::levers(&options),
        Command::Events(options) => lists::events(&options),
        Command::Metrics(options) => lists::metrics(&options),
        Command::Glossary(options) => lists::glossary(&options),
    }
}
