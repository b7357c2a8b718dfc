//! The auditor: it finds nothing in the log of any scenario, and it finds every kind of fault that a
//! log can have.
//!
//! For each invariant one fault is made in a log that has none, so small that this invariant alone
//! is broken, and the log is written and replayed from disk: the finding stands under the
//! invariant's own name and under no other.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use hailsham_engine::log::{EventLog, Keep, LogSpec, Record, Workers};
use hailsham_engine::time::{Span, Time};
use hailsham_model::event::Event;
use hailsham_model::person::FIRST_RECIPIENT;
use hailsham_model::replay::Replayed;
use hailsham_model::replay::audit::{Findings, Invariant};
use hailsham_model::{Topics, replay_file};
use hailsham_tests::{Run, event_of, small};

/// The invariants that are broken, by name.
fn broken(findings: &Findings) -> Vec<&str> {
    let broken = findings.rules.iter().filter(|rule| rule.violations > 0);
    broken.map(|rule| rule.rule).collect()
}

fn assert_clean(what: &str, run: &Run) {
    let findings = &run.finished.replayed.findings;
    assert!(findings.checked > 1000, "{what}: {}", findings.checked);
    assert_eq!(findings.checked, run.finished.totals.pushed);
    assert_eq!(findings.violations, 0, "{what}: {:?}", broken(findings));
}

/// A replay as text: every finding and every number of the series, to the last bit.
fn shown(replayed: &Replayed) -> String {
    format!("{:?}\n{:#?}", replayed.findings, replayed.years)
}

#[test]
fn no_scenario_breaks_an_invariant() {
    let scenarios: [(&str, f64, u64, &[&str]); 14] = [
        ("reference", 0.05, 1, &[]),
        ("another seed", 0.05, 77, &[]),
        ("few people", 0.01, 3, &[]),
        ("hardly anybody", 0.001, 3, &[]),
        ("cap", 0.02, 4, &["donation.cap=2"]),
        ("release", 0.02, 5, &["donation.retire_after=2"]),
        (
            "few beds",
            0.02,
            6,
            &[
                "donation.centres.others.count=0",
                "donation.recovery_mean=300",
            ],
        ),
        ("no carers", 0.02, 7, &["carers.share=0"]),
        ("no cases", 0.02, 7, &["carers.case_load=0"]),
        (
            "acquainted",
            0.02,
            8,
            &[
                "carers.may_choose=true",
                "carers.case_load=1",
                "carers.share=0.9",
            ],
        ),
        ("short terms", 0.02, 9, &["carers.tenure_cap=0.4"]),
        (
            "little demand",
            0.02,
            10,
            &["recipients.demand_factor=0.05"],
        ),
        (
            "humane schools close",
            0.02,
            11,
            &[
                "institutions.hailsham.closes=1970",
                "institutions.progressive.closes=1970",
            ],
        ),
        (
            "all comes at once",
            0.02,
            12,
            &[
                "donation.recovery_mean=0",
                "donation.interval_mean=0",
                "donation.notice_mean=0",
                "cottages.stay_mean=0",
                "recipients.assessment=0",
                "carers.visit_interval=0.1",
            ],
        ),
    ];
    for (what, scale, seed, sets) in scenarios {
        assert_clean(what, &Run::of(sets, small(scale, seed)));
    }
}

/// What the scenarios above are for happens in them: otherwise they would show nothing.
#[test]
fn the_scenarios_are_hard_ones() {
    let few_beds = &[
        "donation.centres.others.count=0",
        "donation.recovery_mean=300",
    ];
    assert!(Run::of(few_beds, small(0.02, 6)).metric("bed_wait_days") > 10.0);
    let release = Run::of(&["donation.retire_after=2"], small(0.02, 5));
    assert!(release.metric("retired_at_end") > 10.0);
    let little = Run::of(&["recipients.demand_factor=0.05"], small(0.02, 10));
    assert!(little.metric("stood_down") > 100.0);
    let closed = &[
        "institutions.hailsham.closes=1970",
        "institutions.progressive.closes=1970",
    ];
    let closed = Run::of(closed, small(0.02, 11));
    let moved = closed.records();
    assert!(
        moved
            .iter()
            .any(|record| event_of(record) == Event::Transferred)
    );
}

#[test]
fn a_replay_from_disk_says_what_was_said_during_the_run() {
    for sets in [&[][..], &["donation.retire_after=1", "carers.case_load=1"]] {
        let run = Run::of(sets, small(0.05, 2));
        let again = replay_file(&run.programme, &run.options, &run.log_file()).unwrap();
        assert!(shown(&again) == shown(&run.finished.replayed));
        assert!(again.years.len() >= 45);
    }
}

/// A log in hand, to be damaged.
struct Log {
    run: Run,
    records: Vec<Record>,
}

