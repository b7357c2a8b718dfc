//! Every future event list gives the same events in the same order: the calendar at several widths,
//! the heap, and a list too plain to be wrong.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use hailsham_engine::calendar::{
    CalendarQueue, FutureEventList, HeapQueue, MAX_ENTITY, MAX_SLOT, MAX_TIME, Pending,
};
use hailsham_engine::time::{Span, Time};
use proptest::prelude::*;

fn minute(minutes: i32) -> Time {
    Time::from_minutes(minutes)
}

/// The contract as plainly as it can be written: all pending events, the least one taken.
struct Plain {
    pending: Vec<Pending>,
    now: Time,
    horizon: Time,
    beyond_horizon: u64,
}

impl Plain {
    fn schedule(&mut self, event: Pending) {
        if event.time < self.horizon {
            self.pending.push(event);
        } else {
            self.beyond_horizon += 1;
        }
    }

    fn cancel(&mut self, event: Pending) {
        if let Some(index) = self.pending.iter().position(|&p| p == event) {
            self.pending.swap_remove(index);
        }
    }

    fn pop(&mut self) -> Option<Pending> {
        let (index, &event) = self.pending.iter().enumerate().min_by_key(|(_, p)| **p)?;
        self.pending.swap_remove(index);
        self.now = event.time;
        Some(event)
    }
}

/// One step of a programme.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Schedule at so many minutes from now.
    Schedule {
        ahead: i32,
        entity: u32,
        slot: u8,
    },
    /// Cancel one of the pending events, counted round.
    Cancel(usize),
    /// Cancel one of the pending events and schedule the same at another time.
    Reschedule {
        which: usize,
        ahead: i32,
    },
    /// Cancel what was dropped beyond the horizon.
    CancelBeyond,
    Pop,
}

const HORIZON: i32 = 9_000;

fn ahead() -> impl Strategy<Value = i32> {
    // Many at the same minute, many in the same day, some far, some beyond the horizon.
    prop_oneof![4 => 0..3, 3 => 0..2_000, 1 => 0..2 * HORIZON]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (ahead(), 0_u32..3, 0_u8..3)
            .prop_map(|(ahead, entity, slot)| Step::Schedule { ahead, entity, slot }),
        2 => any::<usize>().prop_map(Step::Cancel),
        2 => (any::<usize>(), ahead()).prop_map(|(which, ahead)| Step::Reschedule { which, ahead }),
        1 => Just(Step::CancelBeyond),
        4 => Just(Step::Pop),
    ]
}

