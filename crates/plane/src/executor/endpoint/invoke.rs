//! `InvokeEndpoint`.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;

use super::Endpoints;
use super::meter::Call;
use super::pipeline::{self, Reply, Target};
use super::replica::Replica;
use super::routing::{Live, LiveVariant};
use crate::executor::client::{CallError, Post};
use crate::gateway::{Invocation, InvokeAnswer, Invoker};
use crate::services::sagemaker::{Endpoint, EndpointStatus};
use crate::{ACCOUNT, Fault};

/// Bytes of a request and of an answer, AWS's limit.
const BODY: usize = 6_291_456;
/// Time of a model to answer.
const LIMIT: Duration = Duration::from_mins(1);
/// Time to wait for a replica of an endpoint that is in service and has none at the moment.
const PATIENCE: Duration = Duration::from_secs(30);

impl Invoker for Endpoints {
    fn invoke(&self, invocation: Invocation) -> BoxFuture<'_, Result<InvokeAnswer, Fault>> {
        Box::pin(self.call(invocation))
    }
}

/// A model's answer, and who gave it in which time.
struct Asked {
    variant: String,
    reply: Reply,
    model: Duration,
}

impl Endpoints {
    /// Asks an endpoint for a prediction.
    pub async fn call(&self, invocation: Invocation) -> Result<InvokeAnswer, Fault> {
        let bytes = invocation.body.len();
        if bytes > BODY {
            let message = format!("Body has {bytes} bytes, at most {BODY} are allowed");
            return Err(Fault::client("ValidationError", message));
        }
        let clock = &self.world.deps.clock;
        let started = clock.monotonic();
        let name = invocation.endpoint;
        let variant = invocation.target_variant;
        let target = Target {
            model: invocation.target_model.as_deref(),
            container: invocation.target_container.as_deref(),
        };
        let post = Post {
            content_type: invocation.content_type,
            accept: invocation.accept,
            custom_attributes: invocation.custom_attributes,
            inference_id: invocation.inference_id,
            body: invocation.body,
        };
        // The limit is on finding a replica; the model's own limit is kept by the client.
        let asked = self.ask(&name, variant.as_deref(), target, &post);
        let Ok(asked) = tokio::time::timeout(PATIENCE + LIMIT, asked).await else {
            return Err(Fault::new(
                503,
                "ServiceUnavailable",
                format!("Endpoint {name} has no replica at the moment"),
            ));
        };
        let Asked {
            variant,
            reply,
            model,
        } = asked?;
        let logs = log_group(&self.world.deps.region, &name);
        let outcome = outcome(&variant, &logs, reply);
        let overhead = clock
            .monotonic()
            .saturating_sub(started)
            .saturating_sub(model);
        let status = outcome.as_ref().map_or_else(|error| error.status, |_| 200);
        self.meter.count(
            (&name, &variant),
            Call {
                status,
                model,
                overhead,
            },
        );
        outcome
    }

    /// Asks one replica after the other until one takes the request.
    async fn ask(
        &self,
        name: &str,
        variant_name: Option<&str>,
        target: Target<'_>,
        post: &Post,
    ) -> Result<Asked, Fault> {
        let clock = &self.world.deps.clock;
        let mut changes = self.changes.subscribe();
        loop {
            changes.mark_unchanged();
            let Some(live) = self.live(name) else {
                self.expect_service(name)?;
                // The sender lives as long as `self`.
                let _ = changes.changed().await;
                continue;
            };
            let variant = variant(&live, variant_name)?;
            let Some(replica) = variant.replica() else {
                let _ = changes.changed().await;
                continue;
            };
            pipeline::check(name, &replica, target)?;
            let call = replica.enter();
            let asked = clock.monotonic();
            let tools = (&self.world, &self.client);
            let reply = pipeline::ask(tools, &replica, target, post, (LIMIT, BODY)).await?;
            let model = clock.monotonic().saturating_sub(asked);
            drop(call);
            // A model of many is started anew by its container; the replica itself is not to blame.
            let blamed = !replica.has_many_models();
            match &reply.answer {
                // It has not got the request: another one is asked.
                Err(CallError::Unreachable) if blamed => self.suspect(replica),
                answer => {
                    if blamed && matches!(answer, Err(CallError::Broken { .. })) {
                        self.suspect(replica);
                    }
                    return Ok(Asked {
                        variant: variant.name.clone(),
                        reply,
                        model,
                    });
                }
            }
        }
    }

