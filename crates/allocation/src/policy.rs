//! The rule that ranks a waiting list, and points that are compared exactly.

use std::fmt;

use thiserror::Error;

use crate::Abo;
use crate::abo::Compatibility;
use crate::hla::Hla;

/// Minutes of a year of 365.25 days.
const YEAR: i64 = 525_960;

/// Weights are kept to a millionth of a point.
const MICRO: f64 = 1e6;

/// Which recipients an organ may go to by blood group, and which of them first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AboRule {
    /// All compatible recipients; those of the donor's own group before the others.
    IdenticalFirst,
    /// All compatible recipients alike.
    Compatible,
    /// Only recipients of the donor's own group.
    IdenticalOnly,
}

/// How the candidates of a waiting list are ranked for a donor.
///
/// The order, from first to last reason:
///
/// 1. urgent before others, if `urgent_first`;
/// 2. the donor's own blood group before other compatible ones, if `abo` says so;
/// 3. more points before fewer:
///    `points_per_year_waiting · years waited + points_per_match · antigens matched`;
/// 4. earlier listed before later;
/// 5. the lower id.
///
/// Nobody is offered an organ of an incompatible blood group, or one with more than
/// `max_mismatches` HLA mismatches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Policy {
    /// Whether every urgent candidate comes before every other.
    pub urgent_first: bool,
    /// What the blood groups decide.
    pub abo: AboRule,
    /// Points for a year of 365.25 days on the list, 0 to [`Policy::MOST_POINTS`].
    pub points_per_year_waiting: f64,
    /// Points for each HLA antigen of the donor that the recipient shares, 0 to
    /// [`Policy::MOST_POINTS`].
    pub points_per_match: f64,
    /// The most HLA mismatches with which an organ is offered; 6 or more allows all of the usual
    /// six antigens.
    pub max_mismatches: u32,
}

/// A weight that cannot be used.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{field} is {found}: allowed are 0 to {most}", most = Policy::MOST_POINTS)]
pub struct PolicyError {
    /// The field of [`Policy`].
    pub field: &'static str,
    /// Its value.
    pub found: f64,
}

impl Policy {
    /// The largest weight. Up to it no sum of points can overflow, whatever the dates.
    pub const MOST_POINTS: f64 = 1000.0;
}

/// Points of a candidate, compared exactly.
///
/// A sum of floating-point numbers depends on the order of adding and on the processor's
/// mathematics; a rank must not. Points are therefore a whole number of units of
/// 1 / (525,960 · 10⁶) of a point: with the weights rounded to a millionth of a point, a minute
/// of waiting (1/525,960 of a year) is a whole number of units, and so is a matched antigen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Points(pub(crate) i64);

impl Points {
    /// The points as a number, for people to read; compare [`Points`] itself.
    pub fn value(self) -> f64 {
        self.0 as f64 / (MICRO * YEAR as f64)
    }
}

impl fmt::Display for Points {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value().fmt(out)
    }
}

/// A policy made ready: checked, and with its weights as whole numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    urgent_first: bool,
    abo: AboRule,
    max_mismatches: u32,
    /// Units of points for each minute waited.
    minute: i64,
    /// Units of points for each matched antigen.
    matched: i64,
}

impl Rule {
    pub(crate) fn new(policy: Policy) -> Result<Self, PolicyError> {
        let year = micropoints("points_per_year_waiting", policy.points_per_year_waiting)?;
        let matched = micropoints("points_per_match", policy.points_per_match)?;
        Ok(Self {
            urgent_first: policy.urgent_first,
            abo: policy.abo,
            max_mismatches: policy.max_mismatches,
            minute: year,
            matched: matched * YEAR,
        })
    }

    /// Points for waiting from `listed` to `now`, both in minutes; none before the listing.
    pub(crate) fn waiting(&self, listed: i32, now: i32) -> Points {
        Points(self.minute * (i64::from(now) - i64::from(listed)).max(0))
    }

    /// Points with `matches` antigens of the donor matched.
    pub(crate) fn total(&self, waiting: Points, matches: u32) -> Points {
        Points(waiting.0 + self.matched * i64::from(matches))
    }

    /// The fewest matched antigens with which this donor's organ is offered.
    pub(crate) fn fewest_matches(&self, donor: Hla) -> u32 {
        donor.len().saturating_sub(self.max_mismatches)
    }

