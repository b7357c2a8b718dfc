//! Windows of time as a scenario writes them: `1984`, `1984-09`, `1984-09-12`, `1984..1985-06`.

use hailsham_engine::time::{Epoch, Span, Time};
use jiff::civil::Date;

/// From the first minute to the last, both included.
pub(crate) type Window = (Time, Time);

const MINUTE: Span = Span::from_minutes(1);

/// The window that a text means.
pub(crate) fn window(epoch: Epoch, text: &str) -> Result<Window, String> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let (first, _) = part(epoch, from.trim())?;
    let (_, last) = part(epoch, to.trim())?;
    Ok((first, last))
}

fn part(epoch: Epoch, text: &str) -> Result<Window, String> {
    let wrong = || format!("`{text}` is neither a day, a month nor a year");
    let mut numbers = text.split('-').map(|number| {
        let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        if plain {
            number.parse::<i16>().ok()
        } else {
            None
        }
    });
    let year = numbers.next().flatten().ok_or_else(wrong)?;
    let month = numbers
        .next()
        .map(|month| month.ok_or_else(wrong))
        .transpose()?;
    let day = numbers
        .next()
        .map(|day| day.ok_or_else(wrong))
        .transpose()?;
    if numbers.next().is_some() {
        return Err(wrong());
    }
    let narrow = |number: i16| i8::try_from(number).map_err(|_| wrong());
    let date = |year: i16, month: i16, day: i16| {
        Date::new(year, narrow(month)?, narrow(day)?)
            .map_err(|_| format!("there is no day `{text}`"))
    };
    let first = date(year, month.unwrap_or(1), day.unwrap_or(1))?;
    let next = match (month, day) {
        (_, Some(_)) => first.tomorrow(),
        (Some(month), None) => Ok(date(year + i16::from(month == 12), month % 12 + 1, 1)?),
        (None, None) => Ok(date(year + 1, 1, 1)?),
    }
    .map_err(|_| wrong())?;
    let time = |date: Date| {
        epoch
            .time(date.year(), date.month(), date.day())
            .map_err(|error| error.to_string())
    };
    Ok((time(first)?, time(next)? - MINUTE))
}

/// The window that a text of ages means for somebody: `31` is the whole year of life.
pub(crate) fn ages(born: Time, text: &str) -> Result<Window, String> {
    let number = |text: &str| {
        text.trim()
            .parse::<f64>()
            .ok()
            .filter(|age| (0.0..=150.0).contains(age))
            .ok_or_else(|| format!("`{text}` is no age in years"))
    };
    let (from, to) = if let Some((from, to)) = text.split_once("..") {
        (number(from)?, number(to)?)
    } else {
        let age = number(text)?;
        (age, age + 1.0)
    };
    // The first minute at which the age has been reached: a minute is a rounded part of a year.
    let mut first = born + Span::from_years(from);
    if (first - born).years() < from {
        first = first + MINUTE;
    }
    Ok((first, born + Span::from_years(to) - MINUTE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch() -> Epoch {
        Epoch::new(1955, 1, 1).unwrap()
    }

    #[test]
    fn a_day_a_month_a_year_and_what_lies_between() {
        let shown = |text: &str| {
            let (from, to) = window(epoch(), text).unwrap();
            format!("{} to {}", epoch().iso(from), epoch().iso(to))
        };
        assert_eq!(shown("1984"), "1984-01-01 00:00 to 1984-12-31 23:59");
        assert_eq!(shown("1984-12"), "1984-12-01 00:00 to 1984-12-31 23:59");
        assert_eq!(shown("1984-02-29"), "1984-02-29 00:00 to 1984-02-29 23:59");
        assert_eq!(
            shown("1984 .. 1985-06"),
            "1984-01-01 00:00 to 1985-06-30 23:59"
        );
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for wrong in [
            "",
            "84x",
            "1984-13",
            "1985-02-29",
            "1984-1-1-1",
            "1984..",
            "..",
            "-1984",
            "spring",
        ] {
            assert!(window(epoch(), wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_age_is_a_year_of_life() {
        let born = epoch().time(1965, 3, 1).unwrap();
        let (from, to) = ages(born, "31").unwrap();
        assert!(((from - born).years() - 31.0).abs() < 1e-5 && (from - born).years() >= 31.0);
        assert!((to - born).years() < 32.0);
        assert!(ages(born, "old").is_err());
        assert!(ages(born, "-1").is_err());
    }
}
