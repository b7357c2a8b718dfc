//! The scenario `eurotransplant` as a run: what is drawn, what is written, and that it adds up.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hailsham_allocation::eurotransplant::{
    DEATH_CAUSES, Geography, Outcome, Prepared, RunError, Setting, generate, load_scenario, run,
};
use hailsham_engine::table::TableReader;
use hailsham_engine::time::Time;
use hailsham_scenario::Source;

/// How a run is made, and where.
#[derive(Clone)]
struct Options {
    seed: u64,
    scale: f64,
    out: PathBuf,
    match_lists: bool,
}

fn options(folder: &Path, name: &str) -> Options {
    Options {
        seed: 5,
        scale: 0.05,
        out: folder.join(name),
        match_lists: false,
    }
}

fn watched(
    options: &Options,
    sets: &[&str],
    watch: &mut dyn FnMut(Time, Time) -> bool,
) -> Result<Outcome, RunError> {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let source = Source::Name("eurotransplant".to_owned());
    let loaded = load_scenario(&source, &sets).unwrap();
    let prepared = Prepared::read(&loaded.value, None)?;
    let cohort = prepared.cohort(options.seed, options.scale)?;
    std::fs::create_dir(&options.out).unwrap();
    let Options {
        seed,
        match_lists,
        out,
        ..
    } = options;
    run(&prepared, &cohort, *seed, *match_lists, out, watch)
}

fn made(options: &Options, sets: &[&str]) -> Result<Outcome, RunError> {
    watched(options, sets, &mut |_, _| true)
}

fn bytes(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let bytes = std::fs::read(&path).unwrap();
            (path.file_name().unwrap().into(), bytes)
        })
        .collect()
}

#[test]
fn a_run_adds_up_and_is_the_same_again() {
    let folder = tempfile::tempdir().unwrap();
    let one = Options {
        match_lists: true,
        ..options(folder.path(), "one")
    };
    let outcome = made(&one, &[]).unwrap();
    let of = |name: &str| outcome.summary[name];
    // 1,980 donors a year for two years, and 18,000 + 4,930 · 2 registrations, a twentieth of both.
    assert!((of("donors") - 198.0).abs() <= 7.0, "{}", of("donors"));
    assert!((of("registrations") - 1393.0).abs() <= 15.0);
    let ends = of("transplants") + of("deaths_waiting") + of("removals") + of("waiting_at_end");
    assert_eq!(ends, of("registrations") + of("relisted"));
    assert_eq!(
        of("kidneys"),
        of("transplants") + (of("dual_share") * of("transplants")).round()
    );

    let lists = TableReader::open(one.out.join("match_lists.parquet")).unwrap();
    assert_eq!(
        lists.columns(),
        [
            "list",
            "program",
            "donor",
            "rank",
            "registration",
            "tier",
            "points",
            "pts_hla",
            "pts_hla_ped",
            "pts_wait",
            "pts_dist",
            "pts_bal_nat",
            "pts_bal_reg",
            "pts_ped",
            "pts_mmp",
            "pts_hu",
            "accepted",
        ]
    );
    assert_eq!(lists.rows() as f64, of("ranked"));
    let accepted = lists.bool("accepted").unwrap();
    let taken = accepted.iter().filter(|one| **one == Some(true)).count();
    assert_eq!(taken as f64, of("transplants"));
    // Ranks count from 0 within a list, and within a tier points do not rise.
    let (list, rank) = (lists.u32("list").unwrap(), lists.u32("rank").unwrap());
    let points = lists.f64("points").unwrap();
    let (tier, program) = (lists.text("tier").unwrap(), lists.text("program").unwrap());
    for row in 1..lists.rows() {
        if list[row] == list[row - 1] {
            assert_eq!(rank[row].unwrap(), rank[row - 1].unwrap() + 1);
            let ordered = points[row] <= points[row - 1];
            let general = program[row].as_deref() == Some("ETKAS");
            assert!(tier[row] != tier[row - 1] || ordered || !general, "{row}");
        } else {
            assert_eq!(rank[row], Some(0));
        }
    }
    let transplants = TableReader::open(one.out.join("transplants.parquet")).unwrap();
    assert_eq!(transplants.rows() as f64, of("transplants"));

    // Who is registered again has lost, or will lose, a graft of the run.
    let relisted = transplants.f64("relisted").unwrap();
    let (day, lost) = (
        transplants.f64("day").unwrap(),
        transplants.f64("lost").unwrap(),
    );
    let within = |until: &[Option<f64>]| {
        let times = until.iter().zip(&day);
        let times = times.filter_map(|(until, day)| Some(day.unwrap() + (*until)?));
        times.filter(|time| *time < 730.0).count() as f64
    };
    assert_eq!(within(&relisted), of("relisted"));
    assert_eq!(within(&lost), of("grafts_lost"));
    assert!(of("relisted") >= 1.0 && of("grafts_lost") > of("grafts_lost_relisted"));
    let pairs = relisted.iter().zip(&lost);
    assert!(
        pairs
            .filter_map(|(relisted, lost)| Some((*relisted)?.partial_cmp(&(*lost)?)))
            .all(|order| order == Some(std::cmp::Ordering::Less))
    );

    // The same seed again, and another.
    let again = Options {
        match_lists: true,
        ..options(folder.path(), "again")
    };
    assert_eq!(made(&again, &[]).unwrap().summary, outcome.summary);
    assert_eq!(bytes(&one.out), bytes(&again.out));
    let other = Options {
        seed: 6,
        ..options(folder.path(), "other")
    };
    assert_ne!(made(&other, &[]).unwrap().summary, outcome.summary);
}

