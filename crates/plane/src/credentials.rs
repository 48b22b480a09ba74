//! Access keys: the owner's, kept in the file `credentials` of the state folder, and those of jobs, which are records
//! that end with their job.
//!
//! A secret is never printed: [`Credentials`] redacts itself. A job's secret is derived from a seed that only the
//! records hold, so that no job can compute the secret of another from its own.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ACCOUNT;
use crate::store::{Readers, Record, StoreError, Tx};

/// Name of the file in the state folder.
const FILE: &str = "credentials";
/// Where the seed of job secrets is kept.
const SEED: &str = "credentials.seed";

/// What a client signs with.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Access key id.
    pub access_key: String,
    /// Secret access key.
    pub secret_key: String,
    /// Session token; only keys that end have one.
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key", &self.access_key)
            .field("secret_key", &"***")
            .field("session_token", &self.session_token.as_ref().map(|_| "***"))
            .finish()
    }
}

impl Credentials {
    /// The owner's credentials of a state: read from its file, or generated and written there, readable by the owner
    /// of the files alone.
    pub fn of_state(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(FILE);
        if let Some(stored) = read(&path)? {
            return Ok(stored);
        }
        let generated = Self::generate()?;
        generated.write(&path)?;
        Ok(generated)
    }

    /// The owner's credentials as they were given, written where clients of this state look for them.
    pub fn given(folder: &Path, access_key: &str, secret_key: &str) -> Result<Self, StoreError> {
        let given = Self {
            access_key: access_key.to_owned(),
            secret_key: secret_key.to_owned(),
            session_token: None,
        };
        given.write(&folder.join(FILE))?;
        Ok(given)
    }

    /// The owner's credentials that a state holds, if it was ever started.
    pub fn stored(folder: &Path) -> Result<Option<Self>, StoreError> {
        read(&folder.join(FILE))
    }

    /// The same for `aws_api`'s signer and verifier.
    pub fn for_signing(&self) -> aws_api::sigv4::Credentials {
        aws_api::sigv4::Credentials {
            access_key: self.access_key.clone(),
            secret: self.secret_key.clone(),
            session_token: self.session_token.clone(),
        }
    }

    fn generate() -> Result<Self, StoreError> {
        let bytes = random::<48>()?;
        Ok(Self {
            access_key: format!("AKIA{}", base32(&bytes[..10])),
            secret_key: STANDARD.encode(&bytes[10..40]),
            session_token: None,
        })
    }

    fn write(&self, path: &Path) -> Result<(), StoreError> {
        let pending = path.with_extension("pending");
        let fail = |source| StoreError::file(&pending, source);
        let text = format!(
            "[default]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
            self.access_key, self.secret_key
        );
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .mode(0o600)
            .open(&pending)
            .map_err(fail)?;
        // A file that was there keeps its mode when it is opened again.
        file.set_permissions(fs::Permissions::from_mode(0o600))
            .map_err(fail)?;
        file.write_all(text.as_bytes()).map_err(fail)?;
        file.sync_data().map_err(fail)?;
        fs::rename(&pending, path).map_err(fail)
    }
}

/// Reads AWS's ini form; a file that lacks one of the keys counts as missing.
fn read(path: &Path) -> Result<Option<Credentials>, StoreError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(StoreError::file(path, source)),
    };
    let value = |name: &str| {
        text.lines()
            .filter_map(|line| line.split_once('='))
            .find(|(key, _)| key.trim() == name)
            .map(|(_, value)| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    };
    let pair = value("aws_access_key_id").zip(value("aws_secret_access_key"));
    Ok(pair.map(|(access_key, secret_key)| Credentials {
        access_key,
        secret_key,
        session_token: None,
    }))
}

/// A job's key.
#[derive(Clone, Serialize, Deserialize)]
struct JobKey {
    access_key: String,
    secret_key: String,
    session_token: String,
    role_arn: String,
    purpose: String,
    created: i64,
}

impl Record for JobKey {
    const KIND: &'static str = "plane.job-key";
    fn key(&self) -> String {
        self.access_key.clone()
    }
    fn created(&self) -> i64 {
        self.created
    }
    fn parent(&self) -> &str {
        &self.purpose
    }
}

