//! 7.13 Carers (A-037, A-106 to A-109, A-122, A-124): students who look after donors until they are
//! called up themselves.
//!
//! A carer has a case load, travels between recovery centres, and gives at each visit a comfort of
//!
//! ```text
//! comfort = empathy · (untrained + (1 − untrained) · visits / (visits + practice)) · (1 − fatigue)
//! ```
//!
//! where practice is the hyperbolic learning curve (Mazur and Hastie 1978), and fatigue, 0 to 1,
//! grows with each visit and each kilometre and decays with a half-life. Visits are regular: every
//! donor in care is visited in turn, so that each is seen once in `visit_interval`. At
//! the end of every year of service a review ranks the carer among all who serve by the comfort
//! given in that year. Over the next year the hazard of call-up is
//!
//! ```text
//! hazard = (base + growth · tenure) · exp(−excellence · rank)        rank in 0 (worst) to 1 (best)
//! ```
//!
//! and tenure is capped: good carers are called later, and everyone is called (A-108, D-20, D-21).
//! The forms are assumptions; that excellence delays, and only for a while, is stated.

use std::collections::VecDeque;

use hailsham_engine::large_pages;
use hailsham_engine::random::Draw;
use hailsham_engine::time::{Span, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::event::Event;
use crate::history;
use crate::maths::HalfLife;
use crate::person::{FIRST_CARER, FIRST_PAST, NOBODY, Phase, StudentId};
use crate::place::PlaceId;
use crate::purpose::{Purpose, Slot};
use crate::submodels::{deferral, donation, ties};
use crate::world::World;

/// Most donors that a case load can hold.
pub const MAX_CASES: usize = 12;

/// Carers, their work and their term.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Carers {
    /// Share of residents who become carers; the others are called up at once.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-106: the share is not said)", "lever" = "E-22"))]
    #[default = 0.6]
    pub share: f64,
    /// Most donors in one carer's care.
    #[schemars(range(min = 0, max = 12), extend("unit" = "donors", "source" = "assumed (A-037: case load not said)"))]
    #[default = 4]
    pub case_load: u32,
    /// Time between visits to one donor.
    #[schemars(range(min = 0.1, max = 1000.0), extend("unit" = "days", "source" = "assumed"))]
    #[default = 3.5]
    pub visit_interval: f64,
    /// Whether a donor is given a friend, or else someone from the same school and year, where there is one: carers choose their donors.
    #[schemars(extend("unit" = "", "source" = "assumed: choice or matching is not said (gap 3)", "lever" = "E-25"))]
    #[default = false]
    pub may_choose: bool,
    /// How many free carers are looked at where they may choose.
    #[schemars(range(min = 1, max = 10_000), extend("unit" = "carers", "source" = "assumed", "lever" = "E-25"))]
    #[default = 64]
    pub choice_breadth: u32,
    /// Share of the comfort that a carer gives at the first visit, before any practice.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.6]
    pub untrained: f64,
    /// Visits after which half of the practice is gained.
    #[schemars(range(min = 0.1, max = 100_000.0), extend("unit" = "visits", "source" = "assumed"))]
    #[default = 200.0]
    pub practice: f64,
    /// Fatigue from one visit, as a share of what is left to tire.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.02]
    pub fatigue_visit: f64,
    /// Fatigue from a hundred kilometres of road, as a share of what is left to tire.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.03]
    pub fatigue_road: f64,
    /// Time in which half of the fatigue is gone.
    #[schemars(range(min = 0.01, max = 1000.0), extend("unit" = "days", "source" = "assumed"))]
    #[default = 5.0]
    pub fatigue_half_life: f64,
    /// Hazard of call-up of a new carer of the lowest rank.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "per year", "source" = "assumed (gap 7)"))]
    #[default = 0.10]
    pub call_up_base: f64,
    /// Growth of that hazard with each year of service.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "per year squared", "source" = "assumed (gap 7)"))]
    #[default = 0.05]
    pub call_up_growth: f64,
    /// How strongly rank lowers the hazard of call-up; 0: no postponement for excellence.
    #[schemars(range(min = 0.0, max = 20.0), extend("unit" = "log hazard ratio", "source" = "A-108 states the effect; its size assumed", "lever" = "E-23"))]
    #[default = 1.5]
    pub excellence: f64,
    /// Longest service; 0: no cap.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "years", "source" = "assumed: the delay ends for all (A-108), near 12 years in the one case told (A-124)", "lever" = "E-24"))]
    #[default = 12.0]
    pub tenure_cap: f64,
}

