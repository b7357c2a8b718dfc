//! The event log: everything that happened, once, in order.
//!
//! What comes in: [`Record`]s, one for each thing that happens, as the run goes on. What goes out:
//! the same records to a [`Fold`] (an auditor, a yearly series: a pure consumer that sees every
//! record) and, if asked, to a Parquet file. Memory does not grow with the run: four batches of
//! 1 MiB, one page of records being taken apart, and one row group of encoded pages.
//!
//! The log keeps the order of the pushes. A model that pushes as it pops its future event list
//! writes a file sorted by time; nothing here sorts.
//!
//! ```text
//!   push ──► batch of 32,768 ──► writer ──► fold (every record)
//!              ▲      (here, or in   │
//!              └── recycled a thread)└────► keep? ──► page of 8,192, column by column
//!                                                    └──► row group of 262,144 ──► Parquet
//! ```
//!
//! Whether the writer works in the caller's thread or in one of its own ([`Workers`]), the fold sees
//! the same records in the same order and the file has the same bytes: pages and row groups are cut
//! by the number of kept records and by nothing else.
//!
//! The columns are [`COLUMNS`]. [`LogReader`] gives the records back, and [`Lookup`] says among which
//! rows those of one person are.
//!
//! ```
//! use hailsham_engine::log::{EventLog, Fold, Keep, LogReader, LogSpec, Record, Workers};
//! use hailsham_engine::time::{Epoch, Time};
//!
//! /// Counts how often anyone was visited.
//! struct Visits(u32);
//! impl Fold for Visits {
//!     fn fold(&mut self, batch: &[Record]) {
//!         self.0 += batch.iter().filter(|record| record.event == 1).count() as u32;
//!     }
//! }
//!
//! # let folder = tempfile::tempdir()?;
//! let path = folder.path().join("events.parquet");
//! let spec = LogSpec {
//!     events: vec!["born", "visited"],
//!     topics: Vec::new(),
//!     epoch: Epoch::new(1955, 1, 1)?,
//!     key_values: Vec::new(),
//!     keys: None,
//! };
//! let mut log = EventLog::start(Visits(0), Some((&path, spec)), Keep::All, Workers::Background)?;
//! log.push(Record::at(Time::START, 0).who(7));
//! log.push(Record::at(Time::from_minutes(90), 1).who(7).whom(8).value(0.5));
//! let (visits, totals) = log.finish()?;
//! assert_eq!((visits.0, totals.written), (1, 2));
//!
//! let mut records = Vec::new();
//! assert!(LogReader::open(&path)?.next_batch(&mut records)?);
//! assert_eq!(records[1].whom, 8);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod background;
mod error;
mod file;
mod lookup;
mod reader;
mod record;
mod writer;

pub use error::LogError;
pub use file::{COLUMNS, LogSpec};
pub use lookup::{Keys, Lookup, MOST_KEYS};
pub use reader::LogReader;
pub use record::{Fold, Keep, Record};

use crate::table::TableError;
use background::Background;
use file::LogFile;
use std::path::Path;
use writer::Writer;

/// Records that go from the run to the writer at once.
pub(crate) const BATCH: usize = 32_768;

/// Who writes the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Workers {
    /// The thread that runs the model.
    Inline,
    /// A thread of its own. The run waits for it when it is three batches behind.
    #[default]
    Background,
}

/// What a log amounted to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogTotals {
    /// Records that were pushed.
    pub pushed: u64,
    /// Records that were kept and written.
    pub written: u64,
    /// The size of the file in bytes.
    pub bytes: u64,
}

/// A log being written. The file is whole only after [`finish`](Self::finish); a log that is
/// dropped leaves a file without an end, which no reader opens.
pub struct EventLog<F: Fold> {
    batch: Vec<Record>,
    /// Records that were handed over.
    handed: u64,
    broken: bool,
    route: Route<F>,
}

/// The way from the run to the writer.
enum Route<F: Fold> {
    Inline(Box<Writer<F>>),
    Background(Background<F>),
}

impl<F: Fold> EventLog<F> {
    /// Begins a log. Without a `target` nothing is written, and `fold` still sees every record.
    ///
    /// Fails when the file cannot be made or the thread cannot be started, or when `target` has
    /// more than 256 events or 255 topics.
    pub fn start(
        fold: F,
        target: Option<(&Path, LogSpec)>,
        keep: Keep,
        workers: Workers,
    ) -> Result<Self, LogError> {
        let file = match target {
            Some((path, spec)) => Some(LogFile::create(path, spec)?),
            None => None,
        };
        let writer = Writer::new(fold, keep, file);
        let route = match workers {
            Workers::Inline => Route::Inline(Box::new(writer)),
            Workers::Background => Route::Background(Background::start(writer)?),
        };
        Ok(Self {
            batch: Vec::with_capacity(BATCH),
            handed: 0,
            broken: false,
            route,
        })
    }

    /// Adds a record. Costs a copy; once in 32,768 records the batch is handed over.
    #[inline]
    pub fn push(&mut self, record: Record) {
        self.batch.push(record);
        if self.batch.len() == BATCH {
            self.hand_over();
        }
    }

    /// Whether the writer met an error (a full disk, say), so that the run should stop and
    /// [`finish`](Self::finish) tell which. Looked at once a batch, so it may come late, and an
    /// error in the last batches is told by `finish` alone.
    #[inline]
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// The number of records pushed.
    #[inline]
    pub fn len(&self) -> u64 {
        self.handed + self.batch.len() as u64
    }

    /// Whether nothing was pushed yet.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes what is left and the end of the file. Returns the fold, which has seen every record.
    ///
    /// The first error of the writer comes out here. A panic of the fold or of the filter in a
    /// thread of its own is [`LogError::Panicked`]; inline it is an ordinary panic.
    pub fn finish(mut self) -> Result<(F, LogTotals), LogError> {
        let pushed = self.len();
        let mut writer = match self.route {
            Route::Inline(writer) => *writer,
            Route::Background(background) => background.join()?,
        };
        writer.take(&self.batch);
        self.batch.clear();
        let (fold, written, bytes) = writer.finish()?;
        let totals = LogTotals {
            pushed,
            written,
            bytes,
        };
        Ok((fold, totals))
    }

    #[cold]
    #[inline(never)]
    fn hand_over(&mut self) {
        self.handed += self.batch.len() as u64;
        match &mut self.route {
            Route::Inline(writer) => {
                writer.take(&self.batch);
                self.batch.clear();
                self.broken = writer.is_broken();
            }
            Route::Background(background) => {
                background.send(&mut self.batch);
                self.broken = background.is_broken();
            }
        }
    }
}

impl From<TableError> for LogError {
    fn from(error: TableError) -> Self {
        Self::Table(error)
    }
}
