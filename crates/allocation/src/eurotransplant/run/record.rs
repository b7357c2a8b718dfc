//! What a run keeps: every transplant, and who waits, dies and is transplanted, by group.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::months::{Leaving, Month, Months};

use crate::eurotransplant::offers::Answer;
use crate::eurotransplant::records::{Change, Exchange, Programme, Urgency};
use crate::eurotransplant::simulation::{Counts, Course, List, Programmes};
use crate::eurotransplant::state::YEAR;
use crate::eurotransplant::survival::Fate;

/// One transplant.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Transplant {
    pub(super) list: u32,
    pub(super) time: f64,
    pub(super) programme: Programme,
    pub(super) donor: u32,
    pub(super) row: u32,
    pub(super) rank: u32,
    pub(super) tier: String,
    pub(super) points: f64,
    pub(super) donor_age: u8,
    pub(super) age: f64,
    pub(super) dialysis: f64,
    pub(super) listed: f64,
    pub(super) vpra: f64,
    pub(super) mismatches: [u8; 3],
    pub(super) rescue: bool,
    pub(super) dual: bool,
    pub(super) fate: Fate,
    pub(super) exchange: Exchange,
}

/// What became of a group of registrations.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Group {
    pub(super) registrations: u32,
    pub(super) transplants: u32,
    pub(super) deaths: u32,
    pub(super) removals: u32,
    pub(super) waiting: u32,
    /// Years on the list within the run, together.
    pub(super) years: f64,
    /// Years on dialysis of those who were transplanted, together.
    pub(super) dialysis: f64,
}

impl Group {
    /// Mean years on dialysis at the transplant; none where nobody was on dialysis.
    pub(super) fn dialysis_mean(&self) -> Option<f64> {
        (self.dialysis > 0.0).then(|| self.dialysis / f64::from(self.transplants))
    }
}

/// Everything that a run keeps.
#[derive(Default)]
pub(super) struct Record {
    pub(super) transplants: Vec<Transplant>,
    /// Groups by what they are grouped by, and by name.
    pub(super) groups: IndexMap<&'static str, IndexMap<String, Group>>,
    /// Registrations that ended by death on the list, by row, and the day.
    pub(super) deaths: Vec<(u32, f64)>,
    /// The end of the run, in days.
    end: f64,
    /// Of each country, kidneys received from and given to others.
    pub(super) balances: IndexMap<String, [u32; 2]>,
    /// The months of each country.
    pub(super) months: Vec<Vec<Month>>,
}

/// Bounds of the groups of ages, in years, and their names.
const AGES: [(f64, &str); 4] = [
    (0.0, "0 to 17"),
    (18.0, "18 to 49"),
    (50.0, "50 to 64"),
    (65.0, "65 and more"),
];

/// Bounds of the groups of the share of unacceptable donors, and their names.
const SENSITISED: [(f64, &str); 4] = [
    (0.0, "0 to 4 %"),
    (0.05, "5 to 84 %"),
    (0.85, "85 to 97 %"),
    (0.98, "98 % and more"),
];

/// Registrations that the run made, in the groups by `registration`; and the others.
const RELISTED: &str = "after a transplant of the run";
const NOT_RELISTED: &str = "before the run, or new";