/// Bins of comfort in which carers are ranked.
const BINS: usize = 256;

/// One carer. A visit is the most frequent event of a run, and what it costs is the memory it waits
/// for: what it touches comes first and stands in one cache line, as long as the case load is small.
#[derive(Clone)]
#[repr(C, align(64))]
pub(crate) struct Carer {
    pub(crate) student: StudentId,
    fatigue: f32,
    tired_at: Time,
    empathy: f32,
    pub(crate) visits: u32,
    /// Comfort given and visits made since the last review.
    year: (f32, u32),
    next_visit: Time,
    /// Where the carer was last.
    stands: PlaceId,
    /// Which case is visited next.
    turn: u8,
    load: u8,
    /// Donors in care, as rows among the donors; the first `load` count.
    cases: [u32; MAX_CASES],
    /// Bin of the last rated year, or `BINS` before there is one.
    bin: u16,
    pub(crate) reviews: u16,
    pub(crate) postponements: u16,
    pub(crate) deaths_attended: u16,
    pub(crate) started: Time,
    pub(crate) ended: Time,
    /// Position among those with room for another donor, or `NOBODY`.
    free_position: u32,
}

const _: () = assert!(size_of::<Carer>() == 128);
const _: () = assert!(std::mem::offset_of!(Carer, cases) <= 40);

impl Carer {
    /// Which case is visited next: as a rule the one noted, unless there are fewer by now.
    #[inline]
    fn turn(&self) -> u8 {
        // Beyond the last as a rule means that it is the first one's turn again. When that comes no processor
        // can guess: so the load is taken away, which needs no branch, and the rest is rare.
        let turn = self.turn - if self.turn < self.load { 0 } else { self.load };
        if turn < self.load {
            turn
        } else {
            turn % self.load.max(1)
        }
    }
}

/// The carers' private state. Those who serve stand together in few rows, which are used again: a
/// visit looks at rows all over the table, and the table of all who ever served would not fit the
/// caches of a large run.
pub struct State {
    /// Those who serve, and vacant rows.
    pub(crate) rows: Vec<Carer>,
    vacant: Vec<u32>,
    /// Those whose service has ended, as they were at its end.
    past: Vec<Carer>,
    /// Carers with room for another donor.
    free: Vec<u32>,
    /// Donors without a carer, longest waiting first; those who died since are passed over.
    waiting: VecDeque<StudentId>,
    /// How many serving carers are rated in each bin.
    rated: Vec<u32>,
    rated_total: u32,
    /// How fatigue goes.
    rest: HalfLife,
    /// Time between a carer's visits, by the number of donors in care: the more, the sooner.
    intervals: [Span; MAX_CASES + 1],
}

impl State {
    pub(crate) fn new(rules: &Carers) -> State {
        let interval = |cases: usize| Span::from_days(rules.visit_interval / cases.max(1) as f64);
        State {
            rows: Vec::new(),
            vacant: Vec::new(),
            past: Vec::new(),
            free: Vec::new(),
            waiting: VecDeque::new(),
            rated: vec![0; BINS],
            rated_total: 0,
            rest: HalfLife::new(rules.fatigue_half_life),
            intervals: core::array::from_fn(interval),
        }
    }

    /// Makes room for so many students, if there is as much memory.
    pub(crate) fn reserve(&mut self, students: usize) {
        large_pages::reserve(&mut self.rows, students);
    }

    /// The service of a student's `carer_row`: the one under way, or the one that has ended.
    pub(crate) fn service(&self, row: u32) -> Option<&Carer> {
        match row.checked_sub(FIRST_PAST) {
            None => self.rows.get(row as usize),
            Some(past) => self.past.get(past as usize),
        }
    }

    /// Every service, ended or not.
    pub(crate) fn services(&self) -> impl Iterator<Item = &Carer> {
        let serving = self.rows.iter().filter(|carer| carer.ended == Time::NEVER);
        self.past.iter().chain(serving)
    }

    /// Share of the rated carers below a bin, half of the equals counted.
    fn rank(&self, bin: usize) -> f64 {
        let below: u32 = self.rated[..bin].iter().sum();
        (f64::from(below) + 0.5 * f64::from(self.rated[bin])) / f64::from(self.rated_total.max(1))
    }

