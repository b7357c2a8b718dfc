//! What many people of a run would tell, measured: how sure they are, what is left to them, how they
//! err, and how two who were there differ.
//!
//! What comes in: the directory of a run. What goes out: the metrics of [`METRICS`]. They are not
//! among the metrics of a run, since memory costs nothing while a run goes on: they are asked for by
//! the expectations that name them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use hailsham_engine::time::{Span, Time};
use hailsham_lives::{Life, LifeError, Remembrance, Run, Sentences};
use hailsham_memory::{Account, Experience, Recollection, divergence};
use hailsham_model::MetricInfo;
use hailsham_model::statistics::correlation;

use crate::runner::Metrics;

/// Pairs of tellers whose accounts are measured, where there are as many: students who have left
/// school, with neighbouring numbers, and so mostly of one school and year.
const PAIRS: usize = 100;

/// The metrics, in the order of `measure`.
pub const METRICS: &[MetricInfo] = &[
    MetricInfo {
        name: "memory_recalled",
        unit: "share",
        text: "Share of what somebody could tell of at the end of life, or of the run, that is told.",
    },
    MetricInfo {
        name: "memory_certainty_by_age",
        unit: "correlation",
        text: "Correlation of how sure somebody is with the age of the event, over all that is told.",
    },
    MetricInfo {
        name: "memory_hedged_by_age",
        unit: "correlation",
        text: "Correlation of whether a mark of doubt is said with the age of the event.",
    },
    MetricInfo {
        name: "memory_detail_beyond_certainty",
        unit: "0 to 1",
        text: "Part of the particulars that come, less certainty, of what is told of the first half of a life.",
    },
    MetricInfo {
        name: "memory_delay_by_pain",
        unit: "correlation",
        text: "Correlation of how much an event hurt with how much later it is told than in the order of time.",
    },
    MetricInfo {
        name: "memory_order",
        unit: "correlation",
        text: "Mean over tellers of the rank correlation of the order of telling with the order of time.",
    },
    MetricInfo {
        name: "memory_anchored_recalled",
        unit: "share",
        text: "Share told of what is tied to a thing that is kept still.",
    },
    MetricInfo {
        name: "memory_idealised_by_loss",
        unit: "correlation",
        text: "Correlation over tellers of friends and partners lost with how much better school is told than it was.",
    },
    MetricInfo {
        name: "memory_idealised_by_nearness",
        unit: "correlation",
        text: "The same with the nearness of death, as the teller knows it.",
    },
    MetricInfo {
        name: "memory_divergence_later",
        unit: "0 to 1",
        text: "How much more two who were there differ on the same events in the end than half way there.",
    },
    MetricInfo {
        name: "memory_dead_told",
        unit: "recollections",
        text: "Mean number of recollections that a teller has of people who are dead by then.",
    },
];

/// One who tells, and what is told at the end.
struct Told {
    life: Life,
    remembrance: Remembrance,
    at: Time,
    account: Account,
}

impl Told {
    fn new(run: &Run, life: Life, sentences: &Sentences) -> Result<Told, LifeError> {
        let remembrance = Remembrance::of(run, &life, sentences)?;
        let at = life.end;
        Ok(Told {
            account: remembrance.account(at),
            remembrance,
            at,
            life,
        })
    }

    /// What each recollection is of.
    fn pairs(&self) -> impl Iterator<Item = (&Experience, &Recollection)> {
        let of = |told: &Recollection| &self.remembrance.experiences[told.experience];
        self.account
            .recollections
            .iter()
            .map(move |told| (of(told), told))
    }

    /// Everything that could be told of, with the number of its record.
    fn records(&self) -> impl Iterator<Item = (u64, &Experience)> {
        let happenings = self.remembrance.happenings.iter();
        let rows = happenings.map(|place| self.life.happenings[*place].row);
        rows.zip(&self.remembrance.experiences)
    }

    fn years_since(&self, experience: &Experience) -> f64 {
        (self.at - experience.at).years()
    }
}

