//! Golden files of the compiled example: template, machine, input. `UPDATE_GOLDEN=1` rewrites them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use blueprint::{Blueprint, Place, Sources, compile};
use serde_json::Value;
use steps::{FileHash, Source};

fn example() -> workload::Workload {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/heart-disease/workload.yaml");
    workload::parse(&fs::read_to_string(path).unwrap()).unwrap()
}

fn source(name: &str) -> Source {
    let FileHash { sha256, bytes } = FileHash::of(name.as_bytes());
    Source {
        name: name.to_owned(),
        sha256,
        bytes,
    }
}

fn compiled(workload: &workload::Workload) -> Blueprint {
    let sources = Sources {
        data: vec![
            source("data/processed.cleveland.data"),
            source("data/processed.va.data"),
        ],
        batch: Some(source("data/new.csv")),
    };
    let place = Place {
        account: "000000000000".to_owned(),
        region: "us-east-1".to_owned(),
        image: "plimsoll:0.0.0".to_owned(),
        machine: "golden".to_owned(),
        poll_seconds: 1,
        run: "golden00".to_owned(),
    };
    compile(workload, &sources, &place)
}

fn check(name: &str, value: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    let text = serde_json::to_string_pretty(value).unwrap() + "\n";
    #[expect(clippy::disallowed_methods, reason = "a test's own switch")]
    let update = std::env::var("UPDATE_GOLDEN").is_ok();
    if update {
        fs::write(&path, &text).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        golden == text,
        "{name} differs from its golden file; UPDATE_GOLDEN=1 rewrites it"
    );
}

#[test]
fn the_example_compiles_to_its_golden_files() {
    let blueprint = compiled(&example());
    check("template.json", &blueprint.template);
    check("machine.json", &blueprint.machine);
    check("input.json", &blueprint.input);
}

#[test]
fn the_machine_passes_our_own_checker() {
    let blueprint = compiled(&example());
    if let Err(problems) = states::Machine::parse(&blueprint.machine.to_string()) {
        panic!("{problems:#?}");
    }
}

#[test]
fn the_definition_depends_on_the_structure_alone() {
    let text = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/heart-disease/workload.yaml"),
    )
    .unwrap();
    let same = text
        .replace("0.70", "0.99")
        .replace("C: 1.0", "C: 3.0")
        .replace("seed: 42", "seed: 7");
    assert_ne!(same, text);
    let (left, right) = (
        compiled(&example()),
        compiled(&workload::parse(&same).unwrap()),
    );
    assert_eq!(left.machine, right.machine);
    assert_ne!(left.input, right.input);
}

#[test]
fn names_keep_aws_lengths_and_the_input_stays_small() {
    let blueprint = compiled(&example());
    assert!(blueprint.bucket.len() <= 63, "{}", blueprint.bucket);
    assert!(blueprint.input.to_string().len() < 32 * 1024);
    assert!(blueprint.machine.to_string().len() < 200 * 1024);
    let names = blueprint.input.to_string();
    let name = blueprint.input["in"]["BatchPredict"]["name"]
        .as_str()
        .unwrap();
    // The machine appends run, redrive and retry.
    assert!(name.len() + 1 + 8 + 1 + 2 <= 63, "{name} in {names}");
}

#[test]
fn every_step_has_its_ingredients_in_the_bucket() {
    let blueprint = compiled(&example());
    let steps: Vec<&str> = blueprint.ingredients.keys().map(String::as_str).collect();
    let expected = [
        "BatchPredict",
        "Deploy",
        "LoadTest",
        "Model",
        "Prepare",
        "Refit",
        "Select",
        "Test",
        "Train.logistic_regression",
        "Train.majority",
        "Train.random_forest",
    ];
    assert_eq!(steps, expected);
    for made in blueprint.ingredients.values() {
        let key = made.key();
        assert!(
            blueprint
                .uploads
                .iter()
                .any(|upload| upload.key.contains(key.as_str())),
            "{}",
            made.step
        );
    }
}

#[test]
fn a_change_of_the_file_changes_the_keys_of_what_it_touches_and_of_what_follows() {
    let text = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/heart-disease/workload.yaml"),
    )
    .unwrap();
    let changed = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        let (old, new) = (
            compiled(&example()),
            compiled(&workload::parse(&text.replace(from, to)).unwrap()),
        );
        let differs = old
            .ingredients
            .iter()
            .filter(|(step, made)| made.key() != new.ingredients[*step].key());
        differs.map(|(step, _)| step.clone()).collect::<Vec<_>>()
    };
    let after_train = [
        "BatchPredict",
        "Deploy",
        "LoadTest",
        "Model",
        "Refit",
        "Select",
        "Test",
    ];
    let mut expected: Vec<String> = after_train.iter().map(ToString::to_string).collect();
    expected.push("Train.logistic_regression".to_owned());
    assert_eq!(changed("C: 1.0", "C: 2.0"), expected);
    assert_eq!(changed("0.70", "0.71"), Vec::<String>::new());
    assert_eq!(changed("seed: 42", "seed: 43").len(), 11);
}

#[test]
fn the_role_of_the_machine_may_list_the_bucket() {
    // Without it a missing `complete.json` is answered with 403 and not with the NoSuchKey that the machine catches.
    let blueprint = compiled(&example());
    let role = &blueprint.template["Resources"]["MachineRole"]["Properties"];
    let statements = role["Policies"][0]["PolicyDocument"]["Statement"]
        .as_array()
        .unwrap();
    let lists = statements
        .iter()
        .find(|statement| statement["Action"] == "s3:ListBucket")
        .unwrap();
    assert_eq!(lists["Effect"], "Allow");
    assert_eq!(
        lists["Resource"],
        serde_json::json!({"Fn::GetAtt": ["Bucket", "Arn"]})
    );
    let find = &blueprint.machine["States"]["FindPrepare"]["Catch"][0]["ErrorEquals"];
    assert_eq!(find, &serde_json::json!(["S3.NoSuchKeyException"]));
}
