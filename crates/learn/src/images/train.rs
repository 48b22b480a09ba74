//! The steps Train and Refit on images: a network or the baseline, one model file, scored through that file.

use networks::cnn::{Examples, Folded, Images};
use networks::{Outcome, instruction_set};
use steps::{
    FileHash, Hyperparameters, HyperparametersError, MODEL_FILE, SCHEMA_FILE, Schema, TrainSummary,
    canonical_json,
};

use super::baseline;
use crate::checkpoint::{self, Checkpoints, Watch};
use crate::families::{cnn, invalid};
use crate::files::Output;
use crate::model::Model;
use crate::onnx::write_image_classifier;
use crate::part::{self, Labelled};
use crate::threads::pool;
use crate::train::{Error, Job, score};

/// A family that learns from images, with its hyperparameters.
#[derive(Debug, Clone, PartialEq)]
enum Family {
    /// Shares of classes.
    Majority,
    /// Convolutional network.
    Cnn(cnn::Parameters),
}

impl Family {
    fn parse(given: &Hyperparameters) -> Result<Self, HyperparametersError> {
        let name = given.required(Hyperparameters::ALGORITHM)?;
        let shared = &[Hyperparameters::ALGORITHM, "seed"][..];
        let (family, own) = match name {
            "majority" => (Self::Majority, &[][..]),
            "cnn" => (
                Self::Cnn(cnn::Parameters::parse(given)?),
                cnn::Parameters::NAMES,
            ),
            _ => {
                let expected = "one of `majority`, `cnn`: the rows are images";
                return Err(invalid(Hyperparameters::ALGORITHM, name, expected));
            }
        };
        given.only(&[shared, own].concat())?;
        Ok(family)
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Majority => "majority",
            Self::Cnn(_) => "cnn",
        }
    }
}

/// What was fitted, and over how many epochs.
struct Fitted {
    folded: Folded,
    epochs: u64,
}

/// The images of a training, with those that are only looked at.
struct Material<'a> {
    schema: &'a Schema,
    rows: &'a Labelled,
    validation: Option<&'a Labelled>,
    seed: u64,
}

/// Trains and writes what [`crate::train::run`] writes.
pub(crate) fn run(
    job: &Job<'_>,
    (schema, rows): (Schema, Labelled),
    watch: &mut Watch<'_>,
) -> Result<TrainSummary, Error> {
    let family = Family::parse(job.hyperparameters)?;
    let seed = job.hyperparameters.parsed("seed", 0, "a whole number")?;
    let validation = match &job.validation {
        None => None,
        Some(folder) => {
            let (found, rows) = part::read(&[folder])?;
            if found != schema {
                return Err(part::PartError::Schema {
                    folder: folder.display().to_string(),
                }
                .into());
            }
            Some(rows)
        }
    };
    for (place, class) in schema.target.classes.iter().enumerate() {
        if !rows.truth.labels().contains(&(place as u32)) {
            return Err(Error::EmptyClass {
                class: class.clone(),
            });
        }
    }
    let material = Material {
        schema: &schema,
        rows: &rows,
        validation: validation.as_ref(),
        seed,
    };
    let fitted = fit(&family, &material, job, watch)?;
    let bytes = write_image_classifier(
        &fitted.folded,
        &schema.target.classes,
        &[
            ("family", family.name().to_owned()),
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("instruction_set", instruction_set().to_owned()),
            ("seed", seed.to_string()),
        ],
    );
    let mut summary = TrainSummary {
        algorithm: family.name().to_owned(),
        rows: rows.truth.len() as u64,
        features: (material.side() * material.side()) as u64,
        iterations: fitted.epochs,
        converged: true,
        scores: std::collections::BTreeMap::new(),
        instruction_set: instruction_set().to_owned(),
    };
    let path = job.model.join(MODEL_FILE).display().to_string();
    let model = Model::from_bytes(&bytes, schema.clone(), &path)?;
    score(&model, &rows, "train", &mut summary, watch.report)?;
    if let Some(rows) = &validation {
        score(&model, rows, "validation", &mut summary, watch.report)?;
    }
    let mut output = Output::create(&job.model)?;
    output.write(MODEL_FILE, &bytes)?;
    output.document(SCHEMA_FILE, model.schema())?;
    output.document(TrainSummary::FILE, &summary)?;
    output.finish()?;
    // The model is there: what led to it is not needed again.
    watch.checkpoints.map(Checkpoints::clear).transpose()?;
    Ok(summary)
}

