//! Models of decisions and survival: coefficients from a file, and the sum that they make.

use hailsham_scenario::nearest;

use crate::files::{FileError, Origin, Problems, Sheet};

/// A variable that coefficients may speak of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) name: &'static str,
    /// The words it may be; none: a number.
    pub(crate) words: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Level {
    Is(f64),
    AtLeast(f64),
}

impl Level {
    fn holds(self, value: f64) -> bool {
        match self {
            Level::Is(level) => value == level,
            Level::AtLeast(level) => value >= level,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Term {
    Linear(usize),
    Over(usize, f64),
    Under(usize, f64),
    Level(usize, Level),
    Both(usize, Level, usize, Level),
    Slope(usize, usize, Level),
}

/// A linear predictor.
#[derive(Debug, Clone, Default)]
pub(crate) struct Regression {
    intercept: f64,
    terms: Vec<(Term, f64)>,
}

impl Regression {
    /// Reads the coefficients of a file of its own: columns `variable`, `variable_transformation`, `level` and
    /// `coef`.
    pub(crate) fn read(origin: &Origin, variables: &[Variable]) -> Result<Self, FileError> {
        let columns = ["variable", "variable_transformation", "level", "coef"];
        Self::gather(origin, columns, None, variables)
    }

    /// Reads the coefficients of one model of a table of many: columns `model`, `variable`, `spline`, `level` and
    /// `weight`.
    pub(crate) fn read_one(
        origin: &Origin,
        model: &str,
        variables: &[Variable],
    ) -> Result<Self, FileError> {
        let columns = ["variable", "spline", "level", "weight"];
        Self::gather(origin, columns, Some(model), variables)
    }

    fn gather(
        origin: &Origin,
        columns: [&'static str; 4],
        model: Option<&str>,
        variables: &[Variable],
    ) -> Result<Self, FileError> {
        let mut problems = Problems::default();
        let mut sheet = Sheet::of(origin, &mut problems);
        let one = model.map(|model| (sheet.column("model"), model));
        let [variable, transformation, level, coef] = columns.map(|name| sheet.column(name));
        let mut regression = Self::default();
        while sheet.next_row() {
            if one.is_some_and(|(column, model)| sheet.text(column) != model) {
                continue;
            }
            let Some(weight) = sheet.number(coef, -1e6, 1e6) else {
                continue;
            };
            let name = sheet.text(variable).to_owned();
            if name == "intercept" {
                regression.intercept += weight;
                continue;
            }
            let spline = sheet.text(transformation).replace("NA", "");
            let written = sheet.text(level).replace("NA", "");
            match term(&name, &spline, &written, variables) {
                Ok(term) => regression.terms.push((term, weight)),
                Err(message) => sheet.wrong(variable, message),
            }
        }
        Ok(problems.settle(regression)?.0)
    }

    /// The sum for these values of the variables.
    pub(crate) fn sum(&self, values: &[f64]) -> f64 {
        let mut sum = self.intercept;
        for (term, weight) in &self.terms {
            sum += weight
                * match *term {
                    Term::Linear(x) => values[x],
                    Term::Over(x, bound) => (values[x] - bound).max(0.0),
                    Term::Under(x, bound) => (bound - values[x]).max(0.0),
                    Term::Level(x, level) => f64::from(u8::from(level.holds(values[x]))),
                    Term::Both(x, one, y, other) => {
                        f64::from(u8::from(one.holds(values[x]) && other.holds(values[y])))
                    }
                    Term::Slope(x, y, level) => {
                        if level.holds(values[y]) {
                            values[x]
                        } else {
                            0.0
                        }
                    }
                };
        }
        sum
    }

    /// The probability that goes with the sum and an effect added to it, by the logistic function.
    pub(crate) fn probability(&self, values: &[f64], effect: f64) -> f64 {
        1.0 / (1.0 + libm::exp(-(self.sum(values) + effect)))
    }
}

fn find(name: &str, variables: &[Variable]) -> Result<usize, String> {
    let found = variables.iter().position(|other| other.name == name);
    found.ok_or_else(|| {
        let like = nearest(name, variables.iter().map(|other| other.name));
        let help = like.map_or(String::new(), |like| format!("; did you mean `{like}`?"));
        format!("there is no variable `{name}`{help}")
    })
}

fn level_of(variable: &Variable, text: &str) -> Result<Level, String> {
    let unknown = || format!("`{}` is never `{text}`", variable.name);
    if variable.words.is_empty() {
        let (number, at_least) = match text.strip_suffix('+') {
            Some(number) => (number, true),
            None => (text, false),
        };
        let number: f64 = number.parse().map_err(|_| unknown())?;
        return Ok(if at_least {
            Level::AtLeast(number)
        } else {
            Level::Is(number)
        });
    }
    let found = variable.words.iter().position(|word| word == text);
    found.map(|at| Level::Is(at as f64)).ok_or_else(unknown)
}

fn term(name: &str, spline: &str, level: &str, variables: &[Variable]) -> Result<Term, String> {
    let x = find(name, variables)?;
    if let Some((kind, bound)) = spline.split_once('_') {
        let bound: Result<f64, _> = bound.replace('p', ".").parse();
        return match (kind, bound) {
            ("over", Ok(bound)) => Ok(Term::Over(x, bound)),
            ("under", Ok(bound)) => Ok(Term::Under(x, bound)),
            _ => Err(format!(
                "`{spline}` is neither `over_` nor `under_` a number"
            )),
        };
    }
    if let Some((own, other)) = level.split_once(':') {
        let (second, second_level) = other
            .split_once('-')
            .ok_or_else(|| format!("`{other}` is not a variable and its level"))?;
        let y = find(second, variables)?;
        let second_level = level_of(&variables[y], second_level)?;
        return Ok(if own.is_empty() {
            Term::Slope(x, y, second_level)
        } else {
            Term::Both(x, level_of(&variables[x], own)?, y, second_level)
        });
    }
    if level.is_empty() {
        Ok(Term::Linear(x))
    } else {
        Ok(Term::Level(x, level_of(&variables[x], level)?))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_term_is_added() {
        let number = |name| Variable {
            name,
            words: Vec::new(),
        };
        let variables = [
            number("age"),
            Variable {
                name: "country",
                words: vec!["Austria".into(), "Belgium".into()],
            },
            number("refusals"),
        ];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("coefs.csv");
        let text = "variable,variable_transformed,variable_transformation,level,coef\n\
            intercept,,,,1\nage,,,,0.5\nage,x,over_1p5,,10\nage,x,under_4,,100\n\
            country,,,Belgium,1000\nrefusals,,,3+,10000\n\
            country,,,Belgium:refusals-4,100000\nage,,,:country-Belgium,1000000\n";
        std::fs::write(&path, text).unwrap();
        let regression = Regression::read(&Origin::File(path.clone()), &variables).unwrap();
        // 1 + 0.5·2 + 10·0.5 + 100·2 + 1000 + 10000 + 100000 + 2·1000000
        assert_eq!(regression.sum(&[2.0, 1.0, 4.0]), 2_111_207.0);
        assert_eq!(regression.sum(&[5.0, 0.0, 1.0]), 1.0 + 2.5 + 35.0);

        std::fs::write(&path, text.replace("refusals,", "refusal,")).unwrap();
        let error = Regression::read(&Origin::File(path.clone()), &variables)
            .unwrap_err()
            .to_string();
        assert!(
            error
                .contains("row 7, column `variable`: there is no variable `refusal`; did you mean"),
            "{error}"
        );
    }
}
