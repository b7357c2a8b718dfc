//! Time: whole minutes from a scenario's first day, and the calendar that gives them dates.
//!
//! What comes in: minutes, days, years, dates. What goes out: points in time ([`Time`]), lengths
//! ([`Span`]), and dates ([`Epoch`], [`Moment`]). A point and a length are different types: two
//! points can be subtracted but not added.
//!
//! Time is an integer because a sum of floating-point times depends on the order of the additions
//! and on the processor's last bit, and an order of events must depend on neither. A minute is
//! finer than anything the models ask for; 32 bits of minutes reach 4,083 years either way.
//! Arithmetic saturates at both ends instead of wrapping: a life that would end after
//! [`Time::NEVER`] never ends.
//!
//! ```
//! use hailsham_engine::time::{Epoch, Span, Time, age};
//!
//! let epoch = Epoch::new(1955, 1, 1)?;
//! let born = epoch.time(1966, 9, 1)?;
//! let at = born + Span::from_years(31.0);
//! assert_eq!(epoch.iso(at), "1997-08-31 12:25");
//! assert!((age(born, at) - 31.0).abs() < 1e-5);
//! assert_eq!(Time::START + Span::FOREVER, Time::NEVER);
//! # Ok::<(), hailsham_engine::time::TimeError>(())
//! ```

use std::fmt;
use std::ops::{Add, Sub};

use jiff::civil::Date;

/// Minutes in a day.
pub const MINUTES_PER_DAY: i32 = 1440;

/// Days in a year: the mean of the Gregorian calendar (97 leap days in 400 years).
pub const DAYS_PER_YEAR: f64 = 365.2425;

/// Minutes in that year.
pub const MINUTES_PER_YEAR: f64 = DAYS_PER_YEAR * MINUTES_PER_DAY as f64;
const MILLISECONDS_PER_MINUTE: i64 = 60_000;
const MILLISECONDS_PER_DAY: i64 = MINUTES_PER_DAY as i64 * MILLISECONDS_PER_MINUTE;

/// The years in which a scenario may begin. From any of them, every [`Time`] falls within the
/// years -9999 to 9999 that the calendar of `jiff` knows.
const FIRST_YEARS: std::ops::RangeInclusive<i16> = 1..=5000;

/// A point in time: minutes since 00:00 of the scenario's first day.
///
/// It may be negative (people are born before the first day). [`Time::NEVER`] is later than every
/// other point, and stays so whatever is added or taken away.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(transparent)]
pub struct Time(i32);

impl Time {
    /// 00:00 of the scenario's first day.
    pub const START: Time = Time(0);
    /// What does not happen.
    pub const NEVER: Time = Time(i32::MAX);

    /// The point `minutes` after the start. `i32::MAX` is [`Time::NEVER`].
    #[inline]
    pub const fn from_minutes(minutes: i32) -> Time {
        Time(minutes)
    }

    /// Minutes since the start.
    #[inline]
    pub const fn minutes(self) -> i32 {
        self.0
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Time::NEVER {
            return f.write_str("never");
        }
        let minute = self.0.rem_euclid(MINUTES_PER_DAY);
        write!(
            f,
            "day {} {:02}:{:02}",
            self.0.div_euclid(MINUTES_PER_DAY),
            minute / 60,
            minute % 60
        )
    }
}

