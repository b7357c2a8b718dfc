//! Every function and every kind of condition, against what was counted by hand.

use std::path::Path;

use super::super::evaluate::{FactOutcome, evaluate};
use super::{facts, one, small_run};
use crate::check::Status;
use crate::runner::StudyError;

fn run() -> tempfile::TempDir {
    let run = tempfile::tempdir().unwrap();
    small_run::write(run.path(), "full", 0);
    run
}

fn outcome(run: &Path, expect: &str, select: &str) -> FactOutcome {
    let facts = facts(&one(expect, select)).unwrap_or_else(|error| panic!("{error}"));
    evaluate(&facts, &["one"], run).unwrap().remove(0)
}

/// What a selection selects, and how many rows these are.
#[test]
fn conditions_select_the_rows_that_they_say() {
    let run = run();
    for (select, count) in [
        ("{ event = \"created\" }", 4),
        ("{ event = [\"created\", \"completed\"] }", 6),
        ("{ event = \"!=created\" }", 19),
        ("{ who = \"ruth\" }", 8),
        ("{ who = \"!=ruth\" }", 15),
        ("{ who = [\"ruth\", \"tommy\"], event = \"completed\" }", 2),
        ("{ who = 3 }", 1),
        ("{ who = 200000000 }", 1),
        ("{ whom = \"kathy\" }", 2),
        ("{ whom = \"none\", event = \"operated\" }", 3),
        ("{ whom = \"!=none\" }", 7),
        ("{ third = \"kathy\" }", 1),
        ("{ object = 7 }", 1),
        ("{ event = \"operated\", n = 1 }", 2),
        ("{ n = \"2..4\" }", 3),
        ("{ n = \">2\" }", 2),
        ("{ n = \"!=1\" }", 4),
        ("{ event = \"visited\", value = 0.75 }", 1),
        ("{ event = \"visited\", value = \"<0.75\" }", 2),
        ("{ event = \"visited\", value = [\"<0.3\", \">0.6\"] }", 2),
        ("{ topic = \"decline\" }", 1),
        ("{ topic = \"!=decline\" }", 3),
        ("{ pinned = true }", 1),
        ("{ pinned = false, event = \"completed\" }", 1),
        ("{ place = \"Hailsham\" }", 5),
        ("{ place = \"hailsham\" }", 5),
        ("{ place = \"school\" }", 5),
        ("{ place = \"humane\" }", 5),
        ("{ place = \"ordinary\" }", 0),
        ("{ place = [\"cottages\", \"recovery_centre\"] }", 13),
        ("{ time = \"1986\" }", 3),
        ("{ time = 1986 }", 3),
        ("{ time = \"1986-06\" }", 1),
        ("{ time = \"1986-06-01\" }", 1),
        ("{ time = \">1986\", event = \"visited\" }", 1),
        ("{ time = \">=1986\", event = \"visited\" }", 3),
        ("{ time = \"<1986-06-02\", event = \"visited\" }", 1),
        ("{ time = \"<=1986-06\", event = \"visited\" }", 1),
        ("{ time = \"1986-06..1986-07\" }", 2),
        ("{ time = \"!=1986\", event = \"visited\" }", 1),
        ("{ time = \"<1986.45\", event = \"visited\" }", 1),
        ("{ year = 1986 }", 3),
        ("{ year = \"1985..1986\" }", 4),
        ("{ age = \"29..30\", event = \"completed\" }", 1),
        ("{ whom_age = \">36\" }", 1),
        ("{ phase = \"donor\", event = \"completed\" }", 2),
        ("{ phase = \"carer\", event = \"called_up\" }", 2),
        ("{ phase = \"pupil\" }", 7),
        ("{ phase = \"resident\" }", 4),
        ("{ whom_phase = \"donor\" }", 3),
        ("{ kind = \"guardian\" }", 1),
        ("{ kind = \"recipient\" }", 1),
        ("{ whom_kind = \"student\", kind = \"recipient\" }", 1),
        ("{ event = \"visited\", after = \"first(other)\" }", 2),
        (
            "{ event = \"visited\", before = \"first(other) + 0.6\" }",
            2,
        ),
        ("{ event = \"visited\", after = \"last(other)\" }", 0),
        ("{ event = \"visited\", after = \"first(never)\" }", 0),
        ("{ from = \"persons\" }", 6),
        ("{ from = \"persons\", id = \"ruth\" }", 1),
        ("{ from = \"persons\", id = 3 }", 1),
        ("{ from = \"persons\", phase = \"completed\" }", 2),
        ("{ from = \"persons\", empathy = 0.9 }", 2),
        ("{ from = \"persons\", empathy = \">=0.3\" }", 4),
        ("{ from = \"persons\", born = \"1960\" }", 3),
        ("{ from = \"persons\", born = \"none\" }", 1),
        ("{ from = \"places\", kind = \"school\" }", 2),
        ("{ from = \"places\", opened = \"none\" }", 1),
        ("{ from = \"places\", id = \"ordinary\" }", 1),
        (
            "{ from = \"works\", maker = \"tommy\", form = \"drawing\" }",
            2,
        ),
        ("{ from = \"works\", made = \"1971..1972\" }", 2),
        ("{ from = \"works\", after = \"first(works)\" }", 2),
    ] {
        let others = "other = { event = \"visited\", whom = \"ruth\", n = \"none\", value = \"<0.3\" }\n\
                      never = { event = \"escaped\" }\n\
                      works = { from = \"works\" }\n\
                      last = { event = \"visited\" }\n";
        let select = select.replace("last(other)", "last(last)");
        let outcome = outcome(
            run.path(),
            &format!("count(it) == {count}"),
            &format!("{others}it = {select}"),
        );
        let value = outcome.value.unwrap();
        assert_eq!(outcome.status, Status::Holds, "{select}: {value}");
    }
}

