//! What is known of a candidate, a donor, and the two together.

use super::span::Span;
use super::unit::Dimension;

/// Of whom an attribute speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum About {
    /// Of the donor: the same for every candidate of a list.
    Donor,
    /// Of a candidate, or of a candidate and the donor together.
    Candidate,
}

/// What values an attribute has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sort {
    /// True or false.
    Flag,
    /// A number with its unit.
    Number(Dimension),
    /// One of some words; its value is the number of the word.
    Word(Vec<String>),
}

/// One thing that the rules of a policy may ask about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name in the rules.
    pub name: &'static str,
    /// Of whom it speaks.
    pub about: About,
    /// What values it has.
    pub sort: Sort,
    /// What it means.
    pub meaning: &'static str,
}

/// All attributes that a population offers, by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    pub(crate) attributes: Vec<Attribute>,
    /// The system whose attributes these are; empty where it has no name.
    pub(crate) system: &'static str,
    /// Whether whoever ranks by it knows the oddities of a policy.
    pub(crate) quirks: bool,
    /// Whether whoever ranks by it offers organs in a regular and in an extended phase.
    pub(crate) phases: bool,
}

impl Catalogue {
    /// A catalogue; the number of an attribute is its place.
    pub fn new(attributes: Vec<Attribute>) -> Self {
        Self {
            attributes,
            system: "",
            quirks: false,
            phases: false,
        }
    }

    /// The same, with the name of the system whose attributes these are.
    #[must_use]
    pub fn of_system(self, system: &'static str) -> Self {
        Self { system, ..self }
    }

    /// The same for a program that can repeat the oddities of a policy; elsewhere they are refused.
    #[must_use]
    pub fn with_quirks(self) -> Self {
        Self {
            quirks: true,
            ..self
        }
    }

    /// The same for a program that offers organs in a regular and in an extended phase; elsewhere a policy cannot
    /// speak of phases.
    #[must_use]
    pub fn with_phases(self) -> Self {
        Self {
            phases: true,
            ..self
        }
    }

    /// All attributes, in order.
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    pub(crate) fn find(&self, name: &str) -> Option<(usize, &Attribute)> {
        let all = self.attributes.iter().enumerate();
        all.into_iter()
            .find(|(_, attribute)| attribute.name == name)
    }
}

/// The values of a catalogue's attributes: flags as 0 and 1, words as their numbers, numbers in the units of their
/// [`Dimension`].
pub trait Population {
    /// A candidate, as far as attributes are read from it: found once, and not for each attribute again.
    type Person<'a>: Copy
    where
        Self: 'a;

    /// The candidate of a row.
    fn person(&self, row: u32) -> Self::Person<'_>;

    /// An attribute of the donor.
    fn of_donor(&self, attribute: usize) -> f64;

    /// An attribute of candidates that is the same for all of those who are ranked, if that is known beforehand. It
    /// is then not looked up candidate by candidate.
    fn of_all(&self, _attribute: usize) -> Option<f64> {
        None
    }

    /// An attribute of candidates: `out[i]` is that of `people[i]`. Both are equally long.
    fn of_candidates(&self, attribute: usize, people: &[Self::Person<'_>], out: &mut [f64]);

    /// Between which values an attribute of candidates lies: `out[i]` for those of the list's part `i`. The narrower,
    /// the fewer candidates are looked at; nothing else depends on it.
    fn of_parts(&self, _attribute: usize, out: &mut [Span]) {
        out.fill(Span::UNKNOWN);
    }
}

/// A waiting list in parts. Parts whose candidates cannot come first are not looked at, as long as that is so, by what
/// is known of them ([`Population::of_parts`]). A slice of rows is a list of one part.
pub trait Parts {
    /// How many parts there are.
    fn count(&self) -> usize;

    /// The rows of a part.
    fn rows(&self, part: usize) -> &[u32];

    /// What decides between candidates who are alike in everything: the smaller comes first. No two have the same.
    /// `before`: how many of the list were given points before; for a list of one part, the order of its rows.
    fn turn(&self, row: u32, before: u64) -> u64;
}

impl Parts for [u32] {
    fn count(&self) -> usize {
        1
    }

    fn rows(&self, _part: usize) -> &[u32] {
        self
    }

    fn turn(&self, _row: u32, before: u64) -> u64 {
        before
    }
}