/// The metrics of a run.
///
/// # Errors
///
/// A table, the log or the sentences cannot be read.
pub(crate) fn measure(directory: &Path) -> Result<Metrics, LifeError> {
    let mut run = Run::open(directory)?;
    let sentences = Sentences::built_in()?;
    let tellers = tellers(&mut run)?;
    let told: Result<Vec<Told>, LifeError> = run
        .lives(&tellers)?
        .into_iter()
        .map(|life| Told::new(&run, life, &sentences))
        .collect();
    let told = told?;
    let values = [
        recalled(&told),
        over_all(&told, |of, experience, told| {
            (of.years_since(experience), told.certainty)
        }),
        over_all(&told, |of, experience, told| {
            (
                of.years_since(experience),
                if told.hedged { 1.0 } else { 0.0 },
            )
        }),
        detail_beyond_certainty(&told),
        delay_by_pain(&told),
        order(&told),
        anchored(&told),
        idealised(&told, |of| of.remembrance.losses_until(of.at) as f64),
        idealised(&told, |of| of.remembrance.nearness(of.at)),
        divergence_later(&told),
        dead_told(&told),
    ];
    let named = METRICS.iter().map(|metric| metric.name).zip(values);
    Ok(named
        .map(|(name, value)| (name, Some(value).filter(|value| value.is_finite())))
        .collect())
}

/// Students who have left school, two and two, evenly over their numbers.
fn tellers(run: &mut Run) -> Result<Vec<u32>, LifeError> {
    let everybody = run.everybody().to_vec();
    let grown: Vec<u32> = run
        .persons(&everybody)?
        .into_values()
        .filter(|person| person.kind == "student" && person.left_school.is_some())
        .map(|person| person.id)
        .collect();
    let step = grown.len().div_ceil(PAIRS).max(2);
    let pairs = grown.chunks(step).filter_map(|some| some.get(..2));
    Ok(pairs.flatten().copied().collect())
}

fn mean(numbers: impl Iterator<Item = f64>) -> f64 {
    let (count, sum) = numbers.fold((0.0, 0.0), |(count, sum), number| {
        (count + 1.0, sum + number)
    });
    sum / count
}

/// A correlation over everything that anybody tells.
fn over_all(told: &[Told], pair: impl Fn(&Told, &Experience, &Recollection) -> (f64, f64)) -> f64 {
    let pairs = told
        .iter()
        .flat_map(|of| of.pairs().map(|(e, r)| pair(of, e, r)));
    correlation(&pairs.collect::<Vec<_>>())
}

fn recalled(told: &[Told]) -> f64 {
    let (mut all, mut come) = (0, 0);
    for of in told {
        all += of.remembrance.experiences.len();
        come += of.account.recollections.len();
    }
    come as f64 / all as f64
}

fn detail_beyond_certainty(told: &[Told]) -> f64 {
    let of_first_half = told.iter().flat_map(|of| {
        let middle = of.remembrance.middle(of.at);
        of.pairs()
            .filter(move |(experience, _)| experience.at < middle)
    });
    mean(of_first_half.map(|(_, told)| told.detail - told.certainty))
}

/// Place in the telling less place in the order of time, as a share of the telling, against pain.
fn delay_by_pain(told: &[Told]) -> f64 {
    let mut pairs = Vec::new();
    for of in told {
        let places = places(of);
        let count = places.len() as f64;
        for ((place, due), (experience, _)) in places.into_iter().zip(of.pairs()) {
            pairs.push((
                f64::from(experience.pain),
                (place as f64 - due as f64) / count,
            ));
        }
    }
    correlation(&pairs)
}

/// Of each recollection its place in the telling, and the place due to it by time.
fn places(of: &Told) -> Vec<(usize, usize)> {
    let mut by_time: Vec<(Time, usize)> = of
        .pairs()
        .enumerate()
        .map(|(place, (experience, _))| (experience.at, place))
        .collect();
    by_time.sort_unstable();
    let mut due = vec![0; by_time.len()];
    for (rank, (_, place)) in by_time.into_iter().enumerate() {
        due[place] = rank;
    }
    due.into_iter().enumerate().collect()
}

