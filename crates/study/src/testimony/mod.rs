//! Testimony: what rival witnesses say of one thing, side by side, each version set against the log of
//! a run.
//!
//! A *subject* is something that is told in more than one way: who said a thing, how somebody died, in
//! which order two things happened. Each of its versions names the witnesses who tell it so and where,
//! in which fields it is a rival of the others, and how it stands against a run: by an expression of
//! the language of [facts](crate::Facts), or not at all, with the reason.
//!
//! ```text
//!   testimony.toml ──► Testimony (every name, witness and expression checked against the scenario)
//!   run            ──► one pass over each table ──► Standing of each version
//! ```

mod find;
mod outcome;
mod rules;

#[cfg(test)]
mod tests;

use std::path::Path;

use hailsham_model::{Programme, built_in_testimony};
use hailsham_scenario::{
    BuiltIn, Loaded, Parameters, Pointed, Problem, ScenarioError, Source, load, load_over,
};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::facts::{
    Compiled, Need, Rows, Scope, Sought, Table, Wanted, Written, Wrong, compile, near, problem,
};

pub(crate) use outcome::outcomes;
pub use outcome::{
    Cited, PersonClaim, Said, Standing, SubjectOutcome, VersionOutcome, WEIGHED_FILE, Weighed,
    weigh,
};

/// Where the testimony of a scenario stands, in the directory that belongs to it, and that of a run.
pub const TESTIMONY_FILE: &str = "testimony.toml";

/// How the versions of a subject disagree.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Disagreement {
    /// One document against the other.
    #[serde(rename = "between the documents")]
    Between,
    /// The first document, a guide, against itself.
    #[serde(rename = "inside the guide")]
    Guide,
    /// The second document, a review, against itself.
    #[serde(rename = "inside the review")]
    Review,
    /// Both could hold: at different times, or in different readings.
    #[serde(rename = "tension")]
    Tension,
    /// They do not: a saying that is told in one way alone.
    #[serde(rename = "uncontested")]
    Uncontested,
}

impl Disagreement {
    /// In words, as it is written.
    pub fn words(self) -> &'static str {
        match self {
            Disagreement::Between => "between the documents",
            Disagreement::Guide => "inside the guide",
            Disagreement::Review => "inside the review",
            Disagreement::Tension => "tension",
            Disagreement::Uncontested => "uncontested",
        }
    }
}

/// In what a version differs from its rivals.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema, Hash,
)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// Who did or said it.
    Teller,
    /// To whom, or about whom.
    Audience,
    /// When, or in which order.
    Time,
    /// Where.
    Place,
    /// How many, how often, of what size.
    Number,
    /// In which words.
    Wording,
    /// Why.
    Motive,
    /// Anything else.
    Other,
}

impl Field {
    /// Every field.
    pub const ALL: [Field; 8] = [
        Field::Teller,
        Field::Audience,
        Field::Time,
        Field::Place,
        Field::Number,
        Field::Wording,
        Field::Motive,
        Field::Other,
    ];

    /// The field as it is written.
    pub fn word(self) -> &'static str {
        match self {
            Field::Teller => "teller",
            Field::Audience => "audience",
            Field::Time => "time",
            Field::Place => "place",
            Field::Number => "number",
            Field::Wording => "wording",
            Field::Motive => "motive",
            Field::Other => "other",
        }
    }

    /// The field of a word.
    pub fn of(word: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.word() == word)
    }
}

/// Somebody who tells: one voice of a document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Witness {
    /// What it is called.
    #[schemars(extend("unit" = ""))]
    pub name: String,
    /// The lines that are its own, as `0:66-68`; empty where it has no such lines.
    #[serde(default)]
    #[schemars(extend("unit" = ""))]
    pub lines: String,
    /// What kind of text it is.
    #[serde(default)]
    #[schemars(extend("unit" = ""))]
    pub nature: String,
    /// Which way it leans.
    #[serde(default)]
    #[schemars(extend("unit" = ""))]
    pub leaning: String,
}

