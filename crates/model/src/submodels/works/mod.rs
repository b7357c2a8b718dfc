//! 7.6 Works, Sales, collection, the Gallery (A-051 to A-058, A-081, A-082, A-102, A-214).
//!
//! Students make works. With r the encouragement of where they live (works a year), G the belief
//! that somebody takes and judges the art, and D, for those in a couple who hold that art proves
//! love, the belief in the deferral,
//!
//! ```text
//! works ~ Poisson(years · (r · exp(effort · (talent − ½)) · (1 + judge · G) + proof · D))
//! logit(merit)      = logit(talent) + practice · n / (n + practice_half) + chance · Z
//! logit(inner life) = curious · logit(curiosity) + distressed · distress + depth_chance · Z
//! score             = (1 − depth_in_grade) · merit + depth_in_grade · inner life
//! ```
//!
//! where n is the number of works made before. Merit and revealed inner life are two things
//! (C-65). Guardians grade the score; what happens to the works then is in `sales`. That works
//! are made, judged, sold and taken is stated; every number is assumed.

mod measures;
mod sales;
mod table;

use hailsham_engine::prefetch::Ahead;
use hailsham_engine::random::Draw;
use hailsham_engine::time::{Span, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::event::{Event, Word};
use crate::history;
use crate::maths::{exponential, logistic};
use crate::mind::{self, Story};
use crate::person::{NOBODY, Phase, StudentId};
use crate::place::{PlaceId, SchoolKind};
use crate::purpose::Purpose;
use crate::submodels::contacts::Reflection;
use crate::submodels::standing;
use crate::submodels::stories::{self, variants::Claim};
use crate::world::World;

pub(crate) use measures::METRICS;
pub use sales::{Collecting, Collection, Sales};
pub(crate) use sales::{collect, exhibit, is_collected, term};
pub use table::WORKS;
pub(crate) use table::write as write_table;

/// Works, Sales, collection, the Gallery.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Works {
    /// Works that a pupil of a humane school makes.
    #[schemars(range(min = 0.0, max = 1000.0), extend("unit" = "per year", "source" = "assumed: encouraged and expected (A-051)"))]
    #[default = 3.0]
    pub humane: f64,
    /// Works that a pupil of an ordinary school makes.
    #[schemars(range(min = 0.0, max = 1000.0), extend("unit" = "per year", "source" = "assumed: no arts focus (A-017)"))]
    #[default = 0.25]
    pub ordinary: f64,
    /// Works of those who have left school.
    #[schemars(range(min = 0.0, max = 1000.0), extend("unit" = "per year", "source" = "assumed: late drawings (A-102)"))]
    #[default = 0.04]
    pub late: f64,
    /// How much more the talented make.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "log of the rate per unit of talent", "source" = "assumed (A-051)"))]
    #[default = 1.0]
    pub effort: f64,
    /// How much belief in somebody who takes and judges the art adds to the rate.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "share of the rate", "source" = "assumed (D-75)"))]
    #[default = 0.6]
    pub judge: f64,
    /// Works of each of a couple who believe wholly in a deferral that art would prove.
    #[schemars(range(min = 0.0, max = 1000.0), extend("unit" = "per year", "source" = "assumed: begun in hope (A-102, 0:38)"))]
    #[default = 2.0]
    pub proof: f64,
    /// What practice adds to merit in the end.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "log-odds", "source" = "assumed"))]
    #[default = 1.0]
    pub practice: f64,
    /// Works after which half of that is there.
    #[schemars(range(min = 0.1, max = 10_000.0), extend("unit" = "works", "source" = "assumed: hyperbolic learning curve, Mazur and Hastie 1978"))]
    #[default = 15.0]
    pub practice_half: f64,
    /// Spread of merit from work to work: standard deviation of its log-odds.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "log-odds", "source" = "assumed"))]
    #[default = 0.8]
    pub chance: f64,
    /// How far curiosity shows in a work.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "log-odds per log-odds", "source" = "assumed: art reveals the maker (A-203)"))]
    #[default = 0.7]
    pub curious: f64,
    /// How far distress shows in a work.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "log-odds", "source" = "assumed: the boat that cannot leave its pond (A-082)"))]
    #[default = 1.5]
    pub distressed: f64,
    /// Spread of what a work reveals: standard deviation of its log-odds.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "log-odds", "source" = "assumed"))]
    #[default = 0.8]
    pub depth_chance: f64,
    /// Weight of the revealed inner life in what guardians and the collector judge; 0: merit alone.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "the best are chosen (A-052, A-054)", "lever" = "E-34"))]
    #[default = 0.0]
    pub depth_in_grade: f64,
    /// Score below which a work is found immature.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "score", "source" = "assumed: one drawing was (A-052, A-082)"))]
    #[default = 0.2]
    pub immature: f64,
    /// Score above which a work is praised.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "score", "source" = "assumed (A-052)"))]
    #[default = 0.85]
    pub praised: f64,
    /// What praise adds to self-worth, and being found immature takes.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share of what is left", "source" = "assumed (A-054, A-076)"))]
    #[default = 0.15]
    pub worth: f64,
    /// Share of works that are drawings.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-081)"))]
    #[default = 0.55]
    pub drawings: f64,
    /// Share of works that are poems; the rest is of other kinds.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-081)"))]
    #[default = 0.3]
    pub poems: f64,
    /// What a year of a humane school adds to a pupil's command of words.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share of what is left", "source" = "assumed: pupils learn to think as well as make art (A-207)"))]
    #[default = 0.08]
    pub schooling_humane: f64,
    /// What a year of an ordinary school adds.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share of what is left", "source" = "assumed: less schooling (A-017)"))]
    #[default = 0.03]
    pub schooling_ordinary: f64,
    /// What a poem adds.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share of what is left", "source" = "assumed"))]
    #[default = 0.02]
    pub poem_words: f64,
    /// Sales at humane schools.
    pub sales: Sales,
    /// What is taken away.
    pub collection: Collection,
}

