//! How much of a memory comes, and how sure the person is: two things (C-42 of the sources).
//!
//! Particulars are lost at a rate of their own for each trace, and slower if it stood out or was rehearsed.
//! Certainty falls with the age of the event, more slowly if it stood out, whatever comes of it; what was told
//! is less sure from the beginning.

use crate::draws::{Purpose, TraceDraws};
use crate::experience::{Channel, Experience};
use crate::parameters::Parameters;
use crate::trace::{left, share};

/// Part of the particulars that come, 0 to 1: what came at first, times `e^(−W · hazard)`, where W is
/// exponential with mean 1 and stays with the trace. The mean over traces is a power law, 1 / (1 + hazard).
pub(crate) fn detail(
    parameters: &Parameters,
    draws: TraceDraws,
    experience: &Experience,
    rehearsals: u32,
    years: f64,
) -> f64 {
    let first = match experience.channel {
        Channel::Lived | Channel::Seen => parameters.detail,
        Channel::Told => parameters.detail_told,
    };
    let speed = draws.latent(Purpose::Detail).exponential(1.0);
    let hazard = detail_hazard(parameters, experience, rehearsals, years);
    share(first * libm::exp(-speed * hazard))
}

/// The mean hazard by which particulars have been lost after `years`.
pub(crate) fn detail_hazard(
    parameters: &Parameters,
    experience: &Experience,
    rehearsals: u32,
    years: f64,
) -> f64 {
    let salience = share(f64::from(experience.salience));
    let rehearsed = libm::log1p(f64::from(rehearsals));
    let hold =
        1.0 + parameters.detail_salience * salience + parameters.detail_rehearsal * rehearsed;
    parameters.detail_fading * years / hold
}

/// How sure the person is, 0 to 1.
pub(crate) fn certainty(parameters: &Parameters, experience: &Experience, years: f64) -> f64 {
    let first = match experience.channel {
        Channel::Lived | Channel::Seen => parameters.certainty,
        Channel::Told => parameters.certainty_told,
    };
    let salience = share(f64::from(experience.salience));
    let half = parameters.certainty_half * (1.0 + parameters.certainty_salience * salience);
    share(first * left(years, half))
}

/// Whether one of the particulars comes, which is lost with probability `lost` from what has no detail left.
pub(crate) fn comes(draws: TraceDraws, purpose: Purpose, lost: f64, detail: f64) -> bool {
    !draws.latent(purpose).bernoulli(lost * (1.0 - detail))
}
