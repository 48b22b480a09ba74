//! Why an operation was refused or failed, in AWS's words.

use crate::store::StoreError;

/// An answer that is an error: AWS's code and message, and the HTTP status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Fault {
    /// AWS's error code, such as `ResourceInUse`.
    pub code: String,
    /// For people; AWS's wording where it is known.
    pub message: String,
    /// HTTP status; never below 400.
    pub status: u16,
}

impl Fault {
    /// The caller's mistake.
    pub fn client(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            status: 400,
        }
    }

    /// `ValidationException`, which most services use for what the models cannot say.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::client("ValidationException", message)
    }

    /// Something named does not exist.
    pub fn not_found(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            status: 404,
        }
    }

    /// A defect of the plane or a failing disk.
    pub fn internal(message: impl Into<String>) -> Self {
        Self {
            code: "InternalFailure".to_owned(),
            message: message.into(),
            status: 500,
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        let mut message = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            message = format!("{message}: {cause}");
            source = cause.source();
        }
        Self::internal(message)
    }
}