/// What kind of thing a work is (A-081).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Form {
    Drawing,
    Poem,
    Other,
}

impl Form {
    pub(crate) const LABELS: [&'static str; 3] = ["drawing", "poem", "other_work"];
    const WORDS: [Word; 3] = [Word::Drawing, Word::Poem, Word::OtherWork];
    const ALL: [Form; 3] = [Form::Drawing, Form::Poem, Form::Other];
}

/// What became of a work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Fate {
    Kept,
    Sold,
    Collected,
    Exhibited,
}

impl Fate {
    pub(crate) const LABELS: [&'static str; 4] = ["kept", "sold", "collected", "exhibited"];
}

/// One work; its number is its row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work {
    pub(crate) maker: u32,
    /// Who bought or took it, or `NOBODY`.
    pub(crate) owner: u32,
    pub(crate) made: Time,
    /// When it left its maker.
    pub(crate) parted: Time,
    pub(crate) merit: f32,
    pub(crate) inner_life: f32,
    /// What judges see of the two.
    pub(crate) score: f32,
    /// Number of the work in the maker's life, from 1.
    pub(crate) number: u32,
    /// Number of the place where it was made, or `NOBODY` for the road.
    pub(crate) place: u32,
    pub(crate) form: Form,
    pub(crate) fate: Fate,
    /// 1 to `GRADES`; 0 where nobody graded it.
    pub(crate) grade: u8,
}

/// What the submodel knows of a student.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Maker {
    /// Works made so far.
    made: u32,
    /// Tokens in the purse.
    tokens: u32,
    immature: u16,
    praised: u16,
    /// Command of words.
    articulacy: f32,
    /// Failed at school, and drew again afterwards.
    again: bool,
}

/// Works at one place: what waits for a Sale and for the collector, and how good works are there.
#[derive(Default)]
pub(crate) struct Store {
    /// Works made since the last Sale.
    term: Vec<u32>,
    /// Works that the collector has not seen.
    unseen: Vec<u32>,
    /// Graded works so far, and the mean of their scores.
    graded: (u32, f64),
    /// Tokens spent on goods.
    purse: u64,
}

/// What was made over how many years of life, by those who believe and those who do not.
#[derive(Clone, Copy, Debug, Default)]
struct Effort {
    works: [u32; 2],
    years: [f64; 2],
}

impl Effort {
    fn add(&mut self, group: bool, works: u64, years: f64) {
        self.works[usize::from(group)] += works as u32;
        self.years[usize::from(group)] += years;
    }

    fn rate(&self, group: bool) -> f64 {
        f64::from(self.works[usize::from(group)]) / self.years[usize::from(group)]
    }
}

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) works: Vec<Work>,
    /// By student.
    makers: Vec<Maker>,
    /// By place; as many as are needed.
    stores: Vec<Store>,
    /// Collected works that were not shown yet, in the order of collection.
    unshown: std::collections::VecDeque<u32>,
    /// Tokens given out so far.
    issued: u64,
    /// Pupils of ordinary and of humane schools.
    upbringing: Effort,
    /// Pupils of humane schools who do not believe in the Gallery, and who do.
    believers: Effort,
    /// Of those who left school: all others, and couples who believe that art would prove love.
    provers: Effort,
}

impl State {
    /// A student's row will be needed.
    #[inline]
    pub(crate) fn ahead(&self, student: StudentId, ahead: &mut Ahead) {
        ahead.add_row(&self.makers, student.row());
    }

    /// Room for one more student.
    pub(crate) fn push(&mut self) {
        self.makers.push(Maker::default());
    }

