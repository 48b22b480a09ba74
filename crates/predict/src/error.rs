//! Why there is no prediction.

use units::Bytes;

/// Why there is no prediction.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Unpredicted {
    /// Nothing was measured.
    #[error("no run was measured")]
    NoRuns,
    /// More was measured than is used.
    #[error("{count} {what} were measured, at most {most} are used")]
    TooMany {
        /// `runs` or `probes`.
        what: &'static str,
        /// How many.
        count: usize,
        /// How many may be.
        most: usize,
    },
    /// A figure cannot be.
    #[error("`{what}` is {value}, expected a number above zero")]
    Figure {
        /// Which.
        what: &'static str,
        /// What it is.
        value: f64,
    },
    /// The machine has fewer CPUs.
    #[error("{wanted} CPUs are more than the machine's {has}")]
    Cpus {
        /// Wanted.
        wanted: u32,
        /// It has.
        has: u32,
    },
    /// The step does not fit.
    #[error("the step needs {needs} of memory, the machine has {has}")]
    Memory {
        /// It needs.
        needs: Bytes,
        /// The machine has.
        has: Bytes,
    },
    /// Whether the type has credits was left open.
    #[error("the type runs on credits: say whether they are `full` or `spent`")]
    Credits,
    /// What the type does without credits is not published here.
    #[error("the share that the type has without credits is unknown")]
    Baseline,
    /// The class is published on no type with this accelerator.
    #[error("nothing is published of this class on the type's accelerators")]
    Accelerator,
}
