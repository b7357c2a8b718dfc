//! Pools from files: what is in them, what is wrong with them, and that no bytes make a reader panic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::items_after_statements
)]

use std::path::{Path, PathBuf};

use hailsham_exchange::{Pool, ReadError, read};
use proptest::prelude::*;

/// Writes files into a folder of its own and reads the first.
fn read_files(files: &[(&str, &[u8])]) -> Result<Pool, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    read(&folder.path().join(files[0].0))
}

fn text(name: &str, text: &str) -> Result<Pool, ReadError> {
    read_files(&[(name, text.as_bytes())])
}

/// Line, what was found, what is allowed.
fn wrong(result: Result<Pool, ReadError>) -> (usize, String, String) {
    match result {
        Err(ReadError::Wrong {
            line,
            found,
            allowed,
            ..
        }) => (line, found, allowed),
        other => panic!("{other:?}"),
    }
}

/// The folder of instances, where there is one.
fn data() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/exchange");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no instances in {}", folder.display());
    None
}

#[test]
fn glasgow_with_altruists() {
    let pool = read_files(&[
        ("a.input", b"3 2\n0 1 2.5\n1 2 1\n-1 -1 -1\n"),
        ("a.ndds", b"1 2\n0 0 4\n0 2 1\n-1 -1 -1\n"),
    ])
    .unwrap();
    assert_eq!(
        (pool.pairs().len(), pool.altruists(), pool.matches().len()),
        (3, &[3][..], 4)
    );
    assert_eq!(pool.find(0, 1).unwrap().weight, 2.5);
    assert_eq!(pool.find(3, 0).unwrap().weight, 4.0);
}

#[test]
fn preflib_in_both_layouts() {
    let dat = b"Pair,Patient,Donor,Wife-P?,%Pra,Out-Deg,Altruist\n1,A,O,0,0.05,1,0\n2,O,A,1,0.5,1,0\n3,O,O,0,0,1,1\n";
    let old = read_files(&[
        (
            "a.wmd",
            b"3,4\n1,Pair 1\n2,Pair 2\n3,Alturist 3\n0,1,1\n1,0,2\n2,0,3\n0,2,0\n",
        ),
        ("a.dat", dat),
    ])
    .unwrap();
    let new = b"# FILE NAME: a.wmd\n# NUMBER ALTERNATIVES: 3\n# NUMBER EDGES: 4\n# ALTERNATIVE NAME 3: Altruist 3\n1, 2, 1.0\n2, 1, 2.0\n3, 1, 3.0\n1, 3, 0.0\n";
    let new = read_files(&[("a.wmd", new), ("a.dat", dat)]).unwrap();
    assert_eq!(old.matches(), new.matches());
    assert_eq!((old.pairs().len(), old.altruists()), (2, &[2][..]));
    // Indices as in each file.
    assert_eq!(
        (old.pairs()[1].name.as_str(), new.pairs()[1].name.as_str()),
        ("1", "2")
    );
    assert_eq!(old.pairs()[1].sensitisation, Some(0.5));
}

