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

/// Instruction sets beyond the base that make numbers faster here, by their names.
pub(crate) fn instruction_sets() -> Vec<String> {
    #[cfg(target_arch = "x86_64")]
    let found = [
        ("SSE4.2", std::arch::is_x86_feature_detected!("sse4.2")),
        ("AVX", std::arch::is_x86_feature_detected!("avx")),
        ("AVX2", std::arch::is_x86_feature_detected!("avx2")),
        ("FMA", std::arch::is_x86_feature_detected!("fma")),
        ("AVX-512F", std::arch::is_x86_feature_detected!("avx512f")),
    ];
    #[cfg(not(target_arch = "x86_64"))]
    let found: [(&str, bool); 0] = [];
    let names = found.iter().filter(|(_, there)| *there);
    names.map(|(name, _)| (*name).to_owned()).collect()
}

/// CPUs that this job may use.
fn cpus() -> usize {
    let told =
        crate::environment::variable(crate::environment::CPUS).and_then(|text| text.parse().ok());
    told.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get))
}
