//! What a right scenario becomes: merging, removing, overriding, quantities, the resolved text and
//! its hash.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::float_cmp)]

mod sample;

use indexmap::IndexMap;

use hailsham_scenario::{Change, Parameters as _, Source, load};
use sample::{BUILT_IN, Choice, Folder, Log, Programme, Review, load_name, load_text};

// Taken by value, as `map_err` gives it.
#[allow(clippy::needless_pass_by_value)]
fn render(error: hailsham_scenario::ScenarioError) -> String {
    error.render(false)
}

#[test]
fn a_file_without_a_base_starts_from_the_defaults() {
    let loaded = load_text("donation.meet = true\n", &[]).unwrap();
    let mut expected = Programme::default();
    expected.donation.meet = true;
    assert_eq!(loaded.value, expected);
    assert_eq!(loaded.name, "my");
    assert_eq!(loaded.summary, "");
    assert_eq!(loaded.files.len(), 1);
}

#[test]
fn a_built_in_scenario_is_found_by_name() {
    let loaded = load_name("hailsham", &[]).unwrap();
    assert_eq!(
        (loaded.name.as_str(), loaded.summary.as_str()),
        ("hailsham", "The programme of the novel")
    );
    assert!(loaded.files.is_empty());
    assert_eq!(loaded.value.institutions["hailsham"].opens, 1955);
    assert_eq!(
        loaded.value.intake,
        [(1955, 100.0), (1960, 250.0)]
            .into_iter()
            .collect::<IndexMap<u32, f64>>()
    );
}

#[test]
fn tables_merge_by_key_and_everything_else_replaces() {
    let folder = Folder::new(&[
        (
            "mid.toml",
            b"name = 'Middle'\nsummary = 'In between'\nextends = 'hailsham'\n\
              [donation]\nretire_after = 1\nstrength = [0.5]\n\
              [institutions.hailsham]\nbeds = 5\n\
              [institutions.dover]\nkind = 'centre'\nopens = 1960\n\
              [intake]\n1960 = 300\n1970 = 10\n",
        ),
        (
            "my.toml",
            b"extends = 'mid.toml'\n\
              institutions.kingsfield.remove = true\n\
              institutions.dover.beds = 12\n\
              donation = { retire_after = 2 }\n",
        ),
    ]);
    let loaded = folder.load("my.toml", &[]).map_err(render).unwrap();
    let value = &loaded.value;
    assert_eq!(
        (value.horizon, value.seed),
        (40, 1),
        "from the built-in scenario"
    );
    assert_eq!(value.donation.retire_after, 2, "the last one wins");
    assert_eq!(value.donation.strength, [0.5], "a list is replaced whole");
    assert_eq!(value.donation.recovery, 8.0 * 365.2425 / 12.0);
    let names: Vec<&str> = value.institutions.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["hailsham", "dover"],
        "in the order of their first appearance"
    );
    let hailsham = &value.institutions["hailsham"];
    assert_eq!(
        (hailsham.beds, hailsham.closes, hailsham.title.as_str()),
        (5, Some(1980), "Hailsham")
    );
    assert_eq!(value.institutions["dover"].beds, 12);
    assert_eq!(
        value.intake,
        [(1955, 100.0), (1960, 300.0), (1970, 10.0)]
            .into_iter()
            .collect::<IndexMap<u32, f64>>()
    );
    assert_eq!(
        (loaded.name.as_str(), loaded.summary.as_str()),
        ("my", ""),
        "a base does not lend its name"
    );
    assert_eq!(
        loaded.files,
        [folder.path("my.toml"), folder.path("mid.toml")]
    );
}

#[test]
fn a_removed_record_can_be_written_anew_by_the_next() {
    let folder = Folder::new(&[
        (
            "mid.toml",
            b"extends = 'hailsham'\ninstitutions.hailsham.remove = true\n",
        ),
        (
            "my.toml",
            b"extends = 'mid.toml'\n[institutions.hailsham]\nkind = 'centre'\nopens = 2000\n",
        ),
    ]);
    let value = folder.load("my.toml", &[]).unwrap().value;
    let hailsham = &value.institutions["hailsham"];
    assert_eq!(
        (hailsham.opens, hailsham.closes),
        (2000, None),
        "nothing of the old one is left"
    );
}

