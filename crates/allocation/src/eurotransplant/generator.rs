//! A population drawn from published frequencies: what the files of the simulator would say of it.
//!
//! Every person's draws are named by who they are and what for, so that a change in one parameter moves nobody else.

use hailsham_engine::random::{Draw, EntityStream, Streams, identity, name_hash};

use super::input::Period;
use super::records::{
    Change, DEATH_CAUSES, DONOR_FLAGS, Donor, Input, PROFILE_FLAGS, PROFILED_FLAGS, Profile,
    Programme, Update, Urgency,
};
use super::scenario::{Band, Population, Scenario};
use super::setting::{AntigenFrequencies, Geography, Setting};
use super::state::YEAR;
use crate::Abo;
use crate::typing::{Determinants, Locus, Panel, Typing, Unacceptable};

/// What a draw is for.
#[derive(Clone, Copy)]
enum Purpose {
    Time,
    Body,
    Typing,
    Course,
    Antibodies,
    Profile,
    Findings,
}

impl From<Purpose> for u16 {
    fn from(purpose: Purpose) -> u16 {
        purpose as u16
    }
}

/// All mismatches are accepted.
const ANY_MISMATCH: u32 = (1 << 27) - 1;

/// Older than any donor, in years.
const OLDEST: f64 = 120.0;

/// Frequencies as cumulative sums, with the names of what is drawn.
struct Lot {
    cumulative: Vec<f64>,
    names: Vec<String>,
}

impl Lot {
    fn new<'a>(table: impl Iterator<Item = (&'a str, f64)>) -> Self {
        let mut lot = Self {
            cumulative: Vec::new(),
            names: Vec::new(),
        };
        let mut sum = 0.0;
        for (name, share) in table {
            sum += share;
            lot.cumulative.push(sum);
            lot.names.push(name.to_owned());
        }
        lot
    }

    fn draw(&self, draw: &mut Draw) -> usize {
        draw.categorical(&self.cumulative)
    }
}

struct Generator<'a> {
    population: &'a Population,
    /// From this age on, in years, somebody may take part in the Senior Programme.
    senior: f64,
    geography: &'a Geography,
    determinants: &'a Determinants,
    streams: Streams,
    antigens: [Lot; 3],
    groups: Lot,
    causes: Lot,
    /// Transplant centres of each country.
    centres: Vec<Vec<u16>>,
    end: f64,
    input: Input,
}

/// Draws donors, registrations and their courses for a period; `scale` multiplies their numbers.
pub fn generate(
    scenario: &Scenario,
    setting: &Setting,
    geography: &Geography,
    determinants: &Determinants,
    period: Period,
    seed: u64,
    scale: f64,
) -> Input {
    let AntigenFrequencies { a, b, dr } = &setting.antigens;
    let lot = |table: &indexmap::IndexMap<String, f64>| {
        Lot::new(table.iter().map(|(name, share)| (name.as_str(), *share)))
    };
    let centres = (0..geography.countries.len())
        .map(|country| {
            let all = geography.centres.iter().enumerate();
            let own = all.filter(|(at, code)| {
                usize::from(geography.places[*at].country) == country && code.ends_with("TP")
            });
            own.map(|(at, _)| at as u16).collect()
        })
        .collect();
    let mut generator = Generator {
        population: &scenario.population,
        senior: scenario.practice.senior,
        geography,
        determinants,
        streams: Streams::new(seed),
        antigens: [lot(a), lot(b), lot(dr)],
        groups: lot(&setting.blood_groups),
        causes: lot(&scenario.population.death_causes),
        centres,
        end: period.end.days_since(period.start),
        input: Input::default(),
    };
    let panel = generator.panel();
    generator.donors(scale);
    generator.registrations(scale, &panel);
    let mut input = generator.input;
    input.panel = panel;
    input.donors.sort_by(|one, other| {
        one.time
            .total_cmp(&other.time)
            .then(one.name.cmp(&other.name))
    });
    input
        .updates
        .sort_by(|one, other| one.time.total_cmp(&other.time));
    input
}

/// So many of an expected number: the whole part, and one more with the probability of the rest.
fn whole(expected: f64, draw: &mut Draw) -> u32 {
    expected.floor() as u32 + u32::from(draw.bernoulli(expected.fract()))
}

/// Who somebody is, however many others there are.
fn name_of(kind: &str, country: &str, number: u32) -> u64 {
    identity(&[name_hash(kind), name_hash(country), u64::from(number)])
}

fn age(bands: &[Band], draw: &mut Draw) -> f64 {
    let mut sum = 0.0;
    let cumulative: Vec<f64> = bands
        .iter()
        .map(|band| {
            sum += band.share;
            sum
        })
        .collect();
    let band = &bands[draw.categorical(&cumulative).min(bands.len() - 1)];
    band.from + (band.to + 1.0 - band.from) * draw.uniform()
}

