//! Changed copies of the files that others published: each is read, or refused with its line, and never a panic.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::{Path, PathBuf};

use hailsham_engine::random::{Draw, Streams};
use hailsham_exchange::{ReadError, read};

/// Larger files are left out: what is wrong in them is wrong in smaller ones.
const LARGEST: u64 = 400_000;
/// Changed copies of each file.
const COPIES: u32 = 40;
/// What is put in, besides what is there.
const WORDS: [&str; 12] = [
    "-1",
    "0",
    "99999999999999999999",
    "1e400",
    "nan",
    ",",
    " ",
    "\n",
    "\r\n",
    "#",
    "é",
    "\0",
];

/// A few changes: bytes, words, lines taken out, repeated or cut.
fn changed(bytes: &[u8], draw: &mut Draw) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=draw.below(4) {
        if bytes.is_empty() {
            break;
        }
        let at = draw.below(bytes.len() as u32) as usize;
        let line = bytes[at..]
            .iter()
            .position(|&b| b == b'\n')
            .map_or(bytes.len(), |n| at + n + 1);
        match draw.below(6) {
            0 => bytes[at] = draw.below(256) as u8,
            1 => bytes[at] = b"0123456789,- "[draw.below(13) as usize],
            2 => {
                bytes.drain(at..line);
            }
            3 => {
                let copy = bytes[at..line].to_vec();
                bytes.splice(line..line, copy);
            }
            4 => {
                let word = WORDS[draw.below(WORDS.len() as u32) as usize];
                bytes.splice(at..at, word.bytes());
            }
            _ => bytes.truncate(at),
        }
    }
    bytes
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = ["saidman", "published"]
        .iter()
        .filter_map(|part| fs::read_dir(folder.join(part)).ok())
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|path| fs::metadata(path).unwrap().len() <= LARGEST)
        .filter(|path| {
            let ending = path.extension().unwrap_or_default();
            ["input", "wmd", "json", "xml"]
                .iter()
                .any(|known| ending == *known)
        })
        .collect();
    all.sort();
    all
}

#[test]
fn changed_copies_of_published_files_never_make_a_reader_panic() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/exchange");
    let all = files(&folder);
    if all.is_empty() {
        println!("skipped: no instances in {}", folder.display());
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let (mut read_whole, mut refused) = (0, 0);
    for (number, file) in all.iter().enumerate() {
        let ending = file.extension().unwrap().to_str().unwrap();
        let other = match ending {
            "input" => Some("ndds"),
            "wmd" => Some("dat"),
            _ => None,
        };
        let bytes = fs::read(file).unwrap();
        let beside = other.and_then(|ending| fs::read(file.with_extension(ending)).ok());
        let target = place.path().join(format!("changed.{ending}"));
        for copy in 0..COPIES {
            let mut draw = Streams::new(1)
                .entity(number as u64)
                .purpose(0_u16)
                .draw(copy);
            // One of the two files is changed.
            let second = beside.is_some() && draw.below(3) == 0;
            let first = if second {
                bytes.clone()
            } else {
                changed(&bytes, &mut draw)
            };
            fs::write(&target, first).unwrap();
            if let (Some(ending), Some(beside)) = (other, &beside) {
                let beside = if second {
                    changed(beside, &mut draw)
                } else {
                    beside.clone()
                };
                fs::write(target.with_extension(ending), beside).unwrap();
            }
            match read(&target) {
                Ok(pool) => {
                    read_whole += 1;
                    for m in pool.matches() {
                        assert!((m.pair as usize) < pool.pairs().len());
                        assert!((m.donor as usize) < pool.donors().len());
                        assert!(m.weight.is_finite());
                    }
                }
                Err(error) => {
                    refused += 1;
                    let said = error.to_string();
                    assert!(said.len() < 2000, "{said}");
                    if let ReadError::Wrong { line, .. } = error {
                        assert!(line > 0, "{said}");
                    }
                }
            }
        }
        if let Some(ending) = other {
            let _ = fs::remove_file(target.with_extension(ending));
        }
    }
    // Changes do something, and not every change is a mistake.
    assert!(
        refused > read_whole / 10 && read_whole > 0,
        "{read_whole} {refused}"
    );
}
