//! Integers as packed differences, and floats as streams of bytes.
//!
//! Source: Apache Parquet format, "Encodings", sections "Delta Encoding (`DELTA_BINARY_PACKED`)" and
//! "Byte Stream Split".

use super::hybrid::varint;

/// Differences that share a least one.
const BLOCK: usize = 128;

/// Differences that share a width.
const MINIBLOCK: usize = 32;

/// An integer whose differences are taken modulo its own width, as the format demands.
pub(crate) trait Integer: Copy + Ord + Default {
    const GREATEST: Self;
    /// `self - before`.
    fn minus(self, before: Self) -> Self;
    /// The bits of a number without a sign.
    fn bits(self) -> u64;
    fn widened(self) -> i64;
}

impl Integer for i32 {
    const GREATEST: i32 = i32::MAX;
    #[inline]
    fn minus(self, before: Self) -> Self {
        self.wrapping_sub(before)
    }
    #[inline]
    fn bits(self) -> u64 {
        u64::from(self.cast_unsigned())
    }
    fn widened(self) -> i64 {
        i64::from(self)
    }
}

impl Integer for i64 {
    const GREATEST: i64 = i64::MAX;
    #[inline]
    fn minus(self, before: Self) -> Self {
        self.wrapping_sub(before)
    }
    #[inline]
    fn bits(self) -> u64 {
        self.cast_unsigned()
    }
    fn widened(self) -> i64 {
        self
    }
}

/// Appends `values` as `DELTA_BINARY_PACKED`.
pub(crate) fn delta<T: Integer>(values: &[T], out: &mut Vec<u8>) {
    varint(BLOCK as u64, out);
    varint((BLOCK / MINIBLOCK) as u64, out);
    varint(values.len() as u64, out);
    zigzag(values.first().map_or(0, |first| first.widened()), out);
    let mut from = 0;
    // Each block is given with the value before it.
    while from + 1 < values.len() {
        let to = (from + BLOCK).min(values.len() - 1);
        block(&values[from..=to], out);
        from = to;
    }
}

/// Appends one block: the differences between neighbours, 1 to [`BLOCK`] of them.
fn block<T: Integer>(values: &[T], out: &mut Vec<u8>) {
    let count = values.len() - 1;
    let mut differences = [T::default(); BLOCK];
    for (difference, pair) in differences.iter_mut().zip(values.windows(2)) {
        *difference = pair[1].minus(pair[0]);
    }
    let least = differences[..count]
        .iter()
        .fold(T::GREATEST, |a, b| a.min(*b));
    // What is packed is how far each is above the least; beyond the last value it is nothing.
    for difference in &mut differences[..count] {
        *difference = difference.minus(least);
    }
    zigzag(least.widened(), out);
    let widths = out.len();
    out.extend_from_slice(&[0; BLOCK / MINIBLOCK]);
    // A miniblock that begins beyond the last value has no bytes; the last is filled with zeros.
    for index in 0..count.div_ceil(MINIBLOCK) {
        let start = index * MINIBLOCK;
        let Some(part) = differences[start..].first_chunk::<MINIBLOCK>() else {
            break;
        };
        let all = part.iter().fold(0, |all, value| all | value.bits());
        let width = u64::BITS - all.leading_zeros();
        out[widths + index] = width as u8;
        pack_miniblock(part, width, out);
    }
}

/// Appends 32 values of `width` bits: 4 bytes for each bit of the width.
fn pack_miniblock<T: Integer>(values: &[T; MINIBLOCK], width: u32, out: &mut Vec<u8>) {
    /// With the width known, the compiler lays all shifts out and leaves no branch.
    #[inline]
    fn packed<T: Integer, const WIDTH: usize>(values: &[T; MINIBLOCK], out: &mut Vec<u8>) {
        let mut words = [0_u64; MINIBLOCK + 1];
        for (index, value) in values.iter().enumerate() {
            let (word, shift) = (index * WIDTH / 64, index * WIDTH % 64);
            let value = value.bits();
            words[word] |= value << shift;
            if shift + WIDTH > 64 {
                words[word + 1] |= value >> (64 - shift);
            }
        }
        let mut bytes = [0_u8; (MINIBLOCK + 1) * 8];
        for (bytes, word) in bytes.chunks_exact_mut(8).zip(&words) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        out.extend_from_slice(&bytes[..WIDTH * MINIBLOCK / 8]);
    }
    macro_rules! by_width {
        ($($width:literal)*) => {
            match width {
                $($width => packed::<T, $width>(values, out),)*
                _ => {}
            }
        };
    }
    by_width!(
        1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32
        33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62
        63 64
    );
}

