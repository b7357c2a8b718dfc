//! Lives of a run, told: there is a sentence for everything that can happen to anybody, ten lives
//! are told without a wrong date, age, name, pronoun or count, and they do not read alike.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};

use hailsham_engine::time::{Moment, Span, Time};
use hailsham_lives::lexicon::Words;
use hailsham_lives::tell::{Chapter, Claim, Dating, Said, Telling, Told, check};
use hailsham_lives::{
    Channel, Happening, Life, Remembrance, Role, Run, Sentences, remembered, tell,
};
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

/// What is said in a life told from memory and is not as the log has it, without a mark that says so.
///
/// It reads what the sentences claim, and shares nothing with the code that marks them but the log.
fn unmarked(
    run: &Run,
    life: &Life,
    telling: &Telling,
    seen: &mut BTreeMap<&str, usize>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for chapter in &telling.chapters {
        for told in &chapter.sentences {
            let mark = told.departs.join("; ");
            let expected = departures(run, life, chapter, told);
            for (what, expected) in &expected {
                if mark.contains(expected) {
                    *seen.entry(what).or_default() += 1;
                } else {
                    wrong.push(format!("{what}: {} [{mark}] but {expected}", told.text));
                }
            }
            let parts = mark.strip_prefix("the log: ").unwrap_or(&mark).split("; ");
            for part in parts.filter(|part| !is_due(part, &expected, chapter, told)) {
                wrong.push(format!("too much: {} [{mark}]: {part}", told.text));
            }
        }
    }
    wrong
}

/// Whether a part of a mark says of a time, a person or a place what the sentence has otherwise. What it says of counts,
/// of what ran into one another and of how good it was is held against the log elsewhere.
fn is_due(part: &str, expected: &[(&str, String)], chapter: &Chapter, told: &Told) -> bool {
    let is_of = |kinds: &[&str]| expected.iter().any(|(what, _)| kinds.contains(what));
    let is_date = MONTHS.iter().any(|month| part.contains(month)) && part.split(' ').count() == 3;
    if is_date {
        // Told in another chapter than that in which it was, the time is wrong without being said.
        let is_here = chapter.from <= told.at && told.at < chapter.until;
        return !is_here || is_of(&["time", "age"]);
    }
    let manner = ["it was not", "it was worse"];
    if part.starts_with("it was ") && !manner.iter().any(|of| part.starts_with(of)) {
        return is_of(&["person"]);
    }
    !part.starts_with("the place was ") || is_of(&["place"])
}

/// In what a sentence departs from the log, and what its mark must say.
fn departures(
    run: &Run,
    life: &Life,
    chapter: &Chapter,
    told: &Told,
) -> Vec<(&'static str, String)> {
    let parts: Vec<&str> = told.form.split('.').collect();
    let [event, role, rest @ ..] = parts.as_slice() else {
        return Vec::new();
    };
    if *event == "frame" {
        return Vec::new();
    }
    let of_kind =
        |of: &&Happening| of.event == *event && format!("{:?}", of.role).to_lowercase() == *role;
    let happenings = || life.happenings.iter();
    let rows: Vec<&Happening> = happenings()
        .filter(|of| told.rows.contains(&of.row))
        .collect();
    let is_many = rest.first() == Some(&"many");
    if is_many {
        let within = |of: &&Happening| chapter.from <= of.at && of.at < chapter.until;
        let others: BTreeSet<Option<u32>> = rows
            .iter()
            .filter(|of| of_kind(of))
            .map(|of| of.other())
            .collect();
        let all: Vec<&Happening> = happenings().filter(of_kind).filter(within).collect();
        let of_one = all.iter().filter(|of| others.contains(&of.other())).count() as i64;
        // What is told by one other person is counted by that one.
        let expected = if others.len() == 1 {
            of_one
        } else {
            all.len() as i64
        };
        let numbers = told.says.iter().filter_map(|said| match &said.claim {
            Claim::Number { number, of } if of == "records" => Some(*number),
            _ => None,
        });
        let wrong = numbers.filter(|number| ![expected, all.len() as i64].contains(number));
        let mut found: Vec<_> = wrong.map(|_| ("number", "the log: ".to_owned())).collect();
        // One moment with several others is sure or unsure; the many of a stretch are dated by the stretch.
        if told.certainty.is_some() {
            found.extend(mistimed(run, life, told, told.at));
        }
        return found;
    }
    let Some(main) = rows.iter().find(|of| of_kind(of) && of.at == told.at) else {
        return vec![("row", "a record of its own time".to_owned())];
    };
    let moment: Vec<&Happening> = happenings().filter(|of| of.at == main.at).collect();
    let mut found = mistimed(run, life, told, main.at);
    for said in &told.says {
        match &said.claim {
            Claim::Person { person, .. } if *person != life.person.id => {
                let is_there = moment
                    .iter()
                    .any(|of| [of.who, of.whom, of.third].contains(&Some(*person)));
                if !is_there {
                    found.push(("person", "it was ".to_owned()));
                }
            }
            Claim::Place { place } => {
                let is_there = main
                    .place
                    .is_none_or(|_| moment.iter().any(|of| of.place == Some(*place)));
                if !is_there {
                    found.push(("place", "the place was ".to_owned()));
                }
            }
            _ => {}
        }
    }
    found
}

