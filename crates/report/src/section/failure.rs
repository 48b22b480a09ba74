//! The job that ended the run, its reason and its last words.

use maud::{Markup, html};

use crate::run::{Run, Status};

pub(super) fn body(run: &Run) -> Option<Markup> {
    if !matches!(run.status, Status::Failed | Status::Stopped) {
        return None;
    }
    if let Some(failed) = &run.failed_job {
        return Some(html! {
            p { "Job " code { (failed.job) } " failed:" }
            pre.reason { (failed.reason) }
            @if failed.log.is_empty() {
                p.note { "It wrote nothing to its log." }
            } @else {
                p { "The last lines of its log, oldest first:" }
                pre.log { @for line in &failed.log { (line) "\n" } }
                p.note { "The whole log: " code { "plimsoll logs " (failed.job) } }
            }
        });
    }
    let error = run.error.as_deref().unwrap_or("no error was recorded");
    Some(html! {
        p { code { (error) } }
        @if let Some(cause) = &run.cause { pre.reason { (cause) } }
        p.note { "The history of its states: " code { "plimsoll events " (run.run) } }
    })
}
