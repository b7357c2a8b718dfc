//! The world: everyone and everything in one run, the clock, and the loop that moves it.
//!
//! A handler is a plain function `fn(world, at, who)`. It reads public state, changes the state of
//! its own submodel, schedules what comes next, and says what happened by pushing a record to the
//! log. Nothing else leaves the world while it runs.

use std::sync::Arc;

use hailsham_engine::calendar::{CalendarQueue, FutureEventList, HeapQueue};
use hailsham_engine::large_pages::Certain;
use hailsham_engine::log::{EventLog, Record};
use hailsham_engine::random::{Draw, Streams};
use hailsham_engine::time::{Epoch, Span, Time};

use crate::event::{Event, Word};
use crate::history;
use crate::mind::{Fact, Minds, Story};
use crate::network::Network;
use crate::person::{Cause, NOBODY, Phase, StudentId, Students, room_for};
use crate::place::{PlaceId, Places};
use crate::programme::Programme;
use crate::purpose::{Purpose, Slot};
use crate::replay::Replay;
use crate::roster::Roster;
use crate::submodels::donation::Reason;
use crate::submodels::{
    Inner, carers, contacts, cottages, creation, donation, institutions, landmarks, mortality,
    recipients,
};

/// Width of the future event list's buckets, which changes no result: half a day. A carer with a few
/// donors visits one of them nearly every day, and what is due within the bucket under way is dearer
/// than what is due in a later one.
const BUCKET_MINUTES: u32 = hailsham_engine::time::MINUTES_PER_DAY as u32 / 2;

const MINUTES_PER_LEAP_YEAR: i32 = 366 * hailsham_engine::time::MINUTES_PER_DAY;

/// What does not change while a run goes on: the calendar, the horizon, the scale, the streams.
#[derive(Clone)]
pub struct Clock {
    /// The scenario's first day.
    pub epoch: Epoch,
    /// When the run ends.
    pub horizon: Time,
    /// What populations, intakes and beds are multiplied by.
    pub scale: f64,
    /// The random streams of the run's seed.
    pub streams: Streams,
    /// Starts of the calendar years from the first: looking a year up is a search, not arithmetic
    /// of dates.
    years: Arc<[Time]>,
    first_year: i16,
}

impl Clock {
    /// A clock of a checked programme.
    pub(crate) fn new(programme: &Programme, seed: u64, scale: f64) -> Clock {
        let epoch = programme.epoch();
        let horizon = epoch.years_later(Time::START, programme.time.horizon);
        let first_year = epoch.year_of(Time::START);
        // The horizon itself is not lived.
        let last_year = epoch.year_of(horizon - Span::from_minutes(1));
        let years = (first_year..=last_year)
            .map(|year| epoch.start_of_year(year))
            .collect();
        Clock {
            epoch,
            horizon,
            scale,
            streams: Streams::new(seed),
            years,
            first_year,
        }
    }

    /// The calendar year of a time between the first day and the horizon.
    pub fn year_of(&self, at: Time) -> i16 {
        // The years are short of leap years by at most a few: the guess is right or a little early.
        let guess = (at.minutes().max(0) / MINUTES_PER_LEAP_YEAR) as usize;
        let mut index = guess.min(self.years.len() - 1);
        while self.years.get(index + 1).is_some_and(|next| *next <= at) {
            index += 1;
        }
        self.first_year + index as i16
    }

    /// Every calendar year of the run.
    pub fn calendar_years(&self) -> impl Iterator<Item = i16> {
        self.first_year..self.first_year + self.years.len() as i16
    }

    /// Start of a calendar year.
    pub fn start_of(&self, year: i16) -> Time {
        self.epoch.start_of_year(year)
    }
}

/// The words of the log's `topic` column: causes, reasons, organs, diseases.
#[derive(Clone, Debug)]
pub struct Topics {
    labels: Vec<String>,
    first_fact: u8,
    first_story: u8,
    first_word: u8,
    first_organ: u8,
    first_disease: u8,
    first_act: u8,
}

