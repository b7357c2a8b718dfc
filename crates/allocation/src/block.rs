//! Sixty-four candidates that are matched at once.
//!
//! The antigens are stored crosswise: one word for each antigen, with one bit for each candidate.
//! A donor has few antigens, so the words of these antigens, added bit by bit, give the matches of
//! all 64 candidates in a few dozen instructions, and the other words are never read.

use crate::hla::Hla;

/// How many candidates a block holds.
pub(crate) const CAPACITY: usize = 64;

/// Listing time and id of a candidate as one number, in the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(u64);

impl Key {
    /// No candidate's: behind all of them.
    pub(crate) const LAST: Self = Self(u64::MAX);

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

/// Sixty-four slots in the order of their keys, each taken by a candidate or vacant. Which are taken is
/// known to the [group](crate::group::Group), so that whoever leaves is forgotten without a look at the
/// antigens: a vacant slot keeps its key and antigens until another takes it.
///
/// Invariant: keys never fall along a block, those of vacant slots included; slots that nobody has taken
/// yet come last and have the key [`Key::LAST`].
#[derive(Debug, Clone)]
#[repr(C, align(64))]
pub(crate) struct Block {
    keys: [Key; CAPACITY],
    /// Word `a`, bit `i`: whether the candidate of slot `i` has antigen `a`.
    planes: [u64; 64],
}

/// The bits below `end`.
pub(crate) fn below(end: usize) -> u64 {
    if end >= 64 { u64::MAX } else { (1 << end) - 1 }
}

/// How to move the bits of a mask together, to the lowest places: what moves by 1, 2, 4, 8, 16 and 32
/// (Warren, Hacker's Delight, second edition, 7-4).
struct Squeeze {
    mask: u64,
    moves: [u64; 6],
}

impl Squeeze {
    fn new(mask: u64) -> Self {
        let mut left = mask;
        let mut vacant = !mask << 1;
        let moves = core::array::from_fn(|step| {
            // Bit i: whether an odd number of vacant slots lies below slot i.
            let odd = (0..6).fold(vacant, |word, shift| word ^ word << (1 << shift));
            let moved = odd & left;
            left = left ^ moved | moved >> (1 << step);
            vacant &= !odd;
            moved
        });
        Self { mask, moves }
    }

    fn apply(&self, word: u64) -> u64 {
        let mut word = word & self.mask;
        for (step, moves) in self.moves.iter().enumerate() {
            let moved = word & moves;
            word = word ^ moved | moved >> (1 << step);
        }
        word
    }
}

impl Block {
    pub(crate) fn new() -> Self {
        Self {
            keys: [Key::LAST; CAPACITY],
            planes: [0; 64],
        }
    }

    /// The first slot whose key is not before this one, or [`CAPACITY`].
    ///
    /// A block that nobody has looked at lately is in no cache. A binary search would wait for one
    /// line after the other; here the first key of every line is read, and all lines come at once.
    pub(crate) fn find(&self, key: Key) -> usize {
        let before = |line: &&[Key]| line[0] < key;
        let lines = self.keys.chunks(LINE).filter(before).count();
        let start = lines.saturating_sub(1) * LINE;
        let line = &self.keys[start..start + LINE];
        start + line.iter().filter(|other| **other < key).count()
    }

    pub(crate) fn key(&self, slot: usize) -> Key {
        self.keys[slot]
    }

    /// The keys, taken or not.
    pub(crate) fn keys(&self) -> &[Key; CAPACITY] {
        &self.keys
    }

