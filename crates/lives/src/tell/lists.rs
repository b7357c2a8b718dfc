//! Lists in a sentence: people, things counted, what is left out.

use super::content::tally;
use super::numbers::{counted, list};
use super::reference::{Case, place_name};
use super::render::Render;
use super::telling::{Claim, Said};

/// People named in a list before the rest are counted.
const NAMED: usize = 3;
/// Kinds of things counted in a list.
const KINDS: usize = 4;

/// How a place is spoken of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Towards {
    /// By its bare name.
    Nothing,
    /// As where somebody is.
    At,
    /// As where somebody goes.
    To,
}

impl Render<'_> {
    pub(super) fn people(&mut self, people: &[u32]) -> Option<()> {
        if people.is_empty() {
            return None;
        }
        let named = if people.len() <= NAMED + 1 {
            people.len()
        } else {
            NAMED
        };
        for (place, id) in people[..named].iter().enumerate() {
            let is_last = place + 1 == people.len();
            self.text.push_str(match (place, is_last) {
                (0, _) => "",
                (_, true) => " and ",
                (_, false) => ", ",
            });
            self.person(Some(*id), Case::Object, true)?;
        }
        let rest = (people.len() - named) as i64;
        if rest > 0 {
            self.text.push_str(" and ");
            self.number(&counted(rest, "one other", "others"), rest, "people_rest");
        }
        Some(())
    }

    pub(super) fn place(&mut self, id: u32, towards: Towards) -> Option<()> {
        let place = self.cast.run.places.get(&id)?;
        let words = self.cast.sentences.places.get(&place.name);
        let words = words.or_else(|| self.cast.sentences.places.get(&place.kind));
        let form = match towards {
            Towards::Nothing => "{}",
            Towards::At => words.map_or("at {}", |words| words.at.as_str()),
            Towards::To => words.map_or("to {}", |words| words.to.as_str()),
        };
        let before = form.split("{}").next().unwrap_or_default();
        self.text.push_str(before);
        self.push(Said {
            text: place_name(place),
            claim: Claim::Place { place: id },
        });
        Some(())
    }

    pub(super) fn topic(&mut self, topic: &str, variant: &str) -> Option<()> {
        let variant = if variant.is_empty() { "a" } else { variant };
        let template = self.cast.sentences.topics.get(topic)?.get(variant)?;
        self.parts(&template.parts)
    }

    /// Topics counted, or listed in one variant.
    pub(super) fn topics(
        &mut self,
        rows: &[usize],
        variant: &str,
        event: Option<&str>,
    ) -> Option<()> {
        let life = self.cast.life;
        let of_event =
            |row: &&usize| event.is_none_or(|event| life.happenings[**row].event == event);
        let rows = rows.iter().filter(of_event);
        let counts = tally(rows.filter_map(|row| life.happenings[*row].topic.as_deref()));
        if counts.is_empty() {
            return None;
        }
        let shown = counts.len().min(KINDS);
        for (place, (topic, count)) in counts[..shown].iter().enumerate() {
            if place > 0 {
                self.text
                    .push_str(if place + 1 == shown { " and " } else { ", " });
            }
            if !variant.is_empty() {
                self.topic(topic, variant)?;
            } else if *count == 1 {
                self.topic(topic, "a")?;
            } else {
                self.number(&self.figure(*count), *count, &format!("topic {topic}"));
                self.begun(self.text.len() - self.says.last().map_or(0, |said| said.text.len()));
                self.text.push(' ');
                self.topic(topic, "many")?;
            }
        }
        Some(())
    }

    pub(super) fn leftovers(&mut self) {
        let mut named = Vec::new();
        let mut rest = 0;
        let life = self.cast.life;
        for (place, (entry, rows)) in self.content.leftovers.iter().enumerate() {
            // What would have been told along with a thing is no other thing.
            let things = rows
                .iter()
                .filter(|row| entry.is_of(&life.happenings[**row]));
            let count = things.count() as i64;
            if place < KINDS + 2 {
                let [one, many] =
                    [0, 1].map(|form: usize| entry.left[form].text(self.words).unwrap_or_default());
                let text = counted(count, &one, &many);
                self.says.push(Said {
                    text: text.clone(),
                    claim: Claim::Number {
                        number: count,
                        of: format!("left {}", entry.name()),
                    },
                });
                named.push(text);
            } else {
                rest += count;
            }
        }
        if rest > 0 {
            named.push(counted(rest, "one smaller thing", "smaller things"));
        }
        self.text.push_str(&list(&named));
    }
}
