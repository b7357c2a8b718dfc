//! Finding the records of one person in a log without reading it: which pages hold them.
//!
//! What comes in: as the log is written, the keys that each record is found under (a person, a
//! place: [`LogSpec::keys`](super::LogSpec::keys) says which). What goes out: a file beside the
//! log, and from it, for a key, the ranges of rows among which its records are. The file is small
//! (some bytes for each person and row group) since it names pages of [`PAGE`] rows and no single
//! row; it can be thrown away, and then the whole log has to be read.
//!
//! For each row group the file has one entry a key: the key and a word whose bits are the group's
//! pages. Entries are in order of the key, keys as differences of seven bits a byte; the first key
//! of every [`BLOCK`] entries stands at the end of the file with its place.
//!
//! ```text
//!   magic | blocks of entries, group after group | fences, a list a group | where they begin | magic
//! ```

use super::{LogError, Record, file::ROW_GROUP};
use crate::table::PAGE;
use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The extension of the file beside the log.
pub(super) const EXTENSION: &str = "index";

const MAGIC: &[u8; 8] = b"hslkeys1";
/// Entries between two fences.
const BLOCK: usize = 512;
/// Pages of a row group: the bits of an entry.
const PAGES: usize = ROW_GROUP / PAGE;

const _: () = assert!(PAGES == u32::BITS as usize);

/// Most keys that a record is found under.
pub const MOST_KEYS: usize = 4;

/// Under which keys a record is found; [`Record::NONE`] for no key.
pub type Keys = fn(&Record) -> [u32; MOST_KEYS];

/// Where a block of entries begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fence {
    /// The first key of the block.
    key: u32,
    /// Where the block stands in the file.
    at: u64,
}

/// Writes the file, a page of the log at a time.
pub(super) struct LookupWriter {
    path: PathBuf,
    file: BufWriter<File>,
    at: u64,
    keys: Keys,
    pages: Pages,
    /// Pages of the row group so far.
    page: usize,
    fences: Vec<Vec<Fence>>,
    /// Room for a row group's entries, and for the bytes of some.
    entries: Vec<(u32, u32)>,
    block: Vec<u8>,
}

impl LookupWriter {
    pub(super) fn create(log: &Path, keys: Keys) -> Result<Self, LogError> {
        let path = log.with_extension(EXTENSION);
        let file = File::create(&path).map_err(|error| failed(&path, &error))?;
        let mut writer = Self {
            file: BufWriter::new(file),
            path,
            at: 0,
            keys,
            pages: Pages::new(),
            entries: Vec::new(),
            page: 0,
            fences: Vec::new(),
            block: Vec::new(),
        };
        writer.write(MAGIC)?;
        Ok(writer)
    }

    /// Notes the next page of the log.
    pub(super) fn page(&mut self, records: &[Record]) -> Result<(), LogError> {
        for record in records {
            for key in (self.keys)(record) {
                if key != Record::NONE {
                    self.pages.note(key, self.page);
                }
            }
        }
        self.page += 1;
        if self.page == PAGES {
            self.end_group()?;
        }
        Ok(())
    }

    fn end_group(&mut self) -> Result<(), LogError> {
        let mut entries = std::mem::take(&mut self.entries);
        self.pages.take(&mut entries);
        let mut fences = Vec::with_capacity(entries.len().div_ceil(BLOCK));
        for entries in entries.chunks(BLOCK) {
            fences.push(Fence {
                key: entries[0].0,
                at: self.at,
            });
            let mut block = std::mem::take(&mut self.block);
            let mut last = entries[0].0;
            for (key, pages) in entries {
                put_number(key - last, &mut block);
                block.extend_from_slice(&pages.to_le_bytes());
                last = *key;
            }
            self.write(&block)?;
            block.clear();
            self.block = block;
        }
        self.entries = entries;
        self.fences.push(fences);
        self.page = 0;
        Ok(())
    }

