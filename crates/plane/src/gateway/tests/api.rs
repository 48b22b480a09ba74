//! Services other than S3: signatures, keys of jobs, errors in each protocol, panics.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::json;

use super::*;
use crate::Fault;
use crate::credentials::{self, Keyring};
use crate::gateway::{Gateway, GatewayOptions, Invocation, InvokeAnswer, Invoker, Server};

const LIST_LOGS: &str = "Logs_20140328.DescribeLogGroups";

#[tokio::test]
async fn a_signed_call_is_answered() {
    let bed = Bed::new().await;
    let create = bed.json("Logs_20140328.CreateLogGroup", r#"{"logGroupName":"g"}"#);
    let created = bed.sign_and_send(create, &keys(), "logs").await;
    assert_eq!(created.status, 200, "{}", created.text());
    let listed = bed
        .sign_and_send(bed.json(LIST_LOGS, "{}"), &keys(), "logs")
        .await;
    assert_eq!(listed.status, 200);
    assert_eq!(listed.json()["logGroups"][0]["logGroupName"], "g");
    assert_eq!(listed.header("content-type"), "application/x-amz-json-1.1");
    assert_eq!(listed.header("x-amzn-requestid").len(), 36);
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn what_is_not_signed_right_is_refused_in_the_services_form() {
    let bed = Bed::new().await;
    let json_type = |answer: &Answer| {
        (
            answer.status.as_u16(),
            answer.json()["__type"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        )
    };
    let refused = |code: &str| (403, code.to_owned());
    let unsigned = bed.send(bed.json(LIST_LOGS, "{}")).await;
    assert_eq!(
        json_type(&unsigned),
        refused("MissingAuthenticationTokenException")
    );
    let unsigned = bed
        .send(bed.form("Action=ListRoles&Version=2010-05-08"))
        .await;
    assert_eq!(unsigned.refusal(), refused("MissingAuthenticationToken"));

    let wrong = sigv4::Credentials::new("test", "wrong");
    let mismatch = bed
        .sign_and_send(bed.json(LIST_LOGS, "{}"), &wrong, "logs")
        .await;
    assert_eq!(json_type(&mismatch), refused("InvalidSignatureException"));
    let mismatch = bed.form("Action=ListRoles&Version=2010-05-08");
    let mismatch = bed.sign_and_send(mismatch, &wrong, "iam").await;
    assert_eq!(mismatch.refusal(), refused("SignatureDoesNotMatch"));

    let unknown = sigv4::Credentials::new("nobody", "test");
    let unknown = bed
        .sign_and_send(bed.json(LIST_LOGS, "{}"), &unknown, "logs")
        .await;
    assert_eq!(json_type(&unknown), refused("UnrecognizedClientException"));
    let bogus = keys().with_token("bogus");
    let bogus = bed
        .sign_and_send(bed.json(LIST_LOGS, "{}"), &bogus, "logs")
        .await;
    assert_eq!(json_type(&bogus), refused("UnrecognizedClientException"));

    let mut late = bed.json(LIST_LOGS, "{}");
    sigv4::sign(
        &mut late,
        &keys(),
        "us-east-1",
        "logs",
        now() - 16 * 60 * 1000,
    );
    assert_eq!(
        json_type(&bed.send(late).await),
        refused("InvalidSignatureException")
    );
    let mut changed = bed.json(LIST_LOGS, "{}");
    sigv4::sign(&mut changed, &keys(), "us-east-1", "logs", now());
    *changed.body_mut() = Bytes::from_static(b"{ }");
    assert_eq!(
        json_type(&bed.send(changed).await),
        refused("InvalidSignatureException")
    );
    let v2 = bed.request("POST", "/").header("x-amz-target", LIST_LOGS);
    let v2 = v2
        .header("authorization", "AWS test:c2lnbmF0dXJl")
        .body(Bytes::new())
        .unwrap();
    assert_eq!(
        json_type(&bed.send(v2).await),
        refused("IncompleteSignatureException")
    );
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn a_scope_names_the_right_region_and_service() {
    let bed = Bed::new().await;
    let mut elsewhere = bed.json(LIST_LOGS, "{}");
    sigv4::sign(&mut elsewhere, &keys(), "eu-west-1", "logs", now());
    let refused = bed.send(elsewhere).await;
    assert_eq!(refused.status, 403);
    assert!(
        refused.text().contains("valid region: 'us-east-1'"),
        "{}",
        refused.text()
    );
    let other = bed
        .sign_and_send(bed.json(LIST_LOGS, "{}"), &keys(), "states")
        .await;
    assert_eq!(other.status, 403);
    assert!(
        other.text().contains("correct service: 'logs'"),
        "{}",
        other.text()
    );
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn unknown_operations_and_broken_requests_are_named() {
    let bed = Bed::new().await;
    let unknown = bed.json("SageMaker.CreateNotebookInstance", "{}");
    let unknown = bed.sign_and_send(unknown, &keys(), "sagemaker").await;
    assert_eq!(unknown.status, 400);
    assert_eq!(unknown.json()["__type"], "UnknownOperationException");
    let foreign = bed.json("DynamoDB_20120810.ListTables", "{}");
    let foreign = bed.sign_and_send(foreign, &keys(), "dynamodb").await;
    assert_eq!(foreign.json()["__type"], "UnknownOperationException");
    let action = bed.form("Action=CreateUser&Version=2010-05-08&UserName=u");
    let action = bed.sign_and_send(action, &keys(), "iam").await;
    assert_eq!(action.refusal(), (400, "InvalidAction".to_owned()));
    let broken = bed.json("Logs_20140328.CreateLogGroup", "{");
    let broken = bed.sign_and_send(broken, &keys(), "logs").await;
    assert_eq!(broken.json()["__type"], "SerializationException");
    let missing = bed.json("Logs_20140328.CreateLogGroup", "{}");
    let missing = bed.sign_and_send(missing, &keys(), "logs").await;
    assert_eq!(missing.json()["__type"], "InvalidParameterException");
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn a_jobs_key_works_until_it_is_revoked_and_for_little() {
    let bed = Bed::new().await;
    let role = "arn:aws:iam::000000000000:role/jobs";
    let issue = move |tx: &mut crate::store::Tx<'_>| credentials::issue(tx, role, "training-job/t");
    let key = bed.plane.writer().run("test", issue).await.unwrap();
    let signing = key.for_signing();
    let logs = bed
        .sign_and_send(bed.json(LIST_LOGS, "{}"), &signing, "logs")
        .await;
    assert_eq!(logs.status, 200, "{}", logs.text());
    let models = bed.json("SageMaker.ListModels", "{}");
    let models = bed.sign_and_send(models, &signing, "sagemaker").await;
    assert_eq!(
        (models.status.as_u16(), models.json()["__type"].as_str()),
        (403, Some("AccessDeniedException"))
    );
    assert!(
        models
            .text()
            .contains("role/jobs is not authorized to perform: sagemaker:ListModels")
    );
    let list = bed.request("GET", "/").body(Bytes::new()).unwrap();
    assert_eq!(bed.sign_and_send(list, &signing, "s3").await.status, 200);
    let bare = sigv4::Credentials::new(signing.access_key.clone(), signing.secret.clone());
    let without = bed.request("GET", "/").body(Bytes::new()).unwrap();
    let without = bed.sign_and_send(without, &bare, "s3").await;
    assert_eq!(without.refusal(), (400, "InvalidToken".to_owned()));
    let access_key = key.access_key.clone();
    bed.plane
        .writer()
        .run("test", move |tx| credentials::revoke(tx, &access_key))
        .await
        .unwrap();
    let after = bed
        .sign_and_send(bed.json(LIST_LOGS, "{}"), &signing, "logs")
        .await;
    assert_eq!(after.json()["__type"], "UnrecognizedClientException");
    let after = bed.request("GET", "/").body(Bytes::new()).unwrap();
    let after = bed.sign_and_send(after, &signing, "s3").await;
    assert_eq!(after.refusal(), (403, "InvalidAccessKeyId".to_owned()));
    bed.plane.shutdown().await;
}

/// An endpoint that echoes, refuses, or panics, by its name.
#[derive(Debug)]
struct Echo;

impl Invoker for Echo {
    fn invoke(&self, invocation: Invocation) -> BoxFuture<'_, Result<InvokeAnswer, Fault>> {
        async move {
            match invocation.endpoint.as_str() {
                "panics" => panic!("the model's adapter slipped"),
                "fails" => Err(Fault::new(424, "ModelError", "no")),
                _ => Ok(InvokeAnswer {
                    content_type: invocation.content_type,
                    variant: "AllTraffic".to_owned(),
                    custom_attributes: None,
                    body: invocation.body,
                }),
            }
        }
        .boxed()
    }
}

/// A bed whose gateway has another invoker: requests are sent to its address.
async fn echoing(bed: &Bed) -> Server {
    let gateway = Gateway::new(GatewayOptions {
        keyring: Keyring::new(bed.plane.credentials().clone(), bed.plane.readers().clone()),
        writer: bed.plane.writer().clone(),
        readers: bed.plane.readers().clone(),
        blobs: bed.plane.blobs().clone(),
        invoker: Arc::new(Echo),
        clock: Arc::new(SystemClock::default()),
        region: "us-east-1".to_owned(),
        version: "0".to_owned(),
        limits: Limits::default(),
        seed: 1,
        reset: None,
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    Server::start(listener, Arc::new(gateway)).unwrap()
}

async fn invoke(server: &Server, endpoint: &str, body: &'static [u8]) -> Answer {
    let authority = server.address().to_string();
    let mut request = Request::builder()
        .method("POST")
        .uri(format!("/endpoints/{endpoint}/invocations"))
        .header("host", &authority)
        .header("content-type", "text/csv")
        .body(Bytes::from_static(body))
        .unwrap();
    sigv4::sign(&mut request, &keys(), "us-east-1", "sagemaker", now());
    let stream = TcpStream::connect(&authority).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    let response = sender.send_request(request.map(Full::new)).await.unwrap();
    let (head, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer {
        status: head.status,
        headers: head.headers,
        body,
    }
}

#[tokio::test]
async fn endpoints_are_invoked_with_their_body_as_it_is() {
    let bed = Bed::new().await;
    let server = echoing(&bed).await;
    let answer = invoke(&server, "e", b"63,1,\xff\n").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(&answer.body[..], b"63,1,\xff\n");
    assert_eq!(answer.header("content-type"), "text/csv");
    assert_eq!(
        answer.header("x-amzn-invoked-production-variant"),
        "AllTraffic"
    );
    let failed = invoke(&server, "fails", b"1").await;
    assert_eq!(failed.status, 424);
    assert_eq!(failed.header("x-amzn-errortype"), "ModelError");
    server.stop().await;
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn a_panic_is_an_answer_and_the_server_goes_on() {
    let bed = Bed::new().await;
    let server = echoing(&bed).await;
    for _ in 0..2 {
        let answer = invoke(&server, "panics", b"1").await;
        assert_eq!(answer.status, 500);
        assert_eq!(answer.json()["__type"], "InternalFailure");
    }
    assert_eq!(invoke(&server, "e", b"1").await.status, 200);
    // A panic in a command leaves the writer running.
    let slipped = bed
        .plane
        .writer()
        .run::<(), Fault>("test", |_| panic!("slipped"))
        .await;
    assert_eq!(slipped.unwrap_err().code, "InternalFailure");
    let done = AssertUnwindSafe(bed.plane.writer().run("test", |_| Ok::<_, Fault>(7)));
    assert_eq!(done.await.unwrap(), 7);
    server.stop().await;
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn the_health_page_is_open_and_the_reset_is_not() {
    let bed = Bed::new().await;
    let health = bed
        .send(
            bed.request("GET", "/_plimsoll/health")
                .body(Bytes::new())
                .unwrap(),
        )
        .await;
    assert_eq!(health.status, 200);
    let page = health.json();
    assert_eq!(
        (page["status"].as_str(), page["version"].as_str()),
        (Some("ready"), Some("0.0.0"))
    );
    assert!(page["services"].as_array().unwrap().contains(&json!("s3")));
    for (method, path, status) in [
        ("POST", "/_plimsoll/health", 405),
        ("GET", "/_plimsoll/reset", 405),
        ("POST", "/_plimsoll/reset", 403),
        ("GET", "/_plimsoll/other", 404),
    ] {
        let answer = bed
            .send(bed.request(method, path).body(Bytes::new()).unwrap())
            .await;
        assert_eq!(answer.status, status, "{method} {path}");
    }
    bed.plane.shutdown().await;
}
