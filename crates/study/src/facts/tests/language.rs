//! Parsing, printing, and everything that can be wrong.

use proptest::prelude::*;

use super::super::expression::{is_name, parse};
use super::super::syntax::{Argument, ArgumentKind, Kind, Node, Operator, Relation};
use super::{facts, one};

#[test]
fn what_is_printed_has_the_brackets_that_it_needs() {
    for (text, printed) in [
        ("count( a )==1", "count(a) == 1"),
        ("((1 + 2)) * 3 > 4", "(1 + 2) * 3 > 4"),
        ("1 - (2 - 3) - 4 < 0", "1 - (2 - 3) - 4 < 0"),
        ("(1 * 2) / 3 < 1", "1 * 2 / 3 < 1"),
        ("not (a() or b()) and c()", "not (a() or b()) and c()"),
        ("a() or (b() and c())", "a() or b() and c()"),
        ("(a() and b()) and c()", "(a() and b()) and c()"),
        ("not not 1 < 2", "not not 1 < 2"),
        ("(1 < 2) == true", "(1 < 2) == true"),
        (
            "first(a) < first(b) <= last(b)",
            "first(a) < first(b) <= last(b)",
        ),
        ("--1 < -count(a)", "--1 < -count(a)"),
        ("mean(a.value) > .5e1", "mean(a.value) > 5"),
        ("text(a.name) == \"it's\"", "text(a.name) == \"it's\""),
        ("metric(\"x\") >= 1", "metric('x') >= 1"),
        ("share(a, b) != 0.25", "share(a, b) != 0.25"),
    ] {
        let node = parse(text).unwrap();
        assert_eq!(node.to_string(), printed);
        assert_eq!(parse(printed).unwrap(), node, "{printed}");
    }
}

#[test]
fn bad_syntax_is_told_where_it_is() {
    for (text, at, message, help) in [
        (
            "",
            0..0,
            "something is missing at the end",
            "expected a number",
        ),
        (
            "count(a",
            7..7,
            "something is missing at the end",
            "`,` or `)`",
        ),
        ("count(a) = 1", 9..10, "`=` means nothing here", "`==`"),
        (
            "count(a) == 1 &&",
            14..15,
            "`&` means nothing here",
            "`and`",
        ),
        (
            "count(a) 1",
            9..10,
            "the number 1 cannot stand here",
            "a comparison, or the end",
        ),
        (
            "count a == 1",
            0..5,
            "`count` is not a term",
            "count(count)",
        ),
        ("death == 1", 0..5, "`death` is not a term", "count(death)"),
        (
            "and 1",
            0..3,
            "`and` cannot stand here",
            "expected a number",
        ),
        ("1 < 2)", 5..6, "`)` cannot stand here", "the end"),
        ("(1 < 2", 6..6, "something is missing at the end", "`)`"),
        ("3rd < 4", 0..3, "`3rd` is not a number", ""),
        ("1 < 'ab", 4..7, "a text without an end", "same quote"),
        (
            "count(a.)",
            8..9,
            "`)` cannot stand here",
            "the name of a column",
        ),
        (
            "count(3)",
            6..7,
            "the number 3 cannot stand here",
            "the name of a selection",
        ),
        ("1 < \u{e9}", 4..6, "`\u{e9}` means nothing here", ""),
    ] {
        let trouble = parse(text).unwrap_err();
        assert_eq!(trouble.within, at, "{text}");
        assert_eq!(trouble.message, message, "{text}");
        assert!(trouble.help.unwrap_or_default().contains(help), "{text}");
    }
    // Whatever is in each other is counted, or the stack would end.
    for text in ["(", "-", "not "] {
        let deep = format!("{}1", text.repeat(100_000));
        let trouble = parse(&deep).unwrap_err();
        assert!(
            trouble.message.contains("in each other"),
            "{}",
            trouble.message
        );
    }
    let long = format!("0{} > 1", " + 1".repeat(100));
    assert!(parse(&long).unwrap_err().message.contains("in a row"));
}

