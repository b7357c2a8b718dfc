//! What is measured of conditioning and of what follows from it.

use super::leaving;
use crate::event::Event;
use crate::metrics::{Facts, Metric, mean, metrics};
use crate::mind::{Fact, Mind};
use crate::person::{Phase, StudentId};
use crate::place::SchoolKind;
use crate::statistics::correlation;

/// Age from which somebody counts as grown up.
const GROWN_UP: f64 = 16.0;

/// Everybody who lived to be sixteen, with the mind at the end or at death.
fn grown_up<'a>(facts: &'a Facts) -> impl Iterator<Item = (StudentId, &'a Mind)> {
    let (students, clock) = (&facts.world.students, &facts.world.clock);
    facts.students().filter_map(move |student| {
        let row = student.row();
        let end = students.died[row].min(clock.horizon);
        let old = (end - students.born[row]).years() >= GROWN_UP;
        old.then(|| (student, facts.world.minds.of(student)))
    })
}

fn mean_of(facts: &Facts, of: impl Fn(&Mind) -> f32) -> f64 {
    let values: Vec<f64> = grown_up(facts)
        .map(|(_, mind)| f64::from(of(mind)))
        .collect();
    mean(&values)
}

fn acceptance(facts: &Facts, kind: SchoolKind) -> f64 {
    let world = facts.world;
    let values: Vec<f64> = grown_up(facts)
        .filter(|(student, _)| {
            let school = world.students.school[student.row()];
            world.places.get(school).school_kind == Some(kind)
        })
        .map(|(_, mind)| facts.world.programme.conditioning.acceptance.of(mind))
        .collect();
    mean(&values)
}

/// Age and use of soft words of the living who are old enough to meet others.
fn age_and_words(facts: &Facts) -> Vec<(f64, f64)> {
    let world = facts.world;
    let living = facts.students().filter(|one| world.students.alive(*one));
    living
        .map(|student| {
            let age = (world.clock.horizon - world.students.born[student.row()]).years();
            (age, f64::from(world.minds.of(student).words))
        })
        .filter(|(age, _)| *age >= world.programme.contacts.from_age + 1.0)
        .collect()
}

fn intent(facts: &Facts) -> f64 {
    let values: Vec<f64> = grown_up(facts)
        .filter(|(student, _)| facts.world.students.alive(*student))
        .map(|(student, _)| leaving::intent(facts.world, student))
        .collect();
    mean(&values)
}

/// Attempts in a phase of life, for each thousand who came to it.
fn attempts_per_thousand(facts: &Facts, phase: Phase, came: Event) -> f64 {
    let tally = &facts.replayed.tally;
    let attempts = tally.in_phase(Event::AttemptedToLeave, phase);
    1000.0 * f64::from(attempts) / f64::from(tally.of(came).count)
}

fn pride_of_those_who_know(facts: &Facts) -> f64 {
    let line = facts.world.programme.knowledge.understood_at as f32;
    let values: Vec<f64> = grown_up(facts)
        .filter(|(_, mind)| mind.understood[Fact::Completion as usize] >= line)
        .map(|(_, mind)| f64::from(mind.pride))
        .collect();
    mean(&values)
}

/// What is measured of it.
pub(crate) const METRICS: &[Metric] = metrics! {
    attempts_to_leave "attempts" "Attempts to leave without leave." |f| f.count(Event::AttemptedToLeave);
    attempts_per_thousand "attempts" "Attempts to leave, for each thousand students who left school." |f| 1000.0 * f.count(Event::AttemptedToLeave) / f.count(Event::LeftSchool);
    attempts_at_cottages "attempts" "Attempts to leave from the Cottages, for each thousand who came there." |f| attempts_per_thousand(f, Phase::Resident, Event::LeftSchool);
    escaped "students" "Students who left without leave and did not come back." |f| f.count(Event::Escaped);
    escape_intent_mean "probability" "Mean probability of trying to leave within a year, of the living aged 16 and over." intent;
    conditioning_mean "0 to 1" "Mean conditioning of those who lived to be 16, at the end or at death." |f| mean_of(f, |mind| mind.conditioning);
    pride_mean "0 to 1" "Mean pride of those who lived to be 16, at the end or at death." |f| mean_of(f, |mind| mind.pride);
    pride_of_those_who_know "0 to 1" "Mean pride of those who had understood the end." pride_of_those_who_know;
    soft_words_mean "0 to 1" "Mean use of soft words of those who lived to be 16." |f| mean_of(f, |mind| mind.words);
    soft_words_by_age "correlation" "Correlation of age with the use of soft words, of the living at the end." |f| correlation(&age_and_words(f));
    options_mean "0 to 1" "Mean belief that another life is possible, of those who lived to be 16." |f| mean_of(f, |mind| mind.options);
    images_mean "0 to 1" "Mean images of ordinary life, of those who lived to be 16." |f| mean_of(f, |mind| mind.images);
    longing_mean "0 to 1" "Mean longing for an ordinary life, of those who lived to be 16." |f| mean_of(f, |mind| mind.longing);
    acceptance_mean "0 to 1" "Mean acceptance of the end, of those who lived to be 16." |f| mean_of(f, |mind| f.world.programme.conditioning.acceptance.of(mind) as f32);
    acceptance_humane "0 to 1" "Mean acceptance of the end, of those from humane schools who lived to be 16." |f| acceptance(f, SchoolKind::Humane);
    acceptance_ordinary "0 to 1" "Mean acceptance of the end, of those from ordinary schools who lived to be 16." |f| acceptance(f, SchoolKind::Ordinary);
    acceptance_by_upbringing "0 to 1" "Mean acceptance of the end: of those from humane schools less that of those from ordinary ones." |f| acceptance(f, SchoolKind::Humane) - acceptance(f, SchoolKind::Ordinary);
    corrections "corrections" "Times that a peer corrected someone who spoke of another life." |f| f.count(Event::Corrected);
};
