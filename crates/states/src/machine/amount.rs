//! A number that stands in the definition or is found by a path: `TimeoutSeconds` and `TimeoutSecondsPath`.

use super::Fields;
use crate::path::Path;

/// A number, or where to find it.
#[derive(Debug, Clone)]
pub(crate) enum Amount {
    Literal(u64),
    Path(Path),
}

/// Reads the field `name` or its form with `Path` behind it; both together are a problem.
pub(super) fn amount(
    fields: &mut Fields<'_>,
    name: &str,
    least: u64,
    greatest: u64,
) -> Option<Amount> {
    let by_path = format!("{name}Path");
    fields.exclude(name, &by_path);
    let literal = fields.integer(name, least, greatest).map(Amount::Literal);
    let path = fields.path(&by_path).map(Amount::Path);
    literal.or(path)
}
