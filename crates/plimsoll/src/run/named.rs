//! Which run a user means: a whole name, the beginning of one, `latest`, `previous`, or nothing.

use crate::failure::Failure;
use crate::verbs::status::RunEntry;

/// Runs that an error lists.
const LISTED: usize = 10;
/// Word for the newest run.
const LATEST: &str = "latest";
/// Word for the one before it.
const PREVIOUS: &str = "previous";

/// The run of a name among all, newest first; the newest where none is named.
pub(crate) fn named(runs: &[RunEntry], name: Option<&str>) -> Result<RunEntry, Failure> {
    let name = name.unwrap_or(LATEST);
    let found: Vec<&RunEntry> = match name {
        LATEST => runs.iter().take(1).collect(),
        PREVIOUS => runs.iter().skip(1).take(1).collect(),
        _ => match runs
            .iter()
            .find(|run| run.run == name || run.execution == name)
        {
            Some(run) => vec![run],
            None => runs
                .iter()
                .filter(|run| !name.is_empty() && run.run.starts_with(name))
                .collect(),
        },
    };
    match found[..] {
        [only] => Ok(only.clone()),
        [] if runs.is_empty() => Err(Failure::input("there is no run yet")
            .code("P0404")
            .hint("`plimsoll run` makes one")),
        [] => Err(Failure::input(format!("there is no run `{name}`"))
            .code("P0404")
            .hint(format!(
                "the runs are {}, newest first",
                listed(runs.iter())
            ))
            .hint("a name may be cut short; `latest` and `previous` are the newest two")),
        _ => Err(
            Failure::input(format!("`{name}` is the beginning of {} runs", found.len()))
                .code("P0710")
                .hint(format!(
                    "they are {}, newest first",
                    listed(found.into_iter())
                )),
        ),
    }
}

fn listed<'a>(runs: impl ExactSizeIterator<Item = &'a RunEntry>) -> String {
    let more = runs.len().saturating_sub(LISTED);
    let names: Vec<String> = runs
        .take(LISTED)
        .map(|run| format!("`{}` ({})", run.run, run.workload))
        .collect();
    let rest = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!("{}{rest}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(run: &str) -> RunEntry {
        RunEntry {
            workload: "heart".to_owned(),
            run: run.to_owned(),
            execution: format!("arn:{run}"),
            status: "succeeded".to_owned(),
            started: 0.0,
            stopped: None,
        }
    }

    fn find(name: Option<&str>) -> Result<String, (String, String)> {
        let runs = ["cc3", "cc2", "bb1"].map(entry);
        named(&runs, name).map(|run| run.run).map_err(|failure| {
            (
                failure.message,
                failure.hints.first().cloned().unwrap_or_default(),
            )
        })
    }

    #[test]
    fn whole_names_beginnings_and_words_are_understood() {
        let cases = [
            (None, "cc3"),
            (Some("latest"), "cc3"),
            (Some("previous"), "cc2"),
            (Some("bb1"), "bb1"),
            (Some("b"), "bb1"),
            (Some("cc2"), "cc2"),
            (Some("arn:bb1"), "bb1"),
        ];
        for (name, expected) in cases {
            assert_eq!(find(name).as_deref(), Ok(expected), "{name:?}");
        }
    }

    #[test]
    fn unknown_and_ambiguous_names_list_the_runs() {
        let (message, hint) = find(Some("x")).unwrap_err();
        assert_eq!(message, "there is no run `x`");
        assert_eq!(
            hint,
            "the runs are `cc3` (heart), `cc2` (heart), `bb1` (heart), newest first"
        );
        let (message, hint) = find(Some("cc")).unwrap_err();
        assert_eq!(message, "`cc` is the beginning of 2 runs");
        assert_eq!(hint, "they are `cc3` (heart), `cc2` (heart), newest first");
        assert!(find(Some("")).is_err());
        assert_eq!(named(&[], None).unwrap_err().message, "there is no run yet");
        assert!(named(&[entry("a")], Some("previous")).is_err());
    }
}
