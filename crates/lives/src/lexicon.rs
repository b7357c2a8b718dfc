//! The programme's own words and the plain ones, and the switch between them.
//!
//! The words are data: `scenarios/hailsham/lexicon.toml`. A page that is written in one way of
//! speaking sets the other way's word beside the first use of each.
//!
//! ```
//! use hailsham_lives::lexicon::{Lexicon, Speaker, Words};
//!
//! let lexicon = Lexicon::built_in()?;
//! let speaker = Speaker::new(&lexicon, Words::Plain);
//! assert_eq!(speaker.label("V-06", "past")?, "died of donating");
//! assert_eq!(speaker.first("V-06", "past")?, ("died of donating".to_owned(), Some("completed".to_owned())));
//! assert_eq!(speaker.first("V-06", "past")?, ("died of donating".to_owned(), None));
//! # Ok::<(), hailsham_lives::lexicon::LexiconError>(())
//! ```

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

const BUILT_IN: &str = include_str!("../../../scenarios/hailsham/lexicon.toml");

/// Which words a page is written in.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Words {
    /// Plain words, the programme's own beside them once.
    #[default]
    Plain,
    /// The programme's own words, the plain ones beside them once.
    Programme,
}

/// What kind of word it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Hides harm.
    Euphemism,
    /// Lore and terms of those inside.
    Insider,
    /// A role or a place.
    Role,
    /// Has more than one sense.
    Ambiguous,
    /// Says what it is.
    Plain,
    /// A slur: shown in the glossary, marked, and nowhere else.
    Slur,
    /// Pities without granting a claim.
    Pity,
}

/// The same thing in both ways of speaking; either fits the same place in a sentence.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// As the programme says it.
    pub programme: String,
    /// As it is.
    pub plain: String,
}

impl Form {
    fn of(&self, words: Words) -> &str {
        match words {
            Words::Plain => &self.plain,
            Words::Programme => &self.programme,
        }
    }
}

/// One row of the glossary.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Word {
    /// Row in the reading of the sources, `V-01` and so on.
    pub id: String,
    /// The word.
    pub term: String,
    /// What kind of word it is.
    pub class: Vec<Class>,
    /// What it means.
    pub plain: String,
    /// Who uses it, and what to watch for.
    pub note: String,
    /// What a page needs to switch: a name for the form, and the form in both ways of speaking.
    #[serde(default)]
    pub forms: BTreeMap<String, Form>,
}

/// All words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lexicon {
    /// The rows, in the order of their ids.
    #[serde(rename = "word")]
    pub words: Vec<Word>,
}

/// A lexicon that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LexiconError {
    /// Not a lexicon in TOML.
    #[error("the lexicon cannot be read: {0}")]
    Form(#[from] toml::de::Error),
    /// Two rows with one id, or rows out of order.
    #[error("the lexicon's row {0} is not after the row before it: ids are distinct and ascending")]
    Order(String),
    /// A page asks for a form that the lexicon does not have.
    #[error("the lexicon has no form `{form}` of {id}")]
    NoForm {
        /// The word's id.
        id: String,
        /// The form's name.
        form: String,
    },
}

impl Lexicon {
    /// Reads a lexicon from TOML.
    pub fn parse(text: &str) -> Result<Lexicon, LexiconError> {
        let lexicon: Lexicon = toml::from_str(text)?;
        for pair in lexicon.words.windows(2) {
            if pair[0].id >= pair[1].id {
                return Err(LexiconError::Order(pair[1].id.clone()));
            }
        }
        Ok(lexicon)
    }

    /// The words of the scenario `hailsham`.
    pub fn built_in() -> Result<Lexicon, LexiconError> {
        Self::parse(BUILT_IN)
    }

    /// A form of a word.
    pub fn form(&self, id: &str, form: &str) -> Result<&Form, LexiconError> {
        let word = self.words.iter().find(|word| word.id == id);
        word.and_then(|word| word.forms.get(form))
            .ok_or_else(|| LexiconError::NoForm {
                id: id.to_owned(),
                form: form.to_owned(),
            })
    }
}

/// A lexicon in use on one page: remembers which words were explained already.
pub struct Speaker {
    lexicon: Lexicon,
    words: Words,
    explained: Mutex<HashSet<String>>,
}

