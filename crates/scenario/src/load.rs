//! From a source to a checked scenario.

use std::ops::Range;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::change::{Origins, changes};
use crate::check::missing;
use crate::error::{Diagnostic, Place, ProblemKind, ScenarioError, SourceKind, SourceText};
use crate::read::{Layer, Reader};
use crate::set;
use crate::shape::{Shape, join};
use crate::stretch::stretch;
use crate::tree::{Merger, Node, NothingToRemove};
use crate::write::{hash, text};
use crate::{BuiltIn, Loaded, Parameters, Pointed, Problem, Source};

/// Loads a scenario: reads it and all it extends, lays them on the defaults of `T`, lays `sets`
/// (each `path=value`) on top, and checks the whole.
///
/// # Errors
///
/// Everything that is wrong, as far as it can be told at once: where a text cannot be read or a
/// value is wrong by itself, the checks of the whole are left out.
pub fn load<T: Parameters>(
    source: &Source,
    built_in: &[BuiltIn],
    sets: &[String],
) -> Result<Loaded<T>, ScenarioError> {
    load_with(source, built_in, sets, &|_| Vec::<Problem>::new())
}

/// As [`load`], with one more check of the whole: for what the parameters alone cannot know, such as
/// the names that another room allows. Its problems may point into texts ([`Pointed`]).
pub fn load_with<T: Parameters, P: Into<Pointed>>(
    source: &Source,
    built_in: &[BuiltIn],
    sets: &[String],
    also: &dyn Fn(&T) -> Vec<P>,
) -> Result<Loaded<T>, ScenarioError> {
    load_over(source, None, built_in, sets, also)
}

/// As [`load_with`], on top of another source: the text need not say that it extends it.
pub fn load_over<T: Parameters, P: Into<Pointed>>(
    source: &Source,
    under: Option<&Source>,
    built_in: &[BuiltIn],
    sets: &[String],
    also: &dyn Fn(&T) -> Vec<P>,
) -> Result<Loaded<T>, ScenarioError> {
    let shape = Shape::of::<T>();
    let mut reader = Reader {
        built_in,
        shape: &shape,
        kind: T::CALLED,
        least: T::LEAST,
        sources: Vec::new(),
        problems: Vec::new(),
    };
    let mut layers = reader.chain(source);
    if let Some(under) = under {
        layers.extend(reader.chain(under));
    }
    let Reader {
        sources, problems, ..
    } = reader;
    let title = Title::of(layers.first(), &sources, built_in, source);

    let files = sources.len();
    let mut stack = Stack {
        shape: &shape,
        kind: T::CALLED[0],
        sources,
        problems,
        merger: Merger::default(),
    };
    let defaults = to_json(&T::default(), &mut stack.problems);
    let (tree, base) = stack.lay(layers, &defaults, sets);
    let Some(value) = stack.check::<T, P>(&tree, &defaults, title.as_ref(), also) else {
        return Err(ScenarioError::new(stack.problems, stack.sources, files));
    };
    let (
        Stack {
            sources,
            mut problems,
            merger,
            ..
        },
        title,
    ) = (stack, title.unwrap_or_default());

    let values = to_json(&value, &mut problems);
    // What serde fills in belongs to the base as well.
    let base = match T::from_json(base.clone()) {
        Ok(base) => to_json(&base, &mut problems),
        Err(_) => base,
    };
    let origins = Origins {
        tree: &tree,
        removed: &merger.removed,
        sources: &sources,
        files,
    };
    Ok(Loaded {
        text: text(&shape, &values, &defaults, &title.name, &title.summary),
        hash: hash(&values),
        changed: changes(&shape, &base, &values, &origins),
        files: sources.iter().filter_map(SourceText::path).collect(),
        built_on: sources.iter().filter_map(SourceText::built_in).collect(),
        name: title.name,
        summary: title.summary,
        value,
    })
}

/// What a scenario is called.
#[derive(Default)]
struct Title {
    name: String,
    summary: String,
    /// The text that was asked for, as messages name it.
    shown: String,
}

impl Title {
    /// As the first text says, or else as it was asked for; none where there is no such text.
    fn of(
        first: Option<&Layer>,
        sources: &[SourceText],
        built_in: &[BuiltIn],
        asked: &Source,
    ) -> Option<Title> {
        let first = first?;
        let (name, summary) = match asked {
            Source::Name(name) => {
                let found = built_in.iter().find(|other| other.name == name);
                (name.clone(), found.map_or("", |found| found.summary))
            }
            Source::Path(path) | Source::Stream(path, _) => (
                path.file_stem()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned(),
                "",
            ),
        };
        Some(Title {
            name: first.name.clone().unwrap_or(name),
            summary: first.summary.clone().unwrap_or_else(|| summary.to_owned()),
            shown: sources.get(first.source)?.name.clone(),
        })
    }
}

