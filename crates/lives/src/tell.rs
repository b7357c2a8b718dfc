//! A life told in sentences.
//!
//! What comes in: a [`Life`] and the [`Sentences`] of the scenario. What goes out: a [`Telling`],
//! chapters of sentences in plain English, each with the records that it tells.
//!
//! ```text
//! Life ──► items ──► plan ──► contents ──► forms filled in ──► Telling
//!          (what     (what is  (one         (who, when and
//!          belongs   told, and sentence     where in words)
//!          together) how)      each)
//! ```
//!
//! Which form a sentence takes is a named draw of the person and the record, so that the same life
//! is told the same way, and two lives are not.

mod check;
mod condition;
mod content;
mod dates;
mod lists;
mod numbers;
mod phases;
mod plan;
mod reference;
mod remembered;
mod render;
mod sentences;
mod telling;
mod template;
mod writer;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use check::check;
pub use content::{Aspect, Grain, Known};
pub use dates::in_season;
pub use remembered::remembered;
pub use sentences::{Profile, SentenceError, Sentences};
pub use telling::{Chapter, Claim, Dating, Said, Telling, Told, Voice};

use hailsham_engine::random::Streams;
use hailsham_engine::time::Time;

use content::Content;
use phases::Phase;
use plan::{Many, Step};
use reference::Cast;
use writer::Writer;

use crate::lexicon::Words;
use crate::life::Life;
use crate::person::Person;
use crate::run::Run;

/// What of a life is told, where there is a choice: the draw, by kind of event.
const TASTE: u16 = 61_005;

/// Sentences of a paragraph after which a new one begins.
const PARAGRAPH: usize = 5;

/// Tells a life as it happened.
pub fn tell(run: &Run, life: &Life, sentences: &Sentences, words: Words) -> Telling {
    let cast = Cast {
        run,
        life,
        sentences,
        voice: Voice::Third,
    };
    let phases = phases::phases(life);
    let (items, _) = plan::items(sentences, life);
    let closeness = plan::closeness(life);
    let mut by_phase: Vec<Vec<plan::Item<'_>>> = vec![Vec::new(); phases.len()];
    for item in items {
        let phase = phases.partition_point(|phase| phase.from <= item.at);
        by_phase[phase.saturating_sub(1)].push(item);
    }
    let mut told = plan::Tellings::default();
    let taste = Streams::new(run.seed)
        .entity(life.person.identity)
        .purpose(TASTE);
    let mut writer = Writer::new(cast, words);
    let count = phases.len();
    let mut chapters = Vec::new();
    for (number, (phase, items)) in phases.iter().zip(by_phase).enumerate() {
        let plan = plan::chapter(life, run.epoch, phase, items, &closeness, taste, &mut told);
        let mut composer = Composer {
            writer: &mut writer,
            phase,
            sentences: Vec::new(),
            in_paragraph: 0,
        };
        if number == 0 {
            composer.frame(&format!("opening_{}", life.person.kind), phase.from);
        }
        for step in plan.steps {
            composer.step(step);
        }
        if number + 1 == count {
            composer.end();
        }
        let sentences = composer.sentences;
        chapters.push(Chapter {
            title: title(cast, words, phase, number, phase.until),
            from: phase.from,
            until: phase.until,
            sentences,
        });
    }
    Telling {
        person: life.person.id,
        name: heading(&life.person),
        kind: life.person.kind.clone(),
        sex: life.person.sex,
        voice: Voice::Third,
        words,
        told_at: None,
        chapters,
    }
}

/// What a person is called as a heading.
fn heading(person: &Person) -> String {
    reference::capital(&person.called())
}

/// The heading of a chapter: a title and its years.
fn title(cast: Cast<'_>, words: Words, phase: &Phase, number: usize, until: Time) -> String {
    let run = cast.run;
    let forms = cast
        .sentences
        .titles
        .get(phase.kind)
        .map_or(&[][..], Vec::as_slice);
    let place = phase.home.and_then(|home| run.places.get(&home));
    let place = place.map(reference::place_name);
    let form = forms.get((cast.life.person.identity as usize + number) % forms.len().max(1));
    let mut title = String::new();
    for part in form.map_or(&[][..], |form| &form.template.parts) {
        match part {
            template::Part::Text(text) => title.push_str(text),
            template::Part::Word(plain, programme) => {
                title.push_str(template::Part::word(plain, programme, words));
            }
            template::Part::Slot(..) => title.push_str(place.as_deref().unwrap_or("elsewhere")),
            _ => {}
        }
    }
    let title = reference::capital(&title);
    let (from, until) = (run.epoch.year_of(phase.from), run.epoch.year_of(until));
    if from == until {
        format!("{title}, {from}")
    } else {
        format!("{title}, {from} to {until}")
    }
}

