//! Survival of a group that is followed for unequal lengths of time.
//!
//! [`KaplanMeier`] is the product-limit estimator (Kaplan & Meier 1958) with Greenwood's variance
//! (Greenwood 1926) and 95 % limits on the scale of log(−log S), which never leave 0 to 1
//! (Kalbfleisch & Prentice 2002, section 1.4). [`CumulativeIncidence`] is the estimator of Aalen and
//! Johansen (1978) for one of two competing endings, for example transplanted or dead.

/// The 97.5 % point of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// How the observation of one person ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ending {
    /// Still under observation when the run ended.
    Censored,
    /// The event that is studied.
    Event,
    /// Another event, after which the one that is studied cannot happen.
    Competing,
}

/// One person: for how long observed, in any unit, and how it ended.
pub(crate) type Observation = (f64, Ending);

/// The curve just after one time at which events happened.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Step {
    /// Time since entry.
    pub(crate) time: f64,
    /// Share that has not had the event, 0 to 1.
    pub(crate) survival: f64,
    /// Standard error of `survival` (Greenwood).
    pub(crate) standard_error: f64,
    /// Lower 95 % limit.
    pub(crate) lower: f64,
    /// Upper 95 % limit.
    pub(crate) upper: f64,
}

/// The survival curve of one group.
pub(crate) struct KaplanMeier {
    times: Vec<f64>,
    steps: Vec<Step>,
}

impl KaplanMeier {
    /// Estimates the curve. A competing ending counts as censored. Of an event and a censoring at
    /// the same time the event comes first, as is the convention.
    pub(crate) fn estimate(mut observations: Vec<Observation>) -> KaplanMeier {
        observations.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut steps = Vec::new();
        let (mut survival, mut greenwood) = (1.0_f64, 0.0_f64);
        let mut at_risk = observations.len() as f64;
        for tied in observations.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
            let events = count(tied, Ending::Event);
            if events > 0.0 {
                survival *= 1.0 - events / at_risk;
                greenwood += events / (at_risk * (at_risk - events));
                steps.push(step(tied[0].0, survival, greenwood));
            }
            at_risk -= tied.len() as f64;
        }
        let times = observations.into_iter().map(|(time, _)| time).collect();
        KaplanMeier { times, steps }
    }

    /// How many were observed.
    pub(crate) fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether nobody was observed.
    pub(crate) fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// The steps of the curve, in order of time.
    #[cfg(test)]
    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The curve at a time; before the first event everyone is alive.
    pub(crate) fn at(&self, time: f64) -> Step {
        match self.steps.partition_point(|step| step.time <= time) {
            0 => Step {
                time,
                survival: 1.0,
                standard_error: 0.0,
                lower: 1.0,
                upper: 1.0,
            },
            after => Step {
                time,
                ..self.steps[after - 1]
            },
        }
    }

    /// How many were still under observation, without an event, just before a time.
    pub(crate) fn at_risk(&self, time: f64) -> usize {
        self.times.len() - self.times.partition_point(|observed| *observed < time)
    }

    /// The time by which half had the event; `None` if the observation ended before that.
    pub(crate) fn median(&self) -> Option<f64> {
        self.steps
            .iter()
            .find(|step| step.survival <= 0.5)
            .map(|step| step.time)
    }
}

/// The share to whom one of two competing endings has come, by time.
pub(crate) struct CumulativeIncidence {
    steps: Vec<(f64, f64)>,
}

impl CumulativeIncidence {
    /// Estimates the incidence of [`Ending::Event`].
    pub(crate) fn estimate(mut observations: Vec<Observation>) -> CumulativeIncidence {
        observations.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut steps = Vec::new();
        let (mut free_of_both, mut incidence) = (1.0_f64, 0.0_f64);
        let mut at_risk = observations.len() as f64;
        for tied in observations.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
            let events = count(tied, Ending::Event);
            if events > 0.0 {
                incidence += free_of_both * events / at_risk;
                steps.push((tied[0].0, incidence));
            }
            free_of_both *= 1.0 - (events + count(tied, Ending::Competing)) / at_risk;
            at_risk -= tied.len() as f64;
        }
        CumulativeIncidence { steps }
    }

    /// The share to whom it has come by a time, 0 to 1.
    pub(crate) fn at(&self, time: f64) -> f64 {
        match self.steps.partition_point(|step| step.0 <= time) {
            0 => 0.0,
            after => self.steps[after - 1].1,
        }
    }
}

fn count(tied: &[Observation], ending: Ending) -> f64 {
    tied.iter()
        .filter(|observation| observation.1 == ending)
        .count() as f64
}

