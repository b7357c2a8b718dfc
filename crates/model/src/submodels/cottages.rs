//! 7.12 The Cottages: who lives where, for how long, and what comes after.
//!
//! Leavers of one school go in groups to Cottages that leavers of several schools share. The stay
//! is gamma distributed (gap 19: only "several years" between the phases is said). Then some become
//! carers, and the others are called up at once (A-106: the share is not said).

use hailsham_engine::random::{identity, name_hash};
use hailsham_engine::time::{Span, Time};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::history;
use crate::maths::GammaByMoments;
use crate::person::StudentId;
use crate::place::{Place, PlaceId, PlaceKind, Places};
use crate::programme::Programme;
use crate::purpose::{Purpose, Slot};
use crate::submodels::institutions::{half, numbered, one, scatter};
use crate::submodels::{carers, deferral, donation};
use crate::world::{Clock, World};

/// The wait between school and service.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Cottages {
    /// Mean length of the stay.
    #[schemars(range(min = 0.0, max = 50.0), extend("unit" = "years", "source" = "assumed (A-018: length of stay not said)", "lever" = "E-38"))]
    #[default = 2.0]
    pub stay_mean: f64,
    /// Standard deviation of the stay.
    #[schemars(range(min = 0.0, max = 50.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 0.7]
    pub stay_sd: f64,
    /// Leavers of one school and year who go to the same Cottages.
    #[schemars(range(min = 1, max = 100_000), extend("unit" = "students", "source" = "assumed: a cohort moves together (A-008)"))]
    #[default = 8]
    pub group_size: u32,
    /// The places.
    #[schemars(extend("unit" = "", "source" = "A-018"))]
    pub places: IndexMap<String, Site>,
}

/// One of the Cottages, or several alike.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its name; several alike are numbered.
    #[schemars(extend("unit" = "", "source" = "A-018"))]
    pub name: String,
    /// How many there are.
    #[serde(default = "one")]
    #[schemars(range(min = 0, max = 1000), extend("unit" = "places", "source" = "assumed (gap 14)"))]
    pub count: u32,
    /// Quality, 0 (grim) to 1 (good).
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

/// The Cottages of the country.
pub struct State {
    places: Vec<PlaceId>,
    /// By student: where the group goes after school.
    destination: Vec<PlaceId>,
    /// Years of the stay.
    stay: GammaByMoments,
}

impl State {
    /// Makes the places.
    pub(crate) fn build(programme: &Programme, clock: &Clock, places: &mut Places) -> State {
        let mut state = State {
            places: Vec::new(),
            destination: Vec::new(),
            stay: GammaByMoments::new(programme.cottages.stay_mean, programme.cottages.stay_sd),
        };
        for site in programme.cottages.places.values() {
            for number in 1..=site.count {
                let name = numbered(&site.name, number, site.count);
                state.places.push(places.add(Place {
                    at: scatter(
                        clock,
                        &name,
                        (site.x_km, site.y_km, site.spread_km),
                        site.count,
                    ),
                    name,
                    kind: PlaceKind::Cottages,
                    school_kind: None,
                    quality: site.quality,
                    capacity: 0,
                    opened: Time::START,
                    closed: Time::NEVER,
                }));
            }
        }
        state
    }

    /// Where a student goes, or went, after school.
    pub(crate) fn of(&self, student: StudentId) -> PlaceId {
        self.destination[student.row()]
    }
}

/// Chooses the Cottages of a student's group, when the student's row is made.
pub(crate) fn destine(world: &mut World, school: u64, year: i16, member: u32, at_school: PlaceId) {
    let group = member / world.programme.cottages.group_size.max(1);
    let key = identity(&[
        name_hash("group of leavers"),
        school,
        year as u64,
        u64::from(group),
    ]);
    let mut draw = world
        .clock
        .streams
        .entity(key)
        .purpose(Purpose::Cottages)
        .draw(0);
    let places = &world.cottages.places;
    // A scenario without Cottages keeps its leavers where they are.
    let place = if places.is_empty() {
        at_school
    } else {
        places[draw.below(places.len() as u32) as usize]
    };
    world.cottages.destination.push(place);
}

/// A named student goes to Cottages of the scenario's choice.
pub(crate) fn send(world: &mut World, student: StudentId, place: PlaceId) {
    world.cottages.destination[student.row()] = place;
}

/// A leaver has come to the Cottages: how long for?
pub(crate) fn arrive(world: &mut World, at: Time, student: StudentId) {
    stay(world, at, student, 0);
}

fn stay(world: &mut World, at: Time, student: StudentId, number: u32) {
    let mut draw = world.draw(student, Purpose::Stay, number);
    let years = world.cottages.stay.draw(&mut draw);
    world.schedule_step(student, at + Span::from_years(years), Slot::LeaveCottages);
}

/// The stay is over: a carer from now on, or called up at once.
pub(crate) fn on_leave(world: &mut World, at: Time, student: StudentId) {
    if deferral::puts_off(world, at, student, Slot::LeaveCottages) {
        return;
    }
    if let Some(later) = history::holds_back(world, student, history::CARER) {
        // Who was needed there until then stays for as long as one who comes then.
        stay(world, later, student, at.minutes() as u32);
        return;
    }
    let mut draw = world.draw(student, Purpose::Service, 0);
    let serves = draw.bernoulli(world.programme.carers.share);
    if serves || history::holds_back(world, student, history::DONOR).is_some() {
        carers::begin_service(world, at, student);
    } else {
        donation::call_up(world, at, student, donation::Reason::Direct);
    }
}
