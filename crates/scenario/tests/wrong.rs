//! What a reader sees when a scenario is wrong: one snapshot for each kind of slip.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod sample;

use std::fs;

use hailsham_scenario::{ProblemKind, ScenarioError, Source, load};
use sample::{BUILT_IN, Folder, Programme, load_name, load_text};

/// Loads a wrong file, compares the message with its snapshot, and the first problem's kind with
/// `kind`.
fn wrong_file(name: &str, kind: ProblemKind, text: &str) {
    let folder = Folder::new(&[("my.toml", text.as_bytes())]);
    let error = folder.load("my.toml", &[]).expect_err(name);
    shown(name, kind, &folder, &error);
    assert!(
        error
            .diagnostics()
            .iter()
            .all(|problem| problem.line.is_some()),
        "{name}: a place for each problem"
    );
}

fn wrong_set(name: &str, kind: ProblemKind, set: &str) {
    let error = load_name("hailsham", &[set]).expect_err(name);
    shown(&format!("set_{name}"), kind, &Folder::new(&[]), &error);
    assert!(
        error
            .diagnostics()
            .iter()
            .all(|problem| problem.line == Some(1)),
        "{name}: a place for each problem"
    );
}

fn shown(name: &str, kind: ProblemKind, folder: &Folder, error: &ScenarioError) {
    assert_eq!(error.diagnostics()[0].kind, kind, "{name}");
    let message = folder.clean(&error.render(false));
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, message);
    });
}

#[test]
fn names() {
    use ProblemKind::UnknownKey;
    wrong_file(
        "unknown_key",
        UnknownKey,
        "[donation]\nrecovery = 3\nretire_aftr = 3\n",
    );
    wrong_file(
        "unknown_key_of_another_section",
        UnknownKey,
        "horizon = 3\nretire_after = 3\n",
    );
    wrong_file(
        "unknown_key_unlike_any",
        UnknownKey,
        "[donation]\nzebra = 3\n",
    );
    wrong_file(
        "unknown_section",
        UnknownKey,
        "[donations]\nretire_after = 3\n",
    );
    wrong_file(
        "unknown_key_in_record",
        UnknownKey,
        "extends = 'hailsham'\ninstitutions.hailsham.bed = 3\n",
    );
    wrong_file(
        "unknown_key_in_list",
        UnknownKey,
        "pinned = [{ event = 'born', age = 0 }, { evnt = 'died', event = '', age = 3 }]\n",
    );
    // A key stands in lines of tables and messages.
    wrong_file(
        "key_with_a_tab",
        UnknownKey,
        "extends = 'hailsham'\n[institutions.\"a\\tschool\"]\nbeds = 3\n",
    );
    wrong_file("unknown_key_in_option", UnknownKey, "[review]\nevry = 3\n");
    wrong_file(
        "unknown_key_quoted",
        UnknownKey,
        "[donation]\n\"retire.after\\n\" = 3\n",
    );
}

#[test]
fn types() {
    use ProblemKind::WrongType;
    wrong_file(
        "text_for_number",
        WrongType,
        "[donation]\nrecovery = 'long'\n",
    );
    wrong_file("quoted_number", WrongType, "[donation]\nrecovery = '180'\n");
    wrong_file(
        "number_for_text",
        WrongType,
        "[donation]\nplan = [['kidney'], [3]]\n",
    );
    wrong_file("number_for_boolean", WrongType, "[donation]\nmeet = 1\n");
    wrong_file(
        "part_for_whole",
        WrongType,
        "[donation]\nretire_after = 2.5\n",
    );
    wrong_file("quantity_for_whole", WrongType, "horizon = '18 months'\n");
    wrong_file(
        "table_for_number",
        WrongType,
        "[donation.recovery]\nmean = 3\n",
    );
    wrong_file("number_for_section", WrongType, "donation = 3\n");
    wrong_file("number_for_list", WrongType, "[donation]\nstrength = 0.4\n");
    wrong_file("number_for_keyed_table", WrongType, "institutions = 3\n");
    wrong_file(
        "date_for_number",
        WrongType,
        "[donation]\ncalled_at = 1955-09-01\n",
    );
    wrong_file("number_for_name", WrongType, "name = 3\n");
    wrong_file("list_for_extends", WrongType, "extends = ['hailsham']\n");
    wrong_file(
        "remove_is_not_true",
        WrongType,
        "extends = 'hailsham'\ninstitutions.hailsham.remove = 1\n",
    );
    wrong_file(
        "integer_key_is_text",
        ProblemKind::UnknownKey,
        "horizon = 3\n[intake]\n1955 = 10\nlater = 20\n",
    );
    wrong_file(
        "value_that_serde_refuses",
        ProblemKind::Contradiction,
        "[log]\nsampel = 0.5\n",
    );
}

