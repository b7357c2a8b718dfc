//! The tables that come with the program: figures of the acceptance models and of the roads, laid out here.
//!
//! The figures are those published with the `ETKidney` simulator of Eurotransplant (de Ferrante, Smeulders and
//! Spieksma); weights and hazards are rounded to ten digits.

/// Weights of the models, all in one table: model, variable, spline, level, weight.
pub(super) const WEIGHTS: &str =
    include_str!("../../../../scenarios/allocation/eurotransplant/acceptance.csv");

/// Cumulative hazards of hurrying the search after so many refusals, a column a country.
pub(super) const HURRY: &str =
    include_str!("../../../../scenarios/allocation/eurotransplant/hurry.csv");

/// Hours of driving from the centre of the row to the centre of the column.
pub(super) const HOURS: &str =
    include_str!("../../../../scenarios/allocation/eurotransplant/driving_hours.csv");

/// A cell of a grid: the name of its row, that of its column, and its number.
pub(super) type Cell<'a> = (&'a str, &'a str, f64);

/// The cells of a grid that hold a number, row by row.
pub(super) fn grid(text: &str) -> impl Iterator<Item = Cell<'_>> {
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    lines.flat_map(move |line| {
        let mut cells = line.split(',');
        let row = cells.next().unwrap_or_default();
        let named = head[1..]
            .iter()
            .zip(cells)
            .filter_map(move |(column, cell)| Some((row, *column, cell.parse().ok()?)));
        named.collect::<Vec<Cell<'_>>>()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grids_are_whole() {
        let count = |text: &str| (text.lines().count() - 1, grid(text).count());
        assert_eq!(count(HOURS), (95, 95 * 95));
        assert_eq!(count(HURRY), (23, 2 * 20 + 4 * 15 + 21));
    }
}
