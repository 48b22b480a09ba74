//! Facts of this build for `plimsoll --version`. A source tree without Git builds as well; it names no commit.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=PLIMSOLL_COMMIT");
    let optimised = variable("OPT_LEVEL") != "0";
    let profile = if optimised { "release" } else { "debug" };
    println!("cargo:rustc-env=PLIMSOLL_BUILD_PROFILE={profile}");
    println!(
        "cargo:rustc-env=PLIMSOLL_BUILD_TARGET={}",
        variable("TARGET")
    );
    println!(
        "cargo:rustc-env=PLIMSOLL_BUILD_RUSTC={}",
        answer(&variable("RUSTC"), &["--version"])
    );
    let static_libc = variable("CARGO_CFG_TARGET_FEATURE")
        .split(',')
        .any(|feature| feature == "crt-static");
    let libc = if static_libc { "static" } else { "dynamic" };
    println!("cargo:rustc-env=PLIMSOLL_BUILD_LIBC={libc}");
    let commit = Some(commit(optimised)).filter(|commit| !commit.is_empty());
    println!(
        "cargo:rustc-env=PLIMSOLL_BUILD_COMMIT={}",
        commit.as_deref().unwrap_or("unknown")
    );
}

/// The commit that is told, else the one that Git knows; a debug build asks nobody, so that a commit recompiles nothing.
fn commit(optimised: bool) -> String {
    let told = variable("PLIMSOLL_COMMIT");
    if !told.is_empty() || !optimised {
        return told;
    }
    let log = answer("git", &["rev-parse", "--git-path", "logs/HEAD"]);
    if !log.is_empty() {
        watch(&log);
    }
    answer("git", &["rev-parse", "--short=12", "HEAD"])
}

fn watch(path: &str) {
    println!("cargo:rerun-if-changed={path}");
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script everything through the environment"
)]
fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

/// First line that a program prints; empty where it is not there or fails.
fn answer(program: &str, arguments: &[&str]) -> String {
    let Ok(output) = Command::new(program).args(arguments).output() else {
        return String::new();
    };
    if !output.status.success() {
        return String::new();
    }
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().next().unwrap_or_default().trim().to_owned()
}
