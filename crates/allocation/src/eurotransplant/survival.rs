//! What comes of a transplant: how long until it is lost, and whether the recipient is registered again before.
//!
//! Time to loss follows a Weibull distribution whose scale is the exponential of a linear predictor of donor,
//! recipient and match, and whose shape differs by country. Whether and when the recipient is registered again before
//! that is an empirical distribution by age at transplantation and time to loss. The figures are those published with
//! the `ETKidney` simulator (de Ferrante, Smeulders and Spieksma), rounded to ten digits.

use super::acceptance::{Case, REASON, YEAR_OF_TRANSPLANT, variables};
use super::chance::{Chance, Decision};
use super::regression::Regression;
use super::scenario::AfterTransplant;
use super::setting::Geography;
use super::state::YEAR;
use super::tables;
use crate::files::{FileError, Moment, Origin, Problems, Sheet};

/// The first day of the year from which the model counts years.
const YEARS_FROM: &str = "2014-01-01";

/// One step of the distribution of registrations before a loss, within a group of ages and times.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Step {
    /// The group: from this age, in years, and this time to loss, in years.
    from: (f64, f64),
    /// The share of the group that this step and those before it have; a random number falls into the first step
    /// whose share it does not exceed.
    share: f64,
    /// The share of the time to loss that remains at the registration; 0 where there is none before the loss.
    remaining: f64,
}

/// When a transplant is lost and when its recipient is registered again, both in days after the transplant.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Fate {
    /// The graft is lost, by failing or by the recipient's death; none within the horizon.
    pub lost: Option<f64>,
    /// The recipient is registered again; none if they die, or are not registered, before.
    pub relisted: Option<f64>,
}

/// A transplant, beside the variables of its case.
#[derive(Debug, Clone, Copy)]
pub(super) struct Transplanted {
    /// The recipient's registration, by name.
    pub(super) registration: u64,
    /// The recipient's age, in years.
    pub(super) age: f64,
    /// In the rescue or extended phase.
    pub(super) rescue: bool,
    /// The oddity of a known program: the step of the table before the right one decides about a registration.
    pub(super) step_before: bool,
}

/// The models of what comes after a transplant.
#[derive(Debug, Clone)]
pub struct Survival {
    scale: Regression,
    shape: Regression,
    steps: Vec<Step>,
    /// After so many days nothing is followed.
    horizon: f64,
    /// How recipients are registered again.
    pub(super) again: AfterTransplant,
}

impl Survival {
    /// The models that come with the program, with the scenario's parameters.
    ///
    /// # Errors
    ///
    /// None, as long as the built-in tables are right.
    pub fn built_in(geography: &Geography, after: &AfterTransplant) -> Result<Self, FileError> {
        let variables = variables(geography);
        let origin = Origin::BuiltIn("survival.csv", tables::SURVIVAL);
        let read = |model| Regression::read_one(&origin, model, &variables);
        Ok(Self {
            scale: read("survival")?,
            shape: read("shape")?,
            steps: steps(&Origin::BuiltIn("relisting.csv", tables::RELISTING))?,
            horizon: after.horizon * YEAR,
            again: after.clone(),
        })
    }

    /// Days until the loss that is exceeded with this probability, 0 to 1, by the variables of a transplant.
    fn until_loss(&self, values: &[f64], exceeded: f64) -> f64 {
        let scale = libm::exp(self.scale.sum(values));
        // The table gives the inverse of the shape.
        scale * libm::pow(-libm::log(exceeded), self.shape.sum(values))
    }

    /// The days after the transplant at which its recipient is registered again, if at all, when the graft is lost
    /// after so many days; by a random number.
    fn relisted(&self, of: Transplanted, lost: f64, uniform: f64) -> Option<f64> {
        let from = |bound: fn(&Step) -> f64, value: f64| {
            let bounds = self.steps.iter().map(bound);
            bounds.filter(|bound| *bound <= value).fold(0.0, f64::max)
        };
        let group = (
            from(|step| step.from.0, of.age),
            from(|step| step.from.1, lost / YEAR),
        );
        let mut steps = self.steps.iter().filter(|step| step.from == group);
        let reached = if of.step_before {
            steps.rfind(|step| uniform > step.share)
        } else {
            steps.find(|step| uniform <= step.share)
        }?;
        (reached.remaining > 0.0).then_some(lost * (1.0 - reached.remaining))
    }

