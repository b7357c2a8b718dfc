//! What comes back, and in which order it is told.

use hailsham_engine::time::{Span, Time, age};

use crate::account::{Account, Departure, Gap, Recollection};
use crate::activation::{activation, laid_down, pain, probability};
use crate::detail::{certainty, comes, detail};
use crate::draws::{Draws, Purpose, TraceDraws};
use crate::errors::{confused_person, confused_place, date, feeling, landmarks};
use crate::experience::{Experience, Teller};
use crate::merging::merged;
use crate::parameters::Parameters;
use crate::rehearsal::rehearse;
use crate::trace::{Traces, share};

/// What becomes of a trace.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Comes,
    Forgotten,
    Withheld,
}

/// What a person tells of what they lived: see [`Account`].
///
/// The same seed, key, time and experiences give the same account, to the bit. An account at a later time,
/// with what was lived since, has the errors of the earlier one and more (a place that came to be known in
/// between may be named in the place of the one that was named wrongly; and an older time, though further from
/// the truth, is told more vaguely). What comes may differ, since part of the noise of recall is of the moment.
///
/// No input panics. What is not within its range is taken as the nearest value that is; experiences before
/// birth or after the telling are not looked at.
pub fn recollect(parameters: &Parameters, teller: &Teller, experiences: &[Experience]) -> Account {
    let draws = Draws::new(teller.seed, teller.key, teller.at);
    let mut traces = Traces::new(teller, experiences);
    rehearse(parameters, teller, draws, &mut traces);
    let telling = Telling {
        parameters,
        teller,
        draws,
        landmarks: landmarks(teller),
        losses: losses(teller),
        traces,
    };
    telling.account()
}

/// Losses up to the telling, in the order of time.
fn losses(teller: &Teller) -> Vec<Time> {
    let mut losses = teller.losses.to_vec();
    losses.retain(|loss| *loss <= teller.at);
    losses.sort_unstable();
    losses
}

/// One telling in the making.
struct Telling<'a> {
    parameters: &'a Parameters,
    teller: &'a Teller<'a>,
    draws: Draws,
    landmarks: Vec<(Time, u32)>,
    losses: Vec<Time>,
    traces: Traces<'a>,
}

