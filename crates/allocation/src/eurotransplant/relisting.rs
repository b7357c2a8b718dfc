//! Registering again those whose graft is about to be lost.
//!
//! What a new registration goes through until it ends is taken from a real one after an earlier transplant that is
//! like it, as the `ETKidney` simulator does: urgency and screening, and when dialysis began. Everything else is the
//! recipient's own.

use std::collections::HashMap;

use hailsham_engine::random::{identity, name_hash};

use super::records::{Change, Input, Registrations, Update, Urgency};
use super::scenario::AfterTransplant;
use super::setting::Geography;
use super::state::{State, YEAR};
use crate::typing::{Panel, Typing};

/// By what registrations are alike: age at the transplant before, in years; the logarithms of the days from there to
/// the registration and from the registration to its end.
type Likeness = [f64; 3];

fn likeness(age: f64, to_listing: f64, to_end: f64) -> Likeness {
    let days = |days: f64| libm::log((days.max(0.0) + 2.0).ceil());
    [age, days(to_listing), days(to_end)]
}

struct Repeat {
    row: u32,
    country: u8,
    like: Likeness,
    /// Urgency and screening, at days after the registration.
    course: Vec<(f64, Change)>,
}

/// The registrations after an earlier transplant.
pub(super) struct Repeats {
    all: Vec<Repeat>,
    /// The inverse of the covariances of their likenesses.
    inverse: [[f64; 3]; 3],
}

/// A recipient who is registered again.
pub(super) struct Again {
    /// The row of the registration that led to the transplant.
    pub(super) row: u32,
    /// The transplant, in days from the start.
    pub(super) transplanted: f64,
    /// The new registration, in days after the transplant.
    pub(super) relisted: f64,
    /// The loss of the graft, in days after the transplant.
    pub(super) lost: f64,
}

impl Repeats {
    /// Those of an input.
    pub(super) fn new(input: &Input, geography: &Geography) -> Self {
        let registrations = &input.registrations;
        let mut courses: HashMap<u32, Vec<(f64, Change)>> = HashMap::new();
        for update in &input.updates {
            let row = update.row as usize;
            let repeats = registrations.since_previous[row].is_some();
            if repeats && matches!(update.change, Change::Urgency(_) | Change::Screening(_)) {
                let after = update.time - registrations.listed[row];
                let course = courses.entry(update.row).or_default();
                course.push((after, update.change));
            }
        }
        let repeat = |row: u32| {
            let at = row as usize;
            let since = registrations.since_previous[at]?;
            let course = courses.remove(&row)?;
            let ends =
                |change| matches!(change, Change::Urgency(urgency) if Urgency::is_end(urgency));
            let (end, _) = course.iter().find(|(_, change)| ends(*change))?;
            let then = registrations.listed[at] - since;
            let age = (then - registrations.born[at]) / YEAR;
            let centre = usize::from(registrations.centre[at]);
            Some(Repeat {
                row,
                country: geography.places[centre].country,
                like: likeness(age, since, *end),
                course,
            })
        };
        let all: Vec<Repeat> = (0..registrations.len() as u32).filter_map(repeat).collect();
        let inverse = inverse(&covariance(&all));
        Self { all, inverse }
    }

    /// The registration from whose course that of a new one is taken: one of the most alike, chosen by a random
    /// number. Of the same country and not too different where there are enough of them, else of any country, else
    /// of any kind.
    fn one_like(
        &self,
        like: Likeness,
        country: u8,
        after: &AfterTransplant,
        uniform: f64,
    ) -> Option<&Repeat> {
        let calipers = [after.alike_age, after.alike_to_listing, after.alike_to_end];
        let count = after.alike;
        let within = |one: &Repeat| {
            let apart = one.like.iter().zip(like).zip(calipers);
            apart
                .into_iter()
                .all(|((one, other), most)| (one - other).abs() <= most)
        };
        let near: Vec<&Repeat> = self.all.iter().filter(|one| within(one)).collect();
        let own = near.iter().copied().filter(|one| one.country == country);
        let mut chosen: Vec<&Repeat> = own.collect();
        if chosen.len() < count {
            chosen = near;
        }
        if chosen.len() < count {
            chosen = self.all.iter().collect();
        }
        let mut ordered: Vec<(f64, &Repeat)> = chosen
            .into_iter()
            .map(|one| (self.distance(one.like, like), one))
            .collect();
        ordered.sort_by(|(one, a), (other, b)| one.total_cmp(other).then(a.row.cmp(&b.row)));
        ordered.truncate(count);
        let at = (uniform * ordered.len() as f64) as usize;
        ordered
            .get(at.min(ordered.len().saturating_sub(1)))
            .map(|(_, one)| *one)
    }

    /// The squared distance of Mahalanobis.
    fn distance(&self, one: Likeness, other: Likeness) -> f64 {
        let apart: [f64; 3] = std::array::from_fn(|at| one[at] - other[at]);
        let terms = self.inverse.iter().zip(apart).map(|(row, apart_here)| {
            let products = row.iter().zip(apart).map(|(weight, apart)| weight * apart);
            apart_here * products.sum::<f64>()
        });
        terms.sum()
    }

