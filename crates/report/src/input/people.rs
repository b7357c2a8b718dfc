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
    /// Left without leave, and was not brought back.
    Away,
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
    /// Number of the person.
    pub(crate) id: Vec<Option<u32>>,
    /// Whether the scenario's history names the person.
    pub(crate) named: Vec<bool>,
    pub(crate) born: Vec<Option<Minute>>,
    pub(crate) died: Vec<Option<Minute>>,
    pub(crate) cause: Vec<Option<Cause>>,
    /// `true` for a humane school.
    pub(crate) humane: Vec<bool>,
    pub(crate) retired: Vec<bool>,
    /// Left without leave, and was not brought back.
    pub(crate) away: Vec<bool>,
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
        if self.away[row] {
            Stage::Away
        } else if self.retired[row] {
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
    /// Each disease and the rows of those who have it, the most frequent first.
    pub(crate) by_disease: Vec<(String, Vec<u32>)>,
    pub(crate) outcome: Vec<Outcome>,
    pub(crate) died: Vec<Option<Minute>>,
    pub(crate) listed: Vec<Option<Minute>>,
    pub(crate) transplanted: Vec<Option<Minute>>,
    pub(crate) transplants: Vec<Option<u32>>,
    pub(crate) years_gained: Vec<Option<f32>>,
    /// Number of the one who had most transplants, and of these, gained most by them.
    pub(crate) most_transplants: Option<u32>,
}

impl Recipients {
    pub(crate) fn len(&self) -> usize {
        self.outcome.len()
    }
}

/// Names of a few people, in the order in which they are asked for; a person without a name, or who is
/// not there, has none.
pub(crate) fn names(path: &Path, wanted: &[u32]) -> Result<Vec<Option<String>>, ReportError> {
    let reader = TableReader::open(path)?;
    let ids = reader.u32("id")?;
    let rows: Vec<Option<usize>> = wanted
        .iter()
        .map(|id| ids.iter().position(|of| *of == Some(*id)))
        .collect();
    // Of the row groups, only those that hold one of them are read.
    let (mut start, mut kept, mut before) = (0, Vec::new(), 0);
    let mut place = vec![None; wanted.len()];
    for length in reader.group_rows() {
        let mut holds = false;
        for (place, row) in place.iter_mut().zip(&rows) {
            if let Some(row) = row.filter(|row| (start..start + length).contains(row)) {
                *place = Some(before + row - start);
                holds = true;
            }
        }
        kept.push(holds);
        start += length;
        before += if holds { length } else { 0 };
    }
    let names = reader.with_groups(|group| kept[group]).text("name")?;
    Ok(place
        .into_iter()
        .map(|row| names.get(row?).cloned().flatten())
        .collect())
}

/// Reads the table of persons: the students on this thread, the recipients on another.
pub(crate) fn read(path: &Path) -> Result<(Students, Recipients), ReportError> {
    let kinds = TableReader::open(path)?.coded("kind")?;
    let of_kind = |kind: &str| -> Result<Rows, ReportError> {
        let code = kinds.labels.iter().position(|label| label == kind);
        let is_kind =
            |of: &Option<u32>| of.is_some_and(|of| code.is_some_and(|code| of as usize == code));
        // Of the row groups, only those that hold someone of this kind are read.
        let reader = TableReader::open(path)?;
        let (mut wanted, mut rows) = (Vec::new(), Vec::new());
        let (mut start, mut before) = (0, 0);
        for length in reader.group_rows() {
            let group = kinds.codes.get(start..start + length).unwrap_or_default();
            let found = rows.len();
            let places = (before..).zip(group);
            rows.extend(places.filter_map(|(row, of)| is_kind(of).then_some(row)));
            let holds = rows.len() > found;
            wanted.push(holds);
            start += length;
            if holds {
                before += length as u32;
            }
        }
        Ok(Rows {
            reader: reader.with_groups(|group| wanted[group]),
            rows,
        })
    };
    let (students_rows, recipients_rows) = (of_kind("student")?, of_kind("recipient")?);
    std::thread::scope(|scope| {
        let recipients = scope.spawn(|| recipients(&recipients_rows));
        let students = students(&students_rows)?;
        let recipients = recipients
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok((students, recipients?))
    })
}

fn students(rows: &Rows) -> Result<Students, ReportError> {
    let school_kinds = [("humane", true), ("ordinary", false)];
    let phases = rows.labelled("phase", &PHASES)?;
    let are = |wanted: Phase| phases.iter().map(|phase| *phase == Some(wanted)).collect();
    let donations = rows.u32("donations")?;
    let mut operations = Vec::new();
    for n in 1.. {
        let name = format!("donation_{n}_at");
        if n > 1 && !rows.reader.columns().contains(&name.as_str()) {
            break;
        }
        operations.push(rows.timestamps(&name)?);
    }
    Ok(Students {
        id: rows.u32("id")?,
        named: rows.present("cast")?,
        born: rows.timestamps("born")?,
        died: rows.timestamps("died")?,
        cause: rows.labelled("cause", &CAUSES)?,
        humane: rows
            .labelled("school_kind", &school_kinds)?
            .into_iter()
            .map(|humane| humane == Some(true))
            .collect(),
        retired: are(Phase::Retired),
        away: are(Phase::Away),
        left_school: rows.timestamps("left_school")?,
        care_started: rows.timestamps("care_started")?,
        care_ended: rows.timestamps("care_ended")?,
        called_up: rows.timestamps("called_up")?,
        donations: donations
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect(),
        operations,
        reviews: rows.u32("reviews")?,
        postponements: rows.u32("postponements")?,
        visits_made: rows.u32("visits_made")?,
        deaths_attended: rows.u32("deaths_attended")?,
        comfort: rows.f32("comfort")?,
        years_lost: rows.f32("years_lost")?,
    })
}

