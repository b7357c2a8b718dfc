//! What a told life is: chapters of sentences, each with the records that it tells and with what it
//! says of them in a form that a program can check.

use hailsham_engine::time::Time;
use hailsham_memory::Dated;
use serde::{Serialize, Serializer};

use crate::lexicon::Words;
use crate::person::Sex;

/// Whose voice tells.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Voice {
    /// I: the person tells.
    First,
    /// She, or he: somebody else tells.
    #[default]
    Third,
}

/// One life, told.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Telling {
    /// Number of the person in the run.
    pub person: u32,
    /// What the person is called, as a heading.
    pub name: String,
    /// `student`, `recipient`, `guardian`, `head` or `collector`.
    pub kind: String,
    /// Sex, for the pronouns.
    pub sex: Sex,
    /// Whose voice tells.
    pub voice: Voice,
    /// In which words.
    pub words: Words,
    /// When it is told, where somebody tells it from memory.
    pub told_at: Option<String>,
    /// The chapters.
    pub chapters: Vec<Chapter>,
}

/// One phase of a life.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Chapter {
    /// Heading.
    pub title: String,
    /// When the phase began.
    #[serde(serialize_with = "minutes")]
    pub from: Time,
    /// When it ended: the beginning of the next, or the end of the life told.
    #[serde(serialize_with = "minutes")]
    pub until: Time,
    /// The sentences, in the order of telling.
    pub sentences: Vec<Told>,
}

/// One sentence.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Told {
    /// The sentence.
    pub text: String,
    /// Whether a paragraph begins with it.
    pub opens_paragraph: bool,
    /// Which form it was made of: event, role and number.
    pub form: String,
    /// The records that it tells, by their numbers in the log.
    pub rows: Vec<u64>,
    /// When: of many records, the last.
    #[serde(serialize_with = "minutes")]
    pub at: Time,
    /// The same as a date.
    pub date: String,
    /// Age in whole years then, where the birth is known.
    pub age: Option<u32>,
    /// Who did it, or to whom it happened, in the first of the records.
    pub who: Option<u32>,
    /// The other people whom the records name.
    pub others: Vec<u32>,
    /// Where.
    pub place: Option<u32>,
    /// The person's pronoun as a subject: she, he or I.
    pub pronoun: String,
    /// What the sentence says of its records, piece by piece.
    pub says: Vec<Said>,
    /// Whether a mark of doubt is said.
    pub hedged: bool,
    /// How sure the person is of it, 0 to 1, where it is told from memory.
    pub certainty: Option<f32>,
    /// How an account from memory departs from the log; shown in brackets.
    pub departs: Vec<String>,
}

/// One piece of a sentence that can be right or wrong.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Said {
    /// The words as they stand in the sentence, but for the case of a first letter.
    pub text: String,
    /// What they claim.
    #[serde(flatten)]
    pub claim: Claim,
}

/// What a piece of a sentence claims.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "claims", rename_all = "snake_case")]
pub enum Claim {
    /// A person, by a name, a description or a pronoun.
    Person {
        /// Number in the run.
        person: u32,
        /// `name`, `description` or `pronoun`.
        by: &'static str,
    },
    /// A place.
    Place {
        /// Number in the run.
        place: u32,
    },
    /// A time; `of` is what is dated, in minutes from the scenario's first day.
    Time {
        /// The time meant.
        #[serde(serialize_with = "minutes")]
        of: Time,
        /// How it is said.
        #[serde(flatten)]
        how: Dating,
    },
    /// An age in whole years, at a time.
    Age {
        /// Whose.
        person: u32,
        /// When.
        #[serde(serialize_with = "minutes")]
        at: Time,
        /// Years.
        years: u32,
    },
    /// A number.
    Number {
        /// How many.
        number: i64,
        /// Of what: `n`, `value`, `records`, `people`, or `event.role`.
        of: String,
    },
    /// How long from one time to another.
    Duration {
        /// The first.
        #[serde(serialize_with = "minutes")]
        from: Time,
        /// The last.
        #[serde(serialize_with = "minutes")]
        until: Time,
    },
    /// A stretch of years in which all records lie.
    Period {
        /// Its beginning.
        #[serde(serialize_with = "minutes")]
        from: Time,
        /// Its end.
        #[serde(serialize_with = "minutes")]
        until: Time,
    },
}

