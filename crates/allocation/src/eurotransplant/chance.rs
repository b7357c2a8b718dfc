//! Random numbers, by what they decide.

/// A decision for which a random number is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// Of a centre, about a donor.
    Centre {
        /// The centre, by number.
        centre: u16,
        /// The donor, by name.
        donor: u64,
    },
    /// Of a patient's doctors, about a donor.
    Patient {
        /// The registration, by name.
        registration: u64,
        /// The donor, by name.
        donor: u64,
    },
    /// To transplant both kidneys into one patient.
    Dual {
        /// The registration, by name.
        registration: u64,
        /// The donor, by name.
        donor: u64,
    },
    /// Of fate, when the graft is lost.
    Loss {
        /// The registration, by name.
        registration: u64,
        /// The donor, by name.
        donor: u64,
    },
    /// When the recipient is registered again before the loss, if at all.
    Relisting {
        /// The registration, by name.
        registration: u64,
        /// The donor, by name.
        donor: u64,
    },
    /// Whose course a new registration takes.
    Course {
        /// The registration that led to the transplant, by name.
        registration: u64,
        /// The donor, by name.
        donor: u64,
    },
    /// Whether an antigen of a lost graft becomes unacceptable.
    Antibody {
        /// The registration that led to the transplant, by name.
        registration: u64,
        /// The donor, by name.
        donor: u64,
        /// The antigen, by the number of its name.
        antigen: u16,
    },
    /// To hurry the search for a recipient.
    Rescue {
        /// The donor, by name.
        donor: u64,
    },
}

/// Whose habit of accepting an effect is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Whose {
    /// That of everybody towards a donor, by the donor's name.
    Donor(u64),
    /// A centre's, by number.
    Centre(u16),
    /// A registration's, by its name.
    Registration(u64),
}

/// Random numbers, one for each decision, so that two policies are compared on the same decisions.
pub trait Chance {
    /// A number from 0 to 1, always the same for a decision.
    fn uniform(&mut self, decision: Decision) -> f64;

    /// A standard normal number, always the same for a model (by number, 0 to 3) and a level; 0 where there is no
    /// chance.
    fn normal(&mut self, _model: u8, _whose: Whose) -> f64 {
        0.0
    }
}

/// One half for every decision.
#[derive(Debug, Clone, Copy, Default)]
pub struct Half;

impl Chance for Half {
    fn uniform(&mut self, _: Decision) -> f64 {
        0.5
    }
}
