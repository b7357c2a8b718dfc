//! The scenario of a run: which rules, when, and on what population.

use hailsham_scenario::{
    BuiltIn, Loaded, Parameters, Problem, ScenarioError, Source, load, nearest,
};
use indexmap::IndexMap;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use smart_default::SmartDefault;

use super::acceptance::Effects;
use super::input::Period;
use super::policies::PROFILES;
use super::records::DEATH_CAUSES;
use super::setting::{Geography, Setting};
use crate::files::Moment;

/// From when to when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Time {
    /// The first day.
    #[schemars(extend("unit" = "date", "source" = "as the reference lists"))]
    #[default("2014-01-01".to_owned())]
    pub first_day: String,
    /// The day on which the run ends, at midnight before it.
    #[schemars(extend("unit" = "date", "source" = "as the reference lists"))]
    #[default("2016-01-01".to_owned())]
    pub last_day: String,
    /// From when kidneys that went abroad count for the balances.
    #[schemars(extend("unit" = "date", "source" = "as the reference lists"))]
    #[default("2013-01-01".to_owned())]
    pub balances_from: String,
}

/// How offers are answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Answering {
    /// By the models, with chance.
    #[default]
    Model,
    /// Whoever can be offered a kidney takes it.
    First,
    /// By the models, with one half for every random number and without the habits of anybody.
    Half,
}

/// The rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Allocation {
    /// The rules of both programmes: `eurotransplant-2021`, or `etkidney` for the same with the oddities of the
    /// `ETKidney` simulator.
    #[default("eurotransplant-2021".to_owned())]
    pub profile: String,
    /// The rules of the general programme, a built-in policy or a file; empty: those of the profile.
    pub etkas: String,
    /// The rules of the Senior Programme, a built-in policy or a file; empty: those of the profile.
    pub esp: String,
    /// How offers are answered.
    pub acceptance: Answering,
    /// How far the habits of those who decide are spread.
    pub effects: Effects,
}

/// What both programmes do beside the rules that a policy says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Practice {
    /// From this age on a donor's kidneys are for the Senior Programme.
    #[schemars(range(min = 0, max = 120), extend("unit" = "years", "source" = "as the simulator"))]
    #[default = 65]
    pub senior_donor: u8,
    /// From this age on a recipient may take part in the Senior Programme. Its policy says the same once more, in its
    /// term `senior`.
    #[schemars(range(min = 0.0, max = 120.0), extend("unit" = "years", "source" = "as the simulator"))]
    #[default = 65.0]
    pub senior: f64,
    /// Under this age a recipient is a child.
    #[schemars(range(min = 0.0, max = 120.0), extend("unit" = "years", "source" = "as the simulator"))]
    #[default = 18.0]
    pub adult: f64,
    /// Outside Germany somebody stays a child for the rules who was under that age when dialysis began, the rule until
    /// March 2023; else, who was at the registration, the rule since then.
    #[schemars(extend("source" = "as the simulator, which has both"))]
    pub child_by_dialysis: bool,
    /// Refusals for its patients after which a centre is not asked about a donor any more, in the general programme.
    #[schemars(range(min = 1, max = 1_000_000), extend("unit" = "refusals", "source" = "as the simulator"))]
    #[default = 5]
    pub refusals_etkas: usize,
    /// The same in the Senior Programme.
    #[schemars(range(min = 1, max = 1_000_000), extend("unit" = "refusals", "source" = "as the simulator"))]
    #[default = 10]
    pub refusals_esp: usize,
    /// The countries whose regions count as near.
    #[schemars(extend("source" = "as the simulator"))]
    #[default(["Austria", "Belgium", "Germany"].map(str::to_owned).to_vec())]
    pub regions: Vec<String>,
    /// In the rescue and extended phase, by the donor's country: how early the candidates of other countries come. The
    /// larger, the earlier; those of countries that are not named come last.
    #[schemars(extend("source" = "as the simulator"))]
    #[default(abroad())]
    pub abroad: IndexMap<String, IndexMap<String, u8>>,
}

