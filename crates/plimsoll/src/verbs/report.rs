//! `report`: a run as one HTML file.

use std::path::{Path, PathBuf};

use clap::Args;
use steps::Document;

use super::Context;
use super::status::find_run;
use crate::failure::Failure;
use crate::run::{IsUp, gather, page};
use crate::state::State;

/// Write a run as one self-contained HTML file
#[derive(Debug, Args)]
pub(crate) struct Report {
    /// Name of the run or its beginning, `latest` or `previous`; the newest unless given
    run: Option<String>,
    /// File to write; `-` is standard output [default: WORKLOAD-RUN.html]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Report {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let state = State::find(&context.common)?;
        let records = state.open()?;
        let entry = find_run(&records, self.run.as_deref())?;
        let gathered = gather(&records, &entry.execution)?;
        let run = page(&records, &gathered, IsUp::of(&state));
        let printer = context.printer;
        if printer.is_json() {
            // The figures are the data; a file is written besides where one is named.
            if let Some(out) = self.out.as_deref().filter(|out| *out != Path::new("-")) {
                write(out, &report::page(&run))?;
            }
            printer.document(&run.to_value());
            return Ok(());
        }
        let text = report::page(&run);
        let default = PathBuf::from(format!("{}-{}.html", run.workload, run.run));
        let out = self.out.unwrap_or(default);
        if out == Path::new("-") {
            printer.data(&text);
            return Ok(());
        }
        write(&out, &text)?;
        printer.data(&out.display().to_string());
        Ok(())
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| {
        Failure::environment(format!("cannot write `{}`: {error}", path.display()))
            .code("P0711")
            .hint("name another file with `--out FILE`; its folder must exist")
    })
}