/// Appends a signed number: small ones of both signs are short.
fn zigzag(number: i64, out: &mut Vec<u8>) {
    varint((number << 1 ^ number >> 63).cast_unsigned(), out);
}

/// Appends `values`, `BYTES` bytes each, as `BYTE_STREAM_SPLIT`: the first bytes of all, then the
/// second bytes of all, and so on.
pub(crate) fn split<T: Copy, const BYTES: usize>(
    values: &[T],
    bytes: impl Fn(T) -> [u8; BYTES],
    out: &mut Vec<u8>,
) {
    for stream in 0..BYTES {
        out.extend(values.iter().map(|value| bytes(*value)[stream]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A little-endian number of seven bits a byte, and how many bytes it took.
    fn read_varint(bytes: &mut &[u8]) -> u64 {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = bytes[0];
            *bytes = &bytes[1..];
            number |= u64::from(byte & 0x7F) << shift;
            shift += 7;
            if byte < 0x80 {
                return number;
            }
        }
    }

    fn read_zigzag(bytes: &mut &[u8]) -> i64 {
        let number = read_varint(bytes);
        (number >> 1) as i64 ^ -((number & 1) as i64)
    }

    /// Reads the encoding again, bit by bit, as the format describes it.
    fn read(mut bytes: &[u8]) -> Vec<i64> {
        let bytes = &mut bytes;
        let (block, miniblocks) = (read_varint(bytes), read_varint(bytes));
        let miniblock = (block / miniblocks) as usize;
        let count = read_varint(bytes) as usize;
        let mut last = read_zigzag(bytes);
        let mut values = vec![last; count.min(1)];
        while values.len() < count {
            let least = read_zigzag(bytes);
            let (widths, rest) = bytes.split_at(miniblocks as usize);
            *bytes = rest;
            for width in widths {
                let width = usize::from(*width);
                if values.len() == count {
                    assert_eq!(width, 0, "a miniblock without values");
                }
                let bit = |at: usize| u64::from(bytes[at / 8] >> (at % 8) & 1);
                for index in 0..miniblock.min(count - values.len()) {
                    let above: u64 = (0..width).map(|b| bit(index * width + b) << b).sum();
                    last = last.wrapping_add(least).wrapping_add(above as i64);
                    values.push(last);
                }
                *bytes = &bytes[miniblock * width / 8..];
            }
        }
        assert!(bytes.is_empty());
        values
    }

    #[test]
    fn the_examples_of_the_format() {
        // "1, 2, 3, 4, 5": header 128, 4, 5, 1 (zigzag 2); one block of least difference 1 (zigzag
        // 2) and four widths of nothing.
        let mut out = Vec::new();
        delta(&[1_i32, 2, 3, 4, 5], &mut out);
        assert_eq!(out, [0x80, 1, 4, 5, 2, 2, 0, 0, 0, 0]);
        // "7, 5, 3, 1, 2, 3, 4, 5": least difference -2, packed in two bits 0 0 0 3 3 3 3.
        out.clear();
        delta(&[7_i64, 5, 3, 1, 2, 3, 4, 5], &mut out);
        assert_eq!(
            out,
            [
                0x80,
                1,
                4,
                8,
                14,
                3,
                2,
                0,
                0,
                0,
                0b1100_0000,
                0b0011_1111,
                0,
                0,
                0,
                0,
                0,
                0
            ]
        );
        out.clear();
        split(&[1.0_f32, -2.0], f32::to_le_bytes, &mut out);
        assert_eq!(out, [0, 0, 0, 0, 0x80, 0, 0x3F, 0xC0]);
    }

    proptest! {
        #[test]
        fn what_is_packed_is_read(
            values in prop::collection::vec((any::<i64>(), 0..64_u32), 0..500),
        ) {
            let values: Vec<i64> = values.iter().map(|(value, less)| value >> less).collect();
            let mut out = Vec::new();
            delta(&values, &mut out);
            prop_assert_eq!(read(&out), values.clone());

            let narrow: Vec<i32> = values.iter().map(|value| *value as i32).collect();
            out.clear();
            delta(&narrow, &mut out);
            let found: Vec<i32> = read(&out).into_iter().map(|value| value as i32).collect();
            prop_assert_eq!(found, narrow);
        }
    }
}
