//! The machine that the plane stands on: its CPUs, its memory and a fingerprint for records.

use std::fs;

/// What the machine has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Host {
    /// Ids of the CPUs that this process may use, ascending.
    pub(crate) cpus: Vec<usize>,
    /// Bytes of memory, or of the control group that this process lives in, if that is less.
    pub(crate) memory: u64,
    /// Architecture, CPU model and number of CPUs.
    pub(crate) fingerprint: String,
}

impl Host {
    /// Looks at the machine.
    pub(crate) fn detect() -> Self {
        let cpus = cpus();
        let model = fs::read_to_string("/proc/cpuinfo")
            .ok()
            .and_then(|text| cpu_model(&text));
        let fingerprint = format!(
            "{} {} x{}",
            std::env::consts::ARCH,
            model.as_deref().unwrap_or("unknown"),
            cpus.len()
        );
        let group = fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
        let limit = group
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(u64::MAX);
        let system = rustix::system::sysinfo();
        let total = system.totalram.saturating_mul(u64::from(system.mem_unit));
        Self {
            cpus,
            memory: total.min(limit),
            fingerprint,
        }
    }
}

fn cpus() -> Vec<usize> {
    match rustix::thread::sched_getaffinity(None) {
        Ok(set) => (0..rustix::thread::CpuSet::MAX_CPU)
            .filter(|&cpu| set.is_set(cpu))
            .collect(),
        Err(_) => (0..std::thread::available_parallelism().map_or(1, usize::from)).collect(),
    }
}

fn cpu_model(cpuinfo: &str) -> Option<String> {
    cpuinfo
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.trim() == "model name")
        .map(|(_, model)| model.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_cpus_and_memory() {
        let host = Host::detect();
        assert!(!host.cpus.is_empty());
        assert!(host.memory > 64 << 20);
        assert!(
            host.fingerprint.starts_with(std::env::consts::ARCH),
            "{}",
            host.fingerprint
        );
    }

    #[test]
    fn the_model_of_the_cpu_is_read_without_its_padding() {
        let text = "processor\t: 0\nmodel name\t: AMD  EPYC 7\nmodel name\t: other\n";
        assert_eq!(cpu_model(text).as_deref(), Some("AMD EPYC 7"));
        assert_eq!(cpu_model("processor: 0"), None);
    }
}
