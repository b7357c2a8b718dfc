//! The tables of a run that are not the log: persons, places and the yearly series.

use std::path::Path;

use hailsham_allocation::Abo;
use hailsham_engine::table::{ColumnSpec, TableError, TableWriter};
use hailsham_engine::time::Time;

use crate::person::{Cause, FIRST_STAFF, NOBODY, Phase, RecipientId, Sex, StudentId};
use crate::place::{PlaceKind, SchoolKind};
use crate::replay::series;
use crate::submodels::carers::Carer;
use crate::submodels::donation::{Donor, Visited};
use crate::submodels::staff::{Left, Member, Role};
use crate::submodels::{ledger, recipients::Condition};
use crate::world::World;

/// Rows a row group: what is held in memory at once.
pub(crate) const GROUP: usize = 65_536;

use hailsham_engine::columns;

pub(crate) mod counts;
mod minds;
mod staff;

/// The columns of `persons.parquet`.
pub const PERSONS: &[ColumnSpec] = columns! {
    id U32 true "" "Number of the person: students from 0, recipients from 100,000,000, staff from 200,000,000.";
    identity U64 true "" "Who the person is in every scenario: join two runs on it.";
    cast Text false "" "The key by which the scenario's history calls the person, if it does.";
    name Text false "" "Given name and initial, or the name of the scenario's cast.";
    kind Text true "" "student, recipient, guardian, head or collector.";
    sex Text true "" "female or male.";
    abo Text false "" "Blood group; not drawn for staff.";
    born Timestamp false "" "Time of making, or of birth; not known of staff.";
    died Timestamp false "" "Time of death, if it came before the end of the run.";
    cause Text false "" "operation, decline, natural, disease or graft_failure.";
    place U32 false "" "Where the person is, or was at death; of staff, the school; null for a carer, who lives on the road.";
    school U32 false "" "The school of upbringing: the last one, if the first closed.";
    school_kind Text false "" "humane or ordinary.";
    cohort I32 false "year" "Calendar year in which the cohort leaves school.";
    phase Text true "" "State at the end of the run, or at death; of staff, whether and how the post was left.";
    empathy F32 false "0 to 1" "Empathy.";
    frailty F32 false "ratio" "What the odds of death at an operation are multiplied by.";
    strength F32 false "0 to 1" "Strength of the body.";
    donations U32 false "operations" "Operations undergone.";
    left_school Timestamp false "" "When the person left school.";
    care_started Timestamp false "" "When service as a carer began.";
    care_ended Timestamp false "" "When it ended.";
    reviews U32 false "reviews" "Reviews as a carer.";
    postponements U32 false "reviews" "Reviews that left the person in service.";
    visits_made U32 false "visits" "Visits made as a carer.";
    deaths_attended U32 false "deaths" "Donors who died in the person's care.";
    called_up Timestamp false "" "When the person was called up to donate.";
    first_donation Timestamp false "" "First operation.";
    last_donation Timestamp false "" "Last operation so far.";
    donation_1_at Timestamp false "" "First operation.";
    donation_2_at Timestamp false "" "Second operation.";
    donation_3_at Timestamp false "" "Third operation.";
    donation_4_at Timestamp false "" "Fourth operation.";
    visits_received U32 false "visits" "Visits received as a donor.";
    comfort F32 false "0 to 1" "Mean comfort received at a visit.";
    bed_wait_days F32 false "days" "Days waited for beds, over all operations.";
    carer U32 false "" "The carer at the end of the run.";
    carers_had U32 false "carers" "Carers in all.";
    disease Text false "" "The disease, for recipients.";
    urgent Bool false "" "Whether the person became urgent on the list.";
    fell_ill Timestamp false "" "When the person fell ill.";
    listed Timestamp false "" "When the person was first listed.";
    transplanted Timestamp false "" "First transplant.";
    transplants U32 false "organs" "Transplants received.";
    waiting_days F32 false "days" "From the first listing to the first transplant, death or the end of the run.";
    donor U32 false "" "Donor of the first organ.";
    death_without Timestamp false "" "The death drawn beforehand: by the life table, for recipients at onset and without an organ.";
    years_lost F32 false "years" "Years lost by donating, against that death.";
    years_gained F32 false "years" "Years gained by transplants, against that death; followed beyond the end of the run.";
    talent F32 false "0 to 1" "Talent for art.";
    insecurity F32 false "0 to 1" "Fear of being left or found lacking.";
    ambition F32 false "0 to 1" "Wish for rank.";
    irascibility F32 false "0 to 1" "How easily rage comes.";
    curiosity F32 false "0 to 1" "Wish to know.";
    boldness F32 false "0 to 1" "Readiness to speak and act.";
    conditioning F32 false "0 to 1" "Acceptance left by conditioning, at the end or at death.";
    pride F32 false "0 to 1" "Pride in a special purpose.";
    soft_words F32 false "0 to 1" "Use of the programme's soft words.";
    images F32 false "0 to 1" "Images of ordinary life.";
    options F32 false "0 to 1" "Belief that another life is possible.";
    longing F32 false "0 to 1" "Longing for an ordinary life.";
    standing F32 false "0 to 1" "Rank among the others.";
    exclusion F32 false "0 to 1" "How far the others shun the person.";
    hope F32 false "0 to 1" "Hope.";
    distress F32 false "0 to 1" "Distress.";
    worth F32 false "0 to 1" "Self-worth.";
    agency F32 false "0 to 1" "Felt agency.";
    meaning F32 false "0 to 1" "Felt meaning.";
    guilt F32 false "0 to 1" "Guilt.";
    grief F32 false "0 to 1" "Grief.";
    heard_being_a_clone F32 false "0 to 1" "How far the words of it were heard.";
    understood_being_a_clone F32 false "0 to 1" "How far it was understood.";
    heard_donation F32 false "0 to 1" "How far the words of it were heard.";
    understood_donation F32 false "0 to 1" "How far it was understood.";
    heard_completion F32 false "0 to 1" "How far the words of it were heard.";
    understood_completion F32 false "0 to 1" "How far it was understood.";
    heard_childlessness F32 false "0 to 1" "How far the words of it were heard.";
    understood_childlessness F32 false "0 to 1" "How far it was understood.";
    heard_purpose_of_art F32 false "0 to 1" "How far the words of it were heard.";
    understood_purpose_of_art F32 false "0 to 1" "How far it was understood.";
    heard_no_deferral F32 false "0 to 1" "How far the words of it were heard.";
    understood_no_deferral F32 false "0 to 1" "How far it was understood.";
    heard_origin F32 false "0 to 1" "How far the words of it were heard.";
    understood_origin F32 false "0 to 1" "How far it was understood.";
    belief_gallery F32 false "0 to 1" "Belief in the story.";
    belief_deferral F32 false "0 to 1" "Belief in the story.";
    belief_originals F32 false "0 to 1" "Belief in the story.";
    belief_lost_corner F32 false "0 to 1" "Belief in the story.";
    ties U32 false "ties" "Ties at the end or at death.";
    duty F32 false "0 to 1" "Duty, of staff.";
    candour F32 false "0 to 1" "Candour, of staff.";
    conscience F32 false "0 to 1" "Conscience, of staff, at the end or at leaving.";
    taken_on Timestamp false "" "When a member of staff was taken on.";
    post_left Timestamp false "" "When a member of staff left the post.";
};

