//! Named numbers of a programme's course.

use std::cmp::Ordering;

use hailsham_engine::metric::MetricInfo;
use hailsham_engine::metric_list;
use hailsham_engine::time::{Span, Time};

use super::course::{Cause, Course, Member, State};
use super::parameters::ExchangeProgramme;

/// Every metric, in order.
pub const METRICS: &[MetricInfo] = metric_list! {
    pairs "pairs" "Pairs who are counted: they arrived after the warm-up and early enough to be followed.";
    pairs_transplanted "pairs" "Counted pairs whose patient was transplanted by an exchange before the end.";
    share_transplanted "share" "Counted pairs whose patient was transplanted by an exchange.";
    wait_mean "days" "Mean time from arrival to the transplant, of those transplanted.";
    wait_median "days" "Median time from arrival to the transplant, of those transplanted.";
    days_in_programme_mean "days" "Mean time of all counted pairs from arrival until the transplant, until they left, or the end.";
    died "pairs" "Counted pairs whose patient died in the programme.";
    transplanted_elsewhere "pairs" "Counted pairs whose patient was given another kidney.";
    withdrew "pairs" "Counted pairs who withdrew.";
    still_there "pairs" "Counted pairs who were in the programme at the end.";
    share_transplanted_group_o "share" "Counted pairs with a patient of blood group O who were transplanted by an exchange.";
    share_transplanted_sensitised "share" "Counted pairs with a patient of the highest level of sensitisation who were transplanted by an exchange.";
    wait_mean_sensitised "days" "Mean time from arrival to the transplant, of transplanted patients of the highest level of sensitisation.";
    altruists "donors" "Altruists who arrived in the same time as the pairs who are counted.";
    altruists_in_chains "donors" "Altruists who arrived in that time and began a chain that was done.";
    match_runs "runs" "Matching runs in the time when pairs are counted.";
    pool_mean "pairs" "Mean number of pairs in the pool at a matching run.";
    transplants_agreed "transplants" "Transplants agreed at the matching runs.";
    transplants_done "transplants" "Transplants that were done of those agreed, or in their place.";
    share_failed "share" "Agreed transplants that were not done, nor others in their place.";
    transplants_per_year "transplants per year" "Transplants that were done, by years of the time when pairs are counted.";
    two_ways "exchanges" "Cycles of two pairs chosen at the matching runs.";
    longer_cycles "exchanges" "Longer cycles chosen.";
    chains "exchanges" "Chains chosen.";
    list_gifts "transplants" "Gifts of last donors of chains to the waiting list, in the time when pairs are counted.";
    runs_unproven "runs" "Matching runs whose choice was not proven to be the best.";
};

/// The metrics that a report begins with.
pub const HEADLINES: &[&str] = &[
    "pairs",
    "pairs_transplanted",
    "share_transplanted",
    "wait_mean",
    "wait_median",
    "days_in_programme_mean",
    "died",
    "share_transplanted_sensitised",
    "pool_mean",
    "share_failed",
    "transplants_per_year",
];

/// When pairs arrive who are counted: from, until before.
pub fn counted(parameters: &ExchangeProgramme) -> (Time, Time) {
    let time = &parameters.time;
    (
        Time::START + Span::from_years(time.warm_up),
        Time::START + Span::from_years(time.horizon - time.follow_up),
    )
}

