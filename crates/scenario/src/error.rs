//! What is wrong with a scenario, where, and how it is shown.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde::Serialize;

/// At most this many problems are shown; the rest are counted.
const SHOWN: usize = 20;
/// A longer line is not shown, only its number.
const LONGEST_LINE: usize = 2_000;

/// A text that values come from: a file, a built-in scenario, or one `--set`.
#[derive(Clone, Debug)]
pub(crate) struct SourceText {
    /// As shown in messages: the path as given, the built-in name, or the option, `--set`.
    pub(crate) name: String,
    pub(crate) kind: SourceKind,
    /// Shared, so that a text can be read while problems in it are noted.
    pub(crate) text: Arc<str>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SourceKind {
    File(PathBuf),
    /// A pipe or a device.
    Stream,
    BuiltIn,
    Set,
}

impl SourceText {
    /// The file it was read from.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        match &self.kind {
            SourceKind::File(path) => Some(path.clone()),
            _ => None,
        }
    }

    /// Where the files are that it extends; a built-in one extends none.
    pub(crate) fn folder(&self) -> Option<&Path> {
        let here = Path::new("");
        match &self.kind {
            SourceKind::File(path) => Some(path.parent().unwrap_or(here)),
            SourceKind::Stream => Some(here),
            SourceKind::BuiltIn | SourceKind::Set => None,
        }
    }

    /// The built-in scenario that it is.
    pub(crate) fn built_in(&self) -> Option<String> {
        // It is shown in angle brackets.
        (self.kind == SourceKind::BuiltIn).then(|| self.name.trim_matches(['<', '>']).to_owned())
    }
}

/// A stretch of one source.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    /// Index into the sources of a load.
    pub(crate) source: usize,
    /// In bytes.
    pub(crate) span: Range<usize>,
}

/// In which order the sources are laid on each other.
pub(crate) fn rank(source: usize, files: usize) -> usize {
    if source < files {
        files - source
    } else {
        source + 1
    }
}

/// The kinds of problem that [`load`](crate::load) tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProblemKind {
    /// A key, section or `--set` path that does not exist.
    UnknownKey,
    /// Another type of value than the parameter's.
    WrongType,
    /// A quantity whose unit does not convert into the parameter's.
    WrongUnit,
    /// Outside the parameter's range, or a list of the wrong length.
    OutOfRange,
    /// Infinite, or not a number.
    NotFinite,
    /// Not one of the words that a choice allows.
    NotOneOf,
    /// A record lacks a key that has no default.
    MissingKey,
    /// A key or table written twice.
    DuplicateKey,
    /// Not TOML.
    Syntax,
    /// `extends` comes back to a file it started from.
    Cycle,
    /// More texts extend one another than are followed.
    TooDeep,
    /// What `extends` names does not exist.
    MissingBase,
    /// No built-in scenario has this name.
    UnknownScenario,
    /// Values that contradict each other.
    Contradiction,
    /// `remove` of something that is not there.
    NothingToRemove,
    /// A file with nothing in it.
    Empty,
    /// A file that is not text.
    Binary,
    /// A file above the limit of 16 MiB.
    TooLarge,
    /// A file with bytes that are not UTF-8.
    NotUtf8,
    /// A directory where a file should be.
    Directory,
    /// A file that the system does not let us read.
    Unreadable,
    /// A file that does not exist.
    MissingFile,
    /// A `--set` that is not `path=value`.
    BadSet,
}

/// One thing that is wrong.
#[derive(Clone, Debug, Serialize)]
pub struct Diagnostic {
    /// What kind of problem it is.
    pub kind: ProblemKind,
    /// The parameter's path, or empty where the whole file is meant.
    pub path: String,
    /// What was found, in one line.
    pub message: String,
    /// What is allowed, at the place.
    pub label: String,
    /// What to do about it: the nearest valid name, the valid names. May be empty.
    pub help: Vec<String>,
    /// The file as it was named, the built-in scenario, or `--set`; none when no text is at fault.
    pub file: Option<String>,
    /// Line in the file, from 1.
    pub line: Option<usize>,
    /// Column in characters, from 1.
    pub column: Option<usize>,
    #[serde(skip)]
    pub(crate) place: Option<Place>,
}

