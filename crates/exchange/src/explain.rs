//! A solution as a person or a program reads it: who gives to whom, what can still be done when
//! something falls through, and why others are left unmatched.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::objective::Objective;
use crate::pool::Pool;
use crate::solution::{Exchange, Solution};
use crate::solve::Options;

/// Most back-up options that are given for one exchange.
const MOST_BACK_UPS: usize = 20;

/// Why a pair is not matched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// Nobody in the pool can give to the patient.
    NobodyCanGive,
    /// The donor can give to nobody in the pool, and no altruist can reach the patient in a chain's length.
    CanGiveToNobody,
    /// No cycle or chain of the allowed lengths goes through the pair.
    OutOfReach,
    /// There are such cycles or chains, but none that would make the whole better.
    OthersCountMore,
    /// There are such cycles or chains, and the solution is not proven.
    NotProven,
}

impl Reason {
    /// In words.
    pub const fn text(self) -> &'static str {
        match self {
            Reason::NobodyCanGive => "nobody in the pool can give to this patient",
            Reason::CanGiveToNobody => {
                "their donor can give to nobody in the pool, and no chain reaches them"
            }
            Reason::OutOfReach => "no cycle or chain of the allowed lengths goes through them",
            Reason::OthersCountMore => {
                "cycles or chains go through them; no choice with one of these is better"
            }
            Reason::NotProven => {
                "cycles or chains go through them; that none makes the whole better is not proven"
            }
        }
    }
}

/// Pairs that the solution leaves unmatched, and why.
pub fn unmatched(pool: &Pool, solution: &Solution, options: &Options) -> Vec<(u32, Reason)> {
    let n = pool.pairs().len();
    let mut matched = vec![false; n];
    let transplants = solution.exchanges.iter().flat_map(Exchange::transplants);
    for (_, to) in transplants {
        if let Some(pair) = pool.donors()[to as usize].pair {
            matched[pair as usize] = true;
        }
    }
    // Who can give to whom, pair by pair, and how far each is from an altruist.
    let mut gives: Vec<Vec<u32>> = vec![Vec::new(); n];
    let mut received = vec![false; n];
    let mut distance = vec![usize::MAX; n];
    let mut front: Vec<u32> = Vec::new();
    for m in pool.matches() {
        match pool.donors()[m.donor as usize].pair {
            Some(pair) if pair == m.pair => {}
            Some(pair) => {
                gives[pair as usize].push(m.pair);
                received[m.pair as usize] = true;
            }
            None => {
                received[m.pair as usize] = true;
                if distance[m.pair as usize] == usize::MAX {
                    distance[m.pair as usize] = 1;
                    front.push(m.pair);
                }
            }
        }
    }
    let mut at = 0;
    while at < front.len() {
        let v = front[at] as usize;
        at += 1;
        for &w in &gives[v] {
            if distance[w as usize] == usize::MAX {
                distance[w as usize] = distance[v] + 1;
                front.push(w);
            }
        }
    }
    let within_reach = if solution.is_optimal() {
        Reason::OthersCountMore
    } else {
        Reason::NotProven
    };
    (0..n)
        .filter(|&p| !matched[p])
        .map(|p| {
            let reason = if !received[p] {
                Reason::NobodyCanGive
            } else if distance[p] <= options.max_chain
                || shortest_cycle(&gives, p, options.max_cycle)
            {
                within_reach
            } else if gives[p].is_empty() {
                Reason::CanGiveToNobody
            } else {
                Reason::OutOfReach
            };
            (p as u32, reason)
        })
        .collect()
}

/// Whether a pair comes back to itself within so many steps.
fn shortest_cycle(gives: &[Vec<u32>], from: usize, most: usize) -> bool {
    let mut seen = vec![false; gives.len()];
    let mut front = vec![from as u32];
    for _ in 0..most {
        let mut next = Vec::new();
        for &v in &front {
            for &w in &gives[v as usize] {
                if w as usize == from {
                    return true;
                }
                if !std::mem::replace(&mut seen[w as usize], true) {
                    next.push(w);
                }
            }
        }
        front = next;
    }
    false
}

/// What the pairs of an exchange can still do among themselves when one of them drops out: smaller cycles,
/// and for a chain shorter chains. The largest first; where several donors of a pair could give, the chosen one.
pub fn back_ups(pool: &Pool, exchange: &Exchange) -> Vec<Exchange> {
    let donors = exchange.donors();
    let (altruist, paired) = match exchange {
        Exchange::Chain { .. } => donors.split_at(1),
        Exchange::Cycle { .. } => donors.split_at(0),
    };
    let size = paired.len();
    // The chosen donors come before the other donors of their pairs.
    let chosen: Vec<Option<u32>> = paired
        .iter()
        .map(|&d| pool.donors()[d as usize].pair)
        .collect();
    let mut among = paired.to_vec();
    among.extend((0..pool.donors().len() as u32).filter(|d| {
        let pair = pool.donors()[*d as usize].pair;
        pair.is_some() && chosen.contains(&pair) && !paired.contains(d)
    }));
    let mut search = BackUps {
        pool,
        among: &among,
        most: 0,
        found: Vec::new(),
        seen: BTreeSet::new(),
    };
    if let Some(&altruist) = altruist.first() {
        search.most = size.saturating_sub(1);
        search.extend(&mut vec![altruist], true);
    }
    search.most = if altruist.is_empty() {
        size.saturating_sub(1)
    } else {
        size
    };
    for &d in &among {
        search.extend(&mut vec![d], false);
    }
    let mut found = search.found;
    found.sort_by_key(|e| std::cmp::Reverse(e.donors().len()));
    found.truncate(MOST_BACK_UPS);
    found
}