impl Telling<'_> {
    fn account(&self) -> Account {
        let mut fates = vec![Fate::Forgotten; self.traces.list.len()];
        let mut ordered: Vec<(f64, usize, Recollection)> = Vec::new();
        for group in merged(self.parameters, self.draws, &self.traces) {
            let (fate, told) = self.group(&group);
            for &position in &group {
                fates[position] = fate;
            }
            if let Some(told) = told {
                let place = self.place_in_telling(&told);
                ordered.push((place, group[0], told));
            }
        }
        ordered.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let with = |fate: Fate| {
            let those = fates.iter().zip(&self.traces.list);
            those
                .filter(|(own, _)| **own == fate)
                .map(|(_, trace)| trace.index)
                .collect()
        };
        Account {
            recollections: ordered.into_iter().map(|(_, _, told)| told).collect(),
            forgotten: with(Fate::Forgotten),
            withheld: with(Fate::Withheld),
            gaps: self.gaps(&fates),
        }
    }

    /// What becomes of traces that are remembered as one: they come together or not at all.
    fn group(&self, group: &[usize]) -> (Fate, Option<Recollection>) {
        let p = self.parameters;
        let salience =
            |position: usize| share(f64::from(self.traces.experience(position).salience));
        // What stood out most gives the memory its face.
        let lead = group.iter().copied().fold(group[0], |lead, position| {
            if salience(position) > salience(lead) {
                position
            } else {
                lead
            }
        });
        let experience = self.traces.experience(lead);
        let years = self.traces.list[lead].years;
        let trace = self.draws.trace(experience.name);
        let at_age = age(self.teller.born, self.traces.list[lead].at);
        if laid_down(p, at_age) <= 0.0 {
            return (Fate::Forgotten, None);
        }
        let sum = group.iter().map(|i| self.traces.list[*i].sum).sum();
        let active = activation(p, experience, sum, at_age, years);
        let chance = probability(p, active);
        if !recalled(p, trace, chance) {
            return (Fate::Forgotten, None);
        }
        let hurts = pain(p, experience, years);
        if trace
            .latent(Purpose::Withheld)
            .bernoulli(p.withheld * hurts)
        {
            return (Fate::Withheld, None);
        }
        let mut told = self.tell(group, lead, trace);
        told.activation = active;
        told.probability = chance;
        told.surfaced = trace.latent(Purpose::Held).bernoulli(p.held * hurts);
        (Fate::Comes, Some(told))
    }

    /// What is told of traces that come as one.
    fn tell(&self, group: &[usize], lead: usize, draws: TraceDraws) -> Recollection {
        let p = self.parameters;
        let list = &self.traces.list;
        let experience = self.traces.experience(lead);
        let years = list[lead].years;
        let rehearsals = group
            .iter()
            .fold(0_u32, |sum, i| sum.saturating_add(list[*i].rehearsals));
        let mut departures = Vec::new();

        let detail = detail(p, draws, experience, rehearsals, years);
        let certainty = certainty(p, experience, years);

        let named = comes(draws, Purpose::LostPerson, p.lost_person, detail);
        let other = experience.other.filter(|_| named).map(|was| {
            let retold = list[lead].retellings;
            let told = confused_person(p, draws, self.teller, experience, years, retold);
            departures.extend(told.map(|told| Departure::Source { was, told }));
            told.unwrap_or(was)
        });

        let time_comes = comes(draws, Purpose::LostTime, p.lost_time, detail);
        let dating = date(
            p,
            draws,
            self.teller,
            &self.landmarks,
            experience,
            time_comes,
        );
        let time_error = dating.told - experience.at;
        if dating.wrong {
            departures.push(Departure::Time { by: time_error });
        }

        let located = comes(draws, Purpose::LostPlace, p.lost_place, detail);
        let place = experience.place.filter(|_| located).map(|was| {
            let retold = list[lead].retellings;
            let told = confused_place(p, draws, &self.landmarks, was, years, retold);
            departures.extend(told.map(|told| Departure::Place { was, told }));
            told.unwrap_or(was)
        });

        let merged: Vec<usize> = group
            .iter()
            .filter(|position| **position != lead)
            .map(|position| list[*position].index)
            .collect();
        if !merged.is_empty() {
            let with = merged.clone();
            departures.push(Departure::Merged { with });
        }

        let since = self.losses.len() - self.losses.partition_point(|loss| *loss < experience.at);
        let feeling = feeling(p, experience, years, since, self.teller.nearness);
        if feeling.better > p.rosy_tolerance {
            departures.push(Departure::Idealised { by: feeling.better });
        }

        Recollection {
            experience: list[lead].index,
            activation: 0.0,
            probability: 0.0,
            detail,
            certainty,
            dated: dating.dated,
            told_at_time: dating.told,
            time_error,
            other,
            place,
            valence: feeling.told,
            departures,
            merged,
            hedged: draws.passing(Purpose::HedgeNow).bernoulli(1.0 - certainty),
            surfaced: false,
        }
    }

    /// Where in the telling it comes: in the order of the times told, about; later if it was held back.
    fn place_in_telling(&self, told: &Recollection) -> f64 {
        let p = self.parameters;
        let experience = &self.traces.experiences[told.experience];
        let draws = self.draws.trace(experience.name);
        let life = age(self.teller.born, self.teller.at);
        let at = if life > 0.0 {
            age(self.teller.born, told.told_at_time) / life
        } else {
            0.0
        };
        let wander = p.wander * draws.passing(Purpose::WanderNow).normal();
        let delay = if told.surfaced {
            let mut draw = draws.latent(Purpose::Held);
            // The first number said that it is held back.
            draw.bits();
            p.delay * draw.exponential(1.0)
        } else {
            0.0
        };
        at + wander + delay
    }

    /// Runs of experiences of which none comes.
    fn gaps(&self, fates: &[Fate]) -> Vec<Gap> {
        let gone = |fate: &Fate| *fate != Fate::Comes;
        let least = Span::from_years(self.parameters.gap);
        let mut gaps = Vec::new();
        let mut position = 0;
        for run in fates.chunk_by(|a, b| gone(a) == gone(b)) {
            let (from, until) = (
                self.traces.list[position].at,
                self.traces.list[position + run.len() - 1].at,
            );
            position += run.len();
            let enough = run.len() >= self.parameters.gap_least as usize;
            if gone(&run[0]) && enough && until - from >= least {
                gaps.push(Gap { from, until });
            }
        }
        gaps
    }
}

/// Whether a trace comes, with this probability: part of the noise stays with the trace, part is of the moment.
/// Their sum is normal and its distribution function uniform, so that the probability is exact.
fn recalled(parameters: &Parameters, draws: TraceDraws, probability: f64) -> bool {
    let constancy = share(parameters.constancy);
    let lasting = draws.latent(Purpose::Recall).normal();
    let passing = draws.passing(Purpose::RecallNow).normal();
    let noise = libm::sqrt(constancy) * lasting + libm::sqrt(1.0 - constancy) * passing;
    let uniform = 0.5 * libm::erfc(-noise * std::f64::consts::FRAC_1_SQRT_2);
    uniform < probability
}