/// Texts laid on each other, with what is wrong so far.
struct Stack<'a> {
    shape: &'a Shape,
    /// What such texts are called.
    kind: &'static str,
    sources: Vec<SourceText>,
    problems: Vec<Diagnostic>,
    merger: Merger,
}

impl Stack<'_> {
    /// Lays the layers (the last one first) and the `--set`s on the defaults. Gives the whole and
    /// the base that changes are told against: the nearest built-in scenario below the first layer,
    /// or the defaults.
    fn lay(&mut self, layers: Vec<Layer>, defaults: &Json, sets: &[String]) -> (Node, Json) {
        let is_base = |layer: &Layer| self.sources[layer.source].kind == SourceKind::BuiltIn;
        let base_at = (1..layers.len()).find(|depth| is_base(&layers[*depth]));
        let mut base = None;
        let mut tree = Node::from_json(defaults);
        for (depth, layer) in layers.into_iter().enumerate().rev() {
            self.merger.lay(self.shape, &mut tree, layer.tree);
            if Some(depth) == base_at {
                base = Some(tree.to_json());
            }
        }
        for text in sets {
            let text: Arc<str> = text.as_str().into();
            let (name, kind) = ("--set".to_owned(), SourceKind::Set);
            self.sources.push(SourceText {
                name,
                kind,
                text: Arc::clone(&text),
            });
            let source = self.sources.len() - 1;
            set::apply(
                self.shape,
                self.kind,
                &mut tree,
                source,
                &text,
                &mut self.merger,
                &mut self.problems,
            );
        }
        let nothing = std::mem::take(&mut self.merger.nothing);
        self.problems
            .extend(nothing.into_iter().map(NothingToRemove::into_problem));
        (tree, base.unwrap_or_else(|| defaults.clone()))
    }

    /// Checks the whole, and gives its value when nothing is wrong.
    fn check<T: Parameters, P: Into<Pointed>>(
        &mut self,
        tree: &Node,
        defaults: &Json,
        title: Option<&Title>,
        also: &dyn Fn(&T) -> Vec<P>,
    ) -> Option<T> {
        let title = title.filter(|_| self.problems.is_empty())?;
        missing(self.shape, tree, "", &mut self.problems);
        if self.problems.is_empty() {
            let value = to_value::<T>(tree, defaults, &mut self.problems);
            let contradictions = value
                .as_ref()
                .map(Parameters::cross_check)
                .unwrap_or_default();
            let mut contradictions: Vec<Pointed> =
                contradictions.into_iter().map(Into::into).collect();
            if contradictions.is_empty() {
                let more = value.as_ref().map(also).unwrap_or_default();
                contradictions.extend(more.into_iter().map(Into::into));
            }
            let sources = &self.sources;
            self.problems.extend(
                contradictions
                    .into_iter()
                    .map(|problem| contradiction(problem, tree, sources)),
            );
            if self.problems.is_empty() {
                return value;
            }
        }
        // What no text set is at fault in the scenario as a whole.
        for problem in self
            .problems
            .iter_mut()
            .filter(|problem| problem.place.is_none())
        {
            problem.file = Some(title.shown.clone());
        }
        None
    }
}

fn to_json<T: Parameters>(value: &T, problems: &mut Vec<Diagnostic>) -> Json {
    value.to_json().unwrap_or_else(|error| {
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
    match T::from_json(json.clone()) {
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

/// Where serde's own refusal comes from, since it does not say: the longest path whose value alone,
/// put into the defaults, is refused too.
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
            T::from_json(trial).is_err()
        });
        let Some((key, value)) = guilty else { break };
        path.push(key.clone());
        here = value;
    }
    path
}

fn contradiction(pointed: Pointed, tree: &Node, sources: &[SourceText]) -> Diagnostic {
    let Pointed { problem, within } = pointed;
    let keys: Vec<String> = set::keys(&problem.path)
        .unwrap_or_default()
        .into_iter()
        .map(|key| key.name)
        .collect();
    let (place, exact) = tree.locate(&keys);
    let place = place.cloned().map(|place| match &within {
        Some(within) if exact => narrowed(place, within, sources),
        _ => place,
    });
    let path = problem.path;
    let message = if path.is_empty() {
        problem.message
    } else {
        format!("`{path}`: {}", problem.message)
    };
    let diagnostic = Diagnostic::new(ProblemKind::Contradiction, &path, message).at(place);
    let diagnostic = if exact || path.is_empty() {
        diagnostic
    } else {
        diagnostic.label(format!("`{path}` has its default value"))
    };
    diagnostic.help_with(problem.help)
}

/// The place of a part of a text value.
fn narrowed(mut place: Place, within: &Range<usize>, sources: &[SourceText]) -> Place {
    let raw = sources
        .get(place.source)
        .and_then(|source| source.text.get(place.span.clone()));
    if let Some(raw) = raw {
        let part = stretch(raw, within);
        place.span = place.span.start + part.start..place.span.start + part.end;
    }
    place
}
