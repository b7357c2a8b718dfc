//! A study from its plan to its outcome.

use std::path::Path;

use hailsham_engine::metric::MetricInfo;
use serde::{Deserialize, Serialize};

use super::calibration::Calibration;
use super::comparison::Comparison;
use super::directory::{
    ArmNote, Directory, MetricNote, ParameterNote, RESULT_FILE, STUDY_FILE, StudyFile,
};
use super::plan::{Kind, NamedRules, Plan, Variant};
use super::replicates::Replicates;
use super::sweep::Sweep;
use super::vary::Vary;
use super::{calibration, comparison, replicates, sweep};
use crate::check::Watch;
use crate::runner::StudyError;
use crate::system::{Model, Scenario, System};

const RUNNING: &str = "running";
const COMPLETE: &str = "complete";

/// A scenario of a study.
#[derive(Clone, Debug)]
pub struct Arm {
    /// `a` or `b`.
    pub name: &'static str,
    /// The scenario as it was asked for.
    pub variant: Variant,
    /// It, read and checked.
    pub loaded: Scenario,
    /// What its runs share.
    pub(crate) model: Model,
}

/// A study that is under way.
pub struct Study {
    pub(crate) directory: Directory,
    pub(crate) plan: Plan,
    pub(crate) arms: Vec<Arm>,
    file: StudyFile,
}

/// What came out of a study.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "study", rename_all = "snake_case")]
pub enum Outcome {
    /// Many runs of one scenario.
    Replicates(Replicates),
    /// Two scenarios.
    Comparison(Comparison),
    /// Parameters that were varied.
    Sweep(Sweep),
    /// Parameters that were sought.
    Calibration(Calibration),
}

impl Study {
    /// Begins a study in a directory of its own. `command` makes it again.
    ///
    /// # Errors
    ///
    /// A scenario that is wrong; a directory that holds something.
    pub fn create(path: &Path, plan: Plan, command: &str) -> Result<Study, StudyError> {
        let arms = load_all(&plan)?;
        let system = one_system(&arms)?;
        plan.check(system)?;
        let mut directory = Directory::create(path)?;
        for arm in &arms {
            directory.write_scenario(arm.name, arm.loaded.text())?;
        }
        let file = StudyFile {
            hailsham: env!("CARGO_PKG_VERSION").to_owned(),
            command: command.to_owned(),
            status: RUNNING.to_owned(),
            plan: plan.clone(),
            arms: arms.iter().map(note).collect(),
            named: named(&plan, &arms)?,
            metrics: system.metrics().iter().map(metric_note).collect(),
            parameters: parameter_notes(&plan, &arms),
        };
        // The last to be written: a directory that has it has all that a study begins with.
        directory.write_json(STUDY_FILE, &file)?;
        directory.share()?;
        Ok(Study {
            directory,
            plan,
            arms,
            file,
        })
    }

