//! One tissue type.

use super::Locus;
use super::determinants::Determinants;

/// The antigens of a person, one bit each within their locus, and the names that the laboratory wrote.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typing {
    /// Broad antigens at A, B and DR.
    pub(crate) broads: [u64; 3],
    /// Split antigens at A, B and DR, as far as they are known.
    pub(crate) splits: [u64; 3],
    /// The numbers of the names as written, in order.
    tokens: Box<[u16]>,
}

/// The donor's antigens that the recipient lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mismatches {
    /// Broad antigens at A, 0 to 2.
    pub a: u8,
    /// Broad antigens at B, 0 to 2.
    pub b: u8,
    /// Split antigens at DR, 0 to 2; broad ones where a type is not resolved.
    pub dr: u8,
}

impl Mismatches {
    /// All of them, 0 to 6.
    pub fn total(self) -> u8 {
        self.a + self.b + self.dr
    }
}

const A: usize = Locus::A as usize;
const B: usize = Locus::B as usize;
const DR: usize = Locus::Dr as usize;

impl Typing {
    /// Reads names separated by blanks. Those that the table does not know are left out.
    pub fn read(text: &str, table: &Determinants) -> Self {
        let mut typing = Typing::default();
        let mut tokens = Vec::new();
        for meaning in text
            .split_whitespace()
            .filter_map(|name| table.meaning(name))
        {
            tokens.push(meaning.token);
            if let Some((locus, broad)) = meaning.broad {
                typing.broads[locus as usize] |= bit(broad);
                if let Some(split) = meaning.split {
                    typing.splits[locus as usize] |= bit(split);
                }
            }
        }
        tokens.sort_unstable();
        tokens.dedup();
        typing.tokens = tokens.into_boxed_slice();
        typing
    }

    /// Whether at least one broad antigen is known at each of A, B and DR.
    pub fn is_complete(&self) -> bool {
        self.broads.iter().all(|antigens| *antigens != 0)
    }

    /// Whether a split is known for every broad antigen at DR.
    pub fn is_resolved(&self) -> bool {
        self.splits[DR].count_ones() >= self.broads[DR].count_ones()
    }

    /// The names as written, by number, in order.
    pub(crate) fn tokens(&self) -> &[u16] {
        &self.tokens
    }

    /// Whether there is one antigen at A (broad), at B (broad) and at DR (split). Where of two broads at DR one has no
    /// known split, there are two; `by_splits`, the oddity of a known program, counts splits alone.
    pub fn homozygous(&self, by_splits: bool) -> [bool; 3] {
        let one = |antigens: u64| antigens.is_power_of_two();
        [
            one(self.broads[A]),
            one(self.broads[B]),
            one(self.splits[DR]) && (by_splits || one(self.broads[DR])),
        ]
    }

    /// At how many of the three loci there is one antigen, 0 to 3.
    pub fn homozygous_loci(&self, by_splits: bool) -> u8 {
        self.homozygous(by_splits).into_iter().map(u8::from).sum()
    }

    /// The donor's antigens that the recipient lacks: broad ones at A and B, split ones at DR. Where at DR a split
    /// is not known, broad antigens are compared, but for those of which both know the splits.
    pub fn mismatches(donor: &Self, recipient: &Self, table: &Determinants) -> Mismatches {
        let foreign = |donor: u64, recipient: u64| (donor & !recipient).count_ones() as u8;
        let dr = if donor.is_resolved() && recipient.is_resolved() {
            foreign(donor.splits[DR], recipient.splits[DR])
        } else {
            unresolved(donor, recipient, table)
        };
        Mismatches {
            a: foreign(donor.broads[A], recipient.broads[A]),
            b: foreign(donor.broads[B], recipient.broads[B]),
            dr,
        }
    }
}

