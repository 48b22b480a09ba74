//! What cannot be started is refused by name, and leaves nothing behind.

use std::error::Error;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use jobs::{JobSpec, Runner, StartError};
use tokio::sync::mpsc;

use crate::harness::{Case, FIXTURE, extremes};

async fn refused(runner: &Runner, spec: JobSpec) -> StartError {
    let (sender, mut events) = mpsc::channel(4);
    let error = runner
        .start(spec, sender)
        .await
        .expect_err("it cannot start");
    assert!(events.recv().await.is_none());
    error
}

fn cause(error: &StartError) -> Option<ErrorKind> {
    error
        .source()?
        .downcast_ref::<std::io::Error>()
        .map(std::io::Error::kind)
}

#[tokio::test]
async fn a_program_that_cannot_be_executed_is_named() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let text = case.path().join("text");
        fs::write(&text, "no program").unwrap();
        let script = case.path().join("script");
        fs::write(&script, "#!/no/such/interpreter\n").unwrap();
        fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        for (program, expected) in [
            (Path::new("/no/such/program"), ErrorKind::NotFound),
            (&text, ErrorKind::PermissionDenied),
            (&script, ErrorKind::NotFound),
            (Path::new("/tmp"), ErrorKind::PermissionDenied),
        ] {
            let error = refused(&runner, case.job(vec![program.into()])).await;
            let StartError::Program { path, .. } = &error else {
                panic!("{name}: {error:?}")
            };
            assert_eq!(
                (path.as_path(), cause(&error)),
                (program, Some(expected)),
                "{name}"
            );
            assert_eq!(
                error.to_string(),
                format!("program `{}` cannot be executed", program.display())
            );
            assert_eq!(case.survivors(), [0; 0]);
        }
    }
}

#[tokio::test]
async fn folders_that_are_not_there_are_named() {
    for (_, runner) in extremes() {
        let case = Case::new();
        let mut spec = case.fixture(&["true"]);
        spec.folder = "/no/such/folder".into();
        let error = refused(&runner, spec).await;
        assert_eq!(
            error.to_string(),
            "job folder `/no/such/folder/ml` cannot be used"
        );
        assert_eq!(cause(&error), Some(ErrorKind::NotFound));

        let mut spec = case.fixture(&["true"]);
        spec.working_dir = Some("/no/such/place".into());
        let error = refused(&runner, spec).await;
        assert_eq!(
            error.to_string(),
            "working directory `/no/such/place` cannot be entered"
        );
        assert_eq!(cause(&error), Some(ErrorKind::NotFound));

        let mut spec = case.fixture(&["true"]);
        spec.working_dir = Some("/bin/sh".into());
        assert_eq!(
            cause(&refused(&runner, spec).await),
            Some(ErrorKind::NotADirectory)
        );
    }
}

#[tokio::test]
async fn a_cpu_that_does_not_exist_is_refused() {
    let case = Case::new();
    let [(_, runner), _] = extremes();
    let mut spec = case.fixture(&["true"]);
    spec.limits.cpus = vec![0, 1023];
    let error = refused(&runner, spec).await;
    assert_eq!(error.to_string(), "limit on cpus cannot be set");
    assert_eq!(cause(&error), Some(ErrorKind::InvalidInput));
}

#[tokio::test]
async fn a_specification_that_makes_no_sense_is_refused() {
    let case = Case::new();
    let [(_, runner), _] = extremes();
    let zero = std::ffi::OsString::from("a\0b");
    let with_env = |name: &str, value: &str| {
        let mut spec = case.fixture(&["true"]);
        spec.env.push((name.into(), value.into()));
        spec
    };
    let mut no_line = case.fixture(&["true"]);
    no_line.limits.line = units::Bytes::new(0);
    for (spec, expected) in [
        (case.job(vec![]), "it has no program"),
        (
            case.job(vec!["true".into()]),
            "its program is not an absolute path",
        ),
        (
            case.job(vec!["/bin/true".into(), zero]),
            "an argument has a zero byte",
        ),
        (with_env("A", "x\0y"), "the environment has a zero byte"),
        (
            with_env("A=B", "x"),
            "a name in the environment is empty or has `=` in it",
        ),
        (
            with_env("", "x"),
            "a name in the environment is empty or has `=` in it",
        ),
        (no_line, "the limit on lines is zero"),
    ] {
        let error = refused(&runner, spec).await;
        assert_eq!(
            error.to_string(),
            format!("job `test` cannot be started: {expected}")
        );
    }
}

#[tokio::test]
async fn a_shim_that_is_none_is_named_with_what_it_said() {
    let case = Case::new();
    let error = refused(
        &Runner::new("/no/such/binary".into()),
        case.fixture(&["true"]),
    )
    .await;
    assert_eq!(error.to_string(), "shim `/no/such/binary` failed");
    assert_eq!(cause(&error), Some(ErrorKind::NotFound));

    let error = refused(&Runner::new("/bin/false".into()), case.fixture(&["true"])).await;
    assert_eq!(
        error.source().unwrap().to_string(),
        "it ended without a word"
    );
    let error = refused(&Runner::new("/bin/cat".into()), case.fixture(&["true"])).await;
    assert!(
        error.source().unwrap().to_string().contains("shim"),
        "{error:?}"
    );
}

#[test]
fn a_shim_started_by_hand_says_so() {
    let by_hand = std::process::Command::new(FIXTURE)
        .arg("shim")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert_eq!(by_hand.status.code(), Some(2));
    let said = String::from_utf8(by_hand.stderr).unwrap();
    assert!(
        said.contains("the shim is started by the runner, not by hand"),
        "{said}"
    );
    let with_words = std::process::Command::new(FIXTURE)
        .args(["shim", "x"])
        .output()
        .unwrap();
    assert_eq!(with_words.status.code(), Some(2));
}
