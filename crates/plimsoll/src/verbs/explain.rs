//! `explain`: a key of the workload file, or an error code.

use clap::Args;
use serde_json::json;

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
                if context.printer.is_json() {
                    context.printer.document(&json!({
                        "schema": "plimsoll.explain/1", "subject": self.subject, "text": text,
                    }));
                } else {
                    context.printer.data(&text);
                }
                Ok(())
            }
            None => Err(Failure::input(format!(
                "`{}` is neither a key nor an error code",
                self.subject
            ))
            .hints(errors::nearest(&self.subject).map(|near| format!("did you mean `{near}`?")))
            .hint("keys are written with dots, such as `task.target`; codes look like P0104")),
        }
    }
}
