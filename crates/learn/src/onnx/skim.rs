//! Skimming a model file: everything but the lists of large trees is read, of those is noted where they lie. So a forest of
//! hundreds of megabytes becomes a compiled one without ever being held as lists.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt;

/// A node of this many bytes has its lists skipped.
const LARGE: u64 = 1 << 20;
/// What is left of a file at most; one with more is read as a whole.
const REST: usize = 16 << 20;
/// Lists of trees.
const LISTS: [&str; 15] = [
    "nodes_treeids",
    "nodes_nodeids",
    "nodes_featureids",
    "nodes_modes",
    "nodes_values",
    "nodes_truenodeids",
    "nodes_falsenodeids",
    "class_treeids",
    "class_nodeids",
    "class_ids",
    "class_weights",
    "target_treeids",
    "target_nodeids",
    "target_ids",
    "target_weights",
];

/// Where the lists of a node lie, by name.
type Places = BTreeMap<String, (u64, u64)>;

/// A file, and where its lists lie by the first output of their node.
#[derive(Debug)]
pub(super) struct Skimmed {
    file: File,
    nodes: BTreeMap<String, Places>,
}

/// What a field means for what is inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Model,
    Graph,
    Node,
}

/// The rest of a file as the bytes of a file, and its lists; none where it has no large node, or cannot be skimmed.
pub(super) fn skim(file: File) -> Option<(Vec<u8>, Skimmed)> {
    let end = file.metadata().ok()?.len();
    let mut nodes = BTreeMap::new();
    let mut rest = Vec::new();
    let mut reader = Reader::new(&file, (0, end));
    message(&mut reader, Level::Model, &mut rest, &mut nodes)?;
    (!nodes.is_empty()).then_some((rest, Skimmed { file, nodes }))
}

/// Copies a message without its lists; they are noted.
fn message(
    reader: &mut Reader<'_>,
    level: Level,
    out: &mut Vec<u8>,
    nodes: &mut BTreeMap<String, Places>,
) -> Option<()> {
    let large = level == Level::Node && reader.left() >= LARGE;
    let (mut places, mut output) = (Places::new(), None);
    while reader.left() > 0 {
        let tag = reader.varint()?;
        put(out, tag);
        match (tag & 7, level, tag >> 3) {
            (0, ..) => put(out, reader.varint()?),
            (1, ..) => reader.copy(8, out)?,
            (5, ..) => reader.copy(4, out)?,
            (2, Level::Model, 7) | (2, Level::Graph, 1) => {
                let bytes = reader.varint()?;
                let mut inner = reader.window(bytes)?;
                let mut copied = Vec::new();
                let next = match level {
                    Level::Model => Level::Graph,
                    _ => Level::Node,
                };
                message(&mut inner, next, &mut copied, nodes)?;
                put(out, copied.len() as u64);
                out.extend(copied);
            }
            (2, Level::Node, 5) if large => {
                let bytes = reader.varint()?;
                let place = reader.place();
                let mut inner = reader.window(bytes)?;
                let name = inner.text(1).filter(|name| LISTS.contains(&name.as_str()));
                if let Some(name) = name {
                    // An attribute without a name stands in its place.
                    put(out, 0);
                    places.insert(name, (place, place + bytes));
                } else {
                    put(out, bytes);
                    Reader::new(reader.file, (place, place + bytes)).copy(bytes, out)?;
                }
            }
            (2, ..) => {
                let bytes = reader.varint()?;
                put(out, bytes);
                let start = out.len();
                reader.copy(bytes, out)?;
                if level == Level::Node && tag >> 3 == 2 && output.is_none() {
                    output = String::from_utf8(out[start..].to_vec()).ok();
                }
            }
            _ => return None,
        }
        if out.len() > REST {
            return None;
        }
    }
    if !places.is_empty() {
        nodes.insert(output?, places);
    }
    Some(())
}

fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value as u8) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

impl Skimmed {
    /// Whether the lists of the node with this output were skipped.
    pub(super) fn has(&self, output: &str) -> bool {
        self.nodes.contains_key(output)
    }

    /// Whole numbers of a list.
    pub(super) fn ints<'a>(
        &'a self,
        output: &str,
        name: &str,
    ) -> Option<impl Iterator<Item = u64> + use<'a>> {
        let mut reader = self.list(output, name, 8)?;
        Some(std::iter::from_fn(move || {
            (reader.left() > 0).then(|| reader.varint()).flatten()
        }))
    }

    /// Numbers of a list.
    pub(super) fn floats<'a>(
        &'a self,
        output: &str,
        name: &str,
    ) -> Option<impl Iterator<Item = f32> + use<'a>> {
        let mut reader = self.list(output, name, 7)?;
        Some(std::iter::from_fn(move || {
            let bytes = [
                reader.byte()?,
                reader.byte()?,
                reader.byte()?,
                reader.byte()?,
            ];
            Some(f32::from_le_bytes(bytes))
        }))
    }

    /// Texts of a list.
    pub(super) fn texts<'a>(
        &'a self,
        output: &str,
        name: &str,
    ) -> Option<impl Iterator<Item = String> + use<'a>> {
        let &place = self.nodes.get(output)?.get(name)?;
        let mut reader = Reader::new(&self.file, place);
        reader.text(1)?;
        Some(std::iter::from_fn(move || reader.text(9)))
    }

    /// What is in the one packed field of a list.
    fn list(&self, output: &str, name: &str, field: u64) -> Option<Reader<'_>> {
        let &place = self.nodes.get(output)?.get(name)?;
        let mut reader = Reader::new(&self.file, place);
        reader.text(1)?;
        if reader.varint()? != field << 3 | 2 {
            return None;
        }
        let bytes = reader.varint()?;
        reader.window(bytes)
    }
}

