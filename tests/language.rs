//! The language of told lives: hundreds of lives of a run, as they happened and as they are
//! remembered, in either way of speaking, and nothing in them that a reader would stumble over.
//!
//! What is looked for is what has once gone wrong: slots that do not fit the words beside them,
//! times in front of forms that cannot bear them, counts of nothing, two people of one name.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};

use hailsham_engine::time::Span;
use hailsham_lives::lexicon::{Lexicon, Words};
use hailsham_lives::tell::{Claim, Telling, Told, Voice, check};
use hailsham_lives::{Life, Remembrance, Run, Sentences, remembered, tell};
use hailsham_tests::small;

/// Of everybody, every so many are told, with the cast and some who died small.
const EVERY: usize = 60;
const SMALL_CHILDREN: usize = 20;
/// The age at which lives are remembered, where it is reached, years.
const REMEMBERED_AT: f64 = 27.0;

/// Who is told.
fn chosen(run: &mut Run) -> Vec<u32> {
    let all: Vec<u32> = run.everybody().to_vec();
    let people = run.persons(&all).unwrap();
    let died_small = |id: &&u32| {
        let ages = people[id].born.zip(people[id].died);
        ages.is_some_and(|(born, died)| (died - born).years() < 2.0)
    };
    let some = all.iter().step_by(EVERY);
    let cast = all.iter().filter(|id| people[id].cast.is_some());
    let small = all.iter().filter(died_small).take(SMALL_CHILDREN);
    let chosen: BTreeSet<u32> = some.chain(cast).chain(small).copied().collect();
    chosen.into_iter().collect()
}

/// A life as it happened, and as it is remembered, where the person is one who remembers.
fn told_both_ways(run: &Run, life: &Life, sentences: &Sentences, words: Words) -> Vec<Telling> {
    let happened = tell(run, life, sentences, words);
    let json = serde_json::to_value(&happened).unwrap();
    assert_eq!(check(run, life, &json), Vec::<String>::new());
    let mut tellings = vec![happened];
    if let Some(born) = life.person.born.filter(|_| life.person.kind == "student") {
        let at = (born + Span::from_years(REMEMBERED_AT)).min(life.end);
        let remembrance = Remembrance::of(run, life, sentences).unwrap();
        let account = remembrance.account(at);
        let telling = remembered(run, life, sentences, &remembrance, &account, at, words);
        tellings.push(telling);
    }
    tellings
}

/// Words in small letters, without the marks after them.
fn words_of(text: &str) -> Vec<String> {
    let mark = |mark: char| matches!(mark, ',' | '.' | ';' | ':' | '?');
    let words = text.split_whitespace();
    words
        .map(|word| word.trim_end_matches(mark).to_lowercase())
        .collect()
}

/// What a reader would stumble over in a sentence, if anything.
fn stumble(told: &Told, voice: Voice) -> Option<&'static str> {
    let text = &told.text;
    let words = words_of(text);
    // Two words that follow each other, with no mark between them.
    let lower = text.to_lowercase();
    let pairs = lower.split_whitespace().zip(words.iter().skip(1));
    let pair = |is: &dyn Fn(&str, &str) -> bool| pairs.clone().any(|(a, b)| is(a, b));
    let article = |word: &str| matches!(word, "a" | "an" | "the");
    let counted = |word: &str| {
        matches!(
            word,
            "pupils" | "works" | "friends" | "tokens" | "others" | "days"
        )
    };
    let goes = [
        "expedition.",
        "joined_expedition.",
        "went_out.",
        "went_to_ask.",
    ];
    let stays = [" in the town", " in Town", " on the shore", " at the house"];
    let finds = [
        (
            pair(&|a, b| a == b && !matches!(a, "had" | "that")),
            "a word stands twice",
        ),
        (pair(&|a, b| article(a) && article(b)), "two articles"),
        (
            pair(&|a, b| matches!(a, "at" | "was" | "am") && b == "no")
                && !["no bed", "no likeness", "no longer", "no rival"]
                    .iter()
                    .any(|no| text.contains(no)),
            "an age of none",
        ),
        (pair(&|a, b| a == "no" && counted(b)), "a count of nothing"),
        (
            text.contains(" one years") || text.contains(" one months"),
            "one of many",
        ),
        (
            goes.iter().any(|event| told.form.starts_with(event))
                && stays.iter().any(|stay| text.contains(stay)),
            "a way that leads nowhere",
        ),
        (
            voice == Voice::Third && words.iter().any(|word| word == "now"),
            "now, of what is past",
        ),
        (
            text.starts_with(|first: char| first.is_lowercase())
                || !text.ends_with(['.', '?'])
                || [",,", ";,", ":,", ",.", " ,"]
                    .iter()
                    .any(|stops| text.contains(stops)),
            "no sentence",
        ),
    ];
    let found = finds.into_iter().find(|(is_there, _)| *is_there);
    found.map(|(_, problem)| problem)
}

