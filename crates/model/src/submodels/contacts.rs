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
//! Contacts and reflections belong to days, and happen with a day's last minute: the contacts first,
//! by the numbers of those whom they are due for, then the reflections. Whom they meet all choose before
//! anybody meets. So many meetings, or reflections, as a group holds (64) go through the submodels together, each submodel
//! taking all of the group before the next begins: so the draws of a submodel are made together, its
//! instructions are fetched once for many, and what the next group touches is asked for in time.
//!
//! Whom somebody meets: at school and at the Cottages a friend with some probability, else somebody
//! of the same year, else anybody there; a donor a friend who visits, the carer, or another donor of
//! the centre; a carer a friend who can be reached, or a donor in care. Of two friends who come to
//! mind the closer is met, and who knows that time is short keeps more to friends (D-69). Friends who
//! live elsewhere are reached with a probability that depends on who travels: carers do,
//! donors may be visited and may visit. Who thinks of one of the dead meets nobody.

mod agenda;

use hailsham_engine::prefetch::{Ahead, prefetch_row};
use hailsham_engine::random::{Block, Draw, Streams};
use hailsham_engine::time::{DAYS_PER_YEAR, MINUTES_PER_DAY, Span, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::network::Tie;
use crate::person::{FIRST_SOURCE, Phase, StudentId};
use crate::place::PlaceKind;
use crate::purpose::{Purpose, Slot};
use crate::submodels::{carers, donation, ties};
use crate::world::World;
use agenda::Agenda;

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
    /// Probability that a meeting of a carer or of a donor that is with no tie of theirs is with a donor in care, or with the donor's carer.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed: care brings people close (A-117)"))]
    #[default = 0.5]
    pub in_care: f64,
    /// How far knowing that one's time is short turns meetings with anybody into meetings with one's own.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "Carstensen et al. 1999, American Psychologist 54:165: socioemotional selectivity; the size assumed (D-69)"))]
    #[default = 0.5]
    pub selectivity: f64,
}

/// Contacts or reflections that go through the submodels together: their people stay in the cache
/// meanwhile. Another number would give another order of what happens within a minute.
pub(crate) const GROUP: usize = 64;

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

/// Those who are due on a day, and what they do. It is kept for its room.
#[derive(Default)]
struct Day {
    people: Vec<StudentId>,
    choices: Vec<Choice>,
    meetings: Vec<Meeting>,
    reflections: Vec<Reflection>,
    names: Names,
    ahead: Ahead,
}

/// What names the draws of a group: whose they are, and which of that life's. The draws of one purpose
/// are made together, in a fraction of the time that they take one by one.
#[derive(Default)]
pub(crate) struct Names {
    identities: Vec<u64>,
    numbers: Vec<u32>,
    blocks: Vec<Block>,
}

impl Names {
    fn clear(&mut self) {
        self.identities.clear();
        self.numbers.clear();
    }

    fn push(&mut self, identity: u64, number: u32) {
        self.identities.push(identity);
        self.numbers.push(number);
    }

    /// The group's draws for a purpose, in its order.
    pub(crate) fn draws(
        &mut self,
        streams: Streams,
        purpose: Purpose,
    ) -> impl Iterator<Item = Draw> + '_ {
        let Names {
            identities,
            numbers,
            blocks,
        } = self;
        streams.blocks(purpose, identities, numbers, blocks);
        let names = identities.iter().zip(numbers);
        names.zip(blocks).map(move |((identity, number), block)| {
            let stream = streams.entity(*identity).purpose(purpose);
            stream.draw_from(*number, *block)
        })
    }
}

/// By phase of life, a day's hazard of a contact.
#[derive(Clone, Copy, Default)]
struct Hazards {
    pupil: f64,
    resident: f64,
    carer: f64,
    donor: f64,
}

