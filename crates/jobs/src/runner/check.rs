//! What is refused before a process is started.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::error::StartError;
use crate::spec::JobSpec;

/// Checks what can be known before a process is started.
pub(super) fn check(spec: &JobSpec) -> Result<(), StartError> {
    let refuse = |reason| {
        Err(StartError::Spec {
            id: spec.id.clone(),
            reason,
        })
    };
    let Some(program) = spec.argv.first() else {
        return refuse("it has no program");
    };
    if !Path::new(program).is_absolute() {
        return refuse("its program is not an absolute path");
    }
    let has_nul = |text: &std::ffi::OsString| text.as_bytes().contains(&0);
    if spec.argv.iter().any(has_nul) {
        return refuse("an argument has a zero byte");
    }
    if spec
        .env
        .iter()
        .any(|(name, value)| has_nul(name) || has_nul(value))
    {
        return refuse("the environment has a zero byte");
    }
    if spec
        .env
        .iter()
        .any(|(name, _)| name.is_empty() || name.as_bytes().contains(&b'='))
    {
        return refuse("a name in the environment is empty or has `=` in it");
    }
    if spec.limits.line.get() == 0 {
        return refuse("the limit on lines is zero");
    }
    Ok(())
}

/// Checks that a folder is there, by a path that means the same to every process.
pub(super) fn check_folder(path: &Path) -> Result<(), StartError> {
    let refuse = |source| {
        Err(StartError::Folder {
            path: path.to_path_buf(),
            source,
        })
    };
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() && path.is_absolute() => Ok(()),
        Ok(metadata) if metadata.is_dir() => refuse(io::ErrorKind::InvalidInput.into()),
        Ok(_) => refuse(io::ErrorKind::NotADirectory.into()),
        Err(source) => refuse(source),
    }
}
