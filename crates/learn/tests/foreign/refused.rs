//! Graphs that are well-formed files but cannot be evaluated are refused with the node and the reason.

use learn::onnx::compile;
use learn::onnx::proto::{AttributeProto, FLOAT, GraphProto, ModelProto, NodeProto, STRING};
use prost::Message;

use crate::draft::{ROWS, node, value, whole};

fn ints(name: &str, ints: &[i64]) -> AttributeProto {
    AttributeProto {
        name: name.to_owned(),
        ints: ints.to_vec(),
        ..AttributeProto::default()
    }
}

fn floats(name: &str, floats: &[f32]) -> AttributeProto {
    AttributeProto {
        name: name.to_owned(),
        floats: floats.to_vec(),
        ..AttributeProto::default()
    }
}

fn text(name: &str, text: &str) -> AttributeProto {
    AttributeProto {
        name: name.to_owned(),
        s: text.as_bytes().to_vec(),
        ..AttributeProto::default()
    }
}

fn texts(name: &str, texts: &[&str]) -> AttributeProto {
    let strings = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    AttributeProto {
        name: name.to_owned(),
        strings,
        ..AttributeProto::default()
    }
}

fn linear(input: &str, attributes: Vec<AttributeProto>) -> NodeProto {
    node(
        "ai.onnx.ml.LinearClassifier",
        &[input],
        &["label", "probabilities"],
        attributes,
    )
}

fn weights() -> Vec<AttributeProto> {
    vec![
        floats("coefficients", &[1.0, 2.0, 3.0, 4.0]),
        texts("classlabels_strings", &["a", "b"]),
    ]
}

/// A model over `x` (two numbers), `c` (two texts) and the constants `first` = [0] and `far` = [7].
fn file(nodes: Vec<NodeProto>) -> Vec<u8> {
    let graph = GraphProto {
        node: nodes,
        name: "test".to_owned(),
        initializer: vec![whole("first", &[0]), whole("far", &[7])],
        input: vec![
            value("x", FLOAT, &[ROWS, Some(2)]),
            value("c", STRING, &[ROWS, Some(2)]),
        ],
        output: vec![
            value("label", STRING, &[ROWS, Some(1)]),
            value("probabilities", FLOAT, &[ROWS, Some(2)]),
        ],
        ..GraphProto::default()
    };
    ModelProto {
        graph: Some(graph),
        ..ModelProto::default()
    }
    .encode_to_vec()
}

fn refusal(nodes: Vec<NodeProto>) -> String {
    let error = compile(&file(nodes)).unwrap_err();
    format!("{}: {error}", error.code())
}

/// One tree of a root and two leaves, with a change to one attribute.
fn tree(change: AttributeProto) -> NodeProto {
    let mut attributes = vec![
        ints("nodes_treeids", &[0, 0, 0]),
        ints("nodes_nodeids", &[0, 1, 2]),
        ints("nodes_featureids", &[1, 0, 0]),
        texts("nodes_modes", &["BRANCH_LEQ", "LEAF", "LEAF"]),
        floats("nodes_values", &[0.5, 0.0, 0.0]),
        ints("nodes_truenodeids", &[1, 0, 0]),
        ints("nodes_falsenodeids", &[2, 0, 0]),
        ints("class_treeids", &[0, 0]),
        ints("class_nodeids", &[1, 2]),
        ints("class_ids", &[0, 0]),
        floats("class_weights", &[0.2, 0.9]),
        texts("classlabels_strings", &["a", "b"]),
    ];
    attributes.retain(|attribute| attribute.name != change.name);
    attributes.push(change);
    node(
        "ai.onnx.ml.TreeEnsembleClassifier",
        &["x"],
        &["label", "probabilities"],
        attributes,
    )
}

#[test]
fn the_plain_forms_are_accepted() {
    assert!(compile(&file(vec![linear("x", weights())])).is_ok());
    let program = compile(&file(vec![tree(text("post_transform", "NONE"))])).unwrap();
    let mut table = learn::Table::new(2, 2);
    table.push(&[0.0, 0.5], &["", ""]);
    table.push(&[0.0, 0.75], &["", ""]);
    let predictions = program.run(&table);
    assert_eq!(predictions.labels, [0, 1]);
    assert_eq!(predictions.row(1), [1.0 - 0.9, 0.9]);
}

