//! Unpacking `model.tar.gz` under limits: plain files with plain names, not too many, not too large.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Component, Path};

use flate2::read::GzDecoder;
use tar::{Archive, EntryType};

use super::Failed;

/// Most files of a model.
const FILES_LIMIT: usize = 1_000;
/// Most bytes of an unpacked model.
const BYTES_LIMIT: u64 = 4 << 30;

/// Unpacks an archive into a folder.
pub(super) fn unpack(archive: impl Read, folder: &Path) -> Result<(), Failed> {
    let unreadable =
        |error: std::io::Error| Failed::because("the model archive cannot be unpacked", &error);
    fs::create_dir_all(folder).map_err(unreadable)?;
    let mut tar = Archive::new(GzDecoder::new(archive));
    let (mut files, mut bytes) = (0, 0);
    for entry in tar.entries().map_err(unreadable)? {
        let mut entry = entry.map_err(unreadable)?;
        let path = entry.path().map_err(unreadable)?.into_owned();
        let plain = path
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        let kind = entry.header().entry_type();
        if !plain || !matches!(kind, EntryType::Regular | EntryType::Directory) {
            return Err(Failed(format!(
                "error: the model archive holds `{}`, which is no plain file",
                path.display()
            )));
        }
        files += 1;
        bytes += entry.size();
        if files > FILES_LIMIT || bytes > BYTES_LIMIT {
            let limits = format!("{FILES_LIMIT} files, {} GiB", BYTES_LIMIT >> 30);
            return Err(Failed(format!(
                "error: the model archive is larger than allowed ({limits})"
            )));
        }
        let target = folder.join(path);
        if kind == EntryType::Directory {
            fs::create_dir_all(&target).map_err(unreadable)?;
            continue;
        }
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(unreadable)?;
        }
        let mut file = File::create(&target).map_err(unreadable)?;
        std::io::copy(&mut entry, &mut file).map_err(unreadable)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tar::{Builder, Header};

    use super::*;

    fn archive(entries: &[(&str, EntryType)]) -> Vec<u8> {
        let mut tar = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (path, kind) in entries {
            let mut header = Header::new_gnu();
            header.set_entry_type(*kind);
            header.set_size(3);
            // Set by hand: the library refuses to write what a hostile archive holds.
            header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
            if *kind == EntryType::Symlink {
                header.set_link_name("/etc/passwd").unwrap();
            }
            header.set_cksum();
            tar.append(&header, &b"abc"[..]).unwrap();
        }
        tar.into_inner().unwrap().finish().unwrap()
    }

    #[test]
    fn plain_files_are_unpacked() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = archive(&[
            ("./model.onnx", EntryType::Regular),
            ("code/a.py", EntryType::Regular),
        ]);
        unpack(&bytes[..], folder.path()).unwrap();
        assert_eq!(fs::read(folder.path().join("model.onnx")).unwrap(), b"abc");
        assert_eq!(fs::read(folder.path().join("code/a.py")).unwrap(), b"abc");
    }

    #[test]
    fn paths_that_leave_and_links_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        for entry in [
            ("../out", EntryType::Regular),
            ("/abs", EntryType::Regular),
            ("link", EntryType::Symlink),
        ] {
            let Failed(reason) = unpack(&archive(&[entry])[..], folder.path()).unwrap_err();
            assert!(reason.contains("no plain file"), "{reason}");
        }
        assert!(unpack(&b"not gzip"[..], folder.path()).is_err());
    }
}
