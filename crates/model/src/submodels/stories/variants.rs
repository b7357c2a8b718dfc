//! The variants of the stories: what each version says, and which version it came from.
//!
//! A version has a few terms, each one of a small set: what is claimed, and for the deferral also who
//! may have it, until when, and for how long. A change of one term in passing makes a child of the
//! version told; the same change of the same version is the same child, whoever made it.

use hailsham_engine::random::Draw;
use hailsham_engine::time::Time;

use crate::mind::Story;
use crate::person::NOBODY;

macro_rules! terms {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $case_doc:literal])+ $case:ident $label:literal,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum $name { $($(#[doc = $case_doc])+ $case,)+ }

        impl $name {
            /// Every one, by number.
            pub const ALL: &'static [$name] = &[$($name::$case,)+];
            /// Labels on disk, by number.
            pub const LABELS: &'static [&'static str] = &[$($label,)+];
        }
    };
}

terms! {
    /// What a story claims.
    Claim {
        /// The Gallery: the works are shown to people outside.
        Shown "shown",
        /// The Gallery: the works show what the makers are like inside.
        Souls "souls",
        /// The Gallery: the works are sold.
        Sold "sold",
        /// The deferral: art proves that a couple is in love.
        Art "art",
        /// The deferral: it is enough to say so.
        Words "words",
        /// The deferral: a long history together proves it.
        History "history",
        /// Originals: anybody may have been copied.
        Anyone "anyone",
        /// Originals: respectable people, as in an office, are copied.
        Respectable "respectable",
        /// Originals: outcasts are copied.
        Marginal "marginal",
        /// Lost things gather in Norfolk.
        Norfolk "norfolk",
        /// Lost things gather somewhere.
        Somewhere "somewhere",
    }
}

terms! {
    /// Who may have a deferral.
    Beneficiary {
        /// Couples in love.
        Couples "couples",
        /// Couples from humane schools.
        HumaneCouples "couples_from_humane_schools",
        /// Anyone who asks.
        Anyone "anyone",
    }
}

terms! {
    /// Until when a deferral can be had.
    Stage {
        /// Before the first donation.
        BeforeFirst "before_first",
        /// At any time.
        Any "any",
    }
}

impl Claim {
    /// The claims that a story can make; the first is the one it begins with.
    pub fn of(story: Story) -> &'static [Claim] {
        match story {
            Story::Gallery => &[Claim::Shown, Claim::Souls, Claim::Sold],
            Story::Deferral => &[Claim::Art, Claim::Words, Claim::History],
            Story::Originals => &[Claim::Anyone, Claim::Respectable, Claim::Marginal],
            Story::LostCorner => &[Claim::Norfolk, Claim::Somewhere],
        }
    }
}

/// What one version of a story says. Beneficiary, stage and years mean something for the deferral
/// only, and stay as they are elsewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Terms {
    /// What is claimed.
    pub claim: Claim,
    /// Who may have it.
    pub beneficiary: Beneficiary,
    /// Until when.
    pub stage: Stage,
    /// For how many years.
    pub years: u8,
}

impl Terms {
    /// One term, drawn, becomes another.
    #[must_use]
    pub fn changed(self, story: Story, draw: &mut Draw) -> Terms {
        let which = match story {
            Story::Deferral => draw.below(4),
            _ => 0,
        };
        let mut terms = self;
        match which {
            0 => terms.claim = other_than(Claim::of(story), self.claim, draw),
            1 => terms.beneficiary = other_than(Beneficiary::ALL, self.beneficiary, draw),
            2 => terms.stage = other_than(Stage::ALL, self.stage, draw),
            _ if self.years > 1 && draw.below(2) == 0 => terms.years -= 1,
            _ => terms.years = self.years.saturating_add(1),
        }
        terms
    }

    /// How many terms differ; a length counts once, however far it moved.
    pub fn distance(self, other: Terms) -> u32 {
        u32::from(self.claim != other.claim)
            + u32::from(self.beneficiary != other.beneficiary)
            + u32::from(self.stage != other.stage)
            + u32::from(self.years != other.years)
    }
}

/// One of the others, all equally likely.
fn other_than<T: Copy + PartialEq>(all: &[T], this: T, draw: &mut Draw) -> T {
    let number = draw.below(all.len() as u32 - 1) as usize;
    let place = all.iter().position(|one| *one == this).unwrap_or(0);
    all[if number < place { number } else { number + 1 }]
}

