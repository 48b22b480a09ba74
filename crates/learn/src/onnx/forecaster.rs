//! The recurrent network as a graph, from values as they are measured to a value as it will be.
//!
//! Inputs `window` (rows of steps of columns) and `extra` (rows of columns). Scaling, the layer, its last state joined with the
//! extra columns, the linear layer, and the scaling of the target undone. Output `forecast`.

use networks::lstm::{Predictor, Shape, Windows};

use super::build::{Attribute, Builder, index};
use super::error::Error;
use super::own_graph::{OwnGraph, wrong};
use super::proto::{FLOAT, GraphProto};
use super::write::file;
use crate::preparation::Affine;

const NAME: &str = "forecaster";

/// Where the gates `i o f c` of the format are among ours, `i f o g`.
const GATES: [usize; 4] = [0, 2, 1, 3];

/// A network with the scaling of what it reads and answers.
#[derive(Debug, Clone)]
pub struct Forecaster {
    /// What computes.
    pub predictor: Predictor,
    /// Scaling of each column of a window.
    pub columns: Vec<Affine>,
    /// Scaling of each extra column.
    pub extra: Vec<Affine>,
    /// What the answer is multiplied with, and what is added then.
    pub target: (f32, f32),
}

impl Forecaster {
    /// Forecasts for windows of values as they are measured.
    ///
    /// # Panics
    /// Where the windows have not the columns of the network.
    pub fn predict(&self, windows: &Windows) -> Vec<f32> {
        let scaled = |values: &[f32], scale: &[Affine]| -> Vec<f32> {
            let pairs = values.iter().zip(scale.iter().cycle());
            pairs
                .map(|(&x, affine)| (x - affine.offset) * affine.factor)
                .collect()
        };
        let scaled = Windows {
            series: scaled(&windows.series, &self.columns),
            ends: windows.ends.clone(),
            extra: scaled(&windows.extra, &self.extra),
            targets: Vec::new(),
        };
        let (factor, offset) = self.target;
        let mut answers = self.predictor.predict(&scaled);
        for answer in &mut answers {
            *answer = *answer * factor + offset;
        }
        answers
    }
}

/// The bytes of the file; the same network gives the same bytes.
pub fn write_forecaster(forecaster: &Forecaster, metadata: &[(&str, String)]) -> Vec<u8> {
    file(graph(forecaster), metadata)
}

/// Reads a file back that [`write_forecaster`] wrote, with its free texts; any other is refused.
pub fn read_forecaster(bytes: &[u8]) -> Result<(Forecaster, Vec<(String, String)>), Error> {
    let own = OwnGraph::open(bytes, NAME)?;
    let (shape, input) = own.numbers("input_weights")?;
    let &[1, gates, inputs] = &shape[..] else {
        return Err(wrong("input_weights", "it is no layer of one direction"));
    };
    let hidden = gates / 4;
    let (shape, head) = own.numbers("head")?;
    let extra = match shape[..] {
        [1, columns] if columns >= hidden => columns - hidden,
        _ => return Err(wrong("head", "it does not fit the layer")),
    };
    let &[window, _] = &own.input("window")?[..] else {
        return Err(wrong("window", "it is no list of steps"));
    };
    let unusable = |error: networks::Error| wrong("input_weights", &error.to_string());
    let shape = Shape::new(window, inputs, hidden, extra).map_err(unusable)?;
    let state = own.shaped("state_weights", &[1, gates, hidden])?;
    let bias = own.shaped("biases", &[1, 2 * gates])?;
    let mut weights = rows(&input, inputs, hidden);
    weights.extend(rows(&state, hidden, hidden));
    weights.extend(rows(&bias[..gates], 1, hidden));
    weights.extend(head);
    weights.extend(own.shaped("head_bias", &[1])?);
    let affine = |name: &str, count: usize| -> Result<Vec<Affine>, Error> {
        let offsets = own.shaped(&format!("{name}_offset"), &[count])?;
        let factors = own.shaped(&format!("{name}_factor"), &[count])?;
        let pairs = offsets.into_iter().zip(factors);
        Ok(pairs
            .map(|(offset, factor)| Affine { offset, factor })
            .collect())
    };
    let forecaster = Forecaster {
        predictor: Predictor::try_new(shape, weights).map_err(unusable)?,
        columns: affine("window", inputs)?,
        extra: if extra > 0 {
            affine("extra", extra)?
        } else {
            Vec::new()
        },
        target: (
            own.shaped("target_factor", &[])?[0],
            own.shaped("target_offset", &[])?[0],
        ),
    };
    let metadata = own.confirm(&graph(&forecaster))?;
    Ok((forecaster, metadata))
}

