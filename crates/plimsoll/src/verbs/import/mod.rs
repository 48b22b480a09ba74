//! `import`: a pickled estimator as a model file, or what a model file is.

mod agree;
mod convert;
mod show;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use learn::onnx::Session;
use learn::{MODEL_LIMIT, Model};
use steps::{Document, SCHEMA_FILE};

use super::Context;
use crate::failure::{Failure, chain};
use crate::python::PythonFlag;

/// Turn a pickled scikit-learn estimator into an ONNX file, or show what an ONNX file is
///
/// A pickle runs code of whoever made it: import only files that you trust. The file is read by your own Python, which needs
/// skl2onnx beside the packages that the estimator was made with. The model is written only when it predicts what the
/// estimator predicts.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// A file of joblib or pickle, or a `.onnx` file with `--check`
    #[arg(value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
    /// Where the model is written; `schema.json` goes beside it
    #[arg(long, value_name = "FILE", default_value = "model.onnx")]
    out: PathBuf,
    /// Columns in order, such as `age,city:category`; those that the estimator remembers, unless given
    #[arg(long, value_name = "NAMES")]
    columns: Option<String>,
    #[command(flatten)]
    python: PythonFlag,
    /// Show what a `.onnx` file takes, answers and is made of, and whether it can be evaluated; write nothing
    #[arg(long, conflicts_with_all = ["columns", "python", "out", "force"])]
    check: bool,
    /// Write over files that are there
    #[arg(long)]
    force: bool,
}

impl Import {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let is_onnx = self.file.extension().is_some_and(|end| end == "onnx");
        if self.check {
            return check(&self.file, context);
        }
        if is_onnx {
            return Err(Failure::input(format!(
                "`{}` is a model file already",
                self.file.display()
            ))
            .hint(
                "`--check` shows what it is; a workload takes it as `models: [{ onnx: FILE }]`",
            ));
        }
        self.import(context)
    }

    fn import(&self, context: &Context) -> Result<(), Failure> {
        let schema_path = self.out.with_file_name(SCHEMA_FILE);
        for path in [&self.out, &schema_path] {
            if path.exists() && !self.force {
                return Err(
                    Failure::input(format!("`{}` is there already", path.display()))
                        .hint("`--out` names another file, `--force` writes over it"),
                );
            }
        }
        if let Some(folder) = self.out.parent() {
            fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        }
        let columns = self.columns.as_deref().map(convert::columns).transpose()?;
        let python = self.python.checked()?;
        let converted = convert::convert(&self.file, python.as_deref(), columns.as_ref(), context)?;
        let name = self.out.display().to_string();
        let schema = converted.schema();
        let model = Model::from_file(&converted.model, Some(schema.clone()), &name, 1)
            .map_err(|error| Failure::input(chain(&error)).code(error.code()))?;
        let agreement = agree::check(&model, &converted)?;
        write(&self.out, &converted.model)?;
        write(&schema_path, schema.to_text().as_bytes())?;
        if context.printer.is_json() {
            context.printer.document(&serde_json::json!({
                "schema": "plimsoll.import/1",
                "model": name,
                "estimator": converted.estimator,
                "columns": schema.columns.iter().map(|column| &column.name).collect::<Vec<_>>(),
                "classes": schema.target.classes,
                "rows_compared": agreement.rows,
                "largest_difference": agreement.largest,
            }));
            return Ok(());
        }
        context.printer.say(&format!(
            "{name}: {} of {} columns; {} rows predicted as by Python, largest difference {:.1e}",
            converted.estimator,
            schema.columns.len(),
            agreement.rows,
            agreement.largest
        ));
        Ok(())
    }
}

fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    fs::write(path, content).map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::environment(format!("cannot write `{}`: {error}", path.display()))
}

/// The content of a file that a user named.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::input(format!("cannot read `{}`: {error}", path.display())).code("P0501")
    };
    let bytes = fs::metadata(path).map_err(unreadable)?.len();
    if bytes > MODEL_LIMIT {
        return Err(Failure::input(format!(
            "`{}` has {bytes} bytes, at most {MODEL_LIMIT} are read",
            path.display()
        ))
        .code("P0651"));
    }
    fs::read(path).map_err(unreadable)
}

fn check(path: &Path, context: &Context) -> Result<(), Failure> {
    let bytes = read(path)?;
    let name = path.display().to_string();
    let session = Session::load(&bytes, 1).map_err(|error| {
        Failure::input(format!("`{name}` cannot be used: {}", chain(&error))).code(error.code())
    })?;
    if context.printer.is_json() {
        context.printer.document(&show::document(&name, &session));
    } else {
        context.printer.data(&show::text(&name, &session));
    }
    Ok(())
}
