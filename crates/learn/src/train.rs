//! The steps Train and Refit: fits preparation and family on exactly the rows given, writes one model file with both inside,
//! and scores through that file.

use std::path::{Path, PathBuf};

use steps::{
    ColumnType, Hyperparameters, HyperparametersError, MODEL_FILE, SCHEMA_FILE, Schema,
    TrainSummary,
};

use crate::checkpoint::{self, Moment, Watch};
use crate::families::{Estimator, Family, Known, invalid};
use crate::files::{FileError, Output};
use crate::images;
use crate::import;
use crate::metrics::{Score, compare};
use crate::model::{Model, ModelError, Predictor};
use crate::onnx::{self, Artifact};
use crate::outcome::Outcome;
use crate::part::{self, Labelled, PartError};
use crate::preparation::{Encode, ImputeCategory, ImputeNumber, Preparation, Recipe, Scale};
use crate::series;
use crate::table::Table;
use crate::threads::{ThreadsError, pool};
use crate::truth::Truth;

/// Why nothing was trained.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The training rows cannot be used.
    #[error(transparent)]
    Part(#[from] PartError),
    /// A hyperparameter is wrong.
    #[error(transparent)]
    Hyperparameters(#[from] HyperparametersError),
    /// The model could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The model that was written cannot be used: a defect.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A class has no training row.
    #[error("no training row is of class `{class}`")]
    EmptyClass {
        /// The class.
        class: String,
    },
    /// All columns are missing in all training rows.
    #[error("no column has a value in the training rows")]
    NoFeatures,
    /// The system gives no threads.
    #[error(transparent)]
    Threads(#[from] ThreadsError),
    /// The hours of a series cannot be used.
    #[error(transparent)]
    Series(#[from] series::Error),
    /// A network cannot be trained so, or its checkpoint not be used.
    #[error(transparent)]
    Network(#[from] checkpoint::Error),
    /// The training was told to end before it was done.
    #[error("the training was stopped after {epochs} epochs; {}", if *kept { "it goes on from its checkpoint" } else { "it has no checkpoint" })]
    Stopped {
        /// Epochs that are done.
        epochs: usize,
        /// Whether a checkpoint was written.
        kept: bool,
    },
    /// There is no model to take as it is, or more than one.
    #[error("the channel `model` holds {found} files `*.onnx`, expected one")]
    NoModel {
        /// How many there are.
        found: usize,
    },
}

impl Error {
    /// The stable code of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Part(error) => error.code(),
            Self::Hyperparameters(_) => "P0225",
            Self::File(error) => error.code(),
            Self::Model(error) => error.code(),
            Self::EmptyClass { .. } => "P0208",
            Self::NoFeatures => "P0205",
            Self::Threads(error) => error.code(),
            Self::Series(error) => error.code(),
            Self::Network(error) => error.code(),
            Self::Stopped { .. } => "P0266",
            Self::NoModel { .. } => "P0654",
        }
    }
}

/// What is trained on what, or what is taken as it is.
#[derive(Debug, Clone)]
pub struct Job<'a> {
    /// Family, preparation, seed and the family's own parameters.
    pub hyperparameters: &'a Hyperparameters,
    /// Folders of training rows, one after the other: for Refit those of train and validation.
    pub train: Vec<PathBuf>,
    /// Folder of rows that are only scored.
    pub validation: Option<PathBuf>,
    /// Folder of a model that exists, for the algorithm `onnx`.
    pub existing: Option<PathBuf>,
    /// Where the model is written.
    pub model: PathBuf,
    /// Threads; the model does not depend on them.
    pub threads: usize,
}

/// Hyperparameters that belong to no family.
pub(crate) const SHARED: &[&str] = &[
    "impute_number",
    "impute_category",
    "scale",
    "encode",
    "max_categories",
    "seed",
];

/// Trains and writes `model.onnx`, `schema.json`, `summary.json` and `manifest.json`. `report` receives lines such as
/// `train:accuracy=0.91;`. The manifest is written last: a folder without one is no model.
pub fn run(job: &Job<'_>, report: &mut (dyn FnMut(&str) + Send)) -> Result<TrainSummary, Error> {
    let mut watch = Watch {
        checkpoints: None,
        moment: &mut || Moment {
            elapsed: std::time::Duration::ZERO,
            stop: false,
        },
        report,
    };
    run_watched(job, &mut watch)
}

/// As [`run`]; a network is written down while it is trained, and may be stopped.
pub fn run_watched(job: &Job<'_>, watch: &mut Watch<'_>) -> Result<TrainSummary, Error> {
    let folders: Vec<&Path> = job.train.iter().map(PathBuf::as_path).collect();
    if part::is_series(&folders)? {
        return series::train(job, watch);
    }
    let report = &mut *watch.report;
    if job.hyperparameters.text(Hyperparameters::ALGORITHM) == Some(import::ALGORITHM) {
        return import::run(job, report);
    }
    let folders: Vec<&Path> = job.train.iter().map(PathBuf::as_path).collect();
    if part::are_images(&folders)? {
        return images::train(job, part::read(&folders)?, watch);
    }
    let family = Family::parse(job.hyperparameters, SHARED)?;
    let recipe = recipe(job.hyperparameters, &family)?;
    let seed = job.hyperparameters.parsed("seed", 0, "a whole number")?;
    let (schema, rows) = part::read(&folders)?;
    let pool = pool(job.threads)?;
    let what = Fit {
        family: &family,
        recipe,
        seed,
    };
    let learned = pool.install(|| learn(&what, &schema, rows))?;
    let mut output = Output::create(&job.model)?;
    let mut file = output.stream(MODEL_FILE)?;
    let written = onnx::write_to(&learned.artifact(&schema), &mut file);
    written.map_err(|source| output.unwritten(MODEL_FILE, source))?;
    output.add(file)?;
    let Learned {
        schema,
        mut summary,
        ..
    } = learned;
    // Without a manifest the folder is no model yet; it is read as whoever deploys it reads it.
    let model = Model::read(&job.model, schema)?;
    // The rows are read again: only their answers are held, not the rows beside the model.
    let scores = scored(&model, &folders)?;
    say(&*scores, "train", &mut summary, report);
    if let Some(folder) = &job.validation {
        let scores = scored(&model, &[folder])?;
        say(&*scores, "validation", &mut summary, report);
    }
    if !summary.converged {
        report("the solver stopped at max_iter before it met its tolerance; raise max_iter");
    }
    output.document(SCHEMA_FILE, model.schema())?;
    output.document(TrainSummary::FILE, &summary)?;
    output.finish()?;
    Ok(summary)
}

/// Whether a training of these hyperparameters is written down while it runs and can be stopped: that of a network.
pub fn can_be_stopped(hyperparameters: &Hyperparameters) -> bool {
    matches!(
        hyperparameters.text(Hyperparameters::ALGORITHM),
        Some("cnn" | "lstm")
    )
}

/// What is fitted.
#[derive(Debug, Clone, Copy)]
pub struct Fit<'a> {
    /// The family with its parameters.
    pub family: &'a Family,
    /// The preparation.
    pub recipe: Recipe,
    /// Seed of everything random.
    pub seed: u64,
}