/// One way in which a thing is told.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// What is told, in a sentence or two.
    #[schemars(extend("unit" = ""))]
    pub text: String,
    /// Who tells it so, each with the lines.
    #[schemars(extend("unit" = ""))]
    pub witnesses: IndexMap<String, String>,
    /// In what it is a rival of the other versions.
    #[schemars(extend("unit" = ""))]
    pub fields: Vec<Field>,
    /// What holds of a log that agrees with it, in every one of its fields.
    #[serde(default)]
    #[schemars(extend("unit" = ""))]
    pub holds: String,
    /// What holds of a log that agrees with it in one field, for some of its fields.
    #[serde(default)]
    #[schemars(extend("unit" = ""))]
    pub holds_in: IndexMap<String, String>,
    /// Why a log cannot say.
    #[serde(default)]
    #[schemars(extend("unit" = ""))]
    pub unknown: String,
}

/// Something that is told in more than one way.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// The id of the row that it is.
    #[serde(default)]
    #[schemars(extend("unit" = ""))]
    pub id: String,
    /// The subject as a store of claims knows it: `saying:river`.
    #[serde(default)]
    #[schemars(extend("unit" = ""))]
    pub subject: String,
    /// What is disagreed on, in a sentence.
    #[schemars(extend("unit" = ""))]
    pub text: String,
    /// How the versions disagree.
    #[schemars(extend("unit" = ""))]
    pub kind: Vec<Disagreement>,
    /// The selections of the events that it is about.
    #[serde(default)]
    #[schemars(extend("unit" = ""))]
    pub about: Vec<String>,
    /// What the log says of it: expressions whose values are shown, each under what it is.
    #[serde(default)]
    #[schemars(extend("unit" = ""))]
    pub says: IndexMap<String, String>,
    /// The rows that the expressions speak of, each selection under its name.
    #[serde(default)]
    #[schemars(extend("unit" = ""))]
    pub select: IndexMap<String, IndexMap<String, Wanted>>,
    /// The versions, each under a name.
    #[serde(default)]
    #[schemars(extend("unit" = ""))]
    pub versions: IndexMap<String, Version>,
}

/// A file of testimony. It is read as a scenario file is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct TestimonyFile {
    /// Who tells, each under a short name.
    #[schemars(extend("unit" = ""))]
    witnesses: IndexMap<String, Witness>,
    /// The subjects, each under its key.
    #[schemars(extend("unit" = ""))]
    subjects: IndexMap<String, Subject>,
}

impl Parameters for TestimonyFile {
    const CALLED: [&'static str; 2] = ["file of claims", "files of claims"];

    fn cross_check(&self) -> Vec<Problem> {
        rules::check(self)
    }
}

/// What is asked of a run for one version.
#[derive(Clone, Debug)]
enum Asked {
    /// Whether one expression holds, for all fields together.
    Whole(Compiled),
    /// Whether an expression holds, for each of some fields.
    Fields(Vec<(Field, Compiled)>),
    /// Nothing, for a reason.
    Nothing(String),
}

/// What is asked of a run for a subject.
#[derive(Clone, Debug)]
struct Plan {
    rows: Rows,
    says: Vec<(String, Compiled)>,
    versions: Vec<Asked>,
}

/// The testimony of a scenario, ready to be set against a run.
#[derive(Clone, Debug)]
pub struct Testimony {
    /// The resolved file, which loads to the same testimony.
    pub text: String,
    /// Who tells.
    pub witnesses: IndexMap<String, Witness>,
    pub(crate) scope: Scope,
    all: IndexMap<String, (Subject, Plan)>,
}

impl Testimony {
    /// Loads the testimony of a scenario: for a scenario file `there/release.toml`, that of
    /// `there/release/testimony.toml`; or else that of the built-in scenario that it builds on. A file
    /// of `claims` adds witnesses, subjects and versions to it, or stands alone where there is none.
    /// None where there is none at all.
    ///
    /// What is inherited from a built-in scenario may not fit the one that builds on it: it names
    /// somebody who was taken out. Of such a subject nothing can be known. In a file of the user's own
    /// it is an error.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the files.
    pub fn load(
        scenario: &Loaded<Programme>,
        source: &Source,
        claims: Option<&Path>,
    ) -> Result<Option<Testimony>, ScenarioError> {
        let beside = match source {
            Source::Path(path) => Some(path.with_extension("").join(TESTIMONY_FILE)),
            Source::Name(_) | Source::Stream(..) => None,
        };
        let inherited = scenario.built_on.iter().find(|name| is_built_in(name));
        let base = match (beside.filter(|file| file.is_file()), inherited) {
            (Some(path), _) => Some((Source::Path(path), true)),
            (None, Some(name)) => Some((Source::Name(name.clone()), false)),
            (None, None) => None,
        };
        Testimony::with_claims(base, claims, &scenario.value)
    }

