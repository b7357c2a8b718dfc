//! Named numbers of a run (`summary.json`, `hailsham metrics`), each computed from the yearly
//! series, the persons and the auditor's findings.

use std::sync::LazyLock;

pub use hailsham_engine::metric::MetricInfo;
use hailsham_engine::time::{Span, Time};

use crate::Metrics;
use crate::event::Event;
use crate::person::{Cause, NOBODY, Phase, RecipientId, StudentId};
use crate::place::SchoolKind;
use crate::replay::Replayed;
use crate::replay::series::Year;
use crate::statistics::rank_correlation;
use crate::submodels::donation::Donor;
use crate::submodels::ledger;
use crate::world::World;

/// What metrics are computed from.
pub(crate) struct Facts<'a> {
    years: &'a [Year],
    pub(crate) replayed: &'a Replayed,
    pub(crate) world: &'a World,
    /// Ages at death of those who died of donating, sorted.
    ages_completed: Vec<f64>,
    /// Ages at the first operation.
    ages_first: Vec<f64>,
    /// Years of service of carers whose service has ended, sorted.
    tenures: Vec<f64>,
    /// Years lost and years gained, one entry a person.
    lost: Vec<f64>,
    gained: Vec<f64>,
}

impl Facts<'_> {
    /// How often an event happened.
    pub(crate) fn count(&self, event: Event) -> f64 {
        f64::from(self.replayed.tally.of(event).count)
    }

    /// A yearly number, summed over the years.
    pub(crate) fn sum(&self, of: impl Fn(&Year) -> u32) -> f64 {
        self.years.iter().map(|year| f64::from(of(year))).sum()
    }

    /// Mean of a yearly mean, weighted by what it is the mean of.
    fn weighted(&self, mean: impl Fn(&Year) -> f64, weight: impl Fn(&Year) -> f64) -> f64 {
        let total: f64 = self
            .years
            .iter()
            .map(|year| mean(year) * weight(year))
            .sum();
        total / self.years.iter().map(weight).sum::<f64>()
    }

    pub(crate) fn students(&self) -> impl Iterator<Item = StudentId> {
        (0..self.world.students.len() as u32)
            .map(StudentId)
            .filter(|student| self.world.students.phase[student.row()] != Phase::Unborn)
    }

    /// Everybody who was ever called up. The rows of the donation submodel are those of the living, and
    /// used again.
    pub(crate) fn donors(&self) -> impl Iterator<Item = &Donor> {
        let world = self.world;
        (0..world.students.len())
            .filter_map(move |row| world.donation.donor(world.students.donor_row[row]))
    }

    fn in_phase(&self, phase: Phase) -> f64 {
        self.students()
            .filter(|student| self.world.students.phase[student.row()] == phase)
            .count() as f64
    }

    /// Share who died of donating among those who are counted, made so many years before the end
    /// that they are old enough to have been through it all.
    fn share_completed(&self, years: f64, counts: impl Fn(usize) -> bool) -> f64 {
        let students = &self.world.students;
        let before = self.world.clock.horizon - Span::from_years(years);
        let (mut made, mut completed) = (0_u32, 0_u32);
        for student in self.students() {
            let row = student.row();
            if students.born[row] < before && counts(row) {
                made += 1;
                completed += u32::from(students.phase[row] == Phase::Completed);
            }
        }
        f64::from(completed) / f64::from(made)
    }

    fn share_completed_of(&self, kind: SchoolKind) -> f64 {
        self.share_completed(35.0, |row| {
            let place = self.world.places.get(self.world.students.school[row]);
            place.school_kind == Some(kind)
        })
    }

    /// The same among donors who have served as carers, or among those who have not.
    fn share_completed_after(&self, service: bool) -> f64 {
        let students = &self.world.students;
        self.share_completed(40.0, |row| {
            students.donor_row[row] != NOBODY && (students.carer_row[row] != NOBODY) == service
        })
    }

    fn deaths_of_called_up(&self) -> f64 {
        let students = &self.world.students;
        self.students()
            .map(StudentId::row)
            .filter(|row| students.donor_row[*row] != NOBODY && students.died[*row] != Time::NEVER)
            .count() as f64
    }

    fn transplanted_people(&self) -> f64 {
        self.world
            .recipients_state
            .people
            .patients
            .iter()
            .filter(|patient| patient.transplants > 0)
            .count() as f64
    }
}

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The sum of what is known of so many; none where there are some and nothing is known of any.
pub(crate) fn total(known: &[f64], of: usize) -> f64 {
    if known.is_empty() && of > 0 {
        f64::NAN
    } else {
        known.iter().sum()
    }
}

