//! Reading the files of the simulator.

mod donors;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::records::{Change, Input, PROFILE_FLAGS, Profile, Programme, Update, Urgency};
use super::setting::Geography;
use crate::Abo;
use crate::files::{Column, FileError, Moment, Problems, Severity, Sheet, file_of};
use crate::typing::{Determinants, Panel, Typing, Unacceptable};

/// The names of the files in a folder of data; each may be Parquet instead, with `.parquet` for `.csv`.
pub const FILES: [&str; 7] = [
    "patients.csv",
    "patstat1.csv",
    "program_updates.csv",
    "profiles.csv",
    "donors.csv",
    "balances.csv",
    "donorpool.csv",
];

/// Nobody is registered at a greater age, in years.
const OLDEST: f64 = 120.0;

const DAYS_A_YEAR: f64 = 365.25;

/// The time that a simulation runs over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The start, from which days are counted.
    pub start: Moment,
    /// The end.
    pub end: Moment,
    /// From when exchanges between countries count.
    pub balances_from: Moment,
    /// Whether the simulation itself lists again those whose transplant fails, so that such registrations in the
    /// files are left out.
    pub relisting: bool,
}

struct Reading<'a> {
    period: Period,
    geography: &'a Geography,
    determinants: &'a Determinants,
    problems: Problems,
    input: Input,
    rows: HashMap<u32, u32>,
    typings: HashMap<String, u32>,
}

/// Reads a folder with the seven files of [`FILES`].
///
/// Registrations that the simulator leaves out are left out, with a warning where it is the file's fault: those
/// outside the period, of unknown tissue type, and without an end.
///
/// # Errors
///
/// Everything that is wrong with all the files, each with file, row and column; warnings come with the data.
pub fn read_folder(
    folder: &Path,
    period: Period,
    geography: &Geography,
    determinants: &Determinants,
) -> Result<(Input, Problems), FileError> {
    let mut reading = Reading {
        period,
        geography,
        determinants,
        problems: Problems::default(),
        input: Input::default(),
        rows: HashMap::new(),
        typings: HashMap::new(),
    };
    let [
        patients,
        status,
        programme,
        profiles,
        donors,
        balances,
        pool,
    ] = FILES.map(|file| file_of(folder, file));
    let panel = reading.panel(&pool);
    let dismissed = reading.patients(&patients);
    reading.updates(&status, &panel, &dismissed);
    reading.updates(&programme, &panel, &dismissed);
    reading.profiles(&profiles);
    reading.donors(&donors);
    reading.exchanges(&balances);
    reading.input.panel = panel;
    reading.finish(&status)
}

fn capitals(text: &str) -> String {
    text.to_uppercase()
}

