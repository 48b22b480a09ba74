//! `diff`: two runs side by side.

use clap::Args;

use super::Context;
use super::status::{RunEntry, find_run};
use crate::failure::Failure;
use crate::run::{IsUp, Side, diff, gather, ingredients, page};
use crate::state::{Records, State};

/// Compare two runs: what changed between them, and what it did
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// Name of a run or its beginning, `latest` or `previous`
    #[arg(default_value = "previous")]
    left: String,
    /// The same of the other run
    #[arg(default_value = "latest")]
    right: String,
}

impl Diff {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let state = State::find(&context.common)?;
        let records = state.open()?;
        let left = find_run(&records, Some(&self.left))?;
        let right = find_run(&records, Some(&self.right))?;
        let found = diff(
            &side(&state, &records, &left)?,
            &side(&state, &records, &right)?,
        );
        if context.printer.is_json() {
            let document = serde_json::to_value(&found)
                .map_err(|error| Failure::defect("the comparison is no JSON", &error))?;
            context.printer.document(&document);
        } else {
            context.printer.data(&crate::view::diff(&found));
        }
        Ok(())
    }
}

fn side(state: &State, records: &Records, entry: &RunEntry) -> Result<Side, Failure> {
    let report = gather(records, &entry.execution)?;
    Ok(Side {
        run: page(records, &report, IsUp::of(state)),
        ingredients: ingredients(records, &report.input),
        input: report.input,
    })
}
