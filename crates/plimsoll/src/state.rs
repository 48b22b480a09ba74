//! The state folder: where it is, whose it is, and what its database says. Works with a plane and without one.

use std::path::PathBuf;

use aws_api::sigv4::Credentials;
use plane::services::s3::Object;
use plane::store::{BlobStore, Owner, Readers, Snapshot, StateLock, StoreError};
use plane::{ACCOUNT, Ctx, Fault};
use serde_json::Value;

use crate::cli::Common;
use crate::client::Endpoint;
use crate::clock::wall_ms;
use crate::environment;
use crate::failure::{Failure, chain};

/// Name of the folder.
const FOLDER: &str = ".plimsoll";
/// Region of a plane that was not told another.
pub(crate) const REGION: &str = "us-east-1";

/// A state folder.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) folder: PathBuf,
}

impl State {
    /// The folder that the flags, the environment or the current folder name; it may not exist yet.
    pub(crate) fn find(common: &Common) -> Result<Self, Failure> {
        let named = common.state.clone();
        let named = named.or_else(|| environment::variable(environment::STATE).map(PathBuf::from));
        if let Some(named) = named {
            // Jobs run in folders of their own, where a relative path would name another place.
            let folder = std::path::absolute(&named).map_err(|error| {
                Failure::environment(format!("`{}` is no path: {error}", named.display()))
            })?;
            return Ok(Self { folder });
        }
        let here = std::env::current_dir().map_err(|error| {
            Failure::environment(format!("the current folder cannot be read: {error}"))
        })?;
        let nearest = here
            .ancestors()
            .map(|folder| folder.join(FOLDER))
            .find(|folder| folder.is_dir());
        Ok(Self {
            folder: nearest.unwrap_or_else(|| here.join(FOLDER)),
        })
    }

    /// The folder, for people: relative to the current one where it lies below.
    pub(crate) fn shown(&self) -> String {
        let here = std::env::current_dir().unwrap_or_default();
        self.folder
            .strip_prefix(&here)
            .unwrap_or(&self.folder)
            .display()
            .to_string()
    }

    /// What the live owner published.
    pub(crate) fn owner(&self) -> Option<Owner> {
        StateLock::live_owner(&self.folder)
    }

    /// Where the plane of this state listens, with the user's credentials.
    pub(crate) fn live_endpoint(&self) -> Result<Endpoint, Failure> {
        let url = self.owner().and_then(|owner| owner.url).ok_or_else(|| {
            Failure::environment(format!("no plane is up on the state `{}`", self.shown()))
                .code("P0305")
                .hint("start one with `plimsoll up`")
        })?;
        Ok(Endpoint {
            url,
            region: REGION.to_owned(),
            credentials: self.credentials()?,
        })
    }

    /// The user's credentials of this state.
    pub(crate) fn credentials(&self) -> Result<Credentials, Failure> {
        match plane::credentials::Credentials::stored(&self.folder) {
            Ok(Some(found)) => Ok(found.for_signing()),
            Ok(None) => Err(Failure::environment(format!(
                "the state `{}` has no credentials",
                self.shown()
            ))
            .code("P0301")),
            Err(error) => Err(self.store_failure(&error)),
        }
    }

    fn database(&self) -> PathBuf {
        self.folder.join("plane.db")
    }

    /// The records of this state.
    pub(crate) fn open(&self) -> Result<Records, Failure> {
        let database = self.database();
        if !database.is_file() {
            return Err(
                Failure::input(format!("there is no state in `{}`", self.shown()))
                    .code("P0306")
                    .hint("`plimsoll run` makes one; `--state DIR` names another"),
            );
        }
        let readers = Readers::open(&database).map_err(|error| self.store_failure(&error))?;
        let blobs = BlobStore::at(&self.folder.join("objects"));
        Ok(Records { readers, blobs })
    }

