//! The decisions about a folder of images, and the draft that says them.

use std::path::Path;

use learn::images::Profile;
use serde_json::{Value, json};
use workload::{ImagesDraft, MixedSizes, Noted, SplitBy, WorkloadName};

use super::view::{count, percent, quoted};
use crate::failure::Failure;

/// Images of a class at least: one of five goes to the test part, and each part needs one of each class.
const IMAGES_OF_A_CLASS: u64 = 6;
/// Sides that are chosen, the largest first; the last ones are for pictures that are tiny.
const SIDES: [u32; 6] = [64, 32, 16, 8, 4, 2];
/// Steps of a training that are enough where images are few.
const STEPS: u64 = 240;
/// Channels of the blocks, each of which halves the image.
const CHANNELS: [u32; 4] = [16, 32, 64, 64];

/// Decides; `shown` names the folder in errors.
pub(crate) fn draft(
    profile: &Profile,
    name: WorkloadName,
    source: String,
    shown: &str,
) -> Result<ImagesDraft, Failure> {
    let rare: Vec<String> = profile
        .classes
        .iter()
        .filter(|(_, images)| **images < IMAGES_OF_A_CLASS)
        .map(|(class, images)| format!("{} ({images})", quoted(class)))
        .collect();
    if !rare.is_empty() {
        let message = format!(
            "classes of `{shown}` have too few images: {}",
            rare.join(", ")
        );
        return Err(Failure::input(message).code("P0613").hint(format!(
            "each part needs an image of each class, so a class needs {IMAGES_OF_A_CLASS}; add some, or move its folder away"
        )));
    }
    let side = SIDES
        .into_iter()
        .find(|&side| side as usize <= profile.least);
    let Some(side) = side else {
        let message = format!(
            "the smallest image of `{shown}` has a side of {} pixel",
            profile.least
        );
        return Err(Failure::input(message).code("P0613"));
    };
    let mut draft = ImagesDraft::new(name, source);
    let images: u64 = profile.classes.values().sum();
    let most = profile.classes.values().copied().max().unwrap_or(0);
    draft.summary = vec![
        format!(
            "Written by `plimsoll init` from {}: {} of {}.",
            draft.source,
            count(profile.images, "image", "images"),
            count(profile.classes.len() as u64, "class", "classes"),
        ),
        "What was found out stands in the comments. Change what you know better.".to_owned(),
    ];
    draft.duplicates = match profile.copies {
        0 => "no image is a copy of another of its class".to_owned(),
        copies => count(copies, "image is a copy", "images are copies") + " of an earlier one",
    };
    draft.class_notes = vec![classes(profile)];
    draft.majority = Some(percent(most, images));
    draft.by = by(profile);
    draft.image_size = Noted::new(side, sizes(profile));
    if profile.other_sizes > 0 {
        draft.mixed_sizes = MixedSizes::Resize;
    }
    let training = images * 3 / 5;
    draft.batch_size = batch(training);
    draft.epochs = epochs(training / u64::from(draft.batch_size));
    let halvings = side.ilog2() as usize;
    draft.channels = (halvings < CHANNELS.len()).then(|| CHANNELS[..halvings].to_vec());
    Ok(draft)
}

fn classes(profile: &Profile) -> String {
    let listed = profile.classes.iter().take(8);
    let listed: Vec<String> = listed
        .map(|(class, images)| format!("{} {images}", quoted(class)))
        .collect();
    let more = if profile.classes.len() > 8 {
        ", ..."
    } else {
        ""
    };
    let all = profile.classes.len();
    format!(
        "{all} classes with their images: {}{more}.",
        listed.join(", ")
    )
}

/// The folder's own parts, where each class can be learned from them.
fn by(profile: &Profile) -> Noted<SplitBy> {
    let Some(trained) = &profile.trained else {
        return Noted::new(SplitBy::Random, "");
    };
    let whole = trained.iter().all(|(class, &images)| {
        let tested = profile.classes[class] - images;
        images >= IMAGES_OF_A_CLASS && tested > 0
    });
    if whole {
        let why = "The folders `train` and `test` of the source are the parts; validation is dealt from `train`.";
        return Noted::new(SplitBy::Folder, why);
    }
    let why = "The folders `train` and `test` of the source are not taken as parts, since one of them lacks a class: all images \
               are dealt anew.";
    Noted::new(SplitBy::Random, why)
}