#[test]
fn units() {
    use ProblemKind::WrongUnit;
    wrong_file("wrong_unit", WrongUnit, "[donation]\nrecovery = '30 %'\n");
    wrong_file(
        "wrong_unit_of_share",
        WrongUnit,
        "[donation]\nin_centre = '30 days'\n",
    );
    wrong_file(
        "wrong_unit_of_rate",
        WrongUnit,
        "[donation]\ninfection = '3 months'\n",
    );
    wrong_file(
        "wrong_unit_of_count",
        WrongUnit,
        "[donation]\nretire_after = '3 years'\n",
    );
    wrong_file(
        "time_for_a_calendar_year",
        WrongUnit,
        "extends = 'hailsham'\ninstitutions.hailsham.opens = '40 years'\n",
    );
    wrong_file("unit_where_none_is", WrongUnit, "seed = '3 days'\n");
}

#[test]
fn values() {
    use ProblemKind::{NotFinite, NotOneOf, OutOfRange};
    wrong_file("above_range", OutOfRange, "[donation]\nretire_after = 21\n");
    wrong_file("below_range", OutOfRange, "[donation]\nrecovery = -0.5\n");
    wrong_file(
        "quantity_out_of_range",
        OutOfRange,
        "[donation]\nrecovery = '11 years'\n",
    );
    wrong_file(
        "on_an_open_bound",
        OutOfRange,
        "[donation]\ninfection = 0.0\n",
    );
    wrong_file("negative_count", OutOfRange, "seed = -1\n");
    wrong_file(
        "whole_number_too_large",
        OutOfRange,
        "seed = 18446744073709551616\n",
    );
    wrong_file(
        "element_out_of_range",
        OutOfRange,
        "[donation]\nstrength = [\n  0.9,\n  1.7, # more than all\n]\n",
    );
    wrong_file(
        "wrong_number_of_elements",
        OutOfRange,
        "[donation]\nmap = [1.0, 2.0, 3.0]\n",
    );
    wrong_file(
        "below_range_of_option",
        OutOfRange,
        "[donation]\ncalled_at = 12\n",
    );
    wrong_file("not_a_number", NotFinite, "[donation]\nintercept = nan\n");
    wrong_file("infinite", NotFinite, "[donation]\nrecovery = -inf\n");
    wrong_file(
        "too_large_to_be_a_number",
        NotFinite,
        "[donation]\nrecovery = 1e999\n",
    );
    wrong_file("not_one_of", NotOneOf, "[donation]\nchoice = 'nearst'\n");
    wrong_file(
        "not_one_of_unlike_any",
        NotOneOf,
        "[donation]\nsecond_choice = 'zebra'\n",
    );
}

#[test]
fn wholes() {
    use ProblemKind::{Contradiction, MissingKey, NothingToRemove};
    wrong_file(
        "missing_key",
        MissingKey,
        "horizon = 3\n\n[institutions.dover]\nkind = 'centre'\n",
    );
    wrong_file(
        "missing_key_in_list",
        MissingKey,
        "[[pinned]]\nevent = 'born'\nage = 0\n[[pinned]]\nevent = 'died'\n",
    );
    wrong_file(
        "contradictory_years",
        Contradiction,
        "extends = 'hailsham'\n[institutions.hailsham]\ncloses = 1950\n",
    );
    wrong_file(
        "contradiction_with_a_default",
        Contradiction,
        "donation.retire_after = 4\n",
    );
    wrong_file(
        "removed_and_set",
        Contradiction,
        "extends = 'hailsham'\n[institutions.hailsham]\nremove = true\nbeds = 3\n",
    );
    wrong_file(
        "nothing_to_remove",
        NothingToRemove,
        "extends = 'hailsham'\n[institutions.halsham]\nremove = true\n",
    );
    wrong_file(
        "duplicate_key",
        ProblemKind::DuplicateKey,
        "[donation]\nmeet = true\nrecovery = 3\nmeet = false\n",
    );
    wrong_file(
        "duplicate_section",
        ProblemKind::DuplicateKey,
        "[donation]\nmeet = true\n[review]\n[donation]\nrecovery = 3\n",
    );
}

#[test]
fn texts() {
    use ProblemKind::{Empty, Syntax};
    wrong_file("empty", Empty, "");
    wrong_file("only_comments", Empty, "\n# extends = 'hailsham'\n\n");
    wrong_file("no_equals_sign", Syntax, "[donation]\nrecovery 3\n");
    wrong_file("no_value", Syntax, "[donation]\nrecovery =\nmeet = true\n");
    wrong_file("open_bracket", Syntax, "[donation\nrecovery = 3\n");
    wrong_file(
        "open_quote",
        Syntax,
        "[donation]\nchoice = 'nearest\nmeet = true\n",
    );
    wrong_file("unquoted_word", Syntax, "[donation]\nchoice = nearest\n");
    wrong_file(
        "windows_lines_and_accents",
        ProblemKind::UnknownKey,
        "# é\r\n[donation]\r\n\"récovery\" = 3\r\n",
    );
}

