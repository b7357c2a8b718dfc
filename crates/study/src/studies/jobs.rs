//! Makes the replicates of a study that are missing.

use std::sync::Arc;

use hailsham_allocation::eurotransplant::{self, Told};
use hailsham_model::groups::{MEASURES, groups};
use hailsham_model::{Programme, metrics, write_persons};

use super::directory::Directory;
use super::lives::write_registrations;
use super::plan::Variant;
use super::record::Record;
use crate::check::Watch;
use crate::runner::{StudyError, course, finish, in_parallel};
use crate::system::Model;

/// Where the programme of a replicate comes from.
#[derive(Clone)]
pub(crate) enum Origin {
    /// It was read already.
    Ready(Model),
    /// It is read when its turn comes, and let go afterwards: of many programmes no more are in memory
    /// than there are threads.
    Variant(Variant),
}

/// What is kept of a replicate beside its metrics.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Keep {
    /// The measures of groups.
    pub(crate) groups: bool,
    /// Everybody, until the study is complete.
    pub(crate) persons: bool,
}

/// One replicate.
#[derive(Clone)]
pub(crate) struct Job {
    /// The name of its file.
    pub(crate) key: String,
    pub(crate) origin: Origin,
    /// The changes that made the programme, for messages.
    pub(crate) sets: Vec<String>,
    pub(crate) seed: u64,
    pub(crate) scale: f64,
    pub(crate) keep: Keep,
}

/// The name of the file of a replicate.
pub(crate) fn key(arm: &str, seed: u64) -> String {
    format!("{arm}-{seed:06}")
}

/// Makes those that are not there, on so many threads. `of` is how many the study has in all.
pub(crate) fn make(
    directory: &Directory,
    jobs: &[Job],
    of: usize,
    threads: usize,
    watch: Watch<'_>,
) -> Result<(), StudyError> {
    let missing: Vec<&Job> = jobs.iter().filter(|job| !directory.has(&job.key)).collect();
    let before = jobs.len() - missing.len();
    let work = |job: &&Job, go_on: &dyn Fn() -> bool| one(directory, job, go_on);
    in_parallel(&missing, threads, &|done| watch(before + done, of), &work)?;
    Ok(())
}

fn one(directory: &Directory, job: &Job, go_on: &dyn Fn() -> bool) -> Result<(), StudyError> {
    let model = match &job.origin {
        Origin::Ready(model) => model.clone(),
        Origin::Variant(variant) => variant.load()?.model()?,
    };
    let record = match model {
        Model::Donation(programme) => donation(directory, job, &programme, go_on)?,
        Model::Exchange(programme) => {
            let metrics = course(&programme, job.scale, job.seed, go_on)?;
            Record::of(metrics)
        }
        Model::Eurotransplant(prepared) => {
            let told = prepared.told(job.seed, job.scale)?;
            // A run takes seconds at most, and is not asked within.
            if !go_on() {
                return Err(StudyError::Interrupted);
            }
            if job.keep.persons {
                let file = directory.persons_file(&job.key);
                directory.put_file(&file, |part| write_registrations(part, &told.deaths))?;
            }
            allocation(told, job.keep)
        }
    };
    directory.put(&job.key, &record)
}

fn donation(
    directory: &Directory,
    job: &Job,
    programme: &Arc<Programme>,
    go_on: &dyn Fn() -> bool,
) -> Result<Record, StudyError> {
    let finished = finish(programme, &job.sets, job.scale, job.seed, go_on)?;
    if job.keep.persons {
        // Before the record: where that is, the people are.
        let file = directory.persons_file(&job.key);
        directory.put_file(&file, |part| Ok(write_persons(part, &finished)?))?;
    }
    let mut record = Record::of(metrics(&finished));
    if job.keep.groups {
        for group in groups(&finished) {
            let measures = MEASURES.iter().filter(|measure| measure.who == group.who);
            let names = measures.map(|measure| measure.name);
            record.push_group(group.who, &group.name, names.zip(group.values));
        }
    }
    Ok(record)
}

fn allocation(told: Told, keep: Keep) -> Record {
    let mut record = Record::of(told.metrics);
    for group in told.groups.into_iter().filter(|_| keep.groups) {
        let names = eurotransplant::MEASURES.iter().map(|measure| measure.name);
        record.push_group(group.by, &group.name, names.zip(group.values));
    }
    record
}
