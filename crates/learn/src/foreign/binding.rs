//! Which column of a row goes where: by name where the inputs are columns with names that the schema knows, else by order.

use std::collections::BTreeMap;

use steps::{ColumnType, CsvFormat, Encoding, Schema, SchemaColumn, SchemaTarget, TargetKind};

use crate::cell::{canonical_number, parse_number};
use crate::onnx::tensor::{Data, Tensor};
use crate::onnx::{Element, Port};
use crate::table::Table;

/// Columns of a model without a schema at most; images have as many cells.
const MAX_COLUMNS: usize = 1 << 20;
/// Whole numbers that single precision holds exactly.
const EXACT: f32 = 16_777_216.0;

/// Inputs that do not fit the columns, or classes that are not those of the task.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BindingError {
    /// The columns do not fit.
    #[error("its inputs ({inputs}) do not fit the columns ({columns}): {problem}")]
    Columns {
        /// The inputs.
        inputs: String,
        /// The columns.
        columns: String,
        /// What is wrong.
        problem: String,
    },
    /// The classes do not fit.
    #[error("it answers the classes {found}, the task has {expected}")]
    Classes {
        /// What the graph answers.
        found: String,
        /// What is expected.
        expected: String,
    },
    /// The graph answers something else.
    #[error("it answers {found}, expected {expected}")]
    Outputs {
        /// What the graph answers.
        found: String,
        /// What is expected.
        expected: &'static str,
    },
}

/// A column of a table: among its numbers, or among its categories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Number(usize),
    Category(usize),
}

/// One input and the columns that make a row of it.
#[derive(Debug, Clone, PartialEq)]
struct Bound {
    name: String,
    element: Element,
    sources: Vec<Source>,
    /// The shape of one row.
    shape: Vec<usize>,
}

/// All inputs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Binding {
    inputs: Vec<Bound>,
}

/// Whether rows of a graph are read as tensors, since its one input has a shape of its own or leaves one open.
pub(super) fn is_tensor(ports: &[Port]) -> bool {
    let [port] = ports else { return false };
    port.element != Element::Text && (port.width().is_none() || port.dims.len() != 2)
}

/// A schema for a graph without one: a column for each cell of each input.
pub(super) fn schema(ports: &[Port]) -> Result<Schema, BindingError> {
    let mut columns = Vec::new();
    for port in ports {
        let width = port
            .width()
            .filter(|width| columns.len() + width <= MAX_COLUMNS);
        let width = width
            .ok_or_else(|| refused(ports, "-", "an input leaves its number of columns open"))?;
        let kind = if port.element == Element::Text {
            ColumnType::Category
        } else {
            ColumnType::Number
        };
        for at in 0..width {
            let name = if width == 1 {
                port.name.clone()
            } else {
                format!("{}_{at}", port.name)
            };
            columns.push(SchemaColumn {
                name,
                kind,
                missing: Vec::new(),
                levels: Vec::new(),
                minimum: None,
                maximum: None,
            });
        }
    }
    Ok(Schema {
        csv: CsvFormat {
            header: false,
            delimiter: ',',
            decimal: '.',
            encoding: Encoding::Utf8,
        },
        columns,
        target: SchemaTarget {
            name: "prediction".to_owned(),
            kind: TargetKind::Class,
            classes: Vec::new(),
            positive: None,
            naive_error: None,
        },
        series: None,
        image: None,
    })
}

fn refused(ports: &[Port], columns: &str, problem: &str) -> BindingError {
    let inputs: Vec<String> = ports.iter().map(Port::to_string).collect();
    BindingError::Columns {
        inputs: inputs.join(", "),
        columns: columns.to_owned(),
        problem: problem.to_owned(),
    }
}

/// A name without what exporters change in it.
fn plain(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect()
}

/// Where the cells of each column lie in a table.
fn sources(schema: &Schema) -> Vec<Source> {
    let (mut numbers, mut categories) = (0, 0);
    let place = |column: &SchemaColumn| match column.kind {
        ColumnType::Number => {
            numbers += 1;
            Source::Number(numbers - 1)
        }
        ColumnType::Category => {
            categories += 1;
            Source::Category(categories - 1)
        }
    };
    schema.columns.iter().map(place).collect()
}

