//! The block function Philox4x32-10.
//!
//! J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw: "Parallel random numbers: as easy as 1, 2,
//! 3". Proceedings of SC'11. <https://doi.org/10.1145/2063384.2063405>. The constants are those of
//! the paper; ten rounds are its recommendation (seven pass `BigCrush`).

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

#[cfg(test)]
mod tests {
    use super::philox4x32;

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
