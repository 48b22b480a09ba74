//! What was found out and why, as JSON: `plimsoll.init/1`.

use std::collections::BTreeMap;
use std::path::Path;

use learn::profile::Leak;
use serde_json::{Value, json};
use workload::{Draft, PositiveDraft};

use super::compose::{Plan, said};
use super::roles::remark;

/// Candidates that are listed.
const CANDIDATES: usize = 5;

/// The whole.
pub(crate) fn document(
    plan: &Plan,
    draft: &Draft,
    leaks: &BTreeMap<usize, Leak>,
    file: &Path,
) -> Value {
    let profile = plan.profile;
    json!({
        "schema": "plimsoll.init/1",
        "file": file.display().to_string(),
        "workload": draft.name.as_str(),
        "source": draft.source,
        "rows": profile.rows,
        "blank_rows": profile.blank,
        "duplicates": profile.copies,
        "csv": {
            "header": draft.header,
            "delimiter": draft.delimiter,
            "decimal": draft.decimal,
            "encoding": draft.encoding.name(),
        },
        "columns": columns(plan),
        "missing": draft.missing.iter().map(|markers| json!({
            "column": markers.column, "texts": markers.texts, "why": markers.note, "holds": markers.holds,
        })).collect::<Vec<_>>(),
        "target": target(plan, draft),
        "forecast": forecast(plan, draft),
        "candidates": plan.candidates.iter().take(CANDIDATES).map(|candidate| json!({
            "column": plan.views[candidate.column].name(),
            "score": candidate.score,
            "reasons": candidate.reasons,
        })).collect::<Vec<_>>(),
        "leaks": leaks.iter().filter(|(place, _)| !plan.ignored.contains_key(place)).map(|(place, leak)| json!({
            "column": plan.views[*place].name(), "why": said(leak),
        })).collect::<Vec<_>>(),
    })
}

fn columns(plan: &Plan) -> Vec<Value> {
    let described = plan.views.iter().enumerate().map(|(place, view)| {
        let ignored = plan.ignored.get(&place);
        let role = match ignored {
            _ if place == plan.target.column => "target",
            _ if plan
                .series()
                .is_some_and(|series| series.time.contains(&place)) =>
            {
                "time"
            }
            Some(_) => "ignored",
            None => "feature",
        };
        json!({
            "name": view.name(),
            "role": role,
            "type": view.kind.name(),
            "distinct": view.distinct,
            "distinct_is_exact": view.facts.levels.is_exact(),
            "missing": view.missing(),
            "why": ignored.cloned().unwrap_or_else(|| remark(view)),
        })
    });
    described.collect()
}

/// How the hours of a series are forecast; null where rows are none.
fn forecast(plan: &Plan, draft: &Draft) -> Value {
    match (plan.series(), &draft.forecast) {
        (Some(series), Some(told)) => json!({
            "time": told.time.value,
            "horizon_hours": told.horizon.value,
            "hours": series.found.hours,
            "missing_hours": series.found.missing,
            "first": series.found.first,
            "last": series.found.last,
        }),
        _ => Value::Null,
    }
}

fn target(plan: &Plan, draft: &Draft) -> Value {
    let goal = &plan.target.goal;
    let pairs = |pairs: &[(String, u64)]| {
        let pairs = pairs
            .iter()
            .map(|(label, rows)| (label.clone(), json!(rows)));
        pairs.collect::<serde_json::Map<_, _>>()
    };
    let positive = match &goal.positive {
        None => Value::Null,
        Some(PositiveDraft::Above(limit)) => json!(format!("> {limit}")),
        Some(PositiveDraft::Labels(labels)) => {
            let labels = labels
                .iter()
                .map(|(label, class)| (label.clone(), json!(class)));
            Value::Object(labels.collect())
        }
    };
    json!({
        "column": draft.target.value,
        "kind": draft.kind.name(),
        "reasons": plan.target.reasons,
        "classes": pairs(&goal.classes),
        "left_out": pairs(&goal.dropped),
        "positive": positive,
        "why": (!goal.why.is_empty()).then_some(&goal.why),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::compose::plan;
    use crate::init::compose::tests::{customers, profiled};

    #[test]
    fn the_document_says_what_the_file_says() {
        let profile = profiled(&customers());
        let plan = plan(&profile, None, "customers.csv").unwrap();
        let leaks = BTreeMap::from([(
            7,
            Leak::Determines {
                levels: 2,
                rows: 120,
            },
        )]);
        let draft = plan.draft(
            "customers".parse().unwrap(),
            "customers.csv".to_owned(),
            1,
            &leaks,
        );
        let found = document(&plan, &draft, &leaks, Path::new("workload.yaml"));
        assert_eq!(
            found["csv"],
            json!({"header": true, "delimiter": ";", "decimal": ",", "encoding": "utf-8"})
        );
        assert_eq!(found["target"]["classes"], json!({"no": 90, "yes": 30}));
        assert_eq!(found["columns"][0]["role"], "ignored");
        assert_eq!(found["columns"][4]["type"], "number");
        assert_eq!(found["columns"][4]["missing"], 3);
        assert_eq!(found["columns"][8]["role"], "target");
        assert_eq!(found["leaks"][0]["column"], "left_code");
        assert_eq!(found["candidates"][0]["column"], "churn");
    }
}
