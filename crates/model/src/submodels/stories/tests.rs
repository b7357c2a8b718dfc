use std::sync::Arc;

use super::*;
use crate::trial::{metric, run, students_alone};

#[test]
fn each_story_arises_and_the_deferral_changes_as_it_is_told() {
    let run = run(0.1, &[]);
    for story in ["gallery", "deferral", "originals", "lost_corner"] {
        let told = metric(&run, &format!("stories_told_{story}"));
        assert!(told > 100.0, "{story}: {told}");
    }
    assert!(metric(&run, "story_variants_deferral") > 1.0);
    assert!(metric(&run, "stories_refuted") > 0.0);
}

#[test]
fn what_does_not_arise_is_not_told() {
    let run = run(0.05, &["stories.deferral_arises=0"]);
    assert_eq!(metric(&run, "stories_told_deferral"), 0.0);
    assert_eq!(metric(&run, "heard_deferral"), 0.0);
    assert!(metric(&run, "stories_told_gallery") > 0.0);
}

#[test]
fn without_mutation_every_version_of_the_deferral_arose_with_nobody() {
    let changed = |sets: &[&str]| {
        let run = run(0.1, sets);
        let versions = run.world.0.inner.stories.variants.rows().to_vec();
        let of_deferral = versions.iter().filter(|v| v.story == Story::Deferral);
        let by_somebody = of_deferral.clone().filter(|v| v.by != NOBODY).count();
        let with_parent = of_deferral.clone().filter(|v| v.parent != NOBODY).count();
        (of_deferral.count(), by_somebody, with_parent)
    };
    let (all, by_somebody, with_parent) = changed(&["stories.mutation=0"]);
    assert!(all > 0);
    assert_eq!((by_somebody, with_parent), (0, 0));
    let (_, by_somebody, with_parent) = changed(&[]);
    assert!(by_somebody > 0 && with_parent > 0);
}

/// Self-worth falls when somebody first takes for true that outcasts are copied, at whatever telling.
#[test]
fn shame_comes_with_the_belief_and_once() {
    let sets = ["time.horizon=1", "stories.mutation=0"];
    let mut world = students_alone(0.1, &sets).world.0;
    let (at, story) = (world.clock.horizon, Story::Originals);
    let (teller, hearer) = (StudentId(0), StudentId(1));
    claim(&mut world, at, teller, story, Claim::Marginal);
    world.minds.of_mut(hearer).worth = 0.5;
    let mut told = |number: u32, plausible: f64| {
        let programme = Arc::make_mut(&mut world.programme);
        programme.stories.originals_plausible = plausible;
        let mut draw = world.draw(hearer, Purpose::OriginalsTold, number);
        tell_to(&mut world, at, teller, hearer, story, &mut draw);
        let mind = world.minds.of(hearer);
        (mind.hearer[story as usize], f64::from(mind.worth))
    };
    assert_eq!(told(0, -40.0), (Hearer::Stifler, 0.5));
    let (_, ashamed) = told(1, 40.0);
    let shame = crate::submodels::stories::Stories::default().shame;
    assert!(
        (ashamed - 0.5 * (1.0 - shame)).abs() < 1e-6,
        "{ashamed} {shame}"
    );
    assert_eq!(told(2, 40.0).1, ashamed);
}
