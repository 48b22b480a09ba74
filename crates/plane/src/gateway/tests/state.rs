//! A plane and its state folder: who may start one, and what is left after it.

use super::*;
use crate::Credentials;
use crate::store::{LAYOUT_VERSION, StateLock};

#[tokio::test]
async fn what_was_stored_is_there_after_a_restart() {
    let bed = Bed::new().await;
    bed.s3("PUT", "/bucket", b"").await;
    bed.s3("PUT", "/bucket/key", b"hello").await;
    let Bed { folder, plane } = bed;
    let owner = StateLock::owner(folder.path()).unwrap();
    assert_eq!(
        (owner.pid, owner.url.as_deref()),
        (std::process::id(), Some(plane.url()))
    );
    plane.shutdown().await;
    assert_eq!(StateLock::owner(folder.path()), None);
    let plane = Plane::start(options(folder.path().to_owned(), Limits::default()))
        .await
        .unwrap();
    let bed = Bed { folder, plane };
    assert_eq!(bed.s3("GET", "/bucket/key", b"").await.text(), "hello");
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn a_state_generates_its_credentials_once() {
    let folder = tempfile::tempdir().unwrap();
    let generated = || Options {
        credentials: None,
        ..options(folder.path().to_owned(), Limits::default())
    };
    let plane = Plane::start(generated()).await.unwrap();
    let first = plane.credentials().clone();
    assert_eq!(
        Credentials::stored(folder.path()).unwrap(),
        Some(first.clone())
    );
    plane.shutdown().await;
    let plane = Plane::start(generated()).await.unwrap();
    assert_eq!(*plane.credentials(), first);
    plane.shutdown().await;
}

#[tokio::test]
async fn a_state_has_one_owner() {
    let bed = Bed::new().await;
    let error = refused(options(bed.folder.path().to_owned(), Limits::default())).await;
    assert!(matches!(error, StartError::Held { pid: Some(pid), .. } if pid == std::process::id()));
    assert!(error.to_string().contains("is held by process"), "{error}");
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn a_taken_port_names_its_holder() {
    let bed = Bed::new().await;
    let other = tempfile::tempdir().unwrap();
    let listen = bed.authority().parse().unwrap();
    let error = refused(Options {
        listen,
        ..options(other.path().to_owned(), Limits::default())
    })
    .await;
    let message = error.to_string();
    let StartError::PortInUse { address, holder } = error else {
        panic!("{message}")
    };
    assert_eq!(address, listen);
    assert_eq!(holder.unwrap().pid, std::process::id());
    assert!(message.starts_with(&format!(
        "port {} of 127.0.0.1 is in use by process",
        listen.port()
    )));
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn a_newer_or_unwritable_state_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let database = crate::store::open_database(&folder.path().join("plane.db")).unwrap();
    database
        .pragma_update(None, "user_version", LAYOUT_VERSION + 1)
        .unwrap();
    drop(database);
    let error = refused(options(folder.path().to_owned(), Limits::default())).await;
    assert!(
        matches!(error, StartError::Newer { found, .. } if found == LAYOUT_VERSION + 1),
        "{error}"
    );
    // A folder that cannot be made: its parent is a file. Permissions do not stop every user who runs tests.
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = refused(options(file.join("state"), Limits::default())).await;
    assert!(matches!(error, StartError::Store(_)), "{error}");
    assert!(
        refused(options("/proc/plimsoll".into(), Limits::default()))
            .await
            .to_string()
            .len()
            > 10
    );
}

#[tokio::test]
async fn a_reset_empties_a_state_that_allows_it() {
    let folder = tempfile::tempdir().unwrap();
    let allowed = Options {
        allow_reset: true,
        ..options(folder.path().to_owned(), Limits::default())
    };
    let plane = Plane::start(allowed).await.unwrap();
    let bed = Bed { folder, plane };
    bed.s3("PUT", "/bucket", b"").await;
    bed.s3("PUT", "/bucket/key", b"hello").await;
    let reset = || bed.request("POST", "/_plimsoll/reset");
    let foreign = reset()
        .header("origin", "http://example.org")
        .body(Bytes::new())
        .unwrap();
    assert_eq!(bed.send(foreign).await.status, 403);
    assert_eq!(bed.s3("HEAD", "/bucket/key", b"").await.status, 200);
    assert_eq!(
        bed.send(reset().body(Bytes::new()).unwrap()).await.status,
        200
    );
    assert_eq!(bed.s3("HEAD", "/bucket", b"").await.status, 404);
    bed.plane.shutdown().await;
}

#[tokio::test]
async fn only_the_owner_collects() {
    let bed = Bed::new().await;
    bed.s3("PUT", "/bucket", b"").await;
    bed.s3("PUT", "/bucket/key", b"hello").await;
    let ask = |query: &str| {
        bed.request("POST", &format!("/_plimsoll/gc{query}"))
            .body(Bytes::new())
            .unwrap()
    };
    let stranger = sigv4::Credentials::new("test", "wrong");
    assert_eq!(bed.send(ask("")).await.status, 403);
    let refused = bed.sign_and_send(ask(""), &stranger, "plimsoll").await;
    assert_eq!(refused.status, 403);
    for (policy, status) in [
        ("%7B%7D", 200),
        ("%7B%22dry_run%22%3Atrue%7D", 200),
        ("%7B%22x%22%3A1%7D", 400),
    ] {
        let request = ask(&format!("?policy={policy}"));
        let answer = bed.sign_and_send(request, &keys(), "plimsoll").await;
        assert_eq!(answer.status, status, "{policy}: {}", answer.text());
    }
    let answer = bed.sign_and_send(ask(""), &keys(), "plimsoll").await;
    assert_eq!(
        (&answer.json()["objects"], &answer.json()["contents"]),
        (&0.into(), &0.into())
    );
    assert_eq!(bed.s3("GET", "/bucket/key", b"").await.text(), "hello");
    bed.plane.shutdown().await;
}
