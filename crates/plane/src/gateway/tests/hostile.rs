//! Input that means harm, or that nobody thought of: it is refused or stored as it is, and the plane goes on.

use std::fmt::Write as _;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::services::s3::checksum::{Algorithm, Hasher};

async fn bed() -> Bed {
    let bed = Bed::new().await;
    bed.s3("PUT", "/bucket", b"").await;
    bed
}

/// A key as a path has it.
fn escaped(key: &str) -> String {
    key.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'/' | b'.' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[tokio::test]
async fn keys_are_text_and_no_paths() {
    let bed = bed().await;
    let keys = [
        "../../etc/passwd",
        "a/../b",
        "./.",
        "//",
        "a//b",
        "nul\0in it",
        "line\nfeed",
        "caf\u{e9}",
        // The same to the eye, another key.
        "cafe\u{301}",
        "\u{10ffff}",
        "<&>\"'",
        "%2e%2e",
        "a+b c",
        "?versions",
    ];
    for (place, key) in keys.iter().enumerate() {
        let path = format!("/bucket/{}", escaped(key));
        let content = place.to_string();
        let put = bed.s3("PUT", &path, content.as_bytes()).await;
        assert_eq!(put.status, 200, "{key:?}: {}", put.text());
    }
    for (place, key) in keys.iter().enumerate() {
        let got = bed
            .s3("GET", &format!("/bucket/{}", escaped(key)), b"")
            .await;
        assert_eq!(got.text(), place.to_string(), "{key:?}");
    }
    let list = bed
        .s3("GET", "/bucket?list-type=2&encoding-type=url", b"")
        .await;
    assert_eq!(list.element("KeyCount"), keys.len().to_string());
    assert!(list.text().contains("nul%00in%20it"), "{}", list.text());
    for key in keys {
        let path = format!("/bucket/{}", escaped(key));
        assert_eq!(bed.s3("DELETE", &path, b"").await.status, 204, "{key:?}");
    }
    assert_eq!(
        bed.s3("GET", "/bucket?list-type=2", b"")
            .await
            .element("KeyCount"),
        "0"
    );
    let (longest, longer) = ("k".repeat(1024), "k".repeat(1025));
    assert_eq!(
        bed.s3("PUT", &format!("/bucket/{longest}"), b"")
            .await
            .status,
        200
    );
    let refused = bed.s3("PUT", &format!("/bucket/{longer}"), b"").await;
    assert_eq!(refused.refusal(), (400, "KeyTooLongError".to_owned()));
    assert_ne!(refused.element("Message"), "");
    let invalid = bed.s3("PUT", "/bucket/%ff%fe", b"").await;
    assert_eq!(invalid.status, 400, "{}", invalid.text());
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn xml_neither_grows_nor_reaches_out() {
    let bed = bed().await;
    let laughs = "<!DOCTYPE d [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]>\
        <Delete><Object><Key>&c;</Key></Object></Delete>";
    let outside = "<!DOCTYPE d [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>\
        <Delete><Object><Key>&f;</Key></Object></Delete>";
    let deep = format!("<Delete>{}", "<Object>".repeat(100_000));
    for body in [
        laughs,
        outside,
        deep.as_str(),
        "<Delete>",
        "",
        "\u{0}",
        "<a></b>",
    ] {
        let refused = bed.s3("POST", "/bucket?delete", body.as_bytes()).await;
        let (status, code) = refused.refusal();
        assert_eq!(status, 400, "{code}: {}", &body[..body.len().min(80)]);
        assert!(!refused.text().contains("root:"), "{}", refused.text());
    }
    let many = format!(
        "<Delete>{}</Delete>",
        "<Object><Key>k</Key></Object>".repeat(1001)
    );
    let refused = bed.s3("POST", "/bucket?delete", many.as_bytes()).await;
    assert_eq!(refused.refusal(), (400, "MalformedXML".to_owned()));
    let huge = vec![b' '; (4 << 20) + 1];
    let refused = bed.s3("POST", "/bucket?delete", &huge).await;
    assert_eq!(
        refused.refusal(),
        (400, "MaxMessageLengthExceeded".to_owned())
    );
    let mut changed = bed
        .request("POST", "/bucket?delete")
        .body(Bytes::from_static(b"<Delete/>"))
        .unwrap();
    sigv4::sign(&mut changed, &keys(), "us-east-1", "s3", now());
    *changed.body_mut() = Bytes::from_static(b"<Belete/>");
    let changed = bed.send(changed).await;
    assert_eq!(
        changed.refusal(),
        (400, "XAmzContentSHA256Mismatch".to_owned())
    );
    assert_eq!(bed.s3("HEAD", "/bucket", b"").await.status, 200);
    bed.plane.shutdown().await;
}

/// A request with a framed body whose seed is signed as it should be; chunks are as they are given.
fn framed(bed: &Bed, form: &str, decoded: usize, body: &[u8]) -> Request<Bytes> {
    let mut request = bed
        .request("PUT", "/bucket/framed")
        .header("x-amz-decoded-content-length", decoded)
        .header("x-amz-trailer", "x-amz-checksum-crc32")
        .header("content-encoding", "aws-chunked")
        .body(Bytes::new())
        .unwrap();
    super::objects::sign_with_payload(&mut request, form);
    *request.body_mut() = Bytes::copy_from_slice(body);
    request
}

#[tokio::test]
async fn broken_framing_stores_nothing() {
    let bed = bed().await;
    let unsigned = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    let signed = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    let cases: &[(&str, usize, &[u8])] = &[
        (unsigned, 5, b"zz\r\nhello\r\n0\r\n\r\n"),
        (unsigned, 5, b"5\r\nhel"),
        (unsigned, 5, b"fffffffff\r\nhello\r\n"),
        (unsigned, 9, b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"),
        (unsigned, 5, b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"),
        (unsigned, 5, b"5\r\nhelloo\r\n0\r\n\r\n"),
        (signed, 5, b"5\r\nhello\r\n0\r\n\r\n"),
        (
            signed,
            5,
            b"5;chunk-signature=0000000000000000000000000000000000000000000000000000000000000000\r\nhello\r\n",
        ),
        (signed, 5, b"ffffffff;chunk-signature=00\r\nhello"),
    ];
    for (form, decoded, body) in cases {
        let refused = bed.send(framed(&bed, form, *decoded, body)).await;
        let told = refused.text();
        assert!(
            refused.status.is_client_error() && !refused.element("Message").is_empty(),
            "{}: {told}",
            String::from_utf8_lossy(body)
        );
    }
    assert_eq!(bed.s3("HEAD", "/bucket/framed", b"").await.status, 404);
    // One chunk of 40 MiB without a signature is held in no memory as a whole, and is stored.
    let mut large = b"2800000\r\n".to_vec();
    large.resize(large.len() + (40 << 20), b'a');
    let mut crc = Hasher::new(Algorithm::Crc32);
    crc.update(&large[9..]);
    let trailer = format!("\r\n0\r\nx-amz-checksum-crc32:{}\r\n\r\n", crc.finish());
    large.extend_from_slice(trailer.as_bytes());
    let stored = bed.send(framed(&bed, unsigned, 40 << 20, &large)).await;
    assert_eq!(stored.status, 200, "{}", stored.text());
    let head = bed.s3("HEAD", "/bucket/framed", b"").await;
    assert_eq!(head.header("content-length"), (40 << 20).to_string());
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn a_client_that_stops_in_the_middle_is_told_and_closed() {
    let limits = Limits {
        body_silence: Duration::from_millis(200),
        ..Limits::default()
    };
    let bed = Bed::with(limits).await;
    bed.s3("PUT", "/bucket", b"").await;
    // An object and an XML document, both of which promise more than comes.
    for (method, path) in [("PUT", "/bucket/slow"), ("POST", "/bucket?delete")] {
        let mut request = bed
            .request(method, path)
            .body(Bytes::from_static(b"<Delete>"))
            .unwrap();
        sigv4::sign(&mut request, &keys(), "us-east-1", "s3", now());
        let mut text = format!("{method} {path} HTTP/1.1\r\ncontent-length: 100\r\n");
        for (name, value) in request.headers() {
            write!(text, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
        }
        text += "\r\n<Dele";
        let mut stream = TcpStream::connect(bed.authority()).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer));
        let _ = read.await.expect("the server closes");
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            answer.starts_with("HTTP/1.1 400") && answer.contains("<Code>RequestTimeout</Code>"),
            "{path}: {answer}"
        );
    }
    bed.plane.shutdown().await;
}
