//! Whether anybody may be offered an organ, without a ranking.

use super::attribute::{Parts, Population};
use super::plan::{BATCH, Program};
use super::policy::Policy;

/// Looks for one who is eligible. Used again for the next donor, it allocates nothing more.
#[derive(Debug, Clone, Default)]
pub struct Eligible(Program);

impl Eligible {
    /// Whether anybody on a list may be offered an organ of the population's donor. Looks no further than the first
    /// batch with one.
    pub fn any(
        &mut self,
        policy: &Policy,
        population: &impl Population,
        list: &(impl Parts + ?Sized),
    ) -> bool {
        let Self(filter) = self;
        let operations = &policy.operations;
        filter.prepare(operations, &policy.eligible, &policy.catalogue, population);
        filter.run_on_parts(operations, population, list.count());
        (0..list.count()).any(|part| {
            let rows = list.rows(part);
            match filter.span(0, part).value() {
                Some(holds) => holds != 0.0 && !rows.is_empty(),
                None => rows.chunks(BATCH).any(|batch| {
                    filter.run(operations, population, batch);
                    let holds = filter.results(0);
                    holds[..batch.len()].iter().any(|holds| *holds != 0.0)
                }),
            }
        })
    }
}
