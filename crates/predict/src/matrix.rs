//! Symmetric positive definite systems, dense and small: what every method here solves.

/// Rows one after the other.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Matrix {
    side: usize,
    cells: Vec<f64>,
}

impl Matrix {
    /// Square, from a function of row and column that is symmetric: only the lower half is asked for.
    pub(crate) fn symmetric(side: usize, cell: impl Fn(usize, usize) -> f64) -> Self {
        let mut cells = vec![0.0; side * side];
        for row in 0..side {
            for column in 0..=row {
                let value = cell(row, column);
                cells[row * side + column] = value;
                cells[column * side + row] = value;
            }
        }
        Self { side, cells }
    }

    pub(crate) fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.side..(row + 1) * self.side]
    }

    /// The lower factor, where the matrix is positive definite. A pivot that is lost to rounding becomes a tiny one.
    pub(crate) fn factor(mut self) -> Factor {
        let side = self.side;
        for row in 0..side {
            let (above, rest) = self.cells.split_at_mut(row * side);
            let own = &mut rest[..side];
            for column in 0..row {
                let other = &above[column * side..=column * side + column];
                let value = own[column] - dot(&own[..column], &other[..column]);
                own[column] = value / other[column];
            }
            let pivot = own[row] - dot(&own[..row], &own[..row]);
            own[row] = pivot.max(SMALLEST_PIVOT).sqrt();
        }
        Factor(self)
    }
}

const SMALLEST_PIVOT: f64 = 1e-10;

/// A matrix as the product of a lower triangle and its transpose.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Factor(Matrix);

impl Factor {
    /// What the inverse of the lower triangle maps these values to.
    pub(crate) fn forward(&self, values: &[f64]) -> Vec<f64> {
        let mut found = values.to_vec();
        for row in 0..self.0.side {
            let triangle = self.0.row(row);
            found[row] = (found[row] - dot(&triangle[..row], &found[..row])) / triangle[row];
        }
        found
    }

    /// Logarithm of the matrix's determinant.
    pub(crate) fn log_determinant(&self) -> f64 {
        (0..self.0.side)
            .map(|row| 2.0 * self.0.row(row)[row].ln())
            .sum()
    }

    /// What the inverse of the matrix maps these values to.
    pub(crate) fn solve(&self, values: &[f64]) -> Vec<f64> {
        let mut found = self.forward(values);
        for row in (0..self.0.side).rev() {
            let triangle = self.0.row(row);
            found[row] /= triangle[row];
            let value = found[row];
            for (column, cell) in triangle[..row].iter().enumerate() {
                found[column] -= cell * value;
            }
        }
        found
    }

    /// The inverse of the matrix.
    pub(crate) fn inverse(&self) -> Matrix {
        let side = self.0.side;
        // Columns of the lower triangle's inverse, each from its own place on; then the product with its transpose.
        let columns: Vec<Vec<f64>> = (0..side)
            .map(|column| {
                let mut unit = vec![0.0; side];
                unit[column] = 1.0;
                for row in column..side {
                    let triangle = self.0.row(row);
                    let sum = dot(&triangle[column..row], &unit[column..row]);
                    unit[row] = (unit[row] - sum) / triangle[row];
                }
                unit
            })
            .collect();
        Matrix::symmetric(side, |row, column| {
            let from = row.max(column);
            dot(&columns[row][from..], &columns[column][from..])
        })
    }
}

/// Sum of products, in eight lanes that the compiler makes one vector of.
pub(crate) fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let (lefts, rights) = (left.chunks_exact(8), right.chunks_exact(8));
    let rest: f64 = lefts
        .remainder()
        .iter()
        .zip(rights.remainder())
        .map(|(a, b)| a * b)
        .sum();
    for (a, b) in lefts.zip(rights) {
        for (lane, (a, b)) in lanes.iter_mut().zip(a.iter().zip(b)) {
            *lane += a * b;
        }
    }
    rest + lanes.iter().sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Matrix {
        let cells = [[4.0, 2.0, 0.6], [2.0, 3.0, 0.4], [0.6, 0.4, 2.0]];
        Matrix::symmetric(3, |row, column| cells[row][column])
    }

    #[test]
    fn a_solution_solves() {
        let found = example().factor().solve(&[1.0, 2.0, 3.0]);
        for (row, expected) in [1.0, 2.0, 3.0].into_iter().enumerate() {
            assert!((dot(example().row(row), &found) - expected).abs() < 1e-12);
        }
        // 4 (6 - 0.16) - 2 (4 - 0.24) + 0.6 (0.8 - 1.8)
        let determinant = 4.0 * 5.84 - 2.0 * 3.76 - 0.6_f64;
        assert!((example().factor().log_determinant() - determinant.ln()).abs() < 1e-12);
    }

    #[test]
    fn the_inverse_times_the_matrix_is_one() {
        let side = 21;
        let matrix = Matrix::symmetric(side, |row, column| {
            1.0 / (1.0 + (row as f64 - column as f64).abs()) + f64::from(row == column)
        });
        let inverse = matrix.clone().factor().inverse();
        for row in 0..side {
            for column in 0..side {
                let product = dot(matrix.row(row), inverse.row(column));
                assert!((product - f64::from(row == column)).abs() < 1e-10);
            }
        }
    }

    #[test]
    fn a_matrix_of_lower_rank_is_solved_all_the_same() {
        let flat = Matrix::symmetric(2, |_, _| 1.0).factor().solve(&[1.0, 1.0]);
        assert!((flat[0] + flat[1] - 1.0).abs() < 1e-6, "{flat:?}");
    }

    #[test]
    fn sums_of_products_have_any_length() {
        for length in [0, 1, 7, 8, 9, 40] {
            let values: Vec<f64> = (0..length).map(f64::from).collect();
            let expected: f64 = values.iter().map(|value| value * value).sum();
            assert!((dot(&values, &values) - expected).abs() < 1e-9);
        }
    }
}
