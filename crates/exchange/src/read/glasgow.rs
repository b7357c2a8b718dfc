//! The `.input` and `.ndds` files of Glasgow's `kidney_solver`.

use super::{Fault, Source};
use crate::pool::{Donor, Match, Pair, Pool};

/// A line of a file and its words.
struct Line<'a> {
    number: usize,
    words: Vec<&'a str>,
}

struct Table<'a> {
    left: usize,
    right_of: Vec<Line<'a>>,
}

/// Reads a pool of pairs, and its altruists where a file of them is given.
pub(crate) fn read(input: Source<'_>, ndds: Option<Source<'_>>) -> Result<Pool, Fault> {
    let table = table(input, "pairs")?;
    let n = table.left;
    let pairs = (0..n)
        .map(|i| Pair {
            name: i.to_string(),
            ..Pair::default()
        })
        .collect();
    let mut donors: Vec<Donor> = (0..n)
        .map(|i| Donor {
            name: i.to_string(),
            pair: Some(i as u32),
            ..Donor::default()
        })
        .collect();
    let mut matches = Vec::with_capacity(table.right_of.len());
    arcs(input, &table, ("pair", n), n, 0, &mut matches)?;
    if let Some(ndds) = ndds {
        let table = self::table(ndds, "altruists")?;
        donors.extend((0..table.left).map(|i| Donor {
            name: i.to_string(),
            ..Donor::default()
        }));
        arcs(
            ndds,
            &table,
            ("altruist", table.left),
            n,
            n as u32,
            &mut matches,
        )?;
    }
    Pool::new(pairs, donors, matches)
        .map_err(|e| input.fault(1, e.to_string(), "each donor and pair once"))
}

fn table<'a>(source: Source<'a>, what: &str) -> Result<Table<'a>, Fault> {
    let mut lines = source
        .text
        .lines()
        .enumerate()
        .map(|(k, line)| Line {
            number: k + 1,
            words: line.split_whitespace().collect(),
        })
        .filter(|line| !line.words.is_empty());
    let Some(head) = lines.next() else {
        return Err(source.fault(
            1,
            "nothing".to_owned(),
            "a first line with two numbers: how many there are, and how many arcs",
        ));
    };
    let [left, arcs] = head.words[..] else {
        return Err(source.fault(
            head.number,
            quoted(&head),
            "two numbers: how many there are, and how many arcs",
        ));
    };
    let left = source.size(head.number, left, what)?;
    let arcs = source.count(head.number, arcs)?;
    let mut found = Vec::new();
    let mut last = head.number;
    let mut ended = false;
    for line in lines {
        if ended {
            return Err(source.fault(
                line.number,
                quoted(&line),
                "nothing after the end `-1 -1 -1`",
            ));
        }
        last = line.number;
        if line.words.iter().all(|w| *w == "-1") && line.words.len() == 3 {
            ended = true;
            if found.len() != arcs {
                return Err(source.fault(
                    line.number,
                    format!("the end after {} arcs", found.len()),
                    format!("{arcs} arcs, as the first line says"),
                ));
            }
        } else if found.len() == arcs {
            return Err(source.fault(
                line.number,
                quoted(&line),
                format!("the end `-1 -1 -1` after {arcs} arcs, as the first line says"),
            ));
        } else {
            found.push(line);
        }
    }
    if !ended {
        return Err(source.fault(
            last,
            "the end of the file".to_owned(),
            "the line `-1 -1 -1` after the arcs",
        ));
    }
    Ok(Table {
        left,
        right_of: found,
    })
}

fn quoted(line: &Line) -> String {
    format!("`{}`", line.words.join(" "))
}

fn arcs(
    source: Source<'_>,
    table: &Table,
    (what, lefts): (&str, usize),
    pairs: usize,
    first: u32,
    matches: &mut Vec<Match>,
) -> Result<(), Fault> {
    let mut seen = std::collections::HashMap::new();
    for line in &table.right_of {
        let n = line.number;
        let ([from, to] | [from, to, _]) = line.words[..] else {
            return Err(source.fault(n, quoted(line), format!("an arc: {what}, pair, weight")));
        };
        let from = source.index(n, from, what, 0, lefts)?;
        let to = source.index(n, to, "pair", 0, pairs)?;
        let [_, _, weight] = line.words[..] else {
            return Err(source.fault(n, quoted(line), format!("an arc: {what}, pair, weight")));
        };
        let weight = source.weight(n, weight)?;
        if what == "pair" && from == to {
            return Err(source.fault(
                n,
                format!("an arc from pair {from} to itself"),
                "arcs between two different pairs",
            ));
        }
        if let Some(before) = seen.insert((from, to), n) {
            return Err(source.fault(
                n,
                format!("the arc from {what} {from} to pair {to} again"),
                format!("each arc once; it stands on line {before} already"),
            ));
        }
        matches.push(Match {
            donor: first + from as u32,
            pair: to as u32,
            weight,
        });
    }
    Ok(())
}
