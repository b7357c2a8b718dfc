//! Named people and pinned events: a known history that a run is conditioned on.
//!
//! **What comes in.** The section `history` of a scenario: a *cast* of named people with fixed traits,
//! and *pins*, events that are on record, each with whom it concerns, when (a day, a window, an age, an
//! order) and where it is said. Contested matters have versions, and the scenario says which is
//! followed.
//!
//! **What goes out.** Pinned events happen, through the same functions of the submodels that make them
//! happen to anybody, and are marked in the log. All the rest is simulated around them. Between two
//! pins of one person nothing may happen that makes the second impossible: nobody dies, goes away or is
//! called up too early (`guard`); steps of a life that the pins leave out are filled in
//! (`plan`). Pins that contradict each other are errors before a run starts (`check`); where that
//! shows only during it, the run ends with an error that names both sides.
//!
//! It is a general feature: a registry's known history is replayed in the same way before a forecast.
//!
//! - `dates`: windows of time as a scenario writes them;
//! - `kinds`: which events can be pinned, and what each needs;
//! - `order`: earliest and latest moments under constraints of order;
//! - `check`: what is wrong with a history, found before a run;
//! - `plan`: the moments of a run, drawn;
//! - `guard`: the state during a run, and what it holds back;
//! - `acts`: how each pinned event is made to happen.

mod acts;
mod check;
mod dates;
mod guard;
mod kinds;
mod order;
mod plan;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::event::Event;
use crate::person::Sex;
use crate::programme::Programme;

pub(crate) use acts::{appear, appear_on_staff, born_between, on_pin, start};
pub(crate) use check::check;
pub(crate) use guard::{
    State, absent, affinity, awaits, cast_name, expected, governs, has_topic, holds_back, keeps,
    needs_life_until, place_of, post_is_kept, takes_post,
};
pub(crate) use kinds::{CARER, DONOR, GONE, Stage};
pub(crate) use plan::Plan;

/// The known history of a scenario.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct History {
    /// Whether it is followed; without it there is no cast, and nothing is pinned.
    #[schemars(extend("unit" = "", "source" = "a switch, for the programme alone"))]
    #[default = true]
    pub follow: bool,
    /// What becomes of a pinned event that a rule, or what the run has come to, makes impossible.
    #[schemars(extend("unit" = "", "source" = "a switch: what if, asked of a known history"))]
    pub impossible: Impossible,
    /// From which hour of the day what is pinned may happen, where its day leaves that open.
    #[schemars(range(min = 0.0, max = 24.0), extend("unit" = "hours", "source" = "assumed: what is on record was seen by day"))]
    #[default = 8.0]
    pub day_from: f64,
    /// Until which hour; where it is no later than the other, any hour is as likely.
    #[schemars(range(min = 0.0, max = 24.0), extend("unit" = "hours", "source" = "assumed: what is on record was seen by day"))]
    #[default = 21.0]
    pub day_to: f64,
    /// By contested matter, the version that is followed: pins of other versions are left out.
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub record: IndexMap<String, String>,
    /// Named people, each under a key that pins and facts call them by.
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub cast: IndexMap<String, Member>,
    /// Pinned events, each under its id.
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub pins: IndexMap<String, Pin>,
}

/// What becomes of a pinned event that cannot be. Pins that contradict each other are always errors.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Impossible {
    /// The scenario is refused, or the run ends, with both sides.
    #[default]
    Error,
    /// It is let go, which the log and the command say: a rule that was changed goes before what was
    /// known under the old one.
    LetGo,
}

/// What a named person is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CastRole {
    /// A student.
    #[default]
    Student,
    /// A guardian.
    Guardian,
    /// The head guardian.
    Head,
    /// The collector.
    Collector,
}

/// Sex, as a scenario writes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CastSex {
    /// Female.
    #[default]
    Female,
    /// Male.
    Male,
}

impl From<CastSex> for Sex {
    fn from(sex: CastSex) -> Sex {
        match sex {
            CastSex::Female => Sex::Female,
            CastSex::Male => Sex::Male,
        }
    }
}

/// A named person. Traits that are not given are drawn, as everybody's are.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The name that reports show.
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub name: String,
    /// What the person is.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub role: CastRole,
    /// Key of the institution where the person grows up, or works; collectors may do without.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub school: String,
    /// Sex.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub sex: CastSex,
    /// When a student is made: a day, a month, a year, or two of them with `..` between.
    #[serde(default)]
    #[schemars(extend("unit" = "date", "source" = "stated where it stands in the scenario"))]
    pub born: String,
    /// Key of the Cottages where a student goes after school; where not given, it is drawn.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub cottages: String,
    /// From when a member of staff serves; where not given, from the opening of the school.
    #[serde(default)]
    #[schemars(extend("unit" = "date", "source" = "stated where it stands in the scenario"))]
    pub serves_from: String,
    /// Where it is said that there is such a person.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub source: String,
    /// Empathy.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "stated where it stands in the scenario"))]
    pub empathy: Option<f64>,
    /// Frailty: what the odds of death at an operation are multiplied by.
    #[serde(default)]
    #[schemars(range(min = 0.01, max = 100.0), extend("unit" = "ratio", "source" = "stated where it stands in the scenario"))]
    pub frailty: Option<f64>,
    /// Talent for art.
    #[serde(default)]
    #[schemars(range(min = 0.001, max = 0.999), extend("unit" = "share", "source" = "stated where it stands in the scenario"))]
    pub talent: Option<f64>,
    /// Insecurity.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "stated where it stands in the scenario"))]
    pub insecurity: Option<f64>,
    /// Ambition.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "stated where it stands in the scenario"))]
    pub ambition: Option<f64>,
    /// Irascibility.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "stated where it stands in the scenario"))]
    pub irascibility: Option<f64>,
    /// Curiosity.
    #[serde(default)]
    #[schemars(range(min = 0.001, max = 0.999), extend("unit" = "share", "source" = "stated where it stands in the scenario"))]
    pub curiosity: Option<f64>,
    /// Boldness.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "stated where it stands in the scenario"))]
    pub boldness: Option<f64>,
    /// Duty, of staff.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "stated where it stands in the scenario"))]
    pub duty: Option<f64>,
    /// Candour, of staff.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "stated where it stands in the scenario"))]
    pub candour: Option<f64>,
    /// Conscience at the beginning, of staff.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "stated where it stands in the scenario"))]
    pub conscience: Option<f64>,
    /// By key of another student of the cast, what draws the two to each other, the same from both.
    #[serde(default)]
    #[schemars(extend("unit" = "standard deviations", "source" = "stated where it stands in the scenario"))]
    pub affinity: IndexMap<String, f64>,
}