fn step(time: f64, survival: f64, greenwood: f64) -> Step {
    if survival <= 0.0 {
        // Nobody is left: Greenwood's sum is infinite and the limits are not defined.
        return Step {
            time,
            survival: 0.0,
            standard_error: 0.0,
            lower: 0.0,
            upper: 0.0,
        };
    }
    let spread = (Z * greenwood.sqrt() / survival.ln()).abs().exp();
    Step {
        time,
        survival,
        standard_error: survival * greenwood.sqrt(),
        lower: survival.powf(spread),
        upper: survival.powf(1.0 / spread),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Weeks of remission of 21 children on 6-mercaptopurine (Freireich et al. 1963, Blood 21:699),
    /// the worked example of Kalbfleisch & Prentice and of Collett; `true` is a relapse.
    const REMISSION: [(f64, bool); 21] = [
        (6.0, true),
        (6.0, true),
        (6.0, true),
        (6.0, false),
        (7.0, true),
        (9.0, false),
        (10.0, true),
        (10.0, false),
        (11.0, false),
        (13.0, true),
        (16.0, true),
        (17.0, false),
        (19.0, false),
        (20.0, false),
        (22.0, true),
        (23.0, true),
        (25.0, false),
        (32.0, false),
        (32.0, false),
        (34.0, false),
        (35.0, false),
    ];

    fn remission() -> Vec<Observation> {
        REMISSION
            .iter()
            .map(|(week, relapse)| {
                (
                    *week,
                    if *relapse {
                        Ending::Event
                    } else {
                        Ending::Censored
                    },
                )
            })
            .collect()
    }

    #[test]
    fn the_textbook_example_of_kaplan_and_meier() {
        let curve = KaplanMeier::estimate(remission());
        // Week, survival, standard error (Greenwood), at risk, and log(-log) limits as printed by
        // SAS LIFETEST and R survfit for these data.
        let printed = [
            (6.0, 0.857_143, 0.076_360, 21, 0.619_718, 0.951_552),
            (7.0, 0.806_723, 0.086_936, 17, 0.563_147, 0.922_809),
            (10.0, 0.752_941, 0.096_350, 15, 0.503_200, 0.889_362),
            (13.0, 0.690_196, 0.106_815, 12, 0.431_610, 0.849_066),
            (16.0, 0.627_451, 0.114_051, 11, 0.367_511, 0.804_912),
            (22.0, 0.537_815, 0.128_237, 7, 0.267_779, 0.746_791),
            (23.0, 0.448_179, 0.134_591, 6, 0.188_052, 0.680_143),
        ];
        assert_eq!(curve.steps().len(), printed.len());
        for (step, (week, survival, error, at_risk, lower, upper)) in
            curve.steps().iter().zip(printed)
        {
            assert!((step.time - week).abs() < 1e-12);
            assert!((step.survival - survival).abs() < 1e-6, "{step:?}");
            assert!((step.standard_error - error).abs() < 1e-5, "{step:?}");
            assert!((step.lower - lower).abs() < 1e-5, "{step:?}");
            assert!((step.upper - upper).abs() < 1e-5, "{step:?}");
            assert_eq!(curve.at_risk(week), at_risk);
        }
        assert_eq!(curve.median(), Some(23.0));
        assert!((curve.at(5.9).survival - 1.0).abs() < 1e-12);
        assert!((curve.at(12.0).survival - 0.752_941).abs() < 1e-6);
    }

    #[test]
    fn deaths_at_time_zero_lower_the_curve_at_once_and_an_end_is_an_end() {
        let all = vec![
            (0.0, Ending::Event),
            (0.0, Ending::Event),
            (2.0, Ending::Event),
        ];
        let curve = KaplanMeier::estimate(all);
        assert!((curve.at(0.0).survival - 1.0 / 3.0).abs() < 1e-12);
        let end = curve.at(9.0);
        assert!(end.survival == 0.0 && end.lower == 0.0 && end.upper == 0.0);
    }

    #[test]
    fn without_competition_incidence_is_what_survival_leaves() {
        let (survival, incidence) = (
            KaplanMeier::estimate(remission()),
            CumulativeIncidence::estimate(remission()),
        );
        for week in [0.0, 6.0, 10.0, 21.0, 40.0] {
            assert!((survival.at(week).survival + incidence.at(week) - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn competing_deaths_take_their_share_out_of_the_incidence() {
        // Four people, no censoring: the incidence is the plain share with the event.
        let four = vec![
            (1.0, Ending::Event),
            (2.0, Ending::Competing),
            (3.0, Ending::Competing),
            (4.0, Ending::Event),
        ];
        let incidence = CumulativeIncidence::estimate(four);
        assert!((incidence.at(1.5) - 0.25).abs() < 1e-12);
        assert!((incidence.at(9.0) - 0.5).abs() < 1e-12);
    }
}