/// Times and ages that are said and were others, with the day on which it was.
fn mistimed(run: &Run, life: &Life, told: &Told, at: Time) -> Vec<(&'static str, String)> {
    let date = run.epoch.date(at);
    let month = MONTHS[date.month as usize - 1];
    let day = format!("{} {month} {}", date.day, date.year);
    let wrong = told.says.iter().filter_map(|said| match &said.claim {
        Claim::Time { of, how } => {
            let own = life.person.born;
            let is_age = *how != Dating::Age || age(run, own, *of) == age(run, own, at);
            (!names(&said.text, *how, date) || !is_age).then_some("time")
        }
        Claim::Age { person, years, .. } => {
            let born = life.people.get(person).and_then(|of| of.born);
            (age(run, born, at) != Some(i64::from(*years))).then_some("age")
        }
        _ => None,
    });
    wrong.map(|what| (what, day.clone())).collect()
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Whether words name a date.
fn names(words: &str, how: Dating, date: Moment) -> bool {
    let has = |word: &str| words.split(' ').any(|of| of == word);
    let year = has(&date.year.to_string());
    let month = has(MONTHS[date.month as usize - 1]);
    let season = ["winter", "spring", "summer", "autumn"][date.month as usize % 12 / 3];
    match how {
        Dating::Day => year && month && has(&date.day.to_string()),
        Dating::Month => year && month,
        Dating::Season => year && has(season),
        Dating::Early => year && date.month <= 2,
        Dating::End => year && date.month == 12,
        Dating::Year => year,
        // Whether it is the age is asked beside this.
        Dating::Age => true,
        _ => false,
    }
}

/// Age by birthdays.
fn age(run: &Run, born: Option<Time>, at: Time) -> Option<i64> {
    let (born, at) = (run.epoch.date(born?), run.epoch.date(at));
    let had = (at.month, at.day) >= (born.month, born.day);
    Some(i64::from(at.year) - i64::from(born.year) - i64::from(!had))
}

/// When lives are told in these tests: as infants, as children, and later.
fn times(life: &Life) -> Vec<Time> {
    let first = life.happenings.first().map_or(life.end, |of| of.at);
    let ages = [0.0, 0.4, 4.0, 9.0, 17.0, 25.0, 33.0];
    let times = ages.map(|age| first + Span::from_years(age));
    let lived = times.into_iter().filter(|at| *at < life.end);
    lived.chain([life.end]).collect()
}

/// Ten people of different fates, the two who died youngest, another who received organs, and a head.
fn many(run: &mut Run) -> Vec<u32> {
    let mut chosen = ten(run);
    let all: Vec<u32> = run.everybody().to_vec();
    let people = run.persons(&all).unwrap();
    let students = people.values().filter(|of| of.kind == "student");
    let died = students.filter_map(|of| Some((of.died? - of.born?, of.id)));
    let mut died: Vec<(Span, u32)> = died.collect();
    died.sort_unstable();
    assert!(died[0].0.years() < 2.0, "an infant died");
    chosen.extend(died[..2].iter().map(|(_, id)| *id));
    let received = people.values().filter(|of| of.years_gained.is_some());
    chosen.extend(received.map(|of| of.id).nth(7));
    chosen.extend(people.values().find(|of| of.kind == "head").map(|of| of.id));
    chosen
}

#[test]
fn what_is_remembered_wrongly_is_marked() {
    let (_directory, mut run) = open();
    let sentences = Sentences::built_in().unwrap();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for id in many(&mut run) {
        let life = run.life(id).unwrap();
        let remembrance = Remembrance::of(&run, &life, &sentences).unwrap();
        for at in times(&life) {
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
            assert!(telling.sentences().next().is_some(), "{id} says nothing");
            wrong.extend(unmarked(&run, &life, &telling, &mut seen));
            for told in telling.sentences() {
                assert!(told.at <= at, "{}", told.text);
                assert!(!told.text.contains("I am no "), "{}", told.text);
                assert!(
                    told.text.starts_with(char::is_alphanumeric),
                    "{}",
                    told.text
                );
                assert!(
                    !told.departs.iter().any(|mark| mark.contains("2000")),
                    "{told:?}"
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{}: {wrong:#?}", wrong.len());
    for what in ["time", "age", "person", "number"] {
        assert!(
            seen.get(what).is_some_and(|times| *times > 2),
            "{what}: {seen:?}"
        );
    }
}

/// What others live through moves the rows of a life in the log, and no word of how it is told.
#[test]
fn wording_does_not_hang_on_the_lives_of_others() {
    let (_directory, mut run) = open();
    let sentences = Sentences::built_in().unwrap();
    for id in ten(&mut run) {
        let life = run.life(id).unwrap();
        let mut moved = life.clone();
        for happening in &mut moved.happenings {
            happening.row += 1000;
        }
        let text = |life: &Life| tell(&run, life, &sentences, Words::Plain).text(95);
        assert_eq!(text(&life), text(&moved));
    }
}

/// Nothing anchors memories that was lost or given away: at no time has anybody more than two things, and at
/// the end nothing is in two hands.
#[test]
fn things_are_kept_until_they_are_lost_or_given_away() {
    let (_directory, mut run) = open();
    let sentences = Sentences::built_in().unwrap();
    let all: Vec<u32> = run.everybody().to_vec();
    let people = run.persons(&all).unwrap();
    let students = people.values().filter(|of| of.left_school.is_some());
    let (mut held, mut given) = (BTreeMap::new(), 0);
    for id in students.map(|of| of.id).take(400) {
        let life = run.life(id).unwrap();
        let remembrance = Remembrance::of(&run, &life, &sentences).unwrap();
        for happening in &life.happenings {
            let kept = remembrance.kept_at(happening.at);
            assert!(kept.len() <= 2, "{id} keeps {kept:?}");
            let is_giver = (happening.event.as_str(), happening.role) == ("was_given", Role::Whom);
            given += usize::from(is_giver);
        }
        for thing in remembrance.kept_at(life.end) {
            let before = held.insert(thing, id);
            assert_eq!(before, None, "{thing} is kept by {id}, too");
        }
    }
    assert!(given > 20 && held.len() > 100, "{given} {}", held.len());
}

#[test]
fn a_life_is_remembered_in_the_first_person() {
    let (_directory, mut run) = open();
    let sentences = Sentences::built_in().unwrap();
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
            assert_eq!(told.pronoun, "I");
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
}

#[test]
fn nobody_is_named_in_place_of_another_who_was_not_met_by_then() {
    let (_directory, mut run) = open();
    let sentences = Sentences::built_in().unwrap();
    let mut confused = 0;
    for id in many(&mut run) {
        let life = run.life(id).unwrap();
        let remembrance = Remembrance::of(&run, &life, &sentences).unwrap();
        let known = remembrance.happenings.iter();
        let known: Vec<&Happening> = known.map(|place| &life.happenings[*place]).collect();
        for told in remembrance.account(life.end).recollections {
            let experience = remembrance.experiences[told.experience];
            let (Some(was), Some(named)) = (experience.other, told.other) else {
                continue;
            };
            if was == named {
                continue;
            }
            confused += 1;
            let met = known.iter().any(|of| {
                of.at < experience.at && [of.who, of.whom, of.third].contains(&Some(named))
            });
            assert!(met, "{id} names {named}, not met by then");
            let (was, named) = (&life.people[&was], &life.people[&named]);
            let is_student = |of: &hailsham_lives::Person| of.kind == "student";
            assert_eq!(is_student(was), is_student(named), "{id}");
            assert!(named.kind != "recipient" || was.kind == "recipient", "{id}");
            assert!(named.died.is_none_or(|died| experience.at <= died), "{id}");
        }
    }
    assert!(confused > 3, "{confused}");
}

#[test]
fn recipients_do_not_know_whose_organ_they_have_and_a_first_one_is_not_another() {
    let (_directory, mut run) = open();
    let sentences = Sentences::built_in().unwrap();
    let all: Vec<u32> = run.everybody().to_vec();
    let people = run.persons(&all).unwrap();
    let received = people.values().filter(|of| of.years_gained.is_some());
    let received: Vec<u32> = received.map(|of| of.id).take(40).collect();
    let mut spoken_of = 0;
    for id in received {
        let life = run.life(id).unwrap();
        let remembrance = Remembrance::of(&run, &life, &sentences).unwrap();
        let account = remembrance.account(life.end);
        let telling = remembered(
            &run,
            &life,
            &sentences,
            &remembrance,
            &account,
            life.end,
            Words::Plain,
        );
        let gifts = life
            .happenings
            .iter()
            .filter(|of| of.event == "transplanted");
        let rows: Vec<u64> = gifts.map(|of| of.row).collect();
        for told in telling
            .sentences()
            .filter(|of| of.form.starts_with("transplanted."))
        {
            spoken_of += 1;
            let own = |said: &Said| matches!(said.claim, Claim::Person { person, .. } if person != life.person.id);
            assert!(!told.says.iter().any(own), "{}", told.text);
            let is_first = told.rows.contains(&rows[0]);
            assert!(!is_first || !told.text.contains("Another"), "{}", told.text);
        }
    }
    assert!(spoken_of > 10, "{spoken_of}");
}

#[test]
fn what_was_done_unseen_is_known_from_the_day_on_which_it_is_told() {
    let run = hailsham_tests::Run::of_scenario("hailsham", &[], small(0.02, 1));
    let mut run = Run::open(run.path()).unwrap();
    let sentences = Sentences::built_in().unwrap();
    let kathy = run.find("kathy").unwrap();
    let life = run.life(kathy).unwrap();
    let remembrance = Remembrance::of(&run, &life, &sentences).unwrap();
    let happening = |topic: &str| {
        let mut all = life.happenings.iter();
        let found = all.position(|of| of.topic.as_deref() == Some(topic));
        found.expect("it is on record")
    };
    let told = life.happenings[happening("told_of_having_seen_her_dance")].at;
    let witnessed = life
        .happenings
        .iter()
        .position(|of| of.event == "witnessed");
    for unseen in [happening("wept"), witnessed.unwrap()] {
        let place = remembrance.happenings.iter().position(|of| *of == unseen);
        let experience = remembrance.experiences[place.expect("it is known in the end")];
        assert_eq!(experience.learnt, Some(told));
        assert_eq!(experience.channel, Channel::Told);
    }
    // Without having been told she never knows.
    let mut untold = life.clone();
    untold.happenings.retain(|of| of.at != told);
    let remembrance = Remembrance::of(&run, &untold, &sentences).unwrap();
    for unseen in [happening("wept"), witnessed.unwrap()] {
        assert!(!remembrance.happenings.contains(&unseen));
    }
}

#[test]
fn what_is_undergone_is_an_event_of_two() {
    for name in hailsham_lives::UNDERGONE {
        let event = Event::ALL.iter().find(|event| event.name() == name);
        let roles = roles(*event.unwrap_or_else(|| panic!("there is no event {name}")));
        assert!(
            roles.contains(&Role::Who) && roles.contains(&Role::Whom),
            "{name}"
        );
    }
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
        if life.person.kind != "student" {
            continue;
        }
        let mut later = life.clone();
        for happening in &mut later.happenings[1..] {
            happening.at = happening.at + Span::from_minutes(1);
        }
        assert_ne!(account(&later), before, "{id}");
    }
    assert!(told > 100, "{told}");
}
