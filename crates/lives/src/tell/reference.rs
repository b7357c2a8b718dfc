//! How people are referred to: in full at first, by the given name later, by a pronoun where only one
//! person can be meant.
//!
//! In the third person the pronoun of the person's own sex always means the person whose life it is:
//! others of that sex are named each time. Of the other sex a pronoun means the one person of it who
//! was named in the sentence before or in this one.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use hailsham_engine::time::Time;

use super::dates::{self, SpokenAge};
use super::numbers::nth;
use super::sentences::Sentences;
use super::telling::{Claim, Said, Voice};
use crate::life::Life;
use crate::person::{Person, Sex};
use crate::run::{Place, Run};

/// The age from which somebody is called a man or a woman, years.
const GROWN_UP: u32 = 16;

/// The grammatical case of a reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Case {
    Subject,
    Object,
    Owner,
    Self_,
}

/// The pronoun of a person who is spoken of.
pub(crate) fn pronoun(sex: Sex, case: Case) -> &'static str {
    match (sex, case) {
        (Sex::Female, Case::Subject) => "she",
        (Sex::Female, Case::Object | Case::Owner) => "her",
        (Sex::Female, Case::Self_) => "herself",
        (Sex::Male, Case::Subject) => "he",
        (Sex::Male, Case::Object) => "him",
        (Sex::Male, Case::Owner) => "his",
        (Sex::Male, Case::Self_) => "himself",
    }
}

fn first_person(case: Case) -> &'static str {
    match case {
        Case::Subject => "I",
        Case::Object => "me",
        Case::Owner => "my",
        Case::Self_ => "myself",
    }
}

/// What does not change while a life is told.
#[derive(Clone, Copy)]
pub(crate) struct Cast<'a> {
    pub(crate) run: &'a Run,
    pub(crate) life: &'a Life,
    pub(crate) sentences: &'a Sentences,
    pub(crate) voice: Voice,
}

/// Who has been named, and who was named last.
#[derive(Clone, Default, Debug)]
#[allow(clippy::struct_excessive_bools)] // what a reader has just read, one thing at a time
pub(crate) struct Discourse {
    /// Everybody named in this telling.
    named: Rc<BTreeSet<u32>>,
    /// Who has a given name; nobody when more than one has it.
    given: Rc<BTreeMap<String, Option<u32>>>,
    /// Who has a full name, in the order of telling.
    full: Rc<BTreeMap<String, Vec<u32>>>,
    /// Others in the sentence before.
    before: Vec<u32>,
    /// Others in this sentence so far.
    here: Vec<u32>,
    /// Whether the person has been named by name in this paragraph.
    is_self_named: bool,
    /// Whether another of the person's sex was named in this sentence after the person.
    is_self_unclear: bool,
    /// Whether the sentence before began with somebody of the person's sex who is not the person.
    began_with_rival: bool,
    has_begun: bool,
    /// Whether this sentence began with the person alone, so that "she" goes on meaning the person.
    is_self_leading: bool,
    /// Whether another of the person's sex was named in this sentence, and in the one before.
    has_rival_here: bool,
    has_rival_before: bool,
    paragraphs: u32,
}

impl Discourse {
    /// A paragraph begins.
    pub(crate) fn paragraph(&mut self) {
        self.before.clear();
        self.paragraphs += 1;
        // Named again in every other paragraph, and where another might be meant.
        self.is_self_named &= self.paragraphs % 2 == 1 && !self.has_rival_before;
        self.began_with_rival = false;
    }

    /// A sentence ends.
    pub(crate) fn sentence(&mut self) {
        self.before = std::mem::take(&mut self.here);
        self.has_rival_before = std::mem::take(&mut self.has_rival_here);
        self.is_self_unclear = false;
        self.is_self_leading = false;
        self.has_begun = false;
    }

    /// Two have been named as one: "she" could mean either.
    pub(crate) fn pair(&mut self) {
        self.is_self_leading = false;
    }

    /// Whether a person has been named already.
    pub(crate) fn knows(&self, person: u32) -> bool {
        self.named.contains(&person)
    }

    /// The person whose life it is.
    pub(crate) fn own(&mut self, cast: Cast<'_>, case: Case) -> Said {
        let person = &cast.life.person;
        let is_subject_first = !self.has_begun && case == Case::Subject;
        self.is_self_leading |= !self.has_begun;
        self.has_begun = true;
        let is_led = self.is_self_leading && matches!(case, Case::Subject | Case::Owner);
        if cast.voice == Voice::First {
            return Said {
                text: first_person(case).to_owned(),
                claim: claim(person.id, "pronoun"),
            };
        }
        let has_name = person.name.is_some();
        let by_name = has_name
            && case != Case::Self_
            && (!self.is_self_named
                || (self.is_self_unclear && !is_led)
                || (is_subject_first && self.began_with_rival));
        if is_subject_first {
            self.began_with_rival = false;
        }
        self.is_self_unclear = false;
        self.is_self_named = true;
        if !by_name {
            return Said {
                text: pronoun(person.sex, case).to_owned(),
                claim: claim(person.id, "pronoun"),
            };
        }
        self.name(person, case)
    }

