//! The walk over the graph: inputs, constants, nodes in their order, outputs.

use std::collections::BTreeMap;
use std::fs::File;
use std::ops::Range;

use prost::Message;

use super::nodes;
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::program::Program;
use crate::onnx::proto::{
    Dimension, FLOAT, GraphProto, INT64, ModelProto, STRING, TensorProto, ValueInfoProto,
};
use crate::onnx::skim::{Skimmed, skim};
use crate::onnx::step::Step;

/// Values of a row at most; a few nodes that join a value with itself could otherwise ask for any amount.
const MAX_SLOTS: usize = 1 << 20;

/// What a name of the graph stands for.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// Numbers in slots.
    Numbers(Range<usize>),
    /// Categorical columns as they were given, or after a change of their texts.
    Texts(Vec<Text>),
    /// A constant list.
    Constant(Vec<i64>),
    /// The best class.
    Label,
    /// The probabilities, in slots.
    Scores(Range<usize>),
    /// Predicted numbers, in slots.
    Answers(Range<usize>),
}

/// A categorical column, and the texts that stand in for its own.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub column: usize,
    pub changed: Option<Changed>,
}

/// Text to text, and the text for any other.
#[derive(Debug, Clone)]
pub(super) struct Changed {
    pub texts: BTreeMap<String, String>,
    pub otherwise: String,
}

/// What is known while nodes are compiled.
#[derive(Debug, Default)]
pub(super) struct Compiler {
    values: BTreeMap<String, Value>,
    pub steps: Vec<Step>,
    pub classes: Option<Vec<String>>,
    slots: usize,
    /// Lists of large trees, where they were not read with the rest.
    pub skimmed: Option<Skimmed>,
}

impl Compiler {
    /// Reserves slots.
    pub(super) fn reserve(&mut self, count: usize) -> Result<Range<usize>, Error> {
        self.room(count)?;
        let start = self.slots;
        self.slots += count;
        Ok(start..self.slots)
    }

    /// Refuses more slots than the limit.
    pub(super) fn room(&self, count: usize) -> Result<(), Error> {
        if count > MAX_SLOTS - self.slots {
            return Err(Error::TooLarge { limit: MAX_SLOTS });
        }
        Ok(())
    }

    /// Names what a node makes.
    pub(super) fn define(&mut self, name: &str, value: Value) {
        self.values.insert(name.to_owned(), value);
    }

    /// A value that a node reads.
    pub(super) fn value(&self, node: Node<'_>, place: usize) -> Result<&Value, Error> {
        node.0
            .input
            .get(place)
            .and_then(|name| self.values.get(name))
            .ok_or_else(|| node.wrong_value(place, "a value made before"))
    }

    /// Numbers that a node reads.
    pub(super) fn numbers(&self, node: Node<'_>, place: usize) -> Result<Range<usize>, Error> {
        match self.value(node, place)? {
            Value::Numbers(slots) => Ok(slots.clone()),
            _ => Err(node.wrong_value(place, "numbers")),
        }
    }

    fn output(
        &self,
        graph: &GraphProto,
        place: usize,
        part: &'static str,
    ) -> Result<&Value, Error> {
        let name = graph.output.get(place).map(|output| &output.name);
        name.and_then(|name| self.values.get(name))
            .ok_or(Error::Incomplete { part })
    }
}

/// Compiles the bytes of a file.
pub fn compile(bytes: &[u8]) -> Result<Program, Error> {
    assemble(bytes, None)
}

/// Compiles a file of large trees, of which neither bytes nor lists are held; none where it has none.
pub fn compile_large(file: File) -> Option<Result<Program, Error>> {
    let (rest, skimmed) = skim(file)?;
    Some(assemble(&rest, Some(skimmed)))
}

