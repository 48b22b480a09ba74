//! The one product that all layers are made of: rows that lie in a larger array, times a small matrix.
//!
//! A row of the left side is a number of segments, each a run of neighbouring numbers: one segment for an ordinary matrix,
//! three for a 3 x 3 convolution, whose windows overlap in memory, so that nothing is copied into a matrix first.
//!
//! Every element of a result is a chain of fused multiplications and additions in ascending order of the inner index,
//! whatever the width of the vectors. So results have the same bits on every processor that fuses them.

use rten_simd::ops::{BitOps, NumOps};
use rten_simd::{Isa, SimdOp};

/// Columns that a matrix on the right side has a multiple of.
pub(crate) const LANES: usize = 16;

/// Where the rows of the left side lie: `blocks` times `count` rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows {
    /// Number of blocks; a block is a row of an image, or all rows of a matrix.
    pub blocks: usize,
    /// Numbers from the first of a block to the first of the next.
    pub block_stride: usize,
    /// Rows of a block.
    pub count: usize,
    /// Numbers from the first of a row to the first of the next.
    pub stride: usize,
    /// Segments of a row.
    pub segments: usize,
    /// Numbers from the first of a segment to the first of the next.
    pub segment_stride: usize,
    /// Numbers of a segment.
    pub length: usize,
}

impl Rows {
    /// The rows of an ordinary matrix.
    pub(crate) const fn matrix(rows: usize, columns: usize) -> Self {
        Self {
            blocks: 1,
            block_stride: 0,
            count: rows,
            stride: columns,
            segments: 1,
            segment_stride: 0,
            length: columns,
        }
    }
}

/// Where the rows of a result lie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// The first number.
    pub start: usize,
    /// Numbers from the first of a block to the first of the next.
    pub block_stride: usize,
}

/// `out = left * right`, or `out = right_0 + left * right` with a row to begin from.
#[derive(Debug)]
pub(crate) struct Product<'a> {
    pub left: &'a [f32],
    pub rows: Rows,
    /// A row for each place of the inner index, with `columns` numbers.
    pub right: &'a [f32],
    /// A multiple of [`LANES`].
    pub columns: usize,
    /// What sums begin from; zeros without it.
    pub bias: Option<&'a [f32]>,
    pub out: &'a mut [f32],
    pub place: Place,
}

impl SimdOp for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        assert_eq!(self.columns % LANES, 0, "columns come in whole vectors");
        match isa.f32().len() {
            16 if self.columns.is_multiple_of(32) => product::<I, 8, 2>(isa, self),
            16 => product::<I, 8, 1>(isa, self),
            8 => product::<I, 4, 2>(isa, self),
            _ => product::<I, 4, 4>(isa, self),
        }
    }
}

#[inline(always)]
fn product<I: Isa, const M: usize, const V: usize>(isa: I, mut it: Product<'_>) {
    let width = V * isa.f32().len();
    for column in (0..it.columns).step_by(width) {
        for block in 0..it.rows.blocks {
            let whole = it.rows.count / M * M;
            for row in (0..whole).step_by(M) {
                tile::<I, M, V>(isa, &mut it, (block, row), column);
            }
            for row in whole..it.rows.count {
                tile::<I, 1, V>(isa, &mut it, (block, row), column);
            }
        }
    }
}

/// `M` rows of a result, `V` vectors wide.
#[inline(always)]
fn tile<I: Isa, const M: usize, const V: usize>(
    isa: I,
    it: &mut Product<'_>,
    (block, row): (usize, usize),
    column: usize,
) {
    let ops = isa.f32();
    let lanes = ops.len();
    let Rows { stride, length, .. } = it.rows;
    let mut sums = [[ops.splat(0.0); V]; M];
    if let Some(bias) = it.bias {
        let mut first = [ops.splat(0.0); V];
        for (v, value) in first.iter_mut().enumerate() {
            *value = ops.load(&bias[column + v * lanes..]);
        }
        sums = [first; M];
    }
    let start = block * it.rows.block_stride + row * stride;
    for segment in 0..it.rows.segments {
        let from = start + segment * it.rows.segment_stride;
        let mut rows = [it.left; M];
        for (m, values) in rows.iter_mut().enumerate() {
            *values = &it.left[from + m * stride..][..length];
        }
        let right = &it.right[segment * length * it.columns + column..];
        for k in 0..length {
            let values = &right[k * it.columns..][..V * lanes];
            let mut vectors = [ops.splat(0.0); V];
            for (v, vector) in vectors.iter_mut().enumerate() {
                *vector = ops.load(&values[v * lanes..]);
            }
            for m in 0..M {
                let x = ops.splat(rows[m][k]);
                for v in 0..V {
                    sums[m][v] = ops.mul_add(x, vectors[v], sums[m][v]);
                }
            }
        }
    }
    let place = it.place.start + block * it.place.block_stride + row * it.columns + column;
    for (m, row) in sums.iter().enumerate() {
        let out = &mut it.out[place + m * it.columns..][..V * lanes];
        for (v, &sum) in row.iter().enumerate() {
            ops.store(sum, &mut out[v * lanes..]);
        }
    }
}

