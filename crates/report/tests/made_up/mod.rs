//! A made-up run: a directory with the files of a run, filled by a small caricature of the
//! programme. It is deterministic and means nothing; it has every case that the report must show.

mod inner;

use std::path::Path;

use hailsham_engine::table::{ColumnKind, ColumnSpec, TableWriter};
use serde_json::{Value, json};

const DAY: i64 = 86_400_000;
const YEAR: i64 = 365 * DAY + DAY / 4;
/// 1 January 1955.
const START: i64 = -473_385_600_000;
const HORIZON_YEARS: i64 = 45;
const END: i64 = START + HORIZON_YEARS * YEAR;

/// splitmix64: enough for made-up numbers.
struct Dice(u64);

impl Dice {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((bits ^ (bits >> 31)) >> 11) as f64 / 9_007_199_254_740_992.0
    }

    fn chance(&mut self, share: f64) -> bool {
        self.uniform() < share
    }

    /// Exponential, in milliseconds.
    fn wait(&mut self, mean_years: f64) -> i64 {
        (-(1.0 - self.uniform()).ln() * mean_years * YEAR as f64) as i64
    }
}

#[derive(Clone, Default)]
struct Person {
    student: bool,
    humane: bool,
    born: i64,
    died: Option<i64>,
    cause: Option<usize>,
    phase: usize,
    left_school: Option<i64>,
    care_started: Option<i64>,
    care_ended: Option<i64>,
    called_up: Option<i64>,
    operations: [Option<i64>; 4],
    reviews: u32,
    visits: u32,
    deaths_attended: u32,
    years_lost: Option<f32>,
    disease: Option<usize>,
    listed: Option<i64>,
    transplanted: Option<i64>,
    years_gained: Option<f32>,
}

const PHASES: [&str; 12] = [
    "pupil",
    "resident",
    "carer",
    "donor",
    "retired",
    "completed",
    "dead",
    "ill",
    "waiting",
    "transplanted",
    "cured",
    "away",
];
const CAUSES: [&str; 5] = [
    "operation",
    "decline",
    "natural",
    "disease",
    "graft_failure",
];
const DISEASES: [&str; 4] = [
    "kidney_failure",
    "liver_failure",
    "heart_failure",
    "lung_failure",
];

fn student(dice: &mut Dice) -> Person {
    let born = START + (dice.uniform() * HORIZON_YEARS as f64 * YEAR as f64) as i64;
    let mut person = Person {
        student: true,
        humane: dice.chance(0.12),
        born,
        ..Person::default()
    };
    let natural = born + 20 * YEAR + dice.wait(90.0);
    let mut now = born + 18 * YEAR;
    person.left_school = (now < END).then_some(now);
    if now < END {
        person.phase = 1;
        now += YEAR / 2 + dice.wait(1.2);
        if now < END && now < natural && dice.chance(0.6) {
            person.phase = 2;
            person.care_started = Some(now);
            let term = YEAR + dice.wait(6.0).min(12 * YEAR);
            person.reviews = (term.min(END - now) / YEAR) as u32;
            person.visits = 40 * person.reviews;
            person.deaths_attended = person.reviews / 2;
            now += term;
            person.care_ended = (now < END && now < natural).then_some(now);
        }
        if now < END && now < natural {
            person.phase = 3;
            person.called_up = Some(now);
            for n in 0..4 {
                now += 60 * DAY + dice.wait(0.7);
                if now >= END {
                    break;
                }
                person.operations[n] = Some(now);
                let fatal = n == 3 || dice.chance([0.06, 0.18, 0.4][n]);
                if fatal || dice.chance(0.04) {
                    person.phase = 5;
                    person.cause = Some(usize::from(!fatal));
                    person.died = Some(if fatal { now } else { now + 30 * DAY });
                    break;
                }
                if n == 2 && dice.chance(0.02) {
                    person.phase = 4;
                    break;
                }
            }
        }
    }
    if person.died.is_none() && natural < END && person.phase < 3 {
        person.phase = 6;
        person.died = Some(natural);
        person.cause = Some(2);
    }
    // One carer in three left before the end, and was not brought back.
    if person.phase == 2 && person.care_ended.is_none() && born % 3 == 0 {
        person.phase = 11;
        person.care_ended = person.care_started.map(|start| start + (END - start) / 2);
    }
    if person.phase == 5 {
        let lost = 30.0 + 25.0 * dice.uniform();
        person.years_lost = Some(lost as f32);
    }
    person
}

