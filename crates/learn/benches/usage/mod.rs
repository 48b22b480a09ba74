//! What this process has used so far, as Linux counts it.

use std::fs;

/// Processor seconds of all threads.
pub(crate) fn seconds() -> f64 {
    let of = |entry: fs::DirEntry| -> u64 {
        let text = fs::read_to_string(entry.path().join("schedstat")).unwrap_or_default();
        let word = text.split(' ').next();
        word.and_then(|word| word.parse().ok()).unwrap_or(0)
    };
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    tasks.map(|entry| of(entry.unwrap())).sum::<u64>() as f64 / 1e9
}

/// The largest resident memory, in KiB.
pub(crate) fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let word = line.unwrap().split_whitespace().nth(1);
    word.unwrap().parse().unwrap()
}
