//! Whether there is a moment for every pin, and how it is told where there is none.

use hailsham_engine::time::Time;

use super::{Checker, pin_path};
use crate::history::Pin;
use crate::history::dates;
use crate::history::kinds;
use crate::history::order::Impossible;
use crate::history::plan::{self, Draft, Why};
use crate::programme::Programme;
use crate::submodels::institutions;
use crate::world::Clock;

impl Checker<'_> {
    /// `after` that comes back to where it began.
    pub(super) fn cycles(&mut self) {
        let pins = &self.programme.history.pins;
        let mut found: Vec<String> = Vec::new();
        for start in pins.keys() {
            let mut path: Vec<&str> = Vec::new();
            if let Some(cycle) = cycle(pins, start, start, &mut path)
                && !cycle.iter().any(|id| found.iter().any(|other| other == id))
            {
                found.extend(cycle.iter().map(|id| (*id).to_owned()));
                self.wrong(
                    pin_path(start, "after"),
                    format!(
                        "`after` goes round in a cycle: {} -> {start}",
                        cycle.join(" -> ")
                    ),
                    "one of these pins must come first",
                );
            }
        }
    }

    /// Whether there is a moment for every pin, whenever in their windows the cast are born.
    pub(super) fn moments(&mut self) {
        let history = &self.programme.history;
        for last in [false, true] {
            let born: Vec<Time> = history
                .cast
                .values()
                .map(|member| {
                    let (from, to) = dates::window(self.clock.epoch, &member.born)
                        .unwrap_or((Time::START, Time::START));
                    if last { to } else { from }
                })
                .collect();
            let draft = Draft::new(self.programme, &self.clock, &born);
            let (bounds, result) = draft.bounds();
            if let Err(Impossible(pin)) = result {
                let (path, message) = no_moment(self.programme, &self.clock, &draft, pin);
                let help = "change a date or the order, or leave one of them out";
                self.wrong(path, message, help);
                return;
            }
            self.two_places(&draft, &bounds.low, &bounds.high);
            if !self.problems.is_empty() {
                return;
            }
        }
    }

    /// Nobody is at two places on one day.
    fn two_places(&mut self, draft: &Draft<'_>, low: &[i32], high: &[i32]) {
        const DAY: i32 = hailsham_engine::time::MINUTES_PER_DAY;
        let day = |pin: usize| {
            let (from, to) = (low[pin].div_euclid(DAY), high[pin].div_euclid(DAY));
            (from == to).then_some(from)
        };
        for second in 0..draft.pins.len() {
            for first in 0..second {
                let ((id, one, _), (other_id, other, _)) = (draft.pins[first], draft.pins[second]);
                let Some(when) = day(first).filter(|when| day(second) == Some(*when)) else {
                    continue;
                };
                let apart =
                    !one.place.is_empty() && !other.place.is_empty() && one.place != other.place;
                let people = [&one.who, &one.whom];
                let both = people
                    .into_iter()
                    .find(|key| !key.is_empty() && (**key == other.who || **key == other.whom));
                if let (true, Some(key)) = (apart, both) {
                    let date = self.date(Time::from_minutes(when * DAY));
                    self.wrong(
                        pin_path(other_id, "place"),
                        format!(
                            "`{key}` would be at two places at once on {date}: {} is at `{}`, {} at `{}`",
                            one.shown(id), one.place, other.shown(other_id), other.place
                        ),
                        "give them different days, or one place",
                    );
                }
            }
        }
    }
}

fn cycle<'a>(
    pins: &'a indexmap::IndexMap<String, Pin>,
    start: &str,
    at: &'a str,
    path: &mut Vec<&'a str>,
) -> Option<Vec<&'a str>> {
    path.push(at);
    for before in pins.get(at).map_or(&[][..], |pin| &pin.after[..]) {
        if before == start {
            return Some(path.clone());
        }
        if !path.contains(&before.as_str())
            && let Some(found) = cycle(pins, start, before, path)
        {
            return Some(found);
        }
    }
    path.pop();
    None
}

