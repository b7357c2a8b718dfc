//! The moments of a history: its constraints, the moments of one run, and the steps that are filled in.
//!
//! Every pin has a window: what its date, the age of whom it concerns and the course of that life
//! leave open. Constraints of order come from `after` and `within`, and from what each pin needs: who
//! paints at school does so before leaving it, and nobody does anything after death. The moments of a
//! run are drawn one after another, the one that can be earliest first, each between its bounds given
//! those drawn before. Each has a stream of its own, so that another pin moves only what it must.

use std::sync::{Arc, Mutex};

use hailsham_engine::random::{identity, name_hash};
use hailsham_engine::time::{Span, Time};

use super::dates::{self, Window};
use super::kinds::{self, DONOR, Kind, PUPIL, RESIDENT, Stage, Stages};
use super::order::{Bounds, Constraint, Impossible};
use super::{CastRole, History, Pin};
use crate::event::Event;
use crate::programme::Programme;
use crate::purpose::Purpose;
use crate::submodels::institutions;
use crate::world::Clock;

const HOURS_A_DAY: f64 = 24.0;
const MINUTES_A_DAY: i32 = 24 * 60;

/// Why a moment must come before another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Why {
    /// A pin says so.
    Said,
    /// A pin says that it comes soon after.
    Soon,
    /// Somebody cannot go back: from the stage of one to that of the other.
    Course,
    /// One of them ends the life.
    Death,
}

/// The pins that are followed, as moments with windows and an order.
pub(super) struct Draft<'a> {
    pub(super) pins: Vec<(&'a str, &'a Pin, &'static Kind)>,
    pub(super) windows: Vec<Window>,
    pub(super) order: Vec<Constraint>,
    pub(super) why: Vec<Why>,
}

/// Somebody of the cast who takes part in a pin: in which stages, and what it leads to.
#[derive(Clone, Copy)]
pub(super) struct Role {
    pub(super) moment: usize,
    pub(super) needs: Stages,
    pub(super) leads_to: Option<Stage>,
}

impl<'a> Draft<'a> {
    /// The pins of a programme whose cast was born then. Pins that are wrong by themselves are left
    /// out.
    pub(super) fn new(programme: &'a Programme, clock: &Clock, born: &[Time]) -> Draft<'a> {
        let history = &programme.history;
        let pins: Vec<_> = history
            .active()
            .filter(|(_, pin)| pin.forbidden(programme).is_none())
            .filter_map(|(id, pin)| Some((id, pin, kinds::find(&pin.event)?)))
            .collect();
        let windows = pins
            .iter()
            .map(|(_, pin, kind)| window(programme, clock, born, pin, kind))
            .collect();
        let mut draft = Draft {
            pins,
            windows,
            order: Vec::new(),
            why: Vec::new(),
        };
        draft.said();
        for member in 0..history.cast.len() {
            let roles = draft.roles(programme, member);
            draft.course(mending(programme), &roles);
        }
        draft
    }

    fn constrain(&mut self, before: usize, after: usize, gap: i32, why: Why) {
        let reason = self.why.len();
        self.why.push(why);
        self.order.push(Constraint {
            before,
            after,
            gap,
            why: reason,
        });
    }

    fn moment(&self, id: &str) -> Option<usize> {
        self.pins.iter().position(|(other, ..)| *other == id)
    }

    /// What `after` and `within` say.
    fn said(&mut self) {
        for after in 0..self.pins.len() {
            let pin = self.pins[after].1;
            for id in &pin.after {
                let Some(before) = self.moment(id) else {
                    continue;
                };
                self.constrain(before, after, 1, Why::Said);
            }
            // Soon after the last of them is soon after any that is known to be last.
            let last = pin.after.last().and_then(|id| self.moment(id));
            if let (Some(before), true) = (last, pin.within > 0.0) {
                let most = Span::from_days(pin.within).minutes();
                self.constrain(after, before, -most, Why::Soon);
            }
        }
    }

    /// What somebody of the cast takes part in.
    pub(super) fn roles(&self, programme: &Programme, member: usize) -> Vec<Role> {
        let Some((key, person)) = programme.history.cast.get_index(member) else {
            return Vec::new();
        };
        if person.role != CastRole::Student {
            return Vec::new();
        }
        let mut roles = Vec::new();
        for (moment, (_, pin, kind)) in self.pins.iter().enumerate() {
            for (who, needs, leads_to) in parts(pin, kind) {
                if who == key {
                    roles.push(Role {
                        moment,
                        needs,
                        leads_to,
                    });
                }
            }
        }
        roles
    }

    /// The order that the course of a life gives.
    fn course(&mut self, mending: i32, roles: &[Role]) {
        for one in roles {
            for other in roles {
                if one.moment == other.moment {
                    continue;
                }
                // One needs an earlier stage than the other: room for the steps that lie between.
                if one.needs.1 < other.needs.0 {
                    let reached = one.leads_to.unwrap_or(one.needs.1);
                    let gap = 1 + between(mending, reached, other.needs.0);
                    self.constrain(one.moment, other.moment, gap, Why::Course);
                }
                // After the one, the other's stage is over.
                if let Some(stage) = one.leads_to
                    && other.needs.1 < stage
                {
                    let why = if stage == kinds::GONE {
                        Why::Death
                    } else {
                        Why::Course
                    };
                    self.constrain(other.moment, one.moment, 1, why);
                }
            }
        }
    }

    /// The bounds of all moments, or the one for which none is left.
    pub(super) fn bounds(&self) -> (Bounds, Result<(), Impossible>) {
        let windows = self.windows.iter();
        let mut bounds = Bounds::new(windows.map(|(from, to)| (from.minutes(), to.minutes())));
        let result = bounds.tighten(&self.order);
        (bounds, result)
    }
}

/// Minutes that somebody mends after an operation, on average.
fn mending(programme: &Programme) -> i32 {
    Span::from_days(programme.donation.recovery_mean).minutes()
}

/// Minutes that the steps between two stages take at least: an operation that is filled in is mended
/// from before the next.
fn between(mending: i32, reached: Stage, needed: Stage) -> i32 {
    let steps = i32::from(needed.saturating_sub(reached));
    let operations = i32::from(needed.saturating_sub(reached.max(DONOR)));
    steps + operations * mending
}

/// Who of the cast takes part in a pin as a student, in which stages, and where it leads.
pub(super) fn parts<'a>(
    pin: &'a Pin,
    kind: &Kind,
) -> impl Iterator<Item = (&'a str, Stages, Option<Stage>)> {
    let asked = kinds::PHASES.iter().find(|(name, _)| *name == pin.phase);
    let narrow = |needs: Stages| match asked {
        Some((_, (from, to))) => (needs.0.max(*from), needs.1.min(*to)),
        None => needs,
    };
    let needs = kind.needs_of_who(pin.n, &pin.topic).unwrap_or(kinds::ALIVE);
    let who = (pin.who.as_str(), narrow(needs), kind.leads_to(pin.n));
    let whom = (pin.whom.as_str(), kind.needs_of_whom(), None);
    let third = (pin.third.as_str(), kind.needs_of_third(), None);
    [who, whom, third]
        .into_iter()
        .filter(|(key, ..)| !key.is_empty())
}

