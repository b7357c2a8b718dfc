//! The page of a made-up run: whole, self-contained, in both ways of speaking, and clear when a
//! file is missing.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod made_up;

use std::path::Path;

use hailsham_report::{ReportError, Words, write};
use serde_json::Value;

fn page(students: usize, words: Words) -> String {
    page_with(students, words, None)
}

/// The same with what came out of facts.
fn page_with(students: usize, words: Words, checks: Option<&str>) -> String {
    let run = tempfile::tempdir().unwrap();
    made_up::write(run.path(), students).unwrap();
    if let Some(checks) = checks {
        std::fs::write(run.path().join("checks.json"), checks).unwrap();
    }
    let report = write(run.path(), words).unwrap();
    assert_eq!(report, run.path().join("report.html"));
    std::fs::read_to_string(report).unwrap()
}

/// The page without what stands in `<script>` and `<style>`.
fn without_scripts(page: &str) -> String {
    let mut rest = page;
    let mut out = String::new();
    while let Some(start) = ["<script", "<style"]
        .iter()
        .filter_map(|tag| rest.find(tag))
        .min()
    {
        out.push_str(&rest[..start]);
        let close = if rest[start..].starts_with("<script") {
            "</script>"
        } else {
            "</style>"
        };
        rest = &rest[start + rest[start..].find(close).expect(close) + close.len()..];
    }
    out + rest
}

/// What a reader reads: a line for each line of the source that has text.
fn text(page: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    let cells = ["</th>", "</td>", "</dt>", "</p><p "];
    let page = cells.iter().fold(without_scripts(page), |page, end| {
        page.replace(end, &format!(" · {end}"))
    });
    for letter in page.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            letter if !inside => out.push(letter),
            _ => {}
        }
    }
    let out = out
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    let lines = out
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

/// The text before the glossary, which holds every word by design.
fn report_text(page: &str) -> String {
    let text = text(page);
    text[..text.find("The programme’s words").unwrap()].to_owned()
}

/// The same without the tables of the charts' data: what a snapshot shows to whoever reviews it.
fn short_text(page: &str) -> String {
    let mut parts = page.split("<details>\n");
    let first = parts.next().unwrap().to_owned();
    let rest = parts.map(|part| &part[part.find("</details>").unwrap()..]);
    report_text(&rest.fold(first, |page, part| page + part))
}

#[test]
fn plain_words() {
    insta::assert_snapshot!("plain", short_text(&page(400, Words::Plain)));
}

#[test]
fn programme_words() {
    insta::assert_snapshot!("programme", short_text(&page(400, Words::Programme)));
}

#[test]
fn each_way_of_speaking_explains_the_other_once() {
    let (plain, programme) = (page(400, Words::Plain), page(400, Words::Programme));
    let (plain, programme) = (report_text(&plain), report_text(&programme));
    assert_eq!(plain.matches("(completed)").count(), 1);
    let completed = |line: &&str| line.to_lowercase().contains("complet");
    let lines: Vec<&str> = plain.lines().filter(completed).collect();
    assert_eq!(lines.len(), 1, "the word itself: {lines:?}");
    assert_eq!(programme.matches("(died of donating)").count(), 1);
    assert_eq!(programme.matches("cloned people").count(), 1);
}

#[test]
fn the_slur_stands_in_the_glossary_only_and_is_marked() {
    let page = page(400, Words::Programme);
    assert!(!report_text(&page).contains("trash"));
    let text = text(&page);
    let at = text.find("trash").expect("the glossary has every row");
    assert!(
        text[at..].starts_with("trash · slur ·"),
        "{}",
        &text[at..at + 40]
    );
}

/// What came out of three facts.
const CHECKS: &str = r#"[
    {"id": "F-1", "kind": "fact", "status": "holds", "value": "count(a) = 2 < 3", "expected": "count(a) < 3",
     "detail": "holds in this run", "how": "pinned", "text": "It is <so>.", "source": "0:252", "seeds": {"holds": 1, "of": 1},
     "rows": [
        {"selection": "a", "time": "1990-03-04 10:20", "what": "completed", "who": "Ruth C.", "whom": null,
         "place": "Grim centre", "topic": "operation", "n": "2", "value": null, "pinned": true},
        {"selection": "b", "time": null, "what": "merit 0.7", "who": null, "whom": null, "place": null,
         "topic": null, "n": null, "value": null, "pinned": false}
     ]},
    {"id": "F-2", "status": "unknown", "value": null, "detail": "It is about an account.", "how": "produced",
     "text": "It is told.", "source": "", "rows": []},
    {"id": "F-3", "status": "fails", "value": "count(c) = 0 > 0", "how": "produced", "text": "It was seen.", "rows": []}
]"#;

