//! What can be known from the log alone: everyone's state replayed record by record, the yearly
//! series added up from it, and the invariants checked against it.
//!
//! The replay consumes the log while it is written, in the thread that writes it, or reads it back
//! from disk: the same code, and so the same answers. It never looks into the simulation.
//!
//! ```text
//!   record ──► audit (is it possible, given the state so far?)
//!          ──► series (what does it add to the year?)
//!          ──► regularities (what does it add to what a person went through?)
//!          ──► state (what is true from now on?)
//! ```

pub mod audit;
pub mod regularities;
pub mod series;
pub mod tally;

use hailsham_engine::log::{Fold, Record};
use hailsham_engine::prefetch::prefetch_row;
use hailsham_engine::time::{Epoch, Span, Time};

use crate::event::{Event, Word};
use crate::history::Plan;
use crate::person::{NOBODY, Phase, RecipientId};
use crate::place::{PlaceKind, Places, SchoolKind};
use crate::programme::Programme;
use crate::submodels::recipients::Condition;
use crate::world::{Clock, Topics};
use audit::{Audit, Findings};
use regularities::Regularities;
use series::{Series, Year};
use tally::Tally;

/// What the replay is told of the scenario: the rules that the log must keep.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Kind, upbringing and beds of every place, by number.
    places: Vec<(PlaceKind, bool, u32)>,
    calendar: Epoch,
    /// In years of the calendar.
    leaving_age: f64,
    case_load: u32,
    tenure_cap: Option<Span>,
    operations: u32,
    /// Whether pupils meet nobody from elsewhere.
    schools_apart: bool,
    /// Until which age a couple has to be near in age, and how near.
    couples: (Span, Span),
    /// How many of each organ a body has, by topic; 0 for what is no organ.
    body: Vec<u32>,
    years: Vec<(i16, Time)>,
    /// Topic of the first measure of the public's mood.
    moods: u8,
    /// How many records the scenario's history makes.
    pinned: u64,
    horizon: Time,
}

impl Rules {
    /// The rules of a scenario with its places.
    pub(crate) fn new(programme: &Programme, clock: &Clock, places: &Places, plan: &Plan) -> Rules {
        let topics = Topics::new(programme);
        let mut body = vec![0; topics.labels().len()];
        for (index, organ) in programme.organs.values().enumerate() {
            body[usize::from(topics.organ(index as u8))] = organ.count;
        }
        Rules {
            places: places
                .iter()
                .map(|(_, place)| {
                    (
                        place.kind,
                        place.school_kind == Some(SchoolKind::Humane),
                        place.capacity,
                    )
                })
                .collect(),
            calendar: clock.epoch,
            leaving_age: programme.schooling.leaving_age,
            case_load: programme.carers.case_load,
            // A deferral may put a call-up off beyond the cap, once.
            tenure_cap: (programme.carers.tenure_cap > 0.0).then(|| {
                Span::from_years(programme.carers.tenure_cap + programme.deferral.longest())
            }),
            operations: match programme.donation.cap {
                0 => programme.donation.plan.len() as u32,
                cap => cap,
            },
            schools_apart: programme.contacts.reach_school <= 0.0,
            couples: {
                let rules = &programme.ties.couples;
                (
                    Span::from_years(rules.of_age),
                    Span::from_years(rules.apart),
                )
            },
            body,
            years: clock
                .calendar_years()
                .map(|year| (year, clock.start_of(year)))
                .collect(),
            moods: topics.word(Word::FamilyStake),
            pinned: plan.steps.len() as u64,
            horizon: clock.horizon,
        }
    }

    /// When a calendar year of the run ends, by its index; never, for the last.
    fn end_of_year(&self, index: usize) -> Time {
        self.years.get(index + 1).map_or(Time::NEVER, |year| year.1)
    }

    fn place(&self, number: u32) -> Option<(PlaceKind, bool, u32)> {
        self.places.get(number as usize).copied()
    }
}

/// A student as the log tells of them: what most records ask for, in 16 bytes.
#[derive(Clone, Copy)]
struct Student {
    phase: Phase,
    /// See the constants.
    marks: u8,
    donations: u8,
    load: u8,
    place: u32,
    carer: u32,
    /// When the student was made.
    life: Time,
}

impl Student {
    /// Lies in bed after an operation.
    const IN_BED: u8 = 1;
    /// Is of a humane school.
    const HUMANE: u8 = 2;

    const UNBORN: Student = Student {
        phase: Phase::Unborn,
        marks: 0,
        donations: 0,
        load: 0,
        place: NOBODY,
        carer: NOBODY,
        life: Time::NEVER,
    };

