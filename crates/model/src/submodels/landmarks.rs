//! Landmarks: places where nobody of the programme lives, and where things happen
//! all the same. Nearby towns, Norfolk, the seaside town with the house, the field, the roadside,
//! the shore.
//!
//! They are places like the others, so that events can name where they happen; what happens there
//! belongs to other submodels. The sources name them and give no distances: coordinates are assumed.
//! A scenario without a landmark has nobody go there.

use hailsham_engine::time::Time;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::place::{Place, PlaceId, PlaceKind, Places};
use crate::submodels::institutions::{half, numbered, one, scatter};
use crate::world::{Clock, World};

/// What a landmark is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum LandmarkKind {
    /// A town of ordinary people that residents go out to.
    Town,
    /// The corner where lost things are held to gather.
    Norfolk,
    /// The town where the house stands.
    SeasideTown,
    /// The house of those who ran the school and the Gallery.
    HouseByTheSea,
    /// The field with blown rubbish.
    Field,
    /// The road where cars pass.
    Roadside,
    /// The water's edge with the boat.
    Shore,
}

const KINDS: usize = 7;

/// One landmark, or several alike.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Landmark {
    /// Its name; several alike are numbered.
    #[schemars(extend("unit" = "", "source" = "stated where it stands in the scenario"))]
    pub name: String,
    /// What it is.
    #[schemars(extend("unit" = "", "source" = "A-019 to A-024"))]
    pub kind: LandmarkKind,
    /// How many there are.
    #[serde(default = "one")]
    #[schemars(range(min = 0, max = 1000), extend("unit" = "places", "source" = "assumed (gap 14)"))]
    pub count: u32,
    /// Quality, 0 (grim) to 1 (good).
    #[serde(default = "half")]
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    pub quality: f64,
    /// Kilometres east of the map's corner.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 2000.0), extend("unit" = "km", "source" = "assumed"))]
    pub x_km: f64,
    /// Kilometres north of the map's corner.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 2000.0), extend("unit" = "km", "source" = "assumed"))]
    pub y_km: f64,
    /// Side of the square, centred there, over which several alike are scattered.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 2000.0), extend("unit" = "km", "source" = "assumed"))]
    pub spread_km: f64,
}

/// The landmarks of the country.
pub struct State {
    /// By kind.
    places: [Vec<PlaceId>; KINDS],
}

impl State {
    /// Makes the places.
    pub(crate) fn build(
        landmarks: &IndexMap<String, Landmark>,
        clock: &Clock,
        places: &mut Places,
    ) -> State {
        let mut state = State {
            places: [const { Vec::new() }; KINDS],
        };
        for landmark in landmarks.values() {
            for number in 1..=landmark.count {
                let name = numbered(&landmark.name, number, landmark.count);
                let square = (landmark.x_km, landmark.y_km, landmark.spread_km);
                let place = places.add(Place {
                    at: scatter(clock, &name, square, landmark.count),
                    name,
                    kind: PlaceKind::Landmark,
                    school_kind: None,
                    quality: landmark.quality,
                    capacity: 0,
                    opened: Time::START,
                    closed: Time::NEVER,
                });
                state.places[landmark.kind as usize].push(place);
            }
        }
        state
    }
}

/// Every landmark of a kind.
pub(crate) fn all(world: &World, kind: LandmarkKind) -> &[PlaceId] {
    &world.landmarks.places[kind as usize]
}

/// The landmark of a kind that is nearest to a place.
pub(crate) fn nearest(world: &World, kind: LandmarkKind, from: PlaceId) -> Option<PlaceId> {
    all(world, kind).iter().copied().min_by(|one, other| {
        let near = world.places.distance(from, *one);
        near.total_cmp(&world.places.distance(from, *other))
    })
}

/// The corner where lost things gather.
pub(crate) fn norfolk(world: &World) -> Option<PlaceId> {
    all(world, LandmarkKind::Norfolk).first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_scenario_has_every_landmark_and_the_field_is_in_norfolk() {
        let programme = crate::trial::programme(&[]);
        let clock = Clock::new(&programme, 1, 1.0);
        let mut places = Places::default();
        let state = State::build(&programme.landmarks, &clock, &mut places);
        assert!(state.places.iter().all(|kind| !kind.is_empty()));
        let only = |kind: LandmarkKind| state.places[kind as usize][0];
        let (norfolk, field) = (only(LandmarkKind::Norfolk), only(LandmarkKind::Field));
        assert!(places.distance(norfolk, field) < 50.0);
        assert!(places.iter().all(|(_, at)| at.kind == PlaceKind::Landmark));
    }
}
