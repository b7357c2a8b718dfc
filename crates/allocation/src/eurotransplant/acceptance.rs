//! Who accepts an offer: models of centres and of patients, and when a search is hurried.

use std::collections::HashMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::chance::{Chance, Decision, Whose};
use super::records::{DEATH_CAUSES, Donor, Programme, Urgency};
use super::regression::{Regression, Variable};
use super::setting::Geography;
use super::state::{Child, NONE, State};
use super::tables;
use crate::files::{FileError, Origin, Problems, Sheet};
use crate::typing::Mismatches;

/// How far the habits of those who decide are spread: standard deviations on the scale of the linear predictor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Spread {
    /// Among donors.
    #[schemars(range(min = 0.0, max = 10.0))]
    pub donor: f64,
    /// Among centres.
    #[schemars(range(min = 0.0, max = 10.0))]
    pub centre: f64,
    /// Among registrations.
    #[schemars(range(min = 0.0, max = 10.0))]
    pub registration: f64,
}

/// The spreads of the models of acceptance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Effects {
    /// Of centres, in the general programme.
    pub centre_etkas: Spread,
    /// Of centres, in the Senior Programme.
    pub centre_esp: Spread,
    /// Of patients, in the general programme.
    pub patient_etkas: Spread,
    /// Of patients, in the Senior Programme.
    pub patient_esp: Spread,
}

const NAMES: [&str; 45] = [
    "donor_age",
    "donor_last_creat",
    "donor_diabetes",
    "donor_hypertension",
    "d_bloodgroup",
    "donor_malignancy",
    "graft_hbcab",
    "graft_hbsag",
    "graft_hcvab",
    "donor_carrest",
    "death_cause_group",
    "donor_drug_abuse",
    "driving_time",
    "d_cmv",
    "d_urine_protein",
    "esp_donor",
    "k_previous_center_rejections",
    "patient_country",
    "distance",
    "rescue",
    "international_rescue",
    "graft_dcd",
    "zero_mismatch",
    "nonlocal_dcd_donor",
    "vpra_percent",
    "r_match_age",
    "donor_country",
    "retransplant",
    "r_pediatric",
    "years_on_dial",
    "patient_is_hu",
    "donor_smoking",
    "mmb_hla_a",
    "mmb_hla_b",
    "mms_hla_dr",
    "on_dialysis",
    "donor_age_group",
    "any_unacceptables",
    "r_age_group",
    "match_abroad",
    "acceptance_reason",
    "donor_age_75p",
    "malignancy",
    "drug_abuse",
    "year_txp_rt2014",
];

/// One more, which the list above has no room to name in order.
const SEPSIS: &str = "sepsis";

pub(super) fn variables(geography: &Geography) -> Vec<Variable> {
    let words = |all: &[&str]| all.iter().map(|word| (*word).to_owned()).collect();
    NAMES
        .into_iter()
        .chain([SEPSIS])
        .map(|name| Variable {
            name,
            words: match name {
                "d_bloodgroup" => words(&["O", "A", "B", "AB"]),
                "death_cause_group" => words(&DEATH_CAUSES),
                "patient_country" | "donor_country" => geography.countries.clone(),
                "distance" => words(&["L", "N", "I"]),
                "donor_age_group" => words(&[
                    "lt18", "18_to_34", "35_to_44", "45_to_54", "55_to_64", "65p",
                ]),
                "r_age_group" => words(&["lt18", "18_to_49", "50_to_64", "65p"]),
                "acceptance_reason" => words(&["T1", "T3"]),
                _ => Vec::new(),
            },
        })
        .collect()
}

/// How far a recipient's centre is from the donor's, as the rules of the general programme see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Distance {
    Local,
    National,
    International,
}

/// The models of acceptance.
#[derive(Debug, Clone)]
pub struct Models {
    centre: [Regression; 2],
    patient: [Regression; 2],
    dual: Regression,
    rescue: Regression,
    /// For each country, the cumulative hazard of hurrying after so many refusals.
    hazards: HashMap<String, Vec<(f64, f64)>>,
    hours: Vec<f64>,
    centres: usize,
    effects: Effects,
}

/// The files of the models in a folder of tables.
pub const MODEL_FILES: [&str; 8] = [
    "coefs_center_acceptance_ETKAS.csv",
    "coefs_center_acceptance_ESP.csv",
    "coefs_recipient_driven_ETKAS.csv",
    "coefs_recipient_driven_ESP.csv",
    "coefs_dkt.csv",
    "coefs_rescue_triggered.csv",
    "bh_rescue_triggered.csv",
    "driving_travel_times.csv",
];