fn all_lists(horizon: Time) -> Vec<FutureEventList> {
    let mut lists = vec![
        FutureEventList::Heap(HeapQueue::new(horizon)),
        FutureEventList::Calendar(CalendarQueue::new(horizon)),
    ];
    for width in [0, 1, 7, 100, 5_000, u32::MAX] {
        lists.push(FutureEventList::Calendar(CalendarQueue::with_width(
            horizon, width,
        )));
    }
    lists
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_list_plays_every_programme_alike(
        steps in prop::collection::vec(step(), 1..400),
    ) {
        let horizon = minute(HORIZON);
        let mut lists = all_lists(horizon);
        let mut plain = Plain { pending: vec![], now: Time::START, horizon, beyond_horizon: 0 };
        // After the programme, everything that is left.
        for step in steps.into_iter().chain(std::iter::repeat_n(Step::Pop, 401)) {
            let mut cancelled = None;
            let mut scheduled = None;
            match step {
                Step::Schedule { ahead, entity, slot } => {
                    let time = plain.now + Span::from_minutes(ahead);
                    scheduled = Some(Pending { time, entity, slot });
                }
                Step::Cancel(which) if !plain.pending.is_empty() => {
                    cancelled = Some(plain.pending[which % plain.pending.len()]);
                }
                Step::Reschedule { which, ahead } if !plain.pending.is_empty() => {
                    let event = plain.pending[which % plain.pending.len()];
                    cancelled = Some(event);
                    let time = plain.now + Span::from_minutes(ahead);
                    scheduled = Some(Pending { time, ..event });
                }
                Step::CancelBeyond => {
                    cancelled = Some(Pending { time: horizon, entity: 1, slot: 1 });
                }
                Step::Cancel(_) | Step::Reschedule { .. } => {}
                Step::Pop => {
                    let expected = plain.pop();
                    for list in &mut lists {
                        prop_assert_eq!(list.pop(), expected);
                    }
                }
            }
            if let Some(event) = cancelled {
                plain.cancel(event);
                for list in &mut lists {
                    list.cancel(event.time, event.entity, event.slot);
                }
            }
            if let Some(event) = scheduled {
                plain.schedule(event);
                for list in &mut lists {
                    list.schedule(event.time, event.entity, event.slot);
                }
            }
            for list in &lists {
                prop_assert_eq!(list.len(), plain.pending.len());
                prop_assert_eq!(list.is_empty(), plain.pending.is_empty());
                prop_assert_eq!(list.now(), plain.now);
                prop_assert_eq!(list.beyond_horizon(), plain.beyond_horizon);
            }
        }
        prop_assert!(plain.pending.is_empty());
    }

    #[test]
    fn the_order_of_scheduling_plays_no_part(
        events in prop::collection::vec((0..50_i32, 0..4_u32, 0..4_u8), 0..300),
        shuffled in any::<prop::sample::Index>(),
    ) {
        let mut expected: Vec<Pending> = events
            .iter()
            .map(|&(time, entity, slot)| Pending { time: minute(time), entity, slot })
            .collect();
        let mut turned = expected.clone();
        if !turned.is_empty() {
            let by = shuffled.index(turned.len());
            turned.rotate_left(by);
            turned.reverse();
        }
        expected.sort_unstable();
        for mut list in all_lists(minute(100)) {
            for event in &turned {
                list.schedule(event.time, event.entity, event.slot);
            }
            let popped: Vec<Pending> = std::iter::from_fn(|| list.pop()).collect();
            prop_assert_eq!(&popped, &expected);
        }
    }
}

#[test]
fn one_of_three_like_events_is_left_when_two_are_cancelled() {
    for mut list in all_lists(minute(9_000)) {
        for time in [minute(0), minute(700), minute(701), minute(6_000)] {
            // Before the day, and again on it.
            list.schedule(time, 5, 1);
            list.schedule(time, 5, 1);
            list.cancel(time, 5, 1);
            list.schedule(time, 5, 1);
            list.cancel(time, 5, 1);
            assert_eq!(list.len(), 1);
            assert_eq!(
                list.pop(),
                Some(Pending {
                    time,
                    entity: 5,
                    slot: 1
                })
            );
            list.schedule(time, 5, 1);
            list.cancel(time, 5, 1);
            list.schedule(time, 5, 1);
            assert_eq!(
                list.pop(),
                Some(Pending {
                    time,
                    entity: 5,
                    slot: 1
                })
            );
            assert_eq!(list.pop(), None);
        }
    }
}

/// After everything was cancelled the list goes on, for days that it has already passed over.
#[test]
fn a_list_that_ran_empty_can_be_filled_again() {
    for mut list in all_lists(minute(9_000)) {
        list.schedule(minute(8_000), 1, 0);
        list.cancel(minute(8_000), 1, 0);
        assert!(list.is_empty());
        assert_eq!(list.pop(), None);
        assert_eq!(list.now(), Time::START);
        list.schedule(minute(3_000), 2, 0);
        list.schedule(minute(10), 3, 0);
        let order: Vec<u32> = std::iter::from_fn(|| list.pop())
            .map(|e| e.entity)
            .collect();
        assert_eq!(order, [3, 2]);
    }
}

#[test]
fn keys_hold_their_largest_parts() {
    let latest = minute(MAX_TIME.minutes() - 1);
    // No horizon is later than the key can tell.
    let mut lists = [
        FutureEventList::Heap(HeapQueue::new(Time::NEVER)),
        FutureEventList::Calendar(CalendarQueue::new(Time::NEVER)),
        FutureEventList::Calendar(CalendarQueue::with_width(Time::NEVER, 1_000_000)),
    ];
    for list in &mut lists {
        list.schedule(latest, MAX_ENTITY, MAX_SLOT);
        list.schedule(latest, MAX_ENTITY, MAX_SLOT - 1);
        list.schedule(latest, MAX_ENTITY - 1, MAX_SLOT);
        list.schedule(Time::START, MAX_ENTITY, MAX_SLOT);
        list.schedule(MAX_TIME, 0, 0);
        assert_eq!(list.beyond_horizon(), 1);
        let order: Vec<_> = std::iter::from_fn(|| list.pop())
            .map(|e| (e.time, e.entity, e.slot))
            .collect();
        assert_eq!(
            order,
            [
                (Time::START, MAX_ENTITY, MAX_SLOT),
                (latest, MAX_ENTITY - 1, MAX_SLOT),
                (latest, MAX_ENTITY, MAX_SLOT - 1),
                (latest, MAX_ENTITY, MAX_SLOT),
            ]
        );
    }
}

