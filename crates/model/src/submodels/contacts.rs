//! The rhythms of the inner life: who meets whom and when, how often a life is looked back on, how
//! the school year and the months of a place go.
//!
//! Nothing of the inner life has a process of its own unless it needs one. There are four rhythms,
//! and each submodel takes part in those that concern it (the lists are in [`super`]):
//!
//! | rhythm | of whom | how often |
//! |---|---|---|
//! | contact | two students, one of whom it was due for | at random, by phase of life, at most once a day |
//! | reflection | one student | twice a year |
//! | term | a school | three times a year |
//! | month | a place where leavers wait | twelve times a year |
//! | year | the country | once a year |
//!
//! Contacts and reflections belong to days, and happen with a day's last minute (`contacts/day.rs`): the
//! contacts first, by the numbers of those whom they are due for, then the reflections. Whom they meet all
//! choose before anybody meets. 64 meetings, or reflections, go through the submodels together, each
//! submodel taking all of them before the next begins: so the draws of a submodel are made together, its
//! instructions are fetched once for many, and what the next ones touch is asked for in time.
//!
//! Whom somebody meets: at school and at the Cottages a friend with some probability, else somebody
//! of the same year, else anybody there; a donor a friend who visits, the carer, or another donor of
//! the centre; a carer a friend who can be reached, or a donor in care. Of two friends who come to
//! mind the closer is met, and who knows that time is short keeps more to friends (D-69). Friends who
//! live elsewhere are reached with a probability that depends on who travels: carers do,
//! donors may be visited and may visit. Who thinks of one of the dead meets nobody.

mod agenda;
mod day;

use hailsham_engine::random::Draw;
use hailsham_engine::time::{DAYS_PER_YEAR, MINUTES_PER_DAY, MINUTES_PER_YEAR, Span, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::person::{FIRST_SOURCE, Phase, StudentId};
use crate::place::PlaceKind;
use crate::purpose::{Purpose, Slot};
use crate::world::World;
use agenda::Agenda;
use day::Day;
pub(crate) use day::{Names, lives_with, on_day, reach};

/// How often students meet, and whom.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Contacts {
    /// Whether minds are followed: without it nobody meets, learns or looks back, and bodies alone are simulated.
    #[schemars(extend("unit" = "", "source" = "a switch, for studies of bodies, beds and organs alone"))]
    #[default = true]
    pub inner_life: bool,
    /// Age from which meetings are followed: what comes before is not remembered.
    #[schemars(range(min = 0.0, max = 18.0), extend("unit" = "years", "source" = "assumed: childhood amnesia, Rubin 2000"))]
    #[default = 5.0]
    pub from_age: f64,
    /// Meetings of consequence that a pupil begins.
    #[schemars(range(min = 0.0, max = 365.0), extend("unit" = "per year", "source" = "assumed"))]
    #[default = 8.0]
    pub pupil: f64,
    /// Meetings of consequence that a resident of the Cottages begins.
    #[schemars(range(min = 0.0, max = 365.0), extend("unit" = "per year", "source" = "assumed: idle waiting (A-087)"))]
    #[default = 20.0]
    pub resident: f64,
    /// Meetings of consequence that a carer begins, beside the visits to donors.
    #[schemars(range(min = 0.0, max = 365.0), extend("unit" = "per year", "source" = "assumed"))]
    #[default = 6.0]
    pub carer: f64,
    /// Meetings of consequence that a donor begins.
    #[schemars(range(min = 0.0, max = 365.0), extend("unit" = "per year", "source" = "assumed"))]
    #[default = 8.0]
    pub donor: f64,
    /// Meetings of consequence that a released donor begins.
    #[schemars(range(min = 0.0, max = 365.0), extend("unit" = "per year", "source" = "assumed: as at the Cottages, where the released live"))]
    #[default = 20.0]
    pub retired: f64,
    /// Probability that a meeting at school or at the Cottages is with somebody one has a tie to.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed"))]
    #[default = 0.5]
    pub with_ties: f64,
    /// Probability that any other meeting at school is with somebody of the same year.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed: cohorts share a life (A-008)"))]
    #[default = 0.8]
    pub same_year: f64,
    /// Probability that somebody who lives elsewhere can be reached, if neither travels.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed: duties disperse the group (D-68)"))]
    #[default = 0.03]
    pub reach: f64,
    /// The same if one of the two is a carer.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed: carers travel, donors are visited (A-118)"))]
    #[default = 0.25]
    pub reach_carer: f64,
    /// The same if one of the two is a donor.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed: one is ill, the other comes, and donors can travel (A-118)"))]
    #[default = 0.15]
    pub reach_bedside: f64,
    /// The same if one of the two is a pupil.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "pupils are kept apart from the outside (A-048)"))]
    #[default = 0.0]
    pub reach_school: f64,
    /// Probability that a meeting of a carer or of a donor that is with no tie of theirs is with a donor in care, or with the donor's carer.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed: care brings people close (A-117)"))]
    #[default = 0.5]
    pub in_care: f64,
    /// How far knowing that one's time is short turns meetings with anybody into meetings with one's own.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "Carstensen et al. 1999, American Psychologist 54:165: socioemotional selectivity; the size assumed (D-69)"))]
    #[default = 0.5]
    pub selectivity: f64,
}

