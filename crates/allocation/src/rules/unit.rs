//! Units of numbers: what they measure, and how large they are.

use std::fmt;

/// What a number measures: powers of time, share, distance and of what is measured of bodies. A plain number measures
/// nothing. The lengths of bodies are kept apart from the distances between places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Dimension {
    /// Power of time; its unit is a year of 365.25 days.
    pub time: i8,
    /// Power of a share; its unit is one per cent.
    pub share: i8,
    /// Power of distance; its unit is a nautical mile.
    pub distance: i8,
    /// Power of a body's length; its unit is a centimetre.
    pub length: i8,
    /// Power of a body's mass; its unit is a kilogram.
    pub mass: i8,
    /// Power of a concentration; its unit is a milligram per decilitre.
    pub concentration: i8,
}

impl Dimension {
    /// A plain number.
    pub const PLAIN: Self = Self {
        time: 0,
        share: 0,
        distance: 0,
        length: 0,
        mass: 0,
        concentration: 0,
    };
    /// Years.
    pub const TIME: Self = Self {
        time: 1,
        ..Self::PLAIN
    };
    /// Per cent.
    pub const SHARE: Self = Self {
        share: 1,
        ..Self::PLAIN
    };
    /// Nautical miles.
    pub const DISTANCE: Self = Self {
        distance: 1,
        ..Self::PLAIN
    };

    /// Centimetres of a body.
    pub const LENGTH: Self = Self {
        length: 1,
        ..Self::PLAIN
    };
    /// Kilograms.
    pub const MASS: Self = Self {
        mass: 1,
        ..Self::PLAIN
    };
    /// Milligrams per decilitre.
    pub const CONCENTRATION: Self = Self {
        concentration: 1,
        ..Self::PLAIN
    };

    pub(crate) fn times(self, other: Self) -> Self {
        Self {
            time: self.time.saturating_add(other.time),
            share: self.share.saturating_add(other.share),
            distance: self.distance.saturating_add(other.distance),
            length: self.length.saturating_add(other.length),
            mass: self.mass.saturating_add(other.mass),
            concentration: self.concentration.saturating_add(other.concentration),
        }
    }

    pub(crate) fn over(self, other: Self) -> Self {
        Self {
            time: self.time.saturating_sub(other.time),
            share: self.share.saturating_sub(other.share),
            distance: self.distance.saturating_sub(other.distance),
            length: self.length.saturating_sub(other.length),
            mass: self.mass.saturating_sub(other.mass),
            concentration: self.concentration.saturating_sub(other.concentration),
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.time, "years"),
            (self.share, "%"),
            (self.distance, "nautical miles"),
            (self.length, "cm"),
            (self.mass, "kg"),
            (self.concentration, "mg/dl"),
        ];
        let named: Vec<String> = parts
            .into_iter()
            .filter(|(power, _)| *power != 0)
            .map(|(power, name)| match power {
                1 => name.to_owned(),
                -1 => format!("per {}", name.strip_suffix('s').unwrap_or(name)),
                _ => format!("{name} to the power of {power}"),
            })
            .collect();
        if named.is_empty() {
            out.write_str("a plain number")
        } else {
            out.write_str(&named.join(" "))
        }
    }
}

/// Days of a year.
const YEAR: f64 = 365.25;
/// Kilometres of a nautical mile.
const NAUTICAL_MILE: f64 = 1.852;

/// The units that may follow a number: the dimension, and how many of its units one is.
pub(crate) const UNITS: [(&str, Dimension, f64); 13] = [
    ("year", Dimension::TIME, 1.0),
    ("years", Dimension::TIME, 1.0),
    ("month", Dimension::TIME, 1.0 / 12.0),
    ("months", Dimension::TIME, 1.0 / 12.0),
    ("day", Dimension::TIME, 1.0 / YEAR),
    ("days", Dimension::TIME, 1.0 / YEAR),
    ("%", Dimension::SHARE, 1.0),
    ("nautical_mile", Dimension::DISTANCE, 1.0),
    ("nautical_miles", Dimension::DISTANCE, 1.0),
    ("km", Dimension::DISTANCE, 1.0 / NAUTICAL_MILE),
    ("cm", Dimension::LENGTH, 1.0),
    ("kg", Dimension::MASS, 1.0),
    ("mg_per_dl", Dimension::CONCENTRATION, 1.0),
];
