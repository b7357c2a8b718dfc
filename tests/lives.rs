//! Lives of a run, told: there is a sentence for everything that can happen to anybody, ten lives
//! are told without a wrong date, age, name, pronoun or count, and they do not read alike.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};

use hailsham_engine::time::Span;
use hailsham_lives::lexicon::Words;
use hailsham_lives::tell::{Telling, check};
use hailsham_lives::{Life, Remembrance, Role, Run, Sentences, remembered, tell};
use hailsham_model::event::Event;
use hailsham_tests::small;

/// The roles that an event can have, from the columns that it fills.
fn roles(event: Event) -> Vec<Role> {
    let info = Event::INFO[event as usize];
    let fills = |column: &str| info.columns.iter().any(|filled| filled.column == column);
    let mut roles = Vec::new();
    if fills("who") {
        roles.push(Role::Who);
    }
    if fills("whom") {
        roles.push(Role::Whom);
    }
    if matches!(event, Event::Interfered | Event::KeptApart) {
        roles.push(Role::Third);
    }
    // What concerns nobody by number can be told by whoever was there.
    if Event::WITH_AUDIENCE.contains(&event) || roles.is_empty() {
        roles.push(Role::Present);
    }
    roles
}

#[test]
fn every_event_has_a_sentence_in_every_role() {
    let sentences = Sentences::built_in().unwrap();
    let events = Event::ALL.iter().map(|event| (event.name(), roles(*event)));
    sentences.check(events).unwrap();
    // The check can fail: one event less is one too many in the file, one more is missing there.
    let fewer = Event::ALL[1..]
        .iter()
        .map(|event| (event.name(), roles(*event)));
    assert!(
        sentences
            .check(fewer)
            .unwrap_err()
            .to_string()
            .contains("no such event")
    );
    let all = Event::ALL.iter().map(|event| (event.name(), roles(*event)));
    let more = all.chain([("sneezed", vec![Role::Who])]);
    assert!(
        sentences
            .check(more)
            .unwrap_err()
            .to_string()
            .contains("sneezed")
    );
}

/// Ten people of a run, of different fates, none of them named by the history.
fn ten(run: &mut Run) -> Vec<u32> {
    let all: Vec<u32> = run.everybody().to_vec();
    let people = run.persons(&all).unwrap();
    let unnamed: Vec<_> = people.values().filter(|of| of.cast.is_none()).collect();
    let mut chosen = BTreeSet::new();
    let mut choose = |is: &dyn Fn(&hailsham_lives::Person) -> bool| {
        let found = unnamed
            .iter()
            .filter(|of| is(of) && !chosen.contains(&of.id))
            .nth(2);
        chosen.insert(found.expect("somebody like that").id);
    };
    for operations in 1..=4 {
        choose(&|of| of.donations == operations && of.cause.as_deref() == Some("operation"));
    }
    choose(&|of| of.cause.as_deref() == Some("decline"));
    choose(&|of| of.kind == "student" && of.care_started.is_some() && of.called_up.is_none());
    choose(&|of| of.kind == "student" && of.donations == 0 && of.left_school.is_some());
    choose(&|of| of.kind == "recipient" && of.years_gained.is_some() && of.died.is_none());
    choose(&|of| of.kind == "recipient" && of.cause.as_deref() == Some("disease"));
    choose(&|of| of.kind == "guardian");
    chosen.into_iter().collect()
}

/// A small run, from which lives are told.
fn open() -> (hailsham_tests::Run, Run) {
    let run = hailsham_tests::Run::of(&[], small(0.05, 7));
    let open = Run::open(run.path()).unwrap();
    (run, open)
}

#[test]
fn ten_lives_are_right_and_read_as_ten() {
    let (_directory, mut run) = open();
    let sentences = Sentences::built_in().unwrap();
    let mut forms: BTreeMap<String, usize> = BTreeMap::new();
    let mut starts: BTreeMap<String, usize> = BTreeMap::new();
    let mut texts: Vec<String> = Vec::new();
    let mut count = 0;
    for id in ten(&mut run) {
        let life = run.life(id).unwrap();
        for words in [Words::Plain, Words::Programme] {
            let telling = tell(&run, &life, &sentences, words);
            let json = serde_json::to_value(&telling).unwrap();
            let wrong = check(&run, &life, &json);
            assert!(wrong.is_empty(), "{id}: {wrong:#?}");
            if words == Words::Programme {
                continue;
            }
            for told in telling.sentences() {
                count += 1;
                *forms.entry(told.form.clone()).or_default() += 1;
                let start: Vec<&str> = told.text.split(' ').take(3).collect();
                *starts.entry(start.join(" ")).or_default() += 1;
            }
            lines_fit(&telling);
            texts.push(telling.text(95));
        }
    }
    let (form, most) = forms.iter().max_by_key(|(_, times)| **times).unwrap();
    assert!(
        most * 5 <= count,
        "{form} makes {most} of {count} sentences"
    );
    let (start, most) = starts.iter().max_by_key(|(_, times)| **times).unwrap();
    assert!(
        most * 10 <= count,
        "{start:?} begins {most} of {count} sentences"
    );
    assert!(forms.len() > 100, "only {} forms are used", forms.len());
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), 10);
}

