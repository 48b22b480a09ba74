//! Golden files of the compiled example: template, machine, input. `UPDATE_GOLDEN=1` rewrites them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use blueprint::{Blueprint, CandidateSource, Place, ScriptSource, Sources, compile};
use serde_json::Value;
use steps::{Document, FileHash, Source};

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

/// What the candidates of the user's bring.
fn brought(workload: &workload::Workload) -> BTreeMap<String, CandidateSource> {
    let script = || ScriptSource {
        files: vec![source("train.py")],
        sha256: FileHash::of(b"packed").sha256,
        interpreter: "3.11".to_owned(),
    };
    let models = workload.models.iter().filter_map(|candidate| {
        let family = &candidate.family;
        let brought = match (family.script(), family.model()) {
            (Some(_), _) => CandidateSource::Script(script()),
            (_, Some(path)) => CandidateSource::Model(source(path)),
            _ => return None,
        };
        Some((candidate.name.clone(), brought))
    });
    models.collect()
}

fn compiled(workload: &workload::Workload) -> Blueprint {
    let sources = Sources {
        data: vec![
            source("data/processed.cleveland.data"),
            source("data/processed.va.data"),
        ],
        objects: Vec::new(),
        batch: vec![source("data/new.csv")],
        candidates: brought(workload),
    };
    compile(workload, &sources, &place())
}

