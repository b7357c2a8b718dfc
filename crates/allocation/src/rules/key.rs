//! What orders candidates, as whole numbers.

use std::cmp::Ordering;

use super::policy::MOST_RANKS;

/// What orders candidates: less comes first. Numbers are kept as whole numbers of the same order, so that nothing
/// depends on how floats are compared. Small, since it is moved about; what decides between equals stays in the table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    /// The class, which is 0 but where somebody has put certain candidates before the others, and the tier.
    group: u64,
    /// The first of the ranks.
    first: u64,
    /// The candidate's place in the table.
    pub(super) place: u32,
}

/// What of a group is the tier.
const TIERS: u64 = 0xffff;

/// The class and the tier in one number.
fn group(class: i32, tier: u16) -> u64 {
    // Of the same order as the classes, and not below 0.
    let class = u64::from(class.cast_unsigned() ^ (1 << 31));
    class << 16 | u64::from(tier)
}

impl Key {
    pub(super) fn tier(&self) -> u16 {
        (self.group & TIERS) as u16
    }

    /// The same in another class.
    pub(super) fn of_class(self, class: i32) -> Self {
        Self {
            group: group(class, self.tier()),
            ..self
        }
    }
}

/// What no candidate of a part comes before: a class, a tier, and the first of the ranks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bound {
    group: u64,
    first: u64,
}

impl Bound {
    /// The first tier, and the largest value of the first rank.
    pub(super) fn new(tier: f64, largest: f64) -> Self {
        Self {
            group: group(0, tier as u16),
            // What is not known may be larger than all numbers.
            first: if largest < f64::INFINITY {
                descending(largest)
            } else {
                0
            },
        }
    }

    /// The same with another tier.
    pub(super) fn in_tier(self, tier: f64) -> Self {
        Self {
            group: self.group & !TIERS | u64::from(tier as u16),
            ..self
        }
    }

    /// The same in another class.
    pub(super) fn of_class(self, class: i32) -> Self {
        Self {
            group: group(class, (self.group & TIERS) as u16),
            ..self
        }
    }

    /// Whether a candidate comes before everybody whom the bound is about.
    #[inline]
    pub(super) fn is_behind(&self, key: &Key) -> bool {
        (key.group, key.first) < (self.group, self.first)
    }
}

/// Candidates with what ranks them.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    pub(super) rows: Vec<u32>,
    /// What decides in the end.
    turns: Vec<u64>,
    /// What comes before the points, the points, and what comes after them, as [`descending`] numbers: a column each.
    ranks: [Vec<u64>; MOST_RANKS],
    /// How many of the columns of ranks are in use.
    used: usize,
}

impl Table {
    /// Begins again, with so many ranks.
    pub(super) fn clear(&mut self, ranks: usize) {
        self.used = ranks.min(MOST_RANKS);
        self.rows.clear();
        self.turns.clear();
        for column in &mut self.ranks {
            column.clear();
        }
    }

    /// Adds candidates and their keys: rows and turns, tiers, and the values of each rank.
    pub(super) fn extend<'a>(
        &mut self,
        keys: &mut Vec<Key>,
        candidates: (&[u32], impl Iterator<Item = u64>),
        tiers: &[f64],
        values: impl Fn(usize) -> &'a [f64],
    ) {
        let (rows, turns) = candidates;
        let place = self.rows.len();
        self.rows.extend_from_slice(rows);
        self.turns.extend(turns);
        for (rank, column) in self.ranks[..self.used].iter_mut().enumerate() {
            let values = values(rank)[..rows.len()].iter();
            column.extend(values.map(|value| descending(*value)));
        }
        let firsts = &self.ranks[0][place..];
        let candidates = (place as u32..).zip(tiers.iter().zip(firsts));
        keys.extend(candidates.map(|(place, (tier, first))| Key {
            group: group(0, *tier as u16),
            first: *first,
            place,
        }));
    }

    #[inline]
    pub(super) fn order(&self, one: &Key, other: &Key) -> Ordering {
        let head = |key: &Key| u128::from(key.group) << 64 | u128::from(key.first);
        let rest = || {
            let (one, other) = (one.place as usize, other.place as usize);
            let ranks = self.ranks[..self.used].iter();
            let columns = ranks.map(|column| column[one].cmp(&column[other]));
            columns
                .fold(Ordering::Equal, Ordering::then)
                .then_with(|| self.turns[one].cmp(&self.turns[other]))
        };
        head(one).cmp(&head(other)).then_with(rest)
    }

    /// The value of a rank for a candidate.
    pub(super) fn value(&self, rank: usize, key: &Key) -> f64 {
        number(self.ranks[rank][key.place as usize])
    }
}

/// What comes behind all numbers: a result that is none, whatever bits a processor gives it.
const NO_NUMBER: u64 = u64::MAX;

/// A whole number that is the smaller, the larger the number.
fn descending(number: f64) -> u64 {
    if number.is_nan() {
        return NO_NUMBER;
    }
    // −0 and 0 are the same.
    let bits = (number + 0.0).to_bits();
    // Of what is below 0 all bits are turned, of the others the sign.
    let below = (bits.cast_signed() >> 63).cast_unsigned();
    !(bits ^ (below | 1 << 63))
}

fn number(descending: u64) -> f64 {
    let rising = !descending;
    f64::from_bits(if rising >> 63 == 1 {
        rising & !(1 << 63)
    } else {
        !rising
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn larger_numbers_come_first_and_lead_back_to_themselves() {
        let numbers = [f64::INFINITY, 3.5, 3.0, 1e-300, 0.0, -1e-300, -2.0, -1e9];
        let keys = numbers.map(descending);
        assert!(keys.is_sorted());
        assert_eq!(keys.map(number), numbers);
        assert_eq!(descending(-0.0), descending(0.0));
    }

    #[test]
    fn what_is_no_number_comes_last_whatever_its_bits() {
        for none in [f64::NAN, -f64::NAN, f64::from_bits(0x7ff0_0000_0000_0001)] {
            assert!(descending(none) > descending(f64::NEG_INFINITY));
            assert!(number(descending(none)).is_nan());
        }
    }
}