/// A length of time in minutes; negative when it leads back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
#[repr(transparent)]
pub struct Span(i32);

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);
    /// Longer than any scenario: a point plus this is [`Time::NEVER`].
    pub const FOREVER: Span = Span(i32::MAX);

    /// A length of `minutes`. `i32::MAX` is [`Span::FOREVER`].
    #[inline]
    pub const fn from_minutes(minutes: i32) -> Span {
        Span(minutes)
    }

    /// The length in minutes.
    #[inline]
    pub const fn minutes(self) -> i32 {
        self.0
    }

    /// A length of `days`, to the nearest minute (halves away from zero). Saturates: infinity is
    /// [`Span::FOREVER`]. What is not a number is [`Span::ZERO`].
    #[inline]
    pub fn from_days(days: f64) -> Span {
        Span::from_minutes_f64(days * f64::from(MINUTES_PER_DAY))
    }

    /// A length of `years` of [`DAYS_PER_YEAR`] days, rounded as in [`Span::from_days`].
    #[inline]
    pub fn from_years(years: f64) -> Span {
        Span::from_minutes_f64(years * MINUTES_PER_YEAR)
    }

    /// The length in days.
    #[inline]
    pub fn days(self) -> f64 {
        f64::from(self.0) / f64::from(MINUTES_PER_DAY)
    }

    /// The length in years of [`DAYS_PER_YEAR`] days.
    #[inline]
    pub fn years(self) -> f64 {
        f64::from(self.0) / MINUTES_PER_YEAR
    }

    #[inline]
    fn from_minutes_f64(minutes: f64) -> Span {
        // The cast cuts off the fraction, saturates and makes NaN 0; the rest is exact. It is what
        // `round` does, which on many processors is a call.
        let whole = minutes as i32;
        let rest = minutes - f64::from(whole);
        let step = i32::from(rest >= 0.5) - i32::from(rest <= -0.5);
        Span(whole.saturating_add(step))
    }
}

impl Add<Span> for Time {
    type Output = Time;

    /// Saturating. `NEVER` plus anything, and anything plus `FOREVER`, is `NEVER`.
    #[inline]
    fn add(self, span: Span) -> Time {
        if self == Time::NEVER || span == Span::FOREVER {
            return Time::NEVER;
        }
        Time(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Time {
    type Output = Time;

    /// Saturating. `NEVER` minus anything is `NEVER`.
    #[inline]
    fn sub(self, span: Span) -> Time {
        if self == Time::NEVER {
            return Time::NEVER;
        }
        Time(self.0.saturating_sub(span.0))
    }
}

impl Sub<Time> for Time {
    type Output = Span;

    /// From `earlier` to `self`, saturating. From any point to `NEVER` is `FOREVER`.
    #[inline]
    fn sub(self, earlier: Time) -> Span {
        if self == Time::NEVER && earlier != Time::NEVER {
            return Span::FOREVER;
        }
        Span(self.0.saturating_sub(earlier.0))
    }
}

/// The age in years, at `at`, of someone `born` then; negative before birth.
#[inline]
pub fn age(born: Time, at: Time) -> f64 {
    // In floating point from the start: nobody's age saturates.
    (f64::from(at.0) - f64::from(born.0)) / MINUTES_PER_YEAR
}

/// A date and a time of day in the proleptic Gregorian calendar, without time zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Moment {
    /// Year of the common era.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: i8,
    /// Day of the month, 1 to 31.
    pub day: i8,
    /// Hour, 0 to 23.
    pub hour: i8,
    /// Minute, 0 to 59.
    pub minute: i8,
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02} {:02}:{:02}",
            self.year, self.month, self.day, self.hour, self.minute
        )
    }
}

/// What cannot be dated.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TimeError {
    /// No such day in the calendar.
    #[error(
        "{year:04}-{month:02}-{day:02} is not a date: months are 1 to 12 and days 1 to the last of the month"
    )]
    NoSuchDate {
        /// Year as given.
        year: i16,
        /// Month as given.
        month: i8,
        /// Day as given.
        day: i8,
    },
    /// A scenario cannot begin in this year.
    #[error("a scenario cannot begin in the year {year}: allowed are the years 1 to 5000")]
    FirstYear {
        /// Year as given.
        year: i16,
    },
    /// A date too far from the first day to be counted in minutes.
    #[error(
        "{year:04}-{month:02}-{day:02} is too far from the scenario's first day, {first}: allowed are about 4083 years either way"
    )]
    TooFar {
        /// Year as given.
        year: i16,
        /// Month as given.
        month: i8,
        /// Day as given.
        day: i8,
        /// The scenario's first day.
        first: Date,
    },
}

/// The calendar of one scenario: which day its first day is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Epoch {
    first: Date,
    /// Days from 1970-01-01 to the first day.
    unix_days: i32,
}

