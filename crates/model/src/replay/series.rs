//! The yearly series, added up from the log.

use hailsham_engine::log::Record;
use hailsham_engine::table::{ColumnKind, ColumnSpec};
use hailsham_engine::time::Time;

use super::{Rules, State, Student};
use crate::event::Event;
use crate::person::{Cause, NOBODY, Phase, RecipientId};
use crate::place::PlaceKind;
use crate::submodels::recipients::Condition;

macro_rules! series {
    ($($name:ident $kind:ident $unit:literal $text:literal;)+) => {
        /// One calendar year of a run.
        #[derive(Clone, Debug, Default)]
        pub struct Year {
            /// The calendar year.
            pub year: i32,
            $(#[doc = $text] pub $name: series!(@type $kind),)+
        }

        /// The columns of `series.parquet`.
        pub const COLUMNS: &[ColumnSpec] = &[
            ColumnSpec { name: "year", kind: ColumnKind::I32, unit: "year", text: "Calendar year.", required: true },
            $(ColumnSpec { name: stringify!($name), kind: ColumnKind::$kind, unit: $unit, text: $text, required: true },)+
        ];

        /// Writes the series as a table.
        pub(crate) fn write(
            years: &[Year],
            writer: &mut hailsham_engine::table::TableWriter,
        ) -> Result<(), hailsham_engine::table::TableError> {
            let mut group = writer.group(years.len())?;
            group.i32("year", |row| Some(years[row].year))?;
            $(series!(@write $kind group, stringify!($name), |row| Some(years[row].$name));)+
            group.close()
        }
    };
    (@type U32) => { u32 };
    (@type F64) => { f64 };
    (@write U32 $group:ident, $name:expr, $cell:expr) => { $group.u32($name, $cell)? };
    (@write F64 $group:ident, $name:expr, $cell:expr) => { $group.f64($name, $cell)? };
}

series! {
    created U32 "students" "Students made in the year.";
    schools_open U32 "schools" "Schools open on 31 December.";
    humane_schools_open U32 "schools" "Humane schools open on 31 December.";
    pupils U32 "students" "Pupils on 31 December.";
    pupils_humane U32 "students" "Pupils at humane schools on 31 December.";
    residents U32 "students" "Residents of the Cottages on 31 December.";
    carers U32 "students" "Carers on 31 December.";
    donors U32 "students" "Donors on 31 December.";
    retired U32 "students" "Released donors on 31 December.";
    left_school U32 "students" "Pupils who left school in the year.";
    became_carers U32 "students" "Residents who became carers in the year.";
    reviews U32 "reviews" "Reviews of carers in the year.";
    postponed U32 "reviews" "Reviews that left the carer in service for another year.";
    called_up U32 "students" "Students called up in the year.";
    operations U32 "operations" "Operations in the year.";
    stood_down U32 "operations" "Operations put off for want of demand.";
    completed U32 "deaths" "Donors who died of donating in the year.";
    completed_operation_1 U32 "deaths" "Deaths at a first operation.";
    completed_operation_2 U32 "deaths" "Deaths at a second operation.";
    completed_operation_3 U32 "deaths" "Deaths at a third operation.";
    completed_operation_4 U32 "deaths" "Deaths at a fourth operation.";
    completed_later U32 "deaths" "Deaths at a fifth operation or later.";
    died_between U32 "deaths" "Donors whose body gave out between operations.";
    died_other U32 "deaths" "Students who died of other causes.";
    visits U32 "visits" "Visits of carers to donors.";
    comfort_mean F64 "0 to 1" "Mean comfort given at a visit.";
    deaths_attended U32 "deaths" "Deaths of donors who had a carer.";
    donors_without_carer U32 "students" "Donors without a carer on 31 December.";
    organs_removed U32 "organs" "Organs taken in the year.";
    organs_transplanted U32 "organs" "Organs transplanted in the year.";
    organs_unplaced U32 "organs" "Organs taken that nobody waiting could use.";
    beds U32 "beds" "Beds of the recovery centres.";
    bed_occupancy F64 "share" "Mean share of the beds in use.";
    bed_wait_days F64 "days" "Mean wait for a bed of those operated on.";
    fell_ill U32 "people" "People who fell ill with a disease that an organ treats.";
    treated_otherwise U32 "people" "Of these, people cured without a donor's organ.";
    listed U32 "people" "People put on the waiting list for the first time.";
    relisted U32 "people" "People put on the list again after a graft failed.";
    waiting U32 "people" "People on the waiting list on 31 December.";
    transplanted U32 "people" "Transplants in the year.";
    wait_days F64 "days" "Mean time on the list of those transplanted.";
    deaths_unlisted U32 "deaths" "Deaths of the disease without having been listed.";
    deaths_waiting U32 "deaths" "Deaths on the waiting list.";
    deaths_after_transplant U32 "deaths" "Deaths of people with a graft, or of its failure.";
    grafts_failed U32 "grafts" "Grafts that failed.";
    years_lost F64 "years" "Years of life lost by those who died of donating, against the life table.";
    stake F64 "share" "Families that have something at stake, at the end of the year.";
    unease F64 "share" "Discomfort of the public at the students' existence, at the end of the year.";
    concern F64 "share" "Concern of the public for the students' welfare, at the end of the year.";
    recognition F64 "share" "How far the public sees students as human, at the end of the year.";
    attention F64 "share" "Readiness of the public to look, at the end of the year.";
    distance F64 "share" "Distance that the public keeps, at the end of the year.";
    benefit F64 "share" "Those in need of an organ whom one keeps alive, at the end of the year.";
}

/// The series while it grows.
pub(super) struct Series {
    done: Vec<Year>,
    year: Year,
    /// Index of the year under way among the calendar years.
    index: usize,
    /// When that year ends; never, for the last.
    until: Time,
    bed_minutes: f64,
    beds_used: u32,
    since: Time,
}

impl Series {
    pub(super) fn new(rules: &Rules) -> Series {
        let beds = rules
            .places
            .iter()
            .filter(|(kind, ..)| *kind == PlaceKind::RecoveryCentre)
            .map(|(.., beds)| beds)
            .sum();
        let year = i32::from(rules.years.first().map_or(0, |(year, _)| *year));
        Series {
            done: Vec::new(),
            year: Year {
                year,
                beds,
                ..Year::default()
            },
            index: 0,
            until: rules.end_of_year(0),
            bed_minutes: 0.0,
            beds_used: 0,
            since: Time::START,
        }
    }

    /// Beds in use are counted in minutes up to a time.
    fn bed_time(&mut self, to: Time) {
        self.bed_minutes += f64::from(self.beds_used) * f64::from((to - self.since).minutes());
        self.since = to;
    }

    fn end_year(&mut self, end: Time, length: f64) {
        self.bed_time(end);
        let mut year = self.year.clone();
        let share = |sum: f64, count: u32| {
            if count == 0 {
                0.0
            } else {
                sum / f64::from(count)
            }
        };
        year.comfort_mean = share(year.comfort_mean, year.visits);
        year.bed_wait_days = share(year.bed_wait_days, year.operations);
        year.wait_days = share(year.wait_days, year.transplanted);
        year.bed_occupancy = share(self.bed_minutes / length.max(1.0), year.beds);
        self.bed_minutes = 0.0;
        // Stocks go on into the next year; everything else begins at nothing.
        self.year = Year {
            year: year.year + 1,
            schools_open: year.schools_open,
            humane_schools_open: year.humane_schools_open,
            pupils: year.pupils,
            pupils_humane: year.pupils_humane,
            residents: year.residents,
            carers: year.carers,
            donors: year.donors,
            retired: year.retired,
            donors_without_carer: year.donors_without_carer,
            beds: year.beds,
            waiting: year.waiting,
            stake: year.stake,
            unease: year.unease,
            concern: year.concern,
            recognition: year.recognition,
            attention: year.attention,
            distance: year.distance,
            benefit: year.benefit,
            ..Year::default()
        };
        self.done.push(year);
    }

    #[inline]
    fn turn_to(&mut self, at: Time, rules: &Rules) {
        while at >= self.until && self.until != Time::NEVER {
            self.turn(rules);
        }
    }

    #[cold]
    fn turn(&mut self, rules: &Rules) {
        let start = rules.years[self.index].1.max(Time::START);
        self.end_year(self.until, f64::from((self.until - start).minutes()));
        self.index += 1;
        self.until = rules.end_of_year(self.index);
    }

    /// Counts a visit.
    #[inline]
    pub(super) fn visit(&mut self, record: &Record, rules: &Rules) {
        self.turn_to(record.time, rules);
        self.year.visits += 1;
        self.year.comfort_mean += f64::from(record.value);
    }

    /// Counts a record, given the state before it.
    pub(super) fn add(&mut self, record: &Record, event: Event, state: &State, rules: &Rules) {
        self.turn_to(record.time, rules);
        let year = &mut self.year;
        let humane = rules
            .place(record.place)
            .is_some_and(|(_, humane, _)| humane);
        let value = f64::from(record.value);
        match event {
            Event::Opened => {
                year.schools_open += 1;
                year.humane_schools_open += u32::from(humane);
            }
            Event::Closed => {
                year.schools_open = year.schools_open.saturating_sub(1);
                year.humane_schools_open =
                    year.humane_schools_open.saturating_sub(u32::from(humane));
            }
            Event::Created => {
                year.created += 1;
                year.pupils += 1;
                year.pupils_humane += u32::from(humane);
            }
            Event::Transferred => {
                let before = state.student(record.who).is_some_and(Student::humane);
                year.pupils_humane =
                    (year.pupils_humane + u32::from(humane)).saturating_sub(u32::from(before));
            }
            Event::LeftSchool => {
                year.left_school += 1;
                self.leaves(record.who, state);
                self.year.residents += 1;
            }
            Event::BecameCarer => {
                year.became_carers += 1;
                self.leaves(record.who, state);
                self.year.carers += 1;
            }
            Event::CalledUp => {
                year.called_up += 1;
                self.leaves(record.who, state);
                self.year.donors += 1;
                self.year.donors_without_carer += 1;
            }
            Event::CarerAssigned => {
                year.donors_without_carer = year.donors_without_carer.saturating_sub(1);
            }
            Event::CarerParted => year.donors_without_carer += 1,
            Event::Retired => {
                self.leaves(record.who, state);
                self.year.retired += 1;
            }
            Event::Reviewed => year.reviews += 1,
            Event::Postponed => year.postponed += 1,
            Event::Visited => self.visit(record, rules),
            Event::StoodDown => year.stood_down += 1,
            Event::Operated => {
                year.operations += 1;
                year.bed_wait_days += value;
                self.bed_time(record.time);
                self.beds_used += 1;
            }
            Event::OrganRemoved => year.organs_removed += 1,
            Event::OrganUnplaced => year.organs_unplaced += 1,
            Event::Discharged => {
                self.bed_time(record.time);
                self.beds_used = self.beds_used.saturating_sub(1);
            }
            Event::Completed => {
                year.completed += 1;
                // None where there would have been no death without it.
                if !value.is_nan() {
                    year.years_lost += value;
                }
                year.deaths_attended += u32::from(record.whom != Record::NONE);
                if record.topic == Cause::Operation as u8 {
                    *match record.n {
                        1 => &mut year.completed_operation_1,
                        2 => &mut year.completed_operation_2,
                        3 => &mut year.completed_operation_3,
                        4 => &mut year.completed_operation_4,
                        _ => &mut year.completed_later,
                    } += 1;
                } else {
                    year.died_between += 1;
                }
                self.ends(record, state);
            }
            Event::Died if RecipientId::from_person(record.who).is_some() => {
                self.recipient_dies(record, state);
            }
            Event::Died => {
                year.died_other += 1;
                year.deaths_attended += u32::from(record.whom != Record::NONE);
                self.ends(record, state);
            }
            Event::Escaped => self.ends(record, state),
            Event::FellIll => year.fell_ill += 1,
            Event::TreatedOtherwise => year.treated_otherwise += 1,
            Event::Listed => {
                year.listed += 1;
                year.waiting += 1;
            }
            Event::Relisted => {
                year.relisted += 1;
                year.waiting += 1;
            }
            Event::Transplanted => {
                year.transplanted += 1;
                year.organs_transplanted += 1;
                year.wait_days += value;
                year.waiting = year.waiting.saturating_sub(1);
            }
            Event::GraftFailed => year.grafts_failed += 1,
            Event::PublicMood => {
                // The measures stand in the order of their words.
                *match record.topic.wrapping_sub(rules.moods) {
                    0 => &mut year.stake,
                    1 => &mut year.unease,
                    2 => &mut year.concern,
                    3 => &mut year.recognition,
                    4 => &mut year.attention,
                    5 => &mut year.distance,
                    _ => &mut year.benefit,
                } = value;
            }
            // What is counted of the others stands in the tally.
            _ => {}
        }
    }

    fn recipient_dies(&mut self, record: &Record, state: &State) {
        let year = &mut self.year;
        match state.recipient(record.who) {
            Some(Condition::Waiting) => {
                year.deaths_waiting += 1;
                year.waiting = year.waiting.saturating_sub(1);
            }
            Some(Condition::Transplanted) => year.deaths_after_transplant += 1,
            Some(Condition::Ill) if record.topic == Cause::GraftFailure as u8 => {
                year.deaths_after_transplant += 1;
            }
            Some(Condition::Ill) if record.topic == Cause::Disease as u8 => {
                year.deaths_unlisted += 1;
            }
            _ => {}
        }
    }

    /// Someone leaves the phase they are in.
    fn leaves(&mut self, who: u32, state: &State) {
        let Some(student) = state.student(who) else {
            return;
        };
        let year = &mut self.year;
        let stock = match student.phase {
            Phase::Pupil => {
                year.pupils_humane = year
                    .pupils_humane
                    .saturating_sub(u32::from(student.humane()));
                &mut year.pupils
            }
            Phase::Resident => &mut year.residents,
            Phase::Carer => &mut year.carers,
            Phase::Donor => {
                if student.carer == NOBODY {
                    year.donors_without_carer = year.donors_without_carer.saturating_sub(1);
                }
                &mut year.donors
            }
            Phase::Retired => &mut year.retired,
            Phase::Unborn | Phase::Completed | Phase::Dead | Phase::Away => return,
        };
        *stock = stock.saturating_sub(1);
    }

    /// Someone dies: the phase and perhaps a bed are left.
    fn ends(&mut self, record: &Record, state: &State) {
        self.leaves(record.who, state);
        if state.student(record.who).is_some_and(Student::in_bed) {
            self.bed_time(record.time);
            self.beds_used = self.beds_used.saturating_sub(1);
        }
    }

    pub(super) fn finish(mut self, rules: &Rules) -> Vec<Year> {
        let end = rules.horizon;
        self.turn_to(end - hailsham_engine::time::Span::from_minutes(1), rules);
        let start = rules
            .years
            .get(self.index)
            .map_or(Time::START, |(_, start)| *start);
        let length = f64::from((end - start.max(Time::START)).minutes());
        self.end_year(end, length);
        self.done
    }
}
