//! A saved model: the compiled graph and the schema that lies beside it.

use std::path::Path;

use steps::{MODEL_FILE, SCHEMA_FILE, Schema};

use crate::files::{FileError, Input};
use crate::onnx::{self, Program};
use crate::table::Table;

/// A model file at most.
const MODEL_LIMIT: u64 = 1 << 30;

/// Why a model is not used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A file could not be read or trusted.
    #[error(transparent)]
    File(#[from] FileError),
    /// The graph is not one that can be evaluated.
    #[error("model `{path}` cannot be used")]
    Graph {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: Box<onnx::Error>,
    },
    /// Model, schema and rows speak of different columns or classes.
    #[error("`{path}` does not fit: {what}")]
    Mismatch {
        /// The file or folder.
        path: String,
        /// What differs.
        what: String,
    },
}

impl ModelError {
    /// The stable code of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Graph { source, .. } => source.code(),
            Self::Mismatch { .. } => "P0232",
        }
    }
}

/// Classes and probabilities of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictions {
    /// Number of classes.
    pub classes: usize,
    /// Predicted class of each row.
    pub labels: Vec<u32>,
    /// Probability of each class, row by row.
    pub probabilities: Vec<f32>,
}

impl Predictions {
    /// Probabilities of a row by class.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.probabilities[row * self.classes..(row + 1) * self.classes]
    }
}

/// A saved model, ready to predict.
#[derive(Debug, Clone)]
pub struct Model {
    schema: Schema,
    program: Program,
}

impl Model {
    /// Loads `model.onnx` and `schema.json` of a folder; checked against its manifest where it has one.
    pub fn load(folder: &Path) -> Result<Self, ModelError> {
        let input = Input::open(folder)?;
        let schema: Schema = input.document(SCHEMA_FILE)?;
        let bytes = input.read(MODEL_FILE, MODEL_LIMIT)?;
        Self::from_bytes(
            &bytes,
            schema,
            &input.path(MODEL_FILE).display().to_string(),
        )
    }

    /// A model from the bytes of its file; `path` names it in errors.
    pub fn from_bytes(bytes: &[u8], schema: Schema, path: &str) -> Result<Self, ModelError> {
        let program = onnx::compile(bytes).map_err(|source| ModelError::Graph {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        let table = Table::for_schema(&schema);
        let columns = [
            (
                "numeric columns",
                program.numeric_columns(),
                table.numeric_columns(),
            ),
            (
                "categorical columns",
                program.categorical_columns(),
                table.categorical_columns(),
            ),
        ];
        let mismatch = |what: String| ModelError::Mismatch {
            path: path.to_owned(),
            what,
        };
        for (what, found, expected) in columns {
            if found != expected {
                return Err(mismatch(format!(
                    "it has {found} {what}, the schema {expected}"
                )));
            }
        }
        if program.classes() != schema.target.classes {
            let (found, expected) = (
                program.classes().join(", "),
                schema.target.classes.join(", "),
            );
            return Err(mismatch(format!(
                "it has the classes {found}, the schema {expected}"
            )));
        }
        Ok(Self { schema, program })
    }

    /// Refuses rows that were prepared for other columns or classes; `folder` names them in the error.
    pub fn check_rows(&self, schema: &Schema, folder: &Path) -> Result<(), ModelError> {
        let columns = |schema: &Schema| -> Vec<_> {
            schema
                .columns
                .iter()
                .map(|column| (column.name.clone(), column.kind))
                .collect()
        };
        let what = if columns(schema) != columns(&self.schema) {
            "columns"
        } else if schema.target != self.schema.target {
            "a target"
        } else {
            return Ok(());
        };
        let path = folder.display().to_string();
        Err(ModelError::Mismatch {
            path,
            what: format!("its rows have {what} that the model was not trained on"),
        })
    }

    /// Columns and classes.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The compiled graph.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Classes and probabilities of all rows.
    ///
    /// # Panics
    /// Where the table was not made for the model's schema.
    pub fn predict(&self, table: &Table) -> Predictions {
        self.program.run(table)
    }
}
