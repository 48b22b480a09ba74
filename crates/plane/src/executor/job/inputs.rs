//! The tree that a job finds at `/opt/ml`: folders, configuration and copies of its inputs.
//!
//! Inputs are copies: a job may write into its tree, and what it writes must not reach the object store. Where the file
//! system can share blocks, a copy costs nothing.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use crate::executor::S3Uri;
use crate::executor::archive;
use crate::executor::image::Images;
use crate::executor::objects::{self, Selected};
use crate::executor::world::World;
use crate::services::s3::object;
use crate::services::sagemaker::{Container, ModelData};
use crate::store::{BlobStore, StoreError};

/// Objects for a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    /// Everything under a prefix.
    Prefix {
        /// Where it lies.
        uri: S3Uri,
        /// The folder, relative to the tree.
        folder: String,
    },
    /// What is there under a prefix, which may be nothing.
    Present {
        /// Where it lies.
        uri: S3Uri,
        /// The folder, relative to the tree.
        folder: String,
    },
    /// An archive, unpacked.
    Archive {
        /// Where it lies.
        uri: S3Uri,
        /// The folder, relative to the tree.
        folder: String,
    },
}

/// What lies in the tree of a serving container: its model, and the source of its script where its environment names one;
/// the model's own archive may hold that instead.
pub(crate) fn container_layout(container: &Container) -> Result<Layout, String> {
    let uri = |text: &str| S3Uri::parse(text).map_err(|error| error.to_string());
    let mut inputs = Vec::new();
    match &container.data {
        Some(ModelData::Archive(archive)) => inputs.push(Input::Archive {
            uri: uri(archive)?,
            folder: "model".to_owned(),
        }),
        Some(ModelData::Files(prefix)) => inputs.push(Input::Prefix {
            uri: uri(prefix)?,
            folder: "model".to_owned(),
        }),
        Some(ModelData::Archives { prefix, .. }) => {
            return Err(format!("{prefix} holds many models, and none is named"));
        }
        None => {}
    }
    let named = container.environment.get("SAGEMAKER_SUBMIT_DIRECTORY");
    let source = named.filter(|named| named.starts_with("s3://"));
    if let Some(source) = source.filter(|_| Images::runs_scripts(&container.image)) {
        inputs.push(Input::Archive {
            uri: uri(source)?,
            folder: "code".to_owned(),
        });
    }
    Ok(Layout {
        folders: vec!["model".to_owned()],
        inputs,
        ..Layout::default()
    })
}

/// What lies in a tree before its program starts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Layout {
    /// Folders, relative to the tree.
    pub(crate) folders: Vec<String>,
    /// Configuration files.
    pub(crate) files: Vec<(String, Value)>,
    /// Inputs.
    pub(crate) inputs: Vec<Input>,
}

/// Makes the tree of a job, anew if it is there already.
pub(crate) async fn lay_out(
    world: &Arc<World>,
    folder: &Path,
    layout: &Layout,
) -> Result<(), String> {
    let (world, tree, layout) = (Arc::clone(world), folder.join("ml"), layout.clone());
    let laid = tokio::task::spawn_blocking(move || lay_out_now(&world, &tree, &layout));
    laid.await
        .unwrap_or_else(|_| Err("laying out the inputs was interrupted".to_owned()))
}

fn lay_out_now(world: &World, tree: &Path, layout: &Layout) -> Result<(), String> {
    if tree.exists() {
        fs::remove_dir_all(tree).map_err(says(tree))?;
    }
    fs::create_dir_all(tree).map_err(says(tree))?;
    for folder in &layout.folders {
        let path = tree.join(folder);
        fs::create_dir_all(&path).map_err(says(&path))?;
    }
    for (name, value) in &layout.files {
        let path = tree.join(name);
        write_file(&path, value.to_string().as_bytes()).map_err(says(&path))?;
    }
    for input in &layout.inputs {
        match input {
            Input::Prefix { uri, folder } => {
                let selected = objects::under(&world.deps.readers, uri)?;
                copy(&world.deps.blobs, &tree.join(folder), &selected)?;
            }
            Input::Present { uri, folder } => {
                let selected = objects::present(&world.deps.readers, uri)?;
                copy(&world.deps.blobs, &tree.join(folder), &selected)?;
            }
            Input::Archive { uri, folder } => unpack_object(world, uri, &tree.join(folder))?,
        }
    }
    Ok(())
}

/// Unpacks an object that is a `tar.gz` into a folder.
pub(crate) fn unpack_object(world: &World, uri: &S3Uri, folder: &Path) -> Result<(), String> {
    let found = world
        .deps
        .readers
        .read(|snapshot| object::require(snapshot, &uri.bucket, &uri.key))
        .map_err(|fault| format!("Could not access model data at {uri}: {}", fault.message))?;
    fs::create_dir_all(folder).map_err(says(folder))?;
    let file = world
        .deps
        .blobs
        .open_blob(&found.blob.sha256)
        .map_err(|error| store(&error))?;
    archive::unpack(io::BufReader::new(file), folder)
        .map_err(|error| format!("model data at {uri} cannot be unpacked: {error}"))
}

fn copy(blobs: &BlobStore, folder: &Path, selected: &[Selected]) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(says(folder))?;
    for item in selected {
        let target = inside(folder, &item.path)
            .ok_or_else(|| format!("the key {} is no path of a file", item.object.key))?;
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(says(parent))?;
        }
        fs::copy(blobs.path(&item.object.blob.sha256), &target).map_err(says(&target))?;
    }
    Ok(())
}

/// The place of a path below a folder; `None` where it leads out or names nothing.
fn inside(folder: &Path, path: &str) -> Option<PathBuf> {
    let plain = Path::new(path)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    (plain && !path.is_empty() && !path.contains('\0')).then(|| folder.join(path))
}

fn write_file(path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, content)
}

fn says(path: &Path) -> impl FnOnce(io::Error) -> String {
    let path = path.display().to_string();
    move |error| format!("{path}: {error}")
}

fn store(error: &StoreError) -> String {
    crate::executor::launch::chain(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_lead_out_of_the_folder_are_no_paths() {
        let folder = Path::new("/tree");
        for bad in ["../x", "a/../../x", "/etc/passwd", "", "a/\0b", "./../x"] {
            assert_eq!(inside(folder, bad), None, "{bad:?}");
        }
        assert_eq!(
            inside(folder, "a/b c.csv"),
            Some(PathBuf::from("/tree/a/b c.csv"))
        );
    }
}