pub(crate) fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    match sorted {
        [] => f64::NAN,
        _ if sorted.len().is_multiple_of(2) => f64::midpoint(sorted[middle - 1], sorted[middle]),
        _ => sorted[middle],
    }
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

/// One metric: what is said of it, and how it is computed. Not a number where there is nothing to
/// take it of.
pub(crate) struct Metric {
    pub(crate) info: MetricInfo,
    pub(crate) value: fn(&Facts) -> f64,
}

/// A list of metrics, `name "unit" "what it is" |facts| value;` each.
macro_rules! metrics {
    ($($name:ident $unit:literal $text:literal $value:expr;)+) => {
        &[$($crate::metrics::Metric {
            info: $crate::metrics::MetricInfo {
                name: stringify!($name),
                unit: $unit,
                text: $text,
            },
            value: $value,
        },)+]
    };
}
pub(crate) use metrics;

fn all() -> impl Iterator<Item = &'static Metric> {
    SPINE
        .iter()
        .chain(crate::submodels::METRICS.iter().copied().flatten())
}

/// Every metric, in the order of the summary.
pub static METRICS: LazyLock<Vec<MetricInfo>> =
    LazyLock::new(|| all().map(|metric| metric.info).collect());

/// Every metric's value; none where there is nothing to take it of.
pub(crate) fn compute(world: &World, replayed: &Replayed) -> Metrics {
    let facts = gather(world, replayed);
    all()
        .map(|metric| {
            // The sum of nothing is zero, and not its negative.
            let value = (metric.value)(&facts) + 0.0;
            (metric.info.name, value.is_finite().then_some(value))
        })
        .collect()
}