impl Log {
    fn new() -> Log {
        let run = Run::of(&[], small(0.02, 1));
        let records = run.records();
        Log { run, records }
    }

    /// The first record at or after a place in the log for which something is true.
    fn find(&self, from: usize, of: impl Fn(&Record) -> bool) -> usize {
        let found = self.records[from..].iter().position(of);
        from + found.expect("it happens")
    }

    fn find_event(&self, from: usize, event: Event) -> usize {
        self.find(from, |record| event_of(record) == event)
    }

    /// The last record before a place in the log for which something is true.
    fn find_before(&self, before: usize, of: impl Fn(&Record) -> bool) -> usize {
        let found = self.records[..before].iter().rposition(of);
        found.expect("it happened")
    }

    /// Writes a log with these records and replays it.
    fn replay(&self, records: &[Record], folder: &Path) -> Replayed {
        let path = folder.join("damaged.parquet");
        let spec = LogSpec {
            events: Event::ALL.iter().map(|event| event.name()).collect(),
            topics: Topics::new(&self.run.programme).labels().to_vec(),
            epoch: self.run.epoch(),
            key_values: Vec::new(),
            keys: None,
        };
        let mut log = EventLog::start((), Some((&path, spec)), Keep::All, Workers::Inline).unwrap();
        for record in records {
            log.push(*record);
        }
        log.finish().unwrap();
        replay_file(&self.run.programme, &self.run.options, &path).unwrap()
    }

    /// Records with one fault against an invariant.
    #[allow(clippy::too_many_lines)]
    fn damaged(&self, invariant: Invariant) -> Vec<Record> {
        let mut records = self.records.clone();
        match invariant {
            // A visit that is written a minute before what was written before it.
            Invariant::TimeInOrder => {
                let visit = self.find_event(1000, Event::Visited);
                records[visit].time = records[visit - 1].time - Span::from_minutes(1);
            }
            // Somebody is made twice.
            Invariant::BornOnce => {
                let created = self.find_event(0, Event::Created);
                records.insert(created + 1, records[created]);
            }
            // Somebody ill comes near death after it.
            Invariant::DeadAreStill => {
                let death = self.find(0, |record| {
                    event_of(record) == Event::Died && record.who >= FIRST_RECIPIENT
                });
                let Record { time, who, .. } = records[death];
                let organ = self.run.topic_number("liver");
                let ghost = Event::BecameUrgent.at(time).who(who).topic(organ);
                records.insert(death + 1, ghost);
            }
            // A pupil becomes a carer: the record of leaving school is gone.
            Invariant::PhasesInOrder => {
                let carer = self.find_event(0, Event::BecameCarer);
                let who = records[carer].who;
                let left = self.find_before(carer, |record| {
                    event_of(record) == Event::LeftSchool && record.who == who
                });
                records.remove(left);
            }
            // A pupil leaves school at the age of seventeen and a half or less.
            Invariant::LeavingAge => {
                let left = self.find_event(0, Event::LeftSchool);
                let who = records[left].who;
                let born = self.find(0, |record| {
                    event_of(record) == Event::Created && record.who == who
                });
                let early = records[born].time + Span::from_years(17.5);
                let mut record = records.remove(left);
                record.time = early;
                let to = records.partition_point(|other| other.time <= early);
                records.insert(to, record);
            }
            // A carer visits a donor where the donor is not.
            Invariant::OnePlace => {
                let visit = self.find_event(0, Event::Visited);
                records[visit].place -= 1;
            }
            // A pupil hears of the past from a carer.
            Invariant::SchoolsApart => {
                let carer = self.find_event(0, Event::BecameCarer);
                let told = self.find(carer, |record| {
                    event_of(record) == Event::ToldOfThePast
                        && self.is_pupil(record.whom, record.time)
                });
                records[told].who = records[carer].who;
            }
            // One of a couple is a pupil of some years less.
            Invariant::OfAnAge => {
                let couple = self.find_event(self.records.len() / 2, Event::Coupled);
                let made = |record: &Record| event_of(record) == Event::Created;
                let time = records[couple].time - Span::from_years(14.0);
                let child = self.find(0, |record| made(record) && record.time > time);
                records[couple].whom = records[child].who;
            }
            // A second operation that calls itself the third.
            Invariant::DonationsInOrder => {
                let second = self.find(0, |record| {
                    event_of(record) == Event::Operated && record.n == 2
                });
                records[second].n = 3;
            }
            // One organ goes to two people, of whom the second waits for such an organ too and is not
            // written of again.
            Invariant::OrganOnce => {
                let first = self.find_event(0, Event::Transplanted);
                let topic = records[first].topic;
                let other = self.find(first + 1, |record| {
                    event_of(record) == Event::Transplanted
                        && record.topic == topic
                        && self.waits_at(record.who, first)
                });
                let mut again = records[first];
                again.who = records[other].who;
                records.insert(first + 1, again);
                let mut index = 0;
                records.retain(|record| {
                    index += 1;
                    index <= first + 2 || record.who != again.who || event_of(record) == Event::Died
                });
            }
            // A second heart.
            Invariant::BodyHasIt => {
                let heart = self.run.topic_number("heart");
                let first = self.find(0, |record| {
                    event_of(record) == Event::OrganRemoved && record.topic == heart
                });
                let donor = records[first].who;
                let kidney = self.find(first + 1, |record| {
                    event_of(record) == Event::OrganRemoved && record.who == donor
                });
                records[kidney].topic = heart;
                records[kidney + 1].topic = heart;
            }
            // A transplant to somebody who was never listed.
            Invariant::OnlyTheWaiting => {
                let transplant = self.find_event(0, Event::Transplanted);
                let who = records[transplant].who;
                let listed = self.find_before(transplant, |record| {
                    event_of(record) == Event::Listed && record.who == who
                });
                records.remove(listed);
            }
            // A donor is given to the same carer twice.
            Invariant::CaseLoad => {
                let assigned = self.find_event(0, Event::CarerAssigned);
                records.insert(assigned + 1, records[assigned]);
            }
            // A carer visits another's donor.
            Invariant::OwnCarer => {
                let visit = self.find_event(self.records.len() / 2, Event::Visited);
                let own = records[visit].who;
                let other = self.find(visit, |record| {
                    event_of(record) == Event::Visited && record.who != own
                });
                assert!(records[other].time - records[visit].time < Span::from_days(1.0));
                records[visit].who = records[other].who;
            }
            // Service began with leaving school, and so lasted beyond its cap.
            Invariant::TenureCap => {
                let reason = self.run.topic_number("tenure_cap");
                let call = self.find(0, |record| {
                    event_of(record) == Event::CalledUp && record.topic == reason
                });
                let who = records[call].who;
                let began = self.find_before(call, |record| {
                    event_of(record) == Event::BecameCarer && record.who == who
                });
                let left = self.find_before(began, |record| {
                    event_of(record) == Event::LeftSchool && record.who == who
                });
                let mut record = records.remove(began);
                record.time = records[left].time;
                records.insert(left + 1, record);
            }
            // Something is marked as on record that no history pins.
            Invariant::OnRecord => {
                let carer = self.find_event(0, Event::BecameCarer);
                records[carer].pinned = true;
            }
            // A donor lies in a second bed: nobody wrote that the first was left.
            Invariant::Beds => {
                let again = self.find(0, |record| {
                    event_of(record) == Event::Operated && record.n == 2
                });
                let who = records[again].who;
                let left = self.find_before(again, |record| {
                    event_of(record) == Event::Discharged && record.who == who
                });
                records.remove(left);
            }
        }
        records
    }

