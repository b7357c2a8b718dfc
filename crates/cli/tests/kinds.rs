//! Scenarios of every kind: what studies make of kidney allocation in Eurotransplant, what commands for the donation
//! programme say of other scenarios, and the walk of the book.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use common::{Folder, files, hailsham, json, stdout, text};
use hailsham_engine::table::TableReader;
use hailsham_scenario::Source;
use hailsham_study::{Direction, Expected, FAMILY_LEVEL};
use serde_json::Value;

/// The variant of the book.
const SLIDING: &str = "extends = \"etkas-2021\"\n[points.vpra]\nweight = \"133\"\n\
                       of = \"(power(5, vpra / 100 %) - 1) / (5 - 1)\"\n";

/// Kidney allocation that takes a moment.
const SMALL: [&str; 5] = [
    "eurotransplant",
    "--scale",
    "0.03",
    "--set",
    "population.panel=200",
];

fn told(folder: &Folder, command: &str, rest: &[&str]) -> Value {
    let arguments = [&[command], &SMALL[..], rest, &["--json"]].concat();
    serde_json::from_str(&stdout(folder.path(), &arguments)).unwrap()
}

fn of<'a>(list: &'a Value, key: &str, name: &str) -> &'a Value {
    let all = list.as_array().unwrap();
    all.iter().find(|one| one[key] == name).unwrap()
}

