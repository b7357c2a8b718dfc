//! The course of a programme: who joins, what each matching run agrees, what becomes of it.
//!
//! Every draw has a name: who it is for and what it is for. Two runs with one seed and different intervals have the
//! same pairs on the same days, who would die, be transplanted elsewhere or withdraw on the same days, the same
//! possible transplants, and the same answers of the laboratory.

use hailsham_engine::calendar::{CalendarQueue, FutureEventList, MAX_ENTITY};
use hailsham_engine::random::{Draw, Streams, identity, name_hash};
use hailsham_engine::time::{Span, Time};

use super::agreement::{Agreement, Parties};
use super::parameters::ExchangeProgramme;
use crate::generate::{Saidman, gives};
use crate::pool::{Donor, Match, Pair, Pool};
use crate::solution::Exchange;
use crate::solve::{Options, solve};

/// What a draw is for. The numbers are never changed and never used again.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Arrival = 0,
    Person = 1,
    Death = 2,
    OtherTransplant = 3,
    Withdrawal = 4,
    Match = 5,
    Laboratory = 6,
    DropOut = 7,
}

impl From<Purpose> for u16 {
    fn from(purpose: Purpose) -> u16 {
        purpose as u16
    }
}

/// Why somebody left without an exchange.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause {
    /// The patient died.
    Death,
    /// The patient was given another kidney.
    OtherTransplant,
    /// The pair withdrew; of an altruist: gave to the waiting list.
    Withdrawal,
}

/// Where a pair or altruist stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// In the pool.
    Waiting,
    /// In an agreement, of this number.
    Agreed(u32),
    /// The patient has a kidney; of an altruist: has begun a chain.
    Transplanted,
    /// Has left without an exchange.
    Left(Cause),
}

/// The patient of a pair.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Patient {
    /// Blood group, an index into [`crate::generate::GROUPS`].
    pub group: usize,
    /// Level of sensitisation, an index into the levels of the scenario.
    pub level: usize,
    /// Probability that a donor is impossible by the virtual crossmatch.
    pub positive: f64,
}

/// A pair or an altruist.
#[derive(Clone, PartialEq, Debug)]
pub struct Member {
    /// Number among the pairs, or among the altruists, in the order of arrival, from 0.
    pub number: u32,
    /// The patient; an altruist has none.
    pub patient: Option<Patient>,
    /// Blood group of the donor, an index into [`crate::generate::GROUPS`].
    pub donor: usize,
    /// When they joined.
    pub arrived: Time,
    /// Where they stand.
    pub state: State,
    /// When they were transplanted or left; `Time::NEVER` where neither has happened.
    pub ended: Time,
    /// Matching runs that they were in the pool for.
    pub runs: u32,
    /// How often they were in an agreement.
    pub agreed: u32,
    identity: u64,
    leaves: (Time, Cause),
    /// Members whose patients could receive from the donor, as far as is known.
    gives: Vec<u32>,
}

impl Member {
    fn is_here(&self) -> bool {
        matches!(self.state, State::Waiting | State::Agreed(_))
    }
}

/// A matching run.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MatchRun {
    /// When.
    pub time: Time,
    /// Pairs in the pool.
    pub pairs: u32,
    /// Altruists in the pool.
    pub altruists: u32,
    /// Possible transplants among them.
    pub possible: u32,
    /// Cycles of two that were chosen.
    pub two_ways: u32,
    /// Cycles of three or more.
    pub longer: u32,
    /// Chains.
    pub chains: u32,
    /// Transplants that were agreed.
    pub agreed: u32,
    /// Transplants of these, or in their place, that were done before the end.
    pub done: u32,
    /// When the transplants are due.
    pub due: Time,
    /// Whether the choice was proven to be the best.
    pub proven: bool,
}

/// A transplant that was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Transplant {
    /// Who gave: index of the member.
    pub from: u32,
    /// Whose patient received: index of the member.
    pub to: u32,
    /// Index of the matching run.
    pub run: u32,
    /// When.
    pub time: Time,
    /// Whether in a chain.
    pub chain: bool,
}

/// What happened to a programme.
#[derive(Clone, PartialEq, Debug)]
pub struct Course {
    /// Time between two matching runs, weeks.
    pub interval: f64,
    /// Everybody who joined, in the order of arrival.
    pub members: Vec<Member>,
    /// The matching runs, in order.
    pub runs: Vec<MatchRun>,
    /// The transplants, in order.
    pub transplants: Vec<Transplant>,
    /// Gifts of the last donors of chains to the waiting list.
    pub list_gifts: Vec<Time>,
    /// The end.
    pub horizon: Time,
}

