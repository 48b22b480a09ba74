//! JPEG files as grey pictures.

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::error::PictureError;
use super::picture::{Grey, LONGEST, check, luma};

pub(super) fn size(bytes: &[u8]) -> Result<[usize; 2], PictureError> {
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options());
    decoder.decode_headers().map_err(damaged)?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    Ok([width, height])
}

fn options() -> DecoderOptions {
    DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the form that `map_err` asks for"
)]
fn damaged(error: zune_jpeg::errors::DecodeErrors) -> PictureError {
    PictureError::Damaged {
        kind: "JPEG",
        reason: error.to_string(),
    }
}

/// Grey and luma are taken as they are stored; other colours are converted first.
pub(super) fn decode(bytes: &[u8]) -> Result<Grey, PictureError> {
    let options = options();
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(damaged)?;
    let (width, height) = decoder.dimensions().unwrap_or((LONGEST + 1, LONGEST + 1));
    let stored = decoder.input_colorspace();
    let out = match stored {
        Some(ColorSpace::Luma | ColorSpace::YCbCr) => ColorSpace::Luma,
        _ => ColorSpace::RGB,
    };
    check(width, height, out.num_components())?;
    decoder.set_options(options.jpeg_set_out_colorspace(out));
    let data = decoder.decode().map_err(damaged)?;
    let pixels = if out == ColorSpace::Luma {
        data
    } else {
        data.chunks_exact(3).map(luma).collect()
    };
    Ok(Grey {
        width,
        height,
        pixels,
    })
}
