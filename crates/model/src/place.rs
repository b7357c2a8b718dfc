//! Places: schools, Cottages, recovery centres, landmarks, with coordinates in kilometres.

use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place: its row in the table of places.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PlaceId(pub u16);

impl PlaceId {
    /// The row in the table of places.
    pub fn row(self) -> usize {
        usize::from(self.0)
    }

    /// The place's number in the log.
    pub fn number(self) -> u32 {
        u32::from(self.0)
    }
}

/// What a place is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum PlaceKind {
    /// A school, where students grow up.
    School,
    /// Where leavers wait between school and service.
    Cottages,
    /// Where donors are operated on and mend.
    RecoveryCentre,
    /// Where nobody of the programme lives, and things happen all the same.
    Landmark,
}

impl PlaceKind {
    /// Labels on disk, by number.
    pub const LABELS: [&'static str; 4] = ["school", "cottages", "recovery_centre", "landmark"];
}

/// How a school brings its pupils up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum SchoolKind {
    /// Of Hailsham's kind: care, art, schooling.
    Humane,
    /// All the others.
    #[default]
    Ordinary,
}

impl SchoolKind {
    /// Labels on disk, by number.
    pub const LABELS: [&'static str; 2] = ["humane", "ordinary"];
}

/// One place.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub kind: PlaceKind,
    /// For schools, how they bring up.
    pub school_kind: Option<SchoolKind>,
    /// Quality, 0 (grim) to 1 (good).
    pub quality: f64,
    /// Beds of a recovery centre; 0 elsewhere.
    pub capacity: u32,
    /// Kilometres east and north of the south-west corner of the map.
    pub at: (f64, f64),
    /// When it opened.
    pub opened: Time,
    /// When it closed; `Time::NEVER` if it did not.
    pub closed: Time,
}

impl Place {
    /// Whether it is open at a time.
    pub fn open(&self, at: Time) -> bool {
        self.opened <= at && at < self.closed
    }
}

/// Every place.
#[derive(Default)]
pub struct Places(Vec<Place>);

impl Places {
    /// Adds a place and gives its number.
    pub fn add(&mut self, place: Place) -> PlaceId {
        self.0.push(place);
        PlaceId(self.0.len() as u16 - 1)
    }

    /// The place of a number.
    pub fn get(&self, id: PlaceId) -> &Place {
        &self.0[id.row()]
    }

    /// The place of a number, to change.
    pub fn get_mut(&mut self, id: PlaceId) -> &mut Place {
        &mut self.0[id.row()]
    }

    /// Every place with its number.
    pub fn iter(&self) -> impl Iterator<Item = (PlaceId, &Place)> {
        self.0
            .iter()
            .enumerate()
            .map(|(row, place)| (PlaceId(row as u16), place))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Straight-line distance in kilometres.
    pub fn distance(&self, a: PlaceId, b: PlaceId) -> f64 {
        let (ax, ay) = self.get(a).at;
        let (bx, by) = self.get(b).at;
        libm::sqrt((ax - bx) * (ax - bx) + (ay - by) * (ay - by))
    }
}
