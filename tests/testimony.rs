//! The testimony of the novel: every row of the reading of where the sources disagree is a subject, each
//! version has its witnesses and a standing, and where the history pins a version, to follow another one
//! turns the answer.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use hailsham_model::{Kept, Options, Programme, built_in};
use hailsham_scenario::{Loaded, Source, load};
use hailsham_study::{
    Disagreement, PassingRun, Standing, SubjectOutcome, Testimony, VersionOutcome, Weighed, weigh,
};
use hailsham_tests::small;

/// Rows C-01 to C-80.
const ROWS: usize = 80;

fn novel(sets: &[String]) -> Loaded<Programme> {
    match load(&Source::Name("hailsham".to_owned()), built_in(), sets) {
        Ok(loaded) => loaded,
        Err(error) => panic!("{}", error.render(false)),
    }
}

fn testimony(scenario: &Loaded<Programme>) -> Testimony {
    let source = Source::Name("hailsham".to_owned());
    let testimony = Testimony::load(scenario, &source, None).unwrap();
    testimony.expect("the novel has testimony")
}

/// All testimony against one small run.
fn weighed(sets: &[String], options: Options) -> Weighed {
    let scenario = novel(sets);
    let testimony = testimony(&scenario);
    let run = PassingRun::make(&scenario, &options, &mut |_, _| true).unwrap();
    let keys: Vec<&str> = testimony.keys().collect();
    weigh(&testimony, &keys, run.path()).unwrap()
}

fn version<'a>(weighed: &'a Weighed, id: &str, name: &str) -> &'a VersionOutcome {
    let subject = weighed.find(id).unwrap()[0];
    let mut versions = subject.versions.iter();
    let found = versions.find(|version| version.version == name);
    found.unwrap_or_else(|| panic!("{id} has no version {name}"))
}

#[test]
fn every_row_is_a_subject_with_rivals_witnesses_and_standings() {
    let weighed = weighed(&[], small(0.02, 1));
    let contested = |of: &&SubjectOutcome| of.kind != [Disagreement::Uncontested];
    let contested: Vec<&SubjectOutcome> = weighed.subjects.iter().filter(contested).collect();
    let ids: Vec<&str> = contested.iter().map(|s| s.id.as_str()).collect();
    let rows: Vec<String> = (1..=ROWS).map(|row| format!("C-{row:02}")).collect();
    assert_eq!(ids, rows);
    let witnesses: Vec<&str> = weighed.witnesses.keys().map(String::as_str).collect();
    assert_eq!(witnesses, ["W0", "W1", "W2", "W3", "W4", "W5", "W6", "W7"]);
    let mut texts = BTreeSet::new();
    let mut reasons = BTreeSet::new();
    for subject in &contested {
        let id = &subject.id;
        for name in [id, &subject.key, &subject.subject] {
            let found = weighed.find(name).unwrap();
            assert!(found.iter().any(|other| other.id == *id), "{name}");
        }
        assert!(subject.versions.len() >= 2, "{id}");
        let [agree, differ, unknown] = subject.tally();
        assert_eq!(agree + differ + unknown, subject.versions.len());
        // Rivals that are no mere tension are not all true; those that are may be.
        for version in &subject.versions {
            assert!(texts.insert((id.clone(), version.text.clone())), "{id}");
            assert!(
                !version.witnesses.is_empty() && !version.fields.is_empty(),
                "{id}"
            );
            match &version.standing {
                Standing::CannotBeKnown { why } => {
                    assert!(why.len() > 40, "{id}: {why}");
                    assert!(!why.contains("does not fit"), "{id}: {why}");
                    assert!(
                        reasons.insert(why.clone()),
                        "{id}: the reason is another's: {why}"
                    );
                }
                Standing::Differs { fields } => {
                    assert!(!fields.is_empty());
                    assert!(
                        fields.iter().all(|field| version.fields.contains(field)),
                        "{id}"
                    );
                }
                Standing::Agrees => assert!(version.value.is_some(), "{id}"),
            }
        }
    }
    let tension = |kind: &[Disagreement]| kind.contains(&Disagreement::Tension);
    let both_hold = |tally: [usize; 3]| tally[0] >= 2;
    let held = weighed
        .subjects
        .iter()
        .filter(|s| tension(&s.kind) && both_hold(s.tally()));
    assert!(
        held.count() >= 20,
        "most tensions are of two things that both hold"
    );
}

