//! Scenario files: reading, checking, overriding and describing a program's parameters.
//!
//! **What this room does.** A program declares its parameters once, as plain Rust structs with doc
//! comments, ranges, units and sources. From that declaration alone this room reads scenario files
//! in TOML, lays one on another (`extends`) and single values on top (`--set path=value`), checks
//! everything, says exactly what is wrong and where, and lists the parameters for people, for
//! editors and for the book. It knows nothing of what the parameters mean.
//!
//! **What comes in.** A type that implements [`Parameters`]; a [`Source`]; the scenarios [built
//! in](BuiltIn).
//!
//! **What goes out.** [`Loaded`]: the value, the resolved scenario as text, its hash, what it
//! changes. Or a [`ScenarioError`] with every problem at its file, line and column. Nothing panics,
//! whatever the input.
//!
//! ```
//! use hailsham_scenario::{BuiltIn, Parameters, Source, load};
//! use schemars::JsonSchema;
//! use serde::{Deserialize, Serialize};
//!
//! /// Donation and recovery.
//! #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
//! #[serde(default, deny_unknown_fields)]
//! struct Donation {
//!     /// Time between two donations.
//!     #[schemars(range(min = 0.0, max = 3650.0), extend("unit" = "days", "source" = "assumed"))]
//!     recovery: f64,
//! }
//!
//! impl Default for Donation {
//!     fn default() -> Self {
//!         Donation { recovery: 180.0 }
//!     }
//! }
//!
//! #[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
//! #[serde(default, deny_unknown_fields)]
//! struct Programme {
//!     donation: Donation,
//! }
//!
//! impl Parameters for Programme {}
//!
//! let built_in = [BuiltIn {
//!     name: "slow",
//!     text: "donation.recovery = '1 year'",
//!     summary: "A year between donations",
//! }];
//! let slow = Source::from_argument("slow");
//! let loaded = load::<Programme>(&slow, &built_in, &[])?;
//! assert_eq!(loaded.value.donation.recovery, 365.2425);
//!
//! let wrong = load::<Programme>(&slow, &built_in, &["donation.recovry=3".to_owned()]);
//! let message = wrong.unwrap_err().render(false);
//! assert!(message.contains("did you mean `recovery`?"));
//! # Ok::<(), hailsham_scenario::ScenarioError>(())
//! ```
//!
//! # How it works
//!
//! A `Shape` is read from the JSON Schema of the type. Each text (a file, a built-in scenario) is
//! parsed into a tree with the place of every value, and checked against the shape by itself, so
//! that a wrong value is found even where another text replaces it. The trees are merged from the
//! base up, `--set` last; the result is checked for what is missing, becomes the Rust value, and
//! answers to [`Parameters::cross_check`].

mod change;
mod check;
mod describe;
mod error;
mod load;
mod nearest;
mod outline;
mod read;
mod set;
mod shape;
mod stretch;
mod syntax;
mod tree;
mod unit;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use change::Change;
pub use describe::{ParameterInfo, describe, schema};
pub use error::{Diagnostic, ProblemKind, ScenarioError};
pub use load::{load, load_over, load_with};
pub use nearest::nearest;
pub use outline::sections;