    /// Whoever a record says was made.
    fn made(record: &Record, rules: &Rules) -> Student {
        let humane = rules
            .place(record.place)
            .is_some_and(|(_, humane, _)| humane);
        Student {
            phase: Phase::Pupil,
            marks: if humane { Student::HUMANE } else { 0 },
            place: record.place,
            life: record.time,
            ..Student::UNBORN
        }
    }

    fn in_bed(&self) -> bool {
        self.marks & Student::IN_BED != 0
    }

    fn humane(&self) -> bool {
        self.marks & Student::HUMANE != 0
    }

    fn mark(&mut self, mark: u8, set: bool) {
        self.marks = self.marks & !mark | if set { mark } else { 0 };
    }
}

const _: () = assert!(size_of::<Student>() == 16);

/// An organ that was taken: where it is now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Taken,
    Placed,
    Unplaced,
}

/// Everyone's state as the log tells it.
#[derive(Default)]
struct State {
    students: Vec<Student>,
    /// When a student's service as a carer began, which few records ask for; as long as `students`.
    service: Vec<Time>,
    recipients: Vec<Option<Condition>>,
    beds_used: Vec<u32>,
    /// Organs of the operation under way: object, donor, topic, fate. Organs are given at once, so
    /// an older one cannot come back.
    organs: Vec<(u32, u32, u8, Fate)>,
    /// How many of each organ a donor has given, four bits a topic from the first organ; by donor.
    given: Vec<u64>,
}

impl State {
    fn student(&self, who: u32) -> Option<&Student> {
        self.students.get(who as usize)
    }

    fn recipient(&self, who: u32) -> Option<Condition> {
        let recipient = RecipientId::from_person(who)?;
        *self.recipients.get(recipient.row())?
    }

    fn student_mut(&mut self, who: u32) -> &mut Student {
        let row = who as usize;
        if row >= self.students.len() {
            self.students.resize(row + 1, Student::UNBORN);
            self.service.resize(row + 1, Time::NEVER);
        }
        &mut self.students[row]
    }

    /// When a student was made.
    fn life_of(&self, who: u32) -> Time {
        self.student(who)
            .map_or(Time::NEVER, |student| student.life)
    }

    /// When a student's service as a carer began.
    fn service_of(&self, who: u32) -> Time {
        self.service
            .get(who as usize)
            .copied()
            .unwrap_or(Time::NEVER)
    }

    fn set_recipient(&mut self, who: u32, condition: Condition) {
        if let Some(recipient) = RecipientId::from_person(who) {
            let row = recipient.row();
            if row >= self.recipients.len() {
                self.recipients.resize(row + 1, None);
            }
            self.recipients[row] = Some(condition);
        }
    }

    /// Beds in use change by one at a place.
    fn bed(&mut self, place: u32, taken: bool) {
        let row = place as usize;
        if row >= self.beds_used.len() {
            self.beds_used.resize(row + 1, 0);
        }
        if taken {
            self.beds_used[row] += 1;
        } else {
            self.beds_used[row] = self.beds_used[row].saturating_sub(1);
        }
    }

    fn leave_bed(&mut self, who: u32) {
        let Some(student) = self.students.get_mut(who as usize) else {
            return;
        };
        if student.in_bed() {
            student.mark(Student::IN_BED, false);
            let place = student.place;
            self.bed(place, false);
        }
    }

    fn part(&mut self, donor: u32) {
        let Some(student) = self.students.get_mut(donor as usize) else {
            return;
        };
        let carer = std::mem::replace(&mut student.carer, NOBODY);
        if let Some(carer) = self.students.get_mut(carer as usize) {
            carer.load = carer.load.saturating_sub(1);
        }
    }

    fn end(&mut self, who: u32, phase: Phase) {
        self.leave_bed(who);
        self.part(who);
        self.student_mut(who).phase = phase;
    }

