//! The step Prepare for a folder of pictures: lists it, deals the files to parts, and writes each part as small images.
//!
//! One picture is held in full size at a time, and no pixels of a part: what is in memory is the list of files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use steps::{
    Duplicates, FileHash, ImagesSpec, Positive, PrepareSpec, PrepareSummary, SCHEMA_FILE, Schema,
    SchemaImage, SchemaTarget, TargetKind,
};

use super::error::Error;
use super::folder::{GivenPart, ImageFile, list};
use super::part::Writer;
use super::picture::decode;
use super::sizing::Sizing;
use crate::files::{self, Output};
use crate::ingest;
use crate::preparation::sorted_labels;
use crate::split::{Part, Shares, parts};

/// A file at most.
const FILE_LIMIT: u64 = 64 << 20;

/// The files with what is known of each, before any picture is decoded.
struct Dealt {
    folder: PathBuf,
    files: Vec<ImageFile>,
    classes: Vec<String>,
    /// Class of each file.
    labels: Vec<u32>,
    /// Part of each file.
    parts: Vec<Part>,
    /// Files before copies were dropped.
    read: usize,
}

/// Prepares the pictures below `input` into `output`.
pub(crate) fn run(
    spec: &PrepareSpec,
    images: &ImagesSpec,
    input: &Path,
    output: &Path,
) -> Result<PrepareSummary, ingest::Error> {
    let dealt = deal(spec, images, input)?;
    let mut folder = Output::create(output)?;
    let written = write(&dealt, spec, images, output)?;
    let schema = schema(&dealt, spec, written.image);
    for (part, mut own) in written.parts {
        own.document(SCHEMA_FILE, &schema).map_err(Error::from)?;
        folder.include(part.name(), &own.finish().map_err(Error::from)?);
    }
    let summary = summary(&dealt, images.size);
    folder.document(SCHEMA_FILE, &schema)?;
    folder.document(PrepareSummary::FILE, &summary)?;
    folder.finish()?;
    Ok(summary)
}

/// Lists the files, finds their classes, drops copies, and deals what is left.
fn deal(spec: &PrepareSpec, images: &ImagesSpec, input: &Path) -> Result<Dealt, ingest::Error> {
    let listing = list(&input.join(&images.folder))?;
    let read = listing.files.len();
    let named = classes_of(spec, &listing.files)?;
    let kept = distinct(&listing.folder, &listing.files, &named, spec.duplicates)?;
    let (files, named): (Vec<ImageFile>, Vec<String>) = listing
        .files
        .into_iter()
        .zip(named)
        .zip(kept)
        .filter_map(|(pair, kept)| kept.then_some(pair))
        .unzip();
    let classes: BTreeSet<String> = named.iter().cloned().collect();
    let classes = sorted_labels(classes.into_iter().collect());
    if classes.len() < 2 {
        return Err(ingest::Error::Target {
            target: spec.target.clone(),
            problem: format!("all {} images are of one class", files.len()),
        });
    }
    let place = |class: &String| classes.iter().position(|known| known == class);
    let labels: Vec<u32> = named
        .iter()
        .filter_map(place)
        .map(|place| place as u32)
        .collect();
    let parts = if images.parts_of_folder {
        given_parts(spec, &files, &labels)?
    } else {
        dealt_parts(spec, &labels, spec.split.test_ppm)
    };
    let dealt = Dealt {
        folder: listing.folder,
        files,
        classes,
        labels,
        parts,
        read,
    };
    dealt.check(spec)?;
    Ok(dealt)
}

/// The class of each file: the name of its folder, or what that is mapped to.
fn classes_of(spec: &PrepareSpec, files: &[ImageFile]) -> Result<Vec<String>, ingest::Error> {
    let refused = |problem: String| ingest::Error::Target {
        target: spec.target.clone(),
        problem,
    };
    let of = |file: &ImageFile| match &spec.positive {
        None => Ok(file.class.clone()),
        Some(Positive::Labels(map)) => map
            .get(&file.class)
            .cloned()
            .ok_or_else(|| refused(format!("the folder `{}` is mapped to no class", file.class))),
        Some(Positive::Compare { .. }) => {
            Err(refused("names of folders cannot be compared".to_owned()))
        }
    };
    files.iter().map(of).collect()
}