impl Epoch {
    /// A calendar that begins at 00:00 of this day, in the years 1 to 5000.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Epoch, TimeError> {
        let first =
            Date::new(year, month, day).map_err(|_| TimeError::NoSuchDate { year, month, day })?;
        if !FIRST_YEARS.contains(&year) {
            return Err(TimeError::FirstYear { year });
        }
        let unix_days = days_between(jiff::civil::date(1970, 1, 1), first);
        Ok(Epoch { first, unix_days })
    }

    /// The date and time of day at `time`. [`Time::NEVER`] has a date like any other point.
    pub fn date(&self, time: Time) -> Moment {
        let date = self.day_of(time);
        let minute = time.0.rem_euclid(MINUTES_PER_DAY);
        Moment {
            year: date.year(),
            month: date.month(),
            day: date.day(),
            hour: (minute / 60) as i8,
            minute: (minute % 60) as i8,
        }
    }

    /// The same date and time of day so many years later: 1 March for a 29 February in a year without one. A
    /// part of a year is that part of [`DAYS_PER_YEAR`] days. Where the calendar ends, years have that length.
    pub fn years_later(&self, from: Time, years: f64) -> Time {
        let date = self.date(from);
        let day = |years: i16| {
            let year = date.year.saturating_add(years);
            let day = self.time(year, date.month, date.day);
            day.or_else(|_| self.time(year, 3, 1))
        };
        match (day(0), day(years as i16)) {
            (Ok(day), Ok(later)) => later + (from - day) + Span::from_years(years.fract()),
            _ => from + Span::from_years(years),
        }
    }

    /// 00:00 of a date.
    pub fn time(&self, year: i16, month: i8, day: i8) -> Result<Time, TimeError> {
        let date =
            Date::new(year, month, day).map_err(|_| TimeError::NoSuchDate { year, month, day })?;
        days_between(self.first, date)
            .checked_mul(MINUTES_PER_DAY)
            .map(Time)
            .ok_or(TimeError::TooFar {
                year,
                month,
                day,
                first: self.first,
            })
    }

    /// 00:00 of the first of January of a year; the nearest point in time when it is out of reach.
    pub fn start_of_year(&self, year: i16) -> Time {
        match Date::new(year, 1, 1) {
            Ok(date) => Time(days_between(self.first, date).saturating_mul(MINUTES_PER_DAY)),
            Err(_) if year < 0 => Time(i32::MIN),
            Err(_) => Time::NEVER,
        }
    }

    /// The calendar year that `time` falls in.
    pub fn year_of(&self, time: Time) -> i16 {
        self.day_of(time).year()
    }

    /// Milliseconds since 1970-01-01 00:00, the timestamps of Parquet.
    #[inline]
    pub fn milliseconds(&self, time: Time) -> i64 {
        i64::from(self.unix_days) * MILLISECONDS_PER_DAY
            + i64::from(time.0) * MILLISECONDS_PER_MINUTE
    }

    /// The minute that a timestamp falls in: the inverse of [`Epoch::milliseconds`], saturating.
    #[inline]
    pub fn time_from_milliseconds(&self, milliseconds: i64) -> Time {
        let since_first = milliseconds
            .saturating_sub(i64::from(self.unix_days) * MILLISECONDS_PER_DAY)
            .div_euclid(MILLISECONDS_PER_MINUTE);
        Time(since_first.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32)
    }

    /// The date as text: `1975-03-01 14:05`.
    pub fn iso(&self, time: Time) -> String {
        self.date(time).to_string()
    }

    fn day_of(self, time: Time) -> Date {
        let days = jiff::Span::new().days(time.0.div_euclid(MINUTES_PER_DAY));
        // Never saturates: see `FIRST_YEARS`.
        self.first.saturating_add(days)
    }
}

