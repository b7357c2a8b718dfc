//! The reference match lists of the `ETKidney` simulator: every list in exact order, every tier, point, component and
//! mismatch, and everything that became of the offers.
#![allow(clippy::unwrap_used)]

mod reference;

use std::collections::BTreeMap;

use hailsham_allocation::eurotransplant::{
    Acceptance, BUILT_IN_POLICIES, Geography, Half, List, Models, Period, Practice, Programmes,
    SYSTEM, Setting, catalogue, read_folder,
};
use hailsham_allocation::files::Moment;
use hailsham_allocation::rules::{Policy, read_policy};
use hailsham_allocation::typing::Determinants;
use hailsham_scenario::Source;
use serde_json::Value;

fn policy(name: &str, geography: &Geography) -> Policy {
    let source = Source::Name(name.to_owned());
    let catalogues = [(SYSTEM, catalogue(geography))];
    match read_policy(&source, &BUILT_IN_POLICIES, &[], &catalogues) {
        Ok((_, policy)) => policy,
        Err(error) => panic!("{}", error.render(false)),
    }
}

/// Differences by kind, with the first of each.
#[derive(Default)]
struct Differences(BTreeMap<&'static str, (usize, String)>);

impl Differences {
    fn add(&mut self, kind: &'static str, example: impl FnOnce() -> String) {
        let entry = self.0.entry(kind).or_insert_with(|| (0, example()));
        entry.0 += 1;
    }

    fn same(
        &mut self,
        kind: &'static str,
        found: f64,
        expected: &Value,
        within: f64,
        place: &dyn Fn() -> String,
    ) {
        if let Some(expected) = expected.as_f64()
            && (found - expected).abs() > within
        {
            self.add(kind, || {
                format!("{}: found {found}, expected {expected}", place())
            });
        }
    }
}

struct Expected {
    columns: BTreeMap<String, usize>,
    list: Value,
}

impl Expected {
    fn candidates(&self) -> &Vec<Value> {
        self.list["cands"].as_array().unwrap()
    }

    fn of<'a>(&self, candidate: &'a Value, column: &str) -> &'a Value {
        &candidate[self.columns[column]]
    }
}

fn compare(list: &mut List<'_>, registrations: &[u32], expected: &Expected, out: &mut Differences) {
    let number = list.number;
    let title = format!("list {number}");
    if list.donor.id as u64 != expected.list["donor"].as_u64().unwrap()
        || list.programme.name() != expected.list["list"].as_str().unwrap()
    {
        out.add("donor", || title.clone());
        return;
    }
    let mut entries = Vec::new();
    while let Some(entry) = list.get(entries.len()) {
        entries.push(entry);
    }
    let found: Vec<u64> = entries
        .iter()
        .map(|entry| u64::from(registrations[entry.row as usize]))
        .collect();
    let wanted: Vec<u64> = expected
        .candidates()
        .iter()
        .map(|candidate| expected.of(candidate, "reg").as_u64().unwrap())
        .collect();
    if found != wanted {
        let missing: Vec<_> = wanted.iter().filter(|reg| !found.contains(reg)).collect();
        let extra: Vec<_> = found.iter().filter(|reg| !wanted.contains(reg)).collect();
        if !missing.is_empty() {
            out.add("missing", || {
                format!("{title} {}: {missing:?}", list.programme.name())
            });
        }
        if !extra.is_empty() {
            out.add("extra", || {
                format!("{title} {}: {extra:?}", list.programme.name())
            });
        }
        if missing.is_empty() && extra.is_empty() {
            let at = found
                .iter()
                .zip(&wanted)
                .position(|(one, other)| one != other)
                .unwrap();
            out.add("order", || {
                format!(
                    "{title} place {at}: found {:?}, expected {:?}",
                    &found[at..],
                    &wanted[at..]
                )
            });
        }
    }
    let rows: Vec<u32> = entries.iter().map(|entry| entry.row).collect();
    let details = list.details(&rows);
    for (entry, details) in entries.iter().zip(&details) {
        let registration = u64::from(registrations[entry.row as usize]);
        let place = || format!("{title}, {registration}");
        let Some(candidate) = expected
            .candidates()
            .iter()
            .find(|candidate| expected.of(candidate, "reg").as_u64() == Some(registration))
        else {
            continue;
        };
        let tier = &list.policy.tiers()[usize::from(entry.tier)];
        if expected.of(candidate, "tier").as_str() != Some(tier) {
            out.add("tier", || {
                format!(
                    "{}: found {tier}, expected {}",
                    place(),
                    expected.of(candidate, "tier")
                )
            });
        }
        let mut same = |kind, value, within| {
            out.same(kind, value, expected.of(candidate, kind), within, &place);
        };
        same("points", entry.points, 0.0);
        same("exact", details[0], 1e-5);
        let mismatches = list.mismatches(entry.row).map(f64::from);
        same("mmA", mismatches[0], 0.0);
        same("mmB", mismatches[1], 0.0);
        same("mmDR", mismatches[2], 0.0);
        same("mmp", list.match_probability(entry.row), 1e-6);
        let fits = list.fits(entry.row).map(|fits| f64::from(u8::from(fits)));
        same("no_unacc", fits[0], 0.0);
        same("prof_ok", fits[1], 0.0);
        same("mq_ok", fits[2], 0.0);
        for (component, value) in list.policy.components().iter().zip(&details[1..]) {
            let kind = match component.as_str() {
                "hla" if list.policy.components().len() > 1 => "pts_hla",
                "hla_ped" => "pts_hla_ped",
                "wait" => "pts_wait",
                "dist" => "pts_dist",
                "bal_nat" => "pts_bal_nat",
                "bal_reg" => "pts_bal_reg",
                "ped" => "pts_ped",
                "mmp" => "pts_mmp",
                "hu" => "pts_hu",
                other => panic!("{other}"),
            };
            same(kind, *value, 0.0);
        }
    }
    let accepted: Vec<u64> = list
        .offers
        .iter()
        .filter(|offer| offer.answer.is_accepted())
        .map(|offer| u64::from(registrations[offer.row as usize]))
        .collect();
    let mut sorted = accepted.clone();
    sorted.sort_unstable();
    let mut wanted: Vec<u64> = expected.list["accepted"]
        .as_array()
        .unwrap()
        .iter()
        .map(|value| value.as_u64().unwrap())
        .collect();
    wanted.sort_unstable();
    if sorted != wanted {
        out.add("accepted", || {
            format!("{title}: found {sorted:?}, expected {wanted:?}")
        });
    }
    // Every candidate that was looked at: what became of the offer, and with what probabilities.
    let outcomes = expected.list["out"].as_array().unwrap();
    for outcome in outcomes {
        let registration = outcome[0].as_u64().unwrap();
        let offer = list
            .offers
            .iter()
            .find(|offer| u64::from(registrations[offer.row as usize]) == registration);
        let place = || format!("{title}, {registration}");
        let Some(offer) = offer else {
            out.add("not offered", || format!("{} {outcome}", place()));
            continue;
        };
        if Some(offer.answer.code()) != outcome[1].as_str() {
            out.add("answer", || {
                format!("{}: found {offer:?}, expected {outcome}", place())
            });
        }
        let asked = (offer.centre.is_some(), offer.patient.is_some());
        if asked != (outcome[3].is_number(), outcome[4].is_number()) {
            out.add("asked", || {
                format!("{}: found {offer:?}, expected {outcome}", place())
            });
        }
        if offer.dual != (outcome[2].as_u64() == Some(1)) {
            out.add("dual", || {
                format!("{}: found {offer:?}, expected {outcome}", place())
            });
        }
        if let Some(centre) = offer.centre {
            out.same("p_center", centre, &outcome[3], 5.1e-4, &place);
        }
        if let Some(patient) = offer.patient {
            out.same("p_patient", patient, &outcome[4], 5.1e-4, &place);
        }
        if outcome[5].is_number() {
            out.same(
                "priority",
                f64::from(list.priority(offer.row)),
                &outcome[5],
                0.0,
                &place,
            );
        }
    }
    if outcomes.len() != list.offers.len() {
        out.add("offers", || {
            format!(
                "{title}: found {}, expected {}",
                list.offers.len(),
                outcomes.len()
            )
        });
    }
}

