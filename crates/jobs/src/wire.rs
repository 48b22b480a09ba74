//! What runner, shim and init say to each other: JSON, one message a line, over socket pairs.
//!
//! All of them are the same binary, so there is no version. Strings of the operating system need not be UTF-8; they
//! travel as [`Octets`].

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::exit::ExitReason;
use crate::isolation::Isolation;
use crate::level::Level;

/// The longest message; an environment has its limit in the kernel at about a tenth of it.
const MESSAGE_LIMIT: usize = 64 << 20;

/// One byte after the order: end the job with `SIGTERM`, grace, `SIGKILL`.
pub(crate) const STOP: u8 = b's';
/// One byte after the order: end the job now.
pub(crate) const KILL: u8 = b'k';

/// Bytes of the operating system, as a string of the characters U+0000 to U+00FF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Octets(pub(crate) Vec<u8>);

impl From<&OsStr> for Octets {
    fn from(text: &OsStr) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl From<&Path> for Octets {
    fn from(path: &Path) -> Self {
        Self::from(path.as_os_str())
    }
}

impl Octets {
    pub(crate) fn as_os_str(&self) -> &OsStr {
        OsStr::from_bytes(&self.0)
    }

    pub(crate) fn to_path(&self) -> PathBuf {
        PathBuf::from(self.as_os_str())
    }
}

impl Serialize for Octets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(
            &self
                .0
                .iter()
                .map(|&byte| char::from(byte))
                .collect::<String>(),
        )
    }
}

impl<'de> Deserialize<'de> for Octets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.chars()
            .map(|c| u8::try_from(c).map_err(|_| serde::de::Error::custom("not an octet")))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// From the runner to the shim, once: what to run.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub argv: Vec<Octets>,
    pub env: Vec<(Octets, Octets)>,
    /// The folder that the disk limit is about.
    pub folder: Octets,
    /// What the job sees at `/opt/ml`.
    pub tree: Octets,
    pub working_dir: Option<Octets>,
    pub cpus: Vec<usize>,
    pub memory: Option<u64>,
    pub processes: Option<u64>,
    pub open_files: Option<u64>,
    pub disk: Option<u64>,
    pub max_runtime: Option<Duration>,
    pub stop_grace: Duration,
    /// The best level worth trying.
    pub level: Level,
    pub cgroups: bool,
    /// Ask what is possible, start nothing.
    pub probe: bool,
}

/// From the shim to the runner.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Report {
    /// The program runs.
    Started {
        pid: i32,
        level: Level,
        /// Why the levels before this one were not possible.
        refusals: Vec<String>,
        isolation: Isolation,
        cgroups: Vec<Octets>,
    },
    /// It does not, and nothing is left.
    Failed(Failure),
    Sample(Measured),
    /// Nothing of the tree is left.
    Ended {
        reason: ExitReason,
        totals: Totals,
    },
}

/// What could not be done at a start.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Failure {
    pub stage: Stage,
    /// The number of the system's error.
    pub errno: i32,
}

/// Where a start failed.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    Program,
    WorkingDir,
    Limit(String),
    Shim,
}

/// A sample, in plain numbers.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Measured {
    pub at: Duration,
    pub cpu: Duration,
    pub memory: u64,
    pub read: u64,
    pub written: u64,
    pub threads: u64,
}

/// The exact totals, in plain numbers.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Totals {
    pub wall: Duration,
    pub user: Duration,
    pub system: Duration,
    pub peak: u64,
    pub read: u64,
    pub written: u64,
}

/// From the init process to the shim.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum InitReport {
    /// The level is not possible here; another may be.
    Refused {
        step: String,
        errno: i32,
    },
    /// The namespaces and the tree are there; waiting for [`GO`].
    Ready {
        private_tree: bool,
        notes: Vec<String>,
    },
    Failed(Failure),
    /// The program runs.
    Spawned,
    /// Nothing is left but the init process itself.
    Exited {
        reason: ExitReason,
        wall: Duration,
        own_user: Duration,
        own_system: Duration,
        read: u64,
        written: u64,
    },
}

