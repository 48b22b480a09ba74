//! `predict`: rows to predictions, through the endpoint.

use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use learn::rows::{self, File, Source};
use serde_json::json;
use workload::Format;

use super::{Context, block_on};
use crate::failure::{Failure, Kind, chain};
use crate::owner::{Host, HostOptions};
use crate::state::State;

/// Send rows or an image to an endpoint and print its predictions
#[derive(Debug, Args)]
pub(crate) struct Predict {
    /// File with rows, an image, or `-` for standard input
    #[arg(default_value = "-")]
    rows: PathBuf,
    /// Endpoint; the only one of the state unless given
    #[arg(long)]
    endpoint: Option<String>,
    /// Type of the rows; by the file's name unless given (a Parquet file is converted), else `text/csv`
    #[arg(long)]
    content_type: Option<String>,
}

impl Predict {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let state = State::find(&context.common)?;
        let records = state.open()?;
        let answer = records
            .call("sagemaker", "ListEndpoints", &json!({}))
            .map_err(|fault| Failure::new(Kind::Environment, fault.message))?;
        let listed = answer["Endpoints"].as_array().into_iter().flatten();
        let names: Vec<String> = listed
            .filter_map(|e| e["EndpointName"].as_str().map(str::to_owned))
            .collect();
        let endpoint = choose(self.endpoint.as_deref(), &names)?;
        let (body, content_type) = match &self.content_type {
            Some(given) => (read(&self.rows)?, given.clone()),
            None if workload::Format::of_name(&self.rows.to_string_lossy())
                == Some(Format::Parquet) =>
            {
                (
                    named_lines(&self.rows)?,
                    "text/csv; header=present".to_owned(),
                )
            }
            None => (read(&self.rows)?, by_name(&self.rows).to_owned()),
        };
        let accept = if context.printer.is_json() {
            "application/json"
        } else if content_type.starts_with("image/") || content_type == "application/x-image" {
            // An image has no form that an answer could take; a line of JSON names the classes.
            "application/jsonlines"
        } else {
            content_type.split(';').next().unwrap_or_default()
        };
        block_on(async {
            let host = Host::own_or_join(&state, &HostOptions::default()).await?;
            let outcome = invoke(&host, &endpoint, [&content_type, accept], &body).await;
            host.close().await;
            let (answer, unseen) = outcome?;
            context.printer.data(&answer);
            for (column, cells) in unseen {
                context.printer.say(&format!(
                    "note: {cells} in column `{column}` of a category that training has not seen"
                ));
            }
            Ok(())
        })
    }
}

/// Sends rows of a type, and asks for an answer of another.
async fn invoke(
    host: &Host,
    endpoint: &str,
    [content_type, accept]: [&str; 2],
    body: &[u8],
) -> Result<(String, Vec<(String, String)>), Failure> {
    ready(host, endpoint).await?;
    let request = json!({
        "EndpointName": endpoint,
        "ContentType": content_type,
        "Accept": accept,
        "Body": STANDARD.encode(body),
    });
    let answer = host
        .aws
        .call("sagemaker-runtime", "InvokeEndpoint", request)
        .await
        .map_err(|error| {
            let kind = if error.code() == Some("ModelError") {
                Kind::Input
            } else {
                Kind::Environment
            };
            Failure::new(
                kind,
                format!("the endpoint `{endpoint}` refused: {}", chain(&error)),
            )
        })?;
    let body = STANDARD
        .decode(answer["Body"].as_str().unwrap_or_default())
        .unwrap_or_default();
    let told = answer["CustomAttributes"].as_str().unwrap_or_default();
    Ok((String::from_utf8_lossy(&body).into_owned(), unseen(told)))
}

/// Columns with cells of categories that training has not seen, and how many: `unseen=city:3`.
fn unseen(told: &str) -> Vec<(String, String)> {
    let columns = told.strip_prefix("unseen=").unwrap_or_default().split(',');
    let pair = |text: &str| {
        let (column, count) = text.split_once(':')?;
        let rows = if count == "1" {
            "1 row".to_owned()
        } else {
            format!("{count} rows")
        };
        Some((column.to_owned(), rows))
    };
    columns.filter_map(pair).collect()
}

