//! What is measured of works.

use super::Fate;
use crate::event::Event;
use crate::metrics::{Facts, Metric, mean, metrics};
use crate::person::Phase;
use crate::place::SchoolKind;
use crate::statistics::correlation;

/// What is measured of it.
pub(crate) const METRICS: &[Metric] = metrics! {
    works_made "works" "Works made." |f| f.count(Event::MadeWork);
    works_rate_humane "works per year" "Works that a pupil of a humane school makes in a year." |f| f.world.inner.works.upbringing.rate(true);
    works_rate_ordinary "works per year" "Works that a pupil of an ordinary school makes in a year." |f| f.world.inner.works.upbringing.rate(false);
    works_rate_believers "works per year" "Works in a year of a pupil of a humane school who believes in the Gallery." |f| f.world.inner.works.believers.rate(true);
    works_rate_unbelievers "works per year" "Works in a year of a pupil of a humane school who does not believe in the Gallery." |f| f.world.inner.works.believers.rate(false);
    works_judge_ratio "ratio" "Works of pupils of humane schools who believe in the Gallery, for each of those who do not." |f| {
        let believers = &f.world.inner.works.believers;
        believers.rate(true) / believers.rate(false)
    };
    works_rate_proving "works per year" "Works in a year, after school, of one of a couple who believe that art would prove their love." |f| f.world.inner.works.provers.rate(true);
    works_rate_late "works per year" "Works in a year, after school, of everybody else." |f| f.world.inner.works.provers.rate(false);
    works_late "works" "Works of those who had left school." |f| {
        let all = f.replayed.tally.of(Event::MadeWork).count;
        f64::from(all - f.replayed.tally.in_phase(Event::MadeWork, Phase::Pupil))
    };
    works_drew_again "students" "Students who were found wanting at school and made something again later." |f| f.count(Event::DrewAgain);
    works_sold "works" "Works sold at Sales." |f| f.count(Event::Sold);
    works_collected "works" "Works taken by the collector." |f| f.count(Event::Collected);
    works_exhibited "works" "Works taken by the collector that were shown to the public." |f| f.count(Event::Exhibited);
    works_merit_collected "0 to 1" "Mean merit of the works taken." |f| mean(&of_taken(f, |merit, _| merit));
    works_inner_life_collected "0 to 1" "Mean revealed inner life of the works taken." |f| mean(&of_taken(f, |_, inner_life| inner_life));
    works_merit_inner_life "correlation" "Correlation of merit and revealed inner life over all works." |f| {
        let works = &f.world.inner.works.works;
        let pairs: Vec<(f64, f64)> = works.iter()
            .map(|work| (f64::from(work.merit), f64::from(work.inner_life))).collect();
        correlation(&pairs)
    };
    articulacy_humane "0 to 1" "Mean command of words of those who left humane schools." |f| articulacy(f, SchoolKind::Humane);
    articulacy_ordinary "0 to 1" "Mean command of words of those who left ordinary schools." |f| articulacy(f, SchoolKind::Ordinary);
};

fn of_taken(facts: &Facts, of: fn(f64, f64) -> f64) -> Vec<f64> {
    let works = &facts.world.inner.works.works;
    works
        .iter()
        .filter(|work| matches!(work.fate, Fate::Collected | Fate::Exhibited))
        .map(|work| of(f64::from(work.merit), f64::from(work.inner_life)))
        .collect()
}

fn articulacy(facts: &Facts, kind: SchoolKind) -> f64 {
    let students = &facts.world.students;
    let values: Vec<f64> = facts
        .students()
        .map(crate::person::StudentId::row)
        .filter(|row| students.phase[*row] != Phase::Pupil)
        .filter(|row| students.left_school[*row] < facts.world.clock.horizon)
        .filter(|row| facts.world.places.get(students.school[*row]).school_kind == Some(kind))
        .map(|row| f64::from(facts.world.inner.works.makers[row].articulacy))
        .collect();
    mean(&values)
}
