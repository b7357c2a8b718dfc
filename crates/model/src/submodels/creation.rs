//! 7.1 Creation and cohorts: how many are made, and as whom.
//!
//! A school's intake of one school year is Poisson or fixed. A student copies a model: same sex,
//! blood group and HLA. Students have no children: the population is renewed by intakes
//! only.

use std::sync::Arc;

use hailsham_allocation::{Abo, Hla, HlaTable};
use hailsham_engine::random::{self, Draw, EntityStream, name_hash};
use hailsham_engine::time::{Span, Time};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::event::Event;
use crate::history;
use crate::maths::GammaByMoments;
use crate::person::{FIRST_SOURCE, NAMED, NOBODY, Phase, Sex, StudentId};
use crate::purpose::{Purpose, Slot};
use crate::submodels::{cottages, institutions, originals};
use crate::world::World;

/// How the size of an intake is found from its mean.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IntakeDistribution {
    /// Poisson around the mean.
    #[default]
    Poisson,
    /// The mean, rounded at random so that it is right on average.
    Fixed,
}

/// Who is made.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Creation {
    /// How the size of a school's intake of a year varies.
    #[schemars(extend("unit" = "", "source" = "assumed (gap 14)"))]
    pub intake_distribution: IntakeDistribution,
    /// What every school's intake is multiplied by.
    #[schemars(range(min = 0.0, max = 1000.0), extend("unit" = "ratio", "source" = "assumed (gap 14)"))]
    #[default = 1.0]
    pub intake_factor: f64,
    /// Share of students who copy a man.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.5]
    pub share_male: f64,
    /// Empathy of the middle student, 0 to 1: what makes a good carer.
    #[schemars(range(min = 0.01, max = 0.99), extend("unit" = "share", "source" = "assumed", "lever" = "E-21"))]
    #[default = 0.6]
    pub empathy: f64,
    /// Spread of empathy: standard deviation of its log-odds.
    #[schemars(range(min = 0.0, max = 5.0), extend("unit" = "log-odds", "source" = "assumed"))]
    #[default = 0.8]
    pub empathy_spread: f64,
    /// Variance of frailty, whose mean is 1 (Vaupel, Manton and Stallard 1979).
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "ratio squared", "source" = "assumed: decline differs between individuals (A-112, D-25), by how much is not said", "lever" = "E-45"))]
    #[default = 0.5]
    pub frailty_variance: f64,
    /// Initials that stand for a family name.
    #[schemars(extend("unit" = "", "source" = "A-009; which letters, assumed"))]
    #[default("ABCDEFGHJKLMNPRSTW".to_owned())]
    pub initials: String,
    /// Given names of girls.
    #[schemars(extend("unit" = "", "source" = "assumed: names in common use in Britain in those years"))]
    pub names_female: Vec<String>,
    /// Given names of boys.
    #[schemars(extend("unit" = "", "source" = "assumed: names in common use in Britain in those years"))]
    pub names_male: Vec<String>,
}

/// Blood groups and tissue types of the whole population: of the students' models and of the ill.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Bodies {
    /// Share of blood group O.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "NHS Blood and Transplant, donors in England, rounded"))]
    #[default = 0.48]
    pub blood_group_o: f64,
    /// Share of blood group A.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "NHS Blood and Transplant, donors in England, rounded"))]
    #[default = 0.38]
    pub blood_group_a: f64,
    /// Share of blood group B.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "NHS Blood and Transplant, donors in England, rounded"))]
    #[default = 0.10]
    pub blood_group_b: f64,
    /// Share of blood group AB.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "NHS Blood and Transplant, donors in England, rounded"))]
    #[default = 0.04]
    pub blood_group_ab: f64,
    /// Frequency of antigens at each locus (`A`, `B`, `DR`), for the part not in `haplotypes`.
    #[schemars(extend("unit" = "share", "source" = "stated where it stands in the scenario"))]
    pub hla_antigens: IndexMap<String, IndexMap<String, f64>>,
    /// Haplotypes that are inherited together, as `A-B-DR`, with their frequency.
    #[schemars(extend("unit" = "share", "source" = "stated where it stands in the scenario"))]
    pub hla_haplotypes: IndexMap<String, f64>,
}

