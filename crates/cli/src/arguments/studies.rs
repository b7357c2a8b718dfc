//! What can be typed for a study: comparison, sweep, calibration.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Chosen, Printed, Threads, scale, seed};

#[derive(Args)]
#[command(mut_arg("resume", |resume| resume.conflicts_with_all([
    "a", "b", "sets", "both", "lives", "replicates", "seed", "scale", "out", "data",
])))]
pub(crate) struct Compare {
    /// What is compared with: a built-in scenario or a .toml file [default: hailsham]
    #[arg(value_name = "A")]
    pub(crate) a: Option<String>,
    /// What is compared [default: A]
    #[arg(value_name = "B")]
    pub(crate) b: Option<String>,
    /// Change a parameter of B; may be given again [example: --set donation.cap=3]
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(crate) sets: Vec<String>,
    /// Change a parameter of both; may be given again
    #[arg(long = "set-both", value_name = "PATH=VALUE")]
    pub(crate) both: Vec<String>,
    /// Compare every life too: who lives who would have died, and the reverse
    #[arg(long)]
    pub(crate) lives: bool,
    /// Print every metric, and not the headlines alone
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) study: Study,
    /// Pairs of runs
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000), allow_negative_numbers = true)]
    pub(crate) replicates: u32,
}

#[derive(Args)]
#[command(mut_arg("resume", |resume| resume.conflicts_with_all([
    "scenario", "sets", "vary", "design", "points", "metrics", "replicates", "seed", "scale", "out", "data",
])))]
pub(crate) struct Sweep {
    #[command(flatten)]
    pub(crate) chosen: Chosen,
    /// A parameter and its range or values; may be given again [example: --vary donation.cap=1..4]
    #[arg(long, value_name = "PATH=LO..HI[:N]|A,B,C")]
    pub(crate) vary: Vec<String>,
    /// How points are chosen
    #[arg(long, value_enum, default_value_t = DesignName::Grid)]
    pub(crate) design: DesignName,
    /// Points of a latin hypercube or a Sobol sequence; rows of the design of indices, each of which has two runs more than there are parameters [default: 64]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=65_536), allow_negative_numbers = true)]
    pub(crate) points: Option<u32>,
    /// Metrics that are told of [default: the headlines; the table has all]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) metrics: Vec<String>,
    /// Runs of each point
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000), allow_negative_numbers = true)]
    pub(crate) replicates: u32,
    #[command(flatten)]
    pub(crate) study: Study,
}

#[derive(Args)]
#[command(mut_arg("resume", |resume| resume.conflicts_with_all([
    "scenario", "sets", "prior", "target", "targets", "particles", "generations", "replicates", "seed", "scale",
    "out", "data",
])))]
pub(crate) struct Calibrate {
    #[command(flatten)]
    pub(crate) chosen: Chosen,
    /// A parameter and the range it may lie in; may be given again [example: --prior carers.excellence=0..6]
    #[arg(long, value_name = "PATH=LO..HI|A,B,C")]
    pub(crate) prior: Vec<String>,
    /// What a metric should be, and how far off is as good; may be given again [example: --target completed=2300:5%]
    #[arg(long, value_name = "METRIC=VALUE:TOLERANCE")]
    pub(crate) target: Vec<String>,
    /// A file of targets
    #[arg(long, value_name = "FILE")]
    pub(crate) targets: Option<PathBuf>,
    /// Sets of parameters that are kept of each generation
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100_000), allow_negative_numbers = true)]
    pub(crate) particles: u32,
    /// Most generations
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100), allow_negative_numbers = true)]
    pub(crate) generations: u32,
    /// Runs of each set of parameters
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000), allow_negative_numbers = true)]
    pub(crate) replicates: u32,
    #[command(flatten)]
    pub(crate) study: Study,
}

/// How the points of a sweep are chosen.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DesignName {
    /// Every value with every other
    Grid,
    /// A latin hypercube
    Latin,
    /// A Sobol sequence
    Sobol,
    /// The points of sensitivity indices (Saltelli 2010)
    Indices,
}

impl From<DesignName> for hailsham_study::design::Design {
    fn from(name: DesignName) -> hailsham_study::design::Design {
        use hailsham_study::design::Design;
        match name {
            DesignName::Grid => Design::Grid,
            DesignName::Latin => Design::Latin,
            DesignName::Sobol => Design::Sobol,
            DesignName::Indices => Design::Saltelli,
        }
    }
}

/// What all studies have in common.
#[derive(Args)]
pub(crate) struct Study {
    /// The first seed; the other runs have those that follow
    #[arg(long, default_value_t = 1, value_parser = seed, allow_negative_numbers = true)]
    pub(crate) seed: u64,
    /// What the numbers of people and places are multiplied by
    #[arg(long, default_value_t = 0.1, value_name = "X", value_parser = scale, allow_negative_numbers = true)]
    pub(crate) scale: f64,
    /// Where the study is written [default: in runs/, by the name of the scenario]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Finish a study that was interrupted, as it was begun
    #[arg(long, value_name = "DIR")]
    pub(crate) resume: Option<PathBuf>,
    /// Of eurotransplant: a folder with files of candidates and donors, instead of a synthetic population
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) threads: Threads,
    #[command(flatten)]
    pub(crate) printed: Printed,
}
