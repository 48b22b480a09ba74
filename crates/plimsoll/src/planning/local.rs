//! This machine as prediction sees it.

use std::fs;

use catalog::Server;
use predict::{Hardware, MICRO};
use units::Bytes;

/// This machine: its sizes, and the speeds that are published of its processor where that is known by name.
pub(crate) fn local() -> Hardware {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let meminfo = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let vcpus = std::thread::available_parallelism().map_or(1, |count| count.get() as u32);
    described(&cpuinfo, &meminfo, vcpus)
}

fn described(cpuinfo: &str, meminfo: &str, vcpus: u32) -> Hardware {
    let model = field(cpuinfo, "model name").unwrap_or_default();
    let threads: u32 = field(cpuinfo, "siblings")
        .and_then(|text| text.parse().ok())
        .unwrap_or(1);
    let cores: u32 = field(cpuinfo, "cpu cores")
        .and_then(|text| text.parse().ok())
        .unwrap_or(1);
    let a_core = threads.checked_div(cores).unwrap_or(1).max(1);
    let kilobytes =
        field(meminfo, "MemTotal").and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
    let known = Server::all()
        .filter(|server| !model.is_empty() && server.text("cpu_model") == model)
        .filter_map(Hardware::of_server)
        .find(|found| found.vcpus == vcpus);
    Hardware {
        server: None,
        vcpus,
        cores: (vcpus / a_core).max(1),
        memory: Bytes::new(kilobytes.unwrap_or(0) * 1_024),
        cache_mib: field(cpuinfo, "cache size")
            .and_then(|text| text.split(' ').next()?.parse::<f64>().ok())
            .map(|kib| kib / 1_024.0)
            .filter(|_| known.is_some()),
        is_arm: cfg!(target_arch = "aarch64"),
        is_amd: model.contains("AMD"),
        cpu_model: model.to_owned(),
        is_burstable: false,
        network_gbps: None,
        accelerators: 0,
        speeds: known.map_or([None; MICRO.len()], |found| found.speeds),
    }
}

/// The value of a line `name : value`.
fn field<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then(|| value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_described_by_its_kernel() {
        let cpuinfo = "processor\t: 0\nmodel name\t: AMD EPYC\nsiblings\t: 4\ncpu cores\t: 2\ncache size\t: 512 KB\n";
        let found = described(cpuinfo, "MemTotal:       16384 kB\n", 4);
        assert_eq!((found.vcpus, found.cores, found.is_amd), (4, 2, true));
        assert_eq!(found.memory, Bytes::new(16 << 20));
        assert!(found.speeds.iter().all(Option::is_none));
    }

    #[test]
    fn a_processor_that_is_published_brings_its_speeds() {
        let server = Server::find(catalog::Cloud::Aws, "c5.2xlarge").unwrap();
        let model = server.text("cpu_model");
        let cpuinfo = format!("model name : {model}\nsiblings : 8\ncpu cores : 4\n");
        let found = described(&cpuinfo, "", 8);
        assert!(found.speeds.iter().any(Option::is_some), "{model}");
    }
}
