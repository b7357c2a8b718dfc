//! What is said of the numbers of a run, and of those of its groups.

use hailsham_engine::metric::MetricInfo;
use hailsham_engine::metric_list;

use super::record::{Group, Record};
use crate::eurotransplant::simulation::{Course, Programmes};
use crate::files::Moment;

/// Every number of a run's summary, in its order.
pub const METRICS: &[MetricInfo] = metric_list! {
    registrations "registrations" "Registrations on the list at some time of the run, without those made again after one of its transplants.";
    relisted "registrations" "Registrations made again after a transplant of the run.";
    donors "donors" "Donors for whom a list was made.";
    ranked "candidates" "Candidates ranked, on all lists together.";
    transplants "transplants" "Recipients who were given a kidney, or both of a donor.";
    kidneys "kidneys" "Kidneys transplanted.";
    kidneys_discarded "kidneys" "Kidneys that nobody took.";
    deaths_waiting "deaths" "Deaths on the list.";
    removals "registrations" "Registrations that were taken off the list for another reason than death or a transplant.";
    waiting_at_end "registrations" "Registrations on the list at the end.";
    years_waited "years" "Time on the list within the run, of all registrations together.";
    dialysis_years_mean "years" "Mean time on dialysis at the transplant.";
    age_mean "years" "Mean age at the transplant.";
    mismatches_mean "mismatches" "Mean number of mismatches at HLA-A, -B and -DR, of six.";
    mismatches_dr_mean "mismatches" "Mean number of mismatches at HLA-DR, of two.";
    zero_mismatch_share "share" "Transplants without a mismatch.";
    senior_programme_share "share" "Transplants by the Senior Programme.";
    abroad_share "share" "Transplants whose donor was in another country.";
    imbalance "kidneys" "Kidneys that countries received from others beyond those that they gave, of all countries together, by transplants.";
    rescue_share "share" "Transplants in the rescue or extended phase.";
    dual_share "share" "Transplants of both kidneys of a donor.";
    sensitised_share "share" "Transplants of recipients who cannot accept 85 % of donors or more.";
    paediatric_share "share" "Transplants of recipients under 18.";
    grafts_lost "grafts" "Transplants of the run whose graft failed, or whose recipient died, within it; 0 where that is not followed.";
    grafts_lost_relisted "grafts" "Grafts lost within the run whose recipient was listed again, sooner or later.";
};

/// The metrics that a report begins with.
pub const HEADLINES: &[&str] = &[
    "donors",
    "transplants",
    "kidneys_discarded",
    "deaths_waiting",
    "removals",
    "waiting_at_end",
    "years_waited",
    "dialysis_years_mean",
    "mismatches_mean",
    "zero_mismatch_share",
    "sensitised_share",
    "paediatric_share",
    "abroad_share",
];

/// Every measure of a group, in the order of [`GroupTold::values`].
pub const MEASURES: &[MetricInfo] = metric_list! {
    registrations "registrations" "Registrations on the list at some time of the run.";
    transplants "transplants" "Transplants.";
    transplant_rate "per year" "Transplants by years on the list.";
    deaths "deaths" "Deaths on the list.";
    death_rate "per year" "Deaths by years on the list.";
    removals "registrations" "Other removals from the list.";
    waiting "registrations" "On the list at the end.";
    years "years" "Time on the list within the run, together.";
    dialysis_years_mean "years" "Mean time on dialysis at the transplant.";
    balance "transplants" "Transplants with kidneys from other countries less those given to them.";
};

/// What a comparison tells first of groups: what they are grouped by, and a measure.
pub const GROUP_HEADLINES: &[(&str, &str)] = &[
    ("country", "transplants"),
    ("country", "deaths"),
    ("age", "transplants"),
    ("age", "deaths"),
    ("unacceptable donors", "transplants"),
    ("unacceptable donors", "deaths"),
];

/// The numbers of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupTold {
    /// What it is grouped by: `country`, `age`, `unacceptable donors`, `blood group`, `registration`, or of transplants `mismatches`, `programme`,
    /// `offer`.
    pub by: &'static str,
    /// Which of them.
    pub name: String,
    /// The values of [`MEASURES`]; none where there is nothing to measure.
    pub values: Vec<Option<f64>>,
}

/// The numbers of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// The values of [`METRICS`], by name; none where there is nothing to measure.
    pub metrics: Vec<(&'static str, Option<f64>)>,
    /// Those of the groups.
    pub groups: Vec<GroupTold>,
    /// Every registration of the population by its name, in its order, and the day of a death on the list. Those
    /// that a run makes after a transplant are not among them: they are other people in every arm.
    pub deaths: Vec<(u64, Option<Moment>)>,
}

/// Everything that is told of a run.
pub(super) fn told(record: &Record, course: &Course, programmes: &Programmes<'_>) -> Told {
    let summary = record.summary(&course.counts);
    let metrics = METRICS
        .iter()
        .map(|metric| (metric.name, summary.get(metric.name).copied()))
        .collect();
    // The group of all says what the metrics say.
    let groups = record.groups.iter().filter(|(by, _)| **by != "all");
    let groups = groups
        .flat_map(|(by, groups)| groups.iter().map(move |(name, group)| (*by, name, group)))
        .map(|(by, name, group)| GroupTold {
            by,
            name: name.clone(),
            values: values(group, balance(record, by, name)),
        })
        .collect();
    let names = programmes.input.registrations.name.iter();
    let mut deaths: Vec<_> = names.map(|name| (*name, None)).collect();
    for (row, day) in &record.deaths {
        if let Some((_, death)) = deaths.get_mut(*row as usize) {
            *death = Some(programmes.period.start.plus_days(*day));
        }
    }
    Told {
        metrics,
        groups,
        deaths,
    }
}

