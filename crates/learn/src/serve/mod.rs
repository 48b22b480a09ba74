//! Serving without HTTP: bytes of a request in, bytes of an answer out.
//!
//! Rows come as CSV without a header (or with one, where the type says `header=present`), as JSON
//! `{"instances": [...]}`, as JSON Lines, or as a numeric NumPy array; the schema says what the cells mean. The answer's form
//! is what Accept asks for, else that of the request.

mod answer;
mod csv;
mod error;
mod forecasting;
mod images;
mod json;
mod media;
pub(crate) mod npy;
mod served;
mod service;
mod tensors;

pub(crate) use csv::read as read_csv;
pub use error::Error;
pub use forecasting::Forecasting;
pub use media::{Media, negotiate};
pub use served::Served;
pub use service::{Answer, Request, Service};
