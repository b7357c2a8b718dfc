//! The JSON of `kep_solver`, in its first layout and in those with a `schema`.

use std::fmt;

use hailsham_scenario::nearest;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::kep::{self, Entry, Id, Recipient};
use super::{Fault, Source, line_ends};
use crate::pool::Pool;

pub(crate) fn read(source: Source<'_>) -> Result<Pool, Fault> {
    let Once(value) = serde_json::from_str(source.text).map_err(|e| {
        let line = e.line().max(1);
        if e.is_data() {
            let found = e.to_string();
            let found = found.split(" at line ").next().unwrap_or_default();
            source.fault(line, found, "each key once")
        } else {
            source.fault(line, format!("broken JSON ({e})"), "well-formed JSON")
        }
    })?;
    let mut json = Json {
        source,
        at: 0,
        line: 1,
    };
    let Value::Object(top) = &value else {
        return Err(source.fault(1, kind(&value), "an object with `data`, or with `donors`"));
    };
    match (top.get("schema"), top.get("data"), top.get("donors")) {
        (schema, Some(data), None) => {
            if let Some(schema) = schema
                && schema.as_u64() != Some(1)
            {
                let line = json.find("schema");
                return Err(source.fault(
                    line,
                    format!("schema {schema} with `data`"),
                    "`data` without a schema, or `donors` with schema 2 or 3",
                ));
            }
            json.first(data, top.get("recipients"))
        }
        (schema, None, Some(donors)) => {
            if let Some(schema) = schema
                && !matches!(schema.as_u64(), Some(2 | 3))
            {
                let line = json.find("schema");
                return Err(source.fault(line, format!("schema {schema}"), "schema 2 or 3"));
            }
            json.later(donors, top.get("recipients"))
        }
        _ => Err(source.fault(
            1,
            "an object without `data` or `donors`, or with both",
            "`data` (first layout) or `donors` (schema 2 and 3)",
        )),
    }
}

/// A value in which no key stands twice.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Once, D::Error> {
        deserializer.deserialize_any(OnceVisitor).map(Once)
    }
}

struct OnceVisitor;

impl<'de> Visitor<'de> for OnceVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Once(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if values.contains_key(&key) {
                return Err(A::Error::custom(format_args!("the key `{key}` again")));
            }
            let Once(value) = map.next_value()?;
            values.insert(key, value);
        }
        Ok(Value::Object(values))
    }
}

/// A walk through the values in the order of the file, which keeps the line by looking for each key or
/// identity in the text: it is exact where keys stand in order, as they do in a file.
struct Json<'a> {
    source: Source<'a>,
    at: usize,
    line: usize,
}

fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(b) => format!("`{b}`"),
        Value::Number(n) => format!("`{n}`"),
        Value::String(s) => format!("`{s}`"),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

