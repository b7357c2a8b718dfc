//! Testimony from its text to how it stands: what can be wrong with a file, and every standing against
//! a run small enough to be checked by hand.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use hailsham_engine::log::Workers;
use hailsham_model::{Options, Programme, built_in, built_in_testimony};
use hailsham_scenario::{ScenarioError, Source, load};

use super::{Field, Scope, Standing, Testimony, VersionOutcome, Weighed, weigh};
use crate::facts::tests::{scope, small_run};
use crate::keep::write_findings;
use crate::runner::StudyError;
use crate::runs::PassingRun;

/// A file on disk, and the testimony of it: over a base, if there is one.
fn read(text: &str, under: Option<&str>, scope: Scope) -> Result<Testimony, ScenarioError> {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        Source::Path(path)
    };
    let own = write("own.toml", text);
    let under = under.map(|text| write("base.toml", text));
    Testimony::in_scope(&own, under.as_ref(), built_in_testimony(), scope, true)
}

/// What is wrong with a file, without the folder that it stood in.
fn wrong(text: &str) -> String {
    let error = read(text, None, scope())
        .expect_err("it is wrong")
        .render(false);
    let lines = error
        .lines()
        .map(|line| match line.split_once("/own.toml") {
            Some((before, after)) => {
                let arrow = before.find("-->").map_or("", |at| &before[..at + 4]);
                format!("{arrow}own.toml{after}\n")
            }
            None => format!("{line}\n"),
        });
    lines.collect()
}

const WITNESSES: &str = "
[witnesses.plot]
name = \"the plot\"
lines = \"0:18-56\"

[witnesses.letter]
name = \"a letter\"
";

