//! The model file: preparation and classifier as one graph.
//!
//! Inputs `numeric` (single precision, NaN = missing) and `categorical` (texts, empty = missing), each left out where there
//! is no such column; outputs `label` and `probabilities`. The operators compute what
//! [`Preparation::transform`](crate::Preparation::transform) computes, in the same order.

use prost::Message;

use super::build::{Attribute, Builder, ML, index};
use super::proto::{
    FLOAT, GraphProto, ModelProto, OperatorSetIdProto, STRING, StringStringEntryProto,
};
use crate::families::Classifier;
use crate::families::logistic_regression::Linear;
use crate::families::random_forest::{Forest, Node};
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
    /// The fitted classifier.
    pub classifier: &'a Classifier,
    /// Class labels in the order of the probabilities.
    pub classes: &'a [String],
    /// Free texts for whoever opens the file.
    pub metadata: &'a [(&'a str, String)],
}

/// The bytes of the file; the same artifact gives the same bytes.
pub fn write(artifact: &Artifact<'_>) -> Vec<u8> {
    let set = |domain: &str, version| OperatorSetIdProto {
        domain: domain.to_owned(),
        version,
    };
    let entry = |(key, value): &(&str, String)| StringStringEntryProto {
        key: (*key).to_owned(),
        value: value.clone(),
    };
    let model = ModelProto {
        ir_version: IR_VERSION,
        opset_import: vec![set("", OPSET), set(ML, ML_OPSET)],
        producer_name: "plimsoll".to_owned(),
        producer_version: env!("CARGO_PKG_VERSION").to_owned(),
        graph: Some(graph(artifact)),
        metadata_props: artifact.metadata.iter().map(entry).collect(),
        functions: Vec::new(),
    };
    model.encode_to_vec()
}

