//! What `/proc` says of one process.
//!
//! Processes end while they are being looked at: every question may come back empty, and that is no error.

use std::fs;

/// The fields of `/proc/<pid>/stat` that are of use here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stat {
    pub parent: i32,
    /// The process group.
    pub group: i32,
    /// Whether the process has ended and waits for being reaped.
    pub zombie: bool,
    /// CPU ticks of the process itself.
    pub own_ticks: u64,
    /// CPU ticks of the children that it has waited for.
    pub children_ticks: u64,
    pub threads: u64,
    /// Resident pages.
    pub pages: u64,
}

/// Bytes read and written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Traffic {
    pub read: u64,
    pub written: u64,
}

impl std::ops::AddAssign for Traffic {
    fn add_assign(&mut self, other: Self) {
        self.read += other.read;
        self.written += other.written;
    }
}

/// Looks at a process.
pub(crate) fn stat(pid: i32) -> Option<Stat> {
    parse_stat(&fs::read(format!("/proc/{pid}/stat")).ok()?)
}

/// Parses `/proc/<pid>/stat`. The name of the program stands in parentheses and may hold any byte, parentheses too.
fn parse_stat(line: &[u8]) -> Option<Stat> {
    let name_end = line.iter().rposition(|&byte| byte == b')')?;
    let rest = std::str::from_utf8(&line[name_end + 1..]).ok()?;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    // The third field of the file, the state, is the first one here.
    let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        group: fields.get(2)?.parse().ok()?,
        zombie: matches!(*fields.first()?, "Z" | "X"),
        own_ticks: number(14)? + number(15)?,
        children_ticks: number(16)? + number(17)?,
        threads: number(20)?,
        pages: number(24)?,
    })
}

/// What a process has read and written, including the children that it has waited for.
pub(crate) fn traffic(pid: i32) -> Option<Traffic> {
    parse_traffic(&fs::read_to_string(format!("/proc/{pid}/io")).ok()?)
}

/// The same of the calling process.
pub(crate) fn own_traffic() -> Option<Traffic> {
    parse_traffic(&fs::read_to_string("/proc/self/io").ok()?)
}

fn parse_traffic(text: &str) -> Option<Traffic> {
    let value = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
    };
    Some(Traffic {
        read: value("rchar:")?,
        written: value("wchar:")?,
    })
}

/// The processes whose parent is this one, by the list that the kernel keeps for each thread; `None` where it keeps none.
pub(crate) fn listed_children(pid: i32) -> Option<Vec<i32>> {
    let mut children = Vec::new();
    for thread in fs::read_dir(format!("/proc/{pid}/task")).ok()? {
        let Ok(thread) = thread else { continue };
        if let Ok(list) = fs::read_to_string(thread.path().join("children")) {
            children.extend(
                list.split_ascii_whitespace()
                    .filter_map(|pid| pid.parse::<i32>().ok()),
            );
        }
    }
    Some(children)
}

/// Whether the kernel keeps lists of children.
pub(crate) fn lists_children() -> bool {
    fs::metadata("/proc/thread-self/children").is_ok()
}

/// Every process that can be seen.
pub(crate) fn all() -> Vec<i32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_and_spaces_does_not_shift_the_fields() {
        let line = b"42 (a) Z (b) R 7 42 42 0 -1 4194304 90 80 0 0 11 22 33 44 20 0 5 0 100 1000 250 1844 1 1";
        let stat = parse_stat(line).unwrap();
        assert_eq!(
            stat,
            Stat {
                parent: 7,
                group: 42,
                zombie: false,
                own_ticks: 33,
                children_ticks: 77,
                threads: 5,
                pages: 250
            }
        );
    }

    #[test]
    fn a_zombie_is_told_from_the_living() {
        let line = b"42 (x) Z 7 42 42 0 -1 4194304 90 80 0 0 1 2 3 4 20 0 1 0 100 0 0 1844 1 1";
        assert!(parse_stat(line).unwrap().zombie);
    }

    #[test]
    fn a_broken_line_is_no_process() {
        for line in [
            &b""[..],
            b"42",
            b"42 (x",
            b"42 (x) R",
            b"42 (x) R y 1 2 3",
            b"42 (x) R 1 \xff",
        ] {
            assert_eq!(parse_stat(line), None, "{line:?}");
        }
    }

    #[test]
    fn traffic_is_what_went_through_calls() {
        let text =
            "rchar: 10\nwchar: 20\nsyscr: 1\nsyscw: 1\nread_bytes: 4096\nwrite_bytes: 8192\n";
        assert_eq!(
            parse_traffic(text),
            Some(Traffic {
                read: 10,
                written: 20
            })
        );
        assert_eq!(parse_traffic("rchar: 10\n"), None);
    }

    #[test]
    fn this_process_is_seen_with_its_threads_and_pages() {
        let me = i32::try_from(std::process::id()).unwrap();
        let stat = stat(me).unwrap();
        assert!(stat.threads >= 1 && stat.pages > 0 && !stat.zombie);
        assert!(all().contains(&me));
        assert!(traffic(me).unwrap().read > 0);
    }

    #[test]
    fn a_process_that_never_was_is_empty() {
        assert_eq!(stat(i32::MAX), None);
        assert_eq!(traffic(i32::MAX), None);
        assert_eq!(listed_children(i32::MAX), None);
    }
}
