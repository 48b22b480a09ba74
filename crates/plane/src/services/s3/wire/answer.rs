//! Small conversions between what is stored and `s3s`'s messages.

use std::time::{Duration, UNIX_EPOCH};

use s3s::dto::{ETag, ETagCondition, Owner, Timestamp, TimestampFormat};

use crate::ACCOUNT;
use crate::services::s3::condition::Tag;

/// A moment for a message.
pub(super) fn timestamp(millis: i64) -> Timestamp {
    let offset = Duration::from_millis(millis.unsigned_abs());
    let moment = if millis >= 0 {
        UNIX_EPOCH + offset
    } else {
        UNIX_EPOCH - offset
    };
    Timestamp::from(moment)
}

/// A moment of a message in milliseconds since the epoch. Headers carry whole seconds.
pub(super) fn millis(timestamp: &Timestamp) -> Option<i64> {
    let mut text = Vec::new();
    timestamp
        .format(TimestampFormat::EpochSeconds, &mut text)
        .ok()?;
    let seconds: f64 = String::from_utf8(text).ok()?.parse().ok()?;
    Some((seconds * 1000.0).round() as i64)
}

/// A moment in the form of an HTTP header.
pub(super) fn http_date(timestamp: &Timestamp) -> Option<String> {
    let mut text = Vec::new();
    timestamp
        .format(TimestampFormat::HttpDate, &mut text)
        .ok()?;
    String::from_utf8(text).ok()
}

/// The milliseconds of a header's moment that is stored as it came.
pub(super) fn parse_http_date(text: &str) -> Option<Timestamp> {
    Timestamp::parse(TimestampFormat::HttpDate, text).ok()
}

/// A stored entity tag.
pub(super) fn etag(value: &str) -> ETag {
    ETag::Strong(value.to_owned())
}

/// A tag of a condition.
pub(super) fn tag(condition: Option<ETagCondition>) -> Option<Tag> {
    condition.map(|condition| match condition {
        ETagCondition::Any => Tag::Any,
        ETagCondition::ETag(tag) => Tag::Is(tag.into_value()),
    })
}

/// The one owner of everything.
pub(super) fn owner() -> Owner {
    Owner {
        display_name: Some("plimsoll".to_owned()),
        id: Some(ACCOUNT.to_owned()),
    }
}

/// Sets the five checksums of an output from a map by the names of their algorithms.
///
/// ```text
/// set_checksums!(output, part.checksums);
/// ```
macro_rules! set_checksums {
    ($output:expr, $checksums:expr) => {{
        let checksums = &$checksums;
        $output.checksum_crc32 = checksums.get("CRC32").cloned();
        $output.checksum_crc32c = checksums.get("CRC32C").cloned();
        $output.checksum_crc64nvme = checksums.get("CRC64NVME").cloned();
        $output.checksum_sha1 = checksums.get("SHA1").cloned();
        $output.checksum_sha256 = checksums.get("SHA256").cloned();
    }};
}

/// The checksums of an input as pairs of algorithm and text.
///
/// ```text
/// let given = given_checksums!(input);
/// ```
macro_rules! given_checksums {
    ($input:expr) => {{
        use $crate::services::s3::checksum::Algorithm;
        [
            (Algorithm::Crc32, &$input.checksum_crc32),
            (Algorithm::Crc32c, &$input.checksum_crc32c),
            (Algorithm::Crc64Nvme, &$input.checksum_crc64nvme),
            (Algorithm::Sha1, &$input.checksum_sha1),
            (Algorithm::Sha256, &$input.checksum_sha256),
        ]
        .into_iter()
        .filter_map(|(algorithm, text)| text.clone().map(|text| (algorithm, text)))
        .collect::<std::collections::BTreeMap<_, _>>()
    }};
}

/// Collects what the client says of an object to be, from an input that carries it.
///
/// ```text
/// let meta = object_meta!(input);
/// ```
macro_rules! object_meta {
    ($input:expr) => {{
        let expires = $input
            .expires
            .as_ref()
            .and_then($crate::services::s3::wire::answer::http_date);
        let headers = [
            ("cache-control", $input.cache_control.clone()),
            ("content-disposition", $input.content_disposition.clone()),
            (
                "content-encoding",
                $crate::services::s3::wire::answer::without_chunked(
                    $input.content_encoding.clone(),
                ),
            ),
            ("content-language", $input.content_language.clone()),
            ("expires", expires),
            (
                "website-redirect-location",
                $input.website_redirect_location.clone(),
            ),
        ];
        let encryption = $crate::services::s3::wire::protection::encryption(
            $input.server_side_encryption.as_ref(),
            $input.ssekms_key_id.clone(),
            $input.bucket_key_enabled,
        )
        .map_err($crate::services::s3::wire::shelf::s3_error)?;
        let storage_class =
            $crate::services::s3::wire::protection::storage_class($input.storage_class.as_ref())
                .map_err($crate::services::s3::wire::shelf::s3_error)?;
        $crate::services::s3::ObjectMeta {
            content_type: $input.content_type.clone().filter(|text| !text.is_empty()),
            headers: headers
                .into_iter()
                .filter_map(|(name, value)| value.map(|value| (name.to_owned(), value)))
                .collect(),
            user: $input
                .metadata
                .clone()
                .unwrap_or_default()
                .into_iter()
                .collect(),
            tags: match &$input.tagging {
                Some(text) => $crate::services::s3::tags::parse(text)
                    .map_err($crate::services::s3::wire::shelf::s3_error)?,
                None => std::collections::BTreeMap::new(),
            },
            encryption,
            storage_class,
            ..$crate::services::s3::ObjectMeta::default()
        }
    }};
}

pub(super) use {given_checksums, object_meta, set_checksums};

/// `aws-chunked` names the form of the transfer, not of the object.
pub(super) fn without_chunked(encoding: Option<String>) -> Option<String> {
    let encodings = encoding?;
    let kept: Vec<&str> = encodings
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty() && *name != "aws-chunked")
        .collect();
    (!kept.is_empty()).then(|| kept.join(","))
}

/// The storage class of what names none.
pub(super) fn standard() -> String {
    "STANDARD".to_owned()
}

/// Bytes for a message.
pub(super) fn size(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_come_back() {
        for moment in [0, 1_784_000_000_000, -1_000] {
            assert_eq!(millis(&timestamp(moment)), Some(moment));
        }
        let text = http_date(&timestamp(1_784_000_000_000)).unwrap();
        assert_eq!(text, "Tue, 14 Jul 2026 03:33:20 GMT");
        assert_eq!(
            millis(&parse_http_date(&text).unwrap()),
            Some(1_784_000_000_000)
        );
        assert_eq!(parse_http_date("tomorrow"), None);
    }

    #[test]
    fn the_transfer_is_no_encoding_of_the_object() {
        for (given, kept) in [
            (Some("aws-chunked"), None),
            (Some("gzip, aws-chunked"), Some("gzip")),
            (Some("gzip"), Some("gzip")),
            (Some(""), None),
            (None, None),
        ] {
            assert_eq!(without_chunked(given.map(str::to_owned)).as_deref(), kept);
        }
    }
}
