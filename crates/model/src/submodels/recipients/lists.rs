//! The waiting list of an organ: ranked by the rules of the scenario, or by a policy file.

use std::sync::Arc;

use hailsham_allocation::rules::{Eligible, Policy, Ranking};
use hailsham_allocation::{Candidate, Donor, Hla, WaitingList};
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

struct ByPolicy {
    policy: Arc<Policy>,
    attributes: Attributes,
    /// The recipients in the order in which they were listed, the lower number first of those of one minute: of
    /// candidates alike in everything the first is ranked first.
    rows: Vec<u32>,
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
                rows: Vec::new(),
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
                let place = own.place(people, recipient);
                own.rows.insert(place, recipient.0);
            }
        }
    }

    /// Takes a recipient, as they stand, off the list. Whether they were on it.
    pub(super) fn remove(&mut self, people: &Columns, recipient: RecipientId) -> bool {
        match &mut self.ranked {
            Ranked::Simply(list) => list.remove(&candidate(people, recipient)),
            Ranked::Policy(own) => {
                let place = own.place(people, recipient);
                let found = own.rows.get(place) == Some(&recipient.0);
                if found {
                    own.rows.remove(place);
                }
                found
            }
        }
    }

    /// Whether anybody could be offered this donor's organ.
    pub(super) fn wanted(&mut self, people: &Columns, giver: &Giver, now: Time) -> bool {
        match &mut self.ranked {
            Ranked::Simply(list) => list.any_compatible(&giver.donor()),
            Ranked::Policy(own) => {
                let of = own.attributes.before(people, giver, self.organ, now);
                own.eligible.any(&own.policy, &of, own.rows.as_slice())
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
                let of = own.attributes.before(people, giver, self.organ, now);
                let mut ranked = own.ranking.rank(&own.policy, &of, &own.rows);
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
    /// Where a recipient stands or belongs among the rows.
    fn place(&self, people: &Columns, recipient: RecipientId) -> usize {
        let key = |row: u32| (people.patients[row as usize].listed, row);
        let own = key(recipient.0);
        self.rows.partition_point(|row| key(*row) < own)
    }
}

impl Attributes {
    fn before<'a>(
        &'a self,
        people: &'a Columns,
        giver: &'a Giver,
        organ: u8,
        now: Time,
    ) -> Match<'a> {
        Match {
            attributes: self,
            people,
            giver,
            organ,
            now,
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
