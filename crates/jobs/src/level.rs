//! The ways to contain a job, best first.
//!
//! Which of them a machine allows cannot be asked, only tried: the kernel, its settings, a container's filter and the
//! security modules all have a say. The shim goes down the list; the runner remembers where it ended.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A set of namespaces to contain a job in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Level {
    /// PID and mount namespaces by the rights of root.
    Privileged,
    /// The same inside a user namespace of the job's own.
    User,
    /// A mount namespace by the rights of root, where `/proc` cannot be mounted anew.
    PrivilegedMounts,
    /// The same inside a user namespace.
    UserMounts,
    /// No namespace at all.
    Bare,
}

impl Level {
    pub(crate) const BEST: Self = Self::Privileged;

    /// The next one to try.
    pub(crate) fn next(self) -> Option<Self> {
        match self {
            Self::Privileged => Some(Self::User),
            Self::User => Some(Self::PrivilegedMounts),
            Self::PrivilegedMounts => Some(Self::UserMounts),
            Self::UserMounts => Some(Self::Bare),
            Self::Bare => None,
        }
    }

    /// This level, or the next one that does not need root.
    pub(crate) fn possible(self, root: bool) -> Self {
        match self {
            Self::Privileged if !root => Self::User,
            Self::PrivilegedMounts if !root => Self::UserMounts,
            _ => self,
        }
    }

    pub(crate) fn user_namespace(self) -> bool {
        matches!(self, Self::User | Self::UserMounts)
    }

    pub(crate) fn pid_namespace(self) -> bool {
        matches!(self, Self::Privileged | Self::User)
    }

    pub(crate) fn mount_namespace(self) -> bool {
        self != Self::Bare
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Privileged => "pid namespace",
            Self::User => "pid namespace of a user",
            Self::PrivilegedMounts => "mount namespace",
            Self::UserMounts => "mount namespace of a user",
            Self::Bare => "no namespace",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_is_tried_once_and_each_is_weaker_or_needs_less() {
        let mut tried = vec![Level::BEST];
        while let Some(next) = tried.last().and_then(|level| level.next()) {
            assert!(next > *tried.last().unwrap());
            tried.push(next);
        }
        assert_eq!(tried.len(), 5);
        assert_eq!(tried.last(), Some(&Level::Bare));
        assert!(!Level::Bare.mount_namespace() && !Level::Bare.user_namespace());
    }

    #[test]
    fn who_is_not_root_does_not_try_what_only_root_may() {
        let mut level = Some(Level::BEST);
        while let Some(at) = level {
            assert_eq!(at.possible(true), at);
            let possible = at.possible(false);
            assert!(
                possible.user_namespace() || possible == Level::Bare,
                "{possible:?}"
            );
            level = at.next();
        }
    }

    #[test]
    fn a_pid_namespace_never_comes_without_its_own_mounts() {
        let mut level = Some(Level::BEST);
        while let Some(at) = level {
            assert!(!at.pid_namespace() || at.mount_namespace(), "{at:?}");
            level = at.next();
        }
    }
}
