//! 7.2 Institutions: schools of two kinds, the leaving day, opening and
//! closing.
//!
//! A cohort is an intake of one school year. It leaves school as a group on the first leaving day
//! after the youngest is eighteen, and its groups go to Cottages that leavers of several schools
//! share. When a school closes, its pupils go to one that is open. What happens to them is not said
//! in the sources (gap 12); that they live on elsewhere is assumed.

use hailsham_engine::random::{identity, name_hash};
use hailsham_engine::time::{Span, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::event::Event;
use crate::history::Plan;
use crate::person::{FIRST_SOURCE, Phase, StudentId};
use crate::place::{Place, PlaceId, PlaceKind, Places, SchoolKind};
use crate::programme::Programme;
use crate::purpose::{Purpose, Slot};
use crate::submodels::{cottages, society};
use crate::world::{Clock, World};

/// Rules that hold for all schools.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Schooling {
    /// Age from which a pupil may leave.
    #[schemars(range(min = 1.0, max = 60.0), extend("unit" = "years", "source" = "A-085: 0:32, 1:11"))]
    #[default = 18.0]
    pub leaving_age: f64,
    /// Month of the leaving day: everyone of age leaves together on the next one.
    #[schemars(range(min = 1, max = 12), extend("unit" = "month", "source" = "assumed: the cohort moves as a group (A-008), the day is not said"))]
    #[default = 9]
    pub leaving_month: u8,
    /// Day of the month of the leaving day.
    #[schemars(range(min = 1, max = 28), extend("unit" = "day", "source" = "assumed"))]
    #[default = 1]
    pub leaving_day: u8,
}

/// One school, or several alike.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Institution {
    /// Its name; several alike are numbered.
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub name: String,
    /// How it brings up.
    #[schemars(extend("unit" = "", "source" = "A-014 to A-017", "lever" = "E-13, E-14"))]
    pub kind: SchoolKind,
    /// How many schools of this kind there are.
    #[serde(default = "one")]
    #[schemars(range(min = 0, max = 1000), extend("unit" = "schools", "source" = "assumed (gap 14)", "lever" = "E-13"))]
    pub count: u32,
    /// Students made for each school in a year.
    #[schemars(range(min = 0.0, max = 100_000.0), extend("unit" = "students per year", "source" = "assumed (gap 14)", "lever" = "E-13"))]
    pub intake: f64,
    /// Year in which it opens, on the leaving day; at the scenario's first day if that is later. 0: a humane school when the public wants it (`society.governs_schools`), any other at the first day.
    #[serde(default)]
    #[schemars(range(min = 0, max = 3000), extend("unit" = "year", "source" = "assumed"))]
    pub opens: i16,
    /// Year in which it closes, on the leaving day. 0: a humane school when the public wants it no more (`society.governs_schools`), any other never.
    #[serde(default)]
    #[schemars(range(min = 0, max = 3000), extend("unit" = "year", "source" = "assumed (gap 8)", "lever" = "E-12"))]
    pub closes: i16,
    /// Quality of care, 0 (grim) to 1 (good).
    #[serde(default = "half")]
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    pub quality: f64,
    /// Kilometres east of the map's corner.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 2000.0), extend("unit" = "km", "source" = "assumed"))]
    pub x_km: f64,
    /// Kilometres north of the map's corner.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 2000.0), extend("unit" = "km", "source" = "assumed"))]
    pub y_km: f64,
    /// Side of the square, centred there, over which several alike are scattered.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 2000.0), extend("unit" = "km", "source" = "assumed"))]
    pub spread_km: f64,
}

impl Institution {
    fn site(&self) -> Square {
        (self.x_km, self.y_km, self.spread_km)
    }
}

pub(crate) fn one() -> u32 {
    1
}

pub(crate) fn half() -> f64 {
    0.5
}

/// A school that takes pupils in.
pub(crate) struct School {
    pub(crate) place: PlaceId,
    /// Hash of its name: part of the identity of its students.
    pub(crate) key: u64,
    pub(crate) intake: f64,
    /// Whether the public's concern decides when it opens, and when it closes.
    pub(crate) governed: (bool, bool),
    /// Whether its opening, and its closing, is on record.
    pinned: (bool, bool),
}

