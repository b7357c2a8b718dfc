//! The model `life_events` in `ixa` 4.0 and on the engine's calendar: events per second, in turns.
//!
//! `cargo run --release` in this folder; it takes some three minutes. It fails if the calendar does
//! not run at least ten times as many events per second as the model in ixa's entities, at a
//! hundred thousand and at a million people.
//!
//! Two ways in ixa, both with the same keyed draws as ours, so that only the frameworks differ:
//!
//! - *entities*: a plan for every event, and the three columns as properties of an entity, as its
//!   documentation advises. This is the model in ixa.
//! - *columns*: the same plans, with the columns as plain vectors in a data plugin, past its
//!   entities: the least that ixa can be asked for, to show what its queue alone costs.
//!
//! Plans are at whole minutes in both, and every run ends in the state that all others end in.

use hailsham_benches::{EVENTS, People, by_calendar, shortest, wait, wear_out};
use hailsham_engine::time::Time;
use ixa::prelude::*;

/// How many times the events per second of ixa the calendar must reach.
const WANTED: f64 = 10.0;

fn minutes(time: Time) -> f64 {
    f64::from(time.minutes())
}

fn now(context: &Context) -> Time {
    Time::from_minutes(context.get_current_time() as i32)
}

mod columns {
    use super::{Context, People, Time, minutes, now, wait};
    use ixa::define_data_plugin;

    define_data_plugin!(Columns, People, People::new(0));

    fn happen(context: &mut Context, person: u32) {
        let now = now(context);
        if let Some(next) = context.get_data_mut(Columns).happen(person, now) {
            context.add_plan(minutes(next), move |context| happen(context, person));
        }
    }

    pub fn run(count: u32) -> People {
        let mut context = Context::new();
        *context.get_data_mut(Columns) = People::new(count);
        for person in 0..count {
            let first = Time::START + wait(person, 0);
            context.add_plan(minutes(first), move |context| happen(context, person));
        }
        context.execute();
        std::mem::replace(context.get_data_mut(Columns), People::new(0))
    }
}

mod entities {
    use super::{
        Context, ContextEntitiesExt, EVENTS, EntityId, People, Time, minutes, now, wait, wear_out,
    };
    use ixa::{define_entity, define_property, with};

    define_entity!(Person);
    define_property!(struct Events(u8), Person);
    define_property!(struct Last(i32), Person);
    define_property!(struct Wear(u32), Person);

    fn happen(context: &mut Context, id: EntityId<Person>, person: u32) {
        let now = now(context);
        let Last(last) = context.get_property(id);
        let Wear(wear) = context.get_property(id);
        let Events(events) = context.get_property(id);
        let events = events + 1;
        context.set_property(id, Last(now.minutes()));
        context.set_property(id, Wear(wear_out(wear, now - Time::from_minutes(last))));
        context.set_property(id, Events(events));
        if events < EVENTS {
            let next = now + wait(person, events);
            context.add_plan(minutes(next), move |context| happen(context, id, person));
        }
    }

    pub fn run(count: u32) -> People {
        let mut context = Context::new();
        let ids: Vec<EntityId<Person>> = (0..count)
            .map(|person| {
                let id = context
                    .add_entity(with!(Person, Events(0), Last(0), Wear(0)))
                    .unwrap_or_else(|e| panic!("a person cannot be added: {e}"));
                let first = Time::START + wait(person, 0);
                context.add_plan(minutes(first), move |context| happen(context, id, person));
                id
            })
            .collect();
        context.execute();
        let mut people = People::new(count);
        for (row, id) in ids.into_iter().enumerate() {
            let Events(events) = context.get_property(id);
            let Last(last) = context.get_property(id);
            let Wear(wear) = context.get_property(id);
            people.events[row] = events;
            people.last[row] = Time::from_minutes(last);
            people.wear[row] = wear;
        }
        people
    }
}

fn main() {
    println!("life_events, shortest of some turns, million events a second:");
    let mut least = f64::INFINITY;
    for (people, turns) in [(100_000, 7), (1_000_000, 2)] {
        let [ours, columns, entities] =
            shortest(people, turns, [by_calendar, columns::run, entities::run]);
        println!(
            "{people:>9} people: calendar {:.2}; ixa, entities {:.2} ({:.1} times), ixa, columns \
             {:.2} ({:.1} times)",
            1e3 / ours,
            1e3 / entities,
            entities / ours,
            1e3 / columns,
            columns / ours,
        );
        least = least.min(entities / ours);
    }
    assert!(
        least >= WANTED,
        "the calendar runs {least:.2} times as many events as ixa: wanted are {WANTED} times"
    );
}
