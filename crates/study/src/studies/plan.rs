//! What can be asked of a study: the plan that its directory keeps.

use std::path::{Path, PathBuf};

use hailsham_scenario::{ScenarioError, Source};
use serde::{Deserialize, Serialize};

use super::calibration;
use super::sweep;
use super::targets::Target;
use super::vary::Vary;
use crate::design::Design;
use crate::runner::StudyError;
use crate::system::{Model, Scenario, System, known_metric};

/// A scenario with changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// The name of a built-in scenario, or a file.
    pub scenario: String,
    /// Changes, as they are given to `--set`.
    pub sets: Vec<String>,
    /// Of kidney allocation, a folder with files of candidates and donors; otherwise the population is drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<PathBuf>,
}

impl Variant {
    /// As it was typed. A file is kept with its whole path, so that the study can be resumed from
    /// anywhere.
    pub fn new(argument: &str, sets: &[String]) -> Variant {
        let scenario = if Source::is_path(argument) {
            whole(Path::new(argument)).to_string_lossy().into_owned()
        } else {
            argument.to_owned()
        };
        Variant {
            scenario,
            sets: sets.to_vec(),
            data: None,
        }
    }

    /// On a folder of data, where one is given. It is kept with its whole path.
    #[must_use]
    pub fn on(self, data: Option<&Path>) -> Variant {
        Variant {
            data: data.map(whole),
            ..self
        }
    }

    /// With further changes.
    #[must_use]
    pub fn with(&self, sets: &[String]) -> Variant {
        Variant {
            scenario: self.scenario.clone(),
            sets: [&self.sets[..], sets].concat(),
            data: self.data.clone(),
        }
    }

    /// Reads and checks it.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn load(&self) -> Result<Scenario, ScenarioError> {
        Scenario::load(&Source::from_argument(&self.scenario), &self.sets)
    }

    /// Reads it, with what its runs share.
    ///
    /// # Errors
    ///
    /// What is wrong with it, with the rules that it names or with the data.
    pub(crate) fn model(&self) -> Result<(Scenario, Model), StudyError> {
        let loaded = self.load()?;
        let model = loaded.model(self.data.as_deref())?;
        Ok((loaded, model))
    }
}

/// Where a file is, from the root; as it was given where that cannot be told.
fn whole(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// How narrow the interval of a metric's mean must be for a study to stop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Until {
    /// The metric.
    pub metric: String,
    /// Half the width of the interval, in the metric's unit or as a share of its mean.
    pub width: f64,
    /// Whether it is a share of the mean.
    pub relative: bool,
}

impl Until {
    /// Reads `metric=0.01`, in the metric's unit, or `metric=1%`, of its mean.
    pub fn read(text: &str) -> Result<Until, String> {
        let wrong = || {
            format!(
                "`{text}` is not METRIC=WIDTH: half the width of the interval in the metric's unit, \
                 or with % of its mean"
            )
        };
        let (metric, width) = text.split_once('=').ok_or_else(wrong)?;
        let (width, relative) = match width.strip_suffix('%') {
            Some(width) => (width, true),
            None => (width, false),
        };
        let width: f64 = width.trim().parse().map_err(|_| wrong())?;
        if !(width.is_finite() && width > 0.0) {
            return Err(format!(
                "`{text}`: half the width of an interval is a number above 0"
            ));
        }
        Ok(Until {
            metric: known_metric(metric.trim())?.to_owned(),
            width: if relative { width / 100.0 } else { width },
            relative,
        })
    }
}

/// Most runs of a study that an interval is to end, where no number of runs is given.
pub const MOST_UNTIL_NARROW: u32 = 1000;

/// Rules that a value of a parameter names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NamedRules {
    /// The change, as it is given to `--set`.
    pub(crate) set: String,
    /// The hashes of what they say.
    pub(crate) rules: Vec<String>,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "study", rename_all = "snake_case")]
