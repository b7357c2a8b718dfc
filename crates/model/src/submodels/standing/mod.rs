//! 7.7 Standing, teasing, rage (A-043, A-064, A-074, A-075, A-169).
//!
//! At school rank is art. A graded work draws standing towards where it stands among the school's,
//! and without new ones standing goes back to the middle:
//!
//! ```text
//! S ← S + esteem · (logistic(contrast · (score − mean of the school)) − S)
//! ```
//!
//! When two pupils meet, the one of lower standing S is teased with probability
//!
//! ```text
//! teasing · (max(0, 1 − 2S) + shunned · exclusion) · (1 − empathy of the other) · (1 − friendship)
//! ```
//!
//! Teasing distresses; a provocation ends in rage with probability
//!
//! ```text
//! logit(p) = rage + rage_distress · distress + rage_irascibility · irascibility
//!            − rage_age · age − rage_acceptance · acceptance,   times (1 − reassurance)
//! ```
//!
//! rage excludes, and exclusion distresses and invites teasing: a loop, and nothing in it is
//! scripted. Age, acceptance (of the end, and by the others, who forget), reassurance and praise
//! break it (C-15: how acceptance came is told in two ways). At the Cottages rank is worldliness
//! (7.12). The causes are stated, the form and the sizes assumed.

mod measures;
mod rules;

use hailsham_engine::prefetch::Ahead;
use hailsham_engine::random::Draw;
use hailsham_engine::time::Time;

use crate::event::Event;
use crate::maths::{halved, logistic};
use crate::mind::{self, Mind};
use crate::person::{NOBODY, Phase, StudentId};
use crate::place::PlaceId;
use crate::place::SchoolKind;
use crate::purpose::Purpose;
use crate::submodels::contacts::{Meeting, Reflection};
use crate::world::World;

pub(crate) use measures::METRICS;
pub use rules::Standing;

/// What the submodel knows of a student.
#[derive(Clone, Copy, Debug)]
struct Row {
    teased: u32,
    raged: u32,
    times_excluded: u32,
    reassured_times: u32,
    /// How far hurt is kept off by what a guardian said.
    reassurance: f32,
    /// Scores of early works against the school's, and how many there are.
    early: (f32, u32),
    /// Since when the person has been excluded; `Time::NEVER` if not.
    excluded: Time,
    /// Reassurances when that began.
    before: u32,
}

impl Default for Row {
    fn default() -> Row {
        Row {
            teased: 0,
            raged: 0,
            times_excluded: 0,
            reassured_times: 0,
            reassurance: 0.0,
            early: (0.0, 0),
            excluded: Time::NEVER,
            before: 0,
        }
    }
}

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {
    /// By student.
    rows: Vec<Row>,
    /// Years of pupils, and rages in them, of those who were not excluded and who were.
    years: [f64; 2],
    rages: [u32; 2],
    /// Exclusions that have ended, and their years, without and with reassurance meanwhile.
    spells: [(u32, f64); 2],
}

impl State {
    /// A student's row will be needed.
    #[inline]
    pub(crate) fn ahead(&self, student: StudentId, ahead: &mut Ahead) {
        ahead.add_row(&self.rows, student.row());
    }

    /// Room for one more student.
    pub(crate) fn push(&mut self) {
        self.rows.push(Row::default());
    }
}

/// Draws a share towards a target: by `part` of what lies between them.
fn relax(share: &mut f32, target: f64, part: f64) {
    *share += ((target - f64::from(*share)) * part) as f32;
}

/// The part of the way to the middle that is gone in some years.
fn faded(years: f64, half_life: f64) -> f64 {
    1.0 - halved(years / half_life)
}

/// A pupil's work was graded, `relative` to the mean of the school's scores. `immature` if it was
/// found so.
pub(crate) fn graded(
    world: &mut World,
    at: Time,
    student: StudentId,
    relative: f64,
    immature: bool,
) {
    let rules = &world.programme.standing;
    let row = student.row();
    let place = world.places.get(world.students.place[row]);
    let esteem = if place.school_kind == Some(SchoolKind::Humane) {
        rules.esteem_humane
    } else {
        rules.esteem_ordinary
    };
    let mut target = logistic(rules.contrast * relative);
    let early = (at - world.students.born[row]).years() < rules.early_age;
    let mut praised = false;
    if early {
        let (sum, count) = &mut world.inner.standing.rows[row].early;
        *sum += relative as f32;
        *count += 1;
        // What would have been passed over or found wanting is praised all the same.
        if rules.early_praise > 0.0 && relative < 0.0 {
            let number = *count;
            let mut draw = world.draw(student, Purpose::EarlyPraise, number);
            praised = draw.bernoulli(rules.early_praise);
        }
    }
    if praised {
        target = target.max(1.0 - target);
    }
    relax(&mut world.minds.of_mut(student).standing, target, esteem);
    if praised {
        comfort(world, student);
    } else if immature {
        let mut draw = world.draw(
            student,
            Purpose::Failure,
            world.inner.works.made_by(student),
        );
        provoke(world, at, student, NOBODY, &mut draw);
    }
}

