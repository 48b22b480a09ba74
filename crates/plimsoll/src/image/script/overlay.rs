//! A virtual environment over the user's interpreter: sees all packages that the user has, and keeps to itself what is
//! installed into it. Written by hand, since Python's own module starts an interpreter to do it and does not see the
//! packages of an interpreter that is itself virtual.

use std::fmt::Write;
use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use super::interpreter::Interpreter;

/// A virtual environment.
#[derive(Debug, Clone)]
pub(super) struct Overlay {
    /// Its folder.
    pub(super) folder: PathBuf,
    version: String,
}

impl Overlay {
    /// The environment that lies in a folder.
    pub(super) fn at(folder: &Path, interpreter: &Interpreter) -> Self {
        Self {
            folder: folder.to_owned(),
            version: interpreter.version.clone(),
        }
    }

    /// Makes an environment in a folder that is not there, over the packages of the interpreter and before them those of
    /// `below`.
    pub(super) fn make(
        folder: &Path,
        interpreter: &Interpreter,
        below: Option<&Self>,
    ) -> io::Result<Self> {
        let overlay = Self::at(folder, interpreter);
        let bin = overlay.bin();
        fs::create_dir_all(&bin)?;
        fs::create_dir_all(overlay.packages())?;
        let home = interpreter.base.parent().unwrap_or(Path::new("/"));
        let configuration = format!(
            "home = {}\ninclude-system-site-packages = false\nversion = {}\n",
            home.display(),
            interpreter.version
        );
        fs::write(folder.join("pyvenv.cfg"), configuration)?;
        for name in [
            "python",
            "python3",
            &format!("python{}", interpreter.version),
        ] {
            symlink(&interpreter.base, bin.join(name))?;
        }
        let pip = "#!/bin/sh\nexec \"$(dirname \"$0\")/python\" -m pip \"$@\"\n";
        for name in ["pip", "pip3"] {
            fs::write(bin.join(name), pip)?;
            fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755))?;
        }
        let mut paths = String::new();
        let below = below.map(Self::packages);
        for folder in below.iter().chain(&interpreter.packages) {
            // `addsitedir` also reads the path files of that folder, so that editable installs are seen.
            let quoted = serde_json::Value::from(folder.display().to_string());
            let _ = writeln!(paths, "import site; site.addsitedir({quoted})");
        }
        fs::write(overlay.packages().join("plimsoll.pth"), paths)?;
        Ok(overlay)
    }

    /// Its programs.
    pub(super) fn bin(&self) -> PathBuf {
        self.folder.join("bin")
    }

    /// Its interpreter.
    pub(super) fn python(&self) -> PathBuf {
        self.bin().join("python")
    }

    fn packages(&self) -> PathBuf {
        let library = format!("lib/python{}/site-packages", self.version);
        self.folder.join(library)
    }
}
