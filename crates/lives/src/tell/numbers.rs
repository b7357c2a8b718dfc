//! Numbers in words.

use crate::lexicon::ordinal;

const SMALL: [&str; 20] = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const ORDINALS: [&str; 12] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth",
];
const TENS: [&str; 10] = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];

/// Numbers up to this are written in words in running text.
const IN_WORDS: i64 = 12;

/// A number of things in running text: in words up to twelve, in digits above. None of them is
/// "no", which fits before what is counted and nowhere else.
pub(crate) fn cardinal(n: i64) -> String {
    if (0..=IN_WORDS).contains(&n) {
        return in_words(n);
    }
    let digits = n.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if n < 0 { format!("-{text}") } else { text }
}

/// A number below 1,000 in words, as it stands at the beginning of a sentence; others in digits.
pub(crate) fn in_words(n: i64) -> String {
    match n {
        0..20 => SMALL[n as usize].to_owned(),
        20..100 => {
            let tens = TENS[(n / 10) as usize];
            match n % 10 {
                0 => tens.to_owned(),
                one => format!("{tens}-{}", SMALL[one as usize]),
            }
        }
        100..1000 => {
            let hundreds = match n / 100 {
                1 => "a hundred".to_owned(),
                several => format!("{} hundred", SMALL[several as usize]),
            };
            match n % 100 {
                0 => hundreds,
                rest => format!("{hundreds} and {}", in_words(rest)),
            }
        }
        _ => n.to_string(),
    }
}

/// first, second: in words up to twelve, in digits above.
pub(crate) fn nth(n: u32) -> String {
    let place = (n as usize).checked_sub(1);
    let word = place.and_then(|place| ORDINALS.get(place));
    word.map_or_else(|| ordinal(n), |word| (*word).to_owned())
}

/// once, twice, three times.
pub(crate) fn times(n: i64) -> String {
    match n {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        _ => format!("{} times", cardinal(n)),
    }
}

/// Two years, a year.
pub(crate) fn counted(n: i64, one: &str, many: &str) -> String {
    if n == 1 {
        one.to_owned()
    } else {
        format!("{} {many}", cardinal(n))
    }
}

/// A, B and C.
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        let found: Vec<String> = [0, 1, 12, 13, 999, 1000, 1_234_567].map(cardinal).to_vec();
        assert_eq!(
            found,
            ["no", "one", "twelve", "13", "999", "1,000", "1,234,567"]
        );
        let found: Vec<String> = [19, 20, 31, 99].map(in_words).to_vec();
        assert_eq!(found, ["nineteen", "twenty", "thirty-one", "ninety-nine"]);
        let found: Vec<String> = [100, 101, 350, 1000].map(in_words).to_vec();
        assert_eq!(
            found,
            [
                "a hundred",
                "a hundred and one",
                "three hundred and fifty",
                "1000"
            ]
        );
        let found: Vec<String> = [1, 8, 12, 13, 21].map(nth).to_vec();
        assert_eq!(found, ["first", "eighth", "twelfth", "13th", "21st"]);
        assert_eq!(times(2), "twice");
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }
}