fn place() -> Place {
    Place {
        account: "000000000000".to_owned(),
        region: "us-east-1".to_owned(),
        image: "plimsoll:0.0.0".to_owned(),
        machine: "golden".to_owned(),
        poll_seconds: 1,
        run: "golden00".to_owned(),
    }
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
fn images_are_trained_with_checkpoints_and_asked_for_one_by_one() {
    let text = "plimsoll: 1\nname: steel\ndata: { source: data/, format: image_folder }\ntask: { target: defect }\n\
                prepare: { image_size: 32, mixed_sizes: resize }\nmodels: [{ cnn: { epochs: 3 } }]\n\
                deploy: { batch: { input: new } }\n";
    let workload = workload::parse(text).unwrap();
    let sources = Sources {
        data: vec![source("data/a/1.png"), source("data/b/1.png")],
        objects: Vec::new(),
        batch: vec![source("1.png"), source("2.jpg")],
        candidates: BTreeMap::new(),
    };
    let blueprint = compile(&workload, &sources, &place());
    let machine = &blueprint.machine;
    if let Err(problems) = states::Machine::parse(&machine.to_string()) {
        panic!("{problems:#?}");
    }
    let train = &machine["States"]["Train"]["Branches"][1]["States"]["Train cnn"]["Parameters"];
    let uri = train["CheckpointConfig"]["S3Uri.$"].as_str().unwrap();
    assert!(uri.contains("/steps/Train/{}{}/checkpoints"), "{uri}");
    assert_eq!(
        train["InputDataConfig"][0]["ContentType"],
        "application/x-npy"
    );
    let refit = &machine["States"]["Refit"]["Parameters"];
    assert!(refit["CheckpointConfig"]["S3Uri.$"].is_string());
    let batch =
        &machine["States"]["Exercise"]["Branches"][0]["States"]["BatchPredict"]["Parameters"];
    assert_eq!(batch["BatchStrategy"], "SingleRecord");
    assert_eq!(batch["TransformInput"]["SplitType"], "None");
    let [first, second] = blueprint.batch_keys.as_slice() else {
        panic!("two images");
    };
    assert!(first.starts_with("batch/") && first.ends_with("/1.png") && second.ends_with("/2.jpg"));
    let told = &blueprint.input["in"]["Train"]["cnn"]["hyperparameters"];
    assert_eq!(
        (&told["epochs"], &told["seed"]),
        (&"3".into(), &"42".into())
    );
    // An image has no missing cells, and its pixels are scaled inside the network.
    assert!(told["impute_number"].is_null() && told["scale"].is_null());
    let prepare = &blueprint.ingredients["Prepare"].definition;
    let images = serde_json::json!({"size": 32, "mixed_sizes": true, "parts_of_folder": false});
    assert_eq!(prepare["images"], images, "where they lie is no ingredient");
}

#[test]
fn a_table_has_no_checkpoints_and_its_preparation_no_images() {
    let blueprint = compiled(&example());
    assert!(!blueprint.machine.to_string().contains("CheckpointConfig"));
    assert!(
        blueprint.ingredients["Prepare"]
            .definition
            .get("images")
            .is_none()
    );
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

#[test]
fn a_script_is_told_its_source_and_keyed_by_it() {
    let with = |more: &str| {
        let text = format!(
            "plimsoll: 1\nname: a\ndata: {{ source: a.csv, columns: {{ b: category }} }}\ntask: {{ target: b }}\n\
             models: [{{ script: {{ entry_point: train.py, hyperparameters: {{ alpha: 0.5 }}, \
             metrics: {{ loss: 'loss=(.*)' }}{more} }} }}]\n"
        );
        compiled(&workload::parse(&text).unwrap())
    };
    let blueprint = with("");
    let told = &blueprint.input["in"]["Train"]["script"]["hyperparameters"];
    let key = &blueprint.candidate_keys["script"];
    assert!(key.starts_with("scripts/") && key.ends_with("/sourcedir.tar.gz"));
    assert_eq!(told["alpha"], "0.5");
    assert_eq!(told["sagemaker_program"], "\"train.py\"");
    let place = format!("\"s3://{}/{key}\"", blueprint.bucket);
    assert_eq!(told["sagemaker_submit_directory"], place);
    let metrics = blueprint.input["metrics"].as_array().unwrap();
    assert_eq!(
        metrics.last().unwrap(),
        &serde_json::json!({"Name": "loss", "Regex": "loss=(.*)"})
    );
    let made = &blueprint.ingredients["Train.script"];
    assert_eq!(made.sources[0].name, "train.py");
    assert_eq!(made.definition["interpreter"], "3.11");
    // Where it lies is no ingredient, and the run is one only of a script that is never found again.
    assert!(!made.to_text().contains("s3://") && !made.to_text().contains("golden00"));
    let never = with(", cache: never");
    assert_eq!(
        never.ingredients["Train.script"].definition["run"],
        "golden00"
    );
    assert_ne!(
        never.ingredients["Test"].key(),
        blueprint.ingredients["Test"].key()
    );
}

#[test]
fn a_model_that_exists_is_a_channel_and_is_never_refitted() {
    let with = |models: &str| {
        let text = format!(
            "plimsoll: 1\nname: a\ndata: {{ source: a.csv, columns: {{ b: category }} }}\ntask: {{ target: b }}\nmodels: [{models}]\n"
        );
        compiled(&workload::parse(&text).unwrap())
    };
    let blueprint = with("{ onnx: m/forest.onnx }, { script: { entry_point: train.py } }");
    let told = &blueprint.input["in"]["Train"]["onnx"];
    assert_eq!(
        told["hyperparameters"],
        serde_json::json!({"algorithm": "onnx"})
    );
    let key = &blueprint.candidate_keys["onnx"];
    assert!(key.starts_with("models/") && key.ends_with("/model.onnx"));
    assert_eq!(told["model"], format!("s3://{}/{key}", blueprint.bucket));
    let branches = blueprint.machine["States"]["Train"]["Branches"]
        .as_array()
        .unwrap();
    let channels = |place: usize, name: &str| {
        let config =
            &branches[place]["States"][format!("Train {name}")]["Parameters"]["InputDataConfig"];
        config.as_array().unwrap().len()
    };
    assert_eq!(
        (
            channels(0, "majority"),
            channels(1, "onnx"),
            channels(2, "script")
        ),
        (2, 3, 2)
    );
    // Only its content is an ingredient: whatever else changes, it is not looked at again.
    let made = &blueprint.ingredients["Train.onnx"];
    assert_eq!(made.sources, [source("m/forest.onnx")]);
    assert_eq!(
        made.definition,
        serde_json::json!({"hyperparameters": {"algorithm": "onnx"}})
    );
    // The choice holds for every kind of candidate: a script is told no algorithm.
    let states = &blueprint.machine["States"];
    let tests = states["IsTrained"]["Choices"][0]["And"].as_array().unwrap();
    assert_eq!(tests[0]["IsPresent"], true);
    assert_eq!(tests[1]["StringEquals"], "onnx");
    assert_eq!(states["KeepModel"]["Next"], "KeepRefit");
    // Without one the machine has neither.
    assert!(with("{ random_forest: {} }").machine["States"]["IsTrained"].is_null());
}

#[test]
fn a_regression_has_its_own_baseline_metrics_and_target() {
    let text = "plimsoll: 1\nname: a\ndata: { source: a.csv }\ntask: { kind: regression, target: b }\n\
                gate: { rmse: \"<= 3\" }\n";
    let blueprint = compiled(&workload::parse(text).unwrap());
    let trained: Vec<&String> = blueprint.input["in"]["Train"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(
        trained,
        ["mean", "ridge", "random_forest", "gradient_boosting"]
    );
    let told = &blueprint.input["in"]["Train"]["random_forest"]["hyperparameters"];
    assert_eq!(told["max_features"], "0.3333333333333333");
    assert_eq!(told["class_weight"], Value::Null);
    assert_eq!(blueprint.input["in"]["Select"]["metric"], "rmse");
    let names: Vec<&str> = blueprint.input["metrics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|metric| metric["Name"].as_str().unwrap())
        .collect();
    let expected =
        ["rmse", "mae", "r2"].map(|name| [format!("train:{name}"), format!("validation:{name}")]);
    assert!(
        expected
            .iter()
            .flatten()
            .all(|name| names.contains(&name.as_str())),
        "{names:?}"
    );
    assert_eq!(names.len(), 6);
    let spec = &blueprint.ingredients["Prepare"].definition;
    assert_eq!(spec["target_kind"], "number");
    assert_eq!(spec["split"]["stratify"], false);
    // What is told of a class stays what it was.
    assert!(compiled(&example()).ingredients["Prepare"].definition["target_kind"].is_null());
    states::Machine::parse(&blueprint.machine.to_string()).unwrap();
}
