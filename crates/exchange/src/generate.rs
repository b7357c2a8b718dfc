//! Made-up pools, from a seed: the same seed gives the same pool everywhere.

use hailsham_engine::random::{Draw, Streams};

use crate::pool::{Donor, Match, Pair, Pool, PoolError};

/// What a draw is for.
enum Purpose {
    Pair = 0,
    Altruist = 1,
    Match = 2,
    Kind = 3,
}

impl From<Purpose> for u16 {
    fn from(purpose: Purpose) -> u16 {
        purpose as u16
    }
}

/// The constants of Saidman et al. 2006 (their table 1 and appendix; United States).
#[derive(Clone, PartialEq, Debug)]
pub struct Saidman {
    /// Shares of the blood groups O, A, B, AB; they add up to 1.
    pub blood: [f64; 4],
    /// Share of patients who are women.
    pub female: f64,
    /// Share of a woman's donors who are her husband.
    pub spouse: f64,
    /// Levels of sensitisation and their shares: the probability of a positive crossmatch, the share of patients.
    pub sensitisation: Vec<(f64, f64)>,
    /// By what the chance of a negative crossmatch is multiplied for a woman whose donor is her husband: with every donor, as
    /// in J. P. Dickerson's generator of these pools.
    pub spouse_factor: f64,
    /// Whole weights from 1 to this; 1: all weights are 1.
    pub largest_weight: u32,
}

impl Default for Saidman {
    fn default() -> Saidman {
        Saidman {
            blood: [0.4814, 0.3373, 0.1428, 0.0385],
            female: 0.4090,
            spouse: 0.4897,
            sensitisation: vec![(0.05, 0.7019), (0.45, 0.2), (0.90, 0.0981)],
            spouse_factor: 0.75,
            largest_weight: 1,
        }
    }
}

/// The blood groups, in the order of [`Saidman::blood`].
pub const GROUPS: [&str; 4] = ["O", "A", "B", "AB"];

/// Whether a donor of one group can give to a patient of another: O to all, AB to AB alone.
pub(crate) fn gives(donor: usize, patient: usize) -> bool {
    donor == 0 || patient == 3 || donor == patient
}

/// A pair that was drawn: indices into [`GROUPS`] and into the levels of sensitisation.
pub(crate) struct Drawn {
    pub patient: usize,
    pub donor: usize,
    pub level: usize,
    /// The probability of a positive crossmatch with any donor.
    pub positive: f64,
}

impl Saidman {
    /// A pair, unless the one that was drawn is compatible and needs no exchange.
    pub(crate) fn pair(&self, draw: &mut Draw) -> Option<Drawn> {
        let patient = self.group(draw);
        let donor = self.group(draw);
        let wife = draw.uniform() < self.female && draw.uniform() < self.spouse;
        let level = pick(draw, self.sensitisation.iter().map(|s| s.1));
        let mut positive = self.sensitisation.get(level).map_or(0.0, |level| level.0);
        if wife {
            positive = 1.0 - self.spouse_factor * (1.0 - positive);
        }
        let compatible = gives(donor, patient) && draw.uniform() >= positive;
        (!compatible).then_some(Drawn {
            patient,
            donor,
            level,
            positive,
        })
    }

    /// Somebody's blood group.
    pub(crate) fn group(&self, draw: &mut Draw) -> usize {
        pick(draw, self.blood.into_iter())
    }

    /// The probability that a pair is incompatible.
    pub(crate) fn incompatible(&self) -> f64 {
        let wife = self.female * self.spouse;
        let negative: f64 = self.sensitisation.iter().map(|(p, s)| s * (1.0 - p)).sum();
        let negative = negative * (1.0 - wife + wife * self.spouse_factor);
        let mut share = 0.0;
        for donor in 0..4 {
            for patient in 0..4 {
                let both = self.blood[donor] * self.blood[patient];
                share += both
                    * if gives(donor, patient) {
                        1.0 - negative
                    } else {
                        1.0
                    };
            }
        }
        share
    }
}

