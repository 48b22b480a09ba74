//! Every service but S3: prove the signature, find the operation, check the request against AWS's model, carry it out.

use aws_api::{ApiError, Operation, Service, sigv4};
use bytes::Bytes;
use http::Response;
use http::request::Parts;
use hyper::body::Incoming;
use s3s::Body;
use serde_json::Value;

use super::{Gateway, Invocation, body, hold, permit};
use crate::credentials::Holder;
use crate::services::{self, Handler, Read};
use crate::{Ctx, Fault};

/// Services whose signatures carry the one region of the partition, wherever the plane is.
const GLOBAL: &[&str] = &["iam", "sts"];
/// That region.
const GLOBAL_REGION: &str = "us-east-1";

type Routed = (&'static Service, &'static Operation);

impl Gateway {
    pub(super) async fn api(&self, head: &Parts, body: Incoming, id: &str) -> Response<Body> {
        let content = match body::collect(body, &self.options.limits).await {
            Ok(content) => content,
            Err(error) => return refuse(None, head, &error, id),
        };
        let signing_name = sigv4::scope(head).map(|scope| scope.service);
        let routed = aws_api::route(head, &content, signing_name.as_deref());
        let service = routed.as_ref().ok().map(|(service, _)| *service);
        match self.call(head, &content, routed).await {
            Ok(((service, operation), answer)) => {
                aws_api::encode(service, operation, head, &answer, id).map(Body::from)
            }
            Err(error) => refuse(service, head, &error, id),
        }
    }

    async fn call(
        &self,
        head: &Parts,
        content: &Bytes,
        routed: Result<Routed, ApiError>,
    ) -> Result<(Routed, Value), ApiError> {
        let holder = self.authenticate(head, content, routed.as_ref().ok())?;
        let (service, operation) = routed?;
        permit::check(&holder, service, operation)?;
        let request = aws_api::decode(service, operation, head, content)?;
        aws_api::validate(service, operation, &request)?;
        let answer = self
            .carry_out(service, operation, request, &holder.principal)
            .await;
        let answer = answer.map_err(|fault| api_error(service, fault))?;
        Ok(((service, operation), answer))
    }

    /// The holder of the key that signed the request.
    pub(super) fn authenticate(
        &self,
        head: &Parts,
        content: &Bytes,
        routed: Option<&Routed>,
    ) -> Result<Holder, ApiError> {
        let scope = sigv4::scope(head).ok_or_else(|| sigv4::unknown_key(head))?;
        let found = self
            .options
            .keyring
            .find(&scope.access_key)
            .map_err(|error| {
                tracing::error!(%error, "a key could not be read");
                ApiError::internal("the keys cannot be read")
            })?;
        let holder = found.ok_or_else(|| sigv4::unknown_key(head))?;
        let secret = holder.credentials.for_signing();
        sigv4::verify(head, content, &secret, self.options.clock.wall_ms())?;
        let is_global = GLOBAL.contains(&scope.service.as_str()) && scope.region == GLOBAL_REGION;
        if scope.region != self.options.region && !is_global {
            let wanted = &self.options.region;
            return Err(wrong_scope(&format!("a valid region: '{wanted}'")));
        }
        if let Some((service, _)) = routed
            && service.signing_name != scope.service
        {
            return Err(wrong_scope(&format!(
                "correct service: '{}'",
                service.signing_name
            )));
        }
        Ok(holder)
    }

    async fn carry_out(
        &self,
        service: &'static Service,
        operation: &'static Operation,
        request: Value,
        principal: &str,
    ) -> Result<Value, Fault> {
        if (service.name, operation.name) == ("sagemaker-runtime", "InvokeEndpoint") {
            let invocation = Invocation::from_request(&request)?;
            return Ok(self.options.invoker.invoke(invocation).await?.into_value());
        }
        match services::find(service.name, operation.name) {
            Some(Handler::Read(read)) => {
                let give_up = tokio::time::Instant::now() + hold::PATIENCE;
                loop {
                    let answer = self.read(read, request.clone(), principal).await?;
                    let now = self.options.clock.wall_ms() as f64 / 1000.0;
                    let waits = hold::is_on_its_way(operation.name, &answer, now);
                    if !waits || tokio::time::Instant::now() >= give_up {
                        return Ok(answer);
                    }
                    tokio::time::sleep(hold::PAUSE).await;
                }
            }
            Some(Handler::Write(write)) => {
                self.options
                    .writer
                    .run(principal, move |tx| write(tx, &request))
                    .await
            }
            None => Err(Fault::client(
                "UnknownOperationException",
                format!(
                    "{} of {} is not implemented here",
                    operation.name, service.full_name
                ),
            )),
        }
    }

    async fn read(&self, read: Read, request: Value, principal: &str) -> Result<Value, Fault> {
        let ctx = self.ctx(principal);
        let readers = self.options.readers.clone();
        let reading = move || readers.read(|snapshot| read(snapshot, &ctx, &request));
        match tokio::task::spawn_blocking(reading).await {
            Ok(answer) => answer,
            Err(error) => Err(Fault::internal(format!("the question failed: {error}"))),
        }
    }

    /// The circumstances of a question.
    fn ctx(&self, principal: &str) -> Ctx {
        Ctx {
            now: self.options.clock.wall_ms(),
            region: self.options.region.clone(),
            principal: principal.to_owned(),
        }
    }
}

fn wrong_scope(expected: &str) -> ApiError {
    ApiError::new(
        403,
        "InvalidSignatureException",
        format!("Credential should be scoped to {expected}."),
    )
}

/// A fault in the model's terms: an error that the model declares has the model's status.
fn api_error(service: &Service, fault: Fault) -> ApiError {
    let members = *fault.members;
    let error = match service.error(&fault.code) {
        Some(_) => ApiError::declared(service, &fault.code, fault.message),
        None => ApiError::new(fault.status, fault.code, fault.message),
    };
    members
        .into_iter()
        .fold(error, |error, (member, value)| error.with(&member, value))
}

fn refuse(
    service: Option<&'static Service>,
    head: &Parts,
    error: &ApiError,
    id: &str,
) -> Response<Body> {
    if error.is_fault() {
        tracing::error!(
            code = error.code,
            message = error.message,
            id,
            "a request failed"
        );
    }
    let response = match service {
        Some(service) => aws_api::encode_error(service, head, error, id),
        None => aws_api::encode_unrouted_error(head, error, id),
    };
    response.map(Body::from)
}