#[test]
fn functions_give_what_was_counted_by_hand() {
    let run = run();
    let select = "death = { event = \"completed\" }\n\
                  ruth = { event = \"completed\", who = \"ruth\" }\n\
                  tommy = { event = \"completed\", who = \"tommy\" }\n\
                  call = { event = \"called_up\" }\n\
                  made = { event = \"created\" }\n\
                  visit = { event = \"visited\" }\n\
                  nobody = { event = \"escaped\" }\n\
                  hint = { event = \"hinted\" }\n\
                  works = { from = \"works\" }\n\
                  poems = { from = \"works\", form = \"poem\" }\n\
                  school = { from = \"places\", school_kind = \"humane\" }\n\
                  people = { from = \"persons\", cast = \"!=none\" }";
    // `cast` is a column of the file, and may not yet be one that is known.
    let select = if super::super::columns::Table::Persons
        .column("cast")
        .is_some()
    {
        select.to_owned()
    } else {
        select.replace("cast = \"!=none\"", "id = [\"kathy\", \"ruth\", \"tommy\"]")
    };
    for (expect, status, value) in [
        ("count(death) == 2", true, "count(death) = 2 == 2"),
        (
            "first(ruth) < first(tommy)",
            true,
            "first(ruth) = 1990-03-04 < first(tommy) = 1996-11-20",
        ),
        (
            "last(death) == first(tommy)",
            true,
            "last(death) = 1996-11-20 == first(tommy) = 1996-11-20",
        ),
        (
            "first(death) > 1990.1",
            true,
            "first(death) = 1990-03-04 > 1990.1",
        ),
        (
            "first(death) < date('1990-03-05')",
            true,
            "first(death) = 1990-03-04 < date('1990-03-05') = 1990-03-05",
        ),
        (
            "date('1990-03-04') == first(death)",
            true,
            "date('1990-03-04') = 1990-03-04 == first(death) = 1990-03-04",
        ),
        // 1990-03-04 to 1996-11-20: 2453 days.
        (
            "2453 / 365.25 < years(death) < 2453 / 365.24",
            true,
            "2453 / 365.25 = 6.7159 < years(death) = 6.7161 < 2453 / 365.24 = 6.7161",
        ),
        (
            "age(ruth) > 29.7 and age(ruth) < 29.8",
            true,
            "age(ruth) = 29.7556 > 29.7 and age(ruth) = 29.7556 < 29.8",
        ),
        (
            "last(death) - first(death) > 6.7",
            true,
            "last(death) - first(death) = 6.7154 > 6.7",
        ),
        (
            "first(death) + 5 < last(death)",
            true,
            "first(death) + 5 = 1995-03-04 < last(death) = 1996-11-20",
        ),
        (
            "first(death) - 1960 > 30",
            true,
            "first(death) - 1960 = 30.1699 > 30",
        ),
        (
            "-count(death) * 3 + 7 == 1",
            true,
            "-count(death) * 3 + 7 = 1 == 1",
        ),
        (
            "distinct(visit.whom) == 2",
            true,
            "distinct(visit.whom) = 2 == 2",
        ),
        (
            "mean(visit.value) == 0.5",
            true,
            "mean(visit.value) = 0.5 == 0.5",
        ),
        (
            "median(visit.value) == 0.5",
            true,
            "median(visit.value) = 0.5 == 0.5",
        ),
        (
            "sum(visit.value) == 1.5",
            true,
            "sum(visit.value) = 1.5 == 1.5",
        ),
        (
            "min(visit.value) == 0.25 and max(visit.value) == 0.75",
            true,
            "min(visit.value) = 0.25 == 0.25 and max(visit.value) = 0.75 == 0.75",
        ),
        (
            "min(death.time) == first(ruth)",
            true,
            "min(death.time) = 1990-03-04 == first(ruth) = 1990-03-04",
        ),
        (
            "median(works.made) == date('1971')",
            true,
            "median(works.made) = 1971-01-01 == date('1971') = 1971-01-01",
        ),
        (
            "mean(death.pinned) == 0.5 and sum(death.pinned) == 1",
            true,
            "mean(death.pinned) = 0.5 == 0.5 and sum(death.pinned) = 1 == 1",
        ),
        (
            "mean(death.age) > 33.2",
            true,
            "mean(death.age) = 33.2793 > 33.2",
        ),
        (
            "share(poems, works) > 1 / 3 - 0.001",
            true,
            "share(poems, works) = 0.3333 > 1 / 3 - 0.001 = 0.3323",
        ),
        (
            "share(works, nobody) > 0",
            false,
            "share(works, nobody) = nothing > 0",
        ),
        (
            "share(nobody, works) == 0",
            true,
            "share(nobody, works) = 0 == 0",
        ),
        ("every(death, call)", true, "every(death, call) = true"),
        ("every(made, call)", false, "every(made, call) = false"),
        (
            "every(nobody, call)",
            false,
            "every(nobody, call) = nothing",
        ),
        ("every(works, people)", true, "every(works, people) = true"),
        ("every(hint, made)", false, "every(hint, made) = false"),
        (
            "text(ruth.topic) == 'operation'",
            true,
            "text(ruth.topic) = 'operation' == 'operation'",
        ),
        (
            "text(ruth.who) == 'ruth' and text(ruth.whom) != 'ruth'",
            true,
            "text(ruth.who) = 'ruth' == 'ruth' and text(ruth.whom) = 'kathy' != 'ruth'",
        ),
        (
            "text(ruth.place) == 'Recovery centre 1'",
            true,
            "text(ruth.place) = 'Recovery centre 1' == 'Recovery centre 1'",
        ),
        (
            "text(school.name) == parameter('institutions.hailsham.name')",
            true,
            "text(school.name) = 'Hailsham' == parameter('institutions.hailsham.name') = 'Hailsham'",
        ),
        (
            "text(nobody.topic) == 'x'",
            false,
            "text(nobody.topic) = nothing == 'x'",
        ),
        (
            "word('V-03') == 'donation'",
            true,
            "word('V-03') = 'donation' == 'donation'",
        ),
        (
            "metric('completed') == 2",
            true,
            "metric('completed') = 2 == 2",
        ),
        (
            "metric('tenure_mean') < 1e9",
            false,
            "metric('tenure_mean') = nothing < 1000000000",
        ),
        (
            "parameter('donation.cap') == 0",
            true,
            "parameter('donation.cap') = 0 == 0",
        ),
        (
            "start() == 1960 and end() > 1999.9",
            true,
            "start() = 1960-01-01 == 1960 and end() = 2000-01-01 > 1999.9",
        ),
        ("count(nobody) == 0", true, "count(nobody) = 0 == 0"),
        (
            "1 / count(nobody) > 0",
            false,
            "1 / count(nobody) = nothing > 0",
        ),
        (
            "first(nobody) < 2000",
            false,
            "first(nobody) = nothing < 2000",
        ),
        // What has no value is not made true by `not`; but it does no harm beside what holds.
        (
            "not first(nobody) < 2000",
            false,
            "not first(nobody) = nothing < 2000",
        ),
        (
            "first(nobody) < 2000 or count(death) == 2",
            true,
            "first(nobody) = nothing < 2000 or count(death) = 2 == 2",
        ),
        (
            "not (count(death) == 2 and first(nobody) < 1)",
            false,
            "not (count(death) = 2 == 2 and first(nobody) = nothing < 1)",
        ),
        (
            "not (count(death) == 3 and first(nobody) < 1)",
            true,
            "not (count(death) = 2 == 3 and first(nobody) = nothing < 1)",
        ),
        (
            "not every(made, call)",
            true,
            "not every(made, call) = false",
        ),
    ] {
        let outcome = outcome(run.path(), expect, &select);
        assert_eq!(outcome.value.as_deref(), Some(value));
        let expected = if status { Status::Holds } else { Status::Fails };
        assert_eq!(outcome.status, expected, "{value}");
        assert_eq!(outcome.expected, expect.replace("1e9", "1000000000"));
    }
}

