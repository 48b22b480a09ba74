//! A PNG or JPEG file as a grey picture.

use super::error::PictureError;
use super::{jpeg, png};

/// Longest side of a picture.
pub(super) const LONGEST: usize = 16_384;
/// Memory that the decoder may take for one picture.
pub(super) const MEMORY: usize = 256 << 20;

/// A grey picture, one byte a pixel, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grey {
    /// Its width.
    pub width: usize,
    /// Its height.
    pub height: usize,
    /// Its pixels.
    pub pixels: Vec<u8>,
}

/// Reads the bytes of a PNG or JPEG file; what they are is told by their beginning, not by a name.
///
/// Colours become luma by the weights of ITU-R BT.601; depths above 8 bits are cut to 8. A picture that one can see through is
/// refused, since what lies behind it is not known.
pub fn decode(bytes: &[u8]) -> Result<Grey, PictureError> {
    if bytes.starts_with(PNG) {
        return png::decode(bytes);
    }
    if bytes.starts_with(JPEG) {
        return jpeg::decode(bytes);
    }
    Err(PictureError::Kind {
        kind: other_kind(bytes).to_owned(),
    })
}

/// Width and height of a PNG or JPEG file, by its header.
pub(super) fn size(bytes: &[u8]) -> Result<[usize; 2], PictureError> {
    if bytes.starts_with(PNG) {
        return png::size(bytes);
    }
    if bytes.starts_with(JPEG) {
        return jpeg::size(bytes);
    }
    Err(PictureError::Kind {
        kind: other_kind(bytes).to_owned(),
    })
}

/// How PNG files begin.
const PNG: &[u8] = b"\x89PNG\r\n\x1A\n";
/// How JPEG files begin.
const JPEG: &[u8] = b"\xFF\xD8\xFF";

/// Refuses a picture before memory is taken for it; `samples` are bytes a pixel.
pub(super) fn check(width: usize, height: usize, samples: usize) -> Result<(), PictureError> {
    if width > LONGEST || height > LONGEST {
        return Err(PictureError::Size {
            width,
            height,
            expected: format!("at most {LONGEST} a side"),
        });
    }
    if width * height * samples > MEMORY {
        return Err(PictureError::Size {
            width,
            height,
            expected: format!("at most {MEMORY} bytes in memory"),
        });
    }
    Ok(())
}

/// 0.299 red + 0.587 green + 0.114 blue, in 65,536ths and rounded; grey stays what it is.
pub(super) fn luma(pixel: &[u8]) -> u8 {
    let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
    ((red * 19_595 + green * 38_470 + blue * 7_471 + 0x8000) >> 16) as u8
}

/// What a file is by its first bytes, if it is no picture that is read.
fn other_kind(bytes: &[u8]) -> &'static str {
    const KINDS: &[(&[u8], &str)] = &[
        (b"GIF8", "a GIF file"),
        (b"BM", "a BMP file"),
        (b"II*\0", "a TIFF file"),
        (b"MM\0*", "a TIFF file"),
        (b"RIFF", "a WebP file"),
    ];
    if bytes.is_empty() {
        return "empty";
    }
    let known = KINDS.iter().find(|(start, _)| bytes.starts_with(start));
    known.map_or("no picture that is known here", |(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_files_are_refused_by_what_they_are() {
        let cases: [(&[u8], &str); 4] = [
            (b"", "is empty; pictures are PNG or JPEG files"),
            (b"GIF89a", "is a GIF file; pictures are PNG or JPEG files"),
            (
                b"hello",
                "is no picture that is known here; pictures are PNG or JPEG files",
            ),
            (
                b"\x89PNG",
                "is no picture that is known here; pictures are PNG or JPEG files",
            ),
        ];
        for (bytes, message) in cases {
            let error = decode(bytes).unwrap_err();
            assert_eq!(
                (error.to_string().as_str(), error.code()),
                (message, "P0261")
            );
        }
    }

    #[test]
    fn bombs_are_refused_before_memory_is_taken() {
        let error = check(20_000, 1, 1).unwrap_err();
        assert_eq!(
            error.to_string(),
            "has 20000 x 1 pixels, expected at most 16384 a side"
        );
        let error = check(16_384, 16_384, 3).unwrap_err();
        assert_eq!(
            error.to_string(),
            "has 16384 x 16384 pixels, expected at most 268435456 bytes in memory"
        );
        assert_eq!(check(8_000, 8_000, 3), Ok(()));
    }

    #[test]
    fn grey_stays_what_it_is() {
        for value in 0..=255 {
            assert_eq!(luma(&[value; 3]), value);
        }
    }
}
