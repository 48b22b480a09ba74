//! The models of a series: one for each horizon, each a file of its own beside one schema.
//!
//! A horizon has features, settings and an end of training of its own, so its graph is one that any runtime loads by itself.

use std::path::Path;

use steps::{ColumnType, SCHEMA_FILE, Schema, SchemaColumn, SchemaSeries};

use super::calendar::CALENDAR;
use super::features::{Example, Features, Source, feature_names};
use super::hours::Hours;
use super::windows::{EXTRA, Sequences};
use crate::files::Input;
use crate::model::{MODEL_LIMIT, Model, ModelError};
use crate::onnx::{self, Forecaster};
use crate::outcome::Outcome;
use crate::preparation::Affine;
use crate::table::Table;

/// What computes the forecasts of a horizon.
#[derive(Debug, Clone)]
enum Engine {
    /// Of features in columns.
    Columns(Box<Model>),
    /// Of a window of hours.
    Window(Box<Forecaster>),
}

/// Saved models of all horizons, ready to forecast.
#[derive(Debug, Clone)]
pub struct Forecasts {
    schema: Schema,
    series: SchemaSeries,
    target: usize,
    engines: Vec<Engine>,
}

impl Forecasts {
    /// Loads the files of a folder; checked against its manifest where it has one.
    pub fn load(folder: &Path) -> Result<Self, ModelError> {
        let input = Input::open(folder)?;
        let schema: Schema = input.document(SCHEMA_FILE)?;
        let mut files = Vec::new();
        if let Some(series) = &schema.series {
            for &horizon in &series.horizons {
                files.push(input.read(&SchemaSeries::model_file(horizon), MODEL_LIMIT)?);
            }
        }
        Self::from_files(&files, schema, &folder.display().to_string())
    }

    /// Models from the bytes of their files, by horizon; `path` names them in errors.
    pub fn from_files(files: &[Vec<u8>], schema: Schema, path: &str) -> Result<Self, ModelError> {
        let mismatch = |what: String| ModelError::Mismatch {
            path: path.to_owned(),
            what,
        };
        let series = schema.series.clone();
        let series = series.ok_or_else(|| mismatch("its schema is none of a series".to_owned()))?;
        let columns = schema.columns.iter().map(|column| &column.name);
        let target = columns.clone().position(|name| *name == schema.target.name);
        let target = target.ok_or_else(|| mismatch("its target is no column".to_owned()))?;
        let mut engines = Vec::new();
        for (bytes, &horizon) in files.iter().zip(&series.horizons) {
            let path = format!("{path}/{}", SchemaSeries::model_file(horizon));
            engines.push(engine(bytes, &schema, &series, &path)?);
        }
        if engines.len() != series.horizons.len() {
            return Err(mismatch("a horizon has no model".to_owned()));
        }
        Ok(Self {
            schema,
            series,
            target,
            engines,
        })
    }

    /// Columns and horizons.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// What is forecast.
    pub fn series(&self) -> &SchemaSeries {
        &self.series
    }

    /// Place of the target among the columns.
    pub fn target(&self) -> usize {
        self.target
    }

    /// Forecasts of the horizon at a place for examples of a series without missing values.
    pub fn answer(
        &self,
        filled: &Hours,
        place: usize,
        examples: &[Example],
    ) -> Result<Vec<f32>, ModelError> {
        match &self.engines[place] {
            Engine::Columns(model) => {
                let features = Features::new(filled, self.target, &self.series.lags);
                forecasts(model, &features.table(examples))
            }
            Engine::Window(network) => {
                let mut windows = Sequences::new(filled, self.target).measured(examples);
                // A value that was never known is the mean of its column.
                fill(&mut windows.series, &network.columns);
                fill(&mut windows.extra, &network.extra);
                Ok(network.predict(&windows))
            }
        }
    }

    /// As [`Forecasts::answer`], where one source of the features of each example is that of another: the one whose place the
    /// order says.
    pub(super) fn dealt(
        &self,
        filled: &Hours,
        place: usize,
        (examples, (source, order)): (&[Example], (Source, &[usize])),
    ) -> Result<Vec<f32>, ModelError> {
        match &self.engines[place] {
            Engine::Columns(model) => {
                let features = Features::new(filled, self.target, &self.series.lags);
                let mut table = features.table(examples);
                for feature in features.of(source) {
                    table = table.dealt(ColumnType::Number, feature, order);
                }
                forecasts(model, &table)
            }
            Engine::Window(network) => {
                let window = network.predictor.shape().window();
                let sequences = Sequences::new(filled, self.target);
                let mut windows = sequences.dealt(examples, window, (source, order));
                fill(&mut windows.series, &network.columns);
                fill(&mut windows.extra, &network.extra);
                Ok(network.predict(&windows))
            }
        }
    }

    /// The example of an origin, without knowing what will happen.
    pub fn example(&self, hours: &Hours, place: usize, origin: usize) -> Example {
        let hour = origin + self.series.horizons[place] as usize;
        Example {
            origin,
            hour,
            moment: hours.moment(hour),
            target: f64::NAN,
        }
    }
}

fn forecasts(model: &Model, features: &Table) -> Result<Vec<f32>, ModelError> {
    match model.answer(features)? {
        Outcome::Values { values, .. } => Ok(values),
        _ => Err(ModelError::Answer {
            problem: "it forecasts no number".to_owned(),
        }),
    }
}

fn fill(values: &mut [f32], scale: &[Affine]) {
    for (value, affine) in values.iter_mut().zip(scale.iter().cycle()) {
        if value.is_nan() {
            *value = affine.offset;
        }
    }
}

fn engine(
    bytes: &[u8],
    schema: &Schema,
    series: &SchemaSeries,
    path: &str,
) -> Result<Engine, ModelError> {
    let Ok((network, _)) = onnx::read_forecaster(bytes) else {
        let model = Model::from_bytes(bytes, feature_schema(schema), path)?;
        return Ok(Engine::Columns(Box::new(model)));
    };
    let shape = network.predictor.shape();
    let columns = schema.columns.len() + CALENDAR.len();
    let known = series.history() as usize;
    let what = if (shape.inputs(), shape.extra()) != (columns, EXTRA) {
        let found = format!("{} columns and {} beside", shape.inputs(), shape.extra());
        format!("it takes {found}, the schema has {columns} and {EXTRA}")
    } else if shape.window() > known {
        format!(
            "it takes {} hours, the schema gives {known}",
            shape.window()
        )
    } else {
        return Ok(Engine::Window(Box::new(network)));
    };
    Err(ModelError::Mismatch {
        path: path.to_owned(),
        what,
    })
}

/// The schema of features in columns.
pub(super) fn feature_schema(schema: &Schema) -> Schema {
    let columns: Vec<String> = schema
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect();
    let lags = schema
        .series
        .as_ref()
        .map_or(&[][..], |series| &series.lags);
    let column = |name: String| SchemaColumn {
        name,
        kind: ColumnType::Number,
        missing: Vec::new(),
        levels: Vec::new(),
        minimum: None,
        maximum: None,
    };
    Schema {
        csv: schema.csv.clone(),
        columns: feature_names(&columns, lags)
            .into_iter()
            .map(column)
            .collect(),
        target: schema.target.clone(),
        series: None,
        image: None,
    }
}
