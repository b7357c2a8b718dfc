//! Sentences as data: what `sentences.toml` may say, read and checked.
//!
//! The file has, for every event and every role in it, forms for one record (`one`) and for many
//! told together (`many`), and the profile of its memory. Whatever cannot be used is refused when
//! the file is loaded, with its line and column.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use super::condition::Condition;
use super::template::{Part, Template};
use crate::lexicon::{Lexicon, LexiconError, Words};
use crate::life::{Happening, Role};

const BUILT_IN: &str = include_str!("../../../../scenarios/hailsham/sentences.toml");

/// Stands in `learnt_from` for any topic, and for none.
const ANY: &str = "any";

/// A file of sentences that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SentenceError {
    /// Something in the file is wrong.
    #[error("sentences, line {line}, column {column}: {problem}")]
    At {
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What is wrong, and what would do.
        problem: String,
    },
    /// The lexicon cannot be used.
    #[error(transparent)]
    Lexicon(#[from] LexiconError),
    /// An event has no sentence in a role that it can have.
    #[error("the sentences have nothing for `{event}` told by {role:?}")]
    Missing {
        /// Name of the event.
        event: String,
        /// The role.
        role: Role,
    },
}

/// What a record leaves in the memory of whoever has a role in it.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// How much it stands out, 0 to 1.
    pub salience: f32,
    /// How much it hurts, 0 to 1.
    #[serde(default)]
    pub pain: f32,
    /// How good it feels, -1 to 1.
    #[serde(default)]
    pub valence: f32,
    /// Part of salience and pain that grows with the event's `value`, 0 to 1.
    #[serde(default)]
    pub by_value: f32,
    /// Whether the person knows of it at all.
    #[serde(default = "yes")]
    pub known: bool,
}

fn yes() -> bool {
    true
}

impl Profile {
    /// The profile of one record with this `value`, where that is a share from 0 to 1.
    #[must_use]
    pub fn at(&self, value: Option<f32>) -> Profile {
        let value = value.unwrap_or(1.0).clamp(0.0, 1.0);
        let scale = 1.0 - self.by_value * (1.0 - value);
        Profile {
            salience: self.salience * scale,
            pain: self.pain * scale,
            ..*self
        }
    }
}

/// By what the many of a kind are told together.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Together {
    /// A stretch of a chapter.
    #[default]
    Stretch,
    /// One other person.
    Other,
}

/// How far apart what is told along with something may be from it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Within {
    /// In the same minute.
    #[default]
    Minute,
    /// Then, or later on the same day.
    Day,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryFile {
    weight: f32,
    memory: Profile,
    #[serde(default)]
    absorbs: Vec<Spanned<String>>,
    #[serde(default)]
    learnt_from: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    within: Within,
    #[serde(default)]
    together: Together,
    left: Option<[Spanned<String>; 2]>,
    #[serde(default)]
    one: Vec<Spanned<String>>,
    #[serde(default)]
    many: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RolesFile {
    who: Option<EntryFile>,
    whom: Option<EntryFile>,
    third: Option<EntryFile>,
    present: Option<EntryFile>,
}

/// Rules of style.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Style {
    /// First words of forms that do not take the time in front.
    pub(crate) never_after_time: Vec<String>,
    /// Marks of doubt, `~` for the sentence: of those who are nearly sure,
    pub(crate) weak: Vec<String>,
    /// of those who are less sure,
    pub(crate) middle: Vec<String>,
    /// and of those who are not.
    pub(crate) strong: Vec<String>,
    /// Before what was held back for long.
    pub(crate) late: Vec<String>,
}

/// How one kind of place is spoken of; `{}` stands for its name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlaceWords {
    /// Being there: at Hailsham.
    pub(crate) at: String,
    /// Going there: to Hailsham.
    pub(crate) to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    style: Style,
    people: BTreeMap<String, String>,
    places: BTreeMap<String, PlaceWords>,
    topics: BTreeMap<String, BTreeMap<String, Spanned<String>>>,
    titles: BTreeMap<String, Vec<Spanned<String>>>,
    frame: BTreeMap<String, Vec<Spanned<String>>>,
    tell: BTreeMap<Spanned<String>, RolesFile>,
}

