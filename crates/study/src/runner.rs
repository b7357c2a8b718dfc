//! Runs many runs at once, and keeps of each its metrics alone.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

use hailsham_allocation::eurotransplant::{self, Told};
use hailsham_engine::log::{LogError, Workers};
use hailsham_engine::table::TableError;
use hailsham_engine::time::Time;
use hailsham_exchange::programme::{self, ExchangeProgramme};
use hailsham_lives::LifeError;
use hailsham_model::{
    DirectoryError, Finished, Kept, Options, Programme, RunError, StopReason, simulate,
};
use hailsham_scenario::ScenarioError;

use crate::studies::record::Record;
use crate::system::{Model, Scenario};
use crate::{accounts, runs};

/// One run that is to be made.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) scenario: Arc<Scenario>,
    pub(crate) asked: Asked,
    /// Whether people are asked for their accounts, which takes a log.
    pub(crate) accounts: bool,
}

/// What is asked of a model: one run, and what is kept of it.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) model: Model,
    /// The changes that made the scenario, for messages.
    pub(crate) sets: Vec<String>,
    pub(crate) scale: f64,
    pub(crate) seed: u64,
    /// Whether the measures of groups are kept.
    pub(crate) groups: bool,
}

/// A run that was made, before it is let go.
pub(crate) enum Made<'a> {
    Donation(&'a Finished),
    Eurotransplant(&'a Told),
}

/// The metrics of a run, by name.
pub(crate) type Metrics = Vec<(&'static str, Option<f64>)>;

/// Why a study has no result.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// A run has no result.
    #[error("the run with {sets} and seed {seed} failed: {error}")]
    Run {
        /// The changes of the scenario, as they are given to `--set`.
        sets: String,
        /// The seed.
        seed: u64,
        /// Why.
        error: RunError,
    },
    /// The log of a run breaks rules, so that its numbers are not to be trusted.
    #[error("the log of the run {run} breaks the rule `{rule}`")]
    Broken {
        /// Which run: how it was made, or where it is.
        run: String,
        /// The first rule that is broken.
        rule: String,
    },
    /// A run's directory could not be written.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// A table of a run could not be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The log of a run could not be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A file of a run could not be read or written.
    #[error("{}: {problem}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A life could not be read or told.
    #[error(transparent)]
    Life(#[from] LifeError),
    /// A study cannot be begun or gone on with; the message says why, and what to do.
    #[error("{0}")]
    Refused(String),
    /// The directory is another's; the message says whose, and what to do.
    #[error("{0}")]
    Taken(String),
    /// It was stopped.
    #[error("interrupted")]
    Interrupted,
    /// A change is refused by the scenario.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// A thread could not be started.
    #[error("cannot start a thread: {0}")]
    Thread(std::io::Error),
}

impl From<eurotransplant::RunError> for StudyError {
    fn from(error: eurotransplant::RunError) -> StudyError {
        match error {
            eurotransplant::RunError::Rules(error) => StudyError::Scenario(*error),
            error => StudyError::Refused(error.to_string()),
        }
    }
}

impl StudyError {
    /// Whether a file could not be read or written, as on a full disk: with room, the same may succeed.
    pub fn is_of_files(&self) -> bool {
        matches!(
            self,
            StudyError::File { .. }
                | StudyError::Directory(_)
                | StudyError::Table(_)
                | StudyError::Log(_)
        )
    }
}

/// Makes all runs, on so many threads; the answers are in the order of the jobs, and do not depend on
/// the number of threads. `watch` is told how many runs are done, and says whether to go on; it is
/// asked often. The first failure ends the rest.
pub(crate) fn run_all(
    jobs: &[Job],
    threads: usize,
    watch: &(dyn Fn(usize) -> bool + Sync),
) -> Result<Vec<Record>, StudyError> {
    in_parallel(jobs, threads, watch, &run)
}

/// What is done for a job; it asks now and then whether to go on.
pub(crate) type Work<'a, J, T> =
    &'a (dyn Fn(&J, &dyn Fn() -> bool) -> Result<T, StudyError> + Sync);

/// Does something for each of many jobs, as [`run_all`] does.
pub(crate) fn in_parallel<J: Sync, T: Send>(
    jobs: &[J],
    threads: usize,
    watch: &(dyn Fn(usize) -> bool + Sync),
    work: Work<'_, J, T>,
) -> Result<Vec<T>, StudyError> {
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| {
        for number in 0..threads.clamp(1, jobs.len().max(1)) {
            let sender = sender.clone();
            let (next, done, stop) = (&next, &done, &stop);
            let turn = move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(index) else { return };
                    let go_on =
                        || !stop.load(Ordering::Relaxed) && watch(done.load(Ordering::Relaxed));
                    // A job takes a while to notice that it is to end, and is then thrown away: it is not begun.
                    let result = if go_on() {
                        work(job, &go_on)
                    } else {
                        Err(StudyError::Interrupted)
                    };
                    let ended = result.is_err();
                    if ended {
                        stop.store(true, Ordering::Relaxed);
                    } else {
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                    // Nobody listens any more only where another run has failed already.
                    if sender.send((index, result)).is_err() || ended {
                        return;
                    }
                }
            };
            std::thread::Builder::new()
                .name(format!("run {number}"))
                .spawn_scoped(scope, turn)
                .map_err(|error| {
                    stop.store(true, Ordering::Relaxed);
                    StudyError::Thread(error)
                })?;
        }
        drop(sender);
        collect(&receiver, jobs.len())
    })
}

