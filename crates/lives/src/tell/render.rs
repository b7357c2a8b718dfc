//! One form filled in.

use hailsham_engine::random::Draw;
use hailsham_engine::time::{DAYS_PER_YEAR, Time};

use super::content::{Content, Grain, Known, tally};
use super::dates;
use super::dates::SpokenAge;
use super::lists::Towards;
use super::numbers::{cardinal, counted, in_words, nth, times};
use super::reference::{Case, Cast, Discourse};
use super::telling::{Claim, Dating, Said, Voice};
use super::template::{Name, Part};
use crate::lexicon::Words;

/// More than this is many to somebody who remembers.
const UNCOUNTED: usize = 9;

/// A sentence in the making.
pub(crate) struct Render<'d> {
    pub(crate) cast: Cast<'d>,
    pub(crate) words: Words,
    pub(crate) content: &'d Content<'d>,
    /// The time told in the sentence before, in this paragraph.
    pub(crate) before: Option<Time>,
    /// The time as it is said, if it is said.
    pub(crate) time: Option<&'d Said>,
    pub(crate) discourse: Discourse,
    pub(crate) draw: &'d mut Draw,
    pub(crate) text: String,
    pub(crate) says: Vec<Said>,
    /// Whether a sentence begins here.
    pub(crate) is_at_start: bool,
    /// Whether the time has been said.
    pub(crate) is_time_said: bool,
}

