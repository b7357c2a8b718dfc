use super::*;
use crate::trial::{metric, run};

const NOBODY_ILL: &str = "recipients.lists_open=3000";

#[test]
fn news_becomes_concern_as_the_closed_form_says() {
    // Against the equations themselves, in small steps (Euler, of first order).
    let (alarm, decay, years) = (0.7, 0.07, 9.0);
    let steps = 900_000;
    let (mut news, mut concern) = (0.8, 0.1);
    for _ in 0..steps {
        let moved = alarm * news * years / f64::from(steps);
        concern += moved - decay * concern * years / f64::from(steps);
        news -= moved;
    }
    let exact = fade((0.8, 0.1), years, alarm, decay);
    assert!((exact.0 - news).abs() < 1e-5 && (exact.1 - concern).abs() < 1e-5);
    // One step or many: the same.
    let halves = fade(fade((0.8, 0.1), 4.0, alarm, decay), 5.0, alarm, decay);
    assert!((exact.1 - halves.1).abs() < 1e-12);
    // Equal rates are the limit of near ones.
    let (equal, near) = (
        fade((1.0, 0.0), 3.0, 0.2, 0.2).1,
        fade((1.0, 0.0), 3.0, 0.2, 0.2 + 1e-6).1,
    );
    assert!((equal - near).abs() < 1e-5);
}

#[test]
fn concern_without_news_halves_in_its_half_life_and_sooner_where_it_costs() {
    let rules = Society::default();
    let after = |stake: f64| {
        let mut mood = Mood {
            concern: 0.6,
            stake,
            ..Mood::default()
        };
        for year in 0..rules.half_life as i32 {
            attend(&rules, &mut mood, 1960.0 + f64::from(year));
        }
        mood.concern
    };
    assert!((after(0.0) - 0.3).abs() < 1e-12);
    // With a full stake it decays (1 + cost) times as fast.
    assert!((after(1.0) - 0.6 * libm::exp2(-1.0 - rules.cost)).abs() < 1e-12);
}

#[test]
fn a_shock_is_felt_from_its_date_on() {
    let rules = Society::default();
    let concern = |until: i32| {
        let mut mood = Mood::default();
        for year in 1950..until {
            attend(&rules, &mut mood, f64::from(year));
        }
        mood.concern
    };
    assert_eq!(concern(1956), 0.0);
    let decay = core::f64::consts::LN_2 / rules.half_life;
    let since = 1960.0 - rules.shock_year;
    let exact = fade((rules.shock, 0.0), since, rules.alarm, decay).1;
    assert!((concern(1960) - exact).abs() < 1e-12);
}

#[test]
fn evidence_is_news_only_beyond_the_stake_and_is_turned_round_below() {
    let rules = Society {
        persuasion: 50.0,
        ..Society::default()
    };
    let weighed = |stake: f64| {
        let mut mood = Mood {
            stake,
            attention: 1.0,
            recognition: 0.5,
            ..Mood::default()
        };
        weigh_evidence(&rules, &mut mood, 0.5);
        mood
    };
    let blocked = weighed(0.9);
    assert!(blocked.recognition > 0.5 && blocked.justification > 0.0);
    assert_eq!(blocked.news, 0.0);
    let open = weighed(0.2);
    assert_eq!(open.justification, 0.0);
    assert!((open.news - 50.0 * (open.recognition - 0.2)).abs() < 1e-12);
    assert_eq!(open.recognition, blocked.recognition);
}

#[test]
fn contact_makes_unease_unease_distance_and_neither_concern() {
    let far = Society {
        siting: 0.0,
        ..Society::default()
    };
    let near = Society {
        siting: 1.0,
        ..Society::default()
    };
    let after = |rules: &Society| {
        let mut mood = Mood::default();
        for _ in 0..20 {
            meet_students(rules, &mut mood, 200.0, 0.0);
        }
        mood
    };
    assert_eq!(after(&far), Mood::default());
    let close = after(&near);
    assert!(close.unease > 0.3 && close.distance > 0.3 && close.recognition > 0.0);
    assert_eq!((close.concern, close.news), (0.0, 0.0));
    // Without distancing the same contact would make more unease and more recognition.
    let open = after(&Society {
        distancing: 0.0,
        ..near
    });
    assert_eq!(open.distance, 0.0);
    assert!(open.unease > close.unease && open.recognition > close.recognition);
}