fn recipient(dice: &mut Dice) -> Person {
    let fell_ill = START + (dice.uniform() * HORIZON_YEARS as f64 * YEAR as f64) as i64;
    let disease = (dice.uniform() * dice.uniform() * 4.0) as usize;
    let mut person = Person {
        born: fell_ill - 20 * YEAR - dice.wait(25.0).min(60 * YEAR),
        disease: Some(disease),
        phase: 7,
        ..Person::default()
    };
    if dice.chance(0.05) {
        person.phase = 10;
        return person;
    }
    let death = fell_ill + dice.wait(2.0);
    let listed = fell_ill + dice.wait(0.1);
    if listed < death.min(END) {
        person.listed = Some(listed);
        person.phase = 8;
        let offer = listed + dice.wait(0.3 + 0.4 * disease as f64);
        if offer < death.min(END) {
            person.transplanted = Some(offer);
            person.phase = 9;
            let graft = dice.wait(11.0);
            person.years_gained = Some((graft as f64 / YEAR as f64) as f32);
            if offer + graft < END {
                person.phase = 6;
                person.died = Some(offer + graft);
                person.cause = Some(if dice.chance(0.7) { 4 } else { 2 });
            }
            return person;
        }
    }
    if death < END {
        person.phase = 6;
        person.died = Some(death);
        person.cause = Some(3);
    }
    person
}

/// Writes a made-up run of so many students, and twice as many recipients, into a directory.
pub(crate) fn write(directory: &Path, students: usize) -> Result<(), Box<dyn std::error::Error>> {
    let people = people(students);
    persons(&directory.join("persons.parquet"), &people)?;
    series(&directory.join("series.parquet"), &people)?;
    inner::counts(&directory.join("counts.parquet"))?;
    inner::stories(&directory.join("stories.parquet"), students)?;
    inner::works(&directory.join("works.parquet"), students)?;
    inner::ties(&directory.join("ties.parquet"), &people)?;
    let file = |name: &str, value: &Value| -> Result<(), Box<dyn std::error::Error>> {
        Ok(std::fs::write(
            directory.join(name),
            serde_json::to_string_pretty(value)?,
        )?)
    };
    file("manifest.json", &manifest())?;
    file("parameters.json", &parameters())?;
    file(
        "metrics.json",
        &json!([
            {"name": "donations_total", "unit": "", "text": "Operations undergone."},
            {"name": "donations_refusable", "unit": "", "text": "Operations that could be refused."},
            {"name": "carers_tenure_mean", "unit": "years", "text": "Mean years of service."},
            {"name": "pairs_kept_apart", "unit": "pairs", "text": "Pairs kept apart."},
            {"name": "years_kept_apart", "unit": "years", "text": "Years lost by it."},
            {"name": "schools_humane_share", "unit": "share", "text": "Share of pupils in humane schools; not defined without pupils."},
            {"name": "stayed_share", "unit": "share", "text": "Share of pupils who stayed."}
        ]),
    )?;
    let operations: usize = people
        .iter()
        .map(|person| person.operations.iter().flatten().count())
        .sum();
    file(
        "summary.json",
        &json!({
            "donations_total": operations, "donations_refusable": 0, "carers_tenure_mean": 5.4321,
            "schools_humane_share": null, "stayed_share": 0.125, "pairs_kept_apart": 12, "years_kept_apart": 34.56
        }),
    )
}

