//! The kidney files of `PrefLib`: a weighted digraph (`.wmd`) in the layout before or since 2022, and a table of
//! who is an altruist (`.dat`).

use std::collections::HashMap;

use super::{Fault, Source};
use crate::pool::{Donor, Match, Pair, Pool};

/// The column of the table that says who is an altruist, and the others that are read.
const ALTRUIST: &str = "Altruist";

struct Vertex {
    altruist: bool,
    patient: Option<String>,
    donor: Option<String>,
    sensitisation: Option<f64>,
}

/// Reads a pool. Without the table, a vertex is an altruist if its name in the graph says so.
pub(crate) fn read(graph: Source<'_>, table: Option<Source<'_>>) -> Result<Pool, Fault> {
    let new_layout = graph
        .text
        .lines()
        .find(|l| !l.trim().is_empty())
        .is_some_and(|l| l.trim_start().starts_with('#'));
    let (names, arcs, first) = if new_layout {
        since_2022(graph)?
    } else {
        before_2022(graph)?
    };
    let n = names.len();
    let vertices = match table {
        Some(table) => vertices(table, n)?,
        None => names
            .iter()
            .map(|name| Vertex {
                altruist: says_altruist(name),
                patient: None,
                donor: None,
                sensitisation: None,
            })
            .collect(),
    };
    let mut pairs = Vec::new();
    let mut pair_of = Vec::with_capacity(n);
    let mut donors = Vec::with_capacity(n);
    for (k, vertex) in vertices.into_iter().enumerate() {
        let name = (k + first).to_string();
        let pair = (!vertex.altruist).then_some(pairs.len() as u32);
        if pair.is_some() {
            pairs.push(Pair {
                name: name.clone(),
                blood_group: vertex.patient,
                sensitisation: vertex.sensitisation,
            });
        }
        pair_of.push(pair);
        donors.push(Donor {
            name,
            pair,
            age: None,
            blood_group: vertex.donor,
        });
    }
    let mut matches = Vec::with_capacity(arcs.len());
    for arc in arcs {
        match pair_of[arc.to] {
            Some(pair) => matches.push(Match {
                donor: arc.from as u32,
                pair,
                weight: arc.weight,
            }),
            // The gift of a chain's last donor to the waiting list, written as an arc back.
            None if arc.weight == 0.0 => {}
            None => {
                return Err(graph.fault(
                    arc.line,
                    format!(
                        "an arc into the altruist {}{} with weight {}",
                        arc.to + first,
                        called(&names[arc.to]),
                        arc.weight
                    ),
                    "arcs into altruists with weight 0 only",
                ));
            }
        }
    }
    Pool::new(pairs, donors, matches).map_err(|e| graph.fault(1, e.to_string(), "each arc once"))
}

/// The name of a vertex, where it has one, as it stands in a message.
fn called(name: &str) -> String {
    match name.trim() {
        "" => String::new(),
        name => format!(" (`{name}`)"),
    }
}

/// Whether a vertex is called an altruist, which is often misspelt.
fn says_altruist(name: &str) -> bool {
    let name = name.trim_start().to_ascii_lowercase();
    ["altruist", "alturist"]
        .iter()
        .any(|word| name.starts_with(word))
}

struct Arc {
    line: usize,
    from: usize,
    to: usize,
    weight: f64,
}

/// Reads arcs; `first` is the number of the first vertex.
fn arcs<'a>(
    source: Source<'_>,
    lines: impl Iterator<Item = (usize, &'a str)>,
    n: usize,
    first: usize,
    wanted: Option<usize>,
) -> Result<Vec<Arc>, Fault> {
    let mut arcs: Vec<Arc> = Vec::new();
    let mut seen = HashMap::new();
    let mut last = 1;
    for (line, text) in lines {
        last = line;
        let fields: Vec<&str> = text.split(',').map(str::trim).collect();
        let [from, to, weight] = fields[..] else {
            return Err(source.fault(
                line,
                format!("`{}`", text.trim()),
                "an arc: vertex,vertex,weight",
            ));
        };
        let from = source.index(line, from, "vertex", first, n)?;
        let to = source.index(line, to, "vertex", first, n)?;
        let weight = source.weight(line, weight)?;
        if from == to {
            return Err(source.fault(
                line,
                format!("an arc from vertex {} to itself", from + first),
                "arcs between two different vertices",
            ));
        }
        if let Some(before) = seen.insert((from, to), line) {
            return Err(source.fault(
                line,
                format!("the arc from {} to {} again", from + first, to + first),
                format!("each arc once; it stands on line {before} already"),
            ));
        }
        arcs.push(Arc {
            line,
            from,
            to,
            weight,
        });
    }
    if let Some(wanted) = wanted
        && wanted != arcs.len()
    {
        return Err(source.fault(
            last,
            format!("the end after {} arcs", arcs.len()),
            format!("{wanted} arcs, as the head of the file says"),
        ));
    }
    Ok(arcs)
}

