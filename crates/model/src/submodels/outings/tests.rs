use super::*;
use crate::trial::{metric, students_alone as run};

const SCALE: f64 = 0.05;

#[test]
fn residents_go_out_as_often_as_is_said() {
    // One house, so that no group wants for companions.
    let one_house = run(SCALE, &["cottages.places.others.count=0"]);
    let years: f64 = one_house
        .replayed
        .years
        .iter()
        .map(|year| f64::from(year.residents))
        .sum();
    let rate = metric(&one_house, "outings") / years;
    // Residents are counted on 31 December, when there are a little more than in the mean of a year
    // that begins with the leaving day.
    let said = Outings::default().per_year;
    assert!((rate / said - 1.0).abs() < 0.15, "{rate}");
}

#[test]
fn rank_moves_people_at_the_cottages() {
    let default = run(SCALE, &[]);
    assert!(metric(&default, "imitations_by_insecurity") > 0.05);
    assert!(metric(&default, "rank_gap") > 0.0);
    for event in [
        Event::WentOut,
        Event::Imitated,
        Event::Condescended,
        Event::AskedAboutSchool,
        Event::Confronted,
    ] {
        assert!(default.replayed.tally.of(event).count > 0, "{event:?}");
    }
}

#[test]
fn glimpses_raise_longing_and_nothing_is_seen_without_them() {
    let default = run(SCALE, &[]);
    let shut_in = run(
        SCALE,
        &[
            "outings.per_year=0",
            "outings.television=0",
            "outings.print=0",
        ],
    );
    assert_eq!(metric(&shut_in, "outings"), 0.0);
    let longing = |run| metric(run, "longing_residents");
    assert!(longing(&default) > 1.2 * longing(&shut_in));
}

#[test]
fn nobody_is_copied_or_looked_down_on_where_that_is_switched_off() {
    let run = run(
        SCALE,
        &[
            "outings.mimicry=0",
            "outings.humane_education=1",
            "outings.confronting=0",
        ],
    );
    for event in [
        Event::Imitated,
        Event::Condescended,
        Event::AskedAboutSchool,
        Event::Confronted,
    ] {
        assert_eq!(run.replayed.tally.of(event).count, 0, "{event:?}");
    }
    // With a humane education for all, schooling makes no difference to rank.
    assert!(metric(&run, "rank_gap") < 0.05);
}
