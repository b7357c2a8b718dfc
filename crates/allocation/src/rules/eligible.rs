//! Whether anybody may be offered an organ, without a ranking.

use super::attribute::Population;
use super::plan::{BATCH, Program};
use super::policy::Policy;

/// Looks for one who is eligible. Used again for the next donor, it allocates nothing more.
#[derive(Debug, Clone, Default)]
pub struct Eligible(Program);

impl Eligible {
    /// Whether any of `rows` may be offered an organ of the population's donor. Looks no further than the first batch
    /// with one.
    pub fn any(&mut self, policy: &Policy, population: &impl Population, rows: &[u32]) -> bool {
        let Self(filter) = self;
        let operations = &policy.operations;
        filter.prepare(operations, &policy.eligible, &policy.catalogue, population);
        if let Some(holds) = filter.fixed(0) {
            return holds != 0.0 && !rows.is_empty();
        }
        rows.chunks(BATCH).any(|batch| {
            filter.run(operations, population, batch);
            let holds = filter.results(0);
            holds[..batch.len()].iter().any(|holds| *holds != 0.0)
        })
    }
}
