//! Which antigen each name of a tissue type belongs to.

use std::collections::HashMap;
use std::path::Path;

use crate::files::{FileError, Origin, Problems, Sheet};

/// A locus at which donor and recipient are matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Locus {
    /// HLA-A.
    A,
    /// HLA-B.
    B,
    /// HLA-DR (DRB1).
    Dr,
}

impl Locus {
    /// All three, each at its own index.
    pub const ALL: [Locus; 3] = [Locus::A, Locus::B, Locus::Dr];

    /// The name in the match table.
    pub const fn name(self) -> &'static str {
        match self {
            Locus::A => "hla_a",
            Locus::B => "hla_b",
            Locus::Dr => "hla_dr",
        }
    }
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meaning {
    /// The number of the name itself.
    pub(crate) token: u16,
    /// The locus and the number of the broad antigen there; none at loci that are not matched.
    pub(crate) broad: Option<(Locus, u8)>,
    /// The number of the split antigen at that locus; none where only the broad is known.
    pub(crate) split: Option<u8>,
}

/// The antigens of a locus.
#[derive(Debug, Clone, Default)]
pub(crate) struct Antigens {
    pub(crate) broads: Vec<String>,
    pub(crate) splits: Vec<String>,
    /// For each broad, its splits as bits.
    pub(crate) parts: Vec<u64>,
}

impl Antigens {
    fn number(names: &mut Vec<String>, name: &str) -> usize {
        names
            .iter()
            .position(|other| other == name)
            .unwrap_or_else(|| {
                names.push(name.to_owned());
                names.len() - 1
            })
    }
}

/// The names of alleles and antigens, and the broad and split antigens that they belong to.
#[derive(Debug, Clone, Default)]
pub struct Determinants {
    names: HashMap<String, Meaning>,
    pub(crate) loci: [Antigens; 3],
    /// Of each broad with more than one split at any locus: its token and those of its splits.
    pub(crate) families: Vec<(u16, Vec<u16>)>,
}

/// A split that stands for none.
const NO_SPLIT: &str = "B?";

/// Antigens of a locus, at most: one bit each.
const MOST: usize = 64;

impl Determinants {
    /// Reads a match table: a CSV file with the columns `type` (the locus), `allele`, `split` and `broad`. The
    /// splits of the `unsplittable` broads are taken for the broad itself.
    pub fn read(path: &Path, unsplittable: &[&str]) -> Result<Self, FileError> {
        Self::read_from(&Origin::File(path.to_owned()), unsplittable)
    }

    /// Reads a match table that may come with the program.
    pub fn read_from(origin: &Origin, unsplittable: &[&str]) -> Result<Self, FileError> {
        let mut problems = Problems::default();
        let mut sheet = Sheet::of(origin, &mut problems);
        let columns = ["type", "allele", "split", "broad"].map(|name| sheet.column(name));
        let mut rows: Vec<[String; 4]> = Vec::new();
        while sheet.next_row() {
            rows.push(columns.map(|column| sheet.text(column).to_owned()));
        }
        let rows = rows.iter().map(|row| row.each_ref().map(String::as_str));
        let determinants = Self::new(rows, unsplittable);
        if let Some(locus) = determinants.too_many() {
            problems.add(
                crate::files::Severity::Error,
                &origin.to_string(),
                Some("split"),
                None,
                format!("{} has more than {MOST} antigens", locus.name()),
            );
        }
        Ok(problems.settle(determinants)?.0)
    }