impl Speaker {
    /// Speaks in `words`, with nothing explained yet.
    pub fn new(lexicon: &Lexicon, words: Words) -> Speaker {
        Speaker {
            lexicon: lexicon.clone(),
            words,
            explained: Mutex::default(),
        }
    }

    /// A form in the chosen words, with nothing beside it: for headings and charts.
    pub fn label(&self, id: &str, form: &str) -> Result<String, LexiconError> {
        self.lexicon
            .form(id, form)
            .map(|form| form.of(self.words).to_owned())
    }

    /// A form with a number in it: `nth("V-06", "past_nth", 2)` is "died of the second operation".
    pub fn nth(&self, id: &str, form: &str, n: u32) -> Result<String, LexiconError> {
        Ok(self.label(id, form)?.replace("{ordinal}", &ordinal(n)))
    }

    /// A form in the chosen words and, at the first use of the word, the other way's beside it.
    pub fn first(&self, id: &str, form: &str) -> Result<(String, Option<String>), LexiconError> {
        let other = match self.words {
            Words::Plain => Words::Programme,
            Words::Programme => Words::Plain,
        };
        let form = self.lexicon.form(id, form)?;
        let mut explained = self
            .explained
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let beside = explained
            .insert(id.to_owned())
            .then(|| form.of(other).to_owned());
        Ok((form.of(self.words).to_owned(), beside))
    }
}

/// first, second, third, then 6th, 21st.
pub fn ordinal(n: u32) -> String {
    const WORDS: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];
    if let Some(word) = (n as usize).checked_sub(1).and_then(|n| WORDS.get(n)) {
        return (*word).to_owned();
    }
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_vocabulary_is_there() {
        let lexicon = Lexicon::built_in().unwrap();
        let ids: Vec<String> = lexicon.words.iter().map(|word| word.id.clone()).collect();
        let expected: Vec<String> = (1..=38).map(|row| format!("V-{row:02}")).collect();
        assert_eq!(ids, expected);
        for word in &lexicon.words {
            assert!(
                !word.class.is_empty() && !word.plain.is_empty(),
                "{}",
                word.id
            );
        }
    }

    #[test]
    fn the_slur_is_marked_and_cannot_be_spoken() {
        let lexicon = Lexicon::built_in().unwrap();
        let slurs: Vec<&Word> = lexicon
            .words
            .iter()
            .filter(|word| word.class.contains(&Class::Slur))
            .collect();
        assert_eq!(slurs.len(), 1);
        assert_eq!(slurs[0].id, "V-32");
        assert!(slurs[0].forms.is_empty());
    }

    #[test]
    fn programme_words_turn_it_round() {
        let lexicon = Lexicon::built_in().unwrap();
        let speaker = Speaker::new(&lexicon, Words::Programme);
        assert_eq!(
            speaker.first("V-06", "past").unwrap(),
            ("completed".to_owned(), Some("died of donating".to_owned()))
        );
        assert_eq!(
            speaker.nth("V-06", "past_nth", 2).unwrap(),
            "completed at the second donation"
        );
        let missing = speaker.label("V-06", "no such form").unwrap_err();
        assert_eq!(
            missing.to_string(),
            "the lexicon has no form `no such form` of V-06"
        );
    }

    #[test]
    fn ordinals() {
        let found: Vec<String> = [1, 2, 5, 6, 11, 21, 22, 112].map(ordinal).to_vec();
        assert_eq!(
            found,
            [
                "first", "second", "fifth", "6th", "11th", "21st", "22nd", "112th"
            ]
        );
    }

    #[test]
    fn a_row_out_of_order_is_named() {
        let row = |id: &str| {
            format!(
                "[[word]]\nid = \"{id}\"\nterm = \"t\"\nclass = [\"plain\"]\nplain = \"p\"\nnote = \"n\"\n"
            )
        };
        let error = Lexicon::parse(&(row("V-02") + &row("V-02"))).unwrap_err();
        assert!(error.to_string().contains("V-02"), "{error}");
        assert!(Lexicon::parse(&row("V-02").replace("plain\"]", "rude\"]")).is_err());
    }
}
