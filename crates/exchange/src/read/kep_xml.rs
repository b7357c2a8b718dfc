//! The XML of `kep_solver`.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::kep::{self, Entry, Id};
use super::{Fault, Source, line_ends};
use crate::pool::Pool;

/// Elements that are not inside a known one are passed over; these are known.
const KNOWN: [&str; 11] = [
    "data",
    "entry",
    "dage",
    "bloodgroup",
    "sources",
    "source",
    "matches",
    "match",
    "recipient",
    "score",
    "altruistic",
];

pub(crate) fn read(source: Source<'_>) -> Result<Pool, Fault> {
    let mut reader = Reader::from_str(source.text);
    let mut lines = Lines {
        text: source.text,
        at: 0,
        line: 1,
    };
    let mut path: Vec<String> = Vec::new();
    // What has stood so far in each element of the path.
    let mut stood: Vec<Vec<String>> = vec![Vec::new()];
    let mut text = String::new();
    let mut entries: Vec<Entry> = Vec::new();
    let mut to: Option<Id> = None;
    let mut score: Option<f64> = None;
    let mut seen_data = false;
    loop {
        let event = reader.read_event();
        let line = lines.to(reader.buffer_position() as usize);
        let event = match event {
            Ok(event) => event,
            Err(e) => {
                let line = lines.to(reader.error_position() as usize);
                return Err(source.fault(line, format!("broken XML ({e})"), "well-formed XML"));
            }
        };
        match event {
            Event::Start(start) | Event::Empty(start) if path.len() > KNOWN.len() => {
                return Err(source.fault(
                    line,
                    format!("<{}> too deep", start.name().as_ref()),
                    "data, entry, matches, match",
                ));
            }
            Event::Start(start) => {
                let name = start.name().as_ref().to_owned();
                open(source, line, &path, &name, &start, &mut entries)?;
                once(source, line, &path, &name, &mut stood)?;
                seen_data |= name == "data";
                path.push(name);
                stood.push(Vec::new());
                text.clear();
            }
            Event::Empty(start) => {
                let name = start.name().as_ref().to_owned();
                open(source, line, &path, &name, &start, &mut entries)?;
                once(source, line, &path, &name, &mut stood)?;
                seen_data |= name == "data";
                // It ends where it begins, with nothing in it.
                close(
                    source,
                    line,
                    &path,
                    &name,
                    String::new(),
                    &mut entries,
                    (&mut to, &mut score),
                )?;
            }
            Event::Text(t) => {
                stray(source, line, &path, &t)?;
                text.push_str(&t);
            }
            Event::CData(t) => {
                stray(source, line, &path, &t)?;
                text.push_str(&t);
            }
            Event::GeneralRef(name) => match quick_xml::escape::resolve_predefined_entity(&name) {
                Some(meaning) => {
                    stray(source, line, &path, meaning)?;
                    text.push_str(meaning);
                }
                None => {
                    return Err(source.fault(
                        line,
                        format!("&{};", &*name),
                        "&amp; &lt; &gt; &quot; &apos;",
                    ));
                }
            },
            Event::End(_) => {
                let name = path.pop().unwrap_or_default();
                stood.pop();
                let value = text.trim().to_owned();
                close(
                    source,
                    line,
                    &path,
                    &name,
                    value,
                    &mut entries,
                    (&mut to, &mut score),
                )?;
                text.clear();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if let Some(open) = path.last() {
        let line = lines.to(source.text.len());
        return Err(source.fault(
            line,
            format!("the end of the file inside <{open}>"),
            format!("</{open}>"),
        ));
    }
    if !seen_data {
        return Err(source.fault(
            1,
            "no element <data>",
            "<data> with an <entry> for each donor",
        ));
    }
    kep::pool(source, entries, Vec::new(), "sources")
}

/// Refuses a second element of what an element has once: a file is one `<data>`, and an entry and a match have each of
/// their parts once.
fn once(
    source: Source<'_>,
    line: usize,
    path: &[String],
    name: &str,
    stood: &mut [Vec<String>],
) -> Result<(), Fault> {
    let inside = path.last().map_or("the file", String::as_str);
    let parts = matches!(inside, "the file" | "entry" | "match");
    let Some(before) = stood.last_mut() else {
        return Ok(());
    };
    if parts && KNOWN.contains(&name) {
        if before.iter().any(|other| other == name) {
            return Err(source.fault(
                line,
                format!("a second <{name}> in {inside}"),
                format!("<{name}> once"),
            ));
        }
        before.push(name.to_owned());
    }
    Ok(())
}

/// Refuses text where nothing is read of it.
fn stray(source: Source<'_>, line: usize, path: &[String], text: &str) -> Result<(), Fault> {
    let text = text.trim();
    let inside = path.last().map(String::as_str);
    let elements = matches!(
        inside,
        None | Some("data" | "entry" | "sources" | "matches" | "match")
    );
    if text.is_empty() || !elements {
        return Ok(());
    }
    let place = inside.map_or("outside <data>".to_owned(), |name| format!("in <{name}>"));
    Err(source.fault(line, format!("`{text}` {place}"), "elements alone"))
}

/// An element begins.
fn open(
    source: Source<'_>,
    line: usize,
    path: &[String],
    name: &str,
    start: &quick_xml::events::BytesStart<'_>,
    entries: &mut Vec<Entry>,
) -> Result<(), Fault> {
    let inside = path.last().map(String::as_str);
    let fits = match name {
        "data" => inside.is_none(),
        "entry" => inside == Some("data"),
        "dage" | "bloodgroup" | "sources" | "matches" | "altruistic" => inside == Some("entry"),
        "source" => inside == Some("sources"),
        "match" => inside == Some("matches"),
        "recipient" | "score" => inside == Some("match"),
        _ => inside != Some("sources"),
    };
    if !fits {
        return Err(source.fault(
            line,
            format!(
                "<{name}> inside {}",
                inside.map_or("nothing".to_owned(), |i| format!("<{i}>"))
            ),
            "data > entry > sources > source, and data > entry > matches > match",
        ));
    }
    if name == "entry" {
        let id = start
            .try_get_attribute("donor_id")
            .map_err(|e| {
                source.fault(
                    line,
                    format!("broken attributes ({e})"),
                    "<entry donor_id=\"...\">",
                )
            })?
            .ok_or_else(|| {
                source.fault(line, "<entry> without donor_id", "<entry donor_id=\"...\">")
            })?;
        let text = id.value.into_owned();
        entries.push(Entry {
            id: Id { line, text },
            of: Vec::new(),
            altruistic: None,
            unknown: None,
            age: None,
            blood_group: None,
            matches: Vec::new(),
        });
    }
    if inside == Some("entry")
        && !KNOWN.contains(&name)
        && let Some(entry) = entries.last_mut()
    {
        let text = format!("<{name}>");
        entry.unknown.get_or_insert(Id { line, text });
    }
    Ok(())
}

/// An element ends, and this is what stood in it.
fn close(
    source: Source<'_>,
    line: usize,
    path: &[String],
    name: &str,
    value: String,
    entries: &mut [Entry],
    (to, score): (&mut Option<Id>, &mut Option<f64>),
) -> Result<(), Fault> {
    let Some(entry) = entries.last_mut() else {
        return Ok(());
    };
    match (path.last().map(String::as_str), name) {
        (Some("entry"), "dage") => {
            let age = value
                .parse()
                .map_err(|_| source.fault(line, format!("age `{value}`"), "years from 0 to 150"))?;
            entry.age = Some(source.age(line, age)?);
        }
        (Some("entry"), "bloodgroup") => entry.blood_group = Some(value).filter(|v| !v.is_empty()),
        (Some("entry"), "altruistic") => {
            entry.altruistic = match value.as_str() {
                "true" | "1" | "" => Some(true),
                "false" | "0" => Some(false),
                _ => {
                    return Err(source.fault(
                        line,
                        format!("`{value}` in <altruistic>"),
                        "true or false",
                    ));
                }
            };
        }
        (Some("sources"), "source") if value.is_empty() => {
            return Err(source.fault(
                line,
                format!("an empty <source> of donor `{}`", entry.id.text),
                "the identity of a recipient, or <altruistic>",
            ));
        }
        (Some("sources"), "source") => entry.of.push(Id { line, text: value }),
        (Some("match"), "recipient") => *to = Some(Id { line, text: value }),
        (Some("match"), "score") => *score = Some(source.weight(line, &value)?),
        (Some("matches"), "match") => match (to.take(), score.take()) {
            (Some(to), Some(score)) => entry.matches.push((to, score)),
            _ => {
                return Err(source.fault(
                    line,
                    "a <match> without recipient or score",
                    "<recipient> and <score>",
                ));
            }
        },
        _ => {}
    }
    Ok(())
}

/// Counts lines as the reader goes on.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn to(&mut self, position: usize) -> usize {
        let end = position.min(self.text.len()).max(self.at);
        self.line += line_ends(&self.text.as_bytes()[self.at..end]);
        self.at = end;
        self.line
    }
}