    /// How many works a student has made.
    pub(crate) fn made_by(&self, student: StudentId) -> u32 {
        self.makers[student.row()].made
    }

    fn store(&mut self, place: PlaceId) -> &mut Store {
        if place.row() >= self.stores.len() {
            self.stores.resize_with(place.row() + 1, Store::default);
        }
        &mut self.stores[place.row()]
    }
}

/// Grades that guardians give: the score in steps.
const GRADES: f64 = 5.0;

/// Whether a pupil lives at a humane school; none for who is no pupil.
fn humane(world: &World, student: StudentId) -> Option<bool> {
    let row = student.row();
    (world.students.phase[row] == Phase::Pupil).then(|| {
        let place = world.places.get(world.students.place[row]);
        place.school_kind == Some(SchoolKind::Humane)
    })
}

/// Whether somebody is one of a couple and holds that art would prove love to those who decide.
fn would_prove(world: &World, student: StudentId) -> bool {
    world.minds.of(student).belief[Story::Deferral as usize] > 0.0
        && stories::claim_of(world, student, Story::Deferral) == Some(Claim::Art)
        && world.network.partner(student).is_some()
}

/// Half a year of a student's life has gone by.
pub(crate) fn reflect(world: &mut World, reflection: &Reflection, mut draw: Draw) {
    let student = reflection.who;
    let rules = &world.programme.works;
    let school = humane(world, student);
    let mind = world.minds.of(student);
    let gallery = f64::from(mind.belief[Story::Gallery as usize]);
    let base = match school {
        Some(true) => rules.humane,
        Some(false) => rules.ordinary,
        None => rules.late,
    };
    let proves = would_prove(world, student);
    let proof = if proves {
        rules.proof * f64::from(mind.belief[Story::Deferral as usize])
    } else {
        0.0
    };
    let effort = exponential(rules.effort * (f64::from(mind.talent) - 0.5));
    let rate = base * effort * (1.0 + rules.judge * gallery) + proof;
    let count = if rate > 0.0 {
        draw.poisson(rate * reflection.years)
    } else {
        0
    };
    let state = &mut world.inner.works;
    match school {
        Some(kind) => {
            state.upbringing.add(kind, count, reflection.years);
            if kind {
                state.believers.add(gallery > 0.5, count, reflection.years);
            }
            let gained = if kind {
                rules.schooling_humane
            } else {
                rules.schooling_ordinary
            };
            let articulacy = &mut state.makers[student.row()].articulacy;
            mind::raise(articulacy, gained * reflection.years);
        }
        None => state.provers.add(proves, count, reflection.years),
    }
    for _ in 0..count {
        make(world, reflection.at, student, school, Asked::Nothing);
    }
}