/// The columns of `places.parquet`.
pub const PLACES: &[ColumnSpec] = columns! {
    id U32 true "" "Number of the place.";
    name Text true "" "Name.";
    kind Text true "" "school, cottages, recovery_centre or landmark.";
    school_kind Text false "" "humane or ordinary.";
    quality F32 true "0 to 1" "Quality: 0 grim, 1 good.";
    capacity U32 false "beds" "Beds of a recovery centre.";
    x_km F32 true "km" "Kilometres east of the map's corner.";
    y_km F32 true "km" "Kilometres north of the map's corner.";
    opened Timestamp false "" "When it opened, if it did before the end of the run.";
    closed Timestamp false "" "When it closed, if it did before the end of the run.";
};

/// Kinds of people, as `persons.parquet` has them.
pub const KINDS: [&str; 5] = ["student", "recipient", "guardian", "head", "collector"];
/// Where the roles of staff begin among the kinds.
const FIRST_ROLE: usize = KINDS.len() - Role::COUNT;
const ABO: [&str; 4] = [Abo::O.name(), Abo::A.name(), Abo::B.name(), Abo::Ab.name()];

/// Writes the yearly series.
pub(crate) fn write_series(
    path: &Path,
    years: &[series::Year],
    key_values: &[(String, String)],
) -> Result<(), TableError> {
    let mut writer = TableWriter::create(path, series::COLUMNS, key_values)?;
    series::write(years, &mut writer)?;
    writer.close().map(|_| ())
}