fn abroad() -> IndexMap<String, IndexMap<String, u8>> {
    let all: [(&str, &[(&str, u8)]); 6] = [
        (
            "Austria",
            &[
                ("Germany", 0),
                ("Croatia", 0),
                ("Hungary", 0),
                ("Slovenia", 0),
            ],
        ),
        ("Belgium", &[("Germany", 0), ("Netherlands", 0)]),
        (
            "Croatia",
            &[
                ("Austria", 1),
                ("Hungary", 1),
                ("Slovenia", 1),
                ("Germany", 0),
            ],
        ),
        (
            "Hungary",
            &[
                ("Slovenia", 1),
                ("Austria", 1),
                ("Croatia", 1),
                ("Germany", 0),
            ],
        ),
        ("Netherlands", &[("Germany", 1), ("Belgium", 0)]),
        ("Slovenia", &[("Austria", 1), ("Germany", 0)]),
    ];
    let order = |order: &[(&str, u8)]| {
        order
            .iter()
            .map(|(name, rank)| ((*name).to_owned(), *rank))
            .collect()
    };
    all.iter()
        .map(|(donor, others)| ((*donor).to_owned(), order(others)))
        .collect()
}

/// A band of ages and its share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The youngest, years.
    pub from: f64,
    /// The oldest, years.
    pub to: f64,
    /// Its share of all, in any unit.
    pub share: f64,
}

fn bands(all: &[(f64, f64, f64)]) -> Vec<Band> {
    let all = all.iter();
    all.map(|(from, to, share)| Band {
        from: *from,
        to: *to,
        share: *share,
    })
    .collect()
}

/// Declares the range of every value of a table.
fn each(schema: &mut Schema, most: f64) {
    let values = schema.get_mut("additionalProperties");
    if let Some(values) = values.and_then(Value::as_object_mut) {
        values.insert("minimum".to_owned(), 0.0.into());
        values.insert("maximum".to_owned(), most.into());
    }
}

fn each_a_count(schema: &mut Schema) {
    each(schema, 1e7);
}

fn each_a_share(schema: &mut Schema) {
    each(schema, 1.0);
}

fn death_causes() -> IndexMap<String, f64> {
    let shares = [0.15, 0.55, 0.2, 0.02, 0.08];
    let all = DEATH_CAUSES.into_iter().zip(shares);
    all.map(|(cause, share)| (cause.to_owned(), share))
        .collect()
}

