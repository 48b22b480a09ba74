//! Memory of accelerators.

use units::Bytes;

/// Memory of one accelerator as its maker publishes it, in GiB; parts of one are sold with a part of it.
const MEMORY: [(&str, u64); 31] = [
    ("A10", 24),
    ("A100", 40),
    ("A100-80GB", 80),
    ("A10G", 24),
    ("A6000", 48),
    ("B200", 180),
    ("B300", 270),
    ("GH200", 96),
    ("Gaudi HL-205", 32),
    ("H100", 80),
    ("H100-MEGA", 80),
    ("H200", 141),
    ("Inferentia", 8),
    ("Inferentia2", 32),
    ("K520", 4),
    ("K80", 12),
    ("L4", 24),
    ("L40S", 48),
    ("M60", 8),
    ("MI25", 16),
    ("MI300X", 192),
    ("P100", 16),
    ("P4", 8),
    ("RTX6000", 24),
    ("RTXPRO6000", 96),
    ("Radeon Pro V520", 8),
    ("T4", 16),
    ("T4g", 16),
    ("Trainium", 32),
    ("V100", 16),
    ("V100-32GB", 32),
];

/// Memory of one accelerator of a model, where it is known.
///
/// ```
/// assert_eq!(catalog::accelerator_memory("T4").unwrap().to_string(), "16 GiB");
/// assert!(catalog::accelerator_memory("T1000").is_none());
/// ```
pub fn accelerator_memory(model: &str) -> Option<Bytes> {
    let found = MEMORY
        .binary_search_by(|(known, _)| (*known).cmp(model))
        .ok()?;
    Some(Bytes::new(MEMORY[found].1 << 30))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalog;

    #[test]
    fn the_table_is_sorted_and_knows_what_is_offered() {
        assert!(MEMORY.is_sorted_by(|left, right| left.0 < right.0));
        let unknown: std::collections::BTreeSet<&str> = Catalog::shipped()
            .snapshots()
            .flat_map(crate::Snapshot::machines)
            .filter_map(|machine| machine.accelerators.as_ref())
            .map(|accelerators| accelerators.model.as_str())
            .filter(|model| !model.starts_with("tpu-") && accelerator_memory(model).is_none())
            .collect();
        assert_eq!(
            unknown.into_iter().collect::<Vec<_>>(),
            ["Qualcomm AI100", "unnamed"]
        );
    }
}
