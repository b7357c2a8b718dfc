//! 7.14 Donation, recovery, completion (A-038, A-039, A-110 to A-114; D-24, D-25).
//!
//! A donor is called up to a recovery centre. Operation *n* takes the organs of plan *n*, needs a
//! bed, and kills with probability
//!
//! ```text
//! log-odds(death at operation n) = intercept + slope · n + weakness · (1 − strength)
//!                                  + ln(frailty) − care · comfort
//! ```
//!
//! Frailty is gamma distributed with mean 1 (Vaupel, Manton and Stallard 1979). Survivors lose
//! strength, lie in the bed for a gamma distributed time, regain a part of what was lost, and wait
//! for the next operation. The last operation of the plan is survived by nobody. Between operations
//! the body may give out, with hazard `decline · exp(decline_weakness · (1 − strength))`.
//!
//! What is stated: operations repeat and weaken, decline differs between people, deaths at the
//! second and the fourth. All sizes are assumed. Care has no effect on survival by default, since
//! the sources claim comfort only (gap 4).

use std::collections::VecDeque;

use hailsham_engine::large_pages;
use hailsham_engine::time::{Span, Time};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::event::Event;
use crate::history;
use crate::maths::{GammaByMoments, logistic};
use crate::person::{Cause, FIRST_PAST, NOBODY, Phase, StudentId};
use crate::place::{Place, PlaceId, PlaceKind, Places};
use crate::programme::Programme;
use crate::purpose::{Purpose, Slot};
use crate::submodels::institutions::{half, numbered, one, scatter};
use crate::submodels::{carers, consent, deferral, mortality, recipients, society};
use crate::world::{Clock, World};

/// Most operations that a plan can have.
pub const MAX_OPERATIONS: usize = 8;

