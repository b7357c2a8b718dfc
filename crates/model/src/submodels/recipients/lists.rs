//! The waiting list of an organ: ranked by the rules of the scenario, or by a policy file.

use std::sync::Arc;

use hailsham_allocation::rules::{Eligible, Policy, Ranking};
use hailsham_allocation::{Abo, Candidate, Donor, Hla, WaitingList};
use hailsham_engine::time::Time;

use super::attributes::{Attributes, Match};
use super::parameters::Organ;
use super::{Columns, Giver};
use crate::person::RecipientId;

/// Who waits for an organ.
pub(super) struct List {
    organ: u8,
    ranked: Ranked,
}

enum Ranked {
    /// By the parameters of the organ.
    Simply(Box<WaitingList>),
    /// By a policy file.
    Policy(Box<ByPolicy>),
}

/// Blood groups, and of each those who are not urgent and those who are.
const GROUPS: usize = 2 * Abo::ALL.len();

/// So many recipients who were listed one after the other are looked at, or passed over, together.
const TOGETHER: usize = 256;

/// Recipients of one group, in the order in which they were listed.
pub(super) struct Part<'a> {
    pub(super) abo: Abo,
    pub(super) urgent: bool,
    pub(super) rows: &'a [u32],
}

struct ByPolicy {
    policy: Arc<Policy>,
    attributes: Attributes,
    /// The recipients by blood group and urgency, each group in the order in which they were listed, the lower number
    /// first of those of one minute: of candidates alike in everything the first is ranked first.
    groups: [Vec<u32>; GROUPS],
    ranking: Ranking,
    eligible: Eligible,
}

/// To whom an organ goes.
pub(super) struct Offer {
    pub(super) recipient: RecipientId,
    /// The donor's antigens that are foreign to the recipient.
    pub(super) mismatches: u32,
}

impl List {
    /// An empty list, ranked by the organ's parameters.
    pub(super) fn simple(organ: u8, rules: &Organ) -> List {
        // A rule that cannot be ranked by was refused when the programme was checked; a run of an unchecked programme
        // never comes this far.
        let list = match WaitingList::new(rules.rule()) {
            Ok(list) => list,
            Err(error) => unreachable!("a checked rule: {error}"),
        };
        List {
            organ,
            ranked: Ranked::Simply(Box::new(list)),
        }
    }

    /// An empty list, ranked by a policy over the attributes of the programme.
    pub(super) fn by_policy(organ: u8, policy: Arc<Policy>, attributes: Attributes) -> List {
        List {
            organ,
            ranked: Ranked::Policy(Box::new(ByPolicy {
                policy,
                attributes,
                groups: Default::default(),
                ranking: Ranking::new(),
                eligible: Eligible::default(),
            })),
        }
    }

    /// Puts a recipient, as they stand, on the list.
    pub(super) fn add(&mut self, people: &Columns, recipient: RecipientId) {
        match &mut self.ranked {
            Ranked::Simply(list) => {
                list.add(candidate(people, recipient));
            }
            Ranked::Policy(own) => {
                let (group, place) = own.place(people, recipient);
                own.groups[group].insert(place, recipient.0);
            }
        }
    }

    /// Takes a recipient, as they stand, off the list. Whether they were on it.
    pub(super) fn remove(&mut self, people: &Columns, recipient: RecipientId) -> bool {
        match &mut self.ranked {
            Ranked::Simply(list) => list.remove(&candidate(people, recipient)),
            Ranked::Policy(own) => {
                let (group, place) = own.place(people, recipient);
                let group = &mut own.groups[group];
                let found = group.get(place) == Some(&recipient.0);
                if found {
                    group.remove(place);
                }
                found
            }
        }
    }

    /// Asks for the memory by which a recipient, as they stand, is found on the list.
    pub(super) fn prefetch(&self, people: &Columns, recipient: RecipientId) {
        if let Ranked::Simply(list) = &self.ranked {
            list.prefetch(&candidate(people, recipient));
        }
    }

    /// Whether anybody could be offered this donor's organ.
    pub(super) fn wanted(&mut self, people: &Columns, giver: &Giver, now: Time) -> bool {
        match &mut self.ranked {
            Ranked::Simply(list) => list.any_compatible(&giver.donor()),
            Ranked::Policy(own) => {
                let parts = parts(&own.groups);
                let of = own.attributes.before(people, giver, self.organ, now, parts);
                own.eligible.any(&own.policy, &of, &of)
            }
        }
    }

    /// The first of the ranked list, or nobody.
    pub(super) fn best(&mut self, people: &Columns, giver: &Giver, now: Time) -> Option<Offer> {
        match &mut self.ranked {
            Ranked::Simply(list) => {
                let offer = list.best(&giver.donor(), now.minutes())?;
                Some(Offer {
                    recipient: RecipientId(offer.id),
                    mismatches: offer.mismatches,
                })
            }
            Ranked::Policy(own) => {
                let parts = parts(&own.groups);
                let of = own.attributes.before(people, giver, self.organ, now, parts);
                let mut ranked = own.ranking.rank_parts(&own.policy, &of, &of);
                let recipient = RecipientId(ranked.get(0)?.row);
                let hla = people.patients[recipient.row()].hla;
                Some(Offer {
                    recipient,
                    mismatches: Hla::mismatches(giver.hla, hla),
                })
            }
        }
    }
}

impl ByPolicy {
    /// The group of a recipient, and where they stand or belong in it.
    fn place(&self, people: &Columns, recipient: RecipientId) -> (usize, usize) {
        let patient = &people.patients[recipient.row()];
        let group = 2 * patient.abo.index() + usize::from(patient.urgent);
        let key = |row: u32| (people.patients[row as usize].listed, row);
        let own = key(recipient.0);
        let place = self.groups[group].partition_point(|row| key(*row) < own);
        (group, place)
    }
}

/// The groups in parts.
fn parts(groups: &[Vec<u32>; GROUPS]) -> Vec<Part<'_>> {
    let groups = groups.iter().enumerate();
    let parts = groups.flat_map(|(group, rows)| {
        rows.chunks(TOGETHER).map(move |rows| Part {
            abo: Abo::ALL[group / 2],
            urgent: group % 2 == 1,
            rows,
        })
    });
    parts.collect()
}

impl Attributes {
    fn before<'a>(
        &'a self,
        people: &'a Columns,
        giver: &'a Giver,
        organ: u8,
        now: Time,
        parts: Vec<Part<'a>>,
    ) -> Match<'a> {
        Match {
            attributes: self,
            people,
            giver,
            organ,
            now,
            parts,
        }
    }
}

impl Giver {
    fn donor(&self) -> Donor {
        Donor {
            abo: self.abo,
            hla: self.hla,
        }
    }
}

fn candidate(people: &Columns, recipient: RecipientId) -> Candidate {
    let patient = &people.patients[recipient.row()];
    Candidate {
        id: recipient.0,
        abo: patient.abo,
        hla: patient.hla,
        urgent: patient.urgent,
        listed: patient.listed.minutes(),
    }
}