/// The models by their names in the table that comes with the program, in the order of [`MODEL_FILES`].
const MODELS: [&str; 6] = [
    "centre_etkas",
    "centre_esp",
    "patient_etkas",
    "patient_esp",
    "dual",
    "hurry",
];

impl Models {
    /// Reads the models from a folder with [`MODEL_FILES`].
    ///
    /// # Errors
    ///
    /// What is wrong with the first file that cannot be used.
    pub fn read(folder: &Path, geography: &Geography) -> Result<Self, FileError> {
        let origins = MODEL_FILES.map(|file| Origin::File(folder.join(file)));
        let variables = variables(geography);
        let read = |at: usize| Regression::read(&origins[at], &variables);
        Ok(Self {
            hazards: hazards(&origins[6])?,
            hours: hours(&origins[7], geography)?,
            ..Self::of(read, geography)?
        })
    }

    /// The models that come with the program.
    ///
    /// # Errors
    ///
    /// None, as long as the built-in tables are right.
    pub fn built_in(geography: &Geography) -> Result<Self, FileError> {
        let variables = variables(geography);
        let origin = Origin::BuiltIn("acceptance.csv", tables::WEIGHTS);
        let read = |at: usize| Regression::read_one(&origin, MODELS[at], &variables);
        let mut models = Self::of(read, geography)?;
        for (offers, country, hazard) in tables::grid(tables::HURRY) {
            let row = (offers.parse().unwrap_or_default(), hazard);
            let country = models.hazards.entry(country.to_owned()).or_default();
            country.push(row);
        }
        let number = numbers(geography);
        for (from, to, hours) in tables::grid(tables::HOURS) {
            if let (Some(from), Some(to)) = (number.get(from), number.get(to)) {
                models.hours[from * models.centres + to] = hours;
            }
        }
        Ok(models)
    }

    /// Models whose roads and hazards are still to come.
    fn of(
        read: impl Fn(usize) -> Result<Regression, FileError>,
        geography: &Geography,
    ) -> Result<Self, FileError> {
        let centres = geography.centres.len();
        Ok(Self {
            centre: [read(0)?, read(1)?],
            patient: [read(2)?, read(3)?],
            dual: read(4)?,
            rescue: read(5)?,
            hazards: HashMap::new(),
            hours: vec![0.0; centres * centres],
            centres,
            effects: Effects::default(),
        })
    }

    /// The same models, with habits that differ from centre to centre, donor to donor and patient to patient.
    #[must_use]
    pub fn with_effects(self, effects: Effects) -> Self {
        Self { effects, ..self }
    }

    /// Hours of driving between two centres.
    pub(crate) fn hours(&self, from: u16, to: u16) -> f64 {
        self.hours[usize::from(from) * self.centres + usize::from(to)]
    }

    /// After how many refusals the search is hurried.
    pub(crate) fn most_refusals(
        &self,
        case: &Case<'_>,
        geography: &Geography,
        chance: &mut dyn Chance,
    ) -> usize {
        let uniform = chance.uniform(Decision::Rescue {
            donor: case.donor.name,
        });
        let country = &geography.countries[usize::from(case.donor.country)];
        let Some(table) = self.hazards.get(country) else {
            return usize::MAX;
        };
        let relative = libm::exp(self.rescue.sum(&case.values));
        let hurried = |hazard: f64| 1.0 - libm::exp(-hazard * relative) >= uniform;
        let first = table.iter().find(|(_, hazard)| hurried(*hazard));
        match first {
            Some((offers, _)) => (*offers as usize).saturating_sub(1),
            None => table
                .last()
                .map_or(usize::MAX, |(offers, _)| *offers as usize),
        }
    }

    /// The probability that a centre is willing.
    pub(crate) fn centre(&self, case: &Case<'_>, centre: u16, chance: &mut dyn Chance) -> f64 {
        let programme = case.programme as usize;
        let spread = [self.effects.centre_etkas, self.effects.centre_esp][programme];
        let whose = [
            (spread.donor, Whose::Donor(case.donor.name)),
            (spread.centre, Whose::Centre(centre)),
        ];
        let effect = effect(programme as u8, &whose, chance);
        self.centre[programme].probability(&case.values, effect)
    }