/// A model in memory.
#[derive(Debug, Clone)]
pub struct Trained {
    /// The model file.
    pub bytes: Vec<u8>,
    /// The schema with levels and ranges of the rows that it was fitted on.
    pub schema: Schema,
    /// How fitting went; without scores.
    pub summary: TrainSummary,
}

/// What was fitted, before it is a file.
struct Learned {
    preparation: Preparation,
    estimator: Estimator,
    metadata: [(&'static str, String); 4],
    schema: Schema,
    summary: TrainSummary,
}

impl Learned {
    fn artifact<'a>(&'a self, schema: &'a Schema) -> Artifact<'a> {
        Artifact {
            preparation: &self.preparation,
            estimator: &self.estimator,
            classes: &schema.target.classes,
            metadata: &self.metadata,
        }
    }
}

/// Fits on rows in memory, with the threads of the pool that it runs in.
pub fn fit(what: &Fit<'_>, schema: &Schema, rows: Labelled) -> Result<Trained, Error> {
    let learned = learn(what, schema, rows)?;
    Ok(Trained {
        bytes: onnx::write(&learned.artifact(schema)),
        schema: learned.schema,
        summary: learned.summary,
    })
}

/// Fits; what is not needed any more is let go of: the table once it is features, and the features of trees once they are in
/// bins.
fn learn(what: &Fit<'_>, schema: &Schema, rows: Labelled) -> Result<Learned, Error> {
    let target = &schema.target;
    let preparation = Preparation::fit(&rows.table, what.recipe);
    let seen = seen(schema, &rows.table, &preparation);
    what.family.check(target.kind, preparation.features())?;
    if preparation.features() == 0 {
        return Err(Error::NoFeatures);
    }
    let known = known(&rows.truth, &target.classes)?;
    let features = preparation.features_of(rows.table);
    let columns = features.columns as u64;
    let Some(fitted) = what.family.fit_owned(features, known, what.seed) else {
        let name = what.family.name();
        return Err(invalid(Hyperparameters::ALGORITHM, name, "another family").into());
    };
    let metadata = [
        ("family", what.family.name().to_owned()),
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("instruction_set", instruction_set().to_owned()),
        ("seed", what.seed.to_string()),
    ];
    Ok(Learned {
        preparation,
        estimator: fitted.estimator,
        metadata,
        schema: seen,
        summary: TrainSummary {
            algorithm: what.family.name().to_owned(),
            rows: rows.truth.len() as u64,
            features: columns,
            iterations: fitted.iterations,
            converged: fitted.converged,
            scores: std::collections::BTreeMap::new(),
            instruction_set: instruction_set().to_owned(),
        },
    })
}

/// What is learned of the rows; an error where a class has none.
fn known<'a>(truth: &'a Truth, classes: &[String]) -> Result<Known<'a>, Error> {
    let labels = match truth {
        Truth::Classes(labels) => labels,
        Truth::Numbers(targets) => return Ok(Known::Numbers(targets)),
    };
    let mut present = vec![false; classes.len()];
    for &label in labels {
        present[label as usize] = true;
    }
    match present.iter().position(|&present| !present) {
        Some(class) => Err(Error::EmptyClass {
            class: classes[class].clone(),
        }),
        None => Ok(Known::Classes(labels, classes.len())),
    }
}