/// Writes the yearly series alone.
#[allow(dead_code, reason = "the example writes whole runs only")]
pub(crate) fn write_series(
    directory: &Path,
    students: usize,
) -> Result<(), Box<dyn std::error::Error>> {
    series(&directory.join("series.parquet"), &people(students))
}

fn people(students: usize) -> Vec<Person> {
    let mut dice = Dice(7);
    let mut people: Vec<Person> = (0..students).map(|_| student(&mut dice)).collect();
    people.extend((0..2 * students).map(|_| recipient(&mut dice)));
    people
}

fn manifest() -> Value {
    json!({
        "hailsham": "0.1.0", "scenario": "made-up",
        "scenario_hash": "0123456789abcdef",
        "summary": "A made-up run with <every> case & nothing behind it",
        "seed": 7, "scale": 0.05, "log": "full",
        "started": "2026-01-02T03:04:05Z", "finished": "2026-01-02T03:04:09Z", "seconds": 4.25,
        "status": "complete", "first_day": "1955-01-01", "horizon_years": HORIZON_YEARS as f64,
        "counts": {"students": 1, "recipients": 2, "events": 1_234_567, "events_handled": 2_345_678, "log_bytes": 9_876_543},
        "audit": {"checked": 1_234_567, "violations": 0, "rules": [
            {"rule": "after_death", "text": "Nobody acts after death or before birth.", "violations": 0},
            {"rule": "organ_once", "text": "An organ goes to one recipient.", "violations": 0}
        ]},
        "command": "hailsham run made-up --seed 7 --set donation.cap=3",
        "changed": [{"path": "creation.names", "from": "[]", "to": "[\"Kathy\"]", "origin": "<made-up>"}, {"path": "donation.cap", "from": 4, "to": 3, "origin": "--set"}]
    })
}

fn parameters() -> Value {
    json!([
        {"path": "donation.cap", "type": "integer", "unit": "operations", "default": 4, "value": 3,
         "range": [1, 8], "allowed": [], "source": "assumed", "text": "Operations after which a donor is released."},
        {"path": "donation.recovery", "type": "duration", "unit": "days", "default": 90, "value": 90,
         "range": [1, 1000], "allowed": [], "source": "assumed", "text": "Days from an operation to the next."},
        {"path": "recipients.kidney.incidence", "type": "rate", "unit": "per million a year",
         "default": 80, "value": 80, "range": [0, null], "allowed": [], "source": "UK Renal Registry 1998",
         "text": "New cases a year."}
    ])
}

const fn column(name: &'static str, kind: ColumnKind) -> ColumnSpec {
    ColumnSpec {
        name,
        kind,
        unit: "",
        text: "made up",
        required: false,
    }
}

/// The columns of the table of persons that a report reads, in the order of the file.
pub(crate) const PERSONS: &[ColumnSpec] = &[
    column("id", ColumnKind::U32),
    column("name", ColumnKind::Text),
    column("kind", ColumnKind::Text),
    column("born", ColumnKind::Timestamp),
    column("died", ColumnKind::Timestamp),
    column("cause", ColumnKind::Text),
    column("school_kind", ColumnKind::Text),
    column("phase", ColumnKind::Text),
    column("donations", ColumnKind::U32),
    column("left_school", ColumnKind::Timestamp),
    column("care_started", ColumnKind::Timestamp),
    column("care_ended", ColumnKind::Timestamp),
    column("reviews", ColumnKind::U32),
    column("postponements", ColumnKind::U32),
    column("visits_made", ColumnKind::U32),
    column("comfort", ColumnKind::F32),
    column("deaths_attended", ColumnKind::U32),
    column("called_up", ColumnKind::Timestamp),
    column("donation_1_at", ColumnKind::Timestamp),
    column("donation_2_at", ColumnKind::Timestamp),
    column("donation_3_at", ColumnKind::Timestamp),
    column("donation_4_at", ColumnKind::Timestamp),
    column("disease", ColumnKind::Text),
    column("listed", ColumnKind::Timestamp),
    column("transplanted", ColumnKind::Timestamp),
    column("transplants", ColumnKind::U32),
    column("years_lost", ColumnKind::F32),
    column("years_gained", ColumnKind::F32),
];

