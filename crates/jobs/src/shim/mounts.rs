//! The private tree at `/opt/ml`.
//!
//! Nothing is left on the machine: where `/opt/ml` does not exist, `/opt` is covered by an empty file system, in the
//! job's own view only, that shows what was there before and `ml` in addition.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use rustix::fs::CWD;
use rustix::mount::{
    MountFlags, MoveMountFlags, OpenTreeFlags, mount, mount_remount, move_mount, open_tree,
};

/// Where programs expect their tree.
pub(super) const POINT: &str = "/opt/ml";
const PARENT: &str = "/opt";

/// Shows `tree` at `/opt/ml` to this mount namespace. On failure it says why, and the namespace may have a covered
/// `/opt` that shows the same as before.
pub(super) fn private_tree(tree: &Path) -> Result<(), String> {
    // Taken first, since the tree itself may be below `/opt`.
    let source = take(tree).map_err(|error| format!("`{}`: {error}", tree.display()))?;
    if !Path::new(POINT).is_dir() {
        make_point().map_err(|error| format!("`{POINT}` cannot be made: {error}"))?;
    }
    show(&source, Path::new(POINT)).map_err(|error| format!("mounting at `{POINT}`: {error}"))
}

/// A detached copy of what is at a path, with everything that is mounted below.
fn take(path: &Path) -> io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_RECURSIVE;
    Ok(open_tree(CWD, path, flags)?)
}

fn show(source: &OwnedFd, at: &Path) -> io::Result<()> {
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_SYMLINKS;
    Ok(move_mount(source, "", CWD, at, flags)?)
}

fn make_point() -> io::Result<()> {
    if !Path::new(PARENT).is_dir() {
        // There is nothing to cover. Who may do this is root, and two empty folders harm nobody.
        return fs::create_dir_all(POINT);
    }
    let entries = fs::read_dir(PARENT)?
        .map(|entry| Entry::take(&entry?))
        .collect::<io::Result<Vec<_>>>()?;
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    mount("tmpfs", PARENT, "tmpfs", flags, Some(c"mode=0755"))?;
    entries.into_iter().try_for_each(Entry::show)?;
    fs::create_dir(POINT)?;
    // What is written beside the tree would be lost; better it is refused.
    mount_remount(PARENT, flags | MountFlags::BIND | MountFlags::RDONLY, "")?;
    Ok(())
}

/// Something in `/opt`.
struct Entry {
    name: OsString,
    what: What,
}

enum What {
    Link(PathBuf),
    Folder(OwnedFd),
    File(OwnedFd),
}

impl Entry {
    fn take(entry: &fs::DirEntry) -> io::Result<Self> {
        let (kind, path) = (entry.file_type()?, entry.path());
        let what = if kind.is_symlink() {
            What::Link(fs::read_link(path)?)
        } else if kind.is_dir() {
            What::Folder(take(&path)?)
        } else {
            What::File(take(&path)?)
        };
        Ok(Self {
            name: entry.file_name(),
            what,
        })
    }

    fn show(self) -> io::Result<()> {
        let path = Path::new(PARENT).join(self.name);
        match self.what {
            What::Link(target) => symlink(target, path),
            What::Folder(source) => {
                fs::create_dir(&path)?;
                show(&source, &path)
            }
            What::File(source) => {
                fs::File::create_new(&path)?;
                show(&source, &path)
            }
        }
    }
}
