//! The part of a batch that one thread works on: all numbers between input and loss of a few images.

use rten_simd::SimdOp;

use super::block::Block;
use super::head::{Linear, LinearSlopes, average, softmax, spread};
use super::images::{Entrance, Images};
use super::normalise::{BackNormal, Normal, Sums};
use super::pool::{Pool, Rectify, Spread};
use super::shape::Places;
use crate::product::{Outer, Place, Product};

/// Images of a chunk; a constant, so that sums do not depend on the number of threads.
pub(super) const IMAGES: usize = 4;

/// What all chunks of a step read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shared<'a> {
    pub blocks: &'a [Block],
    pub places: &'a Places,
    pub weights: &'a [f32],
    pub entrance: Entrance,
}

impl<'a> Shared<'a> {
    fn linear(self) -> Linear<'a> {
        Linear {
            weights: &self.weights[self.places.head.clone()],
            bias: &self.weights[self.places.bias.clone()],
        }
    }
}

/// The numbers of a block for all images of the chunk.
#[derive(Debug)]
struct Numbers {
    input: Vec<f32>,
    map: Vec<f32>,
    winners: Vec<f32>,
    slopes: Vec<f32>,
}

/// The chunk.
#[derive(Debug)]
pub(super) struct Chunk {
    /// Images that it holds.
    images: usize,
    numbers: Vec<Numbers>,
    /// What the last block makes, without border.
    last: Vec<f32>,
    features: Vec<f32>,
    scores: Vec<f32>,
    /// Sums over the chunk's pixels that the batch needs next.
    pub sums: Vec<f64>,
    /// Slopes of all weights.
    pub slopes: Vec<f32>,
    /// Loss of the chunk's images.
    pub loss: f64,
}

/// A label and how much it counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub class: u32,
    pub weight: f32,
}

impl Chunk {
    /// Room for the images of a chunk.
    pub(super) fn new(blocks: &[Block], places: &Places) -> Self {
        let numbers = blocks.iter().map(|block| Numbers {
            input: vec![0.0; IMAGES * block.input()],
            map: vec![0.0; IMAGES * block.map()],
            winners: vec![0.0; IMAGES * block.quarter()],
            slopes: vec![0.0; IMAGES * block.quarter()],
        });
        let end = blocks.last().expect("a network has a block");
        Self {
            images: 0,
            numbers: numbers.collect(),
            last: vec![0.0; IMAGES * end.quarter()],
            features: vec![0.0; end.outputs],
            scores: vec![0.0; places.bias.len()],
            sums: Vec::new(),
            slopes: vec![0.0; places.length],
            loss: 0.0,
        }
    }

    /// Reads the images and forgets the slopes of the last step.
    pub(super) fn load(&mut self, shared: Shared<'_>, images: &Images, picks: &[u32], bits: &[u8]) {
        let inputs = self.numbers[0]
            .input
            .chunks_exact_mut(shared.blocks[0].input());
        for ((input, &pick), &bits) in inputs.zip(picks).zip(bits) {
            shared
                .entrance
                .neighbourhoods(images.image(pick as usize), bits, input);
        }
        self.images = picks.len();
        self.slopes.fill(0.0);
        self.loss = 0.0;
    }

    /// Convolution of a block; leaves the sums of its map.
    pub(super) fn convolve(&mut self, shared: Shared<'_>, depth: usize) {
        let block = shared.blocks[depth];
        let Numbers { input, map, .. } = &mut self.numbers[depth];
        self.sums.clear();
        self.sums.resize(2 * block.outputs, 0.0);
        let maps = map.chunks_exact_mut(block.map());
        for (input, map) in input
            .chunks_exact(block.input())
            .zip(maps)
            .take(self.images)
        {
            Product {
                left: input,
                rows: block.windows(),
                right: &shared.weights[shared.places.blocks[depth].kernel.clone()],
                columns: block.outputs,
                bias: None,
                out: map,
                place: block.inner(),
            }
            .dispatch();
            Sums {
                block,
                map,
                out: &mut self.sums,
            }
            .dispatch();
        }
    }

