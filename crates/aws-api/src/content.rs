//! The content encoding of a body: some SDKs compress large requests, such as those of `PutMetricData`.

use std::io::Read as _;

use bytes::Bytes;
use flate2::read::GzDecoder;
use http::request::Parts;

use crate::error::ApiError;
use crate::protocol::header;

/// Bytes that a compressed body may become.
const MOST_BYTES: u64 = 16 << 20;

/// The body without its content encoding. A signature covers the body as it was sent, so this follows verification.
pub fn plain_body(head: &Parts, body: Bytes) -> Result<Bytes, ApiError> {
    match header(head, "content-encoding").unwrap_or_default().trim() {
        "" | "identity" | "aws-chunked" => Ok(body),
        "gzip" => inflate(&body),
        other => Err(ApiError::serialization(format!(
            "the content encoding `{other}` is not known"
        ))),
    }
}

fn inflate(body: &[u8]) -> Result<Bytes, ApiError> {
    let mut plain = Vec::new();
    let read = GzDecoder::new(body)
        .take(MOST_BYTES + 1)
        .read_to_end(&mut plain);
    read.map_err(|_| ApiError::serialization("the body is not gzip"))?;
    if plain.len() as u64 > MOST_BYTES {
        return Err(ApiError::too_large(format!(
            "the body inflates beyond {MOST_BYTES} bytes"
        )));
    }
    Ok(Bytes::from(plain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write as _;

    fn head(encoding: &str) -> Parts {
        http::Request::builder()
            .header("content-encoding", encoding)
            .body(())
            .unwrap()
            .into_parts()
            .0
    }

    fn compressed(plain: &[u8]) -> Bytes {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(plain).unwrap();
        Bytes::from(encoder.finish().unwrap())
    }

    #[test]
    fn compressed_bodies_are_inflated() {
        assert_eq!(
            plain_body(&head("gzip"), compressed(b"{\"a\":1}")).unwrap(),
            "{\"a\":1}"
        );
        assert_eq!(
            plain_body(&head("identity"), Bytes::from("x")).unwrap(),
            "x"
        );
    }

    #[test]
    fn bombs_and_nonsense_are_refused() {
        let bomb = compressed(&vec![0; MOST_BYTES as usize + 1]);
        assert_eq!(plain_body(&head("gzip"), bomb).unwrap_err().status, 413);
        let error = plain_body(&head("gzip"), Bytes::from("plain")).unwrap_err();
        assert_eq!(error.message, "the body is not gzip");
        let error = plain_body(&head("br"), Bytes::from("x")).unwrap_err();
        assert_eq!(error.message, "the content encoding `br` is not known");
    }
}