fn persons(path: &Path, people: &[Person]) -> Result<(), Box<dyn std::error::Error>> {
    let mut writer = TableWriter::create(path, PERSONS, &[])?;
    for block in people.chunks(65_536) {
        let of = |row: usize| &block[row];
        let student = |row: usize| Some(of(row)).filter(|person| person.student);
        let mut group = writer.group(block.len())?;
        group.u32("id", |row| Some(row as u32))?;
        group.coded("name", &["Ann A.", "Ben B.", "Cat C."], |row| Some(row % 3))?;
        group.coded("kind", &["student", "recipient"], |row| {
            Some(usize::from(!of(row).student))
        })?;
        group.timestamp("born", |row| Some(of(row).born))?;
        group.timestamp("died", |row| of(row).died)?;
        group.coded("cause", &CAUSES, |row| of(row).cause)?;
        group.coded("school_kind", &["humane", "ordinary"], |row| {
            student(row).map(|person| usize::from(!person.humane))
        })?;
        group.coded("phase", &PHASES, |row| Some(of(row).phase))?;
        group.u32("donations", |row| {
            student(row).map(|person| person.operations.iter().flatten().count() as u32)
        })?;
        group.timestamp("left_school", |row| of(row).left_school)?;
        group.timestamp("care_started", |row| of(row).care_started)?;
        group.timestamp("care_ended", |row| of(row).care_ended)?;
        group.u32("reviews", |row| student(row).map(|person| person.reviews))?;
        group.u32("postponements", |row| {
            student(row).map(|person| person.reviews.saturating_sub(1))
        })?;
        group.u32("visits_made", |row| {
            student(row).map(|person| person.visits)
        })?;
        group.f32("comfort", |row| {
            student(row).map(|person| (person.born % 100) as f32 / 200.0 + 0.5)
        })?;
        group.u32("deaths_attended", |row| {
            student(row).map(|person| person.deaths_attended)
        })?;
        group.timestamp("called_up", |row| of(row).called_up)?;
        for (n, name) in [
            "donation_1_at",
            "donation_2_at",
            "donation_3_at",
            "donation_4_at",
        ]
        .iter()
        .enumerate()
        {
            group.timestamp(name, |row| of(row).operations[n])?;
        }
        group.coded("disease", &DISEASES, |row| of(row).disease)?;
        group.timestamp("listed", |row| of(row).listed)?;
        group.timestamp("transplanted", |row| of(row).transplanted)?;
        group.u32("transplants", |row| {
            (!of(row).student).then(|| u32::from(of(row).transplanted.is_some()))
        })?;
        group.f32("years_lost", |row| of(row).years_lost)?;
        group.f32("years_gained", |row| of(row).years_gained)?;
        group.close()?;
    }
    writer.close()?;
    Ok(())
}

const COUNTS: [&str; 33] = [
    "pupils",
    "residents",
    "carers",
    "donors",
    "retired",
    "created",
    "schools_open",
    "humane_schools_open",
    "left_school",
    "became_carers",
    "called_up",
    "operations",
    "completed_operation_1",
    "completed_operation_2",
    "completed_operation_3",
    "completed_operation_4",
    "died_between",
    "died_other",
    "donors_without_carer",
    "organs_removed",
    "organs_transplanted",
    "organs_unplaced",
    "beds",
    "fell_ill",
    "listed",
    "waiting",
    "transplanted",
    "deaths_waiting",
    "deaths_after_transplant",
    "grafts_failed",
    "relisted",
    "completed_later",
    "deaths_unlisted",
];
const MEANS: [&str; 3] = ["comfort_mean", "bed_occupancy", "bed_wait_days"];
const MOODS: [&str; 5] = ["stake", "unease", "concern", "recognition", "attention"];

