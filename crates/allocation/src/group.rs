//! The candidates of one blood group and one urgency, in the order of listing.

use hailsham_engine::prefetch::prefetch;

use crate::block::{Antigens, Block, CAPACITY, Counts, Key, below};
use crate::hla::Hla;
use crate::policy::{Points, Rule};

/// Two neighbouring blocks that together hold no more than this become one. Well below the
/// capacity, so that no sequence of adding and removing makes the same blocks part and join again
/// and again.
const JOIN: usize = CAPACITY / 2;

/// What is known of a block without a look at it, besides its first key: which slots are taken, and where
/// it is.
#[derive(Debug, Clone, Copy)]
struct Head {
    taken: u64,
    block: u32,
}

impl Head {
    fn len(self) -> usize {
        self.taken.count_ones() as usize
    }
}

/// A sorted list of candidates in blocks: adding moves at most one block's content, and removing reads
/// the keys of one block and writes none of it.
///
/// Invariants: blocks are not empty; the keys of the taken slots rise strictly along a block and from
/// block to block; `firsts` has the key of the first that is taken, block by block as in `heads`; a block
/// is in `heads` or in `unused`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Group {
    /// Beside each other and apart from what else is known, so that a search reads little memory.
    firsts: Vec<Key>,
    heads: Vec<Head>,
    blocks: Vec<Block>,
    unused: Vec<u32>,
    len: usize,
}

/// A candidate's place in the ranking of a class: more points first, then the earlier key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rank {
    pub(crate) points: Points,
    pub(crate) key: Key,
}

impl Rank {
    pub(crate) fn is_before(self, other: Self) -> bool {
        (other.points, self.key) < (self.points, other.key)
    }
}

/// What [`Group::search`] found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) rank: Rank,
    pub(crate) matches: u32,
    pub(crate) group: usize,
}

/// The best so far, one or several.
pub(crate) trait Shortlist {
    /// The rank that a candidate must be before to matter; `None` while everyone matters.
    fn last(&self) -> Option<Rank>;
    /// Takes a candidate if it matters.
    fn take(&mut self, found: Found);
}

/// What a search asks of a group.
pub(crate) struct Question<'a> {
    pub(crate) rule: &'a Rule,
    pub(crate) donor: &'a Antigens,
    /// The fewest matches that are allowed.
    pub(crate) fewest: u32,
    /// The time of the offer in minutes.
    pub(crate) now: i32,
}

impl Question<'_> {
    fn rank(&self, key: Key, matches: u32) -> Rank {
        let waiting = self.rule.waiting(key.listed(), self.now);
        Rank {
            points: self.rule.total(waiting, matches),
            key,
        }
    }

    /// The fewest matches with which a candidate at `key` or behind it would be before `last`, or
    /// `None` if even a full match would not.
    fn needed(&self, key: Key, last: Option<Rank>) -> Option<u32> {
        (self.fewest..=self.donor.len())
            .find(|&matches| last.is_none_or(|last| self.rank(key, matches).is_before(last)))
    }
}

impl Group {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Where a key is or would be: the index of its head, the slot in its block, and whether it
    /// is there.
    fn find(&self, key: Key) -> (usize, usize, bool) {
        let at = self.near(key);
        self.heads.get(at).map_or((at, 0, false), |&head| {
            let block = self.block(head);
            let slot = block.find(key);
            let there = slot < CAPACITY && head.taken >> slot & 1 == 1 && block.key(slot) == key;
            (at, slot, there)
        })
    }

    /// The index of the head whose block holds a key, or would.
    fn near(&self, key: Key) -> usize {
        self.firsts
            .partition_point(|first| *first <= key)
            .saturating_sub(1)
    }

    /// Asks for the memory by which a candidate is found.
    pub(crate) fn prefetch(&self, key: Key) {
        if let Some(head) = self.heads.get(self.near(key)) {
            prefetch(self.block(*head).keys());
        }
    }

