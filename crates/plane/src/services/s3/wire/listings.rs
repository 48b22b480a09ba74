//! Lists of keys, parts and uploads.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::Shelf;
use super::answer::{etag, owner, set_checksums, size, timestamp};
use crate::services::s3::listing::{self, From, Request};
use crate::services::s3::upload::{self, Upload};
use crate::services::s3::{bucket, object};

pub(super) use crate::services::s3::listing::LONGEST;

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
    let token = page.next.as_deref().map(|entry| URL_SAFE_NO_PAD.encode(entry));
    let contents = page.objects.into_iter().map(|object| entry(object, print, with_owner));
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
    let from = if marker.is_empty() { From::Start } else { From::After(marker.clone()) };
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
        contents: Some(page.objects.into_iter().map(|o| entry(o, print, true)).collect()),
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
fn entries(wanted: Option<i32>) -> S3Result<i32> {
    match wanted {
        None => Ok(LONGEST as i32),
        Some(count) if count >= 0 => Ok(count.min(LONGEST as i32)),
        Some(_) => Err(s3_error!(
            InvalidArgument,
            "Argument maxKeys must be an integer between 0 and 2147483647"
        )),
    }
}

fn read_token(token: &str) -> S3Result<String> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.filter(|text| !text.is_empty())
        .ok_or_else(|| s3_error!(InvalidArgument, "The continuation token provided is incorrect"))
}

fn entry(object: object::Object, print: Print, with_owner: bool) -> Object {
    let algorithms = object.meta.checksums.keys().cloned().map(ChecksumAlgorithm::from).collect();
    let checksum_type = object.meta.checksum_type.unwrap_or_else(|| "FULL_OBJECT".to_owned());
    Object {
        checksum_algorithm: Some(algorithms),
        checksum_type: Some(ChecksumType::from(checksum_type)),
        e_tag: Some(etag(&object.etag)),
        key: Some(print.text(object.key)),
        last_modified: Some(timestamp(object.modified)),
        owner: with_owner.then(owner),
        size: Some(size(object.blob.bytes)),
        storage_class: Some(ObjectStorageClass::from_static(ObjectStorageClass::STANDARD)),
        restore_status: None,
    }
}

fn rolled(prefixes: Vec<String>, print: Print) -> Vec<CommonPrefix> {
    prefixes
        .into_iter()
        .map(|prefix| CommonPrefix { prefix: Some(print.text(prefix)) })
        .collect()
}

/// How keys stand in an answer: as they are, or with escapes, for what XML cannot carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Print {
    Plain,
    Url,
}

impl Print {
    fn of(encoding: Option<&EncodingType>) -> S3Result<Self> {
        match encoding.map(EncodingType::as_str) {
            None => Ok(Self::Plain),
            Some(EncodingType::URL) => Ok(Self::Url),
            Some(_) => {
                Err(s3_error!(InvalidArgument, "Invalid Encoding Method specified in Request"))
            }
        }
    }

    fn text(self, text: String) -> String {
        if self == Self::Plain {
            return text;
        }
        let mut escaped = String::with_capacity(text.len());
        for byte in text.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' | b'*' => {
                    escaped.push(char::from(byte));
                }
                _ => escaped.push_str(&format!("%{byte:02X}")),
            }
        }
        escaped
    }
}

