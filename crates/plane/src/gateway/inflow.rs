//! The body of an S3 request on its way in: its silences have a limit, and so have the chunks of its framing. What breaks
//! a limit ends the body with an error, and is remembered for the answer.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep};

use super::framing::Framing;
use super::target::header;

/// Why a body ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// Nothing came for too long.
    Silent,
    /// A signed chunk is too large.
    ChunkTooLarge,
}

/// What an inflow remembers.
pub(super) type Reason = Arc<OnceLock<Broken>>;

/// An error that ends a body.
#[derive(Debug, thiserror::Error)]
#[error("the body was broken off")]
struct BrokenOff;

/// A body on its way in.
pub(super) struct Inflow {
    body: Incoming,
    framing: Option<Framing>,
    silence: Duration,
    quiet: Pin<Box<Sleep>>,
    reason: Reason,
    has_ended: bool,
}

impl Inflow {
    /// A body, and where it will say why it broke off.
    pub(super) fn new(head: &Parts, body: Incoming, silence: Duration) -> (Self, Reason) {
        let hash = header(head, "x-amz-content-sha256").unwrap_or_default();
        let framing = hash
            .strip_prefix("STREAMING-")
            .map(|form| Framing::new(!form.starts_with("UNSIGNED")));
        let reason = Reason::default();
        let inflow = Self {
            body,
            framing,
            silence,
            quiet: Box::pin(tokio::time::sleep(silence)),
            reason: Arc::clone(&reason),
            has_ended: false,
        };
        (inflow, reason)
    }

    fn fail(&mut self, reason: Broken) -> Poll<Option<Result<Frame<Bytes>, s3s::StdError>>> {
        self.has_ended = true;
        // The first reason counts.
        let _ = self.reason.set(reason);
        Poll::Ready(Some(Err(Box::new(BrokenOff))))
    }
}

impl Body for Inflow {
    type Data = Bytes;
    type Error = s3s::StdError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, s3s::StdError>>> {
        if self.has_ended {
            return Poll::Ready(None);
        }
        let Poll::Ready(next) = Pin::new(&mut self.body).poll_frame(context) else {
            if self.quiet.as_mut().poll(context).is_ready() {
                return self.fail(Broken::Silent);
            }
            return Poll::Pending;
        };
        let until = Instant::now() + self.silence;
        self.quiet.as_mut().reset(until);
        match next {
            None => {
                self.has_ended = true;
                let left = self.framing.as_mut().map(Framing::end).unwrap_or_default();
                Poll::Ready((!left.is_empty()).then(|| Ok(Frame::data(left))))
            }
            Some(Err(error)) => {
                self.has_ended = true;
                Poll::Ready(Some(Err(Box::new(error))))
            }
            Some(Ok(frame)) => {
                let (Some(framing), true) = (&mut self.framing, frame.is_data()) else {
                    return Poll::Ready(Some(Ok(frame)));
                };
                let piece = frame.into_data().unwrap_or_default();
                match framing.pass(&piece) {
                    Ok(passed) => Poll::Ready(Some(Ok(Frame::data(passed)))),
                    Err(_) => self.fail(Broken::ChunkTooLarge),
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.has_ended || (self.framing.is_none() && self.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        if self.framing.is_some() {
            return SizeHint::default();
        }
        self.body.size_hint()
    }
}
