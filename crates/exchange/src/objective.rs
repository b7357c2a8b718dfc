//! What a programme wants: objectives, in order, and what they make of a cycle or chain.
//!
//! Inside the solver every value is a whole number of units, so that sums are exact and a bound
//! between two possible values can be rounded down.

use std::fmt;
use std::str::FromStr;

use hailsham_scenario::nearest;
use thiserror::Error;

use crate::graph::Graph;
use crate::pool::Pool;

/// One objective. Each is solved to its best value; the next chooses among what is left.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Objective {
    /// Most transplants. The gift of a chain's last donor to the waiting list is not counted.
    Transplants,
    /// Highest sum of the weights in the file.
    Weight,
    /// Most effective two-way exchanges: cycles of two pairs, cycles of three pairs with a back-arc,
    /// and chains of one or two pairs (Manlove and O'Malley 2015, where an altruist counts as a pair
    /// whose patient anyone can give to).
    EffectiveTwoWay,
    /// Fewest exchanges of three donors: cycles of three pairs and chains of two pairs.
    FewestThreeWays,
    /// Most back-arcs in exchanges of three donors: arcs that turn one of the arcs round, so that two of
    /// the three can go on alone. Any donor of a pair may give on the way back. The first pair of a chain of two always
    /// has one, back to the altruist.
    BackArcs,
    /// Highest score by the rules of the United Kingdom's scheme: the weight of each transplant, 3 when
    /// the donor and the donor of the receiving pair are at most 20 years apart, and, to break ties,
    /// (70 − years between them)² / 100,000 (Manlove and O'Malley 2015; NHS Blood and Transplant, policy
    /// POL274). Donors without an age have no bonus.
    Uk,
    /// Most expected transplants when pairs and arcs fail: a cycle is done whole or not at all, a chain
    /// up to its first failure (Dickerson, Procaccia and Sandholm 2019).
    Expected,
    /// The same, and where something fails in a cycle, the best that its pairs can still do among
    /// themselves is done (internal recourse; Pedroso 2014).
    ExpectedRecourse,
}

impl Objective {
    /// All objectives.
    pub const ALL: [Objective; 8] = [
        Objective::Transplants,
        Objective::Weight,
        Objective::EffectiveTwoWay,
        Objective::FewestThreeWays,
        Objective::BackArcs,
        Objective::Uk,
        Objective::Expected,
        Objective::ExpectedRecourse,
    ];

    /// The order of the United Kingdom's scheme: effective two-ways, transplants, fewest three-ways,
    /// back-arcs, score (Manlove and O'Malley 2015).
    pub const UK_ORDER: [Objective; 5] = [
        Objective::EffectiveTwoWay,
        Objective::Transplants,
        Objective::FewestThreeWays,
        Objective::BackArcs,
        Objective::Uk,
    ];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Objective::Transplants => "transplants",
            Objective::Weight => "weight",
            Objective::EffectiveTwoWay => "effective-two-way",
            Objective::FewestThreeWays => "fewest-three-ways",
            Objective::BackArcs => "back-arcs",
            Objective::Uk => "uk",
            Objective::Expected => "expected",
            Objective::ExpectedRecourse => "expected-recourse",
        }
    }

    /// Whether it asks how often what was agreed does not come about.
    pub const fn is_expected(self) -> bool {
        matches!(self, Objective::Expected | Objective::ExpectedRecourse)
    }

    fn called(name: &str) -> Option<Objective> {
        Objective::ALL.into_iter().find(|of| of.name() == name)
    }

    /// Reads names in the order of their importance; `uk-order` stands for [`Objective::UK_ORDER`].
    ///
    /// # Errors
    ///
    /// The first name that is none.
    pub fn read_list(names: &[String]) -> Result<Vec<Objective>, UnknownObjective> {
        let mut list = Vec::new();
        for name in names {
            match Objective::called(name) {
                Some(objective) => list.push(objective),
                None if name == UK_ORDER => list.extend(Objective::UK_ORDER),
                None => {
                    let known = [&Objective::ALL.map(Objective::name)[..], &[UK_ORDER]].concat();
                    return Err(UnknownObjective::new(name, &known));
                }
            }
        }
        Ok(list)
    }

    /// Whether less is better.
    pub const fn is_minimised(self) -> bool {
        matches!(self, Objective::FewestThreeWays)
    }
}

