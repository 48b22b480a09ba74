//! The tree of a task, put in the place of the worker's own and taken out again.

use std::fs;
use std::io;
use std::path::Path;

use super::ORDERS;

/// Moves everything in one folder to another on the same file system, but for the pipe of orders.
pub(super) fn move_all(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name();
        if name != ORDERS {
            fs::rename(from.join(&name), to.join(&name))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_moves_but_the_orders() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        fs::create_dir_all(one.join("deep/deeper")).unwrap();
        fs::create_dir(&other).unwrap();
        fs::write(one.join("deep/deeper/file"), "x").unwrap();
        fs::write(one.join(ORDERS), "").unwrap();
        move_all(&one, &other).unwrap();
        assert_eq!(
            fs::read_to_string(other.join("deep/deeper/file")).unwrap(),
            "x"
        );
        assert_eq!(fs::read_dir(&one).unwrap().count(), 1);
        fs::create_dir_all(one.join("deep")).unwrap();
        assert!(move_all(&one, &other).is_err(), "nothing is overwritten");
    }
}
