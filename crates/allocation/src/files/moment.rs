//! Dates and times of day, as seconds.

use jiff::civil::DateTime;

/// A date and time of day without a zone, in seconds since 1970-01-01 00:00:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

/// Seconds of a day.
const DAY: f64 = 86_400.0;

impl Moment {
    /// Reads `2014-01-31` (midnight), `2014-01-31 17:05:09` or the same with a `T`. None if it is not a date of the
    /// calendar.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let parts = |from: usize, to: usize| -> Option<i64> {
            bytes.get(from..to)?.iter().try_fold(0, |sum, byte| {
                byte.is_ascii_digit()
                    .then(|| sum * 10 + i64::from(byte - b'0'))
            })
        };
        if bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
            return None;
        }
        let (year, month, day) = (parts(0, 4)?, parts(5, 7)?, parts(8, 10)?);
        let (hour, minute, second) = match bytes.len() {
            10 => (0, 0, 0),
            19 if matches!(bytes[10], b' ' | b'T') && bytes[13] == b':' && bytes[16] == b':' => {
                (parts(11, 13)?, parts(14, 16)?, parts(17, 19)?)
            }
            _ => return None,
        };
        let civil = DateTime::new(
            year as i16,
            month as i8,
            day as i8,
            hour as i8,
            minute as i8,
            second as i8,
            0,
        )
        .ok()?;
        let days = civil.date().since(jiff::civil::date(1970, 1, 1)).ok()?;
        Some(Self(
            i64::from(days.get_days()) * 86_400 + hour * 3600 + minute * 60 + second,
        ))
    }

    /// The moment so many seconds after 1970-01-01 00:00:00.
    pub(super) fn of_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Days from `start` to this moment; negative if it is earlier.
    pub fn days_since(self, start: Self) -> f64 {
        (self.0 - start.0) as f64 / DAY
    }

    /// Milliseconds since 1970-01-01, as tables hold moments.
    pub fn milliseconds(self) -> i64 {
        self.0 * 1000
    }

    /// The calendar year.
    pub fn year(self) -> i16 {
        self.civil().map_or(1970, DateTime::year)
    }

    /// The month, 1 to 12, and the day of the month, 1 to 31.
    pub fn month_and_day(self) -> (i8, i8) {
        self.civil()
            .map_or((1, 1), |civil| (civil.month(), civil.day()))
    }

    /// The moment so many days later, rounded down to a second.
    #[must_use]
    pub fn plus_days(self, days: f64) -> Self {
        Self(self.0 + (days * DAY).floor() as i64)
    }

    fn civil(self) -> Option<DateTime> {
        jiff::civil::date(1970, 1, 1)
            .at(0, 0, 0, 0)
            .checked_add(jiff::SignedDuration::from_secs(self.0))
            .ok()
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.civil() {
            Some(civil) => write!(out, "{}", civil.strftime("%Y-%m-%dT%H:%M:%S")),
            None => write!(out, "{} s", self.0),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        let start = Moment::read("2014-01-01").unwrap();
        let leap = Moment::read("2016-03-01 12:00:00").unwrap();
        assert_eq!(leap.days_since(start), 790.5);
        assert_eq!(leap.to_string(), "2016-03-01T12:00:00");
        assert_eq!(start.plus_days(790.5), leap);
        // Unix time 1,000,000,000 was on this day.
        let billion = Moment::read("2001-09-09T01:46:40").unwrap();
        assert_eq!(billion.0, 1_000_000_000);
        assert_eq!((leap.year(), leap.month_and_day()), (2016, (3, 1)));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "2014",
            "2014-02-30",
            "2015-02-29",
            "2014-1-01",
            "2014-01-01 25:00:00",
            "2014-01-01 1:00",
            "01/02/2014",
        ] {
            assert_eq!(Moment::read(text), None, "{text}");
        }
    }
}
