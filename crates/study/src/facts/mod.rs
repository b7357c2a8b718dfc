//! Facts: what must be true of a run, as data, and whether it is.
//!
//! A fact selects rows of a run's tables, and says what must hold of them in an expression:
//!
//! ```toml
//! [facts.carer-first]
//! text = "Who is called up after a service in care has served for more than a day."
//! kind = "stated"
//! how = "produced"
//! expect = "count(called) > 0 and min(called.value) > 0.001"
//! [facts.carer-first.select.called]
//! event = "called_up"
//! topic = "review"
//! ```
//!
//! ```text
//!   facts.toml ──► Facts (every name and type checked against the scenario)
//!   run        ──► one pass over each table ──► terms ──► FactOutcome
//! ```

mod answer;
mod check;
mod columns;
mod compile;
mod evaluate;
mod expression;
mod people;
mod routes;
mod run;
mod scope;
mod select;
mod sources;
mod syntax;
mod tally;
mod types;

#[cfg(test)]
pub(crate) mod tests;

use std::path::{Path, PathBuf};

use hailsham_model::{Programme, built_in_facts};
use hailsham_scenario::{
    BuiltIn, Loaded, Parameters, Pointed, Problem, ScenarioError, Source, load, load_with,
};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use check::check_facts;
pub use evaluate::{FactOutcome, Seeds, Shown, evaluate};
pub use run::is_run;

pub(crate) use answer::World;
pub(crate) use columns::{Role, Table, Vocabulary};
pub(crate) use compile::{Compiled, Rows, Select, Sought, Written, compile};
pub(crate) use evaluate::{LOG_NOT_WHOLE, answers, outcomes, world};
pub(crate) use run::{RunFiles, json};
pub(crate) use scope::Scope;
pub(crate) use select::{Wish, Wrong, near};
pub(crate) use syntax::{ArgumentKind, Kind as NodeKind, Node, Trouble};
pub(crate) use tally::Answer;
pub(crate) use types::Need;

/// Where the facts of a scenario stand, in the directory that belongs to it, and those of a run.
pub const FACTS_FILE: &str = "facts.toml";
/// What came out of the facts of a run, in its directory.
pub const CHECKS_FILE: &str = "checks.json";

/// How a fact is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The sources say it.
    Stated,
    /// It follows from what they say.
    Inferred,
    /// Somebody in the world says it.
    Claim,
}

/// What makes a fact true of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema, Default)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// It rests on pins.
    Pinned,
    /// It follows from the cast, the scenario or the words as they stand.
    Given,
    /// It comes out of the model.
    Produced,
    /// It is about what somebody says, and not about what happened: testimony will check it.
    #[default]
    Account,
}

/// What a column of a selection must be.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Wanted {
    /// True or false.
    Truth(bool),
    /// A number.
    Number(f64),
    /// A text, or a comparison or a range in one.
    Text(String),
    /// Any of these.
    List(Vec<Wanted>),
}

impl Wanted {
    fn texts(&self) -> impl Iterator<Item = &str> {
        let items = match self {
            Wanted::List(items) => items.as_slice(),
            other => std::slice::from_ref(other),
        };
        items.iter().filter_map(|item| match item {
            Wanted::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }

    fn describe(&self) -> String {
        match self {
            Wanted::Truth(truth) => truth.to_string(),
            Wanted::Number(number) => format!("the number {number}"),
            Wanted::Text(text) => format!("the text \"{text}\""),
            Wanted::List(_) => "a list".to_owned(),
        }
    }
}

/// Something that must be true of a run.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// What is the case, in a sentence.
    #[schemars(extend("unit" = "", "source" = "of the writer"))]
    pub text: String,
    /// How it is known.
    #[schemars(extend("unit" = "", "source" = "of the writer"))]
    pub kind: Basis,
    /// What makes it true of a run.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "of the writer"))]
    pub how: How,
    /// The pins that it rests on, for `pinned`.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "it rests on none"))]
    pub pins: Vec<String>,
    /// What the sources contradict each other in.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "it is not contested"))]
    pub contested: Vec<String>,
    /// Where it is said.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "of the writer"))]
    pub source: String,
    /// What must hold, as an expression.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "must be given, or `unknown`"))]
    pub expect: String,
    /// Why it cannot be told of a run, where it cannot.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "it can be told"))]
    pub unknown: String,
    /// The rows that the expression speaks of, each selection under its name.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "none"))]
    pub select: Select,
}

fn fifth() -> f64 {
    0.2
}

/// A file of facts. It is read as a scenario file is.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FactsFile {
    /// What the numbers of people and places are multiplied by in the runs of a check.
    #[serde(default = "fifth")]
    #[schemars(range(min = 0.0001, max = 1000.0), extend("unit" = "ratio", "source" = "assumed: enough for what comes out of the model"))]
    scale: f64,
    /// The facts, each under its id.
    #[serde(default)]
    facts: IndexMap<String, Fact>,
}

