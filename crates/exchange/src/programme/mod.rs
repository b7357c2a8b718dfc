//! A kidney exchange programme in time: pairs and altruists come and go, a matching run every few weeks chooses
//! exchanges, and what was agreed fails or is done.
//!
//! **What comes in.** An [`ExchangeProgramme`]: the parameters, read from a scenario (`exchange` is built in); a seed.
//!
//! **What goes out.** A [`Course`]: who joined and what became of them, every matching run, every transplant; its
//! [`metrics`]; and the [`Findings`] of a run, in which the same arrivals are put through several intervals.
//!
//! ```text
//!   arrivals ──► pool ──matching run──► agreement ──answer──► prepared ──operation──► transplants
//!     │            ▲ │                      │                     │
//!     │            │ └─ death, another kidney, withdrawal ────────┤
//!     │            └──── those who can go on, when one cannot ────┘
//!     └ drawn by name: the same for every interval
//! ```
//!
//! ```
//! use hailsham_exchange::programme::{ExchangeProgramme, metrics, simulate};
//!
//! let mut programme = ExchangeProgramme::default();
//! programme.time.horizon = 3.0;
//! (programme.time.warm_up, programme.time.follow_up) = (0.5, 0.5);
//! // A tenth of the arrivals, a run every four weeks.
//! let course = simulate(&programme, 4.0, 1, 0.1, &mut |_, _| true).ok_or("stopped")?;
//! let share = metrics(&programme, &course).into_iter().find(|(name, _)| *name == "share_transplanted");
//! assert!(share.is_some_and(|(_, share)| share.is_some_and(|share| share > 0.0)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod agreement;
mod course;
mod metrics;
mod parameters;
mod run;
mod tables;
#[cfg(test)]
mod tests;

pub use course::{Cause, Course, GoOn, MatchRun, Member, Patient, State, Transplant, simulate};
pub use metrics::{HEADLINES, METRICS, counted, metrics};
pub use parameters::{
    Agreements, Arrivals, Departures, ExchangeProgramme, Matching, Patients, Period, Sensitisation,
};
pub use run::{Findings, ResultError, Swept, run, write_results};

use hailsham_scenario::BuiltIn;

/// The built-in scenarios of this kind.
pub fn built_in() -> &'static [BuiltIn] {
    const BUILT_IN: &[BuiltIn] = &[BuiltIn {
        name: "exchange",
        text: include_str!("../../../../scenarios/exchange.toml"),
        summary: "A kidney exchange programme in time: a matching run every few weeks",
    }];
    BUILT_IN
}
