//! PNG files, in and out.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, DecodingError, Encoder, Limits, Transformations};

use super::error::PictureError;
use super::picture::{Grey, MEMORY, check, luma};

pub(super) fn decode(bytes: &[u8]) -> Result<Grey, PictureError> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MEMORY });
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|error| damaged(&error))?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    check(width, height, reader.output_color_type().0.samples())?;
    let mut data = vec![0; reader.output_buffer_size().unwrap_or_default()];
    let frame = reader
        .next_frame(&mut data)
        .map_err(|error| damaged(&error))?;
    data.truncate(frame.buffer_size());
    let opaque = |samples: usize| {
        data.chunks_exact(samples)
            .all(|pixel| pixel[samples - 1] == u8::MAX)
    };
    let (opaque, samples) = match frame.color_type {
        ColorType::GrayscaleAlpha => (opaque(2), 2),
        ColorType::Rgba => (opaque(4), 4),
        ColorType::Rgb => (true, 3),
        _ => (true, 1),
    };
    if !opaque {
        return Err(PictureError::Kind {
            kind: "a picture that one can see through".to_owned(),
        });
    }
    let pixels = match samples {
        1 => data,
        2 => data.into_iter().step_by(2).collect(),
        _ => data.chunks_exact(samples).map(luma).collect(),
    };
    Ok(Grey {
        width,
        height,
        pixels,
    })
}

pub(super) fn size(bytes: &[u8]) -> Result<[usize; 2], PictureError> {
    let decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MEMORY });
    let reader = decoder.read_info().map_err(|error| damaged(&error))?;
    let info = reader.info();
    Ok([info.width as usize, info.height as usize])
}

fn damaged(error: &DecodingError) -> PictureError {
    PictureError::Damaged {
        kind: "PNG",
        reason: error.to_string(),
    }
}

/// The PNG file of a square grey image.
///
/// # Panics
/// Where the image has not the pixels of its side.
pub fn encode(side: usize, pixels: &[u8]) -> Vec<u8> {
    assert_eq!(
        pixels.len(),
        side * side,
        "an image has the pixels of its side"
    );
    let infallible = "a vector takes every image";
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, side as u32, side as u32);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    let mut writer = encoder.write_header().expect(infallible);
    writer.write_image_data(pixels).expect(infallible);
    writer.finish().expect(infallible);
    bytes
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::images) fn coloured(width: u32, color: ColorType, data: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let height = (data.len() / color.samples()) as u32 / width;
        let mut encoder = Encoder::new(&mut bytes, width, height);
        encoder.set_color(color);
        encoder.set_depth(BitDepth::Eight);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(data).unwrap();
        writer.finish().unwrap();
        bytes
    }

    #[test]
    fn every_form_of_colour_becomes_grey() {
        let grey = Grey {
            width: 2,
            height: 1,
            pixels: vec![0, 200],
        };
        let cases: [(ColorType, &[u8]); 4] = [
            (ColorType::Grayscale, &[0, 200]),
            (ColorType::GrayscaleAlpha, &[0, 255, 200, 255]),
            (ColorType::Rgb, &[0, 0, 0, 200, 200, 200]),
            (ColorType::Rgba, &[0, 0, 0, 255, 200, 200, 200, 255]),
        ];
        for (color, data) in cases {
            assert_eq!(
                decode(&coloured(2, color, data)).unwrap(),
                grey,
                "{color:?}"
            );
        }
        let colours = coloured(3, ColorType::Rgb, &[255, 0, 0, 0, 255, 0, 0, 0, 255]);
        assert_eq!(decode(&colours).unwrap().pixels, [76, 150, 29]);
    }

    #[test]
    fn what_is_written_is_read() {
        let pixels: Vec<u8> = (0..64).collect();
        assert_eq!(decode(&encode(8, &pixels)).unwrap().pixels, pixels);
    }

    #[test]
    fn hostile_files_are_refused() {
        let whole = encode(8, &[7; 64]);
        let refused = |bytes: &[u8]| {
            let error = decode(bytes).unwrap_err();
            format!("{} {error}", error.code())
        };
        assert_eq!(
            refused(&coloured(1, ColorType::GrayscaleAlpha, &[3, 254])),
            "P0261 is a picture that one can see through; pictures are PNG or JPEG files"
        );
        assert!(refused(&whole[..50]).starts_with("P0260 is not a whole PNG file: "));
        let mut changed = whole.clone();
        changed[45] ^= 0xFF;
        assert!(refused(&changed).starts_with("P0260 is not a whole PNG file: "));
        // A header that claims 100,000 x 100,000 pixels, with its checksum.
        let mut bomb = whole[..16].to_vec();
        bomb.extend_from_slice(&100_000_u32.to_be_bytes());
        bomb.extend_from_slice(&100_000_u32.to_be_bytes());
        bomb.extend_from_slice(&[8, 0, 0, 0, 0]);
        bomb.extend_from_slice(&checksum(&bomb[12..]).to_be_bytes());
        bomb.extend_from_slice(&whole[33..]);
        assert_eq!(
            refused(&bomb),
            "P0262 has 100000 x 100000 pixels, expected at most 16384 a side"
        );
    }

    /// CRC-32 as chunks have it.
    fn checksum(bytes: &[u8]) -> u32 {
        let mut sum = u32::MAX;
        for &byte in bytes {
            sum ^= u32::from(byte);
            for _ in 0..8 {
                sum = (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg());
            }
        }
        !sum
    }
}