/// What a command that must be refused says.
fn refused(folder: &Folder, arguments: &[&str]) -> String {
    let output = hailsham(folder.path(), arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    text(&output.stderr)
}

#[test]
fn replicates_are_single_runs_and_go_on_after_an_interruption() {
    let folder = Folder::new();
    let many = told(
        &folder,
        "run",
        &["--replicates", "3", "--acceptance", "half", "--out", "many"],
    );
    let transplants = of(&many["metrics"], "metric", "transplants");
    let table = TableReader::open(folder.join("many/replicates.parquet")).unwrap();
    let counts: Vec<f64> = table
        .f64("transplants")
        .unwrap()
        .into_iter()
        .flatten()
        .collect();
    let mean = counts.iter().sum::<f64>() / 3.0;
    assert!((transplants["mean"].as_f64().unwrap() - mean).abs() < 1e-9);
    // The second of them, alone.
    let one = told(
        &folder,
        "run",
        &["--seed", "2", "--acceptance", "half", "--out", "one"],
    );
    assert_eq!(one["summary"]["transplants"], counts[1]);
    // A replicate is lost, and made again with the same bytes.
    let before = files(&folder.join("many"));
    let study = json(&folder.join("many/study.json")).to_string();
    let running = study.replace("\"complete\"", "\"running\"");
    fs::write(folder.join("many/study.json"), running).unwrap();
    fs::remove_file(folder.join("many/replicates/a-000002.tsv")).unwrap();
    stdout(folder.path(), &["run", "--resume", "many", "-q"]);
    assert!(files(&folder.join("many")) == before);
    // An interval that decides.
    let until = told(
        &folder,
        "run",
        &["--until", "transplants=50%", "--replicates", "40"],
    );
    assert_eq!(
        (&until["replicates"], &until["narrow"]),
        (&10.into(), &true.into())
    );
}

/// The same people and the same decisions in both: what the rules do not touch is the same to the last bit.
#[test]
fn rules_are_compared_on_the_same_decisions() {
    let folder = Folder::new();
    fs::write(folder.join("sliding.toml"), SLIDING).unwrap();
    let rest = ["--replicates", "4", "--lives", "--out", "made"];
    let mut command = vec![
        "compare",
        SMALL[0],
        "--json",
        "--scale",
        SMALL[2],
        "--set-both",
        SMALL[4],
    ];
    command.extend(rest);
    command.extend(["--set", "allocation.etkas=sliding.toml"]);
    let made: Value = serde_json::from_str(&stdout(folder.path(), &command)).unwrap();
    let metrics = &made["metrics"];
    for name in ["registrations", "donors"] {
        assert_eq!(of(metrics, "metric", name)["same"], true, "{name}");
    }
    assert_eq!(of(metrics, "metric", "transplants")["same"], false);
    // Points for the sensitised move kidneys to them.
    let groups = made["groups"].as_array().unwrap();
    let moved = |group: &str| {
        let found = groups.iter().find(|of| {
            of["who"] == "unacceptable donors"
                && of["group"] == group
                && of["metric"] == "transplants"
        });
        found.unwrap()["difference"].as_f64().unwrap()
    };
    assert!(moved("5 to 84 %") + moved("85 to 97 %") > 0.0);
    assert!(moved("0 to 4 %") < 0.0);
    assert!(
        groups
            .iter()
            .any(|of| of["who"] == "country" && of["group"] == "Germany")
    );
    // Life by life: deaths of B less deaths of A are those who die less those who live.
    let fates = &made["lives"]["fates"][0];
    let deaths = of(metrics, "metric", "deaths_waiting")["difference"]
        .as_f64()
        .unwrap();
    let net = fates["dies"].as_f64().unwrap() - fates["lives"].as_f64().unwrap();
    assert!((net - deaths).abs() < 1e-9, "{net} {deaths}");
    let registrations = of(metrics, "metric", "registrations")["a"]
        .as_f64()
        .unwrap();
    assert_eq!(fates["only_in_a"], 0.0);
    assert!(fates["in_both"].as_f64().unwrap() >= registrations);
    // Rules that a scenario names belong to it: changed ones are not mixed with the old.
    let study = json(&folder.join("made/study.json")).to_string();
    let running = study.replace("\"complete\"", "\"running\"");
    fs::write(folder.join("made/study.json"), running).unwrap();
    fs::write(folder.join("sliding.toml"), SLIDING.replace("133", "50")).unwrap();
    let changed = refused(&folder, &["compare", "--resume", "made"]);
    assert!(
        changed.contains("the rules or the data that the scenario `eurotransplant`"),
        "{changed}"
    );
    // The same rules under another name are the same.
    fs::write(folder.join("again.toml"), "extends = \"etkas-2021\"\n").unwrap();
    let mut command = command[..command.len() - 7].to_vec();
    command.extend(["--replicates", "2", "--set", "allocation.etkas=again.toml"]);
    let made: Value = serde_json::from_str(&stdout(folder.path(), &command)).unwrap();
    let all = made["metrics"].as_array().unwrap();
    assert!(all.iter().all(|of| of["same"] == true));
}

#[test]
fn rules_and_populations_are_swept_and_calibrated() {
    let folder = Folder::new();
    fs::write(folder.join("sliding.toml"), SLIDING).unwrap();
    let vary = "allocation.etkas=etkas-2021,sliding.toml";
    let made = told(
        &folder,
        "sweep",
        &["--vary", vary, "--metrics", "sensitised_share"],
    );
    let points = made["dependence"].as_array().unwrap();
    assert_eq!(points.len(), 2);
    let made = told(
        &folder,
        "calibrate",
        &[
            "--prior",
            "population.death=0.01..0.2",
            "--target",
            "deaths_waiting=60:20%",
            "--particles",
            "4",
            "--generations",
            "4",
        ],
    );
    assert_eq!(made["posterior"][0]["parameter"], "population.death");
    let wrong = refused(
        &folder,
        &[
            "sweep",
            "eurotransplant",
            "--vary",
            "allocation.etkas=etkas-2021,etkas-2012",
        ],
    );
    assert!(wrong.contains("did you mean \"etkas-2021\"?"), "{wrong}");
    assert!(!folder.join("runs/eurotransplant-sweep-2").exists());
    // The rules that a value names belong to the study, each with its hash.
    let path = folder.join("runs/eurotransplant-sweep-1/study.json");
    let study = json(&path);
    let named = study["named"].as_array().unwrap();
    assert_eq!(named.len(), 1);
    assert_eq!(named[0]["set"], "allocation.etkas=sliding.toml");
    assert_eq!(named[0]["rules"].as_array().unwrap().len(), 2);
    let again = ["sweep", "--resume", "runs/eurotransplant-sweep-1", "-q"];
    stdout(folder.path(), &again);
    fs::write(folder.join("sliding.toml"), SLIDING.replace("133", "50")).unwrap();
    let changed = refused(&folder, &again);
    assert!(
        changed.contains("the rules that `allocation.etkas=sliding.toml` names"),
        "{changed}"
    );
}

/// Files as the simulator of Eurotransplant has them: 60 registrations and 12 donors in Germany, all of one blood group.
fn write_data(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let mut patients = "id_recipient,id_registration,inc_date_time,time_to_dereg,time_since_prev_txp,prev_txp_living,\
        prev_txp_ped,n_previous_transplants,recipient_center,r_bloodgroup,r_dob,r_hla,previous_t,wlki_programme,\
        date_first_dial\n"
        .to_owned();
    let mut status =
        "id_registration,tstart,type_update,variable_value,variable_detail\n".to_owned();
    let mut profiles =
        "id_registration,tstart,profile_min_donor_age,profile_max_donor_age".to_owned();
    for flag in hailsham_allocation::eurotransplant::PROFILE_FLAGS {
        write!(profiles, ",profile_{flag}").unwrap();
    }
    for number in 0..27 {
        let (a, b, dr) = (number % 3, number / 3 % 3, number / 9);
        write!(profiles, ",profile_hla{a}{b}{dr}").unwrap();
    }
    profiles += "\n";
    let types = [
        "A1 A2 B8 B7 DR17 DR4",
        "A2 A3 B7 B35 DR4 DR1",
        "A1 A3 B8 B35 DR17 DR1",
    ];
    for number in 0..60 {
        let (registration, birth) = (1000 + number, 1945 + number % 30);
        writeln!(
            patients,
            "{number},{registration},2012-07-27 20:54:28,1580.4,,,,0,GSTTP,A,{birth}-09-08 00:00:00,{},,,2011-0{}-13 06:47:00",
            types[number % 3],
            1 + number % 9
        )
        .unwrap();
        writeln!(
            status,
            "{registration},0,URG,T,\n{registration},0,PRA,1,\n{registration},1580.4,URG,D,"
        )
        .unwrap();
        writeln!(profiles, "{registration},0,0,99{}", ",1".repeat(39)).unwrap();
    }
    let mut donors = "D_DATE,ID_DONOR,D_COUNTRY,D_CENTER,D_CENTER_SUBREGION_ESP,DONOR_AGE,D_BLOODGROUP,GRAFT_HBSAG,\
        GRAFT_HCVAB,GRAFT_HBCAB,GRAFT_SEPSIS,GRAFT_MENINGITIS,DONOR_MALIGNANCY,DONOR_DRUG_ABUSE,GRAFT_DCD,\
        GRAFT_EUTHANASIA,DONOR_HLA,DEATH_CAUSE_GROUP,DONOR_TUMOR_HISTORY,DONOR_MARGINAL_FREE_TEXT,DONOR_SMOKING,\
        N_KIDNEYS_AVAILABLE,DONOR_DIABETES,DONOR_HYPERTENSION,DONOR_LAST_CREAT,D_URINE_PROTEIN,DONOR_CARREST,D_RESCUE,\
        D_CMV\n"
        .to_owned();
    for number in 0..12 {
        writeln!(
            donors,
            "2014-{:02}-04 05:53:07,{},Germany,GSTTP,GSTOS,{},A,0,0,0,0,0,0,0,0,0,{},CVA,0,0,0,2,0,0,1.03,0,0,0,0",
            number + 1,
            500 + number,
            40 + 3 * number,
            types[number % 3]
        )
        .unwrap();
    }
    let balances = "D_DATE,DONOR_ALLOC_COUNTRY,DONOR_ALLOC_CENTER,DONOR_AGE,RECIPIENT_CENTER,RECIPIENT_COUNTRY,NONETKASESP\n\
        2013-01-03 21:44:28,Germany,GSTTP,61,AWGTP,Austria,1\n";
    for (name, text) in [
        ("patients.csv", patients.as_str()),
        ("patstat1.csv", &status),
        (
            "program_updates.csv",
            "ID_REGISTRATION,TSTART,TYPE_UPDATE,VARIABLE_VALUE,VARIABLE_DETAIL\n1000,0.05,PRG,ETKAS,\n",
        ),
        ("profiles.csv", &profiles),
        ("donors.csv", &donors),
        ("balances.csv", balances),
        (
            "donorpool.csv",
            "ID_DONOR,DONOR_HLA\n1,A1 A2 B8 B7 DR17 DR4\n2,A2 A3 B7 B35 DR4 DR1\n",
        ),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
}

/// Many runs on one's own files: the same donors and candidates in each, and other decisions.
#[test]
fn every_study_is_made_on_files() {
    let folder = Folder::new();
    write_data(&folder.join("own"));
    fs::write(folder.join("sliding.toml"), SLIDING).unwrap();
    let told = |arguments: &[&str]| -> Value {
        let arguments = [arguments, &["--data", "own", "--json"]].concat();
        serde_json::from_str(&stdout(folder.path(), &arguments)).unwrap()
    };
    let many = told(&[
        "run",
        "eurotransplant",
        "--replicates",
        "6",
        "--out",
        "many",
    ]);
    let donors = of(&many["metrics"], "metric", "donors");
    assert_eq!(
        (donors["mean"].as_f64(), donors["sd"].as_f64()),
        (Some(12.0), Some(0.0))
    );
    assert!(
        of(&many["metrics"], "metric", "transplants")["mean"]
            .as_f64()
            .unwrap()
            > 6.0
    );
    assert!(
        of(&many["metrics"], "metric", "dialysis_years_mean")["sd"]
            .as_f64()
            .unwrap()
            > 0.0
    );
    // A replicate is the single run of its seed.
    let one = told(&["run", "eurotransplant", "--seed", "2", "--out", "one"]);
    let table = TableReader::open(folder.join("many/replicates.parquet")).unwrap();
    let second = table.f64("dialysis_years_mean").unwrap()[1];
    assert_eq!(second, one["summary"]["dialysis_years_mean"].as_f64());
    let page = fs::read_to_string(folder.join("many/report.html")).unwrap();
    assert!(page.contains("the runs differ in the decisions of centres and patients"));
    let text = stdout(folder.path(), &["run", "--resume", "many"]);
    assert!(text.contains("differ in decisions alone"), "{text}");

    let set = ["--set", "allocation.etkas=sliding.toml"];
    let compare = [
        &["compare", "eurotransplant", "--replicates", "3", "--lives"][..],
        &set,
    ]
    .concat();
    let made = told(&compare);
    assert_eq!(of(&made["metrics"], "metric", "registrations")["a"], 60.0);
    assert_eq!(of(&made["metrics"], "metric", "donors")["same"], true);
    let vary = "allocation.etkas=etkas-2021,sliding.toml";
    let made = told(&[
        "sweep",
        "eurotransplant",
        "--vary",
        vary,
        "--metrics",
        "transplants",
        "--out",
        "swept",
    ]);
    assert_eq!(made["dependence"].as_array().unwrap().len(), 2);

    // The files belong to the study as rules do, and to this system alone.
    let donors = fs::read_to_string(folder.join("own/donors.csv")).unwrap();
    fs::write(
        folder.join("own/donors.csv"),
        donors.replace(",43,A,", ",44,A,"),
    )
    .unwrap();
    let changed = refused(&folder, &["sweep", "--resume", "swept"]);
    assert!(changed.contains("the rules or the data"), "{changed}");
    let wrong = refused(
        &folder,
        &[
            "compare",
            "programme",
            "--set",
            "donation.cap=3",
            "--data",
            "own",
        ],
    );
    assert!(
        wrong.contains("--data is for kidney allocation in Eurotransplant"),
        "{wrong}"
    );
}

/// What each arm is, also where both are one scenario.
#[test]
fn a_comparison_says_what_is_changed() {
    let folder = Folder::new();
    let arguments = [
        "compare",
        "eurotransplant",
        "--scale",
        "0.03",
        "--set-both",
        "population.panel=200",
        "--set",
        "allocation.etkas=etkas-sliding-scale",
        "--replicates",
        "1",
    ];
    let told = stdout(folder.path(), &arguments);
    let said = "\nA is `eurotransplant`, B is the same with allocation.etkas=etkas-sliding-scale, both with \
                population.panel=200; 1 pair of runs";
    assert!(told.contains(said), "{told}");
}

/// Where all differences are the same, the sign test counts, whose probability is 2 to the power of −n: an expectation
/// that nothing differs needs enough runs to show it when nothing does.
#[test]
fn what_stays_the_same_can_be_shown_with_the_default_runs() {
    for name in ["hailsham", "eurotransplant"] {
        let expected = Expected::load(&Source::Name(name.to_owned()), &[]).unwrap();
        let same = expected
            .expectations
            .iter()
            .filter(|(_, said)| said.direction == Direction::Zero);
        assert!(same.clone().count() > 0, "{name} has none");
        for (id, said) in same {
            let least = 0.5_f64.powi(said.replicates as i32);
            assert!(
                least <= FAMILY_LEVEL,
                "{name}, {id}: {} runs",
                said.replicates
            );
        }
    }
}

/// Expectations of the rules: tested over many runs, each as often as it says, on the system's own metrics and groups.
#[test]
fn the_rules_are_checked() {
    let folder = Folder::new();
    let only = "sliding-scale-price,senior-programme,balances,no-loss-no-relisting";
    let arguments = ["check", "eurotransplant", "--only", only, "--scale", "0.1"];
    let told = stdout(folder.path(), &arguments);
    assert!(
        told.contains("expectations: 4 hold, 0 fail, 0 unknown"),
        "{told}"
    );
    assert!(
        told.contains("Facts do not apply: facts are said of lives"),
        "{told}"
    );
    // Of one's own scenario: those of the one that it builds on, and a file beside it.
    fs::write(folder.join("mine.toml"), "extends = \"eurotransplant\"\n").unwrap();
    fs::create_dir(folder.join("mine")).unwrap();
    let own = |metric: &str, arm: &str| {
        let text = format!(
            "[expectations.own]\ntext = \"It is so.\"\nmetric = \"{metric}\"\ndirection = \"positive\"\n\
             arms = [[{arm}]]\nscale = 0.02\nreplicates = 2\n"
        );
        fs::write(folder.join("mine/expectations.toml"), text).unwrap();
    };
    own("country/Germany/transplants", "");
    stdout(folder.path(), &["check", "mine.toml", "-q"]);
    for (metric, arm, expected) in [
        (
            "country/Germany/transplantation",
            "",
            "no group has a measure",
        ),
        ("completed", "", "there is no metric `completed`"),
        (
            "transplants",
            "\"allocation.etkas=etkas-2012\"",
            "did you mean",
        ),
    ] {
        own(metric, arm);
        let said = refused(&folder, &["check", "mine.toml"]);
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn lists_know_every_kind() {
    let folder = Folder::new();
    fs::write(folder.join("own.toml"), "extends = \"eurotransplant\"\n").unwrap();
    for scenario in ["eurotransplant", "own.toml"] {
        assert!(stdout(folder.path(), &["metrics", scenario]).contains("kidneys_discarded"));
        assert!(stdout(folder.path(), &["params", scenario]).contains("population.arrivals"));
        let schema = stdout(folder.path(), &["params", scenario, "--schema"]);
        assert!(schema.contains("balances_from"));
    }
    assert!(stdout(folder.path(), &["scenarios"]).contains("eurotransplant"));
}

/// One line that says what the scenario or the run is, and which commands there are for it.
#[test]
fn commands_of_the_donation_programme_say_what_else_there_is() {
    let folder = Folder::new();
    let small = [
        "run",
        "eurotransplant",
        "--scale",
        "0.01",
        "--out",
        "made",
        "-q",
    ];
    stdout(folder.path(), &small);
    let of_words = [
        ("eurotransplant", "kidney allocation in Eurotransplant"),
        ("exchange", "a kidney exchange programme in time"),
        ("made", "kidney allocation in Eurotransplant"),
    ];
    for (called, words) in of_words {
        for command in ["testimony", "life"] {
            let mut arguments = vec![command, called];
            arguments.extend((command == "life").then_some("1"));
            let said = refused(&folder, &arguments);
            // There is nothing to check of an exchange programme.
            let check = if called == "exchange" { "" } else { "check, " };
            let expected = format!(
                "error: `{called}` is {words}, and `hailsham {command}` is for the donation programme: for this there \
                 are run, {check}compare, sweep, calibrate, report, params and metrics\n"
            );
            assert_eq!(said, expected);
        }
    }
    for arguments in [
        &["check", "made"][..],
        &["check", "eurotransplant", "--kind", "facts"],
        &["check", "eurotransplant", "--facts", "own.toml"],
    ] {
        let said = refused(&folder, arguments);
        assert!(
            said.contains("facts are said of lives that a log holds"),
            "{said}"
        );
    }
    let said = refused(&folder, &["check", "exchange"]);
    assert!(said.contains("no expectations for `exchange`"), "{said}");
    let said = refused(&folder, &["compare", "eurotransplant", "exchange"]);
    assert!(said.contains("two kinds"), "{said}");
    for (arguments, expected) in [
        (
            vec![
                "run",
                "eurotransplant",
                "--replicates",
                "2",
                "--match-lists",
            ],
            "a single run",
        ),
        (
            vec!["run", "programme", "--acceptance", "half"],
            "for the scenario eurotransplant",
        ),
        (
            vec![
                "compare",
                "exchange",
                "--set",
                "matching.interval=2",
                "--lives",
            ],
            "lives are not compared",
        ),
    ] {
        let said = refused(&folder, &arguments);
        assert!(said.contains(expected), "{said}");
    }
}

/// The commands of a chapter of the book, as they stand there but for the numbers of runs and people. Says which they
/// were.
fn walk(folder: &Folder, chapter: &str) -> Vec<String> {
    let chapter = format!("{}/../../docs/{chapter}", env!("CARGO_MANIFEST_DIR"));
    let chapter = fs::read_to_string(chapter).unwrap();
    let blocks: Vec<(&str, &str)> = chapter
        .split("```")
        .skip(1)
        .step_by(2)
        .filter_map(|block| block.split_once('\n'))
        .collect();
    for (_, file) in blocks.iter().filter(|(kind, _)| *kind == "toml") {
        let name = file.lines().next().unwrap().strip_prefix("# ").unwrap();
        fs::write(folder.join(name), file).unwrap();
    }
    let mut walked = Vec::new();
    for (_, commands) in blocks.iter().filter(|(kind, _)| *kind == "sh") {
        for line in commands.replace("\\\n", " ").lines() {
            let mut arguments: Vec<&str> = line.split_whitespace().collect();
            assert_eq!(arguments.remove(0), "hailsham");
            for at in 1..arguments.len() {
                match arguments[at - 1] {
                    "--scale" => arguments[at] = "0.02",
                    "--replicates" => arguments[at] = "2",
                    _ => {}
                }
            }
            stdout(folder.path(), &arguments);
            walked.push(arguments[0].to_owned());
        }
    }
    walked
}

#[test]
fn the_walk_of_the_book_can_be_walked() {
    let folder = Folder::new();
    let walked = walk(&folder, "comparing-rules.md");
    assert!(walked.len() >= 4, "{walked:?}");
    let compared = walked.iter().filter(|command| *command == "compare");
    assert!(compared.count() >= 2 && folder.join("sliding/report.html").is_file());
}

#[test]
fn one_population_is_given_organs_by_many_rules() {
    let folder = Folder::new();
    let walked = walk(&folder, "one-population.md");
    for command in ["policy", "compare", "sweep", "run"] {
        assert!(walked.contains(&command.to_owned()), "{walked:?}");
    }
    // The population is the same whatever the rule: as many fall ill in every pair of runs.
    let again = ["compare", "--resume", "waiting", "--json"];
    let made: Value = serde_json::from_str(&stdout(folder.path(), &again)).unwrap();
    assert_eq!(of(&made["metrics"], "metric", "fell_ill")["same"], true);
    let gained = of(&made["metrics"], "metric", "years_gained");
    assert_eq!(gained["same"], false);
    // The manifest of a run says by which rules its organs were given, and which rules these are.
    let manifest = json(&folder.join("children/manifest.json"));
    let policies = manifest["policies"].as_object().unwrap();
    assert_eq!(policies.len(), 6);
    assert_eq!(policies["heart"]["policy"], "children");
    let hash = policies["heart"]["hash"].as_str().unwrap();
    let shown: Value = serde_json::from_str(&stdout(
        folder.path(),
        &["policy", "check", "children.toml", "--json"],
    ))
    .unwrap();
    assert_eq!(shown["hash"], hash);
    // Rules that its recipients cannot be ranked by are refused before anything is run.
    let set = "recipients.policy=etkas-2021";
    let said = refused(&folder, &["run", "programme", "--set", set, "--out", "not"]);
    assert!(
        said.contains("there is no attribute or term `dialysis_time`"),
        "{said}"
    );
    assert!(said.contains("illness_time"), "{said}");
    assert!(!folder.join("not").exists() && !folder.join("not.incomplete").exists());
    let set = "allocation.etkas=optn-kidney-2025";
    let said = refused(
        &folder,
        &["run", "eurotransplant", "--set", set, "--out", "not"],
    );
    assert!(
        said.contains("there is no attribute or term `donor_"),
        "{said}"
    );
}
