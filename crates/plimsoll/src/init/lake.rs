//! A source in the S3 of the state: its objects as files that can be read, under their own names.

use std::path::{Path, PathBuf};

use workload::Format;

use super::source::Found;
use crate::client::s3::Listed;
use crate::failure::{Failure, chain};
use crate::objects::choose;
use crate::state::State;

/// What the address of an object begins with.
const S3: &str = "s3://";
/// Objects of a source at most.
const MOST: usize = 100_000;

/// Whether the data lie in S3.
pub(crate) fn is_address(data: &Path) -> bool {
    data.to_str().is_some_and(|text| text.starts_with(S3))
}

/// Objects under their names in a folder that is removed again.
#[derive(Debug)]
pub(crate) struct Lake {
    folder: PathBuf,
    address: String,
    files: Vec<PathBuf>,
}

impl Drop for Lake {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Lake {
    /// Finds the objects of an address in a state, as `run` will.
    pub(crate) fn open(state: &State, address: &str) -> Result<Self, Failure> {
        let rest = address.strip_prefix(S3).unwrap_or_default();
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let unread = |error: &dyn std::error::Error| {
            Failure::input(format!("cannot read `{address}`: {}", chain(error))).code("P0502")
        };
        let records = state.open()?;
        let objects = records
            .objects(bucket, prefix, MOST)
            .map_err(|error| unread(&error))?;
        let listed: Vec<Listed> = objects
            .iter()
            .map(|object| Listed {
                key: object.key.clone(),
                etag: object.etag.clone(),
                bytes: object.blob.bytes,
            })
            .collect();
        let data = |key: &&Listed| {
            let last = key.key.rsplit('/').next().unwrap_or_default();
            !last.is_empty() && !last.starts_with(['_', '.'])
        };
        let format = listed
            .iter()
            .find(data)
            .and_then(|listed| Format::of_name(&listed.key));
        let chosen = choose(&listed, bucket, prefix, format.unwrap_or(Format::Csv))?;
        let name = format!(
            "plimsoll-init-{}-{}",
            std::process::id(),
            crate::clock::wall_ms()
        );
        let mut lake = Self {
            folder: std::env::temp_dir().join(name),
            address: address.to_owned(),
            files: Vec::new(),
        };
        for object in chosen {
            let of_key = |known: &&plane::services::s3::object::Object| {
                object.uri() == format!("{S3}{bucket}/{}", known.key)
            };
            let Some(found) = objects.iter().find(of_key) else {
                continue;
            };
            let file = lake.folder.join(object.name());
            let content = records.content_path(&found.blob.sha256);
            link(&content, &file).map_err(|error| unread(&error))?;
            lake.files.push(file);
        }
        Ok(lake)
    }

    /// The files of the source, which the workload names by its address.
    pub(crate) fn found(&self) -> Found {
        let named = self.address.trim_end_matches('/');
        Found {
            files: self.files.clone(),
            source: self.address.clone(),
            named: PathBuf::from(named.strip_prefix(S3).unwrap_or(named)),
        }
    }

    /// A failure that speaks of the objects and not of the files that stand for them.
    pub(crate) fn told(&self, mut failure: Failure) -> Failure {
        let folder = format!("{}/", self.folder.display());
        let (bucket, prefix) = {
            let rest = self.address.strip_prefix(S3).unwrap_or_default();
            rest.split_once('/').unwrap_or((rest, ""))
        };
        let below = match self.files.as_slice() {
            // The object of that very key.
            [only]
                if prefix.ends_with(&*only.file_name().unwrap_or_default().to_string_lossy()) =>
            {
                prefix.rsplit_once('/').map_or("", |(folder, _)| folder)
            }
            _ => prefix,
        };
        let below = below.trim_end_matches('/');
        let slash = if below.is_empty() { "" } else { "/" };
        let place = format!("{S3}{bucket}/{below}{slash}");
        failure.message = failure.message.replace(&folder, &place);
        failure
    }
}

/// Lets a content be read under another name.
fn link(content: &Path, file: &Path) -> std::io::Result<()> {
    let content = std::path::absolute(content)?;
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::os::unix::fs::symlink(content, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_from_a_path() {
        assert!(is_address(Path::new("s3://lake/sales/")));
        assert!(!is_address(Path::new("data/s3/a.csv")));
    }

    #[test]
    fn a_failure_names_the_object() {
        let lake = |address: &str, files: &[&str]| Lake {
            folder: PathBuf::from("/nowhere/plimsoll-init-1"),
            address: address.to_owned(),
            files: files
                .iter()
                .map(|name| Path::new("/nowhere/plimsoll-init-1").join(name))
                .collect(),
        };
        let cases = [
            ("s3://lake/sales/", "a.csv", "s3://lake/sales/a.csv"),
            ("s3://lake/sales", "a.csv", "s3://lake/sales/a.csv"),
            ("s3://lake/sales/a.csv", "a.csv", "s3://lake/sales/a.csv"),
            ("s3://lake", "x/a.csv", "s3://lake/x/a.csv"),
        ];
        for (address, name, said) in cases {
            let failure = Failure::input(format!("`/nowhere/plimsoll-init-1/{name}` is empty"));
            let told = lake(address, &[name]).told(failure);
            assert_eq!(told.message, format!("`{said}` is empty"));
        }
        let named = lake("s3://lake/sales/", &["a.csv"]).found().named;
        assert_eq!(named, Path::new("lake/sales"));
    }
}
