//! The command line's words. Each verb's flags stand in the file of the verb.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::image;
use crate::verbs;

/// Runs, measures and right-sizes machine-learning workloads.
#[derive(Debug, Parser)]
#[command(name = "plimsoll", version, long_version = crate::build::LONG_VERSION, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// Flags of every verb.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// Print one JSON document, or one line of JSON an event
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// State folder; else `PLIMSOLL_STATE`, else the nearest `.plimsoll`, else a new one here
    #[arg(long, global = true, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub(crate) state: Option<PathBuf>,
    /// Print data and errors alone
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value = "auto")]
    pub(crate) color: Color,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR`, `CLICOLOR=0` or `TERM=dumb` is set.
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Init(verbs::init::Init),
    Run(verbs::run::Run),
    Validate(verbs::validate::Validate),
    Schema(verbs::schema::Schema),
    Explain(verbs::explain::Explain),
    Synth(verbs::synth::Synth),
    Up(verbs::up::Up),
    Down(verbs::down::Down),
    Env(verbs::env::Env),
    Status(verbs::status::Status),
    Logs(verbs::logs::Logs),
    Events(verbs::events::Events),
    Predict(verbs::predict::Predict),
    Completions(verbs::completions::Completions),
    #[command(hide = true)]
    Reference(verbs::reference::Reference),
    Report(verbs::report::Report),
    Diff(verbs::diff::Diff),
    Compare(verbs::compare::Compare),
    Plan(verbs::plan::Plan),
    Cost(verbs::cost::Cost),
    Catalog(verbs::catalog::Catalog),
    Gc(verbs::gc::Gc),
    Import(verbs::import::Import),
    #[command(hide = true)]
    Train(image::train::Train),
    #[command(hide = true)]
    Serve(image::serve::Serve),
    #[command(hide = true)]
    Process(image::process::Process),
    #[command(hide = true)]
    Script(image::script::Script),
}
