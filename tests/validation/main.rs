//! What holds the model to something outside itself: one file a law, with its formula and source.
//!
//! Each run is simulated here and read from disk; the law is computed here, without a line of the
//! model's.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod allocation;
mod arrivals;
mod erlang_c;
mod life_table;
mod operation_deaths;
mod rumour;
