//! 7.16 Recipients and organs (A-040, A-134, A-216): the ill, the waiting lists, the grafts.
//!
//! The healthy public is a table: people by sex and age group in census years, straight lines
//! between. From the year in which the lists open, the ill arrive as a Poisson process of rate
//!
//! ```text
//! rate(disease, year) = Σ over age group, sex of people(year, group, sex) · incidence(disease, group) · ratio(sex)
//! ```
//!
//! which is exact in distribution without simulating the healthy. At onset everyone's time to death
//! without an organ is drawn (Weibull) beside the death by the life table. Those who may be listed
//! wait for the organ of their disease; those whose drawn death is near become urgent. A free organ
//! goes to the first of the ranked list (crate `hailsham-allocation`). A graft lasts a Weibull time,
//! shorter with each HLA mismatch; when it fails, the recipient is listed again or dies.
//!
//! The process is built from copies so that comparisons stay exact: with an incidence factor (or a
//! population scale) of 2.3, two whole copies of the stream arrive and a third keeps 30 % of its
//! members. Those who arrive at factor 1 arrive at 2.3 too, with the same lives.

mod arrivals;
mod attributes;
mod burden;
mod lists;
mod parameters;

use hailsham_allocation::{Abo, Hla};
use hailsham_engine::large_pages::{self, Certain};
use hailsham_engine::random::name_hash;
use hailsham_engine::time::{Span, Time};

use crate::event::Event;
use crate::person::{Cause, RecipientId, Sex, StudentId, Students, room_for};
use crate::programme::Programme;
use crate::purpose::{Purpose, Slot};
use crate::world::{Clock, World};
use arrivals::yearly_cases;
pub(crate) use arrivals::{on_arrival, start};
use attributes::Attributes;
pub(crate) use attributes::catalogue;
pub(crate) use burden::{Burden, burden};
use lists::List;
pub use parameters::{BloodGroupRule, Census, Disease, Organ, Population, Recipients};

/// Where a recipient stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Condition {
    /// Ill, and not on the list.
    Ill,
    /// Cured without a donor's organ.
    Cured,
    /// On the list.
    Waiting,
    /// Living with a graft.
    Transplanted,
    /// Dead.
    Dead,
}

impl Condition {
    /// Labels on disk, by number.
    pub const LABELS: [&'static str; 5] = ["ill", "cured", "waiting", "transplanted", "dead"];
}

/// What changes, or is looked at, while a recipient's life goes on: it stands together in one line of the
/// cache, since each event of a recipient comes long after the last and finds nothing there.
#[derive(Clone)]
#[repr(align(64))]
pub(crate) struct Patient {
    pub(crate) identity: u64,
    /// HLA antigens; drawn when first listed, as nobody asks before.
    hla: Hla,
    /// Blood group; drawn with them.
    abo: Abo,
    pub(crate) disease: u8,
    pub(crate) condition: Condition,
    pub(crate) sex: Sex,
    pub(crate) cause: Option<Cause>,
    pub(crate) urgent: bool,
    /// Became urgent, on this listing or an earlier one.
    pub(crate) was_urgent: bool,
    pub(crate) transplants: u8,
    grafts_failed: u8,
    /// The listing that counts for waiting.
    listed: Time,
    /// Death by the disease if no organ comes now; `NEVER` with a graft.
    pub(crate) disease_death: Time,
    /// Death by the life table.
    pub(crate) other_death: Time,
    /// When the graft fails; `NEVER` without one.
    pub(crate) graft_fails: Time,
    pub(crate) first_listed: Time,
    /// When the first organ came.
    pub(crate) transplanted: Time,
    /// Donor of the first organ.
    pub(crate) donor: u32,
    pub(crate) died: Time,
}

const _: () = assert!(size_of::<Patient>() == 64);

/// The recipients: what changes as rows, what is written once as columns.
#[derive(Default)]
pub struct Columns {
    pub(crate) patients: Vec<Patient>,
    pub(crate) born: Vec<Time>,
    pub(crate) fell_ill: Vec<Time>,
    /// Death drawn at onset: without an organ, or by the life table if that is sooner.
    pub(crate) death_at_onset: Vec<Time>,
}

impl Columns {
    /// Makes room for so many, if there is as much memory; otherwise the tables grow as people come.
    fn reserve(&mut self, people: usize) {
        large_pages::reserve(&mut self.patients, people);
        for column in [&mut self.born, &mut self.fell_ill, &mut self.death_at_onset] {
            large_pages::reserve(column, people);
        }
    }