/// One way of saying something.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    /// Event, role and number: `befriended.who.2`.
    pub(crate) id: String,
    pub(crate) condition: Condition,
    pub(crate) template: Template,
    /// Whether the time may stand in front.
    pub(crate) takes_front: bool,
}

/// All that can be said of an event in one role.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) event: String,
    pub(crate) role: Role,
    /// How worth telling it is, 0 to 1; 0 is never told alone.
    pub(crate) weight: f32,
    pub(crate) profile: Profile,
    /// Events and roles that are told along with it.
    pub(crate) absorbs: Vec<(String, Role)>,
    /// By topic, of what is done unseen: the topic of the act of the other by which it is learnt.
    pub(crate) learnt_from: BTreeMap<String, String>,
    /// How far from it they may be.
    pub(crate) within: Within,
    pub(crate) together: Together,
    /// What one is called, and many, where they are left out.
    pub(crate) left: [Template; 2],
    pub(crate) one: Vec<Form>,
    pub(crate) many: Vec<Form>,
    line: usize,
    column: usize,
}

impl Entry {
    /// Whether it is of what happened, and of the part in it.
    pub(crate) fn is_of(&self, happening: &Happening) -> bool {
        self.event == happening.event && self.role == happening.role
    }

    /// What files of sentences call it.
    pub(crate) fn name(&self) -> String {
        format!("{}.{:?}", self.event, self.role).to_lowercase()
    }
}

/// All sentences.
#[derive(Clone, Debug)]
pub struct Sentences {
    pub(crate) style: Style,
    pub(crate) people: BTreeMap<String, String>,
    pub(crate) places: BTreeMap<String, PlaceWords>,
    /// By topic and variant.
    pub(crate) topics: BTreeMap<String, BTreeMap<String, Template>>,
    pub(crate) titles: BTreeMap<String, Vec<Form>>,
    pub(crate) frame: BTreeMap<String, Vec<Form>>,
    entries: BTreeMap<String, [Option<Box<Entry>>; 4]>,
}

impl Sentences {
    /// The sentences of the scenario `hailsham`.
    pub fn built_in() -> Result<Sentences, SentenceError> {
        Self::parse(BUILT_IN, &Lexicon::built_in()?)
    }

    /// Reads sentences from TOML.
    ///
    /// Fails at the first thing that cannot be used: a slot, bracket, condition or role that there
    /// is not, a word that the lexicon does not have, a number out of its range.
    pub fn parse(text: &str, lexicon: &Lexicon) -> Result<Sentences, SentenceError> {
        let file: File = toml::from_str(text).map_err(|error| {
            let (line, column) = place(text, error.span().map_or(0, |span| span.start));
            SentenceError::At {
                line,
                column,
                problem: error.message().to_owned(),
            }
        })?;
        let reader = Reader {
            text,
            lexicon,
            style: &file.style,
            topics: file.topics.keys().cloned().collect(),
        };
        let mut entries = BTreeMap::new();
        for (event, roles) in file.tell {
            let name = event.get_ref().clone();
            let at = event.span().start;
            let read = |role: Role, entry: Option<EntryFile>| {
                entry
                    .map(|entry| reader.entry(&name, role, entry, at).map(Box::new))
                    .transpose()
            };
            let roles = [
                read(Role::Who, roles.who)?,
                read(Role::Whom, roles.whom)?,
                read(Role::Third, roles.third)?,
                read(Role::Present, roles.present)?,
            ];
            entries.insert(name, roles);
        }
        let mut topics = BTreeMap::new();
        for (topic, variants) in file.topics {
            let read = variants
                .into_iter()
                .map(|(name, text)| Ok((name, reader.form(String::new(), &text)?.template)));
            topics.insert(topic, read.collect::<Result<_, SentenceError>>()?);
        }
        let sentences = Sentences {
            style: file.style.clone(),
            people: file.people,
            places: file.places,
            topics,
            titles: reader.lists("title", file.titles)?,
            frame: reader.lists("frame", file.frame)?,
            entries,
        };
        for entry in sentences.all() {
            for (event, role) in &entry.absorbs {
                if sentences.entry(event, *role).is_none() {
                    let problem = format!("nothing is said of `{event}` as {role:?}");
                    return Err(SentenceError::At {
                        line: entry.line,
                        column: entry.column,
                        problem,
                    });
                }
            }
        }
        Ok(sentences)
    }

