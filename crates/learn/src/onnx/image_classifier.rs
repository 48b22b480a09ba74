//! The convolutional network as a graph.
//!
//! Input `image`: rows of one channel, pixels between 0 and 255. Scaling, then for each block a convolution with the
//! normalisation folded in, rectifier and maximum; average, linear layer, probabilities. Outputs `label` and `probabilities`.

use networks::cnn::{Folded, FoldedBlock, Predictor, Shape};

use super::build::{Attribute, Builder};
use super::error::Error;
use super::own_graph::{OwnGraph, wrong};
use super::proto::{FLOAT, GraphProto, STRING};
use super::write::file;
use crate::model::Predictions;
use crate::table::Table;

const NAME: &str = "image_classifier";

/// A classifier of images with the labels of its classes.
#[derive(Debug, Clone)]
pub struct ImageClassifier {
    /// What computes.
    pub predictor: Predictor,
    /// Class labels in the order of the probabilities.
    pub classes: Vec<String>,
    /// Free texts of the file.
    pub metadata: Vec<(String, String)>,
}

impl ImageClassifier {
    /// Classes and probabilities of all rows.
    ///
    /// # Panics
    /// Where rows are no images of the network's side.
    pub fn predict(&self, table: &Table) -> Predictions {
        let images = table.images().expect("rows are images");
        let classes = self.classes.len();
        let mut room = self.predictor.room();
        let mut probabilities = vec![0.0; images.len() * classes];
        let mut labels = Vec::with_capacity(images.len());
        for (place, shares) in probabilities.chunks_exact_mut(classes).enumerate() {
            self.predictor
                .probabilities(images.image(place), &mut room, shares);
            // Of equal ones the first, as the graph has it.
            let most =
                shares.iter().enumerate().fold(
                    0,
                    |best, (class, share)| if *share > shares[best] { class } else { best },
                );
            labels.push(most as u32);
        }
        Predictions {
            classes,
            labels,
            probabilities,
        }
    }
}

/// The bytes of the file; the same network gives the same bytes.
///
/// # Panics
/// Where there is not one label a class.
pub fn write_image_classifier(
    folded: &Folded,
    classes: &[String],
    metadata: &[(&str, String)],
) -> Vec<u8> {
    assert_eq!(folded.shape.classes(), classes.len(), "one label a class");
    file(graph(folded, classes), metadata)
}

/// Reads a file back that [`write_image_classifier`] wrote; any other is refused.
pub fn read_image_classifier(bytes: &[u8]) -> Result<ImageClassifier, Error> {
    let own = OwnGraph::open(bytes, NAME)?;
    let classes = own.texts("classes")?;
    let count = own.count("kernel_");
    let mut blocks = Vec::new();
    let mut channels = Vec::new();
    let mut inputs = 1;
    for depth in 0..count {
        let name = format!("kernel_{depth}");
        let (shape, values) = own.numbers(&name)?;
        let &[outputs, found, 3, 3] = &shape[..] else {
            return Err(wrong(&name, "it is no 3 x 3 kernel"));
        };
        if found != inputs {
            return Err(wrong(&name, "it does not fit the block before"));
        }
        blocks.push(FoldedBlock {
            kernel: taps_first(&values, inputs, outputs),
            bias: own.shaped(&format!("bias_{depth}"), &[outputs])?,
        });
        channels.push(outputs);
        inputs = outputs;
    }
    let &[1, side, _] = &own.input("image")?[..] else {
        return Err(wrong("image", "it is no image of one channel"));
    };
    let unusable = |error: networks::Error| wrong("kernel_0", &error.to_string());
    let shape = Shape::new(side, &channels, classes.len()).map_err(unusable)?;
    let folded = Folded {
        mean: own.shaped("mean", &[])?[0],
        factor: own.shaped("factor", &[])?[0],
        blocks,
        weights: own.shaped("weights", &[classes.len(), inputs])?,
        bias: own.shaped("bias", &[classes.len()])?,
        shape,
    };
    let again = graph(&folded, &classes);
    Ok(ImageClassifier {
        predictor: Predictor::try_new(folded).map_err(unusable)?,
        classes,
        metadata: own.confirm(&again)?,
    })
}

