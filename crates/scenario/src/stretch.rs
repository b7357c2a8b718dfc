//! A stretch of a text value, found again in the file: behind its quotes and among its escapes.

use std::ops::Range;

/// Where the bytes `within` of a text value stand in `raw`, the value as it is written in TOML.
/// What was not written as a text, or reaches beyond it, is all of it.
pub(crate) fn stretch(raw: &str, within: &Range<usize>) -> Range<usize> {
    let whole = 0..raw.len();
    let quotes = ["\"\"\"", "'''", "\"", "'"];
    let Some(quote) = quotes.into_iter().find(|quote| raw.starts_with(quote)) else {
        // `--set` takes a text without quotes.
        return if within.end <= raw.len() {
            within.clone()
        } else {
            whole
        };
    };
    let mut at = quote.len();
    let inner = raw.strip_suffix(quote).unwrap_or(raw);
    if quote.len() == 3 {
        // A line end right behind the quotes does not belong to the text.
        for end in ["\r\n", "\n"] {
            if inner[at..].starts_with(end) {
                at += end.len();
                break;
            }
        }
    }
    let (mut value, mut start) = (0, None);
    while let Some((written, length)) = inner.get(at..).and_then(|rest| next(rest, quote)) {
        if start.is_none() && value + length > within.start {
            start = Some(at);
        }
        if value >= within.end.max(within.start + 1) {
            return start.unwrap_or(at)..at;
        }
        at += written;
        value += length;
    }
    match start {
        Some(start) => start..at,
        // Behind the last character: at the closing quote.
        None if within.start == value => at..raw.len(),
        None => whole,
    }
}

/// Of the next character of a text: how many bytes are written for it, and how many it has.
fn next(rest: &str, quote: &str) -> Option<(usize, usize)> {
    let first = rest.chars().next()?;
    if first != '\\' || quote.starts_with('\'') {
        return Some((first.len_utf8(), first.len_utf8()));
    }
    let digits = |count: usize| {
        let character = rest
            .get(2..2 + count)
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32)?;
        Some((2 + count, character.len_utf8()))
    };
    match rest[1..].chars().next()? {
        'u' => digits(4),
        'U' => digits(8),
        'x' => digits(2),
        space if space.is_whitespace() => {
            // A line that goes on: nothing, up to the next character.
            let blank = rest.len() - 1 - rest[1..].trim_start().len();
            Some((1 + blank, 0))
        }
        other => Some((1 + other.len_utf8(), 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::stretch;

    fn shown<'a>(raw: &'a str, value: &str, part: &str) -> &'a str {
        let start = value.find(part).unwrap_or(value.len());
        &raw[stretch(raw, &(start..start + part.len()))]
    }

    #[test]
    fn a_part_is_found_in_every_kind_of_text() {
        assert_eq!(
            shown("\"count(a) == 1\"", "count(a) == 1", "count"),
            "count"
        );
        assert_eq!(shown("'count(a) == 1'", "count(a) == 1", "1"), "1");
        let value = "é \"x\"\n\u{1f600}= y";
        assert_eq!(shown("\"é \\\"x\\\"\\n\\U0001F600= y\"", value, "x"), "x");
        assert_eq!(shown("\"é \\\"x\\\"\\n\\U0001F600= y\"", value, "y"), "y");
        assert_eq!(shown("\"\"\"\nab \\\n   cd\"\"\"", "ab cd", "cd"), "cd");
        assert_eq!(shown("'''\nab\ncd'''", "ab\ncd", "cd"), "cd");
    }

    #[test]
    fn the_end_is_the_closing_quote_and_nonsense_is_all_of_it() {
        assert_eq!(&"\"ab\""[stretch("\"ab\"", &(2..2))], "\"");
        assert_eq!(stretch("\"ab\"", &(9..12)), 0..4);
        assert_eq!(stretch("ab", &(1..2)), 1..2);
        assert_eq!(stretch("ab", &(1..9)), 0..2);
        assert_eq!(stretch("\"", &(0..1)), 1..1);
    }
}
