//! Defaults of the SageMaker SDK for Python. To name its default bucket the SDK asks STS at an address of its own, which
//! no variable changes; where its configuration names the bucket, it does not ask. The file takes the place of the
//! administrator's defaults, so that those of the user count before it.

use std::io;
use std::path::{Path, PathBuf};

/// Variable by which the SDK finds the defaults of the administrator.
pub(super) const VARIABLE: &str = "SAGEMAKER_ADMIN_CONFIG_OVERRIDE";
/// The file in the state folder.
const FILE: &str = "sagemaker-sdk.yaml";

/// Writes the defaults for a plane and says where.
pub(super) fn write(state: &Path, region: &str, account: &str) -> io::Result<PathBuf> {
    let path = state.join(FILE);
    let wanted = text(region, account);
    if std::fs::read_to_string(&path).is_ok_and(|present| present == wanted) {
        return Ok(path);
    }
    // Renamed into place: a client that starts meanwhile reads a whole file.
    let fresh = state.join(format!("{FILE}.{}", std::process::id()));
    std::fs::write(&fresh, wanted)?;
    std::fs::rename(&fresh, &path)?;
    Ok(path)
}

/// The bucket is the one that the SDK would name itself. Its reports to its makers would leave this machine.
fn text(region: &str, account: &str) -> String {
    format!(
        "# Written by `plimsoll env`; read through {VARIABLE}.
SchemaVersion: '1.0'
SageMaker:
  PythonSDK:
    Modules:
      TelemetryOptOut: true
      Session:
        DefaultS3Bucket: sagemaker-{region}-{account}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_written_whole_and_once() {
        let state = tempfile::tempdir().unwrap();
        let path = write(state.path(), "us-east-1", "000000000000").unwrap();
        let read = || std::fs::read_to_string(&path).unwrap();
        assert!(read().contains("DefaultS3Bucket: sagemaker-us-east-1-000000000000\n"));
        let written = std::fs::metadata(&path).unwrap().modified().unwrap();
        write(state.path(), "us-east-1", "000000000000").unwrap();
        assert_eq!(
            std::fs::metadata(&path).unwrap().modified().unwrap(),
            written
        );
        write(state.path(), "eu-west-1", "000000000000").unwrap();
        assert!(read().contains("sagemaker-eu-west-1-"));
        assert_eq!(std::fs::read_dir(state.path()).unwrap().count(), 1);
    }
}