    /// Keeps calls away from a replica that did not answer until it is healthy, or replaced because it has died.
    fn suspect(&self, replica: Arc<Replica>) {
        replica.suspect();
        let (client, changes) = (self.client.clone(), self.changes.clone());
        let world = Arc::clone(&self.world);
        self.spawn(async move {
            tokio::select! {
                () = replica.recover(&client) => changes.send_modify(|count| *count += 1),
                () = world.closed() => {}
            }
        });
    }

    /// Whether an endpoint that has no replicas is about to get some; AWS's refusal where it is not.
    fn expect_service(&self, name: &str) -> Result<(), Fault> {
        let found = self
            .world
            .deps
            .readers
            .read(|snapshot| snapshot.get::<Endpoint>(name))?;
        let refuse = |message: String| Err(Fault::client("ValidationError", message));
        match found.map(|endpoint| endpoint.status) {
            Some(EndpointStatus::InService | EndpointStatus::Updating) => Ok(()),
            Some(status) => refuse(format!(
                "Endpoint {name} of account {ACCOUNT} is in status {}.",
                status.as_str()
            )),
            None => refuse(format!("Endpoint {name} of account {ACCOUNT} not found.")),
        }
    }
}

fn variant<'a>(live: &'a Arc<Live>, target: Option<&str>) -> Result<&'a LiveVariant, Fault> {
    live.variant(target).ok_or_else(|| {
        let message = format!(
            "Variant {} not found for this endpoint.",
            target.unwrap_or("")
        );
        Fault::client("ValidationError", message)
    })
}

/// ARN of the group that the replicas of an endpoint log to.
fn log_group(region: &str, endpoint: &str) -> String {
    format!("arn:aws:logs:{region}:{ACCOUNT}:log-group:/aws/sagemaker/Endpoints/{endpoint}")
}

/// What the caller gets: the answer, or AWS's `ModelError` with what the container said.
fn outcome(variant: &str, logs: &str, reply: Reply) -> Result<InvokeAnswer, Fault> {
    let container = reply.container;
    let (status, said): (u16, String) = match reply.answer {
        Ok(answer) if (200..300).contains(&answer.status) => {
            return Ok(InvokeAnswer {
                content_type: answer.content_type,
                variant: variant.to_owned(),
                custom_attributes: answer.custom_attributes,
                body: answer.body,
            });
        }
        Ok(answer) => {
            let text = String::from_utf8_lossy(&answer.body)
                .chars()
                .take(2_048)
                .collect();
            (answer.status, text)
        }
        Err(CallError::TimedOut { .. }) => (
            0,
            format!(
                "Your invocation timed out while waiting for a response from container {container}."
            ),
        ),
        Err(error) => (0, error.to_string()),
    };
    let side = if (400..500).contains(&status) {
        "client"
    } else {
        "server"
    };
    let message = format!(
        "Received {side} error ({status}) from {container} with message \"{said}\". See the logs of \
         the endpoint for more information."
    );
    Err(Fault::new(424, "ModelError", message)
        .with("OriginalStatusCode", status)
        .with("OriginalMessage", said)
        .with("LogStreamArn", logs))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::executor::client::Answer;

    fn reply(answer: Result<Answer, CallError>) -> Reply {
        Reply {
            container: "primary".to_owned(),
            answer,
        }
    }

    fn answer(status: u16, body: &'static str) -> Answer {
        Answer {
            status,
            content_type: Some("text/csv".to_owned()),
            custom_attributes: None,
            body: Bytes::from_static(body.as_bytes()),
        }
    }

    #[test]
    fn answers_pass_and_everything_else_is_a_model_error() {
        let passed = outcome("v", "logs", reply(Ok(answer(200, "1")))).unwrap();
        assert_eq!(
            (passed.variant.as_str(), &passed.body[..]),
            ("v", &b"1"[..])
        );
        assert_eq!(passed.content_type.as_deref(), Some("text/csv"));
        for (answer, expected) in [
            (
                Ok(answer(400, "bad row")),
                "Received client error (400) from primary with message \"bad row\".",
            ),
            (
                Ok(answer(500, "oops")),
                "Received server error (500) from primary with message \"oops\".",
            ),
            (
                Err(CallError::TimedOut { limit: LIMIT }),
                "Received server error (0) from primary with message \"Your invocation timed out while \
                 waiting for a response from container primary.\".",
            ),
        ] {
            let fault = outcome("v", "logs", reply(answer)).unwrap_err();
            assert_eq!((fault.code.as_str(), fault.status), ("ModelError", 424));
            assert!(fault.message.starts_with(expected), "{}", fault.message);
        }
    }
}