#[test]
fn kep_solver_in_all_layouts() {
    let first = r#"{"data": {
        "1": {"sources": [1], "dage": 65, "bloodtype": "A", "matches": [{"recipient": 2, "score": 3}]},
        "2": {"sources": [2], "dage": 45, "matches": [{"recipient": 1, "score": 5.5}]},
        "9": {"altruistic": true, "dage": 30, "matches": [{"recipient": 1, "score": 1}]}},
        "recipients": {"1": {"cPRA": 0.25, "bloodgroup": "O"}}}"#;
    let later = r#"{"schema": 3, "donors": [
        {"id": "1", "paired_recipients": ["1"], "age": 65, "bloodtype": "A", "outgoing_transplants": [{"recipient": "2", "score": 3}]},
        {"id": "2", "paired_recipients": ["2"], "age": 45, "outgoing_transplants": [{"recipient": "1", "score": 5.5}]},
        {"id": "9", "age": 30, "altruistic": true, "outgoing_transplants": [{"recipient": "1", "score": 1}]}],
        "recipients": [{"id": "1", "cPRA": 25, "bloodtype": "O"}, {"id": "2"}]}"#;
    let xml = r#"<?xml version="1.0"?><data>
        <entry donor_id="1"><dage>65</dage><bloodgroup>A</bloodgroup><sources><source>1</source></sources>
          <matches><match><recipient>2</recipient><score>3</score></match></matches></entry>
        <entry donor_id="2"><dage>45</dage><sources><source>2</source></sources>
          <matches><match><recipient>1</recipient><score>5.5</score></match></matches></entry>
        <entry donor_id="9"><dage>30</dage><matches><match><recipient>1</recipient><score>1</score></match></matches></entry></data>"#;
    let (first, later, xml) = (
        text("a.json", first).unwrap(),
        text("a.json", later).unwrap(),
        text("a.xml", xml).unwrap(),
    );
    assert_eq!(first, later);
    assert_eq!(first.matches(), xml.matches());
    assert_eq!(first.donors(), xml.donors());
    assert_eq!(first.pairs()[0].sensitisation, Some(0.25));
    assert_eq!(first.altruists(), &[2]);
}

/// No room is made for what a head promises and no pool has.
#[test]
fn a_head_that_promises_too_much_is_refused() {
    let refused = |what: &str| {
        let allowed = format!("a number of {what} from 0 to 1000000");
        (1, "`1000000000`".to_owned(), allowed)
    };
    let head = "1000000000 0\n-1 -1 -1\n";
    assert_eq!(wrong(text("a.input", head)), refused("pairs"));
    let files = [
        ("a.input", b"1 0\n-1 -1 -1\n".as_slice()),
        ("a.ndds", head.as_bytes()),
    ];
    assert_eq!(wrong(read_files(&files)), refused("altruists"));
    assert_eq!(wrong(text("a.wmd", "1000000000,0\n")), refused("vertices"));
    let new = "# NUMBER ALTERNATIVES: 1000000000\n";
    assert_eq!(wrong(text("a.wmd", new)), refused("vertices"));
}

/// What `serde_json` would take the last of.
#[test]
fn a_key_that_stands_twice_is_refused() {
    let once = "each key once".to_owned();
    let donors = "{\"data\": {\n\"1\": {\"sources\": [1]},\n\"1\": {\"sources\": [2]}}}";
    assert_eq!(
        wrong(text("a.json", donors)),
        (3, "the key `1` again".to_owned(), once.clone())
    );
    let ages = "{\"data\": {\n\"1\": {\"sources\": [1], \"dage\": 40,\n\"dage\": 99}}}";
    assert_eq!(
        wrong(text("a.json", ages)),
        (3, "the key `dage` again".to_owned(), once)
    );
    let schema = "{\"data\": {},\n\"schema\": 99}";
    assert_eq!(
        wrong(text("a.json", schema)),
        (
            2,
            "schema 99 with `data`".to_owned(),
            "`data` without a schema, or `donors` with schema 2 or 3".to_owned()
        )
    );
}

