//! What is wrong with a policy file is said at its place; what is right ranks as it says.
#![allow(clippy::unwrap_used)]

use hailsham_allocation::eurotransplant::PROFILES;
use hailsham_allocation::policies;
use hailsham_allocation::rules::{
    About, Attribute, Catalogue, Dimension, Policy, Population, Ranking, Sort, read_policy,
};
use hailsham_scenario::{BuiltIn, Source};

fn flag(name: &'static str) -> Attribute {
    Attribute {
        name,
        about: About::Candidate,
        sort: Sort::Flag,
        meaning: "",
    }
}

fn number(name: &'static str, dimension: Dimension) -> Attribute {
    Attribute {
        name,
        about: About::Candidate,
        sort: Sort::Number(dimension),
        meaning: "",
    }
}

fn small() -> Catalogue {
    Catalogue::new(vec![
        Attribute {
            name: "donor_age",
            about: About::Donor,
            sort: Sort::Number(Dimension::TIME),
            meaning: "",
        },
        flag("urgent"),
        number("waited", Dimension::TIME),
        number("vpra", Dimension::SHARE),
        Attribute {
            name: "country",
            about: About::Candidate,
            sort: Sort::Word(vec!["Austria".into(), "Belgium".into()]),
            meaning: "",
        },
    ])
}

fn read(text: &'static str) -> Result<Policy, String> {
    let built_in = [BuiltIn {
        name: "test",
        text,
        summary: "",
    }];
    let source = Source::Name("test".to_owned());
    read_policy(&source, &built_in, &[], &[("small", small())])
        .map(|(_, policy)| policy)
        .map_err(|error| error.render(false))
}

/// Each wrong policy, the place that the message points at, and what it says.
#[test]
fn every_mistake_is_named_at_its_place() {
    for (text, parts) in [
        (
            "system = 'small'\n[points]\nwait = { weight = '33.3', of = 'waited' }",
            &[
                "3:",
                "the points would be in years",
                "unit of the weight is missing",
            ][..],
        ),
        (
            "system = 'small'\n[eligibility]\nold = { when = 'donor_age >= 65' }",
            &[
                "3:",
                "a number in years, found a plain number",
                "the unit is missing: `65 years`",
            ],
        ),
        (
            "system = 'small'\n[points]\nwait = { weight = '1 / 1 year', of = 'waitd' }",
            &[
                "3:",
                "there is no attribute or term `waitd`",
                "did you mean `waited`?",
            ],
        ),
        (
            "system = 'small'\n[eligibility]\na = { when = 'waited' }",
            &["3:", "expected true or false, found a number in years"],
        ),
        (
            "system = 'small'\n[eligibility]\na = { when = 'country == \"Belgum\"' }",
            &["`country` is never \"Belgum\"", "did you mean \"Belgium\"?"],
        ),
        (
            "system = 'small'\norder = ['A', 'B']\n[tiers]\nall = { tier = 'A', when = 'true' }\nurgent = { tier = 'B', when = 'urgent' }",
            &["5:", "never reached: whoever meets it meets `all` before"],
        ),
        (
            "system = 'small'\norder = ['A', 'B']\n[tiers]\none = { tier = 'A', when = 'urgent' }\ntwo = { tier = 'B', when = 'urgent and vpra > 50 %' }",
            &["5:", "whoever meets it meets `one` before"],
        ),
        (
            "system = 'small'\norder = ['A', 'B']\n[tiers]\nold = { tier = 'A', when = 'donor_age >= 65 years' }\nolder = { tier = 'B', when = 'urgent and donor_age > 75 years' }",
            &["5:", "whoever meets it meets `old` before"],
        ),
        (
            "system = 'small'\norder = ['A']\n[tiers]\nnone = { tier = 'A', when = 'donor_age >= 65 years and donor_age < 18 years' }",
            &["4:", "can never hold"],
        ),
        (
            "system = 'small'\norder = ['A']\n[tiers]\none = { tier = 'A', when = 'urgent and not urgent' }",
            &["4:", "can never hold"],
        ),
        (
            "system = 'small'\n[eligibility]\nnone = { when = 'donor_age < 18 years and donor_age > 65 years' }",
            &[
                "3:",
                "nobody can meet this condition: its parts contradict each other",
            ],
        ),
        (
            "system = 'small'\n[eligibility]\nold = { when = 'donor_age >= 65 years' }\nyoung = { when = 'urgent and donor_age < 65 years' }",
            &["4:", "nobody can meet both this condition and `old`"],
        ),
        (
            "system = 'small'\n[points]\nx = { weight = '1', when = 'vpra > 80 % and vpra < 20 %' }",
            &["3:", "nobody has these points"],
        ),
        (
            "system = 'small'\n[terms]\nmax = { is = '3' }",
            &["3:", "`max` is a function already", "choose another name"],
        ),
        (
            "system = 'small'\n[scales]\nround = { of = 'vpra', from = ['0 %'], gives = [1.0] }",
            &["3:", "`round` is a function already"],
        ),
        (
            "system = 'small'\nregular_until = 'A'\norder = ['A']\n[tiers]\nall = { tier = 'A', when = 'true' }",
            &["2:", "there are no phases in which organs are offered here"],
        ),
        (
            "system = 'small'\norder = ['A', 'B']\n[tiers]\none = { tier = 'A', when = 'true' }",
            &["2:", "nobody can be in tier `B`"],
        ),
        (
            "system = 'small'\norder = ['A', 'A']\n[tiers]\none = { tier = 'A', when = 'true' }",
            &["2:", "tier `A` stands twice"],
        ),
        (
            "system = 'small'\n[scales]\nx = { of = 'vpra', from = ['0 %'], gives = [1.0] }\n[terms]\nx = { is = '2' }",
            &["5:", "`x` is a scale already", "choose another name"],
        ),
        (
            "system = 'small'\n[points]\na = { weight = '1', of = 'vpra / 1 % + 3 years' }",
            &["expected a number in a plain number, found a number in years"],
        ),
        (
            "system = 'smal'",
            &["1:", "`smal` is not a system", "there are small"],
        ),
        (
            "system = 'small'\n[scales.s]\nof = 'vpra'\nfrom = ['0 %', '20']\ngives = [0.0, 1.0]",
            &["`20`: the steps are in %, this is a plain number"],
        ),
        (
            "system = 'small'\n[point.a]\nweight = '1'",
            &["2:", "did you mean `points`"],
        ),
        (
            "system = 'small'\n[points]\na = { weight = '1', of = 'mix(1, 2)' }",
            &["there is no function `mix`"],
        ),
    ] {
        let message = read(text).unwrap_err();
        for part in parts {
            assert!(message.contains(part), "{part:?} is not in:\n{message}");
        }
    }
}