impl Hazards {
    fn of(&self, phase: Phase) -> f64 {
        match phase {
            Phase::Pupil => self.pupil,
            Phase::Resident => self.resident,
            Phase::Carer => self.carer,
            _ => self.donor,
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
        world
            .students
            .streams(world.clock.streams, self.who)
            .purpose(purpose)
            .draw(self.number)
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
        world
            .students
            .streams(world.clock.streams, self.who)
            .purpose(purpose)
            .draw(self.number)
    }
}

/// Days between two reflections: half a year.
const BETWEEN_REFLECTIONS: u32 = 183;
/// The same in years.
pub(crate) const HALF_A_YEAR: f64 = BETWEEN_REFLECTIONS as f64 / DAYS_PER_YEAR;
/// Days between two looks at those who have no contacts in their phase of life.
const IDLE: u32 = 30;
/// Days between two terms, and between two months of a place: a third and a twelfth of a year.
const TERM: f64 = 365.25 / 3.0;
const MONTH: f64 = 365.25 / 12.0;
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
    let mut draw = world
        .students
        .streams(world.clock.streams, student)
        .purpose(Purpose::Rhythm)
        .draw(0);
    // Reflections of different people fall on different days.
    let first = draw.below(BETWEEN_REFLECTIONS);
    world.inner.contacts.reflections.add(from + first, student);
    let mut draw = world
        .students
        .streams(world.clock.streams, student)
        .purpose(Purpose::Contact)
        .draw(0);
    let state = &mut world.inner.contacts;
    expect_contact(state, from, student, Phase::Pupil, &mut draw);
}

/// The next contact of a student in a phase of life is due on a day drawn.
fn expect_contact(
    state: &mut State,
    today: u32,
    student: StudentId,
    phase: Phase,
    draw: &mut Draw,
) {
    let hazard = state.hazards.of(phase);
    let wait = if hazard > 0.0 {
        (draw.exponential(hazard) as u32).saturating_add(1)
    } else {
        IDLE
    };
    state.contacts.add(today.saturating_add(wait), student);
}

/// A day has ended: those meet whose contacts were due, and those look back whose half-years are over.
pub(crate) fn on_day(world: &mut World, at: Time) {
    let today = day_of(at);
    let mut day = std::mem::take(&mut world.inner.contacts.day);
    let due = world.inner.contacts.contacts.take(today);
    choose(world, at, &due, &mut day);
    meet(world, &mut day);
    world.count(due.len());
    world.inner.contacts.contacts.give_back(due);
    let due = world.inner.contacts.reflections.take(today);
    look_back(world, at, &due, &mut day);
    world.count(due.len());
    world.inner.contacts.reflections.give_back(due);
    world.inner.contacts.day = day;
    schedule_day(world, today + 1);
}

/// A day ends with its last minute.
fn schedule_day(world: &mut World, day: u32) {
    let end = (i64::from(day) + 1) * i64::from(MINUTES_PER_DAY) - 1;
    let end = Time::from_minutes(i32::try_from(end).unwrap_or(i32::MAX));
    world.schedule(end, COUNTRY, Slot::Day);
}

/// A group of a list, by its number; after the last, nobody.
fn group_of<T>(all: &[T], number: usize) -> &[T] {
    let start = (number * GROUP).min(all.len());
    &all[start..(start + GROUP).min(all.len())]
}

/// Who is due for a contact today chooses whom to meet, before anybody meets.
fn choose(world: &mut World, at: Time, due: &[u32], day: &mut Day) {
    /// People whose memory is asked for in one step and read in the next.
    const STEP: usize = 256;
    let today = day_of(at);
    let streams = world.clock.streams;
    let Day {
        people,
        choices,
        meetings,
        names,
        ..
    } = day;
    meetings.clear();
    for due in due.chunks(STEP) {
        people.clear();
        choices.clear();
        names.clear();
        for student in due.iter().copied().map(StudentId) {
            // Nobody is asked to take back the contacts of the dead: they are passed over.
            if world.students.alive(student) {
                let count = &mut world.inner.contacts.counts[student.row()].0;
                *count += 1;
                people.push(student);
                names.push(world.students.identity[student.row()], *count);
                world.network.prefetch_known(student);
                world.minds.prefetch_understood(student);
            }
        }
        let draws = names.draws(streams, Purpose::Contact);
        for (student, mut draw) in people.iter().zip(draws) {
            let phase = world.students.phase[student.row()];
            let state = &mut world.inner.contacts;
            expect_contact(state, today, *student, phase, &mut draw);
        }
        let draws = names.draws(streams, Purpose::Partner);
        choices.extend(people.iter().zip(draws).map(|(student, draw)| {
            let (number, _) = world.inner.contacts.counts[student.row()];
            Choice::of(world, *student, number, draw)
        }));
        for (index, student) in people.iter().enumerate() {
            let number = names.numbers[index];
            if let Some((whom, together)) = partner(world, *student, &choices[index]) {
                meetings.push(Meeting {
                    at,
                    who: *student,
                    whom,
                    number,
                    together,
                });
            }
        }
    }
}

