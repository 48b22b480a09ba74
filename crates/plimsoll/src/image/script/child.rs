//! Running a program of the user's as a child: its output goes where ours goes, the end of what it says on standard error
//! is kept for the reason of a failure, and a request to end reaches it before it reaches us.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use crate::image::{Failed, finish};

/// Bytes of standard error that are kept.
const KEPT: usize = 8 << 10;
/// Bytes of a line that are read at once.
const LINE: usize = 64 << 10;

/// How long the rest of standard error is waited for once the program has ended.
const PATIENCE: Duration = Duration::from_millis(200);

/// How a program ended, and what it said last on standard error.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) said: String,
    /// What ran, for the reason of a failure.
    pub(super) command: String,
}

/// Runs a program to its end.
pub(super) fn run(mut command: Command) -> io::Result<Ended> {
    let shown = shown(&command);
    ignore_requests_to_end()?;
    let (status, said) = listened(&mut command)?;
    Ok(Ended {
        status,
        said,
        command: shown,
    })
}

/// Runs a program; what it says on standard error is passed on and its end is kept.
pub(super) fn listened(command: &mut Command) -> io::Result<(ExitStatus, String)> {
    let mut child = command
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let kept = Arc::new(Mutex::new(VecDeque::with_capacity(KEPT)));
    let (ended, end) = mpsc::channel();
    if let Some(stderr) = child.stderr.take() {
        let kept = Arc::clone(&kept);
        std::thread::spawn(move || {
            pass_on(stderr, &kept);
            // Nobody waits any more where the program's own children went on writing.
            let _ = ended.send(());
        });
    }
    let status = child.wait()?;
    // Children that outlive the program hold its standard error open; they end with the container, not the other way.
    let _ = end.recv_timeout(PATIENCE);
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    let said = String::from_utf8_lossy(kept.make_contiguous()).into_owned();
    Ok((status, said))
}

/// Ends our own process as the program ended, with the reason where the contract wants it.
pub(super) fn exit(root: &Path, outcome: Result<Ended, Failed>) -> ExitCode {
    let ended = match outcome {
        Ok(ended) => ended,
        Err(failed) => return finish(root, Err(failed)),
    };
    if ended.status.success() {
        // The toolkit leaves this mark; nothing reads it but people.
        let _ = std::fs::write(root.join("output/success"), b"");
        return ExitCode::SUCCESS;
    }
    let code = ended
        .status
        .code()
        .unwrap_or_else(|| 128 + ended.status.signal().unwrap_or(0));
    let file = root.join("output/failure");
    if !file.exists() {
        let reason = reason(&ended, code);
        // A reason that cannot be written is still in the log.
        let _ = std::fs::write(file, reason);
    }
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

/// In the form of the training toolkit: kind, code, message, command.
fn reason(ended: &Ended, code: i32) -> String {
    let hint = missing_framework(&ended.said).map_or_else(String::new, |hint| format!("\n{hint}"));
    let last = ended
        .said
        .lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("see the log");
    format!(
        "ExecuteUserScriptError:\nExitCode {code}\nErrorMessage \"{last}\"{hint}\nCommand \"{}\"",
        ended.command
    )
}

/// Says what to install where the framework of the image is what could not be imported.
fn missing_framework(said: &str) -> Option<String> {
    use crate::environment::{FRAMEWORK_MODULE, FRAMEWORK_PACKAGE, PYTHON, variable};
    let module = variable(FRAMEWORK_MODULE)?;
    let (package, python) = (variable(FRAMEWORK_PACKAGE)?, variable(PYTHON)?);
    let missing = format!("No module named '{module}");
    said.contains(&missing).then(|| {
        format!("the image's framework is not installed in your Python: {python} -m pip install {package}")
    })
}

fn pass_on(stderr: impl io::Read, kept: &Mutex<VecDeque<u8>>) {
    let mut reader = BufReader::with_capacity(LINE, stderr);
    loop {
        let chunk = match reader.fill_buf() {
            Ok([]) => break,
            Ok(chunk) => chunk,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        // Nobody may listen any more; the program goes on.
        let _ = io::stderr().write_all(chunk);
        let length = chunk.len();
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(&chunk[length.saturating_sub(KEPT)..]);
        let over = kept.len().saturating_sub(KEPT);
        kept.drain(..over);
        drop(kept);
        reader.consume(length);
    }
}

/// `SIGTERM` goes to every process of a job. The program decides what to do with it; we stay to say how it ended.
fn ignore_requests_to_end() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let terminate = {
        let _entered = runtime.enter();
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?
    };
    // The handler stays for the life of the process; what it would tell is not asked for.
    std::mem::forget(terminate);
    std::mem::forget(runtime);
    Ok(())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_standard_error_becomes_the_reason() {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "echo first >&2; echo 'ValueError: no' >&2; exit 3"]);
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("output")).unwrap();
        let ended = run(command).unwrap();
        assert_eq!(ended.status.code(), Some(3));
        assert_eq!(ended.said, "first\nValueError: no\n");
        exit(folder.path(), Ok(ended));
        let reason = std::fs::read_to_string(folder.path().join("output/failure")).unwrap();
        assert!(
            reason.starts_with("ExecuteUserScriptError:\nExitCode 3\nErrorMessage \"ValueError: no\"\nCommand \"/bin/sh"),
            "{reason}"
        );
    }

    #[test]
    fn a_reason_that_the_program_wrote_is_kept() {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "exit 1"]);
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("output")).unwrap();
        std::fs::write(folder.path().join("output/failure"), "mine").unwrap();
        exit(folder.path(), Ok(run(command).unwrap()));
        let reason = std::fs::read_to_string(folder.path().join("output/failure")).unwrap();
        assert_eq!(reason, "mine");
    }

    #[test]
    fn children_that_go_on_are_not_waited_for() {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "echo said >&2; sleep 5 & exit 0"]);
        let started = std::time::Instant::now();
        assert_eq!(run(command).unwrap().said, "said\n");
        assert!(started.elapsed() < Duration::from_secs(4));
    }

    #[test]
    fn no_more_than_the_end_is_kept() {
        let mut command = Command::new("/bin/sh");
        command.args([
            "-c",
            "i=0; while [ $i -lt 3000 ]; do echo 0123456789 >&2; i=$((i+1)); done; echo end >&2",
        ]);
        let ended = run(command).unwrap();
        assert_eq!(ended.said.len(), KEPT);
        assert!(ended.said.ends_with("0123456789\nend\n"));
    }
}
