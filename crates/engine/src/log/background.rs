//! The writer in a thread of its own, fed through a short queue of recycled batches.

use super::{BATCH, Fold, LogError, Record, writer::Writer};
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

/// Batches that may wait for the writer. With the one being filled and the one being written, this
/// makes `WAITING + 2` buffers, and that is all there ever are.
const WAITING: usize = 2;

/// A writer's thread. Dropping it waits until the thread has ended, so that nobody writes into a
/// folder that the caller then removes.
pub(super) struct Background<F: Fold> {
    full: Option<SyncSender<Vec<Record>>>,
    empty: Receiver<Vec<Record>>,
    broken: Arc<AtomicBool>,
    thread: Option<JoinHandle<Writer<F>>>,
}

impl<F: Fold> Background<F> {
    pub(super) fn start(mut writer: Writer<F>) -> Result<Self, LogError> {
        let (full, to_write) = sync_channel::<Vec<Record>>(WAITING);
        let (recycle, empty) = sync_channel(WAITING + 2);
        for _ in 0..=WAITING {
            // There is room for all of them, and the receiver is alive.
            let _ = recycle.send(Vec::with_capacity(BATCH));
        }
        let broken = Arc::new(AtomicBool::new(false));
        let tell = Arc::clone(&broken);
        let work = move || {
            for mut batch in to_write {
                writer.take(&batch);
                if writer.is_broken() {
                    tell.store(true, Ordering::Relaxed);
                }
                batch.clear();
                // Nobody waits for it when the log is being finished or dropped.
                let _ = recycle.send(batch);
            }
            writer
        };
        let thread = Builder::new()
            .name("event log".to_owned())
            .spawn(work)
            .map_err(LogError::Thread)?;
        Ok(Self {
            full: Some(full),
            empty,
            broken,
            thread: Some(thread),
        })
    }

    /// Hands a batch over and puts an empty buffer in its place. Waits while the queue is full.
    pub(super) fn send(&mut self, batch: &mut Vec<Record>) {
        let sent = self.full.as_ref().is_some_and(|full| {
            // Of the `WAITING + 2` buffers one is in the caller's hand, so another is on its way
            // back unless the thread has ended.
            match self.empty.recv() {
                Ok(empty) => full.send(std::mem::replace(batch, empty)).is_ok(),
                Err(_) => false,
            }
        });
        if !sent {
            // The thread has panicked; `join` will tell.
            batch.clear();
            self.broken.store(true, Ordering::Relaxed);
        }
    }

    pub(super) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    /// Waits until everything that was sent is consumed, and gives the writer back.
    pub(super) fn join(mut self) -> Result<Writer<F>, LogError> {
        match self.end() {
            Some(Ok(writer)) => Ok(writer),
            Some(Err(panic)) => Err(LogError::Panicked {
                message: message(panic.as_ref()),
            }),
            None => Err(LogError::Panicked {
                message: "the thread had ended before".to_owned(),
            }),
        }
    }

    /// Closes the queue and waits for the thread.
    fn end(&mut self) -> Option<std::thread::Result<Writer<F>>> {
        self.full = None;
        self.thread.take().map(JoinHandle::join)
    }
}

impl<F: Fold> Drop for Background<F> {
    fn drop(&mut self) {
        // A panic of the thread has been printed; there is nobody left to tell.
        let _ = self.end();
    }
}

/// What a panic said.
fn message(panic: &(dyn Any + Send)) -> String {
    if let Some(text) = panic.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = panic.downcast_ref::<String>() {
        text.clone()
    } else {
        "it gave no message".to_owned()
    }
}