fn recipients(rows: &Rows) -> Result<Recipients, ReportError> {
    let (phase, cause) = (
        rows.labelled("phase", &PHASES)?,
        rows.labelled("cause", &CAUSES)?,
    );
    let (died, listed) = (rows.timestamps("died")?, rows.timestamps("listed")?);
    let transplanted = rows.timestamps("transplanted")?;
    let outcome = |row: usize| match (died[row], transplanted[row], phase[row]) {
        (Some(_), Some(_), _) => Outcome::DiedAfterTransplant,
        (Some(_), None, _) if cause[row] == Some(Cause::Natural) => Outcome::DiedOtherwise,
        (Some(_), None, _) => Outcome::DiedWaiting,
        (None, _, Some(Phase::Cured)) => Outcome::Cured,
        (None, _, Some(Phase::Waiting)) => Outcome::Waiting,
        (None, Some(_), _) => Outcome::Transplanted,
        (None, None, _) => Outcome::NotListed,
    };
    let transplants = rows.u32("transplants")?;
    let years_gained = rows.f32("years_gained")?;
    let most = (0..died.len())
        .filter(|row| transplants[*row].is_some_and(|count| count > 0))
        .max_by(|a, b| {
            let gained = |row: usize| years_gained[row].unwrap_or_default();
            (transplants[*a].cmp(&transplants[*b]))
                .then(gained(*a).total_cmp(&gained(*b)))
                .then(b.cmp(a))
        });
    let most_transplants = match most {
        Some(row) => rows.u32("id")?[row],
        None => None,
    };
    Ok(Recipients {
        by_disease: rows.by_disease()?,
        outcome: (0..died.len()).map(outcome).collect(),
        transplants,
        years_gained,
        most_transplants,
        died,
        listed,
        transplanted,
    })
}

/// The phases that tell outcomes apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Retired,
    Away,
    Waiting,
    Cured,
}

const PHASES: [(&str, Phase); 4] = [
    ("retired", Phase::Retired),
    ("away", Phase::Away),
    ("waiting", Phase::Waiting),
    ("cured", Phase::Cured),
];

const CAUSES: [(&str, Cause); 5] = [
    ("operation", Cause::Operation),
    ("decline", Cause::Decline),
    ("natural", Cause::Natural),
    ("disease", Cause::Disease),
    ("graft_failure", Cause::GraftFailure),
];

/// The rows of one kind of person, counted in the row groups that hold any.
struct Rows {
    reader: TableReader,
    rows: Vec<u32>,
}

type Column<T> = Vec<Option<T>>;

impl Rows {
    fn pick<T: Copy, U>(&self, column: &[Option<T>], change: impl Fn(T) -> Option<U>) -> Column<U> {
        self.rows
            .iter()
            .map(|row| column[*row as usize].and_then(&change))
            .collect()
    }

    fn timestamps(&self, name: &str) -> Result<Column<Minute>, ReportError> {
        let minute = |milliseconds: i64| Some(milliseconds.div_euclid(60_000) as Minute);
        Ok(self.pick(&self.reader.timestamp(name)?, minute))
    }

    fn u32(&self, name: &str) -> Result<Column<u32>, ReportError> {
        Ok(self.pick(&self.reader.u32(name)?, Some))
    }

    fn f32(&self, name: &str) -> Result<Column<f32>, ReportError> {
        Ok(self.pick(&self.reader.f32(name)?, Some))
    }

    /// Whether there is a value; nowhere, of a column that is not there.
    fn present(&self, name: &str) -> Result<Vec<bool>, ReportError> {
        if self.reader.column(name).is_none() {
            return Ok(vec![false; self.rows.len()]);
        }
        let column = self.reader.coded(name)?;
        let there = |row: &u32| column.codes[*row as usize].is_some();
        Ok(self.rows.iter().map(there).collect())
    }

    /// A column of labels as values of ours. A label that we do not know gives none.
    fn labelled<T: Copy>(&self, name: &str, known: &[(&str, T)]) -> Result<Column<T>, ReportError> {
        let column = self.reader.coded(name)?;
        let of_code: Vec<Option<T>> = column
            .labels
            .iter()
            .map(|label| known.iter().find(|(known, _)| *known == label.as_str()))
            .map(|found| found.map(|(_, value)| *value))
            .collect();
        Ok(self.pick(&column.codes, |code| {
            of_code.get(code as usize).copied().flatten()
        }))
    }

    /// The rows of each disease, counted from the first of this kind of person.
    fn by_disease(&self) -> Result<Vec<(String, Vec<u32>)>, ReportError> {
        let column = self.reader.coded("disease")?;
        let mut groups: Vec<(String, Vec<u32>)> = column
            .labels
            .iter()
            .map(|label| (label.clone(), Vec::new()))
            .collect();
        for (row, code) in self.pick(&column.codes, Some).into_iter().enumerate() {
            if let Some((_, rows)) = code.and_then(|code| groups.get_mut(code as usize)) {
                rows.push(row as u32);
            }
        }
        groups.retain(|(_, rows)| !rows.is_empty());
        groups.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
        Ok(groups)
    }
}
