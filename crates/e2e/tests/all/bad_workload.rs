//! A workload file that is wrong: exit 2, the place and the code, before anything is made.

use std::fs;

use e2e::{Binary, Finished, Scratch, Workload};

/// Checks that `validate` and `run` refuse a workload alike and make no state.
#[track_caller]
fn refused(workload: &Workload, scratch: &Scratch, words: &[&str]) {
    let binary = Binary::find();
    let validated = binary
        .verb(["validate"])
        .arg(&workload.folder)
        .run()
        .fails(2, words);
    let run = binary
        .verb(["run", "--json"])
        .arg(&workload.folder)
        .state(&scratch.state())
        .run();
    let Finished { stdout, stderr, .. } = run.fails(2, words);
    assert_eq!(stderr, validated.stderr);
    assert_eq!(stdout, "", "nothing was done");
    assert!(!scratch.state().exists());
}

#[test]
fn a_wrong_text_is_shown_with_its_place() {
    let cases: [(&str, &str, &[&str]); 10] = [
        (
            "task:\n",
            "taks:\n",
            &[
                "error[P0104]: unknown key `taks`",
                "workload.yaml:35:1",
                "did you mean `task`?",
            ],
        ),
        (
            "scale: standard",
            "scales: standard",
            &[
                "error[P0104]: unknown key `scales`",
                "did you mean `scale`?",
            ],
        ),
        (
            "name: heart-disease\n\n",
            "name: a\nname: b\n\n",
            &["error[P0105]", "`name`"],
        ),
        (
            "for: 2 s",
            "for: 2 GB",
            &["error[P0109]", "2 GB", "duration"],
        ),
        (
            "for: 2 s",
            "for: 2",
            &[
                "error[P0108]",
                "`deploy.endpoint.load_test.for` needs a unit",
            ],
        ),
        (
            "\">= 0.70\" }",
            "\">= 0.70\"",
            &["error[P0102]: invalid YAML", "workload.yaml:"],
        ),
        (
            "target: num ",
            "target: nobody ",
            &["error[P0116]", "`nobody`"],
        ),
        (
            "metric: f1_macro",
            "metric: f1_micro",
            &["error[P0119]", "`f1_micro`"],
        ),
        (
            "stratify: true",
            "stratify: true, cross_validation: 5",
            &["error[P0112]", "`cross_validation`"],
        ),
        ("plimsoll: 1", "plimsoll: 2", &["error[P0113]"]),
    ];
    for (old, new, words) in cases {
        let scratch = Scratch::new();
        refused(&scratch.workload().with(old, new), &scratch, words);
    }
}

#[test]
fn all_faults_of_a_file_come_at_once_with_pages() {
    let scratch = Scratch::new();
    let workload = scratch
        .workload()
        .with("task:\n", "taks:\n")
        .with("for: 2 s", "for: 2")
        .with("stratify: true", "stratify: 7");
    let words = ["P0104", "P0108", "P0107", "plimsoll explain P0108"];
    refused(&workload, &scratch, &words);
    let page = Binary::find().verb(["explain", "P0108"]).run().ok().stdout;
    assert!(page.contains("unit"), "{page}");
    Binary::find()
        .verb(["explain", "P9999"])
        .run()
        .fails(2, &["P9999"]);
}

#[test]
fn a_file_that_is_not_there_or_holds_nothing_is_named() {
    let scratch = Scratch::new();
    let workload = scratch.workload();
    for (text, word) in [("", "error[P0103]"), ("# later\n", "error[P0103]")] {
        fs::write(workload.file(), text).unwrap();
        refused(&workload, &scratch, &[word, "workload.yaml"]);
    }
    fs::write(workload.file(), b"name: \xff\n").unwrap();
    refused(&workload, &scratch, &["error[P0101]", "workload.yaml"]);
    fs::remove_file(workload.file()).unwrap();
    refused(&workload, &scratch, &["error[P0101]", "workload.yaml"]);
}

#[test]
fn data_files_that_are_not_there_are_named() {
    for (old, new, words) in [
        (
            "data/processed.*.data",
            "data/nothing.*.data",
            ["P0501", "`data/nothing.*.data`"],
        ),
        ("data/new.csv", "data/no.csv", ["P0501", "data/no.csv"]),
    ] {
        let scratch = Scratch::new();
        let workload = scratch.workload().with(old, new);
        let verb = Binary::find()
            .verb(["run"])
            .arg(&workload.folder)
            .state(&scratch.state());
        verb.run().fails(2, &words);
        let out = scratch.path("out");
        let verb = Binary::find()
            .verb(["synth"])
            .arg(&workload.folder)
            .arg("--out")
            .arg(&out);
        verb.run().fails(2, &words);
        assert!(!out.exists());
    }
}

#[test]
fn wrong_flags_end_with_2() {
    let binary = Binary::find();
    for (arguments, word) in [
        (&["run", "--fersh"][..], "--fersh"),
        (&["rum"], "rum"),
        (&[], "Usage"),
        (&["up", "--port", "70000"], "70000"),
        (&["up", "--access-key", "a"], "--secret-key"),
        (&["run", "--state"], "--state"),
    ] {
        binary
            .verb(arguments.iter().copied())
            .run()
            .fails(2, &[word]);
    }
}
