//! What the TOML parser found wrong, in words for whoever wrote the file.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::error::{Diagnostic, Lines, Place, ProblemKind, excerpt};
use crate::shape::join;

/// As many lines with faults are told.
const NOTED: usize = 100;

/// The parser's errors as problems: one for each line, since one slip often makes several errors.
/// `document` is what the parser could make of the text.
pub(crate) fn problems(
    source: usize,
    text: &str,
    document: &DeTable<'_>,
    errors: &[toml::de::Error],
) -> Vec<Diagnostic> {
    let lines = Lines::of(text);
    let line_of = |at: usize| lines.position(text, at.min(text.len())).0;
    let mut spans: Vec<(Range<usize>, &str)> = errors
        .iter()
        .map(|error| (error.span().unwrap_or(0..0), error.message()))
        .collect();
    spans.sort_by_key(|(span, _)| span.start);
    spans.dedup_by_key(|(span, _)| line_of(span.start));
    let problem = |(span, message): (Range<usize>, &str)| {
        let problem = if message.starts_with("duplicate key") {
            duplicate(text, document, &span, line_of)
        } else {
            Diagnostic::new(ProblemKind::Syntax, "", "this is not TOML".to_owned())
                .label(in_words(text, &span, message))
        };
        problem.at(Some(Place { source, span }))
    };
    spans.into_iter().take(NOTED).map(problem).collect()
}

/// The parser's message, or a plainer one for the slips of those who write their first file.
fn in_words(text: &str, span: &Range<usize>, message: &str) -> String {
    let found = text.get(span.clone()).unwrap_or_default().trim();
    let before = text
        .get(..span.start)
        .unwrap_or_default()
        .trim_end_matches([' ', '\t']);
    let looks_bare = [
        "string values must be quoted",
        "invalid float",
        "invalid boolean",
    ]
    .iter()
    .any(|start| message.starts_with(start));
    if found.is_empty() && before.ends_with('=') {
        return "a value is missing here".to_owned();
    }
    if looks_bare && !found.is_empty() {
        return match found.to_lowercase().as_str() {
            truth @ ("true" | "false") => format!("write {truth} in small letters"),
            _ if found.starts_with(['“', '”', '„', '‘', '’']) => {
                "the quotes must be straight: \" or '".to_owned()
            }
            _ => format!("words and quantities need quotes: \"{}\"", excerpt(found)),
        };
    }
    message.trim_end_matches(", expected nothing").to_owned()
}

/// A key or section that is given twice, with the line of the first.
fn duplicate(
    text: &str,
    document: &DeTable<'_>,
    span: &Range<usize>,
    line_of: impl Fn(usize) -> usize,
) -> Diagnostic {
    let written = text.get(span.clone()).unwrap_or_default();
    let name = written.trim_matches(['"', '\'']);
    let mut first = heading(text, span);
    if first.is_none() {
        search(document, &mut Vec::new(), 0, name, span.start, &mut first);
    }
    let (path, label) = match first {
        Some(First { path, at, .. }) => (path, format!("given before, in line {}", line_of(at))),
        None => (written.to_owned(), "given before".to_owned()),
    };
    let message = format!("`{}` is given twice", excerpt(&path));
    Diagnostic::new(ProblemKind::DuplicateKey, &path, message)
        .label(label)
        .help("a key stands once in its section, and a section once in a file")
}

struct First {
    path: String,
    at: usize,
    /// Where its table starts.
    table: usize,
}

/// The first heading like the one that `span` is in, if it is in one.
fn heading(text: &str, span: &Range<usize>) -> Option<First> {
    let start = text.get(..span.start)?.rfind('\n').map_or(0, |at| at + 1);
    let line = text.get(start..)?.lines().next()?.trim();
    let heading = line
        .get(..=line.find(']')?)
        .filter(|line| line.starts_with('['))?;
    let mut at = 0;
    for line in text.get(..start)?.split_inclusive('\n') {
        if line.trim_start().starts_with(heading) {
            let path = heading.trim_matches(['[', ']', ' ', '\t']).to_owned();
            return Some(First { path, at, table: 0 });
        }
        at += line.len();
    }
    None
}

/// Looks for the key `name` in the table that the second one, at `second`, is in: of all tables
/// that start before it and have such a key, the last.
fn search(
    table: &DeTable<'_>,
    path: &mut Vec<String>,
    start: usize,
    name: &str,
    second: usize,
    first: &mut Option<First>,
) {
    for (key, value) in table {
        path.push(key.get_ref().to_string());
        let at = key.span().start;
        let better = first.as_ref().is_none_or(|first| start >= first.table);
        if key.get_ref() == name && at < second && start <= second && better {
            let path = path
                .iter()
                .fold(String::new(), |path, key| join(&path, key));
            *first = Some(First {
                path,
                at,
                table: start,
            });
        }
        match value.get_ref() {
            DeValue::Table(inner) => search(inner, path, value.span().start, name, second, first),
            DeValue::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    if let Some(inner) = item.get_ref().as_table() {
                        path.push(index.to_string());
                        search(inner, path, item.span().start, name, second, first);
                        path.pop();
                    }
                }
            }
            _ => {}
        }
        path.pop();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use toml::de::DeTable;

    use super::problems;

    fn label(text: &str) -> (String, String) {
        let (document, errors) = DeTable::parse_recoverable(text);
        let problem = problems(0, text, document.get_ref(), &errors)
            .into_iter()
            .next()
            .unwrap();
        (problem.path, problem.label)
    }

    #[test]
    fn first_slips_are_told_plainly() {
        for (text, expected) in [
            (
                "x = 18 months",
                "words and quantities need quotes: \"18 months\"",
            ),
            (
                "x = nearest",
                "words and quantities need quotes: \"nearest\"",
            ),
            (
                "x = [1, near]",
                "words and quantities need quotes: \"near\"",
            ),
            ("x = True", "write true in small letters"),
            ("x = “a”", "the quotes must be straight: \" or '"),
            ("x = # none", "a value is missing here"),
            ("x =\ny = 3", "a value is missing here"),
            ("x = 01", "unexpected leading zero"),
            ("x 3", "key with no value, expected `=`"),
        ] {
            assert_eq!(label(text).1, expected, "{text}");
        }
    }

    #[test]
    fn the_first_of_two_is_found_in_its_own_table() {
        for (text, path, line) in [
            ("a = 1\nb = 2\na = 3", "a", 1),
            ("a = 1\n[s]\nb = 2\na = 3\na = 4", "s.a", 4),
            ("[s]\na = 1\n[t]\na = 3\n[s]\nb = 4", "s", 1),
            ("[s]\na = 1\n[t.u]\nb = 1\n[t.u]", "t.u", 3),
            ("[[l]]\na = 1\n[[l]]\nb = 3\nb = 4", "l.1.b", 4),
            ("p = { a = 1,\n a = 2 }", "p.a", 1),
            ("s.a = 1\ns.'a' = 2", "s.a", 1),
        ] {
            let expected = (path.to_owned(), format!("given before, in line {line}"));
            assert_eq!(label(text), expected, "{text}");
        }
    }
}
