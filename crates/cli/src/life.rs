//! `hailsham life`: one life, as it happened or as it is remembered.

use std::path::Path;

use hailsham_engine::time::{Span, Time};
use hailsham_lives::{
    Life, LifeError, Person, Remembrance, Run, Sentences, Telling, remembered, tell,
};
use hailsham_model::Programme;
use hailsham_scenario::Source;
use hailsham_study::Scenario;

use crate::arguments::{self, Format, LIFE_SCALE, When};
use crate::error::Failure;
use crate::passing;
use crate::progress::Progress;
use crate::run::{of_donation, quoted};
use crate::table::{print, print_json, width};
use crate::unfinished;

/// Columns of text that read well.
const TEXT: (usize, usize) = (40, 92);

/// `hailsham life`
pub(crate) fn life(arguments: &arguments::Life) -> Result<(), Failure> {
    let place = arguments.run.as_deref();
    if let Some(directory) = place.map(Path::new).filter(|path| path.is_dir()) {
        unfinished::refuse_run(directory)?;
        of_donation(directory, "life")?;
        passing::refuse_of_run(&arguments.made)?;
        return of(directory, arguments);
    }
    let source = Source::from_argument(place.unwrap_or("hailsham"));
    let scenario = Scenario::load_donation(&source, &arguments.made.sets, "life")?;
    if place.is_none() {
        refuse_directory(&arguments.person, &scenario.value)?;
    }
    let progress = Progress::new(arguments.printed.quiet);
    let made = passing::make(&scenario, &arguments.made, LIFE_SCALE, &progress)?;
    progress.done();
    of(made.path(), arguments)
}

/// Refuses a directory in the place of a person, before a run is made for it. One of the cast may be called like one.
fn refuse_directory(asked: &str, programme: &Programme) -> Result<(), Failure> {
    let called = |name: &str| name.eq_ignore_ascii_case(asked);
    let mut cast = programme.history.cast.iter();
    if !Path::new(asked).is_dir() || cast.any(|(key, member)| called(key) || called(&member.name)) {
        return Ok(());
    }
    Err(Failure::Message(format!(
        "{asked} is a directory: of whom is the life? `hailsham life {} PERSON`",
        quoted(asked)
    )))
}

/// A life of a run.
fn of(directory: &Path, arguments: &arguments::Life) -> Result<(), Failure> {
    let mut run = Run::open(directory)?;
    let id = run.find(&arguments.person)?;
    let life = run.life(id)?;
    let at = match arguments.remembered_at {
        Some(when) => Some(moment(&run, &life, when)?),
        None => None,
    };
    let words = arguments.words.into();
    if arguments.format() == Format::Html {
        let page = hailsham_report::life(directory, id, at, words)?;
        return print(&page);
    }
    let sentences = Sentences::built_in().map_err(LifeError::from)?;
    let telling: Telling = match at {
        None => tell(&run, &life, &sentences, words),
        Some(at) => {
            let remembrance = Remembrance::of(&run, &life, &sentences)?;
            let account = remembrance.account(at);
            remembered(&run, &life, &sentences, &remembrance, &account, at, words)
        }
    };
    if arguments.format() == Format::Json {
        let value = serde_json::to_value(&telling);
        return print_json(&value.map_err(|error| Failure::Message(error.to_string()))?);
    }
    let (least, most) = TEXT;
    print(&telling.text(width().clamp(least, most)))
}

/// When it is told: within what is recorded of the life.
fn moment(run: &Run, life: &Life, when: When) -> Result<Time, Failure> {
    let person = &life.person;
    let called = person.called();
    let Some(first) = life.happenings.first().map(|first| first.at) else {
        return refuse(when, &format!("nothing is recorded of {called}"));
    };
    let (from, until) = stretch(run, person, when)?;
    let day = |at: Time| {
        let date = run.epoch.date(at);
        format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
    };
    // Rounded into what is recorded, so that the age that is named can be asked for.
    let age = |at: Time, round: fn(f64) -> f64| {
        let years = person.age(at).unwrap_or_default();
        round(years * TENTHS) / TENTHS
    };
    // A life, or a record, so short that no such age lies in it is told by days.
    let by_age = matches!(when, When::Age(_)) && age(first, f64::ceil) <= age(life.end, f64::floor);
    if from > life.end {
        let (reached, kind) = match (person.died, by_age) {
            (Some(_), true) => (
                format!("died at {:.1}", age(life.end, f64::floor)),
                "an age",
            ),
            (None, true) => (
                format!("is {:.1} when the run ends", age(life.end, f64::floor)),
                "an age",
            ),
            (Some(died), false) => (format!("died on {}", day(died)), "a day"),
            (None, false) => (
                format!(
                    "is told of up to {}, when the run ends",
                    day(life.end - Span::from_minutes(1))
                ),
                "a day",
            ),
        };
        return refuse(when, &format!("{called} {reached}; say {kind} up to that"));
    }
    let at = until.min(life.end);
    if at < first {
        let (begins, kind) = if by_age {
            (format!("at {:.1}", age(first, f64::ceil)), "an age")
        } else {
            (format!("on {}", day(first)), "a day")
        };
        let problem = format!("the record of {called} begins {begins}; say {kind} from that on");
        return refuse(when, &problem);
    }
    Ok(at)
}

/// Ages are named to a tenth of a year.
const TENTHS: f64 = 10.0;

fn refuse(when: When, problem: &str) -> Result<Time, Failure> {
    let problem = format!("--remembered-at {when}: {problem}");
    Err(Failure::Message(problem))
}

/// The first and the last minute of what is meant: one and the same of an age.
fn stretch(run: &Run, person: &Person, when: When) -> Result<(Time, Time), Failure> {
    let epoch = run.epoch;
    let minute = Span::from_minutes(1);
    match when {
        When::Age(age) => match person.born {
            Some(born) => {
                let at = born + Span::from_years(age);
                Ok((at, at))
            }
            None => Err(Failure::Message(format!(
                "no birth is known of {}, so there is no age to tell at: say a year or a day, as --remembered-at {}",
                person.called(),
                epoch.year_of(run.end - minute),
            ))),
        },
        When::Year(year) => Ok((
            epoch.start_of_year(year),
            epoch.start_of_year(year.saturating_add(1)) - minute,
        )),
        When::Day(year, month, day) => {
            let first = epoch.time(year, month, day);
            let wrong = |error| Failure::Message(format!("--remembered-at {when}: {error}"));
            let first = first.map_err(wrong)?;
            Ok((first, first + Span::from_days(1.0) - minute))
        }
    }
}
