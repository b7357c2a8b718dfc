//! Small numbers in Parquet's hybrid of run lengths and packed bits.
//!
//! Source: Apache Parquet format, "Encodings", section "RLE / Bit-Packing Hybrid".

use super::bits::Bits;

/// Values are packed in groups of this many, and shorter runs are not worth a header.
const PACK: usize = 8;

/// Appends `values`, each of `width` bits (1 to 16), in the hybrid of run lengths and packed bits.
pub(crate) fn pack(values: &[u16], width: usize, out: &mut Vec<u8>) {
    let mut packed_from = 0;
    let mut at = 0;
    while at + PACK <= values.len() {
        let first = values[at];
        if values[at..at + PACK].iter().any(|value| *value != first) {
            at += PACK;
            continue;
        }
        let more = values[at + PACK..]
            .iter()
            .position(|value| *value != first)
            .unwrap_or(values.len() - at - PACK);
        pack_bits(&values[packed_from..at], width, out);
        varint(((PACK + more) as u64) << 1, out);
        out.extend_from_slice(&first.to_le_bytes()[..width.div_ceil(8)]);
        at += PACK + more;
        packed_from = at;
    }
    pack_bits(&values[packed_from..], width, out);
}

/// Appends one run of packed bits. Only the last run of a page may not be a multiple of [`PACK`]
/// long; it is filled with zeros, and the page's number of values says where it ends.
fn pack_bits(values: &[u16], width: usize, out: &mut Vec<u8>) {
    if values.is_empty() {
        return;
    }
    varint((values.len().div_ceil(PACK) as u64) << 1 | 1, out);
    for group in values.chunks(PACK) {
        let mut bits = 0_u128;
        for (index, value) in group.iter().enumerate() {
            bits |= u128::from(*value) << (index * width);
        }
        // Eight values of `width` bits are `width` bytes.
        out.extend_from_slice(&bits.to_le_bytes()[..width]);
    }
}

/// Appends an unsigned number, seven bits a byte, the lowest first.
pub(crate) fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends bits, as values of one bit. Runs begin and end with a word of 64.
pub(crate) fn pack_levels(bits: &Bits, out: &mut Vec<u8>) {
    if bits.ones() == 0 || bits.ones() == bits.len() {
        run(bits.ones() > 0, bits.len(), out);
        return;
    }
    let words = bits.words();
    // Where all words are whole: the last one may not be.
    let whole = bits.len() / 64;
    let is_uniform = |word: &u64| *word == 0 || *word == u64::MAX;
    let mut at = 0;
    while at < whole {
        let rest = &words[at..whole];
        if is_uniform(&words[at]) {
            let same = rest.iter().position(|word| *word != words[at]);
            let length = same.unwrap_or(rest.len());
            run(words[at] != 0, length * 64, out);
            at += length;
        } else {
            let mixed = rest.iter().position(is_uniform).unwrap_or(rest.len());
            varint((mixed as u64 * 8) << 1 | 1, out);
            out.extend(rest[..mixed].iter().flat_map(|word| word.to_le_bytes()));
            at += mixed;
        }
    }
    let left = (bits.len() % 64).div_ceil(8);
    if left > 0 {
        varint((left as u64) << 1 | 1, out);
        out.extend_from_slice(&words[whole].to_le_bytes()[..left]);
    }
}

/// Appends a run of one bit.
fn run(bit: bool, length: usize, out: &mut Vec<u8>) {
    if length > 0 {
        varint((length as u64) << 1, out);
        out.push(u8::from(bit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(values: &[u16], width: usize) -> Vec<u8> {
        let mut out = Vec::new();
        pack(values, width, &mut out);
        out
    }

    #[test]
    fn the_examples_of_the_format() {
        // "Bit-packing": the numbers 0 to 7 in 3 bits are 10001000 11000110 11111010.
        let numbers: Vec<u16> = (0..8).collect();
        assert_eq!(
            packed(&numbers, 3),
            [0b11, 0b1000_1000, 0b1100_0110, 0b1111_1010]
        );
        // A run of one hundred 4s: twice the length as a varint, then the value.
        assert_eq!(packed(&[4; 100], 3), [0b1100_1000, 0b1, 4]);
        assert_eq!(packed(&[700; 8], 10), [16, 0xBC, 0x02]);
        assert!(packed(&[], 3).is_empty());
    }

    /// Reads the hybrid again, as the format describes it.
    fn unpacked(mut bytes: &[u8], width: usize, count: usize) -> Vec<u16> {
        let mut values = Vec::new();
        while !bytes.is_empty() {
            let (mut header, mut shift) = (0_usize, 0);
            loop {
                let byte = bytes[0];
                bytes = &bytes[1..];
                header |= usize::from(byte & 0x7F) << shift;
                shift += 7;
                if byte < 0x80 {
                    break;
                }
            }
            if header & 1 == 0 {
                let length = width.div_ceil(8);
                let mut value = [0; 2];
                value[..length].copy_from_slice(&bytes[..length]);
                bytes = &bytes[length..];
                values.resize(values.len() + (header >> 1), u16::from_le_bytes(value));
            } else {
                let length = (header >> 1) * width;
                let bit = |at: usize| u16::from(bytes[at / 8] >> (at % 8) & 1);
                for index in 0..(header >> 1) * PACK {
                    values.push((0..width).map(|b| bit(index * width + b) << b).sum());
                }
                bytes = &bytes[length..];
            }
        }
        assert!(values.len() >= count && values.len() < count + PACK);
        values.truncate(count);
        values
    }

    proptest::proptest! {
        #[test]
        fn what_is_packed_is_unpacked(
            runs in proptest::collection::vec((0..=u16::MAX, 1..40_usize), 0..60),
            width in 1..=16_usize,
        ) {
            let values: Vec<u16> = runs
                .iter()
                .flat_map(|(value, length)| std::iter::repeat_n(value >> (16 - width), *length))
                .collect();
            let bytes = packed(&values, width);
            proptest::prop_assert_eq!(unpacked(&bytes, width, values.len()), values);
        }

        #[test]
        fn levels_that_are_packed_are_unpacked(
            runs in proptest::collection::vec((proptest::bool::ANY, 1..300_usize), 0..20),
        ) {
            let values: Vec<u16> = runs
                .iter()
                .flat_map(|(value, length)| std::iter::repeat_n(u16::from(*value), *length))
                .collect();
            let mut bits = Bits::default();
            for word in values.chunks(64) {
                let bit = |word, (place, bit): (usize, &u16)| word | u64::from(*bit) << place;
                bits.push(word.iter().enumerate().fold(0, bit), word.len());
            }
            let mut out = Vec::new();
            pack_levels(&bits, &mut out);
            proptest::prop_assert_eq!(unpacked(&out, 1, values.len()), values);
        }
    }
}
