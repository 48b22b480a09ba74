//! The trained network as it predicts.

use rayon::prelude::*;

use super::chunk::{Chunk, WINDOWS};
use super::shape::{Places, Shape};
use super::windows::Windows;
use crate::error::Error;

/// A network that is ready to predict.
#[derive(Debug, Clone)]
pub struct Predictor {
    shape: Shape,
    places: Places,
    weights: Vec<f32>,
}

impl Predictor {
    /// A predictor of trained weights.
    ///
    /// # Panics
    /// Where there are not as many as the shape asks for; see [`Predictor::try_new`].
    pub fn new(shape: Shape, weights: Vec<f32>) -> Self {
        Self::try_new(shape, weights).expect("a trained network has the weights of its shape")
    }

    /// A predictor of weights from elsewhere.
    pub fn try_new(shape: Shape, weights: Vec<f32>) -> Result<Self, Error> {
        let places = shape.places();
        if weights.len() != places.length {
            return Err(Error::Shape {
                what: "the number of weights",
                found: weights.len(),
                expected: places.length.to_string(),
            });
        }
        Ok(Self {
            shape,
            places,
            weights,
        })
    }

    /// Form of the network.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The rows of the cell: inputs, state, constant; each with the columns `[i | f | o | g]`.
    pub fn cell(&self) -> &[f32] {
        &self.weights[self.places.cell.clone()]
    }

    /// Weights of the last state and then of the extra columns.
    pub fn head(&self) -> &[f32] {
        &self.weights[self.places.head.clone()]
    }

    /// The constant of the linear layer.
    pub fn bias(&self) -> f32 {
        self.weights[self.places.bias]
    }

    /// Answers for all examples, with the threads of the pool that it runs in.
    ///
    /// # Panics
    /// Where the examples are not such that the network can read them.
    pub fn predict(&self, windows: &Windows) -> Vec<f32> {
        windows
            .check(self.shape)
            .expect("examples have the columns of their network");
        let mut answers = vec![0.0; windows.len()];
        answers.par_chunks_mut(WINDOWS).enumerate().for_each_init(
            || Chunk::new(self.shape, false),
            |chunk, (number, answers)| {
                let first = number * WINDOWS;
                chunk.load(windows, first..first + answers.len());
                chunk.forward(self.cell());
                for (place, answer) in answers.iter_mut().enumerate() {
                    let extra = windows.extra(first + place, self.shape);
                    *answer = chunk.answer(place, extra, &self.weights, &self.places);
                }
            },
        );
        answers
    }
}
