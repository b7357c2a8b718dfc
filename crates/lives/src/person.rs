//! People as the run left them: the columns of `persons.parquet` that a life is told from.

use std::ops::Range;

use hailsham_engine::table::{Coded, TableError, TableReader};
use hailsham_engine::time::{Epoch, Time};
use serde::Serialize;

/// Sex, for the pronouns.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// She.
    Female,
    /// He.
    Male,
}

/// One person. What is not known of somebody is absent.
#[derive(Clone, PartialEq, Debug)]
pub struct Person {
    /// Number in the run.
    pub id: u32,
    /// Who the person is in every scenario: the key of random draws.
    pub identity: u64,
    /// The key by which the scenario's history calls the person.
    pub cast: Option<String>,
    /// Given name and initial, or the name of the cast. Recipients have none.
    pub name: Option<String>,
    /// `student`, `recipient`, `guardian`, `head` or `collector`.
    pub kind: String,
    /// Sex.
    pub sex: Sex,
    /// Time of making, or of birth; not known of staff.
    pub born: Option<Time>,
    /// Time of death, if it came before the end of the run.
    pub died: Option<Time>,
    /// What the person died of: `operation`, `decline`, `natural`, `disease` or `graft_failure`.
    pub cause: Option<String>,
    /// The school of upbringing, or where a member of staff has the post.
    pub school: Option<u32>,
    /// `humane` or `ordinary`.
    pub school_kind: Option<String>,
    /// State at the end of the run, or at death.
    pub phase: String,
    /// Operations undergone.
    pub donations: u32,
    /// When the person left school.
    pub left_school: Option<Time>,
    /// When service as a carer began.
    pub care_started: Option<Time>,
    /// When it ended.
    pub care_ended: Option<Time>,
    /// When the person was called up to donate.
    pub called_up: Option<Time>,
    /// First operation.
    pub first_donation: Option<Time>,
    /// The disease, of a recipient.
    pub disease: Option<String>,
    /// Years of life lost to donating.
    pub years_lost: Option<f32>,
    /// Years of life gained by a transplant.
    pub years_gained: Option<f32>,
    /// How far a student speaks in the programme's soft words, 0 to 1.
    pub soft_words: Option<f32>,
}

impl Person {
    /// What people call the person; a recipient, who has no name, is called by number.
    pub fn called(&self) -> String {
        match &self.name {
            Some(name) => name.clone(),
            None => format!("{} {}", self.kind, self.id),
        }
    }

    /// The given name alone.
    pub fn given(&self) -> String {
        let called = self.called();
        let initial = |word: &str| word.len() == 2 && word.ends_with('.');
        match called.rsplit_once(' ') {
            Some((given, last)) if initial(last) => given.to_owned(),
            _ => called,
        }
    }

    /// The phase of a student's life at a time, as it is named in place of a date.
    pub fn phase_at(&self, at: Time) -> Option<&'static str> {
        if self.kind != "student" {
            return None;
        }
        let phases = [
            (self.called_up, "as a donor"),
            (self.care_started, "as a carer"),
            (self.left_school, "at the Cottages"),
        ];
        let reached = phases
            .iter()
            .find(|(from, _)| from.is_some_and(|from| from <= at));
        Some(reached.map_or("at school", |(_, phase)| phase))
    }

    /// Age in years at a time; `None` where the time of birth is not known.
    pub fn age(&self, at: Time) -> Option<f64> {
        self.born.map(|born| hailsham_engine::time::age(born, at))
    }
}

/// The rows of the table by number of the person.
pub(crate) struct People {
    table: TableReader,
    ids: Vec<u32>,
    epoch: Epoch,
}

impl People {
    pub(crate) fn open(path: &std::path::Path, epoch: Epoch) -> Result<People, TableError> {
        let table = TableReader::open_for_rows(path)?;
        let ids = table.u32("id")?.into_iter().flatten().collect();
        Ok(People { table, ids, epoch })
    }

    /// The numbers of all people, in order.
    pub(crate) fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// A whole column of texts, by row.
    pub(crate) fn whole(&mut self, column: &str) -> Result<Coded, TableError> {
        self.table.choose(whole(self.ids.len()));
        self.table.coded(column)
    }

    /// These people, in order of their numbers; who is not in the table is left out.
    pub(crate) fn read(&mut self, wanted: &[u32]) -> Result<Vec<Person>, TableError> {
        let mut rows: Vec<usize> = wanted
            .iter()
            .filter_map(|id| self.ids.binary_search(id).ok())
            .collect();
        rows.sort_unstable();
        rows.dedup();
        self.table.choose(ranges(&rows));
        let table = &self.table;
        let epoch = self.epoch;
        let times = |column: &str| -> Result<Vec<Option<Time>>, TableError> {
            let read = table.timestamp(column)?;
            let time = |at: Option<i64>| at.map(|at| epoch.time_from_milliseconds(at));
            Ok(read.into_iter().map(time).collect())
        };
        let identity = table.u64("identity")?;
        let cast = table.coded("cast")?;
        let name = table.coded("name")?;
        let kind = table.coded("kind")?;
        let sex = table.coded("sex")?;
        let (born, died) = (times("born")?, times("died")?);
        let cause = table.coded("cause")?;
        let school = table.u32("school")?;
        let post = table.u32("place")?;
        let school_kind = table.coded("school_kind")?;
        let phase = table.coded("phase")?;
        let donations = table.u32("donations")?;
        let left_school = times("left_school")?;
        let (care_started, care_ended) = (times("care_started")?, times("care_ended")?);
        let (called_up, first_donation) = (times("called_up")?, times("first_donation")?);
        let disease = table.coded("disease")?;
        let (lost, gained) = (table.f32("years_lost")?, table.f32("years_gained")?);
        let soft_words = table.f32("soft_words")?;
        let text = |column: &Coded, row: usize| column.label(row).map(str::to_owned);
        let person = |(row, place): (usize, &usize)| {
            let kind = text(&kind, row).unwrap_or_default();
            let is_staff = !matches!(kind.as_str(), "student" | "recipient");
            Person {
                id: self.ids[*place],
                identity: identity[row].unwrap_or_default(),
                cast: text(&cast, row),
                name: text(&name, row),
                sex: match sex.label(row) {
                    Some("male") => Sex::Male,
                    _ => Sex::Female,
                },
                born: born[row],
                died: died[row],
                cause: text(&cause, row),
                school: if is_staff { post[row] } else { school[row] },
                school_kind: text(&school_kind, row),
                phase: text(&phase, row).unwrap_or_default(),
                donations: donations[row].unwrap_or_default(),
                left_school: left_school[row],
                care_started: care_started[row],
                care_ended: care_ended[row],
                called_up: called_up[row],
                first_donation: first_donation[row],
                disease: text(&disease, row),
                years_lost: lost[row],
                years_gained: gained[row],
                soft_words: soft_words[row],
                kind,
            }
        };
        Ok(rows.iter().enumerate().map(person).collect())
    }
}

/// All rows.
fn whole(rows: usize) -> Vec<Range<usize>> {
    std::iter::once(0..rows).collect()
}

/// Rows in order as ranges.
pub(crate) fn ranges(rows: &[usize]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for row in rows {
        match ranges.last_mut() {
            Some(last) if last.end == *row => last.end += 1,
            _ => ranges.push(*row..row + 1),
        }
    }
    ranges
}
