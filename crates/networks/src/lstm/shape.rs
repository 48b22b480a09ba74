//! Form of the network, and where its weights lie.

use std::ops::Range;

use crate::error::Error;
use crate::product::LANES;
use crate::weights::Layout;

/// Longest window, widest layer and most columns: what a chunk needs in memory grows with them.
const MOST: usize = 4096;

/// Form of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    window: usize,
    inputs: usize,
    hidden: usize,
    extra: usize,
}

/// Places of all weights.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// Rows for the inputs, the state and the constant 1; columns `[i | f | o | g]`.
    pub cell: Range<usize>,
    /// One weight for each place of the state, then one for each extra column.
    pub head: Range<usize>,
    /// The last constant.
    pub bias: usize,
    /// Number of weights.
    pub length: usize,
}

impl Shape {
    /// A network over windows of so many steps with so many columns, a state of `hidden`, and `extra` columns beside.
    ///
    /// ```
    /// let shape = networks::lstm::Shape::new(48, 17, 32, 8)?;
    /// assert_eq!(shape.weights(), 6_441);
    /// # Ok::<(), networks::Error>(())
    /// ```
    pub fn new(window: usize, inputs: usize, hidden: usize, extra: usize) -> Result<Self, Error> {
        let limited = |what, found: usize, least: usize| {
            if (least..=MOST).contains(&found) {
                return Ok(());
            }
            Err(Error::Shape {
                what,
                found,
                expected: format!("between {least} and {MOST}"),
            })
        };
        limited("the length of a window", window, 1)?;
        limited("the number of columns", inputs, 1)?;
        limited("the number of extra columns", extra, 0)?;
        if hidden == 0 || !hidden.is_multiple_of(LANES) || hidden > MOST {
            return Err(Error::Shape {
                what: "the size of the state",
                found: hidden,
                expected: format!("a multiple of {LANES} up to {MOST}"),
            });
        }
        Ok(Self {
            window,
            inputs,
            hidden,
            extra,
        })
    }

    /// Steps of a window.
    pub fn window(self) -> usize {
        self.window
    }

    /// Columns of a step.
    pub fn inputs(self) -> usize {
        self.inputs
    }

    /// Size of the state.
    pub fn hidden(self) -> usize {
        self.hidden
    }

    /// Columns beside the window.
    pub fn extra(self) -> usize {
        self.extra
    }

    /// Number of weights.
    pub fn weights(self) -> usize {
        self.places().length
    }

    /// Numbers of a row of the cell's left side: inputs, state, and the constant 1.
    pub(crate) fn row(self) -> usize {
        self.inputs + self.hidden + 1
    }

    /// Columns of the four gates.
    pub(crate) fn gates(self) -> usize {
        4 * self.hidden
    }

    pub(crate) fn places(self) -> Places {
        let mut layout = Layout::default();
        Places {
            cell: layout.take(self.row() * self.gates()),
            head: layout.take(self.hidden + self.extra),
            bias: layout.take(1).start,
            length: layout.length(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_that_cannot_be_are_refused() {
        let cases = [
            (
                (0, 1, 16, 0),
                "the length of a window is 0, expected between 1 and 4096",
            ),
            (
                (1, 0, 16, 0),
                "the number of columns is 0, expected between 1 and 4096",
            ),
            (
                (1, 1, 30, 0),
                "the size of the state is 30, expected a multiple of 16 up to 4096",
            ),
            (
                (1, 1, 16, 5000),
                "the number of extra columns is 5000, expected between 0 and 4096",
            ),
        ];
        for ((window, inputs, hidden, extra), message) in cases {
            let error = Shape::new(window, inputs, hidden, extra).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn places_fill_the_list() {
        let places = Shape::new(5, 3, 16, 2).unwrap().places();
        assert_eq!(places.cell, 0..20 * 64);
        assert_eq!(places.head, 1280..1298);
        assert_eq!((places.bias, places.length), (1298, 1299));
    }
}
