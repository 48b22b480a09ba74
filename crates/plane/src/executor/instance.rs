//! Instance types as limits: CPUs and memory by AWS's naming rules.

use units::Bytes;

const GIB: u64 = 1 << 30;

/// What an instance type allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Capacity {
    /// Virtual CPUs.
    pub(crate) cpus: u64,
    /// Memory; `None` for families whose ratio is not known here.
    pub(crate) memory: Option<Bytes>,
}

/// The capacity of a type such as `ml.m5.xlarge`. A size that is not known counts as two CPUs.
pub(crate) fn capacity(instance_type: &str) -> Capacity {
    let name = instance_type.strip_prefix("ml.").unwrap_or(instance_type);
    let (family, size) = name.split_once('.').unwrap_or((name, ""));
    let cpus = match size {
        "medium" | "large" => 2,
        "xlarge" => 4,
        _ => size
            .strip_suffix("xlarge")
            .and_then(|factor| factor.parse::<u64>().ok())
            .map_or(2, |factor| 4 * factor),
    };
    let memory = match (family, size) {
        ("t2" | "t3", "medium") => Some(4 * GIB),
        _ => gib_per_cpu(family).map(|ratio| ratio * cpus * GIB),
    };
    Capacity {
        cpus,
        memory: memory.map(Bytes::new),
    }
}

/// General purpose has 4 GiB a CPU, compute optimised 2, memory optimised 8.
fn gib_per_cpu(family: &str) -> Option<u64> {
    let digit = family.find(|c: char| c.is_ascii_digit())?;
    match &family[..digit] {
        "t" | "m" | "g" => Some(4),
        "c" => Some(2),
        "r" => Some(8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capacities_follow_the_names() {
        for (name, cpus, gib) in [
            ("ml.t3.medium", 2, Some(4)),
            ("ml.m5.large", 2, Some(8)),
            ("ml.m5.xlarge", 4, Some(16)),
            ("ml.c5.xlarge", 4, Some(8)),
            ("ml.c5.9xlarge", 36, Some(72)),
            ("ml.r5.2xlarge", 8, Some(64)),
            ("ml.m6i.24xlarge", 96, Some(384)),
            ("ml.p3.2xlarge", 8, None),
            ("ml.trn1.metal", 2, None),
        ] {
            let memory = gib.map(|gib| Bytes::new(gib * GIB));
            assert_eq!(capacity(name), Capacity { cpus, memory }, "{name}");
        }
    }
}