    /// Writes what is left and the end of the file.
    pub(super) fn close(mut self) -> Result<(), LogError> {
        if self.page > 0 {
            self.end_group()?;
        }
        let begin = self.at;
        let mut end = Vec::new();
        end.extend_from_slice(&(self.fences.len() as u32).to_le_bytes());
        for fences in &self.fences {
            end.extend_from_slice(&(fences.len() as u32).to_le_bytes());
            for fence in fences {
                end.extend_from_slice(&fence.key.to_le_bytes());
                end.extend_from_slice(&fence.at.to_le_bytes());
            }
        }
        end.extend_from_slice(&begin.to_le_bytes());
        end.extend_from_slice(MAGIC);
        self.write(&end)?;
        self.file
            .flush()
            .map_err(|error| failed(&self.path, &error))
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), LogError> {
        self.at += bytes.len() as u64;
        self.file
            .write_all(bytes)
            .map_err(|error| failed(&self.path, &error))
    }
}

/// Keys whose notes stand together: with a page, one of these fits 16 bits.
const TOGETHER: usize = 2048;

const _: () = assert!(TOGETHER * PAGES == 1 << u16::BITS);

/// The pages of a row group by key. A page is noted at the end of the notes of a block of neighbouring
/// keys; what the notes say of each key is found out when the row group ends.
///
/// Neither a hash table nor a word for each key: in a large run either is larger than a cache, and would
/// be waited for twice a record. The ends of the notes are few, and what stands there is written in
/// order.
struct Pages {
    /// For each [`TOGETHER`] keys the number of their block, from 1; 0 for none. Made of zeros, which
    /// take no memory where nobody has a number.
    directory: Vec<u32>,
    /// Block after block: the key's place within the block, and a page in the lowest bits.
    notes: Vec<Vec<u16>>,
    /// Places in the directory that have a block.
    used: Vec<u32>,
    /// Room for the pages of each key of a block: zeros.
    words: Vec<u32>,
}

impl Pages {
    fn new() -> Self {
        Self {
            directory: vec![0; u32::MAX as usize / TOGETHER + 1],
            notes: Vec::new(),
            used: Vec::new(),
            words: vec![0; TOGETHER],
        }
    }

    #[inline]
    fn note(&mut self, key: u32, page: usize) {
        let (place, within) = (key as usize / TOGETHER, key as usize % TOGETHER);
        let mut block = self.directory[place] as usize;
        if block == 0 {
            block = self.add(place);
        }
        self.notes[block - 1].push((within * PAGES + page) as u16);
    }

    #[cold]
    fn add(&mut self, place: usize) -> usize {
        self.used.push(place as u32);
        let block = self.used.len();
        self.directory[place] = block as u32;
        if self.notes.len() < block {
            self.notes.push(Vec::new());
        }
        block
    }

    /// Empties itself into `entries`, which is replaced: keys, in their order, and their pages.
    fn take(&mut self, entries: &mut Vec<(u32, u32)>) {
        entries.clear();
        self.used.sort_unstable();
        for place in self.used.drain(..) {
            let block = std::mem::take(&mut self.directory[place as usize]) as usize;
            let first = place * TOGETHER as u32;
            for note in self.notes[block - 1].drain(..) {
                let (within, page) = (usize::from(note) / PAGES, usize::from(note) % PAGES);
                self.words[within] |= 1 << page;
            }
            for (key, pages) in (first..).zip(&mut self.words) {
                if *pages != 0 {
                    entries.push((key, std::mem::take(pages)));
                }
            }
        }
    }
}

/// The file beside a log, open for questions.
pub struct Lookup {
    path: PathBuf,
    file: File,
    fences: Vec<Vec<Fence>>,
    /// Where the entries end and the fences begin.
    end: u64,
}

