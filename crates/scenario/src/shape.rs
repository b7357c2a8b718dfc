//! The shape of a scenario, read once from the JSON Schema of its Rust type.
//!
//! Everything else in this room walks a [`Shape`]: the check, the merge, `--set`, the resolved
//! text, the list of parameters. Shapes it does not know (an enum with data, an untagged union)
//! become [`Kind::Any`]: the value is handed to serde as it stands.

mod bounds;

use serde_json::Value as Json;

pub(crate) use bounds::Bounds;

/// One place in the tree of parameters.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) kind: Kind,
    /// May be absent: an `Option` in Rust, written `"none"` in a file.
    pub(crate) optional: bool,
    pub(crate) unit: String,
    pub(crate) source: String,
    pub(crate) lever: Option<String>,
    /// The doc comment.
    pub(crate) text: String,
    /// What serde fills in when the key is missing.
    pub(crate) default: Json,
}

/// What may stand there.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// A section or record: these fields and no others.
    Record(Vec<Field>),
    /// A keyed table: keys of the writer's choice, one shape of value.
    Keyed(Box<Shape>, Keys),
    List(List),
    Number(Bounds),
    Integer(Bounds),
    Text,
    Boolean,
    /// One of these words.
    Choice(Vec<String>),
    Any,
}

/// The keys that a keyed table allows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Keys {
    /// Any name that can be written in a line of a file or of a message.
    Any,
    /// Integers of any sign: years, say.
    Whole,
    /// Integers without a sign.
    Natural,
}

impl Keys {
    pub(crate) fn allow(self, key: &str) -> bool {
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Keys::Any => !key.chars().any(char::is_control),
            Keys::Whole => digits(key.strip_prefix('-').unwrap_or(key)),
            Keys::Natural => digits(key),
        }
    }

    /// What stands for any of them in the list of parameters.
    pub(crate) fn placeholder(self) -> &'static str {
        if self == Keys::Any {
            "<name>"
        } else {
            "<number>"
        }
    }

    pub(crate) fn allowed(self) -> &'static str {
        match self {
            Keys::Any => "a name without tabs, line ends and the like",
            Keys::Whole => "a whole number",
            Keys::Natural => "a whole number without a sign",
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// Serde has no default for it.
    pub(crate) required: bool,
    pub(crate) shape: Shape,
}

#[derive(Clone, Debug)]
pub(crate) struct List {
    /// The shapes of the first elements, for tuples.
    pub(crate) first: Vec<Shape>,
    /// The shape of every further element.
    pub(crate) rest: Box<Shape>,
    pub(crate) least: usize,
    pub(crate) most: Option<usize>,
}

/// Types that contain themselves are followed this far, and then taken as they stand.
const DEPTH: usize = 24;

impl Shape {
    /// The shape of `T`.
    pub(crate) fn of<T: schemars::JsonSchema>() -> Shape {
        let schema = schemars::schema_for!(T).to_value();
        Builder {
            definitions: schema.get("$defs").unwrap_or(&Json::Null),
        }
        .shape(&schema, DEPTH)
    }

    /// A place that only serde knows.
    pub(crate) fn unknown() -> Shape {
        Shape {
            kind: Kind::Any,
            optional: false,
            unit: String::new(),
            source: String::new(),
            lever: None,
            text: String::new(),
            default: Json::Null,
        }
    }

    /// A table, as against a value: it gets a heading of its own and merges key by key.
    pub(crate) fn is_table(&self) -> bool {
        matches!(self.kind, Kind::Record(_) | Kind::Keyed(..))
    }

