//! From a source to a checked scenario.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::change::{Origins, changes};
use crate::check::missing;
use crate::error::{Diagnostic, ProblemKind, ScenarioError, SourceKind, SourceText};
use crate::read::{Layer, Reader};
use crate::set;
use crate::shape::{Shape, join};
use crate::tree::{Merger, Node, NothingToRemove};
use crate::write::{hash, text};
use crate::{BuiltIn, Loaded, Parameters, Problem, Source};

/// Loads a scenario: reads it and all it extends, lays them on the defaults of `T`, lays `sets` (each `path=value`)
/// on top, and checks the whole.
///
/// # Errors
///
/// Everything that is wrong, as far as it can be told at once: with a text that cannot be read or parsed, the checks
/// of the whole are left out.
pub fn load<T: Parameters>(
    source: &Source,
    built_in: &[BuiltIn],
    sets: &[String],
) -> Result<Loaded<T>, ScenarioError> {
    let shape = Shape::of::<T>();
    let mut reader = Reader {
        built_in,
        shape: &shape,
        sources: Vec::new(),
        problems: Vec::new(),
    };
    let layers = reader.chain(source);
    let Reader {
        mut sources,
        mut problems,
        ..
    } = reader;
    let files = sources.len();

    let defaults = to_json(&T::default(), &mut problems);
    let mut tree = Node::from_json(&defaults);
    let header = layers
        .first()
        .map(|layer| (layer.source, layer.name.clone(), layer.summary.clone()));
    let mut base = None;
    let mut merger = Merger::default();
    let base_layer = below(&layers, &sources);
    for (depth, layer) in layers.into_iter().enumerate().rev() {
        merger.lay(&shape, &mut tree, layer.tree);
        if Some(depth) == base_layer {
            base = Some(tree.to_json());
        }
    }
    for text in sets {
        let text: Arc<str> = text.as_str().into();
        sources.push(SourceText {
            name: "--set".to_owned(),
            kind: SourceKind::Set,
            text: Arc::clone(&text),
        });
        let source = sources.len() - 1;
        set::apply(&shape, &mut tree, source, &text, &mut merger, &mut problems);
    }
    problems.extend(
        merger
            .nothing
            .into_iter()
            .map(NothingToRemove::into_problem),
    );
    let mut header = match header {
        Some(header) if problems.is_empty() => header,
        _ => return Err(ScenarioError::new(problems, sources, files)),
    };

    missing(&shape, &tree, "", &mut problems);
    let value = if problems.is_empty() {
        to_value::<T>(&tree, &defaults, &mut problems)
    } else {
        None
    };
    if let Some(value) = &value {
        problems.extend(
            value
                .cross_check()
                .into_iter()
                .map(|problem| contradiction(problem, &tree)),
        );
    }
    let shown = &sources[header.0].name;
    let (Some(value), true) = (value, problems.is_empty()) else {
        let problems = problems.into_iter().map(|problem| match problem.place {
            None => problem.in_file(shown),
            Some(_) => problem,
        });
        return Err(ScenarioError::new(
            problems.collect(),
            sources.clone(),
            files,
        ));
    };

    let values = to_json(&value, &mut problems);
    // What serde fills in belongs to the base as well.
    let base = base.map(|json| {
        serde_json::from_value::<T>(json.clone()).map_or(json, |base| to_json(&base, &mut problems))
    });
    let (name, summary) = (header.1.take(), header.2.take());
    let name = name.unwrap_or_else(|| own_name(&sources[header.0]));
    let summary = summary.unwrap_or_else(|| match source {
        Source::Name(name) => built_in
            .iter()
            .find(|other| other.name == name)
            .map(|found| found.summary)
            .unwrap_or_default()
            .to_owned(),
        Source::Path(_) => String::new(),
    });
    Ok(Loaded {
        text: text(&shape, &values, &defaults, &name, &summary),
        hash: hash(&values),
        changed: changes(
            &shape,
            base.as_ref().unwrap_or(&defaults),
            &values,
            &Origins {
                tree: &tree,
                removed: &merger.removed,
                sources: &sources,
                files,
            },
        ),
        files: sources.iter().filter_map(SourceText::path).collect(),
        name,
        summary,
        value,
    })
}

/// The layer that changes are told against: the nearest built-in one below the first.
fn below(layers: &[Layer], sources: &[SourceText]) -> Option<usize> {
    (1..layers.len()).find(|depth| sources[layers[*depth].source].kind == SourceKind::BuiltIn)
}

fn own_name(source: &SourceText) -> String {
    match &source.kind {
        SourceKind::File(path) => path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        _ => source.name.trim_matches(['<', '>']).to_owned(),
    }
}

fn to_json<T: Parameters>(value: &T, problems: &mut Vec<Diagnostic>) -> Json {
    serde_json::to_value(value).unwrap_or_else(|error| {
        let message = format!("the parameters cannot be written: {error}");
        problems.push(Diagnostic::new(ProblemKind::Contradiction, "", message));
        Json::Null
    })
}

fn to_value<T: Parameters>(
    tree: &Node,
    defaults: &Json,
    problems: &mut Vec<Diagnostic>,
) -> Option<T> {
    let json = tree.to_json();
    match serde_json::from_value::<T>(json.clone()) {
        Ok(value) => Some(value),
        Err(error) => {
            let keys = blame::<T>(&json, defaults);
            let path = keys
                .iter()
                .fold(String::new(), |path, key| join(&path, key));
            let message = if path.is_empty() {
                error.to_string()
            } else {
                format!("`{path}`: {error}")
            };
            let place = tree.locate(&keys).0.cloned();
            problems.push(Diagnostic::new(ProblemKind::Contradiction, &path, message).at(place));
            None
        }
    }
}

/// Where serde's own refusal comes from, since it does not say: the longest path whose value alone, put into the
/// defaults, is refused too.
fn blame<T: Parameters>(json: &Json, defaults: &Json) -> Vec<String> {
    let mut path: Vec<String> = Vec::new();
    let mut here = json;
    while let Json::Object(entries) = here {
        let guilty = entries.iter().find(|(key, value)| {
            let mut trial = defaults.clone();
            let mut at = &mut trial;
            for step in path.iter().chain([*key]) {
                if !at.is_object() {
                    return false;
                }
                at = &mut at[step.as_str()];
            }
            *at = (*value).clone();
            serde_json::from_value::<T>(trial).is_err()
        });
        let Some((key, value)) = guilty else { break };
        path.push(key.clone());
        here = value;
    }
    path
}

fn contradiction(problem: Problem, tree: &Node) -> Diagnostic {
    let keys: Vec<String> = set::keys(&problem.path)
        .unwrap_or_default()
        .into_iter()
        .map(|key| key.name)
        .collect();
    let (place, exact) = tree.locate(&keys);
    let path = problem.path;
    let message = if path.is_empty() {
        problem.message
    } else {
        format!("`{path}`: {}", problem.message)
    };
    let diagnostic = Diagnostic::new(ProblemKind::Contradiction, &path, message).at(place.cloned());
    let diagnostic = if exact || path.is_empty() {
        diagnostic
    } else {
        diagnostic.label(format!("`{path}` has its default value"))
    };
    diagnostic.help_with(problem.help)
}
