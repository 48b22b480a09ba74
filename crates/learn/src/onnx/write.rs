//! The model file: preparation and estimator as one graph.
//!
//! Inputs `numeric` (single precision, NaN = missing) and `categorical` (texts, empty = missing), each left out where there
//! is no such column; outputs `label` and `probabilities`, or `prediction` where it answers a number. The operators compute what
//! [`Preparation::transform`](crate::Preparation::transform) computes, in the same order.

use std::io::{self, Write};

use prost::Message;

use super::build::{Attribute, Builder, ML, index};
use super::estimators::{self, CLASSES, TARGETS, leaf_weight};
use super::forest_file::{self, ForestLists};
use super::proto::{
    FLOAT, GraphProto, ModelProto, OperatorSetIdProto, STRING, StringStringEntryProto,
};
use crate::families::{Classifier, Estimator, Regressor};
use crate::preparation::{Affine, Encode, Levels, Preparation};

/// Version of the format: what onnxruntime 1.16 and later read.
const IR_VERSION: i64 = 9;
/// Version of ONNX's own operator set.
const OPSET: i64 = 17;
/// Version of the machine-learning operator set.
const ML_OPSET: i64 = 3;

/// What a model file is written from.
#[derive(Debug, Clone, Copy)]
pub struct Artifact<'a> {
    /// The fitted preparation.
    pub preparation: &'a Preparation,
    /// The fitted estimator.
    pub estimator: &'a Estimator,
    /// Class labels in the order of the probabilities; none where numbers are answered.
    pub classes: &'a [String],
    /// Free texts for whoever opens the file.
    pub metadata: &'a [(&'a str, String)],
}

/// The bytes of the file; the same artifact gives the same bytes.
pub fn write(artifact: &Artifact<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_to(artifact, &mut bytes).expect("a vector takes every byte");
    bytes
}

/// Writes the file piece by piece: the lists of a forest are never held.
pub fn write_to(artifact: &Artifact<'_>, out: &mut dyn Write) -> io::Result<()> {
    let model = model(graph(artifact), artifact.metadata);
    match artifact.estimator {
        Estimator::Classifier(Classifier::Forest(forest)) => {
            let trees = forest.trees.len();
            let lists = ForestLists {
                forest,
                names: CLASSES,
                weight: &|share| leaf_weight(share, trees),
            };
            forest_file::write(model, &lists, out)
        }
        Estimator::Regressor(Regressor::Forest(forest)) => {
            let trees = forest.trees.len() as f64;
            let lists = ForestLists {
                forest,
                names: TARGETS,
                weight: &|value| (value / trees) as f32,
            };
            forest_file::write(model, &lists, out)
        }
        _ => out.write_all(&model.encode_to_vec()),
    }
}

/// The bytes of a file with this graph.
pub(super) fn file(graph: GraphProto, metadata: &[(&str, String)]) -> Vec<u8> {
    model(graph, metadata).encode_to_vec()
}

fn model(graph: GraphProto, metadata: &[(&str, String)]) -> ModelProto {
    let set = |domain: &str, version| OperatorSetIdProto {
        domain: domain.to_owned(),
        version,
    };
    let entry = |(key, value): &(&str, String)| StringStringEntryProto {
        key: (*key).to_owned(),
        value: value.clone(),
    };
    ModelProto {
        ir_version: IR_VERSION,
        opset_import: vec![set("", OPSET), set(ML, ML_OPSET)],
        producer_name: "plimsoll".to_owned(),
        producer_version: env!("CARGO_PKG_VERSION").to_owned(),
        graph: Some(graph),
        metadata_props: metadata.iter().map(entry).collect(),
        ..ModelProto::default()
    }
}

fn graph(artifact: &Artifact<'_>) -> GraphProto {
    let mut builder = Builder::default();
    let features = prepare(&mut builder, artifact.preparation);
    match artifact.estimator {
        Estimator::Classifier(classifier) => {
            let (operator, mut attributes) = estimators::classifier(classifier);
            let classes = Attribute::Texts(artifact.classes.to_vec());
            attributes.push(("classlabels_strings", classes));
            let outputs = ["label", "probabilities"];
            builder.nodes((ML, operator), &[&features], &outputs, attributes);
            builder.output("label", STRING, None);
            builder.output("probabilities", FLOAT, Some(artifact.classes.len()));
            builder.finish("classifier")
        }
        Estimator::Regressor(regressor) => {
            let (operator, attributes) = estimators::regressor(regressor);
            builder.nodes((ML, operator), &[&features], &["prediction"], attributes);
            builder.output("prediction", FLOAT, Some(1));
            builder.finish("regressor")
        }
    }
}