#[test]
fn values_of_every_shape_are_read() {
    let text = r#"
        name = "Every shape"
        horizon = 30.0 # whole, though written with a point
        seed = 18446744073709551615
        [donation]
        intercept = -4
        retire_after = "2 operations"
        recovery = "1 year"
        in_centre = "30 %"
        infection = "1 per month"
        choice = "most_beds"
        second_choice = "random"
        called_at = "384 months"
        meet = true
        plan = []
        strength = [1, 0.5]
        length = ["2.5 minutes", 0x1F]
        map = ["1 mile", 2]
        [intake]
        1955 = "10 per month"
        [[pinned]]
        event = 'born'
        age = "6 months"
        [review]
        [log]
        sample = 0.5
    "#;
    // `retire_after` against the empty plan is a contradiction: one shape at a time.
    let value = load_text(&text.replace("plan = []", ""), &[])
        .map_err(render)
        .unwrap()
        .value;
    assert_eq!((value.horizon, value.seed), (30, u64::MAX));
    let donation = &value.donation;
    assert_eq!(
        (donation.intercept, donation.retire_after, donation.recovery),
        (-4.0, 2, 365.2425)
    );
    assert_eq!((donation.in_centre, donation.infection), (0.3, 12.0));
    assert_eq!(
        (donation.choice, donation.second_choice),
        (Choice::MostBeds, Some(Choice::Random))
    );
    assert_eq!((donation.called_at, donation.meet), (Some(32.0), true));
    assert_eq!(
        (donation.strength.as_slice(), donation.length),
        ([1.0, 0.5].as_slice(), (2.5, 31))
    );
    assert_eq!(donation.map, [1.609_344, 2.0]);
    assert_eq!(value.intake[&1955], 120.0);
    assert_eq!(value.pinned[0].age, 0.5);
    assert_eq!(value.review, Some(Review { every: 12.0 }));
    assert_eq!(value.log, Log::Sample(0.5));
}

#[test]
fn an_option_is_turned_off_by_none() {
    let folder = Folder::new(&[
        (
            "mid.toml",
            b"[donation]\ncalled_at = 30\nsecond_choice = 'random'\n[review]\nevery = 3\n",
        ),
        (
            "my.toml",
            b"extends = 'mid.toml'\nreview = 'none'\ndonation.called_at = 'none'\n",
        ),
    ]);
    let value = folder
        .load("my.toml", &["donation.second_choice=none"])
        .map_err(render)
        .unwrap()
        .value;
    assert_eq!(
        (
            value.review,
            value.donation.called_at,
            value.donation.second_choice
        ),
        (None, None, None)
    );
}

#[test]
fn sets_lay_one_value_each() {
    let value = load_name(
        "hailsham",
        &[
            "horizon=20",
            "donation.recovery = 18 months",
            "donation.recovery=2 weeks", // the last one wins
            "donation.in_centre=45 %",
            "donation.choice=random",
            "donation.second_choice=\"nearest\"",
            "donation.plan.1=['heart']",
            "donation.plan.1.0=cornea",
            "donation.strength.0=0.25",
            "donation.length.1=7",
            "institutions.hailsham.title=1955",
            "institutions.kingsfield={beds=7}",
            "institutions.dover={kind='centre', opens=1960}",
            "institutions.dover.beds=3",
            "intake.1970=\"2 per month\"",
            "intake.1955=1e1",
            "pinned=[{event='born', age=0}]",
            "pinned.0.age=3",
            "review.every=1 year",
            "log={sample=0.25}",
        ],
    )
    .map_err(render)
    .unwrap()
    .value;
    let donation = &value.donation;
    assert_eq!(
        (value.horizon, donation.recovery, donation.in_centre),
        (20, 14.0, 0.45)
    );
    assert_eq!(
        (donation.choice, donation.second_choice),
        (Choice::Random, Some(Choice::Nearest))
    );
    assert_eq!(
        donation.plan,
        [vec!["kidney".to_owned()], vec!["cornea".to_owned()]]
    );
    assert_eq!(
        (donation.strength.as_slice(), donation.length),
        ([0.25, 0.7, 0.4].as_slice(), (90.0, 7))
    );
    assert_eq!(value.institutions["hailsham"].title, "1955");
    let kingsfield = &value.institutions["kingsfield"];
    assert_eq!(
        (kingsfield.beds, kingsfield.opens),
        (7, 1970),
        "the rest of the record stays"
    );
    assert_eq!(
        (
            value.institutions["dover"].beds,
            value.institutions["dover"].opens
        ),
        (3, 1960)
    );
    assert_eq!((value.intake[&1955], value.intake[&1970]), (10.0, 24.0));
    assert_eq!((value.pinned.len(), value.pinned[0].age), (1, 3.0));
    assert_eq!(
        (value.review.unwrap().every, value.log),
        (12.0, Log::Sample(0.25))
    );
}

