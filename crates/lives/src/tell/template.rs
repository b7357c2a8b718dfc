//! The templates that sentences are made of: text, slots, parts that may fall away, and choices.
//!
//! | written | means |
//! |---|---|
//! | `{slot}` or `{slot:argument}` | what the slot stands for, see [`Name`] |
//! | `[ ... ]` | falls away when a slot in it has nothing to say |
//! | `<one\|another>` | one of them, drawn |
//!
//! A template is parsed once, when the sentences are loaded; telling walks the parts.

use crate::lexicon::{Lexicon, Words};

/// One piece of a template.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Part {
    /// As it stands.
    Text(String),
    /// Filled in.
    Slot(Name, String),
    /// A word in both ways of speaking: plain, then the programme's own.
    Word(String, String),
    /// Falls away when something in it is missing.
    Optional(Vec<Part>),
    /// One of these is drawn.
    Either(Vec<Vec<Part>>),
}

/// A parsed template.
#[derive(Clone, PartialEq, Debug)]
#[allow(clippy::struct_excessive_bools)] // found out once, when it is loaded
pub(crate) struct Template {
    pub(crate) parts: Vec<Part>,
    /// Whether it has a place of its own for the time.
    pub(crate) has_time: bool,
    /// Whether it always says the day itself.
    pub(crate) is_dated: bool,
    /// Whether it always says the person's age.
    pub(crate) is_aged: bool,
    /// Whether it speaks of all others, and of all topics, of several records.
    pub(crate) has_people: bool,
    pub(crate) has_topics: bool,
}

/// What is wrong in a template, and after how many bytes of it.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Wrong {
    pub(crate) at: usize,
    pub(crate) problem: String,
}

macro_rules! names {
    ($($(#[doc = $doc:literal])+ $variant:ident $text:literal $argument:literal;)+) => {
        /// What a slot stands for.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(crate) enum Name {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Name {
            /// The names as written, and whether each takes an argument.
            const ALL: &'static [(Name, &'static str, bool)] = &[$((Name::$variant, $text, $argument),)+];
        }
    };
}

names! {
    /// Whose life it is, as the subject: I, she, Kathy.
    I "I" false;
    /// The same as an object: me, her.
    Me "me" false;
    /// The same as owner: my, her, Kathy's.
    My "my" false;
    /// The same again: myself, herself.
    Myself "myself" false;
    /// Both as the subject: she and Ruth, Ruth and I.
    We "we" false;
    /// Both as an object: her and Ruth, Ruth and me.
    Us "us" false;
    /// The two of them as the subject, by pronoun: they, we.
    Both "both" false;
    /// The two of them as an object: them, us.
    ThemBoth "them_both" false;
    /// The other person by name, whatever was said before.
    Other "other" false;
    /// The other as owner, by name.
    Others "other's" false;
    /// The other as the subject: he, she, or the name where that is clearer.
    They "they" false;
    /// The other as an object: him, her, or the name.
    Them "them" false;
    /// The other as owner: his, her, or the name's.
    Their "their" false;
    /// He or she for the other, once the form itself has named the other.
    He "he" false;
    /// Him or her, likewise.
    Him "him" false;
    /// His or her, likewise.
    His "his" false;
    /// The third one of three, by name.
    Third "third" false;
    /// The third one as owner.
    Thirds "third's" false;
    /// The others of all the records told together, by name, the most frequent first.
    People "others" false;
    /// How many different others there are, where more than one.
    PeopleCount "people" false;
    /// The place with its preposition, unless it is where the person lives just then: at Hailsham.
    At "at" false;
    /// The place with its preposition, always.
    AtPlace "at_place" false;
    /// The place as somewhere to go to, unless it is where the person lives just then: to Hailsham.
    To "to" false;
    /// The bare name of the place.
    Place "place" false;
    /// What it is about, in the variant of the argument: `{topic:the}`.
    Topic "topic" true;
    /// The topics of all the records told together, counted.
    Topics "topics" true;
    /// The number in the record, in words up to twelve.
    N "n" true;
    /// first, second.
    Nth "nth" false;
    /// `value` as years: two years.
    Years "years" false;
    /// `value` as days: eleven days.
    Days "days" false;
    /// How many records are told together.
    Count "count" false;
    /// The same as times: once, twice, 43 times.
    Times "times" false;
    /// The day of the first of the records told together.
    First "first" false;
    /// The day of the last of them.
    Last "last" false;
    /// How long it is from the first of them to the last: nineteen months.
    Duration "duration" false;
    /// Which years the records told together are from.
    Period "period" false;
    /// The time, where the form has a place for it.
    When "when" false;
    /// The day in full with its preposition; where it is that of the sentence before, the same day.
    On "on" false;
    /// The day in full.
    Date "date" false;
    /// The person's age: `thirty-one`, or of the very small `eleven months`. With `old`, which is
    /// said of those alone: `thirty-one`, `eleven months old`; with `years`: `thirty-one years old`,
    /// `eleven months old`.
    Age "age" true;
    /// The other's age, likewise.
    OtherAge "other_age" true;
    /// The topics of the records of an event told along with it: `{with:organ_removed}`.
    With "with" true;
    /// How many records of an event are told along with it.
    WithCount "count_of" true;
    /// The others of the records of an event told along with it.
    WithPeople "people_of" true;
    /// What is left out, counted.
    Leftovers "leftovers" false;
    /// A field of the person's own row, in words: `{own:donations}`.
    Own "own" true;
}

