//! XML: the answers of the Query protocols, written for clients and read by ours.

mod read;
mod write;

pub(crate) use read::{read_answer, read_error};
pub(crate) use write::{Writer, ec2_answer, ec2_error, query_answer, query_error};

#[cfg(test)]
mod tests;