fn graph(folded: &Folded, classes: &[String]) -> GraphProto {
    let side = folded.shape.side();
    let mut builder = Builder::default();
    builder.block("image", &[1, side, side]);
    let mean = builder.numbers("mean", &[], &[folded.mean]);
    let factor = builder.numbers("factor", &[], &[folded.factor]);
    builder.node(("", "Sub"), &["image", &mean], "centred", vec![]);
    let mut value = builder.node(("", "Mul"), &["centred", &factor], "scaled", vec![]);
    let mut inputs = 1;
    for (depth, (block, &outputs)) in folded
        .blocks
        .iter()
        .zip(folded.shape.channels())
        .enumerate()
    {
        let kernel = channels_first(&block.kernel, inputs, outputs);
        let shape = [outputs, inputs, 3, 3];
        let kernel = builder.numbers(&format!("kernel_{depth}"), &shape, &kernel);
        let bias = builder.numbers(&format!("bias_{depth}"), &[outputs], &block.bias);
        let pads = vec![
            ("kernel_shape", Attribute::Ints(vec![3, 3])),
            ("pads", Attribute::Ints(vec![1; 4])),
        ];
        let name = format!("conv_{depth}");
        builder.node(("", "Conv"), &[&value, &kernel, &bias], &name, pads);
        let relu = format!("relu_{depth}");
        builder.node(("", "Relu"), &[&name], &relu, vec![]);
        let halves = vec![
            ("kernel_shape", Attribute::Ints(vec![2, 2])),
            ("strides", Attribute::Ints(vec![2, 2])),
        ];
        value = builder.node(("", "MaxPool"), &[&relu], &format!("pool_{depth}"), halves);
        inputs = outputs;
    }
    builder.node(("", "GlobalAveragePool"), &[&value], "averages", vec![]);
    let axis = |axis| vec![("axis", Attribute::Int(axis))];
    builder.node(("", "Flatten"), &["averages"], "features", axis(1));
    let weights = builder.numbers("weights", &[classes.len(), inputs], &folded.weights);
    let bias = builder.numbers("bias", &[classes.len()], &folded.bias);
    let turned = vec![("transB", Attribute::Int(1))];
    builder.node(
        ("", "Gemm"),
        &["features", &weights, &bias],
        "scores",
        turned,
    );
    builder.node(("", "Softmax"), &["scores"], "probabilities", axis(1));
    let place = vec![("axis", Attribute::Int(1)), ("keepdims", Attribute::Int(0))];
    builder.node(("", "ArgMax"), &["probabilities"], "class", place);
    let classes_name = builder.texts("classes", classes);
    builder.node(("", "Gather"), &[&classes_name, "class"], "label", axis(0));
    builder.output("label", STRING, None);
    builder.output("probabilities", FLOAT, Some(classes.len()));
    builder.finish(NAME)
}

/// `[ky][kx][in][out]` becomes `[out][in][ky][kx]`.
fn channels_first(kernel: &[f32], inputs: usize, outputs: usize) -> Vec<f32> {
    let place = |output: usize, input: usize, tap: usize| (tap * inputs + input) * outputs + output;
    let mut out = Vec::with_capacity(kernel.len());
    for output in 0..outputs {
        for input in 0..inputs {
            out.extend((0..9).map(|tap| kernel[place(output, input, tap)]));
        }
    }
    out
}

/// `[out][in][ky][kx]` becomes `[ky][kx][in][out]`.
fn taps_first(kernel: &[f32], inputs: usize, outputs: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(kernel.len());
    for tap in 0..9 {
        for input in 0..inputs {
            out.extend((0..outputs).map(|output| kernel[(output * inputs + input) * 9 + tap]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use networks::Network as _;
    use networks::cnn::{Cnn, Examples, Images};

    fn folded() -> Folded {
        let pixels = (0..2 * 256_u32).map(|n| (n * n % 251) as u8).collect();
        let images = Images::new(16, pixels).unwrap();
        let examples = Examples {
            images: &images,
            labels: &[0, 2],
        };
        let shape = Shape::new(16, &[16, 32], 3).unwrap();
        let network = Cnn::new(shape, examples, None).unwrap();
        let mut parameters = network.initial(3);
        for (place, value) in parameters.statistics.iter_mut().enumerate() {
            *value += (place % 5) as f32 * 0.05;
        }
        network.folded(&parameters)
    }

    fn classes() -> Vec<String> {
        ["crack", "good", "scratch"].map(str::to_owned).to_vec()
    }

    #[test]
    fn a_file_comes_back_as_it_was() {
        let folded = folded();
        let metadata = [("seed", "3".to_owned())];
        let bytes = write_image_classifier(&folded, &classes(), &metadata);
        let again = read_image_classifier(&bytes).unwrap();
        assert_eq!(*again.predictor.folded(), folded);
        assert_eq!(again.classes, classes());
        assert_eq!(again.metadata, [("seed".to_owned(), "3".to_owned())]);
    }

    #[test]
    fn a_graph_that_differs_in_anything_is_not_ours() {
        let folded = folded();
        let graph = graph(&folded, &classes());
        let refused = |change: fn(&mut GraphProto)| {
            let mut graph = graph.clone();
            change(&mut graph);
            read_image_classifier(&file(graph, &[]))
                .unwrap_err()
                .to_string()
        };
        let other = "the graph has no form of a network of ours";
        assert_eq!(refused(|graph| graph.name.push('s')), other);
        assert_eq!(
            refused(|graph| graph.node[2].attribute[1].ints = vec![0; 4]),
            other
        );
        assert_eq!(refused(|graph| graph.node.swap(0, 1)), other);
        assert_eq!(
            refused(|graph| graph.initializer[2].dims = vec![16, 9, 1, 1]),
            "constant `kernel_0`: it is no 3 x 3 kernel"
        );
        assert_eq!(
            refused(|graph| graph.initializer.truncate(3)),
            "constant `classes`: it is not there"
        );
        assert!(read_image_classifier(b"no model").is_err());
    }
}
