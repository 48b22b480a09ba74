//! `schema`: the JSON Schema of workload files.

use clap::Args;

use super::Context;
use crate::failure::Failure;

/// Print the JSON Schema of workload files, for editors
#[derive(Debug, Args)]
pub(crate) struct Schema {}

impl Schema {
    #[expect(clippy::unnecessary_wraps, reason = "verbs have one form")]
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let Self {} = self;
        context.printer.document(&workload::schema());
        Ok(())
    }
}