/// A search for what some donors can do among themselves.
struct BackUps<'a> {
    pool: &'a Pool,
    among: &'a [u32],
    /// Most pairs.
    most: usize,
    found: Vec<Exchange>,
    /// The pairs of what is found, in order: other donors of the same pairs make no other back-up.
    seen: BTreeSet<Vec<Option<u32>>>,
}

impl BackUps<'_> {
    fn pair(&self, donor: u32) -> Option<u32> {
        self.pool.donors()[donor as usize].pair
    }

    fn extend(&mut self, path: &mut Vec<u32>, chain: bool) {
        let last = path[path.len() - 1];
        let pairs = path.len() - usize::from(chain);
        let home = self.pair(path[0]);
        let whole = if chain {
            pairs > 0
        } else {
            pairs > 1 && home.is_some_and(|home| self.pool.find(last, home).is_some())
        };
        if whole
            && self
                .seen
                .insert(path.iter().map(|&d| self.pair(d)).collect())
        {
            let donors = path.clone();
            self.found.push(if chain {
                Exchange::Chain { donors }
            } else {
                Exchange::Cycle { donors }
            });
        }
        if pairs >= self.most || self.found.len() >= 10 * MOST_BACK_UPS {
            return;
        }
        for &next in self.among {
            let Some(pair) = self.pair(next) else {
                continue;
            };
            let taken = path.iter().any(|&d| self.pair(d) == Some(pair));
            // A cycle is found from its first pair.
            if taken || self.pool.find(last, pair).is_none() || (!chain && Some(pair) < home) {
                continue;
            }
            path.push(next);
            self.extend(path, chain);
            path.pop();
        }
    }
}

/// The index or identity in the file: a number where it is one.
fn label(name: &str) -> Value {
    match name.parse::<u64>() {
        Ok(n) if n.to_string() == name => json!(n),
        _ => json!(name),
    }
}

/// A number without a fraction where it has none.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        json!(value as i64)
    } else {
        json!(value)
    }
}

/// The pair of a donor, by the file's own index.
fn pair(pool: &Pool, donor: u32) -> Value {
    let index = pool.donors()[donor as usize].pair;
    index.map_or(Value::Null, |p| label(&pool.pairs()[p as usize].name))
}

/// Who gives to whom in an exchange: each donor, the recipient's pair, and the weight in the file.
fn transplants(pool: &Pool, exchange: &Exchange) -> Value {
    let one = |(from, to): (u32, u32)| {
        let receiver = pool.donors()[to as usize].pair;
        let found = receiver.and_then(|receiver| pool.find(from, receiver));
        json!({
            "donor": label(&pool.donors()[from as usize].name),
            "recipient": pair(pool, to),
            "weight": found.map(|found| number(found.weight)),
        })
    };
    exchange.transplants().map(one).collect()
}

/// The solution as one JSON object: `status`, `objective`, `bound`, `gap`, `seconds`, `cycles`, `chains`,
/// and more. Pairs, donors and altruists are given by the indices or identities of the file.
pub fn to_json(pool: &Pool, options: &Options, solution: &Solution) -> Value {
    let list = |donors: &[u32]| -> Value { donors.iter().map(|&d| pair(pool, d)).collect() };
    let mut cycles = Vec::new();
    let mut chains = Vec::new();
    for exchange in &solution.exchanges {
        match exchange {
            Exchange::Cycle { donors } => cycles.push(list(donors)),
            Exchange::Chain { donors } => chains.push(json!({
                "altruist": label(&pool.donors()[donors[0] as usize].name),
                "pairs": list(&donors[1..]),
            })),
        }
    }
    let last = solution.last_bounded();
    let bound = |b: Option<f64>| b.map_or(Value::Null, number);
    json!({
        "status": if solution.is_optimal() { "optimal" } else { "feasible" },
        "objective": solution.achieved.iter().map(|a| number(a.value)).collect::<Vec<_>>(),
        "bound": bound(last.and_then(|a| a.bound)),
        "gap": last.and_then(super::solution::Achieved::gap),
        "seconds": solution.time.as_secs_f64(),
        "cycles": cycles,
        "chains": chains,
        "exchanges": solution.exchanges.iter().map(|exchange| json!({
            "kind": match exchange {
                Exchange::Cycle { .. } => "cycle",
                Exchange::Chain { .. } => "chain",
            },
            "transplants": transplants(pool, exchange),
        })).collect::<Vec<_>>(),
        "objectives": solution.achieved.iter().map(|a| json!({
            "name": a.objective.name(),
            "value": number(a.value),
            "bound": bound(a.bound),
            "gap": a.gap(),
        })).collect::<Vec<_>>(),
        "notes": notes(pool, options),
        "unmatched": unmatched(pool, solution, options).iter().map(|&(p, reason)| json!({
            "pair": label(&pool.pairs()[p as usize].name),
            "reason": reason.text(),
        })).collect::<Vec<_>>(),
    })
}

