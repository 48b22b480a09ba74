//! Lines with remarks behind them.

use super::scalar::scalar;
use crate::domain::WorkloadName;
use crate::fields::VERSION;

/// Where remarks begin, unless the line is longer.
const REMARKS: usize = 34;

/// Lines of a file.
#[derive(Debug, Default)]
pub(super) struct Layout(String);

impl Layout {
    /// What every file begins with.
    pub(super) fn opening(summary: &[String], name: &WorkloadName) -> Self {
        let mut out = Self::default();
        for line in summary {
            out.text("", line);
        }
        if !summary.is_empty() {
            out.remark("", "");
        }
        out.remark("", "  plimsoll run               runs all of it");
        out.remark(
            "",
            "  plimsoll explain split     says what a key means, and which keys stand below it",
        );
        out.line(
            &format!("plimsoll: {VERSION}"),
            "version of the schema of this file",
        );
        out.line(&format!("name: {}", scalar(name.as_str())), "");
        out.blank();
        out
    }

    /// A line, and a remark behind it where there is one.
    pub(super) fn line(&mut self, text: &str, note: &str) {
        self.0.push_str(text);
        if !note.is_empty() {
            let gap = REMARKS.saturating_sub(text.chars().count()).max(2);
            self.0.push_str(&" ".repeat(gap));
            self.0.push_str("# ");
            self.0.push_str(&plain(note));
        }
        self.0.push('\n');
    }

    /// A remark on a line of its own.
    pub(super) fn remark(&mut self, indent: &str, note: &str) {
        let line = format!("{indent}# {}", plain(note));
        self.0.push_str(line.trim_end());
        self.0.push('\n');
    }

    /// A remark that is broken into lines.
    pub(super) fn text(&mut self, indent: &str, note: &str) {
        let mut line = String::new();
        for word in note.split_whitespace() {
            if !line.is_empty() && line.chars().count() + word.chars().count() > 100 {
                self.remark(indent, &line);
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.remark(indent, &line);
    }

    pub(super) fn blank(&mut self) {
        self.0.push('\n');
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// Remarks quote cells and names of the data: whatever would end the comment becomes a space.
fn plain(note: &str) -> String {
    let ends = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
    note.chars()
        .map(|c| if ends(c) { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_stand_in_a_column_and_never_end_early() {
        let mut layout = Layout::default();
        layout.line("a: 1", "one\ntwo: 3");
        layout.line(&"x".repeat(40), "far");
        layout.remark("  ", "");
        layout.text("  ", &"word ".repeat(30));
        let text = layout.finish();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], format!("a: 1{}# one two: 3", " ".repeat(30)));
        assert_eq!(lines[1], format!("{}  # far", "x".repeat(40)));
        assert_eq!(lines[2], "  #");
        assert_eq!(lines.len(), 5);
        assert!(lines.iter().all(|line| line.len() < 110));
    }
}
