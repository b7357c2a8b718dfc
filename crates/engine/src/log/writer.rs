//! The end of the way: folds every record, keeps what is to be kept, cuts pages.

use super::{Fold, Keep, LogError, Record, file::LogFile};
use crate::table::PAGE;

/// Consumes batches. After the first error it goes on folding and writes nothing more.
pub(super) struct Writer<F> {
    fold: F,
    keep: Keep,
    target: Option<Target>,
    written: u64,
    error: Option<LogError>,
}

/// The file and the page being gathered for it.
struct Target {
    file: LogFile,
    kept: Vec<Record>,
}

impl Target {
    /// Adds records, and writes a page whenever one is full.
    fn extend(&mut self, mut records: &[Record]) -> Result<(), LogError> {
        while !records.is_empty() {
            if self.kept.is_empty() && records.len() >= PAGE {
                // A whole page is written from where it stands.
                let (page, later) = records.split_at(PAGE);
                self.file.page(page)?;
                records = later;
            } else {
                let room = PAGE - self.kept.len();
                let (now, later) = records.split_at(room.min(records.len()));
                self.kept.extend_from_slice(now);
                records = later;
                self.flush_if_full()?;
            }
        }
        Ok(())
    }

    fn flush_if_full(&mut self) -> Result<(), LogError> {
        if self.kept.len() == PAGE {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), LogError> {
        self.file.page(&self.kept)?;
        self.kept.clear();
        Ok(())
    }
}

impl<F: Fold> Writer<F> {
    pub(super) fn new(fold: F, keep: Keep, file: Option<LogFile>) -> Self {
        let target = file.map(|file| Target {
            file,
            kept: Vec::with_capacity(PAGE),
        });
        Self {
            fold,
            keep,
            target,
            written: 0,
            error: None,
        }
    }

    /// Folds and keeps the next records.
    pub(super) fn take(&mut self, batch: &[Record]) {
        self.fold.fold(batch);
        if self.error.is_none()
            && let Err(error) = self.keep(batch)
        {
            self.error = Some(error);
        }
    }

    fn keep(&mut self, batch: &[Record]) -> Result<(), LogError> {
        let Some(target) = &mut self.target else {
            return Ok(());
        };
        match &mut self.keep {
            Keep::All => {
                self.written += batch.len() as u64;
                target.extend(batch)
            }
            Keep::Nothing => Ok(()),
            Keep::If(wanted) => {
                for record in batch {
                    if wanted(record) {
                        self.written += 1;
                        target.kept.push(*record);
                        target.flush_if_full()?;
                    }
                }
                Ok(())
            }
        }
    }

    pub(super) fn is_broken(&self) -> bool {
        self.error.is_some()
    }

    /// Writes the last page and the end of the file: the fold, the rows written, the bytes.
    pub(super) fn finish(self) -> Result<(F, u64, u64), LogError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let mut bytes = 0;
        if let Some(mut target) = self.target {
            if !target.kept.is_empty() {
                target.flush()?;
            }
            bytes = target.file.close()?;
        }
        Ok((self.fold, self.written, bytes))
    }
}
