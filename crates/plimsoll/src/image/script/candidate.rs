//! A script as a candidate of a workload, in our own image: its channels are prepared rows, and what it leaves becomes a
//! model that stands alone, with the schema of its rows and, where there is no `model.onnx`, the program that serves it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;
use steps::{MODEL_FILE, SCHEMA_FILE};

use super::child::{self, Ended};
use super::model::{self, Program};
use super::serve::DEFAULT_PROGRAM;
use super::train::Training;
use crate::environment::CHANNELS;
use crate::image::Failed;

/// The channel of the final training whose rows are to be fitted on too.
const MORE: &str = "train_validation";

/// Runs the training container of a script to its end.
pub(crate) fn run(root: &Path) -> ExitCode {
    child::exit(root, train(root))
}

fn train(root: &Path) -> Result<Ended, Failed> {
    join_channels(root)?;
    let mut training = Training::prepare(root)?;
    training
        .command
        .env_remove(format!("SM_CHANNEL_{}", MORE.to_uppercase()))
        .env(CHANNELS, named_channels(root)?);
    let (source, program) = (training.source.clone(), training.program.clone());
    let ended = training.run()?;
    if ended.status.success() {
        complete(root, &source, program)?;
        try_out(root)?;
    }
    Ok(ended)
}

/// At the final training a program finds all rows where it looks for them: those of the channel `train_validation` are
/// appended to the file of the channel `train`.
fn join_channels(root: &Path) -> Result<(), Failed> {
    let data = root.join("input/data");
    let more = data.join(MORE);
    if !more.is_dir() {
        return Ok(());
    }
    let fail = |error: io::Error| Failed::because("the channels cannot be joined", &error);
    let target = csv_of(&data.join("train")).map_err(fail)?;
    let mut target = File::options().append(true).open(target).map_err(fail)?;
    let mut rows = BufReader::new(File::open(csv_of(&more).map_err(fail)?).map_err(fail)?);
    // Both have the same header.
    rows.read_until(b'\n', &mut Vec::new()).map_err(fail)?;
    io::copy(&mut rows, &mut target).map_err(fail)?;
    target.flush().map_err(fail)?;
    fs::remove_dir_all(&more).map_err(fail)?;
    let path = root.join("input/config/inputdataconfig.json");
    let mut config = channels(root)?;
    config.remove(MORE);
    let text = serde_json::to_vec(&config).map_err(|error| fail(error.into()))?;
    fs::write(path, text).map_err(fail)
}

fn csv_of(folder: &Path) -> io::Result<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "csv"))
        .collect();
    found.sort();
    let missing = || io::Error::new(io::ErrorKind::NotFound, "a channel has no rows");
    found.into_iter().next().ok_or_else(missing)
}

fn channels(root: &Path) -> Result<BTreeMap<String, Value>, Failed> {
    let path = root.join("input/config/inputdataconfig.json");
    let fail = |error: &dyn std::error::Error| Failed::because("the channels", error);
    let text = fs::read(path).map_err(|error| fail(&error))?;
    serde_json::from_slice(&text).map_err(|error| fail(&error))
}

fn named_channels(root: &Path) -> Result<String, Failed> {
    let names: Vec<String> = channels(root)?.into_keys().collect();
    Ok(Value::from(names).to_string())
}

/// Puts beside the model what is needed to use it.
fn complete(root: &Path, source: &Path, program: String) -> Result<(), Failed> {
    let folder = root.join("model");
    let fail = |error: io::Error| Failed::because("the model cannot be completed", &error);
    if fs::read_dir(&folder).map_err(fail)?.next().is_none() {
        return Err(Failed(format!(
            "error[P0626]: `{program}` left no model: SM_MODEL_DIR is empty"
        )));
    }
    let schema = folder.join(SCHEMA_FILE);
    if !schema.exists() {
        fs::copy(root.join("input/data/train").join(SCHEMA_FILE), schema).map_err(fail)?;
    }
    if folder.join(MODEL_FILE).is_file() {
        return Ok(());
    }
    let program = serving(source, program)?;
    let code = folder.join(model::CODE);
    if !code.exists() {
        copy(source, &code).map_err(fail)?;
    }
    Program { program }.write(&folder).map_err(fail)
}

