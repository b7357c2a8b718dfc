//! A list in parts ranks as the whole list does, however little of it is looked at.
#![allow(clippy::unwrap_used)]

use std::cell::Cell;

use hailsham_allocation::rules::{
    About, Attribute, Catalogue, Dimension, Parts, Policy, Population, Ranking, Sort, Span,
    read_policy,
};
use hailsham_scenario::{BuiltIn, Source};

fn policy() -> Policy {
    let attribute = |name, sort| Attribute {
        name,
        about: About::Candidate,
        sort,
        meaning: "",
    };
    let catalogue = Catalogue::new(vec![
        attribute("active", Sort::Flag),
        attribute("waited", Sort::Number(Dimension::TIME)),
        attribute("mismatches", Sort::Number(Dimension::PLAIN)),
    ]);
    let text = "system = 'small'\norder = ['full', 'long', 'others']\n\
        [eligibility]\na = { when = 'active' }\n\
        [tiers]\nf = { tier = 'full', when = 'mismatches == 0' }\n\
        l = { tier = 'long', when = 'waited >= 9 years' }\no = { tier = 'others', when = 'true' }\n\
        [points]\nw = { weight = '1 / 1 year', of = 'waited' }\nm = { weight = '-2', of = 'mismatches' }";
    let built_in = [BuiltIn {
        name: "test",
        text,
        summary: "",
    }];
    let source = Source::Name("test".to_owned());
    let read = read_policy(&source, &built_in, &[], &[("small", catalogue)]);
    read.map_err(|error| error.render(false)).unwrap().1
}

/// Somebody who waits: whole years, and mismatches, so that many are alike.
#[derive(Clone, Copy)]
struct Person {
    active: bool,
    waited: f64,
    mismatches: f64,
}

struct Town {
    people: Vec<Person>,
    /// By years waited.
    parts: Vec<Vec<u32>>,
    /// Values that were read.
    reads: Cell<usize>,
}

impl Town {
    fn new(count: u32) -> Self {
        let person = |row: u32| {
            let number = row.wrapping_mul(2_654_435_761) >> 8;
            Person {
                active: !number.is_multiple_of(5),
                waited: f64::from(number / 5 % 10),
                mismatches: f64::from((number / 50 % 40).min(6)),
            }
        };
        let people: Vec<Person> = (0..count).map(person).collect();
        let mut parts = vec![Vec::new(); 5];
        // Each part spans two years, and comes in an order of its own.
        for row in (0..count).rev() {
            parts[people[row as usize].waited as usize / 2].push(row);
        }
        Self {
            people,
            parts,
            reads: Cell::new(0),
        }
    }
}

impl Population for Town {
    type Person<'a> = Person;

    fn person(&self, row: u32) -> Person {
        self.people[row as usize]
    }

    fn of_donor(&self, _: usize) -> f64 {
        0.0
    }

    fn of_candidates(&self, attribute: usize, people: &[Person], out: &mut [f64]) {
        self.reads.set(self.reads.get() + people.len());
        for (out, person) in out.iter_mut().zip(people) {
            *out = match attribute {
                0 => f64::from(u8::from(person.active)),
                1 => person.waited,
                _ => person.mismatches,
            };
        }
    }

    fn of_parts(&self, attribute: usize, out: &mut [Span]) {
        for (out, part) in out.iter_mut().zip(0_u8..) {
            let first = 2.0 * f64::from(part);
            *out = match attribute {
                0 => Span::FLAG,
                1 => Span::between(first, first + 1.0),
                _ => Span::between(0.0, 6.0),
            };
        }
    }
}

impl Parts for Town {
    fn count(&self) -> usize {
        self.parts.len()
    }

    fn rows(&self, part: usize) -> &[u32] {
        &self.parts[part]
    }

    fn turn(&self, row: u32, _: u64) -> u64 {
        u64::from(row)
    }
}

#[test]
fn parts_rank_as_the_whole_does() {
    let policy = policy();
    let mut ranking = Ranking::new();
    for count in [0, 1, 50, 700, 20_000] {
        let town = Town::new(count);
        // As the rules say it, by sorting everybody.
        let tier = |person: &Person| match person {
            Person {
                mismatches: 0.0, ..
            } => 0_u16,
            Person { waited: 9.0, .. } => 1,
            _ => 2,
        };
        let points = |person: &Person| person.waited - 2.0 * person.mismatches;
        let mut expected: Vec<u32> = (0..count)
            .filter(|row| town.people[*row as usize].active)
            .collect();
        expected.sort_by(|one, other| {
            let [one, other] = [one, other].map(|row| &town.people[*row as usize]);
            let points = points(other).total_cmp(&points(one));
            tier(one).cmp(&tier(other)).then(points)
        });
        let mut ranked = ranking.rank_parts(&policy, &town, &town);
        assert_eq!(ranked.len(), expected.len());
        let mut found = Vec::new();
        while let Some(entry) = ranked.get(found.len()) {
            assert_eq!(entry.points, points(&town.people[entry.row as usize]));
            found.push(entry.row);
            if found.len() == 3 || found.len() == 400 {
                assert_eq!(ranked.len(), expected.len());
            }
        }
        assert_eq!(found, expected, "{count} rows");

        // In classes, after some have been taken out in order; and in the order of the policy once more.
        let mut ranked = ranking.rank_parts(&policy, &town, &town);
        ranked.get(40);
        let mut preferred = ranked.prefer(|row| (row % 3) as i32);
        let mut classes = expected.clone();
        classes.sort_by_key(|row| -((row % 3) as i32));
        let found: Vec<u32> = (0..classes.len())
            .map(|place| preferred.get(place).unwrap().row)
            .collect();
        assert_eq!(found, classes, "{count} rows in classes");
        drop(preferred);
        if let Some(last) = expected.last() {
            let (place, entry) = ranked.find(*last).unwrap();
            assert_eq!((place + 1, entry.row), (expected.len(), *last));
        }
    }
}

#[test]
fn whoever_cannot_come_first_is_given_no_points() {
    let policy = policy();
    let mut ranking = Ranking::new();
    let town = Town::new(20_000);
    let mut reads = |depth: usize| {
        town.reads.set(0);
        let mut ranked = ranking.rank_parts(&policy, &town, &town);
        ranked.get(depth);
        town.reads.get()
    };
    let (few, all) = (reads(10), reads(19_999));
    // Tiers are looked at for all; points, which need one attribute more in two, only for those with full matches.
    assert!(few + 15_000 < all, "{few} of {all}");
}