/// Makes the sentences of a chapter.
struct Composer<'a, 'w> {
    writer: &'w mut Writer<'a>,
    phase: &'w Phase,
    sentences: Vec<Told>,
    in_paragraph: usize,
}

impl<'a> Composer<'a, '_> {
    fn life(&self) -> &'a Life {
        self.writer.cast.life
    }

    /// Says it, or, where no form can say several records at once, one after another.
    fn say(&mut self, content: &Content<'_>) {
        if let Some(told) = self.writer.write(content) {
            self.in_paragraph += 1;
            self.sentences.push(told);
            return;
        }
        let Some(entry) = content
            .entry
            .filter(|_| content.is_many || content.rows.len() > 1)
        else {
            return;
        };
        for (number, row) in content.rows.iter().enumerate() {
            let at = self.life().happenings[*row].at;
            let single = Content {
                forms: &entry.one,
                rows: std::slice::from_ref(row),
                with: if number == 0 { content.with } else { &[] },
                at,
                from: at,
                until: at,
                is_many: false,
                is_first: false,
                is_last: false,
                ..content.clone()
            };
            self.say(&single);
        }
    }

    fn paragraph(&mut self) {
        self.writer.paragraph();
        self.in_paragraph = 0;
    }

    fn step(&mut self, step: Step<'a>) {
        match step {
            Step::One(item) => {
                let gap = self
                    .writer
                    .before()
                    .map_or(0.0, |before| (item.at - before).years());
                let is_long = self.in_paragraph >= PARAGRAPH;
                let is_same_day = self
                    .writer
                    .before()
                    .is_some_and(|before| (item.at - before).days() < 1.0);
                if self.sentences.is_empty()
                    || (is_long && !is_same_day)
                    || (gap > 0.8 && self.in_paragraph >= 3)
                {
                    self.paragraph();
                }
                let content = Content {
                    entry: Some(item.entry),
                    forms: &item.entry.one,
                    rows: &item.rows,
                    with: &item.with,
                    at: item.at,
                    from: item.at,
                    until: item.at,
                    is_many: false,
                    is_first: item.is_first,
                    is_last: item.is_last,
                    is_period_said: false,
                    is_whole: false,
                    leftovers: &[],
                    home: self.phase.home,
                    aspect: Aspect::default(),
                };
                self.say(&content);
            }
            Step::Background(many) => {
                self.paragraph();
                for (number, many) in many.iter().enumerate() {
                    self.many(many, number > 0);
                }
                self.paragraph();
            }
            Step::Many(many) => self.many(&many, false),
            Step::Leftovers(left) => {
                self.paragraph();
                let forms = self.writer.cast.sentences.frame.get("leftovers");
                let mut content =
                    Content::frame(forms.map_or(&[], Vec::as_slice), self.phase.until);
                content.leftovers = &left;
                self.say(&content);
            }
        }
    }

    fn many(&mut self, many: &Many<'a>, is_period_said: bool) {
        let at = many
            .rows
            .iter()
            .map(|row| self.life().happenings[*row].at)
            .max();
        let content = Content {
            entry: Some(many.entry),
            forms: &many.entry.many,
            rows: &many.rows,
            with: &many.with,
            at: at.unwrap_or(many.until),
            from: many.from,
            until: many.until,
            is_many: true,
            is_first: false,
            is_last: false,
            is_period_said,
            is_whole: (many.from, many.until) == (self.phase.from, self.phase.until),
            leftovers: &[],
            home: self.phase.home,
            aspect: Aspect::default(),
        };
        self.say(&content);
    }

    fn frame(&mut self, name: &str, at: Time) {
        let Some(forms) = self.writer.cast.sentences.frame.get(name) else {
            return;
        };
        self.say(&Content::frame(forms, at));
    }

    /// How it ended, or how things stand at the end of the run.
    fn end(&mut self) {
        let person = &self.life().person;
        let end = self.life().end;
        let name = match (person.died, person.kind.as_str(), person.cause.as_deref()) {
            (Some(_), "student", Some("operation" | "decline")) => "closing_donor",
            (Some(_), "student", _) => "closing_student",
            (Some(_), "recipient", _) => "closing_recipient",
            (None, "recipient", _) => "living_recipient",
            (None, "student", _) => "living_student",
            _ => "closing_staff",
        };
        self.paragraph();
        self.frame(name, end);
    }
}