fn group(table: &[(f64, &'static str)], value: f64) -> &'static str {
    let passed = table.iter().rev().find(|(from, _)| value >= *from);
    passed.map_or(table[0].1, |(_, name)| *name)
}

impl Record {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Adds the transplants of a list.
    pub(super) fn add(&mut self, list: &mut List<'_>) {
        for offer in list
            .offers
            .iter()
            .filter(|offer| offer.answer.is_accepted())
        {
            let Some((rank, entry)) = list.find(offer.row) else {
                continue;
            };
            let state = list.offering.of.state;
            let at = offer.row as usize;
            let registrations = &state.registrations;
            self.transplants.push(Transplant {
                list: list.number,
                time: list.donor.time,
                programme: list.programme,
                donor: list.donor.id,
                row: offer.row,
                rank: rank as u32,
                tier: list.policy.tiers()[usize::from(entry.tier)].clone(),
                points: entry.points,
                donor_age: list.donor.age,
                age: state.age(offer.row, list.donor.time),
                dialysis: state.cards[at].dialysis_years(list.donor.time),
                listed: (list.donor.time - registrations.listed[at]) / YEAR,
                vpra: state.vpra[at],
                mismatches: list.mismatches(offer.row),
                rescue: offer.answer == Answer::AcceptedInRescue,
                dual: offer.dual,
                fate: Fate::default(),
                exchange: Exchange {
                    from_country: list.donor.country,
                    from_centre: list.donor.centre,
                    donor_age: list.donor.age,
                    to_country: state.cards[at].country,
                    to_centre: state.cards[at].centre,
                },
            });
        }
    }

    /// Puts every registration into its groups, once all transplants are known.
    pub(super) fn finish(&mut self, programmes: &Programmes<'_>, course: &Course) {
        let input = programmes.input;
        let registrations = &course.registrations;
        for (transplant, fate) in self.transplants.iter_mut().zip(&course.fates) {
            transplant.fate = *fate;
        }
        let end = programmes.period.end.days_since(programmes.period.start);
        self.end = end;
        let count = registrations.len();
        let mut transplanted = vec![None; count];
        for transplant in &self.transplants {
            let of = (transplant.time, transplant.dialysis);
            transplanted[transplant.row as usize].get_or_insert(of);
        }
        // A recipient who has been transplanted leaves with all registrations, unless that oddity is on.
        let stay = programmes.policies[0].quirks().later_registrations_stay;
        let mut of_recipient: HashMap<u32, [f64; 2]> = HashMap::new();
        for transplant in self.transplants.iter().filter(|_| !stay) {
            let recipient = registrations.recipient[transplant.row as usize];
            let [_, last] = of_recipient
                .entry(recipient)
                .or_insert([transplant.time; 2]);
            *last = transplant.time;
        }
        let mut left = vec![(f64::INFINITY, Urgency::FollowUp); count];
        let mut vpra = vec![0.0; count];
        let first_again = input.registrations.len();
        vpra[first_again..].copy_from_slice(&course.vpra[first_again..]);
        let updates = input.updates.iter().chain(&course.relisted);
        for update in updates.filter(|update| update.time <= end) {
            let at = update.row as usize;
            match update.change {
                Change::Urgency(urgency) if urgency.is_end() && left[at].0.is_infinite() => {
                    left[at] = (update.time, urgency);
                }
                Change::Unacceptable(number) => vpra[at] = input.unacceptable[number as usize].1,
                _ => {}
            }
        }
        let countries = &programmes.geography.countries;
        let mut months = Months::new(countries.len(), end);
        for row in 0..count {
            let listed = registrations.listed[row].max(0.0);
            let times = of_recipient.get(&registrations.recipient[row]);
            // A registration after a transplant does not leave with that one, but with a later one.
            let gone = if row < first_again {
                times.map(|[first, _]| *first)
            } else {
                times.map(|[_, last]| *last).filter(|last| *last > listed)
            };
            let until = transplanted[row].map(|(time, _)| time).or(gone);
            let until = until.unwrap_or(f64::INFINITY);
            let (ended, how) = left[row];
            if ended < 0.0 {
                continue;
            }
            let place = programmes.geography.places[usize::from(registrations.centre[row])];
            let age = (listed - registrations.born[row]) / YEAR;
            let died = ended < until && how == Urgency::Died;
            if died {
                self.deaths.push((row as u32, ended));
            }
            let removed = ended < until && how != Urgency::Died && ended.is_finite();
            let one = Group {
                registrations: 1,
                transplants: u32::from(transplanted[row].is_some()),
                deaths: u32::from(died),
                removals: u32::from(removed),
                waiting: u32::from(!died && !removed && until.is_infinite()),
                years: (ended.min(until).min(end) - listed).max(0.0) / YEAR,
                dialysis: transplanted[row].map_or(0.0, |(_, dialysis)| dialysis),
            };
            let how = match one {
                Group { deaths: 1, .. } => Leaving::Died,
                Group { transplants: 1, .. } => Leaving::Transplanted,
                _ => Leaving::Removed,
            };
            let left = (one.waiting == 0).then(|| (ended.min(until), how));
            months.add(usize::from(place.country), registrations.listed[row], left);
            let country = countries[usize::from(place.country)].clone();
            let age = group(&AGES, age).to_owned();
            let sensitised = group(&SENSITISED, vpra[row]).to_owned();
            self.count("all", "all".to_owned(), one);
            self.count("country", country, one);
            self.count("age", age, one);
            self.count("unacceptable donors", sensitised, one);
            let abo = registrations.abo[row].name().to_owned();
            self.count("blood group", abo, one);
            let again = if row < first_again {
                NOT_RELISTED
            } else {
                RELISTED
            };
            self.count("registration", again.to_owned(), one);
        }
        for groups in self.groups.values_mut() {
            groups.sort_keys();
        }
        for transplant in &self.transplants {
            let (from, to) = (
                transplant.exchange.from_country,
                transplant.exchange.to_country,
            );
            if from != to {
                months.exchange(usize::from(from), usize::from(to), transplant.time);
            }
        }
        self.months = months.finish();
        self.matches(countries);
    }

    fn count(&mut self, by: &'static str, name: String, one: Group) {
        let group = self.groups.entry(by).or_default().entry(name).or_default();
        group.registrations += one.registrations;
        group.transplants += one.transplants;
        group.deaths += one.deaths;
        group.removals += one.removals;
        group.waiting += one.waiting;
        group.years += one.years;
        group.dialysis += one.dialysis;
    }

    /// Transplants by match and by programme, and the balances between countries.
    fn matches(&mut self, countries: &[String]) {
        for country in countries {
            self.balances.entry(country.clone()).or_insert([0, 0]);
        }
        let transplants = std::mem::take(&mut self.transplants);
        for transplant in &transplants {
            let one = Group {
                transplants: 1,
                dialysis: transplant.dialysis,
                ..Group::default()
            };
            let total: u8 = transplant.mismatches.iter().sum();
            self.count("mismatches", total.to_string(), one);
            let programme = transplant.programme.name().to_owned();
            self.count("programme", programme, one);
            let how = if transplant.rescue {
                "rescue or extended"
            } else {
                "regular"
            };
            self.count("offer", how.to_owned(), one);
            let exchange = transplant.exchange;
            if exchange.from_country != exchange.to_country {
                let [from, to] = [exchange.from_country, exchange.to_country]
                    .map(|country| countries[usize::from(country)].clone());
                self.balances.entry(from).or_default()[1] += 1;
                self.balances.entry(to).or_default()[0] += 1;
            }
        }
        self.transplants = transplants;
        for by in ["mismatches", "programme", "offer"] {
            if let Some(groups) = self.groups.get_mut(by) {
                groups.sort_keys();
            }
        }
    }

    /// The numbers of the run, by name.
    pub(super) fn summary(&self, counts: &Counts) -> IndexMap<String, f64> {
        let all = &self.transplants;
        let number = all.len() as f64;
        let share = |holds: &dyn Fn(&Transplant) -> bool| {
            all.iter().filter(|one| holds(one)).count() as f64 / number
        };
        let mean = |value: &dyn Fn(&Transplant) -> f64| all.iter().map(value).sum::<f64>() / number;
        let whole = self.groups.get("all").and_then(|groups| groups.get("all"));
        let whole = whole.copied().unwrap_or_default();
        let again = self.groups.get("registration");
        let again = again.and_then(|groups| groups.get(RELISTED));
        let relisted = again.map_or(0.0, |group| f64::from(group.registrations));
        // Within the run.
        let lost = |holds: &dyn Fn(&Fate) -> bool| {
            let lost = all.iter().filter(|one| {
                let until = one.fate.lost.map_or(f64::INFINITY, |lost| one.time + lost);
                until <= self.end && holds(&one.fate)
            });
            lost.count() as f64
        };
        let mismatches = |one: &Transplant| f64::from(one.mismatches.iter().sum::<u8>());
        let mismatches_dr = |one: &Transplant| f64::from(one.mismatches[2]);
        let balances = self.balances.values();
        let imbalance =
            balances.map(|[received, given]| f64::from(received.saturating_sub(*given)));
        let abroad = |one: &Transplant| one.exchange.from_country != one.exchange.to_country;
        [
            ("registrations", f64::from(whole.registrations) - relisted),
            ("relisted", relisted),
            ("donors", f64::from(counts.lists)),
            ("ranked", counts.ranked as f64),
            ("transplants", number),
            ("kidneys", f64::from(counts.kidneys)),
            ("kidneys_discarded", f64::from(counts.discarded)),
            ("deaths_waiting", f64::from(whole.deaths)),
            ("removals", f64::from(whole.removals)),
            ("waiting_at_end", f64::from(whole.waiting)),
            ("years_waited", whole.years),
            ("dialysis_years_mean", mean(&|one| one.dialysis)),
            ("age_mean", mean(&|one| one.age)),
            ("mismatches_mean", mean(&mismatches)),
            ("mismatches_dr_mean", mean(&mismatches_dr)),
            ("zero_mismatch_share", share(&|one| mismatches(one) == 0.0)),
            (
                "senior_programme_share",
                share(&|one| one.programme == Programme::Esp),
            ),
            ("abroad_share", share(&abroad)),
            ("imbalance", imbalance.sum()),
            ("rescue_share", share(&|one| one.rescue)),
            ("dual_share", share(&|one| one.dual)),
            (
                "sensitised_share",
                share(&|one| one.vpra >= SENSITISED[2].0),
            ),
            ("paediatric_share", share(&|one| one.age < AGES[1].0)),
            ("grafts_lost", lost(&|_| true)),
            (
                "grafts_lost_relisted",
                lost(&|fate| fate.relisted.is_some()),
            ),
        ]
        .into_iter()
        // Where nobody was transplanted, nothing is known of transplants.
        .filter(|(_, value)| value.is_finite())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }
}