    /// The probability that a patient's doctors accept.
    pub(crate) fn patient(
        &self,
        case: &Case<'_>,
        centre: u16,
        registration: u64,
        chance: &mut dyn Chance,
    ) -> f64 {
        let programme = case.programme as usize;
        let spread = [self.effects.patient_etkas, self.effects.patient_esp][programme];
        let whose = [
            (spread.donor, Whose::Donor(case.donor.name)),
            (spread.centre, Whose::Centre(centre)),
            (spread.registration, Whose::Registration(registration)),
        ];
        let effect = effect(2 + programme as u8, &whose, chance);
        self.patient[programme].probability(&case.values, effect)
    }

    pub(crate) fn dual(&self, case: &Case<'_>) -> f64 {
        self.dual.probability(&case.values, 0.0)
    }
}

/// What habits add to a linear predictor.
fn effect(model: u8, whose: &[(f64, Whose)], chance: &mut dyn Chance) -> f64 {
    let spread = whose.iter().filter(|(spread, _)| *spread > 0.0);
    spread.fold(0.0, |sum, (spread, whose)| {
        sum + spread * chance.normal(model, *whose)
    })
}

fn hazards(origin: &Origin) -> Result<HashMap<String, Vec<(f64, f64)>>, FileError> {
    let mut problems = Problems::default();
    let mut sheet = Sheet::of(origin, &mut problems);
    let [hazard, offers, strata] =
        ["hazard", "offers_before_rescue", "strata"].map(|name| sheet.column(name));
    let mut all: HashMap<String, Vec<(f64, f64)>> = HashMap::new();
    while sheet.next_row() {
        let country = sheet.text(strata).split_once("donor_country=");
        let country = country.map(|(_, country)| country.trim().to_owned());
        let row = (
            sheet.number(hazard, 0.0, 1e6),
            sheet.number(offers, 0.0, 1e6),
        );
        if let (Some(country), (Some(hazard), Some(offers))) = (country, row) {
            all.entry(country).or_default().push((offers, hazard));
        }
    }
    Ok(problems.settle(all)?.0)
}

/// The number of each centre by its name.
fn numbers(geography: &Geography) -> HashMap<&str, usize> {
    let names = geography.centres.iter().enumerate();
    names.map(|(at, name)| (name.as_str(), at)).collect()
}

fn hours(origin: &Origin, geography: &Geography) -> Result<Vec<f64>, FileError> {
    let mut problems = Problems::default();
    let mut sheet = Sheet::of(origin, &mut problems);
    let [time, from, to] =
        ["driving_time", "from_center", "to_center"].map(|name| sheet.column(name));
    let count = geography.centres.len();
    let numbers = numbers(geography);
    let mut all = vec![0.0; count * count];
    while sheet.next_row() {
        let from = numbers.get(sheet.text(from)).copied();
        let to = numbers.get(sheet.text(to)).copied();
        let hours = sheet.number(time, 0.0, 1000.0);
        if let (Some(from), Some(to), Some(hours)) = (from, to, hours) {
            all[from * count + to] = hours;
        }
    }
    Ok(problems.settle(all)?.0)
}

/// The variables of an offer: those of the donor, and then of one candidate after the other.
pub(crate) struct Case<'a> {
    pub(crate) programme: Programme,
    pub(crate) donor: &'a Donor,
    values: Vec<f64>,
}

/// The place of a variable, found while compiling.
const fn at(name: &str) -> usize {
    let mut place = 0;
    while place < NAMES.len() {
        if same(NAMES[place].as_bytes(), name.as_bytes()) {
            return place;
        }
        place += 1;
    }
    NAMES.len()
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut place = 0;
    while place < one.len() {
        if one[place] != other[place] {
            return false;
        }
        place += 1;
    }
    true
}

/// Where the variables stand that are set by themselves.
pub(crate) const REFUSING_CENTRES: usize = at("k_previous_center_rejections");
pub(crate) const REASON: usize = at("acceptance_reason");
pub(crate) const YEAR_OF_TRANSPLANT: usize = at("year_txp_rt2014");
pub(crate) const DRIVING_TIME: usize = at("driving_time");

fn flag(truth: bool) -> f64 {
    f64::from(u8::from(truth))
}

fn group(age: f64, bounds: &[f64]) -> f64 {
    bounds.iter().filter(|bound| age >= **bound).count() as f64
}