#[test]
fn a_horizon_at_or_before_the_start_lets_nothing_happen() {
    for horizon in [Time::START, minute(-5)] {
        for mut list in all_lists(horizon) {
            list.schedule(Time::START, 0, 0);
            assert_eq!((list.pop(), list.beyond_horizon()), (None, 1));
        }
    }
}

/// A hundred thousand events in a hundred minutes, scheduled while others are popped.
#[test]
fn crowds_in_one_minute_come_in_order() {
    const PRIME: u32 = 100_003;
    let mut lists = all_lists(minute(5_000));
    for list in &mut lists {
        for i in 1..PRIME {
            // Each entity once, in a wild order, spread over the minutes.
            let entity = (u64::from(i) * 48_271 % u64::from(PRIME)) as u32;
            list.schedule(minute((entity % 100) as i32), entity, 0);
        }
        let mut last = None;
        let mut count = 0;
        while let Some(event) = list.pop() {
            assert!(last < Some(event), "{last:?} then {event:?}");
            last = Some(event);
            count += 1;
            if event.slot == 0 && event.entity % 3 == 0 {
                list.schedule(
                    event.time + Span::from_minutes(event.entity as i32 % 2),
                    event.entity,
                    1,
                );
            }
        }
        assert_eq!(count, PRIME - 1 + (PRIME - 1) / 3);
    }
}

/// Broken contracts: caught in a debug build, harmless in a release build.
mod broken_contracts {
    use super::*;

    fn broken(act: impl Fn(&mut FutureEventList), left: &[Pending]) {
        for mut list in all_lists(minute(9_000)) {
            list.schedule(minute(2_000), 1, 0);
            list.schedule(minute(2_000), 2, 0);
            assert!(list.pop().is_some());
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                act(&mut list);
                std::iter::from_fn(|| list.pop()).collect::<Vec<_>>()
            }));
            if cfg!(debug_assertions) {
                assert!(result.is_err(), "a debug build must panic");
            } else {
                assert_eq!(result.unwrap(), left);
                assert_eq!(list.len(), 0);
            }
        }
    }

    const SECOND: Pending = Pending {
        time: Time::from_minutes(2_000),
        entity: 2,
        slot: 0,
    };

    #[test]
    fn scheduled_before_now_happens_now() {
        let now = Pending {
            entity: 1,
            ..SECOND
        };
        broken(|list| list.schedule(minute(1_999), 1, 0), &[now, SECOND]);
    }

    #[test]
    fn cancelled_before_now_does_nothing() {
        broken(|list| list.cancel(minute(1_999), 2, 0), &[SECOND]);
    }

    #[test]
    fn cancelled_but_not_pending_does_nothing() {
        broken(|list| list.cancel(minute(2_000), 1, 0), &[SECOND]);
        broken(|list| list.cancel(minute(2_000), 3, 0), &[SECOND]);
        broken(|list| list.cancel(minute(7_000), 2, 0), &[SECOND]);
    }

    #[test]
    #[should_panic(expected = "entity 536870912 does not fit the event's key")]
    fn an_entity_that_does_not_fit_is_refused_in_every_build() {
        CalendarQueue::new(minute(9)).schedule(minute(1), MAX_ENTITY + 1, 0);
    }

    #[test]
    #[should_panic(expected = "slot 64 does not fit the event's key")]
    fn a_slot_that_does_not_fit_is_refused_in_every_build() {
        HeapQueue::new(minute(9)).cancel(minute(1), 0, MAX_SLOT + 1);
    }
}