impl Lookup {
    /// Opens the file beside a log; `None` where there is none.
    ///
    /// Fails when the file cannot be read or is not one of these.
    pub fn open(log: impl AsRef<Path>) -> Result<Option<Self>, LogError> {
        let path = log.as_ref().with_extension(EXTENSION);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(&path, &error)),
        };
        let damaged = || damaged(&path);
        let length = file
            .metadata()
            .map_err(|error| failed(&path, &error))?
            .len();
        let tail = length.checked_sub(16).ok_or_else(damaged)?;
        let mut bytes = [0; 16];
        read(&mut file, &path, tail, &mut bytes)?;
        let (begin, magic) = bytes.split_at(8);
        let end = u64::from_le_bytes(begin.try_into().map_err(|_| damaged())?);
        if magic != MAGIC || end > tail {
            return Err(damaged());
        }
        let mut list = vec![0; (tail - end) as usize];
        read(&mut file, &path, end, &mut list)?;
        let fences = fences(&list, end).ok_or_else(damaged)?;
        Ok(Some(Self {
            path,
            file,
            fences,
            end,
        }))
    }

    /// The ranges of rows of the log that hold every record of a key, in order: whole pages, in
    /// which there are records of others too. The last range may reach beyond the end of the log.
    pub fn rows(&mut self, key: u32) -> Result<Vec<Range<usize>>, LogError> {
        let mut rows: Vec<Range<usize>> = Vec::new();
        let mut block = Vec::new();
        for group in 0..self.fences.len() {
            let fences = &self.fences[group];
            let next = fences.partition_point(|fence| fence.key <= key);
            let Some(fence) = next.checked_sub(1).map(|place| fences[place]) else {
                continue;
            };
            let later = fences.get(next).copied();
            let first_of_later = self.fences[group + 1..].iter().find_map(|of| of.first());
            let end = later
                .as_ref()
                .or(first_of_later)
                .map_or(self.end, |fence| fence.at);
            block.clear();
            block.resize((end - fence.at) as usize, 0);
            read(&mut self.file, &self.path, fence.at, &mut block)?;
            let pages = entry(&block, fence.key, key).ok_or_else(|| damaged(&self.path))?;
            for page in (0..PAGES).filter(|page| pages & (1 << page) != 0) {
                let start = group * ROW_GROUP + page * PAGE;
                match rows.last_mut() {
                    Some(last) if last.end == start => last.end += PAGE,
                    _ => rows.push(start..start + PAGE),
                }
            }
        }
        Ok(rows)
    }
}

/// The pages of a key in a block; nothing if it is not there. `None` for a block that is damaged.
fn entry(mut block: &[u8], first: u32, key: u32) -> Option<u32> {
    let mut at = first;
    while !block.is_empty() {
        at = at.checked_add(take_number(&mut block)?)?;
        let (pages, rest) = block.split_at_checked(4)?;
        block = rest;
        if at == key {
            return Some(u32::from_le_bytes(pages.try_into().ok()?));
        }
        if at > key {
            break;
        }
    }
    Some(0)
}

/// The lists of fences. `None` where they are damaged.
fn fences(mut bytes: &[u8], end: u64) -> Option<Vec<Vec<Fence>>> {
    let word = |bytes: &mut &[u8]| {
        let (word, rest) = bytes.split_first_chunk::<4>()?;
        *bytes = rest;
        Some(u32::from_le_bytes(*word))
    };
    let groups = word(&mut bytes)?;
    let mut fences = Vec::new();
    let mut last = MAGIC.len() as u64;
    for _ in 0..groups {
        let count = word(&mut bytes)?;
        let mut group: Vec<Fence> = Vec::new();
        for _ in 0..count {
            let key = word(&mut bytes)?;
            let (at, rest) = bytes.split_first_chunk::<8>()?;
            bytes = rest;
            let at = u64::from_le_bytes(*at);
            let ordered = group.last().is_none_or(|fence| fence.key < key);
            if at < last || at > end || !ordered {
                return None;
            }
            last = at;
            group.push(Fence { key, at });
        }
        fences.push(group);
    }
    bytes.is_empty().then_some(fences)
}

