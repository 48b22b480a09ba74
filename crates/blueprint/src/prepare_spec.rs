//! What Prepare is asked for, in the words of the crate `steps`.

use std::collections::BTreeMap;

use steps::{
    Check, ColumnSpec, ColumnType, Comparison, CsvFormat, Duplicates, Encoding, Gaps, ImagesSpec,
    Positive, PrepareSpec, SeriesSpec, SourceFormat, SplitBy, SplitSpec, TargetKind,
};
use workload::{TaskKind, Workload};

use crate::{Sources, names};

pub(crate) fn prepare_spec(workload: &Workload, sources: &Sources) -> PrepareSpec {
    let data = &workload.data;
    let mut missing: BTreeMap<String, Vec<String>> = data.missing.columns.clone();
    if !data.missing.all.is_empty() {
        missing.insert("*".to_owned(), data.missing.all.clone());
    }
    let ppm = |share: units::Share| (share.as_fraction() * 1e6).round() as u32;
    PrepareSpec {
        format: source_format(data.format),
        files: sources
            .data
            .iter()
            .map(|source| source.name.clone())
            .collect(),
        csv: CsvFormat {
            header: data.csv.header,
            delimiter: data.csv.delimiter,
            decimal: data.csv.decimal,
            encoding: encoding(data.csv.encoding),
        },
        missing,
        duplicates: match data.duplicates {
            workload::Duplicates::Drop => Duplicates::Drop,
            workload::Duplicates::Keep => Duplicates::Keep,
            workload::Duplicates::Error => Duplicates::Error,
        },
        columns: data
            .columns
            .iter()
            .map(|(name, kind)| ColumnSpec {
                name: name.clone(),
                kind: column_type(*kind),
            })
            .collect(),
        ignore: data.ignore.clone(),
        group: data.group.clone(),
        accept: data
            .accept
            .iter()
            .map(|accepted| check(*accepted))
            .collect(),
        objects: sources.objects.clone(),
        target: workload.task.target.clone(),
        target_kind: target_kind(workload.task.kind),
        positive: workload.task.positive.as_ref().map(positive),
        split: SplitSpec {
            test_ppm: ppm(workload.split.test.share()),
            validation_ppm: ppm(workload.split.validation.share()),
            stratify: workload.split.stratify,
            seed: workload.split.seed,
            by: match &workload.split.by {
                // A folder and a series are told of beside.
                workload::SplitBy::Random
                | workload::SplitBy::Folder
                | workload::SplitBy::Series => SplitBy::Random,
                workload::SplitBy::Group(column) => SplitBy::Group(column.clone()),
                workload::SplitBy::Time(column) => SplitBy::Time(column.clone()),
            },
        },
        series: workload
            .task
            .forecast
            .as_ref()
            .map(|forecast| series_spec(forecast, &workload.split)),
        images: images_spec(workload),
    }
}

/// How a series is read and cut.
fn series_spec(forecast: &workload::Forecast, split: &workload::Split) -> SeriesSpec {
    SeriesSpec {
        time: forecast.time.clone(),
        format: forecast.format.clone(),
        horizons: forecast.horizons.clone(),
        lags: forecast.lags.clone(),
        gaps: match forecast.gaps {
            workload::Gaps::Error => Gaps::Error,
            workload::Gaps::Fill => Gaps::Fill,
        },
        validation_from: split.validation.date().map(|date| date.to_string()),
        test_from: split.test.date().map(|date| date.to_string()),
    }
}

/// How images are read, where the data are images.
fn images_spec(workload: &Workload) -> Option<ImagesSpec> {
    (workload.data.format == workload::Format::ImageFolder).then(|| ImagesSpec {
        folder: names::below(workload.data.sources.first().map_or("", String::as_str)),
        size: workload.prepare.image_size,
        mixed_sizes: workload.prepare.mixed_sizes == workload::MixedSizes::Resize,
        parts_of_folder: workload.split.by == workload::SplitBy::Folder,
    })
}

/// What a task predicts.
pub const fn target_kind(task: TaskKind) -> TargetKind {
    match task {
        TaskKind::Classification => TargetKind::Class,
        TaskKind::Regression | TaskKind::Forecast => TargetKind::Number,
    }
}

/// The format of a source as steps are told it.
pub const fn source_format(format: workload::Format) -> SourceFormat {
    match format {
        // Images are told of beside the format of tables.
        workload::Format::Csv | workload::Format::ImageFolder => SourceFormat::Csv,
        workload::Format::Jsonl => SourceFormat::Jsonl,
        workload::Format::Parquet => SourceFormat::Parquet,
    }
}

const fn check(check: workload::Check) -> Check {
    match check {
        workload::Check::Duplicates => Check::Duplicates,
        workload::Check::Groups => Check::Groups,
        workload::Check::Time => Check::Time,
        workload::Check::Target => Check::Target,
        workload::Check::Missing => Check::Missing,
        workload::Check::Constant => Check::Constant,
    }
}

/// The encoding of a source as steps are told it.
pub const fn encoding(encoding: workload::Encoding) -> Encoding {
    match encoding {
        workload::Encoding::Utf8 => Encoding::Utf8,
        workload::Encoding::Utf16le => Encoding::Utf16le,
        workload::Encoding::Utf16be => Encoding::Utf16be,
        workload::Encoding::Windows1252 => Encoding::Windows1252,
    }
}

fn column_type(kind: workload::ColumnType) -> ColumnType {
    match kind {
        workload::ColumnType::Number => ColumnType::Number,
        workload::ColumnType::Category => ColumnType::Category,
    }
}

fn positive(positive: &workload::Positive) -> Positive {
    match positive {
        workload::Positive::Threshold(threshold) => Positive::Compare {
            comparison: comparison(threshold.comparison),
            value: threshold.value,
        },
        workload::Positive::Labels(labels) => Positive::Labels(labels.clone()),
    }
}

pub(crate) fn comparison(comparison: workload::Comparison) -> Comparison {
    match comparison {
        workload::Comparison::Less => Comparison::Less,
        workload::Comparison::LessOrEqual => Comparison::LessOrEqual,
        workload::Comparison::Greater => Comparison::Greater,
        workload::Comparison::GreaterOrEqual => Comparison::GreaterOrEqual,
        workload::Comparison::Equal => Comparison::Equal,
        workload::Comparison::NotEqual => Comparison::NotEqual,
    }
}