    fn rate(&mut self, carer: usize, comfort: f64) {
        self.unrate(carer);
        let bin = ((comfort * BINS as f64) as usize).min(BINS - 1);
        self.rows[carer].bin = bin as u16;
        self.rated[bin] += 1;
        self.rated_total += 1;
    }

    fn unrate(&mut self, carer: usize) {
        let bin = usize::from(self.rows[carer].bin);
        if bin < BINS {
            self.rated[bin] -= 1;
            self.rated_total -= 1;
            self.rows[carer].bin = BINS as u16;
        }
    }

    fn open_place(&mut self, carer: usize) {
        if self.rows[carer].free_position == NOBODY {
            self.rows[carer].free_position = self.free.len() as u32;
            self.free.push(carer as u32);
        }
    }

    fn close_place(&mut self, carer: usize) {
        let position = self.rows[carer].free_position;
        if position != NOBODY {
            self.free.swap_remove(position as usize);
            if let Some(&moved) = self.free.get(position as usize) {
                self.rows[moved as usize].free_position = position;
            }
            self.rows[carer].free_position = NOBODY;
        }
    }
}

/// A resident becomes a carer.
pub(crate) fn begin_service(world: &mut World, at: Time, student: StudentId) {
    let carers = &mut world.carers;
    let carer = Carer {
        student,
        started: at,
        ended: Time::NEVER,
        cases: [NOBODY; MAX_CASES],
        load: 0,
        turn: 0,
        bin: BINS as u16,
        empathy: world.students.empathy[student.row()],
        fatigue: 0.0,
        tired_at: at,
        next_visit: Time::NEVER,
        visits: 0,
        year: (0.0, 0),
        stands: world.students.place[student.row()],
        reviews: 0,
        postponements: 0,
        deaths_attended: 0,
        free_position: NOBODY,
    };
    let row = if let Some(row) = carers.vacant.pop() {
        carers.rows[row as usize] = carer;
        row as usize
    } else {
        carers.rows.push(carer);
        carers.rows.len() - 1
    };
    world.students.carer_row[student.row()] = row as u32;
    world.students.phase[student.row()] = Phase::Carer;
    let home = world.students.place[student.row()];
    world.roster.leave(student, home);
    world
        .log
        .push(Event::BecameCarer.at(at).who(student.person()));
    ties::took_to_the_road(world, at, student);
    if world.programme.carers.case_load > 0 {
        world.carers.open_place(row);
    }
    let cap = world.programme.carers.tenure_cap;
    if cap > 0.0 && cap < 1.0 {
        world.schedule_step(student, at + Span::from_years(cap), Slot::CallUp);
    } else {
        world.schedule_step(student, at + Span::from_years(1.0), Slot::Review);
    }
    serve_waiting(world, at);
}

/// A year of service is reviewed: called up within the next, or postponed by it.
pub(crate) fn on_review(world: &mut World, at: Time, student: StudentId) {
    let carer = world.students.carer_row[student.row()] as usize;
    let (comfort, visits) = std::mem::take(&mut world.carers.rows[carer].year);
    if visits > 0 {
        world
            .carers
            .rate(carer, f64::from(comfort) / f64::from(visits));
    }
    let bin = usize::from(world.carers.rows[carer].bin);
    // Who has not visited anyone yet is ranked in the middle.
    let rank = if bin < BINS {
        world.carers.rank(bin)
    } else {
        0.5
    };
    world.carers.rows[carer].reviews += 1;
    let number = world.carers.rows[carer].reviews;
    world.log.push(
        Event::Reviewed
            .at(at)
            .who(student.person())
            .n(i32::from(number))
            .value(rank as f32),
    );

    let rules = &world.programme.carers;
    let tenure = (at - world.carers.rows[carer].started).years();
    let hazard =
        (rules.call_up_base + rules.call_up_growth * tenure) * libm::exp(-rules.excellence * rank);
    let mut draw = world.draw(student, Purpose::CallUp, u32::from(number));
    let by_hazard = Span::from_years(draw.exponential(hazard));
    let left = if rules.tenure_cap > 0.0 {
        world.carers.rows[carer].started + Span::from_years(rules.tenure_cap) - at
    } else {
        Span::from_years(f64::MAX)
    };
    let year = Span::from_years(1.0);
    let called = by_hazard.min(left).max(Span::ZERO);
    // Who is on record as a carer later is not called, and is reviewed again.
    let held = history::holds_back(world, student, history::DONOR).is_some();
    if called < year && !held {
        world.schedule_step(student, at + called, Slot::CallUp);
    } else {
        world.carers.rows[carer].postponements += 1;
        world.log.push(
            Event::Postponed
                .at(at)
                .who(student.person())
                .n(i32::from(number)),
        );
        world.schedule_step(student, at + year, Slot::Review);
    }
}

