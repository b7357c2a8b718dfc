//! Puts one thing after another into sentences: chooses the form and how the time is said, so that
//! neighbours differ, and keeps the run of the text.

use std::collections::{BTreeMap, BTreeSet};

use hailsham_engine::random::{Draw, Streams, identity};
use hailsham_engine::time::Time;

use super::content::{Content, Grain};
use super::dates::{self, Setting};
use super::numbers::in_words;
use super::reference::{Case, Cast, Discourse, pronoun};
use super::render::Render;
use super::sentences::Form;
use super::telling::{Claim, Dating, Said, Told, Voice};
use super::template::{Name, Part};
use crate::experience;
use crate::lexicon::Words;

/// The draw of form, time and choices for a sentence, which is named by what happened in its first record and not
/// by its row in the log: nobody's wording hangs on what others live through.
const SENTENCE: u16 = 61_001;
/// A sentence that has no record: its number is that of the sentence in the telling.
const FRAME: u16 = 61_002;

/// Below this doubt the marks are weak, from the other on they are strong.
const NEARLY_SURE: f64 = 0.45;
const HARDLY_SURE: f64 = 0.65;

/// Up to this age years of life are not said.
const SMALL_CHILD: u32 = 4;
/// How often the age is offered where a paragraph begins.
const AGE_SAID: f64 = 0.5;

/// How many openings back a repetition is noticed.
const REMEMBERED: usize = 4;

/// How a sentence begins or where in it the time is said.
#[derive(Clone)]
enum TimePlace {
    Unsaid,
    /// With the age in years before it, where that is said, too.
    Front(Said, Option<u32>),
    Within(Said),
}

