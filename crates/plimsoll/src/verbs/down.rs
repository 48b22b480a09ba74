//! `down`: ends the plane that is up.

use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::{Context, block_on};
use crate::failure::Failure;
use crate::state::State;

/// How long a plane may take to end its jobs: their own grace and a little more.
const PATIENCE: Duration = Duration::from_secs(130);

/// End the plane that is up, with all its processes
#[derive(Debug, Args)]
pub(crate) struct Down {}

impl Down {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let Self {} = self;
        let state = State::find(&context.common)?;
        let Some(owner) = state.owner() else {
            ended(context, false);
            return Ok(());
        };
        let Some(pid) = i32::try_from(owner.pid)
            .ok()
            .and_then(rustix::process::Pid::from_raw)
        else {
            return Err(Failure::environment("the state names no process").code("P0305"));
        };
        if rustix::process::kill_process(pid, rustix::process::Signal::TERM).is_err() {
            ended(context, false);
            return Ok(());
        }
        block_on(async {
            let deadline = tokio::time::Instant::now() + PATIENCE;
            while state.owner().is_some_and(|now| now.pid == owner.pid) {
                if tokio::time::Instant::now() >= deadline {
                    return Err(Failure::environment(format!(
                        "process {} does not end",
                        owner.pid
                    ))
                    .code("P0304"));
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            ended(context, true);
            Ok(())
        })
    }
}

fn ended(context: &Context, was_up: bool) {
    let printer = context.printer;
    if printer.is_json() {
        printer.document(&json!({"schema": "plimsoll.down/1", "was_up": was_up}));
    } else if was_up {
        printer.say("the plane is down");
    } else {
        printer.say("no plane is up");
    }
}
