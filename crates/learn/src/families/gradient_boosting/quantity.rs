//! Gradients as whole numbers, so that sums do not depend on their order and differences of histograms are exact.
//!
//! A [`Cell`] holds the first derivative as one whole number and, in another, the second derivative above the number of
//! rows. The scales are powers of two, chosen for each tree so that the sum over all its rows cannot overflow; with 160,000
//! rows a first derivative keeps 44 bits and a second one 27.

use networks::functions::ceil_log2;

/// Sums over some rows: of first derivatives, and of second derivatives with the rows counted below them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub gradient: i64,
    pub rest: u64,
}

impl Cell {
    #[inline]
    pub(super) fn add(&mut self, other: Self) {
        self.gradient = self.gradient.wrapping_add(other.gradient);
        self.rest = self.rest.wrapping_add(other.rest);
    }

    #[inline]
    pub(super) fn subtract(&mut self, other: Self) {
        self.gradient = self.gradient.wrapping_sub(other.gradient);
        self.rest = self.rest.wrapping_sub(other.rest);
    }
}

/// How derivatives become whole numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    gradient: f64,
    hessian: f64,
    /// Bits of the number of rows.
    shift: u32,
}

impl Scale {
    /// A scale for so many rows, with the largest first derivative (by size) and second derivative among them.
    pub(super) fn new(rows: usize, gradient: f64, hessian: f64) -> Self {
        let shift = (usize::BITS - rows.leading_zeros()).max(1);
        Self {
            gradient: power(62_i32 - shift.cast_signed(), gradient),
            hessian: power(63_i32 - 2 * shift.cast_signed(), hessian),
            shift,
        }
    }

    /// One row.
    #[inline]
    pub(super) fn cell(self, gradient: f64, hessian: f64) -> Cell {
        // Every row has some second derivative, so that a bin without one has no row.
        let hessian = ((hessian * self.hessian) as u64).max(1);
        Cell {
            gradient: (gradient * self.gradient) as i64,
            rest: (hessian << self.shift) | 1,
        }
    }

    /// The sum of second derivatives, in scaled units.
    #[inline]
    pub(super) fn hessian(self, cell: Cell) -> f64 {
        // Below 2^63, and signed numbers are converted faster.
        (cell.rest >> self.shift).cast_signed() as f64
    }

    /// The number of rows.
    #[inline]
    pub(super) fn rows(self, cell: Cell) -> u32 {
        (cell.rest & ((1 << self.shift) - 1)) as u32
    }

    /// A second derivative in scaled units.
    pub(super) fn scaled(self, hessian: f64) -> f64 {
        hessian * self.hessian
    }

    /// The Newton step of a leaf: minus the sum of first derivatives over that of second ones and the penalty.
    pub(super) fn step(self, cell: Cell, penalty: f64) -> f64 {
        let divisor = self.hessian(cell) / self.hessian + penalty;
        -(cell.gradient as f64 / self.gradient) / divisor
    }
}

/// The largest power of two that brings `most` to at most `2^bits`.
fn power(bits: i32, most: f64) -> f64 {
    if most > 0.0 && most.is_finite() {
        // Far beyond any derivative that matters; keeps the power finite.
        2.0_f64.powi((bits - ceil_log2(most)).clamp(-1000, 1000))
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_come_back_and_count_their_rows() {
        for rows in [1_usize, 3, 20, 1_000, 160_000] {
            let scale = Scale::new(rows, 0.9, 0.25);
            let mut sum = Cell::default();
            for row in 0..rows {
                let sign = if row % 2 == 0 { 0.9 } else { -0.6 };
                sum.add(scale.cell(sign, 0.25));
            }
            assert_eq!(scale.rows(sum), rows as u32);
            let pairs = (rows / 2) as f64;
            let gradient = 0.3 * pairs + if rows % 2 == 1 { 0.9 } else { 0.0 };
            let step = scale.step(sum, 0.0);
            let expected = -gradient / (0.25 * rows as f64);
            assert!((step - expected).abs() < 1e-9, "{rows}: {step} {expected}");
        }
    }

    #[test]
    fn the_largest_derivatives_of_all_rows_do_not_overflow() {
        for rows in [1_usize, 7, 8, 1 << 20, (1 << 24) + 3] {
            for most in [1e-12, 1.0, 3.0, 1e12] {
                let scale = Scale::new(rows, most, most);
                let cell = scale.cell(most, most);
                let rows = rows as i128;
                assert!(i128::from(cell.gradient) * rows < 1 << 63, "{rows} {most}");
                let hessian = i128::from(cell.rest >> scale.shift) * rows;
                assert!(hessian < 1 << (64 - scale.shift), "{rows} {most}");
                assert!(cell.gradient > 1 << 20 && cell.rest >> scale.shift > 1 << 10);
            }
        }
    }

    #[test]
    fn what_was_added_is_subtracted_to_nothing() {
        let scale = Scale::new(9, 5.0, 2.0);
        let cells = [
            scale.cell(-5.0, 0.0),
            scale.cell(0.1, 2.0),
            scale.cell(3.3, 1e-9),
        ];
        let mut sum = Cell::default();
        for cell in cells {
            sum.add(cell);
        }
        assert_eq!(scale.rows(sum), 3);
        for cell in cells {
            sum.subtract(cell);
        }
        assert_eq!(sum, Cell::default());
    }

    #[test]
    fn without_derivatives_the_step_is_zero() {
        let scale = Scale::new(4, 0.0, 0.0);
        let cell = scale.cell(0.0, 0.0);
        assert_eq!(scale.rows(cell), 1);
        assert!(scale.step(cell, 0.0).abs() < 1e-300);
    }
}