/// A pupil's work was chosen to be taken away.
pub(crate) fn chosen(world: &mut World, student: StudentId) {
    let esteem = world.programme.standing.esteem_humane;
    relax(&mut world.minds.of_mut(student).standing, 1.0, esteem);
}

/// Two students meet.
pub(crate) fn meet(world: &mut World, meeting: &Meeting, mut draw: Draw) {
    let phase = &world.students.phase;
    let pupils =
        phase[meeting.who.row()] == Phase::Pupil && phase[meeting.whom.row()] == Phase::Pupil;
    if !meeting.together || !pupils {
        return;
    }
    let (one, other) = (world.minds.of(meeting.who), world.minds.of(meeting.whom));
    let lower = one.standing <= other.standing;
    let (victim, teaser, mind) = if lower {
        (meeting.who, meeting.whom, one)
    } else {
        (meeting.whom, meeting.who, other)
    };
    let rules = &world.programme.standing;
    let empathy = f64::from(world.students.empathy[teaser.row()]);
    let likely = rules.teasing * rules.weakness(mind) * (1.0 - empathy);
    if likely <= 0.0 {
        return;
    }
    if !draw.bernoulli(likely) {
        return;
    }
    // Friends are looked up only where it would come to teasing.
    let tie = world.network.between(teaser, victim);
    if draw.uniform() < tie.map_or(0.0, |tie| f64::from(tie.friendship)) {
        return;
    }
    tease(world, meeting.at, victim, teaser, &mut draw);
}

fn tease(world: &mut World, at: Time, victim: StudentId, teaser: StudentId, draw: &mut Draw) {
    let rules = &world.programme.standing;
    let row = &mut world.inner.standing.rows[victim.row()];
    row.teased += 1;
    let felt = 1.0 - f64::from(row.reassurance);
    let mind = world.minds.of_mut(victim);
    mind::raise(&mut mind.distress, rules.tease_distress * felt);
    mind::lower(&mut mind.worth, rules.tease_worth * felt);
    let excludes = rules.tease_exclusion;
    let record = Event::Teased.at(at).who(victim.person());
    world.log.push(
        record
            .whom(teaser.person())
            .place(world.students.place[victim.row()].number())
            .value(world.minds.of(victim).standing),
    );
    exclude(world, at, victim, excludes);
    provoke(world, at, victim, teaser.person(), draw);
}

/// Teasing that is on record.
pub(crate) fn tease_on_record(world: &mut World, meeting: &Meeting) {
    let mut draw = meeting.draw(world, Purpose::Teasing);
    tease(world, meeting.at, meeting.who, meeting.whom, &mut draw);
}

/// Something hurts: rage breaks out, or it does not.
fn provoke(world: &mut World, at: Time, student: StudentId, by: u32, draw: &mut Draw) {
    let rules = &world.programme.standing;
    let row = student.row();
    let age = (at - world.students.born[row]).years();
    let held_off = f64::from(world.inner.standing.rows[row].reassurance);
    let mind = world.minds.of(student);
    let accepts = world.programme.conditioning.acceptance.of(mind);
    let likely = rules.rages(mind, age, accepts) * (1.0 - held_off);
    if draw.bernoulli(likely) {
        rage(world, at, student, by, None);
    }
}

/// Rage breaks out: `provoked_by` is a person's number, or `NOBODY`; `place` is where, if not at home.
pub(crate) fn rage(
    world: &mut World,
    at: Time,
    student: StudentId,
    provoked_by: u32,
    place: Option<PlaceId>,
) {
    let row = student.row();
    let state = &mut world.inner.standing;
    state.rows[row].raged += 1;
    if world.students.phase[row] == Phase::Pupil {
        let excluded = state.rows[row].excluded != Time::NEVER;
        state.rages[usize::from(excluded)] += 1;
    }
    let age = (at - world.students.born[row]).years();
    let place = place.map_or_else(|| world.home_of(student), PlaceId::number);
    let record = Event::Raged.at(at).who(student.person());
    world.log.push(
        record
            .whom(provoked_by)
            .place(place)
            .n(age as i32)
            .value(world.minds.of(student).distress),
    );
    let part = world.programme.standing.rage_exclusion;
    exclude(world, at, student, part);
}