/// The program that serves: the one that serving containers look for, else the one that trained.
fn serving(source: &Path, program: String) -> Result<String, Failed> {
    if source.join(DEFAULT_PROGRAM).is_file() {
        return Ok(DEFAULT_PROGRAM.to_owned());
    }
    if Path::new(&program)
        .extension()
        .is_some_and(|end| end == "py")
    {
        return Ok(program);
    }
    Err(Failed(format!(
        "error[P0626]: `{program}` left no `{MODEL_FILE}`, and beside it is no `{DEFAULT_PROGRAM}` that serves what it left"
    )))
}

/// Whether what was left predicts: better here, where the candidate alone fails, than after the others were trained.
fn try_out(root: &Path) -> Result<(), Failed> {
    let coded = |error: &learn::ModelError| Failed::coded(error.code(), error);
    let model =
        model::load(&root.join("model"), crate::image::cpus()).map_err(|error| coded(&error))?;
    learn::try_out(&*model, &root.join("input/data/train")).map_err(|error| coded(&error))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (kind, target) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            if entry.file_name() != "__pycache__" {
                copy(&entry.path(), &target)?;
            }
        } else if kind.is_file() {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn the_final_training_finds_all_rows_in_one_file() {
        let folder = tree(&[
            ("input/data/train/train.csv", "a,b\n1,x\n"),
            (
                "input/data/train_validation/validation.csv",
                "a,b\n2,y\n3,z\n",
            ),
            (
                "input/config/inputdataconfig.json",
                r#"{"train": {}, "train_validation": {}}"#,
            ),
        ]);
        let root = folder.path();
        join_channels(root).unwrap();
        let rows = fs::read_to_string(root.join("input/data/train/train.csv")).unwrap();
        assert_eq!(rows, "a,b\n1,x\n2,y\n3,z\n");
        assert!(!root.join("input/data/train_validation").exists());
        assert_eq!(named_channels(root).unwrap(), r#"["train"]"#);
    }

    #[test]
    fn a_model_is_completed_by_schema_and_program() {
        let folder = tree(&[
            ("input/data/train/schema.json", "{}"),
            ("code/train.py", "pass"),
            ("code/__pycache__/x.pyc", ""),
            ("model/weights", "x"),
        ]);
        let root = folder.path();
        complete(root, &root.join("code"), "train.py".to_owned()).unwrap();
        let has = |path: &str| root.join("model").join(path).is_file();
        assert!(has("schema.json") && has("code/train.py") && has("script.json"));
        assert!(!has("code/__pycache__/x.pyc"));

        let folder = tree(&[
            ("input/data/train/schema.json", "{}"),
            ("model/model.onnx", "x"),
        ]);
        let root = folder.path();
        complete(root, &root.join("code"), "train.py".to_owned()).unwrap();
        assert!(root.join("model/schema.json").is_file());
        assert!(!root.join("model/script.json").exists());
    }

    #[test]
    fn a_program_in_the_shell_is_served_by_another_or_by_its_graph() {
        let folder = tree(&[
            ("code/go.sh", ""),
            ("code/inference.py", ""),
            ("bare/go.sh", ""),
        ]);
        let of = |name: &str| serving(&folder.path().join(name), "go.sh".to_owned());
        assert_eq!(of("code").unwrap(), "inference.py");
        let Failed(reason) = of("bare").unwrap_err();
        assert!(
            reason.starts_with("error[P0626]: `go.sh` left no `model.onnx`"),
            "{reason}"
        );
    }

    #[test]
    fn a_program_that_leaves_nothing_has_failed() {
        let folder = tree(&[("model/x", "")]);
        fs::remove_file(folder.path().join("model/x")).unwrap();
        let Failed(reason) =
            complete(folder.path(), folder.path(), "train.py".to_owned()).unwrap_err();
        assert_eq!(
            reason,
            "error[P0626]: `train.py` left no model: SM_MODEL_DIR is empty"
        );
    }
}