/// The rows of a Parquet file as lines of cells under their names.
fn named_lines(path: &Path) -> Result<Vec<u8>, Failure> {
    let source = Source {
        files: vec![File {
            name: path.display().to_string(),
            path: path.to_owned(),
        }],
        format: rows::Format::Parquet,
        names: Vec::new(),
        limits: rows::Limits::default(),
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    let infallible = "a vector takes every row";
    let written = source.open().and_then(|opened| {
        let names = opened.columns().iter().map(|column| &column.name);
        writer.write_record(names).expect(infallible);
        opened.each(|row| {
            writer.write_record(row.cells).expect(infallible);
            Ok::<(), rows::Error>(())
        })
    });
    written.map_err(|error| Failure::input(chain(&error)).code(error.code()))?;
    Ok(writer.into_inner().expect(infallible))
}

/// Waits until an endpoint that a starting plane relaunches is in service.
async fn ready(host: &Host, endpoint: &str) -> Result<(), Failure> {
    loop {
        let answer = host
            .aws
            .call(
                "sagemaker",
                "DescribeEndpoint",
                json!({"EndpointName": endpoint}),
            )
            .await
            .map_err(|error| Failure::environment(chain(&error)))?;
        match answer["EndpointStatus"].as_str().unwrap_or_default() {
            "InService" => return Ok(()),
            "Failed" | "Deleting" => {
                let reason = answer["FailureReason"]
                    .as_str()
                    .unwrap_or("no reason was given");
                return Err(Failure::new(
                    Kind::No,
                    format!("the endpoint `{endpoint}` is not in service: {reason}"),
                ));
            }
            _ => tokio::time::sleep(std::time::Duration::from_millis(30)).await,
        }
    }
}

fn choose(wanted: Option<&str>, names: &[String]) -> Result<String, Failure> {
    match (wanted, names) {
        (Some(wanted), _) if names.iter().any(|name| name == wanted) => Ok(wanted.to_owned()),
        (Some(wanted), _) => Err(Failure::input(format!(
            "there is no endpoint `{wanted}`; there are: {}",
            names.join(", ")
        ))),
        (None, [only]) => Ok(only.clone()),
        (None, []) => Err(Failure::input("there is no endpoint")
            .hint("`plimsoll run` deploys one where the workload has `deploy.endpoint`")),
        (None, _) => Err(Failure::input(format!(
            "there are several endpoints: {}",
            names.join(", ")
        ))
        .hint("choose one with `--endpoint`")),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    let outcome = if path == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut body).map(|_| ())
    } else {
        std::fs::read(path).map(|content| body = content)
    };
    outcome.map_err(|error| {
        Failure::input(format!("cannot read `{}`: {error}", path.display())).code("P0501")
    })?;
    Ok(body)
}

fn by_name(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("json") => "application/json",
        Some("jsonl" | "ndjson") => "application/jsonlines",
        Some("npy") => "application/x-npy",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        _ => "text/csv",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_only_endpoint_is_chosen_and_several_ask_for_a_name() {
        let one = ["a".to_owned()];
        let two = ["a".to_owned(), "b".to_owned()];
        assert_eq!(choose(None, &one).unwrap(), "a");
        assert_eq!(choose(Some("b"), &two).unwrap(), "b");
        assert!(
            choose(None, &[])
                .unwrap_err()
                .message
                .contains("no endpoint")
        );
        assert!(choose(None, &two).unwrap_err().message.contains("several"));
        assert!(choose(Some("c"), &two).unwrap_err().message.contains("`c`"));
    }

    #[test]
    fn unseen_categories_are_read_from_what_the_container_tells() {
        let pair = |column: &str, rows: &str| (column.to_owned(), rows.to_owned());
        assert_eq!(
            unseen("unseen=city:3,a_b:1"),
            [pair("city", "3 rows"), pair("a_b", "1 row")]
        );
        assert_eq!(unseen("trace=7"), []);
    }

    #[test]
    fn types_follow_the_name() {
        let types = ["a.json", "a.jsonl", "a.npy", "a.csv", "-", "a.png", "a.jpg"]
            .map(|name| by_name(Path::new(name)));
        assert_eq!(
            types,
            [
                "application/json",
                "application/jsonlines",
                "application/x-npy",
                "text/csv",
                "text/csv",
                "image/png",
                "image/jpeg",
            ]
        );
    }
}