/// The reading of where the sources disagree is no part of the project. Where it lies in a folder beside
/// the checkout, the file is held to it.
fn reading() -> Option<String> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folders = |path: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let paths = entries.map(|entry| entry.path());
        paths.filter(|path| path.is_dir()).collect()
    };
    let mut inner = folders(&beside).into_iter().flat_map(|path| folders(&path));
    inner.find_map(|path| fs::read_to_string(path.join("contradictions.md")).ok())
}

/// Ids, subjects, kinds and witnesses against the reading itself, where it is at hand.
#[test]
fn the_file_is_the_reading() {
    let Some(reading) = reading() else {
        println!("skipped: the reading of the sources is not here");
        return;
    };
    let scenario = novel(&[]);
    let testimony = testimony(&scenario);
    let rows: Vec<Vec<&str>> = reading
        .lines()
        .filter(|line| line.starts_with("| C-"))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    assert_eq!(rows.len(), ROWS);
    for row in rows {
        let [id, topic, first, second, kind, keep] = row.as_slice() else {
            panic!("a row of six cells: {row:?}");
        };
        let key = testimony.find(id).unwrap()[0];
        let subject = testimony.subject(key).unwrap();
        let letters: BTreeSet<char> = kind
            .split('(')
            .next()
            .unwrap()
            .chars()
            .filter(char::is_ascii_uppercase)
            .collect();
        let ours: BTreeSet<char> = subject
            .kind
            .iter()
            .map(|kind| match kind {
                Disagreement::Between => 'B',
                Disagreement::Guide => 'G',
                Disagreement::Review => 'R',
                Disagreement::Tension => 'T',
                // No row is of what nobody tells otherwise.
                Disagreement::Uncontested => '-',
            })
            .collect();
        assert_eq!(ours, letters, "{id} ({topic})");
        // The name that a store of claims would have, where the row gives one.
        let kept = keep.split('`').nth(1).unwrap_or_default();
        let name = |letter: char| letter.is_ascii_alphanumeric() || ":_.@+".contains(letter);
        if kept.contains([':', '.']) && kept.chars().all(name) {
            let subject = &subject.subject;
            assert!(
                subject.starts_with(kept),
                "{id}: {subject} is not of `{kept}`"
            );
        }
        // Each line that the row cites, one of the versions cites.
        let cited = lines(&format!("{first} {second}"));
        let versions = subject.versions.values();
        let told = versions.flat_map(|version| version.witnesses.values().cloned());
        let told = lines(&told.collect::<Vec<_>>().join(", "));
        let remarks = lines(
            REMARKS
                .iter()
                .find(|(of, _)| of == id)
                .map_or("", |(_, at)| at),
        );
        let missing = cited
            .difference(&told)
            .filter(|line| !remarks.contains(line));
        let missing: Vec<&(u32, u32)> = missing.collect();
        assert!(
            missing.is_empty(),
            "{id} ({topic}): {missing:?} are cited by no version"
        );
        // A quotation is of a few words at most.
        for text in subject.versions.values().map(|version| &version.text) {
            assert!(!text.contains('"'), "{id}: {text}");
        }
    }
}

/// Lines that a row cites for an argument of its own: who else is near by, and tells no version.
const REMARKS: [(&str, &str); 1] = [("C-03", "0:32-36, 0:210")];

/// All lines that a text cites: `0:66-68, 1:5`.
fn lines(text: &str) -> BTreeSet<(u32, u32)> {
    let digits = |text: &str| -> String { text.chars().take_while(char::is_ascii_digit).collect() };
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices(':') {
        let document = text[..at].chars().next_back().and_then(|c| c.to_digit(10));
        let rest = &text[at + 1..];
        let first = digits(rest);
        let (Some(document), Ok(from)) = (document, first.parse::<u32>()) else {
            continue;
        };
        let after = &rest[first.len()..];
        let more = after
            .strip_prefix(['-', '–'])
            .map(digits)
            .unwrap_or_default();
        for line in from..=more.parse().unwrap_or(from) {
            found.insert((document, line));
        }
    }
    found
}

/// A version by the id of its subject and its name.
type Named = (&'static str, &'static str);

