//! The auditor: what must be true of every log, whatever the scenario.

use hailsham_engine::log::Record;
use hailsham_engine::time::Time;
use serde::Serialize;

use super::{Fate, Rules, State, Student};
use crate::event::Event;
use crate::person::{FIRST_RECIPIENT, FIRST_STAFF, NOBODY, Phase, RecipientId};
use crate::place::PlaceKind;
use crate::submodels::recipients::Condition;

macro_rules! invariants {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal;)+) => {
        /// What the auditor checks.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Invariant { $($(#[doc = $doc])+ $variant,)+ }

        impl Invariant {
            /// Every rule.
            pub const ALL: &'static [Invariant] = &[$(Invariant::$variant,)+];

            /// Its name.
            pub fn name(self) -> &'static str {
                match self { $(Invariant::$variant => $name,)+ }
            }

            /// What it says.
            pub fn text(self) -> &'static str {
                match self { $(Invariant::$variant => concat!($($doc),+).trim_ascii(),)+ }
            }
        }
    };
}

invariants! {
    /// Records stand in order of time, from the first day to the horizon.
    TimeInOrder "time_in_order";
    /// Nobody acts before being made or falling ill, and nobody is made twice.
    BornOnce "born_once";
    /// Nobody acts or is acted upon after death.
    DeadAreStill "dead_are_still";
    /// The steps of a life come in order: pupil, resident, carer, donor.
    PhasesInOrder "phases_in_order";
    /// Nobody leaves school before the leaving age.
    LeavingAge "leaving_age";
    /// A person is in one place: operations and visits are where the donor is, and who lies in bed after an operation goes nowhere.
    OnePlace "one_place";
    /// Donations are numbered without gaps, and never beyond the cap.
    DonationsInOrder "donations_in_order";
    /// An organ is taken once and goes to one recipient, from the operation it was taken in.
    OrganOnce "organ_once";
    /// Nobody gives more of an organ than a body has.
    BodyHasIt "body_has_it";
    /// Nobody has a transplant without waiting for one.
    OnlyTheWaiting "only_the_waiting";
    /// Where the scenario keeps pupils apart, none is told of the past by somebody from elsewhere, nor tells them, nor is at a bedside.
    SchoolsApart "schools_apart";
    /// Until both are of age a couple is of two who are near in age, but for one on record.
    OfAnAge "of_an_age";
    /// A donor has one carer, and a carer never has more donors than the case load.
    CaseLoad "case_load";
    /// A visit is made by the donor's own carer.
    OwnCarer "own_carer";
    /// Nobody serves longer than the cap on tenure.
    TenureCap "tenure_cap";
    /// There are never more donors in bed than beds, but for an operation on record.
    Beds "beds";
    /// What the scenario's history pins happens, each thing once, or is let go.
    OnRecord "on_record";
}

/// What was found of one rule.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Name of the rule.
    pub rule: &'static str,
    /// What it says.
    pub text: &'static str,
    /// How many records break it.
    pub violations: u64,
    /// The first that does.
    pub first: Option<String>,
}

/// What the auditor found in a log.
#[derive(Clone, Debug, Serialize)]
pub struct Findings {
    /// Records checked.
    pub checked: u64,
    /// Records that break a rule, over all rules.
    pub violations: u64,
    /// Rule by rule.
    pub rules: Vec<Finding>,
}

/// The auditor at work.
#[derive(Default)]
pub(super) struct Audit {
    checked: u64,
    broken: Vec<(u64, Option<String>)>,
    reached: Option<Time>,
    /// Records that the history made, and whom they name.
    pinned: u64,
    named: Vec<u32>,
}

/// Organs of which a body can have at most this many are counted in four bits each.
const BITS: u32 = 4;

impl Audit {
    fn require(&mut self, invariant: Invariant, holds: bool, record: &Record) {
        if !holds {
            self.violated(invariant, record);
        }
    }

    #[cold]
    fn violated(&mut self, invariant: Invariant, record: &Record) {
        self.broken.resize(Invariant::ALL.len(), (0, None));
        let (count, first) = &mut self.broken[invariant as usize];
        *count += 1;
        if first.is_none() {
            let event = Event::from_code(record.event).map_or("an unknown event", Event::name);
            let mut text = format!("minute {}: {event}", record.time.minutes());
            for (name, value) in [
                ("who", record.who),
                ("whom", record.whom),
                ("place", record.place),
            ] {
                if value != Record::NONE {
                    text.push_str(", ");
                    text.push_str(name);
                    text.push(' ');
                    text.push_str(&value.to_string());
                }
            }
            *first = Some(text);
        }
    }

    pub(super) fn unknown_event(&mut self, record: &Record) {
        self.violated(Invariant::BornOnce, record);
    }