/// Kidneys received from other countries less those given to them.
fn balance(record: &Record, by: &str, name: &str) -> Option<f64> {
    let country = (by == "country").then(|| record.balances.get(name));
    let [received, given] = country.flatten()?;
    Some(f64::from(*received) - f64::from(*given))
}

fn values(group: &Group, balance: Option<f64>) -> Vec<Option<f64>> {
    // Some groups are of transplants alone, and have no registrations.
    let listed = group.registrations > 0;
    let count = |number: u32| listed.then(|| f64::from(number));
    let rate = |number: u32| (group.years > 0.0).then(|| f64::from(number) / group.years);
    vec![
        count(group.registrations),
        Some(f64::from(group.transplants)),
        rate(group.transplants),
        count(group.deaths),
        rate(group.deaths),
        count(group.removals),
        count(group.waiting),
        listed.then_some(group.years),
        group.dialysis_mean(),
        balance,
    ]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Prepared;
    use super::super::months::Month;
    use super::*;
    use crate::eurotransplant::scenario::load_scenario;
    use hailsham_scenario::Source;

    fn prepared(sets: &[&str]) -> Prepared {
        let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
        let loaded = load_scenario(&Source::Name("eurotransplant".to_owned()), &sets).unwrap();
        Prepared::read(&loaded.value, None).unwrap()
    }

    /// Every number of the summary is described, and groups add up to the whole.
    #[test]
    fn everything_is_told_and_adds_up() {
        let prepared = prepared(&[]);
        let cohort = prepared.cohort(3, 0.02).unwrap();
        let programmes = prepared.programmes(&cohort.input);
        let (record, course) = prepared.simulate(&programmes, 3, |_| true);
        let names: Vec<String> = record.summary(&course.counts).into_keys().collect();
        let described: Vec<&str> = METRICS.iter().map(|metric| metric.name).collect();
        assert_eq!(names, described);
        let told = told(&record, &course, &programmes);
        assert_eq!(told, prepared.told(3, 0.02).unwrap());
        let metric = |name: &str| {
            let found = told.metrics.iter().find(|(other, _)| *other == name);
            found.unwrap().1.unwrap()
        };
        for (measure, whole) in [
            (
                "registrations",
                metric("registrations") + metric("relisted"),
            ),
            ("deaths", metric("deaths_waiting")),
            ("waiting", metric("waiting_at_end")),
        ] {
            let place = MEASURES.iter().position(|m| m.name == measure).unwrap();
            for by in [
                "country",
                "age",
                "unacceptable donors",
                "blood group",
                "registration",
            ] {
                let groups = told.groups.iter().filter(|group| group.by == by);
                let sum: f64 = groups.map(|group| group.values[place].unwrap()).sum();
                assert_eq!(sum, whole, "{measure} by {by}");
            }
        }
        // So do the months.
        let last = record.months.iter().filter_map(|months| months.last());
        let waiting: u32 = last.map(|month| month.waiting).sum();
        assert_eq!(f64::from(waiting), metric("waiting_at_end"));
        let sum = |value: fn(&Month) -> u32| -> f64 {
            record
                .months
                .iter()
                .flatten()
                .map(value)
                .map(f64::from)
                .sum()
        };
        assert_eq!(sum(|month| month.deaths), metric("deaths_waiting"));
        assert_eq!(sum(|month| month.transplants), metric("transplants"));
        assert_eq!(sum(|month| month.received), sum(|month| month.given));
        let again = &record.groups["registration"];
        let again = again.get("after a transplant of the run");
        let died = told.deaths.iter().filter(|(_, death)| death.is_some());
        let died_again = again.map_or(0, |group| group.deaths);
        assert_eq!(
            died.count() as f64,
            metric("deaths_waiting") - f64::from(died_again)
        );
        let balances: f64 = told
            .groups
            .iter()
            .filter_map(|group| *group.values.last()?)
            .sum();
        assert_eq!(balances, 0.0);
    }

    #[test]
    fn headlines_are_metrics_and_measures() {
        for name in HEADLINES {
            assert!(METRICS.iter().any(|metric| metric.name == *name), "{name}");
        }
        let told = prepared(&[]).told(1, 0.02).unwrap();
        for (by, measure) in GROUP_HEADLINES {
            assert!(MEASURES.iter().any(|metric| metric.name == *measure));
            assert!(told.groups.iter().any(|group| group.by == *by), "{by}");
        }
    }

    /// Without donors there is no mean of anything that is transplanted.
    #[test]
    fn what_cannot_be_measured_has_no_value() {
        let none = prepared(&["time.last_day=2014-01-02"])
            .told(1, 0.001)
            .unwrap();
        let of = |name: &str| none.metrics.iter().find(|(other, _)| *other == name);
        assert_eq!(of("transplants").unwrap().1, Some(0.0));
        assert_eq!(of("mismatches_mean").unwrap().1, None);
    }
}
