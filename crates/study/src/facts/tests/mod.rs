//! Facts from their text to what comes out: the language, its errors, and a run small enough to be
//! checked by hand.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod evaluation;
mod language;
pub(crate) mod small_run;

use hailsham_model::{Programme, built_in};
use hailsham_scenario::{BuiltIn, ScenarioError, Source, load};

use super::Facts;
use super::scope::Scope;

/// The built-in scenario, with a cast.
pub(crate) fn scope() -> Scope {
    let source = Source::Name("hailsham".to_owned());
    let programme = load::<Programme>(&source, built_in(), &[]).unwrap().value;
    Scope {
        cast: ["kathy", "ruth", "tommy"].map(str::to_owned).to_vec(),
        ..Scope::of(&programme).unwrap()
    }
}

/// The facts of a text.
fn facts(text: &str) -> Result<Facts, ScenarioError> {
    // Built-in texts live as long as the program; so does what a test leaks.
    let texts: &'static [BuiltIn] = Box::leak(Box::new([BuiltIn {
        name: "own",
        text: Box::leak(text.to_owned().into_boxed_str()),
        summary: "",
    }]));
    Facts::in_scope(&Source::Name("own".to_owned()), texts, scope(), true)
}

/// A file of one fact with these selections.
fn one(expect: &str, select: &str) -> String {
    format!(
        "[facts.one]\ntext = \"t\"\nkind = \"stated\"\nhow = \"produced\"\nexpect = \"{expect}\"\n\
         [facts.one.select]\n{select}\n"
    )
}
