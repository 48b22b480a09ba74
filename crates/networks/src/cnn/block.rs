//! Where a block's numbers lie: its input, the map that its convolution makes, and the map's quarter.

use crate::product::{Place, Rows};

/// Sizes of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    /// Side of input and map.
    pub side: usize,
    /// Channels of the input; 1 in the first block alone.
    pub inputs: usize,
    /// Channels of the map.
    pub outputs: usize,
}

impl Block {
    /// The blocks of a network.
    pub(super) fn all(side: usize, channels: &[usize]) -> Vec<Self> {
        let mut inputs = 1;
        let mut blocks = Vec::new();
        for (depth, &outputs) in channels.iter().enumerate() {
            blocks.push(Self {
                side: side >> depth,
                inputs,
                outputs,
            });
            inputs = outputs;
        }
        blocks
    }

    fn first(self) -> bool {
        self.inputs == 1
    }

    /// Numbers of an image's input: neighbourhoods in the first block, else a map with its border.
    pub(super) fn input(self) -> usize {
        if self.first() {
            self.side * self.side * 9
        } else {
            (self.side + 2) * (self.side + 2) * self.inputs
        }
    }

    /// Numbers of an image's map, with its border.
    pub(super) fn map(self) -> usize {
        (self.side + 2) * (self.side + 2) * self.outputs
    }

    /// Numbers of a quarter of an image's map, without border.
    pub(super) fn quarter(self) -> usize {
        self.side * self.side / 4 * self.outputs
    }

    /// The windows of the convolution in the input of an image.
    pub(super) fn windows(self) -> Rows {
        if self.first() {
            Rows {
                blocks: self.side,
                block_stride: self.side * 9,
                count: self.side,
                stride: 9,
                segments: 1,
                segment_stride: 0,
                length: 9,
            }
        } else {
            self.padded_windows(self.inputs)
        }
    }

    /// The windows of the convolution that takes slopes of the map back to the input.
    pub(super) fn back_windows(self) -> Rows {
        self.padded_windows(self.outputs)
    }

    fn padded_windows(self, channels: usize) -> Rows {
        let pitch = (self.side + 2) * channels;
        Rows {
            blocks: self.side,
            block_stride: pitch,
            count: self.side,
            stride: channels,
            segments: 3,
            segment_stride: pitch,
            length: 3 * channels,
        }
    }

    /// The inner pixels of a map.
    pub(super) fn inner(self) -> Place {
        let pitch = (self.side + 2) * self.outputs;
        Place {
            start: pitch + self.outputs,
            block_stride: pitch,
        }
    }

    /// All pixels of a picture without border that has the side and the channels of the input.
    pub(super) fn plain_input(self) -> Place {
        Place {
            start: 0,
            block_stride: self.side * self.inputs,
        }
    }

    /// Where the pixels of the quarter go in the input of the next block.
    pub(super) fn next_inner(self) -> Place {
        let pitch = (self.side / 2 + 2) * self.outputs;
        Place {
            start: pitch + self.outputs,
            block_stride: pitch,
        }
    }
}

/// The kernel of the way back: turned by half a turn, inputs and outputs exchanged.
pub(super) fn turned(kernel: &[f32], block: Block, out: &mut [f32]) {
    let Block {
        inputs, outputs, ..
    } = block;
    let size = inputs * outputs;
    for tap in 0..9 {
        let from = &kernel[tap * size..(tap + 1) * size];
        let to = &mut out[(8 - tap) * size..(9 - tap) * size];
        for input in 0..inputs {
            for output in 0..outputs {
                to[output * inputs + input] = from[input * outputs + output];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_halve_and_channels_follow_each_other() {
        let blocks = Block::all(64, &[16, 32, 64, 64]);
        let sizes: Vec<_> = blocks
            .iter()
            .map(|b| (b.side, b.inputs, b.outputs))
            .collect();
        assert_eq!(
            sizes,
            [(64, 1, 16), (32, 16, 32), (16, 32, 64), (8, 64, 64)]
        );
        assert_eq!(blocks[0].next_inner().start, 34 * 16 + 16);
        assert_eq!(
            (blocks[1].input(), blocks[1].quarter()),
            (34 * 34 * 16, 256 * 32)
        );
    }

    #[test]
    fn turning_twice_changes_nothing() {
        let block = Block {
            side: 2,
            inputs: 3,
            outputs: 2,
        };
        let back = Block {
            inputs: 2,
            outputs: 3,
            ..block
        };
        let kernel: Vec<f32> = (0..54).map(|n| n as f32).collect();
        let (mut once, mut twice) = (vec![0.0; 54], vec![0.0; 54]);
        turned(&kernel, block, &mut once);
        // Tap 0, output 1, input 2 comes from tap 8, input 2, output 1.
        assert_eq!(once[5], kernel[8 * 6 + 2 * 2 + 1]);
        turned(&once, back, &mut twice);
        assert_eq!(twice, kernel);
    }
}
