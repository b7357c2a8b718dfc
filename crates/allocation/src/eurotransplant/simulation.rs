//! The waiting list in time: updates, donors and exchanges in their order.

use std::iter::Peekable;
use std::slice::Iter;

use super::acceptance::Case;
use super::attributes::Match;
use super::balances::{Balances, age_group};
use super::chance::{Chance, Decision};
use super::input::Period;
use super::offers::{Acceptance, Answer, Offer, Offering};
use super::records::{Donor, Exchange, Input, Programme, Registrations, Update, Urgency};
use super::relisting::{Again, Draw, Repeats};
use super::scenario::Practice;
use super::setting::Geography;
use super::state::{Child, State};
use super::survival::{Fate, Survival, Transplanted};
use crate::rules::{Entry, Policy, Quirks, Ranked, Ranking};
use crate::typing::{Determinants, Frequencies};

/// Days between two orderings of the waiting list.
const FORTNIGHT: f64 = 14.0;

/// What a simulation runs on.
#[derive(Clone, Copy)]
pub struct Programmes<'a> {
    /// What was read.
    pub input: &'a Input,
    /// Centres and countries.
    pub geography: &'a Geography,
    /// Names of antigens.
    pub determinants: &'a Determinants,
    /// How frequent antigens and blood groups are.
    pub frequencies: &'a Frequencies,
    /// From when to when.
    pub period: Period,
    /// The rules of the general programme and of the Senior Programme. Oddities of the list and the balances, which
    /// both share, are those of the first.
    pub policies: [&'a Policy; 2],
    /// What both do beside these rules.
    pub practice: &'a Practice,
    /// How offers are answered.
    pub acceptance: Acceptance<'a>,
    /// What comes after a transplant; none: nothing is followed.
    pub survival: Option<&'a Survival>,
}

/// A list of candidates for a donor, after the offers and before they take effect.
pub struct List<'a> {
    /// The number of the list, from 0, in order of time.
    pub number: u32,
    /// The programme.
    pub programme: Programme,
    /// The donor.
    pub donor: &'a Donor,
    /// The rules.
    pub policy: &'a Policy,
    ranked: Ranked<'a, Match<'a>, Match<'a>>,
    /// What became of those who were looked at.
    pub offers: &'a [Offer],
    pub(crate) offering: &'a Offering<'a>,
}

impl List<'_> {
    /// The candidate at a place from 0, or none behind the last.
    pub fn get(&mut self, place: usize) -> Option<Entry> {
        self.ranked.get(place)
    }

    /// The place of a row, and what stands there; none if it is not on the list.
    pub fn find(&mut self, row: u32) -> Option<(usize, Entry)> {
        self.ranked.find(row)
    }

    /// How many candidates there are.
    pub fn len(&mut self) -> usize {
        self.ranked.len()
    }

    /// Whether there is none.
    pub fn is_empty(&mut self) -> bool {
        self.ranked.is_empty()
    }

    /// The points before rounding and the components of these rows, as [`Policy::components`] names them.
    pub fn details(&mut self, rows: &[u32]) -> Vec<Vec<f64>> {
        self.ranked.details(rows)
    }

    /// Mismatches of a candidate at A, B and DR.
    pub fn mismatches(&self, row: u32) -> [u8; 3] {
        let state = self.offering.of.state;
        let recipient = &state.input.typings[state.typing[row as usize] as usize];
        let typing = self.offering.of.typing;
        let found = crate::typing::Typing::mismatches(typing, recipient, state.determinants());
        [found.a, found.b, found.dr]
    }

    /// The candidate's mismatch probability in per cent.
    pub fn match_probability(&self, row: u32) -> f64 {
        self.offering.of.state.cards[row as usize].match_probability
    }

    /// Whether the donor has none of the candidate's unacceptable antigens, fits the profile, and the mismatches
    /// fit the profile.
    pub fn fits(&self, row: u32) -> [bool; 3] {
        [
            self.offering.is_acceptable(row),
            self.offering.fits_profile(row),
            self.offering.fits_mismatches(row),
        ]
    }

    /// The candidate's place in a hurried search; the larger, the earlier.
    pub fn priority(&self, row: u32) -> i32 {
        self.offering.priority(row)
    }
}

/// What a run comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Lists made.
    pub lists: u32,
    /// Candidates ranked in all lists.
    pub ranked: u64,
    /// Kidneys transplanted, two for a dual transplant.
    pub kidneys: u32,
    /// Kidneys that nobody took.
    pub discarded: u32,
}

/// What came of a run, list by list apart.
pub(crate) struct Course {
    pub(crate) counts: Counts,
    /// Those of the input, and then those that were registered again.
    pub(crate) registrations: Registrations,
    /// The share of donors that each cannot accept, at the end.
    pub(crate) vpra: Vec<f64>,
    /// What happened to those who were registered again, and what will.
    pub(crate) relisted: Vec<Update>,
    /// What becomes of each transplant, in order; empty where that is not followed.
    pub(crate) fates: Vec<Fate>,
}