#[test]
fn nobody_becomes_an_altruist_by_a_slip() {
    let entry = |inside: &str| {
        let text = format!("<data>\n<entry donor_id=\"1\">{inside}</entry></data>");
        self::text("a.xml", &text)
    };
    assert_eq!(
        wrong(entry("<sources><source/></sources>")).1,
        "an empty <source> of donor `1`"
    );
    assert_eq!(
        wrong(entry("<sources><source> </source></sources>")).1,
        "an empty <source> of donor `1`"
    );
    assert_eq!(wrong(entry("<sources>1</sources>")).1, "`1` in <sources>");
    assert_eq!(
        wrong(entry("<sources><sorce>1</sorce></sources>")).1,
        "<sorce> inside <sources>"
    );
    assert_eq!(
        wrong(entry("<surces/>")),
        (
            2,
            "donor `1` without a recipient, but with `<surces>`".to_owned(),
            "`sources`, or `altruistic`".to_owned()
        )
    );
    assert_eq!(
        wrong(entry("<sources><source>1</source></sources><altruistic/>")).1,
        "altruistic donor `1` with a recipient"
    );
    for altruist in ["", "<altruistic/>", "<country/><altruistic/>", "<sources/>"] {
        assert_eq!(entry(altruist).unwrap().altruists(), &[0], "{altruist}");
    }
    let first = |inside: &str| text("a.json", &format!("{{\"data\":\n{{\"1\": {{{inside}}}}}}}"));
    assert_eq!(
        wrong(first("\"source\": [1]")),
        (
            2,
            "donor `1` without a recipient, but with `source`".to_owned(),
            "`sources`, or `altruistic`".to_owned()
        )
    );
    for altruist in [
        "\"sources\": []",
        "\"dage\": 40",
        "\"altruistic\": true, \"land\": 1",
    ] {
        assert_eq!(first(altruist).unwrap().altruists(), &[0], "{altruist}");
    }
    let later = "{\"donors\": [\n{\"id\": 1, \"paired_recipient\": [1]}]}";
    assert_eq!(
        wrong(text("a.json", later)).2,
        "`paired_recipients`, or `altruistic`"
    );
}

/// What a misspelt key holds is not passed over.
#[test]
fn a_misspelt_key_of_a_donor_is_refused() {
    let first = |inside: &str| {
        text(
            "a.json",
            &format!("{{\"data\":\n{{\"1\": {{\"sources\": [1], {inside}}}}}}}"),
        )
    };
    let found = |inside: &str| wrong(first(inside)).1;
    assert_eq!(
        wrong(first("\"matchs\": [{\"recipient\": 1, \"score\": 1}]")),
        (
            2,
            "donor `1` without `matches`, but with `matchs`".to_owned(),
            "`matches`".to_owned()
        )
    );
    assert_eq!(
        found("\"matches\": [], \"age\": 40"),
        "donor `1` without `dage`, but with `age`"
    );
    // Nothing like it, but there are no matches otherwise.
    assert_eq!(
        found("\"edges\": []"),
        "donor `1` without `matches`, but with `edges`"
    );
    let later = "{\"donors\": [\n{\"id\": 1, \"altruistic\": true, \"outgoing_transplant\": []}]}";
    assert_eq!(
        wrong(text("a.json", later)).1,
        "donor `1` without `outgoing_transplants`, but with `outgoing_transplant`"
    );
    // What has nothing to do with an exchange is passed over.
    for other in ["\"matches\": [], \"land\": 1", "\"dage\": 40"] {
        assert_eq!(first(other).unwrap().pairs().len(), 1, "{other}");
    }
}