    /// Puts a candidate before what stands at `slot`, where [`find`](Self::find) says they belong. The
    /// nearest slot that is not in `taken` closes up, and is returned: now it is taken. `None`, and
    /// nothing is changed, if there is none.
    pub(crate) fn put(&mut self, slot: usize, taken: u64, key: Key, hla: Hla) -> Option<usize> {
        let (ahead, behind) = (!taken & below(slot), !taken & !below(slot));
        let last_ahead = 63_usize.checked_sub(ahead.leading_zeros() as usize);
        let first_behind = (behind != 0).then(|| behind.trailing_zeros() as usize);
        let later = match (last_ahead, first_behind) {
            (Some(last), Some(first)) => first - slot < slot - last,
            (_, first) => first.is_some(),
        };
        // From the vacant slot to where the candidate goes, everybody moves by one.
        let (hole, own, between) = if later {
            let hole = first_behind?;
            self.keys.copy_within(slot..hole, slot + 1);
            (hole, slot, below(hole + 1) & !below(slot))
        } else {
            let hole = last_ahead?;
            self.keys.copy_within(hole + 1..slot, hole);
            (hole, slot - 1, below(slot) & !below(hole))
        };
        self.keys[own] = key;
        let moved = between & !(1 << own);
        for (antigen, plane) in self.planes.iter_mut().enumerate() {
            let shifted = if later { *plane << 1 } else { *plane >> 1 };
            let has = hla.bits() >> antigen & 1;
            *plane = *plane & !between | shifted & moved | has << own;
        }
        Some(hole)
    }

    /// Moves the later half of a block without a vacant slot into a new one.
    pub(crate) fn split(&mut self) -> Self {
        const HALF: usize = CAPACITY / 2;
        let mut later = Self::new();
        later.keys[..HALF].copy_from_slice(&self.keys[HALF..]);
        self.keys[HALF..].fill(Key::LAST);
        for (plane, own) in later.planes.iter_mut().zip(&self.planes) {
            *plane = *own >> HALF;
        }
        later
    }

    /// Closes up the vacant slots: the candidates of the `taken` ones move to the first.
    fn squeeze(&mut self, taken: u64) {
        let squeeze = Squeeze::new(taken);
        for plane in &mut self.planes {
            *plane = squeeze.apply(*plane);
        }
        let mut left = taken;
        for slot in 0..CAPACITY {
            self.keys[slot] = if left == 0 {
                Key::LAST
            } else {
                self.keys[left.trailing_zeros() as usize]
            };
            left &= left.wrapping_sub(1);
        }
    }

    /// Puts the candidates of the slots `more` of `later`, all of them later, behind those of the slots
    /// `taken` of this block, which move to the first; together they are at most [`CAPACITY`].
    pub(crate) fn append(&mut self, taken: u64, later: &Self, more: u64) {
        let (own, len) = (
            taken.count_ones() as usize,
            (taken.count_ones() + more.count_ones()) as usize,
        );
        debug_assert!(len <= CAPACITY, "{len} candidates");
        self.squeeze(taken);
        let mut later = later.clone();
        later.squeeze(more);
        self.keys[own..len].copy_from_slice(&later.keys[..len - own]);
        for (plane, later) in self.planes.iter_mut().zip(&later.planes) {
            *plane |= later.checked_shl(own as u32).unwrap_or(0);
        }
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
        for size in 0..=CAPACITY {
            for listed in -1..=2 * size as i32 {
                let key = Key::new(listed, 0);
                let expected = block.keys[..size].partition_point(|other| *other < key);
                assert_eq!(block.find(key), expected, "{size}");
            }
            let key = Key::new(2 * size as i32, 0);
            let taken = block.put(size, below(size), key, Hla::EMPTY);
            assert_eq!(taken, (size < CAPACITY).then_some(size));
        }
    }

