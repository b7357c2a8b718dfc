//! The block function Philox4x32-10.
//!
//! J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw: "Parallel random numbers: as easy as 1, 2,
//! 3". Proceedings of SC'11. <https://doi.org/10.1145/2063384.2063405>. The constants are those of
//! the paper; ten rounds are its recommendation (seven pass `BigCrush`).

use multiversion::multiversion;

/// The paper's two multipliers.
const MULTIPLIERS: [u32; 2] = [0xd251_1f53, 0xcd9e_8d57];

/// What the two key words grow by from round to round: the golden ratio and the root of three less
/// one, in 32 bits.
const WEYL: [u32; 2] = [0x9e37_79b9, 0xbb67_ae85];

const ROUNDS: u32 = 10;

/// 128 random bits for a 128-bit counter under a 64-bit key. A bijection of the counter.
#[inline]
pub(super) const fn philox4x32(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let [mut x0, mut x1, mut x2, mut x3] = counter;
    let [mut k0, mut k1] = key;
    let mut round = 0;
    while round < ROUNDS {
        let p0 = MULTIPLIERS[0] as u64 * x0 as u64;
        let p1 = MULTIPLIERS[1] as u64 * x2 as u64;
        x0 = (p1 >> 32) as u32 ^ x1 ^ k0;
        x1 = p1 as u32;
        x2 = (p0 >> 32) as u32 ^ x3 ^ k1;
        x3 = p0 as u32;
        k0 = k0.wrapping_add(WEYL[0]);
        k1 = k1.wrapping_add(WEYL[1]);
        round += 1;
    }
    [x0, x1, x2, x3]
}

/// Counters side by side: what a loop over them needs to be compiled to vectors.
const LANES: usize = 8;

/// The blocks of many counters that have their last word in common, each as two 64-bit numbers. The
/// other words are a 64-bit identity, low half first, and a number.
///
/// The same bits as one by one, in a fifth of the instructions where the machine multiplies four pairs of 32-bit
/// numbers at once.
///
/// # Panics
///
/// If the three do not have the same length.
#[multiversion(targets("x86_64+avx+avx2"))]
pub(super) fn blocks(
    key: [u32; 2],
    last: u32,
    identities: &[u64],
    numbers: &[u32],
    blocks: &mut [[u64; 2]],
) {
    assert!(identities.len() == numbers.len() && identities.len() == blocks.len());
    let (identities, last_identities) = identities.as_chunks::<LANES>();
    let (numbers, last_numbers) = numbers.as_chunks::<LANES>();
    let (blocks, last_blocks) = blocks.as_chunks_mut::<LANES>();
    for ((identities, numbers), blocks) in identities.iter().zip(numbers).zip(blocks) {
        // Words of 32 bits in lanes of 64: what a product leaves in the upper half of a lane is
        // never read.
        let mut x0 = *identities;
        let mut x1 = identities.map(|identity| identity >> 32);
        let mut x2 = numbers.map(u64::from);
        let mut x3 = [u64::from(last); LANES];
        let [mut k0, mut k1] = key;
        for _ in 0..ROUNDS {
            for lane in 0..LANES {
                let p0 = u64::from(MULTIPLIERS[0]) * (x0[lane] & LOW);
                let p1 = u64::from(MULTIPLIERS[1]) * (x2[lane] & LOW);
                x0[lane] = (p1 >> 32) ^ x1[lane] ^ u64::from(k0);
                x1[lane] = p1;
                x2[lane] = (p0 >> 32) ^ x3[lane] ^ u64::from(k1);
                x3[lane] = p0;
            }
            k0 = k0.wrapping_add(WEYL[0]);
            k1 = k1.wrapping_add(WEYL[1]);
        }
        for (lane, block) in blocks.iter_mut().enumerate() {
            *block = [
                x0[lane] & LOW | x1[lane] << 32,
                x2[lane] & LOW | x3[lane] << 32,
            ];
        }
    }
    let names = last_identities.iter().zip(last_numbers);
    for ((identity, number), block) in names.zip(last_blocks) {
        let counter = [*identity as u32, (identity >> 32) as u32, *number, last];
        let [a, b, c, d] = philox4x32(counter, key).map(u64::from);
        *block = [a | b << 32, c | d << 32];
    }
}

/// The lower half of a lane.
const LOW: u64 = 0xffff_ffff;

#[cfg(test)]
mod tests {
    use super::{blocks, philox4x32};

    /// Many at once are those one by one, at lengths that fill the lanes and that do not.
    #[test]
    fn many_at_once_are_those_one_by_one() {
        let identities: Vec<u64> = (0..37_u64)
            .map(|index| index.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (index << 40))
            .collect();
        let numbers: Vec<u32> = (0..37_u32)
            .map(|index| index.wrapping_mul(0xcafe_babe))
            .collect();
        let (key, last) = ([0xdead_beef, 0xfeed_f00d], 0x00be_0000);
        for length in 0..=identities.len() {
            let mut found = vec![[0; 2]; length];
            blocks(
                key,
                last,
                &identities[..length],
                &numbers[..length],
                &mut found,
            );
            for (index, block) in found.iter().enumerate() {
                let identity = identities[index];
                let counter = [
                    identity as u32,
                    (identity >> 32) as u32,
                    numbers[index],
                    last,
                ];
                let [a, b, c, d] = philox4x32(counter, key).map(u64::from);
                assert_eq!(*block, [a | b << 32, c | d << 32], "{index} of {length}");
            }
        }
    }

    /// The known answers that the authors publish with Random123 (`kat_vectors`, `philox4x32 10`).
    #[test]
    fn known_answers() {
        assert_eq!(
            philox4x32([0; 4], [0; 2]),
            [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
        );
        assert_eq!(
            philox4x32([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        // The first digits of pi.
        assert_eq!(
            philox4x32(
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0]
            ),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }
}
