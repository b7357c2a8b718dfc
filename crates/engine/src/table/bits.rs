//! A row of bits: which rows have a value, or what the values of a column of booleans are.

/// Bits in the order of their rows, sixty-four in a word, the first in the lowest place.
#[derive(Default)]
pub(crate) struct Bits {
    words: Vec<u64>,
    len: usize,
    ones: usize,
}

impl Bits {
    pub(crate) fn clear(&mut self) {
        self.words.clear();
        self.len = 0;
        self.ones = 0;
    }

    /// Adds `count` bits (1 to 64) of a word whose other bits are 0. Only the last word may have
    /// fewer than 64.
    #[inline]
    pub(crate) fn push(&mut self, word: u64, count: usize) {
        debug_assert!(self.len.is_multiple_of(64), "a word after the last");
        self.words.push(word);
        self.len += count;
        self.ones += word.count_ones() as usize;
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// How many bits are 1.
    pub(crate) fn ones(&self) -> usize {
        self.ones
    }

    /// The place of the first 0.
    pub(crate) fn first_zero(&self) -> Option<usize> {
        let word = self.words.iter().position(|word| *word != u64::MAX)?;
        let place = word * 64 + self.words[word].trailing_ones() as usize;
        (place < self.len).then_some(place)
    }

    /// All words; what stands in the last one beyond [`len`](Self::len) is 0.
    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }
}

/// Takes the values of `rows` rows apart: a bit for each row, 1 where there is a value, and the
/// values that are there. What was in `present` and `values` is replaced.
///
/// Every value is stored, and a null is overwritten by the next one: no branch, because nobody can
/// predict which rows have a value.
#[inline]
pub(crate) fn take_apart<T: Copy + Default>(
    rows: std::ops::Range<usize>,
    mut value: impl FnMut(usize) -> Option<T>,
    present: &mut Bits,
    values: &mut Vec<T>,
) {
    present.clear();
    values.clear();
    let mut some = [T::default(); 64];
    let mut start = rows.start;
    while start < rows.end {
        let width = (rows.end - start).min(64);
        let mut word = 0;
        let mut count = 0;
        for row in start..start + width {
            let value = value(row);
            let is_some = value.is_some();
            some[count % 64] = value.unwrap_or_default();
            count += usize::from(is_some);
            word = word >> 1 | u64::from(is_some) << 63;
        }
        values.extend_from_slice(&some[..count]);
        present.push(word >> (64 - width), width);
        start += width;
    }
}

/// The same of rows that lie in memory, of which it is told apart by a comparison whether there is a
/// value: `there` and `value` are asked often and have to be cheap. Most runs of 64 rows have a value
/// each or none at all.
#[inline]
pub(crate) fn gather<R, T: Copy + Default>(
    rows: &[R],
    there: impl Fn(&R) -> bool,
    value: impl Fn(&R) -> T,
    present: &mut Bits,
    values: &mut Vec<T>,
) {
    /// Fewer values than this are picked out one by one.
    const FEW: u32 = 16;
    present.clear();
    values.clear();
    let mut some = [T::default(); 64];
    for rows in rows.chunks(64) {
        let set = |word, row| word >> 1 | u64::from(there(row)) << 63;
        let word = rows.iter().fold(0, set) >> (64 - rows.len());
        present.push(word, rows.len());
        if word == u64::MAX {
            values.extend(rows.iter().map(&value));
        } else if word.count_ones() < FEW {
            let mut left = word;
            while left != 0 {
                values.push(value(&rows[left.trailing_zeros() as usize]));
                left &= left - 1;
            }
        } else {
            let mut count = 0;
            for row in rows {
                some[count % 64] = value(row);
                count += usize::from(there(row));
            }
            values.extend_from_slice(&some[..count]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_apart() {
        let (mut present, mut values) = (Bits::default(), Vec::new());
        let value = |row: usize| (!row.is_multiple_of(3)).then_some(row as u32);
        take_apart(5..205, value, &mut present, &mut values);
        let expected: Vec<u32> = (5..205_u32).filter(|row| row % 3 != 0).collect();
        assert_eq!(values, expected);
        assert_eq!((present.len(), present.ones()), (200, expected.len()));
        for (place, row) in (5..205).enumerate() {
            let bit = present.words()[place / 64] >> (place % 64) & 1 == 1;
            assert_eq!(bit, value(row).is_some(), "row {row}");
        }
        assert_eq!(present.first_zero(), Some(1));
    }

    #[test]
    fn values_are_gathered_as_they_are_taken_apart() {
        let (mut present, mut values) = (Bits::default(), Vec::new());
        let (mut gathered_present, mut gathered) = (Bits::default(), Vec::new());
        // Every value, none, one in five, two in three, and a rest of 35 rows.
        let rows: Vec<u32> = (0..64 * 4 + 35)
            .map(|row| match row / 64 {
                0 => 1,
                1 => 0,
                2 => u32::from(row % 5 == 0) * row,
                _ => u32::from(row % 3 != 0) * row,
            })
            .collect();
        for rows in [&rows[..], &rows[..64], &rows[64..128], &rows[..0]] {
            let value = |row: usize| (rows[row] != 0).then_some(rows[row]);
            take_apart(0..rows.len(), value, &mut present, &mut values);
            gather(
                rows,
                |row| *row != 0,
                |row| *row,
                &mut gathered_present,
                &mut gathered,
            );
            assert_eq!(gathered, values);
            assert_eq!(gathered_present.words(), present.words());
            assert_eq!(gathered_present.len(), rows.len());
            assert_eq!(gathered_present.ones(), present.ones());
        }
    }

    #[test]
    fn the_first_zero_is_a_row() {
        let mut bits = Bits::default();
        assert_eq!(bits.first_zero(), None);
        bits.push(u64::MAX, 64);
        bits.push(0b111, 3);
        assert_eq!(bits.first_zero(), None, "beyond the end there are no rows");
        bits.clear();
        bits.push(u64::MAX, 64);
        bits.push(0b1011, 4);
        assert_eq!(bits.first_zero(), Some(66));
    }
}
