//! One run: from a checked scenario to what happened.

use std::path::Path;
use std::sync::Arc;

use hailsham_engine::log::{
    EventLog, Keep, LogError, LogReader, LogSpec, LogTotals, Record, Workers,
};
use hailsham_engine::time::Time;

use hailsham_scenario::{Parameters as _, Problem, ScenarioError};

use crate::event::{self, Event};
use crate::history::{self, Impossible, Plan};
use crate::programme::Programme;
use crate::replay::{Replay, Replayed, Rules};
use crate::world::{Clock, Layout, Queue, StopReason, Topics, World};

/// Which records of the log are kept on disk. What is computed from the log is the same for all.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum Kept {
    /// Every record.
    #[default]
    Full,
    /// Every record of the named people of the scenario's history, and those of nobody.
    Named,
    /// Every record of a share of the people, chosen by their numbers, and those of nobody.
    Sample(f64),
    /// None.
    Nothing,
}

/// What a run depends on beside its scenario, and how it is carried out.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Options {
    /// The seed: all that chance depends on.
    pub seed: u64,
    /// What intakes, beds and the public are multiplied by.
    pub scale: f64,
    /// Which records are kept on disk.
    pub kept: Kept,
    /// Whether the log is written by the thread that simulates, or by one of its own. The files
    /// are the same.
    pub workers: Workers,
    /// Which future event list is used. The log is the same.
    pub queue: Queue,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            seed: 1,
            scale: 1.0,
            kept: Kept::Full,
            workers: Workers::Background,
            queue: Queue::Calendar,
        }
    }
}

