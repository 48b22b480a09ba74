//! What a model runs: one container, or a pipeline of up to fifteen.

use std::collections::BTreeMap;

use serde_json::Value;

use super::job::{check_uri, check_value};
use super::model_package;
use super::record::{Container, Model, ModelData};
use super::request::{items, optional, text};
use crate::Fault;
use crate::store::Snapshot;

/// How messages name the container of a model that has one.
const PRIMARY: &str = "primary";

/// The containers of a model, in the order in which a request passes through them.
pub fn containers(snapshot: &Snapshot<'_>, model: &Model) -> Result<Vec<Container>, Fault> {
    let request = &model.request;
    let pipeline = items(request, "/Containers");
    let sources = match (request.get("PrimaryContainer"), pipeline) {
        (Some(primary), []) => std::slice::from_ref(primary),
        (None, [_, ..]) => pipeline,
        _ => {
            return Err(Fault::validation(
                "Exactly one of PrimaryContainer and Containers must be given.",
            ));
        }
    };
    let mut found: Vec<Container> = Vec::with_capacity(sources.len());
    for (index, source) in sources.iter().enumerate() {
        let (member, automatic) = if pipeline.is_empty() {
            ("PrimaryContainer".to_owned(), PRIMARY.to_owned())
        } else {
            let position = index + 1;
            (
                format!("Containers[{position}]"),
                format!("container-{position}"),
            )
        };
        let hostname = optional(source, "/ContainerHostname").map_or(automatic, str::to_owned);
        let mut container = Container {
            model: model.name.clone(),
            hostname,
            role: text(request, "/ExecutionRoleArn").to_owned(),
            ..Container::default()
        };
        resolve(snapshot, source, &member, &mut container)?;
        found.push(container);
    }
    check(request, pipeline, &found)?;
    Ok(found)
}

/// Whether calls name one container of the model, in place of passing through all of them.
pub(super) fn is_direct(model: &Model) -> bool {
    text(&model.request, "/InferenceExecutionConfig/Mode") == "Direct"
}

/// What holds between containers.
fn check(request: &Value, pipeline: &[Value], found: &[Container]) -> Result<(), Fault> {
    let many = |container: &&Container| matches!(container.data, Some(ModelData::Archives { .. }));
    if found.iter().filter(many).count() > 1 {
        return Err(Fault::validation(
            "More than one container in MultiModel mode is not supported with inference pipeline.",
        ));
    }
    let named = pipeline
        .iter()
        .filter(|source| optional(source, "/ContainerHostname").is_some())
        .count();
    if named > 0 && named < pipeline.len() {
        return Err(Fault::validation(
            "ContainerHostname must be given for every container of a pipeline, or for none.",
        ));
    }
    for (index, container) in found.iter().enumerate() {
        if found[..index]
            .iter()
            .any(|other| other.hostname == container.hostname)
        {
            return Err(Fault::validation(format!(
                "ContainerHostname {} is there twice.",
                container.hostname
            )));
        }
    }
    let direct = text(request, "/InferenceExecutionConfig/Mode") == "Direct";
    if direct && (pipeline.len() < 2 || named == 0) {
        return Err(Fault::validation(
            "InferenceExecutionConfig Direct needs two or more Containers, each with a ContainerHostname.",
        ));
    }
    Ok(())
}

/// Fills in image, data and environment. A container that names a package runs the package's.
fn resolve(
    snapshot: &Snapshot<'_>,
    source: &Value,
    member: &str,
    container: &mut Container,
) -> Result<(), Fault> {
    match (
        optional(source, "/Image"),
        optional(source, "/ModelPackageName"),
    ) {
        (Some(_), Some(_)) => Err(Fault::validation(format!(
            "{member} has both Image and ModelPackageName; name one of them"
        ))),
        (Some(_), None) => fill(container, source),
        (None, Some(package)) => {
            let package = model_package::require(snapshot, package)?;
            fill(
                container,
                &package.request["InferenceSpecification"]["Containers"][0],
            )?;
            container.environment.extend(environment(source));
            Ok(())
        }
        (None, None) => Err(Fault::validation(format!(
            "{member} has neither Image nor ModelPackageName"
        ))),
    }
}

fn fill(container: &mut Container, source: &Value) -> Result<(), Fault> {
    text(source, "/Image").clone_into(&mut container.image);
    container.environment = environment(source);
    container.data = data(source)?;
    Ok(())
}

fn data(source: &Value) -> Result<Option<ModelData>, Fault> {
    let url = optional(source, "/ModelDataUrl");
    if let Some(uri) = url {
        check_uri("ModelDataUrl", uri)?;
    }
    let s3 = source.pointer("/ModelDataSource/S3DataSource");
    if url.is_some() && s3.is_some() {
        return Err(Fault::validation(
            "ModelDataUrl and ModelDataSource cannot be given together",
        ));
    }
    let many = text(source, "/Mode") == "MultiModel";
    let Some(s3) = s3 else {
        return match (url, many) {
            (Some(prefix), true) => Ok(Some(ModelData::Archives {
                prefix: prefix.to_owned(),
                cached: text(source, "/MultiModelConfig/ModelCacheSetting") != "Disabled",
            })),
            (None, true) => Err(Fault::validation(
                "Mode MultiModel needs the prefix of the archives in ModelDataUrl",
            )),
            (url, false) => Ok(url.map(|uri| ModelData::Archive(uri.to_owned()))),
        };
    };
    if many {
        return Err(Fault::validation(
            "Mode MultiModel needs the prefix of the archives in ModelDataUrl",
        ));
    }
    let uri = text(s3, "/S3Uri");
    check_uri("S3Uri", uri)?;
    let (kind, compression) = (text(s3, "/S3DataType"), text(s3, "/CompressionType"));
    match (kind, compression) {
        ("S3Object", "Gzip") => Ok(Some(ModelData::Archive(uri.to_owned()))),
        ("S3Prefix", "None") => Ok(Some(ModelData::Files(uri.to_owned()))),
        _ => {
            check_value(
                s3,
                "/CompressionType",
                &["Gzip", "None"],
                "name one of these",
            )?;
            Err(Fault::validation(format!(
                "S3DataType {kind} with CompressionType {compression} is not supported: name an archive \
                 (S3Object, Gzip) or the prefix of files (S3Prefix, None)"
            )))
        }
    }
}

fn environment(source: &Value) -> BTreeMap<String, String> {
    let members = source.get("Environment").and_then(Value::as_object);
    members
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect()
}
