//! The beginning of a run: stack, uploads, execution; or joining the execution that an interrupted run left.

use std::path::Path;

use blueprint::{Blueprint, Place};
use bytes::Bytes;
use serde_json::{Value, json};
use steps::{Document, FileHash, cache_object_key, step_prefix};

use super::name::run_name;
use super::stack;
use crate::cache;
use crate::client::{Aws, ClientError, UploadError};
use crate::clock::wall_ms;
use crate::failure::{Failure, chain};
use crate::objects;
use crate::printer::Printer;
use crate::project::{Content, Project, SourceFile, Sources};
use crate::state::State;

/// Files that are brought into the bucket at the same time.
const UPLOADS: usize = 8;

/// An execution that is under way.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// Name of the run.
    pub(crate) run: String,
    /// ARN of its execution.
    pub(crate) execution: String,
    /// Whether the execution was there already.
    pub(crate) resumed: bool,
}

/// How a run begins.
#[derive(Debug)]
pub(crate) struct Beginning<'a> {
    /// The state that the plane is on.
    pub(crate) state: &'a State,
    /// Whether what earlier runs finished under the same keys is forgotten.
    pub(crate) fresh: bool,
    pub(crate) printer: Printer,
}

/// Compiles, uploads and starts.
pub(crate) async fn begin(
    aws: &Aws,
    project: &Project,
    how: &Beginning<'_>,
) -> Result<Prepared, Failure> {
    let &Beginning {
        state,
        fresh,
        printer,
    } = how;
    let mut project = project.clone();
    project.objects = objects::find(aws, &project.workload).await?;
    let project = &project;
    let sources = read(project).await?;
    let run = run_name(wall_ms());
    let place = Place {
        account: plane::ACCOUNT.to_owned(),
        region: aws.region().to_owned(),
        image: crate::image::name(),
        machine: crate::image::machine(),
        poll_seconds: 1,
        run: run.clone(),
    };
    let blueprint = blueprint::compile(&project.workload, &sources.hashes(), &place);
    if let Some(joined) = join(aws, &blueprint, fresh, printer).await? {
        return Ok(joined);
    }
    stack::converge(aws, &blueprint.stack, &blueprint.template).await?;
    let looked = cache::look(&state.open()?, &blueprint, &sources.contents(), fresh)
        .map_err(|error| state.store_failure(&error))?;
    supply(aws, &blueprint, &sources).await?;
    for proof in &looked.remove {
        aws.delete_object(&blueprint.bucket, proof)
            .await
            .map_err(|error| lost(&error))?;
    }
    if fresh {
        forget_checkpoints(aws, &blueprint).await?;
    }
    if !fresh && let Some(joined) = join(aws, &blueprint, fresh, printer).await? {
        // Another run of the same workload began while this one prepared.
        return Ok(joined);
    }
    let looks = Bytes::from(looked.looks.to_text());
    aws.put_object(&blueprint.bucket, &cache_object_key(&run), looks)
        .await
        .map_err(|error| lost(&error))?;
    let request = json!({"stateMachineArn": blueprint.machine_arn, "name": run, "input": blueprint.input.to_string()});
    let answer = call(aws, "StartExecution", request).await?;
    let execution = answer["executionArn"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    Ok(Prepared {
        run,
        execution,
        resumed: false,
    })
}

/// Removes what trainings of the same keys have written down: nothing is to go on from it.
async fn forget_checkpoints(aws: &Aws, blueprint: &Blueprint) -> Result<(), Failure> {
    for (step, made) in &blueprint.ingredients {
        let folder = step.split('.').next().unwrap_or(step);
        if folder == "Train" || folder == "Refit" {
            let prefix = step_prefix(folder, &made.key());
            let checkpoint = learn::checkpoint::Checkpoints::FILE;
            aws.delete_object(
                &blueprint.bucket,
                &format!("{prefix}checkpoints/{checkpoint}"),
            )
            .await
            .map_err(|error| lost(&error))?;
        }
    }
    Ok(())
}

/// Reads and hashes the files on a thread of their own, so that Ctrl-C is heard meanwhile.
async fn read(project: &Project) -> Result<Sources, Failure> {
    let project = project.clone();
    match tokio::task::spawn_blocking(move || project.sources()).await {
        Ok(sources) => sources,
        Err(error) => Err(Failure::defect("reading the data ended early", &error)),
    }
}

/// The execution that is under way, if it does the same work; one that does other work is stopped.
async fn join(
    aws: &Aws,
    blueprint: &Blueprint,
    fresh: bool,
    printer: Printer,
) -> Result<Option<Prepared>, Failure> {
    let Some((execution, input)) = running(aws, &blueprint.machine_arn).await? else {
        return Ok(None);
    };
    if same_work(&input, &blueprint.input) && !fresh {
        let run = input["run"].as_str().unwrap_or_default().to_owned();
        return Ok(Some(Prepared {
            run,
            execution,
            resumed: true,
        }));
    }
    let cause = if fresh {
        "everything was asked for again"
    } else {
        "the workload changed"
    };
    printer.say(&format!("stopping the run that is under way: {cause}"));
    let request = json!({"executionArn": execution, "error": "Superseded", "cause": cause});
    call(aws, "StopExecution", request).await?;
    Ok(None)
}

/// Brings data, batch input and documents into the bucket.
async fn supply(aws: &Aws, blueprint: &Blueprint, sources: &Sources) -> Result<(), Failure> {
    let data = sources.files().iter();
    let data = data.map(|file| {
        (
            format!("{}{}", blueprint.data_prefix, file.source.name),
            file,
        )
    });
    let batch = blueprint.batch_keys.iter().cloned().zip(&sources.batch);
    upload_all(aws, &blueprint.bucket, data.chain(batch)).await?;
    for (name, brought) in &sources.candidates {
        if let Some(key) = blueprint.candidate_keys.get(name) {
            // Equal sources have equal keys.
            let content = Bytes::copy_from_slice(brought.content());
            aws.put_object(&blueprint.bucket, key, content)
                .await
                .map_err(|error| lost(&error))?;
        }
    }
    for document in &blueprint.uploads {
        let content = Bytes::from(document.content.clone());
        aws.put_object(&blueprint.bucket, &document.key, content)
            .await
            .map_err(|error| lost(&error))?;
    }
    Ok(())
}

/// The newest running execution of a machine with its input; none where the machine is not there yet.
async fn running(aws: &Aws, machine: &str) -> Result<Option<(String, Value)>, Failure> {
    let request = json!({"stateMachineArn": machine, "statusFilter": "RUNNING", "maxResults": 1});
    let listed = match aws.call("states", "ListExecutions", request).await {
        Ok(listed) => listed,
        Err(error) if error.code() == Some("StateMachineDoesNotExist") => return Ok(None),
        Err(error) => return Err(lost(&error)),
    };
    let Some(execution) = listed["executions"][0]["executionArn"].as_str() else {
        return Ok(None);
    };
    let described = call(aws, "DescribeExecution", json!({"executionArn": execution})).await?;
    let input =
        serde_json::from_str(described["input"].as_str().unwrap_or("{}")).unwrap_or_default();
    Ok(Some((execution.to_owned(), input)))
}

/// Whether two inputs ask for the same work: all but the names of the runs.
fn same_work(left: &Value, right: &Value) -> bool {
    let work = |input: &Value| {
        (
            input["in"].clone(),
            input["image"].clone(),
            input["bucket"].clone(),
        )
    };
    work(left) == work(right)
}

/// Brings files into the bucket, some at a time: images are many and small.
async fn upload_all(
    aws: &Aws,
    bucket: &str,
    files: impl Iterator<Item = (String, &SourceFile)>,
) -> Result<(), Failure> {
    let mut uploads = tokio::task::JoinSet::new();
    for (key, file) in files {
        if uploads.len() == UPLOADS {
            joined(uploads.join_next().await)?;
        }
        let (aws, bucket) = (aws.clone(), bucket.to_owned());
        let file = file.clone();
        uploads.spawn(async move { upload(&aws, &bucket, &key, file).await });
    }
    while !uploads.is_empty() {
        joined(uploads.join_next().await)?;
    }
    Ok(())
}

/// What became of an upload, if there was one to wait for.
fn joined(
    ended: Option<Result<Result<(), Failure>, tokio::task::JoinError>>,
) -> Result<(), Failure> {
    match ended {
        None => Ok(()),
        Some(Ok(uploaded)) => uploaded,
        Some(Err(error)) => Err(Failure::defect("an upload ended early", &error)),
    }
}

async fn upload(aws: &Aws, bucket: &str, key: &str, file: SourceFile) -> Result<(), Failure> {
    // The key holds the content's hash, so that what is there is the same.
    let there = aws.has_object(bucket, key).await;
    if there.map_err(|error| lost(&error))? {
        return Ok(());
    }
    if let Content::Held(content) = file.content {
        let put = aws.put_object(bucket, key, Bytes::from(content)).await;
        return put.map_err(|error| lost(&error));
    }
    let path = file.content.file().unwrap_or(Path::new(""));
    let expected = FileHash {
        sha256: file.source.sha256,
        bytes: file.source.bytes,
    };
    match aws.put_file(bucket, key, (path, &expected)).await {
        Ok(()) => Ok(()),
        Err(UploadError::Client(error)) => Err(lost(&error)),
        Err(error) => {
            let code = match error {
                UploadError::Changed => "P0218",
                _ => "P0501",
            };
            let message = format!("`{}`: {}", path.display(), chain(&error));
            Err(Failure::input(message).code(code))
        }
    }
}

async fn call(aws: &Aws, operation: &str, request: Value) -> Result<Value, Failure> {
    aws.call("states", operation, request)
        .await
        .map_err(|error| lost(&error))
}

fn lost(error: &ClientError) -> Failure {
    match error {
        ClientError::Unreachable { .. } => Failure::environment(chain(error)).code("P0305"),
        other => Failure::defect("the plane refused a request of this program", other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_run_does_not_make_it_other_work() {
        let input = |run: &str, key: &str| json!({"run": run, "image": "i", "bucket": "b", "in": {"Prepare": {"key": key}}});
        assert!(same_work(&input("a", "1"), &input("b", "1")));
        assert!(!same_work(&input("a", "1"), &input("a", "2")));
    }
}
