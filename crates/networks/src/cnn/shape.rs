//! Form of the network, and where its weights lie.

use std::ops::Range;

use crate::error::Error;
use crate::product::LANES;
use crate::weights::Layout;

/// Widest layer: what a chunk needs in memory grows with it.
const MOST_CHANNELS: usize = 512;
/// Largest side of an image.
const MOST_SIDE: usize = 512;

/// Form of the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    side: usize,
    channels: Vec<usize>,
    classes: usize,
}

/// Places of a block's weights.
#[derive(Debug, Clone)]
pub(crate) struct BlockPlaces {
    /// Kernel, row by row: `[ky][kx][in][out]`.
    pub kernel: Range<usize>,
    /// Factor of each channel after normalisation.
    pub gamma: Range<usize>,
    /// What is added to each channel after normalisation.
    pub beta: Range<usize>,
}

/// Places of all weights.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    pub blocks: Vec<BlockPlaces>,
    /// `[class][channel]`.
    pub head: Range<usize>,
    pub bias: Range<usize>,
    /// Number of weights.
    pub length: usize,
}

impl Shape {
    /// A network for square images of this side.
    ///
    /// ```
    /// let shape = networks::cnn::Shape::new(64, &[16, 32, 64, 64], 6)?;
    /// assert_eq!(shape.weights(), 60_790);
    /// # Ok::<(), networks::Error>(())
    /// ```
    pub fn new(side: usize, channels: &[usize], classes: usize) -> Result<Self, Error> {
        let wrong = |what, found, expected: String| Error::Shape {
            what,
            found,
            expected,
        };
        if channels.is_empty() || channels.len() > 8 {
            let expected = "between 1 and 8".to_owned();
            return Err(wrong("the number of blocks", channels.len(), expected));
        }
        let halves = 1 << channels.len();
        if side == 0 || !side.is_multiple_of(halves) || side > MOST_SIDE {
            let expected = format!("a multiple of {halves} up to {MOST_SIDE}");
            return Err(wrong("the side of an image", side, expected));
        }
        for &count in channels {
            if count == 0 || !count.is_multiple_of(LANES) || count > MOST_CHANNELS {
                let expected = format!("a multiple of {LANES} up to {MOST_CHANNELS}");
                return Err(wrong("the number of channels", count, expected));
            }
        }
        if !(2..=10_000).contains(&classes) {
            let expected = "between 2 and 10000".to_owned();
            return Err(wrong("the number of classes", classes, expected));
        }
        Ok(Self {
            side,
            channels: channels.to_vec(),
            classes,
        })
    }

    /// Side of an image.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Pixels of an image.
    pub fn pixels(&self) -> usize {
        self.side * self.side
    }

    /// Channels of each block.
    pub fn channels(&self) -> &[usize] {
        &self.channels
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Number of weights.
    pub fn weights(&self) -> usize {
        self.places().length
    }

    /// Channels of the last block.
    pub(crate) fn features(&self) -> usize {
        *self.channels.last().expect("there is a block")
    }

    /// Means and variances that are counted: two of each channel.
    pub(crate) fn statistics(&self) -> usize {
        2 * self.channels.iter().sum::<usize>()
    }

    pub(crate) fn places(&self) -> Places {
        let mut layout = Layout::default();
        let mut inputs = 1;
        let mut blocks = Vec::new();
        for &outputs in &self.channels {
            blocks.push(BlockPlaces {
                kernel: layout.take(9 * inputs * outputs),
                gamma: layout.take(outputs),
                beta: layout.take(outputs),
            });
            inputs = outputs;
        }
        Places {
            blocks,
            head: layout.take(inputs * self.classes),
            bias: layout.take(self.classes),
            length: layout.length(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_that_cannot_be_are_refused() {
        let cases: &[(usize, &[usize], usize, &str)] = &[
            (
                64,
                &[],
                2,
                "the number of blocks is 0, expected between 1 and 8",
            ),
            (
                40,
                &[16; 4],
                2,
                "the side of an image is 40, expected a multiple of 16 up to 512",
            ),
            (
                0,
                &[16],
                2,
                "the side of an image is 0, expected a multiple of 2 up to 512",
            ),
            (
                64,
                &[16, 20],
                2,
                "the number of channels is 20, expected a multiple of 16 up to 512",
            ),
            (
                64,
                &[16],
                1,
                "the number of classes is 1, expected between 2 and 10000",
            ),
        ];
        for (side, channels, classes, message) in cases {
            let error = Shape::new(*side, channels, *classes).unwrap_err();
            assert_eq!(error.to_string(), *message);
        }
    }

    #[test]
    fn places_fill_the_list_without_gaps() {
        let shape = Shape::new(8, &[16, 32], 3).unwrap();
        let places = shape.places();
        let mut ranges = Vec::new();
        for block in places.blocks {
            ranges.extend([block.kernel, block.gamma, block.beta]);
        }
        ranges.extend([places.head, places.bias]);
        assert!(ranges.windows(2).all(|pair| pair[0].end == pair[1].start));
        assert_eq!(ranges.last().unwrap().end, shape.weights());
        assert_eq!(shape.statistics(), 96);
    }
}
