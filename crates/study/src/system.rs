//! What a scenario is of: the donation programme, or a kidney exchange programme in time. Studies know either by its
//! parameters and its metrics.

use std::sync::{Arc, LazyLock};

use hailsham_exchange::programme::{self, ExchangeProgramme};
use hailsham_model::{METRICS, MetricInfo, Programme};
use hailsham_scenario::{
    BuiltIn, Change, Loaded, ParameterInfo, Parameters, ScenarioError, Source, describe, load,
    nearest, sections,
};

use crate::studies::HEADLINES;

/// The section that every scenario of an exchange programme has, and no other.
const OF_EXCHANGE: &str = "matching";

/// What a scenario is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum System {
    /// The donation programme.
    Donation,
    /// A kidney exchange programme in time.
    Exchange,
}

/// The metrics of an exchange programme, as those of the donation programme are described.
static OF_EXCHANGES: LazyLock<Vec<MetricInfo>> = LazyLock::new(|| {
    programme::METRICS
        .iter()
        .map(|metric| MetricInfo {
            name: metric.name,
            unit: metric.unit,
            text: metric.text,
        })
        .collect()
});

impl System {
    /// Every system.
    pub const ALL: [System; 2] = [System::Donation, System::Exchange];

    /// What a scenario is of, by its sections. One that cannot be read is the donation programme's.
    pub fn of(source: &Source) -> System {
        if sections(source, &all_built_in())
            .iter()
            .any(|section| section == OF_EXCHANGE)
        {
            System::Exchange
        } else {
            System::Donation
        }
    }

    /// The metrics of its runs.
    pub fn metrics(self) -> &'static [MetricInfo] {
        match self {
            System::Donation => &METRICS,
            System::Exchange => &OF_EXCHANGES,
        }
    }

    /// The metrics that are told first.
    pub fn headlines(self) -> &'static [&'static str] {
        match self {
            System::Donation => &HEADLINES,
            System::Exchange => programme::HEADLINES,
        }
    }

    /// Its metric of a name, or what to say of a name that is none.
    pub fn metric(self, name: &str) -> Result<&'static str, String> {
        known(name, self.metrics().iter().map(|metric| metric.name)).map_err(joined)
    }
}

/// The metric of a name, of any system, or what to say of a name that is none.
///
/// # Errors
///
/// That there is no such metric, with the nearest that there is.
pub fn known_metric(name: &str) -> Result<&'static str, String> {
    metric_help(name).map_err(joined)
}

/// The same, with what is wrong and what to do about it by themselves.
pub(crate) fn metric_help(name: &str) -> Result<&'static str, (String, String)> {
    let all = || System::ALL.into_iter().flat_map(System::metrics);
    known(name, all().map(|metric| metric.name))
}

fn known(
    name: &str,
    mut metrics: impl Iterator<Item = &'static str> + Clone,
) -> Result<&'static str, (String, String)> {
    let all = metrics.clone();
    metrics.find(|metric| *metric == name).ok_or_else(|| {
        let help = nearest(name, all).map_or_else(
            || "`hailsham metrics` lists all".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        (format!("there is no metric `{name}`"), help)
    })
}

fn joined((message, help): (String, String)) -> String {
    format!("{message}; {help}")
}

/// The built-in scenarios of every system.
pub fn all_built_in() -> Vec<BuiltIn> {
    let exchange = programme::built_in().iter();
    hailsham_model::built_in()
        .iter()
        .chain(exchange)
        .copied()
        .collect()
}

/// A scenario of either system, read and checked.
#[derive(Clone, Debug)]
pub enum Scenario {
    /// Of the donation programme.
    Donation(Box<Loaded<Programme>>),
    /// Of an exchange programme.
    Exchange(Box<Loaded<ExchangeProgramme>>),
}

/// The parameters of a scenario, shared between runs.
#[derive(Clone)]
pub(crate) enum Model {
    Donation(Arc<Programme>),
    Exchange(Arc<ExchangeProgramme>),
}

/// Does the same with whichever it is.
macro_rules! either {
    ($scenario:expr, $loaded:ident => $what:expr) => {
        match $scenario {
            Scenario::Donation($loaded) => $what,
            Scenario::Exchange($loaded) => $what,
        }
    };
}

impl Scenario {
    /// Reads and checks a scenario with its changes.
    ///
    /// # Errors
    ///
    /// As [`load`].
    pub fn load(source: &Source, sets: &[String]) -> Result<Scenario, ScenarioError> {
        fn boxed<T: Parameters>(
            source: &Source,
            sets: &[String],
        ) -> Result<Box<Loaded<T>>, ScenarioError> {
            load::<T>(source, &all_built_in(), sets).map(Box::new)
        }
        match System::of(source) {
            System::Donation => boxed(source, sets).map(Scenario::Donation),
            System::Exchange => boxed(source, sets).map(Scenario::Exchange),
        }
    }

    /// What it is of.
    pub fn system(&self) -> System {
        match self {
            Scenario::Donation(_) => System::Donation,
            Scenario::Exchange(_) => System::Exchange,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        either!(self, loaded => &loaded.name)
    }

    /// It in a line.
    pub fn summary(&self) -> &str {
        either!(self, loaded => &loaded.summary)
    }

    /// The resolved scenario.
    pub fn text(&self) -> &str {
        either!(self, loaded => &loaded.text)
    }

    /// Hash of the resolved values.
    pub fn hash(&self) -> &str {
        either!(self, loaded => &loaded.hash)
    }

    /// What differs from the scenario below.
    pub fn changed(&self) -> &[Change] {
        either!(self, loaded => &loaded.changed)
    }

    /// Its parameters, described.
    pub fn parameters(&self) -> Vec<ParameterInfo> {
        either!(self, loaded => describe(Some(&loaded.value)))
    }

    pub(crate) fn model(&self) -> Model {
        match self {
            Scenario::Donation(loaded) => Model::Donation(Arc::new(loaded.value.clone())),
            Scenario::Exchange(loaded) => Model::Exchange(Arc::new(loaded.value.clone())),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_scenario_is_of_its_system() {
        for (scenarios, system) in [
            (hailsham_model::built_in(), System::Donation),
            (programme::built_in(), System::Exchange),
        ] {
            for scenario in scenarios {
                let source = Source::Name(scenario.name.to_owned());
                let loaded = Scenario::load(&source, &[]).unwrap();
                assert_eq!(loaded.system(), system, "{}", scenario.name);
            }
        }
    }

    /// A file of one's own, and the resolved scenario that a run leaves.
    #[test]
    fn a_file_is_of_the_system_that_it_extends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weekly.toml");
        std::fs::write(&path, "extends = \"exchange\"\nmatching.interval = 1").unwrap();
        let loaded = Scenario::load(&Source::Path(path.clone()), &[]).unwrap();
        assert_eq!(loaded.system(), System::Exchange);
        std::fs::write(&path, loaded.text()).unwrap();
        let again = Scenario::load(&Source::Path(path), &[]).unwrap();
        assert_eq!(
            (again.system(), again.hash()),
            (System::Exchange, loaded.hash())
        );
    }

    #[test]
    fn metrics_belong_to_systems() {
        assert_eq!(System::Exchange.metric("wait_mean"), Ok("wait_mean"));
        assert!(System::Donation.metric("wait_mean").is_err());
        assert_eq!(known_metric("wait_mean"), Ok("wait_mean"));
        assert!(
            known_metric("wait_meen")
                .unwrap_err()
                .contains("`wait_mean`")
        );
        for system in System::ALL {
            for name in system.headlines() {
                assert_eq!(system.metric(name), Ok(*name));
            }
        }
    }
}
