//! Sixty-four candidates that are matched at once.
//!
//! The antigens are stored crosswise: one word for each antigen, with one bit for each candidate.
//! A donor has few antigens, so the words of these antigens, added bit by bit, give the matches of
//! all 64 candidates in a few dozen instructions, and the other words are never read.

use crate::hla::Hla;

/// How many candidates a block holds.
pub(crate) const CAPACITY: usize = 64;

/// Listing time and id of a candidate as one number, in the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Key(u64);

impl Key {
    pub(crate) fn new(listed: i32, id: u32) -> Self {
        // The sign bit is turned over so that the order of the numbers is that of the times.
        let time = listed.cast_unsigned() ^ (1 << 31);
        Self(u64::from(time) << 32 | u64::from(id))
    }

    pub(crate) fn listed(self) -> i32 {
        ((self.0 >> 32) as u32 ^ (1 << 31)).cast_signed()
    }

    pub(crate) fn id(self) -> u32 {
        self.0 as u32
    }
}

/// A donor's antigens as the numbers of the words to add, and how many the count needs to reach.
pub(crate) struct Antigens {
    rows: [u8; 64],
    len: u32,
}

impl Antigens {
    pub(crate) fn new(hla: Hla) -> Self {
        let mut rows = [0; 64];
        let mut bits = hla.bits();
        let mut len = 0;
        while bits != 0 {
            rows[len as usize] = bits.trailing_zeros() as u8;
            bits &= bits - 1;
            len += 1;
        }
        Self { rows, len }
    }

    pub(crate) fn len(&self) -> u32 {
        self.len
    }

    fn rows(&self) -> &[u8] {
        &self.rows[..self.len as usize]
    }
}

/// The matches of 64 candidates as binary numbers: bit `i` of word `j` is digit `j` of the count
/// of candidate `i`. `DIGITS` digits hold counts below 2^`DIGITS`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counts<const DIGITS: usize>([u64; DIGITS]);

impl<const DIGITS: usize> Counts<DIGITS> {
    /// The candidates with at least `least` matches.
    pub(crate) fn at_least(&self, least: u32) -> u64 {
        debug_assert!(least >> DIGITS == 0, "{least} does not fit {DIGITS} digits");
        let mut above = 0;
        let mut equal = u64::MAX;
        for (digit, word) in self.0.iter().enumerate().rev() {
            if least >> digit & 1 == 1 {
                equal &= word;
            } else {
                above |= equal & word;
                equal &= !word;
            }
        }
        above | equal
    }

    /// The matches of candidate `index`.
    pub(crate) fn of(&self, index: usize) -> u32 {
        self.0
            .iter()
            .enumerate()
            .map(|(digit, word)| ((word >> index & 1) as u32) << digit)
            .sum()
    }
}

/// Keys that share a cache line.
const LINE: usize = 8;

/// Up to 64 candidates in the order of their keys.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    len: usize,
    keys: [Key; CAPACITY],
    /// Word `a`, bit `i`: whether candidate `i` has antigen `a`. Bits from `len` on are zero.
    planes: [u64; 64],
}

/// The bits below `end`.
fn below(end: usize) -> u64 {
    if end >= 64 { u64::MAX } else { (1 << end) - 1 }
}

impl Block {
    pub(crate) fn new() -> Self {
        Self {
            len: 0,
            keys: [Key::default(); CAPACITY],
            planes: [0; 64],
        }
    }

    pub(crate) fn keys(&self) -> &[Key] {
        &self.keys[..self.len]
    }

    /// Where a key is, or else where it would be.
    ///
    /// A block that nobody has looked at lately is in no cache. A binary search would wait for one
    /// line after the other; here the first key of every line is read, and all lines come at once.
    pub(crate) fn find(&self, key: Key) -> Result<usize, usize> {
        let keys = self.keys();
        let before = |line: &&[Key]| line[0] <= key;
        let lines = keys.chunks(LINE).filter(before).count();
        let start = lines.saturating_sub(1) * LINE;
        let line = &keys[start..keys.len().min(start + LINE)];
        let index = start + line.iter().filter(|other| **other < key).count();
        if keys.get(index) == Some(&key) {
            Ok(index)
        } else {
            Err(index)
        }
    }

