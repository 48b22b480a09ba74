//! What the intrinsic functions do, one file a family.

mod array;
mod dispatch;
mod encoding;
mod hash;
mod json;
mod math;
mod string;

pub(super) use dispatch::apply;