/// The term is over: from carer to donor.
pub(crate) fn on_term_end(world: &mut World, at: Time, student: StudentId) {
    if deferral::puts_off(world, at, student, Slot::CallUp) {
        return;
    }
    if let Some(later) = history::holds_back(world, student, history::DONOR) {
        // Who was needed as a carer until then is reviewed then, as if the call had not come.
        world.schedule_step(student, later, Slot::Review);
        return;
    }
    let carer = world.students.carer_row[student.row()] as usize;
    let cap = world.programme.carers.tenure_cap;
    let served = at - world.carers.rows[carer].started;
    let reason = if cap > 0.0 && served >= Span::from_years(cap) {
        donation::Reason::TenureCap
    } else {
        donation::Reason::Review
    };
    end_service(world, at, student);
    donation::call_up(world, at, student, reason);
}

/// A carer's service ends, by call-up or death: the donors in care are parted from the carer and
/// given to others.
pub(crate) fn end_service(world: &mut World, at: Time, student: StudentId) {
    let carer = world.students.carer_row[student.row()] as usize;
    cancel_visit(world, carer);
    let carers = &mut world.carers;
    carers.rows[carer].ended = at;
    carers.unrate(carer);
    carers.close_place(carer);
    let load = usize::from(std::mem::take(&mut carers.rows[carer].load));
    let cases = carers.rows[carer].cases;
    for &donor in &cases[..load] {
        let person = world.donation.rows[donor as usize].student;
        world.donation.rows[donor as usize].carer = NOBODY;
        world.log.push(
            Event::CarerParted
                .at(at)
                .who(person.person())
                .whom(student.person()),
        );
    }
    for &donor in &cases[..load] {
        assign(world, at, donor);
    }
    let carers = &mut world.carers;
    world.students.carer_row[student.row()] = FIRST_PAST + carers.past.len() as u32;
    carers.past.push(carers.rows[carer].clone());
    carers.vacant.push(carer as u32);
}

/// Finds a carer for a donor, or lets the donor wait for one.
pub(crate) fn assign(world: &mut World, at: Time, donor: u32) {
    let free = world.carers.free.len() as u32;
    let student = world.donation.rows[donor as usize].student;
    if free == 0 {
        world.carers.waiting.push_back(student);
        return;
    }
    let time_of_asking = world.donation.rows[donor as usize].carers_had;
    let mut draw = world.draw(student, Purpose::CarerChoice, u32::from(time_of_asking));
    let start = draw.below(free);
    let position = if world.programme.carers.may_choose {
        acquainted(world, at, student, start, free)
    } else {
        start
    };
    let Some(carer) = unreserved(world, student, position, free) else {
        world.carers.waiting.push_back(student);
        return;
    };
    give(world, at, donor, carer);
}

/// The free carer at a position, or the next after it, who is not on record as meeting the donor again
/// only later: two who see each other every week have nothing to come back to.
fn unreserved(world: &World, donor: StudentId, position: u32, free: u32) -> Option<usize> {
    let positions = (0..free).map(|step| (position + step) % free);
    let mut carers = positions.map(|position| world.carers.free[position as usize] as usize);
    carers.find(|carer| {
        let carer = world.carers.rows[*carer].student;
        !history::awaits(world, Event::Reunited, donor, carer)
    })
}

/// A donor without a carer is given one who has room.
fn give(world: &mut World, at: Time, donor: u32, carer: usize) {
    let student = world.donation.rows[donor as usize].student;
    let time_of_asking = world.donation.rows[donor as usize].carers_had;
    let carers = &mut world.carers;
    let load = usize::from(carers.rows[carer].load);
    carers.rows[carer].cases[load] = donor;
    carers.rows[carer].load += 1;
    if u32::from(carers.rows[carer].load) >= world.programme.carers.case_load {
        carers.close_place(carer);
    }
    let person = carers.rows[carer].student;
    world.donation.rows[donor as usize].carer = carer as u32;
    world.donation.rows[donor as usize].carers_had = time_of_asking.saturating_add(1);
    world.log.push(
        Event::CarerAssigned
            .at(at)
            .who(student.person())
            .whom(person.person())
            .n(load as i32 + 1),
    );
    ties::assigned(world, at, student, person);
    if world.carers.rows[carer].next_visit == Time::NEVER {
        schedule_visit(world, at, carer);
    }
}