type Answer<T> = (usize, Result<T, StudyError>);

/// The answers in the order of the jobs, or the first failure that is not only a consequence of
/// another.
fn collect<T>(receiver: &mpsc::Receiver<Answer<T>>, count: usize) -> Result<Vec<T>, StudyError> {
    let mut answers: Vec<Option<T>> = (0..count).map(|_| None).collect();
    let mut failure: Option<(usize, StudyError)> = None;
    for (index, answer) in receiver {
        match answer {
            Ok(answer) => answers[index] = Some(answer),
            Err(error) => {
                let rank = |index: usize, error: &StudyError| {
                    (matches!(error, StudyError::Interrupted), index)
                };
                let worse = failure
                    .as_ref()
                    .is_none_or(|(other, told)| rank(index, &error) < rank(*other, told));
                if worse {
                    failure = Some((index, error));
                }
            }
        }
    }
    match failure {
        Some((_, error)) => Err(error),
        None => Ok(answers.into_iter().flatten().collect()),
    }
}

fn run(job: &Job, go_on: &dyn Fn() -> bool) -> Result<Record, StudyError> {
    let asked = &job.asked;
    let Scenario::Donation(scenario) = &*job.scenario else {
        return measure(asked, &mut |_| Ok(()), go_on);
    };
    if !job.accounts {
        return measure(asked, &mut |_| Ok(()), go_on);
    }
    let folder = runs::folder()?;
    let options = Options {
        seed: asked.seed,
        scale: asked.scale,
        // The runs share the processors; a second thread for each would only wait.
        workers: Workers::Inline,
        ..Options::default()
    };
    let target = folder.path().join("run");
    let (run, finished) = runs::keep(scenario, &options, &target, &mut |_, _| go_on())?;
    whole(&finished, &asked.sets, asked.seed)?;
    let mut record = Record::of_finished(&finished, asked.groups);
    drop(finished);
    for (name, value) in accounts::measure(&run)? {
        record.push(name, value);
    }
    Ok(record)
}