/// Those who chose each other meet, a group at a time. What the next two groups will touch is asked for
/// meanwhile.
fn meet(world: &mut World, day: &mut Day) {
    let Day {
        meetings,
        names,
        ahead,
        ..
    } = day;
    super::ahead_of_known(world, group_of(meetings, 0), ahead);
    super::ahead_of_known(world, group_of(meetings, 1), ahead);
    ahead.finish();
    super::ahead_of_meetings(world, group_of(meetings, 0), ahead);
    ahead.finish();
    for (number, group) in meetings.chunks(GROUP).enumerate() {
        names.clear();
        for meeting in group {
            let identity = world.students.identity[meeting.who.row()];
            names.push(identity, meeting.number);
        }
        super::ahead_of_meetings(world, group_of(meetings, number + 1), ahead);
        super::ahead_of_known(world, group_of(meetings, number + 2), ahead);
        super::meet(world, group, names, ahead);
        ahead.finish();
    }
}

/// Whom a student turns to.
enum Choice {
    /// The closer of two that come to mind, by their places among the ties; and a uniform number, below
    /// which the probability that a meeting comes about must not lie.
    Tie([usize; 2], f64),
    /// Somebody of the same year.
    SameYear(StudentId),
    /// Somebody of the place, by number.
    There(usize),
    /// A donor in care, or the donor's carer.
    InCare(StudentId),
    Nobody,
}

impl Choice {
    /// What is read of the one chosen is asked for.
    fn of(world: &World, student: StudentId, number: u32, mut draw: Draw) -> Choice {
        let rules = &world.programme.contacts;
        let students = &world.students;
        let phase = students.phase[student.row()];
        if world.inner.contacts.hazards.of(phase) <= 0.0 {
            return Choice::Nobody;
        }
        // Who knows that time is short spends more of it with those already known.
        let with_ties = rules.with_ties
            + (1.0 - rules.with_ties) * rules.selectivity * ties::short_horizon(world, student);
        let known = world.network.known_to(student).len() as u32;
        let with_ties = if known > 0 { with_ties } else { 0.0 };
        let u = draw.uniform();
        // Below a threshold, and above it, a uniform number is uniform still.
        if u < with_ties {
            let two = draw.below(known * known);
            let two = [two / known, two % known].map(|position| position as usize);
            for position in two {
                world.network.prefetch_tie(student, position);
            }
            return Choice::Tie(two, u / with_ties);
        }
        let rest = (u - with_ties) / (1.0 - with_ties);
        if matches!(phase, Phase::Carer | Phase::Donor) {
            let mut draw = students
                .streams(world.clock.streams, student)
                .purpose(Purpose::CareMeeting)
                .draw(number);
            if draw.uniform() < rules.in_care {
                let other = if phase == Phase::Carer {
                    carers::some_donor(world, student, &mut draw)
                } else {
                    donation::carer_of(world, student)
                };
                return other.map_or(Choice::Nobody, Choice::InCare);
            }
        }
        if phase == Phase::Carer {
            return Choice::Nobody;
        }
        if phase == Phase::Pupil && rest < rules.same_year {
            let (first, size) = students.intake[student.row()];
            let other = StudentId(first + draw.below(size));
            prefetch_row(&students.place, other.row());
            prefetch_row(&students.phase, other.row());
            return Choice::SameYear(other);
        }
        let there = world.roster.at(students.place[student.row()]);
        if there.len() < 2 {
            return Choice::Nobody;
        }
        let index = draw.below(there.len() as u32) as usize;
        prefetch_row(there, index);
        Choice::There(index)
    }
}

