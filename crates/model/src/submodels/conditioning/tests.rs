//! Lessons against their closed form, attempts against their causes, the levers against their
//! neutral values.

use super::*;
use crate::trial::{metric, students_alone as run};

#[test]
fn lessons_alone_follow_the_closed_form() {
    // κ_n = λ − (λ − κ_0)·(1 − α)^n
    let (rate, end, start) = (0.07, 0.9, 0.2);
    let mut strength = start as f32;
    for n in 1..=60 {
        learn(&mut strength, rate, end);
        let closed = end - (end - start) * (1.0_f64 - rate).powi(n);
        assert!((f64::from(strength) - closed).abs() < 1e-5, "trial {n}");
    }
}

#[test]
fn attempts_answer_to_conditioning_and_not_to_open_doors() {
    let default = run(0.02, &[]);
    let without = run(0.02, &["conditioning.strength=0"]);
    let guarded = run(
        0.02,
        &[
            "conditioning.strength=0",
            "conditioning.leaving.enforcement=1",
        ],
    );
    for run in [&default, &without, &guarded] {
        assert_eq!(run.replayed.findings.violations, 0);
    }
    let thousand = |run| metric(run, "attempts_per_thousand");
    assert!(thousand(&default) < 10.0, "{}", thousand(&default));
    assert!(thousand(&without) > 50.0 * thousand(&default).max(1.0));
    assert!(metric(&without, "escaped") > 0.0);
    assert_eq!(metric(&guarded, "escaped"), 0.0);
    assert!(metric(&guarded, "attempts_to_leave") > 0.0);
}

#[test]
fn what_is_not_taught_is_not_there() {
    let run = run(
        0.01,
        &[
            "conditioning.strength=0",
            "conditioning.pride_teaching=0",
            "conditioning.plain_language=1",
            "conditioning.peer_policing=0",
            "conditioning.leaving.intercept=-50",
        ],
    );
    assert_eq!(metric(&run, "conditioning_mean"), 0.0);
    assert_eq!(metric(&run, "pride_mean"), 0.0);
    assert_eq!(metric(&run, "soft_words_mean"), 0.0);
    assert_eq!(metric(&run, "corrections"), 0.0);
    assert_eq!(metric(&run, "attempts_to_leave"), 0.0);
}

#[test]
fn refusing_is_rare_among_the_conditioned_and_common_without() {
    let set = "consent.refusal=true";
    let (never, rare) = (run(0.01, &[]), run(0.01, &[set]));
    let common = run(0.01, &[set, "conditioning.strength=0"]);
    let feared = run(0.01, &[set, "conditioning.strength=0", "consent.cost=50"]);
    let share = |run| metric(run, "donations_refused") / metric(run, "operations");
    assert_eq!(share(&never), 0.0);
    assert_eq!(metric(&never, "donations_refusable"), 0.0);
    assert_eq!(metric(&never, "donations_consented"), 0.0);
    assert!(share(&rare) < 0.1);
    assert!(share(&common) > 5.0 * share(&rare));
    assert_eq!(metric(&feared, "donations_refused"), 0.0);
    let consented = metric(&rare, "donations_consented");
    assert_eq!(consented, metric(&rare, "donations_understood"));
    assert!(consented > 0.0 && consented < metric(&rare, "donations_refusable"));
}

#[test]
fn where_donating_is_voluntary_who_refuses_is_released() {
    let sets = ["consent.voluntary=true", "conditioning.strength=0.3"];
    let run = run(0.01, &sets);
    let tally = &run.replayed.tally;
    assert_eq!(run.replayed.findings.violations, 0);
    assert!(tally.of(Event::Refused).count > 0);
    assert_eq!(
        tally.of(Event::Refused).count,
        tally.of(Event::Retired).count
    );
    // Who was told everything at call-up consents by not refusing.
    assert_eq!(
        metric(&run, "donations_consented"),
        metric(&run, "operations")
    );
}
