//! A loaded file and the engine that runs it.

use std::collections::BTreeMap;
use std::sync::Arc;

use prost::Message;

use super::check::{self, Content};
use super::classes;
use super::neural::{self, Neural};
use super::plan::Plan;
use super::port::{Element, Port};
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::operators::Versions;
use crate::onnx::proto::ModelProto;
use crate::onnx::tensor::Tensor;

/// What runs a graph.
#[derive(Debug, Clone)]
enum Runner {
    Own(Arc<Plan>),
    Neural(Neural),
}

/// Which engine runs a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The operators of this crate.
    Own,
    /// `rten`.
    Rten,
}

impl Engine {
    /// The name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Rten => "rten",
        }
    }
}

/// A graph that is ready to be run; it may be shared by threads.
#[derive(Debug, Clone)]
pub struct Session {
    inputs: Vec<Port>,
    outputs: Vec<Port>,
    runner: Runner,
    /// Class labels of the outputs that are labels.
    classes: Vec<Option<Vec<String>>>,
    /// How often each operator stands in the file.
    operators: BTreeMap<String, usize>,
    /// The node that makes each output.
    makers: Vec<String>,
    producer: String,
    versions: Vec<(String, i64)>,
}

impl Session {
    /// Loads the bytes of a file. Threads matter to `rten` alone.
    pub fn load(bytes: &[u8], threads: usize) -> Result<Self, Error> {
        let model = ModelProto::decode(bytes).map_err(|source| Error::Malformed { source })?;
        let (graph, content) = check::content(&model)?;
        let constants: std::collections::BTreeSet<&str> = graph
            .initializer
            .iter()
            .map(|tensor| tensor.name.as_str())
            .collect();
        let given = graph
            .input
            .iter()
            .filter(|input| !constants.contains(input.name.as_str()));
        let inputs: Vec<Port> = given.map(Port::of).collect();
        let outputs: Vec<Port> = graph.output.iter().map(Port::of).collect();
        let runner = runner((bytes, &model), &content, (&inputs, &outputs), threads)?;
        let mut operators = BTreeMap::new();
        for &node in &content.nodes {
            *operators.entry(Node(node).operator()).or_default() += 1;
        }
        let maker = |port: &Port| {
            let made = graph
                .node
                .iter()
                .find(|node| node.output.contains(&port.name));
            made.map(|node| node.op_type.clone()).unwrap_or_default()
        };
        Ok(Self {
            classes: outputs
                .iter()
                .map(|port| classes::of_output(graph, &port.name))
                .collect(),
            makers: outputs.iter().map(maker).collect(),
            inputs,
            outputs,
            runner,
            operators,
            producer: format!("{} {}", model.producer_name, model.producer_version)
                .trim()
                .to_owned(),
            versions: model
                .opset_import
                .iter()
                .map(|set| {
                    let name = if set.domain.is_empty() {
                        "ai.onnx"
                    } else {
                        &set.domain
                    };
                    (name.to_owned(), set.version)
                })
                .collect(),
        })
    }

    /// What is given, in the order of the graph.
    pub fn inputs(&self) -> &[Port] {
        &self.inputs
    }

    /// What is answered, in the order of the graph.
    pub fn outputs(&self) -> &[Port] {
        &self.outputs
    }

    /// Class labels of an output, where it is a label and its labels stand in the file.
    pub fn classes(&self, output: usize) -> Option<&[String]> {
        self.classes.get(output)?.as_deref()
    }

    /// The operator that makes an output.
    pub fn maker(&self, output: usize) -> &str {
        self.makers.get(output).map_or("", String::as_str)
    }

    /// How often each operator stands in the file.
    pub fn operators(&self) -> &BTreeMap<String, usize> {
        &self.operators
    }

    /// The program that wrote the file.
    pub fn producer(&self) -> &str {
        &self.producer
    }

    /// Operator sets and their versions.
    pub fn versions(&self) -> &[(String, i64)] {
        &self.versions
    }

    /// Which engine runs it.
    pub const fn engine(&self) -> Engine {
        match self.runner {
            Runner::Own(_) => Engine::Own,
            Runner::Neural(_) => Engine::Rten,
        }
    }

    /// Runs the graph on one value an input.
    pub fn run(&self, given: Vec<Tensor>) -> Result<Vec<Tensor>, Error> {
        if given.len() != self.inputs.len() {
            let problem = format!("{} values for {} inputs", given.len(), self.inputs.len());
            return Err(Error::Run {
                node: "input".to_owned(),
                problem,
            });
        }
        match &self.runner {
            Runner::Own(plan) => plan.run(given),
            Runner::Neural(neural) => neural.run(given, &self.outputs),
        }
    }
}

/// Chooses and builds the engine: `rten` where the file has ONNX's own operators alone and `rten` has all of them.
fn runner(
    (bytes, model): (&[u8], &ModelProto),
    content: &Content<'_>,
    (inputs, outputs): (&[Port], &[Port]),
    threads: usize,
) -> Result<Runner, Error> {
    let is_pure = content
        .nodes
        .iter()
        .all(|&node| Node(node).domain().is_empty());
    let not_ours = check::not_ours(model, content);
    let plain = |port: &Port| matches!(port.element, Element::Float | Element::Int | Element::Bool);
    if is_pure && inputs.iter().chain(outputs).all(plain) {
        let not_neural = check::unsupported(model, content, neural::is_supported);
        if not_neural.is_empty() {
            match Neural::load(bytes, (inputs, outputs), threads) {
                Ok(neural) => return Ok(Runner::Neural(neural)),
                Err(error) if !not_ours.is_empty() => return Err(error),
                Err(_) => {}
            }
        } else if !not_ours.is_empty() {
            return Err(Error::Operators {
                operators: not_neural,
            });
        }
    }
    if !not_ours.is_empty() {
        return Err(Error::Operators {
            operators: not_ours,
        });
    }
    let graph = model
        .graph
        .as_ref()
        .ok_or(Error::Incomplete { part: "graph" })?;
    let versions = Versions {
        plain: check::version(model, ""),
    };
    Ok(Runner::Own(Arc::new(Plan::compile(
        graph,
        versions,
        &|_| false,
    )?)))
}
