//! Pools from files.
//!
//! Whatever the bytes, a reader gives a pool or a [`ReadError`] that says where the file is wrong, what
//! was found there and what is allowed. It never panics, and never gives a part of a pool.

mod glasgow;
mod kep;
mod kep_json;
mod kep_xml;
mod preflib;

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::pool::{LARGEST_WEIGHT, Pool};

/// Most pairs, or donors, that a file may have: what a solution could be found for by far.
pub(crate) const MOST: usize = 1_000_000;

/// What may stand before the text of a file and is no part of it.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Why a pool could not be read.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ReadError {
    /// The file could not be read at all.
    #[error("{}: {reason}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Something in it is wrong.
    #[error("{}:{line}: found {found}; allowed: {allowed}", path.display())]
    Wrong {
        /// Which file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What stands there.
        found: String,
        /// What may stand there.
        allowed: String,
    },
    /// The name says no format.
    #[error("{}: a pool is a file named .input (with its .ndds), .wmd (with its .dat), .json or .xml", path.display())]
    UnknownFormat {
        /// Which file.
        path: PathBuf,
    },
}

pub(crate) type Fault = ReadError;

/// A text and where it is from.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub path: &'a Path,
    pub text: &'a str,
}

impl Source<'_> {
    pub(crate) fn fault(
        self,
        line: usize,
        found: impl Into<String>,
        allowed: impl Into<String>,
    ) -> Fault {
        ReadError::Wrong {
            path: self.path.to_owned(),
            line,
            found: found.into(),
            allowed: allowed.into(),
        }
    }

    /// How many pairs, donors or vertices there are: room is made for them before they are read.
    fn size(self, line: usize, word: &str, what: &str) -> Result<usize, Fault> {
        match word.parse::<usize>() {
            Ok(n) if n <= MOST => Ok(n),
            _ => Err(self.fault(
                line,
                format!("`{word}`"),
                format!("a number of {what} from 0 to {MOST}"),
            )),
        }
    }

    /// How many arcs there are, or a number that is looked up.
    fn count(self, line: usize, word: &str) -> Result<usize, Fault> {
        match word.parse::<usize>() {
            Ok(n) if n <= MOST * 1000 => Ok(n),
            _ => Err(self.fault(line, format!("`{word}`"), "a whole number from 0")),
        }
    }

    /// An index from `first` to `first + count - 1`; given from 0.
    fn index(
        self,
        line: usize,
        word: &str,
        what: &str,
        first: usize,
        count: usize,
    ) -> Result<usize, Fault> {
        match word.parse::<usize>() {
            Ok(n) if n >= first && n - first < count => Ok(n - first),
            _ => {
                let allowed = match count {
                    0 => format!("no {what} at all: there are none"),
                    _ => format!("a {what} from {first} to {}", first + count - 1),
                };
                Err(self.fault(line, format!("{what} `{word}`"), allowed))
            }
        }
    }

    fn weight(self, line: usize, word: &str) -> Result<f64, Fault> {
        match word.parse::<f64>() {
            Ok(w) if w.abs() <= LARGEST_WEIGHT => Ok(w),
            _ => Err(self.fault(
                line,
                format!("weight `{word}`"),
                "a number from -1e9 to 1e9",
            )),
        }
    }
}

/// Reads a pool. The ending of its name says the format; a `.input` takes the `.ndds` of the same name
/// beside it, a `.wmd` the `.dat`.
pub fn read(path: &Path) -> Result<Pool, ReadError> {
    let beside = |ending: &str| -> Result<Option<(PathBuf, String)>, ReadError> {
        let path = path.with_extension(ending);
        if path.is_file() {
            Ok(Some((path.clone(), text_of(&path)?)))
        } else {
            Ok(None)
        }
    };
    let ending = path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    if !["input", "wmd", "json", "xml"].contains(&ending.as_str()) {
        return Err(ReadError::UnknownFormat {
            path: path.to_owned(),
        });
    }
    let text = text_of(path)?;
    let source = Source { path, text: &text };
    match ending.as_str() {
        "input" => {
            let ndds = beside("ndds")?;
            glasgow::read(
                source,
                ndds.as_ref().map(|(path, text)| Source { path, text }),
            )
        }
        "wmd" => {
            let dat = beside("dat")?;
            preflib::read(
                source,
                dat.as_ref().map(|(path, text)| Source { path, text }),
            )
        }
        "json" => kep_json::read(source),
        _ => kep_xml::read(source),
    }
}

fn text_of(path: &Path) -> Result<String, ReadError> {
    let bytes = std::fs::read(path).map_err(|e| ReadError::File {
        path: path.to_owned(),
        reason: e.to_string(),
    })?;
    let text = String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let line = 1 + line_ends(&e.as_bytes()[..at]);
        ReadError::Wrong {
            path: path.to_owned(),
            line,
            found: "bytes that are no text".to_owned(),
            allowed: "text in UTF-8".to_owned(),
        }
    })?;
    // Some editors put a mark before the first character.
    Ok(match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// How many lines end in these bytes.
fn line_ends(bytes: &[u8]) -> usize {
    bytes.split(|&b| b == b'\n').count() - 1
}