impl<'a> Case<'a> {
    /// The variables of a donor.
    pub(crate) fn new(programme: Programme, donor: &'a Donor) -> Self {
        let mut case = Self {
            programme,
            donor,
            values: vec![0.0; NAMES.len() + 1],
        };
        let age = f64::from(donor.age);
        let values: [(usize, f64); 22] = [
            (const { at("donor_age") }, age),
            (const { at("donor_last_creat") }, donor.creatinine),
            (const { at("donor_diabetes") }, flag(donor.has(13))),
            (const { at("donor_hypertension") }, flag(donor.has(14))),
            (const { at("d_bloodgroup") }, donor.abo.index() as f64),
            (const { at("donor_malignancy") }, flag(donor.has(6))),
            (const { at("graft_hbcab") }, flag(donor.has(3))),
            (const { at("graft_hbsag") }, flag(donor.has(1))),
            (const { at("graft_hcvab") }, flag(donor.has(2))),
            (const { at("donor_carrest") }, flag(donor.has(15))),
            (
                const { at("death_cause_group") },
                f64::from(donor.death_cause),
            ),
            (const { at("donor_drug_abuse") }, flag(donor.has(7))),
            (const { at("d_cmv") }, flag(donor.has(16))),
            (
                const { at("d_urine_protein") },
                f64::from(donor.urine_protein),
            ),
            (const { at("esp_donor") }, flag(age >= 65.0)),
            (const { at("graft_dcd") }, flag(donor.has(0))),
            (const { at("donor_country") }, f64::from(donor.country)),
            (const { at("donor_smoking") }, flag(donor.has(12))),
            (
                const { at("donor_age_group") },
                group(age, &[18.0, 35.0, 45.0, 55.0, 65.0]),
            ),
            (const { at("donor_age_75p") }, flag(age >= 75.0)),
            (const { at("malignancy") }, flag(donor.has(6))),
            (const { at("drug_abuse") }, flag(donor.has(7))),
        ];
        for (variable, value) in values {
            case.set(variable, value);
        }
        case.values[NAMES.len()] = flag(donor.has(4));
        case
    }

    /// All variables, in the order of [`variables`].
    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }

    /// Sets one variable.
    pub(crate) fn set(&mut self, variable: usize, value: f64) {
        self.values[variable] = value;
    }

    /// Sets the variables of a candidate.
    pub(crate) fn candidate(
        &mut self,
        state: &State<'_>,
        row: u32,
        mismatches: Mismatches,
        distance: Distance,
        rescue: bool,
    ) {
        let now = self.donor.time;
        let index = row as usize;
        let all = &state.registrations;
        let card = &state.cards[index];
        let years = state.age(row, now).floor();
        let abroad = distance == Distance::International;
        let dialysis = card.dialysis_years(now);
        let values = [
            (const { at("patient_country") }, f64::from(card.country)),
            (const { at("distance") }, f64::from(distance as u8)),
            (const { at("rescue") }, flag(rescue)),
            (const { at("international_rescue") }, flag(rescue && abroad)),
            (const { at("zero_mismatch") }, flag(mismatches.total() == 0)),
            (
                const { at("nonlocal_dcd_donor") },
                flag(self.donor.is_circulatory() && abroad),
            ),
            (const { at("vpra_percent") }, 100.0 * state.vpra[index]),
            (const { at("r_match_age") }, years),
            (
                const { at("retransplant") },
                flag(all.transplants[index] > 0),
            ),
            (const { at("r_pediatric") }, flag(card.child == Child::Yes)),
            (const { at("years_on_dial") }, dialysis),
            (
                const { at("patient_is_hu") },
                flag(card.urgency == Urgency::High),
            ),
            (const { at("mmb_hla_a") }, f64::from(mismatches.a)),
            (const { at("mmb_hla_b") }, f64::from(mismatches.b)),
            (const { at("mms_hla_dr") }, f64::from(mismatches.dr)),
            (const { at("on_dialysis") }, flag(dialysis > 0.0)),
            (
                const { at("any_unacceptables") },
                flag(state.unacceptable[index] != NONE && state.vpra[index] > 0.0),
            ),
            (
                const { at("r_age_group") },
                group(years, &[18.0, 50.0, 65.0]),
            ),
            (const { at("match_abroad") }, flag(abroad)),
        ];
        for (variable, value) in values {
            self.set(variable, value);
        }
    }
}