#[test]
fn several_at_once() {
    wrong_file(
        "several",
        ProblemKind::WrongUnit,
        "horizon = '3 %'\n[donation]\nmeet = 1\nretire_after = 99\n[institutions.dover]\nkind = 'center'\n",
    );
    let many: Vec<String> = (0..25).map(|n| format!("key{n} = {n}\n")).collect();
    wrong_file("many", ProblemKind::UnknownKey, &many.concat());
}

#[test]
fn bases() {
    use ProblemKind::{Cycle, MissingBase};
    wrong_file("missing_base_name", MissingBase, "extends = 'hailshm'\n");
    wrong_file(
        "missing_base_file",
        MissingBase,
        "horizon = 3\nextends = 'bases/other.toml'\n",
    );
    wrong_file(
        "missing_base_and_more",
        MissingBase,
        "extends = 'hailshm'\n[donation]\nmeet = 3\n",
    );
    wrong_file("extends_itself", Cycle, "extends = './my.toml'\n");
    for (name, kind, files) in [
        (
            "cycle",
            Cycle,
            [
                ("a.toml", "extends = 'b.toml'"),
                ("b.toml", "extends = 'c.toml'"),
                ("c.toml", "seed = 3\nextends = 'a.toml'"),
            ],
        ),
        (
            "cycle_later",
            Cycle,
            [
                ("a.toml", "extends = 'b.toml'"),
                ("b.toml", "extends = 'c.toml'"),
                ("c.toml", "extends = 'b.toml'"),
            ],
        ),
        (
            "wrong_base",
            ProblemKind::UnknownKey,
            [
                ("a.toml", "extends = 'b.toml'\nhorizn = 3"),
                ("b.toml", "extends = 'c.toml'\nsed = 3"),
                ("c.toml", "horizon = 30"),
            ],
        ),
        (
            "base_misspelt",
            MissingBase,
            [
                ("a.toml", "extends = 'baseline.tml.toml'"),
                ("baseline.toml", "seed = 1"),
                ("c.toml", ""),
            ],
        ),
    ] {
        let files: Vec<(&str, &[u8])> = files
            .iter()
            .map(|(name, text)| (*name, text.as_bytes()))
            .collect();
        let folder = Folder::new(&files);
        let error = folder.load("a.toml", &[]).expect_err(name);
        shown(name, kind, &folder, &error);
    }
    let error = load_name("broken", &[]).unwrap_err();
    shown(
        "built_in_extends_a_file",
        MissingBase,
        &Folder::new(&[]),
        &error,
    );
}

/// However many texts there are, no more than a hundred are laid on one another.
#[test]
fn a_chain_without_end() {
    let names: Vec<String> = (0..=100).map(|depth| format!("{depth}.toml")).collect();
    let texts: Vec<String> = (1..=101)
        .map(|depth| format!("extends = '{depth}.toml'\nseed = 3\n"))
        .collect();
    let mut files: Vec<(&str, &[u8])> = names
        .iter()
        .zip(&texts)
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    files[99].1 = b"seed = 4\n";
    let folder = Folder::new(&files);
    assert!(folder.load("0.toml", &[]).is_ok());
    files[99].1 = b"extends = '100.toml'\n";
    files[100].1 = b"seed = 4\n";
    let folder = Folder::new(&files);
    let error = folder.load("0.toml", &[]).unwrap_err();
    shown("too_deep", ProblemKind::TooDeep, &folder, &error);
}

