//! Of `persons.parquet`, the columns that a table or plot needs, students and recipients apart.

use std::path::Path;

use hailsham_engine::table::TableReader;

use super::Minute;
use crate::ReportError;

/// Where a student stands in the life course, or stood at death.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Stage {
    School,
    Cottages,
    Carer,
    Donor,
    Retired,
}

/// What a person died of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cause {
    Operation,
    Decline,
    Natural,
    Disease,
    GraftFailure,
}

/// How things stand with a recipient at the end of the run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// Has a working graft.
    Transplanted,
    /// Waits for an organ, the first or another.
    Waiting,
    /// Died after a transplant.
    DiedAfterTransplant,
    /// Died of the disease, never transplanted.
    DiedWaiting,
    /// Died of something else, never transplanted.
    DiedOtherwise,
    /// Cured without a donor's organ.
    Cured,
    /// Ill and not listed.
    NotListed,
}

/// One row a student; every column has the same length.
#[derive(Default)]
pub(crate) struct Students {
    pub(crate) born: Vec<Option<Minute>>,
    pub(crate) died: Vec<Option<Minute>>,
    pub(crate) cause: Vec<Option<Cause>>,
    /// `true` for a humane school.
    pub(crate) humane: Vec<bool>,
    pub(crate) retired: Vec<bool>,
    pub(crate) left_school: Vec<Option<Minute>>,
    pub(crate) care_started: Vec<Option<Minute>>,
    pub(crate) care_ended: Vec<Option<Minute>>,
    pub(crate) called_up: Vec<Option<Minute>>,
    /// Operations undergone.
    pub(crate) donations: Vec<u32>,
    /// Times of the first, second, ... operation.
    pub(crate) operations: Vec<Vec<Option<Minute>>>,
    pub(crate) reviews: Vec<Option<u32>>,
    pub(crate) postponements: Vec<Option<u32>>,
    pub(crate) visits_made: Vec<Option<u32>>,
    pub(crate) deaths_attended: Vec<Option<u32>>,
    pub(crate) comfort: Vec<Option<f32>>,
    pub(crate) years_lost: Vec<Option<f32>>,
}

impl Students {
    pub(crate) fn len(&self) -> usize {
        self.born.len()
    }

    /// The stage of a student at the end, or at death.
    pub(crate) fn stage(&self, row: usize) -> Stage {
        if self.retired[row] {
            Stage::Retired
        } else if self.called_up[row].is_some() || self.donations[row] > 0 {
            Stage::Donor
        } else if self.care_started[row].is_some() {
            Stage::Carer
        } else if self.left_school[row].is_some() {
            Stage::Cottages
        } else {
            Stage::School
        }
    }

    /// Whether the student died of donating.
    pub(crate) fn completed(&self, row: usize) -> bool {
        matches!(self.cause[row], Some(Cause::Operation | Cause::Decline))
    }
}

/// One row a recipient.
#[derive(Default)]
pub(crate) struct Recipients {
    /// The names of the diseases; `disease` counts into it.
    pub(crate) diseases: Vec<String>,
    pub(crate) disease: Vec<Option<u32>>,
    pub(crate) outcome: Vec<Outcome>,
    pub(crate) died: Vec<Option<Minute>>,
    pub(crate) listed: Vec<Option<Minute>>,
    pub(crate) transplanted: Vec<Option<Minute>>,
    pub(crate) transplants: Vec<Option<u32>>,
    pub(crate) years_gained: Vec<Option<f32>>,
}

impl Recipients {
    pub(crate) fn len(&self) -> usize {
        self.outcome.len()
    }
}

/// Reads one column at a time and splits it by kind of person.
struct Split {
    reader: TableReader,
    students: Vec<u32>,
    recipients: Vec<u32>,
}

type Column<T> = Vec<Option<T>>;

