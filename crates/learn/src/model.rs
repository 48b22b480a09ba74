//! A saved model: one that this program wrote, compiled with the schema beside it, or a foreign graph.

use std::path::Path;

use steps::{MODEL_FILE, SCHEMA_FILE, Schema, TargetKind};

use crate::files::{FileError, Input};
use crate::foreign::{self, BindingError, Foreign};
use crate::metrics::{Score, compare};
use crate::onnx::{self, ImageClassifier, Program, Session};
use crate::outcome::Outcome;
use crate::part::Labelled;
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
    /// The hours of a series cannot be used.
    #[error(transparent)]
    Series(#[from] crate::series::Error),
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
            Self::Series(error) => error.code(),
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

/// What predicts classes or numbers of rows.
pub trait Predictor: Sync {
    /// Columns and classes.
    fn schema(&self) -> &Schema;

    /// Answers for all rows.
    fn answer(&self, table: &Table) -> Result<Outcome, ModelError>;

    /// Scores of the answers for some rows; an error where they are no answers to what is asked.
    fn score(&self, rows: &Labelled) -> Result<Box<dyn Score>, ModelError> {
        let outcome = self.answer(&rows.table)?;
        compare(&rows.truth, &outcome, self.schema()).ok_or_else(|| ModelError::Answers {
            name: self.schema().target.name.clone(),
            problem: "they are of another kind than the target".to_owned(),
        })
    }

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

    fn answer(&self, table: &Table) -> Result<Outcome, ModelError> {
        Self::answer(self, table)
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
    let side = |schema: &Schema| schema.image.as_ref().map(|image| image.size);
    let what = if side(schema) != side(trained) {
        "images"
    } else if columns(schema) != columns(trained) {
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
    Images(Box<ImageClassifier>),
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
        let path = input.path(MODEL_FILE).display().to_string();
        if let Some(schema) = &schema
            && let Some(large) = Self::load_large(&input, schema, &path)?
        {
            return Ok(large);
        }
        let bytes = input.read(MODEL_FILE, MODEL_LIMIT)?;
        Self::from_file(&bytes, schema, &path, threads)
    }

    /// A model that this program has just written into a folder, before the folder has its schema and manifest.
    pub(crate) fn read(folder: &Path, schema: Schema) -> Result<Self, ModelError> {
        let input = Input::unchecked(folder);
        let path = input.path(MODEL_FILE).display().to_string();
        if let Some(large) = Self::load_large(&input, &schema, &path)? {
            return Ok(large);
        }
        Self::from_bytes(&input.read(MODEL_FILE, MODEL_LIMIT)?, schema, &path)
    }

    /// A model of large trees of this program, read without holding its file; none where it is another one.
    pub(crate) fn load_large(
        input: &Input,
        schema: &Schema,
        path: &str,
    ) -> Result<Option<Self>, ModelError> {
        let file = input.open_file(MODEL_FILE, MODEL_LIMIT)?;
        let compiled = file.file().and_then(onnx::compile_large);
        let Some(Ok(program)) = compiled.filter(|_| schema.image.is_none()) else {
            return Ok(None);
        };
        input.verify(MODEL_FILE, file)?;
        Self::of_program(program, schema.clone(), path).map(Some)
    }

    /// A model from the bytes of its file, ours or foreign; `path` names it in errors.
    pub fn from_file(
        bytes: &[u8],
        schema: Option<Schema>,
        path: &str,
        threads: usize,
    ) -> Result<Self, ModelError> {
        // Only a network of this program takes images with their meaning.
        if let Some(schema) = schema.as_ref().filter(|schema| schema.image.is_some()) {
            return Self::from_bytes(bytes, schema.clone(), path);
        }
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
        if let Some(image) = &schema.image {
            let side = image.size as usize;
            return Self::of_images(bytes, (schema, side), path);
        }
        let program = onnx::compile(bytes).map_err(|source| ModelError::Graph {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        Self::of_program(program, schema, path)
    }

    fn of_program(program: Program, schema: Schema, path: &str) -> Result<Self, ModelError> {
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
        let (width, classes) = (program.width(), program.classes().len());
        let what = match schema.target.kind {
            TargetKind::Number if width != 1 => {
                format!("it answers {width} numbers a row, the schema has one")
            }
            TargetKind::Class if classes == 0 => {
                "it answers numbers, the schema classes".to_owned()
            }
            _ => {
                return Ok(Self {
                    schema,
                    engine: Engine::Program(program),
                    verbatim: false,
                });
            }
        };
        Err(mismatch(what))
    }

    fn of_images(
        bytes: &[u8],
        (schema, side): (Schema, usize),
        path: &str,
    ) -> Result<Self, ModelError> {
        let network = onnx::read_image_classifier(bytes).map_err(|source| ModelError::Graph {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        let found = network.predictor.folded().shape.side();
        let what = if found != side {
            format!("it takes images of {found} x {found} pixels, the schema {side} x {side}")
        } else if network.classes != schema.target.classes {
            let (found, expected) = (network.classes.join(", "), schema.target.classes.join(", "));
            format!("it has the classes {found}, the schema {expected}")
        } else {
            return Ok(Self {
                schema,
                engine: Engine::Images(Box::new(network)),
                verbatim: false,
            });
        };
        Err(ModelError::Mismatch {
            path: path.to_owned(),
            what,
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
            Engine::Program(_) | Engine::Images(_) => None,
            Engine::Foreign(foreign) => Some(foreign),
        }
    }

    /// The compiled graph, where this program wrote it.
    pub fn program(&self) -> Option<&Program> {
        match &self.engine {
            Engine::Program(program) => Some(program),
            Engine::Foreign(_) | Engine::Images(_) => None,
        }
    }

    /// Whether categories are given to it as they are, not in canonical form: there is no schema beside it.
    pub(crate) fn is_verbatim(&self) -> bool {
        self.verbatim
    }

    /// Whether it answers labels with probabilities.
    pub fn is_classifier(&self) -> bool {
        match &self.engine {
            Engine::Program(_) => self.schema.target.kind == TargetKind::Class,
            Engine::Foreign(foreign) => foreign.is_classifier(),
            Engine::Images(_) => true,
        }
    }

    /// The answer for all rows.
    ///
    /// # Panics
    /// Where the table was not made for the model's schema.
    pub fn answer(&self, table: &Table) -> Result<Outcome, ModelError> {
        match &self.engine {
            Engine::Images(network) => Ok(Outcome::Classes(network.predict(table))),
            Engine::Program(program) => Ok(match self.schema.target.kind {
                TargetKind::Class => Outcome::Classes(program.run(table)),
                TargetKind::Number => Outcome::Values {
                    width: program.width(),
                    values: program.run(table).probabilities,
                },
            }),
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

/// Refuses a file that cannot be a candidate for such a target, whatever its columns: one that cannot be loaded, or that
/// answers neither labels with probabilities nor one output of scores, or for a number more than one number a row.
pub fn check_candidate(bytes: &[u8], kind: TargetKind, path: &str) -> Result<(), ModelError> {
    let session = Session::load(bytes, 1).map_err(|source| ModelError::Graph {
        path: path.to_owned(),
        source: Box::new(source),
    })?;
    let checked = match kind {
        TargetKind::Class => foreign::check_classifier(&session),
        TargetKind::Number => foreign::check_regressor(&session),
    };
    checked.map_err(|source| ModelError::Binding {
        path: path.to_owned(),
        source: Box::new(source),
    })
}
