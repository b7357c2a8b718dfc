//! The list of submodels, one file each, named and numbered as in the model's specification
//! (`docs/odd.md`): parameters, state, handlers, tests, in this order.
//!
//! To add one: its file, its section in [`crate::programme::Programme`], and its slots in
//! `dispatch`.

pub mod carers;
pub mod cottages;
pub mod creation;
pub mod donation;
pub mod institutions;
pub mod ledger;
pub mod mortality;
pub mod recipients;

use hailsham_engine::calendar::Pending;
use hailsham_engine::prefetch::prefetch_row;

use crate::person::{FIRST_CARER, FIRST_RECIPIENT, FIRST_SOURCE, RecipientId, StudentId};
use crate::purpose::Slot;
use crate::world::World;

/// Hands a due event to the submodel that scheduled it.
pub(crate) fn dispatch(world: &mut World, event: Pending) {
    let at = event.time;
    let student = StudentId(event.entity);
    let recipient = RecipientId(event.entity.wrapping_sub(FIRST_RECIPIENT));
    let source = event.entity.wrapping_sub(FIRST_SOURCE);
    let slot = Slot::ALL[usize::from(event.slot)];
    if slot.is_step() {
        world.step_taken(student);
    }
    match slot {
        Slot::Opening => institutions::on_opening(world, at, source),
        Slot::Closing => institutions::on_closing(world, at, source),
        Slot::Intake => creation::on_intake(world, at, source),
        Slot::Birth => creation::on_birth(world, at, student),
        Slot::LeaveSchool => institutions::on_leave_school(world, at, student),
        Slot::LeaveCottages => cottages::on_leave(world, at, student),
        Slot::Review => carers::on_review(world, at, student),
        Slot::CallUp => carers::on_term_end(world, at, student),
        Slot::Visit => carers::on_visit(world, at, event.entity.wrapping_sub(FIRST_CARER)),
        Slot::Operation => donation::on_operation_due(world, at, student),
        Slot::Discharge => donation::on_discharge(world, at, student),
        Slot::Decline => donation::on_decline(world, at, student),
        Slot::NaturalDeath => mortality::on_natural_death(world, at, student),
        Slot::Arrival => recipients::on_arrival(world, at, source),
        Slot::Listing => recipients::on_listing(world, at, recipient),
        Slot::Urgent => recipients::on_urgent(world, at, recipient),
        Slot::GraftFailure => recipients::on_graft_failure(world, at, recipient),
        Slot::RecipientDeath => recipients::on_death(world, at, recipient),
    }
}

/// Asks for the memory of the row that an event some way ahead begins with.
#[inline]
pub(crate) fn prefetch_first(world: &World, event: Pending) {
    if event.slot == Slot::Visit as u8 {
        let carer = event.entity.wrapping_sub(FIRST_CARER) as usize;
        prefetch_row(&world.carers.rows, carer);
    } else if event.slot >= Slot::Listing as u8 {
        let recipient = event.entity.wrapping_sub(FIRST_RECIPIENT) as usize;
        prefetch_row(&world.recipients_state.people.patients, recipient);
    } else {
        prefetch_row(&world.students.donor_row, event.entity as usize);
    }
}

/// Asks for the memory of the row that the first one points to.
#[inline]
pub(crate) fn prefetch_second(world: &World, event: Pending) {
    if event.slot == Slot::Visit as u8 {
        let carer = event.entity.wrapping_sub(FIRST_CARER) as usize;
        if let Some(donor) = carers::next_donor(&world.carers, carer) {
            prefetch_row(&world.donation.rows, donor);
        }
    }
}