pub(super) async fn parts(
    shelf: &Shelf,
    request: S3Request<ListPartsInput>,
    _principal: &str,
) -> S3Result<S3Response<ListPartsOutput>> {
    let input = request.input;
    let limit = entries(input.max_parts)?.max(1);
    let after = input.part_number_marker.unwrap_or(0);
    let (name, key, id) = (input.bucket.clone(), input.key.clone(), input.upload_id.clone());
    let (upload, mut parts) = shelf
        .ask(move |snapshot| {
            bucket::require(snapshot, &name)?;
            let upload = upload::require(snapshot, &name, &key, &id)?;
            let parts = upload::parts(snapshot, &id, after, limit as usize + 1)?;
            Ok((upload, parts))
        })
        .await?;
    let is_truncated = parts.len() > limit as usize;
    parts.truncate(limit as usize);
    let next = parts.last().filter(|_| is_truncated).map(|part| part.number);
    let shows_checksums = upload.algorithm.is_some();
    Ok(S3Response::new(ListPartsOutput {
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(input.upload_id),
        part_number_marker: Some(after),
        next_part_number_marker: next,
        max_parts: Some(limit),
        is_truncated: Some(is_truncated),
        owner: Some(owner()),
        storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
        checksum_type: shows_checksums.then(|| ChecksumType::from(upload.checksum_type.clone())),
        checksum_algorithm: upload.algorithm.map(ChecksumAlgorithm::from),
        parts: Some(parts.into_iter().map(|part| listed(part, shows_checksums)).collect()),
        ..ListPartsOutput::default()
    }))
}

fn listed(part: upload::Part, shows_checksums: bool) -> Part {
    let mut listed = Part {
        e_tag: Some(etag(&part.etag)),
        last_modified: Some(timestamp(part.modified)),
        part_number: Some(part.number),
        size: Some(size(part.blob.bytes)),
        ..Part::default()
    };
    if shows_checksums {
        set_checksums!(listed, part.checksums);
    }
    listed
}

pub(super) async fn uploads(
    shelf: &Shelf,
    request: S3Request<ListMultipartUploadsInput>,
    _principal: &str,
) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
    let input = request.input;
    if input.delimiter.as_ref().is_some_and(|text| !text.is_empty()) {
        return Err(s3_error!(NotImplemented, "uploads are not rolled up at a delimiter here"));
    }
    let limit = entries(input.max_uploads)?.max(1) as usize;
    let print = Print::of(input.encoding_type.as_ref())?;
    let name = input.bucket.clone();
    let mut uploads = shelf
        .ask(move |snapshot| {
            bucket::require(snapshot, &name)?;
            Ok(snapshot.children::<Upload>(&name)?)
        })
        .await?;
    let prefix = input.prefix.clone().unwrap_or_default();
    let key_marker = input.key_marker.clone().unwrap_or_default();
    let id_marker = input.upload_id_marker.clone();
    let is_after = |upload: &Upload| match (upload.key.cmp(&key_marker), &id_marker) {
        (std::cmp::Ordering::Greater, _) => true,
        (std::cmp::Ordering::Equal, Some(id)) => upload.id > *id,
        _ => false,
    };
    uploads.retain(|upload| upload.key.starts_with(&prefix) && is_after(upload));
    uploads.sort_by(|a, b| (&a.key, &a.id).cmp(&(&b.key, &b.id)));
    let is_truncated = uploads.len() > limit;
    uploads.truncate(limit);
    let last = uploads.last().filter(|_| is_truncated);
    Ok(S3Response::new(ListMultipartUploadsOutput {
        bucket: Some(input.bucket),
        prefix: Some(print.text(prefix)),
        key_marker: Some(print.text(key_marker)),
        upload_id_marker: input.upload_id_marker,
        next_key_marker: last.map(|upload| print.text(upload.key.clone())),
        next_upload_id_marker: last.map(|upload| upload.id.clone()),
        max_uploads: i32::try_from(limit).ok(),
        is_truncated: Some(is_truncated),
        encoding_type: input.encoding_type,
        uploads: Some(uploads.into_iter().map(|upload| under_way(upload, print)).collect()),
        ..ListMultipartUploadsOutput::default()
    }))
}

fn under_way(upload: Upload, print: Print) -> MultipartUpload {
    MultipartUpload {
        checksum_type: upload.algorithm.is_some().then(|| ChecksumType::from(upload.checksum_type)),
        checksum_algorithm: upload.algorithm.map(ChecksumAlgorithm::from),
        initiated: Some(timestamp(upload.created)),
        key: Some(print.text(upload.key)),
        owner: Some(owner()),
        storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
        upload_id: Some(upload.id),
        initiator: None,
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
        assert_eq!(read_token(&URL_SAFE_NO_PAD.encode("a/b")).ok().as_deref(), Some("a/b"));
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