/// Fits, with the threads that the job has.
fn fit(
    family: &Family,
    material: &Material<'_>,
    job: &Job<'_>,
    watch: &mut Watch<'_>,
) -> Result<Fitted, Error> {
    match family {
        Family::Majority => {
            let (labels, classes) = (material.rows.truth.labels(), material.classes());
            Ok(Fitted {
                folded: baseline::fit(material.side(), labels, classes)
                    .map_err(checkpoint::Error::from)?,
                epochs: 0,
            })
        }
        Family::Cnn(parameters) => {
            pool(job.threads)?.install(|| network(parameters, material, job, watch))
        }
    }
}

impl Material<'_> {
    fn classes(&self) -> usize {
        self.schema.target.classes.len()
    }

    fn side(&self) -> usize {
        self.schema
            .image
            .as_ref()
            .map_or(0, |image| image.size as usize)
    }

    /// What identifies a training: another one must not go on from its checkpoint.
    fn key(&self, hyperparameters: &Hyperparameters) -> String {
        let of = |rows: &Labelled| {
            let labels: Vec<u8> = rows
                .truth
                .labels()
                .iter()
                .flat_map(|l| l.to_le_bytes())
                .collect();
            let pixels = rows.table.images().map(Images::pixels);
            let hashes = [&labels, pixels.unwrap_or_default()].map(|all| FileHash::of(all).sha256);
            serde_json::json!(hashes)
        };
        let all = serde_json::json!({
            "version": env!("CARGO_PKG_VERSION"),
            "instruction_set": instruction_set(),
            "hyperparameters": hyperparameters,
            "classes": self.schema.target.classes,
            "train": of(self.rows),
            "validation": self.validation.map(of),
        });
        FileHash::of(canonical_json(&all).as_bytes()).sha256
    }
}

/// Trains the network, from its checkpoint if there is one.
fn network(
    parameters: &cnn::Parameters,
    material: &Material<'_>,
    job: &Job<'_>,
    watch: &mut Watch<'_>,
) -> Result<Fitted, Error> {
    let shape = parameters
        .shape(material.side(), material.classes())
        .map_err(checkpoint::Error::from)?;
    let training = examples_of(material.rows).ok_or(Error::NoFeatures)?;
    let validation = material.validation.and_then(examples_of);
    let network = parameters
        .network(shape, training, validation)
        .map_err(checkpoint::Error::from)?;
    let mut recipe = parameters.recipe(material.seed);
    if recipe.batch > material.rows.truth.len() {
        recipe.batch = material.rows.truth.len();
        (watch.report)(&format!(
            "batch_size is more than there are images: a batch is all {}",
            recipe.batch
        ));
    }
    let key = material.key(job.hyperparameters);
    let (training, outcome) = checkpoint::train(network, recipe, &key, watch)?;
    let epochs = training.state().progress.epochs.len();
    if outcome == Outcome::Stopped {
        return Err(Error::Stopped {
            epochs,
            kept: watch.checkpoints.is_some(),
        });
    }
    let folded = training.network().folded(training.result());
    (watch.report)(&cnn::form(&folded));
    Ok(Fitted {
        folded,
        epochs: epochs as u64,
    })
}

fn examples_of(rows: &Labelled) -> Option<Examples<'_>> {
    rows.table.images().map(|images| Examples {
        images,
        labels: rows.truth.labels(),
    })
}