fn sizes(profile: &Profile) -> String {
    let [width, height] = profile.first;
    match profile.other_sizes {
        0 => format!("pixels a side of what the network sees; the images have {width} x {height}"),
        other => format!(
            "pixels a side of what the network sees; {} another size than {width} x {height}",
            count(other, "image has", "images have")
        ),
    }
}

/// A step of at most half of the training images, so that an epoch has some steps.
fn batch(training: u64) -> u32 {
    let most = (training / 2).clamp(2, 32) as u32;
    1 << most.ilog2()
}

/// Epochs so that a small folder has enough steps for the network's running statistics to settle.
fn epochs(steps: u64) -> u32 {
    (STEPS / steps.max(1)).clamp(12, 60) as u32
}

/// What was found out, as JSON: `plimsoll.init/1`.
pub(crate) fn document(profile: &Profile, draft: &ImagesDraft, file: &Path) -> Value {
    json!({
        "schema": "plimsoll.init/1",
        "file": file.display().to_string(),
        "workload": draft.name.as_str(),
        "source": draft.source,
        "format": "image_folder",
        "images": profile.images,
        "duplicates": profile.copies,
        "classes": profile.classes,
        "in_train": profile.trained,
        "first_size": profile.first,
        "other_sizes": profile.other_sizes,
        "split": draft.by.value.name(),
        "image_size": draft.image_size.value,
        "mixed_sizes": draft.mixed_sizes.name(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(classes: &[(&str, u64)]) -> Profile {
        Profile {
            images: classes.iter().map(|(_, images)| images).sum(),
            classes: classes
                .iter()
                .map(|(class, images)| ((*class).to_owned(), *images))
                .collect(),
            trained: None,
            copies: 0,
            least: 200,
            first: [200, 200],
            other_sizes: 0,
        }
    }

    fn written(profile: &Profile) -> String {
        draft(profile, "steel".parse().unwrap(), "data".to_owned(), "data")
            .unwrap()
            .to_yaml()
    }

    #[test]
    fn the_written_file_is_valid_and_says_what_was_found() {
        let text = written(&profile(&[("crazing", 200), ("patches", 200)]));
        let workload = workload::parse(&text).unwrap();
        assert_eq!(
            (workload.prepare.image_size, workload.split.by),
            (64, SplitBy::Random)
        );
        let told = workload.models[0].hyperparameters();
        assert_eq!(
            (told["batch_size"].as_str(), told["channels"].as_str()),
            ("32", "16,32,64,64")
        );
        for words in [
            "2 classes with their images: `crazing` 200, `patches` 200.",
            "the images have 200 x 200",
            "right for 50 %",
            "no image is a copy",
        ] {
            assert!(text.contains(words), "{words}\n{text}");
        }
    }

    #[test]
    fn small_and_mixed_images_get_a_network_that_can_be_built() {
        let mut tiny = profile(&[("a", 12), ("b", 12)]);
        (tiny.least, tiny.first, tiny.other_sizes) = (9, [9, 12], 3);
        let workload = workload::parse(&written(&tiny)).unwrap();
        assert_eq!(workload.models[0].hyperparameters()["epochs"], "60");
        assert_eq!(
            (workload.prepare.image_size, workload.prepare.mixed_sizes),
            (8, MixedSizes::Resize)
        );
        let told = workload.models[0].hyperparameters();
        assert_eq!(
            (told["batch_size"].as_str(), told["channels"].as_str()),
            ("4", "16,32,64")
        );
    }

    #[test]
    fn a_split_folder_keeps_its_parts_where_each_class_is_in_both() {
        let mut split = profile(&[("bad", 20), ("good", 40)]);
        let trained = |bad: u64| Some([("bad".to_owned(), bad), ("good".to_owned(), 30)].into());
        split.trained = trained(12);
        let text = written(&split);
        assert_eq!(workload::parse(&text).unwrap().split.by, SplitBy::Folder);
        split.trained = trained(0);
        let text = written(&split);
        assert_eq!(workload::parse(&text).unwrap().split.by, SplitBy::Random);
        assert!(text.contains("one of them lacks a class"), "{text}");
    }

    #[test]
    fn rare_classes_are_refused_by_name() {
        let rare = profile(&[("a", 100), ("b", 2)]);
        let failure = draft(&rare, "x".parse().unwrap(), "data".to_owned(), "data").unwrap_err();
        assert_eq!(failure.code, Some("P0613"));
        assert_eq!(
            failure.message,
            "classes of `data` have too few images: `b` (2)"
        );
    }
}
