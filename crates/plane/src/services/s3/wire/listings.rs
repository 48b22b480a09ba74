//! Lists of keys.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use s3s::dto::{
    ChecksumAlgorithm, ChecksumType, CommonPrefix, EncodingType, ListObjectsInput,
    ListObjectsOutput, ListObjectsV2Input, ListObjectsV2Output, Object, ObjectStorageClass,
};
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::Shelf;
use super::answer::{etag, owner, size, standard, timestamp};
use crate::services::s3::listing::{self, From, Request};
use crate::services::s3::{bucket, object};

pub(super) use crate::services::s3::listing::LONGEST;

/// The same for messages.
const MOST: i32 = 1000;
const _: () = assert!(MOST as usize == LONGEST, "one limit");

pub(super) async fn objects_v2(
    shelf: &Shelf,
    request: S3Request<ListObjectsV2Input>,
    _principal: &str,
) -> S3Result<S3Response<ListObjectsV2Output>> {
    let input = request.input;
    let max_keys = entries(input.max_keys)?;
    let from = match (&input.continuation_token, &input.start_after) {
        (Some(token), _) => From::After(read_token(token)?),
        (None, Some(key)) if !key.is_empty() => From::After(key.clone()),
        _ => From::Start,
    };
    let wanted = Request {
        bucket: input.bucket.clone(),
        prefix: input.prefix.clone().unwrap_or_default(),
        delimiter: input.delimiter.clone().unwrap_or_default(),
        from,
        limit: max_keys as usize,
    };
    let page = list(shelf, wanted).await?;
    let print = Print::of(input.encoding_type.as_ref())?;
    let with_owner = input.fetch_owner.unwrap_or(false);
    let token = page
        .next
        .as_deref()
        .map(|entry| URL_SAFE_NO_PAD.encode(entry));
    let contents = page
        .objects
        .into_iter()
        .map(|object| entry(object, print, with_owner));
    let contents: Vec<Object> = contents.collect();
    let prefixes: Vec<CommonPrefix> = rolled(page.prefixes, print);
    Ok(S3Response::new(ListObjectsV2Output {
        name: Some(input.bucket),
        prefix: Some(print.text(input.prefix.unwrap_or_default())),
        delimiter: input.delimiter.map(|text| print.text(text)),
        start_after: input.start_after.map(|text| print.text(text)),
        continuation_token: input.continuation_token,
        encoding_type: input.encoding_type,
        max_keys: Some(max_keys),
        key_count: i32::try_from(contents.len() + prefixes.len()).ok(),
        is_truncated: Some(token.is_some()),
        next_continuation_token: token,
        contents: Some(contents),
        common_prefixes: Some(prefixes),
        request_charged: None,
    }))
}

pub(super) async fn objects(
    shelf: &Shelf,
    request: S3Request<ListObjectsInput>,
    _principal: &str,
) -> S3Result<S3Response<ListObjectsOutput>> {
    let input = request.input;
    let max_keys = entries(input.max_keys)?;
    let marker = input.marker.clone().unwrap_or_default();
    let from = if marker.is_empty() {
        From::Start
    } else {
        From::After(marker.clone())
    };
    let wanted = Request {
        bucket: input.bucket.clone(),
        prefix: input.prefix.clone().unwrap_or_default(),
        delimiter: input.delimiter.clone().unwrap_or_default(),
        from,
        limit: max_keys as usize,
    };
    let page = list(shelf, wanted).await?;
    let print = Print::of(input.encoding_type.as_ref())?;
    let is_truncated = page.next.is_some();
    // AWS names the next marker where there is a delimiter; without one it is the last key.
    let next = page.next.filter(|_| input.delimiter.is_some());
    Ok(S3Response::new(ListObjectsOutput {
        name: Some(input.bucket),
        prefix: Some(print.text(input.prefix.unwrap_or_default())),
        delimiter: input.delimiter.map(|text| print.text(text)),
        marker: Some(print.text(marker)),
        next_marker: next.map(|text| print.text(text)),
        encoding_type: input.encoding_type,
        max_keys: Some(max_keys),
        is_truncated: Some(is_truncated),
        contents: Some(
            page.objects
                .into_iter()
                .map(|o| entry(o, print, true))
                .collect(),
        ),
        common_prefixes: Some(rolled(page.prefixes, print)),
        request_charged: None,
    }))
}

