//! From a picture of any size to the square that a model sees.

use steps::SchemaImage;

use super::error::PictureError;
use super::picture::Grey;
use super::shrink::shrink;

/// Which sizes are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sizing {
    side: usize,
    /// The size that all must have, and why.
    expected: Option<([usize; 2], String)>,
    /// Whether the size of the first picture becomes the one that all must have.
    binding: bool,
}

impl Sizing {
    /// Sizes for a side; with `mixed` any that are not smaller, else all those of the first picture.
    pub fn new(side: usize, mixed: bool) -> Self {
        Self {
            side,
            expected: None,
            binding: !mixed,
        }
    }

    /// Sizes that a model takes: those of its source, and the side that it sees itself.
    pub fn of_model(image: &SchemaImage) -> Self {
        let size = image.source.map(|size| size.map(|pixels| pixels as usize));
        let why = "as the model was trained on".to_owned();
        Self {
            side: image.size as usize,
            expected: size.map(|size| (size, why)),
            binding: false,
        }
    }

    /// The size that all pictures had, if they had to have one.
    pub fn source(&self) -> Option<[u32; 2]> {
        let (size, _) = self.expected.as_ref()?;
        Some(size.map(|pixels| pixels as u32))
    }

    /// The picture as the model sees it; `name` is what later ones are compared with by name.
    pub fn fit(&mut self, picture: &Grey, name: &str) -> Result<Vec<u8>, PictureError> {
        let size = [picture.width, picture.height];
        self.check(size)?;
        if self.binding && self.expected.is_none() {
            self.expected = Some((size, format!("as `{name}` has")));
        }
        Ok(shrink(&picture.pixels, size, self.side))
    }

    /// The picture of a request, which may have the side that the model sees already.
    pub fn fit_one(&self, picture: &Grey) -> Result<Vec<u8>, PictureError> {
        let size = [picture.width, picture.height];
        if size != [self.side; 2] {
            self.check(size)?;
        }
        Ok(shrink(&picture.pixels, size, self.side))
    }

    fn check(&self, size: [usize; 2]) -> Result<(), PictureError> {
        let [width, height] = size;
        let expected = match &self.expected {
            Some(([wide, high], why)) if size != [*wide, *high] => format!("{wide} x {high} {why}"),
            _ if width < self.side || height < self.side => {
                format!("at least {side} x {side}", side = self.side)
            }
            _ => return Ok(()),
        };
        Err(PictureError::Size {
            width,
            height,
            expected,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width: usize, height: usize) -> Grey {
        Grey {
            width,
            height,
            pixels: vec![9; width * height],
        }
    }

    fn all(mixed: bool, sizes: &[(usize, usize)]) -> Result<usize, String> {
        let mut sizing = Sizing::new(2, mixed);
        let mut pixels = 0;
        for (place, &(width, height)) in sizes.iter().enumerate() {
            let fitted = sizing.fit(&grey(width, height), &format!("{place}.png"));
            pixels += fitted
                .map_err(|error| format!("{place}.png {error}"))?
                .len();
        }
        Ok(pixels)
    }

    #[test]
    fn sizes_that_do_not_fit_are_refused() {
        assert_eq!(all(false, &[(4, 4), (4, 4)]), Ok(8));
        assert_eq!(all(false, &[(6, 4), (6, 4)]), Ok(8));
        assert_eq!(all(true, &[(4, 4), (5, 3), (2, 2)]), Ok(12));
        assert_eq!(
            all(false, &[(4, 4), (5, 4)]).unwrap_err(),
            "1.png has 5 x 4 pixels, expected 4 x 4 as `0.png` has"
        );
        assert_eq!(
            all(true, &[(4, 4), (1, 4)]).unwrap_err(),
            "1.png has 1 x 4 pixels, expected at least 2 x 2"
        );
    }

    #[test]
    fn a_model_takes_what_it_was_trained_on_and_what_it_sees() {
        let sizing = Sizing::of_model(&SchemaImage {
            size: 2,
            source: Some([6, 4]),
        });
        for (width, height) in [(6, 4), (2, 2)] {
            assert_eq!(sizing.fit_one(&grey(width, height)), Ok(vec![9; 4]));
        }
        assert_eq!(
            sizing.fit_one(&grey(4, 4)).unwrap_err().to_string(),
            "has 4 x 4 pixels, expected 6 x 4 as the model was trained on"
        );
        let any = Sizing::of_model(&SchemaImage {
            size: 2,
            source: None,
        });
        assert_eq!(any.fit_one(&grey(4, 7)), Ok(vec![9; 4]));
        assert!(any.fit_one(&grey(1, 1)).is_err());
    }
}
