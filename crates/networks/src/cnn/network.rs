//! The network in training: a step over a batch that is cut into chunks.

use rayon::prelude::*;

use super::block::{Block, turned};
use super::chunk::{Chunk, IMAGES, Shared, Target};
use super::images::{Entrance, Images};
use super::normalise::{BackNormal, Normal};
use super::predictor::{Folded, Predictor};
use super::shape::{Places, Shape};
use crate::error::Error;
use crate::random::Stream;
use crate::state::Parameters;
use crate::training::{Batch, Network};
use crate::weights::{bound, uniform};

/// Images with their classes.
#[derive(Debug, Clone, Copy)]
pub struct Examples<'a> {
    /// The images.
    pub images: &'a Images,
    /// Class of each image.
    pub labels: &'a [u32],
}

/// The network with the images that it is trained on.
///
/// It works with the threads of the `rayon` pool that it is run in.
#[derive(Debug)]
pub struct Cnn<'a> {
    shape: Shape,
    blocks: Vec<Block>,
    places: Places,
    training: Examples<'a>,
    validation: Option<Examples<'a>>,
    class_weights: Vec<f32>,
    entrance: Entrance,
    chunks: Vec<Chunk>,
    turned: Vec<Vec<f32>>,
}

impl<'a> Cnn<'a> {
    /// A network for examples; pixels are scaled by the mean and deviation of the training images.
    pub fn new(
        shape: Shape,
        training: Examples<'a>,
        validation: Option<Examples<'a>>,
    ) -> Result<Self, Error> {
        for examples in [Some(training), validation].into_iter().flatten() {
            check(&shape, examples)?;
        }
        let (mean, deviation) = training.images.moments();
        let blocks = Block::all(shape.side(), shape.channels());
        let turned = blocks
            .iter()
            .map(|block| vec![0.0; 9 * block.inputs * block.outputs]);
        Ok(Self {
            turned: turned.collect(),
            blocks,
            places: shape.places(),
            class_weights: vec![1.0; shape.classes()],
            entrance: Entrance {
                side: shape.side(),
                mean: mean as f32,
                factor: (1.0 / deviation) as f32,
            },
            shape,
            training,
            validation,
            chunks: Vec::new(),
        })
    }

    /// How much each class counts in the loss; 1 without it.
    ///
    /// # Panics
    /// Where there is not one weight a class.
    pub fn with_class_weights(mut self, weights: &[f64]) -> Self {
        assert_eq!(weights.len(), self.shape.classes(), "one weight a class");
        self.class_weights = weights.iter().map(|&weight| weight as f32).collect();
        self
    }

    /// The network of parameters as it predicts, normalisation folded into the convolutions.
    pub fn folded(&self, parameters: &Parameters) -> Folded {
        Folded::new(&self.shape, parameters, self.entrance)
    }

    fn targets(&self, picks: &[u32]) -> Vec<Target> {
        let class = |&pick: &u32| self.training.labels[pick as usize];
        let weight = |class: u32| self.class_weights[class as usize];
        let sum: f32 = picks.iter().map(class).map(weight).sum();
        let target = |class: u32| Target {
            class,
            weight: weight(class) / sum,
        };
        picks.iter().map(class).map(target).collect()
    }
}

fn check(shape: &Shape, examples: Examples<'_>) -> Result<(), Error> {
    let wrong = |what, found, expected: usize| Error::Shape {
        what,
        found,
        expected: expected.to_string(),
    };
    let (images, labels) = (examples.images, examples.labels);
    if images.side() != shape.side() {
        return Err(wrong("the side of the images", images.side(), shape.side()));
    }
    if images.len() != labels.len() {
        return Err(wrong("the number of labels", labels.len(), images.len()));
    }
    match labels
        .iter()
        .find(|&&label| label as usize >= shape.classes())
    {
        Some(&label) => Err(Error::Shape {
            what: "a label",
            found: label as usize,
            expected: format!("below {}", shape.classes()),
        }),
        None => Ok(()),
    }
}

/// Adds the chunks' sums in their order.
fn sums(chunks: &[Chunk]) -> Vec<f64> {
    let mut total = vec![0.0; chunks[0].sums.len()];
    for chunk in chunks {
        total
            .iter_mut()
            .zip(&chunk.sums)
            .for_each(|(sum, &part)| *sum += part);
    }
    total
}