/// An exchange in words: `altruist 3 → pair 5 → pair 2 → waiting list`. Where a pair has several donors, with the one who
/// gives: `pair 5 (donor 7)`.
pub fn line(pool: &Pool, exchange: &Exchange) -> String {
    let name = |d: u32| {
        let donor = &pool.donors()[d as usize];
        let Some(p) = donor.pair else {
            return format!("altruist {}", donor.name);
        };
        let pair = &pool.pairs()[p as usize].name;
        let donors = pool.donors().iter().filter(|of| of.pair == donor.pair);
        if donors.count() > 1 {
            format!("pair {pair} (donor {})", donor.name)
        } else {
            format!("pair {pair}")
        }
    };
    let mut parts: Vec<String> = exchange.donors().iter().map(|&d| name(d)).collect();
    match exchange {
        Exchange::Cycle { donors } => parts.push(name(donors[0])),
        Exchange::Chain { .. } => parts.push("waiting list".to_owned()),
    }
    parts.join(" → ")
}

/// A number as a person reads it.
fn plain(value: f64) -> String {
    // The shortest text of this number, which is what stands in the file.
    (value + 0.0).to_string()
}

/// What is to be known of the answer beside its values.
pub(crate) fn notes(pool: &Pool, options: &Options) -> Vec<&'static str> {
    let by_age = options.objectives.contains(&Objective::Uk);
    let ages = pool.donors().iter().any(|donor| donor.age.is_some());
    if by_age && !ages {
        vec!["No donor has an age: `uk` is the weights alone."]
    } else {
        Vec::new()
    }
}

/// The solution in words.
pub fn to_text(pool: &Pool, options: &Options, solution: &Solution) -> String {
    let mut out = Vec::new();
    let altruists = match pool.altruists().len() {
        0 => "no altruists".to_owned(),
        1 => "1 altruist".to_owned(),
        n => format!("{n} altruists"),
    };
    out.push(format!(
        "{} pairs, {altruists}, {} possible transplants",
        pool.pairs().len(),
        pool.matches().len()
    ));
    for a in &solution.achieved {
        let state = match (a.is_optimal(), a.bound, a.gap()) {
            (true, ..) => "proven to be the best".to_owned(),
            (false, Some(bound), Some(gap)) => format!(
                "best found; bound {}, gap {:.2} %{}",
                plain(bound),
                100.0 * gap,
                if a.rounded {
                    "; the weights have more places than can be held exactly"
                } else {
                    ""
                }
            ),
            _ => "not solved for: what comes before it is not proven".to_owned(),
        };
        out.push(format!("{}: {} ({state})", a.objective, plain(a.value)));
    }
    out.extend(notes(pool, options).into_iter().map(str::to_owned));
    let mut group = |title: &str, chain: bool| {
        let chosen: Vec<&Exchange> = solution
            .exchanges
            .iter()
            .filter(|e| matches!(e, Exchange::Chain { .. }) == chain)
            .collect();
        if chosen.is_empty() {
            return;
        }
        out.push(String::new());
        out.push(format!("{title} ({})", chosen.len()));
        for exchange in chosen {
            out.push(format!("  {}", line(pool, exchange)));
            let spare = back_ups(pool, exchange);
            if let Some(first) = spare.first() {
                let more = if spare.len() > 1 {
                    format!(" (and {} more)", spare.len() - 1)
                } else {
                    String::new()
                };
                out.push(format!("      back-up: {}{more}", line(pool, first)));
            }
        }
    };
    group("Cycles", false);
    group("Chains", true);
    let left = unmatched(pool, solution, options);
    if !left.is_empty() {
        out.push(String::new());
        out.push(format!("Unmatched ({})", left.len()));
        for reason in [
            Reason::NobodyCanGive,
            Reason::CanGiveToNobody,
            Reason::OutOfReach,
            Reason::OthersCountMore,
            Reason::NotProven,
        ] {
            let names: Vec<&str> = left
                .iter()
                .filter(|(_, r)| *r == reason)
                .map(|&(p, _)| pool.pairs()[p as usize].name.as_str())
                .collect();
            if !names.is_empty() {
                out.push(format!(
                    "  {} ({}): {}",
                    reason.text(),
                    names.len(),
                    names.join(", ")
                ));
            }
        }
    }
    out.push(String::new());
    out.join("\n")
}
