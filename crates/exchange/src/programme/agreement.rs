//! What becomes of an agreement: crossmatches, drop-outs and departures, and what the rest still do.

use hailsham_engine::time::Time;

use super::course::{Simulation, State, Transplant};

/// Who gives to whom: each member's donor to the next, in a cycle the last to the first.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Parties {
    /// Indices of members; of a chain the altruist stands first.
    pub(super) members: Vec<u32>,
    pub(super) chain: bool,
}

impl Parties {
    /// Donor and receiver of each transplant.
    pub(super) fn transplants(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let n = self.members.len();
        let count = if self.chain { n.saturating_sub(1) } else { n };
        (0..count).map(move |i| (self.members[i], self.members[(i + 1) % n]))
    }
}

/// Members who are not in the pool, since they are to be transplanted.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Agreement {
    pub(super) parties: Parties,
    /// Index of the matching run that it is of.
    pub(super) run: u32,
}

impl Simulation<'_> {
    /// At the answer, and again at the operation: what can be done is done, the others go back to the pool.
    pub(super) fn settle(&mut self, number: u32, answer: bool, now: Time) {
        let Agreement { parties, run } = self.agreements[number as usize].clone();
        let mut able: Vec<u32> = Vec::new();
        for &m in &parties.members {
            if self.course.members[m as usize].state == State::Agreed(number) {
                self.course.members[m as usize].state = State::Waiting;
                if !(answer && self.drops_out(m)) {
                    able.push(m);
                }
            }
        }
        for parties in self.left_of(&parties, &able) {
            if answer {
                self.prepare(parties, run, now);
            } else {
                self.operate(&parties, run, now);
            }
        }
    }

    /// What of an agreement can be done by those who are able to.
    fn left_of(&mut self, parties: &Parties, able: &[u32]) -> Vec<Parties> {
        let mut holds = Vec::new();
        for (from, to) in parties.transplants() {
            let both = able.contains(&from) && able.contains(&to);
            let passes = both && self.passes(from, to);
            if both && !passes {
                self.rule_out(from, to);
            }
            holds.push(passes);
        }
        if holds.iter().all(|holds| *holds) {
            return vec![parties.clone()];
        }
        if self.parameters.agreements.recourse {
            // What nobody has asked the laboratory yet is asked now.
            for &from in able {
                let receivers: Vec<u32> = self
                    .receivers(from)
                    .iter()
                    .copied()
                    .filter(|to| able.contains(to))
                    .collect();
                for to in receivers {
                    if !self.passes(from, to) {
                        self.rule_out(from, to);
                    }
                }
            }
            let is_pair = |m: &&u32| self.course.members[**m as usize].patient.is_some();
            let mut pool: Vec<u32> = able.iter().filter(is_pair).copied().collect();
            let pairs = pool.len();
            pool.extend(able.iter().filter(|m| !is_pair(m)));
            return self.choose(&pool, pairs).0;
        }
        let before = holds.iter().take_while(|holds| **holds).count();
        if parties.chain && before > 0 {
            vec![Parties {
                members: parties.members[..=before].to_vec(),
                chain: true,
            }]
        } else {
            Vec::new()
        }
    }

    fn operate(&mut self, parties: &Parties, run: u32, now: Time) {
        for (from, to) in parties.transplants() {
            self.course.transplants.push(Transplant {
                from,
                to,
                run,
                time: now,
                chain: parties.chain,
            });
            self.course.runs[run as usize].done += 1;
        }
        for &m in &parties.members {
            let member = &mut self.course.members[m as usize];
            member.state = State::Transplanted;
            member.ended = now;
        }
        if parties.chain {
            self.course.list_gifts.push(now);
        }
    }
}
