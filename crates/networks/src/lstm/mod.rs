//! A recurrent network for series: one layer of long short-term memory over a window of hours, its last state joined with more
//! columns, and a linear layer to one number.
//!
//! Hochreiter and Schmidhuber, "Long short-term memory", 1997, with the forget gate of Gers, Schmidhuber and Cummins, 2000, and
//! without peepholes, as PyTorch and ONNX define it:
//!
//! ```text
//! i, f, o = sigmoid of, g = tanh of   [x, h, 1] * weights
//! c = f * c + i * g                   h = o * tanh(c)
//! ```
//!
//! A batch is cut into chunks of sixteen windows, whatever the number of threads, and partial sums are added in the order of
//! the chunks.

mod cell;
mod chunk;
mod network;
mod predictor;
mod shape;
mod windows;

pub use network::Lstm;
pub use predictor::Predictor;
pub use shape::Shape;
pub use windows::Windows;
