//! HLA antigens as bits, and the table that numbers them.

use thiserror::Error;

/// A set of at most 64 HLA antigens, one bit each.
///
/// Which antigen has which bit is the caller's choice, made once in an [`HlaTable`]; sets of
/// different tables must not meet. Usually these are the antigens of the loci A, B and DR at the
/// level of broad or split specificities, so that a person has up to six.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hla(u64);

impl Hla {
    /// No antigen: a person whose type is not known, or a model without HLA.
    pub const EMPTY: Self = Self(0);

    /// The set whose antigen `i` is bit `i`.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Antigen `i` is bit `i`.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The set with one more antigen. `antigen` is the number that [`HlaTable::antigen`] gives;
    /// a number above 63 names no antigen and adds nothing.
    #[must_use]
    pub const fn with(self, antigen: u8) -> Self {
        if antigen < 64 {
            Self(self.0 | 1 << antigen)
        } else {
            self
        }
    }

    /// How many antigens there are.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many of the donor's antigens the recipient shares.
    pub const fn matches(donor: Self, recipient: Self) -> u32 {
        (donor.0 & recipient.0).count_ones()
    }

    /// How many of the donor's antigens are foreign to the recipient.
    ///
    /// It is the donor's antigens that are counted, since it is they that the recipient's immune
    /// system meets; a donor with the same antigen twice at a locus has it once.
    ///
    /// ```
    /// use hailsham_allocation::Hla;
    /// let donor = Hla::from_bits(0b0111);
    /// let recipient = Hla::from_bits(0b1101);
    /// assert_eq!(Hla::mismatches(donor, recipient), 1);
    /// assert_eq!(Hla::matches(donor, recipient), 2);
    /// ```
    pub const fn mismatches(donor: Self, recipient: Self) -> u32 {
        (donor.0 & !recipient.0).count_ones()
    }
}

/// The numbers of the antigens: which name has which bit.
///
/// ```
/// use hailsham_allocation::{Hla, HlaTable};
///
/// let table = HlaTable::new(["A1", "A2", "B8", "B44", "DR3", "DR4"])?;
/// let donor = table.read("A1 A2 B8 DR3")?;
/// let recipient = table.read("A2 B44 DR3 DR4")?;
/// assert_eq!(Hla::mismatches(donor, recipient), 2); // A1 and B8
/// assert_eq!(table.names(recipient).collect::<Vec<_>>(), ["A2", "B44", "DR3", "DR4"]);
/// # Ok::<(), hailsham_allocation::HlaError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HlaTable {
    names: Vec<String>,
}

/// What can be wrong with a list of antigens.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HlaError {
    /// More names than bits.
    #[error("{0} antigens in the table: at most 64 are allowed")]
    TooMany(usize),
    /// The same name twice.
    #[error("the antigen `{0}` stands twice in the table: each is allowed once")]
    Twice(String),
    /// A name that could not be read back from a list of names.
    #[error(
        "`{0}` cannot name an antigen: a name has at least one character and no blanks or commas"
    )]
    BadName(String),
    /// A name that the table does not hold.
    #[error("the antigen `{0}` is not in the table of this run, which has {known}", known = list(.1))]
    Unknown(String, Vec<String>),
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

fn is_separator(character: char) -> bool {
    character == ',' || character.is_whitespace()
}

impl HlaTable {
    /// Numbers the antigens 0, 1, 2, … in the order given.
    pub fn new<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Result<Self, HlaError> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        if names.len() > 64 {
            return Err(HlaError::TooMany(names.len()));
        }
        for (index, name) in names.iter().enumerate() {
            if name.is_empty() || name.contains(is_separator) {
                return Err(HlaError::BadName(name.clone()));
            }
            if names[..index].contains(name) {
                return Err(HlaError::Twice(name.clone()));
            }
        }
        Ok(Self { names })
    }

    /// How many antigens the table numbers: 0 to 64.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether it numbers none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The number of an antigen, 0 to 63.
    pub fn antigen(&self, name: &str) -> Result<u8, HlaError> {
        self.names
            .iter()
            .position(|known| known == name)
            .map(|index| index as u8)
            .ok_or_else(|| HlaError::Unknown(name.to_owned(), self.names.clone()))
    }

    /// Reads names separated by blanks or commas.
    pub fn read(&self, text: &str) -> Result<Hla, HlaError> {
        text.split(is_separator)
            .filter(|name| !name.is_empty())
            .try_fold(Hla::EMPTY, |set, name| Ok(set.with(self.antigen(name)?)))
    }

    /// The names of a set, in the order of the table.
    pub fn names(&self, set: Hla) -> impl Iterator<Item = &str> {
        self.names
            .iter()
            .enumerate()
            .filter(move |(index, _)| set.bits() >> index & 1 == 1)
            .map(|(_, name)| name.as_str())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn matches_and_mismatches_make_up_the_donor() {
        let donor = Hla::EMPTY.with(0).with(5).with(63).with(64);
        let recipient = Hla::EMPTY.with(5).with(7);
        assert_eq!(donor.len(), 3);
        assert_eq!(Hla::matches(donor, recipient), 1);
        assert_eq!(Hla::mismatches(donor, recipient), 2);
        assert_eq!(Hla::mismatches(recipient, donor), 1);
    }

    #[test]
    fn a_table_holds_64_names_and_no_more() {
        let names = |count: usize| (0..count).map(|number| format!("A{number}"));
        let table = HlaTable::new(names(64)).unwrap();
        assert_eq!(table.antigen("A63"), Ok(63));
        assert_eq!(HlaTable::new(names(65)), Err(HlaError::TooMany(65)));
    }

    #[test]
    fn wrong_names_are_named() {
        let message = |result: Result<HlaTable, HlaError>| result.unwrap_err().to_string();
        assert_eq!(
            message(HlaTable::new(["A1", "A2", "A1"])),
            "the antigen `A1` stands twice in the table: each is allowed once"
        );
        assert_eq!(
            message(HlaTable::new(["A1 A2"])),
            "`A1 A2` cannot name an antigen: a name has at least one character and no blanks or commas"
        );
        let table = HlaTable::new(["A1", "B8"]).unwrap();
        assert_eq!(
            table.read("A1, B44").unwrap_err().to_string(),
            "the antigen `B44` is not in the table of this run, which has A1, B8"
        );
        assert_eq!(table.read(" B8 ,A1,").unwrap(), Hla::from_bits(0b11));
    }
}
