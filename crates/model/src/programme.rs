//! The scenario of the donation system: one section a submodel, and what must hold between them.

use hailsham_allocation::{HlaTable, WaitingList};
use hailsham_engine::time::{Epoch, Time};
use hailsham_scenario::{Parameters, Problem, ScenarioError};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::groups::EVERYBODY;
use crate::history::{self, History};
use crate::mind::Character;
use crate::policies::Policies;
use crate::submodels::belongings::Belongings;
use crate::submodels::carers::Carers;
use crate::submodels::conditioning::Conditioning;
use crate::submodels::consent::Consent;
use crate::submodels::contacts::Contacts;
use crate::submodels::cottages::Cottages;
use crate::submodels::creation::{Bodies, Creation};
use crate::submodels::deferral::Deferral;
use crate::submodels::donation::{Donation, MAX_OPERATIONS};
use crate::submodels::institutions::{Institution, Schooling};
use crate::submodels::knowledge::Knowledge;
use crate::submodels::landmarks::Landmark;
use crate::submodels::mediation::Mediation;
use crate::submodels::mortality::Mortality;
use crate::submodels::originals::Originals;
use crate::submodels::outings::Outings;
use crate::submodels::recipients::{Disease, Organ, Population, Recipients};
use crate::submodels::resistance::Resistance;
use crate::submodels::service::Service;
use crate::submodels::society::Society;
use crate::submodels::staff::Staff;
use crate::submodels::standing::Standing;
use crate::submodels::stories::Stories;
use crate::submodels::ties::Ties;
use crate::submodels::works::Works;
use crate::world::Topics;

/// Most organs that a plan can take of one donor: 100 million donors of 40 organs have numbers.
const MAX_ORGANS: usize = 40;
/// Most topics of the log: their numbers are a byte, and one of them stands for none.
const MAX_TOPICS: usize = 255;

/// When a scenario begins, and for how long it runs.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Period {
    /// First day, as a date.
    #[schemars(extend("unit" = "date", "source" = "A-012 dates the world; the first intake is assumed"))]
    #[default("1955-01-01".to_owned())]
    pub first_day: String,
    /// Length of the run.
    #[schemars(range(min = 0.1, max = 400.0), extend("unit" = "years", "source" = "assumed: up to the end of the century (A-012)"))]
    #[default = 45.0]
    pub horizon: f64,
}

/// A scenario: everything that a run depends on beside its seed and scale.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Programme {
    /// When it begins and for how long it runs.
    pub time: Period,
    /// Who is made (7.1).
    pub creation: Creation,
    /// Rules that hold for all schools (7.2).
    pub schooling: Schooling,
    /// The schools (7.2).
    pub institutions: IndexMap<String, Institution>,
    /// The Cottages (7.12).
    pub cottages: Cottages,
    /// Places where things happen and nobody of the programme lives.
    pub landmarks: IndexMap<String, Landmark>,
    /// Carers (7.13).
    pub carers: Carers,
    /// Donation, recovery, completion (7.14).
    pub donation: Donation,
    /// How the ill are listed (7.16).
    pub recipients: Recipients,
    /// The organs, and by which rule each is given (7.16).
    pub organs: IndexMap<String, Organ>,
    /// The diseases that organs treat (7.16).
    pub diseases: IndexMap<String, Disease>,
    /// The public from which the ill come (7.16).
    pub population: Population,
    /// Blood groups and tissue types (7.1).
    pub bodies: Bodies,
    /// Death by other causes than donating.
    pub mortality: Mortality,
    /// Traits and moods.
    pub character: Character,
    /// How often students meet, and whom.
    pub contacts: Contacts,
    /// Conditioning, pride, words, intent to leave (7.3).
    pub conditioning: Conditioning,
    /// Knowledge and disclosure (7.4).
    pub knowledge: Knowledge,
    /// Whether donors may refuse (7.14).
    pub consent: Consent,
    /// What service and donating do to moods (7.13).
    pub service: Service,
    /// Staff (7.5).
    pub staff: Staff,
    /// Works, Sales, collection, the Gallery (7.6).
    pub works: Works,
    /// Standing, teasing, rage (7.7).
    pub standing: Standing,
    /// Ties, couples, interference (7.8).
    pub ties: Ties,
    /// Stories (7.9).
    pub stories: Stories,
    /// Originals and possibles (7.10).
    pub originals: Originals,
    /// Belongings, lost things, Norfolk (7.11).
    pub belongings: Belongings,
    /// The Cottages: mixing, veterans, mimicry, media, outings, drift (7.12).
    pub outings: Outings,
    /// Deferral (7.15).
    pub deferral: Deferral,
    /// Society and reform (7.17).
    pub society: Society,
    /// Expressive resistance.
    pub resistance: Resistance,
    /// Quarrels of friends, and who goes between.
    pub mediation: Mediation,
    /// What people remember of it (7.18): asked of a run, and nothing in it.
    pub memory: hailsham_memory::Parameters,
    /// Named people and what is known to have happened to them.
    pub history: History,
    /// The policies that it names, once they have been read.
    #[serde(skip)]
    policies: Option<Policies>,
}