/// One of several kinds by their shares.
fn pick(draw: &mut Draw, shares: impl Iterator<Item = f64>) -> usize {
    let u = draw.uniform();
    let (mut sum, mut last) = (0.0, 0);
    for (k, share) in shares.enumerate() {
        sum += share;
        last = k;
        if u < sum {
            break;
        }
    }
    last
}

fn weight(draw: &mut Draw, largest: u32) -> f64 {
    if largest <= 1 {
        1.0
    } else {
        1.0 + (draw.uniform() * f64::from(largest))
            .floor()
            .min(f64::from(largest) - 1.0)
    }
}

/// A pool after Saidman et al. 2006 (doi:10.1097/01.tp.0000195775.77081.25): pairs are drawn until enough
/// are incompatible with each other, by blood group or by a positive crossmatch.
pub fn saidman(
    pairs: u32,
    altruists: u32,
    seed: u64,
    constants: &Saidman,
) -> Result<Pool, PoolError> {
    let streams = Streams::new(seed);
    let people = streams.entity(0).purpose(Purpose::Pair);
    let mut patients: Vec<(usize, f64)> = Vec::new();
    let mut list = Vec::new();
    let mut donors: Vec<(usize, Donor)> = Vec::new();
    let mut n = 0;
    while patients.len() < pairs as usize {
        let mut draw = people.draw(n);
        n += 1;
        let Some(Drawn {
            patient,
            donor,
            positive,
            ..
        }) = constants.pair(&mut draw)
        else {
            // They need no exchange.
            continue;
        };
        let index = patients.len() as u32;
        patients.push((patient, positive));
        list.push(Pair {
            name: index.to_string(),
            blood_group: Some(GROUPS[patient].to_owned()),
            sensitisation: Some(positive),
        });
        donors.push((
            donor,
            Donor {
                name: index.to_string(),
                pair: Some(index),
                age: None,
                blood_group: Some(GROUPS[donor].to_owned()),
            },
        ));
    }
    for k in 0..altruists {
        let mut draw = streams.entity(0).purpose(Purpose::Altruist).draw(k);
        let donor = constants.group(&mut draw);
        donors.push((
            donor,
            Donor {
                name: k.to_string(),
                pair: None,
                age: None,
                blood_group: Some(GROUPS[donor].to_owned()),
            },
        ));
    }
    let mut matches = Vec::new();
    for (d, (blood, donor)) in donors.iter().enumerate() {
        for (p, &(patient, positive)) in patients.iter().enumerate() {
            if donor.pair == Some(p as u32) || !gives(*blood, patient) {
                continue;
            }
            let mut draw = streams
                .entity(1 + d as u64)
                .purpose(Purpose::Match)
                .draw(p as u32);
            if draw.uniform() >= positive {
                matches.push(Match {
                    donor: d as u32,
                    pair: p as u32,
                    weight: weight(&mut draw, constants.largest_weight),
                });
            }
        }
    }
    Pool::new(list, donors.into_iter().map(|(_, d)| d).collect(), matches)
}

/// A sparse pool of two kinds of patients, after Ashlagi, Gamarnik, Rees and Roth 2012: those who are easy to
/// match and those who are hardly ever.
#[derive(Clone, PartialEq, Debug)]
pub struct Sparse {
    /// Share of patients who are hard to match.
    pub hard: f64,
    /// How many donors can give to an easy patient, on average, whatever the size of the pool.
    pub easy_donors: f64,
    /// How many can give to a hard one, on average.
    pub hard_donors: f64,
    /// Whole weights from 1 to this; 1: all weights are 1.
    pub largest_weight: u32,
}

impl Default for Sparse {
    fn default() -> Sparse {
        Sparse {
            hard: 0.5,
            easy_donors: 10.0,
            hard_donors: 2.0,
            largest_weight: 1,
        }
    }
}

