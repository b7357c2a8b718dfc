//! Expectations as data: what a file of them may say, and where the file of a scenario is.

use std::path::PathBuf;

use hailsham_model::{METRICS, Programme, built_in, built_in_expectations};
use hailsham_scenario::{
    Loaded, Parameters, Problem, ScenarioError, Source, load, load_with, nearest,
};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounts;

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
    /// The metric that shows it: a name of `hailsham metrics`.
    #[schemars(extend("unit" = "", "source" = "of the writer"))]
    pub metric: String,
    /// Another metric of the same run, which is subtracted from it; empty: none.
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
    /// What intakes, beds and the public are multiplied by.
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
    /// Whether a metric of it is one of what people tell, and not of the run.
    pub(crate) fn asks_for_accounts(&self) -> bool {
        let asked = |name: &String| accounts::METRICS.iter().any(|metric| metric.name == name);
        asked(&self.metric) || asked(&self.minus)
    }
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
    fn cross_check(&self) -> Vec<Problem> {
        let each = self.expectations.iter();
        each.flat_map(|(id, expectation)| contradictions(id, expectation))
            .collect()
    }
}

/// What is wrong with one expectation, as far as its file can tell.
fn contradictions(id: &str, expectation: &Expectation) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut wrong = |key: &str, message: String, help: Option<String>| {
        problems.push(Problem {
            path: path_of(id, key),
            message,
            help,
        });
    };
    for (key, name) in [
        ("metric", &expectation.metric),
        ("minus", &expectation.minus),
    ] {
        if key == "minus" && name.is_empty() {
            continue;
        }
        let known = || METRICS.iter().chain(accounts::METRICS);
        if known().all(|metric| metric.name != name) {
            let near = nearest(name, known().map(|metric| metric.name));
            let help = near.map_or_else(
                || "`hailsham metrics` lists all".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            wrong(key, format!("there is no metric `{name}`"), Some(help));
        }
    }
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
    pub scenario: Loaded<Programme>,
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
        let sets = &[sets, &["history.follow=false".to_owned()]].concat()[..];
        let scenario = load::<Programme>(source, built_in(), sets)?;
        let file = match source {
            Source::Path(path) => path.with_extension("").join("expectations.toml"),
            Source::Name(name) => PathBuf::from(name).join("expectations.toml"),
        };
        let texts = built_in_expectations();
        let built_in_text = scenario
            .built_on
            .iter()
            .find(|name| texts.iter().any(|text| text.name == name.as_str()));
        let from = match (source, built_in_text) {
            (Source::Path(_), _) if file.is_file() => Source::Path(file),
            (_, Some(name)) => Source::Name(name.clone()),
            _ => {
                return Err(LoadError::None {
                    scenario: scenario.name,
                    path: file,
                });
            }
        };
        let also = |all: &Expectations| -> Vec<Problem> {
            let each = all.expectations.iter();
            each.flat_map(|(id, expectation)| wrong_sets(id, expectation, source, sets))
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
        meant(&ids, wanted)
    }
}

/// The ids of facts or expectations that are meant by a list of ids, in their own order; all, where
/// the list is empty. The id of a row, as `D-24`, means all of it: `D-24a`, `D-24b`, ...
///
/// # Errors
///
/// What is unknown, and the nearest that is known.
pub fn meant<'a>(ids: &[&'a str], wanted: &[String]) -> Result<Vec<&'a str>, String> {
    for id in wanted {
        if !ids.iter().any(|known| is_meant(id, known)) {
            let near = nearest(id, ids.iter().copied())
                .map(|near| format!(": did you mean {near}?"))
                .unwrap_or_default();
            return Err(format!("no fact and no expectation is called {id}{near}"));
        }
    }
    let chosen = ids
        .iter()
        .filter(|known| wanted.is_empty() || wanted.iter().any(|id| is_meant(id, known)));
    Ok(chosen.copied().collect())
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
    let refusal = |before: &[String], list: &[String]| {
        load::<Programme>(source, built_in(), &[before, list].concat()).err()
    };
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
