//! Candidates and donors.

use crate::Abo;
use crate::typing::{Typing, Unacceptable};

/// Radius of the earth in nautical miles: the mean of 6,371.0088 km (IUGG), at 1.852 km a mile.
const EARTH: f64 = 6_371.008_8 / 1.852;

/// A place on the globe.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Place {
    /// Degrees north, −90 to 90.
    pub latitude: f64,
    /// Degrees east, −180 to 180.
    pub longitude: f64,
}

impl Place {
    /// The great-circle distance in nautical miles, by the haversine formula.
    pub fn distance(self, other: Self) -> f64 {
        let half_sine = |degrees: f64| libm::sin(degrees.to_radians() / 2.0);
        let cosine = |degrees: f64| libm::cos(degrees.to_radians());
        let north = half_sine(other.latitude - self.latitude);
        let east = half_sine(other.longitude - self.longitude);
        let chord = north * north + cosine(self.latitude) * cosine(other.latitude) * east * east;
        2.0 * EARTH * libm::asin(chord.min(1.0).sqrt())
    }
}

/// Causes of death, as donors' records tell them apart.
pub const DEATH_CAUSES: [&str; 5] = ["anoxia", "stroke", "head trauma", "CNS tumour", "other"];

/// A deceased donor of kidneys.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::struct_excessive_bools)]
pub struct Donor {
    /// Age in years.
    pub age: f64,
    /// Height in cm.
    pub height: f64,
    /// Weight in kg.
    pub weight: f64,
    /// The last creatinine in serum, mg/dl.
    pub creatinine: f64,
    /// Had high blood pressure.
    pub hypertension: bool,
    /// Had diabetes.
    pub diabetes: bool,
    /// Cause of death, as a place in [`DEATH_CAUSES`].
    pub death_cause: u8,
    /// Died of a stopped circulation.
    pub circulatory: bool,
    /// Blood group.
    pub abo: Abo,
    /// Of blood group A or AB, but not of subgroup A1.
    pub non_a1: bool,
    /// Tissue type.
    pub typing: Typing,
    /// The hospital.
    pub place: Place,
}

impl Default for Donor {
    fn default() -> Self {
        Self {
            age: 40.0,
            height: 170.0,
            weight: 80.0,
            creatinine: 1.0,
            hypertension: false,
            diabetes: false,
            death_cause: 0,
            circulatory: false,
            abo: Abo::O,
            non_a1: false,
            typing: Typing::default(),
            place: Place::default(),
        }
    }
}

/// A candidate for a kidney, as they stand at the time of the donor.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::struct_excessive_bools)]
pub struct Candidate {
    /// Age in years.
    pub age: f64,
    /// Age at registration in years.
    pub age_at_listing: f64,
    /// Time since registration in years.
    pub listed_time: f64,
    /// Waiting time that counts, in years: as the system's rules say, from dialysis or from low kidney function on.
    pub waiting_time: f64,
    /// Time on dialysis in years; 0 before it begins.
    pub dialysis_time: f64,
    /// Transplants of solid organs before.
    pub previous_transplants: u8,
    /// Has diabetes.
    pub diabetes: bool,
    /// Has given an organ while living.
    pub prior_living_donor: bool,
    /// Can be dialysed no more.
    pub medically_urgent: bool,
    /// May be offered organs now.
    pub active: bool,
    /// May receive a kidney of blood group A or AB that is not of subgroup A1, although of group B.
    pub accepts_non_a1: bool,
    /// Has agreed in writing to kidneys of high risk.
    pub accepts_high_risk: bool,
    /// Share of donors with an antigen that is unacceptable, in per cent, 0 to 100.
    pub cpra: f64,
    /// Blood group.
    pub abo: Abo,
    /// Tissue type.
    pub typing: Typing,
    /// Unacceptable antigens.
    pub unacceptable: Unacceptable,
    /// The transplant hospital.
    pub place: Place,
}

impl Default for Candidate {
    fn default() -> Self {
        Self {
            age: 50.0,
            age_at_listing: 50.0,
            listed_time: 0.0,
            waiting_time: 0.0,
            dialysis_time: 0.0,
            previous_transplants: 0,
            diabetes: false,
            prior_living_donor: false,
            medically_urgent: false,
            active: true,
            accepts_non_a1: false,
            accepts_high_risk: false,
            cpra: 0.0,
            abo: Abo::O,
            typing: Typing::default(),
            unacceptable: Unacceptable::default(),
            place: Place::default(),
        }
    }
}

/// Numbers of a candidate, in the order of their columns.
pub(crate) const NUMBERS: usize = 7;
/// Flags of a candidate, in the order of their bits.
pub(crate) const FLAGS: usize = 6;

/// Candidates as columns.
#[derive(Debug, Clone, Default)]
pub struct Candidates {
    /// Age, age at listing, listed time, waiting time, dialysis time (years), previous transplants, cPRA (%).
    pub(crate) numbers: [Vec<f64>; NUMBERS],
    /// Diabetes, prior living donor, medically urgent, active, accepts non-A1, accepts high risk.
    pub(crate) flags: Vec<u8>,
    pub(crate) abo: Vec<Abo>,
    pub(crate) typing: Vec<Typing>,
    pub(crate) unacceptable: Vec<Unacceptable>,
    pub(crate) place: Vec<Place>,
}

impl Candidates {
    /// Adds a candidate; the row is the number of those added before.
    pub fn push(&mut self, candidate: Candidate) {
        let numbers = [
            candidate.age,
            candidate.age_at_listing,
            candidate.listed_time,
            candidate.waiting_time,
            candidate.dialysis_time,
            f64::from(candidate.previous_transplants),
            candidate.cpra,
        ];
        for (column, number) in self.numbers.iter_mut().zip(numbers) {
            column.push(number);
        }
        let flags: [bool; FLAGS] = [
            candidate.diabetes,
            candidate.prior_living_donor,
            candidate.medically_urgent,
            candidate.active,
            candidate.accepts_non_a1,
            candidate.accepts_high_risk,
        ];
        let bits = flags.iter().enumerate();
        self.flags
            .push(bits.fold(0, |all, (bit, flag)| all | u8::from(*flag) << bit));
        self.abo.push(candidate.abo);
        self.typing.push(candidate.typing);
        self.unacceptable.push(candidate.unacceptable);
        self.place.push(candidate.place);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.flags.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.flags.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A degree of a great circle is 60.04 nautical miles on a sphere of that radius; and a published distance: from
    /// Nashville airport to that of Los Angeles 2,886.4 km, or 1,558.6 nautical miles, for 6,371 km
    /// (Rosetta Code, "Haversine formula", gives 2,887.26 km for 6,372.8 km).
    #[test]
    fn distances_are_those_of_the_globe() {
        let equator = Place::default();
        let north = Place {
            latitude: 1.0,
            longitude: 0.0,
        };
        assert!((equator.distance(north) - 60.04).abs() < 0.01);
        let nashville = Place {
            latitude: 36.12,
            longitude: -86.67,
        };
        let los_angeles = Place {
            latitude: 33.94,
            longitude: -118.40,
        };
        let expected = 2887.26 * 6371.0088 / 6372.8 / 1.852;
        assert!((nashville.distance(los_angeles) - expected).abs() < 0.01);
        assert_eq!(nashville.distance(nashville), 0.0);
    }
}
