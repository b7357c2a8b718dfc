//! The pool and the chosen exchanges as one HTML file that opens without anything else.

use minijinja::value::Serde;
use minijinja::{Environment, context};
use serde::Serialize;
use thiserror::Error;

use crate::explain::{back_ups, line, notes, unmatched};
use crate::pool::Pool;
use crate::solution::{Exchange, Solution};
use crate::solve::Options;

/// Radius of the circle on which pairs stand.
const RADIUS: f64 = 440.0;
/// Where altruists stand.
const INNER: f64 = 250.0;
/// From the middle of a dot to its name.
const APART: f64 = 13.0;
/// The height of a name: the most, and the least that can be read.
const LETTERS: (f64, f64) = (26.0, 7.0);
/// The width of a letter, of its height.
const WIDTH: f64 = 0.58;
/// How far a chosen arc bends inwards, of its length: little clockwise, as the donors of an exchange stand, and much on
/// the way back, so that the two arcs of a cycle of two stand apart and no arc runs through a third pair.
const BEND: (f64, f64) = (0.06, 0.34);
/// Pools with more possible transplants than this are drawn without them.
const MOST_ARCS: usize = 6_000;

/// The page could not be made: a defect of the template.
#[derive(Debug, Error)]
#[error("the page could not be made: {0}")]
pub struct PageError(#[from] minijinja::Error);

#[derive(Serialize)]
struct Dot {
    x: f64,
    y: f64,
    name: String,
    class: &'static str,
    label: Option<Label>,
}

/// The name of a dot, beside it on the side that is away from the middle.
#[derive(Serialize)]
struct Label {
    x: f64,
    y: f64,
    /// Degrees by which it is turned, so that neighbours have room.
    turn: f64,
    text: String,
}

#[derive(Serialize)]
struct Arc {
    from: (f64, f64),
    to: (f64, f64),
    /// What it bends towards, where it is chosen.
    by: Option<(f64, f64)>,
    class: &'static str,
    title: String,
}

#[derive(Serialize)]
struct Row {
    line: String,
    chain: bool,
    back_ups: Vec<String>,
}

#[derive(Serialize)]
struct Goal {
    name: &'static str,
    value: String,
    bound: Option<String>,
    proven: bool,
}

/// Draws the pool: exchanges stand together on the circle, unmatched pairs after them, altruists inside.
pub fn to_html(
    title: &str,
    pool: &Pool,
    options: &Options,
    solution: &Solution,
) -> Result<String, PageError> {
    // Neighbours in an exchange are neighbours on the circle.
    let mut order: Vec<u32> = Vec::new();
    let mut placed = vec![false; pool.pairs().len()];
    let mut chosen = std::collections::BTreeSet::new();
    for exchange in &solution.exchanges {
        chosen.extend(
            exchange
                .transplants()
                .map(|(from, to)| (from, pool.donors()[to as usize].pair)),
        );
        for &d in exchange.donors() {
            if let Some(pair) = pool.donors()[d as usize].pair {
                order.push(pair);
                placed[pair as usize] = true;
            }
        }
    }
    let matched = order.len();
    order.extend((0..pool.pairs().len() as u32).filter(|&p| !placed[p as usize]));
    let names = pool.pairs().iter().map(|pair| pair.name.as_str());
    let pair_names = Names::of(names, RADIUS);
    let names = pool.altruists().iter();
    let altruist_names = Names::of(
        names.map(|a| pool.donors()[*a as usize].name.as_str()),
        INNER,
    );
    let mut at = vec![(0.0, 0.0); pool.pairs().len()];
    let mut dots = Vec::new();
    for (k, &p) in order.iter().enumerate() {
        let (x, y) = on_circle(k, order.len(), RADIUS);
        at[p as usize] = (x, y);
        let class = if k < matched { "in" } else { "out" };
        dots.push(Dot {
            x,
            y,
            name: format!("pair {}", pool.pairs()[p as usize].name),
            class,
            label: pair_names.label(&pool.pairs()[p as usize].name, k, order.len()),
        });
    }
    let place = |donor: u32| {
        if let Some(p) = pool.donors()[donor as usize].pair {
            at[p as usize]
        } else {
            let k = pool.altruists().partition_point(|&a| a < donor);
            on_circle(k, pool.altruists().len(), INNER)
        }
    };
    for (k, &a) in pool.altruists().iter().enumerate() {
        let (x, y) = place(a);
        let name = &pool.donors()[a as usize].name;
        dots.push(Dot {
            x,
            y,
            name: format!("altruist {name}"),
            class: "altruist",
            label: altruist_names.label(name, k, pool.altruists().len()),
        });
    }
    let drawn_all = pool.matches().len() <= MOST_ARCS;
    let mut arcs: Vec<Arc> = Vec::new();
    for in_use in [false, true] {
        for m in pool.matches() {
            let used = chosen.contains(&(m.donor, Some(m.pair)));
            if used != in_use || (!used && !drawn_all) {
                continue;
            }
            let (from, to) = (place(m.donor), at[m.pair as usize]);
            let altruist = pool.donors()[m.donor as usize].pair.is_none();
            let class = match (used, altruist) {
                (false, _) => "possible",
                (true, false) => "used",
                (true, true) => "used first",
            };
            let title = format!(
                "{} to pair {}, weight {}",
                pool.donors()[m.donor as usize].name,
                pool.pairs()[m.pair as usize].name,
                m.weight
            );
            arcs.push(Arc {
                from,
                to,
                by: used.then(|| bent(from, to, altruist)),
                class,
                title: if used { title } else { String::new() },
            });
        }
    }
    let rows: Vec<Row> = solution
        .exchanges
        .iter()
        .map(|e| Row {
            line: line(pool, e),
            chain: matches!(e, Exchange::Chain { .. }),
            back_ups: back_ups(pool, e).iter().map(|b| line(pool, b)).collect(),
        })
        .collect();
    let left: Vec<(String, &str)> = unmatched(pool, solution, options)
        .into_iter()
        .map(|(p, reason)| (pool.pairs()[p as usize].name.clone(), reason.text()))
        .collect();
    let goals: Vec<Goal> = solution
        .achieved
        .iter()
        .map(|a| Goal {
            name: a.objective.name(),
            value: a.value.to_string(),
            bound: a.bound.map(|bound| bound.to_string()),
            proven: a.is_optimal(),
        })
        .collect();
    let mut environment = Environment::new();
    environment.add_template("pool.html", include_str!("../templates/pool.html"))?;
    let page = environment.get_template("pool.html")?.render(context! {
        title, drawn_all,
        dots => Serde(dots),
        arcs => Serde(arcs),
        rows => Serde(rows),
        left => Serde(left),
        notes => notes(pool, options),
        goals => Serde(goals),
        half => (RADIUS + APART + pair_names.reach).ceil(),
        pair_letters => pair_names.height,
        altruist_letters => altruist_names.height,
        // The more lines there are, the fainter each, so that the chosen ones stand out.
        faint => (4.0 / (pool.matches().len().max(1) as f64).sqrt()).clamp(0.25, 0.7),
        pairs => pool.pairs().len(),
        altruists => pool.altruists().len(),
        matches => pool.matches().len(),
        max_cycle => options.max_cycle,
        max_chain => options.max_chain,
    })?;
    Ok(page)
}

/// How the names of dots on a circle are written.
struct Names {
    radius: f64,
    /// The height of the letters; none where they would be too small to read.
    height: Option<f64>,
    /// How far the longest reaches outwards.
    reach: f64,
    /// Whether they stand along the radius, since side by side there is no room.
    turned: bool,
}

impl Names {
    fn of<'a>(names: impl ExactSizeIterator<Item = &'a str>, radius: f64) -> Names {
        let room = std::f64::consts::TAU * radius / names.len().max(1) as f64;
        let longest = names.map(|name| name.chars().count()).max().unwrap_or(0) as f64;
        let (most, least) = LETTERS;
        let height = (0.9 * room).min(most);
        let height = (height >= least).then(|| height.round());
        let letters = height.unwrap_or(0.0);
        let wide = longest * WIDTH * letters;
        Names {
            radius,
            height,
            reach: wide.max(letters),
            turned: wide > room,
        }
    }

    /// The name of the kth dot of so many.
    fn label(&self, name: &str, k: usize, of: usize) -> Option<Label> {
        let height = self.height?;
        let width = name.chars().count() as f64 * WIDTH * height;
        let angle = angle(k, of);
        let turn = if self.turned { angle.to_degrees() } else { 0.0 };
        // From the middle of the name to its edge towards the dot.
        let half = if self.turned {
            width / 2.0
        } else {
            (width * angle.cos().abs()).max(height * angle.sin().abs()) / 2.0
        };
        let (x, y) = on_circle(k, of, self.radius + APART + half);
        Some(Label {
            x,
            y,
            // Nothing stands on its head.
            turn: if angle.cos() < 0.0 && self.turned {
                turn + 180.0
            } else {
                turn
            }
            .round(),
            text: name.to_owned(),
        })
    }
}