/// Every metric of a course with its value, in the order of [`METRICS`]; none where there is nothing to measure.
pub fn metrics(
    parameters: &ExchangeProgramme,
    course: &Course,
) -> Vec<(&'static str, Option<f64>)> {
    let (from, until) = counted(parameters);
    let within = |time: Time| time >= from && time < until;
    let arrived = |pair: bool| {
        let members = course.members.iter();
        members.filter(move |m| m.patient.is_some() == pair && within(m.arrived))
    };
    let pairs: Vec<&Member> = arrived(true).collect();
    let group_o: Vec<&Member> = of(&pairs, |m| m.patient.is_some_and(|p| p.group == 0));
    let highest = highest_level(parameters);
    let sensitised: Vec<&Member> = of(&pairs, |m| m.patient.map(|p| p.level) == highest);
    let waits = waits(&pairs);
    let days = pairs
        .iter()
        .map(|m| (m.ended.min(course.horizon) - m.arrived).days());
    let days: Vec<f64> = days.collect();
    let count = |members: &[&Member], state: State| {
        Some(members.iter().filter(|m| m.state == state).count() as f64)
    };
    let still = pairs
        .iter()
        .filter(|m| matches!(m.state, State::Waiting | State::Agreed(_)))
        .count();
    let altruists: Vec<&Member> = arrived(false).collect();
    let runs: Vec<_> = course.runs.iter().filter(|run| within(run.time)).collect();
    let sum = |of: &dyn Fn(&super::course::MatchRun) -> u32| -> f64 {
        runs.iter().map(|run| f64::from(of(run))).sum()
    };
    let (agreed, done) = (sum(&|run| run.agreed), sum(&|run| run.done));
    let gifts = course.list_gifts.iter().filter(|at| within(**at)).count();
    let unproven = sum(&|run| u32::from(!run.proven));
    let values = [
        Some(pairs.len() as f64),
        count(&pairs, State::Transplanted),
        share(&pairs),
        mean(&waits),
        median(&waits),
        mean(&days),
        count(&pairs, State::Left(Cause::Death)),
        count(&pairs, State::Left(Cause::OtherTransplant)),
        count(&pairs, State::Left(Cause::Withdrawal)),
        Some(still as f64),
        share(&group_o),
        share(&sensitised),
        mean(&self::waits(&sensitised)),
        Some(altruists.len() as f64),
        count(&altruists, State::Transplanted),
        Some(runs.len() as f64),
        ratio(sum(&|run| run.pairs), runs.len() as f64),
        Some(agreed),
        Some(done),
        ratio(agreed - done, agreed),
        ratio(done, (until - from).years()),
        Some(sum(&|run| run.two_ways)),
        Some(sum(&|run| run.longer)),
        Some(sum(&|run| run.chains)),
        Some(gifts as f64),
        Some(unproven),
    ];
    METRICS
        .iter()
        .map(|metric| metric.name)
        .zip(values)
        .collect()
}

/// The level whose patients are hardest to match; none where there are no levels.
fn highest_level(parameters: &ExchangeProgramme) -> Option<usize> {
    let levels = parameters.patients.sensitisation.values().enumerate();
    let by_positive = |a: &(usize, _), b: &(usize, _)| -> Ordering {
        let (a, b): (
            &super::parameters::Sensitisation,
            &super::parameters::Sensitisation,
        ) = (a.1, b.1);
        a.virtual_positive.total_cmp(&b.virtual_positive)
    };
    levels.max_by(by_positive).map(|level| level.0)
}

fn of<'a>(members: &[&'a Member], is: impl Fn(&Member) -> bool) -> Vec<&'a Member> {
    members.iter().copied().filter(|m| is(m)).collect()
}

/// Days from arrival to the transplant, sorted.
fn waits(members: &[&Member]) -> Vec<f64> {
    let transplanted = members.iter().filter(|m| m.state == State::Transplanted);
    let mut waits: Vec<f64> = transplanted.map(|m| (m.ended - m.arrived).days()).collect();
    waits.sort_by(f64::total_cmp);
    waits
}

fn share(members: &[&Member]) -> Option<f64> {
    let transplanted = members.iter().filter(|m| m.state == State::Transplanted);
    ratio(transplanted.count() as f64, members.len() as f64)
}

fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

fn mean(values: &[f64]) -> Option<f64> {
    ratio(values.iter().sum(), values.len() as f64)
}

/// The middle of sorted values.
fn median(sorted: &[f64]) -> Option<f64> {
    let low = sorted.get(sorted.len().checked_sub(1)? / 2)?;
    let high = sorted.get(sorted.len() / 2)?;
    Some(f64::midpoint(*low, *high))
}
