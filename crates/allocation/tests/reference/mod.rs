//! The reference lists of the `ETKidney` simulator, where they are at hand.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde_json::Value;

/// The folder of the reference data; none where it is not at hand.
pub(crate) fn data() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/eurotransplant");
    if root.join("lists").is_dir() {
        Some(root)
    } else {
        println!("skipped: the reference lists are not here");
        None
    }
}

/// The lists of a file, in order of time.
pub(crate) fn lists(data: &Path, file: &str) -> impl Iterator<Item = Value> + use<> {
    let file = std::fs::File::open(data.join("lists").join(file)).unwrap();
    let lines = BufReader::new(GzDecoder::new(file)).lines();
    lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap())
}