/// Who is drawn where there are no files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Population {
    /// Deceased donors of kidneys a year, by country.
    #[schemars(transform = each_a_count, extend("unit" = "donors per year", "source" = "about as the donors of Eurotransplant, Annual Report 2014, rounded"))]
    pub donors: IndexMap<String, f64>,
    /// Registrations at the start, by country.
    #[schemars(transform = each_a_count, extend("unit" = "registrations", "source" = "about as the waiting list of Eurotransplant, Annual Report 2014, rounded"))]
    pub listed: IndexMap<String, f64>,
    /// New registrations a year, by country.
    #[schemars(transform = each_a_count, extend("unit" = "registrations per year", "source" = "about as the waiting list of Eurotransplant, Annual Report 2014, rounded"))]
    pub arrivals: IndexMap<String, f64>,
    /// Share of donors after circulatory death, by country; recipients of other countries do not accept them.
    #[schemars(transform = each_a_share, extend("unit" = "share", "source" = "assumed, about as reported"))]
    pub circulatory: IndexMap<String, f64>,
    /// Ages of donors.
    #[schemars(extend("unit" = "years", "source" = "about as the donors of Eurotransplant, Annual Report 2014"))]
    #[default(bands(&[(0.0, 17.0, 4.0), (18.0, 49.0, 36.0), (50.0, 64.0, 34.0), (65.0, 85.0, 26.0)]))]
    pub donor_ages: Vec<Band>,
    /// Ages at registration.
    #[schemars(extend("unit" = "years", "source" = "about as the waiting list of Eurotransplant, Annual Report 2014"))]
    #[default(bands(&[(1.0, 17.0, 3.0), (18.0, 49.0, 40.0), (50.0, 64.0, 39.0), (65.0, 78.0, 18.0)]))]
    pub ages: Vec<Band>,
    /// Share of donors with one kidney for transplantation.
    #[schemars(range(min = 0.0, max = 1.0), extend("source" = "assumed"))]
    #[default = 0.04]
    pub single_kidney: f64,
    /// Median creatinine of donors.
    #[schemars(range(min = 0.1, max = 10.0), extend("unit" = "mg/dl", "source" = "assumed"))]
    #[default = 0.9]
    pub creatinine: f64,
    /// Its standard deviation on the scale of the logarithm.
    #[schemars(range(min = 0.0, max = 2.0), extend("source" = "assumed"))]
    #[default = 0.45]
    pub creatinine_spread: f64,
    /// Mean time between the start of dialysis and registration.
    #[schemars(range(min = 0.0, max = 20.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 1.1]
    pub dialysis_before: f64,
    /// Mean time since registration of those who are registered at the start.
    #[schemars(range(min = 0.01, max = 20.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 3.4]
    pub listed_before: f64,
    /// Deaths on the list, per year and registration.
    #[schemars(range(min = 0.0, max = 2.0), extend("unit" = "per year", "source" = "assumed, about as reported"))]
    #[default = 0.05]
    pub death: f64,
    /// Other removals from the list, per year and registration.
    #[schemars(range(min = 0.0, max = 2.0), extend("unit" = "per year", "source" = "assumed"))]
    #[default = 0.05]
    pub removal: f64,
    /// Mean time until somebody becomes not transplantable.
    #[schemars(range(min = 0.01, max = 50.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 1.6]
    pub transplantable: f64,
    /// Mean time until they are transplantable again.
    #[schemars(range(min = 0.01, max = 50.0), extend("unit" = "years", "source" = "assumed: about four of ten are not transplantable"))]
    #[default = 1.1]
    pub not_transplantable: f64,
    /// Share of registrations with unacceptable antigens.
    #[schemars(range(min = 0.0, max = 1.0), extend("source" = "assumed, about as reported"))]
    #[default = 0.25]
    pub sensitised: f64,
    /// Their mean number of unacceptable antigens.
    #[schemars(range(min = 1.0, max = 30.0), extend("source" = "assumed"))]
    #[default = 5.0]
    pub unacceptable: f64,
    /// No more of them than this are drawn for anybody.
    #[schemars(range(min = 1.0, max = 200.0), extend("source" = "assumed"))]
    #[default = 20.0]
    pub most_unacceptable: f64,
    /// Share of registrations after a transplant.
    #[schemars(range(min = 0.0, max = 1.0), extend("source" = "assumed, about as reported"))]
    #[default = 0.16]
    pub retransplants: f64,
    /// Share of the registrations that are highly urgent.
    #[schemars(range(min = 0.0, max = 1.0), extend("source" = "assumed"))]
    #[default = 0.005]
    pub high_urgency: f64,
    /// Share in the acceptable mismatch programme of those to whom it is open.
    #[schemars(range(min = 0.0, max = 1.0), extend("source" = "assumed"))]
    #[default = 0.3]
    pub acceptable_mismatch: f64,
    /// The acceptable mismatch programme is open to those who cannot accept this share of donors or more.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed, the usual bound of the highly sensitised"))]
    #[default = 0.85]
    pub highly_sensitised: f64,
    /// Share of the old enough for the Senior Programme who choose it.
    #[schemars(range(min = 0.0, max = 1.0), extend("source" = "assumed"))]
    #[default = 0.6]
    pub senior_programme: f64,
    /// Share of donors with each finding that profiles speak of, such as hepatitis or sepsis.
    #[schemars(range(min = 0.0, max = 1.0), extend("source" = "assumed"))]
    #[default = 0.04]
    pub finding: f64,
    /// Share of profiles that accept such a finding.
    #[schemars(range(min = 0.0, max = 1.0), extend("source" = "assumed"))]
    #[default = 0.6]
    pub accepts_finding: f64,
    /// Causes of death of donors and their shares, in any unit.
    #[schemars(transform = each_a_count, extend("source" = "assumed"))]
    #[default(death_causes())]
    pub death_causes: IndexMap<String, f64>,
    /// Share of donors who smoked.
    #[schemars(range(min = 0.0, max = 1.0), extend("source" = "assumed"))]
    #[default = 0.4]
    pub smoking: f64,
    /// Share of donors with high blood pressure.
    #[schemars(range(min = 0.0, max = 1.0), extend("source" = "assumed"))]
    #[default = 0.35]
    pub hypertension: f64,
    /// Mean time between a transplant and the registration after it.
    #[schemars(range(min = 0.1, max = 40.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 8.0]
    pub previous_transplant: f64,
    /// How much older than the recipient the oldest donor of a profile is, at most.
    #[schemars(range(min = 0.0, max = 60.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 20.0]
    pub older_donor: f64,
    /// The oldest donor that every profile accepts.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 30.0]
    pub oldest_donor_of_the_young: f64,
    /// So long before the age of the Senior Programme profiles begin to accept donors of the Senior Programme.
    #[schemars(range(min = 0.0, max = 65.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 5.0]
    pub early_seniors: f64,
    /// Donors drawn for the share of donors that somebody cannot accept.
    #[schemars(range(min = 100, max = 100_000), extend("source" = "as the simulator"))]
    #[default = 2000]
    pub panel: u32,
}

