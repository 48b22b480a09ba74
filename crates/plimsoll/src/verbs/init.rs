//! `init`: a workload file from data.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{ArgAction, Args};
use learn::profile::{self, Options};
use steps::SourceFormat;

use super::Context;
use crate::failure::{Failure, Kind, chain};
use crate::init::{Found, Lake, document, find, images, is_address, plan, relative, workload_name};
use crate::state::State;

/// Name of the file that is written.
const FILE: &str = "workload.yaml";

/// Write a workload from data: a CSV, Parquet or JSON Lines file, a folder of them, a pattern in quotes, a folder of images, or
/// `s3://bucket/prefix` of the state
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The data
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::AnyPath)]
    data: PathBuf,
    /// The column to predict, where it is not the one that is found
    #[arg(long, value_name = "COLUMN")]
    target: Option<String>,
    /// Name of the workload; else the name of the data
    #[arg(long)]
    name: Option<String>,
    /// Folder of the workload file; made where it is not there
    #[arg(long, value_name = "DIR", default_value = ".", value_hint = clap::ValueHint::DirPath)]
    out: PathBuf,
    /// Overwrite a workload file
    #[arg(long)]
    force: bool,
    /// The character between cells, where another one is found
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    delimiter: Option<char>,
    /// Whether the first line names the columns, where that is found out wrongly
    #[arg(long, value_name = "BOOLEAN", action = ArgAction::Set)]
    header: Option<bool>,
}

/// A character that can stand between cells.
fn delimiter(text: &str) -> Result<char, String> {
    let text = if text == "\\t" { "\t" } else { text };
    match text.as_bytes() {
        [b'"' | b'\n' | b'\r' | b'.'] => {
            Err("it cannot be a quote, a point or a line break".to_owned())
        }
        [byte] if byte.is_ascii() => Ok(char::from(*byte)),
        _ => Err("it is a single ASCII character, or `\\t`".to_owned()),
    }
}

impl Init {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        workload_name(self.name.as_deref(), Path::new("x"))?;
        let file = if self.out == Path::new(".") {
            PathBuf::from(FILE)
        } else {
            self.out.join(FILE)
        };
        if !self.force && file.exists() {
            return Err(there_is_one(&file));
        }
        if is_address(&self.data) {
            let lake = Lake::open(&State::find(&context.common)?, &self.data.to_string_lossy())?;
            let written = self.of_rows(lake.found(), &file, context);
            return written.map_err(|failure| lake.told(failure));
        }
        if self.data.is_dir() && learn::images::is_image_folder(&self.data) {
            return self.of_images(&file, context);
        }
        let found = find(&self.data, &self.out)?;
        self.of_rows(found, &file, context)
    }

    /// Writes a workload from rows.
    fn of_rows(&self, found: Found, file: &Path, context: &Context) -> Result<(), Failure> {
        let name = workload_name(self.name.as_deref(), &found.named)?;
        let options = Options {
            format: format(&found.files)?,
            delimiter: self.delimiter,
            header: self.header,
            ..Options::default()
        };
        let cells = options.format == SourceFormat::Csv;
        let profile =
            profile::profile(&found.files, &options).map_err(|error| unread(&error, cells))?;
        let shown = self.data.display().to_string();
        let plan = plan(&profile, self.target.as_deref(), &shown)?;
        let limit = plan.target.goal.limit;
        // What another column says of the same hour is not known when that hour is forecast.
        let leaks = match plan.series() {
            Some(_) => Ok(BTreeMap::new()),
            None => profile::leaks(&profile, plan.target.column, limit),
        };
        let leaks = leaks.map_err(|error| unread(&error, cells))?;
        let Found { files, source, .. } = found;
        let draft = plan.draft(name, source, files.len(), &leaks);
        let text = draft.to_yaml();
        check(&text, context)?;
        self.write(file, &text)?;
        if context.printer.is_json() {
            context
                .printer
                .document(&document(&plan, &draft, &leaks, file));
            return Ok(());
        }
        let (ignored, target) = (plan.ignored.len(), &draft.target.value);
        let others = plan.views.len() - ignored - 1;
        let what = match plan.series() {
            Some(series) => format!(
                "{} hours, {ignored} columns ignored; forecasts `{target}` from its past and that of {} other columns",
                series.found.hours,
                others - series.time.len(),
            ),
            None => format!(
                "{} rows, {others} features, {ignored} columns ignored; predicts `{target}`",
                profile.rows
            ),
        };
        context
            .printer
            .say(&format!("wrote {}: {what}", file.display()));
        if let Some(positive) = &draft.positive {
            context.printer.say(&format!("note: {}", positive.note));
        }
        next(file, context);
        Ok(())
    }

    /// Writes a workload from a folder of images.
    fn of_images(&self, file: &Path, context: &Context) -> Result<(), Failure> {
        let shown = self.data.display().to_string();
        let of_tables = [
            ("--target", self.target.is_some()),
            ("--delimiter", self.delimiter.is_some()),
            ("--header", self.header.is_some()),
        ];
        if let Some((flag, _)) = of_tables.iter().find(|(_, given)| *given) {
            let message =
                format!("`{flag}` says nothing of `{shown}`, which is a folder of images");
            return Err(Failure::input(message));
        }
        let whole = std::path::absolute(&self.data).unwrap_or_else(|_| self.data.clone());
        let name = workload_name(self.name.as_deref(), &whole)?;
        let profile = learn::images::profile(&self.data)
            .map_err(|error| Failure::input(chain(&error)).code(error.code()))?;
        let source = relative(&self.data, &self.out)?;
        let draft = images::draft(&profile, name, source, &shown)?;
        let text = draft.to_yaml();
        check(&text, context)?;
        self.write(file, &text)?;
        if context.printer.is_json() {
            let document = images::document(&profile, &draft, file);
            context.printer.document(&document);
            return Ok(());
        }
        context.printer.say(&format!(
            "wrote {}: {} images of {} classes, seen at {side} x {side} pixels",
            file.display(),
            profile.images,
            profile.classes.len(),
            side = draft.image_size.value,
        ));
        next(file, context);
        Ok(())
    }

    fn write(&self, file: &Path, text: &str) -> Result<(), Failure> {
        let failed = |error: std::io::Error| {
            let message = format!("cannot write `{}`: {error}", file.display());
            Failure::new(Kind::Environment, message).code("P0615")
        };
        fs::create_dir_all(&self.out).map_err(failed)?;
        let mut options = fs::OpenOptions::new();
        options.write(true);
        if self.force {
            options.create(true).truncate(true);
        } else {
            options.create_new(true);
        }
        let mut opened = options.open(file).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => there_is_one(file),
            _ => failed(error),
        })?;
        opened.write_all(text.as_bytes()).map_err(failed)
    }
}

