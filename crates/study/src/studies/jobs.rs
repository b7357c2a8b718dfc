//! Makes the replicates of a study that are missing.

use hailsham_model::groups::{MEASURES, groups};
use hailsham_model::{Finished, metrics, write_persons};

use super::directory::Directory;
use super::plan::Variant;
use super::record::Record;
use crate::check::Watch;
use crate::runner::{StudyError, course, finish, in_parallel};
use crate::system::Model;

/// Begins the names of what is kept of groups: `@givers/humane/years_lost`.
pub(crate) const OF_GROUP: char = '@';

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
        Origin::Variant(variant) => variant.load()?.model(),
    };
    let programme = match model {
        Model::Donation(programme) => programme,
        Model::Exchange(programme) => {
            let mut record = Record::default();
            for (name, value) in course(&programme, job.scale, job.seed, go_on)? {
                record.push(name, value);
            }
            return directory.put(&job.key, &record);
        }
    };
    let finished = finish(&programme, &job.sets, job.scale, job.seed, go_on)?;
    if job.keep.persons {
        // Before the record: where that is, the people are.
        let file = directory.persons_file(&job.key);
        directory.put_file(&file, |part| Ok(write_persons(part, &finished)?))?;
    }
    directory.put(&job.key, &record(&finished, job.keep))
}

fn record(finished: &Finished, keep: Keep) -> Record {
    let mut record = Record::default();
    for (name, value) in metrics(finished) {
        record.push(name, value);
    }
    if keep.groups {
        for group in groups(finished) {
            let measures = MEASURES.iter().filter(|measure| measure.who == group.who);
            for (measure, value) in measures.zip(&group.values) {
                let name = format!("{OF_GROUP}{}/{}/{}", group.who, group.name, measure.name);
                record.push(name, *value);
            }
        }
    }
    record
}