#[test]
fn what_came_out_of_facts_is_told() {
    let page = page_with(50, Words::Plain, Some(CHECKS));
    let text = report_text(&page);
    let section = &text[text.rfind("The checks").unwrap()..];
    let section = &section[..section.find("Checks, repetition").unwrap()];
    insta::assert_snapshot!("checks", section);
    assert!(page.contains("id=\"fact-F-1\"") && page.contains("href=\"#checks\""));
}

#[test]
fn the_page_is_well_formed() {
    for checks in [None, Some(CHECKS)] {
        well_formed(&page_with(400, Words::Plain, checks));
    }
}

fn well_formed(page: &str) {
    const VOID: [&str; 3] = ["meta", "link", "br"];
    let page = without_scripts(page);
    let mut open: Vec<String> = Vec::new();
    for tag in page
        .split('<')
        .skip(1)
        .map(|rest| &rest[..rest.find('>').expect("a tag ends")])
    {
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        if tag.starts_with('!') || VOID.contains(&name.as_str()) {
            continue;
        }
        if tag.starts_with('/') {
            assert_eq!(
                open.pop().as_deref(),
                Some(name.as_str()),
                "</{name}> closes another"
            );
        } else {
            assert_eq!(tag.matches('"').count() % 2, 0, "<{tag}>");
            open.push(name);
        }
    }
    assert_eq!(open, Vec::<String>::new());
    let ids: Vec<&str> = page
        .split(" id=\"")
        .skip(1)
        .map(|rest| &rest[..rest.find('"').unwrap()])
        .collect();
    for (n, id) in ids.iter().enumerate() {
        assert!(!ids[..n].contains(id), "two elements have the id {id}");
    }
    for link in page
        .split("href=\"#")
        .skip(1)
        .map(|rest| &rest[..rest.find('"').unwrap()])
    {
        assert!(ids.contains(&link), "nothing has the id {link}");
    }
}

/// Every table has a name and every column a head; headings go down one level at a time.
fn tables_and_headings_are_named(page: &str) {
    let page = without_scripts(page);
    for tag in page.split("<table").skip(1) {
        let tag = &tag[..tag.find('>').unwrap()];
        let named = tag.contains("aria-label=\"") || tag.contains("aria-labelledby=\"");
        assert!(named && !tag.contains("=\"\""), "<table{tag}>");
    }
    for cell in page.split("<th scope=\"col\"").skip(1) {
        let cell = &cell[..cell.find("</th>").unwrap()];
        assert!(!cell.ends_with('>'), "a column without a head: {cell}");
    }
    let mut last = 0;
    for heading in page.split("<h").skip(1) {
        let Some(level) = heading.chars().next().unwrap().to_digit(10) else {
            continue;
        };
        assert!(level <= last + 1, "h{level} after h{last}: {heading:.60}");
        last = level;
    }
}

#[test]
fn the_page_can_be_heard() {
    for checks in [None, Some(CHECKS)] {
        tables_and_headings_are_named(&page_with(400, Words::Plain, checks));
    }
}

#[test]
fn one_is_not_many() {
    let plain = text(&page(1, Words::Plain));
    assert!(plain.contains("made 1 cloned person (student)."), "{plain}");
    assert!(plain.contains("Where the 1 cloned person went:"), "{plain}");
    let lines = plain.lines();
    let wrong = [
        " 1 cloned people",
        " 1 couples",
        " 1 works",
        " 1 versions",
        " 1 times",
    ];
    for line in lines {
        assert!(!wrong.iter().any(|many| line.contains(many)), "{line}");
    }
}

