//! A foreign graph with the meaning of its inputs and outputs.

use steps::{Schema, TargetKind};

use super::binding::{self, Binding, BindingError};
use super::form::{Form, form, labelled_answer, numbers, scored_answer};
use crate::model::Predictions;
use crate::onnx::Session;
use crate::onnx::tensor::Tensor;
use crate::outcome::Outcome;
use crate::table::Table;

/// Rows that are given to a graph at a time at most.
const MAX_ROWS: usize = 4_096;

/// A foreign model, ready to answer.
#[derive(Debug, Clone)]
pub(crate) struct Foreign {
    session: Session,
    /// None where rows are read as tensors.
    binding: Option<Binding>,
    form: Form,
    classes: Vec<String>,
}

impl Foreign {
    /// Finds the meaning of a graph; the schema that comes back is the one given, or the graph's own.
    pub(crate) fn new(
        session: Session,
        schema: Option<Schema>,
    ) -> Result<(Self, Schema), BindingError> {
        let target = schema.as_ref().map(|schema| &schema.target);
        let (form, classes) = form(&session, target)?;
        let as_tensor = schema.is_none() && binding::is_tensor(session.inputs());
        let mut schema = match schema {
            Some(schema) => schema,
            None if as_tensor => binding::schema(&[])?,
            None => binding::schema(session.inputs())?,
        };
        schema.target.classes.clone_from(&classes);
        if form == Form::Values {
            schema.target.kind = TargetKind::Number;
        }
        let binding = if as_tensor {
            None
        } else {
            Some(Binding::of(session.inputs(), &schema)?)
        };
        Ok((
            Self {
                session,
                binding,
                form,
                classes,
            },
            schema,
        ))
    }

    /// The graph.
    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    /// Whether rows are read as tensors.
    pub(crate) fn is_tensor(&self) -> bool {
        self.binding.is_none()
    }

    /// Whether it answers labels with probabilities.
    pub(crate) fn is_classifier(&self) -> bool {
        matches!(self.form, Form::Labelled { .. } | Form::Scored { .. })
    }

    /// Answers the rows of a table.
    pub(crate) fn answer(&self, table: &Table) -> Result<Outcome, String> {
        let binding = self.binding.as_ref().ok_or("the model takes tensors")?;
        self.in_parts(table.rows(), |rows| binding.feed(table, rows))
    }

    /// Answers rows that are tensors of one shape.
    pub(crate) fn answer_tensor(
        &self,
        rows: usize,
        shape: &[usize],
        numbers: &[f32],
    ) -> Result<Outcome, String> {
        let width: usize = shape.iter().product();
        let element = self.session.inputs().first().map(|port| port.element);
        self.in_parts(rows, |part| {
            let all = &numbers[part.start * width..part.end * width];
            let shape = [&[part.len()], shape].concat();
            super::nested::tensor(element, shape, all).map(|tensor| vec![tensor])
        })
    }

    /// Runs the graph on parts of the rows, as many at a time as its first dimension says.
    fn in_parts(
        &self,
        rows: usize,
        feed: impl Fn(std::ops::Range<usize>) -> Result<Vec<Tensor>, String>,
    ) -> Result<Outcome, String> {
        let fixed = self
            .session
            .inputs()
            .iter()
            .find_map(|port| port.dims.first().copied().flatten());
        let size = fixed.unwrap_or(MAX_ROWS);
        if fixed.is_some_and(|size| !rows.is_multiple_of(size)) {
            return Err(format!("the model takes {size} rows at a time, not {rows}"));
        }
        let mut whole: Option<Outcome> = None;
        for start in (0..rows).step_by(size) {
            let part = start..(start + size).min(rows);
            let count = part.len();
            let answers = self
                .session
                .run(feed(part)?)
                .map_err(|error| error.to_string())?;
            let outcome = self.outcome(answers, count)?;
            whole = Some(match whole {
                None => outcome,
                Some(before) => joined(before, outcome)?,
            });
        }
        whole.ok_or_else(|| "there are no rows".to_owned())
    }

    fn outcome(&self, mut answers: Vec<Tensor>, rows: usize) -> Result<Outcome, String> {
        Ok(match &self.form {
            Form::Labelled {
                label,
                probabilities,
                order,
            } => Outcome::Classes(labelled_answer(
                (&answers[*label], &answers[*probabilities]),
                (&self.classes, order),
                rows,
            )?),
            Form::Scored { scores } => Outcome::Classes(scored_answer(
                &answers[0],
                *scores,
                (self.classes.len(), rows),
            )?),
            Form::Values => {
                let (values, width) = numbers(&answers[0], rows)?;
                Outcome::Values { width, values }
            }
            Form::Tensors => {
                let names = self.session.outputs().iter().map(|port| port.name.clone());
                if let Some(answer) = answers
                    .iter()
                    .find(|answer| answer.shape().first() != Some(&rows))
                {
                    return Err(format!(
                        "the model answered the shape {:?} for {rows} rows",
                        answer.shape()
                    ));
                }
                Outcome::Tensors(names.zip(answers.drain(..)).collect())
            }
        })
    }
}

/// Two answers of the same model, one after the other.
fn joined(first: Outcome, second: Outcome) -> Result<Outcome, String> {
    Ok(match (first, second) {
        (Outcome::Classes(mut all), Outcome::Classes(more)) => {
            all.labels.extend(more.labels);
            all.probabilities.extend(more.probabilities);
            Outcome::Classes(Predictions { ..all })
        }
        (
            Outcome::Values { width, mut values },
            Outcome::Values {
                width: same,
                values: more,
            },
        ) if width == same => {
            values.extend(more);
            Outcome::Values { width, values }
        }
        (Outcome::Tensors(all), Outcome::Tensors(more)) => {
            let join = |((name, first), (_, second)): ((String, Tensor), (String, Tensor))| {
                first
                    .stacked(second)
                    .map(|both| (name, both))
                    .map_err(|fault| fault.0)
            };
            Outcome::Tensors(
                all.into_iter()
                    .zip(more)
                    .map(join)
                    .collect::<Result<_, _>>()?,
            )
        }
        _ => return Err("the model answered rows in different shapes".to_owned()),
    })
}
