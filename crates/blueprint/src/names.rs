//! Names of resources and jobs, within AWS's lengths.

use steps::{FileHash, Key};
use workload::Workload;

/// The first `most` characters, without a trailing hyphen.
fn cut(text: &str, most: usize) -> &str {
    text[..text.len().min(most)].trim_end_matches('-')
}

/// Part of a job's name that is known at compile time: `<workload, 20>-<step, 8>-<key, 8>`.
pub(crate) fn job(workload: &str, step: &str, key: &Key) -> String {
    format!(
        "{}-{}-{}",
        cut(workload, 20),
        cut(&step.to_lowercase(), 8),
        key.short()
    )
}

/// Part of a tuning job's name that is known at compile time: `<workload, 8>-<key, 8>`, since it has 32 characters in all.
pub(crate) fn tuning(workload: &str, key: &Key) -> String {
    format!("{}-{}", cut(workload, 8), key.short())
}

/// Name of what is made once for a key: models, endpoint configurations.
pub(crate) fn keyed(workload: &str, key: &Key) -> String {
    format!("{}-{}", cut(workload, 20), key.short())
}

/// Name of the stack and of the state machine.
pub(crate) fn stack(workload: &Workload) -> String {
    format!("plimsoll-{}", workload.name)
}

/// The workload's part of the bucket's name, at most 20 characters. Buckets have no capitals: a name with some, or a longer
/// one, ends in a hash of the whole, so that two workloads never share a bucket.
pub(crate) fn bucket_part(workload: &str) -> String {
    let lower = workload.to_ascii_lowercase();
    if lower.len() <= 20 && lower == workload {
        return lower;
    }
    format!(
        "{}-{}",
        cut(&lower, 12),
        &FileHash::of(workload.as_bytes()).sha256[..7]
    )
}

/// The name of a file or folder in the bucket and in a job's folder: below either, wherever it lies here.
///
/// ```
/// assert_eq!(blueprint::below("../x/a.csv"), "parent/x/a.csv");
/// assert_eq!(blueprint::below("./data/"), "data");
/// ```
pub fn below(path: impl AsRef<std::path::Path>) -> String {
    use std::path::Component;
    let parts = path.as_ref().components();
    let parts = parts.filter_map(|component| match component {
        Component::Normal(part) => Some(part.to_string_lossy()),
        Component::ParentDir => Some("parent".into()),
        Component::RootDir => Some("root".into()),
        Component::CurDir | Component::Prefix(_) => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_lies_below_the_bucket_wherever_it_lies_here() {
        let cases = [
            ("data/a.csv", "data/a.csv"),
            ("../x/a.csv", "parent/x/a.csv"),
            ("/srv/a.csv", "root/srv/a.csv"),
            ("./a.csv", "a.csv"),
        ];
        for (path, expected) in cases {
            assert_eq!(below(path), expected);
        }
    }

    #[test]
    fn names_keep_their_lengths() {
        let key = Key::from_hex(&"a1".repeat(32)).unwrap();
        let long = "x".repeat(19) + "-" + &"y".repeat(20);
        assert_eq!(
            job(&long, "BatchPredict", &key),
            format!("{}-batchpre-a1a1a1a1", "x".repeat(19))
        );
        assert_eq!(keyed("heart-disease", &key), "heart-disease-a1a1a1a1");
        assert_eq!(tuning("heart-disease", &key), "heart-di-a1a1a1a1");
        assert_eq!(tuning("heart-0-disease", &key), "heart-0-a1a1a1a1");
        assert_eq!(bucket_part("heart-disease"), "heart-disease");
        let capital = bucket_part("Heart-Disease");
        assert!(
            capital.starts_with("heart-diseas-") && capital.len() == 20,
            "{capital}"
        );
        let part = bucket_part(&long);
        assert_eq!(part.len(), 20);
        assert_ne!(part, bucket_part(&(long + "z")));
    }
}