/// Whom a student meets who turned to somebody, and whether the two live at one place.
fn partner(world: &World, student: StudentId, choice: &Choice) -> Option<(StudentId, bool)> {
    let rules = &world.programme.contacts;
    let students = &world.students;
    let (place, phase) = (students.place[student.row()], students.phase[student.row()]);
    match *choice {
        Choice::Nobody => None,
        Choice::InCare(other) => Some((other, false)),
        Choice::Tie(two, number) => {
            let [first, second] = two.map(|position| &world.network.of(student)[position]);
            let tie = if second.friendship > first.friendship {
                second
            } else {
                first
            };
            if tie.is(Tie::DEAD) || !students.alive(tie.other()) {
                return None;
            }
            let other = tie.other();
            let there = students.phase[other.row()];
            let travels = phase == Phase::Carer || there == Phase::Carer;
            let bedside = phase == Phase::Donor || there == Phase::Donor;
            let together = students.place[other.row()] == place && !travels;
            let reach = if together {
                1.0
            } else {
                let carer = if travels { rules.reach_carer } else { 0.0 };
                let donor = if bedside { rules.reach_bedside } else { 0.0 };
                rules.reach.max(carer).max(donor)
            };
            (number < reach).then_some((other, together))
        }
        Choice::SameYear(other) => {
            let here = other != student
                && students.place[other.row()] == place
                && students.phase[other.row()] == Phase::Pupil;
            here.then_some((other, true))
        }
        Choice::There(index) => {
            let other = StudentId(world.roster.at(place)[index]);
            // Infants are in the roster, and are not met yet; carers are on the road.
            let met = other != student
                && students.phase[other.row()] != Phase::Carer
                && world.inner.contacts.counts[other.row()].1 > 0;
            met.then_some((other, true))
        }
    }
}

/// Those who are due look back, a group at a time. What the next group will touch is asked for meanwhile.
fn look_back(world: &mut World, at: Time, due: &[u32], day: &mut Day) {
    let today = day_of(at);
    let Day {
        reflections,
        names,
        ahead,
        ..
    } = day;
    super::ahead_of_minds(world, group_of(due, 0), ahead);
    super::ahead_of_minds(world, group_of(due, 1), ahead);
    ahead.finish();
    super::ahead_of_reflections(world, group_of(due, 0), ahead);
    ahead.finish();
    for (number, group) in due.chunks(GROUP).enumerate() {
        reflections.clear();
        names.clear();
        for student in group.iter().copied().map(StudentId) {
            if !world.students.alive(student) {
                continue;
            }
            let state = &mut world.inner.contacts;
            let count = &mut state.counts[student.row()].1;
            *count += 1;
            let number = *count;
            state.reflections.add(today + BETWEEN_REFLECTIONS, student);
            names.push(world.students.identity[student.row()], number);
            reflections.push(Reflection {
                at,
                who: student,
                number,
                years: HALF_A_YEAR,
                age: (at - world.students.born[student.row()]).years(),
            });
        }
        super::ahead_of_reflections(world, group_of(due, number + 1), ahead);
        super::ahead_of_minds(world, group_of(due, number + 2), ahead);
        super::reflect(world, reflections, names, ahead);
        ahead.finish();
    }
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
    };
    schedule_day(world, 0);
    let places: Vec<u32> = world
        .places
        .iter()
        .filter(|(_, place)| place.kind == PlaceKind::Cottages)
        .map(|(id, _)| id.number())
        .collect();
    for place in places {
        world.schedule(
            Time::START + Span::from_days(MONTH),
            FIRST_PLACE + place,
            Slot::Month,
        );
    }
}

/// A school has opened: its terms begin.
pub(crate) fn begin_terms(world: &mut World, at: Time, source: u32) {
    if !world.programme.contacts.inner_life {
        return;
    }
    world.schedule(
        at + Span::from_days(TERM),
        FIRST_SOURCE + source,
        Slot::Term,
    );
}

/// A term of a school has ended.
pub(crate) fn on_term(world: &mut World, at: Time, source: u32) {
    let place = world.institutions.schools[source as usize].place;
    if !world.places.get(place).open(at) {
        return;
    }
    let number = ((at - world.places.get(place).opened).days() / TERM) as u32;
    super::term(world, at, source, number);
    begin_terms(world, at, source);
}

/// A month has gone by at a place.
pub(crate) fn on_month(world: &mut World, at: Time, entity: u32) {
    let place = crate::place::PlaceId((entity - FIRST_PLACE) as u16);
    let number = (at.minutes() as f64 / (MONTH * 1440.0)) as u32;
    super::month(world, at, place, number);
    world.schedule(at + Span::from_days(MONTH), entity, Slot::Month);
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
