//! What came out of a run's facts and testimony, as files of its directory.

use std::path::Path;

use serde::Serialize;

use crate::claims::write_claims;
use crate::facts::{
    CHECKS_FILE, FACTS_FILE, FactOutcome, Facts, RunFiles, answers, outcomes as of_facts,
};
use crate::runner::StudyError;
use crate::testimony::{
    TESTIMONY_FILE, Testimony, WEIGHED_FILE, Weighed, outcomes as of_testimony,
};

/// What came out of the facts and the testimony of a run.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Of each fact; empty where the scenario has none.
    pub facts: Vec<FactOutcome>,
    /// Of the testimony; none where the scenario has none.
    pub testimony: Option<Weighed>,
}

/// Checks all facts and sets all testimony against the run in a directory, in one pass over its
/// tables. Writes there what came out, and the facts and the testimony themselves, so that it can be
/// done again.
///
/// # Errors
///
/// A file that is missing, damaged or cannot be written; a log that breaks rules.
pub fn write_findings(
    facts: Option<&Facts>,
    testimony: Option<&Testimony>,
    run: &Path,
) -> Result<Findings, StudyError> {
    let Some(scope) = facts
        .map(|facts| &facts.scope)
        .or(testimony.map(|testimony| &testimony.scope))
    else {
        return Ok(Findings::default());
    };
    let files = RunFiles::whole(run)?;
    // Of a sample or of nothing, nobody's account could be told from the log.
    if ["full", "named"].contains(&files.manifest.log.as_str()) {
        write_claims(run, testimony)?;
    }
    let ids: Vec<&str> = facts.map(|facts| facts.ids().collect()).unwrap_or_default();
    let keys: Vec<&str> = testimony
        .map(|testimony| testimony.keys().collect())
        .unwrap_or_default();
    let mut asked = facts.map_or_else(Vec::new, |facts| facts.asked(&ids, &files));
    let of = asked.len();
    asked.extend(testimony.map_or_else(Vec::new, |testimony| testimony.asked(&keys, &files)));
    let answers = answers(scope, &files, &asked)?;
    let (to_facts, to_testimony) = answers.split_at(of);
    let mut findings = Findings::default();
    if let Some(facts) = facts {
        findings.facts = of_facts(facts, &ids, &files, to_facts);
        write(run, FACTS_FILE, &facts.text)?;
        write_json(run, CHECKS_FILE, &findings.facts)?;
    }
    if let Some(testimony) = testimony {
        let weighed = of_testimony(testimony, &keys, &files, to_testimony)?;
        write(run, TESTIMONY_FILE, &testimony.text)?;
        write_json(run, WEIGHED_FILE, &weighed)?;
        findings.testimony = Some(weighed);
    }
    Ok(findings)
}

fn write(run: &Path, name: &str, text: &str) -> Result<(), StudyError> {
    let path = run.join(name);
    std::fs::write(&path, text).map_err(|error| StudyError::File {
        path,
        problem: error.to_string(),
    })
}

fn write_json(run: &Path, name: &str, value: &impl Serialize) -> Result<(), StudyError> {
    // Pretty printing of what is in memory cannot fail.
    let value = serde_json::to_value(value).unwrap_or_default();
    write(run, name, &format!("{value:#}\n"))
}
