//! How many kidneys countries have given to each other, and regions within a country.

use super::records::Exchange;
use super::setting::Geography;
use crate::rules::Span;

/// Age groups of donors for which balances are kept apart.
pub(super) const GROUPS: usize = 4;

/// The group of a donor's age: under 18, to 49, to 64, and from 65 years on.
pub(super) fn age_group(age: u8) -> usize {
    match age {
        0..18 => 0,
        18..50 => 1,
        50..65 => 2,
        _ => 3,
    }
}

/// Balances are looked at anew when more days than this have passed, if that oddity is turned on.
const A_DAY: f64 = 1.0;

/// Kidneys received less kidneys given, by age group of the donor.
#[derive(Debug, Clone, Default)]
pub(crate) struct Balances {
    countries: Vec<[i32; GROUPS]>,
    /// For each centre, its balance, and whether it has given or received at all.
    centres: Vec<[(i32, bool); GROUPS]>,
    /// The centre under whose name a centre's balance is kept.
    shared: Vec<u16>,
    late: bool,
    any_age: bool,
    national_at: Option<f64>,
    national: Vec<[i32; GROUPS]>,
    regional_at: Option<f64>,
    regional: Vec<f64>,
    country_of: Vec<u8>,
}

impl Balances {
    /// No exchanges yet. `late`: national balances are looked at once a day; `any_age`: so are regional ones,
    /// whatever the age group of the donor.
    pub(super) fn new(geography: &Geography, late: bool, any_age: bool) -> Self {
        let shared = |centre: &String| {
            let name = match centre.as_str() {
                "AWDTP" => "AWGTP",
                "AOLTP" => "AOETP",
                name => name,
            };
            let mut all = geography.centres.iter();
            all.position(|other| other == name).unwrap_or(0) as u16
        };
        Self {
            countries: vec![[0; GROUPS]; geography.countries.len()],
            centres: vec![[(0, false); GROUPS]; geography.centres.len()],
            shared: geography.centres.iter().map(shared).collect(),
            late,
            any_age,
            national_at: None,
            national: Vec::new(),
            regional_at: None,
            regional: vec![0.0; geography.centres.len()],
            country_of: geography.places.iter().map(|place| place.country).collect(),
        }
    }

    /// Adds a kidney that went to another country; one that stayed changes nothing.
    pub(super) fn add(&mut self, exchange: Exchange) {
        if exchange.from_country == exchange.to_country {
            return;
        }
        let group = age_group(exchange.donor_age);
        self.countries[usize::from(exchange.from_country)][group] -= 1;
        self.countries[usize::from(exchange.to_country)][group] += 1;
        for (centre, change) in [(exchange.from_centre, -1), (exchange.to_centre, 1)] {
            let shared = usize::from(self.shared[usize::from(centre)]);
            let (balance, _) = self.centres[shared][group];
            self.centres[shared][group] = (balance + change, true);
        }
    }

    /// Looks at the national balances at a time, in days.
    pub(super) fn look(&mut self, now: f64) {
        if self.late && self.national_at.is_some_and(|then| now - then <= A_DAY) {
            return;
        }
        self.national_at = Some(now);
        self.national.clone_from(&self.countries);
    }

    /// For each country, the largest balance less its own, as last looked at: 0 for the country that has received
    /// most.
    pub(super) fn national(&self, country: u8, group: usize) -> i32 {
        let most = self.national.iter().map(|balances| balances[group]).max();
        let own = self.national.get(usize::from(country));
        most.unwrap_or(0) - own.map_or(0, |balances| balances[group])
    }

    /// The same with each country's median over the age groups, rounded to a whole number, halves to even ones.
    pub(super) fn national_median(&self, country: u8) -> f64 {
        let median = |balances: &[i32; GROUPS]| {
            let mut all = *balances;
            all.sort_unstable();
            (f64::from(all[1] + all[2]) / 2.0).round_ties_even()
        };
        let most = self.national.iter().map(median).fold(f64::MIN, f64::max);
        let own = self.national.get(usize::from(country)).map_or(most, median);
        most - own
    }

    /// Looks at the balances between the centres of a country, for donors of an age group.
    pub(super) fn look_regional(&mut self, country: u8, group: usize, now: f64) {
        if self.any_age && self.regional_at.is_some_and(|then| now - then <= A_DAY) {
            return;
        }
        self.regional_at = Some(now);
        let own = |centre: usize| {
            let country_of = self.country_of[centre];
            (country_of == country).then(|| self.centres[centre][group])
        };
        let entries = (0..self.centres.len())
            .filter_map(own)
            .filter(|entry| entry.1);
        let (sum, count) = entries.fold((0, 0), |(sum, count), (balance, _)| {
            (sum + balance, count + 1)
        });
        let mean = if count == 0 {
            0.0
        } else {
            f64::from(sum) / f64::from(count)
        };
        for centre in 0..self.regional.len() {
            let shared = usize::from(self.shared[centre]);
            self.regional[centre] = match own(shared) {
                Some((balance, true)) => mean - f64::from(balance),
                _ => 0.0,
            };
        }
    }

    /// Between which values the balances of all centres lie, as last looked at.
    pub(super) fn regional_span(&self) -> Span {
        let balances = self.regional.iter().map(|balance| Span::of(*balance));
        balances.fold(Span::of(0.0), Span::with)
    }

    /// The mean balance of the country's centres less that of this one, as last looked at; 0 where it has neither
    /// given nor received.
    pub(super) fn regional(&self, centre: u16) -> f64 {
        self.regional
            .get(usize::from(centre))
            .copied()
            .unwrap_or(0.0)
    }
}
