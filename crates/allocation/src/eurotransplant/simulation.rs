//! The waiting list in time: updates, donors and exchanges in their order.

use super::acceptance::Chance;
use super::attributes::Match;
use super::balances::{Balances, age_group};
use super::input::Period;
use super::offers::{Acceptance, Offer, Offering};
use super::records::{Donor, Exchange, Input, Programme, Urgency};
use super::setting::Geography;
use super::state::{Child, State};
use crate::rules::{Policy, Quirks, Ranking};
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
    /// The rules of the general programme and of the Senior Programme. The oddities of the first hold for the run.
    pub policies: [&'a Policy; 2],
    /// How offers are answered.
    pub acceptance: Acceptance<'a>,
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
    /// The candidates in order.
    pub ranking: &'a mut Ranking,
    /// What became of those who were looked at.
    pub offers: &'a [Offer],
    pub(crate) offering: &'a Offering<'a>,
}

impl List<'_> {
    /// The points before rounding and the components of these rows, as [`Policy::components`] names them.
    pub fn details(&mut self, rows: &[u32]) -> Vec<Vec<f64>> {
        let Self {
            ranking,
            policy,
            offering,
            ..
        } = self;
        ranking.details(policy, offering.of, rows)
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

/// The least donor age, in years, of the Senior Programme.
const SENIOR_DONOR: u8 = 65;

impl Programmes<'_> {
    /// Runs until `stop` lists have been made or the period is over, and shows each list to `watch`.
    pub fn run(
        &self,
        chance: &mut dyn Chance,
        stop: u32,
        mut watch: impl FnMut(&mut List<'_>),
    ) -> Counts {
        let quirks = self.policies[0].quirks();
        let end = self.period.end.days_since(self.period.start);
        let mut state = State::new(
            self.input,
            self.geography,
            self.determinants,
            self.frequencies,
            end,
            quirks.eligibility_pauses,
        );
        let mut balances = Balances::new(
            self.geography,
            quirks.balances_a_day_late,
            quirks.regional_balance_of_any_age,
        );
        let mut updates = self.input.updates.iter().peekable();
        while let Some(update) = updates.next_if(|update| update.time <= 0.0) {
            state.apply(update.row, update.change);
        }
        state.order_by(|_, row| -i64::from(row));
        let mut exchanges = self.input.exchanges.iter().peekable();
        while let Some(past) = exchanges.next_if(|past| past.time < 0.0) {
            balances.add(past.exchange);
        }
        let mut counts = Counts::default();
        let mut ranking = Ranking::new();
        let mut rows = Vec::new();
        let mut ordered = f64::NEG_INFINITY;
        for donor in self
            .input
            .donors
            .iter()
            .take_while(|donor| donor.time < end)
        {
            if counts.lists >= stop {
                break;
            }
            loop {
                let update = updates.peek().map_or(f64::INFINITY, |update| update.time);
                let past = exchanges.peek().map_or(f64::INFINITY, |past| past.time);
                let next = update.min(past).min(donor.time);
                if update <= past
                    && update < donor.time
                    && updates
                        .next_if(|update| state.cards[update.row as usize].urgency.is_end())
                        .is_some()
                {
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
                    if let Some(update) = updates.next()
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
            let programme = if donor.age >= SENIOR_DONOR {
                Programme::Esp
            } else {
                Programme::Etkas
            };
            let policy = self.policies[programme as usize];
            let group = donor.abo.index();
            rows.clear();
            rows.extend(state.waiting(group));
            Self::look(&mut state, &rows, donor, programme);
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
            };
            ranking.rank(policy, &of, &rows);
            let offering = Offering {
                of: &of,
                programme,
                policy,
                acceptance: self.acceptance,
                rescue_ignores_profiles: quirks.rescue_ignores_profiles,
            };
            let offers = offering.offer(&mut ranking, chance);
            watch(&mut List {
                number: counts.lists,
                programme,
                donor,
                policy,
                ranking: &mut ranking,
                offers: &offers,
                offering: &offering,
            });
            counts.lists += 1;
            counts.ranked += ranking.len() as u64;
            Self::transplant(
                &mut state,
                &mut balances,
                donor,
                &offers,
                quirks,
                &mut counts,
            );
        }
        counts
    }

    /// What is looked at when a list touches a candidate.
    fn look(state: &mut State<'_>, rows: &[u32], donor: &Donor, programme: Programme) {
        for row in rows {
            match programme {
                Programme::Etkas => {
                    state.look_at_age(*row, donor.time);
                    if !state.is_always_in_etkas(*row) {
                        state.look_at_programmes(*row, donor.time);
                    }
                }
                Programme::Esp => {
                    let country = usize::from(state.cards[*row as usize].country);
                    if donor.is_circulatory() && !state.takes_circulatory[country] {
                        continue;
                    }
                    state.look_at_programmes(*row, donor.time);
                }
            }
        }
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
    state.order_by(|state, row| {
        let card = &state.cards[row as usize];
        let years = card.dialysis_years(now) + card.returned;
        let child = if card.child == Child::Yes { 100.0 } else { 0.0 };
        let median = medians[usize::from(card.country)];
        let score = 33.33 * years + card.match_probability + 30.0 * median + child;
        (score + 0.5) as i64
    });
}
