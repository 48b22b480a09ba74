//! Rules of where the data lies, in which format, and by which column its rows are dealt.

use super::{Item, Section, Spanned};
use crate::domain::{Data, Format, S3};
use crate::{Code, Diagnostic, SourceRange};

/// Checks every rule of the source.
pub(crate) fn check_source(root: &Section, problems: &mut Vec<Diagnostic>) {
    let Some(data) = root.section("data") else {
        return;
    };
    let sources = data.list("source").unwrap_or_default();
    objects(sources, problems);
    formats(data, sources, problems);
    form(data, problems);
    dealt(root, problems);
    grouped(root, problems);
}

fn conflict(range: SourceRange, message: String, label: &str) -> Diagnostic {
    Diagnostic::new(Code::Conflict, range, message, label)
}

/// A source in S3 stands alone and names a bucket.
fn objects(sources: &[Spanned], problems: &mut Vec<Diagnostic>) {
    for source in sources {
        let Some(text) = source.parsed::<String>() else {
            continue;
        };
        let Some(rest) = text.strip_prefix(S3) else {
            continue;
        };
        if rest.is_empty() || rest.starts_with('/') {
            problems.push(Diagnostic::new(
                Code::InvalidValue,
                source.range,
                format!("`{text}` names no bucket"),
                "expected `s3://bucket/prefix`",
            ));
        } else if sources.len() > 1 {
            problems.push(
                conflict(
                    source.range,
                    "a source in S3 stands alone".to_owned(),
                    "beside other sources",
                )
                .hint("put all objects below one prefix"),
            );
        }
    }
}

/// Sources whose names say different formats need one that is said.
fn formats(data: &Section, sources: &[Spanned], problems: &mut Vec<Diagnostic>) {
    if data.get("format").is_some() {
        return;
    }
    let format = |source: &Spanned| Format::of_name(&source.parsed::<String>()?);
    let mut said = sources
        .iter()
        .filter_map(|source| Some((format(source)?, source.range)));
    let Some((first, range)) = said.next() else {
        return;
    };
    if let Some((other, at)) = said.find(|(format, _)| *format != first) {
        problems.push(
            conflict(
                at,
                "sources are of different formats".to_owned(),
                other.name(),
            )
            .related(range, first.name())
            .hint("one source has one format; `data.format` says it where the names do not"),
        );
    }
}

/// Only CSV is cut.
fn form(data: &Section, problems: &mut Vec<Diagnostic>) {
    let format = Format::of(data);
    // Images have a rule of their own.
    if matches!(format, Format::Csv | Format::ImageFolder) {
        return;
    }
    if let Some(csv) = data.given("csv") {
        let message = format!("`data.csv` has no meaning for {format}");
        problems.push(
            Diagnostic::new(Code::NoMeaning, csv.range, message, "leave it out")
                .hint("`format: csv` says that the source is CSV whatever its name"),
        );
    }
}

/// The column that rows are dealt by.
pub(super) fn split_column(root: &Section) -> Option<(String, SourceRange)> {
    let by = root.section("split")?.get("by")?;
    let Item::Variant(name, section) = &by.item else {
        return None;
    };
    let column = section.get(name)?;
    Some((column.parsed()?, column.range))
}

/// The columns that rows are dealt and grouped by, without the word that stands for the file of a row.
pub(super) fn dealing_columns(root: &Section) -> impl Iterator<Item = (String, SourceRange)> {
    let group = root.section("data").and_then(|data| data.get("group"));
    let group = group.and_then(|group| Some((group.parsed()?, group.range)));
    let named = split_column(root).into_iter().chain(group);
    named.filter(|(name, _)| name != Data::BY_FILE)
}

/// The groups that are left out are those that rows are dealt by, and neither the target nor ignored.
fn grouped(root: &Section, problems: &mut Vec<Diagnostic>) {
    let Some(data) = root.section("data") else {
        return;
    };
    let Some(group) = data.get("group") else {
        return;
    };
    let Some(name) = group.parsed::<String>() else {
        return;
    };
    let target = root
        .section("task")
        .and_then(|task| task.parsed::<String>("target"));
    if target.as_ref() == Some(&name) {
        let message = format!("rows are grouped by the target `{name}`");
        problems.push(conflict(
            group.range,
            message,
            "each group would be one class",
        ));
    }
    let by = root.section("split").and_then(|split| split.get("by"));
    let dealt = by.and_then(|by| match &by.item {
        Item::Variant("group", section) => section.get("group"),
        _ => None,
    });
    if let Some(dealt) = dealt.filter(|dealt| dealt.parsed::<String>().is_some_and(|by| by != name))
    {
        let message = "`data.group` and `split.by.group` name different groups".to_owned();
        problems.push(
            conflict(group.range, message, "leave one of them out")
                .related(dealt.range, "rows are dealt by these"),
        );
    }
}

/// Rows are not dealt by what is to be predicted.
fn dealt(root: &Section, problems: &mut Vec<Diagnostic>) {
    let target = root
        .section("task")
        .and_then(|task| task.parsed::<String>("target"));
    if let (Some((column, range)), Some(target)) = (split_column(root), target)
        && column == target
    {
        problems.push(conflict(
            range,
            format!("rows are dealt by the target `{target}`"),
            "each part would have other classes",
        ));
    }
    let Some(split) = root.section("split") else {
        return;
    };
    let (Some((_, by)), Some(stratify)) = (split_column(root), split.given("stratify")) else {
        return;
    };
    if matches!(stratify.item, Item::Boolean(true)) {
        let message = "`split.stratify` has no meaning where rows are dealt by a column";
        problems.push(
            Diagnostic::new(Code::NoMeaning, stratify.range, message, "leave it out")
                .related(by, "by this column"),
        );
    }
}
