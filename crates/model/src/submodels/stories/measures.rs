//! What is measured of the stories, and the table of their versions.

use std::path::Path;

use hailsham_engine::table::{ColumnSpec, TableError, TableWriter};

use super::variants::{Beneficiary, Claim, Stage};
use super::{BELIEVES, disabused};
use crate::event::Event;
use crate::metrics::{Facts, Metric, mean, metrics};
use crate::mind::{Hearer, Mind, Story};
use crate::person::{NOBODY, Phase, StudentId};
use crate::statistics::correlation;
use crate::world::World;
use hailsham_engine::columns;

/// Living students who know a story and have not learnt that it is not true.
fn holders(world: &World, story: Story) -> impl Iterator<Item = (StudentId, &Mind)> {
    world
        .minds
        .rows()
        .iter()
        .enumerate()
        .map(|(row, mind)| (StudentId(row as u32), mind))
        .filter(move |(student, mind)| {
            world.students.alive(*student)
                && mind.hearer[story as usize] != Hearer::Ignorant
                && !disabused(mind, story)
        })
}

/// Mean of a value over some students.
fn mean_of(values: impl Iterator<Item = f32>) -> f64 {
    let values: Vec<f64> = values.map(f64::from).collect();
    mean(&values)
}

/// Mean belief of those who hold the deferral and are of a kind, less that of those who are not.
fn belief_difference(facts: &Facts, of: impl Fn(StudentId, &Mind) -> bool) -> f64 {
    let belief = |kind: bool| {
        let held = holders(facts.world, Story::Deferral);
        let held = held.filter(|(student, mind)| of(*student, mind) == kind);
        mean_of(held.map(|(_, mind)| mind.belief[Story::Deferral as usize]))
    };
    belief(true) - belief(false)
}

/// Mean of a mood over those beyond school who believe in the deferral, or who do not.
fn mood(facts: &Facts, believe: bool, of: impl Fn(&Mind) -> f32) -> f64 {
    let world = facts.world;
    let grown = facts.students().filter(|student| {
        world.students.alive(*student) && world.students.phase[student.row()] != Phase::Pupil
    });
    let kind = grown
        .map(|student| world.minds.of(student))
        .filter(|mind| (mind.belief[Story::Deferral as usize] >= BELIEVES) == believe);
    mean_of(kind.map(of))
}

/// How far somebody accepts the end.
fn accepts(facts: &Facts, mind: &Mind) -> f32 {
    facts.world.programme.conditioning.acceptance.of(mind) as f32
}

/// Mean acceptance of those who were called up, at the end or at death.
fn acceptance_of_donors(facts: &Facts) -> f64 {
    let world = facts.world;
    mean_of(
        facts
            .donors()
            .map(|donor| accepts(facts, world.minds.of(donor.student))),
    )
}

/// Share of the living who know a story.
fn share_heard(facts: &Facts, story: Story) -> f64 {
    let world = facts.world;
    let living = facts
        .students()
        .filter(|student| world.students.alive(*student));
    mean_of(living.map(|student| {
        let heard = world.minds.of(student).hearer[story as usize] != Hearer::Ignorant;
        f32::from(u8::from(heard))
    }))
}

/// Share of those who hold a story, any of them, whose version's beginning nobody alive remembers:
/// it arose without an author, or its author is dead.
fn source_lost(facts: &Facts) -> f64 {
    let world = facts.world;
    let lost = Story::ALL.into_iter().flat_map(|story| {
        holders(world, story).map(move |(_, mind)| {
            let variants = &world.inner.stories.variants;
            let root = variants.get(mind.variant[story as usize]).root;
            let by = variants.get(root).by;
            f32::from(u8::from(
                by == NOBODY || !world.students.alive(StudentId(by)),
            ))
        })
    });
    mean_of(lost)
}

/// Share of those who hold a story, any of them, whose version goes back to a beginning that nobody
/// alive was there for: it began before any of the living was made.
fn outlives_witnesses(facts: &Facts) -> f64 {
    let world = facts.world;
    let living = facts.students().filter(|one| world.students.alive(*one));
    let oldest = living.map(|one| world.students.born[one.row()]).min();
    let outlived = Story::ALL.into_iter().flat_map(|story| {
        holders(world, story).map(move |(_, mind)| {
            let variants = &world.inner.stories.variants;
            let root = variants.get(mind.variant[story as usize]).root;
            let before = oldest.is_some_and(|oldest| variants.get(root).told < oldest);
            f32::from(u8::from(before))
        })
    });
    mean_of(outlived)
}

