//! What users read: data on standard output, text for people on standard error.

use std::io::{self, IsTerminal, Write};

use serde_json::Value;

use crate::cli::{Color, Common};

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
            Color::Auto => {
                io::stderr().is_terminal() && crate::environment::variable("NO_COLOR").is_none()
            }
        };
        Self {
            json: common.json,
            quiet: common.quiet,
            color,
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
        !self.json && !self.quiet && io::stderr().is_terminal()
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
    #[expect(
        clippy::unused_self,
        reason = "failures are printed under every flag, through the printer alone"
    )]
    pub(crate) fn fail(self, text: &str) {
        let mut out = io::stderr().lock();
        let _ = writeln!(out, "{text}");
    }
}
