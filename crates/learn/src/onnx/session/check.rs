//! What is refused before anything is built: files beyond the limits, constants elsewhere, unknown operators.

use crate::onnx::constant;
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::operators::is_supported;
use crate::onnx::proto::{GraphProto, ModelProto, NodeProto};

/// Nodes of a file at most, those of inner graphs with them.
const MAX_NODES: usize = 100_000;
/// Graphs inside each other at most.
const MAX_DEPTH: usize = 8;
/// Inputs, and outputs, at most.
const MAX_PORTS: usize = 100_000;

/// A node that cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsupported {
    /// The operator.
    pub operator: String,
    /// Its operator set.
    pub domain: String,
    /// The version of that set.
    pub version: i64,
    /// The first node of it.
    pub node: String,
    /// How many nodes there are.
    pub nodes: usize,
}

impl std::fmt::Display for Unsupported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "`{}` of {} {} (node `{}`",
            self.operator, self.domain, self.version, self.node
        )?;
        match self.nodes {
            1 => write!(f, ")"),
            nodes => write!(f, " and {} more)", nodes - 1),
        }
    }
}

/// What a file is made of.
#[derive(Debug, Default)]
pub(super) struct Content<'a> {
    /// All nodes, those of inner graphs with them.
    pub nodes: Vec<&'a NodeProto>,
}

/// Checks limits and constants.
pub(super) fn content(model: &ModelProto) -> Result<(&GraphProto, Content<'_>), Error> {
    let graph = model
        .graph
        .as_ref()
        .ok_or(Error::Incomplete { part: "graph" })?;
    if model.opset_import.is_empty() {
        return Err(Error::Incomplete {
            part: "version of its operators",
        });
    }
    for (part, count) in [("outputs", graph.output.len()), ("nodes", graph.node.len())] {
        if count == 0 {
            return Err(Error::Incomplete { part });
        }
    }
    for (what, count) in [
        ("inputs", graph.input.len()),
        ("outputs", graph.output.len()),
    ] {
        limit(what, count, MAX_PORTS)?;
    }
    let mut content = Content::default();
    visit(graph, 0, &mut content)?;
    Ok((graph, content))
}

fn limit(what: &'static str, count: usize, limit: usize) -> Result<(), Error> {
    if count > limit {
        return Err(Error::Limit { what, limit });
    }
    Ok(())
}

fn visit<'a>(graph: &'a GraphProto, depth: usize, content: &mut Content<'a>) -> Result<(), Error> {
    limit("graphs inside each other", depth, MAX_DEPTH)?;
    if !graph.sparse_initializer.is_empty() {
        return Err(Error::Tensor {
            tensor: String::new(),
            problem: "sparse constants are not supported".to_owned(),
        });
    }
    limit("constants", graph.initializer.len(), MAX_NODES)?;
    for tensor in &graph.initializer {
        constant::read(tensor)?;
    }
    for node in &graph.node {
        limit("nodes", content.nodes.len() + 1, MAX_NODES)?;
        content.nodes.push(node);
        for attribute in &node.attribute {
            if let Some(tensor) = &attribute.t {
                constant::check(tensor)?;
            }
            if let Some(inner) = &attribute.g {
                visit(inner, depth + 1, content)?;
            }
        }
    }
    Ok(())
}

/// Operators of some nodes that an engine has not, each once.
pub(super) fn unsupported(
    model: &ModelProto,
    content: &Content<'_>,
    supported: impl Fn(Node<'_>) -> bool,
) -> Vec<Unsupported> {
    let mut found: Vec<Unsupported> = Vec::new();
    for &node in &content.nodes {
        let node = Node(node);
        if supported(node) {
            continue;
        }
        let domain = match node.domain() {
            "" => "ai.onnx",
            domain => domain,
        };
        let known = found
            .iter_mut()
            .find(|one| one.operator == node.0.op_type && one.domain == domain);
        if let Some(known) = known {
            known.nodes += 1;
            continue;
        }
        found.push(Unsupported {
            operator: node.0.op_type.clone(),
            domain: domain.to_owned(),
            version: version(model, node.domain()),
            node: node.name(),
            nodes: 1,
        });
    }
    found
}

/// The version of an operator set; 0 where the file does not say.
pub(super) fn version(model: &ModelProto, domain: &str) -> i64 {
    let is = |name: &str| name == domain || (domain.is_empty() && name == "ai.onnx");
    model
        .opset_import
        .iter()
        .find(|set| is(&set.domain))
        .map_or(0, |set| set.version)
}

/// Operators that are not evaluated here.
pub(super) fn not_ours(model: &ModelProto, content: &Content<'_>) -> Vec<Unsupported> {
    unsupported(model, content, is_supported)
}