    /// Checks a visit with one look at the carer and one at the donor. Gives the carer if all that
    /// [`check`](Self::check) asks of a visit holds; if not, nothing is noted, and `check` finds
    /// out what is broken.
    #[inline]
    pub(super) fn visit<'a>(
        &mut self,
        record: &Record,
        state: &'a State,
        rules: &Rules,
    ) -> Option<&'a Student> {
        let carer = state.student(record.who)?;
        let donor = state.student(record.whom)?;
        let from = self.reached.unwrap_or(Time::START);
        let holds = record.time >= from
            && record.time <= rules.horizon
            && carer.phase.alive()
            && donor.phase.alive()
            && donor.carer == record.who
            && donor.place == record.place;
        if holds {
            self.checked += 1;
            self.reached = Some(record.time);
        }
        holds.then_some(carer)
    }

    /// Checks a record against the state before it.
    pub(super) fn check(&mut self, record: &Record, event: Event, state: &State, rules: &Rules) {
        use Invariant as I;
        self.checked += 1;
        let from = self.reached.unwrap_or(Time::START);
        let in_order = record.time >= from && record.time <= rules.horizon;
        self.require(I::TimeInOrder, in_order, record);
        self.reached = Some(record.time);
        let Record {
            who, whom, place, ..
        } = *record;
        if record.pinned || event == Event::LetGo {
            self.pinned += 1;
            self.named.extend([who, whom]);
        }
        self.alive(record, event, state);
        match event {
            Event::LeftSchool => {
                let student = state.student(who);
                self.require(
                    I::PhasesInOrder,
                    phase(state, who) == Some(Phase::Pupil),
                    record,
                );
                let born = state.life_of(who);
                let of_age = rules.calendar.years_later(born, rules.leaving_age);
                let old_enough = student.is_some() && record.time >= of_age;
                self.require(I::LeavingAge, old_enough, record);
            }
            Event::Transferred => {
                self.require(
                    I::PhasesInOrder,
                    phase(state, who) == Some(Phase::Pupil),
                    record,
                );
            }
            Event::BecameCarer => {
                self.require(
                    I::PhasesInOrder,
                    phase(state, who) == Some(Phase::Resident),
                    record,
                );
            }
            Event::Reviewed | Event::Postponed => {
                self.require(
                    I::PhasesInOrder,
                    phase(state, who) == Some(Phase::Carer),
                    record,
                );
            }
            Event::CalledUp => {
                let from = phase(state, who);
                let ready = matches!(from, Some(Phase::Resident | Phase::Carer));
                self.require(I::PhasesInOrder, ready, record);
                if let Some(cap) = rules.tenure_cap
                    && from == Some(Phase::Carer)
                {
                    let served = record.time - state.service_of(who);
                    // Who is needed as a carer by what is on record serves until then.
                    let held = served > cap && self.named.contains(&who);
                    self.require(I::TenureCap, served <= cap || held, record);
                }
            }
            Event::CarerAssigned => {
                self.require(
                    I::PhasesInOrder,
                    phase(state, who) == Some(Phase::Donor),
                    record,
                );
                self.require(
                    I::PhasesInOrder,
                    phase(state, whom) == Some(Phase::Carer),
                    record,
                );
                let alone = state
                    .student(who)
                    .is_some_and(|donor| donor.carer == NOBODY);
                let load = state.student(whom).map_or(0, |carer| u32::from(carer.load));
                let room = load < rules.case_load && record.n == load as i32 + 1;
                self.require(I::CaseLoad, alone && room, record);
            }
            Event::Visited => {
                let own = state.student(whom).is_some_and(|donor| donor.carer == who);
                self.require(I::OwnCarer, own, record);
                self.require(I::OnePlace, is_at(state, whom, place), record);
            }
            Event::Operated => {
                self.require(
                    I::PhasesInOrder,
                    phase(state, who) == Some(Phase::Donor),
                    record,
                );
                self.require(I::OnePlace, is_at(state, who, place), record);
                let before = state
                    .student(who)
                    .map_or(0, |donor| u32::from(donor.donations));
                let next = record.n == before as i32 + 1 && before < rules.operations;
                self.require(I::DonationsInOrder, next, record);
                let used = state.beds_used.get(place as usize).copied().unwrap_or(0);
                let beds = match rules.place(place) {
                    Some((PlaceKind::RecoveryCentre, _, beds)) => beds,
                    _ => 0,
                };
                let lying = state.student(who).is_some_and(Student::in_bed);
                let room = used < beds || self.named.contains(&who);
                self.require(I::Beds, room && !lying, record);
            }
            Event::OrganRemoved => {
                let in_operation = state.student(who).is_some_and(Student::in_bed)
                    && state
                        .organs
                        .iter()
                        .all(|organ| organ.0 != record.object && organ.1 == who);
                self.require(I::OrganOnce, in_operation, record);
            }
            Event::OrganUnplaced => {
                self.require(
                    I::OrganOnce,
                    fate(state, record, who) == Some(Fate::Taken),
                    record,
                );
            }
            Event::Transplanted => {
                self.require(
                    I::OrganOnce,
                    fate(state, record, whom) == Some(Fate::Taken),
                    record,
                );
                let waits = state.recipient(who) == Some(Condition::Waiting);
                self.require(I::OnlyTheWaiting, waits, record);
            }
            Event::Discharged => {
                let lying = state.student(who).is_some_and(Student::in_bed);
                self.require(I::Beds, lying, record);
                self.require(I::OnePlace, is_at(state, who, place), record);
            }
            Event::PetitionJourney => {
                let lying = state.student(who).is_some_and(Student::in_bed);
                self.require(I::OnePlace, !lying || record.pinned, record);
            }
            Event::Reunited | Event::ToldOfThePast if rules.schools_apart && !record.pinned => {
                let pupil = [who, whom]
                    .iter()
                    .any(|one| phase(state, *one) == Some(Phase::Pupil));
                let place = state.student(whom).map_or(NOBODY, |whom| whom.place);
                self.require(I::SchoolsApart, !pupil || is_at(state, who, place), record);
            }
            Event::Coupled if !record.pinned => {
                let (one, other) = (state.life_of(who), state.life_of(whom));
                let (older, younger) = (one.min(other), one.max(other));
                let (of_age, apart) = rules.couples;
                let fitting = record.time - younger >= of_age || younger - older <= apart;
                self.require(I::OfAnAge, fitting, record);
            }
            Event::Listed | Event::Relisted => {
                let ill = state.recipient(who) == Some(Condition::Ill);
                self.require(I::OnlyTheWaiting, ill, record);
            }
            _ => {}
        }
    }

    /// Everybody named in a record lives, and only those who are made or fall ill are new.
    fn alive(&mut self, record: &Record, event: Event, state: &State) {
        use Invariant as I;
        let known = |number: u32| {
            if number >= FIRST_STAFF {
                // Staff come and go; the auditor does not follow them.
                Some(true)
            } else if number >= FIRST_RECIPIENT {
                state
                    .recipient(number)
                    .map(|condition| condition != Condition::Dead)
            } else {
                phase(state, number)
                    .filter(|phase| *phase != Phase::Unborn)
                    .map(Phase::alive)
            }
        };
        if record.who != Record::NONE {
            let arrives = matches!(event, Event::Created | Event::FellIll);
            let lives = known(record.who);
            self.require(I::BornOnce, lives.is_some() != arrives, record);
            self.require(I::DeadAreStill, lives != Some(false), record);
        }
        if record.whom != Record::NONE {
            // Organs of someone who died of the operation are given in the same minute, before the
            // death is written; a carer who dies is parted from the donors in that minute, after it.
            let lives = known(record.whom);
            self.require(I::BornOnce, lives.is_some(), record);
            let may_be = event.may_concern_the_dead();
            self.require(I::DeadAreStill, lives != Some(false) || may_be, record);
        }
    }

    /// After the state has taken a record: organs given by a donor are within what a body has.
    pub(super) fn count_given(
        &mut self,
        record: &Record,
        event: Event,
        state: &mut State,
        rules: &Rules,
    ) {
        if event != Event::OrganRemoved {
            return;
        }
        let topic = usize::from(record.topic);
        let first = rules.body.iter().position(|count| *count > 0).unwrap_or(0);
        let has = rules.body.get(topic).copied().unwrap_or(0);
        let Some(shift) = topic.checked_sub(first).map(|organ| organ as u32 * BITS) else {
            self.violated(Invariant::BodyHasIt, record);
            return;
        };
        // Beyond sixteen organs the counts have no room: plans are checked when they are read, too.
        if shift >= u64::BITS {
            return;
        }
        if let Some(given) = state.given.get_mut(record.who as usize) {
            *given += 1 << shift;
            let count = (*given >> shift) as u32 & ((1 << BITS) - 1);
            self.require(Invariant::BodyHasIt, count <= has && count > 0, record);
        }
    }

    pub(super) fn finish(mut self, rules: &Rules) -> Findings {
        if self.pinned != rules.pinned {
            self.broken.resize(Invariant::ALL.len(), (0, None));
            let (count, first) = &mut self.broken[Invariant::OnRecord as usize];
            *count += 1;
            *first = Some(format!(
                "minute {}: {} of {} pinned events had happened",
                rules.horizon.minutes(),
                self.pinned,
                rules.pinned
            ));
        }
        self.broken.resize(Invariant::ALL.len(), (0, None));
        let rules: Vec<Finding> = Invariant::ALL
            .iter()
            .zip(self.broken)
            .map(|(rule, (violations, first))| Finding {
                rule: rule.name(),
                text: rule.text(),
                violations,
                first,
            })
            .collect();
        let violations = rules.iter().map(|rule| rule.violations).sum();
        Findings {
            checked: self.checked,
            violations,
            rules,
        }
    }
}

fn phase(state: &State, who: u32) -> Option<Phase> {
    debug_assert!(
        who == Record::NONE || RecipientId::from_person(who).is_none() || who >= FIRST_RECIPIENT
    );
    state.student(who).map(|student| student.phase)
}

fn is_at(state: &State, who: u32, place: u32) -> bool {
    state
        .student(who)
        .is_some_and(|student| student.place == place)
}

/// Where an organ is that this donor gave in the operation under way.
fn fate(state: &State, record: &Record, donor: u32) -> Option<Fate> {
    state
        .organs
        .iter()
        .find(|organ| organ.0 == record.object && organ.1 == donor && organ.2 == record.topic)
        .map(|organ| organ.3)
}