/// Entities of the future event list: both kinds of arrivals, the members, the agreements, the matching run. At the
/// same minute it comes last.
const ARRIVALS: u32 = 0;
const FIRST_MEMBER: u32 = 1;
const FIRST_AGREEMENT: u32 = 1 << 28;
const RUN: u32 = MAX_ENTITY;

const PAIR: u8 = 0;
const ALTRUIST: u8 = 1;
const LEAVE: u8 = 0;
const ANSWER: u8 = 0;
const OPERATION: u8 = 1;

/// Says how far a run has come, of how far, and answers whether to go on.
pub type GoOn<'a> = &'a mut dyn FnMut(Time, Time) -> bool;

pub(super) struct Simulation<'a> {
    pub(super) parameters: &'a ExchangeProgramme,
    constants: Saidman,
    levels: Vec<f64>,
    options: Options,
    streams: Streams,
    scale: f64,
    future: FutureEventList,
    pub(super) course: Course,
    pub(super) agreements: Vec<Agreement>,
    arrived: [u32; 2],
    /// Those who may still be here, in the order of arrival.
    present: Vec<u32>,
}

/// Simulates a programme with a matching run every `interval` weeks; none: it was stopped.
///
/// `scale` multiplies the arrivals.
pub fn simulate(
    parameters: &ExchangeProgramme,
    interval: f64,
    seed: u64,
    scale: f64,
    go_on: GoOn<'_>,
) -> Option<Course> {
    let horizon = Time::START + Span::from_years(parameters.time.horizon);
    let levels = parameters.patients.sensitisation.values();
    let mut simulation = Simulation {
        parameters,
        constants: parameters.saidman(),
        levels: levels.map(|level| level.laboratory_positive).collect(),
        options: parameters.options(),
        streams: Streams::new(seed),
        scale,
        future: FutureEventList::Calendar(CalendarQueue::new(horizon)),
        course: Course {
            interval,
            members: Vec::new(),
            runs: Vec::new(),
            transplants: Vec::new(),
            list_gifts: Vec::new(),
            horizon,
        },
        agreements: Vec::new(),
        arrived: [0, 0],
        present: Vec::new(),
    };
    simulation.next_arrival(PAIR, Time::START);
    simulation.next_arrival(ALTRUIST, Time::START);
    simulation.next_run(Time::START);
    while let Some(event) = simulation.future.pop() {
        let now = event.time;
        match event.entity {
            ARRIVALS => simulation.arrive(event.slot, now),
            RUN => {
                if !go_on(now, horizon) {
                    return None;
                }
                simulation.match_run(now);
            }
            agreement if agreement >= FIRST_AGREEMENT => {
                simulation.settle(agreement - FIRST_AGREEMENT, event.slot == ANSWER, now);
            }
            member => simulation.leave(member - FIRST_MEMBER, now),
        }
    }
    Some(simulation.course)
}

/// Points of so many places that the solver holds them exactly.
fn in_millionths(points: f64) -> f64 {
    (points * 1e6).round() / 1e6
}

