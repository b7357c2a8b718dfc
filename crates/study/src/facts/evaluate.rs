//! Facts against a run: one pass over each table for all of them.

use std::path::Path;

use hailsham_engine::log::{LogReader, Record};
use hailsham_engine::time::Time;
use hailsham_model::event::Event;
use hailsham_model::person::Phase;
use serde::{Deserialize, Serialize};

use super::answer::World;
use super::columns::{Column, Table};
use super::routes::Routes;
use super::run::{RunFiles, file};
use super::select::Selection;
use super::sources::{Columns, Events, Happening, Names, Source};
use super::tally::{Answer, Sieve, Tally};
use super::types::Need;
use super::{Claim, Fact, Facts, How, Question, Rows, Scope};
use crate::check::Status;
use crate::runner::StudyError;

/// As many rows are shown of a fact.
const SHOWN: usize = 12;

/// A row that shows a fact, as a reader sees it. What is absent is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The selection it belongs to.
    pub selection: String,
    /// Of an event: its number in the log, from 0.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub row: Option<u64>,
    /// When it was.
    pub time: Option<String>,
    /// The event; of other tables, the columns that were asked for.
    pub what: String,
    /// Whose it is.
    pub who: Option<String>,
    /// The other one concerned.
    pub whom: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// What about.
    pub topic: Option<String>,
    /// A count or code; see the event.
    pub n: Option<String>,
    /// A measure; see the event.
    pub value: Option<String>,
    /// Whether the run was made to contain it.
    pub pinned: bool,
}

/// In how many of the runs that were made a fact holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Seeds {
    /// In so many.
    pub holds: u32,
    /// Of so many.
    pub of: u32,
}

/// A fact, checked.
#[derive(Clone, Debug, Serialize)]
pub struct FactOutcome {
    /// Its id.
    pub id: String,
    /// `fact`, beside other kinds of check.
    pub kind: &'static str,
    /// What came out.
    pub status: Status,
    /// The expression with the value of each term; none where it is unknown.
    pub value: Option<String>,
    /// The expression.
    pub expected: String,
    /// What decided, in words.
    pub detail: String,
    /// What makes it true of a run.
    pub how: How,
    /// What is the case, in a sentence.
    pub text: String,
    /// Where it is said.
    pub source: String,
    /// The pins that it rests on.
    pub pins: Vec<String>,
    /// What the sources contradict each other in.
    pub contested: Vec<String>,
    /// In how many runs it holds.
    pub seeds: Seeds,
    /// The first rows that show it, of each selection.
    pub rows: Vec<Shown>,
}

impl FactOutcome {
    fn new(id: &str, fact: &Fact, status: Status, detail: String) -> FactOutcome {
        FactOutcome {
            id: id.to_owned(),
            kind: "fact",
            status,
            value: None,
            expected: fact.expect.trim().to_owned(),
            detail,
            how: fact.how,
            text: fact.text.clone(),
            source: fact.source.clone(),
            pins: fact.pins.clone(),
            contested: fact.contested.clone(),
            seeds: Seeds {
                holds: u32::from(status == Status::Holds),
                of: 1,
            },
            rows: Vec::new(),
        }
    }
}

/// Checks some of the facts, by id, against the run in a directory, in the order given.
///
/// # Errors
///
/// A file that is missing or damaged; a log that breaks rules, so that nothing in it can be trusted.
pub fn evaluate(facts: &Facts, ids: &[&str], run: &Path) -> Result<Vec<FactOutcome>, StudyError> {
    let files = RunFiles::whole(run)?;
    let answers = answers(&facts.scope, &files, &facts.asked(ids, &files))?;
    Ok(outcomes(facts, ids, &files, &answers))
}

/// Why nothing can be said of events.
pub(crate) const LOG_NOT_WHOLE: &str = "the log of this run is not whole";

impl Facts {
    /// Whether some of the facts are about what people tell.
    pub(crate) fn read_claims(&self, ids: &[&str]) -> bool {
        let of = ids.iter().filter_map(|id| self.all.get(*id));
        of.into_iter().any(|(_, question)| match question {
            Question::Holds(claim) => {
                let mut selections = claim.rows.selections.iter();
                selections.any(|selection| selection.table == Table::Claims)
            }
            Question::Unknown(_) => false,
        })
    }

