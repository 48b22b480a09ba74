//! The part of a batch that one thread works on: some windows, step by step.

use rten_simd::SimdOp;

use super::cell::{Back, Forward};
use super::shape::{Places, Shape};
use super::windows::Windows;
use crate::product::{Outer, Place, Product, Rows};

/// Windows of a chunk; a constant, so that sums do not depend on the number of threads.
pub(super) const WINDOWS: usize = 16;

/// All numbers of a chunk; those of a step lie window by window, step after step.
#[derive(Debug, Clone)]
pub(super) struct Chunk {
    shape: Shape,
    /// Whether all steps are kept for the way back.
    learns: bool,
    windows: usize,
    /// Inputs, state before the step, and the constant 1.
    rows: Vec<f32>,
    gates: Vec<f32>,
    /// Memory before each step, and after the last.
    memory: Vec<f32>,
    bounded: Vec<f32>,
    /// State after the last step.
    state: Vec<f32>,
    state_slopes: Vec<f32>,
    memory_slopes: Vec<f32>,
    /// Slopes of all weights.
    pub slopes: Vec<f32>,
    /// Sum of squared errors.
    pub loss: f64,
}

const START: Place = Place {
    start: 0,
    block_stride: 0,
};

impl Chunk {
    /// Room for the windows of a chunk; with `learns` for their slopes too.
    pub(super) fn new(shape: Shape, learns: bool) -> Self {
        let states = WINDOWS * shape.hidden();
        // What only predicts needs no step but the current one.
        let steps = if learns { shape.window() } else { 1 };
        let slopes = |count: usize| vec![0.0; if learns { count } else { 0 }];
        Self {
            shape,
            learns,
            windows: 0,
            rows: vec![0.0; shape.window() * WINDOWS * shape.row()],
            gates: vec![0.0; steps * WINDOWS * shape.gates()],
            memory: vec![0.0; (steps + 1) * states],
            bounded: vec![0.0; steps * states],
            state: vec![0.0; states],
            state_slopes: slopes(states),
            memory_slopes: slopes(states),
            slopes: slopes(shape.weights()),
            loss: 0.0,
        }
    }

    /// Reads the windows of examples.
    pub(super) fn load(
        &mut self,
        windows: &Windows,
        examples: impl ExactSizeIterator<Item = usize>,
    ) {
        let (inputs, pitch) = (self.shape.inputs(), self.shape.row());
        self.windows = examples.len();
        let step = self.windows * pitch;
        for (place, example) in examples.enumerate() {
            let window = windows.window(example, self.shape);
            for (time, values) in window.chunks_exact(inputs).enumerate() {
                let row = &mut self.rows[time * step + place * pitch..][..pitch];
                row[..inputs].copy_from_slice(values);
                row[pitch - 1] = 1.0;
            }
        }
        for row in self.rows[..step].chunks_exact_mut(pitch) {
            row[inputs..pitch - 1].fill(0.0);
        }
    }

    /// Runs all steps, keeping what the way back needs.
    pub(super) fn forward(&mut self, cell: &[f32]) {
        let shape = self.shape;
        let (states, gates) = (self.windows * shape.hidden(), self.windows * shape.gates());
        let step = self.windows * shape.row();
        self.memory[..states].fill(0.0);
        for time in 0..shape.window() {
            let at = if self.learns { time } else { 0 };
            let gates = &mut self.gates[at * gates..(at + 1) * gates];
            let (rows, later) = self.rows.split_at_mut((time + 1) * step);
            Product {
                left: &rows[time * step..],
                rows: Rows::matrix(self.windows, shape.row()),
                right: cell,
                columns: shape.gates(),
                bias: None,
                out: gates,
                place: START,
            }
            .dispatch();
            let (memory, next_memory) = self.memory[at * states..].split_at_mut(states);
            let last = time + 1 == shape.window();
            let (state, pitch) = if last {
                (&mut self.state[..], shape.hidden())
            } else {
                (&mut later[shape.inputs()..], shape.row())
            };
            Forward {
                hidden: shape.hidden(),
                gates,
                memory,
                next_memory: &mut next_memory[..states],
                bounded: &mut self.bounded[at * states..(at + 1) * states],
                state,
                pitch,
            }
            .dispatch();
            if !self.learns {
                self.memory.copy_within(states..2 * states, 0);
            }
        }
    }

    /// What the linear layer makes of the last state and the extra columns of a window.
    pub(super) fn answer(
        &self,
        place: usize,
        extra: &[f32],
        weights: &[f32],
        places: &Places,
    ) -> f32 {
        let hidden = self.shape.hidden();
        let state = &self.state[place * hidden..(place + 1) * hidden];
        let head = weights[places.head.clone()].iter();
        let terms = head.zip(state.iter().chain(extra));
        terms.fold(weights[places.bias], |sum, (&weight, &x)| {
            weight.mul_add(x, sum)
        })
    }

    /// The way back from the slopes of the answers; `back` is the state's part of the cell, turned over.
    pub(super) fn back(
        &mut self,
        answers: &[f32],
        extra: &[&[f32]],
        (weights, places): (&[f32], &Places),
        back: &[f32],
    ) {
        let shape = self.shape;
        let (hidden, count) = (shape.hidden(), self.windows);
        let (states, gates) = (count * hidden, count * shape.gates());
        self.slopes.fill(0.0);
        self.head_slopes(answers, extra, (weights, places));
        self.memory_slopes.fill(0.0);
        for time in (0..shape.window()).rev() {
            let gates = &mut self.gates[time * gates..(time + 1) * gates];
            Back {
                hidden,
                gates,
                memory: &self.memory[time * states..(time + 1) * states],
                bounded: &self.bounded[time * states..(time + 1) * states],
                state_slopes: &self.state_slopes[..states],
                memory_slopes: &mut self.memory_slopes[..states],
            }
            .dispatch();
            if time > 0 {
                Product {
                    left: gates,
                    rows: Rows::matrix(count, shape.gates()),
                    right: back,
                    columns: hidden,
                    bias: None,
                    out: &mut self.state_slopes[..states],
                    place: START,
                }
                .dispatch();
            }
        }
        Outer {
            left: &self.rows,
            rows: Rows::matrix(shape.window() * count, shape.row()),
            right: &self.gates,
            place: START,
            columns: shape.gates(),
            out: &mut self.slopes[places.cell.clone()],
        }
        .dispatch();
    }

    fn head_slopes(
        &mut self,
        answers: &[f32],
        extra: &[&[f32]],
        (weights, places): (&[f32], &Places),
    ) {
        let hidden = self.shape.hidden();
        for (place, (&slope, extra)) in answers.iter().zip(extra).enumerate() {
            let state = &self.state[place * hidden..(place + 1) * hidden];
            let head = self.slopes[places.head.clone()].iter_mut();
            for (sum, &x) in head.zip(state.iter().chain(*extra)) {
                *sum = slope.mul_add(x, *sum);
            }
            self.slopes[places.bias] += slope;
            let back = &mut self.state_slopes[place * hidden..(place + 1) * hidden];
            for (to, &weight) in back.iter_mut().zip(&weights[places.head.clone()]) {
                *to = slope * weight;
            }
        }
    }
}