/// Changes of registrations in order of time: those that were read, and those that the run makes.
struct Updates<'a> {
    read: Peekable<Iter<'a, Update>>,
    /// The last comes first.
    made: Vec<Update>,
}

/// Where a change comes from.
enum Whence {
    Read,
    Made,
}

impl Updates<'_> {
    /// The next, and where it comes from; of two at one time, the one that was read.
    fn next(&mut self) -> Option<(Update, Whence)> {
        let made = self.made.last();
        match (self.read.peek(), made) {
            (Some(read), Some(made)) if made.time < read.time => Some((*made, Whence::Made)),
            (Some(read), _) => Some((**read, Whence::Read)),
            (None, made) => made.map(|made| (*made, Whence::Made)),
        }
    }

    /// Its time, in days; infinity behind the last.
    fn time(&mut self) -> f64 {
        self.next().map_or(f64::INFINITY, |(update, _)| update.time)
    }

    fn row(&mut self) -> Option<u32> {
        self.next().map(|(update, _)| update.row)
    }

    fn take(&mut self) -> Option<Update> {
        let (next, whence) = self.next()?;
        match whence {
            Whence::Read => {
                self.read.next();
            }
            Whence::Made => {
                self.made.pop();
            }
        }
        Some(next)
    }

    fn add(&mut self, update: Update) {
        let at = self.made.partition_point(|other| other.time > update.time);
        self.made.insert(at, update);
    }
}

