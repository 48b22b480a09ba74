//! The steps of the machine, one file each. `FIRST` is where a step begins; `states(..., next)` are its states.

pub(crate) mod batch_predict;
pub(crate) mod deploy;
pub(crate) mod exercise;
pub(crate) mod gate;
pub(crate) mod load_test;
pub(crate) mod prepare;
pub(crate) mod refit;
pub(crate) mod register;
pub(crate) mod select;
pub(crate) mod test;
pub(crate) mod train;
