//! What can go wrong with a quantity: its text, or its size.

/// A text that is not a quantity of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The text does not start with a plain decimal number.
    #[error("`{text}` does not start with a number, expected {expected}")]
    NotANumber {
        /// What was given.
        text: String,
        /// What is expected, with an example.
        expected: String,
    },
    /// A number stands alone.
    #[error("`{text}` has no unit, expected {expected}")]
    MissingUnit {
        /// What was given.
        text: String,
        /// What is expected, with an example.
        expected: String,
    },
    /// The unit is none of this kind's.
    #[error("`{unit}` in `{text}` is not a unit here, expected {expected}")]
    UnknownUnit {
        /// What was given.
        text: String,
        /// The unit in it.
        unit: String,
        /// What is expected, with an example.
        expected: String,
    },
    /// The number has digits below the smallest step.
    #[error("`{text}` is finer than the smallest step, {smallest}")]
    TooFine {
        /// What was given.
        text: String,
        /// The smallest step, with its unit.
        smallest: &'static str,
    },
    /// The number is below or above what the type holds.
    #[error("`{text}` is out of range, expected {least} to {most}")]
    OutOfRange {
        /// What was given.
        text: String,
        /// The least value, with its unit.
        least: String,
        /// The greatest value, with its unit.
        most: String,
    },
}

/// A result that is greater or smaller than its type holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the result is beyond what `{quantity}` holds")]
pub struct Overflow {
    /// Name of the type.
    pub quantity: &'static str,
}
