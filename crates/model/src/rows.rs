//! A table of rows that are alike until one is changed, as what is kept of an inner life is before it is
//! lived: where nobody lives one, the table takes no memory.

use hailsham_engine::large_pages;
use std::ops::{Index, IndexMut};

/// Rows by number. One that was never changed is blank, and the table is as long as the last that
/// was.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows<T> {
    rows: Vec<T>,
    blank: T,
}

impl<T: Clone> Rows<T> {
    /// A table in which all are `blank`.
    pub(crate) fn of(blank: T) -> Rows<T> {
        Rows {
            rows: Vec::new(),
            blank,
        }
    }

    /// Makes room for so many rows, if there is as much memory. Those that are never changed take none.
    pub(crate) fn reserve(&mut self, rows: usize) {
        large_pages::reserve(&mut self.rows, rows);
    }

    /// The rows up to the last that was changed.
    pub(crate) fn begun(&self) -> &[T] {
        &self.rows
    }

    /// Two rows at once, to change; none if they are the same.
    pub(crate) fn two_mut(&mut self, one: usize, other: usize) -> Option<[&mut T; 2]> {
        self.reach(one.max(other));
        self.rows.get_disjoint_mut([one, other]).ok()
    }

    #[inline]
    fn reach(&mut self, row: usize) {
        if row >= self.rows.len() {
            self.grow(row);
        }
    }

    #[cold]
    fn grow(&mut self, row: usize) {
        self.rows.resize(row + 1, self.blank.clone());
    }
}

impl<T> Index<usize> for Rows<T> {
    type Output = T;

    #[inline]
    fn index(&self, row: usize) -> &T {
        self.rows.get(row).unwrap_or(&self.blank)
    }
}

impl<T: Clone> IndexMut<usize> for Rows<T> {
    #[inline]
    fn index_mut(&mut self, row: usize) -> &mut T {
        self.reach(row);
        &mut self.rows[row]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_blank_until_they_are_changed() {
        let mut rows = Rows::of(7);
        assert_eq!((rows[3], rows.begun().len()), (7, 0));
        rows[2] = 1;
        assert_eq!(rows.begun(), [7, 7, 1]);
        assert_eq!((rows[2], rows[9]), (1, 7));
        if let Some([one, other]) = rows.two_mut(4, 0) {
            (*one, *other) = (5, 6);
        }
        assert_eq!(rows.begun(), [6, 7, 1, 7, 5]);
        assert!(rows.two_mut(1, 1).is_none());
    }
}
