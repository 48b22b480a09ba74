//! Why a request is not authentic, in the words of the service family that it was sent to. Always 403.

use http::request::Parts;

use crate::error::ApiError;
use crate::protocol::guess;

/// The reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is no signature.
    Missing,
    /// There is one that cannot be read, or that lacks something.
    Incomplete(String),
    /// The key is not known, or the session token is not its token.
    UnknownKey,
    /// The signature is another one.
    Mismatch,
    /// The moment is too far from now: the difference is in the text.
    Skewed(String),
    /// A presigned request is past its end.
    Expired,
}

impl Refusal {
    /// The error for the client that sent `head` to the service `signing_name`.
    pub(crate) fn error(&self, head: &Parts, signing_name: &str) -> ApiError {
        let code = match signing_name {
            "s3" => self.s3_code(),
            _ if guess(head).names_exceptions() => self.json_code(),
            _ => self.query_code(),
        };
        ApiError::new(403, code, self.message())
    }

    fn json_code(&self) -> &'static str {
        match self {
            Refusal::Missing => "MissingAuthenticationTokenException",
            Refusal::Incomplete(_) => "IncompleteSignatureException",
            Refusal::UnknownKey => "UnrecognizedClientException",
            Refusal::Mismatch | Refusal::Skewed(_) | Refusal::Expired => {
                "InvalidSignatureException"
            }
        }
    }

    fn query_code(&self) -> &'static str {
        match self {
            Refusal::Missing => "MissingAuthenticationToken",
            Refusal::Incomplete(_) => "IncompleteSignature",
            Refusal::UnknownKey => "InvalidClientTokenId",
            Refusal::Mismatch | Refusal::Skewed(_) => "SignatureDoesNotMatch",
            Refusal::Expired => "RequestExpired",
        }
    }

    fn s3_code(&self) -> &'static str {
        match self {
            Refusal::Missing | Refusal::Incomplete(_) | Refusal::Expired => "AccessDenied",
            Refusal::UnknownKey => "InvalidAccessKeyId",
            Refusal::Mismatch => "SignatureDoesNotMatch",
            Refusal::Skewed(_) => "RequestTimeTooSkewed",
        }
    }

    fn message(&self) -> String {
        match self {
            Refusal::Missing => "Missing Authentication Token".to_owned(),
            Refusal::Incomplete(what) => what.clone(),
            Refusal::UnknownKey => {
                "The security token included in the request is invalid.".to_owned()
            }
            Refusal::Mismatch => {
                "The request signature we calculated does not match the signature you provided. \
                 Check your AWS Secret Access Key and signing method."
                    .to_owned()
            }
            Refusal::Skewed(difference) => difference.clone(),
            Refusal::Expired => "Request has expired".to_owned(),
        }
    }
}