    pub(crate) fn fields(&self) -> &[Field] {
        match &self.kind {
            Kind::Record(fields) => fields,
            _ => &[],
        }
    }

    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields().iter().find(|field| field.name == name)
    }

    /// The type in one word or a few, as `params` prints it.
    pub(crate) fn type_name(&self) -> String {
        let name = match &self.kind {
            Kind::Record(_) => "record".to_owned(),
            Kind::Keyed(value, _) => format!("table of {}", plural(&value.type_name())),
            Kind::List(list) => format!("list of {}", plural(&list.element(0).type_name())),
            Kind::Number(_) => "number".to_owned(),
            Kind::Integer(_) => "integer".to_owned(),
            Kind::Text => "text".to_owned(),
            Kind::Boolean => "boolean".to_owned(),
            Kind::Choice(_) => "choice".to_owned(),
            Kind::Any => "value".to_owned(),
        };
        if self.optional {
            format!("{name} or none")
        } else {
            name
        }
    }

    /// What may be written there, for messages: `a number from 0 to 1 (probability)`.
    pub(crate) fn allowed(&self) -> String {
        let unit = if self.unit.is_empty() {
            String::new()
        } else {
            format!(" ({})", self.unit)
        };
        let mut text = match &self.kind {
            Kind::Record(_) => "a table".to_owned(),
            Kind::Keyed(value, _) => format!("a table of {}", plural(&value.type_name())),
            Kind::List(list) => list.allowed(),
            Kind::Number(bounds) => format!("a number{}{unit}", bounds.phrase()),
            Kind::Integer(bounds) => format!("a whole number{}{unit}", bounds.phrase()),
            Kind::Text => "text in quotes".to_owned(),
            Kind::Boolean => "true or false".to_owned(),
            Kind::Choice(names) => {
                let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
                if names.len() == 1 {
                    names.concat()
                } else {
                    format!("one of {}", names.join(", "))
                }
            }
            Kind::Any => "a value".to_owned(),
        };
        if self.optional {
            text.push_str(", or \"none\"");
        }
        text
    }

    /// Calls `visit` with the path of every parameter that a file or `--set` may name.
    pub(crate) fn paths(&self, path: &str, visit: &mut impl FnMut(&str)) {
        match &self.kind {
            Kind::Record(fields) => {
                for field in fields {
                    let inner = join(path, &field.name);
                    visit(&inner);
                    field.shape.paths(&inner, visit);
                }
            }
            Kind::Keyed(value, keys) => value.paths(&join(path, keys.placeholder()), visit),
            _ => {}
        }
    }
}

impl List {
    /// The shape of the element at `index`.
    pub(crate) fn element(&self, index: usize) -> &Shape {
        self.first.get(index).unwrap_or(&self.rest)
    }

    fn allowed(&self) -> String {
        let of = plural(&self.element(0).type_name());
        match (self.least, self.most) {
            (least, Some(most)) if least == most => format!("a list of {least} {of}"),
            (0, Some(most)) => format!("a list of at most {most} {of}"),
            (0, None) => format!("a list of {of}"),
            (least, Some(most)) => format!("a list of {least} to {most} {of}"),
            (least, None) => format!("a list of at least {least} {of}"),
        }
    }
}

/// `a.b`, with quotes around a key that TOML would not take bare.
pub(crate) fn join(path: &str, key: &str) -> String {
    let key = quoted_key(key);
    if path.is_empty() {
        key
    } else {
        format!("{path}.{key}")
    }
}

/// The key as TOML writes it. The placeholder `<name>` of documentation stays as it is.
pub(crate) fn quoted_key(key: &str) -> String {
    let bare = !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if bare || matches!(key, "<name>" | "<number>") {
        key.to_owned()
    } else {
        quoted(key)
    }
}

/// A TOML basic string.
pub(crate) fn quoted(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => {
                // Writing into a String cannot fail.
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The plural of the type names above.
fn plural(name: &str) -> String {
    match name {
        "text" => "texts".to_owned(),
        name if name.starts_with("list of ") => name.replacen("list", "lists", 1),
        name if name.starts_with("table of ") => name.replacen("table", "tables", 1),
        name if name.ends_with(" or none") => name.to_owned(),
        name => format!("{name}s"),
    }
}

struct Builder<'a> {
    definitions: &'a Json,
}

impl Builder<'_> {
    fn shape(&self, schema: &Json, depth: usize) -> Shape {
        let string = |name: &str| {
            schema
                .get(name)
                .and_then(Json::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let mut shape = Shape {
            kind: Kind::Any,
            optional: false,
            unit: string("unit"),
            source: string("source"),
            lever: schema
                .get("lever")
                .and_then(Json::as_str)
                .map(str::to_owned),
            text: string("description"),
            default: schema.get("default").cloned().unwrap_or(Json::Null),
        };
        let Some(depth) = depth.checked_sub(1) else {
            return shape;
        };
        if let Some(inner) = self.referred(schema) {
            let inner = self.shape(inner, depth);
            shape.inherit(inner);
            return shape;
        }
        if let Some(inner) = some_of(schema) {
            let inner = self.shape(inner, depth);
            shape.inherit(inner);
            shape.optional = true;
            return shape;
        }
        let (name, nullable) = type_of(schema);
        shape.optional = nullable;
        shape.kind = match name {
            _ if words(schema).is_some() => Kind::Choice(words(schema).unwrap_or_default()),
            Some("number") => Kind::Number(Bounds::of(schema)),
            Some("integer") => Kind::Integer(Bounds::of(schema)),
            Some("string") => Kind::Text,
            Some("boolean") => Kind::Boolean,
            Some("array") => self.list(schema, &shape, depth),
            Some("object") => self.table(schema, &shape, depth),
            _ => Kind::Any,
        };
        shape
    }

    fn referred<'a>(&'a self, schema: &Json) -> Option<&'a Json> {
        self.definitions
            .get(schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?)
    }

    fn list(&self, schema: &Json, outer: &Shape, depth: usize) -> Kind {
        let count = |name: &str| schema.get(name).and_then(Json::as_u64).map(|n| n as usize);
        let inner = |schema: &Json| {
            let mut shape = self.shape(schema, depth);
            shape.take_over(outer);
            shape
        };
        let first = schema.get("prefixItems").and_then(Json::as_array);
        Kind::List(List {
            first: first
                .map(|items| items.iter().map(inner).collect())
                .unwrap_or_default(),
            rest: Box::new(inner(schema.get("items").unwrap_or(&Json::Null))),
            least: count("minItems").unwrap_or(0),
            most: count("maxItems"),
        })
    }

    fn table(&self, schema: &Json, outer: &Shape, depth: usize) -> Kind {
        if let Some(properties) = schema.get("properties").and_then(Json::as_object) {
            let required = schema.get("required").and_then(Json::as_array);
            let fields = properties.iter().map(|(name, property)| Field {
                name: name.clone(),
                required: required.is_some_and(|names| names.iter().any(|other| other == name)),
                shape: self.shape(property, depth),
            });
            return Kind::Record(fields.collect());
        }
        // A map with text keys has `additionalProperties`, one with integers for keys a pattern for
        // each.
        let patterns = schema.get("patternProperties").and_then(Json::as_object);
        let (keys, value) = match patterns.and_then(|patterns| patterns.iter().next()) {
            Some((pattern, value)) if pattern == r"^\d+$" => (Keys::Natural, Some(value)),
            Some((pattern, value)) if pattern == r"^-?\d+$" => (Keys::Whole, Some(value)),
            Some((_, value)) => (Keys::Any, Some(value)),
            None => (Keys::Any, schema.get("additionalProperties")),
        };
        match value {
            Some(value) if value.is_object() => {
                let mut value = self.shape(value, depth);
                value.take_over(outer);
                Kind::Keyed(Box::new(value), keys)
            }
            Some(Json::Bool(false)) => Kind::Record(Vec::new()),
            _ => Kind::Any,
        }
    }
}

