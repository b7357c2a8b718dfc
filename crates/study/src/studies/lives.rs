//! Life by life: who lives who would have died, and the reverse.
//!
//! Everybody has an `identity` that is the same in both scenarios: the two tables of people of a seed
//! are joined on it. Alive means alive at the end of the run; of registrations on a waiting list, not dead on the list.

use std::collections::HashMap;

use hailsham_allocation::files::Moment;
use hailsham_engine::columns;
use hailsham_engine::table::{Coded, ColumnSpec, TableReader, TableWriter};
use serde::{Deserialize, Serialize};

use super::jobs::key;
use super::study::Study;
use crate::runner::StudyError;
use crate::statistics::Sample;

/// The table of lives that are not the same.
pub(crate) const LIVES_FILE: &str = "lives.parquet";
const DAY: f64 = 86_400_000.0;
const YEAR: f64 = 365.2425;

/// What B makes of a life of A.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    /// Alive at the end in both, or dead at the same minute.
    Same,
    /// Dead in A, alive in B.
    Lives,
    /// Alive in A, dead in B.
    Dies,
    /// Dead in both, later in B.
    Later,
    /// Dead in both, sooner in B.
    Sooner,
    /// Is not in B.
    OnlyA,
    /// Is not in A.
    OnlyB,
}

impl Fate {
    const LABELS: [&'static str; 7] = [
        "same",
        "lives",
        "dies",
        "dies_later",
        "dies_sooner",
        "only_in_a",
        "only_in_b",
    ];

    fn of(a: Option<i64>, b: Option<i64>) -> Fate {
        match (a, b) {
            (Some(_), None) => Fate::Lives,
            (None, Some(_)) => Fate::Dies,
            (Some(a), Some(b)) if b > a => Fate::Later,
            (Some(a), Some(b)) if b < a => Fate::Sooner,
            _ => Fate::Same,
        }
    }
}

/// How many lives of some people came to what, each a mean over the seeds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Fates {
    /// `students`, or `recipients`.
    pub who: String,
    /// `all`, a kind of school, or a disease.
    pub group: String,
    /// People in both scenarios.
    pub in_both: f64,
    /// Who lives in B and would have died in A.
    pub lives: f64,
    /// Who dies in B and would have lived in A.
    pub dies: f64,
    /// Mean of those who live less those who die, and its interval (95 %, Student's t); the interval
    /// is missing with one seed, or where all seeds have the same.
    pub net: (f64, Option<(f64, f64)>),
    /// Who dies in both and later in B.
    pub dies_later: f64,
    /// Who dies in both and sooner in B.
    pub dies_sooner: f64,
    /// Who is the same in both: alive at the end, or dead at the same minute.
    pub same: f64,
    /// Who is made or falls ill in A alone.
    pub only_in_a: f64,
    /// Who is made or falls ill in B alone.
    pub only_in_b: f64,
}

/// Every life of two scenarios, compared.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Lives {
    /// Runs of each scenario.
    pub seeds: u32,
    /// What became of whom.
    pub fates: Vec<Fates>,
}

/// The columns of `lives.parquet`.
const COLUMNS: &[ColumnSpec] = columns! {
    seed U64 true "" "The seed.";
    identity U64 true "" "Who the person is in both scenarios.";
    fate Text true "" "lives (and would have died), dies (and would have lived), dies_later, dies_sooner, only_in_a, only_in_b.";
    kind Text true "" "student or recipient.";
    name Text false "" "Name, where the person has one.";
    school_kind Text false "" "humane or ordinary; in A where the person is there.";
    disease Text false "" "The disease, for recipients.";
    died_a Timestamp false "" "Death in A.";
    cause_a Text false "" "Its cause.";
    died_b Timestamp false "" "Death in B.";
    cause_b Text false "" "Its cause.";
    years F64 false "years" "How much later death comes in B; of who dies in both.";
};

/// One person of one run.
struct Life {
    identity: u64,
    student: bool,
    name: Option<String>,
    group: Option<String>,
    died: Option<i64>,
    cause: Option<String>,
}

/// A life that is not the same in both.
struct Changed {
    fate: Fate,
    a: Option<Life>,
    b: Option<Life>,
}

/// Counts by group, in the order of first appearance; one row a seed.
#[derive(Default)]
struct Tally {
    places: HashMap<(bool, String), usize>,
    groups: Vec<(bool, String)>,
    counts: Vec<Vec<[u32; Fate::LABELS.len()]>>,
}

impl Tally {
    fn add(&mut self, seed: usize, student: bool, group: &str, fate: Fate) {
        let key = (student, group.to_owned());
        let place = *self.places.entry(key.clone()).or_insert_with(|| {
            self.groups.push(key);
            self.counts.push(Vec::new());
            self.counts.len() - 1
        });
        let rows = &mut self.counts[place];
        if rows.len() <= seed {
            rows.resize(seed + 1, [0; Fate::LABELS.len()]);
        }
        rows[seed][fate as usize] += 1;
    }

