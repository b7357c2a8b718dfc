//! Recipients ranked by policy files: the same as by the scenario's parameters where the file says the same, and each
//! attribute as it is.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use hailsham_allocation::rules::{Population as _, read_policy_for};
use hailsham_scenario::{Source, load};

use super::attributes::{Attributes, Match};
use super::*;
use crate::policies;
use crate::{Options, simulate};

const BUILT_IN: [&str; 4] = ["programme", "urgency-first", "longest-waiting", "hla-first"];

fn programme(sets: &[&str]) -> Programme {
    let source = Source::Name("programme".to_owned());
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    load::<Programme>(&source, crate::built_in(), &sets)
        .unwrap()
        .value
}

/// The log of a small run, as it stands on the disk.
fn log(folder: &Path, sets: &[&str]) -> Vec<u8> {
    let path = folder.join("log");
    let options = Options {
        scale: 0.04,
        ..Options::default()
    };
    let sets = [&["contacts.inner_life=false"], sets].concat();
    let programme = Arc::new(programme(&sets));
    simulate(&programme, &options, Some(&path), &[], &mut |_, _| true).unwrap();
    fs::read(path).unwrap()
}

#[test]
fn the_rules_of_the_scenario_as_a_file_give_the_same_log() {
    let folder = tempfile::tempdir().unwrap();
    // Operations by demand, so that lists are also asked whether anybody wants an organ.
    let demand = "donation.by_demand=true";
    let simply = log(folder.path(), &[demand]);
    assert!(simply == log(folder.path(), &[demand, "recipients.policy=programme"]));
    let alone = log(folder.path(), &[demand, "organs.kidney.policy=programme"]);
    assert!(simply == alone);
    for other in &BUILT_IN[1..] {
        let policy = format!("recipients.policy={other}");
        assert!(simply != log(folder.path(), &[demand, &policy]), "{other}");
    }
}

#[test]
fn an_organ_with_a_policy_of_its_own_goes_by_that() {
    let mut programme = programme(&[
        "recipients.policy=hla-first",
        "organs.heart.policy=longest-waiting",
    ]);
    assert!(programme.policies().is_none());
    programme.read_policies().unwrap();
    let by_organ = programme.policies().unwrap().by_organ();
    assert_eq!(by_organ["heart"].policy, "longest-waiting");
    assert_eq!(by_organ["kidney"].policy, "hla-first");
    assert_ne!(by_organ["heart"].hash, by_organ["kidney"].hash);
    assert_eq!(by_organ.len(), programme.organs.len());
}

/// What is wrong with a policy of a scenario.
fn refused(policy: &str) -> String {
    let set = format!("recipients.policy={policy}");
    let error = programme(&[&set]).read_policies().unwrap_err();
    error.render(false)
}

