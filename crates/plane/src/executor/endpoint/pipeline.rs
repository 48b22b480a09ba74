//! A request's way through the containers of a replica.
//!
//! The answer of one container is the request of the next, with its `Content-Type`. The caller's `Accept` is for the
//! last; the ones before answer in the form that they prefer, which their environment can say.

use std::sync::Arc;
use std::time::Duration;

use super::replica::{Replica, Stage, StageKind};
use crate::Fault;
use crate::executor::client::{Answer, CallError, Client, Post};
use crate::executor::world::World;

/// Which part of a replica a call is for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Target<'a> {
    /// The archive of a multi-model container.
    pub(super) model: Option<&'a str>,
    /// The container of a replica whose containers are called one by one.
    pub(super) container: Option<&'a str>,
}

/// What the last container that was asked has said.
#[derive(Debug)]
pub(super) struct Reply {
    /// Which one it is.
    pub(super) container: String,
    pub(super) answer: Result<Answer, CallError>,
}

/// Whether a replica of an endpoint can take a call with this target; AWS's refusal where it cannot.
pub(super) fn check(endpoint: &str, replica: &Replica, target: Target<'_>) -> Result<(), Fault> {
    let refuse = |message: String| Err(Fault::client("ValidationError", message));
    match (replica.has_many_models(), target.model) {
        (false, Some(_)) => {
            return refuse(format!(
                "Endpoint {endpoint} is not a multi-model endpoint and does not support target model header."
            ));
        }
        (true, None) => return refuse("Request is missing a target model header.".to_owned()),
        _ => {}
    }
    match (replica.direct, target.container) {
        (false, Some(_)) => refuse(format!(
            "Endpoint {endpoint} does not have inference execution mode Direct and does not support target container \
             hostname header."
        )),
        (true, None) => refuse(format!(
            "Endpoint {endpoint} has inference execution mode Direct: the request is missing a target container \
             hostname header."
        )),
        (true, Some(name)) if !replica.stages.iter().any(|stage| stage.hostname == name) => {
            refuse(format!("Endpoint {endpoint} has no container {name}."))
        }
        _ => Ok(()),
    }
}

/// Sends a request through the containers until one of them does not answer with success.
pub(super) async fn ask(
    (world, client): (&Arc<World>, &Client),
    replica: &Replica,
    target: Target<'_>,
    post: &Post,
    limits: (Duration, usize),
) -> Result<Reply, Fault> {
    let stages: Vec<&Stage> = replica
        .stages
        .iter()
        .filter(|stage| target.container.is_none_or(|name| stage.hostname == name))
        .collect();
    let mut request = post.clone();
    let last = stages.len().saturating_sub(1);
    let mut reply = None;
    for (index, stage) in stages.into_iter().enumerate() {
        request.accept = post.accept.clone().filter(|_| index == last);
        let answer = match &stage.kind {
            StageKind::One(server) => {
                let (limit, bytes) = limits;
                client
                    .post(server.port, request.clone(), limit, bytes)
                    .await
            }
            StageKind::Many(shelf) => {
                let name = target.model.unwrap_or_default();
                shelf.ask((world, client), name, &request, limits).await?
            }
        };
        let passed = matches!(&answer, Ok(answer) if (200..300).contains(&answer.status));
        if let Ok(answer) = &answer
            && passed
            && index < last
        {
            request.content_type.clone_from(&answer.content_type);
            request.body = answer.body.clone();
        }
        reply = Some(Reply {
            container: stage.hostname.clone(),
            answer,
        });
        if !passed {
            break;
        }
    }
    reply.ok_or_else(|| Fault::internal("a replica has no container"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target<'a>(model: Option<&'a str>, container: Option<&'a str>) -> Target<'a> {
        Target { model, container }
    }

    #[test]
    fn a_call_names_what_the_endpoint_has() {
        let plain = Replica::fake("plain");
        let mut direct = Replica::fake("direct");
        direct.direct = true;
        for (replica, target, words) in [
            (&plain, target(None, None), None),
            (
                &plain,
                target(Some("m"), None),
                Some(
                    "Endpoint e is not a multi-model endpoint and does not support target model header.",
                ),
            ),
            (
                &plain,
                target(None, Some("c")),
                Some("does not have inference execution mode Direct"),
            ),
            (
                &direct,
                target(None, None),
                Some("missing a target container hostname header"),
            ),
            (
                &direct,
                target(None, Some("c")),
                Some("Endpoint e has no container c."),
            ),
        ] {
            match (check("e", replica, target), words) {
                (Ok(()), None) => {}
                (Err(fault), Some(words)) => {
                    assert_eq!(fault.code, "ValidationError");
                    assert!(fault.message.contains(words), "{}", fault.message);
                }
                (found, words) => panic!("{found:?} instead of {words:?}"),
            }
        }
    }
}