impl Topics {
    /// The topics of a programme.
    pub fn new(programme: &Programme) -> Topics {
        let mut labels: Vec<String> = Cause::LABELS.map(str::to_owned).to_vec();
        labels.extend(Reason::LABELS.map(str::to_owned));
        let first_fact = labels.len() as u8;
        labels.extend(Fact::LABELS.map(str::to_owned));
        let first_story = labels.len() as u8;
        labels.extend(Story::LABELS.map(str::to_owned));
        let first_word = labels.len() as u8;
        labels.extend(Word::LABELS.iter().map(|word| (*word).to_owned()));
        let first_organ = labels.len() as u8;
        labels.extend(programme.organs.keys().cloned());
        let first_disease = labels.len() as u8;
        labels.extend(programme.diseases.keys().cloned());
        let first_act = labels.len() as u8;
        let acts = programme.history.acts();
        labels.extend(acts.into_iter().map(str::to_owned));
        Topics {
            labels,
            first_fact,
            first_story,
            first_word,
            first_organ,
            first_disease,
            first_act,
        }
    }

    /// Every word, by number.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    #[allow(clippy::unused_self)] // Topics are asked for in one way, whichever they are.
    pub(crate) fn reason(&self, reason: Reason) -> u8 {
        Cause::LABELS.len() as u8 + reason as u8
    }

    pub(crate) fn fact(&self, fact: Fact) -> u8 {
        self.first_fact + fact as u8
    }

    pub(crate) fn story(&self, story: Story) -> u8 {
        self.first_story + story as u8
    }

    pub(crate) fn word(&self, word: Word) -> u8 {
        self.first_word + word as u8
    }

    pub(crate) fn organ(&self, organ: u8) -> u8 {
        self.first_organ + organ
    }

    pub(crate) fn disease(&self, disease: u8) -> u8 {
        self.first_disease + disease
    }

    /// The topic of an act on record.
    pub(crate) fn act(&self, word: &str) -> u8 {
        let acts = &self.labels[usize::from(self.first_act)..];
        let position = acts.iter().position(|label| label == word);
        self.first_act + position.unwrap_or(0) as u8
    }
}

/// Why a run stopped before its horizon.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum StopReason {
    /// More people than numbers for them.
    #[error("the run needs more than 100 million individuals of one kind; use a smaller --scale")]
    TooManyPeople,
    /// Somebody asked it to stop.
    #[error("the run was interrupted")]
    Interrupted,
    /// Something on record could not be: the history of the world has the reason.
    #[error("the history of the scenario contradicts the run")]
    Impossible,
    /// The log could not be written; the log has the reason.
    #[error("the log could not be written")]
    LogBroken,
}

/// Which future event list a run uses; both give the same log.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Queue {
    /// Day buckets: what runs use.
    #[default]
    Calendar,
    /// A binary heap: what the calendar is checked against.
    Heap,
}

/// The log of a world: written while the world runs, and taken out when it has ended.
pub(crate) struct Log {
    log: Option<EventLog<Replay>>,
    /// The record that a pinned event is about to leave: event, who, whom.
    marked: Option<(u8, u32, u32)>,
}

impl Log {
    /// Writes what happened.
    #[inline]
    pub(crate) fn push(&mut self, mut record: Record) {
        // The record itself is shown to nobody on its way: it goes from registers into the batch.
        if self.marked.is_some() && self.is_marked(record.event, record.who, record.whom) {
            record.pinned = true;
        }
        if let Some(log) = &mut self.log {
            log.push(record);
        }
    }

    /// The first record of this event and these people will be marked as pinned. Who is not known
    /// is given as `NOBODY`.
    pub(crate) fn mark(&mut self, event: Event, who: u32, whom: u32) {
        self.marked = Some((event as u8, who, whom));
    }

    /// Ends the marking, and says whether there was such a record.
    pub(crate) fn unmark(&mut self) -> bool {
        self.marked.take().is_none()
    }

    /// Whether a record is the one that is to be marked. It is the last that is asked about then.
    #[cold]
    fn is_marked(&mut self, event: u8, who: u32, whom: u32) -> bool {
        let fits = self.marked.is_some_and(|marked| {
            let one = |marked: u32, found: u32| marked == NOBODY || marked == found;
            // Where two take part, it does not matter who is named first.
            let people = (one(marked.1, who) && one(marked.2, whom))
                || (one(marked.1, whom) && one(marked.2, who));
            event == marked.0 && people
        });
        if fits {
            self.marked = None;
        }
        fits
    }

    fn is_broken(&self) -> bool {
        self.log.as_ref().is_some_and(EventLog::is_broken)
    }
}