    /// What becomes of a transplant. `start`: the day from which times are counted.
    pub(super) fn fate(
        &self,
        case: &mut Case<'_>,
        start: Moment,
        of: Transplanted,
        chance: &mut dyn Chance,
    ) -> Fate {
        let (registration, donor) = (of.registration, case.donor.name);
        let begun = Moment::read(YEARS_FROM).map_or(0.0, |from| start.days_since(from));
        case.set(YEAR_OF_TRANSPLANT, (begun + case.donor.time) / YEAR);
        case.set(REASON, f64::from(u8::from(of.rescue)));
        let loss = Decision::Loss {
            registration,
            donor,
        };
        let lost = self.until_loss(case.values(), chance.uniform(loss));
        if lost > self.horizon {
            return Fate::default();
        }
        let relisting = Decision::Relisting {
            registration,
            donor,
        };
        Fate {
            lost: Some(lost),
            relisted: self.relisted(of, lost, chance.uniform(relisting)),
        }
    }
}

fn steps(origin: &Origin) -> Result<Vec<Step>, FileError> {
    let mut problems = Problems::default();
    let mut sheet = Sheet::of(origin, &mut problems);
    let [age, loss, probability, remaining] =
        ["age", "loss", "probability", "remaining"].map(|name| sheet.column(name));
    let mut all = Vec::new();
    while sheet.next_row() {
        let row = (
            sheet.number(age, 0.0, 120.0),
            sheet.number(loss, 0.0, 120.0),
            sheet.number(probability, 0.0, 1.0),
            sheet.number(remaining, 0.0, 1.0),
        );
        if let (Some(age), Some(loss), Some(share), Some(remaining)) = row {
            let from = (age, loss);
            all.push(Step {
                from,
                share,
                remaining,
            });
        }
    }
    Ok(problems.settle(all)?.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::chance::{Half, Whose};
    use super::super::records::{Donor, Programme};
    use super::super::setting::Setting;
    use super::*;
    use crate::Abo;

    fn survival() -> (Survival, Geography) {
        let geography = Geography::new(&Setting::eurotransplant().unwrap());
        let survival = Survival::built_in(&geography, &AfterTransplant::default()).unwrap();
        (survival, geography)
    }

    fn donor() -> Donor {
        Donor {
            id: 1,
            name: 1,
            time: 0.0,
            country: 0,
            centre: 0,
            subregion: 0,
            age: 40,
            abo: Abo::A,
            typing: 0,
            kidneys: 2,
            death_cause: 0,
            creatinine: 0.0,
            urine_protein: 0,
            flags: 1 << 14,
        }
    }

    /// A donor of 40 with high blood pressure, and a recipient of 60 in Germany.
    fn case<'a>(donor: &'a Donor, geography: &Geography) -> Case<'a> {
        let mut case = Case::new(Programme::Etkas, donor);
        let names = variables(geography);
        let germany = f64::from(geography.country("Germany").unwrap());
        for (name, value) in [("r_match_age", 60.0), ("patient_country", germany)] {
            let at = names.iter().position(|one| one.name == name).unwrap();
            case.set(at, value);
        }
        case
    }

    /// With probability 1/e a graft outlasts the scale, whatever the shape; twice the scale, with exp(-2^shape).
    #[test]
    fn the_time_to_loss_is_that_of_the_weibull_distribution() {
        let (survival, geography) = survival();
        let donor = donor();
        let case = case(&donor, &geography);
        // By hand: intercept, donor of 40, high blood pressure, recipient of 60, three years short of dialysis.
        let sum = 11.720_787_18
            - 40.0 * 0.008_832_029_375
            - 0.076_169_453_09
            - 60.0 * 0.024_707_884_96
            - 10.0 * 0.035_323_016_95
            + 3.0 * 0.121_391_618;
        let scale = f64::exp(sum);
        let found = survival.until_loss(case.values(), f64::exp(-1.0));
        assert!((found / scale - 1.0).abs() < 1e-6, "{found} {scale}");
        let shape = 1.0 / 1.027_629_868;
        let found = survival.until_loss(case.values(), f64::exp(-f64::powf(2.0, shape)));
        assert!((found / (2.0 * scale) - 1.0).abs() < 1e-6, "{found}");
    }

    const TRANSPLANTED: Transplanted = Transplanted {
        registration: 1,
        age: 60.0,
        rescue: false,
        step_before: false,
    };

    /// The share of grafts lost within five years, drawn, against the distribution.
    #[test]
    fn drawn_losses_follow_the_distribution() {
        struct Numbered(f64);
        impl Chance for Numbered {
            fn uniform(&mut self, decision: Decision) -> f64 {
                if matches!(decision, Decision::Loss { .. }) {
                    self.0
                } else {
                    0.5
                }
            }
            fn normal(&mut self, _: u8, _: Whose) -> f64 {
                0.0
            }
        }
        let (survival, geography) = survival();
        let donor = donor();
        let start = Moment::read("2014-01-01").unwrap();
        let count = 10_000;
        let mut lost = 0;
        for number in 0..count {
            let uniform = (f64::from(number) + 0.5) / f64::from(count);
            let mut case = case(&donor, &geography);
            let fate = survival.fate(&mut case, start, TRANSPLANTED, &mut Numbered(uniform));
            lost += i32::from(fate.lost.is_some_and(|lost| lost < 5.0 * YEAR));
        }
        let mut median = case(&donor, &geography);
        let half = survival.fate(&mut median, start, TRANSPLANTED, &mut Half);
        // From the median m the shape gives every other share: 1 - 2^-((t/m)^shape).
        let shape = 1.0 / 1.027_629_868;
        let x = f64::powf(
            5.0 * YEAR / survival.until_loss(median.values(), 0.5),
            shape,
        );
        let expected = 1.0 - f64::powf(2.0, -x);
        let found = f64::from(lost) / f64::from(count);
        assert!((found - expected).abs() < 2e-4, "{found} {expected}");
        assert!(found > 0.05);
        // The median is beyond the horizon or within it, as the numbers say.
        let days = survival.until_loss(median.values(), 0.5);
        assert_eq!(half.lost.is_some(), days <= 20.0 * YEAR);
    }

    /// Of the group from 18 years and from two years to the loss on, by hand.
    #[test]
    fn a_registration_comes_so_long_before_the_loss_as_the_table_says() {
        let (mut survival, _) = survival();
        let step = |age, loss, share, remaining| Step {
            from: (age, loss),
            share,
            remaining,
        };
        survival.steps = vec![
            step(0.0, 0.0, 1.0, 0.9),
            step(18.0, 2.0, 0.3, 0.0),
            step(18.0, 2.0, 0.6, 0.25),
            step(18.0, 2.0, 1.0, 0.75),
            step(18.0, 5.0, 1.0, 0.5),
        ];
        let lost = 3.0 * YEAR;
        let at = |age, uniform, step_before| {
            let of = Transplanted {
                age,
                step_before,
                ..TRANSPLANTED
            };
            survival.relisted(of, lost, uniform)
        };
        assert_eq!([at(20.0, 0.2, false), at(20.0, 0.3, false)], [None, None]);
        assert_eq!(at(20.0, 0.5, false), Some(0.75 * lost));
        assert_eq!(at(70.0, 0.9, false), Some(0.25 * lost));
        assert_eq!(
            survival.relisted(TRANSPLANTED, 6.0 * YEAR, 0.7),
            Some(3.0 * YEAR)
        );
        // The oddity: always the step before, and never the last.
        assert_eq!(at(20.0, 0.5, true), None);
        assert_eq!(at(20.0, 0.99, true), Some(0.75 * lost));
    }

    /// As many registrations come before the loss as the table gives to steps with a time: of 18 to 39 years and a loss
    /// within half a year, a quarter.
    #[test]
    fn each_step_has_its_share() {
        let (survival, _) = survival();
        let of = Transplanted {
            age: 30.0,
            ..TRANSPLANTED
        };
        let count = 1000;
        let again = (0..count)
            .map(|number| (f64::from(number) + 0.5) / f64::from(count))
            .filter(|uniform| survival.relisted(of, 0.2 * YEAR, *uniform).is_some());
        assert_eq!(again.count(), 250);
    }
}
