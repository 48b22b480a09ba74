//! Why an operation was refused or failed, in AWS's words.

use serde_json::{Map, Value};

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
    /// Further members of the error, such as `OriginalStatusCode` of a `ModelError`.
    pub members: Box<Map<String, Value>>,
}

impl Fault {
    /// An error of any kind.
    pub fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            status,
            members: Box::default(),
        }
    }

    /// The same with a further member.
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.members.insert(member.to_owned(), value.into());
        self
    }

    /// The caller's mistake.
    pub fn client(code: &str, message: impl Into<String>) -> Self {
        Self::new(400, code, message)
    }

    /// `ValidationException`, which most services use for what the models cannot say.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::client("ValidationException", message)
    }

    /// Something named does not exist.
    pub fn not_found(code: &str, message: impl Into<String>) -> Self {
        Self::new(404, code, message)
    }

    /// A defect of the plane or a failing disk.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(500, "InternalFailure", message)
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