/// Everyone and everything in one run.
pub struct World {
    /// The scenario.
    pub programme: Arc<Programme>,
    /// Calendar, horizon, scale, streams.
    pub clock: Clock,
    /// The words of the log.
    pub topics: Topics,
    /// Students.
    pub students: Students,
    /// What each student thinks and feels, as others can see it.
    pub minds: Minds,
    /// Who knows whom.
    pub network: Network,
    /// Places.
    pub places: Places,
    pub(crate) roster: Roster,
    pub(crate) inner: Inner,
    pub(crate) log: Log,
    future: FutureEventList,
    stopped: Option<StopReason>,
    events: u64,
    pub(crate) creation: creation::State,
    pub(crate) mortality: mortality::State,
    pub(crate) institutions: institutions::State,
    pub(crate) cottages: cottages::State,
    pub(crate) landmarks: landmarks::State,
    pub(crate) carers: carers::State,
    pub(crate) donation: donation::State,
    pub(crate) recipients_state: recipients::State,
    pub(crate) history: history::State,
}

impl World {
    /// A world of a checked programme, before anything has happened. The places are made, and the
    /// first opening, intake and arrival of everything is scheduled.
    pub(crate) fn new(
        programme: Arc<Programme>,
        clock: Clock,
        places: Layout,
        queue: Queue,
        log: EventLog<Replay>,
        plan: history::Plan,
    ) -> World {
        let future = match queue {
            Queue::Calendar => {
                let queue = CalendarQueue::with_width(clock.horizon, BUCKET_MINUTES);
                FutureEventList::Calendar(queue)
            }
            Queue::Heap => FutureEventList::Heap(HeapQueue::new(clock.horizon)),
        };
        let Layout {
            places,
            institutions,
            cottages,
            donation,
            landmarks,
        } = places;
        let first_stream = institutions.schools.len() as u32;
        let mut world = World {
            topics: Topics::new(&programme),
            students: Students::default(),
            minds: Minds::default(),
            network: Network::default(),
            roster: Roster::new(places.len()),
            inner: Inner::new(&programme),
            places,
            log: Log {
                log: Some(log),
                marked: None,
            },
            future,
            stopped: None,
            events: 0,
            creation: creation::State::new(&programme.bodies, &programme.creation),
            mortality: mortality::State::new(&programme.mortality),
            institutions,
            cottages,
            landmarks,
            carers: carers::State::new(&programme.carers),
            donation,
            recipients_state: recipients::State::build(&clock, &programme, first_stream),
            history: history::State::new(plan),
            programme,
            clock,
        };
        let students = room_for(creation::most_expected(&world));
        world.minds.reserve(students);
        world.network.reserve(students);
        world.students.reserve(students);
        world.carers.reserve(students);
        world.donation.reserve(students);
        world.inner.deferral.reserve(students);
        // As a rule fewer events are pending at a time than people are expected in all.
        let people = students + world.recipients_state.people.room();
        world.future.reserve(people);
        crate::submodels::start(&mut world);
        world
    }

    /// Has memory that is certain to be used provided by a thread of its own.
    pub(crate) fn provide_memory(&mut self) {
        let mut certain = Certain::default();
        self.recipients_state.people.certain(&mut certain);
        certain.provide();
    }

    /// Runs to the horizon, or until `watch` says stop. `watch` is called every few thousand events
    /// with the time that has been reached.
    pub(crate) fn run(&mut self, watch: &mut dyn FnMut(Time) -> bool) -> Result<(), StopReason> {
        const WATCH_EVERY: u64 = 1 << 14;
        const FAR: usize = 16;
        const NEAR: usize = 8;
        let mut watch_at = WATCH_EVERY;
        while let Some(event) = self.future.pop() {
            self.events += 1;
            if self.events >= watch_at {
                watch_at = self.events + WATCH_EVERY;
                if self.log.is_broken() {
                    return Err(StopReason::LogBroken);
                }
                if !watch(event.time) {
                    return Err(StopReason::Interrupted);
                }
            }
            // What the events after this one will touch is on its way while this one is handled:
            // first the person's row, then the rows that it points to.
            if let Some(event) = self.future.upcoming(FAR) {
                crate::submodels::prefetch_first(self, event);
            }
            if let Some(event) = self.future.upcoming(NEAR) {
                crate::submodels::prefetch_second(self, event);
            }
            crate::submodels::dispatch(self, event);
            if let Some(reason) = self.stopped {
                return Err(reason);
            }
        }
        Ok(())
    }

    /// Takes the log out of a world that has ended.
    pub(crate) fn take_log(&mut self) -> Option<EventLog<Replay>> {
        self.log.log.take()
    }

    /// Events handled so far: scheduled events, not records of the log.
    pub fn events_handled(&self) -> u64 {
        self.events
    }

