//! What is said of a named number that a run comes to.

use serde::Serialize;

/// What is said of a metric.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct MetricInfo {
    /// Its name.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// What it is, in a sentence.
    pub text: &'static str,
}

/// A list of metrics, `name "unit" "what it is";` each.
#[macro_export]
macro_rules! metric_list {
    ($($name:ident $unit:literal $text:literal;)+) => {
        &[$($crate::metric::MetricInfo { name: stringify!($name), unit: $unit, text: $text },)+]
    };
}
