//! Expectations as data: what a file of them may say, and where the file of a scenario is.

use std::path::PathBuf;

use hailsham_model::built_in_expectations;
use hailsham_scenario::{
    BuiltIn, Parameters, Problem, ScenarioError, Source, load, load_with, nearest,
};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounts;
use crate::system::{OF_GROUP, Scenario, System, known_number};

/// What is expected of the built-in scenario of kidney allocation in Eurotransplant.
const OF_EUROTRANSPLANT: BuiltIn = BuiltIn {
    name: "eurotransplant",
    text: include_str!("../../../scenarios/eurotransplant/expectations.toml"),
    summary: "What the rules of Eurotransplant lead one to expect of its kidneys",
};

/// Where a metric should lie.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Higher in the first arm than in the second.
    Up,
    /// Lower in the first arm than in the second.
    Down,
    /// Above the reference.
    Positive,
    /// Below the reference.
    Negative,
    /// Within the margin of the reference, or of the second arm: the same for all that matters.
    Zero,
}

/// One thing that should come out of a scenario, though no rule of it says so.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// What is expected, in a sentence.
    #[schemars(extend("unit" = "", "source" = "of the writer"))]
    pub text: String,
    /// The metric that shows it: a name of `hailsham metrics`; or a measure of a group, as
    /// `age/65 and more/transplant_rate`.
    #[schemars(extend("unit" = "", "source" = "of the writer"))]
    pub metric: String,
    /// Another one of the same run, which is subtracted from it; empty: none.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "none is subtracted"))]
    pub minus: String,
    /// Where the metric should lie.
    #[schemars(extend("unit" = "", "source" = "of the writer"))]
    pub direction: Direction,
    /// What it is measured against where there is one arm, in the metric's unit.
    #[serde(default)]
    #[schemars(range(min = -1e12, max = 1e12), extend("unit" = "", "source" = "against nothing"))]
    pub reference: f64,
    /// How far off still counts as the same, for `zero`; in the metric's unit.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1e12), extend("unit" = "", "source" = "must be given for `zero`"))]
    pub margin: f64,
    /// The changes that make each arm, as in `--set`: one arm, or two that are compared run by run.
    #[serde(default = "as_it_is")]
    #[schemars(length(min = 1, max = 2), extend("unit" = "", "source" = "the scenario as it is"))]
    pub arms: Vec<Vec<String>>,
    /// Changes for all arms, as in `--set`.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "the scenario as it is"))]
    pub set: Vec<String>,
    /// What the numbers of people and places are multiplied by.
    #[serde(default = "tenth")]
    #[schemars(range(min = 0.0001, max = 1000.0), extend("unit" = "ratio", "source" = "assumed: enough for most, in a fraction of a second"))]
    pub scale: f64,
    /// Runs of each arm, with the seeds 1, 2, 3, ...
    #[serde(default = "ten")]
    #[schemars(range(min = 2, max = 100_000), extend("unit" = "runs", "source" = "assumed: enough for most"))]
    pub replicates: u32,
    /// Why it should come out: the mechanism, in a sentence.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "of the writer"))]
    pub because: String,
    /// Changes that take the mechanism away, as in `--set`: with them in every arm, the effect
    /// should vanish.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "none is known"))]
    pub ablation: Vec<String>,
    /// Where it is said.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "of the writer"))]
    pub source: String,
}

fn as_it_is() -> Vec<Vec<String>> {
    vec![Vec::new()]
}

fn tenth() -> f64 {
    0.1
}

fn ten() -> u32 {
    10
}

impl Expectation {
    /// The metrics that it names, each with the key that names it.
    fn metrics(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let both = [("metric", &self.metric), ("minus", &self.minus)];
        both.into_iter()
            .filter(|(key, name)| *key == "metric" || !name.is_empty())
            .map(|(key, name)| (key, name.as_str()))
    }

    /// Whether a metric of it is a measure of a group.
    pub(crate) fn asks_for_groups(&self) -> bool {
        self.metrics().any(|(_, name)| name.contains(OF_GROUP))
    }

    /// Whether a metric of it is one of what people tell, and not of the run.
    pub(crate) fn asks_for_accounts(&self) -> bool {
        self.metrics().any(|(_, name)| is_of_accounts(name))
    }
}

/// Whether a metric is one of what people tell.
fn is_of_accounts(name: &str) -> bool {
    accounts::METRICS.iter().any(|metric| metric.name == name)
}

/// A file of expectations. It is read as a scenario file is, so it may `extends` another, change
/// what stands there, or take it out with `remove = true`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Expectations {
    /// The expectations, each under its id.
    pub expectations: IndexMap<String, Expectation>,
}