/// When a pin can be, as far as its own words and the lives of those concerned say.
fn window(programme: &Programme, clock: &Clock, born: &[Time], pin: &Pin, kind: &Kind) -> Window {
    let history = &programme.history;
    let (mut from, mut to) = (Time::START, clock.horizon - Span::from_minutes(1));
    let mut narrow = |(first, last): Window| {
        from = from.max(first);
        to = to.min(last);
    };
    if let Ok(said) = dates::window(clock.epoch, &pin.at) {
        narrow(said);
    }
    for (key, (first, last), _) in parts(pin, kind) {
        let Some(member) = history.cast.get_index_of(key) else {
            continue;
        };
        if history.cast[member].role != CastRole::Student {
            continue;
        }
        let born = born[member];
        if key == pin.who
            && let Ok(ages) = dates::ages(born, &pin.age)
        {
            narrow(ages);
        }
        let leaves = institutions::leaving_time_of(programme, clock, born);
        let minute = Span::from_minutes(1);
        narrow((born + minute, Time::NEVER));
        if last <= PUPIL {
            narrow((born, leaves - minute));
        }
        if first >= RESIDENT {
            let steps = Span::from_minutes(between(mending(programme), RESIDENT, first));
            narrow((leaves + steps + minute, Time::NEVER));
        }
    }
    (from, to)
}

/// One thing that will happen in a run.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) at: Time,
    /// Which of the pins of the scenario it is; none where it was filled in between pins.
    pub(crate) pin: Option<usize>,
    pub(crate) kind: &'static Kind,
    /// Members of the cast.
    pub(crate) who: Option<usize>,
    pub(crate) whom: Option<usize>,
    pub(crate) third: Option<usize>,
    /// In which stages who and whom must be before it, if students.
    pub(crate) needs: [Option<Stages>; 2],
    /// Until when what it begins lasts.
    pub(crate) until: Time,
}

/// The history of one run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// By member of the cast, when the person is made; the start of the run for staff.
    pub(crate) born: Vec<Time>,
    /// All that will happen, in the order of time.
    pub(crate) steps: Vec<Step>,
    /// Ids of pins that a rule makes impossible.
    pub(crate) let_go: Vec<String>,
    /// Numbers of the cast, for the one who writes the log.
    pub(crate) named: Named,
}

