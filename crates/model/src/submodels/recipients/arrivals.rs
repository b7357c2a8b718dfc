//! Arrivals of the ill: a Poisson process for each disease, by the healthy public of the year.

use hailsham_allocation::{Abo, Hla};
use hailsham_engine::random::identity;
use hailsham_engine::time::{Span, Time};

use super::parameters::{Census, Disease, Population};
use super::{Condition, Patient, State, Stream};
use crate::event::Event;
use crate::person::{FIRST_SOURCE, NOBODY, RecipientId, Sex};
use crate::purpose::{Purpose, Slot};
use crate::submodels::creation;
use crate::world::{Clock, StopReason, World};

/// Cases of a year at factor 1, and the cumulative shares of age group and sex among them.
pub(super) fn yearly_cases(
    population: &Population,
    disease: &Disease,
    year: f64,
) -> (f64, Vec<f64>) {
    let mut weights = Vec::new();
    for (group, incidence) in disease.incidence.iter().enumerate() {
        let women = people(population, year, |census| &census.female, group);
        let men = people(population, year, |census| &census.male, group);
        weights.push(women * incidence);
        weights.push(men * incidence * disease.male_ratio);
    }
    let cases = weights.iter().sum();
    creation::accumulate(&mut weights);
    (cases, weights)
}

/// Millions of people of an age group and sex in a year: a straight line between censuses, level
/// before the first and after the last.
pub(super) fn people(
    population: &Population,
    year: f64,
    side: impl Fn(&Census) -> &Vec<f64>,
    group: usize,
) -> f64 {
    let mut before: Option<(f64, f64)> = None;
    for (name, census) in &population.census {
        // The scenario was checked: names are years in order, and the groups are as many as bounds say.
        let at: f64 = name.parse().unwrap_or(0.0);
        let count = side(census).get(group).copied().unwrap_or(0.0);
        if at >= year {
            return match before {
                None => count,
                Some((earlier, level)) => {
                    level + (count - level) * (year - earlier) / (at - earlier)
                }
            };
        }
        before = Some((at, count));
    }
    before.map_or(0.0, |(_, count)| count)
}

impl State {
    /// When the next member of a stream falls ill: candidates come at the highest rate of any year,
    /// and one of a year with a lower rate is passed over in proportion (thinning, Lewis and
    /// Shedler 1979).
    fn next_arrival(&mut self, clock: &Clock, from: Time, stream: usize) -> Option<Time> {
        let illness = &self.illnesses[usize::from(self.streams[stream].illness)];
        if illness.most <= 0.0 {
            return None;
        }
        let key = identity(&[illness.key, u64::from(self.streams[stream].copy)]);
        let arrivals = clock.streams.entity(key).purpose(Purpose::Arrival);
        let mut at = from;
        loop {
            let mut draw = arrivals.draw(self.streams[stream].next);
            at = at + Span::from_years(draw.exponential(illness.most));
            if at >= clock.horizon {
                return None;
            }
            let rates = self.rates(illness, clock.year_of(at));
            let kept = illness.years[rates].0 / illness.most * self.streams[stream].share;
            self.streams[stream].next += 1;
            if draw.bernoulli(kept) {
                return Some(at);
            }
        }
    }
}

/// Schedules the next arrival of a stream, if there is one before the horizon.
fn expect_arrival(world: &mut World, from: Time, stream: usize) {
    let next = world
        .recipients_state
        .next_arrival(&world.clock, from, stream);
    if let Some(at) = next {
        let source = FIRST_SOURCE + world.recipients_state.first_stream + stream as u32;
        world.schedule(at, source, Slot::Arrival);
    }
}

/// Starts every stream of arrivals.
pub(crate) fn start(world: &mut World) {
    for stream in 0..world.recipients_state.streams.len() {
        expect_arrival(world, world.recipients_state.lists_open, stream);
    }
}

/// A member of the public falls ill.
pub(crate) fn on_arrival(world: &mut World, at: Time, source: u32) {
    let stream = (source - world.recipients_state.first_stream) as usize;
    let state = &world.recipients_state;
    let Stream {
        illness: disease,
        copy,
        next,
        ..
    } = state.streams[stream];
    let illness = &state.illnesses[usize::from(disease)];
    let recipient = RecipientId(state.people.len() as u32);
    if recipient.0 >= crate::person::FIRST_RECIPIENT {
        world.stop(StopReason::TooManyPeople);
        return;
    }
    let identity = identity(&[illness.key, u64::from(copy), u64::from(next)]);
    let streams = world.clock.streams.entity(identity);
    let mut onset = streams.purpose(Purpose::Onset).draw(0);
    let rates = state.rates(illness, world.clock.year_of(at));
    let kind = onset.categorical(&illness.years[rates].1);
    let (group, sex) = (
        kind / 2,
        if kind.is_multiple_of(2) {
            Sex::Female
        } else {
            Sex::Male
        },
    );
    let bounds = &world.programme.population.age_bounds;
    let age = bounds[group] + (bounds[group + 1] - bounds[group]) * onset.uniform();
    let other = streams
        .purpose(Purpose::NaturalDeath)
        .draw(0)
        .gompertz_makeham_remaining(age, world.mortality.public(sex));
    let (shape, scale) = illness.survival;
    let without = streams
        .purpose(Purpose::Without)
        .draw(0)
        .weibull(shape, scale);
    let needs = streams
        .purpose(Purpose::Treatment)
        .draw(0)
        .bernoulli(world.programme.recipients.demand_factor);
    let other_death = at + Span::from_years(other);
    let disease_death = at + Span::from_years(without);
    let people = &mut world.recipients_state.people;
    people.patients.push(Patient {
        identity,
        hla: Hla::default(),
        abo: Abo::O,
        disease,
        condition: if needs {
            Condition::Ill
        } else {
            Condition::Cured
        },
        sex,
        cause: None,
        urgent: false,
        was_urgent: false,
        transplants: 0,
        grafts_failed: 0,
        listed: Time::NEVER,
        disease_death: if needs { disease_death } else { Time::NEVER },
        other_death,
        graft_fails: Time::NEVER,
        first_listed: Time::NEVER,
        transplanted: Time::NEVER,
        donor: NOBODY,
        died: Time::NEVER,
    });
    people.born.push(at - Span::from_years(age));
    people.fell_ill.push(at);
    people.death_at_onset.push(other_death.min(disease_death));

    let person = recipient.person();
    let topic = world.topics.disease(disease);
    world.log.push(
        Event::FellIll
            .at(at)
            .who(person)
            .topic(topic)
            .n(age as i32)
            .value(without as f32),
    );
    if needs {
        world.schedule(disease_death.min(other_death), person, Slot::RecipientDeath);
        let rules = &world.programme.recipients;
        if age <= rules.oldest {
            let days = if rules.assessment > 0.0 {
                streams
                    .purpose(Purpose::Listing)
                    .draw(0)
                    .exponential(1.0 / rules.assessment)
            } else {
                0.0
            };
            let listing = at + Span::from_days(days);
            // Nobody is listed after death: the listing is due only if it comes first.
            if listing < disease_death.min(other_death) {
                world.schedule(listing, person, Slot::Listing);
            }
        }
    } else {
        world
            .log
            .push(Event::TreatedOtherwise.at(at).who(person).topic(topic));
        world.schedule(other_death, person, Slot::RecipientDeath);
    }
    expect_arrival(world, at, stream);
}
