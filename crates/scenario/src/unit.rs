//! Units and quantities: `"18 months"`, `"30 %"`, `"2 per week"` turned into a parameter's own
//! unit.
//!
//! A unit is one of
//!
//! - a time: `minutes`, `hours`, `days`, `weeks`, `months`, `years`; a year is 365.2425 days (the
//!   mean Gregorian year), a month a twelfth of it;
//! - a place in the calendar: `year`, `month`, `day` in the singular; nothing converts into it;
//! - a share: `share`, `probability`, `proportion`, `fraction`, and `%` or `percent`;
//! - a length: `metres`, `kilometres`, `miles`;
//! - any of these, or any word, or nothing, `per` a time: `per year`, `persons per month`;
//! - any other word (`operations`), which converts to nothing but itself.

/// Families of units that convert into each other, each with its size in whole sub-units, so that a
/// conversion between two of a family is exact whenever its result is a whole number.
const TIMES: &[(&str, &[&str], f64)] = &[
    ("minutes", &["minute", "min"], 10.0),
    ("hours", &["hour", "h"], 600.0),
    ("days", &["day", "d"], 14_400.0),
    ("weeks", &["week"], 100_800.0),
    ("months", &["month"], 438_291.0),
    ("years", &["year", "y"], 5_259_492.0),
];
const SHARES: &[(&str, &[&str], f64)] = &[
    ("%", &["percent"], 1.0),
    (
        "share",
        &["shares", "probability", "proportion", "fraction"],
        100.0,
    ),
];
/// The mile is the international mile of 1959: 1,609.344 m.
const LENGTHS: &[(&str, &[&str], f64)] = &[
    ("metres", &["metre", "meters", "meter", "m"], 1_000.0),
    (
        "kilometres",
        &["kilometre", "kilometers", "kilometer", "km"],
        1_000_000.0,
    ),
    ("miles", &["mile"], 1_609_344.0),
];

/// Why a quantity was not understood.
#[derive(Debug, PartialEq)]
pub(crate) enum QuantityError {
    /// It does not start with a number.
    NoNumber,
    /// It is a number and nothing else: no quotes are needed.
    NoUnit,
    /// Its unit does not convert into the parameter's.
    WrongUnit {
        /// The unit that was written.
        found: String,
    },
}

/// Reads `text` as a number and a unit, and converts it into `unit`.
pub(crate) fn quantity(text: &str, unit: &str) -> Result<f64, QuantityError> {
    let text = text.trim();
    let (number, rest) = leading_number(text).ok_or(QuantityError::NoNumber)?;
    if rest.is_empty() {
        return Err(QuantityError::NoUnit);
    }
    factor(rest, unit)
        .map(|(times, over)| number * times / over)
        .ok_or_else(|| QuantityError::WrongUnit {
            found: rest.to_owned(),
        })
}

/// The units in which a parameter of this unit may be written, for messages.
pub(crate) fn that_fit(unit: &str) -> Vec<String> {
    let (head, per) = split_rate(unit);
    if let Some(per) = per {
        if size(per, TIMES).is_none() {
            return vec![unit.to_owned()];
        }
        let head = if head.is_empty() {
            String::new()
        } else {
            format!("{head} ")
        };
        let singular = |name: &str| name.trim_end_matches('s').to_owned();
        return TIMES
            .iter()
            .map(|(name, _, _)| format!("{head}per {}", singular(name)))
            .collect();
    }
    if in_calendar(head) {
        return vec![head.to_owned()];
    }
    for family in [TIMES, SHARES, LENGTHS] {
        if size(head, family).is_some() {
            let mut names: Vec<String> = family
                .iter()
                .map(|(name, _, _)| (*name).to_owned())
                .collect();
            // The parameter's own word for its unit is the one its reader knows.
            if let Some(at) = family.iter().position(|entry| is(entry, head)) {
                head.clone_into(&mut names[at]);
            }
            return names;
        }
    }
    if unit.is_empty() {
        Vec::new()
    } else {
        vec![unit.to_owned()]
    }
}

/// What a number in unit `from` is multiplied and then divided by to be in unit `to`; none when
/// they do not convert. Two factors, not their ratio: the ratio would round, and 24 months would
/// not be exactly 2 years.
fn factor(from: &str, to: &str) -> Option<(f64, f64)> {
    let (from_head, from_per) = split_rate(from);
    let (to_head, to_per) = split_rate(to);
    match (from_per, to_per) {
        (None, None) => plain_factor(from_head, to_head),
        (Some(from_time), Some(to_time)) => {
            let heads = if from_head.is_empty() {
                (1.0, 1.0)
            } else {
                plain_factor(from_head, to_head)?
            };
            if same_word(from_time, to_time) {
                return Some(heads);
            }
            let (a, b) = (size(from_time, TIMES)?, size(to_time, TIMES)?);
            Some((heads.0 * b, heads.1 * a))
        }
        _ => None,
    }
}

fn plain_factor(from: &str, to: &str) -> Option<(f64, f64)> {
    if in_calendar(to) {
        return (from == to).then_some((1.0, 1.0));
    }
    if !to.is_empty() && same_word(from, to) {
        return Some((1.0, 1.0));
    }
    [TIMES, SHARES, LENGTHS]
        .into_iter()
        .find_map(|family| Some((size(from, family)?, size(to, family)?)))
}

/// The year 1955 is no length of time: 1955 years would be.
fn in_calendar(unit: &str) -> bool {
    matches!(unit, "year" | "month" | "day")
}

