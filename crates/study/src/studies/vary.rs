//! A parameter that a study varies: over a range, or over some values.

use hailsham_scenario::{ParameterInfo, nearest};
use serde::{Deserialize, Serialize};

use super::plan::Variant;
use crate::runner::StudyError;

/// Values of a range in a grid where none are asked for.
const GRID: u32 = 5;

/// A parameter and what it is varied over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Vary {
    /// Its path.
    pub path: String,
    /// Its values.
    pub over: Over,
}

/// What a parameter is varied over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// A range of numbers.
    Range {
        /// Least value.
        low: f64,
        /// Greatest value.
        high: f64,
        /// Values in a grid, where they were asked for.
        steps: Option<u32>,
        /// Whether all are whole.
        whole: bool,
    },
    /// Some values, as they are given to `--set`.
    Values(Vec<String>),
}

impl Vary {
    /// Reads `path=lo..hi`, `path=lo..hi:n` or `path=a,b,c`, for one of the parameters of a
    /// scenario.
    pub fn read(text: &str, parameters: &[ParameterInfo]) -> Result<Vary, String> {
        let wrong = || {
            format!(
                "`{text}` is not PATH=LO..HI, PATH=LO..HI:N or PATH=A,B,C, such as donation.cap=1..4"
            )
        };
        let (path, over) = text.split_once('=').ok_or_else(wrong)?;
        let (path, over) = (path.trim(), over.trim());
        let Some(parameter) = parameters.iter().find(|parameter| parameter.path == path) else {
            let near = nearest(path, parameters.iter().map(|p| p.path.as_str()));
            let help = near.map_or_else(
                || "`hailsham params` lists all".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(format!("there is no parameter `{path}`; {help}"));
        };
        let path = path.to_owned();
        let Some((low, rest)) = over.split_once("..") else {
            let values: Vec<String> = over.split(',').map(|v| v.trim().to_owned()).collect();
            if values.iter().any(String::is_empty) {
                return Err(wrong());
            }
            let is_again = |at: &usize| values[..*at].contains(&values[*at]);
            if let Some(at) = (0..values.len()).find(is_again) {
                return Err(format!("`{}` stands twice in {text}", values[at]));
            }
            return Ok(Vary {
                path,
                over: Over::Values(values),
            });
        };
        let (high, steps) = match rest.split_once(':') {
            Some((high, steps)) => (
                high,
                Some(steps.trim().parse::<u32>().map_err(|_| wrong())?),
            ),
            None => (rest, None),
        };
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|n| n.is_finite());
        let (low, high) = number(low).zip(number(high)).ok_or_else(wrong)?;
        let whole = parameter.kind == "integer";
        if !(low < high && steps.is_none_or(|steps| steps >= 2))
            || (whole && (low.fract() != 0.0 || high.fract() != 0.0))
        {
            return Err(format!(
                "`{text}`: a range goes from a number to a greater one{}, in 2 steps or more",
                if whole { ", whole ones here" } else { "" }
            ));
        }
        let values = high - low + 1.0;
        if let Some(steps) = steps.filter(|steps| whole && f64::from(*steps) > values) {
            return Err(format!(
                "`{text}`: from {low} to {high} there are {values} whole values, and not {steps}"
            ));
        }
        Ok(Vary {
            path,
            over: Over::Range {
                low,
                high,
                steps,
                whole,
            },
        })
    }

    /// How many values it has in a grid.
    pub(crate) fn steps(&self) -> usize {
        match &self.over {
            Over::Range {
                low,
                high,
                steps,
                whole,
            } => {
                let all = if *whole {
                    ((high - low) as usize).saturating_add(1)
                } else {
                    usize::MAX
                };
                all.min(steps.unwrap_or(GRID) as usize)
            }
            Over::Values(values) => values.len(),
        }
    }

    /// Refuses values of a grid where there is none. `instead` says what chooses the points there.
    pub(crate) fn refuse_steps(&self, instead: &str) -> Result<(), String> {
        match self.over {
            Over::Range {
                steps: Some(steps), ..
            } => Err(format!(
                "`{}`: `:{steps}` is a number of values in a grid (`hailsham sweep --design grid`); here {instead}: \
                 leave it out",
                self.path
            )),
            _ => Ok(()),
        }
    }

    /// The place, as a number, at a share of the side: for a list, which value it is, from 1.
    pub(crate) fn place(&self, share: f64) -> f64 {
        match &self.over {
            Over::Range {
                low, high, whole, ..
            } => {
                if *whole {
                    libm::floor(low + share * (high - low + 1.0)).min(*high)
                } else {
                    low + share * (high - low)
                }
            }
            Over::Values(values) => {
                libm::floor(share * values.len() as f64).min(values.len() as f64 - 1.0) + 1.0
            }
        }
    }

    /// The place in a grid, where the first and the last value are the ends of the range. Of whole values
    /// there are no more steps than values, and so none twice.
    pub(crate) fn grid_place(&self, share: f64) -> f64 {
        match &self.over {
            Over::Range {
                low, high, whole, ..
            } => {
                let steps = self.steps() as f64;
                let step = libm::floor(share * steps).min(steps - 1.0);
                let place = low + (high - low) * step / (steps - 1.0);
                if *whole { libm::round(place) } else { place }
            }
            Over::Values(_) => self.place(share),
        }
    }

