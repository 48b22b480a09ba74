//! A workload file of a folder of images that is to be written.

use super::layout::Layout;
use super::scalar::scalar;
use super::types::Noted;
use crate::domain::{MixedSizes, SplitBy, TaskKind, WorkloadName};
use crate::fields::{default_for, default_of, doc_of};

/// A workload file of a folder of images.
///
/// ```
/// let mut draft = workload::ImagesDraft::new("steel".parse().unwrap(), "data");
/// draft.image_size.value = 32;
/// let workload = workload::parse(&draft.to_yaml()).unwrap();
/// assert_eq!(workload.prepare.image_size, 32);
/// assert_eq!(workload.models[0].name, "cnn");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImagesDraft {
    /// Name of the workload.
    pub name: WorkloadName,
    /// What the data is, for the head of the file.
    pub summary: Vec<String>,
    /// The folder.
    pub source: String,
    /// What is known of copies.
    pub duplicates: String,
    /// What the names of the folders are called.
    pub target: String,
    /// What is to be said of the classes.
    pub class_notes: Vec<String>,
    /// Whether the folder's own parts are taken, and why.
    pub by: Noted<SplitBy>,
    /// Side of what the network sees, and what the images have.
    pub image_size: Noted<u32>,
    /// What is done with images of different sizes.
    pub mixed_sizes: MixedSizes,
    /// Passes over the training images.
    pub epochs: u32,
    /// Images of a step.
    pub batch_size: u32,
    /// Channels of the blocks, where the image is too small for the default.
    pub channels: Option<Vec<u32>>,
    /// The accuracy of always saying the largest class, as it is written.
    pub majority: Option<String>,
}

impl ImagesDraft {
    /// A draft with nothing but what a workload cannot be without.
    pub fn new(name: WorkloadName, source: impl Into<String>) -> Self {
        Self {
            name,
            summary: Vec::new(),
            source: source.into(),
            duplicates: String::new(),
            target: "label".to_owned(),
            class_notes: Vec::new(),
            by: Noted::new(SplitBy::Random, ""),
            image_size: Noted::new(64, ""),
            mixed_sizes: MixedSizes::Error,
            epochs: 12,
            batch_size: 32,
            channels: None,
            majority: None,
        }
    }

    /// The file.
    pub fn to_yaml(&self) -> String {
        let mut out = Layout::opening(&self.summary, &self.name);
        self.data(&mut out);
        out.blank();
        self.learning(&mut out);
        out.blank();
        self.release(&mut out);
        out.finish()
    }

    fn data(&self, out: &mut Layout) {
        out.line("data:", "");
        out.line(
            &format!("  source: {}", scalar(&self.source)),
            "one folder a class; relative to this file",
        );
        out.line("  format: image_folder", "PNG or JPEG files");
        let duplicates = format!("  duplicates: {}", default_of("data.duplicates"));
        out.line(&duplicates, &self.duplicates);
        out.remark(
            "  ",
            "license: CC-BY-4.0              # of the data, shown in reports",
        );
        out.remark(
            "  ",
            "provenance: PROVENANCE.md       # says where the data comes from, shown in reports",
        );
        out.blank();
        out.line("task:", "");
        out.line(&format!("  kind: {}", default_of("task.kind")), "");
        for note in &self.class_notes {
            out.text("  ", note);
        }
        out.line(
            &format!("  target: {}", scalar(&self.target)),
            "what the names of the folders are called in reports",
        );
        out.blank();
        out.text("", doc_of("split"));
        if !self.by.note.is_empty() {
            out.text("", &self.by.note);
        }
        let (test, validation, seed) = (
            default_of("split.test"),
            default_of("split.validation"),
            default_of("split.seed"),
        );
        let shares = format!("validation: {validation}");
        let line = if self.by.value == SplitBy::Folder {
            format!("split: {{ by: folder, {shares}, seed: {seed} }}")
        } else {
            format!("split: {{ test: {test}, {shares}, stratify: true, seed: {seed} }}")
        };
        out.line(&line, "");
    }

    fn learning(&self, out: &mut Layout) {
        out.line("prepare:", "");
        out.line(
            &format!("  image_size: {}", self.image_size.value),
            &self.image_size.note,
        );
        let mixed = match self.mixed_sizes {
            MixedSizes::Error => "one of another size is an error; `resize` squeezes each",
            MixedSizes::Resize => "each is squeezed to the same square; `error` asks for one size",
        };
        out.line(&format!("  mixed_sizes: {}", self.mixed_sizes), mixed);
        out.blank();
        out.text("", doc_of("models.cnn"));
        let rate = default_of("models.cnn.learning_rate");
        let epochs = self.epochs;
        let channels = self.channels.as_ref().map_or_else(String::new, |channels| {
            let channels: Vec<String> = channels.iter().map(u32::to_string).collect();
            format!(", channels: [{}]", channels.join(", "))
        });
        out.line("models:", "");
        let batch = self.batch_size;
        out.line(&format!("  - cnn: {{ epochs: {epochs}, batch_size: {batch}, learning_rate: {rate}{channels} }}"), "");
        out.blank();
        let metric = default_for("select.metric", TaskKind::Classification);
        let (on, refit) = (default_of("select.on"), default_of("select.refit"));
        out.line(
            &format!("select: {{ metric: {metric}, on: {on}, refit: {refit} }}"),
            "",
        );
    }

    fn release(&self, out: &mut Layout) {
        out.text("", doc_of("gate"));
        let majority = match &self.majority {
            Some(share) => {
                format!("always saying the largest class is right for {share} of the images")
            }
            None => String::new(),
        };
        out.remark(
            "",
            &format!("gate: {{ accuracy: \">= 0.70\" }}   # {majority}"),
        );
        out.blank();
        out.text("", doc_of("deploy"));
        out.remark("", "deploy:");
        let load = "deploy.endpoint.load_test";
        let (rate, span) = (
            default_of(&format!("{load}.rate")),
            default_of(&format!("{load}.for")),
        );
        out.remark(
            "",
            &format!("  endpoint: {{ load_test: {{ rate: {rate}, for: {span} }} }}"),
        );
        out.remark(
            "",
            "  batch: { input: new }           # a folder of images without classes",
        );
    }
}
