//! The lists of operators in the guide are those of the code.

use super::neural;
use crate::onnx::build::ML;
use crate::onnx::node::Node;
use crate::onnx::operators::is_supported;
use crate::onnx::proto::NodeProto;

const GUIDE: &str = include_str!("../../../../../docs/guides/onnx.md");
/// Where operators are found by their names.
const SOURCES: [&str; 4] = [
    include_str!("../operators/table.rs"),
    include_str!("../operators/elementwise.rs"),
    include_str!("../operators/reduce.rs"),
    include_str!("../operators/compare.rs"),
];

/// The names in backticks of the paragraph behind a line that begins so.
fn listed(begins: &str) -> Vec<&'static str> {
    let from = GUIDE.find(begins).unwrap();
    let paragraph = GUIDE[from..].split("\n\n").nth(1).unwrap();
    paragraph.split('`').skip(1).step_by(2).collect()
}

fn own(domain: &str, operator: &str) -> bool {
    let node = NodeProto {
        op_type: operator.to_owned(),
        domain: domain.to_owned(),
        ..NodeProto::default()
    };
    is_supported(Node(&node))
}

/// Every name in the sources that is an operator of a domain.
fn found(domain: &str) -> Vec<&'static str> {
    let words = SOURCES.iter().flat_map(|text| text.split('"'));
    let mut found: Vec<&str> = words.filter(|word| own(domain, word)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[test]
fn the_guide_lists_the_operators_that_are_evaluated() {
    assert_eq!(listed("Of `ai.onnx.ml`"), found(ML));
    assert_eq!(listed("Of ONNX itself"), found(""));
    assert!(own("com.microsoft", "CDist") && !own("com.microsoft", "Gelu"));
    assert_eq!(listed("Graphs of ONNX's own"), neural::OPERATORS);
}
