//! Why a network is not trained, resumed or read.

/// What is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The network cannot have this form.
    #[error("{what} is {found}, expected {expected}")]
    Shape {
        /// The measure.
        what: &'static str,
        /// What was asked for.
        found: usize,
        /// What can be.
        expected: String,
    },
    /// There are fewer examples than one batch.
    #[error("{examples} examples do not fill a batch of {batch}")]
    TooFew {
        /// Examples there are.
        examples: usize,
        /// Examples of a batch.
        batch: usize,
    },
    /// The loss is no longer a number.
    #[error(
        "the loss is not finite after epoch {epoch}, step {step}; a lower learning rate may help"
    )]
    Diverged {
        /// Epochs that were finished.
        epoch: u32,
        /// Steps of the epoch that were finished.
        step: u32,
    },
    /// The bytes are not a saved training.
    #[error("the saved training is not usable: {problem}")]
    State {
        /// What is wrong.
        problem: String,
    },
}