fn graph(artifact: &Artifact<'_>) -> GraphProto {
    let mut builder = Builder::default();
    let features = prepare(&mut builder, artifact.preparation);
    let (operator, mut attributes) = match artifact.classifier {
        Classifier::Linear(linear) => ("LinearClassifier", linear_attributes(linear)),
        Classifier::Forest(forest) => ("TreeEnsembleClassifier", forest_attributes(forest)),
    };
    attributes.push((
        "classlabels_strings",
        Attribute::Texts(artifact.classes.to_vec()),
    ));
    builder.nodes(
        (ML, operator),
        &[&features],
        &["label", "probabilities"],
        attributes,
    );
    builder.output("label", STRING, None);
    builder.output("probabilities", FLOAT, Some(artifact.classes.len()));
    builder.finish("classifier")
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

fn linear_attributes(linear: &Linear) -> Vec<(&'static str, Attribute)> {
    let single =
        |values: &[f64]| Attribute::Floats(values.iter().map(|&value| value as f32).collect());
    vec![
        ("coefficients", single(&linear.coefficients)),
        ("intercepts", single(&linear.intercepts)),
        ("multi_class", Attribute::Int(0)),
        (
            "post_transform",
            Attribute::Text(if linear.softmax {
                "SOFTMAX"
            } else {
                "LOGISTIC"
            }),
        ),
    ]
}

/// The parallel lists in which `TreeEnsembleClassifier` wants its trees.
#[derive(Default)]
struct TreeLists {
    trees: Vec<i64>,
    nodes: Vec<i64>,
    features: Vec<i64>,
    modes: Vec<String>,
    thresholds: Vec<f32>,
    left: Vec<i64>,
    right: Vec<i64>,
    leaf_trees: Vec<i64>,
    leaf_nodes: Vec<i64>,
    leaf_classes: Vec<i64>,
    leaf_weights: Vec<f32>,
}

impl TreeLists {
    fn node(
        &mut self,
        (tree, node): (usize, usize),
        feature: u32,
        threshold: f32,
        children: Option<(u32, u32)>,
    ) {
        self.trees.push(index(tree));
        self.nodes.push(index(node));
        self.features.push(i64::from(feature));
        self.modes.push(
            if children.is_some() {
                "BRANCH_LEQ"
            } else {
                "LEAF"
            }
            .to_owned(),
        );
        self.thresholds.push(threshold);
        let (left, right) = children.unwrap_or((0, 0));
        self.left.push(i64::from(left));
        self.right.push(i64::from(right));
    }
}

/// What a leaf adds to the score of a class: its share of one tree's part, in whole steps of 2^-24. Sums of such numbers up
/// to 1 are exact in single precision, so every runtime comes to the same scores and labels in whatever order it adds. A
/// tree's part is rounded down, so that a tied vote never exceeds one half by rounding.
fn leaf_weight(share: f64, trees: usize) -> f32 {
    const STEPS: f64 = (1_u32 << 24) as f64;
    let part = (STEPS / trees as f64).floor();
    ((share * part).round() / STEPS) as f32
}

fn forest_attributes(forest: &Forest) -> Vec<(&'static str, Attribute)> {
    let mut lists = TreeLists::default();
    for (tree, grown) in forest.trees.iter().enumerate() {
        for (node, kind) in grown.nodes.iter().enumerate() {
            match kind {
                Node::Split {
                    feature,
                    threshold,
                    left,
                    right,
                } => {
                    lists.node((tree, node), *feature, *threshold, Some((*left, *right)));
                }
                Node::Leaf { shares } => {
                    lists.node((tree, node), 0, 0.0, None);
                    // Two classes are written as runtimes want them: one score, the second class's share.
                    let written = if forest.classes == 2 {
                        &shares[1..]
                    } else {
                        shares
                    };
                    for (class, share) in written.iter().enumerate() {
                        lists.leaf_trees.push(index(tree));
                        lists.leaf_nodes.push(index(node));
                        lists.leaf_classes.push(index(class));
                        lists
                            .leaf_weights
                            .push(leaf_weight(*share, forest.trees.len()));
                    }
                }
            }
        }
    }
    vec![
        ("nodes_treeids", Attribute::Ints(lists.trees)),
        ("nodes_nodeids", Attribute::Ints(lists.nodes)),
        ("nodes_featureids", Attribute::Ints(lists.features)),
        ("nodes_modes", Attribute::Texts(lists.modes)),
        ("nodes_values", Attribute::Floats(lists.thresholds)),
        ("nodes_truenodeids", Attribute::Ints(lists.left)),
        ("nodes_falsenodeids", Attribute::Ints(lists.right)),
        ("class_treeids", Attribute::Ints(lists.leaf_trees)),
        ("class_nodeids", Attribute::Ints(lists.leaf_nodes)),
        ("class_ids", Attribute::Ints(lists.leaf_classes)),
        ("class_weights", Attribute::Floats(lists.leaf_weights)),
        ("post_transform", Attribute::Text("NONE")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::random_forest::Parameters;
    use crate::families::{Family, Problem};
    use crate::onnx::compile;
    use crate::preparation::{ImputeCategory, ImputeNumber, Recipe, Scale};
    use crate::random::Stream;
    use crate::table::Table;

    /// Rows with missing cells, and classes that depend on both kinds of columns.
    fn rows(numeric: usize, categorical: usize, classes: u32) -> (Table, Vec<u32>) {
        let mut stream = Stream::new(9, 0);
        let mut table = Table::new(numeric, categorical);
        let mut labels = Vec::new();
        for _ in 0..300 {
            let numbers: Vec<f32> = (0..numeric)
                .map(|_| {
                    if stream.below(9) == 0 {
                        f32::NAN
                    } else {
                        stream.below(1000) as f32 / 7.0
                    }
                })
                .collect();
            let texts: Vec<&str> = (0..categorical)
                .map(|_| ["", "2", "10", "a,b"][stream.below(4) as usize])
                .collect();
            let signal = numbers.iter().filter(|x| **x > 70.0).count()
                + texts.iter().filter(|t| **t == "2").count();
            labels.push((signal as u32 + u32::from(stream.below(5) == 0)) % classes);
            table.push(&numbers, &texts);
        }
        (table, labels)
    }

    fn recipes() -> Vec<Recipe> {
        let default = Recipe::default();
        let most_frequent = ImputeCategory::MostFrequent;
        vec![
            default,
            Recipe {
                scale: Scale::None,
                ..default
            },
            Recipe {
                scale: Scale::Minmax,
                impute_category: most_frequent,
                ..default
            },
            Recipe {
                encode: Encode::Ordinal,
                impute_number: ImputeNumber::Mean,
                ..default
            },
            Recipe {
                encode: Encode::Ordinal,
                impute_category: most_frequent,
                ..default
            },
        ]
    }

    /// Probabilities straight from what was fitted, without a file.
    fn direct(classifier: &Classifier, features: &[f32]) -> Vec<f64> {
        match classifier {
            Classifier::Forest(forest) => forest.probabilities(features),
            Classifier::Linear(linear) => {
                let sets = linear.coefficients.chunks_exact(features.len());
                let score = |(set, intercept): (&[f64], &f64)| {
                    intercept
                        + set
                            .iter()
                            .zip(features)
                            .map(|(w, &x)| w * f64::from(x))
                            .sum::<f64>()
                };
                let powers: Vec<f64> = sets
                    .zip(&linear.intercepts)
                    .map(score)
                    .map(f64::exp)
                    .collect();
                if !linear.softmax {
                    return powers.iter().map(|power| power / (1.0 + power)).collect();
                }
                powers
                    .iter()
                    .map(|power| power / powers.iter().sum::<f64>())
                    .collect()
            }
        }
    }

    fn check(family: &Family, recipe: Recipe, shape: (usize, usize, u32)) {
        let (numeric, categorical, classes) = shape;
        let (table, labels) = rows(numeric, categorical, classes);
        let preparation = Preparation::fit(&table, recipe);
        let features = preparation.transform(&table);
        let problem = Problem {
            features: &features,
            labels: &labels,
            classes: classes as usize,
        };
        let classifier = family.fit(problem, 4).classifier;
        let names: Vec<String> = (0..classes).map(|class| class.to_string()).collect();
        let artifact = Artifact {
            preparation: &preparation,
            classifier: &classifier,
            classes: &names,
            metadata: &[("family", family.name().to_owned())],
        };
        let bytes = write(&artifact);
        assert_eq!(bytes, write(&artifact));
        let program = compile(&bytes).unwrap();
        assert_eq!(
            (program.numeric_columns(), program.categorical_columns()),
            (numeric, categorical)
        );
        assert_eq!(program.classes(), names);
        assert_eq!(program.metadata()["family"], family.name());
        let predictions = program.run(&table);
        for row in 0..table.rows() {
            let expected = direct(&classifier, features.row(row));
            for (own, reference) in predictions.row(row).iter().zip(&expected) {
                let near = (f64::from(*own) - reference).abs() < 1e-5;
                assert!(near, "{} {recipe:?} {row}", family.name());
            }
            let best = predictions.row(row)[predictions.labels[row] as usize];
            assert!(predictions.row(row).iter().all(|share| *share <= best));
        }
    }

    #[test]
    fn the_file_computes_what_was_fitted() {
        let forest = Parameters {
            n_estimators: 7,
            ..Parameters::default()
        };
        let families = [
            Family::Majority,
            Family::LogisticRegression(crate::families::logistic_regression::Parameters::default()),
            Family::RandomForest(forest),
        ];
        for family in &families {
            for recipe in recipes() {
                for shape in [(3, 2, 2), (2, 1, 3), (4, 0, 2), (0, 3, 3)] {
                    check(family, recipe, shape);
                }
            }
        }
    }

    #[test]
    fn scores_of_a_forest_do_not_depend_on_the_order_of_adding() {
        let weights: Vec<f32> = (0..300)
            .map(|tree| leaf_weight(f64::from(tree % 7) / 6.0, 300))
            .collect();
        let forward: f32 = weights.iter().sum();
        let backward: f32 = weights.iter().rev().sum();
        assert_eq!(forward.to_bits(), backward.to_bits());
        let tied: f32 = (0..100)
            .map(|tree| leaf_weight(f64::from(tree % 2), 100))
            .sum();
        assert!(tied <= 0.5 && tied > 0.499_99, "{tied}");
        let all: f32 = (0..100).map(|_| leaf_weight(1.0, 100)).sum();
        assert!(all <= 1.0 && all > 0.999_99, "{all}");
    }

    #[test]
    fn a_column_without_levels_is_left_out() {
        let mut table = Table::new(1, 1);
        for row in 0..8_u8 {
            table.push(&[f32::from(row)], &[""]);
        }
        let labels = [0, 0, 0, 0, 1, 1, 1, 1];
        let preparation = Preparation::fit(&table, Recipe::default());
        let features = preparation.transform(&table);
        let problem = Problem {
            features: &features,
            labels: &labels,
            classes: 2,
        };
        let classifier = Family::Majority.fit(problem, 1).classifier;
        let artifact = Artifact {
            preparation: &preparation,
            classifier: &classifier,
            classes: &["a".to_owned(), "b".to_owned()],
            metadata: &[],
        };
        let program = compile(&write(&artifact)).unwrap();
        assert_eq!(
            (program.numeric_columns(), program.categorical_columns()),
            (1, 1)
        );
        assert_eq!(program.run(&table).labels, [0; 8]);
    }
}