/// A donor is given the carer on record: whoever it was before is parted from the donor, and another
/// of the carer's donors is given to others where there is no room.
pub(crate) fn assign_on_record(
    world: &mut World,
    at: Time,
    donor: StudentId,
    carer: StudentId,
) -> Result<(), String> {
    let (case, row) = (
        world.students.donor_row[donor.row()],
        world.students.carer_row[carer.row()] as usize,
    );
    if world.programme.carers.case_load == 0 {
        return Err("carers have no donors in their care (`carers.case_load` is 0)".to_owned());
    }
    let before = world.donation.rows[case as usize].carer;
    if before != NOBODY {
        let other = world.carers.rows[before as usize].student;
        let record = Event::CarerParted.at(at).who(donor.person());
        world.log.push(record.whom(other.person()));
        detach(world, case);
    }
    let full = u32::from(world.carers.rows[row].load) >= world.programme.carers.case_load;
    let displaced = full.then(|| world.carers.rows[row].cases[0]);
    if let Some(displaced) = displaced {
        let other = world.donation.rows[displaced as usize].student;
        let record = Event::CarerParted.at(at).who(other.person());
        world.log.push(record.whom(carer.person()));
        detach(world, displaced);
    }
    if world.donation.rows[case as usize].carer == NOBODY {
        give(world, at, case, row);
    }
    if let Some(displaced) = displaced {
        assign(world, at, displaced);
    }
    Ok(())
}

/// The free carer who is the donor's closest friend. If none is: among some of them, from a place in
/// the list on, the one who best knows the donor: same school and same year of leaving, then same
/// school, then the first.
fn acquainted(world: &World, at: Time, donor: StudentId, start: u32, free: u32) -> u32 {
    let fading = world.programme.ties.friendship.fading();
    let closest = world
        .network
        .of(donor)
        .iter()
        .filter_map(|tie| {
            let position = free_position(world, tie.other())?;
            Some((position, tie.friendship_at(at, fading)))
        })
        .max_by(|one, other| one.1.total_cmp(&other.1));
    if let Some((position, _)) = closest {
        return position;
    }
    let breadth = world.programme.carers.choice_breadth.min(free);
    let students = &world.students;
    let closeness = |position: u32| {
        let carer = world.carers.free[position as usize] as usize;
        let other = world.carers.rows[carer].student.row();
        let same_school = students.school[other] == students.school[donor.row()];
        let same_year = students.left_school[other] == students.left_school[donor.row()];
        u8::from(same_school) + u8::from(same_school && same_year)
    };
    let mut best = start;
    let mut best_closeness = closeness(start);
    for step in 1..breadth {
        let position = (start + step) % free;
        let closeness = closeness(position);
        if closeness > best_closeness {
            best = position;
            best_closeness = closeness;
        }
    }
    best
}

/// Where a student stands among the carers with room for another donor, if among them at all.
fn free_position(world: &World, student: StudentId) -> Option<u32> {
    if world.students.phase[student.row()] != Phase::Carer {
        return None;
    }
    let row = world.students.carer_row[student.row()];
    let position = world.carers.rows.get(row as usize)?.free_position;
    (position != NOBODY).then_some(position)
}

/// One of the donors in a carer's care, by a draw.
pub(crate) fn some_donor(world: &World, carer: StudentId, draw: &mut Draw) -> Option<StudentId> {
    let carer = world
        .carers
        .service(world.students.carer_row[carer.row()])?;
    if carer.load == 0 {
        return None;
    }
    let donor = carer.cases[draw.below(u32::from(carer.load)) as usize];
    Some(world.donation.rows[donor as usize].student)
}

/// A donor needs no carer any more.
pub(crate) fn release(world: &mut World, at: Time, donor: u32) {
    if detach(world, donor) {
        serve_waiting(world, at);
    }
}

