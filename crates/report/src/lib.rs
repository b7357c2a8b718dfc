//! What a person reads of a run: numbers, tables and charts, in one HTML file that opens offline.
//!
//! What comes in: a run directory (`manifest.json`, `parameters.json`, `metrics.json`,
//! `summary.json`, `series.parquet`, `counts.parquet`, `persons.parquet`, `stories.parquet`, `works.parquet`,
//! `ties.parquet`; `checks.json` if it is there), and which words to use. What goes out:
//! `report.html` beside them. Nothing else is read, so a report can be written again years later.
//!
//! ```no_run
//! use hailsham_report::{Words, write};
//!
//! let report = write("runs/hailsham-1".as_ref(), Words::Plain)?;
//! println!("{}", report.display());
//! # Ok::<(), hailsham_report::ReportError>(())
//! ```
//!
//! Of a study, `study.json` and `result.json` are read, and the page is made by [`write_study`]; that of a run of kidney
//! allocation by [`write_allocation`], of its tables `transplants.parquet`, `groups.parquet` and `months.parquet`;
//! that of an exchange programme by [`write_exchange`], of `result.json`, `members.parquet`, `match_runs.parquet` and
//! `transplants.parquet`.
//!
//! Inside: `input` reads the run, `survival` and `statistics` estimate, `sections` compute what is
//! shown, `page` renders the templates. Charts are data; the page draws them with Apache `ECharts`,
//! offers them as CSV and repeats them as tables. [`lexicon`] holds the two ways of speaking.

mod allocation;
mod chart;
mod error;
mod exchange;
mod input;
mod page;
mod sections;
mod statistics;
mod study;
mod survival;
mod text;

use std::path::{Path, PathBuf};

pub use error::ReportError;
pub use hailsham_lives::lexicon::{self, Words};
pub use input::{EVENTS_READ, TOPICS_READ};

use hailsham_engine::time::Time;
use hailsham_lives::LifeError;
use lexicon::{Lexicon, Speaker};

/// Writes `report.html` into a run directory, over any that is there, and gives its path.
///
/// # Errors
///
/// A missing or damaged file or column of the run directory is named; so is a report that cannot be
/// written. The old report stays until the new one is whole.
pub fn write(run: &Path, words: Words) -> Result<PathBuf, ReportError> {
    replace(run, render(run, words)?)
}

/// Writes `report.html` into the directory of a study that is complete, over any that is there, and
/// gives its path. It is made from `study.json` and `result.json` alone.
///
/// # Errors
///
/// As [`write()`].
pub fn write_study(directory: &Path) -> Result<PathBuf, ReportError> {
    let lexicon = Lexicon::built_in()?;
    let speaker = Speaker::new(&lexicon, Words::Plain);
    let report = study::StudyReport::read(directory)?;
    replace(directory, page::render_study(&report, speaker)?)
}

/// Writes `report.html` into the directory of a run of kidney allocation, over any that is there, and gives its path.
///
/// # Errors
///
/// As [`write()`].
pub fn write_allocation(directory: &Path) -> Result<PathBuf, ReportError> {
    let lexicon = Lexicon::built_in()?;
    let speaker = Speaker::new(&lexicon, Words::Plain);
    let run = allocation::Run::read(directory)?;
    let report = allocation::AllocationReport::of(&run);
    replace(directory, page::render_allocation(&report, speaker)?)
}

/// Writes `report.html` into the directory of an exchange programme's run, over any that is there, and gives its path.
///
/// # Errors
///
/// As [`write()`].
pub fn write_exchange(directory: &Path) -> Result<PathBuf, ReportError> {
    let lexicon = Lexicon::built_in()?;
    let speaker = Speaker::new(&lexicon, Words::Plain);
    let run = exchange::Run::read(directory)?;
    let report = exchange::ExchangeReport::of(&run);
    replace(directory, page::render_exchange(&report, speaker)?)
}

/// Writes the page in the place of the old one.
fn replace(directory: &Path, page: String) -> Result<PathBuf, ReportError> {
    let path = directory.join("report.html");
    let unfinished = directory.join("report.html.part");
    std::fs::write(&unfinished, page)
        .and_then(|()| std::fs::rename(&unfinished, &path))
        .map_err(|source| {
            // The error that is told is the one that mattered.
            let _ = std::fs::remove_file(&unfinished);
            ReportError::Write {
                path: path.clone(),
                source,
            }
        })?;
    Ok(path)
}

/// One life as a page: a line of time, who walked beside it, what is remembered above and what happened
/// below, and both tellings. It is told at `at`, or at the end of the life or of the run.
///
/// # Errors
///
/// A file of the run that is missing or damaged, or a person who is not in it.
pub fn life(
    run: &Path,
    person: u32,
    at: Option<Time>,
    words: Words,
) -> Result<String, ReportError> {
    let mut run = hailsham_lives::Run::open(run)?;
    let sentences = hailsham_lives::Sentences::built_in().map_err(LifeError::from)?;
    let speaker = Speaker::new(&Lexicon::built_in()?, words);
    let spoken = (&speaker, words);
    let (shown, chart) = sections::show(&mut run, &sentences, spoken, ("asked", person), at)?;
    page::render_life(&run.scenario, run.seed, &shown, &chart, speaker)
}

/// The page as text.
fn render(directory: &Path, words: Words) -> Result<String, ReportError> {
    let run = input::Run::read(directory)?;
    let lexicon = Lexicon::built_in()?;
    let speaker = Speaker::new(&lexicon, words);
    let lives = lives(directory, &run, (&speaker, words))?;
    let report = sections::Report::of(&run, &speaker, lives)?;
    page::render(&report, &lexicon, speaker, words)
}

/// The lives that a report shows; none of a run whose log was not kept in full, or is gone.
fn lives(
    directory: &Path,
    run: &input::Run,
    spoken: (&Speaker, Words),
) -> Result<Vec<(sections::ShownLife, chart::Chart)>, ReportError> {
    let there = directory.join("events.parquet").is_file();
    if run.manifest.log != "full" || !there {
        return Ok(Vec::new());
    }
    let sentences = hailsham_lives::Sentences::built_in().map_err(LifeError::from)?;
    let mut open = hailsham_lives::Run::open(directory)?;
    let chosen = sections::choose(&run.students, &run.recipients).into_iter();
    chosen
        .map(|one| sections::show(&mut open, &sentences, spoken, one, None))
        .collect()
}