/// `out += left^T * right`: what the gradient of a layer's weights is.
///
/// Both sides have the same rows, in blocks; `left` is `rows.length` wide and begins anew for each segment.
#[derive(Debug)]
pub(crate) struct Outer<'a> {
    pub left: &'a [f32],
    pub rows: Rows,
    pub right: &'a [f32],
    pub place: Place,
    /// A multiple of [`LANES`].
    pub columns: usize,
    /// A row for each place of the inner index, with `columns` numbers.
    pub out: &'a mut [f32],
}

/// Rows of both sides that are taken at once, so that they stay in the nearest cache.
const STRIP: usize = 64;

impl SimdOp for Outer<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        assert_eq!(self.columns % LANES, 0, "columns come in whole vectors");
        match isa.f32().len() {
            16 if self.columns.is_multiple_of(32) => outer::<I, 8, 2>(isa, self),
            16 => outer::<I, 8, 1>(isa, self),
            8 => outer::<I, 4, 2>(isa, self),
            _ => outer::<I, 4, 4>(isa, self),
        }
    }
}

#[inline(always)]
fn outer<I: Isa, const M: usize, const V: usize>(isa: I, mut it: Outer<'_>) {
    let width = V * isa.f32().len();
    // A strip is some blocks, or some rows of one block.
    let blocks = (STRIP / it.rows.count.max(1)).max(1);
    for block in (0..it.rows.blocks).step_by(blocks) {
        let blocks = block..(block + blocks).min(it.rows.blocks);
        for row in (0..it.rows.count).step_by(STRIP) {
            let strip = Strip {
                blocks: (blocks.start, blocks.end),
                rows: (row, (row + STRIP).min(it.rows.count)),
            };
            for segment in 0..it.rows.segments {
                let whole = it.rows.length / M * M;
                for column in (0..it.columns).step_by(width) {
                    for place in (0..whole).step_by(M) {
                        outer_tile::<I, M, V>(isa, &mut it, strip, (segment, place), column);
                    }
                    for place in whole..it.rows.length {
                        outer_tile::<I, 1, V>(isa, &mut it, strip, (segment, place), column);
                    }
                }
            }
        }
    }
}

/// A range of blocks and of the rows in each.
#[derive(Debug, Clone, Copy)]
struct Strip {
    blocks: (usize, usize),
    rows: (usize, usize),
}

#[inline(always)]
fn outer_tile<I: Isa, const M: usize, const V: usize>(
    isa: I,
    it: &mut Outer<'_>,
    strip: Strip,
    (segment, place): (usize, usize),
    column: usize,
) {
    let ops = isa.f32();
    let lanes = ops.len();
    let first = (segment * it.rows.length + place) * it.columns + column;
    let mut sums = [[ops.splat(0.0); V]; M];
    for (m, row) in sums.iter_mut().enumerate() {
        let out = &it.out[first + m * it.columns..][..V * lanes];
        for (v, sum) in row.iter_mut().enumerate() {
            *sum = ops.load(&out[v * lanes..]);
        }
    }
    let count = strip.rows.1 - strip.rows.0;
    for block in strip.blocks.0..strip.blocks.1 {
        let from = block * it.rows.block_stride + strip.rows.0 * it.rows.stride;
        let left = &it.left[from + segment * it.rows.segment_stride + place..];
        let from = it.place.start + block * it.place.block_stride + strip.rows.0 * it.columns;
        let right = &it.right[from + column..];
        for row in 0..count {
            let xs = &left[row * it.rows.stride..][..M];
            let values = &right[row * it.columns..][..V * lanes];
            let mut vectors = [ops.splat(0.0); V];
            for (v, vector) in vectors.iter_mut().enumerate() {
                *vector = ops.load(&values[v * lanes..]);
            }
            for m in 0..M {
                let x = ops.splat(xs[m]);
                for v in 0..V {
                    sums[m][v] = ops.mul_add(x, vectors[v], sums[m][v]);
                }
            }
        }
    }
    for (m, row) in sums.iter().enumerate() {
        let out = &mut it.out[first + m * it.columns..][..V * lanes];
        for (v, &sum) in row.iter().enumerate() {
            ops.store(sum, &mut out[v * lanes..]);
        }
    }
}

#[cfg(test)]
mod tests;
