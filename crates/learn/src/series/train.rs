//! The steps Train and Refit for a series: a model for each horizon, scored through its file.

use std::path::Path;

use networks::lstm::{Lstm, Predictor};
use networks::{Outcome, instruction_set};
use steps::{
    FileHash, Hyperparameters, HyperparametersError, SCHEMA_FILE, SchemaSeries, TrainSummary,
    canonical_json,
};

use super::calendar::CALENDAR;
use super::error::Error as SeriesError;
use super::evaluate::BASELINES;
use super::model::{Forecasts, feature_schema};
use super::part::Material;
use super::scoring::{check, scores};
use super::windows::{EXTRA, Scaling, Sequences};
use crate::checkpoint::{self, Checkpoints, Watch};
use crate::families::{Estimator, Family, Regressor, invalid, linear_regression, lstm};
use crate::files::Output;
use crate::onnx::{self, Artifact, Forecaster, write_forecaster};
use crate::preparation::{Preparation, Recipe, Scale};
use crate::threads::pool;
use crate::train::{Error, Fit, Job, SHARED, fit, recipe};

/// What learns from a series.
#[derive(Debug, Clone)]
enum Learner {
    /// The forecast that is a known value: the last, or that of the same hour of the last known day.
    Baseline(&'static str),
    /// A family of features in columns.
    Columns(Box<Family>, Recipe),
    /// The recurrent network.
    Lstm,
}

impl Learner {
    fn parse(given: &Hyperparameters) -> Result<Self, HyperparametersError> {
        let name = given.required(Hyperparameters::ALGORITHM)?;
        if let Some(known) = BASELINES.into_iter().find(|known| *known == name) {
            given.only(&[SHARED, &[Hyperparameters::ALGORITHM]].concat())?;
            return Ok(Self::Baseline(known));
        }
        if name == LSTM {
            given.only(
                &[
                    SHARED,
                    lstm::Parameters::NAMES,
                    &[Hyperparameters::ALGORITHM],
                ]
                .concat(),
            )?;
            return Ok(Self::Lstm);
        }
        let known = [&BASELINES[..], &[LSTM], Family::OF_NUMBERS].concat();
        if !known.contains(&name) {
            let expected = format!("one of `{}`: the rows are a series", known.join("`, `"));
            return Err(invalid(Hyperparameters::ALGORITHM, name, &expected));
        }
        let family = Family::parse(given, SHARED)?;
        let recipe = recipe(given, &family)?;
        Ok(Self::Columns(Box::new(family), recipe))
    }
}

const LSTM: &str = "lstm";

/// What is trained on what.
struct Told<'a> {
    train: &'a Material,
    validation: Option<&'a Material>,
    given: &'a Hyperparameters,
    seed: u64,
}

/// The model of one horizon.
struct Trained {
    bytes: Vec<u8>,
    features: u64,
    iterations: u64,
    converged: bool,
}