/// Days from one date to another.
fn days_between(from: Date, to: Date) -> i32 {
    // Dates are whole days: the division is exact.
    (to.duration_since(from).as_hours() / 24) as i32
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn arithmetic_saturates_and_never_stays_never() {
        let hour = Span::from_minutes(60);
        assert_eq!(Time::NEVER + hour, Time::NEVER);
        assert_eq!(Time::NEVER - hour, Time::NEVER);
        assert_eq!(Time::NEVER + Span::from_minutes(-60), Time::NEVER);
        assert_eq!(Time::from_minutes(-60) + Span::FOREVER, Time::NEVER);
        assert_eq!(Time::NEVER - Time::from_minutes(60), Span::FOREVER);
        assert_eq!(Time::NEVER - Time::NEVER, Span::ZERO);
        assert_eq!(Time::from_minutes(i32::MAX - 1) + hour, Time::NEVER);
        let earliest = Time::from_minutes(i32::MIN);
        assert_eq!(earliest - hour, earliest);
        assert_eq!(earliest - Time::START, Span::from_minutes(i32::MIN));
        assert!(Time::START < Time::START + hour && Time::START + hour < Time::NEVER);
    }

    #[test]
    fn years_later_is_the_same_date() {
        let epoch = Epoch::new(1955, 1, 1).unwrap();
        let at = |year, month, day| epoch.time(year, month, day).unwrap();
        assert_eq!(epoch.years_later(Time::START, 45.0), at(2000, 1, 1));
        let evening = at(1973, 8, 31) + Span::from_minutes(1314);
        let of_age = at(1991, 8, 31) + Span::from_minutes(1314);
        assert_eq!(epoch.years_later(evening, 18.0), of_age);
        assert_eq!(epoch.years_later(at(1956, 2, 29), 1.0), at(1957, 3, 1));
        assert_eq!(epoch.years_later(at(1956, 2, 29), 4.0), at(1960, 2, 29));
        let half = Span::from_years(0.5);
        assert_eq!(epoch.years_later(evening, 18.5), of_age + half);
        assert_eq!(epoch.years_later(Time::NEVER, 1.0), Time::NEVER);
        let far = Span::from_years(9e9);
        assert_eq!(epoch.years_later(evening, 9e9), evening + far);
    }

    #[test]
    fn spans_round_to_the_nearest_minute() {
        assert_eq!(Span::from_days(1.0), Span::from_minutes(1440));
        assert_eq!(Span::from_days(0.5 / 1440.0), Span::from_minutes(1));
        assert_eq!(Span::from_days(0.49 / 1440.0), Span::ZERO);
        assert_eq!(Span::from_years(1.0), Span::from_minutes(525_949));
        assert_eq!(Span::from_years(f64::NAN), Span::ZERO);
        assert_eq!(Span::from_years(f64::INFINITY), Span::FOREVER);
        assert_eq!(Span::from_days(-1e300), Span::from_minutes(i32::MIN));
        assert!((Span::from_years(45.0).years() - 45.0).abs() < 1e-6);
        assert!((Span::from_minutes(-720).days() + 0.5).abs() < f64::EPSILON);
    }

    #[test]
    fn known_dates() {
        let epoch = Epoch::new(1955, 1, 1).unwrap();
        assert_eq!(epoch.iso(Time::START), "1955-01-01 00:00");
        assert_eq!(epoch.iso(Time::from_minutes(-1)), "1954-12-31 23:59");
        // 1955-01-01 is 5479 days before 1970-01-01 (15 years with 4 leap days).
        assert_eq!(epoch.milliseconds(Time::START), -5479 * 86_400_000);
        let leap_day = epoch.time(1976, 2, 29).unwrap() + Span::from_minutes(14 * 60 + 5);
        assert_eq!(
            epoch.date(leap_day),
            Moment {
                year: 1976,
                month: 2,
                day: 29,
                hour: 14,
                minute: 5
            }
        );
        assert_eq!(epoch.year_of(epoch.start_of_year(2000)), 2000);
        assert_eq!(
            epoch.year_of(epoch.start_of_year(2000) - Span::from_minutes(1)),
            1999
        );
        assert_eq!(epoch.start_of_year(2000).minutes(), (45 * 365 + 11) * 1440);
    }

    #[test]
    fn every_point_has_a_date_from_every_first_day() {
        for year in [1, 1955, 5000] {
            let epoch = Epoch::new(year, 12, 31).unwrap();
            // The last and the first representable minute are real dates, not the calendar's ends.
            for time in [Time::NEVER, Time::from_minutes(i32::MIN)] {
                let moment = epoch.date(time);
                let midnight = epoch.first.saturating_add(
                    jiff::Span::new().days(time.minutes().div_euclid(MINUTES_PER_DAY)),
                );
                assert!(midnight > Date::MIN && midnight < Date::MAX);
                assert_eq!((moment.year - year).abs() / 10, 408);
                assert_eq!(epoch.time_from_milliseconds(epoch.milliseconds(time)), time);
            }
        }
    }

    #[test]
    fn wrong_dates_are_named() {
        assert_eq!(
            Epoch::new(1955, 2, 29).unwrap_err().to_string(),
            "1955-02-29 is not a date: months are 1 to 12 and days 1 to the last of the month"
        );
        assert_eq!(
            Epoch::new(5001, 1, 1).unwrap_err().to_string(),
            "a scenario cannot begin in the year 5001: allowed are the years 1 to 5000"
        );
        let epoch = Epoch::new(1955, 1, 1).unwrap();
        assert_eq!(
            epoch.time(9999, 1, 1).unwrap_err().to_string(),
            "9999-01-01 is too far from the scenario's first day, 1955-01-01: allowed are about 4083 years either way"
        );
        assert_eq!(epoch.start_of_year(9999), Time::NEVER);
        assert_eq!(epoch.start_of_year(i16::MAX), Time::NEVER);
        assert_eq!(epoch.start_of_year(-9999), Time::from_minutes(i32::MIN));
        assert_eq!(epoch.start_of_year(i16::MIN), Time::from_minutes(i32::MIN));
        assert_eq!(epoch.time_from_milliseconds(i64::MAX), Time::NEVER);
        assert_eq!(
            epoch.time_from_milliseconds(i64::MIN),
            Time::from_minutes(i32::MIN)
        );
    }

    proptest! {
        #[test]
        fn rounding_is_that_of_the_standard_library(minutes in -3e9..3e9_f64, small in -2.0..2.0_f64) {
            for exact in [minutes, small, minutes.trunc() + 0.5, f64::from(small as f32), 0.5_f64.next_down()] {
                prop_assert_eq!(Span::from_minutes_f64(exact), Span(exact.round() as i32));
                prop_assert_eq!(Span::from_minutes_f64(-exact), Span((-exact).round() as i32));
            }
        }

        #[test]
        fn dates_and_timestamps_come_back(minutes: i32, year in 1_i16..=5000) {
            let epoch = Epoch::new(year, 6, 15).unwrap();
            let time = Time::from_minutes(minutes);
            let moment = epoch.date(time);
            let midnight = epoch.start_of_year(moment.year);
            prop_assert!(midnight <= time);
            prop_assert_eq!(epoch.year_of(time), moment.year);
            prop_assert_eq!(epoch.time_from_milliseconds(epoch.milliseconds(time)), time);
            prop_assert_eq!(epoch.time_from_milliseconds(epoch.milliseconds(time) + 59_999), time);
            // The last days at either end have no midnight within reach.
            if minutes.checked_sub(MINUTES_PER_DAY).is_some() {
                let of_day = i32::from(moment.hour) * 60 + i32::from(moment.minute);
                let day = epoch.time(moment.year, moment.month, moment.day).unwrap();
                prop_assert_eq!(day + Span::from_minutes(of_day), time);
            }
        }

        #[test]
        fn the_order_of_times_is_the_order_of_dates(a: i32, b: i32) {
            let epoch = Epoch::new(1955, 1, 1).unwrap();
            let (a, b) = (Time::from_minutes(a), Time::from_minutes(b));
            prop_assert_eq!(a.cmp(&b), epoch.date(a).cmp(&epoch.date(b)));
        }
    }
}
