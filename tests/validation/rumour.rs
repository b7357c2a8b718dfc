//! The end of a rumour, against Maki and Thompson.
//!
//! On a complete graph of `n` people, one knows a story. Whoever tells it tells it to somebody drawn
//! from the others, again and again, until it has been told to one who knew it. In the limit the
//! share `x` of those who never hear it solves
//!
//! ```text
//! ln x + 2 · (1 − x) = 0                  x = 0.2032 below 1
//! ```
//!
//! (Maki and Thompson 1973, *Mathematical Models and Applications*, 9.6; the same end as the rumour of
//! Daley and Kendall 1965, *Journal of the Institute of Mathematics and its Applications* 1:42;
//! proved by Sudbury 1985, *Journal of Applied Probability* 22:443), and the number of those who
//! never hear it is near normal with variance `n · x (1 − x) / (1 − 2x)`, which is 0.2727 n (Watson 1988, *Stochastic Processes and their Applications* 27:141). The order of the
//! tellings does not matter to the end, so one teller after another speaks.
//!
//! What is tested is the function by which the model passes stories on, with everybody believing
//! and every telling in vain tiring; need and change are not in it.

use hailsham_engine::random::Streams;
use hailsham_model::mind::Hearer;
use hailsham_model::submodels::stories::pass_on;

const PEOPLE: u32 = 4_000;
const RUMOURS: u32 = 400;

/// How many never hear a rumour that one of `n` people begins.
fn never_heard(n: u32, rumour: u32, believed: f64) -> u32 {
    let mut draws = (0_u32..).map(|number| {
        Streams::new(1965)
            .entity(u64::from(rumour))
            .purpose(1_u16)
            .draw(number)
    });
    let mut people = vec![Hearer::Ignorant; n as usize];
    people[0] = Hearer::Spreader;
    let mut tellers = vec![0_usize];
    while let Some(teller) = tellers.pop() {
        while people[teller] == Hearer::Spreader {
            let mut draw = draws.next().unwrap();
            // Somebody else: the last stands for the teller.
            let other = draw.below(n - 1) as usize;
            let other = if other == teller {
                n as usize - 1
            } else {
                other
            };
            let knew = people[other] != Hearer::Ignorant;
            let (mut from, mut to) = (people[teller], people[other]);
            pass_on(&mut from, &mut to, draw.bernoulli(believed), true);
            (people[teller], people[other]) = (from, to);
            if !knew && to == Hearer::Spreader {
                tellers.push(other);
            }
        }
    }
    people
        .iter()
        .filter(|one| **one == Hearer::Ignorant)
        .count() as u32
}

/// The root of `ln x + b · (1 − x) = 0` between 0 and 1 / b, by bisection.
fn final_share(b: f64) -> f64 {
    let (mut low, mut high) = (1e-9, 1.0 / b);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if middle.ln() + b * (1.0 - middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// Mean share of those who never hear it, and its variance between rumours.
fn shares(believed: f64) -> (f64, f64) {
    let shares: Vec<f64> = (0..RUMOURS)
        .map(|rumour| f64::from(never_heard(PEOPLE, rumour, believed)) / f64::from(PEOPLE))
        .collect();
    let count = f64::from(RUMOURS);
    let mean = shares.iter().sum::<f64>() / count;
    let squares: f64 = shares.iter().map(|share| (share - mean).powi(2)).sum();
    (mean, squares / (count - 1.0))
}

#[test]
fn a_fifth_never_hear_it() {
    let x = final_share(2.0);
    assert!((x - 0.203_188).abs() < 1e-6, "{x}");
    let variance = x * (1.0 - x) / (1.0 - 2.0 * x);
    assert!((variance - 0.2727).abs() < 1e-4, "{variance}");
    let variance = variance / f64::from(PEOPLE);
    let (mean, found) = shares(1.0);
    let error = (variance / f64::from(RUMOURS)).sqrt();
    let off = (mean - x) / error;
    println!("{mean:.5} never hear it, expected {x:.5}, off {off:.2}");
    assert!(off.abs() < 4.0, "{mean} is {off} standard errors from {x}");
    // A sample variance of a normal number has the relative standard error √(2 / (n − 1)).
    let off = (found / variance - 1.0) / (2.0 / f64::from(RUMOURS - 1)).sqrt();
    println!("variance {found:.3e}, expected {variance:.3e}, off {off:.2}");
    assert!(off.abs() < 4.0, "variance {found}, expected {variance}");
}

#[test]
fn a_rumour_that_half_believe_ends_sooner() {
    // Whoever does not believe knows it and stays silent: with probability p of belief,
    // dx/dy of the fluid limit gives ln x + (1 + p) (1 − x) = 0 (Lebensztayn, Machado and Rodríguez
    // 2011, SIAM Journal on Applied Mathematics 71:1476).
    let x = final_share(1.5);
    // Here the first telling fails half of the time, but never in vain: no rumour dies at once.
    let (mean, found) = shares(0.5);
    let error = (found / f64::from(RUMOURS)).sqrt();
    let off = (mean - x) / error;
    println!("{mean:.5} never hear it, expected {x:.5}, off {off:.2}");
    assert!(off.abs() < 4.0, "{mean} is {off} standard errors from {x}");
}
