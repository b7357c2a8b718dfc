//! `ties.parquet`: the ties around a few students, and those among the people around them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use hailsham_engine::table::TableReader;

use super::people::{Students, names};
use crate::ReportError;

/// How many students' circles a report shows.
const CIRCLES: usize = 5;

/// What two people are to each other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Closeness {
    /// They know each other, or knew each other better once.
    #[default]
    GrownApart,
    Friends,
    /// A couple, or one loves, or has loved, the other.
    Love,
}

/// One end of a tie.
#[derive(Clone, Copy)]
pub(crate) struct Tie {
    pub(crate) who: u32,
    pub(crate) whom: u32,
    /// Friendship at the end of the run, or at the death of either, 0 to 1.
    pub(crate) friendship: f32,
    pub(crate) closeness: Closeness,
    /// Whether somebody has come between the two.
    pub(crate) blocked: bool,
    /// Whether one of the two has wronged the other, as far as this end shows: secretly, or owned up
    /// to, or still held against.
    pub(crate) wrong: bool,
}

/// A person of a circle.
pub(crate) struct Member {
    pub(crate) id: u32,
    pub(crate) name: String,
    /// The row among the students.
    pub(crate) row: Option<usize>,
}

/// One student with all ties, the people at the other ends, and the ties among these.
pub(crate) struct Circle {
    /// The student first, then the others in the order of their numbers.
    pub(crate) members: Vec<Member>,
    /// In the order of the two numbers. A tie between the living has two ends.
    pub(crate) ties: Vec<Tie>,
}

/// The circles of the students that are shown: of those who served as carers, were called up and
/// loved somebody, the ones with the most friends and partners; of as many, those with the lower
/// numbers.
pub(crate) fn circles(directory: &Path, students: &Students) -> Result<Vec<Circle>, ReportError> {
    let path = directory.join("ties.parquet");
    let reader = TableReader::open(&path)?;
    let owners = reader.u32("who")?;
    let chosen = chosen(&reader, &owners, students)?;
    if chosen.is_empty() {
        return Ok(Vec::new());
    }
    let own = read(&path, &owners, &chosen.iter().copied().collect())?;
    let mut around: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for tie in &own {
        let circle = around.entry(tie.who).or_default();
        circle.extend([tie.who, tie.whom]);
    }
    let everyone: BTreeSet<u32> = around.values().flatten().copied().collect();
    let all = read(&path, &owners, &everyone)?;
    let ids: Vec<u32> = everyone.into_iter().collect();
    let names = names(&directory.join("persons.parquet"), &ids)?;
    let member = |id: u32| {
        let name = ids.binary_search(&id).ok().and_then(|n| names[n].clone());
        Member {
            id,
            name: name.unwrap_or_default(),
            row: students.id.iter().position(|of| *of == Some(id)),
        }
    };
    let circle = |centre: &u32| {
        let circle = around.get(centre)?;
        let others = circle.iter().filter(|id| *id != centre);
        let ends = |tie: &&Tie| circle.contains(&tie.who) && circle.contains(&tie.whom);
        Some(Circle {
            members: std::iter::once(centre)
                .chain(others)
                .map(|id| member(*id))
                .collect(),
            ties: all.iter().filter(ends).copied().collect(),
        })
    };
    Ok(chosen.iter().filter_map(circle).collect())
}

/// The numbers of those whose circles are shown, the largest circle first.
fn chosen(
    reader: &TableReader,
    owners: &[Option<u32>],
    students: &Students,
) -> Result<Vec<u32>, ReportError> {
    let (couple, friends) = (reader.bool("couple")?, reader.bool("friends")?);
    let love = reader.bool("love")?;
    // Close ties and loves of each owner; rows of one owner stand together.
    let mut circles: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
    for (row, owner) in owners.iter().enumerate() {
        let Some(owner) = owner else { continue };
        let is = |column: &[Option<bool>]| column[row] == Some(true);
        let loves = is(&love) || is(&couple);
        let circle = circles.entry(*owner).or_default();
        circle.0 += u32::from(loves || is(&friends));
        circle.1 += u32::from(loves);
    }
    let mut rows: Vec<(u32, u32)> = (0..students.len())
        .filter(|row| students.care_started[*row].is_some() && students.called_up[*row].is_some())
        .filter_map(|row| {
            let id = students.id[row]?;
            let (close, loves) = circles.get(&id)?;
            (*loves > 0).then_some((*close, id))
        })
        .collect();
    rows.sort_unstable_by_key(|(close, id)| (std::cmp::Reverse(*close), *id));
    Ok(rows.into_iter().take(CIRCLES).map(|(_, id)| id).collect())
}

/// The ties of these people; of the row groups, only those that hold any are read.
fn read(
    path: &Path,
    owners: &[Option<u32>],
    people: &BTreeSet<u32>,
) -> Result<Vec<Tie>, ReportError> {
    let reader = TableReader::open(path)?;
    let mut rest = owners;
    let mut kept = Vec::new();
    let is_one = |owner: &Option<u32>| owner.is_some_and(|owner| people.contains(&owner));
    for length in reader.group_rows() {
        let (group, after) = rest.split_at(length.min(rest.len()));
        kept.push(group.iter().any(is_one));
        rest = after;
    }
    let reader = reader.with_groups(|group| kept[group]);
    let (who, whom) = (reader.u32("who")?, reader.u32("whom")?);
    let (friendship, grievance) = (reader.f32("friendship")?, reader.f32("grievance")?);
    let flag = |name: &str| reader.bool(name);
    let (couple, friends, love) = (flag("couple")?, flag("friends")?, flag("love")?);
    let (blocked, wronged, told) = (flag("blocked")?, flag("wronged")?, flag("told")?);
    let tie = |row: usize| {
        let is = |column: &[Option<bool>]| column[row] == Some(true);
        Some(Tie {
            who: who[row]?,
            whom: whom[row]?,
            friendship: friendship[row].unwrap_or_default(),
            closeness: match (is(&couple) || is(&love), is(&friends)) {
                (true, _) => Closeness::Love,
                (false, true) => Closeness::Friends,
                (false, false) => Closeness::GrownApart,
            },
            blocked: is(&blocked),
            wrong: is(&wronged) || is(&told) || grievance[row].is_some_and(|held| held > 0.0),
        })
    };
    Ok((0..who.len())
        .filter(|row| is_one(&who[*row]))
        .filter_map(tie)
        .collect())
}
