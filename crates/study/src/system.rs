//! What a scenario is of: the donation programme, a kidney exchange programme in time, or kidney allocation in
//! Eurotransplant. Whatever runs, lists or compares scenarios knows each of them by its parameters, its metrics and its
//! groups, all of which stand here.

use std::path::Path;
use std::sync::Arc;

use hailsham_allocation::eurotransplant::{self, BUILT_IN_SCENARIO, Prepared};
use hailsham_engine::metric::MetricInfo;
use hailsham_exchange::programme::{self, ExchangeProgramme};
use hailsham_model::groups::MEASURES;
use hailsham_model::policies::Policies;
use hailsham_model::{Directory, METRICS, Programme};
use hailsham_scenario::{
    BuiltIn, Change, Loaded, ParameterInfo, ScenarioError, Source, describe, load, load_with,
    nearest, schema, sections,
};

use crate::accounts;
use crate::runner::StudyError;
use crate::studies::HEADLINES;

/// What is told first of groups of the donation programme.
const GROUP_HEADLINES: &[(&str, &str)] = &[
    ("givers", "died_of_donating"),
    ("carers", "service"),
    ("receivers", "died_without"),
];

/// Parts the name of a measure of a group: what is grouped by, the group, the measure.
pub(crate) const OF_GROUP: char = '/';

/// What a scenario is of, and a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum System {
    /// The donation programme.
    Donation,
    /// A kidney exchange programme in time.
    Exchange,
    /// Kidney allocation in Eurotransplant.
    Eurotransplant,
}

impl System {
    /// Every system.
    pub const ALL: [System; 3] = [System::Donation, System::Exchange, System::Eurotransplant];

    /// What a scenario is of, by its sections. One that cannot be read is the donation programme's.
    pub fn of(source: &Source) -> System {
        let sections = sections(source, &all_built_in());
        let has = |system: &System| {
            let own = system.section();
            own.is_some_and(|own| sections.iter().any(|section| section == own))
        };
        System::ALL
            .into_iter()
            .find(has)
            .unwrap_or(System::Donation)
    }