#[test]
fn the_rows_that_show_it_are_told() {
    let run = run();
    let select = "death = { event = \"completed\" }\ntie = { event = \"interfered\" }\n\
                  work = { from = \"works\", merit = \">0.5\" }\nhint = { event = \"hinted\" }";
    let outcome = outcome(run.path(), "count(death) == 2", select);
    assert_eq!((outcome.seeds.holds, outcome.seeds.of), (1, 1));
    let told: Vec<String> = outcome
        .rows
        .iter()
        .map(|row| {
            let parts = [
                &row.time, &row.who, &row.whom, &row.place, &row.topic, &row.n,
            ];
            let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
            format!(
                "{} {} {} {}",
                row.selection,
                row.what,
                parts.join(" "),
                row.pinned
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "death completed 1990-03-04 00:00 Ruth C. Kathy H. Recovery centre 1 operation 2 true",
            "death completed 1996-11-20 00:00 Tommy D. Kathy H. Recovery centre 1 decline 4 false",
            "tie interfered 1977-05-05 00:00 Ruth C. Tommy D. lying false",
            "work merit 0.7 1971-01-01 00:00 Kathy H. false",
            "hint hinted 1972-05-01 00:00 guardian 200000000 Hailsham donation 30 false",
        ]
    );
}

#[test]
fn what_cannot_be_told_is_unknown() {
    let run = tempfile::tempdir().unwrap();
    small_run::write(run.path(), "sample:0.5", 0);
    let events = outcome(run.path(), "count(a) == 2", "a = { event = \"completed\" }");
    assert_eq!((events.status, events.value), (Status::Unknown, None));
    assert_eq!(events.detail, "the log of this run is not whole");
    // What the log is not asked for can be told all the same.
    let works = outcome(run.path(), "count(a) == 3", "a = { from = \"works\" }");
    assert_eq!(works.status, Status::Holds);
    let said = one("", "").replace("expect = \"\"", "unknown = \"It is told by nobody.\"");
    let outcome = evaluate(&facts(&said).unwrap(), &["one"], run.path())
        .unwrap()
        .remove(0);
    assert_eq!(
        (outcome.status, outcome.detail.as_str()),
        (Status::Unknown, "It is told by nobody.")
    );
}

#[test]
fn a_run_that_breaks_rules_or_lacks_a_file_is_not_judged() {
    let run = tempfile::tempdir().unwrap();
    small_run::write(run.path(), "full", 3);
    let facts = facts(&one("count(a) == 2", "a = { event = \"completed\" }")).unwrap();
    let error = evaluate(&facts, &["one"], run.path()).unwrap_err();
    assert!(
        matches!(&error, StudyError::Broken { rule, .. } if rule == "order"),
        "{error}"
    );
    small_run::write(run.path(), "full", 0);
    std::fs::remove_file(run.path().join("events.parquet")).unwrap();
    let error = evaluate(&facts, &["one"], run.path()).unwrap_err();
    assert!(error.to_string().contains("events.parquet"), "{error}");
    std::fs::write(run.path().join("summary.json"), "{").unwrap();
    let error = evaluate(&facts, &["one"], run.path()).unwrap_err();
    assert!(error.to_string().contains("summary.json"), "{error}");
}

#[test]
fn what_was_resolved_loads_to_the_same() {
    let run = run();
    let text = one(
        "count(a) == 2 and text(a.topic) == 'operation'",
        "a = { event = [\"completed\", \"escaped\"], n = \"2..4\", pinned = [true, false], time = \">1970\", value = \"none\" }",
    );
    let first = facts(&text).unwrap();
    let second = facts(&first.text).unwrap();
    assert_eq!(first.text, second.text);
    let value = |facts| {
        evaluate(facts, &["one"], run.path())
            .unwrap()
            .remove(0)
            .value
    };
    let told = value(&second).unwrap();
    assert_eq!(value(&first), Some(told.clone()));
    assert_eq!(
        told,
        "count(a) = 2 == 2 and text(a.topic) = 'operation' == 'operation'"
    );
}