/// What comes after a transplant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct AfterTransplant {
    /// Whether grafts are lost and recipients registered again. Only where offers are answered with chance; with
    /// files, registrations after a transplant within the period are then left out.
    #[default = true]
    pub followed: bool,
    /// Nothing is followed after so long.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "years", "source" = "as the simulator"))]
    #[default = 20.0]
    pub horizon: f64,
    /// The probability that an antigen of the lost graft that the recipient does not have becomes unacceptable.
    #[schemars(range(min = 0.0, max = 1.0), extend("source" = "as the simulator"))]
    #[default = 0.2]
    pub new_antibody: f64,
    /// Of how many registrations like a new one the course of one is taken.
    #[schemars(range(min = 1, max = 1000), extend("source" = "as the simulator"))]
    #[default = 5]
    pub alike: usize,
    /// Registrations are alike whose ages at the transplant before differ by no more than this.
    #[schemars(range(min = 0.0, max = 150.0), extend("unit" = "years", "source" = "as the simulator"))]
    #[default = 20.0]
    pub alike_age: f64,
    /// And whose times from the transplant before to the registration differ by no more than this.
    #[schemars(range(min = 0.0, max = 20.0), extend("unit" = "log time ratio", "source" = "as the simulator"))]
    #[default = 2.0]
    pub alike_to_listing: f64,
    /// And whose times from the registration to its end differ by no more than this.
    #[schemars(range(min = 0.0, max = 20.0), extend("unit" = "log time ratio", "source" = "as the simulator"))]
    #[default = 1.0]
    pub alike_to_end: f64,
}

/// A scenario: everything that a run depends on beside its seed and scale.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Scenario {
    /// From when to when.
    pub time: Time,
    /// The rules.
    pub allocation: Allocation,
    /// What both programmes do beside the rules that a policy says.
    pub practice: Practice,
    /// What comes after a transplant.
    pub after_transplant: AfterTransplant,
    /// Who is drawn where there are no files.
    pub population: Population,
}

impl Parameters for Scenario {
    // Compiled here once: see the trait.
    fn from_json(values: serde_json::Value) -> serde_json::Result<Self> {
        serde_json::from_value(values)
    }

    fn to_json(&self) -> serde_json::Result<serde_json::Value> {
        serde_json::to_value(self)
    }

    fn cross_check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut wrong = |path: &str, message: String, help: String| {
            problems.push(Problem {
                path: path.to_owned(),
                message,
                help: Some(help),
            });
        };
        let names: Vec<&str> = PROFILES.iter().map(|(name, _)| *name).collect();
        if !names.contains(&self.allocation.profile.as_str()) {
            let message = format!("there is no profile \"{}\"", self.allocation.profile);
            wrong(
                "allocation.profile",
                message,
                format!("there are {}", names.join(", ")),
            );
        }
        let days = [
            ("time.first_day", &self.time.first_day),
            ("time.last_day", &self.time.last_day),
            ("time.balances_from", &self.time.balances_from),
        ];
        for (path, text) in days {
            if Moment::read(text).is_none() {
                let message = format!("\"{text}\" is not a date");
                wrong(path, message, "write it as 2014-01-31".to_owned());
            }
        }
        if let Some(period) = self.period()
            && period.end.days_since(period.start) <= 0.0
        {
            let message = "the run ends before it begins".to_owned();
            wrong(
                "time.last_day",
                message,
                format!("it begins on {}", self.time.first_day),
            );
        }
        for (path, table) in [
            ("population.donor_ages", &self.population.donor_ages),
            ("population.ages", &self.population.ages),
        ] {
            if table.is_empty()
                || table
                    .iter()
                    .any(|band| band.from > band.to || band.share < 0.0)
            {
                let message = "a band ends before it begins, or there is none".to_owned();
                wrong(
                    path,
                    message,
                    "give each `from`, `to` and `share`".to_owned(),
                );
            }
        }
        problems.extend(self.unknown_countries());
        problems.extend(self.population.wrong_causes());
        problems
    }
}

