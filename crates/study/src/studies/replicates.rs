//! Many runs of one scenario.

use serde::{Deserialize, Serialize};

use super::directory::Directory;
use super::jobs::{Job, Keep, Origin, key, make};
use super::plan::{Kind, Until};
use super::record::Columns;
use super::study::{Arm, Study};
use super::summary::{Summary, of_metrics};
use super::tables;
use crate::check::Watch;
use crate::runner::StudyError;
use crate::statistics::Sample;

/// Runs before a study first asks whether it may stop: with fewer, an interval is narrow by chance
/// too often.
const FIRST_LOOK: u32 = 10;
/// How many more runs there are at each look than at the one before.
const NEXT_LOOK: f64 = 1.2;

/// What came out of many runs of one scenario.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Replicates {
    /// The scenario.
    pub scenario: String,
    /// Hash of its resolved values.
    pub scenario_hash: String,
    /// Runs that were made.
    pub replicates: u32,
    /// Whether all intervals were as narrow as was asked before the last run; none where nothing was
    /// asked.
    pub narrow: Option<bool>,
    /// The metrics that its report begins with.
    pub headlines: Vec<String>,
    /// Every metric.
    pub metrics: Vec<Summary>,
}

/// One arm's replicates, for some seeds.
pub(crate) fn jobs(study: &Study, arm: &Arm, seeds: &[u64], keep: Keep) -> Vec<Job> {
    seeds
        .iter()
        .map(|seed| Job {
            key: key(arm.name, *seed),
            origin: Origin::Ready(arm.model.clone()),
            sets: arm.variant.sets.clone(),
            seed: *seed,
            scale: study.plan.scale,
            keep,
        })
        .collect()
}

/// Names as they are kept.
pub(crate) fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Reads the replicates of some seeds.
pub(crate) fn read(directory: &Directory, arm: &str, seeds: &[u64]) -> Result<Columns, StudyError> {
    let mut columns = Columns::default();
    for seed in seeds {
        columns.push(&directory.get(&key(arm, *seed))?);
    }
    Ok(columns)
}

/// Runs that there are when a study with so many at most looks whether it may stop. The looks do not
/// depend on the number of threads, so that the same study stops at the same run everywhere.
fn looks(most: u32) -> Vec<u32> {
    let mut all = Vec::new();
    let mut next = FIRST_LOOK;
    while next < most {
        all.push(next);
        next = (libm::ceil(f64::from(next) * NEXT_LOOK) as u32).max(next + 1);
    }
    all.push(most);
    all
}

/// Whether the interval of a metric is as narrow as is asked. Intervals that decide when to stop are a
/// little too narrow (Chow and Robbins 1965 show that this passes as they get narrower). Values that do
/// not vary have no interval: what is rare may come with the next run.
fn narrow(columns: &Columns, until: &Until) -> bool {
    let values = columns.column(&until.metric).unwrap_or_default();
    let known: Vec<f64> = values.iter().copied().flatten().collect();
    let Some(sample) = Sample::of(&known) else {
        return false;
    };
    let Some((low, high)) = sample.interval(crate::check::INTERVAL_LEVEL) else {
        return false;
    };
    let allowed = if until.relative {
        until.width * sample.mean.abs()
    } else {
        until.width
    };
    (high - low) / 2.0 <= allowed
}

pub(crate) fn carry_out(
    study: &Study,
    threads: usize,
    watch: Watch<'_>,
) -> Result<Replicates, StudyError> {
    let Kind::Replicates { until, .. } = &study.plan.kind else {
        return Err(StudyError::Refused(
            "it is no study of replicates".to_owned(),
        ));
    };
    let Some(arm) = study.arms.first() else {
        return Err(StudyError::Refused("the study has no scenario".to_owned()));
    };
    let keep = Keep {
        groups: true,
        persons: false,
    };
    let all: Vec<u64> = study.plan.seeds().collect();
    let looks = if until.is_empty() {
        vec![study.plan.replicates]
    } else {
        looks(study.plan.replicates)
    };
    let mut made = (Columns::default(), 0_usize, None);
    for look in looks {
        let seeds = &all[..look as usize];
        let jobs = jobs(study, arm, seeds, keep);
        make(&study.directory, &jobs, all.len(), threads, watch)?;
        let columns = read(&study.directory, arm.name, seeds)?;
        let stop = until.iter().all(|until| narrow(&columns, until));
        made = (columns, seeds.len(), (!until.is_empty()).then_some(stop));
        if stop {
            break;
        }
    }
    let (columns, count, narrow) = made;
    let metrics = of_metrics(study.system(), &columns);
    tables::write_replicates(study, &[(arm.name, &all[..count], &columns)])?;
    tables::write_groups(study, &[(arm.name, &all[..count], &columns)])?;
    tables::write_summary(study, &metrics)?;
    Ok(Replicates {
        scenario: arm.loaded.name().to_owned(),
        scenario_hash: arm.loaded.hash().to_owned(),
        replicates: count as u32,
        narrow,
        headlines: texts(study.system().headlines()),
        metrics,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_come_seldomer_and_end_at_the_last_run() {
        assert_eq!(looks(30), [10, 12, 15, 18, 22, 27, 30]);
        assert_eq!(looks(10), [10]);
        assert_eq!(looks(3), [3]);
    }
}
