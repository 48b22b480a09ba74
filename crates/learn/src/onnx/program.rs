//! A compiled graph: steps over blocks of rows, in which each value of the graph has its slots.

use std::collections::BTreeMap;
use std::ops::Range;

use super::block::Block;
use super::step::Step;
use crate::Predictions;
use crate::table::Table;

/// A classifier or a model of numbers that is ready to be run.
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    pub(super) numeric: usize,
    pub(super) categorical: usize,
    pub(super) slots: usize,
    pub(super) steps: Vec<Step>,
    pub(super) classes: Vec<String>,
    pub(super) probabilities: Range<usize>,
    pub(super) metadata: BTreeMap<String, String>,
}

impl Program {
    /// Numeric columns that it takes.
    pub fn numeric_columns(&self) -> usize {
        self.numeric
    }

    /// Categorical columns that it takes.
    pub fn categorical_columns(&self) -> usize {
        self.categorical
    }

    /// Numbers that it answers of a row: probabilities, or what is predicted.
    pub fn width(&self) -> usize {
        self.probabilities.len()
    }

    /// Class labels in the order of the probabilities; none of a model of numbers.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// Free texts of the file.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// Classes and probabilities of all rows; a model of numbers answers these in place of probabilities.
    ///
    /// # Panics
    /// Where the table has not the columns that the program takes.
    pub fn run(&self, table: &Table) -> Predictions {
        assert_eq!(
            (table.numeric_columns(), table.categorical_columns()),
            (self.numeric, self.categorical),
            "a table has the columns of its model"
        );
        let classes = self.width();
        let mut labels = vec![0; table.rows()];
        let mut probabilities = Vec::with_capacity(table.rows() * classes);
        let size = Block::size(self.slots).min(table.rows());
        let mut block = Block::new(self.slots, size);
        for (place, labels) in labels.chunks_mut(size.max(1)).enumerate() {
            if labels.len() < size {
                block = Block::new(self.slots, labels.len());
            }
            for step in &self.steps {
                step.run(table, place * size, &mut block, labels);
            }
            let columns = block.columns(&self.probabilities);
            for row in 0..labels.len() {
                let answer = columns.iter().skip(row).step_by(labels.len());
                probabilities.extend(answer);
            }
        }
        Predictions {
            classes,
            labels,
            probabilities,
        }
    }
}