/// Correlation between the mouths that the deferral passed through and the terms that have changed.
fn change_by_hops(facts: &Facts) -> f64 {
    let world = facts.world;
    let first = world.programme.stories.first_terms(Story::Deferral);
    let pairs: Vec<(f64, f64)> = facts
        .students()
        .filter_map(|student| {
            let mind = world.minds.of(student);
            let topic = Story::Deferral as usize;
            (mind.hearer[topic] != Hearer::Ignorant).then(|| {
                let hops = world.inner.stories.hops[student.row()][topic];
                let terms = world.inner.stories.variants.get(mind.variant[topic]).terms;
                (f64::from(hops), f64::from(terms.distance(first)))
            })
        })
        .collect();
    correlation(&pairs)
}

fn variants_of(facts: &Facts, story: Story) -> f64 {
    let rows = facts.world.inner.stories.variants.rows();
    rows.iter().filter(|variant| variant.story == story).count() as f64
}

fn told(facts: &Facts, story: Story) -> f64 {
    let topic = facts.world.topics.story(story);
    f64::from(facts.replayed.tally.of_topic(Event::StoryTold, topic))
}

fn refuted_hope(facts: &Facts) -> f64 {
    // Only refutations of the deferral carry a value.
    let tally = &facts.replayed.tally;
    let topic = facts.world.topics.story(Story::Deferral);
    tally.of(Event::StoryRefuted).value / f64::from(tally.of_topic(Event::StoryRefuted, topic))
}

pub(crate) const METRICS: &[Metric] = metrics! {
    stories_arisen "stories" "Times that a story arose without an author." |f| f.count(Event::StoryArose);
    stories_told "tellings" "Times that a story was told." |f| f.count(Event::StoryTold);
    stories_told_gallery "tellings" "Times that the story of the Gallery was told." |f| told(f, Story::Gallery);
    stories_told_deferral "tellings" "Times that the story of the deferral was told." |f| told(f, Story::Deferral);
    stories_told_originals "tellings" "Times that a story of originals was told." |f| told(f, Story::Originals);
    stories_told_lost_corner "tellings" "Times that the story of the lost corner was told." |f| told(f, Story::LostCorner);
    heard_gallery "share" "Share of the living at the end who know the story of the Gallery." |f| share_heard(f, Story::Gallery);
    heard_deferral "share" "Share of the living at the end who know the story of the deferral." |f| share_heard(f, Story::Deferral);
    heard_originals "share" "Share of the living at the end who know a story of originals." |f| share_heard(f, Story::Originals);
    heard_lost_corner "share" "Share of the living at the end who know the story of the lost corner." |f| share_heard(f, Story::LostCorner);
    belief_gallery_mean "0 to 1" "Mean belief in the Gallery, of the living at the end." |f| mean_of(f.students().filter(|s| f.world.students.alive(*s)).map(|s| f.world.minds.of(s).belief[Story::Gallery as usize]));
    belief_deferral_mean "0 to 1" "Mean belief in the deferral, of the living at the end." |f| mean_of(f.students().filter(|s| f.world.students.alive(*s)).map(|s| f.world.minds.of(s).belief[Story::Deferral as usize]));
    belief_deferral_by_gallery "difference" "Mean belief in the deferral of those who know it and believe in the Gallery, less that of the others who know it." |f| belief_difference(f, |_, mind| mind.belief[Story::Gallery as usize] >= BELIEVES);
    belief_deferral_by_couple "difference" "Mean belief in the deferral of those who know it and are in a couple, less that of the others who know it." |f| belief_difference(f, |student, _| f.world.network.partner(student).is_some());
    belief_deferral_by_nearness "difference" "Mean belief in the deferral of donors who know it, less that of the others who know it." |f| belief_difference(f, |student, _| f.world.students.phase[student.row()] == Phase::Donor);
    story_source_lost "share" "Share of those who hold a story at the end whose version began with nobody, or with somebody who is dead." source_lost;
    story_outlives_witnesses "share" "Share of those who hold a story at the end whose version began before any of the living was made." outlives_witnesses;
    story_change_by_hops "correlation" "Correlation between the mouths that the deferral came through and the terms of it that have changed." change_by_hops;
    story_variants_deferral "versions" "Versions of the story of the deferral." |f| variants_of(f, Story::Deferral);
    stories_refuted "refutations" "Times that somebody who knew a story learnt that it is not true." |f| f.count(Event::StoryRefuted);
    hope_believers "0 to 1" "Mean hope of those beyond school at the end who believe in the deferral." |f| mood(f, true, |mind| mind.hope);
    hope_others "0 to 1" "Mean hope of those beyond school at the end who do not believe in the deferral." |f| mood(f, false, |mind| mind.hope);
    hope_refuted "0 to 1" "Mean hope of those who have just learnt that there is no deferral." refuted_hope;
    acceptance_believers "0 to 1" "Mean acceptance of those beyond school at the end who believe in the deferral." |f| mood(f, true, |mind| accepts(f, mind));
    acceptance_others "0 to 1" "Mean acceptance of those beyond school at the end who do not believe in the deferral." |f| mood(f, false, |mind| accepts(f, mind));
    acceptance_donors "0 to 1" "Mean acceptance of those called up to donate, at the end or at death." acceptance_of_donors;
};