    fn fates(mut self, seeds: usize) -> Vec<Fates> {
        for rows in &mut self.counts {
            rows.resize(seeds, [0; Fate::LABELS.len()]);
        }
        let of = |((student, group), rows): (&(bool, String), &Vec<[u32; 7]>)| {
            let mean = |fate: Fate| {
                let sum: f64 = rows.iter().map(|row| f64::from(row[fate as usize])).sum();
                sum / seeds as f64
            };
            let net: Vec<f64> = rows
                .iter()
                .map(|row| {
                    f64::from(row[Fate::Lives as usize]) - f64::from(row[Fate::Dies as usize])
                })
                .collect();
            let interval =
                Sample::of(&net).and_then(|net| net.interval(crate::check::INTERVAL_LEVEL));
            let both = [
                Fate::Same,
                Fate::Lives,
                Fate::Dies,
                Fate::Later,
                Fate::Sooner,
            ];
            Fates {
                who: if *student { "students" } else { "recipients" }.to_owned(),
                group: group.clone(),
                in_both: both.into_iter().map(mean).sum(),
                lives: mean(Fate::Lives),
                dies: mean(Fate::Dies),
                net: (mean(Fate::Lives) - mean(Fate::Dies), interval),
                dies_later: mean(Fate::Later),
                dies_sooner: mean(Fate::Sooner),
                same: mean(Fate::Same),
                only_in_a: mean(Fate::OnlyA),
                only_in_b: mean(Fate::OnlyB),
            }
        };
        let mut all: Vec<Fates> = self.groups.iter().zip(&self.counts).map(of).collect();
        // Students first, all before the parts, the parts in a fixed order.
        all.sort_by_key(|fates| {
            let part = fates.group != EVERYBODY;
            (fates.who == "recipients", part, fates.group.clone())
        });
        all
    }
}

const EVERYBODY: &str = hailsham_model::groups::EVERYBODY;

/// Joins the people of both scenarios, seed by seed: two runs are in memory at once, however many there
/// are. Writes who has another fate.
pub(crate) fn compare(study: &Study, seeds: &[u64]) -> Result<Lives, StudyError> {
    let mut tally = Tally::default();
    let target = study.path().join(LIVES_FILE);
    study.directory.put_file(&target, |part| {
        let mut writer = TableWriter::create(part, COLUMNS, &study.key_values())?;
        for (number, seed) in seeds.iter().enumerate() {
            let people = |arm: &str| read(&study.directory.persons_file(&key(arm, *seed)));
            let changed = join(people("a")?, people("b")?, |student, group, fate| {
                tally.add(number, student, EVERYBODY, fate);
                if let Some(group) = group {
                    tally.add(number, student, group, fate);
                }
            });
            write(&mut writer, *seed, &changed)?;
        }
        writer.close()?;
        Ok(())
    })?;
    Ok(Lives {
        seeds: seeds.len() as u32,
        fates: tally.fates(seeds.len()),
    })
}

/// Everybody of a run but staff, whose death no run knows.
fn read(file: &std::path::Path) -> Result<Vec<Life>, StudyError> {
    let table = TableReader::open(file)?;
    // Registrations have neither names nor causes of death, and no parts.
    let has = |name: &str| table.columns().contains(&name);
    let optional = |name: &str| has(name).then(|| table.coded(name)).transpose();
    let (identity, kind) = (table.u64("identity")?, table.coded("kind")?);
    let (names, died) = (optional("name")?, table.timestamp("died")?);
    let (school, disease) = (optional("school_kind")?, optional("disease")?);
    let cause = optional("cause")?;
    let label = |column: &Option<Coded>, row: usize| {
        let label = column.as_ref()?.label(row)?;
        Some(label.to_owned())
    };
    let life = |row: usize| {
        let student = match kind.label(row)? {
            "student" => true,
            "recipient" => false,
            _ => return None,
        };
        let group = if student { &school } else { &disease };
        Some(Life {
            identity: identity[row]?,
            student,
            name: label(&names, row),
            group: label(group, row),
            died: died[row],
            cause: label(&cause, row),
        })
    };
    Ok((0..table.rows()).filter_map(life).collect())
}

/// The registrations of a run on a waiting list, as [`read`] reads them.
const REGISTRATIONS: &[ColumnSpec] = columns! {
    identity U64 true "" "The registration.";
    kind Text true "" "recipient.";
    died Timestamp false "" "Death on the list.";
};

/// Writes who died on a waiting list, and who did not.
pub(crate) fn write_registrations(
    file: &std::path::Path,
    deaths: &[(u64, Option<Moment>)],
) -> Result<(), StudyError> {
    let mut writer = TableWriter::create(file, REGISTRATIONS, &[])?;
    let mut group = writer.group(deaths.len())?;
    group.u64("identity", |row| Some(deaths[row].0))?;
    group.coded("kind", &["recipient"], |_| Some(0))?;
    group.timestamp("died", |row| Some(deaths[row].1?.milliseconds()))?;
    group.close()?;
    writer.close()?;
    Ok(())
}