/// The schools; a school's number is its source in the future event list.
pub struct State {
    pub(crate) schools: Vec<School>,
}

impl State {
    /// Makes the places of the schools.
    pub(crate) fn build(
        programme: &Programme,
        clock: &Clock,
        plan: &Plan,
        places: &mut Places,
    ) -> State {
        let mut schools = Vec::new();
        for (key, institution) in &programme.institutions {
            let governed = society::governed(programme, institution);
            let pinned = |event| plan.school(programme, event, key);
            let (opening, closing) = (pinned(Event::Opened), pinned(Event::Closed));
            let governed = (
                governed.0 && opening.is_none(),
                governed.1 && closing.is_none(),
            );
            for number in 1..=institution.count {
                let name = numbered(&institution.name, number, institution.count);
                let opened = opening.unwrap_or(match institution.opens {
                    0 if governed.0 => Time::NEVER,
                    0 => Time::START,
                    year => leaving_day(programme, clock, year).max(Time::START),
                });
                let closed = closing.unwrap_or(match institution.closes {
                    0 => Time::NEVER,
                    year => leaving_day(programme, clock, year),
                });
                let key = name_hash(&name);
                let place = places.add(Place {
                    at: scatter(clock, &name, institution.site(), institution.count),
                    name,
                    kind: PlaceKind::School,
                    school_kind: Some(institution.kind),
                    quality: institution.quality,
                    capacity: 0,
                    opened,
                    closed,
                });
                schools.push(School {
                    place,
                    key,
                    intake: institution.intake,
                    governed,
                    pinned: (opening.is_some(), closing.is_some()),
                });
            }
        }
        State { schools }
    }
}

/// Schedules the opening, the first intake and the closing of every school that has dates of its own.
pub(crate) fn start(world: &mut World) {
    for source in 0..world.institutions.schools.len() as u32 {
        let place = world.institutions.schools[source as usize].place;
        let (opened, closed) = (
            world.places.get(place).opened,
            world.places.get(place).closed,
        );
        let entity = FIRST_SOURCE + source;
        world.schedule(opened, entity, Slot::Opening);
        world.schedule(opened, entity, Slot::Intake);
        world.schedule(closed, entity, Slot::Closing);
    }
}

/// "Name" if there is one, "Name 3" if there are several.
pub(crate) fn numbered(name: &str, number: u32, count: u32) -> String {
    if count == 1 {
        name.to_owned()
    } else {
        format!("{name} {number}")
    }
}

/// Centre and side of the square in which places stand, in kilometres.
pub(crate) type Square = (f64, f64, f64);

/// Where a place stands: exactly there if it is the only one, else drawn in the square around it.
pub(crate) fn scatter(clock: &Clock, name: &str, (x, y, side): Square, count: u32) -> (f64, f64) {
    if count == 1 {
        return (x, y);
    }
    let mut draw = clock
        .streams
        .entity(name_hash(name))
        .purpose(Purpose::Layout)
        .draw(0);
    let mut along = |centre: f64| (centre + (draw.uniform() - 0.5) * side).max(0.0);
    (along(x), along(y))
}

/// The leaving day of a year; `Time::NEVER` for a year outside the calendar.
pub(crate) fn leaving_day(programme: &Programme, clock: &Clock, year: i16) -> Time {
    let Schooling {
        leaving_month,
        leaving_day,
        ..
    } = programme.schooling;
    clock
        .epoch
        .time(year, leaving_month as i8, leaving_day as i8)
        .unwrap_or(Time::NEVER)
}

/// The first leaving day at or after a time.
pub(crate) fn next_leaving_day(world: &World, from: Time) -> Time {
    next_leaving_day_of(&world.programme, &world.clock, from)
}

fn next_leaving_day_of(programme: &Programme, clock: &Clock, from: Time) -> Time {
    let year = clock.epoch.year_of(from);
    let day = leaving_day(programme, clock, year);
    if day >= from {
        day
    } else {
        leaving_day(programme, clock, year + 1)
    }
}

