//! Random numbers by name: one for each decision and each habit.

use hailsham_engine::random::{EntityStream, Streams, identity};

use crate::eurotransplant::chance::{Chance, Decision, Whose};

/// What a draw is for.
#[derive(Clone, Copy)]
enum Purpose {
    Centre = 100,
    Patient,
    Dual,
    Rescue,
    Habit,
    Loss,
    Relisting,
    Course,
    Antibody,
}

impl From<Purpose> for u16 {
    fn from(purpose: Purpose) -> u16 {
        purpose as u16
    }
}

/// Numbers that depend on the seed and on who decides what about whom, and on nothing else: two policies are compared
/// on the same decisions, and the order in which offers are made does not matter.
#[derive(Debug, Clone, Copy)]
pub struct Drawn {
    streams: Streams,
}

impl Drawn {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Self {
        Self {
            streams: Streams::new(seed),
        }
    }

    fn of(self, parts: &[u64]) -> EntityStream {
        self.streams.entity(identity(parts))
    }
}

impl Chance for Drawn {
    fn uniform(&mut self, decision: Decision) -> f64 {
        let mut number = 0;
        let (purpose, who, donor) = match decision {
            Decision::Centre { centre, donor } => (Purpose::Centre, u64::from(centre), donor),
            Decision::Patient {
                registration,
                donor,
            } => (Purpose::Patient, registration, donor),
            Decision::Dual {
                registration,
                donor,
            } => (Purpose::Dual, registration, donor),
            Decision::Rescue { donor } => (Purpose::Rescue, 0, donor),
            Decision::Loss {
                registration,
                donor,
            } => (Purpose::Loss, registration, donor),
            Decision::Relisting {
                registration,
                donor,
            } => (Purpose::Relisting, registration, donor),
            Decision::Course {
                registration,
                donor,
            } => (Purpose::Course, registration, donor),
            Decision::Antibody {
                registration,
                donor,
                antigen,
            } => {
                number = u32::from(antigen);
                (Purpose::Antibody, registration, donor)
            }
        };
        let one = self.of(&[who, donor]);
        one.purpose(purpose).draw(number).uniform()
    }

    fn normal(&mut self, model: u8, whose: Whose) -> f64 {
        let (kind, number) = match whose {
            Whose::Donor(name) => (0, name),
            Whose::Centre(number) => (1, u64::from(number)),
            Whose::Registration(name) => (2, name),
        };
        let one = self.of(&[kind, number]);
        one.purpose(Purpose::Habit).draw(u32::from(model)).normal()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_has_one_number_whatever_is_asked_before() {
        let decision = |registration| Decision::Patient {
            registration,
            donor: 7,
        };
        let mut one = Drawn::new(3);
        let first = one.uniform(decision(1));
        let second = one.uniform(decision(2));
        let mut other = Drawn::new(3);
        assert_eq!(other.uniform(decision(2)), second);
        assert_eq!(other.uniform(decision(1)), first);
        assert_ne!(first, second);
        assert_ne!(Drawn::new(4).uniform(decision(1)), first);
        // A habit is the same towards all, and another in another model.
        let habit = one.normal(0, Whose::Centre(5));
        assert_eq!(one.normal(0, Whose::Centre(5)), habit);
        assert_ne!(one.normal(1, Whose::Centre(5)), habit);
        assert_ne!(one.normal(0, Whose::Donor(5)), habit);
    }

    #[test]
    fn numbers_are_uniform_and_habits_normal() {
        let mut drawn = Drawn::new(1);
        let count = 20_000_u32;
        let mean: f64 = (0..count)
            .map(u64::from)
            .map(|donor| drawn.uniform(Decision::Rescue { donor }))
            .sum::<f64>()
            / f64::from(count);
        // Five standard errors: 5 / √(12 · 20,000).
        assert!((mean - 0.5).abs() < 0.0103, "{mean}");
        let squares: f64 = (0..count)
            .map(u64::from)
            .map(|number| drawn.normal(2, Whose::Donor(number)).powi(2))
            .sum::<f64>()
            / f64::from(count);
        // Five standard errors of a mean of squares: 5 · √(2 / 20,000).
        assert!((squares - 1.0).abs() < 0.05, "{squares}");
    }
}