impl Population {
    /// What is wrong with the causes of death.
    fn wrong_causes(&self) -> Vec<Problem> {
        const PATH: &str = "population.death_causes";
        let help = format!("there are {}", DEATH_CAUSES.join(", "));
        let problem = |path: String, message: String| Problem {
            path,
            message,
            help: Some(help.clone()),
        };
        let names = self.death_causes.keys();
        let unknown = names.filter(|name| !DEATH_CAUSES.contains(&name.as_str()));
        let mut all: Vec<Problem> = unknown
            .map(|name| {
                problem(
                    format!("{PATH}.{name}"),
                    format!("\"{name}\" is no cause of death that the models know"),
                )
            })
            .collect();
        if self.death_causes.values().sum::<f64>() <= 0.0 {
            all.push(problem(PATH.to_owned(), "no cause has a share".to_owned()));
        }
        all
    }
}

impl Scenario {
    /// The countries in tables that the setting does not have.
    fn unknown_countries(&self) -> Vec<Problem> {
        // A setting that is wrong is told by who reads it.
        let countries = Setting::eurotransplant()
            .map_or(Vec::new(), |setting| Geography::new(&setting).countries);
        let Practice {
            regions, abroad, ..
        } = &self.practice;
        let population = &self.population;
        let tables = [
            ("donors", &population.donors),
            ("listed", &population.listed),
            ("arrivals", &population.arrivals),
            ("circulatory", &population.circulatory),
        ];
        let of_tables = tables.into_iter().flat_map(|(table, counts)| {
            let names = counts.keys();
            names.map(move |name| (format!("population.{table}.{name}"), name))
        });
        let of_donors = abroad.iter().flat_map(|(donor, others)| {
            let path = format!("practice.abroad.{donor}");
            let within = others.keys().map({
                let path = path.clone();
                move |name| (format!("{path}.{name}"), name)
            });
            std::iter::once((path, donor)).chain(within)
        });
        let of_regions = regions.iter().enumerate();
        let of_regions = of_regions.map(|(at, name)| (format!("practice.regions[{at}]"), name));
        let all = of_tables.chain(of_donors).chain(of_regions);
        let unknown = all.filter(|(_, name)| !countries.is_empty() && !countries.contains(name));
        unknown
            .map(|(path, name)| {
                let near = nearest(name, countries.iter().map(String::as_str));
                let there_are = format!("there are {}", countries.join(", "));
                Problem {
                    path,
                    message: format!("no centre is in a country \"{name}\""),
                    help: Some(near.map_or(there_are, |near| format!("did you mean `{near}`?"))),
                }
            })
            .collect()
    }
}

impl Scenario {
    /// The period; none if a date is wrong.
    pub fn period(&self) -> Option<Period> {
        Some(Period {
            start: Moment::read(&self.time.first_day)?,
            end: Moment::read(&self.time.last_day)?,
            balances_from: Moment::read(&self.time.balances_from)?,
            relisting: self.follows(),
        })
    }

    /// Whether what comes after a transplant is followed.
    pub fn follows(&self) -> bool {
        self.after_transplant.followed && self.allocation.acceptance == Answering::Model
    }

    /// The policies of the general and of the Senior Programme, as they are asked for.
    pub fn policies(&self) -> [String; 2] {
        let mut all = PROFILES.iter();
        let found = all.find(|(name, _)| *name == self.allocation.profile);
        let [general, senior] = found.map_or(PROFILES[0].1, |(_, names)| *names);
        let chosen = |own: &String, other: &str| {
            if own.is_empty() {
                other.to_owned()
            } else {
                own.clone()
            }
        };
        [
            chosen(&self.allocation.etkas, general),
            chosen(&self.allocation.esp, senior),
        ]
    }
}

/// The scenario that comes with the program.
pub const BUILT_IN_SCENARIO: BuiltIn = BuiltIn {
    name: "eurotransplant",
    text: include_str!("../../../../scenarios/eurotransplant.toml"),
    summary: "Eurotransplant's kidneys: two years of ETKAS and ESP on a synthetic population",
};

/// Reads the scenario or a variant that extends it, with `sets` (each `path=value`) laid on top.
///
/// # Errors
///
/// Everything that is wrong, each with its place.
pub fn load_scenario(source: &Source, sets: &[String]) -> Result<Loaded<Scenario>, ScenarioError> {
    load(source, &[BUILT_IN_SCENARIO], sets)
}