/// A version of a story.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub(crate) story: Story,
    pub(crate) terms: Terms,
    /// The version it came from, or `NOBODY` for one that arose.
    pub(crate) parent: u32,
    /// The version at the root of its descent.
    pub(crate) root: u32,
    /// When it was first told, or arose.
    pub(crate) told: Time,
    /// Who told it first, as far as anybody could know: `NOBODY` for what arose.
    pub(crate) by: u32,
    /// How many took it for true when they first heard the story.
    pub(crate) adopters: u32,
    /// Whether it comes from somebody for whom it came true.
    pub(crate) proven: bool,
    first_child: u32,
    next_sibling: u32,
}

/// Every version of every story.
#[derive(Default)]
pub(crate) struct Variants(Vec<Variant>);

impl Variants {
    pub(crate) fn get(&self, number: u32) -> &Variant {
        &self.0[number as usize]
    }

    pub(crate) fn rows(&self) -> &[Variant] {
        &self.0
    }

    /// A version without a parent: it arose, or somebody made it up.
    pub(crate) fn begin(&mut self, story: Story, terms: Terms, at: Time, by: u32) -> u32 {
        let number = self.0.len() as u32;
        self.0.push(Variant {
            story,
            terms,
            parent: NOBODY,
            root: number,
            told: at,
            by,
            adopters: 0,
            proven: false,
            first_child: NOBODY,
            next_sibling: NOBODY,
        });
        number
    }

    /// The version that a change of another one makes: the one that is there, or a new one.
    pub(crate) fn child(
        &mut self,
        parent: u32,
        terms: Terms,
        proven: bool,
        at: Time,
        by: u32,
    ) -> u32 {
        let of = self.get(parent);
        let (story, root, first) = (of.story, of.root, of.first_child);
        let mut child = first;
        while child != NOBODY {
            let there = self.get(child);
            if there.terms == terms && there.proven == proven {
                return child;
            }
            child = there.next_sibling;
        }
        let number = self.0.len() as u32;
        self.0.push(Variant {
            story,
            terms,
            parent,
            root,
            told: at,
            by,
            adopters: 0,
            proven,
            first_child: NOBODY,
            next_sibling: first,
        });
        self.0[parent as usize].first_child = number;
        number
    }

    pub(crate) fn adopted(&mut self, number: u32) {
        self.0[number as usize].adopters += 1;
    }
}

#[cfg(test)]
mod tests {
    use hailsham_engine::random::Streams;

    use super::*;

    fn first() -> Terms {
        Terms {
            claim: Claim::Art,
            beneficiary: Beneficiary::Couples,
            stage: Stage::BeforeFirst,
            years: 3,
        }
    }

    #[test]
    fn a_change_changes_one_term_and_every_term_can_change() {
        let mut changed = [0_u32; 4];
        for number in 0..400 {
            let mut draw = Streams::new(3).entity(7).purpose(1_u16).draw(number);
            let terms = first().changed(Story::Deferral, &mut draw);
            assert_eq!(terms.distance(first()), 1);
            changed[0] += u32::from(terms.claim != Claim::Art);
            changed[1] += u32::from(terms.beneficiary != Beneficiary::Couples);
            changed[2] += u32::from(terms.stage != Stage::BeforeFirst);
            changed[3] += u32::from(terms.years != 3);
        }
        // Each of four terms in a quarter of 400 changes, within four standard errors.
        assert!(
            changed.iter().all(|count| (65..=135).contains(count)),
            "{changed:?}"
        );
    }

    #[test]
    fn the_other_stories_change_their_claim_and_keep_to_their_own() {
        for story in [Story::Gallery, Story::Originals, Story::LostCorner] {
            for number in 0..20 {
                let mut draw = Streams::new(3).entity(8).purpose(1_u16).draw(number);
                let before = Terms {
                    claim: Claim::of(story)[0],
                    ..first()
                };
                let after = before.changed(story, &mut draw);
                assert_ne!(after.claim, before.claim);
                assert!(Claim::of(story).contains(&after.claim));
            }
        }
    }

    #[test]
    fn the_same_change_of_the_same_version_is_the_same_version() {
        let mut variants = Variants::default();
        let root = variants.begin(Story::Deferral, first(), Time::START, NOBODY);
        let longer = Terms {
            years: 4,
            ..first()
        };
        let child = variants.child(root, longer, false, Time::START, 5);
        let words = Terms {
            claim: Claim::Words,
            ..first()
        };
        let sister = variants.child(root, words, false, Time::START, 6);
        assert_ne!(child, sister);
        assert_eq!(variants.child(root, longer, false, Time::START, 9), child);
        assert_eq!(variants.get(child).by, 5);
        assert_ne!(variants.child(root, longer, true, Time::START, 9), child);
        let grandchild = variants.child(child, words, false, Time::START, 7);
        assert_eq!(variants.get(grandchild).root, root);
    }
}