    /// That there is room for as many as are expected is certain to be used: how many fall ill hangs on
    /// nothing that happens in a run.
    pub(crate) fn certain(&mut self, certain: &mut Certain) {
        certain.add(&mut self.patients);
        for column in [&mut self.born, &mut self.fell_ill, &mut self.death_at_onset] {
            certain.add(column);
        }
    }

    /// How many recipients there is room for.
    pub(crate) fn room(&self) -> usize {
        self.patients.capacity()
    }

    /// How many recipients there are.
    pub fn len(&self) -> usize {
        self.patients.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.patients.is_empty()
    }

    /// From the first listing to the first transplant, to death, or to the end of the run.
    pub(crate) fn first_wait(&self, row: usize, end: Time) -> Option<Span> {
        let patient = &self.patients[row];
        let listed = patient.first_listed;
        let until = patient.transplanted.min(patient.died).min(end);
        (listed != Time::NEVER).then(|| until - listed)
    }
}

/// Asks for the memory of a recipient's place on the list, if they are on it: what happens to them next
/// takes them off. The recipient is at hand already.
pub(crate) fn prefetch_place(state: &State, recipient: RecipientId) {
    let people = &state.people;
    let Some(patient) = people.patients.get(recipient.row()) else {
        return;
    };
    if patient.condition == Condition::Waiting {
        let organ = state.illnesses[usize::from(patient.disease)].organ;
        state.lists[usize::from(organ)].prefetch(people, recipient);
    }
}

/// A disease, ready for use.
struct Illness {
    organ: u8,
    key: u64,
    survival: (f64, f64),
    graft: (f64, f64),
    mismatch: f64,
    relisted: f64,
    /// By calendar year from the first: cases a year at factor 1, and cumulative shares of
    /// (age group, sex).
    years: Vec<(f64, Vec<f64>)>,
    most: f64,
}

/// One copy of a disease's stream of arrivals.
struct Stream {
    illness: u8,
    copy: u32,
    /// Share of this copy's members who exist.
    share: f64,
    next: u32,
}

/// The recipients' private state.
pub struct State {
    pub(crate) people: Columns,
    illnesses: Vec<Illness>,
    streams: Vec<Stream>,
    first_stream: u32,
    lists: Vec<List>,
    lists_open: Time,
    first_year: i16,
}

impl State {
    /// Prepares the lists and the rates of every year.
    pub(crate) fn build(clock: &Clock, programme: &Programme, first_stream: u32) -> State {
        let first_year = clock.year_of(Time::START);
        let last_year = clock.year_of(clock.horizon);
        let mut state = State {
            people: Columns::default(),
            illnesses: Vec::new(),
            streams: Vec::new(),
            first_stream,
            lists: lists(programme),
            lists_open: clock
                .start_of(programme.recipients.lists_open)
                .max(Time::START),
            first_year,
        };
        let multiplier = programme.recipients.incidence_factor * clock.scale;
        for (key, disease) in &programme.diseases {
            let years: Vec<(f64, Vec<f64>)> = (first_year..=last_year)
                .map(|year| yearly_cases(&programme.population, disease, f64::from(year) + 0.5))
                .collect();
            let most = years.iter().map(|(cases, _)| *cases).fold(0.0, f64::max);
            let illness = state.illnesses.len() as u8;
            state.illnesses.push(Illness {
                organ: programme.organs.get_index_of(&disease.organ).unwrap_or(0) as u8,
                key: name_hash(key),
                survival: (disease.survival_shape, disease.survival_scale),
                graft: (disease.graft_shape, disease.graft_scale),
                mismatch: disease.mismatch,
                relisted: disease.relisted,
                years,
                most,
            });
            for copy in 0..libm::ceil(multiplier) as u32 {
                let share = (multiplier - f64::from(copy)).min(1.0);
                state.streams.push(Stream {
                    illness,
                    copy,
                    share,
                    next: 0,
                });
            }
        }
        let before = clock.year_of(state.lists_open) - first_year;
        let before = usize::try_from(before).unwrap_or(0);
        let years = state
            .illnesses
            .iter()
            .flat_map(|illness| illness.years.iter().skip(before));
        let expected = years.map(|(cases, _)| cases * multiplier).sum();
        state.people.reserve(room_for(expected));
        state
    }

    /// The rates of a calendar year.
    fn rates(&self, illness: &Illness, year: i16) -> usize {
        usize::try_from(year - self.first_year)
            .unwrap_or(0)
            .min(illness.years.len() - 1)
    }