impl Parameters for Expectations {
    const CALLED: [&'static str; 2] = ["file of expectations", "files of expectations"];

    fn cross_check(&self) -> Vec<Problem> {
        let each = self.expectations.iter();
        each.flat_map(|(id, expectation)| contradictions(id, expectation))
            .collect()
    }
}

/// What is wrong with one expectation, as far as its file can tell.
fn contradictions(id: &str, expectation: &Expectation) -> Vec<Problem> {
    let mut problems = wrong_metrics(id, expectation, &System::ALL);
    let mut wrong = |key: &str, message: String, help: Option<String>| {
        problems.push(Problem {
            path: path_of(id, key),
            message,
            help,
        });
    };
    let arms = expectation.arms.len();
    let needs = match expectation.direction {
        Direction::Up | Direction::Down if arms != 2 => {
            Some("two arms: higher or lower than what?")
        }
        Direction::Positive | Direction::Negative if arms != 1 => Some("one arm"),
        _ => None,
    };
    if let Some(needs) = needs {
        let help = "`up` and `down` compare two arms, `positive` and `negative` look at one, `zero` \
                    does either";
        wrong(
            "direction",
            format!("it needs {needs}"),
            Some(help.to_owned()),
        );
    }
    if expectation.direction == Direction::Zero && expectation.margin == 0.0 {
        let help = "add `margin = ...`: nothing is ever shown to be exactly the same";
        wrong(
            "direction",
            "`zero` needs a margin".to_owned(),
            Some(help.to_owned()),
        );
    }
    if arms == 2 && expectation.reference != 0.0 {
        let help = "leave it out: two arms are compared with each other".to_owned();
        wrong(
            "reference",
            "a reference beside two arms".to_owned(),
            Some(help),
        );
    }
    problems
}

/// Metrics that no run of these systems has.
fn wrong_metrics(id: &str, expectation: &Expectation, systems: &[System]) -> Vec<Problem> {
    let wrong = expectation.metrics().filter_map(|(key, name)| {
        let (message, help) = known_number(name, systems).err()?;
        Some(Problem {
            path: path_of(id, key),
            message,
            help: Some(help),
        })
    });
    wrong.collect()
}

/// `expectations.ID.key`, the id in quotes, since it may hold points.
fn path_of(id: &str, key: &str) -> String {
    format!("expectations.\"{}\".{key}", id.replace('"', "\\\""))
}

/// Why there are no expectations to test.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The scenario, or the file of expectations, is wrong.
    #[error(transparent)]
    Wrong(#[from] ScenarioError),
    /// There is no file of them.
    #[error(
        "there are no expectations for `{scenario}`: it builds on no scenario that has some, and \
         there is no file {}", path.display()
    )]
    None {
        /// The scenario asked for.
        scenario: String,
        /// Where a file of its own would stand.
        path: PathBuf,
    },
}

/// The scenario that is tested, and what is expected of it.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The scenario with the changes for all.
    pub scenario: Scenario,
    /// Where it comes from.
    pub source: Source,
    /// The changes for all, each `path=value`.
    pub sets: Vec<String>,
    /// What is expected, by id.
    pub expectations: IndexMap<String, Expectation>,
}

impl Expected {
    /// Loads a scenario with changes, and the expectations that belong to it: for a file
    /// `there/release.toml` those of `there/release/expectations.toml`, or else those of the built-in
    /// scenario that it builds on. Every change of every arm is checked against the scenario.
    pub fn load(source: &Source, sets: &[String]) -> Result<Expected, LoadError> {
        // They are of the rules: what is on record of named people is not followed.
        let rules_alone: &[String] = match System::of(source) {
            System::Donation => &["history.follow=false".to_owned()],
            System::Exchange | System::Eurotransplant => &[],
        };
        let sets = &[sets, rules_alone].concat()[..];
        let scenario = Scenario::load(source, sets)?;
        let system = scenario.system();
        let file = match source {
            Source::Path(path) | Source::Stream(path, _) => {
                path.with_extension("").join("expectations.toml")
            }
            Source::Name(name) => PathBuf::from(name).join("expectations.toml"),
        };
        let texts = &[built_in_expectations(), &[OF_EUROTRANSPLANT]].concat()[..];
        let built_in_text = scenario
            .built_on()
            .iter()
            .find(|name| texts.iter().any(|text| text.name == name.as_str()));
        let from = match (source, built_in_text) {
            (Source::Path(_), _) if file.is_file() => Source::Path(file),
            (_, Some(name)) => Source::Name(name.clone()),
            _ => {
                return Err(LoadError::None {
                    scenario: scenario.name().to_owned(),
                    path: file,
                });
            }
        };
        let also = |all: &Expectations| -> Vec<Problem> {
            let each = all.expectations.iter();
            each.flat_map(|(id, expectation)| {
                let metrics = wrong_metrics(id, expectation, &[system]);
                metrics
                    .into_iter()
                    .chain(wrong_sets(id, expectation, source, sets))
            })
            .collect()
        };
        let loaded = load_with::<Expectations, _>(&from, texts, &[], &also)?;
        Ok(Expected {
            scenario,
            source: source.clone(),
            sets: sets.to_vec(),
            expectations: loaded.value.expectations,
        })
    }