fn angle(k: usize, of: usize) -> f64 {
    std::f64::consts::TAU * (k as f64 / of.max(1) as f64 - 0.25)
}

/// The point towards which a chosen arc bends. No arc leads back to an altruist.
fn bent(from: (f64, f64), to: (f64, f64), altruist: bool) -> (f64, f64) {
    let (little, much) = BEND;
    let clockwise = from.0 * to.1 - from.1 * to.0 > 0.0;
    let middle = (f64::midpoint(from.0, to.0), f64::midpoint(from.1, to.1));
    // Across the arc, on the side of the middle of the circle; where it goes through that, on the side of its own.
    let across = (from.1 - to.1, to.0 - from.0);
    let inwards = across.0 * middle.0 + across.1 * middle.1 <= 0.0;
    // Not beyond the middle of the circle, where it would come near the pairs of the other side.
    let room = middle.0.hypot(middle.1) / across.0.hypot(across.1).max(1.0);
    let bend = if clockwise || altruist {
        little
    } else {
        much.min(room).max(little)
    };
    let bend = if inwards { bend } else { -bend };
    // A curve comes half as near to the point.
    let at = |middle: f64, across: f64| round(middle + 2.0 * bend * across);
    (at(middle.0, across.0), at(middle.1, across.1))
}

