//! A plane that is up as long as its guard lives.

use std::path::Path;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;

use crate::binary::{Binary, Verb};
use crate::finished::Finished;
use crate::patience::eventually;
use crate::python::Python;
use crate::running::Running;

const UP: [&str; 4] = ["up", "--port", "0", "--json"];
/// How long a plane may take to listen.
const PATIENCE: Duration = Duration::from_secs(30);

/// `plimsoll up` on any free port of the loopback address.
#[derive(Debug)]
pub struct Plane {
    running: Running,
    url: String,
    environment: Vec<(String, String)>,
}

impl Plane {
    /// Starts a plane on a state and waits until it listens.
    ///
    /// # Panics
    /// With what it printed when it does not listen in time.
    #[track_caller]
    pub fn up(binary: &Binary, state: &Path) -> Self {
        Self::start(binary, binary.verb(UP), state)
    }

    /// The same, with a Python for scripts and framework images.
    ///
    /// # Panics
    /// As [`Plane::up`].
    #[track_caller]
    pub fn with_python(binary: &Binary, state: &Path, python: &Python) -> Self {
        let verb = binary.verb(UP).arg("--python").arg(python.interpreter());
        Self::start(binary, verb, state)
    }

    #[track_caller]
    fn start(binary: &Binary, verb: Verb, state: &Path) -> Self {
        let mut running = verb.state(state).start();
        let look = || {
            let line = running.stdout();
            let listening = line
                .ends_with('\n')
                .then(|| serde_json::from_str::<Value>(&line).ok());
            match listening.flatten() {
                Some(event) => Some(event["url"].as_str().map(str::to_owned)),
                None if running.has_ended() => Some(None),
                None => None,
            }
        };
        let Some(url) = eventually(PATIENCE, look).flatten() else {
            panic!(
                "the plane is not up\n{}{}",
                running.stdout(),
                running.stderr()
            );
        };
        let exports = binary
            .verb(["env", "--json"])
            .state(state)
            .run()
            .ok()
            .json();
        let pairs = exports.as_object().into_iter().flatten();
        let environment = pairs
            .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
            .collect();
        Self {
            running,
            url,
            environment,
        }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What clients need to reach it.
    pub fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.running.pid()
    }

    /// Ends it as Ctrl-C does.
    #[track_caller]
    pub fn down(self) -> Finished {
        self.running.signal(Signal::INT);
        self.running.finish(PATIENCE)
    }
}