fn order(told: &[Told]) -> f64 {
    let each = told.iter().filter_map(|of| {
        let places = places(of).into_iter();
        let pairs: Vec<_> = places
            .map(|(place, due)| (place as f64, due as f64))
            .collect();
        Some(correlation(&pairs)).filter(|order| order.is_finite())
    });
    mean(each)
}

fn anchored(told: &[Told]) -> f64 {
    let (mut all, mut come) = (0, 0);
    for of in told {
        let kept = of.remembrance.kept_at(of.at);
        let is_kept =
            |experience: &Experience| experience.thing.is_some_and(|thing| kept.contains(&thing));
        all += of
            .remembrance
            .experiences
            .iter()
            .filter(|of| is_kept(of))
            .count();
        come += of
            .pairs()
            .filter(|(experience, _)| is_kept(experience))
            .count();
    }
    come as f64 / all as f64
}

/// How much better school is told than it was, against something of the teller.
fn idealised(told: &[Told], by: impl Fn(&Told) -> f64) -> f64 {
    let pairs: Vec<(f64, f64)> = told
        .iter()
        .filter_map(|of| {
            let left = of.life.person.left_school?;
            let at_school = of.pairs().filter(|(experience, _)| experience.at < left);
            let better = mean(at_school.map(|(was, told)| told.valence - f64::from(was.valence)));
            better.is_finite().then(|| (by(of), better))
        })
        .collect();
    correlation(&pairs)
}

/// Two who tell of the same records, at two times.
fn divergence_later(told: &[Told]) -> f64 {
    let mut differences = Vec::new();
    for pair in told.chunks_exact(2) {
        let (one, other) = (&pair[0], &pair[1]);
        let shared = shared(one, other);
        let Some(first) = shared.iter().map(|row| row.1).min() else {
            continue;
        };
        let end = one.at.min(other.at);
        let half = first + Span::from_minutes((end - first).minutes() / 2);
        let rows: BTreeSet<u64> = shared
            .iter()
            .filter(|(_, at)| *at < half)
            .map(|(row, _)| *row)
            .collect();
        let early = divergences(one, other, half, &rows);
        let late = divergences(one, other, end, &rows);
        for (row, early) in &early {
            if let Some(late) = late.get(row) {
                differences.push(late - early);
            }
        }
    }
    mean(differences.into_iter())
}

/// The records that both experienced, and when.
fn shared(one: &Told, other: &Told) -> Vec<(u64, Time)> {
    let others: BTreeSet<u64> = other.records().map(|(row, _)| row).collect();
    let both = one.records().filter(|(row, _)| others.contains(row));
    both.map(|(row, experience)| (row, experience.at)).collect()
}

/// How much the two differ on each of these records that both tell of at a time.
fn divergences(one: &Told, other: &Told, at: Time, rows: &BTreeSet<u64>) -> BTreeMap<u64, f64> {
    let (of_one, of_other) = (one.remembrance.account(at), other.remembrance.account(at));
    let by_row = |told: &'_ Told, account: Account| -> BTreeMap<u64, Recollection> {
        let row = |of: &Recollection| {
            told.life.happenings[told.remembrance.happenings[of.experience]].row
        };
        let all = account.recollections.into_iter();
        all.map(|of| (row(&of), of))
            .filter(|(row, _)| rows.contains(row))
            .collect()
    };
    let (of_one, of_other) = (by_row(one, of_one), by_row(other, of_other));
    let both = of_one.iter();
    both.filter_map(|(row, a)| Some((*row, divergence(a, of_other.get(row)?))))
        .collect()
}

fn dead_told(told: &[Told]) -> f64 {
    mean(told.iter().map(|of| {
        let is_dead = |id: &u32| {
            let person = of.life.people.get(id);
            person.is_some_and(|person| person.died.is_some_and(|died| died < of.at))
        };
        let named = of.pairs().filter_map(|(_, told)| told.other);
        named.filter(is_dead).count() as f64
    }))
}
