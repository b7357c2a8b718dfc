//! Eurotransplant's kidneys: the general programme (ETKAS) and the Senior Programme (ESP).
//!
//! What comes in: a [`Setting`] (places and frequencies, built in), the files of the simulator ([`read_folder`]),
//! and two policies. What goes out: every list with its ranking, its points and what became of the offers.

mod acceptance;
mod attributes;
mod balances;
mod chance;
mod generator;
mod input;
mod offers;
mod policies;
mod records;
mod regression;
mod relisting;
mod run;
mod scenario;
mod setting;
mod simulation;
mod state;
mod survival;
mod tables;
mod waiting;

pub use acceptance::{Effects, MODEL_FILES, Models, Spread};
pub use attributes::catalogue;
pub use chance::{Chance, Decision, Half, Whose};
pub use generator::generate;
pub use input::{FILES, Period, read_folder};
pub use offers::{Acceptance, Answer, Offer};
pub use policies::{BUILT_IN_POLICIES, PROFILES, SYSTEM};
pub use records::{
    Change, DEATH_CAUSES, DONOR_FLAGS, Donor, Exchange, Input, PROFILE_FLAGS, PastExchange,
    Profile, Programme, Registrations, Update, Urgency,
};
pub use run::{
    Cohort, Drawn, GROUP_HEADLINES, GroupTold, HEADLINES, MEASURES, METRICS, Outcome, Prepared,
    RunError, Told, run,
};
pub use scenario::{
    AfterTransplant, Allocation, Answering, BUILT_IN_SCENARIO, Band, Population, Practice,
    Scenario, Time, load_scenario,
};
pub use setting::{
    AntigenFrequencies, BUILT_IN_ANTIGENS, BUILT_IN_SETTING, Geography, Place, Setting,
};
pub use simulation::{Counts, List, Programmes};
pub use survival::{Fate, Survival};