/// What each student's draws are numbered by, and the state of the rhythms.
#[derive(Default)]
pub(crate) struct State {
    /// By student: contacts and reflections so far.
    counts: Vec<(u32, u32)>,
    /// Whose contact and whose reflection is due on which day.
    contacts: Agenda,
    reflections: Agenda,
    /// Hazards of a day that make the rates of contacts: see [`by_the_day`].
    hazards: Hazards,
    day: Day,
}

/// By phase of life, a day's hazard of a contact.
#[derive(Clone, Copy, Default)]
struct Hazards {
    pupil: f64,
    resident: f64,
    carer: f64,
    donor: f64,
    retired: f64,
}

impl Hazards {
    fn of(&self, phase: Phase) -> f64 {
        match phase {
            Phase::Pupil => self.pupil,
            Phase::Resident => self.resident,
            Phase::Carer => self.carer,
            Phase::Donor => self.donor,
            Phase::Retired => self.retired,
            Phase::Unborn | Phase::Completed | Phase::Dead | Phase::Away => 0.0,
        }
    }
}

/// The hazard of a day by which as many days in a year have a contact as the rate says: at most one
/// a day.
fn by_the_day(rate: f64) -> f64 {
    -libm::log1p(-rate / DAYS_PER_YEAR)
}

impl State {
    pub(crate) fn push(&mut self) {
        self.counts.push((0, 0));
    }
}

/// Whether somebody is old enough to be followed and met: has looked back at least once.
pub(crate) fn is_followed(world: &World, student: StudentId) -> bool {
    world.inner.contacts.counts[student.row()].1 > 0
}

/// Two students meet. Draws are numbered by the contacts of the one whom it was due for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meeting {
    pub(crate) at: Time,
    /// Whose contact it is.
    pub(crate) who: StudentId,
    pub(crate) whom: StudentId,
    /// Number of the contact in that person's life.
    pub(crate) number: u32,
    /// Whether the two live at one place.
    pub(crate) together: bool,
}

impl Meeting {
    /// This meeting's draw for a purpose.
    pub(crate) fn draw(&self, world: &World, purpose: Purpose) -> Draw {
        world.draw(self.who, purpose, self.number)
    }
}

/// Half a year has gone by in a student's life.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reflection {
    pub(crate) at: Time,
    pub(crate) who: StudentId,
    /// Number of the reflection in that person's life.
    pub(crate) number: u32,
    /// Years since the last one.
    pub(crate) years: f64,
    /// Age in years.
    pub(crate) age: f64,
}

impl Reflection {
    /// This reflection's draw for a purpose.
    pub(crate) fn draw(&self, world: &World, purpose: Purpose) -> Draw {
        world.draw(self.who, purpose, self.number)
    }
}

/// Days between two reflections: half a year.
const BETWEEN_REFLECTIONS: u32 = 183;
/// The same in years.
pub(crate) const HALF_A_YEAR: f64 = BETWEEN_REFLECTIONS as f64 / DAYS_PER_YEAR;
/// Days between two looks at those who have no contacts in their phase of life.
const IDLE: u32 = 30;
/// Between two terms, and between two months of a place: a third and a twelfth of a year.
pub(crate) const TERM: Span = Span::from_minutes(MINUTES_PER_YEAR as i32 / 3);
const MONTH: Span = Span::from_minutes(MINUTES_PER_YEAR as i32 / 12);
/// Numbers of the entities of the rhythms in the future event list.
const COUNTRY: u32 = FIRST_SOURCE + 10_000_000;
const FIRST_PLACE: u32 = FIRST_SOURCE + 20_000_000;

