//! The compatibility graph as the solver reads it.
//!
//! A vertex is a donor, with the patient they belong to; an arc goes from a donor to each donor of
//! a patient who could receive. A patient with several donors is several vertices, of which a
//! solution uses one: they share a `row`. Altruists are vertices without arcs into them.

use crate::pool::Pool;

/// Vertices and arcs; the arcs of a vertex stand together.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    /// Row of each vertex: pairs first, in their order, then altruists.
    pub row: Vec<u32>,
    /// How many rows belong to pairs.
    pub pairs: usize,
    /// How many rows there are.
    pub rows: usize,
    /// Vertices of each row: all donors of a pair, or an altruist.
    donors: Vec<Vec<u32>>,
    /// Vertices of altruists.
    pub altruists: Vec<u32>,
    /// Where the arcs out of each vertex start, and one more.
    pub first: Vec<u32>,
    /// Head of each arc.
    pub head: Vec<u32>,
    /// Tail of each arc.
    pub tail: Vec<u32>,
    /// Match of each arc, as an index into the pool's.
    pub source: Vec<u32>,
    /// Where the arcs into each vertex start in `into`, and one more.
    pub first_into: Vec<u32>,
    /// Arcs by head.
    pub into: Vec<u32>,
}

impl Graph {
    pub(crate) fn new(pool: &Pool) -> Graph {
        let pairs = pool.pairs().len();
        let mut donors: Vec<Vec<u32>> = vec![Vec::new(); pairs];
        let mut row = Vec::with_capacity(pool.donors().len());
        let mut next = pairs as u32;
        for (vertex, donor) in pool.donors().iter().enumerate() {
            if let Some(pair) = donor.pair {
                donors[pair as usize].push(vertex as u32);
                row.push(pair);
            } else {
                donors.push(vec![vertex as u32]);
                row.push(next);
                next += 1;
            }
        }
        let vertices = row.len();
        let (mut first, mut head, mut tail, mut source) =
            (vec![0_u32], Vec::new(), Vec::new(), Vec::new());
        let mut at = 0;
        for vertex in 0..vertices as u32 {
            while at < pool.matches().len() && pool.matches()[at].donor == vertex {
                let pair = pool.matches()[at].pair;
                if pool.donors()[vertex as usize].pair != Some(pair) {
                    for &other in &donors[pair as usize] {
                        head.push(other);
                        tail.push(vertex);
                        source.push(at as u32);
                    }
                }
                at += 1;
            }
            first.push(head.len() as u32);
        }
        let mut first_into = vec![0_u32; vertices + 1];
        for &h in &head {
            first_into[h as usize + 1] += 1;
        }
        for v in 0..vertices {
            first_into[v + 1] += first_into[v];
        }
        let mut fill = first_into.clone();
        let mut into = vec![0_u32; head.len()];
        for (arc, &h) in head.iter().enumerate() {
            into[fill[h as usize] as usize] = arc as u32;
            fill[h as usize] += 1;
        }
        Graph {
            donors,
            altruists: pool.altruists().to_vec(),
            row,
            pairs,
            rows: next as usize,
            first,
            head,
            tail,
            source,
            first_into,
            into,
        }
    }

    pub(crate) fn vertices(&self) -> usize {
        self.row.len()
    }

    /// The arcs out of a vertex.
    pub(crate) fn out(&self, vertex: u32) -> std::ops::Range<usize> {
        self.first[vertex as usize] as usize..self.first[vertex as usize + 1] as usize
    }

    /// The arcs into a vertex.
    pub(crate) fn incoming(&self, vertex: u32) -> &[u32] {
        let range = self.first_into[vertex as usize] as usize
            ..self.first_into[vertex as usize + 1] as usize;
        &self.into[range]
    }

    /// The arc between two vertices, if there is one.
    pub(crate) fn arc(&self, from: u32, to: u32) -> Option<u32> {
        self.arcs(from, self.row[to as usize])
            .find(|&a| self.head[a as usize] == to)
    }

    /// Whether any donor of the pair of one vertex, or that altruist, can give to the patient of the other.
    pub(crate) fn can_give(&self, from: u32, to: u32) -> bool {
        let donors = &self.donors[self.row[from as usize] as usize];
        let patient = self.row[to as usize];
        donors
            .iter()
            .any(|&d| self.arcs(d, patient).next().is_some())
    }

    /// The arcs from a vertex to a patient, one for each donor of theirs. Arcs of a vertex are sorted by pair.
    fn arcs(&self, from: u32, patient: u32) -> impl Iterator<Item = u32> + '_ {
        let out = self.out(from);
        let heads = &self.head[out.clone()];
        let start = heads.partition_point(|&h| self.row[h as usize] < patient);
        (out.start + start..out.end)
            .take_while(move |&a| self.row[self.head[a] as usize] == patient)
            .map(|a| a as u32)
    }
}