impl Shape {
    /// Takes from the type's own definition what the field did not say.
    fn inherit(&mut self, inner: Shape) {
        self.take_over_words(&inner);
        self.kind = inner.kind;
        self.optional |= inner.optional;
        if self.text.is_empty() {
            self.text = inner.text;
        }
        if self.default.is_null() {
            self.default = inner.default;
        }
    }

    /// Takes from the list or table around it what its values do not say themselves. A record
    /// speaks for itself.
    fn take_over(&mut self, outer: &Shape) {
        if matches!(self.kind, Kind::Record(_)) {
            return;
        }
        self.take_over_words(outer);
        if self.text.is_empty() {
            self.text.clone_from(&outer.text);
        }
        // The values of a table in a table were made before they could know.
        let outer = self.clone();
        if let Kind::Keyed(inner, _) = &mut self.kind {
            inner.take_over(&outer);
        }
    }

    fn take_over_words(&mut self, other: &Shape) {
        if self.unit.is_empty() {
            self.unit.clone_from(&other.unit);
        }
        if self.source.is_empty() {
            self.source.clone_from(&other.source);
        }
        if self.lever.is_none() {
            self.lever.clone_from(&other.lever);
        }
    }
}

/// The type's name, and whether null is a second one.
fn type_of(schema: &Json) -> (Option<&str>, bool) {
    match schema.get("type") {
        Some(Json::String(name)) => (Some(name), false),
        Some(Json::Array(names)) => {
            let mut others = names
                .iter()
                .filter_map(Json::as_str)
                .filter(|name| *name != "null");
            let first = others.next();
            // Two types besides null are a union, which is taken as it stands.
            (
                first.filter(|_| others.next().is_none()),
                names.iter().any(|name| name == "null"),
            )
        }
        _ => (None, false),
    }
}

/// The `T` of an `Option<T>`.
fn some_of(schema: &Json) -> Option<&Json> {
    match schema.get("anyOf")?.as_array()?.as_slice() {
        [some, none] if none.get("type").is_some_and(|name| name == "null") => Some(some),
        _ => None,
    }
}

/// The words of an enum without data: `enum`, `const`, or `oneOf` of these, in the order of
/// declaration as far as the schema keeps it.
fn words(schema: &Json) -> Option<Vec<String>> {
    let text = |value: &Json| value.as_str().map(str::to_owned);
    if let Some(word) = schema.get("const") {
        return Some(vec![text(word)?]);
    }
    if let Some(names) = schema.get("enum").and_then(Json::as_array) {
        return names
            .iter()
            .filter(|name| !name.is_null())
            .map(text)
            .collect();
    }
    let mut all = Vec::new();
    for variant in schema.get("oneOf")?.as_array()? {
        all.extend(words(variant)?);
    }
    Some(all)
}