impl Reading<'_> {
    fn sheet<'p>(problems: &'p mut Problems, path: &Path) -> Sheet<'p> {
        Sheet::open(path, problems)
    }

    /// The number of a tissue type; equal texts have one number.
    fn typing(&mut self, text: &str) -> u32 {
        if let Some(number) = self.typings.get(text) {
            return *number;
        }
        let number = self.input.typings.len() as u32;
        self.input
            .typings
            .push(Typing::read(text, self.determinants));
        self.typings.insert(text.to_owned(), number);
        number
    }

    fn panel(&mut self, path: &Path) -> Panel {
        let mut problems = std::mem::take(&mut self.problems);
        let mut sheet = Self::sheet(&mut problems, path);
        let hla = sheet.column("donor_hla");
        let mut pool = Vec::new();
        while sheet.next_row() {
            pool.push(Typing::read(sheet.text(hla), self.determinants));
        }
        self.problems = problems;
        Panel::new(&pool)
    }

    /// Reads the registrations, and gives the numbers of those that are left out.
    fn patients(&mut self, path: &Path) -> HashSet<u32> {
        let mut problems = std::mem::take(&mut self.problems);
        let mut sheet = Self::sheet(&mut problems, path);
        let [
            recipient,
            registration,
            listed,
            until,
            since,
            living,
            before,
        ] = [
            "id_recipient",
            "id_registration",
            "inc_date_time",
            "time_to_dereg",
            "time_since_prev_txp",
            "prev_txp_living",
            "n_previous_transplants",
        ]
        .map(|name| sheet.column(name));
        let [centre, group, birth, hla, returned, programme, dialysis] = [
            "recipient_center",
            "r_bloodgroup",
            "r_dob",
            "r_hla",
            "previous_t",
            "wlki_programme",
            "date_first_dial",
        ]
        .map(|name| sheet.column(name));
        let start = self.period.start;
        let end = self.period.end.days_since(start);
        let mut left_out = HashSet::new();
        while sheet.next_row() {
            let text = sheet.text(hla).to_owned();
            unknown_antigens(&mut sheet, hla, &text, self.determinants);
            let chosen = if sheet.is_blank(programme) {
                Some(None)
            } else {
                let found = sheet.one_of(programme, &Programme::NAMES);
                found.map(|index| Some(Programme::from_index(index)))
            };
            let row = (
                sheet.whole(recipient, 0, i64::from(u32::MAX)),
                sheet.whole(registration, 0, i64::from(u32::MAX)),
                sheet.moment(listed),
                sheet.number(until, -1e5, 1e5),
                sheet.number_or_blank(since, 0.0, 1e5),
                sheet.flag_or_blank(living),
                sheet.whole(before, 0, 20),
                sheet.one_of(centre, &self.geography.centres),
                blood_group(&mut sheet, group),
                sheet.moment(birth),
                sheet.number_or_blank(returned, 0.0, 1e5),
                chosen,
                sheet.moment_or_blank(dialysis),
            );
            let (
                Some(recipient),
                Some(number),
                Some(listed),
                Some(until),
                Some(since),
                Some(living),
                Some(before),
                Some(centre),
                Some(abo),
                Some(born),
                Some(returned),
                Some(chosen),
                Some(dialysis),
            ) = row
            else {
                // What else is said of it needs no second message.
                left_out.extend(row.1.map(|number| number as u32));
                continue;
            };
            let number = number as u32;
            if self.rows.contains_key(&number) || left_out.contains(&number) {
                sheet.wrong(registration, format!("`{number}` stands twice"));
                continue;
            }
            let (listed, born) = (listed.days_since(start), born.days_since(start));
            if let Some(why) = impossible_age((listed - born) / DAYS_A_YEAR) {
                let message = format!("`{}` {why}", sheet.text(birth));
                sheet.wrong(birth, message);
                left_out.insert(number);
                continue;
            }
            let living = living.unwrap_or(false);
            let transplanted = since.map(|since| listed - since);
            let outside = listed > end || listed + until < 0.0;
            // A repeat registration after a transplant within the period comes out of the simulation.
            let within = transplanted.is_some_and(|then| then >= 0.0 && then <= end);
            let repeated = self.period.relisting && within && !living;
            let typing = self.typing(&text);
            if outside || repeated {
                left_out.insert(number);
                continue;
            }
            if !self.input.typings[typing as usize].is_complete() {
                sheet.warn(
                    Some(hla),
                    "no antigen is known at A, B or DR: the registration is left out".to_owned(),
                );
                left_out.insert(number);
                continue;
            }
            let all = &mut self.input.registrations;
            self.rows.insert(number, all.len() as u32);
            all.registration.push(number);
            all.name.push(u64::from(number));
            all.recipient.push(recipient as u32);
            all.listed.push(listed);
            all.since_previous.push(since);
            all.transplants.push(before as u8);
            all.centre.push(centre as u16);
            all.abo.push(abo);
            all.born.push(born);
            all.typing.push(typing);
            all.returned.push(returned.unwrap_or(0.0) / DAYS_A_YEAR);
            all.programme.push(chosen);
            all.dialysis
                .push(dialysis.map(|then| then.days_since(start)));
        }
        self.problems = problems;
        left_out
    }

    fn updates(&mut self, path: &Path, panel: &Panel, left_out: &HashSet<u32>) {
        let mut problems = std::mem::take(&mut self.problems);
        let mut sheet = Self::sheet(&mut problems, path);
        let columns = [
            "id_registration",
            "tstart",
            "type_update",
            "variable_value",
            "variable_detail",
        ];
        let [registration, tstart, kind, value, detail] = columns.map(|name| sheet.column(name));
        let mut screening: HashMap<u32, bool> = HashMap::new();
        while sheet.next_row() {
            let Some(number) = sheet.whole(registration, 0, i64::from(u32::MAX)) else {
                continue;
            };
            let Some(row) = self.rows.get(&(number as u32)).copied() else {
                if !left_out.contains(&(number as u32)) {
                    sheet.warn(
                        Some(registration),
                        "a registration that is not in the file of patients: the row is left out"
                            .to_owned(),
                    );
                }
                continue;
            };
            let Some(after) = sheet.number(tstart, -1e5, 1e5) else {
                continue;
            };
            let known = [
                "URG", "PRA", "DIAG", "UNACC", "DIAL", "HLA", "AM", "PRG", "SURG", "SPRA", "SDIAG",
                "SUNACC", "SDIAL", "SHLA", "SAM", "SPRG",
            ];
            let Some(found) = sheet.one_of(kind, &known) else {
                continue;
            };
            let change = match known[found].strip_prefix('S').unwrap_or(known[found]) {
                "PRA" => sheet.flag(value).map(|valid| {
                    // Most rows repeat what was said before.
                    if screening.insert(row, valid) == Some(valid) {
                        Change::Nothing
                    } else {
                        Change::Screening(valid)
                    }
                }),
                "URG" => sheet
                    .one_of(value, &Urgency::CODES)
                    .map(|index| Change::Urgency(Urgency::ALL[index])),
                "UNACC" => self.unacceptable(&mut sheet, value, detail, panel),
                "DIAL" => sheet
                    .moment(value)
                    .map(|then| Change::Dialysis(then.days_since(self.period.start))),
                "HLA" => {
                    let text = sheet.text(value).to_owned();
                    unknown_antigens(&mut sheet, value, &text, self.determinants);
                    let typing = self.typing(&text);
                    let complete = self.input.typings[typing as usize].is_complete();
                    if !complete {
                        let message =
                            "not an antigen at each of A, B and DR: the type is not changed";
                        sheet.warn(Some(value), message.to_owned());
                    }
                    complete.then_some(Change::Typing(typing))
                }
                "AM" => Some(Change::AcceptableMismatch(sheet.text(value) == "A")),
                "PRG" => sheet
                    .one_of(value, &Programme::NAMES)
                    .map(|index| Change::Programme(Programme::from_index(index))),
                _ => Some(Change::Nothing),
            };
            if let Some(change) = change {
                let time = self.input.registrations.listed[row as usize] + after;
                self.input.updates.push(Update { time, row, change });
            }
        }
        self.problems = problems;
    }

    fn unacceptable(
        &mut self,
        sheet: &mut Sheet<'_>,
        value: Column,
        detail: Column,
        panel: &Panel,
    ) -> Option<Change> {
        let text = sheet.text(value).to_owned();
        unknown_antigens(sheet, value, &text, self.determinants);
        let antigens = Unacceptable::read(&text, self.determinants);
        let share = match sheet.number_or_blank(detail, 0.0, 100.0)? {
            None => panel.share(&antigens),
            Some(share) if share <= 1.0 => share,
            Some(share) => {
                let message = format!(
                    "`{share}` is not a share from 0 to 1: the vPRA is a share here, not per cent"
                );
                sheet.wrong(detail, message);
                return None;
            }
        };
        self.input.unacceptable.push((antigens, share));
        Some(Change::Unacceptable(
            self.input.unacceptable.len() as u32 - 1,
        ))
    }

    fn profiles(&mut self, path: &Path) {
        let mut problems = std::mem::take(&mut self.problems);
        let mut sheet = Self::sheet(&mut problems, path);
        let columns = [
            "id_registration",
            "tstart",
            "profile_min_donor_age",
            "profile_max_donor_age",
        ];
        let [registration, tstart, youngest_age, oldest_age] =
            columns.map(|name| sheet.column(name));
        let flags = PROFILE_COLUMNS.map(|name| sheet.column(name));
        let mismatches = MISMATCH_COLUMNS.map(|name| sheet.column(name));
        while sheet.next_row() {
            let Some(number) = sheet.whole(registration, 0, i64::from(u32::MAX)) else {
                continue;
            };
            let Some(row) = self.rows.get(&(number as u32)).copied() else {
                continue;
            };
            let mut profile = Profile::default();
            let mut whole = true;
            for (bit, column) in flags.into_iter().enumerate() {
                let flag = sheet.flag(column);
                whole &= flag.is_some();
                profile.accepts |= u16::from(flag.unwrap_or(false)) << bit;
            }
            for (bit, column) in mismatches.into_iter().enumerate() {
                let flag = sheet.flag(column);
                whole &= flag.is_some();
                profile.mismatches |= u32::from(flag.unwrap_or(false)) << bit;
            }
            let rest = (
                sheet.number(tstart, -1e5, 1e5),
                sheet.whole(youngest_age, 0, 120),
                sheet.whole(oldest_age, 0, 120),
            );
            if let ((Some(after), Some(youngest), Some(oldest)), true) = (rest, whole) {
                if youngest > oldest {
                    let message = format!(
                        "`{youngest}` is above `profile_max_donor_age`, {oldest}: no donor would be accepted"
                    );
                    sheet.wrong(youngest_age, message);
                    continue;
                }
                profile.youngest = youngest as u8;
                profile.oldest = oldest as u8;
                self.input.profiles.push(profile);
                self.input.updates.push(Update {
                    time: self.input.registrations.listed[row as usize] + after,
                    row,
                    change: Change::Profile(self.input.profiles.len() as u32 - 1),
                });
            }
        }
        self.problems = problems;
    }

    fn finish(mut self, status: &Path) -> Result<(Input, Problems), FileError> {
        let input = &mut self.input;
        input
            .updates
            .sort_by(|one, other| one.time.total_cmp(&other.time));
        input
            .donors
            .sort_by(|one, other| one.time.total_cmp(&other.time));
        input
            .exchanges
            .sort_by(|one, other| one.time.total_cmp(&other.time));
        let mut ended = vec![false; input.registrations.len()];
        for update in &input.updates {
            if let Change::Urgency(urgency) = update.change {
                ended[update.row as usize] = urgency.is_end();
            }
        }
        let endless = ended.iter().filter(|ended| !**ended).count();
        if endless > 0 {
            let first = ended.iter().position(|ended| !ended).unwrap_or(0);
            let number = input.registrations.registration[first];
            self.problems.add(
                Severity::Warning,
                &status.display().to_string(),
                Some("variable_value"),
                None,
                format!(
                    "{endless} registrations do not end in R or D and are left out, the first is {number}"
                ),
            );
            input.updates.retain(|update| ended[update.row as usize]);
        }
        self.problems.settle(self.input)
    }
}

