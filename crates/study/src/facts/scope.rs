//! The names that facts may use of a scenario: its people, places, topics, parameters and words.

use hailsham_model::{METRICS, Programme, Topics};
use hailsham_scenario::{BuiltIn, Parameters, ScenarioError, Source, load};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// What the people of the cast are called in pins and facts: the keys of a scenario's cast. Their
/// numbers in a run stand in the column `cast` of `persons.parquet`.
pub(crate) fn cast_keys(programme: &Programme) -> Vec<String> {
    programme.history.cast.keys().cloned().collect()
}

/// One place of a scenario, or several alike, which are numbered: `Ordinary school 3`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PlaceName {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) count: u32,
}

impl PlaceName {
    /// Whether a place of a run is of this name.
    pub(crate) fn names(&self, name: &str) -> bool {
        if self.count == 1 {
            return name == self.name;
        }
        let number = name
            .strip_prefix(self.name.as_str())
            .and_then(|rest| rest.strip_prefix(' '));
        number
            .and_then(|number| number.parse::<u32>().ok())
            .is_some_and(|number| (1..=self.count).contains(&number))
    }
}

/// What can be named in the facts of a scenario.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    pub(crate) cast: Vec<String>,
    pub(crate) places: Vec<PlaceName>,
    pub(crate) topics: Vec<String>,
    pub(crate) parameters: Json,
    pub(crate) words: Vec<Word>,
}

/// The programme's own words.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Lexicon {
    /// Every word.
    word: Vec<Word>,
}

impl Parameters for Lexicon {}

/// One of the programme's own words.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Word {
    /// Its id: `V-03`.
    pub(crate) id: String,
    /// The word.
    pub(crate) term: String,
    /// What kinds of word it is.
    pub(crate) class: Vec<String>,
    /// What it means.
    pub(crate) plain: String,
    /// Who uses it.
    note: String,
    /// Its forms.
    #[serde(default)]
    forms: IndexMap<String, Form>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Form {
    /// As the programme says it.
    programme: String,
    /// As it is.
    plain: String,
}

const LEXICON: &[BuiltIn] = &[BuiltIn {
    name: "lexicon",
    text: include_str!("../../../../scenarios/hailsham/lexicon.toml"),
    summary: "The programme's own words",
}];

impl Scope {
    /// # Errors
    ///
    /// None, unless the words that come with the program are wrong.
    pub(crate) fn of(programme: &Programme) -> Result<Scope, ScenarioError> {
        let lexicon = load::<Lexicon>(&Source::Name("lexicon".to_owned()), LEXICON, &[])?;
        let mut places = Vec::new();
        let mut add = |key: &String, name: &String, count| {
            places.push(PlaceName {
                key: key.clone(),
                name: name.clone(),
                count,
            });
        };
        for (key, place) in &programme.institutions {
            add(key, &place.name, place.count);
        }
        for (key, place) in &programme.cottages.places {
            add(key, &place.name, place.count);
        }
        for (key, place) in &programme.donation.centres {
            add(key, &place.name, place.count);
        }
        for (key, place) in &programme.landmarks {
            add(key, &place.name, place.count);
        }
        Ok(Scope {
            cast: cast_keys(programme),
            places,
            topics: Topics::new(programme).labels().to_vec(),
            // Parameters are numbers, texts and tables of these: they always can be written.
            parameters: programme.to_json().unwrap_or_default(),
            words: lexicon.value.word,
        })
    }

    /// A parameter by its path; none where there is no such parameter.
    pub(crate) fn parameter(&self, path: &str) -> Option<&Json> {
        path.split('.')
            .try_fold(&self.parameters, |value, key| match value {
                Json::Array(items) => items.get(key.parse::<usize>().ok()?),
                other => other.get(key),
            })
    }

    /// The paths of the parameters that have a single value.
    pub(crate) fn parameters(&self) -> Vec<String> {
        fn walk(path: &str, value: &Json, paths: &mut Vec<String>) {
            match value {
                Json::Object(entries) => {
                    for (key, value) in entries {
                        let separator = if path.is_empty() { "" } else { "." };
                        walk(&format!("{path}{separator}{key}"), value, paths);
                    }
                }
                Json::Array(_) => {}
                _ => paths.push(path.to_owned()),
            }
        }
        let mut paths = Vec::new();
        walk("", &self.parameters, &mut paths);
        paths
    }

    /// What is said of one of the programme's own words: of `V-03` or `donation` the word, of
    /// `V-03.plain` what it means, of `V-03.class` which kinds of word it is.
    pub(crate) fn word(&self, key: &str) -> Option<String> {
        let find = |key: &str| {
            self.words
                .iter()
                .find(|word| word.id == key || word.term == key)
        };
        if let Some(word) = find(key) {
            return Some(word.term.clone());
        }
        let (key, what) = key.rsplit_once('.')?;
        let word = find(key)?;
        match what {
            "term" => Some(word.term.clone()),
            "plain" => Some(word.plain.clone()),
            "class" => Some(word.class.join(", ")),
            _ => None,
        }
    }

    pub(crate) fn has_metric(name: &str) -> bool {
        METRICS.iter().any(|metric| metric.name == name)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn scope() -> Scope {
        let source = Source::Name("hailsham".to_owned());
        let programme = load::<Programme>(&source, hailsham_model::built_in(), &[]).unwrap();
        Scope::of(&programme.value).unwrap()
    }

    #[test]
    fn words_and_parameters_are_found_by_their_names() {
        let scope = scope();
        assert_eq!(scope.word("V-03").as_deref(), Some("donation"));
        assert_eq!(scope.word("donation").as_deref(), Some("donation"));
        assert_eq!(scope.word("V-03.class").as_deref(), Some("euphemism"));
        assert!(scope.word("V-03.plain").unwrap().contains("not a gift"));
        assert_eq!(scope.word("V-03.plane"), None);
        assert_eq!(scope.word("gift"), None);
        assert_eq!(scope.parameter("donation.cap").unwrap(), 0);
        assert_eq!(
            scope.parameter("institutions.hailsham.name").unwrap(),
            "Hailsham"
        );
        assert!(scope.parameter("donation.cup").is_none());
        assert!(scope.parameters().contains(&"donation.cap".to_owned()));
    }

    #[test]
    fn several_places_alike_are_numbered() {
        let school = |count| PlaceName {
            key: "ordinary".to_owned(),
            name: "School".to_owned(),
            count,
        };
        assert!(school(1).names("School"));
        assert!(!school(1).names("School 1"));
        assert!(school(3).names("School 3"));
        assert!(!school(3).names("School 4"));
        assert!(!school(3).names("School"));
    }
}
