//! Finds and reads the texts of a scenario: the one asked for, and by `extends` those it builds on.

use std::fs;
use std::io::{self, Read as _};
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::check::names::listed;
use crate::check::{Checker, describe};
use crate::error::{Diagnostic, Place, ProblemKind, SourceKind, SourceText, excerpt};
use crate::nearest::nearest;
use crate::shape::Shape;
use crate::tree::Node;
use crate::{BuiltIn, Source, syntax};

/// A larger file is refused: the largest scenario anyone has a use for is far below.
const LARGEST: u64 = 16 * 1024 * 1024;
/// So many texts extend one another at most.
pub(crate) const DEEPEST: usize = 100;
/// The keys of a scenario that are not parameters.
pub(crate) const HEADER: [&str; 3] = ["name", "summary", "extends"];

/// The scenario that a run leaves in its directory.
const OF_RUN: &str = "scenario.toml";

/// One text of a scenario, checked.
pub(crate) struct Layer {
    pub(crate) source: usize,
    pub(crate) name: Option<String>,
    pub(crate) summary: Option<String>,
    pub(crate) tree: Node,
}

/// Reads texts and notes what is wrong with them.
pub(crate) struct Reader<'a> {
    pub(crate) built_in: &'a [BuiltIn],
    pub(crate) shape: &'a Shape,
    /// What such texts are called, one and many.
    pub(crate) kind: [&'static str; 2],
    /// The least that a text must hold, in a line.
    pub(crate) least: Option<&'static str>,
    pub(crate) sources: Vec<SourceText>,
    pub(crate) problems: Vec<Diagnostic>,
}

/// What two texts have in common only when they are the same.
#[derive(PartialEq)]
enum Identity {
    BuiltIn(&'static str),
    File(PathBuf),
}

/// What a text says before its parameters.
#[derive(Default)]
struct Header {
    name: Option<String>,
    summary: Option<String>,
    extends: Option<(String, Place)>,
}

impl Reader<'_> {
    /// The text asked for and all it extends, the one asked for first. Stops where a text cannot be
    /// read.
    pub(crate) fn chain(&mut self, source: &Source) -> Vec<Layer> {
        let mut layers = Vec::new();
        let mut seen: Vec<Identity> = Vec::new();
        let mut next = Some((source.clone(), None::<Place>));
        while let Some((source, asked)) = next.take() {
            if layers.len() == DEEPEST {
                self.too_deep(asked);
                break;
            }
            let Some((identity, at)) = self.open(&source, asked.as_ref()) else {
                break;
            };
            if let Some(first) = seen.iter().position(|other| *other == identity) {
                self.cycle(first, at, asked);
                break;
            }
            seen.push(identity);
            let Some((header, tree)) = self.parse(at) else {
                break;
            };
            next = header
                .extends
                .and_then(|(base, place)| Some((self.base(at, &base, &place)?, Some(place))));
            layers.push(Layer {
                source: at,
                name: header.name,
                summary: header.summary,
                tree,
            });
        }
        layers
    }

    /// What the files of such texts are called, one and many.
    fn files(&self) -> [String; 2] {
        let [one, many] = self.kind;
        if one.starts_with("file ") {
            [one.to_owned(), many.to_owned()]
        } else {
            [format!("{one} file"), format!("{one} files")]
        }
    }

    /// Adds a text to the sources and gives its index.
    pub(crate) fn add(
        &mut self,
        name: String,
        kind: SourceKind,
        text: impl Into<Arc<str>>,
    ) -> usize {
        self.sources.push(SourceText {
            name,
            kind,
            text: text.into(),
        });
        self.sources.len() - 1
    }

    fn open(&mut self, source: &Source, asked: Option<&Place>) -> Option<(Identity, usize)> {
        match source {
            Source::Name(name) => {
                let Some(found) = self.built_in.iter().find(|built_in| built_in.name == name)
                else {
                    let path = Path::new(name);
                    if asked.is_none() && path.is_dir() {
                        self.cannot_read(path, &Failure::Directory, asked);
                    } else {
                        self.no_such_name(name, asked);
                    }
                    return None;
                };
                let (name, text) = (found.name, found.text);
                Some((
                    Identity::BuiltIn(name),
                    self.add(format!("<{name}>"), SourceKind::BuiltIn, text),
                ))
            }
            Source::Path(path) => {
                self.file(path, read(path), SourceKind::File(path.clone()), asked)
            }
            Source::Stream(path, bytes) => {
                let bytes = not_too_large(bytes.to_vec());
                self.file(path, bytes, SourceKind::Stream, asked)
            }
        }
    }