/// A pinned event. What is not given is open: a moment is drawn from all that are left.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// What happens: the name of an event that can be pinned.
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub event: String,
    /// To whom: a key of the cast.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub who: String,
    /// With or by whom: a key of the cast.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub whom: String,
    /// A third one whom it concerns: of interference, who is held on to.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub third: String,
    /// Where: a key of an institution, of Cottages, of a landmark or of a recovery centre.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub place: String,
    /// When: a day, a month, a year, or two of them with `..` between, the end included.
    #[serde(default)]
    #[schemars(extend("unit" = "date", "source" = "stated where it stands in the scenario"))]
    pub at: String,
    /// At which age of `who`: `31` is from the 31st birthday to before the next, `16.5..17` a window.
    #[serde(default)]
    #[schemars(extend("unit" = "years", "source" = "stated where it stands in the scenario"))]
    pub age: String,
    /// Pins that it comes after.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub after: Vec<String>,
    /// At most so long after the last of them; 0: no limit.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 40000.0), extend("unit" = "days", "source" = "stated where it stands in the scenario"))]
    pub within: f64,
    /// Number of the operation; 0: none.
    #[serde(default)]
    #[schemars(range(min = 0, max = 100), extend("unit" = "operations", "source" = "stated where it stands in the scenario"))]
    pub n: u32,
    /// What the event is about, as in the log's column `topic`.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub topic: String,
    /// Where `who` then stands in life: `pupil`, `resident`, `carer` or `donor`.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub phase: String,
    /// Until which pin what began lasts, or `end`: a couple, a friendship.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub until: String,
    /// Whether it is followed: without it, it is as if nothing were known.
    #[serde(default = "yes")]
    #[schemars(extend("unit" = "", "source" = "a switch"))]
    pub followed: bool,
    /// The contested matter that it belongs to.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub subject: String,
    /// The versions of it in which it happened.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub versions: Vec<String>,
    /// Where it is said.
    #[serde(default)]
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub source: String,
}

fn yes() -> bool {
    true
}

impl History {
    /// Whether there is anybody to follow.
    pub fn is_followed(&self) -> bool {
        self.follow && !(self.cast.is_empty() && self.pins.is_empty())
    }

    /// The pins of the versions that are followed, with their ids.
    pub(crate) fn active(&self) -> impl Iterator<Item = (&str, &Pin)> {
        let versions = |pin: &Pin| {
            pin.subject.is_empty()
                || self
                    .record
                    .get(&pin.subject)
                    .is_some_and(|version| pin.versions.contains(version))
        };
        let followed = move |pin: &Pin| pin.followed && versions(pin);
        let pins = self
            .pins
            .iter()
            .filter(move |(_, pin)| self.follow && followed(pin));
        pins.map(|(id, pin)| (id.as_str(), pin))
    }

    /// Words that name acts which no submodel makes: topics of the log.
    pub(crate) fn acts(&self) -> Vec<&str> {
        let mut words: Vec<&str> = Vec::new();
        for pin in self.pins.values() {
            if pin.event == Event::Act.name() && !words.contains(&pin.topic.as_str()) {
                words.push(&pin.topic);
            }
        }
        words
    }
}

impl Pin {
    /// The rule that makes it impossible whatever happens in a run, if there is one: its parameter, and
    /// how that stands against it.
    pub(crate) fn forbidden(&self, programme: &Programme) -> Option<(String, String)> {
        let rules = &programme.donation;
        let numbered = kinds::find(&self.event).is_some_and(|kind| kind.numbered);
        for (name, limit) in [("cap", rules.cap), ("retire_after", rules.retire_after)] {
            if numbered && limit != 0 && self.n > limit {
                let rule = format!("`donation.{name}` is {limit}");
                return Some((format!("donation.{name}"), rule));
            }
        }
        let school = programme.institutions.get(&self.place)?;
        let dated = |event: Event| self.event == event.name();
        let (name, year) = if dated(Event::Opened) {
            ("opens", school.opens)
        } else if dated(Event::Closed) {
            ("closes", school.closes)
        } else {
            return None;
        };
        let path = format!("institutions.{}.{name}", self.place);
        (year != 0).then(|| (path.clone(), format!("`{path}` is {year}")))
    }

    /// How messages name it.
    pub(crate) fn shown(&self, id: &str) -> String {
        if self.source.is_empty() {
            format!("`{id}`")
        } else {
            format!("`{id}` ({})", self.source)
        }
    }
}