/// Prepares a state for a plane that starts: the seed of job secrets becomes unguessable, once a state, and keys whose
/// jobs ended with an earlier plane are gone.
pub(crate) fn prepare(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    if tx.meta(SEED)?.is_none() {
        tx.set_meta(SEED, &hex(&random::<32>()?))?;
    }
    tx.sql()
        .prepare_cached("DELETE FROM record WHERE kind = ?")?
        .execute([JobKey::KIND])?;
    Ok(())
}

/// A seed from the system, for what must not be guessed but need not be reproduced.
pub fn random_seed() -> Result<u64, StoreError> {
    Ok(u64::from_ne_bytes(random()?))
}

/// Issues a key to a job: it acts as the role until it is revoked. `purpose` names the job, for people.
///
/// Without a plane, as in a simulation, the seed comes from the id stream, and the same commands give the same keys.
pub fn issue(tx: &mut Tx<'_>, role_arn: &str, purpose: &str) -> Result<Credentials, StoreError> {
    let seed = if let Some(seed) = tx.meta(SEED)? {
        seed
    } else {
        let drawn = format!("{:016x}{:016x}", tx.random(), tx.random());
        tx.set_meta(SEED, &drawn)?;
        drawn
    };
    let id = tx.uuid();
    let access_key = format!("ASIA{}", base32(&id.as_bytes()[..10]));
    let derive = |what: &str| {
        let mut hash = Sha256::new();
        for part in [seed.as_str(), what, &access_key] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hash.finalize()
    };
    let key = JobKey {
        secret_key: STANDARD.encode(&derive("secret")[..30]),
        session_token: URL_SAFE_NO_PAD.encode(derive("token")),
        access_key,
        role_arn: role_arn.to_owned(),
        purpose: purpose.to_owned(),
        created: tx.ctx().now,
    };
    tx.put(&key)?;
    Ok(key.credentials())
}

/// Ends a job's key; true if it was there.
pub fn revoke(tx: &mut Tx<'_>, access_key: &str) -> Result<bool, StoreError> {
    tx.delete::<JobKey>(access_key)
}

impl JobKey {
    fn credentials(&self) -> Credentials {
        Credentials {
            access_key: self.access_key.clone(),
            secret_key: self.secret_key.clone(),
            session_token: Some(self.session_token.clone()),
        }
    }
}

/// Who holds a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// What the holder signs with.
    pub credentials: Credentials,
    /// The principal of the holder's commands: an ARN.
    pub principal: String,
    /// Whether the holder is a job, which may do little.
    pub is_job: bool,
}

impl Holder {
    /// Whether a request brings the session token of this key, or none where the key has none.
    pub fn has_token(&self, given: Option<&str>) -> bool {
        // Digests are compared, so that the time tells nothing of the token.
        let digest = |token: Option<&str>| token.map(|token| Sha256::digest(token.as_bytes()));
        digest(given) == digest(self.credentials.session_token.as_deref())
    }
}

/// Every key that is valid now.
#[derive(Debug, Clone)]
pub struct Keyring {
    owner: Credentials,
    readers: Readers,
}

impl Keyring {
    /// The owner's key and those of jobs.
    pub fn new(owner: Credentials, readers: Readers) -> Self {
        Self { owner, readers }
    }

    /// The holder of a key. Reads the records unless the key is the owner's.
    pub fn find(&self, access_key: &str) -> Result<Option<Holder>, StoreError> {
        if access_key == self.owner.access_key {
            return Ok(Some(Holder {
                credentials: self.owner.clone(),
                principal: format!("arn:aws:iam::{ACCOUNT}:root"),
                is_job: false,
            }));
        }
        let found = self
            .readers
            .read(|snapshot| snapshot.get::<JobKey>(access_key))?;
        Ok(found.map(|key| Holder {
            credentials: key.credentials(),
            principal: key.role_arn,
            is_job: true,
        }))
    }
}

fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    const SOURCE: &str = "/dev/urandom";
    let mut bytes = [0; N];
    File::open(SOURCE)
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(|source| StoreError::file(SOURCE, source))?;
    Ok(bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Base 32 in the alphabet of access key ids; whole groups of five bytes only.
fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    for group in bytes.chunks_exact(5) {
        let bits = group
            .iter()
            .fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        for place in (0..8).rev() {
            text.push(char::from(ALPHABET[(bits >> (place * 5)) as usize & 31]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::ManualClock;
    use crate::store::Store;

    fn store(folder: &Path) -> (Store, Readers) {
        let path = folder.join("plane.db");
        let store = Store::open(&path, Arc::new(ManualClock::at(5)), "us-east-1", 1).unwrap();
        (store, Readers::open(&path).unwrap())
    }

    #[test]
    fn the_owners_credentials_are_generated_once_and_private() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Credentials::stored(folder.path()).unwrap(), None);
        let first = Credentials::of_state(folder.path()).unwrap();
        assert_eq!(Credentials::of_state(folder.path()).unwrap(), first);
        assert_eq!(
            Credentials::stored(folder.path()).unwrap(),
            Some(first.clone())
        );
        assert_eq!((first.access_key.len(), first.secret_key.len()), (20, 40));
        let mode = fs::metadata(folder.path().join("credentials"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        let other = tempfile::tempdir().unwrap();
        assert_ne!(Credentials::of_state(other.path()).unwrap(), first);
    }

    #[test]
    fn given_credentials_replace_the_file() {
        let folder = tempfile::tempdir().unwrap();
        Credentials::of_state(folder.path()).unwrap();
        Credentials::given(folder.path(), "test", "test").unwrap();
        let text = fs::read_to_string(folder.path().join("credentials")).unwrap();
        let expected = "[default]\naws_access_key_id = test\naws_secret_access_key = test\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn secrets_are_not_printed() {
        let credentials = Credentials {
            access_key: "AKID".to_owned(),
            secret_key: "very-secret".to_owned(),
            session_token: Some("token-secret".to_owned()),
        };
        let printed = format!("{credentials:?}");
        assert!(
            printed.contains("AKID") && !printed.contains("secret\""),
            "{printed}"
        );
        assert!(!printed.contains("very-secret") && !printed.contains("token-secret"));
    }

    #[test]
    fn a_jobs_key_lives_from_issue_to_revoke() {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, readers) = store(folder.path());
        let owner = Credentials::given(folder.path(), "test", "test").unwrap();
        let keyring = Keyring::new(owner, readers);
        let role = "arn:aws:iam::000000000000:role/jobs";
        let (key, _) = store.transact("p", |tx| issue(tx, role, "train")).unwrap();
        assert!(key.access_key.starts_with("ASIA") && key.access_key.len() == 20);
        let holder = keyring.find(&key.access_key).unwrap().unwrap();
        assert_eq!((holder.principal.as_str(), holder.is_job), (role, true));
        assert_eq!(holder.credentials, key);
        assert!(!keyring.find("test").unwrap().unwrap().is_job);
        let access_key = key.access_key.clone();
        assert!(
            store
                .transact("p", move |tx| revoke(tx, &access_key))
                .unwrap()
                .0
        );
        assert_eq!(keyring.find(&key.access_key).unwrap(), None);
    }

    #[test]
    fn keys_of_jobs_differ_and_end_with_their_plane() {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, readers) = store(folder.path());
        let owner = Credentials::given(folder.path(), "test", "test").unwrap();
        let keyring = Keyring::new(owner, readers);
        store.transact("p", prepare).unwrap();
        let (first, _) = store.transact("p", |tx| issue(tx, "r", "a")).unwrap();
        let (second, _) = store.transact("p", |tx| issue(tx, "r", "a")).unwrap();
        assert_ne!(first.access_key, second.access_key);
        assert_ne!(first.secret_key, second.secret_key);
        store.transact("p", prepare).unwrap();
        assert_eq!(keyring.find(&first.access_key).unwrap(), None);
        assert_eq!(keyring.find(&second.access_key).unwrap(), None);
    }

    #[test]
    fn base32_is_rfc_4648() {
        assert_eq!(base32(b"fooba"), "MZXW6YTB");
        assert_eq!(base32(b"foobafooba"), "MZXW6YTBMZXW6YTB");
    }
}