/// Donation, recovery and completion.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Donation {
    /// The organs that each operation takes, in order.
    #[schemars(extend("unit" = "organs", "source" = "assumed (gap 6: organ order not said)"))]
    pub plan: Vec<Vec<String>>,
    /// Most donations of one donor; 0: as many as the plan has.
    #[schemars(range(min = 0, max = 8), extend("unit" = "operations", "source" = "four are told of (A-038, 0:252)", "lever" = "E-44"))]
    #[default = 0]
    pub cap: u32,
    /// Donations after which a donor is released for good; 0: never.
    #[schemars(range(min = 0, max = 8), extend("unit" = "operations", "source" = "none is released: until the body gives out (1:9)", "lever" = "E-46"))]
    #[default = 0]
    pub retire_after: u32,
    /// Whether the last operation of the plan takes what nobody can live without.
    #[schemars(extend("unit" = "", "source" = "A-114: the fourth was fatal"))]
    #[default = true]
    pub last_is_fatal: bool,
    /// Log-odds of death at an operation before its number and the body's state count.
    #[schemars(range(min = -50.0, max = 50.0), extend("unit" = "log-odds", "source" = "assumed", "lever" = "E-45"))]
    #[default(-4.6)]
    pub intercept: f64,
    /// What each operation adds to the log-odds of death (D-24).
    #[schemars(range(min = -10.0, max = 10.0), extend("unit" = "log-odds per operation", "source" = "assumed", "lever" = "E-45"))]
    #[default = 0.9]
    pub slope: f64,
    /// What lost strength adds to the log-odds of death (D-24).
    #[schemars(range(min = -10.0, max = 20.0), extend("unit" = "log-odds", "source" = "assumed", "lever" = "E-45"))]
    #[default = 2.0]
    pub weakness: f64,
    /// What the comfort received takes from the log-odds of death.
    #[schemars(range(min = -10.0, max = 10.0), extend("unit" = "log-odds", "source" = "0: an effect of care on survival is not claimed (gap 4)", "lever" = "E-21"))]
    #[default = 0.0]
    pub care: f64,
    /// Mean share of strength that an operation takes.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.3]
    pub loss_mean: f64,
    /// Standard deviation of that share: decline differs between individuals (D-25).
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.15]
    pub loss_sd: f64,
    /// Share of the lost strength that is regained by the time of leaving the bed.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: recovery is partial (A-111)"))]
    #[default = 0.4]
    pub regained: f64,
    /// How much a centre's quality adds to what is regained: 0 none, 1 from nothing in a grim centre to twice in a good one.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "ratio", "source" = "0: an effect of the facility is not said (A-020)", "lever" = "E-26"))]
    #[default = 0.0]
    pub quality: f64,
    /// Hazard that the body of a donor at full strength gives out between operations.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "per year", "source" = "assumed (A-112)"))]
    #[default = 0.01]
    pub decline: f64,
    /// How strongly lost strength raises that hazard.
    #[schemars(range(min = 0.0, max = 20.0), extend("unit" = "log hazard ratio", "source" = "assumed (A-112)"))]
    #[default = 2.5]
    pub decline_weakness: f64,
    /// Mean time from call-up to the first operation.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "months", "source" = "assumed (gap 10)"))]
    #[default = 3.0]
    pub notice_mean: f64,
    /// Standard deviation of that time.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "months", "source" = "assumed"))]
    #[default = 1.5]
    pub notice_sd: f64,
    /// Mean time in bed after an operation.
    #[schemars(range(min = 0.0, max = 10_000.0), extend("unit" = "days", "source" = "assumed (gap 6)"))]
    #[default = 70.0]
    pub recovery_mean: f64,
    /// Standard deviation of that time; equal to the mean: exponential.
    #[schemars(range(min = 0.0, max = 10_000.0), extend("unit" = "days", "source" = "assumed"))]
    #[default = 35.0]
    pub recovery_sd: f64,
    /// Mean time from leaving the bed to the next operation.
    #[schemars(range(min = 0.0, max = 1000.0), extend("unit" = "months", "source" = "assumed (gap 6)"))]
    #[default = 10.0]
    pub interval_mean: f64,
    /// Standard deviation of that time.
    #[schemars(range(min = 0.0, max = 1000.0), extend("unit" = "months", "source" = "assumed"))]
    #[default = 4.0]
    pub interval_sd: f64,
    /// Whether an operation is put off while nobody waiting could use one of its organs.
    #[schemars(extend("unit" = "", "source" = "assumed: made to measure of demand (A-001)", "lever" = "E-17"))]
    #[default = true]
    pub by_demand: bool,
    /// For how long it is put off.
    #[schemars(range(min = 1.0, max = 10_000.0), extend("unit" = "days", "source" = "assumed"))]
    #[default = 30.0]
    pub put_off: f64,
    /// The recovery centres.
    #[schemars(extend("unit" = "", "source" = "A-020"))]
    pub centres: IndexMap<String, Centre>,
}

/// One recovery centre, or several alike (A-020).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Centre {
    /// Its name; several alike are numbered.
    #[schemars(extend("unit" = "", "source" = "assumed (gap 5)"))]
    pub name: String,
    /// How many there are.
    #[serde(default = "one")]
    #[schemars(range(min = 0, max = 1000), extend("unit" = "centres", "source" = "assumed (gap 5)"))]
    pub count: u32,
    /// Beds in each.
    #[schemars(range(min = 1, max = 1_000_000), extend("unit" = "beds", "source" = "assumed (gap 5)"))]
    pub beds: u32,
    /// Quality, 0 (grim) to 1 (good).
    #[serde(default = "half")]
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: one is called grim (0:44)", "lever" = "E-26"))]
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

/// Why someone was called up when they were.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Reason {
    /// The hazard of call-up after a review.
    Review,
    /// The longest service was reached.
    TenureCap,
    /// Straight from the Cottages.
    Direct,
}

