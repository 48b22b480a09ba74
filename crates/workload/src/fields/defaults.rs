//! Single facts of the table, by path: for files that are written.

use super::ROOT;
use super::field::{Field, Presence};
use super::walk::rows;
use crate::domain::TaskKind;

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

/// The default of a key for a kind of task, as YAML.
///
/// # Panics
/// Where the table has no such key or the key no default: paths stand in our own source.
pub(crate) fn default_for(path: &str, task: TaskKind) -> &'static str {
    let presence = field(path).presence;
    presence
        .default_for(task)
        .unwrap_or_else(|| panic!("`{path}` has no default: {presence:?}"))
}

impl Presence {
    /// The YAML that an absent key means in a task of this kind.
    pub(crate) fn default_for(self, task: TaskKind) -> Option<&'static str> {
        match self {
            Self::Required | Self::Optional => None,
            Self::Default(yaml) => Some(yaml),
            Self::ByTask(defaults) => {
                let mut defaults = defaults.iter();
                defaults
                    .find(|(kind, _)| *kind == task)
                    .map(|(_, yaml)| *yaml)
            }
        }
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
    fn a_default_by_task_has_one_for_each_kind() {
        let by_task = rows(ROOT)
            .into_iter()
            .filter(|row| matches!(row.field.presence, Presence::ByTask(_)));
        let paths: Vec<String> = by_task.map(|row| row.path).collect();
        assert!(paths.contains(&"select.metric".to_owned()));
        for kind in TaskKind::NAMES.iter().map(|name| name.parse().unwrap()) {
            for path in &paths {
                assert!(!default_for(path, kind).is_empty(), "{path} {kind}");
            }
        }
        assert_eq!(default_for("select.metric", TaskKind::Regression), "rmse");
        assert_eq!(default_for("split.test", TaskKind::Regression), "20 %");
    }

    #[test]
    #[should_panic(expected = "the table has no `splits`")]
    fn a_path_that_is_not_there_is_a_defect() {
        default_of("splits");
    }
}