    fn block(&self, head: Head) -> &Block {
        &self.blocks[head.block as usize]
    }

    fn block_mut(&mut self, head: Head) -> &mut Block {
        &mut self.blocks[head.block as usize]
    }

    /// Adds a candidate; `false` if the key is there already.
    pub(crate) fn add(&mut self, key: Key, hla: Hla) -> bool {
        let (mut at, mut slot, there) = self.find(key);
        if there {
            return false;
        }
        let last = at + 1 == self.heads.len();
        if self.heads.is_empty() {
            self.open(0, Block::new(), 0);
        } else if slot == CAPACITY && last && self.heads[at].len() > JOIN {
            // The usual case, a new candidate behind all others: blocks stay full.
            self.open(at + 1, Block::new(), 0);
            (at, slot) = (at + 1, 0);
        }
        let head = self.heads[at];
        if let Some(taken) = self.block_mut(head).put(slot, head.taken, key, hla) {
            self.take(at, head.taken | 1 << taken);
            self.len += 1;
            true
        } else {
            let later = self.block_mut(head).split();
            self.heads[at].taken = below(CAPACITY / 2);
            self.open(at + 1, later, below(CAPACITY / 2));
            self.add(key, hla)
        }
    }

    /// Removes a candidate; `false` if the key is not there.
    pub(crate) fn remove(&mut self, key: Key) -> bool {
        let (at, slot, there) = self.find(key);
        if !there {
            return false;
        }
        self.len -= 1;
        let left = self.heads[at].taken & !(1 << slot);
        if left == 0 {
            self.close(at);
        } else {
            self.take(at, left);
            self.join(at);
            if at > 0 {
                self.join(at - 1);
            }
        }
        true
    }

    /// Some slots of a block are taken now, at least one.
    fn take(&mut self, at: usize, taken: u64) {
        let slot = taken.trailing_zeros() as usize;
        self.firsts[at] = self.block(self.heads[at]).key(slot);
        self.heads[at].taken = taken;
    }

    /// Joins the block at `at` and the one behind it, if few are in them.
    fn join(&mut self, at: usize) {
        let Some(&[first, second]) = self.heads.get(at..at + 2) else {
            return;
        };
        let together = first.len() + second.len();
        if together > JOIN {
            return;
        }
        let later = self.block(second).clone();
        self.block_mut(first)
            .append(first.taken, &later, second.taken);
        self.heads[at].taken = below(together);
        self.close(at + 1);
    }

    fn open(&mut self, at: usize, block: Block, taken: u64) {
        let first = block.key(0);
        let place = if let Some(place) = self.unused.pop() {
            self.blocks[place as usize] = block;
            place
        } else {
            self.blocks.push(block);
            (self.blocks.len() - 1) as u32
        };
        let block = place;
        self.firsts.insert(at, first);
        self.heads.insert(at, Head { taken, block });
    }

    fn close(&mut self, at: usize) {
        self.firsts.remove(at);
        let head = self.heads.remove(at);
        self.unused.push(head.block);
    }

    /// How many candidates have at least the fewest matches allowed.
    pub(crate) fn count(&self, question: &Question<'_>) -> usize {
        let eligible = |head: &Head| self.eligible(*head, question).count_ones() as usize;
        self.heads.iter().map(eligible).sum()
    }

    /// Whether any candidate has at least the fewest matches allowed.
    pub(crate) fn any(&self, question: &Question<'_>) -> bool {
        self.heads
            .iter()
            .any(|head| self.eligible(*head, question) != 0)
    }

    fn eligible(&self, head: Head, question: &Question<'_>) -> u64 {
        let block = self.block(head);
        let counts: Counts<7> = block.count(question.donor);
        counts.at_least(question.fewest) & head.taken
    }

