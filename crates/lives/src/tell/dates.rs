//! Times said in words: a date, a season, an age, or how long after what was told before.

use hailsham_engine::time::{Epoch, MINUTES_PER_DAY, Moment, Time};

use hailsham_memory::Season;

use super::content::Grain;
use super::numbers::{cardinal, counted, in_words};
use super::telling::Dating;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The name of a month, 1 to 12.
pub(crate) fn month_name(month: i8) -> &'static str {
    MONTHS[(month.clamp(1, 12) - 1) as usize]
}

/// The season of a month, 1 to 12, by whole months; winter is not said, since it has two years.
pub(crate) fn season(month: i8) -> Option<&'static str> {
    match Season::of(month) {
        Season::Spring => Some("spring"),
        Season::Summer => Some("summer"),
        Season::Autumn => Some("autumn"),
        Season::Early | Season::End => None,
    }
}

/// The season of a time, with its preposition: in the autumn of 1979, early in 1980.
pub fn in_season(epoch: Epoch, at: Time) -> String {
    season_of(epoch.date(at)).0
}

fn season_of(date: Moment) -> (String, Dating) {
    let year = date.year;
    match (season(date.month), Season::of(date.month)) {
        (Some(season), _) => (format!("in the {season} of {year}"), Dating::Season),
        (None, Season::End) => (format!("at the end of {year}"), Dating::End),
        (None, _) => (format!("early in {year}"), Dating::Early),
    }
}

/// 3 May 1979.
pub(crate) fn day(epoch: Epoch, at: Time) -> String {
    let date = epoch.date(at);
    format!("{} {} {}", date.day, month_name(date.month), date.year)
}

/// Days of the calendar from one time to another.
pub(crate) fn days_between(from: Time, until: Time) -> i32 {
    until.minutes().div_euclid(MINUTES_PER_DAY) - from.minutes().div_euclid(MINUTES_PER_DAY)
}

/// Whole months of the calendar from one date to another, and the days that are left.
pub(crate) fn months_between(from: Moment, until: Moment) -> (i32, i32) {
    let months = (i32::from(until.year) - i32::from(from.year)) * 12 + i32::from(until.month)
        - i32::from(from.month);
    let days = i32::from(until.day) - i32::from(from.day);
    if days >= 0 {
        (months, days)
    } else {
        (months - 1, days + 30)
    }
}

/// Age in whole years, by birthdays.
pub(crate) fn age(epoch: Epoch, born: Time, at: Time) -> u32 {
    let (months, _) = months_between(epoch.date(born), epoch.date(at));
    u32::try_from(months.div_euclid(12)).unwrap_or_default()
}

/// An age as it is said: in years, or of the very small as a length of time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum SpokenAge {
    /// thirty-one
    Years(u32),
    /// eleven months, nine days
    Length(String),
}

/// Below this age, in months, it is said as a length of time.
const INFANT: i32 = 24;

/// Age as it is said.
pub(crate) fn spoken_age(epoch: Epoch, born: Time, at: Time) -> SpokenAge {
    match months_between(epoch.date(born), epoch.date(at)).0 {
        INFANT.. => SpokenAge::Years(age(epoch, born, at)),
        // One is a year old, but not "at a year".
        12 => SpokenAge::Length("twelve months".to_owned()),
        _ => SpokenAge::Length(duration(epoch, born, at)),
    }
}

/// A length of time, to the grain that a person would say: 11 days, nineteen months, five years.
pub(crate) fn duration(epoch: Epoch, from: Time, until: Time) -> String {
    let days = days_between(from, until);
    let (months, _) = months_between(epoch.date(from), epoch.date(until));
    let (years, rest) = (months / 12, months % 12);
    if days < 1 {
        "a day".to_owned()
    } else if days < 21 {
        counted(i64::from(days), "a day", "days")
    } else if months < 2 {
        counted(i64::from(days / 7), "a week", "weeks")
    } else if months < 24 {
        match months {
            12 => "a year".to_owned(),
            n => format!("{} months", in_words(i64::from(n))),
        }
    } else if rest == 0 {
        counted(i64::from(years), "a year", "years")
    } else if rest == 6 {
        format!("{} and a half years", cardinal(i64::from(years)))
    } else if rest < 6 {
        format!("just over {} years", cardinal(i64::from(years)))
    } else {
        format!("nearly {} years", cardinal(i64::from(years + 1)))
    }
}

/// How a time may be said, and how well that fits.
pub(crate) struct Way {
    pub(crate) text: String,
    pub(crate) how: Dating,
    /// 0 to 1: the more, the sooner it is chosen.
    pub(crate) fits: f64,
}

/// What is known when a time is to be said.
#[derive(Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) epoch: Epoch,
    /// The time told in the sentence before, of the same paragraph.
    pub(crate) before: Option<Time>,
    /// Whether the day itself matters.
    pub(crate) is_exact: bool,
}