/// The numbers of those of the cast who have appeared. The log may be written by another thread, which
/// comes later: nobody is spoken of in the log before having a number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Named(Arc<Mutex<Vec<u32>>>);

impl Named {
    pub(crate) fn holds(&self, person: u32) -> bool {
        self.0.lock().is_ok_and(|named| named.contains(&person))
    }

    pub(crate) fn add(&self, person: u32) {
        if let Ok(mut named) = self.0.lock() {
            named.push(person);
        }
    }
}

impl Plan {
    /// Draws the moments of a run.
    ///
    /// # Errors
    ///
    /// The place in the scenario and a message, if no moment is left for a pin: only where that was
    /// not found when the scenario was checked, since it hangs on the days of birth that were drawn.
    pub(crate) fn new(programme: &Programme, clock: &Clock) -> Result<Plan, (String, String)> {
        let history = &programme.history;
        if !history.is_followed() {
            return Ok(Plan::default());
        }
        let born: Vec<Time> = history
            .cast
            .iter()
            .map(|(key, member)| {
                let window = dates::window(clock.epoch, &member.born);
                let (from, to) = window.unwrap_or((Time::START, Time::START));
                moment(clock, "cast", key, from.minutes(), to.minutes())
            })
            .collect();
        let draft = Draft::new(programme, clock, &born);
        let (mut bounds, result) = draft.bounds();
        result.map_err(|Impossible(pin)| super::check::no_moment(programme, clock, &draft, pin))?;
        let mut order: Vec<usize> = (0..draft.pins.len()).collect();
        order.sort_by_key(|pin| (bounds.low[*pin], *pin));
        let day = Day::of(history);
        for pin in order {
            let id = draft.pins[pin].0;
            let at = day.moment(clock, id, bounds.low[pin], bounds.high[pin]);
            bounds.fix(pin, at);
            bounds.tighten(&draft.order).map_err(|Impossible(pin)| {
                super::check::no_moment(programme, clock, &draft, pin)
            })?;
        }
        let mut steps: Vec<Step> = (0..draft.pins.len())
            .map(|pin| step(programme, clock, &draft, &bounds, pin))
            .collect();
        for (member, born) in born.iter().enumerate() {
            let roles = draft.roles(programme, member);
            fill_in(programme, clock, &mut steps, member, *born, &roles);
        }
        // Equal times keep the order of the scenario.
        steps.sort_by_key(|step| step.at);
        let forbidden = history
            .active()
            .filter(|(_, pin)| pin.forbidden(programme).is_some());
        let let_go = forbidden.map(|(id, _)| id.to_owned()).collect();
        Ok(Plan {
            born,
            steps,
            let_go,
            named: Named::default(),
        })
    }
}

impl Plan {
    /// When a school opens or closes, if that is pinned.
    pub(crate) fn school(&self, programme: &Programme, event: Event, key: &str) -> Option<Time> {
        let pins = &programme.history.pins;
        let mut steps = self.steps.iter().filter(|step| step.kind.event == event);
        let step = steps.find(|step| {
            let pin = step.pin.and_then(|pin| pins.get_index(pin));
            pin.is_some_and(|(_, pin)| pin.place == key)
        })?;
        Some(step.at)
    }
}

/// The minutes of a day in which what is pinned may happen.
struct Day {
    from: i32,
    length: i32,
}

impl Day {
    fn of(history: &History) -> Day {
        let minute = |hour: f64| Span::from_days(hour / HOURS_A_DAY).minutes();
        let (from, to) = (minute(history.day_from), minute(history.day_to));
        Day {
            from,
            length: (to - from).max(0),
        }
    }

    /// How many such minutes there are before a moment, from the first day on.
    fn before(&self, at: i32) -> i32 {
        let of_the_day = at.rem_euclid(MINUTES_A_DAY) - self.from;
        at.div_euclid(MINUTES_A_DAY) * self.length + of_the_day.clamp(0, self.length)
    }

    /// A minute by day between two, both included, from the stream of a pin; any minute between them
    /// where no day lies there.
    fn moment(&self, clock: &Clock, id: &str, from: i32, to: i32) -> i32 {
        let (first, past) = (self.before(from), self.before(to + 1));
        if past <= first {
            return moment(clock, "pin", id, from, to).minutes();
        }
        let along = moment(clock, "pin", id, first, past - 1).minutes();
        along / self.length * MINUTES_A_DAY + self.from + along % self.length
    }
}

