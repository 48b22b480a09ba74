//! A small convolutional network for grey images: blocks of 3 x 3 convolution, batch normalisation, rectifier and 2 x 2
//! maximum, then the average over the image and a linear layer.
//!
//! Images lie in memory pixel by pixel, the channels of a pixel side by side, with a border of one zero pixel. So the taps of a
//! row of the kernel are neighbours in memory, and a convolution is a `Product` with rows that
//! overlap.
//!
//! A batch is cut into chunks of four images, whatever the number of threads, and partial sums are added in the order of
//! the chunks.

mod block;
mod chunk;
mod head;
mod images;
mod network;
mod normalise;
mod pool;
mod predictor;
mod shape;

pub use images::Images;
pub use network::{Cnn, Examples};
pub use predictor::{Folded, FoldedBlock, Predictor};
pub use shape::Shape;