/// A number, seven bits a byte, the lowest first; the highest bit says that more follow.
fn put_number(mut number: u32, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn take_number(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0_u32;
    for shift in (0..u32::BITS).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn read(file: &mut File, path: &Path, at: u64, bytes: &mut [u8]) -> Result<(), LogError> {
    file.seek(SeekFrom::Start(at))
        .and_then(|_| file.read_exact(bytes))
        .map_err(|error| failed(path, &error))
}

fn failed(path: &Path, error: &std::io::Error) -> LogError {
    LogError::Lookup {
        path: path.to_path_buf(),
        problem: error.to_string(),
    }
}

fn damaged(path: &Path) -> LogError {
    LogError::Lookup {
        path: path.to_path_buf(),
        problem: "it is damaged, or no index of a log; without it the whole log is read".to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::log::{EventLog, Keep, LogSpec, Workers};
    use crate::time::{Epoch, Time};
    use proptest::prelude::*;

    fn keys(record: &Record) -> [u32; MOST_KEYS] {
        [record.who, record.whom, Record::NONE, Record::NONE]
    }

    /// Writes a log in which record number `row` is of `people(row)`.
    fn log(path: &Path, rows: u32, people: impl Fn(u32) -> (u32, u32)) {
        let spec = LogSpec {
            events: vec!["met"],
            topics: Vec::new(),
            epoch: Epoch::new(1955, 1, 1).unwrap(),
            key_values: Vec::new(),
            keys: Some(keys),
        };
        let mut log = EventLog::start((), Some((path, spec)), Keep::All, Workers::Inline).unwrap();
        for row in 0..rows {
            let (who, whom) = people(row);
            log.push(
                Record::at(Time::from_minutes(row as i32), 0)
                    .who(who)
                    .whom(whom),
            );
        }
        log.finish().unwrap();
    }

    #[test]
    fn every_record_of_a_key_is_within_its_rows_and_few_others_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.parquet");
        let rows = (2 * ROW_GROUP + 3 * PAGE + 17) as u32;
        // A few who meet all the time, many who meet now and then, one who met once.
        let people = |row: u32| match row {
            300_000 => (4_000_000_000, row % 7),
            _ => (row % 7, 1_000 + row.wrapping_mul(2_654_435_761) % 50_000),
        };
        log(&path, rows, people);
        let mut lookup = Lookup::open(&path).unwrap().unwrap();
        for key in [0, 6, 1_000, 1_001, 30_000, 50_999, 4_000_000_000] {
            let found = lookup.rows(key).unwrap();
            let within = |row: usize| found.iter().any(|range| range.contains(&row));
            let mut pages = 0;
            for page in (0..rows as usize).step_by(PAGE) {
                let holds = (page..(page + PAGE).min(rows as usize)).any(|row| {
                    let (who, whom) = people(row as u32);
                    who == key || whom == key
                });
                assert_eq!(within(page), holds, "{key} in the page at {page}");
                pages += usize::from(holds);
            }
            assert!(pages > 0);
            assert_eq!(found.iter().map(Range::len).sum::<usize>(), pages * PAGE);
        }
        assert_eq!(lookup.rows(999).unwrap(), []);
        assert_eq!(lookup.rows(4_000_000_001).unwrap(), []);
    }

    #[test]
    fn a_log_of_nothing_has_nothing_to_find_and_a_log_without_keys_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.parquet");
        log(&path, 0, |_| (0, 0));
        assert_eq!(Lookup::open(&path).unwrap().unwrap().rows(0).unwrap(), []);
        assert!(
            Lookup::open(folder.path().join("other.parquet"))
                .unwrap()
                .is_none()
        );
    }

    proptest! {
        #[test]
        fn numbers_come_back(numbers in prop::collection::vec(any::<u32>(), 0..20)) {
            let mut bytes = Vec::new();
            for number in &numbers {
                put_number(*number, &mut bytes);
            }
            let mut rest = bytes.as_slice();
            for number in numbers {
                prop_assert_eq!(take_number(&mut rest), Some(number));
            }
            prop_assert!(rest.is_empty());
        }

        #[test]
        fn a_damaged_file_is_an_error_or_an_answer_and_no_panic(
            cut in 0_usize..400, place in 0_usize..400, byte in any::<u8>(), key in 0_u32..200
        ) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("events.parquet");
            log(&path, 50, |row| (row, 100 + row % 3));
            let index = path.with_extension(EXTENSION);
            let mut bytes = std::fs::read(&index).unwrap();
            bytes.truncate(bytes.len().saturating_sub(cut.saturating_sub(200)));
            if let Some(there) = bytes.get_mut(place) {
                *there = byte;
            }
            std::fs::write(&index, bytes).unwrap();
            if let Ok(Some(mut lookup)) = Lookup::open(&path) {
                let _ = lookup.rows(key);
            }
        }
    }
}