/// What can be said of the person's own row.
const OWN: [&str; 11] = [
    "name",
    "kind",
    "born",
    "died",
    "end",
    "donations",
    "lived",
    "disease",
    "school",
    "years_lost",
    "years_gained",
];

/// How an age may be asked for.
const AGES: [&str; 3] = ["", "old", "years"];

/// A word of the lexicon, as it is written: `{word:V-06.past}`.
const WORD: &str = "word";

impl Template {
    /// Parses a template.
    pub(crate) fn parse(text: &str, lexicon: &Lexicon) -> Result<Template, Wrong> {
        let mut parser = Parser {
            text,
            at: 0,
            lexicon,
        };
        Ok(Template::of(parser.parts(None)?))
    }

    /// Text as it stands.
    pub(crate) fn plain(text: String) -> Template {
        Template::of(vec![Part::Text(text)])
    }

    fn of(parts: Vec<Part>) -> Template {
        Template {
            has_time: names_time(&parts),
            is_dated: anywhere(&parts, Name::Date) || anywhere(&parts, Name::On),
            is_aged: always(&parts, Name::Age),
            has_people: always(&parts, Name::People),
            has_topics: always(&parts, Name::Topics),
            parts,
        }
    }

    /// The text in one way of speaking; `None` where it has slots or choices to be filled in.
    pub(crate) fn text(&self, words: Words) -> Option<String> {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => Some(text.as_str()),
                Part::Word(plain, programme) => Some(Part::word(plain, programme, words)),
                _ => None,
            })
            .collect()
    }
}

/// Whether a slot is there outside of everything that may fall away.
fn always(parts: &[Part], wanted: Name) -> bool {
    parts
        .iter()
        .any(|part| matches!(part, Part::Slot(name, _) if *name == wanted))
}

/// Whether a slot is there at all.
fn anywhere(parts: &[Part], wanted: Name) -> bool {
    parts.iter().any(|part| match part {
        Part::Slot(name, _) => *name == wanted,
        Part::Optional(inner) => anywhere(inner, wanted),
        Part::Either(choices) => choices.iter().any(|choice| anywhere(choice, wanted)),
        Part::Text(_) | Part::Word(..) => false,
    })
}

fn names_time(parts: &[Part]) -> bool {
    parts.iter().any(|part| match part {
        Part::Slot(name, _) => matches!(name, Name::When | Name::Date | Name::On | Name::Period),
        Part::Optional(inner) => names_time(inner),
        Part::Either(choices) => choices.iter().any(|choice| names_time(choice)),
        Part::Text(_) | Part::Word(..) => false,
    })
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    lexicon: &'a Lexicon,
}

