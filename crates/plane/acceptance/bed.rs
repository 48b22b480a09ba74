//! A store and an executor whose program is the fixture.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use plane::executor::{Deps, Endpoints, Executor, release_channel};
use plane::gateway::Invocation;
use plane::services;
use plane::services::s3::{bucket, object};
use plane::store::{BlobStore, Readers, Snapshot, Store, StoreError, Tx, Writer};
use plane::{Fault, SystemClock};
use serde_json::{Value, json};

/// What a state change may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);
pub(crate) const ROLE: &str = "arn:aws:iam::000000000000:role/job";

/// A state folder; an executor on it can be ended and started again.
pub(crate) struct Bed {
    folder: Arc<tempfile::TempDir>,
}

/// A running executor.
pub(crate) struct Running {
    pub(crate) writer: Writer,
    pub(crate) readers: Readers,
    pub(crate) blobs: BlobStore,
    pub(crate) executor: Executor,
    pub(crate) endpoints: Arc<Endpoints>,
    _folder: Arc<tempfile::TempDir>,
}

impl Bed {
    pub(crate) fn new() -> Self {
        Self {
            folder: Arc::new(tempfile::tempdir().unwrap()),
        }
    }

    /// A path beside the state, for files by which tests and containers talk.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) async fn start(&self) -> Running {
        let clock = Arc::new(SystemClock::default());
        let state = self.folder.path().to_owned();
        let database = state.join("plane.db");
        let store = Store::open(&database, clock.clone(), "us-east-1", 7).unwrap();
        let readers = Readers::open(&database).unwrap();
        let blobs = BlobStore::open(&state.join("objects")).unwrap();
        let (release, released) = release_channel();
        let writer = Writer::start(store, release).unwrap();
        let deps = Deps {
            writer: writer.clone(),
            readers: readers.clone(),
            blobs: blobs.clone(),
            clock,
            program: PathBuf::from(env!("CARGO_BIN_EXE_plane-fixture")),
            interpreter: plane::executor::Interpreter::default(),
            state,
            region: "us-east-1".to_owned(),
            version: "1".to_owned(),
        };
        let executor = Executor::new(deps, released);
        let endpoints = executor.endpoints();
        executor.open("http://127.0.0.1:1").await.unwrap();
        let running = Running {
            writer,
            readers,
            blobs,
            executor,
            endpoints,
            _folder: Arc::clone(&self.folder),
        };
        running.run(|tx| bucket::create(tx, "data")).await.unwrap();
        running
    }
}

impl Running {
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.writer.run("test", work).await
    }

    pub(crate) fn read<T>(&self, work: impl FnOnce(&Snapshot<'_>) -> Result<T, StoreError>) -> T {
        self.readers.read(work).unwrap()
    }

    /// Validates a request as the gateway would, and carries it out.
    pub(crate) async fn call(
        &self,
        operation: &'static str,
        request: Value,
    ) -> Result<Value, Fault> {
        let service = aws_api::service("sagemaker").unwrap();
        aws_api::validate(service, service.operation(operation).unwrap(), &request).unwrap();
        self.run(move |tx| services::call(tx, "sagemaker", operation, &request))
            .await
    }

    /// Describes until a member has one of the values.
    pub(crate) async fn until(
        &self,
        operation: &'static str,
        request: Value,
        member: &str,
        values: &[&str],
    ) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = self.call(operation, request.clone()).await.unwrap();
            if values.iter().any(|value| found[member] == *value) {
                return found;
            }
            assert!(
                Instant::now() < deadline,
                "{member} is still {}: {found}",
                found[member]
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until something holds.
    pub(crate) async fn eventually(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds() {
            assert!(Instant::now() < deadline, "still not: {what}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub(crate) async fn put(&self, key: &str, content: &[u8]) {
        let object = object::Object {
            bucket: "data".to_owned(),
            key: key.to_owned(),
            modified: 0,
            blob: self.blobs.put(content).unwrap(),
            etag: String::new(),
            meta: object::ObjectMeta::default(),
        };
        self.run(move |tx| object::put(tx, &object)).await.unwrap();
    }

    pub(crate) fn get(&self, key: &str) -> Vec<u8> {
        let found = self.read(|snapshot| object::find(snapshot, "data", key));
        let found = found.unwrap_or_else(|| panic!("{key} is not there"));
        self.blobs.get(&found.blob.sha256).unwrap()
    }

    pub(crate) fn keys(&self, prefix: &str) -> Vec<String> {
        let listing = self.read(|snapshot| object::list(snapshot, "data", prefix, None, 1000));
        listing
            .objects
            .into_iter()
            .map(|object| object.key)
            .collect()
    }

    pub(crate) fn effects(&self) -> Vec<String> {
        #[expect(
            clippy::redundant_closure_for_method_calls,
            reason = "lifetimes differ"
        )]
        self.read(|snapshot| snapshot.effects())
            .into_iter()
            .map(|row| row.key)
            .collect()
    }

    /// The log lines of a group, in order.
    pub(crate) fn lines(&self, group: &str) -> Vec<String> {
        self.read(|snapshot| {
            let mut statement = snapshot
                .sql()
                .prepare("SELECT message FROM log_event WHERE log_group = ? ORDER BY sequence")?;
            let rows = statement.query_map([group], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// The names of the metrics of a namespace, each once.
    pub(crate) fn metrics(&self, namespace: &str) -> Vec<String> {
        self.read(|snapshot| {
            let mut statement = snapshot
                .sql()
                .prepare("SELECT DISTINCT name FROM metric WHERE namespace = ? ORDER BY name")?;
            let rows = statement.query_map([namespace], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    pub(crate) async fn invoke(&self, endpoint: &str, body: &'static str) -> Result<String, Fault> {
        let answer = self
            .endpoints
            .call(Invocation {
                endpoint: endpoint.to_owned(),
                content_type: Some("text/csv".to_owned()),
                body: Bytes::from_static(body.as_bytes()),
                ..Invocation::default()
            })
            .await?;
        Ok(String::from_utf8(answer.body.to_vec()).unwrap())
    }

    /// Stores an archive with a model of this name and registers it.
    pub(crate) async fn model(&self, name: &str, environment: Value) {
        let mut header = tar::Header::new_gnu();
        header.set_size(name.len() as u64);
        header.set_mode(0o644);
        let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut archive = tar::Builder::new(gzip);
        archive
            .append_data(&mut header, "name", name.as_bytes())
            .unwrap();
        let bytes = archive.into_inner().unwrap().finish().unwrap();
        let key = format!("models/{name}.tar.gz");
        self.put(&key, &bytes).await;
        let request = json!({
            "ModelName": name,
            "ExecutionRoleArn": ROLE,
            "PrimaryContainer": {
                "Image": "plimsoll:1",
                "ModelDataUrl": format!("s3://data/{key}"),
                "Environment": environment,
            },
        });
        self.call("CreateModel", request).await.unwrap();
    }
}