/// Where a text is wrong, what is said, and what helps.
fn refused(text: &str) -> (String, String) {
    let error = facts(text).unwrap_err();
    let first = &error.diagnostics()[0];
    let (line, column) = (first.line.unwrap(), first.column.unwrap());
    let line = text.lines().nth(line - 1).unwrap();
    let rest: String = line.chars().skip(column - 1).collect();
    let said = format!("{} / {}", first.message, first.help.join("; "));
    (rest, said)
}

#[test]
fn every_name_and_type_of_an_expression_is_checked() {
    let select = "a = { event = \"completed\" }\ns = { from = \"series\" }";
    for (expect, at, said) in [
        (
            "cuont(a) == 1",
            "cuont(a)",
            "no function `cuont` / did you mean `count`?",
        ),
        (
            "count(b) == 1",
            "b) == 1",
            "no selection `b` / expected one of a, s",
        ),
        (
            "1 < mean(a.valeu)",
            "valeu)",
            "no column `valeu` / did you mean `value`?",
        ),
        ("count(a.value) == 1", "a.value", "write count(S)"),
        ("mean(a) == 1", "a) == 1", "write mean(S.column)"),
        ("count() == 1", "count()", "write count(S)"),
        ("share(a) == 1", "a) ==", "write share(A, B)"),
        ("mean(a.topic) == 1", "a.topic)", "no mean of `topic`"),
        (
            "text(a.value) == 'x'",
            "a.value)",
            "take `min`, `max` or `mean`",
        ),
        (
            "count(a)",
            "count(a)",
            "neither holds nor fails / compare it",
        ),
        ("count(a) and true", "count(a)", "neither holds nor fails"),
        ("not 1", "1\"", "neither holds nor fails"),
        (
            "count(a) == 'x'",
            "count(a) ==",
            "a number cannot be compared with a text",
        ),
        ("text(a.topic) < 'x'", "text(a", "a text has no order"),
        (
            "text(a.topic) + 1 > 2",
            "text(a",
            "one cannot reckon with a text",
        ),
        (
            "first(a) + last(a) > 1",
            "first(a) + last(a)",
            "two times cannot be added",
        ),
        ("first(s) > 1", "first(s)", "rows of series have no time"),
        ("age(s) > 1", "age(s)", "rows of series are at no age"),
        ("every(a, s)", "s)", "rows of series are nobody's"),
        (
            "metric('compleeted') > 1",
            "'compleeted'",
            "did you mean `completed`?",
        ),
        (
            "parameter('donation.cup') > 1",
            "'donation.cup'",
            "did you mean `donation.cap`?",
        ),
        ("parameter('donation') > 1", "'donation'", "no single value"),
        (
            "word('V-300') == 'x'",
            "'V-300'",
            "no word `V-300` / did you mean",
        ),
        ("date('1985-13') < end()", "'1985-13'", "no date"),
        ("end(a) > 1", "a) > 1", "write end()"),
        ("count(a) == ", "\"", "missing at the end"),
    ] {
        let (rest, message) = refused(&one(expect, select));
        assert!(rest.starts_with(at), "{expect}: {rest}");
        assert!(message.contains(said), "{expect}: {message}");
    }
}