#[test]
fn what_recipients_do_not_have_is_named_with_what_there_is() {
    let message = refused("etkas-2021");
    for part in [
        "this policy is of the system `eurotransplant`",
        "take a policy of `programme`",
        "there is no attribute or term `dialysis_time`",
        "the attributes are donor_age, donor_blood_group",
        "previous_transplants, high_urgency, disease",
        "= help",
    ] {
        assert!(message.contains(part), "{part:?} is not in:\n{message}");
    }
    assert!(refused("hla-frist").contains("did you mean \"hla-first\"?"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.toml");
    fs::write(
        &path,
        "extends = 'programme'\n[eligibility]\nyoung = { when = 'disease == \"leukemia\"' }\n[quirks]\n\
         order_of_a_fortnight = true\n",
    )
    .unwrap();
    let message = refused(&path.display().to_string());
    for part in [
        "own.toml:3:",
        "did you mean \"leukaemia\"?",
        "this oddity is of another program",
    ] {
        assert!(message.contains(part), "{part:?} is not in:\n{message}");
    }
    // Where the scenario has no such locus, there are no mismatches at it.
    let mut programme = programme(&["recipients.policy=programme"]);
    programme.bodies.hla_antigens.shift_remove("DR");
    let message = programme.read_policies().unwrap_err().render(false);
    assert!(message.contains("`mismatches_dr`"), "{message}");
}

/// A policy that asks for nothing that only one system has serves all of them.
#[test]
fn one_file_serves_several_systems() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared.toml");
    let rules = "
        order = ['first', 'second']
        [tiers]
        match = { tier = 'first', when = 'mismatches_a + mismatches_b + mismatches_dr == 0' }
        others = { tier = 'second', when = 'age - donor_age < 30 years' }
        [points]
        wait = { weight = '1 / 1 year', of = 'listed_time' }";
    fs::write(&path, rules).unwrap();
    let source = Source::Path(path);
    let all = policies::catalogues().unwrap();
    assert_eq!(all.len(), 3);
    for (system, catalogue) in &all {
        let read = read_policy_for(&source, &[], &[], catalogue);
        assert!(
            read.is_ok(),
            "{system}: {}",
            read.unwrap_err().render(false)
        );
    }
    // What is called the same is of the same person and measured in the same.
    let (_, own) = all
        .iter()
        .find(|(name, _)| *name == policies::SYSTEM)
        .unwrap();
    for (system, other) in all.iter().filter(|(name, _)| *name != policies::SYSTEM) {
        let mut shared = 0;
        for attribute in own.attributes() {
            let named = |one: &&hailsham_allocation::rules::Attribute| one.name == attribute.name;
            if let Some(same) = other.attributes().iter().find(named) {
                assert_eq!((same.about, &same.sort), (attribute.about, &attribute.sort));
                shared += 1;
            }
        }
        assert!(shared >= 8, "{system}: {shared}");
    }
}

/// A heart patient of 40 who was listed at 38 and is urgent, before a donor of 25 who has one antigen at B.
#[test]
fn attributes_are_what_they_are_called() {
    let programme = programme(&[]);
    let table = hailsham_allocation::HlaTable::new(
        programme
            .bodies
            .hla_antigens
            .values()
            .flat_map(|all| all.keys())
            .cloned(),
    )
    .unwrap();
    let year = |years: f64| Time::START + Span::from_days(years * 365.25);
    let now = year(50.0);
    let mut people = Columns::default();
    people.patients.push(Patient {
        identity: 1,
        hla: table.read("A1 A2 B7 DR1 DR4").unwrap(),
        abo: Abo::Ab,
        disease: programme.diseases.get_index_of("heart_disease").unwrap() as u8,
        condition: Condition::Waiting,
        sex: Sex::Female,
        cause: None,
        urgent: true,
        was_urgent: true,
        transplants: 1,
        grafts_failed: 1,
        listed: year(48.0),
        disease_death: Time::NEVER,
        other_death: Time::NEVER,
        graft_fails: Time::NEVER,
        first_listed: year(40.0),
        transplanted: year(44.0),
        donor: 7,
        died: Time::NEVER,
    });
    people.born.push(year(10.0));
    people.fell_ill.push(year(45.5));
    let giver = Giver {
        abo: Abo::A,
        hla: table.read("A1 A3 B8 DR4 DR15").unwrap(),
        born: year(25.0),
    };
    let attributes = Attributes::new(&programme.bodies);
    let of = Match {
        attributes: &attributes,
        people: &people,
        giver: &giver,
        organ: programme.organs.get_index_of("heart").unwrap() as u8,
        now,
        parts: Vec::new(),
    };
    let catalogue = catalogue(&programme);
    let found: Vec<(&str, f64)> = catalogue
        .attributes()
        .iter()
        .enumerate()
        .map(|(number, attribute)| {
            let mut out = [f64::NAN];
            of.of_candidates(number, &[0], &mut out);
            (attribute.name, out[0])
        })
        .collect();
    let word = |name: &str| found.iter().find(|(own, _)| *own == name).unwrap().1 as usize;
    assert_eq!(
        programme.organs.get_index(word("organ")).unwrap().0,
        "heart"
    );
    let disease = programme.diseases.get_index(word("disease")).unwrap().0;
    assert_eq!(disease, "heart_disease");
    let numbers: Vec<(&str, f64)> = found
        .iter()
        .copied()
        .filter(|(name, _)| !["organ", "disease"].contains(name))
        .collect();
    assert_eq!(
        numbers,
        [
            ("donor_age", 25.0),
            ("donor_blood_group", 1.0),
            ("donor_homozygous_loci", 1.0),
            ("age", 40.0),
            ("age_at_listing", 38.0),
            ("listed_time", 2.0),
            ("illness_time", 4.5),
            ("previous_transplants", 1.0),
            ("high_urgency", 1.0),
            ("blood_group", 3.0),
            ("same_blood_group", 0.0),
            ("compatible_blood_group", 1.0),
            ("homozygous_loci", 1.0),
            ("mismatches_a", 1.0),
            ("mismatches_b", 1.0),
            ("mismatches_dr", 1.0),
        ]
    );
}