#[test]
fn nodes_that_cannot_be_evaluated_are_named() {
    let cases = [
        (
            vec![
                node("Softplus", &["x"], &["y"], vec![]),
                linear("y", weights()),
            ],
            "P0231: operator `Softplus` of node `y` is not supported",
        ),
        (
            vec![node(
                "ai.onnx.ml.SVMClassifier",
                &["x"],
                &["label", "p"],
                vec![],
            )],
            "P0231: operator `ai.onnx.ml.SVMClassifier` of node `label` is not supported",
        ),
        (
            vec![linear("y", weights())],
            "P0230: value `y` of node `label`: expected a value made before",
        ),
        (
            vec![linear("c", weights())],
            "P0230: value `c` of node `label`: expected numbers",
        ),
        (
            vec![linear(
                "x",
                vec![
                    floats("coefficients", &[1.0]),
                    texts("classlabels_strings", &["a", "b"]),
                ],
            )],
            "P0231: attribute `coefficients` of node `label`: expected one number a class and feature",
        ),
        (
            vec![linear("x", vec![floats("coefficients", &[1.0, 2.0])])],
            "P0231: attribute `classlabels_strings` of node `label`: expected 2 to 10000 classes",
        ),
        (
            vec![linear(
                "x",
                [weights(), vec![text("post_transform", "PROBIT")]].concat(),
            )],
            "P0231: attribute `post_transform` of node `label`: expected `NONE`, `LOGISTIC` or `SOFTMAX`",
        ),
        (vec![], "P0230: the graph has no output of a class"),
        (
            vec![linear("x", weights()), linear("x", weights())],
            "P0231: operator `ai.onnx.ml.LinearClassifier` of node `label` is not supported",
        ),
    ];
    for (nodes, message) in cases {
        assert_eq!(refusal(nodes), message);
    }
}

#[test]
fn preparation_that_cannot_be_evaluated_is_named() {
    let cases = [
        (
            vec![node(
                "ai.onnx.ml.Imputer",
                &["x"],
                &["y"],
                vec![floats("imputed_value_floats", &[1.0, 2.0, 3.0])],
            )],
            "P0231: attribute `imputed_value_floats` of node `y`: expected one number or 2",
        ),
        (
            vec![node(
                "ai.onnx.ml.ArrayFeatureExtractor",
                &["x", "far"],
                &["y"],
                vec![],
            )],
            "P0230: value `far` of node `y`: expected columns that are there",
        ),
        (
            vec![node(
                "ai.onnx.ml.OneHotEncoder",
                &["c"],
                &["y"],
                vec![texts("cats_strings", &["a"])],
            )],
            "P0230: value `c` of node `y`: expected one column of texts",
        ),
        (
            vec![node("Concat", &["x", "x"], &["y"], vec![])],
            "P0231: attribute `axis` of node `y`: expected 1",
        ),
    ];
    for (nodes, message) in cases {
        assert_eq!(refusal(nodes), message);
    }
}

#[test]
fn trees_that_are_none_are_named() {
    let name = "node `label`";
    let cases = [
        (
            ints("nodes_truenodeids", &[0, 0, 0]),
            "a node with two parents",
        ),
        (
            ints("nodes_truenodeids", &[2, 0, 0]),
            "a node with two parents",
        ),
        (
            ints("nodes_truenodeids", &[9, 0, 0]),
            "a child that is not there",
        ),
        (
            ints("nodes_featureids", &[2, 0, 0]),
            "a feature that is not there",
        ),
        (
            ints("nodes_featureids", &[-1, 0, 0]),
            "a feature that is not there",
        ),
        (
            ints("nodes_nodeids", &[0, 1, 1]),
            "two nodes with one number",
        ),
        (
            ints("nodes_nodeids", &[0, 1]),
            "lists of different lengths, or none",
        ),
        (
            ints("class_nodeids", &[1, 5]),
            "a weight of a node that is not there",
        ),
        (ints("class_ids", &[0, 1]), "a class that is not there"),
        (
            ints("class_ids", &[0]),
            "lists of different lengths, or none",
        ),
    ];
    for (change, problem) in cases {
        assert_eq!(
            refusal(vec![tree(change)]),
            format!("P0230: trees of {name}: {problem}")
        );
    }
}

#[test]
fn trees_of_other_kinds_are_named() {
    let name = "node `label`";
    let attributes = [
        (
            texts("nodes_modes", &["BRANCH_EQ", "LEAF", "LEAF"]),
            "nodes_modes",
        ),
        (floats("base_values", &[1.0, 2.0, 3.0]), "base_values"),
        (
            ints("nodes_missing_value_tracks_true", &[1, 0, 0]),
            "nodes_missing_value_tracks_true",
        ),
        (
            floats("class_weights_as_tensor", &[]),
            "class_weights_as_tensor",
        ),
        (floats("class_weights", &[-0.2, 0.9]), "post_transform"),
    ];
    for (change, attribute) in attributes {
        let message = refusal(vec![tree(change)]);
        assert!(
            message.starts_with(&format!(
                "P0231: attribute `{attribute}` of {name}: expected "
            )),
            "{message}"
        );
    }
}

#[test]
fn a_graph_that_doubles_itself_is_refused_before_it_is_built() {
    let mut nodes = Vec::new();
    let mut last = "x".to_owned();
    for step in 0..64 {
        let next = format!("y{step}");
        let axis = AttributeProto {
            name: "axis".to_owned(),
            i: 1,
            ..AttributeProto::default()
        };
        nodes.push(node("Concat", &[&last, &last], &[&next], vec![axis]));
        last = next;
    }
    assert_eq!(
        refusal(nodes),
        "P0230: the graph has more than 1048576 values a row"
    );
}