impl Simulation<'_> {
    fn draw(&self, of: u32, purpose: Purpose, number: u32) -> Draw {
        let identity = self.course.members[of as usize].identity;
        self.streams.entity(identity).purpose(purpose).draw(number)
    }

    fn weeks(weeks: f64) -> Span {
        Span::from_days(7.0 * weeks)
    }

    /// The first minute of the next run; runs are at multiples of the interval, so that none drifts.
    fn next_run(&mut self, now: Time) {
        let number = self.course.runs.len() as f64 + 1.0;
        let at = Time::START + Self::weeks(self.course.interval * number);
        self.future.schedule(at.max(now), RUN, 0);
    }

    fn next_arrival(&mut self, kind: u8, now: Time) {
        let arrivals = &self.parameters.arrivals;
        let (rate, name) = if kind == PAIR {
            (arrivals.pairs, "pair")
        } else {
            (arrivals.altruists, "altruist")
        };
        let number = self.arrived[usize::from(kind)];
        if self.course.members.len() as u32 >= FIRST_AGREEMENT - FIRST_MEMBER {
            return;
        }
        let stream = self.streams.entity(name_hash(name));
        let mut draw = stream.purpose(Purpose::Arrival).draw(number);
        let wait = draw.exponential(rate * self.scale);
        self.future
            .schedule(now + Span::from_years(wait), ARRIVALS, kind);
    }

    fn arrive(&mut self, kind: u8, now: Time) {
        let number = self.arrived[usize::from(kind)];
        self.arrived[usize::from(kind)] += 1;
        self.next_arrival(kind, now);
        let name = if kind == PAIR { "pair" } else { "altruist" };
        let identity = identity(&[name_hash(name), u64::from(number)]);
        let streams = self.streams.entity(identity);
        let person = streams.purpose(Purpose::Person);
        let (patient, donor) = if kind == PAIR {
            // Pairs that could do without an exchange do not come; hardly ever are there so many on end.
            let found = (0..u32::MAX).find_map(|n| self.constants.pair(&mut person.draw(n)));
            let Some(drawn) = found else { return };
            let patient = Patient {
                group: drawn.patient,
                level: drawn.level,
                positive: drawn.positive,
            };
            (Some(patient), drawn.donor)
        } else {
            (None, self.constants.group(&mut person.draw(0)))
        };
        let departures = &self.parameters.departures;
        let after = |purpose: Purpose, rate: f64| {
            now + Span::from_years(streams.purpose(purpose).draw(0).exponential(rate))
        };
        let leaves = if kind == PAIR {
            let ways = [
                (Purpose::Death, departures.death, Cause::Death),
                (
                    Purpose::OtherTransplant,
                    departures.other_transplant,
                    Cause::OtherTransplant,
                ),
                (
                    Purpose::Withdrawal,
                    departures.withdrawal,
                    Cause::Withdrawal,
                ),
            ];
            let ways = ways.map(|(purpose, rate, cause)| (after(purpose, rate), cause));
            let first = ways.into_iter().min_by_key(|way| way.0);
            first.unwrap_or((Time::NEVER, Cause::Withdrawal))
        } else {
            (
                after(Purpose::Withdrawal, departures.altruist),
                Cause::Withdrawal,
            )
        };
        let index = self.course.members.len() as u32;
        self.course.members.push(Member {
            number,
            patient,
            donor,
            arrived: now,
            state: State::Waiting,
            ended: Time::NEVER,
            runs: 0,
            agreed: 0,
            identity,
            leaves,
            gives: Vec::new(),
        });
        self.future.schedule(leaves.0, FIRST_MEMBER + index, LEAVE);
        let others = std::mem::take(&mut self.present);
        for &other in &others {
            if self.course.members[other as usize].is_here() {
                self.try_match(index, other);
                self.try_match(other, index);
            }
        }
        self.present = others;
        self.present.push(index);
    }

    /// Notes whether one donor could give to another's patient, by blood group and virtual crossmatch.
    fn try_match(&mut self, from: u32, to: u32) {
        let receiver = &self.course.members[to as usize];
        let Some(patient) = receiver.patient else {
            return;
        };
        let number = receiver.number;
        if gives(self.course.members[from as usize].donor, patient.group)
            && self.draw(from, Purpose::Match, number).uniform() >= patient.positive
        {
            self.course.members[from as usize].gives.push(to);
        }
    }

    fn leave(&mut self, member: u32, now: Time) {
        let member = &mut self.course.members[member as usize];
        if member.is_here() {
            member.state = State::Left(member.leaves.1);
            member.ended = now;
        }
    }

    fn match_run(&mut self, now: Time) {
        let members = &mut self.course.members;
        self.present.retain(|&m| members[m as usize].is_here());
        // Pairs first, then altruists, each in the order of arrival.
        let waiting = |m: &&u32| members[**m as usize].state == State::Waiting;
        let waiting = self.present.iter().filter(waiting).copied();
        let (mut pool, altruists): (Vec<u32>, Vec<u32>) =
            waiting.partition(|m| members[*m as usize].patient.is_some());
        let pairs = pool.len();
        pool.extend(altruists);
        for &m in &pool {
            self.course.members[m as usize].runs += 1;
        }
        let (chosen, possible, proven) = self.choose(&pool, pairs);
        let mut record = MatchRun {
            time: now,
            pairs: pairs as u32,
            altruists: (pool.len() - pairs) as u32,
            possible,
            two_ways: 0,
            longer: 0,
            chains: 0,
            agreed: 0,
            done: 0,
            due: now + Self::weeks(self.parameters.agreements.transplant),
            proven,
        };
        let run = self.course.runs.len() as u32;
        for parties in chosen {
            match (parties.chain, parties.members.len()) {
                (true, _) => record.chains += 1,
                (false, 2) => record.two_ways += 1,
                (false, _) => record.longer += 1,
            }
            record.agreed += parties.transplants().count() as u32;
            self.agree(parties, run, now);
        }
        self.course.runs.push(record);
        self.next_run(now);
    }

    /// The best exchanges among some members, of whom so many stand first and are pairs; how many transplants are
    /// possible; whether the choice is proven.
    pub(super) fn choose(&mut self, pool: &[u32], pairs: usize) -> (Vec<Parties>, u32, bool) {
        let matching = &self.parameters.matching;
        let mut place = std::collections::HashMap::with_capacity(pool.len());
        for (at, &m) in pool.iter().enumerate() {
            place.insert(m, at as u32);
        }
        let mut matches = Vec::new();
        for (donor, &m) in pool.iter().enumerate() {
            let members = &mut self.course.members;
            let mut list = std::mem::take(&mut members[m as usize].gives);
            list.retain(|&to| members[to as usize].is_here());
            for to in &list {
                let (Some(&pair), member) = (place.get(to), &members[*to as usize]) else {
                    continue;
                };
                let positive = member.patient.map_or(0.0, |patient| patient.positive);
                // This run is not an earlier one.
                let earlier = f64::from(member.runs.saturating_sub(1));
                let points =
                    matching.points_waited * earlier + matching.points_sensitised * positive;
                matches.push(Match {
                    donor: donor as u32,
                    pair,
                    weight: in_millionths(points),
                });
            }
            members[m as usize].gives = list;
        }
        let possible = matches.len() as u32;
        let donors = (0..pool.len())
            .map(|at| Donor {
                pair: (at < pairs).then_some(at as u32),
                ..Donor::default()
            })
            .collect();
        let solved = Pool::new(vec![Pair::default(); pairs], donors, matches)
            .ok()
            .and_then(|made| solve(&made, &self.options, &mut |_| {}).ok());
        // Neither can fail: the members are distinct, the weights bounded, the options checked.
        let Some(solution) = solved else {
            return (Vec::new(), possible, false);
        };
        let parties = solution.exchanges.iter().map(|exchange| Parties {
            members: exchange
                .donors()
                .iter()
                .map(|&at| pool[at as usize])
                .collect(),
            chain: matches!(exchange, Exchange::Chain { .. }),
        });
        (parties.collect(), possible, solution.is_optimal())
    }

    /// Puts members into an agreement whose answer is still to come.
    fn agree(&mut self, parties: Parties, run: u32, now: Time) {
        for &m in &parties.members {
            self.course.members[m as usize].agreed += 1;
        }
        let at = now + Self::weeks(self.parameters.agreements.answer);
        self.hold(parties, run, at, ANSWER);
    }

    /// Puts members into an agreement that waits for the operations.
    pub(super) fn prepare(&mut self, parties: Parties, run: u32, now: Time) {
        let made = self.course.runs[run as usize].time;
        let at = made + Self::weeks(self.parameters.agreements.transplant);
        self.hold(parties, run, at.max(now), OPERATION);
    }

    fn hold(&mut self, parties: Parties, run: u32, at: Time, slot: u8) {
        let number = self.agreements.len() as u32;
        for &m in &parties.members {
            self.course.members[m as usize].state = State::Agreed(number);
        }
        self.agreements.push(Agreement { parties, run });
        self.future.schedule(at, FIRST_AGREEMENT + number, slot);
    }

    /// Whether the laboratory lets a donor give to a patient. The answer is always the same.
    pub(super) fn passes(&self, from: u32, to: u32) -> bool {
        let receiver = &self.course.members[to as usize];
        receiver.patient.is_some_and(|patient| {
            let positive = self.levels.get(patient.level).copied().unwrap_or(0.0);
            let mut draw = self.draw(from, Purpose::Laboratory, receiver.number);
            draw.uniform() >= positive
        })
    }

    /// Whether somebody drops out of the agreement that they are in.
    pub(super) fn drops_out(&self, member: u32) -> bool {
        let agreed = self.course.members[member as usize].agreed;
        let mut draw = self.draw(member, Purpose::DropOut, agreed);
        draw.bernoulli(self.parameters.agreements.drop_out)
    }

    /// Members whose patients could receive from a member's donor, as far as is known.
    pub(super) fn receivers(&self, from: u32) -> &[u32] {
        &self.course.members[from as usize].gives
    }

    /// A transplant that the laboratory refuses is not proposed again.
    pub(super) fn rule_out(&mut self, from: u32, to: u32) {
        self.course.members[from as usize]
            .gives
            .retain(|&other| other != to);
    }
}
