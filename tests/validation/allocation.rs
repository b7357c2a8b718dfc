//! Who got each organ, against a list ranked by hand from the log.
//!
//! The waiting lists are rebuilt from the log (`listed`, `relisted`, `became_urgent`, `transplanted`,
//! `died`) and blood groups from the table of persons. At a sample of transplants everybody on the
//! list is looked at, one by one, by the rule of the organ: the urgent first where it says so, then
//! by blood group where it says so, then who waits longest, then the lower number. HLA plays no part
//! here, since no points are given for it: the ranking with HLA is tested in `crates/allocation`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use hailsham_engine::time::Time;
use hailsham_model::event::Event;
use hailsham_model::submodels::recipients::{BloodGroupRule, Organ};
use hailsham_tests::{Run, event_of, small};

/// Organs that are followed closely: transplants checked, and offers that nobody could take.
const SAMPLE: usize = 300;

/// Someone on a list.
#[derive(Clone, Copy)]
struct Waiting {
    listed: Time,
    urgent: bool,
}

/// The table of any textbook: rows are donors, columns recipients.
fn can_take(donor: &str, recipient: &str) -> bool {
    match donor {
        "O" => true,
        "A" => matches!(recipient, "A" | "AB"),
        "B" => matches!(recipient, "B" | "AB"),
        "AB" => recipient == "AB",
        other => panic!("{other} is no blood group"),
    }
}

/// The first of a list for a donor's organ, by looking at everybody.
fn first_of(
    list: &BTreeMap<u32, Waiting>,
    rule: &Organ,
    abo: &HashMap<u32, String>,
    donor: u32,
) -> Option<u32> {
    let donor = &abo[&donor];
    let allowed = |who: &u32| match rule.blood_group {
        BloodGroupRule::IdenticalOnly => abo[who] == *donor,
        _ => can_take(donor, &abo[who]),
    };
    list.iter()
        .filter(|(who, _)| allowed(who))
        .min_by_key(|(who, waiting)| {
            let urgent = rule.urgent_first && waiting.urgent;
            let identical =
                rule.blood_group == BloodGroupRule::IdenticalFirst && abo[*who] == *donor;
            (Reverse(urgent), Reverse(identical), waiting.listed, **who)
        })
        .map(|(who, _)| *who)
}

#[test]
fn every_sampled_organ_went_to_the_first_of_its_list() {
    let run = Run::of(
        &[
            "organs.kidney.points_per_match=0",
            "organs.marrow.points_per_match=0",
            "organs.marrow.most_mismatches=6",
            // One organ by each rule that there is.
            "organs.liver.blood_group=compatible",
            "organs.lung.blood_group=identical_only",
            "organs.kidney.urgent_first=false",
        ],
        small(0.05, 6),
    );
    let persons = run.table("persons.parquet");
    let groups = persons.text("abo").unwrap();
    let ids = persons.u32("id").unwrap();
    let abo: HashMap<u32, String> = ids
        .iter()
        .zip(groups)
        .filter_map(|(id, abo)| Some(((*id)?, abo?)))
        .collect();
    let plan = &run.programme.donation.plan;

    let records = run.records();
    let transplants = records
        .iter()
        .filter(|record| event_of(record) == Event::Transplanted)
        .count();
    let every = transplants / SAMPLE;
    assert!(
        every >= 2,
        "{transplants} transplants are too few to sample"
    );

    let mut lists: HashMap<String, BTreeMap<u32, Waiting>> = HashMap::new();
    let mut list_of: HashMap<u32, String> = HashMap::new();
    let (mut seen, mut checked, mut refused, mut stood_down) = (0, 0, 0, 0);
    let mut not_the_longest_waiting = 0_usize;
    for record in &records {
        let who = record.who;
        match event_of(record) {
            Event::Listed | Event::Relisted => {
                let organ = run.topic(record).to_owned();
                let waiting = Waiting {
                    listed: record.time,
                    urgent: false,
                };
                lists.entry(organ.clone()).or_default().insert(who, waiting);
                assert_eq!(list_of.insert(who, organ), None, "{who} is on two lists");
            }
            Event::BecameUrgent => {
                let list = lists.get_mut(&list_of[&who]).unwrap();
                list.get_mut(&who).unwrap().urgent = true;
            }
            Event::Transplanted => {
                let organ = list_of.remove(&who).unwrap();
                assert_eq!(organ, run.topic(record), "{who} waited for another organ");
                let list = lists.get_mut(&organ).unwrap();
                seen += 1;
                if seen % every == 0 {
                    checked += 1;
                    let rule = &run.programme.organs[&organ];
                    let first = first_of(list, rule, &abo, record.whom);
                    assert_eq!(first, Some(who), "{organ} at {:?}", record.time);
                    let longest = list.iter().min_by_key(|(who, w)| (w.listed, **who));
                    not_the_longest_waiting += usize::from(longest.map(|(who, _)| *who) != first);
                }
                let waiting = list.remove(&who).unwrap();
                let days = (record.time - waiting.listed).days() as f32;
                assert_eq!(days.to_bits(), record.value.to_bits(), "days waited");
            }
            Event::OrganUnplaced => {
                refused += 1;
                let organ = run.topic(record);
                let list = lists.entry(organ.to_owned()).or_default();
                let first = first_of(list, &run.programme.organs[organ], &abo, who);
                assert_eq!(first, None, "somebody could take the {organ}");
            }
            Event::StoodDown => {
                stood_down += 1;
                for organ in &plan[record.n as usize - 1] {
                    let list = lists.entry(organ.clone()).or_default();
                    let first = first_of(list, &run.programme.organs[organ], &abo, who);
                    assert_eq!(first, None, "somebody could take the {organ}");
                }
            }
            Event::Died => {
                if let Some(organ) = list_of.remove(&who) {
                    lists.get_mut(&organ).unwrap().remove(&who);
                }
            }
            _ => {}
        }
    }
    println!(
        "{checked} of {transplants} transplants checked, {not_the_longest_waiting} of them not to \
         who waited longest; {refused} organs refused, {stood_down} operations put off"
    );
    assert!(checked >= SAMPLE);
    // The rule decides: the longest waiting is often not the first.
    assert!(not_the_longest_waiting > checked / 5);
    assert!(refused > 0);
}
