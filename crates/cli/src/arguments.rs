//! What can be typed.

mod studies;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use studies::{Calibrate, Compare, DesignName, Sweep};

/// Simulate organ-donation systems one person at a time: those who give, those who receive, those
/// who care for the givers.
///
/// For study: it holds no patients' data and decides nothing about any real person.
#[derive(Parser)]
#[command(
    name = "hailsham",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run a scenario and write a directory with its log, tables and report
    Run(Run),
    /// Check the facts of a scenario or a run, and what is expected of a scenario over many runs; exit code 1 when one fails
    Check(Check),
    /// Tell one life, as it happened or as the person would tell it
    Life(Life),
    /// Lay rival accounts of one thing side by side, and set each against the log of a run
    Testimony(Testimony),
    /// Find the best kidney exchange in a pool: cycles of pairs, chains from altruists, and the proof
    Exchange(Exchange),
    /// Read the rules of an allocation policy: check them, show them, or compare two
    #[command(subcommand)]
    Policy(Policy),
    /// Compare two scenarios, or one with itself changed, over many paired runs
    Compare(Compare),
    /// Vary parameters together: how the metrics answer, and to which parameter most
    Sweep(Sweep),
    /// Seek the values of parameters that bring metrics to what is known of them
    Calibrate(Calibrate),
    /// Write the report of a run or a study again
    Report(Report),
    /// List the built-in scenarios
    Scenarios(Listing),
    /// List the parameters of a scenario, with units, ranges and sources
    Params(Params),
    /// List the levers: what-ifs that the sources invite, and the parameters that pull them
    Levers(Listing),
    /// List the events that a log can hold
    Events(Listing),
    /// List the metrics of a run's summary
    Metrics(Metrics),
    /// List the programme's own words and what they mean
    Glossary(Listing),
}

/// What is printed, of every command that works.
#[derive(Args)]
pub(crate) struct Printed {
    /// Print one JSON object on stdout, and nothing else
    #[arg(long)]
    pub(crate) json: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// How many threads work.
#[derive(Args)]
pub(crate) struct Threads {
    /// Runs at once; the result is the same for any number [default: one a processor]
    #[arg(long = "threads", id = "threads", value_name = "N", value_parser = clap::value_parser!(u16).range(1..), allow_negative_numbers = true)]
    pub(crate) given: Option<u16>,
}

impl Threads {
    /// As many as are given, or one a processor.
    pub(crate) fn or_processors(&self) -> usize {
        self.given.map_or_else(
            || std::thread::available_parallelism().map_or(1, usize::from),
            usize::from,
        )
    }
}

/// Which scenario, and what is changed in it.
#[derive(Args)]
pub(crate) struct Chosen {
    /// Name of a built-in scenario, or a .toml file
    #[arg(default_value = "hailsham")]
    pub(crate) scenario: String,
    /// Change a parameter; may be given again [example: --set donation.cap=3]
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(crate) sets: Vec<String>,
}

#[derive(Args)]
#[command(mut_arg("threads", |threads| threads.help(
    "Threads to use; the result is the same for any number [default: 2; of many runs, one a processor]"
)))]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) chosen: Chosen,
    /// The seed: the same scenario and seed give the same tables, bit for bit
    #[arg(long, default_value_t = 1, value_parser = seed, allow_negative_numbers = true)]
    pub(crate) seed: u64,
    /// What the numbers of people and places are multiplied by
    #[arg(long, default_value_t = 1.0, value_name = "X", value_parser = scale, allow_negative_numbers = true)]
    pub(crate) scale: f64,
    /// Where the run is written [default: runs/SCENARIO-1, -2, ...]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Which events are kept on disk: full, named (the cast), sample:P (a share P of the people), none [default: full; of many runs, none]
    #[arg(long, value_name = "KEEP", value_parser = log)]
    log: Option<Log>,
    #[command(flatten)]
    pub(crate) threads: Threads,
    /// Make many runs, with one seed after another, and keep their numbers alone [default with --until: at most 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000), allow_negative_numbers = true)]
    pub(crate) replicates: Option<u32>,
    /// Stop when half the 95 % interval of a metric's mean is as narrow as this, in its unit or with %; may be given again [example: --until completed=1%]
    #[arg(long, value_name = "METRIC=WIDTH")]
    pub(crate) until: Vec<String>,
    /// Finish many runs that were interrupted, as they were begun
    #[arg(long, value_name = "DIR", conflicts_with_all = ["scenario", "sets", "seed", "scale", "out", "log", "replicates", "until", "data", "acceptance"])]
    pub(crate) resume: Option<PathBuf>,
    /// Plain words in the report, or the programme's own [default: plain]
    #[arg(long, value_enum, conflicts_with_all = ["replicates", "until", "resume"])]
    pub(crate) words: Option<Words>,
    /// Of eurotransplant: a folder with files of candidates and donors, instead of a synthetic population
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Of eurotransplant: how offers are answered [default: as the scenario says, model]
    #[arg(long, value_enum, value_name = "HOW")]
    pub(crate) acceptance: Option<Acceptance>,
    /// Of eurotransplant: write every ranked candidate of every list as a table
    #[arg(long)]
    pub(crate) match_lists: bool,
    #[command(flatten)]
    pub(crate) printed: Printed,
}