/// Points may be turned off by a plain `false`, and a condition may say twice what it says.
#[test]
fn what_is_odd_but_holds_is_no_mistake() {
    for text in [
        "system = 'small'\n[points]\nx = { weight = '1', when = 'false' }",
        "system = 'small'\n[eligibility]\na = { when = 'vpra > 20 %' }\nb = { when = 'vpra > 80 % and vpra > 20 %' }",
        "system = 'small'\n[eligibility]\na = { when = 'vpra <= 20 %' }\nb = { when = 'vpra >= 20 %' }",
    ] {
        read(text).unwrap();
    }
}

#[test]
fn the_regular_phase_ends_at_a_tier_of_the_order() {
    let source = Source::Name("esp-2021".to_owned());
    let wrong = policies::read(&source, &["regular_until=Z".to_owned()]);
    let message = wrong.unwrap_err().render(false);
    assert!(message.contains("`Z` is not in `order`"), "{message}");
    assert!(message.contains("there are A, B, C, D"), "{message}");
}

#[test]
fn several_mistakes_are_named_at_once() {
    let message = read("system = 'small'\n[eligibility]\na = { when = 'x' }\nb = { when = 'y' }")
        .unwrap_err();
    assert!(
        message.contains("`x`") && message.contains("`y`"),
        "{message}"
    );
}

/// Four candidates whose attributes are written out.
struct Four;

impl Population for Four {
    type Person<'a> = u32;

    fn person(&self, row: u32) -> u32 {
        row
    }

    fn of_donor(&self, _: usize) -> f64 {
        40.0
    }

    fn of_candidates(&self, attribute: usize, rows: &[u32], out: &mut [f64]) {
        let table = [
            [0.0; 4],
            [0.0, 0.0, 1.0, 0.0],   // urgent
            [1.0, 3.0, 0.5, 3.0],   // waited, years
            [0.0, 10.0, 0.0, 90.0], // vpra, %
            [0.0, 1.0, 1.0, 0.0],   // country
        ];
        for (out, row) in out.iter_mut().zip(rows) {
            *out = table[attribute][*row as usize];
        }
    }
}

fn ranked(text: &'static str) -> Vec<(u32, f64)> {
    let policy = read(text).unwrap();
    let mut ranking = Ranking::new();
    let mut ranked = ranking.rank(&policy, &Four, &[0, 1, 2, 3]);
    (0..ranked.len())
        .filter_map(|place| ranked.get(place))
        .map(|entry| (entry.row, entry.points))
        .collect()
}

/// As many candidates as are asked for, who have waited for some whole number of years below twenty.
struct Many;

impl Population for Many {
    type Person<'a> = u32;

    fn person(&self, row: u32) -> u32 {
        row
    }

    fn of_donor(&self, _: usize) -> f64 {
        40.0
    }

    fn of_candidates(&self, attribute: usize, rows: &[u32], out: &mut [f64]) {
        for (out, row) in out.iter_mut().zip(rows) {
            *out = match attribute {
                2 => f64::from(row.wrapping_mul(2_654_435_761) >> 16).rem_euclid(20.0),
                _ => 0.0,
            };
        }
    }
}

