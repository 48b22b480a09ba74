//! Models of a series that answer requests: the last hours in, forecasts out.
//!
//! Rows are hours, the newest last. Each row with enough hours before it is the origin of a forecast, so that a request of just so
//! many rows gets one, and a longer file one for each hour.

use std::io::Write as _;

use serde::Serialize;

use super::error::Error;
use super::media::{ContentType, Media, negotiate};
use super::service::{Answer, Request};
use super::{csv, json, npy};
use crate::series::{self, Forecasts, Hours, RowReader};

/// Saved models of a series that answer requests; they may be shared by threads.
#[derive(Debug, Clone)]
pub struct Forecasting {
    models: Forecasts,
    reader: RowReader,
}

/// What is forecast at one origin.
#[derive(Serialize)]
struct Forecast {
    /// The last hour that is known.
    origin: String,
    forecasts: Vec<Ahead>,
}

/// One horizon.
#[derive(Serialize)]
struct Ahead {
    /// How far ahead.
    hours: u32,
    /// The hour that is forecast.
    time: String,
    value: f32,
}

const INFALLIBLE: &str = "a vector takes every answer";

impl Forecasting {
    /// Serves models.
    pub fn new(models: Forecasts) -> Result<Self, series::Error> {
        let reader = RowReader::new(models.schema())?;
        Ok(Self { models, reader })
    }

    /// The models.
    pub fn models(&self) -> &Forecasts {
        &self.models
    }

    /// Answers a request.
    pub fn invoke(&self, request: &Request<'_>) -> Result<Answer, Error> {
        let content = ContentType::parse(request.content_type)?;
        let media = negotiate(request.accept, content.media)?;
        let hours = self.hours(content, request.body)?;
        let all = self.forecasts(&hours)?;
        Ok(Answer {
            content_type: media.name(),
            body: self.write(media, &all),
            rows: all.len(),
            // Hours have no categories.
            unseen: Vec::new(),
        })
    }

    /// The hours of a body.
    fn hours(&self, content: ContentType, body: &[u8]) -> Result<Hours, Error> {
        let (encoder, mut table) = (self.reader.encoder(), self.reader.table());
        match content.media {
            Media::Csv => csv::read(encoder, &mut table, body, content.header)?,
            Media::Json => json::read_document(encoder, &mut table, body)?,
            Media::JsonLines => json::read_lines(encoder, &mut table, body)?,
            Media::Npy => {
                return Err(Error::body(
                    "an array holds no moments; send rows as CSV or JSON",
                ));
            }
        }
        if table.rows() == 0 {
            return Err(Error::body("it has no rows"));
        }
        let (hours, _) = self
            .reader
            .hours(&table, &|row| format!("row {}", row + 1))?;
        Ok(hours)
    }

    /// Forecasts from each hour with enough before it.
    fn forecasts(&self, hours: &Hours) -> Result<Vec<Forecast>, Error> {
        let refused = |problem: String| Error::Series(series::Error::Window { problem });
        let needed = self.models.series().history() as usize;
        if hours.len() < needed {
            let found = hours.len();
            return Err(refused(format!(
                "{found} hours are given, a forecast needs {needed}: the last one known and those before it"
            )));
        }
        let filled = hours.filled();
        let origins = needed - 1..hours.len();
        if filled.value(origins.start, self.models.target()).is_nan() {
            let name = &self.models.schema().target.name;
            return Err(refused(format!(
                "`{name}` has no value in the first {needed} hours"
            )));
        }
        let mut all: Vec<Forecast> = origins
            .clone()
            .map(|origin| Forecast {
                origin: hours.moment(origin).to_string(),
                forecasts: Vec::new(),
            })
            .collect();
        for (place, &ahead) in self.models.series().horizons.iter().enumerate() {
            let examples: Vec<_> = origins
                .clone()
                .map(|origin| self.models.example(hours, place, origin))
                .collect();
            let values = self.models.answer(&filled, place, &examples);
            let values = values.map_err(|error| Error::Model {
                problem: error.to_string(),
            })?;
            for ((forecast, example), value) in all.iter_mut().zip(examples).zip(values) {
                forecast.forecasts.push(Ahead {
                    hours: ahead,
                    time: example.moment.to_string(),
                    value,
                });
            }
        }
        Ok(all)
    }

    fn write(&self, media: Media, all: &[Forecast]) -> Vec<u8> {
        let mut body = Vec::new();
        match media {
            Media::Json => {
                let document = serde_json::json!({ "predictions": all });
                body = serde_json::to_vec(&document).expect(INFALLIBLE);
            }
            Media::JsonLines => {
                for forecast in all {
                    serde_json::to_writer(&mut body, forecast).expect(INFALLIBLE);
                    body.push(b'\n');
                }
            }
            Media::Csv => {
                for forecast in all {
                    for Ahead { hours, time, value } in &forecast.forecasts {
                        writeln!(body, "{},{hours},{time},{value}", forecast.origin)
                            .expect(INFALLIBLE);
                    }
                }
            }
            Media::Npy => {
                let values = all.iter().flat_map(|forecast| &forecast.forecasts);
                let values: Vec<f32> = values.map(|ahead| ahead.value).collect();
                body = npy::write(&[all.len(), self.models.series().horizons.len()], &values);
            }
        }
        body
    }
}