    /// Takes up a study that is not complete. One that is gives its outcome again.
    ///
    /// # Errors
    ///
    /// A directory that is no study's; another version of the program; a scenario that is no longer
    /// what it was.
    pub fn resume(path: &Path) -> Result<Study, StudyError> {
        let (directory, file) = Directory::open(path)?;
        let arms = load_all(&file.plan)?;
        for (arm, noted) in arms.iter().zip(&file.arms) {
            if arm.loaded.hash() != noted.scenario_hash {
                return Err(StudyError::Refused(format!(
                    "the scenario `{}` of the study in {} has changed since it was begun (its hash \
                     was {} and is {}): runs of both would be mixed; take the change back, or begin \
                     the study again with another --out. As it was, it stands in scenario-{}.toml there",
                    arm.variant.scenario,
                    path.display(),
                    noted.scenario_hash,
                    arm.loaded.hash(),
                    arm.name,
                )));
            }
            if arm.model.rules() != noted.rules {
                return Err(StudyError::Refused(format!(
                    "the rules or the data that the scenario `{}` of the study in {} names have changed since it was \
                     begun: runs of both would be mixed; take the change back, or begin the study again with another \
                     --out",
                    arm.variant.scenario,
                    path.display(),
                )));
            }
        }
        let found = named(&file.plan, &arms)?;
        let in_both = |one: &&NamedRules| found.contains(one) && file.named.contains(one);
        if let Some(changed) = file.named.iter().chain(&found).find(|one| !in_both(one)) {
            return Err(StudyError::Refused(format!(
                "the rules that `{}` names in the study in {} have changed since it was begun: runs of both would be \
                 mixed; take the change back, or begin the study again with another --out",
                changed.set,
                path.display(),
            )));
        }
        Ok(Study {
            directory,
            plan: file.plan.clone(),
            arms,
            file,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// What its scenarios are of.
    pub fn system(&self) -> System {
        let first = self.arms.first();
        first.map_or(System::Donation, |arm| arm.loaded.system())
    }

    /// What is asked.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Its scenarios.
    pub fn arms(&self) -> &[Arm] {
        &self.arms
    }

    /// Makes what is missing and the final tables, on so many threads; what comes out does not depend
    /// on their number. `watch` is told how many replicates are done, and of how many at most, and says
    /// whether to go on.
    ///
    /// # Errors
    ///
    /// A run that fails, a file that cannot be written, an interruption. What is finished stays.
    pub fn carry_out(&mut self, threads: usize, watch: Watch<'_>) -> Result<Outcome, StudyError> {
        if self.file.status == COMPLETE
            && let Some(outcome) = self.outcome()
        {
            // It may have been killed while it tidied up.
            self.directory.tidy()?;
            return Ok(outcome);
        }
        let outcome = match &self.plan.kind {
            Kind::Replicates { .. } => {
                Outcome::Replicates(replicates::carry_out(self, threads, watch)?)
            }
            Kind::Comparison { .. } => {
                Outcome::Comparison(comparison::carry_out(self, threads, watch)?)
            }
            Kind::Sweep { .. } => Outcome::Sweep(sweep::carry_out(self, threads, watch)?),
            Kind::Calibration { .. } => {
                Outcome::Calibration(calibration::carry_out(self, threads, watch)?)
            }
        };
        self.directory.write_json(RESULT_FILE, &outcome)?;
        COMPLETE.clone_into(&mut self.file.status);
        self.directory.write_json(STUDY_FILE, &self.file)?;
        self.directory.tidy()?;
        Ok(outcome)
    }

    /// What came out of a complete study. Where its file is gone or damaged there is none: the replicates are there, and it
    /// is made of them again.
    fn outcome(&self) -> Option<Outcome> {
        let text = std::fs::read_to_string(self.path().join(RESULT_FILE)).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// What is written into the footer of every table.
    pub(crate) fn key_values(&self) -> Vec<(String, String)> {
        let mut all = vec![("hailsham.version".to_owned(), self.file.hailsham.clone())];
        for arm in &self.arms {
            let key = format!("hailsham.scenario_hash.{}", arm.name);
            all.push((key, arm.loaded.hash().to_owned()));
        }
        all.push(("hailsham.seed".to_owned(), self.plan.seed.to_string()));
        all.push(("hailsham.scale".to_owned(), self.plan.scale.to_string()));
        all
    }
}

/// What the scenarios are of: all of the same, since two systems have no number in common.
fn one_system(arms: &[Arm]) -> Result<System, StudyError> {
    let system = |arm: &Arm| arm.loaded.system();
    let first = arms.first().map_or(System::Donation, system);
    match arms.iter().find(|arm| system(arm) != first) {
        None => Ok(first),
        Some(other) => Err(StudyError::Refused(format!(
            "`{}` and `{}` are scenarios of two kinds, {} and {}: they have nothing in common that could be compared",
            arms[0].loaded.name(),
            other.loaded.name(),
            first.words(),
            system(other).words()
        ))),
    }
}

fn load_all(plan: &Plan) -> Result<Vec<Arm>, StudyError> {
    let mut arms = Vec::new();
    for (name, variant) in plan.variants() {
        let (loaded, model) = variant.model()?;
        arms.push(Arm {
            name,
            variant: variant.clone(),
            loaded,
            model,
        });
    }
    Ok(arms)
}

/// The rules that varied values name.
fn named(plan: &Plan, arms: &[Arm]) -> Result<Vec<NamedRules>, StudyError> {
    let first = arms.first().map(|arm| plan.named(&arm.model));
    first.unwrap_or_else(|| Ok(Vec::new()))
}

fn metric_note(metric: &MetricInfo) -> MetricNote {
    MetricNote {
        name: metric.name.to_owned(),
        unit: metric.unit.to_owned(),
        text: metric.text.to_owned(),
    }
}

/// What the parameters are that the plan varies.
fn parameter_notes(plan: &Plan, arms: &[Arm]) -> Vec<ParameterNote> {
    let Some(arm) = arms.first().filter(|_| !plan.varied().is_empty()) else {
        return Vec::new();
    };
    let known = arm.loaded.parameters();
    let told = |varied: &Vary| known.iter().find(|of| of.path == varied.path);
    let told = plan.varied().iter().filter_map(told);
    told.map(|of| ParameterNote {
        path: of.path.clone(),
        unit: of.unit.clone(),
        text: of.text.clone(),
    })
    .collect()
}

fn note(arm: &Arm) -> ArmNote {
    ArmNote {
        arm: arm.name.to_owned(),
        scenario: arm.loaded.name().to_owned(),
        summary: arm.loaded.summary().to_owned(),
        scenario_hash: arm.loaded.hash().to_owned(),
        rules: arm.model.rules(),
        changed: serde_json::json!(arm.loaded.changed()),
    }
}
