//! Folders of images from Prepare to a served model, as jobs do it: from folder to folder.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod folders;
mod hostile;
mod training;

use std::fs;
use std::path::Path;

use steps::{CsvFormat, Duplicates, Encoding, ImagesSpec, PrepareSpec, PrepareSummary, SplitSpec};
use tempfile::TempDir;

/// Side of the generated images.
const SIDE: usize = 16;

/// A generated image: stripes across where `class` is 0, else stripes down; `number` moves them and the grey.
fn image(class: usize, number: usize) -> Vec<u8> {
    let pixel = |place: usize| {
        let (y, x) = (place / SIDE, place % SIDE);
        let along = if class == 0 { y } else { x };
        let noise = (place * 31 + number * 17) % 23;
        let band = (along + number) % 4 < 2;
        (if band { 190 } else { 60 } + noise) as u8
    };
    (0..SIDE * SIDE).map(pixel).collect()
}

/// Writes files below a new folder.
fn folder(files: &[(&str, Vec<u8>)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

/// Two classes with twelve images each, below `data`.
fn stripes() -> TempDir {
    let files: Vec<(String, Vec<u8>)> = ["across", "down"]
        .into_iter()
        .enumerate()
        .flat_map(|(class, name)| {
            (0..12).map(move |number| {
                let png = learn::images::encode(SIDE, &image(class, number));
                (format!("data/{name}/{number}.png"), png)
            })
        })
        .collect();
    let files: Vec<(&str, Vec<u8>)> = files
        .iter()
        .map(|(path, png)| (path.as_str(), png.clone()))
        .collect();
    folder(&files)
}

fn spec() -> PrepareSpec {
    PrepareSpec {
        format: steps::SourceFormat::Csv,
        files: Vec::new(),
        csv: CsvFormat {
            header: true,
            delimiter: ',',
            decimal: '.',
            encoding: Encoding::default(),
        },
        missing: [].into(),
        duplicates: Duplicates::Drop,
        columns: Vec::new(),
        ignore: Vec::new(),
        accept: Vec::new(),
        group: None,
        objects: Vec::new(),
        target: "pattern".to_owned(),
        target_kind: steps::TargetKind::Class,
        positive: None,
        split: SplitSpec {
            test_ppm: 250_000,
            validation_ppm: 250_000,
            stratify: true,
            seed: 42,
            by: steps::SplitBy::Random,
        },
        series: None,
        images: Some(ImagesSpec {
            folder: "data".to_owned(),
            size: SIDE as u32,
            mixed_sizes: false,
            parts_of_folder: false,
        }),
    }
}

/// Prepares, or says why not: code and message, without the place of the folder.
fn prepared(
    input: &Path,
    change: impl Fn(&mut PrepareSpec),
) -> Result<(TempDir, PrepareSummary), String> {
    let mut spec = spec();
    change(&mut spec);
    let output = tempfile::tempdir().unwrap();
    match learn::prepare::run(&spec, input, output.path()) {
        Ok(summary) => Ok((output, summary)),
        Err(error) => {
            let message = format!("{} {error}", error.code());
            Err(message.replace(&format!("{}/", input.display()), ""))
        }
    }
}
