//! Products are those of the definition, in bits that do not depend on the width of vectors.

//! Products against plain loops.

use super::*;

/// Small whole numbers: every sum is exact.
fn numbers(count: usize, salt: usize) -> Vec<f32> {
    (0..count)
        .map(|n| ((n * 31 + salt * 17) % 11) as f32 - 5.0)
        .collect()
}

const MATRIX: Rows = Rows::matrix(13, 7);

/// Windows of a 3 x 3 convolution over pictures of 5 x 9 with 4 channels and a border.
const WINDOWS: Rows = Rows {
    blocks: 5,
    block_stride: 44,
    count: 9,
    stride: 4,
    segments: 3,
    segment_stride: 44,
    length: 12,
};

/// The element of a row of the left side.
fn left(values: &[f32], rows: Rows, (block, row): (usize, usize), k: usize) -> f32 {
    let start = block * rows.block_stride + row * rows.stride;
    values[start + k / rows.length * rows.segment_stride + k % rows.length]
}

fn size(rows: Rows) -> usize {
    (rows.blocks - 1) * rows.block_stride
        + (rows.count - 1) * rows.stride
        + (rows.segments - 1) * rows.segment_stride
        + rows.length
}

#[test]
fn products_are_those_of_the_definition() {
    for rows in [MATRIX, WINDOWS, Rows::matrix(1, 3), Rows::matrix(8, 1)] {
        for columns in [16, 32, 48, 128] {
            let depth = rows.segments * rows.length;
            let (a, b) = (numbers(size(rows), 1), numbers(depth * columns, 2));
            let bias = numbers(columns, 3);
            let place = Place {
                start: 3,
                block_stride: rows.count * columns + 5,
            };
            let mut out = vec![f32::NAN; 3 + rows.blocks * place.block_stride];
            Product {
                left: &a,
                rows,
                right: &b,
                columns,
                bias: Some(&bias),
                out: &mut out,
                place,
            }
            .dispatch();
            let untouched = out.iter().filter(|value| value.is_nan()).count();
            assert_eq!(untouched, 3 + rows.blocks * 5);
            for block in 0..rows.blocks {
                for row in 0..rows.count {
                    for column in 0..columns {
                        let terms = (0..depth)
                            .map(|k| left(&a, rows, (block, row), k) * b[k * columns + column]);
                        let own = out[3 + block * place.block_stride + row * columns + column];
                        assert_eq!(own, bias[column] + terms.sum::<f32>(), "{rows:?} {columns}");
                    }
                }
            }
        }
    }
}

#[test]
fn outer_products_are_added_to_what_is_there() {
    for rows in [MATRIX, WINDOWS, Rows::matrix(150, 9)] {
        for columns in [16, 32] {
            let depth = rows.segments * rows.length;
            let place = Place {
                start: 2,
                block_stride: rows.count * columns + 1,
            };
            let (a, b) = (
                numbers(size(rows), 1),
                numbers(2 + rows.blocks * place.block_stride, 2),
            );
            let mut out = numbers(depth * columns, 3);
            let before = out.clone();
            Outer {
                left: &a,
                rows,
                right: &b,
                place,
                columns,
                out: &mut out,
            }
            .dispatch();
            for k in 0..depth {
                for column in 0..columns {
                    let all = (0..rows.blocks)
                        .flat_map(|block| (0..rows.count).map(move |row| (block, row)));
                    let terms = all.map(|(block, row)| {
                        let right = b[2 + block * place.block_stride + row * columns + column];
                        left(&a, rows, (block, row), k) * right
                    });
                    let at = k * columns + column;
                    assert_eq!(
                        out[at],
                        before[at] + terms.sum::<f32>(),
                        "{rows:?} {columns}"
                    );
                }
            }
        }
    }
}

/// Numbers whose sums are rounded.
fn rough(count: usize, salt: usize) -> Vec<f32> {
    (0..count)
        .map(|n| ((n * 7919 + salt * 104_729) % 1009) as f32 / 1009.0 - 0.5)
        .collect()
}

#[cfg(target_arch = "x86_64")]
#[test]
fn bits_do_not_depend_on_the_width_of_vectors() {
    let Some(narrow) = rten_simd::isa::Avx2Isa::new() else {
        return;
    };
    let (a, b) = (rough(size(WINDOWS), 1), rough(36 * 32, 2));
    let place = Place {
        start: 0,
        block_stride: 9 * 32,
    };
    let product = |run: &dyn Fn(Product<'_>)| {
        let mut out = vec![0.0; 5 * 9 * 32];
        run(Product {
            left: &a,
            rows: WINDOWS,
            right: &b,
            columns: 32,
            bias: None,
            out: &mut out,
            place,
        });
        out
    };
    let map = product(&|it| it.dispatch());
    assert_eq!(product(&|it| it.eval(narrow)), map);
    let outer = |run: &dyn Fn(Outer<'_>)| {
        let mut out = vec![0.0; 36 * 32];
        run(Outer {
            left: &a,
            rows: WINDOWS,
            right: &map,
            place,
            columns: 32,
            out: &mut out,
        });
        out
    };
    assert_eq!(outer(&|it| it.eval(narrow)), outer(&|it| it.dispatch()));
}