/// Writes the places.
pub(crate) fn write_places(
    path: &Path,
    world: &World,
    key_values: &[(String, String)],
) -> Result<(), TableError> {
    let places: Vec<_> = world.places.iter().collect();
    let epoch = world.clock.epoch;
    let milliseconds = |at: Time| epoch.milliseconds(at);
    let mut writer = TableWriter::create(path, PLACES, key_values)?;
    let mut group = writer.group(places.len())?;
    group.u32("id", |row| Some(places[row].0.number()))?;
    group.text("name", |row, out| {
        out.push_str(&places[row].1.name);
        true
    })?;
    group.coded("kind", &PlaceKind::LABELS, |row| {
        Some(places[row].1.kind as usize)
    })?;
    group.coded("school_kind", &SchoolKind::LABELS, |row| {
        places[row].1.school_kind.map(|kind| kind as usize)
    })?;
    group.f32("quality", |row| Some(places[row].1.quality as f32))?;
    group.u32("capacity", |row| {
        let place = places[row].1;
        (place.kind == PlaceKind::RecoveryCentre).then_some(place.capacity)
    })?;
    group.f32("x_km", |row| Some(places[row].1.at.0 as f32))?;
    group.f32("y_km", |row| Some(places[row].1.at.1 as f32))?;
    group.timestamp("opened", |row| {
        let opened = places[row].1.opened;
        (opened < world.clock.horizon).then(|| milliseconds(opened))
    })?;
    group.timestamp("closed", |row| {
        let closed = places[row].1.closed;
        (closed < world.clock.horizon).then(|| milliseconds(closed))
    })?;
    group.close()?;
    writer.close().map(|_| ())
}

/// Everyone with a row, in the order of the table.
#[derive(Clone, Copy)]
enum Person {
    Student(StudentId),
    Recipient(RecipientId),
    /// A row among the staff.
    Staff(u32),
}

/// Writes everyone: students who were made, then recipients, then staff.
pub(crate) fn write_persons(
    path: &Path,
    world: &World,
    key_values: &[(String, String)],
) -> Result<(), TableError> {
    let mut writer = TableWriter::create(path, PERSONS, key_values)?;
    let students = (0..world.students.len() as u32)
        .map(StudentId)
        .filter(|student| world.students.phase[student.row()] != Phase::Unborn)
        .map(Person::Student);
    let recipients = (0..world.recipients_state.people.len() as u32)
        .map(RecipientId)
        .map(Person::Recipient);
    let staff = (0..world.inner.staff.members.len() as u32).map(Person::Staff);
    // No group holds two kinds: the columns that only one kind has are then empty as a whole.
    write_groups(&mut writer, world, students)?;
    write_groups(&mut writer, world, recipients)?;
    write_groups(&mut writer, world, staff)?;
    writer.close().map(|_| ())
}

fn write_groups(
    writer: &mut TableWriter,
    world: &World,
    mut everyone: impl Iterator<Item = Person>,
) -> Result<(), TableError> {
    let mut rows: Vec<Person> = Vec::with_capacity(GROUP);
    loop {
        rows.clear();
        rows.extend(everyone.by_ref().take(GROUP));
        if rows.is_empty() {
            return Ok(());
        }
        write_group(writer, world, &rows)?;
    }
}

