//! Model files that are cut short, lie about sizes, point elsewhere or ask for too much are refused with a reason.

use learn::onnx::Session;
use learn::onnx::proto::{
    AttributeProto, FLOAT, GraphProto, ModelProto, NodeProto, OperatorSetIdProto,
    StringStringEntryProto, TensorProto,
};
use learn::onnx::tensor::{Data, Tensor};
use proptest::prelude::*;
use prost::Message;

use crate::draft::{node, value, whole};
use crate::folder;

fn files() -> Vec<Vec<u8>> {
    let mut paths: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "onnx"));
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect()
}

/// Runs a graph on one row of small values, whatever it takes.
fn try_one_row(session: &Session) {
    let value = |port: &learn::onnx::Port| {
        let shape: Vec<usize> = port.dims.iter().map(|size| size.unwrap_or(1)).collect();
        let count: usize = shape
            .iter()
            .try_fold(1_usize, |product, &size| product.checked_mul(size))
            .filter(|&count| count < 1 << 20)?;
        let data = match port.element {
            learn::onnx::Element::Text => Data::Texts(vec!["x".to_owned(); count]),
            learn::onnx::Element::Int => Data::Ints(vec![1; count]),
            learn::onnx::Element::Bool => Data::Bools(vec![true; count]),
            learn::onnx::Element::Double => Data::Doubles(vec![0.5; count]),
            _ => Data::Floats(vec![0.5; count]),
        };
        Tensor::new(shape, data).ok()
    };
    if let Some(given) = session.inputs().iter().map(value).collect() {
        let _ = session.run(given);
    }
}

