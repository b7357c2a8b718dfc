//! Activation: the base level of ACT-R, shifted by salience, pain and childhood.

use crate::experience::{Channel, Experience};
use crate::parameters::Parameters;
use crate::trace::{left, share};

/// The activation of a trace: `ln(sum)`, the base level, plus what salience adds, less what the way by which it
/// came and pain take away. `born` is the age in years at which it was laid down, `years` the time since.
pub(crate) fn activation(
    parameters: &Parameters,
    experience: &Experience,
    sum: f64,
    born: f64,
    years: f64,
) -> f64 {
    let salience = parameters.salience * share(f64::from(experience.salience));
    let channel = match experience.channel {
        Channel::Lived => 0.0,
        Channel::Seen => parameters.seen,
        Channel::Told => parameters.told,
    };
    let repressed = parameters.repression * pain(parameters, experience, years);
    // So that where little is recalled, its part is proportional to what was laid down.
    let childhood = parameters.noise * libm::log(laid_down(parameters, born));
    libm::log(sum) + salience + childhood - channel - repressed
}

/// The part of what is lived at this age, in years, that is laid down for later: it rises straight from none to
/// all (Rubin 2000).
pub(crate) fn laid_down(parameters: &Parameters, age: f64) -> f64 {
    let since = age - parameters.childhood_from;
    let rise = parameters.childhood_full - parameters.childhood_from;
    if since >= 0.0 && since >= rise {
        1.0
    } else {
        share(since / rise)
    }
}

/// How much it still hurts, 0 to 1.
pub(crate) fn pain(parameters: &Parameters, experience: &Experience, years: f64) -> f64 {
    share(f64::from(experience.pain)) * left(years, parameters.bad_fading)
}

/// Probability of recall: logistic in activation.
pub(crate) fn probability(parameters: &Parameters, activation: f64) -> f64 {
    share(1.0 / (1.0 + libm::exp((parameters.threshold - activation) / parameters.noise)))
}
