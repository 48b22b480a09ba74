//! `Parallel`: runs branches side by side.

use super::parse::Parser;
use super::{Fields, Scope};

/// The fields of a Parallel state.
#[derive(Debug)]
pub(crate) struct Parallel {
    pub(crate) branches: Vec<Scope>,
}

pub(super) fn parallel(fields: &mut Fields<'_>, parser: &mut Parser<'_>) -> Parallel {
    fields.require("Branches");
    let items = fields.filled_array("Branches");
    let mut branches = Vec::new();
    for (index, item) in items.into_iter().flatten().enumerate() {
        let pointer = format!("{}/{index}", fields.at("Branches"));
        let Some(mut branch) = Fields::new(item, pointer, fields.problems()) else {
            continue;
        };
        branch.string("Comment");
        branches.push(parser.scope(&mut branch));
        branch.finish();
    }
    Parallel { branches }
}
