//! How probable a well-matched donor is.

use super::Locus;
use super::determinants::Determinants;
use super::tissue::{Typing, bit};
use crate::Abo;

/// The number of donors of whom the match probability speaks.
pub const MATCH_PROBABILITY_DONORS: f64 = 1000.0;

const DR: usize = Locus::Dr as usize;

/// The frequency of an antigen that the table lacks.
const UNKNOWN: f64 = 1e-4;

/// How frequent antigens and blood groups are among donors.
#[derive(Debug, Clone, PartialEq)]
pub struct Frequencies {
    /// Broad antigens at A and B, split antigens at DR, as numbered by the determinants.
    antigens: [Vec<f64>; 3],
    /// Σ f² over all antigens of the table, for each locus.
    squares: [f64; 3],
    /// Of each broad antigen at DR its splits, as bits.
    splits_of_dr: Vec<u64>,
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
            splits_of_dr: determinants.loci[DR].parts.clone(),
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
    /// frequencies of the antigens that the recipient lacks. A broad antigen at DR of which no split is known stands
    /// for all of its splits, as it does when mismatches are counted; `by_splits`, the oddity of a known program, has
    /// it stand for none.
    pub fn match_probability(&self, typing: &Typing, abo: Abo, vpra: f64, by_splits: bool) -> f64 {
        let unknown = if by_splits {
            0
        } else {
            self.possible_splits(typing)
        };
        let own = [
            typing.broads[Locus::A as usize],
            typing.broads[Locus::B as usize],
            typing.splits[DR] | unknown,
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

    /// The splits of those broad antigens at DR of which none is known.
    fn possible_splits(&self, typing: &Typing) -> u64 {
        let all = self.splits_of_dr.iter().enumerate();
        let own = all.filter(|(broad, _)| typing.broads[DR] & bit(*broad as u8) != 0);
        own.map(|(_, splits)| *splits)
            .filter(|splits| typing.splits[DR] & splits == 0)
            .fold(0, |one, other| one | other)
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
        let found = frequencies.match_probability(&typing, Abo::Ab, 0.1, false);
        assert!((found - expected).abs() < 1e-4, "{found} {expected}");
        assert_eq!(
            frequencies.match_probability(&typing, Abo::O, 1.0, false),
            100.0
        );
    }

    /// A recipient with DR5, of which no split is known, beside DR4: donors with DR11 or DR12 match.
    #[test]
    fn a_broad_antigen_of_unknown_split_stands_for_all_its_splits() {
        let table = Determinants::new(
            [
                ["hla_a", "", "A1", "A1"],
                ["hla_b", "", "B7", "B7"],
                ["hla_dr", "", "DR4", "DR4"],
                ["hla_dr", "", "DR11", "DR5"],
                ["hla_dr", "", "DR12", "DR5"],
                ["hla_dr", "", "DR1", "DR1"],
            ],
            &[],
        );
        let antigens = [
            (Locus::A, "A1", 1.0),
            (Locus::B, "B7", 1.0),
            (Locus::Dr, "DR4", 0.3),
            (Locus::Dr, "DR11", 0.2),
            (Locus::Dr, "DR12", 0.1),
            (Locus::Dr, "DR1", 0.4),
        ];
        let frequencies = Frequencies::new(&table, antigens, [1e-3, 0.0, 0.0, 0.0]);
        let abo = Abo::ALL[0];
        let of = |text: &str, by_splits| {
            frequencies.match_probability(&Typing::read(text, &table), abo, 0.0, by_splits)
        };
        let percent = |suitable: f64| 100.0 * f64::powi(1.0 - 1e-3 * suitable, 1000);
        // No mismatch: 0.6²; one: 2 · 0.6 · 0.4, or homozygous for DR1.
        let whole = percent(0.36 + 0.48 + 0.16);
        assert!((of("A1 B7 DR4 DR5", false) - whole).abs() < 1e-4);
        // A known split stands for itself alone, whatever is said of its broad.
        let split = percent(0.25 + 0.5 + 0.16 + 0.01);
        assert!((of("A1 B7 DR4 DR5 DR11", false) - split).abs() < 1e-4);
        assert_eq!(of("A1 B7 DR4 DR5 DR11", true), of("A1 B7 DR4 DR11", false));
        // The oddity: DR5 is as good as nothing.
        let none = percent(0.09 + 0.42 + 0.16 + 0.04 + 0.01);
        assert!((of("A1 B7 DR4 DR5", true) - none).abs() < 1e-4);
    }
}