    fn illness(&self, recipient: RecipientId) -> &Illness {
        &self.illnesses[usize::from(self.people.patients[recipient.row()].disease)]
    }

    /// The list of a recipient's organ, and everybody.
    fn list_of(&mut self, recipient: RecipientId) -> (&mut List, &Columns) {
        let organ = usize::from(self.illness(recipient).organ);
        (&mut self.lists[organ], &self.people)
    }
}

/// The list of each organ.
fn lists(programme: &Programme) -> Vec<List> {
    let policy = |organ: &str| programme.policies()?.of(organ);
    let organs = programme.organs.iter().zip(0..);
    organs
        .map(|((key, organ), number)| match policy(key) {
            None => List::simple(number, organ),
            Some(policy) => List::by_policy(number, policy, Attributes::new(&programme.bodies)),
        })
        .collect()
}

/// Someone ill is put on the list.
pub(crate) fn on_listing(world: &mut World, at: Time, recipient: RecipientId) {
    let patient = &mut world.recipients_state.people.patients[recipient.row()];
    let streams = world.clock.streams.entity(patient.identity);
    patient.abo = world.creation.blood_group(streams);
    patient.hla = world.creation.tissue_type(streams);
    patient.first_listed = at;
    enlist(world, at, recipient, Event::Listed);
}

fn enlist(world: &mut World, at: Time, recipient: RecipientId, event: Event) {
    let row = recipient.row();
    let state = &mut world.recipients_state;
    let organ = state.illness(recipient).organ;
    let failed = i32::from(state.people.patients[row].grafts_failed);
    state.people.patients[row].condition = Condition::Waiting;
    state.people.patients[row].listed = at;
    state.people.patients[row].urgent = false;
    let (list, people) = state.list_of(recipient);
    list.add(people, recipient);
    let death = state.people.patients[row].disease_death;
    let person = recipient.person();
    let mut record = event.at(at).who(person).topic(world.topics.organ(organ));
    if event == Event::Relisted {
        record = record.n(failed);
    }
    world.log.push(record);
    let before = world.programme.recipients.urgent_before;
    if before > 0.0 {
        let near = death - Span::from_days(before);
        if near <= at {
            on_urgent(world, at, recipient);
        } else {
            world.schedule(near, person, Slot::Urgent);
        }
    }
}

/// Someone waiting has come near death.
pub(crate) fn on_urgent(world: &mut World, at: Time, recipient: RecipientId) {
    let state = &mut world.recipients_state;
    let organ = state.illness(recipient).organ;
    let (list, people) = state.list_of(recipient);
    list.remove(people, recipient);
    let patient = &mut state.people.patients[recipient.row()];
    (patient.urgent, patient.was_urgent) = (true, true);
    let (list, people) = state.list_of(recipient);
    list.add(people, recipient);
    world.log.push(
        Event::BecameUrgent
            .at(at)
            .who(recipient.person())
            .topic(world.topics.organ(organ)),
    );
}

/// A donor, as rules of allocation see one.
pub(crate) struct Giver {
    abo: Abo,
    hla: Hla,
    born: Time,
}

impl Giver {
    /// Of a student.
    pub(crate) fn new(students: &Students, donor: StudentId) -> Giver {
        Giver {
            abo: students.abo[donor.row()],
            hla: students.hla[donor.row()],
            born: students.born[donor.row()],
        }
    }
}

/// Whether anyone on the list could take an organ of this donor.
pub(crate) fn wanted(state: &mut State, at: Time, organ: u8, giver: &Giver) -> bool {
    state.lists[usize::from(organ)].wanted(&state.people, giver, at)
}

/// An organ is given to the first of its ranked list, or to nobody.
pub(crate) fn place_organ(world: &mut World, at: Time, donor: StudentId, organ: u8, object: u32) {
    let giver = Giver::new(&world.students, donor);
    let topic = world.topics.organ(organ);
    let state = &mut world.recipients_state;
    let list = &mut state.lists[usize::from(organ)];
    let Some(offer) = list.best(&state.people, &giver, at) else {
        world.log.push(
            Event::OrganUnplaced
                .at(at)
                .who(donor.person())
                .topic(topic)
                .object(object),
        );
        return;
    };
    let recipient = offer.recipient;
    let row = recipient.row();
    let person = recipient.person();
    leave_list(world, at, recipient);
    let state = &mut world.recipients_state;
    let waited = at - state.people.patients[row].listed;
    let illness = &state.illnesses[usize::from(state.people.patients[row].disease)];
    let (shape, scale) = illness.graft;
    let shortened = scale * libm::exp(-illness.mismatch * f64::from(offer.mismatches));
    let number = state.people.patients[row].transplants;
    let lasts = world
        .clock
        .streams
        .entity(state.people.patients[row].identity)
        .purpose(Purpose::Graft)
        .draw(u32::from(number))
        .weibull(shape, shortened);
    let fails = at + Span::from_years(lasts);
    let people = &mut state.people;
    let due = people.patients[row]
        .disease_death
        .min(people.patients[row].other_death);
    let other_death = people.patients[row].other_death;
    people.patients[row].condition = Condition::Transplanted;
    people.patients[row].disease_death = Time::NEVER;
    people.patients[row].graft_fails = fails;
    people.patients[row].transplants = number.saturating_add(1);
    if people.patients[row].transplanted == Time::NEVER {
        people.patients[row].transplanted = at;
        people.patients[row].donor = donor.person();
    }
    world.log.push(
        Event::Transplanted
            .at(at)
            .who(person)
            .whom(donor.person())
            .topic(topic)
            .object(object)
            .n(offer.mismatches as i32)
            .value(waited.days() as f32),
    );
    world.cancel(due, person, Slot::RecipientDeath);
    world.schedule(other_death, person, Slot::RecipientDeath);
    if fails < other_death {
        world.schedule(fails, person, Slot::GraftFailure);
    }
    super::society::transplanted(world, at, recipient, donor);
}

/// Takes someone off the list, and what is due because of being on it.
fn leave_list(world: &mut World, at: Time, recipient: RecipientId) {
    let state = &mut world.recipients_state;
    let (list, people) = state.list_of(recipient);
    let removed = list.remove(people, recipient);
    debug_assert!(removed, "whoever waits is on the list");
    let urgent = state.people.patients[recipient.row()].urgent;
    let before = world.programme.recipients.urgent_before;
    if before > 0.0 && !urgent {
        let near = world.recipients_state.people.patients[recipient.row()].disease_death
            - Span::from_days(before);
        if near >= at {
            world.cancel(near, recipient.person(), Slot::Urgent);
        }
    }
}

/// A graft fails: the recipient is listed again, or dies.
pub(crate) fn on_graft_failure(world: &mut World, at: Time, recipient: RecipientId) {
    let row = recipient.row();
    let state = &mut world.recipients_state;
    let illness = state.illness(recipient);
    let (organ, (shape, scale), relisted) = (illness.organ, illness.survival, illness.relisted);
    let streams = world
        .clock
        .streams
        .entity(state.people.patients[row].identity);
    state.people.patients[row].graft_fails = Time::NEVER;
    state.people.patients[row].grafts_failed =
        state.people.patients[row].grafts_failed.saturating_add(1);
    let failed = state.people.patients[row].grafts_failed;
    let person = recipient.person();
    world.log.push(
        Event::GraftFailed
            .at(at)
            .who(person)
            .topic(world.topics.organ(organ))
            .n(i32::from(failed)),
    );
    let number = u32::from(failed);
    let other_death = world.recipients_state.people.patients[row].other_death;
    world.cancel(other_death, person, Slot::RecipientDeath);
    if streams
        .purpose(Purpose::Relisting)
        .draw(number)
        .bernoulli(relisted)
    {
        let without = streams
            .purpose(Purpose::Without)
            .draw(number)
            .weibull(shape, scale);
        let disease_death = at + Span::from_years(without);
        world.recipients_state.people.patients[row].disease_death = disease_death;
        world.schedule(disease_death.min(other_death), person, Slot::RecipientDeath);
        enlist(world, at, recipient, Event::Relisted);
    } else {
        die(world, at, recipient, Cause::GraftFailure);
    }
}

/// A recipient dies, of the disease or of another cause.
pub(crate) fn on_death(world: &mut World, at: Time, recipient: RecipientId) {
    let row = recipient.row();
    let people = &world.recipients_state.people;
    let cause = if people.patients[row].disease_death <= people.patients[row].other_death {
        Cause::Disease
    } else {
        Cause::Natural
    };
    if people.patients[row].condition == Condition::Waiting {
        leave_list(world, at, recipient);
    }
    die(world, at, recipient, cause);
}

fn die(world: &mut World, at: Time, recipient: RecipientId, cause: Cause) {
    let people = &mut world.recipients_state.people;
    let row = recipient.row();
    people.patients[row].condition = Condition::Dead;
    people.patients[row].died = at;
    people.patients[row].cause = Some(cause);
    world.log.push(
        Event::Died
            .at(at)
            .who(recipient.person())
            .topic(cause as u8),
    );
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
