//! The error of an AWS answer: status, code, message and the members that a model adds.

use serde_json::{Map, Value};

use crate::table::Service;

/// An error as AWS answers it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{code} ({status}): {message}")]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// The name of the error's shape, or its code where no model declares it.
    pub code: String,
    /// The message for the caller.
    pub message: String,
    /// Members of the error beyond its message, such as `OriginalStatusCode`.
    pub members: Box<Map<String, Value>>,
}

impl ApiError {
    /// An error with a status, a code and a message.
    pub fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> ApiError {
        ApiError {
            status,
            code: code.into(),
            message: message.into(),
            members: Box::default(),
        }
    }

    /// An error that the service's model declares, by the name of its shape or its Query code, with the model's status.
    /// An undeclared name is a client's error with status 400.
    pub fn declared(service: &Service, name: &str, message: impl Into<String>) -> ApiError {
        match service.error(name) {
            Some(error) => ApiError::new(error.status, error.name, message),
            None => ApiError::new(400, name, message),
        }
    }

    /// A request that breaks the model, in the service's own code.
    pub fn validation(service: &Service, message: impl Into<String>) -> ApiError {
        ApiError::declared(service, service.validation_code, message)
    }

    /// A request that cannot be read.
    pub fn serialization(message: impl Into<String>) -> ApiError {
        ApiError::new(400, "SerializationException", message)
    }

    /// An operation that AWS does not have or that is not implemented.
    pub fn unknown_operation(message: impl Into<String>) -> ApiError {
        ApiError::new(400, "UnknownOperationException", message)
    }

    /// A caller who may not do this.
    pub fn access_denied(message: impl Into<String>) -> ApiError {
        ApiError::new(403, "AccessDeniedException", message)
    }

    /// Too many requests.
    pub fn throttling(message: impl Into<String>) -> ApiError {
        ApiError::new(400, "ThrottlingException", message)
    }

    /// A body beyond the limit.
    pub fn too_large(message: impl Into<String>) -> ApiError {
        ApiError::new(413, "RequestEntityTooLarge", message)
    }

    /// A failure of ours; the message must not tell internals.
    pub fn internal(message: impl Into<String>) -> ApiError {
        ApiError::new(500, "InternalFailure", message)
    }

    /// A service that cannot answer now; clients repeat the request.
    pub fn unavailable(message: impl Into<String>) -> ApiError {
        ApiError::new(503, "ServiceUnavailable", message)
    }

    /// Adds a member of the error's shape.
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> ApiError {
        self.members.insert(member.to_owned(), value.into());
        self
    }

    /// Whether the server is to blame, which Query calls `Receiver`.
    pub fn is_fault(&self) -> bool {
        self.status >= 500
    }
}

#[cfg(test)]
mod tests {
    use super::ApiError;
    use crate::service;

    #[test]
    fn declared_errors_take_the_models_status() {
        let iam = service("iam").unwrap();
        let error = ApiError::declared(iam, "NoSuchEntity", "no such role");
        assert_eq!(
            (error.status, error.code.as_str()),
            (404, "NoSuchEntityException")
        );
        let error = ApiError::declared(iam, "Unheard", "what");
        assert_eq!((error.status, error.code.as_str()), (400, "Unheard"));
    }

    #[test]
    fn validation_uses_the_services_code() {
        for (name, code) in [
            ("sagemaker", "ValidationException"),
            ("states", "ValidationException"),
            ("iam", "ValidationError"),
            ("logs", "InvalidParameterException"),
            ("sagemaker-runtime", "ValidationError"),
        ] {
            let error = ApiError::validation(service(name).unwrap(), "bad");
            assert_eq!((error.status, error.code.as_str()), (400, code), "{name}");
        }
    }

    #[test]
    fn faults_are_the_servers() {
        assert!(ApiError::internal("x").is_fault());
        assert!(!ApiError::throttling("x").is_fault());
        let error = ApiError::new(424, "ModelError", "m").with("OriginalStatusCode", 500);
        assert_eq!(error.members["OriginalStatusCode"], 500);
        assert_eq!(error.to_string(), "ModelError (424): m");
    }
}
