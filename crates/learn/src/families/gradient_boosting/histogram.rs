//! Sums of derivatives of a leaf by bin of each column, and the best cut of a column.

use super::quantity::{Cell, Scale};
use crate::families::bins::{BINS, Column};

/// Sums by bin of one column.
pub(super) type Bins = [Cell; BINS];

/// Rows that are added to all columns before the next ones, so that their cells stay in the nearest cache.
const BLOCK: usize = 1024;

/// Rows of a leaf and their cells, in one order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows<'a> {
    pub places: &'a [u32],
    pub cells: &'a [Cell],
    /// Whether they are the rows from 0 on without a gap.
    pub all: bool,
}

/// Writes the sums of some rows into the bins of some columns.
pub(super) fn fill(bins: &mut [Bins], columns: &[&Column], leaf: Rows<'_>) {
    for (of, column) in bins.iter_mut().zip(columns) {
        of[..column.bins()].fill(Cell::default());
    }
    let blocks = leaf.places.chunks(BLOCK).zip(leaf.cells.chunks(BLOCK));
    for (number, (rows, cells)) in blocks.enumerate() {
        let mut pairs = bins.chunks_exact_mut(2);
        for (of, columns) in (&mut pairs).zip(columns.chunks_exact(2)) {
            let ([first, second], [a, b]) = (of, columns) else {
                continue;
            };
            let both = (&mut *first, &mut *second);
            if leaf.all {
                let range = number * BLOCK..number * BLOCK + cells.len();
                let bins = a.bin[range.clone()].iter().zip(&b.bin[range]);
                add(both, bins.map(|(&a, &b)| (a, b)), cells);
            } else {
                let (a, b) = (a.bin.as_slice(), b.bin.as_slice());
                let bins = rows.iter().map(|&row| (a[row as usize], b[row as usize]));
                add(both, bins, cells);
            }
        }
        if let ([last], [.., column]) = (pairs.into_remainder(), columns) {
            for (&row, &cell) in rows.iter().zip(cells) {
                last[column.bin[row as usize] as usize].add(cell);
            }
        }
    }
}

/// Adds rows to the bins of two columns at once: their cells are read once, and neither column waits for the other.
#[inline]
fn add(
    (first, second): (&mut Bins, &mut Bins),
    bins: impl Iterator<Item = (u8, u8)>,
    cells: &[Cell],
) {
    for ((a, b), &cell) in bins.zip(cells) {
        first[a as usize].add(cell);
        second[b as usize].add(cell);
    }
}

/// Leaves in `whole` what is left of it without `part`.
pub(super) fn subtract(whole: &mut [Bins], part: &[Bins], columns: &[&Column]) {
    for ((whole, part), column) in whole.iter_mut().zip(part).zip(columns) {
        let bins = column.bins();
        for (whole, &part) in whole[..bins].iter_mut().zip(&part[..bins]) {
            whole.subtract(part);
        }
    }
}

/// What a cut must keep, in scaled units.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    pub scale: Scale,
    pub min_rows: u32,
    pub min_hessian: f64,
    pub penalty: f64,
}

/// A cut of a leaf: rows in a bin up to `bin` go left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cut {
    /// Place of the column among those of the tree.
    pub column: usize,
    pub bin: u8,
    /// What the sum of both sides' squared gradients over hessians gains.
    pub gain: f64,
    /// Sums of the left side.
    pub left: Cell,
}

/// A gain below this part of the leaf's own term is rounding.
const ROUNDING: f64 = 1e-12;

