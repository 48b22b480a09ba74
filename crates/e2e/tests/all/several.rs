//! `run` of a folder of workloads: each runs, one that fails does not keep the others from it, and the end says so.

use std::fs;
use std::path::Path;

use e2e::{Binary, Scratch};

/// A workload of forty rows; `gate` decides whether it ends well.
fn write(folder: &Path, name: &str, gate: &str) {
    fs::create_dir_all(folder).unwrap();
    let rows: String = (0..40)
        .map(|row| format!("{row},{}\n", if row % 2 == 0 { "even" } else { "odd" }))
        .collect();
    fs::write(folder.join("rows.csv"), format!("number,parity\n{rows}")).unwrap();
    let text = format!(
        "plimsoll: 1\nname: {name}\ndata: {{ source: rows.csv }}\ntask: {{ target: parity }}\n\
         models:\n  - logistic_regression: {{}}\ngate: {{ accuracy: \"{gate}\" }}\n"
    );
    fs::write(folder.join("workload.yaml"), text).unwrap();
}

#[test]
fn each_workload_of_a_folder_runs_and_one_that_fails_is_named() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (all, state) = (scratch.path("all"), scratch.state());
    write(&all.join("a-high"), "high", ">= 1");
    write(&all.join("b-low"), "low", ">= 0");
    fs::create_dir_all(all.join("c-nothing")).unwrap();
    fs::write(all.join("README.md"), "no workload").unwrap();
    let run = || binary.verb(["run"]).arg(&all).state(&state);
    let words = ["error[P0402]", "1 of 2 workloads did not succeed: high"];
    let ended = run().run().fails(1, &words);
    let last: Vec<&str> = ended.stdout.lines().rev().take(3).collect();
    assert!(
        last[0].trim_start().starts_with("all "),
        "{}",
        ended.shown()
    );
    assert!(
        last[1].contains("low") && last[1].contains("succeeded"),
        "{}",
        ended.shown()
    );
    assert!(
        last[2].contains("high") && last[2].contains("gate_not_met"),
        "{}",
        ended.shown()
    );

    let document = run().arg("--json").run().fails(1, &["high"]).json();
    assert_eq!(document["schema"], "plimsoll.runs/1");
    let runs = document["runs"].as_array().unwrap();
    let of =
        |key: &str| -> Vec<&str> { runs.iter().map(|run| run[key].as_str().unwrap()).collect() };
    assert_eq!(of("workload"), ["high", "low"]);
    assert_eq!(of("status"), ["gate_not_met", "succeeded"]);
}

#[test]
fn files_that_are_wrong_are_all_shown_before_anything_runs() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (all, state) = (scratch.path("all"), scratch.state());
    let run = || binary.verb(["run"]).arg(&all).state(&state).run();
    for name in ["a", "b", "c"] {
        write(&all.join(name), name, ">= 0");
    }
    fs::write(all.join("a/workload.yaml"), "plimsoll: 1\n").unwrap();
    fs::write(all.join("c/workload.yaml"), "taks: 1\n").unwrap();
    run().fails(2, &["a/workload.yaml", "c/workload.yaml"]);
    write(&all.join("a"), "b", ">= 0");
    write(&all.join("c"), "c", ">= 0");
    run().fails(2, &["all/a", "all/b", "both have a workload `b`"]);
    assert!(!state.exists());
}