#[test]
fn files_have_names_and_columns_that_say_what_they_are() {
    let run = tempfile::tempdir().unwrap();
    made_up::write(run.path(), 50).unwrap();
    change(run.path(), "manifest.json", |manifest| {
        manifest["scenario"] = "My rules, changed".into();
    });
    let page = std::fs::read_to_string(write(run.path(), Words::Plain).unwrap()).unwrap();
    let data = embedded(&page);
    assert_eq!(data["file"], "my-rules-changed");
    let charts = data["charts"].as_array().unwrap();
    let knowledge = charts.iter().find(|chart| chart["id"] == "knowledge");
    let columns = knowledge.unwrap()["columns"].as_array().unwrap();
    let keys: Vec<&str> = columns
        .iter()
        .map(|column| column["key"].as_str().unwrap())
        .collect();
    let told = [
        "age",
        "heard_donation",
        "understood_donation",
        "heard_completion",
        "understood_completion",
    ];
    assert_eq!(keys, told);
}

#[test]
fn a_metric_is_told_by_what_it_is_and_a_share_in_per_cent() {
    let text = text(&page(400, Words::Plain));
    for row in [
        "Mean years of service. · 5.43 · years · carers_tenure_mean ·",
        "Share of pupils who stayed. · 12.50 · % · stayed_share ·",
        "Share of pupils in humane schools; not defined without pupils. · – · % · schools_humane_share ·",
    ] {
        assert!(text.lines().any(|line| line == row), "{row}");
    }
}

#[test]
fn the_page_loads_nothing() {
    let page = page(400, Words::Plain);
    let shown = without_scripts(&page);
    assert!(!shown.contains("http://") && !shown.contains("https://"));
    for tag in shown.split('<').skip(1) {
        assert!(!tag.contains(" src="), "<{tag}");
        assert!(
            !tag.starts_with("link") || tag.contains("href=\"data:,\""),
            "<{tag}"
        );
    }
    assert!(
        page.contains("default-src 'none'"),
        "the browser is told so as well"
    );
    let style = &page[page.find("<style>").unwrap()..page.find("</style>").unwrap()];
    assert!(!style.contains("url(") && !style.contains("@import"));
}

#[test]
fn every_chart_has_a_heading_a_caption_a_table_and_a_file() {
    let page = page(400, Words::Plain);
    let data = embedded(&page);
    let charts = data["charts"].as_array().unwrap();
    let ids: Vec<&str> = charts
        .iter()
        .map(|chart| chart["id"].as_str().unwrap())
        .collect();
    for id in [
        "life-course",
        "survival",
        "ages",
        "age-at-death",
        "tenure",
        "recipients-outcome",
        "waiting",
        "ledger",
        "stocks",
        "steps",
        "operations",
        "deaths",
        "list",
        "beds",
        "schools",
        "knowledge",
        "tellings",
        "new-versions",
        "belief",
        "versions",
        "art",
        "works-chosen",
        "evidence",
        "bonds",
        "interference",
        "mended",
        "circle",
        "resistance",
        "reform",
    ] {
        assert!(ids.contains(&id), "no chart {id} in {ids:?}");
    }
    for chart in charts {
        let id = chart["id"].as_str().unwrap();
        for part in [
            format!("id=\"title-{id}\""),
            format!("id=\"caption-{id}\""),
            format!("data-chart=\"{id}\""),
            format!("data-csv=\"{id}\""),
        ] {
            assert_eq!(page.matches(&part).count(), 1, "{part}");
        }
        let columns = chart["columns"].as_array().unwrap().len();
        let rows = chart["rows"].as_array().unwrap();
        assert!(!rows.is_empty(), "{id}");
        assert!(
            rows.iter()
                .all(|row| row.as_array().unwrap().len() == columns),
            "{id}"
        );
    }
}

fn embedded(page: &str) -> Value {
    let start = page.find("id=\"data\">").unwrap() + "id=\"data\">".len();
    serde_json::from_str(&page[start..start + page[start..].find("</script>").unwrap()]).unwrap()
}