/// The day that a time falls in, counted from the first.
fn day_of(at: Time) -> u32 {
    (at.minutes().max(0) / MINUTES_PER_DAY) as u32
}

/// The rhythms of a student begin.
pub(crate) fn begin(world: &mut World, at: Time, student: StudentId) {
    if !world.programme.contacts.inner_life {
        return;
    }
    let from = day_of(at + Span::from_years(world.programme.contacts.from_age));
    // Reflections of different people fall on different days.
    let first = world
        .draw(student, Purpose::Rhythm, 0)
        .below(BETWEEN_REFLECTIONS);
    world.inner.contacts.reflections.add(from + first, student);
    let mut draw = world.draw(student, Purpose::Contact, 0);
    let state = &mut world.inner.contacts;
    expect_contact(state, from, student, Phase::Pupil, &mut draw);
}

/// The next contact of a student in a phase of life is due on a day drawn, which is returned.
fn expect_contact(
    state: &mut State,
    today: u32,
    student: StudentId,
    phase: Phase,
    draw: &mut Draw,
) -> u32 {
    let hazard = state.hazards.of(phase);
    let wait = if hazard > 0.0 {
        (draw.exponential(hazard) as u32).saturating_add(1)
    } else {
        IDLE
    };
    let day = today.saturating_add(wait);
    state.contacts.add(day, student);
    day
}

/// A day ends with its last minute.
fn schedule_day(world: &mut World, day: u32) {
    let end = (i64::from(day) + 1) * i64::from(MINUTES_PER_DAY) - 1;
    let end = Time::from_minutes(i32::try_from(end).unwrap_or(i32::MAX));
    world.schedule(end, COUNTRY, Slot::Day);
}

/// The rhythms of the country and of the places where leavers wait begin.
pub(crate) fn start(world: &mut World) {
    schedule_year(world, Time::START);
    let rules = &world.programme.contacts;
    if !rules.inner_life {
        return;
    }
    let days = day_of(world.clock.horizon) as usize + 1;
    let state = &mut world.inner.contacts;
    state.contacts = Agenda::new(days);
    state.reflections = Agenda::new(days);
    state.hazards = Hazards {
        pupil: by_the_day(rules.pupil),
        resident: by_the_day(rules.resident),
        carer: by_the_day(rules.carer),
        donor: by_the_day(rules.donor),
        retired: by_the_day(rules.retired),
    };
    schedule_day(world, 0);
    let places: Vec<u32> = world
        .places
        .iter()
        .filter(|(_, place)| place.kind == PlaceKind::Cottages)
        .map(|(id, _)| id.number())
        .collect();
    for place in places {
        world.schedule(Time::START + MONTH, FIRST_PLACE + place, Slot::Month);
    }
}

/// A school has opened: its terms begin.
pub(crate) fn begin_terms(world: &mut World, at: Time, source: u32) {
    if !world.programme.contacts.inner_life {
        return;
    }
    world.schedule(at + TERM, FIRST_SOURCE + source, Slot::Term);
}

/// A term of a school has ended.
pub(crate) fn on_term(world: &mut World, at: Time, source: u32) {
    let place = world.institutions.schools[source as usize].place;
    if !world.places.get(place).open(at) {
        return;
    }
    let number = (at - world.places.get(place).opened).minutes() / TERM.minutes();
    super::term(world, at, source, number as u32);
    begin_terms(world, at, source);
}

/// A month has gone by at a place.
pub(crate) fn on_month(world: &mut World, at: Time, entity: u32) {
    let place = crate::place::PlaceId((entity - FIRST_PLACE) as u16);
    let number = at.minutes() / MONTH.minutes();
    super::month(world, at, place, number as u32);
    world.schedule(at + MONTH, entity, Slot::Month);
}

/// The year of the country that a time falls in ends with its last minute.
fn schedule_year(world: &mut World, from: Time) {
    let next = world.clock.start_of(world.clock.year_of(from) + 1);
    world.schedule(next - Span::from_minutes(1), COUNTRY, Slot::Year);
}