/// Trains and writes what [`crate::train::run`] writes, with a file for each horizon in place of one.
pub(crate) fn run(job: &Job<'_>, watch: &mut Watch<'_>) -> Result<TrainSummary, Error> {
    let given = job.hyperparameters;
    let learner = Learner::parse(given)?;
    let folders: Vec<&Path> = job.train.iter().map(std::path::PathBuf::as_path).collect();
    let train = Material::read(&folders)?;
    let validation = job
        .validation
        .as_deref()
        .map(|folder| Material::read(&[folder]))
        .transpose()?;
    let told = Told {
        train: &train,
        validation: validation.as_ref(),
        given,
        seed: given.parsed("seed", 0, "a whole number")?,
    };
    let series = train.series();
    let mut trained = Vec::new();
    let pool = pool(job.threads)?;
    for &horizon in &series.horizons {
        let one = pool.install(|| match &learner {
            Learner::Baseline(name) => told.baseline(name, horizon),
            Learner::Columns(family, recipe) => told.columns((family, *recipe), horizon),
            Learner::Lstm => told.network(horizon, watch),
        })?;
        trained.push(one);
    }
    let files: Vec<Vec<u8>> = trained.iter().map(|one| one.bytes.clone()).collect();
    let path = job.model.display().to_string();
    let models = Forecasts::from_files(&files, train.schema.clone(), &path)?;
    let mut summary = TrainSummary {
        algorithm: given.required(Hyperparameters::ALGORITHM)?.to_owned(),
        rows: train.examples(series.horizons[0])?.len() as u64,
        features: trained.iter().map(|one| one.features).max().unwrap_or(0),
        iterations: trained.iter().map(|one| one.iterations).sum(),
        converged: trained.iter().all(|one| one.converged),
        scores: std::collections::BTreeMap::new(),
        instruction_set: instruction_set().to_owned(),
    };
    let parts = [
        ("train", Some((&train, &job.model))),
        (
            "validation",
            validation.as_ref().zip(job.validation.as_ref()),
        ),
    ];
    for (part, given) in parts {
        let Some((material, folder)) = given else {
            continue;
        };
        check(&models, material, folder)?;
        for (metric, value) in scores(&models, material)? {
            (watch.report)(&format!("{part}:{metric}={value:.6};"));
            summary.scores.insert(format!("{part}:{metric}"), value);
        }
    }
    let mut output = Output::create(&job.model)?;
    for (&horizon, bytes) in series.horizons.iter().zip(&files) {
        output.write(&SchemaSeries::model_file(horizon), bytes)?;
    }
    output.document(SCHEMA_FILE, models.schema())?;
    output.document(TrainSummary::FILE, &summary)?;
    output.finish()?;
    // The models are there: what led to them is not needed again.
    for &horizon in &series.horizons {
        watch
            .checkpoints
            .map(|kept| of_horizon(kept, horizon).clear())
            .transpose()?;
    }
    Ok(summary)
}

fn of_horizon(kept: &Checkpoints, horizon: u32) -> Checkpoints {
    Checkpoints {
        folder: kept.folder.join(format!("horizon-{horizon}h")),
        every: kept.every,
    }
}