impl fmt::Display for Objective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The name of [`Objective::UK_ORDER`] in a list of objectives.
const UK_ORDER: &str = "uk-order";

/// No objective has this name: which, the nearest that there is, and all.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{0}")]
pub struct UnknownObjective(String);

impl UnknownObjective {
    fn new(name: &str, known: &[&str]) -> UnknownObjective {
        let near = nearest(name, known.iter().copied())
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        UnknownObjective(format!(
            "`{name}` is no objective{near}; there are {}",
            known.join(", ")
        ))
    }
}

impl FromStr for Objective {
    type Err = UnknownObjective;

    fn from_str(text: &str) -> Result<Objective, UnknownObjective> {
        Objective::called(text)
            .ok_or_else(|| UnknownObjective::new(text, &Objective::ALL.map(Objective::name)))
    }
}

/// How often what was agreed does not come about. For [`Objective::Expected`].
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Failure {
    /// Probability that a transplant proves impossible (a positive crossmatch), from 0 to 1.
    pub arc: f64,
    /// Probability that a pair or altruist drops out, from 0 to 1.
    pub vertex: f64,
}

impl Failure {
    /// Whether nothing ever fails: what is expected is then what is agreed.
    pub fn is_nothing(self) -> bool {
        self.arc == 0.0 && self.vertex == 0.0
    }
}

impl Default for Failure {
    /// Nothing fails.
    fn default() -> Failure {
        Failure {
            arc: 0.0,
            vertex: 0.0,
        }
    }
}

/// Most places behind the point that expectations are kept to.
const EXPECTED_PLACES: u32 = 12;
/// Expectations that differ by no more than this for each pair are alike: the linear programme tells no more apart, and
/// no probability is known so well.
const EXPECTED_ALIKE: f64 = 1e-8;

/// What an objective makes of arcs, cycles and chains, in whole units.
#[derive(Clone, Debug)]
pub(crate) struct Valuation {
    pub kind: Objective,
    /// What one unit is worth in the objective's own measure.
    pub unit: f64,
    /// The weights of the arcs, where they are no whole numbers of units: what is solved for is then rounded.
    rounded: Option<Vec<f64>>,
    /// All values are multiples of this.
    pub step: i64,
    /// Values that differ by no more are alike: nothing that is better by so little is looked for.
    pub slack: i64,
    /// At least the share of each arc in a cycle (and in a chain, unless by position).
    pub arc: Vec<i64>,
    /// At least the share of an arc at each position of a chain, where that is all that counts.
    pub by_position: Option<Vec<i64>>,
    /// Whether the shares of the arcs add up to the value: of a cycle, of a chain.
    pub additive: (bool, bool),
    failure: Failure,
    recourse: Vec<Vec<i64>>,
}

impl Valuation {
    pub(crate) fn new(
        kind: Objective,
        pool: &Pool,
        graph: &Graph,
        limits: (usize, usize),
        failure: Failure,
    ) -> Valuation {
        let arcs = graph.head.len();
        let positions = limits.1.max(1);
        let mut v = Valuation {
            kind,
            unit: 1.0,
            rounded: None,
            step: 1,
            slack: 0,
            arc: vec![1; arcs],
            by_position: None,
            additive: (true, true),
            failure,
            recourse: Vec::new(),
        };
        match kind {
            Objective::Transplants => {}
            Objective::Weight | Objective::Uk => {
                let weights: Vec<f64> = (0..arcs)
                    .map(|a| arc_weight(kind, pool, graph, a))
                    .collect();
                let exact;
                (v.unit, v.arc, exact) = whole(&weights, graph);
                if !exact {
                    v.rounded = Some(weights);
                }
                v.step = v.arc.iter().fold(0, |g, &w| gcd(g, w.abs())).max(1);
            }
            Objective::EffectiveTwoWay => {
                v.additive = (false, false);
                // One a cycle, so at most one for each of its arcs: the leaf knows better.
                v.by_position = Some((0..positions).map(|p| i64::from(p == 0)).collect());
            }
            Objective::FewestThreeWays => {
                v.additive = (false, false);
                v.arc = vec![0; arcs];
                v.by_position = Some(vec![0; positions]);
            }
            Objective::BackArcs => {
                v.additive = (false, false);
                // A chain of two pairs has up to three, any other none.
                let up_to_three = |position| match position {
                    0 => 1,
                    1 => 2,
                    _ => 0,
                };
                v.by_position = Some((0..positions).map(up_to_three).collect());
            }
            Objective::Expected | Objective::ExpectedRecourse => {
                v.unit = 1.0 / power(expected_places(graph.pairs));
                v.additive = (false, true);
                v.slack = v.units(EXPECTED_ALIKE * graph.pairs as f64);
                let alive = 1.0 - failure.vertex;
                let both = alive * (1.0 - failure.arc);
                let most = if kind == Objective::Expected {
                    both * both
                } else {
                    alive
                };
                v.arc = vec![v.units(most) + 1; arcs];
                // What a chain of so many pairs is worth is rounded as a whole; a position has what it adds.
                let (mut share, mut sum, mut shares) = (alive, 0.0, Vec::new());
                for _ in 0..positions {
                    share *= both;
                    shares.push(v.units(sum + share) - v.units(sum));
                    sum += share;
                }
                v.by_position = Some(shares);
                if kind == Objective::ExpectedRecourse {
                    v.recourse = (0..=limits.0.min(4))
                        .map(|k| {
                            let table = recourse_table(k, failure);
                            table.into_iter().map(|value| v.units(value)).collect()
                        })
                        .collect();
                }
            }
        }
        // Without chains and with no cycle longer than two, equal arcs come in twos.
        let no_chains = limits.1 == 0 || graph.altruists.is_empty();
        let equal = v.arc.windows(2).all(|two| two[0] == two[1]);
        if no_chains && limits.0 <= 2 && v.additive.0 && equal {
            v.step *= 2;
        }
        v
    }

