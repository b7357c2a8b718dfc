//! What the file of sentences is refused for, and where.

use std::collections::BTreeMap;

use hailsham_engine::time::{Epoch, Time};

use super::Sentences;
use super::condition::{Quantity, Term};
use super::dates::{SpokenAge, spoken_age};
use super::plan;
use super::sentences::Form;
use super::template::{Name, Part};
use crate::experience::learnt;
use crate::lexicon::Lexicon;
use crate::life::{Happening, Life, Role};
use crate::person::{Person, Sex};

/// A file with one event, told by `fields`.
fn file(fields: &str) -> String {
    format!(
        r"
[style]
never_after_time = []
weak = []
middle = []
strong = []
late = []
[people]
[places]
[topics]
[titles]
[frame]
[tell.sneezed.who]
{fields}
"
    )
}

const PROFILE: &str = "weight = 0.5\nmemory = { salience = 0.5, pain = 0.4, by_value = 0.5 }\n";

fn refused(text: &str) -> String {
    let lexicon = Lexicon::built_in().unwrap();
    Sentences::parse(text, &lexicon).unwrap_err().to_string()
}

#[test]
fn what_cannot_be_used_is_refused_with_its_place() {
    let with = |more: &str| refused(&file(&format!("{PROFILE}{more}")));
    for (more, says) in [
        (
            r#"one = ["{I} sneezed at {othr}."]"#,
            "line 16, column 24: there is no slot `othr`",
        ),
        (
            r#"one = ["{I} sneezed[ at {other}."]"#,
            "line 16, column 20: `[` is never closed",
        ),
        (
            r#"one = ["n >> 2 => {I} sneezed."]"#,
            "line 16, column 11: `>>` compares nothing",
        ),
        (
            r#"one = ["first => {I} sneezed."]"#,
            "a form that can always be said",
        ),
        (
            "one = [\"{I} sneezed.\"]\nabsorbs = [\"coughed.who\"]",
            "nothing is said of `coughed`",
        ),
        (
            "one = [\"{I} sneezed.\"]\nabsorbs = [\"coughed\"]",
            "line 17, column 12: write `event.role`",
        ),
        (
            "one = [\"{I} sneezed.\"]\nmnay = []",
            "line 17, column 1: unknown field `mnay`",
        ),
        (
            "one = [\"{I} sneezed.\"]\nlearnt_from = { any = \"told_of_it\" }",
            "line 17, column 23: `told_of_it` is no topic",
        ),
    ] {
        let found = with(more);
        assert!(found.contains(says), "{more}\n{found}");
    }
    let found = refused(&file("").replace("sneezed.who", "sneezed.whose"));
    assert!(
        found.contains("line 13") && found.contains("whose"),
        "{found}"
    );
    let loud = format!(
        "{}one = [\"{{I}} sneezed.\"]",
        PROFILE.replace("0.5,", "1.5,")
    );
    assert!(refused(&file(&loud)).contains("salience"));
}

#[test]
fn a_profile_grows_with_the_value() {
    let text = file(&format!("{PROFILE}one = [\"{{I}} sneezed.\"]"));
    let sentences = Sentences::parse(&text, &Lexicon::built_in().unwrap()).unwrap();
    let profile = sentences.profile("sneezed", Role::Who).unwrap();
    assert!(profile.known);
    // Half of it is there without any value: 0.5 (1 - 0.5 (1 - 0.2)) = 0.3.
    let weak = profile.at(Some(0.2));
    assert!((weak.salience - 0.3).abs() < 1e-6 && (weak.pain - 0.24).abs() < 1e-6);
    assert_eq!(profile.at(None), profile);
    assert_eq!(sentences.profile("sneezed", Role::Whom), None);
}

/// All forms: for what happens, of one record and of many, and for a chapter or a life as a whole.
fn forms(sentences: &Sentences) -> Vec<&Form> {
    let all = sentences.all();
    let told = all.flat_map(|entry| entry.one.iter().chain(&entry.many));
    told.chain(sentences.frame.values().flatten()).collect()
}

