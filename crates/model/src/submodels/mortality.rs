//! Deaths that have nothing to do with donating: Gompertz–Makeham by sex.
//!
//! The hazard of death at age *x* is `makeham + level · exp(slope · x)` a year (Gompertz 1825,
//! Makeham 1860), fitted to a published life table. Everyone's death is drawn once: a student's at
//! making, a recipient's at falling ill. It happens unless something else comes first, and it is
//! what years lost and years gained are measured against.

use hailsham_engine::distributions::GompertzMakeham;
use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::event::Event;
use crate::person::{Cause, Phase, Sex, StudentId};
use crate::submodels::{carers, donation};
use crate::world::World;

/// A life table as a Gompertz–Makeham law.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct LifeTable {
    /// Hazard of death that does not depend on age.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "per year", "source" = "fitted to English Life Tables No. 14 (1980-82), see docs/life-tables.md"))]
    #[default = 0.0]
    pub makeham: f64,
    /// Hazard of death of a newborn that grows with age.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "per year", "source" = "fitted to English Life Tables No. 14 (1980-82), see docs/life-tables.md"))]
    #[default = 0.00003]
    pub level: f64,
    /// Growth of that hazard with age.
    #[schemars(range(min = 0.001, max = 1.0), extend("unit" = "per year", "source" = "fitted to English Life Tables No. 14 (1980-82), see docs/life-tables.md"))]
    #[default = 0.1]
    pub slope: f64,
}

impl LifeTable {
    /// The law of the table.
    pub fn law(&self, health: f64) -> GompertzMakeham {
        GompertzMakeham {
            makeham: self.makeham * health,
            level: self.level * health,
            slope: self.slope,
        }
    }
}

/// Death by other causes than donating.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Mortality {
    /// Women of the public.
    pub female: LifeTable,
    /// Men of the public.
    pub male: LifeTable,
    /// What the hazard of students is multiplied by.
    pub students: Health,
}

/// The students' health beside that of the public.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Health {
    /// Hazard of death of a student who does not donate, as a ratio to the public's.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "ratio", "source" = "assumed: bodies are held in good condition (A-011), by how much is not said"))]
    #[default = 1.0]
    pub hazard_ratio: f64,
}

/// The laws, made once a run.
pub struct State {
    /// Of the public, by sex.
    pub(crate) public: [GompertzMakeham; 2],
    /// Of the students, by sex.
    pub(crate) students: [GompertzMakeham; 2],
}

impl State {
    pub(crate) fn new(parameters: &Mortality) -> State {
        let laws = |health: f64| [parameters.female.law(health), parameters.male.law(health)];
        State {
            public: laws(1.0),
            students: laws(parameters.students.hazard_ratio),
        }
    }

    pub(crate) fn student(&self, sex: Sex) -> &GompertzMakeham {
        &self.students[sex as usize]
    }

    pub(crate) fn public(&self, sex: Sex) -> &GompertzMakeham {
        &self.public[sex as usize]
    }
}

/// A student dies by the life table.
pub(crate) fn on_natural_death(world: &mut World, at: Time, student: StudentId) {
    let carer = donation::carer_of(world, student);
    let mut record = Event::Died
        .at(at)
        .who(student.person())
        .topic(Cause::Natural as u8);
    if let Some(carer) = carer {
        record = record.whom(carer.person());
    }
    world.log.push(record);
    let phase = world.students.phase[student.row()];
    end_life(world, at, student, Phase::Dead, Cause::Natural);
    match phase {
        Phase::Carer => carers::end_service(world, at, student),
        Phase::Donor => donation::leave_centre(world, at, student),
        _ => {}
    }
}

/// What every death of a student does, whatever the cause: the state is set and nothing stays due.
pub(crate) fn end_life(
    world: &mut World,
    at: Time,
    student: StudentId,
    phase: Phase,
    cause: Cause,
) {
    world.cancel_step(student);
    if cause != Cause::Natural {
        world.cancel(
            world.students.natural_death[student.row()],
            student.person(),
            crate::purpose::Slot::NaturalDeath,
        );
    }
    let row = student.row();
    world.students.phase[row] = phase;
    world.students.died[row] = at;
    world.students.cause[row] = Some(cause);
    let place = world.students.place[row];
    world.roster.leave(student, place);
    super::ended(world, at, student);
}
