//! What all runs of a scenario have in common, and one of them in memory.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hailsham_engine::time::Span;
use hailsham_scenario::{Loaded, Source};

use super::drawn::Drawn;
use super::metrics::{self, Told};
use super::record::Record;
use super::{RunError, folder_of, tables_of};
use crate::eurotransplant::acceptance::{MODEL_FILES, Models};
use crate::eurotransplant::attributes::catalogue;
use crate::eurotransplant::chance::{Chance, Half};
use crate::eurotransplant::generator::generate;
use crate::eurotransplant::input::{FILES, Period, read_folder};
use crate::eurotransplant::offers::Acceptance;
use crate::eurotransplant::policies::differing_oddity;
use crate::eurotransplant::records::Input;
use crate::eurotransplant::scenario::{Answering, Scenario};
use crate::eurotransplant::setting::{Geography, Setting};
use crate::eurotransplant::simulation::{Course, List, Programmes};
use crate::eurotransplant::survival::Survival;
use crate::files::file_of;
use crate::policies;
use crate::rules::{Policy, PolicyFile, read_policy_for};
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
    /// Hashes of what they say, and of the files of data.
    hashes: Vec<String>,
    data: Option<Data>,
}

/// A folder of files, and what they say once it is asked.
#[derive(Debug)]
struct Data {
    folder: PathBuf,
    read: Mutex<Option<Arc<Cohort>>>,
}

/// Who waits and who gives, and what was odd about the files that say so.
#[derive(Debug)]
pub struct Cohort {
    pub(super) input: Input,
    /// What was odd about the files, but stops no run.
    pub warnings: Vec<String>,
}

/// 64 bits of FNV-1a over the files of data, as 16 hexadecimal digits: whether they are what they were. A file that is
/// missing is told by who reads it.
fn hash_of_files(folder: &Path) -> Result<String, RunError> {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for path in FILES.map(|file| file_of(folder, file)) {
        if !path.is_file() {
            continue;
        }
        let bytes = fs::read(&path).map_err(|source| RunError::Read { path, source })?;
        for byte in bytes {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    Ok(format!("{state:016x}"))
}

/// Refuses two policies that differ in an oddity of what both programmes share.
fn agree(read: [&(Loaded<PolicyFile>, Policy); 2]) -> Result<(), RunError> {
    let name = |at: usize| read[at].0.name.clone();
    match differing_oddity(read.map(|(_, policy)| policy)) {
        None => Ok(()),
        Some((oddity, on)) => Err(RunError::Oddities {
            oddity,
            on: name(on),
            off: name(1 - on),
        }),
    }
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
        agree([&general, &senior])?;
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
            hashes: [general.0.hash, senior.0.hash]
                .into_iter()
                .chain(data.as_deref().map(hash_of_files).transpose()?)
                .collect(),
            policies: [general.1, senior.1],
            data: data.map(|folder| Data {
                folder,
                read: Mutex::default(),
            }),
        })
    }

    /// Hashes of what a scenario only names: the rules of both programmes, and the files of data where there are.
    pub fn rules(&self) -> &[String] {
        &self.hashes
    }

    /// How many years a run is long.
    pub fn years(&self) -> f64 {
        Span::from_days(self.period.end.days_since(self.period.start)).years()
    }

    /// How offers are answered.
    pub(super) fn acceptance(&self) -> Answering {
        self.scenario.allocation.acceptance
    }

    /// The rules of both programmes.
    pub(super) fn policies(&self) -> [&Policy; 2] {
        self.policies.each_ref()
    }

    /// Who waits and who gives: drawn, or as the files say, which are read once for all runs.
    ///
    /// # Errors
    ///
    /// What is wrong with the files.
    pub fn cohort(&self, seed: u64, scale: f64) -> Result<Arc<Cohort>, RunError> {
        if let Some(data) = &self.data {
            // Whoever comes second waits for the first, and does not read again.
            let mut read = data.read.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(cohort) = &*read {
                return Ok(Arc::clone(cohort));
            }
            let (period, geography) = (self.period, &self.geography);
            let (input, problems) =
                read_folder(&data.folder, period, geography, &self.determinants)?;
            let cohort = Arc::new(Cohort {
                input,
                warnings: problems.warnings().map(ToString::to_string).collect(),
            });
            *read = Some(Arc::clone(&cohort));
            return Ok(cohort);
        }
        let input = generate(
            &self.scenario,
            &self.setting,
            &self.geography,
            &self.determinants,
            self.period,
            seed,
            scale,
        );
        Ok(Arc::new(Cohort {
            input,
            warnings: Vec::new(),
        }))
    }

    /// What a simulation of a cohort runs on.
    pub(super) fn programmes<'a>(&'a self, input: &'a Input) -> Programmes<'a> {
        Programmes {
            input,
            geography: &self.geography,
            determinants: &self.determinants,
            frequencies: &self.frequencies,
            period: self.period,
            policies: self.policies(),
            practice: &self.scenario.practice,
            survival: self.survival.as_ref(),
            acceptance: match self.scenario.allocation.acceptance {
                Answering::First => Acceptance::First,
                Answering::Model | Answering::Half => Acceptance::Models(&self.models),
            },
        }
    }

    /// Simulates a cohort, shows each list to `watch`, which says whether to go on, and puts every registration
    /// into its groups.
    pub(super) fn simulate(
        &self,
        programmes: &Programmes<'_>,
        seed: u64,
        mut watch: impl FnMut(&mut List<'_>) -> bool,
    ) -> (Record, Course) {
        let mut drawn = Drawn::new(seed);
        let mut half = Half;
        let chance: &mut dyn Chance = match self.scenario.allocation.acceptance {
            Answering::Model => &mut drawn,
            Answering::First | Answering::Half => &mut half,
        };
        let mut record = Record::new();
        let course = programmes.follow(chance, |list| {
            record.add(list);
            watch(list)
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
        let cohort = self.cohort(seed, scale)?;
        let programmes = self.programmes(&cohort.input);
        let (record, course) = self.simulate(&programmes, seed, |_| true);
        Ok(metrics::told(&record, &course, &programmes))
    }
}