    /// Makes the table from rows of locus, allele, split and broad; at each locus the first 64 antigens are known.
    pub fn new<'a>(rows: impl IntoIterator<Item = [&'a str; 4]>, unsplittable: &[&str]) -> Self {
        let mut table = Self::default();
        let mut families: Vec<(&str, Vec<&str>)> = Vec::new();
        for [locus, allele, split, broad] in rows {
            if broad.is_empty() || broad == "NA" {
                continue;
            }
            let whole = unsplittable.contains(&broad);
            let known = !split.is_empty() && split != "NA" && split != NO_SPLIT;
            let place = Locus::ALL.into_iter().find(|other| other.name() == locus);
            let (broad_at, split_at) = match place {
                None => (None, None),
                Some(locus) => {
                    let antigens = &mut table.loci[locus as usize];
                    let number = Antigens::number(&mut antigens.broads, broad);
                    antigens.parts.resize(antigens.broads.len(), 0);
                    let split = if whole { broad } else { split };
                    let split_at = (whole || known).then(|| {
                        let at = Antigens::number(&mut antigens.splits, split);
                        antigens.parts[number] |= 1_u64.checked_shl(at as u32).unwrap_or(0);
                        at as u8
                    });
                    (Some((locus, number as u8)), split_at)
                }
            };
            table.name(allele, broad_at, split_at, false);
            if known {
                table.name(split, broad_at, split_at, false);
                let at = families.iter().position(|(name, _)| *name == broad);
                let at = at.unwrap_or_else(|| {
                    families.push((broad, Vec::new()));
                    families.len() - 1
                });
                if split != broad && !families[at].1.contains(&split) {
                    families[at].1.push(split);
                }
            }
            table.name(broad, broad_at, if whole { split_at } else { None }, true);
        }
        table.families = families
            .iter()
            .filter(|(_, splits)| splits.len() > 1)
            .filter_map(|(broad, splits)| {
                let splits = splits.iter().filter_map(|split| table.token(split));
                Some((table.token(broad)?, splits.collect()))
            })
            .collect();
        table
    }

    fn too_many(&self) -> Option<Locus> {
        let mut loci = Locus::ALL.into_iter();
        loci.find(|locus| {
            let antigens = &self.loci[*locus as usize];
            antigens.broads.len().max(antigens.splits.len()) > MOST
        })
    }

    /// Adds a name. What is known of it already stays, but that a split may be learnt: `DR4` is a broad and its
    /// own only split.
    fn name(&mut self, name: &str, broad: Option<(Locus, u8)>, split: Option<u8>, is_broad: bool) {
        let token = self.names.len() as u16;
        let entry = self.names.entry(plain(name)).or_insert(Meaning {
            token,
            broad,
            split,
        });
        if !is_broad && entry.split.is_none() {
            entry.split = split;
        }
    }

    /// What a name stands for; none if it is not in the table.
    pub(crate) fn meaning(&self, name: &str) -> Option<Meaning> {
        self.names.get(plain(name).as_str()).copied()
    }

    fn token(&self, name: &str) -> Option<u16> {
        self.meaning(name).map(|meaning| meaning.token)
    }

    /// Whether a name is in the table.
    pub fn knows(&self, name: &str) -> bool {
        self.meaning(name).is_some()
    }

    /// The broad and, if there is one, the split antigen that go with a name; of a broad with several splits, the one
    /// that `uniform`, 0 to 1, chooses.
    pub(crate) fn whole_name(
        &self,
        locus: Locus,
        name: &str,
        uniform: f64,
    ) -> (Option<&str>, Option<&str>) {
        let antigens = &self.loci[locus as usize];
        let Some(meaning) = self.meaning(name) else {
            return (None, None);
        };
        let broad = meaning.broad.map(|(_, broad)| usize::from(broad));
        let split = meaning.split.map(usize::from).or_else(|| {
            let parts = broad.map_or(0, |broad| antigens.parts[broad]);
            let count = f64::from(parts.count_ones());
            let nth = (uniform * count) as usize;
            (0..antigens.splits.len())
                .filter(|at| parts >> at & 1 == 1)
                .nth(nth)
        });
        (
            broad.map(|broad| antigens.broads[broad].as_str()),
            split.map(|split| antigens.splits[split].as_str()),
        )
    }

    /// The names of the broad antigens of a locus.
    pub fn broads(&self, locus: Locus) -> &[String] {
        &self.loci[locus as usize].broads
    }

    /// The names of the split antigens of a locus.
    pub fn splits(&self, locus: Locus) -> &[String] {
        &self.loci[locus as usize].splits
    }
}

/// A name in the one spelling in which names are compared: `A*01:01` and `a*0101` are the same.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|letter| !matches!(letter, '*' | ':' | '-'))
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
}