/// The place and the message for a pin for which no moment is left: both sides, with their sources.
pub(in crate::history) fn no_moment(
    programme: &Programme,
    clock: &Clock,
    draft: &Draft<'_>,
    moment: usize,
) -> (String, String) {
    let date = |minutes: i32| {
        let shown = clock.epoch.iso(Time::from_minutes(minutes));
        shown.split(' ').next().unwrap_or(&shown).to_owned()
    };
    let (id, pin, _) = draft.pins[moment];
    let path = pin_path(id, "");
    let (from, to) = draft.windows[moment];
    if from > to {
        return (path, empty_window(programme, clock, draft, moment));
    }
    let (bounds, _) = draft.bounds();
    let first = bounds.pushed_by(moment, &draft.order);
    let last = bounds.held_by(moment, &draft.order);
    let mut reasons: Vec<String> = Vec::new();
    let mut deadly = false;
    for (constraints, earliest) in [(&first, true), (&last, false)] {
        let Some(end) = constraints.last() else {
            continue;
        };
        let constraint = draft.order[*end];
        let other = if earliest {
            constraint.before
        } else {
            constraint.after
        };
        let (other_id, other_pin, _) = draft.pins[other];
        let window = draft.windows[other];
        let bound = if earliest {
            format!("not before {}", date(window.0.minutes()))
        } else {
            format!("not after {}", date(window.1.minutes()))
        };
        let relation = relation(draft, constraints, earliest);
        deadly |= constraints
            .iter()
            .any(|constraint| draft.why[draft.order[*constraint].why] == Why::Death);
        reasons.push(format!(
            "it comes {relation} {}, which is {bound}",
            other_pin.shown(other_id)
        ));
    }
    if first.is_empty() {
        reasons.insert(0, format!("it is not before {}", date(from.minutes())));
    }
    if last.is_empty() {
        reasons.push(format!("it is not after {}", date(to.minutes())));
    }
    let shown = pin.shown(id);
    let message = if deadly {
        format!(
            "{shown} would have somebody act after death: {}",
            reasons.join(", and ")
        )
    } else {
        format!(
            "the order leaves no moment for {shown}: {}",
            reasons.join(", and ")
        )
    };
    (path, message)
}

/// What the order between two pins rests on, in words.
fn relation(draft: &Draft<'_>, constraints: &[usize], earliest: bool) -> &'static str {
    let has = |why: Why| {
        constraints
            .iter()
            .any(|constraint| draft.why[draft.order[*constraint].why] == why)
    };
    match (earliest, has(Why::Death), has(Why::Course), has(Why::Soon)) {
        (true, true, ..) => "after the end of a life,",
        (false, true, ..) => "before the end of a life,",
        (true, _, true, _) => "later in a life's course than",
        (false, _, true, _) => "earlier in a life's course than",
        (_, _, _, true) => "close to",
        (true, ..) => "after",
        (false, ..) => "before",
    }
}

/// A pin whose own words leave no moment, given the lives of those concerned.
fn empty_window(programme: &Programme, clock: &Clock, draft: &Draft<'_>, moment: usize) -> String {
    let (id, pin, kind) = draft.pins[moment];
    let said = match (pin.at.is_empty(), pin.age.is_empty()) {
        (false, true) => format!("at {}", pin.at),
        (true, false) => format!("at the age of {}", pin.age),
        (false, false) => format!("at {}, at the age of {}", pin.at, pin.age),
        (true, true) => "within the run".to_owned(),
    };
    let lives: Vec<String> = plan::parts(pin, kind)
        .filter_map(|(key, (first, last), _)| {
            let member = programme.history.cast.get(key)?;
            let born = dates::window(clock.epoch, &member.born).ok()?;
            let leaves = |born: Time| {
                let at = institutions::leaving_time_of(programme, clock, born);
                clock.epoch.date(at).year
            };
            let needs = if first == last {
                kinds::stage_name(first)
            } else if first > kinds::PUPIL {
                "out of school".to_owned()
            } else {
                "made".to_owned()
            };
            Some(format!(
                "`{key}`, born {} and out of school in {}, must then be {needs}",
                member.born,
                leaves(born.1)
            ))
        })
        .collect();
    format!(
        "no moment is left for {} {said}: {}",
        pin.shown(id),
        lives.join("; ")
    )
}
