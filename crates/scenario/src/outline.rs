//! What kind of scenario a text is, before it is read for good.

use std::path::Path;

use crate::read::looks_like_path;
use crate::{BuiltIn, Source};

/// Texts that extend one another: no more are followed.
const DEEPEST: usize = 100;

/// The sections of a scenario and of all that it extends, the nearest first, for a program that has scenarios of
/// several kinds to tell which one is meant. Nothing is checked: a text that cannot be read, or is no TOML, has none;
/// loading it says why.
pub fn sections(source: &Source, built_in: &[BuiltIn]) -> Vec<String> {
    let mut found = Vec::new();
    let mut next = Some(source.clone());
    for _ in 0..DEEPEST {
        let Some(source) = next.take() else { break };
        let text = match &source {
            Source::Name(name) => built_in
                .iter()
                .find(|scenario| scenario.name == name)
                .map(|scenario| scenario.text.to_owned()),
            Source::Path(path) => std::fs::read_to_string(path).ok(),
        };
        let Some(table) = text.and_then(|text| text.parse::<toml::Table>().ok()) else {
            break;
        };
        next = table
            .get("extends")
            .and_then(toml::Value::as_str)
            .map(|base| {
                let folder = match &source {
                    Source::Path(path) => path.parent().unwrap_or(Path::new("")),
                    Source::Name(_) => Path::new(""),
                };
                if looks_like_path(base) {
                    Source::Path(folder.join(base))
                } else {
                    Source::Name(base.to_owned())
                }
            });
        found.extend(table.into_iter().map(|(section, _)| section));
    }
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const BUILT_IN: &[BuiltIn] = &[BuiltIn {
        name: "base",
        text: "[pool]\nsize = 1",
        summary: "",
    }];

    #[test]
    fn sections_are_those_of_all_texts() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            Source::Path(path)
        };
        file("low.toml", "extends = \"base\"\n[time]\nyears = 1");
        let top = file("top.toml", "extends = \"low.toml\"\nrate.x = 2");
        assert_eq!(
            sections(&top, BUILT_IN),
            ["extends", "rate", "extends", "time", "pool"]
        );
        assert_eq!(
            sections(&Source::Name("base".to_owned()), BUILT_IN),
            ["pool"]
        );
        let round = file("round.toml", "extends = \"round.toml\"");
        assert_eq!(sections(&round, BUILT_IN).len(), DEEPEST);
        assert!(sections(&file("no.toml", "]"), BUILT_IN).is_empty());
        assert!(sections(&Source::Name("none".to_owned()), BUILT_IN).is_empty());
    }
}