    /// What is asked of the run's tables for some of the facts, one entry a fact that is there.
    pub(crate) fn asked<'a>(&'a self, ids: &[&str], files: &RunFiles) -> Vec<Option<&'a Rows>> {
        let asked = |id: &&str| {
            Some(match &self.all.get(*id)?.1 {
                Question::Holds(claim) if files.can_answer(&claim.rows) => Some(&claim.rows),
                _ => None,
            })
        };
        ids.iter().filter_map(asked).collect()
    }
}

/// What came out of some of the facts, of what the tables answered to each.
pub(crate) fn outcomes(
    facts: &Facts,
    ids: &[&str],
    files: &RunFiles,
    answers: &[Vec<Option<Answer>>],
) -> Vec<FactOutcome> {
    let chosen = ids
        .iter()
        .filter_map(|id| facts.all.get(*id).map(|fact| (*id, fact)));
    let each = chosen.zip(answers);
    each.map(|((id, (fact, question)), answers)| match question {
        Question::Unknown(why) => FactOutcome::new(id, fact, Status::Unknown, why.clone()),
        Question::Holds(claim) if files.can_answer(&claim.rows) => {
            outcome(id, fact, claim, answers, facts, files)
        }
        Question::Holds(_) => FactOutcome::new(id, fact, Status::Unknown, LOG_NOT_WHOLE.to_owned()),
    })
    .collect()
}

fn outcome(
    id: &str,
    fact: &Fact,
    claim: &Claim,
    answers: &[Option<Answer>],
    facts: &Facts,
    files: &RunFiles,
) -> FactOutcome {
    let world = world(&facts.scope, files, &claim.rows, answers);
    let (status, detail) = if world.holds(&claim.expect) {
        (Status::Holds, "holds in this run")
    } else {
        (Status::Fails, "does not hold in this run")
    };
    let mut outcome = FactOutcome::new(id, fact, status, detail.to_owned());
    outcome.value = Some(world.told(&claim.expect));
    outcome.expected = claim.expect.to_string();
    let rows = answers.iter().flatten().flat_map(|answer| &answer.shown);
    outcome.rows = rows.take(SHOWN).cloned().collect();
    outcome
}

/// What the terms of expressions over some rows can be of.
pub(crate) fn world<'a>(
    scope: &'a Scope,
    files: &'a RunFiles,
    rows: &'a Rows,
    answers: &'a [Option<Answer>],
) -> World<'a> {
    World {
        scope,
        calendar: files.calendar,
        metrics: &files.metrics,
        selections: &rows.selections,
        answers,
    }
}

impl Rows {
    pub(crate) fn reads_events(&self) -> bool {
        let mut selections = self.selections.iter();
        selections.any(|selection| selection.table == Table::Events)
    }

    /// What is asked of a selection.
    fn needs(&self, index: usize) -> impl Iterator<Item = Need> {
        let needs = self.needs.iter();
        needs
            .filter(move |(other, _)| *other == index)
            .map(|(_, need)| *need)
    }
}

/// A selection while its table is read.
struct Reading<'a, R> {
    claim: usize,
    index: usize,
    selection: &'a Selection,
    sieves: Vec<Sieve>,
    tally: Tally<R>,
    /// The rows, where it is not known yet which of them are early or late enough.
    kept: Vec<R>,
    waits: bool,
}

impl<R: Copy> Reading<'_, R> {
    fn take<S: Source<Row = R>>(&mut self, row: R, source: &S) {
        let passes = |sieve: &Sieve| sieve.accepts(source.value(row, sieve.slot));
        if !self.sieves.iter().all(passes) {
            return;
        }
        if self.waits {
            self.kept.push(row);
        } else {
            self.tally.take(row, source);
        }
    }

    /// What is known of it, with the rows between two times alone if it waited for these.
    fn finish<S: Source<Row = R>>(mut self, source: &S, window: Option<(f64, f64)>) -> Answer {
        if let (Some(slot), Some((after, before))) = (
            source.table().time().and_then(|time| source.slot(time)),
            window,
        ) {
            for row in std::mem::take(&mut self.kept) {
                let time = source.value(row, slot);
                if after < time && time < before {
                    self.tally.take(row, source);
                }
            }
        }
        self.tally.finish(&self.selection.name, source)
    }
}

/// A table with the selections that are made from it.
struct Stock<'a, S: Source> {
    source: S,
    readings: Vec<Option<Reading<'a, S::Row>>>,
}

