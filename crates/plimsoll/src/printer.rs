//! What users read: data on standard output, text for people on standard error.

use std::io::{self, IsTerminal, Write};

use serde_json::Value;

use crate::cli::{Color, Common};
use crate::environment::{self, variable};
use crate::failure::Failure;

/// Prints as the flags of the command line say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    json: bool,
    quiet: bool,
    color: bool,
}

impl Printer {
    pub(crate) fn new(common: &Common) -> Self {
        let color = match common.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => automatic(io::stderr().is_terminal(), variable),
        };
        Self {
            json: common.json,
            quiet: common.quiet,
            color,
        }
    }

    /// For what is printed before the flags are known: no colour.
    pub(crate) fn bare(json: bool) -> Self {
        Self {
            json,
            quiet: false,
            color: false,
        }
    }

    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// Colour of diagnostics.
    pub(crate) fn diagnostics(self) -> workload::Color {
        if self.color {
            workload::Color::Always
        } else {
            workload::Color::Never
        }
    }

    /// Whether progress may redraw lines.
    pub(crate) fn is_live(self) -> bool {
        !self.json && !self.quiet && io::stderr().is_terminal() && !is_dumb(variable)
    }

    /// A line of data. A reader that went away is no error.
    #[expect(
        clippy::unused_self,
        reason = "data is printed under every flag, through the printer alone"
    )]
    pub(crate) fn data(self, text: &str) {
        let mut out = io::stdout().lock();
        let _ = writeln!(out, "{}", text.trim_end_matches('\n')).and_then(|()| out.flush());
    }

    /// A JSON document as data.
    pub(crate) fn document(self, value: &Value) {
        self.data(&serde_json::to_string_pretty(value).expect("a JSON value always prints"));
    }

    /// One event of a stream, a line of JSON.
    pub(crate) fn event(self, value: &Value) {
        self.data(&value.to_string());
    }

    /// Text for people; nothing with `--quiet` or `--json`.
    pub(crate) fn say(self, text: &str) {
        if !self.quiet && !self.json {
            let mut out = io::stderr().lock();
            let _ = writeln!(out, "{text}");
        }
    }

    /// A failure, under every flag.
    pub(crate) fn failure(failure: &Failure) {
        // For people, whatever programs were promised on standard output.
        let _ = writeln!(io::stderr().lock(), "{failure}");
    }
}

/// Whether `--color auto` means colour. A variable counts where it is set and not empty.
fn automatic(terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    if variable(environment::NO_COLOR).is_some() {
        return false;
    }
    if variable(environment::CLICOLOR_FORCE).is_some_and(|value| value != "0") {
        return true;
    }
    let unwanted = variable(environment::CLICOLOR).is_some_and(|value| value == "0");
    terminal && !unwanted && !is_dumb(variable)
}

/// A terminal that cannot move its cursor.
fn is_dumb(variable: impl Fn(&str) -> Option<String>) -> bool {
    variable(environment::TERM).is_some_and(|name| name == "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_follows_terminal_and_environment() {
        type Case = (bool, &'static [(&'static str, &'static str)], bool);
        let cases: [Case; 8] = [
            (true, &[], true),
            (false, &[], false),
            (true, &[("NO_COLOR", "1")], false),
            (true, &[("CLICOLOR", "0")], false),
            (true, &[("CLICOLOR", "1")], true),
            (true, &[("TERM", "dumb")], false),
            (false, &[("CLICOLOR_FORCE", "1")], true),
            (false, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        ];
        for (terminal, set, expected) in cases {
            let variable = |name: &str| {
                let found = set.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(
                automatic(terminal, variable),
                expected,
                "{terminal} {set:?}"
            );
        }
    }
}