impl Run {
    /// Which events of a single run are kept.
    pub(crate) fn log(&self) -> Log {
        self.log.unwrap_or(Log::Full)
    }

    /// Which events are to be kept, where that is said.
    pub(crate) fn chosen_log(&self) -> Option<Log> {
        self.log
    }

    /// Whether a log is asked for.
    pub(crate) fn wants_log(&self) -> bool {
        self.log.is_some_and(|log| log != Log::None)
    }

    /// Every change of the scenario, those with an option of their own among them.
    pub(crate) fn sets(&self) -> Vec<String> {
        let mut sets = self.chosen.sets.clone();
        let word = self.acceptance.map(Acceptance::word);
        sets.extend(word.map(|word| format!("allocation.acceptance={word}")));
        sets
    }
}

/// How offers are answered.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Acceptance {
    /// By the models of centres and patients, with chance
    Model,
    /// The first candidates accept who can be offered a kidney
    First,
    /// By the models, with one half for every random number
    Half,
}

impl Acceptance {
    /// Its word in a scenario.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Acceptance::Model => "model",
            Acceptance::First => "first",
            Acceptance::Half => "half",
        }
    }
}

#[derive(Args)]
#[command(mut_arg("json", |json| json.help("Print a JSON list on stdout, and nothing else")))]
pub(crate) struct Check {
    /// Name of a built-in scenario, a .toml file, or the directory of a run
    #[arg(value_name = "SCENARIO|RUN", default_value = "hailsham")]
    pub(crate) scenario: String,
    /// Change a parameter; may be given again [example: --set donation.cap=3]
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(crate) sets: Vec<String>,
    /// Only these facts and expectations, by id [example: --only F-063,D-20]
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Facts alone, or expectations alone [default: both; of a run, facts]
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) kind: Option<CheckKind>,
    /// A file of facts [default: that of the scenario, or of the one it builds on]
    #[arg(long, value_name = "FILE")]
    pub(crate) facts: Option<PathBuf>,
    /// The first seed; the other runs have those that follow [default: 1]
    #[arg(long, value_name = "N", value_parser = seed, allow_negative_numbers = true)]
    pub(crate) seed: Option<u64>,
    /// Runs of each arm, 2 or more [default: as each expectation says; for facts 5]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100_000), allow_negative_numbers = true)]
    pub(crate) replicates: Option<u32>,
    /// What the numbers of people and places are multiplied by [default: as each expectation says, and the file of facts]
    #[arg(long, value_name = "X", value_parser = scale, allow_negative_numbers = true)]
    pub(crate) scale: Option<f64>,
    #[command(flatten)]
    pub(crate) threads: Threads,
    #[command(flatten)]
    pub(crate) printed: Printed,
}

/// What is checked.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckKind {
    /// What must be true of every run
    Facts,
    /// What should come out over many runs
    Expectations,
}

/// The scale of a scenario that is run for a life, and for testimony, where none is given.
pub(crate) const LIFE_SCALE: f64 = 1.0;
pub(crate) const TESTIMONY_SCALE: f64 = 0.2;