    /// Another person: by name where `by_name`, else by a pronoun if it can mean nobody else.
    pub(crate) fn other(
        &mut self,
        cast: Cast<'_>,
        id: u32,
        case: Case,
        by_name: bool,
        at: Time,
    ) -> Option<Said> {
        let person = cast.life.people.get(&id)?;
        let is_rival = cast.voice == Voice::Third && person.sex == cast.life.person.sex;
        let begins = !self.has_begun;
        self.has_begun = true;
        let can_be_meant = |ids: &[u32]| {
            let mut of_sex = ids.iter().filter(|id| {
                cast.life
                    .people
                    .get(id)
                    .is_some_and(|of| of.sex == person.sex)
            });
            of_sex.next() == Some(&id) && of_sex.all(|other| *other == id)
        };
        let is_clear = if self.here.iter().any(|of| is_of(cast, *of, person.sex)) {
            can_be_meant(&self.here)
        } else {
            can_be_meant(&self.before)
        };
        if begins && case == Case::Subject {
            self.began_with_rival = is_rival;
        } else if begins {
            self.began_with_rival = false;
        }
        self.here.push(id);
        if is_rival {
            self.is_self_unclear = true;
            self.has_rival_here = true;
        }
        if !by_name && !is_rival && is_clear {
            return Some(Said {
                text: pronoun(person.sex, case).to_owned(),
                claim: claim(id, "pronoun"),
            });
        }
        if person.name.is_none() {
            return Some(described(cast, person, case, at));
        }
        Some(self.name(person, case))
    }

    /// By name: in full at first, and where two have the same given name. Where two have the same
    /// full name, whoever is named later is the other one of that name.
    fn name(&mut self, person: &Person, case: Case) -> Said {
        let full = bare(&person.called());
        let given = bare(&person.given());
        let is_first = !self.named.contains(&person.id);
        if is_first {
            Rc::make_mut(&mut self.named).insert(person.id);
        }
        let is_own = match self.given.get(&given) {
            Some(holder) => *holder == Some(person.id),
            None => true,
        };
        if is_first || !is_own {
            let holder = is_own.then_some(person.id);
            Rc::make_mut(&mut self.given).insert(given.clone(), holder);
        }
        let place = self.bearer(&full, person.id);
        let name = match place {
            0 if is_first || !is_own => full,
            0 => given,
            1 => format!("the other {full}"),
            more => format!("the {} {full}", nth(more as u32 + 1)),
        };
        let text = if case == Case::Owner {
            owner(&name)
        } else {
            name
        };
        Said {
            text,
            claim: claim(person.id, "name"),
        }
    }
}

impl Discourse {
    /// Which one of those with a full name somebody is, from 0, in the order of telling.
    fn bearer(&mut self, full: &str, person: u32) -> usize {
        let found = |bearers: &Vec<u32>| bearers.iter().position(|of| *of == person);
        if let Some(place) = self.full.get(full).and_then(found) {
            return place;
        }
        let bearers = Rc::make_mut(&mut self.full);
        let bearers = bearers.entry(full.to_owned()).or_default();
        bearers.push(person);
        bearers.len() - 1
    }
}

fn is_of(cast: Cast<'_>, id: u32, sex: Sex) -> bool {
    cast.life.people.get(&id).is_some_and(|of| of.sex == sex)
}

/// What somebody is called beside a sentence: by name, or else by what kind of person it is.
pub(crate) fn spoken_of(cast: Cast<'_>, id: u32, at: Time) -> String {
    match cast.life.people.get(&id) {
        Some(person) if person.name.is_some() => bare(&person.called()),
        Some(person) => described(cast, person, Case::Object, at).text,
        None => "another".to_owned(),
    }
}

/// Somebody who has no name: what kind of person it is.
fn described(cast: Cast<'_>, person: &Person, case: Case, at: Time) -> Said {
    let epoch = cast.run.epoch;
    let is_child = person
        .born
        .is_some_and(|born| dates::age(epoch, born, at) < GROWN_UP);
    let age = person.born.map(|born| dates::spoken_age(epoch, born, at));
    let key = match (person.kind.as_str(), person.sex) {
        ("recipient", Sex::Female) if is_child => "girl",
        ("recipient", Sex::Male) if is_child => "boy",
        ("recipient", Sex::Female) => "woman",
        ("recipient", Sex::Male) => "man",
        (kind, _) => kind,
    };
    let text = cast
        .sentences
        .people
        .get(key)
        .map_or("someone", String::as_str);
    let age = match age {
        Some(SpokenAge::Years(years)) => years.to_string(),
        Some(SpokenAge::Length(length)) => length,
        None => String::new(),
    };
    let text = text.replace("{age}", &age);
    let text = if case == Case::Owner {
        owner(&text)
    } else {
        text
    };
    Said {
        text,
        claim: claim(person.id, "description"),
    }
}

fn claim(person: u32, by: &'static str) -> Claim {
    Claim::Person { person, by }
}

/// What a place is called within a sentence.
pub(crate) fn place_name(place: &Place) -> String {
    let name = bare(&place.name);
    // A name that is none: a school elsewhere.
    match name.strip_prefix("A ") {
        Some(rest) => format!("a {rest}"),
        None => name,
    }
}

/// A text with a capital in front.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// A name without what stands in brackets after it.
pub(crate) fn bare(name: &str) -> String {
    name.split_once(" (")
        .map_or(name, |(name, _)| name)
        .to_owned()
}

/// Kathy's, James's.
fn owner(name: &str) -> String {
    format!("{name}'s")
}
