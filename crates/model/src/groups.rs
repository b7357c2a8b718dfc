//! What a run came to for groups of people: those who give and those who care by the kind of their
//! school, those who receive by their disease. A study compares it between scenarios.

use hailsham_engine::time::Time;
use serde::Serialize;

use crate::metrics::{mean, total};
use crate::mind::Fact;
use crate::person::{Cause, Phase, RecipientId, StudentId};
use crate::place::SchoolKind;
use crate::run::Finished;
use crate::submodels::ledger;
use crate::world::World;

/// One measure of a group.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct MeasureInfo {
    /// Who: `givers`, `carers` or `receivers`.
    pub who: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// What it is, in a sentence.
    pub text: &'static str,
}

/// The name of the group of everybody of a kind.
pub const EVERYBODY: &str = "all";

/// A list of measures, `who name "unit" "what it is";` each.
macro_rules! measures {
    ($($who:ident $name:ident $unit:literal $text:literal;)+) => {
        &[$(MeasureInfo {
            who: stringify!($who),
            name: stringify!($name),
            unit: $unit,
            text: $text,
        },)+]
    };
}

/// Every measure, in the order in which the groups' values are given.
pub const MEASURES: &[MeasureInfo] = measures! {
    givers made "students" "Students made.";
    givers alive "students" "Students alive at the end.";
    givers died_of_donating "deaths" "Students who died of donating.";
    givers age_at_that_death "years" "Mean age at that death.";
    givers years_lost "years" "Years of life lost by those who died of donating, against the life table.";
    givers years_lost_mean "years" "Mean of that, of those who died of donating.";
    givers understood_end "0 to 1" "Mean, of those who died of donating, of how far the end had been understood.";
    carers carers "students" "Students who became carers.";
    carers service "years" "Years of service, ended or not.";
    carers deaths_attended "deaths" "Deaths of donors in their care.";
    receivers fell_ill "people" "People who fell ill.";
    receivers transplanted "people" "People who had a transplant.";
    receivers died_without "deaths" "People who died without ever having had a transplant.";
    receivers years_gained "years" "Years of life gained by transplants, against the death drawn at onset, followed beyond the end.";
    receivers years_gained_mean "years" "Mean of that, of those transplanted.";
};

/// The measures of one group.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// `givers`, `carers` or `receivers`.
    pub who: &'static str,
    /// Which of them: [`EVERYBODY`], a kind of school, or a disease.
    pub name: String,
    /// The values of their measures, in the order of [`MEASURES`]; none where there is nothing to
    /// take them of.
    pub values: Vec<Option<f64>>,
}

/// The measures of every group of a run.
pub fn groups(run: &Finished) -> Vec<Group> {
    let world = &run.world.0;
    let mut all = Vec::new();
    for school in [None, Some(SchoolKind::Humane), Some(SchoolKind::Ordinary)] {
        let name = school.map_or(EVERYBODY, |kind| SchoolKind::LABELS[kind as usize]);
        let of: Vec<StudentId> = (0..world.students.len() as u32)
            .map(StudentId)
            .filter(|student| {
                let row = student.row();
                let kind = world.places.get(world.students.school[row]).school_kind;
                world.students.phase[row] != Phase::Unborn && (school.is_none() || kind == school)
            })
            .collect();
        all.push(group("givers", name, givers(world, &of)));
        all.push(group("carers", name, carers(world, &of)));
    }
    let people = &world.recipients_state.people;
    let everybody = || (0..people.len() as u32).map(RecipientId);
    all.push(group("receivers", EVERYBODY, receivers(world, everybody())));
    for (number, disease) in world.programme.diseases.keys().enumerate() {
        let of = everybody()
            .filter(|person| usize::from(people.patients[person.row()].disease) == number);
        all.push(group("receivers", disease, receivers(world, of)));
    }
    all
}

fn group(who: &'static str, name: &str, values: Vec<f64>) -> Group {
    Group {
        who,
        name: name.to_owned(),
        values: values
            .into_iter()
            .map(|value| value.is_finite().then_some(value + 0.0))
            .collect(),
    }
}

fn givers(world: &World, of: &[StudentId]) -> Vec<f64> {
    let students = &world.students;
    let minds = world.minds.rows();
    let alive = of.iter().filter(|s| students.alive(**s)).count();
    let (mut ages, mut lost, mut understood) = (Vec::new(), Vec::new(), Vec::new());
    for student in of {
        let row = student.row();
        if matches!(students.cause[row], Some(Cause::Operation | Cause::Decline)) {
            ages.push((students.died[row] - students.born[row]).years());
            lost.extend(ledger::years_lost(students, *student));
            let mind = minds.get(row);
            understood.extend(mind.map(|m| f64::from(m.understood[Fact::Completion as usize])));
        }
    }
    vec![
        of.len() as f64,
        alive as f64,
        ages.len() as f64,
        mean(&ages),
        total(&lost, ages.len()),
        mean(&lost),
        mean(&understood),
    ]
}

fn carers(world: &World, of: &[StudentId]) -> Vec<f64> {
    let services: Vec<_> = of
        .iter()
        .filter_map(|student| {
            let row = world.students.carer_row[student.row()];
            world.carers.service(row)
        })
        .collect();
    let horizon = world.clock.horizon;
    vec![
        services.len() as f64,
        services
            .iter()
            .map(|carer| (carer.ended.min(horizon) - carer.started).years())
            .sum(),
        services
            .iter()
            .map(|carer| f64::from(carer.deaths_attended))
            .sum(),
    ]
}

