//! People: who is an individual, how they are numbered, and the columns that every submodel reads.
//!
//! Students are rows in a table of columns, and what stands here is public. A submodel's private
//! state stands in its own file: carers, donors and recipients there are rows whose fields stand
//! together, since an event looks at one person and at most of what is known of that person.
//!
//! Numbers of people on disk are in blocks, so that a number tells its kind and no kind's count
//! moves another's numbers:
//!
//! | numbers | kind |
//! |---|---|
//! | 0 to 99,999,999 | student, in the order of the intakes |
//! | 100,000,000 to 199,999,999 | recipient, in the order of falling ill |
//! | 200,000,000 to 299,999,999 | staff, in the order of being taken on |

use hailsham_allocation::{Abo, Hla};
use hailsham_engine::large_pages;
use hailsham_engine::prefetch::prefetch_row;
use hailsham_engine::random::{EntityStream, Streams};
use hailsham_engine::time::Time;

use crate::place::PlaceId;

/// First number of a recipient.
pub const FIRST_RECIPIENT: u32 = 100_000_000;

/// First number of a member of staff: guardians, heads, collectors.
pub const FIRST_STAFF: u32 = 200_000_000;

/// First number under which carers are due for visits: a visit finds the carer's row without asking
/// the student's. It stands in the future event list only, never in a log.
pub const FIRST_CARER: u32 = 400_000_000;

/// First number of the entities that are not people (intakes, arrivals of the ill).
pub const FIRST_SOURCE: u32 = 500_000_000;

/// Rows of carers and donors from here on are of those whose service or life has ended.
pub(crate) const FIRST_PAST: u32 = 1 << 31;

/// In place of the number of a given name: the person has a name of the scenario's own.
pub(crate) const NAMED: u16 = u16::MAX;

/// No row, no person.
pub const NOBODY: u32 = u32::MAX;

/// A student: a clone at any age.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct StudentId(pub u32);

impl StudentId {
    /// The row in the table of students.
    pub fn row(self) -> usize {
        self.0 as usize
    }

    /// The person's number in the log.
    pub fn person(self) -> u32 {
        self.0
    }
}

/// A recipient: a member of the public who fell ill.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RecipientId(pub u32);

impl RecipientId {
    /// The row in the table of recipients.
    pub fn row(self) -> usize {
        self.0 as usize
    }

    /// The person's number in the log.
    pub fn person(self) -> u32 {
        FIRST_RECIPIENT + self.0
    }

    /// The recipient of a person's number, if it is one.
    pub fn from_person(number: u32) -> Option<RecipientId> {
        (FIRST_RECIPIENT..FIRST_RECIPIENT * 2)
            .contains(&number)
            .then(|| RecipientId(number - FIRST_RECIPIENT))
    }
}

/// How many rows a table should have room for where so many students, or recipients, are expected: four
/// standard deviations above the mean of a Poisson process, and no more than there are numbers for them.
pub(crate) fn room_for(expected: f64) -> usize {
    (expected + 4.0 * expected.sqrt()).min(f64::from(FIRST_RECIPIENT)) as usize
}

/// Sex, as the life table and the copied body have it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

impl Sex {
    /// Labels on disk, by number.
    pub const LABELS: [&'static str; 2] = ["female", "male"];
}

/// Where a student stands in the life course (state machine 1 of the canon).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Phase {
    /// The row stands ready; the person is not made yet.
    Unborn,
    /// At school.
    Pupil,
    /// At the Cottages.
    Resident,
    /// Serving as a carer.
    Carer,
    /// Called up to donate.
    Donor,
    /// Released from donating.
    Retired,
    /// Died of donating.
    Completed,
    /// Died of another cause.
    Dead,
    /// Left without leave, and did not come back: no longer of the programme.
    Away,
}

impl Phase {
    /// Labels on disk, by number.
    pub const LABELS: [&'static str; 9] = [
        "unborn",
        "pupil",
        "resident",
        "carer",
        "donor",
        "retired",
        "completed",
        "dead",
        "away",
    ];

