//! What a file of testimony must be, beyond the shape of its tables.

use std::collections::HashMap;

use hailsham_scenario::Problem;

use super::Disagreement;
use super::{Field, Subject, TestimonyFile, Version, Witness};
use crate::facts::near;

/// `subjects.KEY.key`, the key in quotes where it needs them.
pub(crate) fn path_of(subject: &str, key: &str) -> String {
    format!("subjects.{}.{key}", quoted(subject))
}

/// A key as a path has it: in quotes where it holds more than letters, digits, `_` and `-`.
pub(crate) fn quoted(key: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
    if !key.is_empty() && key.chars().all(plain) {
        key.to_owned()
    } else {
        format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

fn wrong(path: String, message: impl Into<String>, help: Option<&str>) -> Problem {
    Problem {
        path,
        message: message.into(),
        help: help.map(str::to_owned),
    }
}

/// Everything that is wrong with a file.
pub(crate) fn check(file: &TestimonyFile) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut seen: HashMap<&str, &str> = HashMap::new();
    for (key, subject) in &file.subjects {
        if !subject.id.is_empty()
            && let Some(other) = seen.insert(&subject.id, key)
        {
            problems.push(wrong(
                path_of(key, "id"),
                format!("{} is the id of `{other}` already", subject.id),
                Some("each subject has an id of its own"),
            ));
        }
        of_subject(file, key, subject, &mut problems);
    }
    problems
}

fn of_subject(file: &TestimonyFile, key: &str, subject: &Subject, problems: &mut Vec<Problem>) {
    const SNAKE: &str = "small letters, digits and `_`, as `river_image`";
    let snake =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    if key.is_empty() || !key.chars().all(snake) {
        let message = format!("`{key}` cannot be the key of a subject");
        problems.push(wrong(path_of(key, "text"), message, Some(SNAKE)));
    }
    let needed = if subject.kind == [Disagreement::Uncontested] {
        1
    } else {
        2
    };
    if subject.versions.len() < needed {
        let path = format!("subjects.{}", quoted(key));
        let message = match subject.versions.len() {
            0 => "a subject without versions",
            _ => "a subject with a single version",
        };
        let help = "rivals are two at least; of what nobody tells otherwise say `kind = [\"uncontested\"]`";
        problems.push(wrong(path, message, Some(help)));
    }
    if subject.kind.is_empty() {
        let help = Some("say how its versions disagree: \"tension\", if both could hold");
        problems.push(wrong(path_of(key, "kind"), "an empty list", help));
    }
    for (name, version) in &subject.versions {
        let path = |inner: &str| path_of(key, &format!("versions.{}{inner}", quoted(name)));
        of_version(file, version, &path, problems);
    }
}

fn of_version(
    file: &TestimonyFile,
    version: &Version,
    path: &dyn Fn(&str) -> String,
    problems: &mut Vec<Problem>,
) {
    let holds = !version.holds.trim().is_empty();
    let in_fields = !version.holds_in.is_empty();
    let unknown = !version.unknown.trim().is_empty();
    match (holds, in_fields, unknown) {
        (false, false, false) => problems.push(wrong(
            path(""),
            "it is not said how it stands against a log",
            Some("add `holds = \"...\"`, `holds_in.FIELD = \"...\"`, or `unknown = \"...\"` with the reason"),
        )),
        (_, _, true) if holds || in_fields => problems.push(wrong(
            path(".unknown"),
            "a version that a log can tell of, and cannot, at once",
            Some("leave out `unknown`, or `holds` and `holds_in`"),
        )),
        (true, true, _) => problems.push(wrong(
            path(".holds"),
            "it is said for all fields together, and for single ones",
            Some("leave out `holds` or `holds_in`"),
        )),
        _ => {}
    }
    if version.fields.is_empty() {
        let help = "say in what it is a rival: one of teller, audience, time, place, number, wording, motive, other";
        problems.push(wrong(path(".fields"), "an empty list", Some(help)));
    }
    for field in version.holds_in.keys() {
        let at = path(&format!(".holds_in.{}", quoted(field)));
        let names = || Field::ALL.map(Field::word);
        match Field::of(field) {
            None => problems.push(Problem {
                path: at,
                message: format!("there is no field `{field}`"),
                help: near(
                    field,
                    names().into_iter(),
                    &format!("expected one of {}", names().join(", ")),
                ),
            }),
            Some(known) if !version.fields.contains(&known) => problems.push(wrong(
                at,
                format!("`{field}` is not one of the fields in which it is a rival"),
                Some("add it to `fields`"),
            )),
            Some(_) => {}
        }
    }
    if version.witnesses.is_empty() {
        let help = "say who tells it so, and where: { W3 = \"0:66-68\" }";
        problems.push(wrong(path(".witnesses"), "nobody tells it", Some(help)));
    }
    for (name, lines) in &version.witnesses {
        let at = path(&format!(".witnesses.{}", quoted(name)));
        let Some(witness) = file.witnesses.get(name) else {
            let names: Vec<&str> = file.witnesses.keys().map(String::as_str).collect();
            let allowed = if names.is_empty() {
                "the file has no witnesses: add a table [witnesses.NAME]".to_owned()
            } else {
                format!("expected one of {}", names.join(", "))
            };
            problems.push(Problem {
                path: at,
                message: format!("there is no witness `{name}`"),
                help: near(name, names.into_iter(), &allowed),
            });
            continue;
        };
        if let Err(message) = inside(lines, witness) {
            let help = format!("{name} has {}", witness.lines);
            problems.push(Problem {
                path: at,
                message,
                help: Some(help),
            });
        }
    }
}

/// Lines of a document, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Lines {
    document: u32,
    first: u32,
    last: u32,
}

