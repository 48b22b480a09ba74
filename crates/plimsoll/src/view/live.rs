//! The steps of a run while they happen: a line each; the last one is redrawn on a terminal.

use std::io::{self, Write};

use crate::printer::Printer;
use crate::run::{Progress, StepState, Timeline, document_status};

/// Shows changes of a timeline.
#[derive(Debug)]
pub(crate) struct Live {
    printer: Printer,
    shown: Vec<(&'static str, StepState)>,
    open: bool,
}

impl Live {
    pub(crate) fn new(printer: Printer) -> Self {
        Self {
            printer,
            shown: Vec::new(),
            open: false,
        }
    }

    /// Shows what changed; `says` gives the words of a step that is over.
    pub(crate) fn update(&mut self, timeline: &Timeline, mut says: impl FnMut(&str) -> String) {
        for step in &timeline.steps {
            let name = step.shape.name;
            let over = step.closed;
            let known = self.shown.iter().any(|(known, _)| *known == name);
            if over && !known {
                self.shown.push((name, step.state));
                self.line(step, &says(name));
            }
        }
        self.pending(timeline);
    }

    /// Ends the line that is being redrawn.
    pub(crate) fn finish(&mut self) {
        self.clear();
    }

    fn line(&mut self, step: &Progress, says: &str) {
        self.clear();
        if self.printer.is_json() {
            return;
        }
        self.printer
            .say(&row(step.shape.name, step.state, step.seconds(), says));
    }

    fn pending(&mut self, timeline: &Timeline) {
        if !self.printer.is_live() {
            return;
        }
        let running: Vec<&str> = timeline
            .steps
            .iter()
            .filter(|step| step.state != StepState::Waiting && !step.closed)
            .map(|step| step.shape.name)
            .collect();
        self.clear();
        if !running.is_empty() {
            let mut out = io::stderr().lock();
            let _ = write!(out, "  {} ...", running.join(" and ")).and_then(|()| out.flush());
            self.open = true;
        }
    }

    fn clear(&mut self) {
        if std::mem::take(&mut self.open) {
            let mut out = io::stderr().lock();
            let _ = write!(out, "\r\u{1b}[2K").and_then(|()| out.flush());
        }
    }
}

impl Drop for Live {
    /// What ends the program finds a line of its own.
    fn drop(&mut self) {
        self.clear();
    }
}

/// One line of a step.
pub(crate) fn row(name: &str, state: StepState, seconds: f64, says: &str) -> String {
    let word = document_status(state);
    let took = match state {
        StepState::Hit => String::new(),
        _ => format!("{seconds:.1} s"),
    };
    format!("  {name:<14} {word:<7} {took:>6}   {says}")
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_name_word_seconds_and_words() {
        assert_eq!(
            row("Prepare", StepState::Done, 0.31, "918 rows"),
            "  Prepare        ok       0.3 s   918 rows"
        );
        assert_eq!(
            row("BatchPredict", StepState::Hit, 0.0, ""),
            "  BatchPredict   hit"
        );
    }
}