/// The ways to say a time: absolute ones, and those that lean on the time told before.
pub(crate) fn options(setting: Setting, at: Time) -> Vec<Way> {
    let Setting {
        epoch,
        before,
        is_exact,
    } = setting;
    let date = epoch.date(at);
    let month = month_name(date.month);
    let mut found = Vec::new();
    let mut add = |text: String, how: Dating, fits: f64| found.push(Way { text, how, fits });
    let of_day = if is_exact { 1.0 } else { 0.45 };
    let of_month = if is_exact { 0.2 } else { 0.8 };
    let Some(since) = before.filter(|since| *since <= at) else {
        add(format!("on {}", day(epoch, at)), Dating::Day, of_day);
        add(format!("in {month} {}", date.year), Dating::Month, of_month);
        seasons(&mut add, date, if is_exact { 0.1 } else { 0.75 });
        return found;
    };
    let then = epoch.date(since);
    let days = days_between(since, at);
    let (months, rest) = months_between(then, date);
    match days {
        0 => {
            for text in ["the same day", "that day", "that same day"] {
                add(text.to_owned(), Dating::SameDay { since }, 0.7);
            }
            return found;
        }
        1 => {
            for text in ["the next day", "the following day"] {
                add(text.to_owned(), Dating::DaysAfter { since, days }, 0.9);
            }
        }
        2..=20 => {
            let length = match days {
                7 => "a week".to_owned(),
                14 => "two weeks".to_owned(),
                _ => format!("{} days", in_words(i64::from(days))),
            };
            add(
                format!("{length} later"),
                Dating::DaysAfter { since, days },
                0.85,
            );
        }
        _ => {}
    }
    if (then.year, then.month) == (date.year, date.month) {
        for text in ["later that month", "the same month", "later the same month"] {
            add(text.to_owned(), Dating::SameMonth { since }, 0.5);
        }
        add(
            format!("on {} {month}", date.day),
            Dating::SameYear { since },
            of_day,
        );
    } else if then.year == date.year {
        add(
            format!("on {} {month}", date.day),
            Dating::SameYear { since },
            of_day,
        );
        add(format!("in {month}"), Dating::SameYear { since }, of_month);
        add(
            format!("that {month}"),
            Dating::SameYear { since },
            of_month * 0.6,
        );
        if let Some(season) = season(date.month) {
            add(format!("that {season}"), Dating::SameYear { since }, 0.6);
            add(format!("in the {season}"), Dating::SameYear { since }, 0.5);
        }
        if days > 60 {
            add(
                "later that year".to_owned(),
                Dating::SameYear { since },
                0.45,
            );
        }
    } else {
        add(format!("on {}", day(epoch, at)), Dating::Day, of_day);
        add(format!("in {month} {}", date.year), Dating::Month, of_month);
        seasons(&mut add, date, if is_exact { 0.1 } else { 0.7 });
        if date.year == then.year + 1 {
            let how = Dating::NextYear { since };
            for text in ["the following year", "the next year"] {
                add(text.to_owned(), how, 0.4);
            }
            add(
                format!("the following {month}"),
                how,
                if months < 12 { 0.5 } else { 0.0 },
            );
            if let Some(season) = season(date.month) {
                let fits = if months < 12 { 0.55 } else { 0.0 };
                add(format!("the following {season}"), how, fits);
            }
        }
    }
    if (1..=11).contains(&months) && rest <= 5 {
        let how = Dating::MonthsAfter { since, months };
        let length = counted(i64::from(months), "a month", "months");
        add(format!("{length} later"), how, 0.6);
    }
    if months >= 12 && months % 12 <= 1 {
        let years = months / 12;
        let how = Dating::YearsAfter { since, years };
        add(
            format!("{} later", counted(i64::from(years), "a year", "years")),
            how,
            0.5,
        );
    }
    for option in &mut found {
        let is_vague = !matches!(option.how, Dating::Day | Dating::DaysAfter { .. })
            && !option.text.starts_with("on ");
        if is_exact && is_vague {
            option.fits *= 0.4;
        }
    }
    found.retain(|option| option.fits > 0.0);
    found
}

/// A time to a grain, with its preposition.
pub(crate) fn absolute(epoch: Epoch, at: Time, grain: Grain) -> Option<Way> {
    let date = epoch.date(at);
    let (text, how) = match grain {
        Grain::Day | Grain::Free => (format!("on {}", day(epoch, at)), Dating::Day),
        Grain::Month => (
            format!("in {} {}", month_name(date.month), date.year),
            Dating::Month,
        ),
        Grain::Season => season_of(date),
        Grain::Year => (format!("in {}", date.year), Dating::Year),
        Grain::Phase | Grain::Nothing => return None,
    };
    Some(Way {
        text,
        how,
        fits: 1.0,
    })
}

fn seasons(add: &mut impl FnMut(String, Dating, f64), date: Moment, fits: f64) {
    let (text, how) = season_of(date);
    let part = if how == Dating::Season { 1.0 } else { 0.8 };
    add(text, how, fits * part);
}
