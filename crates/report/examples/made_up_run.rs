//! Writes a made-up run and its report, to look at the page without a simulation; of a directory
//! that holds a run already, the report alone:
//! `cargo run -p hailsham-report --example made_up_run -- DIRECTORY [STUDENTS] [programme]`.

#[path = "../tests/made_up/mod.rs"]
mod made_up;

use std::path::PathBuf;
use std::time::Instant;

use hailsham_report::Words;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let directory = PathBuf::from(arguments.next().ok_or("name a directory")?);
    let students = arguments.next().map_or(Ok(3000), |number| number.parse())?;
    let programme = arguments.next().as_deref() == Some("programme");
    if !directory.join("manifest.json").exists() {
        std::fs::create_dir_all(&directory)?;
        made_up::write(&directory, students)?;
    }
    let started = Instant::now();
    let words = if programme {
        Words::Programme
    } else {
        Words::Plain
    };
    let report = hailsham_report::write(&directory, words)?;
    println!(
        "{} in {:.2} s",
        report.display(),
        started.elapsed().as_secs_f64()
    );
    Ok(())
}