fn graph(forecaster: &Forecaster) -> GraphProto {
    let shape = forecaster.predictor.shape();
    let (inputs, hidden, extra) = (shape.inputs(), shape.hidden(), shape.extra());
    let mut builder = Builder::default();
    builder.block("window", &[shape.window(), inputs]);
    let window = scaled(&mut builder, "window", &forecaster.columns);
    let first = vec![("perm", Attribute::Ints(vec![1, 0, 2]))];
    builder.node(("", "Transpose"), &[&window], "steps", first);
    layer(&mut builder, &forecaster.predictor);
    builder.constant("direction", vec![0]);
    let mut features = builder.node(("", "Squeeze"), &["last", "direction"], "state", vec![]);
    if extra > 0 {
        builder.block("extra", &[extra]);
        let extra = scaled(&mut builder, "extra", &forecaster.extra);
        let columns = vec![("axis", Attribute::Int(1))];
        features = builder.node(("", "Concat"), &[&features, &extra], "features", columns);
    }
    let head = builder.numbers("head", &[1, hidden + extra], forecaster.predictor.head());
    let bias = builder.numbers("head_bias", &[1], &[forecaster.predictor.bias()]);
    let turned = vec![("transB", Attribute::Int(1))];
    builder.node(("", "Gemm"), &[&features, &head, &bias], "answer", turned);
    let (factor, offset) = forecaster.target;
    let factor = builder.numbers("target_factor", &[], &[factor]);
    let offset = builder.numbers("target_offset", &[], &[offset]);
    builder.node(("", "Mul"), &["answer", &factor], "wide", vec![]);
    builder.node(("", "Add"), &["wide", &offset], "forecast", vec![]);
    builder.output("forecast", FLOAT, Some(1));
    builder.finish(NAME)
}

fn layer(builder: &mut Builder, predictor: &Predictor) {
    let shape = predictor.shape();
    let (inputs, hidden) = (shape.inputs(), shape.hidden());
    let rows: Vec<&[f32]> = predictor.cell().chunks_exact(4 * hidden).collect();
    let input = gates(&rows[..inputs], hidden);
    let input = builder.numbers("input_weights", &[1, 4 * hidden, inputs], &input);
    let state = gates(&rows[inputs..inputs + hidden], hidden);
    let state = builder.numbers("state_weights", &[1, 4 * hidden, hidden], &state);
    // The format has a second constant for the state; one is enough.
    let mut bias = gates(&rows[inputs + hidden..], hidden);
    bias.resize(8 * hidden, 0.0);
    let bias = builder.numbers("biases", &[1, 8 * hidden], &bias);
    let size = vec![("hidden_size", Attribute::Int(index(hidden)))];
    builder.nodes(
        ("", "LSTM"),
        &["steps", &input, &state, &bias],
        &["every", "last"],
        size,
    );
}

/// Rows of `i f o g` columns become columns of `i o f c` rows.
fn gates(rows: &[&[f32]], hidden: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(rows.len() * 4 * hidden);
    for gate in GATES {
        for unit in 0..hidden {
            out.extend(rows.iter().map(|row| row[gate * hidden + unit]));
        }
    }
    out
}

