//! `works.parquet`: what became of works, with their merit and what they reveal.

use std::path::Path;

use hailsham_engine::table::{Coded, TableReader};

use crate::ReportError;

/// All works of a run.
pub(crate) struct Works {
    fate: Coded,
    merit: Vec<Option<f32>>,
    inner_life: Vec<Option<f32>>,
}

impl Works {
    /// Reads the table.
    pub(crate) fn read(path: &Path) -> Result<Works, ReportError> {
        let reader = TableReader::open(path)?;
        Ok(Works {
            fate: reader.coded("fate")?,
            merit: reader.f32("merit")?,
            inner_life: reader.f32("inner_life")?,
        })
    }

    /// The merit of every work of a fate, and the inner life that it reveals, each 0 to 1.
    pub(crate) fn of_fate(&self, fate: &str) -> (Vec<f64>, Vec<f64>) {
        let of = |column: &[Option<f32>]| {
            column
                .iter()
                .enumerate()
                .filter(|(row, _)| self.fate.label(*row) == Some(fate))
                .filter_map(|(_, value)| value.map(f64::from))
                .collect()
        };
        (of(&self.merit), of(&self.inner_life))
    }
}
