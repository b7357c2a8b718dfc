//! `hailsham life`: one life, as it happened or as it is remembered.

use std::path::Path;
use std::sync::atomic::Ordering;

use hailsham_engine::time::{Span, Time};
use hailsham_lives::{LifeError, Person, Remembrance, Run, Sentences, Telling, remembered, tell};
use hailsham_model::Options;
use hailsham_scenario::Source;
use hailsham_study::{PassingRun, Scenario};

use crate::arguments::{Format, Life};
use crate::error::Failure;
use crate::progress::Progress;
use crate::run::{of_donation, watch_for_interrupt};
use crate::table::{print, print_json, width};
use crate::unfinished;

/// Columns of text that read well.
const TEXT: (usize, usize) = (40, 92);

/// `hailsham life`
pub(crate) fn life(arguments: &Life) -> Result<(), Failure> {
    let place = arguments.run.as_deref();
    if let Some(directory) = place.map(Path::new).filter(|path| path.is_dir()) {
        unfinished::refuse_run(directory)?;
        of_donation(directory, "life")?;
        if arguments.made.is_given() {
            return Err(Failure::Message(
                "a run is as it is: --set, --seed and --scale belong to a scenario that is run for it"
                    .to_owned(),
            ));
        }
        return of(directory, arguments);
    }
    let source = Source::from_argument(place.unwrap_or("hailsham"));
    let scenario = Scenario::load_donation(&source, &arguments.made.sets, "life")?;
    let options = Options {
        seed: arguments.made.seed.unwrap_or(1),
        scale: arguments.made.scale.unwrap_or(1.0),
        ..Options::default()
    };
    let interrupted = watch_for_interrupt()?;
    let progress = Progress::new(arguments.printed.quiet);
    let made = PassingRun::make(&scenario, &options, &mut |at, horizon| {
        progress.reached(at, horizon);
        !interrupted.load(Ordering::Relaxed)
    });
    progress.done();
    of(made?.path(), arguments)
}

/// A life of a run.
fn of(directory: &Path, arguments: &Life) -> Result<(), Failure> {
    let mut run = Run::open(directory)?;
    let id = run.find(&arguments.person)?;
    if arguments.format() == Format::Html {
        let at = match arguments.remembered_at {
            Some(age) => {
                let person = run.persons(&[id])?.remove(&id);
                person
                    .map(|person| moment(&run, &person, age))
                    .transpose()?
            }
            None => None,
        };
        let page = hailsham_report::life(directory, id, at, arguments.words.into())?;
        return print(&page);
    }
    let sentences = Sentences::built_in().map_err(LifeError::from)?;
    let life = run.life(id)?;
    let words = arguments.words.into();
    let telling: Telling = match arguments.remembered_at {
        None => tell(&run, &life, &sentences, words),
        Some(age) => {
            let at = moment(&run, &life.person, age)?;
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

/// When the person is of an age, which must be lived.
fn moment(run: &Run, person: &Person, age: f64) -> Result<Time, Failure> {
    let called = person.called();
    let Some(born) = person.born else {
        return Err(Failure::Message(format!(
            "no birth is known of {called}, so there is no age to tell at; without --remembered-at \
             the life is told as it happened"
        )));
    };
    let end = person.died.unwrap_or(run.end);
    let at = born + Span::from_years(age);
    if at <= end {
        return Ok(at);
    }
    let reached = (end - born).years();
    let reached = match person.died {
        Some(_) => format!("{called} died at {reached:.1}"),
        None => format!("{called} is {reached:.1} when the run ends"),
    };
    Err(Failure::Message(format!(
        "--remembered-at {age}: {reached}; say an age up to that"
    )))
}
