//! 7.13 What service and donating do to moods (A-157, A-158; D-26, D-50).
//!
//! A role that seems chosen raises a carer's felt agency and meaning, and changes nothing else.
//! Lost strength raises a donor's distress; comfort received lowers it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::metrics::{Facts, Metric, mean, metrics};
use crate::mind::{self, Mind};
use crate::person::Phase;
use crate::statistics::correlation;
use crate::submodels::contacts::Reflection;
use crate::world::World;

/// What service and donating do to moods.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Service {
    /// Felt agency that half a year as a carer brings, of what is not felt.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share per half year", "source" = "A-157: the role feels chosen; size assumed"))]
    #[default = 0.25]
    pub agency: f64,
    /// Felt meaning that half a year as a carer brings, of what is not felt.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share per half year", "source" = "A-158; size assumed"))]
    #[default = 0.2]
    pub meaning: f64,
    /// Distress that half a year without any strength brings a donor, of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share per half year", "source" = "assumed (A-111)"))]
    #[default = 0.6]
    pub weakness: f64,
    /// Share of a donor's distress that half a year of full comfort takes away.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share per half year", "source" = "D-26: comfort is claimed; size assumed"))]
    #[default = 0.6]
    pub comfort: f64,
}

/// Half a year of a student's life has gone by.
pub(crate) fn reflect(world: &mut World, reflection: &Reflection) {
    let rules = &world.programme.service;
    let row = reflection.who.row();
    match world.students.phase[row] {
        Phase::Carer => {
            let mind = world.minds.of_mut(reflection.who);
            mind::raise(&mut mind.agency, rules.agency);
            mind::raise(&mut mind.meaning, rules.meaning);
        }
        Phase::Donor => {
            let donor = world.students.donor_row[row] as usize;
            let comfort = world.donation.visited[donor].mean_comfort();
            let comfort = f64::from(comfort.unwrap_or(0.0));
            let weakness = 1.0 - f64::from(world.donation.rows[donor].strength);
            let mind = world.minds.of_mut(reflection.who);
            mind::raise(&mut mind.distress, rules.weakness * weakness);
            mind::lower(&mut mind.distress, rules.comfort * comfort);
        }
        _ => {}
    }
}

fn mean_in(facts: &Facts, phase: Phase, of: impl Fn(&Mind) -> f32) -> f64 {
    let world = facts.world;
    let values: Vec<f64> = facts
        .students()
        .filter(|student| world.students.phase[student.row()] == phase)
        .map(|student| f64::from(of(world.minds.of(student))))
        .collect();
    mean(&values)
}

/// Comfort received and distress of everybody who came to donate, at the end or at death.
fn comfort_and_distress(facts: &Facts) -> Vec<(f64, f64)> {
    let world = facts.world;
    facts
        .students()
        .filter_map(|student| {
            let row = world.students.donor_row[student.row()];
            let donor = world.donation.visited(row)?;
            let comfort = f64::from(donor.mean_comfort()?);
            let distress = world.minds.of(donor.student).distress;
            Some((comfort, f64::from(distress)))
        })
        .collect()
}

/// What is measured of it.
pub(crate) const METRICS: &[Metric] = metrics! {
    agency_of_carers "0 to 1" "Mean felt agency of carers at the end." |f| mean_in(f, Phase::Carer, |mind| mind.agency);
    agency_of_the_role "0 to 1" "Mean felt agency of carers at the end less that of residents." |f| mean_in(f, Phase::Carer, |mind| mind.agency) - mean_in(f, Phase::Resident, |mind| mind.agency);
    meaning_of_the_role "0 to 1" "Mean felt meaning of carers at the end less that of residents." |f| mean_in(f, Phase::Carer, |mind| mind.meaning) - mean_in(f, Phase::Resident, |mind| mind.meaning);
    distress_of_donors "0 to 1" "Mean distress of donors at the end." |f| mean_in(f, Phase::Donor, |mind| mind.distress);
    comfort_and_distress "correlation" "Correlation of the comfort that donors received with their distress, at the end or at death." |f| correlation(&comfort_and_distress(f));
};

#[cfg(test)]
mod tests {
    use crate::trial::{metric, students_alone as run};

    #[test]
    fn the_role_raises_agency_and_changes_no_death() {
        let with = run(0.01, &[]);
        let without = run(0.01, &["service.agency=0", "service.meaning=0"]);
        assert!(metric(&with, "agency_of_the_role") > 0.1);
        assert!(metric(&without, "agency_of_the_role").abs() < 0.05);
        for name in ["completed", "age_completed_mean", "tenure_mean"] {
            assert_eq!(metric(&with, name), metric(&without, name));
        }
        assert!(metric(&with, "comfort_and_distress") < -0.1);
    }
}