/// How a time is said.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Dating {
    /// on 3 May 1979
    Day,
    /// in May 1979
    Month,
    /// in the spring of 1979
    Season,
    /// early in 1979: January and February
    Early,
    /// at the end of 1979: December
    End,
    /// in 1979
    Year,
    /// when I was fourteen
    Age,
    /// A day, month or season whose year is that of the time told before.
    SameYear {
        /// The time told before.
        #[serde(serialize_with = "minutes")]
        since: Time,
    },
    /// that month
    SameMonth {
        /// The time told before.
        #[serde(serialize_with = "minutes")]
        since: Time,
    },
    /// the same day
    SameDay {
        /// The time told before.
        #[serde(serialize_with = "minutes")]
        since: Time,
    },
    /// the next day, five days later
    DaysAfter {
        /// The time told before.
        #[serde(serialize_with = "minutes")]
        since: Time,
        /// Days of the calendar between the two.
        days: i32,
    },
    /// four months later
    MonthsAfter {
        /// The time told before.
        #[serde(serialize_with = "minutes")]
        since: Time,
        /// Whole months of the calendar.
        months: i32,
    },
    /// two years later
    YearsAfter {
        /// The time told before.
        #[serde(serialize_with = "minutes")]
        since: Time,
        /// Whole years of the calendar.
        years: i32,
    },
    /// the following year: the calendar year after that of the time told before
    NextYear {
        /// The time told before.
        #[serde(serialize_with = "minutes")]
        since: Time,
    },
}

impl Dating {
    /// Which part of the calendar is named; `None` for an age.
    pub(crate) fn dated(self) -> Option<Dated> {
        match self {
            Dating::Month | Dating::SameMonth { .. } => Some(Dated::Month),
            Dating::Season | Dating::Early | Dating::End => Some(Dated::Season),
            Dating::Year | Dating::SameYear { .. } | Dating::NextYear { .. } => Some(Dated::Year),
            Dating::Age => None,
            Dating::Day
            | Dating::SameDay { .. }
            | Dating::DaysAfter { .. }
            | Dating::MonthsAfter { .. }
            | Dating::YearsAfter { .. } => Some(Dated::Day),
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the form that serde asks for
fn minutes<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i32(time.minutes())
}

impl Telling {
    /// The telling as plain text: a heading for each chapter, and paragraphs of lines of at most
    /// `width` characters, where a word is not longer.
    pub fn text(&self, width: usize) -> String {
        let mut text = String::new();
        underlined(&mut text, &self.name, '=');
        for chapter in &self.chapters {
            text.push('\n');
            underlined(&mut text, &chapter.title, '-');
            let mut lines = Lines {
                text: &mut text,
                width,
                column: 0,
            };
            for told in &chapter.sentences {
                if told.opens_paragraph {
                    lines.paragraph();
                }
                lines.words(&told.text);
                for departure in &told.departs {
                    lines.words(&format!("[{departure}]"));
                }
            }
            lines.end();
        }
        text
    }

    /// All sentences in order.
    pub fn sentences(&self) -> impl Iterator<Item = &Told> {
        self.chapters.iter().flat_map(|chapter| &chapter.sentences)
    }
}

fn underlined(text: &mut String, heading: &str, with: char) {
    text.push_str(heading);
    text.push('\n');
    text.extend(std::iter::repeat_n(with, heading.chars().count()));
    text.push('\n');
}

/// Text broken into lines.
struct Lines<'a> {
    text: &'a mut String,
    width: usize,
    column: usize,
}

impl Lines<'_> {
    fn words(&mut self, sentence: &str) {
        for word in sentence.split_whitespace() {
            let length = word.chars().count();
            if self.column > 0 && self.column + 1 + length > self.width {
                self.text.push('\n');
                self.column = 0;
            }
            if self.column > 0 {
                self.text.push(' ');
                self.column += 1;
            }
            self.text.push_str(word);
            self.column += length;
        }
    }

    fn end(&mut self) {
        if self.column > 0 {
            self.text.push('\n');
            self.column = 0;
        }
    }

    fn paragraph(&mut self) {
        self.end();
        self.text.push('\n');
    }
}
