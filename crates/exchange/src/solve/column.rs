//! Cycles and chains that the solver has met.

/// Many cycles and chains: vertices in order, the altruist of a chain first.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    start: Vec<u32>,
    vertices: Vec<u32>,
    chain: Vec<bool>,
    /// How many objectives each column is valued by.
    values: usize,
    value: Vec<i64>,
}

impl Columns {
    /// None yet; each will be valued by `values` objectives.
    pub(crate) fn new(values: usize) -> Columns {
        Columns {
            start: vec![0],
            vertices: Vec::new(),
            chain: Vec::new(),
            values,
            value: Vec::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.chain.len()
    }

    pub(crate) fn push(&mut self, vertices: &[u32], chain: bool, values: &[i64]) {
        self.vertices.extend_from_slice(vertices);
        self.start.push(self.vertices.len() as u32);
        self.chain.push(chain);
        self.value.extend_from_slice(values);
    }

    /// Puts another column of as many vertices in the place of one.
    pub(crate) fn replace(&mut self, column: usize, vertices: &[u32], values: &[i64]) {
        let start = self.start[column] as usize;
        self.vertices[start..start + vertices.len()].copy_from_slice(vertices);
        self.value[column * self.values..(column + 1) * self.values].copy_from_slice(values);
    }

    pub(crate) fn vertices(&self, column: usize) -> &[u32] {
        &self.vertices[self.start[column] as usize..self.start[column + 1] as usize]
    }

    pub(crate) fn is_chain(&self, column: usize) -> bool {
        self.chain[column]
    }

    /// Values by objective: the one that is maximised, then the earlier ones in their order.
    pub(crate) fn values(&self, column: usize) -> &[i64] {
        &self.value[column * self.values..(column + 1) * self.values]
    }

    pub(crate) fn value(&self, column: usize) -> i64 {
        self.value[column * self.values]
    }
}
