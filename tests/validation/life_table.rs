//! Lives that donating does not touch, against the life table.
//!
//! Nobody is called up. The Kaplan–Meier estimate (Kaplan and Meier 1958, *Journal of the American
//! Statistical Association* 53:457) of the students' lifetimes is compared, by sex, with
//!
//! ```text
//! S(x) = exp(−makeham · x − level / slope · (exp(slope · x) − 1))
//! ```
//!
//! (Gompertz 1825, Makeham 1860). Everyone is followed for at least [`FOLLOWED`] years; up to that
//! age the estimate is one minus the empirical distribution of the lifetimes, which the
//! Dvoretzky–Kiefer–Wolfowitz band holds with probability 0.999.

use hailsham_model::submodels::mortality::LifeTable;
use hailsham_tests::statistics::dkw_band;
use hailsham_tests::{BODIES_ALONE, NOBODY_ILL, Run, small};

/// Years for which everyone is followed, to death or to the end of the run.
const FOLLOWED: f64 = 97.0;

/// A lifetime in years, and whether it ended in death.
#[derive(Clone, Copy)]
struct Lifetime {
    years: f64,
    died: bool,
}

/// Kaplan–Meier: the survival function just after each age of death.
fn kaplan_meier(lifetimes: &[Lifetime]) -> Vec<(f64, f64)> {
    let mut lifetimes = lifetimes.to_vec();
    lifetimes.sort_by(|a, b| a.years.total_cmp(&b.years));
    let mut steps: Vec<(f64, f64)> = Vec::new();
    let mut survival = 1.0;
    for (index, lifetime) in lifetimes.iter().enumerate() {
        let at_risk = (lifetimes.len() - index) as f64;
        if lifetime.died {
            survival *= 1.0 - 1.0 / at_risk;
            steps.push((lifetime.years, survival));
        }
    }
    steps
}

fn survival(table: &LifeTable, hazard_ratio: f64, age: f64) -> f64 {
    let ageing = table.level / table.slope * (table.slope * age).exp_m1();
    (-hazard_ratio * (table.makeham * age + ageing)).exp()
}

/// Greatest distance between an estimate and a life table, up to an age.
fn distance(steps: &[(f64, f64)], upto: f64, law: impl Fn(f64) -> f64) -> f64 {
    let mut before = 1.0;
    let mut most = 0.0_f64;
    for &(age, after) in steps.iter().take_while(|(age, _)| *age < upto) {
        let expected = law(age);
        most = most
            .max((expected - before).abs())
            .max((expected - after).abs());
        before = after;
    }
    most
}

#[test]
fn unused_lives_end_by_the_life_table() {
    let mut sets = vec![
        "time.horizon=100",
        "carers.share=1",
        "carers.tenure_cap=0",
        "carers.call_up_base=0",
        "carers.call_up_growth=0",
        "institutions.hailsham.intake=0",
        "institutions.progressive.intake=0",
        "institutions.ordinary.intake=400",
        "institutions.ordinary.closes=1957",
    ];
    sets.extend(NOBODY_ILL);
    sets.extend(BODIES_ALONE);
    let run = Run::of(&sets, small(1.0, 1));
    assert_eq!(run.metric("operations").to_bits(), 0.0_f64.to_bits());
    let end = run.epoch().milliseconds(
        hailsham_engine::time::Time::START + hailsham_engine::time::Span::from_years(100.0),
    );
    let persons = run.table("persons.parquet");
    let kinds = persons.coded("kind").unwrap();
    let sexes = persons.coded("sex").unwrap();
    let born = persons.timestamp("born").unwrap();
    let died = persons.timestamp("died").unwrap();
    let year = 1000.0 * 86_400.0 * hailsham_engine::time::DAYS_PER_YEAR;

    let tables = &run.programme.mortality;
    for (sex, table) in [("female", &tables.female), ("male", &tables.male)] {
        let lifetimes: Vec<Lifetime> = (0..persons.rows())
            .filter(|row| sexes.label(*row) == Some(sex) && kinds.label(*row) == Some("student"))
            .map(|row| {
                let years = (died[row].unwrap_or(end) - born[row].unwrap()) as f64 / year;
                Lifetime {
                    years,
                    died: died[row].is_some(),
                }
            })
            .collect();
        let censored = lifetimes.iter().filter(|life| !life.died);
        let followed = censored.map(|life| life.years).fold(f64::MAX, f64::min);
        assert!(
            followed >= FOLLOWED,
            "somebody is followed for {followed} years"
        );
        assert!(lifetimes.iter().any(|life| !life.died), "somebody lives on");

        let steps = kaplan_meier(&lifetimes);
        let band = dkw_band(lifetimes.len(), 0.001);
        let found = distance(&steps, FOLLOWED, |age| survival(table, 1.0, age));
        println!(
            "{sex}: {} lives, distance {found:.4}, band {band:.4}",
            lifetimes.len()
        );
        assert!(found < band, "{sex}: {found} from the table, band {band}");

        // The band is narrow enough to tell the table from one whose hazards are a tenth higher.
        let other = distance(&steps, FOLLOWED, |age| survival(table, 1.1, age));
        assert!(other > band, "{sex}: hazards a tenth higher would pass");
    }
}