fn lines_fit(telling: &Telling) {
    for width in [80, 100] {
        let text = telling.text(width);
        let long = text.lines().find(|line| line.chars().count() > width);
        assert_eq!(long, None);
        assert!(
            !text.contains(['{', '}', '[', ']', '<', '>', '|']),
            "{text}"
        );
    }
}

#[test]
fn what_is_wrong_is_found() {
    let (_directory, mut run) = open();
    let sentences = Sentences::built_in().unwrap();
    let id = ten(&mut run)[0];
    let life = run.life(id).unwrap();
    let right = serde_json::to_value(tell(&run, &life, &sentences, Words::Plain)).unwrap();
    let spoilt = |from: &str, to: &str| {
        let text = right.to_string();
        assert!(text.contains(from), "{from} is not there");
        let telling = serde_json::from_str(&text.replacen(from, to, 1)).unwrap();
        check(&run, &life, &telling).len()
    };
    assert_eq!(check(&run, &life, &right), Vec::<String>::new());
    let year = run.epoch.year_of(life.person.born.unwrap()).to_string();
    let mut spoiled = right.clone();
    let texts = spoiled["chapters"][0]["sentences"].as_array_mut().unwrap();
    let text = texts
        .iter_mut()
        .map(|sentence| &mut sentence["text"])
        .find(|text| text.as_str().unwrap().contains(&year))
        .expect("the year of making is told");
    *text = text.as_str().unwrap().replace(&year, "1900").into();
    assert!(!check(&run, &life, &spoiled).is_empty());
    assert!(spoilt("\"age\":17", "\"age\":18") + spoilt("\"age\":7", "\"age\":8") > 0);
    assert!(spoilt("\"by\":\"name\"", "\"by\":\"pronoun\"") > 0);
    let row = format!("\"rows\":[{}", life.happenings[0].row);
    assert!(spoilt(&row, "\"rows\":[4000000000") > 0);
}

#[test]
fn a_life_is_remembered_in_the_first_person_and_its_errors_are_marked() {
    let (_directory, mut run) = open();
    let sentences = Sentences::built_in().unwrap();
    let mut departing = 0;
    for id in ten(&mut run) {
        let life = run.life(id).unwrap();
        let Some(born) = life.person.born.filter(|_| life.person.kind == "student") else {
            continue;
        };
        let remembrance = Remembrance::of(&run, &life, &sentences).unwrap();
        let at = (born + Span::from_years(25.0)).min(life.end);
        let account = remembrance.account(at);
        let telling = remembered(
            &run,
            &life,
            &sentences,
            &remembrance,
            &account,
            at,
            Words::Plain,
        );
        for told in telling.sentences() {
            assert!(told.at <= at, "{}", told.text);
            assert_eq!(told.pronoun, "I");
            departing += told.departs.len();
            assert_eq!(
                told.text.matches(['{', '}', '[', '~']).count(),
                0,
                "{}",
                told.text
            );
        }
        let own = telling.name.split(' ').next().unwrap();
        let others: BTreeSet<&str> = life
            .people
            .values()
            .filter(|of| of.id != id)
            .filter_map(|of| of.name.as_deref()?.split(' ').next())
            .collect();
        let text: String = telling
            .sentences()
            .map(|told| told.text.clone() + "\n")
            .collect();
        // As a word: a name may be a part of another.
        let named = text
            .split(|letter: char| !letter.is_alphabetic())
            .any(|word| word == own);
        assert!(
            others.contains(own) || !named,
            "{} is named in the own voice:\n{text}",
            telling.name
        );
        assert!(text.contains(" me") || text.contains("I "), "{text}");
    }
    assert!(departing > 0, "nobody is ever mistaken");
}

#[test]
fn memories_do_not_hang_on_the_records_of_others() {
    let (_directory, mut run) = open();
    let sentences = Sentences::built_in().unwrap();
    let mut told = 0;
    for id in ten(&mut run) {
        let life = run.life(id).unwrap();
        let account = |life: &Life| {
            let remembrance = Remembrance::of(&run, life, &sentences).unwrap();
            remembrance.account(life.end)
        };
        let before = account(&life);
        // As if two records of others stood before each of this life's.
        let mut other = life.clone();
        for happening in &mut other.happenings {
            happening.row = 3 * happening.row + 2;
        }
        assert_eq!(account(&other), before, "{id}");
        told += before.recollections.len();
        // What is changed in the life itself changes the memory of it.
        let mut elsewhere = life.clone();
        for happening in &mut elsewhere.happenings {
            happening.place = happening.place.map(|place| place + 1);
        }
        assert!(
            account(&elsewhere) != before || before.recollections.is_empty(),
            "{id}"
        );
    }
    assert!(told > 100, "{told}");
}