/// A heterogeneous sparse pool.
pub fn sparse(
    pairs: u32,
    altruists: u32,
    seed: u64,
    constants: &Sparse,
) -> Result<Pool, PoolError> {
    let streams = Streams::new(seed);
    let all = pairs + altruists;
    let list: Vec<Pair> = (0..pairs)
        .map(|p| Pair {
            name: p.to_string(),
            ..Pair::default()
        })
        .collect();
    let donors = (0..all)
        .map(|d| Donor {
            name: if d < pairs { d } else { d - pairs }.to_string(),
            pair: (d < pairs).then_some(d),
            ..Donor::default()
        })
        .collect();
    let mut matches = Vec::new();
    for p in 0..pairs {
        let stream = streams.entity(1 + u64::from(p));
        let hard = stream.purpose(Purpose::Kind).draw(0).uniform() < constants.hard;
        let mean = if hard {
            constants.hard_donors
        } else {
            constants.easy_donors
        };
        let chance = (mean / f64::from(all.max(1))).clamp(0.0, 1.0);
        for d in 0..all {
            if d == p {
                continue;
            }
            let mut draw = stream.purpose(Purpose::Match).draw(d);
            if draw.uniform() < chance {
                matches.push(Match {
                    donor: d,
                    pair: p,
                    weight: weight(&mut draw, constants.largest_weight),
                });
            }
        }
    }
    Pool::new(list, donors, matches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saidman_pools_have_no_compatible_pair_and_the_shares_of_incompatible_ones() {
        let pool = saidman(4000, 400, 1, &Saidman::default()).unwrap();
        assert_eq!((pool.pairs().len(), pool.altruists().len()), (4000, 400));
        // Among incompatible pairs, O patients are more than in the public and O donors fewer.
        let share = |count: usize, of: usize| count as f64 / of as f64;
        let patients = share(
            pool.pairs()
                .iter()
                .filter(|p| p.blood_group.as_deref() == Some("O"))
                .count(),
            4000,
        );
        let donors = share(
            pool.donors()[..4000]
                .iter()
                .filter(|d| d.blood_group.as_deref() == Some("O"))
                .count(),
            4000,
        );
        // By hand: P(pair kept) = 1 - sum over compatible groups x P(negative crossmatch).
        let c = Saidman::default();
        let wife = c.female * c.spouse;
        let negative: f64 = c
            .sensitisation
            .iter()
            .map(|(p, s)| s * (1.0 - p))
            .sum::<f64>()
            * (1.0 - wife + wife * c.spouse_factor);
        let (mut kept, mut o_patient, mut o_donor) = (0.0, 0.0, 0.0);
        for d in 0..4 {
            for p in 0..4 {
                let share =
                    c.blood[d] * c.blood[p] * if gives(d, p) { 1.0 - negative } else { 1.0 };
                kept += share;
                o_patient += if p == 0 { share } else { 0.0 };
                o_donor += if d == 0 { share } else { 0.0 };
            }
        }
        assert!(
            (patients - o_patient / kept).abs() < 0.03,
            "{patients} {}",
            o_patient / kept
        );
        assert!(
            (donors - o_donor / kept).abs() < 0.03,
            "{donors} {}",
            o_donor / kept
        );
        for m in pool.matches() {
            assert_ne!(pool.donors()[m.donor as usize].pair, Some(m.pair));
        }
    }

    #[test]
    fn sparse_pools_stay_sparse() {
        let constants = Sparse::default();
        for pairs in [500, 2000] {
            let pool = sparse(pairs, 50, 3, &constants).unwrap();
            let mean = pool.matches().len() as f64 / f64::from(pairs);
            assert!((mean - 6.0).abs() < 0.6, "{mean}");
        }
        assert_eq!(sparse(100, 5, 3, &constants), sparse(100, 5, 3, &constants));
        assert_ne!(sparse(100, 5, 3, &constants), sparse(100, 5, 4, &constants));
    }

    #[test]
    fn weights_are_whole_and_in_range() {
        let pool = saidman(
            60,
            3,
            2,
            &Saidman {
                largest_weight: 100,
                ..Saidman::default()
            },
        )
        .unwrap();
        assert!(
            pool.matches()
                .iter()
                .all(|m| m.weight.fract() == 0.0 && (1.0..=100.0).contains(&m.weight))
        );
        assert!(
            pool.matches().iter().any(|m| m.weight > 90.0)
                && pool.matches().iter().any(|m| m.weight < 10.0)
        );
    }
}
