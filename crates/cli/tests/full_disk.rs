//! Studies on a full disk: one clear message, and with room again the same bytes as if nothing had
//! happened.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

#[cfg(target_os = "linux")]
use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use common::{Folder, files, names, spawn, stdout, text};

/// One study of each kind, which takes a second or two: bodies alone, at a hundredth of the country.
const STUDIES: [&[&str]; 4] = [
    &["run", "programme", "--replicates", "8"],
    &[
        "compare",
        "programme",
        "--set",
        "donation.recovery_mean=200",
        "--set-both",
        "contacts.inner_life=false",
        "--lives",
        "--replicates",
        "4",
    ],
    &[
        "sweep",
        "programme",
        "--vary",
        "donation.cap=1..4",
        "--replicates",
        "2",
    ],
    &[
        "calibrate",
        "programme",
        "--prior",
        "donation.cap=1..4",
        "--target",
        "donations_at_completion_mean=2:0.5",
        "--particles",
        "6",
        "--generations",
        "2",
    ],
];

/// How a study is begun under a name.
fn begin<'a>(study: &[&'a str], out: &'a str) -> Vec<&'a str> {
    let inner: &[&str] = if study[0] == "compare" {
        &[]
    } else {
        &["--set", "contacts.inner_life=false"]
    };
    [study, inner, &["--scale", "0.01", "-q", "--out", out]].concat()
}

fn shell(folder: &Path, program: &str, script: &str) -> Output {
    assert_cmd::Command::new(program)
        .current_dir(folder)
        .args(["-c", script])
        .output()
        .unwrap()
}

/// Replicates in the folder of a study's that are whole.
fn finished(replicates: &Path) -> usize {
    let whole = |name: &String| Path::new(name).extension().is_some_and(|end| end == "tsv");
    if replicates.is_dir() {
        names(replicates).iter().filter(|name| whole(name)).count()
    } else {
        0
    }
}

/// One message that names a file and says how to go on, and no panic.
fn assert_clear(errors: &str, on: &str) {
    assert!(!errors.contains("panicked"), "{errors}");
    assert_eq!(errors.matches("error:").count(), 1, "{errors}");
    assert!(errors.contains(on), "{errors}");
}

/// A limit on the size of files, under which every write beyond it fails: what a full disk is to a
/// process, wherever the test runs.
#[test]
fn a_study_that_cannot_write_stops_and_is_finished_to_the_same_bytes() {
    for study in STUDIES {
        let folder = Folder::new();
        let kind = study[0];
        stdout(folder.path(), &begin(study, "whole"));
        // Killed when its first replicate is there.
        let mut process = spawn(folder.path(), &begin(study, "full"));
        let kept = || finished(&folder.join("full/replicates"));
        while kept() == 0 && process.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        process.kill().unwrap();
        process.wait().unwrap();
        let before = kept();
        let full = format!(
            "trap '' XFSZ; ulimit -f 1 && exec '{}' {kind} --resume full -q",
            common::BINARY
        );
        let output = shell(folder.path(), "sh", &full);
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{kind}: {errors}");
        assert_clear(&errors, &format!("hailsham {kind} --resume full"));
        assert_eq!(text(&output.stdout), "");
        assert_eq!(
            kept(),
            before,
            "{kind}: nothing more is there, and nothing less"
        );
        stdout(folder.path(), &[kind, "--resume", "full", "-q"]);
        assert!(
            files(&folder.join("whole")) == files(&folder.join("full")),
            "{kind}"
        );
    }
}

/// A disk of a few hundred kilobytes, which grows whenever it is full. It takes a name space of its own,
/// which not every system allows; where it does not, nothing is held here.
#[cfg(target_os = "linux")]
#[test]
fn a_study_goes_on_each_time_that_the_disk_grows() {
    let folder = Folder::new();
    fs::create_dir(folder.join("disk")).unwrap();
    let allowed = "unshare -rm mount -t tmpfs -o size=64k none disk";
    if !shell(folder.path(), "sh", allowed).status.success() {
        eprintln!("skipped: a disk of a given size cannot be made here");
        return;
    }
    for study in STUDIES {
        let kind = study[0];
        let whole = format!("whole-{kind}");
        stdout(folder.path(), &begin(study, &whole));
        let size: usize = files(&folder.join(&whole)).values().map(Vec::len).sum();
        // The last size has room for whatever is there until the study is complete.
        let sizes: Vec<String> = (1..8)
            .map(|eighth| (size * eighth / 8 / 1024).to_string())
            .chain(["100000".to_owned()])
            .collect();
        let command: Vec<String> = begin(study, "disk/study")
            .iter()
            .map(|word| format!("'{word}'"))
            .collect();
        let script = format!(
            "mount -t tmpfs -o size=64k none disk || exit 1
             for size in {}; do
                 mount -o remount,size=${{size}}k disk || exit 1
                 if [ -f disk/study/study.json ]; then
                     '{hailsham}' {kind} --resume disk/study -q 2>{kind}-$size.log
                 else
                     '{hailsham}' {} 2>{kind}-$size.log
                 fi
                 echo $?
             done
             cp -r disk/study full-{kind}",
            sizes.join(" "),
            command.join(" "),
            hailsham = common::BINARY
        );
        let output = assert_cmd::Command::new("unshare")
            .current_dir(folder.path())
            .args(["-rm", "sh", "-c", &script])
            .output()
            .unwrap();
        let codes = text(&output.stdout);
        assert!(output.status.success(), "{kind}: {}", text(&output.stderr));
        let mut codes: Vec<&str> = codes.lines().collect();
        assert_eq!(codes.pop(), Some("0"), "{kind}");
        for (code, size) in codes.iter().zip(&sizes) {
            let errors = fs::read_to_string(folder.join(&format!("{kind}-{size}.log"))).unwrap();
            assert_eq!(*code, "2", "{kind}, {size} kB: {errors}");
            assert_clear(&errors.to_lowercase(), "no space left on");
        }
        assert!(
            files(&folder.join(&whole)) == files(&folder.join(&format!("full-{kind}"))),
            "{kind}"
        );
    }
}