/// The school year that someone made at a time is of, by the calendar year in which it ends: it runs
/// from one leaving day to the next.
pub(crate) fn school_year(world: &World, born: Time) -> i32 {
    let ends = next_leaving_day(world, born + Span::from_minutes(1));
    i32::from(world.clock.epoch.year_of(ends))
}

/// When someone made at a time leaves school.
pub(crate) fn leaving_time(world: &World, born: Time) -> Time {
    leaving_time_of(&world.programme, &world.clock, born)
}

/// The same before there is a world.
pub(crate) fn leaving_time_of(programme: &Programme, clock: &Clock, born: Time) -> Time {
    // By the calendar, so that a school's year leaves together: its births begin on a leaving day.
    let of_age = clock
        .epoch
        .years_later(born, programme.schooling.leaving_age);
    next_leaving_day_of(programme, clock, of_age)
}

/// A school opens.
pub(crate) fn on_opening(world: &mut World, at: Time, source: u32) {
    let place = world.institutions.schools[source as usize].place;
    let pinned = world.institutions.schools[source as usize].pinned.0;
    world
        .log
        .push(Event::Opened.at(at).place(place.number()).pinned(pinned));
    super::school_opened(world, at, source);
}

/// A pupil leaves school with the cohort.
pub(crate) fn on_leave_school(world: &mut World, at: Time, student: StudentId) {
    let row = student.row();
    let place = world.cottages.of(student);
    // Of age by the calendar, whose years may be a day short.
    let age = (at - world.students.born[row]).years();
    let age = age.max(world.programme.schooling.leaving_age);
    world.log.push(
        Event::LeftSchool
            .at(at)
            .who(student.person())
            .place(place.number())
            .n(age as i32),
    );
    world.students.phase[row] = Phase::Resident;
    world.students.left_school[row] = at;
    world.move_to(at, student, place);
    cottages::arrive(world, at, student);
}

/// A school closes, and its pupils go to schools that are open: each to one drawn for them.
pub(crate) fn on_closing(world: &mut World, at: Time, source: u32) {
    let place = world.institutions.schools[source as usize].place;
    if world.places.get(place).opened > at {
        return;
    }
    let open: Vec<PlaceId> = world
        .institutions
        .schools
        .iter()
        .map(|school| school.place)
        .filter(|other| *other != place && world.places.get(*other).open(at))
        .collect();
    // Schools close a few times a run: one look at everybody costs less than a list kept for it.
    let pupils: Vec<u32> = (0..world.students.len() as u32)
        .filter(|&student| {
            let row = student as usize;
            world.students.phase[row] == Phase::Pupil && world.students.place[row] == place
        })
        .collect();
    let moved = if open.is_empty() { 0 } else { pupils.len() };
    let pinned = world.institutions.schools[source as usize].pinned.1;
    world.log.push(
        Event::Closed
            .at(at)
            .place(place.number())
            .n(moved as i32)
            .pinned(pinned),
    );
    for pupil in pupils {
        let student = StudentId(pupil);
        // Where no school is left, the pupils of the last one stay where they are.
        let Some(last) = open.len().checked_sub(1) else {
            break;
        };
        // The school that closes numbers the draw: nobody leaves the same one twice.
        let mut draw = world.draw(student, Purpose::Transfer, source);
        let to = open[(draw.below(open.len() as u32) as usize).min(last)];
        world.students.school[student.row()] = to;
        world
            .log
            .push(Event::Transferred.at(at).who(pupil).place(to.number()));
        world.move_to(at, student, to);
        let year = school_year(world, world.students.born[student.row()]);
        let year = world.roster.year(to, year);
        world.roster.join_year(student, year);
    }
    super::school_closed(world, at, source);
}

/// The identity of a student: the same in every scenario that has this school, year and number.
pub(crate) fn student_identity(school: u64, year: i16, number: u32) -> u64 {
    identity(&[school, year as u64, u64::from(number)])
}
