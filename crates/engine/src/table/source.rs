//! A file that is read at many places: every page is one read.
//!
//! The reader of the crate `parquet` for a plain file takes a second handle of it, moves that and closes
//! it again for each page and each head of a page. Where few rows of many pages are wanted, that costs
//! more than decoding them. Here a place is part of the read.

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::sync::Arc;

/// Bytes that are read at once where it is not known how many are wanted: the head of a page.
const AT_ONCE: usize = 8_192;

/// A file of known length.
pub(crate) struct Source {
    file: Arc<File>,
    length: u64,
}

impl Source {
    pub(super) fn new(file: File) -> io::Result<Source> {
        let length = file.metadata()?.len();
        Ok(Source {
            file: Arc::new(file),
            length,
        })
    }
}

impl Length for Source {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Source {
    type T = BufReader<Place>;

    fn get_read(&self, start: u64) -> Result<BufReader<Place>> {
        let place = Place {
            file: Arc::clone(&self.file),
            at: start,
        };
        Ok(BufReader::with_capacity(AT_ONCE, place))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        // The numbers of a damaged file may be any.
        let end = start.checked_add(length as u64);
        if end.is_none_or(|end| end > self.length) {
            let (whole, part) = (self.length, format!("{length} bytes from {start} on"));
            return Err(ParquetError::EOF(format!("{part} are wanted of {whole}")));
        }
        let mut bytes = vec![0; length];
        let mut place = Place {
            file: Arc::clone(&self.file),
            at: start,
        };
        place.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// A place in a file, which moves on as it is read.
pub(crate) struct Place {
    file: Arc<File>,
    at: u64,
}

impl Read for Place {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = read_at(&self.file, bytes, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, at)
}

#[cfg(windows)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, at)
}
