//! Normalisation, rectifier and 2 x 2 maximum in one pass over a map, and the way back.
//!
//! Nothing but the map's value at each maximum is remembered: on the way back it is found again among the four, the first of
//! equal ones, which is the one that was chosen.

use rten_simd::ops::{BitOps, NumOps};
use rten_simd::{Isa, Simd, SimdOp};

use super::block::Block;
use super::normalise::{BackNormal, Normal, add};
use crate::product::Place;

/// The four pixels of a square, as places relative to the first.
#[inline(always)]
fn square(block: Block) -> [usize; 4] {
    let pitch = block.inner().block_stride;
    [0, block.outputs, pitch, pitch + block.outputs]
}

/// Writes the value of the map at each maximum to `winners`, and the rectified maximum to `out`.
pub(super) struct Pool<'a> {
    pub block: Block,
    pub map: &'a [f32],
    pub factor: &'a [f32],
    pub shift: &'a [f32],
    pub winners: &'a mut [f32],
    pub out: &'a mut [f32],
    pub place: Place,
}

impl SimdOp for Pool<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let ops = isa.f32();
        let channels = self.block.outputs;
        let half = self.block.side / 2;
        let inner = self.block.inner();
        let taps = square(self.block);
        for y in 0..half {
            let map = &self.map[inner.start + 2 * y * inner.block_stride..];
            let winners = &mut self.winners[y * half * channels..][..half * channels];
            let out =
                &mut self.out[self.place.start + y * self.place.block_stride..][..half * channels];
            for channel in (0..channels).step_by(ops.len()) {
                let factor = ops.load(&self.factor[channel..]);
                let shift = ops.load(&self.shift[channel..]);
                for x in 0..half {
                    let from = 2 * x * channels + channel;
                    let mut winner = ops.load(&map[from..]);
                    let mut best = ops.mul_add(winner, factor, shift);
                    for tap in &taps[1..] {
                        let value = ops.load(&map[from + tap..]);
                        let scaled = ops.mul_add(value, factor, shift);
                        let higher = ops.gt(scaled, best);
                        best = ops.select(scaled, best, higher);
                        winner = ops.select(value, winner, higher);
                    }
                    let to = x * channels + channel;
                    ops.store(winner, &mut winners[to..]);
                    ops.store(ops.max(best, ops.splat(0.0)), &mut out[to..]);
                }
            }
        }
    }
}

/// The rectified maximum of what is normal already.
pub(super) struct PlainPool<'a> {
    pub block: Block,
    pub map: &'a [f32],
    pub out: &'a mut [f32],
    pub place: Place,
}

impl SimdOp for PlainPool<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let ops = isa.f32();
        let channels = self.block.outputs;
        let half = self.block.side / 2;
        let inner = self.block.inner();
        let taps = square(self.block);
        for y in 0..half {
            let map = &self.map[inner.start + 2 * y * inner.block_stride..];
            let out =
                &mut self.out[self.place.start + y * self.place.block_stride..][..half * channels];
            for x in 0..half {
                for channel in (0..channels).step_by(ops.len()) {
                    let from = 2 * x * channels + channel;
                    let mut best = ops.splat(0.0);
                    for tap in taps {
                        best = ops.max(best, ops.load(&map[from + tap..]));
                    }
                    ops.store(best, &mut out[x * channels + channel..]);
                }
            }
        }
    }
}

/// Zeroes the slopes where the rectifier was flat, and adds the sums of the slopes, and of slopes times normalised values, to
/// `sums`: these are the slopes of beta and gamma.
pub(super) struct Rectify<'a> {
    pub block: Block,
    pub winners: &'a [f32],
    pub normal: &'a Normal,
    pub slopes: &'a mut [f32],
    pub sums: &'a mut [f64],
}

impl SimdOp for Rectify<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let ops = isa.f32();
        let channels = self.block.outputs;
        let half = self.block.side / 2;
        let zero = ops.splat(0.0);
        let (levels, tilts) = self.sums.split_at_mut(channels);
        let rows = self.winners.chunks_exact(half * channels);
        for (winners, slopes) in rows.zip(self.slopes.chunks_exact_mut(half * channels)) {
            for channel in (0..channels).step_by(ops.len()) {
                let factor = ops.load(&self.normal.factor[channel..]);
                let shift = ops.load(&self.normal.shift[channel..]);
                let mean = ops.load(&self.normal.mean[channel..]);
                let inverse = ops.load(&self.normal.inverse[channel..]);
                let (mut level, mut tilt) = (zero, zero);
                for at in (channel..half * channels).step_by(channels) {
                    let value = ops.load(&winners[at..]);
                    let above = ops.gt(ops.mul_add(value, factor, shift), zero);
                    let slope = ops.select(ops.load(&slopes[at..]), zero, above);
                    ops.store(slope, &mut slopes[at..]);
                    level = ops.add(level, slope);
                    let normal = ops.mul(ops.sub(value, mean), inverse);
                    tilt = ops.mul_add(slope, normal, tilt);
                }
                add(&mut levels[channel..], level.to_array());
                add(&mut tilts[channel..], tilt.to_array());
            }
        }
    }
}

/// Replaces the values of a map by their slopes.
pub(super) struct Spread<'a> {
    pub block: Block,
    pub map: &'a mut [f32],
    pub winners: &'a [f32],
    pub slopes: &'a [f32],
    pub back: &'a BackNormal,
}

impl SimdOp for Spread<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let ops = isa.f32();
        let channels = self.block.outputs;
        let half = self.block.side / 2;
        let inner = self.block.inner();
        let taps = square(self.block);
        let zero = ops.splat(0.0);
        for y in 0..half {
            let map = &mut self.map[inner.start + 2 * y * inner.block_stride..];
            let row = y * half * channels..(y + 1) * half * channels;
            let (winners, slopes) = (&self.winners[row.clone()], &self.slopes[row]);
            for channel in (0..channels).step_by(ops.len()) {
                let factor = ops.load(&self.back.factor[channel..]);
                let along = ops.load(&self.back.along[channel..]);
                let level = ops.load(&self.back.level[channel..]);
                for x in 0..half {
                    let winner = ops.load(&winners[x * channels + channel..]);
                    let mut rest = ops.load(&slopes[x * channels + channel..]);
                    for tap in taps {
                        let at = 2 * x * channels + channel + tap;
                        let value = ops.load(&map[at..]);
                        let here = ops.eq(value, winner);
                        let slope = ops.select(rest, zero, here);
                        rest = ops.select(zero, rest, here);
                        let flat = ops.mul_add(value, along, level);
                        ops.store(ops.mul_add(slope, factor, flat), &mut map[at..]);
                    }
                }
            }
        }
    }
}