    /// The section that every scenario of it has, and none of another system; of the donation programme none: it is
    /// what no other is.
    fn section(self) -> Option<&'static str> {
        match self {
            System::Donation => None,
            System::Exchange => Some("matching"),
            System::Eurotransplant => Some("allocation"),
        }
    }

    /// What a run in a directory is of, which its manifest says; one that does not say it is the donation programme's.
    pub fn of_run(run: &Path) -> System {
        let manifest = std::fs::read_to_string(run.join("manifest.json")).unwrap_or_default();
        let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap_or_default();
        let says = |system: &System| manifest["kind"] == system.kind();
        let mut all = System::ALL.into_iter();
        all.find(says).unwrap_or(System::Donation)
    }

    /// What the manifest of a run says.
    pub fn kind(self) -> &'static str {
        match self {
            System::Donation => Directory::KIND,
            System::Exchange => "exchange",
            System::Eurotransplant => "eurotransplant",
        }
    }

    /// What it is, in words.
    pub fn words(self) -> &'static str {
        match self {
            System::Donation => "the donation programme",
            System::Exchange => "a kidney exchange programme in time",
            System::Eurotransplant => "kidney allocation in Eurotransplant",
        }
    }

    /// Refuses a command that only the donation programme knows, and says which there are. `called` is the scenario or
    /// the run.
    ///
    /// # Errors
    ///
    /// That it is of another system.
    pub fn only_donation(self, called: &str, command: &str) -> Result<(), StudyError> {
        if self == System::Donation {
            return Ok(());
        }
        // Nothing is expected of an exchange programme that could be checked.
        let check = if self == System::Exchange {
            ""
        } else {
            "check, "
        };
        Err(StudyError::Refused(format!(
            "`{called}` is {}, and `hailsham {command}` is for the donation programme: for this there are run, {check}compare, \
             sweep, calibrate, report, params and metrics",
            self.words()
        )))
    }

    /// Why there are no facts of its runs; none of the donation programme, of which there are.
    pub fn without_facts(self) -> Option<String> {
        (self != System::Donation).then(|| {
            format!(
                "facts are said of lives that a log holds, and the runs of {} keep none",
                self.words()
            )
        })
    }

    /// Why its runs take no choice of what is logged; none of the donation programme, whose runs have a log.
    pub fn without_log(self) -> Option<String> {
        (self != System::Donation).then(|| {
            format!(
                "the runs of {} have no event log: their tables hold everybody and every transplant",
                self.words()
            )
        })
    }

    /// The JSON Schema of its scenarios.
    pub fn schema(self) -> serde_json::Value {
        match self {
            System::Donation => schema::<Programme>(),
            System::Exchange => schema::<ExchangeProgramme>(),
            System::Eurotransplant => schema::<eurotransplant::Scenario>(),
        }
    }

    /// The metrics of its runs.
    pub fn metrics(self) -> &'static [MetricInfo] {
        match self {
            System::Donation => &METRICS,
            System::Exchange => programme::METRICS,
            System::Eurotransplant => eurotransplant::METRICS,
        }
    }

    /// The metrics that are told first.
    pub fn headlines(self) -> &'static [&'static str] {
        match self {
            System::Donation => &HEADLINES,
            System::Exchange => programme::HEADLINES,
            System::Eurotransplant => eurotransplant::HEADLINES,
        }
    }

    /// What is told first of groups: whom, and which measure.
    pub fn group_headlines(self) -> &'static [(&'static str, &'static str)] {
        match self {
            System::Donation => GROUP_HEADLINES,
            System::Exchange => &[],
            System::Eurotransplant => eurotransplant::GROUP_HEADLINES,
        }
    }

    /// The unit of a measure of groups; none where there is no such measure.
    pub(crate) fn unit_of_measure(self, who: &str, measure: &str) -> Option<&'static str> {
        match self {
            System::Donation => MEASURES
                .iter()
                .find(|of| of.who == who && of.name == measure)
                .map(|of| of.unit),
            System::Exchange => None,
            System::Eurotransplant => eurotransplant::MEASURES
                .iter()
                .find(|of| of.name == measure)
                .map(|of| of.unit),
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

/// A number of the runs of one of some systems: a metric, one of what people tell among them, or a measure of a group.
/// What is wrong with a name that is none, and what to do about it.
pub(crate) fn known_number(name: &str, systems: &[System]) -> Result<(), (String, String)> {
    if let Some((whom, measure)) = name.rsplit_once(OF_GROUP) {
        let by = whom.split(OF_GROUP).next().unwrap_or_default();
        let has = |system: &System| system.unit_of_measure(by, measure).is_some();
        return if whom.contains(OF_GROUP) && systems.iter().any(has) {
            Ok(())
        } else {
            Err((
                format!("no group has a measure `{name}`"),
                "a measure of a group is called BY/GROUP/MEASURE, as in groups.parquet".to_owned(),
            ))
        };
    }
    let told = systems.iter().flat_map(|system| match system {
        System::Donation => accounts::METRICS,
        System::Exchange | System::Eurotransplant => &[],
    });
    let all = systems
        .iter()
        .flat_map(|system| system.metrics())
        .chain(told);
    known(name, all.map(|metric| metric.name)).map(|_| ())
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
    let all = hailsham_model::built_in().iter();
    all.chain(programme::built_in())
        .chain([&BUILT_IN_SCENARIO])
        .copied()
        .collect()
}

/// A scenario of any system, read and checked.
#[derive(Clone, Debug)]
pub enum Scenario {
    /// Of the donation programme.
    Donation(Box<Loaded<Programme>>),
    /// Of an exchange programme.
    Exchange(Box<Loaded<ExchangeProgramme>>),
    /// Of kidney allocation in Eurotransplant.
    Eurotransplant(Box<Loaded<eurotransplant::Scenario>>),
}

/// What runs of a scenario share.
#[derive(Clone, Debug)]
pub(crate) enum Model {
    Donation(Arc<Programme>),
    Exchange(Arc<ExchangeProgramme>),
    Eurotransplant(Arc<Prepared>),
}

impl Model {
    /// Hashes of what the scenario only names: the files of rules, and of data.
    pub(crate) fn rules(&self) -> Vec<String> {
        match self {
            Model::Donation(programme) => {
                let named = programme.policies().map(Policies::by_organ);
                let named = named.into_iter().flat_map(|all| all.values());
                named.map(|policy| policy.hash.clone()).collect()
            }
            Model::Exchange(_) => Vec::new(),
            Model::Eurotransplant(prepared) => prepared.rules().to_vec(),
        }
    }
}

/// Does the same with whichever it is.
macro_rules! each {
    ($scenario:expr, $loaded:ident => $what:expr) => {
        match $scenario {
            Scenario::Donation($loaded) => $what,
            Scenario::Exchange($loaded) => $what,
            Scenario::Eurotransplant($loaded) => $what,
        }
    };
}

/// Reads a scenario of the donation programme and the policies that it names.
fn load_programme(
    source: &Source,
    known: &[BuiltIn],
    sets: &[String],
) -> Result<Loaded<Programme>, ScenarioError> {
    let mut loaded = load_with::<Programme, _>(source, known, sets, &Policies::missing)?;
    loaded.value.read_policies()?;
    Ok(loaded)
}

impl Scenario {
    /// Reads and checks a scenario with its changes.
    ///
    /// # Errors
    ///
    /// As [`load`].
    pub fn load(source: &Source, sets: &[String]) -> Result<Scenario, ScenarioError> {
        let known = all_built_in();
        Ok(match System::of(source) {
            System::Donation => Scenario::Donation(Box::new(load_programme(source, &known, sets)?)),
            System::Exchange => Scenario::Exchange(Box::new(load(source, &known, sets)?)),
            System::Eurotransplant => {
                Scenario::Eurotransplant(Box::new(load(source, &known, sets)?))
            }
        })
    }

    /// Reads and checks a scenario for a command that only the donation programme knows.
    ///
    /// # Errors
    ///
    /// As [`load`]; that it is of another system.
    pub fn load_donation(
        source: &Source,
        sets: &[String],
        command: &str,
    ) -> Result<Loaded<Programme>, StudyError> {
        System::of(source).only_donation(&source.to_string(), command)?;
        Ok(load_programme(source, &all_built_in(), sets)?)
    }

    /// What it is of.
    pub fn system(&self) -> System {
        match self {
            Scenario::Donation(_) => System::Donation,
            Scenario::Exchange(_) => System::Exchange,
            Scenario::Eurotransplant(_) => System::Eurotransplant,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        each!(self, loaded => &loaded.name)
    }

    /// It in a line.
    pub fn summary(&self) -> &str {
        each!(self, loaded => &loaded.summary)
    }

    /// The resolved scenario.
    pub fn text(&self) -> &str {
        each!(self, loaded => &loaded.text)
    }

    /// Hash of the resolved values.
    pub fn hash(&self) -> &str {
        each!(self, loaded => &loaded.hash)
    }

    /// The built-in scenarios that it builds on, the nearest first.
    pub fn built_on(&self) -> &[String] {
        each!(self, loaded => &loaded.built_on)
    }

    /// What differs from the scenario below.
    pub fn changed(&self) -> &[Change] {
        each!(self, loaded => &loaded.changed)
    }

    /// Its parameters, described.
    pub fn parameters(&self) -> Vec<ParameterInfo> {
        each!(self, loaded => describe(Some(&loaded.value)))
    }

    /// What its runs share.
    ///
    /// # Errors
    ///
    /// What is wrong with the rules that it names, or with the files of `data`, of kidney allocation.
    pub(crate) fn model(&self, data: Option<&Path>) -> Result<Model, StudyError> {
        Ok(match self {
            Scenario::Donation(loaded) => Model::Donation(Arc::new(loaded.value.clone())),
            Scenario::Exchange(loaded) => Model::Exchange(Arc::new(loaded.value.clone())),
            Scenario::Eurotransplant(loaded) => {
                Model::Eurotransplant(Arc::new(Prepared::read(&loaded.value, data)?))
            }
        })
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
            (&[BUILT_IN_SCENARIO], System::Eurotransplant),
        ] {
            for scenario in scenarios {
                let source = Source::Name(scenario.name.to_owned());
                let loaded = Scenario::load(&source, &[]).unwrap();
                assert_eq!(loaded.system(), system, "{}", scenario.name);
            }
        }
    }

    /// A section says what a scenario is of: no other system has one of that name.
    #[test]
    fn sections_tell_systems_apart() {
        for system in System::ALL {
            for other in System::ALL {
                let schema = other.schema();
                let sections = schema["properties"].as_object().unwrap();
                let has = system
                    .section()
                    .is_some_and(|own| sections.contains_key(own));
                assert_eq!(
                    has,
                    system == other && system != System::Donation,
                    "{system:?} {other:?}"
                );
            }
        }
    }

    /// A file of one's own, and the resolved scenario that a run leaves.
    #[test]
    fn a_file_is_of_the_system_that_it_extends() {
        let folder = tempfile::tempdir().unwrap();
        for (text, system) in [
            (
                "extends = \"exchange\"\nmatching.interval = 1",
                System::Exchange,
            ),
            ("extends = \"eurotransplant\"", System::Eurotransplant),
            ("extends = \"programme\"", System::Donation),
        ] {
            let path = folder.path().join("own.toml");
            std::fs::write(&path, text).unwrap();
            let loaded = Scenario::load(&Source::Path(path.clone()), &[]).unwrap();
            assert_eq!(loaded.system(), system);
            std::fs::write(&path, loaded.text()).unwrap();
            let again = Scenario::load(&Source::Path(path), &[]).unwrap();
            assert_eq!((again.system(), again.hash()), (system, loaded.hash()));
        }
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
            for (who, measure) in system.group_headlines() {
                assert!(system.unit_of_measure(who, measure).is_some(), "{measure}");
            }
        }
    }
}
