//! The keys of `data` and `task`.

use super::field::{Field, Kind};
use super::forms;
use crate::domain::{Check, ColumnType, Duplicates, Encoding, Format, Gaps, TaskKind};

pub(super) const DATA: &[Field] = &[
    Field::required(
        "source",
        Kind::OneOrMany(&Kind::Form(&forms::PATH)),
        "File, folder or glob, relative to this file; a list of them for several. Files are read in the order of their \
         names. Or one `s3://bucket/prefix` of the plane's: an object, or all objects below the prefix.",
    ),
    Field::optional(
        "format",
        Kind::words(Format::NAMES),
        "Format of the source. Where it is not given, the ending of the first source says it: `.parquet` and `.pq`, \
         `.jsonl` and `.ndjson`; anything else is CSV. `image_folder` is a folder with one folder of PNG or JPEG files a \
         class, or with `train` and `test` that have such folders.",
    ),
    Field::default(
        "csv",
        Kind::Section(CSV),
        "{}",
        "How the text of CSV is cut into cells; other formats have none of it.",
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
        "group",
        Kind::Form(&forms::COLUMN),
        "Column that names the group of a row, such as a hospital, a machine or a customer; `file` is the file that the row \
         stands in, where no column has that name. It is no feature. Beside the score on test rows, each of up to 20 groups \
         is left out once: the chosen candidate is trained on the rows of all others and scored on it. Rows that \
         `split.by.group` deals have that column's groups without this key.",
    ),
    Field::default(
        "accept",
        Kind::AnyList(&Kind::words(Check::NAMES)),
        "[]",
        "Findings of the checks of the data that are taken as they are: copies of training rows among those that score, \
         values of an id in several parts, training rows later than test rows, a column that says the target, a gap that \
         says the target or the group, a column with one value. What proves a score wrong otherwise ends the run; the \
         rest is shown.",
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
        Kind::words(TaskKind::NAMES),
        "classification",
        "Kind of task: one of a set of classes is learned, a number, or what a series will be in hours to come.",
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
    Field::optional(
        "forecast",
        Kind::Section(FORECAST),
        "How a series with one row an hour is forecast. Of forecasts only, which need it.",
    ),
];

const FORECAST: &[Field] = &[
    Field::required(
        "time",
        Kind::OneOrMany(&Kind::Form(&forms::COLUMN)),
        "Column with the moment of each row, or several such as a date and a time, whose texts are joined with a space. \
         Moments are those of one clock without a zone; rows are one hour apart and in the order of time.",
    ),
    Field::optional(
        "format",
        Kind::Form(&forms::TIME_FORMAT),
        "How moments are written: `%Y %m %d %H %M %S` are year, month, day, hour, minute and second, any other character \
         is itself. Usual forms are found out where this key is not there.",
    ),
    Field::required(
        "horizon",
        Kind::OneOrMany(&Kind::Form(&forms::HORIZON)),
        "How far ahead the target is forecast, or several such distances: each has a model of its own, and one candidate \
         is chosen for all.",
    ),
    Field::default(
        "lags",
        Kind::OneOrMany(&Kind::Form(&forms::LAG)),
        "[1 h, 2 h, 3 h, 6 h, 12 h, 18 h, 23 h, 47 h, 71 h, 143 h, 167 h]",
        "Hours before the last known one whose target value is a feature. A forecast is given as many hours as the \
         longest looks back, and a day at least.",
    ),
    Field::default(
        "gaps",
        Kind::words(Gaps::NAMES),
        "error",
        "What happens where hours are missing: an error that names the line, or up to a week of them become rows of \
         missing values, which are never targets.",
    ),
];
