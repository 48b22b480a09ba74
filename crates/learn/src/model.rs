//! A saved model: one that this program wrote, compiled with the schema beside it, or a foreign graph.

use std::path::Path;

use steps::{MODEL_FILE, SCHEMA_FILE, Schema};

use crate::files::{FileError, Input};
use crate::foreign::{BindingError, Foreign, Outcome};
use crate::onnx::{self, Program, Session};
use crate::table::Table;

/// Bytes of a model file at most.
pub const MODEL_LIMIT: u64 = 1 << 30;

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
    /// A foreign graph's inputs or outputs are not those of the rows.
    #[error("model `{path}` does not fit")]
    Binding {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: Box<BindingError>,
    },
    /// The graph cannot be evaluated on these rows.
    #[error("the model cannot answer: {problem}")]
    Answer {
        /// Why.
        problem: String,
    },
    /// Model, schema and rows speak of different columns or classes.
    #[error("`{path}` does not fit: {what}")]
    Mismatch {
        /// The file or folder.
        path: String,
        /// What differs.
        what: String,
    },
    /// Who evaluates a model elsewhere is not there.
    #[error("model `{name}` is not served: {problem}")]
    Unready {
        /// The model.
        name: String,
        /// Why.
        problem: String,
    },
    /// Who evaluates a model elsewhere answers something else than predictions.
    #[error("the answers of `{name}` are no predictions: {problem}")]
    Answers {
        /// Who answers.
        name: String,
        /// What is wrong with the answers.
        problem: String,
    },
}

impl ModelError {
    /// The stable code of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Graph { source, .. } => source.code(),
            Self::Binding { .. } => "P0652",
            Self::Answer { .. } => "P0653",
            Self::Mismatch { .. } => "P0232",
            Self::Unready { .. } | Self::Answers { .. } => "P0624",
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

/// What predicts classes of rows.
pub trait Predictor: Sync {
    /// Columns and classes.
    fn schema(&self) -> &Schema;

    /// Classes and probabilities of all rows.
    fn predict(&self, table: &Table) -> Result<Predictions, ModelError>;