fn round(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

fn on_circle(k: usize, of: usize, radius: f64) -> (f64, f64) {
    let angle = angle(k, of);
    (round(radius * angle.cos()), round(radius * angle.sin()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How near the curve comes to a point.
    fn distance(from: (f64, f64), to: (f64, f64), point: (f64, f64)) -> f64 {
        let by = bent(from, to, false);
        let along = |t: f64| {
            let part = |a: f64, b: f64, c: f64| {
                (1.0 - t) * (1.0 - t) * a + 2.0 * t * (1.0 - t) * b + t * t * c
            };
            (part(from.0, by.0, to.0), part(from.1, by.1, to.1))
        };
        let far = |(x, y): (f64, f64)| (x - point.0).hypot(y - point.1);
        (1..1000)
            .map(|step| far(along(f64::from(step) / 1000.0)))
            .fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn a_cycle_of_three_closes_past_the_pair_in_its_middle() {
        for of in [4, 12, 60, 200] {
            let [first, second, third] = [0, 1, 2].map(|k| on_circle(k, of, RADIUS));
            let side = (second.0 - first.0).hypot(second.1 - first.1);
            let past = distance(third, first, second);
            assert!(past > 0.4 * side, "{of} pairs: {past} of {side}");
        }
    }

    #[test]
    fn the_arcs_of_a_cycle_of_two_stand_apart() {
        // Two pairs alone stand opposite each other, and their arcs go through the middle.
        for of in [2, 3, 12, 60] {
            let [one, other] = [0, 1].map(|k| on_circle(k, of, RADIUS));
            let side = (other.0 - one.0).hypot(other.1 - one.1);
            let half = |a: (f64, f64), b: (f64, f64)| {
                let by = bent(a, b, false);
                (
                    (a.0 + 2.0 * by.0 + b.0) / 4.0,
                    (a.1 + 2.0 * by.1 + b.1) / 4.0,
                )
            };
            let (there, back) = (half(one, other), half(other, one));
            let apart = (there.0 - back.0).hypot(there.1 - back.1);
            assert!(apart > 0.1 * side, "{of} pairs: {apart} of {side}");
        }
    }
}
