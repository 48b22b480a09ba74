//! Why a plane does not start.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::holder::Holder;
use crate::Fault;
use crate::store::StoreError;

/// A plane that does not start. Nothing of it is left.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The state folder cannot be written.
    #[error("the state folder cannot be written: `{path}`")]
    ReadOnly {
        /// What could not be written.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The state was written by a newer version.
    #[error("the state `{path}` has layout {found}, this version knows up to {known}")]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its layout version.
        found: i64,
        /// The newest layout known here.
        known: i64,
    },
    /// Another process owns the state.
    #[error("the state `{path}` is held by {}", Holder::name(*.pid))]
    Held {
        /// The state folder.
        path: PathBuf,
        /// The owner, where it has said who it is.
        pid: Option<u32>,
    },
    /// The port is taken.
    #[error("port {} of {} is in use{}", .address.port(), .address.ip(), Holder::clause(.holder.as_ref()))]
    PortInUse {
        /// Where the plane was to listen.
        address: SocketAddr,
        /// Who listens there, if that can be known.
        holder: Option<Holder>,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Bind {
        /// Where the plane was to listen.
        address: SocketAddr,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The system gave no thread or socket.
    #[error("the plane's parts cannot start")]
    Thread(#[source] std::io::Error),
    /// What an earlier plane left cannot be taken up again.
    #[error("jobs and endpoints of the state cannot be taken up again")]
    Resume(#[source] Fault),
    /// The store failed.
    #[error("the store cannot be opened")]
    Store(#[source] StoreError),
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Newer { path, found, known } => Self::Newer { path, found, known },
            StoreError::Held { path, pid } => Self::Held {
                path,
                pid: (pid != 0).then_some(pid),
            },
            StoreError::File { path, source } if is_read_only(source.kind()) => {
                Self::ReadOnly { path, source }
            }
            other => Self::Store(other),
        }
    }
}

fn is_read_only(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_the_store_are_told_apart() {
        let file = |kind: ErrorKind| StoreError::file("/state/lock", kind.into());
        for kind in [ErrorKind::PermissionDenied, ErrorKind::ReadOnlyFilesystem] {
            let error = StartError::from(file(kind));
            assert_eq!(
                error.to_string(),
                "the state folder cannot be written: `/state/lock`"
            );
        }
        let full = StartError::from(file(ErrorKind::StorageFull));
        assert!(matches!(full, StartError::Store(StoreError::File { .. })));
    }

    #[test]
    fn messages_name_what_is_in_the_way() {
        let held = |pid| {
            StartError::from(StoreError::Held {
                path: "/state".into(),
                pid,
            })
        };
        assert_eq!(
            held(7).to_string(),
            "the state `/state` is held by process 7"
        );
        assert_eq!(
            held(0).to_string(),
            "the state `/state` is held by another process"
        );
        let address = "127.0.0.1:4566".parse().unwrap();
        let holder = Some(Holder {
            pid: 7,
            command: "python3".to_owned(),
        });
        let taken = StartError::PortInUse { address, holder };
        let expected = "port 4566 of 127.0.0.1 is in use by process 7 (`python3`)";
        assert_eq!(taken.to_string(), expected);
        let taken = StartError::PortInUse {
            address,
            holder: None,
        };
        assert_eq!(taken.to_string(), "port 4566 of 127.0.0.1 is in use");
    }
}