/// Reads a part of a file.
struct Reader<'a> {
    file: &'a File,
    /// What comes behind what is held, and the end of the part.
    next: u64,
    end: u64,
    held: Vec<u8>,
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(file: &'a File, (start, end): (u64, u64)) -> Self {
        Self {
            file,
            next: start,
            end,
            held: Vec::new(),
            at: 0,
        }
    }

    /// The place of the next byte in the file.
    fn place(&self) -> u64 {
        self.next - (self.held.len() - self.at) as u64
    }

    fn left(&self) -> u64 {
        self.end - self.place()
    }

    fn byte(&mut self) -> Option<u8> {
        if self.at == self.held.len() {
            let wanted = (self.end - self.next).min(1 << 15) as usize;
            self.held.resize(wanted, 0);
            self.file.read_exact_at(&mut self.held, self.next).ok()?;
            self.next += wanted as u64;
            self.at = 0;
        }
        let byte = *self.held.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// A text that is the next field; none where that is another one.
    fn text(&mut self, field: u64) -> Option<String> {
        if self.left() == 0 || self.varint()? != field << 3 | 2 {
            return None;
        }
        let bytes = self.varint()?;
        let mut text = Vec::new();
        (bytes <= 64)
            .then(|| self.copy(bytes, &mut text))
            .flatten()?;
        String::from_utf8(text).ok()
    }

    /// A reader of the next bytes, which are passed.
    fn window(&mut self, bytes: u64) -> Option<Self> {
        let start = self.place();
        let end = start.checked_add(bytes).filter(|end| *end <= self.end)?;
        let inner = Self::new(self.file, (start, end));
        (self.next, self.at) = (end, 0);
        self.held.clear();
        Some(inner)
    }

    fn copy(&mut self, bytes: u64, out: &mut Vec<u8>) -> Option<()> {
        if bytes > self.left() || bytes > REST as u64 {
            return None;
        }
        for _ in 0..bytes {
            out.push(self.byte()?);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, Write};

    use prost::Message;

    use super::*;
    use crate::families::random_forest::{Forest, Parameters, fit};
    use crate::families::{Classifier, Estimator};
    use crate::onnx::proto::ModelProto;
    use crate::onnx::{Artifact, compile, compile_large, write};
    use crate::preparation::{Encode, Preparation};
    use crate::random::Stream;
    use crate::{Matrix, Table};

    const ROWS: usize = 6_000;

    fn features() -> Matrix {
        let mut stream = Stream::new(4, 0);
        Matrix {
            rows: ROWS,
            columns: 3,
            values: (0..3 * ROWS)
                .map(|_| stream.below(100_000) as f32)
                .collect(),
        }
    }

    /// The file of a forest whose labels are noise, so that its trees are deep.
    fn file_of(classes: usize) -> Vec<u8> {
        let mut stream = Stream::new(5, 0);
        let labels: Vec<u32> = (0..ROWS).map(|_| stream.below(classes as u32)).collect();
        let parameters = Parameters {
            n_estimators: 15,
            ..Parameters::default()
        };
        let features = std::borrow::Cow::Owned(features());
        let forest: Forest = fit(features, (&labels, classes), &parameters, 1);
        let names: Vec<String> = (0..classes).map(|class| class.to_string()).collect();
        write(&Artifact {
            preparation: &Preparation {
                imputed: vec![0.0; 3],
                levels: Vec::new(),
                encode: Encode::OneHot,
                scale: None,
            },
            estimator: &Estimator::Classifier(Classifier::Forest(forest)),
            classes: &names,
            metadata: &[],
        })
    }

    fn on_disk(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        file
    }

    #[test]
    fn a_forest_that_is_skimmed_answers_as_one_that_is_read() {
        let mut table = Table::new(3, 0);
        for row in features().values.chunks_exact(3).take(500) {
            table.push(row, &[]);
        }
        for classes in [2, 3] {
            let bytes = file_of(classes);
            assert!(bytes.len() as u64 > LARGE, "{}", bytes.len());
            let (rest, _) = skim(on_disk(&bytes)).unwrap();
            assert!(rest.len() < 2_000, "{}", rest.len());
            let large = compile_large(on_disk(&bytes)).unwrap().unwrap();
            let whole = compile(&bytes).unwrap();
            assert_eq!(large.run(&table), whole.run(&table));
        }
    }

    #[test]
    fn what_the_walk_writes_is_what_the_messages_would_be() {
        for classes in [2, 3] {
            let bytes = file_of(classes);
            let model = ModelProto::decode(bytes.as_slice()).unwrap();
            assert!(model.encode_to_vec() == bytes, "{classes}");
        }
    }

    #[test]
    fn a_file_that_is_small_or_broken_is_not_skimmed() {
        assert!(skim(on_disk(b"")).is_none());
        let bytes = file_of(2);
        assert!(skim(on_disk(&bytes[..1000])).is_none());
        for cut in [bytes.len() / 3, bytes.len() / 2, bytes.len() - 40] {
            let mut broken = bytes.clone();
            broken[cut] ^= 0x7F;
            // Whatever comes of it, nothing panics; answers are those of a whole reading or none.
            let large = compile_large(on_disk(&broken)).and_then(Result::ok);
            if let (Some(large), Ok(whole)) = (large, compile(&broken)) {
                let mut table = Table::new(3, 0);
                table.push(&[1.0, 2.0, 3.0], &[]);
                assert_eq!(
                    large.run(&table).labels.len(),
                    whole.run(&table).labels.len()
                );
            }
        }
    }
}
