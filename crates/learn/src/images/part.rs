//! One part of the split as files: `<part>.npy` with the pixels, a NumPy array of bytes `(images, side, side)`, and `<part>.csv`
//! with the path and the class of each image, in the same order.

use std::path::Path;

use steps::{SCHEMA_FILE, Schema};

use super::png::encode;
use crate::files::{FileError, Input, Output, Streamed};
use crate::part::{Labelled, PartError, class};
use crate::serve::npy;
use crate::table::Table;
use crate::truth::Truth;

/// A part's pixels at most.
const PIXELS_LIMIT: u64 = 16 << 30;
/// A part's list of images at most.
const LIST_LIMIT: u64 = 1 << 30;
/// Type of an element.
const BYTE: &str = "|u1";
/// Name of the column of paths.
const PATH: &str = "path";

/// A part that is being written, an image at a time.
pub(super) struct Writer {
    pixels: Streamed,
    list: csv::Writer<Vec<u8>>,
    name: &'static str,
}

const INFALLIBLE: &str = "a vector takes every row";

impl Writer {
    /// A part of so many images.
    pub(super) fn create(
        output: &Output,
        name: &'static str,
        (images, side, target): (usize, usize, &str),
    ) -> Result<Self, FileError> {
        let mut pixels = output.stream(&format!("{name}.npy"))?;
        pixels.write(&npy::header(BYTE, &[images, side, side]))?;
        let mut list = csv::Writer::from_writer(Vec::new());
        list.write_record([PATH, target]).expect(INFALLIBLE);
        Ok(Self { pixels, list, name })
    }

    /// The next image.
    pub(super) fn push(&mut self, path: &str, class: &str, image: &[u8]) -> Result<(), FileError> {
        self.list.write_record([path, class]).expect(INFALLIBLE);
        self.pixels.write(image)
    }

    /// Ends the part.
    pub(super) fn finish(self, output: &mut Output) -> Result<(), FileError> {
        output.add(self.pixels)?;
        let list = self.list.into_inner().expect(INFALLIBLE);
        output.write(&format!("{}.csv", self.name), &list)
    }
}

/// Reads the images of a folder with their classes, and their paths.
pub(crate) fn read(
    input: &Input,
    schema: &Schema,
    side: usize,
) -> Result<(Labelled, Vec<String>), PartError> {
    let mut table = Table::of_images(side);
    let (mut labels, mut paths) = (Vec::new(), Vec::new());
    for name in input.names_with_extension("csv")? {
        let listed = labels.len();
        list(input, &name, schema, (&mut labels, &mut paths))?;
        let arrays = name.strip_suffix(".csv").unwrap_or(&name);
        let arrays = format!("{arrays}.npy");
        let bytes = input.read(&arrays, PIXELS_LIMIT)?;
        let images = labels.len() - listed;
        let header = npy::header(BYTE, &[images, side, side]);
        let pixels = bytes
            .strip_prefix(header.as_slice())
            .filter(|pixels| pixels.len() == images * side * side);
        table.push_images(pixels.ok_or_else(|| PartError::Row {
            file: input.path(&arrays).display().to_string(),
            line: 1,
            problem: format!("it is no array of bytes ({images}, {side}, {side})"),
        })?);
    }
    let truth = Truth::Classes(labels);
    Ok((Labelled { table, truth }, paths))
}

/// Reads which images there are.
fn list(
    input: &Input,
    name: &str,
    schema: &Schema,
    (labels, paths): (&mut Vec<u32>, &mut Vec<String>),
) -> Result<(), PartError> {
    let bytes = input.read(name, LIST_LIMIT)?;
    let refused = |line: u64, problem: String| PartError::Row {
        file: input.path(name).display().to_string(),
        line,
        problem,
    };
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes.as_slice());
    let expected = [PATH, schema.target.name.as_str()];
    let header = reader.headers().map(|header| header.iter().eq(expected));
    if !header.unwrap_or(false) {
        return Err(refused(
            1,
            format!("the header is not `{}`", expected.join(",")),
        ));
    }
    for record in reader.records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(1, csv::Position::line);
            refused(line, "it is no path and class".to_owned())
        })?;
        let line = record.position().map_or(1, csv::Position::line);
        let label = &record[1];
        let place = class(schema, label);
        labels.push(place.ok_or_else(|| {
            refused(
                line,
                format!("`{label}` is no class of target `{}`", schema.target.name),
            )
        })?);
        paths.push(record[0].to_owned());
    }
    Ok(())
}

/// The first images of a part as PNG files, for whoever sends requests; none where its rows are no images.
pub fn samples(folder: &Path, most: usize) -> Result<Option<Vec<Vec<u8>>>, PartError> {
    let input = Input::open(folder)?;
    let schema: Schema = input.document(SCHEMA_FILE)?;
    let Some(image) = &schema.image else {
        return Ok(None);
    };
    let side = image.size as usize;
    let (rows, _) = read(&input, &schema, side)?;
    let images = rows.table.images().expect("rows are images");
    let files = (0..images.len().min(most)).map(|place| encode(side, images.image(place)));
    Ok(Some(files.collect()))
}
