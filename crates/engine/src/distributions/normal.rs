//! The normal quantile function.
//!
//! M. J. Wichura: "Algorithm AS 241: The percentage points of the normal distribution". Journal of
//! the Royal Statistical Society C (Applied Statistics) 37 (1988) 477–484, routine PPND16: rational
//! approximations in three regions, relative error about 1e-16. The coefficients are the paper's.
#![allow(clippy::excessive_precision)] // Printed as in the paper, to be compared with it.

use super::logarithm;

/// Half-width of the central region around probability 1/2.
const CENTRE: f64 = 0.425;
/// `CENTRE` squared.
const CENTRE_SQUARED: f64 = 0.180_625;
/// Where the near tail, in units of `sqrt(-ln p)`, gives way to the far tail.
const FAR: f64 = 5.0;
const NEAR_OFFSET: f64 = 1.6;

/// Numerator and denominator by rising powers.
type Rational = ([f64; 8], [f64; 8]);

const CENTRAL: Rational = (
    [
        3.387_132_872_796_366_608_0,
        1.331_416_678_917_843_774_5e2,
        1.971_590_950_306_551_442_7e3,
        1.373_169_376_550_946_112_5e4,
        4.592_195_393_154_987_145_7e4,
        6.726_577_092_700_870_085_3e4,
        3.343_057_558_358_812_810_5e4,
        2.509_080_928_730_122_672_7e3,
    ],
    [
        1.0,
        4.231_333_070_160_091_125_2e1,
        6.871_870_074_920_579_083_0e2,
        5.394_196_021_424_751_107_7e3,
        2.121_379_430_158_659_586_7e4,
        3.930_789_580_009_271_061_0e4,
        2.872_908_573_572_194_267_4e4,
        5.226_495_278_852_854_561_0e3,
    ],
);

const NEAR_TAIL: Rational = (
    [
        1.423_437_110_749_683_577_34,
        4.630_337_846_156_545_295_90,
        5.769_497_221_460_691_405_50,
        3.647_848_324_763_204_605_04,
        1.270_458_252_452_368_382_58,
        2.417_807_251_774_506_117_70e-1,
        2.272_384_498_926_918_458_33e-2,
        7.745_450_142_783_414_076_40e-4,
    ],
    [
        1.0,
        2.053_191_626_637_758_821_87,
        1.676_384_830_183_803_849_40,
        6.897_673_349_851_000_045_50e-1,
        1.481_039_764_274_800_745_90e-1,
        1.519_866_656_361_645_719_66e-2,
        5.475_938_084_995_344_946_00e-4,
        1.050_750_071_644_416_843_24e-9,
    ],
);

const FAR_TAIL: Rational = (
    [
        6.657_904_643_501_103_777_20,
        5.463_784_911_164_114_369_90,
        1.784_826_539_917_291_335_80,
        2.965_605_718_285_048_912_30e-1,
        2.653_218_952_657_612_309_30e-2,
        1.242_660_947_388_078_438_60e-3,
        2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
    ],
    [
        1.0,
        5.998_322_065_558_879_376_90e-1,
        1.369_298_809_227_358_053_10e-1,
        1.487_536_129_085_061_485_25e-2,
        7.868_691_311_456_132_591_00e-4,
        1.846_318_317_510_054_681_80e-5,
        1.421_511_758_316_445_888_70e-7,
        2.044_263_103_389_939_785_64e-15,
    ],
);

fn evaluate((numerator, denominator): &Rational, x: f64) -> f64 {
    let horner = |c: &[f64; 8]| c.iter().rev().fold(0.0, |sum, c| sum * x + c);
    horner(numerator) / horner(denominator)
}

/// The value that a standard normal stays below with probability `p`, 0 < p < 1.
pub(super) fn quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= CENTRE {
        return q * evaluate(&CENTRAL, CENTRE_SQUARED - q * q);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = libm::sqrt(-logarithm::ln(tail));
    let size = if r <= FAR {
        evaluate(&NEAR_TAIL, r - NEAR_OFFSET)
    } else {
        evaluate(&FAR_TAIL, r - FAR)
    };
    if q < 0.0 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::quantile;

    /// Against `libm::erfc`, which is an implementation of its own.
    #[test]
    fn inverts_the_distribution_function() {
        let cdf = |z: f64| 0.5 * libm::erfc(-z / std::f64::consts::SQRT_2);
        let mut worst: f64 = 0.0;
        for i in 1..4000 {
            // Both tails down to 2^-53 and the middle.
            for p in [
                libm::exp2(-53.0 * f64::from(i) / 4000.0),
                f64::from(i) / 4000.0,
            ] {
                let z = quantile(p);
                // An error dz in z is an error pdf * dz in p.
                let pdf = libm::exp(-0.5 * z * z) / libm::sqrt(2.0 * std::f64::consts::PI);
                let error = (cdf(z) - p) / pdf;
                worst = worst.max(error.abs() / z.abs().max(1.0));
            }
        }
        assert!(worst < 1e-15, "{worst:e}");
    }

    /// The check values printed in the paper.
    #[test]
    fn published_values() {
        for (p, z) in [
            (0.25, -0.674_489_750_196_081_7),
            (0.001, -3.090_232_306_167_814),
            (1e-20, -9.262_340_089_798_408),
        ] {
            assert!((quantile(p) / z - 1.0).abs() < 1e-15, "{p}");
        }
        assert!(quantile(0.5).abs() < f64::MIN_POSITIVE);
    }
}