impl Told<'_> {
    fn metadata(&self, family: &str, horizon: u32) -> [(&'static str, String); 5] {
        [
            ("family", family.to_owned()),
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("instruction_set", instruction_set().to_owned()),
            ("seed", self.seed.to_string()),
            ("horizon_hours", horizon.to_string()),
        ]
    }

    /// A model that answers one of its features.
    fn baseline(&self, name: &str, horizon: u32) -> Result<Trained, Error> {
        let rows = self.train.rows(&self.train.examples(horizon)?);
        let recipe = Recipe {
            scale: Scale::None,
            ..Recipe::default()
        };
        let preparation = Preparation::fit(&rows.table, recipe);
        let columns = feature_schema(&self.train.schema).columns;
        let answer = if name == BASELINES[0] {
            self.train.schema.target.name.as_str()
        } else {
            "same_hour"
        };
        // Of two columns with one name the later is the feature.
        let place = if name == BASELINES[0] {
            columns.iter().position(|column| column.name == answer)
        } else {
            columns.iter().rposition(|column| column.name == answer)
        };
        let mut coefficients = vec![0.0; columns.len()];
        if let Some(weight) = place.and_then(|place| coefficients.get_mut(place)) {
            *weight = 1.0;
        }
        let linear = linear_regression::LinearModel {
            coefficients,
            intercept: 0.0,
        };
        let bytes = onnx::write(&Artifact {
            preparation: &preparation,
            estimator: &Estimator::Regressor(Regressor::Linear(linear)),
            classes: &[],
            metadata: &self.metadata(name, horizon),
        });
        Ok(Trained {
            bytes,
            features: columns.len() as u64,
            iterations: 0,
            converged: true,
        })
    }

    fn columns(&self, (family, recipe): (&Family, Recipe), horizon: u32) -> Result<Trained, Error> {
        let rows = self.train.rows(&self.train.examples(horizon)?);
        let what = Fit {
            family,
            recipe,
            seed: self.seed,
        };
        let fitted = fit(&what, &feature_schema(&self.train.schema), rows)?;
        Ok(Trained {
            bytes: fitted.bytes,
            features: fitted.summary.features,
            iterations: fitted.summary.iterations,
            converged: fitted.summary.converged,
        })
    }

    /// Trains the network of a horizon, from its checkpoint if there is one.
    fn network(&self, horizon: u32, watch: &mut Watch<'_>) -> Result<Trained, Error> {
        let mut parameters = lstm::Parameters::parse(self.given, horizon as usize)?;
        let known = self.train.series().history();
        if self.given.text("window").is_none() {
            parameters.window = parameters.window.min(known as usize);
        }
        if parameters.window > known as usize {
            let expected = format!("at most {known}, the hours that a forecast is given");
            return Err(invalid("window", &parameters.window.to_string(), &expected).into());
        }
        let scaling = Scaling::fit(
            &self.train.filled,
            self.train.filled.moment(self.train.filled.len()),
        )?;
        let windows = |material: &Material| -> Result<_, SeriesError> {
            let examples = material.examples(horizon)?;
            Ok(Sequences::new(&material.filled, material.target).scaled(&examples, &scaling))
        };
        let training = windows(self.train)?;
        let validation = self.validation.map(windows).transpose()?;
        let columns = self.train.schema.columns.len() + CALENDAR.len();
        let unusable = checkpoint::Error::from;
        let shape = parameters.shape(columns).map_err(unusable)?;
        let network = Lstm::new(shape, &training, validation.as_ref()).map_err(unusable)?;
        let mut recipe = parameters.recipe(self.seed);
        if recipe.batch > training.len() {
            recipe.batch = training.len();
            (watch.report)(&format!(
                "batch_size is more than there are windows: a batch is all {}",
                recipe.batch
            ));
        }
        let kept = watch.checkpoints.map(|kept| of_horizon(kept, horizon));
        // Lines of one horizon are told from those of another.
        let report = &mut *watch.report;
        let mut own = Watch {
            checkpoints: kept.as_ref(),
            moment: &mut *watch.moment,
            report: &mut |line: &str| report(&line.replace("loss=", &format!("loss_{horizon}h="))),
        };
        let (training, outcome) = checkpoint::train(network, recipe, &self.key(horizon), &mut own)?;
        let epochs = training.state().progress.epochs.clone();
        if outcome == Outcome::Stopped {
            return Err(Error::Stopped {
                epochs: epochs.len(),
                kept: kept.is_some(),
            });
        }
        // Should the next horizon be stopped, this one is not trained again.
        kept.map(|kept| kept.write(training.state())).transpose()?;
        let (columns, extra) = scaling.affines(self.train.target);
        let forecaster = Forecaster {
            predictor: Predictor::new(shape, training.result().weights.clone()),
            columns,
            extra,
            target: scaling.undo(self.train.target),
        };
        let metadata = self.metadata(LSTM, horizon);
        Ok(Trained {
            bytes: write_forecaster(&forecaster, &metadata),
            features: (shape.window() * shape.inputs() + EXTRA) as u64,
            iterations: epochs.len() as u64,
            converged: true,
        })
    }

    /// What identifies a training: another one must not go on from its checkpoint.
    fn key(&self, horizon: u32) -> String {
        let of = |material: &Material| {
            let hours = &material.measured;
            let values = (0..hours.len()).flat_map(|hour| hours.row(hour));
            let bytes: Vec<u8> = values
                .flat_map(|value| value.to_bits().to_le_bytes())
                .collect();
            FileHash::of(&bytes).sha256
        };
        let all = serde_json::json!({
            "version": env!("CARGO_PKG_VERSION"),
            "instruction_set": instruction_set(),
            "hyperparameters": self.given,
            "horizon": horizon,
            "target": self.train.schema.target.name,
            "train": of(self.train),
            "validation": self.validation.map(of),
        });
        FileHash::of(canonical_json(&all).as_bytes()).sha256
    }
}
