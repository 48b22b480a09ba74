//! The trained network as it predicts: normalisation is folded into the convolutions, and an image needs nothing but a little
//! room.

use rten_simd::SimdOp;

use super::block::Block;
use super::chunk::plain_quarter;
use super::head::{Linear, average, softmax};
use super::images::Entrance;
use super::normalise::EPSILON;
use super::pool::PlainPool;
use super::shape::Shape;
use crate::error::Error;
use crate::product::Product;
use crate::state::Parameters;

/// The weights of a block that predicts.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldedBlock {
    /// `[ky][kx][in][out]`.
    pub kernel: Vec<f32>,
    /// What is added to each channel.
    pub bias: Vec<f32>,
}

/// All weights of a network that predicts.
#[derive(Debug, Clone, PartialEq)]
pub struct Folded {
    /// Form of the network.
    pub shape: Shape,
    /// Subtracted from each pixel.
    pub mean: f32,
    /// Multiplied with each pixel then.
    pub factor: f32,
    /// The blocks in their order.
    pub blocks: Vec<FoldedBlock>,
    /// `[class][channel]`.
    pub weights: Vec<f32>,
    /// What is added to each class's score.
    pub bias: Vec<f32>,
}

impl Folded {
    pub(super) fn new(shape: &Shape, parameters: &Parameters, entrance: Entrance) -> Self {
        let places = shape.places();
        let weights = |place: &std::ops::Range<usize>| &parameters.weights[place.clone()];
        let mut statistics = &parameters.statistics[..];
        let mut blocks = Vec::new();
        for block in &places.blocks {
            let (gamma, beta) = (weights(&block.gamma), weights(&block.beta));
            let channels = gamma.len();
            let (means, rest) = statistics.split_at(channels);
            let (variances, rest) = rest.split_at(channels);
            statistics = rest;
            let factor = |channel: usize| {
                f64::from(gamma[channel]) / (f64::from(variances[channel]) + EPSILON).sqrt()
            };
            let factors: Vec<f64> = (0..channels).map(factor).collect();
            let scaled = weights(&block.kernel)
                .chunks_exact(channels)
                .flat_map(|row| {
                    let pairs = row.iter().zip(&factors);
                    pairs.map(|(&weight, factor)| (f64::from(weight) * factor) as f32)
                });
            let shift = |channel: usize| {
                (f64::from(beta[channel]) - f64::from(means[channel]) * factors[channel]) as f32
            };
            blocks.push(FoldedBlock {
                kernel: scaled.collect(),
                bias: (0..channels).map(shift).collect(),
            });
        }
        Self {
            shape: shape.clone(),
            mean: entrance.mean,
            factor: entrance.factor,
            blocks,
            weights: weights(&places.head).to_vec(),
            bias: weights(&places.bias).to_vec(),
        }
    }

    /// Whether all arrays have the lengths of the shape.
    fn check(&self) -> Result<(), Error> {
        let places = self.shape.places();
        let wrong = |what, found: usize, expected: usize| {
            if found == expected {
                return Ok(());
            }
            Err(Error::Shape {
                what,
                found,
                expected: expected.to_string(),
            })
        };
        wrong(
            "the number of blocks",
            self.blocks.len(),
            places.blocks.len(),
        )?;
        for (block, places) in self.blocks.iter().zip(&places.blocks) {
            wrong(
                "the size of a kernel",
                block.kernel.len(),
                places.kernel.len(),
            )?;
            wrong("the size of a bias", block.bias.len(), places.beta.len())?;
        }
        wrong(
            "the size of the last layer",
            self.weights.len(),
            places.head.len(),
        )?;
        wrong(
            "the size of the last bias",
            self.bias.len(),
            places.bias.len(),
        )
    }
}

/// A network that is ready to predict.
#[derive(Debug, Clone)]
pub struct Predictor {
    folded: Folded,
    blocks: Vec<Block>,
}

/// What a prediction writes on its way; one a thread.
#[derive(Debug, Clone)]
pub struct Room {
    inputs: Vec<Vec<f32>>,
    map: Vec<f32>,
    last: Vec<f32>,
    features: Vec<f32>,
}

impl Predictor {
    /// A predictor of checked weights.
    ///
    /// # Panics
    /// Where an array has not the length that the shape asks for; see [`Predictor::try_new`].
    pub fn new(folded: Folded) -> Self {
        Self::try_new(folded).expect("a trained network has the arrays of its shape")
    }

    /// A predictor of weights from elsewhere.
    pub fn try_new(folded: Folded) -> Result<Self, Error> {
        folded.check()?;
        let blocks = Block::all(folded.shape.side(), folded.shape.channels());
        Ok(Self { folded, blocks })
    }

    /// The weights.
    pub fn folded(&self) -> &Folded {
        &self.folded
    }

    /// Room for predictions of one thread.
    pub fn room(&self) -> Room {
        let largest = self.blocks.iter().map(|block| block.map()).max();
        let end = self.blocks.last().expect("a network has a block");
        Room {
            inputs: self
                .blocks
                .iter()
                .map(|block| vec![0.0; block.input()])
                .collect(),
            map: vec![0.0; largest.unwrap_or(0)],
            last: vec![0.0; end.quarter()],
            features: vec![0.0; end.outputs],
        }
    }

    /// Writes the probability of each class; pixels are between 0 and 255.
    ///
    /// # Panics
    /// Where the image has not the pixels of the shape.
    pub fn probabilities<T: Copy>(&self, image: &[T], room: &mut Room, out: &mut [f32])
    where
        f32: From<T>,
    {
        self.scores(image, room, out);
        softmax(out, 0);
    }

    /// Logarithm of the probability of a class.
    pub(super) fn log_probability<T: Copy>(&self, image: &[T], class: usize, room: &mut Room) -> f64
    where
        f32: From<T>,
    {
        let mut scores = vec![0.0; self.folded.shape.classes()];
        self.scores(image, room, &mut scores);
        softmax(&mut scores, class)
    }

    fn scores<T: Copy>(&self, image: &[T], room: &mut Room, out: &mut [f32])
    where
        f32: From<T>,
    {
        assert_eq!(
            image.len(),
            self.folded.shape.pixels(),
            "an image has the pixels of its network"
        );
        let entrance = Entrance {
            side: self.folded.shape.side(),
            mean: self.folded.mean,
            factor: self.folded.factor,
        };
        entrance.neighbourhoods(image, 0, &mut room.inputs[0]);
        for (depth, (block, weights)) in self.blocks.iter().zip(&self.folded.blocks).enumerate() {
            let (before, after) = room.inputs.split_at_mut(depth + 1);
            let map = &mut room.map[..block.map()];
            Product {
                left: &before[depth],
                rows: block.windows(),
                right: &weights.kernel,
                columns: block.outputs,
                bias: Some(&weights.bias),
                out: map,
                place: block.inner(),
            }
            .dispatch();
            let (out, place) = match after.first_mut() {
                Some(next) => (next, block.next_inner()),
                None => (&mut room.last, plain_quarter(*block)),
            };
            PlainPool {
                block: *block,
                map,
                out,
                place,
            }
            .dispatch();
        }
        average(&room.last, &mut room.features);
        let linear = Linear {
            weights: &self.folded.weights,
            bias: &self.folded.bias,
        };
        linear.scores(&room.features, out);
    }
}