fn receivers(world: &World, of: impl Iterator<Item = RecipientId>) -> Vec<f64> {
    let people = &world.recipients_state.people;
    let (mut ill, mut transplanted, mut died_without) = (0_u32, 0_u32, 0_u32);
    let mut gained = Vec::new();
    for person in of {
        ill += 1;
        let row = person.row();
        let without = people.patients[row].transplants == 0;
        transplanted += u32::from(!without);
        died_without += u32::from(without && people.patients[row].died != Time::NEVER);
        gained.extend(ledger::years_gained(people, person));
    }
    vec![
        f64::from(ill),
        f64::from(transplanted),
        f64::from(died_without),
        total(&gained, transplanted as usize),
        mean(&gained),
    ]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;

    use hailsham_engine::table::TableReader;
    use hailsham_scenario::{Parameters, Source, load};

    use super::*;
    use crate::{Options, Programme, built_in, metrics, simulate};

    /// The groups add up to everybody, and everybody is who the metrics count.
    #[test]
    fn groups_are_parts_of_what_the_metrics_count() {
        let source = Source::Name("programme".to_owned());
        let programme = load::<Programme>(&source, built_in(), &[]).unwrap().value;
        let options = Options {
            scale: 0.03,
            ..Options::default()
        };
        let run = simulate(&Arc::new(programme), &options, None, &[], &mut |_, _| true).unwrap();
        let metrics = metrics(&run);
        let metric = |name: &str| metrics.iter().find(|(n, _)| *n == name).unwrap().1.unwrap();
        let groups = groups(&run);
        let value = |who: &str, group: &str, measure: &str| {
            let found = groups.iter().find(|g| g.who == who && g.name == group);
            let mut of = MEASURES.iter().filter(|m| m.who == who);
            let place = of.position(|m| m.name == measure).unwrap();
            found.unwrap().values[place].unwrap_or(0.0)
        };
        for (who, measure, name) in [
            ("givers", "made", "students_created"),
            ("givers", "alive", "students_alive"),
            ("givers", "died_of_donating", "completed"),
            ("givers", "age_at_that_death", "age_completed_mean"),
            ("givers", "years_lost", "years_lost"),
            ("carers", "carers", "carers_ever"),
            ("carers", "service", "care_years"),
            ("carers", "deaths_attended", "deaths_attended"),
            ("receivers", "fell_ill", "fell_ill"),
            ("receivers", "transplanted", "recipients_transplanted"),
            ("receivers", "years_gained", "years_gained"),
        ] {
            let (found, expected) = (value(who, EVERYBODY, measure), metric(name));
            assert!(
                (found - expected).abs() <= 1e-9 * expected.abs(),
                "{who} {measure}: {found}, {name}: {expected}"
            );
            if measure != "age_at_that_death" {
                let of = |g: &&Group| g.who == who && g.name != EVERYBODY;
                let parts: f64 = groups
                    .iter()
                    .filter(of)
                    .map(|g| value(who, &g.name, measure))
                    .sum();
                assert!((parts - found).abs() <= 1e-9 * found.abs(), "{measure}");
            }
        }
        assert!(value("givers", "humane", "made") > 0.0);
    }

    /// Who would never have died has lost no number of years.
    #[test]
    fn years_against_a_death_that_never_comes_are_none() {
        let source = Source::Name("programme".to_owned());
        let sets = [
            "mortality.students.hazard_ratio=0",
            "contacts.inner_life=false",
        ];
        let programme = load::<Programme>(&source, built_in(), &sets.map(str::to_owned));
        let options = Options {
            scale: 0.02,
            ..Options::default()
        };
        let programme = Arc::new(programme.unwrap().value);
        let run = simulate(&programme, &options, None, &[], &mut |_, _| true).unwrap();
        let metrics = metrics(&run);
        let metric = |name: &str| metrics.iter().find(|(n, _)| *n == name).unwrap().1;
        assert!(metric("completed").is_some_and(|completed| completed > 0.0));
        assert_eq!(metric("years_lost"), None);
        assert_eq!(metric("years_lost_per_donor"), None);
        assert!(metric("years_gained_per_recipient").is_some_and(|gained| gained < 100.0));
        let groups = groups(&run);
        let givers = groups.iter().find(|group| group.who == "givers").unwrap();
        let mut measures = MEASURES.iter().filter(|measure| measure.who == "givers");
        let lost = measures
            .position(|measure| measure.name == "years_lost")
            .unwrap();
        assert_eq!(givers.values[lost..lost + 2], [None, None]);

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("persons.parquet");
        crate::write_persons(&file, &run).unwrap();
        let persons = TableReader::open(&file).unwrap();
        let kinds = persons.coded("kind").unwrap();
        let without = persons.timestamp("death_without").unwrap();
        let lost = persons.f32("years_lost").unwrap();
        for row in 0..persons.rows() {
            let student = kinds.label(row) == Some("student");
            assert!(!student || without[row].is_none());
            assert_eq!(lost[row], None);
        }
        assert!(without.iter().any(Option::is_some), "recipients die");
    }

    /// Its numbers and those of everybody would stand under one name.
    #[test]
    fn a_disease_cannot_be_called_as_everybody_is() {
        let source = Source::Name("programme".to_owned());
        let mut programme = load::<Programme>(&source, built_in(), &[]).unwrap().value;
        let disease = programme.diseases[0].clone();
        programme.diseases.insert(EVERYBODY.to_owned(), disease);
        let problems = programme.cross_check();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].path, "diseases.all");
    }

    #[test]
    fn every_group_has_all_measures_of_its_kind() {
        let of = |who: &str| MEASURES.iter().filter(|m| m.who == who).count();
        assert_eq!((of("givers"), of("carers"), of("receivers")), (7, 3, 5));
    }
}