/// The columns of `stories.parquet`.
pub const STORIES: &[ColumnSpec] = columns! {
    id U32 true "" "Number of the version: the object of the log's records about it.";
    story Text true "" "gallery, deferral, originals or lost_corner.";
    parent U32 false "" "The version it came from; none for one that began by itself.";
    claim Text true "" "What it claims.";
    beneficiary Text false "" "Who may have a deferral.";
    stage Text false "" "Until when.";
    length_years U32 false "years" "For how long.";
    proven Bool true "" "Whether it comes from somebody for whom it came true.";
    first_told Timestamp true "" "When it was first told, or arose.";
    by U32 false "" "Who first told it; none where nobody knows.";
    adopters U32 true "students" "How many took it for true when they first heard the story.";
    holders U32 true "students" "How many of the living hold it at the end of the run.";
};

/// Writes the versions of the stories.
pub(crate) fn write(
    path: &Path,
    world: &World,
    key_values: &[(String, String)],
) -> Result<(), TableError> {
    let rows = world.inner.stories.variants.rows();
    let mut held = vec![0_u32; rows.len()];
    for story in Story::ALL {
        for (_, mind) in holders(world, story) {
            held[mind.variant[story as usize] as usize] += 1;
        }
    }
    let of_deferral = |row: usize| rows[row].story == Story::Deferral;
    let mut writer = TableWriter::create(path, STORIES, key_values)?;
    let mut group = writer.group(rows.len())?;
    group.u32("id", |row| Some(row as u32))?;
    group.coded("story", &Story::LABELS, |row| {
        Some(rows[row].story as usize)
    })?;
    group.u32("parent", |row| {
        Some(rows[row].parent).filter(|parent| *parent != NOBODY)
    })?;
    group.coded("claim", Claim::LABELS, |row| {
        Some(rows[row].terms.claim as usize)
    })?;
    group.coded("beneficiary", Beneficiary::LABELS, |row| {
        of_deferral(row).then_some(rows[row].terms.beneficiary as usize)
    })?;
    group.coded("stage", Stage::LABELS, |row| {
        of_deferral(row).then_some(rows[row].terms.stage as usize)
    })?;
    group.u32("length_years", |row| {
        of_deferral(row).then_some(u32::from(rows[row].terms.years))
    })?;
    group.bool("proven", |row| Some(rows[row].proven))?;
    group.timestamp("first_told", |row| {
        Some(world.clock.epoch.milliseconds(rows[row].told))
    })?;
    group.u32("by", |row| Some(rows[row].by).filter(|by| *by != NOBODY))?;
    group.u32("adopters", |row| Some(rows[row].adopters))?;
    group.u32("holders", |row| Some(held[row]))?;
    group.close()?;
    writer.close().map(|_| ())
}