/// Whether each file stays: of those with the same content the first does.
fn distinct(
    folder: &Path,
    files: &[ImageFile],
    classes: &[String],
    rule: Duplicates,
) -> Result<Vec<bool>, Error> {
    if rule == Duplicates::Keep {
        return Ok(vec![true; files.len()]);
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept = Vec::with_capacity(files.len());
    for (place, file) in files.iter().enumerate() {
        let content = files::read(&folder.join(&file.path), FILE_LIMIT)?;
        let hash = FileHash::of(&content).sha256;
        let first = *seen.entry(hash).or_insert(place);
        let other = classes[first] != classes[place];
        if first != place && (other || rule == Duplicates::Error) {
            return Err(Error::Copy {
                first: files[first].path.clone(),
                copy: file.path.clone(),
                but: other.then(|| classes[first].clone()),
            });
        }
        kept.push(first == place);
    }
    Ok(kept)
}

fn dealt_parts(spec: &PrepareSpec, labels: &[u32], test_ppm: u32) -> Vec<Part> {
    let shares = Shares {
        test_ppm,
        validation_ppm: spec.split.validation_ppm,
    };
    let strata = if spec.split.stratify {
        labels
    } else {
        &vec![0; labels.len()]
    };
    parts(strata, spec.split.seed, shares)
}

/// The folder's own test part; validation is dealt from its training part.
fn given_parts(
    spec: &PrepareSpec,
    files: &[ImageFile],
    labels: &[u32],
) -> Result<Vec<Part>, Error> {
    if files.iter().any(|file| file.part.is_none()) {
        return Err(Error::Parts {
            problem: "it has no folders `train` and `test`".to_owned(),
        });
    }
    let training: Vec<usize> = (0..files.len())
        .filter(|&place| files[place].part == Some(GivenPart::Train))
        .collect();
    let untrained = labels
        .iter()
        .position(|label| training.iter().all(|&place| labels[place] != *label));
    if let Some(place) = untrained {
        let (class, label) = (&files[place].class, labels[place]);
        let count = labels.iter().filter(|&&other| other == label).count();
        return Err(Error::Parts {
            problem: format!("none of the {count} images of class `{class}` lies in `train`"),
        });
    }
    let strata: Vec<u32> = training.iter().map(|&place| labels[place]).collect();
    let mut all = vec![Part::Test; files.len()];
    for (&place, part) in training.iter().zip(dealt_parts(spec, &strata, 0)) {
        all[place] = part;
    }
    Ok(all)
}

impl Dealt {
    fn size(&self, part: Part) -> usize {
        self.parts.iter().filter(|&&found| found == part).count()
    }

    fn first_of(&self, class: u32) -> String {
        let place = self.labels.iter().position(|&label| label == class);
        place.map_or_else(String::new, |place| format!("`{}`", self.files[place].path))
    }

    fn of_class(&self, class: u32) -> usize {
        self.labels.iter().filter(|&&label| label == class).count()
    }

    /// Refuses parts that lack a class.
    fn check(&self, spec: &PrepareSpec) -> Result<(), ingest::Error> {
        let wanted = |part: Part| match part {
            Part::Train => true,
            Part::Validation => spec.split.validation_ppm > 0,
            Part::Test => spec.split.test_ppm > 0,
        };
        for part in Part::ALL.into_iter().filter(|&part| wanted(part)) {
            let present: BTreeSet<u32> = self
                .labels
                .iter()
                .zip(&self.parts)
                .filter_map(|(&label, &found)| (found == part).then_some(label))
                .collect();
            let absent = (0..self.classes.len() as u32).find(|class| !present.contains(class));
            if let Some(class) = absent {
                return Err(ingest::Error::EmptyClass {
                    class: self.classes[class as usize].clone(),
                    part: part.name(),
                    rows: self.of_class(class),
                    first: self.first_of(class),
                    of: self.files.len(),
                });
            }
        }
        Ok(())
    }
}

/// What was written.
struct Written {
    image: SchemaImage,
    /// Folders that lack their documents.
    parts: Vec<(Part, Output)>,
}

/// Decodes the pictures one after the other and writes each into its part.
fn write(
    dealt: &Dealt,
    spec: &PrepareSpec,
    images: &ImagesSpec,
    output: &Path,
) -> Result<Written, Error> {
    let side = images.size as usize;
    let mut open: Vec<(Part, Output, Writer)> = Vec::new();
    for part in Part::ALL {
        let size = dealt.size(part);
        if size > 0 {
            let own = Output::create(&output.join(part.name()))?;
            let writer = Writer::create(&own, part.name(), (size, side, &spec.target))?;
            open.push((part, own, writer));
        }
    }
    let mut sizing = Sizing::new(side, images.mixed_sizes);
    for (place, file) in dealt.files.iter().enumerate() {
        let path = dealt.folder.join(&file.path);
        let content = files::read(&path, FILE_LIMIT)?;
        let fitted = decode(&content).and_then(|picture| sizing.fit(&picture, &file.path));
        let image = fitted.map_err(|problem| Error::Picture {
            path: PathBuf::from(&file.path),
            problem,
        })?;
        let class = &dealt.classes[dealt.labels[place] as usize];
        let own = open
            .iter_mut()
            .find(|(part, ..)| *part == dealt.parts[place]);
        let (.., writer) = own.expect("each part with images is open");
        writer.push(&file.path, class, &image)?;
    }
    let mut parts = Vec::new();
    for (part, mut own, writer) in open {
        writer.finish(&mut own)?;
        parts.push((part, own));
    }
    let image = SchemaImage {
        size: images.size,
        source: sizing.source(),
    };
    Ok(Written { image, parts })
}

fn schema(dealt: &Dealt, spec: &PrepareSpec, image: SchemaImage) -> Schema {
    Schema {
        csv: spec.csv.clone(),
        columns: Vec::new(),
        target: SchemaTarget {
            name: spec.target.clone(),
            kind: TargetKind::Class,
            classes: dealt.classes.clone(),
            positive: spec.positive.clone(),
            naive_error: None,
        },
        image: Some(image),
        series: None,
    }
}

fn summary(dealt: &Dealt, size: u32) -> PrepareSummary {
    let count = |part: Part| dealt.size(part) as u64;
    let of_class = |(class, name): (u32, &String)| (name.clone(), dealt.of_class(class) as u64);
    PrepareSummary {
        findings: Vec::new(),
        read: dealt.read as u64,
        duplicates: (dealt.read - dealt.files.len()) as u64,
        without_target: 0,
        train: count(Part::Train),
        validation: count(Part::Validation),
        test: count(Part::Test),
        columns: 0,
        features: u64::from(size).pow(2),
        missing: BTreeMap::new(),
        classes: (0..).zip(&dealt.classes).map(of_class).collect(),
        image_size: Some(size),
        series: None,
    }
}
