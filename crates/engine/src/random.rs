//! Random numbers that have names: keyed, counter-based streams.
//!
//! What comes in: a seed, and for every draw who it is for, what it is for and which one it is.
//! What goes out: that draw's numbers. A draw is a pure function of its name,
//!
//! ```text
//!   Streams(seed) ── entity(identity) ── purpose(purpose) ── draw(n) ──► Draw: its numbers
//! ```
//!
//! and so nothing is stored, nothing is advanced, and one draw more in one place moves no number
//! anywhere else. Two scenarios with one seed are compared life by life, because a life that a
//! change does not touch draws the same numbers; threads and the order of computing do not matter.
//!
//! # Layout
//!
//! The generator is Philox4x32-10: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as
//! easy as 1, 2, 3", SC'11, <https://doi.org/10.1145/2063384.2063405>. One call turns a 64-bit key
//! and a 128-bit counter into 128 random bits. Here
//!
//! | word | bits | what |
//! |---|---|---|
//! | key 0, 1 | 32 + 32 | the seed, low half first |
//! | counter 0, 1 | 32 + 32 | the entity's identity, low half first |
//! | counter 2 | 32 | `n`, the number of the draw |
//! | counter 3, high | 16 | the purpose |
//! | counter 3, low | 16 | the block within the draw |
//!
//! Distinct names never share a counter. A draw has 2^16 - 1 blocks of two 64-bit numbers: 131,070
//! numbers, after which it would repeat itself (a debug build panics instead). Almost every draw
//! takes one or two.
//!
//! The bits are a promise: a change of any of them is a breaking change, and a test holds them.
//!
//! ```
//! use hailsham_engine::random::{Streams, identity, name_hash};
//!
//! /// What a person's draws are for.
//! enum Purpose { Lifespan = 0, Operation = 1 }
//! impl From<Purpose> for u16 {
//!     fn from(purpose: Purpose) -> u16 { purpose as u16 }
//! }
//!
//! let person = identity(&[name_hash("Hailsham"), 1966, 12]);
//! let stream = Streams::new(2005).entity(person);
//! let survives = stream.purpose(Purpose::Operation).draw(1).bernoulli(0.9);
//! // The same name is the same draw; nothing was used up.
//! assert_eq!(survives, stream.purpose(Purpose::Operation).draw(1).bernoulli(0.9));
//! assert_ne!(
//!     stream.purpose(Purpose::Operation).draw(1).bits(),
//!     stream.purpose(Purpose::Lifespan).draw(1).bits(),
//! );
//! ```

mod philox;

use philox::philox4x32;

/// All random streams of one run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Streams {
    seed: u64,
}

impl Streams {
    /// The streams of `seed`. Every seed is as good as any other.
    pub const fn new(seed: u64) -> Streams {
        Streams { seed }
    }

    /// The seed.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// The first blocks of many draws for one purpose, computed together: those of draw
    /// `numbers[i]` of the entity `identities[i]`. See [`PurposeStream::draw_from`].
    ///
    /// # Panics
    ///
    /// If the two are not of one length.
    pub fn blocks(
        self,
        purpose: impl Into<u16>,
        identities: &[u64],
        numbers: &[u32],
        blocks: &mut Vec<Block>,
    ) {
        // What was there is overwritten, and so is not cleared first.
        blocks.resize(identities.len(), [0; 2]);
        let last = u32::from(purpose.into()) << 16;
        philox::blocks(key(self.seed), last, identities, numbers, blocks);
    }

    /// The streams of one entity. Its `identity` must be its own and must not depend on what
    /// happens in the run: not a row number, if rows are given out as people arrive. See
    /// [`identity`].
    #[inline]
    pub const fn entity(self, identity: u64) -> EntityStream {
        EntityStream {
            seed: self.seed,
            identity,
        }
    }
}

/// The streams of one entity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EntityStream {
    seed: u64,
    identity: u64,
}

impl EntityStream {
    /// The entity's stream for one purpose: a `u16`, or an enum that converts to one.
    #[inline]
    pub fn purpose(self, purpose: impl Into<u16>) -> PurposeStream {
        PurposeStream {
            seed: self.seed,
            identity: self.identity,
            purpose: purpose.into(),
        }
    }
}

/// The draws of one entity for one purpose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PurposeStream {
    seed: u64,
    identity: u64,
    purpose: u16,
}

impl PurposeStream {
    /// Draw number `n`: the n-th operation, the n-th year, whatever counts this purpose.
    #[inline]
    pub const fn draw(self, n: u32) -> Draw {
        self.draw_at(n, 0, [0; 2], 0)
    }

    /// Draw number `n`, whose first block is known already: [`Streams::blocks`] computes many at
    /// once, in a fifth of the instructions. The same numbers as those of [`draw`](Self::draw).
    #[inline]
    pub const fn draw_from(self, n: u32, first: Block) -> Draw {
        self.draw_at(n, 1, first, 2)
    }