    /// The expectations that are meant by a list of ids: [`meant`].
    ///
    /// # Errors
    ///
    /// What is unknown, and the nearest that is known.
    pub fn select(&self, wanted: &[String]) -> Result<Vec<&str>, String> {
        let ids: Vec<&str> = self.expectations.keys().map(String::as_str).collect();
        meant(&ids, wanted, "expectation")
    }
}

/// The ids of facts or expectations that are meant by a list of ids, in their own order; all, where
/// the list is empty. The id of a row, as `D-24`, means all of it: `D-24a`, `D-24b`, ... What they are ids of is for the
/// message.
///
/// # Errors
///
/// What is unknown, and the nearest that is known.
pub fn meant<'a>(ids: &[&'a str], wanted: &[String], of: &str) -> Result<Vec<&'a str>, String> {
    for id in wanted {
        if !ids.iter().any(|known| is_meant(id, known)) {
            let near = nearest(id, ids.iter().copied())
                .map(|near| format!(": did you mean {near}?"))
                .unwrap_or_default();
            return Err(format!("no {of} is called {id}{near}"));
        }
    }
    let chosen = ids
        .iter()
        .filter(|known| wanted.is_empty() || wanted.iter().any(|id| is_meant(id, known)));
    Ok(chosen.copied().collect())
}

/// Whether an id is that of an expectation of the donation programme, or of a row of them.
pub fn is_expectation(id: &str) -> bool {
    let texts = built_in_expectations();
    let read = |name: &str| load::<Expectations>(&Source::Name(name.to_owned()), texts, &[]);
    texts.iter().any(|text| {
        let all = read(text.name).map(|loaded| loaded.value.expectations);
        all.is_ok_and(|all| all.keys().any(|known| is_meant(id, known)))
    })
}

/// Whether `wanted` means the expectation `known`: it is its id, or that of its row, which ends in a
/// digit where the id goes on with a letter.
fn is_meant(wanted: &str, known: &str) -> bool {
    let row = wanted.ends_with(|last: char| last.is_ascii_digit());
    match known.strip_prefix(wanted).map(str::as_bytes) {
        Some([]) => true,
        Some([letter]) => row && letter.is_ascii_lowercase(),
        _ => false,
    }
}

/// Changes that the scenario does not take, each told at its place.
fn wrong_sets(
    id: &str,
    expectation: &Expectation,
    source: &Source,
    sets: &[String],
) -> Vec<Problem> {
    let for_all = [sets, &expectation.set].concat();
    let mut lists = vec![
        ("set".to_owned(), sets, expectation.set.as_slice()),
        ("ablation".to_owned(), &for_all, &expectation.ablation),
    ];
    for (index, arm) in expectation.arms.iter().enumerate() {
        lists.push((format!("arms.{index}"), &for_all, arm));
    }
    let refusal =
        |before: &[String], list: &[String]| Scenario::load(source, &[before, list].concat()).err();
    let mut problems = Vec::new();
    for (key, before, list) in lists {
        if list.is_empty() || refusal(before, list).is_none() {
            continue;
        }
        // The first change that is refused: a later one may need an earlier one.
        let found =
            (0..list.len()).find_map(|index| Some((index, refusal(before, &list[..=index])?)));
        if let Some((index, error)) = found {
            let (message, help) = told(&error);
            problems.push(Problem {
                path: path_of(id, &format!("{key}.{index}")),
                message: format!("\"{}\": {message}", list[index]),
                help,
            });
        }
        if key == "set" {
            // The others build on it.
            return problems;
        }
    }
    problems
}

/// The first problem of an error in a line, and what to do about it.
fn told(error: &ScenarioError) -> (String, Option<String>) {
    let Some(problem) = error.diagnostics().first() else {
        return (error.to_string(), None);
    };
    let label = if problem.label.is_empty() {
        String::new()
    } else {
        format!(": {}", problem.label)
    };
    (
        format!("{}{label}", problem.message),
        problem.help.first().cloned(),
    )
}

#[cfg(test)]
mod tests {
    use super::is_meant;

    #[test]
    fn a_row_means_all_of_it() {
        assert!(is_meant("D-24", "D-24"));
        assert!(is_meant("D-24", "D-24b"));
        assert!(is_meant("D-24b", "D-24b"));
        assert!(!is_meant("D-2", "D-24"));
        assert!(!is_meant("D-24a", "D-24"));
        assert!(!is_meant("ca", "cap"));
        assert!(!is_meant("", "cap"));
    }
}