#[test]
fn lists_of_any_length_come_in_order_from_every_place_on() {
    let text = "system = 'small'\n[points]\nw = { weight = '10 / 1 year', of = 'waited' }";
    let policy = read(text).unwrap();
    let mut ranking = Ranking::new();
    for count in [1_u32, 31, 255, 257, 3_000, 40_000] {
        let rows: Vec<u32> = (0..count).rev().collect();
        let mut ranked = ranking.rank(&policy, &Many, &rows);
        // Nothing has been put in order yet.
        let last = ranked.find(0).unwrap();
        for class in [|_| 0, |row: u32| (row % 3) as i32] {
            let many = ranked.len();
            let mut waited = vec![0.0; rows.len()];
            Many.of_candidates(2, &rows, &mut waited);
            let mut expected: Vec<usize> = (0..rows.len()).collect();
            expected.sort_by(|one, other| {
                let class = |at: &usize| -class(rows[*at]);
                let points = |at: &usize| waited[*at];
                let classes = class(one).cmp(&class(other));
                classes.then(points(other).total_cmp(&points(one)))
            });
            let expected: Vec<u32> = expected.into_iter().map(|at| rows[at]).collect();
            let mut preferred = ranked.prefer(class);
            let found: Vec<u32> = (0..many)
                .filter_map(|place| preferred.get(place))
                .map(|entry| entry.row)
                .collect();
            assert_eq!(found, expected, "{count} rows");
            assert_eq!(preferred.get(many), None);
        }
        let (half, entry) = ranked.find(count / 2).unwrap();
        assert_eq!(ranked.get(half), Some(entry));
        assert_eq!(ranked.get(last.0), Some(last.1));
        assert_eq!(ranked.find(count), None);
    }
}

#[test]
fn a_policy_ranks_as_its_rules_say() {
    // By waiting alone; equals in the order of the rows.
    let waiting = "system = 'small'\n[points]\nw = { weight = '10 / 1 year', of = 'waited' }";
    assert_eq!(ranked(waiting), [(1, 30.0), (3, 30.0), (0, 10.0), (2, 5.0)]);
    // Tiers, steps and rounding.
    let more = "system = 'small'
        rounding = 'components'
        order = ['first', 'second']
        [scales]
        sensitised = { of = 'vpra', from = ['20 %', '80 %'], gives = [1.0, 50.5] }
        [eligibility]
        not_austria_unless_sensitised = { when = 'country != \"Austria\" or vpra >= 80 %' }
        [tiers]
        urgent = { tier = 'first', when = 'urgent' }
        others = { tier = 'second', when = 'true' }
        [points]
        w = { weight = '10 / 1 year', of = 'waited' }
        s = { weight = '1', of = 'sensitised' }
        donor = { weight = '1', when = 'donor_age < 18 years' }";
    assert_eq!(ranked(more), [(2, 5.0), (3, 81.0), (1, 30.0)]);
    // Half up below zero and far above what 32 bits hold.
    let sums = "system = 'small'
        rounding = 'sum'
        [points]
        w = { weight = '-1.5 / 1 year', of = 'waited' }
        s = { weight = '10000000000', of = 'number(vpra > 80 %)' }";
    assert_eq!(
        ranked(sums),
        [(3, 9_999_999_996.0), (0, -1.0), (2, -1.0), (1, -4.0)]
    );
    // What is no number comes last.
    let none = "system = 'small'
        [points]
        w = { weight = '-1 / 1 year', of = 'waited' }
        x = { weight = '1', of = 'vpra / vpra' }";
    let order: Vec<u32> = ranked(none).into_iter().map(|(row, _)| row).collect();
    assert_eq!(order, [1, 3, 0, 2]);
    // Ahead of the points, and behind them.
    let ties = "system = 'small'
        [ahead]
        urgent = { more = 'number(urgent)' }
        [points]
        same = { weight = '7' }
        [ties]
        sensitised = { more = 'vpra' }";
    assert_eq!(ranked(ties), [(2, 7.0), (3, 7.0), (1, 7.0), (0, 7.0)]);
}

#[test]
fn the_built_in_policies_are_right_and_variants_are_a_few_lines() {
    let catalogues = policies::catalogues().unwrap();
    let mut known = policies::built_in();
    known.push(BuiltIn {
        name: "dr-weighted",
        text: "extends = 'etkas-2021'\n[terms.hla_points]\nis = '400 - 40 * mismatches_a - 40 * mismatches_b - 120 * mismatches_dr'",
        summary: "",
    });
    known.push(BuiltIn {
        name: "sliding",
        text: "extends = 'etkas-2021'\n[points.vpra]\nweight = '133'\nof = '(power(5, vpra / 100 %) - 1) / (5 - 1)'",
        summary: "",
    });
    for built_in in &known {
        let source = Source::Name(built_in.name.to_owned());
        if let Err(error) = read_policy(&source, &known, &[], &catalogues) {
            panic!("{}: {}", built_in.name, error.render(false));
        }
    }
    for (_, policies) in PROFILES {
        assert!(
            policies
                .iter()
                .all(|name| known.iter().any(|one| one.name == *name))
        );
    }
}
