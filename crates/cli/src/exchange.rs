//! `hailsham exchange`: reads a pool, has it solved, prints the answer.

use std::io::{IsTerminal as _, Read as _};
use std::path::Path;
use std::time::Duration;

use hailsham_exchange::{
    Failure as Failing, Objective, Options, read, solve, to_html, to_json, to_text,
};

use crate::arguments::Exchange;
use crate::error::{Failure, say};
use crate::table::{print, print_json};

/// `hailsham exchange POOL`
pub(crate) fn exchange(arguments: &Exchange) -> Result<(), Failure> {
    // The solver uses one thread: what is asked for is an upper limit.
    let _ = arguments.threads;
    let objectives =
        Objective::read_list(&arguments.objective).map_err(|e| Failure::Message(e.to_string()))?;
    refuse_failures(arguments, &objectives)?;
    let options = Options {
        max_cycle: arguments.max_cycle,
        max_chain: arguments.max_chain,
        objectives,
        failure: Failing {
            arc: arguments.arc_failure,
            vertex: arguments.vertex_failure,
        },
        time_limit: arguments.time_limit.map(Duration::from_secs_f64),
        ..Options::default()
    };
    if let Some(file) = &arguments.html {
        refuse_another(file)?;
    }
    let pool = read(&arguments.pool).map_err(|e| Failure::Message(e.to_string()))?;
    let shown = !arguments.printed.quiet && std::io::stderr().is_terminal();
    let solution = solve(&pool, &options, &mut |progress| {
        if shown {
            let achieved = progress.achieved;
            say(format_args!(
                "{:>7.1} s  {}: {}, bound {}, gap {:.2} %",
                progress.time.as_secs_f64(),
                achieved.objective,
                achieved.value,
                achieved.bound.unwrap_or(f64::INFINITY),
                100.0 * achieved.gap().unwrap_or(1.0),
            ));
        }
    })
    .map_err(|e| Failure::Message(e.to_string()))?;
    if let Some(file) = &arguments.html {
        let title = arguments
            .pool
            .file_name()
            .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let page = to_html(&title, &pool, &options, &solution)
            .map_err(|e| Failure::Message(e.to_string()))?;
        std::fs::write(file, page)
            .map_err(|e| Failure::Message(format!("{}: {e}", file.display())))?;
    }
    if arguments.printed.json {
        print_json(&to_json(&pool, &options, &solution))
    } else if arguments.printed.quiet {
        Ok(())
    } else {
        print(&to_text(&pool, &options, &solution))
    }
}

/// Refuses to write a page over a file that is none, such as the pool itself. An earlier page is replaced.
fn refuse_another(file: &Path) -> Result<(), Failure> {
    const PAGE: &[u8] = b"<!doctype html";
    let mut begins = Vec::new();
    let there = std::fs::File::open(file)
        .and_then(|there| there.take(PAGE.len() as u64).read_to_end(&mut begins));
    if there.is_err() || begins.eq_ignore_ascii_case(PAGE) {
        return Ok(());
    }
    Err(Failure::Message(format!(
        "--html {}: there is a file of that name, which is no page; choose another, or move it away",
        file.display()
    )))
}

/// Refuses probabilities of failures that no objective asks for, and objectives that ask for them in vain.
fn refuse_failures(arguments: &Exchange, objectives: &[Objective]) -> Result<(), Failure> {
    let options = [
        ("--arc-failure", arguments.arc_failure),
        ("--vertex-failure", arguments.vertex_failure),
    ];
    let given = options.into_iter().find(|(_, failure)| *failure > 0.0);
    let asking = objectives.iter().find(|of| of.is_expected());
    match (given, asking) {
        (Some((option, _)), None) => Err(Failure::Message(format!(
            "{option} would have no effect: none of the objectives is expected or expected-recourse"
        ))),
        (None, Some(objective)) => Err(Failure::Message(format!(
            "`{objective}` would be `transplants`: nothing is expected to fail without --arc-failure or --vertex-failure"
        ))),
        _ => Ok(()),
    }
}
