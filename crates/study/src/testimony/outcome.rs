//! Testimony against a run: how each version stands, and what the log says.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use hailsham_engine::time::Time;
use hailsham_lives::tell::in_season;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{Asked, Disagreement, Field, Plan, Subject, Testimony, Version, Witness, find};
use crate::claims::{LastTold, last_told};
use crate::facts::{
    Answer, ArgumentKind, Compiled, LOG_NOT_WHOLE, Node, NodeKind, Role, Rows, RunFiles, Shown,
    Vocabulary, Wish, World, answers, world,
};
use crate::runner::StudyError;

/// What came out of the testimony of a run, in its directory.
pub const WEIGHED_FILE: &str = "testimony.json";

/// How a version stands against the log of a run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Standing {
    /// The log agrees with it.
    Agrees,
    /// The log differs from it.
    Differs {
        /// In what.
        fields: Vec<Field>,
    },
    /// Nobody can tell of the log.
    CannotBeKnown {
        /// Why.
        why: String,
    },
}

/// A witness who tells a version, and where.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cited {
    /// Its short name.
    pub witness: String,
    /// What it is called.
    pub name: String,
    /// The lines.
    pub lines: String,
}

/// A version, set against a run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct VersionOutcome {
    /// Its name.
    pub version: String,
    /// What is told.
    pub text: String,
    /// Who tells it so.
    pub witnesses: Vec<Cited>,
    /// In what it is a rival of the others.
    pub fields: Vec<Field>,
    /// How it stands against the log.
    pub standing: Standing,
    /// Of its fields, those that nothing in the log could bear out or deny.
    pub silent: Vec<Field>,
    /// What was asked of the log, with the value of each term.
    pub value: Option<String>,
}

/// Something that the log says of a subject.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Said {
    /// What it is.
    pub what: String,
    /// Its value; none where the log has nothing of it.
    pub value: Option<String>,
}

/// What somebody in the run tells of a subject, as they remember it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PersonClaim {
    /// Who tells it.
    pub teller: String,
    /// On which day it is told.
    pub told_at: String,
    /// What is told, by field.
    pub values: IndexMap<Field, String>,
    /// How surely, 0 to 1.
    pub certainty: f64,
    /// How it stands against the log.
    pub verdict: Standing,
}

/// A subject, set against a run.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SubjectOutcome {
    /// Its key.
    pub key: String,
    /// The id of the row that it is; may be empty.
    pub id: String,
    /// The subject as a store of claims knows it; may be empty.
    pub subject: String,
    /// What is disagreed on.
    pub text: String,
    /// How the versions disagree.
    pub kind: Vec<Disagreement>,
    /// What the log says of it.
    pub says: Vec<Said>,
    /// The versions of the witnesses.
    pub versions: Vec<VersionOutcome>,
    /// What people in the run tell of it. Whoever can tell lives as they are remembered fills it.
    pub people: Vec<PersonClaim>,
    /// How many events it is about.
    pub events: u64,
    /// The first of these, with their numbers in the log.
    pub about: Vec<Shown>,
}

impl SubjectOutcome {
    /// How many versions agree with the log, differ from it, and cannot be known.
    pub fn tally(&self) -> [usize; 3] {
        let mut counts = [0; 3];
        for version in &self.versions {
            let place = match version.standing {
                Standing::Agrees => 0,
                Standing::Differs { .. } => 1,
                Standing::CannotBeKnown { .. } => 2,
            };
            counts[place] += 1;
        }
        counts
    }
}

/// Testimony, set against a run.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Weighed {
    /// Who tells.
    pub witnesses: IndexMap<String, Witness>,
    /// The subjects.
    pub subjects: Vec<SubjectOutcome>,
}

impl Weighed {
    /// Reads what was written when the run was made; none where nothing was.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or is damaged.
    pub fn of_run(run: &Path) -> Result<Option<Weighed>, StudyError> {
        let path = run.join(WEIGHED_FILE);
        if !path.is_file() {
            return Ok(None);
        }
        crate::facts::json(&path).map(Some)
    }

    /// The subjects that are meant; as [`Testimony::find`].
    ///
    /// # Errors
    ///
    /// Nothing is called so: a message with the nearest name.
    pub fn find(&self, asked: &str) -> Result<Vec<&SubjectOutcome>, String> {
        let names = self.subjects.iter().map(|subject| find::Names {
            key: &subject.key,
            id: &subject.id,
            subject: &subject.subject,
        });
        let keys = find::find(names, asked)?;
        let meant = |subject: &&SubjectOutcome| keys.contains(&subject.key.as_str());
        Ok(self.subjects.iter().filter(meant).collect())
    }
}