    /// The classes of candidates in their order, as sets of groups (see [`group`]); an empty set
    /// stands for no class. Within a class, points decide.
    pub(crate) fn classes(&self, donor: Abo) -> [GroupSet; 4] {
        let mut classes = [GroupSet::default(); 4];
        for recipient in Abo::ALL {
            let by_abo = match (donor.donor_to(recipient), self.abo) {
                (Compatibility::Identical, _)
                | (Compatibility::Compatible, AboRule::Compatible) => 0,
                (Compatibility::Compatible, AboRule::IdenticalFirst) => 1,
                (Compatibility::Compatible, AboRule::IdenticalOnly)
                | (Compatibility::Incompatible, _) => continue,
            };
            for urgent in [true, false] {
                let by_urgency = if self.urgent_first && !urgent { 2 } else { 0 };
                classes[by_urgency + by_abo].add(group(recipient, urgent));
            }
        }
        classes
    }
}

fn micropoints(field: &'static str, found: f64) -> Result<i64, PolicyError> {
    if (0.0..=Policy::MOST_POINTS).contains(&found) {
        Ok((found * MICRO).round() as i64)
    } else {
        Err(PolicyError { field, found })
    }
}

/// How many groups the candidates fall into.
pub(crate) const GROUPS: usize = 8;

/// The group of a candidate: all of a group share blood group and urgency.
pub(crate) fn group(abo: Abo, urgent: bool) -> usize {
    abo.index() * 2 + usize::from(urgent)
}

/// Blood group and urgency of a group.
pub(crate) fn of_group(group: usize) -> (Abo, bool) {
    (Abo::ALL[group / 2], group % 2 == 1)
}

/// A set of groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct GroupSet(u8);

impl GroupSet {
    fn add(&mut self, group: usize) {
        self.0 |= 1 << group;
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = usize> {
        (0..GROUPS).filter(move |group| self.0 >> group & 1 == 1)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const POLICY: Policy = Policy {
        urgent_first: true,
        abo: AboRule::IdenticalFirst,
        points_per_year_waiting: 1.0,
        points_per_match: 0.1,
        max_mismatches: 6,
    };

    #[test]
    fn a_year_and_ten_matches_are_exactly_equal() {
        let rule = Rule::new(POLICY).unwrap();
        let start = -1_000_000;
        let year = rule.waiting(start, start + 525_960);
        assert_eq!(year, rule.total(Points(0), 10));
        assert_eq!(year.value().to_bits(), 1.0_f64.to_bits());
        assert!(rule.waiting(start, start + 525_959) < year);
    }

    #[test]
    fn the_longest_wait_with_the_largest_weights_does_not_overflow() {
        let most = Policy::MOST_POINTS;
        let rule = Rule::new(Policy {
            points_per_year_waiting: most,
            points_per_match: most,
            ..POLICY
        })
        .unwrap();
        let points = rule.total(rule.waiting(i32::MIN, i32::MAX), 64);
        let expected = most * (f64::from(u32::MAX) / YEAR as f64 + 64.0);
        assert!((points.value() / expected - 1.0).abs() < 1e-12);
        assert_eq!(rule.waiting(i32::MAX, i32::MIN), Points(0));
    }

    #[test]
    fn weights_out_of_range_are_named() {
        for wrong in [-0.5, 1000.5, f64::NAN, f64::INFINITY] {
            let error = Rule::new(Policy {
                points_per_match: wrong,
                ..POLICY
            })
            .unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("points_per_match is {wrong}: allowed are 0 to 1000")
            );
        }
    }

    #[test]
    fn classes_follow_the_rule() {
        let classes = |policy: Policy, donor| {
            Rule::new(policy).unwrap().classes(donor).map(|class| {
                class
                    .iter()
                    .map(|group| {
                        let (abo, urgent) = of_group(group);
                        format!("{abo}{}", if urgent { "!" } else { "" })
                    })
                    .collect::<Vec<_>>()
                    .join(" ")
            })
        };
        assert_eq!(classes(POLICY, Abo::A), ["A!", "AB!", "A", "AB"]);
        let alike = Policy {
            abo: AboRule::Compatible,
            ..POLICY
        };
        assert_eq!(classes(alike, Abo::O), ["O! A! B! AB!", "", "O A B AB", ""]);
        let only = Policy {
            abo: AboRule::IdenticalOnly,
            urgent_first: false,
            ..POLICY
        };
        assert_eq!(classes(only, Abo::Ab), ["AB AB!", "", "", ""]);
    }
}