#[test]
fn humane_schools_come_with_the_reform_window_and_go_after_it() {
    let default = run(0.01, &[]);
    let (from, until) = (
        metric(&default, "humane_schools_from"),
        metric(&default, "humane_schools_until"),
    );
    assert!((1957.0..=1962.0).contains(&from), "{from}");
    assert!((1980.0..1990.0).contains(&until), "{until}");
    assert_eq!(metric(&default, "abolished"), 0.0);
    assert!(metric(&default, "end_of_use_from").is_nan());
    let (proof, kindness) = (
        metric(&default, "proof_sought_from"),
        metric(&default, "kindness_from"),
    );
    assert!(proof < kindness, "{proof} {kindness}");
    assert_eq!(default.replayed.findings.violations, 0);
    // A later shock opens them later, a longer memory keeps them longer, without a shock there are none.
    let later = run(0.001, &["society.shock_year=1966.6", NOBODY_ILL]);
    assert!(metric(&later, "humane_schools_from") >= from + 9.0);
    let longer = run(0.001, &["society.half_life=60", NOBODY_ILL]);
    assert!(metric(&longer, "humane_school_years") > metric(&default, "humane_school_years"));
    let none = run(0.001, &["society.shock=0", NOBODY_ILL]);
    assert_eq!(metric(&none, "humane_school_years"), 0.0);
}

#[test]
fn the_same_students_are_made_whoever_sets_the_dates() {
    let of = |sets: &[&str]| {
        let run = run(0.02, sets);
        let until = metric(&run, "humane_schools_until");
        (
            run.world.0.students.identity.clone(),
            run.world.0.students.born.clone(),
            until,
        )
    };
    let governed = of(&[NOBODY_ILL]);
    let world = run(0.001, &[NOBODY_ILL]).world.0;
    let dates: Vec<(i16, i16)> = world
        .institutions
        .schools
        .iter()
        .filter(|school| school.governed.0)
        .map(|school| {
            let place = world.places.get(school.place);
            (
                world.clock.year_of(place.opened),
                world.clock.year_of(place.closed),
            )
        })
        .collect();
    assert_eq!(dates.len(), 4);
    let mut sets = vec![
        NOBODY_ILL.to_owned(),
        "society.governs_schools=false".to_owned(),
        format!("institutions.hailsham.opens={}", dates[0].0),
        format!("institutions.hailsham.closes={}", dates[0].1),
        "institutions.progressive.count=0".to_owned(),
    ];
    for (number, (opens, closes)) in dates.iter().enumerate().skip(1) {
        sets.push(format!(
            "institutions.p{number}={{name='Progressive school {number}', kind='humane', intake=30, opens={opens}, closes={closes}}}"
        ));
    }
    let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
    let fixed = of(&sets);
    let sorted = |(identity, born, until): (Vec<u64>, Vec<Time>, f64)| {
        let mut all: Vec<(u64, Time)> = identity.into_iter().zip(born).collect();
        all.sort_unstable();
        (all, until)
    };
    assert!(!fixed.0.is_empty());
    assert_eq!(sorted(governed), sorted(fixed));
}

#[test]
fn an_end_to_use_stops_the_making_and_releases_those_called_up() {
    let sets = [
        "society.shock_year=1985.0",
        "society.shock=1",
        "society.alarm=5",
        "society.inertia=0",
        "society.stake_half=1000000",
    ];
    let ended = run(0.02, &sets);
    let at = |name: &str| metric(&ended, name);
    assert_eq!(at("abolished"), 1.0);
    assert_eq!(ended.replayed.findings.violations, 0);
    let later = ended.replayed.years.iter().filter(|year| year.year >= 1990);
    let (made, operated) = later.fold((0, 0), |sum, year| {
        (sum.0 + year.created, sum.1 + year.operations)
    });
    assert_eq!((made, operated), (0, 0));
    assert_eq!(at("donors_at_end"), 0.0);
    assert!(at("retired_at_end") > 10.0);
}

#[test]
fn passers_by_help_as_often_as_they_would() {
    let helped = |help: &str| {
        let set = format!("society.help={help}");
        let run = run(
            0.05,
            &[
                &set,
                "society.distancing=0",
                "outings.visible_pain=1",
                NOBODY_ILL,
            ],
        );
        let scenes = metric(&run, "public_scenes");
        assert!(scenes > 100.0, "{scenes}");
        (metric(&run, "help_rate"), scenes)
    };
    assert_eq!(helped("0").0, 0.0);
    assert_eq!(helped("1").0, 1.0);
    let (rate, scenes) = helped("0.3");
    // Four pass at a scene on average: six standard errors.
    assert!(
        (rate - 0.3).abs() < 6.0 * libm::sqrt(0.21 / (4.0 * scenes)),
        "{rate}"
    );
}
