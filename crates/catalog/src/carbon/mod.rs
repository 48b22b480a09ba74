//! Energy and carbon of rented machines: two published methods side by side, as a range, always estimated.
//!
//! No cloud lets its users measure power. Cloud Carbon Footprint and CodeCarbon estimate it from coefficients, and differ by
//! factors: a single number would pretend to know.

mod ccf;
mod codecarbon;
mod estimate;
mod factors;

pub use ccf::{
    Accelerator, CCF_HOURS_OF_LIFE, Compute, Embodied, Footprint, memory, network, storage,
};
pub use codecarbon::{CpuLoad, constant_watts, ram_watts_by_capacity, ram_watts_by_slots};
pub use estimate::{Estimate, Usage, estimate};
pub use factors::{Factors, Grid, TypeFactors, WattsPerVcpu, country_grid, cpu_tdp_watts, factors};