/// A table of any kind, once it was read.
trait Read {
    /// What is known of a selection; each is asked for once.
    fn finish(&mut self, claim: usize, index: usize, window: Option<(f64, f64)>) -> Option<Answer>;
}

impl<S: Source> Read for Stock<'_, S> {
    fn finish(&mut self, claim: usize, index: usize, window: Option<(f64, f64)>) -> Option<Answer> {
        let here = |reading: &Option<Reading<'_, S::Row>>| {
            reading
                .as_ref()
                .is_some_and(|reading| (reading.claim, reading.index) == (claim, index))
        };
        let reading = self.readings.iter_mut().find(|reading| here(reading))?;
        Some(reading.take()?.finish(&self.source, window))
    }
}

/// What is known of every selection of everything that is asked, in one pass over each table.
pub(crate) fn answers(
    scope: &Scope,
    files: &RunFiles,
    claims: &[Option<&Rows>],
) -> Result<Vec<Vec<Option<Answer>>>, StudyError> {
    let mut stocks: Vec<(Table, Box<dyn Read + '_>)> = Vec::new();
    for table in Table::ALL {
        let mut of_table: Vec<Asked<'_>> = Vec::new();
        for (number, claim) in claims.iter().enumerate() {
            let Some(claim) = claim else { continue };
            let selections = claim.selections.iter().enumerate();
            of_table.extend(
                selections
                    .filter(|(_, selection)| selection.table == table)
                    .map(|(index, selection)| (number, index, *claim, selection)),
            );
        }
        if of_table.is_empty() {
            continue;
        }
        let stock: Box<dyn Read> = if table == Table::Events {
            Box::new(read_log(scope, files, &of_table)?)
        } else {
            Box::new(read_table(scope, files, table, &of_table)?)
        };
        stocks.push((table, stock));
    }
    let mut all = Vec::new();
    for (number, claim) in claims.iter().enumerate() {
        let mut answers: Vec<Option<Answer>> = Vec::new();
        if let Some(claim) = claim {
            answers.resize_with(claim.selections.len(), || None);
            for index in &claim.order {
                let Some(selection) = claim.selections.get(*index) else {
                    continue;
                };
                let window = window(selection, &world(scope, files, claim, &answers));
                let stock = stocks.iter_mut().find(|(t, _)| *t == selection.table);
                let answer = stock.and_then(|(_, stock)| stock.finish(number, *index, window));
                if let Some(place) = answers.get_mut(*index) {
                    *place = answer;
                }
            }
        }
        all.push(answers);
    }
    Ok(all)
}

/// Between which times the rows of a selection must lie; none where one of them has no value, and so
/// no row does.
fn window(selection: &Selection, world: &World<'_>) -> Option<(f64, f64)> {
    let moment = |node: &Option<_>, open: f64| match node {
        None => Some(open),
        Some(node) => world.moment(node),
    };
    Some((
        moment(&selection.after, f64::NEG_INFINITY)?,
        moment(&selection.before, f64::INFINITY)?,
    ))
}

/// Number of what is asked, of the selection in it, and both.
type Asked<'a> = (usize, usize, &'a Rows, &'a Selection);

fn readings<'a, S: Source>(
    scope: &Scope,
    source: &S,
    asked: &[Asked<'a>],
) -> Vec<Reading<'a, S::Row>> {
    let labels = |column: &str| source.labels(column);
    let names = Names {
        files: source.files(),
        scope,
        labels: &labels,
    };
    let reading = |(claim, index, asks, selection): &Asked<'a>| {
        let mut sieves: Vec<Sieve> = selection
            .conditions
            .iter()
            .filter_map(|condition| {
                let slot = source.slot(condition.column.name)?;
                Some(Sieve::new(condition, slot, &names))
            })
            .collect();
        // The cheap columns stand first.
        sieves.sort_by_key(|sieve| sieve.slot);
        Reading {
            claim: *claim,
            index: *index,
            selection,
            sieves,
            tally: Tally::new(asks.needs(*index), source),
            kept: Vec::new(),
            waits: selection.after.is_some() || selection.before.is_some(),
        }
    };
    asked.iter().map(reading).collect()
}

