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
}