/// Who watches hears how far the run is, and ends it.
#[test]
fn a_run_can_be_ended() {
    let folder = tempfile::tempdir().unwrap();
    let mut heard = Vec::new();
    let ended = watched(&options(folder.path(), "run"), &[], &mut |at, end| {
        heard.push(at);
        at.minutes() < end.minutes() / 2
    });
    assert!(matches!(ended, Err(RunError::Interrupted)));
    assert!(heard.is_sorted());
    // Half of 198 donors, and the one after.
    assert!((80..120).contains(&heard.len()), "{}", heard.len());
    assert!(!folder.path().join("run/summary.json").exists());
}

/// Without what comes after a transplant nobody is registered again, and until then the lists are the same.
#[test]
fn what_comes_after_a_transplant_can_be_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let large = |name| Options {
        scale: 0.2,
        ..options(folder.path(), name)
    };
    let with = large("with");
    let followed = made(&with, &[]).unwrap().summary;
    let without = large("without");
    let left_out = made(&without, &["after_transplant.followed=false"]).unwrap();
    let left_out = left_out.summary;
    assert_eq!(left_out["relisted"] + left_out["grafts_lost"], 0.0);
    assert_eq!(left_out["registrations"], followed["registrations"]);
    assert!(followed["relisted"] > 5.0);
    let table = |options: &Options| TableReader::open(options.out.join("transplants.parquet"));
    let (with, without) = (table(&with).unwrap(), table(&without).unwrap());
    let (day, relisted) = (with.f64("day").unwrap(), with.f64("relisted").unwrap());
    let first = day.iter().zip(&relisted);
    let first = first
        .filter_map(|(day, relisted)| Some((*day)? + (*relisted)?))
        .fold(f64::INFINITY, f64::min);
    let who = |table: &TableReader| {
        let days = table.f64("day").unwrap();
        let rows = days.iter().filter(|day| day.unwrap() < first).count();
        table.u32("registration").unwrap()[..rows].to_vec()
    };
    assert!(!who(&with).is_empty());
    assert_eq!(who(&with), who(&without));
}

/// Of the same population and the same decisions, more points for sensitised candidates give them more kidneys.
#[test]
fn a_changed_rule_moves_kidneys() {
    let folder = tempfile::tempdir().unwrap();
    let variant = folder.path().join("sliding.toml");
    std::fs::write(
        &variant,
        "extends = 'etkas-2021'\n[points.vpra]\nweight = '1000'\nof = 'vpra / 100 %'\n",
    )
    .unwrap();
    let set = format!("allocation.etkas={}", variant.display());
    let large = |name| Options {
        scale: 0.2,
        ..options(folder.path(), name)
    };
    let before = made(&large("before"), &[]).unwrap().summary;
    let after = made(&large("after"), &[&set]).unwrap().summary;
    assert_eq!(before["registrations"], after["registrations"]);
    assert!(after["sensitised_share"] > before["sensitised_share"]);
}

#[test]
fn the_oddities_and_each_way_of_answering_run() {
    let folder = tempfile::tempdir().unwrap();
    for (name, acceptance) in [("first", "first"), ("half", "half"), ("model", "model")] {
        let sets = [
            "allocation.profile=etkidney",
            &format!("allocation.acceptance={acceptance}"),
        ];
        let outcome = made(&options(folder.path(), name), &sets).unwrap();
        assert!(outcome.summary["transplants"] > 100.0);
    }
    let source = Source::Name("eurotransplant".to_owned());
    let wrong = load_scenario(&source, &["allocation.profile=etkidny".to_owned()]);
    let message = wrong.unwrap_err().render(false);
    assert!(
        message.contains("there are eurotransplant-2021, etkidney"),
        "{message}"
    );
}

/// Of a policy of another system one message is said first, at its `system`, whatever else follows from it.
#[test]
fn a_policy_of_another_system_is_told_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |set: &str| {
        made(&options(folder.path(), "run"), &[set])
            .unwrap_err()
            .to_string()
    };
    let message = refused("allocation.etkas=optn-kidney-2025");
    let first = message.lines().next().unwrap();
    assert!(
        first.contains("this policy is of the system `kidneys`"),
        "{message}"
    );
    assert!(
        message.contains("take a policy of `eurotransplant`"),
        "{message}"
    );
    // A mistake in a policy of the right system is none of the system.
    let variant = folder.path().join("own.toml");
    std::fs::write(
        &variant,
        "extends = 'etkas-2021'\n[points]\nx = { weight = '1', of = 'kdpi' }\n",
    )
    .unwrap();
    let message = refused(&format!("allocation.etkas={}", variant.display()));
    assert!(
        message.contains("`kdpi`") && !message.contains("of the system"),
        "{message}"
    );
}

