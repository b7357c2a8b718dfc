use super::*;
use crate::run::Finished;
use crate::trial::{self, HUMANE, count, metric};

/// Humane schools alone, for thirty years.
fn run(sets: &[&str]) -> Finished {
    trial::run(0.5, &[&HUMANE[..], &["time.horizon=30"], sets].concat())
}

#[test]
fn standing_goes_towards_where_the_works_stand() {
    // n graded works at one level: S_n = T − (T − S_0)(1 − esteem)^n.
    let (esteem, target) = (0.2, 0.9);
    let mut standing = 0.5_f32;
    for n in 1..=20 {
        relax(&mut standing, target, esteem);
        let exact = target - (target - 0.5) * libm::pow(1.0 - esteem, f64::from(n));
        assert!((f64::from(standing) - exact).abs() < 1e-5, "{n}");
    }
}

#[test]
fn without_works_standing_goes_half_the_way_back_in_its_half_life() {
    let mut standing = 0.9_f32;
    for _ in 0..6 {
        relax(&mut standing, 0.5, faded(0.5, 3.0));
    }
    assert!((standing - 0.7).abs() < 1e-5);
}

#[test]
fn the_chance_of_rage_is_logistic_in_its_causes() {
    let rules = Standing::default();
    let mind = Mind {
        distress: 0.5,
        irascibility: 0.25,
        ..Mind::default()
    };
    let odds = |age: f64, accepts: f64| {
        let p = rules.rages(&mind, age, accepts);
        libm::log(p / (1.0 - p))
    };
    let base = rules.rage + 0.5 * rules.rage_distress + 0.25 * rules.rage_irascibility;
    assert!((odds(0.0, 0.0) - base).abs() < 1e-6);
    assert!((odds(0.0, 0.0) - odds(10.0, 0.0) - 10.0 * rules.rage_age).abs() < 1e-6);
    let taken = odds(5.0, 0.0) - odds(5.0, 0.75);
    assert!((taken - 0.75 * rules.rage_acceptance).abs() < 1e-6);
}

#[test]
fn low_early_art_is_teased_and_the_loop_of_rage_and_exclusion_closes() {
    let run = run(&[]);
    assert!(metric(&run, "early_art_teased") < -0.2);
    assert!(metric(&run, "early_art_excluded") < 0.0);
    assert!(metric(&run, "rage_rate_excluded") > 1.5 * metric(&run, "rage_rate_included"));
    assert!(metric(&run, "rage_rate_young") > 1.5 * metric(&run, "rage_rate_old"));
    assert!(count(&run, Event::TakenBack) <= count(&run, Event::Excluded));
    assert_eq!(run.replayed.findings.violations, 0);
}

#[test]
fn without_rage_fewer_are_excluded_and_without_exclusion_fewer_rage() {
    let default = run(&[]);
    let calm = run(&["standing.rage=-100"]);
    assert_eq!(count(&calm, Event::Raged), 0);
    assert!(count(&calm, Event::Excluded) < count(&default, Event::Excluded));
    let kind = run(&["standing.rage_exclusion=0", "standing.tease_exclusion=0"]);
    assert_eq!(count(&kind, Event::Excluded), 0);
    assert!(count(&kind, Event::Raged) < count(&default, Event::Raged));
}

#[test]
fn where_nobody_teases_nobody_is_teased_and_early_praise_spares() {
    let default = run(&[]);
    let quiet = run(&["standing.teasing=0"]);
    assert_eq!(count(&quiet, Event::Teased), 0);
    let praised = run(&["standing.early_praise=1"]);
    assert!(count(&praised, Event::Teased) < count(&default, Event::Teased));
    assert!(count(&praised, Event::Raged) < count(&default, Event::Raged));
}

#[test]
fn where_depth_is_judged_the_untalented_are_not_shamed() {
    let teased_by_talent = |sets: &[&str]| {
        let run = run(sets);
        let world = &run.world.0;
        let pairs: Vec<(f64, f64)> = world
            .minds
            .rows()
            .iter()
            .zip(&world.inner.standing.rows)
            .map(|(mind, row)| (f64::from(mind.talent), f64::from(row.teased)))
            .collect();
        crate::statistics::correlation(&pairs)
    };
    let merit = teased_by_talent(&[]);
    let depth = teased_by_talent(&["works.depth_in_grade=1"]);
    assert!(merit < -0.15, "{merit}");
    assert!(depth > merit / 3.0, "{merit} {depth}");
}