fn read_table<'a>(
    scope: &Scope,
    files: &'a RunFiles,
    table: Table,
    asked: &[Asked<'a>],
) -> Result<Stock<'a, Columns<'a>>, StudyError> {
    let own = [table.time(), table.person()].into_iter().flatten();
    let mut wanted: Vec<Column> = own.filter_map(|name| table.column(name)).collect();
    for (_, index, claim, selection) in asked {
        wanted.extend(
            selection
                .conditions
                .iter()
                .map(|condition| condition.column),
        );
        wanted.extend(claim.needs(*index).filter_map(|need| match need {
            Need::People | Need::Rows => None,
            Need::Distinct(column)
            | Need::Sums(column)
            | Need::Values(column)
            | Need::First(column) => Some(column),
        }));
    }
    let source = Columns::read(files, table, &wanted)?;
    let mut readings = readings(scope, &source, asked);
    for row in source.rows() {
        for reading in &mut readings {
            reading.take(row, &source);
        }
    }
    Ok(Stock {
        source,
        readings: readings.into_iter().map(Some).collect(),
    })
}

/// The phases that students are in, from record to record.
struct Phases {
    /// By event: the phase that begins with it.
    begins: Vec<Option<Phase>>,
    of: Vec<u8>,
}

impl Phases {
    fn new(events: &[String]) -> Phases {
        let begins = |name: &String| {
            let event = Event::ALL.iter().find(|event| event.name() == name)?;
            match event {
                Event::Created => Some(Phase::Pupil),
                Event::LeftSchool => Some(Phase::Resident),
                Event::BecameCarer => Some(Phase::Carer),
                Event::CalledUp => Some(Phase::Donor),
                Event::Retired => Some(Phase::Retired),
                Event::Completed => Some(Phase::Completed),
                Event::Died => Some(Phase::Dead),
                Event::Escaped => Some(Phase::Away),
                _ => None,
            }
        };
        Phases {
            begins: events.iter().map(begins).collect(),
            of: Vec::new(),
        }
    }

    fn of(&self, person: u32) -> u8 {
        let phase = self.of.get(person as usize).copied();
        phase.unwrap_or(Phase::Unborn as u8)
    }

    fn follow(&mut self, record: &Record) {
        let begins = self.begins.get(usize::from(record.event));
        let Some(Some(phase)) = begins else { return };
        let row = record.who as usize;
        if hailsham_model::person::FIRST_RECIPIENT <= record.who {
            return;
        }
        if row >= self.of.len() {
            self.of.resize(row + 1, Phase::Unborn as u8);
        }
        if let Some(place) = self.of.get_mut(row) {
            *place = *phase as u8;
        }
    }
}

/// One pass over the log. A record is shown to the selections that are made from its event alone.
fn read_log<'a>(
    scope: &Scope,
    files: &'a RunFiles,
    asked: &[Asked<'a>],
) -> Result<Stock<'a, Events<'a>>, StudyError> {
    let mut reader = LogReader::open(file(&files.path, Table::Events))?;
    let source = Events::new(files, reader.events(), reader.topics());
    let mut readings = readings(scope, &source, asked);
    let mut routes = Routes::new(source.names.len());
    for code in 0..source.names.len() {
        let happening = Happening {
            record: Record::at(Time::START, code as u8),
            row: 0,
            phase: 0,
            whom_phase: 0,
        };
        for (number, reading) in readings.iter().enumerate() {
            let mut sieves = reading.sieves.iter();
            let of_event = sieves.all(|sieve| {
                !source.is_event(sieve.slot) || sieve.accepts(source.value(happening, sieve.slot))
            });
            if of_event {
                routes.add(code, number, &reading.sieves, &source);
            }
        }
    }
    // From now on every record that a selection is shown is one of its events.
    for reading in &mut readings {
        reading.sieves.retain(|sieve| !source.is_event(sieve.slot));
    }
    let mut phases = Phases::new(&source.names);
    let mut batch = Vec::new();
    let mut row = 0;
    while reader.next_batch(&mut batch)? {
        for record in &batch {
            let created = phases
                .begins
                .get(usize::from(record.event))
                .is_some_and(|begins| *begins == Some(Phase::Pupil));
            // Who is made is a pupil at once; otherwise what counts is the phase before.
            if created {
                phases.follow(record);
            }
            let happening = Happening {
                record: *record,
                row,
                phase: phases.of(record.who),
                whom_phase: phases.of(record.whom),
            };
            for number in routes.of(record) {
                if let Some(reading) = readings.get_mut(number) {
                    reading.take(happening, &source);
                }
            }
            phases.follow(record);
            row += 1;
        }
    }
    Ok(Stock {
        source,
        readings: readings.into_iter().map(Some).collect(),
    })
}
