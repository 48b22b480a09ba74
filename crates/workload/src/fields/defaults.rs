//! Single facts of the table, by path: for files that are written.

use super::ROOT;
use super::field::{Field, Presence};
use super::walk::rows;

/// The default of a key, as YAML.
///
/// # Panics
/// Where the table has no such key or the key no default: paths stand in our own source.
pub(crate) fn default_of(path: &str) -> &'static str {
    match field(path).presence {
        Presence::Default(yaml) => yaml,
        other => panic!("`{path}` has no default: {other:?}"),
    }
}

/// What a key means.
///
/// # Panics
/// Where the table has no such key.
pub(crate) fn doc_of(path: &str) -> &'static str {
    field(path).doc
}

fn field(path: &str) -> &'static Field {
    let found = rows(ROOT).into_iter().find(|row| row.path == path);
    found.map_or_else(|| panic!("the table has no `{path}`"), |row| row.field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_those_of_the_table() {
        assert_eq!(default_of("split.test"), "20 %");
        assert_eq!(default_of("models.random_forest.max_depth"), "none");
        assert!(doc_of("gate").starts_with("What the scores"));
    }

    #[test]
    #[should_panic(expected = "the table has no `splits`")]
    fn a_path_that_is_not_there_is_a_defect() {
        default_of("splits");
    }
}
