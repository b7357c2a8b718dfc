//! The inner life of a student, as far as others can see it: traits, what conditioning has left,
//! what was heard and understood, moods, stories believed.
//!
//! Every submodel may read a mind; each field is written by one, named beside it. A mind is one row
//! of three cache lines, since what happens to a person touches many of its fields at once.
//!
//! Shares and moods lie in [0, 1] and are moved by [`raise`] and [`lower`], which act on what is
//! left: they never leave the interval, and two of them in either order come close to each other.

use hailsham_engine::large_pages;
use hailsham_engine::prefetch::{Ahead, prefetch};
use hailsham_engine::random::Streams;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::maths::{halved, logistic};
use crate::person::StudentId;
use crate::purpose::Purpose;

/// Traits and moods.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Character {
    /// Spread of each trait among students: standard deviation of its log-odds.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "log-odds", "source" = "assumed: people differ (A-043, A-044, A-107)"))]
    #[default = 1.0]
    pub spread: f64,
    /// Mean talent for art, at the middle of the distribution.
    #[schemars(range(min = 0.01, max = 0.99), extend("unit" = "share", "source" = "assumed (A-052)"))]
    #[default = 0.5]
    pub talent: f64,
    /// Insecurity at the middle of its distribution.
    #[schemars(range(min = 0.0001, max = 0.99), extend("unit" = "share", "source" = "assumed (A-160)"))]
    #[default = 0.3]
    pub insecurity: f64,
    /// Ambition at the middle of its distribution.
    #[schemars(range(min = 0.0001, max = 0.99), extend("unit" = "share", "source" = "assumed (A-044)"))]
    #[default = 0.4]
    pub ambition: f64,
    /// Irascibility at the middle of its distribution.
    #[schemars(range(min = 0.0001, max = 0.99), extend("unit" = "share", "source" = "assumed (A-074)"))]
    #[default = 0.25]
    pub irascibility: f64,
    /// Curiosity at the middle of its distribution.
    #[schemars(range(min = 0.0001, max = 0.99), extend("unit" = "share", "source" = "assumed (A-175)"))]
    #[default = 0.5]
    pub curiosity: f64,
    /// Boldness at the middle of its distribution.
    #[schemars(range(min = 0.0001, max = 0.99), extend("unit" = "share", "source" = "assumed (A-078, A-096)"))]
    #[default = 0.5]
    pub boldness: f64,
    /// How long it takes a mood to come half the way back to its baseline.
    #[schemars(range(min = 0.01, max = 100.0), extend("unit" = "years", "source" = "assumed: mood recovers (A-159)"))]
    #[default = 0.5]
    pub mood_half_life: f64,
    /// How long it takes grief and guilt to fade by half.
    #[schemars(range(min = 0.01, max = 100.0), extend("unit" = "years", "source" = "assumed: guilt is long carried (A-164)"))]
    #[default = 8.0]
    pub grief_half_life: f64,
    /// How far what hurts is kept: 0 it fades, 1 neither grief nor guilt nor distress ever does, as if nothing were forgotten.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "leaving out what hurts protects (A-180)", "lever" = "E-49"))]
    #[default = 0.0]
    pub retention: f64,
    /// Hope without a story to hold on to.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-159)"))]
    #[default = 0.3]
    pub hope: f64,
    /// Distress of an undisturbed life.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: calm lives (A-155)"))]
    #[default = 0.1]
    pub distress: f64,
    /// Self-worth of an undisturbed life.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.5]
    pub worth: f64,
    /// Felt agency without a role that seems chosen.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-157)"))]
    #[default = 0.2]
    pub agency: f64,
    /// Felt meaning without ties or art.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-158, A-167)"))]
    #[default = 0.3]
    pub meaning: f64,
}

/// What there is to know (7.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Fact {
    /// That one is a copy of somebody.
    Clone,
    /// That one will give organs.
    Donation,
    /// That one will die of it.
    Completion,
    /// That one will have no children.
    Childlessness,
    /// What the art is taken for.
    PurposeOfArt,
    /// That there is no deferral.
    NoDeferral,
    /// From whom copies are made.
    Origin,
}

impl Fact {
    /// How many there are.
    pub const COUNT: usize = 7;
    /// Every one, by number.
    pub const ALL: [Fact; Fact::COUNT] = [
        Fact::Clone,
        Fact::Donation,
        Fact::Completion,
        Fact::Childlessness,
        Fact::PurposeOfArt,
        Fact::NoDeferral,
        Fact::Origin,
    ];
    /// Topics of the log, by number.
    pub const LABELS: [&'static str; Fact::COUNT] = [
        "being_a_clone",
        "donation",
        "completion",
        "childlessness",
        "purpose_of_art",
        "no_deferral",
        "origin",
    ];
}

/// What is told without being known (7.9).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Story {
    /// Where the art goes.
    Gallery,
    /// Couples in love may put their donations off.
    Deferral,
    /// Who is copied.
    Originals,
    /// Lost things gather in Norfolk.
    LostCorner,
}

