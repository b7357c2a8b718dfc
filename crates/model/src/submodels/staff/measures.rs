//! What is measured of staff.

use super::{Conduct, Left, Member, Role};
use crate::event::Event;
use crate::metrics::{Facts, Metric, mean, metrics};
use crate::statistics::correlation;

/// Guardians and heads who served for a year at least.
fn guardians<'a>(facts: &'a Facts) -> impl Iterator<Item = &'a Member> {
    let members = facts.world.inner.staff.members.iter();
    members.filter(|member| member.role != Role::Collector && member.served() >= 3)
}

fn tenure_and_conscience(facts: &Facts) -> Vec<(f64, f64)> {
    let horizon = facts.world.clock.horizon;
    guardians(facts)
        .map(|member| {
            let tenure = (member.ended.min(horizon) - member.taken_on).years();
            (tenure, f64::from(member.conscience))
        })
        .collect()
}

/// Where conscience led somebody: spoke out or left; else hinted at all; else found reasons for the
/// better part of the time; else loyal.
fn stance(member: &Member) -> Conduct {
    let terms = |conduct: Conduct| member.terms[conduct as usize];
    if terms(Conduct::SpeakingOut) + terms(Conduct::Leaving) > 0 {
        Conduct::SpeakingOut
    } else if terms(Conduct::Hinting) > 0 {
        Conduct::Hinting
    } else if terms(Conduct::Rationalising) > terms(Conduct::Loyal) {
        Conduct::Rationalising
    } else {
        Conduct::Loyal
    }
}

fn share(facts: &Facts, of: Conduct) -> f64 {
    let of = guardians(facts).filter(|member| stance(member) == of);
    of.count() as f64 / guardians(facts).count() as f64
}

/// Members of a role with a reason for having left.
fn left(facts: &Facts, collector: bool, why: Left) -> f64 {
    let members = facts.world.inner.staff.members.iter();
    let those = members
        .filter(|member| (member.role == Role::Collector) == collector && member.left == why);
    those.count() as f64
}

fn collectors_unease(facts: &Facts) -> f64 {
    let members = facts.world.inner.staff.members.iter();
    let values: Vec<f64> = members
        .filter(|member| member.role == Role::Collector)
        .map(|member| f64::from(member.conscience))
        .collect();
    mean(&values) - facts.world.programme.staff.traits().2
}

/// What is measured of it.
pub(crate) const METRICS: &[Metric] = metrics! {
    staff_taken_on "people" "Guardians, heads and collectors taken on." |f| f.count(Event::TakenOn);
    conscience_by_tenure "correlation" "Correlation of the conscience of guardians with their time in post, of those a year or longer in it." |f| correlation(&tenure_and_conscience(f));
    staff_rebels "share" "Share of guardians who spoke out or left for conscience, of those a year or longer in post." |f| share(f, Conduct::SpeakingOut);
    staff_uneasy "share" "Share of guardians who hinted and no more, of those a year or longer in post." |f| share(f, Conduct::Hinting);
    staff_rationalisers "share" "Share of guardians who found reasons for the better part of their time, of those a year or longer in post." |f| share(f, Conduct::Rationalising);
    staff_loyal "share" "Share of guardians who neither rebelled, hinted nor found reasons, of those a year or longer in post." |f| share(f, Conduct::Loyal);
    hints "hints" "Hints of guardians to a class." |f| f.count(Event::Hinted);
    outbursts "outbursts" "Times that a guardian spoke out." |f| f.count(Event::SpokeOut);
    dismissals "dismissals" "Guardians dismissed for speaking out." |f| f.count(Event::Dismissed);
    collector_visits "visits" "Visits of the collector to a school." |f| f.count(Event::CollectorVisited);
    collector_unease "0 to 1" "Unease that collectors gained, at the end or at leaving." collectors_unease;
    collectors_left "people" "Collectors who left for conscience." |f| left(f, true, Left::Conscience);
};
