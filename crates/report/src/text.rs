//! Numbers as a reader wants them.

/// A number with a fixed number of decimals and commas between thousands: `12,345.6`.
pub(crate) fn fixed(number: f64, decimals: u8) -> String {
    let text = format!("{:.*}", usize::from(decimals), number.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    if number < 0.0
        && text
            .chars()
            .any(|digit| digit.is_ascii_digit() && digit != '0')
    {
        out.push('−');
    }
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A large number in words: `1.53 million`; below a million, the number itself.
pub(crate) fn large(number: f64) -> String {
    match number.abs() {
        size if size >= 999_500_000.0 => format!("{} billion", fixed(number / 1e9, 2)),
        size if size >= 999_500.0 => format!("{} million", fixed(number / 1e6, 2)),
        _ => fixed(number, 0),
    }
}

/// A number of unknown size, to about four significant digits; whole numbers whole.
pub(crate) fn measure(number: f64) -> String {
    let decimals = match number.abs() {
        _ if number.fract() == 0.0 => 0,
        size if size >= 1000.0 => 0,
        size if size >= 100.0 => 1,
        size if size >= 1.0 => 2,
        size if size >= 0.01 => 4,
        _ => 6,
    };
    fixed(number, decimals)
}

/// A share as a percentage with one decimal; none and all without.
pub(crate) fn percent(share: f64) -> String {
    let hundredth = share * 100.0;
    let between = hundredth > 0.0 && hundredth < 100.0;
    format!("{} %", fixed(hundredth, u8::from(between)))
}

/// A count's noun: `couple` or `couples`. Of no number it is of many.
pub(crate) fn plural<'a>(number: Option<f64>, one: &'a str, many: &'a str) -> &'a str {
    // As the count is shown, without decimals.
    if number.is_some_and(|number| number.round() == 1.0) {
        one
    } else {
        many
    }
}

/// A number of a unit as it is shown: a share is told in per cent, whatever the files hold.
pub(crate) fn in_unit(number: Option<f64>, unit: &str) -> (Option<f64>, &str) {
    match unit {
        "share" => (number.map(|number| 100.0 * number), "%"),
        _ => (number, unit),
    }
}

/// A title as the name of a file: `programme, 16 points` is `programme-16-points`.
pub(crate) fn slug(title: &str) -> String {
    let words = title.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(fixed(1_234_567.0, 0), "1,234,567");
        assert_eq!(fixed(-1234.56, 1), "−1,234.6");
        assert_eq!(fixed(-0.001, 1), "0.0");
        assert_eq!(fixed(999.0, 0), "999");
        assert_eq!(large(1_532_000.0), "1.53 million");
        assert_eq!(large(999_499.0), "999,499");
        assert_eq!(
            [12_345.0, 1234.56, 12.345, 0.5].map(measure),
            ["12,345", "1,235", "12.35", "0.5000"]
        );
        assert_eq!(
            [0.0, 0.004, 0.5, 0.971, 1.0].map(percent),
            ["0 %", "0.4 %", "50.0 %", "97.1 %", "100 %"]
        );
    }

    #[test]
    fn counts_have_their_nouns() {
        let of = |number| plural(number, "couple", "couples");
        assert_eq!(
            [Some(0.0), Some(1.0), Some(1.2), Some(1.5), Some(21.0), None].map(of),
            [
                "couples", "couple", "couple", "couples", "couples", "couples"
            ]
        );
    }

    #[test]
    fn shares_are_told_in_per_cent() {
        assert_eq!(in_unit(Some(0.25), "share"), (Some(25.0), "%"));
        assert_eq!(in_unit(Some(0.25), "days"), (Some(0.25), "days"));
    }

    #[test]
    fn files_have_names_without_blanks_and_commas() {
        assert_eq!(slug("programme, 16 points"), "programme-16-points");
        assert_eq!(slug("My Rules (2)"), "my-rules-2");
    }
}
