//! What a task has used, by the worker's own account: the difference between two readings.

use std::fs;

use super::Account;
use super::serve::Done;
use crate::kernel::{self, Whose};
use crate::proc::{self, Traffic};

/// A reading at the beginning of a task.
#[derive(Debug)]
pub(super) struct Reading {
    account: kernel::Account,
    traffic: Traffic,
}

impl Reading {
    /// Reads, and lets the peak of the memory begin anew.
    pub(super) fn begin() -> Self {
        // Where the kernel does not allow it, the peak is the worker's of all its tasks: too much, never too little.
        let _ = fs::write("/proc/self/clear_refs", "5");
        Self {
            account: kernel::account(Whose::Own),
            traffic: proc::own_traffic().unwrap_or_default(),
        }
    }

    /// What was used since.
    pub(super) fn end(&self, done: Done) -> Account {
        let account = kernel::account(Whose::Own);
        let traffic = proc::own_traffic().unwrap_or_default();
        let (peak, resident) = memory().unwrap_or((account.peak, account.peak));
        Account {
            code: done.code,
            stays: done.stays,
            user: account.user.saturating_sub(self.account.user),
            system: account.system.saturating_sub(self.account.system),
            peak,
            read: traffic.read.saturating_sub(self.traffic.read),
            written: traffic.written.saturating_sub(self.traffic.written),
            resident,
        }
    }
}

/// Largest and present resident memory.
fn memory() -> Option<(u64, u64)> {
    parse_memory(&fs::read_to_string("/proc/self/status").ok()?)
}

fn parse_memory(status: &str) -> Option<(u64, u64)> {
    let kib = |name: &str| -> Option<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().strip_suffix("kB")?.trim().parse().ok()
    };
    Some((kib("VmHWM:")? << 10, kib("VmRSS:")? << 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_from_the_status() {
        let status = "Name:\tx\nVmPeak:\t  900 kB\nVmHWM:\t   300 kB\nVmRSS:\t   200 kB\n";
        assert_eq!(parse_memory(status), Some((300 << 10, 200 << 10)));
        assert_eq!(parse_memory("VmHWM:\t   300 kB\n"), None);
        let (peak, resident) = memory().unwrap();
        assert!(peak >= resident && resident > 1 << 18, "{peak} {resident}");
    }

    #[test]
    fn a_task_is_charged_what_it_used_and_no_more() {
        let burn =
            |rounds: u64| (0..rounds).fold(1_u64, |sum, one| std::hint::black_box(sum ^ one));
        burn(20_000_000);
        let before = kernel::account(Whose::Own);
        let reading = Reading::begin();
        burn(20_000_000);
        let account = reading.end(Done {
            code: 3,
            stays: true,
        });
        let after = kernel::account(Whose::Own);
        assert_eq!((account.code, account.stays), (3, true));
        assert!(
            account.user + account.system
                <= (after.user + after.system).saturating_sub(before.user + before.system)
        );
        assert!(!account.user.is_zero() && account.peak > 0);
    }
}
