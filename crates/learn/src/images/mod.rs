//! Folders of pictures: what is in them, the pictures as grey images of one size, and the models that are trained on them.
//!
//! Classes are folders. A folder with `train` and `test` in it is read as one whose maker split it: the classes are the folders
//! below these, and each picture remembers its part.
//!
//! Once prepared, an image is a row of a [`crate::Table`] like any other, so choosing, testing and serving are those of tables.

mod baseline;
mod error;
mod folder;
mod jpeg;
mod mistakes;
mod part;
mod picture;
mod png;
mod prepare;
mod profile;
mod shrink;
mod sizing;
mod train;

pub use error::{Error, PictureError};
pub use folder::{GivenPart, ImageFile, Listing, list};
pub use part::samples;
pub use picture::{Grey, decode};
pub use png::encode;
pub use profile::{Profile, is_image_folder, profile};
pub use shrink::shrink;
pub use sizing::Sizing;

pub(crate) use mistakes::mistakes;
pub(crate) use part::read;
pub(crate) use prepare::run as prepare;
pub(crate) use train::run as train;