/// What is said of the scale of a scenario that is run for a question.
fn scale_help(default: f64) -> String {
    format!(
        "What the numbers of people and places are multiplied by in the scenario that is run [default: {default}]"
    )
}

/// How a scenario is run that is run for a question, and not kept.
#[derive(Args)]
pub(crate) struct Made {
    /// Change a parameter of the scenario that is run; may be given again [example: --set history.record.debris=W2]
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(crate) sets: Vec<String>,
    /// The seed of the scenario that is run [default: 1]
    #[arg(long, value_name = "N", value_parser = seed, allow_negative_numbers = true)]
    pub(crate) seed: Option<u64>,
    // Each command has a default of its own, and says it.
    #[arg(long, value_name = "X", value_parser = scale, allow_negative_numbers = true)]
    pub(crate) scale: Option<f64>,
}

impl Made {
    /// Whether anything is said of it.
    pub(crate) fn is_given(&self) -> bool {
        !self.sets.is_empty() || self.seed.is_some() || self.scale.is_some()
    }
}

/// The form in which a life is printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Chapters of plain text
    Text,
    /// A page of its own, that opens offline
    Html,
    /// The same as data: every sentence with its records, dates, people and places
    Json,
}

#[derive(Args)]
#[command(
    allow_missing_positional = true,
    mut_arg("scale", |scale| scale.help(scale_help(LIFE_SCALE))),
    mut_arg("json", |json| json.conflicts_with("format")),
    mut_arg("quiet", |quiet| quiet.help("Print nothing but errors and the life: no bar of progress"))
)]
pub(crate) struct Life {
    /// Directory of a run; or a scenario, which is run for it and not kept [default: hailsham]
    #[arg(value_name = "RUN|SCENARIO", allow_negative_numbers = true)]
    pub(crate) run: Option<String>,
    /// Who: a number of persons.parquet, a name ("Kathy H.", Kathy), or a key of the cast (kathy)
    #[arg(required = true, allow_negative_numbers = true)]
    pub(crate) person: String,
    /// Tell it as the person would at this age, from memory; or at the end of a year (1995) or of a day (1995-06-30), as for
    /// members of staff, of whom no birth is known
    #[arg(long, value_name = "AGE|DATE", value_parser = telling, allow_negative_numbers = true)]
    pub(crate) remembered_at: Option<When>,
    /// Plain words, or the programme's own
    #[arg(long, value_enum, default_value_t = Words::Plain)]
    pub(crate) words: Words,
    /// The form in which it is printed [default: text]
    #[arg(long, value_enum)]
    format: Option<Format>,
    #[command(flatten)]
    pub(crate) made: Made,
    #[command(flatten)]
    pub(crate) printed: Printed,
}

impl Life {
    /// The form asked for.
    pub(crate) fn format(&self) -> Format {
        match self.format {
            Some(format) => format,
            None if self.printed.json => Format::Json,
            None => Format::Text,
        }
    }
}

/// When a life is told from memory.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum When {
    /// At an age in years.
    Age(f64),
    /// In a year.
    Year(i16),
    /// On a day: year, month and day.
    Day(i16, i8, i8),
}

impl std::fmt::Display for When {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            When::Age(age) => write!(out, "{age}"),
            When::Year(year) => write!(out, "{year}"),
            When::Day(year, month, day) => write!(out, "{year:04}-{month:02}-{day:02}"),
        }
    }
}

/// Years of four digits are of the calendar, and smaller numbers ages.
fn telling(text: &str) -> Result<When, String> {
    let parts: Vec<&str> = text.split('-').collect();
    let when = match parts.as_slice() {
        [year] if year.len() == 4 => year.parse().ok().map(When::Year),
        [year, month, day] if year.len() == 4 => {
            let parsed = (year.parse(), month.parse(), day.parse());
            match parsed {
                (Ok(year), Ok(month), Ok(day)) => Some(When::Day(year, month, day)),
                _ => None,
            }
        }
        _ => None,
    };
    if let Some(when) = when {
        return Ok(when);
    }
    match text.parse::<f64>() {
        Ok(age) if (0.0..=200.0).contains(&age) => Ok(When::Age(age)),
        _ => Err(
            "write an age in years from 0 to 200, a year as 1995, or a day as 1995-06-30"
                .to_owned(),
        ),
    }
}

