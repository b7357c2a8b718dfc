//! A programme with every shape of parameter that a scenario can have.

// Each test binary uses a part of it.
#![allow(dead_code, unreachable_pub, missing_docs, clippy::expect_used)]

use std::fs;
use std::path::PathBuf;

use hailsham_scenario::{BuiltIn, Loaded, Parameters, Problem, ScenarioError, Source, load};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;
use tempfile::TempDir;

/// The whole programme.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Programme {
    /// Length of the simulated time.
    #[schemars(range(min = 1, max = 500), extend("unit" = "years", "source" = "assumed"))]
    #[default = 45]
    pub horizon: u32,
    /// Seed of every random stream.
    pub seed: u64,
    /// Donation, recovery and completion.
    pub donation: Donation,
    /// The schools and centres.
    pub institutions: IndexMap<String, Institution>,
    /// Children created in each year.
    #[schemars(extend("unit" = "persons per year", "source" = "assumed"))]
    pub intake: IndexMap<u32, f64>,
    /// Frequency of each antigen, by locus.
    #[schemars(extend("unit" = "share", "source" = "a survey"))]
    pub antigens: IndexMap<String, IndexMap<String, f64>>,
    /// Known events, in any order.
    pub pinned: Vec<Pinned>,
    /// A rule that may be absent.
    pub review: Option<Review>,
    /// How the run is logged: an enum with data, which only serde knows.
    pub log: Log,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Donation {
    /// Log-odds of death at an operation before its number and the body's state count.
    #[schemars(range(min = -20.0, max = 20.0), extend("unit" = "log-odds", "source" = "assumed"))]
    #[default(-4.6)]
    pub intercept: f64,
    /// Donations after which a donor is released; 0: never.
    #[schemars(range(min = 0, max = 20), extend("unit" = "operations", "source" = "assumed", "lever" = "E-46"))]
    pub retire_after: u32,
    /// Time between two donations.
    #[schemars(range(min = 0.0, max = 3650.0), extend("unit" = "days", "source" = "chapter 19"))]
    #[default = 180.0]
    pub recovery: f64,
    /// Of all operations, those in a centre.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.9]
    pub in_centre: f64,
    /// Hazard of an infection.
    #[schemars(extend("exclusiveMinimum" = 0.0, "unit" = "per year", "source" = "assumed"))]
    #[default = 0.05]
    pub infection: f32,
    /// How a centre is chosen.
    #[schemars(extend("unit" = "", "source" = "assumed"))]
    pub choice: Choice,
    /// How a second opinion is chosen, if there is one.
    pub second_choice: Option<Choice>,
    /// Age at which the oldest are called, if at all.
    #[schemars(range(min = 16.0), extend("unit" = "years"))]
    pub called_at: Option<f64>,
    /// Whether donors meet those who receive.
    pub meet: bool,
    /// Organs by donation: any one of each list.
    #[default(vec![vec!["kidney".to_owned()], vec!["liver".to_owned(), "lung".to_owned()]])]
    pub plan: Vec<Vec<String>>,
    /// Share of strength left after each donation.
    #[schemars(inner(range(min = 0.0, max = 1.0)), extend("unit" = "share"))]
    #[default(vec![0.9, 0.7, 0.4])]
    pub strength: Vec<f64>,
    /// Length of an operation: mean and most.
    #[schemars(extend("unit" = "minutes"))]
    #[default((90.0, 240))]
    pub length: (f64, u8),
    /// A place on the map.
    #[schemars(extend("unit" = "kilometres"))]
    pub map: [f64; 2],
}

/// How a centre is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// The nearest with a bed.
    #[default]
    Nearest,
    /// The one with the most free beds.
    MostBeds,
    Random,
}

/// A school or centre.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Institution {
    /// What it is.
    pub kind: InstitutionKind,
    /// Year it opens.
    #[schemars(range(min = 1900, max = 2100), extend("unit" = "year"))]
    pub opens: i32,
    /// Year it closes, if it does.
    #[schemars(range(min = 1900, max = 2100), extend("unit" = "year"))]
    #[serde(default)]
    pub closes: Option<i32>,
    /// Beds.
    #[schemars(range(max = 5000), extend("unit" = "beds"))]
    #[serde(default)]
    pub beds: u32,
    /// What it is called.
    #[serde(default)]
    pub title: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InstitutionKind {
    School,
    Centre,
}

/// Something that is known to have happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pinned {
    /// What happened.
    pub event: String,
    /// Age at which it did.
    #[schemars(range(min = 0.0), extend("unit" = "years"))]
    pub age: f64,
}

/// A yearly review.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Review {
    /// Time between two reviews.
    #[schemars(extend("unit" = "months"))]
    #[default = 12.0]
    pub every: f64,
}

#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Log {
    #[default]
    Full,
    Sample(f64),
}

impl Parameters for Programme {
    fn cross_check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (name, institution) in &self.institutions {
            if institution
                .closes
                .is_some_and(|closes| closes < institution.opens)
            {
                problems.push(Problem {
                    path: format!("institutions.{name}.closes"),
                    message: format!("closes before it opens, in {}", institution.opens),
                    help: Some("close it later, or leave `closes` out".to_owned()),
                });
            }
        }
        if self.donation.retire_after as usize > self.donation.plan.len() {
            problems.push(Problem {
                path: "donation.plan".to_owned(),
                message: format!(
                    "has fewer donations than retire_after = {}",
                    self.donation.retire_after
                ),
                help: None,
            });
        }
        problems
    }
}

pub const BUILT_IN: [BuiltIn; 3] = [
    BuiltIn {
        name: "hailsham",
        summary: "The programme of the novel",
        text: r#"
name = "hailsham"
horizon = 40
seed = 1

[donation]
recovery = "8 months"

[institutions.hailsham]
kind = "school"
opens = 1955
closes = 1980
title = "Hailsham"

[institutions.kingsfield]
kind = "centre"
opens = 1970
beds = 60

[intake]
1955 = 100
1960 = 250

[antigens.A]
A1 = 0.15
"#,
    },
    BuiltIn {
        name: "refusal",
        summary: "A right to refuse",
        text: "extends = 'hailsham'\n[donation]\nretire_after = 2\n",
    },
    BuiltIn {
        name: "broken",
        summary: "Extends a file, which a built-in cannot",
        text: "extends = 'other.toml'\n",
    },
];

/// A folder of scenario files.
pub struct Folder {
    pub dir: TempDir,
}

impl Folder {
    pub fn new(files: &[(&str, &[u8])]) -> Folder {
        let dir = tempfile::tempdir().expect("a temporary folder");
        for (name, bytes) in files {
            fs::write(dir.path().join(name), bytes).expect("a file in it");
        }
        Folder { dir }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn load(&self, name: &str, sets: &[&str]) -> Result<Loaded<Programme>, ScenarioError> {
        let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
        load(&Source::Path(self.path(name)), &BUILT_IN, &sets)
    }

    /// The message with the folder's own path taken out.
    pub fn clean(&self, message: &str) -> String {
        message.replace(&format!("{}", self.dir.path().display()), "[folder]")
    }
}

/// Loads `text` as a file `my.toml`, with `sets` on top.
pub fn load_text(text: &str, sets: &[&str]) -> Result<Loaded<Programme>, ScenarioError> {
    Folder::new(&[("my.toml", text.as_bytes())]).load("my.toml", sets)
}

/// Loads a built-in scenario with `sets` on top.
pub fn load_name(name: &str, sets: &[&str]) -> Result<Loaded<Programme>, ScenarioError> {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    load(&Source::from_argument(name), &BUILT_IN, &sets)
}