    /// The same of what was read from a path.
    fn file(
        &mut self,
        path: &Path,
        bytes: Result<Vec<u8>, Failure>,
        kind: SourceKind,
        asked: Option<&Place>,
    ) -> Option<(Identity, usize)> {
        let shown = path.display().to_string();
        match bytes {
            Ok(bytes) => {
                let text = self.decode(&shown, path, bytes, asked)?;
                let whole = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
                Some((Identity::File(whole), self.add(shown, kind, text)))
            }
            Err(failure) => {
                self.cannot_read(path, &failure, asked);
                None
            }
        }
    }

    /// What `extends = base` in the text `at` means.
    fn base(&mut self, at: usize, base: &str, place: &Place) -> Option<Source> {
        let found = extended(self.sources[at].folder(), base);
        if found.is_none() {
            let [one, _] = self.kind;
            let message = format!(
                "a built-in {one} cannot extend the file \"{}\"",
                excerpt(base)
            );
            let problem = Diagnostic::new(ProblemKind::MissingBase, "extends", message)
                .at(Some(place.clone()));
            let allowed = format!("only the name of a built-in {one} is allowed here");
            self.problems.push(problem.label(allowed));
        }
        found
    }

    fn too_deep(&mut self, asked: Option<Place>) {
        let message = format!("more than {DEEPEST} texts extend one another");
        let problem = Diagnostic::new(ProblemKind::TooDeep, "extends", message)
            .at(asked)
            .label("this one is not read any more");
        self.problems.push(problem);
    }

    fn cycle(&mut self, first: usize, again: usize, asked: Option<Place>) {
        // The texts were added in the order of the chain; the last one repeats the one at `first`.
        let names: Vec<&str> = self.sources[first..again]
            .iter()
            .map(|source| source.name.as_str())
            .collect();
        let chain = format!("{} -> {}", names.join(" -> "), self.sources[first].name);
        let problem = Diagnostic::new(
            ProblemKind::Cycle,
            "extends",
            format!("`extends` goes round in a cycle: {chain}"),
        )
        .at(asked)
        .label("comes back to where it started")
        .help("one of these files must extend something else, or nothing");
        self.problems.push(problem);
    }

    fn no_such_name(&mut self, name: &str, asked: Option<&Place>) {
        let names: Vec<&str> = self.built_in.iter().map(|built_in| built_in.name).collect();
        let kind = if asked.is_some() {
            ProblemKind::MissingBase
        } else {
            ProblemKind::UnknownScenario
        };
        let [one, many] = self.kind;
        let message = format!("there is no built-in {one} \"{}\"", excerpt(name));
        let near =
            nearest(name, names.iter().copied()).map(|near| format!("did you mean \"{near}\"?"));
        let list = match names.as_slice() {
            [] => format!("there are no built-in {many}: give the path of a file, ending in .toml"),
            names => format!(
                "built-in {many}: {}; a file is given by its path, ending in .toml",
                listed(names)
            ),
        };
        let path = if asked.is_some() { "extends" } else { "" };
        self.problems.push(
            Diagnostic::new(kind, path, message)
                .at(asked.cloned())
                .help_with(near)
                .help(list),
        );
    }

    fn cannot_read(&mut self, path: &Path, failure: &Failure, asked: Option<&Place>) {
        let shown = path.display();
        let [file, _] = self.files();
        let (kind, message) = match failure {
            Failure::Missing if asked.is_some() => (
                ProblemKind::MissingBase,
                format!("`extends` names the file `{shown}`, which does not exist"),
            ),
            Failure::Missing => (
                ProblemKind::MissingFile,
                format!("the file `{shown}` does not exist"),
            ),
            Failure::Directory => (
                ProblemKind::Directory,
                format!("`{shown}` is a directory, not a {file}"),
            ),
            Failure::TooLarge(Some(size)) => (
                ProblemKind::TooLarge,
                format!(
                    "`{shown}` has {} MiB; a {file} has at most 16 MiB",
                    size.div_ceil(1024 * 1024)
                ),
            ),
            Failure::TooLarge(None) => (
                ProblemKind::TooLarge,
                format!("`{shown}` is larger than 16 MiB, the most a {file} may have"),
            ),
            Failure::Other(error) => (
                ProblemKind::Unreadable,
                format!("`{shown}` cannot be read: {error}"),
            ),
        };
        let problem = Diagnostic::new(kind, if asked.is_some() { "extends" } else { "" }, message);
        let problem = match asked {
            Some(place) => problem.at(Some(place.clone())),
            None => problem.in_file(shown.to_string()),
        };
        self.problems
            .push(problem.help_with(self.beside(path, failure)));
    }