impl Programme {
    /// Reads the policies that the scenario names, where that has not been done. A run does so too; who makes many
    /// does it before, so that all go by the same rules whatever becomes of the files.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with a policy, each with its place.
    pub fn read_policies(&mut self) -> Result<(), ScenarioError> {
        if self.policies.is_none() {
            self.policies = Some(Policies::read(self)?);
        }
        Ok(())
    }

    /// The policies that it names; none before they have been read.
    pub fn policies(&self) -> Option<&Policies> {
        self.policies.as_ref()
    }

    /// The calendar of the scenario. A first day that is no date was refused when the scenario was
    /// checked.
    pub fn epoch(&self) -> Epoch {
        first_day(&self.time.first_day).unwrap_or_else(|_| fallback_epoch())
    }
}

fn fallback_epoch() -> Epoch {
    // The first of January of a year in range always is a date.
    Epoch::new(1955, 1, 1).unwrap_or_else(|_| unreachable!("1955-01-01 is a date"))
}

fn first_day(text: &str) -> Result<Epoch, String> {
    let wrong = || format!("`{text}` is not a date");
    let date: jiff::civil::Date = text.parse().map_err(|_| wrong())?;
    Epoch::new(date.year(), date.month(), date.day()).map_err(|error| error.to_string())
}

impl Parameters for Programme {
    // Compiled here once: see the trait.
    fn from_json(values: serde_json::Value) -> serde_json::Result<Self> {
        serde_json::from_value(values)
    }

    fn to_json(&self) -> serde_json::Result<serde_json::Value> {
        serde_json::to_value(self)
    }