/// Draws blood groups and tissue types.
pub struct State {
    abo: [f64; 4],
    /// Cumulative frequencies of the linked haplotypes, and their antigens.
    linked: (Vec<f64>, Vec<Hla>),
    /// By locus: cumulative frequencies and antigens.
    loci: Vec<(Vec<f64>, Vec<Hla>)>,
    frailty: GammaByMoments,
}

impl State {
    pub(crate) fn new(parameters: &Bodies, creation: &Creation) -> State {
        let mut abo = [
            parameters.blood_group_o,
            parameters.blood_group_a,
            parameters.blood_group_b,
            parameters.blood_group_ab,
        ];
        accumulate(&mut abo);
        // The scenario was checked: the names are distinct and few enough to be numbered.
        let names = parameters
            .hla_antigens
            .values()
            .flat_map(IndexMap::keys)
            .cloned();
        let table = HlaTable::new(names).unwrap_or_default();
        let set_of = |name: &str| {
            table
                .antigen(name)
                .map_or(Hla::default(), |antigen| Hla::default().with(antigen))
        };
        let mut loci = Vec::new();
        for antigens in parameters.hla_antigens.values() {
            let mut cumulative: Vec<f64> = antigens.values().copied().collect();
            accumulate(&mut cumulative);
            loci.push((
                cumulative,
                antigens.keys().map(|name| set_of(name)).collect(),
            ));
        }
        let mut cumulative: Vec<f64> = parameters.hla_haplotypes.values().copied().collect();
        for index in 1..cumulative.len() {
            cumulative[index] += cumulative[index - 1];
        }
        let sets = parameters
            .hla_haplotypes
            .keys()
            .map(|name| {
                name.split('-')
                    .fold(Hla::default(), |set, antigen| union(set, set_of(antigen)))
            })
            .collect();
        State {
            abo,
            linked: (cumulative, sets),
            loci,
            frailty: GammaByMoments::new(1.0, libm::sqrt(creation.frailty_variance)),
        }
    }

    /// The blood group of a person's stream.
    pub(crate) fn blood_group(&self, streams: EntityStream) -> Abo {
        let group = streams.purpose(Purpose::Abo).draw(0).categorical(&self.abo);
        Abo::from_index(group).unwrap_or(Abo::O)
    }

    /// The tissue type of a person's stream: two haplotypes, each linked or, for the rest of the
    /// frequencies, antigen by antigen.
    pub(crate) fn tissue_type(&self, streams: EntityStream) -> Hla {
        let mut draw = streams.purpose(Purpose::Hla).draw(0);
        let first = self.haplotype(&mut draw);
        union(first, self.haplotype(&mut draw))
    }

    fn haplotype(&self, draw: &mut Draw) -> Hla {
        let (cumulative, sets) = &self.linked;
        if let Some(total) = cumulative.last() {
            let u = draw.uniform();
            if u < *total {
                return sets[cumulative.partition_point(|&upto| upto <= u)];
            }
        }
        self.loci
            .iter()
            .fold(Hla::default(), |set, (cumulative, antigens)| {
                if antigens.is_empty() {
                    set
                } else {
                    union(set, antigens[draw.categorical(cumulative)])
                }
            })
    }
}

fn union(a: Hla, b: Hla) -> Hla {
    Hla::from_bits(a.bits() | b.bits())
}

/// Turns weights into cumulative shares.
pub(crate) fn accumulate(weights: &mut [f64]) {
    let total: f64 = weights.iter().sum();
    let mut sum = 0.0;
    for weight in weights {
        sum += *weight;
        *weight = if total > 0.0 { sum / total } else { 1.0 };
    }
}

