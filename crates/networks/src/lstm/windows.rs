//! Windows of a series: each ends at one of its steps, so that overlapping windows share their numbers.

use crate::error::Error;

/// Examples that are windows of one series, each with more columns beside and a target.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Windows {
    /// Columns of each step of the series, step by step.
    pub series: Vec<f32>,
    /// The last step of each example's window.
    pub ends: Vec<u32>,
    /// Extra columns, example by example.
    pub extra: Vec<f32>,
    /// Target of each example; left empty where there is none.
    pub targets: Vec<f32>,
}

impl Windows {
    /// Number of examples.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The numbers of an example's window, step by step.
    pub(super) fn window(&self, example: usize, shape: super::Shape) -> &[f32] {
        let end = (self.ends[example] as usize + 1) * shape.inputs();
        &self.series[end - shape.window() * shape.inputs()..end]
    }

    /// An example's extra columns.
    pub(super) fn extra(&self, example: usize, shape: super::Shape) -> &[f32] {
        &self.extra[example * shape.extra()..(example + 1) * shape.extra()]
    }

    /// Refuses examples that a network of this shape cannot read.
    pub(super) fn check(&self, shape: super::Shape) -> Result<(), Error> {
        let wrong = |what, found, expected: String| Error::Shape {
            what,
            found,
            expected,
        };
        let steps = self.series.len() / shape.inputs();
        if steps * shape.inputs() != self.series.len() {
            let expected = format!("a multiple of {}", shape.inputs());
            return Err(wrong("the size of the series", self.series.len(), expected));
        }
        let inside = |&&end: &&u32| (shape.window()..=steps).contains(&(end as usize + 1));
        if let Some(&end) = self.ends.iter().find(|end| !inside(end)) {
            let expected = format!("from {} and below {steps}", shape.window() - 1);
            return Err(wrong("the end of a window", end as usize, expected));
        }
        if self.extra.len() != self.len() * shape.extra() {
            let expected = (self.len() * shape.extra()).to_string();
            return Err(wrong(
                "the number of extra values",
                self.extra.len(),
                expected,
            ));
        }
        if !self.targets.is_empty() && self.targets.len() != self.len() {
            let expected = self.len().to_string();
            return Err(wrong("the number of targets", self.targets.len(), expected));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lstm::Shape;

    #[test]
    fn windows_end_where_they_should_and_others_are_refused() {
        let shape = Shape::new(2, 3, 16, 1).unwrap();
        let mut windows = Windows {
            series: (0..12).map(|n| n as f32).collect(),
            ends: vec![1, 3],
            extra: vec![0.5, 0.25],
            targets: vec![],
        };
        windows.check(shape).unwrap();
        assert_eq!(windows.window(1, shape), [6.0, 7.0, 8.0, 9.0, 10.0, 11.0]);
        assert_eq!(windows.extra(1, shape), [0.25]);
        let message = |windows: &Windows| windows.check(shape).unwrap_err().to_string();
        windows.ends[0] = 0;
        assert_eq!(
            message(&windows),
            "the end of a window is 0, expected from 1 and below 4"
        );
        windows.ends[0] = 4;
        assert_eq!(
            message(&windows),
            "the end of a window is 4, expected from 1 and below 4"
        );
        windows.ends[0] = 2;
        windows.targets.push(1.0);
        assert_eq!(message(&windows), "the number of targets is 1, expected 2");
        windows.extra.pop();
        assert_eq!(
            message(&windows),
            "the number of extra values is 1, expected 2"
        );
        windows.series.pop();
        assert_eq!(
            message(&windows),
            "the size of the series is 11, expected a multiple of 3"
        );
    }
}
