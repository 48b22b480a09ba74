//! Which class labels a graph answers, found by following its label back to where the labels stand.

use crate::onnx::constant;
use crate::onnx::node::Node;
use crate::onnx::operators::{cast_texts, class_labels};
use crate::onnx::proto::GraphProto;
use crate::onnx::tensor::Data;

/// Nodes followed at most.
const MAX_HOPS: usize = 1_000;

/// The labels of an output, in the order of their probabilities.
pub(super) fn of_output(graph: &GraphProto, output: &str) -> Option<Vec<String>> {
    let mut name = output;
    for _ in 0..MAX_HOPS {
        let node = graph
            .node
            .iter()
            .find(|node| node.output.iter().any(|made| made == name))?;
        let first = node.input.first()?;
        match node.op_type.as_str() {
            "Cast" | "Flatten" | "Identity" | "Reshape" | "Squeeze" | "Unsqueeze" => name = first,
            "ArrayFeatureExtractor" | "Gather" => {
                let tensor = graph
                    .initializer
                    .iter()
                    .find(|tensor| tensor.name == *first)?;
                return texts(constant::read(tensor).ok()?.data());
            }
            _ if node.output[0] == name => {
                return texts(&class_labels(Node(node)).ok().flatten()?);
            }
            _ => return None,
        }
    }
    None
}

/// Labels as texts: classes that are numbers are written without a fraction where they have none.
fn texts(data: &Data) -> Option<Vec<String>> {
    (data.len() > 1).then(|| cast_texts(data))
}