    /// Registers a recipient again, and gives what will happen to the registration. Nothing, where nobody has been
    /// registered again before.
    pub(super) fn register(
        &self,
        state: &mut State<'_>,
        again: &Again,
        after: &AfterTransplant,
        donor: &Typing,
        panel: &Panel,
        mut draw: impl FnMut(Draw) -> f64,
    ) -> Option<Vec<Update>> {
        let old = again.row as usize;
        let listed = again.transplanted + again.relisted;
        let age = state.age(again.row, again.transplanted);
        let like = likeness(age, again.relisted, again.lost - again.relisted);
        let country = state.cards[old].country;
        let model = self.one_like(like, country, after, draw(Draw::Course))?;
        let from = &state.input.registrations;
        let dialysis = from.dialysis[model.row as usize]
            .map(|then| listed + then - from.listed[model.row as usize]);
        let unacceptable = {
            let recipient = &state.input.typings[state.typing[old] as usize];
            let before = state.unacceptable_of(again.row).cloned();
            let antigens = before
                .unwrap_or_default()
                .with(donor, recipient, |antigen| {
                    draw(Draw::Antibody(antigen)) < after.new_antibody
                });
            let share = panel.share(&antigens);
            (antigens, share)
        };
        let row = state.register(again.row, listed, again.relisted, dialysis, unacceptable);
        let course = model.course.iter().map(|(after, change)| Update {
            time: listed + after,
            row,
            change: *change,
        });
        Some(course.collect())
    }
}

/// What a random number is for.
#[derive(Clone, Copy)]
pub(super) enum Draw {
    Course,
    /// Of an antigen, by the number of its name.
    Antibody(u16),
}

/// What makes another name of that of the registration before.
const AGAIN: u64 = name_hash("registered again");

/// Adds a row for the same recipient, with everything that does not change.
pub(super) fn repeat(
    all: &mut Registrations,
    old: usize,
    stride: u32,
    listed: f64,
    since: f64,
    dialysis: Option<f64>,
) {
    // Both are the same whatever else happens in the run.
    all.registration
        .push(all.registration[old].wrapping_add(stride));
    all.name.push(identity(&[all.name[old], AGAIN]));
    all.recipient.push(all.recipient[old]);
    all.listed.push(listed);
    all.since_previous.push(Some(since));
    all.transplants.push(all.transplants[old].saturating_add(1));
    all.centre.push(all.centre[old]);
    all.abo.push(all.abo[old]);
    all.born.push(all.born[old]);
    all.typing.push(all.typing[old]);
    all.returned.push(0.0);
    all.programme.push(all.programme[old]);
    all.dialysis.push(dialysis);
}

fn covariance(all: &[Repeat]) -> [[f64; 3]; 3] {
    let count = all.len() as f64;
    let mean: Likeness =
        std::array::from_fn(|at| all.iter().map(|one| one.like[at]).sum::<f64>() / count);
    std::array::from_fn(|row| {
        std::array::from_fn(|column| {
            let products = all
                .iter()
                .map(|one| (one.like[row] - mean[row]) * (one.like[column] - mean[column]));
            products.sum::<f64>() / (count - 1.0)
        })
    })
}

/// The inverse by cofactors; the unit matrix where there is none.
fn inverse(m: &[[f64; 3]; 3]) -> [[f64; 3]; 3] {
    let cofactor = |row: usize, column: usize| {
        let (a, b) = ((row + 1) % 3, (row + 2) % 3);
        let (c, d) = ((column + 1) % 3, (column + 2) % 3);
        m[a][c] * m[b][d] - m[a][d] * m[b][c]
    };
    let determinant: f64 = (0..3)
        .map(|column| m[0][column] * cofactor(0, column))
        .sum();
    if determinant.is_finite() && determinant > 0.0 {
        std::array::from_fn(|row| std::array::from_fn(|column| cofactor(column, row) / determinant))
    } else {
        std::array::from_fn(|row| std::array::from_fn(|column| f64::from(u8::from(row == column))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_of_a_matrix_undoes_it() {
        let m = [[4.0, 1.0, 0.5], [1.0, 3.0, -1.0], [0.5, -1.0, 2.0]];
        let inverse = inverse(&m);
        for (at, row) in m.iter().enumerate() {
            for (column, _) in row.iter().enumerate() {
                let found: f64 = row.iter().zip(&inverse).map(|(x, y)| x * y[column]).sum();
                let wanted = f64::from(u8::from(at == column));
                assert!((found - wanted).abs() < 1e-12, "{at} {column} {found}");
            }
        }
        assert_eq!(super::inverse(&[[0.0; 3]; 3])[1], [0.0, 1.0, 0.0]);
    }

    fn repeats(all: &[(u8, Likeness)]) -> Repeats {
        let all = all.iter().zip(0..).map(|((country, like), row)| Repeat {
            row,
            country: *country,
            like: *like,
            course: Vec::new(),
        });
        Repeats {
            all: all.collect(),
            inverse: inverse(&[[0.0; 3]; 3]),
        }
    }

    /// The nearest of the own country, then of any within the calipers, then of all.
    #[test]
    fn a_course_is_that_of_somebody_alike() {
        let all = [
            (0, [50.0, 6.0, 5.0]),
            (0, [52.0, 6.0, 5.0]),
            (1, [49.0, 6.0, 5.0]),
            (1, [90.0, 6.0, 5.0]),
        ];
        let repeats = repeats(&all);
        let like = |country, count, uniform| {
            let after = AfterTransplant {
                alike: count,
                ..AfterTransplant::default()
            };
            let found = repeats.one_like([49.2, 6.0, 5.0], country, &after, uniform);
            found.map(|one| one.row)
        };
        assert_eq!([like(0, 2, 0.0), like(0, 2, 0.99)], [Some(0), Some(1)]);
        // One of country 1 is too old: the other country helps out.
        assert_eq!([like(1, 2, 0.0), like(1, 2, 0.99)], [Some(2), Some(0)]);
        assert_eq!(like(0, 4, 0.99), Some(3));
    }
}
