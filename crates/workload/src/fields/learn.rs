//! The keys of `split`, `prepare`, `select` and `references`.

use super::field::{Choices, Field, Kind};
use super::forms;
use crate::Code;
use crate::domain::{
    Encode, ImputeCategory, ImputeNumber, Metric, MixedSizes, Scale, SelectOn, SplitBy, TaskKind,
};

pub(super) const SPLIT: &[Field] = &[
    Field::default(
        "test",
        Kind::Form(&forms::CUT),
        "20 %",
        "Share of the rows for the test part, of which the number is rounded to the nearest. Of a forecast also its first \
         date, such as `2005-02-01`; the test part goes to the end.",
    ),
    Field::default(
        "validation",
        Kind::Form(&forms::CUT),
        "20 %",
        "Share of the rows for the validation part, of which the number is rounded to the nearest. Of a forecast also its \
         first date; it goes up to the test part.",
    ),
    Field::by_task(
        "by",
        Kind::ScalarOr(&Kind::words(SplitBy::NAMES), &Kind::Variant(SPLIT_BY)),
        &[
            (TaskKind::Classification, "random"),
            (TaskKind::Regression, "random"),
            (TaskKind::Forecast, "time"),
        ],
        "The order in which rows are dealt: `random` by the seeded hash of their number (images are numbered by their \
         paths); of a forecast `time`, in the order of its hours; of images, `folder` as the folders `train` and `test` say, \
         of which `train` gives the validation part; or by a column, which is then no feature: `{ group: COLUMN }` keeps \
         rows of one value together, `{ time: COLUMN }` tests on the latest rows.",
    ),
    Field::by_task(
        "stratify",
        Kind::Boolean,
        &[
            (TaskKind::Classification, "true"),
            (TaskKind::Regression, "false"),
            (TaskKind::Forecast, "false"),
        ],
        "Whether each class keeps its share in each part. Of classifications only.",
    ),
    Field::default(
        "seed",
        Kind::Integer {
            least: 0,
            most: i64::MAX,
        },
        "42",
        "Seed of the order and of everything random after it.",
    ),
    Field::later("cross_validation", "Folds in place of a validation part."),
];

const SPLIT_BY: &[Field] = &[
    Field::required(
        "group",
        Kind::Form(&forms::COLUMN),
        "Column whose values are the groups: rows of one value stand in one part. `file` is the file that a row stands in, \
         where no column has that name.",
    ),
    Field::required(
        "time",
        Kind::Form(&forms::COLUMN),
        "Column of ISO dates or moments, or of numbers such as a year: the latest rows are test rows, those before them \
         validation rows, and rows of one moment stay together.",
    ),
];

pub(super) const PREPARE: &[Field] = &[
    Field::default(
        "impute",
        Kind::Section(IMPUTE),
        "{}",
        "What a missing value becomes.",
    ),
    Field::default(
        "scale",
        Kind::words(Scale::NAMES),
        "standard",
        "How numbers are scaled: by mean and standard deviation, by minimum and range, or not. Trees are never scaled.",
    ),
    Field::default(
        "encode",
        Kind::words(Encode::NAMES),
        "one_hot",
        "How categories become numbers: a column for each level, or the place of the level.",
    ),
    Field::default(
        "max_categories",
        Kind::Integer {
            least: 2,
            most: 10_000,
        },
        "100",
        "Levels of a column that become numbers, at most: the most frequent of the training rows. The others are taken as \
         a level that training has not seen.",
    ),
    Field::default(
        "image_size",
        Kind::Integer {
            least: 2,
            most: 512,
        },
        "64",
        "Side of the images that models see, in pixels. Images become grey and are made smaller by their area average.",
    ),
    Field::default(
        "mixed_sizes",
        Kind::words(MixedSizes::NAMES),
        "error",
        "What happens where images have different sizes: an error that names the file, or each is squeezed to the same square, \
         whatever its shape.",
    ),
];

const IMPUTE: &[Field] = &[
    Field::default(
        "number",
        Kind::words(ImputeNumber::NAMES),
        "median",
        "What a missing number becomes.",
    ),
    Field::default(
        "category",
        Kind::words(ImputeCategory::NAMES),
        "most_frequent",
        "What a missing category becomes; with `none` it has no level at all.",
    ),
];

pub(super) const SELECT: &[Field] = &[
    Field::by_task(
        "metric",
        Kind::Choice(Choices {
            now: Metric::NAMES,
            later: &[],
            code: Code::UnknownMetric,
        }),
        &[
            (TaskKind::Classification, "f1_macro"),
            (TaskKind::Regression, "rmse"),
            (TaskKind::Forecast, "mase"),
        ],
        "The score to choose by. The best is the highest, of `log_loss`, `rmse`, `mae` and `mase` the lowest. Of a \
         forecast it is the mean over the horizons.",
    ),
    Field::default(
        "on",
        Kind::words(SelectOn::NAMES),
        "validation",
        "Rows that the score is computed on.",
    ),
    Field::default(
        "refit",
        Kind::Boolean,
        "true",
        "Whether the chosen candidate is fitted again on train and validation rows.",
    ),
];

pub(super) const REFERENCE: &[Field] = &[
    Field::required(
        "metric",
        Kind::Form(&forms::SCORE),
        "The score that was published.",
    ),
    Field::required(
        "value",
        Kind::Number {
            least: 0.0,
            most: 1e9,
        },
        "Its value.",
    ),
    Field::optional(
        "model",
        Kind::Form(&forms::TEXT),
        "What was scored, such as `random forest`.",
    ),
    Field::required(
        "source",
        Kind::Form(&forms::TEXT),
        "Who published it, and where: a name, a title, an address.",
    ),
];
