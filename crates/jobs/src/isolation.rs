//! What the kernel allowed: how well a job is contained on this machine.
//!
//! Machines differ: user namespaces may be forbidden, cgroups may belong to somebody else. A job runs all the same, and
//! what it lacks is said here instead of being silently absent.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// How a job is contained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Isolation {
    /// How its processes are kept together.
    pub containment: Containment,
    /// Whether a user namespace was needed for it.
    pub user_namespace: bool,
    /// Whether `/opt/ml` is the job's own tree. Where it is not, the caller points the program to the folder's `ml` by
    /// the documented environment variables (`SM_*`, `SAGEMAKER_BASE_DIR`).
    pub private_tree: bool,
    /// How the memory limit is kept.
    pub memory: Enforcement,
    /// How the limit on processes is kept.
    pub processes: Enforcement,
    /// Why something is less than it could be, one sentence each.
    pub notes: Vec<String>,
}

/// How the processes of a job are kept together, so that none survives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Containment {
    /// A PID namespace: the kernel ends every process with its first one.
    PidNamespace,
    /// The shim adopts every orphan and walks the tree until nothing is left.
    Subreaper,
}

/// How a limit is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Enforcement {
    /// There is no limit.
    Unlimited,
    /// By a control group: the kernel refuses or ends what is beyond it.
    Cgroup,
    /// By a resource limit of the process: the kernel refuses what is beyond it.
    Rlimit,
    /// By watching: the job is ended soon after it went beyond it.
    Watched,
}

impl Isolation {
    /// Where a job in `folder` finds its `ml` tree: `/opt/ml` where that is private, else the folder's own `ml`.
    pub fn base(&self, folder: &Path) -> PathBuf {
        if self.private_tree {
            PathBuf::from("/opt/ml")
        } else {
            folder.join("ml")
        }
    }
}

impl fmt::Display for Isolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.containment {
            Containment::PidNamespace => "pid namespace",
            Containment::Subreaper => "subreaper",
        })?;
        if self.user_namespace {
            f.write_str(" in a user namespace")?;
        }
        f.write_str(if self.private_tree {
            ", private /opt/ml"
        } else {
            ", shared /opt/ml"
        })?;
        write!(f, ", memory {}, processes {}", self.memory, self.processes)?;
        for note in &self.notes {
            write!(f, "; {note}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Enforcement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unlimited => "unlimited",
            Self::Cgroup => "limited by cgroup",
            Self::Rlimit => "limited by rlimit",
            Self::Watched => "watched",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_isolation_says_in_words_what_it_is() {
        let mut isolation = Isolation {
            containment: Containment::PidNamespace,
            user_namespace: true,
            private_tree: true,
            memory: Enforcement::Cgroup,
            processes: Enforcement::Rlimit,
            notes: Vec::new(),
        };
        assert_eq!(
            isolation.to_string(),
            "pid namespace in a user namespace, private /opt/ml, memory limited by cgroup, \
             processes limited by rlimit"
        );
        assert_eq!(isolation.base(Path::new("/jobs/1")), Path::new("/opt/ml"));
        isolation.containment = Containment::Subreaper;
        isolation.user_namespace = false;
        isolation.private_tree = false;
        isolation.memory = Enforcement::Watched;
        isolation.processes = Enforcement::Unlimited;
        isolation.notes.push("no rights".to_owned());
        assert_eq!(
            isolation.to_string(),
            "subreaper, shared /opt/ml, memory watched, processes unlimited; no rights"
        );
        assert_eq!(
            isolation.base(Path::new("/jobs/1")),
            Path::new("/jobs/1/ml")
        );
    }
}