/// A minute between two, both included, from the stream of a name.
fn moment(clock: &Clock, what: &str, name: &str, from: i32, to: i32) -> Time {
    let mut draw = clock
        .streams
        .entity(identity(&[name_hash(what), name_hash(name)]))
        .purpose(Purpose::PinnedMoment)
        .draw(0);
    let minutes = i64::from(to) - i64::from(from) + 1;
    let along = (draw.uniform() * minutes as f64) as i64;
    let at = i64::from(from) + along.min(minutes - 1).max(0);
    Time::from_minutes(at as i32)
}

fn step(
    programme: &Programme,
    clock: &Clock,
    draft: &Draft<'_>,
    bounds: &Bounds,
    moment: usize,
) -> Step {
    let history = &programme.history;
    let (id, pin, kind) = draft.pins[moment];
    let member = |key: &str| history.cast.get_index_of(key);
    let needs_of = |key: &str, needs: Stages| {
        let person = history.cast.get(key)?;
        (person.role == CastRole::Student).then_some(needs)
    };
    let mut needs = [None; 2];
    for (key, stages, _) in parts(pin, kind) {
        if key == pin.who {
            needs[0] = needs_of(key, stages);
        } else if key == pin.whom {
            needs[1] = needs_of(key, stages);
        }
    }
    let until = match pin.until.as_str() {
        "" => Time::START,
        "end" => clock.horizon,
        other => draft
            .pins
            .iter()
            .position(|(id, ..)| *id == other)
            .map_or(Time::START, |pin| Time::from_minutes(bounds.low[pin])),
    };
    Step {
        at: Time::from_minutes(bounds.low[moment]),
        pin: history.pins.get_index_of(id),
        kind,
        who: member(&pin.who),
        whom: member(&pin.whom),
        third: member(&pin.third),
        needs,
        until,
    }
}

/// Steps of a life that the pins leave out, spread evenly between the pins on both sides: a pinned
/// fourth operation needs a call-up and three operations before it.
fn fill_in(
    programme: &Programme,
    clock: &Clock,
    steps: &mut Vec<Step>,
    member: usize,
    born: Time,
    roles: &[Role],
) {
    let mut roles: Vec<(Time, Role)> = roles
        .iter()
        .map(|role| (steps[role.moment].at, *role))
        .collect();
    roles.sort_by_key(|(at, role)| (*at, role.moment));
    let mut reached = (
        institutions::leaving_time_of(programme, clock, born),
        RESIDENT,
    );
    for (at, role) in roles {
        let (from, stage) = reached;
        let missing: Vec<Stage> = match role.needs.0 {
            kinds::CARER => (stage + 1..=kinds::CARER).collect(),
            // To be called up one need not have been a carer.
            needed => (stage.max(kinds::CARER) + 1..=needed).collect(),
        };
        let parts = missing.len() as f64 + 1.0;
        for (number, next) in missing.iter().enumerate() {
            let share = (number as f64 + 1.0) / parts;
            let after = f64::from((at - from).minutes()) * share;
            let (event, n) = match *next {
                kinds::CARER => (Event::BecameCarer, 0),
                DONOR => (Event::CalledUp, 0),
                later => (Event::Operated, u32::from(later - DONOR)),
            };
            let Some(kind) = kinds::find(event.name()) else {
                continue;
            };
            steps.push(Step {
                at: from + Span::from_minutes(after as i32),
                pin: None,
                kind,
                who: Some(member),
                whom: None,
                third: None,
                needs: [kind.needs_of_who(n, ""), None],
                until: Time::START,
            });
        }
        let stage = stage.max(role.needs.0);
        reached = (
            at.max(from),
            role.leads_to.map_or(stage, |next| next.max(stage)),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pinned_happens_by_day_where_that_is_left_open() {
        let programme = Programme::default();
        let clock = Clock::new(&programme, 1, 1.0);
        let history = &programme.history;
        let day = Day::of(history);
        let hour = |at: i32| f64::from(at % MINUTES_A_DAY) / 60.0;
        let mut hours = [0_u32; 24];
        for number in 0..400 {
            let (from, to) = (1_000_000 + 97 * number, 1_010_000 + 97 * number);
            let at = day.moment(&clock, &format!("pin {number}"), from, to);
            assert!((from..=to).contains(&at), "{at}");
            assert!(
                (history.day_from..history.day_to).contains(&hour(at)),
                "{at}"
            );
            hours[hour(at) as usize] += 1;
        }
        let by_day = hours.iter().filter(|count| **count > 0).count();
        assert_eq!(by_day as f64, history.day_to - history.day_from);
        // No day lies between these.
        let night = 10 * MINUTES_A_DAY + 60;
        let at = day.moment(&clock, "by night", night, night + 30);
        assert!((night..=night + 30).contains(&at));
    }
}
