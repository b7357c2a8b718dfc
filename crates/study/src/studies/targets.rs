//! Targets of a calibration: what is known of metrics, and how far off is as good. They are given one by
//! one, or as a file that is read as a scenario file is:
//!
//! ```toml
//! [targets.service]
//! text = "Carers serve for six years on average."
//! metric = "tenure_mean"
//! value = 6
//! tolerance = 0.5             # in the metric's unit; or: tolerance_share = "5 %"
//! source = "a survey, and its standard error"
//! ```

use std::path::Path;

use hailsham_scenario::{Parameters, Problem, ScenarioError, Source, load};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::system::{known_metric, metric_help};

/// What is known of a metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// The metric.
    pub metric: String,
    /// What it should be, in its unit.
    pub value: f64,
    /// How far off is still as good, in its unit; above 0.
    pub tolerance: f64,
    /// What is known, in a sentence; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// How it is known; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

impl Target {
    /// Reads `metric=value:tolerance`; the tolerance in the metric's unit, or with % of the value.
    ///
    /// # Errors
    ///
    /// A text of another form; a tolerance of nothing; a metric that there is none of, with the nearest
    /// that there is.
    pub fn read(text: &str) -> Result<Target, String> {
        let wrong = || {
            format!(
                "`{text}` is not METRIC=VALUE:TOLERANCE, such as tenure_mean=6:0.5; the tolerance, above 0, \
                 may be in % of the value"
            )
        };
        let (metric, rest) = text.split_once('=').ok_or_else(wrong)?;
        let (value, tolerance) = rest.split_once(':').ok_or_else(wrong)?;
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|n| n.is_finite());
        let value = number(value).ok_or_else(wrong)?;
        let tolerance = match tolerance.trim().strip_suffix('%') {
            Some(share) => number(share).map(|share| share / 100.0 * value.abs()),
            None => number(tolerance),
        };
        let tolerance = tolerance.filter(|t| *t > 0.0).ok_or_else(wrong)?;
        Ok(Target {
            metric: known_metric(metric.trim())?.to_owned(),
            value,
            tolerance,
            text: String::new(),
            source: String::new(),
        })
    }

    /// Reads a file of targets, in its order.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, each at its line and column.
    pub fn read_file(path: &Path) -> Result<Vec<Target>, ScenarioError> {
        let file = load::<Targets>(&Source::Path(path.to_owned()), &[], &[])?.value;
        Ok(file.targets.into_values().map(Target::from).collect())
    }
}

/// A target as a file has it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Known {
    /// What is known, in a sentence.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "of the writer"))]
    text: String,
    /// The metric that it is known of: a name of `hailsham metrics`.
    #[schemars(extend("unit" = "", "source" = "of the writer"))]
    metric: String,
    /// What the metric should be, in its unit.
    #[schemars(range(min = -1e12, max = 1e12), extend("unit" = "", "source" = "of the writer"))]
    value: f64,
    /// How far off is as good, in the metric's unit.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1e12), extend("unit" = "", "source" = "this or `tolerance_share` must be given"))]
    tolerance: f64,
    /// How far off is as good, of the value.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "share", "source" = "this or `tolerance` must be given"))]
    tolerance_share: f64,
    /// How it is known.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "of the writer"))]
    source: String,
}

impl Known {
    /// In the metric's unit.
    fn tolerance(&self) -> f64 {
        self.tolerance + self.tolerance_share * self.value.abs()
    }

    /// What is wrong with it, each with the key to show it at.
    fn wrong(&self) -> Vec<(&'static str, String, String)> {
        let mut all = Vec::new();
        if let Err((message, help)) = metric_help(&self.metric) {
            all.push(("metric", message, help));
        }
        if self.tolerance > 0.0 && self.tolerance_share > 0.0 {
            let message = "two tolerances".to_owned();
            let help = "leave out this one or `tolerance`".to_owned();
            all.push(("tolerance_share", message, help));
        } else if self.tolerance() <= 0.0 {
            let message = "no tolerance: nothing is ever met to the last digit".to_owned();
            let help = if self.tolerance_share > 0.0 {
                "a share of 0 is 0: give `tolerance`, in the metric's unit".to_owned()
            } else {
                "add `tolerance = ...`, in the metric's unit, or `tolerance_share = \"5 %\"` of the value"
                    .to_owned()
            };
            all.push(("metric", message, help));
        }
        all
    }
}

impl From<Known> for Target {
    fn from(known: Known) -> Target {
        Target {
            value: known.value,
            tolerance: known.tolerance(),
            metric: known.metric,
            text: known.text,
            source: known.source,
        }
    }
}

