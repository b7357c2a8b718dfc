//! 7.20 The ledger: what each side gave and got, person by person.
//!
//! Everyone's death without the programme is drawn beforehand: a student's from the life table at
//! making, a recipient's at falling ill (of the disease without an organ, or of another cause if
//! that is sooner). Against it stands what happens:
//!
//! | who | entry |
//! |---|---|
//! | donor who died of donating | years lost = death by the life table − death |
//! | recipient with a transplant | years gained = death − death drawn at onset |
//! | carer | years of service, deaths attended |
//! | donation | could it be refused? was it understood? so, was it consented to? |
//!
//! Someone with a working graft at the end of the run is followed to the drawn end of the graft or
//! of life, whichever is sooner, without another transplant; someone who waits again, to the drawn
//! death without an organ. Where a scenario knows no death without the programme (a hazard of zero),
//! there is no number of years, and no entry. The two sides are never netted into one number.

use hailsham_engine::time::Time;

use crate::person::{Cause, RecipientId, StudentId, Students};
use crate::submodels::recipients::Columns;

/// Years lost by someone who died of donating and would have died otherwise; nothing for anyone else.
pub(crate) fn years_lost(students: &Students, student: StudentId) -> Option<f64> {
    let row = student.row();
    let without = students.natural_death[row];
    match students.cause[row] {
        Some(Cause::Operation | Cause::Decline) if without != Time::NEVER => {
            Some((without - students.died[row]).years())
        }
        _ => None,
    }
}

/// Years gained by someone who had a transplant, where both deaths are known; nothing for anyone else.
pub(crate) fn years_gained(people: &Columns, recipient: RecipientId) -> Option<f64> {
    let row = recipient.row();
    if people.patients[row].transplants == 0 {
        return None;
    }
    let end = if people.patients[row].died == Time::NEVER {
        // One of the two is `NEVER`: with a graft, or waiting for another.
        people.patients[row]
            .graft_fails
            .min(people.patients[row].disease_death)
            .min(people.patients[row].other_death)
    } else {
        people.patients[row].died
    };
    let at_onset = people.death_at_onset[row];
    if end == Time::NEVER || at_onset == Time::NEVER {
        return None;
    }
    Some(if end >= at_onset {
        (end - at_onset).years()
    } else {
        -(at_onset - end).years()
    })
}