/// Why a run has no result.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The programme contradicts itself.
    #[error("the scenario contradicts itself at {path}: {message}")]
    Contradiction {
        /// Where.
        path: String,
        /// How.
        message: String,
    },
    /// A policy that it names is wrong.
    #[error(transparent)]
    Policy(#[from] Box<ScenarioError>),
    /// Something on record cannot be, given what the run came to.
    #[error("{message}")]
    Impossible {
        /// Both sides: what is pinned, with its source, and what stands against it.
        message: String,
    },
    /// It stopped before its horizon.
    #[error(transparent)]
    Stopped(#[from] StopReason),
    /// The log could not be written.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// A run that reached its horizon.
pub struct Finished {
    /// Everyone and everything at the end.
    pub world: Summary,
    /// What the log says.
    pub replayed: Replayed,
    /// How long the log is.
    pub totals: LogTotals,
}

/// The world at the end of a run, for reading: tables and metrics are made from it.
pub struct Summary(pub(crate) World);

impl Summary {
    /// Students who were made.
    pub fn students(&self) -> usize {
        self.0
            .students
            .phase
            .iter()
            .filter(|phase| **phase != crate::person::Phase::Unborn)
            .count()
    }

    /// People who fell ill.
    pub fn recipients(&self) -> usize {
        self.0.recipients_state.people.len()
    }

    /// Guardians, heads and collectors who ever had a post.
    pub fn staff(&self) -> usize {
        self.0.inner.staff.members.len()
    }

    /// What the scenario's history has on record and was let go, each with the reason: see
    /// [`crate::history::Impossible`].
    pub fn let_go(&self) -> &[String] {
        &self.0.history.let_go
    }

    /// Events that were due and happened: records of the log may be more or fewer.
    pub fn events_handled(&self) -> u64 {
        self.0.events_handled()
    }
}

/// Runs a checked scenario to its horizon. The log goes to a file if one is given. `watch` is called
/// now and then with the time reached, from the first day to the horizon; when it says false, the
/// run stops.
pub fn simulate(
    programme: &Arc<Programme>,
    options: &Options,
    log_file: Option<&Path>,
    key_values: &[(String, String)],
    watch: &mut dyn FnMut(Time, Time) -> bool,
) -> Result<Finished, RunError> {
    if let Some(problem) = programme.cross_check().into_iter().next() {
        let Problem { path, message, .. } = problem;
        return Err(RunError::Contradiction { path, message });
    }
    let programme = &with_policies(programme)?;
    let clock = Clock::new(programme, options.seed, options.scale);
    let contradiction = |(path, message)| RunError::Contradiction { path, message };
    let plan = Plan::new(programme, &clock).map_err(contradiction)?;
    let layout = Layout::new(programme, &clock, &plan);
    let replay = Replay::new(Rules::new(programme, &clock, &layout.places, &plan));
    let target = log_file.map(|path| (path, log_spec(programme, &clock, key_values)));
    let log = EventLog::start(replay, target, keep(options.kept, &plan), options.workers)?;
    let horizon = clock.horizon;
    let mut world = World::new(
        Arc::clone(programme),
        clock,
        layout,
        options.queue,
        log,
        plan,
    );
    if options.workers == Workers::Background {
        world.provide_memory();
    }
    let ran = world.run(&mut |at| watch(at, horizon));
    let Some(log) = world.take_log() else {
        return Err(StopReason::LogBroken.into());
    };
    // An error of the log is the reason that stopped the run, if it was stopped by one.
    let (replay, totals) = log.finish()?;
    if let Some(message) = world.history.conflict.take() {
        return Err(RunError::Impossible { message });
    }
    ran?;
    let mut absent = history::absent(&world);
    if programme.history.impossible == Impossible::Error
        && let Some(message) = absent.pop()
    {
        return Err(RunError::Impossible { message });
    }
    world.history.let_go.append(&mut absent);
    Ok(Finished {
        world: Summary(world),
        replayed: replay.finish(),
        totals,
    })
}

/// The programme with the policies that it names, read here where that has not been done before.
fn with_policies(programme: &Arc<Programme>) -> Result<Arc<Programme>, RunError> {
    let mut read = Arc::clone(programme);
    if read.policies().is_none() {
        Arc::make_mut(&mut read).read_policies().map_err(Box::new)?;
    }
    Ok(read)
}

fn log_spec(programme: &Programme, clock: &Clock, key_values: &[(String, String)]) -> LogSpec {
    LogSpec {
        events: Event::ALL.iter().map(|event| event.name()).collect(),
        topics: Topics::new(programme).labels().to_vec(),
        epoch: clock.epoch,
        key_values: key_values.to_vec(),
        keys: Some(event::keys),
    }
}

fn keep(kept: Kept, plan: &Plan) -> Keep {
    match kept {
        Kept::Full => Keep::All,
        Kept::Named => {
            let named = plan.named.clone();
            Keep::If(Box::new(move |record: &Record| {
                record.who == Record::NONE
                    || named.holds(record.who)
                    || (record.whom != Record::NONE && named.holds(record.whom))
            }))
        }
        Kept::Nothing => Keep::Nothing,
        Kept::Sample(share) => {
            let chosen = move |person: u32| Keep::samples(share, person);
            Keep::If(Box::new(move |record: &Record| {
                record.who == Record::NONE
                    || chosen(record.who)
                    || (record.whom != Record::NONE && chosen(record.whom))
            }))
        }
    }
}

/// Replays a log from disk: the same series and the same findings as when it was written.
pub fn replay_file(
    programme: &Programme,
    options: &Options,
    log_file: &Path,
) -> Result<Replayed, LogError> {
    let clock = Clock::new(programme, options.seed, options.scale);
    // A log was written by a run, whose history had a moment for every pin.
    let plan = Plan::new(programme, &clock).unwrap_or_default();
    let layout = Layout::new(programme, &clock, &plan);
    let mut replay = Replay::new(Rules::new(programme, &clock, &layout.places, &plan));
    let spec = log_spec(programme, &clock, &[]);
    let mut reader = LogReader::open(log_file)?.with_names(&spec.events, &spec.topics)?;
    let mut batch = Vec::new();
    while reader.next_batch(&mut batch)? {
        for record in &batch {
            replay.take(record);
        }
    }
    Ok(replay.finish())
}
