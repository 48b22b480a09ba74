//! Lists of tuning jobs and of their training jobs.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::super::record::{Job, Training};
use super::super::request::{optional, page, query, seconds, set, text};
use super::describe::{counters, require, summary};
use super::record::{Trial, TuningJob};
use super::settings::Settings;
use super::{step, training};
use crate::store::{Query, Snapshot, Sort};
use crate::{Ctx, Fault};

/// Rows of a page where the request does not say.
const PAGE: u64 = 10;

/// `ListHyperParameterTuningJobs`: by name and ascending, unless the request says otherwise.
pub(crate) fn list(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let sort = match optional(request, "/SortBy") {
        Some("Status") => Sort::Status,
        Some("CreationTime") => Sort::Created,
        _ => Sort::Key,
    };
    let query = Query {
        sort,
        ..query(request, false)
    };
    let found = snapshot.list::<TuningJob>(&query)?;
    let summary = |job: &TuningJob| {
        let config = &job.request["HyperParameterTuningJobConfig"];
        let mut members = Map::new();
        members.insert(
            "HyperParameterTuningJobName".to_owned(),
            job.name.as_str().into(),
        );
        members.insert(
            "HyperParameterTuningJobArn".to_owned(),
            job.arn.as_str().into(),
        );
        members.insert(
            "HyperParameterTuningJobStatus".to_owned(),
            job.status.as_str().into(),
        );
        members.insert("Strategy".to_owned(), config["Strategy"].clone());
        members.insert("CreationTime".to_owned(), seconds(job.created));
        set(
            &mut members,
            "HyperParameterTuningEndTime",
            job.ended.map(seconds),
        );
        members.insert("LastModifiedTime".to_owned(), seconds(job.modified));
        counters(&mut members, job);
        members.insert(
            "ResourceLimits".to_owned(),
            config["ResourceLimits"].clone(),
        );
        Value::from(members)
    };
    Ok(page(
        "HyperParameterTuningJobSummaries",
        found.rows.iter().map(summary).collect(),
        found.token,
    ))
}

type Row = (Trial, Job<Training>);

/// `ListTrainingJobsForHyperParameterTuningJob`: by name and ascending, unless the request says otherwise.
pub(crate) fn list_training_jobs(
    snapshot: &Snapshot<'_>,
    _: &Ctx,
    request: &Value,
) -> Result<Value, Fault> {
    let tuning = require(snapshot, request)?;
    let settings = Settings::of(&tuning.request)?;
    let status = optional(request, "/StatusEquals");
    let sort = text(request, "/SortBy");
    let mut rows: Vec<Row> = Vec::new();
    for trial in step::trials(snapshot, &tuning)? {
        let Some(training) = training::job_of(snapshot, &trial)? else {
            continue;
        };
        let wanted = status.is_none_or(|status| status == training.status.as_str());
        // As on AWS, what has no objective is not in the list by objective.
        let listed = sort != "FinalObjectiveMetricValue" || trial.objective().is_some();
        if wanted && listed {
            rows.push((trial, training));
        }
    }
    rows.sort_by(|one, other| compare(sort, one, other));
    if text(request, "/SortOrder") == "Descending" {
        rows.reverse();
    }
    let limit = request
        .get("MaxResults")
        .and_then(Value::as_u64)
        .unwrap_or(PAGE);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let start: usize = text(request, "/NextToken").parse().unwrap_or(0);
    let end = start.saturating_add(limit);
    let token = (rows.len() > end).then(|| end.to_string());
    let shown = rows.iter().skip(start).take(limit);
    let summaries = shown.map(|(trial, training)| summary(trial, training, Some(&settings)));
    Ok(page("TrainingJobSummaries", summaries.collect(), token))
}

fn compare(sort: &str, one: &Row, other: &Row) -> Ordering {
    let by = match sort {
        "CreationTime" => one.1.created.cmp(&other.1.created),
        "Status" => one.1.status.as_str().cmp(other.1.status.as_str()),
        "FinalObjectiveMetricValue" => {
            let value = |row: &Row| row.0.objective().unwrap_or_default();
            value(one).total_cmp(&value(other))
        }
        _ => Ordering::Equal,
    };
    by.then_with(|| one.1.name.cmp(&other.1.name))
}