/// A year has gone by in the country.
pub(crate) fn on_year(world: &mut World, at: Time) {
    let number = world.clock.year_of(at) - world.clock.year_of(Time::START);
    super::year(world, at, u32::try_from(number).unwrap_or(0));
    let next_day = at + Span::from_days(1.0);
    if next_day < world.clock.horizon {
        schedule_year(world, next_day);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use hailsham_engine::log::Record;
    use hailsham_engine::random::Streams;

    use super::*;
    use crate::event::Event;
    use crate::submodels::institutions;
    use crate::trial::{count, students_alone};

    /// Those of a world who live, with the phases of their lives.
    fn living(world: &World) -> impl Iterator<Item = (StudentId, Phase)> + '_ {
        let phases = world.students.phase.iter().enumerate();
        let all = phases.map(|(row, phase)| (StudentId(row as u32), *phase));
        all.filter(|(_, phase)| phase.alive())
    }

    #[test]
    fn who_serves_as_a_carer_lives_at_no_place() {
        let run = students_alone(0.02, &[]);
        let world = &run.world.0;
        let (mut carers, mut homes) = (Vec::new(), 0);
        for (student, phase) in living(world) {
            let place = world.students.place[student.row()];
            let there = world.roster.at(place).contains(&student.0);
            assert_eq!(there, phase != Phase::Carer, "{student:?} {phase:?}");
            if phase == Phase::Carer {
                assert_eq!(world.home_of(student), Record::NONE);
                carers.push(student);
            } else {
                assert_eq!(world.home_of(student), place.number());
                homes += 1;
            }
        }
        assert!(carers.len() > 100 && homes > 100);
        // Two who come from the same Cottages are together no more.
        let home = |carer: &StudentId| world.students.place[carer.row()];
        let others = &carers[1..];
        let from_there = others.iter().find(|other| home(other) == home(&carers[0]));
        assert!(!lives_with(world, carers[0], *from_there.unwrap()));
        // And they come along on no expedition of a house.
        let of_carers = |event| run.replayed.tally.in_phase(event, Phase::Carer);
        assert!(count(&run, Event::JoinedExpedition) > 100);
        assert_eq!(of_carers(Event::JoinedExpedition), 0);
        assert!(of_carers(Event::SmallJoy) > 100);
    }

    /// Pupils of one school year at one place are met as such, wherever they were before, and those who
    /// are too young are met by nobody.
    #[test]
    fn a_school_year_is_of_those_who_are_there() {
        let sets = [
            "institutions.hailsham.closes=1985",
            "institutions.progressive.closes=1985",
            "time.horizon=32",
        ];
        let run = students_alone(0.05, &sets);
        let moved = count(&run, Event::Transferred);
        assert!(moved > 50, "{moved}");
        let world = &run.world.0;
        let mut years: BTreeMap<_, Vec<u32>> = BTreeMap::new();
        let mut infants = 0;
        for (pupil, _) in living(world).filter(|(_, phase)| *phase == Phase::Pupil) {
            let place = world.students.place[pupil.row()];
            let year = institutions::school_year(world, world.students.born[pupil.row()]);
            if is_followed(world, pupil) {
                years.entry((place, year)).or_default().push(pupil.0);
            } else {
                assert!(!world.roster.met_at(place).contains(&pupil.0));
                infants += 1;
            }
        }
        assert!(infants > 100);
        for year in years.values() {
            for pupil in year {
                let mut mates = world.roster.schoolmates(StudentId(*pupil)).to_vec();
                mates.sort_unstable();
                assert_eq!(mates, *year);
            }
        }
    }

    /// Over whole days, and at most one a day, there are as many contacts a year as the rate says.
    #[test]
    fn contacts_come_at_their_rate() {
        const DRAWS: u32 = 40_000;
        for rate in [2.0, 8.0, 20.0, 120.0, 365.0] {
            let mut state = State {
                contacts: Agenda::new(1),
                hazards: Hazards {
                    pupil: by_the_day(rate),
                    ..Hazards::default()
                },
                ..State::default()
            };
            let stream = Streams::new(1).entity(7).purpose(Purpose::Contact);
            let mut days = 0;
            for number in 0..DRAWS {
                let mut draw = stream.draw(number);
                days += expect_contact(&mut state, 0, StudentId(0), Phase::Pupil, &mut draw);
            }
            let yearly = f64::from(DRAWS) / (f64::from(days) / DAYS_PER_YEAR);
            // Three standard errors of a geometric mean, relatively.
            let slack = 3.0 * rate / f64::from(DRAWS).sqrt();
            assert!((yearly - rate).abs() < slack, "{yearly} and not {rate}");
        }
    }

    #[test]
    fn a_phase_without_contacts_is_looked_at_again() {
        let mut state = State::default();
        let mut draw = Streams::new(1).entity(7).purpose(Purpose::Contact).draw(0);
        let day = expect_contact(&mut state, 5, StudentId(0), Phase::Carer, &mut draw);
        assert_eq!(day, 5 + IDLE);
    }
}