impl Programmes<'_> {
    /// Runs until the period is over, and shows each list to `watch`, which says whether to go on: where not, the list
    /// takes effect, and none comes after it.
    pub fn run(&self, chance: &mut dyn Chance, watch: impl FnMut(&mut List<'_>) -> bool) -> Counts {
        self.follow(chance, watch).counts
    }

    /// The same, and what came of the transplants.
    pub(crate) fn follow(
        &self,
        chance: &mut dyn Chance,
        mut watch: impl FnMut(&mut List<'_>) -> bool,
    ) -> Course {
        let quirks = self.policies[0].quirks();
        let end = self.period.end.days_since(self.period.start);
        let mut state = State::new(
            self.input,
            self.geography,
            self.determinants,
            self.frequencies,
            end,
            self.practice,
            quirks,
        );
        let mut balances = Balances::new(
            self.geography,
            quirks.balances_a_day_late,
            quirks.regional_balance_of_any_age,
        );
        let mut updates = Updates {
            read: self.input.updates.iter().peekable(),
            made: Vec::new(),
        };
        while updates.time() <= 0.0
            && let Some(update) = updates.take()
        {
            state.apply(update.row, update.change);
        }
        let repeats = self
            .survival
            .map(|survival| (survival, Repeats::new(self.input, self.geography)));
        let mut fates = Vec::new();
        let mut relisted = Vec::new();
        state.waiting.order_by(|row| -i64::from(row));
        let mut exchanges = self.input.exchanges.iter().peekable();
        while let Some(past) = exchanges.next_if(|past| past.time < 0.0) {
            balances.add(past.exchange);
        }
        let mut counts = Counts::default();
        let mut ranking = Ranking::new();
        let mut ordered = f64::NEG_INFINITY;
        let mut goes_on = true;
        for donor in self
            .input
            .donors
            .iter()
            .take_while(|donor| donor.time < end)
        {
            if !goes_on {
                break;
            }
            loop {
                let update = updates.time();
                let past = exchanges.peek().map_or(f64::INFINITY, |past| past.time);
                let next = update.min(past).min(donor.time);
                if update <= past
                    && update < donor.time
                    && updates
                        .row()
                        .is_some_and(|row| state.cards[row as usize].urgency.is_end())
                {
                    updates.take();
                    continue;
                }
                if quirks.order_of_a_fortnight && next - ordered > FORTNIGHT {
                    ordered = next;
                    order(&mut state, &mut balances, next);
                }
                if donor.time <= next {
                    break;
                }
                if update <= past {
                    if let Some(update) = updates.take()
                        && !state.cards[update.row as usize].urgency.is_end()
                    {
                        state.apply(update.row, update.change);
                    }
                } else if let Some(past) = exchanges.next()
                    && past.outside
                {
                    balances.add(past.exchange);
                }
            }
            let programme = if donor.age >= self.practice.senior_donor {
                Programme::Esp
            } else {
                Programme::Etkas
            };
            let policy = self.policies[programme as usize];
            state.look(programme, donor);
            // The Senior Programme has no balances.
            if programme == Programme::Etkas {
                balances.look(donor.time);
                if Some(donor.country) == self.geography.country("Austria") {
                    balances.look_regional(donor.country, age_group(donor.age), donor.time);
                }
            }
            let of = Match {
                state: &state,
                balances: &balances,
                donor,
                typing: &self.input.typings[donor.typing as usize],
                parts: state.waiting.parts(donor.abo.index()).collect(),
            };
            let mut ranked = ranking.rank_parts(policy, &of, &of);
            let offering = Offering {
                of: &of,
                programme,
                policy,
                acceptance: self.acceptance,
            };
            let offers = offering.offer(&mut ranked, chance);
            let mut list = List {
                number: counts.lists,
                programme,
                donor,
                policy,
                ranked,
                offers: &offers,
                offering: &offering,
            };
            goes_on = watch(&mut list);
            counts.lists += 1;
            counts.ranked += list.len() as u64;
            let mut agains = Vec::new();
            if let Some((survival, _)) = &repeats {
                for offer in offers.iter().filter(|offer| offer.answer.is_accepted()) {
                    let fate = self.fate(survival, &offering, offer, chance);
                    if let Fate {
                        lost: Some(lost),
                        relisted: Some(relisted),
                    } = fate
                        && donor.time + relisted < end
                    {
                        agains.push(Again {
                            row: offer.row,
                            transplanted: donor.time,
                            relisted,
                            lost,
                        });
                    }
                    fates.push(fate);
                }
            }
            Self::transplant(
                &mut state,
                &mut balances,
                donor,
                &offers,
                quirks,
                &mut counts,
            );
            if let Some((survival, repeats)) = &repeats {
                let after = &survival.again;
                let typing = &self.input.typings[donor.typing as usize];
                for again in &agains {
                    let registration = state.registrations.name[again.row as usize];
                    let draw = |draw| {
                        let donor = donor.name;
                        chance.uniform(match draw {
                            Draw::Course => Decision::Course {
                                registration,
                                donor,
                            },
                            Draw::Antibody(antigen) => Decision::Antibody {
                                registration,
                                donor,
                                antigen,
                            },
                        })
                    };
                    let panel = &self.input.panel;
                    let made = repeats.register(&mut state, again, after, typing, panel, draw);
                    for update in made.into_iter().flatten() {
                        relisted.push(update);
                        updates.add(update);
                    }
                }
            }
        }
        Course {
            counts,
            registrations: state.registrations,
            vpra: state.vpra,
            relisted,
            fates,
        }
    }

    /// What becomes of a transplant.
    fn fate(
        &self,
        survival: &Survival,
        offering: &Offering<'_>,
        offer: &Offer,
        chance: &mut dyn Chance,
    ) -> Fate {
        let state = offering.of.state;
        let rescue = offer.answer == Answer::AcceptedInRescue;
        let mut case = Case::new(offering.programme, offering.of.donor);
        offering.describe(&mut case, offer.row, rescue);
        let of = Transplanted {
            registration: state.registrations.name[offer.row as usize],
            age: state.age(offer.row, offering.of.donor.time),
            rescue,
            step_before: offering.policy.quirks().relisting_by_the_step_before,
        };
        survival.fate(&mut case, self.period.start, of, chance)
    }

    fn transplant(
        state: &mut State<'_>,
        balances: &mut Balances,
        donor: &Donor,
        offers: &[Offer],
        quirks: Quirks,
        counts: &mut Counts,
    ) {
        let mut given = 0;
        for offer in offers.iter().filter(|offer| offer.answer.is_accepted()) {
            given += if offer.dual { 2 } else { 1 };
            let row = offer.row as usize;
            balances.add(Exchange {
                from_country: donor.country,
                from_centre: donor.centre,
                donor_age: donor.age,
                to_country: state.cards[row].country,
                to_centre: state.cards[row].centre,
            });
            state.set_urgency(offer.row, Urgency::FollowUp);
            if !quirks.later_registrations_stay {
                let others: Vec<u32> = state.others(offer.row).collect();
                for other in others {
                    state.set_urgency(other, Urgency::FollowUp);
                }
            }
        }
        counts.kidneys += given;
        counts.discarded += u32::from(donor.kidneys).saturating_sub(given);
    }
}

/// Orders the waiting list by what does not depend on a donor.
fn order(state: &mut State<'_>, balances: &mut Balances, now: f64) {
    balances.look(now);
    let countries = state.geography.countries.len() as u8;
    let medians: Vec<f64> = (0..countries)
        .map(|country| balances.national_median(country))
        .collect();
    let cards = &state.cards;
    state.waiting.order_by(|row| {
        let card = &cards[row as usize];
        let years = card.dialysis_years(now) + card.returned;
        let child = if card.child == Child::Yes { 100.0 } else { 0.0 };
        let median = medians[usize::from(card.country)];
        let score = 33.33 * years + card.match_probability + 30.0 * median + child;
        (score + 0.5) as i64
    });
}