/// How many students would be made if all schools were open all the time.
pub(crate) fn most_expected(world: &World) -> f64 {
    let years = (world.clock.horizon - Time::START).years() + 1.0;
    let factor = world.programme.creation.intake_factor * world.clock.scale;
    let schools = &world.institutions.schools;
    let intakes = schools.iter().map(|school| school.intake);
    intakes.sum::<f64>() * factor * years
}

/// A school's intake from now to the next leaving day is drawn, and each birth is scheduled.
pub(crate) fn on_intake(world: &mut World, at: Time, source: u32) {
    let school = &world.institutions.schools[source as usize];
    let (key, place, intake) = (school.key, school.place, school.intake);
    let next = institutions::next_leaving_day(world, at + Span::from_minutes(1));
    let closed = world.places.get(place).closed;
    if closed <= at {
        return;
    }
    let until = next.min(closed);
    let year = world.clock.epoch.year_of(until);
    let share_of_year = (until - at).years().min(1.0);
    let mean = intake * world.programme.creation.intake_factor * world.clock.scale * share_of_year;
    let mut draw = world
        .clock
        .streams
        .entity(key)
        .purpose(Purpose::Intake)
        .draw(year as u32);
    let number = match world.programme.creation.intake_distribution {
        IntakeDistribution::Poisson => draw.poisson(mean) as u32,
        IntakeDistribution::Fixed => {
            let whole = libm::floor(mean);
            whole as u32 + u32::from(draw.bernoulli(mean - whole))
        }
    };
    // Numbers of people are given here, in the order of intakes, so that a student's number does
    // not depend on anything that happens later. Named people come beside those who are drawn, last.
    let cast = history::born_between(world, place, at, until);
    let all = number + cast.len() as u32;
    let class = world
        .roster
        .year(place, institutions::school_year(world, at));
    for member in 0..all {
        let named = member
            .checked_sub(number)
            .and_then(|position| cast.get(position as usize))
            .copied();
        let identity = match named {
            Some(member) => random::identity(&[name_hash("cast"), member as u64, key]),
            None => institutions::student_identity(key, year, member),
        };
        let mut draw = world
            .clock
            .streams
            .entity(identity)
            .purpose(Purpose::Birth)
            .draw(0);
        let minutes = f64::from((until - at).minutes());
        let born = at + Span::from_minutes((draw.uniform() * minutes) as i32);
        let born = named
            .and_then(|member| world.history.born(member))
            .unwrap_or(born);
        let student = StudentId(world.students.len() as u32);
        if student.0 >= crate::person::FIRST_RECIPIENT {
            world.stop(crate::world::StopReason::TooManyPeople);
            return;
        }
        push_unborn(world, student, identity, born, (place, class));
        cottages::destine(world, key, year, member, place);
        if let Some(member) = named {
            history::appear(world, student, member);
        }
        world.schedule(born, student.person(), Slot::Birth);
    }
    if next < closed {
        world.schedule(next, FIRST_SOURCE + source, Slot::Intake);
    }
}