/// Columns of `i o f c` rows become rows of `i f o g` columns.
fn rows(values: &[f32], columns: usize, hidden: usize) -> Vec<f32> {
    let mut out = vec![0.0; values.len()];
    for (place, gate) in GATES.into_iter().enumerate() {
        for unit in 0..hidden {
            for column in 0..columns {
                let value = values[(place * hidden + unit) * columns + column];
                out[column * 4 * hidden + gate * hidden + unit] = value;
            }
        }
    }
    out
}

/// Adds the scaling of an input; returns the name of the scaled values.
fn scaled(builder: &mut Builder, name: &str, scale: &[Affine]) -> String {
    let mut constants = |part: &str, value: fn(&Affine) -> f32| {
        let values: Vec<f32> = scale.iter().map(value).collect();
        builder.numbers(&format!("{name}_{part}"), &[scale.len()], &values)
    };
    let offset = constants("offset", |affine| affine.offset);
    let factor = constants("factor", |affine| affine.factor);
    let centred = builder.node(
        ("", "Sub"),
        &[name, &offset],
        &format!("{name}_centred"),
        vec![],
    );
    builder.node(
        ("", "Mul"),
        &[&centred, &factor],
        &format!("{name}_scaled"),
        vec![],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;

    fn forecaster(extra: usize) -> Forecaster {
        let shape = Shape::new(5, 3, 16, extra).unwrap();
        let mut stream = Stream::new(4, 1);
        let mut number = || (stream.below(2000) as f32 - 1000.0) / 2000.0;
        let weights = (0..shape.weights()).map(|_| number()).collect();
        let mut affine = |count: usize| {
            let pair = |_| Affine {
                offset: number(),
                factor: 1.0 + number(),
            };
            (0..count).map(pair).collect::<Vec<_>>()
        };
        Forecaster {
            predictor: Predictor::new(shape, weights),
            columns: affine(3),
            extra: affine(extra),
            target: (7.5, 10.25),
        }
    }

    fn windows(extra: usize) -> Windows {
        Windows {
            series: (0..60)
                .map(|n| ((n * 37 % 23) as f32 - 11.0) / 8.0)
                .collect(),
            ends: vec![4, 9, 19],
            extra: (0..3 * extra).map(|n| n as f32 * 0.3).collect(),
            targets: Vec::new(),
        }
    }

    #[test]
    fn a_file_comes_back_as_it_was() {
        for extra in [0, 2] {
            let forecaster = forecaster(extra);
            let bytes = write_forecaster(&forecaster, &[("seed", "1".to_owned())]);
            let (again, metadata) = read_forecaster(&bytes).unwrap();
            assert_eq!(again.predictor.cell(), forecaster.predictor.cell());
            assert_eq!(
                again.predict(&windows(extra)),
                forecaster.predict(&windows(extra))
            );
            assert_eq!(metadata, [("seed".to_owned(), "1".to_owned())]);
            assert_eq!(write_forecaster(&again, &[("seed", "1".to_owned())]), bytes);
        }
    }

    #[test]
    fn a_graph_that_differs_in_anything_is_not_ours() {
        let graph = graph(&forecaster(2));
        let refused = |change: fn(&mut GraphProto)| {
            let mut graph = graph.clone();
            change(&mut graph);
            read_forecaster(&file(graph, &[])).unwrap_err().to_string()
        };
        let other = "the graph has no form of a network of ours";
        assert_eq!(refused(|graph| graph.node[2].attribute.clear()), other);
        assert_eq!(refused(|graph| graph.output.clear()), other);
        let sum = "constant `head`: it does not fit the layer";
        let head = |graph: &mut GraphProto| {
            let found = graph
                .initializer
                .iter_mut()
                .find(|tensor| tensor.name == "head");
            found.unwrap().dims = vec![18, 1];
        };
        assert_eq!(refused(head), sum);
    }
}
