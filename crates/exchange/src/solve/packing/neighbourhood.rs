//! Better solutions in the neighbourhood of one (Shaw 1998): exchanges that share pairs are released together, and what
//! they held is chosen again.

use super::super::column::Columns;
use super::super::master::Clock;
use super::{Effort, LONG, Packing};

/// So many rows are released,
const RELEASED: usize = 100;
/// but no more than one in so many.
const SHARE: usize = 3;
/// How hard a neighbourhood is searched.
const EFFORT: Effort = Effort {
    nodes: 20,
    rounds: 10,
    neighbourhoods: false,
};
/// All columns of a list up to this length take part.
const SHORT_LIST: usize = 20_000;
/// After so many neighbourhoods in a row that bring nothing there are no more of a short list,
const PATIENCE_SHORT: u32 = 15;
/// and of a longer one, whose columns the cuts have thinned out.
pub(super) const PATIENCE: u32 = 60;

impl Packing<'_> {
    /// Looks for better solutions around the best one known, among these columns, until so many neighbourhoods in a row
    /// bring nothing. The columns of the fractional point of the root say where others could take the place of those chosen.
    pub(super) fn improve(&mut self, columns: &[u32], patience: u32, clock: &mut dyn Clock) {
        if columns.is_empty() {
            return;
        }
        let support = self.around.clone();
        let (mut fruitless, mut turn) = (0, 0_usize);
        while fruitless < patience && !clock.is_over() {
            let Some(best) = self.best.clone() else {
                return;
            };
            let others: Vec<u32> = support
                .iter()
                .map(|&(c, _)| c)
                .filter(|c| !best.contains(c))
                .collect();
            if others.is_empty() {
                return;
            }
            // A step that is prime: all of them have their turn, neighbours far apart.
            let free = self.release(&best, others[(turn * 7919) % others.len()], &support, turn);
            turn += 1;
            let near = columns
                .iter()
                .copied()
                .filter(|c| !best.contains(c))
                .filter(|&c| self.rows_of(c).iter().all(|&r| free[r as usize]));
            let places: Vec<u32> = best.iter().copied().chain(near).collect();
            let mut part = Columns::new(1 + self.problem.kept.len());
            for &c in &places {
                let c = c as usize;
                part.push(
                    self.list.vertices(c),
                    self.list.is_chain(c),
                    self.list.values(c),
                );
            }
            let begin: Vec<u32> = (0..best.len() as u32).collect();
            let known = (self.known, self.known + self.problem.aim.slack);
            let packed =
                Packing::new(self.problem, &part, self.scale, known, &begin).search(EFFORT, clock);
            fruitless += 1;
            if let Some(chosen) = packed.chosen
                && self.offer(chosen.iter().map(|&c| places[c as usize]).collect())
            {
                fruitless = 0;
            }
        }
    }

    /// Looks for better solutions after a search: among all columns of a short list, or those that the cuts of the root have
    /// left of a longer one, unless that has been done. Gives the best known and its value.
    pub(crate) fn improve_after(&mut self, clock: &mut dyn Clock) -> (Option<Vec<u32>>, i64) {
        if self.list.len() <= SHORT_LIST {
            let columns: Vec<u32> = (0..self.list.len() as u32).collect();
            self.improve(&columns, PATIENCE_SHORT, clock);
        } else if self.nodes < LONG {
            let columns = std::mem::take(&mut self.left);
            self.improve(&columns, PATIENCE, clock);
        }
        (self.best.clone(), self.known)
    }

    /// Which rows are free when the exchanges around a column are released: those that share rows with it, those that share
    /// rows with columns of the support that share rows with these, and so on, until there are enough.
    fn release(&self, best: &[u32], start: u32, support: &[(u32, f64)], turn: usize) -> Vec<bool> {
        let rows = self.problem.graph.rows;
        let mut owner: Vec<Option<usize>> = vec![None; rows];
        for (k, &c) in best.iter().enumerate() {
            for &r in self.rows_of(c) {
                owner[r as usize] = Some(k);
            }
        }
        let mut free: Vec<bool> = owner.iter().map(Option::is_none).collect();
        let mut released = vec![false; best.len()];
        let mut count = 0;
        let mut queue = vec![start];
        let mut at = 0;
        while at < queue.len() {
            let column = queue[at];
            at += 1;
            for &r in self.rows_of(column) {
                let Some(k) = owner[r as usize].filter(|&k| !released[k]) else {
                    continue;
                };
                released[k] = true;
                for &q in self.rows_of(best[k]) {
                    free[q as usize] = true;
                    count += 1;
                    let mut near: Vec<(u32, f64)> = support
                        .iter()
                        .copied()
                        .filter(|(c, _)| !queue.contains(c) && self.rows_of(*c).contains(&q))
                        .collect();
                    // Of equal values another comes first in every turn.
                    let order = |c: u32| (c as usize * 31 + turn * 17) % 101;
                    near.sort_by(|a, b| {
                        b.1.total_cmp(&a.1)
                            .then(order(a.0).cmp(&order(b.0)))
                            .then(a.0.cmp(&b.0))
                    });
                    queue.extend(near.iter().map(|&(c, _)| c));
                }
                if count >= RELEASED.min(rows / SHARE) {
                    return free;
                }
            }
        }
        free
    }
}
