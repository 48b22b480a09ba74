//! `up`: the plane alone.

use std::process::{Command, Stdio};
use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::{Context, block_on};
use crate::environment::{UP_ACCESS_KEY, UP_SECRET_KEY, variable};
use crate::failure::Failure;
use crate::owner::{Host, HostOptions};
use crate::python::PythonFlag;
use crate::signals::Signals;
use crate::state::State;

/// Start the plane and keep it up for boto3, the AWS CLI and other clients of AWS
#[derive(Debug, Args)]
pub(crate) struct Up {
    /// Port on the loopback address; 0 takes any that is free
    #[arg(long, default_value_t = 4566)]
    port: u16,
    /// Leave it running in the background
    #[arg(long)]
    detach: bool,
    /// Access key in place of the one of the state, for tests
    #[arg(long, requires = "secret_key")]
    access_key: Option<String>,
    /// Secret key that goes with it
    #[arg(long, requires = "access_key")]
    secret_key: Option<String>,
    /// Let `POST /_plimsoll/reset` empty the state
    #[arg(long)]
    allow_reset: bool,
    #[command(flatten)]
    python: PythonFlag,
}

impl Up {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let state = State::find(&context.common)?;
        if self.detach {
            return self.detach(context, &state);
        }
        let options = HostOptions {
            port: self.port,
            credentials: self.credentials(),
            allow_reset: self.allow_reset,
            python: self.python.checked()?,
        };
        block_on(async {
            let mut signals = Signals::listen()?;
            let host = tokio::select! {
                host = Host::own(&state, &options) => host?,
                () = signals.next() => return Ok(()),
            };
            announce(context, host.aws.url());
            signals.next().await;
            context.printer.say("shutting down; once more ends at once");
            signals.unless_again(host.close()).await;
            Ok(())
        })
    }

    /// Keys in place of those of the state, from the flags or the environment.
    fn credentials(&self) -> Option<(String, String)> {
        let flags = self.access_key.clone().zip(self.secret_key.clone());
        flags.or_else(|| variable(UP_ACCESS_KEY).zip(variable(UP_SECRET_KEY)))
    }

    /// Starts the same verb in a session of its own and waits until it listens.
    fn detach(&self, context: &Context, state: &State) -> Result<(), Failure> {
        let fail = |error: std::io::Error| {
            Failure::environment(format!("cannot start in the background: {error}"))
        };
        let unusable = |error: std::io::Error| state.unusable(&error);
        std::fs::create_dir_all(&state.folder).map_err(unusable)?;
        let log = std::fs::File::create(state.folder.join("up.log")).map_err(unusable)?;
        let mut command = Command::new(std::env::current_exe().map_err(fail)?);
        command
            .arg("up")
            .arg("--port")
            .arg(self.port.to_string())
            .arg("--state")
            .arg(&state.folder);
        if let Some((access, secret)) = self.credentials() {
            // The environment is the process's own; its arguments are everybody's to read.
            command
                .env(UP_ACCESS_KEY, access)
                .env(UP_SECRET_KEY, secret);
        }
        if let Some(python) = self.python.checked()? {
            command.arg("--python").arg(python);
        }
        if self.allow_reset {
            command.arg("--allow-reset");
        }
        let output = log.try_clone().map_err(fail)?;
        let mut child = std::os::unix::process::CommandExt::process_group(&mut command, 0)
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(log)
            .spawn()
            .map_err(fail)?;
        block_on(async {
            loop {
                if let Some(owner) = state.owner().filter(|owner| owner.pid == child.id())
                    && let Some(url) = owner.url
                {
                    announce(context, &url);
                    return Ok(());
                }
                if child.try_wait().map_err(fail)?.is_some() {
                    let text =
                        std::fs::read_to_string(state.folder.join("up.log")).unwrap_or_default();
                    return Err(Failure::shown(crate::failure::Kind::Environment, text));
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
    }
}

fn announce(context: &Context, url: &str) {
    if context.printer.is_json() {
        context
            .printer
            .event(&json!({"schema": "plimsoll.up/1", "url": url}));
    } else {
        context.printer.data(url);
        context
            .printer
            .say("Ready. `eval \"$(plimsoll env)\"` points boto3 and the AWS CLI at it");
    }
}
