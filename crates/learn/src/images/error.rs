//! Why a folder of pictures is not used.

use std::path::PathBuf;

use crate::files::FileError;

/// What is wrong with a folder of pictures or with one of them.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The picture cannot be used.
    #[error("`{}` {problem}", path.display())]
    Picture {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: PictureError,
    },
    /// The folder holds no pictures by class.
    #[error("`{}` {problem}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// Two files are the same picture, and must not be.
    #[error("`{copy}` has the same content as `{first}`{}", but.as_ref().map(|class| format!(", which is of class `{class}`")).unwrap_or_default())]
    Copy {
        /// The first of them.
        first: String,
        /// The other one.
        copy: String,
        /// The class of the first, where the two are of different ones.
        but: Option<String>,
    },
    /// The folder's own parts cannot be used as parts.
    #[error("the folders of the source make no parts: {problem}")]
    Parts {
        /// What is wrong.
        problem: String,
    },
}

impl Error {
    /// The stable code of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Picture { problem, .. } => problem.code(),
            Self::Folder { .. } => "P0263",
            Self::Copy { .. } => "P0264",
            Self::Parts { .. } => "P0265",
        }
    }
}

/// What is wrong with the bytes of one picture, wherever they come from; the words follow its name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// It is cut off or damaged.
    #[error("is not a whole {kind} file: {reason}")]
    Damaged {
        /// PNG or JPEG.
        kind: &'static str,
        /// What the decoder says.
        reason: String,
    },
    /// It is something else than a picture that can be read.
    #[error("is {kind}; pictures are PNG or JPEG files")]
    Kind {
        /// What it is.
        kind: String,
    },
    /// It has another size than it must have.
    #[error("has {width} x {height} pixels, expected {expected}")]
    Size {
        /// Its width.
        width: usize,
        /// Its height.
        height: usize,
        /// The size that it must have, and why.
        expected: String,
    },
}

impl PictureError {
    /// The stable code of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Damaged { .. } => "P0260",
            Self::Kind { .. } => "P0261",
            Self::Size { .. } => "P0262",
        }
    }
}