impl Default for FactsFile {
    fn default() -> FactsFile {
        FactsFile {
            scale: fifth(),
            facts: IndexMap::new(),
        }
    }
}

impl Parameters for FactsFile {
    const CALLED: [&'static str; 2] = ["file of facts", "files of facts"];

    fn cross_check(&self) -> Vec<Problem> {
        let each = self.facts.iter();
        each.filter_map(|(id, fact)| {
            let wrong = |key: &str, message: &str, help: &str| Problem {
                path: path_of(id, key),
                message: message.to_owned(),
                help: Some(help.to_owned()),
            };
            match (fact.expect.trim(), fact.unknown.trim()) {
                ("", "") => Some(wrong(
                    "expect",
                    "nothing is expected",
                    "add `expect = \"...\"`, or `unknown = \"...\"` with the reason",
                )),
                (expect, unknown) if !expect.is_empty() && !unknown.is_empty() => Some(wrong(
                    "unknown",
                    "a fact is expected and unknown at once",
                    "leave out `expect` or `unknown`",
                )),
                (expect, _) if !expect.is_empty() && fact.how == How::Account => Some(wrong(
                    "how",
                    "what makes it true is not said",
                    "add `how = ...`: pinned, given or produced",
                )),
                _ if fact.how == How::Pinned && fact.pins.is_empty() => Some(wrong(
                    "how",
                    "a pinned fact without pins",
                    "add `pins = [...]`, or say `given` or `produced`",
                )),
                _ => None,
            }
        })
        .collect()
    }
}

/// `facts.ID.key`, the id in quotes, since it may hold points.
fn path_of(id: &str, key: &str) -> String {
    format!("facts.\"{}\".{key}", id.replace('"', "\\\""))
}

/// What is to be found out about a fact.
#[derive(Clone, Debug)]
enum Question {
    /// Whether it holds.
    Holds(Claim),
    /// Nothing, for a reason.
    Unknown(String),
}

/// An expression with its selections, checked.
#[derive(Clone, Debug)]
struct Claim {
    expect: Node,
    rows: Rows,
}

/// The facts of a scenario, ready to be evaluated.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What the numbers of people and places are multiplied by in the runs of a check.
    pub scale: f64,
    /// The resolved file, which loads to the same facts.
    pub text: String,
    pub(crate) scope: Scope,
    all: IndexMap<String, (Fact, Question)>,
}

impl Facts {
    /// Loads the facts of a scenario: those of `file` if it is given; or else, for a scenario file
    /// `there/release.toml`, those of `there/release/facts.toml`; or else those of the built-in
    /// scenario that it builds on. None where there are none.
    ///
    /// What is inherited from a built-in scenario may not fit the one that builds on it: it names a
    /// place that was taken out. Such a fact is unknown. In a file of the user's own it is an error.
    pub fn load(
        scenario: &Loaded<Programme>,
        source: &Source,
        file: Option<&Path>,
    ) -> Result<Option<Facts>, ScenarioError> {
        let beside = match source {
            Source::Path(path) => Some(path.with_extension("").join(FACTS_FILE)),
            Source::Name(_) | Source::Stream(..) => None,
        };
        let own = file
            .map(Path::to_owned)
            .or_else(|| beside.filter(|file| file.is_file()));
        let inherited = scenario.built_on.iter().find(|name| {
            built_in_facts()
                .iter()
                .any(|text| text.name == name.as_str())
        });
        match (own, inherited) {
            (Some(path), _) => Facts::read(&Source::Path(path), &scenario.value, true).map(Some),
            (None, Some(name)) => {
                Facts::read(&Source::Name(name.clone()), &scenario.value, false).map(Some)
            }
            (None, None) => Ok(None),
        }
    }

