//! The pages of studies, of results that are written here: what numbers and parameters are, in which unit, and by which
//! names a table is heard.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use hailsham_report::write_study;
use serde_json::{Value, json};

/// The page of a study of this kind, with these parts of its plan and these results.
fn page(parameters: &Value, result: &Value) -> String {
    let folder = tempfile::tempdir().unwrap();
    let study = json!({
        "hailsham": "0.1.0", "command": "hailsham study", "status": "complete",
        "plan": {"seed": 1, "scale": 0.1},
        "arms": [{"arm": "a", "scenario": "small", "summary": "A small one", "scenario_hash": "12", "changed": []}],
        "metrics": [
            {"name": "died_share", "unit": "share", "text": "Those who died."},
            {"name": "years_mean", "unit": "years", "text": "Mean years of something."},
        ],
        "parameters": parameters,
    });
    for (name, value) in [("study.json", &study), ("result.json", result)] {
        std::fs::write(folder.path().join(name), value.to_string()).unwrap();
    }
    std::fs::read_to_string(write_study(folder.path()).unwrap()).unwrap()
}

/// A chart's data.
fn chart(page: &str, id: &str) -> Value {
    let start = page.find("id=\"data\">").unwrap() + "id=\"data\">".len();
    let data = &page[start..start + page[start..].find("</script>").unwrap()];
    let data: Value = serde_json::from_str(data).unwrap();
    let charts = data["charts"].as_array().unwrap().iter();
    charts
        .clone()
        .find(|chart| chart["id"] == id)
        .unwrap()
        .clone()
}

/// The page up to its scripts, without tags, blanks run together.
fn text(page: &str) -> String {
    let page = &page[page.find("<main").unwrap()..page.find("<script").unwrap()];
    let page = page.replace("</t", " </t");
    let mut inside = false;
    let text: String = page
        .chars()
        .filter(|letter| {
            let shown = !inside && *letter != '<';
            inside = (inside || *letter == '<') && *letter != '>';
            shown
        })
        .collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn sweep() -> String {
    let parameters = json!([
        {"path": "care.load", "unit": "donors", "text": "Most donors of a carer."},
        {"path": "care.rule", "unit": "", "text": "By which rule."},
    ]);
    let at = |parameter: &str, at: f64, mean: f64| json!({"metric": "died_share", "parameter": parameter, "at": at, "mean": mean, "interval": [mean, mean]});
    let result = json!({
        "study": "sweep", "scenario": "small", "points": 4, "replicates": 1, "design": "grid",
        "parameters": [
            {"path": "care.load", "values": [], "ends": [1.0, 4.0]},
            {"path": "care.rule", "values": ["first", "last"], "ends": [1.0, 2.0]},
        ],
        "metrics": ["died_share"], "indices": [],
        "dependence": [at("care.load", 1.0, 0.1), at("care.load", 4.0, 0.3), at("care.rule", 1.0, 0.2), at("care.rule", 2.0, 0.2)],
        "heat": [{"metric": "died_share", "parameters": ["care.load", "care.rule"], "at": [1.0, 1.0], "mean": 0.2}],
    });
    page(&parameters, &result)
}

#[test]
fn a_parameter_is_told_with_its_unit_and_what_it_is() {
    let page = sweep();
    let told = text(&page);
    assert!(
        told.contains("Most donors of a carer. care.load, donors 1 to 4"),
        "{told}"
    );
    assert!(told.contains("died share % Those who died."), "{told}");
    let drawn = chart(&page, "dependence");
    let choice = "died share (%) by care.load";
    assert_eq!(
        drawn["rows"][0],
        json!([choice, 1, 10, 10, 10]),
        "a share in per cent"
    );
    assert_eq!(
        drawn["options"]["axes"][choice],
        json!([{"name": "died share (%)", "values": []}, {"name": "care.load (donors)", "values": []}])
    );
    assert_eq!(
        drawn["options"]["means"][choice],
        "Those who died by care.load"
    );
    let listed = &drawn["options"]["axes"]["died share (%) by care.rule"][1];
    assert_eq!(
        *listed,
        json!({"name": "care.rule", "values": ["first", "last"]})
    );
    let heat = chart(&page, "heat");
    let both = "died share (%) by care.load (across) and care.rule (up)";
    assert_eq!(
        heat["options"]["axes"][both][2]["values"],
        json!(["first", "last"])
    );
    let means = &chart(&page, "tornado")["options"]["means"];
    assert_eq!(means["care.load"], "Most donors of a carer");
    assert_eq!(means["died share"], "Those who died");
    assert!(page.contains("\"file\":\"small-4-points\""));
}

#[test]
fn a_study_of_an_older_version_has_a_page_with_names_alone() {
    let result = json!({
        "study": "replicates", "scenario": "small", "replicates": 1, "headlines": ["unknown_one"],
        "metrics": [{"metric": "unknown_one", "unit": "days", "mean": 2.0, "sd": null, "ci_low": null,
                     "ci_high": null, "quantiles": [2.0, 2.0, 2.0, 2.0, 2.0]}],
        "narrow": null,
    });
    let told = text(&page(&Value::Null, &result));
    assert!(told.contains("unknown one days 2 "), "{told}");
    assert!(told.contains("1 run of small"), "{told}");
}

#[test]
fn differences_of_shares_are_told_in_per_cent() {
    let of = |who: &str, group: &str, metric: &str, pairs: u32| {
        json!({"who": who, "group": group, "metric": metric, "unit": "share", "pairs": pairs, "a": 0.25, "b": 0.5, "difference": 0.25,
               "t_low": 0.125, "t_high": 0.375, "bootstrap_low": null, "bootstrap_high": null, "p_adjusted": 0.5,
               "reduction": 2.0, "same": false})
    };
    let result = json!({
        "study": "comparison", "a": "small", "b": "small", "replicates": 2, "headlines": ["died_share"],
        "metrics": [of("run", "all", "died_share", 2)], "groups": [of("age", "old_ones", "died_there", 1)],
        "lives": null, "pairing": {"metrics": 1, "fivefold": 0, "why_not": []},
    });
    let page = page(&Value::Null, &result);
    let told = text(&page);
    assert!(
        told.contains("Those who died. died_share, % 25 50 25 12.50 to 37.50"),
        "{told}"
    );
    assert!(
        told.contains("age, old ones: died there (%), 1 of 2 pairs 25 50 25"),
        "{told}"
    );
    for table in page.split("<table").skip(1) {
        let table = &table[..table.find("</thead>").unwrap()];
        assert!(table.contains("aria-label"), "{table}");
        assert!(
            !table.contains("\"></th>"),
            "a column without a head: {table}"
        );
    }
}