/// A column of shares, by name.
type Share<T> = (&'static str, fn(&T) -> f32);

/// What the columns need of a student, a carer, a donor or a recipient.
struct Rows<'a> {
    world: &'a World,
    rows: &'a [Person],
}

impl Rows<'_> {
    fn student<T>(&self, row: usize, of: impl Fn(usize) -> Option<T>) -> Option<T> {
        match self.rows[row] {
            Person::Student(student) => of(student.row()),
            Person::Recipient(_) | Person::Staff(_) => None,
        }
    }

    fn carer<T>(&self, row: usize, of: impl Fn(&Carer) -> Option<T>) -> Option<T> {
        self.student(row, |student| {
            of(self
                .world
                .carers
                .service(self.world.students.carer_row[student])?)
        })
    }

    fn donor<T>(&self, row: usize, of: impl Fn(&Donor) -> Option<T>) -> Option<T> {
        self.student(row, |student| {
            let row = self.world.students.donor_row[student];
            of(self.world.donation.donor(row)?)
        })
    }

    fn visited<T>(&self, row: usize, of: impl Fn(&Visited) -> Option<T>) -> Option<T> {
        self.student(row, |student| {
            let row = self.world.students.donor_row[student];
            of(self.world.donation.visited(row)?)
        })
    }

    fn recipient<T>(&self, row: usize, of: impl Fn(usize) -> Option<T>) -> Option<T> {
        match self.rows[row] {
            Person::Student(_) | Person::Staff(_) => None,
            Person::Recipient(recipient) => of(recipient.row()),
        }
    }

    fn staff<T>(&self, row: usize, of: impl Fn(&Member) -> Option<T>) -> Option<T> {
        match self.rows[row] {
            Person::Student(_) | Person::Recipient(_) => None,
            Person::Staff(member) => of(&self.world.inner.staff.members[member as usize]),
        }
    }

    /// A time on disk, if it came before the end of the run.
    fn happened(&self, at: Time) -> Option<i64> {
        (at < self.world.clock.horizon).then(|| self.world.clock.epoch.milliseconds(at))
    }

    fn operation(&self, row: usize, number: usize) -> Option<i64> {
        self.donor(row, |donor| {
            donor.operated.get(number).and_then(|at| self.happened(*at))
        })
    }

    /// A column that students and recipients both have.
    fn both<T>(
        &self,
        row: usize,
        student: impl Fn(usize) -> T,
        recipient: impl Fn(usize) -> T,
    ) -> Option<T> {
        match self.rows[row] {
            Person::Student(id) => Some(student(id.row())),
            Person::Recipient(id) => Some(recipient(id.row())),
            Person::Staff(_) => None,
        }
    }
}

/// Where a student lives, or lived at death, by the number of the place; none for who serves, or died
/// serving, as a carer.
fn home_at_end(world: &World, row: usize) -> Option<u32> {
    let students = &world.students;
    let service = world.carers.service(students.carer_row[row]);
    let on_the_road = service.is_some_and(|carer| carer.ended == students.died[row]);
    (!on_the_road).then(|| students.place[row].number())
}