    /// The change that puts it at a place.
    pub(crate) fn set(&self, place: f64) -> String {
        let value = match &self.over {
            Over::Range { .. } => place.to_string(),
            Over::Values(values) => values
                .get((place as usize).saturating_sub(1))
                .cloned()
                .unwrap_or_default(),
        };
        format!("{}={value}", self.path)
    }

    /// The changes that put it at each value of a list; of a range none.
    pub(crate) fn values(&self) -> Vec<String> {
        match &self.over {
            Over::Range { .. } => Vec::new(),
            Over::Values(values) => (1..=values.len()).map(|at| self.set(at as f64)).collect(),
        }
    }

    /// Its ends, as places.
    pub(crate) fn ends(&self) -> (f64, f64) {
        match &self.over {
            Over::Range { low, high, .. } => (*low, *high),
            Over::Values(values) => (1.0, values.len() as f64),
        }
    }

    /// Whether the scenario takes both ends, or every value of a list: what lies between the ends of a
    /// range is taken where they are. `option` is the one that it was given by.
    pub(crate) fn check(&self, scenario: &Variant, option: &str) -> Result<(), StudyError> {
        let (low, high) = self.ends();
        let places = match &self.over {
            Over::Range { .. } => vec![low, high],
            Over::Values(values) => (1..=values.len()).map(|n| n as f64).collect(),
        };
        for place in places {
            let model = scenario.with(&[self.set(place)]).model();
            model.map_err(|error| match error {
                StudyError::Scenario(error) => error.with_last_set_called(option).into(),
                error => error,
            })?;
        }
        Ok(())
    }
}

/// The changes that put each parameter at its place.
pub(crate) fn sets(vary: &[Vary], places: &[f64]) -> Vec<String> {
    let sides = vary.iter().zip(places);
    sides.map(|(vary, place)| vary.set(*place)).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vary, String> {
        let programme = Variant::new("programme", &[]).load().unwrap();
        Vary::read(text, &programme.parameters())
    }

    #[test]
    fn ranges_and_lists_are_read() {
        let cap = read("donation.cap=1..4").unwrap();
        let shares = [0.0, 0.24, 0.26, 0.6, 0.99];
        assert_eq!(shares.map(|u| cap.place(u)), [1.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!(
            (cap.steps(), cap.set(3.0)),
            (4, "donation.cap=3".to_owned())
        );
        let grip = read("deferral.grip=2..6:3").unwrap();
        assert_eq!([0.1, 0.5, 0.9].map(|u| grip.grid_place(u)), [2.0, 4.0, 6.0]);
        assert_eq!(grip.place(0.25), 3.0);
        let policy = read("knowledge.disclosure = never, full").unwrap();
        assert_eq!(policy.set(policy.place(0.7)), "knowledge.disclosure=full");
        policy
            .check(&Variant::new("programme", &[]), "--vary")
            .unwrap();
    }

    #[test]
    fn a_grid_of_whole_values_goes_from_end_to_end() {
        let grid = |text: &str| -> Vec<f64> {
            let vary = read(text).unwrap();
            let shares = crate::design::grid(&[vary.steps()]);
            shares
                .iter()
                .map(|point| vary.grid_place(point[0]))
                .collect()
        };
        assert_eq!(grid("carers.case_load=0..12:3"), [0.0, 6.0, 12.0]);
        assert_eq!(grid("carers.case_load=1..12"), [1.0, 4.0, 7.0, 9.0, 12.0]);
        assert_eq!(grid("donation.cap=1..4"), [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(grid("donation.cap=-3..3:4"), [-3.0, -1.0, 1.0, 3.0]);
        // More whole values than can be counted.
        assert_eq!(read("donation.cap=0..1e300").unwrap().steps(), 5);
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert!(
            read("donation.cp=1..4")
                .unwrap_err()
                .contains("`donation.cap`")
        );
        assert!(read("donation.cap=1.5..4").unwrap_err().contains("whole"));
        assert!(read("donation.cap=4..1").unwrap_err().contains("greater"));
        assert!(
            read("donation.cap=1..4:9")
                .unwrap_err()
                .contains("4 whole values, and not 9")
        );
        assert!(read("donation.cap").unwrap_err().contains("PATH=LO..HI"));
        assert!(
            read("donation.cap=1,,2")
                .unwrap_err()
                .contains("PATH=LO..HI")
        );
        for (twice, value) in [("donation.cap=1,2, 2", "2"), ("donation.cap=3,1,2,3", "3")] {
            let told = read(twice).unwrap_err();
            assert_eq!(told, format!("`{value}` stands twice in {twice}"));
        }
        let out = read("donation.cap=1..400").unwrap();
        let refused = out.check(&Variant::new("programme", &[]), "--vary");
        let message = refused.unwrap_err().to_string();
        assert!(message.starts_with("--vary:1:14: "), "{message}");
    }
}
