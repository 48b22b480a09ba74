//! What lies in the folder of a model, as it answers requests: one of rows, or those of a series.

use std::path::Path;

use super::error::Error;
use super::forecasting::Forecasting;
use super::service::{Answer, Request, Service};
use crate::model::{Model, ModelError};
use crate::part;
use crate::series::Forecasts;

/// A model, or the models of a series.
#[derive(Debug, Clone)]
pub enum Served {
    /// A model of rows or images.
    Rows(Box<Service>),
    /// The models of a series.
    Series(Box<Forecasting>),
}

impl Served {
    /// Loads a folder; `threads` are for neural graphs.
    pub fn load(folder: &Path, threads: usize) -> Result<Self, ModelError> {
        if part::is_series_model(folder)? {
            let forecasting = Forecasting::new(Forecasts::load(folder)?)?;
            return Ok(Self::Series(Box::new(forecasting)));
        }
        let service = Service::new(Model::load(folder, threads)?);
        Ok(Self::Rows(Box::new(service)))
    }

    /// Answers a request.
    pub fn invoke(&self, request: &Request<'_>) -> Result<Answer, Error> {
        match self {
            Self::Rows(service) => service.invoke(request),
            Self::Series(forecasting) => forecasting.invoke(request),
        }
    }
}