/// The rows of a chart.
fn rows(page: &str, id: &str) -> Vec<Value> {
    let data = embedded(page);
    let chart = data["charts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|chart| chart["id"] == id)
        .unwrap();
    chart["rows"].as_array().unwrap().clone()
}

#[test]
fn nobody_is_lost_on_the_way() {
    let rows = rows(&page(700, Words::Plain), "life-course");
    let sum = |column: usize, name: &str| -> u64 {
        let people = |row: &Value| row[2].as_u64().unwrap();
        rows.iter()
            .filter(|row| row[column] == name)
            .map(people)
            .sum()
    };
    assert_eq!(sum(0, "Created"), 700);
    for node in [
        "Humane school",
        "Ordinary school",
        "Waiting houses",
        "Carer",
        "Donor",
    ] {
        assert_eq!(sum(0, node), sum(1, node), "{node}");
    }
}

#[test]
fn who_left_is_not_among_the_living_carers() {
    let page = page(700, Words::Plain);
    let rows = rows(&page, "life-course");
    let of = |name: &str| -> u64 {
        let those = rows.iter().filter(|row| row[1] == name);
        those.map(|row| row[2].as_u64().unwrap()).sum()
    };
    let (serving, left) = (of("Living as a carer"), of("Left, not brought back"));
    assert!(serving > 0 && left > 0, "{rows:?}");
    let text = text(&page);
    assert!(text.contains(&format!("carers; {serving} still did on the last day")));
    assert!(text.contains(&format!(
        "{left} of them had left and were not brought back"
    )));
}

#[test]
fn every_version_stands_after_the_one_it_came_from_and_says_what_changed() {
    let rows = rows(&page(400, Words::Plain), "versions");
    let text = |row: &Value, column: usize| row[column].as_str().unwrap().to_owned();
    for (n, row) in rows.iter().enumerate() {
        let [family, parent, change, terms] = [0, 2, 3, 4].map(|column| text(row, column));
        if parent.is_empty() {
            assert_eq!(change, terms, "one that arose has everything to say");
            continue;
        }
        let before = rows[..n]
            .iter()
            .find(|before| text(before, 0) == family && text(before, 1) == parent)
            .unwrap_or_else(|| panic!("{row} before its parent"));
        for term in terms.split(", ") {
            let kept = text(before, 4).split(", ").any(|old| old == term);
            assert_eq!(!kept, change.split(", ").any(|new| new == term), "{row}");
        }
    }
    let families: std::collections::BTreeSet<String> =
        rows.iter().map(|row| text(row, 0)).collect();
    assert_eq!(
        families.len(),
        4,
        "versions 0 to 3 arose, and each has descendants or stands alone"
    );
}

#[test]
fn a_circle_is_of_somebody_who_loved_and_has_every_tie_of_the_one_in_the_middle() {
    let page = page(400, Words::Plain);
    let rows = rows(&page, "circle");
    let around: std::collections::BTreeSet<&str> =
        rows.iter().map(|row| row[0].as_str().unwrap()).collect();
    assert_eq!(around.len(), 5);
    for person in around {
        let own: Vec<&Value> = rows
            .iter()
            .filter(|row| row[0] == person && row[1] == person)
            .collect();
        // Only the own ends name the four next; the made-up ties of those before are other ends.
        assert_eq!(own.len(), 4, "{own:?}");
        assert!(own.iter().any(|row| row[3] == "love"), "{own:?}");
        assert!(own.iter().any(|row| row[3] == "friends" && row[4] == 80));
        assert!(own.iter().any(|row| row[5] == "somebody came between"));
    }
    let data = embedded(&page);
    let charts = data["charts"].as_array().unwrap();
    let circle = charts.iter().find(|chart| chart["id"] == "circle").unwrap();
    for row in &rows {
        for column in [1, 2] {
            let known = &circle["options"]["members"][row[column].as_str().unwrap()];
            assert!(!known["life"].as_str().unwrap().is_empty(), "{row}");
        }
    }
}

#[test]
fn counts_by_topic_are_not_counted_twice() {
    // By year 900 to 906 tellings, and beside them 500 to 506 of one story.
    let page = page(400, Words::Plain);
    let of_1955 = rows(&page, "tellings")[0].clone();
    assert_eq!(of_1955[1], 502, "1955 is 2 after a multiple of 7");
    let years: u32 = (1955..2000).map(|year| 900 + year % 7).sum();
    let told = format!("told {} times", text_of(years));
    assert!(text(&page).contains(&told), "{told}");
}

/// A number as the page writes it.
fn text_of(number: u32) -> String {
    format!("{},{:03}", number / 1000, number % 1000)
}

#[test]
fn curves_fall_and_limits_hold_them() {
    let rows = rows(&page(700, Words::Plain), "survival");
    for pair in rows.windows(2).filter(|pair| pair[0][0] == pair[1][0]) {
        assert!(pair[1][3].as_f64() <= pair[0][3].as_f64(), "{pair:?}");
        assert!(pair[1][2].as_u64() <= pair[0][2].as_u64(), "{pair:?}");
    }
    for row in rows {
        let [survival, lower, upper] = [3, 4, 5].map(|column| row[column].as_f64().unwrap());
        assert!(lower <= survival && survival <= upper, "{row}");
    }
}

#[test]
fn a_run_in_which_nothing_happened_has_a_page() {
    let page = text(&page(0, Words::Plain));
    assert!(page.contains("Nothing to show"), "{page}");
}

#[test]
fn the_size_of_the_page_does_not_follow_the_number_of_people() {
    let (small, large) = (page(400, Words::Plain), page(4000, Words::Plain));
    assert!(
        large.len() < small.len() + 40_000,
        "{} {}",
        small.len(),
        large.len()
    );
}

#[test]
fn text_from_the_run_cannot_end_its_place() {
    let run = tempfile::tempdir().unwrap();
    made_up::write(run.path(), 50).unwrap();
    change(run.path(), "manifest.json", |manifest| {
        manifest["scenario"] = "</script><script>alert(1)</script>".into();
    });
    let page = std::fs::read_to_string(write(run.path(), Words::Plain).unwrap()).unwrap();
    assert!(!page.contains("<script>alert"));
    assert_eq!(
        embedded(&page)["scenario"],
        "</script><script>alert(1)</script>"
    );
}

fn change(run: &Path, file: &str, how: impl FnOnce(&mut Value)) {
    let path = run.join(file);
    let mut value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    how(&mut value);
    std::fs::write(path, value.to_string()).unwrap();
}

#[test]
fn a_violation_is_not_hidden() {
    let run = tempfile::tempdir().unwrap();
    made_up::write(run.path(), 50).unwrap();
    change(run.path(), "manifest.json", |manifest| {
        manifest["audit"]["violations"] = 3.into();
        manifest["audit"]["rules"][0]["violations"] = 3.into();
        manifest["status"] = "incomplete".into();
    });
    let page = text(&std::fs::read_to_string(write(run.path(), Words::Plain).unwrap()).unwrap());
    assert!(page.contains("✗ 3 violations"), "{page}");
    assert!(page.contains("must not be relied on"));
    assert!(page.contains("did not finish"));
}

#[test]
fn a_missing_file_is_named_and_leaves_nothing_behind() {
    for file in [
        "manifest.json",
        "parameters.json",
        "metrics.json",
        "summary.json",
        "series.parquet",
        "persons.parquet",
        "counts.parquet",
        "stories.parquet",
        "works.parquet",
        "ties.parquet",
    ] {
        let run = tempfile::tempdir().unwrap();
        made_up::write(run.path(), 20).unwrap();
        std::fs::remove_file(run.path().join(file)).unwrap();
        let error = write(run.path(), Words::Plain).unwrap_err();
        assert!(error.to_string().contains(file), "{file}: {error}");
        assert!(!run.path().join("report.html").exists());
    }
}

#[test]
fn a_missing_column_is_named() {
    let run = tempfile::tempdir().unwrap();
    made_up::write(run.path(), 20).unwrap();
    std::fs::rename(
        run.path().join("series.parquet"),
        run.path().join("persons.parquet"),
    )
    .unwrap();
    made_up::write_series(run.path(), 20).unwrap();
    let error = write(run.path(), Words::Plain).unwrap_err();
    assert!(matches!(error, ReportError::Table(_)), "{error}");
    let message = error.to_string();
    assert!(
        message.contains("persons.parquet") && message.contains("kind"),
        "{message}"
    );
}

#[test]
fn a_date_that_is_none_is_named() {
    let run = tempfile::tempdir().unwrap();
    made_up::write(run.path(), 20).unwrap();
    change(run.path(), "manifest.json", |manifest| {
        manifest["first_day"] = "1955-13-01".into();
    });
    let error = write(run.path(), Words::Plain).unwrap_err().to_string();
    assert!(
        error.contains("manifest.json") && error.contains("1955-13-01"),
        "{error}"
    );
}