impl Json<'_> {
    /// The line of the next place where this key stands, with its colon.
    fn find(&mut self, key: &str) -> usize {
        let quoted = Value::String(key.to_owned()).to_string();
        let mut from = self.at;
        while let Some(found) = self.source.text[from..].find(&quoted) {
            let start = from + found;
            from = start + quoted.len();
            if self.source.text[from..].trim_start().starts_with(':') {
                self.line += line_ends(&self.source.text.as_bytes()[self.at..start]);
                // The key itself holds no line ends; the search goes on behind it.
                self.at = from;
                break;
            }
        }
        self.line
    }

    fn wrong<T>(&self, value: &Value, what: &str, allowed: &str) -> Result<T, Fault> {
        Err(self
            .source
            .fault(self.line, format!("{} as {what}", kind(value)), allowed))
    }

    fn object<'v>(&self, value: &'v Value, what: &str) -> Result<&'v Map<String, Value>, Fault> {
        match value {
            Value::Object(map) => Ok(map),
            _ => self.wrong(value, what, "an object"),
        }
    }

    fn list<'v>(&self, value: Option<&'v Value>, what: &str) -> Result<&'v [Value], Fault> {
        match value {
            None => Ok(&[]),
            Some(Value::Array(list)) => Ok(list),
            Some(value) => self.wrong(value, what, "a list"),
        }
    }

    fn id(&self, value: Option<&Value>, what: &str) -> Result<Id, Fault> {
        let text = match value {
            Some(Value::String(text)) if !text.is_empty() => text.clone(),
            Some(Value::Number(n)) => n.to_string(),
            Some(value) => return self.wrong(value, what, "an identity: a text or a number"),
            None => {
                return Err(self.source.fault(
                    self.line,
                    format!("no {what}"),
                    "an identity: a text or a number",
                ));
            }
        };
        Ok(Id {
            line: self.line,
            text,
        })
    }

    fn number(&self, map: &Map<String, Value>, key: &str) -> Result<Option<f64>, Fault> {
        match map.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_f64() {
                Some(n) => Ok(Some(n)),
                None => self.wrong(value, key, "a number"),
            },
        }
    }

    fn text(&self, map: &Map<String, Value>, keys: &[&str]) -> Result<Option<String>, Fault> {
        for key in keys {
            match map.get(*key) {
                None | Some(Value::Null) => {}
                Some(Value::String(text)) => return Ok(Some(text.clone())),
                Some(value) => return self.wrong(value, key, "a text"),
            }
        }
        Ok(None)
    }

    fn entry(&mut self, id: Id, map: &Map<String, Value>, keys: [&str; 3]) -> Result<Entry, Fault> {
        let [own, age_key, matches] = keys;
        let mut of = Vec::new();
        for value in self.list(map.get(own), own)? {
            of.push(self.id(Some(value), own)?);
        }
        let age = self
            .number(map, age_key)?
            .map(|age| self.source.age(self.line, age))
            .transpose()?;
        let altruistic = match map.get("altruistic") {
            None | Some(Value::Null) => None,
            Some(Value::Bool(b)) => Some(*b),
            Some(value) => return self.wrong(value, "altruistic", "true or false"),
        };
        let blood_group = self.text(map, &["bloodtype", "bloodgroup"])?;
        let known = [
            "id",
            own,
            age_key,
            matches,
            "altruistic",
            "bloodtype",
            "bloodgroup",
        ];
        let unknown = || map.keys().filter(|key| !known.contains(&key.as_str()));
        if !of.is_empty() || altruistic.is_some() {
            // A misspelt key would be passed over, and what it holds with it.
            let absent = || known.into_iter().filter(|key| !map.contains_key(*key));
            let near = |key: &&String| nearest(key, absent()).is_some();
            let in_vain = !of.is_empty() && !map.contains_key(matches);
            if let Some(key) = unknown().find(near).or(unknown().find(|_| in_vain)) {
                let meant = nearest(key, absent()).unwrap_or(matches);
                return Err(self.source.fault(
                    self.line,
                    format!("donor `{}` without `{meant}`, but with `{key}`", id.text),
                    format!("`{meant}`"),
                ));
            }
        }
        let unknown = unknown().next().map(|key| Id {
            line: self.line,
            text: key.clone(),
        });
        let mut found = Vec::new();
        for value in self.list(map.get(matches), matches)? {
            self.find("recipient");
            let entry = self.object(value, "a match")?;
            let to = self.id(entry.get("recipient"), "recipient of a match")?;
            let Some(score) = self.number(entry, "score")? else {
                return Err(self
                    .source
                    .fault(self.line, "a match without a score", "a number"));
            };
            found.push((to, score));
        }
        Ok(Entry {
            id,
            of,
            altruistic,
            unknown,
            age,
            blood_group,
            matches: found,
        })
    }

    fn recipient(
        &self,
        id: Id,
        map: &Map<String, Value>,
        percent: bool,
    ) -> Result<Recipient, Fault> {
        let most = if percent { 100.0 } else { 1.0 };
        let sensitisation = match self.number(map, "cPRA")? {
            Some(share) if (0.0..=most).contains(&share) => Some(share / most),
            Some(share) => {
                return Err(self.source.fault(
                    self.line,
                    format!("cPRA {share}"),
                    format!("a number from 0 to {most}"),
                ));
            }
            None => None,
        };
        Ok(Recipient {
            id,
            blood_group: self.text(map, &["bloodtype", "bloodgroup"])?,
            sensitisation,
        })
    }

    fn first(&mut self, data: &Value, recipients: Option<&Value>) -> Result<Pool, Fault> {
        let mut entries = Vec::new();
        self.find("data");
        for (key, value) in self.object(data, "data")? {
            let line = self.find(key);
            let map = self.object(value, "a donor")?;
            entries.push(self.entry(
                Id {
                    line,
                    text: key.clone(),
                },
                map,
                ["sources", "dage", "matches"],
            )?);
        }
        (self.at, self.line) = (0, 1);
        self.find("recipients");
        let mut described = Vec::new();
        if let Some(recipients) = recipients {
            for (key, value) in self.object(recipients, "recipients")? {
                let line = self.find(key);
                described.push(self.recipient(
                    Id {
                        line,
                        text: key.clone(),
                    },
                    self.object(value, "a recipient")?,
                    false,
                )?);
            }
        }
        kep::pool(self.source, entries, described, "sources")
    }

    fn later(&mut self, donors: &Value, recipients: Option<&Value>) -> Result<Pool, Fault> {
        let mut entries = Vec::new();
        self.find("donors");
        for value in self.list(Some(donors), "donors")? {
            self.find("id");
            let map = self.object(value, "a donor")?;
            let id = self.id(map.get("id"), "id of a donor")?;
            entries.push(self.entry(
                id,
                map,
                ["paired_recipients", "age", "outgoing_transplants"],
            )?);
        }
        (self.at, self.line) = (0, 1);
        self.find("recipients");
        let mut described = Vec::new();
        for value in self.list(recipients, "recipients")? {
            self.find("id");
            let map = self.object(value, "a recipient")?;
            let id = self.id(map.get("id"), "id of a recipient")?;
            described.push(self.recipient(id, map, true)?);
        }
        kep::pool(self.source, entries, described, "paired_recipients")
    }
}