/// Names as they are said in a telling, and who is meant by each.
fn names(telling: &Telling) -> BTreeMap<String, BTreeSet<u32>> {
    let mut names: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for said in telling.sentences().flat_map(|told| &told.says) {
        if let Claim::Person { person, by: "name" } = said.claim {
            let name = said.text.strip_suffix("'s").unwrap_or(&said.text);
            names.entry(name.to_lowercase()).or_default().insert(person);
        }
    }
    names
}

/// What belongs to the other way of speaking: words, and the phrases that the lexicon has for it.
///
/// Plain text has the programme's names of roles and places too (`docs/words.md`).
fn foreign(words: Words) -> Vec<String> {
    let (stems, phrases): (&[&str], Vec<String>) = match words {
        Words::Plain => (
            &[
                "donation",
                "donations",
                "donated",
                "completed",
                "completion",
            ],
            Vec::new(),
        ),
        Words::Programme => (
            &[
                "operation",
                "operations",
                "operated",
                "cloned",
                "clone",
                "recipient",
            ],
            plain_phrases(),
        ),
    };
    stems
        .iter()
        .map(|stem| (*stem).to_owned())
        .chain(phrases)
        .collect()
}

/// The lexicon's plain forms, but for ordinary verbs.
fn plain_phrases() -> Vec<String> {
    const ORDINARY: [&str; 3] = ["lost", "was taken", "had been taken from"];
    let lexicon = Lexicon::built_in().unwrap();
    let forms = lexicon.words.iter().flat_map(|word| word.forms.values());
    let plain = forms.flat_map(|form| form.plain.split("{ordinal}"));
    let phrases = plain.map(|phrase| words_of(phrase).join(" "));
    let ordinary = |phrase: &String| ORDINARY.contains(&phrase.as_str());
    // What is left of a phrase beside a number says nothing by itself.
    let alone = |phrase: &String| phrase.contains(' ') && !phrase.ends_with(" the");
    phrases
        .filter(|phrase| alone(phrase) && !ordinary(phrase))
        .collect()
}

/// The first of these that stands in a text as words.
fn found<'a>(text: &str, wanted: &'a [String]) -> Option<&'a String> {
    let text = format!(" {} ", words_of(text).join(" "));
    wanted.iter().find(|of| text.contains(&format!(" {of} ")))
}

#[test]
fn hundreds_of_lives_read_without_a_stumble() {
    let made = hailsham_tests::Run::of(&[], small(0.05, 1));
    let mut run = Run::open(made.path()).unwrap();
    let sentences = Sentences::built_in().unwrap();
    let ids = chosen(&mut run);
    let lives = run.lives(&ids).unwrap();
    assert!(lives.len() > 300, "only {} lives", lives.len());
    let foreign_to = [Words::Plain, Words::Programme].map(foreign);
    assert!(foreign_to[1].contains(&"died of donating".to_owned()));
    let mut wrong = Vec::new();
    let mut namesakes = 0;
    for (words, foreign) in [Words::Plain, Words::Programme]
        .into_iter()
        .zip(&foreign_to)
    {
        for life in &lives {
            for telling in told_both_ways(&run, life, &sentences, words) {
                let id = life.person.id;
                for told in telling.sentences() {
                    if let Some(problem) = stumble(told, telling.voice) {
                        wrong.push(format!("{id}, {}: {problem}: {}", told.form, told.text));
                    }
                    if let Some(word) = found(&told.text, foreign) {
                        wrong.push(format!("{id}, {words:?}: {word}: {}", told.text));
                    }
                }
                for chapter in &telling.chapters {
                    let title = &chapter.title;
                    let is_foreign = found(title, foreign).is_some();
                    let is_ill = title.starts_with(char::is_lowercase) || title.contains(" A ");
                    if is_foreign || is_ill {
                        wrong.push(format!("{id}, {words:?}: {title}"));
                    }
                }
                for (name, meant) in names(&telling) {
                    namesakes += usize::from(name.starts_with("the other "));
                    if meant.len() > 1 {
                        wrong.push(format!("{id}: {name:?} is {meant:?}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} found: {wrong:#?}", wrong.len());
    assert!(namesakes > 0, "no two people have one name");
}