/// Sets some of the subjects, by key, against the run in a directory, in the order given.
///
/// # Errors
///
/// A file that is missing or damaged; a log that breaks rules, so that nothing in it can be trusted.
pub fn weigh(testimony: &Testimony, keys: &[&str], run: &Path) -> Result<Weighed, StudyError> {
    let files = RunFiles::whole(run)?;
    let answers = answers(&testimony.scope, &files, &testimony.asked(keys, &files))?;
    outcomes(testimony, keys, &files, &answers)
}

impl Testimony {
    /// What is asked of the run's tables for some of the subjects, one entry a subject that is there.
    pub(crate) fn asked<'a>(&'a self, keys: &[&str], files: &RunFiles) -> Vec<Option<&'a Rows>> {
        let asked = |key: &&str| {
            let rows = &self.all.get(*key)?.1.rows;
            Some(files.can_answer(rows).then_some(rows))
        };
        keys.iter().filter_map(asked).collect()
    }
}

/// How some of the subjects stand, of what the tables answered to each.
pub(crate) fn outcomes(
    testimony: &Testimony,
    keys: &[&str],
    files: &RunFiles,
    answers: &[Vec<Option<Answer>>],
) -> Result<Weighed, StudyError> {
    let told = last_told(&files.path, files.calendar.epoch)?;
    let chosen = keys
        .iter()
        .filter_map(|key| testimony.all.get(*key).map(|of| (*key, of)));
    let subjects = chosen
        .zip(answers)
        .map(|((key, (subject, plan)), answers)| {
            let log = Log {
                files,
                plan,
                world: world(&testimony.scope, files, &plan.rows, answers),
                whole: files.can_answer(&plan.rows),
                told: &told,
            };
            of_subject(testimony, key, subject, &log)
        });
    Ok(Weighed {
        subjects: subjects.collect(),
        witnesses: testimony.witnesses.clone(),
    })
}

/// A run, as far as one subject asks.
struct Log<'a> {
    files: &'a RunFiles,
    plan: &'a Plan,
    world: World<'a>,
    whole: bool,
    /// What people tell at last, by record.
    told: &'a BTreeMap<u64, Vec<LastTold>>,
}

fn of_subject(
    testimony: &Testimony,
    key: &str,
    subject: &Subject,
    log: &Log<'_>,
) -> SubjectOutcome {
    let versions = subject.versions.iter().zip(&log.plan.versions);
    let versions = versions.map(|((name, version), asked)| {
        let (standing, silent, value) = log.stands(version, asked);
        let cited = version.witnesses.iter().map(|(witness, lines)| Cited {
            witness: witness.clone(),
            name: testimony
                .witnesses
                .get(witness)
                .map_or_else(String::new, |witness| witness.name.clone()),
            lines: lines.clone(),
        });
        VersionOutcome {
            version: name.clone(),
            text: version.text.clone(),
            witnesses: cited.collect(),
            fields: version.fields.clone(),
            standing,
            silent,
            value,
        }
    });
    let says = log.plan.says.iter().map(|(what, expression)| Said {
        what: what.clone(),
        value: log.says(expression),
    });
    let about: Vec<&Answer> = subject
        .about
        .iter()
        .filter_map(|name| log.world.selected(name))
        .collect();
    let mut rows: Vec<Shown> = about
        .iter()
        .flat_map(|answer| answer.shown.clone())
        .collect();
    rows.sort_by_key(|row| row.row);
    SubjectOutcome {
        key: key.to_owned(),
        id: subject.id.clone(),
        subject: subject.subject.clone(),
        text: subject.text.clone(),
        kind: subject.kind.clone(),
        says: says.collect(),
        versions: versions.collect(),
        people: log.people(&rows),
        events: about.iter().map(|answer| answer.count).sum(),
        about: rows,
    }
}