/// What is written as `0:66-68, 0:42`; none where any part of it is not.
fn lines(text: &str) -> Option<Vec<Lines>> {
    let part = |part: &str| {
        let (document, lines) = part.trim().split_once(':')?;
        let (first, last) = lines.split_once('-').unwrap_or((lines, lines));
        let (first, last) = (first.parse().ok()?, last.parse().ok()?);
        (first <= last).then_some(Lines {
            document: document.parse().ok()?,
            first,
            last,
        })
    };
    text.split(',').map(part).collect()
}

/// Whether lines are a witness's own. Any will do of a witness that has no numbered lines.
fn inside(text: &str, witness: &Witness) -> Result<(), String> {
    let Some(own) = lines(&witness.lines) else {
        return Ok(());
    };
    let Some(cited) = lines(text) else {
        return Err(format!("`{text}` are no lines, as `{}` are", witness.lines));
    };
    let within = |cited: &Lines, own: &Lines| {
        cited.document == own.document && own.first <= cited.first && cited.last <= own.last
    };
    match cited
        .iter()
        .find(|cited| !own.iter().any(|own| within(cited, own)))
    {
        None => Ok(()),
        Some(Lines {
            document,
            first,
            last,
        }) => {
            let range = if first == last {
                format!("{document}:{first}")
            } else {
                format!("{document}:{first}-{last}")
            };
            Err(format!("{range} is not of this witness"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_numbers_of_a_document() {
        let line = |document, first, last| Lines {
            document,
            first,
            last,
        };
        assert_eq!(lines("0:7"), Some(vec![line(0, 7, 7)]));
        assert_eq!(
            lines("0:66-68, 1:5"),
            Some(vec![line(0, 66, 68), line(1, 5, 5)])
        );
        for text in ["", "page 3", "0:", "0:9-8", "0:1,", "66"] {
            assert_eq!(lines(text), None, "{text}");
        }
    }

    #[test]
    fn a_witness_has_lines_of_its_own_or_none() {
        let witness = |lines: &str| Witness {
            name: "the plot".to_owned(),
            lines: lines.to_owned(),
            nature: String::new(),
            leaning: String::new(),
        };
        assert_eq!(inside("0:18, 0:50-56", &witness("0:18-56")), Ok(()));
        assert_eq!(inside("page 3", &witness("")), Ok(()));
        let other = inside("0:20, 0:60", &witness("0:18-56"));
        assert_eq!(other, Err("0:60 is not of this witness".to_owned()));
        assert!(inside("1:20", &witness("0:18-56")).is_err());
        assert!(inside("page 3", &witness("0:18-56")).is_err());
    }
}
