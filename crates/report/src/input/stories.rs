//! `stories.parquet`: every version of every story.

use std::path::Path;

use hailsham_engine::table::{Coded, TableReader};

use super::Minute;
use crate::ReportError;

/// One version of a story.
pub(crate) struct Version {
    /// Number of the version.
    pub(crate) id: u32,
    /// The row of the version it came from; `None` for one that began by itself.
    pub(crate) parent: Option<usize>,
    pub(crate) first_told: Minute,
    /// How many took it for true when they first heard the story.
    pub(crate) adopters: u32,
    /// How many of the living held it at the end of the run.
    pub(crate) holders: u32,
    /// For how many years, of a deferral.
    pub(crate) length_years: Option<u32>,
    /// Whether it comes from somebody for whom it came true.
    pub(crate) proven: bool,
}

/// All versions of a run, in the order of their numbers.
pub(crate) struct Stories {
    pub(crate) versions: Vec<Version>,
    story: Coded,
    claim: Coded,
    beneficiary: Coded,
    stage: Coded,
}

impl Stories {
    /// Reads the table.
    pub(crate) fn read(path: &Path) -> Result<Stories, ReportError> {
        let reader = TableReader::open(path)?;
        let ids: Vec<u32> = reader.u32("id")?.into_iter().flatten().collect();
        let parents = reader.u32("parent")?;
        let told = reader.timestamp("first_told")?;
        let (adopters, holders) = (reader.u32("adopters")?, reader.u32("holders")?);
        let lengths = reader.u32("length_years")?;
        let proven = reader.bool("proven")?;
        let versions = (0..ids.len()).map(|row| Version {
            id: ids[row],
            parent: parents[row].and_then(|parent| ids.binary_search(&parent).ok()),
            first_told: told[row].unwrap_or_default().div_euclid(60_000) as Minute,
            adopters: adopters[row].unwrap_or_default(),
            holders: holders[row].unwrap_or_default(),
            length_years: lengths[row],
            proven: proven[row].unwrap_or_default(),
        });
        Ok(Stories {
            versions: versions.collect(),
            story: reader.coded("story")?,
            claim: reader.coded("claim")?,
            beneficiary: reader.coded("beneficiary")?,
            stage: reader.coded("stage")?,
        })
    }

    /// The rows of the versions of a story.
    pub(crate) fn of<'a>(&'a self, story: &'a str) -> impl Iterator<Item = usize> + 'a {
        (0..self.versions.len()).filter(move |row| self.story.label(*row) == Some(story))
    }

    /// What a version claims, who may have it, and until when: the labels of the table, nothing where
    /// the story has no such term.
    pub(crate) fn terms(&self, row: usize) -> [&str; 3] {
        [&self.claim, &self.beneficiary, &self.stage]
            .map(|column| column.label(row).unwrap_or_default())
    }
}
