//! What is to be predicted of rows: their classes or their numbers.

/// The class or the number of each row.
#[derive(Debug, Clone, PartialEq)]
pub enum Truth {
    /// Classes by their places in the schema.
    Classes(Vec<u32>),
    /// Numbers.
    Numbers(Vec<f64>),
}

impl Truth {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Classes(labels) => labels.len(),
            Self::Numbers(numbers) => numbers.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The classes; none where numbers are predicted.
    pub fn labels(&self) -> &[u32] {
        match self {
            Self::Classes(labels) => labels,
            Self::Numbers(_) => &[],
        }
    }

    /// The given rows, in the given order.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        match self {
            Self::Classes(labels) => Self::Classes(rows.iter().map(|&row| labels[row]).collect()),
            Self::Numbers(numbers) => Self::Numbers(rows.iter().map(|&row| numbers[row]).collect()),
        }
    }

    /// Appends rows of the same kind; those of the other kind are left out, which one schema excludes.
    pub(crate) fn append(&mut self, other: Self) {
        match (self, other) {
            (Self::Classes(all), Self::Classes(more)) => all.extend(more),
            (Self::Numbers(all), Self::Numbers(more)) => all.extend(more),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_selected_and_appended() {
        let mut classes = Truth::Classes(vec![4, 5, 6]);
        assert_eq!(classes.select(&[2, 0, 2]), Truth::Classes(vec![6, 4, 6]));
        classes.append(Truth::Classes(vec![7]));
        assert_eq!((classes.len(), classes.labels()), (4, &[4, 5, 6, 7][..]));
        let mut numbers = Truth::Numbers(vec![0.5]);
        numbers.append(Truth::Numbers(vec![1.5]));
        assert_eq!(numbers.select(&[1]), Truth::Numbers(vec![1.5]));
        assert!(numbers.labels().is_empty() && !numbers.is_empty());
    }
}