/// From the shim to the init process: everything is ready outside as well. Later on, [`KILL`] ends everything.
pub(crate) const GO: u8 = b'g';

/// Writes a message as one line.
pub(crate) fn send(mut to: impl Write, message: &impl Serialize) -> io::Result<()> {
    to.write_all(&encode(message))
}

/// A message as one line.
pub(crate) fn encode(message: &impl Serialize) -> Vec<u8> {
    let mut line =
        serde_json::to_vec(message).expect("messages have string keys and no foreign types");
    line.push(b'\n');
    line
}

/// Bytes that arrive in pieces, taken out as messages.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    bytes: Vec<u8>,
}

impl Inbox {
    /// Adds what was read.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Takes the next whole message.
    pub(crate) fn next<T: DeserializeOwned>(&mut self) -> io::Result<Option<T>> {
        let Some(end) = self.bytes.iter().position(|&byte| byte == b'\n') else {
            if self.bytes.len() > MESSAGE_LIMIT {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "message too long",
                ));
            }
            return Ok(None);
        };
        let message = serde_json::from_slice(&self.bytes[..end])?;
        self.bytes.drain(..=end);
        Ok(Some(message))
    }

    /// Takes what is left behind the last message, such as the commands after an order.
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Blocks until the next whole message; `None` when the other side has closed.
    pub(crate) fn receive<T: DeserializeOwned>(
        &mut self,
        mut from: impl Read,
    ) -> io::Result<Option<T>> {
        let mut chunk = [0; 16 << 10];
        loop {
            if let Some(message) = self.next()? {
                return Ok(Some(message));
            }
            match from.read(&mut chunk) {
                Ok(0) => return Ok(None),
                Ok(length) => self.push(&chunk[..length]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn any_bytes_survive_the_way() {
        let all = Octets((0..=255).collect());
        let text = serde_json::to_string(&all).unwrap();
        assert_eq!(serde_json::from_str::<Octets>(&text).unwrap(), all);
        assert!(!text.contains('\n'), "a message is one line");
        assert_eq!(
            serde_json::to_string(&Octets(b"/opt/ml".to_vec())).unwrap(),
            "\"/opt/ml\""
        );
        assert!(serde_json::from_str::<Octets>("\"\u{100}\"").is_err());
    }

    #[test]
    fn messages_come_out_whole_however_they_arrive() {
        let mut bytes = encode(&Report::Sample(Measured {
            memory: 7,
            ..Measured::default()
        }));
        bytes.extend(encode(&InitReport::Spawned));
        bytes.extend([STOP, KILL]);
        let mut inbox = Inbox::default();
        for byte in &bytes[..bytes.len() - 2] {
            assert!(inbox.bytes.len() < bytes.len());
            inbox.push(&[*byte]);
        }
        let first: Report = inbox.next().unwrap().unwrap();
        assert!(
            matches!(first, Report::Sample(Measured { memory: 7, .. })),
            "{first:?}"
        );
        inbox.push(&bytes[bytes.len() - 2..]);
        let second: InitReport = inbox.next().unwrap().unwrap();
        assert!(matches!(second, InitReport::Spawned), "{second:?}");
        assert_eq!(inbox.rest(), [STOP, KILL]);
        assert!(inbox.rest().is_empty());
    }

    #[test]
    fn a_message_that_is_cut_off_is_none_and_nonsense_is_an_error() {
        let whole = encode(&InitReport::Spawned);
        let cut = Cursor::new(&whole[..whole.len() - 1]);
        assert!(
            Inbox::default()
                .receive::<InitReport>(cut)
                .unwrap()
                .is_none()
        );
        let nonsense = Cursor::new("nonsense\n");
        assert!(Inbox::default().receive::<InitReport>(nonsense).is_err());
        assert!(
            Inbox::default()
                .receive::<InitReport>(Cursor::new(""))
                .unwrap()
                .is_none()
        );
    }
}