/// A file of targets. It is read as a scenario file is, so it may `extends` another, change what stands
/// there, or take it out with `remove = true`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Targets {
    /// The targets, each under its id.
    targets: IndexMap<String, Known>,
}

impl Parameters for Targets {
    const CALLED: [&'static str; 2] = ["file of targets", "files of targets"];

    const LEAST: Option<&'static str> = Some(
        "a file of targets has at least one, such as [targets.deaths] and below it metric = \"completed\", \
         value = 2300, tolerance_share = \"5 %\"",
    );

    fn cross_check(&self) -> Vec<Problem> {
        let each = self.targets.iter();
        each.flat_map(|(id, known)| {
            let place = format!("targets.\"{}\"", id.replace('"', "\\\""));
            let problem = move |(key, message, help)| Problem {
                path: format!("{place}.{key}"),
                message,
                help: Some(help),
            };
            known.wrong().into_iter().map(problem)
        })
        .collect()
    }
}

/// Refuses what a posterior cannot hold: two targets of one metric.
pub(super) fn refuse(targets: &[Target]) -> Result<(), String> {
    for (number, target) in targets.iter().enumerate() {
        if targets[..number].iter().any(|t| t.metric == target.metric) {
            return Err(format!("`{}` has two targets", target.metric));
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read() {
        let target = Target::read("tenure_mean=6:0.5").unwrap();
        assert_eq!((target.value, target.tolerance), (6.0, 0.5));
        assert_eq!(
            Target::read("completed = 200 : 5%").unwrap().tolerance,
            10.0
        );
        assert!(
            Target::read("tenure=6:1")
                .unwrap_err()
                .contains("no metric")
        );
        for wrong in [
            "completed=6",
            "completed=a:1",
            "completed=6:0",
            "completed=0:5%",
        ] {
            assert!(
                Target::read(wrong).unwrap_err().contains("METRIC=VALUE"),
                "{wrong}"
            );
        }
    }

    fn of_file(text: &str) -> Result<Vec<Target>, ScenarioError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("targets.toml");
        std::fs::write(&path, text).unwrap();
        Target::read_file(&path)
    }

    #[test]
    fn a_file_says_the_same_and_more() {
        let found = of_file(
            "[targets.service]\ntext = 'Six years.'\nmetric = 'tenure_mean'\nvalue = 6\ntolerance = 0.5\n\
             [targets.deaths]\nmetric = 'completed'\nvalue = 200\ntolerance_share = '5 %'\nsource = 'a count'\n",
        )
        .unwrap();
        let bare = |target: &Target| Target {
            text: String::new(),
            source: String::new(),
            ..target.clone()
        };
        assert_eq!(bare(&found[0]), Target::read("tenure_mean=6:0.5").unwrap());
        assert_eq!(bare(&found[1]), Target::read("completed=200:5%").unwrap());
        assert_eq!(
            (&*found[0].text, &*found[1].source),
            ("Six years.", "a count")
        );
    }

    #[test]
    fn a_wrong_file_is_shown_where_it_is_wrong() {
        let said = |text: &str| of_file(text).unwrap_err().render(false);
        let message = said("[targets.a]\nmetric = 'tenure_men'\nvalue = 6\ntolerance = 1\n");
        assert!(message.contains("targets.toml:2:10"), "{message}");
        assert!(message.contains("did you mean `tenure_mean`?"), "{message}");
        let message = said("[targets.a]\nmetric = 'tenure_mean'\nvalue = 6\ntolerence = 1\n");
        assert!(message.contains("did you mean `tolerance`?"), "{message}");
        let message = said("[targets.a]\nmetric = 'tenure_mean'\nvalue = 6\n");
        assert!(message.contains("no tolerance"), "{message}");
        let message = said(
            "[targets.a]\nmetric = 'tenure_mean'\nvalue = 0\ntolerance = 1\ntolerance_share = '5 %'\n",
        );
        assert!(message.contains("two tolerances"), "{message}");
        for nothing in ["", "# nothing yet\n"] {
            let message = said(nothing);
            assert!(message.contains("[targets.deaths]"), "{message}");
            assert!(!message.contains("extends"), "{message}");
        }
        let message = said("[targets.a]\nmetric = 'tenure_mean'\ntolerance = 1\n");
        assert!(message.contains("value"), "{message}");
    }

    #[test]
    fn a_metric_has_one_target() {
        let target = Target::read("completed=200:5%").unwrap();
        assert!(refuse(std::slice::from_ref(&target)).is_ok());
        assert!(
            refuse(&[target.clone(), target])
                .unwrap_err()
                .contains("two targets")
        );
    }
}