impl Generator<'_> {
    fn person(&self, kind: &str, country: &str, number: u32) -> EntityStream {
        self.streams.entity(name_of(kind, country, number))
    }

    /// Two antigens at each of A, B and DR, independently (Hardy and Weinberg), as broad and split names.
    fn typing(&self, draw: &mut Draw) -> Typing {
        let mut text = String::new();
        for locus in Locus::ALL {
            let lot = &self.antigens[locus as usize];
            for _ in 0..2 {
                let name = &lot.names[lot.draw(draw)];
                let (broad, split) = self.determinants.whole_name(locus, name, draw.uniform());
                for part in [broad, split].into_iter().flatten() {
                    text.push_str(part);
                    text.push(' ');
                }
            }
        }
        Typing::read(&text, self.determinants)
    }

    fn abo(&self, draw: &mut Draw) -> Abo {
        let name = &self.groups.names[self.groups.draw(draw)];
        name.parse().unwrap_or(Abo::O)
    }

    fn death_cause(&self, draw: &mut Draw) -> u8 {
        let name = &self.causes.names[self.causes.draw(draw)];
        let known = DEATH_CAUSES.iter().position(|cause| cause == name);
        known.unwrap_or(0) as u8
    }

    fn panel(&self) -> Panel {
        let donors: Vec<Typing> = (0..self.population.panel)
            .map(|number| {
                let one = self.person("panel", "", number);
                self.typing(&mut one.purpose(Purpose::Typing).draw(0))
            })
            .collect();
        Panel::new(&donors)
    }

    fn centre(&self, country: u8, draw: &mut Draw) -> Option<u16> {
        let all = &self.centres[usize::from(country)];
        all.get(draw.below(all.len() as u32) as usize).copied()
    }

    fn donors(&mut self, scale: f64) {
        let years = self.end / YEAR;
        for (country, a_year) in &self.population.donors {
            let Some(number) = self.geography.country(country) else {
                continue;
            };
            let mut draw = self
                .person("donors", country, 0)
                .purpose(Purpose::Time)
                .draw(0);
            for each in 0..whole(a_year * years * scale, &mut draw) {
                let one = self.person("donor", country, each);
                let mut body = one.purpose(Purpose::Body).draw(0);
                let Some(centre) = self.centre(number, &mut body) else {
                    break;
                };
                let typing = self.typing(&mut one.purpose(Purpose::Typing).draw(0));
                let mut findings = one.purpose(Purpose::Findings).draw(0);
                let circulatory = self.population.circulatory.get(country).copied();
                let mut flags = 0;
                for flag in 0..DONOR_FLAGS.len() {
                    let share = match flag {
                        0 => circulatory.unwrap_or(0.0),
                        // What was known before the search is not what comes of it.
                        8 | 9 => 0.0,
                        12 => self.population.smoking,
                        14 => self.population.hypertension,
                        _ => self.population.finding,
                    };
                    flags |= u32::from(findings.bernoulli(share)) << flag;
                }
                let creatinine = findings.lognormal(
                    libm::log(self.population.creatinine),
                    self.population.creatinine_spread,
                );
                let donor = Donor {
                    id: self.input.donors.len() as u32 + 1,
                    name: name_of("donor", country, each),
                    time: one.purpose(Purpose::Time).draw(0).uniform() * self.end,
                    country: number,
                    centre,
                    subregion: self.geography.places[usize::from(centre)].subregion,
                    age: age(&self.population.donor_ages, &mut body) as u8,
                    abo: self.abo(&mut body),
                    typing: self.input.typings.len() as u32,
                    kidneys: 2 - u8::from(body.bernoulli(self.population.single_kidney)),
                    death_cause: self.death_cause(&mut body),
                    creatinine: (creatinine * 100.0).round() / 100.0,
                    urine_protein: u8::from(findings.bernoulli(self.population.finding)),
                    flags,
                };
                self.input.typings.push(typing);
                self.input.donors.push(donor);
            }
        }
    }

    fn registrations(&mut self, scale: f64, panel: &Panel) {
        let population = self.population;
        let years = self.end / YEAR;
        for (listed_before, table, rate) in [
            (true, &population.listed, 1.0),
            (false, &population.arrivals, years),
        ] {
            for (country, count) in table {
                let Some(number) = self.geography.country(country) else {
                    continue;
                };
                let kind = if listed_before { "listed" } else { "arrival" };
                let mut draw = self
                    .person(kind, country, u32::MAX)
                    .purpose(Purpose::Time)
                    .draw(0);
                for each in 0..whole(count * rate * scale, &mut draw) {
                    let name = name_of(kind, country, each);
                    let one = self.streams.entity(name);
                    let mut time = one.purpose(Purpose::Time).draw(0);
                    let listed = if listed_before {
                        -YEAR * time.exponential(1.0 / population.listed_before)
                    } else {
                        self.end * time.uniform()
                    };
                    self.registration(name, number, listed, panel);
                }
            }
        }
    }

    fn registration(&mut self, name: u64, country: u8, listed: f64, panel: &Panel) {
        let population = self.population;
        let one = self.streams.entity(name);
        let mut body = one.purpose(Purpose::Body).draw(0);
        let Some(centre) = self.centre(country, &mut body) else {
            return;
        };
        let age = age(&population.ages, &mut body);
        let abo = self.abo(&mut body);
        let again = body.bernoulli(population.retransplants);
        let since = again.then(|| YEAR * body.exponential(1.0 / population.previous_transplant));
        let dialysis = listed - YEAR * body.exponential(1.0 / population.dialysis_before.max(1e-9));
        let senior = body.bernoulli(population.senior_programme);
        let typing = self.typing(&mut one.purpose(Purpose::Typing).draw(0));
        let row = self.input.registrations.len() as u32;
        let all = &mut self.input.registrations;
        all.registration.push(1 + row);
        all.name.push(name);
        all.recipient.push(1 + row);
        all.listed.push(listed);
        all.since_previous.push(since);
        all.transplants.push(u8::from(again));
        all.centre.push(centre);
        all.abo.push(abo);
        all.born.push(listed - YEAR * age);
        all.typing.push(self.input.typings.len() as u32);
        all.returned.push(0.0);
        all.programme
            .push((age >= self.senior && senior).then_some(Programme::Esp));
        all.dialysis.push(Some(dialysis));
        self.input.typings.push(typing);
        let mut change = |time: f64, change| {
            self.input.updates.push(Update { time, row, change });
        };
        change(listed, Change::Screening(true));
        let mut course = one.purpose(Purpose::Course).draw(0);
        let hazard = population.death + population.removal;
        let dead = course.bernoulli(population.death / hazard.max(1e-12));
        // Those who are registered at the start have lived until then.
        let until = listed.max(0.0) + YEAR * course.exponential(hazard.max(1e-12));
        let active = if course.bernoulli(population.high_urgency) {
            Urgency::High
        } else {
            Urgency::Transplantable
        };
        let (on, off) = (population.transplantable, population.not_transplantable);
        let mut waits = course.bernoulli(on / (on + off));
        let mut time = listed;
        while time < until.min(self.end) {
            let urgency = if waits {
                active
            } else {
                Urgency::NotTransplantable
            };
            change(time, Change::Urgency(urgency));
            time += YEAR * course.exponential(1.0 / if waits { on } else { off });
            waits = !waits;
        }
        let ending = if dead {
            Urgency::Died
        } else {
            Urgency::Removed
        };
        change(until, Change::Urgency(ending));
        self.antibodies(one, row, listed, panel);
        self.profile(one, row, listed, age, country);
    }

    fn antibodies(&mut self, one: EntityStream, row: u32, listed: f64, panel: &Panel) {
        let population = self.population;
        let mut draw = one.purpose(Purpose::Antibodies).draw(0);
        if !draw.bernoulli(population.sensitised) {
            return;
        }
        let most = population.most_unacceptable;
        let count = (1.0 + draw.exponential(1.0 / population.unacceptable)).min(most) as u32;
        let mut names = Vec::new();
        let own = &self.input.typings[self.input.registrations.typing[row as usize] as usize];
        for _ in 0..count {
            let locus = Locus::ALL[draw.below(3) as usize];
            let lot = &self.antigens[locus as usize];
            let name = &lot.names[draw.below(lot.names.len() as u32) as usize];
            let single = Unacceptable::read(name, self.determinants);
            // Nobody has antibodies against themselves.
            if !single.hits(own) {
                names.push(name.as_str());
            }
        }
        if names.is_empty() {
            return;
        }
        let antigens = Unacceptable::read(&names.join(" "), self.determinants);
        let share = panel.share(&antigens);
        let number = self.input.unacceptable.len() as u32;
        self.input.unacceptable.push((antigens, share));
        let mut change = |change| {
            self.input.updates.push(Update {
                time: listed,
                row,
                change,
            });
        };
        change(Change::Unacceptable(number));
        if share >= population.highly_sensitised && draw.bernoulli(population.acceptable_mismatch) {
            change(Change::AcceptableMismatch(true));
        }
    }

    fn profile(&mut self, one: EntityStream, row: u32, listed: f64, age: f64, country: u8) {
        let mut draw = one.purpose(Purpose::Profile).draw(0);
        let senior = age >= self.senior - self.population.early_seniors;
        let mut accepts = 0;
        for flag in 0..PROFILE_FLAGS.len() {
            let accepted = match flag {
                0 => {
                    let name = &self.geography.countries[usize::from(country)];
                    self.population.circulatory.contains_key(name)
                }
                _ if flag >= PROFILED_FLAGS => senior,
                _ => draw.bernoulli(self.population.accepts_finding),
            };
            accepts |= u16::from(accepted) << flag;
        }
        let oldest = age + self.population.older_donor * draw.uniform();
        let oldest = if senior {
            OLDEST
        } else {
            oldest.max(self.population.oldest_donor_of_the_young)
        };
        self.input.profiles.push(Profile {
            youngest: 0,
            oldest: oldest as u8,
            accepts,
            mismatches: ANY_MISMATCH,
        });
        self.input.updates.push(Update {
            time: listed,
            row,
            change: Change::Profile(self.input.profiles.len() as u32 - 1),
        });
    }
}
