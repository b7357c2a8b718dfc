//! Runs and studies that did not come to their end: what is said of them, and of what they left.

use std::path::{Path, PathBuf};

use hailsham_model::Directory;
use hailsham_study::studies::STUDY_FILE;
use serde_json::Value;

use crate::error::{Failure, say};
use crate::run::quoted;

/// What a JSON file says; nothing where there is none that can be read: whoever needs it says so.
fn said(file: &Path) -> Value {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Refuses a run that is not whole, and says how that came and how to make it again.
pub(crate) fn refuse_run(run: &Path) -> Result<(), Failure> {
    let manifest = said(&run.join("manifest.json"));
    let how = match manifest["status"].as_str() {
        None | Some("complete") => return Ok(()),
        Some("interrupted") => "was interrupted",
        Some("failed") => "failed",
        Some("running" | "finishing") => "is still under way, or its process was ended",
        Some(_) => "is not complete",
    };
    let command = manifest["command"].as_str().unwrap_or_default();
    let again = if command.is_empty() {
        String::new()
    } else {
        format!("; make it again with `{command}`")
    };
    Err(Failure::Message(format!(
        "the run in {} {how}: what was written is not whole{again}",
        run.display()
    )))
}

/// Refuses a study that is not complete, and says how to go on with it.
pub(crate) fn refuse_study(study: &Path) -> Result<(), Failure> {
    let file = said(&study.join(STUDY_FILE));
    if file["status"] != "running" {
        return Ok(());
    }
    let command = match file["plan"]["study"].as_str() {
        Some("comparison") => "compare",
        Some("sweep") => "sweep",
        Some("calibration") => "calibrate",
        _ => "run",
    };
    Err(Failure::Message(format!(
        "the study in {} was interrupted, or is still under way: go on with `hailsham {command} --resume {}`",
        study.display(),
        quoted(&study.to_string_lossy())
    )))
}

/// What an earlier run left that was to get the same name, where it left anything.
pub(crate) fn remains(target: &Path) -> Option<PathBuf> {
    let left = Directory::before(target);
    left.symlink_metadata().is_ok().then_some(left)
}

/// Says that they have been replaced.
pub(crate) fn tell_replaced(remains: Option<&Path>, quiet: bool) {
    if let (Some(remains), false) = (remains, quiet) {
        say(format_args!(
            "note: {}, which an unfinished run had left, is replaced",
            remains.display()
        ));
    }
}
