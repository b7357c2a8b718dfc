//! The phases of a life: what its chapters are.

use hailsham_engine::time::{Span, Time};

use crate::life::{Life, Role};

/// One phase.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Phase {
    /// Which list of titles and frames it has.
    pub(crate) kind: &'static str,
    pub(crate) from: Time,
    pub(crate) until: Time,
    /// Where the person lives in it, where that is known.
    pub(crate) home: Option<u32>,
}

/// The phases of a life, in order; there is at least one.
pub(crate) fn phases(life: &Life) -> Vec<Phase> {
    let starts: &[(&str, &'static str)] = match life.person.kind.as_str() {
        "student" => &[
            ("created", "school"),
            ("transferred", "moved"),
            ("left_school", "cottages"),
            ("became_carer", "carer"),
            ("called_up", "donor"),
            ("retired", "released"),
        ],
        "recipient" => &[
            ("fell_ill", "illness"),
            ("listed", "waiting"),
            ("transplanted", "after"),
        ],
        _ => &[("taken_on", "post")],
    };
    let first = life.happenings.first().map_or(life.end, |first| first.at);
    // A post ends before the life does, and little is known of what comes after.
    let left =
        life.happenings.iter().rev().find(|of| {
            of.role == Role::Who && matches!(of.event.as_str(), "left_post" | "dismissed")
        });
    let minute = Span::from_minutes(1);
    let end = left.map_or(life.end, |left| left.at + minute);
    let opening = starts.first().map_or("post", |(_, kind)| kind);
    let mut phases: Vec<Phase> = vec![Phase {
        kind: opening,
        from: first,
        until: end,
        home: first_home(life),
    }];
    for happening in life.happenings.iter().filter(|of| of.role == Role::Who) {
        let next = starts
            .iter()
            .position(|(event, _)| *event == happening.event);
        let now = starts
            .iter()
            .position(|(_, kind)| phases.last().is_some_and(|last| last.kind == *kind));
        let (Some(next), Some(now)) = (next, now) else {
            continue;
        };
        if next <= now {
            continue;
        }
        let home = happening.place.or_else(|| {
            // Carers go on living where they lived, as far as the log says.
            phases
                .last()
                .and_then(|last| last.home)
                .filter(|_| starts[next].1 != "carer")
        });
        if let Some(last) = phases.last_mut() {
            last.until = happening.at;
        }
        phases.push(Phase {
            kind: starts[next].1,
            from: happening.at,
            until: life.end,
            home,
        });
    }
    let mut after = life.happenings.iter().filter(|of| of.at >= end);
    if left.is_some()
        && let (Some(first), Some(last)) = (after.clone().next(), after.next_back())
    {
        phases.push(Phase {
            kind: "after_post",
            from: first.at,
            until: last.at + minute,
            home: None,
        });
    }
    phases
}

/// Where the person lived at first: the school at the end of school may be another one.
fn first_home(life: &Life) -> Option<u32> {
    let made = life.happenings.iter().find(|of| of.event == "created");
    made.and_then(|made| made.place).or(life.person.school)
}
