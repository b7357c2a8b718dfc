//! Registrations, donors and what happens to them, as read.

use crate::Abo;
use crate::typing::{Panel, Typing, Unacceptable};

/// How urgent a registration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Urgency {
    /// Not transplantable for now.
    NotTransplantable,
    /// Transplantable.
    Transplantable,
    /// Transplantable, with antibodies.
    Immunised,
    /// Transplantable, with many antibodies.
    HighlyImmunised,
    /// High urgency.
    High,
    /// Taken off the list.
    Removed,
    /// Died while waiting.
    Died,
    /// Transplanted, in follow-up.
    FollowUp,
}

impl Urgency {
    /// The codes of the files, each at its own index.
    pub const CODES: [&'static str; 8] = ["NT", "T", "I", "HI", "HU", "R", "D", "FU"];
    /// All, each at its own index.
    pub const ALL: [Urgency; 8] = [
        Urgency::NotTransplantable,
        Urgency::Transplantable,
        Urgency::Immunised,
        Urgency::HighlyImmunised,
        Urgency::High,
        Urgency::Removed,
        Urgency::Died,
        Urgency::FollowUp,
    ];

    /// Whether an organ may be offered.
    pub fn is_active(self) -> bool {
        matches!(
            self,
            Urgency::Transplantable | Urgency::Immunised | Urgency::HighlyImmunised | Urgency::High
        )
    }

    /// Whether the registration has ended.
    pub fn is_end(self) -> bool {
        matches!(self, Urgency::Removed | Urgency::Died | Urgency::FollowUp)
    }
}

/// A programme of kidney allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Programme {
    /// The general programme, for donors under 65.
    Etkas,
    /// The Senior Programme, for donors of 65 and more.
    Esp,
}

impl Programme {
    /// The names of the files, each at its own index.
    pub const NAMES: [&'static str; 2] = ["ETKAS", "ESP"];

    /// The programme of a number.
    pub fn from_index(index: usize) -> Self {
        if index == 1 { Self::Esp } else { Self::Etkas }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// Which donors a recipient accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Profile {
    /// The youngest, years.
    pub youngest: u8,
    /// The oldest, years.
    pub oldest: u8,
    /// A bit for each of [`PROFILE_FLAGS`].
    pub accepts: u16,
    /// A bit for each number of mismatches at A, B and DR: bit `a + 3·b + 9·dr`.
    pub mismatches: u32,
}

/// What a profile accepts or not, in the order of the bits.
pub const PROFILE_FLAGS: [&str; 12] = [
    "dcd",
    "hbsag",
    "hcvab",
    "hbcab",
    "sepsis",
    "meningitis",
    "malignancy",
    "drug_abuse",
    "rescue",
    "euthanasia",
    "esp",
    "extended_esp",
];

impl Profile {
    /// Whether a flag, by its place in [`PROFILE_FLAGS`], is set.
    pub fn accepts(&self, flag: usize) -> bool {
        self.accepts >> flag & 1 == 1
    }
}

/// A change in a registration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// Another urgency.
    Urgency(Urgency),
    /// Another tissue type, by number.
    Typing(u32),
    /// Other unacceptable antigens, by number.
    Unacceptable(u32),
    /// Whether the screening for antibodies is valid.
    Screening(bool),
    /// Dialysis began then, in days from the start.
    Dialysis(f64),
    /// Whether the recipient is in the acceptable mismatch programme.
    AcceptableMismatch(bool),
    /// Another programme is chosen.
    Programme(Programme),
    /// Another profile, by number.
    Profile(u32),
    /// What is recorded changes nothing here.
    Nothing,
}

/// A change at its time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Update {
    /// Days from the start.
    pub time: f64,
    /// The row of the registration.
    pub row: u32,
    /// What changes.
    pub change: Change,
}