    /// What is told, a claim a version and witness: subject, version, witness, wording.
    pub(crate) fn claims(&self) -> Vec<(&str, &str, &str, &str)> {
        let mut claims = Vec::new();
        for (key, (subject, _)) in &self.all {
            for (name, version) in &subject.versions {
                for witness in version.witnesses.keys() {
                    claims.push((
                        key.as_str(),
                        name.as_str(),
                        witness.as_str(),
                        version.text.as_str(),
                    ));
                }
            }
        }
        claims
    }

    /// Loads the testimony of a run: what was written into its directory, or else that of the built-in
    /// scenario that it is a run of; with a file of `claims` on top, as [`Testimony::load`] does.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the files, the resolved scenario of the run included.
    pub fn of_run(run: &Path, claims: Option<&Path>) -> Result<Option<Testimony>, ScenarioError> {
        let scenario = Source::Path(run.join("scenario.toml"));
        let scenario = load::<Programme>(&scenario, hailsham_model::built_in(), &[])?;
        let own = run.join(TESTIMONY_FILE);
        let base = if own.is_file() {
            Some((Source::Path(own), false))
        } else if is_built_in(&scenario.name) {
            Some((Source::Name(scenario.name.clone()), false))
        } else {
            None
        };
        Testimony::with_claims(base, claims, &scenario.value)
    }

    fn with_claims(
        base: Option<(Source, bool)>,
        claims: Option<&Path>,
        programme: &Programme,
    ) -> Result<Option<Testimony>, ScenarioError> {
        let scope = Scope::of(programme)?;
        let built_in = built_in_testimony();
        match (base, claims) {
            (base, Some(claims)) => {
                let claims = Source::Path(claims.to_owned());
                let under = base.as_ref().map(|(source, _)| source);
                Testimony::in_scope(&claims, under, built_in, scope, true).map(Some)
            }
            (Some((source, strict)), None) => {
                Testimony::in_scope(&source, None, built_in, scope, strict).map(Some)
            }
            (None, None) => Ok(None),
        }
    }

    fn in_scope(
        source: &Source,
        under: Option<&Source>,
        built_in: &[BuiltIn],
        scope: Scope,
        strict: bool,
    ) -> Result<Testimony, ScenarioError> {
        let also = |file: &TestimonyFile| -> Vec<Pointed> {
            if !strict {
                return Vec::new();
            }
            let each = file.subjects.iter();
            each.filter_map(|(key, subject)| Some((key, plan(subject, &scope).err()?)))
                .flat_map(|(key, wrong)| {
                    let each = wrong.into_iter();
                    each.map(move |wrong| problem(rules::path_of(key, &wrong.key), wrong))
                })
                .collect()
        };
        let loaded = load_over::<TestimonyFile, _>(source, under, built_in, &[], &also)?;
        let subjects = loaded.value.subjects.into_iter().map(|(key, subject)| {
            let plan = plan(&subject, &scope).unwrap_or_else(|wrong| {
                let first = wrong.first().map_or("", |wrong| &wrong.trouble.message);
                let why = format!("it does not fit this scenario: {first}");
                Plan {
                    rows: Rows::default(),
                    says: Vec::new(),
                    versions: vec![Asked::Nothing(why); subject.versions.len()],
                }
            });
            (key, (subject, plan))
        });
        Ok(Testimony {
            text: loaded.text,
            all: subjects.collect(),
            witnesses: loaded.value.witnesses,
            scope,
        })
    }