/// Adds imputation, encoding and scaling; returns the name of the features.
fn prepare(builder: &mut Builder, preparation: &Preparation) -> String {
    let mut parts = Vec::new();
    if !preparation.imputed.is_empty() {
        builder.input("numeric", FLOAT, preparation.imputed.len());
        let attributes = vec![
            (
                "imputed_value_floats",
                Attribute::Floats(preparation.imputed.clone()),
            ),
            ("replaced_value_float", Attribute::Float(f32::NAN)),
        ];
        parts.push(builder.node((ML, "Imputer"), &["numeric"], "imputed", attributes));
    }
    if !preparation.levels.is_empty() {
        builder.input("categorical", STRING, preparation.levels.len());
    }
    for (column, levels) in preparation.levels.iter().enumerate() {
        // A column without any level in fitting has no encoded column.
        if preparation.encode == Encode::Ordinal || !levels.levels.is_empty() {
            parts.push(encode(builder, column, levels, preparation.encode));
        }
    }
    let mut features = match parts.as_slice() {
        [only] => only.clone(),
        several => {
            let names: Vec<&str> = several.iter().map(String::as_str).collect();
            builder.node(
                ("", "Concat"),
                &names,
                "encoded",
                vec![("axis", Attribute::Int(1))],
            )
        }
    };
    if let Some(scale) = &preparation.scale {
        let of = |part: fn(&Affine) -> f32| Attribute::Floats(scale.iter().map(part).collect());
        let attributes = vec![
            ("offset", of(|affine| affine.offset)),
            ("scale", of(|affine| affine.factor)),
        ];
        features = builder.node((ML, "Scaler"), &[&features], "scaled", attributes);
    }
    features
}

/// Adds the encoding of one categorical column; returns the name of its features.
fn encode(builder: &mut Builder, column: usize, levels: &Levels, rule: Encode) -> String {
    let name = |what: &str| format!("{what}_{column}");
    builder.constant(&name("index"), vec![index(column)]);
    let inputs = ["categorical", &name("index")];
    let mut text = builder.node(
        (ML, "ArrayFeatureExtractor"),
        &inputs,
        &name("text"),
        vec![],
    );
    let with_missing = || [&[String::new()], levels.levels.as_slice()].concat();
    if rule == Encode::Ordinal {
        let missing = levels.missing.map_or(-1.0, |place| place as f32);
        let codes =
            std::iter::once(missing).chain((0..levels.levels.len()).map(|place| place as f32));
        let attributes = vec![
            ("keys_strings", Attribute::Texts(with_missing())),
            ("values_floats", Attribute::Floats(codes.collect())),
            ("default_float", Attribute::Float(-1.0)),
        ];
        return builder.node((ML, "LabelEncoder"), &[&text], &name("code"), attributes);
    }
    if let Some(missing) = levels.missing {
        let values = [&levels.levels[missing..=missing], levels.levels.as_slice()].concat();
        let attributes = vec![
            ("keys_strings", Attribute::Texts(with_missing())),
            ("values_strings", Attribute::Texts(values)),
            ("default_string", Attribute::Text("")),
        ];
        text = builder.node((ML, "LabelEncoder"), &[&text], &name("level"), attributes);
    }
    let attributes = vec![
        ("cats_strings", Attribute::Texts(levels.levels.clone())),
        ("zeros", Attribute::Int(1)),
    ];
    let hot = builder.node((ML, "OneHotEncoder"), &[&text], &name("hot"), attributes);
    // The encoder answers one more dimension than it is given.
    builder.node(
        ("", "Flatten"),
        &[&hot],
        &name("encoded"),
        vec![("axis", Attribute::Int(1))],
    )
}

#[cfg(test)]
mod tests;
