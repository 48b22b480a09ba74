//! What happens at each limit.

use std::fmt::Write;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

/// Sends raw bytes and reads until the server closes.
async fn raw(bed: &Bed, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(bed.authority()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut text = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut text)).await;
    // A connection that is reset was closed as well.
    let _ = read.expect("the server closes");
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test]
async fn a_head_that_is_too_long_is_answered_431() {
    let bed = Bed::new().await;
    let head = |filling: usize| {
        format!(
            "GET /_plimsoll/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-fill: {}\r\n\r\n",
            "f".repeat(filling)
        )
    };
    assert!(
        raw(&bed, head(15_000).as_bytes())
            .await
            .starts_with("HTTP/1.1 200")
    );
    assert!(
        raw(&bed, head(17_000).as_bytes())
            .await
            .starts_with("HTTP/1.1 431")
    );
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn a_client_that_says_nothing_is_closed() {
    let limits = Limits {
        header_time: Duration::from_millis(150),
        ..Limits::default()
    };
    let bed = Bed::with(limits).await;
    assert_eq!(raw(&bed, b"").await, "");
    assert_eq!(raw(&bed, b"GET / HTTP/1.1\r\nhost:").await, "");
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn one_connection_too_many_is_answered_503() {
    let bed = Bed::with(Limits {
        connections: 2,
        ..Limits::default()
    })
    .await;
    let health = b"GET /_plimsoll/health HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut open = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(bed.authority()).await.unwrap();
        stream.write_all(health).await.unwrap();
        assert_ne!(stream.read(&mut [0; 16]).await.unwrap(), 0);
        open.push(stream);
    }
    let refused = raw(&bed, b"").await;
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    drop(open);
    // The slots of the closed ones are free again, soon.
    let mut answered = String::new();
    for _ in 0..100 {
        let closing = b"GET /_plimsoll/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        answered = raw(&bed, closing).await;
        if answered.starts_with("HTTP/1.1 200") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(answered.starts_with("HTTP/1.1 200"), "{answered}");
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn a_body_that_is_too_long_is_answered_413() {
    let bed = Bed::with(Limits {
        body: 1000,
        ..Limits::default()
    })
    .await;
    let padded = |bytes: usize| {
        let filling = " ".repeat(bytes - 2);
        bed.json("Logs_20140328.DescribeLogGroups", &format!("{{{filling}}}"))
    };
    assert_eq!(
        bed.sign_and_send(padded(1000), &keys(), "logs")
            .await
            .status,
        200
    );
    // A little too long is read to its end, so that the client hears the refusal; much too long is not.
    for bytes in [1001, 3999, 100_000] {
        let refused = bed.sign_and_send(padded(bytes), &keys(), "logs").await;
        assert_eq!(refused.status, 413, "{bytes}");
        assert_eq!(refused.json()["__type"], "RequestEntityTooLarge");
    }
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn the_default_body_holds_what_invoke_endpoint_may_carry() {
    assert_eq!(Limits::default().body, 6_291_456);
    let bed = Bed::new().await;
    // There is no such endpoint, but the body was taken.
    for (bytes, status) in [(6_291_456, 400), (6_291_457, 413)] {
        let request = bed.request("POST", "/endpoints/none/invocations");
        let request = request.body(Bytes::from(vec![b'1'; bytes])).unwrap();
        assert_eq!(
            bed.sign_and_send(request, &keys(), "sagemaker")
                .await
                .status,
            status
        );
    }
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn a_body_that_falls_silent_is_given_up() {
    let limits = Limits {
        body_silence: Duration::from_millis(150),
        ..Limits::default()
    };
    let bed = Bed::with(limits).await;
    let head = "POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: Logs_20140328.DescribeLogGroups\r\ncontent-length: 10\r\n\r\n{";
    let answer = raw(&bed, head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    bed.s3("PUT", "/bucket", b"").await;
    let mut put = bed
        .request("PUT", "/bucket/key")
        .body(Bytes::from_static(b"0123456789"))
        .unwrap();
    sigv4::sign(&mut put, &keys(), "us-east-1", "s3", now());
    let mut text = "PUT /bucket/key HTTP/1.1\r\ncontent-length: 10\r\n".to_owned();
    for (name, value) in put.headers() {
        write!(text, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
    }
    let answer = raw(&bed, format!("{text}\r\n012").as_bytes()).await;
    assert!(
        answer.starts_with("HTTP/1.1 400") && answer.contains("RequestTimeout"),
        "{answer}"
    );
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn an_object_or_part_that_is_too_long_is_refused() {
    let bed = Bed::with(Limits {
        part: 100,
        ..Limits::default()
    })
    .await;
    bed.s3("PUT", "/bucket", b"").await;
    assert_eq!(
        bed.s3("PUT", "/bucket/fits", &[b'x'; 100]).await.status,
        200
    );
    let refused = bed.s3("PUT", "/bucket/long", &[b'x'; 101]).await;
    assert_eq!(refused.refusal(), (400, "EntityTooLarge".to_owned()));
    assert_eq!(bed.s3("HEAD", "/bucket/long", b"").await.status, 404);
    let begun = bed.s3("POST", "/bucket/parts?uploads", b"").await;
    let part = format!(
        "/bucket/parts?partNumber=1&uploadId={}",
        begun.element("UploadId")
    );
    let refused = bed.s3("PUT", &part, &[b'x'; 101]).await;
    assert_eq!(refused.refusal(), (400, "EntityTooLarge".to_owned()));
    assert_eq!(Limits::default().part, 5 * 1024 * 1024 * 1024);
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn a_running_request_ends_before_the_plane_does() {
    let bed = Bed::new().await;
    bed.s3("PUT", "/bucket", b"").await;
    let mut put = bed
        .request("PUT", "/bucket/key")
        .body(Bytes::from_static(b"0123456789"))
        .unwrap();
    sigv4::sign(&mut put, &keys(), "us-east-1", "s3", now());
    let mut text = "PUT /bucket/key HTTP/1.1\r\ncontent-length: 10\r\n".to_owned();
    for (name, value) in put.headers() {
        write!(text, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
    }
    let mut stream = TcpStream::connect(bed.authority()).await.unwrap();
    stream
        .write_all(format!("{text}\r\n01234").as_bytes())
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let Bed { folder, plane } = bed;
    let down = tokio::spawn(plane.shutdown());
    tokio::time::sleep(Duration::from_millis(50)).await;
    stream.write_all(b"56789").await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(
        answer.starts_with(b"HTTP/1.1 200"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    down.await.unwrap();
    let again = Plane::start(options(folder.path().to_owned(), Limits::default()))
        .await
        .unwrap();
    let again = Bed {
        folder,
        plane: again,
    };
    assert_eq!(
        &again.s3("GET", "/bucket/key", b"").await.body[..],
        b"0123456789"
    );
    again.plane.shutdown().await;
}