fn before_2022(source: Source<'_>) -> Result<(Vec<String>, Vec<Arc>, usize), Fault> {
    let mut lines = lines(source);
    let Some((number, head)) = lines.next() else {
        return Err(source.fault(1, "nothing", "a first line `vertices,arcs`"));
    };
    let fields: Vec<&str> = head.split(',').map(str::trim).collect();
    let [vertices, count] = fields[..] else {
        return Err(source.fault(
            number,
            format!("`{head}`"),
            "a first line `vertices,arcs`, or `# KEY: value` lines",
        ));
    };
    let n = source.size(number, vertices, "vertices")?;
    let count = source.count(number, count)?;
    let mut names = Vec::new();
    for k in 0..n {
        let Some((number, text)) = lines.next() else {
            return Err(source.fault(
                number,
                format!("the end of the file after {k} vertices"),
                format!("{n} vertices"),
            ));
        };
        let Some((index, name)) = text.split_once(',') else {
            return Err(source.fault(
                number,
                format!("`{}`", text.trim()),
                "a vertex: number,name",
            ));
        };
        if index.trim().parse() != Ok(k + 1) {
            return Err(source.fault(
                number,
                format!("vertex `{}`", index.trim()),
                format!("vertex {}: they stand in order", k + 1),
            ));
        }
        names.push(name.trim().to_owned());
    }
    let arcs = arcs(source, lines, n, 0, Some(count))?;
    Ok((names, arcs, 0))
}

fn since_2022(source: Source<'_>) -> Result<(Vec<String>, Vec<Arc>, usize), Fault> {
    let mut vertices = None;
    let mut count = None;
    let mut heads = HashMap::new();
    let mut names: Vec<(usize, usize, String)> = Vec::new();
    for (line, text) in lines(source) {
        let Some(entry) = text.trim_start().strip_prefix('#') else {
            continue;
        };
        let Some((key, value)) = entry.split_once(':') else {
            continue;
        };
        let (key, value) = (key.trim().to_ascii_uppercase(), value.trim());
        match key.as_str() {
            "NUMBER ALTERNATIVES" | "NUMBER EDGES" => {
                if let Some(before) = heads.insert(key.clone(), line) {
                    return Err(source.fault(
                        line,
                        format!("`# {key}` again"),
                        format!("it once; it stands on line {before} already"),
                    ));
                }
                if key == "NUMBER EDGES" {
                    count = Some(source.count(line, value)?);
                } else {
                    vertices = Some(source.size(line, value, "vertices")?);
                }
            }
            _ => {
                if let Some(index) = key.strip_prefix("ALTERNATIVE NAME") {
                    names.push((line, source.count(line, index.trim())?, value.to_owned()));
                }
            }
        }
    }
    let Some(n) = vertices else {
        return Err(source.fault(
            1,
            "no line `# NUMBER ALTERNATIVES: ...`",
            "one that says how many vertices there are",
        ));
    };
    let mut by_index = vec![String::new(); n];
    let mut named = HashMap::new();
    for (line, index, name) in names {
        if index < 1 || index > n {
            return Err(source.fault(
                line,
                format!("vertex `{index}`"),
                format!("a vertex from 1 to {n}"),
            ));
        }
        if let Some(before) = named.insert(index, line) {
            return Err(source.fault(
                line,
                format!("vertex {index} named again"),
                format!("each vertex once; it stands on line {before} already"),
            ));
        }
        by_index[index - 1] = name;
    }
    let rest = lines(source).filter(|(_, text)| !text.trim_start().starts_with('#'));
    Ok((by_index, arcs(source, rest, n, 1, count)?, 1))
}

/// Lines with something on them, and their numbers.
fn lines(source: Source<'_>) -> impl Iterator<Item = (usize, &str)> {
    source
        .text
        .lines()
        .enumerate()
        .map(|(k, l)| (k + 1, l))
        .filter(|(_, l)| !l.trim().is_empty())
}

/// Reads the table of vertices.
fn vertices(source: Source<'_>, n: usize) -> Result<Vec<Vertex>, Fault> {
    let mut lines = lines(source);
    let Some((number, head)) = lines.next() else {
        return Err(source.fault(1, "nothing", "a first line with the names of the columns"));
    };
    let columns: Vec<&str> = head.split(',').map(str::trim).collect();
    let place = |name: &str| columns.iter().position(|c| c.eq_ignore_ascii_case(name));
    let Some(altruist) = place(ALTRUIST) else {
        return Err(source.fault(
            number,
            format!("columns `{head}`"),
            format!("a column `{ALTRUIST}` among them"),
        ));
    };
    let (patient, donor, pra) = (place("Patient"), place("Donor"), place("%Pra"));
    let mut found = Vec::new();
    let mut last = number;
    for (line, text) in lines {
        last = line;
        let fields: Vec<&str> = text.split(',').map(str::trim).collect();
        if fields.len() != columns.len() {
            return Err(source.fault(
                line,
                format!("{} columns", fields.len()),
                format!("{} columns, as the first line has", columns.len()),
            ));
        }
        if fields[0].parse() != Ok(found.len() + 1) {
            return Err(source.fault(
                line,
                format!("vertex `{}`", fields[0]),
                format!("vertex {}: they stand in order", found.len() + 1),
            ));
        }
        let altruist = match fields[altruist] {
            "0" => false,
            "1" => true,
            other => {
                return Err(source.fault(
                    line,
                    format!("`{other}` in the column {ALTRUIST}"),
                    "0 or 1",
                ));
            }
        };
        let text_at =
            |at: Option<usize>| at.map(|k| fields[k].to_owned()).filter(|t| !t.is_empty());
        let sensitisation = match pra {
            Some(k) if !altruist => match fields[k].parse::<f64>() {
                Ok(share) if (0.0..=1.0).contains(&share) => Some(share),
                _ => {
                    return Err(source.fault(
                        line,
                        format!("`{}` in the column %Pra", fields[k]),
                        "a share from 0 to 1",
                    ));
                }
            },
            _ => None,
        };
        found.push(Vertex {
            altruist,
            patient: text_at(patient),
            donor: text_at(donor),
            sensitisation,
        });
    }
    if found.len() != n {
        return Err(source.fault(
            last,
            format!("the end after {} vertices", found.len()),
            format!("{n} vertices, as in the .wmd file"),
        ));
    }
    Ok(found)
}