    /// What is said of an event in a role.
    pub(crate) fn entry(&self, event: &str, role: Role) -> Option<&Entry> {
        self.entries.get(event)?[role as usize].as_deref()
    }

    /// Everything said of any event.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Entry> {
        self.entries
            .values()
            .flatten()
            .flatten()
            .map(|entry| &**entry)
    }

    /// What an event leaves in memory; `None` where nothing is said of it in that role.
    pub fn profile(&self, event: &str, role: Role) -> Option<Profile> {
        self.entry(event, role).map(|entry| entry.profile)
    }

    /// By which act of the other, called by its topic, a person in that role learns of what was done unseen, if it
    /// is learnt in no other way.
    pub(crate) fn learnt_from(&self, event: &str, role: Role, topic: Option<&str>) -> Option<&str> {
        let from = &self.entry(event, role)?.learnt_from;
        let found = topic
            .and_then(|topic| from.get(topic))
            .or_else(|| from.get(ANY));
        found.map(String::as_str)
    }

    /// Checks that there is a sentence for each event in each role that it can have, and none for
    /// an event or a role that there is not.
    pub fn check<'a>(
        &self,
        events: impl IntoIterator<Item = (&'a str, Vec<Role>)>,
    ) -> Result<(), SentenceError> {
        let events: BTreeMap<&str, Vec<Role>> = events.into_iter().collect();
        for entry in self.all() {
            let (what, known) = match events.get(entry.event.as_str()) {
                Some(roles) => ("role", roles.contains(&entry.role)),
                None => ("event", false),
            };
            if !known {
                return Err(SentenceError::At {
                    line: entry.line,
                    column: entry.column,
                    problem: format!(
                        "there is no such {what}: `{}` as {:?}",
                        entry.event, entry.role
                    ),
                });
            }
        }
        for (event, roles) in events {
            for role in roles {
                if self
                    .entry(event, role)
                    .is_none_or(|entry| entry.one.is_empty())
                {
                    return Err(SentenceError::Missing {
                        event: event.to_owned(),
                        role,
                    });
                }
            }
        }
        Ok(())
    }
}

struct Reader<'a> {
    text: &'a str,
    lexicon: &'a Lexicon,
    style: &'a Style,
    /// What is known as a topic.
    topics: BTreeSet<String>,
}

