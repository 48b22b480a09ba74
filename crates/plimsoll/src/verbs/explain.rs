//! `explain`: a key of the workload file, or an error code.

use clap::Args;

use super::Context;
use crate::errors;
use crate::failure::Failure;

/// Explain a key of the workload file or an error code
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// Such as `split.stratify` or `P0104`
    subject: String,
}

impl Explain {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        match errors::explain(&self.subject) {
            Some(text) => {
                context.printer.data(&text);
                Ok(())
            }
            None => Err(Failure::input(format!(
                "`{}` is neither a key nor an error code",
                self.subject
            ))
            .hint("keys are written with dots, such as `task.target`; codes look like P0104")),
        }
    }
}
