//! `hailsham exchange`: its answers, its JSON, its page, and what it says of malformed files.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::fs;

use common::{Folder, hailsham, names, stdout, text};

/// Three pairs and an altruist: a cycle of two, or a chain through all.
const INPUT: &str = "4 4\n0 1 3\n1 0 5\n1 2 1\n2 3 1.5\n-1 -1 -1\n";
const NDDS: &str = "1 1\n0 0 2\n-1 -1 -1\n";

fn pool() -> Folder {
    let folder = Folder::new();
    fs::write(folder.join("small.input"), INPUT).unwrap();
    fs::write(folder.join("small.ndds"), NDDS).unwrap();
    folder
}

#[test]
fn the_answer_is_readable() {
    let folder = pool();
    insta::assert_snapshot!(
        "exchange_answer",
        stdout(folder.path(), &["exchange", "small.input"])
    );
    let none = [
        "exchange",
        "small.input",
        "--max-chain",
        "0",
        "--objective",
        "weight",
    ];
    insta::assert_snapshot!("exchange_cycle", stdout(folder.path(), &none));
}

#[test]
fn json_is_one_object_with_the_promised_keys() {
    let folder = pool();
    let arguments = [
        "exchange",
        "small.input",
        "--json",
        "--objective",
        "transplants,weight",
        "--max-chain",
        "4",
    ];
    let json: serde_json::Value = serde_json::from_str(&stdout(folder.path(), &arguments)).unwrap();
    assert_eq!(json["status"], "optimal");
    assert_eq!(json["objective"], serde_json::json!([4, 7.5]));
    assert_eq!(
        (&json["bound"], &json["gap"]),
        (&serde_json::json!(7.5), &serde_json::json!(0.0))
    );
    assert_eq!(json["cycles"], serde_json::json!([]));
    assert_eq!(
        json["chains"],
        serde_json::json!([{"altruist": 0, "pairs": [0, 1, 2, 3]}])
    );
    assert!(json["seconds"].as_f64().unwrap() >= 0.0);
}

#[test]
fn the_page_holds_everything_it_needs() {
    let folder = pool();
    let arguments = ["exchange", "small.input", "--quiet", "--html", "page.html"];
    assert_eq!(stdout(folder.path(), &arguments), "");
    let page = fs::read_to_string(folder.join("page.html")).unwrap();
    assert!(
        page.contains("<svg") && page.contains("altruist 0 → pair 0"),
        "{page}"
    );
    assert!(
        !page.contains("http://") && !page.contains("https://"),
        "{page}"
    );
}

#[test]
fn malformed_files_are_refused_with_a_reason() {
    let folder = Folder::new();
    let mut said = String::new();
    for (name, bytes) in [
        ("duplicate.input", "2\t2\n0\t1\t1\n0\t1\t1\n-1\t-1\t-1\n"),
        ("few.input", "3 4\n0 1 1\n0 2 1\n1 2 1\n-1 -1 -1\n"),
        ("many.input", "3 2\n0 1 1\n0 2 1\n1 2 1\n-1 -1 -1\n"),
        ("range.input", "2 1\n2 1\n-1 -1 -1\n"),
        ("loop.input", "2\t1\n1\t1\t1\n-1\t-1\t-1\n"),
        ("end.input", "2 1\n0 1 1\n"),
        ("graph.wmd", "2,1\n1,Pair 1\n2,Pair 2\n0,2,1\n"),
        ("broken.json", "{\"data\": [}"),
        ("broken.xml", "<data><entry></data>"),
        ("pool.csv", ""),
    ] {
        fs::write(folder.join(name), bytes).unwrap();
        let output = hailsham(folder.path(), &["exchange", name]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert_eq!(text(&output.stdout), "", "{name}");
        said += &text(&output.stderr);
    }
    insta::assert_snapshot!("exchange_malformed", said);
    let before = names(folder.path()).len();
    for wrong in [
        &["exchange", "none.input"][..],
        &["exchange", "loop.input", "--objective", "most"],
        &["exchange", "loop.input", "--max-cycle", "99"],
    ] {
        let output = hailsham(folder.path(), wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
    assert_eq!(names(folder.path()).len(), before);
}
