//! What AWS would get, under the eyes of two checkers that are not ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use e2e::{Binary, Finished, Python, Scratch};
use serde_json::Value;

/// Names the program of asl-validator, where it is installed.
const VALIDATOR: &str = "PLIMSOLL_ASL_VALIDATOR";

/// The folder with the three files.
fn synthesized(scratch: &Scratch) -> PathBuf {
    let (workload, out) = (scratch.workload(), scratch.path("out"));
    let verb = Binary::find()
        .verb(["synth", "--json"])
        .arg(&workload.folder);
    let said = verb
        .arg("--out")
        .arg(&out)
        .within(&workload.folder)
        .run()
        .ok()
        .json();
    assert_eq!(said["files"].as_array().unwrap().len(), 4);
    let uploads = said["uploads"].as_array().unwrap();
    assert!(!uploads.is_empty());
    for key in uploads {
        let path = out.join("uploads").join(key.as_str().unwrap());
        assert!(path.is_file(), "{}", path.display());
    }
    let steps = fs::read_to_string(out.join("next-steps.md")).unwrap();
    assert!(steps.contains(&format!("s3://{}/", said["bucket"].as_str().unwrap())));
    assert!(!scratch.state().exists() && !workload.folder.join(".plimsoll").exists());
    out
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Runs a checker that must be content.
fn checked(mut command: Command) {
    let output = command.output().unwrap();
    let finished = Finished {
        command: format!("{command:?}"),
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    };
    finished.ok();
}

#[test]
fn uploads_of_an_earlier_one_go_and_those_of_somebody_else_stay() {
    let scratch = Scratch::new();
    let out = synthesized(&scratch);
    let (stale, binary) = (out.join("uploads/stale"), Binary::find());
    fs::write(&stale, "").unwrap();
    let folder = scratch.path("workload");
    let again = || {
        let verb = binary.verb(["synth"]).arg(&folder).arg("--out");
        verb.arg(&out).run()
    };
    again().ok();
    assert!(!stale.exists());
    fs::write(&stale, "").unwrap();
    fs::remove_file(out.join("next-steps.md")).unwrap();
    again().fails(
        2,
        &["uploads", "was not written by `plimsoll synth`", "--out"],
    );
    assert!(stale.exists());
}

#[test]
fn three_files_are_written_and_agree() {
    let scratch = Scratch::new();
    let out = synthesized(&scratch);
    let (template, machine) = (
        read(&out.join("template.json")),
        read(&out.join("machine.json")),
    );
    let input = read(&out.join("input.json"));
    let resources = template["Resources"].as_object().unwrap();
    let types: Vec<&str> = resources
        .values()
        .map(|resource| resource["Type"].as_str().unwrap())
        .collect();
    for kind in [
        "AWS::S3::Bucket",
        "AWS::IAM::Role",
        "AWS::StepFunctions::StateMachine",
    ] {
        assert!(types.contains(&kind), "{kind} in {types:?}");
    }
    let state = resources
        .values()
        .find(|r| r["Type"] == "AWS::StepFunctions::StateMachine");
    let definition = state.unwrap()["Properties"].to_string();
    let first = machine["StartAt"].as_str().unwrap();
    assert!(
        definition.contains(first),
        "the template carries the machine"
    );
    assert_eq!(input["workload"], "heart-disease");
    assert!(
        input["image"].as_str().unwrap().starts_with("plimsoll:"),
        "{input:#}"
    );
    let other = Scratch::new();
    let again = synthesized(&other);
    for name in ["template.json", "machine.json"] {
        assert_eq!(
            read(&again.join(name)),
            read(&out.join(name)),
            "{name} is the same again"
        );
    }
}

#[test]
fn account_region_and_image_are_taken() {
    let scratch = Scratch::new();
    let (workload, out) = (scratch.workload(), scratch.path("out"));
    let image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/plimsoll:1";
    let flags = [
        "synth",
        "--account",
        "123456789012",
        "--region",
        "eu-west-1",
        "--image",
        image,
    ];
    let verb = Binary::find()
        .verb(flags)
        .arg(&workload.folder)
        .arg("--out")
        .arg(&out);
    verb.run().ok();
    let input = read(&out.join("input.json"));
    assert_eq!(input["image"], image);
    assert_eq!(
        input["bucket"],
        "plimsoll-heart-disease-123456789012-eu-west-1"
    );
    assert!(
        input["role"].as_str().unwrap().contains(":123456789012:"),
        "{input:#}"
    );
    let machine = fs::read_to_string(out.join("machine.json")).unwrap();
    assert!(!machine.contains("123456789012") && !machine.contains("eu-west-1"));
}

#[test]
fn cfn_lint_passes_on_the_template() {
    let scratch = Scratch::new();
    let out = synthesized(&scratch);
    let mut command = Command::new(Python::find().program("cfn-lint"));
    command.arg("--non-zero-exit-code").arg("informational");
    command
        .arg("--regions")
        .arg("us-east-1")
        .arg("--")
        .arg(out.join("template.json"));
    checked(command);
}

#[test]
fn asl_validator_passes_on_the_machine() {
    let scratch = Scratch::new();
    let out = synthesized(&scratch);
    let mut command = Command::new(validator());
    command.arg("--json-path").arg(out.join("machine.json"));
    checked(command);
}

/// The program that the environment names, else one that npm installs below the target folder.
fn validator() -> PathBuf {
    if let Some(path) = std::env::var_os(VALIDATOR) {
        return path.into();
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("node");
    let program = folder.join("node_modules/.bin/asl-validator");
    if !program.exists() {
        let mut npm = Command::new("npm");
        npm.args([
            "install",
            "--no-save",
            "--no-audit",
            "--no-fund",
            "--silent",
            "--prefix",
        ]);
        let installed = npm.arg(&folder).arg("asl-validator@4.0.0").status();
        let installed = installed.is_ok_and(|status| status.success()) && program.exists();
        assert!(
            installed,
            "asl-validator is not there: install npm, or set {VALIDATOR}"
        );
    }
    program
}
