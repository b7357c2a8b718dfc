//! How probable a well-matched donor is.

use super::Locus;
use super::determinants::Determinants;
use super::tissue::{Typing, bit};
use crate::Abo;

/// The number of donors of whom the match probability speaks.
pub const MATCH_PROBABILITY_DONORS: f64 = 1000.0;

/// The frequency of an antigen that the table lacks.
const UNKNOWN: f64 = 1e-4;

/// How frequent antigens and blood groups are among donors.
#[derive(Debug, Clone, PartialEq)]
pub struct Frequencies {
    /// Broad antigens at A and B, split antigens at DR, as numbered by the determinants.
    antigens: [Vec<f64>; 3],
    /// Σ f² over all antigens of the table, for each locus.
    squares: [f64; 3],
    abo: [f64; 4],
}

impl Frequencies {
    /// From the frequency (0 to 1) of each antigen by name, broad at A and B, split at DR, and of each blood group.
    /// Antigens that the determinants do not know are left out.
    pub fn new<'a>(
        determinants: &Determinants,
        antigens: impl IntoIterator<Item = (Locus, &'a str, f64)>,
        abo: [f64; 4],
    ) -> Self {
        let names = |locus| match locus {
            Locus::A | Locus::B => determinants.broads(locus),
            Locus::Dr => determinants.splits(locus),
        };
        let mut frequencies = Self {
            antigens: Locus::ALL.map(|locus| vec![UNKNOWN; names(locus).len()]),
            squares: [0.0; 3],
            abo,
        };
        for (locus, name, frequency) in antigens {
            frequencies.squares[locus as usize] += frequency * frequency;
            if let Some(at) = names(locus).iter().position(|other| other == name) {
                frequencies.antigens[locus as usize][at] = frequency;
            }
        }
        frequencies
    }

    /// The mismatch probability: the probability, in per cent from 0 to 100 and rounded to four decimals, that
    /// among 1000 donors there is none of the recipient's blood group, without unacceptable antigens (`vpra`: the
    /// share of donors with one, 0 to 1), and with at most one mismatch.
    ///
    /// With p the summed frequency of the recipient's antigens at a locus, a donor has no mismatch there with
    /// probability p², and exactly one with 2·p·(1 − p), or, when homozygous, with the sum of the squared
    /// frequencies of the antigens that the recipient lacks.
    pub fn match_probability(&self, typing: &Typing, abo: Abo, vpra: f64) -> f64 {
        let own = [
            typing.broads[Locus::A as usize],
            typing.broads[Locus::B as usize],
            typing.splits[Locus::Dr as usize],
        ];
        let mut none = [0.0; 3];
        let mut one = [0.0; 3];
        for locus in 0..3 {
            let (mut sum, mut squares) = (0.0, 0.0);
            let table = self.antigens[locus].iter().enumerate();
            for (_, frequency) in table.filter(|(at, _)| own[locus] & bit(*at as u8) != 0) {
                sum += frequency;
                if *frequency != UNKNOWN {
                    squares += frequency * frequency;
                }
            }
            none[locus] = sum * sum;
            one[locus] = (self.squares[locus] - squares) + 2.0 * sum * (1.0 - sum);
        }
        let zero = none[0] * none[1] * none[2];
        let single =
            one[0] * none[1] * none[2] + none[0] * one[1] * none[2] + none[0] * none[1] * one[2];
        let suitable = self.abo[abo.index()] * (1.0 - vpra) * (zero + single);
        let percent = 100.0 * libm::pow(1.0 - suitable, MATCH_PROBABILITY_DONORS);
        (percent * 10_000.0 + 0.5).floor() / 10_000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two antigens at each locus, one half each. A recipient with one of them at each locus, homozygous: of donors
    /// one in 4³ has no mismatch, and at each locus one in two has a single one (heterozygous) and one in four is
    /// homozygous for the other antigen, which is one mismatch as well.
    #[test]
    fn a_world_of_two_antigens_is_counted_by_hand() {
        let table = Determinants::new(
            [
                ["hla_a", "", "A1", "A1"],
                ["hla_a", "", "A2", "A2"],
                ["hla_b", "", "B7", "B7"],
                ["hla_b", "", "B8", "B8"],
                ["hla_dr", "", "DR1", "DR1"],
                ["hla_dr", "", "DR4", "DR4"],
            ],
            &[],
        );
        let half = Locus::ALL.into_iter().flat_map(|locus| {
            let names = table.splits(locus).to_vec();
            names.into_iter().map(move |name| (locus, name, 0.5))
        });
        let half: Vec<_> = half.collect();
        let named = half
            .iter()
            .map(|(locus, name, f)| (*locus, name.as_str(), *f));
        let frequencies = Frequencies::new(&table, named, [0.44, 0.4, 0.12, 0.04]);
        let typing = Typing::read("A1 B7 DR1", &table);
        let suitable = 0.04 * 0.9 * (1.0 / 64.0 + 3.0 * 0.75 / 16.0);
        let expected = 100.0 * f64::powi(1.0 - suitable, 1000);
        let found = frequencies.match_probability(&typing, Abo::Ab, 0.1);
        assert!((found - expected).abs() < 1e-4, "{found} {expected}");
        assert_eq!(frequencies.match_probability(&typing, Abo::O, 1.0), 100.0);
    }
}
