//! Numbers: whole or not, finite, in range, or written as a quantity with a unit.

use toml::de::{DeFloat, DeInteger, DeValue};

use super::{Checker, Spot};
use crate::error::{Diagnostic, ProblemKind, excerpt};
use crate::shape::{Bounds, Kind};
use crate::tree::Value;
use crate::unit::{QuantityError, quantity, that_fit};

impl Checker<'_> {
    /// A value for a parameter that is a number.
    pub(super) fn numeric(&mut self, spot: &Spot<'_>, found: &DeValue<'_>) -> Option<Value> {
        match (&spot.shape.kind, found) {
            (Kind::Integer(bounds), DeValue::Integer(written)) => {
                self.whole(bounds, spot, whole(written), &written.to_string())
            }
            (_, DeValue::Integer(written)) => {
                let number = whole(written).map_or(f64::INFINITY, |whole| whole as f64);
                self.number(spot, number, &written.to_string())
            }
            (_, DeValue::Float(written)) => self.number(spot, float(written), written.as_str()),
            (_, DeValue::String(text)) => self.quantity(spot, text),
            (_, other) => {
                self.wrong_type(spot, other);
                None
            }
        }
    }

    /// A number of a shape that only serde knows.
    pub(super) fn any_number(&mut self, spot: &Spot<'_>, found: &DeValue<'_>) -> Option<Value> {
        let widest = Bounds::default();
        match found {
            DeValue::Integer(written) => {
                self.whole(&widest, spot, whole(written), &written.to_string())
            }
            DeValue::Float(written) => self
                .finite(&widest, spot, float(written), written.as_str())
                .map(Value::Number),
            _ => None,
        }
    }

    /// A number that was written with a point, an exponent or a unit.
    fn number(&mut self, spot: &Spot<'_>, number: f64, written: &str) -> Option<Value> {
        match &spot.shape.kind {
            Kind::Number(bounds) => self
                .finite(bounds, spot, number, written)
                .map(Value::Number),
            Kind::Integer(bounds) if number.is_finite() => {
                // Conversions between units may leave the last bit.
                if (number - number.round()).abs() <= 1e-9 * number.abs().max(1.0) {
                    return self.whole(bounds, spot, Some(number.round() as i128), written);
                }
                let message = format!("`{}` cannot be the number {written}", spot.path);
                self.refuse(ProblemKind::WrongType, spot, message);
                None
            }
            _ => self
                .finite(&Bounds::default(), spot, number, written)
                .map(Value::Number),
        }
    }

    fn finite(
        &mut self,
        bounds: &Bounds,
        spot: &Spot<'_>,
        number: f64,
        written: &str,
    ) -> Option<f64> {
        if bounds.hold(number) {
            return Some(number);
        }
        if number.is_finite() {
            self.out_of_range(spot, written);
        } else {
            let message = format!(
                "`{}` must be finite, and {} was found",
                spot.path,
                excerpt(written)
            );
            self.refuse(ProblemKind::NotFinite, spot, message);
        }
        None
    }

    fn whole(
        &mut self,
        bounds: &Bounds,
        spot: &Spot<'_>,
        whole: Option<i128>,
        written: &str,
    ) -> Option<Value> {
        let fits = |whole: &i128| {
            let in_rust = i64::try_from(*whole).is_ok() || u64::try_from(*whole).is_ok();
            in_rust && bounds.hold(*whole as f64)
        };
        if let Some(whole) = whole.filter(fits) {
            return Some(Value::Integer(whole));
        }
        self.out_of_range(spot, written);
        None
    }

    fn out_of_range(&mut self, spot: &Spot<'_>, written: &str) {
        let message = format!("`{}` cannot be {}", spot.path, excerpt(written));
        self.refuse(ProblemKind::OutOfRange, spot, message);
    }

    /// A number and its unit, in quotes.
    fn quantity(&mut self, spot: &Spot<'_>, text: &str) -> Option<Value> {
        let (path, unit) = (spot.path, &spot.shape.unit);
        let error = match quantity(text, unit) {
            Ok(number) => {
                let written = format!("{} ({number} {unit})", excerpt(text));
                return self.number(spot, number, &written);
            }
            Err(error) => error,
        };
        let problem = match error {
            QuantityError::WrongUnit { found } if unit.is_empty() => {
                let message = format!(
                    "`{path}` has no unit, and \"{}\" was found",
                    excerpt(&found)
                );
                Diagnostic::new(ProblemKind::WrongUnit, path, message)
                    .help("write it as a plain number, without a unit and without quotes")
            }
            QuantityError::WrongUnit { found } => {
                let found = excerpt(&found);
                let message = format!(
                    "the unit of `{path}` is {unit}, and \"{found}\" does not convert into it"
                );
                let fits = that_fit(unit);
                let help = if fits == [unit.as_str()] {
                    "write it as a plain number, without quotes".to_owned()
                } else {
                    format!("units that fit: {}", fits.join(", "))
                };
                Diagnostic::new(ProblemKind::WrongUnit, path, message).help(help)
            }
            QuantityError::NoUnit => {
                let message = format!("`{path}` cannot be text");
                Diagnostic::new(ProblemKind::WrongType, path, message)
                    .help(format!("write it without quotes: {}", excerpt(text.trim())))
            }
            QuantityError::NoNumber => {
                self.wrong_type(spot, &DeValue::String(text.into()));
                return None;
            }
        };
        let expected = format!("expected {}", spot.shape.allowed());
        self.note(problem.label(expected), spot.span.clone());
        None
    }
}

/// None where it does not fit 128 bits.
fn whole(written: &DeInteger<'_>) -> Option<i128> {
    i128::from_str_radix(written.as_str(), written.radix()).ok()
}

/// Infinite where it is too large, not a number where it is none.
fn float(written: &DeFloat<'_>) -> f64 {
    written.as_str().parse().unwrap_or(f64::NAN)
}