#[test]
fn what_stands_twice_or_astray_in_xml_is_refused() {
    let file = |inside: &str| {
        let whole = format!(
            "<data>\n<entry donor_id=\"1\"><sources><source>1</source></sources>{inside}</entry>\n</data>"
        );
        text("a.xml", &whole)
    };
    let one = "<match><recipient>1</recipient><score>1</score></match>";
    assert_eq!(
        file(&format!("<dage>40</dage><matches>{one}</matches>"))
            .unwrap()
            .matches()
            .len(),
        1
    );
    for (inside, found) in [
        ("<dage>40</dage><dage>41</dage>", "a second <dage> in entry"),
        (
            "<bloodgroup>A</bloodgroup><bloodgroup/>",
            "a second <bloodgroup> in entry",
        ),
        (
            "<sources><source>2</source></sources>",
            "a second <sources> in entry",
        ),
        ("<matches/><matches/>", "a second <matches> in entry"),
        (
            "<matches><match><recipient>1</recipient><recipient>2</recipient></match></matches>",
            "a second <recipient> in match",
        ),
        (
            "<matches><match><score>1</score><score>2</score></match></matches>",
            "a second <score> in match",
        ),
        ("40", "`40` in <entry>"),
        ("<matches>1<match/></matches>", "`1` in <matches>"),
        ("<matches><![CDATA[1]]></matches>", "`1` in <matches>"),
    ] {
        let (line, what, _) = wrong(file(inside));
        assert_eq!((line, what.as_str()), (2, found), "{inside}");
    }
    assert_eq!(
        wrong(text("a.xml", "<data/>\n<data/>")),
        (
            2,
            "a second <data> in the file".to_owned(),
            "<data> once".to_owned()
        )
    );
    assert_eq!(wrong(text("a.xml", "<data/>\nx")).1, "`x` outside <data>");
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_file() {
    let mark = "\u{feff}";
    let pool = text("a.input", &format!("{mark}2 1\n0 1 1\n-1 -1 -1\n")).unwrap();
    assert_eq!(pool.matches().len(), 1);
    for (name, rest) in [("a.json", "{\"data\": {}}"), ("a.xml", "<data/>")] {
        assert!(text(name, &format!("{mark}{rest}")).is_ok(), "{name}");
    }
}

#[test]
fn preflib_says_who_is_an_altruist_and_each_number_once() {
    let graph = |name: &str| text("a.wmd", &format!("2,1\n1,{name}\n2,b\n0,1,1\n")).unwrap();
    for (name, altruists) in [
        ("Altruist 1", 1),
        ("Alturist 1", 1),
        ("Alt", 0),
        ("Altona", 0),
    ] {
        assert_eq!(graph(name).altruists().len(), altruists, "{name}");
    }
    assert_eq!(
        wrong(text("a.wmd", "2,1\n1,a\n2,Altruist x\n0,1,3\n")).1,
        "an arc into the altruist 1 (`Altruist x`) with weight 3"
    );
    for key in ["NUMBER ALTERNATIVES", "NUMBER EDGES"] {
        assert_eq!(
            wrong(text("a.wmd", &format!("# {key}: 2\n# {key}: 3\n"))),
            (
                2,
                format!("`# {key}` again"),
                "it once; it stands on line 1 already".to_owned()
            )
        );
    }
}

#[test]
fn a_mistake_is_told_with_its_line() {
    let (line, found, allowed) = wrong(text("a.input", "2 1\n0 5 1\n-1 -1 -1\n"));
    assert_eq!(
        (line, found.as_str(), allowed.as_str()),
        (2, "pair `5`", "a pair from 0 to 1")
    );
    assert_eq!(wrong(text("a.input", "2 1\n0 1 1\n")).0, 2);
    assert_eq!(
        wrong(text("a.input", "2 1\n0 1 nan\n-1 -1 -1\n")).1,
        "weight `nan`"
    );
    assert_eq!(wrong(text("a.wmd", "2,1\n1,a\n2,b\n0,1\n")).0, 4);
    assert_eq!(wrong(text("a.wmd", "2,1\n1,a\n2,Altruist\n0,1,3\n")).0, 4);
    assert_eq!(wrong(text("a.json", "{\n\"data\": {\n\"1\": {\"sources\": [1], \"matches\": [\n{\"recipient\": 7, \"score\": 1}]}}}")).0, 4);
    assert_eq!(
        wrong(text("a.json", "{\"schema\": 9, \"donors\": []}")).1,
        "schema 9"
    );
    assert_eq!(
        wrong(text("a.xml", "<data>\n<entry>\n</entry></data>")).1,
        "<entry> without donor_id"
    );
    assert_eq!(
        wrong(text("a.xml", "<data>\n<entry donor_id=\"1\">\n")).1,
        "the end of the file inside <entry>"
    );
    assert_eq!(wrong(read_files(&[("a.input", b"1 0\n\xff\n")])).0, 2);
    assert_eq!(
        wrong(text(
            "a.wmd",
            "# NUMBER ALTERNATIVES: 2\n# ALTERNATIVE NAME 1: a\n# ALTERNATIVE NAME 1: Altruist\n"
        )),
        (
            3,
            "vertex 1 named again".to_owned(),
            "each vertex once; it stands on line 2 already".to_owned()
        )
    );
    assert!(matches!(
        text("a.txt", ""),
        Err(ReadError::UnknownFormat { .. })
    ));
    assert!(matches!(
        read(Path::new("no such.input")),
        Err(ReadError::File { .. })
    ));
}

#[test]
fn malformed_files_of_others_are_refused() {
    let Some(data) = data() else { return };
    for (name, line, found) in [
        ("duplicate-edge", 3, "again"),
        ("duplicate-ndd-edge", 3, "again"),
        ("incorrect_edge_count1", 4, "`1 2 1`"),
        ("incorrect_edge_count2", 5, "the end after 3 arcs"),
        ("out-of-range1", 2, "pair `-1`"),
        ("out-of-range2", 2, "pair `2`"),
        ("self-loop", 2, "from pair 1 to itself"),
    ] {
        let (at, what, _) = wrong(read(&data.join("published").join(format!("{name}.input"))));
        assert_eq!(at, line, "{name}: {what}");
        assert!(what.contains(found), "{name}: {what}");
    }
}

/// What a reader answers is not asked; only that it answers.
fn survives(ending: &str, bytes: &[u8]) {
    let _ = read_files(&[(&format!("a.{ending}"), bytes)]);
    let good = b"2 1\n0 1 1\n-1 -1 -1\n";
    let _ = read_files(&[("b.input", good), ("b.ndds", bytes)]);
    let _ = read_files(&[("b.wmd", b"2,1\n1,a\n2,b\n0,1,1\n"), ("b.dat", bytes)]);
}

const SAMPLES: [(&str, &str); 6] = [
    ("input", "3 2\n0 1 2.5\n1 2 1\n-1 -1 -1\n"),
    (
        "wmd",
        "3,2\n1,Pair 1\n2,Pair 2\n3,Alturist 3\n0,1,1\n2,0,3\n",
    ),
    (
        "wmd",
        "# NUMBER ALTERNATIVES: 3\n# NUMBER EDGES: 2\n# ALTERNATIVE NAME 3: Altruist 3\n1, 2, 1.0\n3, 1, 3.0\n",
    ),
    (
        "json",
        r#"{"data": {"1": {"sources": [1], "dage": 65, "matches": [{"recipient": 2, "score": 3}]}, "é": {"sources": [2], "matches": []}}}"#,
    ),
    (
        "json",
        r#"{"schema": 2, "donors": [{"id": "ü", "paired_recipients": ["1"], "age": 6, "outgoing_transplants": [{"recipient": "1", "score": 3}]}]}"#,
    ),
    (
        "xml",
        "<data><entry donor_id=\"1\"><dage>65</dage><sources><source>1&amp;</source></sources><matches><match><recipient>1&amp;</recipient><score>3</score></match></matches></entry></data>",
    ),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), which in 0..4_usize) {
        survives(["input", "wmd", "json", "xml"][which], &bytes);
    }

    #[test]
    fn no_change_to_a_file_makes_a_reader_panic(
        which in 0..SAMPLES.len(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6),
    ) {
        let (ending, sample) = SAMPLES[which];
        let mut bytes = sample.as_bytes().to_vec();
        for (at, byte, how) in changes {
            let at = at.index(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
            match how {
                _ if bytes.is_empty() => bytes.push(byte),
                0 => bytes[at] = byte,
                1 => { bytes.remove(at); }
                2 => bytes.insert(at, b"0123456789,-<>{}[]\"\n "[byte as usize % 21]),
                _ => { let copy = bytes[at..].to_vec(); bytes.extend(copy); }
            }
        }
        survives(ending, &bytes);
    }
}
