//! The levers: what-ifs that the sources invite, and the parameters that pull them.

use hailsham_model::Programme;
use hailsham_scenario::{BuiltIn, Parameters, ScenarioError, Source, describe, load};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

const NAME: &str = "levers";
const TEXTS: &[BuiltIn] = &[BuiltIn {
    name: NAME,
    text: include_str!("../../../scenarios/hailsham/levers.toml"),
    summary: "What-ifs that the sources invite",
}];

/// The file of levers.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Levers {
    /// Each lever, under its id.
    levers: IndexMap<String, Question>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Question {
    /// What if.
    text: String,
}

impl Parameters for Levers {}

/// One lever: a what-if, and what is changed for it. What stands beside the text is that of its first
/// parameter.
#[derive(Clone, Debug, Serialize)]
pub struct Lever {
    /// Its id: `E-44`.
    pub id: String,
    /// `available`, or `planned` where no parameter pulls it yet.
    pub status: &'static str,
    /// Path of its first parameter.
    pub path: Option<String>,
    /// Type of that.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// What it is unless changed; null where it must be given.
    pub default: Json,
    /// Least and greatest value.
    pub range: Option<[f64; 2]>,
    /// The values of a choice; otherwise empty.
    pub allowed: Vec<String>,
    /// What if.
    pub text: String,
    /// All its parameters, the first included.
    pub parameters: Vec<LeverParameter>,
}

/// One parameter of a lever.
#[derive(Clone, Debug, Serialize)]
pub struct LeverParameter {
    /// Where it stands.
    pub path: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is unless changed; null where it must be given.
    pub default: Json,
    /// Least and greatest value.
    pub range: Option<[f64; 2]>,
    /// The values of a choice; otherwise empty.
    pub allowed: Vec<String>,
    /// What it is, in a line.
    pub text: String,
}

/// Every lever, with the parameters that carry its id.
///
/// # Errors
///
/// None, unless the list that comes with the program is wrong.
pub fn levers() -> Result<Vec<Lever>, ScenarioError> {
    let texts = load::<Levers>(&Source::Name(NAME.to_owned()), TEXTS, &[])?;
    let parameters = describe::<Programme>(None);
    let lever = |(id, question): (String, Question)| {
        let pulls: Vec<LeverParameter> = parameters
            .iter()
            .filter(|parameter| carried(parameter.lever.as_deref()).any(|other| other == id))
            .map(|parameter| LeverParameter {
                path: parameter.path.clone(),
                kind: parameter.kind.clone(),
                default: parameter.default.clone(),
                range: parameter.range,
                allowed: parameter.allowed.clone(),
                text: parameter.text.clone(),
            })
            .collect();
        let first = pulls.first();
        Lever {
            id,
            status: if first.is_some() {
                "available"
            } else {
                "planned"
            },
            path: first.map(|first| first.path.clone()),
            kind: first.map(|first| first.kind.clone()),
            default: first.map_or(Json::Null, |first| first.default.clone()),
            range: first.and_then(|first| first.range),
            allowed: first.map_or_else(Vec::new, |first| first.allowed.clone()),
            text: question.text,
            parameters: pulls,
        }
    };
    Ok(texts.value.levers.into_iter().map(lever).collect())
}

/// The ids that a parameter carries: `E-01, E-53`.
fn carried(levers: Option<&str>) -> impl Iterator<Item = &str> {
    levers.unwrap_or_default().split(',').map(str::trim)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn there_are_54_and_each_stands_once() {
        let levers = levers().unwrap();
        let ids: Vec<&str> = levers.iter().map(|lever| lever.id.as_str()).collect();
        let expected: Vec<String> = (1..=54).map(|number| format!("E-{number:02}")).collect();
        assert_eq!(ids, expected);
        assert!(levers.iter().all(|lever| lever.text.ends_with(['.', '?'])));
    }

    #[test]
    fn every_lever_of_a_parameter_is_listed() {
        let levers = levers().unwrap();
        for parameter in describe::<Programme>(None) {
            let ids: Vec<&str> = carried(parameter.lever.as_deref())
                .filter(|id| !id.is_empty())
                .collect();
            for id in ids {
                let lever = levers.iter().find(|lever| lever.id == id);
                let lever = lever.unwrap_or_else(|| panic!("{}: {id}", parameter.path));
                let paths: Vec<&str> = lever.parameters.iter().map(|p| p.path.as_str()).collect();
                let count = paths.iter().filter(|path| **path == parameter.path).count();
                assert_eq!(count, 1, "{id} has {} in {paths:?}", parameter.path);
            }
        }
    }

    #[test]
    fn a_lever_has_its_parameters_values() {
        let levers = levers().unwrap();
        let cap = levers.iter().find(|lever| lever.id == "E-44").unwrap();
        assert_eq!(cap.status, "available");
        assert_eq!(cap.path.as_deref(), Some("donation.cap"));
        assert_eq!(cap.kind.as_deref(), Some("integer"));
        assert_eq!(cap.default, 0);
        assert_eq!(cap.range, Some([0.0, 8.0]));
    }

    #[test]
    fn a_choice_has_its_values() {
        let levers = levers().unwrap();
        let each = levers.iter().flat_map(|lever| &lever.parameters);
        let choices: Vec<_> = each.filter(|of| of.kind == "choice").collect();
        assert!(choices.len() > 5);
        assert!(choices.iter().all(|of| of.allowed.len() > 1));
        let first = levers
            .iter()
            .find(|lever| lever.kind.as_deref() == Some("choice"));
        let first = first.unwrap();
        assert_eq!(first.allowed, first.parameters[0].allowed);
    }

    #[test]
    fn a_parameter_may_carry_several() {
        let ids: Vec<&str> = carried(Some("E-01, E-53")).collect();
        assert_eq!(ids, ["E-01", "E-53"]);
    }
}