#[test]
fn files_cut_short_at_every_byte_are_refused_or_whole() {
    for bytes in files() {
        let whole = Session::load(&bytes, 1).unwrap();
        for end in 0..bytes.len() {
            // What is left out at the end may be a text for people alone.
            if let Ok(session) = Session::load(&bytes[..end], 1) {
                assert_eq!(session.operators(), whole.operators());
                assert_eq!(session.outputs(), whole.outputs());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn changed_bytes_are_refused_or_run_but_never_panic(
        file in any::<prop::sample::Index>(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        // Networks go to an engine whose memory is bounded by its job alone; ours are tried here.
        let files: Vec<Vec<u8>> = files().into_iter().filter(|bytes| {
            Session::load(bytes, 1).is_ok_and(|session| session.engine() == learn::onnx::Engine::Own)
        }).collect();
        let mut bytes = file.get(&files).clone();
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if let Ok(session) = Session::load(&bytes, 1)
            && session.engine() == learn::onnx::Engine::Own
        {
            try_one_row(&session);
        }
    }
}

fn model(graph: GraphProto) -> Vec<u8> {
    let set = |domain: &str, version| OperatorSetIdProto {
        domain: domain.to_owned(),
        version,
    };
    ModelProto {
        graph: Some(graph),
        opset_import: vec![set("", 17), set("ai.onnx.ml", 3)],
        ..ModelProto::default()
    }
    .encode_to_vec()
}

/// A graph of `x` [1, 2] to `y`; a scaler at its end keeps it with our own operators.
fn graph(mut nodes: Vec<NodeProto>, initializer: Vec<TensorProto>) -> Vec<u8> {
    nodes.push(node("ai.onnx.ml.Scaler", &["z"], &["y"], Vec::new()));
    model(GraphProto {
        node: nodes,
        initializer,
        input: vec![value("x", FLOAT, &[Some(1), Some(2)])],
        output: vec![value("y", FLOAT, &[Some(1), Some(2)])],
        ..GraphProto::default()
    })
}

/// What is said of a file in loading, or in running it on one row.
fn said(bytes: &[u8]) -> String {
    let run = |session: Session| {
        session.run(vec![
            Tensor::new(vec![1, 2], Data::Floats(vec![1.0, 2.0])).unwrap(),
        ])
    };
    let error = Session::load(bytes, 1).and_then(run).unwrap_err();
    format!("{}: {error}", error.code())
}

#[test]
fn sizes_that_lie_and_files_elsewhere_are_refused() {
    let node = || vec![node("Identity", &["x"], &["z"], Vec::new())];
    let lies = TensorProto {
        dims: vec![1 << 40],
        data_type: FLOAT,
        raw_data: vec![0; 8],
        name: "w".to_owned(),
        ..TensorProto::default()
    };
    assert_eq!(
        said(&graph(node(), vec![lies])),
        "P0651: constant `w`: more than 67108864 elements"
    );
    let location = StringStringEntryProto {
        key: "location".to_owned(),
        value: "../../secrets".to_owned(),
    };
    let elsewhere = TensorProto {
        external_data: vec![location],
        data_location: 1,
        name: "w".to_owned(),
        ..TensorProto::default()
    };
    assert_eq!(
        said(&graph(node(), vec![elsewhere])),
        "P0651: constant `w` lies in another file, `../../secrets`; a model must be one file"
    );
}

#[test]
fn values_that_grow_without_bound_are_refused_in_running() {
    let cases = [
        (
            vec![node("ConstantOfShape", &["shape"], &["z"], Vec::new())],
            whole("shape", &[1 << 20, 1 << 20]),
        ),
        (
            vec![node("Expand", &["x", "shape"], &["z"], Vec::new())],
            whole("shape", &[1 << 30, 2]),
        ),
        (
            vec![node("Tile", &["x", "shape"], &["z"], Vec::new())],
            whole("shape", &[1 << 62, 4]),
        ),
        (
            vec![node("Reshape", &["x", "shape"], &["z"], Vec::new())],
            whole("shape", &[i64::MAX, -1]),
        ),
        (
            vec![node("Gather", &["x", "shape"], &["z"], Vec::new())],
            whole("shape", &[i64::MIN]),
        ),
        (
            vec![node("TopK", &["x", "shape"], &["z", ""], Vec::new())],
            whole("shape", &[-5]),
        ),
    ];
    for (nodes, constant) in cases {
        let operator = nodes[0].op_type.clone();
        let words = said(&graph(nodes, vec![constant]));
        assert!(
            words.starts_with("P0653: node `z`: "),
            "{operator}: {words}"
        );
    }
    // Each value is twice the one before it.
    let doubled = (0..40).map(|at| {
        let (from, to) = (
            if at == 0 {
                "x".to_owned()
            } else {
                format!("v{at}")
            },
            format!("v{}", at + 1),
        );
        let axis = AttributeProto {
            name: "axis".to_owned(),
            i: 1,
            ..AttributeProto::default()
        };
        node("Concat", &[&from, &from], &[&to], vec![axis])
    });
    let mut nodes: Vec<NodeProto> = doubled.collect();
    nodes.push(node("Identity", &["v40"], &["z"], Vec::new()));
    assert_eq!(
        said(&graph(nodes, Vec::new())),
        "P0653: node `v26`: more than 67108864 elements"
    );
}

#[test]
fn all_operators_that_are_not_supported_are_named_at_once() {
    let nodes = vec![
        node("Conv", &["x", "w"], &["a"], Vec::new()),
        node("com.example.Magic", &["a"], &["b"], Vec::new()),
        node("com.example.Magic", &["b"], &["z"], Vec::new()),
    ];
    assert_eq!(
        said(&graph(nodes, Vec::new())),
        "P0650: operators that are not supported: `Conv` of ai.onnx 17 (node `a`), `Magic` of com.example 0 (node `b` and 1 more)"
    );
}

#[test]
fn graphs_inside_each_other_have_a_limit() {
    let mut inner = GraphProto {
        node: vec![node("Identity", &["x"], &["z"], Vec::new())],
        output: vec![value("z", FLOAT, &[Some(1)])],
        ..GraphProto::default()
    };
    for _ in 0..12 {
        let body = AttributeProto {
            name: "body".to_owned(),
            g: Some(Box::new(inner)),
            ..AttributeProto::default()
        };
        inner = GraphProto {
            node: vec![node("Scan", &["x"], &["z"], vec![body])],
            output: vec![value("z", FLOAT, &[Some(1)])],
            ..GraphProto::default()
        };
    }
    let bytes = graph(inner.node.clone(), Vec::new());
    assert_eq!(said(&bytes), "P0651: more than 8 graphs inside each other");
}

#[test]
fn graphs_without_parts_and_loops_of_nodes_are_refused() {
    assert_eq!(
        said(&model(GraphProto::default())),
        "P0230: the graph has no outputs"
    );
    let only = ModelProto {
        graph: Some(GraphProto::default()),
        ..ModelProto::default()
    };
    assert_eq!(
        said(&only.encode_to_vec()),
        "P0230: the graph has no version of its operators"
    );
    // A node that reads what comes after it.
    let nodes = vec![
        node("Add", &["x", "later"], &["z"], Vec::new()),
        node("Identity", &["z"], &["later"], Vec::new()),
    ];
    assert_eq!(
        said(&graph(nodes, Vec::new())),
        "P0230: value `later` of node `z`: expected a value made before"
    );
}
