//! Symmetric linear equations by Cholesky's decomposition.

/// Below this part of its column's square a pivot is rounding: the columns before it say the same.
const DEPENDENT: f64 = 1e-10;

/// Solves `A x = b` for a symmetric matrix without negative eigenvalues, given by its lower half row by row. Where a row of
/// the matrix depends on those before it, its unknown is 0.
pub(super) fn solve(mut matrix: Vec<f64>, mut right: Vec<f64>) -> Vec<f64> {
    let size = right.len();
    let mut dependent = vec![false; size];
    for row in 0..size {
        let (above, own) = matrix.split_at_mut(row * size);
        let own = &mut own[..size];
        let diagonal = own[row];
        for column in 0..row {
            let other = &above[column * size..column * size + size];
            if dependent[column] {
                own[column] = 0.0;
                continue;
            }
            let product: f64 = own[..column].iter().zip(other).map(|(a, b)| a * b).sum();
            own[column] = (own[column] - product) / other[column];
        }
        let squares: f64 = own[..row].iter().map(|x| x * x).sum();
        let pivot = diagonal - squares;
        dependent[row] = pivot <= DEPENDENT * diagonal || pivot <= 0.0;
        own[row] = if dependent[row] { 1.0 } else { pivot.sqrt() };
        let known: f64 = own[..row].iter().zip(&right).map(|(a, b)| a * b).sum();
        right[row] = if dependent[row] {
            0.0
        } else {
            (right[row] - known) / own[row]
        };
    }
    for row in (0..size).rev() {
        if dependent[row] {
            right[row] = 0.0;
            continue;
        }
        right[row] /= matrix[row * size + row];
        let value = right[row];
        let own = &matrix[row * size..row * size + row];
        for (before, factor) in right.iter_mut().zip(own) {
            *before -= factor * value;
        }
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equations_are_solved() {
        // 4x + 2y + z = 9; 2x + 5y + 3z = 21; x + 3y + 6z = 25.
        let matrix = vec![4.0, 0.0, 0.0, 2.0, 5.0, 0.0, 1.0, 3.0, 6.0];
        let found = solve(matrix, vec![11.0, 21.0, 25.0]);
        let back = [
            4.0 * found[0] + 2.0 * found[1] + found[2],
            2.0 * found[0] + 5.0 * found[1] + 3.0 * found[2],
            found[0] + 3.0 * found[1] + 6.0 * found[2],
        ];
        let near = |(a, b): (f64, f64)| (a - b).abs() < 1e-12;
        assert!(
            back.into_iter().zip([11.0, 21.0, 25.0]).all(near),
            "{back:?}"
        );
    }

    #[test]
    fn a_dependent_row_has_the_unknown_zero() {
        // The second column is twice the first.
        let matrix = vec![1.0, 0.0, 0.0, 2.0, 4.0, 0.0, 1.0, 2.0, 3.0];
        let found = solve(matrix, vec![2.0, 4.0, 6.0]);
        assert!((found[0] - 0.0).abs() < 1e-12 && found[1].abs() < 1e-300);
        assert!((found[2] - 2.0).abs() < 1e-12, "{found:?}");
        assert_eq!(solve(vec![0.0], vec![0.0]), [0.0]);
    }
}
