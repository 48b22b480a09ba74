//! Output arrives whole, in order, within its limits, and before waiting is over.

use std::fs;
use std::time::Duration;

use jobs::{ExitReason, JobEvent, Stream};
use tokio::sync::mpsc;
use units::Bytes;

use crate::harness::{Case, extremes, run};

#[tokio::test]
async fn both_streams_arrive_and_stand_in_the_log() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let run = run(
            &runner,
            case.shell("echo out; sleep 0.05; echo err >&2; printf end"),
        )
        .await;
        let streams: Vec<(Stream, &str)> = run
            .events
            .iter()
            .filter_map(|event| match event {
                JobEvent::Line {
                    stream,
                    text,
                    truncated,
                    at,
                } => {
                    assert!(!truncated && *at > 1_500_000_000_000);
                    Some((*stream, text.as_str()))
                }
                JobEvent::Sample(_) => None,
            })
            .collect();
        assert!(
            streams.contains(&(Stream::Stderr, "err")),
            "{name}: {streams:?}"
        );
        let out: Vec<&str> = streams
            .iter()
            .filter(|(stream, _)| *stream == Stream::Stdout)
            .map(|(_, text)| *text)
            .collect();
        assert_eq!(out, ["out", "end"], "{name}");
        let log = fs::read_to_string(case.path().join("log")).unwrap();
        let mut logged: Vec<&str> = log.lines().collect();
        logged.sort_unstable();
        assert_eq!(logged, ["end", "err", "out"], "{name}");
    }
}

#[tokio::test]
async fn nothing_is_lost_between_the_last_line_and_the_end() {
    let [(_, runner), _] = extremes();
    for _ in 0..5 {
        let case = Case::new();
        let run = run(
            &runner,
            case.shell("i=0; while [ $i -lt 2000 ]; do echo $i; i=$((i+1)); done"),
        )
        .await;
        let expected: Vec<String> = (0..2000).map(|number| number.to_string()).collect();
        assert_eq!(run.lines(), expected);
    }
}

#[tokio::test]
async fn a_long_line_comes_in_pieces() {
    let [(_, runner), _] = extremes();
    let case = Case::new();
    let mut spec = case.shell("printf %0250d 7; echo; echo short");
    spec.limits.line = Bytes::new(100);
    let run = run(&runner, spec).await;
    let pieces: Vec<(usize, bool)> = run
        .events
        .iter()
        .filter_map(|event| match event {
            JobEvent::Line {
                text, truncated, ..
            } => Some((text.len(), *truncated)),
            JobEvent::Sample(_) => None,
        })
        .collect();
    assert_eq!(pieces, [(100, true), (100, true), (50, false), (5, false)]);
    let log = fs::read_to_string(case.path().join("log")).unwrap();
    assert_eq!(log, format!("{:0>250}\nshort\n", 7));
}

#[tokio::test]
async fn a_log_that_is_full_takes_one_notice_and_the_job_goes_on() {
    let [(_, runner), _] = extremes();
    let case = Case::new();
    let mut spec = case.shell("yes 123456789 | head -n 100000; exit 5");
    spec.limits.log = Bytes::new(105);
    let run = run(&runner, spec).await;
    assert_eq!(run.exit.reason, ExitReason::Code(5));
    let lines = run.lines();
    assert_eq!(lines.len(), 11);
    assert_eq!(lines[9], "123456789");
    assert_eq!(
        lines[10],
        "log: the limit of 105 bytes is reached, further output is dropped"
    );
}

#[tokio::test]
async fn output_without_a_listener_goes_to_the_log() {
    let [(_, runner), _] = extremes();
    let case = Case::new();
    let (sender, receiver) = mpsc::channel(1);
    drop(receiver);
    let job = runner.start(case.shell("seq 1000"), sender).await.unwrap();
    assert_eq!(job.wait().await.reason, ExitReason::Code(0));
    assert_eq!(
        fs::read_to_string(case.path().join("log"))
            .unwrap()
            .lines()
            .count(),
        1000
    );
}

#[tokio::test]
async fn a_listener_that_is_slow_holds_the_job_but_not_its_stop() {
    for (name, runner) in extremes() {
        let case = Case::new();
        let (sender, mut receiver) = mpsc::channel(1);
        let job = runner.start(case.shell("yes"), sender).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        job.stop();
        let wait = tokio::spawn(job.wait());
        case_ends(&case).await;
        assert!(!wait.is_finished(), "{name}: lines were not taken yet");
        let mut lines = 0;
        while receiver.recv().await.is_some() {
            lines += 1;
        }
        assert_eq!(wait.await.unwrap().reason, ExitReason::Stopped, "{name}");
        assert!(
            lines > 1000,
            "{name}: what was in the pipes is {lines} lines"
        );
    }
}

async fn case_ends(case: &Case) {
    while !case.survivors().is_empty() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_do_no_harm() {
    let [(_, runner), _] = extremes();
    let case = Case::new();
    let run = run(&runner, case.shell("printf 'a\\377b\\n\\000\\n'")).await;
    assert_eq!(run.lines(), ["a\u{fffd}b", "\0"]);
}
