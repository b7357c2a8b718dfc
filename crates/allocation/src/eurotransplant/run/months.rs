//! The waiting list over time: who comes, leaves and waits, month by month and country by country.

use crate::eurotransplant::state::YEAR;

/// Days of a month: all are equally long.
pub(super) const MONTH: f64 = YEAR / 12.0;

/// How somebody leaves the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaving {
    Transplanted,
    Died,
    /// Off the list for another reason, a transplant under another registration among them.
    Removed,
}

/// One month of one country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Month {
    pub(super) listed: u32,
    pub(super) transplants: u32,
    pub(super) deaths: u32,
    pub(super) removals: u32,
    /// Kidneys from other countries, and to them, by transplants.
    pub(super) received: u32,
    pub(super) given: u32,
    /// On the list at its end.
    pub(super) waiting: u32,
}

/// The months of every country.
#[derive(Debug, Clone, Default)]
pub(super) struct Months {
    countries: Vec<Vec<Month>>,
    /// On the list at the start.
    at_start: Vec<u32>,
}

impl Months {
    /// Nothing yet, of a run that ends on a day.
    pub(super) fn new(countries: usize, end: f64) -> Self {
        let months = (end / MONTH).ceil().max(1.0) as usize;
        Self {
            countries: vec![vec![Month::default(); months]; countries],
            at_start: vec![0; countries],
        }
    }

    fn at(&mut self, country: usize, day: f64) -> &mut Month {
        let months = &mut self.countries[country];
        let number = (day / MONTH) as usize;
        let last = months.len() - 1;
        &mut months[number.min(last)]
    }

    /// A registration of a country, from a day on, and when and how it left the list, if it did.
    pub(super) fn add(&mut self, country: usize, listed: f64, left: Option<(f64, Leaving)>) {
        if listed > 0.0 {
            self.at(country, listed).listed += 1;
        } else {
            self.at_start[country] += 1;
        }
        let Some((day, how)) = left else { return };
        let month = self.at(country, day);
        match how {
            Leaving::Transplanted => month.transplants += 1,
            Leaving::Died => month.deaths += 1,
            Leaving::Removed => month.removals += 1,
        }
    }

    /// A kidney that crossed a border.
    pub(super) fn exchange(&mut self, from: usize, to: usize, day: f64) {
        self.at(from, day).given += 1;
        self.at(to, day).received += 1;
    }

    /// The months of each country, once all is added.
    pub(super) fn finish(mut self) -> Vec<Vec<Month>> {
        for (months, start) in self.countries.iter_mut().zip(self.at_start) {
            let mut waiting = start;
            for month in months {
                waiting += month.listed;
                // Nobody leaves who has not come, but in which order within a month is not told.
                waiting = waiting.saturating_sub(month.transplants + month.deaths + month.removals);
                month.waiting = waiting;
            }
        }
        self.countries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_grows_and_shrinks() {
        let mut months = Months::new(2, 2.5 * MONTH);
        months.add(0, -100.0, None);
        months.add(0, -3.0, Some((1.5 * MONTH, Leaving::Died)));
        months.add(0, 0.5 * MONTH, Some((0.9 * MONTH, Leaving::Transplanted)));
        months.add(1, 2.4 * MONTH, None);
        months.exchange(1, 0, 0.9 * MONTH);
        let all = months.finish();
        let waiting = |country: usize| all[country].iter().map(|month| month.waiting).collect();
        let (first, second): (Vec<u32>, Vec<u32>) = (waiting(0), waiting(1));
        assert_eq!((first, second), (vec![2, 1, 1], vec![0, 0, 1]));
        assert_eq!((all[0][0].listed, all[0][0].transplants), (1, 1));
        assert_eq!((all[0][0].received, all[1][0].given), (1, 1));
        assert_eq!(all[0][1].deaths, 1);
    }
}
