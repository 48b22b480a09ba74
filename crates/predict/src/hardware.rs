//! A machine as prediction sees it: sizes, processor, and the speeds that were measured on it or put in their place.

use catalog::{Cloud, Server, is_burstable};
use units::Bytes;

use crate::columns::MICRO;

/// A machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Hardware {
    /// The published type, where it is one.
    pub server: Option<Server>,
    /// Hardware threads.
    pub vcpus: u32,
    /// Physical cores.
    pub cores: u32,
    /// Memory.
    pub memory: Bytes,
    /// Last cache in MiB, where it is known.
    pub cache_mib: Option<f64>,
    /// An ARM processor.
    pub is_arm: bool,
    /// A processor of AMD.
    pub is_amd: bool,
    /// Model of the processor; empty where it is unknown.
    pub cpu_model: String,
    /// Runs on credits.
    pub is_burstable: bool,
    /// Network in Gbit/s, where it is known.
    pub network_gbps: Option<f64>,
    /// Accelerators.
    pub accelerators: u32,
    /// Micro-benchmarks in the order of [`MICRO`], as the catalog has them.
    pub speeds: [Option<f64>; MICRO.len()],
}

impl Hardware {
    /// A type of the catalog, described or measured.
    ///
    /// ```
    /// use catalog::Cloud;
    /// let machine = predict::Hardware::published(Cloud::Aws, "c5.2xlarge").unwrap();
    /// assert_eq!((machine.vcpus, machine.cores), (8, 4));
    /// assert!(machine.speeds.iter().all(Option::is_some));
    /// ```
    pub fn published(cloud: Cloud, name: &str) -> Option<Self> {
        Self::of_server(Server::find(cloud, name)?)
    }

    /// A server of the catalog.
    pub fn of_server(server: Server) -> Option<Self> {
        let count = |column| server.score(column).filter(|value| *value >= 1.0);
        let vcpus = count("vcpus")? as u32;
        let is_arm = server.text("arch").starts_with("ARM");
        // Where cores were not counted, two threads share one, but on ARM.
        let guess = if is_arm { vcpus } else { vcpus.div_ceil(2) };
        let memory = Bytes::from_mib(count("memory_mib")? as u64).ok()?;
        let speed = |name: &str| server.score(name).filter(|value| *value > 0.0);
        Some(Self {
            server: Some(server),
            vcpus,
            cores: server.cores().unwrap_or(guess).min(vcpus),
            memory,
            cache_mib: server.score("l3_mib").filter(|value| *value > 0.0),
            is_arm,
            is_amd: server.text("cpu_vendor") == "AMD",
            cpu_model: server.text("cpu_model").to_owned(),
            is_burstable: server
                .cloud()
                .is_some_and(|cloud| is_burstable(cloud, server.name())),
            network_gbps: server.score("network_gbps").filter(|value| *value > 0.0),
            accelerators: count("gpu_count").map_or(0, |value| value as u32),
            speeds: MICRO.map(|column| speed(column.name)),
        })
    }

    /// How much `cpus` of its threads do at once, in cores: a second thread on a core adds [`SECOND_THREAD`] of one.
    ///
    /// ```
    /// let machine = predict::Hardware::published(catalog::Cloud::Aws, "c5.2xlarge").unwrap();
    /// assert_eq!(machine.capacity(4), 4.0);
    /// assert!(machine.capacity(8) < 6.0);
    /// ```
    pub fn capacity(&self, cpus: u32) -> f64 {
        capacity(cpus.min(self.vcpus), self.cores)
    }
}

/// What the second thread of a core adds, in cores: the mean over the published curves of 1,463 types with two threads a core. The
/// program behind them divides, and a core has one divider: 0.00 on AMD, 0.03 to 0.32 on Intel. It is a lower bound, so that no
/// machine is thought faster than it is.
pub const SECOND_THREAD: f64 = 0.1;

pub(crate) fn capacity(cpus: u32, cores: u32) -> f64 {
    f64::from(cpus.min(cores)) + SECOND_THREAD * f64::from(cpus.saturating_sub(cores))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_described_by_the_catalog() {
        let arm = Hardware::published(Cloud::Aws, "a1.2xlarge").unwrap();
        assert!(arm.is_arm && !arm.is_amd && !arm.is_burstable);
        assert_eq!((arm.vcpus, arm.cores), (8, 8));
        assert_eq!(arm.cpu_model, "Cortex-A72");
        assert_eq!(arm.memory, Bytes::from_mib(16_384).unwrap());
        assert_eq!(arm.cache_mib, None);
        assert_eq!(arm.capacity(20), 8.0);
        assert!(
            Hardware::published(Cloud::Aws, "t2.medium")
                .unwrap()
                .is_burstable
        );
        assert_eq!(
            Hardware::published(Cloud::Aws, "p3.2xlarge")
                .unwrap()
                .accelerators,
            1
        );
        assert_eq!(Hardware::published(Cloud::Aws, "c5.enormous"), None);
    }

    #[test]
    fn more_cpus_never_have_less_capacity() {
        for cores in 1..40 {
            for cpus in 1..80 {
                assert!(capacity(cpus + 1, cores) > capacity(cpus, cores));
            }
        }
    }
}