impl Reason {
    /// Topics of the log, by number.
    pub const LABELS: [&'static str; 3] = ["review", "tenure_cap", "direct"];
}

/// A centre's beds and who waits for one.
pub(crate) struct Ward {
    pub(crate) place: PlaceId,
    beds: u32,
    used: u32,
    /// Donors due for an operation, longest waiting first; those who died since are passed over.
    queue: VecDeque<StudentId>,
}

/// One organ of the plan: which, and which of the donor's organs it is.
#[derive(Clone, Copy)]
pub(crate) struct Unit {
    pub(crate) organ: u8,
    number: u32,
}

/// What a visit touches of a donor. Visits are the most frequent events of a run and look at donors in
/// no order, so this stands apart from the rest of the row: it then fits a cache near the processor.
#[derive(Clone, Copy)]
pub(crate) struct Visited {
    pub(crate) student: StudentId,
    /// Sum of comfort received, and number of visits.
    pub(crate) comfort: (f32, u32),
    pub(crate) place: PlaceId,
}

const _: () = assert!(size_of::<Visited>() <= 16);

impl Visited {
    /// Mean comfort received so far.
    pub(crate) fn mean_comfort(&self) -> Option<f32> {
        let (sum, visits) = self.comfort;
        (visits > 0).then(|| sum / visits as f32)
    }
}

/// What is kept of a donor besides.
#[derive(Clone)]
pub(crate) struct Donor {
    pub(crate) student: StudentId,
    ward: u16,
    /// Row of the carer, or `NOBODY`.
    pub(crate) carer: u32,
    /// How many carers the donor has had.
    pub(crate) carers_had: u16,
    pub(crate) donations: u8,
    in_bed: bool,
    pub(crate) strength: f32,
    /// Share of strength lost at the last operation.
    lost: f32,
    pub(crate) called_up: Time,
    /// When the body will give out unless its strength changes before.
    gives_out: Time,
    /// Since when the donor waits for a bed; `NEVER` if not waiting.
    waits_since: Time,
    pub(crate) waited: Span,
    /// Times of the operations; the first `donations` count.
    pub(crate) operated: [Time; MAX_OPERATIONS],
}

/// The donors' private state. As with carers, those who donate stand together in few rows, which are
/// used again.
pub struct State {
    /// Those who donate, and vacant rows.
    pub(crate) rows: Vec<Donor>,
    /// The same, as far as visits go.
    pub(crate) visited: Vec<Visited>,
    vacant: Vec<u32>,
    /// Those who died or were released, as they were then.
    past: Vec<(Donor, Visited)>,
    pub(crate) wards: Vec<Ward>,
    /// Cumulative beds, for drawing a centre.
    cumulative_beds: Vec<f64>,
    plan: Vec<Vec<Unit>>,
    units_a_donor: u32,
    /// Months from call-up to the first operation, and between operations.
    notice: GammaByMoments,
    interval: GammaByMoments,
    /// Share of strength that an operation takes.
    loss: GammaByMoments,
    /// Days in bed.
    recovery: GammaByMoments,
}

impl State {
    /// Makes the recovery centres and the plan of operations.
    pub(crate) fn build(programme: &Programme, clock: &Clock, places: &mut Places) -> State {
        let rules = &programme.donation;
        let mut state = State {
            rows: Vec::new(),
            visited: Vec::new(),
            vacant: Vec::new(),
            past: Vec::new(),
            wards: Vec::new(),
            cumulative_beds: Vec::new(),
            plan: Vec::new(),
            units_a_donor: 0,
            notice: GammaByMoments::new(rules.notice_mean, rules.notice_sd),
            interval: GammaByMoments::new(rules.interval_mean, rules.interval_sd),
            loss: GammaByMoments::new(rules.loss_mean, rules.loss_sd),
            recovery: GammaByMoments::new(rules.recovery_mean, rules.recovery_sd),
        };
        for centre in rules.centres.values() {
            let square = (centre.x_km, centre.y_km, centre.spread_km);
            for number in 1..=centre.count {
                let name = numbered(&centre.name, number, centre.count);
                // Half a bed is a bed: a small population keeps at least one in each centre.
                let beds = libm::ceil(f64::from(centre.beds) * clock.scale) as u32;
                let place = places.add(Place {
                    at: scatter(clock, &name, square, centre.count),
                    name,
                    kind: PlaceKind::RecoveryCentre,
                    school_kind: None,
                    quality: centre.quality,
                    capacity: beds,
                    opened: Time::START,
                    closed: Time::NEVER,
                });
                state.wards.push(Ward {
                    place,
                    beds,
                    used: 0,
                    queue: VecDeque::new(),
                });
                state.cumulative_beds.push(f64::from(beds));
            }
        }
        super::creation::accumulate(&mut state.cumulative_beds);
        let mut number = 0;
        for operation in &rules.plan {
            let mut units = Vec::new();
            for organ in operation {
                if let Some(organ) = programme.organs.get_index_of(organ) {
                    units.push(Unit {
                        organ: organ as u8,
                        number,
                    });
                    number += 1;
                }
            }
            state.plan.push(units);
        }
        state.units_a_donor = number;
        state
    }