    /// What is true after a record.
    fn apply(&mut self, record: &Record, event: Event, rules: &Rules) {
        let (who, place) = (record.who, record.place);
        match event {
            Event::Created => {
                *self.student_mut(who) = Student::made(record, rules);
                self.service[who as usize] = Time::NEVER;
            }
            Event::Transferred => {
                let humane = rules.place(place).is_some_and(|(_, humane, _)| humane);
                let student = self.student_mut(who);
                student.place = place;
                student.mark(Student::HUMANE, humane);
            }
            Event::LeftSchool => {
                let student = self.student_mut(who);
                student.place = place;
                student.phase = Phase::Resident;
            }
            Event::BecameCarer => {
                self.student_mut(who).phase = Phase::Carer;
                self.service[who as usize] = record.time;
            }
            Event::CarerAssigned => {
                self.student_mut(who).carer = record.whom;
                let carer = self.student_mut(record.whom);
                carer.load = carer.load.saturating_add(1);
            }
            Event::CarerParted => self.part(who),
            Event::CalledUp => {
                let student = self.student_mut(who);
                student.phase = Phase::Donor;
                student.place = place;
            }
            Event::Operated => {
                self.bed(place, true);
                self.organs.clear();
                let student = self.student_mut(who);
                student.mark(Student::IN_BED, true);
                student.donations = student.donations.saturating_add(1);
            }
            Event::OrganRemoved => {
                self.organs
                    .push((record.object, who, record.topic, Fate::Taken));
                let row = who as usize;
                if row >= self.given.len() {
                    self.given.resize(row + 1, 0);
                }
            }
            Event::OrganUnplaced | Event::Transplanted => {
                let fate = if event == Event::Transplanted {
                    Fate::Placed
                } else {
                    Fate::Unplaced
                };
                if let Some(organ) = self
                    .organs
                    .iter_mut()
                    .find(|organ| organ.0 == record.object)
                {
                    organ.3 = fate;
                }
                if event == Event::Transplanted {
                    self.set_recipient(who, Condition::Transplanted);
                }
            }
            Event::Discharged => self.leave_bed(who),
            Event::Retired => {
                self.part(who);
                self.leave_bed(who);
                let student = self.student_mut(who);
                student.phase = Phase::Retired;
                student.place = place;
            }
            Event::Completed => self.end(who, Phase::Completed),
            Event::Died => {
                if RecipientId::from_person(who).is_some() {
                    self.set_recipient(who, Condition::Dead);
                } else {
                    self.end(who, Phase::Dead);
                }
            }
            Event::Escaped => self.end(who, Phase::Away),
            Event::FellIll | Event::GraftFailed => self.set_recipient(who, Condition::Ill),
            Event::TreatedOtherwise => self.set_recipient(who, Condition::Cured),
            Event::Listed | Event::Relisted => self.set_recipient(who, Condition::Waiting),
            // The others change nothing that the auditor or the series asks for.
            _ => {}
        }
    }
}

/// The log, replayed: a consumer of records.
pub struct Replay {
    rules: Rules,
    state: State,
    audit: Audit,
    series: Series,
    tally: Tally,
    regularities: Regularities,
}

/// What a finished replay says.
pub struct Replayed {
    /// The yearly series.
    pub years: Vec<Year>,
    /// What the auditor found.
    pub findings: Findings,
    /// How often everything happened.
    pub tally: Tally,
    /// The course of care and donation.
    pub regularities: Regularities,
}

impl Replay {
    /// A replay from the beginning.
    pub fn new(rules: Rules) -> Replay {
        let series = Series::new(&rules);
        Replay {
            tally: Tally::new(&rules),
            rules,
            state: State::default(),
            audit: Audit::default(),
            series,
            regularities: Regularities::default(),
        }
    }

    /// Takes one more record.
    #[inline]
    pub fn take(&mut self, record: &Record) {
        // Two records of three are visits in good order. They change nobody's state.
        if record.event == Event::Visited as u8
            && let Some(carer) = self.audit.visit(record, &self.state, &self.rules)
        {
            self.series.visit(record, &self.rules);
            self.tally.visit(record, carer, &self.rules);
        } else {
            self.take_any(record);
        }
    }

    fn take_any(&mut self, record: &Record) {
        let Some(event) = Event::from_code(record.event) else {
            self.audit.unknown_event(record);
            return;
        };
        self.audit.check(record, event, &self.state, &self.rules);
        self.series.add(record, event, &self.state, &self.rules);
        // Before the record that makes them, nobody is there to be counted.
        let made = (event == Event::Created).then(|| Student::made(record, &self.rules));
        let known = self.state.student(record.who);
        self.tally.add(record, made.as_ref().or(known), &self.rules);
        self.regularities
            .add(record, event, &self.state, &self.rules);
        self.state.apply(record, event, &self.rules);
        self.audit
            .count_given(record, event, &mut self.state, &self.rules);
    }

    /// Ends the replay at the horizon.
    pub fn finish(self) -> Replayed {
        Replayed {
            years: self.series.finish(&self.rules),
            findings: self.audit.finish(&self.rules),
            tally: self.tally,
            regularities: self.regularities.finish(&self.state, &self.rules),
        }
    }
}

impl Fold for Replay {
    fn fold(&mut self, batch: &[Record]) {
        // How many records ahead the rows of those concerned are asked for.
        const AHEAD: usize = 16;
        for (index, record) in batch.iter().enumerate() {
            if let Some(coming) = batch.get(index + AHEAD) {
                prefetch_row(&self.state.students, coming.who as usize);
                prefetch_row(&self.state.students, coming.whom as usize);
                if let Some(recipient) = RecipientId::from_person(coming.who) {
                    prefetch_row(&self.state.recipients, recipient.row());
                }
            }
            self.take(record);
        }
    }
}
