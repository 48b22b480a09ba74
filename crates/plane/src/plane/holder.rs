//! Who listens on a port, as far as this machine tells: the kernel's table of sockets and the files of processes.

use std::fs;
use std::path::Path;

/// A process that listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its id.
    pub pid: u32,
    /// Its name.
    pub command: String,
}

impl Holder {
    /// A process in words.
    pub(super) fn name(pid: Option<u32>) -> String {
        pid.map_or_else(
            || "another process".to_owned(),
            |pid| format!("process {pid}"),
        )
    }

    /// The end of a sentence that says what is in use.
    pub(super) fn clause(holder: Option<&Self>) -> String {
        holder.map_or_else(String::new, |holder| {
            format!(" by process {} (`{}`)", holder.pid, holder.command)
        })
    }
}

/// State of a socket that listens, in the kernel's table.
const LISTENING: &str = "0A";

/// The process that listens on a port; nothing where the system does not tell.
pub(super) fn of_port(port: u16) -> Option<Holder> {
    let inode = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .find_map(|table| {
            table
                .lines()
                .skip(1)
                .find_map(|line| listening_inode(line, port))
        })?;
    let socket = format!("socket:[{inode}]");
    let processes = fs::read_dir("/proc").ok()?;
    processes.flatten().find_map(|process| {
        let pid = process.file_name().to_str()?.parse().ok()?;
        let files = fs::read_dir(process.path().join("fd")).ok()?;
        files
            .flatten()
            .any(|file| fs::read_link(file.path()).is_ok_and(|link| link == Path::new(&socket)))
            .then(|| Holder {
                pid,
                command: command(&process.path()),
            })
    })
}

fn listening_inode(line: &str, port: u16) -> Option<u64> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let (_, hexadecimal) = fields.get(1)?.rsplit_once(':')?;
    let matches =
        u16::from_str_radix(hexadecimal, 16) == Ok(port) && fields.get(3) == Some(&LISTENING);
    if matches {
        fields.get(9)?.parse().ok()
    } else {
        None
    }
}

fn command(process: &Path) -> String {
    fs::read_to_string(process.join("comm"))
        .map(|name| name.trim().to_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listening_port_leads_to_its_process() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let holder = of_port(port).unwrap();
        assert_eq!(holder.pid, std::process::id());
        assert!(!holder.command.is_empty());
        drop(listener);
        assert_eq!(of_port(port), None);
    }

    #[test]
    fn only_listening_lines_of_the_port_count() {
        let line = "   0: 0100007F:11D6 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1";
        assert_eq!(listening_inode(line, 4566), Some(4711));
        assert_eq!(listening_inode(line, 4567), None);
        assert_eq!(listening_inode(&line.replace(" 0A ", " 01 "), 4566), None);
        assert_eq!(listening_inode("", 4566), None);
    }
}