impl Render<'_> {
    /// Fills in parts; `None` when something that is needed is missing.
    pub(crate) fn parts(&mut self, parts: &[Part]) -> Option<()> {
        for part in parts {
            match part {
                Part::Text(text) => {
                    self.text.push_str(text);
                    if let Some(last) = text.trim_end().chars().last() {
                        self.is_at_start = matches!(last, '.' | '?');
                    }
                }
                Part::Word(plain, programme) => {
                    let word = Part::word(plain, programme, self.words).to_owned();
                    let from = self.text.len();
                    self.word(&word)?;
                    self.begun(from);
                }
                Part::Slot(name, argument) => {
                    let (from, is_at_start) = (self.text.len(), self.is_at_start);
                    self.slot(*name, argument)?;
                    self.is_at_start = is_at_start;
                    self.begun(from);
                }
                Part::Either(choices) => {
                    let chosen = self.draw.below(choices.len() as u32) as usize;
                    self.parts(&choices[chosen])?;
                }
                Part::Optional(inner) => {
                    let (text, says) = (self.text.len(), self.says.len());
                    let discourse = self.discourse.clone();
                    let (is_time_said, is_at_start) = (self.is_time_said, self.is_at_start);
                    if self.parts(inner).is_none() {
                        self.text.truncate(text);
                        self.says.truncate(says);
                        self.discourse = discourse;
                        self.is_time_said = is_time_said;
                        self.is_at_start = is_at_start;
                    }
                }
            }
        }
        Some(())
    }

    /// Gives what was written from there a capital, if a sentence began with it.
    pub(super) fn begun(&mut self, from: usize) {
        if !std::mem::take(&mut self.is_at_start) {
            return;
        }
        if let Some(first) = self.text[from..].chars().next() {
            let capital: String = first.to_uppercase().collect();
            self.text
                .replace_range(from..from + first.len_utf8(), &capital);
        }
    }

    /// A number as it stands here: in words where a sentence begins with it.
    pub(super) fn figure(&self, number: i64) -> String {
        if self.is_at_start {
            in_words(number)
        } else {
            cardinal(number)
        }
    }

    fn word(&mut self, word: &str) -> Option<()> {
        if word.contains("{ordinal}") {
            let n = self.content.main(self.cast.life)?.n?;
            let nth = nth(u32::try_from(n).ok()?);
            self.number(&nth, i64::from(n), "n");
            let said = word.replace("{ordinal}", &nth);
            self.text.truncate(self.text.len() - nth.len());
            self.text.push_str(&said);
        } else {
            self.text.push_str(word);
        }
        Some(())
    }

    pub(super) fn push(&mut self, said: Said) {
        self.text.push_str(&said.text);
        self.says.push(said);
    }

    pub(super) fn number(&mut self, text: &str, number: i64, of: &str) {
        self.push(Said {
            text: text.to_owned(),
            claim: Claim::Number {
                number,
                of: of.to_owned(),
            },
        });
    }

    fn dated(&mut self, of: Time) {
        let text = dates::day(self.cast.run.epoch, of);
        self.push(Said {
            text,
            claim: Claim::Time {
                of,
                how: Dating::Day,
            },
        });
    }

    fn own(&mut self, case: Case) {
        let said = self.discourse.own(self.cast, case);
        self.push(said);
    }

    pub(super) fn person(&mut self, id: Option<u32>, case: Case, by_name: bool) -> Option<()> {
        let had_other = self
            .content
            .main(self.cast.life)
            .is_some_and(|main| main.other().is_some());
        if id.is_none() && had_other && self.content.aspect.other == Known::Forgotten {
            self.text.push_str(match (by_name, case) {
                (false, Case::Subject) => "they",
                (false, Case::Owner) => "their",
                (false, _) => "them",
                (true, Case::Owner) => "somebody's",
                (true, _) => "somebody",
            });
            return Some(());
        }
        let said = self
            .discourse
            .other(self.cast, id?, case, by_name, self.content.at)?;
        self.push(said);
        Some(())
    }

    /// Whether a number is larger than memory keeps count of.
    fn is_uncounted(&self) -> bool {
        self.content.aspect.is_remembered && self.content.rows.len() > UNCOUNTED
    }

    /// A day with its preposition, unless it is that of the sentence before.
    fn day_of(&mut self, at: Time) -> (String, Dating) {
        let is_same = |before: &Time| dates::days_between(*before, at) == 0;
        if let Some(since) = self.before.filter(is_same) {
            let choices = ["the same day", "that day", "that same day"];
            let text = choices[self.draw.below(3) as usize];
            (text.to_owned(), Dating::SameDay { since })
        } else {
            (
                format!("on {}", dates::day(self.cast.run.epoch, at)),
                Dating::Day,
            )
        }
    }

    /// The time as finely as it is remembered.
    fn remembered_time(&self) -> Option<Said> {
        let grain = self.content.aspect.grain;
        if matches!(grain, Grain::Free | Grain::Phase | Grain::Nothing) {
            return None;
        }
        let of = self.content.at;
        let way = dates::absolute(self.cast.run.epoch, of, grain)?;
        Some(Said {
            text: way.text,
            claim: Claim::Time { of, how: way.how },
        })
    }

    /// The person and the other: she and Ruth, Ruth and I.
    fn pair(&mut self, other: Option<u32>, case: Case) -> Option<()> {
        if self.cast.voice == Voice::First {
            self.person(other, case, true)?;
            self.text.push_str(" and ");
            self.own(case);
        } else {
            self.own(case);
            self.text.push_str(" and ");
            self.person(other, case, true)?;
        }
        self.discourse.pair();
        Some(())
    }

    fn slot(&mut self, name: Name, argument: &str) -> Option<()> {
        let life = self.cast.life;
        let content = self.content;
        let main = content.main(life);
        let other = content.other(life);
        let third = main.and_then(|main| main.third);
        match name {
            Name::I => self.own(Case::Subject),
            Name::Me => self.own(Case::Object),
            Name::My => self.own(Case::Owner),
            Name::Myself => self.own(Case::Self_),
            Name::Both => self.text.push_str(match self.cast.voice {
                Voice::First => "we",
                Voice::Third => "they",
            }),
            Name::ThemBoth => self.text.push_str(match self.cast.voice {
                Voice::First => "us",
                Voice::Third => "them",
            }),
            Name::We => self.pair(other, Case::Subject)?,
            Name::Us => self.pair(other, Case::Object)?,
            Name::Other => self.person(other, Case::Object, true)?,
            Name::Others => self.person(other, Case::Owner, true)?,
            Name::They | Name::He => self.person(other, Case::Subject, false)?,
            Name::Them | Name::Him => self.person(other, Case::Object, false)?,
            Name::Their | Name::His => self.person(other, Case::Owner, false)?,
            Name::Third => self.person(third, Case::Object, true)?,
            Name::Thirds => self.person(third, Case::Owner, true)?,
            Name::People => {
                let people = content.people(life);
                self.people(&people)?;
            }
            Name::PeopleCount => {
                let people = content.people(life).len() as i64;
                if people < 2 {
                    return None;
                }
                self.number(&self.figure(people), people, "people");
            }
            Name::At => {
                let place = content.away(life)?;
                self.place(place, Towards::At)?;
            }
            Name::To => {
                let place = content.away(life)?;
                self.place(place, Towards::To)?;
            }
            Name::AtPlace => self.place(content.place(life)?, Towards::At)?,
            Name::Place => {
                let place = content.place(life).or(content.home)?;
                self.place(place, Towards::Nothing)?;
            }
            Name::Topic => {
                let topic = main?.topic.as_deref()?;
                self.topic(topic, argument)?;
            }
            Name::Topics => {
                let rows = content.rows;
                self.topics(rows, argument, None)?;
            }
            Name::N => {
                let n = i64::from(main?.n?);
                self.number(&self.figure(n), n, "n");
                if let Some((one, many)) = argument.split_once('|') {
                    self.begun(
                        self.text.len() - self.says.last().map_or(0, |said| said.text.len()),
                    );
                    self.text.push(' ');
                    self.text.push_str(if n == 1 { one } else { many });
                }
            }
            Name::Nth => {
                let n = main?.n?;
                self.number(&nth(u32::try_from(n).ok()?), i64::from(n), "n");
            }
            Name::Years => self.years(f64::from(main?.value?), "value")?,
            Name::Days => {
                let days = f64::from(main?.value?).round() as i64;
                let (text, of) = match days {
                    ..1 => return None,
                    1..100 => (counted(days, "a day", "days"), "value in days"),
                    100..730 => (
                        counted(days / 30, "a month", "months"),
                        "value in days, as months",
                    ),
                    _ => {
                        let years = (days as f64 / DAYS_PER_YEAR) as i64;
                        (
                            format!("more than {}", counted(years, "a year", "years")),
                            "value in days, as years",
                        )
                    }
                };
                self.number(&text, days, of);
            }
            Name::Count if self.is_uncounted() => self.text.push_str("a good many"),
            Name::Times if self.is_uncounted() => {
                let choices = ["many times", "again and again", "time after time"];
                self.text.push_str(choices[self.draw.below(3) as usize]);
            }
            Name::First | Name::Last | Name::Duration
                if content.aspect.is_remembered && !content.rows.is_empty() =>
            {
                return None;
            }
            Name::Count => {
                let count = content.rows.len() as i64;
                self.number(&self.figure(count), count, "records");
            }
            Name::Times => {
                let count = content.rows.len() as i64;
                let text = match count {
                    3.. => format!("{} times", self.figure(count)),
                    _ => times(count),
                };
                self.number(&text, count, "records");
            }
            Name::First => {
                let row = content.rows.iter().min()?;
                self.dated(life.happenings[*row].at);
            }
            Name::Last => {
                let row = content.rows.iter().max()?;
                self.dated(life.happenings[*row].at);
            }
            Name::Duration => self.stretch()?,
            Name::Period => self.period()?,
            Name::When => {
                let said = self.time.filter(|_| !self.is_time_said)?.clone();
                self.is_time_said = true;
                self.push(said);
            }
            Name::Date if content.aspect.is_remembered && content.aspect.grain != Grain::Day => {
                return None;
            }
            Name::On if content.aspect.is_remembered => {
                let said = self.remembered_time()?;
                self.is_time_said = true;
                self.push(said);
            }
            Name::On => {
                self.is_time_said = true;
                let at = content.at;
                let (text, how) = self.day_of(at);
                self.push(Said {
                    text,
                    claim: Claim::Time { of: at, how },
                });
            }
            Name::Date => {
                self.is_time_said = true;
                self.dated(content.at);
            }
            Name::Age => self.age(life.person.id, argument)?,
            Name::OtherAge => self.age(other?, argument)?,
            Name::With => {
                let rows = content.with;
                self.topics(rows, "", Some(argument))?;
            }
            Name::WithCount => {
                let count = self.of(argument).len() as i64;
                if count == 0 {
                    return None;
                }
                self.number(&self.figure(count), count, argument);
            }
            Name::WithPeople => {
                let rows = self.of(argument);
                let people = tally(rows.iter().filter_map(|row| life.happenings[*row].other()));
                let people: Vec<u32> = people.into_iter().map(|(id, _)| id).collect();
                self.people(&people)?;
            }
            Name::Leftovers => self.leftovers(),
            Name::Own => self.field(argument)?,
        }
        Some(())
    }

    /// The rows of an event among those told along.
    fn of(&self, event: &str) -> Vec<usize> {
        let is = |row: &&usize| self.cast.life.happenings[**row].event == event;
        self.content.with.iter().filter(is).copied().collect()
    }

    fn years(&mut self, years: f64, of: &str) -> Option<()> {
        let months = (years * 12.0).round() as i64;
        let (number, text) = match months {
            ..1 => return None,
            1 => (months, "a month".to_owned()),
            2..18 => (months, format!("{} months", in_words(months))),
            _ => {
                let years = years.round() as i64;
                (years, counted(years, "a year", "years"))
            }
        };
        let unit = if months < 18 { "months" } else { "years" };
        self.number(&text, number, &format!("{of} in {unit}"));
        Some(())
    }

    fn stretch(&mut self) -> Option<()> {
        let life = self.cast.life;
        if self.content.rows.is_empty() {
            self.length(self.content.from, self.content.until);
            return Some(());
        }
        let from = life.happenings[*self.content.rows.iter().min()?].at;
        let until = life.happenings[*self.content.rows.iter().max()?].at;
        if dates::days_between(from, until) < 2 {
            return None;
        }
        self.length(from, until);
        Some(())
    }

    fn length(&mut self, from: Time, until: Time) {
        let text = dates::duration(self.cast.run.epoch, from, until);
        self.push(Said {
            text,
            claim: Claim::Duration { from, until },
        });
    }

    fn period(&mut self) -> Option<()> {
        let content = self.content;
        if content.is_period_said || !content.is_many || self.is_time_said {
            return None;
        }
        let epoch = self.cast.run.epoch;
        let (from, until) = (content.from, content.until);
        let (first, last) = (
            epoch.year_of(from),
            epoch.year_of(until - hailsham_engine::time::Span::from_minutes(1)),
        );
        let text = if first == last {
            format!("in {first}")
        } else if content.is_whole {
            let choices = [
                "in all that time",
                "over those years",
                "through those years",
            ];
            choices[self.draw.below(choices.len() as u32) as usize].to_owned()
        } else {
            match self.draw.below(3) {
                0 => format!("between {first} and {last}"),
                1 => format!("from {first} to {last}"),
                _ => format!("in the years from {first} to {last}"),
            }
        };
        self.is_time_said = true;
        self.push(Said {
            text,
            claim: Claim::Period { from, until },
        });
        Some(())
    }

    /// An age; `old` asks for that word where the age is a length of time, `years` wherever it is.
    fn age(&mut self, person: u32, ask: &str) -> Option<()> {
        let life = self.cast.life;
        let born = life.people.get(&person).unwrap_or(&life.person).born?;
        let at = self.content.at;
        let epoch = self.cast.run.epoch;
        let (text, unit) = match dates::spoken_age(epoch, born, at) {
            SpokenAge::Years(years) => (in_words(i64::from(years)), " years old"),
            SpokenAge::Length(length) => (length, " old"),
        };
        let is_asked = ask == "years" || (ask == "old" && unit == " old");
        let years = dates::age(epoch, born, at);
        self.push(Said {
            text,
            claim: Claim::Age { person, at, years },
        });
        if is_asked {
            self.text.push_str(unit);
        }
        Some(())
    }

    /// A field of the person's own row.
    fn field(&mut self, field: &str) -> Option<()> {
        let life = self.cast.life;
        let person = &life.person;
        match field {
            "name" => self
                .text
                .push_str(&super::reference::bare(&person.called())),
            "kind" => {
                let kind = self.cast.sentences.people.get(&person.kind)?;
                self.text.push_str(kind);
            }
            "born" => self.dated(person.born?),
            "died" => self.dated(person.died?),
            "end" => self.dated(life.end),
            "donations" => {
                let donations = i64::from(person.donations);
                if donations == 0 {
                    return None;
                }
                self.number(&self.figure(donations), donations, "donations");
                self.text.push(' ');
                let (plain, programme) = match donations {
                    1 => ("operation", "donation"),
                    _ => ("operations", "donations"),
                };
                self.text.push_str(Part::word(plain, programme, self.words));
            }
            "lived" => self.length(person.born?, life.end),
            "disease" => {
                let disease = person.disease.clone()?;
                self.topic(&disease, "a")?;
            }
            "school" => {
                let school = person.school?;
                self.place(school, Towards::At)?;
            }
            "years_lost" => self.years(f64::from(person.years_lost?), "years lost")?,
            "years_gained" => {
                let gained = person.years_gained.filter(|years| *years > 0.0)?;
                self.years(f64::from(gained), "years gained")?;
            }
            _ => return None,
        }
        Some(())
    }
}
