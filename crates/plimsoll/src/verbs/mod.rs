//! Verbs, one file each: its flags, and what it does.

pub(crate) mod catalog;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod cost;
pub(crate) mod diff;
pub(crate) mod down;
pub(crate) mod env;
pub(crate) mod events;
pub(crate) mod explain;
pub(crate) mod gc;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod logs;
pub(crate) mod plan;
pub(crate) mod predict;
pub(crate) mod reference;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod schema;
pub(crate) mod status;
pub(crate) mod synth;
pub(crate) mod up;
pub(crate) mod validate;

use std::process::ExitCode;

use crate::cli::{Cli, Common, Verb};
use crate::failure::Failure;
use crate::printer::Printer;

/// What every verb is given.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    pub(crate) common: Common,
    pub(crate) printer: Printer,
}

/// Runs the verb and turns its end into an exit code.
pub(crate) fn dispatch(cli: Cli) -> ExitCode {
    let context = Context {
        printer: Printer::new(&cli.common),
        common: cli.common,
    };
    let outcome = match cli.verb {
        Verb::Init(verb) => verb.run(&context),
        Verb::Run(verb) => verb.run(&context),
        Verb::Validate(verb) => verb.run(&context),
        Verb::Schema(verb) => verb.run(&context),
        Verb::Explain(verb) => verb.run(&context),
        Verb::Synth(verb) => verb.run(&context),
        Verb::Up(verb) => verb.run(&context),
        Verb::Down(verb) => verb.run(&context),
        Verb::Env(verb) => verb.run(&context),
        Verb::Status(verb) => verb.run(&context),
        Verb::Catalog(verb) => verb.run(&context),
        Verb::Compare(verb) => verb.run(&context),
        Verb::Cost(verb) => verb.run(&context),
        Verb::Plan(verb) => verb.run(&context),
        Verb::Gc(verb) => verb.run(&context),
        Verb::Import(verb) => verb.run(&context),
        Verb::Logs(verb) => verb.run(&context),
        Verb::Events(verb) => verb.run(&context),
        Verb::Predict(verb) => verb.run(&context),
        Verb::Completions(verb) => verb.run(&context),
        Verb::Reference(verb) => verb.run(&context),
        Verb::Report(verb) => verb.run(&context),
        Verb::Diff(verb) => verb.run(&context),
        Verb::Train(entry) => return entry.run(),
        Verb::Serve(entry) => return entry.run(),
        Verb::Process(entry) => return entry.run(),
        Verb::Script(entry) => return entry.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            Printer::failure(&failure);
            failure.kind.into()
        }
    }
}

/// Runs a future on a runtime of its own.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::environment(format!("cannot start threads: {error}")))?;
    let outcome = runtime.block_on(future);
    runtime.shutdown_background();
    outcome
}