impl Diagnostic {
    pub(crate) fn new(kind: ProblemKind, path: &str, message: String) -> Diagnostic {
        Diagnostic {
            kind,
            path: path.to_owned(),
            message,
            label: String::new(),
            help: Vec::new(),
            file: None,
            line: None,
            column: None,
            place: None,
        }
    }

    pub(crate) fn at(mut self, place: Option<Place>) -> Diagnostic {
        self.place = place;
        self
    }

    pub(crate) fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = label.into();
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help.push(help.into());
        self
    }

    pub(crate) fn help_with(self, help: Option<String>) -> Diagnostic {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// Names the file where no place in it can be named.
    pub(crate) fn in_file(mut self, name: impl Into<String>) -> Diagnostic {
        self.file = Some(name.into());
        self
    }
}

/// A scenario could not be loaded: everything that is wrong with it, at least one problem.
///
/// [`Display`](fmt::Display) gives one line; [`render`](ScenarioError::render) gives the full
/// message with the lines at fault.
#[derive(Clone, Debug)]
pub struct ScenarioError {
    inner: Box<Inner>,
}

#[derive(Clone, Debug)]
struct Inner {
    diagnostics: Vec<Diagnostic>,
    sources: Vec<SourceText>,
}

impl std::error::Error for ScenarioError {}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.inner.diagnostics.first() else {
            return f.write_str("the scenario is wrong");
        };
        if let Some(file) = &first.file {
            write!(f, "{file}:")?;
            if let (Some(line), Some(column)) = (first.line, first.column) {
                write!(f, "{line}:{column}:")?;
            }
            f.write_str(" ")?;
        }
        f.write_str(&first.message)?;
        if !first.label.is_empty() {
            write!(f, ": {}", first.label)?;
        }
        match self.inner.diagnostics.len() - 1 {
            0 => Ok(()),
            more => write!(f, " (and {more} more)"),
        }
    }
}

impl ScenarioError {
    /// Sorts the problems by place: base before what extends it, files before `--set`, top to
    /// bottom. The first `files` sources are the texts, each followed by what it extends; the
    /// others are the `--set`s.
    pub(crate) fn new(
        mut diagnostics: Vec<Diagnostic>,
        sources: Vec<SourceText>,
        files: usize,
    ) -> ScenarioError {
        let lines: Vec<Lines> = sources
            .iter()
            .map(|source| Lines::of(&source.text))
            .collect();
        for diagnostic in &mut diagnostics {
            let Some(place) = &mut diagnostic.place else {
                continue;
            };
            let Some(source) = sources.get(place.source) else {
                continue;
            };
            place.span = within(&source.text, &place.span);
            let (line, column) = lines[place.source].position(&source.text, place.span.start);
            diagnostic.file = Some(source.name.clone());
            diagnostic.line = Some(line);
            diagnostic.column = Some(column);
        }
        diagnostics.sort_by_key(|problem| {
            problem.place.as_ref().map_or((usize::MAX, 0), |place| {
                (rank(place.source, files), place.span.start)
            })
        });
        ScenarioError {
            inner: Box::new(Inner {
                diagnostics,
                sources,
            }),
        }
    }