/// Joins two runs on the identity, in the order of A and then of who is only in B. `count` is told of
/// everybody; who has another fate is given back.
fn join(
    a: Vec<Life>,
    b: Vec<Life>,
    mut count: impl FnMut(bool, Option<&str>, Fate),
) -> Vec<Changed> {
    let places: HashMap<u64, usize> = b
        .iter()
        .enumerate()
        .map(|(place, life)| (life.identity, place))
        .collect();
    let mut b: Vec<Option<Life>> = b.into_iter().map(Some).collect();
    let mut changed = Vec::new();
    for a in a {
        let other = places.get(&a.identity).and_then(|place| b[*place].take());
        let fate = match &other {
            Some(b) => Fate::of(a.died, b.died),
            None => Fate::OnlyA,
        };
        count(a.student, a.group.as_deref(), fate);
        if fate != Fate::Same {
            changed.push(Changed {
                fate,
                a: Some(a),
                b: other,
            });
        }
    }
    for b in b.into_iter().flatten() {
        count(b.student, b.group.as_deref(), Fate::OnlyB);
        changed.push(Changed {
            fate: Fate::OnlyB,
            a: None,
            b: Some(b),
        });
    }
    changed
}

fn write(writer: &mut TableWriter, seed: u64, changed: &[Changed]) -> Result<(), StudyError> {
    let either = |row: usize| changed[row].a.as_ref().or(changed[row].b.as_ref());
    let group_of = |row: usize, student: bool| {
        let life = either(row)?;
        (life.student == student)
            .then(|| life.group.clone())
            .flatten()
    };
    let text = |value: Option<&str>, out: &mut String| {
        value.is_some_and(|value| {
            out.push_str(value);
            true
        })
    };
    let (a, b) = (
        |row: usize| changed[row].a.as_ref(),
        |row: usize| changed[row].b.as_ref(),
    );
    let mut group = writer.group(changed.len())?;
    group.u64("seed", |_| Some(seed))?;
    group.u64("identity", |row| Some(either(row)?.identity))?;
    group.coded("fate", &Fate::LABELS, |row| {
        Some(changed[row].fate as usize)
    })?;
    group.coded("kind", &["student", "recipient"], |row| {
        Some(usize::from(!either(row)?.student))
    })?;
    group.text("name", |row, out| {
        text(either(row).and_then(|life| life.name.as_deref()), out)
    })?;
    group.text("school_kind", |row, out| {
        text(group_of(row, true).as_deref(), out)
    })?;
    group.text("disease", |row, out| {
        text(group_of(row, false).as_deref(), out)
    })?;
    group.timestamp("died_a", |row| a(row)?.died)?;
    group.text("cause_a", |row, out| {
        text(a(row).and_then(|l| l.cause.as_deref()), out)
    })?;
    group.timestamp("died_b", |row| b(row)?.died)?;
    group.text("cause_b", |row, out| {
        text(b(row).and_then(|l| l.cause.as_deref()), out)
    })?;
    group.f64("years", |row| {
        let (a, b) = (a(row)?.died?, b(row)?.died?);
        Some((b - a) as f64 / DAY / YEAR)
    })?;
    group.close()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(identity: u64, died: Option<i64>) -> Life {
        Life {
            identity,
            student: true,
            name: None,
            group: Some("humane".to_owned()),
            died,
            cause: None,
        }
    }

    #[test]
    fn lives_are_joined_on_who_they_are() {
        let a = vec![
            life(1, Some(10)),
            life(2, None),
            life(3, Some(10)),
            life(4, Some(10)),
            life(5, Some(10)),
            life(6, None),
            life(7, None),
        ];
        let b = vec![
            life(6, None),
            life(5, Some(10)),
            life(4, Some(5)),
            life(3, Some(20)),
            life(2, Some(10)),
            life(1, None),
            life(8, None),
        ];
        let mut tally = Tally::default();
        let changed = join(a, b, |student, group, fate| {
            tally.add(0, student, group.unwrap_or_default(), fate);
        });
        let found: Vec<(u64, Fate)> = changed
            .iter()
            .filter_map(|c| Some((c.a.as_ref().or(c.b.as_ref())?.identity, c.fate)))
            .collect();
        assert_eq!(
            found,
            [
                (1, Fate::Lives),
                (2, Fate::Dies),
                (3, Fate::Later),
                (4, Fate::Sooner),
                (7, Fate::OnlyA),
                (8, Fate::OnlyB)
            ]
        );
        let fates = &tally.fates(2)[0];
        // Over two seeds, of which the second has nobody.
        assert_eq!((fates.in_both, fates.lives, fates.same), (3.0, 0.5, 1.0));
        assert_eq!(fates.net.0, 0.0);
    }
}
