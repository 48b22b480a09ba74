//! Pictures made smaller.

/// The exact area average of a picture as a square, rounded half up; `from` is its width and height.
///
/// In whole numbers: along an axis a pixel of the source is `to` wide and one of the result as wide as the source has pixels;
/// weights are the overlaps.
///
/// ```
/// let picture = [0, 10, 20, 30, 40, 50, 60, 70, 80];
/// // Four quarters, each of one whole pixel, two halves and a quarter.
/// assert_eq!(learn::images::shrink(&picture, [3, 3], 2), [13, 27, 53, 67]);
/// ```
///
/// # Panics
/// Where the picture has not the pixels of its size, or `to` is 0 or above a side.
pub fn shrink(picture: &[u8], from: [usize; 2], to: usize) -> Vec<u8> {
    let [width, height] = from;
    assert_eq!(
        picture.len(),
        width * height,
        "a picture has the pixels of its size"
    );
    assert!(
        (1..=width.min(height)).contains(&to),
        "a picture is made smaller"
    );
    if [width, height] == [to, to] {
        return picture.to_vec();
    }
    let area = (width * height) as u64;
    let mut result = Vec::with_capacity(to * to);
    for y in 0..to {
        for x in 0..to {
            let mut sum = 0;
            for row in sources(y, height, to) {
                let line = &picture[row * width..(row + 1) * width];
                let across = sources(x, width, to)
                    .map(|column| overlap(x, column, width, to) * u64::from(line[column]));
                sum += overlap(y, row, height, to) * across.sum::<u64>();
            }
            result.push(((2 * sum + area) / (2 * area)) as u8);
        }
    }
    result
}

/// The pixels of the source that a pixel of the result covers.
fn sources(out: usize, from: usize, to: usize) -> std::ops::Range<usize> {
    out * from / to..((out + 1) * from).div_ceil(to)
}

/// How much of it one of them has.
fn overlap(out: usize, source: usize, from: usize, to: usize) -> u64 {
    let end = ((out + 1) * from).min((source + 1) * to);
    end.saturating_sub((out * from).max(source * to)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_exact() {
        let picture: Vec<u8> = (0..16).collect();
        assert_eq!(shrink(&picture, [4, 4], 4), picture);
        assert_eq!(shrink(&picture, [4, 4], 2), [3, 5, 11, 13]);
        assert_eq!(shrink(&picture, [4, 4], 1), [8]);
        assert_eq!(shrink(&[255; 25], [5, 5], 3), [255; 9]);
    }

    #[test]
    fn what_is_not_square_is_squeezed_along_each_axis() {
        let picture = [0, 10, 20, 30, 40, 50, 60, 70];
        // Two rows of four: pairs along the rows, rows as they are.
        assert_eq!(shrink(&picture, [4, 2], 2), [5, 25, 45, 65]);
        // Four rows of two: pairs along the columns.
        assert_eq!(shrink(&picture, [2, 4], 2), [10, 20, 50, 60]);
    }

    #[test]
    fn two_hundred_become_sixty_four_as_the_reference_does_it() {
        // The first and the last pixel of a gradient: weights 64, 64, 64, 8 of 200 along each axis.
        let picture: Vec<u8> = (0..200 * 200_u32)
            .map(|n| ((n / 200 + n % 200) % 256) as u8)
            .collect();
        let small = shrink(&picture, [200, 200], 64);
        // Mean along an axis: (0 + 64 + 128 + 24) / 200 = 1.08; both axes: 2.16.
        assert_eq!((small[0], small.len()), (2, 64 * 64));
    }
}
