//! `series.parquet`: one row a year.

use std::path::Path;

use hailsham_engine::table::TableReader;

use crate::ReportError;

/// The columns of the series that are shown, in the order of the plots.
const COLUMNS: [&str; 40] = [
    "pupils",
    "residents",
    "carers",
    "donors",
    "retired",
    "created",
    "schools_open",
    "humane_schools_open",
    "left_school",
    "became_carers",
    "called_up",
    "operations",
    "completed_operation_1",
    "completed_operation_2",
    "completed_operation_3",
    "completed_operation_4",
    "completed_later",
    "died_between",
    "died_other",
    "donors_without_carer",
    "comfort_mean",
    "organs_removed",
    "organs_transplanted",
    "organs_unplaced",
    "beds",
    "bed_occupancy",
    "bed_wait_days",
    "fell_ill",
    "listed",
    "waiting",
    "transplanted",
    "deaths_unlisted",
    "deaths_waiting",
    "deaths_after_transplant",
    "grafts_failed",
    "stake",
    "unease",
    "concern",
    "recognition",
    "attention",
];

/// The yearly series.
pub(crate) struct Series {
    pub(crate) years: Vec<i32>,
    columns: Vec<Vec<Option<f64>>>,
}

impl Series {
    /// Reads the table.
    pub(crate) fn read(path: &Path) -> Result<Series, ReportError> {
        let reader = TableReader::open(path)?;
        let years = reader.i32("year")?.into_iter().flatten().collect();
        let columns = COLUMNS
            .iter()
            .map(|name| {
                // Counts are u32, means and shares f64: the file says which.
                reader
                    .u32(name)
                    .map(|counts| {
                        counts
                            .into_iter()
                            .map(|count| count.map(f64::from))
                            .collect()
                    })
                    .or_else(|_| reader.f64(name))
            })
            .collect::<Result<_, _>>()?;
        Ok(Series { years, columns })
    }

    /// A column by name: one value a year.
    pub(crate) fn column(&self, name: &str) -> &[Option<f64>] {
        debug_assert!(COLUMNS.contains(&name), "{name} is not read");
        COLUMNS
            .iter()
            .position(|column| *column == name)
            .map_or(&[], |n| &self.columns[n])
    }
}
