//! What kind of scenario a text is, before it is read for good.

use std::path::Path;

use crate::read::{DEEPEST, extended, read};
use crate::{BuiltIn, Source};

/// The sections that say which kind of scenario is meant, for a program that has scenarios of several kinds: those of the
/// built-in scenario that it builds on in the end, since a text that is laid on one does not change its kind; and where it
/// builds on none, those of the text and of all that it extends, the nearest first. Nothing is checked: a text that cannot
/// be read, or is no TOML, has none; loading it says why.
pub fn sections(source: &Source, built_in: &[BuiltIn]) -> Vec<String> {
    let mut found = Vec::new();
    let mut next = Some(source.clone());
    for _ in 0..DEEPEST {
        let Some(source) = next.take() else { break };
        let Some(table) = text(&source, built_in).and_then(|text| text.parse::<toml::Table>().ok())
        else {
            break;
        };
        let base = table.get("extends").and_then(toml::Value::as_str);
        next = base.and_then(|base| extended(folder(&source), base));
        let own = table.into_iter().map(|(section, _)| section);
        if next.is_none() && matches!(source, Source::Name(_)) {
            return own.collect();
        }
        found.extend(own);
    }
    found
}

fn text(source: &Source, built_in: &[BuiltIn]) -> Option<String> {
    let bytes = match source {
        Source::Name(name) => {
            let found = built_in.iter().find(|scenario| scenario.name == name);
            return found.map(|scenario| scenario.text.to_owned());
        }
        Source::Path(path) => read(path).ok()?,
        Source::Stream(_, bytes) => bytes.to_vec(),
    };
    String::from_utf8(bytes).ok()
}

/// Where the files are that a text extends.
fn folder(source: &Source) -> Option<&Path> {
    let here = Path::new("");
    match source {
        Source::Name(_) => None,
        Source::Path(path) => Some(path.parent().unwrap_or(here)),
        Source::Stream(..) => Some(here),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const BUILT_IN: &[BuiltIn] = &[
        BuiltIn {
            name: "base",
            text: "[pool]\nsize = 1",
            summary: "",
        },
        BuiltIn {
            name: "variant",
            text: "extends = \"base\"\n[rate]\ny = 2",
            summary: "",
        },
    ];

    #[test]
    fn sections_are_those_of_the_deepest_built_in_text_or_of_all() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            Source::Path(path)
        };
        file("low.toml", "extends = \"variant\"\n[time]\nyears = 1");
        let top = file("top.toml", "extends = \"low.toml\"\nrate.x = 2");
        assert_eq!(sections(&top, BUILT_IN), ["pool"]);
        file("low.toml", "[time]\nyears = 1");
        assert_eq!(sections(&top, BUILT_IN), ["extends", "rate", "time"]);
        assert_eq!(
            sections(&Source::Name("base".to_owned()), BUILT_IN),
            ["pool"]
        );
        let round = file("round.toml", "extends = \"round.toml\"");
        assert_eq!(sections(&round, BUILT_IN).len(), DEEPEST);
        assert!(sections(&file("no.toml", "]"), BUILT_IN).is_empty());
        assert!(sections(&Source::Name("none".to_owned()), BUILT_IN).is_empty());
    }

    /// As deep as texts are loaded, and no deeper.
    #[test]
    fn a_long_chain_is_followed_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = |depth: usize| folder.path().join(format!("{depth}.toml"));
        for depth in 1..DEEPEST {
            let base = if depth == 1 {
                "base".to_owned()
            } else {
                format!("{}.toml", depth - 1)
            };
            std::fs::write(path(depth), format!("extends = \"{base}\"\nx = 1")).unwrap();
        }
        let top = Source::Path(path(DEEPEST - 1));
        assert_eq!(sections(&top, BUILT_IN), ["pool"]);
    }

    /// What loading refuses for its size is not read here either.
    #[test]
    fn of_a_file_that_is_too_large_nothing_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large.toml");
        let text = format!("[pool]\n#{}", "-".repeat(17 * 1024 * 1024));
        std::fs::write(&path, text).unwrap();
        assert!(sections(&Source::Path(path), BUILT_IN).is_empty());
    }

    #[test]
    fn what_comes_through_a_pipe_has_sections() {
        let text = "extends = \"base\"\n[rate]\nx = 1";
        let pipe = Source::Stream("/dev/stdin".into(), text.as_bytes().into());
        assert_eq!(sections(&pipe, BUILT_IN), ["pool"]);
    }
}
