//! What happens to the gates of a step, forward and back.

use rten_simd::ops::{BitOps, NumOps};
use rten_simd::{Isa, SimdOp};

use crate::activation::{sigmoid, tanh};

/// Turns the sums of the gates into their values, in place, and computes the next memory and state.
pub(super) struct Forward<'a> {
    pub hidden: usize,
    /// `[i | f | o | g]` of each window.
    pub gates: &'a mut [f32],
    pub memory: &'a [f32],
    pub next_memory: &'a mut [f32],
    /// The hyperbolic tangent of the next memory.
    pub bounded: &'a mut [f32],
    /// The next state; a window's begins `pitch` after that of the one before.
    pub state: &'a mut [f32],
    pub pitch: usize,
}

impl SimdOp for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let ops = isa.f32();
        let hidden = self.hidden;
        for (window, gates) in self.gates.chunks_exact_mut(4 * hidden).enumerate() {
            let (first, second) = gates.split_at_mut(2 * hidden);
            let (input, forget) = first.split_at_mut(hidden);
            let (output, new) = second.split_at_mut(hidden);
            let at = window * hidden..(window + 1) * hidden;
            let memory = &self.memory[at.clone()];
            let next_memory = &mut self.next_memory[at.clone()];
            let bounded = &mut self.bounded[at];
            let state = &mut self.state[window * self.pitch..][..hidden];
            for j in (0..hidden).step_by(ops.len()) {
                let i = sigmoid(isa, ops.load(&input[j..]));
                let f = sigmoid(isa, ops.load(&forget[j..]));
                let o = sigmoid(isa, ops.load(&output[j..]));
                let g = tanh(isa, ops.load(&new[j..]));
                let c = ops.mul_add(f, ops.load(&memory[j..]), ops.mul(i, g));
                let t = tanh(isa, c);
                ops.store(i, &mut input[j..]);
                ops.store(f, &mut forget[j..]);
                ops.store(o, &mut output[j..]);
                ops.store(g, &mut new[j..]);
                ops.store(c, &mut next_memory[j..]);
                ops.store(t, &mut bounded[j..]);
                ops.store(ops.mul(o, t), &mut state[j..]);
            }
        }
    }
}

/// Turns the values of the gates into the slopes of their sums, in place, and takes the slope of the memory a step back.
pub(super) struct Back<'a> {
    pub hidden: usize,
    pub gates: &'a mut [f32],
    pub memory: &'a [f32],
    pub bounded: &'a [f32],
    /// Slopes of the state after the step.
    pub state_slopes: &'a [f32],
    /// Slopes of the memory after the step, then before it.
    pub memory_slopes: &'a mut [f32],
}

impl SimdOp for Back<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let ops = isa.f32();
        let hidden = self.hidden;
        let one = ops.splat(1.0);
        // The slope of a sigmoid s is s (1 - s), that of a tangent t is 1 - t^2.
        for (window, gates) in self.gates.chunks_exact_mut(4 * hidden).enumerate() {
            let (first, second) = gates.split_at_mut(2 * hidden);
            let (input, forget) = first.split_at_mut(hidden);
            let (output, new) = second.split_at_mut(hidden);
            let at = window * hidden..(window + 1) * hidden;
            let memory = &self.memory[at.clone()];
            let bounded = &self.bounded[at.clone()];
            let state_slopes = &self.state_slopes[at.clone()];
            let memory_slopes = &mut self.memory_slopes[at];
            for j in (0..hidden).step_by(ops.len()) {
                let i = ops.load(&input[j..]);
                let f = ops.load(&forget[j..]);
                let o = ops.load(&output[j..]);
                let g = ops.load(&new[j..]);
                let t = ops.load(&bounded[j..]);
                let dh = ops.load(&state_slopes[j..]);
                let through = ops.mul(ops.mul(dh, o), ops.sub(one, ops.mul(t, t)));
                let dc = ops.add(ops.load(&memory_slopes[j..]), through);
                let bent = |s: I::F32, slope: I::F32| ops.mul(ops.mul(s, ops.sub(one, s)), slope);
                let di = bent(i, ops.mul(dc, g));
                let df = bent(f, ops.mul(dc, ops.load(&memory[j..])));
                let d_o = bent(o, ops.mul(dh, t));
                let dg = ops.mul(ops.sub(one, ops.mul(g, g)), ops.mul(dc, i));
                ops.store(di, &mut input[j..]);
                ops.store(df, &mut forget[j..]);
                ops.store(d_o, &mut output[j..]);
                ops.store(dg, &mut new[j..]);
                ops.store(ops.mul(dc, f), &mut memory_slopes[j..]);
            }
        }
    }
}
