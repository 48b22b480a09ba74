//! Files and what becomes of them: a new case is a YAML file in `data/bad` or `data/good`, its result is recorded
//! beside it.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use workload::{Code, Color, parse, render};

fn files(folder: &str) -> Vec<(String, String)> {
    let folder = data(folder);
    let entries = std::fs::read_dir(&folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "yaml")
    });
    files.sort();
    let read = |path: &PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    files.iter().map(read).collect()
}

fn data(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(folder)
}

fn recorded(folder: &str, check: impl FnOnce()) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(data(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(check);
}

#[test]
fn every_bad_file_gets_its_messages() {
    for (name, text) in files("bad") {
        let problems = parse(&text).expect_err(&name);
        let places: Vec<_> = problems.iter().map(|problem| problem.range).collect();
        assert!(places.is_sorted(), "{name} is not in order");
        if let Some(code) = name.strip_prefix('p') {
            let code = format!("P{}", &code[..4]);
            assert!(
                problems.iter().any(|problem| problem.code.as_str() == code),
                "{name} lacks {code}"
            );
        }
        let rendered = render(&problems, "heart/workload.yaml", &text, Color::Never);
        recorded("bad", || insta::assert_snapshot!(name, rendered));
    }
}

#[test]
fn every_good_file_gets_its_meaning() {
    for (name, text) in files("good") {
        let workload = parse(&text).unwrap_or_else(|problems| {
            panic!("{}", render(&problems, &name, &text, Color::Never));
        });
        recorded("good", || insta::assert_debug_snapshot!(name, workload));
    }
}

#[test]
fn every_code_has_a_bad_file() {
    let mut met = BTreeSet::from([Code::UnreadableFile]);
    for (_, text) in files("bad") {
        met.extend(parse(&text).unwrap_err().iter().map(|problem| problem.code));
    }
    let all: BTreeSet<Code> = Code::ALL.iter().copied().collect();
    assert_eq!(
        all.difference(&met).collect::<Vec<_>>(),
        Vec::<&Code>::new()
    );
}

#[test]
fn the_examples_are_valid() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut count = 0;
    for folder in std::fs::read_dir(examples).unwrap() {
        let path = folder.unwrap().path().join("workload.yaml");
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        count += 1;
        if let Err(problems) = parse(&text) {
            panic!(
                "{}",
                render(&problems, &path.display().to_string(), &text, Color::Never)
            );
        }
    }
    assert!(count > 0);
}

/// The first YAML block of each page shows what the page is about.
#[test]
fn the_example_of_a_page_has_the_problem_of_the_page() {
    for page in workload::pages() {
        let Some((_, rest)) = page.text.split_once("```yaml\n") else {
            assert_eq!(page.code, "P0101");
            continue;
        };
        let (example, _) = rest.split_once("```").unwrap();
        let codes: Vec<_> = parse(example)
            .unwrap_err()
            .iter()
            .map(|problem| problem.code.as_str())
            .collect();
        assert!(codes.contains(&page.code), "{} shows {codes:?}", page.code);
    }
}

#[test]
fn a_problem_without_a_place_is_rendered_too() {
    let problem = workload::Diagnostic::unreadable("heart/workload.yaml", "no such file");
    insta::assert_snapshot!(render(&[problem], "heart/workload.yaml", "", Color::Never), @"
    error[P0101]: cannot read `heart/workload.yaml`: no such file
      = hint: `plimsoll init FILE` writes a workload from data
      = hint: `plimsoll explain P0101`
    ");
}

#[test]
fn colours_are_escape_sequences_around_the_same_text() {
    let text = "plimsoll: 1\nname: heart\ndata: { source: a.csv }\ntaks: {}\n";
    let problems = parse(text).unwrap_err();
    let plain = render(&problems, "w.yaml", text, Color::Never);
    let coloured = render(&problems, "w.yaml", text, Color::Always);
    let mut stripped = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        stripped.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    stripped.push_str(rest);
    assert!(coloured.len() > plain.len());
    assert_eq!(stripped, plain);
}

#[test]
fn the_schema_and_the_reference_are_recorded() {
    recorded("reference", || {
        insta::assert_json_snapshot!("schema", workload::schema());
        insta::assert_snapshot!("reference", workload::reference());
    });
}
