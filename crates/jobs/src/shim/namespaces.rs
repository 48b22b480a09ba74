//! Completing the namespaces that the init process was made in.

use std::fs;
use std::io;

use rustix::mount::{MountFlags, MountPropagationFlags, mount, mount_change};

use super::init::Identity;

/// Keeps user and group as they are outside: the job is nobody else, and root nowhere but where it was.
pub(super) fn keep_identity(identity: Identity) -> io::Result<()> {
    let Identity { user, group } = identity;
    let (user, group) = (user.as_raw(), group.as_raw());
    // The kernel asks for this before an ordinary user may map a group.
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("{user} {user} 1"))?;
    fs::write("/proc/self/gid_map", format!("{group} {group} 1"))
}

/// Cuts the mounts off from everybody else's.
pub(super) fn own_mounts() -> io::Result<()> {
    Ok(mount_change(
        "/",
        MountPropagationFlags::PRIVATE | MountPropagationFlags::REC,
    )?)
}

/// Mounts a `/proc` whose process ids are those of the namespace. Programs that look themselves up there by their id
/// would otherwise find somebody else.
pub(super) fn own_proc() -> io::Result<()> {
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    Ok(mount("proc", "/proc", "proc", flags, None)?)
}