fn write_group(writer: &mut TableWriter, world: &World, rows: &[Person]) -> Result<(), TableError> {
    let of = Rows { world, rows };
    let students = &world.students;
    let carers = &world.carers.rows;
    let people = &world.recipients_state.people;
    let epoch = world.clock.epoch;
    let known = |at: Time| epoch.milliseconds(at);
    // Phases of students, conditions of recipients and ends of posts share a column.
    let mut phases: Vec<&str> = Phase::LABELS.to_vec();
    phases.extend(&Condition::LABELS[..Condition::LABELS.len() - 1]);
    let first_end = phases.len();
    phases.extend(&Left::LABELS);
    let condition = |condition: Condition| match condition {
        Condition::Dead => Phase::Dead as usize,
        other => Phase::LABELS.len() + other as usize,
    };
    let diseases: Vec<&str> = world
        .programme
        .diseases
        .keys()
        .map(String::as_str)
        .collect();
    let mut group = writer.group(rows.len())?;

    let number = |row: usize| match rows[row] {
        Person::Student(student) => student.person(),
        Person::Recipient(recipient) => recipient.person(),
        Person::Staff(member) => FIRST_STAFF + member,
    };
    group.u32("id", |row| Some(number(row)))?;
    group.u64("identity", |row| {
        of.both(
            row,
            |student| students.identity[student],
            |person| people.patients[person].identity,
        )
        .or_else(|| of.staff(row, |member| Some(member.identity)))
    })?;
    group.text("cast", |row, out| {
        let member = world.history.cast_of(&world.programme, number(row));
        member.is_some_and(|(key, _)| {
            out.push_str(key);
            true
        })
    })?;
    group.text("name", |row, out| {
        let name = of.student(row, |student| {
            Some(world.name_of(students.sex[student], students.name[student]))
        });
        let name = name.or_else(|| {
            let (_, member) = world.history.cast_of(&world.programme, number(row))?;
            Some(member.name.clone())
        });
        name.is_some_and(|name| {
            out.push_str(&name);
            true
        })
    })?;
    group.coded("kind", &KINDS, |row| {
        of.both(row, |_| 0, |_| 1)
            .or_else(|| of.staff(row, |member| Some(FIRST_ROLE + member.role as usize)))
    })?;
    group.coded("sex", &Sex::LABELS, |row| {
        of.both(
            row,
            |student| students.sex[student],
            |person| people.patients[person].sex,
        )
        .or_else(|| of.staff(row, |member| Some(member.sex)))
        .map(|sex| sex as usize)
    })?;
    group.coded("abo", &ABO, |row| {
        let abo = of.both(
            row,
            |student| students.abo[student],
            |person| {
                let identity = people.patients[person].identity;
                world
                    .creation
                    .blood_group(world.clock.streams.entity(identity))
            },
        );
        abo.map(Abo::index)
    })?;
    group.timestamp("born", |row| {
        of.both(
            row,
            |student| students.born[student],
            |person| people.born[person],
        )
        .map(known)
    })?;
    group.timestamp("died", |row| {
        let died = of.both(
            row,
            |student| students.died[student],
            |person| people.patients[person].died,
        );
        died.and_then(|died| of.happened(died))
    })?;
    group.coded("cause", &Cause::LABELS, |row| {
        of.both(
            row,
            |student| students.cause[student],
            |person| people.patients[person].cause,
        )
        .flatten()
        .map(|cause| cause as usize)
    })?;
    group.u32("place", |row| {
        of.student(row, |student| home_at_end(world, student))
            .or_else(|| of.staff(row, |member| Some(member.place.number())))
    })?;
    group.u32("school", |row| {
        of.student(row, |student| Some(students.school[student].number()))
    })?;
    group.coded("school_kind", &SchoolKind::LABELS, |row| {
        of.student(row, |student| {
            world
                .places
                .get(students.school[student])
                .school_kind
                .map(|kind| kind as usize)
        })
    })?;
    group.i32("cohort", |row| {
        of.student(row, |student| Some(world.cohort_of(students.born[student])))
    })?;
    group.coded("phase", &phases, |row| {
        of.both(
            row,
            |student| students.phase[student] as usize,
            |person| condition(people.patients[person].condition),
        )
        .or_else(|| of.staff(row, |member| Some(first_end + member.left as usize)))
    })?;
    group.f32("empathy", |row| {
        of.student(row, |student| Some(students.empathy[student]))
    })?;
    group.f32("frailty", |row| {
        of.student(row, |student| Some(students.frailty[student]))
    })?;
    group.f32("strength", |row| {
        let strength = of.donor(row, |donor| Some(donor.strength));
        of.student(row, |_| Some(strength.unwrap_or(1.0)))
    })?;
    group.u32("donations", |row| {
        let donations = of.donor(row, |donor| Some(u32::from(donor.donations)));
        of.student(row, |_| Some(donations.unwrap_or(0)))
    })?;
    group.timestamp("left_school", |row| {
        of.student(row, |student| of.happened(students.left_school[student]))
    })?;
    group.timestamp("care_started", |row| {
        of.carer(row, |carer| of.happened(carer.started))
    })?;
    group.timestamp("care_ended", |row| {
        of.carer(row, |carer| of.happened(carer.ended))
    })?;
    group.u32("reviews", |row| {
        of.carer(row, |carer| Some(u32::from(carer.reviews)))
    })?;
    group.u32("postponements", |row| {
        of.carer(row, |carer| Some(u32::from(carer.postponements)))
    })?;
    group.u32("visits_made", |row| {
        of.carer(row, |carer| Some(carer.visits))
    })?;
    group.u32("deaths_attended", |row| {
        of.carer(row, |carer| Some(u32::from(carer.deaths_attended)))
    })?;
    group.timestamp("called_up", |row| {
        of.donor(row, |donor| of.happened(donor.called_up))
    })?;
    group.timestamp("first_donation", |row| of.operation(row, 0))?;
    group.timestamp("last_donation", |row| {
        let last = of.donor(row, |donor| usize::from(donor.donations).checked_sub(1));
        last.and_then(|last| of.operation(row, last))
    })?;
    for (number, name) in [
        "donation_1_at",
        "donation_2_at",
        "donation_3_at",
        "donation_4_at",
    ]
    .iter()
    .enumerate()
    {
        group.timestamp(name, |row| of.operation(row, number))?;
    }
    group.u32("visits_received", |row| {
        of.visited(row, |visited| Some(visited.comfort.1))
    })?;
    group.f32("comfort", |row| of.visited(row, Visited::mean_comfort))?;
    group.f32("bed_wait_days", |row| {
        of.donor(row, |donor| Some(donor.waited.days() as f32))
    })?;
    group.u32("carer", |row| {
        of.donor(row, |donor| {
            carers
                .get(donor.carer as usize)
                .map(|carer| carer.student.person())
        })
    })?;
    group.u32("carers_had", |row| {
        of.donor(row, |donor| Some(u32::from(donor.carers_had)))
    })?;
    group.coded("disease", &diseases, |row| {
        of.recipient(row, |person| {
            Some(usize::from(people.patients[person].disease))
        })
    })?;
    group.bool("urgent", |row| {
        of.recipient(row, |person| Some(people.patients[person].was_urgent))
    })?;
    group.timestamp("fell_ill", |row| {
        of.recipient(row, |person| of.happened(people.fell_ill[person]))
    })?;
    group.timestamp("listed", |row| {
        of.recipient(row, |person| {
            of.happened(people.patients[person].first_listed)
        })
    })?;
    group.timestamp("transplanted", |row| {
        of.recipient(row, |person| {
            of.happened(people.patients[person].transplanted)
        })
    })?;
    group.u32("transplants", |row| {
        of.recipient(row, |person| {
            Some(u32::from(people.patients[person].transplants))
        })
    })?;
    group.f32("waiting_days", |row| {
        of.recipient(row, |person| people.first_wait(person, world.clock.horizon))
            .map(|wait| wait.days() as f32)
    })?;
    group.u32("donor", |row| {
        of.recipient(row, |person| {
            Some(people.patients[person].donor).filter(|donor| *donor != NOBODY)
        })
    })?;
    group.timestamp("death_without", |row| {
        of.both(
            row,
            |student| students.natural_death[student],
            |person| people.death_at_onset[person],
        )
        .filter(|at| *at != Time::NEVER)
        .map(known)
    })?;
    group.f32("years_lost", |row| {
        of.student(row, |student| {
            ledger::years_lost(students, StudentId(student as u32))
        })
        .map(|years| years as f32)
    })?;
    group.f32("years_gained", |row| {
        of.recipient(row, |person| {
            ledger::years_gained(people, RecipientId(person as u32))
        })
        .map(|years| years as f32)
    })?;
    minds::write(&mut group, &of)?;
    staff::write(&mut group, &of)?;
    group.close()
}
