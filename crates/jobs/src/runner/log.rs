//! The log of a job: a file beside its tree, of bounded size.
//!
//! The file is appended to: a job that is started again in the same folder goes on with the same log and what is left
//! of the same limit.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// A log that is written to.
#[derive(Debug)]
pub(crate) struct Log {
    file: File,
    limit: u64,
    used: u64,
    full: bool,
}

/// What became of a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Logged {
    /// It stands in the log.
    Written,
    /// It does not fit, and is the first one; the notice stands in the log instead.
    Full(String),
    /// It does not fit, and the notice was given before.
    Dropped,
}

impl Log {
    pub(crate) fn open(path: &Path, limit: u64) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let used = file.metadata()?.len();
        Ok(Self {
            file,
            limit,
            used,
            full: false,
        })
    }

    /// Writes a piece of a line; the line ends here unless it `goes_on`.
    ///
    /// A disk that is full must not end a job whose output is delivered anyway: what cannot be written counts as
    /// beyond the limit.
    pub(crate) fn write(&mut self, text: &str, goes_on: bool) -> Logged {
        if self.full {
            return Logged::Dropped;
        }
        let mut line = Vec::with_capacity(text.len() + 1);
        line.extend_from_slice(text.as_bytes());
        if !goes_on {
            line.push(b'\n');
        }
        let length = line.len() as u64;
        let reason = if self.used.saturating_add(length) > self.limit {
            format!("the limit of {} bytes is reached", self.limit)
        } else if let Err(error) = self.file.write_all(&line) {
            error.to_string()
        } else {
            self.used += length;
            return Logged::Written;
        };
        self.full = true;
        let notice = format!("log: {reason}, further output is dropped");
        let _ = writeln!(self.file, "{notice}");
        Logged::Full(notice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_appended_until_the_limit_and_one_notice_follows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut log = Log::open(&path, 10).unwrap();
        assert_eq!(log.write("abc", false), Logged::Written);
        assert_eq!(log.write("de", true), Logged::Written);
        assert_eq!(log.write("fg", false), Logged::Written);
        let notice = "log: the limit of 10 bytes is reached, further output is dropped";
        assert_eq!(log.write("h", false), Logged::Full(notice.to_owned()));
        assert_eq!(log.write("", false), Logged::Dropped);
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            format!("abc\ndefg\n{notice}\n")
        );
    }

    #[test]
    fn a_second_start_goes_on_with_the_same_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        assert_eq!(
            Log::open(&path, 10).unwrap().write("first", false),
            Logged::Written
        );
        let mut log = Log::open(&path, 10).unwrap();
        assert_eq!(log.write("abc", false), Logged::Written);
        assert!(matches!(log.write("", false), Logged::Full(_)));
    }

    #[test]
    fn a_disk_that_is_full_is_a_notice_and_no_failure() {
        let mut log = Log::open(Path::new("/dev/full"), 10).unwrap();
        let Logged::Full(notice) = log.write("abc", false) else {
            panic!("written to a full disk")
        };
        assert!(notice.contains("No space left"), "{notice}");
        assert_eq!(log.write("abc", false), Logged::Dropped);
    }
}
