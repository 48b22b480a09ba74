//! Who may ask, under which host, and for what: keys for `s3s`'s verifier, and the headers that ask for what is not done
//! here. Those are refused by name; `x-amz-request-payer`, a storage class `STANDARD`, encryption `AES256` and access
//! lists that keep an object private ask for what is so anyway, and have no effect.

use http::HeaderMap;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::{S3Auth, SecretKey};
use s3s::host::{S3Host, VirtualHost};
use s3s::{S3Error, S3Result, s3_error};

use crate::ACCOUNT;
use crate::credentials::Keyring;
use crate::services::s3::tags::percent_decode;

/// Secrets for the verifier.
pub(super) struct Keys {
    keyring: Keyring,
}

impl Keys {
    pub(super) fn new(keyring: Keyring) -> Self {
        Self { keyring }
    }
}

#[async_trait::async_trait]
impl S3Auth for Keys {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        let found = self
            .keyring
            .find(access_key)
            .map_err(S3Error::internal_error)?;
        let holder = found.ok_or_else(|| s3_error!(InvalidAccessKeyId))?;
        Ok(SecretKey::from(holder.credentials.secret_key))
    }
}

/// Hosts that name a bucket: `bucket.s3.localhost` and `bucket.localhost`. Any other host names none.
pub(super) struct Hosts;

impl S3Host for Hosts {
    fn parse_host_header<'a>(&'a self, host: &'a str) -> S3Result<VirtualHost<'a>> {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let bucket = name.strip_suffix(".localhost").filter(|rest| *rest != "s3");
        let host = VirtualHost::new(host);
        Ok(match bucket {
            Some(bucket) => host.with_bucket(bucket.strip_suffix(".s3").unwrap_or(bucket)),
            None => host,
        })
    }
}

/// Headers, or parameters of a presigned query, and the values that change nothing.
const REFUSED: &[(&str, &[&str])] = &[
    ("x-amz-acl", &["private", "bucket-owner-full-control"]),
    ("x-amz-bucket-object-lock-enabled", &["false"]),
    ("x-amz-bypass-governance-retention", &["false"]),
    (
        "x-amz-copy-source-server-side-encryption-customer-algorithm",
        &[],
    ),
    ("x-amz-grant-full-control", &[]),
    ("x-amz-grant-read", &[]),
    ("x-amz-grant-read-acp", &[]),
    ("x-amz-grant-write", &[]),
    ("x-amz-grant-write-acp", &[]),
    ("x-amz-if-match-last-modified-time", &[]),
    ("x-amz-if-match-size", &[]),
    ("x-amz-mfa", &[]),
    ("x-amz-object-lock-legal-hold", &["OFF"]),
    ("x-amz-object-lock-mode", &[]),
    ("x-amz-object-lock-retain-until-date", &[]),
    ("x-amz-server-side-encryption", &["AES256"]),
    ("x-amz-server-side-encryption-aws-kms-key-id", &[]),
    (
        "x-amz-server-side-encryption-bucket-key-enabled",
        &["false"],
    ),
    ("x-amz-server-side-encryption-context", &[]),
    ("x-amz-server-side-encryption-customer-algorithm", &[]),
    ("x-amz-storage-class", &["STANDARD"]),
    ("x-amz-website-redirect-location", &[]),
    ("x-amz-write-offset-bytes", &[]),
    ("versionid", &["null"]),
];

/// Headers that say whose bucket the client means.
const OWNERS: [&str; 2] = [
    "x-amz-expected-bucket-owner",
    "x-amz-source-expected-bucket-owner",
];

/// The rules for every operation.
pub(super) struct Rules;

#[async_trait::async_trait]
impl S3Access for Rules {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        if context.credentials().is_none() {
            return Err(s3_error!(AccessDenied, "Access Denied"));
        }
        let given = Given {
            headers: context.headers(),
            query: context.uri().query(),
        };
        if given.value("partnumber").is_some() && context.method() != http::Method::PUT {
            return Err(s3_error!(
                NotImplemented,
                "reading single parts is not implemented here"
            ));
        }
        given.check()
    }
}

/// What a request carries, in its headers or its query.
struct Given<'a> {
    headers: &'a HeaderMap,
    query: Option<&'a str>,
}

impl Given<'_> {
    /// A value by the lower-case name of its header.
    fn value(&self, name: &str) -> Option<String> {
        if let Some(value) = self.headers.get(name) {
            return Some(String::from_utf8_lossy(value.as_bytes()).into_owned());
        }
        self.query?.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            key.eq_ignore_ascii_case(name)
                .then(|| percent_decode(value).unwrap_or_default())
        })
    }

    fn check(&self) -> S3Result<()> {
        for (name, harmless) in REFUSED {
            if let Some(value) = self.value(name)
                && !harmless.contains(&value.as_str())
            {
                return Err(s3_error!(
                    NotImplemented,
                    "A header you provided implies functionality that is not implemented: `{name}: {value}`"
                ));
            }
        }
        for name in OWNERS {
            if self.value(name).is_some_and(|owner| owner != ACCOUNT) {
                return Err(s3_error!(AccessDenied, "Access Denied"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use s3s::S3ErrorCode::{AccessDenied, NotImplemented};

    use super::*;

    #[test]
    fn hosts_name_buckets() {
        for (host, bucket) in [
            ("data.s3.localhost:4566", Some("data")),
            ("data.localhost", Some("data")),
            ("my.data.s3.localhost", Some("my.data")),
            ("s3.localhost:4566", None),
            ("localhost:4566", None),
            ("plane:4566", None),
            ("plane.example.org", None),
        ] {
            let parsed = Hosts.parse_host_header(host).unwrap();
            assert_eq!(parsed.bucket(), bucket, "{host}");
        }
    }

    #[test]
    fn what_is_not_done_is_refused_by_name() {
        let check = |name: &'static str, value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, http::HeaderValue::from_static(value));
            Given {
                headers: &headers,
                query: None,
            }
            .check()
            .err()
            .map(|error| error.code().clone())
        };
        assert_eq!(check("x-amz-acl", "private"), None);
        assert_eq!(check("x-amz-acl", "public-read"), Some(NotImplemented));
        assert_eq!(
            check("x-amz-server-side-encryption", "aws:kms"),
            Some(NotImplemented)
        );
        assert_eq!(
            check("x-amz-storage-class", "GLACIER"),
            Some(NotImplemented)
        );
        assert_eq!(check("x-amz-expected-bucket-owner", ACCOUNT), None);
        assert_eq!(
            check("x-amz-expected-bucket-owner", "111122223333"),
            Some(AccessDenied)
        );
        assert_eq!(check("content-type", "text/csv"), None);
    }

    #[test]
    fn a_presigned_query_counts_as_headers() {
        let headers = HeaderMap::new();
        let check = |query| {
            Given {
                headers: &headers,
                query: Some(query),
            }
            .check()
            .is_ok()
        };
        assert!(check("versionId=null&X-Amz-Expires=5"));
        assert!(!check("versionId=abc"));
        assert!(!check("x-amz-acl=public%2Dread"));
    }
}