    /// The share of an arc at a position of a chain, or more.
    pub(crate) fn in_chain(&self, position: usize, arc: usize) -> i64 {
        match &self.by_position {
            Some(shares) => shares[position.min(shares.len() - 1)],
            None => self.arc[arc],
        }
    }

    /// The value of a cycle.
    pub(crate) fn cycle(&self, graph: &Graph, vertices: &[u32]) -> i64 {
        let n = vertices.len();
        match self.kind {
            Objective::Transplants => n as i64,
            Objective::Weight | Objective::Uk => (0..n)
                .map(|i| self.between(graph, vertices[i], vertices[(i + 1) % n]))
                .sum(),
            Objective::EffectiveTwoWay => {
                i64::from(n == 2 || (n == 3 && back_arcs(graph, vertices) > 0))
            }
            Objective::FewestThreeWays => -i64::from(n == 3),
            Objective::BackArcs => {
                if n == 3 {
                    back_arcs(graph, vertices)
                } else {
                    0
                }
            }
            Objective::Expected => self.whole_cycle(n),
            Objective::ExpectedRecourse => {
                if n < self.recourse.len() {
                    self.recourse[n][pattern(graph, vertices)]
                } else {
                    self.whole_cycle(n)
                }
            }
        }
    }

    fn whole_cycle(&self, n: usize) -> i64 {
        let both = (1.0 - self.failure.vertex) * (1.0 - self.failure.arc);
        let mut all = 1.0;
        for _ in 0..n {
            all *= both;
        }
        self.units(all * n as f64)
    }

    /// An expectation in whole units.
    fn units(&self, value: f64) -> i64 {
        (value / self.unit).round() as i64
    }

    /// The value of a chain; the altruist stands first.
    pub(crate) fn chain(&self, graph: &Graph, vertices: &[u32]) -> i64 {
        let pairs = vertices.len() - 1;
        match self.kind {
            Objective::Transplants => pairs as i64,
            Objective::Weight | Objective::Uk => vertices
                .windows(2)
                .map(|w| self.between(graph, w[0], w[1]))
                .sum(),
            Objective::EffectiveTwoWay => i64::from(pairs <= 2),
            Objective::FewestThreeWays => -i64::from(pairs == 2),
            Objective::BackArcs if pairs == 2 => {
                // Anybody can give to the patient that an altruist is thought to have: the first pair can turn back.
                1 + i64::from(graph.can_give(vertices[0], vertices[2]))
                    + i64::from(graph.can_give(vertices[2], vertices[1]))
            }
            Objective::BackArcs => 0,
            Objective::Expected | Objective::ExpectedRecourse => {
                (0..pairs).map(|p| self.in_chain(p, 0)).sum()
            }
        }
    }

