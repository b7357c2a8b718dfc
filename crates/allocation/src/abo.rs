//! Blood groups of the ABO system and who can give to whom.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A blood group of the ABO system.
///
/// The order is that of [`Abo::ALL`]. The number of a group holds its antigens as bits (1 for A,
/// 2 for B), which is what makes compatibility a test of subsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Abo {
    /// Neither antigen.
    O = 0,
    /// Antigen A.
    A = 1,
    /// Antigen B.
    B = 2,
    /// Both antigens.
    Ab = 3,
}

/// How a donor's blood group stands to a recipient's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compatibility {
    /// The same group.
    Identical,
    /// Another group, but the donor has no antigen that the recipient lacks.
    Compatible,
    /// The donor has an antigen that the recipient lacks.
    Incompatible,
}

impl Abo {
    /// The four groups, each at its own index.
    pub const ALL: [Self; 4] = [Self::O, Self::A, Self::B, Self::Ab];

    /// The number of the group: 0 for O, 1 for A, 2 for B, 3 for AB.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The group of a number, or `None` above 3.
    ///
    /// ```
    /// use hailsham_allocation::Abo;
    /// assert_eq!(Abo::from_index(3), Some(Abo::Ab));
    /// assert_eq!(Abo::from_index(4), None);
    /// ```
    pub const fn from_index(index: usize) -> Option<Self> {
        match index {
            0 => Some(Self::O),
            1 => Some(Self::A),
            2 => Some(Self::B),
            3 => Some(Self::Ab),
            _ => None,
        }
    }

    /// How an organ of this group stands to a recipient.
    ///
    /// ```
    /// use hailsham_allocation::{Abo, Compatibility};
    /// assert_eq!(Abo::O.donor_to(Abo::Ab), Compatibility::Compatible);
    /// assert_eq!(Abo::Ab.donor_to(Abo::O), Compatibility::Incompatible);
    /// ```
    pub const fn donor_to(self, recipient: Self) -> Compatibility {
        let (given, own) = (self as u8, recipient as u8);
        if given == own {
            Compatibility::Identical
        } else if given & !own == 0 {
            Compatibility::Compatible
        } else {
            Compatibility::Incompatible
        }
    }

    /// The name in use: `O`, `A`, `B` or `AB`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::O => "O",
            Self::A => "A",
            Self::B => "B",
            Self::Ab => "AB",
        }
    }
}

impl fmt::Display for Abo {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

/// A text that names no blood group.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a blood group of the ABO system: allowed are O, A, B and AB")]
pub struct UnknownAbo(String);

impl FromStr for Abo {
    type Err = UnknownAbo;

    fn from_str(text: &str) -> Result<Self, UnknownAbo> {
        Self::ALL
            .into_iter()
            .find(|abo| abo.name() == text)
            .ok_or_else(|| UnknownAbo(text.to_owned()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The table of any textbook, written out; rows are donors, columns recipients O, A, B, AB.
    #[test]
    fn who_can_give_to_whom() {
        use Compatibility::{Compatible as C, Identical as I, Incompatible as X};
        let table = [
            (Abo::O, [I, C, C, C]),
            (Abo::A, [X, I, X, C]),
            (Abo::B, [X, X, I, C]),
            (Abo::Ab, [X, X, X, I]),
        ];
        for (donor, row) in table {
            assert_eq!(
                Abo::ALL.map(|recipient| donor.donor_to(recipient)),
                row,
                "donor {donor}"
            );
        }
    }

    #[test]
    fn names_and_numbers_lead_back_to_the_group() {
        for (index, abo) in Abo::ALL.into_iter().enumerate() {
            assert_eq!(abo.index(), index);
            assert_eq!(Abo::from_index(index), Some(abo));
            assert_eq!(abo.to_string().parse::<Abo>().unwrap(), abo);
        }
        let message = "0".parse::<Abo>().unwrap_err().to_string();
        assert_eq!(
            message,
            "`0` is not a blood group of the ABO system: allowed are O, A, B and AB"
        );
    }
}