/// Takes a donor from the carer, who has room for another from now on. Says whether there was one.
fn detach(world: &mut World, donor: u32) -> bool {
    let carer = std::mem::replace(&mut world.donation.rows[donor as usize].carer, NOBODY);
    if carer == NOBODY {
        return false;
    }
    let carer = carer as usize;
    let carers = &mut world.carers;
    let load = usize::from(carers.rows[carer].load);
    if let Some(position) = carers.rows[carer].cases[..load]
        .iter()
        .position(|&case| case == donor)
    {
        carers.rows[carer].cases[position] = carers.rows[carer].cases[load - 1];
        carers.rows[carer].load -= 1;
    }
    carers.open_place(carer);
    if carers.rows[carer].load == 0 {
        cancel_visit(world, carer);
    }
    true
}

/// Where somebody lives; of a carer, who lives on the road, where that one was last.
pub(crate) fn whereabouts(world: &World, student: StudentId) -> PlaceId {
    let row = student.row();
    let service = world
        .carers
        .rows
        .get(world.students.carer_row[row] as usize);
    match service {
        Some(carer) if world.students.phase[row] == Phase::Carer => carer.stands,
        _ => world.students.place[row],
    }
}

/// A carer was with a donor who died.
pub(crate) fn attended(world: &mut World, carer: u32) {
    let attended = &mut world.carers.rows[carer as usize].deaths_attended;
    *attended = attended.saturating_add(1);
}

/// Gives the donors who wait for a carer to those with room.
fn serve_waiting(world: &mut World, at: Time) {
    // Who is left waiting is not asked twice.
    for _ in 0..world.carers.waiting.len() {
        if world.carers.free.is_empty() {
            return;
        }
        let Some(student) = world.carers.waiting.pop_front() else {
            return;
        };
        let donor = world.students.donor_row[student.row()];
        let row = world.donation.rows.get(donor as usize);
        let needs = world.students.phase[student.row()] == Phase::Donor
            && row.is_some_and(|row| row.carer == NOBODY);
        if needs {
            assign(world, at, donor);
        }
    }
}

/// Plans the next visit.
fn schedule_visit(world: &mut World, at: Time, row: usize) {
    let carer = &mut world.carers.rows[row];
    let due = at + world.carers.intervals[usize::from(carer.load)];
    carer.next_visit = due;
    world.schedule(due, FIRST_CARER + row as u32, Slot::Visit);
}

/// Takes back the next visit, if one is planned.
fn cancel_visit(world: &mut World, row: usize) {
    let due = std::mem::replace(&mut world.carers.rows[row].next_visit, Time::NEVER);
    world.cancel(due, FIRST_CARER + row as u32, Slot::Visit);
}

/// The donor whom a carer visits next, for asking for its memory.
pub(crate) fn next_donor(carers: &State, row: usize) -> Option<usize> {
    let carer = carers.rows.get(row)?;
    let turn = carer.turn();
    carer
        .cases
        .get(usize::from(turn))
        .map(|donor| *donor as usize)
}

/// A carer visits the donor whose turn it is.
pub(crate) fn on_visit(world: &mut World, at: Time, carer: u32) {
    let row = carer as usize;
    let rules = &world.programme.carers;
    let carer = &mut world.carers.rows[row];
    let turn = carer.turn();
    carer.turn = turn.wrapping_add(1);
    let donor = &mut world.donation.visited[carer.cases[usize::from(turn)] as usize];

    let rested = at - carer.tired_at;
    let mut fatigue = f64::from(carer.fatigue) * world.carers.rest.left_after(rested);
    if carer.stands != donor.place {
        // Fatigue from the road is a parameter for a hundred kilometres.
        let road = world.places.distance(carer.stands, donor.place) / 100.0;
        fatigue += (1.0 - fatigue) * (rules.fatigue_road * road).min(1.0);
    }
    let visits = f64::from(carer.visits);
    let practised = visits / (visits + rules.practice);
    let skill = rules.untrained + (1.0 - rules.untrained) * practised;
    let comfort = (f64::from(carer.empathy) * skill * (1.0 - fatigue)) as f32;
    fatigue += (1.0 - fatigue) * rules.fatigue_visit;

    carer.fatigue = fatigue as f32;
    carer.tired_at = at;
    carer.stands = donor.place;
    carer.visits += 1;
    carer.year.0 += comfort;
    carer.year.1 += 1;
    donor.comfort.0 += comfort;
    donor.comfort.1 += 1;
    world.log.push(
        Event::Visited
            .at(at)
            .who(carer.student.person())
            .whom(donor.student.person())
            .place(donor.place.number())
            .value(comfort),
    );
    schedule_visit(world, at, row);
}