/// Does something with each part, those within brackets and choices among them, and what follows it.
fn each(parts: &[Part], look: &mut dyn FnMut(&Part, Option<&Part>)) {
    for (place, part) in parts.iter().enumerate() {
        look(part, parts.get(place + 1));
        match part {
            Part::Optional(inner) => each(inner, look),
            Part::Either(choices) => choices.iter().for_each(|choice| each(choice, look)),
            Part::Text(_) | Part::Slot(..) | Part::Word(..) => {}
        }
    }
}

/// The forms in which something stands that should not.
fn with(is: &dyn Fn(&Part, Option<&Part>) -> bool) -> Vec<String> {
    let sentences = Sentences::built_in().unwrap();
    let mut found = Vec::new();
    for form in forms(&sentences) {
        each(&form.template.parts, &mut |part, next| {
            if is(part, next) {
                found.push(form.id.clone());
            }
        });
    }
    found
}

#[test]
fn no_form_says_now_of_what_is_past() {
    let now = |part: &Part, _: Option<&Part>| {
        let Part::Text(text) = part else { return false };
        let mut words = text.split(|letter: char| !letter.is_alphabetic());
        words.any(|word| word == "now")
    };
    // Who remembers has a now, and says it of the telling.
    let mut found = with(&now);
    found.retain(|id| !id.starts_with("frame.opening_remembered."));
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn no_verb_depends_on_how_many_there_turn_out_to_be() {
    let verbs = [" is ", " are ", " was ", " were ", " has ", " have "];
    let depends = |part: &Part, next: Option<&Part>| {
        let is_open = matches!(
            part,
            Part::Slot(Name::Topics | Name::Duration | Name::With, _)
        );
        let Some(Part::Text(text)) = next.filter(|_| is_open) else {
            return false;
        };
        verbs.iter().any(|verb| text.starts_with(verb))
    };
    assert_eq!(with(&depends), Vec::<String>::new());
}

#[test]
fn a_count_is_said_where_it_is_known_to_be_one() {
    let sentences = Sentences::built_in().unwrap();
    let counts = |form: &Form| {
        let mut found = false;
        each(&form.template.parts, &mut |part, _| {
            found |= matches!(part, Part::Slot(Name::N, _));
        });
        found
    };
    let asks = |form: &Form| {
        let mut terms = form.condition.terms.iter();
        terms.any(|(_, term)| matches!(term, Term::Number(Quantity::N, ..)))
    };
    let careless = forms(&sentences)
        .into_iter()
        .filter(|form| counts(form) && !asks(form));
    let careless: Vec<&str> = careless.map(|form| form.id.as_str()).collect();
    assert_eq!(careless, Vec::<&str>::new());
}

#[test]
fn the_age_of_the_very_small_is_said_in_months_weeks_and_days() {
    let epoch = Epoch::new(1955, 1, 1).unwrap();
    let day = |year, month, day| epoch.time(year, month, day).unwrap();
    let born = day(1980, 3, 10);
    for (at, age) in [
        (born, "a day"),
        (day(1980, 3, 19), "nine days"),
        (day(1980, 4, 8), "four weeks"),
        (day(1980, 8, 9), "four months"),
        (day(1981, 3, 10), "twelve months"),
        (day(1982, 3, 9), "twenty-three months"),
    ] {
        assert_eq!(
            spoken_age(epoch, born, at),
            SpokenAge::Length(age.to_owned())
        );
    }
    assert_eq!(
        spoken_age(epoch, born, day(1982, 3, 10)),
        SpokenAge::Years(2)
    );
}

fn somebody(id: u32) -> Person {
    Person {
        id,
        identity: u64::from(id),
        cast: None,
        name: Some(format!("Person {id}.")),
        kind: "student".to_owned(),
        sex: Sex::Female,
        born: None,
        died: None,
        cause: None,
        school: None,
        school_kind: None,
        phase: String::new(),
        donations: 0,
        left_school: None,
        care_started: None,
        care_ended: None,
        called_up: None,
        first_donation: None,
        disease: None,
        years_lost: None,
        years_gained: None,
        soft_words: None,
    }
}

/// A life of number 0 with records of these minutes, events, doers and others concerned.
fn life(records: &[(i32, &str, u32, Option<u32>)]) -> Life {
    let happening = |(row, (at, event, who, whom)): (usize, &(i32, &str, u32, Option<u32>))| {
        let role = if *who == 0 { Role::Who } else { Role::Whom };
        Happening {
            row: row as u64,
            at: Time::from_minutes(*at),
            event: (*event).to_owned(),
            role,
            who: Some(*who),
            whom: *whom,
            third: None,
            place: None,
            topic: None,
            object: None,
            n: None,
            value: None,
            pinned: false,
        }
    };
    Life {
        person: somebody(0),
        happenings: records.iter().enumerate().map(happening).collect(),
        people: BTreeMap::new(),
        end: Time::from_minutes(100_000),
    }
}

/// What is told, and what along with it: rows of each.
fn gathered(life: &Life) -> Vec<(Vec<usize>, Vec<usize>)> {
    let sentences = Sentences::built_in().unwrap();
    let (items, unknown) = plan::items(&sentences, life);
    assert_eq!(unknown, Vec::<usize>::new());
    let items = items.into_iter();
    items.map(|item| (item.rows, item.with)).collect()
}

#[test]
fn one_telling_tells_of_one_thing() {
    let sentences = Sentences::built_in().unwrap();
    let mut seen = life(&[
        (60, "witnessed", 0, Some(5)),
        (70, "witnessed", 0, Some(5)),
        (80, "witnessed", 0, Some(6)),
        (90, "act", 5, Some(0)),
        (95, "witnessed", 0, Some(5)),
    ]);
    seen.happenings[3].topic = Some("told_of_having_seen_her_dance".to_owned());
    let learnt = |life: &Life| {
        let of = |row: usize| learnt(&sentences, life, &life.happenings[row]);
        [0, 1, 2, 4].map(of).map(|at| at.map(Time::minutes))
    };
    let never = Some(Time::NEVER.minutes());
    // The last before it; but what is on record, where that is known.
    assert_eq!(learnt(&seen), [never, Some(90), never, never]);
    seen.happenings[0].pinned = true;
    assert_eq!(learnt(&seen), [Some(90), never, never, never]);
}

#[test]
fn one_fact_is_told_once() {
    // Given to two people in one minute, and each of them has it from the giver.
    let given = life(&[
        (60, "address_given", 0, Some(1)),
        (60, "address_given", 0, Some(2)),
        (60, "learnt_address", 1, Some(0)),
        (60, "learnt_address", 2, Some(0)),
    ]);
    assert_eq!(
        gathered(&given),
        [(vec![0], vec![2]), (vec![1], vec![3])],
        "to each his own"
    );
    // Two come along a while after it was said; on the day after it is another expedition.
    let minutes_of_day = 1440;
    let gone = life(&[
        (540, "expedition", 0, None),
        (555, "joined_expedition", 1, Some(0)),
        (560, "befriended", 0, Some(3)),
        (568, "joined_expedition", 2, Some(0)),
        (540 + minutes_of_day, "joined_expedition", 3, Some(0)),
    ]);
    assert_eq!(
        gathered(&gone),
        [(vec![0], vec![1, 3]), (vec![2], vec![]), (vec![4], vec![])]
    );
    // Forgiven on the same day, but by another than the one who was told.
    let confessed = life(&[
        (60, "confessed", 0, Some(1)),
        (90, "forgave", 2, Some(0)),
        (95, "forgave", 1, Some(0)),
    ]);
    assert_eq!(
        gathered(&confessed),
        [(vec![0], vec![2]), (vec![1], vec![])]
    );
}
