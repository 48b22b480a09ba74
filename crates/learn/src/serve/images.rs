//! Images of requests: one PNG or JPEG file a body, or arrays of pixels from 0 to 255.

use steps::SchemaImage;

use super::error::Error;
use super::media::ContentType;
use super::tensors;
use crate::images::{Sizing, decode};
use crate::onnx::{Element, Port};
use crate::table::Table;

/// Types of a body that is one picture. The last one is that of SageMaker's own image classification.
const PICTURES: [&str; 3] = ["image/png", "image/jpeg", "application/x-image"];

/// Their names, behind those of other bodies.
pub(super) const LIST: &str = ", `image/png`, `image/jpeg`, `application/x-image`";

/// Whether the body is a picture by its type.
pub(super) fn is_picture(content_type: &str) -> bool {
    let name = content_type.split(';').next().unwrap_or_default().trim();
    PICTURES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// Reads a picture; its bytes say what it is.
pub(super) fn read_picture(image: &SchemaImage, body: &[u8]) -> Result<Table, Error> {
    let fitted = decode(body).and_then(|picture| Sizing::of_model(image).fit_one(&picture));
    let pixels = fitted.map_err(|problem| Error::Image { problem })?;
    let mut table = Table::of_images(image.size as usize);
    table.push_images(&pixels);
    Ok(table)
}

/// Reads arrays of pixels.
pub(super) fn read_pixels(
    image: &SchemaImage,
    content: ContentType,
    body: &[u8],
) -> Result<Table, Error> {
    let side = image.size as usize;
    let port = Port {
        name: "image".to_owned(),
        element: Element::Float,
        dims: vec![None, Some(1), Some(side), Some(side)],
        shaped: true,
    };
    let rows = tensors::read(content, body, &port)?;
    let mut pixels = Vec::with_capacity(rows.numbers.len());
    for (place, &number) in rows.numbers.iter().enumerate() {
        let is_pixel = number.fract() == 0.0 && (0.0..=255.0).contains(&number);
        if !is_pixel {
            let problem = format!("`{number}` is no pixel, a whole number from 0 to 255");
            return Err(Error::row(place / (side * side), problem));
        }
        pixels.push(number as u8);
    }
    let mut table = Table::of_images(side);
    table.push_images(&pixels);
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::encode;

    fn image() -> SchemaImage {
        SchemaImage {
            size: 2,
            source: Some([4, 4]),
        }
    }

    fn pixels(content_type: &str, body: &str) -> Result<Vec<u8>, String> {
        let content = ContentType::parse(content_type).unwrap();
        read_pixels(&image(), content, body.as_bytes())
            .map(|table| table.images().unwrap().pixels().to_vec())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn pixels_come_in_the_shapes_that_images_have() {
        let bodies = [
            "[[[0, 1], [2, 255]]]",
            "[[0, 1, 2, 255]]",
            "[[[[0, 1], [2, 255]]]]",
            "[[[[0], [1]], [[2], [255]]]]",
            "[{\"image\": [[0, 1], [2, 255]]}]",
        ];
        for rows in bodies {
            let body = format!("{{\"instances\": {rows}}}");
            assert_eq!(
                pixels("application/json", &body),
                Ok(vec![0, 1, 2, 255]),
                "{rows}"
            );
        }
        assert_eq!(pixels("text/csv", "0,1,2,255\n5,6,7,8\n").unwrap().len(), 8);
        assert_eq!(
            pixels("application/jsonlines", "[0,1,2,3]\n").unwrap(),
            [0, 1, 2, 3]
        );
    }

    #[test]
    fn what_is_no_image_is_refused_with_its_row() {
        let cases = [
            (
                "[[0, 1, 2, 3], [0, 1, 2, 256]]",
                "row 2: `256` is no pixel, a whole number from 0 to 255",
            ),
            (
                "[[0, 1, 2, 0.5]]",
                "row 1: `0.5` is no pixel, a whole number from 0 to 255",
            ),
            (
                "[[0, 1, 2, null]]",
                "row 1: `NaN` is no pixel, a whole number from 0 to 255",
            ),
            (
                "[[[0, 1]]]",
                "row 1: shape [1, 2] does not fit the input `image float[?, 1, 2, 2]`",
            ),
        ];
        for (rows, message) in cases {
            let body = format!("{{\"instances\": {rows}}}");
            assert_eq!(pixels("application/json", &body).unwrap_err(), message);
        }
    }

    #[test]
    fn a_picture_has_the_size_of_the_source_or_of_the_model() {
        let read = |side: usize| {
            let body = encode(side, &vec![7; side * side]);
            read_picture(&image(), &body).map_err(|error| format!("{} {error}", error.code()))
        };
        for side in [2, 4] {
            assert_eq!(read(side).unwrap().images().unwrap().pixels(), [7; 4]);
        }
        assert_eq!(
            read(3).unwrap_err(),
            "P0262 the image has 3 x 3 pixels, expected 4 x 4 as the model was trained on"
        );
        assert!(is_picture("image/JPEG; q=1") && !is_picture("text/csv"));
    }
}
