//! Claims: what a voice says of a subject, and how two sayings differ.
//!
//! A claim gives values to fields. Set against another claim, or against what is on record, it agrees, differs
//! in some fields, or cannot be known, where no field of it is on record. Times and numbers agree within a
//! tolerance, wordings if they share enough words; all else must be the same.
//!
//! ```
//! use std::collections::BTreeMap;
//! use hailsham_memory::claim::{Claim, Field, Tolerances, Value, Verdict, Voice};
//!
//! let said = |who: &str, where_: u32| Claim {
//!     teller: Voice::Witness("W1".into()),
//!     told_at: None,
//!     subject: "who spoke of Norfolk first".into(),
//!     values: BTreeMap::from([
//!         (Field::Teller, Value::Name(who.into())),
//!         (Field::Place, Value::Place(where_)),
//!     ]),
//!     certainty: None,
//!     heard_from: None,
//! };
//! let (one, other) = (said("Miss Emily", 3), said("Miss Lucy", 3));
//! let verdict = one.against(&other.values, &Tolerances::default());
//! assert_eq!(verdict, Verdict::Differs(vec![Field::Teller]));
//! assert_eq!(one.against(&BTreeMap::new(), &Tolerances::default()), Verdict::Unknowable);
//! ```

use std::collections::BTreeMap;

use hailsham_engine::time::{MINUTES_PER_DAY, Span, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::account::Recollection;

/// Who says something.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// Somebody in the run.
    Person(u32),
    /// A witness from outside, by name.
    Witness(String),
}

/// What a claim can be about.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Who said or did it.
    Teller,
    /// To whom, or who was there.
    Audience,
    /// When.
    Time,
    /// Where.
    Place,
    /// How many, how much, how often.
    Number,
    /// In which words.
    Wording,
    /// Why.
    Motive,
    /// Anything else.
    Other,
}

/// What a claim says of a field.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// A person in the run.
    Person(u32),
    /// A place in the run.
    Place(u32),
    /// A name or short phrase: the same whatever its case and spaces.
    Name(String),
    /// Words as they were said: the same if they share enough words.
    Words(String),
    /// A number.
    Number(f64),
    /// A time, known to this span either way.
    Time {
        /// The middle.
        at: Time,
        /// Half the length of what is named.
        within: Span,
    },
}

/// Values by field.
pub type Values = BTreeMap<Field, Value>;

/// What a voice says of a subject.
#[derive(Clone, PartialEq, Debug)]
pub struct Claim {
    /// Who says it.
    pub teller: Voice,
    /// When it was said, if known.
    pub told_at: Option<Time>,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub values: Values,
    /// How sure the teller is, 0 to 1, if known.
    pub certainty: Option<f64>,
    /// From whom the teller has it, if not at first hand.
    pub heard_from: Option<Voice>,
}

/// What comes of comparing two sayings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// All fields that both speak of are the same, and there is one.
    Agrees,
    /// These are not.
    Differs(Vec<Field>),
    /// They speak of no field together.
    Unknowable,
}

/// How far values may be apart and still agree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Tolerances {
    /// Times, beyond how finely they are told.
    #[schemars(range(min = 0.0, max = 36525.0), extend("unit" = "days", "source" = "assumed"))]
    #[default = 31.0]
    pub time: f64,
    /// Numbers, by the larger of the two.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: counts must be the same"))]
    #[default = 0.0]
    pub number: f64,
    /// Least part of the words of two wordings that they must share (Dice's coefficient).
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.8]
    pub wording: f64,
}

impl Claim {
    /// The claim that a recollection makes: who, when and where, as told. `other` is the field that the other
    /// person of the event fills.
    pub fn recollected(
        teller: u32,
        told_at: Time,
        subject: &str,
        recollection: &Recollection,
        other: Field,
    ) -> Claim {
        let time = recollection.dated.days().map(|days| Value::Time {
            at: recollection.told_at_time,
            within: Span::from_days(days / 2.0),
        });
        let values = [
            (other, recollection.other.map(Value::Person)),
            (Field::Time, time),
            (Field::Place, recollection.place.map(Value::Place)),
        ];
        Claim {
            teller: Voice::Person(teller),
            told_at: Some(told_at),
            subject: subject.to_owned(),
            values: values
                .into_iter()
                .filter_map(|(field, value)| Some((field, value?)))
                .collect(),
            certainty: Some(recollection.certainty),
            heard_from: None,
        }
    }

    /// This claim against the values of another, or of the record.
    pub fn against(&self, values: &Values, tolerances: &Tolerances) -> Verdict {
        compare(&self.values, values, tolerances)
    }
}

/// Two sets of values against each other; it does not matter which comes first.
pub fn compare(a: &Values, b: &Values, tolerances: &Tolerances) -> Verdict {
    let mut common = false;
    let mut differing = Vec::new();
    for (field, value) in a {
        if let Some(other) = b.get(field) {
            common = true;
            if !same(value, other, tolerances) {
                differing.push(*field);
            }
        }
    }
    match (common, differing.is_empty()) {
        (false, _) => Verdict::Unknowable,
        (true, true) => Verdict::Agrees,
        (true, false) => Verdict::Differs(differing),
    }
}

/// Whether two values agree. Values of different sorts do not.
pub fn same(a: &Value, b: &Value, tolerances: &Tolerances) -> bool {
    match (a, b) {
        (Value::Person(a), Value::Person(b)) | (Value::Place(a), Value::Place(b)) => a == b,
        (Value::Name(a), Value::Name(b)) => words(a) == words(b),
        (Value::Words(a), Value::Words(b)) => shared(a, b) >= tolerances.wording,
        (Value::Number(a), Value::Number(b)) => {
            (a - b).abs() <= tolerances.number * a.abs().max(b.abs())
        }
        (
            Value::Time { at, within },
            Value::Time {
                at: other,
                within: wide,
            },
        ) => {
            let apart = (f64::from(at.minutes()) - f64::from(other.minutes())).abs();
            let allowed = f64::from(within.minutes()).abs() + f64::from(wide.minutes()).abs();
            apart <= allowed + tolerances.time * f64::from(MINUTES_PER_DAY)
        }
        _ => false,
    }
}

/// The words of a text, without case and marks.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Dice's coefficient of the words of two texts, each word as often as it stands there; 1 for two empty texts.
pub fn shared(a: &str, b: &str) -> f64 {
    let (mut a, mut b) = (words(a), words(b));
    let total = a.len() + b.len();
    if total == 0 {
        return 1.0;
    }
    a.sort_unstable();
    b.sort_unstable();
    let (mut i, mut j, mut common) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
    }
    2.0 * f64::from(common) / total as f64
}