impl Binding {
    /// Finds the columns of each input.
    pub(super) fn of(ports: &[Port], schema: &Schema) -> Result<Self, BindingError> {
        let sources = sources(schema);
        let names: Vec<&str> = schema
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        let wrong = |problem: String| refused(ports, &names.join(", "), &problem);
        if let Some(port) = ports
            .iter()
            .find(|port| matches!(port.element, Element::List | Element::Unknown))
        {
            return Err(wrong(format!(
                "`{}` is of a type that no column has",
                port.name
            )));
        }
        let open = matches!(ports, [only] if only.dims.len() <= 2 && only.width().is_none());
        let widths = ports.iter().map(|port| {
            if open {
                Some(names.len())
            } else {
                port.width()
            }
        });
        let widths = widths
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| wrong("an input leaves its size open".to_owned()))?;
        let by_name = by_name(ports, &widths, &names).map_err(wrong)?;
        let total = widths
            .iter()
            .try_fold(0_usize, |sum, width| sum.checked_add(*width));
        let chosen: Vec<Vec<Source>> = if let Some(places) = by_name {
            places
                .into_iter()
                .map(|place| vec![sources[place]])
                .collect()
        } else if total == Some(names.len()) {
            by_order(ports, &widths, &sources)
        } else {
            let total = total.map_or_else(|| "too many".to_owned(), |total| total.to_string());
            return Err(wrong(format!(
                "{total} columns are taken, {} are there",
                names.len()
            )));
        };
        let inputs = ports.iter().zip(chosen).map(|(port, sources)| Bound {
            name: port.name.clone(),
            element: port.element,
            shape: if open {
                vec![sources.len()]
            } else {
                port.dims.iter().skip(1).flatten().copied().collect()
            },
            sources,
        });
        Ok(Self {
            inputs: inputs.collect(),
        })
    }

    /// The values of some rows.
    pub(super) fn feed(
        &self,
        table: &Table,
        rows: std::ops::Range<usize>,
    ) -> Result<Vec<Tensor>, String> {
        self.inputs
            .iter()
            .map(|input| input.feed(table, rows.clone()))
            .collect()
    }
}

/// The column of each input, where every input is one column and at least one has the name of a column.
fn by_name(ports: &[Port], widths: &[usize], names: &[&str]) -> Result<Option<Vec<usize>>, String> {
    if widths.iter().any(|&width| width != 1) {
        return Ok(None);
    }
    let exact: BTreeMap<&str, usize> = names.iter().copied().zip(0..).collect();
    let changed: BTreeMap<String, usize> = names.iter().map(|name| plain(name)).zip(0..).collect();
    let find = |port: &Port| {
        exact
            .get(port.name.as_str())
            .or_else(|| changed.get(&plain(&port.name)))
            .copied()
    };
    let found: Vec<Option<usize>> = ports.iter().map(find).collect();
    if found.iter().all(Option::is_none) {
        return Ok(None);
    }
    let missing: Vec<&str> = ports
        .iter()
        .zip(&found)
        .filter(|(_, found)| found.is_none())
        .map(|(port, _)| port.name.as_str())
        .collect();
    if !missing.is_empty() {
        return Err(format!("there is no column `{}`", missing.join("`, `")));
    }
    Ok(found.into_iter().collect())
}

/// Columns in the order of the inputs. With one input of numbers and one of texts each takes those of its kind.
fn by_order(ports: &[Port], widths: &[usize], sources: &[Source]) -> Vec<Vec<Source>> {
    let is_category = |source: &&Source| matches!(source, Source::Category(_));
    let categories: Vec<Source> = sources.iter().filter(is_category).copied().collect();
    let numbers: Vec<Source> = sources
        .iter()
        .filter(|source| !is_category(source))
        .copied()
        .collect();
    if let [left, right] = ports
        && (left.element == Element::Text) != (right.element == Element::Text)
    {
        let lists = if left.element == Element::Text {
            [categories, numbers]
        } else {
            [numbers, categories]
        };
        if lists[0].len() == widths[0] && lists[1].len() == widths[1] {
            return lists.to_vec();
        }
    }
    let mut rest = sources.iter().copied();
    widths
        .iter()
        .map(|&width| rest.by_ref().take(width).collect())
        .collect()
}

impl Bound {
    fn feed(&self, table: &Table, rows: std::ops::Range<usize>) -> Result<Tensor, String> {
        let cells = rows
            .clone()
            .flat_map(|row| self.sources.iter().map(move |source| (row, *source)));
        let data = match self.element {
            Element::Text => Data::Texts(
                cells
                    .map(|(row, source)| text(table, row, source))
                    .collect(),
            ),
            Element::Double => Data::Doubles(
                cells
                    .map(|(row, source)| number(table, row, source).map(f64::from))
                    .collect::<Result<_, _>>()?,
            ),
            Element::Int => Data::Ints(
                cells
                    .map(|(row, source)| self.whole(table, row, source))
                    .collect::<Result<_, _>>()?,
            ),
            Element::Bool => Data::Bools(
                cells
                    .map(|(row, source)| number(table, row, source).map(|x| x != 0.0))
                    .collect::<Result<_, _>>()?,
            ),
            _ => Data::Floats(
                cells
                    .map(|(row, source)| number(table, row, source))
                    .collect::<Result<_, _>>()?,
            ),
        };
        let shape = [&[rows.len()], self.shape.as_slice()].concat();
        Tensor::new(shape, data).map_err(|fault| fault.0)
    }

