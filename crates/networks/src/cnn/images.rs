//! Grey images of one size.

use crate::error::Error;

/// Grey images, one byte a pixel, row by row, one image after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Images {
    side: usize,
    pixels: Vec<u8>,
}

impl Images {
    /// Square images of this side.
    pub fn new(side: usize, pixels: Vec<u8>) -> Result<Self, Error> {
        let image = side * side;
        if image == 0 || !pixels.len().is_multiple_of(image) {
            return Err(Error::Shape {
                what: "the number of pixels",
                found: pixels.len(),
                expected: format!("a multiple of {image}"),
            });
        }
        Ok(Self { side, pixels })
    }

    /// No images yet, of this side.
    pub fn empty(side: usize) -> Self {
        Self {
            side,
            pixels: Vec::new(),
        }
    }

    /// Appends images of the same side.
    ///
    /// # Panics
    /// Where there are not the pixels of whole images.
    pub fn extend(&mut self, pixels: &[u8]) {
        assert!(
            pixels.len().is_multiple_of(self.side * self.side),
            "images have the pixels of their side"
        );
        self.pixels.extend_from_slice(pixels);
    }

    /// The pixels of all images.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// Side of an image.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.pixels.len() / (self.side * self.side)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pixels.is_empty()
    }

    /// The pixels of an image.
    pub fn image(&self, number: usize) -> &[u8] {
        let pixels = self.side * self.side;
        &self.pixels[number * pixels..(number + 1) * pixels]
    }

    /// Mean and deviation (divisor n; 1 where all are the same) of all pixels.
    ///
    /// ```
    /// let images = networks::cnn::Images::new(2, vec![0, 2, 4, 6])?;
    /// assert_eq!(images.moments(), (3.0, 5.0_f64.sqrt()));
    /// # Ok::<(), networks::Error>(())
    /// ```
    pub fn moments(&self) -> (f64, f64) {
        // Whole numbers: exact up to 2^48 pixels.
        let sum: u64 = self.pixels.iter().map(|&x| u64::from(x)).sum();
        let squares: u64 = self.pixels.iter().map(|&x| u64::from(x).pow(2)).sum();
        let count = self.pixels.len().max(1) as u128;
        let spread = count * u128::from(squares) - u128::from(sum).pow(2);
        let deviation = (spread as f64).sqrt() / count as f64;
        let scale = if spread == 0 { 1.0 } else { deviation };
        (sum as f64 / count as f64, scale)
    }
}

/// What is done to a picture before the first convolution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Entrance {
    pub side: usize,
    /// Subtracted from each pixel.
    pub mean: f32,
    /// Multiplied with each pixel then.
    pub factor: f32,
}

impl Entrance {
    /// Writes the 3 x 3 neighbourhood of each pixel as nine numbers; beyond the border they are 0.
    ///
    /// `bits` flips the image: the first left and right, the second up and down.
    pub(super) fn neighbourhoods<T: Copy>(self, image: &[T], bits: u8, out: &mut [f32])
    where
        f32: From<T>,
    {
        let side = self.side;
        let pitch = side + 2;
        let mut padded = vec![0.0; pitch * pitch];
        let (across, down) = (bits & 1 == 1, bits & 2 == 2);
        for (y, row) in image.chunks_exact(side).enumerate() {
            let y = if down { side - 1 - y } else { y } + 1;
            let to = &mut padded[y * pitch + 1..][..side];
            for (value, &pixel) in to.iter_mut().zip(row) {
                *value = (f32::from(pixel) - self.mean) * self.factor;
            }
            if across {
                to.reverse();
            }
        }
        for (y, rows) in out.chunks_exact_mut(9 * side).enumerate() {
            for ky in 0..3 {
                let from = &padded[(y + ky) * pitch..][..pitch];
                for (taps, values) in rows.chunks_exact_mut(9).zip(from.windows(3)) {
                    taps[3 * ky..3 * ky + 3].copy_from_slice(values);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_all_pixels() {
        let images = Images::new(2, (0..8).collect()).unwrap();
        assert_eq!(images.len(), 2);
        let (mean, deviation) = images.moments();
        assert!((mean - 3.5).abs() < 1e-12 && (deviation - 5.25_f64.sqrt()).abs() < 1e-12);
        assert_eq!(Images::new(1, vec![7; 5]).unwrap().moments(), (7.0, 1.0));
        assert!(Images::new(3, vec![0; 10]).is_err());
    }

    #[test]
    fn neighbourhoods_are_the_windows_of_the_padded_image() {
        let side = 4;
        let image: Vec<u8> = (1..=16).collect();
        for bits in 0..4 {
            let at = |y: isize, x: isize| {
                let inside = (0..4).contains(&y) && (0..4).contains(&x);
                let y = if bits & 2 == 2 { 3 - y } else { y };
                let x = if bits & 1 == 1 { 3 - x } else { x };
                if inside {
                    f32::from(image[(y * 4 + x) as usize]) * 2.0 - 2.0
                } else {
                    0.0
                }
            };
            let mut out = vec![f32::NAN; 16 * 9];
            let entrance = Entrance {
                side,
                mean: 1.0,
                factor: 2.0,
            };
            entrance.neighbourhoods(&image, bits, &mut out);
            for y in 0..4_isize {
                for x in 0..4_isize {
                    for tap in 0..9_isize {
                        let own = out[((y * 4 + x) * 9 + tap) as usize];
                        assert_eq!(
                            own,
                            at(y + tap / 3 - 1, x + tap % 3 - 1),
                            "{bits} {y} {x} {tap}"
                        );
                    }
                }
            }
        }
    }
}