/// A program's parameters: a struct of sections.
///
/// The top level has `#[serde(default)]`, so that a file may leave anything out, and no fields
/// named `name`, `summary` or `extends`, which belong to the file. Known shapes are structs, maps
/// with text or integer keys (`IndexMap`, `BTreeMap`), lists, tuples and arrays, numbers, texts,
/// booleans, enums without data, and `Option`s of these; anything else is handed to serde as it
/// stands.
///
/// Each field carries, for whoever reads it:
///
/// - its doc comment;
/// - `#[schemars(range(min = .., max = ..))]` (`inner(range(..))` for the numbers of a list);
/// - `#[schemars(extend("unit" = "days", "source" = "assumed", "lever" = "E-46"))]`, the lever
///   where it is one.
pub trait Parameters: Serialize + DeserializeOwned + JsonSchema + Default + Clone {
    /// What such a text is called in messages, one and many of them. A `scenario` is read from a scenario file; what is
    /// called a `file of ...` is one.
    const CALLED: [&'static str; 2] = ["scenario", "scenarios"];

    /// The least that a file must hold, in a line, for who gives an empty one. Without it, a file that extends a
    /// built-in scenario.
    const LEAST: Option<&'static str> = None;

    /// Checks across parameters, once each has its type and range. Each problem names the path it
    /// is shown at.
    fn cross_check(&self) -> Vec<Problem> {
        Vec::new()
    }

    /// The parameters from a tree of values. What serde makes of a large set of parameters is long to
    /// compile, and is compiled in every crate that loads them unless the crate they belong to writes
    /// this line itself.
    ///
    /// # Errors
    ///
    /// What serde refuses.
    fn from_json(values: serde_json::Value) -> serde_json::Result<Self> {
        serde_json::from_value(values)
    }

    /// The parameters as a tree of values: see [`from_json`](Self::from_json).
    ///
    /// # Errors
    ///
    /// What serde cannot write, such as a map whose keys are not texts.
    fn to_json(&self) -> serde_json::Result<serde_json::Value> {
        serde_json::to_value(self)
    }
}

/// Parameters that contradict each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The parameter to show it at: `institutions.hailsham.closes`.
    pub path: String,
    /// What is wrong, in one line.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// A problem, and where it stands within a text value, for texts that have a grammar of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointed {
    /// The problem; its path is that of the text.
    pub problem: Problem,
    /// The bytes of the text that are wrong; none: all of it.
    pub within: Option<std::ops::Range<usize>>,
}

impl From<Problem> for Pointed {
    fn from(problem: Problem) -> Pointed {
        Pointed {
            problem,
            within: None,
        }
    }
}

/// A scenario that comes with the program.
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn {
    /// The name it is asked for by.
    pub name: &'static str,
    /// Its text, in TOML.
    pub text: &'static str,
    /// It in a line, for lists; its text may give a `summary` of its own.
    pub summary: &'static str,
}

/// Which scenario is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A built-in scenario.
    Name(String),
    /// A file.
    Path(PathBuf),
    /// What came through a pipe or a device, which can be read once: where from, and what.
    Stream(PathBuf, Arc<[u8]>),
}

impl std::fmt::Display for Source {
    /// As it was given.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Source::Name(name) => f.write_str(name),
            Source::Path(path) | Source::Stream(path, _) => path.display().fmt(f),
        }
    }
}

impl Source {
    /// What an argument means: see [`Source::is_path`]. A pipe or a device is read.
    pub fn from_argument(argument: &str) -> Source {
        if !Source::is_path(argument) {
            return Source::Name(argument.to_owned());
        }
        let path = PathBuf::from(argument);
        match read::stream(&path) {
            Some(bytes) => Source::Stream(path, bytes.into()),
            None => Source::Path(path),
        }
    }

    /// Whether an argument is a path: it ends in `.toml`, has a path separator, or is a file that exists. It is the name of
    /// a built-in scenario otherwise.
    pub fn is_path(argument: &str) -> bool {
        read::looks_like_path(argument) || (!argument.is_empty() && Path::new(argument).is_file())
    }
}

/// A scenario that is whole and right.
#[derive(Clone, Debug)]
pub struct Loaded<T> {
    /// Its own name, or that of the built-in scenario or file.
    pub name: String,
    /// It in a line; may be empty.
    pub summary: String,
    /// The parameters.
    pub value: T,
    /// The resolved scenario as TOML: every parameter with its value, unit and source. Loads to an
    /// equal value.
    pub text: String,
    /// 16 hexadecimal digits over the resolved values: equal for equal values, however they were
    /// written.
    pub hash: String,
    /// What differs from the scenario below: from the nearest built-in scenario that this one
    /// extends, or else from the defaults.
    pub changed: Vec<Change>,
    /// The files that were read, the one asked for first.
    pub files: Vec<PathBuf>,
    /// The built-in scenarios that it is or builds on, the nearest first.
    pub built_on: Vec<String>,
}