impl Story {
    /// How many there are.
    pub const COUNT: usize = 4;
    /// Every one, by number.
    pub const ALL: [Story; Story::COUNT] = [
        Story::Gallery,
        Story::Deferral,
        Story::Originals,
        Story::LostCorner,
    ];
    /// Topics of the log, by number.
    pub const LABELS: [&'static str; Story::COUNT] =
        ["gallery", "deferral", "originals", "lost_corner"];
}

/// Where a person stands towards a story: the three states of the stochastic rumour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[repr(u8)]
pub enum Hearer {
    /// Has not heard it.
    #[default]
    Ignorant,
    /// Has heard it and tells it.
    Spreader,
    /// Has heard it and tells it no more.
    Stifler,
}

/// A mind. What is not said to be otherwise is a share from 0 to 1.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(64))]
pub struct Mind {
    /// Talent for art. Traits are given at making and stay.
    pub talent: f32,
    /// Fear of being left or found lacking.
    pub insecurity: f32,
    /// Wish for rank.
    pub ambition: f32,
    /// How easily rage comes.
    pub irascibility: f32,
    /// Wish to know.
    pub curiosity: f32,
    /// Readiness to speak and act.
    pub boldness: f32,

    /// Acceptance of the end as right and natural, left by conditioning (7.3).
    pub conditioning: f32,
    /// Pride in a special purpose (7.3).
    pub pride: f32,
    /// Use of the programme's soft words (7.3).
    pub words: f32,
    /// Images of ordinary life (7.3).
    pub images: f32,
    /// Belief that another life is possible for oneself (7.3).
    pub options: f32,
    /// Longing for an ordinary life (7.3).
    pub longing: f32,

    /// By [`Fact`]: how far its words were heard (7.4).
    pub heard: [f32; Fact::COUNT],
    /// By [`Fact`]: how far it was understood (7.4).
    pub understood: [f32; Fact::COUNT],

    /// Rank among the others, by art at school (7.7) and by worldliness at the Cottages (7.12).
    pub standing: f32,
    /// How far the others shun the person (7.7).
    pub exclusion: f32,

    /// Hope: follows belief in a story, and drops below its baseline when that is refuted (7.9).
    pub hope: f32,
    /// Distress: raised by teasing, refusals, failed searches, deaths.
    pub distress: f32,
    /// Self-worth: moved by praise, teasing, what is said of one's origin.
    pub worth: f32,
    /// Felt agency: raised by a role or an act that seems chosen.
    pub agency: f32,
    /// Felt meaning: raised by ties, art, care.
    pub meaning: f32,
    /// Guilt for what was done to others (7.8).
    pub guilt: f32,
    /// Grief for the dead (7.8).
    pub grief: f32,

    /// By [`Story`]: belief in it (7.9).
    pub belief: [f32; Story::COUNT],
    /// By [`Story`]: which variant the person holds (7.9).
    pub variant: [u32; Story::COUNT],
    /// By [`Story`]: whether the person tells it (7.9).
    pub hearer: [Hearer; Story::COUNT],
    /// Which couples, schemes and the like stand behind the person now: see the submodels' flags.
    pub flags: u32,
}

const _: () = assert!(size_of::<Mind>() == 192);

/// Raises a share by a part of what is left to 1.
#[inline]
pub fn raise(share: &mut f32, part: f64) {
    *share += (1.0 - *share) * part.clamp(0.0, 1.0) as f32;
}

/// Lowers a share by a part of what there is.
#[inline]
pub fn lower(share: &mut f32, part: f64) {
    *share -= *share * part.clamp(0.0, 1.0) as f32;
}

/// The minds of all students, one row each.
#[derive(Default)]
pub struct Minds(Vec<Mind>);

impl Minds {
    /// Makes room for so many, if there is as much memory.
    pub(crate) fn reserve(&mut self, students: usize) {
        large_pages::reserve(&mut self.0, students);
    }

    /// The mind of a student.
    #[inline]
    pub fn of(&self, student: StudentId) -> &Mind {
        &self.0[student.row()]
    }

    /// The mind of a student, to change.
    #[inline]
    pub fn of_mut(&mut self, student: StudentId) -> &mut Mind {
        &mut self.0[student.row()]
    }

    /// A person's mind will be needed.
    #[inline]
    pub(crate) fn ahead(&self, student: StudentId, ahead: &mut Ahead) {
        ahead.add_row(&self.0, student.row());
    }

    /// Asks for the memory of what a person understands.
    #[inline]
    pub(crate) fn prefetch_understood(&self, student: StudentId) {
        if let Some(mind) = self.0.get(student.row()) {
            prefetch(&mind.understood);
        }
    }

    /// Every mind, in the order of the students.
    pub fn rows(&self) -> &[Mind] {
        &self.0
    }

