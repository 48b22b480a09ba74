//! Validation of a request against its model: everything that is wrong with it, in one error.

mod constraint;
mod walk;

pub use walk::validate;

#[cfg(test)]
mod tests;