impl Network for Cnn<'_> {
    fn examples(&self) -> usize {
        self.training.labels.len()
    }

    fn initial(&self, seed: u64) -> Parameters {
        let mut stream = Stream::new(seed, 0);
        let mut weights = vec![0.0; self.places.length];
        for (block, places) in self.blocks.iter().zip(&self.places.blocks) {
            let bound = bound(9 * block.inputs);
            uniform(&mut weights[places.kernel.clone()], bound, &mut stream);
            weights[places.gamma.clone()].fill(1.0);
        }
        let bound = bound(self.shape.features());
        uniform(&mut weights[self.places.head.clone()], bound, &mut stream);
        uniform(&mut weights[self.places.bias.clone()], bound, &mut stream);
        let mut statistics = Vec::with_capacity(self.shape.statistics());
        for block in &self.blocks {
            statistics.extend(std::iter::repeat_n(0.0, block.outputs));
            statistics.extend(std::iter::repeat_n(1.0, block.outputs));
        }
        Parameters {
            weights,
            statistics,
        }
    }

    fn step(&mut self, batch: Batch<'_>, parameters: &mut Parameters, slopes: &mut [f32]) -> f64 {
        let mut chunks = std::mem::take(&mut self.chunks);
        let count = batch.examples.len().div_ceil(IMAGES);
        chunks.resize_with(count, || Chunk::new(&self.blocks, &self.places));
        for (depth, (block, places)) in self.blocks.iter().zip(&self.places.blocks).enumerate() {
            turned(
                &parameters.weights[places.kernel.clone()],
                *block,
                &mut self.turned[depth],
            );
        }
        let pass = Pass {
            network: self,
            shared: Shared {
                blocks: &self.blocks,
                places: &self.places,
                weights: &parameters.weights,
                entrance: self.entrance,
            },
            batch,
            targets: self.targets(batch.examples),
        };
        let normals = pass.forward(&mut chunks, &mut parameters.statistics);
        let loss = chunks.iter().map(|chunk| chunk.loss).sum();
        pass.back(&mut chunks, &normals, slopes);
        self.chunks = chunks;
        loss
    }

    fn validate(&mut self, parameters: &Parameters) -> Option<f64> {
        let examples = self.validation?;
        let predictor = Predictor::new(self.folded(parameters));
        let losses: Vec<(f64, f64)> = (0..examples.labels.len())
            .into_par_iter()
            .map_init(
                || predictor.room(),
                |room, number| {
                    let class = examples.labels[number] as usize;
                    let weight = f64::from(self.class_weights[class]);
                    let log = predictor.log_probability(examples.images.image(number), class, room);
                    (-weight * log, weight)
                },
            )
            .collect();
        let (loss, weight) = losses
            .iter()
            .fold((0.0, 0.0), |(loss, weight), (l, w)| (loss + l, weight + w));
        (weight > 0.0).then(|| loss / weight)
    }
}

/// What the phases of a step have in common.
struct Pass<'a> {
    network: &'a Cnn<'a>,
    shared: Shared<'a>,
    batch: Batch<'a>,
    targets: Vec<Target>,
}

impl Pass<'_> {
    /// Does something to every chunk; told are the chunk's number and its images.
    fn each(&self, chunks: &mut [Chunk], work: impl Fn(&mut Chunk, std::ops::Range<usize>) + Sync) {
        let images = self.batch.examples.len();
        chunks
            .par_iter_mut()
            .enumerate()
            .for_each(|(number, chunk)| {
                let first = number * IMAGES;
                work(chunk, first..(first + IMAGES).min(images));
            });
    }

    fn forward(&self, chunks: &mut [Chunk], statistics: &mut [f32]) -> Vec<Normal> {
        let Self {
            network, shared, ..
        } = self;
        self.each(chunks, |chunk, part| {
            let picks = &self.batch.examples[part.clone()];
            chunk.load(
                *shared,
                network.training.images,
                picks,
                &self.batch.bits[part.clone()],
            );
            chunk.convolve(*shared, 0);
        });
        let mut normals = Vec::new();
        let mut statistics = statistics;
        for (depth, block) in network.blocks.iter().enumerate() {
            let places = &network.places.blocks[depth];
            let of = |place: &std::ops::Range<usize>| &shared.weights[place.clone()];
            let affine = (of(&places.gamma), of(&places.beta));
            let (running, rest) = statistics.split_at_mut(2 * block.outputs);
            statistics = rest;
            let count = self.batch.examples.len() * block.side * block.side;
            let normal = Normal::of_batch(&sums(chunks), count, affine, running);
            self.each(chunks, |chunk, part| {
                chunk.pool(*shared, depth, &normal);
                if depth + 1 < network.blocks.len() {
                    chunk.convolve(*shared, depth + 1);
                } else {
                    chunk.head(*shared, &normal, &self.targets[part]);
                }
            });
            normals.push(normal);
        }
        normals
    }

    fn back(&self, chunks: &mut [Chunk], normals: &[Normal], slopes: &mut [f32]) {
        let network = self.network;
        let mut affine = Vec::new();
        for (depth, block) in network.blocks.iter().enumerate().rev() {
            let sums = sums(chunks);
            let count = self.batch.examples.len() * block.side * block.side;
            let back = BackNormal::new(&normals[depth], &sums, count);
            let before = depth
                .checked_sub(1)
                .map(|before| (&network.turned[depth][..], &normals[before]));
            self.each(chunks, |chunk, _| {
                chunk.back(self.shared, depth, &back, before);
            });
            affine.push((depth, sums));
        }
        slopes.fill(0.0);
        for chunk in chunks {
            slopes
                .iter_mut()
                .zip(&chunk.slopes)
                .for_each(|(sum, &part)| *sum += part);
        }
        for (depth, sums) in affine {
            let places = &network.places.blocks[depth];
            let (beta, gamma) = sums.split_at(sums.len() / 2);
            for (place, sums) in [(&places.beta, beta), (&places.gamma, gamma)] {
                let to = slopes[place.clone()].iter_mut();
                to.zip(sums).for_each(|(slope, &sum)| *slope = sum as f32);
            }
        }
    }
}

#[cfg(test)]
mod tests;
