//! Makes the replicates of a study that are missing.

use hailsham_model::write_persons;

use super::directory::Directory;
use super::lives::write_registrations;
use super::plan::Variant;
use crate::check::Watch;
use crate::runner::{Asked, Made, StudyError, in_parallel, measure};
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
    let missing: Vec<&Job> = jobs.iter().filter(|job| !is_made(directory, job)).collect();
    let before = jobs.len() - missing.len();
    let work = |job: &&Job, go_on: &dyn Fn() -> bool| one(directory, job, go_on);
    in_parallel(&missing, threads, &|done| watch(before + done, of), &work)?;
    Ok(())
}

/// Whether a replicate is finished. A complete study has put away its people: where its outcome is to be made again, they
/// are asked for once more.
fn is_made(directory: &Directory, job: &Job) -> bool {
    let has_people = || directory.persons_file(&job.key).is_file();
    directory.has(&job.key) && (!job.keep.persons || has_people())
}

fn one(directory: &Directory, job: &Job, go_on: &dyn Fn() -> bool) -> Result<(), StudyError> {
    let asked = Asked {
        model: match &job.origin {
            Origin::Ready(model) => model.clone(),
            Origin::Variant(variant) => variant.model()?.1,
        },
        sets: job.sets.clone(),
        scale: job.scale,
        seed: job.seed,
        groups: job.keep.groups,
    };
    // Before the record: where that is, the people are.
    let mut keep = |made: Made<'_>| {
        if !job.keep.persons {
            return Ok(());
        }
        let file = directory.persons_file(&job.key);
        directory.put_file(&file, |part| match made {
            Made::Donation(finished) => Ok(write_persons(part, finished)?),
            Made::Eurotransplant(told) => write_registrations(part, &told.deaths),
        })
    };
    let record = measure(&asked, &mut keep, go_on)?;
    directory.put(&job.key, &record)
}