/// A work is made, and at a school graded.
/// What is on record of a work; the rest of it is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Asked<'a> {
    /// Nothing.
    Nothing,
    /// What kind of work it is, by the log's word.
    Form(&'a str),
    /// What the guardians said of it, by the log's word.
    Verdict(&'a str),
    /// That its maker had given up before.
    Again,
}

/// Draws of works that no chance would bring about lie above those of all works.
const FIRST_FORCED: u32 = 1 << 31;
/// Most works that are drawn to find one of which the guardians would say what is on record.
const MOST_TRIES: u32 = 10_000;

/// A work that is on record is made.
pub(crate) fn make_on_record(world: &mut World, at: Time, student: StudentId, asked: Asked<'_>) {
    let school = humane(world, student);
    make(world, at, student, school, asked);
}

/// A work is made that the collector takes: as is on record, it was among the best.
pub(crate) fn collect_on_record(world: &mut World, at: Time, student: StudentId) {
    let object = world.inner.works.works.len() as u32;
    let praised = Asked::Verdict(Word::LABELS[Word::Praised as usize]);
    make_on_record(world, at, student, praised);
    sales::take(world, at, object);
}

fn make(world: &mut World, at: Time, student: StudentId, school: Option<bool>, asked: Asked<'_>) {
    let place = world.home_of(student);
    let rules = &world.programme.works;
    let state = &mut world.inner.works;
    let maker = &mut state.makers[student.row()];
    let before = f64::from(maker.made);
    maker.made += 1;
    let number = maker.made;
    let streams = world.students.streams(world.clock.streams, student);
    let mind = world.minds.of(student);
    let log_odds = |share: f32| {
        let share = f64::from(share);
        libm::log(share / (1.0 - share))
    };
    let mut draw = streams.purpose(Purpose::WorkScores).draw(number);
    let practice = rules.practice * before / (before + rules.practice_half);
    let mut draw_score = streams
        .purpose(Purpose::WorkScores)
        .draw(FIRST_FORCED + number);
    let mut scores = || {
        let merit = logistic(log_odds(mind.talent) + practice + rules.chance * draw.normal());
        let inner_life = logistic(
            rules.curious * log_odds(mind.curiosity)
                + rules.distressed * f64::from(mind.distress)
                + rules.depth_chance * draw.normal(),
        );
        let score = merit + (inner_life - merit) * rules.depth_in_grade;
        (merit, inner_life, score)
    };
    let (mut merit, mut inner_life, mut score) = scores();
    if let Asked::Verdict(said) = asked {
        // Given what was said of it, its scores are those of which it would be said.
        let immature = said == Word::LABELS[Word::Immature as usize];
        let fits = |score: f64| {
            if immature {
                score < rules.immature
            } else {
                score > rules.praised
            }
        };
        let mut tries = 0;
        while !fits(score) && tries < MOST_TRIES {
            (merit, inner_life, score) = scores();
            tries += 1;
        }
        if !fits(score) {
            // So far from what the maker does otherwise that no draw comes there.
            let share = draw_score.uniform();
            score = if immature {
                rules.immature * share
            } else {
                rules.praised + (1.0 - rules.praised) * share
            };
            (merit, inner_life) = (score, score);
        }
    }
    let u = streams.purpose(Purpose::WorkForm).draw(number).uniform();
    let named = match asked {
        Asked::Form(name) => Form::LABELS.iter().position(|label| *label == name),
        _ => None,
    };
    let form = if let Some(form) = named {
        Form::ALL[form]
    } else if u < rules.drawings {
        Form::Drawing
    } else if u < rules.drawings + rules.poems {
        Form::Poem
    } else {
        Form::Other
    };
    if form == Form::Poem {
        mind::raise(&mut maker.articulacy, rules.poem_words);
    }
    let object = state.works.len() as u32;
    state.works.push(Work {
        maker: student.person(),
        owner: NOBODY,
        made: at,
        parted: Time::NEVER,
        merit: merit as f32,
        inner_life: inner_life as f32,
        score: score as f32,
        number,
        place,
        form,
        fate: Fate::Kept,
        grade: 0,
    });
    let record = Event::MadeWork.at(at).who(student.person());
    world.log.push(
        record
            .place(place)
            .topic(world.topics.word(Form::WORDS[form as usize]))
            .object(object)
            .n(number as i32)
            .value(merit as f32),
    );
    match school {
        Some(kind) => grade(world, at, student, object, kind),
        None => late(world, at, student, object, asked == Asked::Again),
    }
}

/// Guardians grade a work: what they say of it, and what it does to the maker's rank.
fn grade(world: &mut World, at: Time, student: StudentId, object: u32, humane: bool) {
    let rules = &world.programme.works;
    let work = &mut world.inner.works.works[object as usize];
    let (score, place) = (f64::from(work.score), world.students.place[student.row()]);
    work.grade = 1 + ((score * GRADES) as u8).min(GRADES as u8 - 1);
    let grade = work.grade;
    let store = world.inner.works.store(place);
    if humane {
        store.term.push(object);
        store.unseen.push(object);
    }
    let (count, mean) = &mut store.graded;
    // What a work is measured against was there before it.
    let relative = if *count == 0 { 0.0 } else { score - *mean };
    *count += 1;
    *mean += (score - *mean) / f64::from(*count);
    let maker = &mut world.inner.works.makers[student.row()];
    let said = if score < rules.immature {
        maker.immature = maker.immature.saturating_add(1);
        Some(Word::Immature)
    } else if score > rules.praised {
        maker.praised = maker.praised.saturating_add(1);
        Some(Word::Praised)
    } else {
        None
    };
    let part = rules.worth;
    if let Some(word) = said {
        let record = Event::Graded.at(at).who(student.person());
        world.log.push(
            record
                .place(place.number())
                .topic(world.topics.word(word))
                .object(object)
                .n(i32::from(grade))
                .value(score as f32),
        );
        let worth = &mut world.minds.of_mut(student).worth;
        match word {
            Word::Praised => mind::raise(worth, part),
            _ => mind::lower(worth, part),
        }
    }
    standing::graded(world, at, student, relative, said == Some(Word::Immature));
}

/// A work of somebody who has left school: if it was found wanting there, the maker draws again.
fn late(world: &mut World, at: Time, student: StudentId, object: u32, on_record: bool) {
    let awaited = history::governs(world, Event::DrewAgain, student.person());
    let maker = &mut world.inner.works.makers[student.row()];
    let begins = !maker.again && maker.immature > 0 && maker.praised == 0 && !awaited;
    if !begins && !on_record {
        return;
    }
    maker.again = true;
    let since: Span = at - world.students.left_school[student.row()];
    let record = Event::DrewAgain.at(at).who(student.person());
    world.log.push(
        record
            .place(world.home_of(student))
            .object(object)
            .value(since.years() as f32),
    );
}

#[cfg(test)]
mod tests;
