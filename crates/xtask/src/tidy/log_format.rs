//! A log message is lowercase, without full stop, and has its values in fields: `warn!(remaining, "retry failed")`.

use super::finding::Finding;
use super::rust::{Piece, Source, places_of_word};
use super::tree::Tree;

const LEVELS: [&str; 5] = ["trace", "debug", "info", "warn", "error"];

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for (file, source) in tree.rust() {
        for message in LEVELS.iter().flat_map(|level| messages(source, level)) {
            if let Some(wrong) = wrong(&message.text) {
                findings.push(file.finding(message.line, "log", wrong.to_owned()));
            }
        }
    }
}

/// The message of each call of a macro.
fn messages<'s>(source: &'s Source, level: &'s str) -> impl Iterator<Item = &'s Piece> {
    places_of_word(&source.code, level).filter_map(move |place| {
        let open = place + level.len();
        let arguments = source.code[open..].strip_prefix("!(")?;
        let start = open + 2;
        let end = start + closing(arguments);
        let inside = |piece: &&Piece| piece.start >= start && piece.end <= end;
        // The value of a field is no message.
        let is_value = |piece: &Piece| source.code[..piece.start].trim_end().ends_with('=');
        source
            .strings
            .iter()
            .filter(inside)
            .find(|piece| !is_value(piece))
    })
}

/// Where the parenthesis that is open is closed.
fn closing(arguments: &str) -> usize {
    let mut depth = 1;
    for (place, c) in arguments.char_indices() {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        if depth == 0 {
            return place;
        }
    }
    arguments.len()
}

fn wrong(message: &str) -> Option<&'static str> {
    let first = message.split_whitespace().next().unwrap_or_default();
    let capitals = first.chars().filter(|c| c.is_uppercase()).count();
    if message.is_empty() {
        Some("say what happened")
    } else if first.starts_with(char::is_uppercase) && capitals == 1 {
        Some("begin the message in lowercase")
    } else if message.ends_with('.') && !message.ends_with("...") {
        Some("end the message without a full stop")
    } else if message.replace("{{", "").contains('{') {
        Some("give values as fields: `warn!(name, \"what happened\")`")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    #[test]
    fn messages_are_judged_and_fields_are_not() {
        let text = r#"fn f() {
    tracing::warn!(%error, "a socket keeps its delay");
    info!("Started");
    error!(kind = "Upper.", "lower");
    warn!("it ended.");
    debug!("took {seconds} s");
    trace!(id = id(3), "SQLite is slow");
    s3_error!(AccessDenied, "Access Denied");
    info!(
        name,
        "Several lines"
    );
    error!("");
}
"#;
        let lines = [11, 13, 3, 5, 6].map(|line| format!("a.rs:{line}"));
        let mut found = places(check, &[("a.rs", text)]);
        found.sort();
        assert_eq!(found, lines);
    }
}