impl Parser<'_> {
    /// Parts up to the end, or up to the bracket that closes what opened at `opened`.
    fn parts(&mut self, opened: Option<(usize, char)>) -> Result<Vec<Part>, Wrong> {
        let mut parts = Vec::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(['{', '}', '[', ']', '<', '>', '|']);
            let plain = plain.unwrap_or(rest.len());
            if plain > 0 {
                parts.push(Part::Text(rest[..plain].to_owned()));
                self.at += plain;
            }
            let Some(mark) = self.text[self.at..].chars().next() else {
                return match opened {
                    None => Ok(parts),
                    Some((at, bracket)) => wrong(at, format!("`{bracket}` is never closed")),
                };
            };
            match (mark, opened) {
                ('{', _) => parts.push(self.slot()?),
                ('[', _) => {
                    let from = self.at;
                    self.at += 1;
                    let inner = self.parts(Some((from, '[')))?;
                    self.at += 1;
                    parts.push(Part::Optional(inner));
                }
                ('<', _) => parts.push(self.either()?),
                (']', Some((_, '['))) | ('>' | '|', Some((_, '<'))) => return Ok(parts),
                _ => return wrong(self.at, format!("`{mark}` closes nothing that is open")),
            }
        }
    }

    fn either(&mut self) -> Result<Part, Wrong> {
        let from = self.at;
        let mut choices = Vec::new();
        loop {
            self.at += 1;
            choices.push(self.parts(Some((from, '<')))?);
            if self.text[self.at..].starts_with('>') {
                self.at += 1;
                break;
            }
        }
        if choices.len() < 2 {
            return wrong(
                from,
                "`<` offers one thing only: write `<one|another>`".to_owned(),
            );
        }
        Ok(Part::Either(choices))
    }

    fn slot(&mut self) -> Result<Part, Wrong> {
        let from = self.at;
        let rest = &self.text[from + 1..];
        let Some(end) = rest.find('}') else {
            return wrong(from, "`{` is never closed".to_owned());
        };
        let written = &rest[..end];
        self.at = from + end + 2;
        let (name, argument) = written.split_once(':').unwrap_or((written, ""));
        if name == WORD {
            return self.word(from, argument);
        }
        let known = Name::ALL.iter().find(|(_, text, _)| *text == name);
        let Some((name, text, takes)) = known else {
            let near = Name::ALL.iter().map(|(_, text, _)| *text);
            let near = near.max_by(|a, b| {
                strsim::jaro_winkler(name, a).total_cmp(&strsim::jaro_winkler(name, b))
            });
            let near = near.unwrap_or_default();
            return wrong(
                from,
                format!("there is no slot `{name}`; the nearest is `{near}`"),
            );
        };
        if *name == Name::Own && !OWN.contains(&argument) {
            let fields = OWN.join(", ");
            return wrong(
                from,
                format!("nothing is known as `{argument}`; there are {fields}"),
            );
        }
        if matches!(name, Name::Age | Name::OtherAge) && !AGES.contains(&argument) {
            return wrong(
                from,
                format!("an age is `{{{text}}}`, `{{{text}:old}}` or `{{{text}:years}}`"),
            );
        }
        if !argument.is_empty() && !takes {
            return wrong(from, format!("`{text}` takes no argument"));
        }
        Ok(Part::Slot(*name, argument.to_owned()))
    }

    fn word(&self, from: usize, argument: &str) -> Result<Part, Wrong> {
        let Some((id, form)) = argument.split_once('.') else {
            return wrong(from, "a word is written `{word:V-06.past}`".to_owned());
        };
        match self.lexicon.form(id, form) {
            Ok(form) => Ok(Part::Word(form.plain.clone(), form.programme.clone())),
            Err(error) => wrong(from, error.to_string()),
        }
    }
}

fn wrong<T>(at: usize, problem: String) -> Result<T, Wrong> {
    Err(Wrong { at, problem })
}

impl Part {
    /// A word in one way of speaking.
    pub(crate) fn word<'a>(plain: &'a str, programme: &'a str, words: Words) -> &'a str {
        match words {
            Words::Plain => plain,
            Words::Programme => programme,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Template, Wrong> {
        Template::parse(text, &Lexicon::built_in().unwrap())
    }

    #[test]
    fn a_template_is_taken_apart() {
        let template = parse("{I} made <friends|peace> with {other}[ {when}].").unwrap();
        assert!(template.has_time);
        assert_eq!(template.parts.len(), 7);
        assert_eq!(template.parts[0], Part::Slot(Name::I, String::new()));
        let Part::Either(choices) = &template.parts[2] else {
            panic!("no choice: {:?}", template.parts[2])
        };
        assert_eq!(choices[1], [Part::Text("peace".to_owned())]);
        let word = parse("{word:V-06.past}").unwrap();
        assert_eq!(
            word.parts,
            [Part::Word(
                "died of donating".to_owned(),
                "completed".to_owned()
            )]
        );
        assert!(!word.has_time);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (text, at, says) in [
            ("ab {othr}", 3, "nearest is `other`"),
            ("ab [ {I}", 3, "never closed"),
            ("ab ]", 3, "closes nothing"),
            ("a [b>]", 4, "closes nothing"),
            ("{I", 0, "never closed"),
            ("x <a>", 2, "one thing only"),
            ("x <a|b", 2, "never closed"),
            ("x {I:you}", 2, "no argument"),
            ("x {own:shoes}", 2, "years_lost"),
            ("x {age:young}", 2, "{age:years}"),
            ("x {word:V-06}", 2, "is written"),
            ("x {word:V-06.nothing}", 2, "no form"),
        ] {
            let wrong = parse(text).unwrap_err();
            assert_eq!(wrong.at, at, "{text}: {wrong:?}");
            assert!(wrong.problem.contains(says), "{text}: {wrong:?}");
        }
    }
}