    /// A mind for a student whose row is being made: traits are drawn, moods stand at their
    /// baselines.
    pub(crate) fn push(&mut self, character: &Character, streams: Streams, identity: u64) {
        let mut draw = streams.entity(identity).purpose(Purpose::Traits).draw(0);
        let mut of = |middle: f64| {
            let log_odds = libm::log(middle / (1.0 - middle)) + character.spread * draw.normal();
            logistic(log_odds) as f32
        };
        self.0.push(Mind {
            talent: of(character.talent),
            insecurity: of(character.insecurity),
            ambition: of(character.ambition),
            irascibility: of(character.irascibility),
            curiosity: of(character.curiosity),
            boldness: of(character.boldness),
            standing: 0.5,
            hope: character.hope as f32,
            distress: character.distress as f32,
            worth: character.worth as f32,
            agency: character.agency as f32,
            meaning: character.meaning as f32,
            ..Mind::default()
        });
    }
}

/// How moods come back towards their baselines over some years, and grief and guilt fade. What hurts
/// does so in as much of that time as is not kept in mind.
pub(crate) struct Settling {
    hope: f32,
    distress: f32,
    worth: f32,
    agency: f32,
    meaning: f32,
    /// What is left of a mood's distance from its baseline; of distress above its own; and of grief.
    mood: f32,
    distressed: f32,
    grief: f32,
}

impl Settling {
    pub(crate) fn over(years: f64, character: &Character) -> Settling {
        let left = |years: f64, half_life: f64| halved(years / half_life) as f32;
        let forgetting = years * (1.0 - character.retention);
        Settling {
            hope: character.hope as f32,
            distress: character.distress as f32,
            worth: character.worth as f32,
            agency: character.agency as f32,
            meaning: character.meaning as f32,
            mood: left(years, character.mood_half_life),
            distressed: left(forgetting, character.mood_half_life),
            grief: left(forgetting, character.grief_half_life),
        }
    }

    /// The mind of somebody for whom that time has gone by.
    pub(crate) fn settle(&self, mind: &mut Mind) {
        let towards = |value: &mut f32, baseline: f32, left: f32| {
            *value = baseline + (*value - baseline) * left;
        };
        let distress = if mind.distress > self.distress {
            self.distressed
        } else {
            self.mood
        };
        towards(&mut mind.hope, self.hope, self.mood);
        towards(&mut mind.distress, self.distress, distress);
        towards(&mut mind.worth, self.worth, self.mood);
        towards(&mut mind.agency, self.agency, self.mood);
        towards(&mut mind.meaning, self.meaning, self.mood);
        mind.grief *= self.grief;
        mind.guilt *= self.grief;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mood_comes_half_the_way_back_in_its_half_life() {
        let character = Character::default();
        let mut mind = Mind {
            distress: 0.9,
            grief: 0.8,
            ..Mind::default()
        };
        Settling::over(character.mood_half_life, &character).settle(&mut mind);
        let half_way = f64::midpoint(0.9, character.distress);
        assert!((f64::from(mind.distress) - half_way).abs() < 1e-6);
        let rest = character.grief_half_life - character.mood_half_life;
        Settling::over(rest, &character).settle(&mut mind);
        assert!((mind.grief - 0.4).abs() < 1e-6);
    }

    #[test]
    fn what_hurts_fades_in_the_time_that_is_not_kept_in_mind() {
        let hurt = Mind {
            distress: 0.9,
            grief: 0.8,
            guilt: 0.4,
            hope: 0.9,
            ..Mind::default()
        };
        let after = |retention: f64, years: f64| {
            let character = Character {
                retention,
                ..Character::default()
            };
            let mut mind = hurt;
            Settling::over(years, &character).settle(&mut mind);
            mind
        };
        let (half, kept) = (after(0.5, 6.0), after(1.0, 6.0));
        for painful in [
            |mind: &Mind| mind.distress,
            |mind: &Mind| mind.grief,
            |mind: &Mind| mind.guilt,
        ] {
            assert_eq!(painful(&kept), painful(&hurt));
            assert_eq!(painful(&half), painful(&after(0.0, 3.0)));
        }
        // What does not hurt goes as ever.
        assert_eq!(kept.hope, after(0.0, 6.0).hope);
        // And whoever is calmer than usual comes back to it.
        let mut calm = Mind::default();
        let perfect = Character {
            retention: 1.0,
            ..Character::default()
        };
        Settling::over(perfect.mood_half_life, &perfect).settle(&mut calm);
        assert!((f64::from(calm.distress) - perfect.distress / 2.0).abs() < 1e-6);
    }

    #[test]
    fn raising_and_lowering_stay_within_the_interval() {
        let mut share = 0.25;
        raise(&mut share, 2.0);
        assert_eq!(share, 1.0);
        lower(&mut share, 0.5);
        assert_eq!(share, 0.5);
        lower(&mut share, 3.0);
        assert_eq!(share, 0.0);
    }
}