/// What is followed; what agrees then and did not before; what agreed before and does not then.
const TURNS: [(&str, &[Named], &[Named]); 17] = [
    (
        "ruth_dies=W7",
        &[("C-02", "after_several")],
        &[("C-02", "dies_of_second")],
    ),
    ("ruth_dies=W6", &[], &[("C-02", "mending")]),
    (
        "kathy_carer=W7",
        &[("C-07", "after_tommy")],
        &[("C-07", "years_before"), ("C-07", "tommys_own")],
    ),
    (
        "kathy_end=W7",
        &[("C-08", "works_on")],
        &[("C-08", "about_to_donate")],
    ),
    (
        "closing_scene=W7",
        &[("C-09", "roadside")],
        &[("C-09", "field")],
    ),
    ("closing_scene=W6", &[], &[("C-10", "norfolk")]),
    (
        "river_saying=W4",
        &[("C-01", "tommy")],
        &[("C-01", "kathy")],
    ),
    (
        "possible_trip=W5",
        &[("C-03", "pair"), ("C-51", "norfolk")],
        &[("C-03", "group"), ("C-51", "near_town")],
    ),
    (
        "possible_trip=W7",
        &[("C-04", "original"), ("C-50", "each_ones")],
        &[("C-04", "nothing"), ("C-50", "ruths")],
    ),
    (
        "roadside=W7-calm",
        &[("C-12", "quiet")],
        &[("C-12", "despair"), ("C-45", "scream")],
    ),
    (
        "madame_tears=W3",
        &[("C-30", "at_pupils"), ("C-73", "few_words")],
        &[("C-30", "at_the_dance"), ("C-73", "revealed")],
    ),
    (
        "told_not_told=W3-private",
        &[("C-14", "to_tommy")],
        &[("C-14", "outburst"), ("C-57", "outburst")],
    ),
    (
        "kathy_and_tommy=W7",
        &[("C-21", "by_the_road")],
        &[("C-21", "after_the_confession")],
    ),
    (
        "ruth_confronted=W2",
        &[("C-69", "bedside")],
        &[("C-69", "cottages"), ("C-25", "asserts_herself")],
    ),
    (
        "tommy_art=W2",
        &[("C-15", "accepted")],
        &[("C-15", "bullied")],
    ),
    (
        "petition_answer=W7",
        &[("C-36", "madame")],
        &[("C-36", "emily"), ("C-36", "both")],
    ),
    ("lost_tape=W4", &[], &[("C-28", "searched")]),
];

#[test]
fn to_follow_another_version_turns_the_answer() {
    let options = || Options {
        kept: Kept::Full,
        ..small(0.02, 3)
    };
    let before = weighed(&[], options());
    let mut wrong: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (record, now, no_more) in TURNS {
        let after = weighed(&[format!("history.record.{record}")], options());
        let mut agrees = |weighed: &Weighed, (id, name): Named, expected: bool, when: &str| {
            let standing = &version(weighed, id, name).standing;
            if (*standing == Standing::Agrees) != expected {
                let of = wrong.entry(record).or_default();
                of.push(format!("{when}, {id} {name} {standing:?}"));
            }
        };
        for named in now {
            agrees(&before, *named, false, "before");
            agrees(&after, *named, true, "after");
        }
        for named in no_more {
            agrees(&before, *named, true, "before");
            agrees(&after, *named, false, "after");
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The record of a version that is followed is one that agrees: whichever seed.
#[test]
fn what_is_followed_agrees_on_other_seeds_too() {
    for seed in 4..=6 {
        let weighed = weighed(&[], small(0.02, seed));
        for (_, _, followed) in TURNS {
            for (id, name) in followed {
                let version = version(&weighed, id, name);
                let (is, value) = (&version.standing, &version.value);
                assert_eq!(*is, Standing::Agrees, "seed {seed}: {id} {name}: {value:?}");
            }
        }
    }
}

/// Without the people of the novel nothing is said of them.
#[test]
fn nothing_is_said_of_people_who_are_not_there() {
    let weighed = weighed(&["history.follow=false".to_owned()], small(0.02, 1));
    let ruth = version(&weighed, "C-02", "mending");
    assert!(
        matches!(&ruth.standing, Standing::CannotBeKnown { why } if why.contains("nobody in this run")),
        "{:?}",
        ruth.standing
    );
    // What the programme is is there to be asked.
    assert_eq!(
        version(&weighed, "C-41", "carer_first").standing,
        Standing::Agrees
    );
}