    fn check(block: &Block, taken: u64, numbers: &[u32]) {
        let slots: Vec<usize> = (0..CAPACITY)
            .filter(|slot| taken >> slot & 1 == 1)
            .collect();
        assert_eq!(slots.len(), numbers.len());
        assert!(block.keys.is_sorted());
        let donor = Hla::from_bits(0xF0F0_1234_8765_4321);
        let counts: Counts<7> = block.count(&Antigens::new(donor));
        for (&slot, &number) in slots.iter().zip(numbers) {
            let (key, hla) = candidate(number);
            assert_eq!(block.key(slot), key);
            assert_eq!(
                counts.of(slot),
                Hla::matches(donor, hla),
                "candidate {number}"
            );
        }
        for least in 0..=donor.len() {
            let expected = slots.iter().filter(|slot| counts.of(**slot) >= least);
            let mask = expected.fold(0, |mask, slot| mask | 1 << slot);
            assert_eq!(counts.at_least(least) & taken, mask, "at least {least}");
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

    /// A block with a slot for each candidate of a sorted list.
    fn of(numbers: &[u32]) -> Block {
        let mut block = Block::new();
        for (slot, &number) in numbers.iter().enumerate() {
            let (key, hla) = candidate(number);
            assert_eq!(block.put(slot, below(slot), key, hla), Some(slot));
        }
        block
    }

    #[test]
    fn put_and_split_keep_everyone() {
        let mut block = Block::new();
        let mut numbers = Vec::new();
        // Every second one first, then the others between them.
        for number in (0..64).step_by(2).chain((1..64).step_by(2)) {
            let slot = numbers.partition_point(|&other| other < number);
            let (key, hla) = candidate(number);
            assert_eq!(block.find(key), slot);
            let taken = below(numbers.len());
            assert_eq!(block.put(slot, taken, key, hla), Some(numbers.len()));
            numbers.insert(slot, number);
            check(&block, below(numbers.len()), &numbers);
        }
        let (key, hla) = candidate(64);
        assert_eq!(block.put(64, u64::MAX, key, hla), None);
        let later = block.split();
        check(&block, below(32), &numbers[..32]);
        check(&later, below(32), &numbers[32..]);
        block.append(below(32), &later, below(32));
        check(&block, u64::MAX, &numbers);
    }

    /// Whoever comes takes the nearest vacant slot, before or behind, at every place and with any
    /// slots vacant.
    #[test]
    fn vacant_slots_are_taken_again() {
        let even: Vec<u32> = (0..64).map(|number| 2 * number).collect();
        let full = of(&even);
        let patterns = [
            1,
            1 << 63,
            1 << 40,
            0x8000_0100_0000_0001,
            0x00FF_0000_0000_FF00,
            !(1 << 20),
            u64::MAX,
        ];
        for vacant in patterns {
            for number in 0..=128 {
                let (key, hla) = candidate(number);
                let mut block = full.clone();
                let slot = block.find(key);
                if slot < CAPACITY && block.key(slot) == key && vacant >> slot & 1 == 0 {
                    continue;
                }
                let Some(hole) = block.put(slot, !vacant, key, hla) else {
                    panic!("there is room");
                };
                assert_eq!(vacant >> hole & 1, 1);
                let mut expected: Vec<u32> = even.clone();
                expected.retain(|even| vacant >> (even / 2) & 1 == 0);
                let place = expected.partition_point(|&other| other < number);
                expected.insert(place, number);
                check(&block, !vacant | 1 << hole, &expected);
            }
        }
    }

    #[test]
    fn append_closes_up_what_is_vacant() {
        let all: Vec<u32> = (0..128).collect();
        let (first, second) = (of(&all[..64]), of(&all[64..]));
        let masks = [
            0,
            1,
            1 << 63,
            0xFFFF_FFFF,
            0x5555_5555_5555_5555,
            0xF00F_00F0_0F00_F00F,
        ];
        for own in masks {
            for more in masks {
                let mut block = first.clone();
                block.append(own, &second, more);
                let taken = |number: &u32| {
                    let mask = if *number < 64 { own } else { more };
                    mask >> (number % 64) & 1 == 1
                };
                let expected: Vec<u32> = all.iter().copied().filter(taken).collect();
                check(&block, below(expected.len()), &expected);
                assert!(
                    block.keys[expected.len()..]
                        .iter()
                        .all(|key| *key == Key::LAST)
                );
            }
        }
    }
}
