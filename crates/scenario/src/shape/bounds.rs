//! Ranges of numbers.

use serde_json::Value as Json;

/// A numeric range; an open end excludes its bound.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bounds {
    pub(crate) least: Option<f64>,
    pub(crate) most: Option<f64>,
    pub(crate) open_below: bool,
    pub(crate) open_above: bool,
    /// Written with single precision.
    pub(crate) single: bool,
}

impl Bounds {
    /// The range that a number's or integer's schema gives it.
    pub(crate) fn of(schema: &Json) -> Bounds {
        let number = |name: &str| schema.get(name).and_then(Json::as_f64);
        let format = schema
            .get("format")
            .and_then(Json::as_str)
            .unwrap_or_default();
        // schemars gives the bounds of the narrow integers only.
        let (least, most) = match format {
            "uint32" => (Some(0.0), Some(f64::from(u32::MAX))),
            "int32" => (Some(f64::from(i32::MIN)), Some(f64::from(i32::MAX))),
            "uint64" | "uint" => (Some(0.0), Some(u64::MAX as f64)),
            "int64" | "int" => (Some(i64::MIN as f64), Some(i64::MAX as f64)),
            _ => (None, None),
        };
        let (open_least, open_most) = (number("exclusiveMinimum"), number("exclusiveMaximum"));
        Bounds {
            least: open_least.or(number("minimum")).or(least),
            most: open_most.or(number("maximum")).or(most),
            open_below: open_least.is_some(),
            open_above: open_most.is_some(),
            single: format == "float",
        }
    }

    /// Whether the range holds `x`; no range holds what is not finite.
    pub(crate) fn hold(&self, x: f64) -> bool {
        let above = self.least.is_none_or(|least| {
            if self.open_below {
                x > least
            } else {
                x >= least
            }
        });
        let below = self
            .most
            .is_none_or(|most| if self.open_above { x < most } else { x <= most });
        x.is_finite() && above && below
    }

    /// `[least, most]` with an infinite bound where there is none; none when there is neither.
    pub(crate) fn range(&self) -> Option<[f64; 2]> {
        (self.least.is_some() || self.most.is_some()).then(|| {
            [
                self.least.unwrap_or(f64::NEG_INFINITY),
                self.most.unwrap_or(f64::INFINITY),
            ]
        })
    }

    /// ` from 0 to 1`, ` above 0`, or nothing.
    pub(crate) fn phrase(&self) -> String {
        let below = if self.open_below {
            "above"
        } else {
            "of at least"
        };
        let above = if self.open_above {
            "below"
        } else {
            "of at most"
        };
        match (self.least.map(bound), self.most.map(bound)) {
            (None, None) => String::new(),
            (Some(least), None) => format!(" {below} {least}"),
            (None, Some(most)) => format!(" {above} {most}"),
            (Some(least), Some(most)) if self.open_below || self.open_above => {
                format!(" {below} {least} and {above} {most}")
            }
            (Some(least), Some(most)) => format!(" from {least} to {most}"),
        }
    }
}

/// A bound as a message says it. Those of the 64-bit integers are not floats; their names are
/// shorter anyway.
fn bound(x: f64) -> String {
    const TWO_63: f64 = 9_223_372_036_854_775_808.0;
    let is = |other: f64| x.total_cmp(&other).is_eq();
    if is(2.0 * TWO_63) {
        "2^64 - 1".to_owned()
    } else if is(TWO_63) {
        "2^63 - 1".to_owned()
    } else if is(-TWO_63) {
        "-2^63".to_owned()
    } else {
        x.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::Bounds;
    use serde_json::json;

    #[test]
    fn a_range_holds_its_bounds_and_an_open_one_does_not() {
        let closed = Bounds::of(&json!({"minimum": 0, "maximum": 20.0}));
        for (x, held) in [(0.0, true), (20.0, true), (-0.001, false), (20.001, false)] {
            assert_eq!(closed.hold(x), held, "{x}");
        }
        let open = Bounds::of(&json!({"exclusiveMinimum": 0.0, "exclusiveMaximum": 1.0}));
        for (x, held) in [(0.0, false), (0.001, true), (0.999, true), (1.0, false)] {
            assert_eq!(open.hold(x), held, "{x}");
        }
        for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(!Bounds::default().hold(x), "{x}");
        }
    }

    #[test]
    fn integers_have_the_range_of_their_type() {
        for (format, range) in [
            ("uint32", [0.0, 4_294_967_295.0]),
            ("int32", [-2_147_483_648.0, 2_147_483_647.0]),
            ("uint64", [0.0, 18_446_744_073_709_551_615.0]),
            (
                "int64",
                [-9_223_372_036_854_775_808.0, 9_223_372_036_854_775_807.0],
            ),
        ] {
            assert_eq!(
                Bounds::of(&json!({"format": format})).range(),
                Some(range),
                "{format}"
            );
        }
        let narrowed = Bounds::of(&json!({"format": "uint32", "minimum": 0, "maximum": 7}));
        assert_eq!(narrowed.range(), Some([0.0, 7.0]));
    }

    #[test]
    fn ranges_in_words() {
        for (schema, words) in [
            (json!({}), ""),
            (json!({"minimum": 0, "maximum": 0.5}), " from 0 to 0.5"),
            (json!({"minimum": 16}), " of at least 16"),
            (json!({"maximum": -1}), " of at most -1"),
            (json!({"exclusiveMinimum": 0}), " above 0"),
            (json!({"exclusiveMaximum": 1}), " below 1"),
            (
                json!({"exclusiveMinimum": 0, "maximum": 1}),
                " above 0 and of at most 1",
            ),
            (json!({"format": "int64"}), " from -2^63 to 2^63 - 1"),
            (json!({"format": "uint64"}), " from 0 to 2^64 - 1"),
        ] {
            assert_eq!(Bounds::of(&schema).phrase(), words, "{schema}");
        }
    }
}
