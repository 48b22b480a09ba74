//! What this binary was built from, for `--version` and for reports of defects.

use serde_json::{Value, json};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const COMMIT: &str = env!("PLIMSOLL_BUILD_COMMIT");
const TARGET: &str = env!("PLIMSOLL_BUILD_TARGET");
const RUSTC: &str = env!("PLIMSOLL_BUILD_RUSTC");
const PROFILE: &str = env!("PLIMSOLL_BUILD_PROFILE");
const LIBC: &str = env!("PLIMSOLL_BUILD_LIBC");

/// What `--version` prints after the name; `-V` prints the version alone.
pub(crate) const LONG_VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\ncommit:  ",
    env!("PLIMSOLL_BUILD_COMMIT"),
    "\ntarget:  ",
    env!("PLIMSOLL_BUILD_TARGET"),
    "\nlibc:    ",
    env!("PLIMSOLL_BUILD_LIBC"),
    "\nrustc:   ",
    env!("PLIMSOLL_BUILD_RUSTC"),
    "\nprofile: ",
    env!("PLIMSOLL_BUILD_PROFILE"),
);

/// The same as a document.
pub(crate) fn document() -> Value {
    json!({
        "schema": "plimsoll.version/1",
        "version": VERSION,
        "commit": (COMMIT != "unknown").then_some(COMMIT),
        "target": TARGET,
        "libc": LIBC,
        "rustc": RUSTC,
        "profile": PROFILE,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_document_say_the_same() {
        let (text, document) = (LONG_VERSION, document());
        for member in ["version", "target", "rustc", "profile", "libc"] {
            let value = document[member].as_str().unwrap();
            assert!(!value.is_empty() && text.contains(value), "{member}");
        }
        assert!(document["rustc"].as_str().unwrap().starts_with("rustc 1."));
    }
}