#[test]
fn every_name_and_type_of_a_selection_is_checked() {
    for (select, at, said) in [
        (
            "a = { event = \"compleeted\" }",
            "\"compl",
            "did you mean `completed`?",
        ),
        (
            "a = { evnt = \"completed\" }",
            "\"completed",
            "no column `evnt` / did you mean `event`?",
        ),
        (
            "a = { from = \"person\" }",
            "\"person\"",
            "did you mean `persons`?",
        ),
        ("a = { from = 3 }", "3", "named by a text"),
        (
            "a = { who = \"rutf\" }",
            "\"rutf\"",
            "no person `rutf` / did you mean `ruth`?",
        ),
        (
            "a = { who = [\"ruth\", \"tomy\"] }",
            "\"tomy\"",
            "did you mean `tommy`?",
        ),
        (
            "a = { place = \"Halsham\" }",
            "\"Halsham\"",
            "did you mean `Hailsham`?",
        ),
        (
            "a = { topic = \"operatoin\" }",
            "\"operat",
            "did you mean `operation`?",
        ),
        (
            "a = { phase = \"doner\" }",
            "\"doner\"",
            "did you mean `donor`?",
        ),
        (
            "a = { kind = \"teacher\" }",
            "\"teacher\"",
            "expected one of student",
        ),
        ("a = { n = \"four\" }", "\"four\"", "`four` is not a number"),
        ("a = { n = \"4..2\" }", "\"4..2\"", "ends before it begins"),
        (
            "a = { n = true }",
            "true",
            "`n` cannot be true / expected a number",
        ),
        (
            "a = { pinned = \"true\" }",
            "\"true\"",
            "write true without quotes",
        ),
        ("a = { who = \"<ruth\" }", "\"<ruth\"", "`who` has no order"),
        ("a = { time = \"1985-02-31\" }", "\"1985", "no date"),
        ("a = { n = [] }", "[]", "an empty list"),
        ("a = { n = [[1]] }", "[1]", "a list in a list"),
        (
            "a = { from = \"series\", after = \"start()\" }",
            "\"start",
            "no time of their own",
        ),
        (
            "a = { event = \"completed\", after = 3 }",
            "3",
            "an expression in quotes",
        ),
        (
            "a = { event = \"completed\", after = \"fist(a)\" }",
            "fist(a)",
            "did you mean `first`?",
        ),
        (
            "a = { event = \"completed\", after = \"text(a.topic)\" }",
            "text(",
            "this is a text",
        ),
        (
            "\"a-b\" = { event = \"completed\" }",
            "{ event",
            "cannot be the name of a selection",
        ),
        (
            "a = { event = \"completed\", after = \"first(b)\" }\nb = { event = \"completed\", before = \"last(a)\" }",
            "\"first(b)",
            "selections that wait for each other: a, b",
        ),
        (
            "a = { event = \"completed\", before = \"last(a) - 1\" }",
            "\"last(a)",
            "selections that wait for each other: a",
        ),
    ] {
        let (rest, message) = refused(&one("count(a) == 1", select));
        assert!(
            rest.trim_start_matches('"')
                .starts_with(at.trim_start_matches('"')),
            "{select}: {rest}"
        );
        assert!(message.contains(said), "{select}: {message}");
    }
}

#[test]
fn every_wrong_thing_of_a_file_is_told_at_once() {
    let text = one(
        "first(a) <",
        "a = { event = \"x\", n = \"y\" }\nb = { from = \"z\" }",
    );
    assert_eq!(facts(&text).unwrap_err().diagnostics().len(), 4);
    for (text, said) in [
        (
            one("", "").replace("expect = \"\"\n", ""),
            "nothing is expected",
        ),
        (
            one("1 < 2", "").replace("how", "unknown = \"why\"\nhow"),
            "expected and unknown at once",
        ),
        (
            one("1 < 2", "").replace("produced", "pinned"),
            "without pins",
        ),
        (
            one("1 < 2", "").replace("produced", "told"),
            "`facts.one.how` cannot be \"told\"",
        ),
        (one("1 < 2", "").replace("expect", "expct"), "unknown key"),
        (String::new(), "empty"),
    ] {
        let error = facts(&text).unwrap_err();
        let told = error.render(false);
        assert!(told.contains(said), "{told}");
    }
}

#[test]
fn topics_of_acts_are_the_writers_own() {
    // There may be no such event yet; the topic is not what is wrong.
    let act = one(
        "count(a) == 1",
        "a = { event = \"act\", topic = \"danced\" }",
    );
    if let Err(error) = facts(&act) {
        assert!(!error.to_string().contains("danced"), "{error}");
    }
    let other = one(
        "count(a) == 1",
        "a = { event = \"completed\", topic = \"danced\" }",
    );
    assert!(facts(&other).unwrap_err().to_string().contains("danced"));
}

#[test]
fn names_are_no_words_of_the_language() {
    for (text, name) in [
        ("a", true),
        ("_a1", true),
        ("1a", false),
        ("a-b", false),
        ("and", false),
        ("true", false),
        ("", false),
        ("\u{e9}", false),
    ] {
        assert_eq!(is_name(text), name, "{text}");
    }
}

fn node(kind: Kind) -> Node {
    Node { kind, span: 0..0 }
}

