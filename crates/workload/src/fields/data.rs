//! The keys of `data` and `task`.

use super::field::{Field, Kind};
use super::forms;
use crate::domain::{ColumnType, Duplicates, Encoding, Format, TaskKind};

pub(super) const DATA: &[Field] = &[
    Field::required(
        "source",
        Kind::OneOrMany(&Kind::Form(&forms::PATH)),
        "File, folder or glob, relative to this file; a list of them for several. Files are read in the order of their \
         names.",
    ),
    Field::default(
        "format",
        Kind::words_and_later(Format::NAMES, &["parquet", "jsonl"]),
        "csv",
        "Format of the source. `image_folder` is a folder with one folder of PNG or JPEG files a class, or with `train` and \
         `test` that have such folders.",
    ),
    Field::default(
        "csv",
        Kind::Section(CSV),
        "{}",
        "How text is cut into cells.",
    ),
    Field::default(
        "missing",
        Kind::Map {
            key: &forms::COLUMN_OR_ALL,
            value: &Kind::AnyList(&Kind::Form(&forms::LABEL)),
        },
        "{}",
        "Texts that mean a missing value, by column; `\"*\"` holds for all. The empty cell always does.",
    ),
    Field::default(
        "duplicates",
        Kind::words(Duplicates::NAMES),
        "drop",
        "What happens to exact copies of a row within one file, or of an image: all but the first are dropped, they stay, or \
         they are an error.",
    ),
    Field::default(
        "columns",
        Kind::Map {
            key: &forms::COLUMN,
            value: &Kind::words_and_later(ColumnType::NAMES, &["text", "time"]),
        },
        "{}",
        "Columns and their types. Without a header they name the columns in their order. Where there are none, names \
         come from the header and types from the cells.",
    ),
    Field::default(
        "ignore",
        Kind::AnyList(&Kind::Form(&forms::COLUMN)),
        "[]",
        "Columns that are no features: ids, and what would not be known at prediction.",
    ),
    Field::optional(
        "license",
        Kind::Form(&forms::TEXT),
        "Licence of the data, shown in reports.",
    ),
    Field::optional(
        "provenance",
        Kind::Form(&forms::PATH),
        "File that says where the data comes from, shown in reports.",
    ),
];

const CSV: &[Field] = &[
    Field::default(
        "header",
        Kind::Boolean,
        "true",
        "Whether the first line names the columns. Where it does not, `data.columns` must.",
    ),
    Field::default(
        "delimiter",
        Kind::Form(&forms::DELIMITER),
        "\",\"",
        "The character between cells.",
    ),
    Field::default(
        "decimal",
        Kind::words(&[".", ","]),
        "\".\"",
        "The decimal mark of numbers.",
    ),
    Field::default(
        "encoding",
        Kind::words(Encoding::NAMES),
        "utf-8",
        "Encoding of the text. `windows-1252` reads Latin-1 as well; a byte order mark at the beginning is skipped.",
    ),
];

pub(super) const TASK: &[Field] = &[
    Field::default(
        "kind",
        Kind::words_and_later(TaskKind::NAMES, &["forecast"]),
        "classification",
        "Kind of task: one of a set of classes is learned, or a number.",
    ),
    Field::required(
        "target",
        Kind::Form(&forms::COLUMN),
        "The column to predict. Of images it is what the name of their folder is called in reports, such as `defect`.",
    ),
    Field::optional(
        "positive",
        Kind::ScalarOr(
            &Kind::Form(&forms::THRESHOLD),
            &Kind::Map {
                key: &forms::LABEL,
                value: &Kind::Form(&forms::LABEL),
            },
        ),
        "Turns the target into two classes: a comparison such as `\"> 0\"`, which gives the classes 0 and 1, or a map \
         from each label to one of two classes. Without it every label is a class. Of classifications only.",
    ),
    Field::later("forecast", "Horizon and lags of a forecast."),
];
