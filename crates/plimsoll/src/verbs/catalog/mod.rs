//! `catalog`: what one can rent, at a price, at a date, with its source.

mod diff;
mod footer;
mod import;
mod line;
mod list;
mod name;
mod range;
mod shelf;
mod show;

use clap::{Args, Subcommand};

use super::Context;
use crate::failure::Failure;

pub(super) use shelf::Prices;

/// Show, compare and import prices and speeds of machines
#[derive(Debug, Args)]
pub(crate) struct Catalog {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    List(list::List),
    Show(show::Show),
    Diff(diff::Diff),
    Import(import::Import),
}

impl Catalog {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        match self.what {
            What::List(verb) => verb.run(context),
            What::Show(verb) => verb.run(context),
            What::Diff(verb) => verb.run(context),
            What::Import(verb) => verb.run(context),
        }
    }
}