fn series(path: &Path, people: &[Person]) -> Result<(), Box<dyn std::error::Error>> {
    let mut specs = vec![column("year", ColumnKind::I32)];
    specs.extend(COUNTS.map(|name| column(name, ColumnKind::U32)));
    specs.extend(MEANS.map(|name| column(name, ColumnKind::F64)));
    specs.extend(MOODS.map(|name| column(name, ColumnKind::F64)));
    let years = HORIZON_YEARS as usize;
    let in_year = |at: i64, year: usize| (at - START).div_euclid(YEAR) == year as i64;
    let count = |name: &str, year: usize| -> u32 {
        let end = START + (year as i64 + 1) * YEAR;
        let students = || people.iter().filter(|person| person.student);
        let before = |at: Option<i64>| at.is_some_and(|at| at < end);
        let alive = |person: &&Person| person.born < end && !before(person.died);
        let when = |of: &dyn Fn(&Person) -> Option<i64>| {
            people
                .iter()
                .filter(|person| of(person).is_some_and(|at| in_year(at, year)))
                .count()
        };
        let died_at = |n: usize| {
            let died = |p: &&Person| {
                p.cause == Some(0)
                    && p.operations.iter().flatten().count() == n
                    && p.died.is_some_and(|at| in_year(at, year))
            };
            students().filter(died).count()
        };
        let found = match name {
            "pupils" => students()
                .filter(|p| alive(p) && !before(p.left_school))
                .count(),
            "residents" => students()
                .filter(|p| {
                    alive(p)
                        && before(p.left_school)
                        && !before(p.care_started)
                        && !before(p.called_up)
                })
                .count(),
            "carers" => students()
                .filter(|p| alive(p) && before(p.care_started) && !before(p.called_up))
                .count(),
            "donors" => students()
                .filter(|p| alive(p) && before(p.called_up))
                .count(),
            "created" => when(&|p| p.student.then_some(p.born)),
            "left_school" => when(&|p| p.left_school),
            "became_carers" => when(&|p| p.care_started),
            "called_up" => when(&|p| p.called_up),
            "operations" | "organs_removed" => {
                let all = people.iter().flat_map(|p| p.operations.iter().flatten());
                let operations = all.filter(|at| in_year(**at, year)).count();
                if name == "operations" {
                    operations
                } else {
                    operations * 2
                }
            }
            "completed_operation_1" => died_at(1),
            "completed_operation_2" => died_at(2),
            "completed_operation_3" => died_at(3),
            "completed_operation_4" => died_at(4),
            "died_between" => when(&|p| p.died.filter(|_| p.cause == Some(1))),
            "died_other" => when(&|p| p.died.filter(|_| p.student && p.cause == Some(2))),
            "listed" => when(&|p| p.listed),
            "waiting" => people
                .iter()
                .filter(|p| before(p.listed) && !before(p.transplanted) && !before(p.died))
                .count(),
            "transplanted" | "organs_transplanted" => when(&|p| p.transplanted),
            "deaths_waiting" => when(&|p| p.died.filter(|_| p.cause == Some(3))),
            "schools_open" => 12 - year / 20,
            "humane_schools_open" => usize::from((8..30).contains(&year)) * 2,
            "beds" => 20 + year * 2,
            _ => 0,
        };
        found as u32
    };
    let mut writer = TableWriter::create(path, &specs, &[])?;
    let mut group = writer.group(years)?;
    group.i32("year", |row| Some(1955 + row as i32))?;
    for name in COUNTS {
        group.u32(name, |row| Some(count(name, row)))?;
    }
    group.f64("comfort_mean", |row| {
        (row > 20).then_some(0.6 - row as f64 * 0.002)
    })?;
    group.f64("bed_occupancy", |row| {
        (row > 20).then_some(0.5 + row as f64 * 0.008)
    })?;
    group.f64("bed_wait_days", |row| (row > 20).then_some(3.5))?;
    for (n, name) in MOODS.iter().enumerate() {
        group.f64(name, |row| Some(((row + 9 * n) % 45) as f64 / 50.0))?;
    }
    group.close()?;
    writer.close()?;
    Ok(())
}
