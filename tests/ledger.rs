//! The ledger adds up: the log, the table of persons, the yearly series and the summary say the
//! same, each counted here by itself.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{HashMap, HashSet};

use hailsham_engine::log::Record;
use hailsham_model::event::Event;
use hailsham_tests::{Run, event_of, small};

/// A sum of 32-bit floats may miss the sum of what they were rounded from by this share.
const ROUNDED: f64 = 1e-6;

fn assert_near(what: &str, found: f64, expected: f64) {
    let off = (found - expected).abs();
    assert!(expected.abs() > 0.0, "{what}: nothing to compare");
    assert!(
        off <= ROUNDED * expected.abs(),
        "{what}: {found}, not {expected}"
    );
}

/// The ways in which a run counts the same thing.
struct Counted {
    run: Run,
    /// Records by name of the event.
    events: HashMap<&'static str, f64>,
    years_lost_in_log: f64,
}

fn count(sets: &[&str], seed: u64) -> Counted {
    let run = Run::of(sets, small(0.05, seed));
    let mut events: HashMap<&'static str, f64> = HashMap::new();
    let mut years_lost_in_log = 0.0;
    run.each_record(|record| {
        let event = event_of(record);
        *events.entry(event.name()).or_default() += 1.0;
        if event == Event::Completed {
            years_lost_in_log += f64::from(record.value);
        }
    });
    Counted {
        run,
        events,
        years_lost_in_log,
    }
}

impl Counted {
    fn records(&self, event: &str) -> f64 {
        self.events.get(event).copied().unwrap_or(0.0)
    }

    /// Sum of a column of the persons.
    fn sum(&self, column: &str) -> f64 {
        let persons = self.run.table("persons.parquet");
        let whole = persons
            .u32(column)
            .map(|values| values.into_iter().flatten().map(f64::from).sum());
        whole.unwrap_or_else(|_| {
            let values = persons.f32(column).unwrap();
            values.into_iter().flatten().map(f64::from).sum()
        })
    }

    /// How many persons have a value, or this value, in a column of texts or times.
    fn persons(&self, column: &str, value: Option<&str>) -> f64 {
        let persons = self.run.table("persons.parquet");
        let count = match value {
            Some(value) => {
                let texts = persons.coded(column).unwrap();
                (0..persons.rows())
                    .filter(|row| texts.label(*row) == Some(value))
                    .count()
            }
            None => persons.timestamp(column).unwrap().iter().flatten().count(),
        };
        count as f64
    }

    /// Sum of a column of the yearly series.
    fn yearly(&self, column: &str) -> f64 {
        let series = self.run.table("series.parquet");
        let whole = series
            .u32(column)
            .map(|values| values.into_iter().flatten().map(f64::from).sum());
        whole.unwrap_or_else(|_| series.f64(column).unwrap().into_iter().flatten().sum())
    }