    /// Refuses rows that were prepared for other columns or classes; `folder` names them in the error.
    fn check_rows(&self, schema: &Schema, folder: &Path) -> Result<(), ModelError> {
        same_rows(self.schema(), schema, folder)
    }
}

/// Loads what lies in the folder of a model; it may use so many threads.
pub type Load = fn(&Path, usize) -> Result<Box<dyn Predictor>, ModelError>;

/// Loads a folder that holds a saved model.
pub fn load(folder: &Path, threads: usize) -> Result<Box<dyn Predictor>, ModelError> {
    Ok(Box::new(Model::load(folder, threads)?))
}

impl Predictor for Model {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn predict(&self, table: &Table) -> Result<Predictions, ModelError> {
        Self::predict(self, table)
    }
}

fn same_rows(trained: &Schema, schema: &Schema, folder: &Path) -> Result<(), ModelError> {
    let columns = |schema: &Schema| -> Vec<_> {
        schema
            .columns
            .iter()
            .map(|column| (column.name.clone(), column.kind))
            .collect()
    };
    let what = if columns(schema) != columns(trained) {
        "columns"
    } else if schema.target != trained.target {
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

/// What evaluates the graph.
#[derive(Debug, Clone)]
enum Engine {
    Program(Program),
    Foreign(Box<Foreign>),
}

/// A saved model, ready to predict.
#[derive(Debug, Clone)]
pub struct Model {
    schema: Schema,
    engine: Engine,
    verbatim: bool,
}

impl Model {
    /// Loads `model.onnx` and, where it is there, `schema.json` of a folder; checked against its manifest where it has one.
    /// `threads` are for neural graphs.
    pub fn load(folder: &Path, threads: usize) -> Result<Self, ModelError> {
        let input = Input::open(folder)?;
        let schema = input.path(SCHEMA_FILE).exists();
        let schema = schema.then(|| input.document(SCHEMA_FILE)).transpose()?;
        let bytes = input.read(MODEL_FILE, MODEL_LIMIT)?;
        let path = input.path(MODEL_FILE).display().to_string();
        Self::from_file(&bytes, schema, &path, threads)
    }

    /// A model from the bytes of its file, ours or foreign; `path` names it in errors.
    pub fn from_file(
        bytes: &[u8],
        schema: Option<Schema>,
        path: &str,
        threads: usize,
    ) -> Result<Self, ModelError> {
        // What this program wrote is compiled; whatever that refuses is a graph like any other.
        if let Some(schema) = &schema
            && let Ok(own) = Self::from_bytes(bytes, schema.clone(), path)
        {
            return Ok(own);
        }
        let session = Session::load(bytes, threads).map_err(|source| ModelError::Graph {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        let verbatim = schema.is_none();
        let (foreign, schema) =
            Foreign::new(session, schema).map_err(|source| ModelError::Binding {
                path: path.to_owned(),
                source: Box::new(source),
            })?;
        Ok(Self {
            schema,
            engine: Engine::Foreign(Box::new(foreign)),
            verbatim,
        })
    }

    /// A model that this program wrote, from the bytes of its file; `path` names it in errors.
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
        Ok(Self {
            schema,
            engine: Engine::Program(program),
            verbatim: false,
        })
    }

    /// Refuses rows that were prepared for other columns or classes; `folder` names them in the error.
    pub fn check_rows(&self, schema: &Schema, folder: &Path) -> Result<(), ModelError> {
        same_rows(&self.schema, schema, folder)
    }

    /// Columns and classes.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The graph, where it is a foreign one.
    pub fn session(&self) -> Option<&Session> {
        self.foreign().map(Foreign::session)
    }

    pub(crate) fn foreign(&self) -> Option<&Foreign> {
        match &self.engine {
            Engine::Program(_) => None,
            Engine::Foreign(foreign) => Some(foreign),
        }
    }

    /// The compiled graph, where this program wrote it.
    pub fn program(&self) -> Option<&Program> {
        match &self.engine {
            Engine::Program(program) => Some(program),
            Engine::Foreign(_) => None,
        }
    }

    /// Whether categories are given to it as they are, not in canonical form: there is no schema beside it.
    pub(crate) fn is_verbatim(&self) -> bool {
        self.verbatim
    }

    /// Whether it answers labels with probabilities.
    pub fn is_classifier(&self) -> bool {
        self.foreign().is_none_or(Foreign::is_classifier)
    }

    /// The answer for all rows.
    ///
    /// # Panics
    /// Where the table was not made for the model's schema.
    pub fn answer(&self, table: &Table) -> Result<Outcome, ModelError> {
        match &self.engine {
            Engine::Program(program) => Ok(Outcome::Classes(program.run(table))),
            Engine::Foreign(foreign) => foreign
                .answer(table)
                .map_err(|problem| ModelError::Answer { problem }),
        }
    }

    /// Classes and probabilities of all rows; refused where the model is no classifier.
    ///
    /// # Panics
    /// Where the table was not made for the model's schema.
    pub fn predict(&self, table: &Table) -> Result<Predictions, ModelError> {
        match self.answer(table)? {
            Outcome::Classes(predictions) => Ok(predictions),
            _ => Err(ModelError::Answer {
                problem: "it is no classifier".to_owned(),
            }),
        }
    }
}

/// Refuses a file that cannot be a candidate of a classification, whatever its columns: one that cannot be loaded, or that
/// answers neither labels with probabilities nor one output of scores.
pub fn check_classifier(bytes: &[u8], path: &str) -> Result<(), ModelError> {
    let session = Session::load(bytes, 1).map_err(|source| ModelError::Graph {
        path: path.to_owned(),
        source: Box::new(source),
    })?;
    crate::foreign::check_classifier(&session).map_err(|source| ModelError::Binding {
        path: path.to_owned(),
        source: Box::new(source),
    })
}
