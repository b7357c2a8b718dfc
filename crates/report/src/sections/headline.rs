//! The numbers at the top.

use serde::Serialize;

use crate::input::{Outcome, Run, years};
use crate::statistics::{Spread, share, total};

/// What happened, in a dozen numbers.
#[derive(Serialize)]
pub(crate) struct Headline {
    created: usize,
    humane: usize,
    living: usize,
    /// Of those, who left without leave and were not brought back.
    away: usize,
    called_up: usize,
    operated: usize,
    operations: u64,
    completed: usize,
    /// Of those operated on, the share that died of it.
    completed_share: Option<f64>,
    /// Of those who died of it, the median age in years.
    completed_age: Option<f64>,
    died_otherwise: usize,
    carers: usize,
    fell_ill: usize,
    listed: usize,
    transplanted: usize,
    transplants: u64,
    died_waiting: usize,
    organs_removed: f64,
    organs_unplaced: f64,
    years_lost: f64,
    years_lost_each: Option<f64>,
    years_gained: f64,
    years_gained_each: Option<f64>,
}

/// Counts them.
pub(crate) fn of(run: &Run) -> Headline {
    let (students, recipients) = (&run.students, &run.recipients);
    let rows = 0..students.len();
    let count = |is: &dyn Fn(usize) -> bool| rows.clone().filter(|row| is(*row)).count();
    let operated = count(&|row| students.donations[row] > 0);
    let completed = count(&|row| students.completed(row));
    let ages = rows
        .clone()
        .filter(|row| students.completed(*row))
        .filter_map(|row| Some(years(students.born[row]?, students.died[row]?)))
        .collect();
    let outcome = |wanted| {
        recipients
            .outcome
            .iter()
            .filter(|found| **found == wanted)
            .count()
    };
    let (years_lost, losers) = total(
        rows.clone()
            .filter(|row| students.completed(*row))
            .map(|row| students.years_lost[row]),
    );
    let (years_gained, gainers) = total(recipients.years_gained.iter().copied());
    let sum = |name| run.series.column(name).iter().flatten().sum();
    Headline {
        created: students.len(),
        humane: count(&|row| students.humane[row]),
        living: count(&|row| students.died[row].is_none()),
        away: count(&|row| students.died[row].is_none() && students.away[row]),
        called_up: count(&|row| students.called_up[row].is_some()),
        operated,
        operations: students.donations.iter().map(|n| u64::from(*n)).sum(),
        completed,
        completed_share: share(completed, operated),
        completed_age: Spread::of(ages).map(|ages| ages.median),
        died_otherwise: count(&|row| students.died[row].is_some() && !students.completed(row)),
        carers: count(&|row| students.care_started[row].is_some()),
        fell_ill: recipients.len(),
        listed: recipients.listed.iter().flatten().count(),
        transplanted: recipients.transplanted.iter().flatten().count(),
        transplants: recipients
            .transplants
            .iter()
            .flatten()
            .map(|n| u64::from(*n))
            .sum(),
        died_waiting: outcome(Outcome::DiedWaiting),
        organs_removed: sum("organs_removed"),
        organs_unplaced: sum("organs_unplaced"),
        years_lost,
        years_lost_each: (losers > 0).then(|| years_lost / losers as f64),
        years_gained,
        years_gained_each: (gainers > 0).then(|| years_gained / gainers as f64),
    }
}
