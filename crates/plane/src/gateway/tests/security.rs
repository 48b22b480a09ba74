//! Who is let in: moments by the plane's clock, tampered and replayed requests, keys of jobs, and what refusals say.

use super::*;
use crate::{ManualClock, credentials};

/// What somebody does to a signed request.
type Change = fn(&mut Request<Bytes>);

const MINUTE: i64 = 60_000;

/// A request that was signed at a moment.
fn signed(bed: &Bed, method: &str, path: &str, moment: i64) -> Request<Bytes> {
    let mut request = bed.request(method, path).body(Bytes::new()).unwrap();
    sigv4::sign(&mut request, &keys(), "us-east-1", "s3", moment);
    request
}

#[tokio::test]
async fn moments_are_compared_with_the_planes_clock() {
    // A year from now, by no clock of this machine.
    let there = now() + 365 * 24 * 60 * MINUTE;
    let bed = Bed::at(Arc::new(ManualClock::at(there))).await;
    for (offset, status) in [(0, 200), (14, 200), (-14, 200), (16, 403), (-16, 403)] {
        let answer = bed
            .send(signed(&bed, "GET", "/", there + offset * MINUTE))
            .await;
        assert_eq!(answer.status, status, "{offset}: {}", answer.text());
        if status == 403 {
            assert_eq!(answer.element("Code"), "RequestTimeTooSkewed");
            assert_eq!(
                answer.element("Message"),
                "The difference between the request time and the current time is too large."
            );
        }
    }
    let answer = bed.send(signed(&bed, "GET", "/", now())).await;
    assert_eq!(answer.element("Code"), "RequestTimeTooSkewed");
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn a_replay_counts_while_its_moment_is_near() {
    let clock = Arc::new(ManualClock::at(now()));
    let bed = Bed::at(Arc::clone(&clock) as Arc<dyn Clock>).await;
    let (head, ()) = signed(&bed, "GET", "/", clock.wall_ms())
        .map(|_| ())
        .into_parts();
    let again = || Request::from_parts(head.clone(), Bytes::new());
    assert_eq!(bed.send(again()).await.status, 200);
    // As on AWS: within the fifteen minutes the same request is good again.
    clock.advance_to(clock.wall_ms() + 14 * MINUTE);
    assert_eq!(bed.send(again()).await.status, 200);
    clock.advance_to(clock.wall_ms() + 2 * MINUTE);
    assert_eq!(
        bed.send(again()).await.element("Code"),
        "RequestTimeTooSkewed"
    );
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn a_presigned_request_ends_by_the_planes_clock() {
    let clock = Arc::new(ManualClock::at(now()));
    let bed = Bed::at(Arc::clone(&clock) as Arc<dyn Clock>).await;
    let mut request = bed.request("GET", "/").body(Bytes::new()).unwrap();
    let presign = sigv4::Presign {
        region: "us-east-1",
        signing_name: "s3",
        now_ms: clock.wall_ms(),
        expires_seconds: 3600,
    };
    sigv4::presign(&mut request, &keys(), &presign).unwrap();
    let (head, ()) = request.map(|_| ()).into_parts();
    let again = || Request::from_parts(head.clone(), Bytes::new());
    assert_eq!(bed.send(again()).await.status, 200);
    let mut posted = again();
    *posted.method_mut() = http::Method::DELETE;
    assert_eq!(
        bed.send(posted).await.refusal(),
        (403, "SignatureDoesNotMatch".to_owned())
    );
    clock.advance_to(clock.wall_ms() + 61 * MINUTE);
    let late = bed.send(again()).await;
    assert_eq!(
        (late.refusal(), late.element("Message")),
        (
            (403, "AccessDenied".to_owned()),
            "Request has expired".to_owned()
        )
    );
    bed.plane.shutdown().await;
}

/// What is changed, how, and the refusal.
const CHANGES: &[(&str, Change, (u16, &str))] = &[
    (
        "header",
        |request| {
            request
                .headers_mut()
                .insert("x-amz-meta-who", "you".parse().unwrap());
        },
        (403, "SignatureDoesNotMatch"),
    ),
    (
        "new header",
        |request| {
            request
                .headers_mut()
                .insert("x-amz-meta-more", "1".parse().unwrap());
        },
        (403, "AccessDenied"),
    ),
    (
        "query",
        |request| *request.uri_mut() = "/bucket/key?x-id=Other".parse().unwrap(),
        (403, "SignatureDoesNotMatch"),
    ),
    (
        "path",
        |request| *request.uri_mut() = "/bucket/other?x-id=PutObject".parse().unwrap(),
        (403, "SignatureDoesNotMatch"),
    ),
    (
        "body",
        |request| *request.body_mut() = Bytes::from_static(b"hullo"),
        (400, "XAmzContentSHA256Mismatch"),
    ),
    (
        "declared hash",
        |request| {
            let hash = "UNSIGNED-PAYLOAD".parse().unwrap();
            request.headers_mut().insert("x-amz-content-sha256", hash);
        },
        (403, "SignatureDoesNotMatch"),
    ),
    (
        "signed header taken away",
        |request| {
            request.headers_mut().remove("x-amz-meta-who");
        },
        (403, "AccessDenied"),
    ),
];

#[tokio::test]
async fn what_was_changed_after_signing_is_refused() {
    let bed = Bed::new().await;
    bed.s3("PUT", "/bucket", b"").await;
    let put = || {
        let mut request = bed
            .request("PUT", "/bucket/key?x-id=PutObject")
            .header("x-amz-meta-who", "me")
            .body(Bytes::from_static(b"hello"))
            .unwrap();
        sigv4::sign(&mut request, &keys(), "us-east-1", "s3", now());
        request
    };
    assert_eq!(bed.send(put()).await.status, 200);
    for (what, change, (status, code)) in CHANGES {
        let mut request = put();
        change(&mut request);
        let refused = bed.send(request).await;
        assert_eq!(
            refused.refusal(),
            (*status, (*code).to_owned()),
            "{what}: {}",
            refused.text()
        );
        assert_ne!(refused.element("Message"), "", "{what}");
        assert_ne!(refused.element("RequestId"), "", "{what}");
    }
    assert_eq!(bed.s3("GET", "/bucket/key", b"").await.text(), "hello");
    assert_eq!(bed.s3("HEAD", "/bucket/other", b"").await.status, 404);
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn refusals_say_what_amazons_say() {
    let bed = Bed::new().await;
    let get = || bed.request("GET", "/").body(Bytes::new()).unwrap();
    let wrong = sigv4::Credentials::new("test", "wrong");
    let wrong = bed.sign_and_send(get(), &wrong, "s3").await;
    assert!(
        wrong
            .element("Message")
            .starts_with("The request signature we calculated does not match"),
        "{}",
        wrong.text()
    );
    assert_eq!(wrong.element("RequestId"), wrong.header("x-amz-request-id"));
    let unknown = sigv4::Credentials::new("nobody", "test");
    let unknown = bed.sign_and_send(get(), &unknown, "s3").await;
    assert_eq!(
        unknown.element("Message"),
        "The AWS Access Key Id you provided does not exist in our records."
    );
    let mut elsewhere = get();
    sigv4::sign(&mut elsewhere, &keys(), "eu-west-1", "s3", now());
    let elsewhere = bed.send(elsewhere).await;
    assert_eq!(
        (
            elsewhere.element("Region").as_str(),
            elsewhere.header("x-amz-bucket-region")
        ),
        ("us-east-1", "us-east-1")
    );
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn a_jobs_key_needs_its_token_and_ends_with_its_job() {
    let bed = Bed::new().await;
    bed.s3("PUT", "/bucket", b"").await;
    let writer = bed.plane.writer();
    let issue = |tx: &mut crate::store::Tx<'_>| {
        credentials::issue(tx, "arn:aws:iam::000000000000:role/jobs", "job")
            .map_err(crate::Fault::from)
    };
    let key = writer.run("test", issue).await.unwrap();
    let get = || {
        bed.request("GET", "/bucket?list-type=2")
            .body(Bytes::new())
            .unwrap()
    };
    let full = key.for_signing();
    assert_eq!(bed.sign_and_send(get(), &full, "s3").await.status, 200);
    let bare = sigv4::Credentials::new(&key.access_key, &key.secret_key);
    let without = bed.sign_and_send(get(), &bare, "s3").await;
    assert_eq!(without.refusal(), (400, "InvalidToken".to_owned()));
    let bogus = bare.with_token("bogus");
    let bogus = bed.sign_and_send(get(), &bogus, "s3").await;
    assert_eq!(bogus.refusal(), (400, "InvalidToken".to_owned()));
    let access_key = key.access_key.clone();
    let revoke = move |tx: &mut crate::store::Tx<'_>| {
        credentials::revoke(tx, &access_key).map_err(crate::Fault::from)
    };
    assert!(writer.run("test", revoke).await.unwrap());
    let ended = bed.sign_and_send(get(), &full, "s3").await;
    assert_eq!(ended.refusal(), (403, "InvalidAccessKeyId".to_owned()));
    bed.plane.shutdown().await;
}
