//! Reports and comparisons of real runs: files, documents, names of runs, and what is refused.

use std::fs;

use e2e::{Binary, Scratch};

use crate::document::{number, run};

#[test]
fn a_run_becomes_a_page_and_two_runs_a_comparison() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload(), scratch.state());
    run(&binary, &workload, &state, &[]);
    run(&binary, &workload, &state, &[]);

    let out = scratch.path("page.html");
    let written = binary
        .verb(["report", "--out"])
        .arg(&out)
        .state(&state)
        .run()
        .ok();
    assert_eq!(written.stdout.trim(), out.display().to_string());
    let page = fs::read_to_string(&out).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>"));
    assert!(page.contains("These figures were measured in run <code>"));
    assert!(!page.contains("<script"));

    // The figures are those of the first run, which measured them.
    let found = binary
        .verb(["report", "latest", "--json"])
        .state(&state)
        .run()
        .ok()
        .json();
    let first = binary
        .verb(["report", "previous", "--json"])
        .state(&state)
        .run()
        .ok()
        .json();
    assert_eq!(found["schema"], "plimsoll.report/1");
    assert_eq!(found["evaluation"], first["evaluation"]);
    let test = |of: &serde_json::Value| {
        let steps = of["steps"].as_array().unwrap();
        steps
            .iter()
            .find(|step| step["span"]["name"] == "Test")
            .unwrap()
            .clone()
    };
    assert_eq!(test(&found)["span"]["state"], "hit");
    assert_eq!(test(&found)["jobs"][0]["run"], first["run"]);
    let evaluation = &first["evaluation"];
    assert!(number(&evaluation["roc"][0]["area"]) > 0.7);
    assert_eq!(
        evaluation["importance"]["columns"]
            .as_array()
            .unwrap()
            .len(),
        13
    );
    let answers = first["load"]["histogram"].as_array().unwrap();
    let counted: f64 = answers.iter().map(|bucket| number(&bucket["count"])).sum();
    assert!((counted - number(&first["load"]["answered"])).abs() < 0.5);

    let diff = binary
        .verb(["diff", "--json"])
        .state(&state)
        .run()
        .ok()
        .json();
    assert_eq!(diff["schema"], "plimsoll.diff/1");
    assert_eq!(diff["changes"].as_array().unwrap().len(), 0);
    assert_eq!(diff["scores"][0]["verdict"], "same_evaluation");
    refuses(&binary, &scratch, first["run"].as_str().unwrap());
}

/// A run that is not there names those that are, and a file that cannot be written is named.
fn refuses(binary: &Binary, scratch: &Scratch, known: &str) {
    let state = scratch.state();
    let unknown = binary
        .verb(["diff", "nothing", "latest"])
        .state(&state)
        .run();
    unknown.fails(2, &["error[P0404]: there is no run `nothing`", known]);
    let nowhere = scratch.path("no/such/folder.html");
    let refused = binary
        .verb(["report", "--out"])
        .arg(&nowhere)
        .state(&state)
        .run();
    refused.fails(3, &["error[P0711]"]);
}