/// A row for someone who will be made, at a school and of a year there.
fn push_unborn(
    world: &mut World,
    student: StudentId,
    identity: u64,
    born: Time,
    (school, class): (crate::place::PlaceId, u32),
) {
    let creation = &world.programme.creation;
    let streams = world.clock.streams.entity(identity);
    // What is copied is drawn from the model's streams: one's own, unless the model is shared.
    let copied = originals::model_of(&world.programme.originals, identity, streams);
    let copied = world.clock.streams.entity(copied);
    let sex = if copied
        .purpose(Purpose::Sex)
        .draw(0)
        .bernoulli(creation.share_male)
    {
        Sex::Male
    } else {
        Sex::Female
    };
    let lifetime = streams
        .purpose(Purpose::NaturalDeath)
        .draw(0)
        .gompertz_makeham_remaining(0.0, world.mortality.student(sex));
    let abo = world.creation.blood_group(copied);
    let hla = world.creation.tissue_type(copied);
    let log_odds = libm::log(creation.empathy / (1.0 - creation.empathy))
        + creation.empathy_spread * streams.purpose(Purpose::Empathy).draw(0).normal();
    let mut draw = streams.purpose(Purpose::Frailty).draw(0);
    let frailty = world.creation.frailty.draw(&mut draw);
    let names = match sex {
        Sex::Female => &creation.names_female,
        Sex::Male => &creation.names_male,
    };
    let mut draw = streams.purpose(Purpose::Name).draw(0);
    let given = draw.below(names.len().max(1) as u32) as u16;
    let letters = creation.initials.chars().count().max(1);
    let initial = draw.below(letters as u32) as u8;

    let students = &mut world.students;
    debug_assert_eq!(students.len(), student.row());
    students.identity.push(identity);
    students.born.push(born);
    students
        .natural_death
        .push(born + Span::from_years(lifetime));
    students.died.push(Time::NEVER);
    students.cause.push(None);
    students.sex.push(sex);
    students.abo.push(abo);
    students.hla.push(hla);
    students.name.push((given, initial));
    students.school.push(school);
    students.place.push(school);
    students.phase.push(Phase::Unborn);
    students
        .empathy
        .push(crate::maths::logistic(log_odds) as f32);
    students.frailty.push(frailty as f32);
    students.left_school.push(Time::NEVER);
    students.step.push((Time::NEVER, 0));
    students.carer_row.push(NOBODY);
    students.donor_row.push(NOBODY);
    world
        .minds
        .push(&world.programme.character, world.clock.streams, identity);
    world.roster.push(class);
    world.inner.push();
}

/// What is fixed of a named student is set, in place of what was drawn. Whoever is on record at some
/// age has lived until then: death by the life table is drawn from later ages alone.
pub(crate) fn fix(world: &mut World, student: StudentId, member: usize) {
    let row = student.row();
    let programme = Arc::clone(&world.programme);
    let Some((_, person)) = programme.history.cast.get_index(member) else {
        return;
    };
    let sex = Sex::from(person.sex);
    let students = &mut world.students;
    students.sex[row] = sex;
    students.name[row] = (NAMED, member as u8);
    let streams = students.streams(world.clock.streams, student);
    let born = students.born[row];
    let needed = history::needs_life_until(&world.history, member).unwrap_or(born);
    let reached = (needed - born).years().max(0.0);
    let left = streams
        .purpose(Purpose::NaturalDeath)
        .draw(0)
        .gompertz_makeham_remaining(reached, world.mortality.student(sex));
    students.natural_death[row] = needed.max(born) + Span::from_years(left) + Span::from_minutes(1);
    let set = |trait_: &mut f32, fixed: Option<f64>| {
        if let Some(fixed) = fixed {
            *trait_ = fixed as f32;
        }
    };
    set(&mut students.empathy[row], person.empathy);
    set(&mut students.frailty[row], person.frailty);
    let mind = world.minds.of_mut(student);
    set(&mut mind.talent, person.talent);
    set(&mut mind.insecurity, person.insecurity);
    set(&mut mind.ambition, person.ambition);
    set(&mut mind.irascibility, person.irascibility);
    set(&mut mind.curiosity, person.curiosity);
    set(&mut mind.boldness, person.boldness);
    if let Some(place) = history::place_of(world, &person.cottages) {
        cottages::send(world, student, place);
    }
}

/// A student is made.
pub(crate) fn on_birth(world: &mut World, at: Time, student: StudentId) {
    let row = student.row();
    let place = world.students.school[row];
    world.students.phase[row] = Phase::Pupil;
    world.log.push(
        Event::Created
            .at(at)
            .who(student.person())
            .place(place.number()),
    );
    world.roster.enter(student, place);
    super::contacts::begin(world, at, student);
    let leaving = institutions::leaving_time(world, at);
    world.schedule_step(student, leaving, Slot::LeaveSchool);
    world.schedule(
        world.students.natural_death[row],
        student.person(),
        Slot::NaturalDeath,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_accumulate_to_one() {
        let mut weights = [2.0, 1.0, 1.0];
        accumulate(&mut weights);
        assert_eq!(weights, [0.5, 0.75, 1.0]);
    }
}