/// Registrations, one row each.
#[derive(Debug, Clone, Default)]
pub struct Registrations {
    /// The number of the registration in the files.
    pub registration: Vec<u32>,
    /// By what random numbers are named: the number in the files, or of those who are drawn a hash of who they are,
    /// which is the same however many others there are.
    pub name: Vec<u64>,
    /// The number of the recipient in the files.
    pub recipient: Vec<u32>,
    /// Listed, in days from the start.
    pub listed: Vec<f64>,
    /// Days between the previous transplant and the listing; none at the first.
    pub since_previous: Vec<Option<f64>>,
    /// Transplants before.
    pub transplants: Vec<u8>,
    /// The centre, by number.
    pub centre: Vec<u16>,
    /// Blood group.
    pub abo: Vec<Abo>,
    /// Born, in days from the start.
    pub born: Vec<f64>,
    /// The tissue type at listing, by number.
    pub typing: Vec<u32>,
    /// Waiting time given back after an early loss, in years.
    pub returned: Vec<f64>,
    /// The programme chosen at listing.
    pub programme: Vec<Option<Programme>>,
    /// Dialysis began, in days from the start.
    pub dialysis: Vec<Option<f64>>,
}

impl Registrations {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.registration.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.registration.is_empty()
    }
}

/// A deceased donor of kidneys. Donors come one at a time and are looked at whole, so that they are rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Donor {
    /// The number in the files.
    pub id: u32,
    /// By what random numbers are named, as for registrations.
    pub name: u64,
    /// Days from the start.
    pub time: f64,
    /// The country, by number.
    pub country: u8,
    /// The centre, by number.
    pub centre: u16,
    /// The sub-region in the Senior Programme, by number.
    pub subregion: u16,
    /// Age in whole years.
    pub age: u8,
    /// Blood group.
    pub abo: Abo,
    /// The tissue type, by number.
    pub typing: u32,
    /// Kidneys, 1 or 2.
    pub kidneys: u8,
    /// Cause of death, as a place in [`DEATH_CAUSES`].
    pub death_cause: u8,
    /// Creatinine, mg/dl.
    pub creatinine: f64,
    /// Protein in the urine, 0 to 3.
    pub urine_protein: u8,
    /// A bit for each of [`DONOR_FLAGS`].
    pub flags: u32,
}

/// Causes of death, as the files name them.
pub const DEATH_CAUSES: [&str; 5] = ["Anoxia", "CVA", "Head trauma", "CNS tumor", "Other"];

/// What a donor has or not, in the order of the bits, as the columns are called.
pub const DONOR_FLAGS: [&str; 17] = [
    "graft_dcd",
    "graft_hbsag",
    "graft_hcvab",
    "graft_hbcab",
    "graft_sepsis",
    "graft_meningitis",
    "donor_malignancy",
    "donor_drug_abuse",
    "d_rescue",
    "graft_euthanasia",
    "donor_tumor_history",
    "donor_marginal_free_text",
    "donor_smoking",
    "donor_diabetes",
    "donor_hypertension",
    "donor_carrest",
    "d_cmv",
];

/// The first flags of donors are those of profiles, in the same order: so many.
pub(super) const PROFILED_FLAGS: usize = 10;

impl Donor {
    /// Whether a flag, by its place in [`DONOR_FLAGS`], is set.
    pub fn has(&self, flag: usize) -> bool {
        self.flags >> flag & 1 == 1
    }

    /// Whether the heart had stopped: donation after circulatory death.
    pub fn is_circulatory(&self) -> bool {
        self.has(0)
    }
}

/// A kidney that went to another country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exchange {
    /// The donor's country, by number.
    pub from_country: u8,
    /// The donor's centre, by number.
    pub from_centre: u16,
    /// The donor's age in years.
    pub donor_age: u8,
    /// The recipient's country, by number.
    pub to_country: u8,
    /// The recipient's centre, by number.
    pub to_centre: u16,
}

/// An exchange outside the two programmes, or before the start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PastExchange {
    /// Days from the start.
    pub time: f64,
    /// Outside the two programmes, so that a simulation does not produce it.
    pub outside: bool,
    /// The kidney.
    pub exchange: Exchange,
}

/// Everything that was read.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// Registrations.
    pub registrations: Registrations,
    /// Their changes, in order of time.
    pub updates: Vec<Update>,
    /// Tissue types, of donors and recipients.
    pub typings: Vec<Typing>,
    /// Unacceptable antigens, each with the share of donors that have one, 0 to 1.
    pub unacceptable: Vec<(Unacceptable, f64)>,
    /// Profiles.
    pub profiles: Vec<Profile>,
    /// Donors, in order of time.
    pub donors: Vec<Donor>,
    /// Exchanges, in order of time.
    pub exchanges: Vec<PastExchange>,
    /// A pool of donors, for the share of them that somebody cannot accept.
    pub panel: Panel,
}
