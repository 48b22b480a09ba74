//! Comparisons, plans and costs of a real run, and what is refused.

use std::fs;

use e2e::{Binary, Scratch};

use crate::document::{number, run};

/// What the file says beyond the example.
const GOALS: &str = "goals: { train_within: 2 h, latency: { p99: 2 s }, budget: 400 USD/month }\nretrain: weekly\n\
                     traffic: { rate: 5 /s }\n\
                     designs: { mine: { train: ec2/c5.xlarge }, wrong: { train: sagemaker/ml.t2.medium } }\n";

#[test]
fn a_run_becomes_a_comparison_a_plan_and_a_cost() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (scratch.workload(), scratch.state());
    let folder = workload.folder.display().to_string();
    // Nothing is compared before something was measured.
    let early = binary.verb(["compare", &folder]).state(&state).run();
    early.fails(2, &["error[P0306]"]);
    let file = workload.file();
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}\n{GOALS}")).unwrap();
    run(&binary, &workload, &state, &[]);

    let compared = binary.verb([
        "compare",
        &folder,
        "--clouds",
        "--blend",
        "baseline:hybrid",
        "--json",
    ]);
    let compared = compared.state(&state).run().ok().json();
    assert_eq!(compared["schema"], "plimsoll.compare/1");
    let matrix = &compared["workloads"][0];
    let names: Vec<&str> = matrix["designs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|design| design["design"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["baseline", "optimized", "hybrid", "mine"]);
    assert_eq!(
        matrix["refused"][0]["why"],
        "`ml.t2.medium` is not legal for `Training`"
    );
    let baseline = &matrix["designs"][0];
    for column in ["training_time", "cost", "utilization", "scalability"] {
        assert!(
            (number(&baseline["columns"][column]["score"]["mid"]) - 1.0).abs() < 1e-9,
            "{column}"
        );
    }
    assert_eq!(matrix["blends"]["shares"].as_array().unwrap().len(), 5);
    assert_eq!(compared["clouds"].as_array().unwrap().len(), 3);
    let shown = binary
        .verb(["compare", &folder, "--breakdown"])
        .state(&state)
        .run()
        .ok();
    assert!(
        shown.stdout.contains("wrong cannot be built"),
        "{}",
        shown.shown()
    );

    plans(&binary, &scratch, &folder);
    costs(&binary, &scratch);
}

fn plans(binary: &Binary, scratch: &Scratch, folder: &str) {
    let state = scratch.state();
    let write = |name: &str| {
        let out = scratch.path(name);
        let verb = binary.verb([
            "plan",
            folder,
            "--cloud",
            "aws,own",
            "--region",
            "us-east-1",
            "--out",
        ]);
        verb.arg(&out).state(&state).run().ok();
        fs::read_to_string(out).unwrap()
    };
    let first = write("first.json");
    assert_eq!(
        first,
        write("second.json"),
        "the same question has the same bytes as an answer"
    );
    let plan: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!(plan["schema"], "plimsoll.plan/1");
    for goal in plan["plan"]["goals"].as_array().unwrap() {
        assert!(number(&goal["chance"]) >= 0.9, "{goal}");
    }
    assert!(number(&plan["plan"]["usd_a_month"]["mid"]) < 100.0);
    let check = |name: &str| {
        let verb = binary.verb(["plan", "check"]).arg(scratch.path(name));
        verb.state(&state).run()
    };
    check("first.json").ok();
    fs::write(
        scratch.path("edited.json"),
        first.replacen("us-east-1", "us-west-2", 1),
    )
    .unwrap();
    check("edited.json").fails(2, &["error[P0766]", "changed after it was written"]);
    let newer = first.replacen("plimsoll.plan/1", "plimsoll.plan/9", 1);
    fs::write(scratch.path("newer.json"), newer).unwrap();
    check("newer.json").fails(2, &["error[P0766]", "plimsoll.plan/9"]);

    let ask = |more: &[&str]| {
        let words = [
            "plan",
            folder,
            "--out",
            "-",
            "--cloud",
            "aws",
            "--region",
            "us-east-1",
        ];
        binary
            .verb(words.into_iter().chain(more.iter().copied()))
            .state(&state)
            .run()
    };
    let dearer = ask(&["--what-if", "on_demand=2x"]).ok().json();
    assert!(
        number(&dearer["plan"]["usd_a_month"]["mid"]) > number(&plan["plan"]["usd_a_month"]["mid"])
    );
    ask(&["--what-if", "moon=2x"]).fails(2, &["error[P0763]", "`moon` cannot be changed"]);
    ask(&["--what-if", "deadline=1s"]).fails(1, &["error[P0765]", "`train_within` is"]);
    let typo = binary
        .verb(["plan", folder, "--region", "us-eats-1"])
        .state(&state)
        .run();
    typo.fails(2, &["error[P0764]", "did you mean `us-east-1`?"]);
    let why = ask(&["--explain"]).ok().json();
    assert!(!why["plan"]["why"]["goals"].as_array().unwrap().is_empty());
}

fn costs(binary: &Binary, scratch: &Scratch) {
    let state = scratch.state();
    let cost = |more: &[&str]| {
        let words = ["cost", "--json"].into_iter().chain(more.iter().copied());
        binary.verb(words).state(&state).run()
    };
    let sum = |by: &str| -> f64 {
        let found = cost(&["--by", by]).ok().json();
        let groups = found["groups"].as_array().unwrap().clone();
        groups.iter().map(|group| number(&group["usd"])).sum()
    };
    let (step, service, workload) = (sum("step"), sum("service"), sum("workload"));
    assert!(step > 0.0 && (step - service).abs() < 1e-12 && (step - workload).abs() < 1e-12);
    let weekly = cost(&["--month"]).ok().json();
    assert_eq!(weekly["lines"][0]["workload"], "heart-disease");
    cost(&["--forecast"]).fails(1, &["error[P0769]"]);
}
