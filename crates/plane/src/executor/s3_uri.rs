//! S3 URIs as SageMaker's requests carry them.

use std::fmt;

/// A text that is not `s3://bucket[/key]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an S3 URI (s3://bucket/key)")]
pub struct S3UriError {
    /// What was given.
    pub text: String,
}

/// A bucket and a key or prefix in it; the key may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Uri {
    /// Bucket.
    pub bucket: String,
    /// Key or prefix.
    pub key: String,
}

impl S3Uri {
    /// Reads a URI.
    ///
    /// ```
    /// let uri = plane::executor::S3Uri::parse("s3://data/train/a.csv").unwrap();
    /// assert_eq!((uri.bucket.as_str(), uri.key.as_str()), ("data", "train/a.csv"));
    /// ```
    pub fn parse(text: &str) -> Result<Self, S3UriError> {
        let rest = text.strip_prefix("s3://").unwrap_or_default();
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(S3UriError {
                text: text.to_owned(),
            });
        }
        Ok(Self {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
        })
    }

    /// The URI of something below this one.
    pub fn join(&self, name: &str) -> Self {
        let folder = self.key.trim_end_matches('/');
        let key = if folder.is_empty() {
            name.to_owned()
        } else {
            format!("{folder}/{name}")
        };
        Self {
            bucket: self.bucket.clone(),
            key,
        }
    }

    /// Where an object that this prefix selects lies relative to it; `None` for the marker of a folder.
    pub fn relative<'a>(&self, key: &'a str) -> Option<&'a str> {
        let name = |path: &'a str| path.rsplit('/').next().unwrap_or(path);
        let rest = match key
            .strip_prefix(self.key.as_str())
            .filter(|rest| !rest.is_empty())
        {
            Some(rest) if self.key.is_empty() || self.key.ends_with('/') => rest,
            Some(rest) => match rest.strip_prefix('/') {
                Some(below) => below,
                // The prefix ends within a name: the path is the one from that name's folder.
                None => &key[self.key.rfind('/').map_or(0, |slash| slash + 1)..],
            },
            None => name(key),
        };
        (!rest.is_empty() && !rest.ends_with('/')).then_some(rest)
    }
}

impl fmt::Display for S3Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_scheme_and_a_bucket_are_a_uri() {
        for bad in ["", "s3://", "s3:///key", "https://bucket/key", "bucket/key"] {
            assert_eq!(
                S3Uri::parse(bad),
                Err(S3UriError {
                    text: bad.to_owned()
                })
            );
        }
        assert_eq!(S3Uri::parse("s3://b").unwrap().key, "");
        assert_eq!(
            S3Uri::parse("s3://b/a/b").unwrap().to_string(),
            "s3://b/a/b"
        );
    }

    #[test]
    fn names_are_joined_with_one_slash() {
        for (base, expected) in [
            ("s3://b", "s3://b/x"),
            ("s3://b/", "s3://b/x"),
            ("s3://b/p", "s3://b/p/x"),
            ("s3://b/p/", "s3://b/p/x"),
        ] {
            assert_eq!(S3Uri::parse(base).unwrap().join("x").to_string(), expected);
        }
    }

    #[test]
    fn paths_below_a_prefix_are_those_of_aws() {
        for (prefix, key, expected) in [
            ("s3://b/data/train", "data/train/x.csv", Some("x.csv")),
            ("s3://b/data/train/", "data/train/x.csv", Some("x.csv")),
            (
                "s3://b/data/train",
                "data/train/sub/x.csv",
                Some("sub/x.csv"),
            ),
            ("s3://b/data/train.csv", "data/train.csv", Some("train.csv")),
            ("s3://b/data/tr", "data/train/x.csv", Some("train/x.csv")),
            ("s3://b/tr", "train.csv", Some("train.csv")),
            ("s3://b", "data/x.csv", Some("data/x.csv")),
            ("s3://b/data/", "data/", None),
            ("s3://b/data", "data/sub/", None),
        ] {
            assert_eq!(
                S3Uri::parse(prefix).unwrap().relative(key),
                expected,
                "{prefix} {key}"
            );
        }
    }
}
