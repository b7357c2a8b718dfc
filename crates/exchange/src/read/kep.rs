//! What the JSON and the XML of `kep_solver` have in common: donors with their recipients and matches by
//! identity.

use std::collections::HashMap;

use super::{Fault, Source};
use crate::pool::{Donor, LARGEST_WEIGHT, Match, Pair, Pool};

/// An identity and the line where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Id {
    pub line: usize,
    pub text: String,
}

/// A donor as the file gives it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub id: Id,
    /// Recipients that the donor belongs to; none: an altruist.
    pub of: Vec<Id>,
    pub altruistic: Option<bool>,
    /// Something that no layout knows, such as a misspelt name of the recipients.
    pub unknown: Option<Id>,
    pub age: Option<f64>,
    pub blood_group: Option<String>,
    pub matches: Vec<(Id, f64)>,
}

/// A recipient as the file describes it.
#[derive(Clone, Debug)]
pub(crate) struct Recipient {
    pub id: Id,
    pub blood_group: Option<String>,
    pub sensitisation: Option<f64>,
}

/// Puts the pool together. Pairs stand in the order in which recipients are first described or named as
/// somebody's own; `own` is what the layout calls a donor's recipients.
pub(crate) fn pool(
    source: Source<'_>,
    entries: Vec<Entry>,
    recipients: Vec<Recipient>,
    own: &str,
) -> Result<Pool, Fault> {
    let mut index: HashMap<String, u32> = HashMap::new();
    let mut pairs: Vec<Pair> = Vec::new();
    for recipient in recipients {
        let Id { line, text } = recipient.id;
        if index.insert(text.clone(), pairs.len() as u32).is_some() {
            return Err(source.fault(
                line,
                format!("recipient `{text}` again"),
                "each recipient once",
            ));
        }
        pairs.push(Pair {
            name: text,
            blood_group: recipient.blood_group,
            sensitisation: recipient.sensitisation,
        });
    }
    for id in entries.iter().flat_map(|e| &e.of) {
        index.entry(id.text.clone()).or_insert_with(|| {
            pairs.push(Pair {
                name: id.text.clone(),
                ..Pair::default()
            });
            pairs.len() as u32 - 1
        });
    }
    let mut donors = Vec::new();
    let mut matches = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for entry in entries {
        let Id { line, text } = entry.id;
        if let Some(before) = known.insert(text.clone(), line) {
            return Err(source.fault(
                line,
                format!("donor `{text}` again"),
                format!("each donor once; see line {before}"),
            ));
        }
        let pair = match (&entry.of[..], entry.altruistic) {
            ([], Some(false)) => {
                return Err(source.fault(
                    line,
                    format!("donor `{text}` without a recipient"),
                    "a recipient, or `altruistic`",
                ));
            }
            ([], None) if entry.unknown.is_some() => {
                let Id { line, text: found } = entry.unknown.unwrap_or(Id {
                    line,
                    text: String::new(),
                });
                return Err(source.fault(
                    line,
                    format!("donor `{text}` without a recipient, but with `{found}`"),
                    format!("`{own}`, or `altruistic`"),
                ));
            }
            ([], _) => None,
            ([one], None | Some(false)) => index.get(&one.text).copied(),
            ([_], Some(true)) => {
                return Err(source.fault(
                    line,
                    format!("altruistic donor `{text}` with a recipient"),
                    "a recipient, or `altruistic`, and not both",
                ));
            }
            (more, _) => {
                return Err(source.fault(
                    more[1].line,
                    format!("donor `{text}` with {} recipients", more.len()),
                    "one recipient a donor",
                ));
            }
        };
        let donor = donors.len() as u32;
        let mut seen = HashMap::new();
        for (to, weight) in entry.matches {
            let Some(&pair) = index.get(&to.text) else {
                return Err(source.fault(
                    to.line,
                    format!("a match with recipient `{}`", to.text),
                    "recipients that some donor belongs to",
                ));
            };
            if let Some(before) = seen.insert(pair, to.line) {
                return Err(source.fault(
                    to.line,
                    format!("donor `{text}` matched with recipient `{}` again", to.text),
                    format!("each match once; see line {before}"),
                ));
            }
            if weight.is_nan() || weight.abs() > LARGEST_WEIGHT {
                return Err(source.fault(
                    to.line,
                    format!("score {weight}"),
                    "a number from -1e9 to 1e9",
                ));
            }
            matches.push(Match {
                donor,
                pair,
                weight,
            });
        }
        donors.push(Donor {
            name: text,
            pair,
            age: entry.age,
            blood_group: entry.blood_group,
        });
    }
    Pool::new(pairs, donors, matches)
        .map_err(|e| source.fault(1, e.to_string(), "each donor and recipient once"))
}

impl Source<'_> {
    /// A donor's age.
    pub(crate) fn age(self, line: usize, value: f64) -> Result<f64, Fault> {
        if (0.0..=150.0).contains(&value) {
            Ok(value)
        } else {
            Err(self.fault(line, format!("age {value}"), "years from 0 to 150"))
        }
    }
}
