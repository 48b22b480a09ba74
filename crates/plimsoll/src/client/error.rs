//! What a call can end in.

use aws_api::ApiError;

/// A failed call.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    /// The service answered with an error.
    #[error("{operation} failed with {code}: {message}")]
    Refused {
        operation: String,
        code: String,
        message: String,
        status: u16,
    },
    /// Nobody answered, or the answer broke off.
    #[error("{endpoint} does not answer {operation}")]
    Unreachable {
        operation: String,
        endpoint: String,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The answer is not what the operation promises.
    #[error("the answer to {operation} cannot be read: {reason}")]
    Unreadable { operation: String, reason: String },
}

impl ClientError {
    pub(crate) fn refused(operation: &str, error: &ApiError) -> Self {
        Self::Refused {
            operation: operation.to_owned(),
            code: error.code.clone(),
            message: error.message.clone(),
            status: error.status,
        }
    }

    /// The error code of a refusal.
    pub(crate) fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            Self::Unreachable { .. } | Self::Unreadable { .. } => None,
        }
    }

    /// Whether the thing asked for is not there.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }
}
