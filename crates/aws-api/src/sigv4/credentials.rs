//! Access keys. The secret and the token never print.

use std::fmt;

/// An access key with its secret and, for temporary keys, its session token.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The public part.
    pub access_key: String,
    /// The secret part.
    pub secret: String,
    /// What a request with temporary keys has to carry besides.
    pub session_token: Option<String>,
}

impl Credentials {
    /// Lasting credentials.
    pub fn new(access_key: impl Into<String>, secret: impl Into<String>) -> Credentials {
        Credentials {
            access_key: access_key.into(),
            secret: secret.into(),
            session_token: None,
        }
    }

    /// The same with a session token.
    pub fn with_token(mut self, token: impl Into<String>) -> Credentials {
        self.session_token = Some(token.into());
        self
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Credentials")
            .field("access_key", &self.access_key)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Credentials;

    #[test]
    fn secrets_do_not_print() {
        let credentials = Credentials::new("AKID", "hush").with_token("token");
        assert_eq!(
            format!("{credentials:?}"),
            "Credentials { access_key: \"AKID\", .. }"
        );
    }
}