fn unresolved(donor: &Typing, recipient: &Typing, table: &Determinants) -> u8 {
    let foreign = donor.broads[DR] & !recipient.broads[DR];
    let common = donor.broads[DR] & recipient.broads[DR];
    let parts = table.loci[DR].parts.iter().enumerate();
    let within: u32 = parts
        .filter(|(broad, _)| common & bit(*broad as u8) != 0)
        .map(|(_, parts)| (donor.splits[DR] & parts, recipient.splits[DR] & parts))
        .filter(|(donor, recipient)| *donor != 0 && *recipient != 0)
        .map(|(donor, recipient)| (donor & !recipient).count_ones())
        .sum();
    (foreign.count_ones() + within) as u8
}

/// The bit of an antigen; none above 63.
pub(crate) fn bit(number: u8) -> u64 {
    1_u64.checked_shl(u32::from(number)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Determinants {
        Determinants::new(
            [
                ["hla_a", "A*01:01", "A1", "A1"],
                ["hla_a", "A*02:01", "A2", "A2"],
                ["hla_a", "A*23:01", "A23", "A9"],
                ["hla_a", "A*24:02", "A24", "A9"],
                ["hla_b", "B*07:02", "B7", "B7"],
                ["hla_b", "B*08:01", "B8", "B8"],
                ["hla_b", "B*14:03", "B?", "B14"],
                ["hla_dr", "DRB1*03:01", "DR17", "DR3"],
                ["hla_dr", "DRB1*03:02", "DR18", "DR3"],
                ["hla_dr", "DRB1*04:01", "DR4", "DR4"],
                ["hla_dr", "DRB1*11:01", "DR11", "DR5"],
                ["hla_dr", "DRB1*12:01", "DR12", "DR5"],
                ["hla_dqb", "DQB1*03:01", "DQ7", "DQ3"],
            ],
            &["DR3"],
        )
    }

    fn mismatches(donor: &str, recipient: &str) -> [u8; 3] {
        let table = table();
        let read = |text| Typing::read(text, &table);
        let Mismatches { a, b, dr } = Typing::mismatches(&read(donor), &read(recipient), &table);
        [a, b, dr]
    }

    #[test]
    fn splits_of_a_and_b_count_as_their_broad_and_those_of_dr_for_themselves() {
        assert_eq!(
            mismatches("A23 A1 B7 DR11 DR4", "A24 B8 DR12 DR4"),
            [1, 1, 1]
        );
        assert_eq!(mismatches("A9 B7 B8 DR17", "A24 B8 DR18"), [0, 1, 0]);
        assert_eq!(
            mismatches("A*23:01 B*07:02 DRB1*11:01", "A*24:02 B7 DR11"),
            [0, 0, 0]
        );
    }

    #[test]
    fn an_unresolved_type_is_compared_on_broads_but_where_both_know_the_split() {
        // The recipient's split of DR5 is unknown: DR5 is common.
        assert_eq!(mismatches("A1 B7 DR11 DR4", "A1 B7 DR5 DR4"), [0, 0, 0]);
        // DR4 has no second split, DR5 is common, and both know its split.
        assert_eq!(
            mismatches("A1 B7 DR5 DR11 DR4", "A1 B7 DR5 DR12 DR3"),
            [0, 0, 2]
        );
    }

    #[test]
    fn homozygous_is_one_antigen_whatever_its_names() {
        let table = table();
        let typing = Typing::read("A9 A23 A24 B7 B8 DR5 DR11 DQ7 unknown", &table);
        assert_eq!(typing.homozygous(false), [true, false, true]);
        assert_eq!(typing.homozygous_loci(false), 2);
        assert!(typing.is_complete() && typing.is_resolved());
        // Two antigens at DR, of one of which the split is not known.
        let two = Typing::read("A1 B8 DR4 DR5", &table);
        assert_eq!(two.homozygous(false), [true, true, false]);
        assert_eq!(two.homozygous(true), [true; 3]);
        assert!(!Typing::read("A9 B7 DQ3", &table).is_complete());
        assert!(!Typing::read("B14 DR5 DR4", &table).is_resolved());
    }
}