    /// Names the scenario files that may have been meant.
    fn beside(&self, path: &Path, failure: &Failure) -> Option<String> {
        let [one, _] = self.kind;
        let [_, files] = self.files();
        let (folder, wanted) = match failure {
            Failure::Directory => (path, String::new()),
            Failure::Missing => (
                path.parent()?,
                path.file_name()?.to_string_lossy().into_owned(),
            ),
            _ => return None,
        };
        let here = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let names = files_in(here);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if matches!(failure, Failure::Directory) {
            let left = folder.join(OF_RUN);
            if one == "scenario" && left.is_file() {
                return Some(format!("its scenario is `{}`", left.display()));
            }
            return (!names.is_empty()).then(|| format!("{files} in it: {}", listed(&names)));
        }
        if let Some(near) = nearest(&wanted, names.iter().copied()) {
            return Some(format!("did you mean `{}`?", folder.join(near).display()));
        }
        let stem = Path::new(&wanted).file_stem()?.to_str()?;
        if let Some(built_in) = self.built_in.iter().find(|built_in| built_in.name == stem) {
            return Some(format!(
                "there is a built-in {one} \"{}\": give its name without .toml",
                built_in.name
            ));
        }
        if !here.is_dir() {
            return Some(format!("there is no folder `{}` either", here.display()));
        }
        (!names.is_empty()).then(|| format!("{files} there: {}", listed(&names)))
    }

    /// The bytes as text.
    fn decode(
        &mut self,
        shown: &str,
        path: &Path,
        bytes: Vec<u8>,
        asked: Option<&Place>,
    ) -> Option<String> {
        let [file, _] = self.files();
        let problem = |kind, message: String| {
            let problem = Diagnostic::new(kind, "", message);
            // A file that is not text has no lines to show; the `extends` that led to it has.
            match asked {
                Some(place) => problem.at(Some(place.clone())),
                None => problem.in_file(shown),
            }
        };
        if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
            let message = format!("`{shown}` is UTF-16 text; a {file} is UTF-8");
            self.problems
                .push(problem(ProblemKind::NotUtf8, message).help("save it again as UTF-8"));
            return None;
        }
        if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
            let message =
                format!("`{shown}` is a binary file (byte {at} is zero); a {file} is TOML text");
            self.problems.push(problem(ProblemKind::Binary, message));
            return None;
        }
        match String::from_utf8(bytes) {
            Ok(text) => Some(text),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let bytes = error.into_bytes();
                let byte = bytes.get(at).copied().unwrap_or_default();
                // What is valid before the byte keeps its offsets, so that line and column are
                // right.
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let source = self.add(shown.to_owned(), SourceKind::File(path.to_owned()), text);
                let message = format!("`{shown}` is not UTF-8: byte {at} is 0x{byte:02X}");
                let place = Place {
                    source,
                    span: at..at + '\u{fffd}'.len_utf8(),
                };
                let problem = Diagnostic::new(ProblemKind::NotUtf8, "", message).at(Some(place));
                self.problems.push(
                    problem
                        .label("not UTF-8 from here")
                        .help("save the file again as UTF-8"),
                );
                None
            }
        }
    }

    /// Parses and checks one text.
    fn parse(&mut self, source: usize) -> Option<(Header, Node)> {
        let text = Arc::clone(&self.sources[source].text);
        let (document, errors) = DeTable::parse_recoverable(&text);
        if !errors.is_empty() {
            self.problems
                .extend(syntax::problems(source, &text, document.get_ref(), &errors));
            return None;
        }
        let has_content = text.trim_start_matches('\u{feff}').lines().any(|line| {
            let line = line.trim();
            !line.is_empty() && !line.starts_with('#')
        });
        if !has_content {
            let [one, _] = self.kind;
            let name = self.built_in.first().map(|built_in| built_in.name);
            let extending =
                name.map(|name| format!("the smallest {one} is one line: extends = \"{name}\""));
            let least = self.least.map(str::to_owned).or(extending);
            let help = if self.sources[source].kind == SourceKind::Stream {
                Some("what comes through a pipe can be read once: where it is needed again, give a file".to_owned())
            } else {
                least
            };
            let problem = Diagnostic::new(
                ProblemKind::Empty,
                "",
                format!("`{}` is empty", self.sources[source].name),
            )
            .at(Some(Place { source, span: 0..0 }))
            .label("nothing is set here")
            .help_with(help);
            self.problems.push(problem);
            return None;
        }
        let mut checker = Checker::new(self.shape, self.kind[0], source);
        let mut table = document.into_inner();
        let mut header = Header::default();
        for key in HEADER {
            let Some(found) = table.remove(key) else {
                continue;
            };
            let span = found.span();
            match (key, text_of(&mut checker, key, &found)) {
                ("name", value) => header.name = value,
                ("summary", value) => header.summary = value,
                (_, Some(value)) => header.extends = Some((value, checker.place(span))),
                (_, None) => {}
            }
        }
        let value = checker.record(self.shape, "", &table);
        self.problems.append(&mut checker.problems);
        Some((
            header,
            Node {
                value,
                place: None,
                key: None,
            },
        ))
    }
}

