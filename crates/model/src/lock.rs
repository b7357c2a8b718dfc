//! A lock on a directory: whoever works in it holds it, and the system frees it when the process ends,
//! however it ends.
//!
//! It is held on a file in the directory, which is gone when nobody works there any more. Where the
//! system has no locks, everybody is taken to be alone.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A lock on a directory, held while this lives.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
    held: Held,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Held {
    No,
    WithOthers,
    Alone,
}

impl Lock {
    /// The file that it is held on.
    pub const FILE: &str = "lock";

    /// The lock of a directory that is there, for one alone; none where somebody has it, or has just had it.
    ///
    /// # Errors
    ///
    /// A file that cannot be made; a directory that is not there.
    pub fn alone(directory: &Path) -> io::Result<Option<Lock>> {
        let mut lock = Lock::open(directory)?;
        if matches!(lock.file.try_lock(), Err(TryLockError::WouldBlock)) || !lock.is_there() {
            return Ok(None);
        }
        lock.held = Held::Alone;
        Ok(Some(lock))
    }

    /// The lock of a directory that is there, together with others. Waits for who has it alone.
    ///
    /// # Errors
    ///
    /// A file that cannot be made; a directory that is not there.
    pub fn with_others(directory: &Path) -> io::Result<Lock> {
        loop {
            let mut lock = Lock::open(directory)?;
            let _ = lock.file.lock_shared();
            if lock.is_there() {
                lock.held = Held::WithOthers;
                return Ok(lock);
            }
        }
    }

    /// Whether nobody else has it, from now on. Where somebody has, it is lost: of those who ask, the
    /// last is alone.
    pub fn is_alone(&mut self) -> bool {
        if self.held == Held::WithOthers {
            let _ = self.file.unlock();
            self.held = match self.file.try_lock() {
                Err(TryLockError::WouldBlock) => Held::No,
                _ => Held::Alone,
            };
        }
        self.held == Held::Alone && self.is_there()
    }

    /// Says that the directory has another name.
    pub(crate) fn is_now_in(&mut self, directory: &Path) {
        self.path = directory.join(Lock::FILE);
    }

    fn open(directory: &Path) -> io::Result<Lock> {
        let path = directory.join(Lock::FILE);
        let mut how = OpenOptions::new();
        let file = how.create(true).truncate(false).write(true).open(&path)?;
        Ok(Lock {
            file,
            path,
            held: Held::No,
        })
    }

    /// Whether the file is still that of the directory: who had it may have removed it meanwhile.
    #[cfg(unix)]
    fn is_there(&self) -> bool {
        use std::os::unix::fs::MetadataExt as _;

        let number = |of: io::Result<fs::Metadata>| of.ok().map(|of| (of.dev(), of.ino()));
        let own = number(self.file.metadata());
        own.is_some() && own == number(self.path.metadata())
    }

    #[cfg(not(unix))]
    fn is_there(&self) -> bool {
        self.path.exists()
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.is_alone() {
            // One that stays is in nobody's way.
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn one_alone_or_many_together() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let file = folder.join(Lock::FILE);
        let alone = Lock::alone(folder).unwrap().unwrap();
        assert!(Lock::alone(folder).unwrap().is_none());
        drop(alone);
        assert!(!file.exists());
        let mut one = Lock::with_others(folder).unwrap();
        let mut other = Lock::with_others(folder).unwrap();
        assert!(Lock::alone(folder).unwrap().is_none());
        assert!(!one.is_alone());
        assert!(other.is_alone());
        drop(one);
        assert!(file.exists(), "the other has it still");
        drop(other);
        assert!(!file.exists());
    }

    /// Who opened the file before it was removed has no lock of the directory.
    #[test]
    fn a_lock_that_was_removed_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let held = Lock::alone(folder.path()).unwrap().unwrap();
        let mut late = Lock::open(folder.path()).unwrap();
        drop(held);
        late.held = Held::WithOthers;
        assert!(!late.is_alone());
        let next = Lock::alone(folder.path()).unwrap().unwrap();
        drop(late);
        assert!(folder.path().join(Lock::FILE).exists());
        drop(next);
        assert!(Lock::alone(&folder.path().join("nowhere")).is_err());
    }
}