fn name() -> impl Strategy<Value = String> {
    "[a-z_][a-z0-9_]{0,6}".prop_filter("a word of the language", |text| is_name(text))
}

fn argument() -> impl Strategy<Value = Argument> {
    prop_oneof![
        name().prop_map(ArgumentKind::Selection),
        (name(), name()).prop_map(|(selection, column)| ArgumentKind::Column(selection, column)),
        "[a-z \"\u{e9}.]{0,5}".prop_map(ArgumentKind::Text),
    ]
    .prop_map(|kind| Argument { kind, span: 0..0 })
}

fn tree() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        (0.0..1e9_f64).prop_map(|number| node(Kind::Number(number))),
        (0_u32..3000).prop_map(|number| node(Kind::Number(f64::from(number)))),
        "[a-z'\u{e9}()<]{0,5}".prop_map(|text| node(Kind::Text(text))),
        any::<bool>().prop_map(|truth| node(Kind::Truth(truth))),
        (name(), prop::collection::vec(argument(), 0..3))
            .prop_map(|(name, arguments)| node(Kind::Call(name, arguments))),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let operator = prop::sample::select(vec![
            Operator::Plus,
            Operator::Minus,
            Operator::Times,
            Operator::Over,
        ]);
        let relations: Vec<Relation> = Relation::ALL.iter().map(|(_, r)| *r).collect();
        let comparison =
            prop::collection::vec((inner.clone(), prop::sample::select(relations)), 2..4);
        prop_oneof![
            inner
                .clone()
                .prop_map(|inner| node(Kind::Minus(Box::new(inner)))),
            inner
                .clone()
                .prop_map(|inner| node(Kind::Not(Box::new(inner)))),
            (inner.clone(), operator, inner.clone()).prop_map(|(left, operator, right)| node(
                Kind::Arithmetic(Box::new(left), operator, Box::new(right))
            )),
            comparison.prop_map(|pairs| {
                let (operands, mut relations): (Vec<Node>, Vec<Relation>) =
                    pairs.into_iter().unzip();
                relations.pop();
                node(Kind::Comparison(operands, relations))
            }),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| node(Kind::And(parts))),
            prop::collection::vec(inner, 2..4).prop_map(|parts| node(Kind::Or(parts))),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_is_parsed_again(tree in tree()) {
        let printed = tree.to_string();
        prop_assert_eq!(parse(&printed).map_err(|trouble| trouble.message), Ok(tree));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in any::<String>()) {
        let _ = parse(&text);
    }

    #[test]
    fn no_mixture_of_parts_makes_it_panic(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "count", "(", ")", "a", ".", ",", "<", "==", "1", ".5", "1e", "'", "\"", "x'",
                " ", "and", "or", "not", "-", "+", "\u{e9}", "!", "=",
            ]),
            0..20,
        )
    ) {
        let text = parts.concat();
        match parse(&text) {
            Ok(node) => {
                let again = parse(&node.to_string());
                prop_assert_eq!(again.map_err(|trouble| trouble.message), Ok(node));
            }
            // What is wrong lies in the text, and not within a character.
            Err(trouble) => prop_assert!(text.get(trouble.within).is_some()),
        }
    }
}

/// The book's chapter on checks.
const BOOK: &str = include_str!("../../../../../docs/checks.md");

#[test]
fn the_book_has_every_function_and_its_example_is_right() {
    for (name, _) in super::super::types::FUNCTIONS {
        let told = BOOK.contains(&format!("`{name}(")) || BOOK.contains(&format!("`{name}`"));
        assert!(told, "{name}");
    }
    for column in super::super::columns::Table::Events.columns() {
        let log = hailsham_engine::log::COLUMNS.iter();
        let in_log = log.clone().any(|spec| spec.name == column.name);
        assert!(
            in_log || BOOK.contains(&format!("`{}`", column.name)),
            "{}",
            column.name
        );
    }
    let example = BOOK
        .split("```toml\n")
        .find(|block| block.contains("[facts."));
    let example = example.unwrap().split("```").next().unwrap();
    let ids: Vec<String> = facts(example).unwrap().ids().map(str::to_owned).collect();
    assert_eq!(ids, ["called"]);
}