#[test]
fn sets_remove_records() {
    for set in [
        "institutions.hailsham.remove=true",
        "institutions.hailsham={remove=true}",
        "institutions={hailsham={remove=true}}",
    ] {
        let value = load_name("hailsham", &[set]).map_err(render).unwrap().value;
        assert_eq!(
            value.institutions.keys().collect::<Vec<_>>(),
            ["kingsfield"],
            "{set}"
        );
    }
}

#[test]
fn removing_a_record_keeps_the_order_of_the_others() {
    let dover = "institutions.dover={kind='centre', opens=1960}";
    let value = load_name("hailsham", &[dover, "institutions.hailsham.remove=true"])
        .map_err(render)
        .unwrap()
        .value;
    assert_eq!(
        value.institutions.keys().collect::<Vec<_>>(),
        ["kingsfield", "dover"]
    );
}

/// Loads the resolved text of `name` with `sets` again: it must give the same value, hash and text.
fn round_trip(name: &str, sets: &[&str]) -> String {
    let first = load_name(name, sets).map_err(render).unwrap();
    let folder = Folder::new(&[("again.toml", first.text.as_bytes())]);
    let second = folder
        .load("again.toml", &[])
        .map_err(render)
        .unwrap_or_else(|message| panic!("{message}\n{}", first.text));
    assert_eq!(second.value, first.value);
    assert_eq!((second.hash, &second.text), (first.hash, &first.text));
    assert_eq!((second.name, second.summary), (first.name, first.summary));
    first.text
}

#[test]
fn the_resolved_text_loads_to_the_same_scenario() {
    round_trip("hailsham", &[]);
    round_trip(
        "refusal",
        &[
            "seed=18446744073709551615",
            "donation.intercept=-0.1234567890123456789",
        ],
    );
    let text = round_trip(
        "hailsham",
        &[
            "institutions.\"a.b \\\"c\\\" é\"={kind='school', opens=1999, title=\"two\\nlines \\u0001\"}",
            "institutions.kingsfield.remove=true",
            "donation.infection=0.1",
            "donation.recovery=1e-9",
            "donation.plan=[]",
            "donation.strength=[]",
            "pinned=[{event='born', age=0}, {event='#died', age=31.5}]",
            "review.every=3",
            "log={sample=0.1}",
            "donation.called_at=31",
        ],
    );
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("resolved_text", text);
    });
}

/// A programme whose defaults hold what a scenario may take out.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Furnished {
    rule: Option<f64>,
    rooms: indexmap::IndexMap<String, Review>,
}

impl Default for Furnished {
    fn default() -> Self {
        let room = |name: &str| (name.to_owned(), Review::default());
        Furnished {
            rule: Some(3.0),
            rooms: [room("hall"), room("attic")].into_iter().collect(),
        }
    }
}

impl hailsham_scenario::Parameters for Furnished {}

#[test]
fn what_is_taken_out_of_the_defaults_stays_out() {
    let folder = Folder::new(&[("my.toml", b"rule = 'none'\nrooms.hall.remove = true\n")]);
    let load = |path| {
        load::<Furnished>(&Source::Path(path), &[], &[])
            .map_err(render)
            .unwrap()
    };
    let first = load(folder.path("my.toml"));
    assert_eq!((first.value.rule, first.value.rooms.len()), (None, 1));
    std::fs::write(folder.path("again.toml"), &first.text).unwrap();
    assert_eq!(
        load(folder.path("again.toml")).value,
        first.value,
        "{}",
        first.text
    );
}