async fn list(shelf: &Shelf, wanted: Request) -> S3Result<listing::Page> {
    shelf
        .ask(move |snapshot| {
            bucket::require(snapshot, &wanted.bucket)?;
            Ok(listing::page(snapshot, &wanted)?)
        })
        .await
}

/// Entries of a page: what the client wants, at most 1,000.
pub(super) fn entries(wanted: Option<i32>) -> S3Result<i32> {
    match wanted {
        None => Ok(MOST),
        Some(count) if count >= 0 => Ok(count.min(MOST)),
        Some(_) => Err(s3_error!(
            InvalidArgument,
            "Argument maxKeys must be an integer between 0 and 2147483647"
        )),
    }
}

fn read_token(token: &str) -> S3Result<String> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.filter(|text| !text.is_empty()).ok_or_else(|| {
        s3_error!(
            InvalidArgument,
            "The continuation token provided is incorrect"
        )
    })
}

fn entry(object: object::Object, print: Print, with_owner: bool) -> Object {
    let algorithms = object
        .meta
        .checksums
        .keys()
        .cloned()
        .map(ChecksumAlgorithm::from)
        .collect();
    let checksum_type = object
        .meta
        .checksum_type
        .unwrap_or_else(|| "FULL_OBJECT".to_owned());
    Object {
        checksum_algorithm: Some(algorithms),
        checksum_type: Some(ChecksumType::from(checksum_type)),
        e_tag: Some(etag(&object.etag)),
        key: Some(print.text(object.key)),
        last_modified: Some(timestamp(object.modified)),
        owner: with_owner.then(owner),
        size: Some(size(object.blob.bytes)),
        storage_class: Some(ObjectStorageClass::from(
            object.meta.storage_class.unwrap_or_else(standard),
        )),
        restore_status: None,
    }
}

pub(super) fn rolled(prefixes: Vec<String>, print: Print) -> Vec<CommonPrefix> {
    prefixes
        .into_iter()
        .map(|prefix| CommonPrefix {
            prefix: Some(print.text(prefix)),
        })
        .collect()
}

/// How keys stand in an answer: as they are, or with escapes, for what XML cannot carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Print {
    Plain,
    Url,
}

impl Print {
    pub(super) fn of(encoding: Option<&EncodingType>) -> S3Result<Self> {
        match encoding.map(EncodingType::as_str) {
            None => Ok(Self::Plain),
            Some(EncodingType::URL) => Ok(Self::Url),
            Some(_) => Err(s3_error!(
                InvalidArgument,
                "Invalid Encoding Method specified in Request"
            )),
        }
    }

    pub(super) fn text(self, text: String) -> String {
        if self == Self::Plain {
            return text;
        }
        let mut escaped = String::with_capacity(text.len());
        for byte in text.bytes() {
            match byte {
                b'A'..=b'Z'
                | b'a'..=b'z'
                | b'0'..=b'9'
                | b'-'
                | b'_'
                | b'.'
                | b'~'
                | b'/'
                | b'*' => {
                    escaped.push(char::from(byte));
                }
                _ => {
                    let digits = b"0123456789ABCDEF";
                    escaped.push('%');
                    escaped.push(char::from(digits[usize::from(byte >> 4)]));
                    escaped.push(char::from(digits[usize::from(byte & 15)]));
                }
            }
        }
        escaped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_escaped_on_request() {
        let key = "a b/c+d&\u{e9}".to_owned();
        assert_eq!(Print::Url.text(key.clone()), "a%20b/c%2Bd%26%C3%A9");
        assert_eq!(Print::Plain.text(key.clone()), key);
        assert!(Print::of(Some(&EncodingType::from("base64".to_owned()))).is_err());
    }

    #[test]
    fn tokens_are_read_back_and_others_refused() {
        assert_eq!(
            read_token(&URL_SAFE_NO_PAD.encode("a/b")).ok().as_deref(),
            Some("a/b")
        );
        for broken in ["", "?", "_w"] {
            assert!(read_token(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn a_page_has_a_thousand_entries_at_most() {
        assert_eq!(entries(None).ok(), Some(1000));
        assert_eq!(entries(Some(5000)).ok(), Some(1000));
        assert_eq!(entries(Some(0)).ok(), Some(0));
        assert!(entries(Some(-1)).is_err());
    }
}
