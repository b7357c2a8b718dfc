//! The calendar as people name it: whether a time, told as finely as it is, names the right day, month, season
//! or year.

use hailsham_engine::time::{DAYS_PER_YEAR, Epoch, Time};

/// How finely a time is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Dated {
    /// To the day.
    Day,
    /// To the month.
    Month,
    /// To the season.
    Season,
    /// To the year.
    Year,
    /// To the phase of life.
    Phase,
    /// Not at all.
    None,
}

impl Dated {
    /// The length of what is named, in days, for what has one: not for a phase or for nothing.
    pub fn days(self) -> Option<f64> {
        match self {
            Dated::Day => Some(1.0),
            Dated::Month => Some(DAYS_PER_YEAR / 12.0),
            Dated::Season => Some(DAYS_PER_YEAR / 4.0),
            Dated::Year => Some(DAYS_PER_YEAR),
            Dated::Phase | Dated::None => None,
        }
    }

    /// Whether two times have one name when they are told so finely: whether they are of the same day, month,
    /// season or year. `None` for a phase and for nothing, which name no part of the calendar.
    pub fn is_same(self, epoch: Epoch, one: Time, other: Time) -> Option<bool> {
        let (a, b) = (epoch.date(one), epoch.date(other));
        let of_year = a.year == b.year;
        let of_month = of_year && a.month == b.month;
        match self {
            Dated::Day => Some(of_month && a.day == b.day),
            Dated::Month => Some(of_month),
            Dated::Season => Some(of_year && Season::of(a.month) == Season::of(b.month)),
            Dated::Year => Some(of_year),
            Dated::Phase | Dated::None => None,
        }
    }
}

/// A season as it is named with a year. Winter has two years, and so its months are the end of the one and the
/// beginning of the next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Season {
    /// January and February: early in the year.
    Early,
    /// March to May.
    Spring,
    /// June to August.
    Summer,
    /// September to November.
    Autumn,
    /// December: the end of the year.
    End,
}

impl Season {
    /// The season of a month, 1 to 12.
    pub fn of(month: i8) -> Season {
        match month {
            ..=2 => Season::Early,
            3..=5 => Season::Spring,
            6..=8 => Season::Summer,
            9..=11 => Season::Autumn,
            12.. => Season::End,
        }
    }
}