impl Reader<'_> {
    fn wrong(&self, at: usize, problem: impl Into<String>) -> SentenceError {
        let (line, column) = place(self.text, at);
        SentenceError::At {
            line,
            column,
            problem: problem.into(),
        }
    }

    /// A form: a template, with a condition and `=>` before it where it has one.
    fn form(&self, id: String, written: &Spanned<String>) -> Result<Form, SentenceError> {
        let text = written.get_ref();
        let span = written.span();
        // The quotation mark, or three of them.
        let quote = (span.len() - text.len().min(span.len())) / 2;
        let from = span.start + quote;
        let (condition, template, shift) = match text.split_once("=>") {
            None => (Condition::default(), text.as_str(), 0),
            Some((condition, template)) => {
                let read = Condition::parse(condition)
                    .map_err(|(at, problem)| self.wrong(from + at, problem))?;
                let trimmed = template.trim_start();
                (read, trimmed, text.len() - trimmed.len())
            }
        };
        let template = Template::parse(template, self.lexicon)
            .map_err(|wrong| self.wrong(from + shift + wrong.at, wrong.problem))?;
        let first = match template.parts.first() {
            Some(Part::Text(text)) => text.split([' ', ',']).next().unwrap_or_default(),
            _ => "",
        };
        let takes_front = !template.is_dated
            && !template.is_aged
            && !self
                .style
                .never_after_time
                .iter()
                .any(|never| never == first);
        Ok(Form {
            id,
            condition,
            template,
            takes_front,
        })
    }

    fn forms(&self, id: &str, written: &[Spanned<String>]) -> Result<Vec<Form>, SentenceError> {
        let numbered = written.iter().enumerate();
        numbered
            .map(|(number, form)| self.form(format!("{id}.{}", number + 1), form))
            .collect()
    }

    /// What one record is called, or many: text and words, with nothing to be filled in.
    fn left_out(&self, written: &Spanned<String>) -> Result<Template, SentenceError> {
        let template = self.form(String::new(), written)?.template;
        if template.text(Words::Plain).is_none() {
            let problem = "what is left out has no slots and no choices, but for words";
            return Err(self.wrong(written.span().start, problem));
        }
        Ok(template)
    }

    /// By which act what is done unseen is learnt, by topic: of all, that there is such a topic.
    fn learnt(
        &self,
        written: BTreeMap<String, Spanned<String>>,
    ) -> Result<BTreeMap<String, String>, SentenceError> {
        let read = |(topic, act): (String, Spanned<String>)| {
            let at = act.span().start;
            let act = act.into_inner();
            for name in [&topic, &act] {
                if name != ANY && !self.topics.contains(name) {
                    let problem = format!("`{name}` is no topic of which anything is said");
                    return Err(self.wrong(at, problem));
                }
            }
            Ok((topic, act))
        };
        written.into_iter().map(read).collect()
    }

    fn lists(
        &self,
        kind: &str,
        lists: BTreeMap<String, Vec<Spanned<String>>>,
    ) -> Result<BTreeMap<String, Vec<Form>>, SentenceError> {
        lists
            .into_iter()
            .map(|(name, list)| {
                let forms = self.forms(&format!("{kind}.{name}"), &list)?;
                Ok((name, forms))
            })
            .collect()
    }

    fn entry(
        &self,
        event: &str,
        role: Role,
        file: EntryFile,
        at: usize,
    ) -> Result<Entry, SentenceError> {
        let name = role_name(role);
        let (line, column) = place(self.text, at);
        let memory = file.memory;
        let shares = [file.weight, memory.salience, memory.pain, memory.by_value];
        if shares.iter().any(|share| !(0.0..=1.0).contains(share))
            || !(-1.0..=1.0).contains(&memory.valence)
        {
            return Err(self.wrong(
                at,
                format!(
                    "`{event}` as {name}: weight, salience, pain and by_value are 0 to 1, \
                     valence is -1 to 1"
                ),
            ));
        }
        let absorbed = file.absorbs.iter().map(|written| {
            let parts = written.get_ref().split_once('.');
            parts
                .and_then(|(event, role)| Some((event.to_owned(), role_of(role)?)))
                .ok_or_else(|| self.wrong(written.span().start, "write `event.role`"))
        });
        let absorbs = absorbed.collect::<Result<_, _>>()?;
        let one = self.forms(&format!("{event}.{name}"), &file.one)?;
        let many = self.forms(&format!("{event}.{name}.many"), &file.many)?;
        if !one.iter().any(is_plain) {
            return Err(self.wrong(
                at,
                format!("`{event}` as {name} needs a form that can always be said"),
            ));
        }
        let left = if let Some([one, many]) = file.left {
            [self.left_out(&one)?, self.left_out(&many)?]
        } else {
            let words = event.replace('_', " ");
            [format!("a record of `{words}`"), format!("of `{words}`")].map(Template::plain)
        };
        Ok(Entry {
            event: event.to_owned(),
            role,
            weight: file.weight,
            profile: memory,
            absorbs,
            learnt_from: self.learnt(file.learnt_from)?,
            within: file.within,
            together: file.together,
            left,
            one,
            many,
            line,
            column,
        })
    }
}

/// Line and column of a byte, from 1.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.matches('\n').count() + 1;
    (line, before[line_start..].chars().count() + 1)
}

/// Whether a form can be used of any record.
fn is_plain(form: &Form) -> bool {
    (form.condition.terms.is_empty() || form.condition.is_last_resort())
        && form
            .template
            .parts
            .iter()
            .any(|part| !matches!(part, Part::Optional(_)))
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Who => "who",
        Role::Whom => "whom",
        Role::Third => "third",
        Role::Present => "present",
    }
}

fn role_of(name: &str) -> Option<Role> {
    [Role::Who, Role::Whom, Role::Third, Role::Present]
        .into_iter()
        .find(|role| role_name(*role) == name)
}