    /// Whether the person lives, and is of the programme.
    pub fn alive(self) -> bool {
        !matches!(
            self,
            Phase::Unborn | Phase::Completed | Phase::Dead | Phase::Away
        )
    }
}

/// What a person died of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Cause {
    /// An operation.
    Operation,
    /// The body gave out between operations.
    Decline,
    /// Any cause of the life table.
    Natural,
    /// The disease that an organ would have treated.
    Disease,
    /// The failure of a graft.
    GraftFailure,
}

impl Cause {
    /// Labels on disk and topics of the log, by number.
    pub const LABELS: [&'static str; 5] = [
        "operation",
        "decline",
        "natural",
        "disease",
        "graft_failure",
    ];
}

/// The columns of the students. All have one row a student.
#[derive(Default)]
pub struct Students {
    /// Who the person is in every scenario: a hash of school, year and number in the intake. The
    /// person's random streams hang on it, so the same person meets the same chances wherever
    /// they are made.
    pub identity: Vec<u64>,
    /// Time of making.
    pub born: Vec<Time>,
    /// When the person would die of causes that have nothing to do with donating.
    pub natural_death: Vec<Time>,
    /// Time of death; `Time::NEVER` while alive.
    pub died: Vec<Time>,
    /// Cause of death, once dead.
    pub cause: Vec<Option<Cause>>,
    /// Sex.
    pub sex: Vec<Sex>,
    /// Blood group.
    pub abo: Vec<Abo>,
    /// HLA antigens.
    pub hla: Vec<Hla>,
    /// Given name (number in the list of the sex) and initial; `NAMED` and the member for those of a
    /// cast.
    pub name: Vec<(u16, u8)>,
    /// The school of upbringing: the last one, if the first closed.
    pub school: Vec<PlaceId>,
    /// Where the person lives; of a carer, who lives on the road, where that was before.
    pub place: Vec<PlaceId>,
    /// Where the person stands in the life course.
    pub phase: Vec<Phase>,
    /// Empathy, 0 to 1.
    pub empathy: Vec<f32>,
    /// Frailty: multiplies the odds of death at an operation; mean 1.
    pub frailty: Vec<f32>,
    /// When the person left school.
    pub left_school: Vec<Time>,
    /// When the next step of the life course is due, if one is pending, and which slot it holds.
    pub step: Vec<(Time, u8)>,
    /// Service as a carer, or `NOBODY`.
    pub carer_row: Vec<u32>,
    /// What is known of the person as a donor, or `NOBODY`.
    pub donor_row: Vec<u32>,
}

impl Students {
    /// Makes room for so many, if there is as much memory.
    pub(crate) fn reserve(&mut self, rows: usize) {
        macro_rules! reserve {
            ($($column:ident)*) => {
                // A column that is left out does not compile.
                let Students { $($column),* } = self;
                $(large_pages::reserve($column, rows);)*
            };
        }
        reserve!(
            identity born natural_death died cause sex abo hla name school place phase empathy frailty left_school step carer_row donor_row
        );
    }

    /// Asks for the memory of what every step of a life begins and ends with.
    #[inline]
    pub(crate) fn prefetch_life(&self, id: StudentId) {
        let row = id.row();
        prefetch_row(&self.identity, row);
        prefetch_row(&self.step, row);
        prefetch_row(&self.carer_row, row);
        prefetch_row(&self.donor_row, row);
    }

    /// Asks for the memory of what an operation asks of a body.
    #[inline]
    pub(crate) fn prefetch_body(&self, id: StudentId) {
        let row = id.row();
        prefetch_row(&self.abo, row);
        prefetch_row(&self.hla, row);
        prefetch_row(&self.frailty, row);
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.identity.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.identity.is_empty()
    }

    /// Whether the person lives.
    pub fn alive(&self, id: StudentId) -> bool {
        self.phase[id.row()].alive()
    }

    /// The person's random streams.
    pub fn streams(&self, streams: Streams, id: StudentId) -> EntityStream {
        streams.entity(self.identity[id.row()])
    }
}
