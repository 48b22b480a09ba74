//! A folder of images as a stranger uses it: `init`, `run`, `predict`, `report`.

use std::fs;
use std::path::Path;
use std::time::Duration;

use e2e::{Binary, Scratch, Workload, until};
use rustix::process::Signal;
use serde_json::Value;

use super::document::{number, run, step};

const SIDE: usize = 16;

/// A grey PNG file whose data is stored and not compressed.
fn png(pixels: &[u8]) -> Vec<u8> {
    let mut lines = Vec::new();
    for line in pixels.chunks(SIDE) {
        lines.push(0);
        lines.extend_from_slice(line);
    }
    let length = lines.len() as u16;
    let mut data = vec![0x78, 0x01, 0x01];
    data.extend(length.to_le_bytes());
    data.extend((!length).to_le_bytes());
    let (mut a, mut b) = (1_u32, 0_u32);
    for &byte in &lines {
        a = (a + u32::from(byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    data.extend(lines);
    data.extend((b << 16 | a).to_be_bytes());
    let side = (SIDE as u32).to_be_bytes();
    let header = [&side[..], &side, &[8, 0, 0, 0, 0]].concat();
    let chunks = [(b"IHDR", header), (b"IDAT", data), (b"IEND", Vec::new())];
    let mut file = b"\x89PNG\r\n\x1A\n".to_vec();
    for (kind, content) in chunks {
        file.extend((content.len() as u32).to_be_bytes());
        let named = [&kind[..], &content].concat();
        file.extend(&named);
        file.extend(checksum(&named).to_be_bytes());
    }
    file
}

/// CRC-32.
fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for &byte in bytes {
        sum ^= u32::from(byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg());
        }
    }
    !sum
}

/// Stripes across or down, each image at another place and of another grey.
fn stripes(class: usize, number: usize) -> Vec<u8> {
    let pixel = |place: usize| {
        let along = [place / SIDE, place % SIDE][class];
        let light = (along + number) % 4 < 2;
        (if light { 180 } else { 60 } + number * 3 + place % 5) as u8
    };
    (0..SIDE * SIDE).map(pixel).collect()
}

/// A workload that `init` made of two classes with twelve images each.
fn made(scratch: &Scratch, binary: &Binary) -> Workload {
    let folder = scratch.path("workload");
    for (class, name) in ["across", "down"].into_iter().enumerate() {
        let to = folder.join("data").join(name);
        fs::create_dir_all(&to).unwrap();
        for number in 0..12 {
            fs::write(
                to.join(format!("{number}.png")),
                png(&stripes(class, number)),
            )
            .unwrap();
        }
    }
    let init = binary.verb(["init"]).arg(folder.join("data"));
    let init = init.arg("--out").arg(&folder).arg("--name").arg("stripes");
    let said = init.run().ok();
    assert!(
        said.stderr
            .contains("24 images of 2 classes, seen at 16 x 16 pixels"),
        "{}",
        said.stderr
    );
    let file = folder.join("workload.yaml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(
        file,
        format!("{text}\ndeploy: {{ endpoint: {{ load_test: {{ rate: 20 /s, for: 200 ms }} }}, batch: {{ input: data/down }} }}\n"),
    )
    .unwrap();
    Workload { folder }
}

/// The only object below a batch's output for an image.
fn predicted(binary: &Binary, state: &Path, image: &Path) -> Value {
    let verb = binary.verb(["predict", "--json"]).arg(image).state(state);
    verb.run().ok().json()["predictions"][0].clone()
}

#[test]
fn a_folder_of_images_is_made_a_workload_run_asked_and_reported() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (made(&scratch, &binary), scratch.state());
    let workload = workload.with("epochs: 60", "epochs: 30");
    let document = run(&binary, &workload, &state, &[]);
    assert_eq!(
        (&document["status"], &document["selected"]),
        (&"succeeded".into(), &"cnn".into())
    );
    let prepare = &document["prepare"];
    assert_eq!(
        (&prepare["read"], &prepare["image_size"]),
        (&24.into(), &16.into())
    );
    assert!(
        number(&document["test"]["scores"]["accuracy"]) > 0.8,
        "{document:#}"
    );
    assert_eq!(document["test"]["importance"], Value::Null);
    assert_eq!(document["mistakes"]["rows"], document["test"]["rows"]);
    assert_eq!(document["batch"]["rows"], 12);
    assert_eq!(document["endpoint"]["load_test"]["answered"], 4);

    let image = workload.folder.join("data/across/3.png");
    let answer = predicted(&binary, &state, &image);
    assert_eq!(answer["label"], "across");
    assert!(number(&answer["probabilities"]["across"]) > 0.5);
    let text = scratch.path("note.png");
    fs::write(&text, "a text").unwrap();
    let verb = binary.verb(["predict"]).arg(&text).state(&state);
    verb.run()
        .fails(2, &["400", "is no picture that is known here"]);

    let page = scratch.path("page.html");
    let report = binary.verb(["report", "--out"]).arg(&page).state(&state);
    report.run().ok();
    let page = fs::read_to_string(page).unwrap();
    for words in [
        "Learning curves",
        "Scores by class",
        "Misclassified images",
        "over 30 epochs",
    ] {
        assert!(page.contains(words), "{words}");
    }

    let again = run(&binary, &workload, &state, &[]);
    for name in super::document::CACHEABLE {
        assert_eq!(step(&again, name)["status"], "hit", "{name}");
    }
}

#[test]
fn a_training_that_was_interrupted_goes_on_from_its_checkpoint() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let (workload, state) = (made(&scratch, &binary), scratch.state());
    let workload = workload.with("epochs: 60", "epochs: 1500");
    let running = super::interrupted::at_job(&binary, &workload, &state, "-train-");
    // Jobs that are under way are asked for by name.
    let under_way = || {
        let status = binary.verb(["status", "--json"]).state(&state).run().json();
        let jobs = status["jobs"].as_array().into_iter().flatten();
        let logs = jobs.filter_map(|job| {
            let verb = binary.verb(["logs"]).arg(job.as_str()?).state(&state);
            Some(verb.run().stdout)
        });
        logs.collect::<String>()
    };
    until("an epoch", Duration::from_secs(20), || {
        under_way().contains("epoch=2;")
    });
    running.signal(Signal::INT);
    let interrupted = running.finish(Duration::from_secs(30));
    interrupted.fails(130, &["the same command continues"]);
    let document = run(&binary, &workload, &state, &[]);
    assert_eq!(document["status"], "succeeded");
    let log = binary.verb(["logs"]).state(&state).run().stdout;
    assert!(log.contains("goes on from its checkpoint after "), "{log}");
}

#[test]
fn an_image_that_is_none_ends_the_run_with_its_name() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let workload = made(&scratch, &binary);
    fs::write(
        workload.folder.join("data/down/13.png"),
        "a text that is called so",
    )
    .unwrap();
    let verb = binary
        .verb(["run"])
        .arg(&workload.folder)
        .state(&scratch.state());
    verb.run().fails(
        2,
        &[
            "error[P0261]",
            "`down/13.png` is no picture that is known here",
            "plimsoll explain P0261",
        ],
    );
}