impl Log<'_> {
    /// What people of the run tell of these rows, the surest first.
    fn people(&self, rows: &[Shown]) -> Vec<PersonClaim> {
        let told = rows.iter().filter_map(|row| self.told.get(&row.row?));
        let mut told: Vec<&LastTold> = told.flatten().collect();
        told.sort_by(|a, b| {
            let by_certainty = b.certainty.total_cmp(&a.certainty);
            by_certainty.then((a.record, a.teller).cmp(&(b.record, b.teller)))
        });
        // Of many records of one kind, what each is surest of says enough.
        let mut tellers = HashSet::new();
        told.retain(|told| tellers.insert(told.teller));
        told.into_iter().map(|told| self.claim(told)).collect()
    }

    fn claim(&self, told: &LastTold) -> PersonClaim {
        let epoch = self.files.calendar.epoch;
        let day = |at: Time| {
            epoch
                .iso(at)
                .split(' ')
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        let mut values = IndexMap::new();
        let when = told.told_time.and_then(|at| {
            let date = epoch.date(at);
            match told.dated.as_str() {
                "day" => Some(day(at)),
                "month" => Some(format!("{:04}-{:02}", date.year, date.month)),
                "season" => Some(in_season(epoch, at)),
                "year" => Some(format!("{:04}", date.year)),
                _ => told.told_phase.map(str::to_owned),
            }
        });
        values.extend(when.map(|when| (Field::Time, when)));
        if let Some(place) = told
            .told_place
            .and_then(|place| self.files.places.get(&place))
        {
            values.insert(Field::Place, place.name.clone());
        }
        if let Some(other) = told.told_other {
            values.insert(told.other_is, self.files.people.shown(other));
        }
        let fields: Vec<Field> = told.differs.split(',').filter_map(Field::of).collect();
        PersonClaim {
            teller: self.files.people.shown(told.teller),
            told_at: day(told.told_at),
            values,
            certainty: told.certainty,
            verdict: if fields.is_empty() {
                Standing::Agrees
            } else {
                Standing::Differs { fields }
            },
        }
    }

    /// How a version stands, which of its fields nothing could be said of, and what was asked.
    fn stands(&self, version: &Version, asked: &Asked) -> (Standing, Vec<Field>, Option<String>) {
        let unknown = |why: String| (Standing::CannotBeKnown { why }, Vec::new(), None);
        let asked: Vec<(Option<Field>, &Compiled)> = match asked {
            Asked::Nothing(why) => return unknown(why.clone()),
            Asked::Whole(whole) => vec![(None, whole)],
            Asked::Fields(fields) => fields.iter().map(|(f, e)| (Some(*f), e)).collect(),
        };
        if !self.whole {
            return unknown(LOG_NOT_WHOLE.to_owned());
        }
        if let Some(missing) = asked.iter().find_map(|(_, one)| self.missing(one)) {
            return unknown(format!("nobody in this run is `{missing}`"));
        }
        let mut differs = Vec::new();
        let mut known = Vec::new();
        for (field, expression) in &asked {
            let of = field.map_or_else(|| version.fields.clone(), |field| vec![field]);
            match self.world.truth(&expression.node) {
                Some(true) => known.extend(of),
                Some(false) => {
                    known.extend(of.iter().copied());
                    differs.extend(of);
                }
                None => {}
            }
        }
        let told: Vec<String> = asked
            .iter()
            .map(|(_, one)| self.world.told(&one.node))
            .collect();
        let value = Some(told.join("; "));
        if known.is_empty() {
            let why = "the log has nothing to set it against: what it speaks of did not happen";
            let why = why.to_owned();
            return (Standing::CannotBeKnown { why }, Vec::new(), value);
        }
        let fields = version.fields.iter().copied();
        let silent = fields.filter(|field| !known.contains(field)).collect();
        let standing = if differs.is_empty() {
            Standing::Agrees
        } else {
            Standing::Differs { fields: differs }
        };
        (standing, silent, value)
    }

    /// A value that is shown; none where there is none.
    fn says(&self, expression: &Compiled) -> Option<String> {
        let value = self.world.value(&expression.node)?;
        let shown = self.world.shown(&value);
        if !self.is_person(&expression.node) {
            return Some(shown);
        }
        // One of the cast is shown by name.
        let person = self.files.people.cast.get(&shown);
        let name = person.and_then(|person| self.files.people.name(*person));
        Some(name.map_or(shown, str::to_owned))
    }

    /// Whether an expression is the text of a column that holds people.
    fn is_person(&self, node: &Node) -> bool {
        let NodeKind::Call(name, arguments) = &node.kind else {
            return false;
        };
        let [argument] = arguments.as_slice() else {
            return false;
        };
        let ArgumentKind::Column(selection, column) = &argument.kind else {
            return false;
        };
        let mut selections = self.plan.rows.selections.iter();
        let column = selections
            .find(|other| other.name == *selection)
            .and_then(|selection| selection.table.column(column));
        name == "text" && column.is_some_and(|column| column.role == Role::Person)
    }

    /// One of the cast whom an expression speaks of, and who is not in this run.
    fn missing(&self, expression: &Compiled) -> Option<&str> {
        let of = expression.rests_on.iter();
        let selections = of.filter_map(|index| self.plan.rows.selections.get(*index));
        let mut conditions = selections.flat_map(|selection| &selection.conditions);
        conditions.find_map(|condition| {
            let cast = Role::Word(Vocabulary::Cast);
            if ![Role::Person, cast].contains(&condition.column.role) {
                return None;
            }
            let named = condition.any.iter().map(|wish| match wish {
                Wish::Is(key) if !self.files.people.cast.contains_key(key) => Some(key.as_str()),
                _ => None,
            });
            // Any of them will do.
            named.collect::<Option<Vec<&str>>>()?.first().copied()
        })
    }
}