#[test]
fn files() {
    use ProblemKind::{Binary, Directory, MissingFile, NotUtf8, TooLarge, UnknownScenario};
    let utf16: Vec<u8> = "\u{feff}seed = 3\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let folder = Folder::new(&[
        ("my.toml", b"seed = 3\n"),
        ("notes.txt", b"seed = 3\n"),
        ("binary.toml", b"\x7fELF\x02\x01\x01\x00\x00"),
        ("latin.toml", b"seed = 3\nname = \"caf\xe9\" # caf\xe9\n"),
        ("utf16.toml", &utf16),
        ("on_latin.toml", b"extends = 'latin.toml'\n"),
    ]);
    fs::create_dir(folder.path("empty")).unwrap();
    // 100 MB that take no room on the disk: refused by its size, not after reading it.
    fs::File::create(folder.path("large.toml"))
        .and_then(|file| file.set_len(100 * 1000 * 1000))
        .unwrap();
    for (name, kind, file) in [
        ("missing_file", MissingFile, "may.toml"),
        ("missing_file_unlike_any", MissingFile, "zebra.toml"),
        (
            "missing_file_named_as_built_in",
            MissingFile,
            "hailsham.toml",
        ),
        ("missing_folder", MissingFile, "nowhere/my.toml"),
        ("directory", Directory, ""),
        ("empty_directory", Directory, "empty"),
        ("binary", Binary, "binary.toml"),
        ("not_utf8", NotUtf8, "latin.toml"),
        ("utf16", NotUtf8, "utf16.toml"),
        ("base_not_utf8", NotUtf8, "on_latin.toml"),
        ("too_large", TooLarge, "large.toml"),
    ] {
        let error = folder.load(file, &[]).expect_err(name);
        shown(name, kind, &folder, &error);
    }
    let error = load_name("halsham", &[]).unwrap_err();
    shown("unknown_name", UnknownScenario, &folder, &error);
    let error = load::<Programme>(&Source::from_argument("hailsham"), &[], &[]).unwrap_err();
    shown("no_built_in", UnknownScenario, &folder, &error);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_or_has_no_end() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new(&[("my.toml", b"seed = 3\n")]);
    fs::set_permissions(folder.path("my.toml"), fs::Permissions::from_mode(0o000)).unwrap();
    // Whoever may read everything cannot see this error.
    if fs::File::open(folder.path("my.toml")).is_err() {
        let error = folder.load("my.toml", &[]).unwrap_err();
        assert_eq!(error.diagnostics()[0].kind, ProblemKind::Unreadable);
    }
    let error = load::<Programme>(&Source::from_argument("/dev/zero"), &BUILT_IN, &[]).unwrap_err();
    assert_eq!(error.diagnostics()[0].kind, ProblemKind::TooLarge);
    // A file in place of a folder: neither missing nor a directory.
    let error = folder.load("my.toml/other.toml", &[]).unwrap_err();
    assert_eq!(error.diagnostics()[0].kind, ProblemKind::Unreadable);
}

#[test]
fn sets() {
    use ProblemKind::{BadSet, NotFinite, NotOneOf, OutOfRange, UnknownKey, WrongType, WrongUnit};
    wrong_set("no_value", BadSet, "donation.recovery");
    wrong_set("empty_value", BadSet, "donation.recovery=");
    wrong_set("empty", BadSet, "");
    wrong_set("bad_path", BadSet, "donation..recovery=3");
    wrong_set("bad_value", BadSet, "donation.strength=[0.3, ");
    wrong_set("unknown_path", UnknownKey, "donation.recovry=3");
    wrong_set("unknown_section", UnknownKey, "donations.recovery=3");
    wrong_set("without_section", UnknownKey, "recovery=3");
    wrong_set("unknown_record", UnknownKey, "institutions.halsham.beds=3");
    wrong_set(
        "unknown_record_to_remove",
        ProblemKind::NothingToRemove,
        "institutions.halsham.remove=true",
    );
    wrong_set("unknown_element", UnknownKey, "donation.plan.2=['heart']");
    wrong_set("into_a_number", UnknownKey, "donation.recovery.mean=3");
    wrong_set("wrong_type", WrongType, "donation.meet=yes");
    wrong_set("wrong_type_of_section", WrongType, "donation=3");
    wrong_set("wrong_unit", WrongUnit, "donation.recovery=30 %");
    wrong_set("out_of_range", OutOfRange, " donation.retire_after = 21 ");
    wrong_set("not_finite", NotFinite, "donation.intercept=nan");
    wrong_set("not_one_of", NotOneOf, "donation.choice=nearby");
    wrong_set("element", WrongType, "donation.strength.1='weak'");
    wrong_set(
        "missing_key",
        ProblemKind::MissingKey,
        "institutions.dover={kind='centre'}",
    );
    wrong_set(
        "contradiction",
        ProblemKind::Contradiction,
        "institutions.hailsham.closes=1950",
    );
    wrong_set("extends", UnknownKey, "extends=refusal");
}

#[test]
fn the_short_form_is_one_line() {
    let error = load_text("[donation]\nmeet = 1\nzebra = 2\n", &[]).unwrap_err();
    let line = error.to_string();
    assert!(
        line.contains(
            "my.toml:2:8: `donation.meet` cannot be the number 1: expected true or false"
        ),
        "{line}"
    );
    assert!(line.ends_with("(and 1 more)"), "{line}");
    assert_eq!(line.lines().count(), 1);
}

#[test]
fn colours_only_when_asked() {
    let error = load_text("zebra = 1\n", &[]).unwrap_err();
    assert!(!error.render(false).contains('\u{1b}'));
    assert!(error.render(true).contains('\u{1b}'));
}

#[test]
fn a_wrong_file_cannot_send_commands_to_the_terminal() {
    let error = load_text("\"\\u001b[31mred\" = 1\n", &["donation.\u{1b}[2J=3"]).unwrap_err();
    assert!(
        !error.render(false).contains('\u{1b}'),
        "{:?}",
        error.render(false)
    );
}