#[derive(Args)]
#[command(
    mut_arg("scale", |scale| scale.help(scale_help(TESTIMONY_SCALE))),
    mut_arg("quiet", |quiet| quiet.help("Print nothing but errors and what was asked for: no bar of progress"))
)]
pub(crate) struct Testimony {
    /// Directory of a run; or a scenario, which is run for it and not kept [default: hailsham]
    #[arg(value_name = "RUN|SCENARIO")]
    pub(crate) run: Option<String>,
    /// What is told in more than one way: by its key (boats), its id (C-01), or its name as a claim (saying:river)
    pub(crate) subject: Option<String>,
    /// List all subjects, with their versions and how many of them agree with the log
    #[arg(long)]
    pub(crate) all: bool,
    /// A file of claims, which adds witnesses, subjects and versions
    #[arg(long, value_name = "FILE")]
    pub(crate) claims: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) made: Made,
    #[command(flatten)]
    pub(crate) printed: Printed,
}

#[derive(Args)]
#[command(mut_arg("threads", |threads| threads.help(
    "Threads to use; the solver uses one, the result is the same for any number"
)))]
pub(crate) struct Exchange {
    /// A pool: .input (with the .ndds beside it), .wmd (with its .dat), .json or .xml
    #[arg(value_name = "POOL")]
    pub(crate) pool: PathBuf,
    /// Most pairs in a cycle; below 2: no cycles
    #[arg(long, value_name = "K", default_value_t = 3, value_parser = pairs, allow_negative_numbers = true)]
    pub(crate) max_cycle: usize,
    /// Most pairs that receive in a chain; 0: no chains
    #[arg(long, value_name = "L", default_value_t = 3, value_parser = pairs, allow_negative_numbers = true)]
    pub(crate) max_chain: usize,
    /// Objectives, the most important first: transplants, weight, effective-two-way, fewest-three-ways, back-arcs, uk
    /// (the score of the United Kingdom's scheme), expected, expected-recourse; uk-order: the scheme's five in their order
    #[arg(
        long,
        value_name = "A,B,C",
        value_delimiter = ',',
        default_value = "transplants"
    )]
    pub(crate) objective: Vec<String>,
    /// For the expected objectives: probability that a transplant proves impossible
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = probability, allow_negative_numbers = true)]
    pub(crate) arc_failure: f64,
    /// For the expected objectives: probability that a pair or altruist drops out
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = probability, allow_negative_numbers = true)]
    pub(crate) vertex_failure: f64,
    /// Stop with the best found after this time [default: when it is proven]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    pub(crate) time_limit: Option<f64>,
    /// Draw the pool and the chosen cycles and chains into this file
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) threads: Threads,
    #[command(flatten)]
    pub(crate) printed: Printed,
}

/// What is done with a policy.
#[derive(Subcommand)]
pub(crate) enum Policy {
    /// Check a policy: unknown names, wrong types, missing units, tiers that nobody can be in
    Check(OnePolicy),
    /// Show the rules of a policy, with units and where each comes from; without a name, list the built-in policies
    Show(ShownPolicy),
    /// Say what differs between two policies, rule by rule
    Diff(TwoPolicies),
}

#[derive(Args)]
pub(crate) struct OnePolicy {
    /// Name of a built-in policy, or a .toml file
    pub(crate) policy: String,
    /// Change a value; may be given again [example: --set points.hu.weight=250]
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(crate) sets: Vec<String>,
    #[command(flatten)]
    pub(crate) printed: Printed,
}

