//! Which images go where.

use std::fs;

use learn::images::encode;
use steps::{Document, Duplicates, Manifest, Positive, Schema};

use super::{SIDE, folder, image, prepared, stripes};

fn png(class: usize, number: usize) -> Vec<u8> {
    encode(SIDE, &image(class, number))
}

#[test]
fn parts_are_arrays_with_a_list_each() {
    let input = stripes();
    let (output, summary) = prepared(input.path(), |_| {}).unwrap();
    assert_eq!(
        (summary.train, summary.validation, summary.test),
        (12, 6, 6)
    );
    assert_eq!(
        (summary.read, summary.duplicates, summary.image_size),
        (24, 0, Some(16))
    );
    assert_eq!(summary.classes["across"], 12);
    let read = |name: &str| fs::read(output.path().join(name)).unwrap();
    let schema = Schema::from_slice(&read("train/schema.json")).unwrap();
    let seen = schema.image.unwrap();
    assert_eq!((seen.size, seen.source), (16, Some([16, 16])));
    assert_eq!(schema.target.classes, ["across", "down"]);
    let array = read("test/test.npy");
    assert!(array.starts_with(b"\x93NUMPY\x01\0"));
    let header = String::from_utf8_lossy(&array[10..128]).into_owned();
    assert!(
        header.contains("'descr': '|u1'") && header.contains("(6, 16, 16)"),
        "{header}"
    );
    assert_eq!(array.len(), 128 + 6 * 256);
    let list = String::from_utf8(read("test/test.csv")).unwrap();
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!((lines[0], lines.len()), ("path,pattern", 7));
    // The first image of the list is the first of the array.
    let (path, _) = lines[1].split_once(',').unwrap();
    let number: usize = path
        .trim_start_matches("across/")
        .trim_end_matches(".png")
        .parse()
        .unwrap();
    assert_eq!(array[128..128 + 256], image(0, number));
    let manifest = Manifest::from_slice(&read("manifest.json")).unwrap();
    manifest.verify("test/test.npy", &array).unwrap();
}

#[test]
fn copies_are_dropped_and_copies_of_another_class_refused() {
    let mut files: Vec<(String, Vec<u8>)> = (0..24)
        .map(|n| {
            (
                format!("data/{}/{n:02}.png", ["a", "b"][n / 12]),
                png(n / 12, n),
            )
        })
        .collect();
    files.push(("data/a/copy.png".to_owned(), files[3].1.clone()));
    let build = |files: &[(String, Vec<u8>)]| {
        let files: Vec<(&str, Vec<u8>)> =
            files.iter().map(|(p, c)| (p.as_str(), c.clone())).collect();
        folder(&files)
    };
    let input = build(&files);
    let (_, summary) = prepared(input.path(), |_| {}).unwrap();
    assert_eq!((summary.read, summary.duplicates), (25, 1));
    let kept = prepared(input.path(), |spec| spec.duplicates = Duplicates::Keep).unwrap();
    assert_eq!(kept.1.duplicates, 0);
    assert_eq!(
        prepared(input.path(), |spec| spec.duplicates = Duplicates::Error).unwrap_err(),
        "P0264 `a/copy.png` has the same content as `a/03.png`"
    );
    files.push(("data/b/99.png".to_owned(), files[5].1.clone()));
    let input = build(&files);
    assert_eq!(
        prepared(input.path(), |_| {}).unwrap_err(),
        "P0264 `b/99.png` has the same content as `a/05.png`, which is of class `a`"
    );
    assert!(prepared(input.path(), |spec| spec.duplicates = Duplicates::Keep).is_ok());
}

/// A folder whose maker split it; `trained` classes have images in `train`.
fn split(trained: &[&str]) -> tempfile::TempDir {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for (class, name) in ["good", "scratch"].into_iter().enumerate() {
        for n in 0..10 {
            if trained.contains(&name) {
                files.push((format!("data/train/{name}/{n}.png"), png(class, n)));
            }
            files.push((format!("data/test/{name}/{n}.png"), png(class, n + 40)));
        }
    }
    files.push((
        "data/ground_truth/scratch/0_mask.png".to_owned(),
        png(0, 91),
    ));
    let files: Vec<(&str, Vec<u8>)> = files.iter().map(|(p, c)| (p.as_str(), c.clone())).collect();
    folder(&files)
}

#[test]
fn the_folders_of_a_split_set_are_its_parts_where_that_is_asked_for() {
    let input = split(&["good", "scratch"]);
    let (output, summary) = prepared(input.path(), |spec| {
        spec.images.as_mut().unwrap().parts_of_folder = true;
    })
    .unwrap();
    assert_eq!(
        (summary.train, summary.validation, summary.test),
        (15, 5, 20)
    );
    let list = fs::read_to_string(output.path().join("test/test.csv")).unwrap();
    assert!(list.lines().skip(1).all(|line| line.starts_with("test/")));
    let anew = prepared(input.path(), |_| {}).unwrap().1;
    assert_eq!((anew.train, anew.validation, anew.test), (20, 10, 10));
}

#[test]
fn parts_that_cannot_be_learned_from_say_what_they_lack() {
    let by_folder = |input: &tempfile::TempDir| {
        prepared(input.path(), |spec| {
            spec.images.as_mut().unwrap().parts_of_folder = true;
        })
        .unwrap_err()
    };
    assert_eq!(
        by_folder(&split(&["good"])),
        "P0265 the folders of the source make no parts: none of the 10 images of class `scratch` lies in `train`"
    );
    assert_eq!(
        by_folder(&stripes()),
        "P0265 the folders of the source make no parts: it has no folders `train` and `test`"
    );
    // All images dealt anew: then the set can be learned from.
    assert_eq!(
        prepared(split(&["good"]).path(), |_| {}).unwrap().1.read,
        30
    );
}

#[test]
fn folders_are_joined_to_two_classes_by_a_map() {
    let files: Vec<(String, Vec<u8>)> = (0..24)
        .map(|n| {
            (
                format!("data/{}/{n}.png", ["dent", "good", "scratch"][n % 3]),
                png(n % 2, n),
            )
        })
        .collect();
    let files: Vec<(&str, Vec<u8>)> = files.iter().map(|(p, c)| (p.as_str(), c.clone())).collect();
    let input = folder(&files);
    let map = |pairs: &[(&str, &str)]| {
        let pairs = pairs
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
        Some(Positive::Labels(pairs.collect()))
    };
    let (_, summary) = prepared(input.path(), |spec| {
        spec.positive = map(&[("dent", "bad"), ("scratch", "bad"), ("good", "good")]);
    })
    .unwrap();
    assert_eq!(summary.classes["bad"], 16);
    assert_eq!(
        prepared(input.path(), |spec| spec.positive =
            map(&[("good", "0"), ("dent", "1")]))
        .unwrap_err(),
        "P0207 target `pattern`: the folder `scratch` is mapped to no class"
    );
}

#[test]
fn a_class_with_one_image_leaves_a_part_without_it() {
    let mut files: Vec<(String, Vec<u8>)> = (0..12)
        .map(|n| (format!("data/a/{n}.png"), png(0, n)))
        .collect();
    files.push(("data/b/0.png".to_owned(), png(1, 50)));
    let files: Vec<(&str, Vec<u8>)> = files.iter().map(|(p, c)| (p.as_str(), c.clone())).collect();
    let error = prepared(folder(&files).path(), |_| {}).unwrap_err();
    assert!(
        error.starts_with("P0208 the split leaves no row of class `b` in "),
        "{error}"
    );
    assert!(
        error.ends_with("the class has 1 row of 13, the first of them `b/0.png`"),
        "{error}"
    );
}
