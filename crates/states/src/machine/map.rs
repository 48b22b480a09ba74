//! `Map`: runs the same states for each item of an array.

use super::amount::amount;
use super::parse::Parser;
use super::{Amount, Fields, Scope};
use crate::limits;
use crate::path::Path;
use crate::template::Template;

/// The fields of a Map state that works inline.
#[derive(Debug)]
pub(crate) struct Map {
    pub(crate) processor: Scope,
    pub(crate) items_path: Option<Path>,
    /// `ItemSelector`, or `Parameters` as it was called before.
    pub(crate) item_selector: Option<Template>,
    pub(crate) max_concurrency: Option<Amount>,
}

/// Fields of the distributed Map.
const DISTRIBUTED: [&str; 8] = [
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "Label",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
];

pub(super) fn map(fields: &mut Fields<'_>, parser: &mut Parser<'_>) -> Option<Map> {
    fields.exclude("ToleratedFailureCount", "ToleratedFailureCountPath");
    fields.exclude(
        "ToleratedFailurePercentage",
        "ToleratedFailurePercentagePath",
    );
    fields.integer("ToleratedFailurePercentage", 0, 100);
    for name in DISTRIBUTED {
        if fields.take(name).is_some() {
            fields
                .problems()
                .not_supported(&fields.at(name), &format!("the distributed Map (`{name}`)"));
        }
    }
    fields.exclude("ItemSelector", "Parameters");
    let item_selector = fields.template("ItemSelector");
    let parameters = fields.template("Parameters");
    let items_path = fields.path("ItemsPath");
    let max_concurrency = amount(fields, "MaxConcurrency", 0, limits::FIELD_SECONDS);
    let processor = processor(fields, parser);
    Some(Map {
        processor: processor?,
        items_path,
        item_selector: item_selector.or(parameters),
        max_concurrency,
    })
}

/// `ItemProcessor`, or `Iterator` as it was called before.
fn processor(fields: &mut Fields<'_>, parser: &mut Parser<'_>) -> Option<Scope> {
    fields.exclude("ItemProcessor", "Iterator");
    let name = if fields.has("Iterator") {
        "Iterator"
    } else {
        "ItemProcessor"
    };
    let value = fields.require(name)?;
    fields.take("Iterator");
    fields.take("ItemProcessor");
    let mut inner = Fields::new(value, fields.at(name), fields.problems())?;
    inner.string("Comment");
    mode(&mut inner);
    let scope = parser.scope(&mut inner);
    inner.finish();
    Some(scope)
}

fn mode(processor: &mut Fields<'_>) {
    let Some(value) = processor.take("ProcessorConfig") else {
        return;
    };
    let Some(mut config) =
        Fields::new(value, processor.at("ProcessorConfig"), processor.problems())
    else {
        return;
    };
    match config.string("Mode") {
        None | Some("INLINE") => {}
        Some("DISTRIBUTED") => {
            config.take("ExecutionType");
            config
                .problems()
                .not_supported(&config.at("Mode"), "the distributed Map (`DISTRIBUTED`)");
        }
        Some(_) => config.wrong("Mode", "Value must be one of INLINE, DISTRIBUTED"),
    }
    config.finish();
}
