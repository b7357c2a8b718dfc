//! Waiting lists and offers.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::abo::{Abo, Compatibility};
use crate::block::{Antigens, Key};
use crate::group::{Found, Group, Question, Rank, Shortlist};
use crate::hla::Hla;
use crate::policy::{GROUPS, GroupSet, Points, Policy, PolicyError, Rule, group, of_group};

/// Someone who waits for an organ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Candidate {
    /// The caller's number of the person; nobody is on a list twice.
    pub id: u32,
    /// Blood group.
    pub abo: Abo,
    /// Antigens.
    pub hla: Hla,
    /// Whether the need is urgent.
    pub urgent: bool,
    /// When listed, in minutes of the caller's clock.
    pub listed: i32,
}

/// The giver of an organ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Donor {
    /// Blood group.
    pub abo: Abo,
    /// Antigens.
    pub hla: Hla,
}

/// An organ offered to a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// The candidate.
    pub id: u32,
    /// The candidate's blood group.
    pub recipient_abo: Abo,
    /// Whether the candidate is urgent.
    pub urgent: bool,
    /// When the candidate was listed, in minutes.
    pub listed: i32,
    /// Points under the policy.
    pub points: Points,
    /// The donor's antigens that are foreign to the candidate.
    pub mismatches: u32,
    /// How the donor's blood group stands to the candidate's.
    pub abo: Compatibility,
}

/// The candidates for one kind of organ, ready to be ranked for a donor under one [`Policy`].
///
/// Cost, with `n` candidates: [`add`](Self::add) and [`remove`](Self::remove) search in
/// logarithmic time; the first moves at most 64 candidates, the second as a rule none; [`best`](Self::best) looks at the list from
/// the longest waiting on, 64 candidates at a time, until nobody who is left could be better,
/// and allocates nothing. The more candidates there are, the sooner a good match is found and the
/// smaller the share of the list that is read: in the lists of `benches/match_run.rs`, with a point
/// for a year and a point for a match, 31 % of 5,000, 20 % of 50,000 and 14 % of 500,000 where
/// everybody competes with everybody, and 0.5 % of 50,000 where the urgent come first.
#[derive(Debug, Clone)]
pub struct WaitingList {
    rule: Rule,
    groups: [Group; GROUPS],
}

impl WaitingList {
    /// An empty list. Fails if a weight of the policy is out of range.
    pub fn new(policy: Policy) -> Result<Self, PolicyError> {
        Ok(Self {
            rule: Rule::new(policy)?,
            groups: Default::default(),
        })
    }

    /// Adds a candidate. Returns `false`, and changes nothing, if one of the same blood group,
    /// urgency, listing time and id is on the list.
    pub fn add(&mut self, candidate: Candidate) -> bool {
        self.groups[group(candidate.abo, candidate.urgent)]
            .add(Key::new(candidate.listed, candidate.id), candidate.hla)
    }

    /// Removes the candidate of this blood group, urgency, listing time and id; the antigens are
    /// not looked at. Returns whether there was one.
    pub fn remove(&mut self, candidate: &Candidate) -> bool {
        self.groups[group(candidate.abo, candidate.urgent)]
            .remove(Key::new(candidate.listed, candidate.id))
    }

    /// Asks for the memory by which this candidate would be found, and does not wait for it: for who
    /// knows that they will be [`remove`](Self::remove)d before long. A hint, which changes nothing.
    pub fn prefetch(&self, candidate: &Candidate) {
        self.groups[group(candidate.abo, candidate.urgent)]
            .prefetch(Key::new(candidate.listed, candidate.id));
    }