    fn between(&self, graph: &Graph, from: u32, to: u32) -> i64 {
        graph.arc(from, to).map_or(0, |a| self.arc[a as usize])
    }

    /// Whether what is solved for is not quite what was asked for.
    pub(crate) fn is_rounded(&self) -> bool {
        self.rounded.is_some()
    }

    /// What some cycles and chains are worth, in the objective's own measure: by the weights themselves where units do
    /// not hold them.
    pub(crate) fn total<'a>(
        &self,
        graph: &Graph,
        chosen: impl Iterator<Item = (&'a [u32], bool)>,
    ) -> f64 {
        let Some(weights) = &self.rounded else {
            let units = chosen.map(|(vertices, chain)| {
                if chain {
                    self.chain(graph, vertices)
                } else {
                    self.cycle(graph, vertices)
                }
            });
            return self.measure(units.sum());
        };
        let mut sum = 0.0;
        for (vertices, chain) in chosen {
            let arcs = vertices.len() - usize::from(chain);
            for i in 0..arcs {
                let arc = graph.arc(vertices[i], vertices[(i + 1) % vertices.len()]);
                sum += arc.map_or(0.0, |arc| weights[arc as usize]);
            }
        }
        sum
    }

    /// A bound in the objective's own measure: by as much higher as rounding can matter, which is half a unit for each
    /// pair, and one for the sum of the weights.
    pub(crate) fn bound(&self, units: i64, pairs: usize) -> f64 {
        let rounding = if self.is_rounded() {
            (pairs as f64 / 2.0 + 1.0) * self.unit
        } else {
            0.0
        };
        self.measure(units) + rounding
    }

    /// A number of units in the objective's own measure; what is minimised, as a positive number.
    pub(crate) fn measure(&self, units: i64) -> f64 {
        let value = if self.unit == 1.0 {
            units as f64
        } else {
            // By division, so that 12 hundredths are 0.12 and not 0.12000000000000001.
            units as f64 / (1.0 / self.unit).round()
        };
        if self.kind.is_minimised() {
            0.0 - value
        } else {
            value
        }
    }
}

/// How many places expectations have in a pool of so many pairs, of whom each is transplanted at most once.
fn expected_places(pairs: usize) -> u32 {
    let mut all = (0..=EXPECTED_PLACES).rev();
    all.find(|&places| has_room(pairs as f64, places))
        .unwrap_or(0)
}

fn arc_weight(kind: Objective, pool: &Pool, graph: &Graph, arc: usize) -> f64 {
    let weight = pool.matches()[graph.source[arc] as usize].weight;
    if kind == Objective::Weight {
        return weight;
    }
    let age = |v: u32| pool.donors()[v as usize].age;
    match (age(graph.tail[arc]), age(graph.head[arc])) {
        (Some(one), Some(other)) => {
            let sum = weight + age_points((one - other).abs());
            // As many places as the two have: what a sum of floats has beyond them means nothing.
            places(weight).map_or(sum, |of_weight| {
                let power = power(of_weight.max(AGE_PLACES));
                (sum * power).round() / power
            })
        }
        _ => weight,
    }
}

/// Places of the points for ages: of whole years five are needed.
const AGE_PLACES: u32 = 6;

/// Points for two donors whose ages differ by so many years, of [`AGE_PLACES`].
fn age_points(years: f64) -> f64 {
    let tie = ((70.0 - years) * (70.0 - years) * 10.0).round() / 1e6;
    if years <= 20.0 { 3.0 + tie } else { tie }
}

/// How many of the transplants of a cycle of three can be turned round, by whichever donor of the pair.
fn back_arcs(graph: &Graph, vertices: &[u32]) -> i64 {
    (0..3)
        .filter(|&i| graph.can_give(vertices[(i + 1) % 3], vertices[i]))
        .count() as i64
}

/// Most places behind the point.
const MOST_PLACES: u32 = 15;

/// How many places behind the point a number needs, so that nothing else is meant by them; none if more than are taken.
fn places(number: f64) -> Option<u32> {
    (0..=MOST_PLACES).find(|&places| {
        // Both are exact, so that the quotient is the number that is nearest to these digits.
        let (power, digits) = (power(places), (number * power(places)).round());
        digits.abs() < (1_u64 << 53) as f64 && digits / power == number
    })
}

/// Whether totals stay below 2^45 units of so many places, which leaves room for fractional prices in 64 bits.
fn has_room(total: f64, places: u32) -> bool {
    total * power(places) < (1_u64 << 45) as f64
}