/// Both programmes share the list and the balances: their policies cannot differ in an oddity of these.
#[test]
fn two_policies_with_different_oddities_of_what_they_share_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let sets = ["allocation.profile=etkidney", "allocation.etkas=etkas-2021"];
    let message = made(&options(folder.path(), "run"), &sets)
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("`eligibility_pauses` is on in etkidney-esp and off in etkas-2021"),
        "{message}"
    );
    // Those of the offers are each programme's own.
    let variant = folder.path().join("own.toml");
    std::fs::write(
        &variant,
        "extends = 'esp-2021'\nquirks.rescue_ignores_profiles = true\n",
    )
    .unwrap();
    let set = format!("allocation.esp={}", variant.display());
    assert!(made(&options(folder.path(), "own"), &[&set]).is_ok());
}

/// What is said of a scenario with a changed value, which is wrong.
fn refused(set: &str) -> String {
    let source = Source::Name("eurotransplant".to_owned());
    let loaded = load_scenario(&source, &[set.to_owned()]);
    loaded.unwrap_err().render(false)
}

#[test]
fn a_population_of_unknown_countries_or_impossible_numbers_is_refused() {
    for (set, says) in [
        ("population.donors.Germny=800", "did you mean `Germany`?"),
        ("population.listed.Atlantis=5", "there are Austria, Belgium"),
        ("population.arrivals.Austria=-5", "from 0 to"),
        ("population.circulatory.Germany=2", "from 0 to 1"),
        ("population.death_causes.Stroke=1", "there are Anoxia, CVA"),
        ("practice.abroad.Germani={}", "did you mean `Germany`?"),
        (
            "practice.abroad.Austria.Belgum=1",
            "did you mean `Belgium`?",
        ),
        (
            "practice.regions=[\"Bavaria\"]",
            "there are Austria, Belgium",
        ),
    ] {
        let message = refused(set);
        let path = set.split('=').next().unwrap();
        assert!(
            message.contains(says) && message.contains(path),
            "{set}: {message}"
        );
    }
    // A country may have none.
    let source = Source::Name("eurotransplant".to_owned());
    let none = load_scenario(&source, &["population.donors.Slovenia=0".to_owned()]);
    assert_eq!(none.unwrap().value.population.donors["Slovenia"], 0.0);
}

/// The registrations that were given kidneys, by name, with the day, in order.
fn transplanted(options: &Options, sets: &[&str]) -> BTreeMap<(u64, u64), f64> {
    made(options, sets).unwrap();
    let table = TableReader::open(options.out.join("transplants.parquet")).unwrap();
    let (who, day) = (table.u64("identity").unwrap(), table.f64("day").unwrap());
    let rows = who.iter().zip(&day);
    rows.map(|(who, day)| {
        let day = day.unwrap();
        ((day.to_bits(), who.unwrap()), day)
    })
    .collect()
}

/// More donors of one country are no other people in the others: most kidneys go to whom they went before, whichever
/// country's table it is.
#[test]
fn a_change_in_one_country_leaves_the_decisions_of_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let before = transplanted(&options(folder.path(), "before"), &[]);
    for country in ["Austria", "Slovenia"] {
        // About one donor more in a twentieth of the population.
        let set = format!(
            "population.donors.{country}={}",
            if country == "Austria" { 210 } else { 50 }
        );
        let after = transplanted(&options(folder.path(), country), &[&set]);
        let same = before.keys().filter(|key| after.contains_key(*key)).count();
        assert!(
            same * 4 > before.len() * 3,
            "{country}: {same} of {}",
            before.len()
        );
    }
}

/// Ages, refusals and causes of death are the scenario's.
#[test]
fn what_stands_beside_the_rules_can_be_changed() {
    let folder = tempfile::tempdir().unwrap();
    let share = |name, set: &str| made(&options(folder.path(), name), &[set]).unwrap().summary;
    let before = share("before", "practice.senior_donor=65");
    assert!(before["senior_programme_share"] > 0.1);
    let none = share("none", "practice.senior_donor=120");
    assert_eq!(none["senior_programme_share"], 0.0);
    let once = share("once", "practice.refusals_etkas=1");
    assert!(once["ranked"] > 0.0 && once != before);
    // One cause of death and no other.
    let source = Source::Name("eurotransplant".to_owned());
    let causes = ["Anoxia", "CVA", "CNS tumor", "Other"];
    let sets = causes.map(|cause| format!("population.death_causes.\"{cause}\"=0"));
    let scenario = load_scenario(&source, &sets).unwrap().value;
    let setting = Setting::eurotransplant().unwrap();
    let input = generate(
        &scenario,
        &setting,
        &Geography::new(&setting),
        &setting.antigens().unwrap(),
        scenario.period().unwrap(),
        1,
        0.02,
    );
    assert!(input.donors.len() > 50);
    let causes = input
        .donors
        .iter()
        .map(|donor| DEATH_CAUSES[usize::from(donor.death_cause)]);
    assert!(causes.into_iter().all(|cause| cause == "Head trauma"));
}