    /// The keys of all subjects, in the order of the file.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.all.keys().map(String::as_str)
    }

    /// A subject, by its key.
    pub fn subject(&self, key: &str) -> Option<&Subject> {
        self.all.get(key).map(|(subject, _)| subject)
    }

    /// The keys of the subjects that are meant by a key, an id (`C-01`), or the name in a store of
    /// claims (`saying:river`); of several that are parts of one name (`trip:possible`), all.
    ///
    /// # Errors
    ///
    /// Nothing is called so: a message with the nearest name.
    pub fn find(&self, asked: &str) -> Result<Vec<&str>, String> {
        let names = self.all.iter().map(|(key, (subject, _))| find::Names {
            key,
            id: &subject.id,
            subject: &subject.subject,
        });
        find::find(names, asked)
    }
}

fn is_built_in(name: &str) -> bool {
    built_in_testimony().iter().any(|text| text.name == name)
}

/// Compiles a subject; everything that is wrong with it.
fn plan(subject: &Subject, scope: &Scope) -> Result<Plan, Vec<Wrong>> {
    let mut written = Vec::new();
    for (what, text) in &subject.says {
        written.push(Written {
            key: format!("says.{}", rules::quoted(what)),
            text,
            sought: Sought::Value,
        });
    }
    for (name, version) in &subject.versions {
        let key = format!("versions.{}", rules::quoted(name));
        let fields = version.holds_in.iter();
        let whole =
            (!version.holds.trim().is_empty()).then_some(("holds".to_owned(), &version.holds));
        let each = fields.map(|(field, text)| (format!("holds_in.{}", rules::quoted(field)), text));
        written.extend(whole.into_iter().chain(each).map(|(holds, text)| Written {
            key: format!("{key}.{holds}"),
            text,
            sought: Sought::Truth,
        }));
    }
    let (mut rows, compiled) = compile(&subject.select, &written, scope)?;
    let mut compiled = compiled.into_iter();
    let says = subject.says.keys().cloned().zip(compiled.by_ref());
    let says = says.collect();
    let mut versions = Vec::new();
    for version in subject.versions.values() {
        let whole = (!version.holds.trim().is_empty()).then(|| compiled.next());
        versions.push(match whole.flatten() {
            Some(whole) => Asked::Whole(whole),
            None if version.holds_in.is_empty() => Asked::Nothing(version.unknown.clone()),
            None => {
                let fields = version.holds_in.keys().filter_map(|word| Field::of(word));
                Asked::Fields(fields.zip(compiled.by_ref()).collect())
            }
        });
    }
    let mut wrong = Vec::new();
    for (number, name) in subject.about.iter().enumerate() {
        let key = format!("about.{number}");
        let found = rows.selections.iter().position(|other| other.name == *name);
        match found.and_then(|index| Some((index, rows.selections.get(index)?))) {
            Some((index, selection)) if selection.table == Table::Events => {
                rows.needs.push((index, Need::Rows));
            }
            Some(_) => wrong.push(Wrong::new(
                &key,
                format!("`{name}` selects no events"),
                Some("a subject is about events, of which people have memories".to_owned()),
            )),
            None => {
                let names = rows.selections.iter().map(|other| other.name.as_str());
                wrong.push(Wrong::new(
                    &key,
                    format!("there is no selection `{name}`"),
                    near(name, names, "add a table `select.NAME`"),
                ));
            }
        }
    }
    if wrong.is_empty() {
        Ok(Plan {
            rows,
            says,
            versions,
        })
    } else {
        Err(wrong)
    }
}