    /// Everything that is wrong, base files first, from top to bottom.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.inner.diagnostics
    }

    /// The same, with the last `--set` called by the option that it was made from: whoever gave another option is not
    /// shown one that was never given.
    #[must_use]
    pub fn with_last_set_called(mut self, option: &str) -> ScenarioError {
        let Inner {
            diagnostics,
            sources,
        } = &mut *self.inner;
        let last = sources
            .iter()
            .rposition(|source| source.kind == SourceKind::Set);
        if let Some(last) = last {
            option.clone_into(&mut sources[last].name);
            for diagnostic in diagnostics {
                if diagnostic
                    .place
                    .as_ref()
                    .is_some_and(|at| at.source == last)
                {
                    diagnostic.file = Some(option.to_owned());
                }
            }
        }
        self
    }

    /// The whole message: each problem with its file, line and column, the line with a mark under
    /// the place, what is allowed and what to do. At most 20 problems are shown and the rest
    /// counted. `colour` adds terminal colours.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let renderer = renderer.decor_style(DecorStyle::Ascii);
        let mut out = String::new();
        for diagnostic in self.inner.diagnostics.iter().take(SHOWN) {
            if !out.is_empty() {
                out.push_str("\n\n");
            }
            out.push_str(&renderer.render(&[self.group(diagnostic)]));
        }
        let hidden = self.inner.diagnostics.len().saturating_sub(SHOWN);
        if hidden > 0 {
            let more = Level::ERROR.primary_title(format!("{hidden} more problems are not shown"));
            out.push_str("\n\n");
            out.push_str(&renderer.render(&[Group::with_title(more)]));
        }
        out
    }

    fn group<'a>(&'a self, problem: &'a Diagnostic) -> Group<'a> {
        let mut group = Group::with_title(Level::ERROR.primary_title(printable(&problem.message)));
        let mut label_shown = false;
        let text = problem
            .place
            .as_ref()
            .and_then(|place| Some((self.inner.sources.get(place.source)?, place)));
        match (text, &problem.file) {
            (Some((source, place)), _) => {
                let span = &place.span;
                let start = source.text[..span.start].rfind('\n').map_or(0, |at| at + 1);
                let end = source.text[span.start..]
                    .find('\n')
                    .map_or(source.text.len(), |at| span.start + at);
                let line = source.text[start..end].trim_end_matches('\r');
                if line.len() <= LONGEST_LINE {
                    let mark = span.start.min(start + line.len()) - start
                        ..span.end.min(start + line.len()) - start;
                    let mut annotation =
                        AnnotationKind::Primary.span(mark.start..mark.end.max(mark.start));
                    if !problem.label.is_empty() {
                        annotation = annotation.label(printable(&problem.label));
                        label_shown = true;
                    }
                    group = group.element(
                        Snippet::source(line)
                            .line_start(problem.line.unwrap_or(1))
                            .path(printable(&source.name))
                            .fold(false)
                            .annotation(annotation),
                    );
                } else {
                    let origin = Origin::path(printable(&source.name));
                    group = group.element(
                        origin
                            .line(problem.line.unwrap_or(1))
                            .char_column(problem.column.unwrap_or(1)),
                    );
                }
            }
            (None, Some(file)) => group = group.element(Origin::path(printable(file))),
            (None, None) => {}
        }
        if !label_shown && !problem.label.is_empty() {
            group = group.element(Level::NOTE.message(printable(&problem.label)));
        }
        for help in &problem.help {
            group = group.element(Level::HELP.message(printable(help)));
        }
        group
    }
}

/// The text without characters that would move the cursor or break the layout.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() && c != '\n' {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

/// The span cut to the text, on boundaries of characters.
fn within(text: &str, span: &Range<usize>) -> Range<usize> {
    let boundary = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = boundary(span.start);
    start..boundary(span.end).max(start)
}

/// Where the lines of a text start.
pub(crate) struct Lines(Vec<usize>);

impl Lines {
    pub(crate) fn of(text: &str) -> Lines {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Lines(
            std::iter::once(0)
                .chain(ends.map(|(at, _)| at + 1))
                .collect(),
        )
    }

    /// Line and column, from 1, of a byte of the text; the column counts characters.
    pub(crate) fn position(&self, text: &str, at: usize) -> (usize, usize) {
        let line = self.0.partition_point(|start| *start <= at);
        let start = self.0.get(line.saturating_sub(1)).copied().unwrap_or(0);
        (
            line.max(1),
            text.get(start..at)
                .map_or(0, |before| before.chars().count())
                + 1,
        )
    }
}

/// A value from a file as a message quotes it: one line, not too long.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut out: String = text
        .chars()
        .take(LONGEST)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().count() > LONGEST {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Lines, excerpt, within};

    #[test]
    fn spans_are_cut_to_the_text_and_to_characters() {
        let text = "aé\nb";
        assert_eq!(within(text, &(2..9)), 1..5);
        assert_eq!(within(text, &(9..12)), 5..5);
        let backwards = std::ops::Range { start: 3, end: 1 };
        assert_eq!(within(text, &backwards), 3..3);
    }

    #[test]
    fn columns_count_characters() {
        let text = "é = 1\nab = 2\n";
        let position = |at| Lines::of(text).position(text, at);
        assert_eq!(position(0), (1, 1));
        assert_eq!(position(3), (1, 3));
        assert_eq!(position(9), (2, 3));
        assert_eq!(position(text.len()), (3, 1));
    }

    #[test]
    fn excerpts_are_short_and_on_one_line() {
        assert_eq!(excerpt("a\nb"), "a b");
        assert_eq!(excerpt(&"x".repeat(100)).chars().count(), 61);
    }
}
