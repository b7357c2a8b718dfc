//! What is measured of standing, teasing and rage.

use hailsham_engine::time::Time;

use super::Row;
use crate::event::Event;
use crate::metrics::{Facts, Metric, metrics};
use crate::place::SchoolKind;
use crate::statistics::correlation;

/// What is measured of it.
pub(crate) const METRICS: &[Metric] = metrics! {
    teased "times" "Times that a pupil was teased." |f| f.count(Event::Teased);
    raged "rages" "Rages." |f| f.count(Event::Raged);
    excluded "times" "Times that somebody came to be excluded." |f| f.count(Event::Excluded);
    taken_back "times" "Times that somebody was taken back." |f| f.count(Event::TakenBack);
    reassured "times" "Times that a guardian reassured a pupil." |f| f.count(Event::Reassured);
    early_art_teased "correlation" "Correlation of how good a pupil's early works were, against the school's, with how often the pupil was teased; humane schools." |f| early(f, |row| row.teased);
    early_art_excluded "correlation" "Correlation of how good a pupil's early works were, against the school's, with how often the pupil came to be excluded; humane schools." |f| early(f, |row| row.times_excluded);
    rage_rate_young "per year" "Rages of pupils aged 6 to 9, for each year of their lives." |f| rage_rate(f, 6, 10);
    rage_rate_old "per year" "Rages of pupils aged 14 to 17, for each year of their lives." |f| rage_rate(f, 14, 18);
    rage_rate_excluded "per year" "Rages of pupils while they were excluded, for each year of it." |f| {
        let state = &f.world.inner.standing;
        f64::from(state.rages[1]) / state.years[1]
    };
    rage_rate_included "per year" "Rages of pupils while they were not excluded, for each year of it." |f| {
        let state = &f.world.inner.standing;
        f64::from(state.rages[0]) / state.years[0]
    };
    exclusion_years "years" "Mean length of an exclusion that has ended, without reassurance meanwhile." |f| spell(f, false);
    exclusion_years_reassured "years" "Mean length of an exclusion that has ended, with reassurance meanwhile." |f| spell(f, true);
};

fn spell(facts: &Facts, reassured: bool) -> f64 {
    let (count, years) = facts.world.inner.standing.spells[usize::from(reassured)];
    years / f64::from(count)
}

/// Rages from one age to below another, in whole years, for each year of life at those ages.
fn rage_rate(facts: &Facts, from: usize, to: usize) -> f64 {
    let tally = &facts.replayed.tally;
    let rages: u32 = (from..to)
        .map(|age| tally.at_age(Event::Raged, age, true) + tally.at_age(Event::Raged, age, false))
        .sum();
    let students = &facts.world.students;
    let years: f64 = facts
        .students()
        .map(|student| {
            let row = student.row();
            let end: Time = students.died[row].min(facts.world.clock.horizon);
            let age = (end - students.born[row]).years();
            age.min(to as f64) - age.min(from as f64)
        })
        .sum();
    f64::from(rages) / years
}

/// Correlation of early works with something that came of it, at humane schools.
fn early(facts: &Facts, of: fn(&Row) -> u32) -> f64 {
    let students = &facts.world.students;
    let pairs: Vec<(f64, f64)> = facts
        .students()
        .filter(|student| {
            let school = facts.world.places.get(students.school[student.row()]);
            school.school_kind == Some(SchoolKind::Humane)
        })
        .filter_map(|student| {
            let row = &facts.world.inner.standing.rows[student.row()];
            let (sum, works) = row.early;
            (works > 0).then(|| (f64::from(sum) / f64::from(works), f64::from(of(row))))
        })
        .collect();
    correlation(&pairs)
}
