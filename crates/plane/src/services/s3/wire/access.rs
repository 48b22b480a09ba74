//! Who may ask, under which host, and for what: keys for `s3s`'s verifier, and the headers that ask for what is not done
//! here. Those are refused by name; `x-amz-request-payer` and access lists that keep an object private ask for what is so
//! anyway, and have no effect.

use http::HeaderMap;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::{S3Auth, SecretKey};
use s3s::host::{S3Host, VirtualHost};
use s3s::{S3Error, S3Result, s3_error};

use crate::ACCOUNT;
use crate::credentials::{Holder, Keyring};
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

/// Hosts that name a bucket: `bucket.s3.localhost`, `bucket.s3.us-east-1.localhost` and `bucket.localhost`. Any other
/// host, and every address, names none.
pub(super) struct Hosts {
    region: String,
}

impl Hosts {
    pub(super) fn new(region: &str) -> Self {
        Self {
            region: region.to_owned(),
        }
    }
}

impl S3Host for Hosts {
    fn parse_host_header<'a>(&'a self, host: &'a str) -> S3Result<VirtualHost<'a>> {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let name = name.strip_suffix('.').unwrap_or(name);
        let bucket = name
            .strip_suffix(".localhost")
            .and_then(|rest| self.bucket_of(rest));
        let host = VirtualHost::new(host);
        Ok(match bucket {
            Some(bucket) => host.with_bucket(bucket),
            None => host,
        })
    }
}

impl Hosts {
    /// The bucket of a name without its end `.localhost`.
    fn bucket_of<'a>(&self, name: &'a str) -> Option<&'a str> {
        let name = match name.strip_suffix(self.region.as_str()) {
            Some("s3.") => return None,
            Some(rest) if rest.ends_with(".s3.") => rest.strip_suffix('.')?,
            _ => name,
        };
        match name.strip_suffix(".s3") {
            Some(bucket) => Some(bucket),
            None if name == "s3" => None,
            None => Some(name),
        }
    }
}

/// Headers, or parameters of a presigned query, and the values that change nothing.
pub(super) const REFUSED: &[(&str, &[&str])] = &[
    ("x-amz-bucket-object-lock-enabled", &["false"]),
    ("x-amz-bypass-governance-retention", &["false"]),
    (
        "x-amz-copy-source-server-side-encryption-customer-algorithm",
        &[],
    ),
    ("x-amz-if-match-last-modified-time", &[]),
    ("x-amz-if-match-size", &[]),
    ("x-amz-mfa", &[]),
    ("x-amz-object-lock-legal-hold", &["OFF"]),
    ("x-amz-object-lock-mode", &[]),
    ("x-amz-object-lock-retain-until-date", &[]),
    ("x-amz-server-side-encryption-context", &[]),
    ("x-amz-server-side-encryption-customer-algorithm", &[]),
    ("x-amz-write-offset-bytes", &[]),
];

/// The same for access lists, which a bucket of AWS does not have unless its owner turns them on.
pub(super) const ACCESS_LISTS: &[(&str, &[&str])] = &[
    ("x-amz-acl", PRIVATE),
    ("x-amz-grant-full-control", &[]),
    ("x-amz-grant-read", &[]),
    ("x-amz-grant-read-acp", &[]),
    ("x-amz-grant-write", &[]),
    ("x-amz-grant-write-acp", &[]),
];

/// Access lists that give nothing to anybody but the owner.
pub(super) const PRIVATE: &[&str] = &["private", "bucket-owner-full-control", "bucket-owner-read"];

/// Headers that say whose bucket the client means.
const OWNERS: [&str; 2] = [
    "x-amz-expected-bucket-owner",
    "x-amz-source-expected-bucket-owner",
];

/// The rules for every operation.
pub(super) struct Rules {
    keyring: Keyring,
}

impl Rules {
    pub(super) fn new(keyring: Keyring) -> Self {
        Self { keyring }
    }
}

#[async_trait::async_trait]
impl S3Access for Rules {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        let Some(credentials) = context.credentials() else {
            return Err(s3_error!(AccessDenied, "Access Denied"));
        };
        // A form names its key in the body, where only `s3s` looks; of any other request the holder is known.
        let access_key = credentials.access_key.clone();
        if context.extensions_mut().get::<Holder>().is_none() {
            let found = self
                .keyring
                .find(&access_key)
                .map_err(S3Error::internal_error)?;
            let holder = found.ok_or_else(|| s3_error!(InvalidAccessKeyId))?;
            context.extensions_mut().insert(holder);
        }
        let given = Given {
            headers: context.headers(),
            query: context.uri().query(),
        };
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
        let asked = |table: &'static [(&'static str, &'static [&'static str])]| {
            table.iter().find_map(|(name, harmless)| {
                let value = self.value(name)?;
                (!harmless.contains(&value.as_str())).then_some((*name, value))
            })
        };
        if let Some((name, value)) = asked(ACCESS_LISTS) {
            return Err(s3_error!(
                AccessControlListNotSupported,
                "The bucket does not allow ACLs: `{name}: {value}`"
            ));
        }
        if let Some((name, value)) = asked(REFUSED) {
            return Err(s3_error!(
                NotImplemented,
                "A header you provided implies functionality that is not implemented: `{name}: {value}`"
            ));
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
    use s3s::S3ErrorCode::{AccessControlListNotSupported, AccessDenied, NotImplemented};

    use super::*;

    #[test]
    fn hosts_name_buckets() {
        for (host, bucket) in [
            ("data.s3.localhost:4566", Some("data")),
            ("data.localhost", Some("data")),
            ("my.data.s3.localhost", Some("my.data")),
            ("data.s3.us-east-1.localhost:4566", Some("data")),
            ("us-east-1.localhost", Some("us-east-1")),
            ("data.localhost.:4566", Some("data")),
            ("s3.localhost:4566", None),
            ("s3.us-east-1.localhost:4566", None),
            ("localhost:4566", None),
            ("plane:4566", None),
            ("plane.example.org", None),
        ] {
            let hosts = Hosts::new("us-east-1");
            let parsed = hosts.parse_host_header(host).unwrap();
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
        assert_eq!(
            check("x-amz-acl", "public-read"),
            Some(AccessControlListNotSupported)
        );
        assert_eq!(
            check("x-amz-grant-read", "id=1"),
            Some(AccessControlListNotSupported)
        );
        assert_eq!(
            check("x-amz-server-side-encryption-customer-algorithm", "AES256"),
            Some(NotImplemented)
        );
        assert_eq!(
            check("x-amz-object-lock-mode", "GOVERNANCE"),
            Some(NotImplemented)
        );
        assert_eq!(check("x-amz-server-side-encryption", "aws:kms"), None);
        assert_eq!(check("x-amz-storage-class", "GLACIER"), None);
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
        assert!(check("versionId=abc&X-Amz-Expires=5"));
        assert!(!check("x-amz-acl=public%2Dread"));
    }
}