/// Makes one run and keeps its numbers; `keep` sees it before it is let go.
pub(crate) fn measure(
    asked: &Asked,
    keep: &mut dyn FnMut(Made<'_>) -> Result<(), StudyError>,
    go_on: &dyn Fn() -> bool,
) -> Result<Record, StudyError> {
    let Asked { scale, seed, .. } = *asked;
    match &asked.model {
        Model::Donation(programme) => {
            let finished = finish(programme, &asked.sets, scale, seed, go_on)?;
            keep(Made::Donation(&finished))?;
            Ok(Record::of_finished(&finished, asked.groups))
        }
        Model::Exchange(programme) => Ok(Record::of(course(programme, scale, seed, go_on)?)),
        Model::Eurotransplant(prepared) => {
            let told = prepared.told(seed, scale)?;
            // A run takes seconds at most, and is not asked within.
            if !go_on() {
                return Err(StudyError::Interrupted);
            }
            keep(Made::Eurotransplant(&told))?;
            Ok(Record::of_told(told, asked.groups))
        }
    }
}

/// Refuses a run whose log breaks rules.
fn whole(finished: &Finished, sets: &[String], seed: u64) -> Result<(), StudyError> {
    let mut rules = finished.replayed.findings.rules.iter();
    match rules.find(|rule| rule.violations > 0) {
        Some(broken) => Err(StudyError::Broken {
            run: format!("with {} and seed {seed}", changes(sets)),
            rule: broken.rule.to_string(),
        }),
        None => Ok(()),
    }
}

/// The changes that made a programme, in words.
fn changes(sets: &[String]) -> String {
    match sets {
        [] => "no changes".to_owned(),
        sets => sets.join(" "),
    }
}

/// Simulates an exchange programme with its own interval.
fn course(
    parameters: &ExchangeProgramme,
    scale: f64,
    seed: u64,
    go_on: &dyn Fn() -> bool,
) -> Result<Metrics, StudyError> {
    let mut watch = |_: Time, _: Time| go_on();
    let interval = parameters.matching.interval;
    let course = programme::simulate(parameters, interval, seed, scale, &mut watch);
    let course = course.ok_or(StudyError::Interrupted)?;
    Ok(programme::metrics(parameters, &course))
}

/// Makes one run and keeps no log of it. One that breaks a rule is an error. `sets` are the changes
/// that made the programme, for messages.
fn finish(
    programme: &Arc<Programme>,
    sets: &[String],
    scale: f64,
    seed: u64,
    go_on: &dyn Fn() -> bool,
) -> Result<Finished, StudyError> {
    let options = Options {
        seed,
        scale,
        kept: Kept::Nothing,
        // The runs share the processors; a second thread for each would only wait.
        workers: Workers::Inline,
        ..Options::default()
    };
    let result = simulate(programme, &options, None, &[], &mut |_, _| go_on());
    let finished: Finished = result.map_err(|error| match error {
        RunError::Stopped(StopReason::Interrupted) => StudyError::Interrupted,
        error => StudyError::Run {
            sets: changes(sets),
            seed,
            error,
        },
    })?;
    whole(&finished, sets, seed)?;
    Ok(finished)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of a hundred jobs are begun, and what comes out.
    fn begun(
        threads: usize,
        watch: &(dyn Fn(usize) -> bool + Sync),
        fails: usize,
    ) -> (usize, Result<Vec<usize>, StudyError>) {
        let begun = AtomicUsize::new(0);
        let jobs: Vec<usize> = (0..100).collect();
        let result = in_parallel(&jobs, threads, watch, &|job, _| {
            begun.fetch_add(1, Ordering::Relaxed);
            if *job == fails {
                Err(StudyError::Refused("it fails".to_owned()))
            } else {
                Ok(2 * job)
            }
        });
        (begun.into_inner(), result)
    }

    #[test]
    fn after_a_failure_no_job_is_begun() {
        let (count, result) = begun(1, &|_| true, 3);
        assert!(matches!(result, Err(StudyError::Refused(_))), "{result:?}");
        assert_eq!(count, 4);
        let (_, result) = begun(4, &|_| true, 3);
        assert!(matches!(result, Err(StudyError::Refused(_))), "{result:?}");
        let (count, result) = begun(4, &|_| true, usize::MAX);
        assert!(result.is_ok_and(|all| all == (0..100).map(|n| 2 * n).collect::<Vec<_>>()));
        assert_eq!(count, 100);
    }

    #[test]
    fn after_an_interruption_no_job_is_begun() {
        let (count, result) = begun(3, &|_| false, usize::MAX);
        assert!(matches!(result, Err(StudyError::Interrupted)), "{result:?}");
        assert_eq!(count, 0);
        let (count, result) = begun(1, &|done| done < 5, usize::MAX);
        assert!(matches!(result, Err(StudyError::Interrupted)), "{result:?}");
        assert_eq!(count, 5);
    }
}