/// `persons per year` is (`persons`, `year`); `days` is (`days`, none).
fn split_rate(unit: &str) -> (&str, Option<&str>) {
    let unit = unit.trim();
    if let Some(time) = unit.strip_prefix("per ") {
        return ("", Some(time.trim()));
    }
    match unit.split_once(" per ") {
        Some((head, time)) => (head.trim(), Some(time.trim())),
        None => (unit, None),
    }
}

fn size(word: &str, family: &[(&str, &[&str], f64)]) -> Option<f64> {
    family
        .iter()
        .find(|entry| is(entry, word))
        .map(|(_, _, size)| *size)
}

fn is((name, others, _): &(&str, &[&str], f64), word: &str) -> bool {
    name.eq_ignore_ascii_case(word) || others.iter().any(|other| other.eq_ignore_ascii_case(word))
}

/// Equal but for case and a plural `s`.
fn same_word(a: &str, b: &str) -> bool {
    a.trim_end_matches('s')
        .eq_ignore_ascii_case(b.trim_end_matches('s'))
}

/// The number that `text` starts with, and what follows it without the space between.
fn leading_number(text: &str) -> Option<(f64, &str)> {
    let mut end = 0;
    for (at, c) in text.char_indices() {
        let exponent = matches!(c, 'e' | 'E')
            && text[at + 1..]
                .trim_start_matches(['+', '-'])
                .starts_with(|next: char| next.is_ascii_digit());
        let sign = matches!(c, '+' | '-') && (at == 0 || text[..at].ends_with(['e', 'E']));
        if c.is_ascii_digit() || c == '.' || c == '_' || exponent || sign {
            end = at + c.len_utf8();
        } else {
            break;
        }
    }
    let number: f64 = text[..end].replace('_', "").parse().ok()?;
    Some((number, text[end..].trim_start()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::float_cmp)]
mod tests {
    use super::{QuantityError, quantity, that_fit};

    #[test]
    fn quantities_convert_exactly() {
        for (text, unit, expected) in [
            ("18 months", "months", 18.0),
            ("24 months", "years", 2.0),
            ("2 years", "months", 24.0),
            ("1 year", "days", 365.2425),
            ("400 years", "days", 146_097.0),
            ("1 month", "days", 30.436_875),
            ("3 weeks", "days", 21.0),
            ("1 day", "minutes", 1440.0),
            ("90 min", "hours", 1.5),
            ("36 h", "days", 1.5),
            ("30 %", "share", 0.3),
            ("30%", "probability", 0.3),
            ("7 percent", "share", 0.07),
            ("0.5 share", "%", 50.0),
            ("0.25 probability", "share", 0.25),
            ("4 operations", "operations", 4.0),
            ("1 operation", "operations", 1.0),
            ("2 per month", "per year", 24.0),
            ("12 per year", "per month", 1.0),
            ("5 persons per month", "persons per year", 60.0),
            ("5 per month", "persons per year", 60.0),
            ("10 % per year", "share per year", 0.1),
            ("3 per operation", "per operation", 3.0),
            ("10 miles", "kilometres", 16.093_44),
            ("1.5 km", "metres", 1500.0),
            ("1e3 days", "days", 1000.0),
            ("-2.5e-1 days", "hours", -6.0),
            ("1_000 days", "days", 1000.0),
            ("2 DAYS", "days", 2.0),
            ("1955 year", "year", 1955.0),
        ] {
            assert_eq!(quantity(text, unit), Ok(expected), "{text} in {unit}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let wrong = |found: &str| {
            Err(QuantityError::WrongUnit {
                found: found.to_owned(),
            })
        };
        for (text, unit, expected) in [
            ("18 months", "share", wrong("months")),
            ("30 %", "days", wrong("%")),
            ("3 days", "per day", wrong("days")),
            ("3 per day", "days", wrong("per day")),
            ("3 days", "", wrong("days")),
            ("3 fortnights", "days", wrong("fortnights")),
            ("23460 months", "year", wrong("months")),
            ("1955 years", "year", wrong("years")),
            (
                "3 beds per year",
                "persons per year",
                wrong("beds per year"),
            ),
            ("3 per operation", "per year", wrong("per operation")),
            ("18", "months", Err(QuantityError::NoUnit)),
            ("months", "months", Err(QuantityError::NoNumber)),
            ("", "months", Err(QuantityError::NoNumber)),
            ("inf days", "days", Err(QuantityError::NoNumber)),
            ("e5 days", "days", Err(QuantityError::NoNumber)),
            ("1.2.3 days", "days", Err(QuantityError::NoNumber)),
        ] {
            assert_eq!(quantity(text, unit), expected, "{text} in {unit}");
        }
    }

    #[test]
    fn fitting_units_are_listed_in_the_parameters_own_words() {
        assert_eq!(
            that_fit("days"),
            ["minutes", "hours", "days", "weeks", "months", "years"]
        );
        assert_eq!(that_fit("probability"), ["%", "probability"]);
        assert_eq!(that_fit("persons per year")[5], "persons per year");
        assert_eq!(that_fit("per year")[0], "per minute");
        assert_eq!(that_fit("operations"), ["operations"]);
        assert_eq!(that_fit("month"), ["month"]);
        assert_eq!(
            that_fit("log-odds per operation"),
            ["log-odds per operation"]
        );
        assert!(that_fit("").is_empty());
    }

    #[test]
    fn every_fitting_unit_is_read() {
        for unit in [
            "days",
            "share",
            "kilometres",
            "per year",
            "beds per week",
            "log-odds per operation",
            "operations",
        ] {
            for fits in that_fit(unit) {
                assert!(
                    quantity(&format!("1 {fits}"), unit).is_ok(),
                    "{fits} for {unit}"
                );
            }
        }
    }
}
