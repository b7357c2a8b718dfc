//! What all runs of a scenario have in common, and one of them in memory.

use std::path::{Path, PathBuf};

use hailsham_scenario::Source;

use super::drawn::Drawn;
use super::metrics::{self, Told};
use super::record::Record;
use super::{RunError, folder_of, tables_of};
use crate::eurotransplant::acceptance::{MODEL_FILES, Models};
use crate::eurotransplant::attributes::catalogue;
use crate::eurotransplant::chance::{Chance, Half};
use crate::eurotransplant::generator::generate;
use crate::eurotransplant::input::{Period, read_folder};
use crate::eurotransplant::offers::Acceptance;
use crate::eurotransplant::records::Input;
use crate::eurotransplant::scenario::{Answering, Scenario};
use crate::eurotransplant::setting::{Geography, Setting};
use crate::eurotransplant::simulation::{Course, List, Programmes};
use crate::eurotransplant::survival::Survival;
use crate::policies;
use crate::rules::{Policy, read_policy_for};
use crate::typing::{Determinants, Frequencies};

/// The match table of the simulator, which knows alleles.
const MATCH_TABLE: &str = "et_match_table_all.csv";

/// A scenario with everything that it names, read and checked: rules, places, models of acceptance. Runs of it, each
/// with a seed of its own, share it.
#[derive(Debug)]
pub struct Prepared {
    scenario: Scenario,
    period: Period,
    setting: Setting,
    geography: Geography,
    determinants: Determinants,
    frequencies: Frequencies,
    models: Models,
    /// What comes after a transplant, where that is followed.
    survival: Option<Survival>,
    /// The rules of the general programme and of the Senior Programme.
    policies: [Policy; 2],
    /// What they are called.
    pub(super) names: [String; 2],
    /// Hashes of what they say.
    hashes: [String; 2],
    data: Option<PathBuf>,
}

impl Prepared {
    /// Reads what a scenario names. With `data`, a folder with the simulator's files, their tables are taken where
    /// they are there.
    ///
    /// # Errors
    ///
    /// What is wrong with the rules or with the tables.
    pub fn read(scenario: &Scenario, data: Option<&Path>) -> Result<Self, RunError> {
        let period = scenario.period().ok_or(RunError::Dates)?;
        let setting = Setting::eurotransplant()?;
        let geography = Geography::new(&setting);
        let (known, catalogue) = (policies::built_in(), catalogue(&geography));
        let read =
            |policy: &str| read_policy_for(&Source::from_argument(policy), &known, &[], &catalogue);
        let [general, senior] = scenario.policies();
        let (general, senior) = (read(&general)?, read(&senior)?);
        let data = data.map(folder_of);
        let beside = |files: &[&str]| data.as_deref().and_then(|data| tables_of(data, files));
        let whole: Vec<&str> = setting.unsplittable.iter().map(String::as_str).collect();
        let determinants = match beside(&[MATCH_TABLE]) {
            Some(folder) => Determinants::read(&folder.join(MATCH_TABLE), &whole)?,
            None => setting.antigens()?,
        };
        let models = match beside(&MODEL_FILES) {
            Some(folder) => Models::read(&folder, &geography)?,
            None => Models::built_in(&geography)?,
        };
        let models = match scenario.allocation.acceptance {
            Answering::Model => models.with_effects(scenario.allocation.effects),
            Answering::First | Answering::Half => models,
        };
        let survival = || Survival::built_in(&geography, &scenario.after_transplant);
        let survival = scenario.follows().then(survival).transpose()?;
        Ok(Self {
            scenario: scenario.clone(),
            period,
            frequencies: setting.frequencies(&determinants),
            setting,
            geography,
            determinants,
            models,
            survival,
            names: [general.0.name, senior.0.name],
            hashes: [general.0.hash, senior.0.hash],
            policies: [general.1, senior.1],
            data,
        })
    }

    /// Hashes of what the rules of both programmes say, which a scenario only names.
    pub fn rules(&self) -> &[String; 2] {
        &self.hashes
    }

    /// The rules of both programmes.
    pub(super) fn policies(&self) -> [&Policy; 2] {
        self.policies.each_ref()
    }

    /// Who waits and who gives: drawn, or read from the files; with what was odd about these.
    pub(super) fn population(
        &self,
        seed: u64,
        scale: f64,
    ) -> Result<(Input, Vec<String>), RunError> {
        if let Some(data) = &self.data {
            let (input, problems) =
                read_folder(data, self.period, &self.geography, &self.determinants)?;
            let warnings = problems.warnings().map(ToString::to_string).collect();
            return Ok((input, warnings));
        }
        let input = generate(
            &self.scenario.population,
            &self.setting,
            &self.geography,
            &self.determinants,
            self.period,
            seed,
            scale,
        );
        Ok((input, Vec::new()))
    }

    /// What a simulation of a population runs on.
    pub(super) fn programmes<'a>(&'a self, input: &'a Input) -> Programmes<'a> {
        Programmes {
            input,
            geography: &self.geography,
            determinants: &self.determinants,
            frequencies: &self.frequencies,
            period: self.period,
            policies: self.policies(),
            survival: self.survival.as_ref(),
            acceptance: match self.scenario.allocation.acceptance {
                Answering::First => Acceptance::First,
                Answering::Model | Answering::Half => Acceptance::Models(&self.models),
            },
        }
    }

    /// Simulates a population, shows each list to `watch`, and puts every registration into its groups.
    pub(super) fn simulate(
        &self,
        programmes: &Programmes<'_>,
        seed: u64,
        mut watch: impl FnMut(&mut List<'_>),
    ) -> (Record, Course) {
        let mut drawn = Drawn::new(seed);
        let mut half = Half;
        let chance: &mut dyn Chance = match self.scenario.allocation.acceptance {
            Answering::Model => &mut drawn,
            Answering::First | Answering::Half => &mut half,
        };
        let mut record = Record::new();
        let course = programmes.follow(chance, u32::MAX, |list| {
            watch(list);
            record.add(list);
        });
        record.finish(programmes, &course);
        (record, course)
    }

    /// A run of which nothing is kept but its numbers. `scale` multiplies donors and registrations.
    ///
    /// # Errors
    ///
    /// What is wrong with the files, where the population is read from files.
    pub fn told(&self, seed: u64, scale: f64) -> Result<Told, RunError> {
        let (input, _) = self.population(seed, scale)?;
        let programmes = self.programmes(&input);
        let (record, course) = self.simulate(&programmes, seed, |_| {});
        Ok(metrics::told(&record, &course, &programmes))
    }
}
