//! The user's Python, which reads the file and converts it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::{Value, json};
use steps::{ColumnType, CsvFormat, Encoding, Schema, SchemaColumn, SchemaTarget, TargetKind};

use super::read;
use crate::failure::{Failure, Kind};
use crate::python::interpreter;
use crate::verbs::Context;

const SCRIPT: &str = include_str!("convert.py");
/// What the script needs.
const PACKAGES: &str = "skl2onnx scikit-learn pandas joblib";

/// A column that the script answers.
#[derive(Debug, Deserialize)]
struct Column {
    name: String,
    kind: ColumnType,
    levels: Vec<String>,
}

/// What the script answers.
#[derive(Debug, Deserialize)]
pub(super) struct Converted {
    /// The class of the estimator.
    pub(super) estimator: String,
    columns: Vec<Column>,
    classes: Vec<String>,
    /// Sample rows.
    pub(super) rows: Vec<Value>,
    /// What the estimator predicts for them: one of labels, with probabilities where it has them, and numbers.
    pub(super) labels: Option<Vec<String>>,
    pub(super) probabilities: Option<Vec<Vec<f64>>>,
    pub(super) values: Option<Vec<Vec<f64>>>,
    /// The model file.
    #[serde(skip)]
    pub(super) model: Vec<u8>,
}

impl Converted {
    /// What goes beside the model.
    pub(super) fn schema(&self) -> Schema {
        let column = |column: &Column| SchemaColumn {
            name: column.name.clone(),
            kind: column.kind,
            missing: Vec::new(),
            levels: column.levels.clone(),
            minimum: None,
            maximum: None,
        };
        Schema {
            csv: CsvFormat {
                header: false,
                delimiter: ',',
                decimal: '.',
                encoding: Encoding::Utf8,
            },
            columns: self.columns.iter().map(column).collect(),
            target: SchemaTarget {
                name: "prediction".to_owned(),
                classes: self.classes.clone(),
                kind: TargetKind::Class,
                positive: None,
                naive_error: None,
            },
            series: None,
            image: None,
        }
    }
}

/// Columns as a user writes them: names in order, each with `:category` where it is one.
pub(super) fn columns(text: &str) -> Result<Value, Failure> {
    let mut columns = Vec::new();
    for part in text.split(',').map(str::trim) {
        let (name, kind) = part.rsplit_once(':').unwrap_or((part, "number"));
        if name.is_empty() || !matches!(kind, "number" | "category") {
            return Err(
                Failure::input(format!("`{part}` of `--columns` is not a column"))
                    .hint("a column is a name, or a name with `:number` or `:category`"),
            );
        }
        columns.push(json!([name, kind]));
    }
    Ok(Value::Array(columns))
}

/// Runs the script.
pub(super) fn convert(
    file: &Path,
    python: Option<&Path>,
    columns: Option<&Value>,
    context: &Context,
) -> Result<Converted, Failure> {
    // Read here first, so that a file that is not there is not Python's to explain.
    drop(read(file)?);
    let found = interpreter(python).program;
    let program = found
        .ok_or_else(|| missing("there is no `python3`".to_owned()).hint("`--python` names one"))?;
    context.printer.say(&format!(
        "reading `{}` with {}: a pickle runs code of whoever made it",
        file.display(),
        program.display()
    ));
    let folder = Scratch::new()?;
    let output = Command::new(&program)
        .args(["-c", SCRIPT])
        .arg(file)
        .arg(&folder.0)
        .arg(columns.unwrap_or(&Value::Null).to_string())
        .output()
        .map_err(|error| missing(format!("`{}` cannot be run: {error}", program.display())))?;
    let Ok(text) = std::fs::read(folder.0.join("answer.json")) else {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said
            .trim_end()
            .lines()
            .last()
            .unwrap_or("it said nothing")
            .to_owned();
        return Err(refused(format!(
            "Python could not import `{}`: {last}",
            file.display()
        )));
    };
    let answer: Value = serde_json::from_slice(&text)
        .map_err(|error| Failure::defect("the answer of the import is not a document", &error))?;
    if let Some(what) = answer["missing"].as_str() {
        return Err(
            missing(format!("{}: {what}", program.display())).hint(format!(
                "`{} -m pip install {PACKAGES}`, and the packages that the estimator was made with",
                program.display()
            )),
        );
    }
    if let Some(problem) = answer["problem"].as_str() {
        return Err(refused(problem.to_owned()));
    }
    let mut converted: Converted = serde_json::from_value(answer)
        .map_err(|error| Failure::defect("the answer of the import is not complete", &error))?;
    converted.model = read(&folder.0.join("model.onnx"))?;
    Ok(converted)
}

fn missing(words: String) -> Failure {
    Failure::new(Kind::Environment, words).code("P0655")
}

fn refused(words: String) -> Failure {
    Failure::input(words).code("P0656")
}

/// A folder of its own that is removed again.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, Failure> {
        let name = format!("plimsoll-import-{}", unique());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path)
            .map(|()| Self(path))
            .map_err(|error| Failure::environment(format!("cannot make a scratch folder: {error}")))
    }
}

/// A name that no other process has: `create_dir` refuses one that is there.
fn unique() -> String {
    format!("{}-{}", std::process::id(), crate::clock::wall_ms())
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_names_with_a_kind() {
        let found = columns("age, city:category,f:number").unwrap();
        assert_eq!(
            found,
            json!([["age", "number"], ["city", "category"], ["f", "number"]])
        );
        for wrong in ["", "a,,b", "a:text", ":category"] {
            assert!(columns(wrong).is_err(), "{wrong}");
        }
    }
}
