//! What the file of sentences is refused for, and where.

use super::Sentences;
use crate::lexicon::Lexicon;
use crate::life::Role;

/// A file with one event, told by `fields`.
fn file(fields: &str) -> String {
    format!(
        r"
[style]
never_after_time = []
weak = []
middle = []
strong = []
late = []
[people]
[places]
[topics]
[titles]
[frame]
[tell.sneezed.who]
{fields}
"
    )
}

const PROFILE: &str = "weight = 0.5\nmemory = { salience = 0.5, pain = 0.4, by_value = 0.5 }\n";

fn refused(text: &str) -> String {
    let lexicon = Lexicon::built_in().unwrap();
    Sentences::parse(text, &lexicon).unwrap_err().to_string()
}

#[test]
fn what_cannot_be_used_is_refused_with_its_place() {
    let with = |more: &str| refused(&file(&format!("{PROFILE}{more}")));
    for (more, says) in [
        (
            r#"one = ["{I} sneezed at {othr}."]"#,
            "line 16, column 24: there is no slot `othr`",
        ),
        (
            r#"one = ["{I} sneezed[ at {other}."]"#,
            "line 16, column 20: `[` is never closed",
        ),
        (
            r#"one = ["n >> 2 => {I} sneezed."]"#,
            "line 16, column 11: `>>` compares nothing",
        ),
        (
            r#"one = ["first => {I} sneezed."]"#,
            "a form that can always be said",
        ),
        (
            "one = [\"{I} sneezed.\"]\nabsorbs = [\"coughed.who\"]",
            "nothing is said of `coughed`",
        ),
        (
            "one = [\"{I} sneezed.\"]\nabsorbs = [\"coughed\"]",
            "line 17, column 12: write `event.role`",
        ),
        (
            "one = [\"{I} sneezed.\"]\nmnay = []",
            "line 17, column 1: unknown field `mnay`",
        ),
    ] {
        let found = with(more);
        assert!(found.contains(says), "{more}\n{found}");
    }
    let found = refused(&file("").replace("sneezed.who", "sneezed.whose"));
    assert!(
        found.contains("line 13") && found.contains("whose"),
        "{found}"
    );
    let loud = format!(
        "{}one = [\"{{I}} sneezed.\"]",
        PROFILE.replace("0.5,", "1.5,")
    );
    assert!(refused(&file(&loud)).contains("salience"));
}

#[test]
fn a_profile_grows_with_the_value() {
    let text = file(&format!("{PROFILE}one = [\"{{I}} sneezed.\"]"));
    let sentences = Sentences::parse(&text, &Lexicon::built_in().unwrap()).unwrap();
    let profile = sentences.profile("sneezed", Role::Who).unwrap();
    assert!(profile.known);
    // Half of it is there without any value: 0.5 (1 - 0.5 (1 - 0.2)) = 0.3.
    let weak = profile.at(Some(0.2));
    assert!((weak.salience - 0.3).abs() < 1e-6 && (weak.pain - 0.24).abs() < 1e-6);
    assert_eq!(profile.at(None), profile);
    assert_eq!(sentences.profile("sneezed", Role::Whom), None);
}