/// Reads the table of persons.
pub(crate) fn read(path: &Path) -> Result<(Students, Recipients), ReportError> {
    let reader = TableReader::open(path)?;
    let kinds = reader.coded("kind")?;
    let rows_of = |kind: &str| -> Vec<u32> {
        let code = kinds
            .labels
            .iter()
            .position(|label| label == kind)
            .map(|code| code as u32);
        let is_kind =
            |(row, of): (usize, &Option<u32>)| (of.is_some() && *of == code).then_some(row as u32);
        kinds.codes.iter().enumerate().filter_map(is_kind).collect()
    };
    let (students, recipients) = (rows_of("student"), rows_of("recipient"));
    let split = Split {
        reader,
        students,
        recipients,
    };

    let (died, recipients_died) = split.timestamps("died")?;
    let (cause, recipients_cause) = split.labelled("cause", &CAUSES)?;
    let (retired, phase) = split.labelled("phase", &PHASES)?;
    let mut operations = Vec::new();
    for n in 1.. {
        let name = format!("donation_{n}_at");
        if n > 1 && !split.reader.columns().iter().any(|column| *column == name) {
            break;
        }
        operations.push(split.timestamps(&name)?.0);
    }
    let students = Students {
        born: split.timestamps("born")?.0,
        died,
        cause,
        humane: split
            .labelled("school_kind", &[("humane", true), ("ordinary", false)])?
            .0
            .into_iter()
            .map(|humane| humane == Some(true))
            .collect(),
        retired: retired
            .into_iter()
            .map(|phase| phase == Some(Phase::Retired))
            .collect(),
        left_school: split.timestamps("left_school")?.0,
        care_started: split.timestamps("care_started")?.0,
        care_ended: split.timestamps("care_ended")?.0,
        called_up: split.timestamps("called_up")?.0,
        donations: split
            .u32("donations")?
            .0
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect(),
        operations,
        reviews: split.u32("reviews")?.0,
        postponements: split.u32("postponements")?.0,
        visits_made: split.u32("visits_made")?.0,
        deaths_attended: split.u32("deaths_attended")?.0,
        comfort: split.f32("comfort")?.0,
        years_lost: split.f32("years_lost")?.0,
    };

    let listed = split.timestamps("listed")?.1;
    let transplanted = split.timestamps("transplanted")?.1;
    let outcome = (0..listed.len())
        .map(|row| {
            let ill_of = recipients_cause[row];
            match (recipients_died[row], transplanted[row], listed[row]) {
                (Some(_), Some(_), _) => Outcome::DiedAfterTransplant,
                (Some(_), None, _) if ill_of == Some(Cause::Natural) => Outcome::DiedOtherwise,
                (Some(_), None, _) => Outcome::DiedWaiting,
                (None, _, _) if phase[row] == Some(Phase::Cured) => Outcome::Cured,
                (None, _, _) if phase[row] == Some(Phase::Waiting) => Outcome::Waiting,
                (None, Some(_), _) => Outcome::Transplanted,
                (None, None, _) => Outcome::NotListed,
            }
        })
        .collect();
    let (diseases, disease) = split.diseases()?;
    let recipients = Recipients {
        diseases,
        disease,
        outcome,
        died: recipients_died,
        listed,
        transplanted,
        transplants: split.u32("transplants")?.1,
        years_gained: split.f32("years_gained")?.1,
    };
    Ok((students, recipients))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Retired,
    Waiting,
    Cured,
    Another,
}

const PHASES: [(&str, Phase); 11] = [
    ("retired", Phase::Retired),
    ("waiting", Phase::Waiting),
    ("cured", Phase::Cured),
    ("pupil", Phase::Another),
    ("resident", Phase::Another),
    ("carer", Phase::Another),
    ("donor", Phase::Another),
    ("completed", Phase::Another),
    ("dead", Phase::Another),
    ("ill", Phase::Another),
    ("transplanted", Phase::Another),
];

const CAUSES: [(&str, Cause); 5] = [
    ("operation", Cause::Operation),
    ("decline", Cause::Decline),
    ("natural", Cause::Natural),
    ("disease", Cause::Disease),
    ("graft_failure", Cause::GraftFailure),
];

impl Split {
    fn split<T: Copy, U>(
        &self,
        column: &[Option<T>],
        change: impl Fn(T) -> U + Copy,
    ) -> (Column<U>, Column<U>) {
        let of = |rows: &[u32]| {
            rows.iter()
                .map(|row| column[*row as usize].map(change))
                .collect()
        };
        (of(&self.students), of(&self.recipients))
    }

    fn timestamps(&self, name: &str) -> Result<(Column<Minute>, Column<Minute>), ReportError> {
        let column = self.reader.timestamp(name)?;
        Ok(self.split(&column, |milliseconds| {
            milliseconds.div_euclid(60_000) as Minute
        }))
    }

    fn u32(&self, name: &str) -> Result<(Column<u32>, Column<u32>), ReportError> {
        let column = self.reader.u32(name)?;
        Ok(self.split(&column, |number| number))
    }

    fn f32(&self, name: &str) -> Result<(Column<f32>, Column<f32>), ReportError> {
        let column = self.reader.f32(name)?;
        Ok(self.split(&column, |number| number))
    }

    /// A column of labels as values of ours. A label that we do not know gives none.
    fn labelled<T: Copy>(
        &self,
        name: &str,
        known: &[(&str, T)],
    ) -> Result<(Column<T>, Column<T>), ReportError> {
        let column = self.reader.coded(name)?;
        let of_code: Vec<Option<T>> = column
            .labels
            .iter()
            .map(|label| known.iter().find(|(known, _)| *known == label.as_str()))
            .map(|found| found.map(|(_, value)| *value))
            .collect();
        let value = |code: u32| of_code.get(code as usize).copied().flatten();
        let (students, recipients) = self.split(&column.codes, value);
        let flat = |column: Column<Option<T>>| column.into_iter().map(Option::flatten).collect();
        Ok((flat(students), flat(recipients)))
    }

    /// The names of the diseases, and each recipient's.
    fn diseases(&self) -> Result<(Vec<String>, Column<u32>), ReportError> {
        let column = self.reader.coded("disease")?;
        let codes = self.split(&column.codes, |code| code).1;
        let labels = column.labels.iter().map(ToString::to_string).collect();
        Ok((labels, codes))
    }
}