fn assemble(bytes: &[u8], skimmed: Option<Skimmed>) -> Result<Program, Error> {
    let model = ModelProto::decode(bytes).map_err(|source| Error::Malformed { source })?;
    let graph = model
        .graph
        .as_ref()
        .ok_or(Error::Incomplete { part: "graph" })?;
    let mut compiler = Compiler {
        skimmed,
        ..Compiler::default()
    };
    for tensor in &graph.initializer {
        if let Some(values) = constant(tensor) {
            compiler.define(&tensor.name, Value::Constant(values));
        }
    }
    let (numeric, categorical) = inputs(&mut compiler, graph)?;
    for node in &graph.node {
        nodes::compile(&mut compiler, Node(node))?;
    }
    let (classes, probabilities) = answer(&mut compiler, graph)?;
    Ok(Program {
        numeric,
        categorical,
        slots: compiler.slots,
        steps: compiler.steps,
        classes,
        probabilities,
        metadata: model
            .metadata_props
            .into_iter()
            .map(|entry| (entry.key, entry.value))
            .collect(),
    })
}

/// Class labels and slots of the probabilities; of a model of numbers no label and the slots of its answers.
fn answer(
    compiler: &mut Compiler,
    graph: &GraphProto,
) -> Result<(Vec<String>, Range<usize>), Error> {
    let incomplete = |part| Error::Incomplete { part };
    match compiler.output(graph, 0, "output of a class")? {
        Value::Answers(slots) => return Ok((Vec::new(), slots.clone())),
        Value::Label => {}
        _ => return Err(incomplete("output of a class")),
    }
    let Value::Scores(slots) = compiler
        .output(graph, 1, "output of probabilities")?
        .clone()
    else {
        return Err(incomplete("output of probabilities"));
    };
    let classes = compiler.classes.take();
    Ok((classes.ok_or(incomplete("classifier"))?, slots))
}

/// Whole numbers of a constant; none for other types, which no supported node reads.
fn constant(tensor: &TensorProto) -> Option<Vec<i64>> {
    if tensor.data_type != INT64 {
        return None;
    }
    if tensor.raw_data.is_empty() {
        return Some(tensor.int64_data.clone());
    }
    Some(
        tensor
            .raw_data
            .as_chunks()
            .0
            .iter()
            .map(|bytes| i64::from_le_bytes(*bytes))
            .collect(),
    )
}

/// Declares the inputs: at most one of numbers and one of texts. Returns their numbers of columns.
fn inputs(compiler: &mut Compiler, graph: &GraphProto) -> Result<(usize, usize), Error> {
    let (mut numeric, mut categorical) = (0, 0);
    for input in &graph.input {
        if graph
            .initializer
            .iter()
            .any(|tensor| tensor.name == input.name)
        {
            continue;
        }
        let refused = || Error::Value {
            value: input.name.clone(),
            node: "input".to_owned(),
            expected: "one tensor [N, columns] of single-precision numbers and one of texts",
        };
        let (element, columns) = shape(input).ok_or_else(refused)?;
        match element {
            FLOAT if numeric == 0 => {
                numeric = columns;
                let to = compiler.reserve(columns)?;
                compiler.steps.push(Step::Numbers { to: to.clone() });
                compiler.define(&input.name, Value::Numbers(to));
            }
            STRING if categorical == 0 && columns <= MAX_SLOTS => {
                categorical = columns;
                let text = |column| Text {
                    column,
                    changed: None,
                };
                compiler.define(&input.name, Value::Texts((0..columns).map(text).collect()));
            }
            _ => return Err(refused()),
        }
    }
    Ok((numeric, categorical))
}

/// Element type and number of columns of an input of two dimensions.
fn shape(input: &ValueInfoProto) -> Option<(i32, usize)> {
    let tensor = input.r#type.as_ref()?.tensor_type.as_ref()?;
    let [_, columns] = tensor.shape.as_ref()?.dim.as_slice() else {
        return None;
    };
    match columns.value.as_ref()? {
        Dimension::Value(columns) => {
            let columns = usize::try_from(*columns)
                .ok()
                .filter(|&columns| columns > 0)?;
            Some((tensor.elem_type, columns))
        }
        Dimension::Param(_) => None,
    }
}