#[derive(Args)]
pub(crate) struct ShownPolicy {
    /// Name of a built-in policy, or a .toml file
    pub(crate) policy: Option<String>,
    /// Change a value; may be given again
    #[arg(long = "set", value_name = "PATH=VALUE", requires = "policy")]
    pub(crate) sets: Vec<String>,
    /// Print one JSON object on stdout, and nothing else
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct TwoPolicies {
    /// Name of a built-in policy, or a .toml file
    pub(crate) a: String,
    /// What is compared with it
    pub(crate) b: String,
    /// Print one JSON object on stdout, and nothing else
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Report {
    /// Directory of a run or a study
    pub(crate) run: PathBuf,
    /// Of a run of the donation programme: plain words, or the programme's own [default: plain]
    #[arg(long, value_enum)]
    pub(crate) words: Option<Words>,
    #[command(flatten)]
    pub(crate) printed: Printed,
}

#[derive(Args)]
pub(crate) struct Listing {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Print a Markdown table, as in the book
    #[arg(long, conflicts_with = "json")]
    pub(crate) markdown: bool,
}

#[derive(Args)]
pub(crate) struct Metrics {
    /// Name of a built-in scenario, or a .toml file: an exchange programme has metrics of its own
    #[arg(default_value = "hailsham")]
    pub(crate) scenario: String,
    #[command(flatten)]
    pub(crate) listing: Listing,
}

#[derive(Args)]
pub(crate) struct Params {
    #[command(flatten)]
    pub(crate) chosen: Chosen,
    /// Only parameters whose path contains this
    #[arg(long, value_name = "TEXT")]
    pub(crate) only: Option<String>,
    /// Print the JSON Schema of scenario files, for editors
    #[arg(long, conflicts_with_all = ["json", "markdown", "only"])]
    pub(crate) schema: bool,
    #[command(flatten)]
    pub(crate) listing: Listing,
}

/// Which words a report speaks.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Words {
    /// Everybody's words
    Plain,
    /// The programme's own words
    Programme,
}

impl From<Words> for hailsham_report::Words {
    fn from(words: Words) -> hailsham_report::Words {
        match words {
            Words::Plain => hailsham_report::Words::Plain,
            Words::Programme => hailsham_report::Words::Programme,
        }
    }
}

/// Which events are kept on disk.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Log {
    Full,
    Named,
    Sample(f64),
    None,
}

impl std::fmt::Display for Log {
    /// As it is typed.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Log::Full => out.write_str("full"),
            Log::Named => out.write_str("named"),
            Log::Sample(share) => write!(out, "sample:{share}"),
            Log::None => out.write_str("none"),
        }
    }
}

fn seed(text: &str) -> Result<u64, String> {
    let greatest = u64::MAX;
    text.parse()
        .map_err(|_| format!("a seed is a whole number from 0 to {greatest}"))
}

fn pairs(text: &str) -> Result<usize, String> {
    text.parse()
        .map_err(|_| "a number of pairs is a whole number, 0 or more".to_owned())
}

fn probability(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(probability) if (0.0..=1.0).contains(&probability) => Ok(probability),
        _ => Err("a probability is a number from 0 to 1".to_owned()),
    }
}

fn scale(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(scale) if scale.is_finite() && scale > 0.0 && scale <= 1000.0 => Ok(scale),
        _ => Err("a scale is a number above 0 and up to 1000".to_owned()),
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=1e9).contains(&seconds) => Ok(seconds),
        _ => Err("a time is a number of seconds from 0 to 1e9".to_owned()),
    }
}

fn log(text: &str) -> Result<Log, String> {
    match text {
        "full" => Ok(Log::Full),
        "named" => Ok(Log::Named),
        "none" => Ok(Log::None),
        _ => text
            .strip_prefix("sample:")
            .and_then(|share| share.parse::<f64>().ok())
            .filter(|share| (0.0..=1.0).contains(share))
            .map(Log::Sample)
            .ok_or_else(|| {
                "it is one of full, named, sample:P with P from 0 to 1, none".to_owned()
            }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn logs_and_scales_are_checked() {
        assert_eq!(log("sample:0.5"), Ok(Log::Sample(0.5)));
        assert!(log("sample:2").is_err());
        assert!(log("sample:nan").is_err());
        assert!(log("ful").is_err());
        for typed in ["full", "named", "sample:0.25", "none"] {
            assert_eq!(log(typed).map(|log| log.to_string()).as_deref(), Ok(typed));
        }
        assert_eq!(scale("0.01"), Ok(0.01));
        assert!(scale("0").is_err());
        assert!(scale("nan").is_err());
    }
}