/// Why nobody is registered at this age, in years; none where people are.
fn impossible_age(age: f64) -> Option<String> {
    if age < 0.0 {
        Some("is after the registration, `inc_date_time`".to_owned())
    } else if age > OLDEST {
        Some(format!(
            "makes the age at registration {age:.1} years; at most {OLDEST} are allowed"
        ))
    } else {
        None
    }
}

fn blood_group(sheet: &mut Sheet<'_>, column: Column) -> Option<Abo> {
    let names = Abo::ALL.map(Abo::name);
    sheet.one_of(column, &names).and_then(Abo::from_index)
}

fn unknown_antigens(sheet: &mut Sheet<'_>, column: Column, text: &str, table: &Determinants) {
    for name in text.split_whitespace().filter(|name| !table.knows(name)) {
        let name = capitals(name);
        sheet.warn(
            Some(column),
            format!("`{name}` is not in the match table and is not looked at"),
        );
    }
}

/// The columns of [`PROFILE_FLAGS`].
const PROFILE_COLUMNS: [&str; PROFILE_FLAGS.len()] = [
    "profile_dcd",
    "profile_hbsag",
    "profile_hcvab",
    "profile_hbcab",
    "profile_sepsis",
    "profile_meningitis",
    "profile_malignancy",
    "profile_drug_abuse",
    "profile_rescue",
    "profile_euthanasia",
    "profile_esp",
    "profile_extended_esp",
];

/// The columns of accepted mismatches at A, B and DR, in the order of the bits.
const MISMATCH_COLUMNS: [&str; 27] = [
    "profile_hla000",
    "profile_hla100",
    "profile_hla200",
    "profile_hla010",
    "profile_hla110",
    "profile_hla210",
    "profile_hla020",
    "profile_hla120",
    "profile_hla220",
    "profile_hla001",
    "profile_hla101",
    "profile_hla201",
    "profile_hla011",
    "profile_hla111",
    "profile_hla211",
    "profile_hla021",
    "profile_hla121",
    "profile_hla221",
    "profile_hla002",
    "profile_hla102",
    "profile_hla202",
    "profile_hla012",
    "profile_hla112",
    "profile_hla212",
    "profile_hla022",
    "profile_hla122",
    "profile_hla222",
];