    #[inline]
    const fn draw_at(self, n: u32, block: u16, ready: Block, left: u8) -> Draw {
        Draw {
            key: key(self.seed),
            counter: [
                self.identity as u32,
                (self.identity >> 32) as u32,
                n,
                (self.purpose as u32) << 16 | block as u32,
            ],
            ready,
            left,
        }
    }
}

/// The two numbers of 64 bits that one call of the generator gives.
pub type Block = [u64; 2];

#[inline]
const fn key(seed: u64) -> [u32; 2] {
    [seed as u32, (seed >> 32) as u32]
}

/// One draw: a generator of its few numbers.
///
/// The first number costs one Philox block (about 7 ns); the second comes from the same 128 bits;
/// the third costs the next block. The distributions are in [`crate::distributions`].
#[derive(Clone, Debug)]
pub struct Draw {
    key: [u32; 2],
    counter: [u32; 4],
    /// The numbers of the block computed last, the last `left` of which were not taken yet.
    ready: Block,
    left: u8,
}

impl Draw {
    /// The next 64 random bits.
    #[inline(always)]
    #[allow(clippy::inline_always)] // Measured: a draw that is not kept in registers costs 8 % of an event.
    pub fn bits(&mut self) -> u64 {
        match self.left {
            0 => {}
            1 => {
                self.left = 0;
                return self.ready[1];
            }
            _ => {
                self.left = 1;
                return self.ready[0];
            }
        }
        let [a, b, c, d] = philox4x32(self.counter, self.key);
        let block = (self.counter[3] as u16).wrapping_add(1);
        debug_assert!(
            block != 0,
            "a draw has 131,070 numbers and this one has used them all"
        );
        self.counter[3] = (self.counter[3] & 0xffff_0000) | u32::from(block);
        self.ready[1] = u64::from(c) | u64::from(d) << 32;
        self.left = 1;
        u64::from(a) | u64::from(b) << 32
    }

    /// A number in the open interval (0, 1): one of the 2^52 odd multiples of 2^-53, all equally
    /// likely. Neither 0 nor 1 ever comes, so a logarithm of it or of one minus it is finite, and
    /// one minus it is exact.
    #[inline(always)]
    #[allow(clippy::inline_always)] // Measured: a draw that is not kept in registers costs 8 % of an event.
    pub fn uniform(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
        ((self.bits() >> 12 << 1) | 1) as f64 * STEP
    }

    /// A whole number from 0 to `n - 1`, all equally likely; 0 if `n` is 0.
    ///
    /// Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019), over 64
    /// bits: it takes a second number once in 2^32 calls or fewer, and it grows with its number, so
    /// that draws from intervals of different length couple.
    #[inline]
    pub fn below(&mut self, n: u32) -> u32 {
        let n = u64::from(n);
        let mut product = u128::from(self.bits()) * u128::from(n);
        if (product as u64) < n {
            let threshold = n.wrapping_neg() % n;
            while (product as u64) < threshold {
                product = u128::from(self.bits()) * u128::from(n);
            }
        }
        (product >> 64) as u32
    }

    /// True with probability `p`, by one number whatever `p` is. At 0 or less, and for what is not
    /// a number, always false; at 1 or more always true. If true at `p`, then true at any larger.
    #[inline]
    pub fn bernoulli(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    /// Whether what has a cumulative hazard, 0 or more, happens: true with probability
    /// `1 - exp(-hazard)`. See [`happens`].
    #[inline]
    pub fn happens(&mut self, hazard: f64) -> bool {
        happens(self.uniform(), hazard)
    }
}

/// Whether what has a cumulative hazard, 0 or more, happens, by a uniform number.
///
/// The probability `1 - exp(-hazard)` is never above the hazard: for what is rare, a comparison
/// mostly tells, and no exponential is needed.
#[inline]
pub fn happens(uniform: f64, hazard: f64) -> bool {
    uniform < hazard && uniform < -libm::expm1(-hazard)
}

/// A stable identity from the parts that make an entity who it is, the same in every scenario: for
/// a person, say, the hash of a school's name, a year and a number within it.
///
/// The order and the count of parts matter. Two of N different identities coincide with probability
/// N^2 / 2^65 (one in a million for six million people). The values are a promise, as the bits of
/// the streams are.
pub const fn identity(parts: &[u64]) -> u64 {
    let mut hash = mix(parts.len() as u64);
    let mut i = 0;
    while i < parts.len() {
        // The rotation keeps (a, b) and (b, a) apart; each part is mixed before it meets the rest,
        // so that small differences in two parts cannot cancel.
        hash = mix(hash.rotate_left(23) ^ mix(parts[i].wrapping_add(0x9e37_79b9_7f4a_7c15)));
        i += 1;
    }
    hash
}

/// A stable 64-bit hash of a name: FNV-1a over its UTF-8 bytes (Fowler, Noll and Vo).
pub const fn name_hash(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        i += 1;
    }
    hash
}

/// The finaliser of `splitmix64`: Steele, Lea and Flood 2014, with the constants of Stafford's
/// variant 13. A bijection in which each input bit changes each output bit with probability 1/2.
const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests;
