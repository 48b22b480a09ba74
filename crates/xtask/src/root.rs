//! Where the repository and its target folder are.

use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("this crate lies two folders below the root")
        .to_owned()
}

/// The folder that cargo builds into.
pub(crate) fn target() -> PathBuf {
    let named = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    root().join(named.unwrap_or_else(|| PathBuf::from("target")))
}

/// The profile that is measured: `release`, unless `PLIMSOLL_BENCH_PROFILE` names another one, such as `fast` while the code
/// is being worked on.
pub(crate) fn measured() -> String {
    let named = std::env::var_os("PLIMSOLL_BENCH_PROFILE");
    named.map_or_else(
        || "release".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// The binary that is measured, whether it is built or not.
pub(crate) fn binary() -> PathBuf {
    target().join(measured()).join("plimsoll")
}