    fn cross_check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut wrong = |path: String, message: String, help: &str| {
            problems.push(Problem {
                path,
                message,
                help: Some(help.to_owned()),
            });
        };
        let epoch = match first_day(&self.time.first_day) {
            Ok(epoch) => epoch,
            Err(message) => {
                let help =
                    "write year-month-day, as in \"1955-01-01\", between the years 1000 and 3000";
                wrong("time.first_day".to_owned(), message, help);
                fallback_epoch()
            }
        };
        let first_year = epoch.year_of(Time::START);
        for (key, school) in &self.institutions {
            if school.closes != 0 && school.opens != 0 && school.closes <= school.opens {
                wrong(
                    format!("institutions.{key}.closes"),
                    format!(
                        "`{key}` closes in {} but opens in {}",
                        school.closes, school.opens
                    ),
                    "a school closes after it opens; `closes = 0` keeps it open",
                );
            }
            if school.closes != 0 && school.closes < first_year {
                wrong(
                    format!("institutions.{key}.closes"),
                    format!(
                        "`{key}` closes in {}, before the scenario begins in {first_year}",
                        school.closes
                    ),
                    "leave the school out, or let it close later",
                );
            }
        }
        let places: u32 = self
            .institutions
            .values()
            .map(|school| school.count)
            .sum::<u32>()
            + self
                .cottages
                .places
                .values()
                .map(|site| site.count)
                .sum::<u32>()
            + self
                .donation
                .centres
                .values()
                .map(|centre| centre.count)
                .sum::<u32>()
            + self
                .landmarks
                .values()
                .map(|landmark| landmark.count)
                .sum::<u32>();
        if places > u32::from(u16::MAX) {
            wrong(
                "institutions".to_owned(),
                format!("there are {places} places"),
                "a run has at most 65,535 schools, Cottages, recovery centres and landmarks together",
            );
        }
        let students = self
            .institutions
            .values()
            .any(|school| school.count > 0 && school.intake > 0.0);
        if students
            && self
                .donation
                .centres
                .values()
                .all(|centre| centre.count == 0)
        {
            wrong(
                "donation.centres".to_owned(),
                "there are students but no recovery centre".to_owned(),
                "add one, as in `[donation.centres.north]` with `name` and `beds`",
            );
        }
        self.check_plan(&mut wrong);
        self.check_recipients(&mut wrong);
        self.check_bodies(&mut wrong);
        if self.creation.initials.chars().count() > 255 || self.creation.initials.is_empty() {
            wrong(
                "creation.initials".to_owned(),
                "there must be between 1 and 255 initials".to_owned(),
                "write the letters one after another, as in \"ABC\"",
            );
        }
        let topics = Topics::new(self).labels().len();
        if topics > MAX_TOPICS {
            wrong(
                "history.pins".to_owned(),
                format!("{topics} topics: organs, diseases, acts on record and the model's own"),
                "the log has room for 255 topics",
            );
        }
        if problems.is_empty() {
            problems.extend(history::check(self));
        }
        problems
    }
}

impl Programme {
    fn check_plan(&self, wrong: &mut impl FnMut(String, String, &str)) {
        let plan = &self.donation.plan;
        if plan.len() > MAX_OPERATIONS {
            wrong(
                "donation.plan".to_owned(),
                format!("the plan has {} operations", plan.len()),
                "a plan has at most 8",
            );
        }
        if plan.iter().map(Vec::len).sum::<usize>() > MAX_ORGANS {
            wrong(
                "donation.plan".to_owned(),
                format!("the plan takes more than {MAX_ORGANS} organs"),
                "organs are numbered by donor, and the numbers have room for 40 each",
            );
        }
        for (name, limit) in [
            ("cap", self.donation.cap),
            ("retire_after", self.donation.retire_after),
        ] {
            if limit as usize > plan.len() {
                wrong(
                    format!("donation.{name}"),
                    format!(
                        "{name} is {limit}, but the plan has {} operations",
                        plan.len()
                    ),
                    "0 stands for no limit",
                );
            }
        }
        let mut taken: IndexMap<&str, u32> = IndexMap::new();
        for (operation, organs) in plan.iter().enumerate() {
            for (position, organ) in organs.iter().enumerate() {
                let path = format!("donation.plan.{operation}.{position}");
                let Some(known) = self.organs.get(organ) else {
                    let all: Vec<&str> = self.organs.keys().map(String::as_str).collect();
                    wrong(
                        path,
                        format!("`{organ}` is not an organ of this scenario"),
                        &format!("the organs are: {}", all.join(", ")),
                    );
                    continue;
                };
                let count = taken.entry(organ).or_default();
                *count += 1;
                if *count > known.count {
                    wrong(
                        path,
                        format!(
                            "the plan takes `{organ}` {count} times, but a body has {}",
                            known.count
                        ),
                        "nobody gives an organ twice",
                    );
                }
            }
        }
    }

