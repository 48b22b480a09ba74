//! The network in training: a step over a batch that is cut into chunks.

use rayon::prelude::*;

use super::chunk::{Chunk, WINDOWS};
use super::predictor::Predictor;
use super::shape::{Places, Shape};
use super::windows::Windows;
use crate::error::Error;
use crate::random::Stream;
use crate::state::Parameters;
use crate::training::{Batch, Network};
use crate::weights::{bound, uniform};

/// The network with the windows that it is trained on; the loss is the mean squared error.
///
/// It works with the threads of the `rayon` pool that it is run in.
#[derive(Debug)]
pub struct Lstm<'a> {
    shape: Shape,
    places: Places,
    training: &'a Windows,
    validation: Option<&'a Windows>,
    chunks: Vec<Chunk>,
    back: Vec<f32>,
}

impl<'a> Lstm<'a> {
    /// A network for examples with targets.
    pub fn new(
        shape: Shape,
        training: &'a Windows,
        validation: Option<&'a Windows>,
    ) -> Result<Self, Error> {
        for windows in [Some(training), validation].into_iter().flatten() {
            windows.check(shape)?;
            if windows.targets.len() != windows.len() {
                return Err(Error::Shape {
                    what: "the number of targets",
                    found: windows.targets.len(),
                    expected: windows.len().to_string(),
                });
            }
        }
        Ok(Self {
            places: shape.places(),
            back: vec![0.0; shape.gates() * shape.hidden()],
            shape,
            training,
            validation,
            chunks: Vec::new(),
        })
    }

    /// The state's rows of the cell, turned over.
    fn turn(&mut self, weights: &[f32]) {
        let (gates, hidden) = (self.shape.gates(), self.shape.hidden());
        let rows = weights[self.places.cell.clone()].chunks_exact(gates);
        for (place, row) in rows.skip(self.shape.inputs()).take(hidden).enumerate() {
            for (gate, &weight) in row.iter().enumerate() {
                self.back[gate * hidden + place] = weight;
            }
        }
    }
}

impl Network for Lstm<'_> {
    fn examples(&self) -> usize {
        self.training.len()
    }

    fn initial(&self, seed: u64) -> Parameters {
        let mut weights = vec![0.0; self.places.length];
        uniform(
            &mut weights,
            bound(self.shape.hidden()),
            &mut Stream::new(seed, 0),
        );
        Parameters {
            weights,
            statistics: Vec::new(),
        }
    }

    fn step(&mut self, batch: Batch<'_>, parameters: &mut Parameters, slopes: &mut [f32]) -> f64 {
        let weights = &parameters.weights[..];
        self.turn(weights);
        let count = batch.examples.len();
        let shape = self.shape;
        self.chunks
            .resize_with(count.div_ceil(WINDOWS), || Chunk::new(shape, true));
        let (places, training, back) = (&self.places, self.training, &self.back);
        let picks = batch.examples.par_chunks(WINDOWS);
        self.chunks
            .par_iter_mut()
            .zip(picks)
            .for_each(|(chunk, picks)| {
                let examples = || picks.iter().map(|&pick| pick as usize);
                chunk.load(training, examples());
                chunk.forward(&weights[places.cell.clone()]);
                let extra: Vec<&[f32]> =
                    examples().map(|pick| training.extra(pick, shape)).collect();
                let error = |(place, pick): (usize, usize)| {
                    chunk.answer(place, extra[place], weights, places) - training.targets[pick]
                };
                let errors: Vec<f32> = examples().enumerate().map(error).collect();
                chunk.loss = errors.iter().map(|&error| f64::from(error).powi(2)).sum();
                let slope = |&error: &f32| 2.0 * error / count as f32;
                let answers: Vec<f32> = errors.iter().map(slope).collect();
                chunk.back(&answers, &extra, (weights, places), back);
            });
        slopes.fill(0.0);
        for chunk in &self.chunks {
            slopes
                .iter_mut()
                .zip(&chunk.slopes)
                .for_each(|(sum, &part)| *sum += part);
        }
        self.chunks.iter().map(|chunk| chunk.loss).sum::<f64>() / count as f64
    }

    fn validate(&mut self, parameters: &Parameters) -> Option<f64> {
        let windows = self.validation?;
        let predictor = Predictor::new(self.shape, parameters.weights.clone());
        let answers = predictor.predict(windows);
        let errors = answers.iter().zip(&windows.targets);
        let sum: f64 = errors.map(|(&a, &b)| f64::from(a - b).powi(2)).sum();
        (!windows.is_empty()).then(|| sum / windows.len() as f64)
    }
}

#[cfg(test)]
mod tests;