/// Writes the sentences of one telling.
pub(crate) struct Writer<'a> {
    pub(crate) cast: Cast<'a>,
    pub(crate) words: Words,
    discourse: Discourse,
    uses: BTreeMap<String, u32>,
    last_form: String,
    last_event: Option<String>,
    openings: Vec<String>,
    before: Option<Time>,
    opens_paragraph: bool,
    age_said: Option<u32>,
    fronted: u32,
    number: u32,
    /// A name for each happening of the life.
    names: Vec<u64>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(cast: Cast<'a>, words: Words) -> Writer<'a> {
        Writer {
            names: experience::names(cast.life),
            cast,
            words,
            discourse: Discourse::default(),
            uses: BTreeMap::new(),
            last_form: String::new(),
            last_event: None,
            openings: Vec::new(),
            before: None,
            opens_paragraph: true,
            age_said: None,
            fronted: 0,
            number: 0,
        }
    }

    /// The next sentence begins a paragraph.
    pub(crate) fn paragraph(&mut self) {
        self.opens_paragraph = true;
        self.before = None;
        self.last_event = None;
        self.discourse.paragraph();
    }

    /// The time told in the sentence before, in this paragraph.
    pub(crate) fn before(&self) -> Option<Time> {
        self.before
    }

    /// Writes one sentence; `None` when no form can say it.
    pub(crate) fn write(&mut self, content: &Content<'_>) -> Option<Told> {
        let life = self.cast.life;
        let main = content.main(life);
        let own = life.person.identity;
        let first = content.rows.first().and_then(|row| self.names.get(*row));
        let (key, purpose, number) = match first {
            Some(name) => (identity(&[own, *name]), SENTENCE, 0),
            None => (own, FRAME, self.number),
        };
        let stream = Streams::new(self.cast.run.seed).entity(key);
        self.number += 1;
        let mut draw = stream.purpose(purpose).draw(number);
        let epoch = self.cast.run.epoch;
        let told_time = content.aspect.told_time.unwrap_or(content.at);
        let age = life
            .person
            .born
            .map(|born| dates::age(epoch, born, told_time));
        let times = self.times(content, told_time, age, &mut draw);
        let mark = self.mark(content, &mut draw);
        let mut best: Option<(f64, &Form, Render<'_>)> = None;
        // Each candidate draws its own choices, so that another more or less moves none of them.
        let mut draws: Vec<_> = (0..(content.forms.len() + content.more_forms().len())
            * times.len())
            .map(|candidate| {
                stream
                    .purpose(purpose + 2)
                    .draw(number.wrapping_mul(64).wrapping_add(candidate as u32))
            })
            .collect();
        let mut draws = draws.iter_mut();
        let several = content.several(life);
        let alone = content
            .forms
            .iter()
            .map(|form| (form, form.condition.is_last_resort()));
        let together = content.more_forms().iter().map(|form| (form, true));
        for (form, is_last_resort) in alone.chain(together) {
            let says_all = content.is_many
                || ((!several.people || form.template.has_people)
                    && (!several.topics || form.template.has_topics));
            if !says_all {
                continue;
            }
            let knows = |id| self.discourse.knows(id);
            let after = self.last_event.as_deref();
            if !content.allows(&form.condition, life, after, knows, age)
                || (is_last_resort && best.is_some())
            {
                continue;
            }
            for (time, second) in &times {
                let Some(choices) = draws.next() else { break };
                let noise = draw.uniform();
                let Some(render) = self.render(form, content, time, mark.as_deref(), choices)
                else {
                    continue;
                };
                let specific = 0.35 * form.condition.terms.len().min(2) as f64;
                let cost = noise + second + self.cost(form, &render, time) - specific;
                if cost.is_infinite() && !content.aspect.is_remembered {
                    continue;
                }
                if best.as_ref().is_none_or(|(least, ..)| cost < *least) {
                    best = Some((cost, form, render));
                }
            }
        }
        let (_, form, render) = best?;
        let Render {
            text,
            mut says,
            discourse,
            is_time_said,
            ..
        } = render;
        let has_fronted_time = text.starts_with(|first: char| first.is_lowercase())
            && says
                .first()
                .is_some_and(|said| matches!(said.claim, Claim::Time { .. }));
        let text = finished(&text);
        self.discourse = discourse;
        self.discourse.sentence();
        *self.uses.entry(form.id.clone()).or_default() += 1;
        if let Some(mark) = mark {
            *self.uses.entry(mark).or_default() += 1;
        }
        self.last_form.clone_from(&form.id);
        self.last_event = content.entry.map(|entry| entry.event.clone());
        self.openings.push(opening(&text));
        if self.openings.len() > REMEMBERED {
            self.openings.remove(0);
        }
        self.fronted = if has_fronted_time {
            self.fronted + 1
        } else {
            0
        };
        if says
            .iter()
            .any(|said| matches!(said.claim, Claim::Age { person, .. } if person == life.person.id))
        {
            self.age_said = age;
        }
        if content.is_many {
            // What follows leans on the last day that was named, or on none.
            let days = says.iter().filter_map(|said| match said.claim {
                Claim::Time { of, .. } => Some(of),
                _ => None,
            });
            self.before = days.max();
        } else if content.entry.is_some() {
            // A time that was not said is not one to lean on, unless it is the same day.
            let is_same_day = self
                .before
                .is_some_and(|before| dates::days_between(before, told_time) == 0);
            if is_time_said || is_same_day {
                self.before = Some(told_time);
            }
        }
        let mut rows: Vec<u64> = content
            .rows
            .iter()
            .chain(content.with)
            .chain(content.leftovers.iter().flat_map(|(_, rows)| rows))
            .map(|row| life.happenings[*row].row)
            .collect();
        rows.sort_unstable();
        rows.dedup();
        let mut others: BTreeSet<u32> = BTreeSet::new();
        for row in content.rows.iter().chain(content.with) {
            let happening = &life.happenings[*row];
            others.extend(
                [happening.who, happening.whom, happening.third]
                    .into_iter()
                    .flatten(),
            );
        }
        others.remove(&life.person.id);
        says.retain(|said| !said.text.is_empty());
        Some(Told {
            text,
            opens_paragraph: std::mem::take(&mut self.opens_paragraph),
            form: form.id.clone(),
            rows,
            at: content.at,
            date: epoch.iso(content.at),
            age: life
                .person
                .born
                .map(|born| dates::age(epoch, born, content.at)),
            who: main.and_then(|main| main.who),
            others: others.into_iter().collect(),
            place: main.and_then(|main| main.place),
            pronoun: match self.cast.voice {
                Voice::First => "I".to_owned(),
                Voice::Third => pronoun(life.person.sex, Case::Subject).to_owned(),
            },
            says,
            hedged: content.aspect.hedge.is_some(),
            certainty: None,
            departs: Vec::new(),
        })
    }

    fn render<'d>(
        &self,
        form: &Form,
        content: &'d Content<'d>,
        time: &'d TimePlace,
        mark: Option<&str>,
        draw: &'d mut Draw,
    ) -> Option<Render<'d>>
    where
        'a: 'd,
    {
        let within = match time {
            TimePlace::Within(said) => Some(said),
            TimePlace::Unsaid | TimePlace::Front(..) => None,
        };
        if within.is_some() && !form.template.has_time {
            return None;
        }
        if form.template.is_dated && !matches!(time, TimePlace::Unsaid) {
            return None;
        }
        let mut render = Render {
            cast: self.cast,
            words: self.words,
            content,
            before: self.before,
            time: within,
            discourse: self.discourse.clone(),
            draw,
            text: String::new(),
            says: Vec::new(),
            is_at_start: true,
            is_time_said: false,
        };
        let (before, after) = mark
            .and_then(|mark| mark.split_once('~'))
            .unwrap_or_default();
        if !before.is_empty() {
            render.text.push_str(before);
            render.is_at_start = false;
        }
        if let TimePlace::Front(said, age) = time {
            let begins_with_self = matches!(
                form.template.parts.first(),
                Some(Part::Slot(Name::I | Name::We, _))
            );
            if !before.is_empty() || !form.takes_front || (age.is_some() && !begins_with_self) {
                return None;
            }
            let life = self.cast.life;
            let aged = age.map(|years| Said {
                text: in_words(i64::from(years)),
                claim: Claim::Age {
                    person: life.person.id,
                    at: content.aspect.told_time.unwrap_or(content.at),
                    years,
                },
            });
            if let Some(aged) = &aged {
                render.text.extend(["at ", &aged.text, ", "]);
            }
            render.text.push_str(&said.text);
            let is_comma = aged.is_some() || render.draw.bernoulli(0.4);
            render.text.push_str(if is_comma { ", " } else { " " });
            render.says.push(said.clone());
            render.says.extend(aged);
            render.is_time_said = true;
            render.is_at_start = false;
        }
        let from = render.text.len();
        render.parts(&form.template.parts)?;
        if from > 0 && matches!(form.template.parts.first(), Some(Part::Text(_))) {
            // The form's own capital, with a time before it.
            if let Some(first) = render.text[from..].chars().next() {
                let small: String = first.to_lowercase().collect();
                render
                    .text
                    .replace_range(from..from + first.len_utf8(), &small);
            }
        }
        if within.is_some() && !render.is_time_said {
            return None;
        }
        if !after.is_empty() && render.text.ends_with('.') {
            render.text.pop();
            render.text.push_str(after);
            render.text.push('.');
        }
        Some(render)
    }

    /// The ways in which the time could be said here: two drawn among those that fit, in front and
    /// within, and not at all where that leaves no doubt.
    fn times(
        &self,
        content: &Content<'_>,
        at: Time,
        age: Option<u32>,
        draw: &mut Draw,
    ) -> Vec<(TimePlace, f64)> {
        if content.is_many || content.entry.is_none() {
            return vec![(TimePlace::Unsaid, 0.0)];
        }
        let grain = content.aspect.grain;
        if matches!(grain, Grain::Phase | Grain::Nothing) {
            return vec![(TimePlace::Unsaid, 0.0)];
        }
        let weight = content.entry.map_or(0.0, |entry| entry.weight);
        let setting = Setting {
            epoch: self.cast.run.epoch,
            before: self.before,
            is_exact: weight >= 0.7,
        };
        let options = if content.aspect.is_remembered {
            self.remembered(at, age, grain)
        } else {
            dates::options(setting, at)
        };
        let mut ranked: Vec<(f64, dates::Way)> = options
            .into_iter()
            .map(|option| (option.fits * (0.3 + 0.7 * draw.uniform()), option))
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut found = Vec::new();
        for (rank, (_, option)) in ranked.into_iter().take(2).enumerate() {
            let second = if rank == 0 {
                0.0
            } else if setting.is_exact {
                0.9
            } else {
                0.15
            };
            let said = Said {
                text: option.text,
                claim: Claim::Time {
                    of: at,
                    how: option.how,
                },
            };
            let is_new = |age: &u32| {
                self.opens_paragraph
                    && *age > SMALL_CHILD
                    && self.age_said != Some(*age)
                    && option.how != Dating::Age
            };
            // Where the time is an age it is not said twice.
            if let Some(age) = age.filter(is_new)
                && draw.bernoulli(AGE_SAID)
            {
                found.push((TimePlace::Front(said.clone(), Some(age)), second));
            }
            found.push((TimePlace::Front(said.clone(), None), second));
            found.push((TimePlace::Within(said), second));
        }
        let is_same_day = self
            .before
            .is_some_and(|before| dates::days_between(before, at) == 0);
        let date = |at| {
            let date = self.cast.run.epoch.date(at);
            (date.year, date.month)
        };
        let is_same_month = self.before.is_some_and(|before| date(before) == date(at));
        let is_dated = content.forms.iter().any(|form| form.template.is_dated);
        if is_dated || is_same_day || (is_same_month && draw.bernoulli(0.4)) || found.is_empty() {
            found.push((TimePlace::Unsaid, 0.0));
        }
        found
    }

    /// The ways to say a time that is remembered so finely.
    fn remembered(&self, at: Time, age: Option<u32>, grain: Grain) -> Vec<dates::Way> {
        let mut ways: Vec<dates::Way> = dates::absolute(self.cast.run.epoch, at, grain)
            .into_iter()
            .collect();
        // Of the very small nobody says "when I was one".
        if let Some(age) = age.filter(|age| grain == Grain::Year && *age > 1) {
            ways.push(dates::Way {
                text: format!("when I was {}", in_words(i64::from(age))),
                how: Dating::Age,
                fits: 1.0,
            });
        }
        ways
    }

    /// A mark of doubt for how unsure one is, or the words before what was held back.
    fn mark(&self, content: &Content<'_>, draw: &mut Draw) -> Option<String> {
        let style = &self.cast.sentences.style;
        let marks = match content.aspect.hedge {
            _ if content.aspect.is_late => &style.late,
            None => return None,
            Some(doubt) if doubt < NEARLY_SURE => &style.weak,
            Some(doubt) if doubt < HARDLY_SURE => &style.middle,
            Some(_) => &style.strong,
        };
        let cost = |mark: &String| {
            let uses = self.uses.get(mark.as_str()).copied().unwrap_or_default();
            f64::from(uses)
        };
        let costs: Vec<f64> = marks
            .iter()
            .map(|mark| cost(mark) + draw.uniform())
            .collect();
        let least = (0..marks.len()).min_by(|a, b| costs[*a].total_cmp(&costs[*b]))?;
        marks.get(least).cloned()
    }

    /// How ill a sentence stands here: the less the better.
    fn cost(&self, form: &Form, render: &Render<'_>, time: &TimePlace) -> f64 {
        let is_silent = matches!(time, TimePlace::Unsaid) && !render.is_time_said;
        if is_silent
            && render.content.entry.is_some()
            && !render.content.is_many
            && !render.content.aspect.is_remembered
        {
            // Only where the time is near that of the sentence before.
            let at = render.content.at;
            if self
                .before
                .is_none_or(|before| dates::days_between(before, at) > 27)
            {
                return f64::INFINITY;
            }
        }
        let mut cost =
            f64::from(self.uses.get(form.id.as_str()).copied().unwrap_or_default()) * 0.6;
        if form.id == self.last_form {
            cost += 3.0;
        }
        if render
            .text
            .trim_end_matches('.')
            .ends_with(|last: char| last.is_uppercase())
        {
            // An initial and a stop, before a sentence that begins with a name.
            cost += 0.7;
        }
        let opening = opening(&render.text);
        for (back, before) in self.openings.iter().rev().enumerate() {
            if *before == opening {
                cost += 1.5 / (1.0 + back as f64);
            }
        }
        if matches!(time, TimePlace::Front(..)) {
            cost += 0.5 * f64::from(self.fronted);
        }
        cost
    }
}

/// The first word or two, as far as an ear notices.
fn opening(text: &str) -> String {
    let word = text.split_whitespace().next().unwrap_or_default();
    word.to_lowercase()
}

/// A sentence as it is printed: one blank between words, one stop at the end, a capital in front.
fn finished(text: &str) -> String {
    let mut finished = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !finished.is_empty() {
            finished.push(' ');
        }
        finished.push_str(word);
    }
    for (from, to) in [("..", "."), (" ,", ","), (" .", "."), (",.", ".")] {
        if finished.contains(from) {
            finished = finished.replace(from, to);
        }
    }
    // A comma after what fell away.
    let mut letters = finished.trim_start_matches([',', ' ']).chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
