//! What the operations work on, and how they reach it without blocking a thread of the runtime.

use std::time::Duration;

use s3s::{S3Error, S3ErrorCode, S3Request, S3Result};

use crate::Fault;
use crate::credentials::Holder;
use crate::store::{BlobStore, Readers, Snapshot, Tx, Writer};

/// What the operations work on.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// Takes commands.
    pub writer: Writer,
    /// Answers questions.
    pub readers: Readers,
    /// Bytes of objects.
    pub blobs: BlobStore,
    /// Region of the plane.
    pub region: String,
    /// Bytes of one object or part that comes in one request.
    pub part_limit: u64,
    /// Longest silence within a body.
    pub silence: Duration,
}

impl Shelf {
    /// Does what blocks on a thread for that.
    pub(super) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Fault> + Send + 'static,
    ) -> S3Result<T> {
        let shelf = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&shelf)).await;
        match done {
            Ok(outcome) => outcome.map_err(s3_error),
            Err(error) => Err(S3Error::internal_error(error)),
        }
    }

    /// Asks the records.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Snapshot<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> S3Result<T> {
        self.blocking(|shelf| shelf.readers.read(question)).await
    }

    /// Gives a command to the writer.
    pub(super) async fn command<T: Send + 'static>(
        &self,
        principal: &str,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> S3Result<T> {
        self.writer.run(principal, work).await.map_err(s3_error)
    }
}

/// Who asks.
pub(super) fn principal<T>(request: &S3Request<T>) -> String {
    request
        .extensions
        .get::<Holder>()
        .map(|holder| holder.principal.clone())
        .unwrap_or_default()
}

/// A fault as S3 says it.
pub(super) fn s3_error(fault: Fault) -> S3Error {
    let name = if fault.status == 500 {
        "InternalError"
    } else {
        &fault.code
    };
    let code = S3ErrorCode::from_bytes(name.as_bytes())
        .unwrap_or_else(|| S3ErrorCode::Custom(name.into()));
    if fault.status >= 500 {
        tracing::error!(
            code = fault.code,
            message = fault.message,
            "an S3 request failed"
        );
    }
    let mut error = S3Error::with_message(code, fault.message);
    if let Ok(status) = http::StatusCode::from_u16(fault.status) {
        error.set_status_code(status);
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_keep_code_message_and_status() {
        let error = s3_error(Fault::not_found("NoSuchKey", "gone"));
        assert_eq!(error.code().as_str(), "NoSuchKey");
        assert_eq!(error.message(), Some("gone"));
        assert_eq!(error.status_code().map(|status| status.as_u16()), Some(404));
        let error = s3_error(Fault::new(409, "Unheard", String::new()));
        assert_eq!(error.code().as_str(), "Unheard");
        assert_eq!(error.status_code().map(|status| status.as_u16()), Some(409));
        assert_eq!(
            s3_error(Fault::internal("x")).code().as_str(),
            "InternalError"
        );
    }
}
