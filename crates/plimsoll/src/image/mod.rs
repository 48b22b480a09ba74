//! The image: what a job of ours executes. The same binary, the container's contract, thin shells around `learn`.

mod archive;
mod failed;
pub(crate) mod process;
pub(crate) mod script;
pub(crate) mod serve;
pub(crate) mod train;

pub(crate) use failed::{Failed, finish};

use steps::FileHash;

/// Name of the image of this version.
pub(crate) fn name() -> String {
    format!("plimsoll:{}", env!("CARGO_PKG_VERSION"))
}

/// Identifies what measurements of this machine are true for: processor, CPUs, architecture.
pub(crate) fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find(|line| line.starts_with("model name"))
        .unwrap_or_default();
    let cpus = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let text = format!("{model} x {cpus} {}", std::env::consts::ARCH);
    FileHash::of(text.as_bytes()).sha256[..16].to_owned()
}

/// CPUs that this job may use.
fn cpus() -> usize {
    let told =
        crate::environment::variable(crate::environment::CPUS).and_then(|text| text.parse().ok());
    told.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get))
}