    /// Makes room for so many students, if there is as much memory.
    pub(crate) fn reserve(&mut self, students: usize) {
        large_pages::reserve(&mut self.rows, students);
        large_pages::reserve(&mut self.visited, students);
    }

    /// What is known of a student's `donor_row`, whether the donor lives or not.
    pub(crate) fn donor(&self, row: u32) -> Option<&Donor> {
        match row.checked_sub(FIRST_PAST) {
            None => self.rows.get(row as usize),
            Some(past) => self.past.get(past as usize).map(|(donor, _)| donor),
        }
    }

    /// The same, as far as visits go.
    pub(crate) fn visited(&self, row: u32) -> Option<&Visited> {
        match row.checked_sub(FIRST_PAST) {
            None => self.visited.get(row as usize),
            Some(past) => self.past.get(past as usize).map(|(_, visited)| visited),
        }
    }

    /// How many operations a donor undergoes at most.
    fn operations(&self, cap: u32) -> usize {
        match cap {
            0 => self.plan.len(),
            cap => self.plan.len().min(cap as usize),
        }
    }
}

/// The carer of a student, if the student is a donor and has one.
pub(crate) fn carer_of(world: &World, student: StudentId) -> Option<StudentId> {
    let donor = world.students.donor_row[student.row()];
    let carer = world.donation.rows.get(donor as usize)?.carer;
    world
        .carers
        .rows
        .get(carer as usize)
        .map(|carer| carer.student)
}

/// A carer or a resident is called up.
pub(crate) fn call_up(world: &mut World, at: Time, student: StudentId, reason: Reason) {
    call_up_to(world, at, student, reason, None);
}

/// The same to a centre, or to one that is drawn.
pub(crate) fn call_up_to(
    world: &mut World,
    at: Time,
    student: StudentId,
    reason: Reason,
    centre: Option<PlaceId>,
) {
    if world.donation.wards.is_empty() {
        return;
    }
    let ward = world
        .draw(student, Purpose::Centre, 0)
        .categorical(&world.donation.cumulative_beds);
    let mut wards = world.donation.wards.iter();
    let known = wards.position(|ward| Some(ward.place) == centre);
    let ward = known.unwrap_or(ward);
    let place = world.donation.wards[ward].place;
    let service = match world
        .carers
        .service(world.students.carer_row[student.row()])
    {
        Some(carer) => (at - carer.started).years(),
        None => 0.0,
    };
    let visited = Visited {
        student,
        comfort: (0.0, 0),
        place,
    };
    let donor = Donor {
        student,
        ward: ward as u16,
        carer: NOBODY,
        carers_had: 0,
        donations: 0,
        in_bed: false,
        strength: 1.0,
        lost: 0.0,
        called_up: at,
        gives_out: Time::NEVER,
        waits_since: Time::NEVER,
        waited: Span::ZERO,
        operated: [Time::NEVER; MAX_OPERATIONS],
    };
    let state = &mut world.donation;
    let row = if let Some(row) = state.vacant.pop() {
        state.rows[row as usize] = donor;
        state.visited[row as usize] = visited;
        row
    } else {
        state.rows.push(donor);
        state.visited.push(visited);
        state.rows.len() as u32 - 1
    };
    world.students.donor_row[student.row()] = row;
    world.students.phase[student.row()] = Phase::Donor;
    world.log.push(
        Event::CalledUp
            .at(at)
            .who(student.person())
            .place(place.number())
            .topic(world.topics.reason(reason))
            .value(service as f32),
    );
    world.move_to(at, student, place);
    carers::assign(world, at, row);
    consent::called_up(world, at, student);
    let rules = &world.programme.donation;
    if world.donation.operations(rules.cap) == 0 {
        world
            .log
            .push(Event::SeriesEnded.at(at).who(student.person()).n(0));
        return;
    }
    let mut draw = world.draw(student, Purpose::Notice, 0);
    let notice = months(world.donation.notice.draw(&mut draw));
    world.schedule_step(student, at + notice, Slot::Operation);
}

fn months(months: f64) -> Span {
    Span::from_years(months / 12.0)
}

/// An operation is due: is there demand, and a bed?
pub(crate) fn on_operation_due(world: &mut World, at: Time, student: StudentId) {
    if deferral::puts_off(world, at, student, Slot::Operation) {
        return;
    }
    let donor = world.students.donor_row[student.row()] as usize;
    let number = usize::from(world.donation.rows[donor].donations);
    if let Some(later) = history::holds_back(world, student, after_operations(number + 1)) {
        // What was held back comes as far from then as it would from leaving the bed.
        await_operation(world, later, student, at.minutes() as u32);
        return;
    }
    if world.programme.donation.by_demand {
        let giver = recipients::Giver::new(&world.students, student);
        let lists = &mut world.recipients_state;
        let wanted = world.donation.plan[number]
            .iter()
            .any(|unit| recipients::wanted(lists, at, unit.organ, &giver));
        if !wanted {
            world.log.push(
                Event::StoodDown
                    .at(at)
                    .who(student.person())
                    .n(number as i32 + 1),
            );
            let later = at + Span::from_days(world.programme.donation.put_off);
            world.schedule_step(student, later, Slot::Operation);
            return;
        }
    }
    if consent::refuses(world, at, student, number as u32 + 1) {
        return;
    }
    let ward = usize::from(world.donation.rows[donor].ward);
    world.donation.rows[donor].waits_since = at;
    world.donation.wards[ward].queue.push_back(student);
    admit(world, at, ward);
    // By the student: the donor may be dead by now.
    let donor = world
        .donation
        .donor(world.students.donor_row[student.row()]);
    if donor.is_some_and(|donor| donor.waits_since != Time::NEVER) {
        let place = world.donation.wards[ward].place;
        world.log.push(
            Event::WaitedForBed
                .at(at)
                .who(student.person())
                .place(place.number())
                .n(number as i32 + 1),
        );
    }
}

/// Operates on those who wait, first come first served, while there are free beds.
fn admit(world: &mut World, at: Time, ward: usize) {
    while world.donation.wards[ward].used < world.donation.wards[ward].beds {
        let Some(student) = world.donation.wards[ward].queue.pop_front() else {
            return;
        };
        // Those who died or left while waiting are passed over.
        let donor = world.students.donor_row[student.row()] as usize;
        let row = world.donation.rows.get(donor);
        if row.is_some_and(|row| row.waits_since != Time::NEVER) {
            operate(world, at, donor, false);
        }
    }
}

/// The stage of a life after so many operations survived.
fn after_operations(number: usize) -> history::Stage {
    history::DONOR + number as history::Stage
}

/// An operation that is on record is done, whether or not it is due, wanted or refused, and in a bed
/// of its own. That it was fatal may be on record too.
pub(crate) fn operate_on_record(world: &mut World, at: Time, student: StudentId, fatal: bool) {
    let donor = world.students.donor_row[student.row()] as usize;
    if world.donation.rows[donor].in_bed {
        world.cancel_step(student);
        on_discharge(world, at, student);
    }
    world.cancel_step(student);
    world.donation.rows[donor].waits_since = at;
    operate(world, at, donor, fatal);
}

/// A death between operations that is on record.
pub(crate) fn decline_on_record(world: &mut World, at: Time, student: StudentId) {
    let donor = world.students.donor_row[student.row()] as usize;
    let due = world.donation.rows[donor].gives_out;
    world.cancel(due, student.person(), Slot::Decline);
    on_decline(world, at, student);
}

/// Operation n: the organs are taken and placed, and the donor dies or mends. That it was fatal may be
/// on record; who is on record at a later time survives it.
fn operate(world: &mut World, at: Time, donor: usize, fatal: bool) {
    let student = world.donation.rows[donor].student;
    let ward = usize::from(world.donation.rows[donor].ward);
    let place = world.donation.wards[ward].place;
    let waited = at - std::mem::replace(&mut world.donation.rows[donor].waits_since, Time::NEVER);
    let index = usize::from(world.donation.rows[donor].donations);
    let number = index as i32 + 1;
    let waited_before = world.donation.rows[donor].waited;
    world.donation.rows[donor].waited =
        Span::from_minutes(waited_before.minutes() + waited.minutes());
    world.donation.wards[ward].used += 1;
    world.donation.rows[donor].in_bed = true;
    world.donation.rows[donor].operated[index] = at;
    world.donation.rows[donor].donations += 1;
    world.log.push(
        Event::Operated
            .at(at)
            .who(student.person())
            .place(place.number())
            .n(number)
            .value(waited.days() as f32),
    );
    consent::operated(world, at, student, number);
    for position in 0..world.donation.plan[index].len() {
        let unit = world.donation.plan[index][position];
        let object = student.person() * world.donation.units_a_donor + unit.number;
        world.log.push(
            Event::OrganRemoved
                .at(at)
                .who(student.person())
                .place(place.number())
                .topic(world.topics.organ(unit.organ))
                .object(object)
                .n(number),
        );
        recipients::place_organ(world, at, student, unit.organ, object);
    }

    let rules = &world.programme.donation;
    let row = student.row();
    let last = index + 1 == world.donation.plan.len();
    let strength = f64::from(world.donation.rows[donor].strength);
    let comfort = f64::from(world.donation.visited[donor].mean_comfort().unwrap_or(0.0));
    let log_odds = rules.intercept
        + rules.slope * f64::from(number)
        + rules.weakness * (1.0 - strength)
        + libm::log(f64::from(world.students.frailty[row]))
        - rules.care * comfort;
    let dies = world
        .draw(student, Purpose::Operation, number as u32)
        .bernoulli(logistic(log_odds))
        || (last && rules.last_is_fatal);
    let needed = history::holds_back(world, student, history::GONE).is_some();
    let dies = fatal || (dies && !needed);
    if dies {
        complete(world, at, student, Cause::Operation);
        vacate(world, student);
        return;
    }
    let mut draw = world.draw(student, Purpose::Loss, number as u32);
    let lost = world.donation.loss.draw(&mut draw).min(1.0) * strength;
    let mut draw = world.draw(student, Purpose::Recovery, number as u32);
    let in_bed = Span::from_days(world.donation.recovery.draw(&mut draw));
    world.donation.rows[donor].strength = (strength - lost) as f32;
    world.donation.rows[donor].lost = lost as f32;
    world.schedule_step(student, at + in_bed, Slot::Discharge);
    expect_decline(world, at, donor, 2 * number as u32);
}

/// Draws anew when the body will give out, after its strength has changed.
fn expect_decline(world: &mut World, at: Time, donor: usize, draw: u32) {
    let student = world.donation.rows[donor].student;
    world.cancel(
        world.donation.rows[donor].gives_out,
        student.person(),
        Slot::Decline,
    );
    draw_decline(world, at, donor, draw);
}

/// When the body will give out, from a time on.
fn draw_decline(world: &mut World, at: Time, donor: usize, draw: u32) {
    let student = world.donation.rows[donor].student;
    let rules = &world.programme.donation;
    let weakness = 1.0 - f64::from(world.donation.rows[donor].strength);
    let hazard = rules.decline * libm::exp(rules.decline_weakness * weakness);
    let years = world
        .draw(student, Purpose::Decline, draw)
        .exponential(hazard);
    let due = at + Span::from_years(years);
    world.donation.rows[donor].gives_out = due;
    world.schedule(due, student.person(), Slot::Decline);
}

/// A donor has mended enough to leave the bed.
pub(crate) fn on_discharge(world: &mut World, at: Time, student: StudentId) {
    let donor = world.students.donor_row[student.row()] as usize;
    let ward = usize::from(world.donation.rows[donor].ward);
    let place = world.donation.wards[ward].place;
    let donations = u32::from(world.donation.rows[donor].donations);
    let rules = &world.programme.donation;
    let quality = 1.0 + rules.quality * (2.0 * world.places.get(place).quality - 1.0);
    let regained = (rules.regained * quality).min(1.0) as f32 * world.donation.rows[donor].lost;
    world.donation.rows[donor].strength = (world.donation.rows[donor].strength + regained).min(1.0);
    world.log.push(
        Event::Discharged
            .at(at)
            .who(student.person())
            .place(place.number())
            .n(donations as i32)
            .value(world.donation.rows[donor].strength),
    );
    let released =
        rules.retire_after > 0 && donations >= rules.retire_after || society::abolished(world);
    if released {
        retire(world, at, student);
    } else {
        expect_decline(world, at, donor, 2 * donations + 1);
        let rules = &world.programme.donation;
        if donations as usize >= world.donation.operations(rules.cap) {
            world.log.push(
                Event::SeriesEnded
                    .at(at)
                    .who(student.person())
                    .n(donations as i32),
            );
        } else {
            await_operation(world, at, student, donations);
        }
    }
    free_bed(world, at, donor);
    if released {
        vacate(world, student);
    }
    deferral::up_again(world, at, student);
}

/// The next operation is due some months from a time, by the draw of a number.
fn await_operation(world: &mut World, from: Time, student: StudentId, number: u32) {
    let mut draw = world.draw(student, Purpose::Interval, number);
    let wait = months(world.donation.interval.draw(&mut draw));
    world.schedule_step(student, from + wait, Slot::Operation);
}

/// A donor is released for good, and goes back to where the wait began.
pub(crate) fn retire(world: &mut World, at: Time, student: StudentId) {
    let donor = world.students.donor_row[student.row()] as usize;
    let place = world.cottages.of(student);
    world.log.push(
        Event::Retired
            .at(at)
            .who(student.person())
            .place(place.number())
            .n(i32::from(world.donation.rows[donor].donations)),
    );
    world.cancel(
        world.donation.rows[donor].gives_out,
        student.person(),
        Slot::Decline,
    );
    world.donation.rows[donor].gives_out = Time::NEVER;
    world.students.phase[student.row()] = Phase::Retired;
    world.move_to(at, student, place);
    carers::release(world, at, donor as u32);
    // Who is in bed keeps the row until the bed is free.
    if !world.donation.rows[donor].in_bed {
        vacate(world, student);
    }
}

/// A donor is let go before the series has ended: at once, or on leaving the bed.
pub(crate) fn release(world: &mut World, at: Time, student: StudentId) {
    let donor = world.students.donor_row[student.row()] as usize;
    if !world.donation.rows[donor].in_bed {
        world.cancel_step(student);
        world.donation.rows[donor].waits_since = Time::NEVER;
        retire(world, at, student);
    }
}

/// The body of a donor gives out between operations.
pub(crate) fn on_decline(world: &mut World, at: Time, student: StudentId) {
    let donor = world.students.donor_row[student.row()] as usize;
    if let Some(later) = history::holds_back(world, student, history::GONE) {
        // The hazard has no memory: from then on it is what it was.
        draw_decline(world, later, donor, at.minutes() as u32);
        return;
    }
    world.donation.rows[donor].gives_out = Time::NEVER;
    complete(world, at, student, Cause::Decline);
    free_bed(world, at, donor);
    vacate(world, student);
}

/// A donor dies of donating.
fn complete(world: &mut World, at: Time, student: StudentId, cause: Cause) {
    let row = student.row();
    let donor = world.students.donor_row[row] as usize;
    let ward = usize::from(world.donation.rows[donor].ward);
    let place = world.donation.wards[ward].place;
    let without = world.students.natural_death[row];
    let mut record = Event::Completed
        .at(at)
        .who(student.person())
        .place(place.number())
        .topic(cause as u8)
        .n(i32::from(world.donation.rows[donor].donations));
    if without != Time::NEVER {
        record = record.value((without - at).years() as f32);
    }
    if let Some(carer) = carer_of(world, student) {
        record = record.whom(carer.person());
    }
    world.log.push(record);
    mortality::end_life(world, at, student, Phase::Completed, cause);
    forget(world, at, student);
    if cause == Cause::Operation {
        // The caller is the loop that gives out beds: it sees the bed free and goes on.
        world.donation.rows[donor].in_bed = false;
        world.donation.wards[ward].used -= 1;
    }
}

/// A donor who died of another cause leaves the centre.
pub(crate) fn leave_centre(world: &mut World, at: Time, student: StudentId) {
    let donor = world.students.donor_row[student.row()] as usize;
    forget(world, at, student);
    free_bed(world, at, donor);
    vacate(world, student);
}

/// The row of a donor who died or was released is free for another.
fn vacate(world: &mut World, student: StudentId) {
    let donation = &mut world.donation;
    let past = FIRST_PAST + donation.past.len() as u32;
    let row = std::mem::replace(&mut world.students.donor_row[student.row()], past);
    let donor = donation.rows[row as usize].clone();
    donation.past.push((donor, donation.visited[row as usize]));
    donation.vacant.push(row);
}

/// A donor who is gone leaves the centre, and nothing stays due.
pub(crate) fn withdraw(world: &mut World, at: Time, student: StudentId) {
    let donor = world.students.donor_row[student.row()] as usize;
    let_go(world, at, student);
    free_bed(world, at, donor);
    vacate(world, student);
}

/// Whether someone is a donor in bed after an operation.
pub(crate) fn in_bed(world: &World, student: StudentId) -> bool {
    let donor = world.students.donor_row[student.row()];
    world
        .donation
        .rows
        .get(donor as usize)
        .is_some_and(|donor| donor.in_bed)
}

/// A donor died: the carer was there, and is free for another.
fn forget(world: &mut World, at: Time, student: StudentId) {
    let donor = world.students.donor_row[student.row()] as usize;
    let carer = world.donation.rows[donor].carer;
    if carer != NOBODY {
        carers::attended(world, carer);
    }
    let_go(world, at, student);
}

/// Nothing stays due for a donor, and the carer is free for another.
fn let_go(world: &mut World, at: Time, student: StudentId) {
    let donor = world.students.donor_row[student.row()] as usize;
    let due = std::mem::replace(&mut world.donation.rows[donor].gives_out, Time::NEVER);
    world.cancel(due, student.person(), Slot::Decline);
    world.donation.rows[donor].waits_since = Time::NEVER;
    carers::release(world, at, donor as u32);
}

/// Frees a donor's bed, if the donor is in one, for those who wait.
fn free_bed(world: &mut World, at: Time, donor: usize) {
    if std::mem::take(&mut world.donation.rows[donor].in_bed) {
        let ward = usize::from(world.donation.rows[donor].ward);
        world.donation.wards[ward].used -= 1;
        admit(world, at, ward);
    }
}
