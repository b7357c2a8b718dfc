//! Policies of allocation: those that come with the program, those of the programme's recipients among them, and those
//! that a scenario names.

use std::sync::Arc;

use hailsham_allocation::policies as real;
use hailsham_allocation::rules::{Catalogue, Policy, PolicyFile, read_policy, read_policy_for};
use hailsham_scenario::{BuiltIn, Loaded, Problem, ScenarioError, Source, load};
use indexmap::IndexMap;
use serde::Serialize;

use crate::programme::Programme;
use crate::submodels::recipients;

/// The name under which policies ask for the attributes of the programme's recipients.
pub const SYSTEM: &str = "programme";

/// The policies for the programme's recipients.
pub const OF_PROGRAMME: [BuiltIn; 4] = [
    BuiltIn {
        name: "programme",
        text: include_str!("../../../scenarios/allocation/programme.toml"),
        summary: "The donation programme: the urgent first, then the same blood group, then waiting and HLA",
    },
    BuiltIn {
        name: "urgency-first",
        text: include_str!("../../../scenarios/allocation/urgency-first.toml"),
        summary: "The programme's organs to the urgent, then to whoever waits longest",
    },
    BuiltIn {
        name: "longest-waiting",
        text: include_str!("../../../scenarios/allocation/longest-waiting.toml"),
        summary: "The programme's organs to whoever waits longest, urgent or not",
    },
    BuiltIn {
        name: "hla-first",
        text: include_str!("../../../scenarios/allocation/hla-first.toml"),
        summary: "The programme's organs to the best match of tissue types",
    },
];

/// All policies that come with the program.
pub fn built_in() -> Vec<BuiltIn> {
    let mut all = real::built_in();
    all.extend(OF_PROGRAMME);
    all
}

/// The systems whose attributes policies may ask about, by name. Organs and diseases of the programme are those of its
/// built-in scenario.
///
/// # Errors
///
/// What is wrong with a built-in scenario.
pub fn catalogues() -> Result<Vec<(&'static str, Catalogue)>, ScenarioError> {
    let mut all = real::catalogues()?;
    let scenario = Source::Name(SYSTEM.to_owned());
    let programme = load::<Programme>(&scenario, crate::built_in(), &[])?.value;
    all.push((SYSTEM, recipients::catalogue(&programme)));
    Ok(all)
}

/// Reads a policy, of the program or of a file, with `sets` (each `path=value`) laid on top.
///
/// # Errors
///
/// Everything that is wrong with it, each with its place.
pub fn read(
    source: &Source,
    sets: &[String],
) -> Result<(Loaded<PolicyFile>, Policy), ScenarioError> {
    read_policy(source, &built_in(), sets, &catalogues()?)
}

/// Whether there is a policy of a name.
fn is_there(name: &str) -> bool {
    match Source::from_argument(name) {
        Source::Name(name) => built_in().iter().any(|policy| policy.name == name),
        Source::Path(path) => path.is_file(),
        Source::Stream(..) => true,
    }
}

/// The policies by which a scenario's organs are given.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    by_organ: IndexMap<String, Named>,
}

/// A policy that a scenario names.
#[derive(Clone, Debug, Serialize)]
pub struct Named {
    /// What it is called.
    pub policy: String,
    /// Hash of what it says.
    pub hash: String,
    #[serde(skip)]
    compiled: Arc<Policy>,
}

impl Policies {
    /// Those of a scenario.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with one of them, each with its place; an attribute that the scenario's recipients do
    /// not have.
    pub(crate) fn read(programme: &Programme) -> Result<Policies, ScenarioError> {
        let mut read: IndexMap<&str, Named> = IndexMap::new();
        let mut by_organ = IndexMap::new();
        for (key, organ) in &programme.organs {
            let own = organ.policy.as_str();
            let name = if own.is_empty() {
                programme.recipients.policy.as_str()
            } else {
                own
            };
            if name.is_empty() {
                continue;
            }
            if !read.contains_key(name) {
                let (loaded, policy) = read_policy_for(
                    &Source::from_argument(name),
                    &built_in(),
                    &[],
                    &recipients::catalogue(programme),
                )?;
                let named = Named {
                    policy: loaded.name,
                    hash: loaded.hash,
                    compiled: Arc::new(policy),
                };
                read.insert(name, named);
            }
            by_organ.insert(key.clone(), read[name].clone());
        }
        Ok(Policies { by_organ })
    }

    /// What a scenario names as a policy and is neither built in nor a file, each at the parameter that names it.
    pub fn missing(programme: &Programme) -> Vec<Problem> {
        let organs = programme.organs.iter();
        let of_organs =
            organs.map(|(key, organ)| (format!("organs.{key}.policy"), organ.policy.as_str()));
        let of_all = (
            "recipients.policy".to_owned(),
            programme.recipients.policy.as_str(),
        );
        let named = std::iter::once(of_all).chain(of_organs);
        let missing = named.filter(|(_, name)| !name.is_empty() && !is_there(name));
        let problem = |(path, name): (String, &str)| {
            // Reading it says what is wrong with the name, and what may have been meant.
            let error = read_policy_for(
                &Source::from_argument(name),
                &built_in(),
                &[],
                &Catalogue::default(),
            )
            .err()?;
            let first = error.diagnostics().first()?;
            Some(Problem {
                path,
                message: first.message.clone(),
                help: first.help.first().cloned(),
            })
        };
        missing.filter_map(problem).collect()
    }

    /// That of an organ; none where the parameters of the organ are its rule.
    pub(crate) fn of(&self, organ: &str) -> Option<Arc<Policy>> {
        let named = self.by_organ.get(organ)?;
        Some(Arc::clone(&named.compiled))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_organ.is_empty()
    }

    /// The policy of each organ that is given by one.
    pub fn by_organ(&self) -> &IndexMap<String, Named> {
        &self.by_organ
    }
}