    fn check_recipients(&self, wrong: &mut impl FnMut(String, String, &str)) {
        if self.organs.len() + self.diseases.len() > 150 {
            wrong(
                "diseases".to_owned(),
                "there are more than 150 organs and diseases".to_owned(),
                "the log has room for 150 of them",
            );
        }
        if self.diseases.contains_key(EVERYBODY) {
            wrong(
                format!("diseases.{EVERYBODY}"),
                format!("a disease cannot be called `{EVERYBODY}`"),
                "that is the name of everybody who falls ill, whatever the disease",
            );
        }
        for (key, organ) in &self.organs {
            if let Err(error) = WaitingList::new(organ.rule()) {
                wrong(
                    format!("organs.{key}"),
                    error.to_string(),
                    "choose smaller points",
                );
            }
        }
        let bounds = &self.population.age_bounds;
        let groups = bounds.len().saturating_sub(1);
        if groups == 0 || !bounds.is_sorted() || bounds.first().is_some_and(|first| *first < 0.0) {
            wrong(
                "population.age_bounds".to_owned(),
                "the bounds of the age groups must rise from 0 or more".to_owned(),
                "as in [0, 15, 45, 65, 75, 95]: five groups",
            );
        }
        for (key, disease) in &self.diseases {
            if !self.organs.contains_key(&disease.organ) {
                let all: Vec<&str> = self.organs.keys().map(String::as_str).collect();
                wrong(
                    format!("diseases.{key}.organ"),
                    format!("`{}` is not an organ of this scenario", disease.organ),
                    &format!("the organs are: {}", all.join(", ")),
                );
            }
            if disease.incidence.len() != groups {
                wrong(
                    format!("diseases.{key}.incidence"),
                    format!(
                        "{} numbers for {groups} age groups",
                        disease.incidence.len()
                    ),
                    "one incidence for each age group of `population.age_bounds`",
                );
            }
        }
        let mut last = f64::NEG_INFINITY;
        for (key, census) in &self.population.census {
            let path = format!("population.census.{key}");
            match key.parse::<f64>() {
                Ok(year) if year > last => last = year,
                Ok(_) => wrong(
                    path.clone(),
                    format!("{key} comes after a later year"),
                    "write the censuses in order",
                ),
                Err(_) => wrong(
                    path.clone(),
                    format!("`{key}` is not a year"),
                    "as in `[population.census.1951]`",
                ),
            }
            if census.female.len() != groups || census.male.len() != groups {
                wrong(
                    path,
                    format!(
                        "{} groups of women and {} of men for {groups} age groups",
                        census.female.len(),
                        census.male.len()
                    ),
                    "one number for each age group of `population.age_bounds`",
                );
            }
        }
        if !self.diseases.is_empty() && self.population.census.is_empty() {
            wrong(
                "population.census".to_owned(),
                "there are diseases but no people to fall ill".to_owned(),
                "add a census, as in `[population.census.1951]`",
            );
        }
    }

    fn check_bodies(&self, wrong: &mut impl FnMut(String, String, &str)) {
        let bodies = &self.bodies;
        let groups = bodies.blood_group_o
            + bodies.blood_group_a
            + bodies.blood_group_b
            + bodies.blood_group_ab;
        if !(0.99..=1.01).contains(&groups) {
            wrong(
                "bodies.blood_group_o".to_owned(),
                format!("the shares of the blood groups add up to {groups}"),
                "O, A, B and AB must add up to 1",
            );
        }
        let names: Vec<&String> = bodies
            .hla_antigens
            .values()
            .flat_map(IndexMap::keys)
            .collect();
        if let Err(error) = HlaTable::new(names.iter().map(|name| name.as_str())) {
            wrong(
                "bodies.hla_antigens".to_owned(),
                error.to_string(),
                "give each antigen one name, at most 64 in all",
            );
        }
        let total: f64 = bodies.hla_haplotypes.values().sum();
        if !(0.0..=1.0).contains(&total) {
            wrong(
                "bodies.hla_haplotypes".to_owned(),
                format!("the frequencies of the haplotypes add up to {total}"),
                "at most 1 in all; the rest is drawn antigen by antigen",
            );
        }
        for (name, frequency) in &bodies.hla_haplotypes {
            let unknown = name
                .split('-')
                .find(|antigen| !names.iter().any(|known| known == antigen));
            if let Some(antigen) = unknown {
                wrong(
                    format!("bodies.hla_haplotypes.{name}"),
                    format!("`{antigen}` is not an antigen of `bodies.hla_antigens`"),
                    "write a haplotype as in \"A1-B8-DR3\"",
                );
            }
            if *frequency < 0.0 {
                wrong(
                    format!("bodies.hla_haplotypes.{name}"),
                    format!("a frequency of {frequency}"),
                    "frequencies are 0 or more",
                );
            }
        }
    }
}
