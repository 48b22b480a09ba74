//! What the processor can do that results depend on.

use rten_simd::ops::BitOps;
use rten_simd::{Isa, SimdOp};

/// Kinds of processors that may give different bits, as a model's metadata names them.
///
/// With fused multiplication and addition the width of vectors changes no bit, so AVX2, AVX-512 and NEON are one kind; a
/// processor without them rounds products on their own.
pub fn instruction_set() -> &'static str {
    match Lanes.dispatch() {
        16 | 8 => "fma",
        _ if cfg!(target_arch = "aarch64") => "fma",
        _ => "no-fma",
    }
}

struct Lanes;

impl SimdOp for Lanes {
    type Output = usize;

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) -> usize {
        isa.f32().len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_one_of_the_kinds() {
        assert!(["fma", "no-fma"].contains(&instruction_set()));
        #[cfg(target_arch = "x86_64")]
        assert_eq!(instruction_set() == "fma", is_x86_feature_detected!("fma"));
    }
}