/// Who died first, as two tell it, and what cannot be told.
const DEATHS: &str = "
[subjects.first_death]
id = \"X-1\"
subject = \"death:first\"
text = \"Who dies first.\"
kind = [\"tension\"]
about = [\"deaths\"]
says = { who = \"text(deaths.who)\", when = \"first(deaths)\", again = \"first(never)\" }
select.deaths = { event = \"completed\" }
select.ruth = { event = \"completed\", who = \"ruth\" }
select.tommy = { event = \"completed\", who = \"tommy\" }
select.never = { event = \"escaped\", who = \"ruth\" }

[subjects.first_death.versions.ruth]
text = \"Ruth, of her second.\"
witnesses = { plot = \"0:44, 0:50-52\" }
fields = [\"teller\", \"number\", \"wording\"]
holds_in.teller = \"first(ruth) < first(tommy)\"
holds_in.number = \"max(ruth.n) == 2\"

[subjects.first_death.versions.tommy]
text = \"Tommy, of his fourth.\"
witnesses = { letter = \"page 3\", plot = \"0:56\" }
fields = [\"teller\", \"number\"]
holds_in.teller = \"first(tommy) < first(ruth)\"
holds_in.number = \"max(tommy.n) == 4\"

[subjects.first_death.versions.together]
text = \"Both on one day.\"
witnesses = { letter = \"page 4\" }
fields = [\"time\", \"place\"]
holds = \"first(ruth) == first(tommy)\"

[subjects.first_death.versions.gone]
text = \"She had gone before.\"
witnesses = { letter = \"page 5\" }
fields = [\"other\"]
holds = \"first(never) < first(tommy)\"

[subjects.first_death.versions.words]
text = \"In those words.\"
witnesses = { letter = \"page 6\" }
fields = [\"wording\"]
unknown = \"No words are kept.\"
";

fn deaths() -> String {
    format!("{WITNESSES}{DEATHS}")
}

fn weighed(testimony: &Testimony, run: &Path) -> Weighed {
    let keys: Vec<&str> = testimony.keys().collect();
    weigh(testimony, &keys, run).unwrap()
}

fn run(log: &str, violations: u32) -> tempfile::TempDir {
    let run = tempfile::tempdir().unwrap();
    small_run::write(run.path(), log, violations);
    run
}

fn version<'a>(weighed: &'a Weighed, name: &str) -> &'a VersionOutcome {
    let mut versions = weighed.subjects[0].versions.iter();
    versions.find(|version| version.version == name).unwrap()
}

fn why(outcome: &VersionOutcome) -> &str {
    match &outcome.standing {
        Standing::CannotBeKnown { why } => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn versions_agree_differ_or_cannot_be_known() {
    let run = run("full", 0);
    let testimony = read(&deaths(), None, scope()).unwrap();
    let weighed = weighed(&testimony, run.path());
    let ruth = version(&weighed, "ruth");
    assert_eq!(ruth.standing, Standing::Agrees);
    assert_eq!(ruth.silent, [Field::Wording]);
    let value = ruth.value.as_deref().unwrap();
    assert!(value.contains("first(ruth) = 1990-03-04"), "{value}");
    assert!(value.contains("max(ruth.n) = 2 == 2"), "{value}");
    let names: Vec<&str> = ruth
        .witnesses
        .iter()
        .map(|cited| cited.name.as_str())
        .collect();
    assert_eq!(names, ["the plot"]);
    assert_eq!(ruth.witnesses[0].lines, "0:44, 0:50-52");
    // It is wrong about who, and right about how many.
    let fields = vec![Field::Teller];
    assert_eq!(
        version(&weighed, "tommy").standing,
        Standing::Differs { fields }
    );
    // One expression is for all fields together.
    let together = version(&weighed, "together");
    let fields = vec![Field::Time, Field::Place];
    assert_eq!(together.standing, Standing::Differs { fields });
    // What did not happen denies nothing.
    assert!(why(version(&weighed, "gone")).contains("did not happen"));
    let words = version(&weighed, "words");
    assert_eq!(why(words), "No words are kept.");
    assert_eq!(words.value, None);
    assert_eq!(weighed.subjects[0].tally(), [1, 2, 2]);
}

#[test]
fn what_the_log_says_and_the_events_are_there() {
    let run = run("full", 0);
    let testimony = read(&deaths(), None, scope()).unwrap();
    let subject = &weighed(&testimony, run.path()).subjects[0];
    let says: Vec<(&str, Option<&str>)> = subject
        .says
        .iter()
        .map(|said| (said.what.as_str(), said.value.as_deref()))
        .collect();
    assert_eq!(
        says,
        [
            ("who", Some("Ruth C.")),
            ("when", Some("1990-03-04")),
            ("again", None)
        ]
    );
    assert_eq!(subject.events, 2);
    // The last records but one and the last: the log has 23.
    let rows: Vec<(Option<u64>, Option<&str>)> = subject
        .about
        .iter()
        .map(|row| (row.row, row.who.as_deref()))
        .collect();
    assert_eq!(
        rows,
        [(Some(20), Some("Ruth C.")), (Some(22), Some("Tommy D."))]
    );
    assert!(
        subject.people.is_empty(),
        "nobody is made to have told anything"
    );
}

#[test]
fn nothing_is_said_of_who_is_not_there_nor_of_a_log_that_is_not_whole() {
    let absent = DEATHS
        .replace("first(tommy) < first(ruth)", "count(chrissie) == 0")
        .replace("holds_in.number = \"max(tommy.n) == 4\"\n", "")
        .replace(
            "select.never",
            "select.chrissie = { event = \"completed\", who = \"chrissie\" }\nselect.never",
        );
    let mut wider = scope();
    wider.cast.push("chrissie".to_owned());
    let testimony = read(&format!("{WITNESSES}{absent}"), None, wider).unwrap();
    let whole = run("full", 0);
    let of_whole = weighed(&testimony, whole.path());
    let missing = why(version(&of_whole, "tommy"));
    assert_eq!(missing, "nobody in this run is `chrissie`");
    assert_eq!(version(&of_whole, "ruth").standing, Standing::Agrees);

    let part = run("named", 0);
    let weighed = weighed(&testimony, part.path());
    assert!(why(version(&weighed, "ruth")).contains("not whole"));
    assert_eq!(why(version(&weighed, "words")), "No words are kept.");
    assert!(weighed.subjects[0].about.is_empty());

    let broken = run("full", 1);
    let error = weigh(&testimony, &["first_death"], broken.path()).unwrap_err();
    assert!(matches!(error, StudyError::Broken { .. }), "{error}");
}

#[test]
fn what_is_written_is_what_came_out() {
    // A whole run: people's accounts are written beside it, and these are of lives.
    let source = Source::Name("hailsham".to_owned());
    let scenario = load::<Programme>(&source, built_in(), &[]).unwrap();
    let options = Options {
        scale: 0.01,
        workers: Workers::Inline,
        ..Options::default()
    };
    let run = PassingRun::make(&scenario, &options, &mut |_, _| true).unwrap();
    let scope = || Scope::of(&scenario.value).unwrap();
    let testimony = read(&deaths(), None, scope()).unwrap();
    let findings = write_findings(None, Some(&testimony), run.path()).unwrap();
    assert!(findings.facts.is_empty());
    let kept = Weighed::of_run(run.path()).unwrap().unwrap();
    assert_eq!(kept, weighed(&testimony, run.path()));
    assert_eq!(findings.testimony, Some(kept));
    // The file that is kept is the same testimony.
    let text = std::fs::read_to_string(run.path().join(super::TESTIMONY_FILE)).unwrap();
    let again = read(&text, None, scope()).unwrap();
    assert_eq!(again.text, testimony.text);
    assert_eq!(weighed(&again, run.path()), weighed(&testimony, run.path()));
}

#[test]
fn claims_add_witnesses_versions_and_subjects() {
    let claims = "
[witnesses.diary]
name = \"a diary\"

[subjects.first_death.versions.nobody]
text = \"Nobody has died.\"
witnesses = { diary = \"last page\" }
fields = [\"number\"]
holds = \"count(deaths) == 0\"

[subjects.care]
text = \"Who cares.\"
kind = [\"tension\"]
select.kathy = { event = \"became_carer\", who = \"kathy\" }
[subjects.care.versions.kathy]
text = \"Kathy.\"
witnesses = { diary = \"\", plot = \"0:42\" }
fields = [\"teller\"]
holds = \"count(kathy) == 1\"
[subjects.care.versions.nobody]
text = \"Nobody.\"
witnesses = { diary = \"\" }
fields = [\"teller\"]
holds = \"count(kathy) == 0\"
";
    let run = run("full", 0);
    let testimony = read(claims, Some(&deaths()), scope()).unwrap();
    let weighed = weighed(&testimony, run.path());
    let keys: Vec<&str> = weighed.subjects.iter().map(|s| s.key.as_str()).collect();
    assert_eq!(keys, ["first_death", "care"]);
    let names: Vec<&str> = weighed.subjects[0]
        .versions
        .iter()
        .map(|version| version.version.as_str())
        .collect();
    assert_eq!(
        names,
        ["ruth", "tommy", "together", "gone", "words", "nobody"]
    );
    let fields = vec![Field::Number];
    assert_eq!(
        version(&weighed, "nobody").standing,
        Standing::Differs { fields }
    );
    assert_eq!(weighed.subjects[1].tally(), [1, 1, 0]);
    assert_eq!(weighed.witnesses.len(), 3);
    // By itself it has a version of a subject that is not there.
    assert!(read(claims, None, scope()).is_err());
}

#[test]
fn a_subject_is_found_by_each_of_its_names() {
    let part = |key: &str, id: &str, subject: &str| {
        DEATHS
            .replace("subjects.first_death", &format!("subjects.{key}"))
            .replace("X-1", id)
            .replace("death:first", subject)
    };
    let text = [
        WITNESSES.to_owned(),
        part("who_went", "C-03", "trip:possible.participants"),
        part("what_found", "C-04", "trip:possible.outcome"),
        part("river_image", "C-01", "saying:river"),
    ];
    let testimony = read(&text.concat(), None, scope()).unwrap();
    for (asked, found) in [
        ("river_image", &["river_image"][..]),
        ("river-image", &["river_image"]),
        ("C-01", &["river_image"]),
        ("c-01", &["river_image"]),
        ("saying:river", &["river_image"]),
        ("trip:possible.outcome", &["what_found"]),
        ("trip:possible", &["who_went", "what_found"]),
    ] {
        assert_eq!(testimony.find(asked).unwrap(), found, "{asked}");
    }
    for (asked, near) in [
        ("rver_image", "did you mean `river_image`?"),
        ("saying:rivr", "did you mean `saying:river`?"),
        ("C-05", "did you mean `C-0"),
        ("zebra", "`hailsham testimony --all` lists them"),
        ("", "lists them"),
    ] {
        let message = testimony.find(asked).unwrap_err();
        assert!(message.contains(near), "{asked}: {message}");
    }
}

#[test]
fn wrong_rules_are_told_together() {
    let text = deaths()
        .replace("plot = \"0:44, 0:50-52\"", "plto = \"0:44\"")
        .replace("plot = \"0:56\"", "plot = \"0:66\"")
        .replace(
            "holds_in.number = \"max(ruth.n) == 2\"",
            "holds_in.nmber = \"max(ruth.n) == 2\"",
        )
        .replace("unknown = \"No words are kept.\"", "")
        .replace("fields = [\"time\", \"place\"]", "fields = []")
        .replace(
            "holds = \"first(never) < first(tommy)\"",
            "holds = \"first(never) < first(tommy)\"\nunknown = \"Who knows.\"",
        );
    let other = "
[subjects.second]
id = \"X-1\"
text = \"t\"
kind = []
versions.one = { text = \"t\", witnesses = {}, fields = [\"time\"], holds_in.place = \"1 < 2\" }

[subjects.Third-Subject]
text = \"t\"
kind = [\"tension\"]
";
    insta::assert_snapshot!("wrong_rules", wrong(&format!("{text}{other}")));
}

#[test]
fn wrong_expressions_are_told_where_they_are_wrong() {
    let text = deaths()
        .replace("first(ruth) < first(tommy)", "first(ruht) < first(tommy)")
        .replace("max(tommy.n) == 4", "max(tommy.n)")
        .replace("text(deaths.who)", "text(deaths.value)");
    insta::assert_snapshot!("wrong_expressions", wrong(&text));
    let select = deaths().replace("who = \"ruth\" }", "who = \"rut\" }");
    insta::assert_snapshot!("wrong_selections", wrong(&select));
    let about = deaths()
        .replace("about = [\"deaths\"]", "about = [\"deths\", \"places\"]")
        .replace(
            "select.never",
            "select.places = { from = \"places\" }\nselect.never",
        );
    insta::assert_snapshot!("wrong_events", wrong(&about));
}

#[test]
fn wrong_shapes_are_told_with_the_nearest_name() {
    let text = deaths()
        .replace("[\"tension\"]", "[\"tensions\"]")
        .replace("fields = [\"other\"]", "fields = [\"othr\"]")
        .replace("text = \"Both on one day.\"", "txt = \"Both on one day.\"");
    insta::assert_snapshot!("wrong_shapes", wrong(&text));
}

/// What is inherited and does not fit is unknown, and no error; in a file of one's own it is one.
#[test]
fn what_does_not_fit_the_scenario_cannot_be_known() {
    let run = run("full", 0);
    let source = Source::Name("hailsham".to_owned());
    let load = |strict| Testimony::in_scope(&source, None, built_in_testimony(), scope(), strict);
    let testimony = load(false).unwrap();
    assert_eq!(testimony.keys().count(), 81);
    // The cast of these tests has no Madame.
    let weighed = weigh(&testimony, &["madame_tears"], run.path()).unwrap();
    for version in &weighed.subjects[0].versions {
        let told = "it does not fit this scenario: there is no person `madame`";
        assert_eq!(why(version), told);
    }
    assert!(load(true).is_err());
}