fn lists(file: &str, models: bool) {
    let Some(data) = reference::data() else {
        return;
    };
    let setting = Setting::eurotransplant().unwrap();
    let geography = Geography::new(&setting);
    let tables = data.join("tables");
    // The built-in tables are those of the simulator, without alleles.
    let determinants = if models {
        setting.antigens().unwrap()
    } else {
        Determinants::read(&tables.join("et_match_table_all.csv"), &["DR3"]).unwrap()
    };
    let frequencies = setting.frequencies(&determinants);
    let period = Period {
        start: Moment::read("2014-01-01").unwrap(),
        end: Moment::read("2016-01-01").unwrap(),
        balances_from: Moment::read("2013-01-01").unwrap(),
        relisting: false,
    };
    let (input, _) = read_folder(&data.join("input"), period, &geography, &determinants).unwrap();
    let policies = [
        policy("etkidney-etkas", &geography),
        policy("etkidney-esp", &geography),
    ];
    let read_models = Models::built_in(&geography).unwrap();
    let programmes = Programmes {
        input: &input,
        geography: &geography,
        determinants: &determinants,
        frequencies: &frequencies,
        period,
        policies: [&policies[0], &policies[1]],
        practice: &Practice::default(),
        survival: None,
        acceptance: if models {
            Acceptance::Models(&read_models)
        } else {
            Acceptance::First
        },
    };
    let mut expected = reference::lists(&data, file).map(|list| {
        let columns = list["cols"].as_array().unwrap().iter().enumerate();
        let columns = columns
            .map(|(at, name)| (name.as_str().unwrap().to_owned(), at))
            .collect();
        Expected { columns, list }
    });
    let mut differences = Differences::default();
    let counts = programmes.run(&mut Half, |list| {
        let expected = expected.next().unwrap();
        compare(
            list,
            &input.registrations.registration,
            &expected,
            &mut differences,
        );
        list.number + 1 < 250
    });
    println!("{counts:?}");
    for (kind, (count, example)) in &differences.0 {
        let short: String = example.chars().take(300).collect();
        println!("{kind}: {count}, first {short}");
    }
    assert_eq!(counts.lists, 250);
    assert!(differences.0.is_empty());
}

#[test]
fn the_lists_of_first_offers_are_the_same() {
    lists("first-offer-accepts.jsonl.gz", false);
}

#[test]
fn the_lists_of_the_models_at_one_half_are_the_same() {
    lists("models-at-one-half.jsonl.gz", true);
}
