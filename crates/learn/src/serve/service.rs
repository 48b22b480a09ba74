//! A model that answers requests.

use std::collections::HashSet;

use steps::ColumnType;

use super::answer;
use super::error::Error;
use super::media::{ContentType, Media, negotiate};
use super::{csv, images, json, npy, tensors};
use crate::model::Model;
use crate::outcome::Outcome;
use crate::row::RowEncoder;
use crate::table::Table;

/// A request's body and what its headers say about it.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The header Content-Type.
    pub content_type: &'a str,
    /// The header Accept.
    pub accept: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

/// An answer's body and its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The header Content-Type.
    pub content_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
    /// Rows predicted.
    pub rows: usize,
    /// Cells whose category training has not seen, by column; they are predicted as if no category were true.
    pub unseen: Vec<(String, u64)>,
}

/// A model that answers requests; it may be shared by threads.
#[derive(Debug, Clone)]
pub struct Service {
    model: Model,
    encoder: RowEncoder,
    /// Names of the columns of categories with the levels of training.
    levels: Vec<(String, HashSet<String>)>,
}

type Answered = (Outcome, usize, Vec<(String, u64)>);

impl Service {
    /// Serves a model.
    pub fn new(model: Model) -> Self {
        // A model without a schema of ours was fitted on cells as they are.
        let encoder = if model.is_verbatim() {
            RowEncoder::verbatim(model.schema())
        } else {
            RowEncoder::new(model.schema())
        };
        let columns = model.schema().columns.iter();
        let levels = columns
            .filter(|column| column.kind == ColumnType::Category)
            .map(|column| (column.name.clone(), column.levels.iter().cloned().collect()))
            .collect();
        Self {
            model,
            encoder,
            levels,
        }
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Answers a request.
    pub fn invoke(&self, request: &Request<'_>) -> Result<Answer, Error> {
        let image = self.model.schema().image.as_ref();
        if let Some(image) = image.filter(|_| images::is_picture(request.content_type)) {
            // A picture has no form that an answer could take.
            let media = negotiate(request.accept, Media::Json)?;
            let table = images::read_picture(image, request.body)?;
            return self.answered(media, &self.ask(&table)?, table.rows());
        }
        let content = ContentType::parse(request.content_type).map_err(|error| match error {
            Error::ContentType { given, .. } => Error::ContentType {
                given,
                images: image.is_some(),
            },
            other => other,
        })?;
        let media = negotiate(request.accept, content.media)?;
        let (outcome, rows, unseen) = self.answer(content, request.body)?;
        let mut answer = self.answered(media, &outcome, rows)?;
        answer.unseen = unseen;
        Ok(answer)
    }

    fn answered(&self, media: Media, outcome: &Outcome, rows: usize) -> Result<Answer, Error> {
        let classes = &self.model.schema().target.classes;
        Ok(Answer {
            content_type: media.name(),
            body: answer::write(media, classes, outcome)?,
            rows,
            unseen: Vec::new(),
        })
    }

    /// The answer for the rows of a body, their number, and the cells of no known category.
    fn answer(&self, content: ContentType, body: &[u8]) -> Result<Answered, Error> {
        if let Some(foreign) = self.model.foreign().filter(|foreign| foreign.is_tensor()) {
            let rows = tensors::read(content, body, &foreign.session().inputs()[0])?;
            let outcome = foreign.answer_tensor(rows.count, &rows.shape, &rows.numbers);
            return Ok((
                outcome.map_err(|problem| Error::Model { problem })?,
                rows.count,
                Vec::new(),
            ));
        }
        let table = self.read(content, body)?;
        Ok((self.ask(&table)?, table.rows(), self.unseen(&table)))
    }

    fn ask(&self, table: &Table) -> Result<Outcome, Error> {
        self.model.answer(table).map_err(|error| Error::Model {
            problem: error.to_string(),
        })
    }

    /// Cells whose category is none of the schema's, by column.
    fn unseen(&self, table: &Table) -> Vec<(String, u64)> {
        let count = |column: usize, levels: &HashSet<String>| {
            let cells = (0..table.rows()).map(|row| table.category(row, column));
            cells
                .filter(|cell| !cell.is_empty() && !levels.contains(*cell))
                .count() as u64
        };
        let columns = self.levels.iter().enumerate();
        columns
            .filter(|(_, (_, levels))| !levels.is_empty())
            .map(|(column, (name, levels))| (name.clone(), count(column, levels)))
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    /// The rows of a body.
    pub fn parse(&self, content_type: &str, body: &[u8]) -> Result<Table, Error> {
        self.read(ContentType::parse(content_type)?, body)
    }

    fn read(&self, content: ContentType, body: &[u8]) -> Result<Table, Error> {
        if let Some(image) = &self.model.schema().image {
            return images::read_pixels(image, content, body);
        }
        let mut table = Table::for_schema(self.model.schema());
        match content.media {
            Media::Csv => csv::read(&self.encoder, &mut table, body, content.header)?,
            Media::Json => json::read_document(&self.encoder, &mut table, body)?,
            Media::JsonLines => json::read_lines(&self.encoder, &mut table, body)?,
            Media::Npy => npy::read(&self.encoder, &mut table, body)?,
        }
        if table.rows() == 0 {
            return Err(Error::body("it has no rows"));
        }
        Ok(table)
    }
}