    /// Normalisation, rectifier and maximum of a block, into the input of the next.
    pub(super) fn pool(&mut self, shared: Shared<'_>, depth: usize, normal: &Normal) {
        let block = shared.blocks[depth];
        let (head, tail) = self.numbers.split_at_mut(depth + 1);
        let Numbers { map, winners, .. } = &mut head[depth];
        let (out, size, place) = match tail.first_mut() {
            Some(next) => {
                let size = shared.blocks[depth + 1].input();
                (&mut next.input, size, block.next_inner())
            }
            None => (&mut self.last, block.quarter(), plain_quarter(block)),
        };
        let maps = map.chunks_exact(block.map()).take(self.images);
        let winners = winners.chunks_exact_mut(block.quarter());
        for ((map, winners), out) in maps.zip(winners).zip(out.chunks_exact_mut(size)) {
            Pool {
                block,
                map,
                factor: &normal.factor,
                shift: &normal.shift,
                winners,
                out,
                place,
            }
            .dispatch();
        }
    }

    /// Scores, loss and the slopes of the last block's output.
    pub(super) fn head(&mut self, shared: Shared<'_>, normal: &Normal, targets: &[Target]) {
        let block = *shared.blocks.last().expect("a network has a block");
        let linear = shared.linear();
        let (weights, bias) =
            self.slopes[shared.places.head.start..].split_at_mut(shared.places.head.len());
        let mut gathered = LinearSlopes { weights, bias };
        let numbers = self.numbers.last_mut().expect("a network has a block");
        let pictures = self.last.chunks_exact(block.quarter());
        let slopes = numbers.slopes.chunks_exact_mut(block.quarter());
        for ((picture, slopes), target) in pictures.zip(slopes).zip(targets) {
            average(picture, &mut self.features);
            linear.scores(&self.features, &mut self.scores);
            let class = target.class as usize;
            self.loss -= f64::from(target.weight) * softmax(&mut self.scores, class);
            self.scores[class] -= 1.0;
            self.scores
                .iter_mut()
                .for_each(|slope| *slope *= target.weight);
            gathered.add(&self.scores, &self.features);
            spread(linear, &self.scores, slopes, block.outputs);
        }
        self.rectify(shared, shared.blocks.len() - 1, normal);
    }

    /// Leaves the sums of a block's slopes.
    fn rectify(&mut self, shared: Shared<'_>, depth: usize, normal: &Normal) {
        let block = shared.blocks[depth];
        let Numbers {
            winners, slopes, ..
        } = &mut self.numbers[depth];
        self.sums.clear();
        self.sums.resize(2 * block.outputs, 0.0);
        let slopes = slopes.chunks_exact_mut(block.quarter());
        for (winners, slopes) in winners
            .chunks_exact(block.quarter())
            .zip(slopes)
            .take(self.images)
        {
            Rectify {
                block,
                winners,
                normal,
                slopes,
                sums: &mut self.sums,
            }
            .dispatch();
        }
    }

    /// The way back through a block: slopes of its kernel, and those of the block before with their sums.
    pub(super) fn back(
        &mut self,
        shared: Shared<'_>,
        depth: usize,
        back: &BackNormal,
        before: Option<(&[f32], &Normal)>,
    ) {
        let block = shared.blocks[depth];
        let (head, tail) = self.numbers.split_at_mut(depth);
        let Numbers {
            input,
            map,
            winners,
            slopes,
        } = &mut tail[0];
        let places = shared.places.blocks[depth].kernel.clone();
        for image in 0..self.images {
            let map = &mut map[image * block.map()..][..block.map()];
            let quarter = image * block.quarter()..(image + 1) * block.quarter();
            Spread {
                block,
                map,
                winners: &winners[quarter.clone()],
                slopes: &slopes[quarter],
                back,
            }
            .dispatch();
            Outer {
                left: &input[image * block.input()..][..block.input()],
                rows: block.windows(),
                right: map,
                place: block.inner(),
                columns: block.outputs,
                out: &mut self.slopes[places.clone()],
            }
            .dispatch();
            if let (Some((turned, _)), Some(previous)) = (before, head.last_mut()) {
                let size = block.side * block.side * block.inputs;
                Product {
                    left: map,
                    rows: block.back_windows(),
                    right: turned,
                    columns: block.inputs,
                    bias: None,
                    out: &mut previous.slopes[image * size..][..size],
                    place: block.plain_input(),
                }
                .dispatch();
            }
        }
        if let Some((_, normal)) = before {
            self.rectify(shared, depth - 1, normal);
        }
    }
}

/// All pixels of the quarter of a map.
pub(super) fn plain_quarter(block: Block) -> Place {
    Place {
        start: 0,
        block_stride: block.side / 2 * block.outputs,
    }
}
