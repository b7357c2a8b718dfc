//! The list of parameters and the schema for editors, both from the declaration alone.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod sample;

use std::collections::BTreeSet;

use hailsham_scenario::{ParameterInfo, describe, schema};
use sample::{Programme, load_name, load_text};
use serde_json::{Value as Json, json};

fn find<'a>(rows: &'a [ParameterInfo], path: &str) -> &'a ParameterInfo {
    rows.iter()
        .find(|row| row.path == path)
        .unwrap_or_else(|| panic!("no row {path}"))
}

/// The paths of everything in a value that is not a table.
fn leaves(value: &Json, path: &str, all: &mut BTreeSet<String>) {
    match value.as_object() {
        Some(entries) => {
            for (key, value) in entries {
                leaves(
                    value,
                    &if path.is_empty() {
                        key.clone()
                    } else {
                        format!("{path}.{key}")
                    },
                    all,
                );
            }
        }
        None => {
            all.insert(path.to_owned());
        }
    }
}

#[test]
fn every_value_of_a_scenario_has_its_row() {
    let value = load_name("hailsham", &["review.every=3"]).unwrap().value;
    let rows = describe(Some(&value));
    let json = serde_json::to_value(&value).unwrap();
    let mut expected = BTreeSet::new();
    leaves(&json, "", &mut expected);
    // Beside those, the fields of the records that a list may hold.
    let paths: BTreeSet<String> = rows
        .iter()
        .map(|row| row.path.clone())
        .filter(|path| !path.contains("<number>"))
        .collect();
    assert_eq!(paths, expected);
    assert_eq!(rows.len(), paths.len() + 2, "no path twice");
    for row in rows.iter().filter(|row| !row.path.contains("<number>")) {
        let pointer = format!("/{}", row.path.replace('.', "/"));
        // Single precision is told in its own digits.
        let value = if row.path == "donation.infection" {
            &json!(0.05)
        } else {
            json.pointer(&pointer).unwrap()
        };
        assert_eq!(value, &row.value, "{}", row.path);
    }
}

#[test]
fn a_row_says_all_that_is_declared() {
    let rows = describe::<Programme>(None);
    let row = serde_json::to_value(find(&rows, "donation.retire_after")).unwrap();
    assert_eq!(
        row,
        json!({
            "path": "donation.retire_after",
            "type": "integer",
            "unit": "operations",
            "default": 0,
            "value": null,
            "range": [0.0, 20.0],
            "allowed": [],
            "source": "assumed",
            "lever": "E-46",
            "text": "Donations after which a donor is released; 0: never.",
        })
    );
}

#[test]
fn rows_of_every_shape() {
    let rows = describe::<Programme>(None);
    let table: Vec<String> = rows
        .iter()
        .map(|row| {
            let range = serde_json::to_string(&row.range).unwrap();
            format!(
                "{} | {} | {} | {} | {} | {}",
                row.path,
                row.kind,
                row.unit,
                row.default,
                range,
                row.allowed.join(" ")
            )
        })
        .collect();
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("rows", table.join("\n"));
    });
}

#[test]
fn records_are_listed_by_name_once_there_are_some() {
    let value = load_name("hailsham", &[]).unwrap().value;
    let rows = describe(Some(&value));
    let beds = find(&rows, "institutions.kingsfield.beds");
    assert_eq!(
        (&beds.value, &beds.default, beds.unit.as_str()),
        (&json!(60), &json!(0), "beds")
    );
    assert!(!rows.iter().any(|row| row.path.contains("<name>")));
    let year = find(&rows, "intake.1955");
    assert_eq!(
        (&year.value, year.unit.as_str()),
        (&json!(100.0), "persons per year")
    );
}

#[test]
fn the_values_of_a_table_speak_with_its_words() {
    let value = load_text("antigens.A.A1 = 0.15\n", &[]).unwrap().value;
    let rows = describe(Some(&value));
    let row = find(&rows, "antigens.A.A1");
    assert_eq!(
        (row.unit.as_str(), row.source.as_str()),
        ("share", "a survey")
    );
    assert_eq!(row.text, "Frequency of each antigen, by locus.");
}

#[test]
fn the_schema_allows_what_a_file_may_hold() {
    let schema = schema::<Programme>();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    for key in ["name", "summary", "extends"] {
        assert_eq!(schema["properties"][key]["type"], "string", "{key}");
    }
    let donation = &schema["$defs"]["Donation"]["properties"];
    assert_eq!(
        donation["recovery"]["type"],
        json!(["number", "string"]),
        "a quantity in quotes"
    );
    assert_eq!(donation["recovery"]["maximum"], 3650.0);
    assert_eq!(donation["meet"]["type"], "boolean");
    assert_eq!(
        donation["called_at"]["type"],
        json!(["number", "null", "string"])
    );
    let institution = &schema["$defs"]["Institution"];
    assert_eq!(institution["properties"]["remove"]["const"], true);
    assert!(
        institution.get("required").is_none(),
        "a record may give only what it changes"
    );
    assert!(
        schema["$defs"]["Pinned"]["required"].is_array(),
        "an element of a list is whole"
    );
    assert!(
        schema["$defs"]["Review"]["properties"]
            .get("remove")
            .is_none()
    );
}

#[test]
fn a_default_out_of_its_range_is_found_by_loading_the_resolved_text() {
    // The model's own test does this with its own type: here, that it can fail.
    let text = load_text("horizon = 3\n", &[]).unwrap().text;
    assert!(load_text(&text, &[]).is_ok());
    assert!(load_text(&text.replace("horizon = 3 ", "horizon = 0 "), &[]).is_err());
}