const SPINE: &[Metric] = metrics! {
    students_created "students" "Students made." |f| f.sum(|y| y.created);
    students_alive "students" "Students alive at the end." |f| f.students().filter(|s| f.world.students.alive(*s)).count() as f64;
    pupils_at_end "students" "Pupils at the end." |f| f.in_phase(Phase::Pupil);
    residents_at_end "students" "Residents of the Cottages at the end." |f| f.in_phase(Phase::Resident);
    carers_at_end "students" "Carers at the end." |f| f.in_phase(Phase::Carer);
    donors_at_end "students" "Donors at the end." |f| f.in_phase(Phase::Donor);
    retired_at_end "students" "Released donors at the end." |f| f.in_phase(Phase::Retired);
    completed "deaths" "Students who died of donating." |f| f.sum(|y| y.completed);
    completed_operation_1 "deaths" "Deaths at a first operation." |f| f.sum(|y| y.completed_operation_1);
    completed_operation_2 "deaths" "Deaths at a second operation." |f| f.sum(|y| y.completed_operation_2);
    completed_operation_3 "deaths" "Deaths at a third operation." |f| f.sum(|y| y.completed_operation_3);
    completed_operation_4 "deaths" "Deaths at a fourth operation." |f| f.sum(|y| y.completed_operation_4);
    completed_later "deaths" "Deaths at a fifth operation or later." |f| f.sum(|y| y.completed_later);
    died_between "deaths" "Donors whose body gave out between operations." |f| f.sum(|y| y.died_between);
    died_other "deaths" "Students who died of other causes." |f| f.sum(|y| y.died_other);
    share_completed_humane "share" "Share who died of donating, among those from humane schools made 35 years before the end or earlier." |f| f.share_completed_of(SchoolKind::Humane);
    share_completed_ordinary "share" "Share who died of donating, among those from ordinary schools made 35 years before the end or earlier." |f| f.share_completed_of(SchoolKind::Ordinary);
    age_first_donation_mean "years" "Mean age at the first operation." |f| mean(&f.ages_first);
    age_completed_mean "years" "Mean age at death of those who died of donating." |f| mean(&f.ages_completed);
    age_completed_median "years" "Median age at death of those who died of donating." |f| median(&f.ages_completed);
    donations_at_completion_mean "operations" "Mean number of operations of those who died of donating." |f| {
        let phase = &f.world.students.phase;
        let counts: Vec<f64> = f.donors()
            .filter(|donor| phase[donor.student.row()] == Phase::Completed)
            .map(|donor| f64::from(donor.donations)).collect();
        mean(&counts)
    };
    carers_ever "students" "Students who became carers." |f| f.sum(|y| y.became_carers);
    tenure_mean "years" "Mean service of carers whose service has ended." |f| mean(&f.tenures);
    tenure_median "years" "Median service of carers whose service has ended." |f| median(&f.tenures);
    tenure_longest "years" "Longest service." |f| f.tenures.last().copied().unwrap_or(f64::NAN);
    reviews "reviews" "Reviews of carers." |f| f.sum(|y| y.reviews);
    postponed "reviews" "Reviews that left the carer in service for another year." |f| f.sum(|y| y.postponed);
    care_years "years" "Years of service as carers, over all students." |f| care_years(f);
    visits "visits" "Visits of carers to donors." |f| f.sum(|y| y.visits);
    comfort_mean "0 to 1" "Mean comfort given at a visit." |f| f.weighted(|y| y.comfort_mean, |y| f64::from(y.visits));
    deaths_attended "deaths" "Deaths of donors who had a carer." |f| f.sum(|y| y.deaths_attended);
    operations "operations" "Operations." |f| f.sum(|y| y.operations);
    stood_down "operations" "Operations put off for want of demand." |f| f.sum(|y| y.stood_down);
    bed_wait_days "days" "Mean wait for a bed of those operated on." |f| f.weighted(|y| y.bed_wait_days, |y| f64::from(y.operations));
    organs_removed "organs" "Organs taken." |f| f.sum(|y| y.organs_removed);
    organs_transplanted "organs" "Organs transplanted." |f| f.sum(|y| y.organs_transplanted);
    organs_unplaced "organs" "Organs taken that nobody waiting could use." |f| f.sum(|y| y.organs_unplaced);
    fell_ill "people" "People who fell ill with a disease that an organ treats." |f| f.sum(|y| y.fell_ill);
    treated_otherwise "people" "People who fell ill with a disease that an organ treats and were cured without a donor's organ." |f| f.sum(|y| y.treated_otherwise);
    listed "people" "People put on the waiting list." |f| f.sum(|y| y.listed);
    relisted "people" "Times that someone was put on the list again." |f| f.sum(|y| y.relisted);
    waiting_at_end "people" "People on the waiting list at the end." |f| f.years.last().map_or(0.0, |y| f64::from(y.waiting));
    recipients_transplanted "people" "People who had at least one transplant." |f| f.transplanted_people();
    wait_days "days" "Mean time on the list of those transplanted." |f| f.weighted(|y| y.wait_days, |y| f64::from(y.transplanted));
    deaths_waiting "deaths" "Deaths on the waiting list." |f| f.sum(|y| y.deaths_waiting);
    deaths_unlisted "deaths" "Deaths of the disease without having been listed." |f| f.sum(|y| y.deaths_unlisted);
    deaths_after_transplant "deaths" "Deaths of people with a graft, or of its failure." |f| f.sum(|y| y.deaths_after_transplant);
    grafts_failed "grafts" "Grafts that failed." |f| f.sum(|y| y.grafts_failed);
    years_lost "years" "Years of life lost by those who died of donating, against the life table." |f| total(&f.lost, f.ages_completed.len());
    years_lost_per_donor "years" "Mean years of life lost by those who died of donating." |f| mean(&f.lost);
    years_gained "years" "Years of life gained by those transplanted, against the death drawn at onset, followed beyond the end." |f| total(&f.gained, f.transplanted_people() as usize);
    years_gained_per_recipient "years" "Mean years of life gained by those transplanted." |f| mean(&f.gained);
    donations_refusable "operations" "Operations that the donor could have refused." |f| if f.world.programme.consent.refusable() { f.sum(|y| y.operations) } else { 0.0 };
    donations_understood "operations" "Operations of donors who had understood what donating is and how it ends." |f| f.count(Event::DonatedKnowing);
    donations_consented "operations" "Operations understood, that could have been refused and were not: what cannot be refused is not consented to." |f| f.count(Event::Consented);
    donations_refused "times" "Times that a donor refused an operation." |f| f.count(Event::Refused);
    share_completed_after_care "share" "Share who died of donating, among donors made 40 years before the end or earlier who had served as carers." |f| f.share_completed_after(true);
    share_completed_without_care "share" "Share who died of donating, among donors made 40 years before the end or earlier who had never served as carers." |f| f.share_completed_after(false);
    excellence_and_call "correlation" "Rank correlation of a carer's rank at the first review with the age at the first operation, over those who had both." |f| rank_correlation(&f.replayed.regularities.excellence_and_call);
    share_carers_called "share" "Share of carers who were called up, among those who began 15 years before the end or earlier and did not die in service." |f| {
        let (began, called) = f.replayed.regularities.long_ago;
        f64::from(called) / f64::from(began)
    };
    share_died_operation_1 "share" "Share of first operations that killed." |f| f.replayed.regularities.death_share(1);
    share_died_operation_2 "share" "Share of second operations that killed." |f| f.replayed.regularities.death_share(2);
    share_died_operation_3 "share" "Share of third operations that killed." |f| f.replayed.regularities.death_share(3);
    strength_after_1_mean "0 to 1" "Mean strength on leaving the bed after a first operation." |f| f.replayed.regularities.strength[0].mean();
    strength_after_2_mean "0 to 1" "Mean strength on leaving the bed after a second operation." |f| f.replayed.regularities.strength[1].mean();
    strength_after_3_mean "0 to 1" "Mean strength on leaving the bed after a third operation." |f| f.replayed.regularities.strength[2].mean();
    strength_after_2_sd "0 to 1" "Standard deviation between donors of strength on leaving the bed after a second operation." |f| f.replayed.regularities.strength[1].standard_deviation();
    share_deaths_attended "share" "Share of the deaths of those called up at which there was a carer." |f| f.sum(|y| y.deaths_attended) / f.deaths_of_called_up();
    comfort_received_mean "0 to 1" "Mean, over those operated on, of the comfort received at a visit; 0 for who had no visit." |f| {
        let world = f.world;
        let received: Vec<f64> = f.donors()
            .filter(|donor| donor.donations > 0)
            .filter_map(|donor| world.donation.visited(world.students.donor_row[donor.student.row()]))
            .map(|visited| f64::from(visited.mean_comfort().unwrap_or(0.0))).collect();
        mean(&received)
    };
    carer_years_per_donor_year "ratio" "Years that students served as carers, for each year of a donor on 31 December." |f| care_years(f) / f.sum(|y| y.donors);
    audit_violations "records" "Records of the log that break an invariant." |f| f.replayed.findings.violations as f64;
};

