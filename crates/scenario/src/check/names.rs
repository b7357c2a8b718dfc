//! Messages about names: what is unknown, what was meant, what there is.

use super::Checker;
use crate::error::{Diagnostic, ProblemKind, excerpt};
use crate::nearest::nearest;
use crate::shape::{Shape, join};

/// As many names are listed in a message.
const LISTED: usize = 30;

/// The problem of a key that `shape`, which stands at `path`, does not have.
pub(crate) fn unknown(
    checker: &Checker<'_>,
    shape: &Shape,
    path: &str,
    name: &str,
    is_table: bool,
) -> Diagnostic {
    let here = join(path, name);
    let shown = excerpt(&here);
    let message = if path.is_empty() && is_table {
        format!("unknown section `[{shown}]`")
    } else {
        format!("unknown key `{shown}`")
    };
    let siblings: Vec<&str> = shape
        .fields()
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    let near = nearest(name, siblings.iter().copied())
        .map(str::to_owned)
        .or_else(|| elsewhere(checker.root, name))
        .map(|near| format!("did you mean `{near}`?"));
    let owner = if path.is_empty() {
        format!("the {}", checker.kind)
    } else {
        format!("`{}`", excerpt(path))
    };
    if siblings.is_empty() {
        return Diagnostic::new(ProblemKind::UnknownKey, &here, message)
            .label(format!("{owner} has no keys"));
    }
    Diagnostic::new(ProblemKind::UnknownKey, &here, message)
        .label(format!("not a key of {owner}"))
        .help_with(near)
        .help(format!("{owner} has: {}", listed(&siblings)))
}

/// The parameter of another section that has this name, or the one nearest to it.
fn elsewhere(root: &Shape, name: &str) -> Option<String> {
    let mut paths = Vec::new();
    root.paths("", &mut |path| paths.push(path.to_owned()));
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let names: Vec<String> = paths.iter().map(|path| last(path)).collect();
    let near = names
        .iter()
        .find(|other| *other == name)
        .map(String::as_str)
        .or_else(|| nearest(name, names.iter().map(String::as_str)))?;
    let at = names.iter().position(|other| other == near)?;
    paths.into_iter().nth(at)
}

/// Names for a message: the first few, and how many more.
pub(crate) fn listed(names: &[&str]) -> String {
    let text = names
        .iter()
        .take(LISTED)
        .map(|name| excerpt(name))
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(LISTED) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}