    fn assert_adds_up(&self) {
        let metric = |name: &str| self.run.metric(name);
        // Those who give.
        let lost = metric("years_lost");
        assert_near("years lost, log", self.years_lost_in_log, lost);
        assert_near("years lost, persons", self.sum("years_lost"), lost);
        assert_near("years lost, series", self.yearly("years_lost"), lost);
        for (what, found) in [
            ("students", self.persons("kind", Some("student"))),
            ("log", self.records("created")),
            ("series", self.yearly("created")),
        ] {
            assert_near(what, found, metric("students_created"));
        }
        let completed = self.persons("phase", Some("completed"));
        assert_near("completed, log", self.records("completed"), completed);
        assert_near("completed, summary", metric("completed"), completed);
        assert_near(
            "operations, persons",
            self.sum("donations"),
            metric("operations"),
        );
        assert_near(
            "operations, log",
            self.records("operated"),
            metric("operations"),
        );
        // Every student made is somewhere at the end.
        let at_end: f64 = [
            "pupil",
            "resident",
            "carer",
            "donor",
            "retired",
            "away",
            "completed",
            "dead",
        ]
        .iter()
        .map(|phase| self.persons("phase", Some(phase)))
        .sum();
        let dead_recipients = self.records("died") - metric("died_other");
        assert_near(
            "phases",
            at_end - dead_recipients,
            metric("students_created"),
        );
        let away = self.persons("phase", Some("away"));
        let alive = metric("students_created") - completed - metric("died_other") - away;
        assert_near("alive", metric("students_alive"), alive);

        // Those who care.
        assert_near(
            "carers",
            self.persons("care_started", None),
            metric("carers_ever"),
        );
        assert_near("visits made", self.sum("visits_made"), metric("visits"));
        assert_near(
            "visits received",
            self.sum("visits_received"),
            metric("visits"),
        );
        assert_near("visits, log", self.records("visited"), metric("visits"));
        assert_near(
            "attended",
            self.sum("deaths_attended"),
            metric("deaths_attended"),
        );
        assert_near("reviews", self.sum("reviews"), self.records("reviewed"));
        assert_near(
            "postponements",
            self.sum("postponements"),
            self.records("postponed"),
        );

        // Those who receive.
        let organs = metric("organs_transplanted");
        assert_near("transplants, log", self.records("transplanted"), organs);
        assert_near("transplants, persons", self.sum("transplants"), organs);
        assert_near("transplants, series", self.yearly("transplanted"), organs);
        let taken = organs + metric("organs_unplaced");
        assert_near("organs", self.records("organ_removed"), taken);
        assert_near(
            "the ill",
            self.persons("kind", Some("recipient")),
            metric("fell_ill"),
        );
        assert_near("ill, log", self.records("fell_ill"), metric("fell_ill"));
        assert_near(
            "years gained",
            self.sum("years_gained"),
            metric("years_gained"),
        );
        // Whoever was ever listed left the list by a transplant or by death, or still waits.
        let listings = self.records("listed") + self.records("relisted");
        let left = organs + metric("deaths_waiting");
        assert_near("waiting", listings - left, metric("waiting_at_end"));
        let waiting = self.persons("phase", Some("waiting"));
        assert_near("waiting, persons", waiting, metric("waiting_at_end"));
    }
}

#[test]
fn log_persons_series_and_summary_agree() {
    count(&[], 1).assert_adds_up();
}

#[test]
fn they_agree_under_other_rules() {
    let counted = count(
        &[
            "donation.cap=3",
            "carers.share=0.3",
            "donation.centres.others.beds=20",
        ],
        2,
    );
    counted.assert_adds_up();
    assert!(counted.records("waited_for_bed") > 0.0);
}

/// Years lost are the death by the life table less the death, for those who died of donating and for
/// nobody else.
#[test]
fn years_lost_are_the_death_not_died_less_the_death() {
    let run = Run::of(&[], small(0.05, 3));
    let persons = run.table("persons.parquet");
    let lost = persons.f32("years_lost").unwrap();
    let died = persons.timestamp("died").unwrap();
    let without = persons.timestamp("death_without").unwrap();
    let cause = persons.coded("cause").unwrap();
    let mut causes = HashSet::new();
    for row in 0..persons.rows() {
        let of_donating = matches!(cause.label(row), Some("operation" | "decline"));
        assert_eq!(lost[row].is_some(), of_donating);
        if let Some(lost) = lost[row] {
            causes.insert(cause.label(row));
            let death = run.time(died[row].unwrap());
            let years = (run.time(without[row].unwrap()) - death).years();
            assert!(
                (years - f64::from(lost)).abs() < 1e-4,
                "{years}, not {lost}"
            );
            assert!(lost >= 0.0, "nobody gains by donating");
        }
    }
    assert_eq!(causes.len(), 2);
}