fn care_years(facts: &Facts) -> f64 {
    let horizon = facts.world.clock.horizon;
    let carers = facts.world.carers.services();
    carers
        .map(|carer| (carer.ended.min(horizon) - carer.started).years())
        .sum()
}

fn gather<'a>(world: &'a World, replayed: &'a Replayed) -> Facts<'a> {
    let students = &world.students;
    let mut ages_completed = Vec::new();
    let mut ages_first = Vec::new();
    let mut lost = Vec::new();
    for row in 0..students.len() {
        let student = StudentId(row as u32);
        if matches!(students.cause[row], Some(Cause::Operation | Cause::Decline)) {
            ages_completed.push((students.died[row] - students.born[row]).years());
        }
        let donor = world.donation.donor(students.donor_row[row]);
        if let Some(donor) = donor.filter(|donor| donor.donations > 0) {
            ages_first.push((donor.operated[0] - students.born[row]).years());
        }
        lost.extend(ledger::years_lost(students, student));
    }
    let people = &world.recipients_state.people;
    let gained = (0..people.len() as u32)
        .filter_map(|row| ledger::years_gained(people, RecipientId(row)))
        .collect();
    let tenures = world
        .carers
        .services()
        .filter(|carer| carer.ended != Time::NEVER)
        .map(|carer| (carer.ended - carer.started).years())
        .collect();
    Facts {
        years: &replayed.years,
        replayed,
        world,
        ages_completed: sorted(ages_completed),
        ages_first,
        tenures: sorted(tenures),
        lost,
        gained,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::METRICS;

    /// Studies and comparisons show metrics alone, or in an order of their own: a text that leans on the one
    /// before it says nothing there.
    #[test]
    fn every_text_stands_by_itself() {
        let mut texts = HashSet::new();
        for metric in METRICS.iter() {
            assert!(texts.insert(metric.text), "two metrics: {}", metric.text);
            let leans = [
                "The same",
                "Of these",
                "of that.",
                "of those.",
                "of them.",
                "the others.",
            ];
            let found = leans.iter().find(|words| metric.text.contains(**words));
            assert_eq!(found, None, "{}: {}", metric.name, metric.text);
        }
    }
}
