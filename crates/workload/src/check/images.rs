//! Rules of folders of images: what has a meaning for them and for tables, and which networks can be built.

use super::checker::{Checker, Place};
use super::source_rules::split_column;
use super::{Item, Section, Spanned, default_node};
use crate::domain::{Format, SplitBy, TaskKind};
use crate::fields::{IMAGE_MODELS, ROOT};
use crate::{Code, Diagnostic, SourceRange};

/// The family that learns from images; all others learn from tables.
const FAMILY: &str = "cnn";
/// Channels of a block come in so many.
const LANES: i64 = 16;

/// Whether the data are images; none where that is not known.
fn are_images(root: &Section) -> Option<bool> {
    Some(Format::of(root.section("data")?) == Format::ImageFolder)
}

/// Gives a folder of images its own default for `models`.
pub(crate) fn complete(root: &mut Section) {
    if are_images(root) != Some(true) || root.given("models").is_some() {
        return;
    }
    let field = ROOT.iter().find(|field| field.name == "models");
    let node = default_node(IMAGE_MODELS).at(root.range);
    let place = Place {
        path: "models",
        anchor: root.range,
    };
    let mut problems = Vec::new();
    let mut checker = Checker {
        problems: &mut problems,
        task: TaskKind::Classification,
    };
    if let Some(models) = field.and_then(|field| checker.value(&node, &field.kind, &place)) {
        root.entries.insert("models", models);
    }
}

/// Checks every rule.
pub(super) fn images(root: &Section, problems: &mut Vec<Diagnostic>) {
    let Some(are_images) = are_images(root) else {
        return;
    };
    meaning(root, are_images, problems);
    families(root, are_images, problems);
    if are_images {
        source(root, problems);
        networks(root, problems);
    }
}

/// Keys that say nothing about the data that is there.
fn meaning(root: &Section, are_images: bool, problems: &mut Vec<Diagnostic>) {
    const OF_TABLES: &[(&str, &[&str])] = &[
        (
            "data",
            &["csv", "missing", "columns", "ignore", "group", "accept"],
        ),
        ("prepare", &["impute", "scale", "encode", "max_categories"]),
    ];
    const OF_IMAGES: &[(&str, &[&str])] = &[("prepare", &["image_size", "mixed_sizes"])];
    let (keys, what) = if are_images {
        (OF_TABLES, "a folder of images")
    } else {
        (OF_IMAGES, "a table")
    };
    let mut without = |range: SourceRange, key: &str, label: &str| {
        let message = format!("`{key}` has no meaning for {what}");
        problems.push(Diagnostic::new(Code::NoMeaning, range, message, label));
    };
    for (section, keys) in keys {
        let Some(found) = root.section(section) else {
            continue;
        };
        for key in *keys {
            if let Some(value) = found.given(key) {
                without(value.range, &format!("{section}.{key}"), "leave it out");
            }
        }
    }
    let positive = root.section("task").and_then(|task| task.get("positive"));
    if let Some(value) = positive.filter(|value| are_images && !matches!(value.item, Item::Map(_)))
    {
        without(
            value.range,
            "task.positive",
            "a name of a folder cannot be compared",
        );
    }
    let kind = root.section("task").and_then(|task| task.get("kind"));
    if let Some(kind) =
        kind.filter(|kind| are_images && kind.parsed() != Some(TaskKind::Classification))
    {
        without(kind.range, "task.kind", "a folder is a class, not a number");
    }
    if let Some((_, range)) = split_column(root).filter(|_| are_images) {
        without(range, "split.by", "images have no columns");
    }
    let split = root.section("split");
    let by = split.and_then(|split| Some((split, split.get("by")?)));
    let Some((split, by)) = by.filter(|(_, by)| SplitBy::read(by) == Some(SplitBy::Folder)) else {
        return;
    };
    if !are_images {
        without(
            by.range,
            "split.by: folder",
            "a table has no folders `train` and `test`",
        );
    } else if let Some(test) = split.given("test") {
        let message = "`split.test` has no meaning where the folder has its own test part";
        problems.push(
            Diagnostic::new(Code::NoMeaning, test.range, message, "leave it out")
                .related(by.range, "the folders are the parts"),
        );
    }
}

/// Candidates learn from the data that is there.
fn families(root: &Section, are_images: bool, problems: &mut Vec<Diagnostic>) {
    for (candidate, name, _) in candidates(root) {
        let (from, are, hint) = match (name == FAMILY, are_images) {
            (true, false) => (
                "images",
                "a table",
                "`data.format: image_folder` reads a folder with one folder of images a class",
            ),
            (false, true) => (
                "tables",
                "images",
                "write `models: [cnn]`, or leave `models` out",
            ),
            _ => continue,
        };
        let message = format!("`{name}` learns from {from}, and the data are {are}");
        let label = format!("not for {are}");
        problems.push(Diagnostic::new(Code::OtherData, candidate.range, message, label).hint(hint));
    }
}

fn candidates(root: &Section) -> impl Iterator<Item = (&Spanned, &'static str, &Section)> {
    let all = root.list("models").unwrap_or_default().iter();
    all.filter_map(|value| match &value.item {
        Item::Variant(name, section) => Some((value, *name, section)),
        _ => None,
    })
}

/// Images lie in one folder.
fn source(root: &Section, problems: &mut Vec<Diagnostic>) {
    let Some(data) = root.section("data") else {
        return;
    };
    let Some([_, second, ..]) = data.list("source") else {
        return;
    };
    problems.push(
        Diagnostic::new(
            Code::Conflict,
            second.range,
            "images are read from one folder",
            "a second source",
        )
        .hint("put the folders of the classes into one folder"),
    );
}

/// Each block halves the image, and takes whole vectors.
fn networks(root: &Section, problems: &mut Vec<Diagnostic>) {
    let size = root
        .section("prepare")
        .and_then(|prepare| prepare.get("image_size"));
    let Some((place, Item::Integer(side))) = size.map(|size| (size.range, &size.item)) else {
        return;
    };
    for (candidate, name, section) in candidates(root) {
        let Some(channels) = section.list("channels").filter(|_| name == FAMILY) else {
            continue;
        };
        let odd = channels
            .iter()
            .find(|value| matches!(value.item, Item::Integer(count) if count % LANES != 0));
        if let Some(odd) = odd {
            problems.push(Diagnostic::new(
                Code::NoNetwork,
                odd.range,
                format!("`models.cnn.channels` must be multiples of {LANES}"),
                "not one",
            ));
        }
        let divisor = 1_i64 << channels.len().min(32);
        if side % divisor == 0 {
            continue;
        }
        let blocks = channels.len();
        let message = format!("images of {side} x {side} pixels cannot be halved {blocks} times");
        let label = format!("each of the {blocks} blocks halves the image");
        // A default has no place of its own.
        let range = section
            .given("channels")
            .map_or(candidate.range, |value| value.range);
        let problem = Diagnostic::new(Code::NoNetwork, range, message, label);
        problems.push(
            problem
                .related(place, "the side of the images")
                .hint(format!(
                    "`prepare.image_size` must be a multiple of {divisor}, or `channels` shorter"
                )),
        );
    }
}
