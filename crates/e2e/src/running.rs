//! A child process that ends with its guard.

use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::finished::Finished;
use crate::patience::eventually;

/// How long a process may take to end on request.
const GRACE: Duration = Duration::from_secs(20);

/// A child whose output goes to files, so that nobody has to read while it runs. Dropped, it is ended.
#[derive(Debug)]
pub struct Running {
    command: String,
    child: Child,
    output: tempfile::TempDir,
    ended: bool,
}

impl Running {
    pub(crate) fn start(command: &mut Command, input: Option<&str>) -> Self {
        let output = tempfile::tempdir().expect("the system's folder for temporary files is there");
        let file = |name: &str| File::create(output.path().join(name)).expect("the folder is ours");
        let stdin = input.map_or_else(Stdio::null, |text| {
            let path = output.path().join("stdin");
            fs::write(&path, text).expect("the folder is ours");
            File::open(&path).expect("it was just written").into()
        });
        command
            .stdin(stdin)
            .stdout(file("stdout"))
            .stderr(file("stderr"));
        let shown = shown(command);
        let child = match command.spawn() {
            Ok(child) => child,
            Err(error) => panic!("`{shown}` cannot be started: {error}"),
        };
        Self {
            command: shown,
            child,
            output,
            ended: false,
        }
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal; a process that is gone gets none.
    pub fn signal(&self, signal: Signal) {
        if !self.ended {
            let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
            // A child that has not been waited for keeps its id.
            let _ = kill_process(pid.expect("an id of a process is positive"), signal);
        }
    }

    /// What it has printed so far.
    pub fn stdout(&self) -> String {
        read(&self.output.path().join("stdout"))
    }

    /// What it has printed for people so far.
    pub fn stderr(&self) -> String {
        read(&self.output.path().join("stderr"))
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.ended |= matches!(self.child.try_wait(), Ok(Some(_)));
        self.ended
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// With what it printed when it does not end in time.
    #[track_caller]
    pub fn finish(mut self, limit: Duration) -> Finished {
        let ended = eventually(limit, || self.has_ended().then_some(())).is_some();
        let code = if ended {
            let status = self
                .child
                .wait()
                .expect("a child that has ended has a status");
            status.code().or(status.signal().map(|signal| 128 + signal))
        } else {
            None
        };
        let finished = Finished {
            command: self.command.clone(),
            code,
            stdout: self.stdout(),
            stderr: self.stderr(),
        };
        assert!(ended, "not within {limit:?}: {}", finished.shown());
        finished
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.has_ended() {
            return;
        }
        self.signal(Signal::TERM);
        if eventually(GRACE, || self.has_ended().then_some(())).is_none() {
            // It is a child of ours that did not end by itself.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn read(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned()
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_input_and_code_are_taken() {
        let mut command = Command::new("sh");
        command.args(["-c", "cat; echo no >&2; exit 3"]);
        let finished = Running::start(&mut command, Some("yes")).finish(Duration::from_secs(10));
        assert_eq!((finished.code, finished.stdout.as_str()), (Some(3), "yes"));
        assert_eq!(finished.stderr, "no\n");
    }

    #[test]
    fn a_signal_is_shown_as_a_shell_shows_it() {
        // A shell starts what runs in the background with interrupts ignored, and children inherit that.
        let running = Running::start(Command::new("sleep").arg("60"), None);
        running.signal(Signal::TERM);
        assert_eq!(running.finish(Duration::from_secs(10)).code, Some(143));
    }

    #[test]
    fn dropped_it_is_gone() {
        let running = Running::start(Command::new("sleep").arg("60"), None);
        let folder = format!("/proc/{}", running.pid());
        assert!(Path::new(&folder).exists());
        drop(running);
        assert!(!Path::new(&folder).exists());
    }
}