    /// Counts what was due without standing in the future event list.
    pub(crate) fn count(&mut self, events: usize) {
        self.events += events as u64;
    }

    /// Ends the run after the event in hand.
    pub(crate) fn stop(&mut self, reason: StopReason) {
        self.stopped = Some(reason);
    }

    /// A student's draw for a purpose, by its number.
    #[inline]
    pub(crate) fn draw(&self, student: StudentId, purpose: Purpose, number: u32) -> Draw {
        self.students
            .streams(self.clock.streams, student)
            .purpose(purpose)
            .draw(number)
    }

    /// A student moves from one place to another.
    pub(crate) fn move_to(&mut self, at: Time, student: StudentId, place: PlaceId) {
        let from = std::mem::replace(&mut self.students.place[student.row()], place);
        self.roster.leave(student, from);
        self.roster.enter(student, place);
        if contacts::is_followed(self, student) {
            self.roster.is_met(student, place);
        }
        crate::submodels::moved(self, at, student);
    }

    /// Number of the place where a student lives, for a record; none for who serves as a carer, and lives
    /// on the road.
    pub(crate) fn home_of(&self, student: StudentId) -> u32 {
        match self.students.phase[student.row()] {
            Phase::Carer => Record::NONE,
            _ => self.students.place[student.row()].number(),
        }
    }

    pub(crate) fn schedule(&mut self, at: Time, entity: u32, slot: Slot) {
        self.future.schedule(at, entity, slot as u8);
    }

    /// Takes back what was scheduled; does nothing for `Time::NEVER`.
    pub(crate) fn cancel(&mut self, at: Time, entity: u32, slot: Slot) {
        if at != Time::NEVER {
            self.future.cancel(at, entity, slot as u8);
        }
    }

    /// Schedules the next step of a student's life course, in place of the one that just happened.
    pub(crate) fn schedule_step(&mut self, student: StudentId, at: Time, slot: Slot) {
        self.students.step[student.row()] = (at, slot as u8);
        self.schedule(at, student.person(), slot);
    }

    /// Takes back the next step of a student's life course, if one is pending.
    pub(crate) fn cancel_step(&mut self, student: StudentId) {
        let (at, slot) = self.students.step[student.row()];
        if at != Time::NEVER {
            self.future.cancel(at, student.person(), slot);
            self.step_taken(student);
        }
    }

    /// The next step of a student's life course is happening: none is pending until another is
    /// scheduled.
    pub(crate) fn step_taken(&mut self, student: StudentId) {
        self.students.step[student.row()] = (Time::NEVER, 0);
    }
}

/// The places of a programme, with the submodels' state that hangs on them: made before the log is
/// opened, since the auditor is told how many beds there are.
pub(crate) struct Layout {
    pub(crate) places: Places,
    pub(crate) institutions: institutions::State,
    pub(crate) cottages: cottages::State,
    pub(crate) donation: donation::State,
    pub(crate) landmarks: landmarks::State,
}

impl Layout {
    pub(crate) fn new(programme: &Programme, clock: &Clock, plan: &history::Plan) -> Layout {
        let mut places = Places::default();
        Layout {
            institutions: institutions::State::build(programme, clock, plan, &mut places),
            cottages: cottages::State::build(programme, clock, &mut places),
            donation: donation::State::build(programme, clock, &mut places),
            landmarks: landmarks::State::build(&programme.landmarks, clock, &mut places),
            places,
        }
    }
}

impl World {
    /// Given name and initial, as in the programme's convention.
    pub fn name_of(&self, sex: crate::person::Sex, (given, initial): (u16, u8)) -> String {
        if given == crate::person::NAMED {
            return history::cast_name(self, usize::from(initial)).to_owned();
        }
        let creation = &self.programme.creation;
        let names = match sex {
            crate::person::Sex::Female => &creation.names_female,
            crate::person::Sex::Male => &creation.names_male,
        };
        let given = names
            .get(usize::from(given))
            .map_or("Student", String::as_str);
        let initial = creation
            .initials
            .chars()
            .nth(usize::from(initial))
            .unwrap_or('X');
        format!("{given} {initial}.")
    }

    /// Calendar year in which the cohort of someone made at a time leaves school.
    pub(crate) fn cohort_of(&self, born: Time) -> i32 {
        i32::from(
            self.clock
                .epoch
                .year_of(institutions::leaving_time(self, born)),
        )
    }
}