/// The best cut of one column; of equal ones the first. None where no cut keeps the rule and gains.
pub(super) fn best(bins: &[Cell], total: Cell, rule: Rule, column: usize) -> Option<Cut> {
    let scale = rule.scale;
    let whole_hessian = scale.hessian(total);
    // Rows are counted by their share of the second derivatives, as LightGBM counts them: a side of rows that are nearly
    // certain weighs little however many they are, and would get a far answer.
    let least = f64::from(rule.min_rows) - 0.5;
    let least = (least * whole_hessian / f64::from(scale.rows(total))).max(rule.min_hessian);
    let term = |cell: Cell, hessian: f64| {
        let gradient = cell.gradient as f64;
        gradient * gradient / hessian
    };
    let whole = term(total, whole_hessian + rule.penalty);
    let mut gain = whole * ROUNDING;
    let mut found = None;
    let mut left = Cell::default();
    for (bin, &cell) in bins.iter().enumerate() {
        // Bins without rows cut as the bin before them does.
        if cell.rest == 0 {
            continue;
        }
        left.add(cell);
        let below = scale.hessian(left);
        if below < least {
            continue;
        }
        let mut right = total;
        right.subtract(left);
        let above = scale.hessian(right);
        if above < least || right.rest == 0 {
            break;
        }
        // One division in place of two.
        let (below, above) = (below + rule.penalty, above + rule.penalty);
        let (a, b) = (left.gradient as f64, right.gradient as f64);
        let more = (a * a * above + b * b * below) / (below * above) - whole;
        if more > gain {
            gain = more;
            found = Some((bin, left));
        }
    }
    found.map(|(bin, left)| Cut {
        column,
        bin: bin as u8,
        gain,
        left,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Matrix;

    fn column(values: &[f32]) -> Column {
        let matrix = Matrix {
            rows: values.len(),
            columns: 1,
            values: values.to_vec(),
        };
        Column::all(&matrix, 1).remove(0)
    }

    fn cells(gradients: &[f64], scale: Scale) -> Vec<Cell> {
        gradients.iter().map(|&g| scale.cell(g, 1.0)).collect()
    }

    fn rule(scale: Scale, min_rows: u32) -> Rule {
        Rule {
            scale,
            min_rows,
            min_hessian: 0.0,
            penalty: 0.0,
        }
    }

    fn sums(column: &Column, leaf: Rows<'_>) -> Vec<Bins> {
        let mut bins = vec![[Cell::default(); BINS]];
        fill(&mut bins, &[column], leaf);
        bins
    }

    /// Six rows whose gradients change their sign between 2 and 5.
    fn example() -> (Column, Vec<Cell>, Scale) {
        let scale = Scale::new(6, 1.0, 1.0);
        let column = column(&[1.0, 5.0, 2.0, 6.0, 2.0, 7.0]);
        let cells = cells(&[-1.0, 1.0, -1.0, 1.0, -1.0, 0.5], scale);
        (column, cells, scale)
    }

    fn total(cells: &[Cell]) -> Cell {
        let mut total = Cell::default();
        for &cell in cells {
            total.add(cell);
        }
        total
    }

    #[test]
    fn the_cut_lies_where_gradients_change() {
        let (column, cells, scale) = example();
        let rows: Vec<u32> = (0..6).collect();
        let leaf = Rows {
            places: &rows,
            cells: &cells,
            all: true,
        };
        let bins = sums(&column, leaf);
        let cut = best(&bins[0][..column.bins()], total(&cells), rule(scale, 1), 4).unwrap();
        assert_eq!((cut.bin, cut.column, scale.rows(cut.left)), (1, 4, 3));
        // 9/3 + 6.25/3 - 0.25/6 in scaled units.
        let unit = scale.scaled(1.0);
        let gradient = scale.cell(1.0, 0.0).gradient as f64;
        let expected = (3.0 + 6.25 / 3.0 - 0.25 / 6.0) * gradient * gradient / unit;
        assert!((cut.gain / expected - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_difference_of_histograms_is_the_histogram_of_the_rest() {
        let (column, cells, _) = example();
        let of = |rows: &[u32]| {
            let own: Vec<Cell> = rows.iter().map(|&row| cells[row as usize]).collect();
            let leaf = Rows {
                places: rows,
                cells: &own,
                all: false,
            };
            sums(&column, leaf)
        };
        let mut whole = of(&[0, 1, 2, 3, 4, 5]);
        subtract(&mut whole, &of(&[1, 4]), &[&column]);
        assert_eq!(whole, of(&[0, 2, 3, 5]));
        assert_eq!(of(&[3, 0]), of(&[0, 3]));
    }

    #[test]
    fn small_sides_and_equal_gradients_are_no_cut() {
        let (column, mut cells, scale) = example();
        let rows: Vec<u32> = (0..6).collect();
        let find = |cells: &[Cell], min_rows: u32| {
            let leaf = Rows {
                places: &rows,
                cells,
                all: true,
            };
            let bins = sums(&column, leaf);
            best(
                &bins[0][..column.bins()],
                total(cells),
                rule(scale, min_rows),
                0,
            )
        };
        assert_eq!(find(&cells, 4), None);
        assert_eq!(find(&cells, 3).map(|cut| cut.bin), Some(1));
        cells.fill(scale.cell(0.7, 1.0));
        assert_eq!(find(&cells, 1), None);
    }
}