/// The value of a header key, which is text.
fn text_of(checker: &mut Checker<'_>, key: &str, found: &Spanned<DeValue<'_>>) -> Option<String> {
    if let Some(text) = found.get_ref().as_str() {
        return Some(text.to_owned());
    }
    let message = format!("`{key}` cannot be {}", describe(found.get_ref()));
    let problem = Diagnostic::new(ProblemKind::WrongType, key, message);
    checker.note(problem.label("expected text in quotes"), found.span());
    None
}

/// Whether a scenario is meant by its path and not by a built-in name.
pub(crate) fn looks_like_path(text: &str) -> bool {
    Path::new(text)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
        || text.contains('/')
        || text.contains(MAIN_SEPARATOR)
}

/// What `extends = base` means in a text of a folder. One that is built in has none, and extends no file.
pub(crate) fn extended(folder: Option<&Path>, base: &str) -> Option<Source> {
    if looks_like_path(base) {
        folder.map(|folder| Source::Path(folder.join(base)))
    } else {
        Some(Source::Name(base.to_owned()))
    }
}

/// Why a file cannot be read.
pub(crate) enum Failure {
    Missing,
    Directory,
    /// With its size where that is known before reading.
    TooLarge(Option<u64>),
    Other(io::Error),
}

/// What a file holds, and no more of it than a scenario may have.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let failure = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Failure::Missing,
        io::ErrorKind::IsADirectory => Failure::Directory,
        _ => Failure::Other(error),
    };
    let about = fs::metadata(path).map_err(failure)?;
    if about.is_dir() {
        return Err(Failure::Directory);
    }
    if about.len() > LARGEST {
        return Err(Failure::TooLarge(Some(about.len())));
    }
    not_too_large(limited(path).map_err(failure)?)
}

/// What comes through a pipe or a device; none where the path is that of a file or a directory, or cannot be read.
pub(crate) fn stream(path: &Path) -> Option<Vec<u8>> {
    let about = fs::metadata(path).ok()?;
    if about.is_file() || about.is_dir() {
        return None;
    }
    limited(path).ok()
}

/// What can be read, up to one byte more than is allowed: a pipe or device has no size beforehand.
fn limited(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn not_too_large(bytes: Vec<u8>) -> Result<Vec<u8>, Failure> {
    if bytes.len() as u64 > LARGEST {
        return Err(Failure::TooLarge(None));
    }
    Ok(bytes)
}

/// The names of the scenario files in a folder, sorted.
fn files_in(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let names = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned());
    let is_scenario = |name: &String| {
        Path::new(name)
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
    };
    let mut names: Vec<String> = names.filter(is_scenario).take(1000).collect();
    names.sort();
    names
}