/// Others draw away from somebody: by `part` of what is left.
fn exclude(world: &mut World, at: Time, student: StudentId, part: f64) {
    mind::raise(&mut world.minds.of_mut(student).exclusion, part);
    let exclusion = f64::from(world.minds.of(student).exclusion);
    let row = &mut world.inner.standing.rows[student.row()];
    if row.excluded != Time::NEVER || exclusion < world.programme.standing.excluded_at {
        return;
    }
    row.excluded = at;
    row.times_excluded += 1;
    row.before = row.reassured_times;
    cross(world, at, student, Event::Excluded);
}

/// Others take somebody back as they forget.
fn accept(world: &mut World, at: Time, student: StudentId, years: f64) {
    let rules = &world.programme.standing;
    let mind = world.minds.of_mut(student);
    mind::lower(&mut mind.exclusion, faded(years, rules.forgotten));
    let exclusion = f64::from(mind.exclusion);
    let state = &mut world.inner.standing;
    let row = &mut state.rows[student.row()];
    if row.excluded == Time::NEVER || exclusion > rules.accepted_at {
        return;
    }
    let reassured = row.reassured_times > row.before;
    let (count, sum) = &mut state.spells[usize::from(reassured)];
    *count += 1;
    *sum += (at - row.excluded).years();
    row.excluded = Time::NEVER;
    cross(world, at, student, Event::TakenBack);
}

fn cross(world: &mut World, at: Time, student: StudentId, event: Event) {
    let record = event.at(at).who(student.person());
    world.log.push(
        record
            .place(world.home_of(student))
            .value(world.minds.of(student).exclusion),
    );
}

/// Half a year of a student's life has gone by.
pub(crate) fn reflect(world: &mut World, reflection: &Reflection, mut draw: Draw) {
    let (at, student, years) = (reflection.at, reflection.who, reflection.years);
    let rules = &world.programme.standing;
    let pupil = world.students.phase[student.row()] == Phase::Pupil;
    let brooding = rules.brooding;
    let pain = rules.exclusion_distress * years;
    let state = &mut world.inner.standing;
    let row = &mut state.rows[student.row()];
    if row.reassurance > 0.0 {
        let eased = faded(years, rules.reassurance_half_life);
        mind::lower(&mut row.reassurance, eased);
    }
    if pupil {
        let excluded = row.excluded != Time::NEVER;
        state.years[usize::from(excluded)] += years;
        let fade = faded(years, rules.fade);
        relax(&mut world.minds.of_mut(student).standing, 0.5, fade);
    }
    let mind = world.minds.of_mut(student);
    if mind.exclusion > 0.0 {
        mind::raise(&mut mind.distress, pain * f64::from(mind.exclusion));
        accept(world, at, student, years);
    }
    if pupil && brooding > 0.0 {
        let distress = f64::from(world.minds.of(student).distress);
        if draw.happens(brooding * distress * years) {
            provoke(world, at, student, NOBODY, &mut draw);
        }
    }
}

/// A guardian tells a student that failing at art is all right (A-064).
pub(crate) fn reassure(world: &mut World, at: Time, student: StudentId, guardian: u32) {
    comfort(world, student);
    let record = Event::Reassured.at(at).who(student.person());
    world.log.push(
        record
            .whom(guardian)
            .place(world.students.place[student.row()].number())
            .value(world.minds.of(student).distress),
    );
}

/// What reassurance and unearned praise do alike: hurt is kept off for a time.
fn comfort(world: &mut World, student: StudentId) {
    let rules = &world.programme.standing;
    let row = &mut world.inner.standing.rows[student.row()];
    row.reassured_times += 1;
    mind::raise(&mut row.reassurance, rules.reassurance);
    let mind = world.minds.of_mut(student);
    mind::lower(&mut mind.distress, rules.reassurance_relief);
    mind::raise(&mut mind.worth, rules.reassurance_relief);
}

impl Standing {
    /// How much somebody's place among the others invites teasing.
    fn weakness(&self, mind: &Mind) -> f64 {
        let low = (1.0 - 2.0 * f64::from(mind.standing)).max(0.0);
        low + self.shunned * f64::from(mind.exclusion)
    }

    /// Probability that a provocation of somebody who accepts the end so far, 0 to 1, ends in rage at an age in years,
    /// without reassurance.
    fn rages(&self, mind: &Mind, age: f64, accepts: f64) -> f64 {
        logistic(
            self.rage
                + self.rage_distress * f64::from(mind.distress)
                + self.rage_irascibility * f64::from(mind.irascibility)
                - self.rage_age * age
                - self.rage_acceptance * accepts,
        )
    }
}

#[cfg(test)]
mod tests;