    /// Whether somebody is at school at a time, as far as the log goes.
    fn is_pupil(&self, who: u32, at: Time) -> bool {
        let left = |record: &&Record| record.who == who && event_of(record) == Event::LeftSchool;
        let left = self.records.iter().find(left);
        left.is_none_or(|record| record.time > at)
    }

    /// Whether a recipient is on the list at a place in the log.
    fn waits_at(&self, who: u32, at: usize) -> bool {
        let of = |record: &Record| record.who == who;
        let last = self.records[..at].iter().rfind(|record| of(record));
        last.is_some_and(|record| matches!(event_of(record), Event::Listed | Event::BecameUrgent))
    }
}

#[test]
fn each_fault_is_found_under_its_own_name() {
    let log = Log::new();
    let folder = tempfile::tempdir().unwrap();
    let sound = log.replay(&log.records, folder.path());
    assert_eq!(sound.findings.violations, 0);
    for invariant in Invariant::ALL {
        let replayed = log.replay(&log.damaged(*invariant), folder.path());
        let findings = &replayed.findings;
        assert_eq!(broken(findings), [invariant.name()], "{findings:#?}");
        let rule = findings.rules.iter().find(|rule| rule.violations > 0);
        let first = rule.and_then(|rule| rule.first.as_deref()).unwrap();
        assert!(first.starts_with("minute "), "{first}");
    }
}

/// What is written after the horizon, or before the first day, is out of order too.
#[test]
fn nothing_happens_outside_the_period() {
    let log = Log::new();
    let folder = tempfile::tempdir().unwrap();
    let mut late = log.records.clone();
    late.last_mut().unwrap().time = Time::START + Span::from_years(45.1);
    let replayed = log.replay(&late, folder.path());
    assert_eq!(broken(&replayed.findings), ["time_in_order"]);
}