    /// Offers the shortlist every candidate of this group who may matter.
    ///
    /// Waiting falls along the list. So the points of the first candidate of a block say how many
    /// matches anyone in it needs to come before the last of the shortlist; nobody with fewer is
    /// looked at, and when even a full match is too little, the rest of the list is left alone.
    pub(crate) fn search(
        &self,
        question: &Question<'_>,
        group: usize,
        shortlist: &mut impl Shortlist,
    ) {
        // Three binary digits hold the usual six antigens, seven hold all 64.
        if question.donor.len() < 8 {
            self.search_digits::<3>(question, group, shortlist);
        } else {
            self.search_digits::<7>(question, group, shortlist);
        }
    }

    fn search_digits<const DIGITS: usize>(
        &self,
        question: &Question<'_>,
        group: usize,
        shortlist: &mut impl Shortlist,
    ) {
        for (first, head) in self.firsts.iter().zip(&self.heads) {
            let Some(needed) = question.needed(*first, shortlist.last()) else {
                return;
            };
            let block = self.block(*head);
            let counts: Counts<DIGITS> = block.count(question.donor);
            let mut left = counts.at_least(needed) & head.taken;
            while left != 0 {
                let index = left.trailing_zeros() as usize;
                left &= left - 1;
                let key = block.key(index);
                let matches = counts.of(index);
                let rank = question.rank(key, matches);
                if shortlist.last().is_none_or(|last| rank.is_before(last)) {
                    shortlist.take(Found {
                        rank,
                        matches,
                        group,
                    });
                    let Some(needed) = question.needed(key, shortlist.last()) else {
                        return;
                    };
                    left &= counts.at_least(needed);
                }
            }
        }
    }

    /// Checks the invariants.
    #[cfg(test)]
    pub(crate) fn check(&self) {
        let mut keys = Vec::new();
        assert_eq!(self.firsts.len(), self.heads.len());
        for (first, head) in self.firsts.iter().zip(&self.heads) {
            let block = self.block(*head);
            let slots = (0..CAPACITY).filter(|slot| head.taken >> slot & 1 == 1);
            let own: Vec<Key> = slots.map(|slot| block.key(slot)).collect();
            assert_eq!(Some(first), own.first());
            assert!(block.keys().is_sorted());
            keys.extend(own);
        }
        assert!(
            keys.windows(2).all(|pair| pair[0] < pair[1]),
            "keys do not rise"
        );
        assert_eq!(keys.len(), self.len);
        assert_eq!(self.heads.len() + self.unused.len(), self.blocks.len());
        for pair in self.heads.windows(2) {
            let together = pair[0].len() + pair[1].len();
            assert!(
                together > JOIN,
                "neighbours of together {together} were not joined"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys come and go at the front, in the middle and at the end, up to a thousand and down to
    /// none; the list stays sorted, dense and without duplicates.
    #[test]
    fn a_list_stays_sorted_and_dense() {
        let mut group = Group::default();
        let mut expected = std::collections::BTreeSet::new();
        let mut state = 1_u64;
        for step in 0..12_000_u32 {
            // Knuth's MMIX generator; its high bits are good enough here.
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let listed = (state >> 40) as i32 % 2_000;
            let key = Key::new(
                if step % 3 == 0 {
                    3_000 + step as i32
                } else {
                    listed
                },
                0,
            );
            let growing = step < 6_000;
            if growing == (state >> 33 & 7 != 0) {
                assert_eq!(group.add(key, Hla::EMPTY), expected.insert(key));
            } else {
                let near = expected
                    .range(key..)
                    .next()
                    .or(expected.first())
                    .copied()
                    .unwrap_or(key);
                assert_eq!(group.remove(near), expected.remove(&near));
                assert!(!group.remove(near));
            }
            if step % 50 == 0 {
                group.check();
                assert_eq!(group.len(), expected.len());
            }
        }
        for key in expected {
            assert!(group.remove(key));
            group.check();
        }
        assert_eq!(group.heads.len(), 0);
    }
}