    /// The folder refuses a file.
    pub(crate) fn unusable(&self, error: &std::io::Error) -> Failure {
        let state = self.shown();
        Failure::environment(format!("the state `{state}` cannot be used: {error}"))
            .code("P0301")
            .hint("it must be a folder that you may write to, on a disk with room")
    }

    /// A failure of the store in the user's words.
    pub(crate) fn store_failure(&self, error: &StoreError) -> Failure {
        let state = self.shown();
        match error {
            StoreError::Newer { found, known, .. } => Failure::environment(format!(
                "the state `{state}` has layout {found}, this version knows up to {known}"
            ))
            .code("P0303")
            .hint("use the version that wrote it, or another folder with `--state`"),
            StoreError::Held { pid, .. } => {
                // An owner that is starting or ending has not said who it is.
                let holder = match pid {
                    0 => "another process".to_owned(),
                    pid => format!("process {pid}"),
                };
                Failure::environment(format!("the state `{state}` is held by {holder}"))
                    .code("P0304")
                    .hint("wait for it, end it, or use another folder with `--state`")
            }
            other => Failure::environment(format!("the state `{state}` failed: {}", chain(other)))
                .code("P0301")
                .hint("it must be a folder that you may write to, on a disk with room"),
        }
    }
}

/// Read access to the records and objects of a state.
#[derive(Debug, Clone)]
pub(crate) struct Records {
    readers: Readers,
    blobs: BlobStore,
}

impl Records {
    /// An operation that only reads, answered as the plane would answer it.
    pub(crate) fn call(
        &self,
        service: &str,
        operation: &str,
        request: &Value,
    ) -> Result<Value, Fault> {
        let ctx = Ctx {
            now: wall_ms(),
            region: REGION.to_owned(),
            principal: ACCOUNT.to_owned(),
        };
        match plane::services::find(service, operation) {
            Some(plane::services::Handler::Read(read)) => {
                self.readers.read(|snapshot| read(snapshot, &ctx, request))
            }
            _ => Err(Fault::internal(format!(
                "{service} has no {operation} that only reads"
            ))),
        }
    }

    /// The same, for a verb: a refusal is a failure in the service's words.
    pub(crate) fn ask(
        &self,
        service: &str,
        operation: &str,
        request: &Value,
    ) -> Result<Value, Failure> {
        self.call(service, operation, request)
            .map_err(|fault| Failure::input(fault.message).code("P0404"))
    }

    /// Anything else that can be read.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&Snapshot<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.readers.read(work)
    }

    /// An object by its URI, if it is there.
    pub(crate) fn object(&self, uri: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some((bucket, key)) = crate::client::s3::split_uri(uri) else {
            return Ok(None);
        };
        self.find(bucket, key)?
            .map(|object| self.blobs.get(&object.blob.sha256))
            .transpose()
    }

    /// An object, if it is there.
    pub(crate) fn find(&self, bucket: &str, key: &str) -> Result<Option<Object>, StoreError> {
        self.read(|snapshot| plane::services::s3::object::find(snapshot, bucket, key))
    }

    /// Objects whose keys begin so, in the order of their keys.
    pub(crate) fn objects(
        &self,
        bucket: &str,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<Object>, StoreError> {
        let listing = self.read(|snapshot| {
            plane::services::s3::object::list(snapshot, bucket, prefix, None, limit)
        })?;
        Ok(listing.objects)
    }

    /// A content by its hash.
    pub(crate) fn content(&self, sha256: &str) -> Result<Vec<u8>, StoreError> {
        self.blobs.get(sha256)
    }

    /// Where a content lies.
    pub(crate) fn content_path(&self, sha256: &str) -> PathBuf {
        self.blobs.path(sha256)
    }

    /// Keys below a prefix.
    pub(crate) fn keys(&self, uri: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        let Some((bucket, prefix)) = crate::client::s3::split_uri(uri) else {
            return Ok(Vec::new());
        };
        let objects = self.objects(bucket, prefix, limit)?.into_iter();
        Ok(objects
            .map(|object| format!("s3://{bucket}/{}", object.key))
            .collect())
    }
}