fn power(places: u32) -> f64 {
    10_u64.pow(places) as f64
}

/// The weights as whole numbers of a unit of 1, 0.1, 0.01, ..., and whether they are so exactly: the unit is the largest
/// that holds them all, or where there is no such unit the smallest whose sums have room.
fn whole(weights: &[f64], graph: &Graph) -> (f64, Vec<i64>, bool) {
    // Each patient receives once, so that no solution is worth more than this.
    let mut most = vec![0.0_f64; graph.rows];
    for (weight, &head) in weights.iter().zip(&graph.head) {
        let most = &mut most[graph.row[head as usize] as usize];
        *most = most.max(weight.abs());
    }
    let total: f64 = most.iter().sum();
    // Whole weights always fit.
    let fits = |places: u32| places == 0 || has_room(total, places);
    let needed = weights
        .iter()
        .try_fold(0, |most, &weight| Some(places(weight)?.max(most)))
        .filter(|&places| fits(places));
    let taken = needed.unwrap_or_else(|| {
        let mut all = (0..=MOST_PLACES).rev();
        all.find(|&places| fits(places)).unwrap_or(0)
    });
    let scale = power(taken);
    let units = weights.iter().map(|w| (w * scale).round() as i64).collect();
    (1.0 / scale, units, needed.is_some())
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Who can give to whom among the pairs of up to four vertices: bit `i * k + j` for the arc from i to j.
fn pattern(graph: &Graph, vertices: &[u32]) -> usize {
    let k = vertices.len();
    let mut bits = 0;
    for i in 0..k {
        for j in 0..k {
            if i != j && graph.can_give(vertices[i], vertices[j]) {
                bits |= 1 << slot(i, j, k);
            }
        }
    }
    bits
}

/// The number of the arc from i to j among the arcs of k vertices.
fn slot(i: usize, j: usize, k: usize) -> usize {
    i * (k - 1) + if j > i { j - 1 } else { j }
}

/// Expected transplants with internal recourse for every pattern of arcs among k vertices.
///
/// The expectation over the arcs that hold is built up one arc at a time: for each set of arcs that are
/// still in question, it is the mean of the two answers weighted by their probabilities.
fn recourse_table(k: usize, failure: Failure) -> Vec<f64> {
    let arcs = k * k.saturating_sub(1);
    let mut value = vec![0.0_f64; 1 << arcs];
    for (bits, v) in value.iter_mut().enumerate() {
        // Over the vertices that hold.
        for alive in 0..1_usize << k {
            let mut p = 1.0;
            for i in 0..k {
                p *= if alive >> i & 1 == 1 {
                    1.0 - failure.vertex
                } else {
                    failure.vertex
                };
            }
            if p > 0.0 {
                *v += p * best_cover(k, bits, alive) as f64;
            }
        }
    }
    // Over the arcs that hold: arc by arc, a pattern with the arc becomes the mean of with and without.
    for arc in 0..arcs {
        for bits in 0..value.len() {
            if bits >> arc & 1 == 1 {
                value[bits] =
                    (1.0 - failure.arc) * value[bits] + failure.arc * value[bits ^ (1 << arc)];
            }
        }
    }
    value
}

/// Most vertices that disjoint cycles can cover, with these arcs and among these vertices.
fn best_cover(k: usize, bits: usize, alive: usize) -> usize {
    // The first vertex gives to one of the others or is left out; a set of cycles is a permutation.
    fn extend(k: usize, bits: usize, alive: usize, from: usize, taken: usize) -> Option<usize> {
        if from == k {
            return Some(0);
        }
        // Left out: nobody gives to it either.
        let mut best = if taken >> from & 1 == 0 {
            extend(k, bits, alive & !(1 << from), from + 1, taken | 1 << from)
        } else {
            None
        };
        if alive >> from & 1 == 1 {
            for to in 0..k {
                if to != from
                    && alive >> to & 1 == 1
                    && taken >> to & 1 == 0
                    && bits >> slot(from, to, k) & 1 == 1
                    && let Some(rest) = extend(k, bits, alive, from + 1, taken | 1 << to)
                {
                    best = best.max(Some(rest + 1));
                }
            }
        }
        best
    }
    extend(k, bits, alive, 0, 0).unwrap_or(0)
}