    /// Loads the facts of a run: those of `file` if it is given, or else those that were written
    /// into its directory; those with the resolved scenario. None where there are none.
    pub fn of_run(run: &Path, file: Option<&Path>) -> Result<Option<Facts>, ScenarioError> {
        let scenario = Source::Path(run.join("scenario.toml"));
        let scenario = load::<Programme>(&scenario, hailsham_model::built_in(), &[])?;
        let own: PathBuf = run.join(FACTS_FILE);
        match file {
            Some(file) => {
                Facts::read(&Source::Path(file.to_owned()), &scenario.value, true).map(Some)
            }
            None if own.is_file() => {
                Facts::read(&Source::Path(own), &scenario.value, false).map(Some)
            }
            None => Ok(None),
        }
    }

    fn read(source: &Source, programme: &Programme, strict: bool) -> Result<Facts, ScenarioError> {
        Facts::in_scope(source, built_in_facts(), Scope::of(programme)?, strict)
    }

    fn in_scope(
        source: &Source,
        built_in: &[BuiltIn],
        scope: Scope,
        strict: bool,
    ) -> Result<Facts, ScenarioError> {
        let also = |file: &FactsFile| -> Vec<Pointed> {
            if !strict {
                return Vec::new();
            }
            let each = file.facts.iter();
            each.filter_map(|(id, fact)| Some((id, question(fact, &scope).err()?)))
                .flat_map(|(id, wrong)| {
                    let each = wrong.into_iter();
                    each.map(move |wrong| problem(path_of(id, &wrong.key), wrong))
                })
                .collect()
        };
        let loaded = load_with::<FactsFile, _>(source, built_in, &[], &also)?;
        let facts = loaded.value.facts.into_iter().map(|(id, fact)| {
            let question = question(&fact, &scope).unwrap_or_else(|wrong| {
                let first = wrong.first().map_or("", |wrong| &wrong.trouble.message);
                Question::Unknown(format!("it does not fit this scenario: {first}"))
            });
            (id, (fact, question))
        });
        Ok(Facts {
            scale: loaded.value.scale,
            text: loaded.text,
            all: facts.collect(),
            scope,
        })
    }

    /// A fact, by its id.
    pub fn fact(&self, id: &str) -> Option<&Fact> {
        self.all.get(id).map(|(fact, _)| fact)
    }

    /// The ids of all facts, in the order of the file.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.all.keys().map(String::as_str)
    }
}

/// A problem of the value at a path of a file.
pub(crate) fn problem(path: String, wrong: Wrong) -> Pointed {
    let Trouble {
        within,
        message,
        help,
    } = wrong.trouble;
    Pointed {
        problem: Problem {
            path,
            message,
            help,
        },
        within: wrong.pointed.then_some(within),
    }
}

/// Compiles a fact; everything that is wrong with it.
fn question(fact: &Fact, scope: &Scope) -> Result<Question, Vec<Wrong>> {
    let expect = Written {
        key: "expect".to_owned(),
        text: &fact.expect,
        sought: Sought::Truth,
    };
    let written = if fact.unknown.is_empty() {
        vec![expect]
    } else {
        Vec::new()
    };
    let (rows, mut compiled) = compile(&fact.select, &written, scope)?;
    Ok(match compiled.pop() {
        Some(expect) => Question::Holds(Claim {
            expect: expect.node,
            rows,
        }),
        None => Question::Unknown(fact.unknown.clone()),
    })
}