    pub(crate) fn key(&self, index: usize) -> Key {
        self.keys()[index]
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn is_full(&self) -> bool {
        self.len == CAPACITY
    }

    /// One bit for each candidate.
    pub(crate) fn all(&self) -> u64 {
        below(self.len)
    }

    /// Inserts at `index`, which is at most `len`, into a block that is not full.
    pub(crate) fn insert(&mut self, index: usize, key: Key, hla: Hla) {
        debug_assert!(!self.is_full() && index <= self.len, "no room at {index}");
        self.keys.copy_within(index..self.len, index + 1);
        self.keys[index] = key;
        let before = below(index);
        for (antigen, plane) in self.planes.iter_mut().enumerate() {
            let own = hla.bits() >> antigen & 1;
            *plane = *plane & before | own << index | (*plane & !before) << 1;
        }
        self.len += 1;
    }

    /// Removes the candidate at `index`, which is less than `len`.
    pub(crate) fn remove(&mut self, index: usize) {
        debug_assert!(index < self.len, "nobody at {index}");
        self.keys.copy_within(index + 1..self.len, index);
        let before = below(index);
        for plane in &mut self.planes {
            *plane = *plane & before | *plane >> 1 & !before;
        }
        self.len -= 1;
    }

    /// Moves the later half of a full block into a new one.
    pub(crate) fn split(&mut self) -> Self {
        const HALF: usize = CAPACITY / 2;
        debug_assert!(self.is_full(), "only a full block is split");
        let mut later = Self::new();
        later.keys[..HALF].copy_from_slice(&self.keys[HALF..]);
        for (plane, own) in later.planes.iter_mut().zip(&mut self.planes) {
            *plane = *own >> HALF;
            *own &= below(HALF);
        }
        later.len = HALF;
        self.len = HALF;
        later
    }

    /// Puts the candidates of `later`, all of them later, behind those of this block; both
    /// together are at most [`CAPACITY`] and this one is not full.
    pub(crate) fn append(&mut self, later: &Self) {
        let together = self.len + later.len;
        debug_assert!(
            together <= CAPACITY && !self.is_full(),
            "{together} candidates"
        );
        self.keys[self.len..together].copy_from_slice(later.keys());
        for (plane, more) in self.planes.iter_mut().zip(&later.planes) {
            *plane |= more << self.len;
        }
        self.len = together;
    }

    /// Counts the matches of all candidates; the donor's antigens fit `DIGITS` digits.
    pub(crate) fn count<const DIGITS: usize>(&self, donor: &Antigens) -> Counts<DIGITS> {
        debug_assert!(
            donor.len >> DIGITS == 0,
            "{} do not fit {DIGITS} digits",
            donor.len
        );
        let mut digits = [0; DIGITS];
        for &row in donor.rows() {
            // Adding one bit to a binary number, in 64 numbers at once.
            let mut carry = self.planes[usize::from(row & 63)];
            for digit in &mut digits {
                let next = *digit & carry;
                *digit ^= carry;
                carry = next;
            }
        }
        Counts(digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(number: u32) -> (Key, Hla) {
        // Any spread of bits does; this is a multiplicative hash.
        let bits = u64::from(number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (
            Key::new(number as i32 - 40, number),
            Hla::from_bits(bits & bits >> 7),
        )
    }

    /// Against the standard library's search, in blocks of every size: keys that are there, and
    /// those between, before and behind them.
    #[test]
    fn a_key_is_found_in_a_block_of_any_size() {
        let mut block = Block::new();
        for size in 0..=CAPACITY as i32 {
            for listed in -1..=2 * size {
                let key = Key::new(listed, 0);
                assert_eq!(block.find(key), block.keys().binary_search(&key), "{size}");
            }
            if !block.is_full() {
                block.insert(size as usize, Key::new(2 * size, 0), Hla::EMPTY);
            }
        }
    }

    fn check(block: &Block, numbers: &[u32]) {
        assert_eq!(block.len(), numbers.len());
        let donor = Hla::from_bits(0xF0F0_1234_8765_4321);
        let counts: Counts<7> = block.count(&Antigens::new(donor));
        for (index, &number) in numbers.iter().enumerate() {
            let (key, hla) = candidate(number);
            assert_eq!(block.key(index), key);
            assert_eq!(
                counts.of(index),
                Hla::matches(donor, hla),
                "candidate {number}"
            );
        }
        for least in 0..=donor.len() {
            let expected = (0..numbers.len()).filter(|&index| counts.of(index) >= least);
            let mask = expected.fold(0, |mask, index| mask | 1 << index);
            assert_eq!(
                counts.at_least(least) & block.all(),
                mask,
                "at least {least}"
            );
        }
    }

    #[test]
    fn keys_order_by_time_then_id() {
        let keys = [
            (i32::MIN, 9),
            (-1, 0),
            (-1, u32::MAX),
            (0, 3),
            (i32::MAX, 0),
        ];
        for pair in keys.windows(2) {
            assert!(
                Key::new(pair[0].0, pair[0].1) < Key::new(pair[1].0, pair[1].1),
                "{pair:?}"
            );
        }
        for (listed, id) in keys {
            let key = Key::new(listed, id);
            assert_eq!((key.listed(), key.id()), (listed, id));
        }
    }

    #[test]
    fn insert_remove_split_and_append_keep_everyone() {
        let mut block = Block::new();
        let mut numbers = Vec::new();
        // Every second one first, then the others between them.
        for number in (0..64).step_by(2).chain((1..64).step_by(2)) {
            let index = numbers.partition_point(|&other| other < number);
            let (key, hla) = candidate(number);
            block.insert(index, key, hla);
            numbers.insert(index, number);
            check(&block, &numbers);
        }
        let later = block.split();
        check(&block, &numbers[..32]);
        check(&later, &numbers[32..]);
        block.append(&later);
        check(&block, &numbers);
        for index in [63, 0, 17, 30, 59, 40] {
            block.remove(index);
            numbers.remove(index);
            check(&block, &numbers);
        }
        // Nothing of those removed may be left in the bits behind the last.
        let end = block.all();
        assert!(block.planes.iter().all(|plane| plane & !end == 0));
    }
}