    /// How many candidates wait.
    pub fn len(&self) -> usize {
        self.groups.iter().map(Group::len).sum()
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many urgent candidates wait.
    pub fn count_urgent(&self) -> usize {
        let waiting = self.groups.iter().enumerate();
        waiting
            .filter(|(group, _)| of_group(*group).1)
            .map(|(_, group)| group.len())
            .sum()
    }

    /// How many candidates could be offered this donor's organ: those whom neither the blood
    /// groups nor the mismatches exclude.
    pub fn count_compatible(&self, donor: &Donor) -> usize {
        let antigens = Antigens::new(donor.hla);
        let question = self.question(donor, &antigens, 0);
        self.groups_for(donor)
            .map(|group| group.count(&question))
            .sum()
    }

    /// Whether anyone could be offered this donor's organ.
    pub fn any_compatible(&self, donor: &Donor) -> bool {
        let antigens = Antigens::new(donor.hla);
        let question = self.question(donor, &antigens, 0);
        self.groups_for(donor).any(|group| group.any(&question))
    }

    /// The first of the ranked list at the time `now` (minutes), or `None` if nobody could be
    /// offered the organ. Who is listed later than `now` has waited for no time.
    pub fn best(&self, donor: &Donor, now: i32) -> Option<Offer> {
        let antigens = Antigens::new(donor.hla);
        let question = self.question(donor, &antigens, now);
        self.rule.classes(donor.abo).into_iter().find_map(|class| {
            let mut best = Best(None);
            self.search(&question, class, &mut best);
            best.0.map(|found| offer(donor, found))
        })
    }

    /// The first `at_most` of the ranked list at the time `now` (minutes), in order.
    pub fn ranked(&self, donor: &Donor, now: i32, at_most: usize) -> Vec<Offer> {
        let antigens = Antigens::new(donor.hla);
        let question = self.question(donor, &antigens, now);
        let mut offers = Vec::new();
        for class in self.rule.classes(donor.abo) {
            let mut several = Several {
                most: at_most - offers.len(),
                found: BinaryHeap::new(),
            };
            if several.most == 0 {
                break;
            }
            self.search(&question, class, &mut several);
            let found = several.found.into_sorted_vec();
            offers.extend(
                found
                    .into_iter()
                    .map(|LastOnTop(found)| offer(donor, found)),
            );
        }
        offers
    }

    fn question<'a>(&'a self, donor: &Donor, antigens: &'a Antigens, now: i32) -> Question<'a> {
        Question {
            rule: &self.rule,
            donor: antigens,
            fewest: self.rule.fewest_matches(donor.hla),
            now,
        }
    }

    fn groups_for(&self, donor: &Donor) -> impl Iterator<Item = &Group> {
        let classes = self.rule.classes(donor.abo);
        classes
            .into_iter()
            .flat_map(GroupSet::iter)
            .map(|group| &self.groups[group])
    }

    fn search(&self, question: &Question<'_>, class: GroupSet, shortlist: &mut impl Shortlist) {
        for group in class.iter() {
            self.groups[group].search(question, group, shortlist);
        }
    }
}

fn offer(donor: &Donor, found: Found) -> Offer {
    let (recipient_abo, urgent) = of_group(found.group);
    Offer {
        id: found.rank.key.id(),
        recipient_abo,
        urgent,
        listed: found.rank.key.listed(),
        points: found.rank.points,
        mismatches: donor.hla.len() - found.matches,
        abo: donor.abo.donor_to(recipient_abo),
    }
}

/// A shortlist of one.
struct Best(Option<Found>);

impl Shortlist for Best {
    fn last(&self) -> Option<Rank> {
        self.0.map(|found| found.rank)
    }

    fn take(&mut self, found: Found) {
        self.0 = Some(found);
    }
}

/// A shortlist of at most `most`, with its last on top of the heap.
struct Several {
    most: usize,
    found: BinaryHeap<LastOnTop>,
}

impl Shortlist for Several {
    fn last(&self) -> Option<Rank> {
        if self.found.len() < self.most {
            None
        } else {
            self.found.peek().map(|last| last.0.rank)
        }
    }

    fn take(&mut self, found: Found) {
        if self.found.len() == self.most {
            self.found.pop();
        }
        self.found.push(LastOnTop(found));
    }
}

/// Ordered so that the greatest is the one who comes last in the ranking.
struct LastOnTop(Found);

impl Ord for LastOnTop {
    fn cmp(&self, other: &Self) -> Ordering {
        let (own, their) = (self.0.rank, other.0.rank);
        their.points.cmp(&own.points).then(own.key.cmp(&their.key))
    }
}

impl PartialOrd for LastOnTop {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for LastOnTop {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for LastOnTop {}