pub enum Kind {
    /// Many runs of one scenario.
    Replicates {
        /// The scenario.
        scenario: Variant,
        /// When to stop before all are made; all of these must hold.
        until: Vec<Until>,
    },
    /// Two scenarios, seed by seed.
    Comparison {
        /// What is compared with.
        a: Variant,
        /// What is compared.
        b: Variant,
        /// Whether every life is compared as well.
        lives: bool,
    },
    /// One scenario with parameters that are varied.
    Sweep {
        /// The scenario.
        scenario: Variant,
        /// The parameters.
        vary: Vec<Vary>,
        /// How the points are chosen.
        design: Design,
        /// Points; rows of points for sensitivity indices; of a grid nothing.
        count: u32,
        /// Metrics that are told of; empty: the headlines.
        metrics: Vec<String>,
    },
    /// One scenario whose parameters are sought.
    Calibration {
        /// The scenario.
        scenario: Variant,
        /// The parameters, each with its range.
        priors: Vec<Vary>,
        /// What is known of metrics.
        targets: Vec<Target>,
        /// Particles of a generation.
        particles: u32,
        /// Most generations.
        generations: u32,
    },
}

/// A study before it is made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What is asked.
    #[serde(flatten)]
    pub kind: Kind,
    /// The first seed; the others follow it one by one.
    pub seed: u64,
    /// Runs of each scenario at most; of each point of a sweep; of each particle of a calibration.
    pub replicates: u32,
    /// What the numbers of people and places are multiplied by.
    pub scale: f64,
}

impl Plan {
    /// The scenarios, each with the name it has in the study.
    pub(crate) fn variants(&self) -> Vec<(&'static str, &Variant)> {
        match &self.kind {
            Kind::Replicates { scenario, .. }
            | Kind::Sweep { scenario, .. }
            | Kind::Calibration { scenario, .. } => vec![("a", scenario)],
            Kind::Comparison { a, b, .. } => vec![("a", a), ("b", b)],
        }
    }

    /// Refuses what cannot be carried out, before anything is written.
    pub(crate) fn check(&self, system: System) -> Result<(), StudyError> {
        let mut variants = self.variants().into_iter();
        if system != System::Eurotransplant && variants.any(|(_, variant)| variant.data.is_some()) {
            return Err(StudyError::Refused(format!(
                "--data is for kidney allocation in Eurotransplant, and not for {}",
                system.words()
            )));
        }
        for metric in self.metrics() {
            system.metric(metric).map_err(StudyError::Refused)?;
        }
        if matches!(self.kind, Kind::Comparison { lives: true, .. }) && system == System::Exchange {
            return Err(StudyError::Refused(format!(
                "lives are not compared in {}: who is in the pool is counted, and nobody is followed beyond it",
                system.words()
            )));
        }
        match &self.kind {
            Kind::Sweep {
                scenario,
                vary,
                design,
                count,
                ..
            } => {
                sweep::refuse(vary, *design, *count, self.replicates)
                    .map_err(StudyError::Refused)?;
                // Each parameter by itself first: what is said then is shorter.
                let mut each = vary.iter();
                each.try_for_each(|vary| vary.check(scenario, "--vary"))?;
                let points = sweep::places(vary, *design, *count, self.seed);
                sweep::check_points(scenario, vary, &points)
            }
            Kind::Calibration {
                scenario,
                priors,
                targets,
                ..
            } => {
                calibration::refuse(priors, targets).map_err(StudyError::Refused)?;
                let mut each = priors.iter();
                each.try_for_each(|prior| prior.check(scenario, "--prior"))
            }
            Kind::Replicates { .. } | Kind::Comparison { .. } => Ok(()),
        }
    }