/// The schema with what the fitted rows hold.
fn seen(schema: &Schema, table: &Table, preparation: &Preparation) -> Schema {
    let mut schema = schema.clone();
    let (mut numeric, mut categorical) = (0, 0);
    for column in &mut schema.columns {
        if column.kind == ColumnType::Category {
            column
                .levels
                .clone_from(&preparation.levels[categorical].levels);
            categorical += 1;
            continue;
        }
        let values = || {
            (0..table.rows())
                .map(|row| table.numbers(row)[numeric])
                .filter(|number| !number.is_nan())
                .map(shortest)
        };
        column.minimum = values().reduce(f64::min);
        column.maximum = values().reduce(f64::max);
        numeric += 1;
    }
    schema
}

/// The number that a single-precision number prints as: 0.1, not 0.10000000149.
fn shortest(number: f32) -> f64 {
    number
        .to_string()
        .parse()
        .unwrap_or_else(|_| f64::from(number))
}

/// Scores a model on rows, through its file.
pub(crate) fn score(
    model: &Model,
    rows: &Labelled,
    part: &str,
    summary: &mut TrainSummary,
    report: &mut dyn FnMut(&str),
) -> Result<(), ModelError> {
    say(&*model.score(rows)?, part, summary, report);
    Ok(())
}

/// Rows that are answered together.
const BLOCK: usize = 1 << 14;

/// Scores a model on the rows of folders, which are read and answered in blocks.
fn scored(model: &Model, folders: &[&Path]) -> Result<Box<dyn Score>, Error> {
    let mut all: Option<(Truth, Outcome)> = None;
    for folder in folders {
        model.check_rows(&part::schema(folder)?, folder)?;
        part::each_block(folder, BLOCK, &mut |rows: Labelled| {
            let outcome = model.answer(&rows.table)?;
            match &mut all {
                None => all = Some((rows.truth, outcome)),
                Some((truth, outcomes)) => {
                    truth.append(rows.truth);
                    outcomes.append(outcome);
                }
            }
            Ok::<(), Error>(())
        })?;
    }
    let scores = all.and_then(|(truth, outcome)| compare(&truth, &outcome, model.schema()));
    scores.ok_or_else(|| {
        let name = model.schema().target.name.clone();
        let problem = "they are of another kind than the target".to_owned();
        ModelError::Answers { name, problem }.into()
    })
}

/// Tells the scores of a part.
fn say(scores: &dyn Score, part: &str, summary: &mut TrainSummary, report: &mut dyn FnMut(&str)) {
    for (metric, value) in scores.scores() {
        report(&format!("{part}:{metric}={value:.6};"));
        summary.scores.insert(format!("{part}:{metric}"), value);
    }
}

/// Reads how the preparation is fitted.
pub(crate) fn recipe(
    given: &Hyperparameters,
    family: &Family,
) -> Result<Recipe, HyperparametersError> {
    let scale = match given.text("scale") {
        None | Some("standard") => Scale::Standard,
        Some("minmax") => Scale::Minmax,
        Some("none") => Scale::None,
        Some(other) => return Err(invalid("scale", other, "`standard`, `minmax` or `none`")),
    };
    Ok(Recipe {
        impute_number: match given.text("impute_number") {
            None | Some("median") => ImputeNumber::Median,
            Some("mean") => ImputeNumber::Mean,
            Some(other) => return Err(invalid("impute_number", other, "`median` or `mean`")),
        },
        impute_category: match given.text("impute_category") {
            None | Some("none") => ImputeCategory::None,
            Some("most_frequent") => ImputeCategory::MostFrequent,
            Some(other) => {
                return Err(invalid(
                    "impute_category",
                    other,
                    "`most_frequent` or `none`",
                ));
            }
        },
        encode: match given.text("encode") {
            None | Some("one_hot") => Encode::OneHot,
            Some("ordinal") => Encode::Ordinal,
            Some(other) => return Err(invalid("encode", other, "`one_hot` or `ordinal`")),
        },
        scale: if family.scaled() { scale } else { Scale::None },
        max_categories: given.parsed(
            "max_categories",
            steps::MAX_CATEGORIES as usize,
            "a whole number",
        )?,
    })
}

/// The instruction set that the numeric code was compiled for; it is not chosen at run time.
pub(crate) const fn instruction_set() -> &'static str {
    if cfg!(target_feature = "avx512f") {
        "x86-64-v4"
    } else if cfg!(target_feature = "avx2") {
        "x86-64-v3"
    } else if cfg!(target_arch = "x86_64") {
        "x86-64"
    } else if cfg!(target_arch = "aarch64") {
        "aarch64"
    } else {
        "other"
    }
}
