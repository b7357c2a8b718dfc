//! Antigens that a recipient cannot accept, and how many donors have one.

use super::Typing;
use super::determinants::Determinants;

/// The antigens against which a recipient has antibodies, as the numbers of their names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unacceptable {
    tokens: Box<[u16]>,
}

impl Unacceptable {
    /// Reads names separated by blanks. Where all splits of a broad antigen are named, so is the broad.
    pub fn read(text: &str, table: &Determinants) -> Self {
        let names = text.split_whitespace();
        let mut tokens: Vec<u16> = names
            .filter_map(|name| table.meaning(name))
            .map(|meaning| meaning.token)
            .collect();
        for (broad, splits) in &table.families {
            if splits.iter().all(|split| tokens.contains(split)) {
                tokens.push(*broad);
            }
        }
        tokens.sort_unstable();
        tokens.dedup();
        Self {
            tokens: tokens.into_boxed_slice(),
        }
    }

    /// These and those names of the donor that the recipient does not have and `chosen` says so of.
    #[must_use]
    pub(crate) fn with(
        &self,
        donor: &Typing,
        recipient: &Typing,
        mut chosen: impl FnMut(u16) -> bool,
    ) -> Self {
        let own = recipient.tokens();
        let names = donor.tokens().iter().copied();
        let foreign = names.filter(|token| own.binary_search(token).is_err());
        let mut tokens: Vec<u16> = foreign.filter(|token| chosen(*token)).collect();
        tokens.extend(&self.tokens);
        tokens.sort_unstable();
        tokens.dedup();
        Self {
            tokens: tokens.into_boxed_slice(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Whether the donor has one of them, by the names that the laboratory wrote: a donor of whom only the split
    /// is written does not have the broad.
    pub fn hits(&self, donor: &Typing) -> bool {
        self.tokens
            .iter()
            .any(|token| donor.tokens().binary_search(token).is_ok())
    }
}

/// A pool of donors, for the share of them that a recipient cannot accept.
#[derive(Debug, Clone, Default)]
pub struct Panel {
    donors: usize,
    /// For each name, the donors with it, 64 to a word.
    with: Vec<Vec<u64>>,
}

impl Panel {
    /// A pool of these donors.
    pub fn new<'a>(donors: impl IntoIterator<Item = &'a Typing>) -> Self {
        let mut panel = Self::default();
        for donor in donors {
            let (word, bit) = (panel.donors / 64, panel.donors % 64);
            for token in donor.tokens() {
                let token = usize::from(*token);
                if panel.with.len() <= token {
                    panel.with.resize(token + 1, Vec::new());
                }
                panel.with[token].resize(word + 1, 0);
                panel.with[token][word] |= 1 << bit;
            }
            panel.donors += 1;
        }
        panel
    }

    /// The virtual panel reactive antibodies: the share of donors, 0 to 1, with an antigen that is unacceptable. 0
    /// for an empty pool.
    pub fn share(&self, unacceptable: &Unacceptable) -> f64 {
        if self.donors == 0 {
            return 0.0;
        }
        let sets = unacceptable.tokens.iter();
        let sets: Vec<&Vec<u64>> = sets
            .filter_map(|token| self.with.get(usize::from(*token)))
            .collect();
        let words = self.donors.div_ceil(64);
        let hit: u32 = (0..words)
            .map(|word| {
                let any = sets.iter().filter_map(|set| set.get(word));
                any.fold(0, |all, set| all | set).count_ones()
            })
            .sum();
        f64::from(hit) / self.donors as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_that_of_a_count_by_hand() {
        let table = Determinants::new(
            [
                ["hla_a", "A*01:01", "A1", "A1"],
                ["hla_a", "A*23:01", "A23", "A9"],
                ["hla_a", "A*24:02", "A24", "A9"],
                ["hla_b", "B*07:02", "B7", "B7"],
            ],
            &[],
        );
        let pool: Vec<_> = ["A1 B7", "A9 A23 B7", "A24", "A1"]
            .iter()
            .cycle()
            .take(400)
            .map(|text| Typing::read(text, &table))
            .collect();
        let panel = Panel::new(&pool);
        let share = |text| panel.share(&Unacceptable::read(text, &table));
        assert_eq!(share("B7"), 0.5);
        assert_eq!(share("B7 A1"), 0.75);
        assert_eq!(share("A9"), 0.25);
        assert_eq!(share("A23 A24"), 0.5);
        assert_eq!(share("nothing known"), 0.0);
        // Both splits make the broad unacceptable, also where a donor's split is not written.
        let both = Unacceptable::read("A23 A24", &table);
        assert!(both.hits(&Typing::read("A9 B7", &table)));
        assert!(!Unacceptable::read("A9", &table).hits(&Typing::read("A24", &table)));
    }
}