    /// What the values that are varied name, each with the hashes of what it says: files of rules. Values that name
    /// nothing else than the scenario does are left out.
    pub(crate) fn named(&self, arm: &Model) -> Result<Vec<NamedRules>, StudyError> {
        let (Kind::Sweep {
            scenario,
            vary: varied,
            ..
        }
        | Kind::Calibration {
            scenario,
            priors: varied,
            ..
        }) = &self.kind
        else {
            return Ok(Vec::new());
        };
        let mut named = Vec::new();
        for set in varied.iter().flat_map(Vary::values) {
            let (_, model) = scenario.with(std::slice::from_ref(&set)).model()?;
            if model.rules() != arm.rules() {
                named.push(NamedRules {
                    set,
                    rules: model.rules(),
                });
            }
        }
        Ok(named)
    }

    /// The parameters that are varied or sought.
    pub(crate) fn varied(&self) -> &[Vary] {
        match &self.kind {
            Kind::Sweep { vary: varied, .. } | Kind::Calibration { priors: varied, .. } => varied,
            Kind::Replicates { .. } | Kind::Comparison { .. } => &[],
        }
    }

    /// The metrics that are asked for by name.
    fn metrics(&self) -> Vec<&str> {
        match &self.kind {
            Kind::Replicates { until, .. } => until.iter().map(|u| u.metric.as_str()).collect(),
            Kind::Comparison { .. } => Vec::new(),
            Kind::Sweep { metrics, .. } => metrics.iter().map(String::as_str).collect(),
            Kind::Calibration { targets, .. } => targets
                .iter()
                .map(|target| target.metric.as_str())
                .collect(),
        }
    }

    /// The seeds, at most.
    pub(crate) fn seeds(&self) -> impl Iterator<Item = u64> + Clone + use<> {
        let first = self.seed;
        (0..u64::from(self.replicates)).map(move |number| first.wrapping_add(number))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_read() {
        let until = Until::read("tenure_mean=0.01").unwrap();
        assert_eq!((until.width, until.relative), (0.01, false));
        let until = Until::read("completed = 2%").unwrap();
        assert_eq!((until.width, until.relative), (0.02, true));
        assert!(
            Until::read("completd=1")
                .unwrap_err()
                .contains("`completed`")
        );
        for wrong in ["completed", "completed="] {
            assert!(Until::read(wrong).unwrap_err().contains("METRIC=WIDTH"));
        }
        for wrong in ["completed=0%", "completed=-1", "completed=nan"] {
            assert!(Until::read(wrong).unwrap_err().contains("above 0"));
        }
    }

    /// Schools that open and close in 1970: each of the values is taken by itself.
    #[test]
    fn a_point_that_the_scenario_does_not_take_is_refused_beforehand() {
        let scenario = Variant::new("programme", &[]);
        let parameters = scenario.load().unwrap().parameters();
        let sweep = |opens: &str| {
            let vary = [
                format!("institutions.ordinary.opens={opens}"),
                "institutions.ordinary.closes=1970..1990:3".to_owned(),
            ];
            Plan {
                kind: Kind::Sweep {
                    scenario: scenario.clone(),
                    vary: vary
                        .iter()
                        .map(|vary| Vary::read(vary, &parameters).unwrap())
                        .collect(),
                    design: Design::Grid,
                    count: 0,
                    metrics: Vec::new(),
                },
                seed: 1,
                replicates: 1,
                scale: 1.0,
            }
        };
        sweep("1960..1969:2").check(System::Donation).unwrap();
        let error = sweep("1960..1980:3").check(System::Donation).unwrap_err();
        let told = error.to_string();
        assert!(
            told.contains("institutions.ordinary.opens=1970 institutions.ordinary.closes=1970"),
            "{told}"
        );
    }

    #[test]
    fn a_plan_is_read_as_it_was_written() {
        let plan = Plan {
            kind: Kind::Comparison {
                a: Variant::new("programme", &[]),
                b: Variant::new("programme", &["donation.cap=3".to_owned()]),
                lives: true,
            },
            seed: 7,
            replicates: 3,
            scale: 0.1,
        };
        let text = serde_json::to_string(&plan).unwrap();
        assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
        assert_eq!(plan.seeds().collect::<Vec<_>>(), [7, 8, 9]);
    }
}
