//! Whatever the bytes, loading ends in a scenario or in a message; it never panics.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod sample;

use hailsham_scenario::{Loaded, ProblemKind, ScenarioError};
use proptest::prelude::*;
use sample::{BUILT_IN, Folder, Programme, load_name};

/// A result is a scenario that survives its own text, or a message that says where.
fn sound(result: Result<Loaded<Programme>, ScenarioError>) -> Result<(), TestCaseError> {
    let error = match result {
        Ok(loaded) => {
            let again = Folder::new(&[("my.toml", loaded.text.as_bytes())]).load("my.toml", &[]);
            let again = again.map_err(|error| {
                TestCaseError::fail(format!("{}\n{}", error.render(false), loaded.text))
            })?;
            prop_assert_eq!(again.value, loaded.value);
            prop_assert_eq!(again.hash, loaded.hash);
            return Ok(());
        }
        Err(error) => error,
    };
    prop_assert!(!error.diagnostics().is_empty());
    for problem in error.diagnostics() {
        // A binary file has no lines.
        let whole_file = matches!(problem.kind, ProblemKind::Binary | ProblemKind::NotUtf8);
        prop_assert!(
            problem.line.is_some() || (whole_file && problem.file.is_some()),
            "{problem:?}"
        );
        prop_assert!(!problem.message.is_empty());
    }
    for colour in [false, true] {
        prop_assert!(error.render(colour).contains("error"));
    }
    prop_assert_eq!(error.to_string().lines().count(), 1);
    Ok(())
}

fn file(bytes: &[u8]) -> Result<(), TestCaseError> {
    sound(Folder::new(&[("my.toml", bytes)]).load("my.toml", &[]))
}

/// Scraps that TOML and the scenario are made of.
fn scrap() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(vec![
            "[donation]\n", "[institutions.hailsham]\n", "[[pinned]]\n", "[review]\n", "[intake]\n", "[log]\n",
            "extends = 'hailsham'\n", "extends = 'my.toml'\n", "remove = true\n", "kind = 'school'\n", "opens = 1955\n",
            "recovery = '3 months'\n", "plan = [['kidney'], []]\n", "strength = [0.1, 2]\n", "meet = true\n", "1955 = 3\n",
            "map = [1, 2]\n", "length = [3, 4]\n", "choice = 'random'\n", "called_at = 'none'\n", "sample = 0.5\n",
            "event = 'born'\n", "age = 3\n", "every = 1e3\n", "closes = 1950\n", "beds = -1\n", "horizon = 3\n",
        ]).prop_map(str::to_owned),
        3 => prop::sample::select(vec![
            "=", ".", ",", "[", "]", "[[", "]]", "{", "}", "'", "\"", "'''", "\"\"\"", "\n", "\r\n", "#", "\\", " ", "\t",
            "nan", "inf", "-", "+", "1e999", "0x", "true", "none", "é", "\u{feff}", "1955-01-01", "_", "%", "\u{1b}", "∞",
        ]).prop_map(str::to_owned),
        1 => "[a-z_]{1,12}",
        1 => "-?[0-9]{1,25}(\\.[0-9]{1,3})?",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        file(&bytes)?;
    }

    #[test]
    fn random_text(text in "\\PC{0,100}") {
        file(text.as_bytes())?;
    }

    #[test]
    fn text_like_toml(scraps in prop::collection::vec(scrap(), 0..40)) {
        file(scraps.concat().as_bytes())?;
    }

    #[test]
    fn a_right_file_with_slips(
        slips in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, any::<u8>(), scrap()), 1..4),
    ) {
        let mut bytes = BUILT_IN[0].text.as_bytes().to_vec();
        for (at, kind, byte, scrap) in slips {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                _ => drop(bytes.splice(at..at, scrap.bytes())),
            }
            if bytes.is_empty() {
                break;
            }
        }
        file(&bytes)?;
    }

    #[test]
    fn any_set(path in scrap(), more in "\\PC{0,20}", value in scrap()) {
        let names = ["donation", "institutions", "plan", "hailsham", "0", "intake"];
        for set in [
            format!("{path}={value}"),
            format!("donation.{more}={value}"),
            more.clone(),
            format!("{}.{}={value}", names[path.len() % 6], names[value.len() % 6]),
            format!("{}={value}", ["donation.plan", "donation.strength.0", "pinned", "log", "seed", "intake.1955"][path.len() % 6]),
        ] {
            sound(load_name("hailsham", &[&set]))?;
        }
    }
}

#[test]
fn deep_and_wide_files_are_read_or_refused_in_time() {
    let started = std::time::Instant::now();
    let many = 200_000;
    let numbered = |line: &str| -> String {
        let lines: Vec<String> = (0..many)
            .map(|n| line.replace('#', &n.to_string()))
            .collect();
        lines.concat()
    };
    for text in [
        "[".repeat(many),
        format!("x = {}", "[".repeat(many)),
        format!("x = {}", "{a=".repeat(many)),
        format!("{} = 1", vec!["a"; many].join(".")),
        format!("[{}]", vec!["a"; many].join(".")),
        format!("pinned = [{}]", "{},".repeat(many)),
        numbered("key# = #\n"),
        numbered("key# = \n"),
        "a = 1\n".repeat(many),
        "[a]\n".repeat(many),
        format!("name = '{}'", "x".repeat(many * 10)),
        format!("{} = 1", "x".repeat(many * 10)),
        "\n".repeat(many * 10),
    ] {
        file(text.as_bytes()).unwrap();
    }
    assert!(
        started.elapsed().as_secs() < 60,
        "took {:?}",
        started.elapsed()
    );
}