    fn whole(&self, table: &Table, row: usize, source: Source) -> Result<i64, String> {
        let x = number(table, row, source)?;
        if x.fract() != 0.0 || x.abs() > EXACT || x.is_nan() {
            let cell = if x.is_nan() {
                "a missing value".to_owned()
            } else {
                format!("`{x}`")
            };
            return Err(format!(
                "row {}, input `{}`: {cell} is not a whole number up to {EXACT}",
                row + 1,
                self.name
            ));
        }
        Ok(x as i64)
    }
}

fn number(table: &Table, row: usize, source: Source) -> Result<f32, String> {
    match source {
        Source::Number(place) => Ok(table.numbers(row)[place]),
        Source::Category(place) => match table.category(row, place) {
            "" => Ok(f32::NAN),
            text => parse_number(text, '.')
                .map(|number| number as f32)
                .ok_or_else(|| {
                    format!(
                        "row {}: `{text}` is a text, the model takes a number",
                        row + 1
                    )
                }),
        },
    }
}

fn text(table: &Table, row: usize, source: Source) -> String {
    match source {
        Source::Category(place) => table.category(row, place).to_owned(),
        Source::Number(place) => match table.numbers(row)[place] {
            x if x.is_nan() => String::new(),
            x => x.to_string(),
        },
    }
}

/// A class label as the task writes it.
pub(super) fn label(text: &str) -> String {
    parse_number(text, '.')
        .and_then(canonical_number)
        .unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(name: &str, element: Element, dims: &[Option<usize>]) -> Port {
        Port {
            name: name.to_owned(),
            element,
            dims: dims.to_vec(),
            shaped: true,
        }
    }

    /// Columns `age` (number), `city` (category) and `pulse rate` (number).
    fn columns() -> Schema {
        let mut schema = crate::row::tests::schema();
        schema.columns[2].name = "pulse rate".to_owned();
        schema
    }

    fn fed(ports: &[Port]) -> Result<Vec<Data>, String> {
        let binding = Binding::of(ports, &columns()).map_err(|error| error.to_string())?;
        let mut table = Table::new(2, 1);
        table.push(&[40.0, 72.5], &["3"]);
        let tensors = binding.feed(&table, 0..1)?;
        Ok(tensors.into_iter().map(Tensor::into_data).collect())
    }

    #[test]
    fn columns_go_to_inputs_by_name_or_by_order() {
        let one = Some(1);
        let by_name = [
            port("pulse_rate", Element::Float, &[None, one]),
            port("city", Element::Text, &[None, one]),
        ];
        assert_eq!(
            fed(&by_name).unwrap(),
            [Data::Floats(vec![72.5]), Data::Texts(vec!["3".to_owned()])]
        );
        let one_tensor = [port("X", Element::Double, &[None, Some(3)])];
        assert_eq!(
            fed(&one_tensor).unwrap(),
            [Data::Doubles(vec![40.0, 3.0, 72.5])]
        );
        let open = [port("X", Element::Float, &[None, None])];
        assert_eq!(fed(&open).unwrap(), [Data::Floats(vec![40.0, 3.0, 72.5])]);
        let kinds = [
            port("texts", Element::Text, &[None, one]),
            port("numbers", Element::Float, &[None, Some(2)]),
        ];
        assert_eq!(
            fed(&kinds).unwrap(),
            [
                Data::Texts(vec!["3".to_owned()]),
                Data::Floats(vec![40.0, 72.5])
            ]
        );
    }

    #[test]
    fn inputs_that_fit_no_column_are_refused_by_name() {
        let cases = [
            (
                vec![
                    port("age", Element::Float, &[None, Some(1)]),
                    port("weight", Element::Float, &[None, Some(1)]),
                ],
                "there is no column `weight`",
            ),
            (
                vec![port("X", Element::Float, &[None, Some(5)])],
                "5 columns are taken, 3 are there",
            ),
            (
                vec![port("X", Element::List, &[])],
                "`X` is of a type that no column has",
            ),
        ];
        for (ports, expected) in cases {
            let problem = fed(&ports).unwrap_err();
            assert!(problem.ends_with(expected), "{problem}");
        }
    }

    #[test]
    fn a_fraction_is_not_a_whole_number() {
        let ports = [port("pulse rate", Element::Int, &[None, Some(1)])];
        assert_eq!(
            fed(&ports).unwrap_err(),
            "row 1, input `pulse rate`: `72.5` is not a whole number up to 16777216"
        );
    }
}