/// The format that the names of the files say.
fn format(files: &[PathBuf]) -> Result<SourceFormat, Failure> {
    let of = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        let said = name.and_then(workload::Format::of_name);
        blueprint::source_format(said.unwrap_or(workload::Format::Csv))
    };
    let first = files.first().map(of).unwrap_or_default();
    match files.iter().find(|path| of(path) != first) {
        None => Ok(first),
        Some(other) => Err(Failure::input(format!(
            "`{}` and `{}` are of different formats: one source has one format",
            files[0].display(),
            other.display()
        ))
        .code("P0610")),
    }
}

/// Says what comes next.
fn next(file: &Path, context: &Context) {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.map(|folder| format!(" {}", folder.display()));
    let next = format!("next: plimsoll run{}", folder.unwrap_or_default());
    context.printer.say(&next);
}

fn there_is_one(file: &Path) -> Failure {
    Failure::input(format!("`{}` is there already", file.display()))
        .code("P0614")
        .hint("`--force` overwrites it, `--out DIR` writes into another folder")
}

fn unread(error: &profile::Error, cells: bool) -> Failure {
    let failure = Failure::input(chain(error)).code(error.code());
    match error {
        profile::Error::Ragged { .. } => failure
            .hint("quote cells that hold the delimiter, or name another one with `--delimiter`"),
        profile::Error::Header { .. } => failure.hint(
            "rename the column in the file, or say `--header false` where the first line is a row",
        ),
        // Only text in cells has a first line that may be a row.
        profile::Error::NoRows { problem, .. } if *problem != "is empty" && cells => {
            failure.hint("where the only line is a row, say `--header false`")
        }
        profile::Error::NoRows { .. } => {
            failure.hint("look whether the program that writes it has ended, or name another file")
        }
        profile::Error::Encodings { .. } => {
            failure.hint("convert one of them, or make a workload of each")
        }
        _ => failure,
    }
}

/// What is written is read again first: a file that is not valid would be a defect.
fn check(text: &str, context: &Context) -> Result<(), Failure> {
    match workload::parse(text) {
        Ok(_) => Ok(()),
        Err(problems) => {
            let shown = workload::render(&problems, FILE, text, context.printer.diagnostics());
            Err(Failure::new(
                Kind::Defect,
                format!("the workload file that was made is not valid\n{shown}"),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delimiter_is_one_character() {
        assert_eq!(delimiter("\\t"), Ok('\t'));
        assert_eq!(delimiter("|"), Ok('|'));
        for text in ["", ";;", "\u{e9}", "\"", "."] {
            assert!(delimiter(text).is_err(), "{text}");
        }
    }
}