#[test]
fn the_hash_is_of_values_not_of_how_they_are_written() {
    let hash = |text: &str| load_text(text, &[]).map_err(render).unwrap().hash;
    let plain = hash("[donation]\nin_centre = 0.5\nretire_after = 2\n");
    assert_eq!(plain.len(), 16);
    assert_eq!(
        plain,
        hash("# half\nname = 'Other'\ndonation.retire_after = 2.0\ndonation.in_centre = '50 %'\n")
    );
    assert_ne!(
        plain,
        hash("[donation]\nin_centre = 0.5\nretire_after = 1\n")
    );
    assert_ne!(
        plain,
        hash("[donation]\nin_centre = 0.5000000000000001\nretire_after = 2\n")
    );
}

#[test]
fn changes_are_told_against_the_built_in_scenario_below() {
    let folder = Folder::new(&[
        ("mid.toml", b"extends = 'hailsham'\nhorizon = 20\nseed = 1\n[institutions.dover]\nkind = 'centre'\nopens = 1960\n"),
        ("my.toml", b"extends = 'mid.toml'\ninstitutions.kingsfield.remove = true\ndonation.recovery = '8 months'\n"),
    ]);
    let loaded = folder
        .load("my.toml", &["donation.plan.0.0=heart", "review.every=3"])
        .map_err(render)
        .unwrap();
    let (my, mid) = (
        folder.path("my.toml").display().to_string(),
        folder.path("mid.toml").display().to_string(),
    );
    let change = |path: &str, from: &str, to: &str, origin: &str| Change {
        path: path.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        origin: origin.to_owned(),
    };
    assert_eq!(
        loaded.changed,
        [
            change("horizon", "40", "20", &mid),
            change(
                "donation.plan",
                r#"[["kidney"], ["liver", "lung"]]"#,
                r#"[["heart"], ["liver", "lung"]]"#,
                "--set donation.plan.0.0=heart"
            ),
            change(
                "institutions.kingsfield",
                r#"{ kind = "centre", opens = 1970, beds = 60, title = "" }"#,
                "removed",
                &my
            ),
            change(
                "institutions.dover",
                "absent",
                r#"{ kind = "centre", opens = 1960, beds = 0, title = "" }"#,
                &mid
            ),
            change(
                "review",
                "\"none\"",
                "{ every = 3.0 }",
                "--set review.every=3"
            ),
        ]
    );
}

#[test]
fn changes_of_a_scenario_without_a_base_are_told_against_the_defaults() {
    let loaded = load_text("horizon = 45\nseed = 3\n", &[]).unwrap();
    assert_eq!(
        loaded.changed.len(),
        1,
        "what is set to its default is no change: {:?}",
        loaded.changed
    );
    assert_eq!(
        (
            loaded.changed[0].path.as_str(),
            loaded.changed[0].from.as_str()
        ),
        ("seed", "0")
    );
    let built_in = load_name("refusal", &[]).unwrap();
    assert_eq!(built_in.changed.len(), 1);
    assert_eq!(built_in.changed[0].origin, "<refusal>");
}

#[test]
fn an_argument_names_a_scenario_or_a_file() {
    let name = |text: &str| Source::Name(text.to_owned());
    let path = |text: &str| Source::Path(text.into());
    assert_eq!(Source::from_argument("hailsham"), name("hailsham"));
    assert_eq!(Source::from_argument(""), name(""));
    assert_eq!(
        Source::from_argument("hailsham.toml"),
        path("hailsham.toml")
    );
    assert_eq!(
        Source::from_argument("HAILSHAM.TOML"),
        path("HAILSHAM.TOML")
    );
    assert_eq!(Source::from_argument("./hailsham"), path("./hailsham"));
    // The test runs in the crate's folder, where this file is.
    assert_eq!(
        Source::from_argument("Cargo.lock.orig"),
        name("Cargo.lock.orig")
    );
    assert_eq!(Source::from_argument("Cargo.toml"), path("Cargo.toml"));
}

#[test]
fn a_byte_order_mark_and_windows_lines_are_no_trouble() {
    let value = load_text("\u{feff}horizon = 3\r\n[donation]\r\nmeet = true\r\n", &[])
        .unwrap()
        .value;
    assert_eq!((value.horizon, value.donation.meet), (3, true));
}

#[test]
fn the_built_in_scenarios_pass_their_own_cross_checks() {
    for built_in in &BUILT_IN[..2] {
        assert!(
            load_name(built_in.name, &[])
                .unwrap()
                .value
                .cross_check()
                .is_empty()
        );
    }
}
