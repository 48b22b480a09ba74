//! Files that are not what they should be: each error names the file.

use learn::images::encode;

use super::{SIDE, folder, image, prepared};

/// Prepares a folder of two classes of which one file is foreign.
fn with(name: &str, content: &[u8]) -> String {
    let mut files: Vec<(String, Vec<u8>)> = (0..24)
        .map(|n| {
            let path = format!("data/{}/{n:02}.png", ["a", "b"][n / 12]);
            (path, encode(SIDE, &image(n / 12, n)))
        })
        .collect();
    files.push((format!("data/b/{name}"), content.to_vec()));
    let files: Vec<(&str, Vec<u8>)> = files.iter().map(|(p, c)| (p.as_str(), c.clone())).collect();
    match prepared(folder(&files).path(), |_| {}) {
        Ok((_, summary)) => format!("{} images", summary.read),
        Err(message) => message,
    }
}

/// A baseline JPEG file of 16 x 16 grey pixels, all of one shade: the smallest tables that a decoder takes.
fn jpeg() -> Vec<u8> {
    let mut file = vec![0xFF, 0xD8];
    // One table of quantisation, all ones.
    file.extend([0xFF, 0xDB, 0, 67, 0]);
    file.extend([1; 64]);
    // Frame: 8 bits, 16 x 16, one component.
    file.extend([0xFF, 0xC0, 0, 11, 8, 0, 16, 0, 16, 1, 1, 0x11, 0]);
    // A code of one bit for the category 0 of DC, and one for the end of a block of AC.
    for class in [0x00, 0x10] {
        file.extend([0xFF, 0xC4, 0, 20, class, 1]);
        file.extend([0; 15]);
        file.push(0);
    }
    file.extend([0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0]);
    // Four blocks of two zero bits each.
    file.extend([0x00, 0xFF, 0xD9]);
    file
}

#[test]
fn jpeg_files_are_images_too() {
    let grey = learn::images::decode(&jpeg()).unwrap();
    assert_eq!((grey.width, grey.height), (16, 16));
    assert_eq!(grey.pixels, [128; 256]);
    // Whatever its name is.
    assert_eq!(with("x.png", &jpeg()), "25 images");
}

#[test]
fn foreign_files_are_refused_by_name_and_kind() {
    let png = encode(SIDE, &image(0, 70));
    let cases: [(&str, &[u8], &str); 4] = [
        (
            "note.png",
            b"a text that is called so",
            "P0261 `b/note.png` is no picture that is known here; pictures are PNG or JPEG files",
        ),
        (
            "x.gif",
            b"GIF89a",
            "P0261 `b/x.gif` is a GIF file; pictures are PNG or JPEG files",
        ),
        (
            "empty.png",
            b"",
            "P0261 `b/empty.png` is empty; pictures are PNG or JPEG files",
        ),
        (
            "Thumbs.db",
            &png[1..],
            "P0261 `b/Thumbs.db` is no picture that is known here; pictures are PNG or JPEG files",
        ),
    ];
    for (name, content, message) in cases {
        assert_eq!(with(name, content), message);
    }
}

#[test]
fn damaged_files_are_refused_by_name() {
    let png = encode(SIDE, &image(0, 70));
    let damaged = with("cut.png", &png[..png.len() / 2]);
    assert!(
        damaged.starts_with("P0260 `b/cut.png` is not a whole PNG file: "),
        "{damaged}"
    );
    let cut = jpeg();
    let damaged = with("cut.jpg", &cut[..90]);
    assert!(
        damaged.starts_with("P0260 `b/cut.jpg` is not a whole JPEG file: "),
        "{damaged}"
    );
}

#[test]
fn sizes_that_differ_are_refused_unless_they_are_asked_for() {
    let odd = encode(20, &[9; 400]);
    assert_eq!(
        with("odd.png", &odd),
        "P0262 `b/odd.png` has 20 x 20 pixels, expected 16 x 16 as `a/00.png` has"
    );
    let files = [
        ("data/a/0.png", encode(16, &image(0, 0))),
        ("data/a/1.png", encode(20, &[1; 400])),
        ("data/a/2.png", encode(17, &[2; 289])),
        ("data/b/0.png", encode(16, &image(1, 0))),
        ("data/b/1.png", encode(20, &[3; 400])),
        ("data/b/2.png", encode(17, &[4; 289])),
    ];
    let input = folder(&files);
    let mixed = |size: u32| {
        prepared(input.path(), |spec| {
            spec.split.test_ppm = 333_333;
            spec.split.validation_ppm = 333_333;
            let images = spec.images.as_mut().unwrap();
            (images.mixed_sizes, images.size) = (true, size);
        })
    };
    assert_eq!(mixed(16).unwrap().1.train, 2);
    assert_eq!(
        mixed(18).unwrap_err(),
        "P0262 `a/0.png` has 16 x 16 pixels, expected at least 18 x 18"
    );
}