#[test]
fn the_counts_are_those_of_the_log_however_they_are_split() {
    let counted = count(&[], 3);
    let table = counted.run.table("counts.parquet");
    let (events, topics) = (table.coded("event").unwrap(), table.coded("topic").unwrap());
    let years = table.i32("year").unwrap();
    let counts = table.u32("count").unwrap();
    let sum = |keep: &dyn Fn(usize) -> bool| -> f64 {
        let kept = (0..table.rows()).filter(|row| keep(*row));
        kept.map(|row| f64::from(counts[row].unwrap())).sum()
    };
    for event in &events.labels {
        let of = |row: usize| events.label(row) == Some(event);
        let by_year = sum(&|row| of(row) && topics.codes[row].is_none() && years[row].is_some());
        assert_near(event, by_year, counted.records(event));
        let by_topic_and_age =
            sum(&|row| of(row) && topics.codes[row].is_some() && years[row].is_none());
        let by_topic_and_year =
            sum(&|row| of(row) && topics.codes[row].is_some() && years[row].is_some());
        assert!(
            (by_topic_and_age - by_topic_and_year).abs() < 0.5,
            "{event}: {by_topic_and_age} {by_topic_and_year}"
        );
    }
    // Every telling is of some story, in whichever year.
    for year in years.iter().flatten() {
        let told =
            |row: usize| events.label(row) == Some("told_story") && years[row] == Some(*year);
        let all = sum(&|row| told(row) && topics.codes[row].is_none());
        let split = sum(&|row| told(row) && topics.codes[row].is_some());
        assert!((all - split).abs() < 0.5, "{year}: {all} {split}");
    }
}

/// Ages in whole years are counted up to this one, which stands for all beyond.
const OLDEST: u32 = 63;

/// Counts by age are those of the log, age by age, and of students alone; whoever was made is
/// counted as brought up where it was.
#[test]
fn the_counts_by_age_are_those_of_the_students_in_the_log() {
    let run = Run::of(&[], small(0.03, 3));
    let mut brought_up: HashMap<u32, f64> = HashMap::new();
    let mut made = HashMap::new();
    // By event, whether with a topic, and age; no age where no student is concerned.
    let mut log: HashMap<(&str, bool, Option<u32>), f64> = HashMap::new();
    run.each_record(|record| {
        let event = event_of(record);
        if event == Event::Created {
            made.insert(record.who, record.time);
            *brought_up.entry(record.place).or_default() += 1.0;
        }
        let age = made
            .get(&record.who)
            .map(|made| ((record.time - *made).years() as u32).min(OLDEST));
        *log.entry((event.name(), false, age)).or_default() += 1.0;
        if record.topic != Record::NO_TOPIC {
            *log.entry((event.name(), true, age)).or_default() += 1.0;
        }
    });
    let table = run.table("counts.parquet");
    let (events, topics) = (table.coded("event").unwrap(), table.coded("topic").unwrap());
    let (years, ages) = (table.i32("year").unwrap(), table.u32("age").unwrap());
    let kinds = table.coded("school_kind").unwrap();
    let counts = table.u32("count").unwrap();
    let mut counted: HashMap<(&str, bool, Option<u32>), f64> = HashMap::new();
    let mut made_as: HashMap<&str, f64> = HashMap::new();
    for row in (0..table.rows()).filter(|row| years[*row].is_none()) {
        let event = events.label(row).unwrap();
        let with_topic = topics.codes[row].is_some();
        let count = f64::from(counts[row].unwrap());
        assert_eq!(with_topic, kinds.label(row).is_none());
        *counted.entry((event, with_topic, ages[row])).or_default() += count;
        if event == "created" {
            *made_as.entry(kinds.label(row).unwrap()).or_default() += count;
        }
    }
    // What concerns no student and has no topic is counted by year alone.
    log.retain(|(_, with_topic, age), _| *with_topic || age.is_some());
    assert_eq!(counted, log);
    assert!(log.contains_key(&("transplanted", true, None)));

    let places = run.table("places.parquet");
    let of = places.coded("school_kind").unwrap();
    let mut expected: HashMap<&str, f64> = HashMap::new();
    for (row, number) in places.u32("id").unwrap().into_iter().enumerate() {
        if let Some(made) = number.and_then(|number| brought_up.get(&number)) {
            *expected.entry(of.label(row).unwrap()).or_default() += made;
        }
    }
    assert_eq!(made_as, expected);
    assert_eq!(expected.len(), 2);
}
